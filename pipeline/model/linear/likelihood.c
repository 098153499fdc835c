/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The likelihood of a (multinomial) logistic regression, class k against the first with log-odds
 * b_k0 + x b_k (Agresti 2013, section 8.1), and its maximum, by Newton's steps where the Hessian is small, else
 * by limited-memory BFGS (Nocedal 1980). */
#include "model/linear/linear_int.h"

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

/* Loss of row i from its log-odds eta[c * ld], which become the residuals p_c - 1{y = c}; prob gets the p_c. */
static double row_loss(const struct logit *q, size_t i, double *eta, size_t ld)
{
	double top = 0, sum, own = q->y[i] ? eta[(size_t)(q->y[i] - 1) * ld] : 0;
	if (q->k == 1) {
		double odds = exp(-fabs(*eta)), p = 1 / (1 + odds);
		double loss = fmax(*eta, 0) + log1p(odds) - own;
		q->prob[i] = *eta > 0 ? p : odds * p;
		*eta = q->prob[i] - (q->y[i] == 1);
		return loss;
	}
	for (size_t c = 0; c < q->k; c++)
		top = fmax(top, eta[c * ld]);
	sum = exp(-top);
	for (size_t c = 0; c < q->k; c++)
		sum += q->prob[c * q->n + i] = exp(eta[c * ld] - top);
	for (size_t c = 0; c < q->k; c++) {
		q->prob[c * q->n + i] /= sum;
		eta[c * ld] = q->prob[c * q->n + i] - (q->y[i] == (int)c + 1);
	}
	return top + log(sum) - own;
}

double logit_objective(struct logit *q, const double *b, double *g)
{
	enum { BLOCK = 512 };    /* rows whose terms stay in the cache between the two products */
	size_t n = q->n, p = q->p, m = p + 1;
	double *eta = mem_alloc(BLOCK * q->k * sizeof *eta), total;
	struct nsum loss = { 0 };
	memset(g, 0, q->d * sizeof *g);
	for (size_t from = 0; from < n; from += BLOCK) {
		size_t rows = n - from < BLOCK ? n - from : BLOCK;
		for (size_t c = 0; c < q->k; c++) {
			for (size_t i = 0; i < rows; i++)
				eta[c * BLOCK + i] = b[c * m];
			if (p)
				cblas_dgemv(CblasColMajor, CblasNoTrans, (int)rows, (int)p, 1, q->x + from, (int)n, b + c * m + 1, 1,
					1, eta + c * BLOCK, 1);
		}
		double block = 0;
		for (size_t i = 0; i < rows; i++)
			block += row_loss(q, from + i, eta + i, BLOCK);
		nsum_add(&loss, block);
		for (size_t c = 0; c < q->k; c++) {
			for (size_t i = 0; i < rows; i++)
				g[c * m] += eta[c * BLOCK + i];
			if (p)
				cblas_dgemv(CblasColMajor, CblasTrans, (int)rows, (int)p, 1, q->x + from, (int)n, eta + c * BLOCK, 1, 1,
					g + c * m + 1, 1);
		}
	}
	free(eta);
	total = nsum_value(&loss);
	for (size_t j = 0; j < q->d; j++) {
		g[j] += q->ridge[j] * b[j];
		total += q->ridge[j] / 2 * b[j] * b[j];
	}
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

static bool climb_slowly(struct logit *q, double *b, int most, double tolerance)
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
 * W_ab = p_a (1{a=b} - p_b). */
static void hessian(const struct logit *q, double *h)
{
	size_t n = q->n, m = q->p + 1, d = q->d;
	double *w = mem_alloc(n * sizeof *w), *block = mem_alloc(m * m * sizeof *block);
	memset(h, 0, d * d * sizeof *h);
	for (size_t a = 0; a < q->k; a++)
		for (size_t b = a; b < q->k; b++) {
			const double *pa = q->prob + a * n, *pb = q->prob + b * n;
			double sign = a == b ? 1 : -1;
			for (size_t i = 0; i < n; i++)
				w[i] = sqrt(a == b ? pa[i] * (1 - pa[i]) : pa[i] * pb[i]);
			memset(block, 0, m * m * sizeof *block);
			gram_add(q->x, n, n, q->p, w, true, block);
			for (size_t j = 0; j < m; j++)
				for (size_t i = 0; i <= j; i++) {
					double v = sign * block[j * m + i];
					h[(b * m + j) * d + a * m + i] = v;
					if (a != b)
						h[(b * m + i) * d + a * m + j] = v;
				}
		}
	for (size_t j = 0; j < d; j++)
		h[j * d + j] += q->ridge[j];
	free(w);
	free(block);
}

/* Newton's steps, halved until they go down. False when the Hessian is nearly singular, or no step helps. */
static bool climb_fast(struct logit *q, double *b, int most, double tolerance)
{
	size_t d = q->d;
	double *h = mem_alloc(d * d * sizeof *h), *g = mem_alloc(2 * d * sizeof *g), *next = g + d, *step = mem_alloc(d * sizeof *step);
	bool *gone = mem_calloc(d, sizeof *gone), done = false, lost = false;
	double value = logit_objective(q, b, g);
	for (int round = 0; round < most && !lost; round++) {
		done = largest(g, d) < tolerance * (double)q->n;
		if (done)
			break;
		hessian(q, h);
		memset(gone, 0, d * sizeof *gone);
		if (gram_factor(h, d, 0, gone) < 1e-13)
			break;
		memcpy(step, g, d * sizeof *step);
		gram_solve(h, d, gone, step);
		double slope = dot(step, g, d), size = 1, v = NAN;
		int tries = 0;
		for (; tries < 30; tries++, size /= 2) {
			for (size_t j = 0; j < d; j++)
				next[j] = b[j] - size * step[j];
			v = logit_objective(q, next, g);
			if (v <= value - 1e-4 * size * slope)
				break;
		}
		lost = tries == 30;
		if (!lost)
			memcpy(b, next, d * sizeof *b);
		value = v;
	}
	free(h);
	free(g);
	free(step);
	free(gone);
	return done;
}

bool logit_climb(struct logit *q, double *b, int most, double tolerance)
{
	enum { FEW = 150 };      /* unknowns for which a Hessian costs less than the steps it saves */
	return (q->d <= FEW && climb_fast(q, b, most, tolerance)) || climb_slowly(q, b, most, tolerance);
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
