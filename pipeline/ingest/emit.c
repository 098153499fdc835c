/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second reading: batches of typed columns. Where a batch begins in the text is known from
 * the first reading, so each thread reads and converts a batch by itself and waits only for its
 * turn to write it. A source that can be read in order only, or a table so wide that a few
 * batches do not fit into the memory allowed, is read by one thread; then the others share the
 * columns of each block.
 */
#include "ingest/ingest_int.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct emit {
	const struct ingest_options *options;
	const struct tokens *tokens;
	struct source *source;
	const struct plan *plans;
	const struct gathered *from;
	struct builder **whole;    /* [ncols] evidence of all batches so far */
	struct table_writer *writer;
	const struct ingest_result *result;
	size_t ncols;
	/* under the lock */
	pthread_mutex_t lock;
	pthread_cond_t turn;
	size_t next, written;      /* batches: begun by somebody, written */
	int status;
	struct err err;
};

/* ---- batches ----------------------------------------------------------------------------- */

static struct builder **builders_new(const struct emit *m)
{
	struct builder **b = mem_calloc(m->ncols, sizeof *b);
	for (size_t c = 0; c < m->ncols; c++)
		b[c] = builder_new(&m->plans[c], m->tokens, m->from->tallies[c].levels);
	return b;
}

static void builders_free(struct emit *m, struct builder **b)
{
	for (size_t c = 0; c < m->ncols; c++)
		builder_free(b[c]);
	free(b);
}

static int write_batch(struct emit *m, struct builder **b, int64_t rows, struct err *e)
{
	struct column *cols = mem_calloc(m->ncols, sizeof *cols);
	int status = 0;
	for (size_t c = 0; c < m->ncols && !status; c++)
		if (!builder_column(b[c], &cols[c]))
			status = err_set(e, ERR_INPUT,
				"column '%s': more than 2 GB of text in %d rows",
				m->result->columns[c].name, BATCH_ROWS);
	if (!status)
		status = table_writer_batch(m->writer, cols, rows, e);
	free(cols);
	return status;
}

static int tell(const struct emit *m, double done, struct err *e)
{
	const struct ingest_options *o = m->options;
	if (o->progress && o->progress(o->progress_ctx, 0.5 + done / 2, "writing the table"))
		return err_set(e, ERR_CANCELLED, "cancelled");
	return 0;
}

/* ---- many batches at once ---------------------------------------------------------------- */

static int64_t batch_rows(const struct emit *m, size_t k)
{
	int64_t left = m->from->rows - (int64_t)k * BATCH_ROWS;
	return left < BATCH_ROWS ? left : BATCH_ROWS;
}

static int build_batch(const struct emit *m, struct source *s, struct block *block,
	struct builder **b, size_t k, struct err *e)
{
	s->seek(s, m->from->starts[k]);
	for (int64_t left = batch_rows(m, k); left; left -= block->rows) {
		block_clear(block);
		if (s->fill(s, block, e))
			return -1;
		if (!block->rows || (block->rows > left))
			return err_set(e, ERR_IO, "the file has changed while it was read");
		for (size_t c = 0; c < m->ncols; c++)
			builder_take(b[c], block, (int)c, 0, block->rows);
	}
	return 0;
}

/* Called in turn, by one thread at a time. */
static int finish_batch(struct emit *m, struct builder **b, size_t k, struct err *e)
{
	size_t n = m->from->nstarts;
	if (write_batch(m, b, batch_rows(m, k), e) || tell(m, (double)(k + 1) / (double)n, e))
		return -1;
	for (size_t c = 0; c < m->ncols; c++) {
		builder_gather(m->whole[c], b[c]);
		builder_clear(b[c]);
	}
	return 0;
}

/* The number of a batch that nobody has begun; false: none, or something has failed. */
static bool begin_batch(struct emit *m, size_t *k)
{
	pthread_mutex_lock(&m->lock);
	bool more = !m->status && m->next < m->from->nstarts && batch_rows(m, m->next) > 0;
	*k = m->next;
	m->next += more;
	pthread_mutex_unlock(&m->lock);
	return more;
}

static void end_batch(struct emit *m, struct builder **b, size_t k, int status, struct err *e)
{
	pthread_mutex_lock(&m->lock);
	while (m->written != k && !m->status)
		pthread_cond_wait(&m->turn, &m->lock);
	bool mine = !m->status;
	pthread_mutex_unlock(&m->lock);
	if (mine && !status)
		status = finish_batch(m, b, k, e);
	pthread_mutex_lock(&m->lock);
	m->written += mine;
	if (mine && status) {
		m->status = status;
		m->err = *e;
	}
	pthread_cond_broadcast(&m->turn);
	pthread_mutex_unlock(&m->lock);
}

