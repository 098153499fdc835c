/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shapes that nearly all numbers and dates have: 12, -12345.678, 2024-02-29, 2024-02-29
 * 13:05:07. All cells of one shape mean the same to the scanners of number.c and when.c, so the
 * loops that see every cell tell the shape and its value here, and ask the scanners about one
 * cell of each shape, or about a cell that has none. tests/unit/ingest_fast.c proves that
 * nothing else comes out. Signs, lengths and zeros in front differ from cell to cell, so nothing
 * branches on them.
 */
#ifndef INGEST_SHAPE_H
#define INGEST_SHAPE_H

#include "ingest/value/words.h"

#if defined __SSE2__
#include <emmintrin.h>
#endif

enum {
	SHAPE_NONE = -1,
	SHAPE_BYTES = 16,          /* of a number without its sign, at most */
	SHAPE_WHOLES = 8,          /* digits before a decimal point, at most */
	SHAPE_PLACES = 14,         /* and behind it */
	SHAPE_INTEGER = 0,         /* + digits - 1, + SHAPE_BYTES when negative */
	SHAPE_REAL = 2 * SHAPE_BYTES,   /* + places - 1 + SHAPE_PLACES * (digits, 0 for a zero) */
	SHAPE_NEGATIVE_REAL = SHAPE_REAL + SHAPE_PLACES * (SHAPE_WHOLES + 1),
	SHAPE_DATE = SHAPE_NEGATIVE_REAL + SHAPE_PLACES * (SHAPE_WHOLES + 1),
	SHAPE_MOMENT,              /* date, blank, time */
	SHAPE_MOMENT_T,
	SHAPES
};

/* A number taken apart: where its digits are. */
struct shape_number {
	const char *p;             /* behind the sign */
	bool negative, whole;
	unsigned n, before, places;   /* bytes, digits before and behind the point */
};

/* The bytes that are no digits, as bits; what is behind the text counts as digits. */
static inline unsigned shape_others(struct str s, bool padded)
{
	unsigned all = (1u << s.n) - 1;
#if defined __SSE2__
	if (padded) {
		__m128i x;
		memcpy(&x, s.p, sizeof x);
		x = _mm_sub_epi8(x, _mm_set1_epi8('0'));
		__m128i digits = _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(9)), x);
		return ~(unsigned)_mm_movemask_epi8(digits) & all;
	}
#endif
	struct word_pair w = word_pair(s, padded);
	return (word_others(w.a) | word_others(w.b) << 8) & all;
}

/* Of a text that is not empty. */
static inline __attribute__((always_inline)) bool shape_number(struct str s, bool padded,
	struct shape_number *v)
{
	v->negative = *s.p == '-';
	s = (struct str){ s.p + v->negative, s.n - v->negative };
	if (s.n - 1 > SHAPE_BYTES - 1 || (unsigned char)(*s.p - '0') > 9)
		return false;
	unsigned others = shape_others(s, padded);
	v->p = s.p;
	v->n = v->before = (unsigned)s.n;
	v->places = 0;
	v->whole = !others;
	if (v->whole)
		return *s.p != '0' || s.n == 1;
	v->before = (unsigned)__builtin_ctz(others);
	v->places = v->n - v->before - 1;
	return !(others & (others - 1)) && s.p[v->before] == '.' && v->before <= SHAPE_WHOLES &&
		v->places && ((unsigned)(*s.p ^ '0') | (v->before == 1)) != 0;
}

static inline __attribute__((always_inline)) int shape_of_number(struct str s, bool padded)
{
	struct shape_number v;
	if (!shape_number(s, padded, &v))
		return SHAPE_NONE;
	if (v.whole)
		return SHAPE_INTEGER + (int)v.n - 1 + v.negative * SHAPE_BYTES;
	return SHAPE_REAL + v.negative * (SHAPE_NEGATIVE_REAL - SHAPE_REAL) +
		(*v.p != '0') * (int)v.before * SHAPE_PLACES + (int)v.places - 1;
}

