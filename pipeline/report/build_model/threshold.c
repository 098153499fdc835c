/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two classes: from which probability on to act, what that costs, and how many cases the highest
 * probabilities hold. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static struct place cut_of(struct place h, const char *rule)
{
	struct place cuts = place_at(h, "cuts");
	for (size_t i = 0; i < json_array_size(cuts.v); i++)
		if (place_is(place_item(cuts, i), "rule", rule))
			return place_item(cuts, i);
	return place_item(cuts, json_array_size(cuts.v));
}

static bool costs_differ(struct place h)
{
	return json_num(h.v, "cost_false_positive", 1) != json_num(h.v, "cost_false_negative", 1);
}

/* What acting by the model saves, no stronger than its interval. */
static void say_costs(struct build *b, struct node *section, struct place h)
{
	struct place cut = cut_of(h, "cost");
	struct cell stated[] = { place_num(h, CELL_MEASURE, "cost_false_positive"),
		place_num(h, CELL_MEASURE, "cost_false_negative") };
	struct node *text = doc_text(b->doc, section, costs_differ(h)
		? "A false alarm is said to cost %s, a miss %s."
		: "No costs were stated, so a false alarm (%s) counts as much as a miss (%s).", stated, 2);
	struct cell at[] = { place_num(cut, CELL_CHANGE, "at"), place_num(cut, CELL_CHANGE, "cost"),
		place_num(h, CELL_CHANGE, "always"), place_num(h, CELL_CHANGE, "never") };
	if (isnan(at[0].num))
		doc_runs(b->doc, text, " Then it does not pay to call any row positive.", NULL, 0);
	else
		doc_runs(b->doc, text,
			" Then act from a probability of %s on: that costs %s per 1000 rows, calling all rows positive %s, none %s.",
			at, COUNTOF(at));
	struct cell half = place_num(cut_of(h, "half"), CELL_CHANGE, "cost");
	if (!isnan(at[0].num) && at[0].num != 0.5 && half.num <= at[1].num)
		doc_runs(b->doc, text, " To act from one half on costs no more.", NULL, 0);
	struct cell saved[] = { place_num(h, CELL_CHANGE, "saved.value"), place_num(h, CELL_CHANGE, "saved.lo"),
		place_num(h, CELL_CHANGE, "saved.hi") };
	if (!isnan(saved[1].num))
		doc_runs(b->doc, text, saved[1].num > 0
			? " Against the cheaper of these it saves %s (95 %% interval %s to %s)."
			: " Against the cheaper of these it saves %s (95 %% interval %s to %s), which may be nothing.", saved, 3);
	struct cell used = place_num(b->modeling, CELL_CHANGE, "card.threshold.at");
	if (!costs_differ(h))
		doc_runs(b->doc, text, " State real costs under modeling.cost_false_positive and modeling.cost_false_negative: "
			"until then dossier predict draws the line at %s.", &used, 1);
}

