/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Robust regression: Huber's M-estimator (1964, k = 1.345: 95 % efficient where errors are normal), whose scale
 * is the median absolute residual over 0.6745, by iterated weighted least squares from the least squares fit, as
 * rlm of R's MASS does. Rows far from the fit count less; rows far from all others in the columns do not. */
#include "model/linear/linear_int.h"

#include <cblas.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double BEND = 1.345;

struct huber {
	size_t n, p;
	const double *x, *y;     /* x: standardised */
	double *b, *r, *w;       /* p + 1, n, n */
	double *work, *g, *v;    /* n, (p + 1)^2, p + 1 */
	bool *gone;
	double scale;
};

/* The k-th smallest (from 0) of v, which it reorders (Hoare 1961). */
static double kth(double *v, size_t n, size_t k)
{
	size_t lo = 0, hi = n - 1;
	while (lo < hi) {
		double pivot = v[lo + (hi - lo) / 2];
		size_t i = lo, j = hi;
		for (;; i++, j--) {
			while (v[i] < pivot)
				i++;
			while (v[j] > pivot)
				j--;
			if (i >= j)
				break;
			double t = v[i];
			v[i] = v[j];
			v[j] = t;
		}
		if (k <= j)   /* v[lo .. j] <= pivot <= v[j + 1 .. hi] */
			hi = j;
		else
			lo = j + 1;
	}
	return v[k];
}

static double median_size(const double *r, size_t n, double *work)
{
	for (size_t i = 0; i < n; i++)
		work[i] = fabs(r[i]);
	double upper = kth(work, n, n / 2);
	return n % 2 ? upper : (kth(work, n, n / 2 - 1) + upper) / 2;
}

static void residuals(struct huber *h)
{
	for (size_t i = 0; i < h->n; i++)
		h->r[i] = h->y[i] - h->b[0];
	if (h->p)
		cblas_dgemv(CblasColMajor, CblasNoTrans, (int)h->n, (int)h->p, -1, h->x, (int)h->n, h->b + 1, 1, 1, h->r, 1);
}

/* b moves by the weighted least squares fit of the residuals, which errors of the cross products cannot
 * keep from the solution. Returns the length of the move over that of the residuals. */
static double move(struct huber *h)
{
	size_t m = h->p + 1;
	memset(h->g, 0, m * m * sizeof *h->g);
	memset(h->gone, 0, m * sizeof *h->gone);
	gram_add(h->x, h->n, h->n, h->p, h->w, false, h->g);
	gram_factor(h->g, m, 1e-12, h->gone);
	for (size_t i = 0; i < h->n; i++)
		h->work[i] = h->w[i] * h->r[i];
	memset(h->v, 0, m * sizeof *h->v);
	gram_times(h->x, h->n, h->n, h->p, h->work, h->v);
	gram_solve(h->g, m, h->gone, h->v);
	for (size_t j = 0; j < m; j++)
		h->b[j] += h->v[j];
	double before = cblas_dnrm2((int)h->n, h->r, 1), moved = 0;
	memcpy(h->work, h->r, h->n * sizeof *h->work);
	residuals(h);
	for (size_t i = 0; i < h->n; i++)
		moved += (h->r[i] - h->work[i]) * (h->r[i] - h->work[i]);
	return before > 0 ? sqrt(moved) / before : 0;
}

/* False: more than half of the rows lie on the fit, which leaves no scale to judge the others by. */
static bool climb(struct huber *h, double tolerance)
{
	enum { ROUNDS = 200 };
	for (size_t i = 0; i < h->n; i++)
		h->w[i] = 1;
	residuals(h);
	move(h);
	for (int round = 0; round < ROUNDS; round++) {
		h->scale = median_size(h->r, h->n, h->work) / 0.6745;
		if (!(h->scale > 0))
			return false;
		for (size_t i = 0; i < h->n; i++)
			h->w[i] = fmin(1, BEND * h->scale / fabs(h->r[i]));
		if (move(h) < tolerance)
			break;
	}
	return true;
}

/* ---- inference --------------------------------------------------------------------------------------------- */

