/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The second round over a column of numbers: sums of powers of the deviations from the mean that
 * the first round found, and of products of neighbouring rows. Two rounds and compensation keep 14
 * digits even where all values agree in their first ten. Decimals are taken as the whole numbers of
 * their last place that they are: 1000000.1 is no double, but 10000001 is.
 */
#include "profile/column_int.h"

static void moments_init(void *acc, const void *arg)
{
	(void)acc; /* fold memory is zeroed, and zero is where it starts */
	(void)arg;
}

/* Rows that do not count get no deviation and end a stretch of rows that do. */
static void mask_rows(struct moments_fold *f, const struct column *c, const struct block *b,
	size_t row, const double *x, double *d)
{
	for (size_t i = 0; i < b->n; i++) {
		bool has = column_has(c, (int64_t)(row + i)) && isfinite(x[i]);
		d[i] = has ? d[i] : 0;
		f->n += has;
		f->pairs += has && f->has_last;
		f->edges += has && !f->has_last ? d[i] : !has && f->has_last ? f->last : 0;
		f->has_first = row + i ? f->has_first : has;
		f->has_last = has;
		f->last = d[i];
	}
}

static void moments_update(void *acc, const void *arg, const struct batch *batch)
{
	struct moments_fold *f = acc;
	const struct moments_arg *a = arg;
	const struct column *c = &batch->cols[a->col];
	const struct kernels *k = kernels();
	struct power_sums sums = { 0 };
	struct block b;
	double d[BLOCK_ROWS + SUM_LANES + 1];
	if (!c->rows)
		return;
	for (size_t row = 0; row < (size_t)c->rows; row += BLOCK_ROWS) {
		double before = f->last;
		const double *x = block_rows(&b, c, row);
		if (a->power > 0)
			k->unit_deviations(x, b.n, a->power, a->mean, d);
		else
			k->deviations(x, b.n, a->mean, a->scale, d);
		memset(d + b.n, 0, (SUM_LANES + 1) * sizeof *d);
		if (c->valid || !a->finite) {
			mask_rows(f, c, &b, row, x, d);
		} else {
			f->n += (int64_t)b.n;
			f->last = d[b.n - 1];
		}
		k->powers(d, b.n, &sums);
		if (row)
			nsum_add(&f->products, before * d[0]);
		else
			f->first = d[0];
	}
	if (!c->valid && a->finite) {
		f->has_first = f->has_last = true;
		f->pairs = f->n - 1;
		f->edges = f->first;
	}
	f->edges += f->has_last ? f->last : 0;
	f->any = true;
	struct nsum products = wide_sum_total(&sums.products);
	nsum_merge(&f->products, &products);
	f->d1 = wide_sum_total(&sums.d1);
	f->d2 = wide_sum_total(&sums.d2);
	f->d3 = wide_sum_total(&sums.d3);
	f->d4 = wide_sum_total(&sums.d4);
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
	l->n += r->n;
	l->pairs += r->pairs;
	l->edges += r->edges;
	if (l->has_last && r->has_first) {
		l->pairs++;
		l->edges -= l->last + r->first;
		nsum_add(&l->products, l->last * r->first);
	}
	nsum_merge(&l->d1, &r->d1);
	nsum_merge(&l->d2, &r->d2);
	nsum_merge(&l->d3, &r->d3);
	nsum_merge(&l->d4, &r->d4);
	nsum_merge(&l->products, &r->products);
	l->has_last = r->has_last;
	l->last = r->last;
}

static void moments_save(struct buf *out, const void *acc, const void *arg)
{
	const struct moments_fold *f = acc;
	const struct nsum *const sums[] = { &f->d1, &f->d2, &f->d3, &f->d4, &f->products };
	(void)arg;
	fold_put_int(out, f->n);
	fold_put_int(out, f->pairs);
	for (size_t i = 0; i < COUNTOF(sums); i++)
		fold_put_sum(out, sums[i]);
	fold_put_num(out, f->edges);
	fold_put_num(out, f->first);
	fold_put_num(out, f->last);
	fold_put_int(out, f->any);
	fold_put_int(out, f->has_first);
	fold_put_int(out, f->has_last);
}

static void moments_load(void *acc, const void *arg, struct fold_in *in)
{
	struct moments_fold *f = acc;
	struct nsum *const sums[] = { &f->d1, &f->d2, &f->d3, &f->d4, &f->products };
	(void)arg;
	f->n = fold_get_count(in);
	f->pairs = fold_get_count(in);
	for (size_t i = 0; i < COUNTOF(sums); i++)
		*sums[i] = fold_get_sum(in);
	f->edges = fold_get_num(in);
	f->first = fold_get_num(in);
	f->last = fold_get_num(in);
	f->any = fold_get_bool(in);
	f->has_first = fold_get_bool(in);
	f->has_last = fold_get_bool(in);
}

const struct fold_ops moments_ops = { "moments", sizeof(struct moments_fold), moments_init,
	moments_update, moments_merge, NULL, moments_save, moments_load };
