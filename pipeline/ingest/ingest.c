/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a file to a table, in two readings of the text: the first counts what every cell could
 * be, the second converts. Both go block by block; while the columns of one block are worked on
 * by the pool, one thread reads the next block. A column's blocks are worked on in order and by
 * themselves, so the number of threads changes nothing.
 */
#include "ingest/ingest_int.h"

#include <stdlib.h>
#include <string.h>

struct work {
	const struct ingest_options *options;
	struct arena *arena;
	struct ingest_result *result;
	struct text text;
	struct source source;
	const struct tokens *tokens;
	struct tally *tallies;
	struct plan *plans;
	struct builder **builders;
	struct table_writer *writer;
	struct block blocks[2];
	struct block *now, *next;
	struct err fill_err;
	bool failed;
	/* What the reading at hand does with a column of w->now. */
	void (*column)(struct work *w, int col);
	double share;              /* of the whole progress that is done before this reading */
};

/* ---- blocks ------------------------------------------------------------------------------ */

/* Few enough cells to stay in the caches, many enough to be worth handing out. */
static int64_t block_rows(int ncols)
{
	enum { CELLS = 1 << 18, LEAST = 64 };
	int64_t rows = BATCH_ROWS;
	while (rows > LEAST && rows * ncols > CELLS)
		rows /= 2;
	return rows;
}

static void blocks_open(struct work *w)
{
	for (int i = 0; i < 2; i++) {
		struct block *b = &w->blocks[i];
		b->ncols = w->source.ncols;
		b->cap = block_rows(b->ncols);
		b->cells = mem_calloc((size_t)b->cap * (size_t)b->ncols, sizeof *b->cells);
	}
}

static void blocks_close(struct work *w)
{
	for (int i = 0; i < 2; i++) {
		free(w->blocks[i].cells);
		arena_free(w->blocks[i].bytes);
	}
}

static void fill_next(struct work *w)
{
	struct block *b = w->next;
	arena_free(b->bytes);
	b->bytes = arena_new();
	b->rows = 0;
	w->failed = w->failed || w->source.fill(&w->source, b, &w->fill_err);
}

/* ---- a reading --------------------------------------------------------------------------- */

static void task(void *ctx, size_t i)
{
	struct work *w = ctx;
	if (i == 0)
		fill_next(w);
	else
		w->column(w, (int)i - 1);
}

static int flush(struct work *w, int64_t rows, struct err *e)
{
	size_t n = w->result->ncolumns;
	struct column *cols = mem_calloc(n, sizeof *cols);
	int status = 0;
	for (size_t i = 0; i < n && !status; i++)
		if (!builder_column(w->builders[i], &cols[i]))
			status = err_set(e, ERR_INPUT,
				"column '%s': more than 2 GB of text in %d rows",
				w->result->columns[i].name, BATCH_ROWS);
	if (!status)
		status = table_writer_batch(w->writer, cols, rows, e);
	for (size_t i = 0; i < n; i++)
		builder_clear(w->builders[i]);
	free(cols);
	return status;
}

static bool cancelled(const struct work *w, const char *what)
{
	const struct ingest_options *o = w->options;
	return o->progress && o->progress(o->progress_ctx, w->share + w->source.done / 2, what);
}

/* Reads all rows; writes batches when there is a writer. Returns the number of rows, -1 on
 * error. */
static int64_t read_all(struct work *w, const char *what, void (*column)(struct work *, int),
	struct err *e)
{
	int64_t rows = 0, pending = 0;
	w->column = column;
	w->source.rewind(&w->source);
	w->next = &w->blocks[0];
	fill_next(w);
	for (int i = 0; w->next->rows; i ^= 1) {
		w->now = w->next;
		w->next = &w->blocks[i ^ 1];
		pool_run(w->options->threads, w->result->ncolumns + 1, task, w);
		if (w->failed)
			break;
		rows += w->now->rows;
		pending += w->now->rows;
		if (cancelled(w, what))
			return err_set(e, ERR_CANCELLED, "cancelled");
		if (w->writer && (pending == BATCH_ROWS || !w->next->rows)) {
			if (flush(w, pending, e))
				return -1;
			pending = 0;
		}
	}
	if (w->failed) {
		*e = w->fill_err;
		return -1;
	}
	return rows;
}

static void tally_one(struct work *w, int col)
{
	tally_column(&w->tallies[col], w->tokens, w->now, col);
}

