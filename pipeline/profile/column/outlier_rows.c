/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Outliers of several columns in the same rows: one damaged record, a total among the rows, or a few
 * cases that are different in everything. Looked for where outliers are few, as only few can be looked
 * up by a reader.
 */
#include "profile/column_int.h"

#include <stdlib.h>

enum { FEW = 1000, COLUMNS_MAX = 200, ROWS_NAMED = 5 };

struct column_outliers {
	int col;                   /* of the table */
	const char *name;
	double low, high;          /* the fences */
	int64_t rows[FEW];         /* ascending */
	int n;
	bool told;
};

static void collect(const struct table *t, struct column_outliers *o)
{
	int64_t before = 0;
	for (int64_t i = 0; i < table_nbatches(t); i++) {
		const struct batch *b = table_batch(t, i);
		const struct column *c = &b->cols[o->col];
		for (int64_t row = 0; row < b->rows && o->n < FEW; row++) {
			double x;
			if (column_number(c, row, &x) && (x < o->low || x > o->high) && isfinite(x))
				o->rows[o->n++] = before + row;
		}
		before += b->rows;
	}
}

struct collecting {
	const struct table *table;
	struct column_outliers *v;
};

static void collect_step(void *arg, size_t i)
{
	const struct collecting *work = arg;
	collect(work->table, &work->v[i]);
}

/* Shared rows as a share of the rows of either (Jaccard 1912). */
static double overlap(const struct column_outliers *a, const struct column_outliers *b)
{
	int i = 0, j = 0, both = 0;
	while (i < a->n && j < b->n) {
		both += a->rows[i] == b->rows[j];
		int64_t x = a->rows[i], y = b->rows[j];
		i += x <= y;
		j += y <= x;
	}
	return both ? (double)both / (double)(a->n + b->n - both) : 0;
}

/* "3, 8, 12" as a spreadsheet without header would count them; no words, which have a language. */
static const char *name_rows(const struct column_outliers *o, struct arena *a)
{
	struct buf b = { 0 };
	int n = o->n < ROWS_NAMED ? o->n : ROWS_NAMED;
	for (int i = 0; i < n; i++)
		buf_printf(&b, "%s%lld", i == 0 ? "" : ", ", (long long)o->rows[i] + 1);
	if (o->n > n)
		buf_puts(&b, " ...");
	const char *text = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return text;
}

static void tell(struct column_outliers *v, int n, int first, double least, int64_t rows,
	struct finding_list *findings)
{
	struct finding f = finding_make(FIND_outlier_rows, v[first].name);
	f.count = v[first].n;
	f.total = f.n = rows;
	f.value = 1;
	f.threshold = least;
	for (int j = first + 1; j < n; j++) {
		double shared = v[j].told ? 0 : overlap(&v[first], &v[j]);
		if (shared < least)
			continue;
		v[j].told = true;
		finding_add_column(&f, v[j].name, findings->arena);
		f.value = fmin(f.value, shared);
	}
	if (!f.columns[1])
		return;
	f.effect = f.value;
	f.text = name_rows(&v[first], findings->arena);
	finding_list_add(findings, &f);
}

void outlier_rows_find(const struct table *t, const struct column_profile *cols, int n,
	const struct profile_options *o, struct finding_list *findings)
{
	struct column_outliers *v = NULL;
	int k = 0, cap = n < COLUMNS_MAX ? n : COLUMNS_MAX;
	if (table_nrows(t) > o->max_rank_rows)
		return;
	v = mem_calloc((size_t)cap, sizeof *v);
	for (int i = 0; i < n && k < cap; i++) {
		const struct numeric_profile *p = cols[i].numeric;
		int64_t some = p ? p->outliers.iqr_low + p->outliers.iqr_high : 0;
		if (some > 0 && some < FEW && p->outliers.share > o->outlier_share &&
			variable_measures(cols[i].var->type))
			v[k++] = (struct column_outliers){ .col = cols[i].var->col,
				.name = cols[i].var->name,
				.low = p->outliers.lower_fence,
				.high = p->outliers.upper_fence };
	}
	struct collecting work = { t, v };
	pool_run(o->threads, (size_t)k, collect_step, &work);
	for (int i = 0; i < k; i++)
		if (!v[i].told)
			tell(v, k, i, o->outlier_rows, table_nrows(t), findings);
	free(v);
}
