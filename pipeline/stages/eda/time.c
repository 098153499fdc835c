/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values over time. */
#include "stages/eda_int.h"

static void write_series(struct jw *w, const struct eda *x, const struct time_series *s)
{
	jw_obj(w);
	jw_kstr(w, "name", x->vars[s->var].name);
	eda_write_strings(w, "t", s->t, (size_t)s->n);
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

void eda_write_time(struct jw *w, const struct eda *x)
{
	const struct time_profile *t = &x->time;
	if (!x->has_time) {
		jw_knull(w, "time");
		return;
	}
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
