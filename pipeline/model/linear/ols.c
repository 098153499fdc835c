/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Least squares on plain arrays. Columns are centred and scaled first, which alone saves most of the
 * digits that raw polynomials lose; QR finds what depends on what, and a column that depends on earlier
 * ones is the one that goes, as in R; rounds of refinement with residuals in extended precision take out
 * most of the rest of the error. */
#include "model/model.h"

#include <float.h>
#include <gsl/gsl_cdf.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct work {
	size_t n, p, m;          /* m = min(n, p) */
	/* X = Q1 S; S with its dependent columns moved to the end = Q2 R. Only S, which is small, is factorised
	 * twice. */
	double *q, *qtau;        /* n x p: reflectors of Q1 below S */
	double *r, *rtau;        /* m x p: reflectors of Q2 below R */
	size_t *pivot;           /* columns of X in the order of R's */
	long double *mean;       /* of the columns of x; in extended precision since the intercept is a */
	long double ymean;       /* small difference of large products with them */
	double *scale;           /* length of the centred columns */
	int rank;                /* of the centred columns */
};

static long double column_mean(const double *x, size_t n)
{
	long double s = 0;
	for (size_t i = 0; i < n; i++)
		s += x[i];
	return s / (long double)n;
}

static void centre_and_scale(struct work *w, const double *x, bool intercept)
{
	for (size_t j = 0; j < w->p; j++) {
		const double *c = x + j * w->n;
		w->mean[j] = intercept ? column_mean(c, w->n) : 0;
		long double ss = 0;
		for (size_t i = 0; i < w->n; i++) {
			long double d = c[i] - w->mean[j];
			ss += d * d;
		}
		w->scale[j] = sqrt((double)ss);
		double inv = w->scale[j] > 0 ? 1 / w->scale[j] : 0;
		for (size_t i = 0; i < w->n; i++)
			w->q[j * w->n + i] = (double)(c[i] - w->mean[j]) * inv;
	}
}

/* What is left of a dependent column by rounding: of the arithmetic, and of the data, whose last digit
 * counts for more the farther a column is from zero. Filip's polynomial stays above it. */
static double noise_of(const struct work *w, size_t upto)
{
	double far = 0;
	for (size_t j = 0; j <= upto; j++)
		if (w->scale[j] > 0)
			far = fmax(far, fabs((double)w->mean[j]) * sqrt((double)w->n) / w->scale[j]);
	return fmin(1e-9, 1e-13 + 8 * DBL_EPSILON * far);
}

static int factorise(struct work *w, struct err *e)
{
	lapack_int n = (lapack_int)w->n, p = (lapack_int)w->p, m = (lapack_int)w->m;
	if (!p)
		return 0;
	if (LAPACKE_dgeqrf(LAPACK_COL_MAJOR, n, p, w->q, n, w->qtau) != 0)
		return err_set(e, ERR_BUG, "QR factorisation failed");
	size_t end = w->p;
	for (size_t j = 0; j < w->p; j++)
		if (j < w->m && fabs(w->q[j * w->n + j]) > noise_of(w, j))
			w->pivot[w->rank++] = j;
		else
			w->pivot[--end] = j;
	for (size_t k = 0; k < w->p; k++) {
		size_t j = w->pivot[k];
		memcpy(w->r + k * w->m, w->q + j * w->n, (j < w->m ? j + 1 : w->m) * sizeof *w->r);
	}
	if (LAPACKE_dgeqrf(LAPACK_COL_MAJOR, m, p, w->r, m, w->rtau) != 0)
		return err_set(e, ERR_BUG, "QR factorisation failed");
	return 0;
}

/* v becomes Q'v; its first `rank` values are coordinates in the space of the columns. */
static void project(const struct work *w, double *v)
{
	lapack_int n = (lapack_int)w->n, m = (lapack_int)w->m, k = (lapack_int)w->rank;
	if (!k)
		return;
	LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', 'T', n, 1, m, w->q, n, w->qtau, v, n);
	LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', 'T', m, 1, k, w->r, m, w->rtau, v, m);
}

/* Solves R z = Q'v for the kept columns; v is overwritten. */
static void solve(const struct work *w, double *v, double *z)
{
	project(w, v);
	memcpy(z, v, (size_t)w->rank * sizeof *z);
	if (w->rank)
		LAPACKE_dtrtrs(LAPACK_COL_MAJOR, 'U', 'N', 'N', w->rank, 1, w->r, (lapack_int)w->m, z, w->rank);
}

