/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The grid of periods that all figures of a series are about: the usual step of the times where
 * there is one, else the finest unit of the calendar that is well filled.
 */
#include "profile/time_int.h"

#include <stdlib.h>

static const double FILLED = 0.9;      /* share of periods with rows, */
static const double ROWS = 3;          /* and rows a period, that make a unit well filled */
enum { FEW = 24 };                     /* no coarser than this many periods */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

static bool tick_of(const struct column *c, int64_t row, int64_t *tick)
{
	uint64_t key;
	if (!column_key(c, row, &key))
		return false;
	*tick = int_of_key(key);
	return true;
}

/* ---- stragglers --------------------------------------------------------------------------- */

/* Rows in [from, to]. */
static int64_t rows_between(const struct grid *g, int64_t from, int64_t to)
{
	const struct table *t = g->work->table;
	int64_t n = 0, tick;
	for (int64_t i = 0; i < table_nbatches(t); i++) {
		const struct batch *b = table_batch(t, i);
		for (int64_t r = 0; r < b->rows; r++)
			n += tick_of(&b->cols[g->work->var->col], r, &tick) && tick >= from &&
			     tick <= to;
	}
	return n;
}

/* A default date of software, a wrong century: a few rows behind a gap of more than half of all time
 * would make the grid one gap. */
static void cut_stragglers(struct grid *g, const struct datetime_profile *d)
{
	const double FEW_ROWS = 0.05;
	for (int i = 0; i < d->ngaps; i++) {
		int64_t from = d->gaps[i].from_tick, to = d->gaps[i].to_tick;
		if (from < g->min || to > g->max ||
			(double)to - (double)from <= ((double)g->max - (double)g->min) / 2)
			continue;
		int64_t before = rows_between(g, g->min, from), after = rows_between(g, to, g->max);
		double share = (double)before / (double)(before + after);
		if (share <= FEW_ROWS)
			g->min = to;
		else if (share >= 1 - FEW_ROWS)
			g->max = from;
	}
}

/* ---- choosing ----------------------------------------------------------------------------- */

static bool by_step(struct grid *g, const struct column_profile *c)
{
	const struct datetime_profile *d = c->datetime;
	if (!d->usual_step || !(d->median_step >= 1))
		return false;
	int64_t first = tick_position(g->work, d->scale, g->min),
		last = tick_position(g->work, d->scale, g->max);
	double places = floor(((double)last - (double)first) / d->median_step + 1.5);
	if (places > GRID_MAX || (double)c->distinct < places / 2)
		return false;
	g->scale = d->scale;
	g->step = (int64_t)d->median_step;
	g->first = first;
	g->places = (last - first + g->step / 2) / g->step + 1;
	g->name = strncmp(d->usual_step, "1 ", 2) == 0 ? d->usual_step + 2 : d->usual_step;
	return true;
}

static void set_width(struct grid *g, const struct calendar_width *width)
{
	g->width = width;
	g->name = calendar_name(width);
	g->first = calendar_bin(g->work, width, g->min);
	g->places = calendar_bin(g->work, width, g->max) - g->first + 1;
}

/* How many places of the grid have rows, seen through the rows of a finer grid. */
static int64_t filled_of(const struct grid *g, const struct grid *fine, const int64_t *rows)
{
	int64_t filled = 0, last = -1;
	for (int64_t i = 0; i < fine->places; i++) {
		int64_t start = grid_start(fine, i), tick = start < g->min ? g->min : start;
		int64_t place = rows[i] ? grid_place(g, tick) : last;
		filled += place != last;
		last = place;
	}
	return filled;
}

