/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "How sure are its probabilities" or predictions: calibration, curves, intervals. */
#include "report/build_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

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

/* A curve in the unit square with its area in the words beside it. */
static void add_area(struct build *b, struct node *parent, const char *key, const char *x, const char *y,
	const char *area, bool chance)
{
	struct chart *c = curve(b, key, x, y, SERIES_STEP, chance ? zero_one : NULL, chance ? zero_one : NULL);
	if (!c)
		return;
	unit_square(c, true);
	struct cell value = place_num(place_at(b->modeling, "curves"), CELL_SCORE, area);
	c->title = chance ? "ROC curve" : "Precision and recall";
	c->alt = doc_say(b->doc, chance ? "ROC curve, area %s; the dashed diagonal is chance."
		: "Precision against recall, average precision %s.", doc_cell(b->doc, &value));
	c->xlabel = chance ? "false positive rate" : "recall";
	c->ylabel = chance ? "true positive rate" : "precision";
	doc_chart(b->doc, parent, c);
}

/* Observed shares with their intervals as a band. */
static void add_reliability(struct build *b, struct node *parent)
{
	struct place p = place_at(b->modeling, "curves.calibration");
	struct chart *c = curve(b, "calibration", "predicted", "observed", SERIES_POINTS, zero_one, zero_one);
	if (!c)
		return;
	size_t n;
	struct chart_series *s = arena_calloc(b->arena, 4, sizeof *s);
	const double *x = build_numbers(b, p, "predicted", &n);
	s[0] = (struct chart_series){ .style = SERIES_BAND, .ink = INK_PRIMARY_SOFT, .n = n, .x = x,
		.y = build_numbers(b, p, "lo", &n), .y2 = build_numbers(b, p, "hi", &n) };
	s[1] = c->series[0];
	s[2] = c->series[1];
	s[3] = s[2];
	s[3].style = SERIES_LINE;
	c->series = s;
	c->nseries = 4;
	unit_square(c, true);
	double top = 0, low = 1;
	for (size_t i = 0; i < n; i++) {
		top = fmax(top, fmax(x[i], s[0].y2[i]));
		low = fmin(low, fmin(x[i], s[0].y[i]));
	}
	if (low > 0.5) {   /* how sure a model of several classes is: never far from all of them */
		static const double half_one[] = { 0.5, 1 };
		c->xmin = c->ymin = 0.5;
		s[1].x = s[1].y = half_one;
	}
	if (top < 0.5)    /* a rare outcome: all of it lies in one corner */
		c->xmax = c->ymax = 1.05 * top;
	bool binary = place_is(b->modeling, "task", "binary");
	c->title = "Predicted and observed";
	c->alt = "Observed share against predicted probability in groups of equal size, with 95 % intervals; on the dashed "
		"diagonal probabilities mean what they say.";
	c->xlabel = "predicted probability";
	c->ylabel = binary ? "observed share" : "share that is right";
	doc_chart(b->doc, parent, c);
}

/* ---- probabilities --------------------------------------------------------------------------- */

static void say_direction(struct build *b, struct node *text, struct place c)
{
	double lo = json_num(c.v, "slope.lo", NAN), hi = json_num(c.v, "slope.hi", NAN);
	struct cell slope[] = { place_num(c, CELL_ASSOCIATION, "slope.value"), place_num(c, CELL_ASSOCIATION, "slope.lo"),
		place_num(c, CELL_ASSOCIATION, "slope.hi") };
	if (isnan(lo))
		return;
	doc_runs(b->doc, text, hi < 1 ? " They are too bold: too near to 0 and 1 (slope %s, 95 %% interval %s to %s; 1 is right)."
		: lo > 1 ? " They are too timid: too near to the middle (slope %s, 95 %% interval %s to %s; 1 is right)."
		: " They are neither too bold nor too timid beyond chance (slope %s, 95 %% interval %s to %s; 1 is right).",
		slope, COUNTOF(slope));
}

