/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the XLSX format share. The way of a workbook: zip archive -> relations,
 * sheets, styles (xlsx_book.c) -> shared strings (xlsx_strings.c) -> the rows of a sheet, by a
 * scanner of our own where the XML is written as usual (xlsx_scan.c, xlsx_fast.c) and by expat
 * where it is not (xlsx_slow.c), with the same cells either way (xlsx_cell.c). After ECMA-376
 * (Office Open XML), parts 1 and 2, and what programs really write.
 */
#ifndef XLSX_INT_H
#define XLSX_INT_H

#include "ingest/sheet/zipxml.h"

enum { XLSX_COLUMNS = 16384 };

/* ---- xlsx_book.c: what holds for the whole workbook -------------------------------------- */

struct xlsx_sheet {
	const char *name;
	const char *part;              /* name of its entry */
	const char *note;              /* "chart", ...: no worksheet; NULL: it is one */
	bool hidden;
};
struct xlsx {
	struct arena *arena;
	struct feed_limits limits;
	struct zipfile *zip;
	struct xlsx_sheet *sheets;
	size_t nsheets, sheets_cap;
	bool date1904;
	bool lost_relations;           /* of parts to each other: usual names were taken */
	enum sheet_kind *kinds;        /* [nkinds] of numbers, by cell format (style) */
	size_t nkinds, kinds_cap;
	struct str *strings;           /* [nstrings] shared */
	size_t nstrings, strings_cap, strings_bytes;
};
/* Lives in the arena. ERR_INPUT: no workbook, encrypted, binary, damaged. */
struct xlsx *xlsx_open(struct arena *a, const char *path, struct feed_limits limits,
	struct err *e);

/* ---- xlsx_strings.c: shared strings ------------------------------------------------------ */

int xlsx_strings_read(struct xlsx *x, int64_t entry, struct err *e);
/* s without escapes such as _x000D_, into `to`, which has room for s.n bytes. Returns its length. */
size_t xlsx_unescape(struct str s, char *to);

/* ---- xlsx_scan.c: XML as spreadsheet programs write it ------------------------------------ */

/* Reads a part in units (a row, a shared string) that lie in memory in one piece. */
struct xlsx_scan {
	struct part *part;
	char *p;                       /* [cap + 1], a NUL behind the n bytes */
	size_t n, cap, at;             /* at: the next unit */
	bool ended;
	size_t most;                   /* bytes of one unit */
	char prefix[16];               /* of all elements, with its ':' */
	size_t nprefix;
	char *kept;                    /* texts of a unit that had to be rewritten */
	size_t nkept, kept_cap;        /* enough for three times its bytes */
};
/* What becomes of a unit: MORE: its end has not been read yet; ODD: it is not written as usual,
 * so that expat must say what it means. */
enum xlsx_unit { UNIT_DONE, UNIT_END, UNIT_MORE, UNIT_ODD, UNIT_ERROR };
void xlsx_scan_open(struct xlsx_scan *s, struct part *part, int64_t most);
void xlsx_scan_close(struct xlsx_scan *s);
/* Reads more behind a unit that was MORE. UNIT_DONE, UNIT_ODD at the end of the part, UNIT_ERROR. */
enum xlsx_unit xlsx_scan_more(struct xlsx_scan *s, struct err *e);
/* Room for n bytes until nkept is set back, which who reads a unit does first. All together no more
 * than three times the bytes of the unit. */
char *xlsx_scan_room(struct xlsx_scan *s, size_t n);
/* Past everything in front of the content of element `name`, in a part that is UTF-8.
 * UNIT_END: it is empty. */
enum xlsx_unit xlsx_scan_into(struct xlsx_scan *s, const char *name, struct err *e);

/* Below, p stands in the buffer of a scan, whose end has a NUL: NULL when it ends too early or is
 * odd, as *u says. */
