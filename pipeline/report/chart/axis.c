/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Axes of numbers: a range that is never empty or infinite, round ticks, short labels. */
#include "report/plot_int.h"

#include <math.h>
#include <string.h>

static const double biggest = 1e300;   /* so that a range is finite whatever the data */
static const double time_limit = 3e17; /* microseconds: about the year 11,000 */

struct extent extent_none(void)
{
	return (struct extent){ INFINITY, -INFINITY };
}
void extent_add(struct extent *r, double v)
{
	if (!isfinite(v))
		return;
	v = fmin(biggest, fmax(-biggest, v));
	r->lo = fmin(r->lo, v);
	r->hi = fmax(r->hi, v);
}
void extent_add_all(struct extent *r, const double *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++)
		extent_add(r, v[i]);
}

void axis_range(struct axis *a, struct extent r, double pad)
{
	if (!(r.lo <= r.hi))
		r = (struct extent){ 0, 1 };
	if (fabs(r.lo) > time_limit || fabs(r.hi) > time_limit)
		a->time = false;
	double size = fmax(fabs(r.lo), fabs(r.hi));
	if (r.hi - r.lo <= 1e-12 * size) {
		/* one value: half of itself on either side, a day for a time */
		double room = a->time ? 43200e6 : size > 0 ? 0.5 * size : 1;
		r.lo -= room;
		r.hi += room;
	} else {
		double room = pad * (r.hi - r.lo);
		r.lo -= room;
		r.hi += room;
	}
	a->lo = r.lo;
	a->hi = r.hi;
}

double axis_at(const struct axis *a, double v)
{
	return a->from + (v - a->lo) / (a->hi - a->lo) * (a->to - a->from);
}

double axis_label_width(const struct axis *a)
{
	double w = 0;
	for (size_t i = 0; i < a->n; i++)
		w = fmax(w, text_width(a->label[i], FONT_SIZE));
	return w;
}

/* ---- ticks of numbers -------------------------------------------------------------------- */

/* Decimals that print multiples of `step` exactly. */
static int decimals_of(double step)
{
	int d = 0;
	while (d < 12 && fabs(step - round(step)) > 1e-6 * fabs(step)) {
		step *= 10;
		d++;
	}
	return d;
}

static const char *tick_label(
	struct arena *mem, double v, double step, double top, enum cell_class cls)
{
	static const struct { double unit; const char *suffix; } units[] = {
		{ 1e12, "T" }, { 1e9, "G" }, { 1e6, "M" }, { 1e3, "k" }
	};
	double unit = 1;
	char digits[350], exponent[NUM_MAX + 1] = "";
	const char *suffix = "";
	if (cls == CELL_PERCENT) {
		unit = 0.01;
		suffix = "\xe2\x80\xaf%";
	} else if (top >= 1e15 || top < 1e-4) {
		int e = (int)floor(log10(step * 1.0000001));
		unit = pow(10, e);
		exponent[0] = 'e';
		num_shortest(exponent + 1, e);
		suffix = v == 0 ? "" : exponent;
	} else if (top >= 1e4) {
		size_t i = 0;
		while (top < units[i].unit)
			i++;
		if (decimals_of(step / units[i].unit) <= 2) {      /* 12345.5, not 12.3455k */
			unit = units[i].unit;
			suffix = v == 0 ? "" : units[i].suffix;
		}
	}
	num_fixed(digits, fabs(v / unit), v == 0 ? 0 : decimals_of(step / unit));
	return arena_printf(mem, "%s%s%s", v < 0 ? "\xe2\x88\x92" : "", digits, suffix);
}

/* The smallest round step with at most `most` of them in the range (Heckbert 1990). */
static double round_step(double range, size_t most, bool whole)
{
	static const double multiples[] = { 1, 2, 2.5, 5, 10 };
	double least = range / (double)most, power = pow(10, floor(log10(least)));
	if (whole && least <= 1)
		return 1;
	for (size_t i = 0; i < COUNTOF(multiples); i++) {
		double step = multiples[i] * power;
		if (step >= least * (1 - 1e-9) && (!whole || step == floor(step)))
			return step;
	}
	return 10 * power;
}

static void number_ticks(struct axis *a, struct arena *mem, enum cell_class cls, size_t most)
{
	double step = round_step(a->hi - a->lo, most, cls == CELL_COUNT);
	double top = fmax(fabs(a->lo), fabs(a->hi)), first = ceil(a->lo / step - 1e-9);
	double last = floor(a->hi / step + 1e-9);
	/* ticks may differ in digits that nobody can read: then only the first says all */
	bool far_off = top / step > 1e7;
	double first_step = far_off ? pow(10, floor(log10(top)) - 6) : step;
	for (double k = first; k <= last && a->n < AXIS_TICKS; k++) {
		double v = k * step;
		a->tick[a->n] = v;
		if (far_off && k > first)
			a->label[a->n++] = arena_printf(mem, "+%s", tick_label(mem, v - first * step,
				step, (last - first) * step, cls));
		else
			a->label[a->n++] = tick_label(mem, v, first_step, top, cls);
	}
}

void axis_ticks(struct axis *a, struct arena *mem, enum cell_class cls, size_t most)
{
	a->n = 0;
	memset(a->context, 0, sizeof a->context);
	most = most < 1 ? 1 : most >= AXIS_TICKS ? AXIS_TICKS - 1 : most;
	if (a->time)
		time_ticks(a, mem, most);
	else if (cls == CELL_CLOCK || cls == CELL_DURATION)
		second_ticks(a, mem, cls, most);
	else
		number_ticks(a, mem, cls, most);
	for (size_t i = 0; a->words && i < a->n; i++) {
		char *label = arena_strdup(mem, a->label[i]);
		words_number(a->words, label);
		a->label[i] = label;
	}
}

/* Is there room between the labels along `length` points? */
static bool have_air(const struct axis *a, double length)
{
	const double air = 13;
	double end = -INFINITY;
	for (size_t i = 0; i < a->n; i++) {
		double at = (a->tick[i] - a->lo) / (a->hi - a->lo) * length;
		double half = text_width(a->label[i], FONT_SIZE) / 2;
		if (at - half < end + (i ? air : 0))
			return false;
		end = at + half;
	}
	return true;
}

void axis_ticks_fit(struct axis *a, struct arena *mem, enum cell_class cls, double length)
{
	size_t most = (size_t)fmax(1, length / 34), wide = most;
	for (axis_ticks(a, mem, cls, most); most > 1 && !have_air(a, length);)
		axis_ticks(a, mem, cls, --most);
	for (size_t more = wide + 1; a->n < 2 && more < wide + 4; more++) {      /* one value is no scale */
		axis_ticks(a, mem, cls, more);
		if (!have_air(a, length))
			break;
	}
	if (!have_air(a, length))
		axis_ticks(a, mem, cls, most);
}