/* Huber 1981, (6.5): the covariance is that of least squares with sigma^2 replaced, as summary.rlm has it. */
static double sigma_of(const struct huber *h, size_t rank)
{
	double n = (double)h->n, inside = 0, squares = 0;
	for (size_t i = 0; i < h->n; i++) {
		inside += fabs(h->r[i]) <= BEND * h->scale;
		squares += h->r[i] * h->w[i] * h->r[i] * h->w[i];
	}
	double mean = inside / n, variance = inside * (1 - mean) / (n - 1);
	double kappa = 1 + (double)rank * variance / (n * mean * mean);
	return sqrt(squares / (n - (double)rank)) * kappa / mean;
}

/* The standard errors of least squares over its sigma are those of any such fit over its own. */
static int report(const struct huber *h, const struct sample *s, const struct model *m, struct arena *a, struct candidate *c,
	struct err *e)
{
	const struct design *d = m->design;
	struct arena *own = arena_new();
	struct ols o;
	int status = ols_fit(raw_matrix(d, s, own), h->y, h->n, h->p, true, true, own, &o, e);
	if (status == 0) {
		double sigma = sigma_of(h, (size_t)o.rank), factor = sigma / o.sigma;
		c->coefficients = arena_calloc(a, h->p + 1, sizeof *c->coefficients);
		for (size_t j = 0; j <= h->p; j++) {
			struct coefficient *k = &c->coefficients[c->ncoefficients++];
			*k = coefficient_new(j ? d->terms[j - 1].name : "(intercept)", NULL, j ? term_unit(&d->terms[j - 1]) : 1);
			k->estimate = j ? h->b[j] / d->terms[j - 1].sd : h->b[0];
			for (size_t t = 1; !j && t <= h->p; t++)
				k->estimate -= h->b[t] * d->terms[t - 1].mean / d->terms[t - 1].sd;
			if (isnan(o.estimate[j])) {
				k->estimate = NAN;
				continue;
			}
			k->se = o.se[j] * factor;
			k->statistic = k->estimate / k->se;   /* normal in large samples */
			k->p = 2 * gsl_cdf_ugaussian_Q(fabs(k->statistic));
			k->lo = k->estimate - 1.959963984540054 * k->se;
			k->hi = k->estimate + 1.959963984540054 * k->se;
		}
		c->sigma = sigma;
		c->parameters = o.rank;
		c->df_residual = o.df_residual;
		c->linear = linear_fit_new(a);
		c->linear->scale = h->scale;
		for (size_t i = 0; i < h->n; i++)
			c->linear->downweighted += h->w[i] < 0.5;
	}
	arena_free(own);
	return status;
}

static int robust_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	m->design = arena_alloc(a, sizeof *m->design);
	design_fit(s, recipe_of(spec, m->kind), a, m->design);
	size_t n = s->n, p = m->design->nterms;
	if (n <= 2 * (p + 1))
		return err_set(e, ERR_INPUT, "%zu rows are too few for %zu terms of a robust fit", n, p);
	struct arena *own = arena_new();
	m->beta = arena_calloc(a, p + 1, sizeof *m->beta);
	struct huber h = { .n = n, .p = p, .x = design_train(m->design, s, own), .y = sample_target(s, own), .b = m->beta,
		.r = arena_calloc(own, n, sizeof(double)), .w = arena_calloc(own, n, sizeof(double)),
		.work = arena_calloc(own, n, sizeof(double)), .g = arena_calloc(own, (p + 1) * (p + 1), sizeof(double)),
		.v = arena_calloc(own, p + 1, sizeof(double)), .gone = arena_calloc(own, p + 1, sizeof(bool)) };
	int status = climb(&h, c ? 1e-12 : 1e-4) ? 0 :
		err_set(e, ERR_INPUT, "more than half of the rows lie on one plane, so that there is no scale to weigh by");
	if (status == 0 && c)
		status = report(&h, s, m, a, c, e);
	arena_free(own);
	return status;
}

const struct learner learner_robust = {
	.kind = MODEL_ROBUST,
	.name = { "Robust regression (Huber)", NULL, NULL },
	.fit = robust_fit,
	.predict = linear_predict,
	.shapley = linear_shapley,
};
