/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cramer's V between categories, with the correction for bias of Bergsma 2013: uncorrected, V
 * grows with the number of levels where there is no association at all. Counting is a fold over
 * all pairs.
 */
#include "profile/across_int.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

/* Missing values are one more level on each side, which is then not looked at: no branch in the
 * loop over the rows. */
static size_t side(const struct levels *l)
{
	return (size_t)l->n + 1;
}

static void counts_init(void *acc, const void *arg)
{
	const struct counts_arg *p = arg;
	struct counts *c = acc;
	c->size = 0;
	for (int i = 0; i < p->firsts; i++)
		for (int j = i + 1; j < p->n; j++)
			c->size += side(&p->levels[i]) * side(&p->levels[j]);
	c->v = mem_calloc(c->size, sizeof *c->v);
}

static void count_rows(const struct counts_arg *p, uint8_t *const *code, int64_t rows,
	int64_t *v)
{
	for (int i = 0; i < p->firsts; i++)
		for (int j = i + 1; j < p->n; j++) {
			size_t width = side(&p->levels[j]);
			const uint8_t *a = code[i], *b = code[j];
			for (int64_t r = 0; r < rows; r++)
				v[a[r] * width + b[r]]++;
			v += side(&p->levels[i]) * width;
		}
}

static void counts_update(void *acc, const void *arg, const struct batch *b)
{
	enum { ROWS = 2048 };      /* codes of 40 columns stay in the cache */
	const struct counts_arg *p = arg;
	uint8_t **code = mem_calloc((size_t)p->n, sizeof *code),
		*all = mem_alloc((size_t)p->n * ROWS);
	for (int64_t from = 0; from < b->rows; from += ROWS) {
		int64_t rows = b->rows - from < ROWS ? b->rows - from : ROWS;
		for (int i = 0; i < p->n; i++) {
			const struct levels *l = &p->levels[i];
			code[i] = all + (size_t)i * ROWS;
			levels_code(l, b, from, rows, code[i]);
			for (int64_t r = 0; r < rows; r++)
				if (code[i][r] == LEVEL_NONE)
					code[i][r] = (uint8_t)l->n;
		}
		count_rows(p, code, rows, ((struct counts *)acc)->v);
	}
	free(all);
	free(code);
}

static void counts_release(void *acc)
{
	free(((struct counts *)acc)->v);
}

static void counts_merge(void *left, void *right, const void *arg)
{
	struct counts *l = left, *r = right;
	(void)arg;
	for (size_t i = 0; i < l->size; i++)
		l->v[i] += r->v[i];
	counts_release(r);
}

const struct fold_ops counts_ops = { "counts", sizeof(struct counts), counts_init,
	counts_update, counts_merge, counts_release, counts_save, counts_load };

/* ---- from counts to V ------------------------------------------------------------- */

struct association cramers_v(const int64_t *count, int rows, int cols)
{
	double row[LEVELS_MAX] = { 0 }, col[LEVELS_MAX] = { 0 }, n = 0, chi2 = 0;
	for (int i = 0; i < rows; i++)
		for (int j = 0; j < cols; j++) {
			double o = (double)count[i * cols + j];
			row[i] += o;
			col[j] += o;
			n += o;
		}
	int r = 0, c = 0;
	for (int i = 0; i < rows; i++)
		r += row[i] > 0;
	for (int j = 0; j < cols; j++)
		c += col[j] > 0;
	for (int i = 0; i < rows; i++)
		for (int j = 0; j < cols; j++) {
			double e = row[i] * col[j] / n, d = (double)count[i * cols + j] - e;
			chi2 += e > 0 ? d * d / e : 0;
		}
	struct association a = { .measure = MEASURE_CRAMERS_V, .value = NAN, .p = NAN,
		.n = (int64_t)n };
	double df = (double)(r - 1) * (c - 1);
	if (r < 2 || c < 2)
		return a;
	a.p = gsl_cdf_chisq_Q(chi2, df);
	/* Bergsma 2013, section 3 */
	double phi2 = fmax(0, chi2 / n - df / (n - 1));
	double rr = r - (double)(r - 1) * (r - 1) / (n - 1),
		cc = c - (double)(c - 1) * (c - 1) / (n - 1);
	double least = fmin(rr, cc) - 1;
	if (least > 0)
		a.value = fmin(1, sqrt(phi2 / least));
	return a;
}

/* Drops the levels of missing values: the last row and the last column of the counts. */
static struct association pair_v(const struct levels *a, const struct levels *b,
	const int64_t *count)
{
	int64_t *v = mem_alloc(((size_t)a->n * (size_t)b->n + 1) * sizeof *v);
	for (int i = 0; i < a->n; i++)
		memcpy(v + i * b->n, count + (size_t)i * side(b), (size_t)b->n * sizeof *v);
	struct association r = cramers_v(v, a->n, b->n);
	free(v);
	return r;
}

void cramers_matrix(const struct table *t, const struct levels *l, int n,
	struct assoc_matrix *out, int threads)
{
	struct counts_arg arg = { l, n, n };
	struct fold f = { .ops = &counts_ops, .arg = &arg };
	fold_run(t, &f, 1, threads);
	const int64_t *v = ((const struct counts *)f.acc)->v;
	for (int i = 0; i < n; i++) {
		assoc_matrix_set(out, i, i, l[i].n > 1 ? 1 : NAN, l[i].n > 1 ? 0 : NAN,
			levels_rows(&l[i]));
		for (int j = i + 1; j < n; j++) {
			struct association a = pair_v(&l[i], &l[j], v);
			assoc_matrix_set(out, i, j, a.value, a.p, a.n);
			v += side(&l[i]) * side(&l[j]);
		}
	}
	fold_release(&f, 1);
}

void cramers_row(const struct table *t, const struct levels *l, int n, struct association *out,
	int threads)
{
	struct counts_arg arg = { l, n, 1 };
	struct fold f = { .ops = &counts_ops, .arg = &arg };
	fold_run(t, &f, 1, threads);
	const int64_t *v = ((const struct counts *)f.acc)->v;
	for (int j = 1; j < n; j++) {
		out[j - 1] = pair_v(&l[0], &l[j], v);
		v += side(&l[0]) * side(&l[j]);
	}
	fold_release(&f, 1);
}
