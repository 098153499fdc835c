/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows that repeat an earlier row in every column. */
#include "profile/across_int.h"

#include <stdlib.h>

enum { TOP = 10 };

static void rows_update(void *acc, const void *arg, const struct batch *b)
{
	const struct duplicate_arg *p = arg;
	size_t rows = (size_t)b->rows;
	uint64_t *sum = mem_calloc(2 * rows, sizeof *sum), *key = sum + rows;
	uint8_t *has = mem_alloc(rows);
	for (int i = 0; i < p->n; i++) {
		cells_key(&b->cols[p->cols[i]], 0, b->rows, key, has);
		for (size_t r = 0; r < rows; r++) {
			uint64_t missing = has[r] ? 1 : 0x9e3779b97f4a7c15ull;
			sum[r] = key_mix(sum[r] + key[r] + missing);
		}
	}
	for (size_t r = 0; r < rows; r++)
		sum[r] += !sum[r];   /* 0 would leave the row out */
	row_keys_take(acc, &p->part, sum, b->first_row, b->rows);
	free(has);
	free(sum);
}

static int rows_cmp(const void *arg, int64_t row1, int64_t row2)
{
	const struct duplicate_arg *p = arg;
	for (int i = 0; i < p->n; i++) {
		int c = cell_cmp(p->table, p->cols[i], row1, row2);
		if (c)
			return c;
	}
	return 0;
}

const struct fold_ops duplicate_ops = { "duplicates", sizeof(struct row_keys), row_keys_init,
	rows_update, row_keys_merge, row_keys_release, row_keys_save, row_keys_load };

/* Where every value of a column differs, so does every row. */
static bool rows_differ(const struct variable *v, int n, int64_t rows)
{
	for (int i = 0; i < n; i++)
		if (v[i].profile && v[i].profile->unique == rows)
			return true;
	return false;
}

void duplicates_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, struct duplicate_profile *out,
	struct finding_list *findings, struct arena *a)
{
	*out = (struct duplicate_profile){ .share = 1 };
	if (rows_differ(v, n, table_nrows(t)))
		return;
	int *cols = arena_calloc(a, (size_t)n + 1, sizeof *cols);
	for (int i = 0; i < n; i++)
		cols[i] = v[i].col;
	struct duplicate_arg arg = { t, cols, n, { 0, 1 } };
	struct row_equality q = { &duplicate_ops, &arg, &arg.part, rows_cmp, row_keys_bytes(o),
		o->precision == PRECISION_APPROXIMATE ? ROW_KEYS_PASSES : 0 };
	struct row_groups g;
	rows_group(t, &q, TOP, &g, o->threads, a);
	*out = (struct duplicate_profile){ .share = g.share,
		.surplus = (int64_t)rint((double)(g.rows - g.groups) / g.share),
		.groups = (int64_t)rint((double)g.repeated / g.share),
		.top = arena_calloc(a, TOP, sizeof *out->top) };
	for (int i = 0; i < g.ntop && g.top[i].count > 1; i++) {
		struct duplicate_group *d = &out->top[out->ntop++];
		*d = (struct duplicate_group){ g.top[i].count, g.top[i].first,
			arena_calloc(a, (size_t)n + 1, sizeof *d->values) };
		for (int j = 0; j < n; j++)
			d->values[j] = value_text_at(t, v[j].col, d->first_row, a);
	}
	if (!out->surplus)
		return;
	struct finding f = finding_make(FIND_duplicate_rows, NULL);
	f.count = out->surplus;
	f.total = table_nrows(t);
	finding_list_add(findings, &f);
}
