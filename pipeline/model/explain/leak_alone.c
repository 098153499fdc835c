/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Features that know too much: each alone predicts held-out rows by the mean (or the commonest class)
 * of its bin in the training rows. A feature that gets almost everything right this way was probably
 * filled in after the event, or is a copy of the target. */
#include "model/model_int.h"

#include <math.h>
#include <stdlib.h>

enum { BINS = 50 };

/* Upper ends of bins of equal counts among all values (they know nothing of the target); returns how many. */
static size_t cut_points(const struct feature *f, size_t n, double *cuts)
{
	double *x = mem_calloc(n, sizeof *x);
	size_t m = 0, k = 0;
	for (size_t i = 0; i < n; i++)
		if (!isnan(f->x[i]))
			x[m++] = f->x[i];
	sort_doubles(x, m);
	for (size_t b = 1; b < BINS && m; b++) {
		double c = x[m * b / BINS];
		if (!k || c > cuts[k - 1])
			cuts[k++] = c;
	}
	free(x);
	return k;
}

/* Bin of every row of the frame, which is that of missing values when 0; returns how many bins there are. */
static size_t set_bins(const struct frame *f, size_t j, uint32_t *bin)
{
	const struct feature *x = &f->features[j];
	double cuts[BINS];
	size_t ncuts = x->category ? 0 : cut_points(x, f->n, cuts);
	for (size_t i = 0; i < f->n; i++) {
		size_t lo = 0, hi = ncuts;   /* the cuts below lo are at most x, those from hi on above it */
		while (lo < hi) {
			size_t mid = (lo + hi) / 2;
			if (x->x[i] >= cuts[mid])
				lo = mid + 1;
			else
				hi = mid;
		}
		bin[i] = isnan(x->x[i]) ? 0 : (uint32_t)(1 + (x->category ? (size_t)x->x[i] : lo));
	}
	return x->category ? (size_t)x->nlevels + 1 : ncuts + 2;
}

/* Prediction of each bin from the training rows, judged on the test rows. */
static void judge_fold(const struct sample *train, const struct sample *test, const uint32_t *bin, size_t bins,
	double *truth, double *guess)
{
	const struct frame *f = train->f;
	size_t k = f->nclasses ? (size_t)f->nclasses : 1;
	double *sum = mem_calloc(bins * k, sizeof *sum), *n = mem_calloc(bins, sizeof *n), all = 0;
	for (size_t i = 0; i < train->n; i++) {
		size_t b = bin[train->rows[i]];
		double y = sample_y(train, i);
		n[b]++;
		if (f->nclasses)
			sum[b * k + (size_t)y]++;
		else
			sum[b] += y;
		all += y / (double)train->n;
	}
	for (size_t i = 0; i < test->n; i++) {
		size_t b = bin[test->rows[i]], best = 0;
		for (size_t c = 1; c < k; c++)
			if (sum[b * k + c] > sum[b * k + best])
				best = c;
		truth[i] = sample_y(test, i);
		guess[i] = f->nclasses ? (n[b] > 0 ? (double)best : -1) : n[b] > 0 ? sum[b] / n[b] : all;
	}
	free(sum);
	free(n);
}

/* R2, or balanced accuracy, of held-out rows of all folds. */
static double strength(const double *truth, const double *guess, size_t n, int classes)
{
	if (!classes) {
		double mean = 0, rss = 0, tss = 0;
		for (size_t i = 0; i < n; i++)
			mean += truth[i] / (double)n;
		for (size_t i = 0; i < n; i++) {
			rss += (truth[i] - guess[i]) * (truth[i] - guess[i]);
			tss += (truth[i] - mean) * (truth[i] - mean);
		}
		return tss > 0 ? 1 - rss / tss : NAN;
	}
	double *rows = mem_calloc(2 * (size_t)classes, sizeof *rows), *hits = rows + classes, recall = 0;
	int present = 0;
	for (size_t i = 0; i < n; i++) {
		rows[(int)truth[i]]++;
		hits[(int)truth[i]] += guess[i] == truth[i];
	}
	for (int c = 0; c < classes; c++)
		if (rows[c] > 0) {
			recall += hits[c] / rows[c];
			present++;
		}
	free(rows);
	return recall / present;
}

struct search {
	const struct frame *f;
	const struct fold_plan *p;
	double *strength;   /* per feature */
};

static void one_feature(void *ctx, size_t j)
{
	struct search *s = ctx;
	size_t n = 0, at = 0;
	for (int k = 0; k < s->p->folds; k++)
		n += s->p->test[k].n;
	double *truth = mem_calloc(n, sizeof *truth), *guess = mem_calloc(n, sizeof *guess);
	uint32_t *bin = mem_calloc(s->f->n, sizeof *bin);
	size_t bins = set_bins(s->f, j, bin);
	for (int k = 0; k < s->p->folds; k++) {
		judge_fold(&s->p->train[k], &s->p->test[k], bin, bins, truth + at, guess + at);
		at += s->p->test[k].n;
	}
	s->strength[j] = strength(truth, guess, n, s->f->nclasses);
	free(bin);
	free(truth);
	free(guess);
}

double *leak_alone(const struct frame *f, const struct fold_plan *p, int threads, struct arena *a)
{
	struct search s = { f, p, arena_calloc(a, f->nfeatures, sizeof(double)) };
	pool_run(threads, f->nfeatures, one_feature, &s);
	return s.strength;
}
