/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the file was read: every decision with its evidence, what was set aside, and the types. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static const struct table_column decision_columns[] = { { "Decision", ALIGN_LEFT, false },
	{ "Taken", ALIGN_LEFT, false }, { "Because", ALIGN_LEFT, false },
	{ "To decide otherwise", ALIGN_LEFT, false } };

/* What was declared in the manifest needs no other reason. */
static const char *declared(const struct build *b, const char *key)
{
	const char *value = json_text(
		b->manifest.v, arena_printf(b->arena, "source.%s", key), "auto");
	return strcmp(value, "auto") == 0 ? NULL : "declared in the manifest";
}

/* `key` of the manifest's section source decides otherwise; NULL: nothing does. */
static void add_decision(struct build *b, struct node *table, const char *what, struct cell taken,
	const char *why, const char *key)
{
	const char *said = key ? declared(b, key) : NULL;
	struct cell cells[] = { cell_text(what), taken, cell_text(said ? said : why ? why : ""),
		key ? cell_code(arena_printf(b->arena, "source.%s", key)) : cell_text("") };
	if (taken.cls != CELL_EMPTY)
		doc_row(b->doc, table, cells, NULL);
}

/* A delimiter that cannot be seen is named. */
static struct cell visible(struct cell c)
{
	static const struct {
		const char *sign, *name;
	} names[] = { { "\t", "tab" }, { " ", "blank" }, { ",", "comma ," }, { ";", "semicolon ;" },
		{ "|", "bar |" }, { ":", "colon :" }, { "\"", "double quote \"" },
		{ "'", "single quote '" }, { "", "none" }, { ".", "point ." } };
	for (size_t i = 0; c.text && i < COUNTOF(names); i++)
		if (strcmp(c.text, names[i].sign) == 0) {
			c = cell_text(names[i].name);
			break;
		}
	return c;
}

/* What the sheet or table was chosen from decides which key chooses another. */
static const char *choosing_key(const char *format)
{
	static const struct {
		const char *format, *key;
	} keys[] = { { "xls", "sheet" }, { "xlsx", "sheet" }, { "ods", "sheet" },
		{ "csv", "member" } };
	for (size_t i = 0; i < COUNTOF(keys); i++)
		if (strcmp(format, keys[i].format) == 0)
			return keys[i].key;
	return "table";
}

static void add_choice(struct build *b, struct node *table)
{
	struct place tables = place_at(b->ingest, "tables");
	const char *key = choosing_key(json_text(b->ingest.v, "format", ""));
	bool sheet = strcmp(key, "sheet") == 0, member = strcmp(key, "member") == 0;
	for (size_t i = 0; i < json_array_size(tables.v); i++) {
		struct place t = place_item(tables, i);
		if (json_flag(t.v, "chosen", false))
			add_decision(b, table, sheet ? "Sheet" : member ? "File in the archive"
				: "Table", place_code(t, "name"),
				json_array_size(tables.v) == 1 ? "the only one"
					: sheet ? "the first visible one that holds a table"
					: member ? NULL : "the one with most rows", key);
	}
}

static void add_facts(struct build *b, struct node *table)
{
	struct place facts = place_at(b->ingest, "facts");
	for (size_t i = 0; i < json_array_size(facts.v); i++) {
		struct place f = place_item(facts, i);
		char *name = arena_strdup(b->arena, json_text(f.v, "name", ""));
		if (*name >= 'a' && *name <= 'z')
			*name = (char)(*name - 'a' + 'A');
		add_decision(b, table, name, place_text(f, "value"), NULL, NULL);
	}
}

static void add_dialect(struct build *b, struct node *table)
{
	struct place d = place_at(b->ingest, "dialect"), enc = place_at(b->ingest, "encoding");
	if (!d.v)
		return;
	add_decision(b, table, "Encoding", place_text(enc, "name"), json_text(enc.v, "how", NULL),
		"encoding");
	add_decision(b, table, "Delimiter", visible(place_code(d, "delimiter")),
		json_text(d.v, "how", NULL), "delimiter");
	add_decision(b, table, "Quote", visible(place_code(d, "quote")), NULL, "quote");
	add_decision(b, table, "Quote inside a quote", place_text(d, "escape"), NULL, NULL);
	add_decision(b, table, "Line end", place_text(d, "line_end"), NULL, NULL);
	if (json_at(d.v, "header"))
		add_decision(b, table, "Header row",
			cell_text(!json_flag(d.v, "header", false) ? "none, columns are numbered"
				: json_int(d.v, "header_rows", 1) > 1
				? "yes, several rows joined name the columns"
				: "yes, it names the columns"),
			NULL, "header");
	if (json_int(d.v, "skipped_lines", 0) > 0)
		add_decision(b, table, "Lines skipped before the table",
			place_num(d, CELL_COUNT, "skipped_lines"),
			"they are not rows of the table", NULL);
}

