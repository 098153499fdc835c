/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the input is made of: several files, joined tables, the sheets or tables that a file holds,
 * what its format says beside the rows, and what was set aside. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static void add_parts(struct build *b, struct node *section)
{
	struct place parts = place_at(b->ingest, "parts");
	size_t n = json_array_size(parts.v);
	if (n == 0)
		return;
	static const struct table_column columns[] = { { "File", ALIGN_LEFT, false },
		{ "Format", ALIGN_LEFT, false }, { "Size", ALIGN_RIGHT, false },
		{ "Rows", ALIGN_RIGHT, true }, { "Columns that it lacks", ALIGN_LEFT, false } };
	struct node *table = doc_table(b->doc, section, "One table made of several files", columns,
		COUNTOF(columns));
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place p = place_item(parts, i);
		size_t lacks;
		const char **absent = build_texts(b, p, "absent", &lacks);
		struct buf names = { 0 };
		for (size_t k = 0; k < lacks; k++)
			buf_printf(&names, "%s%s", k ? ", " : "", absent[k]);
		struct cell cells[] = { place_code(p, "file"), place_text(p, "format"),
			place_num(p, CELL_BYTES, "bytes"), place_num(p, CELL_COUNT, "rows"),
			lacks ? cell_code(arena_strdup(b->arena, buf_str(&names)))
			      : cell_text("none") };
		doc_row(b->doc, table, cells, NULL);
		buf_free(&names);
	}
	if (n > ROWS_MAX) {
		struct cell shown[] = { build_count(ROWS_MAX), build_count((double)n) };
		doc_note(b->doc, section, "The first %s of %s files; ingest.json has all.", shown,
			2);
	}
}

static void add_joined(struct build *b, struct node *section)
{
	struct place joined = place_at(b->ingest, "joined");
	size_t n = json_array_size(joined.v);
	if (n == 0)
		return;
	static const struct table_column columns[] = { { "Table", ALIGN_LEFT, false },
		{ "File", ALIGN_LEFT, false }, { "Key", ALIGN_LEFT, false },
		{ "Its rows", ALIGN_RIGHT, false }, { "Columns added", ALIGN_RIGHT, false },
		{ "Rows matched", ALIGN_RIGHT, false }, { "Rows without partner", ALIGN_RIGHT, true },
		{ "Its rows not used", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, section, "Tables joined to the input", columns,
		COUNTOF(columns));
	for (size_t i = 0; i < n; i++) {
		struct place p = place_item(joined, i);
		size_t nkeys;
		const char **keys = build_texts(b, p, "on", &nkeys);
		struct buf on = { 0 };
		for (size_t k = 0; k < nkeys; k++)
			buf_printf(&on, "%s%s", k ? ", " : "", keys[k]);
		struct cell cells[] = { place_code(p, "name"), place_code(p, "file"),
			cell_code(arena_strdup(b->arena, buf_str(&on))),
			place_num(p, CELL_COUNT, "rows"), place_num(p, CELL_COUNT, "columns"),
			place_num(p, CELL_COUNT, "matched"), place_num(p, CELL_COUNT, "unmatched"),
			place_num(p, CELL_COUNT, "unused") };
		doc_row(b->doc, table, cells, NULL);
		buf_free(&on);
	}
}

/* The sheets of a workbook, the tables of a database, the members of an archive. */
static void add_tables(struct build *b, struct node *section)
{
	struct place tables = place_at(b->ingest, "tables");
	size_t n = json_array_size(tables.v);
	if (n < 2)
		return;
	static const struct table_column columns[] = { { "Name", ALIGN_LEFT, false },
		{ "Rows", ALIGN_RIGHT, true }, { "Columns", ALIGN_RIGHT, false },
		{ "Remark", ALIGN_LEFT, false }, { "Used here", ALIGN_LEFT, false } };
	struct node *details = doc_details(b->doc, section, "Everything that the file holds");
	struct node *table = doc_table(b->doc, details, NULL, columns, COUNTOF(columns));
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place t = place_item(tables, i);
		const char *note = json_text(t.v, "note", NULL);
		bool hidden = json_flag(t.v, "hidden", false);
		struct cell cells[] = { place_code(t, "name"), place_num(t, CELL_COUNT, "rows"),
			place_num(t, CELL_COUNT, "columns"),
			note ? place_text(t, "note") : cell_text(hidden ? "hidden" : ""),
			cell_text(json_flag(t.v, "chosen", false) ? "yes" : "") };
		doc_row(b->doc, table, cells, NULL);
	}
}

static void add_preamble(struct build *b, struct node *section)
{
	size_t n;
	const char **lines = build_texts(b, b->ingest, "dialect.preamble", &n);
	if (n == 0)
		return;
	struct node *details = doc_details(b->doc, section, "Lines above the table");
	static const struct table_column columns[] = { { "Text", ALIGN_LEFT, false } };
	struct node *table = doc_table(b->doc, details, NULL, columns, COUNTOF(columns));
	for (size_t i = 0; i < n; i++) {
		struct cell cells[] = { cell_code(lines[i]) };
		doc_row(b->doc, table, cells, NULL);
	}
}

static void add_rejected(struct build *b, struct node *section)
{
	struct place list = place_at(b->ingest, "rejected");
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct node *details = doc_details(b->doc, section, "Records set aside");
	static const struct table_column columns[] = { { "Line", ALIGN_RIGHT, false },
		{ "Reason", ALIGN_LEFT, false }, { "Text", ALIGN_LEFT, false } };
	struct node *table = doc_table(b->doc, details, NULL, columns, COUNTOF(columns));
	for (size_t i = 0; i < n; i++) {
		struct place p = place_item(list, i);
		struct cell cells[] = { place_num(p, CELL_COUNT, "line"), place_text(p, "reason"),
			place_code(p, "raw") };
		doc_row(b->doc, table, cells, NULL);
	}
	if (json_num(b->ingest.v, "quarantined", 0) > (double)n) {
		struct cell cells[] = { build_count((double)n),
			place_num(b->ingest, CELL_COUNT, "quarantined") };
		doc_note(b->doc, details, "The first %s of %s; quarantine.csv has all.", cells, 2);
	}
}

void build_source(struct build *b, struct node *section)
{
	add_parts(b, section);
	add_joined(b, section);
	add_tables(b, section);
	add_preamble(b, section);
	add_rejected(b, section);
}
