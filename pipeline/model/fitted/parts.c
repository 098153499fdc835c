/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A fitted model as members of a JSON object and back: the design, which many learners share, and what the
 * learner itself keeps. Ensembles put their members in the same way. Files may be damaged or made by an
 * enemy: whatever is an index or a length is looked at here, so that predicting needs no checks. */
#include "model/fitted/fitted_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- saving ------------------------------------------------------------------------------------------ */

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
		jw_knum(w, "log_most", m->log_most);
	}
	if (m->design) {
		jw_key(w, "design");
		design_save(w, m->design, m->f);
	}
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

int model_kind_of(const char *name)
{
	for (int k = 0; k < MODEL_KINDS; k++)
		if (strcmp(name, model_kind_name((enum model_kind)k)) == 0 && learner_of((enum model_kind)k))
			return k;
	return -1;
}

static int get_plain(const json_t *v, struct arena *a, struct model *m, struct err *e)
{
	if (m->kind == MODEL_BASELINE)
		m->prior = model_numbers(v, "prior", (size_t)m->outputs, a);
	else if (m->design)
		m->beta = model_numbers(v, "coefficients", equations(m) * (m->design->nterms + 1), a);
	return m->prior || m->beta ? 0 : err_set(e, ERR_INPUT, "the coefficients of the model are damaged");
}

int model_get(const json_t *v, const struct frame *f, const char *dir, struct arena *a, struct model *m, struct err *e)
{
	const char *name = json_text(v, "kind", "");
	int kind = model_kind_of(name);
	if (kind < 0)
		return err_set(e, ERR_INPUT, "the kind of model '%.40s' is not known to this version", name);
	const struct learner *l = learner_of((enum model_kind)kind);
	*m = (struct model){ .kind = l->kind, .task = f->task, .outputs = f->nclasses ? f->nclasses : 1, .f = f,
		.log_shift = json_num(v, "log_shift", 0), .smear = json_num(v, "smear", 0),
		.log_most = json_num(v, "log_most", 0) };
	if (!l->name[f->task])
		return err_set(e, ERR_INPUT, "a model of kind '%s' does no %s", name, task_name(f->task));
	const json_t *design = json_object_get(v, "design");
	if (design && !(m->design = design_load(design, f, a)))
		return err_set(e, ERR_INPUT, "the design of the model is damaged");
	if (l->load)
		return l->load(v, dir, a, m, e);
	return get_plain(v, a, m, e);
}
