/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The leaderboard of the models: who came how far, how sure that is, and what was seen in training. */
#include "report/build_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double FAR_OFF = 1.5;       /* times the error of the baseline */

struct rank {
	struct place c;
	size_t at;
	double score;
};

static int best_first(const void *a, const void *b)
{
	const struct rank *x = a, *y = b;
	if (isnan(x->score) || isnan(y->score))
		return isnan(x->score) != isnan(y->score) ? isnan(x->score) - isnan(y->score) : (x->at > y->at) - (x->at < y->at);
	if (x->score != y->score)
		return x->score < y->score ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* The candidates by their score, those that failed last. */
static struct rank *ranked(struct build *b, size_t *n)
{
	struct place candidates = place_at(b->modeling, "candidates");
	const char *metric = json_text(b->modeling.v, "metric", "");
	*n = json_array_size(candidates.v);
	struct rank *r = arena_calloc(b->arena, *n + 1, sizeof *r);
	double sign = json_flag(b->modeling.v, "lower_is_better", true) ? 1 : -1;
	for (size_t i = 0; i < *n; i++) {
		struct place c = place_item(candidates, i);
		r[i] = (struct rank){ c, i, sign * json_num(place_at(place_at(c, "scores"), metric).v, "value", NAN) };
	}
	qsort(r, *n, sizeof *r, best_first);
	return r;
}

static bool named(const struct build *b, struct place c, const char *key)
{
	return strcmp(json_text(c.v, "name", ""), json_text(b->modeling.v, key, " ")) == 0;
}

/* Scores with their intervals; the line is the baseline. What is far worse than that would hide how the
 * others differ. */
static void add_chart(struct build *b, struct node *section, const struct rank *r, size_t n)
{
	struct place m = b->modeling;
	const char *metric = json_text(m.v, "metric", ""), *title = title_of_score(metric);
	const char **labels = arena_calloc(b->arena, n, sizeof *labels);
	struct place baseline = build_candidate(place_at(m, "candidates"), "kind", "baseline");
	double *v = arena_calloc(b->arena, 3 * n, sizeof *v);
	double base = json_num(place_at(place_at(baseline, "scores"), metric).v, "value", NAN);
	size_t k = 0;
	for (size_t i = 0; i < n && !isnan(r[i].score); i++) {
		struct place score = place_at(place_at(r[i].c, "scores"), metric);
		double value = json_num(score.v, "value", NAN);
		if (value > FAR_OFF * base)
			continue;
		labels[k] = doc_word(b->doc, json_text(r[i].c.v, "name", ""));
		v[k] = value;
		v[n + k] = json_num(score.v, "lo", value);
		v[2 * n + k++] = json_num(score.v, "hi", value);
	}
	if (k < 3)
		return;
	struct chart *chart = build_chart(b, CHART_INTERVALS, "models", "scores", place_at(m, "candidates"));
	struct chart_line *line = arena_alloc(b->arena, sizeof *line);
	*line = (struct chart_line){ .at = base, .vertical = true, .ink = INK_MUTED };
	chart->n = k;
	chart->labels = labels;
	chart->y = v;
	chart->lo = v + n;
	chart->hi = v + 2 * n;
	chart->lines = line;
	chart->nlines = isnan(base) ? 0u : 1u;
	chart->xmin = v[n];
	chart->xmax = v[2 * n];
	for (size_t i = 0; i < k; i++) {
		chart->xmin = fmin(chart->xmin, v[n + i]);
		chart->xmax = fmax(chart->xmax, v[2 * n + i]);
	}
	double room = (chart->xmax - chart->xmin) / 20;
	chart->xmin = fmax(chart->xmin - room, 0);
	chart->xmax += room;
	chart->title = doc_say(b->doc, "Scores on unseen rows (%s) with 95 %% intervals; the line is the baseline", doc_word(b->doc, title));
	struct cell first = cell_num(CELL_SCORE, v[0], NULL), last = cell_num(CELL_SCORE, v[k - 1], NULL);
	chart->alt = doc_say(b->doc, "%s of %zu models, from %s (%s) to %s (%s).", doc_word(b->doc, title), k, doc_cell(b->doc, &first),
		labels[0], doc_cell(b->doc, &last), labels[k - 1]);
	chart->xlabel = title;
	doc_chart(b->doc, section, chart);
}

static void add_row(struct build *b, struct node *table, struct place c)
{
	struct place m = b->modeling;
	const char *metric = json_text(m.v, "metric", "");
	struct place score = place_at(place_at(c, "scores"), metric);
	bool baseline = place_is(c, "kind", "baseline");
	struct cell name = place_text(c, "name");
	if (named(b, c, "chosen"))
		name = cell_text(doc_say(b->doc, "%s (kept)", doc_word(b->doc, name.text)));
	struct cell cells[] = { name, place_num(score, CELL_SCORE, "value"), place_num(score, CELL_SCORE, "lo"),
		place_num(score, CELL_SCORE, "hi"), place_num(c, CELL_SCORE, arena_printf(b->arena, "train_scores.%s", metric)),
		place_num(c, CELL_PERCENT, "overfit_gap"),
		baseline ? cell_text("baseline") : place_num(c, CELL_P_VALUE, "p_baseline"),
		named(b, c, "best") ? cell_text("best") : place_num(c, CELL_P_VALUE, "p_best") };
	if (place_is(c, "status", "failed")) {
		cells[1] = cell_text("failed");
		for (size_t k = 2; k < COUNTOF(cells); k++)
			cells[k] = cell_text("");
	}
	doc_row(b->doc, table, cells, NULL);
}

static void add_failures(struct build *b, struct node *section, const struct rank *r, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct cell cells[] = { place_text(r[i].c, "name"), place_text(r[i].c, "reason") };
		if (place_is(r[i].c, "status", "failed") && cells[1].text)
			doc_note(b->doc, section, "%s could not be fitted: %s.", cells, 2);
	}
}

