/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Radix sort of keys, of codes, and of rows by key. Only the highest bits in which values differ
 * are sorted by, in at most three digits, the lowest first; the few that agree in all of them are put
 * in order afterwards. Large arrays are written by whole lines of the cache: going round between some
 * hundred places of memory, each write would wait for its line to be read first.
 *
 * What is the same for all of them is written once, with the size of a value as a constant.
 */
#include "base/base.h"

#include <stdlib.h>

#if defined __x86_64__
#include <emmintrin.h>
#endif

#define INLINE static inline __attribute__((always_inline))

enum { DIGITS = 3, DIGIT_LONG = 11, DIGIT_SHORT = 8, BUCKETS = 1 << DIGIT_LONG };
enum { TINY = 24, SHORT = 4096, LARGE_BYTES = 1 << 20, LINE = 64 };
enum { VALUE_MAX = sizeof(struct keyed) };

INLINE void *value_place(const void *v, size_t i, size_t size)
{
	return (char *)(uintptr_t)v + i * size;
}

/* Of a code, or the first word of anything larger. */
INLINE uint64_t key_at(const void *v, size_t i, size_t size)
{
	uint32_t code;
	uint64_t key;
	if (size == sizeof code) {
		memcpy(&code, value_place(v, i, size), sizeof code);
		return code;
	}
	memcpy(&key, value_place(v, i, size), sizeof key);
	return key;
}

INLINE void insertion_sort(void *v, size_t n, size_t size)
{
	char x[VALUE_MAX];
	for (size_t i = 1; i < n; i++) {
		uint64_t key = key_at(v, i, size);
		size_t k = i;
		memcpy(x, value_place(v, i, size), size);
		for (; k && key_at(v, k - 1, size) > key; k--)
			memcpy(value_place(v, k, size), value_place(v, k - 1, size), size);
		memcpy(value_place(v, k, size), x, size);
	}
}

/* ---- digits ------------------------------------------------------------------------------ */

struct digits {
	int low, width, n;         /* the lowest bit; bits of a digit; digits */
	bool all;                  /* values that agree in them are equal */
};

INLINE struct digits digits_of(const void *v, size_t n, size_t size)
{
	uint64_t first = key_at(v, 0, size), differ = 0;
	for (size_t i = 1; i < n; i++)
		differ |= key_at(v, i, size) ^ first;
	if (!differ)
		return (struct digits){ .all = true };
	int top = 64 - __builtin_clzll(differ), last = __builtin_ctzll(differ), bits = top - last;
	/* counters must not outweigh the values */
	int most = n < SHORT ? DIGIT_SHORT : DIGIT_LONG, digits = (bits + most - 1) / most;
	digits = digits < DIGITS ? digits : DIGITS;
	int width = (bits + digits - 1) / digits;
	width = width < most ? width : most;
	int low = top - digits * width;
	return (struct digits){ low > 0 ? low : 0, width, digits, low <= last };
}

INLINE void count_digits(const void *v, size_t n, size_t size, struct digits d, int digits,
	size_t counts[DIGITS][BUCKETS])
{
	const uint64_t mask = ((uint64_t)1 << d.width) - 1;
	for (int k = 0; k < digits; k++)
		memset(counts[k], 0, (mask + 1) * sizeof counts[k][0]);
	for (size_t i = 0; i < n; i++) {
		uint64_t x = key_at(v, i, size) >> d.low;
		counts[0][x & mask]++;
		if (digits > 1)
			counts[1][x >> d.width & mask]++;
		if (digits > 2)
			counts[2][x >> 2 * d.width & mask]++;
	}
}

/* Counts become the places where the values of a digit start; false when all have the same. */
static bool places_of(size_t *count, size_t buckets, size_t n)
{
	size_t sum = 0;
	for (size_t i = 0; i < buckets; i++) {
		if (count[i] == n)
			return false;
		size_t here = count[i];
		count[i] = sum;
		sum += here;
	}
	return true;
}

/* ---- one digit --------------------------------------------------------------------------- */

INLINE void scatter(const void *from, void *to, size_t n, size_t size, int shift, uint64_t mask,
	size_t *place)
{
	for (size_t i = 0; i < n; i++) {
		size_t at = place[key_at(from, i, size) >> shift & mask]++;
		memcpy(value_place(to, at, size), value_place(from, i, size), size);
	}
}

/* Past the cache where the machine can do that: the line is not needed before the next digit. */
INLINE void line_put(char *to, const char *line)
{
#if defined __x86_64__
	for (int i = 0; i < LINE; i += 16)
		_mm_stream_si128((__m128i *)(void *)(to + i),
			_mm_load_si128((const __m128i *)(const void *)(line + i)));
#else
	memcpy(to, line, LINE);
#endif
}

/* The same by lines. Places count from where the first line starts, before `to` maybe; the values
 * of a bucket that do not fill a line share it with their neighbours and are copied alone. */
INLINE void scatter_lines(const void *from, void *to, size_t n, size_t size, int shift,
	uint64_t mask, size_t *place)
{
	_Alignas(LINE) char lines[BUCKETS][LINE];
	size_t start[BUCKETS];
	const size_t per = LINE / size, before = ((uintptr_t)to & (LINE - 1)) / size;
	for (size_t b = 0; b <= mask; b++)
		start[b] = place[b] += before;
	for (size_t i = 0; i < n; i++) {
		size_t b = key_at(from, i, size) >> shift & mask, at = place[b]++, slot = at & (per - 1);
		memcpy(value_place(lines[b], slot, size), value_place(from, i, size), size);
		if (slot < per - 1)
			continue;
		size_t first = at - slot;
		if (first >= start[b])
			line_put(value_place(to, first - before, size), lines[b]);
		else
			memcpy(value_place(to, start[b] - before, size),
				value_place(lines[b], start[b] - first, size),
				(at + 1 - start[b]) * size);
	}
	for (size_t b = 0; b <= mask; b++) {
		size_t end = place[b], first = end & ~(per - 1);
		first = first < start[b] ? start[b] : first;
		memcpy(value_place(to, first - before, size),
			value_place(lines[b], first & (per - 1), size), (end - first) * size);
	}
#if defined __x86_64__
	_mm_sfence();
#endif
}

