/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models that can be read: their coefficients with intervals, and how well they fit. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static bool is_intercept(const char *term)
{
	return strstr(term, "(intercept)") || strstr(term, "(Intercept)");
}

static void add_coefficient_chart(struct build *b, struct node *parent, struct place list, const char *model)
{
	size_t total = json_array_size(list.v), n = 0;
	const char **labels = arena_calloc(b->arena, total + 1, sizeof *labels);
	double *y = arena_calloc(b->arena, total + 1, sizeof *y), *lo = arena_calloc(b->arena, total + 1, sizeof *lo);
	double *hi = arena_calloc(b->arena, total + 1, sizeof *hi);
	for (size_t i = 0; i < total && n < LABELS_MAX; i++) {
		struct place c = place_item(list, i);
		double at = json_num(c.v, "estimate", NAN);
		labels[n] = json_text(c.v, "term", "");
		if (is_intercept(labels[n]) || isnan(at))
			continue;
		y[n] = at;
		lo[n] = json_num(c.v, "lo", NAN);
		hi[n] = json_num(c.v, "hi", NAN);
		n++;
	}
	if (n == 0)
		return;
	struct chart *chart = build_chart(b, CHART_INTERVALS, "coefficients", model, list);
	chart->n = n;
	chart->labels = labels;
	chart->y = y;
	chart->lo = lo;
	chart->hi = hi;
	chart->height = 60 + 22 * (double)n;
	chart->title = arena_printf(b->arena, "Coefficients of %s", model);
	chart->alt = arena_printf(b->arena, "Coefficients of %s with 95 %% intervals, %zu terms without the intercept.",
		model, n);
	chart->xlabel = "coefficient";
	doc_chart(b->doc, parent, chart);
}

static void add_coefficient_table(struct build *b, struct node *parent, struct place list)
{
	static const struct table_column heads[] = {
		{ "Term", ALIGN_LEFT, false }, { "Estimate", ALIGN_RIGHT, false }, { "95 % from", ALIGN_RIGHT, false },
		{ "to", ALIGN_RIGHT, false }, { "p", ALIGN_RIGHT, false }, { "Odds ratio", ALIGN_RIGHT, false },
		{ "VIF", ALIGN_RIGHT, false }
	};
	static const char *const optional[] = { "odds_ratio", "vif" };
	size_t n = json_array_size(list.v);
	bool used[2] = { false, false };
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < 2; k++)
			used[k] = used[k] || !isnan(json_num(place_item(list, i).v, optional[k], NAN));
	struct table_column own[COUNTOF(heads)];
	size_t ncols = 5;
	memcpy(own, heads, sizeof own);
	for (size_t k = 0; k < 2; k++)
		if (used[k])
			own[ncols++] = heads[5 + k];
	struct node *table = doc_table(b->doc, parent, NULL, own, ncols);
	table->sortable = true;
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place c = place_item(list, i);
		if (isnan(json_num(c.v, "estimate", NAN)))
			continue;
		struct cell cells[COUNTOF(heads)] = { place_text(c, "term"), place_num(c, CELL_SCORE, "estimate"),
			place_num(c, CELL_SCORE, "lo"), place_num(c, CELL_SCORE, "hi"), place_num(c, CELL_P_VALUE, "p") };
		for (size_t k = 0, at = 5; k < 2; k++)
			if (used[k])
				cells[at++] = is_intercept(json_text(c.v, "term", "")) ? cell_text("")
					: place_num(c, CELL_SCORE, optional[k]);
		doc_row(b->doc, table, cells, NULL);
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
		struct cell cells[] = { place_text(c, "term"),
			cell_text(json_text(c.v, "estimate_why", "not estimable")) };
		if (!note)
			note = doc_note(b->doc, parent, "Terms without a coefficient: ", NULL, 0);
		doc_runs(b->doc, note, said++ ? ", %s (%s)" : "%s (%s)", cells, 2);
	}
	if (note)
		doc_runs(b->doc, note, ".", NULL, 0);
}

static void add_fit(struct build *b, struct node *parent, struct place c)
{
	static const struct {
		const char *path, *label;
		enum cell_class cls;
	} figures[] = {
		{ "fit.n", "Rows", CELL_COUNT }, { "fit.parameters", "Parameters", CELL_COUNT },
		{ "fit.df_residual", "Residual degrees of freedom", CELL_COUNT },
		{ "fit.sigma", "Residual standard error", CELL_SCORE }, { "fit.r2", "R\xC2\xB2", CELL_SCORE },
		{ "fit.adj_r2", "Adjusted R\xC2\xB2", CELL_SCORE }, { "fit.f", "F", CELL_SCORE },
		{ "fit.f_p", "p of F", CELL_P_VALUE }, { "fit.log_likelihood", "Log likelihood", CELL_SCORE },
		{ "fit.aic", "AIC", CELL_SCORE }, { "fit.null_deviance", "Null deviance", CELL_SCORE },
		{ "fit.deviance", "Deviance", CELL_SCORE },
		{ "diagnostics.breusch_pagan.p", "Even residuals: p (Breusch-Pagan)", CELL_P_VALUE },
		{ "diagnostics.durbin_watson", "Independent residuals: Durbin-Watson", CELL_SCORE },
		{ "diagnostics.residual_normality.p", "Normal residuals: p", CELL_P_VALUE },
		{ "diagnostics.max_cook.value", "Largest Cook's distance", CELL_SCORE },
		{ "diagnostics.max_cook.row", "\xE2\x80\xA6 in row", CELL_COUNT }
	};
	static const struct table_column heads[] = { { "Fit", ALIGN_LEFT, false }, { "Value", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, parent, NULL, heads, COUNTOF(heads));
	for (size_t i = 0; i < COUNTOF(figures); i++) {
		struct cell cells[] = { cell_text(figures[i].label), place_num(c, figures[i].cls, figures[i].path) };
		if (!isnan(cells[1].num))
			doc_row(b->doc, table, cells, NULL);
	}
}

void build_coefficients(struct build *b, struct node *section)
{
	struct place candidates = place_at(b->modeling, "candidates");
	for (size_t i = 0; i < json_array_size(candidates.v); i++) {
		struct place c = place_item(candidates, i), list = place_at(c, "coefficients");
		const char *name = json_text(c.v, "name", "");
		size_t n = json_array_size(list.v);
		if (n == 0)
			continue;
		struct node *own = doc_section(b->doc, section, doc_slug(b->doc, "inside", name),
			arena_printf(b->arena, "Inside %s", name));
		add_coefficient_chart(b, own, list, name);
		struct cell rows = place_num(c, CELL_COUNT, "fit.n");
		doc_note(b->doc, own, "Fitted to all %s rows. Numeric columns are standardised, so their coefficients are "
			"for a step of one standard deviation and can be compared; a level is compared with the first one, "
			"which has no term.", &rows, 1);
		struct node *details = doc_add(b->doc, own, NODE_DETAILS);
		details->title = arena_printf(b->arena, "All coefficients and the fit of %s", name);
		add_coefficient_table(b, details, list);
		say_dropped(b, details, list);
		if (n > ROWS_MAX) {
			struct cell shown[] = { build_count(ROWS_MAX), build_count((double)n) };
			doc_note(b->doc, details, "The first %s of %s terms; modeling.json has all.", shown, 2);
		}
		add_fit(b, details, c);
	}
}
