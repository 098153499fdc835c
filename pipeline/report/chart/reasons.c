/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts that explain a model, a row per column: swarms of what it added in single rows, the steps to one
 * prediction, stacks of classes. */
#include "report/plot_int.h"

#include <math.h>
#include <stdlib.h>

/* ---- swarms -------------------------------------------------------------------------------------- */

struct bee {
	double x, y, tint;
};

static int by_x(const void *a, const void *b)
{
	const struct bee *p = a, *q = b;
	int x = (p->x > q->x) - (p->x < q->x);
	return x ? x : (p->tint > q->tint) - (p->tint < q->tint);
}

enum { TINTS = 12 };

static enum ink tint(double share)
{
	enum { FROM = 4 };         /* the palest steps are hard to see */
	if (!(share >= 0))
		return INK_MUTED;
	return (enum ink)(INK_RAMP_0 + FROM + (int)fmin(TINTS - 1, floor(share * TINTS)));
}

/* Dots that would lie on each other move apart, up and down in turn, as far as the row is high. */
static void swarm(struct rows *r, size_t i)
{
	const struct chart_series *s = &r->c->series[i];
	double radius = s->n > 120 ? 1.7 : 2.1, half = r->step * 0.42, y = rows_at(r, i), from = -INFINITY;
	struct bee *v = arena_calloc(r->mem, s->n, sizeof *v);
	size_t n = 0, crowd = 0, most = (size_t)fmax(1, floor(half / radius));
	for (size_t k = 0; s->x && k < s->n; k++)
		if (isfinite(s->x[k]))
			v[n++] = (struct bee){ axis_at(&r->x, s->x[k]), y, s->y ? s->y[k] : NAN };
	qsort(v, n, sizeof *v, by_x);
	for (size_t k = 0; k < n; k++) {
		if (v[k].x - from > radius * 1.6) {
			from = v[k].x;
			crowd = 0;
		}
		v[k].y += (double)((crowd + 1) / 2 % most) * radius * (crowd % 2 ? 1 : -1);
		crowd++;
	}
	/* one ink after the other: what is drawn with one ink is written in one go */
	for (int step = -1; step < TINTS; step++) {
		enum ink ink = tint(step < 0 ? NAN : (step + 0.5) / TINTS);
		plot_ink(r->p, ink, 0.85);
		for (size_t k = 0; k < n; k++)
			if (tint(v[k].tint) == ink)
				plot_dot(r->p, v[k].x, v[k].y, radius);
	}
}

void rows_swarm(struct rows *r)
{
	const struct chart *c = r->c;
	struct extent x = { 0, 0 };
	bool tinted = false;
	for (size_t i = 0; i < c->nseries; i++) {
		extent_add_all(&x, c->series[i].x, c->series[i].n);
		for (size_t k = 0; c->series[i].y && k < c->series[i].n; k++)
			tinted = tinted || c->series[i].y[k] >= 0;
	}
	r->top = 4;
	r->bottom = 20 + (c->xlabel ? 14 : 0);
	chart_rows_open(r, x, 0.03);
	const char *low = words_say(c->words, "low"), *high = words_say(c->words, "high");
	double bar = 20 + fmax(text_width(low, FONT_SMALL), text_width(high, FONT_SMALL));
	r->x.to -= tinted ? fmax(34, bar) : 0;
	rows_labels(r);
	rows_axis(r);
	rows_zero(r);
	for (size_t i = 0; i < c->n; i++)
		swarm(r, i);
	if (tinted)
		colour_bar(r->p, r->x.to + 8, r->h - r->top - fmin(90, r->h - r->top - r->bottom), r->h - r->top, tint(0), TINTS,
			low, NULL, high);
}

/* ---- steps ---------------------------------------------------------------------------------------- */

static void end_mark(struct rows *r, size_t i)
{
	double x = axis_at(&r->x, r->c->hi[i]), y = rows_at(r, i), half = fmin(r->step * 0.34, 8);
	plot_ink(r->p, INK_TEXT, 1);
	plot_segment(r->p, x, y - half, x, y + half, 2.4);
}

static void step_bar(struct rows *r, size_t i)
{
	const struct chart *c = r->c;
	double a = axis_at(&r->x, c->lo[i]), b = axis_at(&r->x, c->hi[i]), y = rows_at(r, i);
	double thick = fmin(r->step * 0.68, 16);
	if (fabs(b - a) < 0.8)
		b = a + (c->y[i] < 0 ? -0.8 : 0.8);
	plot_ink(r->p, c->y[i] < 0 ? INK_ACCENT : INK_PRIMARY, 1);
	plot_tip(r->p, arena_printf(r->mem, "%s: %s", label_fit(r->mem, c->labels[i], FONT_SIZE, 600),
		label_value(r->mem, c, c->y[i])));
	plot_rect(r->p, a, y - thick / 2, b, y + thick / 2);
	plot_tip(r->p, NULL);
}

