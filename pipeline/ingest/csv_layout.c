/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the table stands in a CSV file: lines in front of it (titles, notes), the rows that
 * name the columns, the first row of data, and how many columns there are.
 */
#include "ingest/csv_int.h"

#include <stdlib.h>
#include <string.h>

enum {
	RECORDS = 400,             /* in the sample */
	BODY = 200,                /* of them that are compared with the header */
	PREAMBLE = 60,             /* at most so many in front of the table */
	HEADER_ROWS = 3,
	ENOUGH = 10                /* rows that make a value which comes again no accident */
};

struct sample {
	struct arena *arena;
	struct csv_record v[RECORDS];
	int filled[RECORDS];       /* cells that are not blank */
	bool comment[RECORDS];     /* starts with '#' */
	int n;
	int width;                 /* of most records */
	int usual;                 /* median of the filled cells */
};

static int filled_cells(const struct csv_record *r)
{
	int k = 0;
	for (int i = 0; i < r->n; i++)
		k += cell_trim(r->cells[i].s).n > 0;
	return k;
}

/* The records of the sample, with cells of their own. Damaged ones are repaired if the width is
 * known. */
static void read_sample(struct csv_reader *reader, struct str text, size_t end,
	struct sample *s)
{
	struct csv_record rec;
	s->n = 0;
	while (s->n < RECORDS) {
		struct csv_place at = csv_reader_tell(reader);
		if (!csv_reader_next(reader, 0, &rec) || (rec.begin >= end && s->n > 1))
			break;
		if (rec.trouble != CSV_SOUND && s->width) {
			/* what was spent stays spent */
			at.in_vain = csv_reader_tell(reader).in_vain;
			csv_reader_seek(reader, at);
			csv_reader_next(reader, s->width, &rec);
		}
		csv_record_keep(reader, &rec, s->arena);
		struct csv_cell *cells = arena_calloc(s->arena, (size_t)rec.n + 1,
			sizeof *cells);
		if (rec.n)
			memcpy(cells, rec.cells, (size_t)rec.n * sizeof *cells);
		rec.cells = cells;
		s->filled[s->n] = filled_cells(&rec);
		s->comment[s->n] = csv_comment(text, &rec);
		s->v[s->n++] = rec;
	}
}

