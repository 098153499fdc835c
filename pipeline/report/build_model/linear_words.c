/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the diagnostics of a linear model mean for whoever reads its coefficients: one line each, and only where
 * something is amiss; the tests themselves are in the tables. */
#include "report/build_linear_int.h"

#include <math.h>
#include <stdlib.h>

/* ---- words ------------------------------------------------------------------------------------- */

static const double CLEAR = 0.01;   /* of tests that react to little in many rows */

static void say_fit(struct build *b, struct node *section, struct place c)
{
	struct cell r2 = place_num(c, CELL_PERCENT, "fit.r2"), target = place_code(b->modeling, "target");
	struct cell ols[] = { r2, target, place_num(c, CELL_SCORE, "fit.sigma") };
	struct cell logit[] = { place_num(c, CELL_ASSOCIATION, "fit.mcfadden_r2"),
		place_num(c, CELL_P_VALUE, "fit.likelihood_ratio.p") };
	if (!isnan(r2.num))
		doc_text(b->doc, section, "On the rows it was fitted to, it explains %s of the variation of %s; its errors have "
			"a standard deviation of %s.", ols, 3);
	if (!isnan(logit[1].num))
		doc_text(b->doc, section, logit[1].num < CLEAR ?
			"Its terms together say more than the shares of the classes (likelihood ratio, p = %s; McFadden's "
			"R² %s)." : "Its terms together hardly say more than the shares of the classes (likelihood ratio, "
			"p = %s; McFadden's R² %s).", (struct cell[]){ logit[1], logit[0] }, 2);
	struct cell robust[] = { place_num(c, CELL_COUNT, "fit.downweighted"), place_num(c, CELL_COUNT, "fit.n"),
		place_num(c, CELL_SCORE, "fit.scale") };
	if (!isnan(robust[0].num))
		doc_text(b->doc, section, robust[0].num > 0 ?
			"Rows far from the fit count less: %s of %s less than half. Where its coefficients differ much from those of "
			"linear regression, few rows make the difference. A typical error is %s." :
			"Rows far from the fit would count less, but none of them lies far: it says what linear regression says.",
			robust, robust[0].num > 0 ? 3 : 0);
}

static void say_spread(struct build *b, struct node *section, struct place c)
{
	struct cell p = place_num(c, CELL_P_VALUE, "diagnostics.breusch_pagan.p");
	double spread = json_num(c.v, "diagnostics.spread", 0);
	if (!place_is(c, "diagnostics.standard_errors", "HC3"))
		return;
	doc_text(b->doc, section, spread > 0.1 ?
		"The spread of the errors grows with the prediction (Breusch-Pagan, p = %s): intervals and p are robust "
		"(HC3), which allows for it." : spread < -0.1 ?
		"The spread of the errors shrinks as the prediction grows (Breusch-Pagan, p = %s): intervals and p are robust "
		"(HC3), which allows for it." :
		"The spread of the errors differs between rows (Breusch-Pagan, p = %s): intervals and p are robust (HC3), "
		"which allows for it.", &p, 1);
}

static void say_shape(struct build *b, struct node *section, struct place c)
{
	struct cell reset = place_num(c, CELL_P_VALUE, "diagnostics.reset.p");
	struct cell watson = place_num(c, CELL_SCORE, "diagnostics.durbin_watson");
	struct cell normal = place_num(c, CELL_P_VALUE, "diagnostics.residual_normality.p");
	struct cell hosmer = place_num(c, CELL_P_VALUE, "diagnostics.hosmer_lemeshow.p");
	double n = json_num(c.v, "fit.n", NAN);
	if (reset.num < CLEAR)
		doc_text(b->doc, section, "Straight lines miss something: squares and cubes of the prediction would add to it "
			"(RESET, p = %s). Some column acts by a bend or together with another.", &reset, 1);
	if (watson.num < 1.5)
		doc_text(b->doc, section, "Neighbouring rows err alike (Durbin-Watson %s, 2 where they do not): if the order of the "
			"rows means something, such as time, the intervals are too narrow.", &watson, 1);
	if (normal.num < CLEAR && n < 100)
		doc_text(b->doc, section, "The errors are not normal (Jarque-Bera, p = %s), and with so few rows the intervals "
			"are rough.", &normal, 1);
	if (hosmer.num < CLEAR)
		doc_text(b->doc, section, "Its probabilities are off in places: between tenths of the rows, by probability, "
			"they differ from what happened (Hosmer-Lemeshow, p = %s).", &hosmer, 1);
}

/* Cook's distance from which on a row is named. */
static const double MOVES = 0.5;

static void say_rows(struct build *b, struct node *section, struct place c)
{
	struct place list = place_at(c, "influence");
	struct place first = place_item(list, 0);
	struct cell cells[] = { place_num(first, CELL_COUNT, "row"), place_num(first, CELL_SCORE, "cook") };
	if (!(cells[1].num > MOVES))
		return;
	struct node *text = doc_text(b->doc, section, "Row %s moves the whole fit (Cook's distance %s): look whether it is right before "
		"reading on.", cells, 2);
	for (size_t i = 1; i < 3 && json_num(place_item(list, i).v, "cook", 0) > MOVES; i++) {
		struct cell next[] = { place_num(place_item(list, i), CELL_COUNT, "row"), place_num(place_item(list, i), CELL_SCORE, "cook") };
		doc_runs(b->doc, text, " So does row %s (%s).", next, 2);
	}
}

void build_linear_words(struct build *b, struct node *section, struct place candidate)
{
	say_fit(b, section, candidate);
	say_spread(b, section, candidate);
	say_shape(b, section, candidate);
	say_rows(b, section, candidate);
}

