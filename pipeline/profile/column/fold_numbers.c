/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first round over a column of numbers or dates: counts, range, order, decimal places and the
 * sum; exact for whole numbers, compensated for others.
 */
#include "profile/column_int.h"

#include <float.h>

static void init_zero(void *acc, const void *arg)
{
	(void)acc; /* fold memory is zeroed, and zero is where all of these start */
	(void)arg;
}

/* ---- order and range --------------------------------------------------------------------- */

static void order_step(struct numbers_fold *f, uint64_t from, uint64_t to)
{
	f->steps.up |= from < to;
	f->steps.down |= from > to;
	f->steps.flat |= from == to;
}

/* Behind what is known come values, the first and last of which and the extremes are these. */
static void extend(
	struct numbers_fold *f, uint64_t first, uint64_t last, uint64_t min, uint64_t max)
{
	if (f->any)
		order_step(f, f->last, first);
	else
		f->first = first;
	f->min = f->any && f->min < min ? f->min : min;
	f->max = f->any && f->max > max ? f->max : max;
	f->last = last;
	f->any = true;
}

enum row_order order_of(const struct numbers_fold *f)
{
	const struct steps *s = &f->steps;
	if (s->up == s->down) /* both ways, or a constant */
		return ORDER_NONE;
	if (s->up)
		return s->flat ? ORDER_INCREASING : ORDER_STRICTLY_INCREASING;
	return s->flat ? ORDER_DECREASING : ORDER_STRICTLY_DECREASING;
}

double sum_of(const struct numbers_fold *f)
{
	return f->whole ? (double)(__int128)f->whole : nsum_value(&f->sum);
}

/* Nothing that follows can make an order of it. */
static bool order_lost(const struct numbers_fold *f)
{
	return f->steps.up && f->steps.down;
}

/* ---- decimal places ---------------------------------------------------------------------- */

const double decimal_powers[DECIMALS_MAX + 1] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8,
	1e9 };

/* The division is rounded correctly, so x is the double nearest to a decimal of d places if and
 * only if it comes back. Below 2^51 units the multiplication finds that decimal, and a decimal of
 * d places is one of d + 1, too: so the most places that stay below it say whether there are any. */
int decimals_of(double x)
{
	if (rint(x) == x)
		return 0;
	int most = DECIMALS_MAX, d = 1;
	while (most >= 0 && fabs(x) * decimal_powers[most] >= UNITS_LIMIT)
		most--;
	if (most < 0 || rint(x * decimal_powers[most]) / decimal_powers[most] != x)
		return DECIMALS_MAX + 1;
	while (rint(x * decimal_powers[d]) / decimal_powers[d] != x)
		d++;
	return d;
}

/* Most columns are written with one number of places, `guess`, and most blocks have no value with
 * more: then those with fewer are the multiples of ten among their units. */
static void count_decimals(
	const struct kernels *k, const double *x, size_t n, int *guess, int64_t *decimals)
{
	double units[BLOCK_ROWS];
	struct places p = k->places(x, n, decimal_powers[*guess], units);
	if (p.unsure || (p.not && *guess < DECIMALS_MAX)) {
		*guess = 0;
		for (size_t i = 0; i < n; i++) {
			int d = decimals_of(x[i]);
			decimals[d]++;
			*guess = d > *guess ? d : *guess;
		}
		*guess = *guess < DECIMALS_MAX ? *guess : DECIMALS_MAX;
		return;
	}
	decimals[DECIMALS_MAX + 1] += (int64_t)p.not;
	size_t left = p.whole;
	for (int d = *guess; d > 0 && left; d--) {
		size_t fewer = k->tens(units, n, decimal_powers[*guess - d + 1]);
		decimals[d] += (int64_t)(left - fewer);
		left = fewer;
	}
	decimals[0] += (int64_t)left;
}

/* ---- first round ------------------------------------------------------------------------- */

static void add_reals(struct numbers_fold *f, struct block *b, const struct kernels *k,
	struct real_sums *sums, int *guess)
{
	struct real_range range = { INFINITY, -INFINITY, false };
	k->real_range(b->x, b->n, &range);
	if (range.nan) {
		f->nan |= block_keep(b, INFINITY) > 0;
		if (!b->n)
			return;
	}
	extend(f, key_of_double(b->x[0]), key_of_double(b->x[b->n - 1]), key_of_double(range.min),
		key_of_double(range.max));
	if (!order_lost(f))
		k->real_steps(b->x, b->n, &f->steps);
	if (isinf(range.min) || isinf(range.max))
		f->infinite += (int64_t)block_keep(b, DBL_MAX);
	f->n += (int64_t)b->n;
	k->real_sums(b->x, b->n, sums);
	count_decimals(k, b->x, b->n, guess, f->decimals);
}

static bool whole_seconds(const int64_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (v[i] % TICKS_A_SECOND)
			return false;
	return true;
}

