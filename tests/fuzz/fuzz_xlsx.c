/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an XLSX archive, or as the parts of one: the sheet, shared strings, styles, the
 * workbook, its relations. Where expat reads a sheet, our scanner must find the same cells. */
#include "fuzz/feed_check.h"
#include "fuzz/zip_stored.h"

#include "ingest/sheet/xlsx_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static const struct feed_limits limits = { .expanded = 1 << 30, .allocation = 64 << 20,
	.ratio = 1000, .depth = 100 };

/* The cells of the first sheet; false: it can't be read to the end. */
static bool dump(struct buf *out, const char *path, bool slow)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct xlsx *x = xlsx_open(a, path, limits, &e);
	struct xlsx_rows *r = x && x->nsheets && !x->sheets[0].note ? xlsx_rows_open(x, 0, &e) : NULL;
	struct sheet_row row;
	int got = -1;
	if (r && slow) {
		part_close(r->part);
		r->fast = r->ended = false;
		if (xlsx_slow_open(r, 0, &e))
			r = NULL;
	}
	while (r && (got = r->sheet.row(&r->sheet, &row, &e)) > 0) {
		buf_printf(out, "%lld\n", (long long)row.number);
		for (int i = 0; i < row.n; i++) {
			buf_printf(out, "%d%d:", row.cells[i].kind, row.cells[i].formula);
			buf_put(out, row.cells[i].text.p, row.cells[i].text.n);
			buf_putc(out, '\n');
		}
	}
	arena_free(a);
	return got == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const char *const names[] = { "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml",
		"xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels" };
	static const char book[] = "\n%%\n<workbook><sheets><sheet name='a' id='1'/></sheets></workbook>";
	if (n > 1 && memcmp(data, "PK", 2) == 0) {
		check_feed(&format_xlsx, check_file(data, n));
		return 0;
	}
	struct buf parts = { 0 }, archive = { 0 }, fast = { 0 }, slow = { 0 };
	buf_put(&parts, data, n);
	int separators = 0;
	for (size_t i = 0; i + 4 <= n; i++)
		separators += memcmp(data + i, "\n%%\n", 4) == 0;
	for (; separators < 2; separators++)
		buf_puts(&parts, "\n%%\n<x/>");
	if (separators == 2)
		buf_puts(&parts, book);
	zip_stored(&archive, (struct str){ parts.p, parts.n }, names, 5);
	const char *path = check_file((const uint8_t *)archive.p, archive.n);
	check_feed(&format_xlsx, path);
	if (dump(&slow, path, true) && (!dump(&fast, path, false) || fast.n != slow.n ||
		(fast.n && memcmp(fast.p, slow.p, fast.n) != 0)))
		abort();
	buf_free(&parts);
	buf_free(&archive);
	buf_free(&fast);
	buf_free(&slow);
	return 0;
}
