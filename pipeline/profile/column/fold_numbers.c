/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The folds over columns of numbers and dates, in two rounds: counts, the compensated sum,
 * order and the values themselves; then, around the mean, sums of powers of deviations. Two
 * rounds and compensation keep 14 digits even where all values agree in their first ten.
 */
#include "profile/column_int.h"

#include <stdlib.h>

static void init_zero(void *acc, const void *arg)
{
	(void)acc; /* fold memory is zeroed, and zero is where all of these start */
	(void)arg;
}

/* ---- the values -------------------------------------------------------------------------- */

static void keys_update(void *acc, const void *arg, const struct batch *b)
{
	struct keys_fold *f = acc;
	const struct column *c = &b->cols[((const struct column_arg *)arg)->col];
	uint64_t *out = chunk_new(&f->chunks, (size_t)b->rows, sizeof *out);
	size_t n = 0;
	for (int64_t row = 0; row < b->rows; row++)
		n += column_key(c, row, &out[n]);
	chunk_close(&f->chunks, n);
}

static void keys_merge(void *left, void *right, const void *arg)
{
	(void)arg;
	chunks_link(&((struct keys_fold *)left)->chunks, &((struct keys_fold *)right)->chunks);
}

static void keys_release(void *acc)
{
	chunks_free(&((struct keys_fold *)acc)->chunks);
}

const struct fold_ops keys_ops = { "keys", sizeof(struct keys_fold), init_zero, keys_update,
	keys_merge, keys_release, NULL, NULL };

uint64_t *keys_join(const struct keys_fold *f)
{
	uint64_t *keys = mem_alloc((f->chunks.n + 1) * sizeof *keys), *at = keys;
	for (struct chunk *k = f->chunks.head; k; k = k->next) {
		memcpy(at, chunk_items(k), k->n * sizeof *keys);
		at += k->n;
	}
	return keys;
}

/* ---- order in rows ----------------------------------------------------------------------- */

static void order_step(struct order_fold *f, uint64_t from, uint64_t to)
{
	f->up |= from < to;
	f->down |= from > to;
	f->flat |= from == to;
}

static void order_update(void *acc, const void *arg, const struct batch *b)
{
	struct order_fold *f = acc;
	const struct column *c = &b->cols[((const struct column_arg *)arg)->col];
	uint64_t key;
	for (int64_t row = 0; row < b->rows; row++) {
		if (!column_key(c, row, &key))
			continue;
		if (f->any)
			order_step(f, f->last, key);
		else
			f->first = key;
		f->any = true;
		f->last = key;
	}
}

static void order_merge(void *left, void *right, const void *arg)
{
	struct order_fold *l = left, *r = right;
	(void)arg;
	if (!r->any)
		return;
	if (!l->any) {
		*l = *r;
		return;
	}
	order_step(l, l->last, r->first);
	l->up |= r->up;
	l->down |= r->down;
	l->flat |= r->flat;
	l->last = r->last;
}

const struct fold_ops order_ops = { "order", sizeof(struct order_fold), init_zero, order_update,
	order_merge, NULL, NULL, NULL };

enum row_order order_of(const struct order_fold *f)
{
	if (f->up == f->down) /* both ways, or a constant */
		return ORDER_NONE;
	if (f->up)
		return f->flat ? ORDER_INCREASING : ORDER_STRICTLY_INCREASING;
	return f->flat ? ORDER_DECREASING : ORDER_STRICTLY_DECREASING;
}

/* ---- first round: counts and the sum ----------------------------------------------------- */

/* Decimal places that write x exactly: the division is rounded correctly, so x is the double
 * nearest to a decimal of d places if and only if it comes back. */
static int decimals_of(double x)
{
	static const double power[] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9 };
	_Static_assert(COUNTOF(power) == DECIMALS_MAX + 1, "one power a place");
	int d = 0;
	/* most values have few places, and those that have many have all: look at the end first */
	if (rint(x) == x)
		return 0;
	if (rint(x * power[DECIMALS_MAX]) / power[DECIMALS_MAX] != x)
		return DECIMALS_MAX + 1;
	while (rint(x * power[d]) / power[d] != x)
		d++;
	return d;
}

