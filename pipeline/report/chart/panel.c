/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A window between two axes: room for labels is measured first, so nothing is cut off or overlaps;
 * then grid, marks, axes, names of series and reference lines.
 */
#include "report/plot_int.h"

#include <math.h>
#include <string.h>

enum { MAX_LINES = 16, MAX_NAMED = 8, ROW = 13, STACKED_LEFT = 44 };

struct note {                  /* a placed label of a vertical reference line or of a series */
	const char *text;
	double x, y, just;
};
struct layout {
	double left, right, bottom, top;   /* margins */
	bool direct;                       /* names at the ends of lines, else a legend */
	struct note line[MAX_LINES];       /* y: row counted from the window up */
	struct note end[MAX_NAMED];
	double legend_rows, line_rows;
	bool context;                      /* a second row of tick labels */
	double legend_left;
	bool legend_beside;                /* the title of the y axis, when one row is enough */
};

static bool is_line(const struct chart_series *s)
{
	return s->style == SERIES_LINE || s->style == SERIES_STEP || s->style == SERIES_DASHED;
}
static size_t named(const struct chart *c)
{
	size_t n = 0;
	for (size_t i = 0; i < c->nseries; i++)
		n += c->series[i].name && *c->series[i].name;
	return n;
}

/* ---- ranges ------------------------------------------------------------------------------ */

static size_t level_labels(const struct chart *c)
{
	size_t n = 0;
	for (size_t i = 0; i < c->nlines && c->kind == CHART_XY; i++)
		n += !c->lines[i].vertical && c->lines[i].label && *c->lines[i].label;
	return n;
}

static void ranges(struct panel *f)
{
	const struct chart *c = f->c;
	struct extent x = extent_none(), y = extent_none();
	marks_extent(c, &x, &y);
	for (size_t i = 0; i < c->nlines && c->kind == CHART_XY; i++)
		extent_add(c->lines[i].vertical ? &x : &y, c->lines[i].at);
	f->x.time = c->x_is_time;
	f->x.words = f->y.words = c->words;
	axis_range(&f->x, x, c->kind == CHART_XY ? 0.03 : 0);
	axis_range(&f->y, y, c->kind == CHART_XY ? 0.06 : 0);
	if (level_labels(c) > 1)        /* the highest has its label above it, as the others may be near */
		f->y.hi += 0.08 * (f->y.hi - f->y.lo);
	if (c->kind == CHART_HISTOGRAM) {
		f->y.lo = fmin(0, y.lo);
		f->y.hi = y.hi > 0 ? y.hi * 1.06 : f->y.lo + 1;
	}
	if (c->equal_axes) {
		f->x.lo = f->y.lo = fmin(f->x.lo, f->y.lo);
		f->x.hi = f->y.hi = fmax(f->x.hi, f->y.hi);
	}
	if (c->xmin < c->xmax && isfinite(c->xmin) && isfinite(c->xmax))
		axis_range(&f->x, (struct extent){ c->xmin, c->xmax }, 0);
	if (c->ymin < c->ymax && isfinite(c->ymin) && isfinite(c->ymax))
		axis_range(&f->y, (struct extent){ c->ymin, c->ymax }, 0);
}

/* ---- names of series --------------------------------------------------------------------- */

/* Height at the right end of a line, in whatever order its points are; NaN when there is none. */
static double end_height(const struct panel *f, const struct chart_series *s)
{
	double x = -INFINITY, y = NAN;
	for (size_t k = 0; k < s->n && s->x && s->y; k++)
		if (isfinite(s->x[k]) && isfinite(s->y[k]) && s->x[k] >= x) {
			x = s->x[k];
			y = axis_at(&f->y, s->y[k]);
		}
	return y;
}

