/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows train and which judge: by class when there are classes, by time when there is time. */
#include "model/model_int.h"

#include <stdlib.h>

/* Splits first .. first + folds of the plan from the fold of each row. */
static void set_samples(const struct frame *f, const int *fold_of, int first, int folds, struct arena *a,
	struct fold_plan *p)
{
	for (int k = 0; k < folds; k++) {
		uint32_t *train = arena_calloc(a, f->n, sizeof *train), *test = arena_calloc(a, f->n, sizeof *test);
		size_t ntrain = 0, ntest = 0;
		for (size_t i = 0; i < f->n; i++)
			if (fold_of[i] == k)
				test[ntest++] = (uint32_t)i;
			else
				train[ntrain++] = (uint32_t)i;
		p->train[first + k] = (struct sample){ .f = f, .rows = train, .n = ntrain };
		p->test[first + k] = (struct sample){ .f = f, .rows = test, .n = ntest };
	}
}

/* Rows of one time belong together: the first row at or after `at` that starts a new time. */
static size_t next_time(const struct frame *f, size_t at)
{
	while (at && at < f->n && f->time[at] == f->time[at - 1])
		at++;
	return at;
}

/* The first half of the rows in time order only trains; the second half is cut into blocks, and each is
 * predicted from everything before it (forward chaining), so nothing is ever predicted from its own
 * future, and even the first block has seen half of all that can happen. Returns how many blocks the
 * times allow. */
static int by_time(const struct frame *f, int folds, struct arena *a, struct fold_plan *p)
{
	uint32_t *rows = arena_calloc(a, f->n, sizeof *rows);
	for (size_t i = 0; i < f->n; i++)
		rows[i] = (uint32_t)i;
	size_t start = f->n / 2, rest = f->n - start, from = next_time(f, start);
	int made = 0;
	for (int k = 0; k < folds; k++) {
		size_t to = next_time(f, start + rest * (size_t)(k + 1) / (size_t)folds);
		if (to <= from)
			continue;
		p->train[made] = (struct sample){ .f = f, .rows = rows, .n = from };
		p->test[made++] = (struct sample){ .f = f, .rows = rows + from, .n = to - from };
		from = to;
	}
	return made;
}

/* Every class is dealt out in turn from a shuffled order, so that folds differ by at most one row of it. */
static void shuffled(const struct frame *f, uint64_t seed, int repeat, int folds, struct arena *a, struct fold_plan *p)
{
	int *fold_of = mem_calloc(f->n, sizeof *fold_of), next = 0;
	uint32_t *order = mem_calloc(f->n, sizeof *order);
	struct rng g;
	rng_seed(&g, seed + (uint64_t)repeat);
	int classes = f->nclasses ? f->nclasses : 1;
	for (int c = 0; c < classes; c++) {
		size_t m = 0;
		for (size_t i = 0; i < f->n; i++)
			if (!f->nclasses || (int)f->y[i] == c)
				order[m++] = (uint32_t)i;
		rng_shuffle(&g, order, m);
		for (size_t i = 0; i < m; i++)
			fold_of[order[i]] = next++ % folds;
	}
	set_samples(f, fold_of, repeat * folds, folds, a, p);
	free(order);
	free(fold_of);
}

/* A few folds are few numbers to compare models by; where fits are cheap, k-fold is repeated with other
 * shuffles until there are about twenty. */
static int repeats(const struct frame *f, const struct model_spec *s, int folds)
{
	enum { CHEAP = 20000, ENOUGH = 20 };
	if (s->fold_repeats > 0)
		return s->fold_repeats;
	return f->n * f->nfeatures <= CHEAP && folds < ENOUGH ? ENOUGH / folds : 1;
}

void folds_plan(struct frame *f, const struct model_spec *s, struct arena *a, struct fold_plan *out)
{
	int folds = s->folds;
	if ((size_t)folds > f->n / 8)
		folds = (int)(f->n / 8);
	*out = (struct fold_plan){ .folds = folds, .repeats = repeats(f, s, folds) };
	out->train = arena_calloc(a, (size_t)(folds * out->repeats), sizeof *out->train);
	out->test = arena_calloc(a, (size_t)(folds * out->repeats), sizeof *out->test);
	int blocks = f->time ? by_time(f, folds, a, out) : 0;
	if (blocks >= 2) {
		f->by_time = true;
		out->folds = out->splits = blocks;
		out->repeats = 1;
		out->scheme = "time-ordered";
		out->why = "the rows have a time: the first half trains, and each part of the second half is predicted "
			"from all that came before it";
		return;
	}
	out->splits = folds * out->repeats;
	out->scheme = f->nclasses ? "stratified k-fold" : "k-fold";
	out->why = s->declared_exchangeable ? "the manifest declares the rows independent of each other" :
		f->time ? "the times take too few values to be cut into parts" :
		f->nclasses ? "rows are taken to be independent of each other, and each part keeps the shares of the classes" :
		"rows are taken to be independent of each other";
	for (int r = 0; r < out->repeats; r++)
		shuffled(f, s->seed, r, folds, a, out);
}
