/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the models come to, in plain words. The words follow the evidence: better than the
 * baseline is said only when the paired comparison over the folds puts it beyond chance.
 */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static const double CHANCE = 0.05;

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

/* ---- the question ------------------------------------------------------------------------------ */

static struct place target_question(const struct build *b)
{
	struct place questions = place_at(b->clarify, "questions");
	for (size_t i = 0; i < json_array_size(questions.v); i++)
		if (place_is(place_item(questions, i), "key", "target"))
			return place_item(questions, i);
	return place_item(questions, json_array_size(questions.v));
}

static void say_question(struct build *b, struct node *parent)
{
	double classes = (double)json_count(b->modeling.v, "classes");
	struct cell cells[] = { place_code(b->modeling, "target"),
		build_count((double)json_count(b->modeling.v, "features")), build_count(classes) };
	struct node *text = doc_text(b->doc, parent, classes > 0
		? "Question: can %s be predicted from %s other columns? It has %s classes."
		: "Question: can %s, a number, be predicted from %s other columns?", cells, classes > 0 ? 3 : 2);
	struct place asked = target_question(b);
	if (!place_is(asked, "source", "assumed"))
		return;
	struct cell why = place_text(asked, "options.0.why");
	doc_runs(b->doc, text, why.text ? " Nobody named a column to predict; this one looked like an outcome (%s)."
		: " Nobody named a column to predict; this one looked like an outcome.", &why, why.text ? 1 : 0);
	doc_runs(b->doc, text, " To choose another, write target: NAME into the manifest.", NULL, 0);
}

/* ---- a useful model ---------------------------------------------------------------------------- */

/* Its errors are the rounding of numbers: the target was computed from other columns. */
bool build_is_exact(const struct build *b)
{
	const double ROUNDING = 1e-9;   /* of the error of the baseline */
	struct place candidates = place_at(b->modeling, "candidates");
	struct place kept = build_candidate(candidates, "name", json_text(b->modeling.v, "chosen", NULL));
	struct place base = build_candidate(candidates, "kind", "baseline");
	return json_num(kept.v, "scores.rmse.value", NAN) < ROUNDING * json_num(base.v, "scores.rmse.value", NAN);
}

static void say_exact(struct build *b, struct node *text, struct place base)
{
	struct cell off = place_num(base, CELL_SCORE, "scores.mae.value");
	doc_runs(b->doc, text, " It is exact: on rows that it had not seen it is off by no more than the rounding of numbers, the "
		"baseline, which knows no other column, by %s on average.", &off, 1);
}

/* First what needs no statistics, in the same breath for model and baseline. */
static void say_plainly(struct build *b, struct node *text, struct place best, struct place base)
{
	struct cell right[] = { place_num(best, CELL_PERCENT, "scores.accuracy.value"),
		place_num(base, CELL_PERCENT, "scores.accuracy.value") };
	struct cell off[] = { place_num(best, CELL_SCORE, "scores.mae.value"),
		place_num(base, CELL_SCORE, "scores.mae.value"),
		place_num(best, CELL_PERCENT, "scores.r2.value") };
	if (!isnan(right[0].num) && !isnan(right[1].num))
		doc_runs(b->doc, text, right[0].num <= right[1].num
			? " It names the right class no more often (for %s of the rows that it had not seen, the "
			"baseline for %s), but its probabilities are closer."
			: " On rows that it had not seen it names the right class for %s, the baseline, which knows "
			"no other column, for %s.", right, 2);
	else if (!isnan(off[0].num) && !isnan(off[1].num))
		doc_runs(b->doc, text, off[2].num > 0
			? " On rows that it had not seen it is off by %s on average, the baseline, which knows no "
			"other column, by %s; it explains %s of the variation."
			: " On rows that it had not seen it is off by %s on average, the baseline, which knows no "
			"other column, by %s.", off, off[2].num > 0 ? 3 : 2);
}

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
	struct place auc = place_at(best, "scores.roc_auc");
	struct cell area = place_num(auc, CELL_PERCENT, "value");
	if (!isnan(area.num))
		doc_runs(b->doc, text, " Of two rows with different outcomes it ranks the right one higher in %s of cases.",
			&area, 1);
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

/* Columns that give the target away and were left in. */
static size_t suspects(struct build *b, struct cell *names, size_t most)
{
	struct place leaks = place_at(b->modeling, "leaks");
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(leaks.v); i++) {
		struct place l = place_item(leaks, i);
		if (json_flag(l.v, "excluded", false))
			continue;
		if (n < most)
			names[n] = place_code(l, "name");
		n++;
	}
	return n;
}

