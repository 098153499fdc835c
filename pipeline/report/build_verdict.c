/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the models come to, in plain words. The words follow the evidence: better than the
 * baseline is said only when the paired comparison over the folds puts it beyond chance.
 */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static const double CHANCE = 0.05, PERFECT = 0.995;

bool build_is_verdict(struct place finding)
{
	const char *code = json_text(finding.v, "code", "");
	return strcmp(code, "model_useful") == 0 || strcmp(code, "no_model") == 0;
}

struct place build_candidate(struct place candidates, const char *key, const char *value)
{
	for (size_t i = 0; value && i < json_array_size(candidates.v); i++) {
		struct place c = place_item(candidates, i);
		if (strcmp(json_text(c.v, key, ""), value) == 0)
			return c;
	}
	return place_item(candidates, json_array_size(candidates.v));
}

static bool target_is_assumed(const struct build *b)
{
	const json_t *questions = json_at(b->clarify.v, "questions");
	for (size_t i = 0; i < json_array_size(questions); i++) {
		const json_t *q = json_array_get(questions, i);
		if (strcmp(json_text(q, "key", ""), "target") == 0)
			return strcmp(json_text(q, "source", ""), "assumed") == 0;
	}
	return false;
}

static void say_question(struct build *b, struct node *parent)
{
	double classes = (double)json_count(b->modeling.v, "classes");
	struct cell cells[] = { place_code(b->modeling, "target"), build_count(classes) };
	struct node *text = doc_text(b->doc, parent, classes > 0
		? "Question: can %s (%s classes) be predicted from the other columns?"
		: "Question: can %s, a number, be predicted from the other columns?", cells, 2);
	if (target_is_assumed(b))
		doc_runs(b->doc, text,
			" Nobody named a column to predict; this one looked like an outcome.", NULL,
			0);
}

/* First what needs no statistics, in the same breath for model and baseline. */
static void say_plainly(struct build *b, struct node *text, struct place best, struct place base)
{
	struct cell right[] = { place_num(best, CELL_PERCENT, "scores.accuracy.value"),
		place_num(base, CELL_PERCENT, "scores.accuracy.value") };
	struct cell off[] = { place_num(best, CELL_SCORE, "scores.mae.value"),
		place_num(base, CELL_SCORE, "scores.mae.value"),
		place_num(best, CELL_PERCENT, "scores.r2.value") };
	if (right[0].num <= right[1].num)
		doc_runs(b->doc, text,
			" It names the right class no more often (%s of rows that it had not "
			"seen, the baseline %s), but its probabilities are closer.",
			right, 2);
	else if (!isnan(right[0].num) && !isnan(right[1].num))
		doc_runs(b->doc, text,
			" On rows that it had not seen it names the right class for %s, where "
			"the baseline, which knows no other column, does for %s.",
			right, 2);
	else if (!isnan(off[0].num) && !isnan(off[1].num))
		doc_runs(b->doc, text,
			off[2].num > 0
				? " On rows that it had not seen it is off by %s on average, "
				"where the baseline, which knows no other column, is off by %s; "
				"it explains %s of the variation."
				: " On rows that it had not seen it is off by %s on average, "
				"where the baseline, which knows no other column, is off by %s.",
			off, off[2].num > 0 ? 3 : 2);
}

/* The score by which models were compared. */
static void say_score(struct build *b, struct node *text, struct place best, struct place base)
{
	const char *metric = json_text(b->modeling.v, "metric", "");
	struct place score = place_at(place_at(best, "scores"), metric);
	struct place floor = place_at(place_at(base, "scores"), metric);
	bool lower = json_flag(b->modeling.v, "lower_is_better", true);
	struct cell cells[] = { cell_text(title_of_score(metric)),
		place_num(score, CELL_SCORE, "value"), place_num(score, CELL_SCORE, "lo"),
		place_num(score, CELL_SCORE, "hi"), place_num(floor, CELL_SCORE, "value"),
		cell_text(lower ? "lower" : "higher") };
	doc_runs(b->doc, text,
		" Its %s is %s (95 %% interval %s to %s), that of the baseline %s; %s is better.",
		cells, COUNTOF(cells));
}

static void say_rivals(
	struct build *b, struct node *text, struct place candidates, const char *best)
{
	for (size_t i = 0; i < json_array_size(candidates.v); i++) {
		struct place c = place_item(candidates, i);
		const char *name = json_text(c.v, "name", "");
		struct cell cells[] = { cell_text(name),
			place_num(c, CELL_P_VALUE, "versus_best.p") };
		if (strcmp(name, best) == 0 ||
			place_is(c, "kind", "baseline") || isnan(cells[1].num))
			continue;
		doc_runs(b->doc, text,
			cells[1].num < CHANCE ? " %s is worse, beyond chance (p = %s)."
				: " %s does as well within chance (p = %s).",
			cells, 2);
	}
}