static void by_calendar(struct grid *g, const char *resolution)
{
	const struct table *t = g->work->table;
	set_width(g, calendar_width(g->work, resolution, g->min, g->max, GRID_MAX));
	struct grid fine = *g;
	int64_t *rows = mem_calloc((size_t)g->places, sizeof *rows), all = 0, tick;
	for (int64_t i = 0; i < table_nbatches(t); i++) {
		const struct batch *b = table_batch(t, i);
		for (int64_t r = 0; r < b->rows; r++) {
			if (!tick_of(&b->cols[g->work->var->col], r, &tick))
				continue;
			int64_t place = grid_place(g, tick);
			if (place >= 0) {
				rows[place]++;
				all++;
			}
		}
	}
	const struct calendar_width *coarser = g->width;
	while ((double)all < ROWS * (double)g->places ||
		(double)filled_of(g, &fine, rows) < FILLED * (double)g->places) {
		struct grid next = *g;
		coarser = calendar_coarser(coarser);
		if (!coarser)
			break;
		set_width(&next, coarser);
		if (next.places < FEW)
			break;
		*g = next;
	}
	free(rows);
}

void grid_choose(struct grid *g, const struct work *w, const struct column_profile *c)
{
	const struct datetime_profile *d = c->datetime;
	*g = (struct grid){ .work = w, .min = d->min_tick, .max = d->max_tick };
	cut_stragglers(g, d);
	if (!by_step(g, c))
		by_calendar(g, d->resolution);
}

/* ---- places and times --------------------------------------------------------------------- */

int64_t grid_place(const struct grid *g, int64_t tick)
{
	if (tick < g->min || tick > g->max)
		return -1;
	if (g->width)
		return calendar_bin(g->work, g->width, tick) - g->first;
	return (tick_position(g->work, g->scale, tick) - g->first + g->step / 2) / g->step;
}

int64_t grid_start(const struct grid *g, int64_t place)
{
	if (g->width)
		return calendar_start(g->work, g->width, g->first + place);
	int64_t at = g->first + place * g->step, day = at;
	switch (g->scale) {
	case SCALE_TICKS:
		return at;
	case SCALE_YEARS:
		at *= 12;
		/* fall through */
	case SCALE_MONTHS:
		day = date_days((int)floor_div(at, 12), (int)(at - floor_div(at, 12) * 12) + 1, 1);
		break;
	case SCALE_WORKDAYS:
		day = floor_div(at, 5) * 7 - 3 + (at - floor_div(at, 5) * 5);
		break;
	}
	return day * ticks_a_day(g->work);
}

const char *grid_when(const struct grid *g, int64_t place)
{
	if (g->width)
		return calendar_edge(g->work, g->width, g->first + place);
	return tick_text(g->work, grid_start(g, place));
}

double grid_seconds(const struct grid *g)
{
	enum { MANY = 400 };           /* the calendar repeats after 400 years */
	double ticks = (double)grid_start(g, MANY) - (double)grid_start(g, 0);
	if (g->places < 2 || !(ticks > 0))
		return NAN;
	return ticks / MANY / (double)ticks_a_day(g->work) * 86400;
}

/* ---- cycles of the calendar --------------------------------------------------------------- */

const char *cycle_name(enum cycle c)
{
	static const char *const names[] = { "day", "week", "year" };
	return names[c];
}

int cycle_length(const struct grid *g, enum cycle c)
{
	static const double seconds[] = { 86400, 604800, 31556952 };
	const double LONGEST = 5000, EXACT = 1e-6;
	double n = seconds[c] / grid_seconds(g), whole = round(n);
	if (!(n > 1.9) || n > LONGEST || (c != CYCLE_YEAR && fabs(n - whole) > EXACT))
		return 0;
	return (int)whole;
}

int64_t cycle_of(const struct grid *g, enum cycle c, int64_t tick, int *unit)
{
	int64_t day = tick_day(g->work, tick), month;
	switch (c) {
	case CYCLE_DAY:
		*unit = tick_hour(g->work, tick);
		return day;
	case CYCLE_WEEK:
		*unit = (int)day_weekday(day);
		return floor_div(day + 3, 7);
	case CYCLE_YEAR:
	case CYCLES:
		break;
	}
	month = tick_month(g->work, tick);
	*unit = (int)(month - floor_div(month, 12) * 12);
	return floor_div(month, 12);
}

int cycle_start(const struct grid *g, enum cycle c)
{
	int unit;
	for (int i = 0; i < g->places; i++)
		if (cycle_of(g, c, grid_start(g, i), &unit) !=
			cycle_of(g, c, grid_start(g, i - 1), &unit))
			return i;
	return 0;
}
