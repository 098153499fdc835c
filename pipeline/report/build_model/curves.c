/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the prediction changes with each column: a sentence where that is simple, and a small chart. */
#include "report/build_explain_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 300, HEIGHT = 200, LINES_MAX = 30, LEVELS_MAX = 10 };

struct curves {
	struct place list;
	enum cell_class cls;       /* of predictions */
	const char *label;         /* what is predicted */
	double lo, hi;             /* window that all charts share */
};

static struct place column_of(struct build *b, const char *name)
{
	int64_t i = build_column(b, name);
	return i < 0 ? (struct place){ 0 } : place_item(b->columns, (size_t)i);
}

static enum cell_class class_of(struct build *b, const char *name)
{
	struct place c = column_of(b, name);
	return c.v ? build_measure(c) : CELL_MEASURE;
}

static const char *with_unit(struct build *b, const char *name)
{
	struct place c = column_of(b, name);
	const char *unit = c.v ? json_text(c.v, "unit", NULL) : NULL;
	return unit ? doc_say(b->doc, "%s (%s)", name, unit) : doc_own(b->doc, name);
}

static struct cell at(struct place d, enum cell_class cls, const char *key, size_t i)
{
	struct place list = place_at(d, key);
	char index[24];
	snprintf(index, sizeof index, "%zu", i);
	return place_num(list, cls, index);
}

/* ---- in words ------------------------------------------------------------------------------------ */

/* A round step of x that a reader can think of: a tenth to a half of the range. */
static double round_step(double range)
{
	return pow(10, floor(log10(range / 2)));
}

static bool say_slope(struct build *b, struct node *text, struct place d, const struct curves *v, enum cell_class along)
{
	size_t n;
	double slope = json_num(d.v, "slope", NAN);
	const double *x = build_numbers(b, d, "x", &n);
	if (isnan(slope) || along != CELL_MEASURE)
		return false;
	double step = round_step(x[n - 1] - x[0]);
	const char *unit = json_text(column_of(b, json_text(d.v, "name", "")).v, "unit", NULL);
	bool points = v->cls == CELL_PERCENT;
	struct cell cells[] = { cell_num(CELL_MEASURE, step, NULL), cell_own(unit ? arena_printf(b->arena, "\xc2\xa0%s", unit) : ""),
		cell_text(slope > 0 ? "raises" : "lowers"),
		cell_num(points || v->cls == CELL_SCORE ? CELL_CHANGE : v->cls, fabs(slope * step) * (points ? 100 : 1), NULL) };
	doc_runs(b->doc, text, points ? " each further %s%s %s it by about %s percentage points" : " each further %s%s %s it by about %s", cells, 4);
	return true;
}

static void say_way(struct build *b, struct node *text, struct place d, const struct curves *v, enum cell_class along, size_t last)
{
	bool steep = isfinite(json_num(d.v, "steep_from", NAN));
	struct cell cells[] = { cell_text(place_is(d, "shape", "rises") ? "rises" : "falls"), at(d, v->cls, "y", 0), at(d, along, "x", 0),
		at(d, v->cls, "y", last), at(d, along, "x", last) };
	struct cell where[] = { place_num(d, along, "steep_from"), place_num(d, along, "steep_to") };
	doc_runs(b->doc, text, " it %s from %s (at %s) to %s (at %s)", cells, 5);
	if (steep)
		doc_runs(b->doc, text, ", most of it between %s and %s", where, 2);
}

static void extremes(const double *y, size_t n, size_t *low, size_t *high)
{
	*low = *high = 0;
	for (size_t i = 1; i < n; i++) {
		*low = y[i] < y[*low] ? i : *low;
		*high = y[i] > y[*high] ? i : *high;
	}
}

