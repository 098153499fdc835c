/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ridge, lasso and elastic net as candidates (Hoerl & Kennard 1970, Tibshirani 1996, Zou & Hastie 2005), for numbers
 * and for classes. The penalty is the one with the least error in cross-validation among the training rows,
 * so that held-out rows have no part in it. */
#include "model/linear/linear_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	FOLDS = 5, FEW_FOLDS = 3,      /* inner ones: of the fit to all rows, and of classes in outer folds */
	TERMS_MAX = 600,    /* beyond, the terms that go most with the target alone (Fan & Lv 2008) */
	SHOWN = 12,                    /* terms whose way along the path is kept */
	WORK = 100000, LEAST = 2000    /* classes choose their penalty by so many rows x columns x equations, and rows */
};

static double share_of_lasso(enum model_kind k)
{
	return k == MODEL_RIDGE ? 0 : k == MODEL_LASSO ? 1 : 0.5;
}

/* glmnet's span of penalties; those of ridge begin where they would for a share of the lasso of 0.001, far above
 * any use, and have to go on for longer. */
static double span_of(enum model_kind k, size_t n, size_t p)
{
	return (n > p ? 1e-4 : 1e-2) * (k == MODEL_RIDGE ? 1e-3 : 1);
}

/* Penalties of a path: fewer, over the same span, where the curvature of so many terms is dear. */
static size_t penalties(bool classes, bool report, size_t rows, size_t terms, size_t equations)
{
	enum { LEAST_PENALTIES = 15 };
	static const double OPERATIONS = 1e9;
	if (!classes)
		return report ? 100 : 50;
	double one = (double)rows * (double)terms * (double)terms / 2 * (double)equations, affordable = OPERATIONS / fmax(one, 1);
	return report ? (size_t)fmin(50, fmax(LEAST_PENALTIES, affordable)) : LEAST_PENALTIES;
}

/* ---- the order of the rows ---------------------------------------------------------------------------------- */

/* The rows of a sample shuffled, or in time from the last on where folds follow the time; a row that is there
 * several times stays together. */
