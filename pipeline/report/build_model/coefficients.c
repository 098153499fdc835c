/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Models that can be read: their coefficients with intervals, and how well they fit. */
#include "report/build_linear_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double TOO_WIDE =
	20; /* times the median width of an interval: would hide all others */

enum { CHARTED = 20, IN_FULL = 25 };   /* terms at a glance and in the details */

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
	chart->effects = true;
	chart->labels = labels;
	chart->y = y;
	chart->lo = lo;
	chart->hi = hi;
	chart->title = doc_say(b->doc, "%s: effect of a step of each term", doc_word(b->doc, model));
	chart->alt = doc_say(b->doc,
		"Effects in %s with 95 %% intervals where there are any, %zu of %zu terms, the clearest first.",
		doc_word(b->doc, model), kept, all);
	chart->xlabel = unit_of_effect(b, candidate);
	doc_chart(b->doc, parent, chart);
	struct cell part[] = { build_count((double)kept), build_count((double)all) };
	if (kept < all)
		doc_note(b->doc, parent, "The clearest %s of %s terms.", part, 2);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* Of a step: times the step of the term, or to the power of it, so that terms of all units can be compared. */
enum of_step { OF_UNIT, TIMES_STEP, POWER_OF_STEP };
struct figure {
	const char *title, *path;
	enum cell_class cls;
	bool of_intercept;
	enum of_step of;
};

static struct cell figure_of(struct place c, const struct figure *f)
{
	double v = json_num(c.v, f->path, NAN), step = json_num(c.v, "step", 1);
	if (is_intercept(c) && !f->of_intercept)
		return cell_text("");
	if (f->of == OF_UNIT || isnan(v))
		return place_num(c, f->cls, f->path);
	return cell_num(f->cls, f->of == TIMES_STEP ? v * step : pow(v, step), NULL);
}

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
	bool odds = place_is(candidate, "kind", "logistic") || place_is(candidate, "kind", "multinomial");
	const struct figure figures[] = { { "Effect of a step", odds ? "" : "estimate", CELL_SCORE, false, TIMES_STEP },
		{ "Odds ratio of a step", "odds_ratio", CELL_SCORE, false, POWER_OF_STEP },
		{ "95 % from", "odds_lo", CELL_SCORE, false, POWER_OF_STEP }, { "to", "odds_hi", CELL_SCORE, false, POWER_OF_STEP },
		{ "p", robustly(b, candidate, "p"), CELL_P_VALUE, true, OF_UNIT },
		{ "Estimate", "estimate", CELL_SCORE, true, OF_UNIT },
		{ "95 % from", robustly(b, candidate, "lo"), CELL_SCORE, true, OF_UNIT },
		{ "to", robustly(b, candidate, "hi"), CELL_SCORE, true, OF_UNIT },
		{ "Standard error", "se", CELL_SCORE, true, OF_UNIT },
		{ "robust (HC3)", "robust.se", CELL_SCORE, true, OF_UNIT },
		{ "VIF", "vif", CELL_SCORE, false, OF_UNIT } };
	struct table_column heads[1 + COUNTOF(figures)] = { { "Term", ALIGN_LEFT, false } };
	struct place list = place_at(candidate, "coefficients");
	size_t used[COUNTOF(figures)], nused = used_figures(list, figures, COUNTOF(figures), heads, used), n;
	struct ranked *terms = rank(b, candidate, &n);
	struct node *table = doc_table(b->doc, parent, "Coefficients", heads, 1 + nused);
	table->sortable = true;
	size_t shown = n < most ? n : most, rows = shown;
	for (size_t i = 0; i < json_array_size(list.v); i++)
		if (is_intercept(place_item(list, i)))
			terms[rows++].c = place_item(list, i);   /* rank leaves room for them */
	for (size_t i = 0; i < rows; i++) {
		struct cell cells[1 + COUNTOF(figures)] = { cell_text(build_term_label(b, terms[i].c)) };
		for (size_t k = 0; k < nused; k++)
			cells[1 + k] = figure_of(terms[i].c, &figures[used[k]]);
		doc_row(b->doc, table, cells, NULL);
	}
	size_t compared = 0;      /* the figures of a step come first */
	while (compared < nused && figures[used[compared]].of != OF_UNIT)
		compared++;
	if (compared)
		doc_even(table, 1, compared, 4, true);
	struct cell part[] = { build_count((double)shown), build_count((double)n) };
	for (size_t i = 0; i < shown && !build_note_season(b, parent, json_text(terms[i].c.v, "term", "")); i++) {}
	if (n > shown)
		doc_note(b->doc, parent, isnan(json_num(terms[0].c.v, "p", NAN)) ? "The largest %s of %s coefficients; modeling.json has all."
			: "The clearest %s of %s coefficients; modeling.json has all.", part, 2);
}

/* The column that a term is made of: the longest feature whose name its own begins with. */
static const char *column_of_term(struct build *b, const char *term)
{
	struct place features = place_at(b->modeling, "features");
	const char *found = term;
	size_t longest = 0;
	for (size_t i = 0; i < json_array_size(features.v); i++) {
		const char *name = json_text(place_item(features, i).v, "name", "");
		size_t n = strlen(name);
		if (n > longest && strncmp(term, name, n) == 0 && (term[n] == '\0' || term[n] == ':')) {
			longest = n;
			found = name;
		}
	}
	return found;
}

struct dropped {
	const char *column, *term;
	size_t terms;
};

/* Terms without an estimate by column, each once however many classes there are. */
static size_t gather_dropped(struct build *b, struct place list, struct dropped *out)
{
	const char *outcome = NULL;
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(list.v); i++) {
		struct place c = place_item(list, i);
		const char *of = json_text(c.v, "outcome", ""), *term = json_text(c.v, "term", "");
		if (!isnan(json_num(c.v, "estimate", NAN)) || (outcome && strcmp(of, outcome) != 0))
			continue;
		outcome = of;
		const char *column = column_of_term(b, term);
		size_t k = 0;
		while (k < n && strcmp(out[k].column, column) != 0)
			k++;
		if (k == n)
			out[n++] = (struct dropped){ column, term, 0 };
		out[k].terms++;
	}
	return n;
}

static void say_dropped(struct build *b, struct node *parent, struct place list)
{
	struct dropped *columns = arena_calloc(b->arena, json_array_size(list.v) + 1, sizeof *columns);
	size_t n = gather_dropped(b, list, columns);
	if (!n)
		return;
	struct node *note = doc_note(b->doc, parent, "Terms without a coefficient, since others say the same:", NULL, 0);
	for (size_t i = 0; i < n && i < LABELS_MAX; i++) {
		bool one = columns[i].terms == 1;
		struct cell cells[] = { build_count((double)columns[i].terms), cell_code(one ? columns[i].term : columns[i].column) };
		const char *fmt = one ? " %s" : " %s of %s";
		doc_runs(b->doc, note, fmt, cells + one, one ? 1 : 2);
		doc_runs(b->doc, note, i + 1 < n ? "," : ".", NULL, 0);
	}
	struct cell more = build_count((double)(n > LABELS_MAX ? n - LABELS_MAX : 0));
	if (n > LABELS_MAX)
		doc_runs(b->doc, note, " and those of %s more columns.", &more, 1);
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
		"the most frequent one of its column, which has no term. To make terms comparable, the chart and the columns on a "
		"step tell what one standard deviation of a number does, or a level against that most frequent one.",
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
