/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the answer of the models rests on: the score by which they were compared with its interval, why this
 * model is kept, and which of them cannot be told from the best.
 */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static const double CHANCE = 0.05;

/* The score by which models were compared. */
static void say_score(struct build *b, struct node *text, struct place best, struct place base)
{
	const char *metric = json_text(b->modeling.v, "metric", "");
	struct place score = place_at(place_at(best, "scores"), metric);
	struct place floor = place_at(place_at(base, "scores"), metric);
	struct cell cells[] = { cell_text(title_of_score(metric)),
		place_num(score, CELL_SCORE, "value"), place_num(score, CELL_SCORE, "lo"),
		place_num(score, CELL_SCORE, "hi"), place_num(floor, CELL_SCORE, "value") };
	doc_runs(b->doc, text, isnan(cells[2].num) ? " Its %s is %s" : " Its %s is %s (95 %% interval %s to %s)", cells,
		isnan(cells[2].num) ? 2 : 4);
	doc_runs(b->doc, text, ", that of the baseline %s; lower is better.", cells + 4, 1);
}

/* The same in figures that other models are told by. */
static void say_others(struct build *b, struct node *text, struct place best)
{
	struct cell r2 = place_num(best, CELL_PERCENT, "scores.r2.value"), area = place_num(best, CELL_PERCENT, "scores.roc_auc.value");
	if (r2.num > 0)
		doc_runs(b->doc, text, " It explains %s of the variation.", &r2, 1);
	if (!isnan(area.num))
		doc_runs(b->doc, text, " Of two rows with different outcomes it ranks the right one higher in %s of cases; guessing would in "
			"half of them.", &area, 1);
}

/* Those that cannot be told from the best; the simplest of them comes first among the candidates. */
static void say_rivals(struct build *b, struct node *text, struct place candidates, const char *best)
{
	enum { NAMED = 3 };
	struct cell names[NAMED];
	size_t n = 0, of = json_array_size(candidates.v);
	for (size_t i = 0; i < of; i++) {
		struct place c = place_item(candidates, i);
		double p = json_num(c.v, "p_best", NAN);
		if (strcmp(json_text(c.v, "name", ""), best) == 0 || place_is(c, "kind", "baseline") || !(p >= CHANCE))
			continue;
		if (n < NAMED)
			names[n] = place_text(c, "name");
		n++;
	}
	if (n == 0)
		return;
	static const char *const lists[] = { " The lead of the best over %s", " The lead of the best over %s and %s",
		" The lead of the best over %s, %s and %s" };
	doc_runs(b->doc, text, lists[n < NAMED ? n - 1 : NAMED - 1], names, n < NAMED ? n : NAMED);
	if (n > NAMED) {
		struct cell more = build_count((double)(n - NAMED));
		doc_runs(b->doc, text, " (and %s more)", &more, 1);
	}
	doc_runs(b->doc, text, " may be chance.", NULL, 0);
}

/* The best score and the model that is kept are not always of one candidate. */
static void say_choice(struct build *b, struct node *text, struct place kept, struct place best)
{
	const char *metric = json_text(b->modeling.v, "metric", "");
	struct cell cells[] = { place_text(best, "name"),
		place_num(place_at(place_at(best, "scores"), metric), CELL_SCORE, "value") };
	if (best.v && kept.v != best.v)
		doc_runs(b->doc, text, " The best score, %s with %s, is ahead by less than its standard error, so the simpler "
			"model is kept.", cells, 2);
}

static void say_kept(struct build *b, struct node *section, struct place kept, struct place base, struct place best)
{
	struct place candidates = place_at(b->modeling, "candidates");
	double rivals = (double)json_array_size(candidates.v) - 1;
	struct cell cells[] = { place_text(kept, "name"), place_num(kept, CELL_P_VALUE, "p_baseline"), build_count(rivals) };
	struct node *text = doc_text(b->doc, section, rivals > 1
		? "%s is kept. It is better than the baseline beyond chance (p = %s, the choice among %s models allowed for)."
		: "%s is kept. It is better than the baseline beyond chance (p = %s).", cells, rivals > 1 ? 3 : 2);
	if (build_is_exact(b))
		return;
	say_score(b, text, kept, base);
	say_others(b, text, kept);
	say_choice(b, text, kept, best);
	say_rivals(b, text, candidates, json_text(kept.v, "name", ""));
}

/* How near the best attempt came. */
static void say_attempt(struct build *b, struct node *section, struct place best, struct place base)
{
	const char *metric = json_text(b->modeling.v, "metric", "");
	struct place score = place_at(place_at(best, "scores"), metric);
	struct place floor = place_at(place_at(base, "scores"), metric);
	struct cell cells[] = { place_text(best, "name"), cell_text(title_of_score(metric)),
		place_num(score, CELL_SCORE, "value"), place_num(floor, CELL_SCORE, "value"), place_num(best, CELL_P_VALUE, "p_baseline") };
	if (!best.v || !base.v)
		return;
	if (place_is(best, "kind", "baseline"))
		doc_text(b->doc, section, "The baseline itself, with %s %s, is the best of all.", cells + 1, 2);
	else if (strcmp(doc_cell(b->doc, cells + 2), doc_cell(b->doc, cells + 3)) == 0)
		doc_text(b->doc, section, "The best attempt, %s, has the same %s as the baseline, %s.", cells, 3);
	else if (isnan(cells[4].num))
		doc_text(b->doc, section, "The best attempt, %s, reaches %s %s, the baseline %s.", cells, 4);
	else
		doc_text(b->doc, section, "The best attempt, %s, reaches %s %s, the baseline %s: a lead that one of so many models has by chance "
			"often enough (p = %s).", cells, 5);
}

void build_model_evidence(struct build *b, struct node *section)
{
	struct place candidates = place_at(b->modeling, "candidates"), base = build_candidate(candidates, "kind", "baseline");
	struct place best = build_candidate(candidates, "name", json_text(b->modeling.v, "best", NULL));
	if (build_is_useful(b))
		say_kept(b, section, build_kept(b), base, best);
	else
		say_attempt(b, section, best, base);
}
