/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Naive Bayes: within a class, columns are taken to be independent; numbers normal with the class's mean and
 * variance, levels with their shares in the class, one row added to each (Laplace). What is missing, and a
 * level that training never saw, says nothing: it is left out of the product.
 */
#include "model/model_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct bayes {
	size_t k;                /* classes */
	double *log_prior;       /* k */
	double **part;           /* per feature: numbers mean, variance of each class (2 k); categories log shares
	                          * (nlevels x k); NULL: it says nothing */
	double *average;         /* features x k: of what each adds to the log-likelihood, over training rows */
};

/* Adds what a value says of each class. */
static void add_evidence(const struct bayes *b, const struct feature *f, size_t j, double x, double *score)
{
	const double *part = b->part[j];
	if (!part || isnan(x) || (f->category && feature_code(f, x) >= (size_t)f->nlevels))
		return;
	for (size_t c = 0; c < b->k; c++)
		if (f->category)
			score[c] += part[(size_t)x * b->k + c];
		else   /* log(2 pi) / 2 is the same for all */
			score[c] -= log(part[2 * c + 1]) / 2 + (x - part[2 * c]) * (x - part[2 * c]) / (2 * part[2 * c + 1]);
}

/* ---- fitting ------------------------------------------------------------------------------------------------ */

/* Means and variances by class, those of all rows where a class has fewer than two. Variances have a
 * floor at a billionth of that of all. */
static double *fit_number(const struct sample *s, size_t j, size_t k, struct arena *a)
{
	struct nsum *sum = mem_calloc(2 * (k + 1), sizeof *sum), *square = sum + k + 1;
	double *n = mem_calloc(k + 1, sizeof *n), *part = arena_calloc(a, 2 * (k + 1), sizeof *part);
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < s->n; i++) {
			double x = sample_x(s, j, i);
			if (isnan(x))
				continue;
			size_t own[2] = { (size_t)sample_y(s, i), k };
			for (int g = 0; g < 2; g++)
				if (pass == 0) {
					nsum_add(&sum[own[g]], x);
					n[own[g]]++;
				} else {
					double away = x - part[2 * own[g]];
					nsum_add(&square[own[g]], away * away);
				}
		}
		for (size_t c = 0; c <= k; c++)
			if (pass == 0)
				part[2 * c] = n[c] > 0 ? nsum_value(&sum[c]) / n[c] : 0;
			else
				part[2 * c + 1] = n[c] > 0 ? nsum_value(&square[c]) / n[c] : 0;
	}
	double all = part[2 * k + 1];
	for (size_t c = 0; c < k; c++) {
		if (n[c] < 2) {
			part[2 * c] = part[2 * k];
			part[2 * c + 1] = all;
		}
		part[2 * c + 1] += 1e-9 * all;
	}
	free(n);
	free(sum);
	return all > 0 && isfinite(all) ? part : NULL;
}

static double *fit_category(const struct sample *s, size_t j, size_t k, struct arena *a)
{
	const struct feature *f = &s->f->features[j];
	size_t levels = (size_t)f->nlevels;
	double *part = arena_calloc(a, levels * k + 1, sizeof *part), *n = mem_calloc(k, sizeof *n);
	for (size_t i = 0; i < s->n; i++) {
		size_t code = feature_code(f, sample_x(s, j, i)), c = (size_t)sample_y(s, i);
		if (code >= levels)
			continue;
		part[code * k + c]++;
		n[c]++;
	}
	for (size_t l = 0; l < levels; l++)
		for (size_t c = 0; c < k; c++)
			part[l * k + c] = log((part[l * k + c] + 1) / (n[c] + (double)levels));
	free(n);
	return levels > 1 ? part : NULL;
}

static void fit_average(const struct sample *s, struct bayes *b)
{
	double *one = mem_calloc(b->k, sizeof *one);
	for (size_t j = 0; j < s->f->nfeatures; j++)
		for (size_t i = 0; i < s->n; i++) {
			memset(one, 0, b->k * sizeof *one);
			add_evidence(b, &s->f->features[j], j, sample_x(s, j, i), one);
			for (size_t c = 0; c < b->k; c++)
				b->average[j * b->k + c] += one[c] / (double)s->n;
		}
	free(one);
}

static int bayes_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	(void)spec, (void)e;
	size_t k = (size_t)m->outputs, features = s->f->nfeatures;
	struct bayes *b = arena_alloc(a, sizeof *b);
	*b = (struct bayes){ k, arena_calloc(a, k, sizeof(double)), arena_calloc(a, features, sizeof(double *)),
		arena_calloc(a, features * k, sizeof(double)) };
	for (size_t i = 0; i < s->n; i++)
		b->log_prior[(size_t)sample_y(s, i)]++;
	for (size_t o = 0; o < k; o++)
		b->log_prior[o] = log((b->log_prior[o] + 1) / ((double)s->n + (double)k));
	for (size_t j = 0; j < features; j++)
		b->part[j] = s->f->features[j].category ? fit_category(s, j, k, a) : fit_number(s, j, k, a);
	if (c)
		fit_average(s, b);
	m->own = b;
	return 0;
}