/* What of a column the other one goes with: of a date, only a part of it is a number. */
static const char *part_of_partner(struct place d)
{
	static const struct {
		const char *part, *words;
	} parts[] = { { "years", ", as far as that can be told apart from the course of %s (r %s)" },
		{ "season_sine", ", as far as that can be told apart from the time of year in %s (r %s)" },
		{ "season_cosine", ", as far as that can be told apart from the time of year in %s (r %s)" },
		{ "hour", ", as far as that can be told apart from the hour in %s (r %s)" } };
	for (size_t i = 0; i < COUNTOF(parts); i++)
		if (place_is(d, "partner_part", parts[i].part))
			return parts[i].words;
	return ", as far as that can be told apart from %s (r %s)";
}

static void say_curve(struct build *b, struct node *section, struct place d, const struct curves *v)
{
	size_t n, low, high;
	const double *y = build_numbers(b, d, "y", &n);
	enum cell_class along = class_of(b, json_text(d.v, "name", ""));
	struct cell name = place_code(d, "name");
	struct node *text = doc_text(b->doc, section, "%s:", &name, 1);
	extremes(y, n, &low, &high);
	struct cell span[] = { at(d, v->cls, "y", low), at(d, v->cls, "y", high) };
	if (place_is(d, "shape", "flat")) {
		doc_runs(b->doc, text, " it hardly changes (%s to %s)", span, 2);
	} else if (place_is(d, "shape", "levels")) {
		struct place levels = place_at(d, "levels");
		struct cell cells[] = { place_code(levels, arena_printf(b->arena, "%zu", high)), span[1],
			place_code(levels, arena_printf(b->arena, "%zu", low)), span[0] };
		doc_runs(b->doc, text, " it is highest for %s (%s) and lowest for %s (%s)", cells, 4);
		struct cell shown = build_count((double)n);
		if (n == LEVELS_MAX && json_num(column_of(b, json_text(d.v, "name", "")).v, "distinct", 0) > LEVELS_MAX)
			doc_runs(b->doc, text, " of the %s most frequent ones", &shown, 1);
	} else if (place_is(d, "shape", "peak") || place_is(d, "shape", "valley")) {
		bool peak = place_is(d, "shape", "peak");
		struct cell cells[] = { place_num(d, along, "turn"), peak ? span[1] : span[0] };
		doc_runs(b->doc, text, peak ? " it rises up to %s (%s there), then falls" : " it falls down to %s (%s there), then rises", cells, 2);
	} else if (place_is(d, "shape", "mixed")) {
		doc_runs(b->doc, text, " it goes up and down, between %s and %s", span, 2);
	} else if (!say_slope(b, text, d, v, along)) {
		say_way(b, text, d, v, along, n - 1);
	}
	struct cell partner[] = { place_code(d, "partner"), place_num(d, CELL_CORRELATION, "r") };
	if (partner[0].text)
		doc_runs(b->doc, text, part_of_partner(d), partner, 2);
	doc_runs(b->doc, text, ".", NULL, 0);
}

/* ---- charts --------------------------------------------------------------------------------------- */

static struct chart *number_chart(struct build *b, struct place d, const struct curves *v)
{
	const char *name = json_text(d.v, "name", "");
	struct place lines = place_at(d, "lines");
	size_t nlines = json_array_size(lines.v), n, ny;
	nlines = nlines < LINES_MAX ? nlines : LINES_MAX;
	struct chart_series *s = arena_calloc(b->arena, nlines + 2, sizeof *s);
	const double *x = build_numbers(b, d, "x", &n), *y = build_numbers(b, d, "y", &ny);
	if (n < 2 || n != ny)
		return NULL;
	for (size_t i = 0; i < nlines; i++) {
		const double *line = build_numbers(b, lines, arena_printf(b->arena, "%zu", i), &ny);
		s[i] = (struct chart_series){ .style = SERIES_FAINT, .ink = INK_PRIMARY, .n = ny == n ? n : 0, .x = x, .y = line };
	}
	s[nlines] = (struct chart_series){ .style = SERIES_LINE, .ink = INK_PRIMARY, .n = n, .x = x, .y = y };
	struct chart *chart = build_chart(b, CHART_XY, "along", name, d);
	chart->series = s;
	chart->nseries = nlines + 1;
	chart->rug = build_numbers(b, d, "rug", &chart->nrug);
	chart->xlabel = with_unit(b, name);
	chart->ylabel = v->label;
	chart->along = build_axis(b, name);
	chart->values = v->cls == CELL_SCORE ? CELL_EMPTY : v->cls;
	chart->ymin = v->lo;
	chart->ymax = v->hi;
	chart->height = HEIGHT;
	return chart;
}

