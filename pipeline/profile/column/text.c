/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The text block of a column. Each different text is read once and counts as often as it
 * occurs. What can grow with the data, words and patterns, is counted exactly up to a cap;
 * beyond it no new ones are taken up, and the number of different words is left open.
 */
#include "profile/column_int.h"

#include <stdlib.h>

enum {
	WORDS_MAX = 1 << 18,
	PATTERNS_MAX = 1 << 16,
	TOP_WORDS = 20,
	TOP_PATTERNS = 10,
	PATTERN_LENGTH = 40,
	WORD_BYTES = 256
};

struct scan {
	struct text_profile *out;
	struct strtable words, patterns;
	int64_t scripts[SCRIPTS], classes[OTHER + 1];
	struct buf word, pattern;
	int pattern_length;
};

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

static void end_word(struct scan *s, int64_t count)
{
	if (!s->word.n)
		return;
	s->out->words.total += count;
	strtable_add(&s->words, s->word.p, s->word.n, hash64(s->word.p, s->word.n, 0), count);
	buf_clear(&s->word);
}

static bool letter_follows(const char *p, const char *end)
{
	int script;
	return p < end && letter_class(utf8_next(&p, end), &script) == LETTER;
}

static void scan_word(struct scan *s, enum letter_class cls, uint32_t cp, const char *next,
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

static void scan_pattern(struct scan *s, enum letter_class cls, uint32_t cp)
{
	if (cls == MARK || s->pattern_length > PATTERN_LENGTH)
		return;
	uint32_t sign = cls == LETTER ? 'A' : cls == DIGIT ? '9' : cls == SPACE ? ' ' : cp;
	bool run = cls == LETTER || cls == DIGIT || cls == SPACE;
	if (run && s->pattern.n && (unsigned char)s->pattern.p[s->pattern.n - 1] == sign)
		return;
	put(&s->pattern, s->pattern_length++ < PATTERN_LENGTH ? sign : 0x2026);
}

/* Gives the length in code points. */
static int64_t scan_text(struct scan *s, const struct strcount *item)
{
	const char *p = item->p, *end = p + item->n;
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
		s->classes[cls] += item->count;
		if (script >= 0)
			s->scripts[script] += item->count;
		scan_word(s, cls, cp, p, end, item->count);
		scan_pattern(s, cls, cp);
	}
	end_word(s, item->count);
	if (!length)
		s->out->empty += item->count;
	else if (first == SPACE || cls == SPACE)
		s->out->surrounding_space += item->count;
	strtable_add(&s->patterns, buf_str(&s->pattern), s->pattern.n,
		hash64(buf_str(&s->pattern), s->pattern.n, 0), item->count);
	return length;
}

/* Lengths as sorted runs: sorted with the number of their text behind them, to find its count
 * again. */
static void fill_lengths(struct text_profile *t, const struct work *w, uint64_t *lengths)
{
	size_t n = w->levels.n, runs = 0;
	uint64_t *tmp = mem_alloc((n + 1) * sizeof *tmp);
	sort_keys(lengths, tmp, n);
	int64_t *before = (int64_t *)tmp, total = 0;
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		int64_t length = (int64_t)(lengths[i] >> 32),
			count = w->levels.items[lengths[i] & UINT32_MAX].count;
		if (!runs || int_of_key(lengths[runs - 1]) != length) {
			lengths[runs] = key_of_int(length);
			before[runs++] = total;
		}
		total += count;
		sum += (double)length * (double)count;
	}
	before[runs] = total;
	struct sorted s = {
		.key = lengths, .before = before, .runs = runs, .n = total, .integer = true
	};
	t->length.min = sorted_quantile(&s, 0);
	t->length.median = sorted_quantile(&s, 0.5);
	t->length.max = sorted_quantile(&s, 1);
	t->length.mean = sum / (double)total;
	histogram_fill(&t->length.histogram, &s, true, NAN,
		sorted_quantile(&s, 0.75) - sorted_quantile(&s, 0.25),
		w->options->histogram_bins, w->arena);
	sorted_free(&s);
}

static struct level *top_levels(const struct strtable *t, size_t max, int *n, struct arena *a)
{
	uint32_t *top = mem_calloc(max, sizeof *top);
	*n = (int)strtable_top(t, top, max);
	struct level *levels = arena_calloc(a, (size_t)*n, sizeof *levels);
	for (int i = 0; i < *n; i++) {
		const struct strcount *c = &t->items[top[i]];
		levels[i] = (struct level){ clean_text(a, c->p, c->n), c->count };
	}
	free(top);
	return levels;
}

static void fill_scripts(struct text_profile *t, const int64_t *counts, struct arena *a)
{
	t->scripts = arena_calloc(a, SCRIPTS, sizeof *t->scripts);
	for (int i = 0; i < SCRIPTS; i++) {
		int at = t->nscripts;
		if (!counts[i])
			continue;
		for (; at && t->scripts[at - 1].count < counts[i]; at--)
			t->scripts[at] = t->scripts[at - 1];
		t->scripts[at] = (struct script_count){ script_name(i), counts[i] };
		t->nscripts++;
	}
}

struct text_profile *text_new(struct work *w)
{
	struct text_profile *t = arena_alloc(w->arena, sizeof *t);
	struct arena *copies = arena_new();
	struct scan s = { .out = t };
	strtable_init(&s.words, WORDS_MAX, copies);
	strtable_init(&s.patterns, PATTERNS_MAX, copies);
	uint64_t *lengths = mem_alloc((w->levels.n + 1) * sizeof *lengths);
	for (size_t i = 0; i < w->levels.n; i++)
		lengths[i] = (uint64_t)scan_text(&s, &w->levels.items[i]) << 32 | i;
	fill_lengths(t, w, lengths);
	t->words.mean = (double)t->words.total / (double)w->out->count;
	t->words.distinct = s.words.refused ? -1 : (int64_t)s.words.n;
	t->words.top = top_levels(&s.words, TOP_WORDS, &t->words.ntop, w->arena);
	t->patterns = top_levels(&s.patterns, TOP_PATTERNS, &t->npatterns, w->arena);
	fill_scripts(t, s.scripts, w->arena);
	t->letters = s.classes[LETTER] + s.classes[MARK];
	t->digits = s.classes[DIGIT];
	t->spaces = s.classes[SPACE];
	t->punctuation = s.classes[PUNCTUATION];
	t->other = s.classes[OTHER];
	t->samples = arena_calloc(w->arena, SAMPLES, sizeof *t->samples);
	t->nsamples = pick_values(w, t->samples, SAMPLES);
	buf_free(&s.word);
	buf_free(&s.pattern);
	strtable_free(&s.words);
	strtable_free(&s.patterns);
	arena_free(copies);
	return t;
}
