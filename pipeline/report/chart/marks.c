/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands in a panel's window: bins, lines, points, bands, a density. */
#include "report/plot_int.h"

#include <math.h>
#include <stdlib.h>

enum { TIP_POINTS = 60, ALPHA_POINTS = 300 };

/* ---- extents ----------------------------------------------------------------------------- */

static void series_extent(const struct chart_series *s, struct extent *x, struct extent *y)
{
	for (size_t i = 0; s->x && s->y && i < s->n; i++) {
		if (!isfinite(s->x[i]))
			continue;
		if (isfinite(s->y[i]))
			extent_add(x, s->x[i]);
		extent_add(y, s->y[i]);
		if (s->style == SERIES_BAND && s->y2)
			extent_add(y, s->y2[i]);
	}
}

void marks_extent(const struct chart *c, struct extent *x, struct extent *y)
{
	if (c->kind == CHART_DENSITY) {
		*x = (struct extent){ c->xmin, c->xmax };
		*y = (struct extent){ c->ymin, c->ymax };
		return;
	}
	if (c->kind == CHART_HISTOGRAM) {
		extent_add_all(x, c->edges, c->n + 1);
		extent_add_all(y, c->y, c->n);
	}
	for (size_t i = 0; i < c->nseries; i++)
		series_extent(&c->series[i],
			c->kind == CHART_HISTOGRAM ? &(struct extent){ 0, 0 } : x, y);
}

double marks_beside(const struct chart *c)
{
	return c->kind == CHART_DENSITY ? 44 : 0;
}

/* ---- histogram --------------------------------------------------------------------------- */

/* An edge with as many decimals as tell it from the next. */
static const char *edge(struct panel *f, double v, double width)
{
	char out[350];
	if (f->x.time) {
		date_format(out, (int32_t)floor(v / 86400e6));
		return arena_strdup(f->mem, out);
	}
	if (f->c->along)
		return label_value(f->mem, &(struct chart){ .values = f->c->along, .words = f->c->words }, v);
	if (fabs(v) >= 1e7 || (v != 0 && fabs(v) < 1e-4))
		return label_value(f->mem, &(struct chart){ .values = CELL_EMPTY, .words = f->c->words }, v);
	num_fixed(out, v, (int)fmin(6, fmax(0, ceil(-log10(width)) + 1)));
	words_number(f->c->words, out);
	return arena_strdup(f->mem, out);
}

static void histogram(struct panel *f)
{
	const struct chart *c = f->c;
	double zero = axis_at(&f->y, 0);
	plot_ink(f->p, c->nseries ? INK_PRIMARY_SOFT : INK_PRIMARY, 1);
	for (size_t i = 0; i < c->n; i++) {
		double a = c->edges[i], b = c->edges[i + 1];
		if (!isfinite(c->y[i]) || c->y[i] == 0 || !isfinite(a) || !isfinite(b))
			continue;
		double x0 = axis_at(&f->x, a), x1 = axis_at(&f->x, b), y = axis_at(&f->y, c->y[i]);
		double gap = x1 - x0 > 6 ? 0.5 : x1 - x0 > 3 ? 0.25 : 0;
		if (!(b > a))          /* all values are one value */
			gap = -12;
		if (fabs(y - zero) < 0.8)      /* a single row among thousands stays visible */
			y = zero + (y < zero ? -0.8 : 0.8);
		plot_tip(f->p, words_printf(f->mem, f->c->words, "%s to %s: %s", edge(f, a, b - a),
				       edge(f, b, b - a), label_value(f->mem, c, c->y[i])));
		plot_rect(f->p, x0 + gap, zero, x1 - gap, y);
	}
	plot_tip(f->p, NULL);
}

/* ---- series ------------------------------------------------------------------------------ */

struct pt {
	double x, y;
};
static int by_place(const void *a, const void *b)
{
	const struct pt *p = a, *q = b;
	int x = (p->x > q->x) - (p->x < q->x);
	return x ? x : (p->y > q->y) - (p->y < q->y);
}

