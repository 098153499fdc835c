/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Penalised least squares from cross products alone: those of a fold's training rows are those of all rows less
 * the fold's own, and so is the error on held-out rows a quadratic form of its own. However many rows, they
 * are read once. */
#include "model/linear/linear_int.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Cross products of [1 X y], (p + 2)^2, full, of some rows. */
struct products {
	size_t m;
	double *a;
};

/* The rows as a problem of correlations: variance 1, where that of a term is not zero. */
struct moments {
	size_t p;
	double *mean, *sd;       /* p + 1: terms, then y */
	double *r, *c;           /* p x p correlations of the terms, and with y */
};

static struct products products_of(const struct path_problem *q, size_t from, size_t to, struct arena *a)
{
	struct products out = { q->p + 2, arena_calloc(a, (q->p + 2) * (q->p + 2), sizeof(double)) };
	size_t m = q->p + 1, n = to - from;
	double *g = mem_calloc(m * m, sizeof *g), *v = mem_calloc(m, sizeof *v);
	gram_add(q->x + from, q->n, n, q->p, NULL, false, g);
	gram_times(q->x + from, q->n, n, q->p, q->y + from, v);
	for (size_t j = 0; j < m; j++) {
		for (size_t i = 0; i <= j; i++)
			out.a[j * out.m + i] = out.a[i * out.m + j] = g[j * m + i];
		out.a[j * out.m + m] = out.a[m * out.m + j] = v[j];
	}
	out.a[m * out.m + m] = cblas_ddot((int)n, q->y + from, 1, q->y + from, 1);
	free(g);
	free(v);
	return out;
}

/* `all` less `part`, which may be NULL. */
static struct moments moments_of(const struct products *all, const struct products *part, struct arena *a)
{
	size_t m = all->m, p = m - 2;
	double *t = arena_calloc(a, m * m, sizeof *t), n;
	for (size_t i = 0; i < m * m; i++)
		t[i] = all->a[i] - (part ? part->a[i] : 0);
	n = t[0];
	struct moments o = { p, arena_calloc(a, p + 1, sizeof(double)), arena_calloc(a, p + 1, sizeof(double)),
		arena_calloc(a, p * p, sizeof(double)), arena_calloc(a, p, sizeof(double)) };
	for (size_t j = 0; j <= p; j++) {
		o.mean[j] = t[j + 1] / n;
		double own = t[(j + 1) * m + j + 1] / n, var = own - o.mean[j] * o.mean[j];
		o.sd[j] = var > 1e-12 * own ? sqrt(var) : 0;
	}
	for (size_t j = 0; j < p; j++) {
		for (size_t i = 0; i <= p; i++) {
			double cov = t[(j + 1) * m + i + 1] / n - o.mean[i] * o.mean[j], both = o.sd[i] * o.sd[j];
			if (i < p)
				o.r[j * p + i] = both > 0 ? cov / both : 0;
			else
				o.c[j] = both > 0 ? cov / both : 0;
		}
	}
	return o;
}

/* Ridge at all penalties from one decomposition R = V diag(e) V': b = V (V'c / (e + lambda)). */
static void ridge(const struct moments *o, const double *lambda, size_t n, double *b)
{
	size_t p = o->p;
	double *v = mem_alloc(p * p * sizeof *v), *e = mem_alloc(2 * p * sizeof *e), *z = e + p, *w = mem_alloc(p * sizeof *w);
	memcpy(v, o->r, p * p * sizeof *v);
	if (LAPACKE_dsyevd(LAPACK_COL_MAJOR, 'V', 'U', (lapack_int)p, v, (lapack_int)p, e) == 0) {
		cblas_dgemv(CblasColMajor, CblasTrans, (int)p, (int)p, 1, v, (int)p, o->c, 1, 0, z, 1);
		for (size_t i = 0; i < n; i++) {
			for (size_t j = 0; j < p; j++)
				w[j] = z[j] / (fmax(e[j], 0) + lambda[i]);
			cblas_dgemv(CblasColMajor, CblasNoTrans, (int)p, (int)p, 1, v, (int)p, w, 1, 0, b + i * p, 1);
		}
	}
	free(v);
	free(e);
	free(w);
}

