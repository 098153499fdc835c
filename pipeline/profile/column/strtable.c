/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts by text: the levels of a column, the words of its texts, their patterns. Open
 * addressing; the items stay in the order in which they were first seen, so no order of hashes
 * reaches a result.
 */
#include "profile/column_int.h"

#include <stdlib.h>

void strtable_init(struct strtable *t, size_t max, struct arena *copies)
{
	*t = (struct strtable){ .max = max, .copies = copies };
}

void strtable_free(struct strtable *t)
{
	free(t->items);
	free(t->slots);
	*t = (struct strtable){ 0 };
}

static void place(struct strtable *t, uint32_t item)
{
	size_t mask = t->nslots - 1, at = (size_t)t->items[item].hash & mask;
	while (t->slots[at])
		at = (at + 1) & mask;
	t->slots[at] = item + 1;
}

static void grow(struct strtable *t)
{
	t->cap = t->cap ? 2 * t->cap : 64;
	t->items = mem_realloc(t->items, t->cap, sizeof *t->items);
	free(t->slots);
	t->nslots = 2 * t->cap;
	t->slots = mem_calloc(t->nslots, sizeof *t->slots);
	for (size_t i = 0; i < t->n; i++)
		place(t, (uint32_t)i);
}

size_t strtable_add(struct strtable *t, const char *p, size_t n, uint64_t hash, int64_t count)
{
	size_t mask = t->nslots - 1;
	for (size_t at = (size_t)hash & mask; t->nslots && t->slots[at]; at = (at + 1) & mask) {
		struct strcount *c = &t->items[t->slots[at] - 1];
		if (c->hash == hash && c->n == n && memcmp(c->p, p, n) == 0) {
			c->count += count;
			return t->slots[at] - 1;
		}
	}
	if ((t->max && t->n == t->max) || t->n == UINT32_MAX - 1) {
		t->refused += count;
		return SIZE_MAX;
	}
	if (t->n == t->cap)
		grow(t);
	if (t->copies)
		p = arena_strndup(t->copies, p, n);
	t->items[t->n] = (struct strcount){ p, n, hash, count };
	place(t, (uint32_t)t->n);
	return t->n++;
}

/* Commonest first, then byte order. */
static bool ahead(const struct strcount *l, const struct strcount *r)
{
	if (l->count != r->count)
		return l->count > r->count;
	return str_cmp((struct str){ l->p, l->n }, (struct str){ r->p, r->n }) < 0;
}

size_t strtable_top(const struct strtable *t, uint32_t *out, size_t k)
{
	size_t n = 0;
	for (uint32_t i = 0; k && i < t->n; i++) {
		if (n == k && !ahead(&t->items[i], &t->items[out[n - 1]]))
			continue;
		size_t at = n < k ? n++ : n - 1;
		for (; at && ahead(&t->items[i], &t->items[out[at - 1]]); at--)
			out[at] = out[at - 1];
		out[at] = i;
	}
	return n;
}
