/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pen that charts are drawn with, and what several charts share. A page is measured in points,
 * y up. plot.c carries the strokes out through PLplot; no chart knows that.
 */
#ifndef PLOT_INT_H
#define PLOT_INT_H

#include "report/font_int.h"
#include "report/report.h"

/* ---- the pen (plot.c) -------------------------------------------------------------------- */

struct plot;
/* Strokes and fills are cut at this rectangle; texts and dots are not. The whole page at the start. */
void plot_clip(struct plot *p, double x0, double y0, double x1, double y1);
void plot_ink(struct plot *p, enum ink k, double alpha);
/* What is drawn from now on shows this text when pointed at; NULL ends it. */
void plot_tip(struct plot *p, const char *text);
/* Points that are not finite break the line. */
void plot_line(struct plot *p, const double *x, const double *y, size_t n, double width, bool dashed);
/* Leaves out points, in place, that a straight line passes through (chart/plot_path.c); how many remain. */
size_t plot_straighten(double *x, double *y, size_t n);
void plot_segment(struct plot *p, double x0, double y0, double x1, double y1, double width);
void plot_dashes(struct plot *p, double x0, double y0, double x1, double y1, double width);
void plot_fill(struct plot *p, const double *x, const double *y, size_t n);
void plot_rect(struct plot *p, double x0, double y0, double x1, double y1);
/* A bar lying along y from x0 to x1. Where there are many it takes half the bytes of a rectangle. */
void plot_stripe(struct plot *p, double x0, double x1, double y, double thick);
void plot_dot(struct plot *p, double x, double y, double radius);
/* just: 0 starts at x, 1 ends there; y is the middle of a capital; angle in radians. */
void plot_text(struct plot *p, double x, double y, double just, double size, double angle,
	const char *s);
/* Scratch memory that lives as long as the page is being drawn. */
struct arena *plot_scratch(struct plot *p);

/* ---- charts (chart*.c) ------------------------------------------------------------------- */

enum { FONT_SIZE = 10, FONT_SMALL = 9 };

/* Height of a row of a chart so wide; 0: it has none. */
double chart_row(const struct chart *c, double width);
/* Size of the page a chart needs: what it asks for or the kind's default. */
void chart_size(const struct chart *c, double *width, double *height);
/* Draws it on a page of that size. */
void chart_draw(struct plot *p, const struct chart *c, double width, double height);
/* False when there is nothing finite to draw. */
bool chart_has_data(const struct chart *c);

void chart_panel(struct plot *p, const struct chart *c, double w, double h);     /* two axes */
void chart_rows(struct plot *p, const struct chart *c, double w, double h);      /* a row per label */
void chart_columns(struct plot *p, const struct chart *c, double w, double h);
void chart_heatmap(struct plot *p, const struct chart *c, double w, double h);
double chart_heatmap_height(const struct chart *c, double w);
void chart_missing(struct plot *p, const struct chart *c, double w, double h);
void chart_decisions(struct plot *p, const struct chart *c, double w, double h);
double chart_decisions_height(const struct chart *c, double w);

/* ---- labels (chart/label.c) -------------------------------------------------------------- */

/* Clean text in the scratch arena that fits the width. Where it is too long an ellipsis stands for its middle:
 * names differ at their ends. */
const char *label_fit(struct arena *a, const char *s, double size, double width);
/* All labels of a chart. Those that would be cut to one text begin where they differ: "…35", "…42". */
const char **labels_fit(struct arena *a, const char *const *labels, size_t n, double size, double width);
/* Where the second of two lines begins that hold a text whole: behind a blank or a mark within a name, as far on as
 * the first line has room. NULL: two lines do not hold it. */
const char *label_break(const char *s, double size, double width);
/* A value as it is printed beside its mark, by the chart's class of values. */
const char *label_value(struct arena *a, const struct chart *c, double v);

/* ---- axes (chart/axis.c) ----------------------------------------------------------------- */

enum { AXIS_TICKS = 32 };
struct axis {
	double lo, hi;             /* in data, lo < hi, both finite */
	double from, to;           /* on the page */
	const struct words *words; /* of the labels */
	bool time;                 /* microseconds since the epoch */
	size_t n;
	double tick[AXIS_TICKS];
	const char *label[AXIS_TICKS];
	const char *context[AXIS_TICKS];  /* time: second row ("2024" below "Mar"); NULL: none */
};
/* The finite extent of values, to be widened by axis_range. */
struct extent {
	double lo, hi;
};
struct extent extent_none(void);
void extent_add(struct extent *r, double v);
void extent_add_all(struct extent *r, const double *v, size_t n);
/* lo < hi, finite, padded on each side by a share of the range; equal values get room around them. */
void axis_range(struct axis *a, struct extent r, double pad);
/* Ticks at round values (Heckbert's 1, 2, 2.5, 5) or at calendar times, no more than `most`. */
void axis_ticks(struct axis *a, struct arena *mem, enum cell_class cls, size_t most);
/* Fewer ticks until the labels have air between them along `length` points. */
void axis_ticks_fit(struct axis *a, struct arena *mem, enum cell_class cls, double length);
double axis_at(const struct axis *a, double v);     /* data to page; NaN stays NaN */
double axis_label_width(const struct axis *a);      /* the widest */
void time_ticks(struct axis *a, struct arena *mem, size_t most);   /* chart/time.c */
/* Seconds, as times of day or as durations (chart/time.c). */
void second_ticks(struct axis *a, struct arena *mem, enum cell_class cls, size_t most);

/* ---- a row per label (chart/rows.c, chart/reasons.c) --------------------------------------- */

struct rows {
	struct plot *p;
	const struct chart *c;
	struct arena *mem;
	double w, h, top, bottom, step, size;  /* margins, height of a row, font size of the labels */
	struct axis x;
};
/* The window, once the margins are set: the range of x, room for labels on the left. */
void chart_rows_open(struct rows *r, struct extent x, double pad);
double rows_at(const struct rows *r, size_t i);     /* middle of a row */
void rows_labels(struct rows *r);
/* Height of a row in a chart w wide: `row`, or more where a label takes two lines. */
double rows_step(const struct chart *c, double w, double row);
void rows_axis(struct rows *r);                     /* grid, ticks, title */
void rows_xlabel(struct rows *r, double y);
void rows_zero(struct rows *r);                     /* a line at zero, if it is in the window */
void rows_swarm(struct rows *r);
void rows_steps(struct rows *r);
void rows_stack(struct rows *r);
double stack_legend(const struct chart *c, double w);   /* height of the names above a stack */

/* ---- panels: a window between two axes (chart/panel.c, chart/marks.c) -------------------- */

struct panel {
	struct plot *p;
	const struct chart *c;
	struct arena *mem;
	double w, h;               /* the page */
	struct axis x, y;          /* their from and to are the window */
};
void marks_extent(const struct chart *c, struct extent *x, struct extent *y);
/* Width beside the window that the marks ask for: the colour bar of a density. */
double marks_beside(const struct chart *c);
void marks_draw(struct panel *f);
/* Whether a line of a series runs through this part of the page. */
bool marks_cross(const struct panel *f, double x0, double y0, double x1, double y1);
/* A column of colour steps from `first` (low) on, at x, between two heights, with labels beside it. */
void colour_bar(struct plot *p, double x, double y0, double y1, enum ink first, int steps,
	const char *low, const char *middle, const char *high);

#endif
