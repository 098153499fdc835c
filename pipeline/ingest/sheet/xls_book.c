/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What holds for a whole workbook: its version, sheets, shared strings, number formats, code
 * page, system of dates. From BIFF5 on that stands in a substream of its own at the beginning;
 * before, each file was one sheet that brought everything, and a workspace was a row of these.
 */
#include "ingest/sheet/xls_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- arrays that grow -------------------------------------------------------------------- */

/* Room for one more; n items are there. What comes of it is bounded by the size of the stream. */
static void *grow(void *p, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return p;
	*cap = *cap ? 2 * *cap : 64;
	return mem_realloc(p, *cap, size);
}

static void release(void *arg)
{
	struct xls *x = arg;
	xls_codepage_close(x);
	free(x->ends);
	free(x->xfs);
	free(x->sheets);
	buf_free(&x->text);
}

/* ---- texts ------------------------------------------------------------------------------- */

void xls_text(const struct xls *x, const struct xls_record *rec, size_t skip, int width,
	struct buf *out)
{
	struct xls_cursor c = xls_cursor(x->stream, rec, skip);
	if (x->version == 8) {
		xls_unicode(&c, width, out);
		return;
	}
	struct buf bytes = { 0 };
	uint32_t n;
	if (xls_cursor_number(&c, width, &n))
		xls_cursor_bytes(&c, n, &bytes);
	xls_codepage_text(x, (struct str){ buf_str(&bytes), bytes.n }, out);
	buf_free(&bytes);
}

/* The number that the record states is often wrong: what counts is what is there. */
static void read_strings(struct xls *x, const struct xls_record *rec)
{
	enum { COUNTS = 8 };
	if (x->nstrings)
		return;
	struct xls_cursor c = xls_cursor(x->stream, rec, COUNTS);
	while (xls_unicode(&c, 2, &x->text)) {
		x->ends = grow(x->ends, x->nstrings, &x->strings_cap, sizeof *x->ends);
		x->ends[x->nstrings++] = x->text.n;
	}
}

struct str xls_shared(const struct xls *x, uint32_t i)
{
	if (i >= x->nstrings)
		return (struct str){ "", 0 };
	size_t from = i ? x->ends[i - 1] : 0;
	return (struct str){ buf_str(&x->text) + from, x->ends[i] - from };
}

/* ---- number formats ---------------------------------------------------------------------- */

static void builtin_formats(struct xls *x)
{
	enum { CUSTOM = 164 };
	x->nformats = x->nxfs = 0;
	for (int i = 0; i < XLS_FORMATS; i++)
		x->kinds[i] = (uint8_t)(i < CUSTOM ? numfmt_kind(numfmt_builtin(i)) :
			SHEET_NUMBER);
}

/* Up to BIFF4 formats are numbered in their order, from BIFF5 on they bring their number. */
static void read_format(struct xls *x, const struct xls_record *rec)
{
	bool numbered = x->version >= 5;
	size_t number = numbered && rec->n >= 2 ? xls_u16(rec->p) : x->nformats++;
	struct buf code = { 0 };
	xls_text(x, rec, rec->id == XLS_FORMAT4 ? 2 : 0, x->version == 8 ? 2 : 1, &code);
	if (number < XLS_FORMATS)
		x->kinds[number] = (uint8_t)numfmt_kind(buf_str(&code));
	buf_free(&code);
}

static void read_xf(struct xls *x, const struct xls_record *rec)
{
	unsigned format = 0;
	if (rec->n >= 4)
		format = rec->id == XLS_XF ? xls_u16(rec->p + 2) : rec->p[1];
	x->xfs = grow(x->xfs, x->nxfs, &x->xfs_cap, sizeof *x->xfs);
	x->xfs[x->nxfs++] = (uint16_t)format;
}

enum sheet_kind xls_kind(const struct xls *x, unsigned xf)
{
	return xf < x->nxfs ? x->kinds[x->xfs[xf]] : SHEET_NUMBER;
}

/* ---- sheets ------------------------------------------------------------------------------ */

static void add_sheet(struct xls *x, struct xls_sheet s)
{
	if (x->opened)
		return;                /* a sheet within a sheet */
	x->sheets = grow(x->sheets, x->nsheets, &x->sheets_cap, sizeof *x->sheets);
	x->sheets[x->nsheets++] = s;
}

static const char *sheet_name(struct xls *x, const struct xls_record *rec, size_t skip)
{
	struct buf name = { 0 };
	xls_text(x, rec, skip, 1, &name);
	const char *copy = arena_strndup(x->arena, buf_str(&name), name.n);
	buf_free(&name);
	return copy;
}

