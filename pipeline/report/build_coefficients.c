/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models that can be read: their coefficients with intervals, and how well they fit. */
#include "report/build_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TOO_WIDE =
	20; /* times the median width of an interval: would hide all others */

static bool is_intercept(const char *term)
{
	return strcmp(term, "(intercept)") == 0;
}

/* "Chinstrap: island: Dream" where a model has coefficients for each class, else "island:
 * Dream" */
static const char *term_label(struct build *b, struct place c)
{
	const char *term = json_text(c.v, "term", ""), *outcome = json_text(c.v, "outcome", NULL);
	return outcome ? arena_printf(b->arena, "%s: %s", outcome, term) : term;
}

/* ---- the chart ------------------------------------------------------------------------------- */

/* By how much a numeric column grows in the chart: one standard deviation, so that steps of
 * millimetres and of tonnes can be compared. Other terms are 0 or 1. */
static double step_of(const struct build *b, const char *term)
{
	int64_t column = build_column(b, term);
	if (column < 0)
		return 1;
	double sd = json_num(json_array_get(b->columns.v, (size_t)column), "numeric.sd", NAN);
	return sd > 0 ? sd : 1;
}

struct bars {
	const char **labels;
	double *y, *lo, *hi;
	size_t n;
};

static struct bars collect(struct build *b, struct place list)
{
	size_t total = json_array_size(list.v);
	struct bars bars = { .labels = arena_calloc(b->arena, total + 1, sizeof *bars.labels) };
	bars.y = arena_calloc(b->arena, total + 1, sizeof *bars.y);
	bars.lo = arena_calloc(b->arena, total + 1, sizeof *bars.lo);
	bars.hi = arena_calloc(b->arena, total + 1, sizeof *bars.hi);
	for (size_t i = 0; i < total; i++) {
		struct place c = place_item(list, i);
		const char *term = json_text(c.v, "term", "");
		double step = step_of(b, term), at = json_num(c.v, "estimate", NAN) * step;
		if (is_intercept(term) || isnan(at))
			continue;
		bars.labels[bars.n] = term_label(b, c);
		bars.y[bars.n] = at;
		bars.lo[bars.n] = json_num(c.v, "lo", at / step) * step;
		bars.hi[bars.n] = json_num(c.v, "hi", at / step) * step;
		bars.n++;
	}
	return bars;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Takes out terms of which nearly nothing is known, and what is too much for one chart. */
static void thin_out(struct build *b, struct bars *bars)
{
	double *widths = arena_calloc(b->arena, bars->n + 1, sizeof *widths);
	for (size_t i = 0; i < bars->n; i++)
		widths[i] = bars->hi[i] - bars->lo[i];
	qsort(widths, bars->n, sizeof *widths, by_value);
	double limit = bars->n ? TOO_WIDE * widths[bars->n / 2] : 0;
	size_t kept = 0;
	for (size_t i = 0; i < bars->n && kept < LABELS_MAX; i++) {
		if (bars->hi[i] - bars->lo[i] > limit)
			continue;
		bars->labels[kept] = bars->labels[i];
		bars->y[kept] = bars->y[i];
		bars->lo[kept] = bars->lo[i];
		bars->hi[kept] = bars->hi[i];
		kept++;
	}
	bars->n = kept;
}

static void add_chart(struct build *b, struct node *parent, struct place list, const char *model)
{
	struct bars bars = collect(b, list);
	size_t all = bars.n;
	thin_out(b, &bars);
	if (bars.n == 0)
		return;
	struct chart *chart = build_chart(b, CHART_INTERVALS, "coefficients", model, list);
	chart->n = bars.n;
	chart->labels = bars.labels;
	chart->y = bars.y;
	chart->lo = bars.lo;
	chart->hi = bars.hi;
	chart->height = 60 + 22 * (double)bars.n;
	chart->title = arena_printf(b->arena, "Coefficients of %s", model);
	chart->alt = arena_printf(b->arena,
		"Coefficients of %s with 95 %% intervals where there are any, %zu of %zu terms.",
		model, bars.n, all);
	chart->xlabel = "coefficient";
	doc_chart(b->doc, parent, chart);
}

/* ---- the table ------------------------------------------------------------------------------- */

static void add_table(struct build *b, struct node *parent, struct place list)
{
	static const struct {
		const char *title, *path;
		enum cell_class cls;
		bool of_intercept;
	} figures[] = { { "Estimate", "estimate", CELL_SCORE, true },
		{ "95 % from", "lo", CELL_SCORE, true }, { "to", "hi", CELL_SCORE, true },
		{ "p", "p", CELL_P_VALUE, true }, { "Odds ratio", "odds_ratio", CELL_SCORE, false },
		{ "VIF", "vif", CELL_SCORE, false } };
	struct table_column heads[1 + COUNTOF(figures)] = { { "Term", ALIGN_LEFT, false } };
	size_t n = json_array_size(list.v), used[COUNTOF(figures)], nused = 0;
	for (size_t k = 0; k < COUNTOF(figures); k++) {
		size_t known = 0;
		for (size_t i = 0; i < n; i++)
			known += isnan(json_num(json_array_get(list.v, i), figures[k].path, NAN))
				? 0
				: 1;
		if (known == 0)
			continue;
		heads[1 + nused] = (struct table_column){ figures[k].title, ALIGN_RIGHT, false };
		used[nused++] = k;
	}
	struct node *table = doc_table(b->doc, parent, NULL, heads, 1 + nused);
	table->sortable = true;
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place c = place_item(list, i);
		if (isnan(json_num(c.v, "estimate", NAN)))
			continue;
		struct cell cells[1 + COUNTOF(figures)] = { cell_text(term_label(b, c)) };
		bool intercept = is_intercept(json_text(c.v, "term", ""));
		for (size_t k = 0; k < nused; k++)
			cells[1 + k] = intercept && !figures[used[k]].of_intercept ? cell_text("")
				: place_num(c, figures[used[k]].cls, figures[used[k]].path);
		doc_row(b->doc, table, cells, NULL);
	}
	if (n > ROWS_MAX) {
		struct cell shown[] = { build_count(ROWS_MAX), build_count((double)n) };
		doc_note(b->doc, parent, "The first %s of %s terms; modeling.json has all.", shown,
			2);
	}
}