static void sums_update(void *acc, const void *arg, const struct batch *b)
{
	struct sums_fold *f = acc;
	const struct column *c = &b->cols[((const struct column_arg *)arg)->col];
	double x;
	for (int64_t row = 0; row < b->rows; row++) {
		if (!column_number(c, row, &x))
			continue;
		if (isinf(x)) {
			f->infinite++;
			continue;
		}
		f->n++;
		f->zeros += x == 0;
		f->negatives += x < 0;
		f->decimals[c->type == COLUMN_INT64 ? 0 : decimals_of(x)]++;
		nsum_add(&f->sum, x);
	}
}

static void sums_merge(void *left, void *right, const void *arg)
{
	struct sums_fold *l = left;
	const struct sums_fold *r = right;
	(void)arg;
	l->n += r->n;
	l->infinite += r->infinite;
	l->zeros += r->zeros;
	l->negatives += r->negatives;
	for (size_t i = 0; i < COUNTOF(l->decimals); i++)
		l->decimals[i] += r->decimals[i];
	nsum_merge(&l->sum, &r->sum);
}

const struct fold_ops sums_ops = { "sums", sizeof(struct sums_fold), init_zero, sums_update,
	sums_merge, NULL, NULL, NULL };

/* ---- second round: moments about the mean ------------------------------------------------ */

static void moments_pair(struct moments_fold *f, double left, double right)
{
	f->pairs++;
	nsum_add(&f->products, left * right);
	nsum_add(&f->pair_sums, left + right);
}

static void moments_update(void *acc, const void *arg, const struct batch *b)
{
	struct moments_fold *f = acc;
	const struct moments_arg *a = arg;
	const struct column *c = &b->cols[a->col];
	for (int64_t row = 0; row < b->rows; row++) {
		double x = 0;
		bool has = column_number(c, row, &x) && !isinf(x);
		double d = has ? (x - a->mean) * a->scale : 0;
		if (has) {
			f->n++;
			nsum_add(&f->d1, d);
			nsum_add(&f->d2, d * d);
			nsum_add(&f->d3, d * d * d);
			nsum_add(&f->d4, d * d * (d * d));
		}
		if (has && f->has_last)
			moments_pair(f, f->last, d);
		if (!f->any) {
			f->has_first = has;
			f->first = d;
		}
		f->any = true;
		f->has_last = has;
		f->last = d;
	}
}

static void moments_merge(void *left, void *right, const void *arg)
{
	struct moments_fold *l = left;
	const struct moments_fold *r = right;
	(void)arg;
	if (!r->any)
		return;
	if (!l->any) {
		*l = *r;
		return;
	}
	if (l->has_last && r->has_first)
		moments_pair(l, l->last, r->first);
	l->n += r->n;
	l->pairs += r->pairs;
	nsum_merge(&l->d1, &r->d1);
	nsum_merge(&l->d2, &r->d2);
	nsum_merge(&l->d3, &r->d3);
	nsum_merge(&l->d4, &r->d4);
	nsum_merge(&l->products, &r->products);
	nsum_merge(&l->pair_sums, &r->pair_sums);
	l->has_last = r->has_last;
	l->last = r->last;
}

const struct fold_ops moments_ops = { "moments", sizeof(struct moments_fold), init_zero,
	moments_update, moments_merge, NULL, NULL, NULL };

/* ---- booleans ---------------------------------------------------------------------------- */

static void bits_update(void *acc, const void *arg, const struct batch *b)
{
	struct bits_fold *f = acc;
	const struct column *c = &b->cols[((const struct column_arg *)arg)->col];
	for (int64_t row = 0; row < b->rows; row++) {
		if (!column_has(c, row))
			continue;
		bool yes = c->v.bits[row >> 3] >> (row & 7) & 1;
		f->yes += yes;
		f->no += !yes;
	}
}

static void bits_merge(void *left, void *right, const void *arg)
{
	struct bits_fold *l = left;
	const struct bits_fold *r = right;
	(void)arg;
	l->yes += r->yes;
	l->no += r->no;
}

const struct fold_ops bits_ops = { "bits", sizeof(struct bits_fold), init_zero, bits_update,
	bits_merge, NULL, NULL, NULL };
