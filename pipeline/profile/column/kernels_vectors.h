/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Vectors of four and lanes of sums, for the loops of kernels_rows.h and kernels_runs.h. Vectors are
 * those of the compiler, which splits them where the machine has shorter ones.
 */
#ifndef KERNELS_VECTORS_H
#define KERNELS_VECTORS_H

#include "profile/column/kernels.h"

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

/* Adding and taking it away rounds to a whole number, half to even, what is below
 * UNITS_LIMIT. */
static const double ROUND = 0x1.8p52;

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

INLINE void round_whole(reals *x)
{
	*x = (*x + ROUND) - ROUND;
}

#endif
