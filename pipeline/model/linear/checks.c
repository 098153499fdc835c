/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a candidate is told about its linear fit: columns as a whole, rows that move the fit, and whether
 * probabilities meet the rows. */
#include "model/linear/linear_int.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct linear_fit *linear_fit_new(struct arena *a)
{
	struct linear_fit *f = arena_alloc(a, sizeof *f);
	*f = (struct linear_fit){ .spread = NAN, .bic = NAN, .reset = NAN, .reset_p = NAN, .lr = NAN, .lr_p = NAN, .mcfadden = NAN,
		.hosmer = NAN, .hosmer_p = NAN, .scale = NAN };
	return f;
}

/* ---- columns as a whole ----------------------------------------------------------------------------------- */

/* b' V^-1 b for the unknowns `at` of a covariance of d unknowns; NaN when it is singular. Correlations rather than
 * covariances are factorised, since units differ. */
static double wald(const double *b, const double *v, size_t d, const size_t *at, size_t q)
{
	double *r = mem_calloc(q * q, sizeof *r), *z = mem_calloc(q, sizeof *z), sum = 0;
	bool *gone = mem_calloc(q, sizeof *gone), lost = false;
	for (size_t i = 0; i < q; i++) {
		double si = sqrt(v[at[i] * d + at[i]]);
		z[i] = b[at[i]] / si;
		for (size_t j = 0; j <= i; j++)
			r[i * q + j] = v[at[i] * d + at[j]] / (si * sqrt(v[at[j] * d + at[j]]));
	}
	gram_factor(r, q, 1e-13, gone);
	for (size_t i = 0; i < q; i++) {   /* forward substitution: |U^-T z|^2 */
		lost = lost || gone[i];
		for (size_t j = 0; j < i; j++)
			z[i] -= r[i * q + j] * z[j];
		z[i] /= r[i * q + i];
		sum += z[i] * z[i];
	}
	free(r);
	free(z);
	free(gone);
	return lost ? NAN : sum;
}

void column_tests(const struct design *d, const struct frame *f, const double *estimate, const double *covariance,
	const double *robust, size_t k, double df_residual, struct arena *a, struct linear_fit *out)
{
	size_t m = d->nterms + 1, unknowns = k * m, *at = mem_calloc(unknowns, sizeof *at);
	out->columns = arena_calloc(a, f->ngroups, sizeof *out->columns);
	for (size_t g = 0; g < f->ngroups; g++) {
		size_t q = 0;
		for (size_t u = 0; u < unknowns; u++) {
			size_t j = u % m;
			if (j && (size_t)f->features[d->terms[j - 1].feature].group == g && covariance[u * unknowns + u] > 0)
				at[q++] = u;
		}
		if (!q)
			continue;
		struct column_test *t = &out->columns[out->ncolumns++];
		bool f_test = df_residual > 0;
		double w = wald(estimate, covariance, unknowns, at, q), n = (double)q;
		*t = (struct column_test){ .column = f->group_names[g], .terms = (int)q, .statistic = f_test ? w / n : w,
			.robust_p = NAN };
		t->p = isnan(w) ? NAN : f_test ? gsl_cdf_fdist_Q(w / n, n, df_residual) : gsl_cdf_chisq_Q(w, n);
		double wr = robust && f_test ? wald(estimate, robust, unknowns, at, q) : NAN;
		if (!isnan(wr))
			t->robust_p = gsl_cdf_fdist_Q(wr / n, n, df_residual);
	}
	free(at);
}

/* ---- rows that move the fit --------------------------------------------------------------------------------- */

static int by_cook(const void *a, const void *b)
{
	const struct influence *x = a, *y = b;
	if (x->cook != y->cook)
		return x->cook < y->cook ? 1 : -1;
	return (x->row > y->row) - (x->row < y->row);
}

void find_influence(const struct ols *o, size_t n, const struct frame *f, const uint32_t *rows, struct arena *a,
	struct linear_fit *out)
{
	enum { KEEP = 10 };
	struct influence *all = mem_calloc(n, sizeof *all);
	size_t found = 0;
	for (size_t i = 0; i < n; i++) {
		double r = o->residual[i], left = 1 - o->leverage[i], z = r / (o->sigma * sqrt(left));
		double cook = left > 1e-10 ? z * z / o->rank * o->leverage[i] / left : NAN;
		if (cook > 4 / (double)n)
			all[found++] = (struct influence){ f->row[rows[i]], cook, o->leverage[i], z };
	}
	qsort(all, found, sizeof *all, by_cook);
	out->ninfluence = found < KEEP ? found : KEEP;
	out->influence = arena_calloc(a, out->ninfluence, sizeof *out->influence);
	if (out->ninfluence)
		memcpy(out->influence, all, out->ninfluence * sizeof *all);
	free(all);
}

/* ---- whether probabilities meet the rows ---------------------------------------------------------------------- */

struct outcome {
	double prob;
	int y;
	size_t row;
};

static int by_prob(const void *a, const void *b)
{
	const struct outcome *x = a, *y = b;
	if (x->prob != y->prob)
		return x->prob < y->prob ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Groups end where the probability changes, so that no order of tied rows counts. */
void hosmer_lemeshow(const double *prob, const int *y, size_t n, struct linear_fit *out)
{
	enum { GROUPS = 10 };
	struct outcome *all = mem_calloc(n, sizeof *all);
	for (size_t i = 0; i < n; i++)
		all[i] = (struct outcome){ prob[i], y[i], i };
	qsort(all, n, sizeof *all, by_prob);
	double sum = 0;
	int groups = 0;
	for (size_t from = 0, to; from < n; from = to) {
		to = n * (size_t)(groups + 1) / GROUPS;
		to = to <= from ? from + 1 : to;
		while (to < n && all[to].prob == all[to - 1].prob)
			to++;
		double seen = 0, expected = 0, m = (double)(to - from);
		for (size_t i = from; i < to; i++) {
			seen += all[i].y;
			expected += all[i].prob;
		}
		groups++;
		sum += (seen - expected) * (seen - expected) / (expected * (1 - expected / m));
	}
	free(all);
	out->hosmer_df = groups - 2;
	bool made = out->hosmer_df > 0 && isfinite(sum);
	out->hosmer = made ? sum : NAN;
	out->hosmer_p = made ? gsl_cdf_chisq_Q(sum, out->hosmer_df) : NAN;
}
