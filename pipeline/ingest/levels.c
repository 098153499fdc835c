/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The different values of a text column, numbered in order of first appearance. Gives up when
 * there are more than a dictionary may hold. */
#include "ingest/ingest_int.h"

#include <stdlib.h>
#include <string.h>

enum { MAX_BYTES = 256 << 20 };   /* of all values together */

struct levels {
	struct buf bytes;
	int32_t *offsets;          /* [n + 1] */
	uint32_t *hashes;          /* [n] */
	int32_t *slots;            /* code + 1; 0: free */
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
	l->hashes = mem_calloc((size_t)l->cap, sizeof *l->hashes);
	l->slots = mem_calloc(l->mask + 1, sizeof *l->slots);
	return l;
}

void levels_free(struct levels *l)
{
	if (!l)
		return;
	buf_free(&l->bytes);
	free(l->offsets);
	free(l->hashes);
	free(l->slots);
	free(l);
}

static uint32_t hash(struct str s)
{
	uint64_t h = hash64(s.p, s.n, 0);
	return (uint32_t)(h ^ h >> 32);
}

/* The slot of the value, or the free slot where it belongs. */
static int32_t *slot(const struct levels *l, struct str s, uint32_t h)
{
	for (size_t i = h & l->mask;; i = (i + 1) & l->mask) {
		int32_t code = l->slots[i] - 1;
		if (code < 0)
			return &l->slots[i];
		int32_t from = l->offsets[code];
		if (l->hashes[code] == h && (size_t)(l->offsets[code + 1] - from) == s.n &&
			memcmp(l->bytes.p + from, s.p, s.n) == 0)
			return &l->slots[i];
	}
}

static void grow(struct levels *l)
{
	l->cap *= 2;
	l->offsets = mem_realloc(l->offsets, (size_t)l->cap + 1, sizeof *l->offsets);
	l->hashes = mem_realloc(l->hashes, (size_t)l->cap, sizeof *l->hashes);
	l->mask = 4 * (size_t)l->cap - 1;
	free(l->slots);
	l->slots = mem_calloc(l->mask + 1, sizeof *l->slots);
	for (int32_t code = 0; code < l->n; code++) {
		size_t i = l->hashes[code] & l->mask;
		while (l->slots[i])
			i = (i + 1) & l->mask;
		l->slots[i] = code + 1;
	}
}

static void give_up(struct levels *l)
{
	l->full = true;
	buf_free(&l->bytes);
	free(l->offsets);
	free(l->hashes);
	free(l->slots);
	l->offsets = l->slots = NULL;
	l->hashes = NULL;
}

int32_t levels_add(struct levels *l, struct str s)
{
	if (l->full)
		return -1;
	uint32_t h = hash(s);
	int32_t *at = slot(l, s, h);
	if (*at)
		return *at - 1;
	if (l->n == MAX_LEVELS || l->bytes.n + s.n > MAX_BYTES) {
		give_up(l);
		return -1;
	}
	if (l->n == l->cap) {
		grow(l);
		at = slot(l, s, h);
	}
	buf_put(&l->bytes, s.p, s.n);
	l->hashes[l->n] = h;
	l->offsets[l->n + 1] = (int32_t)l->bytes.n;
	*at = ++l->n;
	return l->n - 1;
}

int32_t levels_find(const struct levels *l, struct str s)
{
	return l->full ? -1 : *slot(l, s, hash(s)) - 1;
}

int32_t levels_count(const struct levels *l)
{
	return l->full ? -1 : l->n;
}

int levels_write(const struct levels *l, struct table_writer *w, int col, struct err *e)
{
	return table_writer_dict(w, col, l->offsets, l->bytes.p ? l->bytes.p : "", l->n, e);
}
