/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Loops over the rows of a column: see kernels.h. What is left at the end of a block is filled up
 * with values that add nothing. */
#include "profile/column/kernels_vectors.h"

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

INLINE void below_limit(wholes *yes, const reals *x)
{
	*yes = (*x < UNITS_LIMIT) & (*x > -UNITS_LIMIT);
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

static void unit_deviations(const double *x, size_t n, double power, double mean, double *d)
{
	size_t i = 0;
	for (; i + WIDTH <= n; i += WIDTH) {
		reals u = *(const reals_at *)(x + i) * power;
		round_whole(&u);
		*(reals_at *)(d + i) = u - mean;
	}
	for (; i < n; i++)
		d[i] = ((x[i] * power + ROUND) - ROUND) - mean;
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