static void say_advice(struct build *b, struct node *parent, struct place c)
{
	const char *advised = json_text(c.v, "advised", "none");
	if (strcmp(advised, "none") == 0)
		return;
	bool platt = strcmp(advised, "platt") == 0;
	struct cell cells[] = { place_num(c, CELL_SCORE, "recalibrated.0.log_loss"),
		place_num(c, CELL_SCORE, platt ? "recalibrated.1.log_loss" : "recalibrated.2.log_loss"),
		place_num(c, CELL_P_VALUE, platt ? "recalibrated.1.p" : "recalibrated.2.p") };
	struct node *text = doc_text(b->doc, parent, platt
		? "Mapping them anew by a logistic curve (Platt) helps: it takes the log loss on unseen rows from %s to %s (p = %s)."
		: "Mapping them anew by isotonic regression helps: it takes the log loss on unseen rows from %s to %s (p = %s).",
		cells, COUNTOF(cells));
	struct cell map[] = { place_num(c, CELL_SCORE, "platt.0"), place_num(c, CELL_SCORE, "platt.1") };
	if (platt)
		doc_runs(b->doc, text, " Use 1 / (1 + exp(−(%s + %s log odds))).", map, 2);
}

/* Beyond chance; and how far off probabilities are a finding even if no mapping helps. */
static const double CHANCE = 0.05, LITTLE = 0.05;

static void say_calibration(struct build *b, struct node *parent)
{
	struct place c = place_at(b->modeling, "judgement.calibration");
	if (!json_is_object(c.v))
		return;
	bool binary = place_is(c, "of", "positive");
	double p = json_num(c.v, "spiegelhalter.p", NAN);
	struct cell off[] = { place_num(c, CELL_PERCENT, "ece"), place_num(c, CELL_P_VALUE, "spiegelhalter.p") };
	struct node *text = doc_text(b->doc, parent, binary
		? "On average its probabilities are off by %s, in groups of rows that it had not seen."
		: "How sure it is of the likeliest class is off by %s on average, in groups of rows that it had not seen.", off, 1);
	bool mended = strcmp(json_text(c.v, "advised", "none"), "none") != 0;
	if (!isnan(p))
		doc_runs(b->doc, text, p < CHANCE ? (mended || off[0].num > LITTLE
			? " That is more than chance (p = %s): do not take them at face value."
			: " That is more than chance (p = %s), but too little to matter as a rule.")
		: mended ? " That alone can be chance (p = %s), but mapping them anew helps."
		: " That can be chance (p = %s): they can be taken at face value.", off + 1, 1);
	say_direction(b, text, c);
	say_advice(b, parent, c);
}

/* ---- numbers ----------------------------------------------------------------------------------- */

static void add_intervals(struct build *b, struct node *parent)
{
	static const struct table_column heads[] = { { "Promised", ALIGN_RIGHT, false },
		{ "Prediction ±", ALIGN_RIGHT, false }, { "Found", ALIGN_RIGHT, false },
		{ "Low predictions", ALIGN_RIGHT, false }, { "Middling", ALIGN_RIGHT, false }, { "High", ALIGN_RIGHT, false } };
	struct place list = place_at(b->modeling, "judgement.intervals");
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct place wide = place_item(list, n - 1);
	struct cell cells[] = { place_num(wide, CELL_PERCENT, "level"), place_num(wide, CELL_MEASURE, "half_width"), build_target_unit(b),
		place_num(wide, CELL_PERCENT, "coverage.value"), place_num(wide, CELL_PERCENT, "coverage.lo"),
		place_num(wide, CELL_PERCENT, "coverage.hi") };
	struct node *text = doc_text(b->doc, parent,
		"For %s of new rows the actual value should lie within ± %s%s of the prediction; on rows that took no part "
		"in finding that width it did for %s (95 %% interval %s to %s).", cells, COUNTOF(cells));
	double third[3], least = 1, rows = json_num(b->modeling.v, "validation.held_out", 0) / 3;
	for (size_t k = 0; k < 3; k++) {
		third[k] = json_num(wide.v, k == 0 ? "thirds.0" : k == 1 ? "thirds.1" : "thirds.2", NAN);
		least = third[k] < least ? third[k] : least;
	}
	double promised = cells[0].num, by_chance = 2.5 * sqrt(promised * (1 - promised) / rows);
	if (promised - least > by_chance)
		doc_runs(b->doc, text, third[2] == least
			? " Where predictions are high it is too narrow: errors grow with the prediction."
			: third[0] == least ? " Where predictions are low it is too narrow."
			: " In the middle it is too narrow.", NULL, 0);
	struct node *table = doc_table(b->doc, parent, "Intervals of predictions", heads, COUNTOF(heads));
	for (size_t i = 0; i < n; i++) {
		struct place p = place_item(list, i);
		struct cell row[] = { place_num(p, CELL_PERCENT, "level"), place_num(p, CELL_MEASURE, "half_width"),
			place_num(p, CELL_PERCENT, "coverage.value"), place_num(p, CELL_PERCENT, "thirds.0"),
			place_num(p, CELL_PERCENT, "thirds.1"), place_num(p, CELL_PERCENT, "thirds.2") };
		doc_row(b->doc, table, row, NULL);
	}
	doc_note(b->doc, parent, "Found: share of unseen rows inside, of all and by thirds of the prediction.", NULL, 0);
}

