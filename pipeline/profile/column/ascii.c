/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a text of ASCII is made of, the same as text_scan_add_plain finds, 64 characters at a time:
 * a bit a character for each class, so that words and patterns begin and end where bits change.
 */
#include "profile/column_int.h"

#include <stdlib.h>

#if defined __SSE2__
#include <emmintrin.h>

enum { BLOCK = 64, MARK_LETTERS = 0, MARK_DIGITS, MARK_SPACES, MARK_QUOTES };

/* Up to 16 bytes, zeros behind them. */
struct short_word { uint64_t low, high; };

/* For texts of n bytes, in whole blocks. */
static void make_room(struct text_scan *s, size_t n)
{
	if (s->folded && n <= s->room)
		return;
	s->room = n < 4 * BLOCK ? 4 * BLOCK : 2 * n;
	s->folded = mem_realloc(s->folded, s->room + BLOCK + sizeof(struct short_word), 1);
	s->signs = mem_realloc(s->signs, s->room + BLOCK, 1);
	s->marks = mem_realloc(s->marks, s->room / BLOCK + 1, sizeof *s->marks);
}

static __m128i between(__m128i x, char first, char last)
{
	return _mm_and_si128(_mm_cmpgt_epi8(x, _mm_set1_epi8((char)(first - 1))),
		_mm_cmplt_epi8(x, _mm_set1_epi8((char)(last + 1))));
}

static __m128i is(__m128i x, char c)
{
	return _mm_cmpeq_epi8(x, _mm_set1_epi8(c));
}

/* $ + < = > ^ ` | ~ and what controls, but for spaces. */
static __m128i is_symbol(__m128i x, __m128i space)
{
	__m128i v = _mm_or_si128(between(x, '<', '>'), is(x, '$'));
	v = _mm_or_si128(v, _mm_or_si128(is(x, '+'), is(x, '^')));
	v = _mm_or_si128(v, _mm_or_si128(is(x, '`'), is(x, '|')));
	v = _mm_or_si128(v, _mm_or_si128(is(x, '~'), is(x, 0x7f)));
	return _mm_or_si128(v, _mm_andnot_si128(space, _mm_cmplt_epi8(x, _mm_set1_epi8(' '))));
}

static int64_t total(__m128i bytes)
{
	__m128i v = _mm_sad_epu8(bytes, _mm_setzero_si128());
	return _mm_cvtsi128_si64(v) + _mm_cvtsi128_si64(_mm_unpackhi_epi64(v, v));
}

static __m128i choose(__m128i which, char c, __m128i other)
{
	return _mm_or_si128(_mm_and_si128(which, _mm_set1_epi8(c)), _mm_andnot_si128(which, other));
}

/* Folds the first n bytes of a block in place, marks its characters and counts the classes; false when
 * they are not all ASCII. Zeros follow them up to the next 16, and count as nothing. */
