/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Penalised logistic regression, two classes or more (then one equation for each class, which the penalty makes
 * unique): quadratic approximations of the log-likelihood, one equation after the other, each solved by
 * coordinate descent (ridge: by Cholesky), as in glmnet. The curvature of an earlier step serves again while it
 * leads on quickly, since it costs more than all the rest. */
#include "model/linear/linear_int.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct climb {
	const struct path_problem *q;
	size_t from[2], to[2], n;/* the rows that train: two stretches */
	double alpha, tolerance;
	int rounds;              /* to one penalty, at most */
	double work;             /* operations so far, about */
	double *b;               /* k x m */
	double *eta, *odds;      /* k x q->n: log-odds and their exponents */
	double *sum;             /* q->n: of the odds, with that of the first class where k = 1 */
	double *h;               /* k x m x m */
	double *sd;              /* p */
	double *r, *w;           /* q->n */
	double *slope, *before, *l1, *l2;       /* m */
	double *u;               /* k x m x m: factors of h with the penalty of ridge */
	bool *gone;              /* k x m */
};

static struct climb climb_new(const struct path_problem *q, size_t rows, size_t hole, size_t hole_end, struct arena *a)
{
	size_t m = q->p + 1, k = q->k, n = q->n;
	struct climb c = { .q = q, .from = { 0, hole_end }, .to = { hole, rows }, .n = hole + rows - hole_end, .alpha = q->alpha,
		.tolerance = q->tolerance, .rounds = 50,
		.b = arena_calloc(a, k * m, sizeof(double)), .eta = arena_calloc(a, k * n, sizeof(double)),
		.odds = arena_calloc(a, k * n, sizeof(double)), .sum = arena_calloc(a, n, sizeof(double)),
		.h = arena_calloc(a, k * m * m, sizeof(double)), .sd = arena_calloc(a, q->p, sizeof(double)),
		.r = arena_calloc(a, n, sizeof(double)), .w = arena_calloc(a, n, sizeof(double)),
		.slope = arena_calloc(a, m, sizeof(double)), .before = arena_calloc(a, m, sizeof(double)),
		.l1 = arena_calloc(a, m, sizeof(double)), .l2 = arena_calloc(a, m, sizeof(double)),
		.u = arena_calloc(a, q->alpha > 0 ? 0 : k * m * m, sizeof(double)), .gone = arena_calloc(a, k * m, sizeof(bool)) };
	for (size_t j = 0; j < q->p; j++) {
		double s = 0, ss = 0;
		for (int part = 0; part < 2; part++)
			for (size_t i = c.from[part]; i < c.to[part]; i++)
				s += q->x[j * n + i];
		s /= (double)c.n;
		for (int part = 0; part < 2; part++)
			for (size_t i = c.from[part]; i < c.to[part]; i++)
				ss += (q->x[j * n + i] - s) * (q->x[j * n + i] - s);
		c.sd[j] = sqrt(ss / (double)c.n);
	}
	double *count = mem_calloc(k + 1, sizeof *count);
	for (int part = 0; part < 2; part++)
		for (size_t i = c.from[part]; i < c.to[part]; i++)
			count[q->code[i]]++;
	for (size_t e = 0; e < k; e++)   /* half a row where a class lacks */
		c.b[e * m] = k == 1 ? log(fmax(count[1], 0.5) / fmax(count[0], 0.5)) : log(fmax(count[e], 0.5) / (double)c.n);
	free(count);
	return c;
}

/* Log-odds of equation e again from its coefficients. */
static void refresh(struct climb *c, size_t e)
{
	const struct path_problem *q = c->q;
	const double *b = c->b + e * (q->p + 1);
	double *eta = c->eta + e * q->n, *odds = c->odds + e * q->n;
	for (int part = 0; part < 2; part++) {
		size_t from = c->from[part], n = c->to[part] - from;
		for (size_t i = from; i < from + n; i++)
			eta[i] = b[0];
		for (size_t j = 0; j < q->p; j++)
			if (b[j + 1] != 0)
				cblas_daxpy((int)n, b[j + 1], q->x + j * q->n + from, 1, eta + from, 1);
		for (size_t i = from; i < from + n; i++) {
			odds[i] = exp(fmin(fmax(eta[i], -40), 40));
			c->sum[i] = q->k == 1 ? 1 + odds[i] : 0;
		}
		for (size_t other = 0; other < q->k && q->k > 1; other++)
			for (size_t i = from; i < from + n; i++)
				c->sum[i] += c->odds[other * q->n + i];
	}
}

