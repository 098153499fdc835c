/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ticks at calendar times: whole years, months, days, hours. The label says what changes from tick to
 * tick ("Mar"), a second row below says what they have in common ("2024") where that changes.
 */
#include "report/plot_int.h"

#include <math.h>

#define MINUS "\xe2\x88\x92"

enum unit { MILLISECOND, SECOND, MINUTE, HOUR, DAY, MONTH, YEAR };
static const double day = 86400e6;

static const struct step {
	enum unit unit;
	int count;
	double length;             /* microseconds, about */
} steps[] = {
	{ MILLISECOND, 1, 1e3 }, { MILLISECOND, 10, 1e4 }, { MILLISECOND, 100, 1e5 },
	{ SECOND, 1, 1e6 }, { SECOND, 2, 2e6 }, { SECOND, 5, 5e6 }, { SECOND, 10, 1e7 },
	{ SECOND, 15, 15e6 }, { SECOND, 30, 3e7 },
	{ MINUTE, 1, 6e7 }, { MINUTE, 2, 12e7 }, { MINUTE, 5, 3e8 }, { MINUTE, 10, 6e8 },
	{ MINUTE, 15, 9e8 }, { MINUTE, 30, 18e8 },
	{ HOUR, 1, 36e8 }, { HOUR, 2, 72e8 }, { HOUR, 3, 108e8 }, { HOUR, 6, 216e8 }, { HOUR, 12, 432e8 },
	{ DAY, 1, 864e8 }, { DAY, 2, 1728e8 }, { DAY, 7, 6048e8 },
	{ MONTH, 1, 2.6298e12 }, { MONTH, 2, 5.2596e12 }, { MONTH, 3, 7.8894e12 },
	{ MONTH, 6, 1.57788e13 },
	{ YEAR, 1, 3.15576e13 }, { YEAR, 2, 6.31152e13 }, { YEAR, 5, 1.57788e14 }, { YEAR, 10, 3.15576e14 },
	{ YEAR, 20, 6.31152e14 }, { YEAR, 50, 1.57788e15 }, { YEAR, 100, 3.15576e15 },
	{ YEAR, 200, 6.31152e15 }, { YEAR, 500, 1.57788e16 }, { YEAR, 1000, 3.15576e16 },
	{ YEAR, 5000, 1.57788e17 }
};

static void name(struct axis *a, struct arena *mem, enum unit unit, double t)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
		"Aug", "Sep", "Oct", "Nov", "Dec" };
	int32_t days = (int32_t)floor(t / day);
	int64_t us = (int64_t)(t - day * days), s = us / 1000000;
	int y, m, d, y0, m0, d0;
	int hour = (int)(s / 3600), minute = (int)(s / 60 % 60), sec = (int)(s % 60);
	date_civil(days, &y, &m, &d);
	date_civil(a->n ? (int32_t)floor(a->tick[a->n - 1] / day) : days, &y0, &m0, &d0);
	bool new_year = a->n == 0 || y != y0, new_month = new_year || m != m0;
	bool new_day = new_month || d != d0;
	const char *label = "", *context = NULL, *month = words_say(a->words, months[m - 1]);
	switch (unit) {
	case YEAR:
		label = arena_printf(mem, "%d", y);
		break;
	case MONTH:
		label = month;
		context = new_year ? arena_printf(mem, "%d", y) : NULL;
		break;
	case DAY:
		label = arena_printf(mem, "%d", d);
		context = new_month ? arena_printf(mem, "%s %d", month, y) : NULL;
		break;
	case HOUR: case MINUTE:
		label = arena_printf(mem, "%02d:%02d", hour, minute);
		break;
	case SECOND:
		label = arena_printf(mem, "%02d:%02d:%02d", hour, minute, sec);
		break;
	case MILLISECOND:
		label = arena_printf(mem, "%02d:%02d.%03d", minute, sec, (int)(us / 1000 % 1000));
		break;
	}
	if (unit <= HOUR && new_day)
		context = arena_printf(mem, "%d %s %d", d, month, y);
	a->label[a->n] = label;
	a->context[a->n] = context;
	a->tick[a->n++] = t;
}

static bool tick(struct axis *a, struct arena *mem, enum unit unit, double t)
{
	if (t >= a->lo && t <= a->hi && a->n < AXIS_TICKS)
		name(a, mem, unit, t);
	return t < a->hi;
}

