/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear regression as a candidate: the design, the fit, its inference and its diagnostics. */
#include "model/linear/linear_int.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

/* Below this the spread of the errors counts as uneven, and robust standard errors are those to read. */
static const double UNEVEN = 0.05;

/* Durbin & Watson 1950 in row (or time) order; Jarque & Bera 1980; Cook 1977. */
static void residual_checks(const struct ols *o, size_t n, struct candidate *c)
{
	double m2 = 0, m3 = 0, m4 = 0, steps = 0;
	for (size_t i = 0; i < n; i++) {
		double r = o->residual[i];
		m2 += r * r / (double)n;
		m3 += r * r * r / (double)n;
		m4 += r * r * r * r / (double)n;
		if (i)
			steps += (r - o->residual[i - 1]) * (r - o->residual[i - 1]);
	}
	if (!(m2 > 0))
		return;
	c->durbin_watson = steps / (m2 * (double)n);
	double skew = m3 / pow(m2, 1.5), kurt = m4 / (m2 * m2) - 3;
	c->jarque_bera = (double)n / 6 * (skew * skew + kurt * kurt / 4);
	c->jarque_bera_p = gsl_cdf_chisq_Q(c->jarque_bera, 2);
}

/* Pearson's correlation of |residual| and fit. */
static double spread_of(const struct ols *o, size_t n)
{
	double mr = 0, mf = 0, rr = 0, ff = 0, rf = 0;
	for (size_t i = 0; i < n; i++) {
		mr += fabs(o->residual[i]) / (double)n;
		mf += o->fitted[i] / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		double r = fabs(o->residual[i]) - mr, f = o->fitted[i] - mf;
		rr += r * r;
		ff += f * f;
		rf += r * f;
	}
	return rr > 0 && ff > 0 ? rf / sqrt(rr * ff) : NAN;
}

/* Two-sided p and 95 % interval of t on df. */
static void t_inference(double estimate, double se, double df, double *statistic, double *p, double *lo, double *hi)
{
	*statistic = estimate / se;
	*p = df > 0 && !isnan(*statistic) ? 2 * gsl_cdf_tdist_Q(fabs(*statistic), df) : NAN;
	double t = df > 0 ? gsl_cdf_tdist_Pinv(0.975, df) : NAN;
	*lo = estimate - t * se;
	*hi = estimate + t * se;
}

static void report_terms(const struct design *d, const struct ols *o, struct arena *a, struct candidate *c)
{
	c->coefficients = arena_calloc(a, d->nterms + 1, sizeof *c->coefficients);
	for (size_t j = 0; j <= d->nterms; j++) {
		struct coefficient *k = &c->coefficients[c->ncoefficients++];
		double ignored;
		*k = coefficient_new(j ? d->terms[j - 1].name : "(intercept)", NULL, j ? term_unit(&d->terms[j - 1]) : 1);
		k->estimate = o->estimate[j];
		k->se = o->se[j];
		k->vif = j ? o->vif[j - 1] : NAN;
		t_inference(k->estimate, k->se, o->df_residual, &k->statistic, &k->p, &k->lo, &k->hi);
		k->robust_se = o->robust_se[j];
		t_inference(k->estimate, k->robust_se, o->df_residual, &ignored, &k->robust_p, &k->robust_lo, &k->robust_hi);
	}
}

static void report_fit(const struct sample *s, const struct design *d, const struct ols *o, struct arena *a,
	struct candidate *c)
{
	double n = (double)s->n;
	report_terms(d, o, a, c);
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
	residual_checks(o, s->n, c);
	struct linear_fit *f = c->linear = linear_fit_new(a);
	f->bic = log(n) * (o->rank + 1) - 2 * c->log_likelihood;
	f->robust = o->breusch_pagan_p < UNEVEN;
	f->spread = spread_of(o, s->n);
	f->reset = o->reset;
	f->reset_p = o->reset_p;
	f->reset_df = o->reset_df;
	column_tests(d, s->f, o->estimate, o->covariance, o->robust_covariance, 1, o->df_residual, a, f);
	find_influence(o, s->n, s->f, s->rows, a, f);
	if (f->ninfluence) {
		c->max_cook = f->influence[0].cook;
		c->max_cook_row = f->influence[0].row;
	}
}

/* The fit that is reported is on terms in units of the data, by QR; those of folds, of which only predictions
 * are seen, on standardised terms by cross products where these will do. */
static int linear_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	struct design *d = m->design = arena_alloc(a, sizeof *m->design);
	design_fit(s, recipe_of(spec, m->kind), a, d);
	size_t p = d->nterms;
	if (s->n <= p + 1)
		return err_set(e, ERR_INPUT, "%zu rows are too few for %zu terms", s->n, p);
	struct arena *own = arena_new();
	double *y = sample_target(s, own);
	int r = 0;
	m->beta = arena_calloc(a, p + 1, sizeof *m->beta);
	if (c || !ols_quick(design_train(d, s, own), y, s->n, p, m->beta)) {
		struct ols o;
		r = ols_fit(raw_matrix(d, s, own), y, s->n, p, true, c != NULL, own, &o, e);
		if (r == 0)
			linear_keep(m, o.estimate, a);
		if (r == 0 && c)
			report_fit(s, d, &o, a, c);
	}
	arena_free(own);
	return r;
}

const struct learner learner_ols = {
	.kind = MODEL_OLS,
	.name = { "Linear regression", NULL, NULL },
	.fit = linear_fit,
	.predict = linear_predict,
	.shapley = linear_shapley,
};