struct level {
	size_t i;
	double order;
};

static int by_order(const void *a, const void *b)
{
	const struct level *x = a, *y = b;
	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return (x->i > y->i) - (x->i < y->i);
}

/* Levels that are numbers stand in their order, others by what is predicted for them. */
static void order_levels(const char **name, const double *y, size_t n, struct level *out)
{
	bool numbers = true;
	for (size_t i = 0; i < n; i++) {
		out[i] = (struct level){ i, -y[i] };
		double v;
		numbers = numbers && num_parse_double(name[i], strlen(name[i]), &v);
	}
	for (size_t i = 0; i < n && numbers; i++)
		num_parse_double(name[i], strlen(name[i]), &out[i].order);
	qsort(out, n, sizeof *out, by_order);
}

static struct chart *level_chart(struct build *b, struct place d, const struct curves *v)
{
	const char *name = json_text(d.v, "name", "");
	size_t n, m;
	const char **names = build_texts(b, d, "levels", &n), **labels = arena_calloc(b->arena, n + 1, sizeof *labels);
	const double *y = build_numbers(b, d, "y", &m), *lo = build_numbers(b, d, "lo", &m), *hi = build_numbers(b, d, "hi", &m);
	struct level order[LEVELS_MAX];
	if (n < 2 || n != m || n > LEVELS_MAX)
		return NULL;
	order_levels(names, y, n, order);
	double *out = arena_calloc(b->arena, 3 * n, sizeof *out);
	for (size_t i = 0; i < n; i++) {
		labels[i] = names[order[i].i];
		out[i] = y[order[i].i];
		out[n + i] = lo[order[i].i];
		out[2 * n + i] = hi[order[i].i];
	}
	struct chart *chart = build_chart(b, CHART_INTERVALS, "along", name, d);
	chart->n = n;
	chart->labels = labels;
	chart->y = out;
	chart->lo = out + n;
	chart->hi = out + 2 * n;
	chart->xlabel = v->label;
	chart->values = v->cls == CELL_SCORE ? CELL_EMPTY : v->cls;
	chart->xmin = v->lo;
	chart->xmax = v->hi;
	return chart;
}

static void add_chart(struct build *b, struct node *parent, struct place d, const struct curves *v)
{
	struct chart *chart = json_at(d.v, "levels") ? level_chart(b, d, v) : number_chart(b, d, v);
	if (!chart)
		return;
	size_t n, low, high;
	const double *y = build_numbers(b, d, "y", &n);
	extremes(y, n, &low, &high);
	struct cell from = cell_num(v->cls, y[low], NULL), to = cell_num(v->cls, y[high], NULL);
	chart->width = WIDTH;
	chart->title = doc_own(b->doc, json_text(d.v, "name", ""));
	chart->alt = doc_say(b->doc, "%s along %s: between %s and %s on average (%s).", v->label, chart->title,
		doc_cell(b->doc, &from), doc_cell(b->doc, &to), doc_word(b->doc, json_text(d.v, "method", "")));
	doc_chart(b->doc, parent, chart);
}

/* ---- all of them ------------------------------------------------------------------------------------- */

