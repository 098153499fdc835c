/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fitting as the question asks: the logarithm of a heavy-tailed target, classes of equal weight. The
 * learners know nothing of it; what they predict comes back in the unit of the target. */
#include "model/model_int.h"

#include <math.h>
#include <stdlib.h>

/* The frame with its target on the scale of logarithms. */
static const struct frame *logged(const struct frame *f, double shift, struct arena *a)
{
	struct frame *own = arena_alloc(a, sizeof *own);
	*own = *f;
	own->y = arena_calloc(a, f->n, sizeof *own->y);
	for (size_t i = 0; i < f->n; i++)
		own->y[i] = log(f->y[i] + shift);
	return own;
}

/* Rows of a rare class again and again, until it counts about as much as the commonest: a whole number
 * of times, which any learner understands. */
static void balanced(struct sample *s, struct arena *a)
{
	enum { TIMES_MAX = 50 };
	size_t k = (size_t)s->f->nclasses, most = 0, total = 0;
	size_t *n = arena_calloc(a, 2 * k, sizeof *n), *times = n + k;
	for (size_t i = 0; i < s->n; i++)
		n[(size_t)sample_y(s, i)]++;
	for (size_t c = 0; c < k; c++)
		most = n[c] > most ? n[c] : most;
	for (size_t c = 0; c < k; c++) {
		times[c] = n[c] ? (most + n[c] / 2) / n[c] : 0;
		if (times[c] > TIMES_MAX)
			times[c] = TIMES_MAX;
		total += n[c] * times[c];
	}
	uint32_t *rows = arena_calloc(a, total, sizeof *rows);
	size_t m = 0;
	for (size_t i = 0; i < s->n; i++)
		for (size_t t = times[(size_t)sample_y(s, i)]; t > 0; t--)
			rows[m++] = s->rows[i];
	s->rows = rows;
	s->n = m;
}

/* Rows that count several times are no new evidence. */
static void no_inference(struct candidate *c)
{
	for (size_t i = 0; i < c->ncoefficients; i++) {
		struct coefficient *k = &c->coefficients[i];
		k->se = k->statistic = k->p = k->lo = k->hi = NAN;
	}
	c->log_likelihood = c->aic = c->deviance = c->null_deviance = NAN;
	if (c->linear) {
		struct linear_fit *f = c->linear;
		f->bic = f->lr = f->lr_p = f->mcfadden = f->hosmer = f->hosmer_p = NAN;
		f->ncolumns = 0;
	}
	if (!c->note)
		c->note = "classes weigh the same, so that its probabilities are not those of the data";
}

/* Duan 1983: the mean of the exponents of the residuals makes up for what the logarithm hides. */
static double smearing(const struct learner *l, const struct model *m, const struct sample *s)
{
	double *fitted = mem_calloc(s->n, sizeof *fitted), sum = 0;
	l->predict(m, s, fitted);
	for (size_t i = 0; i < s->n; i++)
		sum += exp(fmin(sample_y(s, i) - fitted[i], 50)) / (double)s->n;
	free(fitted);
	return sum;
}

static double largest(const struct sample *s)
{
	double most = -INFINITY;
	for (size_t i = 0; i < s->n; i++)
		most = fmax(most, sample_y(s, i));
	return most;
}

static bool combines(enum model_kind k)
{
	return k == MODEL_AVERAGE || k == MODEL_STACK;
}

int model_fit(const struct learner *l, const struct sample *s, const struct model_spec *spec, struct arena *a,
	struct model *m, struct candidate *c, struct err *e)
{
	struct sample own = *s;
	bool plain = l->kind == MODEL_BASELINE || combines(l->kind);
	bool log_target = spec->log_target && s->f->task == TASK_REGRESSION && !plain;
	bool balance = spec->balance && s->f->nclasses && !plain;
	if (log_target)
		own.f = logged(s->f, spec->log_shift, a);
	if (l->kind != MODEL_BASELINE && recipe_rows(spec, &own, a, e) < 0)
		return -1;
	if (balance)
		balanced(&own, a);
	if (l->fit(&own, spec, a, m, c, e) < 0)
		return -1;
	if (log_target) {
		m->log_shift = spec->log_shift;
		m->smear = smearing(l, m, &own);
		m->log_most = largest(&own) + log(2);
	}
	if (balance && c)
		no_inference(c);
	return 0;
}

void model_predict(const struct model *m, const struct sample *s, double *out)
{
	learner_of(m->kind)->predict(m, s, out);
	if (m->smear <= 0)
		return;
	for (size_t i = 0; i < s->n; i++)
		out[i] = exp(fmin(out[i] + log(m->smear), m->log_most)) - m->log_shift;
}