/* y - fit with every product and sum in extended precision. */
static void residuals(const struct work *w, const double *x, const double *y, const long double *b, double *r)
{
	long double *v = mem_alloc(w->n * sizeof *v);
	for (size_t i = 0; i < w->n; i++)
		v[i] = y[i] - w->ymean;
	for (int k = 0; k < w->rank; k++) {
		size_t j = w->pivot[k];
		long double slope = b[k] / w->scale[j], mean = w->mean[j];
		const double *column = x + j * w->n;
		for (size_t i = 0; i < w->n && slope != 0; i++)
			v[i] -= slope * (column[i] - mean);
	}
	for (size_t i = 0; i < w->n; i++)
		r[i] = (double)v[i];
	free(v);
}

static void variances(const struct work *w, bool intercept, struct ols *o)
{
	/* (R'R)^-1 = R^-1 R^-T: row sums of squares of R^-1 give the diagonal */
	size_t k = (size_t)w->rank;
	double *inv = mem_calloc(k * k, sizeof *inv);
	for (size_t c = 0; c < k; c++)
		memcpy(inv + c * k, w->r + c * w->m, (c + 1) * sizeof *inv);
	if (k)
		LAPACKE_dtrtri(LAPACK_COL_MAJOR, 'U', 'N', (lapack_int)k, inv, (lapack_int)k);
	double s2 = o->sigma * o->sigma;
	double *through_means = mem_calloc(k, sizeof *through_means);
	for (size_t r = 0; r < k; r++) {
		size_t j = w->pivot[r];
		double ss = 0;
		for (size_t c = r; c < k; c++)
			ss += inv[c * k + r] * inv[c * k + r];
		o->se[j + 1] = sqrt(s2 * ss) / w->scale[j];
		/* columns have unit length, so this is 1 / (1 - R_j^2) */
		o->vif[j] = ss;
		for (size_t c = r; c < k; c++)
			through_means[c] += inv[c * k + r] * (double)w->mean[j] / w->scale[j];
	}
	double v = 0;
	for (size_t c = 0; c < k; c++)
		v += through_means[c] * through_means[c];
	o->se[0] = intercept ? sqrt(s2 * (1 / (double)w->n + v)) : NAN;
	free(through_means);
	free(inv);
}

/* Koenker's studentised form (1981) of Breusch & Pagan 1979: n R2 of the squared residuals on the terms.
 * With Q at hand that R2 is a projection. */
static void breusch_pagan(const struct work *w, struct ols *o)
{
	double *v = mem_alloc(w->n * sizeof *v), mean = o->rss / (double)w->n, total = 0, along = 0;
	for (size_t i = 0; i < w->n; i++) {
		v[i] = o->residual[i] * o->residual[i] - mean;
		total += v[i] * v[i];
	}
	project(w, v);
	for (int k = 0; k < w->rank; k++)
		along += v[k] * v[k];
	o->breusch_pagan = w->rank && total > 0 ? (double)w->n * along / total : NAN;
	o->breusch_pagan_p = isnan(o->breusch_pagan) ? NAN : gsl_cdf_chisq_Q(o->breusch_pagan, w->rank);
	free(v);
}

static void leverages(struct work *w, bool intercept, struct ols *o)
{
	lapack_int n = (lapack_int)w->n, m = (lapack_int)w->m, k = (lapack_int)w->rank;
	if (k) {
		LAPACKE_dorgqr(LAPACK_COL_MAJOR, n, m, m, w->q, n, w->qtau);
		LAPACKE_dormqr(LAPACK_COL_MAJOR, 'R', 'N', n, m, k, w->r, m, w->rtau, w->q, n);
	}
	for (size_t i = 0; i < w->n; i++)
		o->leverage[i] = intercept ? 1 / (double)w->n : 0;
	for (size_t c = 0; c < (size_t)k; c++)
		for (size_t i = 0; i < w->n; i++)
			o->leverage[i] += w->q[c * w->n + i] * w->q[c * w->n + i];
}

