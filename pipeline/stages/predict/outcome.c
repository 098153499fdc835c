/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was predicted, and how right it was where the truth is known. */
#include "stages/predict_int.h"

#include <math.h>
#include <stdlib.h>

int outcome_class(const struct fitted *f, const double *p)
{
	if (f->task == TASK_BINARY)
		return p[1] >= f->threshold;
	int best = 0;
	for (int k = 1; k < f->nclasses; k++)
		if (p[k] > p[best])
			best = k;
	return best;
}

void outcome_init(struct outcome *o, const struct fitted *f)
{
	*o = (struct outcome){ .min = INFINITY, .max = -INFINITY };
	o->classes = f->nclasses ? mem_calloc((size_t)f->nclasses, sizeof *o->classes) : NULL;
	o->strange = mem_calloc(f->ncolumns + 1, sizeof *o->strange);
}

void outcome_free(struct outcome *o)
{
	free(o->classes);
	free(o->strange);
}

void outcome_add(struct outcome *o, const struct fitted *f, const double *prediction, const double *actual, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const double *p = prediction + i * (size_t)f->outputs;
		double y = actual[i];
		if (isnan(p[0]))
			continue;
		if (f->nclasses) {
			int k = outcome_class(f, p);
			o->classes[k]++;
			o->right += y == k;
			if (y >= 0)
				nsum_add(&o->loss, -log(fmax(p[(int)y], 1e-15)));
		} else {
			nsum_add(&o->sum, p[0]);
			o->min = fmin(o->min, p[0]);
			o->max = fmax(o->max, p[0]);
			if (!isnan(y)) {
				nsum_add(&o->squares, (y - p[0]) * (y - p[0]));
				nsum_add(&o->absolute, fabs(y - p[0]));
			}
		}
		o->known += !isnan(y);
	}
	o->rows += (int64_t)n;
}

void outcome_merge(struct outcome *o, const struct fitted *f, const struct outcome *next)
{
	o->rows += next->rows;
	o->known += next->known;
	o->right += next->right;
	nsum_merge(&o->sum, &next->sum);
	nsum_merge(&o->squares, &next->squares);
	nsum_merge(&o->absolute, &next->absolute);
	nsum_merge(&o->loss, &next->loss);
	o->min = fmin(o->min, next->min);
	o->max = fmax(o->max, next->max);
	for (int k = 0; k < f->nclasses; k++)
		o->classes[k] += next->classes[k];
	for (size_t i = 0; i <= f->ncolumns; i++) {
		o->strange[i].missing += next->strange[i].missing;
		o->strange[i].unreadable += next->strange[i].unreadable;
		o->strange[i].unseen += next->strange[i].unseen;
		o->strange[i].outside += next->strange[i].outside;
	}
}
