/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that find a table among rows share: the rows with what is asked of their cells
 * again and again. */
#ifndef LAYOUT_INT_H
#define LAYOUT_INT_H

#include "ingest/ingest_int.h"

struct view {
	const struct layout_row *rows[LAYOUT_ROWS];
	int filled[LAYOUT_ROWS];   /* cells that are not blank */
	int extent[LAYOUT_ROWS];   /* cells up to the last of them */
	uint8_t *kinds[LAYOUT_ROWS];   /* enum cell_kind of its cells */
	int n;
	int width;                 /* cells of most rows */
	int usual;                 /* median of the filled cells */
};

/* ---- layout_column.c: cells and columns -------------------------------------------------- */

void view_make(struct arena *a, const struct layout_row *rows, int n, struct view *v);
static inline struct str view_text(const struct view *v, int row, int col)
{
	const struct layout_row *r = v->rows[row];
	return col < r->n ? cell_trim(r->cells[col].s) : (struct str){ NULL, 0 };
}
static inline enum cell_kind view_kind(const struct view *v, int row, int col)
{
	return col < v->rows[row]->n ? (enum cell_kind)v->kinds[row][col] : KIND_EMPTY;
}
/* No numbers, dates ... in the row. */
bool view_words(const struct view *v, int row);
bool view_same(const struct view *v, int a, int b);   /* the same texts */
/* What the cells of a column agree on, from a row on. */
struct layout_column view_column(const struct view *v, int from, int to, int col);

/* ---- layout_header.c: rows that name the columns ----------------------------------------- */

/* Names above numbers or dates, beyond doubt. */
bool header_certain(const struct view *v, int row);
int header_count(const struct view *v, int first, const char *declared);
/* The row above the header names groups of columns. */
bool header_groups(const struct view *v, int row);
/* Names of the columns, from the rows of the header. */
void header_names(struct arena *a, const struct view *v, struct layout *l);

/* ---- layout_section.c: several tables, one below the other ------------------------------- */

/* The rows of the first table, with all that is in front of it: rows 0 to the result. */
int section_end(struct view *v);

#endif
