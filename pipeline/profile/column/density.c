/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Curves over the sorted values: kernel density and normal quantile plot. */
#include "profile/column_int.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

double round_digits(double x, int digits)
{
	if (x == 0 || !isfinite(x))
		return x;
	int place = digits - 1 - (int)floor(log10(fabs(x)));
	if (place > 300 || place < -300)
		return x;
	double scale = pow(10, abs(place)),
	       r = place >= 0 ? rint(x * scale) / scale : rint(x / scale) * scale;
	return isfinite(r) ? r : x;
}

/* Silverman's rule of thumb as R's bw.nrd0 has it. */
static double bandwidth_of(const struct numeric_profile *p)
{
	double spread = fmin(p->sd, p->iqr / 1.34);
	if (!(spread > 0))
		spread = p->sd;
	return 0.9 * spread * pow((double)p->n, -0.2);
}

/* Beyond this many bandwidths the kernel is below 4e-6 of its height. */
static const double REACH = 5;
/* Grid cells a bandwidth: puts linear binning within 0.05 % of the exact sum. */
enum { FINE = 16, FINE_MAX = 64 };

/* Sums the kernel over the values themselves, for grids so wide that a kernel reaches few
 * points. */
static void density_exact(double *out, const double *x, const struct sorted *s, double h)
{
	for (int i = 0; i < KDE_POINTS; i++) {
		size_t end = sorted_upper(s, x[i] + REACH * h);
		struct nsum sum = { 0 };
		for (size_t k = sorted_lower(s, x[i] - REACH * h); k < end; k++) {
			double z = (x[i] - sorted_value(s, k)) / h;
			nsum_add(&sum, exp(-z * z / 2) * (double)sorted_count(s, k));
		}
		out[i] = nsum_value(&sum);
	}
}

/* Where the values of a cell end: at[i] lies in it, and they are in order. */
static size_t cell_end(const double *at, size_t i, size_t n, double cell)
{
	size_t lo = i + 1, hi = n;
	if (lo < n && at[lo] >= cell + 1)
		return lo;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (at[mid] < cell + 1)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static double sum_product(const double *x, const double *w, size_t n)
{
	if (n == 1)
		return *x * *w;
	struct wide_sum wide = { 0 };
	kernels()->dot(x, w, n, &wide);
	struct nsum sum = wide_sum_total(&wide);
	return nsum_value(&sum);
}

/* A value at `at`, in cells, gives 1 - (at - cell) to the cell below and the rest to the next. */
static void share_values(
	double *mass, int cells, double from, double fine, const struct sorted *s)
{
	const struct kernels *k = kernels();
	double x[BLOCK_ROWS], count[BLOCK_ROWS], at[BLOCK_ROWS];
	for (size_t run = 0, n; run < s->runs; run += n) {
		n = sorted_block(s, run, s->runs, x, count);
		k->scaled(x, n, from, fine, at);
		for (size_t i = 0, end; i < n; i = end) {
			int cell = (int)fmax(0, fmin(floor(at[i]), cells - 1));
			end = cell_end(at, i, n, cell);
			double all = (double)(s->before[run + end] - s->before[run + i]),
			       next = sum_product(at + i, count + i, end - i) - cell * all;
			mass[cell] += all - next;
			mass[cell + 1] += next;
		}
	}
}

/* Shares each value between the two nearest cells of a grid `per` times as fine as the points
 * (linear binning: Wand 1994), then sums the kernel over cells. */
static void density_binned(
	double *out, double from, double step, int per, const struct sorted *s, double h)
{
	double fine = step / per;
	int cells = (KDE_POINTS - 1) * per + 1, reach = (int)ceil(REACH * h / fine);
	double *mass = mem_calloc((size_t)cells + 1, sizeof *mass);
	double *kernel = mem_calloc((size_t)reach + 1, sizeof *kernel);
	share_values(mass, cells, from, fine, s);
	for (int i = 0; i <= reach; i++)
		kernel[i] = exp(-0.5 * (i * fine / h) * (i * fine / h));
	for (int i = 0; i < KDE_POINTS; i++) {
		int centre = i * per;
		int lo = centre > reach ? centre - reach : 0,
		    hi = centre + reach < cells ? centre + reach : cells - 1;
		for (int k = lo; k <= hi; k++)
			out[i] += mass[k] * kernel[abs(k - centre)];
	}
	free(mass);
	free(kernel);
}

void density_fill(struct numeric_profile *p, const struct sorted *s, struct arena *a)
{
	double h = s->n > 1 ? bandwidth_of(p) : NAN;
	if (!(h > 0) || !isfinite(h))
		return;
	double from = p->quantile[0] - 3 * h, to = p->quantile[QUANTILES - 1] + 3 * h;
	double step = (to - from) / (KDE_POINTS - 1);
	if (!isfinite(step) || from + step <= from)
		return;
	p->kde_bandwidth = h;
	p->nkde = KDE_POINTS;
	p->kde_x = arena_calloc(a, KDE_POINTS, sizeof(double));
	p->kde_density = arena_calloc(a, KDE_POINTS, sizeof(double));
	for (int i = 0; i < KDE_POINTS; i++)
		p->kde_x[i] = from + step * i;
	double per = ceil(step / h * FINE);
	if (per <= FINE_MAX)
		density_binned(p->kde_density, from, step, (int)per, s, h);
	else
		density_exact(p->kde_density, p->kde_x, s, h);
	/* to a thousandth of a bandwidth */
	int digits = 4 + (int)fmin(13, fmax(2, ceil(log10(fmax(fabs(from), fabs(to)) / h))));
	double scale = 1 / ((double)s->n * h * sqrt(2 * acos(-1)));
	for (int i = 0; i < KDE_POINTS; i++) {
		p->kde_x[i] = round_digits(p->kde_x[i], digits);
		p->kde_density[i] = round_digits(p->kde_density[i] * scale, 6);
	}
}

/* Order statistics evenly spread over the sample, both ends among them. */
void qq_fill(struct numeric_profile *p, const struct sorted *s, struct arena *a)
{
	if (s->n < 2)
		return;
	int64_t points = s->n < QQ_POINTS ? s->n : QQ_POINTS;
	p->nqq = (int)points;
	p->qq_theoretical = arena_calloc(a, (size_t)points, sizeof(double));
	p->qq_sample = arena_calloc(a, (size_t)points, sizeof(double));
	for (int64_t i = 0; i < points; i++) {
		int64_t k =
			(int64_t)rint((double)i * (double)(s->n - 1) / (double)(points - 1));
		double z = gsl_cdf_ugaussian_Pinv(((double)k + 0.5) / (double)s->n);
		p->qq_theoretical[i] = round_digits(z, 6);
		p->qq_sample[i] = sorted_at(s, k);
	}
}
