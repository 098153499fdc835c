/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Little's test that values are missing completely at random: see struct mcar_test. */
#include "profile/missing_int.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

enum { ROWS_FEW = 30 };

/* The rows of the sample: values of p columns side by side, standardised; NaN where missing. */
struct rows {
	int64_t n;
	int p, *var;
	double *x;                 /* column after column */
};

/* ---- which columns ------------------------------------------------------------------ */

/* False for a column of one value: nothing varies with it. */
static bool standardise(double *x, int64_t n)
{
	double sum = 0, squares = 0, k = 0;
	for (int64_t i = 0; i < n; i++)
		if (!isnan(x[i])) {
			sum += x[i];
			k++;
		}
	double mean = sum / k;
	for (int64_t i = 0; i < n; i++)
		squares += isnan(x[i]) ? 0 : (x[i] - mean) * (x[i] - mean);
	double sd = sqrt(squares / k);
	for (int64_t i = 0; i < n; i++)
		x[i] = (x[i] - mean) / sd;
	return k >= MISSING_FEW && sd > 1e-12 * fabs(mean) && isfinite(sd);
}

/* The columns to test: first those with missing values, most missing first, then the others. */
static int choose(const struct missing_profile *m, const struct variable *v,
	const struct profile_options *o, int *var)
{
	int n = 0, lacking = 0;
	for (int i = 0; i < m->n; i++)
		lacking += m->columns[i].missing > 0;
	for (int i = 0; i < m->n && n < o->max_mcar_columns; i++) {
		const struct missing_column *c = &m->columns[i];
		if (variable_measures(v[c->var].type) &&
			(double)c->missing <= o->missing_bad * (double)m->rows)
			var[n++] = c->var;
		if (n == 0 && i >= lacking)
			break;         /* no number lacks values */
	}
	qsort(var, (size_t)n, sizeof *var, by_number);
	return n;
}

static void rows_init(struct rows *r, const struct sample *s, const struct variable *v,
	const int *var, int n)
{
	*r = (struct rows){ .n = s->n, .var = mem_calloc((size_t)n + 1, sizeof(int)),
		.x = mem_calloc((size_t)(n * s->n) + 1, sizeof(double)) };
	for (int i = 0; i < n; i++) {
		double *x = r->x + r->p * s->n;
		sample_numbers(s, v[var[i]].col, x);
		if (standardise(x, s->n))
			r->var[r->p++] = var[i];
	}
}

static void rows_drop(struct rows *r, int column)
{
	r->p--;
	memmove(r->var + column, r->var + column + 1, (size_t)(r->p - column) * sizeof *r->var);
	memmove(r->x + column * r->n, r->x + (column + 1) * r->n,
		(size_t)((r->p - column) * r->n) * sizeof *r->x);
}

/* ---- patterns ----------------------------------------------------------------------- */

struct patterns {
	struct normal_pattern *v;
	int64_t n, rows;           /* rows: those with any value */
	bool lacking;              /* something is missing in them */
	double *sums;
	int *at;
};

static void pattern_take(struct normal_pattern *q, const struct rows *r, const struct keyed *row,
	int64_t n)
{
	q->n = n;
	for (int64_t i = 0; i < n; i++)
		for (int j = 0; j < q->k; j++) {
			double x = r->x[q->at[j] * r->n + row[i].row];
			q->sum[j] += x;
			for (int l = 0; l <= j; l++)
				q->product[j * q->k + l] += x * r->x[q->at[l] * r->n + row[i].row];
		}
	for (int j = 0; j < q->k; j++)
		for (int l = 0; l < j; l++)
			q->product[l * q->k + j] = q->product[j * q->k + l];
}

static void patterns_init(struct patterns *out, const struct rows *r)
{
	struct keyed *row = mem_calloc(2 * (size_t)r->n + 1, sizeof *row);
	size_t p = (size_t)r->p;
	for (int64_t i = 0; i < r->n; i++) {
		row[i].row = i;
		for (int j = 0; j < r->p; j++)
			row[i].key |= (uint64_t)!isnan(r->x[j * r->n + i]) << j;
	}
	sort_keyed(row, row + r->n, (size_t)r->n);
	size_t n = 0;
	for (int64_t i = 0; i < r->n; i++)
		n += i == 0 || row[i].key != row[i - 1].key;
	*out = (struct patterns){ .v = mem_calloc(n + 1, sizeof *out->v),
		.sums = mem_calloc(n * (p + p * p) + 1, sizeof *out->sums),
		.at = mem_calloc(n * p + 1, sizeof *out->at) };
	for (int64_t i = 0, end; i < r->n; i = end) {
		for (end = i + 1; end < r->n && row[end].key == row[i].key; end++)
			continue;
		if (!row[i].key)
			continue;
		struct normal_pattern *q = &out->v[out->n];
		q->at = out->at + (size_t)out->n * p;
		q->sum = out->sums + (size_t)out->n++ * (p + p * p);
		q->product = q->sum + p;
		for (int j = 0; j < r->p; j++)
			if (row[i].key >> j & 1)
				q->at[q->k++] = j;
		pattern_take(q, r, row + i, end - i);
		out->rows += end - i;
		out->lacking = out->lacking || q->k < r->p;
	}
	free(row);
}

