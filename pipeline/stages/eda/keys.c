/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys, dependencies and hierarchies. */
#include "stages/eda_int.h"

#include <math.h>

static void write_keys(struct jw *w, const char *name, const struct eda *x,
	const struct key *keys, int n)
{
	jw_karr(w, name);
	for (int i = 0; i < n; i++) {
		const struct key *k = &keys[i];
		jw_obj(w);
		eda_write_names(w, "columns", x, k->var, k->n);
		jw_kbool(w, "likely", k->likely);
		jw_kint(w, "repeated", k->repeated);
		jw_kint(w, "missing", k->missing);
		jw_knum_why(w, "expected", k->expected, "one column");
		jw_karr(w, "examples");
		for (int e = 0; e < k->nexamples; e++) {
			jw_obj(w);
			eda_write_strings(w, "values", k->example[e].value, (size_t)k->n);
			jw_kint(w, "count", k->example[e].count);
			jw_obj_end(w);
		}
		jw_arr_end(w);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_dependency(struct jw *w, const struct eda *x, const struct dependency *d)
{
	jw_obj(w);
	eda_write_names(w, "from", x, d->from, d->nfrom);
	jw_kstr(w, "to", x->vars[d->to].name);
	jw_kbool(w, "mutual", d->mutual);
	jw_kint(w, "rows", d->rows);
	jw_kint(w, "groups", d->groups);
	jw_kint(w, "violations", d->violations);
	jw_knum(w, "share", eda_share(d->violations, d->rows));
	jw_kint(w, "expected", (int64_t)rint(d->expected));
	jw_karr(w, "examples");
	for (int i = 0; i < d->nexamples; i++) {
		const struct exception *e = &d->example[i];
		jw_obj(w);
		eda_write_strings(w, "from", e->from, (size_t)d->nfrom);
		jw_kstr(w, "usual", e->usual);
		jw_kint(w, "usual_count", e->usual_count);
		jw_kstr(w, "other", e->other);
		jw_kint(w, "other_count", e->other_count);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

static void write_place(struct jw *w, const struct eda *x, const struct place_profile *p)
{
	jw_kobj(w, "place");
	jw_kstr(w, "latitude", x->vars[p->latitude].name);
	jw_kstr(w, "longitude", x->vars[p->longitude].name);
	jw_kint(w, "n", p->n);
	jw_kint(w, "zeros", p->zeros);
	jw_kint(w, "outside", p->outside);
	jw_knum(w, "south", p->south);
	jw_knum(w, "north", p->north);
	jw_knum(w, "west", p->west);
	jw_knum(w, "east", p->east);
	jw_knums(w, "px", p->x, (size_t)p->npoints);
	jw_knums(w, "py", p->y, (size_t)p->npoints);
	jw_obj_end(w);
}

void eda_write_keys(struct jw *w, const struct eda *x)
{
	const struct keys_profile *k = &x->keys;
	jw_kobj(w, "keys");
	jw_kint(w, "columns", k->columns);
	jw_kint(w, "sample_rows", k->sample_rows);
	write_keys(w, "keys", x, k->keys, k->nkeys);
	write_keys(w, "almost", x, k->almost, k->nalmost);
	jw_karr(w, "dependencies");
	for (int i = 0; i < k->ndependencies; i++)
		write_dependency(w, x, &k->dependencies[i]);
	jw_arr_end(w);
	jw_karr(w, "hierarchies");
	for (int i = 0; i < k->nhierarchies; i++) {
		jw_obj(w);
		eda_write_names(w, "columns", x, k->hierarchies[i].var, k->hierarchies[i].n);
		jw_kint(w, "violations", k->hierarchies[i].violations);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	if (k->place)
		write_place(w, x, k->place);
	else
		jw_knull(w, "place");
	jw_obj_end(w);
}
