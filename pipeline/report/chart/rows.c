/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts with a row per label, the first on top: bars, box plots, intervals around zero, trees. Those that
 * explain a model are in chart/reasons.c. */
#include "report/plot_int.h"

#include <math.h>

double rows_at(const struct rows *r, size_t i)
{
	return r->h - r->top - r->step * ((double)i + 0.5);
}

static double label_width(const struct chart *c, double size, double most)
{
	double w = 0;
	for (size_t i = 0; i < c->n; i++)
		w = fmax(w, text_width(c->labels[i] ? c->labels[i] : "", size));
	return fmin(w, most);
}

/* The labels of steps hold a name and a value, and their bars can be short. */
static double label_room(const struct chart *c, double w)
{
	return w * (c->kind == CHART_STEPS ? 0.46 : 0.4);
}

/* Labels of two lines in letters of this size, and a gap to the next that tells them apart. */
static double two_lines(double size)
{
	return 2 * (size + 1) + 2.5;
}

double rows_step(const struct chart *c, double w, double row)
{
	double room = label_room(c, w);
	for (size_t i = 0; i < c->n && c->labels; i++)
		if (c->labels[i] && text_width(c->labels[i], FONT_SIZE) > room + 1 && label_break(c->labels[i], FONT_SIZE, room + 1))
			return fmax(row, two_lines(FONT_SIZE) + 1.5);
	return row;
}

void chart_rows_open(struct rows *r, struct extent x, double pad)
{
	const struct chart *c = r->c;
	r->step = (r->h - r->top - r->bottom) / (double)c->n;
	r->size = r->step >= 12 ? FONT_SIZE : r->step >= 9.5 ? 8 : 7;
	r->x.words = c->words;
	axis_range(&r->x, x, pad);
	if (c->xmin < c->xmax && isfinite(c->xmin) && isfinite(c->xmax))
		axis_range(&r->x, (struct extent){ c->xmin, c->xmax }, 0);
	r->x.from = label_width(c, r->size, label_room(c, r->w)) + 9;
	r->x.to = r->w - 12;
}

void rows_labels(struct rows *r)
{
	size_t every = (size_t)fmax(1, ceil(9 / r->step));
	const char **names = labels_fit(r->mem, r->c->labels, r->c->n, r->size, r->x.from - 8);
	plot_ink(r->p, INK_TEXT, 1);
	for (size_t i = 0; i < r->c->n; i += every) {
		const char *whole = r->c->labels[i] ? r->c->labels[i] : "", *rest = NULL;
		double x = r->x.from - 7, y = rows_at(r, i), width = r->x.from - 8, size = r->size;
		bool cut = text_width(whole, size) > width;
		for (; cut && !rest && size >= FONT_SIZE - 2; size -= rest ? 0 : 1)
			rest = r->step >= two_lines(size) ? label_break(whole, size, width) : NULL;
		if (rest) {    /* two lines hold it whole */
			const char *first = arena_strndup(r->mem, whole, (size_t)(rest - whole));
			plot_text(r->p, x, y + (size + 1) / 2, 1, size, 0, label_fit(r->mem, first, size, width));
			plot_text(r->p, x, y - (size + 1) / 2, 1, size, 0, label_fit(r->mem, rest, size, width));
		} else {
			plot_text(r->p, x, y, 1, r->size, 0, names[i]);
		}
	}
}

void rows_xlabel(struct rows *r, double y)
{
	if (!r->c->xlabel)
		return;
	const char *s = label_fit(r->mem, r->c->xlabel, FONT_SIZE, r->w - 4);
	double half = text_width(s, FONT_SIZE) / 2, middle = (r->x.from + r->x.to) / 2;
	plot_ink(r->p, INK_TEXT, 1);
	plot_text(r->p, fmax(half + 1, fmin(r->w - half - 1, middle)), y, 0.5, FONT_SIZE, 0, s);
}

/* Grid from the lowest row up, tick labels below. */
void rows_axis(struct rows *r)
{
	const struct chart *c = r->c;
	double y0 = r->bottom, y1 = r->h - r->top;
	axis_ticks_fit(&r->x, r->mem, c->values, r->x.to - r->x.from);
	plot_ink(r->p, INK_GRID, 1);
	for (size_t i = 0; i < r->x.n; i++) {
		double x = axis_at(&r->x, r->x.tick[i]);
		plot_segment(r->p, x, y0, x, y1, 0.8);
	}
	plot_ink(r->p, INK_MUTED, 1);
	for (size_t i = 0; i < r->x.n; i++) {
		double x = axis_at(&r->x, r->x.tick[i]);
		double half = text_width(r->x.label[i], FONT_SIZE) / 2;
		plot_text(r->p, fmax(half + 1, fmin(r->w - half - 1, x)), y0 - 10, 0.5, FONT_SIZE,
			0, r->x.label[i]);
	}
	rows_xlabel(r, y0 - 25);
}