static void shuffle(const struct sample *s, uint64_t seed, size_t inner, uint32_t *out)
{
	size_t n = s->f->n, m = 0;
	if (s->f->by_time) {
		for (size_t i = 0; i < s->n; i++)
			out[i] = s->rows[(i + s->n - inner) % s->n];
		return;
	}
	uint32_t *order = mem_alloc(n * sizeof *order), *times = mem_calloc(n, sizeof *times);
	struct rng g;
	rng_seed(&g, seed ^ 0x6c616d626461);
	for (size_t i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	rng_shuffle(&g, order, n);
	for (size_t i = 0; i < s->n; i++)
		times[s->rows[i]]++;
	for (size_t i = 0; i < n; i++)
		for (uint32_t t = times[order[i]]; t > 0; t--)
			out[m++] = order[i];
	free(order);
	free(times);
}

/* The first `inner` of the rows get folds and are sorted by them: each class dealt out in turn; a unit, and a row
 * that is there several times, goes where its first row went. */
static void deal(const struct frame *f, uint32_t *rows, size_t inner, int folds, size_t *start)
{
	size_t units = f->unit ? f->units : f->n;
	int *fold = mem_alloc(inner * sizeof *fold), *next = mem_calloc((size_t)f->nclasses + 1, sizeof *next);
	int *of_unit = mem_alloc(units * sizeof *of_unit);
	size_t *at = mem_calloc((size_t)folds + 1, sizeof *at);
	uint32_t *sorted = mem_alloc(inner * sizeof *sorted);
	memset(start, 0, ((size_t)folds + 1) * sizeof *start);
	for (size_t i = 0; i < units; i++)
		of_unit[i] = -1;
	for (size_t i = 0; i < inner; i++) {
		int *own = &of_unit[f->unit ? f->unit[rows[i]] : rows[i]];
		if (*own < 0)
			*own = next[f->nclasses ? (size_t)f->y[rows[i]] : 0]++ % folds;
		fold[i] = f->by_time ? (int)(i * (size_t)folds / inner) : *own;
		start[fold[i] + 1]++;
	}
	for (int k = 0; k < folds; k++)
		at[k + 1] = start[k + 1] += start[k];
	for (size_t i = 0; i < inner; i++)
		sorted[at[fold[i]]++] = rows[i];
	memcpy(rows, sorted, inner * sizeof *rows);
	free(fold);
	free(next);
	free(of_unit);
	free(at);
	free(sorted);
}

/* ---- many terms ------------------------------------------------------------------------------------------------ */

struct strength {
	size_t term;
	double value;
};

static int by_strength(const void *a, const void *b)
{
	const struct strength *x = a, *y = b;
	if (x->value != y->value)
		return x->value < y->value ? 1 : -1;
	return (x->term > y->term) - (x->term < y->term);
}

static int by_size(const void *a, const void *b)
{
	size_t x = *(const size_t *)a, y = *(const size_t *)b;
	return (x > y) - (x < y);
}

/* Which terms take part, in their order; the columns of x move up. Covariances with the target (with each class)
 * decide; the columns are on one scale. */
static size_t strongest(double *x, size_t n, size_t p, const double *y, const int *code, size_t k, size_t *kept)
{
	if (p <= TERMS_MAX) {
		for (size_t j = 0; j < p; j++)
			kept[j] = j;
		return p;
	}
	struct strength *s = mem_calloc(p, sizeof *s);
	double *r = mem_alloc(n * sizeof *r), *v = mem_alloc((p + 1) * sizeof *v);
	for (size_t e = 0; e < k; e++) {
		double mean = 0;
		for (size_t i = 0; i < n; i++)
			mean += r[i] = y ? y[i] : code[i] == (int)(k == 1 ? 1 : e);
		for (size_t i = 0; i < n; i++)
			r[i] -= mean / (double)n;
		memset(v, 0, (p + 1) * sizeof *v);
		gram_times(x, n, n, p, r, v);
		for (size_t j = 0; j < p; j++)
			s[j] = (struct strength){ j, fmax(s[j].value, fabs(v[j + 1])) };
	}
	qsort(s, p, sizeof *s, by_strength);
	for (size_t j = 0; j < TERMS_MAX; j++)
		kept[j] = s[j].term;
	qsort(kept, TERMS_MAX, sizeof *kept, by_size);
	for (size_t j = 0; j < TERMS_MAX; j++)
		memmove(x + j * n, x + kept[j] * n, n * sizeof *x);
	free(s);
	free(r);
	free(v);
	return TERMS_MAX;
}

/* ---- what is told ------------------------------------------------------------------------------------------------ */

struct fit {
	struct path_problem q;
	const size_t *kept;      /* term of each column */
	double *b;               /* k x (p + 1) on all rows, on the scale of the terms and of the target */
	double mean, sd;         /* of the target; 0 and 1 for classes */
};

static const char *outcome_of(const struct fit *t, const struct frame *f, size_t e)
{
	return t->q.k > 1 ? f->classes[e] : NULL;
}

/* Terms that take part, in units of the data. */
static void report_terms(const struct fit *t, const struct sample *s, const struct design *d, struct arena *a,
	struct candidate *c)
{
	size_t m = t->q.p + 1;
	c->coefficients = arena_calloc(a, t->q.k * m, sizeof *c->coefficients);
	for (size_t e = 0; e < t->q.k; e++) {
		const double *b = t->b + e * m;
		const char *outcome = outcome_of(t, s->f, e);
		struct coefficient *first = &c->coefficients[c->ncoefficients++];
		*first = coefficient_new("(intercept)", outcome, 1);
		first->estimate = b[0];
		for (size_t j = 1; j < m; j++) {
			const struct term *term = &d->terms[t->kept[j - 1]];
			if (b[j] == 0 || !isfinite(term->sd))
				continue;
			struct coefficient *k = &c->coefficients[c->ncoefficients++];
			*k = coefficient_new(term->name, outcome, term_unit(term));
			k->estimate = b[j] / term->sd;
			k->odds_ratio = s->f->nclasses == 2 ? odds_ratio(k->estimate) : NAN;
			first->estimate -= k->estimate * term->mean;
		}
	}
	c->parameters = (int64_t)c->ncoefficients;
}

/* The ways of the terms that are largest at the penalty of the model. */
static void report_ways(const struct fit *t, const struct sample *s, const struct design *d, struct arena *a,
	struct penalty_path *o)
{
	const struct path_problem *q = &t->q;
	size_t m = q->p + 1, all = q->k * m;
	struct strength *size = mem_calloc(all, sizeof *size);
	for (size_t u = 0; u < all; u++)
		size[u] = (struct strength){ u, u % m ? fabs(q->coef[q->best * all + u]) : -1 };
	qsort(size, all, sizeof *size, by_strength);
	while (o->nterms < SHOWN && o->nterms < all && size[o->nterms].value > 0)
		o->nterms++;
	o->terms = arena_calloc(a, o->nterms, sizeof *o->terms);
	o->outcomes = arena_calloc(a, o->nterms, sizeof *o->outcomes);
	o->coefficients = arena_calloc(a, o->nterms * q->nlambda, sizeof *o->coefficients);
	for (size_t j = 0; j < o->nterms; j++) {
		size_t u = size[j].term;
		o->terms[j] = d->terms[t->kept[u % m - 1]].name;
		o->outcomes[j] = outcome_of(t, s->f, u / m);
		for (size_t i = 0; i < q->nlambda; i++)
			o->coefficients[j * q->nlambda + i] = q->coef[i * all + u];
	}
	free(size);
}

static void report(const struct fit *t, const struct sample *s, const struct design *d, struct arena *a, struct candidate *c)
{
	const struct path_problem *q = &t->q;
	size_t m = q->p + 1;
	struct penalty_path *o = arena_alloc(a, sizeof *o);
	*o = (struct penalty_path){ .alpha = q->alpha, .n = q->nlambda, .chosen = q->best, .simplest = q->simplest,
		.folds = q->folds, .rows = (int64_t)q->inner, .loss = q->y ? "mean squared error" : "deviance",
		.lambda = arena_calloc(a, q->nlambda, sizeof(double)), .error = arena_calloc(a, q->nlambda, sizeof(double)),
		.error_se = arena_calloc(a, q->nlambda, sizeof(double)), .nonzero = arena_calloc(a, q->nlambda, sizeof(int)) };
	for (size_t i = 0; i < q->nlambda; i++) {
		o->lambda[i] = q->lambda[i] * t->sd;
		o->error[i] = q->error[i] * t->sd * t->sd;
		o->error_se[i] = q->error_se[i] * t->sd * t->sd;
		for (size_t j = 1; j < m; j++) {
			bool used = false;
			for (size_t e = 0; e < q->k; e++)
				used = used || q->coef[(i * q->k + e) * m + j] != 0;
			o->nonzero[i] += used;
		}
	}
	report_ways(t, s, d, a, o);
	report_terms(t, s, d, a, c);
	c->linear = linear_fit_new(a);
	c->linear->path = o;
	if (d->nterms > q->p)
		c->note = arena_printf(a, "of %zu terms the %zu that go most with the target alone take part", d->nterms, q->p);
}

/* ---- the candidates ------------------------------------------------------------------------------------------------ */

/* Mean and sd (n) of the target, which becomes standardised. */
static void standardise(double *y, size_t n, struct fit *t)
{
	struct nsum sum = { 0 }, squares = { 0 };
	for (size_t i = 0; i < n; i++)
		nsum_add(&sum, y[i]);
	t->mean = nsum_value(&sum) / (double)n;
	for (size_t i = 0; i < n; i++)
		nsum_add(&squares, (y[i] - t->mean) * (y[i] - t->mean));
	t->sd = sqrt(nsum_value(&squares) / (double)n);
	for (size_t i = 0; i < n; i++)
		y[i] = t->sd > 0 ? (y[i] - t->mean) / t->sd : 0;
}

/* Solves the problem and leaves t->b on the scale of the target. */
static void solve(struct fit *t, struct arena *own)
{
	struct path_problem *q = &t->q;
	size_t all = q->k * (q->p + 1);
	q->lambda = arena_calloc(own, q->nlambda, sizeof *q->lambda);
	q->error = arena_calloc(own, q->nlambda, sizeof *q->error);
	q->error_se = arena_calloc(own, q->nlambda, sizeof *q->error_se);
	q->coef = arena_calloc(own, q->nlambda * all, sizeof *q->coef);
	t->b = arena_calloc(own, all, sizeof *t->b);
	if (q->y)
		path_gaussian(q);
	else
		path_logit(q);
	if (q->inner < q->n)
		path_logit_all(q, q->best, t->b);
	else
		memcpy(t->b, q->coef + q->best * all, all * sizeof *t->b);
	for (size_t u = 0; u < all; u++)
		t->b[u] *= t->sd;
	t->b[0] += t->mean;
}

/* Equations for each class become those against the first. */
static void keep(const struct fit *t, size_t nterms, int outputs, struct arena *a, struct model *m)
{
	size_t sets = outputs > 1 ? (size_t)outputs - 1 : 1, p = t->q.p;
	m->beta = arena_calloc(a, sets * (nterms + 1), sizeof *m->beta);
	for (size_t e = 0; e < sets; e++)
		for (size_t j = 0; j <= p; j++) {
			size_t to = e * (nterms + 1) + (j ? t->kept[j - 1] + 1 : 0);
			m->beta[to] = t->q.k > 1 ? t->b[(e + 1) * (p + 1) + j] - t->b[j] : t->b[j];
		}
}

static int penalised_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	if (s->n < 4 * FOLDS)
		return err_set(e, ERR_INPUT, "%zu rows are too few to choose a penalty by", s->n);
	struct arena *own = arena_new();
	size_t n = s->n, classes = (size_t)s->f->nclasses, k = classes > 2 ? classes : 1;
	uint32_t *rows = arena_calloc(own, n, sizeof *rows);
	size_t *start = arena_calloc(own, FOLDS + 1, sizeof *start), inner = n;
	int folds = c || !classes ? FOLDS : FEW_FOLDS;
	m->design = arena_alloc(a, sizeof *m->design);
	if (classes && n > LEAST) {
		size_t cap = WORK / (s->f->nfeatures * k);
		inner = cap < LEAST ? LEAST : cap < n ? cap : n;
	}
	shuffle(s, spec->seed, inner, rows);
	deal(s->f, rows, inner, folds, start);
	struct sample arranged = { .f = s->f, .rows = rows, .n = n, .shuffled = s->shuffled, .group = s->group };
	design_fit(&arranged, recipe_of(spec, m->kind), a, m->design);
	size_t nterms = m->design->nterms;
	double *x = design_train(m->design, &arranged, own), *y = sample_target(&arranged, own);
	int *code = arena_calloc(own, n, sizeof *code);
	for (size_t i = 0; i < n && classes; i++)
		code[i] = (int)y[i];
	size_t *kept = arena_calloc(own, nterms, sizeof *kept);
	struct fit t = { .kept = kept, .sd = 1 };
	if (!classes)
		standardise(y, n, &t);
	t.q = (struct path_problem){ .alpha = share_of_lasso(m->kind), .n = n, .k = k, .x = x, .y = classes ? NULL : y,
		.code = code, .inner = inner, .folds = folds, .start = start, .span = span_of(m->kind, inner, nterms),
		.tolerance = c ? 1e-8 : 1e-5,
		.nlambda = penalties(classes > 0, c != NULL, inner, nterms < TERMS_MAX ? nterms : TERMS_MAX, k) };
	t.q.p = strongest(x, n, nterms, classes ? NULL : y, code, k, kept);
	solve(&t, own);
	keep(&t, nterms, m->outputs, a, m);
	if (c)
		report(&t, &arranged, m->design, a, c);
	arena_free(own);
	return 0;
}

static void penalised_predict(const struct model *m, const struct sample *s, double *out)
{
	if (m->task == TASK_REGRESSION)
		linear_predict(m, s, out);
	else
		logit_predict(m, s, out);
}

const struct learner learner_ridge = {
	.kind = MODEL_RIDGE,
	.name = { "Ridge regression", "Ridge logistic regression", "Ridge multinomial regression" },
	.fit = penalised_fit,
	.predict = penalised_predict,
	.shapley = linear_shapley,
};
const struct learner learner_lasso = {
	.kind = MODEL_LASSO,
	.name = { "Lasso", "Lasso logistic regression", "Lasso multinomial regression" },
	.fit = penalised_fit,
	.predict = penalised_predict,
	.shapley = linear_shapley,
};
const struct learner learner_elastic_net = {
	.kind = MODEL_ELASTIC_NET,
	.name = { "Elastic net", "Elastic net logistic regression", "Elastic net multinomial regression" },
	.fit = penalised_fit,
	.predict = penalised_predict,
	.shapley = linear_shapley,
};
