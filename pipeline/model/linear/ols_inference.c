/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a least squares fit is worth: standard errors, also where the errors spread unevenly, the fit as a
 * whole, and tests of what the standard errors assume. All of it from Q and R, never from cross products. */
#include "model/linear/linear_int.h"

#include <cblas.h>
#include <gsl/gsl_cdf.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void summarise(const struct qr *w, const double *y, bool intercept, struct ols *o)
{
	long double rss = 0, tss = 0;
	for (size_t i = 0; i < w->n; i++) {
		long double d = y[i] - w->ymean;
		rss += (long double)o->residual[i] * o->residual[i];
		tss += d * d;
	}
	double n = (double)w->n;
	o->df_residual = n - o->rank;
	o->rss = (double)rss;
	o->sigma = o->df_residual > 0 ? sqrt((double)rss / o->df_residual) : NAN;
	o->r2 = tss > 0 ? (double)(1 - rss / tss) : NAN;
	o->adj_r2 = o->df_residual > 0 ? 1 - (1 - o->r2) * (n - intercept) / o->df_residual : NAN;
	double explained = (double)(tss - rss) / w->rank;
	o->f = w->rank > 0 && o->df_residual > 0 && rss > 0 ? explained / (o->sigma * o->sigma) : NAN;
	o->f_p = isnan(o->f) ? NAN : gsl_cdf_fdist_Q(o->f, w->rank, o->df_residual);
}

/* The estimates as combinations of the coordinates [sqrt(n) mean of y, Q'y]: (p + 1) x (rank + 1), column-major.
 * A slope is a row of R^-1 over the scale of its column; the intercept is the mean less the slopes at the
 * means. */
static double *combinations(const struct qr *w, bool intercept, struct ols *o)
{
	size_t k = (size_t)w->rank, rows = w->p + 1;
	double *inv = mem_calloc(k * k, sizeof *inv), *t = mem_calloc(rows * (k + 1), sizeof *t);
	for (size_t c = 0; c < k; c++)
		memcpy(inv + c * k, w->r + c * w->m, (c + 1) * sizeof *inv);
	if (k)
		LAPACKE_dtrtri(LAPACK_COL_MAJOR, 'U', 'N', (lapack_int)k, inv, (lapack_int)k);
	t[0] = intercept ? 1 / sqrt((double)w->n) : 0;
	for (size_t c = 0; c < k; c++) {
		double *column = t + (c + 1) * rows;
		for (size_t r = 0; r <= c; r++) {
			size_t j = w->pivot[r];
			column[j + 1] = inv[c * k + r] / w->scale[j];
			column[0] -= intercept ? column[j + 1] * (double)w->mean[j] : 0;
		}
	}
	for (size_t r = 0; r < k; r++) {   /* columns have unit length, so this is 1 / (1 - R_j^2) */
		double ss = 0;
		for (size_t c = r; c < k; c++)
			ss += inv[c * k + r] * inv[c * k + r];
		o->vif[w->pivot[r]] = ss;
	}
	free(inv);
	return t;
}

/* T M T' in full, and the roots of its diagonal; NaN for terms without an estimate. M NULL: `s2` times the
 * identity. */
static double *covariance(const struct qr *w, const double *t, const double *m, double s2, bool intercept, struct arena *a,
	const struct ols *o, double *se)
{
	int rows = (int)w->p + 1, k = w->rank + 1;
	double *cov = arena_calloc(a, (size_t)rows * (size_t)rows, sizeof *cov);
	if (m) {
		double *tm = mem_calloc((size_t)(rows * k), sizeof *tm);
		cblas_dsymm(CblasColMajor, CblasRight, CblasUpper, rows, k, 1, m, k, t, rows, 0, tm, rows);
		cblas_dgemm(CblasColMajor, CblasNoTrans, CblasTrans, rows, rows, k, 1, tm, rows, t, rows, 0, cov, rows);
		free(tm);
	} else {
		cblas_dsyrk(CblasColMajor, CblasUpper, CblasNoTrans, rows, k, s2, t, rows, 0, cov, rows);
		for (int i = 0; i < rows; i++)
			for (int j = 0; j < i; j++)
				cov[j * rows + i] = cov[i * rows + j];
	}
	for (int i = 0; i < rows; i++) {
		bool none = i ? isnan(o->estimate[i]) : !intercept;
		se[i] = none ? NAN : sqrt(cov[i * rows + i]);
		for (int j = 0; none && j < rows; j++)
			cov[i * rows + j] = cov[j * rows + i] = NAN;
	}
	return cov;
}

/* Koenker's studentised form (1981) of Breusch & Pagan 1979: n R2 of the squared residuals on the terms.
 * With Q at hand that R2 is a projection. */
