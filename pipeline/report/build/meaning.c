/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the values of a column mean: e-mail addresses, countries, amounts of money. */
#include "report/build_int.h"

#include <string.h>

/* What ingest recognised: "96.3 % of the values are e-mail addresses." */
static void say_semantic(struct build *b, struct node *section, struct place c)
{
	const char *words = title_of_meaning(json_text(c.v, "semantic", NULL));
	if (!words)
		return;
	struct cell cells[] = { place_num(c, CELL_PERCENT, "semantic_share"), cell_text(words) };
	bool all = cells[0].num == 1;
	doc_text(b->doc, section, all ? "The values are %s." : "%s of the values are %s.",
		cells + all, 2 - (size_t)all);
}

/* ---- parts ---------------------------------------------------------------------------------- */

static void say_parts(struct build *b, struct node *section, struct place m)
{
	static const struct {
		const char *special, *words;
	} kinds[] = { { "free_mail", "%s of them (%s) are at providers of free mail." },
		{ "private", "%s of them (%s) are addresses of private networks." },
		{ "wrong_check_digits", "%s (%s) have the form of one, but wrong check digits." } };
	struct cell count = place_num(m, CELL_COUNT, "invalid");
	struct node *text = NULL;
	if (count.num > 0) {
		text = doc_text(b->doc, section, "%s are not: ", &count, 1);
		struct place examples = place_at(m, "examples");
		for (size_t i = 0; i < json_array_size(examples.v); i++) {
			struct cell e = place_code(examples, arena_printf(b->arena, "%zu", i));
			doc_runs(b->doc, text, i ? "; %s" : "%s", &e, 1);
		}
		doc_runs(b->doc, text, ". ", NULL, 0);
	}
	struct cell some[] = { place_num(m, CELL_COUNT, "special_count"),
		place_num(m, CELL_PERCENT, "special_share") };
	for (size_t i = 0; i < COUNTOF(kinds) && some[0].num > 0; i++)
		if (place_is(m, "special", kinds[i].special)) {
			if (text)
				doc_runs(b->doc, text, kinds[i].words, some, 2);
			else
				text = doc_text(b->doc, section, kinds[i].words, some, 2);
		}
}

static const char *title_of(const char *what)
{
	static const char *const titles[][2] = { { "domain", "Domain" }, { "scheme", "Scheme" },
		{ "host", "Host" }, { "extension", "Extension" }, { "version", "Version" },
		{ "country", "Country" }, { "country code", "Country code" },
		{ "digits", "Number of digits" }, { "format", "Format" } };
	for (size_t i = 0; i < COUNTOF(titles); i++)
		if (strcmp(titles[i][0], what) == 0)
			return titles[i][1];
	return what;
}

static void add_lists(struct build *b, struct node *section, struct place lists)
{
	struct node *columns = doc_add(b->doc, section, NODE_COLUMNS);
	for (size_t i = 0; i < json_array_size(lists.v); i++) {
		struct place l = place_item(lists, i), top = place_at(l, "top");
		size_t n = json_array_size(top.v);
		struct table_column heads[] = { { title_of(json_text(l.v, "what", "")),
						ALIGN_LEFT, false },
			{ "Count", ALIGN_RIGHT, false }, { "Share", ALIGN_RIGHT, true } };
		struct node *table = doc_table(b->doc, columns, NULL, heads, COUNTOF(heads));
		table->keep = true;
		for (size_t k = 0; k < n; k++) {
			struct place t = place_item(top, k);
			struct cell cells[] = { place_code(t, "value"),
				place_num(t, CELL_COUNT, "count"),
				place_num(t, CELL_PERCENT, "share") };
			doc_row(b->doc, table, cells, NULL);
		}
		struct cell all[] = { build_count((double)n), place_num(l, CELL_COUNT, "different") };
		if (all[1].num > (double)n)
			doc_note(b->doc, section, "The commonest %s of %s.", all, 2);
	}
}

/* ---- habits --------------------------------------------------------------------------------- */

static void say_examples(struct build *b, struct node *text, struct place list)
{
	for (size_t i = 0; i < json_array_size(list.v); i++) {
		struct cell e = place_code(list, arena_printf(b->arena, "%zu", i));
		doc_runs(b->doc, text, i ? "; %s" : " %s", &e, 1);
	}
	doc_runs(b->doc, text, ".", NULL, 0);
}

static void say_habits(struct build *b, struct node *section, struct place h)
{
	struct cell pattern[] = { place_num(h, CELL_COUNT, "follow"), place_code(h, "pattern") };
	if (pattern[1].text)
		say_examples(b, doc_text(b->doc, section, "%s values have the pattern %s (A a "
			"capital letter, a a small one, 9 a digit; where lengths differ, runs of "
			"letters and digits); the others are, for example:", pattern, 2),
			place_at(h, "breakers"));
	struct cell same[] = { place_num(h, CELL_COUNT, "same_case"),
		cell_text(place_is(h, "capitals", "upper") ? "capitals" : "small letters") };
	if (same[0].num > 0 && !pattern[1].text)
		say_examples(b, doc_text(b->doc, section, "%s values are in %s; not so, for "
			"example:", same, 2), place_at(h, "otherwise"));
}

void build_meaning(struct build *b, struct node *section, struct place c)
{
	struct place m = place_at(c, "meaning"), h = place_at(c, "habits");
	say_semantic(b, section, c);
	if (h.v)
		say_habits(b, section, h);
	if (!m.v)
		return;
	say_parts(b, section, m);
	add_lists(b, section, place_at(m, "lists"));
}
