/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Where it fails": segments, classes that are mixed up, errors along the prediction and along time, the
 * worst rows, and whether more rows would help. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

/* ---- segments -------------------------------------------------------------------------------- */

static bool is_regression(const struct build *b)
{
	return place_is(b->modeling, "task", "regression");
}

/* The segment that costs most in words, and what to make of it. */
static void say_worst_segment(struct build *b, struct node *parent, struct place s)
{
	double wrong = json_num(s.v, "wrong", NAN), rest = json_num(s.v, "wrong_rest", NAN);
	struct cell where = cell_text(doc_conditions(b->doc, place_at(s, "when"))), n = place_num(s, CELL_COUNT, "n");
	struct node *text;
	if (wrong > rest) {
		struct cell cells[] = { where, n, place_num(s, CELL_PERCENT, "wrong"),
			place_num(s, CELL_PERCENT, "wrong_rest") };
		text = doc_text(b->doc, parent,
			"Weak where %s (%s unseen rows): it names the wrong class for %s of them, elsewhere for %s.",
			cells, COUNTOF(cells));
	} else if (is_regression(b)) {
		struct cell cells[] = { where, n, place_num(s, CELL_SCORE, "loss"), build_target_unit(b), place_num(s, CELL_SCORE, "rest"),
			build_target_unit(b) };
		text = doc_text(b->doc, parent, "Weak where %s (%s unseen rows): it is off by %s%s on average, elsewhere by %s%s.",
			cells, COUNTOF(cells));
	} else {
		struct cell cells[] = { where, n, place_num(s, CELL_SCORE, "loss"), place_num(s, CELL_SCORE, "rest") };
		text = doc_text(b->doc, parent, "Weak where %s (%s unseen rows): its log loss is %s, elsewhere %s.", cells, COUNTOF(cells));
	}
	struct place all = build_candidate(place_at(b->modeling, "candidates"), "kind", "baseline");
	double loss = json_num(s.v, "loss", NAN), base = json_num(s.v, "baseline", NAN);
	bool hard = base > json_num(all.v, is_regression(b) ? "scores.mae.value" : "scores.log_loss.value", NAN);
	struct cell plain[] = { place_num(s, CELL_SCORE, "baseline"), build_target_unit(b) };
	if (loss < base) {
		doc_runs(b->doc, text, is_regression(b) ? " The baseline is off by %s%s there" : " The log loss of the baseline is %s there",
			plain, is_regression(b) ? 2 : 1);
		doc_runs(b->doc, text, hard ? ": these rows are hard, and the model still helps." : ": the model still helps.", NULL, 0);
	} else if (loss >= base) {
		doc_runs(b->doc, text, " There it is no better than the baseline: do not rely on it for such rows.", NULL, 0);
	}
}

