/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logistic regression, two classes or more, by maximum likelihood: class k against the first has
 * log-odds b_k0 + x b_k (Agresti 2013, section 8.1). Limited-memory BFGS (Nocedal 1980) does the climb,
 * since Newton's Hessian is out of reach for many classes; Newton steps polish where it is small, and
 * the Hessian at the end gives the standard errors. When the classes can be separated the likelihood
 * has no maximum: then a ridge penalty is added, said in the note, and there is no inference. */
#include "model/model_int.h"

#include <cblas.h>
#include <gsl/gsl_cdf.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Too small to change a digit of an estimate, enough to hold coefficients of aliased terms at zero. */
static const double TOUCH = 1e-8;

struct problem {
	size_t n, p, k;          /* rows, terms, classes - 1 */
	size_t d;                /* (p + 1) k unknowns: class-major, intercept first */
	const double *x;         /* n x p, standardised */
	const int *y;            /* class codes */
	double ridge;
	double *prob;            /* n x k: probabilities of the classes beyond the first */
	bool *aliased;           /* p: the term is a combination of others and takes no part */
};

/* Negative log-likelihood plus ridge, its gradient, and the probabilities. */
static double objective(struct problem *q, const double *b, double *g)
{
	size_t n = q->n, p = q->p;
	double *eta = q->prob;
	for (size_t c = 0; c < q->k; c++) {
		const double *bc = b + c * (p + 1);
		for (size_t i = 0; i < n; i++)
			eta[c * n + i] = bc[0];
		if (p)
			cblas_dgemv(CblasColMajor, CblasNoTrans, (int)n, (int)p, 1, q->x, (int)n, bc + 1, 1, 1, eta + c * n, 1);
	}
	struct nsum loss = { 0 };
	for (size_t i = 0; i < n; i++) {
		double top = 0, sum, own = 0;
		for (size_t c = 0; c < q->k; c++)
			top = fmax(top, eta[c * n + i]);
		sum = exp(-top);
		for (size_t c = 0; c < q->k; c++)
			sum += exp(eta[c * n + i] - top);
		if (q->y[i])
			own = eta[(size_t)(q->y[i] - 1) * n + i];
		nsum_add(&loss, top + log(sum) - own);
		for (size_t c = 0; c < q->k; c++)
			eta[c * n + i] = exp(eta[c * n + i] - top) / sum;
	}
	double total = nsum_value(&loss);
	double *r = mem_alloc(n * sizeof *r);
	for (size_t c = 0; c < q->k; c++) {
		double *gc = g + c * (p + 1);
		const double *bc = b + c * (p + 1);
		gc[0] = 0;
		for (size_t i = 0; i < n; i++) {
			r[i] = q->prob[c * n + i] - (q->y[i] == (int)c + 1);
			gc[0] += r[i];
		}
		if (p)
			cblas_dgemv(CblasColMajor, CblasTrans, (int)n, (int)p, 1, q->x, (int)n, r, 1, 0, gc + 1, 1);
		for (size_t j = 1; j <= p; j++) {
			gc[j] += q->ridge * bc[j];
			total += q->ridge / 2 * bc[j] * bc[j];
		}
	}
	free(r);
	return total;
}

static double dot(const double *a, const double *b, size_t n)
{
	double s = 0;
	for (size_t i = 0; i < n; i++)
		s += a[i] * b[i];
	return s;
}

/* Two-loop recursion; h pairs of steps and gradient changes, newest at (at - 1) % MEMORY. */
enum { MEMORY = 12 };

static void direction(const double *g, double *const *s, double *const *y, int at, size_t d, double *out)
{
	int have = at < MEMORY ? at : MEMORY;
	double alpha[MEMORY];
	memcpy(out, g, d * sizeof *out);
	for (int k = 1; k <= have; k++) {
		int i = (at - k) % MEMORY;
		alpha[i] = dot(s[i], out, d) / dot(s[i], y[i], d);
		cblas_daxpy((int)d, -alpha[i], y[i], 1, out, 1);
	}
	if (have) {
		int i = (at - 1) % MEMORY;
		cblas_dscal((int)d, dot(s[i], y[i], d) / dot(y[i], y[i], d), out, 1);
	}
	for (int k = have; k >= 1; k--) {
		int i = (at - k) % MEMORY;
		double beta = dot(y[i], out, d) / dot(s[i], y[i], d);
		cblas_daxpy((int)d, alpha[i] - beta, s[i], 1, out, 1);
	}
	cblas_dscal((int)d, -1, out, 1);
}