struct xlsx_tag {
	const char *name;              /* behind '<' or '</' */
	size_t n;
	bool close, empty;             /* </x>, <x/> */
	const char *attrs;             /* behind the name */
};
/* The tag that stands at p behind blanks. Returns the place behind it. */
const char *xlsx_tag(const struct xlsx_scan *s, const char *p, struct xlsx_tag *t,
	enum xlsx_unit *u);
static inline bool xlsx_tag_is(const struct xlsx_tag *t, const char *name, size_t n)
{
	return t->n == n && __builtin_memcmp(t->name, name, n) == 0;
}
/* The text up to the next '<', with entities resolved. */
const char *xlsx_text(struct xlsx_scan *s, const char *p, struct str *text,
	enum xlsx_unit *u);
/* Text of the runs in an element of rich text (si, is) whose start tag was just read, up to behind
 * its end tag. */
const char *xlsx_rich(struct xlsx_scan *s, const char *p, const char *name, struct str *text,
	enum xlsx_unit *u);

/* Writes a character; returns the place behind it. */
char *xlsx_utf8(char *to, uint32_t cp);

/* ---- xlsx_cell.c: cells ------------------------------------------------------------------ */

enum xlsx_type { XLSX_NUMBER, XLSX_SHARED, XLSX_STRING, XLSX_BOOLEAN, XLSX_ERROR, XLSX_ISO };
struct xlsx_cell {
	int column;
	enum xlsx_type type;
	int style;
	struct str value;              /* entities resolved, escapes not */
	bool inline_text;              /* of <is>, which stands before <v> */
	bool formula;
};
enum xlsx_type xlsx_type(struct str t);
/* Number of a cell format; what is none is 0, the default. */
int xlsx_style(struct str s);
/* Column of a reference like AB12, from 0; -1: none. */
int xlsx_column(struct str ref);

/* The rows of a sheet, whoever reads them. */
struct xlsx_rows {
	struct sheet sheet;            /* first: what sheet.c knows */
	struct xlsx *book;
	struct part *part;
	struct sheet_cell *cells;      /* [cap] of the row at hand */
	char (*numbers[XLSX_COLUMNS / 256])[40];   /* room for their texts, 256 columns each */
	int n, cap;
	int column;                    /* of the last cell */
	int64_t number;                /* of the row */
	struct arena *texts;           /* of the row, when it is read by expat; NULL: none */
	int64_t delivered;             /* rows so far */
	struct xlsx_scan scan;
	bool fast, ended;
	struct xlsx_slow *slow;
	const char *name;
};
/* The rows of a worksheet; closed by the caller, at the latest with the arena. */
struct xlsx_rows *xlsx_rows_open(struct xlsx *x, size_t sheet, struct err *e);
void xlsx_rows_close(struct xlsx_rows *r);
/* Room for a text of the row. */
char *xlsx_room(struct xlsx_rows *r, size_t n);
/* A row begins: `ref` its number in the file, n == 0: the next. */
void xlsx_row_begin(struct xlsx_rows *r, struct str ref);
/* Sets a cell of the row at hand. False: its column is beyond the last. */
bool xlsx_row_cell(struct xlsx_rows *r, const struct xlsx_cell *c);
/* Whether the row holds anything; then *row is it. */
bool xlsx_row_end(struct xlsx_rows *r, struct sheet_row *row);

/* ---- xlsx_fast.c, xlsx_slow.c: rows ------------------------------------------------------ */

enum xlsx_unit xlsx_fast_open(struct xlsx_rows *r, struct err *e);
enum xlsx_unit xlsx_fast_row(struct xlsx_rows *r, struct sheet_row *row, struct err *e);
/* From the beginning; the first `skip` rows have been delivered. */
int xlsx_slow_open(struct xlsx_rows *r, int64_t skip, struct err *e);
int xlsx_slow_row(struct xlsx_rows *r, struct sheet_row *row, struct err *e);

#endif