static void add_segments(struct build *b, struct node *section)
{
	struct place g = place_at(b->modeling, "judgement.segments"), list = place_at(g, "list");
	size_t n = json_array_size(list.v);
	struct cell tried = place_num(g, CELL_COUNT, "tried");
	if (n == 0) {
		if (tried.num > 0)
			doc_text(b->doc, section,
				"None of %s parts of the rows, by level, by quarter of a number or by what is "
				"missing, has errors that are larger than elsewhere beyond chance.", &tried, 1);
		return;
	}
	say_worst_segment(b, section, place_item(list, 0));
	bool regression = is_regression(b);
	const struct table_column heads[] = { { "Where", ALIGN_LEFT, false }, { "Rows", ALIGN_RIGHT, false },
		{ regression ? "Error" : "Log loss", ALIGN_RIGHT, false }, { "Elsewhere", ALIGN_RIGHT, false },
		{ "Baseline there", ALIGN_RIGHT, false },
		{ regression ? "Actual less predicted" : "Wrong class", ALIGN_RIGHT, false }, { "p", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, section, "Weak spots", heads, COUNTOF(heads));
	for (size_t i = 0; i < n; i++) {
		struct place s = place_item(list, i);
		struct cell cells[] = { cell_text(doc_conditions(b->doc, place_at(s, "when"))), place_num(s, CELL_COUNT, "n"),
			place_num(s, CELL_SCORE, "loss"), place_num(s, CELL_SCORE, "rest"),
			place_num(s, CELL_SCORE, "baseline"),
			regression ? cell_num(CELL_CHANGE, -json_num(s.v, "bias", NAN), NULL) : place_num(s, CELL_PERCENT, "wrong"),
			place_num(s, CELL_P_VALUE, "p_adjusted") };
		doc_row(b->doc, table, cells, NULL);
	}
	doc_even(table, 2, 4, 4, true);
	if (regression)
		doc_even(table, 5, 5, 2, true);
	for (size_t i = 0; i < n && !build_note_season(b, section, doc_conditions(b->doc, place_at(place_item(list, i), "when"))); i++) {}
	doc_note(b->doc, section, regression
		? "First what adds most to the whole error. Error: mean distance of predicted and actual. Parts of the rows looked at: %s; p allows for that "
		"number. A high error everywhere in a row of the table, baseline included, means a hard part."
		: "First what adds most to the whole error. Parts of the rows looked at: %s; p allows for that number. Where the baseline is high too, the part is "
		"hard for any model.", &tried, 1);
}

/* ---- classes --------------------------------------------------------------------------------- */

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
		heads[i + 1] = (struct table_column){ doc_own(b->doc, classes[i]), ALIGN_RIGHT, false };
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
	struct place best = place_at(b->modeling, "chosen");
	struct cell model = cell_text(json_string_value(best.v));
	if (model.text)
		doc_note(b->doc, section,
			"Unseen rows, each given the likeliest class by %s. Each row of the table is an actual class.",
			&model, 1);
}

/* ---- along the prediction, along time ------------------------------------------------------------ */

/* Mean and middle 80 % of errors as a line in a band. */
static struct chart *along(struct build *b, const char *key, bool time)
{
	struct place p = place_at(place_at(b->modeling, "judgement.residuals"), key);
	size_t n, m, k;
	bool iso = time && json_is_string(json_at(p.v, "at.0"));
	const double *at = iso ? build_moments(b, p, "at", &n) : build_numbers(b, p, "at", &n);
	const double *mean = build_numbers(b, p, "mean", &m), *lo = build_numbers(b, p, "lo", &k);
	const double *hi = build_numbers(b, p, "hi", &k);
	if (n < 3 || n != m || n != k)
		return NULL;
	struct chart *chart = build_chart(b, CHART_XY, "errors", key, p);
	struct chart_series *s = arena_calloc(b->arena, 2, sizeof *s);
	s[0] = (struct chart_series){ .name = "middle 80 %", .style = SERIES_BAND, .ink = INK_PRIMARY_SOFT, .n = n,
		.x = at, .y = lo, .y2 = hi };
	s[1] = (struct chart_series){ .name = "mean", .style = SERIES_LINE, .ink = INK_PRIMARY, .n = n, .x = at,
		.y = mean };
	chart->series = s;
	chart->nseries = 2;
	chart->x_is_time = iso;
	if (is_regression(b)) {
		static const struct chart_line zero = { 0, false, NULL, INK_MUTED };
		chart->lines = &zero;
		chart->nlines = 1;
	}
	return chart;
}

static void add_along(struct build *b, struct node *parent)
{
	struct chart *c = along(b, "by_fitted", false);
	if (c) {
		c->title = "Errors along the prediction";
		c->alt = "Actual less predicted, mean and middle 80 % of the rows, against the prediction; a level band around "
			"zero is what one hopes for.";
		c->xlabel = "predicted";
		c->ylabel = "actual less predicted";
		doc_chart(b->doc, parent, c);
	}
	c = along(b, "by_time", true);
	if (c) {
		c->title = "Errors over time";
		c->alt = is_regression(b) ? "Actual less predicted over time, mean and middle 80 % of the rows; drifting away "
			"from zero means that the model ages." : "Log loss of single rows over time, mean and middle 80 %; rising "
			"means that the model ages.";
		c->xlabel = "time";
		c->ylabel = is_regression(b) ? "actual less predicted" : "log loss";
		doc_chart(b->doc, parent, c);
	}
}

