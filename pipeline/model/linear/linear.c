/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear regression as a candidate: the design, the fit, its inference and its diagnostics; and the
 * baseline, which knows the target alone. */
#include "model/model_int.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* ---- baseline ------------------------------------------------------------------------------------------ */

/* Unseen is not impossible: a class that training lacks counts half a row, lest one row of it cost
 * without bound. */
static void class_shares(const struct sample *s, double *share, int classes)
{
	double total = 0;
	for (size_t i = 0; i < s->n; i++)
		share[(size_t)sample_y(s, i)]++;
	for (int k = 0; k < classes; k++)
		total += share[k] = fmax(share[k], 0.5);
	for (int k = 0; k < classes; k++)
		share[k] /= total;
}

static int baseline_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	(void)spec;
	(void)c;
	(void)e;
	m->prior = arena_calloc(a, (size_t)m->outputs, sizeof *m->prior);
	if (m->task != TASK_REGRESSION) {
		class_shares(s, m->prior, m->outputs);
		return 0;
	}
	struct nsum sum = { 0 };
	for (size_t i = 0; i < s->n; i++)
		nsum_add(&sum, sample_y(s, i));
	m->prior[0] = nsum_value(&sum) / (double)s->n;
	return 0;
}

static void baseline_predict(const struct model *m, const struct sample *s, double *out)
{
	size_t k = (size_t)m->outputs;
	for (size_t i = 0; i < s->n * k; i++)
		out[i] = m->prior[i % k];
}

const struct learner learner_baseline = {
	.kind = MODEL_BASELINE,
	.name = { "Baseline (mean)", "Baseline (class shares)", "Baseline (class shares)" },
	.fit = baseline_fit,
	.predict = baseline_predict,
};

/* ---- diagnostics ----------------------------------------------------------------------------------------- */

/* Durbin & Watson 1950 in row (or time) order; Jarque & Bera 1980; Cook 1977. */
static void residual_checks(const struct ols *o, size_t n, struct candidate *c, const struct frame *f)
{
	double m2 = 0, m3 = 0, m4 = 0, steps = 0;
	c->max_cook = 0;
	c->max_cook_row = -1;
	for (size_t i = 0; i < n; i++) {
		double r = o->residual[i], h = o->leverage[i];
		m2 += r * r / (double)n;
		m3 += r * r * r / (double)n;
		m4 += r * r * r * r / (double)n;
		if (i)
			steps += (r - o->residual[i - 1]) * (r - o->residual[i - 1]);
		double cook = h < 1 ? r * r / (o->rank * o->sigma * o->sigma) * h / ((1 - h) * (1 - h)) : NAN;
		if (cook > c->max_cook) {
			c->max_cook = cook;
			c->max_cook_row = f->row[i];
		}
	}
	if (!(m2 > 0))
		return;
	c->durbin_watson = steps / (m2 * (double)n);
	double skew = m3 / pow(m2, 1.5), kurt = m4 / (m2 * m2) - 3;
	c->jarque_bera = (double)n / 6 * (skew * skew + kurt * kurt / 4);
	c->jarque_bera_p = gsl_cdf_chisq_Q(c->jarque_bera, 2);
}

/* ---- linear regression -------------------------------------------------------------------------------------- */

static void report_fit(const struct sample *s, const struct design *d, const struct ols *o, struct arena *a,
	struct candidate *c)
{
	size_t p = d->nterms;
	double t = o->df_residual > 0 ? gsl_cdf_tdist_Pinv(0.975, o->df_residual) : NAN, n = (double)s->n;
	c->coefficients = arena_calloc(a, p + 1, sizeof *c->coefficients);
	for (size_t j = 0; j <= p; j++) {
		struct coefficient *k = &c->coefficients[c->ncoefficients++];
		*k = (struct coefficient){ .term = j ? d->terms[j - 1].name : "(intercept)", .estimate = o->estimate[j],
			.se = o->se[j], .odds_ratio = NAN, .vif = j ? o->vif[j - 1] : NAN };
		k->statistic = k->estimate / k->se;
		k->p = o->df_residual > 0 && !isnan(k->statistic) ?
			2 * gsl_cdf_tdist_Q(fabs(k->statistic), o->df_residual) : NAN;
		k->lo = k->estimate - t * k->se;
		k->hi = k->estimate + t * k->se;
	}
	c->sigma = o->sigma;
	c->r2 = o->r2;
	c->adj_r2 = o->adj_r2;
	c->f = o->f;
	c->f_p = o->f_p;
	c->df_residual = o->df_residual;
	c->parameters = o->rank;
	c->log_likelihood = -n / 2 * (log(2 * 3.14159265358979323846 * o->rss / n) + 1);
	c->aic = 2 * (o->rank + 1) - 2 * c->log_likelihood;
	c->breusch_pagan = o->breusch_pagan;
	c->breusch_pagan_p = o->breusch_pagan_p;
	residual_checks(o, s->n, c, s->f);
}

/* The fit is on terms in units of the data, which is what a reader wants to see; the model keeps
 * coefficients of standardised terms, as every linear model here does. */
static int linear_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	struct design *d = m->design = arena_alloc(a, sizeof *m->design);
	design_fit(s, spec->max_levels, a, d);
	size_t p = d->nterms;
	if (s->n <= p + 1)
		return err_set(e, ERR_INPUT, "%zu rows are too few for %zu terms", s->n, p);
	struct arena *own = arena_new();
	double *x = design_matrix(d, s, own), *y = arena_calloc(own, s->n, sizeof *y);
	for (size_t j = 0; j < p; j++)
		for (size_t i = 0; i < s->n && isfinite(d->terms[j].sd); i++)
			x[j * s->n + i] = x[j * s->n + i] * d->terms[j].sd + d->terms[j].mean;
	for (size_t i = 0; i < s->n; i++)
		y[i] = sample_y(s, i);
	struct ols o;
	int r = ols_fit(x, y, s->n, p, true, c != NULL, own, &o, e);
	if (r == 0) {
		m->beta = arena_calloc(a, p + 1, sizeof *m->beta);
		m->beta[0] = o.estimate[0];
		for (size_t j = 1; j <= p; j++) {
			if (isnan(o.estimate[j]))
				continue;
			m->beta[j] = o.estimate[j] * d->terms[j - 1].sd;
			m->beta[0] += o.estimate[j] * d->terms[j - 1].mean;
		}
		if (c)
			report_fit(s, d, &o, a, c);
	}
	arena_free(own);
	return r;
}

static void linear_predict(const struct model *m, const struct sample *s, double *out)
{
	design_predict(m->design, m->beta, s, out);
}

const struct learner learner_ols = {
	.kind = MODEL_OLS,
	.name = { "Linear regression", NULL, NULL },
	.fit = linear_fit,
	.predict = linear_predict,
};