/* Terms without an estimate, each with its reason. */
static void say_dropped(struct build *b, struct node *parent, struct place list)
{
	struct node *note = NULL;
	size_t said = 0;
	for (size_t i = 0; i < json_array_size(list.v) && said < LABELS_MAX; i++) {
		struct place c = place_item(list, i);
		if (!isnan(json_num(c.v, "estimate", NAN)))
			continue;
		struct cell cells[] = { cell_text(term_label(b, c)),
			cell_text(json_text(c.v, "estimate_why", "cannot be estimated")) };
		if (!note)
			note = doc_note(b->doc, parent, "Terms without a coefficient: ", NULL, 0);
		doc_runs(b->doc, note, said++ ? ", %s (%s)" : "%s (%s)", cells, 2);
	}
	if (note)
		doc_runs(b->doc, note, ".", NULL, 0);
}

/* ---- the fit --------------------------------------------------------------------------------- */

static void add_fit(struct build *b, struct node *parent, struct place c)
{
	static const struct {
		const char *path, *label;
		enum cell_class cls;
	} figures[] = { { "fit.n", "Rows", CELL_COUNT },
		{ "fit.parameters", "Parameters", CELL_COUNT },
		{ "fit.df_residual", "Residual degrees of freedom", CELL_COUNT },
		{ "fit.sigma", "Residual standard error", CELL_SCORE },
		{ "fit.r2", "R\xC2\xB2", CELL_SCORE },
		{ "fit.adj_r2", "Adjusted R\xC2\xB2", CELL_SCORE }, { "fit.f", "F", CELL_SCORE },
		{ "fit.f_p", "p of F", CELL_P_VALUE },
		{ "fit.log_likelihood", "Log likelihood", CELL_SCORE },
		{ "fit.aic", "AIC", CELL_SCORE },
		{ "fit.null_deviance", "Null deviance", CELL_SCORE },
		{ "fit.deviance", "Deviance", CELL_SCORE },
		{ "diagnostics.breusch_pagan.p", "Even residuals: p (Breusch-Pagan)",
			CELL_P_VALUE },
		{ "diagnostics.durbin_watson", "Independent residuals: Durbin-Watson", CELL_SCORE },
		{ "diagnostics.residual_normality.p", "Normal residuals: p", CELL_P_VALUE },
		{ "diagnostics.max_cook.value", "Largest Cook's distance", CELL_SCORE },
		{ "diagnostics.max_cook.row", "\xE2\x80\xA6 in row", CELL_COUNT } };
	static const struct table_column heads[] = { { "Fit", ALIGN_LEFT, false },
		{ "Value", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, parent, NULL, heads, COUNTOF(heads));
	for (size_t i = 0; i < COUNTOF(figures); i++) {
		struct cell cells[] = { cell_text(figures[i].label),
			place_num(c, figures[i].cls, figures[i].path) };
		if (!isnan(cells[1].num))
			doc_row(b->doc, table, cells, NULL);
	}
}

/* ---- a model --------------------------------------------------------------------------------- */

/* What a coefficient says; the classes of a logistic model need naming. */
static void say_meaning(struct build *b, struct node *section, struct place c)
{
	const char *kind = json_text(c.v, "kind", "");
	struct cell cells[] = { place_num(c, CELL_COUNT, "fit.n"),
		place_code(b->modeling, "positive") };
	struct node *note = doc_note(b->doc, section, "Fitted to all %s rows. ", cells, 1);
	if (strcmp(kind, "logistic") == 0 && cells[1].text)
		doc_runs(b->doc, note, "A coefficient is the change of the log odds of %s",
			cells + 1, 1);
	else if (strcmp(kind, "multinomial") == 0)
		doc_runs(b->doc, note,
			"A coefficient is the change of the log odds of a class against the "
			"class without terms",
			NULL, 0);
	else
		doc_runs(b->doc, note, "A coefficient is the change of the prediction", NULL, 0);
	doc_runs(b->doc, note,
		" when a column grows by one unit and the others stay. A level is compared with "
		"the most frequent one of its column, which has no term. In the chart numeric "
		"columns grow by one standard deviation, so that they can be compared.",
		NULL, 0);
	struct cell remark = place_text(c, "note");
	if (remark.text)
		doc_note(b->doc, section, "About this fit: %s.", &remark, 1);
}

void build_coefficients(struct build *b, struct node *parent)
{
	struct place candidates = place_at(b->modeling, "candidates");
	for (size_t i = 0; i < json_array_size(candidates.v); i++) {
		struct place c = place_item(candidates, i), list = place_at(c, "coefficients");
		const char *name = json_text(c.v, "name", "");
		if (json_array_size(list.v) == 0)
			continue;
		struct node *own = doc_section(b->doc, parent, doc_slug(b->doc, "inside", name),
			arena_printf(b->arena, "Inside %s", name));
		add_chart(b, own, list, name);
		say_meaning(b, own, c);
		struct node *details = doc_add(b->doc, own, NODE_DETAILS);
		details->title = arena_printf(b->arena, "All coefficients and the fit of %s", name);
		add_table(b, details, list);
		say_dropped(b, details, list);
		add_fit(b, details, c);
	}
}