static void breusch_pagan(const struct qr *w, struct ols *o)
{
	double *v = mem_alloc(w->n * sizeof *v), mean = o->rss / (double)w->n, total = 0, along = 0;
	for (size_t i = 0; i < w->n; i++) {
		v[i] = o->residual[i] * o->residual[i] - mean;
		total += v[i] * v[i];
	}
	qr_project(w, v);
	for (int k = 0; k < w->rank; k++)
		along += v[k] * v[k];
	o->breusch_pagan = w->rank && total > 0 ? (double)w->n * along / total : NAN;
	o->breusch_pagan_p = isnan(o->breusch_pagan) ? NAN : gsl_cdf_chisq_Q(o->breusch_pagan, w->rank);
	free(v);
}

/* v less its mean and its projection on the columns (and on `other`, of unit length); its length before over
 * after tells whether anything is left. */
static double beyond(const struct qr *w, double *v, const double *other)
{
	double mean = 0, before, after;
	for (size_t i = 0; i < w->n; i++)
		mean += v[i] / (double)w->n;
	for (size_t i = 0; i < w->n; i++)
		v[i] -= mean;
	before = cblas_dnrm2((int)w->n, v, 1);
	qr_project(w, v);
	memset(v, 0, (size_t)w->rank * sizeof *v);
	qr_unproject(w, v);
	if (other)
		cblas_daxpy((int)w->n, -cblas_ddot((int)w->n, v, 1, other, 1), other, 1, v, 1);
	after = cblas_dnrm2((int)w->n, v, 1);
	if (after > 0)
		cblas_dscal((int)w->n, 1 / after, v, 1);
	return before > 0 ? after / before : 0;
}

/* Squares and cubes of the fit, of which only what the columns do not explain counts, added to the model. */
static void reset(const struct qr *w, struct ols *o)
{
	size_t n = w->n;
	double *square = mem_alloc(n * sizeof *square), *cube = mem_alloc(n * sizeof *cube), sd = 0, along = 0;
	double mean = (double)w->ymean;
	for (size_t i = 0; i < n; i++)
		sd += (o->fitted[i] - mean) * (o->fitted[i] - mean) / (double)n;
	sd = sqrt(sd);
	for (size_t i = 0; i < n; i++) {
		double z = sd > 0 ? (o->fitted[i] - mean) / sd : 0;
		square[i] = z * z;
		cube[i] = z * z * z;
	}
	if (beyond(w, square, NULL) > 1e-7) {
		along = pow(cblas_ddot((int)n, square, 1, o->residual, 1), 2);
		o->reset_df = 1;
		if (beyond(w, cube, square) > 1e-7) {
			along += pow(cblas_ddot((int)n, cube, 1, o->residual, 1), 2);
			o->reset_df = 2;
		}
	}
	double df = o->df_residual - o->reset_df, left = o->rss - along;
	bool made = o->reset_df && df > 0 && left > 1e-12 * o->rss && w->rank;
	o->reset = made ? along / o->reset_df / (left / df) : NAN;
	o->reset_p = made ? gsl_cdf_fdist_Q(o->reset, o->reset_df, df) : NAN;
	free(square);
	free(cube);
}

/* Q itself, in place of its reflectors, and the leverages. */
static void form_q(struct qr *w, bool intercept, struct ols *o)
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

/* Q~' D Q~ with Q~ = [1 / sqrt(n), Q] and D = residual^2 / (1 - leverage)^2: the middle of HC3 (MacKinnon & White
 * 1985). A row that alone decides its own fit says nothing about the spread, and counts nothing. */
static double *spread(const struct qr *w, const struct ols *o)
{
	size_t k = (size_t)w->rank + 1;
	double *d = mem_alloc(w->n * sizeof *d), *m = mem_calloc(k * k, sizeof *m);
	for (size_t i = 0; i < w->n; i++) {
		double left = 1 - o->leverage[i];
		d[i] = left > 1e-10 ? fabs(o->residual[i]) / left : 0;
	}
	gram_add(w->q, w->n, w->n, k - 1, d, true, m);
	for (size_t c = 0; c < k; c++)   /* the column of ones is longer than one by sqrt(n) */
		m[c * k] /= c ? sqrt((double)w->n) : (double)w->n;
	free(d);
	return m;
}

void ols_infer(struct qr *w, const double *y, bool intercept, struct arena *a, struct ols *o)
{
	summarise(w, y, intercept, o);
	breusch_pagan(w, o);
	if (intercept)
		reset(w, o);
	else
		o->reset = o->reset_p = NAN;
	double *t = combinations(w, intercept, o);
	o->covariance = covariance(w, t, NULL, o->sigma * o->sigma, intercept, a, o, o->se);
	form_q(w, intercept, o);
	double *m = spread(w, o);
	o->robust_covariance = covariance(w, t, m, NAN, intercept, a, o, o->robust_se);
	free(m);
	free(t);
}
