/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the table stands among rows of cells: rows in front of it (titles, notes), the rows
 * that name the columns, the first row of data, and how many columns there are. CSV files and
 * sheets follow the same rules.
 */
#include "ingest/ingest_int.h"

#include <stdlib.h>
#include <string.h>

enum {
	BODY = 200,                /* rows that are compared with the header */
	PREAMBLE = 60,             /* at most so many in front of the table */
	HEADER_ROWS = 5,
	ENOUGH = 10                /* rows that make a value which comes again no accident */
};

/* The rows, with what is asked of their cells again and again. */
struct grid {
	const struct layout_row *rows[LAYOUT_ROWS];
	int filled[LAYOUT_ROWS];   /* cells that are not blank */
	uint8_t *kinds[LAYOUT_ROWS];   /* enum cell_kind of [width] cells */
	int n;
	int width;                 /* of most rows */
	int usual;                 /* median of the filled cells */
};

static struct str text_at(const struct layout_row *r, int col)
{
	return col < r->n ? cell_trim(r->cells[col].s) : (struct str){ NULL, 0 };
}

static int filled_cells(const struct layout_row *r)
{
	int k = 0;
	for (int i = 0; i < r->n; i++)
		k += text_at(r, i).n > 0;
	return k;
}

/* Cells up to the last that is not blank. */
static int extent(const struct layout_row *r)
{
	int n = r->n;
	while (n && !text_at(r, n - 1).n)
		n--;
	return n;
}

