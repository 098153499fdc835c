/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Spearman's rank correlation with pairwise deletion. The strict definition ranks again within
 * the rows that a pair has in common. A column is sorted once, into codes that number its
 * different values in order; the ranks within any set of rows then follow from counting the
 * codes in it, and a pair costs a few walks over the rows. Columns without missing values keep
 * their ranks in all pairs, and all their pairs are one product of matrices. All sums are of
 * integers, twice the ranks about their mean, hence exact in any order: at most n^3 / 3, which
 * stays below 2^63 for 3 million rows and below 2^53, where doubles will do, for 300000.
 */
#include "profile/across_int.h"

#include <stdlib.h>

enum { NO_CODE = UINT32_MAX };

struct ranked {
	/* of each row of the sample; NO_CODE where there is no finite value */
	uint32_t *code;
	uint32_t distinct;
	int64_t n;                 /* rows with a code */
	int32_t *rank;             /* of each code among all n rows */
	int64_t xx;                /* sum of their squares over the rows */
};

/* Twice the mean rank of each code, less n + 1, among n rows; gives the sum of their
 * squares. */
static int64_t rank_codes(int32_t *rank, uint32_t distinct, const uint32_t *code, int64_t n)
{
	int64_t before = 0, xx = 0;
	memset(rank, 0, distinct * sizeof *rank);
	for (int64_t i = 0; i < n; i++)
		rank[code[i]]++;
	for (uint32_t c = 0; c < distinct; c++) {
		int64_t here = rank[c], r = 2 * before + here + 1 - (n + 1);
		rank[c] = (int32_t)r;
		xx += here * r * r;
		before += here;
	}
	return xx;
}

static void column_rank(struct ranked *k, const struct sample *s, int col)
{
	size_t rows = (size_t)s->n, n = 0;
	double *x = mem_alloc((rows + 1) * sizeof *x);
	struct keyed *v = mem_alloc(2 * (rows + 1) * sizeof *v);
	uint32_t *present = mem_alloc((rows + 1) * sizeof *present);
	sample_numbers(s, col, x);
	k->code = mem_alloc((rows + 1) * sizeof *k->code);
	for (size_t i = 0; i < rows; i++) {
		k->code[i] = NO_CODE;
		if (!isnan(x[i]))
			v[n++] = (struct keyed){ key_of_double(x[i]), (int64_t)i };
	}
	sort_keyed(v, v + n, n);
	for (size_t i = 0; i < n; i++) {
		k->distinct += i == 0 || v[i].key != v[i - 1].key;
		k->code[v[i].row] = present[i] = k->distinct - 1;
	}
	k->n = (int64_t)n;
	k->rank = mem_alloc(((size_t)k->distinct + 1) * sizeof *k->rank);
	k->xx = rank_codes(k->rank, k->distinct, present, k->n);
	free(present);
	free(v);
	free(x);
}

/* ---- pairs ------------------------------------------------------------------------ */

/* Room for the rows in common of two columns and for their ranks. */
struct common {
	uint32_t *a, *b;           /* codes */
	int32_t *rank_a, *rank_b;
};

/* Without a branch: whether a row is in common can't be foretold. */
static int64_t common_fill(struct common *c, const struct ranked *a, const struct ranked *b,
	int64_t rows)
{
	int64_t n = 0;
	for (int64_t i = 0; i < rows; i++) {
		c->a[n] = a->code[i];
		c->b[n] = b->code[i];
		n += (a->code[i] != NO_CODE) & (b->code[i] != NO_CODE);
	}
	return n;
}

static double rho_of(int64_t n, double xx, double yy, double xy)
{
	if (n < 3 || !(xx > 0) || !(yy > 0))
		return NAN;
	double r = xy / (sqrt(xx) * sqrt(yy));
	return r > 1 ? 1 : r < -1 ? -1 : r;
}

/* A column keeps its own ranks when the other lacks no row. */
static double rho(const struct ranked *a, const struct ranked *b, int64_t rows,
	struct common *c, int64_t *n)
{
	const uint32_t *codes_a = a->code, *codes_b = b->code;
	const int32_t *rank_a = a->rank, *rank_b = b->rank;
	int64_t xx = a->xx, yy = b->xx, xy = 0;
	*n = rows;
	if (a->n < rows || b->n < rows) {
		*n = common_fill(c, a, b, rows);
		codes_a = c->a;
		codes_b = c->b;
	}
	if (b->n < rows) {
		xx = rank_codes(c->rank_a, a->distinct, codes_a, *n);
		rank_a = c->rank_a;
	}
	if (a->n < rows) {
		yy = rank_codes(c->rank_b, b->distinct, codes_b, *n);
		rank_b = c->rank_b;
	}
	for (int64_t i = 0; i < *n; i++)
		xy += (int64_t)rank_a[codes_a[i]] * rank_b[codes_b[i]];
	return rho_of(*n, (double)xx, (double)yy, (double)xy);
}

/* ---- all pairs of columns without missing values ----------------------------------------- */

enum { PRODUCT_ROWS = 1024, PRODUCT_SLICES = 16, DOUBLE_ROWS = 300000 };

struct rank_work {
	const struct sample *sample;
	const struct numbers *v;
	struct ranked *ranked;
	struct assoc_matrix *out;
	const struct ranked **whole;       /* those without missing values */
	size_t nwhole;
	int *whole_at;             /* number of a column among them, or -1 */
	double *product;           /* nwhole x nwhole, i <= j; then a slice of rows after the other */
};

