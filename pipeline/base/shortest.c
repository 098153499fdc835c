/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The shortest decimal that reads back as a double, by a few multiplications of 64 by 128 bits:
 * R. Giulietti 2020, "The Schubfach way to render doubles", figures 6 and 7. Tables of results are full of
 * numbers of 16 and 17 digits, and printf and strtod take a microsecond for each. */
#include "base/base.h"
#include "base/base_int.h"

#include <pthread.h>
#include <string.h>

/* 10^k for k in [LEAST, MOST], rounded up to 128 bits of which the first is set. */
enum { LEAST = -292, MOST = 324, LIMBS = 24 };
struct wide {
	uint64_t hi, lo;
};
static struct wide powers[MOST - LEAST + 1];
static pthread_once_t powers_once = PTHREAD_ONCE_INIT;

/* The first 128 bits of a number of many limbs (least first), rounded up; `inexact`: more was cut off before. */
static struct wide first_bits(const uint64_t n[LIMBS], bool inexact)
{
	int top = LIMBS - 1;
	while (!n[top])
		top--;
	int shift = __builtin_clzll(n[top]);
	uint64_t part[3] = { n[top], top > 0 ? n[top - 1] : 0, top > 1 ? n[top - 2] : 0 };
	struct wide w = { part[0], part[1] };
	uint64_t rest = part[2];
	if (shift) {
		w.hi = part[0] << shift | part[1] >> (64 - shift);
		w.lo = part[1] << shift | part[2] >> (64 - shift);
		rest = part[2] << shift;
	}
	for (int i = 0; i < top - 2 && !rest; i++)
		rest = n[i];
	if ((rest || inexact) && ++w.lo == 0)
		w.hi++;
	return w;
}

/* Powers of ten have the leading bits of powers of five, which are exact on the way up; on the way down
 * floor(floor(a / 5) / 5) = floor(a / 25), so that only what is below the last limb is ever lost. */
static void powers_make(void)
{
	uint64_t n[LIMBS] = { 1 };
	for (int k = 0; k <= MOST; k++) {
		powers[k - LEAST] = first_bits(n, false);
		unsigned __int128 carry = 0;
		for (int i = 0; i < LIMBS; i++) {
			carry += (unsigned __int128)n[i] * 5;
			n[i] = (uint64_t)carry;
			carry >>= 64;
		}
	}
	memset(n, 0, sizeof n);
	n[LIMBS - 1] = 1;
	for (int k = -1; k >= LEAST; k--) {
		unsigned __int128 rest = 0;
		for (int i = LIMBS - 1; i >= 0; i--) {
			rest = rest << 64 | n[i];
			n[i] = (uint64_t)(rest / 5);
			rest %= 5;
		}
		powers[k - LEAST] = first_bits(n, true);
	}
}

/* The upper bits of g times c, the last of which says whether anything below it is set. */
static uint64_t round_to_odd(struct wide g, uint64_t c)
{
	unsigned __int128 low = (unsigned __int128)g.lo * c, z = (unsigned __int128)g.hi * c + (uint64_t)(low >> 64);
	return (uint64_t)(z >> 64) | ((uint64_t)z > 1);
}

static int floor_div(int x, int shift)
{
	return x >= 0 ? x >> shift : -((-x + (1 << shift) - 1) >> shift);
}

uint64_t shortest_digits(double v, int *exponent)
{
	pthread_once(&powers_once, powers_make);
	uint64_t bits;
	memcpy(&bits, &v, sizeof bits);
	uint64_t fraction = bits & 0xfffffffffffffu;
	int power = (int)(bits >> 52 & 0x7ff);
	uint64_t c = fraction | (uint64_t)1 << 52;
	int q = power - 1075;
	uint64_t odd = c & 1, closer = fraction == 0 && power > 1;
	int k = floor_div(q * 1262611 - (closer ? 524031 : 0), 22);   /* log10 of the distance between neighbours */
	int h = q + floor_div(-k * 1741647, 19) + 1;
	struct wide g = powers[-k - LEAST];
	uint64_t low = round_to_odd(g, (4 * c - 2 + closer) << h) + odd, at = round_to_odd(g, 4 * c << h);
	uint64_t high = round_to_odd(g, (4 * c + 2) << h) - odd;
	uint64_t s = at / 4, tens = s / 10;
	bool below = low <= 40 * tens, above = 40 * tens + 40 <= high;
	if (below != above) {
		s = tens + above;
		k++;
	} else {
		below = low <= 4 * s;
		above = 4 * s + 4 <= high;
		uint64_t middle = 4 * s + 2;
		s += below != above ? above : at > middle || (at == middle && (s & 1));
	}
	while (s % 10 == 0) {
		s /= 10;
		k++;
	}
	*exponent = k;
	return s;
}