static void check_sheets(struct xls *x)
{
	for (size_t i = 0; i < x->nsheets; i++) {
		struct xls_sheet *s = &x->sheets[i];
		struct xls_reader r = { .stream = x->stream, .at = s->at };
		struct xls_record rec;
		unsigned type;
		s->damaged = s->at > x->stream.n || !xls_next(&r, &rec) || !xls_bof(&rec, &type);
	}
}

/* ---- the records --------------------------------------------------------------------------- */

static int read_record(struct xls *x, const struct xls_record *rec, struct err *e)
{
	switch (rec->id) {
	case XLS_FILEPASS:
		return err_set(e, ERR_INPUT, "encrypted: save it without a password");
	case XLS_CODEPAGE:
		if (rec->n >= 2)
			xls_codepage(x, xls_u16(rec->p));
		break;
	case XLS_DATEMODE:
		if (rec->n >= 2)
			x->date1904 = xls_u16(rec->p) != 0;
		break;
	case XLS_BOUNDSHEET:
		if (rec->n >= 7)
			add_sheet(x, (struct xls_sheet){
				.at = xls_u32(rec->p),
				.hidden = rec->p[4] & 3,
				.type = rec->p[5],
				.name = sheet_name(x, rec, 6),
			});
		break;
	case XLS_SHEETHDR:             /* the sheet follows at once */
		if (rec->n >= 5)
			add_sheet(x, (struct xls_sheet){
				.at = (size_t)(rec->p - x->stream.p) + rec->n,
				.name = sheet_name(x, rec, 4),
			});
		break;
	case XLS_SST:
		read_strings(x, rec);
		break;
	case XLS_FORMAT2:
	case XLS_FORMAT4:
		read_format(x, rec);
		break;
	case XLS_XF3:
	case XLS_XF4:
	case XLS_XF:
		read_xf(x, rec);
		break;
	}
	return 0;
}

/* Reads the substream at `at` for everything but cells. */
static int read_globals(struct xls *x, size_t at, struct err *e)
{
	struct xls_reader r = { .stream = x->stream, .at = at };
	struct xls_record rec;
	if (!xls_next(&r, &rec))
		return 0;
	while (xls_next_inside(&r, &rec))
		if (read_record(x, &rec, e))
			return -1;
	return 0;
}

/* ---- opening ----------------------------------------------------------------------------- */

static int find_stream(struct arena *a, struct xls_bytes file, struct xls *x, struct err *e)
{
	x->stream = file;
	if (!cfb_is(file.p, file.n))
		return 0;
	struct cfb *c = cfb_open(a, file, e);
	if (!c)
		return -1;
	if (cfb_has(c, "EncryptedPackage"))
		return err_set(e, ERR_INPUT, "encrypted: save it without a password");
	const char *name = cfb_has(c, "Workbook") ? "Workbook" : "Book";
	if (!cfb_has(c, name))
		return err_set(e, ERR_INPUT, "it holds no workbook");
	return cfb_stream(c, name, &x->stream, &x->cut, e);
}

static int open_stream(struct arena *a, struct xls_bytes file, struct xls *x, struct err *e)
{
	if (find_stream(a, file, x, e))
		return -1;
	struct xls_reader r = { .stream = x->stream };
	struct xls_record rec;
	unsigned type;
	if (x->stream.n > UINT32_MAX)
		return err_set(e, ERR_INPUT, "the workbook is larger than 4 GB");
	if (!xls_next(&r, &rec) || !(x->version = xls_bof(&rec, &type)))
		return err_set(e, ERR_INPUT, "damaged: the workbook has no beginning");
	builtin_formats(x);
	if (read_globals(x, 0, e))
		return -1;
	if (type != XLS_GLOBALS && type != XLS_WORKSPACE && !x->nsheets)
		add_sheet(x, (struct xls_sheet){ .name = "Sheet1" });
	check_sheets(x);
	x->opened = true;
	return 0;
}

struct xls *xls_open(struct arena *a, struct xls_bytes file, struct err *e)
{
	struct xls *x = arena_alloc(a, sizeof *x);
	*x = (struct xls){ .arena = a };
	x->kinds = arena_calloc(a, XLS_FORMATS, sizeof *x->kinds);
	arena_own(a, x, release);
	return open_stream(a, file, x, e) ? NULL : x;
}

void xls_sheet_begin(struct xls *x, const struct xls_sheet *s)
{
	if (x->version >= 5 || s->damaged)
		return;
	builtin_formats(x);
	read_globals(x, s->at, NULL);
}
