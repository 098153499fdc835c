/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tests of normality: Shapiro-Wilk for samples it was made for, Anderson-Darling for larger
 * ones. */
#include "profile/column_int.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_erf.h>
#include <stdlib.h>

/* c[0] + c[1] x + c[2] x^2 ... */
static double poly(const double *c, size_t n, double x)
{
	double v = 0;
	while (n--)
		v = v * x + c[n];
	return v;
}

/* ---- Shapiro-Wilk ------------------------------------------------------------------------ */

/* The weights of the upper half, largest order statistic first (Royston 1995, equations 2 to
 * 4): normalised expected normal order statistics with the outermost one or two corrected by a
 * polynomial in n^(-1/2). */
static void shapiro_weights(double *a, int64_t n)
{
	static const double c1[] = { 0, 0.221157, -0.147981, -2.071190, 4.434685, -2.706056 };
	static const double c2[] = { 0, 0.042981, -0.293762, -1.752461, 5.682633, -3.582633 };
	int64_t half = n / 2;
	if (n == 3) {
		a[0] = sqrt(0.5);
		return;
	}
	double sum = 0, root = 1 / sqrt((double)n);
	for (int64_t i = 0; i < half; i++) {
		a[i] = -gsl_cdf_ugaussian_Pinv(((double)i + 1 - 0.375) / ((double)n + 0.25));
		sum += 2 * a[i] * a[i];
	}
	double norm = sqrt(sum), m1 = a[0], m2 = a[1];
	double a1 = poly(c1, COUNTOF(c1), root) + m1 / norm, a2 = 0, scale;
	int64_t corrected = n > 5 ? 2 : 1;
	if (corrected == 2) {
		a2 = poly(c2, COUNTOF(c2), root) + m2 / norm;
		scale = sqrt(
			(sum - 2 * m1 * m1 - 2 * m2 * m2) / (1 - 2 * a1 * a1 - 2 * a2 * a2));
	} else {
		scale = sqrt((sum - 2 * m1 * m1) / (1 - 2 * a1 * a1));
	}
	for (int64_t i = corrected; i < half; i++)
		a[i] /= scale;
	a[0] = a1;
	if (corrected == 2)
		a[1] = a2;
}

/* p of W by its normalising transformations (Royston 1995, tables 1 and 2). */
static double shapiro_p(double one_minus_w, int64_t n)
{
	static const double c3[] = { 0.5440, -0.39978, 0.025054, -6.714e-4 };
	static const double c4[] = { 1.3822, -0.77857, 0.062767, -0.0020322 };
	static const double c5[] = { -1.5861, -0.31082, -0.083751, 0.0038915 };
	static const double c6[] = { -0.4803, -0.082676, 0.0030302 };
	static const double g[] = { -2.273, 0.459 };
	if (n == 3) {
		/* exact */
		double p = 6 / acos(-1) * (asin(sqrt(1 - one_minus_w)) - asin(sqrt(0.75)));
		return p < 0 ? 0 : p;
	}
	double size = (double)n, y = log(one_minus_w), mean, sd;
	if (n <= 11) {
		double gamma = poly(g, COUNTOF(g), size);
		if (y >= gamma)
			return 1e-99;
		y = -log(gamma - y);
		mean = poly(c3, COUNTOF(c3), size);
		sd = exp(poly(c4, COUNTOF(c4), size));
	} else {
		double x = log(size);
		mean = poly(c5, COUNTOF(c5), x);
		sd = exp(poly(c6, COUNTOF(c6), x));
	}
	return gsl_cdf_ugaussian_Q((y - mean) / sd);
}

void shapiro_wilk(const struct sorted *s, double *w, double *p)
{
	*w = *p = NAN;
	if (s->n < 3 || s->n > SHAPIRO_MAX || s->runs < 2)
		return;
	size_t n = (size_t)s->n, k = 0;
	double *x = mem_calloc(n, sizeof *x), *a = mem_calloc(n / 2, sizeof *a);
	for (size_t i = 0; i < s->runs; i++)
		for (int64_t c = sorted_count(s, i); c > 0; c--)
			x[k++] = sorted_value(s, i);
	shapiro_weights(a, s->n);
	/* scaled by the range, so that squares neither overflow nor vanish */
	double range = x[n - 1] - x[0], middle = x[0] / 2 + x[n - 1] / 2;
	struct nsum sum = { 0 }, square = { 0 }, weighted = { 0 };
	for (size_t i = 0; i < n; i++)
		nsum_add(&sum, (x[i] - middle) / range);
	double mean = nsum_value(&sum) / (double)n;
	for (size_t i = 0; i < n; i++) {
		double d = (x[i] - middle) / range - mean;
		nsum_add(&square, d * d);
	}
	double norm = 0;
	for (size_t i = 0; i < n / 2; i++) {
		nsum_add(&weighted, a[i] * ((x[n - 1 - i] - x[i]) / range));
		norm += 2 * a[i] * a[i];
	}
	/* W = 1 - (1 - W), the latter without cancellation; the weights are normalised only to
	 * the digits of their polynomials */
	double b = nsum_value(&weighted), ss = sqrt(norm * nsum_value(&square));
	double one_minus_w = (ss - b) * (ss + b) / (ss * ss);
	if (isfinite(range) && one_minus_w > 0) {
		*w = 1 - one_minus_w;
		*p = shapiro_p(one_minus_w, s->n);
	}
	free(x);
	free(a);
}

/* ---- Anderson-Darling -------------------------------------------------------------------- */

/* log of the lower tail of the normal distribution; log1p keeps digits near 1, the special
 * function the far tail where the probability itself is 0. */
