/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where pages end. All breaks are chosen at once, as Knuth and Plass break a paragraph into lines
 * ("Breaking Paragraphs into Lines", Software: Practice and Experience 11, 1981): of all ways to part
 * the boxes into pages, the one that costs least. A page costs the square of the hole at its foot, how
 * far its charts and gaps give way, and what its break parts. No box ever leaves its place in the order of
 * the document. The best pages up to a break are the best up to where the last of them starts, and that
 * page; each is tried with one box more until it is full, so the time grows as the boxes do.
 */
#include "report/pdf_int.h"

#include <math.h>

/* Costs in squares of pages: a hole of a tenth of a page is 0.01. */
static const double squeezing = 0.02, parting_soft = 0.025, parting_joint = 0.004, parting_lead = 0.15,
	parting_kept = 1000;
/* A last page of a few lines looks forgotten: that much, the less the more it holds, up to this part of a page. */
static const double forgotten = 0.04, forgotten_most = 0.2;

/* What remains, at least, of a chart and of the gaps between boxes, to what these grow on a page with a hole, and
 * the size of a chart's letters. */
static const double chart_least = 0.85, gap_least = 0.7, gap_most = 1.35, letters_least = 5.6;

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

/* By what a chart can be less high. */
static double item_least(const struct item *i)
{
	double letters = INFINITY;
	if (i->drawing && !i->drawing->rigid)
		return chart_least;
	for (size_t k = 0; i->drawing && k < i->drawing->nops; k++)
		if (i->drawing->ops[k].kind == OP_TEXT)
			letters = fmin(letters, i->drawing->ops[k].size);
	return fmin(1, fmax(chart_least, letters_least / (letters * i->size)));
}

/* By what all charts of a box can be smaller, and how much lower it is then. */
static double box_give(const struct box *b, double *part)
{
	double low = 0;
	*part = 0;
	for (const struct item *i = b->items.first; i; i = i->next)
		*part = fmax(*part, i->kind == ITEM_CHART ? item_least(i) : 0);
	if (*part == 0)
		return 0;
	for (const struct item *i = b->items.first; i; i = i->next)
		low = fmax(low, is_shown(i) ? foot(i, *part) : 0);
	return fmax(0, b->h - low);
}

/* The same chart, less high: what it shows is pressed, its letters and dots are not. */
static const struct drawing *flattened(struct arena *mem, const struct drawing *from, double part)
{
	struct drawing *d = arena_alloc(mem, sizeof *d);
	*d = *from;
	d->height *= part;
	d->ops = arena_calloc(mem, d->nops, sizeof *d->ops);
	d->pts = arena_calloc(mem, d->npts, sizeof *d->pts);
	for (size_t i = 0; i < d->npts; i++)       /* x, y, x, y ... */
		d->pts[i] = from->pts[i] * (float)(i % 2 ? part : 1);
	for (size_t i = 0; i < d->nops; i++) {
		d->ops[i] = from->ops[i];
		d->ops[i].y *= (float)part;
		d->ops[i].ry *= (float)(d->ops[i].kind == OP_RECT ? part : 1);
	}
	return d;
}

/* Lower by itself, so that all charts of one kind stay as wide and are lettered alike, or smaller where that would
 * change what it says. */
static void item_squeeze(struct arena *mem, struct item *i, double part)
{
	i->h *= part;
	if (!i->drawing->rigid) {
		i->drawing = flattened(mem, i->drawing, part);
		return;
	}
	i->size *= part;
	i->w *= part;
}

/* Charts that reach below the new foot of the box are less high now, and those beside them. */
static void box_squeeze(struct arena *mem, struct box *b, double give, double least)
{
	double part = 1;
	b->h -= give;
	for (const struct item *i = b->items.first; i && give > 0; i = i->next)
		if (i->kind == ITEM_CHART)
			part = fmin(part, fmax(least, (b->h - i->y) / i->h));
	for (struct item *i = b->items.first; i && part < 1; i = i->next)
		if (i->kind == ITEM_CHART)
			item_squeeze(mem, i, part);
}

/* ---- pages that are tried ---------------------------------------------------------------- */

/* The best pages of the boxes before this one: where the last of them starts, how far its charts give way, and
 * what becomes of its gaps. */
