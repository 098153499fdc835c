/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numeric columns along a time column, and how many rows each period has: from the table to
 * series, to what is drawn of them, to findings. */
#include "profile/time_int.h"

#include <stdlib.h>

/* ---- which -------------------------------------------------------------------------------- */

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

/* A target of yes and no is followed as the share of yes. */
static bool can_follow(const struct table *t, const struct column_profile *c, const char *target)
{
	enum column_type storage = table_field(t, c->var->col)->type;
	return c->var->type == VARIABLE_NUMERIC || c->var->type == VARIABLE_DURATION ||
	       (c->var->type == VARIABLE_BOOLEAN && is_named(c, target) &&
		       (storage == COLUMN_BOOL || storage == COLUMN_INT64));
}

/* The target first, then table order; room for the rows as one more. */
static void series_choose(struct time_profile *out, const struct table *t,
	const struct column_profile *cols, int n, const struct profile_options *o, struct arena *a)
{
	out->series = arena_calloc(a, (size_t)o->max_series + 1, sizeof *out->series);
	for (int pass = 0; pass < 2; pass++)
		for (int i = 0; i < n && out->nseries < o->max_series; i++)
			if (can_follow(t, &cols[i], o->target) &&
				is_named(&cols[i], o->target) == (pass == 0))
				out->series[out->nseries++] = (struct time_series){ .var = i };
}

/* ---- what is drawn ------------------------------------------------------------------------ */

struct picture {
	const char *period;            /* NULL: as the grid */
	int *bin, bins;                /* bin of each place */
	const char **t;
};

static struct picture picture_new(const struct grid *g, const char *resolution, int64_t most,
	struct arena *a)
{
	struct picture p = { .bin = arena_calloc(a, (size_t)g->places, sizeof *p.bin) };
	const struct calendar_width *width = NULL;
	int64_t first = 0, last = g->places - 1;
	if (g->places > most) {
		width = calendar_width(g->work, resolution, g->min, g->max, most);
		first = calendar_bin(g->work, width, g->min);
		last = calendar_bin(g->work, width, g->max);
		p.period = calendar_name(width);
		last -= first;
	}
	p.bins = (int)last + 1;
	p.t = arena_calloc(a, (size_t)p.bins + 1, sizeof *p.t);
	for (int i = 0; i < p.bins; i++)
		p.t[i] = width ? calendar_edge(g->work, width, first + i) : grid_when(g, i);
	for (int64_t i = 0; i < g->places; i++) {
		int64_t tick = grid_start(g, i);
		tick = tick < g->min ? g->min : tick > g->max ? g->max : tick;
		p.bin[i] = width ? (int)(calendar_bin(g->work, width, tick) - first) : (int)i;
	}
	return p;
}

/* Means by bin of what is there. */
static void draw(const struct picture *p, int64_t places, const double *y, double *out)
{
	double *count = mem_calloc((size_t)p->bins, sizeof *count);
	for (int64_t i = 0; i < places; i++)
		if (!isnan(y[i]))
			out[p->bin[i]] += (y[i] - out[p->bin[i]]) / ++count[p->bin[i]];
	for (int b = 0; b < p->bins; b++)
		out[b] = count[b] > 0 ? out[b] : NAN;
	free(count);
}

/* ---- all of them -------------------------------------------------------------------------- */

struct series_work {
	const struct grid *grid;
	const struct grid_sums *sums;
	const struct picture *picture;
	struct time_profile *out;
	int columns;
	struct arena **arena;          /* one a series: threads share none */
};

/* Rows in the periods that lie wholly between the first time and the last: a month that has just
 * begun is no fall. Steps begin at times that are there, so all of theirs are whole. */
static void count_rows(const struct series_work *w, double *y)
{
	const struct grid *g = w->grid;
	for (int64_t i = w->sums->lo; i < w->sums->hi; i++)
		y[i] = (double)w->sums->rows[i - w->sums->lo];
	for (int end = 0; g->width && end < 2; end++) {
		const double WHOLE = 0.95;
		int64_t i = end ? g->places - 1 : 0;
		double start = (double)grid_start(g, i), length = (double)grid_start(g, i + 1) - start;
		double seen = end ? (double)g->max - start : start + length - (double)g->min;
		/* the last time of dates is a whole day */
		seen += end && g->work->storage == COLUMN_DATE ? 1 : 0;
		if (seen < WHOLE * length)
			y[i] = NAN;
	}
}

