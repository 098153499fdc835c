/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The different values of a text column. Threads collect some each, with the row where each value
 * appeared first; merged and sorted by it they are those of the whole column in order of first
 * appearance. A set gives up when there are more than a dictionary may hold. */
#include "ingest/ingest_int.h"

#include "ingest/words.h"

#include <stdlib.h>

enum { MAX_BYTES = 16 << 20 };    /* of all values together */

struct slot {
	uint32_t hash;
	int32_t code;              /* + 1; 0: free */
};
struct level {
	int64_t first, count;
	uint32_t hash;
};
struct levels {
	struct buf bytes;
	int32_t *offsets;          /* [n + 1] */
	struct level *v;           /* [n] */
	struct slot *slots;
	size_t mask;
	int32_t n, cap;
	bool full;
};

struct levels *levels_new(void)
{
	struct levels *l = mem_calloc(1, sizeof *l);
	l->cap = 16;
	l->mask = 63;
	l->offsets = mem_calloc((size_t)l->cap + 1, sizeof *l->offsets);
	l->v = mem_calloc((size_t)l->cap, sizeof *l->v);
	l->slots = mem_calloc(l->mask + 1, sizeof *l->slots);
	return l;
}

static void release(struct levels *l)
{
	buf_free(&l->bytes);
	free(l->offsets);
	free(l->v);
	free(l->slots);
}

void levels_free(struct levels *l)
{
	if (!l)
		return;
	release(l);
	free(l);
}

static uint32_t hash(struct str s)
{
	uint64_t h;
	if (s.n <= 16) {
		uint64_t a = word_of(s.p, s.n), b = s.n > 8 ? word_load(s.p + s.n - 8) : s.n;
		h = (a ^ b * 0x9e3779b97f4a7c15u) * 0xff51afd7ed558ccdu;
		h = (h ^ h >> 32 ^ s.n) * 0xc4ceb9fe1a85ec53u;
	} else {
		h = hash64(s.p, s.n, 0);
	}
	return (uint32_t)(h ^ h >> 32);
}

/* The slot of the value, or the free slot where it belongs. */
static struct slot *find(const struct levels *l, struct str s, uint32_t h)
{
	for (size_t i = h & l->mask;; i = (i + 1) & l->mask) {
		struct slot *at = &l->slots[i];
		if (!at->code)
			return at;
		if (at->hash != h)
			continue;
		int32_t from = l->offsets[at->code - 1], to = l->offsets[at->code];
		if ((size_t)(to - from) == s.n && words_equal(l->bytes.p + from, s.p, s.n))
			return at;
	}
}

static void put_slot(struct levels *l, uint32_t h, int32_t code)
{
	size_t i = h & l->mask;
	while (l->slots[i].code)
		i = (i + 1) & l->mask;
	l->slots[i] = (struct slot){ h, code + 1 };
}

static void grow(struct levels *l)
{
	l->cap *= 2;
	l->offsets = mem_realloc(l->offsets, (size_t)l->cap + 1, sizeof *l->offsets);
	l->v = mem_realloc(l->v, (size_t)l->cap, sizeof *l->v);
	l->mask = 4 * (size_t)l->cap - 1;
	free(l->slots);
	l->slots = mem_calloc(l->mask + 1, sizeof *l->slots);
	for (int32_t code = 0; code < l->n; code++)
		put_slot(l, l->v[code].hash, code);
}

static void give_up(struct levels *l)
{
	release(l);
	*l = (struct levels){ .full = true };
}

bool levels_add(struct levels *l, struct str s, int64_t row, int64_t count)
{
	if (l->full)
		return false;
	uint32_t h = hash(s);
	struct slot *at = find(l, s, h);
	if (at->code) {
		struct level *v = &l->v[at->code - 1];
		v->count += count;
		if (row < v->first)
			v->first = row;
		return true;
	}
	if (l->n == MAX_LEVELS || l->bytes.n + s.n > MAX_BYTES)
		return false;
	if (l->n == l->cap) {
		grow(l);
		at = find(l, s, h);
	}
	buf_put(&l->bytes, s.p, s.n);
	l->v[l->n] = (struct level){ row, count, h };
	l->offsets[l->n + 1] = (int32_t)l->bytes.n;
	*at = (struct slot){ h, ++l->n };
	return true;
}

static struct str text(const struct levels *l, int32_t code)
{
	int32_t from = l->offsets[code];
	return (struct str){ l->bytes.p + from, (size_t)(l->offsets[code + 1] - from) };
}

int32_t levels_find(const struct levels *l, struct str s)
{
	return find(l, s, hash(s))->code - 1;
}

int32_t levels_count(const struct levels *l)
{
	return l->full ? -1 : l->n;
}

struct str levels_get(const struct levels *l, int32_t code, int64_t *count)
{
	*count = l->v[code].count;
	return text(l, code);
}

void levels_settle(struct levels *l)
{
	for (int32_t i = 0; i < l->n; i++)
		l->v[i].count = 0;
}

void levels_end(struct levels *l)
{
	give_up(l);
}

void levels_merge(struct levels *left, const struct levels *right)
{
	bool fits = !right->full;
	for (int32_t code = 0; fits && code < right->n; code++)
		fits = levels_add(left, text(right, code), right->v[code].first,
			right->v[code].count);
	if (!fits)
		give_up(left);
}

static int by_first(const void *a, const void *b)
{
	int64_t x, y;              /* each the first member */
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return x < y ? -1 : x > y;
}

void levels_sort(struct levels *l)
{
	if (l->full)
		return;
	struct order {
		int64_t first;
		int32_t code;
	} *order = mem_calloc((size_t)l->n + 1, sizeof *order);
	for (int32_t i = 0; i < l->n; i++)
		order[i] = (struct order){ l->v[i].first, i };
	qsort(order, (size_t)l->n, sizeof *order, by_first);
	struct levels sorted = { .cap = l->cap, .mask = l->mask };
	sorted.offsets = mem_calloc((size_t)l->cap + 1, sizeof *sorted.offsets);
	sorted.v = mem_calloc((size_t)l->cap, sizeof *sorted.v);
	sorted.slots = mem_calloc(l->mask + 1, sizeof *sorted.slots);
	for (int32_t i = 0; i < l->n; i++) {
		struct str s = text(l, order[i].code);
		buf_put(&sorted.bytes, s.p, s.n);
		sorted.v[i] = l->v[order[i].code];
		sorted.offsets[i + 1] = (int32_t)sorted.bytes.n;
		put_slot(&sorted, sorted.v[i].hash, i);
	}
	sorted.n = l->n;
	free(order);
	release(l);
	*l = sorted;
}

int levels_write(const struct levels *l, struct table_writer *w, int col, struct err *e)
{
	return table_writer_dict(w, col, l->offsets, l->bytes.p ? l->bytes.p : "", l->n, e);
}
