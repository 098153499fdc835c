/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Missing data. */
#include "stages/eda_int.h"

#include <math.h>

/* ---- Little's test ------------------------------------------------------------------------ */

static void write_mcar(struct jw *w, const struct eda *x)
{
	const struct mcar_test *t = &x->missing.mcar;
	jw_kobj(w, "mcar");
	eda_write_names(w, "columns", x, t->var, t->n);
	jw_kint(w, "table_rows", t->table_rows);
	jw_kint(w, "rows", t->rows);
	jw_kint(w, "patterns", t->patterns);
	jw_knum_why(w, "d2", t->d2, t->why_not);
	if (t->why_not)
		jw_knull(w, "df");
	else
		jw_kint(w, "df", t->df);
	jw_knum(w, "p", t->p);
	jw_kint(w, "iterations", t->iterations);
	jw_obj_end(w);
}

/* ---- causes ------------------------------------------------------------------------------- */

static void write_clue(struct jw *w, const char *key, const struct eda *x,
	const struct missing_clue *c)
{
	if (isnan(c->effect)) {
		jw_knull(w, key);
		return;
	}
	jw_kobj(w, key);
	if (c->var >= 0)
		jw_kstr(w, "column", x->vars[c->var].name);
	jw_knum(w, "effect", c->effect);
	jw_knum(w, "p", c->p);
	jw_knum(w, "p_adjusted", c->p_adjusted);
	jw_kint(w, "n", c->n);
	jw_obj_end(w);
}

static const char *kind_of(const struct missing_cause *c)
{
	return c->by_order ? "rows" : c->groups[0].level ? "levels" : "ranges";
}

/* The bounds of ranges: rows, numbers or dates; null for the rows without a value. */
static void write_bounds(struct jw *w, const char *key, const struct missing_cause *c, bool upper)
{
	jw_karr_inline(w, key);
	for (int i = 0; i < c->ngroups; i++) {
		const struct missing_group *g = &c->groups[i];
		if (upper ? g->to : g->from)
			jw_str(w, upper ? g->to : g->from);
		else
			jw_num(w, upper ? g->high : g->low);
	}
	jw_arr_end(w);
}

static void write_groups(struct jw *w, const struct eda *x, const struct missing_cause *c)
{
	if (!c->ngroups) {
		jw_knull(w, "groups");
		return;
	}
	const char *kind = kind_of(c);
	bool levels = kind[0] == 'l';
	jw_kobj(w, "groups");
	jw_kstr(w, "kind", kind);
	if (!c->by_order)
		jw_kstr(w, "column", x->vars[c->value.var].name);
	if (levels) {
		jw_karr_inline(w, "levels");
		for (int i = 0; i < c->ngroups; i++)
			jw_str(w, c->groups[i].level);
		jw_arr_end(w);
	} else {
		write_bounds(w, "from", c, false);
		write_bounds(w, "to", c, true);
		jw_knum(w, "auc", c->auc);
	}
	jw_karr_inline(w, "rows");
	for (int i = 0; i < c->ngroups; i++)
		jw_int(w, c->groups[i].rows);
	jw_arr_end(w);
	jw_karr_inline(w, "missing");
	for (int i = 0; i < c->ngroups; i++)
		jw_int(w, c->groups[i].missing);
	jw_arr_end(w);
	jw_karr_inline(w, "share");
	for (int i = 0; i < c->ngroups; i++)
		jw_num(w, eda_share(c->groups[i].missing, c->groups[i].rows));
	jw_arr_end(w);
	jw_kint(w, "worst", c->worst);
	jw_kbool(w, "others", c->groups[c->ngroups - 1].absent);
	if (c->border_text)
		jw_kstr(w, "border", c->border_text);
	else if (!isnan(c->border))
		jw_knum(w, "border", c->border);
	jw_obj_end(w);
}

static void write_causes(struct jw *w, const struct eda *x)
{
	const struct missing_causes *m = &x->missing.causes;
	jw_kobj(w, "causes");
	jw_kint(w, "rows", m->rows);
	jw_kint(w, "tests", m->tests);
	jw_karr(w, "columns");
	for (int i = 0; i < m->n; i++) {
		const struct missing_cause *c = &m->v[i];
		jw_obj(w);
		jw_kstr(w, "name", x->vars[c->var].name);
		jw_kstr(w, "verdict", missing_verdict_name(c->verdict));
		write_clue(w, "value", x, &c->value);
		write_clue(w, "order", x, &c->order);
		write_clue(w, "other", x, &c->other);
		write_groups(w, x, c);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

/* ---- columns, places, combinations ---------------------------------------------------------- */

static void write_columns(struct jw *w, const struct eda *x)
{
	const struct missing_profile *m = &x->missing;
	jw_karr(w, "columns");
	for (int i = 0; i < m->n; i++) {
		jw_obj(w);
		jw_kstr(w, "name", x->vars[m->columns[i].var].name);
		jw_kint(w, "missing", m->columns[i].missing);
		jw_knum(w, "share", eda_share(m->columns[i].missing, m->rows));
		jw_kstr(w, "band", m->columns[i].band);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_combinations(struct jw *w, const struct eda *x)
{
	const struct missing_profile *m = &x->missing;
	jw_karr(w, "combinations");
	for (int i = 0; i < m->ncombinations; i++) {
		jw_obj(w);
		eda_write_names(w, "columns", x, m->combinations[i].var, m->combinations[i].n);
		jw_kint(w, "count", m->combinations[i].count);
		jw_knum(w, "share", eda_share(m->combinations[i].count, m->rows));
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kint(w, "combinations_total", m->patterns);
}

static void write_nullity(struct jw *w, const struct eda *x)
{
	const struct missing_profile *m = &x->missing;
	jw_kobj(w, "nullity");
	eda_write_names(w, "columns", x, m->nullity.var, m->nullity.n);
	eda_write_rows(w, "r", m->nullity.value, m->nullity.n, m->nullity.n);
	jw_karr(w, "merges");
	for (int i = 0; i < m->nullity.n - 1; i++) {
		jw_arr_inline(w);
		jw_int(w, m->merges[i].left);
		jw_int(w, m->merges[i].right);
		jw_num(w, m->merges[i].height);
		jw_arr_end(w);
	}
	jw_arr_end(w);
	jw_karr_inline(w, "order");
	for (int i = 0; i < m->nullity.n; i++)
		jw_int(w, m->order[i]);
	jw_arr_end(w);
	jw_obj_end(w);
}

void eda_write_missing(struct jw *w, const struct eda *x)
{
	const struct missing_profile *m = &x->missing;
	jw_kobj(w, "missing");
	write_columns(w, x);
	jw_kobj(w, "matrix");
	eda_write_names(w, "columns", x, m->matrix, m->nmatrix);
	jw_kint(w, "rows_per_bin", m->rows_per_bin);
	eda_write_rows(w, "present", m->present, m->nmatrix, m->bins);
	jw_obj_end(w);
	write_combinations(w, x);
	write_nullity(w, x);
	jw_kint(w, "complete_rows", m->complete_rows);
	write_mcar(w, x);
	write_causes(w, x);
	jw_obj_end(w);
}