/* Days count from the first of the month, so that ticks keep away from the next month's first. */
static void day_ticks(struct axis *a, struct arena *mem, int count)
{
	int y, m, d;
	for (int32_t i = (int32_t)floor(a->lo / day); i <= a->hi / day; i++) {
		date_civil(i, &y, &m, &d);
		if ((d - 1) % count == 0 && d + count / 2 <= 31)
			tick(a, mem, DAY, i * day);
	}
}
static void month_ticks(struct axis *a, struct arena *mem, enum unit unit, int count)
{
	int y, m, d, each = unit == YEAR ? 12 * count : count;
	date_civil((int32_t)floor(a->lo / day), &y, &m, &d);
	int i = 12 * y + m - 1, from = (i - (i % each + each) % each);
	for (int k = from;; k += each) {
		int year = k >= 0 ? k / 12 : -((11 - k) / 12);
		if (!tick(a, mem, unit, date_days(year, k - 12 * year + 1, 1) * day))
			return;
	}
}

void time_ticks(struct axis *a, struct arena *mem, size_t most)
{
	size_t i = 0;
	while (i + 1 < COUNTOF(steps) && (a->hi - a->lo) / steps[i].length > (double)most)
		i++;
	const struct step *s = &steps[i];
	if (s->unit >= MONTH) {
		month_ticks(a, mem, s->unit, s->count);
	} else if (s->unit == DAY) {
		day_ticks(a, mem, s->count);
	} else {
		for (double k = ceil(a->lo / s->length); tick(a, mem, s->unit, k * s->length); k++)
			continue;
	}
}

/* ---- times of day and durations, in seconds ---------------------------------------------------- */

static const char *clock_label(struct arena *mem, double v, double step)
{
	double size = fabs(v);
	int h = (int)(size / 3600), m = (int)fmod(size / 60, 60), s = (int)fmod(size, 60);
	const char *sign = v < 0 ? MINUS : "";
	if (step >= 60)
		return arena_printf(mem, "%s%02d:%02d", sign, h, m);
	return arena_printf(mem, "%s%02d:%02d:%02d", sign, h, m, s);
}

/* In one unit for all ticks: "30 s", "1:30 min", "6 h", "2 d". */
static const char *duration_label(struct arena *mem, double v, double step, double top)
{
	double size = fabs(v);
	const char *sign = v < 0 ? MINUS : "";
	bool hours = top >= 7200, minutes = top > 300;
	double unit = step >= 86400 ? 86400 : hours && step >= 60 ? 3600 : minutes ? 60 : 1;
	const char *name = unit == 86400 ? "d" : unit == 3600 ? "h" : unit == 60 ? "min" : "s";
	double whole = floor(size / unit + 1e-9), part = size - whole * unit;
	char number[NUM_MAX];
	if (v == 0)
		return "0";
	if (unit > 1 && fmod(step, unit) > 0 && unit < 86400)
		return arena_printf(mem, "%s%.0f:%02d %s", sign, whole, (int)(part * 60 / unit + 0.5),
			name);
	num_shortest(number, round(size / unit * 1e6) / 1e6);
	return arena_printf(mem, "%s%s %s", sign, number, name);
}

void second_ticks(struct axis *a, struct arena *mem, enum cell_class cls, size_t most)
{
	static const double round_steps[] = { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800,
		3600, 7200, 10800, 14400, 21600, 43200, 86400 };
	double least = (a->hi - a->lo) / (double)most, step = 0;
	for (size_t i = 0; i < COUNTOF(round_steps) && step == 0; i++)
		if (round_steps[i] >= least)
			step = round_steps[i];
	if (step == 0 || least <= 0.5) {       /* days, or parts of a second */
		double unit = step == 0 ? 86400 : 1, power = pow(10, floor(log10(least / unit)));
		double lead = least / unit / power;
		step = unit * power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
	}
	for (double k = ceil(a->lo / step - 1e-9); k * step <= a->hi + 1e-9 * step; k++) {
		if (a->n == AXIS_TICKS)
			return;
		a->label[a->n] = cls == CELL_CLOCK ? clock_label(mem, k * step, step)
			: duration_label(mem, k * step, step, fmax(fabs(a->lo), fabs(a->hi)));
		a->tick[a->n++] = k * step;
	}
}
