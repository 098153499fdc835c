/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Missing data: how much by column, where in the table, which columns together. Presence is one
 * bit a cell, so most of this counts bits of whole words.
 */
#include "profile/missing_int.h"

#include <stdlib.h>

static int64_t bits_between(const uint64_t *w, int64_t from, int64_t to)
{
	int64_t n = 0;
	while (from < to) {
		int64_t end = (from / 64 + 1) * 64 < to ? (from / 64 + 1) * 64 : to;
		uint64_t word = w[from / 64] >> (from % 64);
		if (end - from < 64)
			word &= (UINT64_C(1) << (end - from)) - 1;
		n += __builtin_popcountll(word);
		from = end;
	}
	return n;
}

/* ---- by bins and by pairs: a fold ------------------------------------------------- */

static void absence_init(void *acc, const void *arg)
{
	const struct absence_arg *p = arg;
	struct absence *m = acc;
	int64_t cells = (int64_t)p->nmatrix * p->bins,
		pairs = (int64_t)p->nnullity * p->nnullity;
	*m = (struct absence){ .size = cells + pairs };
	m->missing = mem_calloc((size_t)m->size, sizeof *m->missing);
	m->both = m->missing + cells;
}

/* Present bits of one column by bin, turned into missing counts. */
static void bins_add(int64_t *bins, const struct absence_arg *p, const struct batch *b,
	const uint64_t *present)
{
	for (int64_t from = 0; from < b->rows;) {
		int64_t bin = (b->first_row + from) / p->rows_per_bin;
		int64_t end = (bin + 1) * p->rows_per_bin - b->first_row;
		end = end < b->rows ? end : b->rows;
		bins[bin] += end - from - bits_between(present, from, end);
		from = end;
	}
}

static void pairs_add(int64_t *both, int n, uint64_t *const *absent)
{
	for (int i = 0; i < n; i++)
		for (int j = i; j < n; j++)
			for (int k = 0; k < PRESENT_WORDS; k++)
				both[i * n + j] +=
					__builtin_popcountll(absent[i][k] & absent[j][k]);
}

static void absence_update(void *acc, const void *arg, const struct batch *b)
{
	const struct absence_arg *p = arg;
	struct absence *m = acc;
	uint64_t present[PRESENT_WORDS], all[PRESENT_WORDS], rows[PRESENT_WORDS];
	uint64_t **absent = mem_calloc((size_t)p->nnullity, sizeof *absent);
	int bin = 0, pair = 0;
	struct column full = { .type = COLUMN_BOOL, .rows = b->rows };
	cells_present(&full, rows);
	memcpy(all, rows, sizeof all);
	for (int i = 0; i < p->n; i++) {
		cells_present(&b->cols[p->cols[i]], present);
		for (int k = 0; k < PRESENT_WORDS; k++)
			all[k] &= present[k];
		if (bin < p->nmatrix && p->matrix[bin] == i)
			bins_add(m->missing + (int64_t)p->bins * bin++, p, b, present);
		if (pair == p->nnullity || p->nullity[pair] != i)
			continue;
		absent[pair] = mem_alloc(sizeof present);
		for (int k = 0; k < PRESENT_WORDS; k++)
			absent[pair][k] = rows[k] & ~present[k];
		pair++;
	}
	m->complete = bits_between(all, 0, b->rows);
	pairs_add(m->both, p->nnullity, absent);
	for (int i = 0; i < p->nnullity; i++)
		free(absent[i]);
	free(absent);
}

static void absence_release(void *acc)
{
	free(((struct absence *)acc)->missing);
}

static void absence_merge(void *left, void *right, const void *arg)
{
	struct absence *l = left, *r = right;
	(void)arg;
	l->complete += r->complete;
	for (int64_t i = 0; i < l->size; i++)
		l->missing[i] += r->missing[i];
	absence_release(r);
}

const struct fold_ops absence_ops = { "absence", sizeof(struct absence), absence_init,
	absence_update, absence_merge, absence_release, absence_save, absence_load };

/* ---- putting it together ---------------------------------------------------------- */

struct column_work {
	const struct table *table;
	const struct variable *vars;
	struct missing_column *out;
};

static void column_step(void *ctx, size_t i)
{
	const struct column_work *w = ctx;
	uint64_t present[PRESENT_WORDS];
	for (int64_t k = 0; k < table_nbatches(w->table); k++) {
		const struct batch *b = table_batch(w->table, k);
		cells_present(&b->cols[w->vars[i].col], present);
		w->out[i].missing += b->rows - bits_between(present, 0, b->rows);
	}
}

static int by_missing(const void *x, const void *y)
{
	const struct missing_column *a = x, *b = y;
	return a->missing != b->missing ? (a->missing < b->missing) - (a->missing > b->missing)
		: (a->var > b->var) - (a->var < b->var);
}

