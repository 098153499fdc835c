/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands side by side: tiles of key figures, and columns of charts and tables. */
#include "report/pdf_int.h"

#include <math.h>
#include <string.h>

/* ---- key figures -------------------------------------------------------------------------------------- */

static void tile(struct flow *f, struct box *b, const struct node *n, size_t i, double x, double w)
{
	const double pad = 9;
	const char *value = cell_string(f->mem, &n->cells[i]);
	enum face face = n->cells[i].cls == CELL_CODE ? FACE_MONO : FACE_BOLD;
	double size = 14, least = 8;
	while (size > least && font_width(face, value, strlen(value), size) > w - 2 * pad)
		size -= 0.5;
	item_rect(f->mem, &b->items, x, 0, w, b->h, INK_PRIMARY, 0.06);
	item_text(f->mem, &b->items, x + pad, 21, face, size, INK_TEXT,
		text_cut(f->mem, value, face, size, w - 2 * pad));
	item_text(f->mem, &b->items, x + pad, 34, FACE_SANS, 7.8, INK_MUTED,
		text_cut(f->mem, n->labels[i], FACE_SANS, 7.8, w - 2 * pad));
}

void flow_figures(struct flow *f, const struct node *n)
{
	const double gap = 8, least = 88;
	size_t fit = (size_t)fmax(1, floor((f->width + gap) / (least + gap)));
	size_t rows = (n->ncells + fit - 1) / fit, across = rows ? (n->ncells + rows - 1) / rows : 1;
	double w = (f->width - gap * (double)(across - 1)) / (double)across;
	for (size_t i = 0; i < n->ncells; i++) {
		if (i % across == 0)
			box_add(f, i ? gap : 10, 43);
		tile(f, f->last, n, i, (w + gap) * (double)(i % across), w);
	}
}

/* ---- columns ------------------------------------------------------------------------------------------ */

/* A chart may shrink to about two thirds before its labels become hard to read. */
static double least_width(const struct flow *f, const struct node *n)
{
	if (n->kind == NODE_CHART) {
		const struct drawing *d = drawing_of(f->in->drawings, n);
		return d ? fmin(f->width, d->width * 0.69) : 0;
	}
	if (n->kind == NODE_TABLE)
		return fmin(f->width, table_least(f, n));
	return fmin(f->width, 170);
}

/* Children [from, to) beside each other; what their least widths leave is shared out evenly. */
static void side_by_side(struct flow *f, const struct node *from, const struct node *to, double gap, double spare)
{
	struct box *b = box_add(f, 0, 0);
	double x = 0;
	for (const struct node *n = from; n != to; n = n->next) {
		struct flow in = flow_inside(f, least_width(f, n) + spare);
		flow_child(&in, n);
		if (!in.first)
			continue;
		b->space = fmax(b->space, in.first->space);
		b->h = fmax(b->h, box_take(b, &in, x, 0));
		x += in.width + gap;
	}
}

void flow_columns(struct flow *f, const struct node *n)
{
	const double gap = 22;
	for (const struct node *from = n->child, *to; from; from = to) {
		double used = least_width(f, from);
		size_t count = 1;
		for (to = from->next; to; to = to->next, count++) {
			double more = gap + least_width(f, to);
			if (used + more > f->width)
				break;
			used += more;
		}
		struct flow in = flow_inside(f, f->width);
		if (count > 1)
			side_by_side(&in, from, to, gap, (f->width - used) / (double)count);
		if (count == 1 || flow_height(&in) > f->tallest) {
			in = flow_inside(f, f->width);
			for (const struct node *k = from; k != to; k = k->next)
				flow_child(&in, k);
		}
		flow_append(f, &in);
	}
}
