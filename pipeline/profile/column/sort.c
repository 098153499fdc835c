/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Radix sort, least significant digit first. Only the bits in which values differ are looked at,
 * and digits in which all agree cost nothing but the count. */
#include "profile/column_int.h"

/* Counters of a digit stay in the cache next to the processor, and short arrays are not outweighed
 * by their counters. */
enum { DIGIT_LONG = 11, DIGIT_SHORT = 8, SHORT = 4096, TINY = 24 };
enum { BUCKETS = 1 << DIGIT_LONG, DIGITS_MAX = 8 };

/* Where the digits of a sort lie. */
struct digits {
	int low, width, n;         /* the lowest bit; bits of a digit; digits */
};

static struct digits digits_of(uint64_t differ, size_t n)
{
	if (!differ)
		return (struct digits){ 0 };
	int low = __builtin_ctzll(differ), bits = 64 - __builtin_clzll(differ) - low;
	int most = n < SHORT ? DIGIT_SHORT : DIGIT_LONG, digits = (bits + most - 1) / most;
	return (struct digits){ low, (bits + digits - 1) / digits, digits };
}

/* Counts become the places at which the values of a digit start. */
static bool places_of(size_t *count, size_t buckets, size_t n)
{
	size_t sum = 0;
	for (size_t i = 0; i < buckets; i++) {
		if (count[i] == n)
			return false; /* all agree */
		size_t here = count[i];
		count[i] = sum;
		sum += here;
	}
	return true;
}

static void insertion_sort(uint64_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint64_t x = v[i];
		size_t k = i;
		for (; k && v[k - 1] > x; k--)
			v[k] = v[k - 1];
		v[k] = x;
	}
}

void sort_keys(uint64_t *v, uint64_t *tmp, size_t n)
{
	size_t counts[DIGITS_MAX][BUCKETS];
	uint64_t differ = 0;
	if (n <= TINY) {
		insertion_sort(v, n);
		return;
	}
	for (size_t i = 1; i < n; i++)
		differ |= v[i] ^ v[0];
	struct digits d = digits_of(differ, n);
	const size_t buckets = (size_t)1 << d.width;
	const uint64_t mask = buckets - 1;
	for (int k = 0; k < d.n; k++)
		memset(counts[k], 0, buckets * sizeof counts[k][0]);
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < d.n; k++)
			counts[k][v[i] >> (d.low + k * d.width) & mask]++;
	uint64_t *from = v, *to = tmp;
	for (int k = 0; k < d.n; k++) {
		size_t *place = counts[k];
		int shift = d.low + k * d.width;
		if (!places_of(place, buckets, n))
			continue;
		for (size_t i = 0; i < n; i++)
			to[place[from[i] >> shift & mask]++] = from[i];
		uint64_t *swap = from;
		from = to;
		to = swap;
	}
	if (from != v)
		memcpy(v, from, n * sizeof *v);
}

uint32_t *sort_codes(uint32_t *v, uint32_t *tmp, size_t n, uint32_t most)
{
	size_t counts[DIGITS_MAX][BUCKETS];
	struct digits d = digits_of(most ? UINT32_MAX >> __builtin_clz(most) : 0, n);
	const size_t buckets = (size_t)1 << d.width;
	const uint32_t mask = (uint32_t)buckets - 1;
	for (int k = 0; k < d.n; k++)
		memset(counts[k], 0, buckets * sizeof counts[k][0]);
	for (size_t i = 0; i < n; i++)
		for (int k = 0; k < d.n; k++)
			counts[k][v[i] >> k * d.width & mask]++;
	for (int k = 0; k < d.n; k++) {
		size_t *place = counts[k];
		int shift = k * d.width;
		if (!places_of(place, buckets, n))
			continue;
		for (size_t i = 0; i < n; i++)
			tmp[place[v[i] >> shift & mask]++] = v[i];
		uint32_t *swap = v;
		v = tmp;
		tmp = swap;
	}
	return v;
}
