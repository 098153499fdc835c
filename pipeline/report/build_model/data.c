/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the models were given, and how it was made sure that they are judged on rows they had not seen. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

/* ---- the data ---------------------------------------------------------------------------------- */

static void say_data(struct build *b, struct node *section)
{
	struct place m = b->modeling;
	double dropped = json_num(m.v, "rows_dropped", 0), sampled = json_num(m.v, "sampled_from", 0);
	double classes = (double)json_count(m.v, "classes");
	struct cell features = build_count((double)json_count(m.v, "features")), used = place_num(m, CELL_COUNT, "rows_used");
	struct node *text = classes > 0
		? doc_text(b->doc, section, "%s, one of %s classes, is predicted from %s other columns in %s rows.",
			(struct cell[]){ place_code(m, "target"), build_count(classes), features, used }, 4)
		: doc_text(b->doc, section, "%s, a number, is predicted from %s other columns in %s rows.",
			(struct cell[]){ place_code(m, "target"), features, used }, 3);
	struct cell rows[] = { place_num(m, CELL_COUNT, "rows_dropped"), cell_text(plural(dropped, "row was", "rows were")) };
	if (dropped > 0)
		doc_runs(b->doc, text, " %s %s left out because the target is missing.", rows, 2);
	struct cell from[] = { place_num(m, CELL_COUNT, "sampled_from") };
	if (sampled > 0)
		doc_runs(b->doc, text, " These are a sample of %s rows, drawn by the seed.", from, 1);
	struct cell positive = place_code(m, "positive");
	if (positive.text)
		doc_runs(b->doc, text, " Probabilities are those of %s.", &positive, 1);
}

static void add_excluded(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "Left out because", ALIGN_LEFT, false } };
	struct place list = place_at(b->modeling, "excluded");
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct node *table = doc_table(b->doc, section, "Columns that no model used", heads, COUNTOF(heads));
	for (size_t i = 0; i < n && i < BULK_MAX; i++) {
		struct place x = place_item(list, i);
		struct cell cells[] = { place_code(x, "name"), place_text(x, "reason") };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(x.v, "name", NULL)));
	}
	build_more(b, section, n, "columns");
}

static void add_features(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "In linear models", ALIGN_LEFT, false }, { "Terms", ALIGN_RIGHT, false }, { "Missing", ALIGN_RIGHT, false } };
	struct place list = place_at(b->modeling, "features");
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct node *details = doc_details(b->doc, section, "What the models were given");
	struct node *table = doc_table(b->doc, details, NULL, heads, COUNTOF(heads));
	for (size_t i = 0; i < n && i < BULK_MAX; i++) {
		struct place f = place_item(list, i);
		struct cell cells[] = { place_code(f, "name"), place_text(f, "encoding"),
			place_num(f, CELL_COUNT, "columns"), place_num(f, CELL_COUNT, "missing") };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(f.v, "name", NULL)));
	}
	build_more(b, details, n, "columns");
	struct place p = place_at(b->modeling, "preprocessing");
	struct cell how[] = { place_text(p, "missing"), place_num(p, CELL_COUNT, "min_level_rows") };
	if (how[0].text)
		doc_note(b->doc, details, "Missing values: %s. Levels of fewer than %s training rows are one. All of this is learnt "
			"from the training rows of each part alone. Trees take values and levels as they are.", how, 2);
}

/* ---- the validation ----------------------------------------------------------------------------- */

static void say_validation(struct build *b, struct node *section)
{
	struct place v = place_at(b->modeling, "validation");
	if (!v.v)
		return;
	struct cell how[] = { place_num(v, CELL_COUNT, "held_out"), place_text(v, "scheme"), place_num(v, CELL_COUNT, "folds"),
		place_text(v, "why") };
	struct node *text = doc_text(b->doc, section,
		how[3].text ? "Every score is for %s rows that the model had not seen: %s validation in %s parts, because %s."
			: "Every score is for %s rows that the model had not seen: %s validation in %s parts.", how, how[3].text ? 4 : 3);
	struct cell groups[] = { place_num(v, CELL_COUNT, "groups"), place_code(v, "group") };
	if (groups[1].text)
		doc_runs(b->doc, text, " There are %s groups by %s.", groups, 2);
	struct cell again[] = { place_num(v, CELL_COUNT, "repeats"),
		build_count(json_num(v.v, "folds", 0) * json_num(v.v, "repeats", 0)) };
	if (json_num(v.v, "repeats", 1) > 1)
		doc_runs(b->doc, text, " To tell a better model from a lucky one, all of it is done %s times with other parts: p values "
			"rest on %s comparisons, scores on the first time.", again, 2);
}

static void add_parts(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Part", ALIGN_RIGHT, false }, { "Rows that trained", ALIGN_RIGHT, false },
		{ "Rows that judged", ALIGN_RIGHT, false } };
	struct place list = place_at(b->modeling, "validation.parts");
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct node *details = doc_details(b->doc, section, "The parts of the validation");
	struct node *table = doc_table(b->doc, details, NULL, heads, COUNTOF(heads));
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place p = place_item(list, i);
		struct cell cells[] = { build_count((double)i + 1), place_num(p, CELL_COUNT, "train"),
			place_num(p, CELL_COUNT, "test") };
		doc_row(b->doc, table, cells, NULL);
	}
}

/* ---- rows kept back ------------------------------------------------------------------------------ */

static void say_holdout(struct build *b, struct node *section)
{
	struct place h = place_at(b->modeling, "holdout");
	const char *metric = json_text(b->modeling.v, "metric", "");
	struct place score = place_at(place_at(h, "scores"), metric);
	if (!h.v || !score.v)
		return;
	struct cell cells[] = { place_num(h, CELL_COUNT, "rows"), place_text(h, "how"), place_text(h, "model"),
		cell_text(title_of_score(metric)), place_num(score, CELL_SCORE, "value"), place_num(score, CELL_SCORE, "lo"),
		place_num(score, CELL_SCORE, "hi"), place_num(score, CELL_SCORE, "baseline") };
	struct node *text = doc_text(b->doc, section,
		"%s rows, %s, took no part in any of this. On them %s, fitted without them, was scored once: %s %s", cells, 5);
	if (isfinite(cells[5].num))
		doc_runs(b->doc, text, " (95 %% from %s to %s)", cells + 5, 2);
	doc_runs(b->doc, text, "; the baseline gets %s. This score owes nothing to the choice among candidates. The saved model is "
		"fitted on all rows.", cells + 7, 1);
}

void build_model_data(struct build *b, struct node *chapter)
{
	struct node *section = doc_section(b->doc, chapter, "model-data", "Data and validation");
	say_data(b, section);
	say_validation(b, section);
	say_holdout(b, section);
	add_parts(b, section);
	add_excluded(b, section);
	add_features(b, section);
}
