/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside the models: what drives them, their curves and where they err. */
#include "report/build_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- importance ------------------------------------------------------------------------------ */

static void add_importance(struct build *b, struct node *section)
{
	struct place imp = place_at(b->modeling, "importance");
	struct place features = place_at(imp, "features");
	size_t n = json_array_size(features.v);
	if (n == 0)
		return;
	n = n < LABELS_MAX ? n : LABELS_MAX;
	const char **labels = arena_calloc(b->arena, n, sizeof *labels);
	double *y = arena_calloc(b->arena, n, sizeof *y);
	double *lo = arena_calloc(b->arena, n, sizeof *lo);
	double *hi = arena_calloc(b->arena, n, sizeof *hi);
	for (size_t i = 0; i < n; i++) {
		struct place f = place_item(features, i);
		labels[i] = json_text(f.v, "name", "");
		y[i] = json_num(f.v, "mean", NAN);
		lo[i] = json_num(f.v, "lo", NAN);
		hi[i] = json_num(f.v, "hi", NAN);
	}
	const char *metric = title_of_score(json_text(imp.v, "metric", "score"));
	struct chart *chart = build_chart(
		b, CHART_INTERVALS, "importance", json_text(imp.v, "model", "model"), imp);
	chart->n = n;
	chart->labels = labels;
	chart->y = y;
	chart->lo = lo;
	chart->hi = hi;
	chart->height = 60 + 22 * (double)n;
	chart->title = arena_printf(
		b->arena, "What %s relies on", json_text(imp.v, "model", "the model"));
	struct cell top = cell_num(CELL_SCORE, y[0], NULL);
	chart->alt = arena_printf(b->arena,
		"Permutation importance of %zu columns: most for %s (%s).", n, labels[0],
		cell_string(b->arena, &top));
	chart->xlabel = arena_printf(b->arena, "%s gets worse by", metric);
	doc_chart(b->doc, section, chart);
	struct cell cells[] = { cell_text(metric), place_num(imp, CELL_COUNT, "repeats") };
	doc_note(b->doc, section,
		"How much worse the %s gets when the values of a column are shuffled among the "
		"rows, on average over %s shuffles in each part of the validation; the line holds 95 % "
		"of them.",
		cells, 2);
}

/* ---- curves ---------------------------------------------------------------------------------- */

static const double zero_one[] = { 0, 1 };

/* Points or a line of y against x, with the line of perfection or of chance beside it. */
static struct chart *curve(struct build *b, const char *key, const char *x, const char *y,
	enum series_style style, const double *guide_x, const double *guide_y)
{
	struct place p = place_at(place_at(b->modeling, "curves"), key);
	size_t n, m;
	const double *px = build_numbers(b, p, x, &n), *py = build_numbers(b, p, y, &m);
	if (n < 2 || n != m)
		return NULL;
	struct chart *chart = build_chart(b, CHART_XY, "curve", key, p);
	struct chart_series *s = arena_calloc(b->arena, 2, sizeof *s);
	s[0] = (struct chart_series){
		.style = SERIES_DASHED, .ink = INK_MUTED, .n = 2, .x = guide_x, .y = guide_y
	};
	s[1] = (struct chart_series){
		.style = style, .ink = INK_PRIMARY, .n = n, .x = px, .y = py
	};
	chart->series = guide_x ? s : s + 1;
	chart->nseries = guide_x ? 2 : 1;
	return chart;
}

static void unit_square(struct chart *chart, bool equal)
{
	chart->xmin = chart->ymin = 0;
	chart->xmax = chart->ymax = 1;
	chart->equal_axes = equal;
	chart->width = equal ? 300 : 0;
	chart->height = equal ? 280 : 0;
}

static void add_class_curves(struct build *b, struct node *parent)
{
	struct place curves = place_at(b->modeling, "curves");
	struct chart *roc = curve(b, "roc", "fpr", "tpr", SERIES_STEP, zero_one, zero_one);
	if (roc) {
		unit_square(roc, true);
		struct cell auc = place_num(curves, CELL_SCORE, "roc.auc");
		roc->title = "ROC curve";
		roc->alt = arena_printf(b->arena,
			"ROC curve, area %s; the dashed diagonal is chance.",
			cell_string(b->arena, &auc));
		roc->xlabel = "false positive rate";
		roc->ylabel = "true positive rate";
		doc_chart(b->doc, parent, roc);
	}
	struct chart *pr = curve(b, "pr", "recall", "precision", SERIES_STEP, NULL, NULL);
	if (pr) {
		unit_square(pr, true);
		struct cell ap = place_num(curves, CELL_SCORE, "pr.ap");
		pr->title = "Precision and recall";
		pr->alt = arena_printf(b->arena, "Precision against recall, average precision %s.",
			cell_string(b->arena, &ap));
		pr->xlabel = "recall";
		pr->ylabel = "precision";
		doc_chart(b->doc, parent, pr);
	}
	struct chart *cal = curve(
		b, "calibration", "predicted", "observed", SERIES_POINTS, zero_one, zero_one);
	if (cal) {
		unit_square(cal, true);
		cal->title = "Calibration";
		cal->alt =
			"Observed share against predicted probability; points on the diagonal "
			"are well calibrated.";
		cal->xlabel = "predicted probability";
		cal->ylabel = "observed share";
		doc_chart(b->doc, parent, cal);
	}
}

