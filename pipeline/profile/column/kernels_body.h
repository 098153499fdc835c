/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bodies of kernels.h; KERNELS names the table. Vectors are those of the compiler, which
 * splits them where the machine has shorter ones. What is left at the end of a block is filled up
 * with values that add nothing.
 */
#include "profile/column/kernels.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { WIDTH = 4 };
typedef double reals __attribute__((vector_size(32)));
typedef int64_t wholes __attribute__((vector_size(32)));
typedef uint64_t words __attribute__((vector_size(32)));
/* the same anywhere in memory */
typedef double reals_at __attribute__((vector_size(32), aligned(8), may_alias));
typedef int64_t wholes_at __attribute__((vector_size(32), aligned(8), may_alias));
typedef uint64_t words_at __attribute__((vector_size(32), aligned(8), may_alias));
typedef uint32_t codes_at __attribute__((vector_size(16), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))

/* Adding and taking it away rounds to a whole number, half to even, what is below 2^51. */
static const double ROUND = 0x1.8p52, WHOLE_LIMIT = 0x1p51;

/* The two vectors of a struct wide_sum. */
struct lane_pair {
	reals s0, s1, c0, c1;
};

INLINE void lanes_get(struct lane_pair *p, const struct wide_sum *l)
{
	p->s0 = *(const reals_at *)&l->s[0];
	p->s1 = *(const reals_at *)&l->s[WIDTH];
	p->c0 = *(const reals_at *)&l->c[0];
	p->c1 = *(const reals_at *)&l->c[WIDTH];
}

INLINE void lanes_put(struct wide_sum *l, const struct lane_pair *p)
{
	*(reals_at *)&l->s[0] = p->s0;
	*(reals_at *)&l->s[WIDTH] = p->s1;
	*(reals_at *)&l->c[0] = p->c0;
	*(reals_at *)&l->c[WIDTH] = p->c1;
}

INLINE void two_sum(reals *s, reals *c, const reals *x)
{
	reals t = *s + *x, z = t - *s;
	*c += (*s - (t - z)) + (*x - z);
	*s = t;
}

INLINE void lanes_add(struct lane_pair *p, const reals *x0, const reals *x1)
{
	two_sum(&p->s0, &p->c0, x0);
	two_sum(&p->s1, &p->c1, x1);
}

/* The next SUM_LANES of an array of which n are left, with zeros behind the last; `rest` has room
 * for them. */
INLINE const double *next_lanes(const double *x, size_t n, double *rest)
{
	if (n >= SUM_LANES)
		return x;
	memset(rest, 0, SUM_LANES * sizeof *rest);
	return memcpy(rest, x, n * sizeof *x);
}

INLINE int64_t total(const wholes *v)
{
	return (*v)[0] + (*v)[1] + (*v)[2] + (*v)[3];
}

INLINE bool any(const wholes *v)
{
	return ((*v)[0] | (*v)[1] | (*v)[2] | (*v)[3]) != 0;
}

/* ---- first round ------------------------------------------------------------------------- */

static void real_range(const double *x, size_t n, struct real_range *r)
{
	reals min = { r->min, r->min, r->min, r->min }, max = { r->max, r->max, r->max, r->max };
	wholes nan = { 0 };
	size_t i = 0;
	for (; i + WIDTH <= n; i += WIDTH) {
		reals v = *(const reals_at *)(x + i);
		wholes below = v < min, above = v > max;
		min = (reals)(((wholes)v & below) | ((wholes)min & ~below));
		max = (reals)(((wholes)v & above) | ((wholes)max & ~above));
		nan |= v != v;
	}
	for (int k = 0; k < WIDTH; k++) {
		r->min = min[k] < r->min ? min[k] : r->min;
		r->max = max[k] > r->max ? max[k] : r->max;
	}
	r->nan |= any(&nan);
	for (; i < n; i++) {
		r->min = x[i] < r->min ? x[i] : r->min;
		r->max = x[i] > r->max ? x[i] : r->max;
		r->nan |= x[i] != x[i];
	}
}

