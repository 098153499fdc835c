/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boxes and the things in them. */
#include "report/pdf_int.h"

#include <math.h>
#include <string.h>

struct box *box_add(struct flow *f, double space, double h)
{
	struct box *b = arena_alloc(f->mem, sizeof *b);
	b->space = space;
	b->h = h;
	if (f->last)
		f->last->next = b;
	else
		f->first = b;
	f->last = b;
	return b;
}

static struct item *item_add(struct arena *mem, struct items *to, enum item_kind kind)
{
	struct item *i = arena_alloc(mem, sizeof *i);
	i->kind = kind;
	i->tint = 1;
	i->tag = to->tag;
	if (to->last)
		to->last->next = i;
	else
		to->first = i;
	to->last = i;
	return i;
}

struct item *item_rect(struct arena *mem, struct items *to, double x, double y, double w, double h,
	enum ink ink, double tint)
{
	struct item *i = item_add(mem, to, ITEM_RECT);
	i->x = x;
	i->y = y;
	i->w = w;
	i->h = h;
	i->ink = ink;
	i->tint = tint;
	return i;
}
struct item *item_line(struct arena *mem, struct items *to, double x, double y, double w, double h,
	double width, enum ink ink)
{
	struct item *i = item_rect(mem, to, x, y, w, h, ink, 1);
	i->kind = ITEM_LINE;
	i->size = width;
	return i;
}
struct item *item_text(struct arena *mem, struct items *to, double x, double y, enum face face,
	double size, enum ink ink, const char *s)
{
	struct item *i = item_rect(mem, to, x, y, font_width(face, s, strlen(s), size), size, ink, 1);
	i->kind = ITEM_TEXT;
	i->face = face;
	i->size = size;
	i->text = s;
	return i;
}
void item_link(
	struct arena *mem, struct items *to, double x, double y, double w, double h, const char *id)
{
	if (id)
		item_rect(mem, to, x, y, w, h, INK_TEXT, 1)->kind = ITEM_LINK;
	if (id)
		to->last->text = id;
}

const char *text_cut(struct arena *mem, const char *s, enum face face, double size, double width)
{
	const char *end = s + strlen(s), *p = s, *fits = s, *ellipsis = "\xe2\x80\xa6";
	double room = width - font_width(face, ellipsis, 3, size), used = 0;
	while (p < end && used <= width) {
		const char *from = p;
		utf8_next(&p, end);
		used += font_width(face, from, (size_t)(p - from), size);
		if (used <= room)
			fits = p;
	}
	return used <= width ? s : arena_printf(mem, "%.*s%s", (int)(fits - s), s, ellipsis);
}

struct flow flow_inside(const struct flow *f, double width)
{
	return (struct flow){ .mem = f->mem, .in = f->in, .width = width, .tallest = f->tallest,
		.scale = f->scale, .tag = f->tag };
}

/* The first column is the one that is longer, if any. */
static double place_columns(struct box *first, const struct box *end, double y)
{
	double all = 0, left = 0, right = 0;
	struct box *b;
	for (b = first; b != end; b = b->next)
		all += b->h;
	for (b = first; 2 * left < all - 0.01; left += b->h, b = b->next) {
		b->x = 0;
		b->y = y + left;
	}
	for (; b != end; right += b->h, b = b->next) {
		b->x = b->second;
		b->y = y + right;
	}
	return y + left;
}

double boxes_place(struct box *first, const struct box *end, double y, double gaps)
{
	for (struct box *b = first, *next; b != end; b = next) {
		b->y = y + (b == first ? 0 : gaps * b->space);
		next = b->next;
		while (b->second > 0 && next != end && next->second > 0 && next->head == b->head)
			next = next->next;
		y = b->second > 0 ? place_columns(b, next, b->y) : b->y + b->h;
	}
	return y;
}

double flow_height(const struct flow *f)
{
	return boxes_place(f->first, NULL, 0, 1);
}

static void move(struct items *to, struct items *from, double x, double y)
{
	for (struct item *i = from->first; i; i = i->next) {
		i->x += x;
		i->y += y;
	}
	if (!from->first)
		return;
	if (to->last)
		to->last->next = from->first;
	else
		to->first = from->first;
	to->last = from->last;
}

void item_anchor(struct arena *mem, struct items *to, const char *id)
{
	if (id)
		item_rect(mem, to, 0, 0, 0, 0, INK_TEXT, 1)->kind = ITEM_ANCHOR;
	if (id)
		to->last->text = id;
}

double box_take(struct box *b, const struct flow *inner, double x, double y)
{
	double h = flow_height(inner);
	for (struct box *in = inner->first; in; in = in->next)
		move(&b->items, &in->items, x + in->x, y + in->y);
	return h;
}

void flow_append(struct flow *f, const struct flow *inner)
{
	if (!inner->first)
		return;
	if (f->last)
		f->last->next = inner->first;
	else
		f->first = inner->first;
	f->last = inner->last;
}

void line_put(struct items *to, const struct line *l, double x, double y)
{
	struct items moved = l->items;
	for (struct item *i = moved.first; i; i = i->next)
		i->tag = to->tag;
	move(to, &moved, x, y);
}
