/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows train and which judge: by class when there are classes, by time when there is time. */
#include "model/model_int.h"

#include <stdlib.h>

static void set_samples(const struct frame *f, const int *fold_of, int folds, struct arena *a, struct fold_plan *p)
{
	for (int k = 0; k < folds; k++) {
		uint32_t *train = arena_calloc(a, f->n, sizeof *train), *test = arena_calloc(a, f->n, sizeof *test);
		size_t ntrain = 0, ntest = 0;
		for (size_t i = 0; i < f->n; i++)
			if (fold_of[i] == k)
				test[ntest++] = (uint32_t)i;
			else
				train[ntrain++] = (uint32_t)i;
		p->train[k] = (struct sample){ .f = f, .rows = train, .n = ntrain };
		p->test[k] = (struct sample){ .f = f, .rows = test, .n = ntest };
	}
}

/* Rows in time order are cut into folds + 1 blocks; fold k learns from the first k + 1 and is judged on
 * the next (forward chaining), so nothing is ever predicted from its own future. */
static void by_time(const struct frame *f, int folds, struct arena *a, struct fold_plan *p)
{
	uint32_t *rows = arena_calloc(a, f->n, sizeof *rows);
	for (size_t i = 0; i < f->n; i++)
		rows[i] = (uint32_t)i;
	for (int k = 0; k < folds; k++) {
		size_t from = f->n * (size_t)(k + 1) / (size_t)(folds + 1);
		size_t to = f->n * (size_t)(k + 2) / (size_t)(folds + 1);
		p->train[k] = (struct sample){ .f = f, .rows = rows, .n = from };
		p->test[k] = (struct sample){ .f = f, .rows = rows + from, .n = to - from };
	}
}

/* Every class is dealt out in turn from a shuffled order, so that folds differ by at most one row of it. */
static void shuffled(const struct frame *f, uint64_t seed, int folds, struct arena *a, struct fold_plan *p)
{
	int *fold_of = arena_calloc(a, f->n, sizeof *fold_of), next = 0;
	uint32_t *order = arena_calloc(a, f->n, sizeof *order);
	struct rng g;
	rng_seed(&g, seed);
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
	set_samples(f, fold_of, folds, a, p);
}

void folds_plan(const struct frame *f, const struct model_spec *s, struct arena *a, struct fold_plan *out)
{
	int folds = s->folds;
	if ((size_t)folds > f->n / 4)
		folds = (int)(f->n / 4);
	*out = (struct fold_plan){ .folds = folds };
	out->train = arena_calloc(a, (size_t)folds, sizeof *out->train);
	out->test = arena_calloc(a, (size_t)folds, sizeof *out->test);
	if (f->by_time) {
		out->scheme = "time-ordered";
		out->why = "the rows have a time: each fold is predicted from what came before it";
		by_time(f, folds, a, out);
	} else {
		out->scheme = f->nclasses ? "stratified k-fold" : "k-fold";
		out->why = f->nclasses ? "every fold has the same share of each class" :
			"rows are taken to be independent of each other";
		shuffled(f, s->seed, folds, a, out);
	}
}
