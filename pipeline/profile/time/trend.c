/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The line through a series, with an interval that knows that neighbours resemble each other, and
 * whether a period is in it at all.
 */
#include "profile/time_int.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

/* ---- the line ----------------------------------------------------------------------------- */

static double lag_one(const double *e, size_t n)
{
	double products = 0, squares = 0;
	for (size_t i = 0; i < n; i++) {
		squares += isnan(e[i]) ? 0 : e[i] * e[i];
		if (i && !isnan(e[i] * e[i - 1]))
			products += e[i] * e[i - 1];
	}
	return squares > 0 ? products / squares : 0;
}

/* Variance of the sum of u in the long run: prewhitened by an AR(1) (Andrews & Monahan 1992), what is
 * left with the weights of Bartlett and the usual bandwidth. What is missing adds nothing. */
static double long_run(double *u, size_t n, double rho)
{
	double sum = 0, before = 0;
	size_t lags = (size_t)(4 * pow((double)n / 100, 2.0 / 9));
	for (size_t i = 0; i < n; i++) {
		double now = isnan(u[i]) ? 0 : u[i];
		u[i] = now - rho * before;
		before = now;
	}
	for (size_t lag = 0; lag <= lags && lag < n; lag++) {
		double products = 0, weight = 1 - (double)lag / (double)(lags + 1);
		for (size_t i = lag; i < n; i++)
			products += u[i] * u[i - lag];
		sum += (lag ? 2 : 1) * weight * products;
	}
	return sum / ((1 - rho) * (1 - rho));
}

struct line trend_line(const double *y, size_t n)
{
	struct line out = { NAN, NAN, NAN, NAN, NAN };
	double count = 0, mx = 0, my = 0, sxx = 0, sxy = 0;
	for (size_t i = 0; i < n; i++)
		if (!isnan(y[i])) {
			count++;
			mx += ((double)i - mx) / count;
			my += (y[i] - my) / count;
		}
	for (size_t i = 0; i < n; i++)
		if (!isnan(y[i])) {
			sxx += ((double)i - mx) * ((double)i - mx);
			sxy += ((double)i - mx) * (y[i] - my);
		}
	if (count < 3 || !isfinite(sxy))
		return out;
	out.slope = sxy / sxx;
	out.intercept = my - out.slope * mx;
	double *e = mem_alloc(n * sizeof *e);
	for (size_t i = 0; i < n; i++)
		e[i] = y[i] - out.intercept - out.slope * (double)i;
	double rho = lag_one(e, n);
	rho = fmin(fmax(rho + (2 + 4 * rho) / count, 0), 0.97);        /* less its bias beside a line */
	for (size_t i = 0; i < n; i++)
		e[i] *= (double)i - mx;
	double variance = long_run(e, n, rho) * count / (count - 2);
	free(e);
	/* neighbours that resemble each other count as fewer */
	double df = fmax(1, count * (1 - rho) / (1 + rho) - 2);
	out.error = sqrt(variance) / sxx;
	out.t95 = gsl_cdf_tdist_Pinv(0.975, df);
	out.p = out.error > 0 ? 2 * gsl_cdf_tdist_Q(fabs(out.slope / out.error), df) : NAN;
	return out;
}

/* ---- is there a season -------------------------------------------------------------------- */

/* Squared amplitude at `bin` full waves over n values. */
static double power_at(const double *y, size_t n, double bin)
{
	double step = 2 * M_PI * bin / (double)n, c = 0, s = 0;
	double wc = 1, ws = 0, dc = cos(step), ds = sin(step);
	for (size_t i = 0; i < n; i++) {
		c += y[i] * wc;
		s += y[i] * ws;
		double next = wc * dc - ws * ds;
		ws = wc * ds + ws * dc;
		wc = next;
	}
	return c * c + s * s;
}

/* Each harmonic against its neighbours in the spectrum, which makes it a test against noise of any
 * smooth spectrum: F with 2 and 2 * neighbours degrees of freedom. Half of the chance of a false alarm
 * is for the first harmonic, a quarter for all together by Fisher's method, one for the best. */
double season_p(const double *y, size_t n, int period)
{
	enum { HARMONICS = 6, AROUND = 6 };
	int cycles = (int)(n / (size_t)period), around = cycles / 2 < AROUND ? cycles / 2 : AROUND;
	int harmonics = (period - 1) / 2 < HARMONICS ? (period - 1) / 2 : HARMONICS;
	if (cycles < 2 || harmonics < 1)
		return 1;
	size_t m = (size_t)cycles * (size_t)period;
	const double *from = y + (n - m);
	double *d = mem_alloc(m * sizeof *d), fisher = 0, best = 1, first = 1;
	struct line l = trend_line(from, m);
	for (size_t i = 0; i < m; i++)
		d[i] = from[i] - l.intercept - l.slope * (double)i;
	for (int k = 1; k <= harmonics; k++) {
		double at = (double)k * cycles, noise = 0;
		for (int j = 1; j <= around; j++)
			noise += power_at(d, m, at - j) + power_at(d, m, at + j);
		double f = power_at(d, m, at) / (noise / (2 * around));
		double p = isfinite(f) ? gsl_cdf_fdist_Q(f, 2, 4 * around) : noise == 0 && f > 0 ? 0 : 1;
		fisher -= 2 * log(fmax(p, 1e-300));
		best = fmin(best, p);
		first = k == 1 ? p : first;
	}
	free(d);
	best = fmin(gsl_cdf_chisq_Q(fisher, 2 * harmonics), best * harmonics);
	return fmin(1, fmin(2 * first, 4 * best));
}

int season_peak(const double *y, size_t n)
{
	enum { FARTHEST = 1000 };
	int lags = n / 3 < FARTHEST ? (int)(n / 3) : FARTHEST, best = 0, lag = 1;
	double *d = mem_alloc((n + 1) * sizeof *d);
	double *r = mem_alloc(((size_t)lags + 1) * sizeof *r);
	struct line l = trend_line(y, n);
	for (size_t i = 0; i < n; i++)
		d[i] = y[i] - l.intercept - l.slope * (double)i;
	if (n >= 12 && acf_fill(d, n, lags, r)) {
		double clear = 2 * 1.96 / sqrt((double)n);
		while (lag < lags && r[lag] > 0)       /* the first hill is not a season */
			lag++;
		for (; lag + 1 < lags; lag++)
			if (lag > 2 && r[lag] > clear && r[lag] >= r[lag - 1] && r[lag] >= r[lag + 1] &&
				(!best || r[lag] > r[best] + 0.1))
				best = lag;
	}
	free(d);
	free(r);
	return best;
}
