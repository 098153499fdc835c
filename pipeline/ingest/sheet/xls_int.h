/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the XLS format share. The way of a workbook: compound file (cfb.c) -> its
 * stream of records (xls_record.c) -> what holds for the whole book (xls_book.c, xls_codepage.c)
 * -> the cells of a sheet (xls_list.c) and its rows (xls_rows.c) -> the feed (xls.c), which asks freexl for a second opinion
 * (xls_second.c). Written after Microsoft's [MS-CFB] and [MS-XLS] and OpenOffice.org's
 * Documentation of the Microsoft Excel File Format (Rentz 2008), which also has BIFF2 to 5.
 */
#ifndef XLS_INT_H
#define XLS_INT_H

#include "ingest/process/feed.h"

/* Bytes of the file or made from it; all numbers in them are little-endian. */
struct xls_bytes {
	const unsigned char *p;
	size_t n;
};
static inline unsigned xls_u16(const unsigned char *p)
{
	return p[0] | (unsigned)p[1] << 8;
}
static inline uint32_t xls_u32(const unsigned char *p)
{
	return xls_u16(p) | (uint32_t)xls_u16(p + 2) << 16;
}

/* ---- cfb.c: compound files --------------------------------------------------------------- */

enum { CFB_MAGIC = 8 };
bool cfb_is(const void *p, size_t n);
/* Where streams lie in a compound file. ERR_INPUT when its tables make no sense. `file` and the
 * arena must live as long. */
struct cfb;
struct cfb *cfb_open(struct arena *a, struct xls_bytes file, struct err *e);
/* Case is ignored. Streams of the topmost level come first, then any. */
bool cfb_has(const struct cfb *c, const char *name);
/* The bytes of a stream: of the file where they lie in one piece, else a copy in the arena.
 * *cut: the file ends before the stream does. */
int cfb_stream(struct cfb *c, const char *name, struct xls_bytes *out, bool *cut,
	struct err *e);

/* ---- xls_record.c: records and the texts in them ----------------------------------------- */

/* Identifiers; those of cells are in xls_list.c. */
enum {
	XLS_EOF = 0x000a, XLS_CODEPAGE = 0x0042, XLS_DATEMODE = 0x0022, XLS_FILEPASS = 0x002f,
	XLS_CONTINUE = 0x003c, XLS_BOUNDSHEET = 0x0085, XLS_SHEETHDR = 0x008f,
	XLS_SST = 0x00fc, XLS_STRING2 = 0x0007, XLS_STRING = 0x0207,
	XLS_FORMAT2 = 0x001e, XLS_FORMAT4 = 0x041e,
	XLS_XF3 = 0x0243, XLS_XF4 = 0x0443, XLS_XF = 0x00e0
};
struct xls_record {
	unsigned id;
	size_t at;                     /* of its header in the stream */
	const unsigned char *p;        /* its payload, which may be cut off */
	size_t n;
};
struct xls_reader {
	struct xls_bytes stream;
	size_t at;
	int depth;                     /* of substreams within the one that was started */
};
/* The next record; false at the end of the stream. */
bool xls_next(struct xls_reader *r, struct xls_record *rec);
/* The next record of a substream, past those embedded in it (charts). Starts behind its BOF;
 * false at its end. */
bool xls_next_inside(struct xls_reader *r, struct xls_record *rec);
/* The beginning of a substream: its version of BIFF (2, 3, 4, 5 or 8) and type; else 0. */
int xls_bof(const struct xls_record *rec, unsigned *type);
enum { XLS_GLOBALS = 0x0005, XLS_WORKSHEET = 0x0010, XLS_WORKSPACE = 0x0100 };

/* Reads on from a record into the CONTINUE records behind it. */
struct xls_cursor {
	struct xls_reader rest;
	const unsigned char *p, *end;
};
struct xls_cursor xls_cursor(struct xls_bytes stream, const struct xls_record *rec,
	size_t skip);
/* n bytes as a little-endian number; false at the end. */
bool xls_cursor_number(struct xls_cursor *c, int n, uint32_t *v);
/* n bytes, or what there is of them, appended to out; NULL: skipped. */
void xls_cursor_bytes(struct xls_cursor *c, size_t n, struct buf *out);
/* A Unicode string with its length in `width` bytes (1 or 2), appended as UTF-8 without NUL:
 * what there is of it. False at the end of the records before there was a header. */
bool xls_unicode(struct xls_cursor *c, int width, struct buf *out);

/* ---- xls_book.c: what holds for the whole workbook --------------------------------------- */

