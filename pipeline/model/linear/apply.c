/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all linear models share once they are fitted: m->beta holds coefficients of standardised terms,
 * intercept first, one equation for a number and one for each class but the first. */
#include "model/linear/linear_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double *sample_target(const struct sample *s, struct arena *a)
{
	double *y = arena_calloc(a, s->n, sizeof *y);
	for (size_t i = 0; i < s->n; i++)
		y[i] = sample_y(s, i);
	return y;
}

double *raw_matrix(const struct design *d, const struct sample *s, struct arena *a)
{
	double *x = design_train(d, s, a);
	for (size_t j = 0; j < d->nterms; j++)
		for (size_t i = 0; i < s->n && isfinite(d->terms[j].sd); i++)
			x[j * s->n + i] = x[j * s->n + i] * d->terms[j].sd + d->terms[j].mean;
	return x;
}

void linear_keep(struct model *m, const double *estimate, struct arena *a)
{
	const struct design *d = m->design;
	m->beta = arena_calloc(a, d->nterms + 1, sizeof *m->beta);
	m->beta[0] = estimate[0];
	for (size_t j = 1; j <= d->nterms; j++) {
		const struct term *t = &d->terms[j - 1];
		if (isnan(estimate[j]) || !isfinite(t->sd))
			continue;
		m->beta[j] = estimate[j] * t->sd;
		m->beta[0] += estimate[j] * t->mean;
	}
}

double term_unit(const struct term *t)
{
	return (t->kind == TERM_VALUE || t->kind == TERM_CODES) && isfinite(t->sd) ? t->sd : 1;
}

struct coefficient coefficient_new(const char *term, const char *outcome, double step)
{
	return (struct coefficient){ .term = term, .outcome = outcome, .estimate = NAN, .se = NAN, .statistic = NAN, .p = NAN,
		.lo = NAN, .hi = NAN, .odds_ratio = NAN, .vif = NAN, .robust_se = NAN, .robust_p = NAN, .robust_lo = NAN,
		.robust_hi = NAN, .step = step };
}

double odds_ratio(double log_odds)
{
	double r = exp(log_odds);
	return isfinite(r) ? r : NAN;
}

void linear_predict(const struct model *m, const struct sample *s, double *out)
{
	design_predict(m->design, m->beta, s, out);
}

void logit_predict(const struct model *m, const struct sample *s, double *out)
{
	size_t n = s->n, p = m->design->nterms, k = (size_t)m->outputs;
	double *eta = mem_calloc(n * k, sizeof *eta);
	for (size_t c = 1; c < k; c++)
		design_predict(m->design, m->beta + (c - 1) * (p + 1), s, eta + c * n);
	for (size_t i = 0; i < n; i++) {
		double top = eta[i], sum = 0;
		for (size_t c = 1; c < k; c++)
			top = fmax(top, eta[c * n + i]);
		for (size_t c = 0; c < k; c++)
			sum += out[i * k + c] = exp(eta[c * n + i] - top);
		for (size_t c = 0; c < k; c++)
			out[i * k + c] /= sum;
	}
	free(eta);
}

/* Columns are taken as independent of each other (Lundberg & Lee 2017, corollary 1): what a column adds is the sum
 * of its terms times their coefficients, which are at zero where the training rows are on average. */
int linear_shapley(const struct model *m, const struct sample *s, double *phi, double *base, struct err *e)
{
	(void)e;
	const struct design *d = m->design;
	size_t groups = s->f->ngroups, k = (size_t)m->outputs, first = k > 1;
	memset(phi, 0, s->n * groups * k * sizeof *phi);
	memset(base, 0, k * sizeof *base);
	for (size_t c = first; c < k; c++) {
		const double *b = m->beta + (c - first) * (d->nterms + 1);
		double *own = mem_calloc(s->n * groups, sizeof *own);
		base[c] = b[0];
		design_contributions(d, b, s, groups, own);
		for (size_t i = 0; i < s->n * groups; i++)
			phi[i * k + c] = own[i];
		free(own);
	}
	return 0;
}
