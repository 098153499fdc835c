/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the paths of penalised fits share: the descent, the penalties, and which of them to take. */
#include "model/linear/linear_int.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>

/* Terms at zero cost a comparison: their slopes are at hand, so no rule need screen them. */
void path_descend(size_t m, const double *h, const double *l1, const double *l2, double tolerance, double *b, double *slope)
{
	enum { ROUNDS = 1000 };
	for (int round = 0; round < ROUNDS; round++) {
		double most = 0;
		for (size_t j = 0; j < m; j++) {
			double own = h[j * m + j], z = slope[j] + own * b[j], size = fabs(z) - l1[j];
			if (!(own > 0) || (size <= 0 && b[j] == 0))
				continue;
			double next = size > 0 ? copysign(size, z) / (own + l2[j]) : 0, change = next - b[j];
			if (change == 0)
				continue;
			b[j] = next;
			cblas_daxpy((int)m, -change, h + j * m, 1, slope, 1);
			most = fmax(most, own * change * change);
		}
		if (!(most > tolerance))
			break;
	}
}

void path_penalties(struct path_problem *q, double top)
{
	for (size_t i = 0; i < q->nlambda; i++)
		q->lambda[i] = top * pow(q->span, q->nlambda > 1 ? (double)i / (double)(q->nlambda - 1) : 0);
}

void path_choose(struct path_problem *q, const double *losses)
{
	double n = (double)q->inner;
	size_t folds = (size_t)q->folds;
	for (size_t i = 0; i < q->nlambda; i++) {
		const double *loss = losses + i * folds;
		double mean = 0, var = 0;
		for (size_t f = 0; f < folds; f++)   /* few units may leave a fold without rows */
			if (q->start[f + 1] > q->start[f])
				mean += loss[f] * (double)(q->start[f + 1] - q->start[f]) / n;
		for (size_t f = 0; f < folds; f++)
			if (q->start[f + 1] > q->start[f])
				var += (loss[f] - mean) * (loss[f] - mean) * (double)(q->start[f + 1] - q->start[f]) / n;
		q->error[i] = mean;
		q->error_se[i] = sqrt(var / (double)(folds - 1));
		if (mean < q->error[q->best])
			q->best = i;
	}
	q->simplest = q->best;
	while (q->simplest && q->error[q->simplest - 1] <= q->error[q->best] + q->error_se[q->best])
		q->simplest--;
}
