/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ingest.json and schema.json, as pipeline/ARTIFACTS.md describes them. */
#include "stages/ingest_int.h"

#include <stdio.h>
#include <string.h>

static void write_encoding(struct jw *w, const struct ingest_encoding *enc)
{
	jw_kobj(w, "encoding");
	jw_kstr(w, "name", enc->name);
	jw_kbool(w, "bom", enc->bom);
	jw_kstr(w, "how", enc->how);
	jw_knum(w, "confidence", enc->confidence);
	jw_obj_end(w);
}

static void write_dialect(struct jw *w, const struct ingest_dialect *d)
{
	jw_kobj(w, "dialect");
	jw_kstr(w, "delimiter", d->delimiter);
	jw_kstr(w, "quote", d->quote);
	jw_kstr(w, "escape", d->escape);
	jw_kstr(w, "line_end", d->line_end);
	jw_kbool(w, "header", d->header_rows > 0);
	jw_kint(w, "header_rows", d->header_rows);
	jw_kint(w, "skipped_lines", d->skipped_lines);
	jw_karr(w, "preamble");
	for (size_t i = 0; i < d->npreamble; i++)
		jw_str(w, d->preamble[i]);
	jw_arr_end(w);
	jw_karr(w, "candidates");
	for (size_t i = 0; i < d->ncandidates; i++) {
		jw_obj(w);
		jw_kstr(w, "delimiter", d->candidates[i].delimiter);
		jw_kstr(w, "quote", d->candidates[i].quote);
		jw_knum(w, "score", d->candidates[i].score);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kstr(w, "how", d->how);
	jw_obj_end(w);
}

/* ---- what was read ---------------------------------------------------------------------- */

/* How messages call the whole input. */
static void write_file(struct jw *w, const struct stage_run *run, const struct ingest_result *r)
{
	const struct stage_input *first = NULL;
	char several[64];
	size_t n = 0;
	for (size_t i = 0; i < run->ninputs; i++)
		if (!run->inputs[i].join && !n++)
			first = &run->inputs[i];
	snprintf(several, sizeof several, "%zu files", n);
	jw_kstr(w, "file", n > 1 ? several : first ? first->name : r->title);
	jw_kint(w, "bytes", r->bytes);
	jw_kstr(w, "sha256", json_text(run->manifest, "source.sha256",
		n == 1 ? first->sha256 : NULL));
}

static const char *hash_of(const struct stage_run *run, const char *name)
{
	for (size_t i = 0; i < run->ninputs; i++)
		if (strcmp(run->inputs[i].name, name) == 0)
			return run->inputs[i].sha256;
	return NULL;
}

static void write_parts(struct jw *w, const struct stage_run *run, const struct ingest_result *r)
{
	jw_karr(w, "parts");
	for (size_t i = 0; i < r->nparts; i++) {
		const struct ingest_part *p = &r->parts[i];
		jw_obj(w);
		jw_kstr(w, "file", p->name);
		jw_kstr(w, "format", p->format);
		jw_kint(w, "bytes", p->bytes);
		jw_kstr(w, "sha256", hash_of(run, p->name));
		jw_kint(w, "rows", p->rows);
		jw_kstrs(w, "absent", p->absent, p->nabsent);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_karr(w, "joined");
	for (size_t i = 0; i < r->njoined; i++) {
		const struct ingest_joined *j = &r->joined[i];
		jw_obj(w);
		jw_kstr(w, "name", j->name);
		jw_kstr(w, "file", j->file);
		jw_kstr(w, "format", j->format);
		jw_kstr(w, "sha256", hash_of(run, j->file));
		jw_kstrs(w, "on", j->on, j->non);
		jw_kint(w, "rows", j->rows);
		jw_kint(w, "columns", j->columns);
		jw_kint(w, "matched", j->matched);
		jw_kint(w, "unmatched", j->unmatched);
		jw_kint(w, "unused", j->unused);
		jw_kint(w, "repeated", j->repeated);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_tables(struct jw *w, const struct ingest_result *r)
{
	jw_karr(w, "tables");
	for (size_t i = 0; i < r->ntables; i++) {
		const struct ingest_table *t = &r->tables[i];
		jw_obj(w);
		jw_kstr(w, "name", t->name);
		jw_kstr(w, "note", t->note);
		if (t->rows >= 0)
			jw_kint(w, "rows", t->rows);
		else
			jw_knull(w, "rows");
		if (t->columns >= 0)
			jw_kint(w, "columns", t->columns);
		else
			jw_knull(w, "columns");
		jw_kbool(w, "hidden", t->hidden);
		jw_kbool(w, "chosen", t->chosen);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_karr(w, "facts");
	for (size_t i = 0; i < r->nfacts; i++) {
		jw_obj(w);
		jw_kstr(w, "name", r->facts[i].name);
		jw_kstr(w, "value", r->facts[i].value);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

void ingest_write_decisions(struct jw *w, const struct stage_run *run,
	const struct ingest_result *r)
{
	const char decimal[] = { r->decimal, 0 };
	bool csv = r->dialect.how != NULL;
	jw_obj(w);
	jw_kstr(w, "schema", "dossier/ingest/1");
	jw_kstr(w, "format", r->format);
	jw_kstr(w, "title", r->title);
	jw_kstr(w, "packed", r->packed);
	write_file(w, run, r);
	write_parts(w, run, r);
	write_tables(w, r);
	if (csv) {
		write_encoding(w, &r->encoding);
		write_dialect(w, &r->dialect);
	}
	jw_kstr(w, "decimal", decimal);
	jw_kstr(w, "date_order", r->date_order);
	jw_kint(w, "records", r->records);
	jw_kint(w, "rows", r->rows);
	jw_kint(w, "columns", (int64_t)r->ncolumns);
	jw_kint(w, "quarantined", r->quarantined);
	jw_kint(w, "padded", r->padded);
	jw_kint(w, "blank_lines", r->blank_lines);
	jw_kint(w, "nul_bytes", r->nul_bytes);
	jw_karr(w, "missing_tokens");
	for (size_t i = 0; i < r->nmissing; i++) {
		jw_obj(w);
		jw_kstr(w, "token", r->missing[i].token);
		jw_kint(w, "count", r->missing[i].count);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_karr(w, "renamed");
	for (size_t i = 0; i < r->nrenamed; i++) {
		jw_obj(w);
		jw_kstr(w, "from", r->renamed[i].from);
		jw_kstr(w, "to", r->renamed[i].to);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_karr(w, "actions");
	for (size_t i = 0; i < r->ndeeds; i++) {
		const struct ingest_deed *d = &r->deeds[i];
		jw_obj(w);
		jw_kstr(w, "name", d->name);
		jw_kint(w, "count", d->count);
		jw_karr_inline(w, "lines");
		for (size_t k = 0; k < d->nlines; k++)
			jw_int(w, d->lines[k]);
		jw_arr_end(w);
		jw_kbool(w, "aside", d->aside);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_karr(w, "rejected");
	for (size_t i = 0; i < r->nrejected; i++) {
		jw_obj(w);
		jw_kint(w, "line", r->rejected[i].line);
		jw_kstr(w, "reason", r->rejected[i].reason);
		jw_kstr(w, "raw", r->rejected[i].raw);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_karr(w, "findings");
	for (size_t i = 0; i < r->nfindings; i++)
		finding_write(w, &r->findings[i]);
	jw_arr_end(w);
	jw_obj_end(w);
}

static void write_evidence(struct jw *w, const struct ingest_column *c)
{
	static const enum parsed_type tried[] = { PARSED_INTEGER, PARSED_REAL, PARSED_BOOLEAN,
		PARSED_DATE, PARSED_DATETIME, PARSED_TIME, PARSED_DURATION };
	jw_kobj(w, "evidence");
	jw_kint(w, "values", c->values);
	jw_kint(w, "missing", c->missing);
	jw_kint(w, "parsed", c->parsed_count);
	jw_kint(w, "unparsed", c->unparsed);
	jw_kstrs(w, "examples", c->examples, c->nexamples);
	jw_karr(w, "formats");
	for (size_t i = 0; i < c->nformats; i++) {
		jw_obj(w);
		jw_kstr(w, "format", c->formats[i].format);
		jw_kint(w, "count", c->formats[i].count);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kobj(w, "tried");
	for (size_t i = 0; i < COUNTOF(tried); i++)
		jw_kint(w, parsed_type_name(tried[i]), c->tried[tried[i]]);
	jw_obj_end(w);
	jw_kint(w, "trimmed", c->trimmed);
	jw_kint(w, "leading_zeros", c->leading_zeros);
	jw_kstr(w, "why", c->why);
	jw_obj_end(w);
}

/* What the file itself says of the column, and what its values mean. */
static void write_origin(struct jw *w, const struct ingest_column *c)
{
	jw_kstr(w, "label", c->label);
	jw_kstr(w, "stored", c->stored);
	jw_karr(w, "codes");
	for (size_t i = 0; i < c->ncodes; i++) {
		jw_obj(w);
		jw_kstr(w, "code", c->codes[i].code);
		jw_kstr(w, "label", c->codes[i].label);
		jw_kbool(w, "missing", c->codes[i].missing);
		jw_kint(w, "count", c->codes[i].count);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kstr(w, "semantic", c->semantic);
	jw_kint(w, "semantic_count", c->semantic_count);
	jw_kint(w, "semantic_of", c->semantic_of);
}

void ingest_write_schema(struct jw *w, const struct ingest_result *r)
{
	jw_obj(w);
	jw_kstr(w, "schema", "dossier/schema/1");
	jw_karr(w, "columns");
	for (size_t i = 0; i < r->ncolumns; i++) {
		const struct ingest_column *c = &r->columns[i];
		jw_obj(w);
		jw_kstr(w, "name", c->name);
		jw_kstr(w, "original", c->original);
		jw_kstr(w, "parsed", parsed_type_name(c->parsed));
		jw_kstr(w, "storage", column_type_name(c->storage));
		jw_kstr(w, "declared", c->declared);
		jw_kstr(w, "unit", c->unit);
		if (c->decimals >= 0)
			jw_kint(w, "decimals", c->decimals);
		else
			jw_knull(w, "decimals");
		if (c->levels >= 0)
			jw_kint(w, "dictionary", c->levels);
		else
			jw_knull(w, "dictionary");
		write_origin(w, c);
		write_evidence(w, c);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}
