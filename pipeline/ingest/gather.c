/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first reading. One thread at a time takes the next block of rows from the source, in
 * order, and counts by itself what its cells could be; as counting takes longer than reading, the
 * threads are rarely in each other's way. In the end the counts of all threads are added up: no
 * sum, and no first appearance of a value, depends on who counted what.
 */
#include "ingest/ingest_int.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct worker {
	struct block block;
	struct tally *tallies;     /* [n] */
	int n;
};
struct gather {
	const struct ingest_options *options;
	const struct tokens *tokens;
	struct source *source;
	const struct plan *plans;  /* [ncols] when only levels are collected, else NULL */
	size_t ncols;
	struct gathered *to;
	struct worker *workers;
	double share;              /* of the whole progress that is done before */
	const char *what;
	/* under the lock */
	pthread_mutex_t lock;
	int64_t rows;
	bool ended;
	int status;
	struct err err;
};

/* ---- blocks ------------------------------------------------------------------------------ */

/* The rows go over the cells column by column, so a block must fit the nearest caches; and
 * columns that are a power of two apart would be in each other's way there. */
void block_open(struct block *b, int ncols, int64_t cells)
{
	enum { LEAST = 64, APART = 4 };
	int64_t rows = BATCH_ROWS;
	while (rows > LEAST && rows * ncols > cells)
		rows /= 2;
	*b = (struct block){ .ncols = ncols, .room = ncols, .most = rows, .cap = rows + APART };
	b->cells = mem_calloc((size_t)b->cap * (size_t)ncols, sizeof *b->cells);
}

void block_close(struct block *b)
{
	free(b->cells);
	arena_free(b->bytes);
}

void block_clear(struct block *b)
{
	arena_free(b->bytes);
	b->bytes = arena_new();
	b->rows = 0;
}

/* ---- under the lock ---------------------------------------------------------------------- */

/* Batches can be read from where their first rows are. */
static void mark(struct gather *g)
{
	struct gathered *to = g->to;
	if (!g->source->mark || g->plans || g->rows % BATCH_ROWS)
		return;
	if (to->nstarts == to->cap) {
		to->cap = to->cap ? 2 * to->cap : 64;
		to->starts = mem_realloc(to->starts, to->cap, sizeof *to->starts);
	}
	to->starts[to->nstarts++] = g->source->mark(g->source);
}

static int next_block(struct gather *g, struct block *b)
{
	const struct ingest_options *o = g->options;
	block_clear(b);
	if (g->ended)
		return 0;
	mark(g);
	b->first = g->rows;
	if (g->source->fill(g->source, b, &g->err))
		return -1;
	g->rows += b->rows;
	g->ended = !b->rows;
	if (o->progress && o->progress(o->progress_ctx, g->share + g->source->done / 2, g->what))
		return err_set(&g->err, ERR_CANCELLED, "cancelled");
	return 0;
}

/* False: there is nothing more to do. */
static bool take_block(struct gather *g, struct block *b)
{
	pthread_mutex_lock(&g->lock);
	if (!g->status && next_block(g, b))
		g->status = -1;
	bool more = !g->status && b->rows;
	pthread_mutex_unlock(&g->lock);
	return more;
}

/* ---- without it -------------------------------------------------------------------------- */

/* Columns may still be added while a feed is read. */
static void widen(struct worker *w, int ncols)
{
	if (ncols <= w->n)
		return;
	w->tallies = mem_realloc(w->tallies, (size_t)ncols, sizeof *w->tallies);
	for (; w->n < ncols; w->n++)
		tally_open(&w->tallies[w->n]);
}

static bool wanted(const struct gather *g, int col)
{
	return (size_t)col < g->ncols && g->plans[col].dictionary &&
		g->to->tallies[col].levels_late;
}

