/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A design as JSON and back. Files may be damaged or made by an enemy: whatever is an index or a length
 * is looked at here, so that applying a design needs no checks. */
#include "model/frame/design_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char *const kinds[] = { "value", "missing", "level", "codes" };

/* `mean` and `sd` centre and scale the column of a term; sd null: it never changed in training and takes
 * no part. */
void design_save(struct jw *w, const struct design *d, const struct frame *f)
{
	jw_obj(w);
	jw_karr(w, "terms");
	for (size_t j = 0; j < d->nterms; j++) {
		const struct term *t = &d->terms[j];
		jw_obj(w);
		jw_kstr(w, "name", t->name);
		jw_kint(w, "feature", (int64_t)t->feature);
		jw_kstr(w, "kind", kinds[t->kind]);
		if (t->kind == TERM_LEVEL)
			jw_kint(w, "level", t->level);
		if (t->kind == TERM_VALUE)
			jw_knum(w, "fill", t->fill);
		if (t->kind == TERM_CODES)
			jw_knums(w, "codes", t->codes, (size_t)f->features[t->feature].nlevels + 2);
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

static bool load_term(const json_t *v, const struct frame *f, struct arena *a, struct term *t)
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
		.name = arena_strdup(a, name), .fill = json_num(v, "fill", k == TERM_VALUE ? NAN : 0),
		.mean = json_num(v, "mean", NAN), .sd = json_num(v, "sd", INFINITY) };
	bool fits = true;
	if (t->kind == TERM_LEVEL)
		fits = x->category && level >= 0 && level < x->nlevels + 2;
	else if (t->kind == TERM_CODES)
		fits = x->category && (t->codes = model_numbers(v, "codes", (size_t)x->nlevels + 2, a)) != NULL;
	return fits && !isnan(t->fill) && !isnan(t->mean) && t->sd > 0;
}

static bool load_levels(const json_t *v, const struct frame *f, struct arena *a, struct design *d)
{
	int64_t k = json_int(v, "feature", -1);
	const char *reference = json_text(v, "reference", NULL);
	if (k < 0 || k >= (int64_t)f->nfeatures || !f->features[k].category || d->level_of[k])
		return false;
	size_t n = (size_t)f->features[k].nlevels + 2;
	double *term = model_numbers(v, "term", n, a);
	int *of = arena_calloc(a, n, sizeof *of);
	for (size_t i = 0; term && i < n; i++) {
		bool known = term[i] >= 0 && term[i] < (double)d->nterms && d->terms[(size_t)term[i]].feature == (size_t)k &&
			d->terms[(size_t)term[i]].kind == TERM_LEVEL;
		if (!known && term[i] != -1)
			return false;
		of[i] = (int)term[i];
	}
	d->level_of[k] = of;
	d->reference[k] = reference ? arena_strdup(a, reference) : NULL;
	return term != NULL;
}

struct design *design_load(const json_t *v, const struct frame *f, struct arena *a)
{
	const json_t *terms = json_at(v, "terms"), *levels = json_at(v, "levels");
	struct design *d = arena_alloc(a, sizeof *d);
	d->nterms = json_array_size(terms);
	d->terms = arena_calloc(a, d->nterms + 1, sizeof *d->terms);
	d->level_of = arena_calloc(a, f->nfeatures, sizeof *d->level_of);
	d->reference = arena_calloc(a, f->nfeatures, sizeof *d->reference);
	for (size_t j = 0; j < d->nterms; j++)
		if (!load_term(json_array_get(terms, j), f, a, &d->terms[j]))
			return NULL;
	for (size_t i = 0; i < json_array_size(levels); i++)
		if (!load_levels(json_array_get(levels, i), f, a, d))
			return NULL;
	return d;
}
