/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chapter with a section for each column: what it means, what it holds, what was found. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static void say_meaning(struct build *b, struct node *section, struct place c)
{
	const char *label = json_text(c.v, "label", NULL);
	const char *meaning = json_text(c.v, "description", NULL);
	const char *unit = json_text(c.v, "unit", NULL);
	if (!label && !meaning && !unit)
		return;
	const char *said = label && meaning ? arena_printf(b->arena, "%s: %s", label, meaning)
		: label ? label : meaning;
	const char *line = !said ? doc_say(b->doc, "In %s", unit)
		: unit ? doc_say(b->doc, "%s, in %s", said, unit) : said;
	struct cell cells[] = { cell_own(line), cell_own(line[0] && line[strlen(line) - 1] == '.' ? "" : ".") };
	doc_text(b->doc, section, "%s%s", cells, COUNTOF(cells));
}

static void say_presence(struct build *b, struct node *section, struct place c)
{
	double missing = json_num(c.v, "missing", 0), count = json_num(c.v, "count", 0);
	struct cell distinct = place_num(c, CELL_COUNT, "distinct");
	struct cell cells[] = { place_num(c, CELL_COUNT, "count"), build_count(count + missing),
		distinct, place_num(c, CELL_COUNT, "missing"),
		place_num(c, CELL_PERCENT, "missing_share"),
		cell_text(plural(missing, "is", "are")) };
	struct cell only = place_code(c, "examples.0");
	struct cell same[] = { cells[0], cells[1], only, cells[3], cells[4], cells[5] };
	if (count == 0)
		doc_text(b->doc, section, "It holds no value.", NULL, 0);
	else if (distinct.num == 1 && count > 1 && only.text && missing == 0)
		doc_text(b->doc, section, "All %s values are present; each is %s.",
			(struct cell[]){ cells[0], only }, 2);
	else if (distinct.num == 1 && count > 1 && only.text)
		doc_text(b->doc, section, "%s of %s values are present, each of them %s; %s (%s) %s missing.",
			same, COUNTOF(same));
	else if (missing == 0 && distinct.num == count)
		doc_text(b->doc, section, "All %s values are present and different.", cells, 1);
	else if (missing == 0)
		doc_text(b->doc, section, "All %s values are present, %s different ones.",
			(struct cell[]){ cells[0], cells[2] }, 2);
	else
		doc_text(b->doc, section,
			"%s of %s values are present, %s different ones; %s (%s) %s missing.",
			cells, COUNTOF(cells));
}

/* How far off the figures with a ~ can be. */
static void say_accuracy(struct build *b, struct node *section, struct place c)
{
	struct place a = place_at(c, "accuracy");
	if (!json_flag(c.v, "approximate", false))
		return;
	struct cell cells[] = { place_num(a, CELL_MEASURE, "quantile_rank_error"),
		place_num(a, CELL_COUNT, "frequency_error"),
		place_num(a, CELL_PERCENT, "distinct_relative_error") };
	if (cells[2].num > 0)
		doc_note(b->doc, section,
			"Sketched: the number of distinct values is right within %s.", &cells[2], 1);
	if (!isnan(cells[0].num))
		doc_note(b->doc, section,
			"Sketched: a quantile stands for a rank that is off by at most %s of all "
			"values; a frequency is at most %s too low. Counts, sums, moments and "
			"extremes are exact.",
			cells, 2);
	else
		doc_note(b->doc, section, "Sketched: a frequency is at most %s too low.",
			&cells[1], 1);
}

/* The schema of a column, by name: a place without value when there is none. */
static struct place schema_of(const struct build *b, const char *name)
{
	struct place columns = place_at(b->schema, "columns");
	for (size_t i = 0; i < json_array_size(columns.v); i++) {
		struct place c = place_item(columns, i);
		if (strcmp(json_text(c.v, "name", ""), name) == 0)
			return c;
	}
	return (struct place){ 0 };
}