static void means(const struct series_work *w, int column, struct time_series *s, double *y)
{
	for (int64_t i = 0; i < w->grid->places; i++)
		y[i] = NAN;
	for (int64_t i = w->sums->lo; i < w->sums->hi; i++) {
		const struct grid_cell *c =
			&w->sums->cell[(i - w->sums->lo) * w->columns + column];
		y[i] = c->n ? nsum_value(&c->sum) / (double)c->n : NAN;
		s->mean = s->mean || c->n > 1;
	}
}

/* ---- the calendar itself ------------------------------------------------------------------ */

enum { CALENDAR_PARTS = 6 };

static double calendar_part(const struct grid *g, int64_t place, int part)
{
	int64_t tick = grid_start(g, place), day = tick_day(g->work, tick);
	int y, m, d;
	date_civil((int32_t)day, &y, &m, &d);
	switch (part) {
	case 0:
		return y;
	case 1:
		return m;
	case 2:
		return d;
	case 3:
		return (double)(day - date_days(y, 1, 1));
	case 4:
		return (double)day_weekday(day + 1);   /* Sunday first */
	case 5:
		return (double)day_weekday(day);
	}
	return NAN;
}

/* Whether a column only spells out its time: the month in a column of its own is no measurement. */
static bool is_calendar(const struct series_work *w, const struct time_series *s, const double *y)
{
	bool same[CALENDAR_PARTS];
	double offset[CALENDAR_PARTS];
	for (int part = 0; part < CALENDAR_PARTS; part++) {
		same[part] = true;
		offset[part] = NAN;
		for (int64_t i = 0; i < w->grid->places && same[part] && !s->mean; i++) {
			double d = y[i] - calendar_part(w->grid, i, part);
			if (!isnan(d))
				same[part] = isnan(offset[part]) || d == offset[part];
			offset[part] = isnan(d) ? offset[part] : d;
		}
		if (same[part] && !s->mean)
			return true;
	}
	return false;
}

/* ---- one of them ---------------------------------------------------------------------------- */

static void series_step(void *ctx, size_t i)
{
	const struct series_work *w = ctx;
	struct time_series *s = &w->out->series[i];
	struct arena *a = w->arena[i];
	int64_t places = w->grid->places;
	double *y = mem_calloc((size_t)places, sizeof *y);
	double *level = mem_calloc((size_t)places, sizeof *level);
	if (s->var < 0)
		count_rows(w, y);
	else
		means(w, (int)i, s, y);
	s->calendar = s->var >= 0 && is_calendar(w, s, y);
	s->n = w->picture->bins;
	s->t = w->picture->t;
	s->y = arena_calloc(a, (size_t)s->n, sizeof *s->y);
	s->level = arena_calloc(a, (size_t)s->n, sizeof *s->level);
	s->mean = s->mean || w->picture->period;
	if (s->calendar) {
		free(y);
		free(level);
		return;
	}
	struct work work = *w->grid->work;     /* texts of times go to the arena of the series */
	struct grid grid = *w->grid;
	work.arena = a;
	grid.work = &work;
	series_analyse(s, &(struct on_grid){ &grid, a, (int)places, y, w->picture->bin,
		w->picture->bins, w->picture->t }, level);
	draw(w->picture, places, y, s->y);
	draw(w->picture, places, level, s->level);
	free(y);
	free(level);
}

static void series_fill(struct time_profile *out, const struct grid *g, const struct grid_sums *sums,
	const struct picture *picture, int columns, int threads, struct arena *a)
{
	struct series_work w = { g, sums, picture, out, columns,
		arena_calloc(a, (size_t)out->nseries + 1, sizeof *w.arena) };
	for (int i = 0; i < out->nseries; i++)
		w.arena[i] = arena_part(a);
	pool_run(threads, (size_t)out->nseries, series_step, &w);
}

static void leave_out_calendar(struct time_profile *out)
{
	int n = 0;
	for (int i = 0; i < out->nseries; i++)
		if (!out->series[i].calendar)
			out->series[n++] = out->series[i];
	out->nseries = n;
}

/* ---- findings ----------------------------------------------------------------------------- */

static const char *period_text(const struct time_profile *t, const struct time_season *s,
	struct arena *a)
{
	if (s->name)
		return s->name;
	return arena_printf(a, "%d periods (one is a %s)", s->period, t->grid);
}

