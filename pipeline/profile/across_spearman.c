/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Spearman's rank correlation with pairwise deletion. The strict definition ranks again within the
 * rows that a pair has in common. A column is sorted once, into codes that number its different
 * values in order; the ranks within any set of rows then follow from counting the codes in it, and a
 * pair costs two walks over the rows. All sums are of integers, twice the ranks about their mean,
 * hence exact: at most n^3 / 3, which stays below 2^63 for 3 million rows.
 */
#include "profile/across_int.h"

#include <stdlib.h>

enum { NO_CODE = UINT32_MAX };

struct ranked {
	uint32_t *code;            /* of each row of the sample; NO_CODE where there is no finite value */
	uint32_t distinct;
	int64_t n;                 /* rows with a code */
	int32_t *rank;             /* of each code among all n rows */
	int64_t xx;                /* sum of their squares over the rows */
};

/* Twice the mean rank of each code, less n + 1: from counts, in place. */
static void ranks_of_counts(int32_t *count, uint32_t distinct, int64_t n)
{
	int64_t before = 0;
	for (uint32_t c = 0; c < distinct; c++) {
		int64_t here = count[c];
		count[c] = (int32_t)(2 * before + here + 1 - (n + 1));
		before += here;
	}
}

static void column_rank(struct ranked *k, const struct sample *s, int col)
{
	size_t rows = (size_t)s->n, n = 0;
	double *x = mem_alloc(rows * sizeof *x);
	struct keyed *v = mem_alloc(2 * rows * sizeof *v);
	sample_numbers(s, col, x);
	k->code = mem_alloc((rows + 1) * sizeof *k->code);
	for (size_t i = 0; i < rows; i++) {
		k->code[i] = NO_CODE;
		if (!isnan(x[i]))
			v[n++] = (struct keyed){ key_of_double(x[i]), (int64_t)i };
	}
	sort_keyed(v, v + rows, n);
	for (size_t i = 0; i < n; i++) {
		k->distinct += i == 0 || v[i].key != v[i - 1].key;
		k->code[v[i].row] = k->distinct - 1;
	}
	k->n = (int64_t)n;
	k->rank = mem_calloc((size_t)k->distinct + 1, sizeof *k->rank);
	for (size_t i = 0; i < n; i++)
		k->rank[k->code[v[i].row]]++;
	ranks_of_counts(k->rank, k->distinct, k->n);
	for (size_t i = 0; i < n; i++) {
		int64_t r = k->rank[k->code[v[i].row]];
		k->xx += r * r;
	}
	free(v);
	free(x);
}

static double rho(int64_t xx, int64_t yy, int64_t xy, int64_t n)
{
	if (n < 3 || !xx || !yy)
		return NAN;
	double r = (double)xy / (sqrt((double)xx) * sqrt((double)yy));
	return r > 1 ? 1 : r < -1 ? -1 : r;
}

/* Neither column has holes: their own ranks do. */
static double rho_complete(const struct ranked *a, const struct ranked *b, int64_t rows)
{
	int64_t xy = 0;
	for (int64_t i = 0; i < rows; i++)
		xy += (int64_t)a->rank[a->code[i]] * b->rank[b->code[i]];
	return rho(a->xx, b->xx, xy, rows);
}

/* `count` has room for the codes of both. */
static double rho_common(const struct ranked *a, const struct ranked *b, int64_t rows, int32_t *count, int64_t *n)
{
	int32_t *x = count, *y = count + a->distinct;
	memset(count, 0, ((size_t)a->distinct + b->distinct) * sizeof *count);
	*n = 0;
	for (int64_t i = 0; i < rows; i++)
		if (a->code[i] != NO_CODE && b->code[i] != NO_CODE) {
			x[a->code[i]]++;
			y[b->code[i]]++;
			++*n;
		}
	ranks_of_counts(x, a->distinct, *n);
	ranks_of_counts(y, b->distinct, *n);
	int64_t xx = 0, yy = 0, xy = 0;
	for (int64_t i = 0; i < rows; i++)
		if (a->code[i] != NO_CODE && b->code[i] != NO_CODE) {
			int64_t p = x[a->code[i]], q = y[b->code[i]];
			xx += p * p;
			yy += q * q;
			xy += p * q;
		}
	return rho(xx, yy, xy, *n);
}

struct rank_work {
	const struct sample *sample;
	const struct numbers *v;
	struct ranked *ranked;
	struct assoc_matrix *out;
};

static void rank_step(void *ctx, size_t i)
{
	const struct rank_work *w = ctx;
	column_rank(&w->ranked[i], w->sample, w->v->columns[i].col);
}

/* One row of the upper triangle. */
static void row_step(void *ctx, size_t i)
{
	const struct rank_work *w = ctx;
	const struct ranked *a = &w->ranked[i];
	int64_t rows = w->sample->n;
	int32_t *count = mem_alloc(2 * ((size_t)rows + 1) * sizeof *count);
	for (int j = (int)i; j < w->v->n; j++) {
		const struct ranked *b = &w->ranked[j];
		int64_t n = rows;
		double r = a->n == rows && b->n == rows ? rho_complete(a, b, rows)
			: rho_common(a, b, rows, count, &n);
		assoc_matrix_set(w->out, (int)i, j, r, correlation_p(r, (double)n), n);
	}
	free(count);
}

void spearman_matrix(const struct sample *s, const struct numbers *v, struct assoc_matrix *out, int threads)
{
	struct rank_work w = { s, v, mem_calloc((size_t)v->n, sizeof *w.ranked), out };
	pool_run(threads, (size_t)v->n, rank_step, &w);
	pool_run(threads, (size_t)v->n, row_step, &w);
	for (int i = 0; i < v->n; i++) {
		free(w.ranked[i].code);
		free(w.ranked[i].rank);
	}
	free(w.ranked);
}
