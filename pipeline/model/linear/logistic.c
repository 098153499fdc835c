/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logistic regression as a candidate, two classes or more, by maximum likelihood; the Hessian at the
 * maximum gives the standard errors. Where the likelihood has no maximum a ridge stands in for the
 * evidence that is missing: on single terms whose rows lack a class, or on all when the classes can be
 * separated. What is so held has no inference, and the note says so. */
#include "model/linear/linear_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Separated classes drive some log-odds beyond any data's evidence. */
static bool separated(const struct logit *q, const double *b)
{
	for (size_t j = 0; j < q->d; j++)
		if (!(fabs(b[j]) <= 25))
			return true;
	size_t sure = 0;
	for (size_t i = 0; i < q->n; i++) {
		double own = 1;
		for (size_t c = 0; c < q->k; c++)
			own = q->y[i] == (int)c + 1 ? q->prob[c * q->n + i] : own - (q->y[i] ? 0 : q->prob[c * q->n + i]);
		sure += own > 1 - 1e-6;
	}
	return (double)sure > 0.9 * (double)q->n;
}

/* ---- terms whose rows lack a class ------------------------------------------------------------------------- */

/* A normal prior of log-odds with sd 2.5, after the scale of Gelman et al. 2008. */
static void hold(struct logit *q, size_t unknown, double sd)
{
	q->ridge[unknown] = 1 / (2.5 * 2.5 * sd * sd);
	q->held++;
}

/* When a level never meets a class in the training rows, the likelihood sends its log-odds to infinity,
 * and a row that does meet it would cost without bound. Without the first class it is all the others
 * that go. */
static void hold_lacking(struct logit *q, const size_t *count, size_t term, double sd)
{
	for (size_t c = 0; c <= q->k; c++)
		if (!count[c])
			for (size_t k = c ? c - 1 : 0; k < (c ? c : q->k); k++)
				if (q->ridge[k * (q->p + 1) + term] <= LOGIT_TOUCH)
					hold(q, k * (q->p + 1) + term, sd);
}

static void hold_terms(struct logit *q, const struct design *d)
{
	size_t *with = mem_calloc(2 * (q->k + 1), sizeof *with), *without = with + q->k + 1;
	for (size_t i = 0; i < q->n; i++)
		without[q->y[i]]++;
	hold_lacking(q, without, 0, 1);
	for (size_t j = 0; j < q->p; j++) {
		const struct term *t = &d->terms[j];
		if ((t->kind != TERM_MISSING && t->kind != TERM_LEVEL) || q->aliased[j] || !isfinite(t->sd))
			continue;
		memset(with, 0, 2 * (q->k + 1) * sizeof *with);
		for (size_t i = 0; i < q->n; i++)
			(q->x[j * q->n + i] > (0.5 - t->mean) / t->sd ? with : without)[q->y[i]]++;
		hold_lacking(q, with, j + 1, t->sd);
		hold_lacking(q, without, j + 1, t->sd);
	}
	free(with);
}

/* ---- the candidate -------------------------------------------------------------------------------------------- */

/* Terms that are combinations of earlier ones would leave the Hessian singular: their columns become zero
 * and a touch of ridge holds their coefficients at zero. */
static void drop_aliased(double *x, size_t n, size_t p, bool *aliased)
{
	size_t m = p + 1;
	double *g = mem_calloc(m * m, sizeof *g);
	bool *gone = mem_calloc(m, sizeof *gone);
	gram_add(x, n, n, p, NULL, false, g);
	gram_factor(g, m, 1e-9, gone);
	for (size_t j = 0; j < p; j++) {
		aliased[j] = gone[j + 1];
		if (aliased[j])
			memset(x + j * n, 0, n * sizeof *x);
	}
	free(g);
	free(gone);
}

/* The log-odds of the classes alone, from where the climb is short. */
static void start(const struct logit *q, double *b)
{
	double *count = mem_calloc(q->k + 1, sizeof *count);
	for (size_t i = 0; i < q->n; i++)
		count[q->y[i]]++;
	memset(b, 0, q->d * sizeof *b);
	for (size_t c = 1; c <= q->k && count[0] > 0; c++)
		if (count[c] > 0)
			b[(c - 1) * (q->p + 1)] = log(count[c] / count[0]);
	free(count);
}

