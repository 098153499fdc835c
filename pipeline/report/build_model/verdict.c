/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the models come to, for a reader with one minute: whether the question can be answered, how well in
 * units that need no statistics, what the answer rests on, and how far to trust it. The words follow the
 * evidence: better than the baseline is said only when the paired comparison over the folds puts it beyond
 * chance. That evidence stands with the candidates (build_model/evidence.c).
 */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static const double CHANCE = 0.05;
static const double RARE = 0.2;          /* share of an outcome below which to be right says little */

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

struct place build_kept(const struct build *b)
{
	struct place candidates = place_at(b->modeling, "candidates");
	struct place kept = build_candidate(candidates, "name", json_text(b->modeling.v, "chosen", NULL));
	return kept.v ? kept : build_candidate(candidates, "name", json_text(b->modeling.v, "best", NULL));
}

bool build_is_useful(const struct build *b)
{
	return place_is(b->modeling, "verdict", "useful") && json_num(build_kept(b).v, "p_baseline", 1) < CHANCE &&
		build_candidate(place_at(b->modeling, "candidates"), "kind", "baseline").v;
}

/* Its errors are the rounding of numbers: the target was computed from other columns. */
bool build_is_exact(const struct build *b)
{
	const double ROUNDING = 1e-9;   /* of the error of the baseline */
	struct place base = build_candidate(place_at(b->modeling, "candidates"), "kind", "baseline");
	return json_num(build_kept(b).v, "scores.rmse.value", NAN) < ROUNDING * json_num(base.v, "scores.rmse.value", NAN);
}

/* ---- how well, in plain units ------------------------------------------------------------------ */

/* " mm", or nothing. */
struct cell build_target_unit(struct build *b)
{
	int64_t at = build_column(b, json_text(b->modeling.v, "target", NULL));
	const char *unit = at < 0 ? NULL : json_text(place_item(b->columns, (size_t)at).v, "unit", NULL);
	return cell_text(unit ? doc_own(b->doc, arena_printf(b->arena, "\xc2\xa0%s", unit)) : "");
}

static void say_exact(struct build *b, struct node *text, struct place base)
{
	struct cell cells[] = { place_num(base, CELL_SCORE, "scores.mae.value"), build_target_unit(b) };
	doc_runs(b->doc, text, " It is exact: on rows that it had not seen it is off by no more than the rounding of numbers, a guess "
		"without other columns by %s%s on average. So the target was computed from them.", cells, 2);
}

static void say_off(struct build *b, struct node *text, struct place best, struct place base)
{
	struct cell unit = build_target_unit(b);
	struct cell cells[] = { place_text(best, "name"), place_num(best, CELL_SCORE, "scores.mae.value"), unit,
		place_num(base, CELL_SCORE, "scores.mae.value"), unit };
	if (isnan(cells[1].num) || isnan(cells[3].num))
		return;
	doc_runs(b->doc, text, cells[1].num < cells[3].num
		? " On rows that it had not seen, the model that is kept (%s) is off by %s%s on average; a guess without other columns is off by %s%s."
		: " On rows that it had not seen, %s is off by %s%s on average, no less than a guess without other columns (%s%s), but makes "
		"fewer large errors.", cells, 5);
}

static bool say_right(struct build *b, struct node *text, struct place best, struct place base)
{
	struct cell cells[] = { place_text(best, "name"), place_num(best, CELL_PERCENT, "scores.accuracy.value"),
		place_num(base, CELL_PERCENT, "scores.accuracy.value") };
	if (isnan(cells[1].num) || isnan(cells[2].num))
		return false;
	doc_runs(b->doc, text, cells[1].num > cells[2].num
		? " On rows that it had not seen, %s names the right class for %s; always naming the most frequent one is right for %s."
		: " On rows that it had not seen, %s names the right class no more often (for %s) than one who always names the most frequent "
		"(%s), but its probabilities are closer.", cells, 3);
	return true;
}

/* Where one outcome is rare, whoever never expects it is right nearly always: what counts is how many are found. */
static bool say_found(struct build *b, struct node *text, struct place best)
{
	struct place cuts = place_at(b->modeling, "judgement.thresholds.cuts"), cut = place_item(cuts, 0);
	const char *rule = json_text(b->modeling.v, "card.threshold.rule", "half");
	for (size_t i = 0; i < json_array_size(cuts.v); i++)
		if (place_is(place_item(cuts, i), "rule", rule))
			cut = place_item(cuts, i);
	double found = json_num(cut.v, "tp", NAN), missed = json_num(cut.v, "fn", NAN), wrong = json_num(cut.v, "fp", NAN);
	double all = found + missed, alarms = found + wrong, rows = all + wrong + json_num(cut.v, "tn", NAN);
	if (!(all > 0 && all < RARE * rows && alarms > 0))
		return false;
	struct cell cells[] = { build_count(all), place_code(b->modeling, "target"), place_code(b->modeling, "positive"),
		place_text(best, "name"), build_count(alarms), place_num(cut, CELL_COUNT, "tp"),
		cell_num(CELL_MEASURE, round(10 * alarms * all / rows) / 10, NULL) };
	doc_runs(b->doc, text, " There are %s rows with %s = %s. Without having seen them, %s picks out %s rows, %s of them rightly; as many "
		"picked at random would hold %s.", cells, 7);
	return true;
}

static void say_how_well(struct build *b, struct node *text, struct place best, struct place base)
{
	if (build_is_exact(b))
		say_exact(b, text, base);
	else if (!say_found(b, text, best) && !say_right(b, text, best, base))
		say_off(b, text, best, base);
}

/* ---- what it rests on --------------------------------------------------------------------------- */

