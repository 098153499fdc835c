/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chapter on models, in the order of a paper: the answer, the data and how was validated, the
 * candidates, what drives the best and where it fails, what not to conclude. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

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
		if (place_is(b->open[i], "step", "modeling") && !build_is_verdict(b->open[i]) && is_leak(b->open[i]) == leaks
			&& !(place_is(b->open[i], "code", "weak_segment") && build_is_exact(b)))
			own[kept++] = b->open[i];
	build_finding_groups(b, section, own, kept, GROUPS_MAX, SHOWN);
}

/* ---- the chapter, as a paper ------------------------------------------------------------------- */

static void add_candidates(struct build *b, struct node *chapter)
{
	struct node *section = doc_section(b->doc, chapter, "model-candidates", "The candidates");
	build_model_evidence(b, section);
	build_model_board(b, section);
	add_findings(b, section, false);
}

/* Only of a model that may be used: of others the conclusion says that they should not be. */
static void add_judgement(struct build *b, struct node *chapter)
{
	if (!place_is(b->modeling, "verdict", "useful") || build_is_exact(b)) {
		build_model_groups(b, chapter);
		return;
	}
	struct node *section = doc_section(b->doc, chapter, "model-inside", "How well it does, and where it fails");
	build_model_details(b, section);
	build_model_errors(b, section);
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
	build_model_data(b, chapter);
	add_candidates(b, chapter);
	build_model_explain(b, chapter);
	build_model_tree(b, chapter);
	add_judgement(b, chapter);
	build_model_limits(b, doc_section(b->doc, chapter, "model-limits", "What not to conclude"));
	build_model_card(b, chapter);
	build_coefficients(b, chapter);
}
