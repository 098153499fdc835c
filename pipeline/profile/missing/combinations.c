/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Combinations of missing columns: rows that miss the same columns, and only they. */
#include "profile/across_int.h"

#include <stdlib.h>

enum { EXACT = 64 };           /* so many columns fit the bits of a key */

static void pattern_update(void *acc, const void *arg, const struct batch *b)
{
	const struct pattern_arg *p = arg;
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
	row_keys_take(acc, &p->part, key, b->first_row, b->rows);
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
	pattern_update, row_keys_merge, row_keys_release, NULL, NULL };

void combinations_fill(const struct table *t, const struct variable *v,
	struct missing_profile *out, int threads, struct arena *a)
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
		n <= EXACT ? NULL : pattern_cmp, ROW_KEYS_BYTES };
	struct row_groups g;
	rows_group(t, &q, MISSING_COMBINATIONS, &g, threads, a);
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
