/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How everything was computed: definitions with their sources, every threshold, where the data
 * came from, what was assumed, and the verdict of the checks on the report itself.
 */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

/* ---- definitions ----------------------------------------------------------------------------- */

static const struct definition {
	const char *what, *how;
	const char *artifact, *path;
} definitions[] = {
#include "report/methods.def"
};

static void add_definitions(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Figure", ALIGN_LEFT, false },
		{ "How it is computed", ALIGN_LEFT, false } };
	struct node *table = doc_table(b->doc, section, "Definitions", heads, COUNTOF(heads));
	for (size_t i = 0; i < COUNTOF(definitions); i++) {
		const struct definition *d = &definitions[i];
		const json_t *artifact = strcmp(d->artifact, "eda") == 0 ? b->eda.v : b->modeling.v;
		if (!artifact || (d->path && !json_at(artifact, d->path)))
			continue;
		struct cell cells[] = { cell_text(d->what), cell_text(d->how) };
		doc_row(b->doc, table, cells, NULL);
	}
}

/* ---- thresholds ------------------------------------------------------------------------------ */

static void add_thresholds(struct build *b, struct node *section)
{
	static const struct table_column heads[] = {
		{ "Setting of the manifest", ALIGN_LEFT, false }, { "Value", ALIGN_RIGHT, false }
	};
	struct place t = place_at(b->eda, "thresholds");
	if (json_object_size(t.v) == 0)
		return;
	struct node *table = doc_table(
		b->doc, section, "Thresholds and limits", heads, COUNTOF(heads));
	json_t *object = (json_t *)(uintptr_t)t.v;    /* jansson's iteration lacks const */
	for (void *it = json_object_iter(object); it; it = json_object_iter_next(object, it)) {
		const char *key = json_object_iter_key(it);
		if (!json_is_number(json_object_iter_value(it)))
			continue;
		struct cell cells[] = { cell_code(arena_printf(b->arena, "eda.%s", key)),
			place_num(t, CELL_MEASURE, key) };
		doc_row(b->doc, table, cells, NULL);
	}
}

/* ---- provenance ------------------------------------------------------------------------------ */

static void add_fact(struct build *b, struct node *table, const char *what, struct cell value)
{
	struct cell cells[] = { cell_text(what), value };
	if (value.cls != CELL_EMPTY && !(cell_is_number(&value) && isnan(value.num)))
		doc_row(b->doc, table, cells, NULL);
}

static void add_provenance(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "What", ALIGN_LEFT, false },
		{ "Value", ALIGN_LEFT, false } };
	struct node *table = doc_table(
		b->doc, section, "Where this report comes from", heads, COUNTOF(heads));
	add_fact(b, table, "Input", cell_code(b->doc->input_name));
	add_fact(b, table, "Size", place_num(b->ingest, CELL_BYTES, "bytes"));
	add_fact(b, table, "SHA-256 of the input", place_code(b->ingest, "sha256"));
	add_fact(b, table, "Licence", place_own(b->manifest, "source.licence"));
	add_fact(b, table, "Source", place_own(b->manifest, "source.url"));
	add_fact(b, table, "Job", place_code(b->manifest, "id"));
	add_fact(b, table, "Date of the report", place_date(b->manifest, "report_date"));
	add_fact(
		b, table, "Seed of all random choices", place_num(b->manifest, CELL_COUNT, "seed"));
	add_fact(b, table, "Made by",
		cell_text(doc_say(b->doc, "Dossier %s", b->doc->version)));
	build_say(b, section,
		"The same input, manifest and version give the same report, byte for byte. Every "
		"number is in result.json with the artifact and the place it comes from.");
}

/* ---- assumptions ----------------------------------------------------------------------------- */

static const char *source_name(const char *source)
{
	return strcmp(source, "manifest") == 0   ? "manifest"
		: strcmp(source, "answer") == 0  ? "answered"
		: strcmp(source, "assumed") == 0 ? "assumed"
		: "open";
}

static void add_questions(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Question", ALIGN_LEFT, false },
		{ "Answer", ALIGN_LEFT, false }, { "From", ALIGN_LEFT, false },
		{ "Evidence", ALIGN_LEFT, false } };
	struct place list = place_at(b->clarify, "questions");
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct node *table = doc_table(
		b->doc, section, "What had to be decided", heads, COUNTOF(heads));
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place q = place_item(list, i);
		struct cell answer = place_code(q, "answer"), guess = place_code(q, "guess");
		bool assumed = place_is(q, "source", "assumed");
		struct cell cells[] = { place_text(q, "question"),
			answer.text                     ? answer
				: assumed && guess.text ? guess
							: cell_text("none"),
			cell_text(source_name(json_text(q.v, "source", ""))),
			place_text(q, "evidence") };
		doc_row(b->doc, table, cells, NULL);
	}
}

void build_methods(struct build *b, struct node *root)
{
	struct node *section = doc_section(b->doc, root, "methods", "Methods and provenance");
	add_provenance(b, section);
	add_questions(b, section);
	add_definitions(b, section);
	add_thresholds(b, section);
}

/* ---- the checks on the report ---------------------------------------------------------------- */

void build_checks(struct build *b, struct node *root)
{
	b->doc->checks = doc_section(b->doc, root, "checks", "Checks of this report");
	build_say(b, b->doc->checks, "This report was read back and compared with the figures it was made from.");
}

/* The figures are of the draft that was checked, so they have no address in critique.json. */
void report_add_verdict(struct doc *d, const json_t *critique)
{
	static const struct table_column heads[] = { { "Check", ALIGN_LEFT, false },
		{ "Result", ALIGN_LEFT, false }, { "Checked", ALIGN_RIGHT, false },
		{ "Failed", ALIGN_RIGHT, false } };
	if (!d->checks)
		return;
	bool pass = strcmp(json_text(critique, "verdict", ""), "pass") == 0;
	struct cell verdict = cell_text(pass ? "All checks passed."
		: "Checks failed: do not hand it out before they are resolved.");
	doc_text(d, d->checks, "%s", &verdict, 1);
	struct node *table = doc_table(d, d->checks, NULL, heads, COUNTOF(heads));
	const json_t *checks = json_object_get(critique, "checks");
	size_t later = 0;
	for (size_t i = 0; i < json_array_size(checks); i++) {
		const json_t *c = json_array_get(checks, i);
		const char *status = json_text(c, "status", "");
		if (strcmp(status, "not checked") == 0) {
			later++;
			continue;
		}
		struct cell cells[] = { cell_text(json_text(c, "name", NULL)), cell_text(status),
			build_count(json_num(c, "checked", NAN)), build_count(json_num(c, "failed", NAN)) };
		doc_row(d, table, cells, NULL);
	}
	table_settle(d, table);
	struct cell rest = build_count((double)later);
	if (later)
		doc_note(d, d->checks, "Checks made on the finished files: %s more; critique.json has what came of them.", &rest, 1);
}