static double largest(const double *v, size_t d)
{
	double m = 0;
	for (size_t i = 0; i < d; i++)
		m = fmax(m, fabs(v[i]));
	return m;
}

/* Minimises from b; true when the gradient vanished. */
static bool climb(struct problem *q, double *b, int most, double tolerance)
{
	size_t d = q->d;
	double *g = mem_calloc(d, sizeof *g), *next = mem_calloc(d, sizeof *next), *gnext = mem_calloc(d, sizeof *gnext),
		*step = mem_calloc(d, sizeof *step), *s[MEMORY], *y[MEMORY];
	for (int i = 0; i < MEMORY; i++) {
		s[i] = mem_calloc(d, sizeof **s);
		y[i] = mem_calloc(d, sizeof **y);
	}
	double value = objective(q, b, g);
	bool done = false;
	int at = 0;
	for (int round = 0; round < most && !done; round++) {
		if (largest(g, d) < tolerance * (double)q->n) {
			done = true;
			break;
		}
		direction(g, s, y, at, d, step);
		double slope = dot(step, g, d), size = at ? 1 : 1 / fmax(1, largest(g, d));
		if (!(slope < 0)) {   /* the memory went bad: start again downhill */
			at = 0;
			memcpy(step, g, d * sizeof *step);
			cblas_dscal((int)d, -1, step, 1);
			slope = -dot(g, g, d);
			size = 1 / fmax(1, largest(g, d));
		}
		double v = NAN;
		int tries = 0;
		for (; tries < 40; tries++, size /= 2) {
			for (size_t j = 0; j < d; j++)
				next[j] = b[j] + size * step[j];
			v = objective(q, next, gnext);
			if (v <= value + 1e-4 * size * slope)
				break;
		}
		if (tries == 40)
			break;
		int slot = at % MEMORY;
		for (size_t j = 0; j < d; j++) {
			s[slot][j] = next[j] - b[j];
			y[slot][j] = gnext[j] - g[j];
		}
		if (dot(s[slot], y[slot], d) > 1e-12 * dot(y[slot], y[slot], d))
			at++;
		memcpy(b, next, d * sizeof *b);
		memcpy(g, gnext, d * sizeof *g);
		value = v;
	}
	done = done || largest(g, d) < 10 * tolerance * (double)q->n;
	for (int i = 0; i < MEMORY; i++) {
		free(s[i]);
		free(y[i]);
	}
	free(g);
	free(next);
	free(gnext);
	free(step);
	return done;
}

/* Hessian at the current probabilities: blocks X~' W_ab X~ with X~ = [1 X], W_ab = p_a (1{a=b} - p_b). */
static void hessian(const struct problem *q, double *h)
{
	size_t n = q->n, m = q->p + 1, d = q->d;
	double *x1 = mem_alloc(n * m * sizeof *x1), *wx = mem_alloc(n * m * sizeof *wx);
	for (size_t i = 0; i < n; i++)
		x1[i] = 1;
	memcpy(x1 + n, q->x, n * q->p * sizeof *x1);
	for (size_t a = 0; a < q->k; a++)
		for (size_t b = a; b < q->k; b++) {
			for (size_t j = 0; j < m; j++)
				for (size_t i = 0; i < n; i++) {
					double pa = q->prob[a * n + i], pb = q->prob[b * n + i];
					wx[j * n + i] = x1[j * n + i] * (a == b ? pa * (1 - pa) : -pa * pb);
				}
			cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, (int)m, (int)m, (int)n, 1, x1, (int)n, wx,
				(int)n, 0, h + b * m * d + a * m, (int)d);
		}
	for (size_t a = 0; a < q->k; a++)
		for (size_t j = 1; j < m; j++)
			h[(a * m + j) * d + a * m + j] += q->ridge;
	free(x1);
	free(wx);
}

enum { NEWTON_CAP = 400 };   /* unknowns beyond which the Hessian is not formed */

/* Newton's last steps: quadratic, so three take the digits that BFGS left. Gives the inverse Hessian,
 * or false when it is not positive definite. */
static bool polish(struct problem *q, double *b, double *inverse)
{
	size_t d = q->d;
	double *g = mem_calloc(d, sizeof *g);
	bool ok = true;
	for (int round = 0; round < 4 && ok; round++) {
		objective(q, b, g);
		hessian(q, inverse);
		ok = LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'U', (lapack_int)d, inverse, (lapack_int)d) == 0;
		for (size_t j = 0; ok && j < d; j++)   /* nearly singular: a direction without information */
			ok = inverse[j * d + j] > 1e-7 * sqrt((double)q->n);
		if (ok && round < 3) {
			LAPACKE_dpotrs(LAPACK_COL_MAJOR, 'U', (lapack_int)d, 1, inverse, (lapack_int)d, g, (lapack_int)d);
			for (size_t j = 0; j < d; j++)
				b[j] -= g[j];
		}
	}
	ok = ok && LAPACKE_dpotri(LAPACK_COL_MAJOR, 'U', (lapack_int)d, inverse, (lapack_int)d) == 0;
	free(g);
	return ok;
}