static void add_wholes(struct numbers_fold *f, const struct block *b, const struct kernels *k,
	enum column_type type)
{
	struct whole_sums s = { .min = INT64_MAX, .max = INT64_MIN };
	k->whole_sums(b->v, b->n, &s);
	extend(f, key_of_int(b->v[0]), key_of_int(b->v[b->n - 1]), key_of_int(s.min),
		key_of_int(s.max));
	if (!order_lost(f))
		k->whole_steps(b->v, b->n, &f->steps);
	if (type == COLUMN_TIMESTAMP && !f->fractions)
		f->fractions = !whole_seconds(b->v, b->n);
	f->n += (int64_t)b->n;
	f->zeros += s.zeros;
	f->negatives += s.negatives;
	f->decimals[0] += (int64_t)b->n;
	/* a negative value was taken for one 2^64 larger */
	f->whole += ((wide_word)s.high << 32) + s.low - ((wide_word)s.negatives << 64);
}

static void numbers_update(void *acc, const void *arg, const struct batch *batch)
{
	struct numbers_fold *f = acc;
	const struct column *c = &batch->cols[((const struct column_arg *)arg)->col];
	const struct kernels *k = kernels();
	struct real_sums sums = { 0 };
	struct block b;
	int guess = 0;
	bool whole = column_is_whole(c->type);
	for (size_t row = 0; row < (size_t)c->rows; row += BLOCK_ROWS) {
		if (whole)
			block_wholes(&b, c, row);
		else
			block_reals(&b, c, row);
		if (!b.n)
			continue;
		if (whole)
			add_wholes(f, &b, k, c->type);
		else
			add_reals(f, &b, k, &sums, &guess);
	}
	f->zeros += sums.zeros;
	f->negatives += sums.negatives;
	struct nsum sum = wide_sum_total(&sums.sum);
	nsum_merge(&f->sum, &sum);
}

static void numbers_merge(void *left, void *right, const void *arg)
{
	struct numbers_fold *l = left;
	const struct numbers_fold *r = right;
	(void)arg;
	l->n += r->n;
	l->infinite += r->infinite;
	l->zeros += r->zeros;
	l->negatives += r->negatives;
	for (size_t i = 0; i < COUNTOF(l->decimals); i++)
		l->decimals[i] += r->decimals[i];
	nsum_merge(&l->sum, &r->sum);
	l->whole += r->whole;
	l->nan |= r->nan;
	l->fractions |= r->fractions;
	if (!r->any)
		return;
	extend(l, r->first, r->last, r->min, r->max);
	l->steps.up |= r->steps.up;
	l->steps.down |= r->steps.down;
	l->steps.flat |= r->steps.flat;
}

/* ---- to and from other processes --------------------------------------------------------- */

static void numbers_save(struct buf *out, const void *acc, const void *arg)
{
	const struct numbers_fold *f = acc;
	const uint64_t keys[] = { f->first, f->last, f->min, f->max };
	const bool flags[] = { f->any, f->nan, f->fractions, f->steps.up, f->steps.down,
		f->steps.flat };
	(void)arg;
	fold_put_int(out, f->n);
	fold_put_int(out, f->infinite);
	fold_put_int(out, f->zeros);
	fold_put_int(out, f->negatives);
	fold_put_words(out, f->decimals, COUNTOF(f->decimals));
	fold_put_sum(out, &f->sum);
	fold_put_words(out, &f->whole, 2);
	fold_put_words(out, keys, COUNTOF(keys));
	for (size_t i = 0; i < COUNTOF(flags); i++)
		fold_put_int(out, flags[i]);
}

static void numbers_load(void *acc, const void *arg, struct fold_in *in)
{
	struct numbers_fold *f = acc;
	uint64_t keys[4] = { 0 };
	bool *const flags[] = { &f->any, &f->nan, &f->fractions, &f->steps.up, &f->steps.down,
		&f->steps.flat };
	(void)arg;
	f->n = fold_get_count(in);
	f->infinite = fold_get_count(in);
	f->zeros = fold_get_count(in);
	f->negatives = fold_get_count(in);
	fold_get_counts(in, f->decimals, COUNTOF(f->decimals));
	f->sum = fold_get_sum(in);
	fold_get_words(in, &f->whole, 2);
	fold_get_words(in, keys, COUNTOF(keys));
	f->first = keys[0];
	f->last = keys[1];
	f->min = keys[2];
	f->max = keys[3];
	for (size_t i = 0; i < COUNTOF(flags); i++)
		*flags[i] = fold_get_bool(in);
}

const struct fold_ops numbers_ops = { "numbers", sizeof(struct numbers_fold), init_zero,
	numbers_update, numbers_merge, NULL, numbers_save, numbers_load };

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
	bits_merge, NULL, bits_save, bits_load };
