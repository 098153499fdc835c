/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matrices of colour: associations, confusions, and where values are missing. */
#include "report/plot_int.h"

#include <math.h>

static const double sin45 = 0.70711, sloped = 0.7854, upright = 1.5708;

/* Room of the colour scale, the largest cell, and the tallest matrix that still leaves room on a page. */
enum { SCALE = 46, WIDEST = 36, TALLEST = 520 };
/* A page so narrow has no room for the scale beside a matrix of more columns: it lies below, so high. */
enum { SMALL = 360, FEW = 12, SCALE_FOOT = 22 };
/* Two that are no higher share a page of paper. */
enum { PAIR = 492 };

struct heat {
	struct plot *p;
	const struct chart *c;
	struct arena *mem;
	double w, h, left, top, bottom, cell;  /* margins, side of a cell */
	size_t rows;
	const char *const *row_labels;
	double most;               /* value at the end of the ramp */
	double turn, names;        /* column labels: angle, and the length they may have; level: 0 */
	double size;               /* font size of the labels */
	double beside;             /* room at the right: for the colour scale, unless that lies below */
	double foot;               /* room of the scale below */
	size_t every;              /* a label for every so many cells: 1 unless there are too many for any letters */
};

static double widest(const char *const *labels, size_t n, double size)
{
	double w = 0;
	for (size_t i = 0; i < n; i++)
		w = fmax(w, text_width(labels[i] ? labels[i] : "", size));
	return w;
}

/* Cells are square and as large as the width allows; letters get smaller until each row and column has its label. */
static void measure(struct heat *f)
{
	static const double sizes[] = { FONT_SIZE, FONT_SMALL, 8, 7 };
	const struct chart *c = f->c;
	f->rows = c->n2 ? c->n2 : c->n;
	f->row_labels = c->labels2 ? c->labels2 : c->labels;
	bool small = f->w <= SMALL && c->n > FEW;
	f->beside = small ? 2 : SCALE;
	for (size_t k = 0; k < COUNTOF(sizes); k++) {
		f->size = sizes[k];
		f->left = fmin(widest(f->row_labels, f->rows, f->size), f->w * (small ? 0.26 : 0.32)) + 8;
		f->cell = fmin(fmin((f->w - f->left - f->beside) / (double)c->n, TALLEST / (double)f->rows), WIDEST);
		if (f->cell >= f->size + 1)
			break;
	}
	double names = widest(c->labels, c->n, f->size);
	f->turn = names + 6 <= f->cell ? 0 : f->cell >= f->size * 1.5 ? sloped : upright;
	f->names = fmin(names, small ? 80 : 110);
	f->every = (size_t)fmax(1, ceil((f->size + 1) / f->cell));
	f->foot = small ? SCALE_FOOT : 0;
	f->bottom = (f->turn > 0 ? f->names * sin(f->turn) + 12 : 18) + (c->xlabel ? 15 : 0) + f->foot;
	f->top = c->ylabel ? 18 : 2;
	double rows = (double)f->rows, cell = (PAIR - f->top - f->bottom) / rows;
	if (cell < f->cell && cell >= f->size + 1 && cell >= 0.88 * f->cell)
		f->cell = cell;
}

double chart_heatmap_height(const struct chart *c, double w)
{
	struct heat f = { .c = c, .w = w };
	measure(&f);
	double scale = fmin(60, 3 * FONT_SIZE + 10);   /* of colours: its labels need that much */
	return fmax((double)f.rows * f.cell, scale) + f.top + f.bottom;
}

static enum ink ink_of(const struct heat *f, double v, bool *on_strong)
{
	double t = fmin(1, fmax(f->c->diverging ? -1 : 0, v / f->most));
	if (f->c->diverging) {
		int step = (int)round(t * 8);
		*on_strong = step > 4 || step < -4;
		return (enum ink)(INK_DIVERGING_0 + 8 + step);
	}
	int step = (int)fmin(15, floor(t * 16));
	*on_strong = step > 7;
	return (enum ink)(INK_RAMP_0 + step);
}