/* Adds a's products with each of four columns. */
static void multiply_four(const double *a, const double *b, double *out, size_t rows)
{
	lanes sum[4][2] = { 0 };
	for (size_t r = 0; r < rows; r += 2 * LANES) {
		lanes x[2], y[2];
		memcpy(x, a + r, sizeof x);
		for (size_t j = 0; j < 4; j++) {
			memcpy(y, b + j * PRODUCT_ROWS + r, sizeof y);
			sum[j][0] += x[0] * y[0];
			sum[j][1] += x[1] * y[1];
		}
	}
	for (size_t j = 0; j < 4; j++)
		for (int k = 0; k < LANES; k++)
			out[j] += sum[j][0][k] + sum[j][1][k];
}

/* A slice of the rows: ranks side by side, some rows at a time, zeros behind the last. */
static void product_step(void *ctx, size_t slice)
{
	const struct rank_work *w = ctx;
	size_t n = w->nwhole, rows = (size_t)w->sample->n;
	size_t padded = (n + 3) / 4 * 4;
	double *x = mem_calloc(padded * PRODUCT_ROWS, sizeof *x),
	       *sums = mem_calloc(n * padded, sizeof *sums);
	for (size_t from = slice * PRODUCT_ROWS; from < rows; from += PRODUCT_SLICES * PRODUCT_ROWS) {
		size_t here = rows - from < PRODUCT_ROWS ? rows - from : PRODUCT_ROWS;
		for (size_t i = 0; i < n; i++) {
			const struct ranked *k = w->whole[i];
			double *to = x + i * PRODUCT_ROWS;
			for (size_t r = 0; r < here; r++)
				to[r] = k->rank[k->code[from + r]];
			memset(to + here, 0, (PRODUCT_ROWS - here) * sizeof *to);
		}
		for (size_t i = 0; i < n; i++)
			for (size_t j = i / 4 * 4; j < n; j += 4)
				multiply_four(x + i * PRODUCT_ROWS, x + j * PRODUCT_ROWS,
					sums + i * padded + j, (here + 3) / 4 * 4);
	}
	for (size_t i = 0; i < n; i++)
		memcpy(w->product + (slice * n + i) * n, sums + i * padded, n * sizeof *sums);
	free(sums);
	free(x);
}

/* Where there are too many rows for exact doubles, no pair is taken up here. */
static void product_all(struct rank_work *w, int threads)
{
	size_t n = 0, cols = (size_t)w->v->n;
	w->whole_at = mem_alloc((cols + 1) * sizeof *w->whole_at);
	w->whole = mem_alloc((cols + 1) * sizeof(void *));
	for (size_t i = 0; i < cols; i++) {
		bool whole = w->ranked[i].n == w->sample->n && w->sample->n <= DOUBLE_ROWS;
		w->whole_at[i] = whole ? (int)n : -1;
		if (whole)
			w->whole[n++] = &w->ranked[i];
	}
	w->nwhole = n;
	w->product = mem_calloc(PRODUCT_SLICES * n * n, sizeof *w->product);
	if (n)
		pool_run(threads, PRODUCT_SLICES, product_step, w);
	for (size_t i = n * n; i < PRODUCT_SLICES * n * n; i++)
		w->product[i % (n * n)] += w->product[i];
}

/* ---- all pairs ---------------------------------------------------------------------------- */

static void rank_step(void *ctx, size_t i)
{
	const struct rank_work *w = ctx;
	column_rank(&w->ranked[i], w->sample, w->v->columns[i].col);
}

/* Student's t, but not below 2 / n!, the least that any order of n ranks can have: t does not know that
 * five ranks agree by chance once in 60 times. */
double rank_correlation_p(double r, double n)
{
	double p = correlation_p(r, n), least = 2 / tgamma(n + 1);
	return p < least ? least : p;
}

/* One row of the upper triangle. */
static void row_step(void *ctx, size_t i)
{
	const struct rank_work *w = ctx;
	size_t room = (size_t)w->sample->n + 1;
	uint32_t *codes = mem_alloc(2 * room * sizeof *codes);
	int32_t *ranks = mem_alloc(2 * room * sizeof *ranks);
	struct common c = { codes, codes + room, ranks, ranks + room };
	for (int j = (int)i; j < w->v->n; j++) {
		const struct ranked *a = &w->ranked[i], *b = &w->ranked[j];
		int at = w->whole_at[i], to = w->whole_at[j];
		int64_t n = w->sample->n;
		double r = at < 0 || to < 0 ? rho(a, b, w->sample->n, &c, &n) :
			rho_of(n, (double)a->xx, (double)b->xx,
				w->product[(size_t)at * w->nwhole + (size_t)to]);
		assoc_matrix_set(w->out, (int)i, j, r, rank_correlation_p(r, (double)n), n);
	}
	free(ranks);
	free(codes);
}

void spearman_matrix(const struct sample *s, const struct numbers *v, struct assoc_matrix *out,
	int threads)
{
	struct rank_work w = { .sample = s, .v = v, .out = out,
		.ranked = mem_calloc((size_t)v->n, sizeof *w.ranked) };
	pool_run(threads, (size_t)v->n, rank_step, &w);
	product_all(&w, threads);
	pool_run(threads, (size_t)v->n, row_step, &w);
	for (int i = 0; i < v->n; i++) {
		free(w.ranked[i].code);
		free(w.ranked[i].rank);
	}
	free(w.product);
	free(w.whole);
	free(w.whole_at);
	free(w.ranked);
}