static int compare_int(const void *a, const void *b)
{
	int x, y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

/* Cells up to the last that is not blank. */
static int extent(const struct csv_record *r)
{
	int n = r->n;
	while (n && !cell_trim(r->cells[n - 1].s).n)
		n--;
	return n;
}

/* The most frequent number of cells, the larger one when tied. Comments don't count, unless
 * there is nothing else. */
static void measure(struct sample *s)
{
	int widths[RECORDS], filled[RECORDS], n = 0, best = 0, comments = 0;
	for (int i = 0; i < s->n; i++)
		comments += s->comment[i];
	for (int i = 0; i < s->n; i++)
		if (s->filled[i] && (!s->comment[i] || comments == s->n)) {
			widths[n] = s->v[i].n;
			filled[n++] = s->filled[i];
		}
	qsort(widths, (size_t)n, sizeof *widths, compare_int);
	qsort(filled, (size_t)n, sizeof *filled, compare_int);
	s->width = 1;
	for (int i = 0, run = 0; i < n; i++) {
		run = i && widths[i] == widths[i - 1] ? run + 1 : 1;
		if (run >= best) {
			best = run;
			s->width = widths[i];
		}
	}
	s->usual = n ? filled[n / 2] : 0;
}

/* ---- preamble ---------------------------------------------------------------------------- */

/* A record in front of the table has far fewer filled cells than the table is wide. */
static bool in_front(const struct sample *s, int i)
{
	int w = s->width, k = s->filled[i];
	return k == 0 || (s->comment[i] && s->v[i].n != w) ||
		(w > 1 && 2 * k <= w && (2 * k <= s->usual || s->v[i].n < w));
}

static int find_table(const struct sample *s)
{
	int blank = 0;
	while (blank < s->n && !s->filled[blank])
		blank++;
	for (int i = blank; i < s->n && i <= PREAMBLE; i++)
		if (!in_front(s, i))
			return i;
	return blank < s->n ? blank : 0;
}

/* Comments inside of the table would disturb the look at its columns. */
static void drop_comments(struct sample *s, int first)
{
	int n = first;
	for (int i = first; i < s->n; i++)
		if (!s->comment[i] || s->v[i].n == s->width) {
			s->v[n] = s->v[i];
			s->filled[n++] = s->filled[i];
		}
	s->n = n;
}

static void keep_preamble(struct arena *a, const struct sample *s, int first, struct str text,
	struct ingest_dialect *out)
{
	out->preamble = arena_calloc(a, (size_t)first + 1, sizeof *out->preamble);
	for (int i = 0; i < first && out->npreamble < PREAMBLE; i++) {
		const struct csv_record *r = &s->v[i];
		struct str line = { text.p + r->begin, r->end - r->begin };
		line = cell_trim(line);
		enum { MOST = 500 };
		if (line.n > MOST) {
			line.n = MOST;
			while ((line.p[line.n] & 0xc0) == 0x80)
				line.n--;
		}
		if (s->filled[i])
			out->preamble[out->npreamble++] = arena_strndup(a, line.p, line.n);
	}
}

/* ---- header ------------------------------------------------------------------------------ */

static enum cell_kind kind_at(const struct sample *s, int row, int col)
{
	const struct csv_record *r = &s->v[row];
	return col < r->n ? cell_kind(r->cells[col].s, r->cells[col].quoted) : KIND_EMPTY;
}

/* What the cells of a column below the first row agree on. */
struct column_look {
	enum cell_kind kind;       /* KIND_EMPTY: nothing */
	size_t length;             /* common length of all values, 0: none */
	int values;
};

static struct column_look look_at(const struct sample *s, int from, int col)
{
	int count[KINDS] = { 0 }, values = 0;
	size_t least = SIZE_MAX, most = 0;
	for (int i = from; i < s->n && i < from + BODY; i++) {
		enum cell_kind k = kind_at(s, i, col);
		if (k == KIND_EMPTY || k == KIND_MISSING)
			continue;
		size_t len = cell_trim(s->v[i].cells[col].s).n;
		least = len < least ? len : least;
		most = len > most ? len : most;
		count[k]++;
		values++;
	}
	struct column_look look = { .kind = KIND_EMPTY, .values = values };
	for (int k = 0; k < KINDS; k++)
		if (count[k] * 5 >= values * 4 && values)
			look.kind = (enum cell_kind)k;
	if (values > 3 && least == most)
		look.length = most;
	return look;
}

/* Cells of the row whose text comes again below. */
static int repeated_below(const struct sample *s, int row)
{
	int n = 0;
	for (int c = 0; c < s->v[row].n; c++) {
		struct str head = cell_trim(s->v[row].cells[c].s);
		bool again = false;
		for (int i = row + 1; i < s->n && i < row + BODY && head.n && !again; i++)
			again = c < s->v[i].n &&
				str_cmp(head, cell_trim(s->v[i].cells[c].s)) == 0;
		n += again;
	}
	return n;
}

/* Years in ascending order name columns, though they are numbers. */
static bool rising_years(const struct sample *s, int row)
{
	int64_t last = 0, years = 0, v;
	for (int c = 0; c < s->v[row].n; c++) {
		struct str t = cell_trim(s->v[row].cells[c].s);
		if (!kind_typed(kind_at(s, row, c)))
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

/* Every column votes: does the first row look like the rows below it? */
static bool has_header(const struct sample *s, int first)
{
	int against = 0, in_favour = 0;
	bool all_words = true;
	if (rising_years(s, first) && !(s->n - first > 1 && rising_years(s, first + 1)))
		return true;
	if (s->n - first < 2) {
		/* a single row is data when it holds any number or date */
		for (int c = 0; c < s->v[first].n; c++)
			if (kind_typed(kind_at(s, first, c)))
				return false;
		return true;
	}
	for (int c = 0; c < s->width; c++) {
		struct column_look look = look_at(s, first + 1, c);
		enum cell_kind head = kind_at(s, first, c);
		if (kind_typed(look.kind)) {
			all_words = false;
			if (alike(head, look.kind))
				against++;
			else if (head != KIND_EMPTY && head != KIND_MISSING)
				in_favour++;
		} else if (look.length && head != KIND_EMPTY &&
				cell_trim(s->v[first].cells[c].s).n != look.length) {
			in_favour++;
		}
	}
	/* a name seldom is also a value of its column */
	if (all_words)
		return s->n - first < ENOUGH || 2 * repeated_below(s, first) < s->filled[first];
	return in_favour && in_favour >= against;
}

/* More header rows follow when a row has words in every column whose body is typed. */
static bool more_header(const struct sample *s, int row)
{
	int typed = 0;
	if (s->n - row < 3)
		return false;
	for (int c = 0; c < s->width; c++) {
		enum cell_kind k = kind_at(s, row, c);
		if (kind_typed(k))
			return false;
		if (!kind_typed(look_at(s, row + 1, c).kind))
			continue;
		if (k != KIND_WORD && k != KIND_OTHER)
			return false;
		typed++;
	}
	return typed >= 2;
}

/* ---- names ------------------------------------------------------------------------------- */

/* Files of R's write.table have no name for the row names in front: one name fewer than
 * columns. */
static bool row_names(const struct sample *s, int header)
{
	if (s->v[header].n != s->width - 1)
		return false;
	for (int i = header + 1; i < s->n; i++) {
		if (s->v[i].n != s->width || !cell_trim(s->v[i].cells[0].s).n)
			return false;
		for (int k = header + 1; k < i; k++) {
			struct str x = s->v[i].cells[0].s, y = s->v[k].cells[0].s;
			if (x.n == y.n && memcmp(x.p, y.p, x.n) == 0)
				return false;
		}
	}
	return s->n - header > 2;
}

static void join_names(struct arena *a, const struct sample *s, int first, int rows, int shift,
	struct csv_layout *l)
{
	for (int c = 0; c < l->width; c++) {
		struct buf name = { 0 };
		for (int i = first; i < first + rows; i++) {
			int at = c - shift;
			if (at < 0 || at >= s->v[i].n)
				continue;
			struct str part = cell_trim(s->v[i].cells[at].s);
			if (name.n && part.n)
				buf_putc(&name, ' ');
			buf_put(&name, part.p, part.n);
		}
		l->names[c] = (struct str){ arena_strndup(a, buf_str(&name), name.n), name.n };
		buf_free(&name);
	}
}

/* ---- all together ------------------------------------------------------------------------ */

static int header_rows(const struct ingest_options *o, const struct sample *s, int first)
{
	if (o->header && strcmp(o->header, "no") == 0)
		return 0;
	bool sure = o->header && strcmp(o->header, "yes") == 0;
	if (!sure && !has_header(s, first))
		return 0;
	int rows = 1;
	while (rows < HEADER_ROWS && more_header(s, first + rows))
		rows++;
	return rows;
}

/* Directly behind record i of the sample. */
static struct csv_place behind(const struct sample *s, int i, struct csv_place start)
{
	if (i < 0)
		return start;
	return (struct csv_place){ .at = s->v[i].end, .line = s->v[i].line + s->v[i].lines };
}

static int lay_out(struct arena *a, const struct ingest_options *o, struct sample *s,
	struct str text, struct csv_place start, struct csv_layout *l,
	struct ingest_dialect *out, struct err *e)
{
	if (!s->n)
		return err_set(e, ERR_INPUT, "the file holds no records");
	int first = find_table(s), shift = 0;
	drop_comments(s, first);
	int rows = header_rows(o, s, first);
	l->width = s->width;
	if (rows) {
		/* names without values are columns, too */
		int names = extent(&s->v[first]);
		shift = row_names(s, first) ? 1 : 0;
		l->width = names > l->width ? names : l->width;
		l->header = s->v[first].cells;
		l->header_cells = s->v[first].n;
	}
	if (l->width > MAX_COLUMNS)
		return err_set(e, ERR_INPUT, "line %lld: %d columns; at most %d are read",
			(long long)s->v[first].line, l->width, MAX_COLUMNS);
	l->names = arena_calloc(a, (size_t)l->width, sizeof *l->names);
	join_names(a, s, first, rows, shift, l);
	keep_preamble(a, s, first, text, out);
	out->header_rows = rows;
	out->skipped_lines = s->v[first].line - 1;
	l->body = behind(s, first + rows - 1, start);
	return 0;
}

int csv_layout(struct arena *a, const struct ingest_options *o, struct csv_reader *reader,
	struct str text, struct csv_layout *l, struct ingest_dialect *out, struct err *e)
{
	*l = (struct csv_layout){ 0 };
	struct sample *s = mem_calloc(1, sizeof *s);
	s->arena = a;
	struct csv_place start = csv_reader_tell(reader);
	size_t end = start.at + csv_sample(text).n;
	read_sample(reader, text, end, s);
	measure(s);
	csv_reader_seek(reader, start);
	read_sample(reader, text, end, s);
	int status = lay_out(a, o, s, text, start, l, out, e);
	free(s);
	return status;
}