static void add_normal(struct build *b, struct node *parent)
{
	struct place p = place_at(b->modeling, "judgement.residuals.qq");
	size_t n, m;
	const double *x = build_numbers(b, p, "theory", &n), *y = build_numbers(b, p, "sample", &m);
	if (n < 5 || n != m)
		return;
	struct chart *chart = build_chart(b, CHART_XY, "errors", "normal", p);
	struct chart_series *s = arena_calloc(b->arena, 2, sizeof *s);
	double *ends = arena_calloc(b->arena, 2, sizeof *ends);
	ends[0] = x[0];
	ends[1] = x[n - 1];
	s[0] = (struct chart_series){ .style = SERIES_DASHED, .ink = INK_MUTED, .n = 2, .x = ends, .y = ends };
	s[1] = (struct chart_series){ .style = SERIES_POINTS, .ink = INK_PRIMARY, .n = n, .x = x, .y = y };
	chart->series = s;
	chart->nseries = 2;
	chart->title = "Are errors bell-shaped?";
	chart->alt = "Errors in standard deviations against those of a normal distribution; points on the dashed line are "
		"as if normal, points beyond it at the ends are errors far larger than usual.";
	chart->xlabel = "normal quantile";
	chart->ylabel = "error, standard deviations";
	doc_chart(b->doc, parent, chart);
}

/* ---- more rows ----------------------------------------------------------------------------------- */

enum { LEARNING_UPPER = 3 };   /* points at the end of the curve that the verdict rests on */

static void say_learning(struct build *b, struct node *parent, struct place l)
{
	const double SHORT = 0.9;   /* of the rows that the model has in a part of the validation */
	size_t n = json_count(l.v, "rows"), from = n > LEARNING_UPPER ? n - LEARNING_UPPER : 0;
	const char *first = arena_printf(b->arena, "rows.%zu", from), *last = arena_printf(b->arena, "rows.%zu", n - 1);
	struct cell cells[] = { place_num(l, CELL_COUNT, first), place_num(l, CELL_COUNT, last),
		cell_text(title_of_score(json_text(b->modeling.v, "metric", ""))), place_text(l, "model"),
		place_num(l, CELL_SCORE, arena_printf(b->arena, "held_out.%zu", from)),
		place_num(l, CELL_SCORE, arena_printf(b->arena, "held_out.%zu", n - 1)) };
	bool rising = place_is(l, "verdict", "rising"), flat = place_is(l, "verdict", "flat");
	struct node *text = doc_text(b->doc, parent, rising
		? "More rows should help: from %s to %s training rows, the %s of %s went from %s to %s."
		: flat ? "More rows alone would hardly help: from %s to %s training rows, the %s of %s went from %s to %s. Other columns may."
		: "Whether more rows would help is open: from %s to %s training rows, the %s of %s went from %s to %s, which may be chance.",
		cells, COUNTOF(cells));
	doc_runs(b->doc, text, " Both scores are means over the parts of the validation; the table of models scores all of their rows together.", NULL, 0);
	if (rising)
		doc_runs(b->doc, text, " How much further rows would bring was not measured, as a rule less and less.", NULL, 0);
	struct cell all = place_num(b->modeling, CELL_COUNT, "validation.parts.0.train");
	if (cells[1].num < SHORT * all.num)
		doc_runs(b->doc, text, " The curve ends below the %s rows that trained the models, to save time.", &all, 1);
}

