/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a worksheet: the fast way as long as it goes, then expat from the beginning. */
#include "ingest/sheet/xlsx_int.h"

#include <stdlib.h>

/* What stands behind the cells is of no interest but for the checksum of the part. */
static void read_rest(struct xlsx_rows *r)
{
	enum { MOST = 64 << 20 };
	char *buf = mem_alloc(1 << 16);
	struct err ignored = { 0 };
	for (int64_t left = MOST; left > 0; left -= 1 << 16)
		if (part_read(r->part, buf, 1 << 16, &ignored) <= 0)
			break;
	free(buf);
}

static int go_slow(struct xlsx_rows *r, struct err *e)
{
	part_close(r->part);
	xlsx_scan_close(&r->scan);
	r->fast = false;
	return xlsx_slow_open(r, r->delivered, e);
}

static int next_row(struct sheet *s, struct sheet_row *row, struct err *e)
{
	struct xlsx_rows *r = (struct xlsx_rows *)s;
	int got = 0;
	if (r->ended)
		return 0;
	if (r->fast) {
		enum xlsx_unit u = xlsx_fast_row(r, row, e);
		if (u == UNIT_ERROR || (u == UNIT_ODD && go_slow(r, e)))
			return -1;
		got = u == UNIT_DONE;
		if (u == UNIT_END)
			read_rest(r);
	}
	if (!r->fast)
		got = xlsx_slow_row(r, row, e);
	r->ended = got == 0;
	r->delivered += got > 0;
	s->done = part_done(r->part);
	return got;
}

void xlsx_rows_close(struct xlsx_rows *r)
{
	part_close(r->part);
	xlsx_scan_close(&r->scan);
	free(r->cells);
	r->cells = NULL;
	r->cap = 0;
	for (size_t i = 0; i < COUNTOF(r->numbers); i++) {
		free(r->numbers[i]);
		r->numbers[i] = NULL;
	}
	arena_free(r->texts);
	r->texts = NULL;
	r->ended = true;
}

static void release(void *p)
{
	xlsx_rows_close(p);
}

struct xlsx_rows *xlsx_rows_open(struct xlsx *x, size_t sheet, struct err *e)
{
	struct xlsx_rows *r = arena_alloc(x->arena, sizeof *r);
	*r = (struct xlsx_rows){ .book = x, .name = x->sheets[sheet].part, .fast = true };
	r->sheet.row = next_row;
	r->part = zipfile_part(x->zip, zipfile_find(x->zip, r->name), e);
	if (!r->part)
		return NULL;
	arena_own(x->arena, r, release);
	enum xlsx_unit u = xlsx_fast_open(r, e);
	if (u == UNIT_ERROR || (u == UNIT_ODD && go_slow(r, e)))
		return NULL;
	r->ended = u == UNIT_END;
	return r;
}
