/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All columns at a glance, and the rows that occur most often. */
#include "report/build_int.h"

#include <string.h>

enum { OVERVIEW_MAX = 2000 }; /* rows of the table of columns: it is the only place some appear */

/* Middle and ends of what a column holds, whatever its kind. */
static void typical(struct place c, struct cell out[3])
{
	struct cell blank = cell_text("");
	out[0] = out[1] = out[2] = blank;
	enum cell_class measure = build_measure(c);
	if (place_is(c, "type", "identifier") && json_at(c.v, "numeric")) {    /* no groups of digits, as in examples */
		out[1] = place_code(c, "numeric.min");
		out[2] = place_code(c, "numeric.max");
	} else if (json_at(c.v, "numeric") && !place_is(c, "type", "boolean")) {
		out[1] = place_num(c, measure, "numeric.min");
		out[2] = place_num(c, measure, "numeric.max");
	} else if (json_at(c.v, "datetime")) {
		out[1] = place_date(c, "datetime.min");
		out[2] = place_date(c, "datetime.max");
	}
	bool yes = json_num(c.v, "boolean.true", 0) >= json_num(c.v, "boolean.false", 0);
	if (place_is(c, "type", "numeric") || measure != CELL_MEASURE)
		out[0] = place_num(c, measure, "numeric.median");
	else if (place_is(c, "type", "category"))
		out[0] = place_code(c, "category.levels.0.value");
	else if (place_is(c, "type", "boolean"))
		out[0] = build_truth(c, yes);
	else if (!json_at(c.v, "datetime") && json_count(c.v, "examples") > 0)
		out[0] = place_code(c, "examples.0");
}

static void read_counts(struct build *b, const json_t *list, const char *key, struct spark *out)
{
	size_t n = json_array_size(list);
	double *y = arena_alloc(b->arena, (n ? n : 1) * sizeof *y);
	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_array_get(list, i);
		y[i] = json_number_value(key ? json_object_get(v, key) : v);
	}
	*out = (struct spark){ n, y };
}

/* The shape of a column: its histogram, or how often its levels are. */
static struct spark shape_of(struct build *b, struct place c)
{
	struct spark s = { 0 };
	const json_t *body = json_at(c.v, "numeric.histogram.body.counts");
	const json_t *numbers = body ? body : json_at(c.v, "numeric.histogram.counts");
	const json_t *times = json_at(c.v, "datetime.histogram.counts");
	if (place_is(c, "type", "boolean")) {
		double *y = arena_alloc(b->arena, 2 * sizeof *y);
		y[0] = json_num(c.v, "boolean.true", 0);
		y[1] = json_num(c.v, "boolean.false", 0);
		s = (struct spark){ 2, y };
	} else if (place_is(c, "type", "category") || !(numbers || times))
		read_counts(b, json_at(c.v, "category.levels"), "count", &s);
	else
		read_counts(b, numbers ? numbers : times, NULL, &s);
	return s;
}

static void add_overview(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "Type", ALIGN_LEFT, false }, { "Missing", ALIGN_RIGHT, true },
		{ "Distinct", ALIGN_RIGHT, false }, { "Typical", ALIGN_RIGHT, false },
		{ "From", ALIGN_RIGHT, false }, { "To", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, section, NULL, heads, COUNTOF(heads));
	table->sortable = true;
	size_t n = b->ncolumns < OVERVIEW_MAX ? b->ncolumns : OVERVIEW_MAX;
	struct spark *sparks = arena_calloc(b->arena, n, sizeof *sparks);
	table->sparks = sparks;
	for (size_t i = 0; i < n; i++) {
		struct place c = place_item(b->columns, i);
		struct cell cells[7] = { place_code(c, "name"), cell_text(build_type_name(c)),
			place_num(c, CELL_PERCENT, "missing_share"),
			place_num(c, CELL_COUNT, "distinct") };
		typical(c, cells + 4);
		sparks[i] = shape_of(b, c);
		doc_row(b->doc, table, cells, b->anchors[i]);
	}
	doc_note(b->doc, section,
		"Typical is the median of numbers, the most frequent of levels and an example of "
		"anything else but dates; From and To are the smallest and the largest value.", NULL, 0);
	if (b->ncolumns > OVERVIEW_MAX) {
		struct cell shown[] = { build_count(OVERVIEW_MAX),
			build_count((double)b->ncolumns) };
		doc_note(
			b->doc, section, "The first %s of %s columns; eda.json has all.", shown, 2);
	}
}

static void add_repeated(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Times", ALIGN_RIGHT, false },
		{ "Row", ALIGN_LEFT, false } };
	struct place groups = place_at(b->eda, "dataset.duplicate_groups");
	size_t n = json_array_size(groups.v);
	if (n == 0)
		return;
	struct node *table = doc_table(
		b->doc, section, "Rows that occur most often", heads, COUNTOF(heads));
	for (size_t i = 0; i < n && i < 10; i++) {
		struct place g = place_item(groups, i);
		size_t k;
		const char **values = build_texts(b, g, "values", &k);
		struct buf row = { 0 };
		for (size_t j = 0; j < k; j++)
			buf_printf(&row, "%s%s", j ? " | " : "", values[j]);
		struct cell cells[] = { place_num(g, CELL_COUNT, "count"),
			cell_code(arena_strdup(b->arena, buf_str(&row))) };
		buf_free(&row);
		doc_row(b->doc, table, cells, NULL);
	}
}

void build_overview(struct build *b, struct node *root)
{
	if (b->ncolumns == 0)
		return;
	struct node *section = doc_section(b->doc, root, "overview", "The columns at a glance");
	add_overview(b, section);
	add_repeated(b, section);
}
