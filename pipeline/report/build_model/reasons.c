/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shapley values in detail: against the values of their column, and the sums behind single predictions. */
#include "report/build_explain_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS_MAX = 4, LEVELS_MAX = 8, WIDTH = 300, STEPS_MAX = 14 };

/* ---- against the column's values -------------------------------------------------------------------- */

static struct chart *scatter(struct build *b, struct place c)
{
	const char *name = json_text(c.v, "name", "");
	size_t n, m;
	const double *x = build_numbers(b, c, "x", &n), *phi = build_numbers(b, c, "phi", &m);
	if (n < 2 || n != m)
		return NULL;
	struct chart *chart = build_chart(b, CHART_XY, "adds", name, c);
	struct chart_series *s = arena_calloc(b->arena, 1, sizeof *s);
	struct chart_line *zero = arena_calloc(b->arena, 1, sizeof *zero);
	*s = (struct chart_series){ .style = SERIES_POINTS, .ink = INK_PRIMARY, .n = n, .x = x, .y = phi };
	*zero = (struct chart_line){ 0, false, NULL, INK_MUTED };
	chart->series = s;
	chart->nseries = 1;
	chart->lines = zero;
	chart->nlines = 1;
	const char *part = json_text(c.v, "part", NULL), *kind = part ? strrchr(part, ' ') : NULL;
	chart->xlabel = doc_own(b->doc, part ? part : name);
	/* a calendar has no half years */
	chart->along = kind && strcmp(kind + 1, "years") == 0 ? CELL_COUNT : part ? CELL_EMPTY : build_axis(b, name);
	chart->ylabel = doc_say(b->doc, "added to the %s", explain_scale(b));
	chart->height = 200;
	return chart;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Quartiles of sorted values, the ends at the extremes: a level has few rows. */
static void five_numbers(const double *v, size_t n, double q[5])
{
	for (size_t k = 0; k < 5; k++) {
		double at = (double)(n - 1) * (double)k / 4;
		size_t i = (size_t)at;
		q[k] = i + 1 < n ? v[i] + (at - (double)i) * (v[i + 1] - v[i]) : v[i];
	}
}

/* The level that most rows have, of those not taken yet. */
static size_t next_level(const size_t *rows, const bool *taken, size_t n)
{
	size_t best = n;
	for (size_t k = 0; k < n; k++)
		if (!taken[k] && rows[k] > 0 && (best == n || rows[k] > rows[best]))
			best = k;
	return best;
}

/* The levels with most rows, the commonest first; *cut tells whether there are more. */
static struct chart *boxes(struct build *b, struct place c, bool *cut)
{
	size_t levels, n, m, kept = 0;
	const char **names = build_texts(b, c, "levels", &levels), **labels = arena_calloc(b->arena, levels + 1, sizeof *labels);
	const double *x = build_numbers(b, c, "x", &n), *phi = build_numbers(b, c, "phi", &m);
	double *q = arena_calloc(b->arena, 5 * levels + 1, sizeof *q), *v = arena_calloc(b->arena, n + 1, sizeof *v);
	size_t *rows = arena_calloc(b->arena, levels + 1, sizeof *rows);
	bool *taken = arena_calloc(b->arena, levels + 1, sizeof *taken);
	if (n != m)
		return NULL;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < levels; k++)
			rows[k] += x[i] == (double)k;
	for (size_t k; kept < LEVELS_MAX && (k = next_level(rows, taken, levels)) < levels; kept++) {
		size_t here = 0;
		for (size_t i = 0; i < n; i++)
			if (x[i] == (double)k)
				v[here++] = phi[i];
		qsort(v, here, sizeof *v, ascending);
		five_numbers(v, here, q + 5 * kept);
		labels[kept] = names[k];
		taken[k] = true;
	}
	*cut = next_level(rows, taken, levels) < levels;
	if (!kept)
		return NULL;
	struct chart *chart = build_chart(b, CHART_BOX, "adds", json_text(c.v, "name", ""), c);
	chart->n = kept;
	chart->labels = labels;
	chart->q = q;
	chart->xlabel = doc_say(b->doc, "added to the %s", explain_scale(b));
	return chart;
}

void explain_points(struct build *b, struct node *section, struct place shap)
{
	struct place columns = place_at(shap, "columns");
	size_t n = json_array_size(columns.v);
	struct node *details = doc_details(b->doc, section, "What a column adds, by its value");
	struct node *side = doc_add(b->doc, details, NODE_COLUMNS);
	bool cut = false, any_cut = false;
	for (size_t i = 0; i < n && i < COLUMNS_MAX; i++) {
		struct place c = place_item(columns, i);
		struct chart *chart = json_at(c.v, "levels") ? boxes(b, c, &cut) : scatter(b, c);
		any_cut = any_cut || cut;
		if (!chart)
			continue;
		chart->width = WIDTH;
		chart->title = doc_own(b->doc, json_text(c.v, "name", ""));
		chart->alt = doc_say(b->doc, "Shapley values of %s against its values, one mark a row.", chart->title);
		if (chart->kind == CHART_BOX)
			chart->alt = doc_say(b->doc, "Shapley values for each level of %s.", chart->title);
		doc_chart(b->doc, side, chart);
	}
	struct node *note = doc_note(b->doc, details,
		"Rows with the same value may stand at different heights: what the column adds depends on the others there.", NULL, 0);
	struct cell most = build_count(LEVELS_MAX);
	if (any_cut)
		doc_runs(b->doc, note, " Of many levels, the %s that most of these rows have are shown.", &most, 1);
}

