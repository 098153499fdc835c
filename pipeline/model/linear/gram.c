/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cross products of a matrix with a column of ones, block by block so that a block stays in the cache while it
 * is weighted, multiplied and added; and their Cholesky factor. They lose half of the digits, which is why the
 * numbers of the report come from QR instead; folds, iterations that correct themselves and penalised fits,
 * whose penalty outweighs the loss, do not need them. */
#include "model/linear/linear_int.h"

#include <cblas.h>
#include <lapacke.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 512 };

void gram_add(const double *x, size_t stride, size_t n, size_t p, const double *w, bool root, double *g)
{
	size_t m = p + 1;
	double *block = mem_alloc(BLOCK * m * sizeof *block), *weight = mem_alloc(BLOCK * sizeof *weight);
	for (size_t from = 0; from < n; from += BLOCK) {
		size_t k = n - from < BLOCK ? n - from : BLOCK;
		for (size_t i = 0; i < k; i++)
			block[i] = weight[i] = w ? root ? w[from + i] : sqrt(w[from + i]) : 1;
		for (size_t j = 0; j < p; j++) {
			const double *column = x + j * stride + from;
			double *to = block + (j + 1) * k;
			for (size_t i = 0; i < k; i++)
				to[i] = column[i] * weight[i];
		}
		cblas_dsyrk(CblasColMajor, CblasUpper, CblasTrans, (int)m, (int)k, 1, block, (int)k, 1, g, (int)m);
	}
	free(block);
	free(weight);
}

void gram_times(const double *x, size_t stride, size_t n, size_t p, const double *r, double *v)
{
	for (size_t i = 0; i < n; i++)
		v[0] += r[i];
	for (size_t from = 0; from < n && p; from += BLOCK) {
		size_t k = n - from < BLOCK ? n - from : BLOCK;
		cblas_dgemv(CblasColMajor, CblasTrans, (int)k, (int)p, 1, x + from, (int)stride, r + from, 1, 1, v + 1, 1);
	}
}

double gram_factor(double *g, size_t m, double least, bool *gone)
{
	double smallest = 1;
	for (size_t j = 0; j < m; j++) {
		double *c = g + j * m, all = c[j], left = all;
		for (size_t i = 0; i < j; i++) {
			const double *earlier = g + i * m;
			c[i] = gone[i] ? 0 : (c[i] - cblas_ddot((int)i, earlier, 1, c, 1)) / earlier[i];
			left -= c[i] * c[i];
		}
		gone[j] = !(all > 0 && left > least * all);
		if (gone[j])
			memset(c, 0, j * sizeof *c);
		else
			smallest = fmin(smallest, left / all);
		c[j] = gone[j] ? 1 : sqrt(left);
	}
	return smallest;
}

void gram_solve(const double *u, size_t m, const bool *gone, double *v)
{
	for (size_t j = 0; j < m; j++)
		v[j] = gone[j] ? 0 : v[j];
	LAPACKE_dpotrs_work(LAPACK_COL_MAJOR, 'U', (lapack_int)m, 1, u, (lapack_int)m, v, (lapack_int)m);
}
