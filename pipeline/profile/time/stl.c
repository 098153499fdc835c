/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * STL: seasonal and trend decomposition by loess (Cleveland, Cleveland, McRae & Terpenning 1990),
 * step by step as in the paper and in R's stl, with its defaults: loess is computed at every tenth
 * of a window and joined by lines, which changes nothing to see.
 */
#include "profile/time_int.h"

#include <stdlib.h>

enum { INNER_ROBUST = 1, INNER = 2, OUTER_ROBUST = 15 };

struct loess {
	int window, degree, jump;
};

/* ---- loess -------------------------------------------------------------------------------- */

/* Value at x (places count from 0) of the line through y[left .. right]; false when all weights are
 * 0. `far` is n - 1: a spread that is tiny beside it makes the line a constant. */
static bool loess_at(const double *y, const double *robust, int n, const struct loess *l, double x,
	int left, int right, double *w, double *out)
{
	double h = fmax(x - left, right - x), sum = 0, centre = 0, spread = 0;
	if (l->window > n)
		h += (l->window - n) / 2;   /* whole numbers, as the original */
	for (int j = left; j <= right; j++) {
		double r = fabs(j - x), q = r / h, cube = 1 - q * q * q;
		w[j] = r > 0.999 * h ? 0 : r <= 0.001 * h ? 1 : cube * cube * cube;
		w[j] *= robust ? robust[j] : 1;
		sum += w[j];
	}
	if (sum <= 0)
		return false;
	for (int j = left; j <= right; j++) {
		w[j] /= sum;
		centre += w[j] * j;
	}
	if (h > 0 && l->degree > 0) {
		for (int j = left; j <= right; j++)
			spread += w[j] * (j - centre) * (j - centre);
		if (sqrt(spread) > 0.001 * (n - 1))
			for (int j = left; j <= right; j++)
				w[j] *= (x - centre) / spread * (j - centre) + 1;
	}
	*out = 0;
	for (int j = left; j <= right; j++)
		*out += w[j] * y[j];
	return true;
}

/* The window around place i. */
static void window_at(int i, int n, int window, int *left, int *right)
{
	int half = (window + 1) / 2 - 1;
	*left = window >= n ? 0 : i - half < 0 ? 0 : i - half;
	if (window < n && *left > n - window)
		*left = n - window;
	*right = window >= n ? n - 1 : *left + window - 1;
}

static void loess_place(const double *y, const double *robust, int n, const struct loess *l, int i,
	double *w, double *out)
{
	int left, right;
	window_at(i, n, l->window, &left, &right);
	if (!loess_at(y, robust, n, l, i, left, right, w, &out[i]))
		out[i] = y[i];
}

static void join(double *out, int from, int to)
{
	for (int j = from + 1; j < to; j++)
		out[j] = out[from] + (out[to] - out[from]) * (j - from) / (to - from);
}

static void loess_smooth(const double *y, const double *robust, int n, const struct loess *l,
	double *w, double *out)
{
	int jump = l->jump < n - 1 ? l->jump : n - 1, last = 0;
	if (n < 2) {
		out[0] = y[0];
		return;
	}
	for (int i = 0; i < n; i += jump) {
		loess_place(y, robust, n, l, i, w, out);
		join(out, last, i);
		last = i;
	}
	if (last != n - 1) {
		loess_place(y, robust, n, l, n - 1, w, out);
		join(out, last, n - 1);
	}
}

/* ---- the steps of the paper --------------------------------------------------------------- */

struct stl {
	int n, period;
	struct loess season, trend, low;
	double *cycle;                 /* n + 2 * period */
	double *work[4], *robust;
};

/* Each subseries (all Januaries) is smoothed, and carried on by one place at both ends. */
static void smooth_cycles(struct stl *s, const double *y, const double *robust)
{
	double *sub = s->work[1], *weights = s->work[2], *out = s->work[3];
	double *w = mem_alloc(((size_t)s->n / (size_t)s->period + 3) * sizeof *w);
	for (int j = 0; j < s->period; j++) {
		int k = (s->n - j - 1) / s->period + 1;
		for (int i = 0; i < k; i++) {
			sub[i] = y[i * s->period + j];
			weights[i] = robust ? robust[i * s->period + j] : 1;
		}
		const double *u = robust ? weights : NULL;
		int reach = s->season.window < k ? s->season.window : k;
		loess_smooth(sub, u, k, &s->season, w, out + 1);
		if (!loess_at(sub, u, k, &s->season, -1, 0, reach - 1, w, &out[0]))
			out[0] = out[1];
		if (!loess_at(sub, u, k, &s->season, k, k - reach, k - 1, w, &out[k + 1]))
			out[k + 1] = out[k];
		for (int i = 0; i < k + 2; i++)
			s->cycle[i * s->period + j] = out[i];
	}
	free(w);
}