/* The figure stands right of its bar, or left of it where there is no room. */
static void step_value(struct rows *r, size_t i)
{
	const struct chart *c = r->c;
	bool end = i == 0 || i + 1 == c->n;
	const char *text = label_value(r->mem, c, c->y[i]);
	if (!end && c->y[i] > 0)
		text = arena_printf(r->mem, "+%s", text);
	double right = axis_at(&r->x, fmax(c->lo[i], c->hi[i])) + 5, left = axis_at(&r->x, fmin(c->lo[i], c->hi[i])) - 5;
	bool fits = right + text_width(text, r->size) < r->w - 1;
	plot_ink(r->p, INK_TEXT, 1);
	plot_text(r->p, fits ? right : left, rows_at(r, i), fits ? 0 : 1, r->size, 0, text);
}

void rows_steps(struct rows *r)
{
	const struct chart *c = r->c;
	struct extent x = extent_none();
	extent_add_all(&x, c->lo, c->n);
	extent_add_all(&x, c->hi, c->n);
	r->top = 4;
	r->bottom = 20 + (c->xlabel ? 14 : 0);
	chart_rows_open(r, x, 0.06);
	r->x.to -= 24;
	rows_labels(r);
	rows_axis(r);
	plot_ink(r->p, INK_MUTED, 0.8);
	for (size_t i = 0; i + 1 < c->n; i++) {
		double at = axis_at(&r->x, c->hi[i]);
		plot_segment(r->p, at, rows_at(r, i), at, rows_at(r, i + 1), 0.8);
	}
	for (size_t i = 0; i < c->n; i++) {
		if (!isfinite(c->lo[i]) || !isfinite(c->hi[i]))
			continue;
		if (i == 0 || i + 1 == c->n)
			end_mark(r, i);
		else
			step_bar(r, i);
		step_value(r, i);
	}
}

/* ---- stacks --------------------------------------------------------------------------------------- */

enum { STACK_INKS = 6, LEGEND_ROW = 14 };

/* Names of the classes in rows above the window; draws them when `r` is given. */
static double legend(const struct chart *c, double w, struct rows *r)
{
	double x = 2, rows = 1;
	for (size_t k = 0; k < c->n2; k++) {
		double step = fmin(text_width(c->labels2[k], FONT_SIZE), 150) + 30;
		if (x > 2 && x + step - 12 > w) {
			x = 2;
			rows++;
		}
		if (r) {
			double y = r->h - (rows - 0.5) * LEGEND_ROW;
			plot_ink(r->p, (enum ink)(INK_SERIES_1 + k % STACK_INKS), 1);
			plot_rect(r->p, x, y - 4, x + 12, y + 4);
			plot_ink(r->p, INK_TEXT, 1);
			plot_text(r->p, x + 17, y, 0, FONT_SIZE, 0, label_fit(r->mem, c->labels2[k], FONT_SIZE, 150));
		}
		x += step;
	}
	return rows * LEGEND_ROW;
}

double stack_legend(const struct chart *c, double w)
{
	return legend(c, w, NULL) + 4;
}

void rows_stack(struct rows *r)
{
	const struct chart *c = r->c;
	struct extent x = { 0, 0 };
	for (size_t i = 0; i < c->n; i++) {
		double sum = 0;
		for (size_t k = 0; k < c->n2; k++)
			sum += c->matrix[i * c->n2 + k] > 0 ? c->matrix[i * c->n2 + k] : 0;
		extent_add(&x, sum);
	}
	r->top = stack_legend(c, r->w);
	r->bottom = 20 + (c->xlabel ? 14 : 0);
	chart_rows_open(r, x, 0);
	rows_labels(r);
	rows_axis(r);
	legend(c, r->w, r);
	for (size_t i = 0; i < c->n; i++) {
		double at = 0, y = rows_at(r, i), thick = fmin(r->step * 0.68, 16);
		for (size_t k = 0; k < c->n2; k++) {
			double v = c->matrix[i * c->n2 + k];
			if (!(v > 0))
				continue;
			plot_ink(r->p, (enum ink)(INK_SERIES_1 + k % STACK_INKS), 1);
			plot_tip(r->p, arena_printf(r->mem, "%s, %s: %s", label_fit(r->mem, c->labels[i], FONT_SIZE, 300),
				label_fit(r->mem, c->labels2[k], FONT_SIZE, 300), label_value(r->mem, c, v)));
			plot_rect(r->p, axis_at(&r->x, at), y - thick / 2, axis_at(&r->x, at + v), y + thick / 2);
			at += v;
		}
	}
	plot_tip(r->p, NULL);
}
