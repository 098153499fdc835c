/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear regression as a candidate: the design, the fit, its inference and its diagnostics; and the
 * baseline, which knows the target alone. */
#include "model/model_int.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* ---- baseline ------------------------------------------------------------------------------------------ */

static int baseline_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	(void)spec;
	(void)c;
	(void)e;
	m->prior = arena_calloc(a, (size_t)m->outputs, sizeof *m->prior);
	struct nsum sum = { 0 };
	for (size_t i = 0; i < s->n; i++)
		if (m->task == TASK_REGRESSION)
			nsum_add(&sum, sample_y(s, i));
		else
			m->prior[(size_t)sample_y(s, i)] += 1 / (double)s->n;
	if (m->task == TASK_REGRESSION)
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

/* Koenker's studentised form of Breusch & Pagan 1979: n R2 of the squared residuals on the terms. */
static void breusch_pagan(const double *x, const struct ols *o, size_t n, size_t p, struct candidate *c)
{
	struct arena *a = arena_new();
	double *squares = mem_calloc(n, sizeof *squares);
	for (size_t i = 0; i < n; i++)
		squares[i] = o->residual[i] * o->residual[i];
	struct ols aux;
	if (ols_fit(x, squares, n, p, true, a, &aux, NULL) == 0 && aux.rank > 1 && !isnan(aux.r2)) {
		c->breusch_pagan = (double)n * aux.r2;
		c->breusch_pagan_p = gsl_cdf_chisq_Q(c->breusch_pagan, aux.rank - 1);
	}
	free(squares);
	arena_free(a);
}

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

/* The fit is on standardised terms; the report wants units of the data: slope / sd, and the intercept
 * where every term is 0 rather than at its mean. The fit is done once more on the terms as they are,
 * since that gives the intercept's standard error too. */
static int report_fit(const struct sample *s, const struct design *d, struct arena *a, struct candidate *c,
	struct err *e)
{
	size_t n = s->n, p = d->nterms;
	double *x = design_matrix(d, s), *y = mem_calloc(n, sizeof *y);
	for (size_t j = 0; j < p; j++)
		for (size_t i = 0; i < n && isfinite(d->terms[j].sd); i++)
			x[j * n + i] = x[j * n + i] * d->terms[j].sd + d->terms[j].mean;
	for (size_t i = 0; i < n; i++)
		y[i] = sample_y(s, i);
	struct ols o;
	int r = ols_fit(x, y, n, p, true, a, &o, e);
	if (r == 0) {
		double t = o.df_residual > 0 ? gsl_cdf_tdist_Pinv(0.975, o.df_residual) : NAN;
		c->coefficients = arena_calloc(a, p + 1, sizeof *c->coefficients);
		for (size_t j = 0; j <= p; j++) {
			struct coefficient *k = &c->coefficients[c->ncoefficients++];
			*k = (struct coefficient){ .term = j ? d->terms[j - 1].name : "(intercept)",
				.estimate = o.estimate[j], .se = o.se[j], .odds_ratio = NAN,
				.vif = j ? o.vif[j - 1] : NAN };
			k->statistic = k->estimate / k->se;
			k->p = o.df_residual > 0 && !isnan(k->statistic) ?
				2 * gsl_cdf_tdist_Q(fabs(k->statistic), o.df_residual) : NAN;
			k->lo = k->estimate - t * k->se;
			k->hi = k->estimate + t * k->se;
		}
		c->sigma = o.sigma;
		c->r2 = o.r2;
		c->adj_r2 = o.adj_r2;
		c->f = o.f;
		c->f_p = o.f_p;
		c->df_residual = o.df_residual;
		c->parameters = o.rank;
		double nn = (double)n;
		c->log_likelihood = -nn / 2 * (log(2 * 3.14159265358979323846 * o.rss / nn) + 1);
		c->aic = 2 * (o.rank + 1) - 2 * c->log_likelihood;
		breusch_pagan(x, &o, n, p, c);
		residual_checks(&o, n, c, s->f);
	}
	free(x);
	free(y);
	return r;
}

static int linear_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	m->design = arena_alloc(a, sizeof *m->design);
	design_fit(s, spec->max_levels, a, m->design);
	size_t p = m->design->nterms;
	if (s->n <= p + 1)
		return err_set(e, ERR_INPUT, "%zu rows are too few for %zu terms", s->n, p);
	double *x = design_matrix(m->design, s), *y = mem_calloc(s->n, sizeof *y);
	for (size_t i = 0; i < s->n; i++)
		y[i] = sample_y(s, i);
	struct arena *own = arena_new();
	struct ols o;
	int r = ols_fit(x, y, s->n, p, true, own, &o, e);
	if (r == 0) {
		m->beta = arena_calloc(a, p + 1, sizeof *m->beta);
		for (size_t j = 0; j <= p; j++)
			m->beta[j] = isnan(o.estimate[j]) ? 0 : o.estimate[j];
		if (c)
			r = report_fit(s, m->design, a, c, e);
	}
	arena_free(own);
	free(x);
	free(y);
	return r;
}

static void linear_predict(const struct model *m, const struct sample *s, double *out)
{
	double *x = design_matrix(m->design, s);
	for (size_t i = 0; i < s->n; i++)
		out[i] = m->beta[0];
	for (size_t j = 0; j < m->design->nterms; j++)
		for (size_t i = 0; i < s->n; i++)
			out[i] += m->beta[j + 1] * x[j * s->n + i];
	free(x);
}

const struct learner learner_ols = {
	.kind = MODEL_OLS,
	.name = { "Linear regression", NULL, NULL },
	.fit = linear_fit,
	.predict = linear_predict,
};
