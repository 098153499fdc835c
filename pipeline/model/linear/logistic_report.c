/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a logistic regression says: log-odds with their errors in units of the data, and the fit as a whole. */
#include "model/linear/linear_int.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

/* Wald's z and interval. */
static struct coefficient one_coefficient(const char *term, const char *outcome, double step, double b, double se, bool odds)
{
	struct coefficient c = coefficient_new(term, outcome, step);
	c.estimate = b;
	c.se = se;
	c.statistic = b / se;
	c.p = isnan(c.statistic) ? NAN : 2 * gsl_cdf_ugaussian_Q(fabs(c.statistic));
	c.lo = b - 1.959963984540054 * se;
	c.hi = b + 1.959963984540054 * se;
	c.odds_ratio = odds ? odds_ratio(b) : NAN;
	return c;
}

/* Standard error of the combination `l` of the coefficients of equation k. */
static double combined_se(const struct logit *q, const double *inverse, size_t k, const double *l)
{
	size_t m = q->p + 1;
	double var = 0;
	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j < m; j++)   /* only the upper triangle is there */
			var += l[i] * l[j] * inverse[(k * m + (i > j ? i : j)) * q->d + k * m + (i < j ? i : j)];
	return sqrt(var);
}

/* From standardised terms to units of the data: slope / sd; intercept less the slopes at the means. */
static void report_terms(const struct logit *q, const struct design *d, const double *b, const double *inverse,
	const struct frame *f, struct arena *a, struct candidate *c)
{
	size_t m = q->p + 1;
	double *to_zero = mem_calloc(m, sizeof *to_zero);
	to_zero[0] = 1;
	for (size_t j = 1; j < m; j++)
		to_zero[j] = q->aliased[j - 1] ? 0 : -d->terms[j - 1].mean / d->terms[j - 1].sd;
	c->coefficients = arena_calloc(a, q->d, sizeof *c->coefficients);
	for (size_t k = 0; k < q->k; k++) {
		const char *outcome = q->k > 1 ? f->classes[k + 1] : NULL;
		const double *bc = b + k * m;
		double b0 = 0;
		for (size_t j = 0; j < m; j++)
			b0 += to_zero[j] * bc[j];
		c->coefficients[c->ncoefficients++] = one_coefficient("(intercept)", outcome, 1, b0,
			inverse ? combined_se(q, inverse, k, to_zero) : NAN, false);
		for (size_t j = 1; j < m; j++) {
			size_t u = k * m + j;
			double sd = d->terms[j - 1].sd, se = inverse && q->ridge[u] <= LOGIT_TOUCH ? sqrt(inverse[u * q->d + u]) : NAN;
			bool out = q->aliased[j - 1];
			c->coefficients[c->ncoefficients++] = one_coefficient(d->terms[j - 1].name, outcome,
				term_unit(&d->terms[j - 1]), out ? NAN : bc[j] / sd, out ? NAN : se / sd, true);
		}
	}
	free(to_zero);
}

static void summarise(struct logit *q, const double *b, struct candidate *c)
{
	double *g = mem_calloc(q->d, sizeof *g), penalty = 0;
	size_t aliased = 0;
	bool held = false;
	for (size_t j = 0; j < q->d; j++) {
		penalty += q->ridge[j] / 2 * b[j] * b[j];
		held = held || q->ridge[j] > LOGIT_TOUCH;
		aliased += logit_aliased(q, j);
	}
	c->log_likelihood = penalty - logit_objective(q, b, g);
	c->deviance = -2 * c->log_likelihood;
	size_t *count = mem_calloc(q->k + 1, sizeof *count);
	for (size_t i = 0; i < q->n; i++)
		count[q->y[i]]++;
	c->null_deviance = 0;
	for (size_t k = 0; k <= q->k; k++)
		if (count[k])
			c->null_deviance -= 2 * (double)count[k] * log((double)count[k] / (double)q->n);
	c->parameters = (int64_t)(q->d - aliased);
	c->df_residual = (double)q->n - (double)c->parameters;
	c->linear->lr_df = (int)(q->d - aliased - q->k);
	bool test = !held && c->linear->lr_df > 0;
	c->linear->lr = test ? c->null_deviance - c->deviance : NAN;
	c->linear->lr_p = test ? gsl_cdf_chisq_Q(c->linear->lr, c->linear->lr_df) : NAN;
	c->linear->mcfadden = c->null_deviance > 0 ? 1 - c->deviance / c->null_deviance : NAN;
	c->linear->bic = held ? NAN : c->deviance + log((double)q->n) * (double)c->parameters;
	c->aic = held ? NAN : c->deviance + 2 * (double)c->parameters;   /* it asks for a maximum */
	free(count);
	free(g);
}

/* Tests of whole columns from the inverse of the Hessian, whose lower triangle is empty; what is held or aliased
 * takes no part. */
static void test_columns(const struct logit *q, const struct design *d, const double *b, const double *inverse,
	const struct frame *f, struct arena *a, struct linear_fit *out)
{
	double *full = mem_alloc(q->d * q->d * sizeof *full);
	for (size_t j = 0; j < q->d; j++)
		for (size_t i = 0; i <= j; i++)
			full[i * q->d + j] = full[j * q->d + i] = inverse[j * q->d + i];
	for (size_t u = 0; u < q->d; u++)
		if (logit_aliased(q, u) || q->ridge[u] > LOGIT_TOUCH)
			full[u * q->d + u] = NAN;
	column_tests(d, f, b, full, NULL, q->k, 0, a, out);
	free(full);
}

void logit_report(struct logit *q, const struct design *d, const double *b, const double *inverse, const struct frame *f,
	struct arena *a, struct candidate *c)
{
	c->linear = linear_fit_new(a);
	report_terms(q, d, b, inverse, f, a, c);
	summarise(q, b, c);
	if (inverse)
		test_columns(q, d, b, inverse, f, a, c->linear);
	if (q->k == 1 && inverse)
		hosmer_lemeshow(q->prob, q->y, q->n, c->linear);
}
