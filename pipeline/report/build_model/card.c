/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model card (Mitchell et al. 2019): what somebody who gets the model and not the report has to know. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static void row(struct build *b, struct node *table, const char *what, struct cell value)
{
	struct cell cells[] = { cell_text(what), value };
	doc_row(b->doc, table, cells, NULL);
}

static struct node *two_columns(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "What", ALIGN_LEFT, false }, { "Value", ALIGN_LEFT, false } };
	return doc_table(b->doc, section, NULL, heads, COUNTOF(heads));
}

static void say_use(struct build *b, struct node *section, struct place card)
{
	struct cell intended = place_text(card, "use.intended"), not_for = place_text(card, "use.not_for");
	struct cell target[] = { place_code(card, "details.target") };
	if (intended.text)
		doc_text(b->doc, section, "Intended use: %s", &intended, 1);
	else
		doc_text(b->doc, section, "Intended use: to explain and to predict %s for rows like those of this table; no other use was stated "
			"(to state one: modeling.intended_use).", target, 1);
	if (not_for.text)
		doc_text(b->doc, section, "Not to be used for: %s", &not_for, 1);
	else
		doc_text(b->doc, section, "Not to be used for: decisions about single cases without somebody who looks at them, rows beyond "
			"the ranges below, or conclusions about causes (modeling.not_for).", NULL, 0);
	if (place_is(b->modeling, "verdict", "no_model"))
		build_say(b, section, "No model is warranted by the evidence: dossier predict refuses to use this one unless it is told to.");
}

static void say_groups(struct build *b, struct node *section, struct place card)
{
	struct place groups = place_at(card, "factors.groups");
	size_t n = json_array_size(groups.v);
	if (!n) {
		build_say(b, section, "Groups: none was declared, so whether the model treats groups of people alike was not looked at "
			"(modeling.fairness).");
		return;
	}
	struct node *text = doc_text(b->doc, section, "Groups that were compared:", NULL, 0);
	for (size_t i = 0; i < n; i++) {
		struct cell name = place_code(groups, arena_printf(b->arena, "%zu", i));
		doc_runs(b->doc, text, i + 1 < n ? " %s," : " %s.", &name, 1);
	}
}

static void add_facts(struct build *b, struct node *section, struct place card)
{
	const char *metric = json_text(card.v, "metric", "");
	struct place score = place_at(place_at(card, "scores"), metric), interval = place_at(card, "intervals");
	struct node *table = two_columns(b, section);
	table->keep = true;
	row(b, table, "Model", place_text(card, "details.name"));
	row(b, table, "Predicts", place_code(card, "details.target"));
	row(b, table, "Fitted on rows", place_num(card, CELL_COUNT, "training.rows"));
	row(b, table, "Judged by", place_text(card, "validation.scheme"));
	row(b, table, "Unseen rows that judged it", place_num(card, CELL_COUNT, "validation.held_out"));
	row(b, table, arena_strdup(b->arena, title_of_score(metric)), place_num(score, CELL_SCORE, "value"));
	row(b, table, "Lower end of its 95 % interval", place_num(score, CELL_SCORE, "lo"));
	row(b, table, "Upper end of its 95 % interval", place_num(score, CELL_SCORE, "hi"));
	row(b, table, "Baseline", place_num(score, CELL_SCORE, "baseline"));
	for (size_t i = 0; i < json_array_size(interval.v); i++) {
		struct place one = place_item(interval, i);
		if (json_num(one.v, "level", 0) > 0.9)
			row(b, table, "95 % of held-out rows within ±", place_num(one, CELL_MEASURE, "half_width"));
	}
	if (json_object_get(card.v, "threshold"))
		row(b, table, "Positive from a probability of", place_num(card, CELL_CHANGE, "threshold.at"));
	row(b, table, "Seed", place_num(card, CELL_COUNT, "training.seed"));
	row(b, table, "Version of dossier", place_code(card, "details.dossier"));
	row(b, table, "Table, SHA-256", place_code(card, "training.table_sha256"));
}

static void add_ranges(struct build *b, struct node *section, struct place card)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false }, { "From", ALIGN_RIGHT, false },
		{ "To", ALIGN_RIGHT, false }, { "Levels", ALIGN_RIGHT, false } };
	struct place dates = place_at(card, "factors.dates");
	struct place ranges = place_at(card, "factors.ranges"), levels = place_at(card, "factors.levels");
	size_t k = json_array_size(dates.v), n = json_array_size(ranges.v), m = json_array_size(levels.v), shown = 0;
	if (k + n + m == 0)
		return;
	struct node *details = doc_details(b->doc, section, "What it has seen");
	struct node *table = doc_table(b->doc, details, NULL, heads, COUNTOF(heads));
	struct cell none = cell_text("");
	for (size_t i = 0; i < k && shown < BULK_MAX; i++, shown++) {
		struct place p = place_item(dates, i);
		struct cell cells[] = { place_code(p, "name"), place_date(p, "lo"), place_date(p, "hi"), none };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(p.v, "name", NULL)));
	}
	for (size_t i = 0; i < n && shown < BULK_MAX; i++, shown++) {
		struct place p = place_item(ranges, i);
		struct cell cells[] = { place_code(p, "name"), place_num(p, CELL_MEASURE, "lo"), place_num(p, CELL_MEASURE, "hi"), none };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(p.v, "name", NULL)));
	}
	for (size_t i = 0; i < m && shown < BULK_MAX; i++, shown++) {
		struct place p = place_item(levels, i);
		struct cell cells[] = { place_code(p, "name"), none, none, place_num(p, CELL_COUNT, "levels") };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(p.v, "name", NULL)));
	}
	if (shown < k + n + m) {
		struct cell more = build_count((double)(k + n + m - shown));
		doc_note(b->doc, details, "%s more are in model/card.json.", &more, 1);
	}
}

static void add_files(struct build *b, struct node *section, struct place card)
{
	struct place files = place_at(card, "files");
	struct node *text = doc_text(b->doc, section, "Files:", NULL, 0);
	for (size_t i = 0; i < json_array_size(files.v); i++) {
		struct place f = place_item(files, i);
		struct cell cells[] = { place_code(f, "name"), place_num(f, CELL_BYTES, "bytes") };
		doc_runs(b->doc, text, " %s (%s),", cells, 2);
	}
	struct cell cells[] = { cell_code("model/card.json"), cell_code("dossier predict JOB FILE") };
	doc_runs(b->doc, text, " %s. %s scores new data with them.", cells, 2);
}

void build_model_card(struct build *b, struct node *parent)
{
	struct place card = place_at(b->modeling, "card");
	if (!json_is_object(card.v))
		return;
	struct node *section = doc_section(b->doc, parent, "model-card", "Model card");
	say_use(b, section, card);
	say_groups(b, section, card);
	add_facts(b, section, card);
	add_ranges(b, section, card);
	add_files(b, section, card);
}