static int compare_int(const void *a, const void *b)
{
	int x, y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

/* The most frequent number of cells, the larger one when tied. Comments don't count, unless
 * there is nothing else. */
static void measure(struct grid *g)
{
	int widths[LAYOUT_ROWS], filled[LAYOUT_ROWS], n = 0, best = 0, comments = 0;
	for (int i = 0; i < g->n; i++)
		comments += g->rows[i]->comment;
	for (int i = 0; i < g->n; i++)
		if (g->filled[i] && (!g->rows[i]->comment || comments == g->n)) {
			widths[n] = g->rows[i]->n;
			filled[n++] = g->filled[i];
		}
	qsort(widths, (size_t)n, sizeof *widths, compare_int);
	qsort(filled, (size_t)n, sizeof *filled, compare_int);
	g->width = 1;
	for (int i = 0, run = 0; i < n; i++) {
		run = i && widths[i] == widths[i - 1] ? run + 1 : 1;
		if (run >= best) {
			best = run;
			g->width = widths[i];
		}
	}
	g->usual = n ? filled[n / 2] : 0;
}

static void find_kinds(struct arena *a, struct grid *g)
{
	for (int i = 0; i < g->n; i++) {
		const struct layout_row *r = g->rows[i];
		g->kinds[i] = arena_calloc(a, (size_t)g->width + 1, sizeof *g->kinds[i]);
		for (int c = 0; c < g->width; c++)
			g->kinds[i][c] = c >= r->n ? KIND_EMPTY
				: (uint8_t)cell_kind(r->cells[c].s, r->cells[c].quoted);
	}
}

/* ---- preamble ---------------------------------------------------------------------------- */

/* A row in front of the table has far fewer filled cells than the table is wide. */
static bool in_front(const struct grid *g, int i)
{
	int w = g->width, k = g->filled[i];
	return k == 0 || (g->rows[i]->comment && g->rows[i]->n != w) ||
		(w > 1 && 2 * k <= w && (2 * k <= g->usual || g->rows[i]->n < w));
}

static int find_table(const struct grid *g)
{
	int blank = 0;
	while (blank < g->n && !g->filled[blank])
		blank++;
	for (int i = blank; i < g->n && i <= PREAMBLE; i++)
		if (!in_front(g, i))
			return i;
	return blank < g->n ? blank : 0;
}

/* Comments inside of the table would disturb the look at its columns. */
static void drop_comments(struct grid *g, int first)
{
	int n = first;
	for (int i = first; i < g->n; i++)
		if (!g->rows[i]->comment || g->rows[i]->n == g->width) {
			g->rows[n] = g->rows[i];
			g->filled[n++] = g->filled[i];
		}
	g->n = n;
}

/* ---- header ------------------------------------------------------------------------------ */

static enum cell_kind kind_at(const struct grid *g, int row, int col)
{
	return col < g->width ? (enum cell_kind)g->kinds[row][col] : KIND_EMPTY;
}

static struct layout_column look_at(const struct grid *g, int from, int col)
{
	int count[KINDS] = { 0 }, values = 0;
	size_t least = SIZE_MAX, most = 0;
	for (int i = from; i < g->n && i < from + BODY; i++) {
		enum cell_kind k = kind_at(g, i, col);
		if (k == KIND_EMPTY || k == KIND_MISSING)
			continue;
		size_t len = text_at(g->rows[i], col).n;
		least = len < least ? len : least;
		most = len > most ? len : most;
		count[k]++;
		values++;
	}
	struct layout_column look = { .kind = KIND_EMPTY };
	for (int k = 0; k < KINDS; k++)
		if (count[k] * 5 >= values * 4 && values)
			look.kind = (enum cell_kind)k;
	if (values > 3 && least == most)
		look.length = most;
	return look;
}

/* Cells of the row whose text comes again below. */
static int repeated_below(const struct grid *g, int row)
{
	int n = 0;
	for (int c = 0; c < g->rows[row]->n; c++) {
		struct str head = text_at(g->rows[row], c);
		bool again = false;
		for (int i = row + 1; i < g->n && i < row + BODY && head.n && !again; i++)
			again = str_cmp(head, text_at(g->rows[i], c)) == 0;
		n += again;
	}
	return n;
}

/* Years in ascending order name columns, though they are numbers. */
static bool rising_years(const struct grid *g, int row)
{
	int64_t last = 0, years = 0, v;
	for (int c = 0; c < g->width; c++) {
		struct str t = text_at(g->rows[row], c);
		if (!kind_typed(kind_at(g, row, c)))
			continue;
		if (t.n != 4 || !num_parse_int64(t.p, t.n, &v) || v <= last || v < 1800 ||
			v > 2200)
			return false;
		last = v;
		years++;
	}
	return years >= 3;
}

/* Numbers are alike with or without a currency, dates with or without a time. */
static bool alike(enum cell_kind a, enum cell_kind b)
{
	bool numbers = (a == KIND_NUMBER || a == KIND_MONEY) &&
		(b == KIND_NUMBER || b == KIND_MONEY);
	bool dates = (a == KIND_DATE || a == KIND_DATETIME) &&
		(b == KIND_DATE || b == KIND_DATETIME);
	return a == b || numbers || dates;
}

static bool any_typed(const struct grid *g, int row)
{
	for (int c = 0; c < g->width; c++)
		if (kind_typed(kind_at(g, row, c)))
			return true;
	return false;
}

/* Every column votes: does the first row look like the rows below it? */
static bool has_header(const struct grid *g, int first)
{
	int against = 0, in_favour = 0;
	bool all_words = true;
	if (rising_years(g, first) && !(g->n - first > 1 && rising_years(g, first + 1)))
		return true;
	/* a single row is data when it holds any number or date */
	if (g->n - first < 2)
		return !any_typed(g, first);
	for (int c = 0; c < g->width; c++) {
		struct layout_column look = look_at(g, first + 1, c);
		enum cell_kind head = kind_at(g, first, c);
		if (kind_typed(look.kind)) {
			all_words = false;
			if (alike(head, look.kind))
				against++;
			else if (head != KIND_EMPTY && head != KIND_MISSING)
				in_favour++;
		} else if (look.length && head != KIND_EMPTY &&
				text_at(g->rows[first], c).n != look.length) {
			in_favour++;
		}
	}
	/* a name seldom is also a value of its column */
	if (all_words)
		return g->n - first < ENOUGH || 2 * repeated_below(g, first) < g->filled[first];
	return in_favour && in_favour >= against;
}

/* More header rows follow when a row has words in every column whose body is typed. */
static bool more_header(const struct grid *g, int row)
{
	int typed = 0;
	if (g->n - row < 3)
		return false;
	for (int c = 0; c < g->width; c++) {
		enum cell_kind k = kind_at(g, row, c);
		if (kind_typed(k))
			return false;
		if (!kind_typed(look_at(g, row + 1, c).kind))
			continue;
		if (k != KIND_WORD && k != KIND_OTHER)
			return false;
		typed++;
	}
	return typed >= 2;
}

static int count_header_rows(const char *declared, const struct grid *g, int first)
{
	if (declared && strcmp(declared, "no") == 0)
		return 0;
	bool sure = declared && strcmp(declared, "yes") == 0;
	if (!sure && !has_header(g, first))
		return 0;
	int rows = 1;
	while (rows < HEADER_ROWS && more_header(g, first + rows))
		rows++;
	return rows;
}

/* ---- names ------------------------------------------------------------------------------- */

/* Files of R's write.table have no name for the row names in front: one name fewer than
 * columns. */
static bool row_names(const struct grid *g, int header)
{
	if (g->rows[header]->n != g->width - 1)
		return false;
	for (int i = header + 1; i < g->n; i++) {
		struct str x = text_at(g->rows[i], 0);
		if (g->rows[i]->n != g->width || !x.n)
			return false;
		for (int k = header + 1; k < i; k++)
			if (str_cmp(x, text_at(g->rows[k], 0)) == 0)
				return false;
	}
	return g->n - header > 2;
}

static void join_names(struct arena *a, const struct grid *g, int shift, struct layout *l)
{
	for (int c = 0; c < l->width; c++) {
		struct buf name = { 0 };
		for (int i = l->first; i < l->first + l->header_rows; i++) {
			struct str part = { NULL, 0 };
			if (c >= shift)
				part = text_at(g->rows[i], c - shift);
			if (name.n && part.n)
				buf_putc(&name, ' ');
			buf_put(&name, part.p, part.n);
		}
		l->names[c] = (struct str){ arena_strndup(a, buf_str(&name), name.n), name.n };
		buf_free(&name);
	}
}

/* ---- totals ------------------------------------------------------------------------------ */

/* Where "Total" is a value of many rows, the last one is data like the others. */
static bool totals_stand_out(const struct layout *l, const struct layout_row *rows, int n)
{
	struct layout with = *l;
	with.totals = true;
	bool pending = false;
	for (int i = l->first + l->header_rows; i < n; i++) {
		enum layout_kind k = layout_kind(&with, NULL, &rows[i]);
		if (pending && k == ROW_DATA)
			return false;
		pending |= k == ROW_TOTAL;
	}
	return true;
}

/* ---- all together ------------------------------------------------------------------------ */

void layout_find(struct arena *a, const struct layout_row *rows, int n, const char *header,
	struct layout *l)
{
	*l = (struct layout){ 0 };
	struct grid *g = mem_calloc(1, sizeof *g);
	g->n = n < LAYOUT_ROWS ? n : LAYOUT_ROWS;
	for (int i = 0; i < g->n; i++) {
		g->rows[i] = &rows[i];
		g->filled[i] = filled_cells(&rows[i]);
	}
	measure(g);
	l->first = find_table(g);
	l->width = g->width;
	drop_comments(g, l->first);
	find_kinds(a, g);
	int shift = 0;
	if (g->n)
		l->header_rows = count_header_rows(header, g, l->first);
	if (l->header_rows) {
		/* names without values are columns, too */
		int names = extent(g->rows[l->first]);
		shift = row_names(g, l->first) ? 1 : 0;
		l->width = names > l->width ? names : l->width;
	}
	l->names = arena_calloc(a, (size_t)l->width, sizeof *l->names);
	l->columns = arena_calloc(a, (size_t)l->width, sizeof *l->columns);
	for (int c = 0; c < g->width; c++)
		l->columns[c] = look_at(g, l->first + l->header_rows, c);
	join_names(a, g, shift, l);
	free(g);
	l->totals = totals_stand_out(l, rows, n);
}
