/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Levels: what a column of few values is made of, and which of them may be the same. */
#include "profile/column_int.h"

#include <stdlib.h>

/* Shannon entropy in bits of counts that add up to `total`. */
static double entropy_of(const int64_t *counts, size_t n, int64_t total)
{
	struct nsum h = { 0 };
	for (size_t i = 0; i < n; i++) {
		if (!counts[i])
			continue;
		double p = (double)counts[i] / (double)total;
		nsum_add(&h, -p * log2(p));
	}
	return nsum_value(&h);
}

static double imbalance_at(double entropy, size_t n)
{
	double v = 1 - entropy / log2((double)n);
	return v < 0 ? 0 : v; /* rounding, where all are equal */
}

double imbalance_of(const int64_t *counts, size_t n)
{
	int64_t total = 0;
	for (size_t i = 0; i < n; i++)
		total += counts[i];
	if (n < 2 || !total)
		return NAN;
	return imbalance_at(entropy_of(counts, n, total), n);
}

/* ---- near duplicates --------------------------------------------------------------------- */

/* Punctuation that can be dropped without changing what is meant: not a sign (A+, A-, C#), not
 * what stands before a digit (1.5 and 15, 10-19 and 1019). */
static bool droppable(uint32_t cp, const char *after, const char *end)
{
	if (cp == '-')
		return after < end && !(*after >= '0' && *after <= '9');
	if (!strchr(".,;:'\"_/()*&", (int)cp))
		return false;
	return after == end || !(*after >= '0' && *after <= '9');
}

/* The level without case, blanks and droppable punctuation; the level itself if nothing would
 * be left. */
static void folded_key(struct buf *key, const char *p, size_t n)
{
	const char *end = p + n, *start = p;
	buf_clear(key);
	while (p < end) {
		int script;
		uint32_t cp =
			(unsigned char)*p < 0x80 ? (unsigned char)*p++ : utf8_next(&p, end);
		enum letter_class cls = letter_class(cp, &script);
		if (cls == SPACE || (cls == PUNCTUATION && cp < 0x80 && droppable(cp, p, end)))
			continue;
		cp = letter_fold(cp);
		if (cp < 0x80)
			buf_putc(key, (char)cp);
		else
			utf8_put(key, cp);
	}
	if (!key->n)
		buf_put(key, start, n);
}

/* A level and the number of its folded key. */
struct folded {
	struct strcount level;
	uint32_t key;
};

static int by_key_then_count(const void *a, const void *b)
{
	const struct folded *x = a, *y = b;
	const struct strcount *l = &x->level, *r = &y->level;
	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	if (l->count != r->count)
		return l->count < r->count ? 1 : -1;
	return str_cmp((struct str){ l->p, l->n }, (struct str){ r->p, r->n });
}

static struct level level_of(const struct strcount *c, struct arena *a)
{
	return (struct level){ clean_text(a, c->p, c->n), c->count };
}

static void near_add(struct category_profile *c, const struct folded *group, int n,
	int64_t max, struct arena *a)
{
	c->near_groups++;
	if (c->nnear >= max)
		return;
	if (n > max)
		n = (int)max;
	struct near_duplicate *d = &c->near[c->nnear++];
	d->levels = arena_calloc(a, (size_t)n, sizeof *d->levels);
	d->n = n;
	for (int i = 0; i < n; i++)
		d->levels[i] = level_of(&group[i].level, a);
	d->proposed = d->levels[0].value;
}

/* Gives the number of the folded key of each level. */
static uint32_t *number_keys(struct strtable *folded, const struct strtable *t)
{
	struct buf key = { 0 };
	uint32_t *number = mem_calloc(t->n, sizeof *number);
	for (size_t i = 0; i < t->n; i++) {
		folded_key(&key, t->items[i].p, t->items[i].n);
		number[i] = (uint32_t)strtable_add(
			folded, buf_str(&key), key.n, hash64(buf_str(&key), key.n, 0), 1);
	}
	buf_free(&key);
	return number;
}

