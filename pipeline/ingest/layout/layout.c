/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the table stands among rows of cells: rows in front of it (titles, notes), the rows
 * that name the columns, the first row of data, and how many columns there are. CSV files and
 * sheets follow the same rules.
 */
#include "ingest/layout/layout_int.h"

#include <stdlib.h>
#include <string.h>

enum {
	PREAMBLE = 60,             /* rows: at most so many in front of the table */
	RULES = 5                  /* rows among which a line may stand below the header */
};

static int compare_int(const void *a, const void *b)
{
	int x, y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return (x > y) - (x < y);
}

/* The most frequent number of cells, the larger one when tied. Comments don't count, unless
 * there is nothing else. */
static void measure(struct view *v)
{
	int widths[LAYOUT_ROWS], filled[LAYOUT_ROWS], n = 0, best = 0, comments = 0;
	for (int i = 0; i < v->n; i++)
		comments += v->rows[i]->comment;
	for (int i = 0; i < v->n; i++)
		if (v->filled[i] && (!v->rows[i]->comment || comments == v->n)) {
			widths[n] = v->rows[i]->n;
			filled[n++] = v->filled[i];
		}
	qsort(widths, (size_t)n, sizeof *widths, compare_int);
	qsort(filled, (size_t)n, sizeof *filled, compare_int);
	v->width = 1;
	for (int i = 0, run = 0; i < n; i++) {
		run = i && widths[i] == widths[i - 1] ? run + 1 : 1;
		if (run >= best) {
			best = run;
			v->width = widths[i];
		}
	}
	v->usual = n ? filled[n / 2] : 0;
}

/* ---- preamble ---------------------------------------------------------------------------- */

/* "# on Monday, by Ann" above the names of columns; above numbers it would be the names. */
static bool remark(const struct view *v, int i)
{
	struct str s = view_text(v, i, 0);
	int next = i;
	if (!v->rows[i]->comment || s.n < 2 || (s.p[1] != ' ' && s.p[1] != '#'))
		return false;
	while (next < v->n && v->rows[next]->comment)
		next++;
	return next < v->n && v->rows[next]->n == v->width && view_words(v, next);
}

/* A row in front of the table has far fewer filled cells than the table is wide. */
static bool in_front(const struct view *v, int i)
{
	int w = v->width, k = v->filled[i], n = v->rows[i]->n;
	if (header_groups(v, i))
		return false;
	return k == 0 || remark(v, i) || (v->rows[i]->comment && n != w) ||
		(w > 1 && 2 * k <= w && (2 * k <= v->usual || n < w));
}

/* Sentences with delimiters in them may look like short rows; but not above a row that names
 * numbers or dates without doubt. */
static int behind_sentences(const struct view *v, int first)
{
	int header = first;
	while (header < v->n && header <= PREAMBLE && v->rows[header]->n != v->width)
		header++;
	return header < v->n && header <= PREAMBLE && header_certain(v, header) ? header : first;
}

static int find_table(const struct view *v)
{
	int blank = 0;
	while (blank < v->n && !v->filled[blank])
		blank++;
	for (int i = blank; i < v->n && i <= PREAMBLE; i++)
		if (!in_front(v, i))
			return behind_sentences(v, i);
	return blank < v->n ? blank : 0;
}

/* The header once more, unless that is so frequent that it is data. */
static bool header_repeats(const struct view *v, int first)
{
	int n = 0;
	for (int i = first + 2; i < v->n; i++)
		n += view_same(v, first, i);
	return n && n * 5 <= v->n - first && view_words(v, first);
}

/* Lines of signs below the header, repeated headers and comments would disturb the look at its columns. */
static void drop_others(struct view *v, int first)
{
	int n = first;
	bool repeats = header_repeats(v, first), top = true;
	for (int i = first; i < v->n; i++) {
		top = top && view_same(v, first, i);
		if (i > first && i <= first + RULES && layout_rule(v->rows[i]))
			continue;
		if ((!v->rows[i]->comment || v->rows[i]->n == v->width) &&
			(top || !repeats || !view_same(v, first, i))) {
			v->rows[n] = v->rows[i];
			v->kinds[n] = v->kinds[i];
			v->extent[n] = v->extent[i];
			v->filled[n++] = v->filled[i];
		}
	}
	v->n = n;
}

/* ---- totals ------------------------------------------------------------------------------ */

/* Where "Total" is a value of many rows, the last one is data like the others. */
static bool totals_stand_out(const struct layout *l, const struct layout_row *rows, int n)
{
	struct layout with = *l;
	with.totals = true;
	bool pending = false;
	for (int i = l->first + l->header_rows; i < n; i++) {
		enum layout_kind k = layout_kind(&with, NULL, &rows[i]);
		if (pending && k == ROW_DATA && !layout_summary(&rows[i]) &&
			!layout_words(l, &rows[i]))
			return false;
		pending |= k == ROW_TOTAL;
	}
	return true;
}

/* ---- all together ------------------------------------------------------------------------ */

void layout_find(struct arena *a, const struct layout_row *rows, int n, const char *header,
	struct layout *l)
{
	*l = (struct layout){ 0 };
	struct view *v = mem_calloc(1, sizeof *v);
	view_make(a, rows, n, v);
	v->n = section_end(v);
	int end = v->n;
	measure(v);
	l->first = find_table(v);
	drop_others(v, l->first);
	l->header_rows = header_count(v, l->first, header);
	header_names(a, v, l);
	l->usual = v->width;
	l->columns = arena_calloc(a, (size_t)l->width, sizeof *l->columns);
	for (int c = 0; c < l->width; c++)
		l->columns[c] = view_column(v, l->first + l->header_rows, v->n, c);
	free(v);
	l->totals = totals_stand_out(l, rows, end);
}
