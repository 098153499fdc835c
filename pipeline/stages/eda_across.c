/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds across columns, computed and written: dataset, associations, missing, time. */
#include "stages/eda_int.h"

#include <math.h>

struct across {
	int *same_as;
	struct duplicate_profile duplicates;
	struct missing_profile missing;
	struct associations associations;
	struct time_profile time;
	bool has_time;
};

/* ---- running ---------------------------------------------------------------------- */

static int64_t between(int64_t v, int64_t low, int64_t high)
{
	return v < low ? low : v > high ? high : v;
}

/* Sizes that make sense, whatever a manifest says. */
static void limit_options(struct profile_options *o)
{
	o->max_matrix = between(o->max_matrix, 0, 500);
	o->max_categories = between(o->max_categories, 0, 100);
	o->max_category_levels = between(o->max_category_levels, 2, 100);
	o->max_pairs = between(o->max_pairs, 0, 10000);
	o->max_scatter = between(o->max_scatter, 0, 100);
	o->max_rank_rows = between(o->max_rank_rows, 100, 3000000);
	o->max_series = between(o->max_series, 0, 100);
	o->max_points = between(o->max_points, 10, 100000);
}

static int progress(const struct stage_run *r, double done, const char *what, struct err *e)
{
	if (r->progress && r->progress(r->progress_ctx, done, what))
		return err_set(e, ERR_CANCELLED, "cancelled");
	return 0;
}

int eda_across(struct eda *x, struct err *e)
{
	struct arena *a = x->run->arena;
	struct across *c = arena_calloc(a, 1, sizeof *c);
	const struct profile_options *o = &x->options;
	x->across = c;
	limit_options(&x->options);
	if (progress(x->run, 0.55, "looking for duplicates", e))
		return -1;
	duplicates_fill(x->table, x->vars, x->ncols, o, &c->duplicates, &x->findings, a);
	c->same_as = columns_identical(x->table, x->vars, x->ncols, o, &x->findings, a);
	if (progress(x->run, 0.6, "looking at missing values", e))
		return -1;
	missing_fill(x->table, x->vars, x->ncols, o, &c->missing, &x->findings, a);
	if (progress(x->run, 0.65, "relating columns", e))
		return -1;
	associations_fill(x->table, x->vars, x->ncols, o, c->same_as, &c->associations,
		&x->findings, a);
	if (progress(x->run, 0.85, "following time", e))
		return -1;
	c->has_time = time_fill(x->table, x->cols, x->ncols, o, &c->time, a);
	return 0;
}

/* ---- pieces of JSON --------------------------------------------------------------- */

static double share(int64_t part, int64_t whole)
{
	return whole ? (double)part / (double)whole : 0;
}

static void write_ints(struct jw *w, const char *key, const int64_t *v, size_t n)
{
	jw_karr_inline(w, key);
	for (size_t i = 0; i < n; i++)
		jw_int(w, v[i]);
	jw_arr_end(w);
}

static void write_strings(struct jw *w, const char *key, const char *const *v, size_t n)
{
	jw_karr_inline(w, key);
	for (size_t i = 0; i < n; i++)
		jw_str(w, v[i]);
	jw_arr_end(w);
}

static void write_names(struct jw *w, const char *key, const struct eda *x, const int *var,
	int n)
{
	jw_karr_inline(w, key);
	for (int i = 0; i < n; i++)
		jw_str(w, x->vars[var[i]].name);
	jw_arr_end(w);
}

/* Rows of a matrix of nx columns. */
static void write_rows(struct jw *w, const char *key, const double *v, int ny, int nx)
{
	jw_karr(w, key);
	for (int i = 0; i < ny; i++) {
		jw_arr_inline(w);
		for (int j = 0; j < nx; j++)
			jw_num(w, v[i * nx + j]);
		jw_arr_end(w);
	}
	jw_arr_end(w);
}

static void write_count_rows(struct jw *w, const char *key, const int64_t *v, int ny, int nx)
{
	jw_karr(w, key);
	for (int i = 0; i < ny; i++) {
		jw_arr_inline(w);
		for (int j = 0; j < nx; j++)
			jw_int(w, v[i * nx + j]);
		jw_arr_end(w);
	}
	jw_arr_end(w);
}

/* ---- dataset ---------------------------------------------------------------------- */