/* The number in a cell, without the zero and the sign that a small cell has no room for. */
static const char *cell_label(const struct heat *f, double v)
{
	char out[350];
	if (f->c->values != CELL_EMPTY || f->most > 1)
		return label_value(f->mem, f->c, v);
	num_fixed(out, fabs(v), 2);
	return arena_printf(f->mem, "%s%s", v < 0 && fabs(v) >= 0.005 ? "\xe2\x88\x92" : "", out);
}

static bool values_fit(const struct heat *f, double size)
{
	if (!f->c->show_values || f->cell < size + 3)
		return false;
	for (size_t i = 0; i < f->rows * f->c->n; i++)
		if (isfinite(f->c->matrix[i])
		    && text_width(cell_label(f, f->c->matrix[i]), size) + 4 > f->cell)
			return false;
	return true;
}

static double cell_x(const struct heat *f, size_t column)
{
	return f->left + f->cell * (double)column;
}
static double cell_y(const struct heat *f, size_t row)  /* lower edge */
{
	return f->h - f->top - f->cell * (double)(row + 1);
}

static const char *cell_tip(const struct heat *f, size_t row, size_t column, double v)
{
	const char *a = label_fit(f->mem, f->row_labels[row], FONT_SIZE, 300);
	const char *b = label_fit(f->mem, f->c->labels[column], FONT_SIZE, 300);
	return arena_printf(f->mem, "%s, %s: %s", a, b, cell_label(f, v));
}

/* One pass a colour keeps cells of one colour together. Gaps only between cells that can spare them. */
static void draw_cells(struct heat *f, bool tips)
{
	const struct chart *c = f->c;
	double gap = f->cell > 7 && f->foot <= 0 ? 0.5 : 0;
	int first = c->diverging ? INK_DIVERGING_0 : INK_RAMP_0, steps = c->diverging ? 17 : 16;
	bool strong;
	for (int k = 0; k < steps; k++)
		for (size_t i = 0; i < f->rows * c->n; i++) {
			double v = c->matrix[i];
			size_t row = i / c->n, col = i % c->n;
			if (!isfinite(v) || (int)ink_of(f, v, &strong) != first + k)
				continue;
			plot_ink(f->p, (enum ink)(first + k), 1);
			if (tips)
				plot_tip(f->p, cell_tip(f, row, col, v));
			size_t same = 1;     /* without gaps neighbours of one colour are one stroke */
			while (gap <= 0 && !tips && col + same < c->n && isfinite(c->matrix[i + same])
			    && (int)ink_of(f, c->matrix[i + same], &strong) == first + k)
				same++;
			double x = cell_x(f, col), y = cell_y(f, row) + f->cell / 2;
			plot_stripe(f->p, x + gap, x + f->cell * (double)same - gap, y, f->cell - 2 * gap);
			i += same - 1;
		}
	plot_tip(f->p, NULL);
}

static void draw_values(struct heat *f, double size)
{
	bool strong;
	for (size_t i = 0; i < f->rows * f->c->n; i++) {
		double v = f->c->matrix[i];
		if (!isfinite(v))
			continue;
		ink_of(f, v, &strong);
		plot_ink(f->p, strong ? INK_SURFACE : INK_TEXT, 1);
		plot_text(f->p, cell_x(f, i % f->c->n) + f->cell / 2,
			cell_y(f, i / f->c->n) + f->cell / 2, 0.5, size, 0, cell_label(f, v));
	}
}