/* The number of n digits, 0 < n <= 16, in front of `end`; `from` is where they may be read from. */
static inline uint64_t shape_digits(const char *from, const char *end, size_t n)
{
	size_t room = (size_t)(end - from), low = n < 8 ? n : 8;
	uint64_t w = room >= 8 ? word_load(end - 8) : word_of(from, room) << 8 * (8 - room);
	uint64_t v = word_number(word_last(w, low));
	if (n > 8)
		v += word_number(word_right(word_of(end - n, n - 8), n - 8)) * 100000000;
	return v;
}

/* The digits of a whole number, without its sign. */
static inline uint64_t shape_whole(const struct shape_number *v)
{
	return shape_digits(v->p, v->p + v->n, v->n);
}

static const double shape_powers[SHAPE_PLACES + 1] = { 1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8,
	1e9, 1e10, 1e11, 1e12, 1e13, 1e14 };

/* The value of a real one, without its sign. It has at most 15 digits, so that is one division of
 * numbers that are exact, and correctly rounded. */
static inline double shape_real(const struct shape_number *v)
{
	static const uint64_t tens[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
		100000000, 1000000000, 10000000000, 100000000000, 1000000000000, 10000000000000,
		100000000000000 };
	uint64_t m = word_number(word_right(word_of(v->p, v->n), v->before)) * tens[v->places] +
		shape_digits(v->p, v->p + v->n, v->places);
	return (double)(int64_t)m / shape_powers[v->places];
}

/* ---- dates ------------------------------------------------------------------------------- */

/* Two digits of a word, from byte k on. */
static inline int shape_pair(uint64_t w, int k)
{
	return (int)(w >> 8 * k & 15) * 10 + (int)(w >> 8 * (k + 1) & 15);
}

/* 2024-02-29 at p, a date that exists. */
static inline bool shape_date(const char *p, int *y, int *m, int *d)
{
	uint64_t w = word_load(p), last = word_of(p + 8, 2);
	unsigned others = word_others(w) | (word_others(last) & 3) << 8;
	if (others != 0x90 || p[4] != '-' || p[7] != '-')
		return false;
	*y = shape_pair(w, 0) * 100 + shape_pair(w, 2);
	*m = shape_pair(w, 5);
	*d = shape_pair(last, 0);
	return *y > 0 && (unsigned)*m - 1 < 12 && *d > 0 &&
		(*d <= 28 || date_exists(*y, *m, *d));
}

/* 13:05:07 at p. */
static inline bool shape_clock(const char *p, int64_t *seconds)
{
	uint64_t w = word_load(p);
	if (word_others(w) != 0x24 || p[2] != ':' || p[5] != ':')
		return false;
	int h = shape_pair(w, 0), m = shape_pair(w, 3), s = shape_pair(w, 6);
	*seconds = (h * 60 + m) * 60 + s;
	return h < 24 && m < 60 && s < 60;
}

static inline int shape_of_date(struct str s)
{
	int y, m, d;
	int64_t clock;
	if (!shape_date(s.p, &y, &m, &d))
		return SHAPE_NONE;
	if (s.n == 10)
		return SHAPE_DATE;
	if ((s.p[10] != ' ' && s.p[10] != 'T') || !shape_clock(s.p + 11, &clock))
		return SHAPE_NONE;
	return s.p[10] == ' ' ? SHAPE_MOMENT : SHAPE_MOMENT_T;
}

static inline bool shape_like_date(struct str s, bool padded)
{
	return (padded || s.n >= 10) && s.p[4] == '-' && (s.n == 10 || s.n == 19);
}

/* ---- any --------------------------------------------------------------------------------- */

/* Of a trimmed text that is not empty. */
static inline __attribute__((always_inline)) int shape_of(struct str s, bool padded)
{
	/* a digit or a hyphen, as bits from the hyphen on */
	unsigned first = (unsigned char)(*s.p - '-');
	if (first > 12 || !(0x1ff9u >> first & 1))
		return SHAPE_NONE;
	return shape_like_date(s, padded) ? shape_of_date(s) : shape_of_number(s, padded);
}

/* Some text of this shape, its length returned (tally.c). */
size_t shape_example(int shape, char out[24]);

#endif
