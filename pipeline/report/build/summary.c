/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The summary: what a reader with one minute needs. What the data is, whether it can be relied
 * on, the findings that matter most with what to do, the key figures, and what the models come
 * to.
 */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

enum { MATTERS = 5, NAMED = 3 };

/* ---- what this is ---------------------------------------------------------------------------- */

/* " (4 numeric, 3 categories and 1 date).": the kinds that occur. */
static void say_types(struct build *b, struct node *text, struct place types)
{
	static const struct {
		const char *key, *one, *many;
	} kinds[] = { { "numeric", "%s numeric", "%s numeric" }, { "category", "%s category", "%s categories" },
		{ "boolean", "%s yes/no column", "%s yes/no columns" }, { "datetime", "%s date", "%s dates" },
		{ "time", "%s time of day", "%s times of day" },
		{ "duration", "%s duration", "%s durations" },
		{ "text", "%s free text", "%s free texts" },
		{ "identifier", "%s identifier", "%s identifiers" },
		{ "constant", "%s constant", "%s constants" }, { "empty", "%s empty", "%s empty" } };
	size_t left = 0, said = 0;
	for (size_t i = 0; i < COUNTOF(kinds); i++)
		left += json_num(types.v, kinds[i].key, 0) > 0;
	for (size_t i = 0; i < COUNTOF(kinds); i++) {
		double n = json_num(types.v, kinds[i].key, 0);
		if (n == 0)
			continue;
		struct cell count = place_num(types, CELL_COUNT, kinds[i].key);
		left--;
		doc_runs(b->doc, text, said++ == 0 ? " (" : left == 0 ? " and " : ", ", NULL, 0);
		doc_runs(b->doc, text, plural(n, kinds[i].one, kinds[i].many), &count, 1);
	}
	doc_runs(b->doc, text, said ? ")." : ".", NULL, 0);
}

/* The time column of the clarify step, else the first column of dates. */
static struct place time_column(const struct build *b)
{
	int64_t at = build_column(b, json_text(b->clarify.v, "time", NULL));
	for (size_t i = 0; at < 0 && i < b->ncolumns; i++)
		if (place_is(place_item(b->columns, i), "type", "datetime"))
			at = (int64_t)i;
	return place_item(b->columns, at < 0 ? b->ncolumns : (size_t)at);
}

static void say_what(struct build *b, struct node *section)
{
	struct place set = place_at(b->eda, "dataset");
	const char *description = json_text(b->manifest.v, "description", NULL);
	if (description)
		build_say(b, section, doc_own(b->doc, description));
	struct cell cells[] = { cell_code(b->doc->input_name), place_num(set, CELL_COUNT, "rows"),
		cell_text(plural(json_num(set.v, "rows", 0), "row", "rows")),
		place_num(set, CELL_COUNT, "columns"),
		cell_text(plural(json_num(set.v, "columns", 0), "column", "columns")) };
	struct node *text = doc_text(
		b->doc, section, "This report describes %s: %s %s and %s %s", cells, 5);
	say_types(b, text, place_at(set, "types"));

	struct place column = time_column(b);
	struct place time = place_at(column, "datetime");
	if (time.v && json_text(time.v, "min", NULL)) {
		struct cell period[] = { place_code(column, "name"), place_date(time, "min"),
			place_date(time, "max") };
		doc_runs(b->doc, text, " The dates in %s run from %s to %s.", period, 3);
	}
}

static void say_complete(struct build *b, struct node *section)
{
	struct place set = place_at(b->eda, "dataset");
	double rows = json_num(set.v, "rows", 0), missing = json_num(set.v, "missing_cells", NAN);
	double repeated = json_num(set.v, "duplicate_rows", NAN);
	if (rows == 0 || isnan(missing))
		return;
	struct node *text;
	if (missing == 0) {
		text = doc_text(b->doc, section, "Every cell is filled.", NULL, 0);
	} else {
		struct cell cells[] = { place_num(set, CELL_PERCENT, "missing_share"),
			place_num(set, CELL_COUNT, "complete_rows"),
			place_num(set, CELL_COUNT, "rows") };
		text = doc_text(b->doc, section, cells[1].num == 0 ? "%s of all cells are empty; no row is complete."
			: "%s of all cells are empty; %s of %s rows are complete.", cells, cells[1].num == 0 ? 1 : 3);
	}
	struct cell cells[] = { place_num(set, CELL_COUNT, "duplicate_rows"),
		cell_text(plural(repeated, "row repeats", "rows repeat")) };
	if (repeated == 0)
		doc_runs(b->doc, text, " No row repeats another.", NULL, 0);
	else if (!isnan(repeated))
		doc_runs(b->doc, text, " %s %s an earlier row.", cells, 2);
}

