/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models that can be read: their coefficients with intervals, and how well they fit. */
#include "report/build_linear_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TOO_WIDE =
	20; /* times the median width of an interval: would hide all others */

enum { CHARTED = 20, TABLED = 8, IN_FULL = 25 };   /* terms at a glance and in the details */

static bool is_intercept(struct place c)
{
	return place_is(c, "term", "(intercept)");
}

const char *build_term_label(struct build *b, struct place c)
{
	const char *term = json_text(c.v, "term", ""), *outcome = json_text(c.v, "outcome", NULL);
	return outcome ? doc_say(b->doc, "%s: %s", outcome, term)
		: is_intercept(c) ? term : doc_own(b->doc, term);
}

/* Where standard errors are robust, so are p and interval. */
static const char *robustly(struct build *b, struct place candidate, const char *key)
{
	return place_is(candidate, "diagnostics.standard_errors", "HC3") ? arena_printf(b->arena, "robust.%s", key) : key;
}

/* ---- terms by strength of evidence ------------------------------------------------------------ */

struct ranked {
	struct place c;
	double strength;
	size_t at;
};

static int by_strength(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;
	if (x->strength != y->strength)
		return x->strength < y->strength ? 1 : -1;
	return (x->at > y->at) - (x->at < y->at);
}

/* Terms with an estimate, without intercepts: by |t| where there is inference, else by the size of the
 * effect of a step. */
static struct ranked *rank(struct build *b, struct place candidate, size_t *n)
{
	struct place list = place_at(candidate, "coefficients");
	size_t all = json_array_size(list.v);
	struct ranked *out = arena_calloc(b->arena, all + 1, sizeof *out);
	bool inference = false;
	*n = 0;
	for (size_t i = 0; i < all; i++)
		inference = inference || !isnan(json_num(json_array_get(list.v, i), "se", NAN));
	for (size_t i = 0; i < all; i++) {
		struct place c = place_item(list, i);
		double estimate = json_num(c.v, "estimate", NAN), se = json_num(c.v, robustly(b, candidate, "se"), NAN);
		if (is_intercept(c) || isnan(estimate))
			continue;
		double strength = inference ? fabs(estimate / se) : fabs(estimate * json_num(c.v, "step", 1));
		out[(*n)++] = (struct ranked){ c, isnan(strength) ? -1 : strength, i };
	}
	qsort(out, *n, sizeof *out, by_strength);
	return out;
}

/* ---- the chart ------------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The width beyond which an interval says nearly nothing and would hide all others. */
static double widest(struct build *b, const double *lo, const double *hi, size_t n)
{
	double *widths = arena_calloc(b->arena, n + 1, sizeof *widths);
	for (size_t i = 0; i < n; i++)
		widths[i] = hi[i] - lo[i];
	qsort(widths, n, sizeof *widths, by_value);
	return n ? TOO_WIDE * widths[n / 2] : 0;
}

static const char *unit_of_effect(struct build *b, struct place candidate)
{
	if (place_is(b->modeling, "task", "regression"))
		return doc_say(b->doc, "change of %s", json_text(b->modeling.v, "target", ""));
	if (place_is(candidate, "kind", "multinomial"))
		return "change of the log odds of a class";
	return doc_say(b->doc, "change of the log odds of %s", json_text(b->modeling.v, "positive", ""));
}

