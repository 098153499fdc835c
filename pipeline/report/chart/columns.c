/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns side by side, for things with an order: weekdays, months, hours. */
#include "report/plot_int.h"

#include <math.h>

struct columns {
	struct plot *p;
	const struct chart *c;
	struct arena *mem;
	double w, h, step, bottom, top;
	double slant;              /* width that slanted labels are cut to; 0: they stand level */
	size_t every;              /* a label for every so many columns */
	bool values;               /* above each column; else there is an axis */
	struct axis y;
	double left;
};

static double widest(const struct columns *f, bool values)
{
	double w = 0;
	for (size_t i = 0; i < f->c->n; i++) {
		const char *s = values ? label_value(f->mem, f->c, f->c->y[i])
			: f->c->labels[i] ? f->c->labels[i] : "";
		w = fmax(w, text_width(s, FONT_SIZE));
	}
	return w;
}

static void lay_out(struct columns *f)
{
	const struct chart *c = f->c;
	const double air = 4;
	double n = (double)c->n, names = widest(f, false);
	struct extent y = { 0, 0 };
	extent_add_all(&y, c->y, c->n);
	for (size_t i = 0; i < c->nlines; i++)
		if (!c->lines[i].vertical)
			extent_add(&y, c->lines[i].at);
	f->y.words = c->words;
	axis_range(&f->y, y, 0);
	if (y.lo == 0) {
		f->y.lo = 0;
		f->y.hi *= 1.04;
	}
	if (c->ymin < c->ymax && isfinite(c->ymin) && isfinite(c->ymax))
		axis_range(&f->y, (struct extent){ c->ymin, c->ymax }, 0);
	f->top = c->ylabel ? 24 : 8;
	f->left = 8;
	f->step = (f->w - f->left - 4) / n;
	f->values = c->n <= 31 && f->y.lo >= 0 && widest(f, true) + 4 <= f->step;
	if (f->values) {
		f->top += 12;
	} else {
		axis_ticks(&f->y, f->mem, c->values, (size_t)fmax(2, (f->h - 50) / 34));
		f->left = axis_label_width(&f->y) + 9;
		f->step = (f->w - f->left - 4) / n;
	}
	f->every = 1;
	if (names + air > f->step && names <= 34)
		f->every = (size_t)ceil((names + air) / f->step);
	else if (names + air > f->step) {
		f->slant = fmin(names, fmin(100, f->h * 0.4));
		f->left = fmax(f->left, f->slant * 0.6 - f->step / 2);     /* the first reaches out */
		f->step = (f->w - f->left - 4) / n;
		f->every = (size_t)fmax(1, ceil(17 / f->step));
	}
	f->bottom = 18 + (f->slant > 0 ? f->slant * 0.7071 - 4 : 0) + (c->xlabel ? 15 : 0);
	f->y.from = f->bottom;
	f->y.to = f->h - f->top;
}

static void name_column(struct columns *f, size_t i, double x)
{
	const double turn = 0.7854;        /* 45 degrees */
	const char *s = f->c->labels[i];
	plot_ink(f->p, INK_TEXT, 1);
	if (f->slant > 0) {
		double room = fmin(f->slant, (x - 2) / 0.7071 - 8);
		plot_text(f->p, x + 3, f->bottom - 9, 1, FONT_SIZE, turn,
			label_fit(f->mem, s, FONT_SIZE, room));
	} else {
		s = label_fit(f->mem, s, FONT_SIZE, f->step * (double)f->every);
		double half = text_width(s, FONT_SIZE) / 2;
		plot_text(f->p, fmax(half + 1, fmin(f->w - half - 1, x)), f->bottom - 11, 0.5,
			FONT_SIZE, 0, s);
	}
}

static void draw_column(struct columns *f, size_t i, double zero)
{
	const struct chart *c = f->c;
	double x = f->left + f->step * ((double)i + 0.5), half = fmin(f->step * 0.33, 24);
	double y = axis_at(&f->y, c->y[i]);
	if (i % f->every == 0)
		name_column(f, i, x);
	if (!isfinite(y))
		return;
	if (fabs(y - zero) < 0.8 && c->y[i] != 0)
		y = zero + (c->y[i] < 0 ? -0.8 : 0.8);
	const char *value = label_value(f->mem, c, c->y[i]);
	plot_clip(f->p, f->left, f->y.from, f->w, f->h);
	plot_ink(f->p, INK_PRIMARY, 1);
	if (c->n <= 60)
		plot_tip(f->p, arena_printf(f->mem, "%s: %s",
				       label_fit(f->mem, c->labels[i], FONT_SIZE, 600), value));
	plot_rect(f->p, x - half, zero, x + half, y);
	plot_tip(f->p, NULL);
	plot_clip(f->p, 0, 0, f->w, f->h);
	plot_ink(f->p, INK_TEXT, 1);
	if (f->values)
		plot_text(f->p, x, y + 8, 0.5, FONT_SIZE, 0, value);
}

void chart_columns(struct plot *p, const struct chart *c, double w, double h)
{
	struct columns f = { .p = p, .c = c, .mem = plot_scratch(p), .w = w, .h = h };
	lay_out(&f);
	for (size_t i = 0; i < f.y.n && !f.values; i++) {
		double y = axis_at(&f.y, f.y.tick[i]);
		plot_ink(p, INK_GRID, 1);
		plot_segment(p, f.left, y, w - 4, y, 0.8);
		plot_ink(p, INK_MUTED, 1);
		plot_text(p, f.left - 6, y, 1, FONT_SIZE, 0, f.y.label[i]);
	}
	double zero = axis_at(&f.y, fmin(f.y.hi, fmax(f.y.lo, 0)));
	for (size_t i = 0; i < c->n; i++)
		draw_column(&f, i, zero);
	for (size_t i = 0; i < c->nlines; i++) {
		const struct chart_line *line = &c->lines[i];
		plot_ink(p, line->ink, 1);
		if (!line->vertical && line->at >= f.y.lo && line->at <= f.y.hi)
			plot_dashes(p, f.left, axis_at(&f.y, line->at), w - 4,
				axis_at(&f.y, line->at), 1);
	}
	plot_ink(p, INK_AXIS, 1);
	plot_segment(p, f.left, zero, w - 4, zero, 1);
	plot_ink(p, INK_TEXT, 1);
	if (c->ylabel)
		plot_text(p, 1, h - 7, 0, FONT_SIZE, 0,
			label_fit(f.mem, c->ylabel, FONT_SIZE, w - 4));
	if (c->xlabel) {
		const char *s = label_fit(f.mem, c->xlabel, FONT_SIZE, w - 4);
		plot_text(p, fmax((f.left + w) / 2, text_width(s, FONT_SIZE) / 2), 7, 0.5,
			FONT_SIZE, 0, s);
	}
}
