/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of a modelling problem in memory, one double a value. */
#include "model/model_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One value of a column as a number; NaN when missing or infinite. Dates count days, timestamps
 * microseconds, times of day and durations seconds, dictionaries codes. */
static double value_at(const struct column *c, int64_t i)
{
	if (!column_has(c, i))
		return NAN;
	switch (c->type) {
	case COLUMN_INT64:
	case COLUMN_TIMESTAMP:
		return (double)c->v.i64[i];
	case COLUMN_TIME:
	case COLUMN_DURATION:
		return (double)c->v.i64[i] / 1e6;
	case COLUMN_FLOAT64:
		return isfinite(c->v.f64[i]) ? c->v.f64[i] : NAN;
	case COLUMN_BOOL:
		return c->v.bits[i >> 3] >> (i & 7) & 1;
	case COLUMN_DATE:
	case COLUMN_DICT:
		return c->v.i32[i];
	case COLUMN_UTF8:
		return NAN;   /* text takes no part */
	}
	return NAN;
}

/* The chosen rows of a column, in frame order. */
static double *column_values(const struct table *t, int col, const int64_t *rows, size_t n, struct arena *a)
{
	double *x = arena_calloc(a, n, sizeof *x);
	for (size_t i = 0; i < n; i++) {
		const struct batch *b = table_batch(t, rows[i] / BATCH_ROWS);
		x[i] = value_at(&b->cols[col], rows[i] % BATCH_ROWS);
	}
	return x;
}

/* ---- levels ------------------------------------------------------------------------------------------ */

struct level {
	double value;
	struct str text;
};

static int by_value(const void *a, const void *b)
{
	double x = ((const struct level *)a)->value, y = ((const struct level *)b)->value;
	return (x > y) - (x < y);
}

static int by_text(const void *a, const void *b)
{
	return str_cmp(((const struct level *)a)->text, ((const struct level *)b)->text);
}

/* Replaces values by codes of the levels that occur, in the order of text for words and of size for
 * numbers. More than `cap` different values: false, and nothing is done. */
