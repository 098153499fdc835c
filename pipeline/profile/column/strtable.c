/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts by text: the levels of a column, the words of its texts, their patterns. The items stay
 * in the order in which they were first seen, so no order of hashes reaches a result.
 *
 * A column may have millions of different texts, and then every look into memory is a wait. So a
 * slot says enough of the hash that a text is looked at only where it is all but certain to be
 * the same, slots lie in the order of their hashes, so that growing reads and writes straight
 * ahead, and texts that come many at a time are looked up while those before are being counted.
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

static size_t home(const struct strtable *t, uint32_t tag)
{
	return (size_t)((uint64_t)tag << t->bits >> 32);
}

static size_t next(const struct strtable *t, size_t at)
{
	return (at + 1) & (((size_t)1 << t->bits) - 1);
}

static struct strslot *slots_new(size_t n)
{
	struct strslot *slots = mem_large(n * sizeof *slots);
	return memset(slots, 0, n * sizeof *slots);
}

/* Three of four slots may be taken. */
static void grow(struct strtable *t, int bits)
{
	struct strslot *old = t->slots;
	size_t n = old ? (size_t)1 << t->bits : 0;
	t->bits = bits;
	t->slots = slots_new((size_t)1 << bits);
	for (size_t i = 0; i < n; i++) {
		if (!old[i].item)
			continue;
		size_t at = home(t, old[i].tag);
		while (t->slots[at].item)
			at = next(t, at);
		t->slots[at] = old[i];
	}
	free(old);
}

static bool full(const struct strtable *t)
{
	return !t->slots || t->n >= ((size_t)3 << t->bits) / 4;
}

void strtable_expect(struct strtable *t, size_t n)
{
	int bits = 6;
	while (bits < 32 && ((size_t)3 << bits) / 4 <= n)
		bits++;
	if (!t->slots || bits > t->bits)
		grow(t, bits);
}

static bool equal(const struct strcount *c, const char *p, size_t n)
{
	uint64_t a, b;
	if (c->n != n)
		return false;
	if (n < sizeof a || n > 2 * sizeof a)
		return memcmp(c->p, p, n) == 0;
	memcpy(&a, c->p, sizeof a);
	memcpy(&b, p, sizeof b);
	if (a != b)
		return false;
	memcpy(&a, c->p + n - sizeof a, sizeof a);
	memcpy(&b, p + n - sizeof b, sizeof b);
	return a == b;
}

static size_t add(struct strtable *t, const char *p, size_t n, uint32_t tag, int64_t count)
{
	if (full(t) && t->bits < 32)
		grow(t, t->slots ? t->bits + (t->bits < 16 ? 2 : 1) : 6);
	size_t at = home(t, tag);
	for (; t->slots[at].item; at = next(t, at)) {
		struct strcount *c = &t->items[t->slots[at].item - 1];
		if (t->slots[at].tag == tag && equal(c, p, n)) {
			c->count += count;
			return t->slots[at].item - 1;
		}
	}
	if ((t->max && t->n == t->max) || t->n == UINT32_MAX - 1) {
		t->refused += count;
		return SIZE_MAX;
	}
	if (t->n == t->cap) {
		t->cap = t->cap ? 2 * t->cap : 64;
		t->items = mem_realloc(t->items, t->cap, sizeof *t->items);
	}
	if (t->copies)
		p = arena_strndup(t->copies, p, n);
	t->items[t->n] = (struct strcount){ .p = p, .n = (uint32_t)n, .count = count };
	t->slots[at] = (struct strslot){ tag, (uint32_t)++t->n };
	return t->n - 1;
}

size_t strtable_add(struct strtable *t, const char *p, size_t n, uint64_t hash, int64_t count)
{
	return add(t, p, n, strtable_tag(hash), count);
}

/* Asks for what adding a text will look at: first its slot, later the item that is likely to be
 * found there, then the text of that. Only hints. */
static void ask_slot(const struct strtable *t, uint32_t tag)
{
	__builtin_prefetch(&t->slots[home(t, tag)]);
}

static void ask_item(const struct strtable *t, uint32_t tag)
{
	struct strslot s = t->slots[home(t, tag)];
	if (s.item && s.tag == tag)
		__builtin_prefetch(&t->items[s.item - 1], 1);
}

static void ask_text(const struct strtable *t, uint32_t tag)
{
	struct strslot s = t->slots[home(t, tag)];
	if (s.item && s.tag == tag)
		__builtin_prefetch(t->items[s.item - 1].p);
}

void strtable_add_all(struct strtable *t, const struct text_ref *v, size_t n)
{
	enum { SLOT = 24, ITEM = 12, TEXT = 6 };   /* so many ahead */
	strtable_expect(t, 0);
	for (size_t i = 0; i < n; i++) {
		if (i + SLOT < n)
			ask_slot(t, v[i + SLOT].tag);
		if (i + ITEM < n)
			ask_item(t, v[i + ITEM].tag);
		if (i + TEXT < n)
			ask_text(t, v[i + TEXT].tag);
		add(t, v[i].p, v[i].n, v[i].tag, 1);
	}
}

static const struct waiting *queue_at(const struct strqueue *q, size_t i)
{
	return &q->v[i % QUEUE_LENGTH];
}

static void queue_step(struct strqueue *q)
{
	const struct waiting *w = queue_at(q, q->out++);
	add(q->table, w->text, w->n, w->tag, w->count);
}

void strqueue_add(struct strqueue *q, const char *p, size_t n, int64_t count)
{
	enum { ITEM = QUEUE_LENGTH / 2, TEXT = QUEUE_LENGTH * 3 / 4 };
	uint64_t hash = hash64(p, n, 0);
	if (n > QUEUE_TEXT) {      /* the order is kept */
		strqueue_end(q);
		strtable_add(q->table, p, n, hash, count);
		return;
	}
	strtable_expect(q->table, 0);
	if (q->in - q->out == QUEUE_LENGTH)
		queue_step(q);
	struct waiting *w = &q->v[q->in++ % QUEUE_LENGTH];
	memcpy(w->text, p, n);
	w->n = (uint32_t)n;
	w->tag = strtable_tag(hash);
	w->count = count;
	ask_slot(q->table, w->tag);
	if (q->in - q->out > ITEM)
		ask_item(q->table, queue_at(q, q->in - 1 - ITEM)->tag);
	if (q->in - q->out > TEXT)
		ask_text(q->table, queue_at(q, q->in - 1 - TEXT)->tag);
}

void strqueue_end(struct strqueue *q)
{
	while (q->out < q->in)
		queue_step(q);
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
