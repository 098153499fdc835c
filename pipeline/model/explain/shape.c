/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a curve of dependence does, so that it can be said in a sentence, and only where it is simple. */
#include "model/explain/explain_int.h"

#include <math.h>

const char *shape_name(enum shape s)
{
	static const char *const names[] = { "flat", "rises", "falls", "peak", "valley", "mixed", "levels" };
	return names[s];
}

/* How far a stretch goes up, and how far down. */
static void moves(const struct dependence *d, size_t from, size_t to, double *up, double *down)
{
	*up = *down = 0;
	for (size_t i = from + 1; i <= to; i++) {
		double step = d->y[i] - d->y[i - 1];
		*(step > 0 ? up : down) += fabs(step);
	}
}

/* One way but for a tenth of it. */
static bool mostly(double way, double back)
{
	return way > 0 && back <= 0.1 * (way + back);
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

void shape_explain(struct dependence *d, double scale)
{
	size_t top = 0, bottom = 0, last = d->points - 1;
	double up, down, before[2], after[2];
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
	moves(d, 0, last, &up, &down);
	d->shape = SHAPE_MIXED;
	if (mostly(up, down) || mostly(down, up)) {
		d->shape = up > down ? SHAPE_RISES : SHAPE_FALLS;
		find_line(d);
		if (isnan(d->slope))
			find_steep(d);
		return;
	}
	for (int peak = 1; peak >= 0; peak--) {
		size_t turn = peak ? top : bottom;
		moves(d, 0, turn, &before[0], &before[1]);
		moves(d, turn, last, &after[0], &after[1]);
		if (mostly(before[!peak], before[peak]) && mostly(after[peak], after[!peak]) &&
			before[!peak] > 0.2 * range && after[peak] > 0.2 * range) {
			d->shape = peak ? SHAPE_PEAK : SHAPE_VALLEY;
			d->turn = d->x[turn];
			return;
		}
	}
}