/* Separated classes drive some log-odds beyond any data's evidence. */
static bool separated(const struct problem *q, const double *b)
{
	if (largest(b, q->d) > 25)
		return true;
	double sure = 0;
	for (size_t i = 0; i < q->n; i++) {
		double own = 1;
		for (size_t c = 0; c < q->k; c++)
			own = q->y[i] == (int)c + 1 ? q->prob[c * q->n + i] : own - (q->y[i] ? 0 : q->prob[c * q->n + i]);
		sure += own > 1 - 1e-6;
	}
	return sure > 0.9 * (double)q->n;
}

/* ---- inference --------------------------------------------------------------------------------------------- */

static struct coefficient one_coefficient(const char *term, const char *outcome, double b, double se, bool odds)
{
	double z = b / se;
	return (struct coefficient){ .term = term, .outcome = outcome, .estimate = b, .se = se, .statistic = z,
		.p = isnan(z) ? NAN : 2 * gsl_cdf_ugaussian_Q(fabs(z)), .lo = b - 1.959963984540054 * se,
		.hi = b + 1.959963984540054 * se, .odds_ratio = odds ? exp(b) : NAN, .vif = NAN };
}

/* From standardised terms to units of the data: slope / sd; intercept less the slopes at the means. */
static void report(const struct problem *q, const struct design *d, const double *b, const double *inverse,
	const struct frame *f, struct arena *a, struct candidate *c)
{
	size_t m = q->p + 1;
	c->coefficients = arena_calloc(a, q->d, sizeof *c->coefficients);
	for (size_t k = 0; k < q->k; k++) {
		const char *outcome = q->k > 1 ? f->classes[k + 1] : NULL;
		const double *bc = b + k * m;
		double *to_zero = mem_calloc(m, sizeof *to_zero), b0 = bc[0], var = 0;
		to_zero[0] = 1;
		for (size_t j = 1; j < m; j++) {
			to_zero[j] = -d->terms[j - 1].mean / d->terms[j - 1].sd;
			b0 += to_zero[j] * bc[j];
		}
		for (size_t i = 0; inverse && i < m; i++)
			for (size_t j = 0; j < m; j++) {
				size_t lo = i < j ? i : j, hi = i < j ? j : i;
				var += to_zero[i] * to_zero[j] * inverse[(k * m + hi) * q->d + k * m + lo];
			}
		c->coefficients[c->ncoefficients++] = one_coefficient("(intercept)", outcome, b0, inverse ? sqrt(var) : NAN, false);
		for (size_t j = 1; j < m; j++) {
			double sd = d->terms[j - 1].sd, v = inverse ? inverse[(k * m + j) * q->d + k * m + j] : NAN;
			bool out = q->aliased[j - 1];
			c->coefficients[c->ncoefficients++] = one_coefficient(d->terms[j - 1].name, outcome,
				out ? NAN : bc[j] / sd, out ? NAN : sqrt(v) / sd, true);
		}
		free(to_zero);
	}
}

static void summarise(struct problem *q, const double *b, struct candidate *c)
{
	double *g = mem_calloc(q->d, sizeof *g), penalty = 0;
	for (size_t k = 0; k < q->k; k++)
		for (size_t j = 1; j <= q->p; j++)
			penalty += q->ridge / 2 * b[k * (q->p + 1) + j] * b[k * (q->p + 1) + j];
	c->log_likelihood = penalty - objective(q, b, g);
	c->deviance = -2 * c->log_likelihood;
	size_t *count = mem_calloc(q->k + 1, sizeof *count);
	for (size_t i = 0; i < q->n; i++)
		count[q->y[i]]++;
	c->null_deviance = 0;
	for (size_t k = 0; k <= q->k; k++)
		if (count[k])
			c->null_deviance -= 2 * (double)count[k] * log((double)count[k] / (double)q->n);
	c->parameters = (int64_t)q->d;
	c->df_residual = (double)q->n - (double)q->d;
	c->aic = q->ridge > TOUCH ? NAN : c->deviance + 2 * (double)q->d;
	free(count);
	free(g);
}

/* ---- the candidate -------------------------------------------------------------------------------------------- */