static void add_findings(const struct time_profile *t, const struct time_series *s,
	const struct column_profile *cols, const struct profile_options *o,
	struct finding_list *list, struct arena *a)
{
	const int64_t ADF_LEAST = 20;  /* below, the test finds next to nothing */
	const char *name = cols[s->var < 0 ? t->var : s->var].var->name;
	struct finding f = finding_make(FIND_non_stationary, name);
	if (s->var >= 0 && s->adf.p >= o->unit_root_p && s->values >= ADF_LEAST && !s->steps) {
		f.statistic = s->adf.statistic;
		f.p = s->adf.p;
		f.n = s->adf.n;
		f.threshold = o->unit_root_p;
		finding_list_add(list, &f);
	}
	if (s->season.strength >= o->season_strength) {
		f = finding_make(s->var < 0 ? FIND_seasonal_rows : FIND_seasonal, name);
		f.value = f.effect = s->season.strength;
		f.p = s->season.p;
		f.n = s->values;
		f.threshold = o->season_strength;
		f.text = period_text(t, &s->season, a);
		finding_list_add(list, &f);
	}
	if (s->nchanges) {
		f = finding_make(s->var < 0 ? FIND_rows_change : FIND_level_change, name);
		f.count = s->nchanges;
		f.text = s->changes[0].at;
		f.n = s->values;
		f.p = s->changes[0].p;
		finding_list_add(list, &f);
	}
	if (s->var >= 0 && s->anomalous &&
		(double)s->anomalous <= TIME_ANOMALIES_SHARE * (double)s->values) {
		f = finding_make(FIND_time_anomalies, name);
		f.count = s->anomalous;
		f.total = s->values;
		f.text = s->anomalies[0].at;
		f.threshold = TIME_MAD;
		finding_list_add(list, &f);
	}
}

/* ---- the way through ---------------------------------------------------------------------- */

/* Whether the number of rows of a period says anything: a row a time does not. */
static bool rows_tell(const struct time_profile *out, const struct grid *g,
	const struct grid_sums *sums)
{
	bool differ = false;
	for (int64_t i = 1; i < sums->hi - sums->lo; i++)
		differ = differ || sums->rows[i] != sums->rows[0];
	return differ && (out->repeated > 0 || g->width);
}

static void count_places(struct time_profile *out, const struct column_profile *time,
	const struct grid *g, const struct grid_sums *sums)
{
	out->rows = time->count;
	out->repeated = time->count - time->distinct;
	out->places = g->places;
	out->left_out = sums->left_out;
	for (int64_t i = 0; i < sums->hi - sums->lo; i++)
		out->filled += sums->rows[i] > 0;
}

bool time_fill(const struct table *t, const struct column_profile *cols, int n,
	const struct profile_options *o, struct time_profile *out,
	struct finding_list *findings, struct arena *a)
{
	int time = time_find(cols, n, o->time);
	if (time < 0)
		return false;
	struct variable var = *cols[time].var;
	const struct datetime_profile *d = cols[time].datetime;
	struct work work = { .table = t, .var = &var, .arena = a,
		.storage = table_field(t, var.col)->type };
	struct grid g;
	grid_choose(&g, &work, &cols[time]);
	struct picture picture = picture_new(&g, d->resolution, o->max_points, a);
	const char *step = d->usual_step;
	*out = (struct time_profile){ .var = time, .zone = table_field(t, var.col)->zone,
		.regular = d->regular, .period = picture.period, .grid = g.name, .stepped = !g.width,
		.step = step && strncmp(step, "1 ", 2) == 0 ? step + 2 : step };
	series_choose(out, t, cols, n, o, a);

	int columns = out->nseries, *col = arena_calloc(a, (size_t)columns + 1, sizeof *col);
	for (int i = 0; i < columns; i++)
		col[i] = cols[out->series[i].var].var->col;
	struct sums_arg arg = { &g, var.col, columns, col };
	struct fold f = { .ops = &grid_sums_ops, .arg = &arg };
	fold_run(t, &f, 1, o->threads);
	count_places(out, &cols[time], &g, f.acc);
	if (rows_tell(out, &g, f.acc))
		out->series[out->nseries++] = (struct time_series){ .var = -1 };
	series_fill(out, &g, f.acc, &picture, columns, o->threads, a);
	fold_release(&f, 1);
	leave_out_calendar(out);
	for (int i = 0; i < out->nseries; i++)
		add_findings(out, &out->series[i], cols, o, findings, a);
	return true;
}
