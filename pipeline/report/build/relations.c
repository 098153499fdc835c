/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes together: the strongest pairs, matrices, scatter plots. */
#include "report/build_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- pairs ----------------------------------------------------------------------------------- */

/* Where only some columns are compared with each other: how many, and why these. */
static void note_compared(struct build *b, struct node *section)
{
	size_t numbers = 0, groups = 0, m = json_count(b->eda.v, "associations.pearson.columns"),
		k = json_count(b->eda.v, "associations.cramers_v.columns");
	for (size_t i = 0; i < b->ncolumns; i++) {
		struct place c = place_item(b->columns, i);
		numbers += place_is(c, "type", "numeric") || place_is(c, "type", "duration");
		groups += place_is(c, "type", "category") || place_is(c, "type", "boolean");
	}
	struct cell cells[] = { build_count((double)m), build_count((double)numbers), build_count((double)k), build_count((double)groups) };
	if (m > 0 && m < numbers && (int64_t)m >= json_int(b->manifest.v, "eda.max_matrix", 60))
		doc_note(b->doc, section, "Compared with each other are %s of %s numeric columns, those with the fewest missing values, else the first "
			"(eda.max_matrix).", cells, 2);
	if (k > 0 && k < groups && (int64_t)k >= json_int(b->manifest.v, "eda.max_categories", 40))
		doc_note(b->doc, section, "Compared with each other are %s of %s categories, those with the fewest missing values, else the first "
			"(eda.max_categories).", cells + 2, 2);
}

static void add_pairs(struct build *b, struct node *parent)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "With", ALIGN_LEFT, false }, { "Strength", ALIGN_RIGHT, false },
		{ "Measure", ALIGN_LEFT, false }, { "p, adjusted", ALIGN_RIGHT, false },
		{ "n", ALIGN_RIGHT, false } };
	struct place pairs = place_at(b->eda, "associations.pairs");
	size_t n = json_array_size(pairs.v);
	if (n == 0)
		return;
	struct node *section = doc_section(b->doc, parent, "pairs", "Strongest pairs"),
		    *table = doc_table(b->doc, section, NULL, heads, COUNTOF(heads));
	table->sortable = true;
	for (size_t i = 0; i < n && i < PAIRS_MAX; i++) {
		struct place p = place_item(pairs, i);
		const char *measure = json_text(p.v, "measure", "");
		struct cell cells[] = { place_code(p, "a"), place_code(p, "b"),
			place_num(p, class_of_measure(measure), "value"),
			cell_text(title_of_measure(measure)),
			place_num(p, CELL_P_VALUE, "p_adjusted"), place_num(p, CELL_COUNT, "n") };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(p.v, "a", NULL)));
	}
	if (n > PAIRS_MAX) {
		struct cell shown[] = { build_count(PAIRS_MAX), build_count((double)n) };
		doc_note(b->doc, section,
			"The strongest %s of the %s pairs in eda.json. p is adjusted for the "
			"number of pairs tested (Benjamini and Hochberg).",
			shown, 2);
	} else {
		doc_note(b->doc, section,
			"p is adjusted for the number of pairs tested (Benjamini and Hochberg).", NULL, 0);
	}
	if (json_count(b->eda.v, "associations.spearman.columns") > 1)
		doc_note(b->doc, section, "Of two numbers the stronger of Pearson's and Spearman's correlation is given.", NULL, 0);
	note_compared(b, section);
}

/* ---- matrices -------------------------------------------------------------------------------- */

static int by_size(const void *x, const void *y)
{
	double a = *(const double *)x, b = *(const double *)y;
	return (a < b) - (a > b);
}

size_t build_strongest(struct build *b, const double *score, size_t n, size_t **at)
{
	double *sorted = arena_calloc(b->arena, n + 1, sizeof *sorted);
	size_t shown = n < LABELS_MAX ? n : LABELS_MAX, above = 0, k = 0;
	for (size_t i = 0; i < n; i++)
		sorted[i] = isfinite(score[i]) ? score[i] : -INFINITY;
	qsort(sorted, n, sizeof *sorted, by_size);
	double least = shown ? sorted[shown - 1] : 0;
	while (above < shown && sorted[above] > least)
		above++;
	size_t equal = shown - above;  /* of those that are as strong as the last one, the first */
	*at = arena_calloc(b->arena, shown + 1, sizeof **at);
	for (size_t i = 0; i < n && k < shown; i++) {
		double v = isfinite(score[i]) ? score[i] : -INFINITY;
		if (v < least || (v == least && equal == 0))
			continue;
		equal -= v == least;
		(*at)[k++] = i;
	}
	return k;
}