/* Many points need no more precision than the eye has; those at one place are drawn once. */
static void many_points(struct panel *f, struct pt *v, size_t n)
{
	const double grid = 4;     /* quarters of a point */
	for (size_t i = 0; i < n; i++) {
		v[i].x = round(v[i].x * grid) / grid;
		v[i].y = round(v[i].y * grid) / grid;
	}
	qsort(v, n, sizeof *v, by_place);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || by_place(&v[i], &v[i - 1]))
			plot_dot(f->p, v[i].x, v[i].y, n > 1500 ? 1.1 : 1.6);
}

static bool in_window(const struct panel *f, double x, double y)
{
	return x >= f->x.from - 0.01 && x <= f->x.to + 0.01 && y >= f->y.from - 0.01 &&
	       y <= f->y.to + 0.01;
}

/* Points of all series: they look alike however they are divided. */
static size_t all_points(const struct panel *f)
{
	size_t n = 0;
	for (size_t i = 0; i < f->c->nseries; i++)
		n += f->c->series[i].style == SERIES_POINTS ? f->c->series[i].n : 0;
	return n;
}

/* Points that never fall along both axes are the steps of one curve, quantiles say: no cloud whose
 * density would have to show, so they are opaque, and one path in the file instead of many. */
static bool in_order(const struct chart_series *s)
{
	for (size_t i = 1; i < s->n; i++)
		if (!(s->x[i] >= s->x[i - 1] && s->y[i] >= s->y[i - 1]))
			return false;
	return s->n > TIP_POINTS;
}

static void points(struct panel *f, const struct chart_series *s)
{
	struct pt *v = arena_calloc(f->mem, s->n, sizeof *v);
	size_t n = 0;
	for (size_t i = 0; i < s->n; i++) {
		struct pt at = { axis_at(&f->x, s->x[i]), axis_at(&f->y, s->y[i]) };
		if (in_window(f, at.x, at.y))
			v[n++] = at;
	}
	size_t all = all_points(f);
	double alpha = f->c->nseries > 1 ? 0.7 : all > ALPHA_POINTS ? 0.65 : all > 100 ? 0.7 : 0.8;
	if (in_order(s))
		alpha = 1;
	plot_ink(f->p, s->ink, alpha);
	if (all > ALPHA_POINTS) {
		many_points(f, v, n);
		return;
	}
	for (size_t i = 0; i < s->n; i++) {
		double x = axis_at(&f->x, s->x[i]), y = axis_at(&f->y, s->y[i]);
		if (!in_window(f, x, y))
			continue;
		if (all <= TIP_POINTS && !f->x.time)
			plot_tip(f->p, arena_printf(f->mem, "%s, %s",
				label_value(f->mem, &(struct chart){ .values = f->c->along, .words = f->c->words }, s->x[i]),
				label_value(f->mem, f->c, s->y[i])));
		plot_dot(f->p, x, y, all > 100 ? 2.1 : 2.6);
	}
	plot_tip(f->p, NULL);
}

/* Page positions of n points. */
static double *on_page(struct panel *f, const struct axis *a, const double *v, size_t n)
{
	double *out = arena_calloc(f->mem, n, sizeof *out);
	for (size_t i = 0; i < n; i++)
		out[i] = axis_at(a, v[i]);
	return out;
}

/* Does the way from (ax, ay) to (bx, by) touch what lies between two places along and two up? */
static bool touches(double ax, double ay, double bx, double by, const double x[2], const double y[2])
{
	double from = 0, to = 1, along = bx - ax;
	if (!isfinite(ax + ay + bx + by) || fmax(ax, bx) < x[0] || fmin(ax, bx) > x[1])
		return false;
	if (along != 0) {
		double u = (x[0] - ax) / along, v = (x[1] - ax) / along;
		from = fmax(0, fmin(u, v));
		to = fmin(1, fmax(u, v));
	}
	double first = ay + from * (by - ay), last = ay + to * (by - ay);
	return fmax(first, last) >= y[0] && fmin(first, last) <= y[1];
}

