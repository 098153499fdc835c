/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the table stands in a sheet, found from its first rows. */
#include "ingest/sheet/sheet_int.h"

#include <string.h>

/* ---- rows as the layout and people want them --------------------------------------------- */

int grid_first_filled(const struct sheet_row *row)
{
	int i = 0;
	while (i < row->n && !cell_trim(row->cells[i].text).n)
		i++;
	return i;
}

static int filled(const struct sheet_row *row)
{
	int k = 0;
	for (int i = 0; i < row->n; i++)
		k += cell_trim(row->cells[i].text).n > 0;
	return k;
}

struct layout_row grid_layout_row(const struct grid *g, const struct sheet_row *row,
	struct layout_cell *cells)
{
	int n = 0;
	for (int i = g->left; i < row->n; i++)
		cells[n++] = (struct layout_cell){ row->cells[i].text,
			row->cells[i].kind == SHEET_TEXT };
	return (struct layout_row){ .n = n, .cells = cells };
}

void grid_text(struct buf *out, const struct sheet_row *row, const char *between)
{
	bool any = false;
	for (int i = 0; i < row->n; i++) {
		struct str s = cell_trim(row->cells[i].text);
		if (*between == ' ' && !s.n)
			continue;
		if (any || (i && *between != ' '))
			buf_puts(out, between);
		buf_put(out, s.p, s.n);
		any = true;
	}
}

/* ---- columns ----------------------------------------------------------------------------- */

void grid_reach(struct grid *g, int n)
{
	if (n <= g->ncolumns)
		return;
	int cap = g->ncolumns ? g->ncolumns * 2 : 32;
	cap = cap < n ? n : cap;
	struct sheet_column *more = arena_calloc(g->feed->arena, (size_t)cap, sizeof *more);
	if (g->ncolumns)
		memcpy(more, g->columns, (size_t)g->ncolumns * sizeof *more);
	for (int i = g->ncolumns; i < cap; i++)
		more[i].feed = -1;
	g->columns = more;
	g->ncolumns = cap;
}

int grid_column(struct grid *g, int c, struct err *e)
{
	struct str name = { NULL, 0 };
	if (c >= g->left && c - g->left < g->layout.width)
		name = g->layout.names[c - g->left];
	g->columns[c].feed = feed_column(g->feed,
		&(struct feed_column){ .name = name.n ? name.p : "" }, e);
	return g->columns[c].feed < 0 ? -1 : 0;
}

/* Columns that have a name or, in the sample, a cell; a column without either says nothing, and
 * one that is filled later comes later. */
static int open_columns(struct grid *g, const struct sheet_row *const *rows, int n,
	struct err *e)
{
	int from = g->layout.first + g->layout.header_rows, width = g->left + g->layout.width;
	for (int i = from; i < n; i++)
		width = rows[i]->n > width ? rows[i]->n : width;
	grid_reach(g, width);
	bool *used = arena_calloc(g->feed->arena, (size_t)width + 1, sizeof *used);
	for (int c = g->left; c < g->left + g->layout.width; c++)
		used[c] = g->layout.names[c - g->left].n > 0;
	for (int i = from; i < n; i++)
		for (int c = 0; c < rows[i]->n; c++)
			used[c] |= cell_trim(rows[i]->cells[c].text).n > 0;
	for (int c = 0; c < width; c++)
		if (used[c] && grid_column(g, c, e))
			return -1;
	return 0;
}

/* ---- the first rows ---------------------------------------------------------------------- */

/* Empty columns in front of all rows that have two cells or more; a title may stand there. */
static int find_left(const struct sheet_row *const *rows, int n)
{
	int left = -1, least = -1;
	for (int i = 0; i < n; i++) {
		int first = grid_first_filled(rows[i]);
		if (first == rows[i]->n)
			continue;
		if (least < 0 || first < least)
			least = first;
		if (filled(rows[i]) > 1 && (left < 0 || first < left))
			left = first;
	}
	return left >= 0 ? left : least > 0 ? least : 0;
}

static struct layout_row *layout_rows(struct arena *a, const struct grid *g,
	const struct sheet_row *const *rows, int n)
{
	struct layout_row *out = arena_calloc(a, (size_t)n + 1, sizeof *out);
	for (int i = 0; i < n; i++) {
		struct layout_cell *cells = arena_calloc(a, (size_t)rows[i]->n + 1,
			sizeof *cells);
		out[i] = grid_layout_row(g, rows[i], cells);
		out[i].gap = i && rows[i]->number > rows[i - 1]->number + 1;
	}
	return out;
}

/* The rows of the header live on, but not the sample. */
static const struct layout_row *keep_header(struct arena *a, const struct layout_row *rows,
	int n)
{
	struct layout_row *out = arena_calloc(a, (size_t)n + 1, sizeof *out);
	for (int i = 0; i < n; i++) {
		struct layout_cell *cells = arena_calloc(a, (size_t)rows[i].n + 1,
			sizeof *cells);
		for (int c = 0; c < rows[i].n; c++) {
			struct str s = rows[i].cells[c].s;
			cells[c].quoted = rows[i].cells[c].quoted;
			if (s.n)
				cells[c].s = (struct str){ arena_strndup(a, s.p, s.n), s.n };
		}
		out[i] = (struct layout_row){ .n = rows[i].n, .cells = cells };
	}
	return n ? out : NULL;
}

static void tell_preamble(struct grid *g, const struct sheet_row *const *rows)
{
	for (int i = 0; i < g->layout.first; i++) {
		struct buf text = { 0 };
		grid_text(&text, rows[i], " ");
		if (text.n)
			feed_fact(g->feed, "above the table", "%s", buf_str(&text));
		buf_free(&text);
	}
}

/* The first rows tell where the table stands. */
int grid_find(struct grid *g, struct arena *a, struct err *e)
{
	const struct sheet_row **rows = arena_calloc(a, LAYOUT_ROWS + 1, sizeof *rows);
	int n = 0;
	const struct sheet_row *row;
	for (; n < LAYOUT_ROWS; n++) {
		if (sheet_rows_peek(&g->rows, (size_t)n, &row, e))
			return -1;
		if (!row)
			break;
	}
	/* rows move while more of them are held */
	for (int i = 0; i < n; i++)
		if (sheet_rows_peek(&g->rows, (size_t)i, &rows[i], e))
			return -1;
	if (!n)
		return err_set(e, ERR_INPUT, "the sheet holds no cells");
	g->left = find_left(rows, n);
	struct layout_row *as = layout_rows(a, g, rows, n);
	layout_find(g->feed->arena, as, n, g->feed->options->header, &g->layout);
	int above = g->layout.first + g->layout.header_rows;
	g->header = keep_header(g->feed->arena, as + g->layout.first, g->layout.header_rows);
	g->last = above ? rows[above - 1]->number : rows[0]->number - 1;
	tell_preamble(g, rows);
	if (open_columns(g, rows, n, e))
		return -1;
	for (int i = 0; i < above; i++)
		sheet_rows_next(&g->rows, &g->now, e);
	return 0;
}