static void say_drivers(struct build *b, struct node *text)
{
	struct place features = place_at(b->modeling, "importance.features");
	size_t n = 0;
	while (n < 3 && n < json_array_size(features.v) &&
		json_num(place_item(features, n).v, "lo", 0) > 0)
		n++;
	for (size_t i = 0; i < n; i++) {
		struct cell name = place_code(place_item(features, i), "name");
		const char *fmt = i == 0 ? " The model relies most on %s" : i + 1 < n ? ", %s" : " and %s";
		doc_runs(b->doc, text, fmt, &name, 1);
	}
	if (n > 0)
		doc_runs(b->doc, text, n > 1 ? ", which need not be causes." : ", which need not be a cause.", NULL, 0);
}

/* ---- whether to trust it ------------------------------------------------------------------------ */

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

/* What the validation stands for, and what not. */
static const char *reach(const struct build *b)
{
	const char *scheme = json_text(b->modeling.v, "validation.scheme", "");
	if (strstr(scheme, "time-ordered"))
		return " and was gained on rows later than those it learnt from.";
	if (strstr(scheme, "group"))
		return " and should hold for new groups like these.";
	return build_has_dates(b) ? " and should hold for other rows of the same period; of the future it says nothing."
		: " and should hold for new rows like these.";
}

static bool is_found(const struct build *b, const char *code)
{
	for (size_t i = 0; i < b->nopen; i++)
		if (place_is(b->open[i], "code", code))
			return true;
	return false;
}

static void say_trust(struct build *b, struct node *text, struct place best, bool suspect)
{
	struct cell p = place_num(best, CELL_P_VALUE, "p_baseline");
	doc_runs(b->doc, text, " That lead is beyond chance (p = %s)", &p, 1);
	doc_runs(b->doc, text, suspect || is_found(b, "too_good") ? "." : reach(b), NULL, 0);
}

/* No column was found that gives the target away, but one may. */
static void say_doubt(struct build *b, struct node *text)
{
	if (is_found(b, "too_good"))
		doc_runs(b->doc, text, " So few errors are rare: make sure that no column holds the outcome before you believe it.", NULL, 0);
	else if (is_found(b, "one_driver"))
		doc_runs(b->doc, text, " Make sure that this column is known before the outcome is.", NULL, 0);
}

/* ---- the answer -------------------------------------------------------------------------------- */

static struct cell count_of_features(const struct build *b)
{
	return build_count((double)json_count(b->modeling.v, "features"));
}

static struct cell word_of_features(const struct build *b)
{
	return cell_text(plural(count_of_features(b).num, "other column", "other columns"));
}

static void say_useful(struct build *b, struct node *parent, struct place best, struct place base)
{
	struct cell none[1];
	bool suspect = suspects(b, none, 1) > 0;
	struct cell cells[] = { place_code(b->modeling, "target"), count_of_features(b), word_of_features(b) };
	struct node *text = doc_text(b->doc, parent, suspect
		? "Yes, but on paper only until the columns named below are cleared: %s can be predicted from %s %s."
		: "Yes: %s can be predicted from %s %s.", cells, 3);
	say_how_well(b, text, best, base);
	say_trust(b, text, best, suspect);
	say_drivers(b, text);
	if (!suspect)
		say_doubt(b, text);
	say_suspects(b, parent);
}

static void say_none(struct build *b, struct node *parent)
{
	struct cell cells[] = { build_count((double)json_count(b->modeling.v, "candidates") - 1), place_code(b->modeling, "target"),
		count_of_features(b), word_of_features(b) };
	bool one = cells[0].num == 1;
	struct node *text = doc_text(b->doc, parent, one
		? "No: the one model that was tried does not predict %s from %s %s beyond chance."
		: "No: none of %s models predicts %s from %s %s beyond chance.", cells + one, one ? 3 : 4);
	doc_runs(b->doc, text, " What they say is no better than a guess: base no decisions on it. More rows or other columns "
		"may show what these do not.", NULL, 0);
	say_suspects(b, parent);
}

static struct place target_question(const struct build *b)
{
	struct place questions = place_at(b->clarify, "questions");
	for (size_t i = 0; i < json_array_size(questions.v); i++)
		if (place_is(place_item(questions, i), "key", "target"))
			return place_item(questions, i);
	return place_item(questions, json_array_size(questions.v));
}

static void say_assumed(struct build *b, struct node *parent)
{
	struct place asked = target_question(b);
	struct cell cells[] = { place_code(b->modeling, "target"), place_text(asked, "options.0.why") };
	if (!place_is(asked, "source", "assumed"))
		return;
	struct node *text = doc_text(b->doc, parent, cells[1].text
		? "Nobody named a column to predict; %s looked like an outcome (%s)."
		: "Nobody named a column to predict; %s looked like an outcome.", cells, cells[1].text ? 2 : 1);
	doc_runs(b->doc, text, " To choose another, write target: NAME into the manifest.", NULL, 0);
}

void build_conclusion(struct build *b, struct node *parent)
{
	if (!place_is(b->modeling, "status", "fitted")) {
		struct cell reason = cell_text(json_text(b->modeling.v, "reason", "no reason was recorded"));
		struct node *text = doc_text(b->doc, parent, "No model was fitted: %s.", &reason, 1);
		if (place_is(b->modeling, "reason", "no column was named as the target"))
			doc_runs(b->doc, text, " To have one predicted, write target: NAME into the manifest.", NULL, 0);
		return;
	}
	if (build_is_useful(b))
		say_useful(b, parent, build_kept(b), build_candidate(place_at(b->modeling, "candidates"), "kind", "baseline"));
	else
		say_none(b, parent);
	say_assumed(b, parent);
}
