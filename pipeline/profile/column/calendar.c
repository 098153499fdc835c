/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calendar arithmetic on ticks: days since 1970-01-01 for dates, microseconds for timestamps.
 * Months and years are not of one length, so series and bins are counted in calendar units.
 */
#include "profile/column_int.h"

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

int64_t tick_day(const struct work *w, int64_t tick)
{
	return floor_div(tick, ticks_a_day(w));
}

int tick_hour(const struct work *w, int64_t tick)
{
	int64_t day = ticks_a_day(w), rest = tick % day;
	return (int)((rest < 0 ? rest + day : rest) / (day / 24));
}

int64_t tick_month(const struct work *w, int64_t tick)
{
	int y, m, d;
	date_civil((int32_t)tick_day(w, tick), &y, &m, &d);
	return (int64_t)y * 12 + m - 1;
}

int64_t day_weekday(int64_t day)
{
	return day + 3 - floor_div(day + 3, 7) * 7; /* 1970-01-01 was a Thursday */
}

int64_t day_workday(int64_t day)
{
	int64_t weekday = day_weekday(day);
	return floor_div(day + 3, 7) * 5 + (weekday < 5 ? weekday : 4);
}

/* ---- bins -------------------------------------------------------------------------------- */

/* Every unit divides a longer one of the list or starts with it, so that edges look familiar. */
enum unit { UNIT_MICROSECOND, UNIT_DAY, UNIT_MONTH };
struct calendar_width {
	enum unit unit;
	int64_t length;
	const char *name;
};
static const struct calendar_width widths[] = {
	{ UNIT_MICROSECOND, 1, "microsecond" },
	{ UNIT_MICROSECOND, 10, "10 microseconds" },
	{ UNIT_MICROSECOND, 100, "100 microseconds" },
	{ UNIT_MICROSECOND, 1000, "millisecond" },
	{ UNIT_MICROSECOND, 10000, "10 milliseconds" },
	{ UNIT_MICROSECOND, 100000, "100 milliseconds" },
	{ UNIT_MICROSECOND, 1000000, "second" },
	{ UNIT_MICROSECOND, 5000000, "5 seconds" },
	{ UNIT_MICROSECOND, 15000000, "15 seconds" },
	{ UNIT_MICROSECOND, 60000000, "minute" },
	{ UNIT_MICROSECOND, 300000000, "5 minutes" },
	{ UNIT_MICROSECOND, 900000000, "15 minutes" },
	{ UNIT_MICROSECOND, 3600000000, "hour" },
	{ UNIT_MICROSECOND, 10800000000, "3 hours" },
	{ UNIT_MICROSECOND, 21600000000, "6 hours" },
	{ UNIT_MICROSECOND, 43200000000, "12 hours" },
	{ UNIT_DAY, 1, "day" },
	{ UNIT_DAY, 7, "week" },
	{ UNIT_MONTH, 1, "month" },
	{ UNIT_MONTH, 3, "quarter" },
	{ UNIT_MONTH, 12, "year" },
	{ UNIT_MONTH, 24, "2 years" },
	{ UNIT_MONTH, 60, "5 years" },
	{ UNIT_MONTH, 120, "decade" },
	{ UNIT_MONTH, 240, "20 years" },
	{ UNIT_MONTH, 600, "50 years" },
	{ UNIT_MONTH, 1200, "century" },
	{ UNIT_MONTH, 6000, "500 years" },
	{ UNIT_MONTH, 12000, "1000 years" },
	{ UNIT_MONTH, 120000, "10000 years" },
	{ UNIT_MONTH, 1200000, "100000 years" },
	{ UNIT_MONTH, 12000000, "million years" },
	{ UNIT_MONTH, 120000000, "10 million years" },
};

const char *calendar_name(const struct calendar_width *b)
{
	return b->name;
}

int64_t calendar_bin(const struct work *w, const struct calendar_width *b, int64_t tick)
{
	switch (b->unit) {
	case UNIT_MICROSECOND:
		return floor_div(tick, b->length);
	case UNIT_DAY:
		/* weeks start on Monday */
		return b->length == 7 ? floor_div(tick_day(w, tick) + 3, 7)
				      : floor_div(tick_day(w, tick), b->length);
	case UNIT_MONTH:
		return floor_div(tick_month(w, tick), b->length);
	}
	return 0;
}

