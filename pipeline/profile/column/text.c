/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text block of a column, from its different texts and their counts. */
#include "profile/column_int.h"

#include <stdlib.h>

enum { TOP_WORDS = 20, TOP_PATTERNS = 10, SHORT_TEXT = 4096 };

/* How many texts there are of each length: of short ones a count by length, of long ones, which
 * are few or cost more elsewhere, a list. */
struct lengths {
	int64_t *shorts;           /* SHORT_TEXT of them */
	struct length { int64_t length, count; } *longs;
	size_t nlongs, cap;
};

static int by_length(const void *a, const void *b)
{
	const struct length *l = a, *r = b;
	return (l->length > r->length) - (l->length < r->length);
}

/* Equal lengths become one; more room only where that does not help. */
static void lengths_room(struct lengths *l)
{
	size_t n = 0;
	if (l->nlongs)
		qsort(l->longs, l->nlongs, sizeof *l->longs, by_length);
	for (size_t i = 0; i < l->nlongs; i++) {
		if (n && l->longs[n - 1].length == l->longs[i].length)
			l->longs[n - 1].count += l->longs[i].count;
		else
			l->longs[n++] = l->longs[i];
	}
	l->nlongs = n;
	if (2 * n < l->cap)
		return;
	l->cap = l->cap ? 2 * l->cap : 64;
	l->longs = mem_realloc(l->longs, l->cap, sizeof *l->longs);
}

static void lengths_add(struct lengths *l, int64_t length, int64_t count)
{
	if (length < SHORT_TEXT) {
		l->shorts[length] += count;
		return;
	}
	if (l->nlongs == l->cap)
		lengths_room(l);
	l->longs[l->nlongs++] = (struct length){ length, count };
}

static void run_add(struct sorted *s, int64_t length, int64_t count)
{
	uint64_t key = key_of_int(length);
	if (!count)
		return;
	if (!s->runs || s->key[s->runs - 1] != key) {
		s->key[s->runs] = key;
		s->before[s->runs++] = s->n;
	}
	s->n += count;
	s->before[s->runs] = s->n;
}

static struct sorted lengths_sorted(struct lengths *l)
{
	size_t room = SHORT_TEXT + l->nlongs + 1;
	struct sorted s = { .key = mem_alloc(room * sizeof *s.key),
		.before = mem_alloc(room * sizeof *s.before),
		.integer = true };
	for (int64_t i = 0; i < SHORT_TEXT; i++)
		run_add(&s, i, l->shorts[i]);
	if (l->nlongs)
		qsort(l->longs, l->nlongs, sizeof *l->longs, by_length);
	for (size_t i = 0; i < l->nlongs; i++)
		run_add(&s, l->longs[i].length, l->longs[i].count);
	return s;
}

static void fill_lengths(struct text_profile *t, const struct work *w, struct lengths *l)
{
	struct sorted s = lengths_sorted(l);
	double sum = 0;
	for (size_t i = 0; i < s.runs; i++)
		sum += sorted_value(&s, i) * (double)sorted_count(&s, i);
	t->length.min = sorted_quantile(&s, 0);
	t->length.median = sorted_quantile(&s, 0.5);
	t->length.max = sorted_quantile(&s, 1);
	t->length.mean = sum / (double)s.n;
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

static void fill_characters(struct text_profile *t, const struct text_scan *s, struct arena *a)
{
	fill_scripts(t, s->scripts, a);
	t->letters = s->classes[LETTER] + s->classes[MARK];
	t->digits = s->classes[DIGIT];
	t->spaces = s->classes[SPACE];
	t->punctuation = s->classes[PUNCTUATION];
	t->other = s->classes[OTHER];
	t->empty = s->empty;
	t->surrounding_space = s->surrounding_space;
}

static void scan_item(struct text_scan *s, struct lengths *l, struct str v, int64_t count)
{
	lengths_add(l, text_scan_add(s, v.p, v.n, count), count);
}

/* All rows, where different texts are too many to be kept. */
static void scan_rows(struct text_scan *s, struct lengths *l, const struct work *w)
{
	for (int64_t i = 0; i < table_nbatches(w->table); i++) {
		const struct batch *b = table_batch(w->table, i);
		const struct column *c = &b->cols[w->var->col];
		for (int64_t row = 0; row < b->rows; row++)
			if (column_has(c, row))
				scan_item(s, l, column_str(c, row), 1);
	}
}

struct text_profile *text_new(struct work *w)
{
	struct text_profile *t = arena_alloc(w->arena, sizeof *t);
	struct text_scan s;
	struct lengths l = { .shorts = mem_calloc(SHORT_TEXT, sizeof *l.shorts) };
	bool words = w->var->type != VARIABLE_IDENTIFIER;
	text_scan_init(&s, words);
	for (size_t i = 0; i < w->levels.n && !w->out->approximate; i++) {
		const struct strcount *c = &w->levels.items[i];
		scan_item(&s, &l, (struct str){ c->p, c->n }, c->count);
	}
	if (w->out->approximate)
		scan_rows(&s, &l, w);
	text_scan_end(&s);
	fill_lengths(t, w, &l);
	t->words.total = words ? s.words_total : -1;
	t->words.mean = words ? (double)t->words.total / (double)w->out->count : NAN;
	t->words.distinct = !words || s.words.refused ? -1 : (int64_t)s.words.n;
	t->words.top = top_levels(&s.words, TOP_WORDS, &t->words.ntop, w->arena);
	t->patterns = top_levels(&s.patterns, TOP_PATTERNS, &t->npatterns, w->arena);
	fill_characters(t, &s, w->arena);
	t->samples = arena_calloc(w->arena, SAMPLES, sizeof *t->samples);
	t->nsamples = pick_values(w, t->samples, SAMPLES);
	text_scan_free(&s);
	free(l.shorts);
	free(l.longs);
	return t;
}