/* Drops from `at` what stands there without its strongest partner, for which there was no room among as strong
 * ones; returns how many are left. Where that is hardly any, all stay. */
static size_t with_partners(size_t shown, size_t *at, const double *all, const double *best, size_t n)
{
	size_t k = 0, kept[LABELS_MAX];
	for (size_t i = 0; i < shown; i++) {
		bool there = false;
		for (size_t j = 0; j < shown && !there; j++)
			there = i != j && !(fabs(all[at[i] * n + at[j]]) < best[at[i]]);
		if (there)
			kept[k++] = at[i];
	}
	if (k < 2)
		return shown;
	memcpy(at, kept, k * sizeof *at);
	return k;
}

double *build_matrix(struct build *b, struct place rows, size_t n, const double *order, size_t *shown, size_t **at)
{
	double *all = arena_calloc(b->arena, n * n + 1, sizeof *all), *best = arena_calloc(b->arena, n + 1, sizeof *best);
	for (size_t i = 0; i < n; i++) {
		size_t k, from = order ? (size_t)order[i] : i;
		const double *row = build_numbers(b, rows, arena_printf(b->arena, "%zu", from), &k);
		best[i] = -INFINITY;
		for (size_t j = 0; j < n; j++) {
			size_t to = order ? (size_t)order[j] : j;
			all[i * n + j] = to < k ? row[to] : NAN;
			if (i != j && fabs(all[i * n + j]) > best[i])
				best[i] = fabs(all[i * n + j]);
		}
	}
	*shown = build_strongest(b, best, n, at);
	*shown = with_partners(*shown, *at, all, best, n);
	double *m = arena_calloc(b->arena, *shown * *shown + 1, sizeof *m);
	for (size_t i = 0; i < *shown; i++)
		for (size_t j = 0; j < *shown; j++)
			m[i * *shown + j] = all[(*at)[i] * n + (*at)[j]];
	return m;
}

double build_matrix_width(size_t shown)
{
	double side = 120 + 30 * (double)shown;
	return side > HALF_LINE + 40 ? 0 : fmin(HALF_LINE, fmax(290, side));
}

/* Drops the columns that have nothing to do with any other; returns how many are left, unless hardly any. */
static size_t without_loners(double *m, size_t n, size_t *at)
{
	size_t k = 0, kept[LABELS_MAX];
	for (size_t i = 0; i < n; i++) {
		bool alone = true;
		for (size_t j = 0; j < n && alone; j++)
			alone = i == j || !(fabs(m[i * n + j]) > 0 || fabs(m[j * n + i]) > 0);
		if (!alone)
			kept[k++] = i;
	}
	if (k < 2)
		return n;
	for (size_t i = 0; i < k; i++) {       /* forwards: nothing is read after it was written over */
		at[i] = at[kept[i]];
		for (size_t j = 0; j < k; j++)
			m[i * k + j] = m[kept[i] * n + kept[j]];
	}
	return k;
}

struct chart *build_heatmap(
	struct build *b, struct place matrix, const char *values, const char *name, bool diverging)
{
	size_t n, shown, *at;
	const char **all = build_texts(b, matrix, "columns", &n);
	struct place rows = place_at(matrix, values);
	if (n < 2 || json_array_size(rows.v) != n)
		return NULL;
	/* the power to predict is worked out for the columns with the strongest partners only: one may lack its own */
	bool few = strcmp(values, "score") == 0 && (int64_t)n >= json_int(b->manifest.v, "eda.max_power", 20);
	double *m = build_matrix(b, rows, n, NULL, &shown, &at);
	if (few)
		shown = without_loners(m, shown, at);
	const char **labels = arena_calloc(b->arena, shown + 1, sizeof *labels);
	for (size_t i = 0; i < shown; i++)
		labels[i] = all[at[i]];
	struct chart *chart = build_chart(b, CHART_HEATMAP, "matrix", name, rows);
	chart->n = shown;
	chart->labels = labels;
	chart->matrix = m;
	chart->diverging = diverging;
	chart->show_values = shown <= 12;
	chart->values = diverging ? CELL_CORRELATION : CELL_ASSOCIATION;
	chart->width = build_matrix_width(shown);
	n = few ? b->ncolumns : n;
	chart->title = shown < n ? doc_say(b->doc, "%s: the %zu of %zu columns with the strongest partners",
		doc_word(b->doc, name), shown, n) : name;
	chart->alt = shown < n
		? doc_say(b->doc,
			  "%s of the %zu of %zu columns with the strongest partners, as a matrix of colours.",
			  doc_word(b->doc, name), shown, n)
		: doc_say(b->doc, "%s of %zu columns, as a matrix of colours.", doc_word(b->doc, name), n);
	return chart;
}

