/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rows that are equal by some definition: the same values (duplicates), the same columns
 * missing (combinations). Every row gets a 64-bit key; rows of one key are next to each other
 * after sorting, and an exact comparison decides between them, so that a collision of keys
 * can't make a duplicate. When keys of all rows would not fit the memory set aside, the table
 * is gone over several times, each time for a part of the keys.
 */
#include "profile/across_int.h"

#include <stdlib.h>

void row_keys_take(struct row_keys *k, const struct row_part *p, const uint64_t *key,
	int64_t first_row, int64_t rows)
{
	uint64_t parts = (uint64_t)p->parts, part = (uint64_t)p->part;
	size_t n = 0;
	for (int64_t r = 0; r < rows; r++)
		n += key[r] && key[r] % parts == part;
	struct keyed *v = chunk_new(&k->chunks, n, sizeof *v);
	chunk_close(&k->chunks, n);
	for (int64_t r = 0; r < rows; r++)
		if (key[r] && key[r] % parts == part)
			*v++ = (struct keyed){ key[r], first_row + r };
}

void row_keys_init(void *acc, const void *arg)
{
	(void)arg;
	*(struct row_keys *)acc = (struct row_keys){ 0 };
}

void row_keys_merge(void *left, void *right, const void *arg)
{
	(void)arg;
	chunks_link(&((struct row_keys *)left)->chunks, &((struct row_keys *)right)->chunks);
}

void row_keys_release(void *acc)
{
	chunks_free(&((struct row_keys *)acc)->chunks);
}

/* ---- groups ----------------------------------------------------------------------- */

static bool before(const struct row_group *a, const struct row_group *b)
{
	return a->count != b->count ? a->count > b->count : a->first < b->first;
}

static void group_add(struct row_groups *g, int most, int64_t first, int64_t count)
{
	struct row_group x = { first, count };
	g->rows += count;
	g->groups++;
	g->repeated += count > 1;
	if (g->ntop == most && !before(&x, &g->top[most - 1]))
		return;
	int i = g->ntop < most ? g->ntop++ : most - 1;
	for (; i > 0 && before(&x, &g->top[i - 1]); i--)
		g->top[i] = g->top[i - 1];
	g->top[i] = x;
}

struct order {                 /* for sorting rows of one key that are not equal */
	const struct row_equality *q;
	int64_t row;
};

static int by_cmp(const void *x, const void *y)
{
	const struct order *a = x, *b = y;
	int c = a->q->cmp(a->q->arg, a->row, b->row);
	return c ? c : (a->row > b->row) - (a->row < b->row);
}

/* Rows of equal key that turned out to differ: rare, unless somebody made them so. */
static void collision_split(const struct row_equality *q, const struct keyed *v, size_t n,
	int most, struct row_groups *out)
{
	struct order *o = mem_alloc(n * sizeof *o);
	for (size_t i = 0; i < n; i++)
		o[i] = (struct order){ q, v[i].row };
	qsort(o, n, sizeof *o, by_cmp);
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i + 1; k < n && q->cmp(q->arg, o[i].row, o[k].row) == 0; k++)
			;
		group_add(out, most, o[i].row, (int64_t)(k - i));
	}
	free(o);
}

/* The keys as one array with room for as many again, in place of the accumulator. */
static struct keyed *keys_take(struct row_keys *k, size_t *n)
{
	size_t at = 0;
	*n = k->chunks.n;
	struct keyed *v = mem_alloc((2 * *n + 1) * sizeof *v);
	for (struct chunk *c = k->chunks.head; c; at += c->n, c = c->next)
		memcpy(v + at, chunk_items(c), c->n * sizeof *v);
	row_keys_release(k);
	return v;
}

static void keys_group(const struct row_equality *q, struct keyed *v, size_t n, int most,
	struct row_groups *out)
{
	sort_keyed(v, v + n, n);
	for (size_t i = 0, end; i < n; i = end) {
		bool equal = true;
		for (end = i + 1; end < n && v[end].key == v[i].key; end++)
			equal = equal && (!q->cmp || q->cmp(q->arg, v[i].row, v[end].row) == 0);
		if (equal)
			group_add(out, most, v[i].row, (int64_t)(end - i));
		else
			collision_split(q, v + i, end - i, most, out);
	}
}

int64_t row_keys_bytes(const struct profile_options *o)
{
	int64_t most = o->precision == PRECISION_APPROXIMATE ? ROW_KEYS_FEW : ROW_KEYS_BYTES;
	int64_t share = o->memory_mb * 1000000 / 4;     /* sorting needs three times the keys */
	return !share || o->precision == PRECISION_EXACT || most < share ? most : share;
}

void rows_group(const struct table *t, const struct row_equality *q, int most,
	struct row_groups *out, int threads, struct arena *a)
{
	int64_t bytes = table_nrows(t) * (int64_t)sizeof(struct keyed);
	int parts = (int)(bytes / q->bytes) + 1, passes = q->passes && q->passes < parts ? q->passes : parts;
	q->part->parts = parts;
	*out = (struct row_groups){ .top = arena_calloc(a, (size_t)most, sizeof *out->top),
		.share = (double)passes / parts };
	for (q->part->part = 0; q->part->part < passes; q->part->part++) {
		struct fold f = { .ops = q->ops, .arg = q->arg };
		fold_run(t, &f, 1, threads);
		size_t n;
		struct keyed *v = keys_take(f.acc, &n);
		fold_release(&f, 1);
		keys_group(q, v, n, most, out);
		free(v);
	}
}