/* ---- single predictions --------------------------------------------------------------------------------- */

/* A name that is written from right to left, so that it does not turn round what follows it. */
static const char *isolated(struct build *b, const char *name)
{
	const char *end = name + strlen(name);
	for (const char *s = name; s < end;) {
		uint32_t cp = utf8_next(&s, end);
		if ((cp >= 0x590 && cp < 0x900) || (cp >= 0xFB1D && cp < 0xFE00) || (cp >= 0xFE70 && cp < 0xFEFF))
			return arena_printf(b->arena, "\xe2\x81\xa8%s\xe2\x81\xa9", name);
	}
	return name;
}

static const char *shown(struct build *b, struct place part)
{
	const json_t *x = json_at(part.v, "x");
	if (!x)
		return json_text(part.v, "name", "");
	struct cell value = json_is_string(x) ? cell_own(json_string_value(x)) : place_num(part, CELL_MEASURE, "x");
	bool missing = !json_is_string(x) && isnan(value.num);
	return arena_printf(b->arena, "%s = %s", isolated(b, json_text(part.v, "name", "")), missing ? doc_word(b->doc, "missing") : doc_cell(b->doc, &value));
}

static void add_step(struct chart *c, const char **labels, double *v, const char *label, double add, double *level)
{
	size_t i = c->n++;
	labels[i] = label;
	v[i] = add;
	v[STEPS_MAX + i] = *level;
	v[2 * STEPS_MAX + i] = *level += add;
}

/* Why a row is shown. A class that is named rightly is no error, however unsure the model was of it. */
static const char *reason_of(struct build *b, struct place s)
{
	bool regression = place_is(b->modeling, "task", "regression"), typical = place_is(s, "why", "typical");
	if (typical)
		return regression ? "Typical error" : "Typical case";
	return !regression && strcmp(json_text(s.v, "actual", ""), json_text(s.v, "predicted", " ")) == 0 ? "Right, but least sure"
		: "Among the worst errors";
}

static void add_story(struct build *b, struct node *side, struct place s, size_t number)
{
	struct place parts = place_at(s, "parts");
	bool regression = place_is(b->modeling, "task", "regression");
	struct chart *chart = build_chart(b, CHART_STEPS, "story", arena_printf(b->arena, "%zu", number + 1), s);
	const char **labels = arena_calloc(b->arena, STEPS_MAX, sizeof *labels);
	double *v = arena_calloc(b->arena, 3 * STEPS_MAX, sizeof *v), level = json_num(s.v, "base", NAN);
	labels[0] = doc_word(b->doc, "average");
	v[0] = v[STEPS_MAX] = v[2 * STEPS_MAX] = level;
	chart->n = 1;
	for (size_t i = 0; i < json_array_size(parts.v) && chart->n + 2 < STEPS_MAX; i++)
		add_step(chart, labels, v, shown(b, place_item(parts, i)), json_num(place_item(parts, i).v, "phi", NAN), &level);
	struct cell others = place_num(s, CELL_COUNT, "rest_columns");
	if (others.num > 0)
		add_step(chart, labels, v, doc_say(b->doc, "%s others", doc_cell(b->doc, &others)), json_num(s.v, "rest", 0), &level);
	add_step(chart, labels, v, "this row", 0, &level);
	v[chart->n - 1] = level;
	chart->labels = labels;
	chart->y = v;
	chart->lo = v + STEPS_MAX;
	chart->hi = v + 2 * STEPS_MAX;
	chart->width = 320;
	const char *class = json_text(s.v, "class", NULL);
	chart->xlabel = class && place_is(b->modeling, "task", "multiclass") ?
		doc_say(b->doc, "%s: %s", explain_outcome(b, class), explain_scale(b)) : explain_scale(b);
	struct cell row = place_num(s, CELL_COUNT, "row");
	struct cell actual = regression ? place_num(s, CELL_MEASURE, "actual") : place_code(s, "actual");
	struct cell said = regression ? place_num(s, CELL_SCORE, "predicted") : place_code(s, "predicted");
	chart->title = doc_say(b->doc, "%s, row %s: %s =\xC2\xA0%s, predicted\xC2\xA0%s", doc_word(b->doc, reason_of(b, s)),
		doc_cell(b->doc, &row), json_text(b->modeling.v, "target", ""), doc_cell(b->doc, &actual),
		doc_cell(b->doc, &said));
	chart->alt = doc_say(b->doc, "How the prediction of row %s comes about, column by column; most from %s.",
		doc_cell(b->doc, &row), labels[1]);
	doc_chart(b->doc, side, chart);
}

void explain_stories(struct build *b, struct node *section, struct place shap)
{
	struct place list = place_at(shap, "stories");
	if (json_array_size(list.v) == 0)
		return;
	struct node *details = doc_details(b->doc, section, "Why these predictions?");
	struct node *side = doc_add(b->doc, details, NODE_COLUMNS);
	for (size_t i = 0; i < json_array_size(list.v); i++)
		add_story(b, side, place_item(list, i), i);
	struct cell scale = cell_text(explain_scale(b));
	doc_note(b->doc, details, "From the average prediction to that of the row, one column after the other, weightiest first, on the scale of "
		"the %s. Bars to the right raise it, bars to the left lower it. The average is that of the predictions for rows the model "
		"learnt from, mean over the parts of the validation.", &scale, 1);
}