static void add_matrices(struct build *b, struct node *section)
{
	static const struct {
		const char *key, *values, *name;
		bool diverging;
	} kinds[] = {
		{ "associations.pearson", "r", "Pearson correlation", true },
		{ "associations.spearman", "r", "Spearman rank correlation", true },
		{ "associations.kendall", "tau", "Kendall rank correlation", true },
		{ "associations.cramers_v", "v", "Cramér's V", false },
		{ "associations.theils_u", "u", "Theil's U of the row given the column", false },
		{ "associations.power", "score", "Power of the column to predict the row", false },
	};
	struct chart *charts[COUNTOF(kinds)];
	size_t n = 0;
	double width = 0;          /* of the small ones, which stand beside each other with cells as large */
	for (size_t i = 0; i < COUNTOF(kinds); i++) {
		struct chart *chart = build_heatmap(b, place_at(b->eda, kinds[i].key),
			kinds[i].values, kinds[i].name, kinds[i].diverging);
		if (!chart)
			continue;
		width = fmax(width, chart->width);
		charts[n++] = chart;
	}
	struct node *beside = width > 0 ? doc_add(b->doc, section, NODE_COLUMNS) : NULL;
	for (size_t i = 0; i < n; i++)
		if (charts[i]->width > 0) {
			charts[i]->width = width;
			doc_chart(b->doc, beside, charts[i]);
		}
	for (size_t i = 0; i < n; i++)
		if (charts[i]->width <= 0)
			doc_chart(b->doc, section, charts[i]);
}

/* ---- scatter plots --------------------------------------------------------------------------- */

void build_density(struct build *b, struct chart *chart, struct place s)
{
	chart->kind = CHART_DENSITY;
	chart->nx = (size_t)json_int(s.v, "nx", 0);
	chart->ny = (size_t)json_int(s.v, "ny", 0);
	chart->xmin = json_num(s.v, "xmin", 0);
	chart->xmax = json_num(s.v, "xmax", 0);
	chart->ymin = json_num(s.v, "ymin", 0);
	chart->ymax = json_num(s.v, "ymax", 0);
	struct place rows = place_at(s, "counts");
	double *m = arena_calloc(b->arena, chart->nx * chart->ny + 1, sizeof *m);
	for (size_t y = 0; y < chart->ny; y++) {
		size_t k;
		const double *row = build_numbers(b, rows, arena_printf(b->arena, "%zu", y), &k);
		for (size_t x = 0; x < chart->nx && x < k; x++)
			m[y * chart->nx + x] = row[x];
	}
	chart->matrix = m;
}

/* The points of one class; those without a class are -1. */
static struct chart_series points_of(struct build *b, const double *px, const double *py,
	const double *group, size_t n, double class)
{
	double *x = arena_calloc(b->arena, n + 1, sizeof *x);
	double *y = arena_calloc(b->arena, n + 1, sizeof *y);
	size_t k = 0;
	for (size_t i = 0; i < n; i++)
		if (group[i] == class) {
			x[k] = px[i];
			y[k++] = py[i];
		}
	return (struct chart_series){ .style = SERIES_POINTS, .n = k, .x = x, .y = y };
}

