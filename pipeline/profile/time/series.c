/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numeric columns along a time column. Values of one time are averaged; the autocorrelation
 * runs over the different times in order, the picture over those or, when there are many, over
 * calendar periods.
 */
#include "profile/across_int.h"

#include <stdlib.h>

enum { LAGS = 40, TIMES_MAX = 1 << 20 };

/* Places on the time axis, of which every row with a time has one. */
struct axis {
	const struct work *work;   /* of the time column */
	struct sorted times;
	const struct calendar_width *width;   /* NULL: one place for each different time */
	int64_t first;             /* bin of the first place */
	size_t places;
	const char **text;         /* of each place, when it is drawn */
};

/* Place of a time that is in the column; the search starts where the last one ended, because
 * most tables are in order of time. */
static size_t place_of(const struct axis *x, uint64_t key, size_t last)
{
	const uint64_t *v = x->times.key;
	if (x->width)
		return (size_t)(calendar_bin(x->work, x->width, int_of_key(key)) - x->first);
	if (v[last] == key)
		return last;
	if (last + 1 < x->places && v[last + 1] == key)
		return last + 1;
	size_t low = 0, high = x->places;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (v[middle] <= key)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* What the values of a column come to at each place. */
struct cells {
	struct nsum *sum;
	int64_t *n;
};

static void cells_fill(struct cells *c, const struct axis *x, int col)
{
	const struct table *t = x->work->table;
	double *y = mem_alloc(BATCH_ROWS * sizeof *y);
	size_t place = 0;
	c->sum = mem_calloc(x->places, sizeof *c->sum);
	c->n = mem_calloc(x->places, sizeof *c->n);
	for (int64_t i = 0; i < table_nbatches(t); i++) {
		const struct batch *b = table_batch(t, i);
		cells_number(&b->cols[col], 0, b->rows, y);
		for (int64_t r = 0; r < b->rows; r++) {
			uint64_t key;
			if (isnan(y[r]) || !column_key(&b->cols[x->work->var->col], r, &key))
				continue;
			place = place_of(x, key, place);
			nsum_add(&c->sum[place], y[r]);
			c->n[place]++;
		}
	}
	free(y);
}

static void cells_free(struct cells *c)
{
	free(c->sum);
	free(c->n);
}

static double cell_mean(const struct cells *c, size_t place)
{
	return nsum_value(&c->sum[place]) / (double)c->n[place];
}

/* ---- a series --------------------------------------------------------------------- */

static void points_fill(struct time_series *s, const struct axis *x, const struct cells *c)
{
	for (size_t i = 0; i < x->places; i++) {
		if (!c->n[i])
			continue;
		s->t[s->n] = x->text[i];
		s->y[s->n++] = cell_mean(c, i);
		s->mean = s->mean || c->n[i] > 1;
	}
}

static void acf_fill(struct time_series *s, const struct cells *c, size_t places)
{
	double *d = mem_alloc((places + 1) * sizeof *d), mean = 0, c0 = 0;
	size_t n = 0;
	for (size_t i = 0; i < places; i++)
		if (c->n[i])   /* the running mean can't overflow */
			mean += (cell_mean(c, i) - mean) / (double)++n;
	for (size_t i = 0; i < places; i++) {
		d[i] = c->n[i] ? cell_mean(c, i) - mean : NAN;
		c0 += c->n[i] ? d[i] * d[i] : 0;
	}
	s->bound = NAN;
	if (n >= 8 && c0 > 0 && isfinite(c0)) {
		s->nlags = 1 + (n / 4 < LAGS ? (int)(n / 4) : LAGS);
		s->bound = 1.96 / sqrt((double)n);
	}
	for (int lag = 0; lag < s->nlags; lag++) {
		double sum = 0, pairs = 0;
		for (size_t i = 0; i + (size_t)lag < places; i++) {
			double product = d[i] * d[i + (size_t)lag];
			if (!isnan(product)) {
				sum += product;
				pairs++;
			}
		}
		s->r[lag] = sum / (pairs + lag) / (c0 / (double)n);
	}
	free(d);
}

/* ---- all of them ------------------------------------------------------------------ */

struct series_work {
	/* by different time, and as drawn: may be the same */
	const struct axis *each, *drawn;
	const struct column_profile *cols;
	struct time_series *series;
};

/* Runs in a thread of its own, so all memory of the series is there already. */
static void series_step(void *ctx, size_t i)
{
	const struct series_work *w = ctx;
	struct time_series *s = &w->series[i];
	struct cells c;
	cells_fill(&c, w->each, w->cols[s->var].var->col);
	acf_fill(s, &c, w->each->places);
	if (w->drawn != w->each) {
		cells_free(&c);
		cells_fill(&c, w->drawn, w->cols[s->var].var->col);
	}
	points_fill(s, w->drawn, &c);
	cells_free(&c);
}

static bool is_named(const struct column_profile *c, const char *name)
{
	return name && strcmp(c->var->name, name) == 0;
}

/* The time column that is named, else the only one; -1 when there is none. */
static int time_find(const struct column_profile *cols, int n, const char *name)
{
	int found = -1, count = 0;
	for (int i = 0; i < n; i++)
		if (cols[i].var->type == VARIABLE_DATETIME && cols[i].datetime &&
				(!name || is_named(&cols[i], name))) {
			found = i;
			count++;
		}
	return count == 1 ? found : -1;
}

/* The numeric target first, then table order. */
static void series_choose(struct time_profile *out, const struct column_profile *cols, int n,
	const struct profile_options *o, size_t points, struct arena *a)
{
	out->series = arena_calloc(a, (size_t)o->max_series + 1, sizeof *out->series);
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < n && out->nseries < o->max_series; i++)
			if ((cols[i].var->type == VARIABLE_NUMERIC ||
					cols[i].var->type == VARIABLE_DURATION) &&
					is_named(&cols[i], o->target) == (pass == 0))
				out->series[out->nseries++] = (struct time_series){ .var = i,
					.t = arena_calloc(a, points + 1, sizeof(char *)),
					.y = arena_calloc(a, points + 1, sizeof(double)),
					.r = arena_calloc(a, LAGS + 1, sizeof(double)) };
}

