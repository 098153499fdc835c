/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which rows train and which judge. Time comes first: nothing is predicted from its own future. Then units:
 * rows that belong together are on one side. What is left is shuffled, with every part alike in the target. */
#include "model/frame/folds_int.h"

#include <math.h>
#include <stdlib.h>

/* Splits first .. first + folds of the plan from the fold of each row. */
static void set_samples(const struct sample *s, const int *fold_of, int first, int folds, struct arena *a,
	struct fold_plan *p)
{
	for (int k = 0; k < folds; k++) {
		size_t ntest = 0, ntrain = 0;
		for (size_t i = 0; i < s->n; i++)
			ntest += fold_of[s->rows[i]] == k ? 1 : 0;
		uint32_t *train = arena_calloc(a, s->n - ntest, sizeof *train), *test = arena_calloc(a, ntest, sizeof *test);
		ntest = 0;
		for (size_t i = 0; i < s->n; i++)
			if (fold_of[s->rows[i]] == k)
				test[ntest++] = s->rows[i];
			else
				train[ntrain++] = s->rows[i];
		p->train[first + k] = (struct sample){ .f = s->f, .rows = train, .n = ntrain };
		p->test[first + k] = (struct sample){ .f = s->f, .rows = test, .n = ntest };
	}
}

/* A few folds are few numbers to compare models by; where fits are cheap, k-fold is repeated with other
 * shuffles until there are about twenty; in order of time there are so many steps. */
static int repeats(const struct frame *f, const struct model_spec *s, int folds)
{
	enum { CHEAP = 20000, ENOUGH = 20, FEW = 5 };
	if (s->fold_repeats > 0)
		return s->fold_repeats;
	size_t equations = f->nclasses > FEW ? (size_t)f->nclasses : 1;
	return f->n * f->nfeatures * equations <= CHEAP && folds < ENOUGH ? ENOUGH / folds : 1;
}

/* ---- the holdout ------------------------------------------------------------------------------------------ */

static double test_share(const struct frame *f, const struct model_spec *s)
{
	enum { FEW = 2000 };
	if (s->test_share >= 0)
		return fmin(s->test_share, 0.5);
	return f->n < FEW ? 0 : fmax(0.1, 0.2 - 0.1 * log10((double)f->n / FEW));
}

/* The newest rows in time order, else a part like the others: whole units, with the shares of classes. */
static void set_holdout(const struct frame *f, const struct model_spec *s, bool ordered, struct arena *a,
	struct fold_plan *p)
{
	enum { MIN_ROWS = 20 };
	double share = test_share(f, s);
	uint32_t *rows = arena_calloc(a, f->n, sizeof *rows), *held = arena_calloc(a, f->n, sizeof *held);
	int *part_of = mem_calloc(f->n, sizeof *part_of);   /* 1: kept back */
	size_t n = 0, nheld = 0, from = f->n;
	for (size_t i = 0; i < f->n; i++)
		rows[i] = (uint32_t)i;
	struct sample all = { .f = f, .rows = rows, .n = f->n };
	if (share > 0 && ordered) {
		from = time_start(f, (size_t)((1 - share) * (double)f->n), f->n);
	} else if (share > 0) {
		parts_split(&all, hash64(&s->seed, sizeof s->seed, 4), share, part_of);
	}
	for (size_t i = 0; i < f->n; i++)
		if (i >= from || part_of[i])
			held[nheld++] = (uint32_t)i;
	p->holdout_how = ordered ? "the newest" : f->unit && f->unit_name ? "those of whole groups" : "drawn by the seed";
	bool made = nheld >= MIN_ROWS && f->n - nheld >= 2 * MIN_ROWS && (!ordered || times_differ(f, from));
	for (size_t i = 0, k = 0; i < f->n; i++)
		if (made && k < nheld && held[k] == i)
			k++;
		else
			rows[n++] = (uint32_t)i;
	free(part_of);
	p->rows = (struct sample){ .f = f, .rows = rows, .n = n };
	p->holdout = (struct sample){ .f = f, .rows = held, .n = made ? nheld : 0 };
	if (made && ordered)
		p->rows.n = gap_before(f, s, rows, n, held[0]);
}

/* ---- the plan ------------------------------------------------------------------------------------------------ */

/* What is said of a shuffle: why it is allowed, and what it respects. */
static const char *why_shuffled(const struct frame *f, const struct model_spec *s, struct arena *a)
{
	const char *first = s->declared_exchangeable ? "the manifest declares the rows independent of each other" :
		f->time ? "the times take too few values to be cut into parts" : "rows are taken to be independent of each other";
	if (f->unit && f->unit_name)
		return arena_printf(a, "rows of one '%s' belong together: a model must do well for those it has not seen%s",
			f->unit_name, f->nclasses ? ", and each part keeps the shares of the classes as well as that allows" : "");
	const char *shares = f->nclasses ? ", and each part keeps the shares of the classes" :
		", and each part has its share of small and large values";
	return arena_printf(a, "%s%s%s", first, shares, f->unit ? "; copies of a row stay in one part" : "");
}

static int fold_count(const struct frame *f, const struct model_spec *s, const struct fold_plan *p)
{
	size_t most = p->rows.n / 8, folds = (size_t)s->folds;
	if (f->unit)
		most = f->units < most ? f->units : most;
	return (int)(folds < most ? folds : most < 2 ? 2 : most);
}

int folds_plan(struct frame *f, const struct model_spec *s, struct arena *a, struct fold_plan *out, struct err *e)
{
	*out = (struct fold_plan){ 0 };
	if (f->unit && f->units < 2)
		f->unit = NULL;
	bool ordered = f->time && times_differ(f, f->n);
	set_holdout(f, s, ordered, a, out);
	int folds = fold_count(f, s, out);
	out->repeats = repeats(f, s, folds);
	out->train = arena_calloc(a, (size_t)(folds * out->repeats), sizeof *out->train);
	out->test = arena_calloc(a, (size_t)(folds * out->repeats), sizeof *out->test);
	if (ordered) {
		f->by_time = true;
		return time_chain(f, s, folds * out->repeats, a, out, e);
	}
	out->folds = folds;
	out->splits = folds * out->repeats;
	out->scheme = f->unit && f->unit_name ? "grouped k-fold" : f->nclasses ? "stratified k-fold" : "k-fold";
	out->why = why_shuffled(f, s, a);
	int *fold_of = mem_calloc(f->n, sizeof *fold_of);
	for (int r = 0; r < out->repeats; r++) {
		parts_deal(&out->rows, s->seed + (uint64_t)r, folds, fold_of);
		set_samples(&out->rows, fold_of, r * folds, folds, a, out);
	}
	free(fold_of);
	return 0;
}