struct stop {
	struct box *box;
	double cost, squeeze, gaps;
	size_t from;
	double give, part;         /* of this box, and the part of its charts that remains then */
};
/* A page as it is filled: its height and that of its gaps, by how much its charts could be lower, and the part
 * of what could give way that must; of rows in two columns where they start, their heights, and the first that is
 * not in the first column. */
struct trial {
	double h, gaps, give, squeeze;
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
		*t = (struct trial){ t->h, t->gaps, t->give, t->squeeze, b->head, b, t->h + space, 0, 0 };
	t->all += b->h;
	for (; 2 * t->left < t->all - 0.01; t->next = t->next->next)
		t->left += t->next->h;
	return t->top + t->left;
}

static bool trial_add(struct trial *t, const struct stop *s, double room)
{
	double space = t->h > 0 ? s->box->space : 0;
	double h = trial_height(t, s->box, space), least = fmax(0, s->box->least - s->box->h);
	t->give += s->give;
	t->gaps += space;
	t->h = h;
	if (h + least > room)
		t->squeeze = fmax(t->squeeze, (h + least - room) / (t->give + (1 - gap_least) * t->gaps));
	return t->squeeze <= 1;
}

/* The cost of a break behind the last box of a page. */
static double parting(const struct box *last)
{
	return last->keep ? parting_kept : last->lead ? parting_lead : last->soft ? parting_soft : last->joint ? parting_joint : 0;
}

/* What becomes of the gaps: on the last page they stay. */
static double trial_gaps(const struct trial *t, const struct box *last, double room)
{
	if (t->squeeze > 0)
		return 1 - (1 - gap_least) * t->squeeze;
	return last->next && t->gaps > 0 ? fmin(gap_most, 1 + (room - t->h) / t->gaps) : 1;
}

/* A hole is one even where wider gaps fill it. */
static double trial_cost(const struct trial *t, const struct box *last, double room, bool only)
{
	double h = t->h - t->squeeze * (t->give + (1 - gap_least) * t->gaps);
	double hole = last->next ? fmax(0, room - h) / room : 0;
	double end = last->next ? parting(last) : only ? 0 : forgotten * fmax(0, 1 - h / (forgotten_most * room));
	return hole * hole + squeezing * t->squeeze * t->squeeze + end;
}

/* Whether the head of a table is set again above a page that starts at stop i. */
static bool goes_on(const struct stop *v, size_t i)
{
	const struct box *head = v[i].box->head;
	return head && i && v[i - 1].box != head;
}

/* All pages that start at stop i. Of ways that cost the same, the one with more on the first pages. */
static void try_pages(struct stop *v, size_t i, size_t n, double room)
{
	struct trial t = { .h = goes_on(v, i) ? v[i].box->head->h : 0 };
	for (size_t k = i; k < n; k++) {
		if (!trial_add(&t, &v[k], room) && k > i)
			return;
		t.squeeze = fmin(t.squeeze, 1);
		double cost = v[i].cost + trial_cost(&t, v[k].box, room, i == 0);
		if (cost <= v[k + 1].cost) {
			v[k + 1].cost = cost;
			v[k + 1].squeeze = t.squeeze;
			v[k + 1].gaps = trial_gaps(&t, v[k].box, room);
			v[k + 1].from = i;
		}
	}
}

/* Makes the page of the boxes between two stops. */
static void end_page(struct arena *mem, struct stop *v, size_t from, size_t end)
{
	bool again = goes_on(v, from);
	for (size_t i = from; i < end; i++)
		box_squeeze(mem, v[i].box, v[end].squeeze * v[i].give, v[i].part);
	v[from].box->page = again ? PAGE_WITH_HEAD : PAGE_STARTS;
	boxes_place(v[from].box, v[end].box, again ? v[from].box->head->h : 0, v[end].gaps);
}

void break_pages(struct arena *mem, struct box *first, double room)
{
	size_t n = 0;
	for (const struct box *b = first; b; b = b->next)
		n++;
	struct stop *v = arena_calloc(mem, n + 1, sizeof *v);
	struct box *b = first;
	for (size_t i = 0; i < n; i++, b = b->next) {
		v[i] = (struct stop){ .box = b, .cost = i ? INFINITY : 0 };
		v[i].give = box_give(b, &v[i].part);
	}
	v[n].cost = INFINITY;
	for (size_t i = 0; i < n; i++)
		try_pages(v, i, n, room);
	for (size_t end = n; end; end = v[end].from)
		end_page(mem, v, v[end].from, end);
}
