/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fitted model as members of a JSON object and back: the design, which many learners share, and what the
 * learner itself keeps. Ensembles put their members in the same way. Files may be damaged or made by an
 * enemy: whatever is an index or a length is looked at here, so that predicting needs no checks. */
#include "model/fitted/fitted_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- saving ------------------------------------------------------------------------------------------ */

static const char *const kinds[] = { "value", "missing", "level" };

/* Each term says how its column is made from a feature; `mean` and `sd` standardise it (sd null: a column that
 * never changed in training and takes no part). */
static void put_design(struct jw *w, const struct design *d, const struct frame *f)
{
	jw_kobj(w, "design");
	jw_karr(w, "terms");
	for (size_t j = 0; j < d->nterms; j++) {
		const struct term *t = &d->terms[j];
		jw_obj(w);
		jw_kstr(w, "name", t->name);
		jw_kint(w, "feature", (int64_t)t->feature);
		jw_kstr(w, "kind", kinds[t->kind]);
		if (t->kind == TERM_LEVEL)
			jw_kint(w, "level", t->level);
		jw_knum(w, "fill", t->fill);
		jw_knum(w, "mean", t->mean);
		jw_knum(w, "sd", t->sd);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_karr(w, "levels");   /* per category: the term of each level, of "(missing)" and "(other)"; -1: reference */
	for (size_t k = 0; k < f->nfeatures; k++) {
		if (!d->level_of[k])
			continue;
		jw_obj(w);
		jw_kint(w, "feature", (int64_t)k);
		jw_kstr(w, "reference", d->reference[k]);
		jw_karr_inline(w, "term");
		for (int c = 0; c < f->features[k].nlevels + 2; c++)
			jw_int(w, d->level_of[k][c]);
		jw_arr_end(w);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

static size_t equations(const struct model *m)
{
	return m->outputs > 1 ? (size_t)m->outputs - 1 : 1;
}

int model_put(struct jw *w, const struct model *m, const char *dir, struct model_files *files, struct err *e)
{
	const struct learner *l = learner_of(m->kind);
	jw_kstr(w, "kind", model_kind_name(m->kind));
	if (m->smear > 0) {   /* predictions are smear exp(fit) - log_shift */
		jw_knum(w, "log_shift", m->log_shift);
		jw_knum(w, "smear", m->smear);
	}
	if (m->design)
		put_design(w, m->design, m->f);
	if (l->save)
		return l->save(m, w, dir, files, e);
	if (m->prior)
		jw_knums(w, "prior", m->prior, (size_t)m->outputs);
	if (m->beta)
		jw_knums(w, "coefficients", m->beta, equations(m) * (m->design->nterms + 1));
	return 0;
}

/* ---- loading ------------------------------------------------------------------------------------------ */

double *model_numbers(const json_t *v, const char *key, size_t n, struct arena *a)
{
	const json_t *list = json_object_get(v, key);
	if (json_array_size(list) != n)
		return NULL;
	double *out = arena_calloc(a, n + 1, sizeof *out);
	for (size_t i = 0; i < n; i++) {
		const json_t *x = json_array_get(list, i);
		if (!json_is_number(x))
			return NULL;
		out[i] = json_number_value(x);
	}
	return out;
}

static bool get_term(const json_t *v, const struct frame *f, struct arena *a, struct term *t)
{
	const char *name = json_text(v, "name", NULL), *kind = json_text(v, "kind", "");
	int64_t feature = json_int(v, "feature", -1), level = json_int(v, "level", 0);
	size_t k = 0;
	while (k < COUNTOF(kinds) && strcmp(kind, kinds[k]) != 0)
		k++;
	if (!name || k == COUNTOF(kinds) || feature < 0 || feature >= (int64_t)f->nfeatures)
		return false;
	const struct feature *x = &f->features[feature];
	*t = (struct term){ .kind = (enum term_kind)k, .feature = (size_t)feature, .level = (int)level,
		.name = arena_strdup(a, name), .fill = json_num(v, "fill", NAN), .mean = json_num(v, "mean", NAN),
		.sd = json_num(v, "sd", INFINITY) };
	bool level_fits = t->kind == TERM_LEVEL ? x->category && level >= 0 && level < x->nlevels + 2 : true;
	return level_fits && !isnan(t->fill) && !isnan(t->mean) && t->sd > 0;
}

static bool get_levels(const json_t *v, const struct frame *f, struct arena *a, struct design *d)
{
	int64_t k = json_int(v, "feature", -1);
	const char *reference = json_text(v, "reference", NULL);
	if (k < 0 || k >= (int64_t)f->nfeatures || !f->features[k].category || d->level_of[k])
		return false;
	size_t n = (size_t)f->features[k].nlevels + 2;
	double *term = model_numbers(v, "term", n, a);
	int *of = arena_calloc(a, n, sizeof *of);
	for (size_t i = 0; term && i < n; i++) {
		bool known = term[i] >= 0 && term[i] < (double)d->nterms && d->terms[(size_t)term[i]].feature == (size_t)k;
		if (!known && term[i] != -1)
			return false;
		of[i] = (int)term[i];
	}
	d->level_of[k] = of;
	d->reference[k] = reference ? arena_strdup(a, reference) : NULL;
	return term != NULL;
}

static struct design *get_design(const json_t *v, const struct frame *f, struct arena *a)
{
	const json_t *terms = json_at(v, "terms"), *levels = json_at(v, "levels");
	struct design *d = arena_alloc(a, sizeof *d);
	d->nterms = json_array_size(terms);
	d->terms = arena_calloc(a, d->nterms + 1, sizeof *d->terms);
	d->level_of = arena_calloc(a, f->nfeatures, sizeof *d->level_of);
	d->reference = arena_calloc(a, f->nfeatures, sizeof *d->reference);
	for (size_t j = 0; j < d->nterms; j++)
		if (!get_term(json_array_get(terms, j), f, a, &d->terms[j]))
			return NULL;
	for (size_t i = 0; i < json_array_size(levels); i++)
		if (!get_levels(json_array_get(levels, i), f, a, d))
			return NULL;
	for (size_t k = 0; k < f->nfeatures; k++)
		if (f->features[k].category && !d->level_of[k])
			return NULL;
	return d;
}

int model_kind_of(const char *name)
{
	for (int k = 0; k < MODEL_KINDS; k++)
		if (strcmp(name, model_kind_name((enum model_kind)k)) == 0 && learner_of((enum model_kind)k))
			return k;
	return -1;
}

static int get_plain(const json_t *v, struct arena *a, struct model *m, struct err *e)
{
	m->prior = json_object_get(v, "prior") ? model_numbers(v, "prior", (size_t)m->outputs, a) : NULL;
	m->beta = m->design ? model_numbers(v, "coefficients", equations(m) * (m->design->nterms + 1), a) : NULL;
	return m->prior || m->beta ? 0 : err_set(e, ERR_INPUT, "the coefficients of the model are damaged");
}

int model_get(const json_t *v, const struct frame *f, const char *dir, struct arena *a, struct model *m, struct err *e)
{
	const char *name = json_text(v, "kind", "");
	int kind = model_kind_of(name);
	if (kind < 0)
		return err_set(e, ERR_INPUT, "the kind of model '%.40s' is not known to this version", name);
	const struct learner *l = learner_of((enum model_kind)kind);
	*m = (struct model){ .kind = l->kind, .task = f->task, .outputs = f->nclasses ? f->nclasses : 1, .f = f, .sd = 1,
		.log_shift = json_num(v, "log_shift", 0), .smear = json_num(v, "smear", 0) };
	if (!l->name[f->task])
		return err_set(e, ERR_INPUT, "a model of kind '%s' does no %s", name, task_name(f->task));
	const json_t *design = json_object_get(v, "design");
	if (design && !(m->design = get_design(design, f, a)))
		return err_set(e, ERR_INPUT, "the design of the model is damaged");
	if (l->load)
		return l->load(v, dir, a, m, e);
	return get_plain(v, a, m, e);
}