/* The diagonal through all of v and w. */
static const double *span(struct build *b, struct place p, const char *x, const char *y)
{
	size_t n, m;
	const double *v = build_numbers(b, p, x, &n), *w = build_numbers(b, p, y, &m);
	double *ends = arena_calloc(b->arena, 2, sizeof *ends);
	ends[0] = INFINITY;
	ends[1] = -INFINITY;
	for (size_t i = 0; i < n + m; i++) {
		double at = i < n ? v[i] : w[i - n];
		ends[0] = at < ends[0] ? at : ends[0];
		ends[1] = at > ends[1] ? at : ends[1];
	}
	return ends;
}

static void add_regression_curves(struct build *b, struct node *parent)
{
	struct place curves = place_at(b->modeling, "curves");
	const char *target = json_text(b->modeling.v, "target", "target");
	const double *ends = span(b, place_at(curves, "predicted_actual"), "predicted", "actual");
	struct chart *fit = curve(
		b, "predicted_actual", "predicted", "actual", SERIES_POINTS, ends, ends);
	if (fit) {
		fit->equal_axes = true;
		fit->width = 320;
		fit->height = 300;
		fit->title = "Predicted and actual";
		fit->alt = arena_printf(b->arena,
			"Actual %s against its prediction for unseen rows; the dashed diagonal "
			"is perfection.",
			target);
		fit->xlabel = "predicted";
		fit->ylabel = "actual";
		doc_chart(b->doc, parent, fit);
	}
	const double *fitted = span(b, place_at(curves, "residuals"), "fitted", "fitted");
	static const double level[] = { 0, 0 };
	struct chart *res = curve(
		b, "residuals", "fitted", "residual", SERIES_POINTS, fitted, level);
	if (res) {
		res->title = "Residuals";
		res->alt =
			"Residuals against fitted values; an even band around the dashed line is "
			"what one hopes for.";
		res->xlabel = "fitted";
		res->ylabel = "residual";
		doc_chart(b->doc, parent, res);
	}
}

static void add_confusion(struct build *b, struct node *section)
{
	struct place p = place_at(b->modeling, "curves.confusion"), rows = place_at(p, "matrix");
	size_t n;
	const char **classes = build_texts(b, p, "classes", &n);
	if (n < 2 || n > 20 || json_array_size(rows.v) != n)
		return;
	struct table_column *heads = arena_calloc(b->arena, n + 1, sizeof *heads);
	heads[0].title = "Actual, and predicted as";
	for (size_t i = 0; i < n; i++)
		heads[i + 1] = (struct table_column){ classes[i], ALIGN_RIGHT, false };
	struct node *table = doc_table(b->doc, section, "Right and wrong", heads, n + 1);
	table->keep = true;
	for (size_t i = 0; i < n; i++) {
		struct place row = place_item(rows, i);
		struct cell *cells = arena_calloc(b->arena, n + 1, sizeof *cells);
		cells[0] = cell_code(classes[i]);
		for (size_t k = 0; k < n; k++)
			cells[k + 1] = place_num(row, CELL_COUNT, arena_printf(b->arena, "%zu", k));
		doc_row(b->doc, table, cells, NULL);
	}
	struct place best = place_at(b->modeling, "best");
	struct cell model = cell_text(json_string_value(best.v));
	if (model.text)
		doc_note(b->doc, section,
			"Unseen rows, predicted by %s. Each row of the table is an actual class.",
			&model, 1);
}

/* ---- where it errs --------------------------------------------------------------------------- */

static void add_worst(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Row", ALIGN_RIGHT, false },
		{ "Actual", ALIGN_RIGHT, false }, { "Predicted", ALIGN_RIGHT, false },
		{ "Error", ALIGN_RIGHT, false } };
	struct place list = place_at(b->modeling, "worst");
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct node *details = doc_add(b->doc, section, NODE_DETAILS);
	details->title = "Where it errs most";
	struct node *table = doc_table(b->doc, details, NULL, heads, COUNTOF(heads));
	bool regression = place_is(b->modeling, "task", "regression");
	for (size_t i = 0; i < n && i < 10; i++) {
		struct place w = place_item(list, i);
		struct cell cells[] = { place_num(w, CELL_COUNT, "row"),
			regression ? place_num(w, CELL_MEASURE, "actual") : place_code(w, "actual"),
			regression ? place_num(w, CELL_MEASURE, "predicted")
				: place_code(w, "predicted"),
			place_num(w, CELL_SCORE, "error") };
		doc_row(b->doc, table, cells, NULL);
	}
	doc_note(b->doc, details,
		regression
			? "Row is the number of the row in the table."
			: "Row is the number of the row in the table. The error is 1 less the "
			"probability that the model gave to the actual class: near 1 when it was "
			"sure and wrong.", NULL, 0);
}

void build_model_details(struct build *b, struct node *section)
{
	add_importance(b, section);
	add_confusion(b, section);
	struct node *curves = doc_add(b->doc, section, NODE_COLUMNS);
	add_class_curves(b, curves);
	add_regression_curves(b, curves);
	add_worst(b, section);
}
