/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The data dictionary: one row a column with what whoever uses the data must know of it. The same
 * rows go into dictionary.csv, to be kept beside the data.
 */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

enum { DICTIONARY_MAX = 2000, LEVELS_SHOWN = 6 };

/* ---- cells ---------------------------------------------------------------------------------- */

static struct cell meaning_of(struct build *b, struct place c)
{
	const char *label = json_text(c.v, "label", NULL);
	const char *said = json_text(c.v, "description", NULL);
	const char *means = title_of_meaning(json_text(c.v, "semantic", NULL));
	if (label && said)
		return cell_text(doc_say(b->doc, "%s: %s", label, said));
	return label ? cell_own(label) : said ? cell_own(said)
		: means ? cell_text(means) : cell_text("");
}

static const char *words_of(const struct cell *c)
{
	return c->text ? c->text : "";
}

/* A few meanings are no column of their own, which would take its room from all rows: they stand before the values. */
static void fold_meanings(struct build *b, struct node *table)
{
	enum { MEANING = 1, VALUES = 5, SPARSE = 10 };   /* one row in so many */
	size_t said = 0;
	for (size_t i = 0; i < table->nrows; i++)
		said += *words_of(&table->cells[i * table->ncols + MEANING]) != '\0';
	if (said == 0 || said * SPARSE > table->nrows)
		return;
	for (size_t i = 0; i < table->nrows; i++) {
		struct cell *meaning = &table->cells[i * table->ncols + MEANING], *values = &table->cells[i * table->ncols + VALUES];
		if (!*words_of(meaning))
			continue;
		*values = cell_text(*words_of(values) ? doc_say(b->doc, "%s: %s", doc_cell(b->doc, meaning), doc_cell(b->doc, values))
			: doc_cell(b->doc, meaning));
		*meaning = cell_text("");
	}
}

/* A column that tells the rows apart by itself. */
static bool is_key(const struct build *b, const char *name)
{
	struct place keys = place_at(b->eda, "keys.keys");
	for (size_t i = 0; i < json_array_size(keys.v); i++) {
		struct place k = place_item(keys, i);
		if (json_flag(k.v, "likely", false) && json_count(k.v, "columns") == 1 &&
			place_is(k, "columns.0", name))
			return true;
	}
	return false;
}

static const char *role_of(const struct build *b, struct place c)
{
	static const struct {
		const char *type, *role;
	} roles[] = { { "numeric", "measure" }, { "duration", "measure" }, { "time", "time of day" },
		{ "datetime", "date" }, { "category", "group" }, { "boolean", "group" },
		{ "text", "text" }, { "identifier", "key" }, { "constant", "constant" },
		{ "empty", "empty" } };
	const char *name = json_text(c.v, "name", "");
	if (place_is(b->clarify, "target", name) || place_is(b->manifest, "target", name))
		return "target";
	if (place_is(b->clarify, "time", name) || place_is(b->manifest, "time", name))
		return "time";
	if (place_is(b->clarify, "identifier", name) || is_key(b, name))
		return "key";
	for (size_t i = 0; i < COUNTOF(roles); i++)
		if (place_is(c, "type", roles[i].type))
			return roles[i].role;
	return "";
}

static struct cell range_of(struct build *b, struct cell low, struct cell high)
{
	return cell_text(doc_say(b->doc, "%s to %s", doc_cell(b->doc, &low),
		doc_cell(b->doc, &high)));
}

static struct cell levels_of(struct build *b, struct place c)
{
	struct place levels = place_at(c, "category.levels");
	double all = json_num(c.v, "distinct", 0);
	size_t n = json_array_size(levels.v);
	struct buf out = { 0 };
	n = n > LEVELS_SHOWN ? LEVELS_SHOWN : n;
	for (size_t i = 0; i < n; i++) {
		struct cell level = place_code(place_item(levels, i), "value");
		buf_printf(&out, "%s%s", i ? "; " : "", doc_cell(b->doc, &level));
	}
	const char *named = arena_strdup(b->arena, buf_str(&out));
	buf_free(&out);
	return cell_own(all > (double)n ? doc_say(b->doc, "%s and %.0f more", named, all - (double)n) : named);
}