static void bayes_predict(const struct model *m, const struct sample *s, double *out)
{
	const struct bayes *b = m->own;
	for (size_t i = 0; i < s->n; i++) {
		double *p = out + i * b->k, most = -INFINITY, total = 0;
		memcpy(p, b->log_prior, b->k * sizeof *p);
		for (size_t j = 0; j < s->f->nfeatures; j++)
			add_evidence(b, &s->f->features[j], j, sample_x(s, j, i), p);
		for (size_t c = 0; c < b->k; c++)
			most = fmax(most, p[c]);
		for (size_t c = 0; c < b->k; c++)
			total += p[c] = exp(p[c] - most);
		for (size_t c = 0; c < b->k; c++)
			p[c] /= total;
	}
}

/* Columns add up on the scale of logarithms: what a value says, less what values say on average. */
static int bayes_shap(const struct model *m, const struct sample *s, double *phi, double *base, struct err *e)
{
	(void)e;
	const struct bayes *b = m->own;
	size_t groups = s->f->ngroups, k = b->k;
	double *one = mem_calloc(k, sizeof *one);
	memcpy(base, b->log_prior, k * sizeof *base);
	memset(phi, 0, s->n * groups * k * sizeof *phi);
	for (size_t j = 0; j < s->f->nfeatures; j++) {
		const struct feature *f = &s->f->features[j];
		for (size_t c = 0; c < k; c++)
			base[c] += b->average[j * k + c];
		for (size_t i = 0; i < s->n; i++) {
			memset(one, 0, k * sizeof *one);
			add_evidence(b, f, j, sample_x(s, j, i), one);
			for (size_t c = 0; c < k; c++)
				phi[(i * groups + (size_t)f->group) * k + c] += one[c] - b->average[j * k + c];
		}
	}
	for (size_t i = 0; k == 2 && i <= s->n * groups; i++) {   /* two classes: the second against the first */
		double *two = i < s->n * groups ? phi + i * k : base;
		two[1] -= two[0];
		two[0] = 0;
	}
	free(one);
	return 0;
}

/* ---- as files -------------------------------------------------------------------------------------------------- */

static int bayes_save(const struct model *m, struct jw *w, const char *dir, struct model_files *files, struct err *e)
{
	(void)dir, (void)files, (void)e;
	const struct bayes *b = m->own;
	jw_knums(w, "log_prior", b->log_prior, b->k);
	jw_knums(w, "average", b->average, m->f->nfeatures * b->k);
	jw_karr(w, "features");   /* mean and variance of each class, or log shares of each level in the classes */
	for (size_t j = 0; j < m->f->nfeatures; j++) {
		const struct feature *f = &m->f->features[j];
		jw_obj(w);
		jw_kbool(w, "used", b->part[j] != NULL);
		if (b->part[j])
			jw_knums(w, "values", b->part[j], f->category ? (size_t)f->nlevels * b->k : 2 * b->k);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	return 0;
}

static int bayes_load(const json_t *v, const char *dir, struct arena *a, struct model *m, struct err *e)
{
	(void)dir;
	size_t k = (size_t)m->outputs, features = m->f->nfeatures;
	const json_t *list = json_at(v, "features");
	struct bayes *b = arena_alloc(a, sizeof *b);
	*b = (struct bayes){ k, model_numbers(v, "log_prior", k, a), arena_calloc(a, features, sizeof(double *)),
		model_numbers(v, "average", features * k, a) };
	bool ok = b->log_prior && b->average && json_array_size(list) == features;
	for (size_t j = 0; ok && j < features; j++) {
		const struct feature *f = &m->f->features[j];
		const json_t *one = json_array_get(list, j);
		if (!json_flag(one, "used", false))
			continue;
		b->part[j] = model_numbers(one, "values", f->category ? (size_t)f->nlevels * k : 2 * k, a);
		ok = b->part[j] != NULL;
		for (size_t c = 0; ok && !f->category && c < k; c++)
			ok = b->part[j][2 * c + 1] > 0;
	}
	m->own = b;
	return ok ? 0 : err_set(e, ERR_INPUT, "the classes of the model are damaged");
}

const struct learner learner_bayes = {
	.kind = MODEL_BAYES,
	.name = { NULL, "Naive Bayes", "Naive Bayes" },
	.fit = bayes_fit,
	.predict = bayes_predict,
	.save = bayes_save,
	.load = bayes_load,
	.shapley = bayes_shap,
};
