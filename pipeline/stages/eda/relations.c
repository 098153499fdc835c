/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The data set as a whole, and how columns go together. */
#include "stages/eda_int.h"

#include <math.h>
#include <stdlib.h>

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
	jw_knum(w, "duplicate_checked_share", x->duplicates.share);
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
	const struct assoc_matrix *m, bool with_p)
{
	jw_kobj(w, key);
	eda_write_names(w, "columns", x, m->var, m->n);
	eda_write_rows(w, value, m->value, m->n, m->n);
	if (with_p)
		eda_write_rows(w, "p", m->p, m->n, m->n);
	eda_write_count_rows(w, "n", m->count, m->n, m->n);
	jw_obj_end(w);
}

/* A letter for each measure: a matrix of them is a text a row. */
static char measure_letter(const struct association *p)
{
	if (isnan(p->value) || p->a == p->b)
		return '-';
	switch (p->measure) {
	case MEASURE_PEARSON:
		return 'p';
	case MEASURE_SPEARMAN:
		return 's';
	case MEASURE_CRAMERS_V:
		return 'v';
	case MEASURE_CORRELATION_RATIO:
		return 'e';
	}
	return '-';
}

static void write_measures(struct jw *w, const struct mixed_matrix *m)
{
	struct buf b = { 0 };
	jw_karr(w, "measure");
	for (int i = 0; i < m->n; i++) {
		buf_clear(&b);
		for (int j = 0; j < m->n; j++)
			buf_putc(&b, measure_letter(&m->cell[i * m->n + j]));
		jw_str(w, buf_str(&b));
	}
	jw_arr_end(w);
	buf_free(&b);
}

static void write_clusters(struct jw *w, const struct eda *x, const struct mixed_matrix *m)
{
	jw_karr_inline(w, "order");
	for (int i = 0; i < m->n; i++)
		jw_int(w, m->order[i]);
	jw_arr_end(w);
	jw_karr(w, "merges");
	for (int i = 0; i < m->n - 1; i++) {
		jw_arr_inline(w);
		jw_int(w, m->merges[i].left);
		jw_int(w, m->merges[i].right);
		jw_num(w, m->merges[i].height);
		jw_int(w, m->merges[i].size);
		jw_arr_end(w);
	}
	jw_arr_end(w);
	jw_karr(w, "groups");
	for (int i = 0; i < m->ngroups; i++) {
		const struct column_group *g = &m->groups[i];
		jw_obj(w);
		eda_write_names(w, "columns", x, g->var, g->n);
		jw_knum(w, "weakest", g->weakest);
		jw_knum(w, "mean", g->mean);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_mixed(struct jw *w, const struct eda *x, const struct mixed_matrix *m)
{
	size_t cells = (size_t)m->n * (size_t)m->n;
	double *v = mem_alloc(2 * (cells + 1) * sizeof *v), *p = v + cells + 1;
	int64_t *n = mem_alloc((cells + 1) * sizeof *n);
	for (size_t i = 0; i < cells; i++) {
		v[i] = m->cell[i].value;
		p[i] = m->cell[i].p_adjusted;
		n[i] = m->cell[i].n;
	}
	jw_kobj(w, "mixed");
	eda_write_names(w, "columns", x, m->var, m->n);
	write_measures(w, m);
	eda_write_rows(w, "value", v, m->n, m->n);
	eda_write_rows(w, "p_adjusted", p, m->n, m->n);
	eda_write_count_rows(w, "n", n, m->n, m->n);
	write_clusters(w, x, m);
	jw_obj_end(w);
	free(n);
	free(v);
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

static void write_power(struct jw *w, const struct power_score *s)
{
	jw_kobj(w, "power");
	jw_knum(w, "score", s->score);
	jw_knum(w, "lo", s->lo);
	jw_knum(w, "hi", s->hi);
	jw_kstr(w, "kind", s->classes ? "f1" : "mae");
	jw_knum(w, "model", s->error);
	jw_knum(w, "baseline", s->baseline);
	jw_kint(w, "n", s->n);
	jw_obj_end(w);
}

static void write_bin(struct jw *w, const struct evidence_bin *b)
{
	jw_obj(w);
	if (!isnan(b->lower)) {
		jw_knum(w, "lower", b->lower);
		jw_knum(w, "upper", b->upper);
	} else if (b->level) {
		jw_kstr(w, "level", b->level);
	} else {
		jw_kstr(w, "kind", b->missing ? "missing" : "other");
	}
	jw_kint(w, "n", b->n);
	jw_kint(w, "positive", b->positive);
	jw_knum(w, "rate", b->rate);
	jw_knum(w, "lo", b->lo);
	jw_knum(w, "hi", b->hi);
	jw_knum(w, "woe", b->woe);
	jw_knum(w, "iv", b->iv);
	jw_obj_end(w);
}

/* Usual bands (Siddiqi 2006). */
static const char *iv_band(double iv)
{
	return isnan(iv) ? NULL : iv < 0.02 ? "none" : iv < 0.1 ? "weak" : iv < 0.3 ? "medium"
		: iv < 0.5 ? "strong" : "very strong";
}

/* Bins of the first features only: there may be a thousand. */
static void write_evidence(struct jw *w, const struct eda *x, const struct target_profile *t)
{
	enum { WITH_BINS = 40 };
	jw_kstr(w, "positive", t->positive);
	jw_karr(w, "evidence");
	for (int i = 0; i < t->nevidence; i++) {
		const struct evidence *e = &t->evidence[i];
		jw_obj(w);
		jw_kstr(w, "feature", x->vars[e->feature].name);
		jw_knum(w, "iv", e->iv);
		jw_kstr(w, "band", iv_band(e->iv));
		jw_kint(w, "n", e->n);
		jw_karr(w, "bins");
		for (int k = 0; i < WITH_BINS && k < e->nbins; k++)
			write_bin(w, &e->bins[k]);
		jw_arr_end(w);
		jw_obj_end(w);
	}
	jw_arr_end(w);
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
		write_power(w, &t->power[i]);
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
		jw_knums(w, "mean", g->mean, (size_t)g->nlevels);
		jw_knums(w, "sd", g->sd, (size_t)g->nlevels);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	write_evidence(w, x, t);
	jw_obj_end(w);
}

void eda_write_associations(struct jw *w, const struct eda *x)
{
	const struct associations *s = &x->associations;
	jw_kobj(w, "associations");
	write_matrix(w, "pearson", "r", x, &s->pearson, true);
	write_matrix(w, "spearman", "r", x, &s->spearman, true);
	write_matrix(w, "kendall", "tau", x, &s->kendall, true);
	write_matrix(w, "cramers_v", "v", x, &s->cramers_v, true);
	write_matrix(w, "theils_u", "u", x, &s->theils_u, false);
	write_mixed(w, x, &s->mixed);
	write_matrix(w, "power", "score", x, &s->power, false);
	jw_kint(w, "rank_rows", s->rank_rows);
	jw_kint(w, "kendall_rows", s->kendall_rows);
	jw_kint(w, "power_rows", s->power_rows);
	jw_kint(w, "tests", s->tests);
	write_pairs(w, x, s);
	jw_karr(w, "scatter");
	for (int i = 0; i < s->nscatter; i++)
		write_scatter(w, x, &s->scatter[i]);
	jw_arr_end(w);
	write_target(w, x, s->target);
	jw_obj_end(w);
}
