/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a fit will take, in seconds of an ordinary processor: a formula of rows, features and settings
 * and not of the clock, so that what is decided by it is the same everywhere. */
#include "model/model_int.h"

#include <math.h>

/* Cells go through so many nanoseconds; measured on tables of 1,000 to 50,000 rows. */
double boost_cost(const struct frame *f, size_t rows, int rounds)
{
	static const double CELL = 3e-9, ROUND = 60e-6;
	double trees = (double)rounds * (f->nclasses > 2 ? f->nclasses : 1);
	return trees * (ROUND + CELL * (double)rows * (double)f->nfeatures);
}

double fit_cost(const struct model_spec *s, enum model_kind k, const struct frame *f, size_t rows)
{
	static const double CELL = 20e-9;
	double cells = (double)rows * (double)f->nfeatures, wide = fmin((double)f->nfeatures, 100);
	double classes = f->nclasses > 2 ? f->nclasses : 1;
	switch (k) {
	case MODEL_GBM:
		return boost_cost(f, rows, s->max_rounds) * (1 + search_models(s, f));
	case MODEL_FOREST:
		return 100 * CELL * cells;
	case MODEL_RIDGE:
	case MODEL_LASSO:
	case MODEL_ELASTIC_NET:
		return 10 * CELL * cells * classes;
	case MODEL_ROBUST:
	case MODEL_KNN:
		return 20 * CELL * cells;
	case MODEL_OLS:
	case MODEL_LOGISTIC:
	case MODEL_TREE:
		return CELL * cells * wide / 10 * classes;
	case MODEL_BASELINE:
	case MODEL_BAYES:
	case MODEL_AVERAGE:
	case MODEL_STACK:
	case MODEL_KINDS:
		break;
	}
	return CELL * cells;
}

/* All models of the search, in all splits, within the seconds that are allowed. */
int search_models(const struct model_spec *s, const struct frame *f)
{
	enum { USUAL_ROUNDS = 60 };   /* of which early stopping needs no more, as a rule */
	double splits = s->folds * (s->fold_repeats > 0 ? s->fold_repeats : 1) + 1;
	double one = splits * boost_cost(f, f->n, s->max_rounds < USUAL_ROUNDS ? s->max_rounds : USUAL_ROUNDS);
	double affordable = s->search_seconds / one;
	return affordable < s->search_models ? (int)affordable : s->search_models;
}