static void add_leaderboard(struct build *b, struct node *section)
{
	struct place m = b->modeling;
	const char *title = arena_strdup(b->arena, title_of_score(json_text(m.v, "metric", "")));
	struct table_column heads[] = { { "Model", ALIGN_LEFT, false }, { title, ALIGN_RIGHT, false },
		{ "95 % from", ALIGN_RIGHT, false }, { "to", ALIGN_RIGHT, false }, { "Training", ALIGN_RIGHT, false },
		{ "Gap", ALIGN_RIGHT, false }, { "p, baseline", ALIGN_RIGHT, false }, { "p, best", ALIGN_RIGHT, false } };
	size_t n;
	const struct rank *r = ranked(b, &n);
	add_chart(b, section, r, n);
	struct node *table = doc_table(b->doc, section, "How the models compare", heads, COUNTOF(heads));
	table->keep = true;
	for (size_t i = 0; i < n; i++)
		add_row(b, table, r[i].c);
	doc_even(table, 1, 4, 4, true);
	struct cell better = cell_text(json_flag(m.v, "lower_is_better", true) ? "Lower" : "Higher");
	doc_note(b->doc, section,
		"%s is better. Training: the score on rows that a model was fitted to, and the gap, the share of the error that "
		"it hides: a wide one means that rows were learnt by heart. p: how easily a difference like the one to the "
		"baseline, or to the best score, arises by chance, with the number of models allowed for (Holm). Kept is the "
		"simplest model at most one standard error, and a twentieth of the gain over the baseline, behind the best.",
		&better, 1);
	add_failures(b, section, r, n);
}

/* Every score of every candidate: a row a model, the best first. */
static void add_all_scores(struct build *b, struct node *section)
{
	static const char *const keys[] = { "log_loss", "accuracy", "balanced_accuracy", "roc_auc", "pr_auc", "f1", "mcc",
		"brier", "brier_skill", "auc_pairs", "rmse", "mae", "median_ae", "mape", "r2" };
	size_t n, columns = 1;
	const struct rank *r = ranked(b, &n);
	struct table_column heads[COUNTOF(keys) + 1] = { { "Model", ALIGN_LEFT, false } };
	const char *shown[COUNTOF(keys) + 1];
	if (n == 0)
		return;
	for (size_t k = 0; k < COUNTOF(keys); k++) {
		if (!json_at(r[0].c.v, arena_printf(b->arena, "scores.%s", keys[k])))
			continue;
		shown[columns] = keys[k];
		heads[columns++] = (struct table_column){ arena_strdup(b->arena, title_of_score(keys[k])), ALIGN_RIGHT, false };
	}
	struct node *details = doc_details(b->doc, section, "All scores on unseen rows");
	struct node *table = doc_table(b->doc, details, NULL, heads, columns);
	for (size_t i = 0; i < n && !isnan(r[i].score); i++) {
		struct cell cells[COUNTOF(keys) + 1] = { place_text(r[i].c, "name") };
		for (size_t k = 1; k < columns; k++)
			cells[k] = place_num(place_at(place_at(r[i].c, "scores"), shown[k]), CELL_SCORE, "value");
		doc_row(b->doc, table, cells, NULL);
	}
	for (size_t k = 1; k < columns; k++)
		doc_even(table, k, k, 4, true);
}

void build_model_board(struct build *b, struct node *section)
{
	add_leaderboard(b, section);
	add_all_scores(b, section);
}
