/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The datetime block: extent, resolution, steps and gaps, calendar profile, dates that cannot
 * be meant. */
#include "profile/column_int.h"

#include <stdlib.h>

static int64_t tick_at(const struct sorted *s, size_t run)
{
	return int_of_key(s->key[run]);
}

/* ---- resolution and calendar profile ----------------------------------------------------- */

/* The first run from `run` on that is not below `tick`; near ones are found fast. */
static size_t run_from(const struct sorted *s, size_t run, int64_t tick)
{
	uint64_t key = key_of_int(tick);
	size_t reach = 1, lo = run, hi;
	while (reach < s->runs - run && s->key[run + reach] < key) {
		lo = run + reach + 1;
		reach *= 2;
	}
	hi = reach < s->runs - run ? run + reach : s->runs;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (s->key[mid] < key)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* Behind the runs that say the same about the calendar: those of an hour. A day's start stands
 * alone, because it can be a default. */
static size_t hour_end(const struct work *w, size_t run)
{
	const int64_t day = ticks_a_day(w), hour = day / 24;
	int64_t tick = tick_at(&w->sorted, run), end;
	if (w->storage == COLUMN_DATE || tick % day == 0)
		return run + 1;
	int64_t in_hour = tick % hour;
	if (__builtin_add_overflow(tick, in_hour < 0 ? -in_hour : hour - in_hour, &end))
		return w->sorted.runs;
	return run_from(&w->sorted, run, end);
}

static struct dates_fold dates_of(const struct work *w)
{
	const struct sorted *s = &w->sorted;
	if (w->out->approximate)
		return w->dates;
	struct dates_fold f = { .unit = 0 };
	for (size_t i = 0, end; i < s->runs; i = end) {
		end = hour_end(w, i);
		dates_add(&f, w, w->options->report_date, tick_at(s, i),
			s->before[end] - s->before[i]);
	}
	int finest = w->sums.fractions ? DATES_UNITS - 1 : DATES_SECOND;
	for (size_t i = 0; w->storage == COLUMN_TIMESTAMP && i < s->runs && f.unit < finest; i++)
		f.unit = dates_unit(f.unit, tick_at(s, i));
	return f;
}

static void fill_calendar(struct datetime_profile *d, const struct dates_fold *f)
{
	static const char *const units[DATES_UNITS] = { "day", "hour", "minute", "second",
		"microsecond" };
	d->resolution = units[f->unit];
	d->has_hour = f->unit > 0;
	memcpy(d->weekday, f->weekday, sizeof d->weekday);
	memcpy(d->month, f->month, sizeof d->month);
	if (d->has_hour)
		memcpy(d->hour, f->hour, sizeof d->hour);
	if (!d->has_hour && !f->within_month)
		d->resolution = f->within_year ? "month" : "year";
}

/* Three of four steps near the median make a usual step. */
static const double USUAL = 0.75;

/* ---- steps ------------------------------------------------------------------------------- */

int64_t tick_position(const struct work *w, enum time_scale scale, int64_t tick)
{
	switch (scale) {
	case SCALE_TICKS:
		break;
	case SCALE_MONTHS:
		return tick_month(w, tick);
	case SCALE_YEARS:
		return tick_month(w, tick) / 12;
	case SCALE_WORKDAYS:
		return day_workday(tick_day(w, tick));
	}
	return tick;
}

/* Steps between neighbouring values. */
static void take_steps(const struct work *w, enum time_scale scale, uint64_t *steps)
{
	const struct sorted *s = &w->sorted;
	if (scale == SCALE_TICKS) {
		for (size_t i = 0; i + 1 < s->runs; i++)
			steps[i] = s->key[i + 1] - s->key[i];
		return;
	}
	int64_t last = tick_position(w, scale, tick_at(s, 0));
	for (size_t i = 0; i + 1 < s->runs; i++) {
		int64_t next = tick_position(w, scale, tick_at(s, i + 1));
		steps[i] = (uint64_t)next - (uint64_t)last;
		last = next;
	}
}

static double median_of(const uint64_t *steps, size_t n)
{
	uint64_t lower = select_key(steps, n, (n - 1) / 2), next = UINT64_MAX;
	size_t until = 0; /* steps up to the lower one */
	for (size_t i = 0; i < n; i++) {
		until += steps[i] <= lower;
		next = steps[i] > lower && steps[i] < next ? steps[i] : next;
	}
	return (double)lower / 2 + (double)(until > n / 2 ? lower : next) / 2;
}

static bool all_equal(const uint64_t *v, size_t n)
{
	size_t i = 1;
	while (i < n && v[i] == v[0])
		i++;
	return i >= n;
}

static enum time_scale scale_of(
	const struct datetime_profile *d, const struct work *w, double median_step)
{
	if (strcmp(d->resolution, "year") == 0)
		return SCALE_YEARS;
	if (strcmp(d->resolution, "month") == 0)
		return SCALE_MONTHS;
	bool weekdays_only = !d->weekday[5] && !d->weekday[6] && w->sorted.runs >= 10;
	if (weekdays_only && strcmp(d->resolution, "day") == 0 &&
		median_step <= (double)ticks_a_day(w))
		return SCALE_WORKDAYS;
	return SCALE_TICKS;
}

/* The step in the longest unit of which it is a whole number. */
static const char *step_text(const struct work *w, enum time_scale scale, double step)
{
	static const struct {
		double us;
		const char *name;
	} units[] = { { 604800e6, "week" }, { 86400e6, "day" }, { 3600e6, "hour" },
		{ 60e6, "minute" }, { 1e6, "second" }, { 1, "microsecond" } };
	static const char *const names[] = { [SCALE_MONTHS] = "month",
		[SCALE_YEARS] = "year",
		[SCALE_WORKDAYS] = "working day" };
	const char *name = names[scale];
	if (scale == SCALE_TICKS) {
		size_t unit = 0;
		double us = step / (double)ticks_a_day(w) * 86400e6;
		while (unit + 1 < COUNTOF(units) && fmod(us, units[unit].us) != 0)
			unit++;
		step = us / units[unit].us;
		name = units[unit].name;
	}
	char number[NUM_MAX];
	num_shortest(number, step);
	return arena_printf(w->arena, "%s %s%s", number, name, step == 1 ? "" : "s");
}

static void gap_add(struct datetime_profile *d, size_t *at, size_t run, double steps)
{
	d->gap_count++;
	if (d->ngaps == DATE_GAPS && d->gaps[DATE_GAPS - 1].steps >= steps)
		return;
	int i = d->ngaps < DATE_GAPS ? d->ngaps++ : DATE_GAPS - 1;
	for (; i && d->gaps[i - 1].steps < steps; i--) {
		d->gaps[i] = d->gaps[i - 1];
		at[i] = at[i - 1];
	}
	d->gaps[i].steps = steps;
	at[i] = run;
}

static void fill_steps(struct datetime_profile *d, const struct work *w)
{
	const struct sorted *s = &w->sorted;
	d->median_step = d->median_step_s = d->usual_steps = NAN;
	if (w->out->approximate)
		d->gap_count = -1; /* neighbours are lost */
	if (s->runs < 2 || w->out->approximate)
		return;
	size_t n = s->runs - 1, gap_at[DATE_GAPS];
	uint64_t *steps = mem_large(n * sizeof *steps);
	take_steps(w, SCALE_TICKS, steps);
	double median = median_of(steps, n);
	d->median_step_s = median / (double)ticks_a_day(w) * 86400;
	enum time_scale scale = scale_of(d, w, median);
	if (scale != SCALE_TICKS) {
		take_steps(w, scale, steps);
		median = median_of(steps, n);
	}
	d->scale = scale;
	d->median_step = median;
	d->regular = n > 1 && all_equal(steps, n);
	d->gaps = arena_calloc(w->arena, DATE_GAPS, sizeof *d->gaps);
	int64_t usual = 0;
	for (size_t i = 0; i < n; i++) {
		double step = (double)steps[i];
		usual += fabs(step - median) <= median / 2;
		if (median > 0 && step > 2 * median)
			gap_add(d, gap_at, i, step / median);
	}
	free(steps);
	d->usual_steps = (double)usual / (double)n;
	if (d->usual_steps >= USUAL)
		d->usual_step = step_text(w, scale, median);
	for (int i = 0; i < d->ngaps; i++) {
		d->gaps[i].from_tick = tick_at(s, gap_at[i]);
		d->gaps[i].to_tick = tick_at(s, gap_at[i] + 1);
		d->gaps[i].from = tick_text(w, d->gaps[i].from_tick);
		d->gaps[i].to = tick_text(w, d->gaps[i].to_tick);
	}
}

/* ---- dates that cannot be meant ---------------------------------------------------------- */

/* A default date is in place in a long series; it stands out when it is much more frequent than
 * the values are on average, or when no other value is within a year. */
static bool stands_out(const struct work *w, uint64_t key, int64_t count)
{
	const struct sorted *s = &w->sorted;
	double average = (double)w->out->count / (double)w->out->distinct;
	uint64_t year = 365 * (uint64_t)ticks_a_day(w);
	size_t run = 0, end = s->runs;
	while (run < end) {
		size_t mid = run + (end - run) / 2;
		if (s->key[mid] < key)
			run = mid + 1;
		else
			end = mid;
	}
	size_t next = run < s->runs && s->key[run] == key ? run + 1 : run;
	/* a sketch may have lost the neighbours */
	bool alone = !w->out->approximate && (!run || key - s->key[run - 1] > year) &&
		     (next >= s->runs || s->key[next] - key > year);
	return w->out->distinct > 1 && (alone || (count >= 2 && (double)count >= 5 * average));
}

static void fill_suspects(
	struct datetime_profile *d, const struct work *w, const struct dates_fold *f)
{
	d->future = w->options->report_date == INT32_MIN ? -1 : f->future;
	for (int i = 0; i < DEFAULT_DATES; i++) {
		int64_t count = f->defaults[i], tick = default_tick(w, i);
		d->epoch += count;
		if (count > d->epoch_count && stands_out(w, key_of_int(tick), count)) {
			d->epoch_count = count;
			d->epoch_date = tick_text(w, tick);
		}
	}
}

struct datetime_profile *datetime_new(struct work *w)
{
	struct datetime_profile *d = arena_alloc(w->arena, sizeof *d);
	const struct sorted *s = &w->sorted;
	int64_t min = tick_at(s, 0), max = tick_at(s, s->runs - 1);
	d->min_tick = min;
	d->max_tick = max;
	d->min = tick_text(w, min);
	d->max = tick_text(w, max);
	d->range_days = ((double)max - (double)min) / (double)ticks_a_day(w);
	d->order = w->order;
	struct dates_fold dates = dates_of(w);
	fill_calendar(d, &dates);
	fill_steps(d, w);
	fill_suspects(d, w, &dates);
	calendar_bins(d, w, d->resolution);
	return d;
}
