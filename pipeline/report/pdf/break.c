/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where pages end. All breaks are chosen at once, as Knuth and Plass break a paragraph into lines
 * ("Breaking Paragraphs into Lines", Software: Practice and Experience 11, 1981): of all ways to part
 * the boxes into pages, the one that costs least. A page costs the square of the hole at its foot, what
 * its charts and gaps are squeezed by, and what its break parts. No box ever leaves its place in the order of the
 * document. The best way to end a page behind a box is the best way to begin that page and the page itself;
 * a page is tried with one box more until it is full, so that the time grows as the boxes do.
 */
#include "report/pdf_int.h"

#include <math.h>

/* Costs in squares of pages: a hole of a tenth of a page is 0.01. */
static const double squeezing = 0.02, parting_soft = 0.04, parting_joint = 0.004, parting_kept = 1000;

/* What remains, at least, of a chart and of the gaps between boxes; and of a chart's letters, which are
 * five points high at half their size. */
static const double chart_least = 0.72, size_least = 0.5, gap_least = 0.7;

/* ---- charts give way --------------------------------------------------------------------- */

static bool is_shown(const struct item *i)
{
	return i->kind != ITEM_LINK && i->kind != ITEM_ANCHOR;
}

static double foot(const struct item *i, double part)
{
	bool area = i->kind == ITEM_CHART || i->kind == ITEM_RECT || i->kind == ITEM_PICTURE;
	return i->y + (i->kind == ITEM_CHART ? part : area) * i->h;
}

/* The lowest that a box can be if its charts are smaller; sets `part`, of their size. */
static double box_least(const struct box *b, double *part)
{
	double low = 0;
	bool any = false;
	*part = chart_least;
	for (const struct item *i = b->items.first; i; i = i->next)
		if (i->kind == ITEM_CHART) {
			*part = fmax(*part, size_least / i->size);
			any = true;
		}
	*part = fmin(*part, 1);
	for (const struct item *i = b->items.first; i && any; i = i->next)
		if (is_shown(i))
			low = fmax(low, foot(i, *part));
	return any ? fmin(low, b->h) : b->h;
}

static double box_give(const struct box *b)
{
	double part;
	return b->h - box_least(b, &part);
}

/* Charts that reach below the new foot of the box are smaller now, with those beside them. */
static void box_squeeze(struct box *b, double squeeze)
{
	double least, low = b->h - squeeze * box_give(b), part = 1;
	box_least(b, &least);
	for (const struct item *i = b->items.first; i; i = i->next)
		if (i->kind == ITEM_CHART)
			part = fmin(part, fmax(least, (low - i->y) / i->h));
	for (struct item *i = b->items.first; i && part < 1; i = i->next)
		if (i->kind == ITEM_CHART) {
			i->size *= part;
			i->w *= part;
			i->h *= part;
		}
	b->h = low;
}

/* ---- pages that are tried ---------------------------------------------------------------- */

/* The best pages of the boxes before this one: where the last of them starts, and how it is squeezed. */
struct stop {
	struct box *box;
	double cost, squeeze, give;
	size_t from;
};
/* A page as it is filled: its height, by how much it could be lower, and the part of that which is needed;
 * of rows in two columns where they start, their heights, and the first that is not in the first column. */
struct trial {
	double h, give, squeeze;
	const struct box *rows, *next;
	double top, all, left;
};

/* What the box adds to the height of the page: a row in two columns nothing when the second has room. */
static double trial_height(struct trial *t, const struct box *b, double space)
{
	if (b->second <= 0) {
		t->rows = NULL;
		return t->h + space + b->h;
	}
	if (t->rows != b->head)
		*t = (struct trial){ t->h, t->give, t->squeeze, b->head, b, t->h + space, 0, 0 };
	t->all += b->h;
	for (; 2 * t->left < t->all - 0.01; t->next = t->next->next)
		t->left += t->next->h;
	return t->top + t->left;
}

static bool trial_add(struct trial *t, const struct stop *s, double room)
{
	double space = t->h > 0 ? s->box->space : 0;
	double h = trial_height(t, s->box, space), least = fmax(0, s->box->least - s->box->h);
	t->give += (1 - gap_least) * space + s->give;
	t->h = h;
	if (h + least > room)
		t->squeeze = fmax(t->squeeze, (h + least - room) / t->give);
	return t->squeeze <= 1;
}

/* The cost of a break behind the last box of a page. */
static double parting(const struct box *last)
{
	return last->keep ? parting_kept : last->soft ? parting_soft : last->joint ? parting_joint : 0;
}

static double trial_cost(const struct trial *t, const struct box *last, double room)
{
	double hole = last->next ? fmax(0, room - t->h + t->squeeze * t->give) / room : 0;
	return hole * hole + squeezing * t->squeeze * t->squeeze + (last->next ? parting(last) : 0);
}

/* All pages that start at stop i. Of ways that cost the same, the one with more on the first pages. */
static void try_pages(struct stop *v, size_t i, size_t n, double room)
{
	const struct box *head = v[i].box->head;
	struct trial t = { .h = head && (!i || v[i - 1].box != head) ? head->h : 0 };
	for (size_t k = i; k < n; k++) {
		if (!trial_add(&t, &v[k], room) && k > i)
			return;
		t.squeeze = fmin(t.squeeze, 1);
		double cost = v[i].cost + trial_cost(&t, v[k].box, room);
		if (cost <= v[k + 1].cost) {
			v[k + 1].cost = cost;
			v[k + 1].squeeze = t.squeeze;
			v[k + 1].from = i;
		}
	}
}

void break_pages(struct arena *mem, struct box *first, double room)
{
	size_t n = 0;
	for (const struct box *b = first; b; b = b->next)
		n++;
	struct stop *v = arena_calloc(mem, n + 1, sizeof *v);
	struct box *b = first;
	for (size_t i = 0; i < n; i++, b = b->next)
		v[i] = (struct stop){ .box = b, .cost = i ? INFINITY : 0, .give = box_give(b) };
	v[n].cost = INFINITY;
	for (size_t i = 0; i < n; i++)
		try_pages(v, i, n, room);
	for (size_t end = n; end; end = v[end].from) {
		size_t from = v[end].from;
		const struct box *head = v[from].box->head;
		bool again = head && (!from || v[from - 1].box != head);
		double squeeze = v[end].squeeze;
		for (size_t i = from; i < end; i++)
			box_squeeze(v[i].box, squeeze);
		v[from].box->page = again ? PAGE_WITH_HEAD : PAGE_STARTS;
		boxes_place(v[from].box, v[end].box, again ? head->h : 0, 1 - (1 - gap_least) * squeeze);
	}
}
