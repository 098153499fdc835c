/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ridge, lasso and elastic net: which penalty the data choose, what that leaves of the terms, and how they
 * come in as the penalty falls. */
#include "report/build_linear_int.h"

#include <math.h>
#include <string.h>

enum { WAYS = 6 };   /* lines in a chart of the path: as many as there are inks for series */
static const double WIDTH = 320;     /* of a chart: two stand side by side, on paper too */
static const double HEIGHT = 300;    /* names of terms may take a line each above it */

static size_t index_of(struct place path, const char *key)
{
	double at = json_num(path.v, key, 0);
	return at > 0 ? (size_t)at : 0;
}

/* Penalties as what their digits count: falling to the right, from all terms at zero to hardly any penalty. */
static double *falling(struct build *b, struct place path, size_t *n)
{
	double *x = build_numbers(b, path, "lambda", n);
	for (size_t i = 0; i < *n; i++)
		x[i] = -log10(x[i]);
	return x;
}

static void mark_penalties(struct build *b, struct place path, const double *x, size_t n, struct chart *chart)
{
	size_t chosen = index_of(path, "chosen"), simplest = index_of(path, "simplest");
	struct chart_line *lines = arena_calloc(b->arena, 2, sizeof *lines);
	if (chosen >= n || simplest >= n)
		return;
	lines[0] = (struct chart_line){ .at = x[chosen], .vertical = true, .label = "chosen", .ink = INK_ACCENT };
	lines[1] = (struct chart_line){ .at = x[simplest], .vertical = true, .label = "simplest", .ink = INK_MUTED };
	chart->lines = lines;
	chart->nlines = simplest == chosen ? 1 : 2;
}

static void add_ways(struct build *b, struct node *parent, struct place path, const char *model)
{
	struct place terms = place_at(path, "terms");
	size_t n, all = json_array_size(terms.v), k = all < WAYS ? all : WAYS;
	double *x = falling(b, path, &n);
	if (!k || n < 2)
		return;
	struct chart_series *series = arena_calloc(b->arena, k, sizeof *series);
	for (size_t j = 0; j < k; j++) {
		struct place term = place_item(terms, j);
		size_t have;
		series[j] = (struct chart_series){ .name = build_term_label(b, term), .style = SERIES_LINE,
			.ink = (enum ink)(INK_SERIES_1 + j), .n = n, .x = x, .y = build_numbers(b, term, "coefficients", &have) };
		if (have != n)
			return;
	}
	struct chart *chart = build_chart(b, CHART_XY, "path", model, terms);
	chart->nseries = k;
	chart->series = series;
	mark_penalties(b, path, x, n, chart);
	chart->width = WIDTH;
	chart->height = HEIGHT;
	chart->listed = true;        /* as names of terms may be long, and the charts of all models are alike */
	chart->title = "How the largest terms come in";
	chart->alt = doc_say(b->doc, "Coefficients of standardised terms of %s against the penalty: the %zu largest.",
		doc_word(b->doc, model), k);
	chart->xlabel = "penalty, falling (−log₁₀)";
	chart->ylabel = "standardised coefficient";
	doc_chart(b->doc, parent, chart);
}

/* Squares of a unit say nothing to a reader: their root does. */
static bool is_squared(struct place path)
{
	return place_is(path, "loss", "mean squared error");
}

static const char *measure_of(struct place path)
{
	return is_squared(path) ? "RMSE" : json_text(path.v, "loss", "error");
}

static double in_measure(struct place path, double error)
{
	return is_squared(path) ? sqrt(fmax(0, error)) : error;
}

static void add_errors(struct build *b, struct node *parent, struct place path, const char *model)
{
	size_t n, have, have_se;
	double *x = falling(b, path, &n), *y = build_numbers(b, path, "error", &have);
	double *se = build_numbers(b, path, "error_se", &have_se);
	if (n < 2 || have != n || have_se != n)
		return;
	double *lo = arena_calloc(b->arena, 2 * n, sizeof *lo), *hi = lo + n;
	for (size_t i = 0; i < n; i++) {
		lo[i] = in_measure(path, y[i] - se[i]);
		hi[i] = in_measure(path, y[i] + se[i]);
		y[i] = in_measure(path, y[i]);
	}
	struct chart_series *series = arena_calloc(b->arena, 2, sizeof *series);
	series[0] = (struct chart_series){ .style = SERIES_BAND, .ink = INK_PRIMARY_SOFT, .n = n, .x = x, .y = lo, .y2 = hi };
	series[1] = (struct chart_series){ .style = SERIES_LINE, .ink = INK_PRIMARY, .n = n, .x = x, .y = y };
	struct chart *chart = build_chart(b, CHART_XY, "penalty", model, path);
	chart->nseries = 2;
	chart->series = series;
	mark_penalties(b, path, x, n, chart);
	chart->width = WIDTH;
	chart->height = HEIGHT;
	chart->title = "Error on held-out training rows by penalty";
	chart->alt = doc_say(b->doc, "Error of %s in cross-validation against the penalty, with a band of one standard error.",
		doc_word(b->doc, model));
	chart->xlabel = "penalty, falling (−log₁₀)";
	chart->ylabel = measure_of(path);
	doc_chart(b->doc, parent, chart);
}

