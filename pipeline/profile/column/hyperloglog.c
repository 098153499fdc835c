/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many different values, from the longest runs of zeros in their hashes. */
#include "profile/sketch_int.h"

void hll_add(struct hll *h, uint64_t hash)
{
	/* the bit behind ends the run where all the others are zero */
	uint64_t rest = hash << HLL_BITS | UINT64_C(1) << (HLL_BITS - 1);
	uint8_t rank = (uint8_t)(__builtin_clzll(rest) + 1), *at = &h->rank[hash >> (64 - HLL_BITS)];
	*at = rank > *at ? rank : *at;
}

void hll_merge(struct hll *left, const struct hll *right)
{
	for (int i = 0; i < HLL_SIZE; i++)
		left->rank[i] = right->rank[i] > left->rank[i] ? right->rank[i] : left->rank[i];
}

/* Of the registers still empty: x + x^2 + 2 x^4 + 4 x^8 ... (Ertl 2017, algorithm 6). */
static double sigma(double x)
{
	if (x == 1)
		return INFINITY;
	double y = 1, z = x, last;
	do {
		x *= x;
		last = z;
		z += x * y;
		y += y;
	} while (z != last);
	return z;
}

/* Of the registers that can rise no further. */
static double tau(double x)
{
	if (x == 0 || x == 1)
		return 0;
	double y = 1, z = 1 - x, last;
	do {
		x = sqrt(x);
		last = z;
		y /= 2;
		z -= (1 - x) * (1 - x) * y;
	} while (z != last);
	return z / 3;
}

double hll_estimate(const struct hll *h)
{
	enum { Q = HLL_RANKS - 1 };
	int count[HLL_RANKS + 1] = { 0 };
	for (int i = 0; i < HLL_SIZE; i++)
		count[h->rank[i]]++;
	double m = HLL_SIZE, z = m * tau(1 - count[Q + 1] / m);
	for (int k = Q; k >= 1; k--)
		z = (z + count[k]) / 2;
	z += m * sigma(count[0] / m);
	return m * m / (2 * log(2) * z);
}

double hll_error(void)
{
	return 2.5758293035489 * 1.04 / sqrt(HLL_SIZE);
}

void hll_save(struct buf *out, const struct hll *h)
{
	buf_put(out, h->rank, sizeof h->rank);
}

void hll_load(struct hll *h, struct fold_in *in)
{
	fold_get_words(in, h->rank, sizeof h->rank / sizeof(uint64_t));
	for (int i = 0; i < HLL_SIZE; i++)
		in->bad |= h->rank[i] > HLL_RANKS;
}
