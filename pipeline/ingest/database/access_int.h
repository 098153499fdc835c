/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the Access reader share. libmdb finds tables, columns and rows (access.c);
 * what the bytes of a value mean is decided in access_value.c and access_text.c, since the
 * library's own texts lose dates, decimals, long memos and characters. Layouts after the
 * documentation of mdbtools (HACKING) and of Jackcess; OLE Automation's DECIMAL and DATE after
 * [MS-OAUT].
 */
#ifndef ACCESS_INT_H
#define ACCESS_INT_H

#include "ingest/process/feed.h"

/* As the file numbers them. */
enum access_type {
	ACCESS_BOOLEAN = 1, ACCESS_BYTE, ACCESS_INTEGER, ACCESS_LONG, ACCESS_MONEY, ACCESS_SINGLE,
	ACCESS_DOUBLE, ACCESS_DATETIME, ACCESS_BINARY, ACCESS_TEXT, ACCESS_OLE, ACCESS_MEMO,
	ACCESS_GUID = 15, ACCESS_NUMERIC = 16, ACCESS_COMPLEX = 18, ACCESS_BIGINT = 19,
	ACCESS_DATETIME_EXT = 20
};
/* What the dates of a column have in common. */
enum access_dates { ACCESS_DAYS, ACCESS_TIMES, ACCESS_BOTH };
struct access_column {
	const char *name, *label;
	enum access_type type;     /* of what a formula results in, when it is calculated */
	bool calculated;
	int scale, digits;         /* of ACCESS_NUMERIC */
	bool left_out;             /* of a kind that is no text or number */
	void *library;             /* libmdb's own */
	/* counted before the rows are handed out */
	int64_t dates, timed, dated;   /* of dates: with a time of day, with a day */
	int64_t present, damaged;
	enum access_dates kind;
};
const char *access_type_name(enum access_type t);
enum native access_native(const struct access_column *c);

/* ---- access_choose.c ----------------------------------------------------------------------- */

/* The table that was asked for, else that with most rows, of those that
 * are not hidden; tells of all. Those with a note can't
 * be read. ERR_USAGE: there is no such table. */
int access_choose(struct feed *f, struct feed_table *v, size_t n, size_t *chosen, struct err *e);

/* ---- access_text.c ------------------------------------------------------------------------- */

/* How the texts of a file are encoded: UTF-16, which may be compressed, or a code page (Jet 3). */
struct access_text {
	bool code_page;
	void *iconv;               /* NULL: Latin-1 will do */
};
/* False: there is no such code page. `encoding`: of the user, or NULL. Closed with the arena. */
bool access_text_open(struct arena *a, int code_page, const char *encoding,
	struct access_text *t);
void access_text_put(const struct access_text *t, struct str bytes, struct buf *out);

/* ---- access_value.c ------------------------------------------------------------------------ */

/* The result of a formula is wrapped in a header and padding; empty when it is too short. */
struct str access_unwrap(struct str bytes);
/* Dates for the count; false when it is none. */
bool access_date(const struct access_column *c, struct str bytes, bool *day, bool *time);
/* Appends the canonical text of a value other than boolean or memo. False: damaged. */
bool access_put(const struct access_text *t, const struct access_column *c, struct str bytes,
	struct buf *out);

#endif
