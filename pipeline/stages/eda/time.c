/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values over time. */
#include "stages/eda_int.h"

#include <math.h>

static void write_memory(struct jw *w, const struct eda *x, const struct time_series *s)
{
	const struct time_memory *m = &s->memory;
	jw_obj(w);
	jw_kstr(w, "name", s->var < 0 ? NULL : x->vars[s->var].name);
	jw_karr_inline(w, "lag");
	for (int i = 0; i < m->nlags; i++)
		jw_int(w, i);
	jw_arr_end(w);
	jw_knums(w, "r", m->r, (size_t)m->nlags);
	jw_knums(w, "partial", m->partial, (size_t)m->nlags);
	jw_knum(w, "bound", m->bound);
	jw_kobj(w, "ljung_box");
	jw_kint(w, "lag", m->box_lag);
	jw_knum(w, "statistic", m->box);
	jw_knum(w, "p", m->box_p);
	jw_obj_end(w);
	jw_obj_end(w);
}

static void write_tests(struct jw *w, const struct time_series *s)
{
	if (isnan(s->adf.statistic)) {
		jw_knull(w, "adf");
	} else {
		jw_kobj(w, "adf");
		jw_knum(w, "statistic", s->adf.statistic);
		jw_knum(w, "p", s->adf.p);
		jw_kint(w, "lag", s->adf.lag);
		jw_kint(w, "n", s->adf.n);
		jw_kstr(w, "around", s->adf.trend ? "trend" : "constant");
		jw_obj_end(w);
	}
	if (isnan(s->trend.slope)) {
		jw_knull(w, "trend");
		return;
	}
	jw_kobj(w, "trend");
	jw_knum(w, "slope", s->trend.slope);
	jw_karr_inline(w, "ci95");
	jw_num(w, s->trend.low);
	jw_num(w, s->trend.high);
	jw_arr_end(w);
	jw_knum(w, "p", s->trend.p);
	jw_kstr(w, "unit", s->trend.unit);
	jw_knum(w, "total", s->trend.total);
	jw_knum(w, "strength", s->season.trend_strength);
	jw_obj_end(w);
}

static void write_season(struct jw *w, const struct time_series *s)
{
	const struct time_season *p = &s->season;
	if (!p->period) {
		jw_knull(w, "season");
	} else {
		jw_kobj(w, "season");
		jw_kint(w, "period", p->period);
		jw_kstr(w, "cycle", p->name);
		jw_knum(w, "strength", p->strength);
		jw_knum(w, "p", p->p);
		jw_knum(w, "amplitude", p->amplitude);
		eda_write_strings(w, "t", p->t, (size_t)p->period);
		jw_knums(w, "profile", p->profile, (size_t)p->period);
		jw_obj_end(w);
	}
	const struct time_decomposition *d = &s->parts;
	if (!d->n) {
		jw_knull(w, "decomposition");
		return;
	}
	size_t n = (size_t)d->n;
	jw_kobj(w, "decomposition");
	jw_kstr(w, "part", d->last ? "last" : "all");
	eda_write_strings(w, "t", d->t, n);
	jw_knums(w, "observed", d->observed, n);
	jw_knums(w, "trend", d->trend, n);
	jw_knums(w, "season", d->season, n);
	jw_knums(w, "remainder", d->remainder, n);
	jw_obj_end(w);
}