bool marks_cross(const struct panel *f, double x0, double y0, double x1, double y1)
{
	const double x[2] = { x0, x1 }, y[2] = { y0, y1 };
	for (size_t i = 0; i < f->c->nseries && f->c->kind == CHART_XY; i++) {
		const struct chart_series *s = &f->c->series[i];
		bool steps = s->style == SERIES_STEP;      /* these go along, then up or down */
		if (!s->x || !s->y || (!steps && s->style != SERIES_LINE && s->style != SERIES_DASHED))
			continue;
		for (size_t k = 1; k < s->n; k++) {
			double ax = axis_at(&f->x, s->x[k - 1]), ay = axis_at(&f->y, s->y[k - 1]);
			double bx = axis_at(&f->x, s->x[k]), by = axis_at(&f->y, s->y[k]);
			if (steps && touches(ax, ay, bx, ay, x, y))
				return true;
			if (touches(steps ? bx : ax, ay, bx, by, x, y))
				return true;
		}
	}
	return false;
}

static void line(struct panel *f, const struct chart_series *s)
{
	const double *x = on_page(f, &f->x, s->x, s->n), *y = on_page(f, &f->y, s->y, s->n);
	size_t n = s->n;
	if (s->style == SERIES_STEP && n > 1) {
		double *sx = arena_calloc(f->mem, 2 * n, sizeof *sx);
		double *sy = arena_calloc(f->mem, 2 * n, sizeof *sy);
		for (size_t i = 0; i < n; i++) {
			sx[2 * i] = x[i];
			sy[2 * i] = i ? y[i - 1] : y[i];
			sx[2 * i + 1] = x[i];
			sy[2 * i + 1] = y[i];
		}
		x = sx;
		y = sy;
		n *= 2;
	}
	bool faint = s->style == SERIES_FAINT;
	plot_ink(f->p, s->ink, faint ? 0.25 : 1);      /* thinner than a pixel, browsers would add them up */
	plot_line(f->p, x, y, n, faint ? 1.1 : s->style == SERIES_DASHED ? 1.3 : n > 400 ? 1.2 : 1.7,
		s->style == SERIES_DASHED);
	if (faint)
		return;
	for (size_t i = 0; i < n; i++)         /* a value between gaps has no line: it gets a dot */
		if ((i == 0 || !isfinite(y[i - 1])) && (i + 1 == n || !isfinite(y[i + 1]))
		    && in_window(f, x[i], y[i]))
			plot_dot(f->p, x[i], y[i], 1.5);
}

/* Each unbroken stretch is one polygon: along one edge, back along the other. */
static void band(struct panel *f, const struct chart_series *s)
{
	double *x = arena_calloc(f->mem, 2 * s->n, sizeof *x);
	double *y = arena_calloc(f->mem, 2 * s->n, sizeof *y);
	for (size_t i = 0, from = 0; i <= s->n; i++) {
		if (i < s->n && isfinite(s->x[i]) && isfinite(s->y[i]) && isfinite(s->y2[i]))
			continue;
		size_t n = i - from;
		for (size_t k = 0; k < n; k++) {
			x[k] = x[2 * n - 1 - k] = axis_at(&f->x, s->x[from + k]);
			y[k] = axis_at(&f->y, s->y[from + k]);
			y[2 * n - 1 - k] = axis_at(&f->y, s->y2[from + k]);
		}
		plot_ink(f->p, s->ink, 0.2);
		if (n > 1)
			plot_fill(f->p, x, y, 2 * n);
		plot_ink(f->p, s->ink, 0.4);   /* its edges show also where it is pale, on paper and in the dark */
		plot_line(f->p, x, y, n, 0.6, false);
		plot_line(f->p, x + n, y + n, n, 0.6, false);
		from = i + 1;
	}
}

static void all_series(struct panel *f)
{
	for (int layer = 0; layer < 3; layer++)        /* bands lie below points, lines above both */
		for (size_t i = 0; i < f->c->nseries; i++) {
			const struct chart_series *s = &f->c->series[i];
			if (!s->n || !s->x || !s->y)
				continue;
			if (s->style == SERIES_BAND) {
				if (layer == 0 && s->y2)
					band(f, s);
			} else if (s->style == SERIES_POINTS) {
				if (layer == 1)
					points(f, s);
			} else if (s->style == SERIES_FAINT) {
				if (layer == 0)
					line(f, s);
			} else if (layer == 2) {
				line(f, s);
			}
		}
}