static void add_decisions(struct build *b, struct node *section)
{
	struct node *table = doc_table(b->doc, section, "What was decided about the file",
		decision_columns, COUNTOF(decision_columns));
	add_decision(b, table, "Format", place_text(b->ingest, "title"), "by its content",
		"format");
	add_decision(b, table, "Compression", place_text(b->ingest, "packed"), NULL, NULL);
	add_choice(b, table);
	add_dialect(b, table);
	if (json_at(b->ingest.v, "dialect"))
		add_decision(b, table, "Decimal mark", visible(place_code(b->ingest, "decimal")),
			NULL, "decimal");
	add_decision(b, table, "Order of dates", place_text(b->ingest, "date_order"), NULL,
		"date_order");
	add_facts(b, table);
}

static void add_counts(struct build *b, struct node *section)
{
	static const struct {
		const char *key, *label;
		bool always;
	} counts[] = { { "records", "Records in the file", true },
		{ "rows", "Rows of the table", true }, { "columns", "Columns of the table", true },
		{ "quarantined", "Records set aside", true }, { "padded", "Rows filled up", false },
		{ "blank_lines", "Blank lines", false },
		{ "nul_bytes", "NUL bytes removed", false } };
	struct node *figures = doc_add(b->doc, section, NODE_FIGURES);
	for (size_t i = 0; i < COUNTOF(counts); i++)
		if (counts[i].always || json_num(b->ingest.v, counts[i].key, 0) > 0)
			doc_figure(b->doc, figures, counts[i].label,
				place_num(b->ingest, CELL_COUNT, counts[i].key));
	if (json_num(b->ingest.v, "quarantined", 0) > 0)
		build_say(b, section,
			"Records that could not be read as rows are not lost: quarantine.csv "
			"lists each with its line, the reason and its text.");
}

static void add_missing_tokens(struct build *b, struct node *section)
{
	struct place tokens = place_at(b->ingest, "missing_tokens");
	size_t n = json_array_size(tokens.v);
	if (n == 0)
		return;
	struct node *text = doc_text(b->doc, section, "Read as a missing value: ", NULL, 0);
	for (size_t i = 0; i < n && i < LABELS_MAX; i++) {
		struct place t = place_item(tokens, i);
		struct cell cells[] = { place_code(t, "token"), place_num(t, CELL_COUNT, "count") };
		doc_runs(b->doc, text, i ? ", " : "", NULL, 0);
		doc_runs(b->doc, text, plural(cells[1].num, "%s (%s time)", "%s (%s times)"), cells, 2);
	}
	doc_runs(b->doc, text, ".", NULL, 0);
}

/* A name with what cannot be seen by its number, and as it stands where all can be seen. */
static struct cell seen_name(struct build *b, struct cell name)
{
	struct buf shown = { 0 };
	if (name.text)
		utf8_show(&shown, name.text, strlen(name.text));
	if (name.text && strcmp(name.text, buf_str(&shown)) != 0)
		name = cell_code(arena_strdup(b->arena, buf_str(&shown)));   /* no longer the text of its place */
	buf_free(&shown);
	return name;
}

static void add_renamed(struct build *b, struct node *section)
{
	struct place renamed = place_at(b->ingest, "renamed");
	size_t n = json_array_size(renamed.v);
	if (n == 0)
		return;
	static const struct table_column columns[] = { { "In the file", ALIGN_LEFT, false },
		{ "In this report", ALIGN_LEFT, false } };
	struct node *table = doc_table(
		b->doc, section, "Columns renamed", columns, COUNTOF(columns));
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place r = place_item(renamed, i);
		struct cell cells[] = { seen_name(b, place_code(r, "from")), place_code(r, "to") };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(r.v, "to", NULL)));
	}
}