void rows_zero(struct rows *r)
{
	if (r->x.lo > 0 || r->x.hi < 0)
		return;
	double zero = axis_at(&r->x, 0);
	plot_ink(r->p, INK_MUTED, 1);
	plot_segment(r->p, zero, r->bottom, zero, r->h - r->top, 1);
}

static void draw_lines(struct rows *r)
{
	for (size_t i = 0; i < r->c->nlines; i++) {
		const struct chart_line *line = &r->c->lines[i];
		if (!line->vertical || !(line->at >= r->x.lo && line->at <= r->x.hi))
			continue;
		double x = axis_at(&r->x, line->at);
		plot_ink(r->p, line->ink, 1);
		plot_dashes(r->p, x, r->bottom, x, r->h - r->top, 1);
	}
}

static const char *tip(struct rows *r, size_t i)
{
	const struct chart *c = r->c;
	if (c->n > 60)
		return NULL;
	const char *name = label_fit(r->mem, c->labels[i], FONT_SIZE, 600);
	const char *value = label_value(r->mem, c, c->y[i]);
	if (!c->lo || !c->hi || !isfinite(c->lo[i]) || !isfinite(c->hi[i]))
		return arena_printf(r->mem, "%s: %s", name, value);
	return words_printf(r->mem, c->words, "%s: %s (%s to %s)", name, value,
		label_value(r->mem, c, c->lo[i]), label_value(r->mem, c, c->hi[i]));
}

/* ---- bars -------------------------------------------------------------------------------- */

static void whisker(struct rows *r, size_t i, double thick)
{
	const struct chart *c = r->c;
	double y = rows_at(r, i), a = axis_at(&r->x, c->lo[i]), b = axis_at(&r->x, c->hi[i]);
	if (!isfinite(a) || !isfinite(b))
		return;
	for (int halo = 1; halo >= 0; halo--) {        /* what stands on the bar keeps an edge around it */
		double width = halo ? 3.1 : 1.1, end = thick / 4 + halo;
		plot_ink(r->p, halo ? INK_SURFACE : INK_TEXT, halo ? 0.85 : 1);
		plot_segment(r->p, a - halo, y, b + halo, y, width);
		plot_segment(r->p, a, y - end, a, y + end, width);
		plot_segment(r->p, b, y - end, b, y + end, width);
	}
}

static void bar(struct rows *r, size_t i, double zero, double thick)
{
	const struct chart *c = r->c;
	double y = rows_at(r, i), x = axis_at(&r->x, c->y[i]);
	if (!isfinite(x))
		return;
	if (fabs(x - zero) < 0.8 && c->y[i] != 0)
		x = zero + (c->y[i] < 0 ? -0.8 : 0.8);
	plot_ink(r->p, INK_PRIMARY, 1);
	plot_tip(r->p, tip(r, i));
	plot_rect(r->p, zero, y - thick / 2, x, y + thick / 2);
	plot_tip(r->p, NULL);
}

/* The value stands beyond bar and whisker; a dash where there is none. */
static void value(struct rows *r, size_t i, double zero)
{
	const struct chart *c = r->c;
	double y = rows_at(r, i), x = axis_at(&r->x, c->y[i]), out = x;
	if (!isfinite(x)) {
		plot_ink(r->p, INK_MUTED, 1);
		plot_text(r->p, zero + 5, y, 0, r->size, 0, "\xe2\x80\x93");
		return;
	}
	if (c->lo && c->hi && isfinite(c->lo[i]) && isfinite(c->hi[i]))
		out = c->y[i] < 0 ? fmin(x, axis_at(&r->x, c->lo[i]))
				  : fmax(x, axis_at(&r->x, c->hi[i]));
	plot_ink(r->p, INK_TEXT, 1);
	plot_text(r->p, c->y[i] < 0 ? out - 5 : out + 5, y, c->y[i] < 0 ? 1 : 0, r->size, 0,
		label_value(r->mem, c, c->y[i]));
}