/* One series, or one for each class of the target. */
static bool fill_points(struct build *b, struct chart *chart, struct place s)
{
	size_t n, m, k, classes;
	const double *px = build_numbers(b, s, "px", &n), *py = build_numbers(b, s, "py", &m);
	const double *group = build_numbers(b, s, "group", &k);
	const char **names = build_texts(b, s, "groups", &classes);
	if (n == 0 || n != m)
		return false;
	bool grouped = k == n && classes > 1 && classes <= 6;
	struct chart_series *series = arena_calloc(b->arena, 7, sizeof *series);
	if (!grouped) {
		series[0] = (struct chart_series){ .style = SERIES_POINTS, .ink = INK_PRIMARY, .n = n,
			.x = px, .y = py };
		chart->nseries = 1;
	}
	for (size_t i = 0; grouped && i < classes; i++) {
		series[i] = points_of(b, px, py, group, n, (double)i);
		series[i].name = doc_own(b->doc, names[i]);
		series[i].ink = (enum ink)(INK_SERIES_1 + i);
		chart->nseries++;
	}
	struct chart_series rest = points_of(b, px, py, group, grouped ? n : 0, -1);
	if (rest.n > 0) {
		rest.name = "missing";
		rest.ink = INK_MUTED;
		series[chart->nseries++] = rest;
	}
	chart->series = series;
	return true;
}

static struct chart *scatter(struct build *b, struct place s)
{
	const char *x = json_text(s.v, "x", ""), *y = json_text(s.v, "y", "");
	const char *measure = json_text(s.v, "measure", "");
	bool density = place_is(s, "kind", "density");
	struct chart *chart = build_chart(
		b, CHART_XY, "scatter", arena_printf(b->arena, "%s %s", x, y), s);
	if (density) {
		if (json_int(s.v, "nx", 0) < 1 || json_int(s.v, "nx", 0) > 500 ||
			json_int(s.v, "ny", 0) < 1 || json_int(s.v, "ny", 0) > 500)
			return NULL;
		build_density(b, chart, s);
	} else if (!fill_points(b, chart, s)) {
		return NULL;
	}
	struct cell value = place_num(s, class_of_measure(measure), "value");
	struct cell n = place_num(s, CELL_COUNT, "n");
	chart->title = doc_say(b->doc, "%s and %s", x, y);
	struct cell outside = place_num(s, CELL_COUNT, "outside");
	const char *by = chart->nseries > 1
		? doc_say(b->doc, ", coloured by %s",
			  json_text(b->eda.v, "associations.target.name", "class"))
		: "";
	chart->alt = doc_say(b->doc, "%s of %s against %s%s: %s %s, %s rows%s.",
		doc_word(b->doc, density ? "Density" : "Scatter plot"), y, x, by,
		doc_word(b->doc, title_of_measure(measure)),
		doc_cell(b->doc, &value), doc_cell(b->doc, &n),
		outside.num > 0 ? doc_say(b->doc, ", %s of them outside",
					  doc_cell(b->doc, &outside))
				: "");
	chart->xlabel = doc_own(b->doc, x);
	chart->ylabel = doc_own(b->doc, y);
	chart->along = build_axis(b, x);
	chart->values = build_axis(b, y);
	return chart;
}

static void add_scatter(struct build *b, struct node *section)
{
	struct place list = place_at(b->eda, "associations.scatter");
	enum { POINTS_MOST = 1000 };   /* of one plot in the artifact */
	size_t n = json_array_size(list.v);
	struct node *columns = NULL;
	double drawn = 0;
	for (size_t i = 0; i < n && i < SERIES_MAX; i++) {
		struct chart *chart = scatter(b, place_item(list, i));
		if (chart && !columns)
			columns = doc_add(b->doc, section, NODE_COLUMNS);
		if (chart)
			doc_chart(b->doc, columns, chart);
		if (chart && chart->kind == CHART_XY)
			drawn = fmax(drawn, json_num(place_item(list, i).v, "n", 0));
	}
	struct cell sample[] = { build_count(drawn), build_count(json_num(b->eda.v, "dataset.rows", 0)) };
	if (drawn >= POINTS_MOST && drawn < sample[1].num)
		doc_note(b->doc, section, "Points: a sample of %s of the %s rows, so the rarest values need not be among them.",
			sample, 2);
}

void build_relations(struct build *b, struct node *root)
{
	struct place a = place_at(b->eda, "associations");
	if (!a.v || (json_count(a.v, "pairs") == 0 && json_count(a.v, "target.features") == 0))
		return;
	struct node *section = doc_section(b->doc, root, "relations", "What goes together");
	build_say(b, section,
		"A relation says that two columns vary together in this data. It does not say "
		"that one causes the other.");
	build_together(b, section);
	add_pairs(b, section);
	build_target(b, section);
	build_structure(b, section);
	struct node *details = doc_section(
		b->doc, section, "matrices", "Matrices and scatter plots");
	add_matrices(b, details);
	add_scatter(b, details);
}