static void say_drivers(struct build *b, struct node *text)
{
	struct place features = place_at(b->modeling, "importance.features");
	size_t n = 0;
	while (n < 3 && n < json_array_size(features.v) &&
		json_num(place_item(features, n).v, "lo", 0) > 0)
		n++;
	for (size_t i = 0; i < n; i++) {
		struct cell name = place_code(place_item(features, i), "name");
		const char *fmt = i == 0 ? " It relies most on %s" : i + 1 < n ? ", %s" : " and %s";
		doc_runs(b->doc, text, fmt, &name, 1);
	}
	if (n > 0)
		doc_runs(b->doc, text, ".", NULL, 0);
}

/* What is nearly the target itself explains nothing. */
static void say_suspects(struct build *b, struct node *parent, struct place best)
{
	struct place findings = place_at(b->modeling, "findings");
	struct node *text = NULL;
	for (size_t i = 0; i < json_array_size(findings.v); i++) {
		struct place f = place_item(findings, i);
		struct cell column = place_code(f, "columns.0");
		if (!place_is(f, "code", "leakage_suspect") || !column.text)
			continue;
		if (text)
			doc_runs(b->doc, text, ", %s", &column, 1);
		else
			text = doc_text(b->doc, parent,
				"Too good to be true? Almost the target itself: %s", &column, 1);
	}
	if (text) {
		doc_runs(b->doc, text,
			". If that is known only together with the outcome, these scores mean "
			"nothing.",
			NULL, 0);
		return;
	}
	struct cell top = place_code(place_at(b->modeling, "importance.features.0"), "name");
	double r2 = json_num(best.v, "scores.r2.value", 0);
	double right = json_num(best.v, "scores.accuracy.value", 0);
	if (top.text && (r2 > PERFECT || right > PERFECT))
		doc_text(b->doc, parent,
			"A score this good deserves suspicion: make sure that %s is known before "
			"the outcome is, and not made from it.",
			&top, 1);
}

static void say_useful(struct build *b, struct node *parent, struct place best, struct place base)
{
	double p = json_num(best.v, "versus_baseline.p", NAN);
	struct cell cells[] = { place_text(best, "name"), place_code(b->modeling, "target"),
		place_num(best, CELL_P_VALUE, "versus_baseline.p") };
	struct node *text = doc_text(b->doc, parent,
		p < CHANCE
			? "Yes: %s predicts %s better than the baseline, beyond chance (p = %s)."
			: "%s scores better on %s than the baseline, but that may be chance (p = "
			"%s).",
		cells, COUNTOF(cells));
	say_plainly(b, text, best, base);
	say_score(b, text, best, base);
	say_rivals(b, text, place_at(b->modeling, "candidates"), json_text(best.v, "name", ""));
	say_drivers(b, text);
	say_suspects(b, parent, best);
	build_say(b, parent,
		"This says what can be predicted in data gathered like this. It does not say "
		"what causes what.");
}

static void say_none(struct build *b, struct node *parent, struct place best, struct place base)
{
	struct cell target = place_code(b->modeling, "target");
	struct node *text = doc_text(b->doc, parent,
		"No: no model is warranted, for none predicts %s better than the "
		"baseline beyond chance.",
		&target, 1);
	const char *metric = json_text(b->modeling.v, "metric", "");
	struct place score = place_at(place_at(best, "scores"), metric);
	struct place floor = place_at(place_at(base, "scores"), metric);
	struct cell cells[] = { place_text(best, "name"), cell_text(title_of_score(metric)),
		place_num(score, CELL_SCORE, "value"), place_num(floor, CELL_SCORE, "value") };
	bool baseline_won = place_is(best, "kind", "baseline");
	if (best.v && base.v && !baseline_won)
		doc_runs(b->doc, text, " The best attempt, %s, reaches %s %s, the baseline %s.",
			cells, 4);
	struct cell p = place_num(best, CELL_P_VALUE, "versus_baseline.p");
	double error = json_num(score.v, "value", NAN), plain = json_num(floor.v, "value", NAN);
	bool lower = strcmp(metric, "rmse") == 0 || strcmp(metric, "log_loss") == 0;
	if (lower && error < (1 - PERFECT) * plain)
		doc_runs(b->doc, text,
			" It errs next to nothing: another column seems to hold the target itself. "
			"Exclude it under modeling.exclude and run again.", NULL, 0);
	else if (!isnan(p.num) && !baseline_won)
		doc_runs(b->doc, text, " A difference like that can be chance (p = %s).", &p, 1);
	doc_runs(b->doc, text, " Do not base decisions on these models.", NULL, 0);
}

void build_conclusion(struct build *b, struct node *parent)
{
	struct place m = b->modeling;
	if (!place_is(m, "status", "fitted")) {
		struct cell reason = cell_text(json_text(m.v, "reason", "no reason was recorded"));
		doc_text(b->doc, parent, "No model was fitted: %s.", &reason, 1);
		return;
	}
	struct place candidates = place_at(m, "candidates");
	struct place best = build_candidate(candidates, "name", json_text(m.v, "best", NULL));
	struct place base = build_candidate(candidates, "kind", "baseline");
	say_question(b, parent);
	if (place_is(m, "verdict", "useful") && best.v && base.v)
		say_useful(b, parent, best, base);
	else
		say_none(b, parent, best, base);
}