static void add_chart(struct build *b, struct node *parent, struct place candidate)
{
	size_t n, kept = 0, all;
	struct ranked *terms = rank(b, candidate, &all);
	const char *model = json_text(candidate.v, "name", "");
	n = all < CHARTED ? all : CHARTED;
	const char **labels = arena_calloc(b->arena, n + 1, sizeof *labels);
	double *y = arena_calloc(b->arena, 3 * n + 1, sizeof *y), *lo = y + n, *hi = lo + n;
	for (size_t i = 0; i < n; i++) {
		const json_t *v = terms[i].c.v;
		double step = json_num(v, "step", 1), at = json_num(v, "estimate", NAN);
		labels[i] = build_term_label(b, terms[i].c);
		y[i] = at * step;
		lo[i] = json_num(v, robustly(b, candidate, "lo"), at) * step;
		hi[i] = json_num(v, robustly(b, candidate, "hi"), at) * step;
	}
	double limit = widest(b, lo, hi, n);
	for (size_t i = 0; i < n; i++) {
		if (hi[i] - lo[i] > limit)
			continue;
		labels[kept] = labels[i];
		y[kept] = y[i];
		lo[kept] = lo[i];
		hi[kept++] = hi[i];
	}
	if (kept == 0)
		return;
	struct chart *chart = build_chart(b, CHART_INTERVALS, "coefficients", model, place_at(candidate, "coefficients"));
	chart->n = kept;
	chart->labels = labels;
	chart->y = y;
	chart->lo = lo;
	chart->hi = hi;
	chart->height = 60 + 22 * (double)kept;
	chart->title = doc_say(b->doc, "%s: effect of a step of each term", doc_word(b->doc, model));
	chart->alt = doc_say(b->doc,
		"Effects in %s with 95 %% intervals where there are any, %zu of %zu terms, the clearest first.",
		doc_word(b->doc, model), kept, all);
	chart->xlabel = unit_of_effect(b, candidate);
	doc_chart(b->doc, parent, chart);
}

/* ---- the table ------------------------------------------------------------------------------- */

struct figure {
	const char *title, *path;
	enum cell_class cls;
	bool of_intercept;
};

/* Figures that some coefficient has. */
static size_t used_figures(struct place list, const struct figure *f, size_t nf, struct table_column *heads, size_t *used)
{
	size_t n = json_array_size(list.v), nused = 0;
	for (size_t k = 0; k < nf; k++) {
		bool known = false;
		for (size_t i = 0; i < n && !known; i++)
			known = !isnan(json_num(json_array_get(list.v, i), f[k].path, NAN));
		if (!known)
			continue;
		heads[1 + nused] = (struct table_column){ f[k].title, ALIGN_RIGHT, false };
		used[nused++] = k;
	}
	return nused;
}