static void summarise(const struct work *w, const double *y, bool intercept, struct ols *o)
{
	long double rss = 0, tss = 0;
	for (size_t i = 0; i < w->n; i++) {
		long double d = y[i] - w->ymean;
		rss += (long double)o->residual[i] * o->residual[i];
		tss += d * d;
	}
	double n = (double)w->n;
	o->rank = w->rank + intercept;
	o->df_residual = n - o->rank;
	o->rss = (double)rss;
	o->sigma = o->df_residual > 0 ? sqrt((double)rss / o->df_residual) : NAN;
	o->r2 = tss > 0 ? (double)(1 - rss / tss) : NAN;
	o->adj_r2 = o->df_residual > 0 ? 1 - (1 - o->r2) * (n - intercept) / o->df_residual : NAN;
	double explained = (double)(tss - rss) / w->rank;
	o->f = w->rank > 0 && o->df_residual > 0 && rss > 0 ? explained / (o->sigma * o->sigma) : NAN;
	o->f_p = isnan(o->f) ? NAN : gsl_cdf_fdist_Q(o->f, w->rank, o->df_residual);
}

/* Slopes of the scaled columns, in the order of the pivot. */
static void estimate(const struct work *w, const double *x, const double *y, long double *b, struct ols *o)
{
	enum { REFINEMENTS = 3 };
	double *z = mem_calloc((size_t)w->rank, sizeof *z), *rest = mem_alloc(w->n * sizeof *rest);
	for (int round = 0; round < REFINEMENTS; round++) {
		residuals(w, x, y, b, rest);
		solve(w, rest, z);
		for (int k = 0; k < w->rank; k++)
			b[k] += z[k];
	}
	residuals(w, x, y, b, o->residual);
	for (size_t i = 0; i < w->n; i++)
		o->fitted[i] = y[i] - o->residual[i];
	free(z);
	free(rest);
}

/* In units of the data. */
static void unscale(const struct work *w, const long double *b, bool intercept, struct ols *o)
{
	for (size_t j = 0; j <= w->p; j++)
		o->estimate[j] = o->se[j] = NAN;
	for (size_t j = 0; j < w->p; j++)
		o->vif[j] = NAN;
	long double b0 = w->ymean;
	for (int k = 0; k < w->rank; k++) {
		size_t j = w->pivot[k];
		long double slope = b[k] / w->scale[j];
		o->estimate[j + 1] = (double)slope;
		b0 -= slope * w->mean[j];
	}
	o->estimate[0] = intercept ? (double)b0 : 0;
}

int ols_fit(const double *x, const double *y, size_t n, size_t p, bool intercept, bool inference, struct arena *a,
	struct ols *o, struct err *e)
{
	if (!n)
		return err_set(e, ERR_INPUT, "no rows");
	struct arena *own = arena_new();
	size_t m = n < p ? n : p;
	struct work w = { .n = n, .p = p, .m = m, .q = arena_calloc(own, n * p, sizeof(double)),
		.qtau = arena_calloc(own, p, sizeof(double)), .r = arena_calloc(own, m * p, sizeof(double)),
		.rtau = arena_calloc(own, p, sizeof(double)), .pivot = arena_calloc(own, p, sizeof(size_t)),
		.mean = arena_calloc(own, p, sizeof(long double)), .scale = arena_calloc(own, p, sizeof(double)),
		.ymean = intercept ? column_mean(y, n) : 0 };
	*o = (struct ols){ .estimate = arena_calloc(a, p + 1, sizeof(double)),
		.se = arena_calloc(a, p + 1, sizeof(double)), .vif = arena_calloc(a, p, sizeof(double)),
		.fitted = arena_calloc(a, n, sizeof(double)), .residual = arena_calloc(a, n, sizeof(double)),
		.leverage = arena_calloc(a, n, sizeof(double)) };
	centre_and_scale(&w, x, intercept);
	int r = factorise(&w, e);
	if (r == 0) {
		long double *b = arena_calloc(own, p, sizeof *b);
		estimate(&w, x, y, b, o);
		unscale(&w, b, intercept, o);
		o->rank = w.rank + intercept;
	}
	if (r == 0 && inference) {
		summarise(&w, y, intercept, o);
		variances(&w, intercept, o);
		breusch_pagan(&w, o);
		leverages(&w, intercept, o);   /* last: it turns the reflectors into Q */
	}
	arena_free(own);
	return r;
}