void eda_write_dataset(struct jw *w, const struct eda *x)
{
	const struct across *c = x->across;
	int64_t cells = c->missing.rows * x->ncols, bytes = 0, types[VARIABLE_TYPES] = { 0 };
	for (int i = 0; i < x->ncols; i++) {
		bytes += x->cols[i].memory_bytes;
		types[x->vars[i].type]++;
	}
	jw_kobj(w, "dataset");
	jw_kint(w, "rows", c->missing.rows);
	jw_kint(w, "columns", x->ncols);
	jw_kint(w, "cells", cells);
	jw_kint(w, "missing_cells", c->missing.cells);
	jw_knum(w, "missing_share", share(c->missing.cells, cells));
	jw_kint(w, "complete_rows", c->missing.complete_rows);
	jw_kint(w, "duplicate_rows", c->duplicates.surplus);
	jw_knum(w, "duplicate_share", share(c->duplicates.surplus, c->missing.rows));
	jw_karr(w, "duplicate_groups");
	for (int i = 0; i < c->duplicates.ntop; i++) {
		jw_obj(w);
		jw_kint(w, "count", c->duplicates.top[i].count);
		write_strings(w, "values", c->duplicates.top[i].values, (size_t)x->ncols);
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
	write_names(w, "columns", x, m->var, m->n);
	write_rows(w, value, m->value, m->n, m->n);
	write_rows(w, "p", m->p, m->n, m->n);
	write_count_rows(w, "n", m->count, m->n, m->n);
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
			write_strings(w, "groups", s->group_name, (size_t)s->ngroups);
			write_ints(w, "group", s->group, (size_t)s->n);
		}
	} else {
		jw_kint(w, "nx", s->nx);
		jw_kint(w, "ny", s->ny);
		jw_knum(w, "xmin", s->xmin);
		jw_knum(w, "xmax", s->xmax);
		jw_knum(w, "ymin", s->ymin);
		jw_knum(w, "ymax", s->ymax);
		jw_kint(w, "outside", s->outside);
		write_count_rows(w, "counts", s->counts, s->ny, s->nx);
	}
	jw_obj_end(w);
}

/* The effect size on the scale that its name says: eta^2 is a share of variance. */
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
		write_strings(w, "levels", g->level, (size_t)g->nlevels);
		write_rows(w, "box", g->box[0], g->nlevels, 5);
		write_ints(w, "n", g->n, (size_t)g->nlevels);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

static void write_associations(struct jw *w, const struct eda *x, const struct associations *s)
{
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

/* ---- missing, time ---------------------------------------------------------------- */

static void write_missing(struct jw *w, const struct eda *x, const struct missing_profile *m)
{
	jw_kobj(w, "missing");
	jw_karr(w, "columns");
	for (int i = 0; i < m->n; i++) {
		jw_obj(w);
		jw_kstr(w, "name", x->vars[m->columns[i].var].name);
		jw_kint(w, "missing", m->columns[i].missing);
		jw_knum(w, "share", share(m->columns[i].missing, m->rows));
		jw_kstr(w, "band", m->columns[i].band);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kobj(w, "matrix");
	write_names(w, "columns", x, m->matrix, m->nmatrix);
	jw_kint(w, "rows_per_bin", m->rows_per_bin);
	write_rows(w, "present", m->present, m->nmatrix, m->bins);
	jw_obj_end(w);
	jw_karr(w, "combinations");
	for (int i = 0; i < m->ncombinations; i++) {
		jw_obj(w);
		write_names(w, "columns", x, m->combinations[i].var, m->combinations[i].n);
		jw_kint(w, "count", m->combinations[i].count);
		jw_knum(w, "share", share(m->combinations[i].count, m->rows));
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kint(w, "combinations_total", m->patterns);
	jw_kobj(w, "nullity");
	write_names(w, "columns", x, m->nullity.var, m->nullity.n);
	write_rows(w, "r", m->nullity.value, m->nullity.n, m->nullity.n);
	jw_obj_end(w);
	jw_kint(w, "complete_rows", m->complete_rows);
	jw_obj_end(w);
}

static void write_series(struct jw *w, const struct eda *x, const struct time_series *s)
{
	jw_obj(w);
	jw_kstr(w, "name", x->vars[s->var].name);
	write_strings(w, "t", s->t, (size_t)s->n);
	jw_knums(w, "y", s->y, (size_t)s->n);
	jw_kstr(w, "aggregation", s->mean ? "mean" : "none");
	jw_kint(w, "points", s->n);
	jw_obj_end(w);
}

static void write_acf(struct jw *w, const struct eda *x, const struct time_series *s)
{
	jw_obj(w);
	jw_kstr(w, "name", x->vars[s->var].name);
	jw_karr_inline(w, "lag");
	for (int i = 0; i < s->nlags; i++)
		jw_int(w, i);
	jw_arr_end(w);
	jw_knums(w, "r", s->r, (size_t)s->nlags);
	jw_knum(w, "bound", s->bound);
	jw_obj_end(w);
}

static void write_time(struct jw *w, const struct eda *x, const struct time_profile *t)
{
	jw_kobj(w, "time");
	jw_kstr(w, "column", x->vars[t->var].name);
	jw_kbool(w, "regular", t->regular);
	jw_kstr(w, "step", t->step);
	jw_kstr(w, "period", t->period);
	jw_karr(w, "series");
	for (int i = 0; i < t->nseries; i++)
		write_series(w, x, &t->series[i]);
	jw_arr_end(w);
	jw_karr(w, "acf");
	for (int i = 0; i < t->nseries; i++)
		if (t->series[i].nlags)
			write_acf(w, x, &t->series[i]);
	jw_arr_end(w);
	jw_obj_end(w);
}

void eda_write_across(struct jw *w, const struct eda *x)
{
	const struct across *c = x->across;
	write_associations(w, x, &c->associations);
	write_missing(w, x, &c->missing);
	if (c->has_time)
		write_time(w, x, &c->time);
	else
		jw_knull(w, "time");
}
