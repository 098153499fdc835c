/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chapter on models: the task, how it was validated, and how the candidates compare. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static void say_task(struct build *b, struct node *section)
{
	struct place m = b->modeling;
	double dropped = json_num(m.v, "rows_dropped", 0);
	bool regression = place_is(m, "task", "regression");
	struct cell cells[] = { cell_text(regression ? "regression" : "classification"),
		place_code(m, "target"), place_num(m, CELL_COUNT, "rows_used"),
		build_count((double)json_count(m.v, "features")) };
	struct node *text = doc_text(
		b->doc, section, "Task: %s of %s from %s rows and %s other columns.", cells, 4);
	struct cell rows[] = { place_num(m, CELL_COUNT, "rows_dropped"),
		cell_text(plural(dropped, "row was", "rows were")) };
	if (dropped > 0)
		doc_runs(b->doc, text, " %s %s left out because the target is missing.", rows, 2);
	struct cell positive = place_code(m, "positive");
	if (positive.text)
		doc_runs(b->doc, text, " Probabilities are those of %s.", &positive, 1);
	struct place v = place_at(m, "validation");
	struct cell how[] = { place_num(v, CELL_COUNT, "held_out"), place_text(v, "scheme"),
		place_num(v, CELL_COUNT, "folds"), place_text(v, "why") };
	if (v.v)
		doc_text(b->doc, section,
			how[3].text ? "Every score is for %s rows that the model had not seen: "
				"%s validation in %s parts, because %s."
					: "Every score is for %s rows that the model had not "
					"seen: %s validation in %s parts.",
			how, how[3].text ? 4 : 3);
	struct cell again[] = { place_num(v, CELL_COUNT, "repeats"),
		build_count(json_num(v.v, "folds", 0) * json_num(v.v, "repeats", 0)) };
	if (json_num(v.v, "repeats", 1) > 1)
		doc_text(b->doc, section,
			"To tell a better model from a lucky one, the whole validation is done %s times "
			"with other parts: the p values below rest on %s comparisons, the scores on the "
			"first time.",
			again, 2);
}

/* ---- what went in ---------------------------------------------------------------------------- */

static void add_excluded(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "Left out because", ALIGN_LEFT, false } };
	struct place list = place_at(b->modeling, "excluded");
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct node *table = doc_table(
		b->doc, section, "Columns that no model used", heads, COUNTOF(heads));
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place x = place_item(list, i);
		struct cell cells[] = { place_code(x, "name"), place_text(x, "reason") };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(x.v, "name", NULL)));
	}
}

static void add_features(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "Used as", ALIGN_LEFT, false }, { "Terms", ALIGN_RIGHT, false },
		{ "Missing", ALIGN_RIGHT, false } };
	struct place list = place_at(b->modeling, "features");
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct node *details = doc_add(b->doc, section, NODE_DETAILS);
	details->title = "What the models were given";
	struct node *table = doc_table(b->doc, details, NULL, heads, COUNTOF(heads));
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place f = place_item(list, i);
		struct cell cells[] = { place_code(f, "name"), place_text(f, "encoding"),
			place_num(f, CELL_COUNT, "columns"), place_num(f, CELL_COUNT, "missing") };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(f.v, "name", NULL)));
	}
}

/* The conclusion has already said whether a model is of use. */
static void add_own_findings(struct build *b, struct node *section)
{
	struct place list = place_at(b->modeling, "findings");
	size_t n = json_array_size(list.v), kept = 0;
	struct place *own = arena_calloc(b->arena, n + 1, sizeof *own);
	for (size_t i = 0; i < n; i++)
		if (!build_is_verdict(place_item(list, i)))
			own[kept++] = place_item(list, i);
	build_finding_groups(b, section, own, kept, kept, 8);
}

void build_models(struct build *b, struct node *root)
{
	if (!b->modeling.v)
		return;
	struct node *section = doc_section(b->doc, root, "models", "Models");
	if (!place_is(b->modeling, "status", "fitted")) {
		build_conclusion(b, section);
		return;
	}
	say_task(b, section);
	build_conclusion(b, section);
	build_model_board(b, section);
	add_own_findings(b, section);
	build_model_details(b, section);
	add_excluded(b, section);
	add_features(b, section);
	build_coefficients(b, section);
}
