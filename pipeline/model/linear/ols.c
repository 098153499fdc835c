/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Least squares on plain arrays. Columns are centred and scaled first, which alone saves most of the
 * digits that raw polynomials lose; QR finds what depends on what, and a column that depends on earlier
 * ones is the one that goes, as in R; refinement with what is lacking in extended precision takes out most of
 * the rest of the error. */
#include "model/linear/linear_int.h"

#include <cblas.h>
#include <float.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static long double column_mean(const double *x, size_t n)
{
	long double s = 0;
	for (size_t i = 0; i < n; i++)
		s += x[i];
	return s / (long double)n;
}

static void centre_and_scale(struct qr *w, const double *x, bool intercept)
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
static double noise_of(const struct qr *w, size_t upto)
{
	double far = 0;
	for (size_t j = 0; j <= upto; j++)
		if (w->scale[j] > 0)
			far = fmax(far, fabs((double)w->mean[j]) * sqrt((double)w->n) / w->scale[j]);
	return fmin(1e-9, 1e-13 + 8 * DBL_EPSILON * far);
}

static int factorise(struct qr *w, struct err *e)
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

void qr_project(const struct qr *w, double *v)
{
	lapack_int n = (lapack_int)w->n, m = (lapack_int)w->m, k = (lapack_int)w->rank;
	if (!k)
		return;
	LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', 'T', n, 1, m, w->q, n, w->qtau, v, n);
	LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', 'T', m, 1, k, w->r, m, w->rtau, v, m);
}

void qr_unproject(const struct qr *w, double *v)
{
	lapack_int n = (lapack_int)w->n, m = (lapack_int)w->m, k = (lapack_int)w->rank;
	if (!k)
		return;
	LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', 'N', m, 1, k, w->r, m, w->rtau, v, m);
	LAPACKE_dormqr(LAPACK_COL_MAJOR, 'L', 'N', n, 1, m, w->q, n, w->qtau, v, n);
}

/* ---- refinement ----------------------------------------------------------------------------------------- */

/* Large residuals cost digits that refining the coefficients alone cannot regain, so residual r and
 * coefficients b are refined together (Bjoerck 1967): r + X b = y and X'r = 0, with what these lack computed in
 * extended precision. */
struct solution {
	long double *b;          /* slopes of the scaled columns, in the order of the pivot */
	double *r, *rest;        /* n: the residual, and what r + X b lacks of y */
	double *along, *z;       /* rank: what X'r lacks of zero, and the step of b */
};

/* rest = y - r - X b */
static void lacking(const struct qr *w, const double *x, const double *y, struct solution *s)
{
	long double *v = mem_alloc(w->n * sizeof *v);
	for (size_t i = 0; i < w->n; i++)
		v[i] = y[i] - w->ymean - s->r[i];
	for (int k = 0; k < w->rank; k++) {
		size_t j = w->pivot[k];
		long double slope = s->b[k] / w->scale[j], mean = w->mean[j];
		const double *column = x + j * w->n;
		for (size_t i = 0; i < w->n && slope != 0; i++)
			v[i] -= slope * (column[i] - mean);
	}
	for (size_t i = 0; i < w->n; i++)
		s->rest[i] = (double)v[i];
	free(v);
}

/* along = -X'r */
static void slanting(const struct qr *w, const double *x, struct solution *s)
{
	for (int k = 0; k < w->rank; k++) {
		size_t j = w->pivot[k];
		const double *column = x + j * w->n;
		long double sum = 0, mean = w->mean[j];
		for (size_t i = 0; i < w->n; i++)
			sum += (column[i] - mean) * s->r[i];
		s->along[k] = (double)(-sum / w->scale[j]);
	}
}

/* One step of both. R'h = along; R z = (Q'rest) - h; r grows by Q (h, what of Q'rest is beyond the columns). */
static void step(const struct qr *w, struct solution *s)
{
	lapack_int k = w->rank, m = (lapack_int)w->m;
	qr_project(w, s->rest);
	if (k) {
		LAPACKE_dtrtrs(LAPACK_COL_MAJOR, 'U', 'T', 'N', k, 1, w->r, m, s->along, k);
		for (int i = 0; i < k; i++) {
			s->z[i] = s->rest[i] - s->along[i];
			s->rest[i] = s->along[i];
		}
		LAPACKE_dtrtrs(LAPACK_COL_MAJOR, 'U', 'N', 'N', k, 1, w->r, m, s->z, k);
	}
	qr_unproject(w, s->rest);
	for (size_t i = 0; i < w->n; i++)
		s->r[i] += s->rest[i];
	for (int i = 0; i < k; i++)
		s->b[i] += s->z[i];
}