/* What the codes of the file stand for, and which of them mean that a value is missing. */
static void add_codes(struct build *b, struct node *section, const char *name)
{
	struct place schema = schema_of(b, name);
	size_t n = json_count(schema.v, "codes");
	if (n == 0)
		return;
	struct place codes = place_at(schema, "codes");
	static const struct table_column columns[] = { { "Code", ALIGN_LEFT, false },
		{ "Meaning", ALIGN_LEFT, false }, { "Taken as", ALIGN_LEFT, false },
		{ "Cells", ALIGN_RIGHT, false } };
	struct node *details = doc_details(b->doc, section, "Codes of the file");
	struct node *table = doc_table(b->doc, details, NULL, columns, COUNTOF(columns));
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place p = place_item(codes, i);
		bool missing = json_flag(p.v, "missing", false);
		struct cell cells[] = { place_code(p, "code"), place_text(p, "label"),
			cell_text(missing ? "a missing value" : ""),
			missing ? place_num(p, CELL_COUNT, "count") : cell_text("") };
		doc_row(b->doc, table, cells, NULL);
	}
}

static bool is_about(const json_t *finding, const char *name)
{
	const json_t *columns = json_at(finding, "columns");
	for (size_t i = 0; i < json_array_size(columns); i++) {
		const char *s = json_string_value(json_array_get(columns, i));
		if (s && strcmp(s, name) == 0)
			return true;
	}
	return false;
}

/* That the features of a model tell a column is no second point where the columns do, nor what a column lacks that is
 * left out anyway. */
static bool is_told(const struct build *b, struct place f, const char *name)
{
	static const char constant[] = "constant_column:";
	if (strncmp(json_text(f.v, "cause", ""), constant, strlen(constant)) == 0)
		return true;
	return place_is(f, "code", "collinear") && build_has_finding(b, name, "collinear_columns");
}

static void add_column(struct build *b, struct node *parent, size_t i)
{
	struct place c = place_item(b->columns, i);
	const char *name = json_text(c.v, "name", "");
	struct node *section = doc_section(b->doc, parent, b->anchors[i],
		doc_own(b->doc, doc_cell(b->doc, &(struct cell){ .cls = CELL_CODE, .text = name })));
	section->code = json_text(c.v, "type", NULL);
	section->badge = doc_word(b->doc, build_type_name(c));
	say_meaning(b, section, c);
	build_meaning(b, section, c);
	say_presence(b, section, c);
	say_accuracy(b, section, c);
	for (size_t f = 0; f < b->nopen; f++)
		if (is_about(b->open[f].v, name) && !is_told(b, b->open[f], name))
			doc_finding(b->doc, section, b->open[f].v, b->open[f].ref, NULL);
	/* levels first: numbers that are codes have both */
	static const struct {
		const char *block;
		void (*build)(struct build *, struct node *, struct place);
	} blocks[] = { { "category", build_category }, { "boolean", build_boolean },
		{ "numeric", build_numeric }, { "datetime", build_datetime },
		{ "text", build_words } };
	for (size_t k = 0; k < COUNTOF(blocks); k++)
		if (json_is_object(json_at(c.v, blocks[k].block)))
			blocks[k].build(b, section, c);
	add_codes(b, section, name);
}

void build_columns(struct build *b, struct node *root)
{
	if (b->ncards == 0)
		return;
	struct node *section = doc_section(b->doc, root, "columns", "Each column");
	bool first = true;
	for (size_t i = 0; i < b->ncards; i++)
		first = first && b->card[i];
	if (b->ncards < b->ncolumns) {
		struct cell shown[] = { build_count((double)b->ncards), build_count((double)b->ncolumns) };
		doc_note(b->doc, section, first
			? "The first %s of %s columns have a section here; the table above has all "
			"of them, and eda.json everything measured."
			: "%s of %s columns have a section here: the target, columns with a warning and the "
			"first of the others. The table above has all of them, and eda.json everything measured.",
			shown, 2);
	}
	bool levels = false;
	for (size_t i = 0; i < b->ncolumns; i++)
		levels = levels || (b->card[i] &&
			!isnan(json_num(place_item(b->columns, i).v, "category.imbalance", NAN)));
	if (levels)
		build_say(b, section, "Imbalance of levels: 0 is even, 1 is one level only; it is one minus their entropy, "
			"in bits, as a share of the entropy of even levels.");
	for (size_t i = 0; i < b->ncolumns; i++)
		if (b->card[i])
			add_column(b, section, i);
}