static void draw_labels(struct heat *f)
{
	const struct chart *c = f->c;
	double y0 = cell_y(f, f->rows - 1);
	const char **rows = labels_fit(f->mem, f->row_labels, f->rows, f->size, f->left - 7);
	const char **columns = labels_fit(f->mem, c->labels, c->n, f->size, f->turn > 0 ? f->names : f->cell);
	plot_ink(f->p, INK_TEXT, 1);
	for (size_t i = 0; i < f->rows; i += f->every)
		plot_text(f->p, f->left - 6, cell_y(f, i) + f->cell / 2, 1, f->size, 0, rows[i]);
	for (size_t i = 0; i < c->n; i += f->every) {
		double x = cell_x(f, i) + f->cell / 2;
		if (f->turn == sloped) /* the first may reach out to the left no further than the page */
			plot_text(f->p, x + 3, y0 - 8, 1, f->size, f->turn,
				label_fit(f->mem, columns[i], f->size, (x - 2) / sin45 - 8));
		else if (f->turn > 0)
			plot_text(f->p, x, y0 - 6, 1, f->size, f->turn, columns[i]);
		else
			plot_text(f->p, x, y0 - 10, 0.5, f->size, 0, columns[i]);
	}
	if (c->ylabel)
		plot_text(f->p, 1, f->h - 8, 0, FONT_SIZE, 0,
			label_fit(f->mem, c->ylabel, FONT_SIZE, f->w - 4));
	if (c->xlabel) {
		const char *s = label_fit(f->mem, c->xlabel, FONT_SIZE, f->w - 4);
		double half = text_width(s, FONT_SIZE) / 2;
		double middle = f->left + f->cell * (double)c->n / 2;
		plot_text(f->p, fmax(half, fmin(f->w - half, middle)), f->foot + 7, 0.5, FONT_SIZE, 0, s);
	}
}

static void draw_scale(struct heat *f)
{
	const struct chart *c = f->c;
	struct chart scale = { .values = c->values == CELL_PERCENT ? CELL_PERCENT : CELL_EMPTY };
	const char *low = label_value(f->mem, &scale, c->diverging ? -f->most : 0);
	const char *high = label_value(f->mem, &scale, f->most);
	enum ink first = c->diverging ? INK_DIVERGING_0 : INK_RAMP_0;
	int steps = c->diverging ? 17 : 16;
	double top = f->h - f->top, tall = fmin(110, fmax(40, f->cell * (double)f->rows));
	if (f->foot <= 0) {
		colour_bar(f->p, f->left + f->cell * (double)c->n + 10, top - tall, top, first, steps, low,
			c->diverging ? "0" : NULL, high);
		return;
	}
	double wide = 8, x = f->left + text_width(low, FONT_SMALL) + 5, y = 7;
	for (int k = 0; k < steps; k++) {
		plot_ink(f->p, (enum ink)((int)first + k), 1);
		plot_stripe(f->p, x + wide * k, x + wide * (k + 1), y, 9);
	}
	plot_ink(f->p, INK_MUTED, 1);
	plot_text(f->p, f->left, y, 0, FONT_SMALL, 0, low);
	plot_text(f->p, x + wide * steps + 5, y, 0, FONT_SMALL, 0, high);
}

void chart_heatmap(struct plot *p, const struct chart *c, double w, double h)
{
	struct heat f = { .p = p, .c = c, .mem = plot_scratch(p), .w = w, .h = h };
	measure(&f);
	if (f.cell * (double)f.rows > h - f.top - f.bottom)    /* a height was asked for */
		f.cell = fmax(1, (h - f.top - f.bottom) / (double)f.rows);
	f.every = (size_t)fmax(1, ceil((f.size + 1) / f.cell));
	f.most = 1;
	for (size_t i = 0; i < f.rows * c->n; i++)
		if (isfinite(c->matrix[i]))
			f.most = fmax(f.most, fabs(c->matrix[i]));
	double size = values_fit(&f, FONT_SIZE) ? FONT_SIZE : values_fit(&f, 8) ? 8 : 0;
	draw_cells(&f, size == 0 && f.rows * c->n <= 150);
	if (size > 0)
		draw_values(&f, size);
	draw_labels(&f);
	draw_scale(&f);
}

/* ---- missing values ---------------------------------------------------------------------- */

