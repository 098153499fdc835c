/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A column in bounded memory. Counts, sums, moments, extremes and calendars are folds of fixed size
 * and stay exact; ranks, different values and frequencies come from sketches. What a sketch cannot
 * say at all, whether values are unique and tests of shape, is asked of the table again: of parts
 * of all values, of a sample of rows.
 */
#include "profile/across_int.h"
#include "profile/sketch_int.h"

#include <stdlib.h>

/* ---- is every value different? ----------------------------------------------------------- */

/* Keys of unequal values differ, but for hashes of texts: two equal ones among n texts that all
 * differ have a probability of n^2 / 2^65. */
enum { UNIQUE_KEYS = 1 << 20 };

static bool part_is_unique(const struct work *w, uint64_t part, uint64_t parts)
{
	size_t n = 0, cap = 2 * UNIQUE_KEYS;
	uint64_t *v = mem_alloc(cap * sizeof *v), *key = mem_alloc(BATCH_ROWS * sizeof *key);
	uint8_t *has = mem_alloc(BATCH_ROWS);
	for (int64_t i = 0; i < table_nbatches(w->table); i++) {
		const struct batch *b = table_batch(w->table, i);
		cells_key(&b->cols[w->var->col], 0, b->rows, key, has);
		if (n + (size_t)b->rows > cap) {
			cap *= 2;
			v = mem_realloc(v, cap, sizeof *v);
		}
		for (int64_t row = 0; row < b->rows; row++) {
			uint64_t mixed = key_mix(key[row] + 1);
			if (has[row] && mixed % parts == part)
				v[n++] = mixed;
		}
	}
	uint64_t *tmp = mem_alloc((n + 1) * sizeof *tmp);
	sort_keys(v, tmp, n);
	bool unique = true;
	for (size_t i = 1; i < n && unique; i++)
		unique = v[i] != v[i - 1];
	free(tmp);
	free(has);
	free(key);
	free(v);
	return unique;
}

static bool values_are_unique(const struct work *w, enum row_order order, double different)
{
	const struct column_profile *c = w->out;
	if (order == ORDER_STRICTLY_INCREASING || order == ORDER_STRICTLY_DECREASING)
		return true;
	/* only keys are told by that; five standard errors are beyond doubt */
	if ((w->storage != COLUMN_INT64 && w->storage != COLUMN_UTF8) ||
		different < (1 - 2 * hll_error()) * (double)c->count)
		return false;
	uint64_t parts = (uint64_t)c->count / UNIQUE_KEYS + 1;
	for (uint64_t part = 0; part < parts; part++)
		if (!part_is_unique(w, part, parts))
			return false;
	return true;
}

/* The number of different values is known where all are. */
static void settle_distinct(struct work *w, enum row_order order, double estimate)
{
	struct column_profile *c = w->out;
	bool unique = values_are_unique(w, order, estimate);
	c->unique = unique ? c->count : -1;
	c->accuracy.distinct_relative_error = unique ? 0 : hll_error();
	if (unique)
		c->distinct = c->count;
	else if (c->distinct >= c->count && (w->storage == COLUMN_INT64 || w->storage == COLUMN_UTF8))
		c->distinct = c->count - 1;
}

/* ---- numbers and dates ------------------------------------------------------------------- */