static void work(void *ctx, size_t i)
{
	struct emit *m = ctx;
	struct arena *a = arena_new();
	struct source *s = m->source->again(m->source, a);
	struct builder **b = builders_new(m);
	struct block block;
	size_t k;
	(void)i;
	block_open(&block, s->ncols, BLOCK_CELLS);
	while (begin_batch(m, &k)) {
		struct err e = { 0 };
		int status = build_batch(m, s, &block, b, k, &e);
		end_batch(m, b, k, status, &e);
	}
	block_close(&block);
	builders_free(m, b);
	arena_free(a);
}

static int many_batches(struct emit *m, int threads, struct err *e)
{
	pthread_mutex_init(&m->lock, NULL);
	pthread_cond_init(&m->turn, NULL);
	pool_run(threads, (size_t)threads, work, m);
	pthread_cond_destroy(&m->turn);
	pthread_mutex_destroy(&m->lock);
	if (m->status && e)
		*e = m->err;
	return m->status;
}

/* How many threads can hold a batch each; 0: the source is read in order. */
static int batches_at_once(const struct emit *m)
{
	const struct gathered *g = m->from;
	int threads = m->options->threads > 1 ? m->options->threads : 1;
	if (!m->source->again || !g->nstarts)
		return 0;
	size_t most = 0;
	for (size_t k = 1; k < g->nstarts; k++)
		if (g->starts[k].at - g->starts[k - 1].at > most)
			most = g->starts[k].at - g->starts[k - 1].at;
	/* numbers, and texts in a buffer that grows by doubling */
	size_t memory = (size_t)ingest_memory(m->options) / 2;
	size_t each = m->ncols * BATCH_ROWS * sizeof(int64_t) + 2 * most;
	return each * (size_t)threads <= memory ? threads : 0;
}

/* ---- one after the other ----------------------------------------------------------------- */

struct turn {
	struct emit *m;
	struct block *now, *next;
	int64_t from, to;          /* rows of `now` */
	bool fill;                 /* the next block is wanted */
	int status;
	struct err err;
};

static void step(void *ctx, size_t i)
{
	struct turn *t = ctx;
	if (i > 0) {
		builder_take(t->m->whole[i - 1], t->now, (int)i - 1, t->from, t->to);
	} else if (t->fill) {
		block_clear(t->next);
		t->status = t->m->source->fill(t->m->source, t->next, &t->err);
	}
}

/* One block; a batch may end within. */
static int take_rows(struct turn *t, int64_t *pending, struct err *e)
{
	struct emit *m = t->m;
	for (t->from = 0; t->from < t->now->rows; t->from = t->to) {
		int64_t room = BATCH_ROWS - *pending, left = t->now->rows - t->from;
		t->to = t->from + (left < room ? left : room);
		t->fill = t->from == 0;
		pool_run(m->options->threads, m->ncols + 1, step, t);
		*pending += t->to - t->from;
		if (*pending < BATCH_ROWS)
			continue;
		*pending = 0;
		if (write_batch(m, m->whole, BATCH_ROWS, e))
			return -1;
		for (size_t c = 0; c < m->ncols; c++)
			builder_clear(m->whole[c]);
	}
	return 0;
}

static int in_order(struct emit *m, struct err *e)
{
	struct block blocks[2];
	struct source *s = m->source;
	for (int i = 0; i < 2; i++)
		block_open(&blocks[i], s->ncols, SHARED_CELLS);
	int64_t pending = 0;
	struct turn t = { .m = m, .next = &blocks[0], .fill = true };
	s->rewind(s);
	step(&t, 0);
	int status = 0;
	for (int i = 0; !t.status && !status && t.next->rows; i ^= 1) {
		t.now = t.next;
		t.next = &blocks[i ^ 1];
		status = take_rows(&t, &pending, e) || tell(m, s->done, e) ? -1 : 0;
	}
	if (!status && t.status) {
		status = -1;
		if (e)
			*e = t.err;
	}
	if (!status && pending)
		status = write_batch(m, m->whole, pending, e);
	block_close(&blocks[0]);
	block_close(&blocks[1]);
	return status;
}

int emit_table(const struct ingest_options *o, const struct tokens *t, struct source *s,
	const struct plan *plans, const struct gathered *from, struct table_writer *writer,
	const struct ingest_result *r, struct builder **whole, struct err *e)
{
	struct emit m = { .options = o, .tokens = t, .source = s, .plans = plans, .from = from,
		.whole = whole, .writer = writer, .result = r, .ncols = r->ncolumns };
	int threads = batches_at_once(&m);
	return threads ? many_batches(&m, threads, e) : in_order(&m, e);
}
