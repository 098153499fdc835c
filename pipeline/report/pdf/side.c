/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands side by side: tiles of key figures, and columns of charts and tables. */
#include "report/pdf_int.h"

#include <math.h>
#include <string.h>

/* ---- key figures ------------------------------------------------------------------------- */

static void tile(struct flow *f, struct box *b, struct tag *list, const struct node *n, size_t i, double x,
	double w)
{
	const double pad = 9;
	const char *value = cell_string(f->mem, &n->cells[i]);
	enum face face = n->cells[i].cls == CELL_CODE ? FACE_MONO : FACE_BOLD;
	double size = 14, least = 8;
	while (size > least && font_width(face, value, strlen(value), size) > w - 2 * pad)
		size -= 0.5;
	item_rect(f->mem, &b->items, x, 0, w, b->h, INK_PRIMARY, 0.06);
	b->items.tag = tag_add(f->mem, tag_add(f->mem, list, TAG_LI), TAG_LBODY);
	item_text(f->mem, &b->items, x + pad, 21, face, size, INK_TEXT,
		text_cut(f->mem, value, face, size, w - 2 * pad))->blank = true;
	double small = 7.8;
	while (small > 6 && font_width(FACE_SANS, n->labels[i], strlen(n->labels[i]), small) > w - 2 * pad)
		small -= 0.2;
	item_text(f->mem, &b->items, x + pad, 34, FACE_SANS, small, INK_MUTED,
		text_cut(f->mem, n->labels[i], FACE_SANS, small, w - 2 * pad));
}

void flow_figures(struct flow *f, const struct node *n)
{
	const double gap = 8, least = 88;
	size_t fit = (size_t)fmax(1, floor((f->width + gap) / (least + gap)));
	size_t rows = (n->ncells + fit - 1) / fit;
	struct tag *list = tag_add(f->mem, f->tag, TAG_L);
	/* rows of as many, or one less in the last ones; each fills the width */
	for (size_t row = 0, i = 0; row < rows; row++) {
		size_t across = (n->ncells - i + rows - row - 1) / (rows - row);
		double w = (f->width - gap * (double)(across - 1)) / (double)across;
		box_add(f, i ? gap : 10, 43);
		for (size_t k = 0; k < across; k++, i++)
			tile(f, f->last, list, n, i, (w + gap) * (double)k, w);
	}
}

/* ---- columns ----------------------------------------------------------------------------- */

struct share {
	double least, want;        /* the width below which a child can't be read, its natural one */
	bool chart;
};

/* A chart may shrink to two thirds before its labels become hard to read. */
static struct share share_of(const struct flow *f, const struct node *n)
{
	struct share s = { 170, 300, false };
	const struct drawing *d = n->kind == NODE_CHART ? drawing_of(f->in->drawings, n) : NULL;
	if (d)
		s = (struct share){ d->width * 0.65, d->width * 0.95, true };
	else if (n->kind == NODE_TABLE)
		table_widths(f, n, &s.least, &s.want);
	s.want = fmin(s.want, f->width);
	s.least = fmin(s.least, s.want);
	return s;
}

/* Room on a line of children, and what they still want: charts come last. */
struct strip {
	double used, texts_want, charts_want;
};
static void strip_add(struct strip *l, struct share s, double gap)
{
	l->used += s.least + (l->used > 0 ? gap : 0);
	*(s.chart ? &l->charts_want : &l->texts_want) += s.want - s.least;
}
static double part(double spare, double want)
{
	return want > 0 ? fmin(1, spare / want) : 0;
}

/* Two that can stand in the halves of the page do, so that all such pairs begin at the same two places. */
static bool in_halves(const struct flow *f, const struct node *from, const struct node *to, double half)
{
	if (!from->next || from->next->next != to)
		return false;
	for (const struct node *n = from; n != to; n = n->next) {
		struct share s = share_of(f, n);
		if ((n->kind == NODE_TABLE ? s.want : s.least) > half)
			return false;
	}
	return true;
}

/* Where the picture of a chart begins: beneath its title. */
static double title_height(const struct flow *in)
{
	return flow_height(in) - in->last->h;
}

/* Children [from, to) beside each other. What their least widths leave goes to texts first. A title of two lines puts
 * no picture out of line. */
static void side_by_side(struct flow *f, const struct node *from, const struct node *to, double gap,
	const struct strip *l)
{
	struct box *b = box_add(f, 0, 0);
	double x = 0, spare = f->width - l->used, texts = part(spare, l->texts_want), titles = 0;
	double charts = part(spare - texts * l->texts_want, l->charts_want), half = (f->width - gap) / 2;
	bool halves = in_halves(f, from, to, half);
	size_t n = 0;
	for (const struct node *k = from; k != to; k = k->next)
		n++;
	struct flow *in = arena_calloc(f->mem, n, sizeof *in);
	const struct node *k = from;
	for (size_t i = 0; i < n; i++, k = k->next) {
		struct share s = share_of(f, k);
		double own = s.least + (s.want - s.least) * (s.chart ? charts : texts);
		in[i] = flow_inside(f, halves ? half : own);
		flow_child(&in[i], k);
		if (k->kind == NODE_CHART && in[i].first)
			titles = fmax(titles, title_height(&in[i]));
	}
	k = from;
	for (size_t i = 0; i < n; i++, k = k->next) {
		if (!in[i].first)
			continue;
		if (k->kind == NODE_CHART && in[i].first != in[i].last)
			in[i].last->space += titles - title_height(&in[i]);
		b->space = fmax(b->space, in[i].first->space);
		b->h = fmax(b->h, box_take(b, &in[i], x, 0));
		x += in[i].width + gap;
	}
}

/* As many children to a line as their least widths allow. */
void flow_columns(struct flow *f, const struct node *n)
{
	const double gap = 22;
	for (const struct node *from = n->child, *to; from; from = to) {
		struct strip l = { 0 };
		strip_add(&l, share_of(f, from), gap);
		for (to = from->next; to; to = to->next) {
			struct share s = share_of(f, to);
			if (l.used + gap + s.least > f->width)
				break;
			strip_add(&l, s, gap);
		}
		struct flow in = flow_inside(f, f->width);
		struct tag *before = f->tag->last;
		if (to != from->next)
			side_by_side(&in, from, to, gap, &l);
		if (to == from->next || flow_height(&in) > f->tallest) {
			/* the odd one out is not larger than siblings that stand in pairs */
			double half = (f->width - gap) / 2;
			bool odd = from != n->child && to == from->next && l.used <= half;
			tag_cut(f->tag, before);
			in = flow_inside(f, odd ? half : f->width);
			for (const struct node *k = from; k != to; k = k->next)
				flow_child(&in, k);
		}
		flow_append(f, &in);
	}
}
