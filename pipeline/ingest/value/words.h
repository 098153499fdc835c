/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Short texts in machine words, for the loops that see every cell. The first byte is the lowest
 * one (little-endian, as the files of the table room). Nothing is read beyond the text, unless it
 * is said to be padded: 16 more bytes can be read then, which spares looking at the length.
 */
#ifndef INGEST_WORDS_H
#define INGEST_WORDS_H

#include "base/base.h"

#include <string.h>

static inline uint64_t word_load(const char *p)
{
	uint64_t w;
	memcpy(&w, p, sizeof w);
	return w;
}

static inline uint64_t word_load_half(const char *p)
{
	uint32_t w;
	memcpy(&w, p, sizeof w);
	return w;
}

/* n bytes, at most 8, with zeros behind. */
static inline uint64_t word_of(const char *p, size_t n)
{
	if (n >= 8)
		return word_load(p);
	if (n >= 4)
		return word_load_half(p) | word_load_half(p + n - 4) << 8 * (n - 4);
	if (!n)
		return 0;
	const unsigned char *u = (const unsigned char *)p;
	return u[0] | (uint64_t)u[n / 2] << 8 * (n / 2) | (uint64_t)u[n - 1] << 8 * (n - 1);
}

/* The first 16 bytes, with zeros behind. */
struct word_pair {
	uint64_t a, b;
};
static inline struct word_pair word_pair(struct str s, bool padded)
{
	/* 16 bytes to keep, 16 to clear: no branch, since the lengths of words can't be foretold */
	static const uint64_t keep[4] = { UINT64_MAX, UINT64_MAX, 0, 0 };
	size_t n = s.n < 16 ? s.n : 16, first = n < 8 ? n : 8;
	if (!padded)
		return (struct word_pair){ word_of(s.p, first), word_of(s.p + first, n - first) };
	const char *mask = (const char *)keep + 16 - n;
	return (struct word_pair){ word_load(s.p) & word_load(mask),
		word_load(s.p + 8) & word_load(mask + 8) };
}

/* Whether two texts of the same length are equal. */
static inline bool words_equal(const char *a, const char *b, size_t n)
{
	if (n > 16)
		return memcmp(a, b, n) == 0;
	if (n < 8)
		return word_of(a, n) == word_of(b, n);
	return word_load(a) == word_load(b) && word_load(a + n - 8) == word_load(b + n - 8);
}

/* The top bits of bytes, as 8 bits. */
static inline unsigned word_tops(uint64_t w)
{
	return (unsigned)(((w & 0x8080808080808080u) >> 7) * 0x0102040810204080u >> 56);
}

/* The bytes that are no ASCII digits, as 8 bits. */
static inline unsigned word_others(uint64_t w)
{
	w ^= 0x3030303030303030u;
	return word_tops(((w & 0x7f7f7f7f7f7f7f7fu) + 0x7676767676767676u) | w);
}

/* Whether an ASCII digit is among n >= 8 bytes. */
static inline bool words_digit(const char *p, size_t n)
{
	const char *last = p + n - 8;
	for (; p < last; p += 8)
		if (word_others(word_load(p)) != 0xff)
			return true;
	return word_others(word_load(last)) != 0xff;
}

/* The first n bytes of w, moved to its end behind digits of zero: 0 < n <= 8. */
static inline uint64_t word_right(uint64_t w, size_t n)
{
	return w << 8 * (8 - n) | (0x3030303030303030u >> 8 * (n - 1)) >> 8;
}

/* The last n bytes of w, with digits of zero in front: 0 < n <= 8. */
static inline uint64_t word_last(uint64_t w, size_t n)
{
	return (w >> 8 * (8 - n)) << 8 * (8 - n) | (0x3030303030303030u >> 8 * (n - 1)) >> 8;
}

/* The number of 8 digits, three multiplications at once for pairs, fours and eights. */
static inline uint64_t word_number(uint64_t w)
{
	const uint64_t pairs = 0x000000ff000000ffu;
	w -= 0x3030303030303030u;
	w = w * 10 + (w >> 8);
	return ((w & pairs) * 0x000f424000000064u + ((w >> 16) & pairs) * 0x0000271000000001u)
		>> 32;
}

#endif