/* One row a model: what its penalty leaves. */
static void add_summary(struct build *b, struct node *section, const struct place *models, size_t n)
{
	const struct table_column heads[] = { { "Model", ALIGN_LEFT, false }, { "Penalty", ALIGN_RIGHT, false },
		{ "Terms", ALIGN_RIGHT, false }, { "Terms of the simplest", ALIGN_RIGHT, false },
		{ is_squared(place_at(models[0], "path")) ? "RMSE" : "Deviance", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, section, "What each penalty leaves", heads, COUNTOF(heads));
	for (size_t i = 0; i < n; i++) {
		struct place path = place_at(models[i], "path");
		size_t chosen = index_of(path, "chosen"), simplest = index_of(path, "simplest");
		struct cell cells[] = { place_text(models[i], "name"),
			place_num(path, CELL_SCORE, arena_printf(b->arena, "lambda.%zu", chosen)),
			place_num(path, CELL_COUNT, arena_printf(b->arena, "nonzero.%zu", chosen)),
			place_num(path, CELL_COUNT, arena_printf(b->arena, "nonzero.%zu", simplest)),
			cell_num(CELL_SCORE, in_measure(path, json_num(path.v, arena_printf(b->arena, "error.%zu", chosen), NAN)), NULL) };
		doc_row(b->doc, table, cells, NULL);
	}
	doc_even(table, 4, 4, 4, true);
}

static struct node *add_inside(struct build *b, struct node *section, struct place model)
{
	struct place path = place_at(model, "path");
	const char *name = json_text(model.v, "name", "");
	struct node *details = doc_details(b->doc, section, doc_say(b->doc, "%s: path and coefficients", doc_word(b->doc, name)));
	struct node *side = doc_add(b->doc, details, NODE_COLUMNS);
	add_ways(b, side, path, name);
	add_errors(b, side, path, name);
	struct cell remark = place_text(model, "note");
	if (remark.text)
		doc_note(b->doc, details, "About this fit: %s.", &remark, 1);
	build_terms_table(b, details, model, BULK_MAX);
	return details;
}

/* The lasso says most by leaving terms out: it is first and open, the others are folded away. */
void build_model_path(struct build *b, struct node *parent)
{
	struct place candidates = place_at(b->modeling, "candidates"), models[4];
	size_t n = 0, shown = 0;
	for (size_t i = 0; i < json_array_size(candidates.v) && n < COUNTOF(models); i++) {
		struct place c = place_item(candidates, i);
		if (!place_at(c, "path.lambda").v)
			continue;
		if (place_is(c, "kind", "lasso"))
			shown = n;
		models[n++] = c;
	}
	if (!n)
		return;
	struct node *section = doc_section(b->doc, parent, "model-penalties", "Models with a penalty");
	build_say(b, section, "A penalty keeps coefficients small, which costs a little on the rows of training and saves more on "
		"new ones where terms are many or move together. The lasso sets terms to zero; ridge keeps all of them; "
		"elastic net is half of each.");
	add_summary(b, section, models, n);
	struct place path = place_at(models[shown], "path");
	struct cell cells[] = { cell_text(measure_of(path)), place_num(path, CELL_COUNT, "folds"),
		place_num(path, CELL_COUNT, "rows") };
	doc_note(b->doc, section, "The penalty is the one of least %s in %s parts of %s training rows. Terms of the simplest: those "
		"left by the largest penalty whose error is within one standard error of that. Coefficients "
		"are shrunken, so they have neither intervals nor p values. Charts have all terms in standard deviations, flags too; "
		"in the tables a flag is a whole step.", cells, 3);
	add_inside(b, section, models[shown])->open = true;
	for (size_t i = 0; i < n; i++)
		if (i != shown)
			add_inside(b, section, models[i]);
}