static void add_learning(struct build *b, struct node *section)
{
	struct place l = place_at(b->modeling, "judgement.learning");
	size_t n, m, k;
	const double *rows = build_numbers(b, l, "rows", &n), *held = build_numbers(b, l, "held_out", &m);
	const double *train = build_numbers(b, l, "train", &k);
	struct cell why = place_text(l, "why");
	if (why.text)
		doc_note(b->doc, section, "Whether more rows would help was not looked at, for %s.", &why, 1);
	if (n < 3 || n != m || n != k)
		return;
	say_learning(b, section, l);
	struct chart *chart = build_chart(b, CHART_XY, "curve", "learning", l);
	struct chart_series *s = arena_calloc(b->arena, 2, sizeof *s);
	s[0] = (struct chart_series){ .name = "unseen rows", .style = SERIES_LINE, .ink = INK_PRIMARY, .n = n, .x = rows,
		.y = held };
	s[1] = (struct chart_series){ .name = "rows it has seen", .style = SERIES_DASHED, .ink = INK_MUTED, .n = n, .x = rows,
		.y = train };
	chart->series = s;
	chart->nseries = 2;
	chart->title = "Would more rows help?";
	const char *metric = title_of_score(json_text(b->modeling.v, "metric", ""));
	chart->alt = doc_say(b->doc, "%s of %s on unseen and on training rows against the number of training rows.",
		doc_word(b->doc, metric), doc_word(b->doc, json_text(l.v, "model", "the model")));
	chart->xlabel = "training rows";
	chart->ylabel = metric;
	doc_chart(b->doc, section, chart);
}

/* ---- single rows ----------------------------------------------------------------------------------- */

static void add_worst(struct build *b, struct node *section)
{
	struct place list = place_at(b->modeling, "worst");
	size_t n = json_array_size(list.v), extra = json_count(place_item(list, 0).v, "values");
	if (n == 0)
		return;
	struct table_column *heads = arena_calloc(b->arena, 4 + extra, sizeof *heads);
	static const char *const fixed[] = { "Row", "Actual", "Predicted", "Error" };
	bool regression = is_regression(b);
	for (size_t k = 0; k < 4; k++)
		heads[k] = (struct table_column){ fixed[k], regression || k % 3 == 0 ? ALIGN_RIGHT : ALIGN_LEFT, false };
	for (size_t k = 0; k < extra; k++) {
		const char *name = json_text(place_item(list, 0).v, arena_printf(b->arena, "values.%zu.column", k), "");
		int64_t at = build_column(b, name);
		bool numeric = at >= 0 && place_is(place_item(b->columns, (size_t)at), "type", "numeric");
		heads[4 + k] = (struct table_column){ doc_own(b->doc, name), numeric ? ALIGN_RIGHT : ALIGN_LEFT, false };
	}
	struct node *details = doc_details(b->doc, section, "The rows it gets most wrong");
	struct node *table = doc_table(b->doc, details, NULL, heads, 4 + extra);
	for (size_t i = 0; i < n && i < 10; i++) {
		struct place w = place_item(list, i);
		struct cell *cells = arena_calloc(b->arena, 4 + extra, sizeof *cells);
		cells[0] = place_num(w, CELL_COUNT, "row");
		cells[1] = regression ? place_num(w, CELL_MEASURE, "actual") : place_code(w, "actual");
		cells[2] = regression ? place_num(w, CELL_MEASURE, "predicted") : place_code(w, "predicted");
		cells[3] = place_num(w, CELL_SCORE, "error");
		for (size_t k = 0; k < extra; k++)
			cells[4 + k] = place_code(w, arena_printf(b->arena, "values.%zu.value", k));
		doc_row(b->doc, table, cells, NULL);
	}
	doc_note(b->doc, details,
		regression
			? "Row is the number of the row in the table; the error is actual less predicted. Look for errors of "
			"entry first."
			: "Row is the number of the row in the table. The error is 1 less the "
			"probability that the model gave to the actual class: near 1 when it was "
			"sure and wrong. Look for wrong labels first.", NULL, 0);
}

void build_model_errors(struct build *b, struct node *parent)
{
	struct node *section = doc_section(b->doc, parent, "where-it-fails", "Where it fails");
	add_segments(b, section);
	add_confusion(b, section);
	struct node *charts = doc_add(b->doc, section, NODE_COLUMNS);
	add_along(b, charts);
	add_normal(b, charts);
	add_learning(b, section);
	add_worst(b, section);
	build_model_groups(b, parent);
}