/* ---- all --------------------------------------------------------------------------------- */

/* Sorted by their digits; gives that of both arrays which holds the values then. */
INLINE void *sort_digits(void *v, void *tmp, size_t n, size_t size, struct digits d)
{
	size_t counts[DIGITS][BUCKETS];
	const uint64_t mask = ((uint64_t)1 << d.width) - 1;
	if (d.n == 3)
		count_digits(v, n, size, d, 3, counts);
	else if (d.n == 2)
		count_digits(v, n, size, d, 2, counts);
	else if (d.n == 1)
		count_digits(v, n, size, d, 1, counts);
	for (int k = 0; k < d.n; k++) {
		int shift = d.low + k * d.width;
		if (!places_of(counts[k], mask + 1, n))
			continue;
		if (n * size < LARGE_BYTES || (uintptr_t)tmp % size)
			scatter(v, tmp, n, size, shift, mask, counts[k]);
		else
			scatter_lines(v, tmp, n, size, shift, mask, counts[k]);
		void *swap = v;
		v = tmp;
		tmp = swap;
	}
	return v;
}

/* The end of the values from i on that agree down to bit `low`. */
INLINE size_t group_end(const void *v, size_t i, size_t n, size_t size, int low)
{
	uint64_t x = key_at(v, i, size);
	do
		i++;
	while (i < n && (key_at(v, i, size) ^ x) >> low == 0);
	return i;
}

static void sort_here(void *v, void *tmp, size_t n, size_t size);

INLINE void *sort_values(void *v, void *tmp, size_t n, size_t size)
{
	if (n <= TINY) {
		insertion_sort(v, n, size);
		return v;
	}
	struct digits d = digits_of(v, n, size);
	void *sorted = sort_digits(v, tmp, n, size, d);
	tmp = sorted == v ? tmp : v;
	for (size_t i = 0, end; !d.all && i < n; i = end) {
		end = group_end(sorted, i, n, size, d.low);
		void *group = value_place(sorted, i, size), *scratch = value_place(tmp, i, size);
		if (end - i <= TINY)
			insertion_sort(group, end - i, size);
		else
			sort_here(group, scratch, end - i, size);
	}
	return sorted;
}

uint32_t *sort_codes(uint32_t *v, uint32_t *tmp, size_t n)
{
	return sort_values(v, tmp, n, sizeof *v);
}

uint64_t *sort_keys_either(uint64_t *v, uint64_t *tmp, size_t n)
{
	return sort_values(v, tmp, n, sizeof *v);
}

static void *sort_rows_either(struct keyed *v, struct keyed *tmp, size_t n)
{
	return sort_values(v, tmp, n, sizeof *v);
}

static void sort_here(void *v, void *tmp, size_t n, size_t size)
{
	const void *sorted = size == sizeof(uint32_t) ? sort_codes(v, tmp, n)
		: size == sizeof(uint64_t) ? (void *)sort_keys_either(v, tmp, n)
		: sort_rows_either(v, tmp, n);
	if (sorted != v)
		memcpy(v, sorted, n * size);
}

void sort_keys(uint64_t *v, uint64_t *tmp, size_t n)
{
	sort_here(v, tmp, n, sizeof *v);
}

void sort_keyed(struct keyed *v, struct keyed *tmp, size_t n)
{
	sort_here(v, tmp, n, sizeof *v);
}

/* Digit by digit from the highest: only one bucket of each goes on. */
uint64_t select_key(const uint64_t *v, size_t n, size_t k)
{
	uint64_t differ = 0;
	for (size_t i = 1; i < n; i++)
		differ |= v[i] ^ v[0];
	int end = differ ? 64 - __builtin_clzll(differ) : 0;
	/* what is known of the value: its bits from `end` on */
	uint64_t known = end < 64 ? v[0] >> end : 0;
	while (end) {
		size_t counts[BUCKETS] = { 0 }, digit = 0;
		int width = end < DIGIT_LONG ? end : DIGIT_LONG, low = end - width;
		const uint64_t mask = ((uint64_t)1 << width) - 1;
		for (size_t i = 0; i < n; i++) {
			uint64_t x = v[i] >> low;
			counts[x & mask] += x >> width == known;
		}
		while (counts[digit] <= k)
			k -= counts[digit++];
		known = known << width | digit;
		end = low;
	}
	return known;
}

void sort_doubles(double *v, size_t n)
{
	uint64_t *key = mem_alloc(2 * n * sizeof *key);
	for (size_t i = 0; i < n; i++)
		key[i] = key_of_double(v[i]);
	const uint64_t *sorted = sort_keys_either(key, key + n, n);
	for (size_t i = 0; i < n; i++)
		v[i] = double_of_key(sorted[i]);
	free(key);
}

void sort_order(const double *v, size_t step, size_t n, bool descending, uint32_t *order)
{
	struct keyed *row = mem_alloc(2 * n * sizeof *row);
	const uint64_t turn = descending ? ~UINT64_C(0) : 0;
	for (size_t i = 0; i < n; i++)
		row[i] = (struct keyed){ key_of_double(v[step * i]) ^ turn, (int64_t)i };
	const struct keyed *sorted = sort_rows_either(row, row + n, n);
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)sorted[i].row;
	free(row);
}