static bool mark_block(char *p, size_t n, char *signs, uint64_t marks[4],
	int64_t counts[LETTER_CLASSES])
{
	__m128i sum[4] = { _mm_setzero_si128(), _mm_setzero_si128(), _mm_setzero_si128(),
		_mm_setzero_si128() };
	memset(marks, 0, 4 * sizeof *marks);
	for (size_t i = 0; i < n; i += 16) {
		__m128i x = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		if (_mm_movemask_epi8(x))
			return false;
		__m128i small = _mm_or_si128(x, _mm_set1_epi8(0x20));
		__m128i letter = between(small, 'a', 'z'), digit = between(x, '0', '9');
		__m128i space = _mm_or_si128(is(x, ' '), between(x, '\t', '\r'));
		int known = _mm_movemask_epi8(_mm_or_si128(_mm_or_si128(letter, digit), space));
		int inside = n - i < 16 ? (1 << (n - i)) - 1 : 0xffff;
		marks[MARK_LETTERS] |= (uint64_t)_mm_movemask_epi8(letter) << i;
		marks[MARK_DIGITS] |= (uint64_t)_mm_movemask_epi8(digit) << i;
		marks[MARK_SPACES] |= (uint64_t)_mm_movemask_epi8(space) << i;
		sum[0] = _mm_sub_epi8(sum[0], letter);
		sum[1] = _mm_sub_epi8(sum[1], digit);
		sum[2] = _mm_sub_epi8(sum[2], space);
		if ((known & inside) != inside) {      /* most texts are words and numbers */
			marks[MARK_QUOTES] |= (uint64_t)_mm_movemask_epi8(is(x, '\'')) << i;
			sum[3] = _mm_sub_epi8(sum[3], is_symbol(x, space));
			counts[OTHER] -= n - i < 16 ? (int64_t)(i + 16 - n) : 0;
		}
		_mm_storeu_si128((__m128i *)(void *)(p + i),
			_mm_or_si128(x, _mm_and_si128(letter, _mm_set1_epi8(0x20))));
		x = choose(letter, 'A', choose(digit, '9', choose(space, ' ', x)));
		_mm_storeu_si128((__m128i *)(void *)(signs + i), x);
	}
	counts[LETTER] += total(sum[0]);
	counts[DIGIT] += total(sum[1]);
	counts[SPACE] += total(sum[2]);
	counts[OTHER] += total(sum[3]);
	return true;
}

/* Counts the classes too, unless the text is not all ASCII. */
static bool mark_text(struct text_scan *s, const char *p, size_t n, int64_t count)
{
	int64_t counts[LETTER_CLASSES] = { 0 };
	make_room(s, n);
	if (n) {
		memset(s->folded + (n - 1) / 16 * 16, 0, 16);
		memcpy(s->folded, p, n);
	}
	for (size_t i = 0; i < n; i += BLOCK)
		if (!mark_block(s->folded + i, n - i < BLOCK ? n - i : BLOCK, s->signs + i,
				s->marks[i / BLOCK], counts))
			return false;
	counts[PUNCTUATION] = (int64_t)n - counts[LETTER] - counts[DIGIT] - counts[SPACE] -
			      counts[OTHER];
	for (int i = 0; i < LETTER_CLASSES; i++)
		s->classes[i] += counts[i] * count;
	int latin;
	letter_class('a', &latin);
	s->scripts[latin] += counts[LETTER] * count;
	return true;
}

/* Bits of a block that are inside of words: an apostrophe is, between what is in a word and a
 * letter. */
static uint64_t word_bits(const struct text_scan *s, size_t i, size_t blocks)
{
	const uint64_t *m = s->marks[i];
	uint64_t plain = m[MARK_LETTERS] | m[MARK_DIGITS];
	if (!m[MARK_QUOTES])
		return plain;
	uint64_t before = plain << 1, after = m[MARK_LETTERS] >> 1;
	if (i)
		before |= (s->marks[i - 1][MARK_LETTERS] | s->marks[i - 1][MARK_DIGITS]) >> 63;
	if (i + 1 < blocks)
		after |= s->marks[i + 1][MARK_LETTERS] << 63;
	return plain | (m[MARK_QUOTES] & before & after);
}

static void lately_flush(struct text_scan *s, struct lately *l)
{
	if (!l->count)
		return;
	char text[sizeof(struct short_word) + 1] = { 0 };
	memcpy(text, &l->low, sizeof l->low);
	memcpy(text + sizeof l->low, &l->high, sizeof l->high);
	strqueue_add(&s->word_queue, text, strlen(text), l->count);
}

void text_scan_ascii_end(struct text_scan *s)
{
	for (int i = 0; i < LATELY; i++)
		lately_flush(s, &s->lately[i]);
	memset(s->lately, 0, sizeof s->lately);
}

/* The first of a word goes its way, so that words come in the order of the texts; those after it
 * are only counted until another word needs the place. */
