/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a text is made of: each different text is read once and counts as often as it occurs. What
 * can grow with the data, words and patterns, is counted exactly up to a cap; beyond it no new
 * ones are taken up, and the number of different words is left open.
 *
 * Here is the way for every text, a character at a time; ascii.c has one for texts of ASCII.
 */
#include "profile/column_int.h"

#include <stdlib.h>

enum { WORDS_MAX = 1 << 18, PATTERNS_MAX = 1 << 16 };

void text_scan_init(struct text_scan *s, bool words)
{
	*s = (struct text_scan){ .copies = arena_new(), .counts_words = words };
	strtable_init(&s->words, WORDS_MAX, s->copies);
	strtable_init(&s->patterns, PATTERNS_MAX, s->copies);
	s->word_queue.table = &s->words;
	s->pattern_queue.table = &s->patterns;
}

void text_scan_end(struct text_scan *s)
{
	text_scan_ascii_end(s);
	strqueue_end(&s->word_queue);
	strqueue_end(&s->pattern_queue);
}

void text_scan_free(struct text_scan *s)
{
	buf_free(&s->word);
	buf_free(&s->pattern);
	strtable_free(&s->words);
	strtable_free(&s->patterns);
	arena_free(s->copies);
	free(s->folded);
	free(s->signs);
	free(s->marks);
}

/* utf8_put, without the detour where nearly all characters are ASCII. */
static void put(struct buf *b, uint32_t cp)
{
	if (cp >= 0x80 || b->n + 1 >= b->cap) {
		utf8_put(b, cp);
		return;
	}
	b->p[b->n++] = (char)cp;
	b->p[b->n] = 0;
}

static void end_word(struct text_scan *s, int64_t count)
{
	if (s->word.n && s->counts_words) {
		s->words_total += count;
		strqueue_add(&s->word_queue, s->word.p, s->word.n, count);
	}
	buf_clear(&s->word);
}

static bool letter_follows(const char *p, const char *end)
{
	int script;
	return p < end && letter_class(utf8_next(&p, end), &script) == LETTER;
}

static void scan_word(struct text_scan *s, enum letter_class cls, uint32_t cp, const char *next,
	const char *end, int64_t count)
{
	bool inside = s->word.n > 0;
	bool apostrophe = inside && (cp == '\'' || cp == 0x2019) && letter_follows(next, end);
	if (cls == LETTER || cls == DIGIT || (inside && cls == MARK) || apostrophe) {
		if (s->word.n < WORD_BYTES)
			put(&s->word, apostrophe ? '\'' : letter_fold(cp));
	} else {
		end_word(s, count);
	}
}

static void scan_pattern(struct text_scan *s, enum letter_class cls, uint32_t cp)
{
	if (cls == MARK || s->pattern_length > PATTERN_LENGTH)
		return;
	uint32_t sign = cls == LETTER ? 'A' : cls == DIGIT ? '9' : cls == SPACE ? ' ' : cp;
	bool run = cls == LETTER || cls == DIGIT || cls == SPACE;
	if (run && s->pattern.n && (unsigned char)s->pattern.p[s->pattern.n - 1] == sign)
		return;
	put(&s->pattern, s->pattern_length++ < PATTERN_LENGTH ? sign : 0x2026);
}

int64_t text_scan_add_plain(struct text_scan *s, const char *p, size_t n, int64_t count)
{
	const char *end = p + n;
	enum letter_class cls = OTHER, first = OTHER;
	int64_t length = 0;
	buf_clear(&s->pattern);
	s->pattern_length = 0;
	for (; p < end; length++) {
		int script;
		uint32_t cp =
			(unsigned char)*p < 0x80 ? (unsigned char)*p++ : utf8_next(&p, end);
		cls = letter_class(cp, &script);
		first = length ? first : cls;
		s->classes[cls] += count;
		if (script >= 0)
			s->scripts[script] += count;
		scan_word(s, cls, cp, p, end, count);
		scan_pattern(s, cls, cp);
	}
	end_word(s, count);
	if (!length)
		s->empty += count;
	else if (first == SPACE || cls == SPACE)
		s->surrounding_space += count;
	strqueue_add(&s->pattern_queue, buf_str(&s->pattern), s->pattern.n, count);
	return length;
}

int64_t text_scan_add(struct text_scan *s, const char *p, size_t n, int64_t count)
{
	int64_t length = text_scan_ascii(s, p, n, count);
	return length >= 0 ? length : text_scan_add_plain(s, p, n, count);
}
