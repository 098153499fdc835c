/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quantiles in bounded memory: the sketch of Karnin, Lang & Liberty 2016. Capacities shrink by 2/3
 * from the top level down, as there. All levels are kept sorted, because batches come sorted and
 * merging is cheap; the coins follow from the seeds of the batches and the order of merging, so the
 * same tree of merges gives the same bytes.
 */
#include "profile/sketch_int.h"

#include <stdlib.h>

enum { LEAST = 8 };            /* items that every level may hold */

static size_t capacity(const struct kll *s, int level)
{
	double c = KLL_K;
	for (int h = s->levels - 1; h > level && c > LEAST; h--)
		c *= 2.0 / 3;
	return c > LEAST ? (size_t)c : LEAST;
}

/* Puts n ascending items in front of, behind and between those of a level. */
static void level_merge(struct kll_level *l, const uint64_t *v, size_t n)
{
	if (!n)
		return;
	l->v = mem_realloc(l->v, l->n + n, sizeof *l->v);
	size_t a = l->n, b = n, to = l->n + n;
	while (b) {
		bool ours = a && l->v[a - 1] > v[b - 1];
		l->v[--to] = ours ? l->v[--a] : v[--b];
	}
	l->n += n;
}

static bool toss(struct kll *s)
{
	s->coins = key_mix(s->coins + 0x9e3779b97f4a7c15ull);
	return s->coins >> 63;
}

/* Moves every other item up. Of an odd number the first stays, so that no weight is lost. */
static void compact(struct kll *s, int h)
{
	struct kll_level *l = &s->level[h];
	size_t stay = l->n % 2, up = l->n / 2, first = stay + toss(s);
	uint64_t *out = mem_calloc(up, sizeof *out);
	for (size_t i = 0; i < up; i++)
		out[i] = l->v[first + 2 * i];
	l->n = stay;
	if (h + 1 == s->levels)
		s->levels++;
	level_merge(&s->level[h + 1], out, up);
	s->squares += ldexp(1, 2 * h);
	free(out);
}

/* Compacts the lowest level that is too full until all fits. The top level is one that can still
 * grow as long as fewer than KLL_K * 2^KLL_LEVELS values were seen. */
static void compress(struct kll *s)
{
	for (;;) {
		size_t items = 0, room = 0;
		int full = -1;
		for (int h = s->levels - 1; h >= 0; h--) {
			size_t cap = capacity(s, h);
			items += s->level[h].n;
			room += cap;
			full = s->level[h].n > cap ? h : full;
		}
		if (items <= room || full < 0 || full + 1 == KLL_LEVELS)
			return;
		compact(s, full);
	}
}

void kll_set(struct kll *s, const uint64_t *keys, size_t n, uint64_t seed)
{
	s->levels = 1;
	s->n = (int64_t)n;
	s->coins = key_mix(seed);
	level_merge(&s->level[0], keys, n);
	compress(s);
}

void kll_merge(struct kll *left, struct kll *right)
{
	left->levels = left->levels > right->levels ? left->levels : right->levels;
	left->n += right->n;
	left->squares += right->squares;
	left->coins = key_mix(left->coins + key_mix(right->coins));
	for (int h = 0; h < right->levels; h++)
		level_merge(&left->level[h], right->level[h].v, right->level[h].n);
	compress(left);
	kll_free(right);
}

void kll_free(struct kll *s)
{
	for (int h = 0; h < KLL_LEVELS; h++)
		free(s->level[h].v);
	*s = (struct kll){ 0 };
}

double kll_rank_error(const struct kll *s)
{
	/* P(|error| > t) <= 2 exp(-t^2 / (2 squares)) */
	double t = sqrt(2 * log(2 / 0.01) * s->squares);
	return s->n ? fmin(1, t / (double)s->n) : 0;
}

/* ---- the view ---------------------------------------------------------------------------- */

struct weighted {
	uint64_t key;
	int64_t weight;
};

static int by_key(const void *x, const void *y)
{
	const struct weighted *a = x, *b = y;
	return (a->key > b->key) - (a->key < b->key);
}

struct sorted kll_sorted(const struct kll *s, bool integer)
{
	size_t n = 0, runs = 0;
	for (int h = 0; h < s->levels; h++)
		n += s->level[h].n;
	struct weighted *items = mem_calloc(n + 1, sizeof *items);
	uint64_t *key = mem_calloc(n + 1, sizeof *key);
	int64_t *before = mem_calloc(n + 1, sizeof *before), sum = 0;
	n = 0;
	for (int h = 0; h < s->levels; h++)
		for (size_t i = 0; i < s->level[h].n; i++)
			items[n++] = (struct weighted){ s->level[h].v[i], INT64_C(1) << h };
	qsort(items, n, sizeof *items, by_key);
	for (size_t i = 0; i < n; i++) {
		if (!runs || key[runs - 1] != items[i].key) {
			key[runs] = items[i].key;
			before[runs++] = sum;
		}
		sum += items[i].weight;
	}
	before[runs] = sum;
	free(items);
	return (struct sorted){
		.key = key, .before = before, .runs = runs, .n = sum, .integer = integer
	};
}

/* ---- in a file --------------------------------------------------------------------------- */

void kll_save(struct buf *out, const struct kll *s)
{
	fold_put_int(out, s->n);
	fold_put_int(out, (int64_t)s->coins);
	fold_put_num(out, s->squares);
	fold_put_int(out, s->levels);
	for (int h = 0; h < s->levels; h++) {
		fold_put_int(out, (int64_t)s->level[h].n);
		fold_put_words(out, s->level[h].v, s->level[h].n);
	}
}

void kll_load(struct kll *s, struct fold_in *in)
{
	int64_t weight = 0;
	s->n = fold_get_count(in);
	s->coins = (uint64_t)fold_get_int(in);
	s->squares = fold_get_num(in);
	s->levels = (int)fold_get_below(in, KLL_LEVELS);
	for (int h = 0; h < s->levels && !in->bad; h++) {
		struct kll_level *l = &s->level[h];
		l->n = fold_get_items(in, sizeof *l->v);
		l->v = mem_calloc(l->n, sizeof *l->v);
		fold_get_words(in, l->v, l->n);
		for (size_t i = 1; i < l->n; i++)
			in->bad |= l->v[i - 1] > l->v[i];
		/* all weights add up to the values, whose number is checked to be far below 2^63 */
		in->bad |= (int64_t)l->n > (s->n - weight) >> h;
		weight += in->bad ? 0 : (int64_t)l->n << h;
	}
	in->bad |= weight != s->n || !(s->squares >= 0);
}