int by_number(const void *x, const void *y)
{
	int a = *(const int *)x, b = *(const int *)y;
	return (a > b) - (a < b);
}

static const char *band_of(double share, const struct profile_options *o)
{
	return share <= o->missing_good ? "good" : share <= o->missing_attention ? "attention"
		: share <= o->missing_bad ? "bad" : "drop";
}

/* The first of the columns that are missing most, in table order. */
static int *columns_choose(const struct missing_profile *m, int from, int n, struct arena *a)
{
	int *var = arena_calloc(a, (size_t)n + 1, sizeof *var);
	for (int i = 0; i < n; i++)
		var[i] = m->columns[from + i].var;
	qsort(var, (size_t)n, sizeof *var, by_number);
	return var;
}

static void nullity_fill(struct missing_profile *m, const struct absence *x)
{
	struct assoc_matrix *r = &m->nullity;
	double rows = (double)m->rows;
	for (int i = 0; i < r->n; i++)
		for (int j = i; j < r->n; j++) {
			double a = (double)x->both[i * r->n + i],
				b = (double)x->both[j * r->n + j];
			double ab = (double)x->both[i * r->n + j];
			double phi = i == j ? 1 : (ab - a * (b / rows)) /
				(sqrt(a * (1 - a / rows)) * sqrt(b * (1 - b / rows)));
			assoc_matrix_set(r, i, j, fmax(-1, fmin(1, phi)), NAN,
				x->both[i * r->n + j]);
		}
}

/* Columns that are missing in the same rows are near each other, whatever else they hold. */
static void clusters_fill(struct missing_profile *m, struct arena *a)
{
	int n = m->nullity.n;
	double *distance = mem_alloc((size_t)(n * n + 1) * sizeof *distance);
	for (int i = 0; i < n * n; i++)
		distance[i] = 1 - m->nullity.value[i];
	m->merges = arena_calloc(a, (size_t)n + 1, sizeof *m->merges);
	m->order = arena_calloc(a, (size_t)n + 1, sizeof *m->order);
	cluster_average(distance, n, m->merges, m->order);
	free(distance);
}

void missing_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, struct missing_profile *out,
	struct finding_list *findings, struct arena *a)
{
	int64_t rows = table_nrows(t);
	*out = (struct missing_profile){ .rows = rows, .n = n,
		.columns = arena_calloc(a, (size_t)n + 1, sizeof *out->columns) };
	int *cols = arena_calloc(a, (size_t)n + 1, sizeof *cols), all = 0, some = 0;
	struct column_work work = { t, v, out->columns };
	pool_run(o->threads, (size_t)n, column_step, &work);
	for (int i = 0; i < n; i++) {
		struct missing_column *c = &out->columns[i];
		c->var = i;
		c->band = band_of(rows ? (double)c->missing / (double)rows : 0, o);
		cols[i] = v[i].col;
		out->cells += c->missing;
		all += c->missing == rows;
		some += c->missing > 0 && c->missing < rows;
	}
	qsort(out->columns, (size_t)n, sizeof *out->columns, by_missing);

	out->rows_per_bin = rows > MISSING_BINS ? (rows + MISSING_BINS - 1) / MISSING_BINS : 1;
	out->bins = (int)((rows + out->rows_per_bin - 1) / out->rows_per_bin);
	out->nmatrix = n < o->max_matrix ? n : (int)o->max_matrix;
	out->matrix = columns_choose(out, 0, out->nmatrix, a);
	int nnullity = some < o->max_matrix ? some : (int)o->max_matrix;
	assoc_matrix_init(&out->nullity, nnullity, a);
	out->nullity.var = columns_choose(out, all, nnullity, a);

	struct absence_arg arg = { cols, n, out->matrix, out->nullity.var, out->nmatrix,
		nnullity, out->bins, out->rows_per_bin };
	struct fold f = { .ops = &absence_ops, .arg = &arg };
	fold_run(t, &f, 1, o->threads);
	const struct absence *x = f.acc;
	out->complete_rows = x->complete;
	out->present = arena_calloc(a, (size_t)(out->nmatrix * out->bins) + 1,
		sizeof *out->present);
	for (int i = 0; i < out->nmatrix * out->bins; i++) {
		int64_t first = i % out->bins * out->rows_per_bin;
		int64_t k = rows - first < out->rows_per_bin ? rows - first : out->rows_per_bin;
		out->present[i] = 1 - (double)x->missing[i] / (double)k;
	}
	nullity_fill(out, x);
	fold_release(&f, 1);
	clusters_fill(out, a);
	combinations_fill(t, v, out, o, a);
	mcar_fill(t, v, n, o, out, &out->mcar, a);
	causes_fill(t, v, n, o, out, &out->causes, a);
	missing_findings(out, v, n, o, findings);
}
