/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several columns say together. */
#include "stages/eda_int.h"

#include <math.h>

static void write_combination(struct jw *w, const struct eda *x, const struct combination *c)
{
	if (c->n == 0) {
		jw_knull(w, "combination");
		return;
	}
	jw_kobj(w, "combination");
	jw_kstr(w, "column", x->vars[c->var[0]].name);
	eda_write_names(w, "of", x, c->var + 1, c->n - 1);
	jw_knums(w, "slope", c->slope + 1, (size_t)(c->n - 1));
	jw_knum(w, "intercept", c->intercept);
	jw_obj_end(w);
}

static void write_collinearity(struct jw *w, const struct eda *x, const struct collinearity *c)
{
	if (c->n == 0) {
		jw_knull(w, "collinearity");
		return;
	}
	jw_kobj(w, "collinearity");
	jw_kint(w, "rows", c->rows);
	jw_kint(w, "sample_rows", c->sample_rows);
	eda_write_names(w, "left_out", x, c->left_out, c->nleft_out);
	jw_karr(w, "columns");
	for (int i = 0; i < c->n; i++) {
		jw_obj(w);
		jw_kstr(w, "name", x->vars[c->var[i]].name);
		jw_knum_why(w, "vif", c->vif[i], "infinite");
		jw_obj_end(w);
	}
	jw_arr_end(w);
	write_combination(w, x, &c->combination);
	jw_obj_end(w);
}

static void write_components(struct jw *w, const struct eda *x, const struct structure *s)
{
	const struct components *c = &s->components;
	if (c->n == 0) {
		jw_knull(w, "components");
		return;
	}
	jw_kobj(w, "components");
	jw_kint(w, "rows", s->collinearity.rows);
	eda_write_names(w, "columns", x, s->collinearity.var, c->n);
	jw_knums(w, "eigenvalue", c->eigenvalue, (size_t)c->n);
	jw_karr_inline(w, "share");
	for (int i = 0; i < c->n; i++)
		jw_num(w, c->eigenvalue[i] / c->n);
	jw_arr_end(w);
	double sum = 0;
	jw_karr_inline(w, "cumulative");
	for (int i = 0; i < c->n; i++)
		jw_num(w, fmin(1, (sum += c->eigenvalue[i]) / c->n));
	jw_arr_end(w);
	eda_write_rows(w, "loading", c->loading, c->n, c->kept);
	jw_knums(w, "x", c->x, (size_t)c->npoints);
	jw_knums(w, "y", c->y, (size_t)c->npoints);
	if (c->ngroups) {
		eda_write_strings(w, "groups", c->group_name, (size_t)c->ngroups);
		eda_write_ints(w, "group", c->group, (size_t)c->npoints);
	}
	jw_obj_end(w);
}

void eda_write_structure(struct jw *w, const struct eda *x)
{
	const struct structure *s = &x->structure;
	jw_kobj(w, "structure");
	write_collinearity(w, x, &s->collinearity);
	write_components(w, x, s);
	jw_karr(w, "near");
	for (int i = 0; i < s->nnear; i++) {
		const struct near_pair *p = &s->near[i];
		jw_obj(w);
		jw_kstr(w, "a", x->vars[p->a].name);
		jw_kstr(w, "b", x->vars[p->b].name);
		jw_kstr(w, "kind", p->linear ? "converted" : "equal");
		jw_knum(w, "slope", p->slope);
		jw_knum(w, "intercept", p->intercept);
		jw_kint(w, "same", p->same);
		jw_kint(w, "n", p->n);
		jw_knum(w, "share", eda_share(p->same, p->n));
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kint(w, "near_rows", s->near_rows);
	jw_obj_end(w);
}