static struct sorted times_sorted(const struct table *t, int col, int threads)
{
	struct column_arg arg = { col };
	struct fold f = { .ops = &numbers_ops, .arg = &arg };
	fold_run(t, &f, 1, threads);
	struct sorted s = column_sorted(t, col, f.acc);
	fold_release(&f, 1);
	return s;
}

/* One place a time where they are few, else the finest periods that there are few of. */
static struct axis axis_drawn(const struct axis *each, const char *resolution, int64_t most,
	struct arena *a)
{
	struct axis x = *each;
	if (each->places > (size_t)most) {
		int64_t min = int_of_key(each->times.key[0]),
			max = int_of_key(each->times.key[each->places - 1]);
		x.width = calendar_width(each->work, resolution, min, max, most);
		x.first = calendar_bin(each->work, x.width, min);
		x.places = (size_t)(calendar_bin(each->work, x.width, max) - x.first) + 1;
	}
	x.text = arena_calloc(a, x.places + 1, sizeof *x.text);
	for (size_t i = 0; i < x.places; i++)
		x.text[i] = x.width ? calendar_edge(x.work, x.width, x.first + (int64_t)i)
			: tick_text(x.work, int_of_key(x.times.key[i]));
	return x;
}

bool time_fill(const struct table *t, const struct column_profile *cols, int n,
	const struct profile_options *o, struct time_profile *out, struct arena *a)
{
	int time = time_find(cols, n, o->time);
	if (time < 0)
		return false;
	struct variable var = *cols[time].var;
	struct work work = { .table = t, .var = &var, .arena = a,
		.storage = table_field(t, var.col)->type };
	struct axis each = { .work = &work, .times = times_sorted(t, var.col, o->threads) };
	each.places = each.times.runs;
	struct axis drawn = axis_drawn(&each, cols[time].datetime->resolution, o->max_points,
		a);
	const char *step = cols[time].datetime->usual_step;
	*out = (struct time_profile){ .var = time, .regular = cols[time].datetime->regular,
		.step = step && strncmp(step, "1 ", 2) == 0 ? step + 2 : step,
		.period = drawn.width ? calendar_name(drawn.width) : NULL };
	series_choose(out, cols, n, o, drawn.places, a);
	struct series_work w = { each.places > TIMES_MAX ? &drawn : &each, &drawn, cols,
		out->series };
	pool_run(o->threads, (size_t)out->nseries, series_step, &w);
	sorted_free(&each.times);
	return true;
}