/* A format of dates as people write it: %d.%m.%Y is DD.MM.YYYY. */
static void put_format(struct doc *d, struct buf *out, const char *format)
{
	static const struct {
		char c;
		const char *words;
	} parts[] = { { 'd', "DD" }, { 'm', "MM" }, { 'Y', "YYYY" }, { 'G', "YYYY" }, { 'y', "YY" },
		{ 'b', "Mon" }, { 'B', "Month" }, { 'V', "ww" }, { 'q', "q" }, { 'H', "hh" },
		{ 'I', "hh" }, { 'M', "mm" }, { 'S', "ss" }, { 'f', "fff" }, { 'p', "am/pm" },
		{ 'z', "+hh:mm" } };
	for (const char *p = format; *p; p++) {
		size_t i = *p == '%' && p[1] ? 0 : COUNTOF(parts);
		while (i < COUNTOF(parts) && parts[i].c != p[1])
			i++;
		if (i == COUNTOF(parts)) {
			buf_putc(out, *p);
			continue;
		}
		buf_puts(out, doc_word(d, parts[i].words));
		p++;
	}
}

/* Why a type was chosen, and how its values are written: the three commonest forms. */
static struct cell evidence(struct build *b, struct place c)
{
	struct place formats = place_at(c, "evidence.formats");
	size_t n = json_array_size(formats.v);
	if (json_text(c.v, "declared", NULL))
		return cell_text("declared in the manifest");
	if (n == 0)
		return place_text(c, "evidence.why");
	struct buf text = { 0 };
	for (size_t i = 0; i < n && i < 3; i++) {
		buf_puts(&text, i ? ", " : "");
		put_format(b->doc, &text, json_text(place_item(formats, i).v, "format", ""));
	}
	struct cell cell = cell_text(doc_say(b->doc, n > 3 ? "%s; written %s and in other ways" : "%s; written %s",
		doc_word(b->doc, json_text(c.v, "evidence.why", "")), buf_str(&text)));
	buf_free(&text);
	return cell;
}

/* One row a column: what it was taken for, and how many of its values say so. */
static void add_types(struct build *b, struct node *section)
{
	struct place columns = place_at(b->schema, "columns");
	size_t n = json_array_size(columns.v);
	if (n == 0)
		return;
	struct node *details = doc_details(b->doc, section, "How the type of each column was found");
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "Read as", ALIGN_LEFT, false }, { "Values", ALIGN_RIGHT, false },
		{ "Do not fit", ALIGN_RIGHT, false }, { "Evidence", ALIGN_LEFT, false } };
	struct node *table = doc_table(b->doc, details, NULL, heads, COUNTOF(heads));
	table->sortable = true;
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place c = place_item(columns, i);
		struct cell cells[] = { place_code(c, "name"), place_text(c, "parsed"),
			place_num(c, CELL_COUNT, "evidence.values"),
			place_num(c, CELL_COUNT, "evidence.unparsed"),
			evidence(b, c) };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(c.v, "name", NULL)));
	}
	if (n > ROWS_MAX) {
		struct cell shown[] = { build_count(ROWS_MAX), build_count((double)n) };
		doc_note(b->doc, details, "The first %s of %s columns; schema.json has all.", shown,
			2);
	}
}

void build_file(struct build *b, struct node *root)
{
	if (!b->ingest.v)
		return;
	struct node *section = doc_section(b->doc, root, "file", "How the file was read");
	struct cell cells[] = { place_code(b->ingest, "file"),
		place_num(b->ingest, CELL_BYTES, "bytes") };
	doc_text(b->doc, section, "%s holds %s.", cells, 2);
	add_counts(b, section);
	add_decisions(b, section);
	build_source(b, section);
	add_missing_tokens(b, section);
	add_renamed(b, section);
	struct place *own = arena_calloc(b->arena, b->nopen + 1, sizeof *own);
	size_t n = 0;
	for (size_t i = 0; i < b->nopen; i++)
		if (place_is(b->open[i], "step", "ingest"))
			own[n++] = b->open[i];
	build_finding_groups(b, section, own, n, n, 8);
	add_types(b, section);
}