/* "flipper_length_mm (Pearson correlation +0.87)" */
static void say_strength(struct build *b, struct node *text, const char *fmt, struct place p, const char *name)
{
	const char *measure;
	struct cell strength = build_strength(p, "value", &measure);
	struct cell cells[] = { place_code(p, name), cell_text(title_of_measure(measure)), strength };
	doc_runs(b->doc, text, fmt, cells, 3);
}

static bool beyond_chance(struct place relation)
{
	return json_num(relation.v, "p_adjusted", 1) <= 0.05;
}

/* What goes most closely with the target, or, without one, the closest pair. */
static void say_relations(struct build *b, struct node *section)
{
	struct place target = place_at(b->eda, "associations.target");
	struct place features = place_at(target, "features");
	size_t n = json_array_size(features.v);
	struct cell name = place_code(target, "name");
	if (n > 0 && name.text) {
		if (!beyond_chance(place_item(features, 0))) {
			doc_text(b->doc, section, "No column is related to %s beyond chance.", &name, 1);
			return;
		}
		struct node *text = doc_text(
			b->doc, section, "Most closely related to %s: ", &name, 1);
		for (size_t i = 0; i < n && i < NAMED; i++) {
			struct place f = place_item(features, i);
			if (!beyond_chance(f))
				break;
			say_strength(b, text, i ? ", %s (%s %s)" : "%s (%s %s)", f, "name");
		}
		doc_runs(b->doc, text, ".", NULL, 0);
		return;
	}
	struct place pair = place_at(b->eda, "associations.pairs.0");
	struct cell a = place_code(pair, "a");
	if (a.text && !beyond_chance(pair))
		build_say(b, section, "No two columns are related beyond chance.");
	else if (a.text)
		say_strength(b, doc_text(b->doc, section, "Of all pairs of columns %s and ", &a, 1),
			"%s are related most closely (%s %s).", pair, "b");
}

/* ---- can it be relied on --------------------------------------------------------------------- */

static void say_accepted(struct build *b, struct node *text)
{
	struct cell n = place_num(b->findings, CELL_COUNT, "accepted");
	if (n.num > 0)
		doc_runs(b->doc, text, n.num == 1
			? " %s finding is known and accepted; it stands under Accepted findings."
			: " %s findings are known and accepted; they stand under Accepted findings.",
			&n, 1);
}

static void say_assessment(struct build *b, struct node *section)
{
	static const struct {
		enum finding_level level;
		const char *one, *many;
	} verdicts[] = {
		{ FINDING_ERROR,
			"Assessment: not fit for use as it is. %s error must be put right first.",
			"Assessment: not fit for use as it is. %s errors must be put right first." },
		{ FINDING_WARNING,
			"Assessment: usable with care. %s warning should be settled before decisions "
			"rest on this report.",
			"Assessment: usable with care. %s warnings should be settled before decisions "
			"rest on this report." },
		{ FINDING_NOTICE,
			"Assessment: in good order. There are no warnings, but %s point to know before "
			"use.",
			"Assessment: in good order. There are no warnings, but %s points to know before "
			"use." },
	};
	for (size_t i = 0; i < COUNTOF(verdicts); i++) {
		struct cell n = build_points(b, verdicts[i].level);
		if (n.num > 0) {
			say_accepted(b, doc_text(b->doc, section,
				plural(n.num, verdicts[i].one, verdicts[i].many), &n, 1));
			return;
		}
	}
	say_accepted(b, doc_text(b->doc, section,
		"Assessment: in good order. None of the checks found anything that stands in the "
		"way of using this data.", NULL, 0));
}

/* ---- what matters most ----------------------------------------------------------------------- */

