/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an old Excel workbook: refused with a reason, or every sheet of it can be read: rows in
 * order, texts valid. freexl stays out: it is known to crash. */
#include "ingest/sheet/xls_int.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_row(const struct sheet_row *r, int64_t last)
{
	if (r->number <= last || r->number > XLS_ROWS || r->n < 1 || r->n > XLS_COLUMNS ||
		r->cells[r->n - 1].kind == SHEET_EMPTY)
		abort();
	for (int i = 0; i < r->n; i++) {
		struct str s = r->cells[i].text;
		bool empty = r->cells[i].kind == SHEET_EMPTY;
		if (empty ? s.n : !s.n || !utf8_valid(s.p, s.n, NULL) || memchr(s.p, 0, s.n))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	enum { MOST_TEXT = 1 << 24 };
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct xls *x = xls_open(a, (struct xls_bytes){ data, n }, &e);
	if (!x && (e.code != ERR_INPUT || !e.msg[0]))
		abort();
	for (size_t i = 0; x && i < x->nsheets; i++) {
		struct sheet rows;
		struct sheet_row r;
		int64_t last = 0;
		xls_survey(x, &x->sheets[i]);
		if (!utf8_valid(x->sheets[i].name, strlen(x->sheets[i].name), NULL))
			abort();
		for (xls_rows(x, &x->sheets[i], MOST_TEXT, &rows); rows.row(&rows, &r, &e) == 1;
			last = r.number)
			check_row(&r, last);
	}
	arena_free(a);
	return 0;
}