static void refresh_all(struct climb *c)
{
	for (size_t e = 0; e < c->q->k; e++)
		refresh(c, e);
}

/* Residuals of equation e, its slopes, and with `fresh` its curvature. */
static void approximate(struct climb *c, size_t e, bool fresh)
{
	const struct path_problem *q = c->q;
	size_t m = q->p + 1;
	const double *odds = c->odds + e * q->n;
	double *h = c->h + e * m * m;
	double width = (double)m;
	c->work += (double)c->n * (30 + (double)q->k + 2 * width + (fresh ? width * width / 2 : 0)) + 2 * width * width;
	memset(c->slope, 0, m * sizeof *c->slope);
	if (fresh)
		memset(h, 0, m * m * sizeof *h);
	for (int part = 0; part < 2; part++) {
		size_t from = c->from[part], n = c->to[part] - from;
		for (size_t i = from; i < from + n; i++) {
			double p = odds[i] / c->sum[i];
			c->r[i] = (q->code[i] == (int)(q->k == 1 ? 1 : e)) - p;
			c->w[i] = fmax(p * (1 - p), 1e-5);
		}
		gram_times(q->x + from, q->n, n, q->p, c->r + from, c->slope);
		if (fresh)
			gram_add(q->x + from, q->n, n, q->p, c->w + from, false, h);
	}
	for (size_t j = 0; j < m; j++) {
		c->slope[j] /= (double)c->n;
		for (size_t i = 0; fresh && i <= j; i++)
			h[i * m + j] = h[j * m + i] /= (double)c->n;
	}
}

/* (H + l2) step = slope - l2 b for equation e; `same`: H and penalty are those of the step before. */
static void ridge_step(struct climb *c, size_t e, bool same)
{
	size_t m = c->q->p + 1;
	double *u = c->u + e * m * m, *b = c->b + e * m;
	bool *gone = c->gone + e * m;
	if (!same) {
		memcpy(u, c->h + e * m * m, m * m * sizeof *u);
		memset(gone, 0, m * sizeof *gone);
		for (size_t j = 0; j < m; j++)
			u[j * m + j] += c->l2[j];
		gram_factor(u, m, 1e-13, gone);
		c->work += (double)m * (double)m * (double)m / 6;
	}
	for (size_t j = 0; j < m; j++)
		c->slope[j] -= c->l2[j] * b[j];
	gram_solve(u, m, gone, c->slope);
	for (size_t j = 0; j < m; j++)
		b[j] += c->slope[j];
}

/* From the present coefficients to those of `lambda`. */
static void climb_to(struct climb *c, double lambda, bool fresh)
{
	enum { PATIENCE = 3, FEW = 5, MANY = 40 };
	const struct path_problem *q = c->q;
	int rounds = c->rounds / (1 + (int)(q->k / FEW));   /* a round costs as much as there are equations */
	int patience = PATIENCE + (int)((q->p + 1) / MANY);     /* the curvature of many terms costs as much as so many steps */
	size_t m = q->p + 1;
	for (size_t j = 1; j < m; j++) {
		c->l1[j] = lambda * c->alpha * c->sd[j - 1];
		c->l2[j] = lambda * (1 - c->alpha) * c->sd[j - 1] * c->sd[j - 1];
	}
	for (int round = 0; round < rounds; round++) {
		double most = 0;
		for (size_t e = 0; e < q->k; e++) {
			double *b = c->b + e * m, *h = c->h + e * m * m;
			bool renew = (fresh && !round) || round >= patience;
			approximate(c, e, renew);
			memcpy(c->before, b, m * sizeof *b);
			if (c->alpha > 0)
				path_descend(m, h, c->l1, c->l2, c->tolerance / 10, b, c->slope);
			else
				ridge_step(c, e, round > 0 && !renew);
			for (size_t j = 0; j < m; j++)
				most = fmax(most, h[j * m + j] * (b[j] - c->before[j]) * (b[j] - c->before[j]));
			refresh(c, e);
		}
		if (!(most > c->tolerance))
			break;
	}
}

