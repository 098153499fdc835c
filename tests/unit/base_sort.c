/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doubles sorted by their keys against qsort, and orders against what they promise. Keys themselves:
 * profile_sorting.c. */
#include "base/base.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>

static struct rng r;

static int rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static double any(int kind)
{
	static const double v[] = { 0, -0.0, 1, -1, INFINITY, -INFINITY, 5e-324, -5e-324, 1e308, 0.1 };
	return kind == 0 ? rng_normal(&r) : kind == 1 ? (double)rng_below(&r, 5) - 2
		: v[rng_below(&r, COUNTOF(v))];
}

static bool in_order(const double *v, size_t step, size_t n, bool descending, const uint32_t *order)
{
	for (size_t i = 1; i < n; i++) {
		double x = v[step * order[i - 1]], y = v[step * order[i]];
		if (x == y ? order[i - 1] >= order[i] : descending ? x < y : x > y)
			return false;
	}
	return true;
}

static bool each_once(const uint32_t *order, size_t n)
{
	uint8_t *seen = mem_calloc(n + 1, 1);
	bool once = true;
	for (size_t i = 0; i < n; i++)
		once = once && order[i] < n && !seen[order[i]]++;
	free(seen);
	return once;
}

static void test_size(size_t n, int kind)
{
	double *v = mem_calloc(3 * n + 1, sizeof *v), *w = v + n, *wide = w + n;
	uint32_t *order = mem_calloc(n + 1, sizeof *order);
	for (size_t i = 0; i < n; i++)
		wide[i] = v[i] = w[i] = any(kind);
	sort_doubles(v, n);
	qsort(w, n, sizeof *w, rising);
	bool same = true;
	for (size_t i = 0; i < n; i++)
		same = same && v[i] == w[i];
	CHECK(same);
	for (int descending = 0; descending < 2; descending++) {
		sort_order(wide, 1, n, descending, order);
		CHECK(in_order(wide, 1, n, descending, order) && each_once(order, n));
		sort_order(wide, 2, n / 2, descending, order);
		CHECK(in_order(wide, 2, n / 2, descending, order) && each_once(order, n / 2));
	}
	free(order);
	free(v);
}

int main(void)
{
	static const size_t sizes[] = { 0, 1, 2, 3, 24, 25, 1000, 70000 };
	rng_seed(&r, 1);
	for (size_t i = 0; i < COUNTOF(sizes); i++)
		for (int kind = 0; kind < 3; kind++)
			test_size(sizes[i], kind);
	return test_end();
}
