/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How sure a score is: a bootstrap over what is independent (rows, groups, blocks of time), and the
 * comparison of two models over the same folds. */
#include "model/model_int.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* ---- what is drawn ----------------------------------------------------------------------------------------- */

/* Rows that follow each other in time are alike, so blocks of times are drawn as wholes (Carlstein 1986),
 * T^(1/3) of T times long (Hall, Horowitz & Jing 1995). */
static size_t blocks_of_time(const struct frame *f, const uint32_t *rows, size_t n, uint32_t *unit)
{
	size_t times = 0, at = 0;
	for (size_t i = 0; i < n; i++)
		times += !i || f->time[rows[i]] != f->time[rows[i - 1]];
	size_t length = (size_t)ceil(cbrt((double)times) - 1e-9);
	for (size_t i = 0; i < n; i++) {
		at += i && f->time[rows[i]] != f->time[rows[i - 1]];
		unit[i] = (uint32_t)(at / length);
	}
	return n ? (size_t)unit[n - 1] + 1 : 0;
}

/* Groups that have rows here, numbered in the order of the first of them. */
static size_t whole_groups(const struct frame *f, const uint32_t *rows, size_t n, uint32_t *unit)
{
	uint32_t *number = mem_calloc(f->units, sizeof *number);   /* 1 + its number; 0: not seen yet */
	size_t seen = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t *k = &number[f->unit[rows[i]]];
		if (!*k)
			*k = (uint32_t)++seen;
		unit[i] = *k - 1;
	}
	free(number);
	return seen;
}

void judged_units(struct judged *j, const struct frame *f, const uint32_t *rows, struct arena *a, struct model_result *r)
{
	r->resampled = "rows";
	r->resampled_units = j->n;
	if (!f->by_time && !f->unit)
		return;
	uint32_t *unit = arena_calloc(a, j->n, sizeof *unit);
	if (f->by_time) {
		r->resampled = "blocks of time";
		r->resampled_units = blocks_of_time(f, rows, j->n, unit);
	} else {
		r->resampled = f->unit_name ? "groups" : "rows";   /* copies of a row are one row */
		r->resampled_units = whole_groups(f, rows, j->n, unit);
	}
	j->unit = unit;
	j->units = r->resampled_units;
}

/* ---- bootstrap ------------------------------------------------------------------------------------------ */

struct bootstrap {
	const struct judged *j;
	uint64_t seed;
	double (*scores)[METRIC_COUNT];
};

static void replicate(void *ctx, size_t r)
{
	struct bootstrap *b = ctx;
	const struct judged *from = b->j;
	size_t units = from->unit ? from->units : from->n;
	double *drawn = mem_calloc(units, sizeof *drawn), *w = drawn;
	struct rng g;
	rng_seed(&g, b->seed + r);
	for (size_t i = 0; i < units; i++)
		drawn[rng_below(&g, units)]++;
	if (from->unit) {
		w = mem_calloc(from->n, sizeof *w);
		for (size_t i = 0; i < from->n; i++)
			w[i] = drawn[from->unit[i]];
	}
	struct judged j = *from;
	j.weight = w;
	score_all(&j, b->scores[r]);
	if (w != drawn)
		free(w);
	free(drawn);
}

void score_intervals(const struct judged *j, int replicates, uint64_t seed, int threads, struct score out[METRIC_COUNT])
{
	enum { LEAST = 20 };
	static const double most_work = 2e7;   /* of ranks of many classes */
	size_t n = replicates > 0 ? (size_t)replicates : 0;
	struct judged drawn = *j;
	if (j->task == TASK_MULTICLASS && (double)j->n * j->outputs * (double)n > most_work)
		drawn.order = NULL;
	struct bootstrap b = { &drawn, seed, mem_calloc(n, sizeof *b.scores) };
	pool_run(threads, n, replicate, &b);
	double value[METRIC_COUNT], *v = mem_calloc(n, sizeof *v);
	score_all(j, value);
	for (int m = 0; m < METRIC_COUNT; m++) {
		out[m] = (struct score){ value[m], NAN, NAN };
		size_t k = 0;
		for (size_t r = 0; r < n; r++)
			if (!isnan(b.scores[r][m]))
				v[k++] = b.scores[r][m];
		/* a rare class may be missing from a few of the samples, not from many */
		if (isnan(value[m]) || k < LEAST || 20 * k < 19 * n)
			continue;
		sort_doubles(v, k);
		out[m].lo = v[(size_t)(0.025 * (double)(k - 1) + 0.5)];
		out[m].hi = v[(size_t)(0.975 * (double)(k - 1) + 0.5)];
	}
	free(v);
	free(b.scores);
}

/* ---- two models -------------------------------------------------------------------------------------------- */

/* Folds share training rows, so the plain t test is too sure of itself: the variance is inflated by
 * 1 / folds + test / train. */
struct comparison compare_folds(const double *a, const double *b, int folds, double test_to_train)
{
	double mean = 0, var = 0, k = folds;
	for (int i = 0; i < folds; i++)
		mean += (a[i] - b[i]) / k;
	for (int i = 0; i < folds; i++)
		var += (a[i] - b[i] - mean) * (a[i] - b[i] - mean) / (k - 1);
	struct comparison c = { mean, NAN };
	if (folds < 2 || isnan(mean))
		return c;
	if (var > 0)
		c.p = 2 * gsl_cdf_tdist_Q(fabs(mean) / sqrt(var * (1 / k + test_to_train)), k - 1);
	else
		c.p = mean == 0 ? 1 : 0;
	return c;
}
