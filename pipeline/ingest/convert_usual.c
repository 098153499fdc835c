/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What nearly all cells look like, converted in runs without asking the scanners: shapes of numbers
 * and dates (shape.h), levels of a dictionary, the two words of a boolean, any text. A run ends in
 * front of a cell that is empty, a token, or of another look; convert.c takes that one.
 */
#include "ingest/build_int.h"

#include <math.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

/* Short texts are copied as words: what is written too much will be written over. */
static char *copy(char *to, struct str s, bool padded)
{
	if (s.n <= 16 && padded)
		memcpy(to, s.p, 16);
	else
		memcpy(to, s.p, s.n);
	return to + s.n;
}

/* ---- numbers ----------------------------------------------------------------------------- */

/* Among the values of a run are those that often stand for missing; the extremes of the others. */
struct extremes {
	int64_t least, most;
};
static const struct extremes no_extremes = { INT64_MAX, INT64_MIN };

static inline void look_at(struct builder *b, struct extremes *x, int64_t v)
{
	if (is_whole_sentinel(v)) {
		sentinels_count(&b->sentinels, (double)v);
	} else {
		x->least = v < x->least ? v : x->least;
		x->most = v > x->most ? v : x->most;
	}
}

static void looked_at(struct builder *b, const struct extremes *x)
{
	if (x->least <= x->most)
		sentinels_others(&b->sentinels, (double)x->least, (double)x->most);
}

static inline double signed_real(double size, bool negative)
{
	return copysign(size, negative ? -1.0 : 1.0);
}

static int64_t integers(struct builder *b, const struct str *cells, int64_t n)
{
	int64_t i = 0, *v = b->v.i64 + b->rows;
	const bool padded = b->padded;
	struct extremes others = no_extremes;
	for (; i < n; i++) {
		struct str s = cell_trim(cells[i]);
		struct shape_number x;
		if (!s.n || !shape_number(s, padded, &x) || !x.whole)
			break;
		v[i] = (int64_t)shape_whole(&x);
		v[i] = (v[i] ^ -(int64_t)x.negative) + x.negative;
		look_at(b, &others, v[i]);
	}
	looked_at(b, &others);
	return i;
}

static int64_t reals(struct builder *b, const struct str *cells, int64_t n)
{
	int64_t i = 0;
	double *v = b->v.f64 + b->rows;
	const bool padded = b->padded, point = b->plan->mark == DOT;
	for (; i < n; i++) {
		struct str s = cell_trim(cells[i]);
		struct shape_number x;
		if (!s.n || !shape_number(s, padded, &x) || !(x.whole || point))
			break;
		double size = x.whole ? (double)(int64_t)shape_whole(&x) : shape_real(&x);
		v[i] = signed_real(size, x.negative);
	}
	sentinels_numbers(&b->sentinels, v, i);
	return i;
}

/* ---- numbers with AVX2 ------------------------------------------------------------------- */

#if defined __x86_64__
#define AVX2 __attribute__((target("avx2")))

/* The number of 16 digits, as values of bytes, each step for pairs of the one before. */
AVX2 static inline int64_t wide_number(__m128i digits)
{
	const __m128i tens = _mm_set1_epi16(1 << 8 | 10);
	const __m128i hundreds = _mm_set1_epi32(1 << 16 | 100);
	const __m128i myriads = _mm_set1_epi32(1 << 16 | 10000);
	__m128i fours = _mm_madd_epi16(_mm_maddubs_epi16(digits, tens), hundreds);
	__m128i eights = _mm_madd_epi16(_mm_packus_epi32(fours, fours), myriads);
	uint64_t v = (uint64_t)_mm_cvtsi128_si64(eights);
	return (int64_t)((v & UINT32_MAX) * 100000000 + (v >> 32));
}