/* How dark a bin is, 0..10: one missing value in it already shows. */
static int missing_step(double present)
{
	return isfinite(present) ? (int)ceil(fmin(1, fmax(0, 1 - present)) * 10) : 0;
}

/* The bins of one darkness in a column's strip; neighbours are one stroke. */
static void missing_bins(struct plot *p, const struct chart *c, size_t i, int step,
	const struct axis *x, double y, double thick)
{
	const double *v = c->matrix + i * c->n2, bin = (x->to - x->from) / (double)c->n2;
	for (size_t k = 0, from; k < c->n2; k++) {
		if (missing_step(v[k]) != step)
			continue;
		for (from = k; k + 1 < c->n2 && missing_step(v[k + 1]) == step; k++)
			continue;
		plot_stripe(
			p, x->from + bin * (double)from, x->from + bin * (double)(k + 1), y, thick);
	}
}

static double missing_share(const struct chart *c, size_t i)
{
	double present = 0, n = 0;
	for (size_t k = 0; k < c->n2; k++)
		if (isfinite(c->matrix[i * c->n2 + k])) {
			present += c->matrix[i * c->n2 + k];
			n++;
		}
	return n > 0 ? 1 - present / n : NAN;
}

/* A strip for each column over the rows of the table, dark where values are missing. */
void chart_missing(struct plot *p, const struct chart *c, double w, double h)
{
	struct arena *mem = plot_scratch(p);
	struct chart percent = { .values = CELL_PERCENT, .words = c->words };
	const double bottom = 34, top = 4;
	double step = (h - top - bottom) / (double)c->n;
	double size = step >= 12 ? FONT_SIZE : step >= 9.5 ? 8 : 7;
	double thick = fmin(step * 0.72, 14);
	double left = fmin(widest(c->labels, c->n, size), w * 0.34) + 9, right = w - 48;
	size_t every = (size_t)fmax(1, ceil(9 / step));
	struct axis x = { .from = left, .to = right, .words = c->words };
	bool numbered = c->xmin < c->xmax && isfinite(c->xmin) && isfinite(c->xmax);
	struct extent rows = { numbered ? c->xmin : 0, numbered ? c->xmax : (double)c->n2 };
	axis_range(&x, rows, 0);
	const char **names = labels_fit(mem, c->labels, c->n, size, left - 8);
	for (size_t i = 0; i < c->n; i++) {
		double y = h - top - step * ((double)i + 0.5);
		const char *name = names[i];
		const char *share = label_value(mem, &percent, c->y ? c->y[i] : missing_share(c, i));
		if (c->n <= 60)
			plot_tip(p, words_printf(mem, c->words, "%s: %s missing", name, share));
		plot_ink(p, INK_RAMP_0, 1);
		plot_stripe(p, left, right, y, thick);
		plot_tip(p, NULL);
		if (i % every)
			continue;
		plot_ink(p, INK_TEXT, 1);
		plot_text(p, left - 7, y, 1, size, 0, name);
		plot_ink(p, INK_MUTED, 1);
		plot_text(p, w - 1, y, 1, size, 0, share);
	}
	for (int dark = 1; dark <= 10; dark++) {
		plot_ink(p, (enum ink)(INK_RAMP_0 + 5 + dark), 1);
		for (size_t i = 0; i < c->n; i++)
			missing_bins(p, c, i, dark, &x, h - top - step * ((double)i + 0.5), thick);
	}
	axis_ticks_fit(&x, mem, CELL_COUNT, right - left);
	plot_ink(p, INK_MUTED, 1);
	for (size_t i = 0; i < x.n; i++)
		plot_text(p, axis_at(&x, x.tick[i]), bottom - 11, 0.5, FONT_SIZE, 0, x.label[i]);
	plot_ink(p, INK_TEXT, 1);
	plot_text(p, (left + right) / 2, 7, 0.5, FONT_SIZE, 0, c->xlabel ? c->xlabel : words_say(c->words, "row"));
}