/* Terms that are combinations of others would leave the Hessian singular: their columns become zero
 * and a touch of ridge holds their coefficients at zero. Found by pivoted Cholesky of the correlations. */
static void drop_aliased(double *x, size_t n, size_t p, bool *aliased)
{
	if (!p)
		return;
	double *g = mem_calloc(p * p, sizeof *g);
	lapack_int *pivot = mem_calloc(p, sizeof *pivot), rank = 0;
	cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, (int)p, (int)n, 1 / (double)(n - 1), x, (int)n, 0, g, (int)p);
	LAPACKE_dpstrf(LAPACK_COL_MAJOR, 'U', (lapack_int)p, g, (lapack_int)p, pivot, &rank, 1e-9 * (double)p);
	for (size_t k = (size_t)rank; k < p; k++) {
		size_t j = (size_t)(pivot[k] - 1);
		memset(x + j * n, 0, n * sizeof *x);
		aliased[j] = true;
	}
	free(pivot);
	free(g);
}

static int logistic_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	m->design = arena_alloc(a, sizeof *m->design);
	design_fit(s, spec->max_levels, a, m->design);
	size_t n = s->n, p = m->design->nterms, k = (size_t)m->outputs - 1;
	if (n <= p + 1)
		return err_set(e, ERR_INPUT, "%zu rows are too few for %zu terms", n, p);
	double *x = design_matrix(m->design, s);
	bool *aliased = mem_calloc(p, sizeof *aliased);
	drop_aliased(x, n, p, aliased);
	int *y = mem_calloc(n, sizeof *y);
	for (size_t i = 0; i < n; i++)
		y[i] = (int)sample_y(s, i);
	struct problem q = { .n = n, .p = p, .k = k, .d = (p + 1) * k, .x = x, .y = y, .ridge = TOUCH,
		.prob = mem_calloc(n * k, sizeof(double)), .aliased = aliased };
	m->beta = arena_calloc(a, q.d, sizeof *m->beta);
	/* Held-out rows do not see the digits that the polish below brings. But log-odds that have already
	 * run far may be running away: then go on until that is clear. */
	bool inference = q.d <= NEWTON_CAP, converged = climb(&q, m->beta, 300, inference || !c ? 1e-5 : 1e-7);
	if (largest(m->beta, q.d) > 5)
		converged = climb(&q, m->beta, 300, 1e-8);
	inference = inference && converged;
	if (!converged || separated(&q, m->beta)) {
		memset(m->beta, 0, q.d * sizeof *m->beta);
		q.ridge = 1;
		converged = climb(&q, m->beta, 500, 1e-6);
		inference = false;
		if (c)
			c->note = "the columns separate the classes (almost) perfectly, so the likelihood has no maximum: "
				"fitted with a ridge penalty of 1 on standardised terms, without inference";
	}
	double *inverse = mem_calloc(inference && c ? q.d * q.d : 0, sizeof *inverse);
	if (c) {
		inference = inference && polish(&q, m->beta, inverse);
		report(&q, m->design, m->beta, inference ? inverse : NULL, s->f, a, c);
		summarise(&q, m->beta, c);
	}
	free(inverse);
	free(q.prob);
	free(aliased);
	free(x);
	free(y);
	return converged ? 0 : err_set(e, ERR_INPUT, "the likelihood did not converge");
}

static void logistic_predict(const struct model *m, const struct sample *s, double *out)
{
	double *x = design_matrix(m->design, s);
	size_t n = s->n, p = m->design->nterms, k = (size_t)m->outputs;
	double *eta = mem_calloc(n * k, sizeof *eta);
	for (size_t c = 1; c < k; c++) {
		const double *b = m->beta + (c - 1) * (p + 1);
		for (size_t i = 0; i < n; i++)
			eta[c * n + i] = b[0];
		if (p)
			cblas_dgemv(CblasColMajor, CblasNoTrans, (int)n, (int)p, 1, x, (int)n, b + 1, 1, 1, eta + c * n, 1);
	}
	for (size_t i = 0; i < n; i++) {
		double top = eta[i], sum = 0;
		for (size_t c = 1; c < k; c++)
			top = fmax(top, eta[c * n + i]);
		for (size_t c = 0; c < k; c++)
			sum += exp(eta[c * n + i] - top);
		for (size_t c = 0; c < k; c++)
			out[i * k + c] = exp(eta[c * n + i] - top) / sum;
	}
	free(eta);
	free(x);
}

const struct learner learner_logistic = {
	.kind = MODEL_LOGISTIC,
	.name = { NULL, "Logistic regression", "Multinomial logistic regression" },
	.fit = logistic_fit,
	.predict = logistic_predict,
};
