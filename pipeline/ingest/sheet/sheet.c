/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table in a sheet, as a feed. A spreadsheet is a grid: titles above, a header of one or
 * several rows, notes and totals below, sometimes a second table. Where the table stands follows
 * the rules that CSV files follow (layout.c); what is no row of it is set aside.
 */
#include "ingest/sheet/sheet_int.h"

#include <stdlib.h>
#include <string.h>

enum { NOTES = 20 };           /* rows behind the table that are still notes, not data */

static enum layout_kind kind_of(struct grid *g, const struct sheet_row *row)
{
	int first = grid_first_filled(row);
	/* notes, totals and headers begin with a word: nearly all rows are known by that */
	if (first == row->n)
		return ROW_BLANK;
	if (row->cells[first].kind != SHEET_TEXT)
		return ROW_DATA;
	buf_clear(&g->cells);
	buf_reserve(&g->cells, ((size_t)row->n + 1) * sizeof(struct layout_cell));
	struct layout_cell *cells = (void *)g->cells.p;
	const struct layout_row r = grid_layout_row(g, row, cells);
	return layout_kind(&g->layout, g->header, &r);
}

/* ---- rows -------------------------------------------------------------------------------- */

static void reject(struct grid *g, const struct sheet_row *row, const char *reason)
{
	struct buf raw = { 0 };
	grid_text(&raw, row, "\t");
	g->feed->records++;
	feed_reject(g->feed, false, row->number, (struct str){ buf_str(&raw), raw.n }, "%s",
		reason);
	buf_free(&raw);
}

/* Words in a row of their own below a gap, above other values than they name so far. */
static bool other_header(const struct grid *g, const struct sheet_row *row,
	const struct sheet_row *next)
{
	int words = 0, against = 0, values = 0;
	for (int i = 0; i < row->n; i++) {
		if (!row->cells[i].text.n)
			continue;
		if (row->cells[i].kind != SHEET_TEXT)
			return false;
		words++;
		against += i >= g->ncolumns || sheet_column_typed(&g->columns[i]);
		values += i < next->n && next->cells[i].text.n &&
			next->cells[i].kind != SHEET_TEXT;
	}
	return words > 1 && against && values;
}

/* Looks behind a row that has been given back and that may be a note, a total or the header of
 * another table. */
enum verdict { V_DATA, V_ASIDE, V_OTHER_TABLE };
static int look_ahead(struct grid *g, enum verdict *v, struct err *e)
{
	const struct sheet_row *row, *next;
	*v = V_DATA;
	for (size_t k = 0;; k++) {
		if (sheet_rows_peek(&g->rows, k, &row, e))
			return -1;
		if (!row) {
			*v = g->rows.ended ? V_ASIDE : V_DATA;
			return 0;
		}
		int64_t number = row->number;
		enum layout_kind kind = kind_of(g, row);
		bool gap = number - g->last > (int64_t)k + 1;
		if (gap && kind == ROW_DATA) {
			if (sheet_rows_peek(&g->rows, k + 1, &next, e) ||
				sheet_rows_peek(&g->rows, k, &row, e))
				return -1;
			if (row && next && other_header(g, row, next)) {
				*v = k ? V_ASIDE : V_OTHER_TABLE;
				return 0;
			}
		}
		if (kind == ROW_DATA || k > NOTES) {
			g->sure = number;
			return 0;
		}
	}
}

/* Whether the row at hand is data; the rest is set aside here. -1: error. */
static int judge(struct grid *g, struct sheet_row *row, struct err *e)
{
	enum layout_kind kind = kind_of(g, row);
	if (kind == ROW_BLANK) {
		for (int i = 0; i < row->n && i < g->ncolumns; i++)
			sheet_column_count(&g->columns[i], &row->cells[i]);
		return 0;
	}
	if (g->below) {
		g->below++;
		reject(g, row, "behind the table: another table");
		return 0;
	}
	if (kind == ROW_HEADER_AGAIN) {
		g->last = row->number;
		reject(g, row, "repeats the header");
		return 0;
	}
	bool gap = row->number > g->last + 1;
	bool words = row->cells[grid_first_filled(row)].kind == SHEET_TEXT;
	if (row->number <= g->sure || (kind == ROW_DATA && !(gap && words)))
		return 1;
	enum verdict v;
	sheet_rows_back(&g->rows, row);
	if (look_ahead(g, &v, e) || sheet_rows_next(&g->rows, row, e) < 0)
		return -1;
	if (v == V_DATA)
		return 1;
	if (v == V_OTHER_TABLE) {
		g->below = 1;
		reject(g, row, "behind the table: another table");
	} else {
		reject(g, row, kind == ROW_TOTAL ? "behind the table: a total"
			: "behind the table: a note");
	}
	return 0;
}

static int put_row(struct grid *g, struct block *b, const struct sheet_row *row, struct err *e)
{
	size_t bytes = 0;
	for (int i = 0; i < row->n; i++)
		bytes += row->cells[i].text.n;
	grid_reach(g, row->n);
	char *to = arena_alloc(b->bytes, bytes + 1);
	for (int i = 0; i < row->n; i++) {
		const struct sheet_cell *cell = &row->cells[i];
		struct sheet_column *c = &g->columns[i];
		sheet_column_count(c, cell);
		size_t n = cell->text.n;
		if (!cell_trim(cell->text).n || cell->kind == SHEET_ERROR)
			continue;
		if (c->feed < 0 && grid_column(g, i, e))
			return -1;
		memcpy(to, cell->text.p, n);
		feed_put(b, c->feed, (struct str){ to, n });
		to += n;
	}
	return 0;
}

/* ---- the feed ---------------------------------------------------------------------------- */

static void finish(struct grid *g)
{
	if (g->finished)
		return;
	g->finished = true;
	for (int i = 0; i < g->ncolumns; i++)
		if (g->columns[i].feed >= 0)
			sheet_column_findings(g->feed, &g->columns[i]);
	if (g->below)
		feed_finding(g->feed, FIND_table_below, NULL, g->below, -1, NULL, NULL);
	if (g->rows.sheet->end)
		g->rows.sheet->end(g->rows.sheet, g->feed);
	if (g->blank)
		feed_fact(g->feed, "blank rows", "%lld", (long long)g->blank);
}

static int next(struct feed *f, struct block *b, struct err *e)
{
	struct grid *g = f->state;
	for (;;) {
		if (!g->again) {
			int got = sheet_rows_next(&g->rows, &g->now, e);
			f->done = g->rows.sheet->done;
			if (got < 0)
				return -1;
			if (!got) {
				finish(g);
				return 0;
			}
			int data = judge(g, &g->now, e);
			if (data < 0)
				return -1;
			if (!data)
				continue;
		}
		g->again = !feed_row(f, b);
		if (g->again)
			return 0;
		if (put_row(g, b, &g->now, e))
			return -1;
		f->records++;
		g->blank += g->now.number - g->last - 1;
		g->last = g->now.number;
	}
}

static void release(void *p)
{
	struct grid *g = p;
	sheet_rows_free(&g->rows);
	buf_free(&g->cells);
}

int sheet_feed(struct feed *f, struct sheet *s, struct err *e)
{
	struct grid *g = arena_alloc(f->arena, sizeof *g);
	g->feed = f;
	g->rows.sheet = s;
	f->state = g;
	f->next = next;
	arena_own(f->arena, g, release);
	struct arena *scratch = arena_new();
	int status = grid_find(g, scratch, e);
	arena_free(scratch);
	return status;
}