enum { XLS_COLUMNS = 256, XLS_ROWS = 65536, XLS_FORMATS = 65536 };
enum xls_type { XLS_SHEET = 0, XLS_MACROS = 1, XLS_CHART = 2, XLS_MODULE = 6 };
struct xls_sheet {
	const char *name;
	enum xls_type type;
	bool hidden, damaged;          /* damaged: it is not where the workbook says */
	size_t at;                     /* of its BOF */
	/* counted by xls_survey */
	int64_t cells, rows, columns;  /* cells that are not empty; the last row and column */
	int64_t lost;                  /* damaged, or in a column that no sheet has */
	bool tabular;                  /* two rows or more have two cells or more */
};
struct xls {
	struct arena *arena;
	struct xls_bytes stream;
	int version;                   /* of BIFF */
	bool cut;                      /* the file ends early */
	bool date1904;
	unsigned codepage;             /* 0: not stated */
	void *iconv;                   /* from the code page; NULL: Windows-1252 */
	bool codepage_unknown;         /* so Windows-1252 is assumed */
	bool opened;
	struct xls_sheet *sheets;
	size_t nsheets, sheets_cap;
	size_t walked;                 /* bytes of sheets that were surveyed */
	/* shared strings: string i is text[ends[i - 1]] to text[ends[i]] */
	struct buf text;
	size_t *ends, nstrings, strings_cap;
	/* the number format of each cell format, and what numbers each of those shows */
	uint16_t *xfs;
	size_t nxfs, xfs_cap, nformats;
	uint8_t *kinds;                /* [XLS_FORMATS] enum sheet_kind */
};
/* A compound file or bare records, which must live as long as the arena. NULL with ERR_INPUT: no
 * workbook, encrypted, damaged. */
struct xls *xls_open(struct arena *a, struct xls_bytes file, struct err *e);
/* Up to BIFF4 each sheet brings its own formats and code page: they hold from here on. */
void xls_sheet_begin(struct xls *x, const struct xls_sheet *s);
/* The text that starts `skip` bytes into a record, its length in `width` bytes, appended as UTF-8
 * without NUL: Unicode, or before BIFF8 bytes of the code page. */
void xls_text(const struct xls *x, const struct xls_record *rec, size_t skip, int width,
	struct buf *out);
struct str xls_shared(const struct xls *x, uint32_t i);
enum sheet_kind xls_kind(const struct xls *x, unsigned xf);

/* ---- xls_codepage.c ---------------------------------------------------------------------- */

/* Sets the code page that bytes are written in. */
void xls_codepage(struct xls *x, unsigned number);
void xls_codepage_close(struct xls *x);
void xls_codepage_text(const struct xls *x, struct str bytes, struct buf *out);

/* ---- xls_list.c: where the cells of a sheet are ------------------------------------------ */

enum xls_cell {
	XLS_NO_CELL, XLS_INTEGER, XLS_NUMBER, XLS_RK, XLS_MULRK, XLS_LABEL, XLS_SHARED,
	XLS_BOOLERR, XLS_FORMULA
};
enum xls_cell xls_cell_record(const struct xls *x, unsigned id);
/* The bytes before the value: row, column and XF; in BIFF2 three bytes of attributes for XF. */
size_t xls_prefix(const struct xls *x);
struct xls_spot {
	uint32_t at;                   /* of a record with one cell, or several in a row */
	uint16_t row, column;
};
struct xls_list {
	struct xls_spot *v;
	size_t n, cap;
	bool sorted;
	int64_t lost;
	size_t walked;                 /* bytes */
};
/* Sorted by row, then as they come. Only records that are whole. The caller frees v. */
struct xls_list xls_list_cells(const struct xls *x, const struct xls_sheet *s);
struct xls_record xls_record_at(const struct xls *x, size_t at);
/* Counts what is in the sheet. */
void xls_survey(struct xls *x, struct xls_sheet *s);

/* ---- xls_rows.c: rows ---------------------------------------------------------------------- */

/* The rows of a sheet in order; the texts of all rows together may have `limit` bytes. */
void xls_rows(struct xls *x, const struct xls_sheet *s, int64_t limit, struct sheet *out);

/* ---- xls_second.c: freexl ---------------------------------------------------------------- */

/* Compares the cells of the sheet with what freexl reads, in a process of its own, since it
 * crashes and hangs on damaged files. Tells a fact, and a finding where they disagree. */
void xls_second(struct feed *f, struct xls *x, const struct xls_sheet *s);

#endif