/* Names beside the ends of lines, pushed apart; false when they would stand too far from them. */
static bool place_ends(struct panel *f, struct layout *l)
{
	size_t order[MAX_NAMED], n = 0;
	double want[MAX_NAMED];
	if (f->c->stacked || f->c->listed || f->c->kind != CHART_XY || named(f->c) != f->c->nseries || f->c->nseries > MAX_NAMED)
		return false;
	for (size_t i = 0; i < f->c->nseries; i++) {
		const struct chart_series *s = &f->c->series[i];
		if (!is_line(s) || !isfinite(want[i] = end_height(f, s)))
			return false;
		size_t k = n++;
		for (; k > 0 && want[order[k - 1]] > want[i]; k--)
			order[k] = order[k - 1];
		order[k] = i;
	}
	double below = -INFINITY;
	for (size_t k = 0; k < n; k++) {
		size_t i = order[k];
		double y = fmax(want[i], below + ROW);
		if (y - want[i] > ROW || want[i] < f->y.from - 1 || y > f->y.to + 6)
			return false;
		l->end[i] = (struct note){
			label_fit(f->mem, f->c->series[i].name, FONT_SIZE, f->w * (f->w < 340 ? 0.28 : 0.38)), 0, y, 0
		};
		below = y;
	}
	return n > 0;
}

static double legend_step(struct panel *f, const struct chart_series *s, const char **name)
{
	*name = label_fit(f->mem, s->name, FONT_SIZE, fmin(170, f->w * 0.5));
	return 20 + text_width(*name, FONT_SIZE) + 14;
}

static void swatch(struct plot *p, const struct chart_series *s, double x, double y)
{
	plot_ink(p, s->ink, s->style == SERIES_BAND ? 0.4 : 1);
	if (s->style == SERIES_POINTS)
		plot_dot(p, x + 7, y, 3);
	else if (s->style == SERIES_BAND)
		plot_rect(p, x, y - 4, x + 14, y + 4);
	else if (s->style == SERIES_DASHED)
		plot_dashes(p, x, y, x + 14, y, 1.6);
	else
		plot_segment(p, x, y, x + 14, y, 2);
}

/* Draws the legend from `top` down, or only counts its rows. */
static double legend(struct panel *f, double left, double top, bool draw)
{
	double x = left, rows = 1;
	for (size_t i = 0; i < f->c->nseries; i++) {
		const struct chart_series *s = &f->c->series[i];
		const char *name;
		if (!s->name || !*s->name)
			continue;
		double step = legend_step(f, s, &name);
		if (x > left && x + step - 14 > f->w - 2) {
			x = left;
			rows++;
		}
		if (draw) {
			double y = top - (rows - 0.5) * ROW;
			swatch(f->p, s, x, y);
			plot_ink(f->p, INK_TEXT, 1);
			plot_text(f->p, x + 20, y, 0, FONT_SIZE, 0, name);
		}
		x += step;
	}
	return rows;
}

/* ---- reference lines --------------------------------------------------------------------- */

static bool inside(const struct axis *a, double v)
{
	return v >= a->lo && v <= a->hi;
}
static double note_start(const struct note *n)
{
	return n->x - n->just * text_width(n->text, FONT_SMALL);
}

/* Does another labelled line run through [x0, x1]? */
static bool crossed(const struct panel *f, size_t self, double x0, double x1)
{
	for (size_t i = 0; i < f->c->nlines && i < MAX_LINES; i++) {
		double x = axis_at(&f->x, f->c->lines[i].at);
		if (i != self && f->c->lines[i].vertical && x > x0 && x < x1)
			return true;
	}
	return false;
}

/* Is there neither another label in this row, nor a line that rises through it to its own? */
static bool row_is_free(const struct panel *f, const struct layout *l, size_t i)
{
	const struct note *n = &l->line[i];
	double a = note_start(n), a1 = a + text_width(n->text, FONT_SMALL);
	for (size_t k = 0; k < f->c->nlines && k < MAX_LINES; k++) {
		const struct note *o = &l->line[k];
		if (k == i || !o->text)
			continue;
		double b = note_start(o), x = axis_at(&f->x, f->c->lines[k].at);
		if (o->y == n->y && a < b + text_width(o->text, FONT_SMALL) + 8 && b < a1 + 8)
			return false;
		if (o->y >= n->y && x > a - 2 && x < a1 + 2)
			return false;
	}
	return true;
}

