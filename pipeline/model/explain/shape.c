/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a curve of dependence does, so that it can be said in a sentence, and only where it is simple. */
#include "model/explain/explain_int.h"

#include <math.h>

const char *shape_name(enum shape s)
{
	static const char *const names[] = { "flat", "rises", "falls", "peak", "valley", "mixed", "levels" };
	return names[s];
}

/* The farthest that a stretch ever goes back on its way up (or down). */
static double setback(const struct dependence *d, size_t from, size_t to, bool up)
{
	double best = up ? d->y[from] : -d->y[from], most = 0;
	for (size_t i = from + 1; i <= to; i++) {
		double y = up ? d->y[i] : -d->y[i];
		best = fmax(best, y);
		most = fmax(most, best - y);
	}
	return most;
}

static void find_line(struct dependence *d)
{
	double n = (double)d->points, mx = 0, my = 0, xx = 0, xy = 0, yy = 0;
	for (size_t i = 0; i < d->points; i++) {
		mx += d->x[i] / n;
		my += d->y[i] / n;
	}
	for (size_t i = 0; i < d->points; i++) {
		xx += (d->x[i] - mx) * (d->x[i] - mx);
		xy += (d->x[i] - mx) * (d->y[i] - my);
		yy += (d->y[i] - my) * (d->y[i] - my);
	}
	if (d->points > 4 && xx > 0 && yy > 0 && xy * xy / (xx * yy) >= 0.98)
		d->slope = xy / xx;
}

/* The shortest stretch with four fifths of the way, when it is at most two fifths of the range. */
static void find_steep(struct dependence *d)
{
	double all = fabs(d->y[d->points - 1] - d->y[0]), range = d->x[d->points - 1] - d->x[0], least = 0.4 * range;
	for (size_t i = 0; i < d->points; i++)
		for (size_t k = i + 1; k < d->points; k++)
			if (fabs(d->y[k] - d->y[i]) >= 0.8 * all && d->x[k] - d->x[i] <= least) {
				least = d->x[k] - d->x[i];
				d->steep_from = d->x[i];
				d->steep_to = d->x[k];
			}
}

/* Trees make small steps back: what is less than this share of the range is no turn. */
static const double no_turn = 0.2;

static bool turns_at(struct dependence *d, size_t turn, bool peak, double range)
{
	size_t last = d->points - 1;
	return setback(d, 0, turn, peak) <= no_turn * range && setback(d, turn, last, !peak) <= no_turn * range &&
		fabs(d->y[turn] - d->y[0]) > no_turn * range && fabs(d->y[turn] - d->y[last]) > no_turn * range;
}

void shape_explain(struct dependence *d, double scale)
{
	size_t top = 0, bottom = 0, last = d->points - 1;
	d->turn = d->steep_from = d->steep_to = d->slope = NAN;
	for (size_t i = 1; i < d->points; i++) {
		top = d->y[i] > d->y[top] ? i : top;
		bottom = d->y[i] < d->y[bottom] ? i : bottom;
	}
	double range = d->y[top] - d->y[bottom];
	if (!(range > 0.02 * scale)) {
		d->shape = SHAPE_FLAT;
		return;
	}
	if (!d->x) {
		d->shape = SHAPE_LEVELS;
		return;
	}
	bool up = d->y[last] > d->y[0];
	if (setback(d, 0, last, up) <= no_turn * range) {
		d->shape = up ? SHAPE_RISES : SHAPE_FALLS;
		find_line(d);
		if (isnan(d->slope))
			find_steep(d);
		return;
	}
	bool peak = turns_at(d, top, true, range), valley = !peak && turns_at(d, bottom, false, range);
	d->shape = peak ? SHAPE_PEAK : valley ? SHAPE_VALLEY : SHAPE_MIXED;
	if (peak || valley)
		d->turn = d->x[peak ? top : bottom];
}