/* As shape_number, with the digits on both sides of the point as one number. */
AVX2 static inline bool wide_shape(struct str s, struct shape_number *v, int64_t *number)
{
	static const char right[32] = { -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
		-1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	if (!shape_number(s, true, v))
		return false;
	__m128i x, move, place;
	memcpy(&x, v->p, sizeof x);
	memcpy(&move, right + v->n, sizeof move);
	memcpy(&place, right + 16, sizeof place);
	/* to the right end, zeros in front; then what is left of the point one place on */
	x = _mm_shuffle_epi8(_mm_sub_epi8(x, _mm_set1_epi8('0')), move);
	if (!v->whole) {
		__m128i behind = _mm_cmpgt_epi8(place, _mm_set1_epi8((char)(15 - v->places)));
		move = _mm_sub_epi8(_mm_sub_epi8(place, _mm_set1_epi8(1)), behind);
		x = _mm_shuffle_epi8(x, move);
	}
	*number = wide_number(x);
	return true;
}

AVX2 static int64_t wide_integers(struct builder *b, const struct str *cells, int64_t n)
{
	if (!b->padded)
		return integers(b, cells, n);
	int64_t i = 0, x, *v = b->v.i64 + b->rows;
	struct extremes others = no_extremes;
	for (; i < n; i++) {
		struct str s = cell_trim(cells[i]);
		struct shape_number shape;
		if (!s.n || !wide_shape(s, &shape, &x) || !shape.whole)
			break;
		v[i] = (x ^ -(int64_t)shape.negative) + shape.negative;
		look_at(b, &others, v[i]);
	}
	looked_at(b, &others);
	return i;
}

AVX2 static int64_t wide_reals(struct builder *b, const struct str *cells, int64_t n)
{
	if (!b->padded)
		return reals(b, cells, n);
	int64_t i = 0, x;
	double *v = b->v.f64 + b->rows;
	const bool point = b->plan->mark == DOT;
	for (; i < n; i++) {
		struct str s = cell_trim(cells[i]);
		struct shape_number shape;
		if (!s.n || !wide_shape(s, &shape, &x) || !(shape.whole || point))
			break;
		double size = (double)x / shape_powers[shape.places];
		v[i] = signed_real(size, shape.negative);
	}
	sentinels_numbers(&b->sentinels, v, i);
	return i;
}
#endif

static builder_run *numbers(bool whole)
{
#if defined __x86_64__
	if (__builtin_cpu_supports("avx2"))
		return whole ? wide_integers : wide_reals;
#endif
	return whole ? integers : reals;
}

/* ---- dates: each format is asked about once, in convert.c --------------------------------- */

static int64_t dates(struct builder *b, const struct str *cells, int64_t n)
{
	int64_t i = 0;
	int32_t *v = b->v.i32 + b->rows;
	for (; b->usual[0] && i < n; i++) {
		struct str s = cell_trim(cells[i]);
		int y, m, d;
		if (s.n != 10 || !shape_date(s.p, &y, &m, &d))
			break;
		v[i] = date_days(y, m, d);
		sentinels_day(&b->sentinels, v[i]);
	}
	if (i)
		b->formats[b->usual[0] - 1].count += i;
	return i;
}

static int64_t moments(struct builder *b, const struct str *cells, int64_t n)
{
	int64_t i = 0, *v = b->v.i64 + b->rows;
	for (; i < n; i++) {
		struct str s = cell_trim(cells[i]);
		int y, m, d, k = 0;
		int64_t clock = 0;
		if ((s.n != 10 && s.n != 19) || !shape_date(s.p, &y, &m, &d))
			break;
		if (s.n == 19) {
			k = (s.p[10] == 'T' ? SHAPE_MOMENT_T : SHAPE_MOMENT) - SHAPE_DATE;
			if ((s.p[10] != 'T' && s.p[10] != ' ') || !shape_clock(s.p + 11, &clock))
				break;
		}
		if (!b->usual[k])
			break;
		int32_t day = date_days(y, m, d);
		v[i] = (day * INT64_C(86400) + clock) * 1000000;
		b->formats[b->usual[k] - 1].count++;
		sentinels_day(&b->sentinels, day);
	}
	return i;
}

/* ---- words ------------------------------------------------------------------------------- */

static int64_t booleans(struct builder *b, const struct str *cells, int64_t n)
{
	int64_t i = 0;
	for (; i < n; i++) {
		struct str s = cell_trim(cells[i]);
		if (!s.n)
			break;
		struct word_pair w = word_pair(s, b->padded);
		int v = 1;
		while (v >= 0 && (s.n != b->yes_no[v].n || w.a != b->yes_no[v].w.a ||
			w.b != b->yes_no[v].w.b))
			v--;
		if (v < 0)
			break;
		builder_bit(b, b->rows + i, v);
	}
	return i;
}

static int64_t levels(struct builder *b, const struct str *cells, int64_t n)
{
	return levels_find_run(b->levels, cells, n, b->padded, b->tokens_among, b->v.i32 + b->rows);
}

static int64_t texts(struct builder *b, const struct str *cells, int64_t n)
{
	int64_t i = 0;
	size_t all = 16;
	for (; i < n; i++) {
		struct str s = cell_trim(cells[i]);
		if (!s.n || token_find(b->tokens, s) >= 0)
			break;
		all += s.n;
	}
	buf_reserve(&b->bytes, all);
	char *start = b->bytes.p, *to = start + b->bytes.n;
	int32_t *offsets = b->v.i32 + b->rows + 1;
	for (int64_t k = 0; k < i; k++) {
		to = copy(to, cell_trim(cells[k]), b->padded);
		offsets[k] = (int32_t)(to - start);
	}
	b->bytes.n = (size_t)(to - start);
	return i;
}

builder_run *convert_usual(const struct plan *p, const struct tokens *t)
{
	switch (p->type) {
	case PARSED_INTEGER:
		return t->shaped ? NULL : numbers(true);
	case PARSED_REAL:
		return t->shaped ? NULL : numbers(false);
	case PARSED_DATE:
		return t->shaped ? NULL : dates;
	case PARSED_DATETIME:
		return t->shaped ? NULL : moments;
	case PARSED_BOOLEAN:
		return booleans;
	case PARSED_TIME:
	case PARSED_DURATION:
		return NULL;
	case PARSED_TEXT:
	case PARSED_EMPTY:
	case PARSED_TYPES:
		break;
	}
	return p->dictionary ? levels : texts;
}