static void add_short_word(struct text_scan *s, const char *p, size_t n, int64_t count)
{
	struct short_word w;
	memcpy(&w, p, sizeof w);   /* what is behind the word can be read */
	w.low &= n < 8 ? (UINT64_C(1) << 8 * n) - 1 : ~UINT64_C(0);
	w.high &= n < 8 ? 0 : n < 16 ? (UINT64_C(1) << 8 * (n - 8)) - 1 : ~UINT64_C(0);
	uint64_t mixed = (w.low ^ w.high * 0xe7037ed1a0b428dbull) * 0xa0761d6478bd642full;
	struct lately *l = &s->lately[(mixed >> 32) % LATELY];
	if (l->low == w.low && l->high == w.high) {
		l->count += count;
		return;
	}
	lately_flush(s, l);
	*l = (struct lately){ w.low, w.high, 0 };
	strqueue_add(&s->word_queue, p, n, count);
}

static void add_word(struct text_scan *s, size_t from, size_t to, int64_t count)
{
	size_t n = to - from < WORD_BYTES ? to - from : WORD_BYTES;
	s->words_total += count;
	if (n <= sizeof(struct short_word))
		add_short_word(s, s->folded + from, n, count);
	else
		strqueue_add(&s->word_queue, s->folded + from, n, count);
}

static void scan_words(struct text_scan *s, size_t n, int64_t count)
{
	size_t blocks = (n + BLOCK - 1) / BLOCK, start = 0;
	uint64_t last = 0;         /* the character before is in a word */
	for (size_t i = 0; i < blocks; i++) {
		uint64_t bits = word_bits(s, i, blocks);
		uint64_t edges = bits ^ (bits << 1 | last);
		for (; edges; edges &= edges - 1) {
			size_t at = i * BLOCK + (size_t)__builtin_ctzll(edges);
			if (!last)
				start = at;
			else
				add_word(s, start, at, count);
			last = !last;
		}
	}
	if (last)
		add_word(s, start, n, count);
}

/* One sign for a run of letters, of digits, of spaces; any other character is its own. */
static void scan_signs(struct text_scan *s, size_t n, int64_t count)
{
	char out[PATTERN_LENGTH + 3];
	size_t length = 0, blocks = (n + BLOCK - 1) / BLOCK;
	uint64_t last[3] = { 0 };
	for (size_t i = 0; i < blocks && length <= PATTERN_LENGTH; i++) {
		const uint64_t *m = s->marks[i];
		uint64_t keep = n - i * BLOCK < BLOCK ? ~(~UINT64_C(0) << n % BLOCK) : ~UINT64_C(0);
		for (int k = 0; k < 3; k++) {
			keep &= ~(m[k] & (m[k] << 1 | last[k]));
			last[k] = m[k] >> 63;
		}
		for (; keep && length <= PATTERN_LENGTH; keep &= keep - 1)
			out[length++] = s->signs[i * BLOCK + (size_t)__builtin_ctzll(keep)];
	}
	if (length > PATTERN_LENGTH) {
		memcpy(out + PATTERN_LENGTH, "\xe2\x80\xa6", 3);
		length = PATTERN_LENGTH + 3;
	}
	strqueue_add(&s->pattern_queue, out, length, count);
}

int64_t text_scan_ascii(struct text_scan *s, const char *p, size_t n, int64_t count)
{
	if (!mark_text(s, p, n, count))
		return -1;
	if (s->counts_words)
		scan_words(s, n, count);
	scan_signs(s, n, count);
	if (!n)
		s->empty += count;
	else if ((s->marks[0][MARK_SPACES] & 1) ||
			(s->marks[(n - 1) / BLOCK][MARK_SPACES] >> (n - 1) % BLOCK & 1))
		s->surrounding_space += count;
	return (int64_t)n;
}
#else
void text_scan_ascii_end(struct text_scan *s)
{
	(void)s;
}

int64_t text_scan_ascii(struct text_scan *s, const char *p, size_t n, int64_t count)
{
	(void)s;
	(void)p;
	(void)n;
	(void)count;
	return -1;
}
#endif
