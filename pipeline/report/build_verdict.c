/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the models come to, in plain words. The words follow the evidence: better than the baseline is
 * said only when the paired comparison over the folds puts it beyond chance.
 */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static const double CHANCE = 0.05;

static struct place candidate_named(struct place candidates, const char *key, const char *value)
{
	for (size_t i = 0; value && i < json_array_size(candidates.v); i++) {
		struct place c = place_item(candidates, i);
		if (strcmp(json_text(c.v, key, ""), value) == 0)
			return c;
	}
	return place_item(candidates, json_array_size(candidates.v));
}

static void say_question(struct build *b, struct node *parent)
{
	double classes = (double)json_count(b->modeling.v, "classes");
	struct cell cells[] = { place_code(b->modeling, "target"), build_count(classes) };
	doc_text(b->doc, parent, classes > 0 ? "Question: can %s (%s classes) be predicted from the other columns?"
		: "Question: can %s, a number, be predicted from the other columns?", cells, 2);
}

/* The score that needs no statistics, in the same breath for model and baseline. */
static void say_plainly(struct build *b, struct node *text, struct place best, struct place base)
{
	struct cell right[] = { place_num(best, CELL_PERCENT, "scores.accuracy.value"),
		place_num(base, CELL_PERCENT, "scores.accuracy.value") };
	if (!isnan(right[0].num) && !isnan(right[1].num)) {
		doc_runs(b->doc, text, " It names the right class for %s of the rows, the baseline for %s.", right, 2);
		return;
	}
	struct cell explained = place_num(best, CELL_PERCENT, "scores.r2.value");
	if (!isnan(explained.num) && explained.num > 0)
		doc_runs(b->doc, text, " It explains %s of the variation.", &explained, 1);
}

static void say_rivals(struct build *b, struct node *text, struct place candidates, const char *best)
{
	for (size_t i = 0; i < json_array_size(candidates.v); i++) {
		struct place c = place_item(candidates, i);
		const char *name = json_text(c.v, "name", "");
		struct cell cells[] = { cell_text(name), place_num(c, CELL_P_VALUE, "versus_best.p") };
		if (strcmp(name, best) == 0 || strcmp(json_text(c.v, "kind", ""), "baseline") == 0 ||
				isnan(cells[1].num))
			continue;
		doc_runs(b->doc, text, cells[1].num < CHANCE ? " %s is worse, beyond chance (p = %s)."
			: " %s does as well within chance (p = %s).", cells, 2);
	}
}

static void say_drivers(struct build *b, struct node *text)
{
	struct place features = place_at(b->modeling, "importance.features");
	size_t n = 0;
	while (n < 3 && n < json_array_size(features.v) && json_num(place_item(features, n).v, "lo", 0) > 0)
		n++;
	for (size_t i = 0; i < n; i++) {
		struct cell name = place_code(place_item(features, i), "name");
		doc_runs(b->doc, text, i == 0 ? " It relies most on %s" : i + 1 < n ? ", %s" : " and %s", &name, 1);
	}
	if (n > 0)
		doc_runs(b->doc, text, ".", NULL, 0);
}

static void say_useful(struct build *b, struct node *parent, struct place best, struct place base)
{
	const char *metric = json_text(b->modeling.v, "metric", "");
	struct place score = place_at(place_at(best, "scores"), metric);
	struct place floor = place_at(place_at(base, "scores"), metric);
	double p = json_num(best.v, "versus_baseline.p", NAN);
	bool lower = json_flag(b->modeling.v, "lower_is_better", true);
	struct cell cells[] = { place_text(best, "name"), place_code(b->modeling, "target"),
		cell_text(score_title(metric)), place_num(score, CELL_SCORE, "value"),
		place_num(score, CELL_SCORE, "lo"), place_num(score, CELL_SCORE, "hi"),
		place_num(floor, CELL_SCORE, "value"), cell_text(lower ? "lower" : "higher") };
	struct node *text = doc_text(b->doc, parent, p < CHANCE
		? "%s predicts %s better than the baseline: on rows that it had not seen its %s is %s (95 %% interval "
		"%s to %s), that of the baseline %s; %s is better."
		: "%s scores better on %s than the baseline, but that may be chance: on rows that it had not seen its "
		"%s is %s (95 %% interval %s to %s), that of the baseline %s; %s is better.", cells, COUNTOF(cells));
	struct cell chance = place_num(best, CELL_P_VALUE, "versus_baseline.p");
	if (!isnan(p))
		doc_runs(b->doc, text, p < CHANCE ? " The difference is beyond chance (p = %s)." : " (p = %s).", &chance, 1);
	say_plainly(b, text, best, base);
	say_rivals(b, text, place_at(b->modeling, "candidates"), json_text(best.v, "name", ""));
	say_drivers(b, text);
	build_say(b, parent, "This says what can be predicted in data gathered like this. It does not say what "
		"causes what.");
}

static void say_none(struct build *b, struct node *parent, struct place best, struct place base)
{
	struct cell target = place_code(b->modeling, "target");
	struct node *text = doc_text(b->doc, parent, "No model is warranted: none predicts %s better than the baseline "
		"beyond chance.", &target, 1);
	const char *metric = json_text(b->modeling.v, "metric", "");
	struct place score = place_at(place_at(best, "scores"), metric);
	struct place floor = place_at(place_at(base, "scores"), metric);
	struct cell cells[] = { place_text(best, "name"), cell_text(score_title(metric)),
		place_num(score, CELL_SCORE, "value"), place_num(floor, CELL_SCORE, "value") };
	bool baseline_won = strcmp(json_text(best.v, "kind", ""), "baseline") == 0;
	if (best.v && base.v && !baseline_won)
		doc_runs(b->doc, text, " The best attempt, %s, has a %s of %s, the baseline %s.", cells, 4);
	struct cell p = place_num(best, CELL_P_VALUE, "versus_baseline.p");
	if (!isnan(p.num) && !baseline_won)
		doc_runs(b->doc, text, " A difference like that can be chance (p = %s).", &p, 1);
	doc_runs(b->doc, text, " Do not base decisions on these models.", NULL, 0);
}

void build_conclusion(struct build *b, struct node *parent)
{
	struct place m = b->modeling;
	if (strcmp(json_text(m.v, "status", "skipped"), "fitted") != 0) {
		struct cell reason = cell_text(json_text(m.v, "reason", "no reason was recorded"));
		doc_text(b->doc, parent, "No model was fitted: %s.", &reason, 1);
		return;
	}
	struct place candidates = place_at(m, "candidates");
	struct place best = candidate_named(candidates, "name", json_text(m.v, "best", NULL));
	struct place base = candidate_named(candidates, "kind", "baseline");
	say_question(b, parent);
	if (strcmp(json_text(m.v, "verdict", ""), "useful") == 0 && best.v && base.v)
		say_useful(b, parent, best, base);
	else
		say_none(b, parent, best, base);
}
