/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of a modelling problem in memory, one double a value. */
#include "model/frame/frame_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- rows ---------------------------------------------------------------------------------------------- */

struct timed {
	double t;
	int64_t row;
};

static int by_time(const void *a, const void *b)
{
	const struct timed *x = a, *y = b;
	if (x->t != y->t)
		return x->t < y->t ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

/* Rows whose target (and time, when it orders them) is known; sampled when too many. */
static void choose_rows(const struct table *t, const struct model_spec *s, struct arena *a, struct frame *f,
	struct model_result *r)
{
	int64_t rows = table_nrows(t);
	struct timed *kept = mem_calloc((size_t)rows, sizeof *kept);
	size_t n = 0;
	for (int64_t i = 0; i < rows; i++) {
		double y = cell_number(&(struct cells){ t, s->target, &i, 1 }, 0);
		double when = s->time < 0 ? 0 : cell_number(&(struct cells){ t, s->time, &i, 1 }, 0);
		if (!isnan(y) && !isnan(when))
			kept[n++] = (struct timed){ when, i };
	}
	r->dropped = rows - (int64_t)n;
	r->sampled_from = 0;
	if ((int64_t)n > s->max_rows) {
		/* selection sampling (Knuth, TAOCP 2, 3.4.2, algorithm S): keeps the order */
		struct rng g;
		rng_seed(&g, s->seed);
		size_t want = (size_t)s->max_rows, m = 0;
		for (size_t i = 0; i < n && m < want; i++)
			if (rng_unit(&g) * (double)(n - i) < (double)(want - m))
				kept[m++] = kept[i];
		r->sampled_from = (int64_t)n;
		n = m;
	}
	if (s->time >= 0)
		qsort(kept, n, sizeof *kept, by_time);
	f->n = n;
	f->row = arena_calloc(a, n, sizeof *f->row);
	f->time = s->time < 0 ? NULL : arena_calloc(a, n, sizeof *f->time);
	for (size_t i = 0; i < n; i++) {
		f->row[i] = kept[i].row;
		if (f->time)
			f->time[i] = kept[i].t;
	}
	free(kept);
}

/* ---- features -------------------------------------------------------------------------------------------- */

static const char *const encodings[] = { [ROLE_NUMBER] = "standardised", [ROLE_CATEGORY] = "one-hot",
	[ROLE_DATETIME] = "date parts", [ROLE_CLOCK] = "clock parts", [ROLE_TEXT] = "length and words" };

/* The spellings of the column that was just added. */
static void merge_levels(struct frame *f, size_t first, const struct model_spec *s, struct arena *a)
{
	if (!s->nmerges || f->nfeatures != first + 1 || f->features[first].part != PART_LEVEL)
		return;
	struct feature *x = &f->features[first];
	size_t from = 0, to = 0;   /* the merges of a column stand together */
	while (from < s->nmerges && strcmp(s->merges[from].column, x->name) != 0)
		from++;
	for (to = from; to < s->nmerges && strcmp(s->merges[to].column, x->name) == 0;)
		to++;
	feature_merge(x, s->merges + from, to - from, x->x, f->n, a);
}

static void add_features(struct frame *f, const struct table *t, const struct model_spec *s, struct arena *a,
	struct model_result *r)
{
	size_t most = 5;   /* features that a column can become */
	if (s->keywords > 0)
		most += (size_t)s->keywords;
	f->features = arena_calloc(a, s->nfeatures * most, sizeof *f->features);
	f->group_names = arena_calloc(a, s->nfeatures, sizeof *f->group_names);
	f->roles = arena_calloc(a, s->nfeatures, sizeof *f->roles);
	f->types = arena_calloc(a, s->nfeatures, sizeof *f->types);
	f->ngroups = s->nfeatures;
	r->features = arena_calloc(a, s->nfeatures, sizeof *r->features);
	r->nfeatures = s->nfeatures;
	for (size_t g = 0; g < s->nfeatures; g++) {
		const struct model_feature *m = &s->features[g];
		struct cells c = { t, m->col, f->row, f->n };
		f->group_names[g] = m->name;
		f->roles[g] = m->role;
		f->types[g] = table_field(t, m->col)->type;
		size_t first = f->nfeatures;
		parts_learn(f, (int)g, &c, s->keywords, a);
		merge_levels(f, first, s, a);
		r->features[g] = (struct feature_use){ .name = m->name, .encoding = encodings[m->role] };
		for (size_t i = 0; i < f->n; i++)
			r->features[g].missing += cell_missing(&c, i);
	}
}

/* Whether squares of deviations can be summed without leaving the range of a double. */
static bool can_be_squared(const double *y, size_t n)
{
	double mean = 0, ss = 0;
	for (size_t i = 0; i < n; i++)
		mean += y[i] / (double)n;
	for (size_t i = 0; i < n; i++)
		ss += (y[i] - mean) * (y[i] - mean);
	return ss > 1e-280 && ss < 1e280;
}

static int load_target(struct frame *f, const struct table *t, const struct model_spec *s, struct arena *a, struct err *e)
{
	enum { MAX_CLASSES = 50, MIN_ROWS = 20 };
	if (f->n < MIN_ROWS)
		return err_set(e, ERR_INPUT, "only %zu rows have a value of '%s'; at least %d are needed", f->n,
			s->target_name, MIN_ROWS);
	struct cells c = { t, s->target, f->row, f->n };
	f->target = s->target_name;
	f->target_type = table_field(t, s->target)->type;
	f->y = cells_numbers(&c, a);
	if (!s->target_is_category) {
		f->task = TASK_REGRESSION;
		if (!numbers_vary(f->y, f->n))
			return err_set(e, ERR_INPUT, "'%s' never changes", s->target_name);
		if (!can_be_squared(f->y, f->n))
			return err_set(e, ERR_INPUT, "the values of '%s' are too large or too close to each other to compute with",
				s->target_name);
		return 0;
	}
	struct feature classes = { 0 };
	if (!levels_learn(&c, f->y, MAX_CLASSES, a, &classes))
		return err_set(e, ERR_INPUT, "'%s' has more than %d classes", s->target_name, MAX_CLASSES);
	f->classes = classes.levels;
	f->nclasses = classes.nlevels;
	if (f->nclasses < 2)
		return err_set(e, ERR_INPUT, "'%s' never changes", s->target_name);
	f->task = f->nclasses == 2 ? TASK_BINARY : TASK_MULTICLASS;
	return 0;
}

int frame_load(const struct table *t, const struct model_spec *s, struct arena *a, struct frame *f,
	struct model_result *r, struct err *e)
{
	*f = (struct frame){ .task = TASK_REGRESSION };
	choose_rows(t, s, a, f, r);
	r->rows = (int64_t)f->n;
	if (load_target(f, t, s, a, e) < 0)
		return -1;
	add_features(f, t, s, a, r);
	if (!f->nfeatures)
		return err_set(e, ERR_INPUT, "there is no column to predict '%s' from", s->target_name);
	frame_units(t, s, a, f);
	return 0;
}
