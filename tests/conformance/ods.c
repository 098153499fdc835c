/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cells of real ODS files against what odfpy 1.4.2 reads (../shared/data/ods). -v prints each
 * miss. */
#include "ingest/sheet/ods_int.h"
#include "ingest/sheet/sheet_int.h"
#include "test.h"
#include "cells.h"

#define DATA "../shared/data/ods"

static int open_book(struct arena *a, const char *path, void **book, struct err *e)
{
	const struct feed_limits limits = { .expanded = INT64_C(1) << 32,
		.allocation = 512 << 20, .ratio = 1000, .depth = 256 };
	struct ods *o = ods_open(a, path, limits, e);
	*book = o;
	return o ? (int)o->nsheets : -1;
}

static const char *open_sheet(struct arena *a, void *book, int i, struct sheet **rows,
	struct err *e)
{
	struct ods *o = book;
	(void)a;
	struct ods_rows *r = ods_rows_open(o, i, e);
	*rows = r ? &r->sheet : NULL;
	return o->sheets[i].name;
}

static const char *compare(const struct cells_expected *x, const struct sheet_cell *c,
	const char *text)
{
	double a, b;
	char iso[41] = "";
	size_t n = 0;
	bool ok = false;
	if (strcmp(x->type, "string") == 0)
		ok = c->kind == SHEET_TEXT && strcmp(text, x->value) == 0;
	else if (strcmp(x->type, "boolean") == 0)
		ok = c->kind == SHEET_BOOLEAN && strcmp(text, x->value) == 0;
	else if (strcmp(x->type, "date") == 0 || strcmp(x->type, "time") == 0)
		ok = iso_text(str_of(x->value), iso, &n) == c->kind && strlen(text) == n &&
			memcmp(text, iso, n) == 0;
	else
		ok = c->kind == SHEET_NUMBER && num_parse_double(text, strlen(text), &a) &&
			num_parse_double(x->value, strlen(x->value), &b) && a == b;
	return ok ? NULL : "wrong";
}

int main(int argc, char **argv)
{
	static const struct cells_reader reader = { open_book, open_sheet, compare };
	return cells_main(argc, argv, &reader, DATA, DATA "/expected_odfpy.tsv.gz", 1000);
}
