/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The likelihood of a (multinomial) logistic regression, class k against the first with log-odds
 * b_k0 + x b_k (Agresti 2013, section 8.1), and its maximum. Limited-memory BFGS (Nocedal 1980) does the
 * climb, since Newton's Hessian is out of reach for many classes; Newton steps polish where it is small. */
#include "model/model_int.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

bool logit_aliased(const struct logit *q, size_t unknown)
{
	size_t j = unknown % (q->p + 1);
	return j && q->aliased[j - 1];
}

double logit_objective(struct logit *q, const double *b, double *g)
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
		const double *ridge = q->ridge + c * (p + 1);
		for (size_t j = 0; j <= p; j++) {
			gc[j] += ridge[j] * bc[j];
			total += ridge[j] / 2 * bc[j] * bc[j];
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

bool logit_climb(struct logit *q, double *b, int most, double tolerance)
{
	size_t d = q->d;
	double *g = mem_calloc(d, sizeof *g), *next = mem_calloc(d, sizeof *next), *gnext = mem_calloc(d, sizeof *gnext),
		*step = mem_calloc(d, sizeof *step), *s[MEMORY], *y[MEMORY];
	for (int i = 0; i < MEMORY; i++) {
		s[i] = mem_calloc(d, sizeof **s);
		y[i] = mem_calloc(d, sizeof **y);
	}
	double value = logit_objective(q, b, g);
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
			v = logit_objective(q, next, gnext);
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

/* Upper triangle of the Hessian at the current probabilities: blocks X~' W_ab X~ with X~ = [1 X] and
 * W_ab = p_a (1{a=b} - p_b); those on the diagonal as (sqrt(W) X~)' (sqrt(W) X~), which is half the work. */
static void hessian(const struct logit *q, double *h)
{
	size_t n = q->n, m = q->p + 1, d = q->d;
	double *x1 = mem_alloc(n * m * sizeof *x1), *wx = mem_alloc(n * m * sizeof *wx), *w = mem_alloc(n * sizeof *w);
	for (size_t i = 0; i < n; i++)
		x1[i] = 1;
	memcpy(x1 + n, q->x, n * q->p * sizeof *x1);
	for (size_t a = 0; a < q->k; a++)
		for (size_t b = a; b < q->k; b++) {
			const double *pa = q->prob + a * n, *pb = q->prob + b * n;
			for (size_t i = 0; i < n; i++)
				w[i] = a == b ? sqrt(pa[i] * (1 - pa[i])) : -pa[i] * pb[i];
			for (size_t j = 0; j < m; j++)
				for (size_t i = 0; i < n; i++)
					wx[j * n + i] = x1[j * n + i] * w[i];
			double *block = h + b * m * d + a * m;
			if (a == b)
				cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, (int)m, (int)n, 1, wx, (int)n, 0, block, (int)d);
			else
				cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, (int)m, (int)m, (int)n, 1, x1, (int)n, wx,
					(int)n, 0, block, (int)d);
		}
	for (size_t j = 0; j < d; j++)
		h[j * d + j] += q->ridge[j];
	free(x1);
	free(wx);
	free(w);
}

bool logit_polish(struct logit *q, double *b, double *inverse)
{
	enum { STEPS = 4 };
	size_t d = q->d;
	double *g = mem_calloc(d, sizeof *g);
	bool ok = true, there = false;
	for (int round = 0; ok; round++) {
		logit_objective(q, b, g);
		hessian(q, inverse);
		ok = LAPACKE_dpotrf(LAPACK_COL_MAJOR, 'U', (lapack_int)d, inverse, (lapack_int)d) == 0;
		for (size_t j = 0; ok && j < d; j++)   /* nearly singular: a direction without information */
			ok = logit_aliased(q, j) || inverse[j * d + j] > 1e-7 * sqrt((double)q->n);
		if (!ok || there || round == STEPS)
			break;
		LAPACKE_dpotrs(LAPACK_COL_MAJOR, 'U', (lapack_int)d, 1, inverse, (lapack_int)d, g, (lapack_int)d);
		there = largest(g, d) < 1e-6;   /* its error is the square of the step */
		for (size_t j = 0; j < d; j++)
			b[j] -= g[j];
	}
	ok = ok && LAPACKE_dpotri(LAPACK_COL_MAJOR, 'U', (lapack_int)d, inverse, (lapack_int)d) == 0;
	free(g);
	return ok;
}