/* What the same model comes to without them, on the rows and folds of a trial. */
static void say_without(struct build *b, struct node *text)
{
	struct place actions = place_at(b->modeling, "actions");
	for (size_t i = 0; i < json_array_size(actions.v); i++) {
		struct place e = place_at(place_item(actions, i), "effect");
		const char *metric = json_text(e.v, "metric", "");
		struct cell cells[] = { cell_text(title_of_score(metric)), place_text(e, "model"),
			place_num(place_at(e, "without"), CELL_SCORE, metric),
			place_num(place_at(e, "with"), CELL_SCORE, metric) };
		if (place_is(place_item(actions, i), "action", "drop_leaks") && e.v)
			doc_runs(b->doc, text, " Without, the %s of %s goes from %s to %s.", cells, 4);
	}
}

/* What is nearly the target itself explains nothing. */
static void say_suspects(struct build *b, struct node *parent)
{
	enum { NAMED = 6 };
	struct cell names[NAMED];
	size_t n = suspects(b, names, NAMED);
	if (n == 0)
		return;
	struct node *text = doc_text(b->doc, parent, "Too good to be true? The outcome is given away by %s", names, 1);
	for (size_t i = 1; i < n && i < NAMED; i++)
		doc_runs(b->doc, text, i + 1 < n ? ", %s" : " and %s", names + i, 1);
	if (n > NAMED) {
		struct cell more = build_count((double)(n - NAMED));
		doc_runs(b->doc, text, " and %s more", &more, 1);
	}
	doc_runs(b->doc, text, ": if that is known only together with the outcome, the scores here mean nothing.", NULL, 0);
	say_without(b, text);
}

/* `best`: the model that is kept. */
static void say_useful(struct build *b, struct node *parent, struct place best, struct place base, struct place first)
{
	struct cell none[1];
	bool suspect = suspects(b, none, 1) > 0;
	double rivals = (double)json_count(b->modeling.v, "candidates") - 1;
	struct cell cells[] = { place_text(best, "name"), place_code(b->modeling, "target"),
		place_num(best, CELL_P_VALUE, "p_baseline"), build_count(rivals) };
	struct node *text = doc_text(b->doc, parent, suspect
		? "Yes, but on paper only until the columns named below are cleared: %s predicts %s better than the baseline, "
		"beyond chance (p = %s"
		: "Yes: %s predicts %s better than the baseline, beyond chance (p = %s", cells, 3);
	doc_runs(b->doc, text, rivals > 1 ? ", the choice among %s models allowed for)." : ").", cells + 3, rivals > 1 ? 1 : 0);
	if (build_is_exact(b)) {
		say_exact(b, text, base);
	} else {
		say_plainly(b, text, best, base);
		say_score(b, text, best, base);
	}
	say_choice(b, text, best, first);
	say_rivals(b, text, place_at(b->modeling, "candidates"), json_text(best.v, "name", ""));
	say_drivers(b, text);
	say_suspects(b, parent);
}

/* ---- none -------------------------------------------------------------------------------------- */

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
	bool equal = strcmp(doc_cell(b->doc, cells + 2), doc_cell(b->doc, cells + 3)) == 0;
	if (baseline_won)
		doc_runs(b->doc, text, " The baseline itself, with %s %s, is the best of all.", cells + 1, 2);
	else if (best.v && base.v)
		doc_runs(b->doc, text, equal ? " The best attempt, %s, has the same %s, %s."
			: " The best attempt, %s, reaches %s %s, the baseline %s.", cells, equal ? 3 : 4);
	struct cell p[] = { place_num(best, CELL_P_VALUE, "p_baseline"),
		build_count((double)json_count(b->modeling.v, "candidates") - 1) };
	if (!isnan(p[0].num) && !baseline_won && !equal)
		doc_runs(b->doc, text, " The best of %s attempts is so far ahead by chance often enough (p = %s).",
			(struct cell[]){ p[1], p[0] }, 2);
	doc_runs(b->doc, text, " Do not base decisions on these models.", NULL, 0);
	say_suspects(b, parent);
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
	struct place kept = build_candidate(candidates, "name", json_text(m.v, "chosen", NULL));
	struct place base = build_candidate(candidates, "kind", "baseline");
	say_question(b, parent);
	kept = kept.v ? kept : best;
	if (place_is(m, "verdict", "useful") && base.v && json_num(kept.v, "p_baseline", 1) < CHANCE)
		say_useful(b, parent, kept, base, best);
	else
		say_none(b, parent, best, base);
}
