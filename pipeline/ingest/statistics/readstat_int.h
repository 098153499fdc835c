/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of the SAS, SPSS and Stata readers share. The library (readstat.c) pushes; a
 * file is parsed three times: for its columns and labels, which Stata keeps behind the data; to
 * count which codes occur, which decides whether the labels can stand for the values; and for
 * the rows. The third time runs in turns with feed.next (readstat_turns.c).
 */
#ifndef READSTAT_INT_H
#define READSTAT_INT_H

#include "ingest/process/feed.h"

/* ---- display formats (readstat_format.c) ------------------------------------------------- */

enum stat_family { STAT_SAS, STAT_SPSS, STAT_STATA };
/* What a number is by the format it is shown in. STAT_CLOCK: a time of day or a duration. */
enum stat_kind { STAT_PLAIN, STAT_DATE, STAT_DATETIME, STAT_CLOCK };
struct stat_format {
	enum stat_kind kind;
	/* What the number counts, from the family's day 0. LEAP_MS: with leap seconds (%tC). */
	enum { STAT_DAYS, STAT_WEEKS, STAT_MONTHS, STAT_YEARS, STAT_SECONDS, STAT_MS, STAT_LEAP_MS } unit;
	int months;                /* a unit of STAT_MONTHS has: 1, 3, 6 */
	bool of_day;               /* only the time of day counts */
	int32_t origin;            /* day 0, in days since 1970-01-01 */
};
struct stat_format stat_format(enum stat_family family, const char *name);
/* False: a format that the user made, whose labels are in a catalog (SAS). */
bool stat_format_known(const char *name);
enum { STAT_TEXT = 64 };
/* The canonical text, also of numbers out of any calendar; its length. */
size_t stat_text(const struct stat_format *f, double v, bool single, char out[STAT_TEXT]);

/* ---- values ------------------------------------------------------------------------------ */

struct stat_cell {
	bool missing;              /* plainly; with a tag or a range it is missing by a code */
	char tag;                  /* .a to .z, .A to .Z, ._; 0: none */
	bool single;               /* stored in single precision */
	double number;
	struct str text;           /* of a text column */
};

/* ---- codes and their labels (readstat_codes.c) -------------------------------------------- */

struct stat_label {
	struct stat_cell code;
	const char *label;
};
/* A set of labels, of one or more columns. */
struct stat_labels {
	const char *name;
	struct stat_label *v;      /* sorted once all are there */
	size_t n, cap;
};
/* A range of missing codes, or one of them. */
struct stat_range {
	double lo, hi;
	struct str text;           /* of a text column */
	int64_t count;             /* of cells without a label of their own */
};
enum { STAT_RANGES = 32, STAT_TAGS = 53 };
struct stat_column {
	const char *name, *label, *stored, *set;
	struct stat_format format;
	bool text, whole;          /* whole: stored as integers */
	struct stat_range *ranges;
	int nranges;
	struct stat_labels *labels;   /* NULL: none */
	/* counted in the second pass */
	int64_t *counts;           /* [labels->n] cells with each labelled code */
	int64_t tags[STAT_TAGS];
	int64_t present, labelled;
	double lo, hi;             /* of the present numbers */
	bool as_labels;            /* the cells are the labels */
};
void stat_labels_add(struct arena *a, struct stat_labels *s, const struct stat_cell *code,
	const char *label);
void stat_labels_sort(struct stat_labels *s);
/* Counts a cell. */
void stat_count(struct stat_column *c, const struct stat_cell *x);
/* Decides c->as_labels. */
void stat_decide(struct stat_column *c);
/* The column for the feed, with the codes. */
struct feed_column stat_column(struct arena *a, struct stat_column *c);
/* What a cell becomes; numbers are written into b->bytes. Empty: missing. */
struct str stat_value(const struct stat_column *c, const struct stat_cell *x, struct block *b);

/* ---- turns (readstat_turns.c) --------------------------------------------------------------- */

/* A body that pauses in the middle of its calls, and goes on when it is asked to. It runs in a
 * thread, but never at the same time as its caller. Ended and freed with the arena. */
struct turns;
struct turns *turns_new(struct arena *a, void (*body)(struct turns *t, void *ctx), void *ctx,
	struct err *e);
/* Lets the body run until it pauses or returns. */
void turns_run(struct turns *t);
/* Called by the body. False: it must return. */
bool turns_pause(struct turns *t);

/* ---- the file (readstat.c) ------------------------------------------------------------------ */

enum stat_file { STAT_SAS7BDAT, STAT_XPORT, STAT_SAV, STAT_POR, STAT_DTA };
enum stat_pass { STAT_DESCRIBE, STAT_COUNT, STAT_ROWS };
enum { STAT_WINDOW = 1 << 18 };
struct stat_reader {
	struct feed *feed;
	enum stat_family family;
	int fd;
	int64_t size;
	char *window;              /* [STAT_WINDOW]: bytes of the file from window_at */
	int64_t window_at;
	size_t window_n;
	struct stat_column *columns;
	size_t ncolumns, columns_cap;
	struct stat_labels *sets;
	size_t nsets, sets_cap;
	int64_t rows;              /* whole ones, counted in the second pass */
	/* of the file, NULL: it does not say */
	const char *encoding, *label, *weight, *table;
	int64_t stated_rows;       /* -1: not stated */
	int64_t version;
	/* the pass that runs */
	enum stat_pass pass;
	int64_t at;                /* in the file */
	bool past_end;             /* more was asked for than there is */
	bool cut_off;              /* the file ends early, behind whole rows */
	struct turns *turns;
	struct block *block;
	char said[200];            /* by the library on errors */
	struct err *e;             /* of a callback */
};
/* One pass; -1 with ERR_INPUT when the file is no good. A file that is cut off is good as far as
 * it goes. */
int stat_parse(struct stat_reader *s, enum stat_file file, enum stat_pass pass, struct err *e);

#endif
