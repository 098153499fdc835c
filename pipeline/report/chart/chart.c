/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How large a chart is, whether it has anything to show, and which file draws its kind. */
#include "report/plot_int.h"

#include <math.h>

static bool any_finite(const double *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++)
		if (isfinite(v[i]))
			return true;
	return false;
}

static bool any_above_zero(const double *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++)
		if (v[i] > 0 && isfinite(v[i]))
			return true;
	return false;
}

static bool any_point(const struct chart *c)
{
	for (size_t i = 0; i < c->nseries; i++) {
		const struct chart_series *s = &c->series[i];
		for (size_t k = 0; s->x && s->y && k < s->n; k++)
			if (isfinite(s->x[k]) && isfinite(s->y[k]))
				return true;
	}
	return false;
}

static bool any_finite_x(const struct chart *c)
{
	for (size_t i = 0; i < c->nseries; i++)
		if (any_finite(c->series[i].x, c->series[i].n))
			return true;
	return false;
}

bool chart_has_data(const struct chart *c)
{
	switch (c->kind) {
	case CHART_HISTOGRAM:
		return any_above_zero(c->y, c->n) && any_finite(c->edges, c->n + 1);
	case CHART_BARS: case CHART_COLUMNS: case CHART_INTERVALS: case CHART_STEPS:
		return c->labels && any_finite(c->y, c->n);
	case CHART_SWARM:
		return c->labels && c->nseries == c->n && any_finite_x(c);
	case CHART_STACK:
		return c->labels && c->n2 > 0 && any_above_zero(c->matrix, c->n * c->n2);
	case CHART_BOX:
		return c->labels && any_finite(c->q, 5 * c->n);
	case CHART_XY:
		return any_point(c);
	case CHART_DENSITY:
		return c->nx > 0 && c->ny > 0 && any_finite(c->matrix, c->nx * c->ny);
	case CHART_HEATMAP:
		return c->labels && any_finite(c->matrix, c->n * (c->n2 ? c->n2 : c->n));
	case CHART_TREE:
		return c->labels && c->n > 1 && any_finite(c->matrix, 3 * (c->n - 1));
	case CHART_DECISIONS:
		return c->labels && c->labels2 && c->n > 0 && any_finite(c->matrix, 3 * c->n);
	case CHART_MISSING:
		return c->labels && c->n2 > 0 && any_finite(c->matrix, c->n * c->n2);
	}
	return false;
}

/* Rows get lower when there are many, but a chart never gets taller than a page of paper. */
static double rows_height(double n, double row, double around)
{
	return fmin(fmax(n * (n > 40 ? 12 : row), 24), 620) + around;
}

/* What stands alone takes the whole line, in letters of the same size as what stands beside another. */
enum { LINE_WIDTH = 560 };

double chart_row(const struct chart *c, double width)
{
	double row = 0;
	switch (c->kind) {
	case CHART_TREE: case CHART_STEPS:
		row = 18;
		break;
	case CHART_BARS: case CHART_STACK:
		row = 20;
		break;
	case CHART_BOX: case CHART_INTERVALS:
		row = c->n > 12 ? 18 : 24;
		break;
	case CHART_SWARM:
		row = 26;
		break;
	case CHART_HISTOGRAM: case CHART_COLUMNS: case CHART_XY: case CHART_DENSITY: case CHART_HEATMAP: case CHART_MISSING:
	case CHART_DECISIONS:
		return 0;
	}
	return c->row > 0 ? c->row : rows_step(c, width, row);
}

void chart_size(const struct chart *c, double *width, double *height)
{
	double n = (double)c->n, w = LINE_WIDTH, h = 240, titles = c->xlabel ? 14 : 0, drawn = c->width > 0 ? c->width : w;
	double row = chart_row(c, drawn);
	switch (c->kind) {
	case CHART_BARS:
		h = rows_height(n, row, 8 + titles);
		break;
	case CHART_BOX: case CHART_INTERVALS: case CHART_TREE: case CHART_STEPS: case CHART_SWARM:
		h = rows_height(n, row, 34 + titles);
		break;
	case CHART_DECISIONS:
		h = chart_has_data(c) ? chart_decisions_height(c, drawn) : h;
		break;
	case CHART_STACK:
		h = rows_height(n, row, 34 + titles) + stack_legend(c, drawn);
		break;
	case CHART_MISSING:
		h = rows_height(n, 16, 46);
		break;
	case CHART_HEATMAP:
		h = chart_has_data(c) ? chart_heatmap_height(c, drawn) : h;
		break;
	case CHART_HISTOGRAM: case CHART_COLUMNS: case CHART_DENSITY: case CHART_XY:
		break;
	}
	if (c->equal_axes) {
		w = 320;
		h = 300;
	}
	*width = c->width > 0 ? fmin(fmax(c->width, 120), 2000) : w;
	*height = c->height > 0 ? fmin(fmax(c->height, 60), 2000) : h;
	if (!chart_has_data(c))
		*height = 60;
}

static void no_data(struct plot *p, double w, double h)
{
	plot_ink(p, INK_GRID, 1);
	plot_segment(p, 0.5, 1, w - 0.5, 1, 1);
	plot_ink(p, INK_MUTED, 1);
	plot_text(p, w / 2, h / 2, 0.5, FONT_SIZE, 0, "no data");
}

void chart_draw(struct plot *p, const struct chart *c, double w, double h)
{
	if (!chart_has_data(c)) {
		no_data(p, w, h);
		return;
	}
	switch (c->kind) {
	case CHART_HISTOGRAM: case CHART_XY: case CHART_DENSITY:
		chart_panel(p, c, w, h);
		break;
	case CHART_BARS: case CHART_BOX: case CHART_INTERVALS: case CHART_TREE: case CHART_SWARM: case CHART_STEPS:
	case CHART_STACK:
		chart_rows(p, c, w, h);
		break;
	case CHART_COLUMNS:
		chart_columns(p, c, w, h);
		break;
	case CHART_HEATMAP:
		chart_heatmap(p, c, w, h);
		break;
	case CHART_DECISIONS:
		chart_decisions(p, c, w, h);
		break;
	case CHART_MISSING:
		chart_missing(p, c, w, h);
		break;
	}
}
