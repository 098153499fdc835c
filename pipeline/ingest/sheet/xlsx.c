/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Excel workbooks (.xlsx, .xlsm) as a feed: which file is one, and which sheet is read. */
#define _GNU_SOURCE         /* memmem */
#include "ingest/sheet/xlsx_int.h"

#include <string.h>

/* ---- detection --------------------------------------------------------------------------- */

static bool begins_folded(const char *s, const char *with)
{
	size_t n = strlen(with);
	return strlen(s) >= n && str_ieq((struct str){ s, n }, with);
}

/* Word and PowerPoint files have the same container. */
static enum detected detect_archive(const char *path)
{
	struct arena *a = arena_new();
	const struct feed_limits limits = { .expanded = 1 << 20, .ratio = 1000 };
	struct zipfile *z = zipfile_open(a, path, limits, NULL);
	bool types = z && zipfile_find(z, "[Content_Types].xml") >= 0;
	bool workbook = false, other = false;
	for (int64_t i = 0; types && i < zipfile_count(z); i++) {
		const char *name = zipfile_name(z, i);
		const char *base = path_base(name);
		workbook |= begins_folded(base, "workbook.") || begins_folded(name, "xl/") ||
			begins_folded(name, "xl\\");
		other |= begins_folded(name, "word/") || begins_folded(name, "ppt/");
	}
	arena_free(a);
	return types && workbook && !other ? DETECT_YES : DETECT_NO;
}

static enum detected detect(struct str head, const char *path)
{
	if (head.n < 4 || memcmp(head.p, "PK\3\4", 4) != 0)
		return DETECT_NO;
	if (path)
		return detect_archive(path);
	return memmem(head.p, head.n, "xl/", 3) ? DETECT_MAYBE : DETECT_NO;
}

/* ---- opening ----------------------------------------------------------------------------- */

/* Looks at the first rows: enough to know whether it could be a table. */
static int survey(struct xlsx *x, size_t sheet, struct sheet_info *info, struct err *e)
{
	enum { ROWS = 200 };
	const struct xlsx_sheet *s = &x->sheets[sheet];
	*info = (struct sheet_info){ .name = s->name, .note = s->note, .hidden = s->hidden,
		.rows = -1, .columns = -1 };
	if (s->note)
		return 0;
	struct xlsx_rows *r = xlsx_rows_open(x, sheet, e);
	struct sheet_row row;
	int got = r ? 1 : -1, wide = 0, rows = 0, columns = 0;
	for (; got > 0 && rows < ROWS; rows += got > 0) {
		int filled = 0;
		got = r->sheet.row(&r->sheet, &row, e);
		for (int i = 0; got > 0 && i < row.n; i++)
			filled += row.cells[i].text.n > 0;
		wide += filled > 1;
		info->filled |= filled > 0;
		columns = got > 0 && row.n > columns ? row.n : columns;
	}
	if (got == 0) {
		info->rows = rows;
		info->columns = columns;
	}
	info->tabular = wide > 1;
	if (r)
		xlsx_rows_close(r);
	return got < 0 ? -1 : 0;
}

/* When a sheet is asked for, another one may be damaged. */
static int survey_all(struct feed *f, struct xlsx *x, struct sheet_info *v, struct err *e)
{
	for (size_t i = 0; i < x->nsheets; i++) {
		struct err here = { 0 };
		if (survey(x, i, &v[i], &here) && !f->options->sheet) {
			*e = here;
			return err_while(e, "sheet '%s'", v[i].name);
		}
	}
	return 0;
}

static void at_end(struct sheet *s, struct feed *f)
{
	const struct xlsx_rows *r = (const struct xlsx_rows *)s;
	const char *damaged = zipfile_damaged(r->book->zip);
	if (damaged)
		feed_finding(f, FIND_checksum_differs, NULL, 1, -1, damaged, NULL);
}

static int open_book(struct feed *f, struct err *e)
{
	struct xlsx *x = xlsx_open(f->arena, f->path, feed_limits(f), e);
	if (!x)
		return -1;
	struct sheet_info *v = arena_calloc(f->arena, x->nsheets + 1, sizeof *v);
	size_t chosen;
	if (survey_all(f, x, v, e) || sheet_choose(f, v, x->nsheets, &chosen, e))
		return -1;
	feed_fact(f, "date system", "%s", x->date1904 ? "1904" : "1900");
	if (x->lost_relations)
		feed_fact(f, "relations", "damaged; parts of the file were found by their names");
	struct xlsx_rows *r = xlsx_rows_open(x, chosen, e);
	if (!r)
		return -1;
	r->sheet.end = at_end;
	if (sheet_feed(f, &r->sheet, e))
		return err_while(e, "sheet '%s'", v[chosen].name);
	return 0;
}

const struct format format_xlsx = {
	.name = "xlsx",
	.title = "Excel workbook",
	.extensions = "xlsx xlsm",
	.detect = detect,
	.open = open_book,
};
