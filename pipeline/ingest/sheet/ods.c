/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenDocument spreadsheets as a feed: which file is one, and which table of it is read. */
#define _GNU_SOURCE         /* memmem */
#include "ingest/sheet/ods_int.h"

#include <string.h>

static bool holds(struct str s, const char *text)
{
	return memmem(s.p, s.n, text, strlen(text)) != NULL;
}

/* The type stands in the first entry, which is not compressed; else in the manifest. */
static enum detected detect(struct str head, const char *path)
{
	static const char type[] = "application/vnd.oasis.opendocument.spreadsheet";
	struct str front = { head.p, head.n < 4096 ? head.n : 4096 };
	if (head.n < 4)
		return DETECT_NO;
	if (memcmp(head.p, "PK\3\4", 4) != 0)
		return holds(front, "office:document") && holds(front, type) ? DETECT_YES
			: DETECT_NO;
	if (holds((struct str){ head.p, head.n < 200 ? head.n : 200 }, type))
		return DETECT_YES;
	if (!path)
		return DETECT_NO;
	struct arena *a = arena_new();
	const struct feed_limits limits = { .expanded = 1 << 20, .ratio = 1000 };
	struct zipfile *z = zipfile_open(a, path, limits, NULL);
	int64_t entry = z ? zipfile_find(z, "META-INF/manifest.xml") : -1;
	struct part *part = entry < 0 ? NULL : zipfile_part(z, entry, NULL);
	char *text = arena_alloc(a, HEAD_BYTES);
	int64_t n = part ? part_read(part, text, HEAD_BYTES, NULL) : 0;
	bool yes = n > 0 && holds((struct str){ text, (size_t)n }, type);
	arena_free(a);
	return yes ? DETECT_YES : DETECT_NO;
}

static void at_end(struct sheet *s, struct feed *f)
{
	const struct ods_rows *r = (const struct ods_rows *)s;
	const char *damaged = r->book->zip ? zipfile_damaged(r->book->zip) : NULL;
	if (damaged)
		feed_finding(f, FIND_checksum_differs, NULL, 1, -1, damaged, NULL);
}

static int open_book(struct feed *f, struct err *e)
{
	struct ods *o = ods_open(f->arena, f->path, feed_limits(f), e);
	size_t chosen;
	if (!o || sheet_choose(f, o->sheets, o->nsheets, &chosen, e))
		return -1;
	struct ods_rows *r = ods_rows_open(o, (int64_t)chosen, e);
	if (!r)
		return -1;
	r->sheet.end = at_end;
	if (sheet_feed(f, &r->sheet, e))
		return err_while(e, "sheet '%s'", o->sheets[chosen].name);
	return 0;
}

const struct format format_ods = {
	.name = "ods",
	.title = "OpenDocument spreadsheet",
	.extensions = "ods fods ots",
	.detect = detect,
	.open = open_book,
};