/* Labels with a side of their own come first: those that another line runs through stand above its label. */
static void place_lines(struct panel *f, struct layout *l)
{
	memset(l->line, 0, sizeof l->line);
	for (size_t k = 0; k < 2 * MAX_LINES; k++) {
		size_t i = k % MAX_LINES;
		const struct chart_line *line = i < f->c->nlines ? &f->c->lines[i] : NULL;
		if (!line || !line->vertical || !line->label || !*line->label || !inside(&f->x, line->at))
			continue;
		struct note n = { .text = label_fit(f->mem, line->label, FONT_SMALL, f->w * 0.45) };
		double x = axis_at(&f->x, line->at), w = text_width(n.text, FONT_SMALL);
		bool left_fits = x - 4 - w > 1, right_fits = x + 4 + w < f->w - 2;
		bool left_crossed = crossed(f, i, x - 6 - w, x), right_crossed = crossed(f, i, x, x + 6 + w);
		n.just = left_fits && (!right_fits || (right_crossed && !left_crossed));
		n.x = n.just > 0 ? x - 4 : x + 4;
		if ((n.just > 0 ? left_crossed : right_crossed) != (k >= MAX_LINES))
			continue;
		l->line[i] = n;
		while (l->line[i].y < MAX_LINES && !row_is_free(f, l, i))
			l->line[i].y++;
		l->line_rows = fmax(l->line_rows, l->line[i].y + 1);
	}
}

/* Where labels of horizontal lines stand. */
struct taken {
	double from, to, y;
};

static bool is_taken(const struct taken *t, size_t n, double x, double w, double y)
{
	for (size_t i = 0; i < n; i++)
		if (fabs(t[i].y - y) <= 11 && x < t[i].to + 6 && t[i].from < x + w + 6)
			return true;
	return false;
}

/* Does a line of the data, or one upright, run through a label? */
static bool is_struck(const struct panel *f, double x, double w, double y)
{
	for (size_t i = 0; i < f->c->nlines; i++) {
		double at = axis_at(&f->x, f->c->lines[i].at);
		if (f->c->lines[i].vertical && at > x - 2 && at < x + w + 2)
			return true;
	}
	return marks_cross(f, x - 2, y - 5, x + w + 2, y + 5);
}

/* The left edge of a label: at the right end of its line, or at the left, as near to them as nothing runs through it.
 * NaN: there is no room. */
static double label_place(const struct panel *f, const struct taken *t, size_t n, double w, double y)
{
	double room = (f->x.to - f->x.from) / 3, right = f->x.to - 4 - w, left = f->x.from + 4, place = NAN;
	for (double shift = 0; shift <= room; shift += 3)
		for (int side = 0; side < 2; side++) {
			double x = side ? left + shift : right - shift;
			if (is_taken(t, n, x, w, y))
				continue;
			if (!is_struck(f, x, w, y))
				return x;
			place = isnan(place) && shift <= 0 ? x : place;
		}
	return place;
}

/* Above its line, or below where another line is near. */
static void horizontal_label(struct panel *f, const struct chart_line *line, struct taken *taken, size_t *n)
{
	const char *text = label_fit(f->mem, line->label, FONT_SMALL, (f->x.to - f->x.from) * 0.45);
	double y = axis_at(&f->y, line->at), w = text_width(text, FONT_SMALL);
	bool below = y + 12 > f->y.to;
	for (size_t i = 0; i < f->c->nlines; i++) {
		double other = axis_at(&f->y, f->c->lines[i].at);
		below = below || (!f->c->lines[i].vertical && other > y && other < y + 13);
	}
	y += below ? -7 : 7;
	double x = label_place(f, taken, *n, w, y);
	if (isnan(x))
		return;
	plot_ink(f->p, INK_SURFACE, 0.8);
	plot_rect(f->p, x - 2, y - 5.5, x + w + 2, y + 5.5);
	plot_ink(f->p, line->ink, 1);
	plot_text(f->p, x, y, 0, FONT_SMALL, 0, text);
	taken[(*n)++] = (struct taken){ x, x + w, y };
}

