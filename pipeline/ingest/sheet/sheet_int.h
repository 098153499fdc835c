/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the table in a sheet share: rows that can be looked at ahead (sheet_rows.c)
 * and what was seen in each column (sheet_column.c); sheet.c is the feed. */
#ifndef SHEET_INT_H
#define SHEET_INT_H

#include "ingest/process/feed.h"

/* ---- sheet_rows.c: rows, with a look ahead ----------------------------------------------- */

struct sheet_rows {
	struct sheet *sheet;
	struct arena *arena;           /* of what is held, NULL: nothing */
	struct sheet_row *held;        /* read ahead: held[at] is the next row */
	size_t at, n, cap;
	size_t bytes, cells;           /* of all that is held */
	bool ended;
};
/* The next row, valid until the next call. 1: a row, 0: the end, -1: error. */
int sheet_rows_next(struct sheet_rows *r, struct sheet_row *row, struct err *e);
/* Gives the row back that was handed out last: it is the next one again. */
void sheet_rows_back(struct sheet_rows *r, const struct sheet_row *row);
/* The row `ahead` rows behind the next one (0: the next), NULL in *row at the end or when too
 * much would have to be held. Valid until sheet_rows_next. */
int sheet_rows_peek(struct sheet_rows *r, size_t ahead, const struct sheet_row **row,
	struct err *e);
void sheet_rows_free(void *r);

/* ---- sheet_column.c: what the cells of a column were ------------------------------------- */

struct sheet_column {
	int feed;                      /* index of its column in the feed, -1: none yet */
	int64_t numbers, dates, booleans, texts;
	int64_t as_text;               /* texts that are numbers */
	int64_t errors, no_result, no_date;
	char error[16];                /* the first one */
};
void sheet_column_count(struct sheet_column *c, const struct sheet_cell *cell);
/* Mostly numbers, dates or booleans. */
bool sheet_column_typed(const struct sheet_column *c);
/* What is worth telling of the column. */
void sheet_column_findings(struct feed *f, const struct sheet_column *c);

/* ---- sheet_iso.c: dates as XML writes them ------------------------------------------------ */

/* 2024-02-29, 2024-02-29T13:05:00.5Z, 13:05:00, PT27H30M: the canonical text of it. SHEET_TEXT when
 * it is none of these. */
enum sheet_kind iso_text(struct str s, char out[40], size_t *n);

/* ---- sheet_number.c: numbers as XML has them ---------------------------------------------- */

/* Writes a number as num_shortest would, if it is not already (16 and 17 digits that no shorter
 * number has may stay); false: it is none. */
bool sheet_number(struct str *s, char out[NUM_MAX]);

/* ---- the table in the grid --------------------------------------------------------------- */

struct grid {
	struct feed *feed;
	struct sheet_rows rows;
	struct layout layout;
	int left;                      /* columns in front of the layout's first one */
	const struct layout_row *header;
	struct sheet_column *columns;  /* [ncolumns] of the sheet, from its column A */
	int ncolumns;
	struct buf cells;              /* scratch: the row at hand as the layout wants it */
	struct sheet_row now;          /* the row that did not fit into the last block */
	bool again;
	int64_t last;                  /* number of the last row of the table */
	int64_t sure;                  /* rows up to this number are data */
	int64_t blank, below;          /* blank rows in the table; rows of another one */
	bool finished;
};

/* Looks at the first rows (sheet_find.c): the layout, the columns of the feed, what stands above.
 * The next row is then the first one behind the header. `a` is for what is not needed later. */
int grid_find(struct grid *g, struct arena *a, struct err *e);
/* Makes g->columns at least n long. */
void grid_reach(struct grid *g, int n);
/* Adds column c of the sheet to the feed. */
int grid_column(struct grid *g, int c, struct err *e);
/* The first cell that holds something, row->n if none does. */
int grid_first_filled(const struct sheet_row *row);
/* The row as the layout wants it. */
struct layout_row grid_layout_row(const struct grid *g, const struct sheet_row *row,
	struct layout_cell *cells);
/* The texts of the row, in one line; blank cells count when tabs are `between`. */
void grid_text(struct buf *out, const struct sheet_row *row, const char *between);

#endif
