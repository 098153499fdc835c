/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cost-complexity pruning (Breiman, Friedman, Olshen & Stone 1984, ch. 3): every penalty on leaves has its
 * smallest best subtree, those of growing penalties are nested, and cross-validation with the one
 * standard error rule says which of them to keep. The loss is the squared error, or the Brier score, whose
 * value in training is the sum of squares, or the Gini impurity, by which the tree was grown. */
#include "model/trees/trees_int.h"

#include <math.h>
#include <stdlib.h>

double *prune_penalties(const struct tree *t, struct arena *a)
{
	double *penalty = arena_calloc(a, t->nodes, sizeof *penalty), *risk = mem_calloc(t->nodes, sizeof *risk);
	size_t *leaves = mem_calloc(t->nodes, sizeof *leaves);
	double rows = t->node[0].weight, at = 0;
	for (size_t i = 0; i < t->nodes; i++)
		penalty[i] = t->node[i].left ? INFINITY : 0;
	while (penalty[0] == INFINITY) {
		double weakest = INFINITY;
		for (size_t i = t->nodes; i-- > 0;) {   /* children come behind their parents */
			const struct node *d = &t->node[i];
			risk[i] = penalty[i] < INFINITY ? d->impurity : risk[d->left] + risk[d->left + 1];
			leaves[i] = penalty[i] < INFINITY ? 1 : leaves[d->left] + leaves[d->left + 1];
			if (penalty[i] == INFINITY)
				weakest = fmin(weakest, (d->impurity - risk[i]) / (double)(leaves[i] - 1));
		}
		at = fmax(at, weakest / rows);
		for (size_t i = 0; i < t->nodes; i++)
			if (penalty[i] == INFINITY && (t->node[i].impurity - risk[i]) / (double)(leaves[i] - 1) <=
				weakest * (1 + 1e-9))
				penalty[i] = at;
		for (size_t i = 0; i < t->nodes; i++)   /* what is below goes with it */
			if (penalty[i] < INFINITY && t->node[i].left)
				for (uint32_t child = t->node[i].left; child < t->node[i].left + 2; child++)
					penalty[child] = fmin(penalty[child], at);
	}
	free(leaves);
	free(risk);
	return penalty;
}

static size_t leaves_below(const struct tree *t, const double *penalty, double at, size_t i)
{
	if (penalty[i] <= at)
		return 1;
	return leaves_below(t, penalty, at, t->node[i].left) + leaves_below(t, penalty, at, t->node[i].left + 1);
}

size_t prune_leaves(const struct tree *t, const double *penalty, double at)
{
	return leaves_below(t, penalty, at, 0);
}

/* ---- the choice ---------------------------------------------------------------------------------------------- */

/* The penalties at which the tree changes, from the first that leaves few enough leaves. */
static size_t steps(const struct tree *t, const double *penalty, size_t max_leaves, double *step)
{
	size_t n = 0, first = 0, kept = 1;
	step[n++] = 0;
	for (size_t i = 0; i < t->nodes; i++)
		if (t->node[i].left)
			step[n++] = penalty[i];
	sort_doubles(step, n);
	for (size_t i = 1; i < n; i++)
		if (step[i] > step[kept - 1])
			step[kept++] = step[i];
	while (first + 1 < kept && prune_leaves(t, penalty, step[first]) > max_leaves)
		first++;
	for (size_t i = first; i < kept; i++)
		step[i - first] = step[i];
	return kept - first;
}

static double loss(const struct target *y, size_t row, const double *value)
{
	if (y->width == 1)
		return (y->y[row] - value[0]) * (y->y[row] - value[0]);
	double sum = 0;
	for (size_t c = 0; c < y->width; c++)
		sum += (value[c] - (c == y->of[row])) * (value[c] - (c == y->of[row]));
	return sum;
}

/* Rows that were repeated to weigh more must not be on both sides: the fold follows from the row. Rows in
 * time order are held out in blocks. */
static int inner_fold(const struct sample *s, size_t i, int folds, uint64_t seed)
{
	if (s->f->by_time)
		return (int)(i * (size_t)folds / s->n);
	return (int)(hash64(&s->rows[i], sizeof s->rows[i], seed) % (uint64_t)folds);
}

struct losses {
	double sum, squares;     /* over held-out rows */
};

/* Adds the losses of the rows of a fold, by trees of the others pruned at each of n penalties. */
static void judge_fold(const struct grower *g, const int *fold_of, int fold, const double *at, size_t n,
	struct losses *losses)
{
	struct arena *a = arena_new();
	uint32_t *times = arena_calloc(a, g->n, sizeof *times);
	size_t rows = 0;
	for (size_t i = 0; i < g->n; i++)
		rows += times[i] = fold_of[i] != fold;
	struct grower inner = *g;
	inner.times = times;
	struct tree t;
	if (rows > 0 && rows < g->n) {
		tree_grow(&inner, &t);
		const double *penalty = prune_penalties(&t, a);
		for (size_t i = 0; i < g->n; i++) {
			if (times[i])
				continue;
			size_t d = 0;
			for (size_t k = n; k-- > 0;) {   /* a smaller penalty leads further down */
				while (penalty[d] > at[k])
					d = t.node[d].left + !goes_left(&t.node[d], g->codes[t.node[d].feature * g->n + i]);
				double l = loss(&g->target, i, t.value + d * t.width);
				losses[k].sum += l;
				losses[k].squares += l * l;
			}
		}
		tree_free(&t);
	}
	arena_free(a);
}

double prune_choose(const struct sample *s, const struct grower *g, const struct tree *t, const double *penalty,
	size_t max_leaves, uint64_t seed, struct arena *a)
{
	enum { FOLDS = 5 };
	double *step = arena_calloc(a, t->nodes + 1, sizeof *step), *middle = arena_calloc(a, t->nodes + 1, sizeof *middle);
	size_t n = steps(t, penalty, max_leaves, step), best = 0;
	if (n < 2)
		return step[0];
	for (size_t k = 0; k < n; k++)
		middle[k] = k + 1 < n ? sqrt(step[k] * step[k + 1]) : INFINITY;
	struct losses *l = arena_calloc(a, n, sizeof *l);
	int *fold_of = mem_calloc(s->n, sizeof *fold_of);
	for (size_t i = 0; i < s->n; i++)
		fold_of[i] = inner_fold(s, i, FOLDS, seed);
	for (int fold = 0; fold < FOLDS; fold++)
		judge_fold(g, fold_of, fold, middle, n, l);
	free(fold_of);
	for (size_t k = 1; k < n; k++)
		if (l[k].sum <= l[best].sum)
			best = k;
	double rows = (double)s->n, mean = l[best].sum / rows, var = fmax(0, l[best].squares / rows - mean * mean);
	size_t chosen = n - 1;
	while (l[chosen].sum / rows > mean + sqrt(var / rows))
		chosen--;
	return step[chosen];
}