static void real_sums(const double *x, size_t n, struct real_sums *s)
{
	struct lane_pair sum;
	wholes zeros = { 0 }, negatives = { 0 };
	lanes_get(&sum, &s->sum);
	for (size_t i = 0; i < n; i += SUM_LANES) {
		double rest[SUM_LANES];
		const double *at = next_lanes(x + i, n - i, rest);
		if (at == rest)
			s->zeros -= (int64_t)(SUM_LANES - (n - i));
		reals v0 = *(const reals_at *)at, v1 = *(const reals_at *)(at + WIDTH);
		zeros -= (v0 == 0) + (v1 == 0);
		negatives -= (v0 < 0) + (v1 < 0);
		lanes_add(&sum, &v0, &v1);
	}
	lanes_put(&s->sum, &sum);
	s->zeros += total(&zeros);
	s->negatives += total(&negatives);
}

static void real_steps(const double *x, size_t n, struct steps *s)
{
	wholes up = { 0 }, down = { 0 }, flat = { 0 };
	size_t i = 0;
	for (; i + WIDTH < n; i += WIDTH) {
		reals v = *(const reals_at *)(x + i), next = *(const reals_at *)(x + i + 1);
		up |= v < next;
		down |= v > next;
		flat |= v == next;
	}
	s->up |= any(&up);
	s->down |= any(&down);
	s->flat |= any(&flat);
	for (; i + 1 < n; i++) {
		s->up |= x[i] < x[i + 1];
		s->down |= x[i] > x[i + 1];
		s->flat |= x[i] == x[i + 1];
	}
}

static void whole_sums(const int64_t *v, size_t n, struct whole_sums *s)
{
	wholes min = { s->min, s->min, s->min, s->min }, max = { s->max, s->max, s->max, s->max };
	wholes zeros = { 0 }, negatives = { 0 };
	words low = { 0 }, high = { 0 };
	size_t i = 0;
	for (; i + WIDTH <= n; i += WIDTH) {
		wholes x = *(const wholes_at *)(v + i), below = x < min, above = x > max;
		min = (x & below) | (min & ~below);
		max = (x & above) | (max & ~above);
		low += (words)x & UINT32_MAX;
		high += (words)x >> 32;
		zeros -= x == 0;
		negatives -= x < 0;
	}
	for (int k = 0; k < WIDTH; k++) {
		s->min = min[k] < s->min ? min[k] : s->min;
		s->max = max[k] > s->max ? max[k] : s->max;
		s->low += low[k];
		s->high += high[k];
	}
	s->zeros += total(&zeros);
	s->negatives += total(&negatives);
	for (; i < n; i++) {
		s->min = v[i] < s->min ? v[i] : s->min;
		s->max = v[i] > s->max ? v[i] : s->max;
		s->low += (uint64_t)v[i] & UINT32_MAX;
		s->high += (uint64_t)v[i] >> 32;
		s->zeros += v[i] == 0;
		s->negatives += v[i] < 0;
	}
}

static void whole_steps(const int64_t *v, size_t n, struct steps *s)
{
	wholes up = { 0 }, down = { 0 }, flat = { 0 };
	size_t i = 0;
	for (; i + WIDTH < n; i += WIDTH) {
		wholes x = *(const wholes_at *)(v + i), next = *(const wholes_at *)(v + i + 1);
		up |= x < next;
		down |= x > next;
		flat |= x == next;
	}
	s->up |= any(&up);
	s->down |= any(&down);
	s->flat |= any(&flat);
	for (; i + 1 < n; i++) {
		s->up |= v[i] < v[i + 1];
		s->down |= v[i] > v[i + 1];
		s->flat |= v[i] == v[i + 1];
	}
}

/* ---- decimal places ---------------------------------------------------------------------- */

INLINE void round_whole(reals *x)
{
	*x = (*x + ROUND) - ROUND;
}

