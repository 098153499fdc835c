/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers: how far off predictions are, as intervals that can be promised for new rows; and the errors of
 * all tasks along the prediction and along time. */
#include "model/contest/judge_int.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BIN_MAX = 20, TIME_BINS = 40, BIN_ROWS = 15, QQ_POINTS = 100, GRID = 48, MANY_ROWS = 2000 };

double interval_level(int i)
{
	return i == 0 ? 0.8 : 0.95;
}

/* ---- intervals ------------------------------------------------------------------------------------------- */

/* The smallest width that holds the share `level` of n + 1 rows, of which one is new (Vovk et al. 2005;
 * Papadopoulos 2002). */
static double half_width(const double *sorted, size_t n, double level)
{
	size_t k = (size_t)ceil(level * (double)(n + 1) - 1e-9);
	return n && k >= 1 ? sorted[k <= n ? k - 1 : n - 1] : NAN;
}

static void widths(const struct heldout *t)
{
	const struct model_result *r = t->c->r;
	const struct judged *j = t->j;
	double *v = mem_calloc(j->n, sizeof *v);
	t->out->interval_q = arena_calloc(t->c->a, r->ncandidates, sizeof *t->out->interval_q);
	for (size_t k = 0; k < r->ncandidates; k++) {
		const struct candidate *c = &r->candidates[k];
		for (size_t i = 0; i < j->n && !c->failed; i++)
			v[i] = fabs(j->y[i] - c->oof[i]);
		sort_doubles(v, c->failed ? 0 : j->n);
		for (int l = 0; l < INTERVAL_LEVELS; l++)
			t->out->interval_q[k][l] = c->failed ? NAN : half_width(v, j->n, interval_level(l));
	}
	free(v);
}

/* Rows of each part against the widths that the rows it may see give. */
static void coverage(const struct heldout *t, const double *edges)
{
	const struct judged *j = t->j;
	double *seen = mem_calloc(j->n, sizeof *seen);
	double in[INTERVAL_LEVELS][4] = { 0 }, of[4] = { 0 };
	for (int part = 0; part < t->parts; part++) {
		size_t n = 0;
		for (size_t i = 0; i < j->n; i++)
			if (heldout_may_see(t, part, i))
				seen[n++] = t->loss[i];
		sort_doubles(seen, n);
		for (size_t i = 0; i < j->n && n; i++) {
			if (t->part[i] != part)
				continue;
			int third = j->pred[i] < edges[0] ? 0 : j->pred[i] < edges[1] ? 1 : 2;
			of[third]++;
			of[3]++;
			for (int l = 0; l < INTERVAL_LEVELS; l++) {
				bool within = t->loss[i] <= half_width(seen, n, interval_level(l));
				in[l][third] += within;
				in[l][3] += within;
			}
		}
	}
	for (int l = 0; l < INTERVAL_LEVELS; l++) {
		struct interval_check *out = &t->out->interval[l];
		out->coverage = wilson(in[l][3], of[3], 0.95);
		for (int k = 0; k < 3; k++)
			out->third[k] = of[k] > 0 ? in[l][k] / of[k] : NAN;
	}
	free(seen);
}

void judge_intervals(const struct heldout *t)
{
	const struct judged *j = t->j;
	widths(t);
	double *p = mem_calloc(j->n, sizeof *p);
	memcpy(p, j->pred, j->n * sizeof *p);
	sort_doubles(p, j->n);
	double edges[2] = { quantile_of(p, j->n, 1.0 / 3), quantile_of(p, j->n, 2.0 / 3) };
	free(p);
	for (int l = 0; l < INTERVAL_LEVELS; l++) {
		struct interval_check *c = &t->out->interval[l];
		c->level = interval_level(l);
		c->half_width = t->out->interval_q[t->c->r->chosen][l];
	}
	coverage(t, edges);
}

/* ---- errors along something -------------------------------------------------------------------------------- */

/* Groups of about equal size in the order given: mean and the middle 80 % of v; `at` is the median of along. */
static struct residual_bin *bins(const double *along, const double *v, const uint32_t *order, size_t n, size_t most,
	struct arena *a, size_t *count)
{
	size_t m = n / BIN_ROWS < most ? n / BIN_ROWS : most;
	struct residual_bin *b = arena_calloc(a, m, sizeof *b);
	double *own = mem_calloc(n, sizeof *own);
	*count = 0;
	for (size_t k = 0, from = 0; k < m && m >= 3; k++) {
		size_t to = n * (k + 1) / m;
		while (to > from && to < n && along[order[to]] == along[order[to - 1]])
			to++;
		if (to <= from)
			continue;
		double mean = 0, rows = (double)(to - from);
		for (size_t i = from; i < to; i++) {
			own[i - from] = v[order[i]];
			mean += v[order[i]] / rows;
		}
		sort_doubles(own, to - from);
		b[(*count)++] = (struct residual_bin){ along[order[(from + to) / 2]], mean,
			quantile_of(own, to - from, 0.1), quantile_of(own, to - from, 0.9), rows };
		from = to;
	}
	free(own);
	return b;
}