static void add_matters(struct build *b, struct node *section)
{
	size_t n = 0;
	struct place *list = arena_calloc(b->arena, b->nroots + 1, sizeof *list);
	/* how a model was fitted matters only where nothing else does */
	for (int technical = 0; technical < 2 && n == 0; technical++)
		for (size_t i = 0; i < b->nroots; i++)
			if (!place_is(b->roots[i], "level", "info") && finding_is_technical(b->roots[i].v) == technical)
				list[n++] = b->roots[i];
	if (n == 0)
		return;
	struct node *matters = doc_section(b->doc, section, "matters", "What matters most");
	size_t told = build_finding_groups(b, matters, list, n, MATTERS, NAMED);
	/* a reader who counts them in the chapter comes to the same number */
	double all = 0;
	for (int level = FINDING_NOTICE; level <= FINDING_ERROR; level++)
		all += build_points(b, (enum finding_level)level).num;
	double left = all - (double)told;
	struct cell remarks = build_points(b, FINDING_INFO);
	struct cell more[] = { build_count(left),
		cell_text(plural(left, "point is", "points are")), remarks,
		cell_text(plural(remarks.num, "remark", "remarks")) };
	if (left > 0 && remarks.num > 0)
		doc_note(b->doc, matters, "%s more %s listed under All findings, beside %s %s.", more, 4);
	else if (left > 0)
		doc_note(b->doc, matters, "%s more %s listed under All findings.", more, 2);
}

/* ---- key figures ----------------------------------------------------------------------------- */

/* The score of the best model that needs no statistics to be read; none when no model is
 * warranted, or when the baseline is as often right, or nearly always. */
static void add_score_figure(struct build *b, struct node *figures)
{
	const double NEARLY_ALWAYS = 0.8;
	static const struct {
		const char *path, *label;
	} readable[] = { { "scores.r2.value", "Variation the model explains" },
		{ "scores.accuracy.value", "Best model is right" } };
	if (!build_is_useful(b))
		return;
	struct place best = build_kept(b);
	struct place base = build_candidate(place_at(b->modeling, "candidates"), "kind", "baseline");
	for (size_t k = 0; k < COUNTOF(readable); k++) {
		struct cell share = place_num(best, CELL_PERCENT, readable[k].path);
		double without = json_num(base.v, readable[k].path, -INFINITY);
		if (share.num > without && without < NEARLY_ALWAYS)
			doc_figure(b->doc, figures, readable[k].label, share);
	}
}

static void add_figures(struct build *b, struct node *section)
{
	struct place set = place_at(b->eda, "dataset");
	struct node *figures = doc_add(b->doc, section, NODE_FIGURES);
	doc_figure(b->doc, figures, "Rows", place_num(set, CELL_COUNT, "rows"));
	doc_figure(b->doc, figures, "Columns", place_num(set, CELL_COUNT, "columns"));
	struct cell quality = place_num(b->eda, CELL_MEASURE, "quality.score");
	if (!isnan(quality.num))
		doc_figure(b->doc, figures, "Quality score", quality);
	doc_figure(b->doc, figures, "Empty cells", place_num(set, CELL_PERCENT, "missing_share"));
	doc_figure(b->doc, figures, "Duplicate rows", place_num(set, CELL_COUNT, "duplicate_rows"));
	if (build_points(b, FINDING_ERROR).num > 0)
		doc_figure(b->doc, figures, "Errors", build_points(b, FINDING_ERROR));
	doc_figure(b->doc, figures, "Warnings", build_points(b, FINDING_WARNING));
	add_score_figure(b, figures);
}

static void add_conclusion(struct build *b, struct node *section)
{
	if (b->modeling.v)
		build_conclusion(b, doc_section(
			b->doc, section, "conclusion", "What the models say"));
}

void build_summary(struct build *b, struct node *root)
{
	struct node *section = doc_section(b->doc, root, "summary", "Summary");
	if (!b->eda.v) {
		build_say(b, section,
			"The data was not profiled, so this report only says how the file was "
			"read.");
		return;
	}
	say_what(b, section);
	say_complete(b, section);
	say_relations(b, section);
	say_assessment(b, section);
	add_figures(b, section);
	/* an answer to the question of the report comes first, that there is none last */
	bool answered = place_is(b->modeling, "status", "fitted");
	if (answered)
		add_conclusion(b, section);
	add_matters(b, section);
	if (!answered)
		add_conclusion(b, section);
}
