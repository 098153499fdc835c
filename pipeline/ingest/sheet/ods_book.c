/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An OpenDocument file as a whole: where its content is, whether it can be read, which tables it
 * has. */
#include "ingest/sheet/ods_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- encryption -------------------------------------------------------------------------- */

static void on_start(void *ctx, const char *name, const char *const *attrs)
{
	(void)attrs;
	if (strcmp(name, "encryption-data") == 0)
		*(bool *)ctx = true;
}

static void on_end(void *ctx, const char *name)
{
	(void)ctx, (void)name;
}

/* The manifest says of each part whether it is encrypted: of one if of any. */
static bool encrypted(struct ods *o)
{
	static const struct xml_handler handler = { on_start, on_end, NULL };
	bool yes = false;
	int64_t entry = zipfile_find(o->zip, "META-INF/manifest.xml");
	struct part *part = entry < 0 ? NULL : zipfile_part(o->zip, entry, NULL);
	if (part) {
		xml_parse(o->arena, part, &handler, &yes, o->limits.depth, NULL);
		part_close(part);
	}
	return yes;
}

/* ---- tables ------------------------------------------------------------------------------ */

struct part *ods_content(struct ods *o, struct err *e)
{
	if (o->zip)
		return zipfile_part(o->zip, o->content, e);
	return part_plain(o->arena, o->path, o->limits, e);
}

static void count_row(struct sheet_info *s, const struct sheet_row *row, int *wide)
{
	int filled = 0;
	for (int i = 0; i < row->n; i++)
		filled += row->cells[i].text.n > 0;
	*wide += filled > 1;
	s->filled |= filled > 0;
	s->tabular |= *wide > 1;
	s->rows = row->number;
	s->columns = row->n > s->columns ? row->n : s->columns;
}

static int find_tables(struct ods *o, struct err *e)
{
	struct ods_rows *r = ods_rows_open(o, -1, e);
	struct sheet_row row;
	int got = r ? 1 : -1, wide = 0;
	int64_t table = -1;
	while (got > 0 && (got = r->sheet.row(&r->sheet, &row, e)) > 0) {
		if (r->table != table)
			wide = 0;
		table = r->table;
		count_row(&o->sheets[table], &row, &wide);
	}
	if (r)
		ods_rows_close(r);
	return got;
}

/* ---- opening ----------------------------------------------------------------------------- */

static void release(void *p)
{
	struct ods *o = p;
	free(o->sheets);
	free(o->hidden);
}

static bool is_zip(const char *path)
{
	char head[4] = { 0 };
	FILE *f = fopen(path, "rb");
	size_t n = f ? fread(head, 1, sizeof head, f) : 0;
	if (f)
		fclose(f);
	return n == sizeof head && memcmp(head, "PK\3\4", 4) == 0;
}

struct ods *ods_open(struct arena *a, const char *path, struct feed_limits limits,
	struct err *e)
{
	struct ods *o = arena_alloc(a, sizeof *o);
	*o = (struct ods){ .arena = a, .limits = limits, .path = path };
	arena_own(a, o, release);
	if (is_zip(path)) {
		o->zip = zipfile_open(a, path, limits, e);
		if (!o->zip)
			return NULL;
		o->content = zipfile_find(o->zip, "content.xml");
		if (o->content < 0) {
			err_set(e, ERR_INPUT, "the archive holds no spreadsheet");
			return NULL;
		}
		if (encrypted(o)) {
			err_set(e, ERR_INPUT, "encrypted: save it without a password");
			return NULL;
		}
	}
	if (find_tables(o, e))
		return NULL;
	if (!o->nsheets) {
		err_set(e, ERR_INPUT, "it is no spreadsheet, or an empty one");
		return NULL;
	}
	return o;
}
