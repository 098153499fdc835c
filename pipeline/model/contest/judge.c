/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sets up the rows of the best candidate and calls its judges. */
#include "model/contest/judge_int.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* ---- statistics ------------------------------------------------------------------------------------------ */

static const struct score absent = { NAN, NAN, NAN };

struct score wilson(double hits, double n, double level)
{
	if (!(n > 0))
		return absent;
	double z = gsl_cdf_ugaussian_Pinv((1 + level) / 2), zz = z * z / n, p = hits / n;
	double middle = p + zz / 2, half = z * sqrt((p * (1 - p) + zz / 4) / n);
	return (struct score){ p, fmax(0, (middle - half) / (1 + zz)), fmin(1, (middle + half) / (1 + zz)) };
}

/* Of rows that are drawn in units the sums of the units are what varies: the ratio of sum to rows, linearised
 * (Cochran 1977, 6.5). */
struct score mean_interval(const double *v, size_t n, const uint32_t *unit, size_t units, double *p)
{
	if (p)
		*p = NAN;
	if (n < 2)
		return absent;
	double mean = 0, squares = 0, m = unit ? (double)units : (double)n;
	double *sum = mem_calloc(unit ? units : 1, sizeof *sum);
	for (size_t i = 0; i < n; i++)
		mean += v[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		if (unit)
			sum[unit[i]] += v[i] - mean;
		else
			squares += (v[i] - mean) * (v[i] - mean);
	for (size_t u = 0; unit && u < units; u++)
		squares += sum[u] * sum[u];
	free(sum);
	if (m < 2)
		return (struct score){ mean, NAN, NAN };
	double se = sqrt(squares * m / (m - 1)) / (double)n, t = gsl_cdf_tdist_Pinv(0.975, m - 1);
	if (p)
		*p = se > 0 ? 2 * gsl_cdf_tdist_Q(fabs(mean) / se, m - 1) : mean == 0 ? 1 : 0;
	return (struct score){ mean, mean - t * se, mean + t * se };
}

static double variance(const struct welch *w)
{
	return fmax(0, (w->squares - w->sum * w->sum / w->n) / (w->n - 1));
}

struct score welch_difference(const struct welch *a, const struct welch *b, double level, double *p)
{
	*p = NAN;
	if (a->n < 2 || b->n < 2)
		return absent;
	double d = a->sum / a->n - b->sum / b->n, va = variance(a) / a->n, vb = variance(b) / b->n, v = va + vb;
	if (!(v > 0)) {
		*p = d == 0 ? 1 : 0;
		return (struct score){ d, d, d };
	}
	double df = v * v / (va * va / (a->n - 1) + vb * vb / (b->n - 1)), half = gsl_cdf_tdist_Pinv((1 + level) / 2, df) * sqrt(v);
	*p = 2 * gsl_cdf_tdist_Q(fabs(d) / sqrt(v), df);
	return (struct score){ d, d - half, d + half };
}

uint32_t *rising_order(const double *v, size_t n, struct arena *a)
{
	uint32_t *order = arena_calloc(a, n, sizeof *order);
	sort_order(v, 1, n, false, order);
	return order;
}

void false_discovery(const double *p, double *q, size_t n)
{
	struct arena *a = arena_new();
	uint32_t *order = rising_order(p, n, a);
	double least = 1;
	for (size_t k = n; k-- > 0;) {
		least = fmin(least, p[order[k]] * (double)n / (double)(k + 1));
		q[order[k]] = least;
	}
	arena_free(a);
}

double quantile_of(const double *sorted, size_t n, double share)
{
	if (!n)
		return NAN;
	double at = share * (double)(n - 1);
	size_t below = (size_t)at, above = below + 1 < n ? below + 1 : below;
	return sorted[below] + (at - (double)below) * (sorted[above] - sorted[below]);
}

/* ---- the rows ---------------------------------------------------------------------------------------------- */

static double *losses(const struct judged *j, const double *pred, struct arena *a)
{
	double *loss = arena_calloc(a, j->n, sizeof *loss);
	size_t k = (size_t)j->outputs;
	for (size_t i = 0; i < j->n; i++)
		loss[i] = j->task == TASK_REGRESSION ? fabs(j->y[i] - pred[i]) :
			-log(fmax(pred[i * k + (size_t)j->y[i]], 1e-15));
	return loss;
}

void heldout_init(struct heldout *t)
{
	const struct contest *c = t->c;
	int *part = arena_calloc(c->a, c->nheld, sizeof *part);
	size_t at = 0;
	for (int i = 0; i < c->folds->folds; i++)
		for (size_t k = 0; k < c->folds->test[i].n; k++)
			part[at++] = i;
	t->rows = c->held;
	t->part = part;
	t->parts = c->folds->folds;
	t->in_order = c->f->by_time;
	t->loss = losses(t->j, t->j->pred, c->a);
	t->baseline = losses(t->j, c->r->candidates[0].oof, c->a);
}

void judge(struct contest *c)
{
	struct model_result *r = c->r;
	struct judged j = { .task = c->f->task, .n = c->nheld, .outputs = r->outputs, .y = c->truth,
		.pred = r->candidates[r->chosen].oof };
	judged_rank(&j, c->a);
	judged_terms(&j, c->a);
	judged_units(&j, c->f, c->held, c->a, r);
	r->judgement = arena_calloc(c->a, 1, sizeof *r->judgement);
	struct heldout t = { .c = c, .j = &j, .out = r->judgement };
	heldout_init(&t);
	judge_curves(&t);
	if (j.task == TASK_BINARY) {
		judge_thresholds(&t);
		judge_gains(&t);
	}
	if (j.task == TASK_REGRESSION)
		judge_intervals(&t);
	else
		judge_calibration(&t);
	judge_residuals(&t);
	judge_segments(&t);
	judge_groups(&t);
	judge_learning(&t);
}
