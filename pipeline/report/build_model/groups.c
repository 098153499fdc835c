/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Are groups treated alike": the groups that the manifest names under modeling.fairness. */
#include "report/build_int.h"

#include <math.h>

enum { MANY_GROUPS = 12 };   /* more fold away */

static const char *group_name(struct build *b, struct place fairness, const char *gap, const char *end)
{
	int64_t at = json_int(json_at(fairness.v, gap), end, -1);
	struct place groups = place_at(fairness, "groups");
	return at < 0 ? "" : doc_condition(b->doc, place_at(place_item(groups, (size_t)at), "when"));
}

static void say_parity(struct build *b, struct node *section, struct place f)
{
	struct place groups = place_at(f, "groups");
	struct place high = place_item(groups, (size_t)json_int(f.v, "parity.high", 0));
	struct place low = place_item(groups, (size_t)json_int(f.v, "parity.low", 0));
	struct cell rates[] = { place_num(high, CELL_PERCENT, "selected.value"),
		cell_text(group_name(b, f, "parity", "high")), place_num(low, CELL_PERCENT, "selected.value"),
		cell_text(group_name(b, f, "parity", "low")) };
	struct node *text = doc_text(b->doc, section,
		"The model calls %s of the rows positive where %s, and %s where %s.", rates, COUNTOF(rates));
	struct cell gap[] = { place_num(f, CELL_PERCENT, "parity.value"), place_num(f, CELL_PERCENT, "parity.lo"),
		place_num(f, CELL_PERCENT, "parity.hi") };
	doc_runs(b->doc, text, " Difference %s (95 %% interval %s to %s, limit 10 %%)", gap, COUNTOF(gap));
	struct cell ratio = place_num(f, CELL_ASSOCIATION, "ratio.value");
	doc_runs(b->doc, text, isnan(ratio.num) ? "." : ", ratio %s (limit 0.80: the rule of four fifths).", &ratio, 1);
	struct cell odds[] = { place_num(f, CELL_PERCENT, "tpr.value"), place_num(f, CELL_PERCENT, "fpr.value") };
	if (!isnan(odds[0].num) && !isnan(odds[1].num))
		doc_runs(b->doc, text,
			" Between groups, the share of true cases that it finds differs by up to %s, the share of false alarms "
			"by up to %s.", odds, 2);
}

static void say_errors(struct build *b, struct node *section, struct place f)
{
	bool regression = place_is(b->modeling, "task", "regression");
	enum cell_class cls = regression ? CELL_MEASURE : CELL_PERCENT;
	struct cell cells[] = { place_num(f, cls, "error.value"), cell_text(group_name(b, f, "error", "high")),
		cell_text(group_name(b, f, "error", "low")), place_num(f, cls, "error.lo"), place_num(f, cls, "error.hi") };
	if (!isnan(cells[0].num) && !isnan(cells[3].num))
		doc_text(b->doc, section, regression
			? "Predictions are higher against the truth by %s where %s than where %s (95 %% interval %s to %s)."
			: "The share of wrong classes is higher by %s where %s than where %s (95 %% interval %s to %s).",
			cells, COUNTOF(cells));
}

static void add_groups(struct build *b, struct node *section, struct place f)
{
	bool regression = place_is(b->modeling, "task", "regression"), binary = place_is(b->modeling, "task", "binary");
	struct table_column heads[8] = { { "Group", ALIGN_LEFT, false }, { "Rows", ALIGN_RIGHT, false } };
	size_t n = 2;
	static const struct { const char *title, *path; } rates[] = { { "Called positive", "selected.value" },
		{ "Found", "tpr.value" }, { "False alarms", "fpr.value" }, { "Right when positive", "precision.value" } };
	for (size_t k = 0; binary && k < COUNTOF(rates); k++)
		heads[n++] = (struct table_column){ rates[k].title, ALIGN_RIGHT, false };
	if (regression || binary)
		heads[n++] = (struct table_column){ regression ? "Actual less predicted" : "Probability too high by", ALIGN_RIGHT, false };
	heads[n++] = (struct table_column){ regression ? "Error" : "Wrong", ALIGN_RIGHT, false };
	struct place groups = place_at(f, "groups");
	struct node *parent = section;
	if (json_array_size(groups.v) > MANY_GROUPS) {
		parent = doc_details(b->doc, section, doc_say(b->doc, "All groups of %s", json_text(f.v, "column", "")));
	}
	struct node *table = doc_table(b->doc, parent, NULL, heads, n);
	for (size_t i = 0; i < json_array_size(groups.v); i++) {
		struct place g = place_item(groups, i);
		struct cell cells[8] = { cell_text(doc_condition(b->doc, place_at(g, "when"))), place_num(g, CELL_COUNT, "n") };
		size_t k = 2;
		for (size_t r = 0; binary && r < COUNTOF(rates); r++)
			cells[k++] = place_num(g, CELL_PERCENT, rates[r].path);
		if (regression || binary)
			cells[k++] = regression ? cell_num(CELL_MEASURE, -json_num(g.v, "bias.value", NAN), NULL)
				: place_num(g, CELL_PERCENT, "bias.value");
		cells[k] = regression ? place_num(g, CELL_SCORE, "loss") : place_num(g, CELL_PERCENT, "wrong.value");
		doc_row(b->doc, table, cells, NULL);
	}
}

void build_model_groups(struct build *b, struct node *parent)
{
	struct place list = place_at(b->modeling, "judgement.fairness");
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct node *section = doc_section(b->doc, parent, "groups", "Are groups treated alike?");
	for (size_t i = 0; i < n; i++) {
		struct place f = place_item(list, i);
		struct cell name = place_code(f, "column"), why = place_text(f, "why");
		struct node *text = doc_text(b->doc, section, json_flag(f.v, "used", false)
			? "%s, which the models see:" : "%s, which the models do not see, though other columns may stand for it:",
			&name, 1);
		if (why.text) {
			doc_runs(b->doc, text, " not compared, for %s.", &why, 1);
			continue;
		}
		if (!isnan(json_num(f.v, "parity.lo", NAN)))
			say_parity(b, section, f);
		say_errors(b, section, f);
		add_groups(b, section, f);
	}
	doc_note(b->doc, section,
		"Of unseen rows. Intervals allow for choosing the two groups that differ most, of at least 30 rows. Where the "
		"outcome itself differs between groups, equal shares, equal errors and right probabilities cannot all hold "
		"(Kleinberg et al. 2017): which of them matters is not for statistics to say.", NULL, 0);
}
