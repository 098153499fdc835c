/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Radix sort, least significant byte first. Bytes in which all keys agree cost nothing but the
 * count. */
#include "profile/column_int.h"

enum { BYTES = sizeof(uint64_t), BUCKETS = 256 };

static void count_bytes(const uint64_t *v, size_t n, size_t counts[BYTES][BUCKETS])
{
	memset(counts, 0, sizeof(size_t[BYTES][BUCKETS]));
	for (size_t i = 0; i < n; i++)
		for (int b = 0; b < BYTES; b++)
			counts[b][v[i] >> (8 * b) & 0xff]++;
}

void sort_keys(uint64_t *v, uint64_t *tmp, size_t n)
{
	if (n < 2)
		return;
	size_t counts[BYTES][BUCKETS];
	count_bytes(v, n, counts);
	uint64_t *from = v, *to = tmp;
	for (int b = 0; b < BYTES; b++) {
		size_t *place = counts[b], sum = 0;
		if (place[v[0] >> (8 * b) & 0xff] == n)
			continue;
		for (int i = 0; i < BUCKETS; i++) {
			size_t here = place[i];
			place[i] = sum;
			sum += here;
		}
		for (size_t i = 0; i < n; i++)
			to[place[from[i] >> (8 * b) & 0xff]++] = from[i];
		uint64_t *swap = from;
		from = to;
		to = swap;
	}
	if (from != v)
		memcpy(v, from, n * sizeof *v);
}
