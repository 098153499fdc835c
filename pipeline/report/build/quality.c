/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chapter on quality: the score with its formula filled in, the parts with what they were made
 * from, and the columns that lose most. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

enum { WORST_MAX = 20 };

/* What a part looks at, and what takes away from it. */
static const struct part_words {
	const char *name, *title, *of;
} parts[] = {
	{ "completeness", "Completeness", "cells" },
	{ "validity", "Validity", "values" },
	{ "uniqueness", "Uniqueness", "rows" },
	{ "consistency", "Consistency", "values" },
	{ "timeliness", "Timeliness", "days" },
};

static const struct part_words *words_of(struct place part)
{
	const char *name = json_text(part.v, "name", "");
	for (size_t i = 0; i < COUNTOF(parts); i++)
		if (strcmp(parts[i].name, name) == 0)
			return &parts[i];
	return &parts[COUNTOF(parts) - 1];
}

/* "100 × (0.9805 + 2 × 1) / 3": the parts are cells, so that they can be traced. */
static void say_formula(struct build *b, struct node *section, struct place q)
{
	struct place list = place_at(q, "parts");
	double weights = 0;
	struct cell score = place_num(q, CELL_MEASURE, "score");
	struct node *text = doc_text(b->doc, section, "The quality score is %s of 100 = 100 × (",
		&score, 1);
	for (size_t i = 0; i < json_array_size(list.v); i++) {
		struct place part = place_item(list, i);
		double weight = json_num(part.v, "weight", 1);
		struct cell cells[] = { place_num(part, CELL_MEASURE, "weight"),
			place_num(part, CELL_SCORE, "share") };
		weights += weight;
		doc_runs(b->doc, text, i ? " + " : "", NULL, 0);
		if (weight == 1)
			doc_runs(b->doc, text, "%s", cells + 1, 1);
		else
			doc_runs(b->doc, text, "%s × %s", cells, 2);
	}
	struct cell sum = cell_num(CELL_MEASURE, weights, NULL);
	doc_runs(b->doc, text,
		") / %s, rounded down. Each part is the share of cells or rows without a fault; the "
		"divisor is the sum of the weights.",
		&sum, 1);
}

static void say_absent(struct build *b, struct node *section, struct place q)
{
	struct place list = place_at(q, "absent");
	for (size_t i = 0; i < json_array_size(list.v); i++) {
		struct place part = place_item(list, i);
		struct cell cells[] = { cell_text(words_of(part)->title), place_text(part, "why") };
		doc_note(b->doc, section, "%s is no part of the score: %s.", cells, 2);
	}
}

/* A fault by the title of its finding, or as it stands. */
static const char *fault_title(const char *what)
{
	const struct finding_info *info = finding_lookup(what);
	return info ? info->title : what;
}

static const char *reasons_of(struct build *b, struct place part)
{
	struct place list = place_at(part, "from");
	struct buf text = { 0 };
	for (size_t i = 0; i < json_array_size(list.v); i++) {
		struct place r = place_item(list, i);
		struct cell n = place_num(r, CELL_COUNT, "count");
		buf_printf(&text, "%s%s: %s", i ? "; " : "", doc_word(b->doc, fault_title(json_text(r.v, "what", ""))),
			doc_cell(b->doc, &n));
	}
	const char *out = text.n ? doc_own(b->doc, arena_strdup(b->arena, buf_str(&text))) : doc_word(b->doc, "no faults");
	buf_free(&text);
	return out;
}

static void add_parts(struct build *b, struct node *section, struct place q)
{
	static const struct table_column heads[] = { { "Part", ALIGN_LEFT, false },
		{ "Share", ALIGN_RIGHT, false }, { "Weight", ALIGN_RIGHT, false },
		{ "With a fault", ALIGN_RIGHT, false }, { "Of", ALIGN_RIGHT, false },
		{ "What", ALIGN_LEFT, false }, { "Made from", ALIGN_LEFT, false } };
	struct node *table = doc_table(b->doc, section, NULL, heads, COUNTOF(heads));
	struct place list = place_at(q, "parts");
	for (size_t i = 0; i < json_array_size(list.v); i++) {
		struct place p = place_item(list, i);
		struct cell cells[] = { cell_text(words_of(p)->title),
			place_num(p, CELL_SCORE, "share"), place_num(p, CELL_MEASURE, "weight"),
			place_num(p, CELL_COUNT, "count"), place_num(p, CELL_COUNT, "of"),
			cell_text(words_of(p)->of), cell_text(reasons_of(b, p)) };
		doc_row(b->doc, table, cells, NULL);
	}
	doc_note(b->doc, section, "Share = 1 − with a fault / of.", NULL, 0);
}

static void add_worst(struct build *b, struct node *section, struct place q)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "Score", ALIGN_RIGHT, false }, { "Loses points for", ALIGN_LEFT, false } };
	struct place list = place_at(q, "columns");
	double all = json_num(q.v, "columns_total", 0);
	size_t n = json_array_size(list.v);
	if (n == 0) {
		build_say(b, section, "No column loses any points.");
		return;
	}
	struct node *table = doc_table(
		b->doc, section, "Columns that lose most", heads, COUNTOF(heads));
	table->sortable = true;
	for (size_t i = 0; i < n && i < WORST_MAX; i++) {
		struct place c = place_item(list, i);
		struct place faults = place_at(c, "parts");
		struct buf why = { 0 };
		for (size_t k = 0; k < json_array_size(faults.v); k++)
			buf_printf(&why, "%s%s", k ? "; " : "", reasons_of(b, place_item(faults, k)));
		struct cell cells[] = { place_code(c, "name"), place_num(c, CELL_MEASURE, "score"),
			cell_own(arena_strdup(b->arena, buf_str(&why))) };
		buf_free(&why);
		doc_row(b->doc, table, cells, build_anchor(b, json_text(c.v, "name", NULL)));
	}
	struct cell rest[] = { place_num(q, CELL_COUNT, "columns_total"),
		build_count((double)b->ncolumns) };
	doc_note(b->doc, section,
		all < (double)b->ncolumns
			? "%s of %s columns lose points; the others have a score of 100."
			: "%s of %s columns lose points.",
		rest, 2);
}

void build_quality(struct build *b, struct node *root)
{
	struct place q = place_at(b->eda, "quality");
	if (json_array_size(json_at(q.v, "parts")) == 0)
		return;
	struct node *section = doc_section(b->doc, root, "quality", "Quality");
	say_formula(b, section, q);
	add_parts(b, section, q);
	say_absent(b, section, q);
	add_worst(b, section, q);
	build_say(b, section,
		"The score says how cleanly the file was filled in. It does not say whether the data "
		"is right, or right for a question; findings that are accepted take away from it all the same.");
}