static double log_normal(double z)
{
	if (z < -5)
		return gsl_sf_log_erfc(-z / sqrt(2)) - log(2);
	if (z > 0)
		return log1p(-0.5 * erfc(z / sqrt(2)));
	return log(0.5 * erfc(-z / sqrt(2)));
}

/* With ranks from 1, value i meets log F with weight 2i - 1 and log(1 - F) with weight 2(n - i) + 1;
 * over a run of ranks first + 1 .. first + c these add up to c (2 first + c) and c (2 (n - first) -
 * c). */
static struct nsum sum_one_by_one(const struct sorted *s, double mean, double sd)
{
	struct nsum sum = { 0 };
	for (size_t i = 0; i < s->runs; i++) {
		double z = (sorted_value(s, i) - mean) / sd, lower, upper;
		kernels()->rank_weights(s->before + i, 1, s->before[0], (double)s->n, &lower, &upper);
		nsum_add(&sum, lower * log_normal(z));
		nsum_add(&sum, upper * log_normal(-z));
	}
	return sum;
}

/* The logarithm as Taylor polynomials about the middles of cells, STEPS to 1, from -REACH to REACH:
 * its nearest singularity is 2.8 away, so the first term left out is (2.8 * 2 STEPS)^-7 / 7, which
 * is 2e-17. Beyond REACH there are few values, because a share of 1 / z^2 at most is z deviations
 * from the mean. */
enum { FEW_RUNS = 1024, STEPS = 32, REACH = 30, CELLS = 2 * REACH * STEPS };

static double cell_middle(int cell)
{
	return (cell + 0.5) / STEPS - REACH;
}

/* The derivative of log F is r = f / F, and r' = -r (z + r): from this the coefficients of r follow
 * one after another. */
static void taylor_fill(double c[POLYNOMIAL], double z)
{
	double r[POLYNOMIAL - 1] = { exp(-z * z / 2 - log_normal(z)) / sqrt(2 * acos(-1)) };
	c[0] = log_normal(z);
	c[1] = r[0];
	for (int k = 0; k + 2 < POLYNOMIAL; k++) {
		double sum = z * r[k] + (k ? r[k - 1] : 0);
		for (int i = 0; i <= k; i++)
			sum += r[i] * r[k - i];
		r[k + 1] = -sum / (k + 1);
		c[k + 2] = r[k + 1] / (k + 2);
	}
}

static int cell_of(double z)
{
	return z <= -REACH ? -1 : z >= REACH ? CELLS : (int)((z + REACH) * STEPS);
}

/* Polynomials as they are needed. */
struct cells {
	struct cell { double c[POLYNOMIAL]; bool known; } cell[CELLS];
};

static const double *cell_polynomial(struct cells *t, int i)
{
	struct cell *cell = &t->cell[i];
	if (!cell->known)
		taylor_fill(cell->c, cell_middle(i));
	cell->known = true;
	return cell->c;
}

/* Values of one cell, z and their weights, or beyond all cells. */
static void add_cell(struct cells *t, int cell, const double *z, const double *lower,
	const double *upper, size_t n, struct wide_sum *near, struct nsum *far)
{
	if (cell >= 0 && cell < CELLS) {
		kernels()->polynomials(z, lower, upper, n, cell_middle(cell),
			cell_polynomial(t, cell), cell_polynomial(t, CELLS - 1 - cell), near);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		nsum_add(far, lower[i] * log_normal(z[i]));
		nsum_add(far, upper[i] * log_normal(-z[i]));
	}
}

static struct nsum sum_by_table(const struct sorted *s, double mean, double sd)
{
	const struct kernels *k = kernels();
	struct cells *t = mem_calloc(1, sizeof *t);
	double x[BLOCK_ROWS], z[BLOCK_ROWS], lower[BLOCK_ROWS], upper[BLOCK_ROWS];
	struct nsum far = { 0 };
	struct wide_sum near = { 0 };
	for (size_t run = 0, n; run < s->runs; run += n) {
		n = sorted_block(s, run, s->runs, x, z);
		k->scaled(x, n, mean, sd, z);
		k->rank_weights(s->before + run, n, s->before[0], (double)s->n, lower, upper);
		for (size_t i = 0, end; i < n; i = end) {
			int cell = cell_of(z[i]);
			for (end = i + 1; end < n && cell_of(z[end]) == cell; end++)
				;
			add_cell(t, cell, z + i, lower + i, upper + i, end - i, &near, &far);
		}
	}
	free(t);
	struct nsum sum = wide_sum_total(&near);
	nsum_merge(&sum, &far);
	return sum;
}

/* Of the statistic adjusted for n (D'Agostino & Stephens 1986, table 4.9). */
static double anderson_p(double a)
{
	if (a < 0.2)
		return 1 - exp(-13.436 + 101.14 * a - 223.73 * a * a);
	if (a < 0.34)
		return 1 - exp(-8.318 + 42.796 * a - 59.938 * a * a);
	if (a < 0.6)
		return exp(0.9177 - 4.279 * a - 1.38 * a * a);
	if (a < 10)
		return exp(1.2937 - 5.709 * a + 0.0186 * a * a);
	return 3.7e-24; /* as far as the approximation goes */
}

void anderson_darling(const struct sorted *s, double mean, double sd, double *a2, double *p)
{
	*a2 = *p = NAN;
	if (s->n < 8 || !(sd > 0) || !isfinite(sd))
		return;
	double n = (double)s->n;
	struct nsum sum = s->runs > FEW_RUNS ? sum_by_table(s, mean, sd) : sum_one_by_one(s, mean, sd);
	*a2 = -n - nsum_value(&sum) / n;
	*p = anderson_p(*a2 * (1 + 0.75 / n + 2.25 / (n * n)));
}