/* Climbs, and climbs again with a ridge on all terms when there is no top, at once when there are hardly
 * more rows than unknowns. False: not even then. */
static bool maximise(struct logit *q, double *b, bool precise, bool *inference, const char **note)
{
	*note = q->held ? "the rows of some terms lack an outcome, so that their likelihood has no maximum: these "
		"are held by a ridge penalty (log-odds of sd 2.5) and have no inference" : NULL;
	bool crowded = 2 * q->d > q->n, there = !crowded && logit_climb(q, b, 300, precise ? 1e-7 : 1e-5);
	double largest = 0;
	for (size_t j = 0; j < q->d; j++)
		largest = fmax(largest, fabs(b[j]));
	if (largest > 5)   /* maybe running away: go on until that is clear */
		there = logit_climb(q, b, 300, 1e-8);
	bool apart = !crowded && separated(q, b);
	if (there && !apart)
		return true;
	*inference = false;
	*note = crowded ? "there are fewer than two rows for each coefficient: fitted with a ridge penalty of 1 on "
		"standardised terms, without inference" : apart ? "the columns separate the classes (almost) perfectly, so the likelihood has no maximum: "
		"fitted with a ridge penalty of 1 on standardised terms, without inference" :
		"the likelihood was too flat to find its maximum: fitted with a ridge penalty of 1 on standardised terms, "
		"without inference";
	start(q, b);
	for (size_t j = 0; j < q->d; j++)
		if (j % (q->p + 1) && q->ridge[j] < 1)
			q->ridge[j] = 1;
	return logit_climb(q, b, 500, precise ? 1e-6 : 1e-5);
}

static int logistic_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	enum { NEWTON_CAP = 400 };   /* unknowns beyond which the Hessian is not formed */
	m->design = arena_alloc(a, sizeof *m->design);
	design_fit(s, recipe_of(spec, m->kind), a, m->design);
	size_t n = s->n, p = m->design->nterms, k = (size_t)m->outputs - 1;
	if (n <= p + 1)
		return err_set(e, ERR_INPUT, "%zu rows are too few for %zu terms", n, p);
	struct arena *own = arena_new();
	struct logit q = { .n = n, .p = p, .k = k, .d = (p + 1) * k, .x = design_train(m->design, s, own),
		.y = arena_calloc(own, n, sizeof *q.y), .ridge = arena_calloc(own, (p + 1) * k, sizeof *q.ridge),
		.prob = arena_calloc(own, n * k, sizeof *q.prob), .aliased = arena_calloc(own, p, sizeof *q.aliased) };
	drop_aliased(q.x, n, p, q.aliased);
	for (size_t i = 0; i < n; i++)
		q.y[i] = (int)sample_y(s, i);
	for (size_t j = 0; j < q.d; j++)
		q.ridge[j] = j % (p + 1) ? LOGIT_TOUCH : 0;
	hold_terms(&q, m->design);
	m->beta = arena_calloc(a, q.d, sizeof *m->beta);
	start(&q, m->beta);
	/* held-out rows do not see the digits that the polish below brings */
	bool inference = c && q.d <= NEWTON_CAP;
	const char *note;
	bool there = maximise(&q, m->beta, c && !inference, &inference, &note);
	if (c) {
		double *inverse = arena_calloc(own, inference ? q.d * q.d : 0, sizeof *inverse);
		inference = inference && logit_polish(&q, m->beta, inverse);
		logit_report(&q, m->design, m->beta, inference ? inverse : NULL, s->f, a, c);
		c->note = note;
	}
	arena_free(own);
	return there ? 0 : err_set(e, ERR_INPUT, "the likelihood did not converge");
}

const struct learner learner_logistic = {
	.kind = MODEL_LOGISTIC,
	.name = { NULL, "Logistic regression", "Multinomial logistic regression" },
	.fit = logistic_fit,
	.predict = logit_predict,
	.shapley = linear_shapley,
};