void approximate_numbers(struct work *w)
{
	struct column_profile *c = w->out;
	bool integer = column_is_whole(w->storage),
	     date = w->storage == COLUMN_DATE || w->storage == COLUMN_TIMESTAMP;
	struct dates_arg when = { w->var->col, w->options->report_date };
	struct column_arg arg = { w->var->col };
	struct fold folds[] = { { .ops = &number_sketch_ops, .arg = &arg },
		{ .ops = &numbers_ops, .arg = &arg }, { .ops = &dates_ops, .arg = &when } };
	size_t n = date ? 3 : 2;
	fold_run(w->table, folds, n, 1);
	const struct number_sketch *s = folds[0].acc;
	w->sums = *(const struct numbers_fold *)folds[1].acc;
	w->order = order_of(&w->sums);
	if (date)
		w->dates = *(const struct dates_fold *)folds[2].acc;
	w->sorted = number_sketch_view(s, integer);
	c->count = s->n;
	c->distinct = number_sketch_distinct(s, integer);
	c->approximate = s->heavy.error > 0;
	if (c->approximate) {
		c->accuracy.quantile_rank_error = kll_rank_error(&s->kll);
		c->accuracy.frequency_error = s->heavy.error;
		c->accuracy.method = arena_printf(w->arena, "KLL k=%d, HyperLogLog p=%d, Misra-Gries k=%d",
			KLL_K, HLL_BITS, HEAVY_MAX);
		settle_distinct(w, w->order, hll_estimate(&s->different));
		w->numbers = folds[0].acc;
		folds[0].acc = NULL;
	} else {
		c->unique = sorted_unique(&w->sorted);
	}
	fold_release(folds, n);
}

static struct number_count count_of(uint64_t key, int64_t count, bool integer)
{
	return (struct number_count){ .value = integer ? (double)int_of_key(key) : double_of_key(key),
		.integer = integer ? int_of_key(key) : 0, .count = count };
}

static void fill_counts(struct numeric_profile *p, const struct number_sketch *s, bool integer)
{
	size_t top[EXTREMES + 2];
	size_t n = heavy_top(&s->heavy, top, COUNTOF(top));
	p->ncommon = 0;
	for (size_t i = 0; i < n && p->ncommon < EXTREMES; i++) {
		const struct heavy_item *v = &s->heavy.v[top[i]];
		struct number_count c = count_of(v->key, v->count, integer);
		if (isfinite(c.value))
			p->common[p->ncommon++] = c;
	}
	_Static_assert((int)SKETCH_ENDS == (int)EXTREMES, "as many are kept as are listed");
	p->nlowest = s->nlow;
	p->nhighest = s->nhigh;
	for (int i = 0; i < s->nlow; i++)
		p->lowest[i] = count_of(s->low[i].key, s->low[i].count, integer);
	for (int i = 0; i < s->nhigh; i++)
		p->highest[i] = count_of(s->high[i].key, s->high[i].count, integer);
}

/* Values of a sample of rows, as doubles. */
static struct sorted sample_sorted(const struct work *w)
{
	const struct profile_options *o = w->options;
	struct arena *a = arena_new();
	struct sample rows = sample_new(w->table, o->max_rank_rows, o->seed, a);
	double *x = mem_calloc((size_t)rows.n + 1, sizeof *x);
	uint64_t *keys = mem_calloc((size_t)rows.n + 1, sizeof *keys);
	size_t n = 0;
	sample_numbers(&rows, w->var->col, x);
	for (int64_t i = 0; i < rows.n; i++)
		if (!isnan(x[i]))
			keys[n++] = key_of_double(x[i]);
	free(x);
	arena_free(a);
	return sorted_new(keys, n, false);
}

/* Mean and deviation of the sample itself, which the test of normality rests on. */
static void sample_moments(const struct sorted *s, double *mean, double *sd)
{
	struct nsum sum = { 0 }, squares = { 0 };
	double n = (double)s->n;
	for (size_t i = 0; i < s->runs; i++)
		nsum_add(&sum, sorted_value(s, i) * (double)sorted_count(s, i));
	*mean = nsum_value(&sum) / n;
	for (size_t i = 0; i < s->runs; i++) {
		double d = sorted_value(s, i) - *mean;
		nsum_add(&squares, d * d * (double)sorted_count(s, i));
	}
	*sd = sqrt(nsum_value(&squares) / (n - 1));
}

/* Weights of a sketch are no frequencies: chi-square and Anderson-Darling of them would be huge. */
static void fill_tests(struct numeric_profile *p, struct work *w)
{
	struct sorted s = sample_sorted(w);
	double mean, sd;
	sample_moments(&s, &mean, &sd);
	p->heaping.digit = -1;
	p->heaping.share = p->heaping.chi2 = p->heaping.p = p->uniform.chi2 = p->uniform.p = NAN;
	heaping_fill(p, &s, &w->sums);
	uniform_fill(p, &s);
	anderson_darling(&s, mean, sd, &p->normality.statistic, &p->normality.p);
	p->normality.test = isnan(p->normality.p) ? NULL : "anderson-darling";
	w->out->accuracy.tested = s.n;
	sorted_free(&s);
}

