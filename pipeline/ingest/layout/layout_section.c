/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several tables in one file, one below the other: the first is the one that is read. A new
 * table begins with a row of other names; behind a blank row or a title that is enough, else
 * the rows below must bear it out.
 */
#include "ingest/layout/layout_int.h"

static bool apart(const struct view *v, int row)
{
	return v->rows[row]->gap || (row && v->filled[row - 1] <= 1);
}

/* Words where the column above has numbers, dates ... */
static int clashes(const struct view *v, int from, int row)
{
	int n = 0;
	for (int c = 0; c < v->rows[row]->n; c++) {
		enum cell_kind k = view_kind(v, row, c);
		if (k == KIND_WORD || k == KIND_OTHER)
			n += kind_typed(view_column(v, from, row, c).kind);
	}
	return n;
}

/* Whether row i begins a table other than that of rows `from` to i. */
static bool begins(const struct view *v, int from, int i, int *looks)
{
	enum { LOOKS = 8 };        /* at all columns, which takes long in a wide table */
	if (v->filled[i] < 2 || !view_words(v, i) || i + 1 >= v->n || v->rows[i]->comment)
		return false;
	int below = i + 1;
	if (apart(v, i)) {
		if (v->extent[i] != v->extent[from])
			return v->extent[below] == v->extent[i];
		return i - from > 2 && ++*looks <= LOOKS && clashes(v, from + 1, i) &&
			!clashes(v, from + 1, below);
	}
	int n = v->rows[i]->n;
	return n != v->rows[from]->n && v->rows[below]->n == n && !view_words(v, below) &&
		(below + 1 == v->n || v->rows[below + 1]->n == n);
}

/* Whether rows from to end are a table for certain, and no lines about it. */
static bool is_table(const struct view *v, int from, int end)
{
	int width = v->rows[from]->n, agree = 0, keys = 0, filled = 0;
	for (int i = from; i < end; i++) {
		struct str s = view_text(v, i, 0);
		agree += i > from && v->rows[i]->n == width;
		filled += v->filled[i] > 0;
		keys += s.n && s.p[s.n - 1] == ':';
	}
	/* "Period:,2024" */
	if (width < 2 || agree < 2 || keys == filled)
		return false;
	struct view part = *v;
	part.n = end;
	return header_certain(&part, from) || (width > 2 && agree > 2);
}

int section_end(struct view *v)
{
	for (int from = 0; from < v->n;) {
		while (from < v->n && v->filled[from] < 2)
			from++;
		int i = from + 2, looks = 0;
		while (i < v->n && !begins(v, from, i, &looks))
			i++;
		if (i >= v->n)
			break;
		if (is_table(v, from, i))
			return i;
		from = i;
	}
	return v->n;
}
