/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Combinations of missing columns: rows that miss the same columns, and only they. Nearly always
 * there are few, of few columns, and counting them as they come will do; otherwise rows are
 * grouped by keys.
 */
#include "profile/across_int.h"

#include <stdlib.h>

enum { EXACT = 64 };           /* so many columns fit the bits of a key */

/* A key for each row, 0 where nothing is missing. */
static uint64_t *batch_keys(const struct pattern_arg *p, const struct batch *b)
{
	uint64_t present[PRESENT_WORDS], *key = mem_calloc((size_t)b->rows, sizeof *key);
	for (int i = 0; i < p->n; i++) {
		cells_present(&b->cols[p->cols[i]], present);
		for (int64_t from = 0; from < b->rows; from += 64)
			for (uint64_t w = ~present[from / 64]; w; w &= w - 1) {
				int64_t r = from + __builtin_ctzll(w);
				if (r < b->rows && p->n <= EXACT)
					key[r] |= UINT64_C(1) << i;
				else if (r < b->rows)
					key[r] = key_mix(key[r] + (uint64_t)i + 1) | 1;
			}
	}
	return key;
}

/* ---- counted as they come ---------------------------------------------------------------- */

static void combinations_init(void *acc, const void *arg)
{
	(void)arg;
	memset(acc, 0, sizeof(struct absent_sets));
}

static void combination_add(struct absent_sets *c, struct absent_set x)
{
	size_t at = key_mix(x.key) % COMBINATION_SLOTS;
	while (c->slot[at] && c->v[c->slot[at] - 1].key != x.key)
		at = (at + 1) % COMBINATION_SLOTS;
	if (c->slot[at]) {
		c->v[c->slot[at] - 1].count += x.count;
	} else if (c->n == COMBINATIONS_MAX) {
		c->over = true;
	} else {
		c->v[c->n] = x;
		c->slot[at] = (uint16_t)++c->n;
	}
}

static void combinations_update(void *acc, const void *arg, const struct batch *b)
{
	struct absent_sets *c = acc;
	uint64_t *key = batch_keys(arg, b);
	for (int64_t r = 0, end; r < b->rows && !c->over; r = end) {
		for (end = r + 1; end < b->rows && key[end] == key[r];)
			end++;
		if (key[r])
			combination_add(c, (struct absent_set){ key[r], b->first_row + r, end - r });
	}
	free(key);
}

static void combinations_merge(void *left, void *right, const void *arg)
{
	struct absent_sets *l = left, *r = right;
	(void)arg;
	l->over = l->over || r->over;
	for (int i = 0; i < r->n && !l->over; i++)
		combination_add(l, r->v[i]);
}

static void combinations_save(struct buf *out, const void *acc, const void *arg)
{
	const struct absent_sets *c = acc;
	(void)arg;
	fold_put_int(out, c->over);
	fold_put_int(out, c->n);
	for (int i = 0; i < c->n; i++) {
		fold_put_int(out, (int64_t)c->v[i].key);
		fold_put_int(out, c->v[i].first);
		fold_put_int(out, c->v[i].count);
	}
}

static void combinations_load(void *acc, const void *arg, struct fold_in *in)
{
	struct absent_sets *c = acc;
	(void)arg;
	bool over = fold_get_bool(in);
	int n = (int)fold_get_below(in, COMBINATIONS_MAX + 1);
	for (int i = 0; i < n; i++) {
		uint64_t key = (uint64_t)fold_get_int(in);
		int64_t first = fold_get_count(in);
		combination_add(c, (struct absent_set){ key, first, fold_get_count(in) });
	}
	in->bad |= c->n != n;
	c->over = over;
}

const struct fold_ops combination_ops = { "combinations", sizeof(struct absent_sets),
	combinations_init, combinations_update, combinations_merge, NULL, combinations_save,
	combinations_load };

static int by_rows(const void *x, const void *y)
{
	const struct absent_set *a = x, *b = y;
	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return (a->first > b->first) - (a->first < b->first);
}

/* False when there are too many. */
static bool rows_count(const struct table *t, const struct pattern_arg *p, int most,
	struct row_groups *out, int threads, struct arena *a)
{
	struct fold f = { .ops = &combination_ops, .arg = p };
	fold_run(t, &f, 1, threads);
	struct absent_sets *c = f.acc;
	bool all = !c->over;
	*out = (struct row_groups){ .groups = c->n,
		.top = arena_calloc(a, (size_t)most + 1, sizeof *out->top) };
	qsort(c->v, (size_t)c->n, sizeof *c->v, by_rows);
	for (; out->ntop < c->n && out->ntop < most; out->ntop++)
		out->top[out->ntop] = (struct row_group){ c->v[out->ntop].first,
			c->v[out->ntop].count };
	fold_release(&f, 1);
	return all;
}

/* ---- by keys ----------------------------------------------------------------------------- */

static void pattern_update(void *acc, const void *arg, const struct batch *b)
{
	uint64_t *key = batch_keys(arg, b);
	row_keys_take(acc, &((const struct pattern_arg *)arg)->part, key, b->first_row, b->rows);
	free(key);
}

static int pattern_cmp(const void *arg, int64_t row1, int64_t row2)
{
	const struct pattern_arg *p = arg;
	for (int i = 0; i < p->n; i++) {
		bool a = cell_has(p->table, p->cols[i], row1),
			b = cell_has(p->table, p->cols[i], row2);
		if (a != b)
			return a - b;
	}
	return 0;
}

const struct fold_ops pattern_ops = { "patterns", sizeof(struct row_keys), row_keys_init,
	pattern_update, row_keys_merge, row_keys_release, row_keys_save, row_keys_load };

void combinations_fill(const struct table *t, const struct variable *v,
	struct missing_profile *out, const struct profile_options *o, struct arena *a)
{
	int n = 0, *vars = arena_calloc(a, (size_t)out->n + 1, sizeof *vars);
	int *cols = arena_calloc(a, (size_t)out->n + 1, sizeof *cols);
	for (int i = 0; i < out->n; i++)
		if (out->columns[i].missing)
			vars[n++] = out->columns[i].var;
	qsort(vars, (size_t)n, sizeof *vars, by_number);
	for (int i = 0; i < n; i++)
		cols[i] = v[vars[i]].col;
	struct pattern_arg arg = { t, cols, n, { 0, 1 } };
	struct row_equality q = { &pattern_ops, &arg, &arg.part,
		n <= EXACT ? NULL : pattern_cmp, row_keys_bytes(o), 0 };
	struct row_groups g;
	if (n > EXACT || !rows_count(t, &arg, MISSING_COMBINATIONS, &g, o->threads, a))
		rows_group(t, &q, MISSING_COMBINATIONS, &g, o->threads, a);
	out->patterns = g.groups;
	out->ncombinations = g.ntop;
	out->combinations = arena_calloc(a, (size_t)g.ntop + 1, sizeof *out->combinations);
	for (int i = 0; i < g.ntop; i++) {
		struct missing_combination *c = &out->combinations[i];
		*c = (struct missing_combination){ g.top[i].count,
			arena_calloc(a, (size_t)n + 1, sizeof(int)), 0 };
		for (int j = 0; j < n; j++)
			if (!cell_has(t, cols[j], g.top[i].first))
				c->var[c->n++] = vars[j];
	}
}