/* b: n x p, of terms and y with variance 1. */
static void descend(const struct moments *o, const double *lambda, size_t n, double alpha, double tolerance, double *b)
{
	size_t p = o->p;
	double *l1 = mem_alloc(2 * p * sizeof *l1), *l2 = l1 + p, *slope = mem_alloc(p * sizeof *slope);
	memcpy(slope, o->c, p * sizeof *slope);
	for (size_t i = 0; i < n; i++) {
		double *own = b + i * p;
		if (i)
			memcpy(own, own - p, p * sizeof *own);
		for (size_t j = 0; j < p; j++) {
			l1[j] = lambda[i] * alpha;
			l2[j] = lambda[i] * (1 - alpha);
		}
		path_descend(p, o->r, l1, l2, tolerance, own, slope);
	}
	free(l1);
	free(slope);
}

static void solve(const struct path_problem *q, const struct moments *o, double *b)
{
	double *lambda = mem_alloc(q->nlambda * sizeof *lambda);
	for (size_t i = 0; i < q->nlambda; i++)   /* penalties are for the y that was given */
		lambda[i] = o->sd[o->p] > 0 ? q->lambda[i] / o->sd[o->p] : q->lambda[i];
	if (q->alpha > 0)
		descend(o, lambda, q->nlambda, q->alpha, q->tolerance, b);
	else if (o->p)
		ridge(o, lambda, q->nlambda, b);
	free(lambda);
}

/* One solution on the columns as they are, intercept first. */
static void as_given(const struct moments *o, const double *b, double *coef)
{
	coef[0] = o->mean[o->p];
	for (size_t j = 0; j < o->p; j++) {
		coef[j + 1] = o->sd[j] > 0 ? b[j] * o->sd[o->p] / o->sd[j] : 0;
		coef[0] -= coef[j + 1] * o->mean[j];
	}
}

/* Mean square of y - b0 - X b over the rows of some products: v'Av with v = [-b0, -b, 1]. */
static double error_on(const struct products *a, const double *coef)
{
	size_t m = a->m;
	double sum = 0;
	for (size_t j = 0; j < m; j++) {
		double vj = j + 1 < m ? -coef[j] : 1, inner = a->a[j * m + m - 1];
		for (size_t i = 0; vj != 0 && i + 1 < m; i++)
			inner -= coef[i] * a->a[j * m + i];
		sum += vj * inner;
	}
	return fmax(sum, 0) / a->a[0];
}

void path_gaussian(struct path_problem *q)
{
	struct arena *own = arena_new();
	size_t p = q->p, folds = (size_t)q->folds;
	struct products *part = arena_calloc(own, folds, sizeof *part), all = { p + 2, arena_calloc(own, (p + 2) * (p + 2), sizeof(double)) };
	for (size_t f = 0; f < folds; f++) {
		part[f] = products_of(q, q->start[f], q->start[f + 1], own);
		for (size_t i = 0; i < all.m * all.m; i++)
			all.a[i] += part[f].a[i];
	}
	struct moments whole = moments_of(&all, NULL, own);
	double top = 0;
	for (size_t j = 0; j < p; j++)
		top = fmax(top, fabs(whole.c[j]));
	path_penalties(q, fmax(top, 1e-12) * whole.sd[p] / fmax(q->alpha, 1e-3));
	double *b = arena_calloc(own, q->nlambda * p, sizeof *b), *coef = arena_calloc(own, p + 1, sizeof *coef);
	double *losses = arena_calloc(own, q->nlambda * folds, sizeof *losses);
	solve(q, &whole, b);
	for (size_t i = 0; i < q->nlambda; i++)
		as_given(&whole, b + i * p, q->coef + i * (p + 1));
	for (size_t f = 0; f < folds; f++) {
		struct arena *fold = arena_new();
		struct moments rest = moments_of(&all, &part[f], fold);
		memset(b, 0, q->nlambda * p * sizeof *b);
		solve(q, &rest, b);
		for (size_t i = 0; i < q->nlambda; i++) {
			as_given(&rest, b + i * p, coef);
			losses[i * folds + f] = error_on(&part[f], coef);
		}
		arena_free(fold);
	}
	path_choose(q, losses);
	arena_free(own);
}