/* Counts where points would cover each other. */
static bool fill_density(struct build *b, struct chart *chart)
{
	struct place d = place_at(b->modeling, "judgement.residuals.density");
	if (!json_is_object(d.v))
		return false;
	chart->ref = d.ref;
	build_density(b, chart, d);
	return true;
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

bool build_note_season(struct build *b, struct node *parent, const char *name)
{
	/* "when: season (sine)", as frames name these features */
	const char *at = strchr(name, ':') ? strstr(name, "season") : NULL;
	bool speaks = at && at - name > 2 && at[-2] == ':' && at[-1] == ' ' && at[strlen("season")] == ' ';
	if (b->season_said || !speaks)
		return b->season_said;
	b->season_said = true;
	doc_note(b->doc, parent, "The season of a date is two numbers, as a year has no end: the cosine is 1 at New Year and −1 at the middle of the "
		"year, the sine 1 at the end of March and −1 at the end of September.", NULL, 0);
	return true;
}

/* The note stands below the chart, not beside it. */
static void add_predicted_actual(struct build *b, struct node *section, struct node *charts)
{
	const char *target = json_text(b->modeling.v, "target", "target");
	const double *ends = span(b, place_at(b->modeling, "curves.predicted_actual"), "predicted", "actual");
	struct chart *fit = curve(b, "predicted_actual", "predicted", "actual", SERIES_POINTS, ends, ends);
	if (!fit)
		return;
	bool many = fill_density(b, fit);
	if (many)
		fit->nseries = 1;    /* the diagonal over the counts */
	fit->equal_axes = true;
	fit->width = 320;
	fit->height = 300;
	fit->title = "Predicted and actual";
	fit->alt = doc_say(b->doc, many ? "Number of unseen rows by prediction and actual %s; along the diagonal "
		"predictions are right." : "Actual %s against its prediction for unseen rows; the dashed diagonal is perfection.",
		target);
	fit->xlabel = "predicted";
	fit->ylabel = "actual";
	struct cell outside = place_num(place_at(b->modeling, "judgement.residuals.density"), CELL_COUNT, "outside");
	if (many && outside.num > 0)
		fit->title = doc_say(b->doc, "Predicted and actual; %s rows lie outside the picture", doc_cell(b->doc, &outside));
	doc_chart(b->doc, charts, fit);
	struct cell sample[] = { build_count((double)json_count(b->modeling.v, "curves.predicted_actual.actual")),
		place_num(b->modeling, CELL_COUNT, "validation.held_out") };
	if (!many && sample[0].num > 0 && sample[0].num < sample[1].num)
		doc_note(b->doc, section, "Points: a sample of %s of the %s unseen rows, so the farthest need not be among them.", sample, 2);
}

void build_model_details(struct build *b, struct node *parent)
{
	bool regression = place_is(b->modeling, "task", "regression");
	struct node *section = doc_section(b->doc, parent, "how-sure",
		regression ? "How sure are its predictions" : "How sure are its probabilities");
	say_calibration(b, section);
	if (regression)
		add_intervals(b, section);
	struct node *charts = doc_add(b->doc, section, NODE_COLUMNS);
	add_reliability(b, charts);
	add_area(b, charts, "roc", "fpr", "tpr", "roc.auc", true);
	add_area(b, charts, "pr", "recall", "precision", "pr.ap", false);
	if (regression)
		add_predicted_actual(b, section, charts);
	build_model_threshold(b, section);
}
