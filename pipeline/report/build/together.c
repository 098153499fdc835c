/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which columns go together: groups in words, and all types in one matrix whose order shows them. */
#include "report/build_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS_SHOWN = 8, NAMES_SHOWN = 6, VALUES_UP_TO = 20 };

/* ---- groups ---------------------------------------------------------------------------------- */

struct group {
	struct place p;
	size_t n;
};

static int by_size(const void *x, const void *y)
{
	const struct group *a = x, *b = y;
	double u = json_num(a->p.v, "mean", 0), v = json_num(b->p.v, "mean", 0);
	return a->n != b->n ? (a->n < b->n) - (a->n > b->n) : (u < v) - (u > v);
}

/* "a, b, c and 3 more go together: strength 0.78 on average, 0.60 between the two furthest apart." */
static void say_group(struct build *b, struct node *section, const struct group *g)
{
	struct place names = place_at(g->p, "columns");
	struct node *text = doc_text(b->doc, section, "", NULL, 0);
	size_t shown = g->n <= NAMES_SHOWN ? g->n : NAMES_SHOWN - 1;
	for (size_t i = 0; i < shown; i++) {
		bool last = i + 1 == g->n;
		struct cell name = place_code(names, arena_printf(b->arena, "%zu", i));
		doc_runs(b->doc, text, i == 0 ? "%s" : last ? " and %s" : ", %s", &name, 1);
	}
	struct cell more = build_count((double)(g->n - shown));
	if (shown < g->n)
		doc_runs(b->doc, text, " and %s more", &more, 1);
	struct cell strength[] = { place_num(g->p, CELL_ASSOCIATION, "mean"),
		place_num(g->p, CELL_ASSOCIATION, "weakest") };
	bool one = g->n == 2 || strcmp(doc_cell(b->doc, &strength[0]), doc_cell(b->doc, &strength[1])) == 0;
	doc_runs(b->doc, text, one ? " go together: strength %s."
		: " go together: strength %s on average, %s for the weakest pair.", strength, one ? 1 : 2);
}

static void add_groups(struct build *b, struct node *section, struct place list)
{
	size_t n = json_array_size(list.v);
	struct group *g = arena_calloc(b->arena, n + 1, sizeof *g);
	for (size_t i = 0; i < n; i++) {
		struct place p = place_item(list, i);
		g[i] = (struct group){ p, json_count(p.v, "columns") };
	}
	qsort(g, n, sizeof *g, by_size);
	for (size_t i = 0; i < n && i < GROUPS_SHOWN; i++)
		say_group(b, section, &g[i]);
	if (n > GROUPS_SHOWN) {
		struct cell more = build_count((double)(n - GROUPS_SHOWN));
		doc_note(b->doc, section, "%s more groups, none of them larger, are in eda.json.", &more, 1);
	}
}

/* ---- the matrix ------------------------------------------------------------------------------ */

struct matrix {
	size_t n;                  /* columns in the artifact */
	const char **names;
	const double *order;       /* that of the clusters */
	double *strength;          /* shown x shown */
	size_t shown, *at;         /* positions in that order */
};

static bool read_matrix(struct build *b, struct matrix *m, struct place mixed)
{
	m->names = build_texts(b, mixed, "columns", &m->n);
	struct place rows = place_at(mixed, "value");
	size_t k;
	m->order = build_numbers(b, mixed, "order", &k);
	if (m->n < 2 || k != m->n || json_array_size(rows.v) != m->n)
		return false;
	for (size_t i = 0; i < k; i++)
		if (!(m->order[i] >= 0 && m->order[i] < (double)k))
			return false;
	m->strength = build_matrix(b, rows, m->n, m->order, &m->shown, &m->at);
	return m->shown >= 2;
}

static struct chart *clustered(struct build *b, const struct matrix *m, struct place mixed)
{
	struct chart *chart = build_chart(b, CHART_HEATMAP, "matrix", "clustered",
		place_at(mixed, "value"));
	double *v = arena_calloc(b->arena, m->shown * m->shown, sizeof *v);
	const char **labels = arena_calloc(b->arena, m->shown, sizeof *labels);
	for (size_t i = 0; i < m->shown; i++) {
		labels[i] = m->names[(size_t)m->order[m->at[i]]];
		for (size_t j = 0; j < m->shown; j++)
			v[i * m->shown + j] = fabs(m->strength[i * m->shown + j]);
	}
	chart->n = m->shown;
	chart->labels = labels;
	chart->matrix = v;
	chart->show_values = m->shown <= VALUES_UP_TO;
	chart->values = CELL_ASSOCIATION;
	chart->width = build_matrix_width(m->shown);
	chart->title = "Strength of association, similar columns side by side";
	chart->alt = doc_say(b->doc,
		"Strength of association of %zu columns of all types as a matrix of colours, in the "
		"order of their clusters.", m->shown);
	return chart;
}

void build_together(struct build *b, struct node *parent)
{
	struct place mixed = place_at(b->eda, "associations.mixed");
	struct matrix m = { 0 };
	if (!read_matrix(b, &m, mixed))
		return;
	struct node *section = doc_section(b->doc, parent, "together", "Columns that go together");
	struct place groups = place_at(mixed, "groups");
	if (json_array_size(groups.v) == 0)
		build_say(b, section, "No columns are so strongly related that they form a group.");
	add_groups(b, section, groups);
	doc_chart(b->doc, section, clustered(b, &m, mixed));
	struct cell cells[] = { build_count((double)m.shown), build_count((double)b->ncolumns),
		place_num(b->eda, CELL_ASSOCIATION, "thresholds.together") };
	if (m.shown < m.n)         /* which are those with the strongest partners of all */
		doc_note(b->doc, section, "The %s of %s columns with the strongest partners.", cells, 2);
	doc_note(b->doc, section,
		"Strength without sign: correlation of two numbers (the stronger of Pearson and "
		"Spearman), Cramér's V of two categories, correlation ratio of a number and a "
		"category. Groups by average linkage, joined while the mean strength is at least %s.",
		cells + 2, 1);
}
