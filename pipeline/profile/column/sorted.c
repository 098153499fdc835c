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
	uint64_t *tmp = mem_alloc((n + 1) * sizeof *tmp);
	sort_keys(keys, tmp, n);
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

/* Walks outwards from the median, nearest value first, on both sides at once. */
double sorted_mad(const struct sorted *s, double median)
{
	if (!s->n)
		return NAN;
	int64_t lower = (s->n - 1) / 2, upper = s->n / 2, seen = 0;
	size_t right = sorted_lower(s, median), left = right;
	double first = NAN;
	for (;;) {
		double down = left ? median - sorted_value(s, left - 1) : INFINITY;
		double up = right < s->runs ? sorted_value(s, right) - median : INFINITY;
		bool go_down = left && (down <= up || right >= s->runs);
		double d = go_down ? down : up;
		seen += go_down ? sorted_count(s, --left) : sorted_count(s, right++);
		if (isnan(first) && seen > lower)
			first = d;
		if (seen > upper)
			return first + (d - first) / 2;
	}
}

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