static void bars(struct rows *r)
{
	const struct chart *c = r->c;
	struct extent x = { 0, 0 };
	double room[2] = { 0, 0 };         /* for values of negative bars, of the others */
	extent_add_all(&x, c->y, c->n);
	extent_add_all(&x, c->lo, c->n);
	extent_add_all(&x, c->hi, c->n);
	r->top = 2;
	r->bottom = 4 + (c->xlabel ? 14 : 0);
	chart_rows_open(r, x, 0);
	if (x.lo == 0 && x.hi == 0)
		r->x.lo = 0;
	if (r->step >= 8)
		for (size_t i = 0; i < c->n; i++) {
			double w =
				isfinite(c->y[i])
					? text_width(label_value(r->mem, c, c->y[i]), r->size) + 8
					: 0;
			room[c->y[i] >= 0] = fmax(room[c->y[i] >= 0], w);
		}
	rows_labels(r);
	r->x.from += room[0];
	r->x.to = r->w - room[1] - 1;
	double zero = axis_at(&r->x, fmin(r->x.hi, fmax(r->x.lo, 0))), thick = fmin(r->step * 0.68, 16);
	for (size_t i = 0; i < c->n; i++)  /* what looks alike in a row: it is one path then */
		bar(r, i, zero, thick);
	for (size_t i = 0; c->lo && c->hi && i < c->n; i++)
		whisker(r, i, thick);
	for (size_t i = 0; r->step >= 8 && i < c->n; i++)
		value(r, i, zero);
	plot_ink(r->p, INK_AXIS, 1);
	plot_segment(r->p, zero, r->bottom, zero, r->h - r->top, 1);
	draw_lines(r);
	rows_xlabel(r, 7);
}

/* ---- boxes ------------------------------------------------------------------------------- */

static void box(struct rows *r, size_t i)
{
	const double *q = r->c->q + 5 * i;
	double y = rows_at(r, i), half = fmin(r->step * 0.31, r->c->n == 1 ? 24 : 14), x[5];
	for (size_t k = 0; k < 5; k++) {
		x[k] = axis_at(&r->x, q[k]);
		if (!isfinite(x[k]))
			return;
	}
	x[0] = fmin(x[0], x[1]);   /* of few values, the least that is not far out may lie within the box */
	x[4] = fmax(x[4], x[3]);
	const char *label = r->c->labels[i];
	if (!label || !*label)     /* a single box: what it is about stands below the axis */
		label = r->c->xlabel;
	plot_tip(r->p, words_printf(r->mem, r->c->words, "%s: median %s, quartiles %s to %s",
		label_fit(r->mem, label, FONT_SIZE, 600), label_value(r->mem, r->c, q[2]),
		label_value(r->mem, r->c, q[1]), label_value(r->mem, r->c, q[3])));
	plot_ink(r->p, INK_PRIMARY_SOFT, 1);
	plot_rect(r->p, x[1], y - half, x[3], y + half);
	plot_tip(r->p, NULL);
	plot_ink(r->p, INK_PRIMARY, 1);
	plot_segment(r->p, x[0], y, x[1], y, 1.1);
	plot_segment(r->p, x[3], y, x[4], y, 1.1);
	plot_segment(r->p, x[0], y - half / 2, x[0], y + half / 2, 1.1);
	plot_segment(r->p, x[4], y - half / 2, x[4], y + half / 2, 1.1);
	plot_segment(r->p, x[2], y - half, x[2], y + half, 2.4);
}

static void outliers(struct rows *r, const struct chart_series *s)
{
	const size_t few = 12;     /* up to there it shows where they overlap; more are one path in the file */
	plot_ink(r->p, s->ink, s->n > few ? 1 : 0.6);
	for (size_t i = 0; s->x && s->y && i < s->n; i++)
		if (s->y[i] >= 0 && s->y[i] < (double)r->c->n && s->x[i] >= r->x.lo &&
			s->x[i] <= r->x.hi)
			plot_dot(r->p, axis_at(&r->x, s->x[i]), rows_at(r, (size_t)s->y[i]), s->n > few ? 1.5 : 1.9);
}

static void boxes(struct rows *r)
{
	const struct chart *c = r->c;
	struct extent x = extent_none();
	extent_add_all(&x, c->q, 5 * c->n);
	for (size_t i = 0; i < c->nseries; i++)
		extent_add_all(&x, c->series[i].x, c->series[i].n);
	r->top = 4;
	r->bottom = 20 + (c->xlabel ? 14 : 0);
	chart_rows_open(r, x, 0.03);
	rows_labels(r);
	rows_axis(r);
	for (size_t i = 0; i < c->nseries; i++)
		outliers(r, &c->series[i]);
	plot_clip(r->p, r->x.from, 0, r->w, r->h);
	for (size_t i = 0; i < c->n; i++)
		box(r, i);
	plot_clip(r->p, 0, 0, r->w, r->h);
	draw_lines(r);
}

