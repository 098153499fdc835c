/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cells of real XLSX files against what openpyxl 3.0.9 reads (../shared/data/xlsx). -v prints each
 * miss. The ones that are left are ours on purpose:
 *   escape     _x000D_ is the character that it stands for
 *   day 60     the 29th of February 1900 did not exist: it stays a number
 *   duration   formats like [h]:mm are elapsed time, not a number
 *   ISO date   cells that say so are dates, not texts
 * Of the seven files that openpyxl refuses, six are read; the other is encrypted.
 */
#include "ingest/sheet/xlsx_int.h"
#include "test.h"
#include "cells.h"

#define DATA "../shared/data/xlsx"

static int open_book(struct arena *a, const char *path, void **book, struct err *e)
{
	const struct feed_limits limits = { .expanded = INT64_C(1) << 32,
		.allocation = 512 << 20, .ratio = 1000, .depth = 256 };
	struct xlsx *x = xlsx_open(a, path, limits, e);
	*book = x;
	return x ? (int)x->nsheets : -1;
}

static const char *open_sheet(struct arena *a, void *book, int i, struct sheet **rows,
	struct err *e)
{
	struct xlsx *x = book;
	(void)a;
	const struct xlsx_sheet *s = &x->sheets[i];
	struct xlsx_rows *r = s->note ? NULL : xlsx_rows_open(x, (size_t)i, e);
	*rows = r ? &r->sheet : NULL;
	return s->name;
}

/* "2014-02-19T14:30:00" as "2014-02-19 14:30:00.000". */
static bool same_date(const char *text, const char *value)
{
	char full[64];
	bool time = strchr(text, ':') != NULL, fraction = strchr(text, '.') != NULL;
	snprintf(full, sizeof full, "%s%s%s", text, time ? "" : " 00:00:00",
		fraction ? "" : ".000");
	char *t = strchr(full, 'T');
	if (t)
		*t = ' ';
	return strcmp(full, value) == 0;
}

static const char *compare(const struct cells_expected *x, const struct sheet_cell *c,
	const char *text)
{
	double a, b;
	bool ok = false;
	switch (*x->type) {
	case 's':
		ok = c->kind == SHEET_TEXT && strcmp(text, x->value) == 0;
		break;
	case 'n':
		ok = c->kind == SHEET_NUMBER && num_parse_double(text, strlen(text), &a) &&
			num_parse_double(x->value, strlen(x->value), &b) && a == b;
		break;
	case 'b':
		ok = c->kind == SHEET_BOOLEAN &&
			strcmp(text, *x->value == '1' ? "true" : "false") == 0;
		break;
	case 'e':
		ok = c->kind == SHEET_ERROR && strcmp(text, x->value) == 0;
		break;
	case 'd':
		ok = same_date(text, x->value);
		break;
	}
	if (ok)
		return NULL;
	if (c->kind == SHEET_DURATION)
		return "duration";
	if (*x->type == 's' && c->kind == SHEET_DATE)
		return "ISO date";
	return strstr(x->value, "_x") ? "escape" : c->no_date ? "day 60" : "wrong";
}

int main(int argc, char **argv)
{
	static const struct cells_reader reader = { open_book, open_sheet, compare };
	return cells_main(argc, argv, &reader, DATA, DATA "/expected_openpyxl.tsv.gz", 999);
}
