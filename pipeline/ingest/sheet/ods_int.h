/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the ODS format share: OpenDocument spreadsheets, in a zip archive (.ods) or as
 * one XML file (.fods). After OASIS OpenDocument 1.3 part 3. */
#ifndef ODS_INT_H
#define ODS_INT_H

#include "ingest/sheet/zipxml.h"

enum { ODS_COLUMNS = 16384 };

/* ---- ods_book.c: the file ---------------------------------------------------------------- */

struct ods {
	struct arena *arena;
	struct feed_limits limits;
	const char *path;
	struct zipfile *zip;           /* NULL: one XML file */
	int64_t content;               /* its entry */
	struct sheet_info *sheets;     /* [nsheets] */
	size_t nsheets, sheets_cap;
	char **hidden;                 /* [nhidden] styles of hidden tables */
	size_t nhidden, hidden_cap;
};
/* Reads everything once, to know which tables there are. Lives in the arena. ERR_INPUT: no
 * spreadsheet, encrypted, damaged. */
struct ods *ods_open(struct arena *a, const char *path, struct feed_limits limits,
	struct err *e);
/* The stream of its content. */
struct part *ods_content(struct ods *o, struct err *e);

/* ---- ods_rows.c: cells ------------------------------------------------------------------- */

struct ods_rows {
	struct sheet sheet;            /* first: what sheet.c knows */
	struct ods *book;
	struct part *part;
	struct xml *xml;
	/* where the parser stands */
	int depth, book_depth, cell_depth, skip_depth;   /* 0: not in such an element */
	int64_t table;                 /* the table at hand, from 0; -1: none yet */
	bool in_table;
	int64_t wanted;                /* the table whose rows are delivered, -1: all */
	/* the row */
	struct sheet_cell *cells;      /* [cap] */
	size_t *texts;                 /* [cap] where in `text` theirs begin */
	int n, cap;
	int64_t column, number, times; /* times: that the row has still to be delivered */
	struct buf text;
	int64_t repeated;              /* cells that were made by repetition, in all */
	/* the cell */
	struct sheet_cell cell;
	bool from_text;                /* its value is what it shows */
	int64_t cell_times;
	size_t begin;                  /* of its text */
	int paragraphs, paragraph_depth;
	char style[64];                /* in front of the tables: the style at hand */
};
/* The rows of a table, or with -1 of all tables one after the other (r->table says which). */
struct ods_rows *ods_rows_open(struct ods *o, int64_t table, struct err *e);
void ods_rows_close(struct ods_rows *r);

#endif
