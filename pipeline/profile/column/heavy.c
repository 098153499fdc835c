/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The commonest values of a column in bounded memory, with a bound on what was left out. */
#include "profile/sketch_int.h"

#include <stdlib.h>

static int text_order(const struct heavy_item *a, const struct heavy_item *b)
{
	return a->p && b->p ? str_cmp((struct str){ a->p, a->n }, (struct str){ b->p, b->n }) : 0;
}

static int by_value(const void *x, const void *y)
{
	const struct heavy_item *a = x, *b = y;
	return a->key != b->key ? (a->key > b->key) - (a->key < b->key) : text_order(a, b);
}

/* Most frequent first; numbers then by value, texts by bytes. */
static bool ahead(const struct heavy_item *a, const struct heavy_item *b)
{
	if (a->count != b->count)
		return a->count > b->count;
	return a->p ? text_order(a, b) < 0 : a->key < b->key;
}

/* What the first value that is too many has in counts goes off all; gives how many are left. */
static size_t trim(struct heavy_item *v, size_t n, int64_t *error)
{
	if (n <= HEAVY_MAX)
		return n;
	uint64_t *counts = mem_calloc(2 * n, sizeof *counts);
	for (size_t i = 0; i < n; i++)
		counts[i] = (uint64_t)v[i].count;
	sort_keys(counts, counts + n, n);
	int64_t off = (int64_t)counts[n - 1 - HEAVY_MAX];
	free(counts);
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		if (v[i].count <= off)
			continue;
		v[kept] = v[i];
		v[kept++].count -= off;
	}
	*error += off;
	return kept;
}

static void keep(struct heavy *h, const struct heavy_item *items, size_t n)
{
	h->n = n;
	h->v = n ? mem_alloc(n * sizeof *h->v) : NULL;
	if (n)
		memcpy(h->v, items, n * sizeof *h->v);
}

void heavy_set(struct heavy *h, struct heavy_item *items, size_t n)
{
	n = trim(items, n, &h->error);
	if (n)
		qsort(items, n, sizeof *items, by_value);
	keep(h, items, n);
}

void heavy_merge(struct heavy *left, struct heavy *right)
{
	struct heavy_item *both = mem_calloc(left->n + right->n + 1, sizeof *both);
	size_t n = 0, l = 0, r = 0;
	while (l < left->n || r < right->n) {
		int order = l == left->n ? 1 : r == right->n ? -1
						    : by_value(&left->v[l], &right->v[r]);
		both[n] = order <= 0 ? left->v[l++] : right->v[r++];
		if (order == 0)
			both[n].count += right->v[r++].count;
		n++;
	}
	left->error += right->error;
	n = trim(both, n, &left->error);
	free(left->v);
	keep(left, both, n);
	free(both);
	chunks_link(&left->bytes, &right->bytes);
	heavy_free(right);
}

void heavy_free(struct heavy *h)
{
	free(h->v);
	chunks_free(&h->bytes);
	*h = (struct heavy){ 0 };
}

size_t heavy_top(const struct heavy *h, size_t *out, size_t max)
{
	size_t n = 0;
	for (size_t i = 0; max && i < h->n; i++) {
		if (h->v[i].count <= h->error || (n == max && !ahead(&h->v[i], &h->v[out[n - 1]])))
			continue;
		size_t at = n < max ? n++ : n - 1;
		for (; at && ahead(&h->v[i], &h->v[out[at - 1]]); at--)
			out[at] = out[at - 1];
		out[at] = i;
	}
	return n;
}

void heavy_save(struct buf *out, const struct heavy *h)
{
	fold_put_int(out, h->error);
	fold_put_int(out, (int64_t)h->n);
	for (size_t i = 0; i < h->n; i++) {
		fold_put_int(out, (int64_t)h->v[i].key);
		fold_put_int(out, h->v[i].count);
		if (h->v[i].p)
			fold_put_text(out, h->v[i].p, h->v[i].n);
	}
}

/* Texts are copied behind each other: at most as many bytes as there are to read. */
void heavy_load(struct heavy *h, struct fold_in *in, bool texts)
{
	h->error = fold_get_count(in);
	h->n = fold_get_items(in, 2 * sizeof(int64_t));
	h->v = mem_calloc(h->n, sizeof *h->v);
	char *bytes = NULL;
	size_t used = 0;
	if (texts)
		bytes = chunk_new(&h->bytes, (size_t)(in->end - in->p) + 1, 1);
	for (size_t i = 0; i < h->n; i++) {
		struct heavy_item *item = &h->v[i];
		item->key = (uint64_t)fold_get_int(in);
		item->count = fold_get_count(in);
		if (texts) {
			struct str s = fold_get_text(in);
			item->p = bytes + used;
			item->n = s.n;
			if (s.n)
				memcpy(bytes + used, s.p, s.n);
			used += s.n;
		}
		in->bad |= i && by_value(item - 1, item) >= 0;
	}
	if (texts)
		chunk_close(&h->bytes, used);
	in->bad |= h->n > HEAVY_MAX;
}
