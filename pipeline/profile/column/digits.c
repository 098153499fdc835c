/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is a column of numbers made by people or by a counter? Rounded figures pile up on a last
 * digit; running numbers and artificial keys are spread evenly. Both by chi-square.
 */
#include "profile/column_int.h"

#include <gsl/gsl_cdf.h>

/* The fewest decimal places that most values get by with; -1: more than there are. The others,
 * say halves among years of age, are left out: next to them every whole number would look
 * rounded. */
static const double MOST = 0.8;

static int usual_decimals(const struct numbers_fold *sums)
{
	int64_t seen = 0;
	for (int d = 0; d <= DECIMALS_MAX; d++) {
		seen += sums->decimals[d];
		if ((double)seen >= MOST * (double)sums->n)
			return d;
	}
	return -1;
}

/* Last digits are even by nature only where values spread over several decades of the last
 * place. */
enum { HEAPING_MIN_N = 50, HEAPING_MIN_RANGE = 30 };

/* Values by last digit; the last place: 0, which is nothing, or not recorded, but was not rounded
 * to that, and values with more places. Four tables in turn, because counting the same digit again
 * has to wait for the memory. */
static void count_digits(const struct sorted *s, double power, double counts[10 + 1])
{
	enum { TABLES = 4 };
	const struct kernels *k = kernels();
	double x[BLOCK_ROWS], count[BLOCK_ROWS], digit[BLOCK_ROWS], table[TABLES][10 + 1] = { 0 };
	for (size_t run = 0, n; run < s->runs; run += n) {
		n = sorted_block(s, run, s->runs, x, count);
		k->last_digits(x, n, power, digit);
		for (size_t i = 0; i < n; i++)
			table[i % TABLES][(int)digit[i]] += count[i];
	}
	for (int t = 0; t < TABLES; t++)
		for (int d = 0; d <= 10; d++)
			counts[d] += table[t][d];
}

void heaping_fill(
	struct numeric_profile *p, const struct sorted *s, const struct numbers_fold *sums)
{
	int places = usual_decimals(sums);
	double power = pow(10, places);
	double range = (p->quantile[8] - p->quantile[2]) * power; /* p95 - p5 */
	if (places < 0 || s->n < HEAPING_MIN_N || !(range >= HEAPING_MIN_RANGE))
		return;
	double counts[10 + 1] = { 0 };
	count_digits(s, power, counts);
	int64_t n = s->n - (int64_t)counts[10];
	if (n < HEAPING_MIN_N)
		return;
	double expected = (double)n / 10, chi2 = 0;
	int most = 0;
	for (int d = 0; d < 10; d++) {
		chi2 += (counts[d] - expected) * (counts[d] - expected) / expected;
		if (counts[d] > counts[most])
			most = d;
	}
	p->heaping.digit = most;
	p->heaping.share = counts[most] / (double)n;
	p->heaping.chi2 = chi2;
	p->heaping.p = gsl_cdf_chisq_Q(chi2, 9);
	p->heaping.n = n;
}

/* With lowest and highest value given, the others are even over the range between them, if all
 * were over any range: so one of each end is left out, and the test needs no correction. Whole
 * numbers are counted in bins of whole width, with the expectation of the numbers in each bin. */
enum { UNIFORM_MIN_N = 50, UNIFORM_BINS = 20 };

/* The first run behind bin number `bin`. */
static size_t first_beyond(const struct sorted *s, double from, double width, int bin)
{
	size_t lo = 0, hi = s->runs;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (floor((sorted_value(s, mid) - from) / width) <= bin)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

void uniform_fill(struct numeric_profile *p, const struct sorted *s)
{
	double min = p->quantile[0], max = p->quantile[QUANTILES - 1], range = max - min;
	if (s->n < UNIFORM_MIN_N || !(range > 0) || !isfinite(range))
		return;
	bool whole = p->integer && range < 0x1p52;
	double from = whole ? min - 0.5 : min, span = whole ? range + 1 : range;
	double width = whole ? ceil(span / UNIFORM_BINS) : span / UNIFORM_BINS;
	int bins = whole ? (int)ceil(span / width) : UNIFORM_BINS;
	/* whole numbers: every value counts, ends too, because they are values like the others */
	double counts[UNIFORM_BINS], n = (double)s->n, chi2 = 0;
	size_t run = 0;
	for (int bin = 0; bin < bins; bin++) {
		size_t end = bin < bins - 1 ? first_beyond(s, from, width, bin) : s->runs;
		counts[bin] = (double)(s->before[end] - s->before[run]);
		run = end;
	}
	if (!whole) {
		counts[0]--;
		counts[bins - 1]--;
		n -= 2;
	}
	for (int i = 0; i < bins; i++) {
		double expected = n * fmin(width, span - width * i) / span;
		chi2 += (counts[i] - expected) * (counts[i] - expected) / expected;
	}
	p->uniform.chi2 = chi2;
	p->uniform.p = bins > 1 ? gsl_cdf_chisq_Q(chi2, bins - 1) : NAN;
	p->uniform.n = s->n;
}