static void write_changes(struct jw *w, const struct time_series *s)
{
	jw_karr(w, "changes");
	for (int i = 0; i < s->nchanges; i++) {
		const struct time_change *c = &s->changes[i];
		jw_obj(w);
		jw_kstr(w, "at", c->at);
		jw_knum(w, "before", c->before);
		jw_knum(w, "after", c->after);
		jw_knum(w, "gain", c->gain);
		jw_knum(w, "p", c->p);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kobj(w, "anomalies");
	jw_kint(w, "count", s->anomalous);
	jw_knum(w, "limit", TIME_MAD);
	jw_karr(w, "list");
	for (int i = 0; i < s->nanomalies; i++) {
		const struct time_anomaly *a = &s->anomalies[i];
		jw_obj(w);
		jw_kstr(w, "at", a->at);
		jw_knum(w, "value", a->y);
		jw_knum(w, "expected", a->expected);
		jw_knum(w, "score", a->score);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

static void write_effects(struct jw *w, const struct time_series *s)
{
	jw_karr(w, "calendar");
	for (int i = 0; i < s->neffects; i++) {
		const struct time_effect *e = &s->effects[i];
		jw_obj(w);
		jw_kstr(w, "unit", e->unit);
		jw_knums(w, "mean", e->mean, (size_t)e->n);
		eda_write_ints(w, "n", e->count, (size_t)e->n);
		jw_knum(w, "kruskal_wallis", e->statistic);
		jw_knum(w, "p", e->p);
		jw_knum(w, "epsilon_squared", e->effect);
		jw_kint(w, "values", e->values);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_forecast(struct jw *w, const struct time_forecast *f)
{
	size_t n = (size_t)f->n;
	jw_kobj(w, "forecast");
	jw_kstr(w, "method", f->method);
	jw_kstr(w, "why_not", f->why);
	jw_kint(w, "origins", f->origins);
	jw_kint(w, "values", f->train);
	jw_kint(w, "period", f->period);
	jw_knum(w, "mase", f->mase);
	jw_knum(w, "to_naive", f->relative);
	jw_knum(w, "covered", f->covered);
	jw_knum(w, "widened", f->widened);
	jw_knum(w, "alpha", f->alpha);
	jw_knum(w, "beta", f->beta);
	jw_knum(w, "gamma", f->gamma);
	jw_knum(w, "phi", f->phi);
	eda_write_strings(w, "t", f->t, n);
	jw_knums(w, "mean", f->mean, n);
	jw_knums(w, "low80", f->low80, n);
	jw_knums(w, "high80", f->high80, n);
	jw_knums(w, "low95", f->low95, n);
	jw_knums(w, "high95", f->high95, n);
	jw_karr(w, "candidates");
	for (int i = 0; i < f->ncandidates; i++) {
		jw_obj(w);
		jw_kstr(w, "method", f->candidates[i].method);
		jw_knum(w, "mae", f->candidates[i].mae);
		jw_knum(w, "mase", f->candidates[i].mase);
		jw_knum(w, "rmse", f->candidates[i].rmse);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

static void write_series(struct jw *w, const struct eda *x, const struct time_series *s)
{
	jw_obj(w);
	jw_kstr(w, "name", s->var < 0 ? NULL : x->vars[s->var].name);
	eda_write_strings(w, "t", s->t, (size_t)s->n);
	jw_knums(w, "y", s->y, (size_t)s->n);
	jw_knums(w, "level", s->level, (size_t)s->n);
	jw_kstr(w, "aggregation", s->var < 0 ? "count" : s->mean ? "mean" : "none");
	jw_kint(w, "points", s->n);
	jw_kint(w, "values", s->values);
	jw_kint(w, "empty", s->empty);
	jw_knum(w, "mean", s->average);
	jw_knum(w, "sd", s->sd);
	jw_kbool(w, "steps", s->steps);
	write_tests(w, s);
	write_season(w, s);
	write_changes(w, s);
	write_effects(w, s);
	write_forecast(w, &s->forecast);
	jw_obj_end(w);
}

static void write_grid(struct jw *w, const struct time_profile *t)
{
	jw_kobj(w, "grid");
	jw_kstr(w, "unit", t->grid);
	jw_kstr(w, "from", t->stepped ? "step" : "calendar");
	jw_kint(w, "periods", t->places);
	jw_kint(w, "filled", t->filled);
	jw_kint(w, "rows", t->rows);
	jw_kint(w, "repeated", t->repeated);
	jw_kint(w, "left_out", t->left_out);
	jw_obj_end(w);
}

void eda_write_time(struct jw *w, const struct eda *x)
{
	const struct time_profile *t = &x->time;
	if (!x->has_time) {
		jw_knull(w, "time");
		return;
	}
	jw_kobj(w, "time");
	jw_kstr(w, "column", x->vars[t->var].name);
	jw_kstr(w, "zone", t->zone);
	jw_kbool(w, "regular", t->regular);
	jw_kstr(w, "step", t->step);
	jw_kstr(w, "period", t->period);
	write_grid(w, t);
	jw_karr(w, "series");
	for (int i = 0; i < t->nseries; i++)
		write_series(w, x, &t->series[i]);
	jw_arr_end(w);
	jw_karr(w, "acf");
	for (int i = 0; i < t->nseries; i++)
		if (t->series[i].memory.nlags)
			write_memory(w, x, &t->series[i]);
	jw_arr_end(w);
	jw_obj_end(w);
}
