/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is best, and whether that is of use. Scores are compared split by split with the corrected
 * resampled t test (Nadeau & Bengio 2003). Against the baseline it is the ratio of scores that is
 * tested, for a few rows far out may make the error of one split many times that of another, of both
 * alike; and the best of many candidates is ahead by chance more often than one, which Holm's (1979)
 * step-down p values allow for.
 */
#include "model/model_int.h"

#include <math.h>
#include <stdlib.h>

static double test_to_train(const struct fold_plan *p)
{
	double ratio = 0;
	for (int i = 0; i < p->splits; i++)
		ratio += (double)p->test[i].n / (double)p->train[i].n / p->splits;
	return ratio;
}

struct comparison compare_ratios(const double *a, const double *b, int splits, double ratio)
{
	const double nothing = 1e-12;   /* of the baseline's error */
	double *x = mem_calloc(2 * (size_t)splits, sizeof *x), *y = x + splits;
	for (int i = 0; i < splits; i++) {
		y[i] = log(fmax(b[i], 1e-300));
		x[i] = log(fmax(a[i], fmax(b[i] * nothing, 1e-300)));
	}
	struct comparison c = compare_folds(x, y, splits, ratio);
	free(x);
	return c;
}

/* p[i] of candidate i, NaN where it has none, stepped down over all of them (Holm 1979). */
static void allow_for_choice(double *p, size_t n)
{
	size_t order[MODEL_KINDS], m = 0;
	for (size_t i = 0; i < n; i++) {
		size_t at = m;
		if (isnan(p[i]))
			continue;
		for (m++; at > 0 && p[order[at - 1]] > p[i]; at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	double most = 0;
	for (size_t i = 0; i < m; i++)
		p[order[i]] = most = fmax(most, fmin(1, (double)(m - i) * p[order[i]]));
}

/* ---- the model that is kept ------------------------------------------------------------------------------ */

/* How much there is to understand, and to go wrong. */
static int complexity(enum model_kind k)
{
	static const int of[MODEL_KINDS] = { [MODEL_OLS] = 1, [MODEL_LOGISTIC] = 1, [MODEL_ROBUST] = 2, [MODEL_LASSO] = 3,
		[MODEL_ELASTIC_NET] = 4, [MODEL_RIDGE] = 5, [MODEL_TREE] = 6, [MODEL_BAYES] = 7, [MODEL_KNN] = 8,
		[MODEL_FOREST] = 9, [MODEL_GBM] = 10, [MODEL_AVERAGE] = 11, [MODEL_STACK] = 12 };
	return of[k];
}

/* Of the mean difference, with the correction of Nadeau & Bengio. */
static double standard_error(const double *a, const double *b, int splits, double ratio)
{
	double mean = 0, var = 0, k = splits;
	for (int i = 0; i < splits; i++)
		mean += (a[i] - b[i]) / k;
	for (int i = 0; i < splits; i++)
		var += (a[i] - b[i] - mean) * (a[i] - b[i] - mean) / (k - 1);
	return splits > 1 ? sqrt(var * (1 / k + ratio)) : 0;
}

/* The simplest of those that are at most one standard error behind the best (after Breiman et al. 1984,
 * who prune trees so), as sure to beat the baseline, and give away little of what the best gains over it:
 * one odd part may make the standard error as wide as that gain. */
static int choose(const struct model_result *r, int splits, double ratio)
{
	const double little = 0.05;
	enum metric metric = r->metric;
	double gain = r->candidates[0].scores[metric].value - r->candidates[r->best].scores[metric].value;
	int chosen = r->best;
	for (int i = 1; r->best > 0 && i < (int)r->ncandidates; i++) {
		const struct candidate *k = &r->candidates[i], *best = &r->candidates[r->best];
		if (k->failed || i == r->best || complexity(k->kind) >= complexity(r->candidates[chosen].kind) ||
			(r->useful && !(k->p_baseline < 0.05)) ||
			k->scores[metric].value - best->scores[metric].value > little * gain)
			continue;
		if (k->versus_best.difference <= standard_error(k->fold_scores, best->fold_scores, splits, ratio))
			chosen = i;
	}
	return chosen;
}

void verdict(struct contest *c)
{
	struct model_result *r = c->r;
	int splits = c->folds->splits;
	double ratio = test_to_train(c->folds), p[MODEL_KINDS], q[MODEL_KINDS];
	const struct candidate *base = &r->candidates[0];
	bool ahead = false;
	for (size_t i = 0; i < r->ncandidates; i++)
		if (!r->candidates[i].failed && r->candidates[i].scores[r->metric].value <
			r->candidates[r->best].scores[r->metric].value)
			r->best = (int)i;
	for (size_t i = 0; i < r->ncandidates; i++) {
		struct candidate *k = &r->candidates[i];
		p[i] = q[i] = NAN;
		if (k->failed)
			continue;
		if ((int)i != r->best)
			k->versus_best = compare_folds(k->fold_scores, r->candidates[r->best].fold_scores, splits, ratio);
		q[i] = k->versus_best.p;
		if (i == 0)
			continue;
		k->versus_baseline = compare_folds(k->fold_scores, base->fold_scores, splits, ratio);
		struct comparison relative = compare_ratios(k->fold_scores, base->fold_scores, splits, ratio);
		p[i] = relative.difference < 0 ? relative.p : 1;   /* what is worse is no discovery */
		if ((int)i == r->best)
			ahead = relative.difference < 0;
	}
	allow_for_choice(p, r->ncandidates);
	allow_for_choice(q, r->ncandidates);
	for (size_t i = 0; i < r->ncandidates; i++) {
		r->candidates[i].p_baseline = p[i];
		r->candidates[i].p_best = q[i];
	}
	r->useful = r->best > 0 && ahead && r->candidates[r->best].p_baseline < 0.05;
	r->chosen = choose(r, splits, ratio);
}