static void running_mean(const double *y, int n, int window, double *out)
{
	double sum = 0;
	for (int i = 0; i < window; i++)
		sum += y[i];
	out[0] = sum / window;
	for (int i = 1; i <= n - window; i++) {
		sum += y[i + window - 1] - y[i - 1];
		out[i] = sum / window;
	}
}

static void inner_loop(struct stl *s, const double *y, const double *robust, double *season,
	double *trend)
{
	double *a = s->work[0], *b = s->work[1], *w = s->work[2];
	int n = s->n, p = s->period;
	for (int i = 0; i < n; i++)
		a[i] = y[i] - trend[i];
	smooth_cycles(s, a, robust);
	running_mean(s->cycle, n + 2 * p, p, a);       /* low-pass filter */
	running_mean(a, n + p + 1, p, b);
	running_mean(b, n + 2, 3, a);
	loess_smooth(a, NULL, n, &s->low, w, b);
	for (int i = 0; i < n; i++) {
		season[i] = s->cycle[p + i] - b[i];
		a[i] = y[i] - season[i];
	}
	loess_smooth(a, robust, n, &s->trend, w, trend);
}

/* Bisquare weights: nothing beyond six median absolute remainders. `r` is used up. */
static void robust_weights(double *r, double *copy, int n, double *weight)
{
	for (int i = 0; i < n; i++)
		copy[i] = r[i] = fabs(r[i]);
	double h = 6 * array_median(copy, (size_t)n);
	for (int i = 0; i < n; i++) {
		double u = r[i] / h, square = 1 - u * u;
		weight[i] = r[i] <= 0.001 * h ? 1 : r[i] <= 0.999 * h ? square * square : 0;
	}
}

static int odd(double window)
{
	int w = (int)ceil(window - 1e-9);
	return w % 2 ? w : w + 1;
}

static struct loess loess_of(int window, int degree)
{
	return (struct loess){ window, degree, (window + 9) / 10 };
}

static struct stl stl_new(int n, const struct stl_options *o)
{
	int window = o->season_window ? o->season_window : 10 * n + 1, p = o->period;
	struct stl s = { .n = n, .period = p,
		.season = loess_of(window < 3 ? 3 : window % 2 ? window : window + 1, 0),
		.trend = loess_of(odd(1.5 * p / (1 - 1.5 / window)), 1),
		.low = loess_of(odd(p), 1) };
	size_t room = (size_t)n + 2 * (size_t)p + 3;
	s.cycle = mem_calloc(room, sizeof(double));
	s.robust = mem_calloc(room, sizeof(double));
	for (size_t i = 0; i < COUNTOF(s.work); i++)
		s.work[i] = mem_calloc(room, sizeof(double));
	return s;
}

/* One mean a phase. */
static void make_periodic(double *season, int n, int period)
{
	for (int j = 0; j < period; j++) {
		double sum = 0;
		int k = 0;
		for (int i = j; i < n; i += period, k++)
			sum += season[i];
		for (int i = j; i < n; i += period)
			season[i] = sum / k;
	}
}

void stl_fit(const double *y, int n, const struct stl_options *o, double *season, double *trend)
{
	struct stl s = stl_new(n, o);
	for (int i = 0; i < n; i++)
		trend[i] = 0;
	for (int outer = 0; outer <= (o->robust ? OUTER_ROBUST : 0); outer++) {
		if (outer) {
			for (int i = 0; i < n; i++)
				s.work[0][i] = y[i] - season[i] - trend[i];
			robust_weights(s.work[0], s.work[1], n, s.robust);
		}
		for (int i = 0; i < (o->robust ? INNER_ROBUST : INNER); i++)
			inner_loop(&s, y, outer ? s.robust : NULL, season, trend);
	}
	if (!o->season_window)
		make_periodic(season, n, o->period);
	free(s.cycle);
	free(s.robust);
	for (size_t i = 0; i < COUNTOF(s.work); i++)
		free(s.work[i]);
}

/* ---- the rest ----------------------------------------------------------------------------- */

void loess_fit(const double *y, int n, int window, bool robust, double *out)
{
	enum { TIMES = 4 };
	struct loess l = loess_of(odd(window), 1);
	double *w = mem_alloc(((size_t)n + 1) * sizeof *w);
	double *rest = mem_alloc(((size_t)n + 1) * sizeof *rest);
	double *weight = mem_alloc(((size_t)n + 1) * sizeof *weight);
	for (int k = 0; k < (robust ? TIMES : 1); k++) {
		loess_smooth(y, k ? weight : NULL, n, &l, w, out);
		for (int i = 0; i < n; i++)
			rest[i] = y[i] - out[i];
		robust_weights(rest, w, n, weight);
	}
	free(w);
	free(rest);
	free(weight);
}

double part_strength(const double *part, const double *remainder, size_t n)
{
	double *both = mem_alloc((n + 1) * sizeof *both);
	for (size_t i = 0; i < n; i++)
		both[i] = part[i] + remainder[i];
	double whole = array_variance(both, n), rest = array_variance(remainder, n);
	free(both);
	return whole > 0 ? fmax(0, 1 - rest / whole) : NAN;
}
