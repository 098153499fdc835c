/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of arrays: what a fold uses that keeps every value. A batch fills one chunk, merging
 * two accumulators links their lists, so that collecting n values costs n and not n log n.
 */
#include "profile/column_int.h"

#include <stdlib.h>

void *chunk_new(struct chunks *c, size_t cap, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(cap, size, &bytes) ||
		__builtin_add_overflow(bytes, sizeof(struct chunk), &bytes))
		bytes = SIZE_MAX; /* more than there is: mem_alloc ends the process */
	struct chunk *k = mem_alloc(bytes);
	k->next = NULL;
	k->n = 0;
	if (c->tail)
		c->tail->next = k;
	else
		c->head = k;
	c->tail = k;
	return chunk_items(k);
}

void chunk_close(struct chunks *c, size_t n)
{
	c->tail->n = n;
	c->n += n;
}

/* Items follow the head, whose size is a multiple of their alignment. */
void *chunk_items(struct chunk *c)
{
	_Static_assert(sizeof(struct chunk) % sizeof(uint64_t) == 0, "items are aligned");
	return c + 1;
}

void chunks_link(struct chunks *left, struct chunks *right)
{
	if (!right->head)
		return;
	if (left->tail)
		left->tail->next = right->head;
	else
		left->head = right->head;
	left->tail = right->tail;
	left->n += right->n;
	*right = (struct chunks){ 0 };
}

void chunks_free(struct chunks *c)
{
	for (struct chunk *k = c->head, *next; k; k = next) {
		next = k->next;
		free(k);
	}
	*c = (struct chunks){ 0 };
}