/* Standardised residuals against normal quantiles, at even steps of the latter: the tails are what matters. */
static void quantiles(const double *residual, size_t n, struct arena *a, struct residuals *r)
{
	double *v = mem_calloc(n, sizeof *v), mean = 0, ss = 0;
	for (size_t i = 0; i < n; i++)
		mean += residual[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		ss += (residual[i] - mean) * (residual[i] - mean);
	double sd = n > 1 ? sqrt(ss / (double)(n - 1)) : 0;
	memcpy(v, residual, n * sizeof *v);
	sort_doubles(v, n);
	r->theory = arena_calloc(a, QQ_POINTS, sizeof *r->theory);
	r->sample = arena_calloc(a, QQ_POINTS, sizeof *r->sample);
	double end = gsl_cdf_ugaussian_Pinv(1 - 0.5 / (double)n);
	size_t last = SIZE_MAX;
	for (size_t k = 0; sd > 0 && k < QQ_POINTS; k++) {
		double z = -end + 2 * end * (double)k / (QQ_POINTS - 1);
		size_t rank = (size_t)(gsl_cdf_ugaussian_P(z) * (double)n);
		if (rank >= n)
			rank = n - 1;
		if (rank == last)
			continue;
		last = rank;
		r->theory[r->nqq] = gsl_cdf_ugaussian_Pinv(((double)rank + 0.5) / (double)n);
		r->sample[r->nqq++] = (v[rank] - mean) / sd;
	}
	free(v);
}

static size_t grid_cell(double v, double lo, double hi)
{
	size_t k = (size_t)((v - lo) / (hi - lo) * GRID);
	return k < GRID ? k : GRID - 1;
}

/* Predicted against actual as counts, when points would cover each other; the far half percent at each
 * end is counted as outside. */
static void density(const struct judged *j, struct arena *a, struct residuals *r)
{
	if (j->n <= MANY_ROWS)
		return;
	double *v = mem_calloc(2 * j->n, sizeof *v);
	memcpy(v, j->pred, j->n * sizeof *v);
	memcpy(v + j->n, j->y, j->n * sizeof *v);
	sort_doubles(v, 2 * j->n);
	r->xmin = r->ymin = quantile_of(v, 2 * j->n, 0.005);
	r->xmax = r->ymax = quantile_of(v, 2 * j->n, 0.995);
	free(v);
	if (!(r->xmax > r->xmin))
		return;
	r->nx = r->ny = GRID;
	r->density = arena_calloc(a, GRID * GRID, sizeof *r->density);
	for (size_t i = 0; i < j->n; i++)
		if (j->pred[i] < r->xmin || j->pred[i] > r->xmax || j->y[i] < r->ymin || j->y[i] > r->ymax)
			r->outside++;
		else
			r->density[grid_cell(j->y[i], r->ymin, r->ymax) * GRID + grid_cell(j->pred[i], r->xmin, r->xmax)]++;
}

void judge_residuals(const struct heldout *t)
{
	const struct judged *j = t->j;
	const struct frame *f = t->c->f;
	struct arena *a = t->c->a;
	struct residuals *r = &t->out->residuals;
	double *v = t->loss;
	if (j->task == TASK_REGRESSION) {
		v = arena_calloc(a, j->n, sizeof *v);
		for (size_t i = 0; i < j->n; i++)
			v[i] = j->y[i] - j->pred[i];
		r->by_fitted = bins(j->pred, v, rising_order(j->pred, j->n, a), j->n, BIN_MAX, a, &r->nby_fitted);
		quantiles(v, j->n, a, r);
		density(j, a, r);
	}
	if (!f->time)
		return;
	r->time_type = table_field(t->c->t, t->c->spec->time)->type;
	double *time = arena_calloc(a, j->n, sizeof *time);
	for (size_t i = 0; i < j->n; i++)
		time[i] = f->time[t->rows[i]];
	r->by_time = bins(time, v, rising_order(time, j->n, a), j->n, TIME_BINS, a, &r->nby_time);
}
