/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What drives the best model: which columns it rests on, what they add to predictions, in words and charts;
 * the curves and the single predictions are in files of their own. */
#include "report/build_int.h"
#include "report/build_explain_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SHOWN = 12 };   /* columns in the chart of importance */

/* ---- in words ---------------------------------------------------------------------------------- */

/* A band of few shuffles is their range. */
static bool few_shuffles(struct build *b)
{
	enum { FEW = 40 };
	double repeats = json_num(b->modeling.v, "importance.repeats", 1);
	return repeats * json_num(b->modeling.v, "validation.folds", 1) < FEW;
}

/* Columns whose interval lies above zero. */
static size_t beyond_doubt(struct place features)
{
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(features.v); i++)
		n += json_num(place_item(features, i).v, "lo", 0) > 0;
	return n;
}

/* What counts on average may still be of no use in a part of the validation. */
static void say_no_driver(struct build *b, struct node *section, struct place imp, struct place top)
{
	if (!(json_num(top.v, "mean", 0) > 0)) {
		build_say(b, section, "No single column stands out: on average it costs nothing to shuffle any one of them.");
		return;
	}
	struct cell cells[] = { place_code(top, "name"), cell_text(title_of_score(json_text(imp.v, "metric", "score"))),
		place_num(top, CELL_CHANGE, "mean"), place_num(top, CELL_CHANGE, "lo"), place_num(top, CELL_CHANGE, "hi") };
	doc_text(b->doc, section, few_shuffles(b) ?
		"No single column helps in every part of the validation. On average %s counts most: with its values shuffled among the rows, "
		"the %s gets worse by %s (single shuffles: %s to %s)." :
		"No single column helps in every part of the validation. On average %s counts most: with its values shuffled among the rows, "
		"the %s gets worse by %s (95 %% of the shuffles: %s to %s).", cells, COUNTOF(cells));
}

/* Those in front have the largest means, but not each of them is beyond doubt. */
static void say_drivers(struct build *b, struct node *section)
{
	struct place imp = place_at(b->modeling, "importance"), features = place_at(imp, "features");
	size_t n = json_array_size(features.v), sure = beyond_doubt(features);
	struct place top = place_item(features, 0);
	if (sure == 0 || !(json_num(top.v, "lo", 0) > 0)) {
		say_no_driver(b, section, imp, top);
		return;
	}
	struct cell cells[] = { place_text(imp, "model"), place_code(top, "name"),
		cell_text(title_of_score(json_text(imp.v, "metric", "score"))), place_num(top, CELL_CHANGE, "mean"),
		place_num(top, CELL_CHANGE, "lo"), place_num(top, CELL_CHANGE, "hi") };
	struct node *text = doc_text(b->doc, section, few_shuffles(b) ?
		"%s rests most on %s: with its values shuffled among the rows, the %s gets worse by %s (single shuffles: %s to %s)." :
		"%s rests most on %s: with its values shuffled among the rows, the %s gets worse by %s (95 % of the shuffles: %s to %s).",
		cells, COUNTOF(cells));
	const char *const join[] = { " Next come %s", ", %s", " and %s" };
	size_t next = sure - 1 < 3 ? sure - 1 : 3, said = 0;
	for (size_t i = 1; i < n && said < next; i++) {
		struct place f = place_item(features, i);
		struct cell name = place_code(f, "name");
		if (!(json_num(f.v, "lo", 0) > 0))
			continue;
		doc_runs(b->doc, text, next == 1 ? " Next comes %s" : said == 0 ? join[0] : said + 1 == next ? join[2] : join[1],
			&name, 1);
		said++;
	}
	if (next)
		doc_runs(b->doc, text, ".", NULL, 0);
	struct cell idle[] = { build_count((double)(n - sure)), build_count((double)n) };
	if (n > sure)
		doc_runs(b->doc, text, " For %s of the %s columns the interval reaches zero: in some part of the validation they were of no "
			"use.", idle, 2);
}

static void say_related(struct build *b, struct node *section)
{
	struct place list = place_at(b->modeling, "explanation.related"), top = place_item(list, 0);
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct cell cells[] = { place_code(top, "a"), place_code(top, "b"), place_num(top, CELL_CORRELATION, "r") };
	struct node *text = doc_text(b->doc, section, "%s and %s go together (r %s)", cells, 3);
	struct cell more[] = { build_count((double)n - 1), cell_text(plural((double)n - 1, "pair", "pairs")) };
	if (n > 1)
		doc_runs(b->doc, text, ", and so do %s more %s of these columns", more, 2);
	doc_runs(b->doc, text, ": such columns share what the model knows from either. Each looks less important than it would "
		"alone, and which of them is in front may be chance.", NULL, 0);
}

