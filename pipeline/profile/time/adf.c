/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Augmented Dickey-Fuller test: the change is regressed on the level before it, a constant, a line
 * if wanted, and the changes before it. The number of these is the one of least AIC, all compared
 * over the same rows, as statsmodels and most others do.
 */
#include "profile/time_int.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

enum { LAGS_MAX = 60, TERMS_MAX = LAGS_MAX + 3 };

/* Sums of products of the terms, the change itself behind the last; constant, line and level come
 * first so that the regressions of fewer lags are the leading parts of one factorisation. */
struct normal {
	int terms;
	double a[TERMS_MAX + 1][TERMS_MAX + 1];
};

/* Row t of the regression: the change from y[t] to y[t + 1]. */
static void terms_of(const double *y, size_t t, size_t n, bool trend, int lags, double *x)
{
	int k = 0;
	x[k++] = 1;
	if (trend)
		x[k++] = 2.0 * (double)t / (double)n - 1;
	x[k++] = y[t];
	for (size_t lag = 1; lag <= (size_t)lags; lag++)
		x[k++] = y[t - lag + 1] - y[t - lag];
	x[k] = y[t + 1] - y[t];
}

/* Lower triangle of the Cholesky factor in place; false when the terms depend on each other. */
static bool factor(struct normal *m)
{
	for (int i = 0; i <= m->terms; i++)
		for (int j = 0; j <= i; j++) {
			double sum = m->a[i][j], whole = m->a[i][i];
			for (int k = 0; k < j; k++)
				sum -= m->a[i][k] * m->a[j][k];
			if (i != j)
				m->a[i][j] = sum / m->a[j][j];
			else if (i < m->terms && !(sum > 1e-13 * whole))
				return false;
			else
				m->a[i][i] = sqrt(fmax(sum, 0));
		}
	return true;
}

static bool regress(struct normal *m, const double *y, size_t n, size_t from, bool trend, int lags)
{
	double x[TERMS_MAX + 1];
	m->terms = 2 + trend + lags;
	for (int i = 0; i <= m->terms; i++)
		for (int j = 0; j <= i; j++)
			m->a[i][j] = 0;
	for (size_t t = from; t + 1 < n; t++) {
		terms_of(y, t, n, trend, lags, x);
		for (int i = 0; i <= m->terms; i++)
			for (int j = 0; j <= i; j++)
				m->a[i][j] += x[i] * x[j];
	}
	return factor(m);
}

static double residual_squares(const struct normal *m, int terms)
{
	double sum = 0;
	for (int i = terms; i <= m->terms; i++)
		sum += m->a[m->terms][i] * m->a[m->terms][i];
	return sum;
}

/* t of the term `at`: back substitution for its coefficient and for its variance. */
static double t_value(const struct normal *m, int at, double rows)
{
	double b[TERMS_MAX] = { 0 }, column[TERMS_MAX] = { 0 }, variance = 0;
	int k = m->terms;
	for (int i = k - 1; i >= at; i--) {
		b[i] = m->a[k][i];
		for (int j = i + 1; j < k; j++)
			b[i] -= m->a[j][i] * b[j];
		b[i] /= m->a[i][i];
	}
	for (int i = at; i < k; i++) {         /* column of the inverse of the factor */
		column[i] = i == at;
		for (int j = at; j < i; j++)
			column[i] -= m->a[i][j] * column[j];
		column[i] /= m->a[i][i];
		variance += column[i] * column[i];
	}
	return b[at] / sqrt(residual_squares(m, k) / (rows - k) * variance);
}

/* Response surface of MacKinnon 1994, tables 3 and 4, one variable. */
static double mackinnon_p(double t, bool trend)
{
	static const struct {
		double star, min, max, small[3], large[4];
	} surface[] = {
		{ -1.61, -18.83, 2.74, { 2.1659, 1.4412, 0.038269 },
			{ 1.7339, 0.93202, -0.12745, -0.010368 } },
		{ -2.89, -16.18, 0.70, { 3.2512, 1.6047, 0.049588 },
			{ 2.5261, 0.61654, -0.37956, -0.060285 } },
	};
	const double *small = surface[trend].small, *large = surface[trend].large;
	if (isnan(t))
		return NAN;
	if (t > surface[trend].max)
		return 1;
	if (t < surface[trend].min)
		return 0;
	if (t <= surface[trend].star)
		return gsl_cdf_ugaussian_P(small[0] + t * (small[1] + t * small[2]));
	return gsl_cdf_ugaussian_P(large[0] + t * (large[1] + t * (large[2] + t * large[3])));
}

/* The same in units of the spread: products of large values lose the digits of small changes. */
static double *standardised(const double *y, size_t n)
{
	double *z = mem_alloc((n + 1) * sizeof *z), mean = array_mean(y, n);
	double sd = sqrt(array_variance(y, n));
	for (size_t i = 0; i < n; i++)
		z[i] = (y[i] - mean) / sd;
	return z;
}

struct time_adf adf_test(const double *y, size_t n, bool trend)
{
	struct time_adf out = { .statistic = NAN, .p = NAN, .trend = trend };
	int most = (int)ceil(12 * pow((double)n / 100, 0.25));
	int room = (int)(n / 2) - (trend ? 2 : 1) - 1;
	most = most > room ? room : most > LAGS_MAX ? LAGS_MAX : most;
	if (n < 12 || most < 0)
		return out;
	struct normal *m = mem_alloc(sizeof *m);
	double *z = standardised(y, n), least = INFINITY, rows = (double)n - 1 - most;
	int level = trend ? 2 : 1;
	if (regress(m, z, n, (size_t)most, trend, most))
		for (int lag = 0; lag <= most; lag++) {
			int terms = level + 1 + lag;
			double aic = rows * log(residual_squares(m, terms) / rows) + 2 * terms;
			if (aic < least) {
				least = aic;
				out.lag = lag;
			}
		}
	if (isfinite(least) && regress(m, z, n, (size_t)out.lag, trend, out.lag)) {
		out.n = (int64_t)n - 1 - out.lag;
		out.statistic = t_value(m, level, (double)out.n);
		if (!isfinite(out.statistic))
			out.statistic = NAN;
		out.p = mackinnon_p(out.statistic, trend);
	}
	free(z);
	free(m);
	return out;
}