const char *calendar_edge(const struct work *w, const struct calendar_width *b, int64_t bin)
{
	char out[40];
	int64_t at;
	switch (b->unit) {
	case UNIT_MICROSECOND:
		if (__builtin_mul_overflow(bin, b->length, &at))
			at = bin < 0 ? INT64_MIN
				     : INT64_MAX; /* the edge of what a timestamp holds */
		return tick_text(w, at);
	case UNIT_DAY:
		date_format(out, (int32_t)(b->length == 7 ? bin * 7 - 3 : bin * b->length));
		return arena_strdup(w->arena, out);
	case UNIT_MONTH:
		at = bin * b->length;
		return arena_printf(w->arena, "%04d-%02d-01", (int)floor_div(at, 12),
			(int)(at - floor_div(at, 12) * 12) + 1);
	}
	return NULL;
}

const struct calendar_width *calendar_coarser(const struct calendar_width *b)
{
	while (++b < widths + COUNTOF(widths))
		if (!strchr(b->name, ' '))
			return b;
	return NULL;
}

int64_t calendar_start(const struct work *w, const struct calendar_width *b, int64_t bin)
{
	int64_t at, days;
	switch (b->unit) {
	case UNIT_MICROSECOND:
		if (!__builtin_mul_overflow(bin, b->length, &at))
			return at;
		break;
	case UNIT_DAY:
		days = b->length == 7 ? bin * 7 - 3 : bin * b->length;
		if (!__builtin_mul_overflow(days, ticks_a_day(w), &at))
			return at;
		break;
	case UNIT_MONTH:
		at = bin * b->length;
		days = date_days((int)floor_div(at, 12), (int)(at - floor_div(at, 12) * 12) + 1, 1);
		if (!__builtin_mul_overflow(days, ticks_a_day(w), &at))
			return at;
		break;
	}
	return bin < 0 ? INT64_MIN : INT64_MAX;
}

static bool width_suits(const struct calendar_width *b, const char *resolution)
{
	if (strcmp(resolution, "year") == 0)
		return b->unit == UNIT_MONTH && b->length >= 12;
	if (strcmp(resolution, "month") == 0)
		return b->unit == UNIT_MONTH;
	return b->unit != UNIT_MICROSECOND || strcmp(resolution, "day") != 0;
}

const struct calendar_width *calendar_width(
	const struct work *w, const char *resolution, int64_t min, int64_t max, int64_t most)
{
	size_t i = 0;
	while (!width_suits(&widths[i], resolution))
		i++;
	/* as doubles: the range of a timestamp can be more than an int64 */
	while (i + 1 < COUNTOF(widths) &&
		(double)calendar_bin(w, &widths[i], max) -
				(double)calendar_bin(w, &widths[i], min) >=
			(double)most)
		i++;
	return &widths[i];
}

/* The first run from `run` on that lies behind a bin. */
static size_t first_beyond(
	const struct work *w, const struct calendar_width *width, size_t run, int64_t bin)
{
	size_t hi = w->sorted.runs;
	while (run < hi) {
		size_t mid = run + (hi - run) / 2;
		if (calendar_bin(w, width, int_of_key(w->sorted.key[mid])) <= bin)
			run = mid + 1;
		else
			hi = mid;
	}
	return run;
}

void calendar_bins(struct datetime_profile *d, const struct work *w, const char *resolution)
{
	const struct sorted *s = &w->sorted;
	int64_t min = int_of_key(s->key[0]), max = int_of_key(s->key[s->runs - 1]);
	const struct calendar_width *width =
		calendar_width(w, resolution, min, max, w->options->histogram_bins);
	int64_t first = calendar_bin(w, width, min);
	d->nbins = (int)(calendar_bin(w, width, max) - first) + 1;
	d->counts = arena_calloc(w->arena, (size_t)d->nbins, sizeof *d->counts);
	d->edges = arena_calloc(w->arena, (size_t)d->nbins + 1, sizeof *d->edges);
	size_t run = 0;
	for (int bin = 0; bin < d->nbins; bin++) {
		size_t end = first_beyond(w, width, run, first + bin);
		d->counts[bin] = s->before[end] - s->before[run];
		run = end;
	}
	for (int e = 0; e <= d->nbins; e++) {
		/* the last microsecond there is has no edge behind it */
		int64_t bin = first > INT64_MAX - e ? INT64_MAX : first + e;
		d->edges[e] = calendar_edge(w, width, bin);
	}
}