static void say_interaction(struct build *b, struct node *section)
{
	struct place p = place_at(b->modeling, "explanation.interaction");
	if (!json_is_object(p.v))
		return;
	struct cell cells[] = { place_code(p, "a"), place_code(p, "b"), place_num(p, CELL_PERCENT, "h") };
	if (json_num(p.v, "h", 0) >= 0.05)
		doc_text(b->doc, section, "Not all of it adds up: what %s does depends on %s. Of the joint effect of both, %s is more than "
			"the sum of their own (the strongest interaction among the weightiest columns).", cells, 3);
	else
		doc_text(b->doc, section, "The weightiest columns act nearly independently of each other: the strongest interaction, of %s "
			"and %s, is %s of their joint effect.", cells, 3);
}

/* ---- importance ------------------------------------------------------------------------------------ */

static void add_importance(struct build *b, struct node *parent)
{
	struct place imp = place_at(b->modeling, "importance"), features = place_at(imp, "features");
	size_t n = json_array_size(features.v);
	n = n < SHOWN ? n : SHOWN;
	const char **labels = arena_calloc(b->arena, n, sizeof *labels);
	double *v = arena_calloc(b->arena, 3 * n, sizeof *v);
	for (size_t i = 0; i < n; i++) {
		struct place f = place_item(features, i);
		labels[i] = json_text(f.v, "name", "");
		v[i] = json_num(f.v, "mean", NAN);
		v[n + i] = json_num(f.v, "lo", NAN);
		v[2 * n + i] = json_num(f.v, "hi", NAN);
	}
	const char *metric = title_of_score(json_text(imp.v, "metric", "score")), *model = json_text(imp.v, "model", "the model");
	struct chart *chart = build_chart(b, CHART_INTERVALS, "importance", model, imp);
	chart->n = n;
	chart->effects = true;
	chart->labels = labels;
	chart->y = v;
	chart->lo = v + n;
	chart->hi = v + 2 * n;
	chart->title = "What the score loses without each column";
	struct cell top = cell_num(CELL_CHANGE, v[0], NULL);
	chart->alt = doc_say(b->doc, "Permutation importance for %s, %zu columns: most for %s (%s).", doc_word(b->doc, model), n, labels[0],
		doc_cell(b->doc, &top));
	chart->xlabel = doc_say(b->doc, "%s gets worse by", doc_word(b->doc, metric));
	doc_chart(b->doc, parent, chart);
}

static void note_importance(struct build *b, struct node *section)
{
	struct place imp = place_at(b->modeling, "importance");
	double repeats = json_num(imp.v, "repeats", 1);
	struct cell cells[] = { cell_text(title_of_score(json_text(imp.v, "metric", "score"))), place_num(imp, CELL_COUNT, "rows"),
		place_num(imp, CELL_COUNT, "repeats"), cell_text(plural(repeats, "shuffle", "shuffles")),
		cell_text(few_shuffles(b) ? "all" : "95\xE2\x80\xAF%") };
	doc_note(b->doc, section, "Importance: how much worse the %s of unseen rows (%s of them) gets when the values of a column are shuffled "
		"among them, mean over %s %s in each part of the validation; the line holds %s of them. Below zero "
		"means of no use. It is what this model loses, not what the column would do to the world.", cells, COUNTOF(cells));
}

/* ---- Shapley values ----------------------------------------------------------------------------------- */

const char *explain_outcome(struct build *b, const char *class)
{
	return arena_printf(b->arena, "%s = %s", json_text(b->modeling.v, "target", ""), class);
}

