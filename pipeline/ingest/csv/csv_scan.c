/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the fields of sound records end: 64 bytes become masks of delimiters, quotes and line
 * ends, and the quotes in front of each byte tell by their parity whether it is inside of a
 * quoted cell; then the ends are listed. Whatever is not plainly sound is odd, within the record at
 * the latest.
 *
 * Two versions give the same: one for any processor and one for x86-64 with AVX2 and
 * carry-less multiplication, used where these are there.
 */
#include "ingest/csv/csv_int.h"

#include <string.h>

#if defined __x86_64__
#include <immintrin.h>
#endif

/* No byte of valid UTF-8: stands for a character that the dialect does not have. */
enum { ABSENT = 0xff };

struct hits {
	uint64_t delimiter, quote, newline, other, backslash;
};

/* ---- from hits to masks ------------------------------------------------------------------ */

/* Part of either version, so that each uses what its processor has. */
#define PART static inline __attribute__((always_inline))

/* Eight at a time, even if there are fewer: to look for the last one would cost more. */
PART void list(struct csv_ends *e, uint64_t ends, size_t first)
{
	const uint64_t top = UINT64_C(1) << 63;    /* where there are none left */
	size_t n = (size_t)__builtin_popcountll(ends);
	for (uint16_t *to = e->at + e->n, *end = to + n; to < end; to += 8) {
#pragma GCC unroll 8
		for (int i = 0; i < 8; i++, ends &= ends - 1)
			to[i] = (uint16_t)(first + (size_t)__builtin_ctzll(ends | top));
	}
	e->n += n;
}

/* `inside` is the parity of quotes up to and including each byte. False: something odd. */
PART bool judge(struct csv_scanner *s, const struct hits *h, uint64_t inside, size_t i,
	struct csv_ends *e)
{
	inside ^= s->inside;
	s->inside = (uint64_t)((int64_t)inside >> 63);
	uint64_t opening = h->quote & inside, closing = h->quote & ~inside;
	uint64_t end = (h->delimiter | h->newline) & ~inside;
	/* a quote opens behind the end of a field, or is the second of a pair */
	uint64_t before = end | closing, behind = before << 1 | s->before;
	/* a quote closes in front of the end of a field, or is the first of a pair */
	uint64_t closed = closing << 1 | s->closed;
	uint64_t cr = s->crlf ? h->other : 0, returned = cr << 1 | s->returned;
	uint64_t odd = (opening & ~behind) | (closed & ~(end | h->quote | cr)) |
		(returned & ~h->newline) | h->backslash | (s->crlf ? 0 : h->other);
	e->inner[i] = h->newline & inside;
	e->inners[i + 1] = (uint16_t)(e->inners[i] + (e->inner[i] ? __builtin_popcountll(e->inner[i]) : 0));
	s->before = before >> 63;
	s->closed = closing >> 63;
	s->returned = cr >> 63;
	e->odd = odd != 0;
	list(e, odd ? end & ((odd & -odd) - 1) : end, 64 * i);
	return !odd;
}

/* ---- any processor ----------------------------------------------------------------------- */

static const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;

/* The bytes of a word that are zero, as 8 bits. */
static inline uint64_t zero_bytes(uint64_t w)
{
	uint64_t zero = ~(((w & ~tops) + ~tops) | w) & tops;
	return (zero >> 7) * 0x0102040810204080u >> 56;
}

static void scan_portable(struct csv_scanner *s, const char *p, size_t n, struct csv_ends *e)
{
	for (size_t i = 0; i < n; i++, p += 64) {
		struct hits h = { 0 };
		for (int k = 0; k < 64; k += 8) {
			uint64_t w = 0;
			for (int j = 0; j < 8; j++)   /* whatever the order of bytes */
				w |= (uint64_t)(unsigned char)p[k + j] << 8 * j;
			h.delimiter |= zero_bytes(w ^ ones * s->delimiter) << k;
			h.quote |= zero_bytes(w ^ ones * s->quote) << k;
			h.newline |= zero_bytes(w ^ ones * s->newline) << k;
			h.other |= zero_bytes(w ^ ones * s->other) << k;
			h.backslash |= zero_bytes(w ^ ones * s->backslash) << k;
		}
		uint64_t inside = h.quote;
		for (int k = 1; k < 64; k *= 2)
			inside ^= inside << k;
		if (!judge(s, &h, inside, i, e))
			return;
	}
}

/* ---- x86-64 ------------------------------------------------------------------------------ */

#if defined __x86_64__
#define AVX2 __attribute__((target("avx2,pclmul,popcnt,bmi")))

AVX2 static inline uint64_t equal(__m256i a, __m256i b, __m256i v)
{
	uint32_t lo = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(a, v));
	uint32_t hi = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(b, v));
	return (uint64_t)hi << 32 | lo;
}

AVX2 static void scan_avx2(struct csv_scanner *s, const char *p, size_t n, struct csv_ends *e)
{
	const __m128i all = _mm_set1_epi8(-1);
	const __m256i delimiter = _mm256_set1_epi8((char)s->delimiter);
	const __m256i quote = _mm256_set1_epi8((char)s->quote);
	const __m256i newline = _mm256_set1_epi8((char)s->newline);
	const __m256i other = _mm256_set1_epi8((char)s->other);
	const __m256i backslash = _mm256_set1_epi8((char)s->backslash);
	struct csv_scanner now = *s;           /* which no list can overlap */
	for (size_t i = 0; i < n; i++, p += 64) {
		__m256i a, b;
		memcpy(&a, p, sizeof a);
		memcpy(&b, p + 32, sizeof b);
		struct hits h = {
			.delimiter = equal(a, b, delimiter),
			.quote = equal(a, b, quote),
			.newline = equal(a, b, newline),
			.other = equal(a, b, other),
			.backslash = equal(a, b, backslash),
		};
		/* the product with all ones, without carries, is the parity of all lower bits */
		__m128i q = _mm_set_epi64x(0, (long long)h.quote);
		uint64_t inside = (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(q, all, 0));
		if (!judge(&now, &h, inside, i, e))
			break;
	}
	*s = now;
}
#endif

/* ---- the interface ----------------------------------------------------------------------- */

void csv_scanner_init(struct csv_scanner *s, const struct dialect *d, bool portable)
{
	bool cr = d->lines == LINES_CR;
	*s = (struct csv_scanner){
		.delimiter = d->delimiter ? (unsigned char)d->delimiter : ABSENT,
		.quote = d->quote ? (unsigned char)d->quote : ABSENT,
		.backslash = d->backslash ? '\\' : ABSENT,
		.newline = cr ? '\r' : '\n',
		.other = cr ? '\n' : '\r',
		.crlf = !cr,
		.scan = scan_portable,
	};
#if defined __x86_64__
	if (!portable && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("pclmul") &&
		__builtin_cpu_supports("bmi") && __builtin_cpu_supports("popcnt"))
		s->scan = scan_avx2;
#else
	(void)portable;
#endif
	csv_scanner_start(s);
}

void csv_scanner_start(struct csv_scanner *s)
{
	s->inside = s->closed = s->returned = 0;
	s->before = 1;
}

void csv_scan(struct csv_scanner *s, const char *p, size_t n, struct csv_ends *e)
{
	e->n = e->inners[0] = 0;
	e->odd = false;
	s->scan(s, p, n, e);
}
