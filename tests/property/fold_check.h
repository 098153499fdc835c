/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For any fold: the result is the same bytes for any number of threads, and for any split of the
 * table at batch boundaries, merged in any grouping, also when the pieces travel between processes
 * (fold_part_save). Rooms call fold_check with each accumulator they
 * have, and a function that writes all that is in one to a buffer.
 *
 *	static void put_mean(struct buf *out, const void *acc, const void *arg) { ... }
 *	fold_check("mean", &(struct fold){ .ops = &mean_ops, .arg = &options }, table, put_mean);
 */
#ifndef FOLD_CHECK_H
#define FOLD_CHECK_H

#include "table/table.h"
#include "test.h"

#include <stdlib.h>

typedef void fold_put(struct buf *out, const void *acc, const void *arg);

/* Frees the accumulator. */
static inline bool fold_same(const struct fold *f, void *acc, fold_put *put, const struct buf *want)
{
	struct buf got = { 0 };
	put(&got, acc, f->arg);
	bool same = got.n == want->n && memcmp(buf_str(&got), buf_str(want), want->n) == 0;
	buf_free(&got);
	fold_release(&(struct fold){ .ops = f->ops, .acc = acc }, 1);
	return same;
}

/* A part as another process would get it. */
static inline struct fold_part *fold_travel(const struct fold *f, struct fold_part *p)
{
	struct buf bytes = { 0 };
	struct err e = { 0 };
	if (!f->ops->save)
		return p;
	CHECK(fold_part_save(p, &bytes, &e) == 0);
	struct fold_part *got = fold_part_load(f, (struct str){ bytes.p, bytes.n }, &e);
	CHECK(got != NULL);
	buf_free(&bytes);      /* nothing of it may be needed any more */
	fold_release(&(struct fold){ .ops = f->ops, .acc = fold_part_finish(p) }, 1);
	return got;
}

/* The batches [first, first + count) cut into random pieces and merged in a random grouping. */
static inline struct fold_part *fold_split(const struct fold *f, const struct table *t, int64_t first,
	int64_t count, struct rng *r)
{
	if (count <= 1 || rng_below(r, 4) == 0)
		return fold_travel(f, fold_part_new(f, t, first, count));
	int64_t left = (int64_t)rng_below(r, (uint64_t)count + 1);   /* an empty piece is a piece */
	struct fold_part *p = fold_split(f, t, first, left, r);
	fold_part_merge(p, fold_split(f, t, first + left, count - left, r));
	return p;
}

static inline void fold_check(const char *what, const struct fold *f, const struct table *t,
	fold_put *put)
{
	static const int threads[] = { 2, 3, 8 };
	int64_t n = table_nbatches(t);
	int failed = test_failed;
	struct fold once = { .ops = f->ops, .arg = f->arg };
	struct buf want = { 0 };
	fold_run(t, &once, 1, 1);
	put(&want, once.acc, f->arg);
	fold_release(&once, 1);

	for (size_t i = 0; i < COUNTOF(threads); i++) {
		struct fold fresh = { .ops = f->ops, .arg = f->arg }, run[] = { fresh, fresh };
		fold_run(t, run, COUNTOF(run), threads[i]);
		for (size_t k = 0; k < COUNTOF(run); k++)
			CHECK(fold_same(f, run[k].acc, put, &want));
	}
	for (int64_t split = 0; split <= n && n <= 64; split++) {
		struct fold_part *p = fold_part_new(f, t, 0, split);
		fold_part_merge(p, fold_part_new(f, t, split, n - split));
		CHECK(fold_same(f, fold_part_finish(p), put, &want));
	}
	struct rng r;
	rng_seed(&r, 7);
	for (int k = 0; k < 10; k++)
		CHECK(fold_same(f, fold_part_finish(fold_split(f, t, 0, n, &r)), put, &want));
	if (test_failed > failed)
		printf("  in the fold '%s'\n", what);
	buf_free(&want);
}

#endif