/* What values there are: a range, levels, a pattern, a length. */
static struct cell values_of(struct build *b, struct place c)
{
	enum cell_class measure = build_measure(c);
	struct place h = place_at(c, "habits");
	if (json_count(c.v, "category.levels") > 0 && !place_is(c, "type", "text"))
		return levels_of(b, c);
	if (json_at(c.v, "boolean"))
		return cell_text("true or false");
	if (json_is_number(json_at(c.v, "numeric.min")))
		return range_of(b, place_num(c, measure, "numeric.min"),
			place_num(c, measure, "numeric.max"));
	if (json_text(c.v, "datetime.min", NULL))
		return range_of(b, place_date(c, "datetime.min"), place_date(c, "datetime.max"));
	if (json_text(h.v, "pattern", NULL))
		return cell_text(doc_say(b->doc, "mostly %s", json_text(h.v, "pattern", "")));
	struct cell length = place_num(c, CELL_COUNT, "text.length.max");
	if (!isnan(length.num))
		return cell_text(doc_say(b->doc, "up to %s characters",
			doc_cell(b->doc, &length)));
	return cell_text("");
}

/* ---- dictionary.csv ------------------------------------------------------------------------- */

/* RFC 4180. Numbers as they are, not as they are printed. */
static void put_field(struct buf *out, const char *text)
{
	if (!strpbrk(text, ",\"\r\n")) {
		buf_puts(out, text);
		return;
	}
	buf_putc(out, '"');
	for (; *text; text++) {
		if (*text == '"')
			buf_putc(out, '"');
		buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

static void put_cell(struct buf *out, const struct cell *c)
{
	char number[NUM_MAX];
	if (!cell_is_number(c)) {
		const char *text = c->cls == CELL_TEXT && c->ref ? words_say(c->words, c->text) : c->text;
		put_field(out, text ? text : "");
	} else if (!isnan(c->num)) {
		num_shortest(number, c->num);
		buf_puts(out, number);
	}
}

static const char *as_csv(struct build *b, const struct node *table)
{
	struct buf out = { 0 };
	for (size_t i = 0; i < table->ncols; i++) {
		put_field(&out, table->columns[i].title);
		buf_puts(&out, i + 1 < table->ncols ? "," : "\n");
	}
	for (size_t i = 0; i < table->ncells; i++) {
		put_cell(&out, &table->cells[i]);
		buf_puts(&out, (i + 1) % table->ncols ? "," : "\n");
	}
	const char *text = arena_strdup(b->arena, buf_str(&out));
	buf_free(&out);
	return text;
}

/* ---- the chapter ---------------------------------------------------------------------------- */

void build_dictionary(struct build *b, struct node *root)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "Meaning", ALIGN_LEFT, false }, { "Type", ALIGN_LEFT, false },
		{ "Unit", ALIGN_LEFT, false }, { "Role", ALIGN_LEFT, false },
		{ "Values", ALIGN_LEFT, false }, { "Missing", ALIGN_RIGHT, false },
		{ "Example", ALIGN_LEFT, false } };
	if (b->ncolumns == 0)
		return;
	struct node *section = doc_section(b->doc, root, "dictionary", "Data dictionary");
	struct node *table = doc_table(b->doc, section, NULL, heads, COUNTOF(heads));
	table->sortable = true;
	for (size_t i = 0; i < b->ncolumns && i < DICTIONARY_MAX; i++) {
		struct place c = place_item(b->columns, i);
		bool any = json_count(c.v, "examples") > 0;
		struct cell cells[] = { place_code(c, "name"), meaning_of(b, c),
			cell_text(build_type_name(c)), cell_own(json_text(c.v, "unit", "")),
			cell_text(role_of(b, c)), values_of(b, c),
			place_num(c, CELL_PERCENT, "missing_share"),
			any ? place_code(c, "examples.0") : cell_text("") };
		doc_row(b->doc, table, cells, b->anchors[i]);
	}
	b->doc->dictionary = as_csv(b, table);
	fold_meanings(b, table);
	doc_note(b->doc, section, "The same table, with all of its columns, is in dictionary.csv. Meanings and units are those "
		"of the manifest or the file; state them there to have them here.", NULL, 0);
}