static void add_cuts(struct build *b, struct node *section, struct place h)
{
	static const struct { const char *rule, *title; } rules[] = { { "cost", "least cost" },
		{ "odds", "odds of the costs" }, { "half", "one half" }, { "f1", "largest F1" }, { "youden", "Youden" } };
	static const struct table_column heads[] = { { "Rule", ALIGN_LEFT, false }, { "From", ALIGN_RIGHT, false },
		{ "Cases found", ALIGN_RIGHT, false }, { "Missed", ALIGN_RIGHT, false },
		{ "False alarms", ALIGN_RIGHT, false }, { "Left alone", ALIGN_RIGHT, false },
		{ "Recall", ALIGN_RIGHT, false }, { "Precision", ALIGN_RIGHT, false }, { "F1", ALIGN_RIGHT, false },
		{ "Cost per 1000", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, section, "Where to draw the line", heads, COUNTOF(heads));
	for (size_t i = 0; i < COUNTOF(rules); i++) {
		struct place c = cut_of(h, rules[i].rule);
		struct cell cells[] = { cell_text(rules[i].title), place_num(c, CELL_CHANGE, "at"),
			place_num(c, CELL_COUNT, "tp"), place_num(c, CELL_COUNT, "fn"), place_num(c, CELL_COUNT, "fp"),
			place_num(c, CELL_COUNT, "tn"), place_num(c, CELL_PERCENT, "recall"),
			place_num(c, CELL_PERCENT, "precision"), place_num(c, CELL_ASSOCIATION, "f1"),
			place_num(c, CELL_CHANGE, "cost") };
		doc_row(b->doc, table, cells, NULL);
	}
	doc_note(b->doc, section,
		"From: the probability to act from, chosen on all unseen rows. The counts are more honest: each part of the "
		"validation is cut where the other parts say. Odds of the costs: false alarm / (false alarm + miss), which is "
		"best where probabilities are right.", NULL, 0);
}

static void add_scan(struct build *b, struct node *parent, struct place h)
{
	struct place scan = place_at(h, "scan");
	size_t n, m;
	const double *at = build_numbers(b, scan, "at", &n);
	if (n < 3)
		return;
	static const struct { const char *key, *name; enum ink ink; enum series_style style; } lines[] = {
		{ "precision", "precision", INK_SERIES_1, SERIES_LINE }, { "recall", "recall", INK_SERIES_2, SERIES_LINE },
		{ "f1", "F1", INK_SERIES_3, SERIES_LINE } };
	struct chart *c = build_chart(b, CHART_XY, "threshold", "scan", scan);
	struct chart_series *s = arena_calloc(b->arena, COUNTOF(lines), sizeof *s);
	for (size_t k = 0; k < COUNTOF(lines); k++)
		s[k] = (struct chart_series){ .name = lines[k].name, .style = lines[k].style, .ink = lines[k].ink, .n = n,
			.x = at, .y = build_numbers(b, scan, lines[k].key, &m) };
	c->series = s;
	c->nseries = COUNTOF(lines);
	c->ymin = 0;
	c->ymax = 1;
	c->title = "Precision and recall by threshold";
	c->alt = "Precision, recall and F1 against the probability from which on rows are called positive.";
	c->xlabel = "called positive from";
	c->values = CELL_PERCENT;
	doc_chart(b->doc, parent, c);

	struct chart *k = build_chart(b, CHART_XY, "threshold", "cost", scan);
	struct chart_series *cost = arena_calloc(b->arena, 1, sizeof *cost);
	*cost = (struct chart_series){ .style = SERIES_LINE, .ink = INK_PRIMARY, .n = n, .x = at,
		.y = build_numbers(b, scan, "cost", &m) };
	struct chart_line *marks = arena_calloc(b->arena, 3, sizeof *marks);
	size_t used = 0;
	double chosen = json_num(cut_of(h, "cost").v, "at", NAN);
	marks[used++] = (struct chart_line){ json_num(h.v, "always", 0), false, "all positive", INK_MUTED };
	marks[used++] = (struct chart_line){ json_num(h.v, "never", 0), false, "none positive", INK_MUTED };
	if (!isnan(chosen))
		marks[used++] = (struct chart_line){ chosen, true, "least", INK_ACCENT };
	k->series = cost;
	k->nseries = 1;
	k->lines = marks;
	k->nlines = used;
	k->title = "Cost by threshold";
	k->alt = "Cost per 1000 rows against the probability from which on rows are called positive.";
	k->xlabel = "called positive from";
	k->ylabel = "cost per 1000 rows";
	doc_chart(b->doc, parent, k);
}

/* ---- gains ------------------------------------------------------------------------------------- */

static void add_gains(struct build *b, struct node *section)
{
	struct place g = place_at(b->modeling, "judgement.gains"), tenths = place_at(g, "tenths");
	size_t n, m, rows = json_array_size(tenths.v);
	const double *x = build_numbers(b, g, "rows", &n), *y = build_numbers(b, g, "positives", &m);
	if (n < 3 || n != m || rows == 0)
		return;
	struct cell top[] = { place_num(place_item(tenths, 0), CELL_PERCENT, "share"), place_code(b->modeling, "target"),
		place_code(b->modeling, "positive"), place_num(place_item(tenths, 0), CELL_ASSOCIATION, "lift") };
	doc_text(b->doc, section, "The tenth of rows with the highest probabilities holds %s of all rows with %s = %s: %s times as many as chance.",
		top, COUNTOF(top));
	struct chart *c = build_chart(b, CHART_XY, "curve", "gains", g);
	static const double ends[] = { 0, 1 };
	struct chart_series *s = arena_calloc(b->arena, 2, sizeof *s);
	s[0] = (struct chart_series){ .style = SERIES_DASHED, .ink = INK_MUTED, .n = 2, .x = ends, .y = ends };
	s[1] = (struct chart_series){ .style = SERIES_LINE, .ink = INK_PRIMARY, .n = n, .x = x, .y = y };
	c->series = s;
	c->nseries = 2;
	c->xmax = c->ymax = 1;
	c->title = "Gains";
	c->alt = doc_say(b->doc, "Share of the positive rows found against the share of rows taken, highest "
		"probability first; the first tenth holds %s. The dashed diagonal is chance.", doc_cell(b->doc, &top[0]));
	c->xlabel = "share of rows taken";
	c->ylabel = "share of cases found";
	c->width = 300;
	c->height = 280;
	c->equal_axes = true;
	struct node *side = doc_add(b->doc, section, NODE_COLUMNS);
	doc_chart(b->doc, side, c);
	static const struct table_column heads[] = { { "Tenth", ALIGN_RIGHT, false }, { "Rows", ALIGN_RIGHT, false },
		{ "Positive", ALIGN_RIGHT, false }, { "Rate", ALIGN_RIGHT, false }, { "Lift", ALIGN_RIGHT, false },
		{ "Found so far", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, side, "Rows by falling probability", heads, COUNTOF(heads));
	for (size_t i = 0; i < rows; i++) {
		struct place t = place_item(tenths, i);
		struct cell positives = place_num(t, CELL_MEASURE, "positives");
		struct cell cells[] = { build_count((double)i + 1), place_num(t, CELL_COUNT, "rows"), positives,
			place_num(t, CELL_PERCENT, "rate"), place_num(t, CELL_ASSOCIATION, "lift"),
			place_num(t, CELL_PERCENT, "share") };
		doc_row(b->doc, table, cells, NULL);
	}
}

void build_model_threshold(struct build *b, struct node *section)
{
	struct place h = place_at(b->modeling, "judgement.thresholds");
	if (!json_is_object(h.v))
		return;
	struct node *own = doc_section(b->doc, section, "threshold", "From which probability on to act");
	say_costs(b, own, h);
	add_cuts(b, own, h);
	struct node *charts = doc_add(b->doc, own, NODE_COLUMNS);
	add_scan(b, charts, h);
	add_gains(b, own);
}
