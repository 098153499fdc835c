/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exponential smoothing: simple, Holt's, damped, and Winters' with an additive season. */
#include "profile/time_int.h"

#include <gsl/gsl_multimin.h>
#include <stdlib.h>

/* ---- starting values ---------------------------------------------------------------------- */

struct xy_line {
	double n, x, y, xx, xy;
};

static void line_add(struct xy_line *l, double x, double y)
{
	l->n++;
	l->x += x;
	l->y += y;
	l->xx += x * x;
	l->xy += x * y;
}

static double line_slope(const struct xy_line *l)
{
	return (l->xy - l->x * l->y / l->n) / (l->xx - l->x * l->x / l->n);
}

/* A line through the running mean of the first two seasons, and what each phase is above it. */
static void start_season(struct smooth *s, const double *y)
{
	int p = s->period, half = p / 2, to = 2 * p - half;
	double *count = mem_calloc((size_t)p, sizeof *count), all = 0;
	struct xy_line l = { 0 };
	for (int k = 0; k < p; k++)
		s->seasons[k] = 0;
	for (int i = half; i < to; i++) {
		double mean = 0;
		for (int j = -half; j <= half; j++)
			mean += y[i + j] * (p % 2 == 0 && abs(j) == half ? 0.5 : 1) / p;
		line_add(&l, i - half + 1, mean);
		s->seasons[i % p] += y[i] - mean;
		count[i % p]++;
	}
	for (int k = 0; k < p; k++) {
		s->seasons[k] /= count[k];
		all += s->seasons[k] / p;
	}
	for (int k = 0; k < p; k++)
		s->seasons[k] -= all;
	s->slope = line_slope(&l);
	s->level = (l.y - s->slope * l.x) / l.n;
	free(count);
}

int smooth_start(struct smooth *s, const double *y, int n)
{
	enum { FIRST = 10 };
	s->at = 0;
	s->level = y[0];
	s->slope = 0;
	if (s->season) {
		start_season(s, y);
		return s->period;
	}
	if (!s->trend || n < 2)
		return 1;
	struct xy_line l = { 0 };
	for (int i = 0; i < n && i < FIRST; i++)
		line_add(&l, i + 1, y[i]);
	s->slope = line_slope(&l);
	s->level = (l.y - s->slope * l.x) / l.n;
	return 0;
}

/* ---- running ------------------------------------------------------------------------------ */

double smooth_step(struct smooth *s, double y)
{
	double season = s->season ? s->seasons[s->at] : 0, slope = s->phi * s->slope;
	double error = y - (s->level + slope + season), before = s->level;
	s->level += slope + s->alpha * error;
	if (s->trend)
		s->slope = s->beta * (s->level - before) + (1 - s->beta) * slope;
	if (s->season) {
		s->seasons[s->at] = s->gamma * (y - s->level) + (1 - s->gamma) * season;
		s->at = (s->at + 1) % s->period;
	}
	return error;
}

double smooth_ahead(const struct smooth *s, int h)
{
	double sum = h;
	if (s->phi < 1)
		sum = s->phi * (1 - pow(s->phi, h)) / (1 - s->phi);
	return s->level + sum * s->slope + (s->season ? s->seasons[(s->at + h - 1) % s->period] : 0);
}

double smooth_run(struct smooth *s, const double *y, int n)
{
	double sum = 0;
	for (int i = smooth_start(s, y, n); i < n; i++) {
		double error = smooth_step(s, y[i]);
		sum += error * error;
	}
	return sum;
}

/* 1 + sum of squares of what one error does to forecasts further ahead. */
double smooth_variance(const struct smooth *s, int h)
{
	double sum = 1, damped = 0, power = 1;
	for (int j = 1; j < h; j++) {
		power *= s->phi;
		damped += power;
		double c = s->alpha + (s->trend ? s->alpha * s->beta * damped : 0);
		if (s->season && j % s->period == 0)
			c += s->gamma * (1 - s->alpha);
		sum += c * c;
	}
	return sum;
}

/* ---- fitting ------------------------------------------------------------------------------ */

struct fitting {
	struct smooth *s;
	const double *y;
	int n;
	bool damped;
};

static double between(double low, double high, double x)
{
	return low + (high - low) / (1 + exp(-x));
}

static void set_parameters(const struct fitting *f, const gsl_vector *v)
{
	size_t k = 0;
	f->s->alpha = between(1e-4, 0.9999, gsl_vector_get(v, k++));
	if (f->s->trend)
		f->s->beta = between(1e-4, 0.9999, gsl_vector_get(v, k++));
	if (f->s->season)
		f->s->gamma = between(1e-4, 0.9999, gsl_vector_get(v, k++));
	if (f->damped)
		f->s->phi = between(0.8, 0.98, gsl_vector_get(v, k++));
}

static double squares(const gsl_vector *v, void *ctx)
{
	const struct fitting *f = ctx;
	set_parameters(f, v);
	double sum = smooth_run(f->s, f->y, f->n);
	return isfinite(sum) ? sum : 1e300;
}

void smooth_fit(struct smooth *s, const double *y, int n)
{
	enum { ROUNDS = 150 };
	struct fitting f = { s, y, n, s->phi < 1 };
	size_t k = 1 + (size_t)s->trend + (size_t)s->season + (size_t)f.damped;
	gsl_vector *at = gsl_vector_alloc(k), *step = gsl_vector_alloc(k);
	gsl_multimin_fminimizer *m =
		gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, k);
	gsl_multimin_function fn = { squares, k, &f };
	gsl_vector_set_all(at, -2);    /* about 0.12: smooth, rather than follow */
	gsl_vector_set(at, 0, 0);
	gsl_vector_set_all(step, 1.5);
	gsl_multimin_fminimizer_set(m, &fn, at, step);
	for (int i = 0; i < ROUNDS; i++)
		if (gsl_multimin_fminimizer_iterate(m) ||
			gsl_multimin_fminimizer_size(m) < 1e-3)
			break;
	set_parameters(&f, gsl_multimin_fminimizer_x(m));
	smooth_run(s, y, n);
	gsl_multimin_fminimizer_free(m);
	gsl_vector_free(at);
	gsl_vector_free(step);
}