void build_terms_table(struct build *b, struct node *parent, struct place candidate, size_t most)
{
	bool all = most != TABLED;
	bool odds = place_is(candidate, "kind", "logistic") || place_is(candidate, "kind", "multinomial");
	const struct figure figures[] = { { "Estimate", "estimate", CELL_SCORE, true },
		{ "95 % from", odds && !all ? "" : robustly(b, candidate, "lo"), CELL_SCORE, true },
		{ "to", odds && !all ? "" : robustly(b, candidate, "hi"), CELL_SCORE, true },
		{ "p", robustly(b, candidate, "p"), CELL_P_VALUE, true },
		{ "Standard error", all ? "se" : "", CELL_SCORE, true },
		{ "robust (HC3)", all ? "robust.se" : "", CELL_SCORE, true },
		{ "Odds ratio", "odds_ratio", CELL_SCORE, false },
		{ "95 % from", "odds_lo", CELL_SCORE, false }, { "to", "odds_hi", CELL_SCORE, false },
		{ "VIF", all ? "vif" : "", CELL_SCORE, false } };
	struct table_column heads[1 + COUNTOF(figures)] = { { "Term", ALIGN_LEFT, false } };
	struct place list = place_at(candidate, "coefficients");
	size_t used[COUNTOF(figures)], nused = used_figures(list, figures, COUNTOF(figures), heads, used), n;
	struct ranked *terms = rank(b, candidate, &n);
	struct node *table = doc_table(b->doc, parent, NULL, heads, 1 + nused);
	table->sortable = true;
	size_t shown = n < most ? n : most, rows = shown;
	for (size_t i = 0; all && i < json_array_size(list.v); i++)
		if (is_intercept(place_item(list, i)))
			terms[rows++].c = place_item(list, i);   /* rank leaves room for them */
	for (size_t i = 0; i < rows; i++) {
		struct cell cells[1 + COUNTOF(figures)] = { cell_text(build_term_label(b, terms[i].c)) };
		for (size_t k = 0; k < nused; k++)
			cells[1 + k] = is_intercept(terms[i].c) && !figures[used[k]].of_intercept ? cell_text("")
				: place_num(terms[i].c, figures[used[k]].cls, figures[used[k]].path);
		doc_row(b->doc, table, cells, NULL);
	}
	struct cell part[] = { build_count((double)shown), build_count((double)n) };
	if (all && n > shown)
		doc_note(b->doc, parent, "The clearest %s of %s terms; modeling.json has all.", part, 2);
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
		struct cell cells[] = { cell_text(build_term_label(b, c)),
			cell_text(json_text(c.v, "estimate_why", "cannot be estimated")) };
		if (!note)
			note = doc_note(b->doc, parent, "Terms without a coefficient: ", NULL, 0);
		doc_runs(b->doc, note, said++ ? ", %s (%s)" : "%s (%s)", cells, 2);
	}
	if (note)
		doc_runs(b->doc, note, ".", NULL, 0);
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
		doc_runs(b->doc, note, "An estimate is the change of the log odds of %s, the odds ratio by what these odds are "
			"multiplied,", cells + 1, 1);
	else if (strcmp(kind, "multinomial") == 0)
		doc_runs(b->doc, note,
			"An estimate is the change of the log odds of a class against the class without terms",
			NULL, 0);
	else
		doc_runs(b->doc, note, "An estimate is the change of the prediction", NULL, 0);
	doc_runs(b->doc, note,
		" when a column grows by one unit and the others stay. A level is compared with "
		"the most frequent one of its column, which has no term. In the chart a step is one standard deviation "
		"of a numeric column, and a level against that most frequent one.",
		NULL, 0);
	struct cell remark = place_text(c, "note");
	if (remark.text)
		doc_note(b->doc, section, "About this fit: %s.", &remark, 1);
}

static void add_model(struct build *b, struct node *parent, struct place c)
{
	const char *name = json_text(c.v, "name", "");
	struct place list = place_at(c, "coefficients");
	struct node *own = doc_section(b->doc, parent, doc_slug(b->doc, "inside", name),
		doc_say(b->doc, "Inside %s", doc_word(b->doc, name)));
	bool second = place_is(c, "kind", "robust");   /* says again what least squares says: folded away */
	build_linear_words(b, own, c);
	if (!second) {
		add_chart(b, own, c);
		build_terms_table(b, own, c, TABLED);
		say_meaning(b, own, c);
	}
	struct node *details = doc_details(b->doc, own, doc_say(b->doc, "Coefficients and fit of %s in full", doc_word(b->doc, name)));
	if (second)
		add_chart(b, details, c);
	build_column_tests(b, details, c);
	build_terms_table(b, details, c, IN_FULL);
	say_dropped(b, details, list);
	build_linear_fit(b, details, c);
	build_influence(b, details, c);
}

void build_coefficients(struct build *b, struct node *parent)
{
	struct place candidates = place_at(b->modeling, "candidates");
	bool useful = place_is(b->modeling, "verdict", "useful");   /* otherwise one that shows how little there is will do */
	for (size_t i = 0; i < json_array_size(candidates.v); i++) {
		struct place c = place_item(candidates, i);
		bool plain = place_is(c, "kind", "ols") || place_is(c, "kind", "logistic") || place_is(c, "kind", "multinomial");
		if (json_count(c.v, "coefficients") && !json_count(c.v, "path.lambda") && (plain || useful))
			add_model(b, parent, c);
	}
	if (useful)
		build_model_path(b, parent);
}
