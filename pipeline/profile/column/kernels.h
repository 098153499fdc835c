/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The loops in which a column of numbers spends its time, written once with vectors of four and
 * compiled twice: kernels.c for any machine, kernels_avx2.c for those with AVX2. Sums are kept in
 * SUM_LANES lanes because that is how they are defined, not because a machine has them, and nothing
 * is fused: both give the same bytes, which tests/unit/profile_kernels.c shows.
 */
#ifndef KERNELS_H
#define KERNELS_H

#include "base/base.h"

enum { SUM_LANES = 8, DECIMALS_MAX = 9, POLYNOMIAL = 7 /* coefficients, lowest first */ };

/* Compensated sums: value i of a block goes to lane i mod SUM_LANES, whose rounding errors are summed
 * beside it (Neumaier 1974; the error by Knuth's TwoSum, which is exact whatever is larger). */
struct wide_sum {
	double s[SUM_LANES], c[SUM_LANES];
};

/* Decimals are not counted in units beyond it: a product with a power of ten could be off by one. */
#define UNITS_LIMIT 0x1p51

/* No NaN anywhere. Counts and sums add to what is there. */
struct real_range { double min, max; bool nan; };      /* min > max: nothing */
struct real_sums { struct wide_sum sum; int64_t zeros, negatives; };
struct whole_sums {
	int64_t min, max;          /* min > max: nothing */
	uint64_t low, high;        /* of the halves of the values, taken as unsigned */
	int64_t zeros, negatives;
};
/* Neighbours x[i] and x[i + 1]: is one of them below, above, the same? */
struct steps { bool up, down, flat; };
/* Of a block: values that are whole at `places`, those that are not, and those of which it cannot
 * be told because they are too large. units has room for n and holds the value times 10^places, 1
 * where it is not whole. */
struct places { size_t whole, not, unsure; };
/* Sums of powers of d, and of products of neighbours. */
struct power_sums { struct wide_sum d1, d2, d3, d4, products; };

struct kernels {
	/* first round */
	void (*real_range)(const double *x, size_t n, struct real_range *r);
	void (*real_sums)(const double *x, size_t n, struct real_sums *s);
	void (*real_steps)(const double *x, size_t n, struct steps *s);
	void (*whole_sums)(const int64_t *v, size_t n, struct whole_sums *s);
	void (*whole_steps)(const int64_t *v, size_t n, struct steps *s);
	struct places (*places)(const double *x, size_t n, double power, double *units);
	size_t (*tens)(const double *units, size_t n, double power);   /* multiples of it */
	/* second round: d = (x - mean) * scale; then, with d[n .. n + SUM_LANES] zero, its powers */
	void (*deviations)(const double *x, size_t n, double mean, double scale, double *d);
	/* d = round(x power) - mean */
	void (*unit_deviations)(const double *x, size_t n, double power, double mean, double *d);
	void (*powers)(const double *d, size_t n, struct power_sums *s);
	/* sorting: of values that are whole at the power their distance from base, below 2^32 */
	void (*codes)(const double *x, size_t n, double power, double base, uint32_t *out);
	/* over sorted values: keys of doubles and of int64 as numbers */
	void (*real_values)(const uint64_t *key, size_t n, double *x);
	void (*whole_values)(const uint64_t *key, size_t n, double *x);        /* keys in order */
	/* of n runs, before[n + 1] as in struct sorted: how often; weights of Anderson & Darling */
	void (*run_counts)(const int64_t *before, size_t n, double *count);
	void (*rank_weights)(const int64_t *before, size_t n, int64_t first, double all,
		double *lower, double *upper);
	/* (x - from) / width */
	void (*scaled)(const double *x, size_t n, double from, double width, double *out);
	/* adds x[i] * w[i] */
	void (*dot)(const double *x, const double *w, size_t n, struct wide_sum *sum);
	/* adds v[i] * a(z[i] - at) + w[i] * b(at - z[i]), where a and b are polynomials */
	void (*polynomials)(const double *z, const double *v, const double *w, size_t n, double at,
		const double *a, const double *b, struct wide_sum *sum);
	/* the last digit of |x| in units of 1 / power; 10 where it has none: 0 and what is not whole */
	void (*last_digits)(const double *x, size_t n, double power, double *digit);
};
extern const struct kernels kernels_plain;
#if defined __x86_64__
extern const struct kernels kernels_avx2;
#endif
/* Those for this machine. */
const struct kernels *kernels(void);

struct nsum wide_sum_total(const struct wide_sum *l);  /* lane 0 first */

#endif