static void levels_one(struct work *w, int col)
{
	if (w->plans[col].dictionary && w->tallies[col].levels_late)
		tally_levels(&w->tallies[col], w->tokens, w->now, col);
}

static void build_one(struct work *w, int col)
{
	builder_take(w->builders[col], w->now, col);
}

/* ---- first reading ----------------------------------------------------------------------- */

static int first_reading(struct work *w, struct err *e)
{
	struct ingest_result *r = w->result;
	r->ncolumns = (size_t)w->source.ncols;
	w->tallies = arena_calloc(w->arena, r->ncolumns, sizeof *w->tallies);
	for (size_t i = 0; i < r->ncolumns; i++)
		w->tallies[i].levels = levels_new();
	r->rows = read_all(w, "finding types", tally_one, e);
	if (r->rows < 0)
		return -1;
	const struct quarantine *q = w->source.quarantine;
	r->records = w->source.records;
	r->quarantined = quarantine_count(q);
	r->padded = w->source.padded;
	r->blank_lines = w->source.blank_lines;
	if ((double)quarantine_bad(q) > w->options->max_quarantine_share * (double)r->records)
		return err_set(e, ERR_INPUT,
			"%lld of %lld records are no rows of this table; the first is in %s",
			(long long)quarantine_bad(q), (long long)r->records,
			quarantine_first(q));
	return 0;
}

/* Delimiters at the end of every line make no column. */
static void drop_nameless_columns(struct work *w)
{
	struct ingest_result *r = w->result;
	while (r->ncolumns > 1) {
		const struct tally *t = &w->tallies[r->ncolumns - 1];
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

/* Text columns with few levels are stored as a dictionary. */
static int choose_storage(struct work *w, struct err *e)
{
	struct ingest_result *r = w->result;
	bool late = false;
	for (size_t i = 0; i < r->ncolumns; i++) {
		struct tally *t = &w->tallies[i];
		w->plans[i].dictionary = w->plans[i].type == PARSED_TEXT;
		if (w->plans[i].dictionary && t->levels_late) {
			t->levels = levels_new();
			late = true;
		}
	}
	if (late && read_all(w, "collecting levels", levels_one, e) < 0)
		return -1;
	for (size_t i = 0; i < r->ncolumns; i++) {
		/* the tally took it for a missing value */
		if (w->plans[i].keeps_na)
			levels_add(w->tallies[i].levels, str_of("NA"));
		int32_t n = w->plans[i].dictionary ? levels_count(w->tallies[i].levels) : -1;
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
			levels_write(w->tallies[i].levels, w->writer, (int)i, e))
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
		w->builders[i] = builder_new(&w->plans[i], w->tokens, w->tallies[i].levels);
	w->share = 0.5;
	if (writer_open(w, e) ||
		quarantine_start(w->source.quarantine, w->options->quarantine, e) ||
		read_all(w, "writing the table", build_one, e) < 0 || writer_close(w, e) ||
		quarantine_end(w->source.quarantine, e))
		return -1;
	gather_evidence(w);
	findings_make(w->arena, w->options, &w->text, w->tallies, w->plans, w->builders,
		w->tokens, r);
	return 0;
}

/* ---- all together ------------------------------------------------------------------------ */

static int ingest(struct work *w, struct err *e)
{
	struct ingest_result *r = w->result;
	if (source_open(w->arena, w->options, &w->text, &w->source, r, e))
		return -1;
	blocks_open(w);
	if (first_reading(w, e))
		return -1;
	drop_nameless_columns(w);
	r->columns = arena_calloc(w->arena, r->ncolumns, sizeof *r->columns);
	w->plans = arena_calloc(w->arena, r->ncolumns, sizeof *w->plans);
	names_make(w->arena, &w->source, r);
	take_declarations(w);
	columns_decide(w->arena, w->options, &w->source, w->tallies, w->plans, r);
	return choose_storage(w, e) || second_reading(w, e) ? -1 : 0;
}

static void close_work(struct work *w)
{
	blocks_close(w);
	table_writer_abort(w->writer);
	for (int i = 0; i < w->source.ncols && w->tallies; i++)
		levels_free(w->tallies[i].levels);
	for (size_t i = 0; i < w->result->ncolumns && w->builders; i++)
		builder_free(w->builders[i]);
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