/* Those levels that share a key are sorted by it, so that they stand together. */
static void fill_near(
	struct category_profile *c, const struct strtable *t, int64_t max, struct arena *a)
{
	struct arena *copies = arena_new();
	struct strtable keys;
	strtable_init(&keys, 0, copies);
	uint32_t *number = number_keys(&keys, t);
	size_t n = 0;
	for (size_t i = 0; i < t->n; i++)
		n += keys.items[number[i]].count > 1;
	struct folded *shared = mem_calloc(n, sizeof *shared);
	n = 0;
	for (size_t i = 0; i < t->n; i++)
		if (keys.items[number[i]].count > 1)
			shared[n++] = (struct folded){ t->items[i], number[i] };
	qsort(shared, n, sizeof *shared, by_key_then_count);
	c->near = arena_calloc(a, (size_t)max, sizeof *c->near);
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && shared[to].key == shared[from].key;)
			to++;
		near_add(c, &shared[from], (int)(to - from), max, a);
	}
	free(shared);
	free(number);
	strtable_free(&keys);
	arena_free(copies);
}

/* ---- the block --------------------------------------------------------------------------- */

static void fill_shares(
	struct category_profile *c, const int64_t *counts, size_t n, int64_t total)
{
	int64_t listed = 0, most = 0;
	for (int i = 0; i < c->n; i++)
		listed += c->levels[i].count;
	for (size_t i = 0; i < n; i++)
		most = counts[i] > most ? counts[i] : most;
	c->other_levels = (int64_t)n - c->n;
	c->other_count = total - listed;
	c->entropy_bits = entropy_of(counts, n, total);
	c->imbalance = n < 2 ? NAN : imbalance_at(c->entropy_bits, n);
	c->dominance = (double)most / (double)total;
}

struct category_profile *category_of_texts(struct work *w)
{
	struct category_profile *c = arena_alloc(w->arena, sizeof *c);
	const struct strtable *t = &w->levels;
	size_t max = (size_t)w->options->max_levels;
	uint32_t *top = mem_calloc(max, sizeof *top);
	int64_t *counts = mem_calloc(t->n, sizeof *counts);
	c->n = (int)strtable_top(t, top, max);
	c->levels = arena_calloc(w->arena, (size_t)c->n, sizeof *c->levels);
	for (int i = 0; i < c->n; i++)
		c->levels[i] = level_of(&t->items[top[i]], w->arena);
	for (size_t i = 0; i < t->n; i++)
		counts[i] = t->items[i].count;
	fill_shares(c, counts, t->n, w->out->count);
	fill_near(c, t, w->options->max_levels, w->arena);
	if (!w->var->semantic || strcmp(w->var->semantic, "country") == 0)
		spellings_find(c, t, w->options->max_levels, w->arena);
	free(counts);
	free(top);
	return c;
}

struct category_profile *category_of_integers(struct work *w)
{
	struct category_profile *c = arena_alloc(w->arena, sizeof *c);
	const struct sorted *s = &w->sorted;
	size_t max = (size_t)w->options->max_levels;
	size_t *top = mem_calloc(max, sizeof *top);
	int64_t *counts = mem_calloc(s->runs, sizeof *counts);
	c->coded = true;
	c->n = sorted_common(s, top, (int)max);
	c->levels = arena_calloc(w->arena, (size_t)c->n, sizeof *c->levels);
	for (int i = 0; i < c->n; i++) {
		const char *text =
			arena_printf(w->arena, "%lld", (long long)int_of_key(s->key[top[i]]));
		c->levels[i] = (struct level){ text, sorted_count(s, top[i]) };
	}
	for (size_t i = 0; i < s->runs; i++)
		counts[i] = sorted_count(s, i);
	fill_shares(c, counts, s->runs, s->n);
	free(counts);
	free(top);
	return c;
}

struct boolean_profile *boolean_new(struct work *w)
{
	struct boolean_profile *b = arena_alloc(w->arena, sizeof *b);
	*b = (struct boolean_profile){ .yes = w->bits.yes, .no = w->bits.no };
	b->imbalance = imbalance_of((int64_t[]){ b->yes, b->no }, 2);
	return b;
}
