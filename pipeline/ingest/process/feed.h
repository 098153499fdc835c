/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a reader of a format (a workbook, JSON, a database) provides: a feed of rows of text
 * cells. A feed runs in a confined process of its own (process.c) and hands each row out once;
 * what it says is checked, typed and kept by the other side, which may read it again. So a
 * reader need not be trusted, may crash, and knows nothing of types: it writes each cell as
 * canonical text and says how the file itself calls the type, when it does.
 *
 *   numbers    shortest decimal that reads back ("0.1", "1e+22"), integers in full
 *   dates      2024-02-29     date and time 2024-02-29T13:05:00[.123456][Z]
 *   times      13:05:00[.123456]     durations of more than a day 27:30:00
 *   booleans   true, false
 *   text       as it is, valid UTF-8, no NUL      missing: the empty text
 *
 * CSV is no feed: it is read in place (csv*.c), since it must be fast.
 */
#ifndef INGEST_FEED_H
#define INGEST_FEED_H

#include "ingest/ingest_int.h"

/* ---- columns ----------------------------------------------------------------------------- */

/* The type that the file itself states; it counts like a declaration of the user, whose word
 * comes first. NATIVE_NONE: to be found out from the texts. Numbers that a format always keeps
 * as doubles are NATIVE_NONE, so that whole ones become integers. */
enum native {
	NATIVE_NONE, NATIVE_INTEGER, NATIVE_REAL, NATIVE_BOOLEAN, NATIVE_DATE, NATIVE_DATETIME,
	NATIVE_TIME, NATIVE_DURATION, NATIVE_TEXT, NATIVES
};

/* A code with its meaning: 1 "male", -99 "refused". */
struct feed_code {
	const char *code, *label;      /* label NULL: none */
	bool missing;                  /* the file defines it as a missing value: its cells are empty */
	int64_t count;                 /* of missing codes: how many cells had it */
};
struct feed_column {
	const char *name;              /* as in the file, "" for none */
	const char *label;             /* the file's own description, NULL: none */
	const char *stored;            /* the file's own name of the type: "VARCHAR(20)", "%td" */
	enum native native;
	struct feed_code *codes;
	size_t ncodes;
};

/* A table of the file: sheet, table, member of an archive. */
struct feed_table {
	const char *name;
	int64_t rows, columns;         /* -1: not known without reading it */
	bool hidden, chosen;
	const char *note;              /* "view", "linked", "chart"; NULL: none */
};

/* ---- the feed ---------------------------------------------------------------------------- */

struct feed {
	/* set by process.c */
	struct arena *arena;           /* lives as long as the feed */
	const struct ingest_options *options;
	const char *path;              /* the only file that can be opened, for reading */
	int64_t bytes;                 /* its size */
	int to;                        /* a descriptor to write to, when unpacking; else -1 */
	/* set by the format's open */
	int (*next)(struct feed *f, struct block *b, struct err *e);
	void *state;
	/* kept by the functions below */
	struct feed_column *columns;
	int ncols, columns_cap;
	double done;                   /* share that has been read; next keeps it up to date */
	int64_t records;               /* counted by next: rows and rejected records */
	const struct feed_out *out;
};

/* Adds a column, also between rows (keys of JSON that appear late): cells of earlier rows are
 * missing. `c` is copied, its texts must live in f->arena. Returns its index, -1 with ERR_INPUT
 * when there are more than MAX_COLUMNS. */
int feed_column(struct feed *f, const struct feed_column *c, struct err *e);

/* Starts a row in b; false when the block is full: return from next, and go on with the same
 * row at the next call. Cells not put are missing. */
bool feed_row(struct feed *f, struct block *b);
/* Sets a cell of the last row. The bytes must live until next returns: put what does not into
 * b->bytes. */
void feed_put(struct block *b, int col, struct str s);
/* A copy of s in b->bytes, for feed_put. */
struct str feed_copy(struct block *b, struct str s);

/* A record that is no row: goes to quarantine.csv. `bad`: damaged, not just no data. `line`: a
 * physical line, a row of a sheet, or 0. */
void feed_reject(struct feed *f, bool bad, int64_t line, struct str raw, const char *reason, ...)
	PRINTF_LIKE(5, 6);
/* Something worth telling; the texts may be NULL. Once a thing, with its count: not a cell. */
void feed_finding(struct feed *f, enum finding_code code, const char *column, int64_t count,
	int64_t total, const char *text, const char *text2);
