/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What each family of models does with columns when nothing is declared. */
#include "model/model_int.h"

#include <math.h>

/* Distances suffer from far values, which move the mean; sums do not mind. */
struct recipe recipe_of(const struct model_spec *s, enum model_kind k)
{
	struct recipe r = { s->missing, s->encoding, s->scaling, s->max_levels, s->min_level_rows };
	if (r.min_level_rows < 1)
		r.min_level_rows = 1;
	if (r.missing == MISSING_AUTO)
		r.missing = k == MODEL_KNN ? MISSING_MEDIAN : MISSING_MEAN;
	if (r.scaling == SCALING_AUTO)
		r.scaling = SCALING_STANDARD;
	return r;
}

int recipe_rows(const struct model_spec *spec, struct sample *s, struct arena *a, struct err *e)
{
	enum { MIN_ROWS = 20 };
	if (spec->missing != MISSING_DROP)
		return 0;
	uint32_t *rows = arena_calloc(a, s->n, sizeof *rows);
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++) {
		size_t j = 0;
		while (j < s->f->nfeatures && !isnan(sample_x(s, j, i)))
			j++;
		if (j == s->f->nfeatures)
			rows[n++] = s->rows[i];
	}
	if (n < MIN_ROWS)
		return err_set(e, ERR_INPUT, "only %zu of %zu training rows have no missing value", n, s->n);
	s->rows = rows;
	s->n = n;
	return 0;
}
