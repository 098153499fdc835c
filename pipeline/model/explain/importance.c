/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Permutation importance (Breiman 2001; Fisher, Rudin & Dominici 2019) on the held-out rows of each fold:
 * how much worse the primary metric gets when a column is shuffled. */
#include "model/explain/explain_int.h"

#include <stdlib.h>
#include <string.h>

struct shuffle {
	const struct fold_plan *folds;
	const struct model_spec *spec;
	struct model *const *model;   /* per fold */
	size_t rows, repeats;    /* of one fold, of one column in it */
	enum metric metric;
	int outputs;
	double *loss;            /* groups x folds x repeats */
};

static void shuffle_fold(void *ctx, size_t fold)
{
	struct shuffle *s = ctx;
	size_t folds = (size_t)s->folds->folds;
	const struct sample *all = &s->folds->test[fold];
	struct arena *a = arena_new();
	const struct model *m = s->model[fold];
	size_t n = all->n < s->rows ? all->n : s->rows;
	uint32_t *rows = arena_calloc(a, n, sizeof *rows), *moved_rows = arena_calloc(a, n, sizeof *rows);
	for (size_t i = 0; i < n; i++)
		rows[i] = all->rows[i * all->n / n];
	double *pred = arena_calloc(a, n * (size_t)s->outputs, sizeof *pred), base[METRIC_COUNT], score[METRIC_COUNT];
	struct sample test = { .f = all->f, .rows = rows, .n = n };
	model_predict(m, &test, pred);
	score_sample(&test, s->outputs, pred, base);
	test.shuffled = moved_rows;
	for (size_t g = 0; g < all->f->ngroups; g++)
		for (size_t k = 0; k < s->repeats; k++) {
			struct rng r;
			rng_seed(&r, s->spec->seed + 7919 * (fold * s->repeats + k + 1));
			memcpy(moved_rows, rows, n * sizeof *rows);
			rng_shuffle(&r, moved_rows, n);
			test.group = (int)g;
			model_predict(m, &test, pred);
			score_sample(&test, s->outputs, pred, score);
			s->loss[(g * folds + fold) * s->repeats + k] = score[s->metric] - base[s->metric];
		}
	arena_free(a);
}

static int by_mean(const void *a, const void *b)
{
	const struct importance *x = a, *y = b;
	if (x->mean != y->mean)
		return x->mean > y->mean ? -1 : 1;
	return strcmp(x->name, y->name);
}

void find_importance(struct contest *c)
{
	enum { LEAST_ROWS = 200 };
	const struct frame *f = c->f;
	const struct fold_plan *p = c->folds;
	const struct model_spec *spec = c->spec;
	struct model_result *r = c->r;
	size_t groups = f->ngroups, folds = (size_t)p->folds, most = (size_t)spec->repeats;
	/* so many rows of each fold as the budget allows with all repeats; then fewer repeats */
	size_t budget = (size_t)spec->importance_rows / model_price(r->candidates[r->chosen].kind);
	size_t per_fold = budget / (groups * folds), rows = per_fold / most, repeats = most;
	if (rows < LEAST_ROWS) {
		rows = LEAST_ROWS;
		repeats = per_fold / rows < 1 ? 1 : per_fold / rows;
	}
	size_t n = folds * repeats;
	struct shuffle s = { p, spec, c->kept[r->chosen].model, rows, repeats, r->metric, r->outputs, mem_calloc(groups * n, sizeof *s.loss) };
	r->repeats = (int)repeats;
	for (size_t i = 0; i < folds; i++)
		r->importance_rows += (int64_t)(p->test[i].n < rows ? p->test[i].n : rows);
	pool_run(spec->threads, folds, shuffle_fold, &s);
	r->importance = arena_calloc(c->a, groups, sizeof *r->importance);
	r->nimportance = groups;
	size_t tail = n < IMPORTANCE_FEW ? 0 : (size_t)(0.025 * (double)(n - 1) + 0.5);
	for (size_t g = 0; g < groups; g++) {
		double *v = s.loss + g * n, mean = 0;
		for (size_t i = 0; i < n; i++)
			mean += v[i] / (double)n;
		sort_doubles(v, n);
		r->importance[g] = (struct importance){ f->group_names[g], mean, v[tail], v[n - 1 - tail] };
	}
	qsort(r->importance, groups, sizeof *r->importance, by_mean);
	free(s.loss);
}
