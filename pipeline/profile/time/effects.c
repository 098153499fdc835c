/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Effects of the calendar: does a value depend on the hour, the weekday, the month? Each value is
 * taken less the mean of the whole cycle around it, so that neither a trend nor a longer season
 * passes for an effect, and one value is formed for each unit in each cycle, so that neighbours do
 * not count as many.
 */
#include "profile/time_int.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

enum { UNITS_MAX = 24 };

static const struct {
	const char *unit;
	int n, least;                  /* units; periods a cycle */
} kinds[CYCLES] = { [CYCLE_DAY] = { "hour", 24, 2 },
	[CYCLE_WEEK] = { "weekday", 7, 5 },
	[CYCLE_YEAR] = { "month", 12, 12 } };

/* y less its mean over the cycle around it, the ends of an even cycle counted half. */
static void without_cycle(const double *y, int n, int length, double *out)
{
	double *sum = mem_calloc((size_t)n + 1, sizeof *sum), mean = array_mean(y, (size_t)n);
	int *count = mem_calloc((size_t)n + 1, sizeof *count), half = length / 2;
	for (int i = 0; i < n; i++) {
		sum[i + 1] = sum[i] + (isnan(y[i]) ? 0 : y[i] - mean);
		count[i + 1] = count[i] + !isnan(y[i]);
	}
	for (int i = 0; i < n; i++) {
		int from = i - half, to = i + half + 1;        /* length + 1 when it is even */
		out[i] = NAN;
		if (from < 0 || to > n || 4 * (count[to] - count[from]) < 3 * length)
			continue;
		double all = sum[to] - sum[from], n_all = count[to] - count[from];
		if (length % 2 == 0 && !isnan(y[from]) && !isnan(y[to - 1])) {
			all -= (y[from] + y[to - 1]) / 2 - mean;
			n_all--;
		}
		out[i] = y[i] - mean - all / n_all;
	}
	free(sum);
	free(count);
}

struct value {
	double v;
	int unit;
};

static int by_value(const void *a, const void *b)
{
	const struct value *x = a, *y = b;
	return x->v != y->v ? (x->v > y->v) - (x->v < y->v) : x->unit - y->unit;
}

/* One value for each unit in each cycle: neighbours on the grid, since it is in order of time. */
static int values_of(const struct on_grid *x, enum cycle c, const double *d, struct value *out)
{
	int n = 0, unit, last_unit = -1, m = 0;
	int64_t last = 0;
	for (int i = 0; i < x->n; i++) {
		int64_t cycle = cycle_of(x->grid, c, grid_start(x->grid, i), &unit);
		if (unit != last_unit || cycle != last)
			m = 0;
		last = cycle;
		last_unit = unit;
		if (isnan(d[i]))
			continue;
		if (!m++)
			out[n++] = (struct value){ 0, unit };
		out[n - 1].v += (d[i] - out[n - 1].v) / m;
	}
	return n;
}

/* v is put in order. What differs by the rounding of the means that were taken off is a tie. */
static void kruskal_wallis(struct time_effect *e, struct value *v, int n)
{
	double ranks[UNITS_MAX] = { 0 }, ties = 0, h = 0;
	int groups = 0;
	qsort(v, (size_t)n, sizeof *v, by_value);
	double least = n ? 1e-10 * (v[n - 1].v - v[0].v) : 0;
	for (int i = 0, next; i < n; i = next) {
		for (next = i + 1; next < n && v[next].v - v[next - 1].v <= least; next++)
			continue;
		double t = next - i;
		ties += t * t * t - t;
		for (int k = i; k < next; k++)
			ranks[v[k].unit] += (i + next + 1) / 2.0;
	}
	for (int u = 0; u < e->n; u++) {
		groups += e->count[u] > 0;
		h += e->count[u] ? ranks[u] * ranks[u] / (double)e->count[u] : 0;
	}
	double all = n;
	h = (12 / (all * (all + 1)) * h - 3 * (all + 1)) / (1 - ties / (all * all * all - all));
	e->statistic = e->p = e->effect = NAN;
	e->values = n;
	if (groups < 2 || n < 2 * groups || !isfinite(h))
		return;
	e->statistic = h;
	e->p = gsl_cdf_chisq_Q(h, groups - 1);
	e->effect = h / (all - 1);
}

static bool effect_fill(struct time_effect *e, const struct on_grid *x, enum cycle c)
{
	int length = cycle_length(x->grid, c);
	if (length < kinds[c].least || x->n < 3 * length)
		return false;
	double *d = mem_alloc((size_t)x->n * sizeof *d);
	struct value *v = mem_alloc((size_t)x->n * sizeof *v);
	without_cycle(x->y, x->n, length, d);
	int n = values_of(x, c, d, v);
	*e = (struct time_effect){ .unit = kinds[c].unit, .n = kinds[c].n,
		.mean = arena_calloc(x->arena, (size_t)kinds[c].n, sizeof(double)),
		.count = arena_calloc(x->arena, (size_t)kinds[c].n, sizeof(int64_t)) };
	for (int i = 0; i < n; i++)
		e->mean[v[i].unit] += (v[i].v - e->mean[v[i].unit]) / (double)++e->count[v[i].unit];
	for (int u = 0; u < e->n; u++)
		e->mean[u] = e->count[u] ? e->mean[u] : NAN;
	kruskal_wallis(e, v, n);
	free(d);
	free(v);
	return !isnan(e->p);
}

void effects_fill(struct time_series *s, const struct on_grid *x)
{
	s->effects = arena_calloc(x->arena, CYCLES, sizeof *s->effects);
	for (int c = 0; c < CYCLES; c++)
		s->neffects += effect_fill(&s->effects[s->neffects], x, (enum cycle)c);
}