INLINE void below_limit(wholes *yes, const reals *x)
{
	*yes = (*x < WHOLE_LIMIT) & (*x > -WHOLE_LIMIT);
}

static struct places places(const double *x, size_t n, double power, double *units)
{
	wholes whole = { 0 }, unsure = { 0 };
	const reals one = { 1, 1, 1, 1 };
	size_t pad = (WIDTH - n % WIDTH) % WIDTH;
	for (size_t i = 0; i < n; i += WIDTH) {
		double rest[WIDTH] = { 0 };
		const double *at = x + i;
		bool last = n - i < WIDTH;
		if (last)
			at = memcpy(rest, at, (n - i) * sizeof *x);
		reals v = *(const reals_at *)at, u = v * power;
		wholes sure;
		below_limit(&sure, &u);
		round_whole(&u);
		wholes good = (u / power == v) & sure;
		whole -= good;
		unsure += sure + 1;
		u = (reals)(((wholes)u & good) | ((wholes)one & ~good));
		if (last)
			memcpy(units + i, &u, (n - i) * sizeof *units);
		else
			*(reals_at *)(units + i) = u;
	}
	struct places p = { (size_t)total(&whole) - pad, 0, (size_t)total(&unsure) };
	p.not = n - p.whole - p.unsure;
	return p;
}

static size_t tens(const double *units, size_t n, double power)
{
	const double tenth = 1 / power;
	wholes yes = { 0 };
	size_t i = 0, more = 0;
	for (; i + WIDTH <= n; i += WIDTH) {
		reals u = *(const reals_at *)(units + i), t = u * tenth;
		round_whole(&t);
		yes -= t * power == u;
	}
	for (; i < n; i++) {
		double t = (units[i] * tenth + ROUND) - ROUND;
		more += t * power == units[i];
	}
	return (size_t)total(&yes) + more;
}

/* ---- second round ------------------------------------------------------------------------ */

static void deviations(const double *x, size_t n, double mean, double scale, double *d)
{
	size_t i = 0;
	for (; i + WIDTH <= n; i += WIDTH)
		*(reals_at *)(d + i) = (*(const reals_at *)(x + i) - mean) * scale;
	for (; i < n; i++)
		d[i] = (x[i] - mean) * scale;
}

static void powers(const double *d, size_t n, struct power_sums *s)
{
	struct lane_pair d1, d2, d3, d4, products;
	lanes_get(&d1, &s->d1);
	lanes_get(&d2, &s->d2);
	lanes_get(&d3, &s->d3);
	lanes_get(&d4, &s->d4);
	lanes_get(&products, &s->products);
	for (size_t i = 0; i < n; i += SUM_LANES) {
		reals v0 = *(const reals_at *)(d + i), v1 = *(const reals_at *)(d + i + WIDTH);
		reals p0 = v0 * *(const reals_at *)(d + i + 1),
		      p1 = v1 * *(const reals_at *)(d + i + WIDTH + 1);
		reals q0 = v0 * v0, q1 = v1 * v1, c0 = q0 * v0, c1 = q1 * v1;
		lanes_add(&d1, &v0, &v1);
		lanes_add(&products, &p0, &p1);
		lanes_add(&d2, &q0, &q1);
		lanes_add(&d3, &c0, &c1);
		q0 *= q0;
		q1 *= q1;
		lanes_add(&d4, &q0, &q1);
	}
	lanes_put(&s->d1, &d1);
	lanes_put(&s->d2, &d2);
	lanes_put(&s->d3, &d3);
	lanes_put(&s->d4, &d4);
	lanes_put(&s->products, &products);
}

/* ---- sorting and sorted values ----------------------------------------------------------- */

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
	wholes yes = (u < WHOLE_LIMIT) & (x > 0);
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

const struct kernels KERNELS = { real_range, real_sums, real_steps, whole_sums, whole_steps, places,
	tens, deviations, powers, codes, real_values, whole_values, run_counts, rank_weights,
	scaled, dot, polynomials, last_digits };
