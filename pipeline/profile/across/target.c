/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every column against the target that the manifest names: effect sizes, predictive power, and
 * numbers by group. */
#include "profile/relations_int.h"

#include <stdlib.h>

struct subject {               /* the target: exactly one of the two */
	int var;
	const struct scaled *numeric;
	const struct levels *levels;
};

/* False when there is no target, or it is text, an identifier, constant or of too many
 * levels. */
static bool subject_find(struct subject *s, const struct fields *f)
{
	*s = (struct subject){ .var = -1 };
	for (int i = 0; i < f->nvars && f->options->target; i++)
		if (strcmp(f->vars[i].name, f->options->target) == 0)
			s->var = i;
	for (int i = 0; i < f->nnumeric; i++)
		if (f->numeric_var[i] == s->var)
			s->numeric = &f->numeric[i];
	for (int i = 0; i < f->nlevels; i++)
		if (f->levels_var[i] == s->var && f->levels[i].n > 1)
			s->levels = &f->levels[i];
	return s->numeric || s->levels;
}

/* One test for each of the other columns: numeric ones first, then categories. */
static void features_test(struct target_profile *p, const struct fields *f,
	const struct subject *s, struct arena *a)
{
	int threads = f->options->threads, n = 0, k = 0;
	struct scaled *numeric = arena_calloc(a, (size_t)f->nnumeric + 1, sizeof *numeric);
	struct levels *levels = arena_calloc(a, (size_t)f->nlevels + 2, sizeof *levels);
	int *var = arena_calloc(a, (size_t)(f->nnumeric + f->nlevels) + 1, sizeof *var);
	for (int i = 0; i < f->nnumeric; i++)
		if (&f->numeric[i] != s->numeric) {
			var[n] = f->numeric_var[i];
			numeric[n++] = f->numeric[i];
		}
	if (s->levels)             /* cramers_row compares the first with the rest */
		levels[0] = *s->levels;
	struct levels *others = levels + (s->levels ? 1 : 0);
	for (int i = 0; i < f->nlevels; i++)
		if (&f->levels[i] != s->levels) {
			var[n + k] = f->levels_var[i];
			others[k++] = f->levels[i];
		}

	struct numbers y;
	p->nfeatures = n + k;
	p->features = arena_calloc(a, (size_t)p->nfeatures + 1, sizeof *p->features);
	if (s->numeric) {
		pearson_row(f->table, s->numeric, numeric, n, p->features, threads);
		numbers_init(&y, f->table, s->numeric, 1, a);
		ratio_grid(f->table, others, k, &y, p->features + n, threads);
	} else {
		numbers_init(&y, f->table, numeric, n, a);
		ratio_grid(f->table, levels, 1, &y, p->features, threads);
		cramers_row(f->table, levels, k + 1, p->features + n, threads);
	}
	for (int i = 0; i < p->nfeatures; i++) {
		p->features[i].a = var[i];
		p->features[i].b = s->var;
	}
	adjust_p(p->features, (size_t)p->nfeatures);
	qsort(p->features, (size_t)p->nfeatures, sizeof *p->features, by_strength);
}

/* ---- predictive power --------------------------------------------------------------- */

struct power_work {
	const struct fields *fields;
	const struct panel *panel;
	struct panel_column target;
	struct target_profile *out;
};

static void panel_column(struct panel_column *c, const struct power_work *w, int var)
{
	const struct levels *l = field_levels(w->fields, var);
	if (l)
		panel_levels(c, w->panel, var, l);
	else
		panel_number(c, w->panel, var, w->fields->vars[var].col);
}

static void power_step(void *ctx, size_t i)
{
	const struct power_work *w = ctx;
	struct panel_column c;
	panel_column(&c, w, w->out->features[i].a);
	w->out->power[i] = power_of(w->panel, &c, &w->target);
	panel_column_free(&c);
}

static void power_test(struct target_profile *p, const struct fields *f, struct arena *a)
{
	const struct profile_options *o = f->options;
	struct sample s = sample_new(f->table, o->max_cross_rows, o->seed, a);
	struct panel panel = panel_new(&s, o->seed, a);
	struct power_work w = { .fields = f, .panel = &panel, .out = p };
	p->power = arena_calloc(a, (size_t)p->nfeatures + 1, sizeof *p->power);
	panel_column(&w.target, &w, p->var);
	pool_run(o->threads, (size_t)p->nfeatures, power_step, &w);
	panel_column_free(&w.target);
}

/* ---- groups ----------------------------------------------------------------------- */

struct place {                 /* of a level in the picture */
	const struct table *table;
	const struct levels *levels;
	int level;
};

static int by_count(const void *x, const void *y)
{
	const struct place *a = x, *b = y;
	int64_t m = a->levels->level[a->level].count, n = b->levels->level[b->level].count;
	return m != n ? (m < n) - (m > n) : (a->level > b->level) - (a->level < b->level);
}

static int by_value(const void *x, const void *y)
{
	const struct place *a = x, *b = y;
	const struct level_key *v = a->levels->level;
	return cell_cmp(a->table, a->levels->col, v[a->level].row, v[b->level].row);
}

/* The commonest levels; those of numbers in their own order. */
static int places_choose(struct place *place, const struct fields *f, const struct levels *l,
	int64_t most)
{
	int k = l->n < most ? l->n : (int)most;
	enum column_type type = table_field(f->table, l->col)->type;
	for (int i = 0; i < l->n; i++)
		place[i] = (struct place){ f->table, l, i };
	qsort(place, (size_t)l->n, sizeof *place, by_count);
	if (type != COLUMN_DICT && type != COLUMN_UTF8)
		qsort(place, (size_t)k, sizeof *place, by_value);
	return k;
}