/* ---- tables -------------------------------------------------------------------------------------- */

struct test {
	double p;
	size_t at;
};

static int clearest_first(const void *a, const void *b)
{
	const struct test *x = a, *y = b;
	if (x->p != y->p)
		return x->p < y->p ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static struct test *tests_by_p(struct build *b, struct place list, const char *key)
{
	size_t n = json_array_size(list.v);
	struct test *out = arena_calloc(b->arena, n + 1, sizeof *out);
	for (size_t i = 0; i < n; i++)
		out[i] = (struct test){ json_num(place_item(list, i).v, key, 2), i };   /* without p: last */
	qsort(out, n, sizeof *out, clearest_first);
	return out;
}

void build_column_tests(struct build *b, struct node *parent, struct place candidate)
{
	struct place tests = place_at(candidate, "column_tests"), list = place_at(tests, "columns");
	bool robust = place_is(candidate, "diagnostics.standard_errors", "HC3"), f = place_is(tests, "test", "F");
	const struct table_column heads[] = { { "Column", ALIGN_LEFT, false }, { "Terms", ALIGN_RIGHT, false },
		{ f ? "F" : "Chi squared", ALIGN_RIGHT, false }, { "p", ALIGN_RIGHT, false },
		{ "p, robust", ALIGN_RIGHT, false } };
	size_t n = json_array_size(list.v), ncols = robust ? 5 : 4;
	if (!n)
		return;
	struct node *table = doc_table(b->doc, parent, "What each column as a whole adds to the others", heads, ncols);
	table->sortable = true;
	const struct test *order = tests_by_p(b, list, robust ? "robust_p" : "p");
	for (size_t i = 0; i < n && i < BULK_MAX; i++) {
		struct place t = place_item(list, order[i].at);
		struct cell cells[] = { place_code(t, "column"), place_num(t, CELL_COUNT, "df"),
			place_num(t, CELL_SCORE, "statistic"), place_num(t, CELL_P_VALUE, "p"),
			place_num(t, CELL_P_VALUE, "robust_p") };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(t.v, "column", NULL)));
	}
	build_more(b, parent, n, "columns");
}

void build_influence(struct build *b, struct node *parent, struct place candidate)
{
	static const struct table_column heads[] = { { "Row", ALIGN_RIGHT, false }, { "Cook's distance", ALIGN_RIGHT, false },
		{ "Leverage", ALIGN_RIGHT, false }, { "Residual, in its standard deviations", ALIGN_RIGHT, false } };
	struct place list = place_at(candidate, "influence");
	size_t n = json_array_size(list.v);
	if (!n)
		return;
	struct node *table = doc_table(b->doc, parent, "Rows that move the fit most", heads, COUNTOF(heads));
	for (size_t i = 0; i < n; i++) {
		struct place x = place_item(list, i);
		struct cell cells[] = { place_num(x, CELL_COUNT, "row"), place_num(x, CELL_SCORE, "cook"),
			place_num(x, CELL_SCORE, "leverage"), place_num(x, CELL_SCORE, "residual") };
		doc_row(b->doc, table, cells, NULL);
	}
}

void build_linear_fit(struct build *b, struct node *parent, struct place c)
{
	static const struct {
		const char *path, *label;
		enum cell_class cls;
	} figures[] = { { "fit.n", "Rows", CELL_COUNT },
		{ "fit.parameters", "Parameters", CELL_COUNT },
		{ "fit.df_residual", "Residual degrees of freedom", CELL_COUNT },
		{ "fit.sigma", "Residual standard error", CELL_SCORE },
		{ "fit.scale", "Scale (median absolute residual / 0.6745)", CELL_SCORE },
		{ "fit.downweighted", "Rows that count less than half", CELL_COUNT },
		{ "fit.r2", "R²", CELL_SCORE },
		{ "fit.adj_r2", "Adjusted R²", CELL_SCORE }, { "fit.f", "F", CELL_SCORE },
		{ "fit.f_p", "p of F", CELL_P_VALUE },
		{ "fit.log_likelihood", "Log likelihood", CELL_SCORE },
		{ "fit.aic", "AIC", CELL_SCORE }, { "fit.bic", "BIC", CELL_SCORE },
		{ "fit.null_deviance", "Null deviance", CELL_SCORE },
		{ "fit.deviance", "Deviance", CELL_SCORE },
		{ "fit.likelihood_ratio.statistic", "Likelihood ratio", CELL_SCORE },
		{ "fit.likelihood_ratio.p", "p of the likelihood ratio", CELL_P_VALUE },
		{ "fit.mcfadden_r2", "McFadden's R²", CELL_SCORE },
		{ "diagnostics.breusch_pagan.p", "Even residuals: p (Breusch-Pagan)", CELL_P_VALUE },
		{ "diagnostics.durbin_watson", "Independent residuals: Durbin-Watson", CELL_SCORE },
		{ "diagnostics.residual_normality.p", "Normal residuals: p (Jarque-Bera)", CELL_P_VALUE },
		{ "diagnostics.reset.p", "Straight lines suffice: p (RESET)", CELL_P_VALUE },
		{ "diagnostics.hosmer_lemeshow.p", "Probabilities as observed: p (Hosmer-Lemeshow)", CELL_P_VALUE } };
	static const struct table_column heads[] = { { "Fit", ALIGN_LEFT, false },
		{ "Value", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, parent, "Figures of the fit", heads, COUNTOF(heads));
	for (size_t i = 0; i < COUNTOF(figures); i++) {
		struct cell cells[] = { cell_text(figures[i].label),
			place_num(c, figures[i].cls, figures[i].path) };
		if (!isnan(cells[1].num))
			doc_row(b->doc, table, cells, NULL);
	}
}