/* One window for all, so that charts can be compared: averages and what most rows do about them. */
static void share_window(struct build *b, struct curves *v)
{
	static const char *const keys[] = { "y", "lo", "hi" };
	v->lo = INFINITY;
	v->hi = -INFINITY;
	for (size_t i = 0; i < json_array_size(v->list.v); i++)
		for (size_t k = 0; k < COUNTOF(keys); k++) {
			size_t n;
			const double *y = build_numbers(b, place_item(v->list, i), keys[k], &n);
			for (size_t j = 0; j < n; j++) {
				v->lo = y[j] < v->lo ? y[j] : v->lo;
				v->hi = y[j] > v->hi ? y[j] : v->hi;
			}
		}
	double air = 0.05 * (v->hi - v->lo);
	v->lo -= air;
	v->hi += air;
	if (v->cls == CELL_PERCENT) {
		v->lo = fmax(v->lo, 0);
		v->hi = fmin(v->hi, 1);
	}
}

/* Whether a bar of some level is long enough to be one. */
static bool has_bars(struct build *b, struct place d)
{
	size_t n, m;
	const double *lo = build_numbers(b, d, "lo", &n), *hi = build_numbers(b, d, "hi", &m);
	for (size_t i = 0; i < n && i < m; i++)
		if (hi[i] > lo[i])
			return json_at(d.v, "levels") != NULL;
	return false;
}

/* What the charts show, and nothing that none of them has. */
static void note_curves(struct build *b, struct node *section, struct place list, struct cell rows)
{
	bool local = false, means = false, lines = false, bars = false, numbers = false;
	size_t n = json_array_size(list.v);
	for (size_t i = 0; i < n; i++) {
		struct place d = place_item(list, i);
		bool effects = place_is(d, "method", "accumulated local effects"), levels = json_at(d.v, "levels") != NULL;
		local = local || effects;
		means = means || !effects;
		numbers = numbers || !levels;
		lines = lines || (!levels && json_count(d.v, "lines") > 0);
		bars = bars || has_bars(b, d);
	}
	struct node *note = doc_note(b->doc, section, means ? "Strong line or dot: mean over %s rows (partial dependence)."
		: "Line: accumulated local effects, for columns that go with others, from rows near each value only.", &rows, means);
	if (lines)
		doc_runs(b->doc, note, " Faint lines: single rows, moved to the level of the mean, so that they differ in shape only.", NULL, 0);
	if (bars)
		doc_runs(b->doc, note, " Bars: where 80 % of the rows are.", NULL, 0);
	if (local && means)
		doc_runs(b->doc, note, " For columns that go with others the line shows accumulated local effects instead, from rows near each "
			"value only.", NULL, 0);
	if (numbers)
		doc_runs(b->doc, note, " Marks at the bottom: twentieths of the data. Nothing is shown beyond the 1st and the 99th percentile.",
			NULL, 0);
	if (n > 1)
		doc_runs(b->doc, note, " All charts have the same scale.", NULL, 0);
}

void explain_curves(struct build *b, struct node *section)
{
	struct place x = place_at(b->modeling, "explanation");
	struct curves v = { .list = place_at(x, "dependence") };
	size_t n = json_array_size(v.list.v);
	if (n == 0)
		return;
	const char *class = json_text(x.v, "class", NULL), *target = json_text(b->modeling.v, "target", "the target");
	v.cls = class ? CELL_PERCENT : class_of(b, target) == CELL_MEASURE ? CELL_SCORE : class_of(b, target);
	v.label = class ? doc_say(b->doc, "probability of %s", explain_outcome(b, class)) : with_unit(b, arena_printf(b->arena, "%s", target));
	share_window(b, &v);
	struct cell what = cell_code(class ? explain_outcome(b, class) : target);
	doc_text(b->doc, section, class ? "How the predicted probability of %s changes with one column, all others as they are:"
		: "How the predicted %s changes with one column, all others as they are:", &what, 1);
	for (size_t i = 0; i < n; i++)
		say_curve(b, section, place_item(v.list, i), &v);
	struct node *side = doc_add(b->doc, section, NODE_COLUMNS);
	for (size_t i = 0; i < n; i++)
		add_chart(b, side, place_item(v.list, i), &v);
	note_curves(b, section, v.list, place_num(x, CELL_COUNT, "dependence_rows"));
}
