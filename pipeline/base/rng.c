/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seeded randomness: the same everywhere for the same seed. */
#include "base/base.h"

#include <math.h>

static uint64_t rotl(uint64_t x, int k)
{
	return x << k | x >> (64 - k);
}

void rng_seed(struct rng *r, uint64_t seed)
{
	for (int i = 0; i < 4; i++) {
		uint64_t z = seed += 0x9e3779b97f4a7c15ull;
		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
		z = (z ^ z >> 27) * 0x94d049bb133111ebull;
		r->s[i] = z ^ z >> 31;
	}
}

uint64_t rng_next(struct rng *r)
{
	uint64_t *s = r->s, result = rotl(s[1] * 5, 7) * 9, t = s[1] << 17;
	s[2] ^= s[0];
	s[3] ^= s[1];
	s[1] ^= s[2];
	s[0] ^= s[3];
	s[2] ^= t;
	s[3] = rotl(s[3], 45);
	return result;
}

double rng_unit(struct rng *r)
{
	return (double)(rng_next(r) >> 11) * 0x1p-53;
}

__extension__ typedef unsigned __int128 u128;

/* Lemire 2019: multiply, reject the short tail. */
uint64_t rng_below(struct rng *r, uint64_t n)
{
	u128 m = (u128)rng_next(r) * n;
	if ((uint64_t)m < n) {
		uint64_t floor = (0 - n) % n;
		while ((uint64_t)m < floor)
			m = (u128)rng_next(r) * n;
	}
	return (uint64_t)(m >> 64);
}

/* Box & Muller 1958, one of the two. */
double rng_normal(struct rng *r)
{
	double u = 1 - rng_unit(r), v = rng_unit(r);
	return sqrt(-2 * log(u)) * cos(2 * 3.14159265358979323846 * v);
}

/* Durstenfeld 1964. */
void rng_shuffle(struct rng *r, uint32_t *v, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = (size_t)rng_below(r, i);
		uint32_t t = v[i - 1];
		v[i - 1] = v[j];
		v[j] = t;
	}
}