/* ---- intervals --------------------------------------------------------------------------- */

static void interval(struct rows *r, size_t i)
{
	const struct chart *c = r->c;
	double y = rows_at(r, i), lo = c->lo ? c->lo[i] : NAN, hi = c->hi ? c->hi[i] : NAN;
	if (!isfinite(c->y[i]))
		return;
	plot_ink(r->p, c->effects && lo <= 0 && hi >= 0 ? INK_AXIS : INK_PRIMARY, 1);
	plot_tip(r->p, tip(r, i));
	if (isfinite(lo) && isfinite(hi))
		plot_segment(r->p, axis_at(&r->x, lo), y, axis_at(&r->x, hi), y, 2);
	plot_dot(r->p, axis_at(&r->x, c->y[i]), y, fmin(3.4, r->step * 0.3));
	plot_tip(r->p, NULL);
}

static void intervals(struct rows *r)
{
	const struct chart *c = r->c;
	struct extent x = { 0, 0 };
	extent_add_all(&x, c->y, c->n);
	extent_add_all(&x, c->lo, c->n);
	extent_add_all(&x, c->hi, c->n);
	r->top = 4;
	r->bottom = 20 + (c->xlabel ? 14 : 0);
	chart_rows_open(r, x, 0.03);
	rows_labels(r);
	rows_axis(r);
	if (c->effects)
		rows_zero(r);
	plot_clip(r->p, r->x.from, 0, r->w, r->h);
	for (size_t i = 0; i < c->n; i++)
		interval(r, i);
	plot_clip(r->p, 0, 0, r->w, r->h);
	draw_lines(r);
}

/* ---- trees ------------------------------------------------------------------------------- */

static void tree(struct rows *r)
{
	const struct chart *c = r->c;
	size_t n = c->n;
	double *x = arena_calloc(r->mem, 2 * n, sizeof *x), *y = arena_calloc(r->mem, 2 * n, sizeof *y);
	struct extent most = { 0, 0 };
	for (size_t k = 0; k + 1 < n; k++)
		extent_add(&most, c->matrix[3 * k + 2]);
	r->top = 2;
	r->bottom = 20 + (c->xlabel ? 14 : 0);
	chart_rows_open(r, most, 0);
	rows_labels(r);
	rows_axis(r);
	for (size_t i = 0; i < n; i++) {
		x[i] = r->x.from;
		y[i] = rows_at(r, i);
	}
	plot_ink(r->p, INK_PRIMARY, 1);
	for (size_t k = 0; k + 1 < n; k++) {
		double a = c->matrix[3 * k], b = c->matrix[3 * k + 1], at = c->matrix[3 * k + 2];
		if (!(a >= 0 && b >= 0 && a < (double)(n + k) && b < (double)(n + k) && isfinite(at)))
			return;
		size_t i = (size_t)a, j = (size_t)b;
		x[n + k] = fmax(axis_at(&r->x, at), fmax(x[i], x[j]) + 0.8);
		y[n + k] = (y[i] + y[j]) / 2;
		plot_segment(r->p, x[i], y[i], x[n + k], y[i], 1.3);
		plot_segment(r->p, x[j], y[j], x[n + k], y[j], 1.3);
		plot_segment(r->p, x[n + k], y[i], x[n + k], y[j], 1.3);
	}
}

void chart_rows(struct plot *p, const struct chart *c, double w, double h)
{
	struct rows r = { .p = p, .c = c, .mem = plot_scratch(p), .w = w, .h = h };
	switch (c->kind) {
	case CHART_BOX:
		boxes(&r);
		break;
	case CHART_INTERVALS:
		intervals(&r);
		break;
	case CHART_TREE:
		tree(&r);
		break;
	case CHART_SWARM:
		rows_swarm(&r);
		break;
	case CHART_STEPS:
		rows_steps(&r);
		break;
	case CHART_STACK:
		rows_stack(&r);
		break;
	case CHART_HISTOGRAM: case CHART_BARS: case CHART_COLUMNS: case CHART_XY: case CHART_DENSITY:
	case CHART_HEATMAP: case CHART_MISSING: case CHART_DECISIONS:
		bars(&r);
		break;
	}
}
