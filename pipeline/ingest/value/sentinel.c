/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values that people and programs write when they have none: -999, 9999, 9999-12-31. They are
 * only reported, and only where they stand apart from the other values. */
#include "ingest/ingest_int.h"

#include <math.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

enum { NUMBERS = 11, DAYS = SENTINELS - NUMBERS };

static const struct {
	double v;
	const char *text;
} numbers[NUMBERS] = { { -1, "-1" }, { -9, "-9" }, { -99, "-99" }, { -999, "-999" },
	{ -9999, "-9999" }, { -99999, "-99999" }, { 999, "999" }, { 9999, "9999" },
	{ 99999, "99999" }, { 999999, "999999" }, { 9999999, "9999999" } };

/* No value looks like UINT32_MAX; elsewhere 0 does not have that bit. */
const uint32_t sentinel_sizes[2][32] = {
	{ [0] = UINT32_MAX, [9] = 999, [13] = 9999, [16] = 99999, [19] = 999999, [23] = 9999999 },
	{ [0] = 1, [3] = 9, [6] = 99, [9] = 999, [13] = 9999, [16] = 99999 },
};

/* 1900-01-01 and 1970-01-01 are looked at by the eda step (epoch_dates). */
static const struct {
	int32_t day;
	const char *text;
} days[DAYS] = { { -719162, "0001-01-01" }, { -25569, "1899-12-30" }, { -25568, "1899-12-31" },
	{ 47481, "2099-12-31" }, { 376199, "2999-12-31" }, { 2932896, "9999-12-31" } };

void sentinels_init(struct sentinels *s)
{
	*s = (struct sentinels){ .least = HUGE_VAL, .most = -HUGE_VAL };
}

void sentinels_others(struct sentinels *s, double least, double most)
{
	s->least = least < s->least ? least : s->least;
	s->most = most > s->most ? most : s->most;
}

void sentinels_count(struct sentinels *s, double v)
{
	for (int i = 0; i < NUMBERS; i++)
		s->count[i] += v == numbers[i].v;
}

static void some_numbers(struct sentinels *s, const double *v, int64_t n)
{
	double least = HUGE_VAL, most = -HUGE_VAL;
	for (int64_t i = 0; i < n; i++)
		if (is_sentinel(v[i])) {
			sentinels_count(s, v[i]);
		} else {
			least = v[i] < least ? v[i] : least;
			most = v[i] > most ? v[i] : most;
		}
	sentinels_others(s, least, most);
}

void sentinels_number(struct sentinels *s, double v)
{
	some_numbers(s, &v, 1);
}

#if defined __x86_64__
#define AVX2 __attribute__((target("avx2")))

AVX2 static inline bool any_sentinel(__m256d x)
{
	__m256d same = _mm256_setzero_pd();
	for (int i = 0; i < NUMBERS; i++)
		same = _mm256_or_pd(same, _mm256_cmp_pd(x, _mm256_set1_pd(numbers[i].v), _CMP_EQ_OQ));
	return _mm256_movemask_pd(same);
}

/* Four at a time, which mostly are no whole numbers. */
AVX2 static void wide_numbers(struct sentinels *s, const double *v, int64_t n)
{
	__m256d least = _mm256_set1_pd(HUGE_VAL), most = _mm256_set1_pd(-HUGE_VAL);
	int64_t i = 0;
	for (; i + 4 <= n; i += 4) {
		__m256d x = _mm256_loadu_pd(v + i);
		__m256d whole = _mm256_cmp_pd(x, _mm256_round_pd(x, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC),
			_CMP_EQ_OQ);
		if (_mm256_movemask_pd(whole) && any_sentinel(x)) {
			some_numbers(s, v + i, 4);
			continue;
		}
		least = _mm256_min_pd(least, x);
		most = _mm256_max_pd(most, x);
	}
	some_numbers(s, v + i, n - i);
	double low[4], high[4];
	_mm256_storeu_pd(low, least);
	_mm256_storeu_pd(high, most);
	for (int k = 0; k < 4; k++)
		sentinels_others(s, low[k], high[k]);
}
#endif

void sentinels_numbers(struct sentinels *s, const double *v, int64_t n)
{
#if defined __x86_64__
	enum { MANY = 32 };        /* what the way costs, however far */
	if (n >= MANY && __builtin_cpu_supports("avx2")) {
		wide_numbers(s, v, n);
		return;
	}
#endif
	some_numbers(s, v, n);
}

void sentinels_far_day(struct sentinels *s, int32_t day)
{
	for (int i = 0; i < DAYS; i++)
		if (day == days[i].day)
			s->count[NUMBERS + i]++;
}

void sentinels_merge(struct sentinels *left, const struct sentinels *right)
{
	for (int i = 0; i < SENTINELS; i++)
		left->count[i] += right->count[i];
	sentinels_others(left, right->least, right->most);
}

const char *sentinels_suspect(const struct sentinels *s, int i)
{
	if (!s->count[i])
		return NULL;
	if (i >= NUMBERS)
		return days[i - NUMBERS].text;
	double v = numbers[i].v;
	bool some = s->least <= s->most;   /* there are other values */
	bool apart = v > 0 ? s->most < v / 2 : s->least > v / 2 && v <= -99;
	/* the only negative value; a single -1 is nothing unusual */
	bool only = v < 0 && s->least >= 0 && (v < -1 || s->count[i] > 1);
	return some && (apart || only) ? numbers[i].text : NULL;
}