static void draw_lines(struct panel *f, const struct layout *l)
{
	struct taken taken[MAX_LINES];
	size_t n = 0;
	plot_clip(f->p, 0, 0, f->w, f->h);
	for (size_t i = 0; i < f->c->nlines && i < MAX_LINES; i++) {
		const struct chart_line *line = &f->c->lines[i];
		const struct note *note = &l->line[i];
		plot_ink(f->p, line->ink, 1);
		if (!inside(line->vertical ? &f->x : &f->y, line->at))
			continue;
		if (line->vertical) {
			double x = axis_at(&f->x, line->at);
			double rise = note->text ? note->y * ROW + ROW : 0;
			plot_dashes(f->p, x, f->y.from, x, f->y.to + rise, 1);
			if (note->text)
				plot_text(f->p, note->x, f->y.to + note->y * ROW + 7, note->just,
					FONT_SMALL, 0, note->text);
		} else {
			double y = axis_at(&f->y, line->at);
			plot_dashes(f->p, f->x.from, y, f->x.to, y, 1);
			if (line->label && *line->label)
				horizontal_label(f, line, taken, &n);
		}
	}
}

/* ---- layout ------------------------------------------------------------------------------ */

/* Bins of whole numbers: from edge to edge, or centred on them. */
static bool is_whole(const struct chart *c)
{
	bool edges = c->kind == CHART_HISTOGRAM && c->edges, middles = edges;
	for (size_t i = 0; edges && i <= c->n; i++)
		edges = c->edges[i] == floor(c->edges[i]);
	for (size_t i = 0; middles && i <= c->n; i++)
		middles = c->edges[i] == floor(c->edges[i]) + 0.5;
	return edges || middles;
}

/* Points that are all whole numbers, such as counts or years: no tick stands between two of them. */
static bool are_whole(const struct chart *c, bool along)
{
	size_t points = 0;
	for (size_t i = 0; i < c->nseries; i++) {
		const double *v = along ? c->series[i].x : c->series[i].y;
		for (size_t k = 0; v && k < c->series[i].n; k++, points++)
			if (isfinite(v[k]) && v[k] != floor(v[k]))
				return false;
	}
	return c->kind == CHART_XY && !c->equal_axes && points > 0;
}

static void lay_out(struct panel *f, struct layout *l)
{
	const struct chart *c = f->c;
	double titles = c->ylabel ? 19 : 6;
	enum cell_class up = c->kind == CHART_HISTOGRAM || (!c->values && are_whole(c, false)) ? CELL_COUNT : c->values;
	enum cell_class along = c->along ? c->along : is_whole(c) || are_whole(c, true) ? CELL_COUNT
		: c->equal_axes ? c->values : CELL_EMPTY;
	l->top = titles;
	axis_ticks_fit(&f->x, f->mem, along, f->w - 60);
	for (size_t i = 0; i < f->x.n; i++)
		l->context = l->context || f->x.context[i];
	l->bottom = 20 + (l->context ? 12 : 0) + (c->xlabel ? 15 : 0);
	size_t most = (size_t)fmax(2, (f->h - l->top - l->bottom) / 26);
	axis_ticks(&f->y, f->mem, up, most);
	for (size_t more = most; f->y.n < 2 && more < most + 4;)    /* one value is no scale */
		axis_ticks(&f->y, f->mem, up, ++more);
	l->left = fmax(axis_label_width(&f->y) + 9, c->stacked ? STACKED_LEFT : 0);
	l->right = 12 + marks_beside(c);
	f->x.from = l->left;
	f->x.to = f->w - l->right;
	f->y.from = l->bottom;
	place_lines(f, l);
	l->top += l->line_rows * ROW;
	f->y.to = f->h - l->top;
	l->direct = place_ends(f, l);
	if (l->direct) {
		for (size_t i = 0; i < c->nseries; i++)
			l->right = fmax(l->right, text_width(l->end[i].text, FONT_SIZE) + 8);
	} else if (named(c)) {
		double beside = c->ylabel ? 20 + text_width(c->ylabel, FONT_SIZE) : f->w;
		l->legend_rows = legend(f, beside, 0, false);
		l->legend_left = beside;
		l->legend_beside = l->legend_rows == 1 && beside <= f->w / 2;
		if (!l->legend_beside) {
			l->legend_rows = legend(f, l->left, 0, false);
			l->legend_left = l->left;
			l->top += l->legend_rows * ROW + 3;
		}
	}
	f->y.to = f->h - l->top;
	f->x.to = f->w - l->right;
	if (c->equal_axes) {
		double side = fmin(f->x.to - f->x.from, f->y.to - f->y.from);
		f->x.to = f->x.from + side;
		f->y.from = f->y.to - side;
	}
	l->line_rows = 0;
	place_lines(f, l); /* again, now that the window is final; there is at least as much room */
	double along_x = f->x.to - f->x.from;  /* no finer than measured at first, when there is no row for years */
	axis_ticks_fit(&f->x, f->mem, along, l->context ? along_x : fmin(along_x, f->w - 60));
}

