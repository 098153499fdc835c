/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys "importance" and "explanation" of modeling.json. Bounded: columns and points are as many as a
 * chart can show, and points have six digits, which is more than a chart can show. */
#include "stages/modeling_int.h"

#include <math.h>
#include <stdlib.h>

enum { POINTS = 200 };

/* ---- importance -------------------------------------------------------------------------------------------- */

void modeling_importance(struct jw *w, const struct model_result *m)
{
	jw_kobj(w, "importance");
	jw_kstr(w, "model", m->candidates[m->chosen].name);
	jw_kstr(w, "metric", metric_name(m->metric));
	jw_kint(w, "repeats", m->repeats);
	jw_kint(w, "rows", m->importance_rows);
	jw_karr(w, "features");
	for (size_t i = 0; i < m->nimportance; i++) {
		jw_obj(w);
		jw_kstr(w, "name", m->importance[i].name);
		jw_knum(w, "mean", m->importance[i].mean);
		jw_knum(w, "lo", m->importance[i].lo);
		jw_knum(w, "hi", m->importance[i].hi);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

/* ---- numbers for charts -------------------------------------------------------------------------------------- */

static double six_digits(double v)
{
	if (!isfinite(v) || v == 0 || fabs(v) < 1e-290 || fabs(v) > 1e290)
		return v;
	int places = 5 - (int)floor(log10(fabs(v)));
	double unit = pow(10, abs(places));
	return places >= 0 ? round(v * unit) / unit : round(v / unit) * unit;
}

/* Every so many-th of n numbers, so that `most` are left. */
static void write_points(struct jw *w, const char *key, const double *v, size_t n, size_t most)
{
	size_t kept = n < most ? n : most;
	jw_karr_inline(w, key);
	for (size_t i = 0; i < kept; i++)
		jw_num(w, six_digits(v[i * n / kept]));
	jw_arr_end(w);
}

/* ---- Shapley values -------------------------------------------------------------------------------------------- */

/* The levels that occur, commonest first, as many as there is room for; rank[] is where each stands, or -1. */
static size_t common_levels(const struct shap_column *c, size_t n, int *rank, const char **names)
{
	size_t *count = mem_calloc((size_t)c->nlevels, sizeof *count), kept = 0;
	for (size_t i = 0; i < n; i++)
		if (c->x[i] >= 0 && c->x[i] < c->nlevels)
			count[(size_t)c->x[i]]++;
	for (int k = 0; k < c->nlevels; k++)
		rank[k] = -1;
	while (kept < EXPLAIN_LEVELS) {
		int best = -1;
		for (int k = 0; k < c->nlevels; k++)
			if (rank[k] < 0 && count[k] && (best < 0 || count[k] > count[best]))
				best = k;
		if (best < 0)
			break;
		rank[best] = (int)kept;
		names[kept++] = c->levels[best];
	}
	free(count);
	return kept;
}

static void write_levels(struct jw *w, const struct shap_column *c, size_t n)
{
	const char *names[EXPLAIN_LEVELS];
	int *rank = mem_calloc((size_t)c->nlevels, sizeof *rank);
	size_t levels = common_levels(c, n, rank, names), kept = n < POINTS ? n : POINTS;
	jw_kstrs(w, "levels", names, levels);
	jw_karr_inline(w, "x");
	for (size_t i = 0; i < kept; i++) {
		double x = c->x[i * n / kept];
		jw_num(w, x >= 0 && x < c->nlevels && rank[(size_t)x] >= 0 ? (double)rank[(size_t)x] : (double)NAN);
	}
	jw_arr_end(w);
	free(rank);
}

static void write_column(struct jw *w, const struct model_result *m, const struct shap_column *c, size_t n)
{
	jw_obj(w);
	jw_kstr(w, "name", c->name);
	if (c->part)
		jw_kstr(w, "part", c->part);
	jw_knum(w, "mean_abs", c->mean_abs);
	jw_knum(w, "trend", c->trend);
	if (c->by_class)
		jw_knums(w, "by_class", c->by_class, (size_t)m->nclasses);
	if (c->levels)
		write_levels(w, c, n);
	else
		write_points(w, "x", c->x, n, POINTS);
	write_points(w, "phi", c->phi, n, POINTS);
	jw_obj_end(w);
}

static void write_outcome(struct jw *w, const struct model_result *m, const char *key, double v)
{
	jw_key(w, key);
	if (m->nclasses)
		jw_str(w, m->classes[(int)v]);
	else
		jw_num(w, v);
}

static void write_story(struct jw *w, const struct model_result *m, const struct story *s)
{
	jw_obj(w);
	jw_kstr(w, "why", s->why);
	jw_kint(w, "row", s->row + 1);
	write_outcome(w, m, "actual", s->actual);
	write_outcome(w, m, "predicted", s->predicted);
	jw_kstr(w, "class", m->nclasses ? m->classes[s->output] : NULL);
	jw_knum(w, "base", s->base);
	jw_knum(w, "value", s->value);
	jw_karr(w, "parts");
	for (size_t i = 0; i < s->nparts; i++) {
		jw_obj(w);
		jw_kstr(w, "name", s->part[i].column);
		if (s->part[i].level)
			jw_kstr(w, "x", s->part[i].level);
		else if (!s->part[i].compound)
			jw_knum(w, "x", s->part[i].x);
		jw_knum(w, "phi", s->part[i].phi);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_knum(w, "rest", s->rest);
	jw_kint(w, "rest_columns", (int64_t)s->nrest);
	jw_obj_end(w);
}

static void write_shap(struct jw *w, const struct model_result *m, const struct shap *s)
{
	if (!s->rows) {
		jw_knull(w, "shap");
		return;
	}
	jw_kobj(w, "shap");
	jw_kstr(w, "scale", s->scale);
	jw_kstr(w, "method", shap_method_name(s->method));
	jw_kint(w, "rows", (int64_t)s->rows);
	jw_kint(w, "background", (int64_t)s->background);
	jw_kstr(w, "class", m->nclasses ? m->classes[s->focus] : NULL);
	jw_knum(w, "base", s->base);
	jw_knum(w, "error", s->error);
	jw_karr(w, "columns");
	for (size_t i = 0; i < s->ncolumns; i++)
		write_column(w, m, &s->column[i], s->rows);
	jw_arr_end(w);
	jw_knum(w, "rest", s->rest);
	jw_kint(w, "rest_columns", (int64_t)s->nrest);
	jw_karr(w, "stories");
	for (size_t i = 0; i < s->nstories; i++)
		write_story(w, m, &s->story[i]);
	jw_arr_end(w);
	jw_obj_end(w);
}

/* ---- dependence -------------------------------------------------------------------------------------------------- */

static void write_dependence(struct jw *w, const struct dependence *d)
{
	jw_obj(w);
	jw_kstr(w, "name", d->name);
	jw_kstr(w, "method", d->accumulated ? "accumulated local effects" : "partial dependence");
	jw_kstr(w, "shape", shape_name(d->shape));
	jw_knum(w, "turn", d->turn);
	jw_knum(w, "steep_from", d->steep_from);
	jw_knum(w, "steep_to", d->steep_to);
	jw_knum(w, "slope", d->slope);
	jw_kstr(w, "partner", d->partner);
	jw_kstr(w, "partner_part", d->partner_part);
	jw_knum(w, "r", d->partner ? d->r : NAN);
	if (d->level) {
		jw_kstrs(w, "levels", d->level, d->points);
		jw_knums(w, "share", d->share, d->points);
	} else {
		jw_knums(w, "x", d->x, d->points);
		jw_knums(w, "rug", d->rug, d->nrug);
	}
	write_points(w, "y", d->y, d->points, POINTS);
	if (!d->accumulated) {
		write_points(w, "lo", d->lo, d->points, POINTS);
		write_points(w, "hi", d->hi, d->points, POINTS);
	}
	jw_karr(w, "lines");
	for (size_t i = 0; i < d->lines && !d->level; i++) {
		jw_arr_inline(w);
		for (size_t k = 0; k < d->points; k++)
			jw_num(w, six_digits(d->line[i * d->points + k]));
		jw_arr_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

static void write_pairs(struct jw *w, const struct explanation *x)
{
	if (isnan(x->interaction.h)) {
		jw_knull(w, "interaction");
	} else {
		jw_kobj(w, "interaction");
		jw_kstr(w, "a", x->interaction.a);
		jw_kstr(w, "b", x->interaction.b);
		jw_knum(w, "h", x->interaction.h);
		jw_kint(w, "rows", (int64_t)x->interaction.rows);
		jw_kint(w, "pairs", (int64_t)x->interaction.pairs);
		jw_obj_end(w);
	}
	jw_karr(w, "related");
	for (size_t i = 0; i < x->nrelated; i++) {
		jw_obj(w);
		jw_kstr(w, "a", x->related[i].a);
		jw_kstr(w, "b", x->related[i].b);
		jw_knum(w, "r", x->related[i].r);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

void modeling_explanation(struct jw *w, const struct model_result *m)
{
	const struct explanation *x = m->explanation;
	if (!x) {
		jw_knull(w, "explanation");
		return;
	}
	jw_kobj(w, "explanation");
	jw_kstr(w, "model", m->candidates[m->chosen].name);
	write_shap(w, m, &x->shap);
	jw_kstr(w, "class", m->nclasses ? m->classes[x->shap.focus] : NULL);
	jw_kint(w, "dependence_rows", (int64_t)x->dependence_rows);
	jw_karr(w, "dependence");
	for (size_t i = 0; i < x->ndependence; i++)
		write_dependence(w, &x->dependence[i]);
	jw_arr_end(w);
	write_pairs(w, x);
	jw_obj_end(w);
}
