/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data set as a whole, and how columns go together. */
#include "stages/eda_int.h"

/* ---- dataset ---------------------------------------------------------------------- */

void eda_write_dataset(struct jw *w, const struct eda *x)
{
	int64_t cells = x->missing.rows * x->ncols, bytes = 0, types[VARIABLE_TYPES] = { 0 };
	for (int i = 0; i < x->ncols; i++) {
		bytes += x->cols[i].memory_bytes;
		types[x->vars[i].type]++;
	}
	jw_kobj(w, "dataset");
	jw_kint(w, "rows", x->missing.rows);
	jw_kint(w, "columns", x->ncols);
	jw_kint(w, "cells", cells);
	jw_kint(w, "missing_cells", x->missing.cells);
	jw_knum(w, "missing_share", eda_share(x->missing.cells, cells));
	jw_kint(w, "complete_rows", x->missing.complete_rows);
	jw_kint(w, "duplicate_rows", x->duplicates.surplus);
	jw_knum(w, "duplicate_share", eda_share(x->duplicates.surplus, x->missing.rows));
	jw_karr(w, "duplicate_groups");
	for (int i = 0; i < x->duplicates.ntop; i++) {
		jw_obj(w);
		jw_kint(w, "count", x->duplicates.top[i].count);
		eda_write_strings(w, "values", x->duplicates.top[i].values, (size_t)x->ncols);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kint(w, "memory_bytes", bytes);
	jw_kobj(w, "types");
	for (int i = 0; i < VARIABLE_TYPES; i++)
		jw_kint(w, variable_type_name((enum variable_type)i), types[i]);
	jw_obj_end(w);
	jw_obj_end(w);
}

/* ---- associations ----------------------------------------------------------------- */

static void write_matrix(struct jw *w, const char *key, const char *value, const struct eda *x,
	const struct assoc_matrix *m)
{
	jw_kobj(w, key);
	eda_write_names(w, "columns", x, m->var, m->n);
	eda_write_rows(w, value, m->value, m->n, m->n);
	eda_write_rows(w, "p", m->p, m->n, m->n);
	eda_write_count_rows(w, "n", m->count, m->n, m->n);
	jw_obj_end(w);
}

static void write_pairs(struct jw *w, const struct eda *x, const struct associations *s)
{
	jw_karr(w, "pairs");
	for (int i = 0; i < s->npairs; i++) {
		const struct association *p = &s->pairs[i];
		jw_obj(w);
		jw_kstr(w, "a", x->vars[p->a].name);
		jw_kstr(w, "b", x->vars[p->b].name);
		jw_kstr(w, "measure", measure_name(p->measure));
		jw_knum(w, "value", p->value);
		jw_knum(w, "p", p->p);
		jw_knum(w, "p_adjusted", p->p_adjusted);
		jw_kint(w, "n", p->n);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_scatter(struct jw *w, const struct eda *x, const struct scatter *s)
{
	jw_obj(w);
	jw_kstr(w, "x", x->vars[s->pair.a].name);
	jw_kstr(w, "y", x->vars[s->pair.b].name);
	jw_kstr(w, "measure", measure_name(s->pair.measure));
	jw_knum(w, "value", s->pair.value);
	jw_kint(w, "n", s->n);
	jw_kstr(w, "kind", s->px ? "points" : "density");
	if (s->px) {
		jw_knums(w, "px", s->px, (size_t)s->n);
		jw_knums(w, "py", s->py, (size_t)s->n);
		if (s->ngroups) {
			eda_write_strings(w, "groups", s->group_name, (size_t)s->ngroups);
			eda_write_ints(w, "group", s->group, (size_t)s->n);
		}
	} else {
		jw_kint(w, "nx", s->nx);
		jw_kint(w, "ny", s->ny);
		jw_knum(w, "xmin", s->xmin);
		jw_knum(w, "xmax", s->xmax);
		jw_knum(w, "ymin", s->ymin);
		jw_knum(w, "ymax", s->ymax);
		jw_kint(w, "outside", s->outside);
		eda_write_count_rows(w, "counts", s->counts, s->ny, s->nx);
	}
	jw_obj_end(w);
}

/* The effect size on the scale that its name says: eta^2 is a eda_share of variance. */
static void write_effect(struct jw *w, const struct association *p)
{
	bool ratio = p->measure == MEASURE_CORRELATION_RATIO,
		v = p->measure == MEASURE_CRAMERS_V;
	jw_knum(w, "value", ratio ? p->value * p->value : p->value);
	jw_knum(w, "p", p->p);
	jw_knum(w, "p_adjusted", p->p_adjusted);
	jw_kint(w, "n", p->n);
	jw_kstr(w, "effect", ratio ? "eta_squared" : v ? "cramers_v" : "r");
}

static void write_target(struct jw *w, const struct eda *x, const struct target_profile *t)
{
	if (!t) {
		jw_knull(w, "target");
		return;
	}
	jw_kobj(w, "target");
	jw_kstr(w, "name", x->vars[t->var].name);
	jw_karr(w, "features");
	for (int i = 0; i < t->nfeatures; i++) {
		jw_obj(w);
		jw_kstr(w, "name", x->vars[t->features[i].a].name);
		jw_kstr(w, "measure", measure_name(t->features[i].measure));
		write_effect(w, &t->features[i]);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_karr(w, "groups");
	for (int i = 0; i < t->ngroups; i++) {
		const struct target_group *g = &t->groups[i];
		jw_obj(w);
		jw_kstr(w, "feature", x->vars[g->feature].name);
		eda_write_strings(w, "levels", g->level, (size_t)g->nlevels);
		eda_write_rows(w, "box", g->box[0], g->nlevels, 5);
		eda_write_ints(w, "n", g->n, (size_t)g->nlevels);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

void eda_write_associations(struct jw *w, const struct eda *x)
{
	const struct associations *s = &x->associations;
	jw_kobj(w, "associations");
	write_matrix(w, "pearson", "r", x, &s->pearson);
	write_matrix(w, "spearman", "r", x, &s->spearman);
	write_matrix(w, "cramers_v", "v", x, &s->cramers_v);
	jw_kint(w, "rank_rows", s->rank_rows);
	jw_kint(w, "tests", s->tests);
	write_pairs(w, x, s);
	jw_karr(w, "scatter");
	for (int i = 0; i < s->nscatter; i++)
		write_scatter(w, x, &s->scatter[i]);
	jw_arr_end(w);
	write_target(w, x, s->target);
	jw_obj_end(w);
}
