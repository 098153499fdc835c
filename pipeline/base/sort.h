/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sorting by numbers: radix sort, linear and the same for every order of its input. */
#ifndef SORT_H
#define SORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* ---- keys: numbers and dates as unsigned integers of the same order ---------------------- */

static inline uint64_t key_of_int(int64_t v)
{
	return (uint64_t)v ^ (uint64_t)1 << 63;
}
static inline int64_t int_of_key(uint64_t k)
{
	return (int64_t)(k ^ (uint64_t)1 << 63);
}
static inline uint64_t key_of_double(double x)
{
	uint64_t u;
	x += 0.0;                  /* -0 and 0 are one value */
	memcpy(&u, &x, sizeof u);
	return u >> 63 ? ~u : u | (uint64_t)1 << 63;
}
static inline double double_of_key(uint64_t k)
{
	double x;
	k = k >> 63 ? k ^ (uint64_t)1 << 63 : ~k;
	memcpy(&x, &k, sizeof x);
	return x;
}

/* ---- sorting ----------------------------------------------------------------------------- */

/* Ascending, in place; no NaN. The negative zero becomes the zero. */
void sort_doubles(double *v, size_t n);
/* Where v[0], v[step], ... stand in ascending or descending order, equal ones as they came. */
void sort_order(const double *v, size_t step, size_t n, bool descending, uint32_t *order);
/* Ascending; `tmp` has room for n. */
void sort_keys(uint64_t *v, uint64_t *tmp, size_t n);
/* The same; they give that of both arrays which holds the values then. */
uint64_t *sort_keys_either(uint64_t *v, uint64_t *tmp, size_t n);
uint32_t *sort_codes(uint32_t *v, uint32_t *tmp, size_t n);
/* Rows by key; equal keys stay in the order they came. */
struct keyed {
	uint64_t key;
	int64_t row;
};
void sort_keyed(struct keyed *v, struct keyed *tmp, size_t n);
/* The k-th smallest, from 0; k < n. */
uint64_t select_key(const uint64_t *v, size_t n, size_t k);
#endif
