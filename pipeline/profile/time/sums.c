/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the rows of each period come to: one pass for all series. An accumulator spans the places
 * that its batches touch, which are few in a table that is in order of time.
 */
#include "profile/time_int.h"

#include <stdlib.h>

static void init(void *acc, const void *arg)
{
	(void)acc;
	(void)arg;
}

static void release(void *acc)
{
	struct grid_sums *s = acc;
	free(s->rows);
	free(s->cell);
	s->rows = NULL;
	s->cell = NULL;
}

static void span(struct grid_sums *s, int64_t lo, int64_t hi, int n)
{
	s->lo = lo;
	s->hi = hi;
	s->rows = mem_calloc((size_t)(hi - lo), sizeof *s->rows);
	s->cell = mem_calloc((size_t)(hi - lo) * (size_t)n, sizeof *s->cell);
}

/* Place of each row, -1: none. */
static void places_of(struct grid_sums *s, const struct sums_arg *a, const struct batch *b,
	int32_t *place, int64_t *lo, int64_t *hi)
{
	const struct column *c = &b->cols[a->time];
	*lo = GRID_MAX;
	*hi = 0;
	for (int64_t r = 0; r < b->rows; r++) {
		uint64_t key;
		place[r] = -1;
		if (!column_key(c, r, &key))
			continue;
		int64_t at = grid_place(a->grid, int_of_key(key));
		s->left_out += at < 0;
		if (at < 0)
			continue;
		place[r] = (int32_t)at;
		*lo = at < *lo ? at : *lo;
		*hi = at >= *hi ? at + 1 : *hi;
	}
}

static void update(void *acc, const void *arg, const struct batch *b)
{
	struct grid_sums *s = acc;
	const struct sums_arg *a = arg;
	int32_t *place = mem_alloc(BATCH_ROWS * sizeof *place);
	double *y = mem_alloc(BATCH_ROWS * sizeof *y);
	int64_t lo, hi;
	places_of(s, a, b, place, &lo, &hi);
	if (lo < hi) {
		span(s, lo, hi, a->n);
		for (int64_t r = 0; r < b->rows; r++)
			if (place[r] >= 0)
				s->rows[place[r] - lo]++;
		for (int k = 0; k < a->n; k++) {
			cells_number(&b->cols[a->cols[k]], 0, b->rows, y);
			for (int64_t r = 0; r < b->rows; r++) {
				if (place[r] < 0 || isnan(y[r]))
					continue;
				struct grid_cell *c = &s->cell[(place[r] - lo) * a->n + k];
				nsum_add(&c->sum, y[r]);
				c->n++;
			}
		}
	}
	free(place);
	free(y);
}

static void add(struct grid_sums *to, const struct grid_sums *from, int n)
{
	for (int64_t i = from->lo; i < from->hi; i++) {
		to->rows[i - to->lo] += from->rows[i - from->lo];
		for (int k = 0; k < n; k++) {
			struct grid_cell *c = &to->cell[(i - to->lo) * n + k];
			const struct grid_cell *d = &from->cell[(i - from->lo) * n + k];
			nsum_merge(&c->sum, &d->sum);
			c->n += d->n;
		}
	}
}

static void merge(void *left, void *right, const void *arg)
{
	struct grid_sums *l = left, *r = right;
	const struct sums_arg *a = arg;
	l->left_out += r->left_out;
	if (r->rows && !l->rows)
		span(l, r->lo, r->hi, a->n);
	if (r->rows && (r->lo < l->lo || r->hi > l->hi)) {
		struct grid_sums wide = { .left_out = l->left_out };
		span(&wide, r->lo < l->lo ? r->lo : l->lo, r->hi > l->hi ? r->hi : l->hi, a->n);
		add(&wide, l, a->n);
		release(l);
		*l = wide;
	}
	if (r->rows)
		add(l, r, a->n);
	release(r);
}

static void save(struct buf *out, const void *acc, const void *arg)
{
	const struct grid_sums *s = acc;
	size_t places = s->rows ? (size_t)(s->hi - s->lo) : 0;
	fold_put_int(out, s->left_out);
	fold_put_int(out, (int64_t)places);
	fold_put_int(out, s->lo);
	fold_put_words(out, s->rows, places);
	for (size_t i = 0; i < places * (size_t)((const struct sums_arg *)arg)->n; i++) {
		fold_put_sum(out, &s->cell[i].sum);
		fold_put_int(out, s->cell[i].n);
	}
}

static void load(void *acc, const void *arg, struct fold_in *in)
{
	struct grid_sums *s = acc;
	int n = ((const struct sums_arg *)arg)->n;
	s->left_out = fold_get_count(in);
	size_t places = fold_get_items(in, sizeof *s->rows + (size_t)n * sizeof *s->cell);
	int64_t lo = fold_get_below(in, GRID_MAX);
	in->bad |= places > (size_t)(GRID_MAX - lo);
	if (in->bad || !places)
		return;
	span(s, lo, lo + (int64_t)places, n);
	fold_get_counts(in, s->rows, places);
	for (size_t i = 0; i < places * (size_t)n; i++) {
		s->cell[i].sum = fold_get_sum(in);
		s->cell[i].n = fold_get_count(in);
	}
}

const struct fold_ops grid_sums_ops = { .name = "grid sums",
	.size = sizeof(struct grid_sums),
	.init = init,
	.update = update,
	.merge = merge,
	.release = release,
	.save = save,
	.load = load };
