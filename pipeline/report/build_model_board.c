/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The leaderboard of the models: who came how far, how sure that is, and what was seen in training. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

/* The baseline leads, as what the others have to beat. */
static struct place candidate_at(struct place candidates, size_t i)
{
	size_t n = json_array_size(candidates.v), base = 0;
	while (base < n &&
		!place_is(place_item(candidates, base), "kind", "baseline"))
		base++;
	if (base == n)
		return place_item(candidates, i);
	return place_item(candidates, i == 0 ? base : i <= base ? i - 1 : i);
}

static void add_leaderboard(struct build *b, struct node *section)
{
	struct place m = b->modeling, candidates = place_at(m, "candidates");
	const char *metric = json_text(m.v, "metric", "");
	struct table_column heads[] = { { "Model", ALIGN_LEFT, false },
		{ arena_strdup(b->arena, title_of_score(metric)), ALIGN_RIGHT, false },
		{ "95 % from", ALIGN_RIGHT, false }, { "to", ALIGN_RIGHT, false },
		{ "Training", ALIGN_RIGHT, false }, { "p, baseline", ALIGN_RIGHT, false },
		{ "p, best", ALIGN_RIGHT, false } };
	struct node *table = doc_table(
		b->doc, section, "How the models compare", heads, COUNTOF(heads));
	table->keep = true;
	for (size_t i = 0; i < json_array_size(candidates.v); i++) {
		struct place c = candidate_at(candidates, i);
		struct place score = place_at(place_at(c, "scores"), metric);
		struct cell blank = cell_text("");
		bool baseline = place_is(c, "kind", "baseline");
		bool best = strcmp(json_text(c.v, "name", ""), json_text(m.v, "best", "")) == 0;
		struct cell cells[] = { place_text(c, "name"),
			place_num(score, CELL_SCORE, "value"), place_num(score, CELL_SCORE, "lo"),
			place_num(score, CELL_SCORE, "hi"),
			place_num(c, CELL_SCORE, arena_printf(b->arena, "train_scores.%s", metric)),
			baseline ? cell_text("baseline")
				: place_num(c, CELL_P_VALUE, "versus_baseline.p"),
			best ? cell_text("best") : place_num(c, CELL_P_VALUE, "versus_best.p") };
		if (place_is(c, "status", "failed")) {
			cells[1] = cell_text("failed");
			for (size_t k = 2; k < COUNTOF(cells); k++)
				cells[k] = blank;
		}
		doc_row(b->doc, table, cells, NULL);
	}
	bool lower = json_flag(m.v, "lower_is_better", true);
	struct cell better = cell_text(lower ? "Lower" : "Higher");
	doc_note(b->doc, section,
		"%s is better. Training is the score on the rows a model was fitted to: much better "
		"there than on unseen rows means that it learned them by heart. p, baseline and p, best: "
		"how easily a difference like the one to the baseline or to the best model arises by "
		"chance.",
		&better, 1);
	for (size_t i = 0; i < json_array_size(candidates.v); i++) {
		struct place c = place_item(candidates, i);
		struct cell cells[] = { place_text(c, "name"), place_text(c, "reason") };
		if (place_is(c, "status", "failed") && cells[1].text)
			doc_note(b->doc, section, "%s could not be fitted: %s.", cells, 2);
	}
}

/* Every score of every candidate: a row a score, a column a model. */
static void add_all_scores(struct build *b, struct node *section)
{
	static const char *const keys[] = { "log_loss", "accuracy", "balanced_accuracy", "roc_auc",
		"pr_auc", "f1", "mcc", "brier", "rmse", "mse", "mae", "mape", "r2" };
	struct place candidates = place_at(b->modeling, "candidates");
	size_t n = json_array_size(candidates.v);
	if (n == 0 || n > 8)
		return;
	struct table_column *heads = arena_calloc(b->arena, n + 1, sizeof *heads);
	heads[0].title = "Score";
	for (size_t i = 0; i < n; i++)
		heads[i + 1] = (struct table_column){
			json_text(candidate_at(candidates, i).v, "name", ""), ALIGN_RIGHT, false
		};
	struct node *details = doc_add(b->doc, section, NODE_DETAILS);
	details->title = "All scores on unseen rows";
	struct node *table = doc_table(b->doc, details, NULL, heads, n + 1);
	for (size_t k = 0; k < COUNTOF(keys); k++) {
		struct cell *cells = arena_calloc(b->arena, n + 1, sizeof *cells);
		size_t have = 0;
		cells[0] = cell_text(title_of_score(keys[k]));
		for (size_t i = 0; i < n; i++) {
			struct place score = place_at(
				place_at(candidate_at(candidates, i), "scores"), keys[k]);
			cells[i + 1] = place_num(score, CELL_SCORE, "value");
			have += isnan(cells[i + 1].num) ? 0 : 1;
		}
		if (have > 0)
			doc_row(b->doc, table, cells, NULL);
	}
}

void build_model_board(struct build *b, struct node *section)
{
	add_leaderboard(b, section);
	add_all_scores(b, section);
}
