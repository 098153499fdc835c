/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The different values of a text column. Threads collect some each, with the row where each value
 * appeared first; merged and sorted by it they are those of the whole column in order of first
 * appearance. A set gives up when there are more than a dictionary may hold. */
#include "ingest/ingest_int.h"

#include "ingest/value/words.h"

#include <stdlib.h>

enum { MAX_BYTES = 16 << 20 };    /* of all values together */

struct slot {
	struct word_pair w;        /* the beginning */
	uint32_t n;
	int32_t code;              /* + 1; 0: free */
};
struct level {
	int64_t first, count;
	enum level_kind kind;
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

static inline uint32_t hash(struct str s, struct word_pair w)
{
	uint64_t h = s.n > 16 ? hash64(s.p, s.n, 0) : w.a ^ w.b * 0x9e3779b97f4a7c15u;
	h = (h ^ h >> 32 ^ s.n) * 0xff51afd7ed558ccdu;
	return (uint32_t)(h >> 32);
}

/* The slot of the value, or the free slot where it belongs. Up to 16 bytes are compared by w. */
static inline struct slot *find_from(const struct levels *l, size_t i, struct str s,
	struct word_pair w)
{
	for (;; i = (i + 1) & l->mask) {
		struct slot *at = &l->slots[i];
		if (!at->code)
			return at;
		if (at->w.a == w.a && at->w.b == w.b && at->n == s.n && (s.n <= 16 ||
			memcmp(l->bytes.p + l->offsets[at->code - 1], s.p, s.n) == 0))
			return at;
	}
}

static inline struct slot *find(const struct levels *l, struct str s, struct word_pair w)
{
	return find_from(l, hash(s, w) & l->mask, s, w);
}

/* Finds some cells that need not be trimmed, at most SOME of them; how many. The slots of all are
 * asked for before the first is needed, as most are not in the nearest cache. */
enum { SOME = 16 };
static inline int find_some(const struct levels *l, const struct str *cells, int64_t n,
	bool padded, struct slot *found[SOME])
{
	struct word_pair w[SOME];
	size_t at[SOME];
	int k = 0;
	for (; k < SOME && k < n && cell_plain(cells[k]); k++) {
		w[k] = word_pair(cells[k], padded);
		at[k] = hash(cells[k], w[k]) & l->mask;
		__builtin_prefetch(&l->slots[at[k]]);
	}
	for (int i = 0; i < k; i++)
		found[i] = find_from(l, at[i], cells[i], w[i]);
	return k;
}

static struct str text(const struct levels *l, int32_t code)
{
	int32_t from = l->offsets[code];
	return (struct str){ l->bytes.p + from, (size_t)(l->offsets[code + 1] - from) };
}

static void slots_fill(struct levels *l)
{
	/* roomy where that costs little: what is found at once can be foretold */
	l->mask = (size_t)l->cap * (l->cap <= 1024 ? 8 : 2) - 1;
	l->slots = mem_calloc(l->mask + 1, sizeof *l->slots);
	for (int32_t code = 0; code < l->n; code++) {
		struct str s = text(l, code);
		struct word_pair w = word_pair(s, false);
		*find(l, s, w) = (struct slot){ w, (uint32_t)s.n, code + 1 };
	}
}

static void grow(struct levels *l)
{
	l->cap *= 2;
	l->offsets = mem_realloc(l->offsets, (size_t)l->cap + 1, sizeof *l->offsets);
	l->v = mem_realloc(l->v, (size_t)l->cap, sizeof *l->v);
	free(l->slots);
	slots_fill(l);
}

struct levels *levels_new(void)
{
	struct levels *l = mem_calloc(1, sizeof *l);
	l->cap = 16;
	l->offsets = mem_calloc((size_t)l->cap + 1, sizeof *l->offsets);
	l->v = mem_calloc((size_t)l->cap, sizeof *l->v);
	slots_fill(l);
	return l;
}

static void give_up(struct levels *l)
{
	release(l);
	*l = (struct levels){ .full = true };
}

bool levels_add(struct levels *l, struct str s, bool padded, int64_t row, int64_t count,
	enum level_kind kind)
{
	if (l->full)
		return false;
	struct word_pair w = word_pair(s, padded);
	struct slot *at = find(l, s, w);
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
		at = find(l, s, w);
	}
	buf_put(&l->bytes, s.p, s.n);
	l->v[l->n] = (struct level){ row, count, kind };
	l->offsets[l->n + 1] = (int32_t)l->bytes.n;
	*at = (struct slot){ w, (uint32_t)s.n, ++l->n };
	return true;
}

int64_t levels_count_run(struct levels *l, const struct str *cells, int64_t n, bool padded,
	int64_t row, int64_t *weak)
{
	if (l->full)
		return 0;
	struct slot *found[SOME];
	/* the first alone: it may be a new value */
	for (int64_t i = 0, most = 1;; most = SOME) {
		int some = find_some(l, cells + i, n - i < most ? n - i : most, padded, found);
		for (int k = 0; k < some; k++, i++) {
			struct level *v = found[k]->code ? &l->v[found[k]->code - 1] : NULL;
			if (!v || v->kind == LEVEL_SHAPED)
				return i;
			v->count += v->kind == LEVEL_PLAIN;
			*weak += v->kind == LEVEL_WEAK;
			if (row + i < v->first)
				v->first = row + i;
		}
		if (some < most)
			return i;
	}
}

int64_t levels_find_run(const struct levels *l, const struct str *cells, int64_t n, bool padded,
	const bool *but, int32_t *codes)
{
	struct slot *found[SOME];
	for (int64_t i = 0;;) {
		int some = find_some(l, cells + i, n - i, padded, found);
		for (int k = 0; k < some; k++, i++) {
			int32_t code = found[k]->code - 1;
			if (code < 0 || but[code])
				return i;
			codes[i] = code;
		}
		if (some < SOME)
			return i;
	}
}

int32_t levels_find(const struct levels *l, struct str s)
{
	return find(l, s, word_pair(s, false))->code - 1;
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
		fits = levels_add(left, text(right, code), false, right->v[code].first,
			right->v[code].count, right->v[code].kind);
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
	struct levels sorted = { .cap = l->cap, .n = l->n };
	sorted.offsets = mem_calloc((size_t)l->cap + 1, sizeof *sorted.offsets);
	sorted.v = mem_calloc((size_t)l->cap, sizeof *sorted.v);
	for (int32_t i = 0; i < l->n; i++) {
		struct str s = text(l, order[i].code);
		buf_put(&sorted.bytes, s.p, s.n);
		sorted.v[i] = l->v[order[i].code];
		sorted.offsets[i + 1] = (int32_t)sorted.bytes.n;
	}
	slots_fill(&sorted);
	free(order);
	release(l);
	*l = sorted;
}

int levels_write(const struct levels *l, struct table_writer *w, int col, struct err *e)
{
	return table_writer_dict(w, col, l->offsets, l->bytes.p ? l->bytes.p : "", l->n, e);
}
