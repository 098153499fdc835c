/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a series remembers of itself: autocorrelation, partial autocorrelation, and whether there
 * is any. And the small tools that all of time/ uses on arrays. */
#include "profile/time_int.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

/* ---- arrays ------------------------------------------------------------------------------- */

double array_mean(const double *y, size_t n)
{
	double mean = 0, count = 0;
	for (size_t i = 0; i < n; i++)         /* the running mean can't overflow */
		if (!isnan(y[i]))
			mean += (y[i] - mean) / ++count;
	return count > 0 ? mean : NAN;
}

double array_variance(const double *y, size_t n)
{
	double mean = array_mean(y, n), sum = 0, count = 0;
	for (size_t i = 0; i < n; i++)
		if (!isnan(y[i])) {
			sum += (y[i] - mean) * (y[i] - mean);
			count++;
		}
	return count > 1 ? sum / (count - 1) : NAN;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

double array_quantile(double *y, size_t n, double p)
{
	size_t m = 0;
	for (size_t i = 0; i < n; i++)
		if (!isnan(y[i]))
			y[m++] = y[i];
	if (!m)
		return NAN;
	qsort(y, m, sizeof *y, by_value);
	double at = p * (double)(m - 1);
	size_t k = (size_t)at;
	return k + 1 < m ? y[k] + (at - (double)k) * (y[k + 1] - y[k]) : y[m - 1];
}

double array_median(double *y, size_t n)
{
	return array_quantile(y, n, 0.5);
}

void array_bridge(const double *y, size_t n, double *out)
{
	size_t last = n;               /* n: none yet */
	for (size_t i = 0; i < n; i++) {
		out[i] = y[i];
		if (isnan(y[i]))
			continue;
		for (size_t k = last == n ? 0 : last + 1; k < i; k++)
			out[k] = last == n ? y[i]
				: y[last] + (y[i] - y[last]) * (double)(k - last) / (double)(i - last);
		last = i;
	}
	for (size_t k = last + 1; last < n && k < n; k++)
		out[k] = y[last];
}

/* ---- autocorrelation ---------------------------------------------------------------------- */

bool acf_fill(const double *y, size_t n, int nlags, double *r)
{
	double *d = mem_alloc((n + 1) * sizeof *d), mean = array_mean(y, n), c0 = 0, count = 0;
	for (size_t i = 0; i < n; i++) {
		d[i] = y[i] - mean;
		c0 += isnan(d[i]) ? 0 : d[i] * d[i];
		count += !isnan(d[i]);
	}
	bool any = c0 > 0 && isfinite(c0);
	for (int lag = 0; any && lag < nlags; lag++) {
		double sum = 0, pairs = 0;
		for (size_t i = 0; i + (size_t)lag < n; i++) {
			double product = d[i] * d[i + (size_t)lag];
			if (!isnan(product)) {
				sum += product;
				pairs++;
			}
		}
		r[lag] = sum / (pairs + lag) / (c0 / count);
	}
	free(d);
	return any;
}

/* Gaps can make r no correlation of any series; then the recursion ends. */
void pacf_fill(const double *r, int nlags, double *partial)
{
	double *phi = mem_calloc((size_t)nlags + 1, sizeof *phi);
	double *old = mem_calloc((size_t)nlags + 1, sizeof *old), left = 1;
	partial[0] = 1;
	for (int k = 1; k < nlags; k++) {
		double sum = r[k];
		for (int j = 1; j < k; j++)
			sum -= old[j] * r[k - j];
		partial[k] = phi[k] = left > 1e-12 ? sum / left : NAN;
		for (int j = 1; j < k; j++)
			phi[j] = old[j] - phi[k] * old[k - j];
		memcpy(old, phi, ((size_t)k + 1) * sizeof *old);
		left *= 1 - phi[k] * phi[k];
	}
	free(phi);
	free(old);
}

double ljung_box(const double *r, int lags, double n, double *p)
{
	double q = 0;
	for (int k = 1; k <= lags; k++)
		q += r[k] * r[k] / (n - k);
	q *= n * (n + 2);
	*p = gsl_cdf_chisq_Q(q, lags);
	return q;
}
