/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops that make codes for sorting, and those over sorted runs: see kernels.h. */
#include "profile/column/kernels_vectors.h"

/* 2^52 and a whole number below it: the number is what the low bits say. */
static void codes(const double *x, size_t n, double power, double base, uint32_t *out)
{
	size_t i = 0;
	for (; i + WIDTH <= n; i += WIDTH) {
		reals u = *(const reals_at *)(x + i) * power;
		round_whole(&u);
		words w = (words)((u - base) + 0x1p52);
		*(codes_at *)(out + i) = __builtin_convertvector(w, codes_at);
	}
	for (; i < n; i++) {
		double u = (x[i] * power + ROUND) - ROUND;
		out[i] = (uint32_t)(int64_t)(u - base);
	}
}

static void real_values(const uint64_t *key, size_t n, double *x)
{
	const uint64_t top = (uint64_t)1 << 63;
	size_t i = 0;
	for (; i + WIDTH <= n; i += WIDTH) {
		words k = *(const words_at *)(key + i);
		*(reals_at *)(x + i) = (reals)(k ^ (((k >> 63) - 1) | top));
	}
	for (; i < n; i++) {
		uint64_t u = key[i] ^ (((key[i] >> 63) - 1) | top);
		memcpy(x + i, &u, sizeof u);
	}
}

/* Added to a whole number of less than 2^51, these bits make a double that is 2^52 + 2^51 larger. */
static const int64_t NUMBER_BITS = 0x4338000000000000;

static void whole_values(const uint64_t *key, size_t n, double *x)
{
	const uint64_t top = (uint64_t)1 << 63, limit = (uint64_t)1 << 51;
	size_t i = 0;
	/* in order, so that first and last speak for all */
	bool small = n && key[0] > top - limit && key[n - 1] < top + limit;
	for (; small && i + WIDTH <= n; i += WIDTH) {
		wholes v = (wholes)(*(const words_at *)(key + i) ^ top) + NUMBER_BITS;
		*(reals_at *)(x + i) = (reals)v - ROUND;
	}
	for (; i < n; i++)
		x[i] = (double)(int64_t)(key[i] ^ top);
}

/* Counts are below 2^51: there are not so many rows. */
static void run_counts(const int64_t *before, size_t n, double *count)
{
	size_t i = 0;
	for (; i + WIDTH <= n; i += WIDTH) {
		wholes c = *(const wholes_at *)(before + i + 1) - *(const wholes_at *)(before + i);
		*(reals_at *)(count + i) = (reals)(c + NUMBER_BITS) - ROUND;
	}
	for (; i < n; i++)
		count[i] = (double)(before[i + 1] - before[i]);
}

static void rank_weights(const int64_t *before, size_t n, int64_t first, double all, double *lower,
	double *upper)
{
	size_t i = 0;
	for (; i + WIDTH <= n; i += WIDTH) {
		wholes b = *(const wholes_at *)(before + i) - first,
		       c = *(const wholes_at *)(before + i + 1) - *(const wholes_at *)(before + i);
		reals below = (reals)(b + NUMBER_BITS) - ROUND,
		      count = (reals)(c + NUMBER_BITS) - ROUND;
		*(reals_at *)(lower + i) = count * (2 * below + count);
		*(reals_at *)(upper + i) = count * (2 * (all - below) - count);
	}
	for (; i < n; i++) {
		double below = (double)(before[i] - first),
		       count = (double)(before[i + 1] - before[i]);
		lower[i] = count * (2 * below + count);
		upper[i] = count * (2 * (all - below) - count);
	}
}

static void scaled(const double *x, size_t n, double from, double width, double *out)
{
	size_t i = 0;
	for (; i + WIDTH <= n; i += WIDTH)
		*(reals_at *)(out + i) = (*(const reals_at *)(x + i) - from) / width;
	for (; i < n; i++)
		out[i] = (x[i] - from) / width;
}

static void dot(const double *x, const double *w, size_t n, struct wide_sum *sum)
{
	struct lane_pair p;
	lanes_get(&p, sum);
	for (size_t i = 0; i < n; i += SUM_LANES) {
		double rest[2][SUM_LANES];
		const double *a = next_lanes(x + i, n - i, rest[0]),
			     *b = next_lanes(w + i, n - i, rest[1]);
		reals v0 = *(const reals_at *)a * *(const reals_at *)b,
		      v1 = *(const reals_at *)(a + WIDTH) * *(const reals_at *)(b + WIDTH);
		lanes_add(&p, &v0, &v1);
	}
	lanes_put(sum, &p);
}

INLINE void polynomial(reals *value, const double *c, const reals *t)
{
	reals y = *t * c[POLYNOMIAL - 1] + c[POLYNOMIAL - 2];
	for (int k = POLYNOMIAL - 3; k >= 0; k--)
		y = y * *t + c[k];
	*value = y;
}

INLINE void polynomial_pair(reals *value, const double *z, const double *v, const double *w,
	double at, const double *a, const double *b)
{
	reals t = *(const reals_at *)z - at, p, q;
	polynomial(&p, a, &t);
	t = -t;
	polynomial(&q, b, &t);
	*value = *(const reals_at *)v * p + *(const reals_at *)w * q;
}

static void polynomials(const double *z, const double *v, const double *w, size_t n, double at,
	const double *a, const double *b, struct wide_sum *sum)
{
	struct lane_pair p;
	lanes_get(&p, sum);
	for (size_t i = 0; i < n; i += SUM_LANES) {
		double rest[3][SUM_LANES];
		const double *x = next_lanes(z + i, n - i, rest[0]),
			     *f = next_lanes(v + i, n - i, rest[1]),
			     *g = next_lanes(w + i, n - i, rest[2]);
		reals v0, v1;
		polynomial_pair(&v0, x, f, g, at, a, b);
		polynomial_pair(&v1, x + WIDTH, f + WIDTH, g + WIDTH, at, a, b);
		lanes_add(&p, &v0, &v1);
	}
	lanes_put(sum, &p);
}

INLINE void last_digit(reals *digit, const reals *value, double power)
{
	const wholes sign = { INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN };
	const reals none = { 10, 10, 10, 10 };
	reals x = (reals)((wholes)*value & ~sign), u = x * power;
	wholes yes = (u < UNITS_LIMIT) & (x > 0);
	round_whole(&u);
	yes &= u / power == x;
	reals t = u * 0.1;
	round_whole(&t);
	t = u - t * 10; /* -5 ... 5 */
	t += (reals)((wholes)none & (t < 0));
	*digit = (reals)(((wholes)t & yes) | ((wholes)none & ~yes));
}

static void last_digits(const double *x, size_t n, double power, double *digit)
{
	size_t i = 0;
	for (; i + WIDTH <= n; i += WIDTH) {
		reals v = *(const reals_at *)(x + i), d;
		last_digit(&d, &v, power);
		*(reals_at *)(digit + i) = d;
	}
	if (i < n) {
		double rest[WIDTH] = { 0 };
		reals v, d;
		memcpy(rest, x + i, (n - i) * sizeof *x);
		memcpy(&v, rest, sizeof v);
		last_digit(&d, &v, power);
		memcpy(digit + i, &d, (n - i) * sizeof *x);
	}
}
