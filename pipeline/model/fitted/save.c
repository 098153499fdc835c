/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fitted model as files: dossier/model/1, all that predicting needs (pipeline/ARTIFACTS.md). */
#include "model/model_int.h"

#include <math.h>
#include <stdio.h>

static void write_features(struct jw *w, const struct frame *f)
{
	jw_karr(w, "features");
	for (size_t j = 0; j < f->nfeatures; j++) {
		const struct feature *x = &f->features[j];
		jw_obj(w);
		jw_kstr(w, "name", x->name);
		jw_kstr(w, "column", f->group_names[x->group]);
		jw_kbool(w, "category", x->category);
		if (x->category) {
			jw_kstrs(w, "levels", x->levels, (size_t)x->nlevels);
		}
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

/* Each term says how its column is made from a feature; `mean` and `sd` standardise it. */
static void write_terms(struct jw *w, const struct design *d, const struct frame *f)
{
	static const char *const kinds[] = { "value", "missing", "level" };
	jw_karr(w, "terms");
	for (size_t j = 0; j < d->nterms; j++) {
		const struct term *t = &d->terms[j];
		const struct feature *x = &f->features[t->feature];
		jw_obj(w);
		jw_kstr(w, "name", t->name);
		jw_kstr(w, "feature", x->name);
		jw_kstr(w, "kind", kinds[t->kind]);
		if (t->kind == TERM_VALUE)
			jw_knum(w, "fill", t->fill);
		if (t->kind == TERM_LEVEL) {
			/* codes beyond the levels are "(missing)" and "(other)" */
			jw_karr_inline(w, "levels");
			for (int k = 0; k <= x->nlevels + 1; k++)
				if (d->level_of[t->feature][k] == (int)j && k != x->nlevels + 1)
					jw_str(w, k == x->nlevels ? "(missing)" : x->levels[k]);
			jw_arr_end(w);
			jw_kbool(w, "other", t->level == x->nlevels + 1);
		}
		jw_knum(w, "mean", t->mean);
		jw_knum(w, "sd", t->sd);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

int model_save(const struct model_result *r, const struct candidate *c, const char *dir, const char *names[2],
	struct err *e)
{
	const struct model *m = c->model;
	struct buf out = { 0 }, booster = { 0 }, path = { 0 };
	struct jw w;
	int files = 0, status = 0;
	jw_init(&w, &out);
	jw_obj(&w);
	jw_kstr(&w, "schema", "dossier/model/1");
	jw_kstr(&w, "kind", model_kind_name(m->kind));
	jw_kstr(&w, "name", c->name);
	jw_kstr(&w, "task", task_name(r->task));
	jw_kstrs(&w, "classes", r->classes, (size_t)r->nclasses);
	jw_kint(&w, "rows", r->rows);
	write_features(&w, m->f);
	if (m->prior)
		jw_knums(&w, "prior", m->prior, (size_t)m->outputs);
	if (m->design) {
		size_t sets = m->outputs > 1 ? (size_t)m->outputs - 1 : 1;
		write_terms(&w, m->design, m->f);
		jw_karr(&w, "coefficients");
		for (size_t k = 0; k < sets; k++) {
			jw_arr_inline(&w);
			for (size_t j = 0; j <= m->design->nterms; j++)
				jw_num(&w, m->beta[k * (m->design->nterms + 1) + j]);
			jw_arr_end(&w);
		}
		jw_arr_end(&w);
	}
	if (m->booster) {
		jw_kstr(&w, "booster", "booster.json");
		jw_kint(&w, "rounds", m->rounds);
		if (m->task == TASK_REGRESSION) {   /* the booster predicts (target - mean) / sd */
			jw_knum(&w, "target_mean", m->mean);
			jw_knum(&w, "target_sd", m->sd);
		}
	}
	jw_obj_end(&w);
	buf_printf(&path, "%s/model.json", dir);
	status = file_write(path.p, out.p, out.n, e);
	names[files++] = "model.json";
	if (status == 0 && m->booster) {
		buf_clear(&path);
		buf_printf(&path, "%s/booster.json", dir);
		status = gbm_save(m, &booster, e);
		if (status == 0)
			status = file_write(path.p, booster.p, booster.n, e);
		names[files++] = "booster.json";
	}
	buf_free(&out);
	buf_free(&booster);
	buf_free(&path);
	return status < 0 ? -1 : files;
}