static void rug(struct panel *f)
{
	plot_ink(f->p, INK_TEXT, 0.55);
	for (size_t i = 0; i < f->c->nrug; i++) {
		double x = axis_at(&f->x, f->c->rug[i]);
		if (in_window(f, x, f->y.from))
			plot_segment(f->p, x, f->y.from, x, f->y.from + 5, 1);
	}
}

/* ---- density ----------------------------------------------------------------------------- */

void colour_bar(struct plot *p, double x, double y0, double y1, enum ink first, int steps,
	const char *low, const char *middle, const char *high)
{
	const double w = 7;
	for (int i = 0; i < steps; i++) {
		plot_ink(p, (enum ink)((int)first + i), 1);
		plot_rect(p, x, y0 + (y1 - y0) * i / steps, x + w, y0 + (y1 - y0) * (i + 1) / steps);
	}
	plot_ink(p, INK_MUTED, 1);
	plot_text(p, x + w + 4, y0 + 4, 0, FONT_SMALL, 0, low);
	plot_text(p, x + w + 4, y1 - 4, 0, FONT_SMALL, 0, high);
	if (middle && y1 - y0 > 40)
		plot_text(p, x + w + 4, (y0 + y1) / 2, 0, FONT_SMALL, 0, middle);
}

/* Counts span orders of magnitude: colour goes by their logarithm. 0: an empty cell. */
static int density_step(double v, double most)
{
	if (!(v > 0) || !isfinite(v))
		return 0;
	return most > 1 ? 1 + (int)floor(fmax(0, log(v) / log(most)) * 14) : 8;
}

/* One pass a colour, so that cells of one colour stand together in the display list. Cells beside
 * each other are one stripe, a little too large so that no light falls through. */
static void density(struct panel *f)
{
	const struct chart *c = f->c;
	double most = 1, dx = (f->x.to - f->x.from) / (double)c->nx;
	double dy = (f->y.to - f->y.from) / (double)c->ny;
	for (size_t i = 0; i < c->nx * c->ny; i++)
		if (isfinite(c->matrix[i]))
			most = fmax(most, c->matrix[i]);
	for (int step = 1; step < 16; step++) {
		plot_ink(f->p, (enum ink)(INK_RAMP_0 + step), 1);
		for (size_t row = 0; row < c->ny; row++) {
			const double *v = c->matrix + row * c->nx;
			double y = f->y.from + dy * ((double)row + 0.5);
			for (size_t i = 0, from; i < c->nx; i++) {
				if (density_step(v[i], most) != step)
					continue;
				for (from = i;
					i + 1 < c->nx && density_step(v[i + 1], most) == step; i++)
					continue;
				plot_stripe(f->p, f->x.from + dx * (double)from,
					f->x.from + dx * (double)(i + 1) + 0.4, y, dy + 0.4);
			}
		}
	}
	plot_clip(f->p, 0, 0, f->w, f->h);     /* the scale stands beside the window */
	struct chart counts = { .values = CELL_EMPTY, .words = f->c->words };
	if (most > 1)
		colour_bar(f->p, f->x.to + 10, f->y.to - fmin(110, f->y.to - f->y.from), f->y.to,
			INK_RAMP_0 + 1, 15, "1", NULL, label_value(f->mem, &counts, most));
	if (most > 1 && f->y.to - f->y.from > 110 + FONT_SIZE) {
		plot_ink(f->p, INK_MUTED, 1);
		plot_text(f->p, f->x.to + 8, f->y.to - 110 - FONT_SIZE, 0, FONT_SMALL, 0,
			label_fit(f->mem, words_say(f->c->words, "rows"), FONT_SMALL, marks_beside(f->c) + 3));
	}
	plot_clip(f->p, f->x.from, f->y.from, f->x.to, f->y.to);
}

void marks_draw(struct panel *f)
{
	switch (f->c->kind) {
	case CHART_HISTOGRAM:
		histogram(f);
		all_series(f);
		break;
	case CHART_DENSITY:
		density(f);
		all_series(f);
		break;
	case CHART_XY: case CHART_BARS: case CHART_COLUMNS: case CHART_BOX: case CHART_HEATMAP:
	case CHART_MISSING: case CHART_INTERVALS: case CHART_DECISIONS: case CHART_TREE: case CHART_SWARM: case CHART_STEPS: case CHART_STACK:
		all_series(f);
		rug(f);
		break;
	}
}