int levels_in_order(const struct fields *f, const struct levels *l, int most, int *level)
{
	struct place place[LEVELS_MAX];
	int k = places_choose(place, f, l, most);
	for (int i = 0; i < k; i++)
		level[i] = place[i].level;
	return k;
}

/* Two passes; NaN where there are too few. */
static void mean_of(const uint64_t *keys, size_t n, double *mean, double *sd)
{
	struct nsum sum = { 0 }, squares = { 0 };
	for (size_t i = 0; i < n; i++)
		nsum_add(&sum, double_of_key(keys[i]));
	*mean = n ? nsum_value(&sum) / (double)n : NAN;
	for (size_t i = 0; i < n; i++) {
		double d = double_of_key(keys[i]) - *mean;
		nsum_add(&squares, d * d);
	}
	*sd = n > 1 ? sqrt(nsum_value(&squares) / (double)(n - 1)) : NAN;
}

/* Takes the keys of the values, of which there is room for one more. */
static void box_of(double box[5], uint64_t *keys, size_t n)
{
	struct sorted s = sorted_new(keys, n, false);
	for (int i = 0; i < 5; i++)
		box[i] = NAN;
	if (n) {
		double q1 = sorted_quantile(&s, 0.25), q3 = sorted_quantile(&s, 0.75),
			reach = 1.5 * (q3 - q1);
		box[0] = sorted_value(&s, sorted_lower(&s, q1 - reach));
		box[1] = q1;
		box[2] = sorted_quantile(&s, 0.5);
		box[3] = q3;
		box[4] = sorted_value(&s, sorted_upper(&s, q3 + reach) - 1);
	}
	sorted_free(&s);
}

static void group_fill(struct target_group *g, const struct fields *f, int feature,
	const struct levels *l, int col, struct arena *a)
{
	size_t rows = (size_t)f->sample.n;
	double *x = mem_alloc((rows + 1) * sizeof *x);
	uint8_t *code = mem_alloc(rows + 1);
	struct place place[LEVELS_MAX];
	sample_numbers(&f->sample, col, x);
	sample_codes(&f->sample, l, code);
	int k = places_choose(place, f, l, f->options->max_levels);
	*g = (struct target_group){ feature, k, arena_calloc(a, (size_t)k, sizeof *g->level),
		arena_calloc(a, (size_t)k, sizeof *g->box),
		arena_calloc(a, (size_t)k, sizeof *g->n), arena_calloc(a, (size_t)k, sizeof *g->mean),
		arena_calloc(a, (size_t)k, sizeof *g->sd) };
	for (int i = 0; i < k; i++) {
		uint64_t *keys = mem_alloc((rows + 1) * sizeof *keys);
		size_t n = 0;
		for (size_t r = 0; r < rows; r++)
			if (code[r] == place[i].level && !isnan(x[r]))
				keys[n++] = key_of_double(x[r]);
		g->level[i] = level_text(f->table, l, place[i].level, a);
		g->n[i] = (int64_t)n;
		mean_of(keys, n, &g->mean[i], &g->sd[i]);
		box_of(g->box[i], keys, n);
	}
	free(code);
	free(x);
}

/* Of a feature and the target one is numeric and the other has levels, or there is nothing to
 * draw. */
static void groups_fill(struct target_profile *p, const struct fields *f,
	const struct subject *s, struct arena *a)
{
	int most = (int)f->options->max_scatter;
	p->groups = arena_calloc(a, (size_t)most + 1, sizeof *p->groups);
	for (int i = 0; i < p->nfeatures && p->ngroups < most; i++) {
		const struct association *x = &p->features[i];
		if (x->measure != MEASURE_CORRELATION_RATIO || isnan(x->value))
			continue;
		const struct levels *l = s->levels;
		for (int j = 0; s->numeric && j < f->nlevels; j++)
			if (f->levels_var[j] == x->a)
				l = &f->levels[j];
		int numeric = s->numeric ? s->var : x->a;
		group_fill(&p->groups[p->ngroups++], f, x->a, l, f->vars[numeric].col, a);
	}
}

int target_classes(const struct fields *f, const char *name[GROUPS_MAX], uint8_t *class_of,
	struct arena *a)
{
	struct subject s;
	if (!subject_find(&s, f) || !s.levels || s.levels->n < 2 || s.levels->n > GROUPS_MAX)
		return 0;
	struct place place[LEVELS_MAX];
	uint8_t rank[GROUPS_MAX];
	int k = places_choose(place, f, s.levels, f->options->max_levels);
	if (k < s.levels->n)
		return 0;
	for (int i = 0; i < k; i++) {
		rank[place[i].level] = (uint8_t)i;
		name[i] = level_text(f->table, s.levels, place[i].level, a);
	}
	sample_codes(&f->sample, s.levels, class_of);
	for (int64_t r = 0; r < f->sample.n; r++)
		if (class_of[r] != LEVEL_NONE)
			class_of[r] = rank[class_of[r]];
	return k;
}

struct target_profile *target_new(const struct fields *f, struct arena *a)
{
	struct subject s;
	if (!subject_find(&s, f))
		return NULL;
	struct target_profile *p = arena_calloc(a, 1, sizeof *p);
	p->var = s.var;
	features_test(p, f, &s, a);
	power_test(p, f, a);
	groups_fill(p, f, &s, a);
	if (s.levels && s.levels->n == 2)
		evidence_fill(p, f, s.levels, a);
	return p;
}
