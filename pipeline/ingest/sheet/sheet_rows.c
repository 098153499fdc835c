/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a sheet with a look ahead: rows that were looked at are copied and handed out
 * again in their turn. */
#include "ingest/sheet/sheet_int.h"

#include <stdlib.h>
#include <string.h>

/* Never held at once, so that a hostile sheet costs no more than it must. */
enum { HELD_BYTES = 32 << 20, HELD_CELLS = 1 << 20 };

static void drop_held(struct sheet_rows *r)
{
	arena_free(r->arena);
	r->arena = NULL;
	r->at = r->n = r->bytes = r->cells = 0;
}

static void keep(struct sheet_rows *r, const struct sheet_row *row)
{
	if (!r->arena)
		r->arena = arena_new();
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 64;
		r->held = mem_realloc(r->held, r->cap, sizeof *r->held);
	}
	struct sheet_cell *cells = arena_calloc(r->arena, (size_t)row->n + 1, sizeof *cells);
	for (int i = 0; i < row->n; i++) {
		cells[i] = row->cells[i];
		struct str s = cells[i].text;
		if (s.n)
			cells[i].text.p = arena_strndup(r->arena, s.p, s.n);
		r->bytes += s.n;
	}
	r->cells += (size_t)row->n;
	r->held[r->n++] = (struct sheet_row){ row->number, row->n, cells };
}

int sheet_rows_peek(struct sheet_rows *r, size_t ahead, const struct sheet_row **row,
	struct err *e)
{
	*row = NULL;
	while (r->at + ahead >= r->n) {
		struct sheet_row next;
		if (r->ended || r->bytes > HELD_BYTES || r->cells > HELD_CELLS)
			return 0;
		int got = r->sheet->row(r->sheet, &next, e);
		if (got < 0)
			return -1;
		if (!got)
			r->ended = true;
		else
			keep(r, &next);
	}
	*row = &r->held[r->at + ahead];
	return 0;
}

int sheet_rows_next(struct sheet_rows *r, struct sheet_row *row, struct err *e)
{
	if (r->at < r->n) {
		*row = r->held[r->at++];
		return 1;
	}
	drop_held(r);
	if (r->ended)
		return 0;
	int got = r->sheet->row(r->sheet, row, e);
	r->ended = got == 0;
	return got;
}

void sheet_rows_back(struct sheet_rows *r, const struct sheet_row *row)
{
	if (r->at)
		r->at--;
	else
		keep(r, row);
}

void sheet_rows_free(void *p)
{
	struct sheet_rows *r = p;
	drop_held(r);
	free(r->held);
}
