/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folds across columns as bytes. Their sizes follow from their arguments, so only what is in them
 * is written, and what is read must fit. */
#include "profile/across_int.h"

void spread_save(struct buf *out, const void *acc, const void *arg)
{
	const struct spread *s = acc;
	(void)arg;
	fold_put_int(out, s->n);
	fold_put_num(out, s->mean);
	fold_put_num(out, s->m2);
}

void spread_load(void *acc, const void *arg, struct fold_in *in)
{
	struct spread *s = acc;
	(void)arg;
	s->n = fold_get_count(in);
	s->mean = fold_get_num(in);
	s->m2 = fold_get_num(in);
}

void lane_sums_save(struct buf *out, const void *acc, const void *arg)
{
	const struct lane_sums *s = acc;
	(void)arg;
	fold_put_words(out, s->v, s->size * LANES);
}

void lane_sums_load(void *acc, const void *arg, struct fold_in *in)
{
	struct lane_sums *s = acc;
	(void)arg;
	fold_get_words(in, s->v, s->size * LANES);
}

enum { PAIR_WORDS = sizeof(struct pair_sums) / sizeof(double) };

void pearson_row_save(struct buf *out, const void *acc, const void *arg)
{
	const struct pearson_row_arg *p = arg;
	fold_put_words(out, *(struct pair_sums *const *)acc, (size_t)p->n * PAIR_WORDS);
}

void pearson_row_load(void *acc, const void *arg, struct fold_in *in)
{
	const struct pearson_row_arg *p = arg;
	fold_get_words(in, *(struct pair_sums **)acc, (size_t)p->n * PAIR_WORDS);
}

void counts_save(struct buf *out, const void *acc, const void *arg)
{
	const struct counts *c = acc;
	(void)arg;
	fold_put_words(out, c->v, c->size);
}

void counts_load(void *acc, const void *arg, struct fold_in *in)
{
	struct counts *c = acc;
	(void)arg;
	fold_get_counts(in, c->v, c->size);
}

void column_sum_save(struct buf *out, const void *acc, const void *arg)
{
	(void)arg;
	fold_put_words(out, acc, 1);
}

void column_sum_load(void *acc, const void *arg, struct fold_in *in)
{
	(void)arg;
	fold_get_words(in, acc, 1);
}

void row_keys_save(struct buf *out, const void *acc, const void *arg)
{
	const struct row_keys *k = acc;
	(void)arg;
	fold_put_int(out, (int64_t)k->chunks.n);
	for (struct chunk *c = k->chunks.head; c; c = c->next)
		fold_put_words(out, chunk_items(c), 2 * c->n);
}

void row_keys_load(void *acc, const void *arg, struct fold_in *in)
{
	struct row_keys *k = acc;
	(void)arg;
	_Static_assert(sizeof(struct keyed) == 2 * sizeof(uint64_t), "written as two words");
	size_t n = fold_get_items(in, sizeof(struct keyed));
	struct keyed *v = chunk_new(&k->chunks, n, sizeof *v);
	fold_get_words(in, v, 2 * n);
	for (size_t i = 0; i < n; i++)
		in->bad |= v[i].row < 0;
	chunk_close(&k->chunks, n);
}

void absence_save(struct buf *out, const void *acc, const void *arg)
{
	const struct absence *m = acc;
	(void)arg;
	fold_put_int(out, m->complete);
	fold_put_words(out, m->missing, (size_t)m->size);
}

void absence_load(void *acc, const void *arg, struct fold_in *in)
{
	struct absence *m = acc;
	(void)arg;
	m->complete = fold_get_count(in);
	fold_get_counts(in, m->missing, (size_t)m->size);
}