static void work(void *ctx, size_t i)
{
	struct gather *g = ctx;
	struct worker *w = &g->workers[i];
	while (take_block(g, &w->block)) {
		const struct block *b = &w->block;
		widen(w, b->ncols);
		for (int c = 0; c < b->ncols; c++)
			if (!g->plans)
				tally_column(&w->tallies[c], g->tokens, b, c);
			else if (wanted(g, c))
				tally_levels(&w->tallies[c], g->tokens, b, c);
	}
	for (int c = 0; c < w->n; c++)
		tally_end(&w->tallies[c]);
}

/* ---- the end ----------------------------------------------------------------------------- */

static int widest(const struct gather *g, size_t n)
{
	int ncols = g->source->ncols;
	for (size_t i = 0; i < n; i++)
		ncols = g->workers[i].n > ncols ? g->workers[i].n : ncols;
	return ncols;
}

static void add_up(struct gather *g, size_t n)
{
	struct worker *all = &g->workers[0];
	widen(all, widest(g, n));
	for (size_t i = 1; i < n; i++)
		for (int c = 0; c < g->workers[i].n; c++)
			tally_merge(&all->tallies[c], &g->workers[i].tallies[c]);
	for (int c = 0; c < all->n; c++) {
		/* rows from before there was this column */
		struct tally *t = &all->tallies[c];
		t->empty += g->rows - t->rows;
		t->rows = g->rows;
		if (t->levels)
			levels_sort(t->levels);
	}
	g->to->tallies = all->tallies;
	g->to->ncols = all->n;
	g->to->rows = g->rows;
	all->tallies = NULL;
	all->n = 0;
}

static void take_levels(struct gather *g, size_t n)
{
	struct worker *all = &g->workers[0];
	widen(all, g->to->ncols);
	for (int c = 0; c < all->n; c++) {
		struct tally *t = &g->to->tallies[c];
		if (!wanted(g, c))
			continue;
		t->levels = all->tallies[c].levels;
		all->tallies[c].levels = NULL;
		for (size_t i = 1; i < n; i++)
			if (c < g->workers[i].n)
				levels_merge(t->levels, g->workers[i].tallies[c].levels);
		levels_sort(t->levels);
	}
}

static int run(struct gather *g, struct err *e)
{
	size_t n = g->options->threads > 1 ? (size_t)g->options->threads : 1;
	g->workers = mem_calloc(n, sizeof *g->workers);
	for (size_t i = 0; i < n; i++)
		block_open(&g->workers[i].block, g->source->ncols, BLOCK_CELLS);
	pthread_mutex_init(&g->lock, NULL);
	pool_run((int)n, n, work, g);
	pthread_mutex_destroy(&g->lock);
	if (g->status && e)
		*e = g->err;
	else if (g->plans)
		take_levels(g, n);
	else
		add_up(g, n);
	for (size_t i = 0; i < n; i++) {
		for (int c = 0; c < g->workers[i].n; c++)
			tally_close(&g->workers[i].tallies[c]);
		free(g->workers[i].tallies);
		block_close(&g->workers[i].block);
	}
	free(g->workers);
	return g->status;
}

int gather_tallies(const struct ingest_options *o, const struct tokens *t, struct source *s,
	struct gathered *to, struct err *e)
{
	struct gather g = { .options = o, .tokens = t, .source = s, .to = to,
		.what = "finding types" };
	s->rewind(s);
	return run(&g, e);
}

int gather_levels(const struct ingest_options *o, const struct tokens *t, struct source *s,
	const struct plan *plans, size_t ncols, struct gathered *to, struct err *e)
{
	struct gather g = { .options = o, .tokens = t, .source = s, .plans = plans,
		.ncols = ncols, .to = to,
		.what = "collecting levels" };
	s->rewind(s);
	return run(&g, e);
}

void gathered_free(struct gathered *g)
{
	for (int c = 0; c < g->ncols; c++)
		tally_close(&g->tallies[c]);
	free(g->tallies);
	free(g->starts);
}
