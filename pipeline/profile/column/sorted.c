/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The values of a column in order, as runs of equal values. Distinct counts, modes, extremes,
 * quantiles, the median deviation, histograms, densities and tests of shape all read from this
 * one structure, so all of them are exact and a column is sorted once.
 */
#include "profile/column_int.h"

#include <stdlib.h>

struct sorted sorted_new(uint64_t *keys, size_t n, bool integer)
{
	uint64_t *tmp = mem_large((n + 1) * sizeof *tmp), *sorted = sort_keys_either(keys, tmp, n);
	tmp = sorted == keys ? tmp : keys;
	keys = sorted;
	/* the scratch of the sort becomes the counts: a run needs no more room than its values
	 * had */
	int64_t *before = (int64_t *)tmp;
	size_t runs = 0;
	for (size_t i = 0; i < n; i++) {
		if (i && keys[i] == keys[runs - 1])
			continue;
		keys[runs] = keys[i];
		before[runs++] = (int64_t)i;
	}
	before[runs] = (int64_t)n;
	return (struct sorted){
		.key = keys, .before = before, .runs = runs, .n = (int64_t)n, .integer = integer
	};
}

void sorted_free(struct sorted *s)
{
	free(s->key);
	free(s->before);
	*s = (struct sorted){ 0 };
}

struct sorted sorted_finite(const struct sorted *s)
{
	struct sorted f = *s;
	if (f.integer || !f.runs)
		return f;
	if (isinf(sorted_value(&f, f.runs - 1)))
		f.runs--;
	if (f.runs && isinf(sorted_value(&f, 0))) {
		f.key++;
		f.before++;
		f.runs--;
	}
	f.n = f.before[f.runs] - f.before[0];
	return f;
}

int64_t sorted_unique(const struct sorted *s)
{
	int64_t unique = 0;
	for (size_t i = 0; i < s->runs; i++)
		unique += sorted_count(s, i) == 1;
	return unique;
}

size_t sorted_block(const struct sorted *s, size_t run, size_t end, double *x, double *count)
{
	const struct kernels *k = kernels();
	size_t n = end - run < BLOCK_ROWS ? end - run : BLOCK_ROWS;
	if (s->integer)
		k->whole_values(s->key + run, n, x);
	else
		k->real_values(s->key + run, n, x);
	k->run_counts(s->before + run, n, count);
	return n;
}

double sorted_sum(const struct sorted *s, size_t lo, size_t hi)
{
	const struct kernels *k = kernels();
	double x[BLOCK_ROWS], count[BLOCK_ROWS];
	struct wide_sum sum = { 0 };
	for (size_t run = lo, n; run < hi; run += n) {
		n = sorted_block(s, run, hi, x, count);
		k->dot(x, count, n, &sum);
	}
	struct nsum total = wide_sum_total(&sum);
	return nsum_value(&total);
}

static size_t run_of(const struct sorted *s, int64_t k)
{
	size_t lo = 0, hi = s->runs;
	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;
		if (s->before[mid] - s->before[0] <= k)
			lo = mid;
		else
			hi = mid;
	}
	return lo;
}

double sorted_at(const struct sorted *s, int64_t k)
{
	return sorted_value(s, run_of(s, k));
}

double sorted_quantile(const struct sorted *s, double p)
{
	if (!s->n)
		return NAN;
	double h = p * (double)(s->n - 1), whole = floor(h), part = h - whole;
	int64_t k = (int64_t)whole;
	double x = sorted_at(s, k);
	if (part <= 0 || k + 1 >= s->n)
		return x;
	double y = sorted_at(s, k + 1);
	/* weighting both cannot overflow, and equal values stay as they are */
	return x < y ? (1 - part) * x + part * y : x;
}

/* ---- median deviation -------------------------------------------------------------------- */

/* The runs below and those from the median on: two series of rising distances. */
struct sides {
	const struct sorted *s;
	double median;
	size_t middle;             /* first run on the upper side */
};

static size_t side_runs(const struct sides *m, bool up)
{
	return up ? m->s->runs - m->middle : m->middle;
}

/* Of the i-th run of a side, from the median outwards. */
static double distance(const struct sides *m, bool up, size_t i)
{
	return up ? sorted_value(m->s, m->middle + i) - m->median
		  : m->median - sorted_value(m->s, m->middle - 1 - i);
}

/* Runs of a side that are at most d away. */
static size_t side_within(const struct sides *m, bool up, double d)
{
	size_t lo = 0, hi = side_runs(m, up);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (distance(m, up, mid) <= d)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static int64_t values_within(const struct sides *m, double d)
{
	const int64_t *before = m->s->before;
	return before[m->middle + side_within(m, true, d)] -
	       before[m->middle - side_within(m, false, d)];
}

/* The smallest distance on a side within which there are more than k values. */
static double side_distance(const struct sides *m, bool up, int64_t k)
{
	size_t lo = 0, runs = side_runs(m, up), hi = runs;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (values_within(m, distance(m, up, mid)) > k)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo < runs ? distance(m, up, lo) : INFINITY;
}

static double distance_at(const struct sides *m, int64_t k)
{
	return fmin(side_distance(m, false, k), side_distance(m, true, k));
}

double sorted_mad(const struct sorted *s, double median)
{
	if (!s->n)
		return NAN;
	struct sides m = { s, median, sorted_lower(s, median) };
	double lower = distance_at(&m, (s->n - 1) / 2), upper = distance_at(&m, s->n / 2);
	return lower + (upper - lower) / 2;
}

/* ---- runs -------------------------------------------------------------------------------- */

int sorted_common(const struct sorted *s, size_t *runs, int cap)
{
	int n = 0;
	for (size_t i = 0; i < s->runs; i++) {
		int64_t count = sorted_count(s, i);
		if (n == cap && sorted_count(s, runs[n - 1]) >= count)
			continue;
		int at = n < cap ? n++ : n - 1;
		for (; at && sorted_count(s, runs[at - 1]) < count; at--)
			runs[at] = runs[at - 1];
		runs[at] = i;
	}
	return n;
}

/* First run for which value < x (or <= x) no longer holds. */
static size_t bound(const struct sorted *s, double x, bool past_equal)
{
	size_t lo = 0, hi = s->runs;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		double v = sorted_value(s, mid);
		if (v < x || (past_equal && v <= x))
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

size_t sorted_lower(const struct sorted *s, double x)
{
	return bound(s, x, false);
}

size_t sorted_upper(const struct sorted *s, double x)
{
	return bound(s, x, true);
}