static void estimate(const struct qr *w, const double *x, const double *y, struct solution *s)
{
	enum { ROUNDS = 6 };
	for (int round = 0; round < ROUNDS; round++) {
		lacking(w, x, y, s);
		if (round)
			slanting(w, x, s);
		step(w, s);
		double moved = 0, size = 0;
		for (int k = 0; k < w->rank; k++) {
			moved = fmax(moved, fabs(s->z[k]));
			size = fmax(size, fabs((double)s->b[k]));
		}
		if (round && !(moved > 1e-10 * size))   /* the next step would be as much smaller again */
			break;
	}
}

/* In units of the data. */
static void unscale(const struct qr *w, const long double *b, bool intercept, struct ols *o)
{
	for (size_t j = 0; j <= w->p; j++)
		o->estimate[j] = o->se[j] = o->robust_se[j] = NAN;
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
	struct qr w = { .n = n, .p = p, .m = m, .q = arena_calloc(own, n * p, sizeof(double)),
		.qtau = arena_calloc(own, p, sizeof(double)), .r = arena_calloc(own, m * p, sizeof(double)),
		.rtau = arena_calloc(own, p, sizeof(double)), .pivot = arena_calloc(own, p, sizeof(size_t)),
		.mean = arena_calloc(own, p, sizeof(long double)), .scale = arena_calloc(own, p, sizeof(double)),
		.ymean = intercept ? column_mean(y, n) : 0 };
	*o = (struct ols){ .estimate = arena_calloc(a, p + 1, sizeof(double)),
		.se = arena_calloc(a, p + 1, sizeof(double)), .vif = arena_calloc(a, p, sizeof(double)),
		.fitted = arena_calloc(a, n, sizeof(double)), .residual = arena_calloc(a, n, sizeof(double)),
		.leverage = arena_calloc(a, inference ? n : 0, sizeof(double)),
		.robust_se = arena_calloc(a, p + 1, sizeof(double)) };
	centre_and_scale(&w, x, intercept);
	int r = factorise(&w, e);
	if (r == 0) {
		struct solution s = { .b = arena_calloc(own, p, sizeof *s.b), .r = o->residual,
			.rest = arena_calloc(own, n, sizeof(double)), .along = arena_calloc(own, m, sizeof(double)),
			.z = arena_calloc(own, m, sizeof(double)) };
		estimate(&w, x, y, &s);
		for (size_t i = 0; i < n; i++)
			o->fitted[i] = y[i] - o->residual[i];
		unscale(&w, s.b, intercept, o);
		o->rank = w.rank + intercept;
	}
	if (r == 0 && inference)
		ols_infer(&w, y, intercept, a, o);
	arena_free(own);
	return r;
}

bool ols_quick(const double *x, const double *y, size_t n, size_t p, double *beta)
{
	size_t m = p + 1;
	double *g = mem_calloc(m * m, sizeof *g), *r = mem_alloc(n * sizeof *r), *v = mem_alloc(m * sizeof *v);
	bool *gone = mem_calloc(m, sizeof *gone);
	gram_add(x, n, n, p, NULL, false, g);
	bool ok = gram_factor(g, m, 1e-12, gone) > 1e-6;
	memset(beta, 0, m * sizeof *beta);
	for (int round = 0; round < 2 && ok; round++) {
		for (size_t i = 0; i < n; i++)
			r[i] = y[i] - beta[0];
		if (p && round)
			cblas_dgemv(CblasColMajor, CblasNoTrans, (int)n, (int)p, -1, x, (int)n, beta + 1, 1, 1, r, 1);
		memset(v, 0, m * sizeof *v);
		gram_times(x, n, n, p, r, v);
		gram_solve(g, m, gone, v);
		for (size_t j = 0; j < m; j++)
			beta[j] += v[j];
	}
	free(g);
	free(r);
	free(v);
	free(gone);
	return ok;
}
