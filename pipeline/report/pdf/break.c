/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where pages end. What belongs together stays so, and what does not fit goes to the next page; the hole
 * that it would leave behind is filled: charts become a little smaller, tables are parted between rows,
 * and what follows a figure is set before it.
 */
#include "report/pdf_int.h"

#include <math.h>

double chain_height(const struct box *b, bool soft)
{
	double h = b->h;
	for (; (b->keep || (soft && b->soft)) && b->next; b = b->next)
		h += b->next->space + b->next->h;
	return h;
}

/* ---- smaller charts ---------------------------------------------------------------------- */

static double foot(const struct item *i)
{
	bool area = i->kind == ITEM_CHART || i->kind == ITEM_RECT || i->kind == ITEM_PICTURE;
	return i->y + (area ? i->h : 0);
}

/* By what its charts must be smaller for a box to be `lack` points lower; 0: that is no help, or their labels
 * would be too small. */
static double part_of(const struct box *b, double lack)
{
	double part = 1, most = b->h - lack, least = 0.68;
	for (const struct item *i = b->items.first; i; i = i->next) {
		if (i->kind == ITEM_LINK || i->kind == ITEM_ANCHOR || foot(i) <= most)
			continue;
		if (i->kind != ITEM_CHART)
			return 0;
		part = fmin(part, (most - i->y) / i->h);
		least = fmax(least, 0.5 / i->size);
	}
	return part < 1 && part >= least ? part : 0;
}

/* The box of a chain that can be `lack` points lower. */
static struct box *shrinking(struct box *b, double lack)
{
	while (b && part_of(b, lack) <= 0)
		b = b->keep ? b->next : NULL;
	return b;
}

bool chain_shrink(struct box *b, double lack)
{
	struct box *s = shrinking(b, lack);
	double part = s ? part_of(s, lack) : 1;
	for (struct item *i = s ? s->items.first : NULL; i; i = i->next)
		if (i->kind == ITEM_CHART) {
			i->size *= part;
			i->w *= part;
			i->h *= part;
		}
	if (s)
		s->h -= lack;
	return s;
}

/* ---- figures that wait ------------------------------------------------------------------- */

/* The last box of what starts with `b` and is not taken apart; adds to the height. NULL: a figure or a
 * heading is part of it. */
static struct box *unit_end(struct box *b, double *h)
{
	for (;; b = b->next) {
		*h += b->space + b->h;
		if (b->section || b->figure)
			return NULL;
		if (!b->next || !(b->keep || b->joint))
			return b;
	}
}

/* Whether it is a table, which may run over to the next page. */
static bool has_rows(const struct box *from, const struct box *to)
{
	while (from != to && !from->head)
		from = from->next;
	return from->head;
}

/* A later figure that is small enough goes before the first of a row of figures. */
static struct box *smaller_figure(struct box *after, struct box *first, double left)
{
	double h = 0;
	struct box *before = first;
	while (before->next && (before->keep || before->joint))
		before = before->next;
	for (struct box *b = before->next, *end; b && b->figure; before = end, b = end->next) {
		h = b->space + b->h;
		for (end = b; end->next && (end->keep || end->joint); end = end->next)
			h += end->next->space + end->next->h;
		if (!end->figure || (h > left && !shrinking(b, h - left + 1)))
			continue;
		before->next = end->next;
		end->next = first;
		after->next = b;
		return b;
	}
	return NULL;
}

struct box *chain_fill(struct box *before, struct box *box, double left, double room)
{
	const double large = 125;
	struct box *lead = NULL, *figure = box;
	double h = 0;
	left += box->space;
	for (; !figure->figure; lead = figure, figure = figure->next) {
		if (!figure->keep || !figure->next || figure->least > left)
			return NULL;
		h += figure->space + figure->h;
	}
	struct box *last = figure;
	while (last->next && last->next->figure)
		last = last->next;
	struct box *text = last->next;
	double start = h;
	struct box *end = text && !last->keep ? unit_end(text, &h) : NULL;
	bool fits_after = h - left + chain_height(figure, false) <= room;
	if (end && h > left && fits_after && has_rows(text, end))
		h = start + text->space + chain_height(text, false);
	if (!end || h > left) {
		struct box *small = left > large ? smaller_figure(lead ? lead : before, figure, left - start) : NULL;
		return small && lead ? box : small;
	}
	*(lead ? &lead->next : &before->next) = text;
	last->next = end->next;
	end->next = figure;
	return lead ? box : text;
}
