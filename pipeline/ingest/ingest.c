/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a file to a table, in two readings of the text: the first counts what every cell could
 * be (gather.c), the second converts (emit.c). Both share the work among threads in a way that
 * the number of threads changes nothing.
 */
#include "ingest/ingest_int.h"

#include "ingest/process/feed.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct work {
	const struct ingest_options *options;
	struct arena *arena;
	struct ingest_result *result;
	struct text text;
	struct source source;
	const struct tokens *tokens;
	struct gathered gathered;
	struct plan *plans;
	struct builder **builders;
	struct table_writer *writer;
};

int64_t ingest_memory(const struct ingest_options *o)
{
	return o->memory > 0 ? o->memory : INT64_C(512) << 20;
}

/* ---- first reading ----------------------------------------------------------------------- */

static int first_reading(struct work *w, struct err *e)
{
	const struct ingest_options *o = w->options;
	struct ingest_result *r = w->result;
	struct quarantine *q = w->source.quarantine;
	if (quarantine_start(q, o->quarantine, e) ||
		gather_tallies(o, w->tokens, &w->source, &w->gathered, e) || quarantine_end(q, e))
		return -1;
	r->ncolumns = (size_t)w->gathered.ncols;
	r->rows = w->gathered.rows;
	r->records = w->source.records;
	r->quarantined = quarantine_count(q);
	r->nrejected = quarantine_examples(q, &r->rejected);
	r->padded = w->source.padded;
	r->blank_lines = w->source.blank_lines;
	if ((double)quarantine_bad(q) > o->max_quarantine_share * (double)r->records)
		return err_set(e, ERR_INPUT,
			"%lld of %lld records are no rows of this table; the first is in %s",
			(long long)quarantine_bad(q), (long long)r->records,
			quarantine_first(q));
	return 0;
}

/* Delimiters at the end of every line make no column beside those that are named, unless its name
 * may be lost. */
static void drop_nameless_columns(struct work *w)
{
	struct ingest_result *r = w->result;
	while (r->ncolumns > 1 && r->dialect.header_rows && !r->dialect.fused_names) {
		const struct tally *t = &w->gathered.tallies[r->ncolumns - 1];
		if (w->source.names[r->ncolumns - 1].n || t->empty < t->rows)
			break;
		r->ncolumns--;
	}
}

static void take_declarations(struct work *w)
{
	const struct ingest_options *o = w->options;
	for (size_t k = 0; k < o->ndeclared; k++)
		for (size_t i = 0; i < w->result->ncolumns && o->declared[k].type; i++)
			if (strcmp(w->result->columns[i].name, o->declared[k].column) == 0)
				w->result->columns[i].declared = arena_strdup(w->arena,
					o->declared[k].type);
}

/* What a feed says of its columns; known in full only after the first reading. */
static void take_origins(struct work *w)
{
	const struct feed_column *columns = w->source.columns;
	for (size_t i = 0; i < w->result->ncolumns && columns; i++) {
		struct ingest_column *c = &w->result->columns[i];
		const struct feed_column *f = &columns[i];
		c->label = f->label && *f->label ? f->label : NULL;
		c->stored = f->stored;
		c->ncodes = f->ncodes;
		c->codes = arena_calloc(w->arena, f->ncodes + 1, sizeof *c->codes);
		for (size_t k = 0; k < f->ncodes; k++)
			c->codes[k] = (struct ingest_code){ f->codes[k].code, f->codes[k].label,
				f->codes[k].missing, f->codes[k].count };
	}
}

/* Text columns with few levels are stored as a dictionary. */
static int choose_storage(struct work *w, struct err *e)
{
	struct ingest_result *r = w->result;
	struct tally *tallies = w->gathered.tallies;
	bool late = false;
	for (size_t i = 0; i < r->ncolumns; i++) {
		w->plans[i].dictionary = w->plans[i].type == PARSED_TEXT;
		late |= w->plans[i].dictionary && tallies[i].levels_late;
	}
	if (late && gather_levels(w->options, w->tokens, &w->source, w->plans, r->ncolumns,
		&w->gathered, e))
		return -1;
	for (size_t i = 0; i < r->ncolumns; i++) {
		/* the tally took it for a missing value */
		if (w->plans[i].dictionary && w->plans[i].keeps_na &&
			!levels_add(tallies[i].levels, str_of("NA"), false, r->rows, 0, LEVEL_WEAK))
			levels_end(tallies[i].levels);
		int32_t n = w->plans[i].dictionary ? levels_count(tallies[i].levels) : -1;
		w->plans[i].dictionary = n >= 0 && 2 * (int64_t)n < r->rows;
		if (w->plans[i].dictionary) {
			r->columns[i].levels = n;
			r->columns[i].storage = COLUMN_DICT;
		}
	}
	return 0;
}