void approximate_numeric(struct work *w, struct numeric_profile *p)
{
	fill_counts(p, w->numbers, column_is_whole(w->storage));
	fill_tests(p, w);
	/* the ranks of the interval are off by as much as all ranks are */
	double reach = 0.98 / sqrt((double)p->n) + w->out->accuracy.quantile_rank_error;
	p->median_ci[0] = sorted_quantile(&w->sorted, fmax(0, 0.5 - reach));
	p->median_ci[1] = sorted_quantile(&w->sorted, fmin(1, 0.5 + reach));
}

/* ---- levels ------------------------------------------------------------------------------ */

/* Levels that are not kept are only numbered, so nothing is known of how even all of them are. */
void approximate_category(const struct work *w, struct category_profile *c)
{
	if (w->numbers) {
		size_t max = (size_t)w->options->max_levels, *top = mem_calloc(max, sizeof *top);
		c->n = (int)heavy_top(&w->numbers->heavy, top, max);
		c->levels = arena_calloc(w->arena, (size_t)c->n, sizeof *c->levels);
		c->other_count = w->out->count;
		for (int i = 0; i < c->n; i++) {
			const struct heavy_item *v = &w->numbers->heavy.v[top[i]];
			c->levels[i].count = v->count;
			c->levels[i].value = arena_printf(
				w->arena, "%lld", (long long)int_of_key(v->key));
			c->other_count -= v->count;
		}
		free(top);
	}
	c->other_levels = w->out->distinct - c->n;
	c->entropy_bits = c->imbalance = NAN;
	c->dominance = c->n ? (double)c->levels[0].count / (double)w->out->count : NAN;
}

/* ---- texts ------------------------------------------------------------------------------- */

/* Different texts of a sample of rows, as many as tell what kind of texts they are. */
static void sample_texts(struct work *w)
{
	enum { ENOUGH = 20000 };
	int64_t rows = w->out->rows, n = rows < ENOUGH ? rows : ENOUGH;
	for (int64_t i = 0; i < n; i++) {
		int64_t row = i * (rows / n);
		const struct batch *b = table_batch(w->table, row / BATCH_ROWS);
		const struct column *c = &b->cols[w->var->col];
		if (!column_has(c, row - b->first_row))
			continue;
		struct str s = column_str(c, row - b->first_row);
		strtable_add(&w->sample, s.n ? s.p : "", s.n, hash64(s.p, s.n, 0), 1);
	}
}

/* The texts that are certainly commoner than all that are not listed; all of them while they are
 * few. */
void approximate_texts(struct work *w)
{
	struct column_profile *c = w->out;
	struct column_arg arg = { w->var->col };
	struct fold fold = { .ops = &text_sketch_ops, .arg = &arg };
	fold_run(w->table, &fold, 1, 1);
	const struct text_sketch *s = fold.acc;
	const struct heavy *h = &s->heavy;
	c->count = s->n;
	c->distinct = text_sketch_distinct(s);
	c->approximate = h->error > 0;
	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].count > h->error)
			strtable_add(&w->levels, h->v[i].p, h->v[i].n, h->v[i].key, h->v[i].count);
	for (size_t i = 0; i < w->levels.n && !c->approximate; i++)
		c->unique += w->levels.items[i].count == 1;
	if (c->approximate) {
		c->accuracy.quantile_rank_error = NAN;
		c->accuracy.frequency_error = h->error;
		c->accuracy.method = arena_printf(w->arena, "HyperLogLog p=%d, Misra-Gries k=%d",
			HLL_BITS, HEAVY_MAX);
		settle_distinct(w, ORDER_NONE, hll_estimate(&s->different));
		sample_texts(w);
	}
	fold_release(&fold, 1);
}