static bool encode(const struct table *t, int col, double *x, size_t n, size_t cap, struct arena *a,
	const char ***names, int *count)
{
	double *sorted = mem_calloc(n, sizeof *sorted);
	size_t m = 0;
	for (size_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			sorted[m++] = x[i];
	struct level *levels = mem_calloc(m, sizeof *levels);
	for (size_t i = 0; i < m; i++)
		levels[i].value = sorted[i];
	free(sorted);
	qsort(levels, m, sizeof *levels, by_value);
	size_t k = 0;
	for (size_t i = 0; i < m; i++)
		if (!k || levels[i].value != levels[k - 1].value)
			levels[k++] = levels[i];
	bool ok = k <= cap;
	if (ok) {
		enum column_type type = table_field(t, col)->type;
		*names = arena_calloc(a, k, sizeof **names);
		for (size_t i = 0; i < k; i++) {
			char text[NUM_MAX];
			struct str s = { text, num_shortest(text, levels[i].value) };
			if (type == COLUMN_DICT)
				s = table_dict_value(t, col, (int32_t)levels[i].value);
			else if (type == COLUMN_BOOL)
				s = str_of(levels[i].value > 0 ? "true" : "false");
			levels[i].text = (struct str){ arena_strndup(a, s.p, s.n), s.n };
		}
		double *rank = mem_calloc(k, sizeof *rank), *value = mem_calloc(k, sizeof *value);
		struct level *named = mem_calloc(k, sizeof *named);
		for (size_t i = 0; i < k; i++) {
			value[i] = levels[i].value;
			named[i] = (struct level){ (double)i, levels[i].text };
		}
		if (type == COLUMN_DICT)
			qsort(named, k, sizeof *named, by_text);
		for (size_t i = 0; i < k; i++) {
			(*names)[i] = named[i].text.p;
			rank[(size_t)named[i].value] = (double)i;
		}
		for (size_t i = 0; i < n; i++) {
			if (isnan(x[i]))
				continue;
			size_t lo = 0, hi = k;
			while (hi - lo > 1) {
				size_t mid = (lo + hi) / 2;
				*(value[mid] <= x[i] ? &lo : &hi) = mid;
			}
			x[i] = rank[lo];
		}
		free(rank);
		free(value);
		free(named);
		*count = (int)k;
	}
	free(levels);
	return ok;
}

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
		const struct batch *b = table_batch(t, i / BATCH_ROWS);
		double y = value_at(&b->cols[s->target], i % BATCH_ROWS);
		double when = s->time < 0 ? 0 : value_at(&b->cols[s->time], i % BATCH_ROWS);
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

static struct feature *add_feature(struct frame *f, const char *name, int group, double *x)
{
	struct feature *n = &f->features[f->nfeatures++];
	*n = (struct feature){ .name = name, .group = group, .x = x };
	return n;
}

static bool varies(const double *x, size_t n)
{
	double first = NAN;
	for (size_t i = 0; i < n; i++) {
		if (isnan(x[i]))
			continue;
		if (isnan(first))
			first = x[i];
		else if (x[i] != first)
			return true;
	}
	return false;
}

/* A date says four things to a model: how far along, which time of year, which weekday, which hour. */
static void add_date_parts(struct frame *f, const struct table *t, const struct model_feature *m, int group,
	const double *x, struct arena *a)
{
	static const char *const weekdays[] = { "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
		"Sunday" };
	static const char *const parts[] = { "years", "season (sine)", "season (cosine)", "hour" };
	bool days = table_field(t, m->col)->type == COLUMN_DATE;
	double *v[5];
	for (int k = 0; k < 5; k++)
		v[k] = arena_calloc(a, f->n, sizeof **v);
	for (size_t i = 0; i < f->n; i++) {
		for (int k = 0; k < 5; k++)
			v[k][i] = NAN;
		if (isnan(x[i]))
			continue;
		double day = days ? x[i] : x[i] / 86400e6, whole = floor(day);
		int y, mo, d;
		date_civil((int32_t)whole, &y, &mo, &d);
		double year = (whole - date_days(y, 1, 1)) / (date_days(y + 1, 1, 1) - date_days(y, 1, 1));
		v[0][i] = y + year;
		v[1][i] = sin(2 * 3.14159265358979323846 * year);
		v[2][i] = cos(2 * 3.14159265358979323846 * year);
		v[3][i] = floor((day - whole) * 24 + 1e-9);
		v[4][i] = date_weekday((int32_t)whole);
	}
	for (int k = 0; k < 4; k++)
		if (varies(v[k], f->n))
			add_feature(f, arena_printf(a, "%s: %s", m->name, parts[k]), group, v[k]);
	if (varies(v[4], f->n)) {
		struct feature *w = add_feature(f, arena_printf(a, "%s: weekday", m->name), group, v[4]);
		w->category = true;
		w->nlevels = 7;
		w->levels = arena_calloc(a, 7, sizeof *w->levels);
		for (int k = 0; k < 7; k++)
			w->levels[k] = weekdays[k];
	}
}

/* 23:59 is next to 0:00, so a time of day is a point on a circle. */
static void add_clock_parts(struct frame *f, const struct model_feature *m, int group,
	const double *x, struct arena *a)
{
	double *sine = arena_calloc(a, f->n, sizeof *sine);
	double *cosine = arena_calloc(a, f->n, sizeof *cosine);
	for (size_t i = 0; i < f->n; i++) {
		double angle = 2 * 3.14159265358979323846 * x[i] / 86400;
		sine[i] = sin(angle);
		cosine[i] = cos(angle);
	}
	add_feature(f, arena_printf(a, "%s: time of day (sine)", m->name), group, sine);
	add_feature(f, arena_printf(a, "%s: time of day (cosine)", m->name), group, cosine);
}

static void add_features(struct frame *f, const struct table *t, const struct model_spec *s, struct arena *a,
	struct model_result *r)
{
	enum { MANY_LEVELS = 100000 };
	f->features = arena_calloc(a, s->nfeatures * 5, sizeof *f->features);
	f->group_names = arena_calloc(a, s->nfeatures, sizeof *f->group_names);
	f->ngroups = s->nfeatures;
	r->features = arena_calloc(a, s->nfeatures, sizeof *r->features);
	r->nfeatures = s->nfeatures;
	for (size_t k = 0; k < s->nfeatures; k++) {
		const struct model_feature *m = &s->features[k];
		f->group_names[k] = m->name;
		double *x = column_values(t, m->col, f->row, f->n, a);
		r->features[k] = (struct feature_use){ .name = m->name };
		for (size_t i = 0; i < f->n; i++)
			r->features[k].missing += isnan(x[i]);
		if (m->role == ROLE_DATETIME) {
			add_date_parts(f, t, m, (int)k, x, a);
			r->features[k].encoding = "date parts";
		} else if (m->role == ROLE_CLOCK) {
			add_clock_parts(f, m, (int)k, x, a);
			r->features[k].encoding = "clock parts";
		} else if (m->role == ROLE_CATEGORY) {
			struct feature n = { .name = m->name, .group = (int)k, .category = true, .x = x };
			if (encode(t, m->col, x, f->n, MANY_LEVELS, a, &n.levels, &n.nlevels))
				f->features[f->nfeatures++] = n;
			r->features[k].encoding = "one-hot";
		} else {
			add_feature(f, m->name, (int)k, x);
			r->features[k].encoding = "standardised";
		}
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
	f->y = column_values(t, s->target, f->row, f->n, a);
	if (!s->target_is_category) {
		f->task = TASK_REGRESSION;
		if (!varies(f->y, f->n))
			return err_set(e, ERR_INPUT, "'%s' never changes", s->target_name);
		if (!can_be_squared(f->y, f->n))
			return err_set(e, ERR_INPUT, "the values of '%s' are too large or too close to each other to compute with",
				s->target_name);
		return 0;
	}
	if (!encode(t, s->target, f->y, f->n, MAX_CLASSES, a, &f->classes, &f->nclasses))
		return err_set(e, ERR_INPUT, "'%s' has more than %d classes", s->target_name, MAX_CLASSES);
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
	return 0;
}