/* One line of "what was decided": ("date system", "1904"), ("shape", "array of objects"). */
void feed_fact(struct feed *f, const char *name, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Each table of the file, also those that were not chosen. */
void feed_table(struct feed *f, const struct feed_table *t);
/* Says that reading goes on, where no row comes for seconds: who is silent for long is taken to be
 * in a loop. f->done is the share. */
void feed_progress(struct feed *f);

/* Who listens to a feed; any function may be NULL. Texts and rows are borrowed for the call. */
struct feed_out {
	void *ctx;
	/* Some rows; f->columns as they are by then, cells [col * b->cap + row] valid UTF-8 without
	 * NUL. 0, or -1 to stop. */
	int (*rows)(void *ctx, const struct feed *f, const struct block *b, struct err *e);
	void (*reject)(void *ctx, bool bad, int64_t line, int64_t record, struct str raw,
		const char *reason);
	void (*finding)(void *ctx, const struct finding *f);
	void (*fact)(void *ctx, const char *name, const char *value);
	void (*table)(void *ctx, const struct feed_table *t);
	void (*progress)(void *ctx, double done);
	/* All was read; f->columns are final. */
	void (*end)(void *ctx, const struct feed *f);
};
struct format;
/* Runs a feed in this process, opened and read to the end. The confined process does so, and
 * tests and fuzzers of formats. */
int feed_run_here(const struct format *f, const struct ingest_options *o, const char *path,
	const struct feed_out *out, struct err *e);

/* next: appends rows to b until that is full or the data ends; no rows added means the end.
 * Returns -1 with ERR_INPUT when the rest can't be read: what was delivered so far is not used,
 * unless the format can tell that the file was cut off behind whole records; then it raises
 * FIND_truncated_input by feed_finding and ends normally. */

/* ---- formats ----------------------------------------------------------------------------- */

enum detected { DETECT_NO, DETECT_MAYBE, DETECT_YES };
struct format {
	const char *name;              /* "xlsx": in artifacts and in source.format */
	const char *title;             /* "Excel workbook": for people */
	const char *extensions;        /* "xlsx xlsm", the usual one first */
	/* By content. `head`: the first HEAD_BYTES of the file or all of it; `path` may be opened
	 * to look further (a directory at the end), is NULL when there is none. */
	enum detected (*detect)(struct str head, const char *path);
	/* Fills f->next and the columns, says which tables there are. ERR_INPUT: unreadable, with
	 * the reason ("encrypted: save it without a password"); ERR_USAGE: no such sheet. */
	int (*open)(struct feed *f, struct err *e);
	bool network;                  /* must connect to a server: not confined against that */
	bool fork;                     /* starts a process of its own, as confined as itself */
};
enum { HEAD_BYTES = 65536 };
extern const struct format format_xls, format_xlsx, format_ods, format_access, format_json,
	format_ndjson, format_sqlite, format_postgres, format_sas, format_spss, format_stata;

/* Limits of what untrusted bytes may cost, of the options or their defaults: bytes that come out
 * of decompression in all, how many times the compressed size, bytes of one allocation. */
struct feed_limits {
	int64_t expanded, allocation;
	double ratio;                  /* only beyond 64 MB expanded */
	int depth;                     /* of nested XML, JSON */
};
struct feed_limits feed_limits(const struct feed *f);
/* A cell or a row beyond these becomes a rejected record. */
enum { FEED_CELL_MAX = 16 << 20, FEED_ROW_MAX = 64 << 20 };

/* ---- sheets: rows of cells without a header of their own (sheet.c) ------------------------ */

/* A spreadsheet is a grid: titles above, a header of one or several rows, notes and totals
 * below. The reader gives rows of cells; sheet.c finds the table in it by the same rules as for
 * CSV (layout.c) and is the feed. */
enum sheet_kind {
	SHEET_EMPTY, SHEET_TEXT, SHEET_NUMBER, SHEET_DATE, SHEET_DATETIME, SHEET_TIME,
	SHEET_DURATION, SHEET_BOOLEAN, SHEET_ERROR   /* #N/A: text is the error, a missing value */
};
struct sheet_cell {
	struct str text;               /* canonical, as above */
	enum sheet_kind kind;
	bool formula;                  /* and SHEET_EMPTY: the file has no result of it */
	bool no_date;                  /* a number that is shown as a date, and is none */
};
struct sheet_row {
	int64_t number;                /* in the sheet, from 1 */
	int n;                         /* cells up to the last that is not empty */
	const struct sheet_cell *cells;      /* valid until the next row */
};
struct sheet {
	/* The next row that is not empty. 1: a row, 0: the end, -1: error. */
	int (*row)(struct sheet *s, struct sheet_row *r, struct err *e);
	/* Behind the last row: what the reader has to tell. May be NULL. */
	void (*end)(struct sheet *s, struct feed *f);
	void *state;
	double done;
};
/* Makes f a feed of the table in the sheet. */
int sheet_feed(struct feed *f, struct sheet *s, struct err *e);

/* A sheet of a workbook, for the choice of one (sheet_choose.c). */
struct sheet_info {
	const char *name;
	const char *note;              /* "chart", "macros": it has no cells; NULL: a worksheet */
	bool hidden;
	bool filled, tabular;          /* has a cell; two rows or more have two cells or more */
	int64_t rows, columns;         /* -1: not known */
};
/* Which sheet to read: what the options name, by name or number from 1, else the first visible one
 * that is tabular, else the first visible one with any cell, else a hidden one. Tells f of every
 * sheet, and that others hold tables, too. ERR_USAGE: no such sheet; ERR_INPUT: no cells at all. */
int sheet_choose(struct feed *f, const struct sheet_info *v, size_t n, size_t *chosen,
	struct err *e);

/* Number formats (numfmt.c): what a value is that a workbook shows in this format. */
enum sheet_kind numfmt_kind(const char *code);      /* of a format code: "yyyy-mm-dd", "[h]:mm" */
const char *numfmt_builtin(int id);                 /* code of a built-in format, NULL: General */
/* The canonical text and the kind of a serial number in a cell of this kind; a serial that is no
 * date stays a number. Into `out` of 40 bytes. */
enum sheet_kind serial_text(double serial, enum sheet_kind k, bool date1904, char out[40],
	size_t *n);

#endif