/* Mean deviance of some rows, whose probabilities are kept from 0 and 1 by 1e-5 as glmnet does. */
static double deviance(const struct path_problem *q, const double *b, size_t from, size_t to)
{
	size_t m = q->p + 1, n = to - from, k = q->k;
	double *eta = mem_alloc(n * k * sizeof *eta), sum = 0;
	for (size_t e = 0; e < k; e++) {
		for (size_t i = 0; i < n; i++)
			eta[e * n + i] = b[e * m];
		for (size_t j = 0; j < q->p; j++)
			if (b[e * m + j + 1] != 0)
				cblas_daxpy((int)n, b[e * m + j + 1], q->x + j * q->n + from, 1, eta + e * n, 1);
	}
	for (size_t i = 0; i < n; i++) {
		double top = k == 1 ? 0 : eta[i], all = 0, own;
		for (size_t e = 0; e < k; e++)
			top = fmax(top, eta[e * n + i]);
		for (size_t e = 0; e < k; e++)
			all += exp(eta[e * n + i] - top);
		all += k == 1 ? exp(-top) : 0;
		own = k > 1 ? eta[(size_t)q->code[from + i] * n + i] : q->code[from + i] ? eta[i] : 0;
		sum -= 2 * log(fmin(fmax(exp(own - top) / all, 1e-5), 1 - 1e-5));
	}
	free(eta);
	return sum / (double)n;
}

/* The penalty at which the first term enters. */
static double top_penalty(struct climb *c)
{
	double top = 1e-12;
	for (size_t e = 0; e < c->q->k; e++) {
		approximate(c, e, false);
		for (size_t j = 0; j < c->q->p; j++)
			if (c->sd[j] > 0)
				top = fmax(top, fabs(c->slope[j + 1]) / c->sd[j]);
	}
	return top / fmax(c->q->alpha, 1e-3);
}

void path_logit(struct path_problem *q)
{
	enum { EVERY = 3, MANY = 100, FEW_ROUNDS = 10 };
	static const double WORK = 4e8;  /* the path ends where it has taken so much, some tenths of a second; and the
	                                  * folds together, whose losses need few digits, take fewer steps beyond it */
	size_t folds = (size_t)q->folds, size = q->k * (q->p + 1), every = EVERY + q->p / MANY;   /* penalties that share a curvature, at most */
	double *losses = mem_calloc(q->nlambda * folds, sizeof *losses);
	for (size_t f = folds + 1; f-- > 0;) {   /* first without a hole: all */
		struct arena *own = arena_new();
		bool all = f == folds;
		struct climb c = climb_new(q, q->inner, q->start[all ? folds : f], q->start[all ? folds : f + 1], own);
		if (!all)
			c.tolerance *= 10;
		refresh_all(&c);
		if (all)
			path_penalties(q, top_penalty(&c));
		double none = all ? deviance(q, c.b, 0, q->inner) : 0;
		for (size_t i = 0; i < q->nlambda; i++) {
			if (!all && c.work * (double)folds > WORK)
				c.rounds = FEW_ROUNDS;
			climb_to(&c, q->lambda[i], i % every == 0);
			if (!all) {
				losses[i * folds + f] = deviance(q, c.b, q->start[f], q->start[f + 1]);
				continue;
			}
			memcpy(q->coef + i * size, c.b, size * sizeof *c.b);
			bool dear = c.work > WORK && i + 1 >= q->nlambda * 2 / 3;
			if (dear || deviance(q, c.b, 0, q->inner) < 0.005 * none)   /* nothing left to explain */
				q->nlambda = i + 1;
		}
		arena_free(own);
	}
	path_choose(q, losses);
	free(losses);
}

void path_logit_all(const struct path_problem *q, size_t at, double *b)
{
	size_t size = q->k * (q->p + 1);
	struct arena *own = arena_new();
	struct climb c = climb_new(q, q->n, q->n, q->n, own);
	memcpy(c.b, q->coef + at * size, size * sizeof *b);     /* of some of the rows, so not far away */
	refresh_all(&c);
	climb_to(&c, q->lambda[at], true);
	memcpy(b, c.b, size * sizeof *b);
	arena_free(own);
}
