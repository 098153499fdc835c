/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tests of statistics across columns share: settings, types of variables, lookups. */
#ifndef PROFILE_ACROSS_H
#define PROFILE_ACROSS_H

#include "profile/across_int.h"
#include "profile_col.h"

static inline struct profile_options across_options(void)
{
	struct profile_options o = default_options();
	o.max_matrix = 60;
	o.max_categories = 40;
	o.max_category_levels = 50;
	o.max_pairs = 100;
	o.max_scatter = 8;
	o.max_rank_rows = 100000;
	o.max_kendall_work = 2000000;
	o.max_cross_rows = 5000;
	o.max_power = 20;
	o.together = 0.6;
	o.nearly = 0.95;
	o.vif = 10;
	o.max_series = 6;
	o.unit_root_p = 0.05;
	o.season_strength = 0.3;
	o.max_points = 500;
	o.association = o.nullity = 0.9;
	o.missing_good = 0.05;
	o.missing_attention = 0.4;
	o.missing_bad = 0.8;
	o.complete_share = 0.5;
	o.missing_p = 0.01;
	o.missing_effect = 0.1;
	o.max_missing_rows = 50000;
	o.max_mcar_columns = 20;
	o.max_mcar_rows = 10000;
	return o;
}

/* A table whose variables are given their type by one letter each: n numeric, c category, b
 * boolean, d datetime, i identifier, t text, k constant, e empty. */
struct crossing {
	struct table *table;
	struct arena *arena;
	int n;
	struct variable vars[COL_MAX];
	struct finding_list findings;
};

static inline struct crossing crossing_new(struct table *t, const char *types)
{
	static const char letters[] = "ncbditke";
	static const enum variable_type type[] = { VARIABLE_NUMERIC, VARIABLE_CATEGORY,
		VARIABLE_BOOLEAN,
		VARIABLE_DATETIME, VARIABLE_IDENTIFIER, VARIABLE_TEXT, VARIABLE_CONSTANT,
			VARIABLE_EMPTY };
	struct crossing x = { .table = t, .arena = arena_new(), .n = table_ncols(t) };
	x.findings.arena = x.arena;
	for (int i = 0; i < x.n; i++)
		x.vars[i] = (struct variable){ .col = i, .name = table_field(t, i)->name,
			.type = type[strchr(letters, types[i]) - letters] };
	return x;
}

static inline void crossing_free(struct crossing *x)
{
	arena_free(x->arena);
	table_close(x->table);
}

static inline struct associations associate(struct crossing *x, const struct profile_options *o)
{
	struct associations s;
	associations_fill(x->table, x->vars, x->n, o, NULL, &s, &x->findings, x->arena);
	return s;
}

static inline int var_of(const struct crossing *x, const char *name)
{
	for (int i = 0; i < x->n; i++)
		if (strcmp(x->vars[i].name, name) == 0)
			return i;
	CHECK_STR(name, "the name of a variable");
	return 0;
}

/* Where the two columns meet in a matrix; -1 when one of them is not in it. */
static inline int cell_of_names(const struct crossing *x, const struct assoc_matrix *m,
	const char *a, const char *b)
{
	int i = -1, j = -1;
	for (int k = 0; k < m->n; k++) {
		if (m->var[k] == var_of(x, a))
			i = k;
		if (m->var[k] == var_of(x, b))
			j = k;
	}
	return i < 0 || j < 0 ? -1 : i * m->n + j;
}

static inline const struct association *pair_of(const struct crossing *x,
	const struct associations *s, const char *a,
	const char *b)
{
	for (int i = 0; i < s->npairs; i++)
		if ((s->pairs[i].a == var_of(x, a) && s->pairs[i].b == var_of(x, b)) ||
				(s->pairs[i].a == var_of(x, b) && s->pairs[i].b == var_of(x,
					a)))
			return &s->pairs[i];
	return NULL;
}

static inline int findings_of(const struct crossing *x, enum finding_code code)
{
	int n = 0;
	for (size_t i = 0; i < x->findings.n; i++)
		n += x->findings.v[i].code == code;
	return n;
}

#endif