static void draw_grid(struct panel *f)
{
	plot_ink(f->p, INK_GRID, 1);
	for (size_t i = 0; i < f->y.n; i++) {
		double y = axis_at(&f->y, f->y.tick[i]);
		plot_segment(f->p, f->x.from, y, f->x.to, y, 0.8);
	}
	for (size_t i = 0; i < f->x.n && f->c->kind != CHART_HISTOGRAM && !f->x.time; i++) {
		double x = axis_at(&f->x, f->x.tick[i]);
		plot_segment(f->p, x, f->y.from, x, f->y.to, 0.8);
	}
}

/* A label centred at x, moved as far as the page's edges want. */
static void centred(struct panel *f, double x, double y, enum ink ink, const char *s)
{
	double half = text_width(s, FONT_SIZE) / 2;
	plot_ink(f->p, ink, 1);
	plot_text(f->p, fmax(half + 1, fmin(f->w - half - 1, x)), y, 0.5, FONT_SIZE, 0, s);
}

static void draw_axes(struct panel *f, const struct layout *l)
{
	const struct chart *c = f->c;
	double y = f->y.from - 11, end = -INFINITY;
	plot_ink(f->p, INK_AXIS, 1);
	plot_segment(f->p, f->x.from, f->y.from, f->x.to, f->y.from, 1);
	for (size_t i = 0; i < f->x.n; i++)
		centred(f, axis_at(&f->x, f->x.tick[i]), y, INK_MUTED, f->x.label[i]);
	for (size_t i = 0; i < f->x.n; i++) {
		double x = axis_at(&f->x, f->x.tick[i]), half;
		if (!f->x.context[i] || !l->context)
			continue;
		half = text_width(f->x.context[i], FONT_SIZE) / 2;
		x = fmax(half + 1, fmin(f->w - half - 1, x));
		if (x - half > end + 8) {
			centred(f, x, y - 12, INK_MUTED, f->x.context[i]);
			end = x + half;
		}
	}
	plot_ink(f->p, INK_MUTED, 1);
	for (size_t i = 0; i < f->y.n; i++)
		plot_text(f->p, f->x.from - 6, axis_at(&f->y, f->y.tick[i]), 1, FONT_SIZE, 0,
			f->y.label[i]);
	if (c->xlabel)
		centred(f, (f->x.from + f->x.to) / 2, y - (l->context ? 27 : 15), INK_TEXT,
			label_fit(f->mem, c->xlabel, FONT_SIZE, f->w - 4));
	plot_ink(f->p, INK_TEXT, 1);
	if (c->ylabel)
		plot_text(f->p, 1, f->h - 7, 0, FONT_SIZE, 0,
			label_fit(f->mem, c->ylabel, FONT_SIZE, f->w - 4));
}

void chart_panel(struct plot *p, const struct chart *c, double w, double h)
{
	struct panel f = { .p = p, .c = c, .mem = plot_scratch(p), .w = w, .h = h };
	struct layout *l = arena_calloc(f.mem, 1, sizeof *l);
	ranges(&f);
	lay_out(&f, l);
	plot_clip(p, f.x.from, f.y.from, f.x.to, f.y.to);
	draw_grid(&f);
	marks_draw(&f);
	plot_clip(p, 0, 0, w, h);
	draw_axes(&f, l);
	draw_lines(&f, l);
	if (l->direct)
		for (size_t i = 0; i < c->nseries; i++) {
			plot_ink(p, c->series[i].ink, 1);
			plot_text(p, f.x.to + 5, l->end[i].y, 0, FONT_SIZE, 0, l->end[i].text);
		}
	double down = l->legend_beside ? 0.5 : c->ylabel ? 18 : 3;
	if (l->legend_rows > 0)
		legend(&f, l->legend_left, h - down, true);
}