/* ---- second reading ---------------------------------------------------------------------- */

static int writer_open(struct work *w, struct err *e)
{
	const struct ingest_result *r = w->result;
	struct field *fields = mem_calloc(r->ncolumns, sizeof *fields);
	for (size_t i = 0; i < r->ncolumns; i++)
		fields[i] = (struct field){ r->columns[i].name, r->columns[i].storage,
			r->columns[i].zone };
	w->writer = table_writer_new(w->options->table, fields, (int)r->ncolumns, e);
	free(fields);
	return w->writer ? 0 : -1;
}

static int writer_close(struct work *w, struct err *e)
{
	for (size_t i = 0; i < w->result->ncolumns; i++)
		if (w->plans[i].dictionary &&
			levels_write(w->gathered.tallies[i].levels, w->writer, (int)i, e))
			return -1;
	struct table_writer *writer = w->writer;
	w->writer = NULL;
	return table_writer_close(writer, e);
}

static int by_count(const void *a, const void *b)
{
	struct ingest_token x, y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	if (x.count != y.count)
		return x.count < y.count ? 1 : -1;
	return strcmp(x.token, y.token);
}

static void gather_evidence(struct work *w)
{
	struct ingest_result *r = w->result;
	int64_t *counts = mem_calloc((size_t)w->tokens->n, sizeof *counts);
	for (size_t i = 0; i < r->ncolumns; i++)
		builder_evidence(w->builders[i], w->arena, &r->columns[i], counts);
	r->missing = arena_calloc(w->arena, (size_t)w->tokens->n, sizeof *r->missing);
	for (int i = 0; i < w->tokens->n; i++)
		if (counts[i])
			r->missing[r->nmissing++] = (struct ingest_token){
				arena_strdup(w->arena, w->tokens->v[i].text), counts[i]
			};
	qsort(r->missing, r->nmissing, sizeof *r->missing, by_count);
	free(counts);
}

static int second_reading(struct work *w, struct err *e)
{
	struct ingest_result *r = w->result;
	w->builders = arena_calloc(w->arena, r->ncolumns, sizeof *w->builders);
	for (size_t i = 0; i < r->ncolumns; i++)
		w->builders[i] = builder_new(&w->plans[i], w->tokens,
			w->gathered.tallies[i].levels);
	if (writer_open(w, e) || emit_table(w->options, w->tokens, &w->source, w->plans,
		&w->gathered, w->writer, r, w->builders, e) || writer_close(w, e))
		return -1;
	gather_evidence(w);
	findings_make(w->arena, w->options, &w->text, w->gathered.tallies, w->plans, w->builders,
		w->tokens, r);
	return 0;
}

/* ---- all together ------------------------------------------------------------------------ */

static int ingest(struct work *w, struct err *e)
{
	struct ingest_result *r = w->result;
	if (source_open(w->arena, w->options, &w->text, &w->source, r, e))
		return -1;
	if (first_reading(w, e))
		return -1;
	drop_nameless_columns(w);
	r->columns = arena_calloc(w->arena, r->ncolumns, sizeof *r->columns);
	w->plans = arena_calloc(w->arena, r->ncolumns, sizeof *w->plans);
	names_make(w->arena, &w->source, r);
	take_declarations(w);
	take_origins(w);
	columns_decide(w->arena, w->options, &w->source, w->gathered.tallies, w->plans, r);
	return choose_storage(w, e) || second_reading(w, e) ? -1 : 0;
}

static void close_work(struct work *w)
{
	table_writer_abort(w->writer);
	for (size_t i = 0; i < w->result->ncolumns && w->builders; i++)
		builder_free(w->builders[i]);
	gathered_free(&w->gathered);
}

int ingest_table(const struct ingest_options *o, struct arena *a, struct ingest_result *r,
	struct err *e)
{
	*r = (struct ingest_result){ 0 };
	struct work w = { .options = o, .arena = a, .result = r,
		.tokens = tokens_new(a, o->missing, o->nmissing) };
	int status = ingest(&w, e);
	close_work(&w);
	if (status && o->ninputs == 1)
		err_while(e, "reading '%s'", input_name(o->inputs));
	else if (status)
		err_while(e, "reading %s", o->ninputs ? "several files" : "a server");
	return status;
}