const char *explain_scale(struct build *b)
{
	struct place s = place_at(b->modeling, "explanation.shap");
	const char *target = json_text(b->modeling.v, "target", "the target"), *class = json_text(s.v, "class", "");
	bool many = place_is(b->modeling, "task", "multiclass");
	if (place_is(s, "scale", "log target"))
		return doc_say(b->doc, "logarithm of %s", target);
	if (place_is(s, "scale", "log odds"))
		return many ? doc_word(b->doc, "log odds against the average class") : doc_say(b->doc, "log odds of %s", explain_outcome(b, class));
	if (place_is(s, "scale", "probability"))
		return many ? doc_word(b->doc, "probability") : doc_say(b->doc, "probability of %s", explain_outcome(b, class));
	return doc_say(b->doc, "prediction of %s", target);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Where each value stands among the others, 0 lowest to 1 highest; NaN where there is none. */
static double *standing(struct build *b, const double *x, size_t n)
{
	double *sorted = arena_calloc(b->arena, n + 1, sizeof *sorted), *out = arena_calloc(b->arena, n + 1, sizeof *out);
	size_t m = 0;
	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			sorted[m++] = x[i];
	qsort(sorted, m, sizeof *sorted, ascending);
	for (size_t i = 0; i < n; i++) {
		size_t below = 0, above = m;
		while (below < m && sorted[below] < x[i])
			below++;
		while (above > below && sorted[above - 1] > x[i])
			above--;
		out[i] = isnan(x[i]) || m < 2 ? NAN : ((double)(below + above) / 2) / (double)m;
	}
	return out;
}

static void add_swarm(struct build *b, struct node *parent, struct place shap)
{
	struct place columns = place_at(shap, "columns");
	size_t n = json_array_size(columns.v), rows, marks = 0;
	struct chart *chart = build_chart(b, CHART_SWARM, "shap", "summary", shap);
	struct chart_series *s = arena_calloc(b->arena, n, sizeof *s);
	const char **labels = arena_calloc(b->arena, n, sizeof *labels);
	double *weight = arena_calloc(b->arena, n, sizeof *weight);
	for (size_t i = 0; i < n; i++) {
		struct place c = place_item(columns, i);
		labels[i] = json_text(c.v, "name", "");
		weight[i] = json_num(c.v, "mean_abs", NAN);
		const double *x = build_numbers(b, c, "x", &rows);
		s[i] = (struct chart_series){ .style = SERIES_POINTS, .ink = INK_PRIMARY, .y = json_at(c.v, "levels") ? NULL : standing(b, x, rows) };
		s[i].x = build_numbers(b, c, "phi", &s[i].n);
		marks += s[i].n;
	}
	if (marks == 0)            /* an edition that shows no single rows */
		return;
	const char *class = json_text(shap.v, "class", NULL);
	chart->n = chart->nseries = n;
	chart->labels = labels;
	chart->series = s;
	chart->y = weight;
	chart->title = class && place_is(b->modeling, "task", "multiclass") ?
		doc_say(b->doc, "What each column adds for %s, row by row", explain_outcome(b, class)) : "What each column adds, row by row";
	struct cell top = cell_num(CELL_CHANGE, weight[0], NULL);
	chart->alt = doc_say(b->doc, "Shapley values of %zu columns in single rows: %s moves predictions most, by %s on average.", n,
		labels[0], doc_cell(b->doc, &top));
	chart->xlabel = doc_say(b->doc, "added to the %s", explain_scale(b));
	doc_chart(b->doc, parent, chart);
}

/* Classes in the order of the other charts, the most frequent first, so that each has one colour in all of the report:
 * order[k] is the class that comes k-th. */
static const size_t *usual_order(struct build *b, const char **names, size_t n)
{
	int64_t target = build_column(b, json_text(b->modeling.v, "target", ""));
	struct place levels = place_at(place_item(b->columns, target < 0 ? 0 : (size_t)target), "category.levels");
	size_t *order = arena_calloc(b->arena, n + 1, sizeof *order), used = 0;
	bool *seen = arena_calloc(b->arena, n + 1, sizeof *seen);
	for (size_t i = 0; target >= 0 && i < json_array_size(levels.v); i++)
		for (size_t k = 0; k < n; k++)
			if (!seen[k] && place_is(place_item(levels, i), "value", names[k])) {
				seen[k] = true;
				order[used++] = k;
			}
	for (size_t k = 0; k < n; k++)
		if (!seen[k])
			order[used++] = k;
	return order;
}

static void add_stack(struct build *b, struct node *parent, struct place shap)
{
	enum { CLASSES = 6 };
	struct place columns = place_at(shap, "columns");
	size_t n = json_array_size(columns.v), classes;
	const char **names = build_texts(b, b->modeling, "classes", &classes);
	size_t shown = classes <= CLASSES ? classes : CLASSES;
	const size_t *order = usual_order(b, names, classes);
	const char **sorted = arena_calloc(b->arena, classes + 1, sizeof *sorted);
	for (size_t j = 0; j < classes; j++)
		sorted[j] = names[order[j]];
	double *m = arena_calloc(b->arena, n * shown, sizeof *m);
	const char **labels = arena_calloc(b->arena, n, sizeof *labels);
	for (size_t i = 0; i < n; i++) {
		struct place c = place_item(columns, i);
		size_t k;
		const double *by_class = build_numbers(b, c, "by_class", &k);
		labels[i] = json_text(c.v, "name", "");
		for (size_t j = 0; k == classes && j < classes; j++)
			m[i * shown + (j < shown ? j : shown - 1)] += by_class[order[j]];
	}
	if (shown < classes)
		sorted[shown - 1] = "all other classes";
	struct chart *chart = build_chart(b, CHART_STACK, "shap", "classes", shap);
	chart->n = n;
	chart->n2 = shown;
	chart->labels = labels;
	chart->labels2 = sorted;
	chart->matrix = m;
	chart->title = "How much each column moves each class";
	chart->alt = doc_say(b->doc, "Mean size of the Shapley values of %zu columns by class: most for %s.", n, labels[0]);
	chart->xlabel = "mean size of what it adds";
	doc_chart(b->doc, parent, chart);
}

static void note_shap(struct build *b, struct node *section, struct place shap)
{
	struct cell cells[] = { cell_text(explain_scale(b)), place_num(shap, CELL_COUNT, "rows"), place_num(shap, CELL_SCORE, "base") };
	struct node *note = doc_note(b->doc, section, "What a column adds: its Shapley value, what it adds to the %s, in %s rows that the model "
		"had not seen. With the average of %s they add up to the prediction. A dot is a row, its colour the value of the column; "
		"columns without order are grey.", cells, 3);
	if (place_is(b->modeling, "task", "multiclass"))
		doc_runs(b->doc, note, " The class shown is the one whose prediction moves most.", NULL, 0);
	struct cell sampled[] = { place_num(shap, CELL_COUNT, "background") };
	if (!place_is(shap, "method", "exact"))
		doc_runs(b->doc, note, " A column that is not known takes its values from %s rows of the training data; what so few of them "
			"leave open is shared among the columns by how uncertain each is.", sampled, 1);
}

/* ---- in numbers ------------------------------------------------------------------------------------------ */

static struct place of_name(struct place list, const char *name)
{
	for (size_t i = 0; i < json_array_size(list.v); i++)
		if (place_is(place_item(list, i), "name", name))
			return place_item(list, i);
	return place_item(list, json_array_size(list.v));
}

static void add_table(struct build *b, struct node *parent)
{
	bool few = few_shuffles(b);
	const struct table_column heads[] = { { "Column", ALIGN_LEFT, false }, { "Loss when shuffled", ALIGN_RIGHT, false },
		{ few ? "Lowest" : "95 % from", ALIGN_RIGHT, false }, { few ? "Highest" : "to", ALIGN_RIGHT, false }, { "Mean size of what it adds", ALIGN_RIGHT, false },
		{ "Goes with its value", ALIGN_RIGHT, false } };
	struct place features = place_at(b->modeling, "importance.features");
	struct place columns = place_at(b->modeling, "explanation.shap.columns");
	bool shap = json_array_size(columns.v) > 0;
	struct node *table = doc_table(b->doc, parent, NULL, heads, shap ? COUNTOF(heads) : 4);
	table->sortable = true;
	for (size_t i = 0; i < json_array_size(features.v) && i < BULK_MAX; i++) {
		struct place f = place_item(features, i), c = of_name(columns, json_text(f.v, "name", ""));
		struct cell cells[] = { place_code(f, "name"), place_num(f, CELL_CHANGE, "mean"), place_num(f, CELL_CHANGE, "lo"),
			place_num(f, CELL_CHANGE, "hi"), c.v ? place_num(c, CELL_CHANGE, "mean_abs") : cell_text(NULL),
			c.v && isfinite(json_num(c.v, "trend", NAN)) ? place_num(c, CELL_CORRELATION, "trend") : cell_text(NULL) };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(f.v, "name", NULL)));
	}
	doc_even(table, 1, 3, 3, false);
	if (shap)
		doc_even(table, 4, 4, 3, false);
	build_more(b, parent, json_array_size(features.v), "columns");
	if (!shap)
		return;
	struct node *text = doc_text(b->doc, parent, "Goes with its value: rank correlation of the column with what it adds; +1 means the higher "
		"the value, the higher the prediction. Only for numbers, and for the columns that add most.", NULL, 0);
	struct cell class = place_code(place_at(b->modeling, "explanation.shap"), "class");
	if (place_is(b->modeling, "task", "multiclass"))
		doc_runs(b->doc, text, " The prediction is that of %s, which moves most.", &class, 1);
}

void build_model_explain(struct build *b, struct node *parent)
{
	struct place shap = place_at(b->modeling, "explanation.shap");
	if (json_count(b->modeling.v, "importance.features") == 0 || !place_is(b->modeling, "verdict", "useful"))
		return;
	struct node *section = doc_section(b->doc, parent, "what-drives-it", "What drives it");
	say_drivers(b, section);
	say_related(b, section);
	say_interaction(b, section);
	struct node *side = doc_add(b->doc, section, NODE_COLUMNS);
	add_importance(b, side);
	bool many = place_is(b->modeling, "task", "multiclass"), any = json_count(shap.v, "columns") > 0;
	if (any && many)
		add_stack(b, side, shap);
	if (any && json_count(shap.v, "columns.0.phi") > 0)
		add_swarm(b, side, shap);
	note_importance(b, section);
	if (any)
		note_shap(b, section, shap);
	explain_curves(b, section);
	struct node *details = doc_details(b->doc, section, "Importance in numbers");
	add_table(b, details);
	if (any) {
		explain_points(b, section, shap);
		explain_stories(b, section, shap);
	}
}
