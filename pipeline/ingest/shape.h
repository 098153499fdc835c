/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The shapes that nearly all numbers and dates have: 12, -12345.678, 2024-02-29, 2024-02-29
 * 13:05:07. All cells of one shape mean the same to the scanners of number.c and when.c, so the
 * loops that see every cell tell the shape and its value here, and ask the scanners about one
 * cell of each shape, or about a cell that has none. tests/unit/ingest_fast.c proves that
 * nothing else comes out.
 */
#ifndef INGEST_SHAPE_H
#define INGEST_SHAPE_H

#include "ingest/words.h"

enum {
	SHAPE_NONE = -1,
	SHAPE_DIGITS = 16,         /* of a whole number, at most */
	SHAPE_SIDE = 8,            /* digits on either side of a decimal point, at most */
	SHAPE_INTEGER = 0,         /* + digits - 1, + SHAPE_DIGITS when negative */
	SHAPE_REAL = 2 * SHAPE_DIGITS,   /* + places - 1 + SHAPE_SIDE * (digits, 0 for a zero) */
	SHAPE_NEGATIVE_REAL = SHAPE_REAL + SHAPE_SIDE * (SHAPE_SIDE + 1),
	SHAPE_DATE = SHAPE_NEGATIVE_REAL + SHAPE_SIDE * (SHAPE_SIDE + 1),
	SHAPE_MOMENT,              /* date, blank, time */
	SHAPE_MOMENT_T,
	SHAPES
};

/* A number taken apart: digits before and behind the point. */
struct shape_number {
	bool negative, whole;
	unsigned before, places;   /* how many digits */
	uint64_t head, tail;       /* as digits: first 8 bytes; last 8 */
};

static inline __attribute__((always_inline)) bool shape_number(struct str s, struct shape_number *v)
{
	v->negative = *s.p == '-';
	const char *p = s.p + v->negative;
	size_t n = s.n - v->negative;
	if (n - 1 > SHAPE_DIGITS - 1 || (unsigned char)(*p - '0') > 9)
		return false;
	v->head = word_of(p, n);
	unsigned others = word_others(v->head);
	if (n > 8) {
		v->tail = word_load(p + n - 8);
		others |= word_others(v->tail) << (n - 8);
	} else {
		others &= (1u << n) - 1;
		v->tail = word_right(v->head, n);
	}
	v->whole = !others;
	v->before = (unsigned)n;
	v->places = 0;
	if (v->whole)
		return *p != '0' || n == 1;
	v->before = (unsigned)__builtin_ctz(others);
	v->places = (unsigned)n - v->before - 1;
	return !(others & (others - 1)) && p[v->before] == '.' && v->before <= SHAPE_SIDE &&
		v->places - 1 < SHAPE_SIDE && (*p != '0' || v->before == 1);
}

static inline int shape_of_number(struct str s)
{
	struct shape_number v;
	if (!shape_number(s, &v))
		return SHAPE_NONE;
	if (v.whole)
		return SHAPE_INTEGER + (int)v.before - 1 + (v.negative ? SHAPE_DIGITS : 0);
	bool zero = (v.head & 0xff) == '0';
	return (v.negative ? SHAPE_NEGATIVE_REAL : SHAPE_REAL) +
		(zero ? 0 : (int)v.before) * SHAPE_SIDE + (int)v.places - 1;
}

/* The digits of a whole number, without its sign. */
static inline uint64_t shape_whole(const struct shape_number *v)
{
	uint64_t low = word_number(v->tail);
	return v->before <= 8 ? low
		: word_number(word_right(v->head, v->before - 8)) * 100000000 + low;
}

/* The value of a real one; false when that needs more than one exact division. */
static inline bool shape_real(const struct shape_number *v, double *x)
{
	static const uint64_t powers[] = { 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000,
		100000000 };
	uint64_t m = word_number(word_right(v->head, v->before)) * powers[v->places] +
		word_number(word_last(v->tail, v->places));
	if (m > UINT64_C(1) << 53)
		return false;
	*x = (double)m / (double)powers[v->places];
	return true;
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

static inline bool shape_like_date(struct str s)
{
	return (s.n == 10 || s.n == 19) && s.p[4] == '-';
}

/* ---- any --------------------------------------------------------------------------------- */

/* Of a trimmed text that is not empty. */
static inline int shape_of(struct str s)
{
	if ((unsigned char)(*s.p - '0') > 9 && *s.p != '-')
		return SHAPE_NONE;
	return shape_like_date(s) ? shape_of_date(s) : shape_of_number(s);
}

/* Some text of this shape, its length returned (tally.c). */
size_t shape_example(int shape, char out[24]);

#endif