static void patterns_free(struct patterns *p)
{
	free(p->v);
	free(p->sums);
	free(p->at);
}

/* ---- the test ----------------------------------------------------------------------- */

/* Little 1988, eq. 5: squared distances of the means of the patterns from the fitted ones. */
static void distance(const struct patterns *v, const struct normal_fit *f, struct mcar_test *out)
{
	double *factor = mem_alloc((size_t)(f->p * f->p + f->p) * sizeof *factor);
	double *d = factor + f->p * f->p;
	out->d2 = 0;
	out->df = -f->p;
	for (int64_t i = 0; i < v->n; i++) {
		const struct normal_pattern *q = &v->v[i];
		double n = (double)q->n;
		for (int j = 0; j < q->k; j++) {
			d[j] = q->sum[j] / n - f->mean[q->at[j]];
			for (int l = 0; l < q->k; l++)
				factor[j * q->k + l] = f->cov[q->at[j] * f->p + q->at[l]];
		}
		if (cholesky(factor, q->k) >= 0)
			out->why_not = "the covariances could not be estimated";
		cholesky_forward(factor, q->k, d);
		for (int j = 0; j < q->k; j++)
			out->d2 += n * d[j] * d[j];
		out->df += q->k;
	}
	free(factor);
}

static const char none_lacks[] = "no numeric column lacks values, but for what is mostly missing";

static const char *reason_against(const struct patterns *v, int p, int64_t rows)
{
	return !v->lacking && v->rows == rows ? none_lacks
		: p < 2 ? "it takes two numeric columns that vary"
		: !v->lacking ? "rows lack either all of the numbers or none"
		: v->n < 2 ? "all rows lack the same columns"
		: v->rows < ROWS_FEW || v->rows < 3 * p ? "there are too few rows"
		: NULL;
}

/* Fits and tests; gives a column to leave out before it is tried again, or -1. */
static int attempt(const struct rows *r, struct mcar_test *out)
{
	struct patterns v;
	patterns_init(&v, r);
	size_t p = (size_t)r->p;
	struct normal_fit f = { .p = r->p, .mean = mem_calloc(p + p * p + 1, sizeof(double)),
		.singular = -1 };
	f.cov = f.mean + p;
	out->rows = v.rows;
	out->patterns = v.n;
	out->why_not = reason_against(&v, r->p, r->n);
	if (!out->why_not) {
		normal_fit(v.v, v.n, &f);
		out->iterations = f.iterations;
		/* what programs for this test settle for (the package norm of R) */
		if (f.singular < 0 && !(f.change < 1e-4))
			out->why_not = "the means and covariances could not be found in so many steps";
		else if (f.singular < 0)
			distance(&v, &f, out);
	}
	free(f.mean);
	patterns_free(&v);
	return f.singular;
}

void mcar_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, const struct missing_profile *m, struct mcar_test *out,
	struct arena *a)
{
	int *var = arena_calloc(a, (size_t)n + 1, sizeof *var);
	struct sample s = sample_new(t, o->max_mcar_rows, o->seed, a);
	struct rows r;
	int chosen = choose(m, v, o, var);
	*out = (struct mcar_test){ .var = var, .table_rows = s.n, .d2 = NAN, .p = NAN };
	if (!chosen) {
		out->why_not = none_lacks;
		return;
	}
	rows_init(&r, &s, v, var, chosen);
	for (int bad = 0; bad >= 0;) {
		bad = attempt(&r, out);
		if (bad >= 0)
			rows_drop(&r, bad);
	}
	out->n = r.p;
	memcpy(var, r.var, (size_t)r.p * sizeof *var);
	if (!out->why_not)
		out->p = gsl_cdf_chisq_Q(out->d2, (double)out->df);
	else
		out->d2 = NAN;
	free(r.var);
	free(r.x);
}
