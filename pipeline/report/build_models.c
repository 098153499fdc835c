/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chapter on models, in the order of a paper: the question and its answer, the data and how was
 * validated, the candidates, what drives the best and where it fails, what not to conclude. */
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

/* ---- findings ---------------------------------------------------------------------------------- */

static bool is_leak(struct place f)
{
	static const char *const codes[] = { "leakage_suspect", "leak_copy", "leak_sum", "leak_filled", "leak_counter",
		"leak_later", "without_leaks", "leaks_excluded", "too_good", "one_driver" };
	for (size_t i = 0; i < COUNTOF(codes); i++)
		if (place_is(f, "code", codes[i]))
			return true;
	return false;
}

/* Those of the step that are about leaks, or the others. The conclusion has said already whether a model
 * is of use. */
static void add_findings(struct build *b, struct node *section, bool leaks)
{
	enum { GROUPS_MAX = 12, SHOWN = 6 };
	struct place *own = arena_calloc(b->arena, b->nopen + 1, sizeof *own);
	size_t kept = 0;
	for (size_t i = 0; i < b->nopen; i++)
		if (place_is(b->open[i], "step", "modeling") && !build_is_verdict(b->open[i]) && is_leak(b->open[i]) == leaks)
			own[kept++] = b->open[i];
	build_finding_groups(b, section, own, kept, GROUPS_MAX, SHOWN);
}

/* ---- the chapter, as a paper ------------------------------------------------------------------- */

static void add_data(struct build *b, struct node *chapter)
{
	struct node *section = doc_section(b->doc, chapter, "model-data", "Data and validation");
	say_task(b, section);
	add_excluded(b, section);
	add_features(b, section);
}

static void add_candidates(struct build *b, struct node *chapter)
{
	struct node *section = doc_section(b->doc, chapter, "model-candidates", "The candidates");
	build_model_board(b, section);
	add_findings(b, section, false);
}

void build_models(struct build *b, struct node *root)
{
	if (!b->modeling.v)
		return;
	struct node *chapter = doc_section(b->doc, root, "models", "Models");
	build_conclusion(b, chapter);
	if (!place_is(b->modeling, "status", "fitted"))
		return;
	add_findings(b, chapter, true);
	add_data(b, chapter);
	add_candidates(b, chapter);
	build_model_explain(b, chapter);
	struct node *section = doc_section(b->doc, chapter, "model-inside", "How well it does, and where it fails");
	build_model_details(b, section);
	build_model_errors(b, section);
	build_model_limits(b, doc_section(b->doc, chapter, "model-limits", "What not to conclude"));
	build_model_card(b, chapter);
	build_coefficients(b, chapter);
}
