/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A decision tree from left to right: a box a node, what it asks or says above how many rows it has. The branch
 * for yes is on top. The fuller the colour of a box, the higher what it predicts. Where the boxes would be too
 * small for words, as on a phone, each node has a line of its own, set in below the one that leads to it. */
#include "report/plot_int.h"

#include <math.h>
#include <string.h>

enum { BOX = 31, LINE = 11, PHONE = 360, ROW_GAP = 8, GAP = 26, BOX_WIDEST = 190, BOX_LEAST = 80, INDENT = 30, FIELDS = 3 };

struct place_of_node {
	size_t depth;
	double row;              /* from the top, in leaves; that of a split is half way between its branches */
};
struct decisions {
	struct plot *p;
	const struct chart *c;
	struct place_of_node *at;
	size_t columns, rows;
	double h, width;         /* of the page, of a box: of that of the root in an outline */
	double letter, small;    /* sizes of letters: of a question; of what stands below it and at the branches */
	double box;              /* height of a box: higher where a question takes two lines */
	bool two_lines;
	double in;               /* outline: how far a node is set in below the one before it; else 0 */
};

static int64_t branch(const struct chart *c, size_t i, int which)
{
	double v = c->matrix[FIELDS * i + (size_t)which];
	return v > (double)i && v < (double)c->n ? (int64_t)v : -1;
}

/* Children come behind their parents, so that depths follow in one pass and heights in one pass back; the
 * leaves are numbered in the order in which a reader meets them. */
static size_t number_leaves(const struct chart *c, struct place_of_node *at, size_t i, size_t next)
{
	int64_t yes = branch(c, i, 0), no = branch(c, i, 1);
	if (yes < 0 || no < 0) {
		at[i].row = (double)next;
		return next + 1;
	}
	at[yes].depth = at[no].depth = at[i].depth + 1;
	next = number_leaves(c, at, (size_t)yes, next);
	next = number_leaves(c, at, (size_t)no, next);
	at[i].row = (at[yes].row + at[no].row) / 2;
	return next;
}

/* An outline numbers all nodes so, a split before its branches. */
static size_t number_lines(const struct chart *c, struct place_of_node *at, size_t i, size_t next)
{
	int64_t yes = branch(c, i, 0), no = branch(c, i, 1);
	at[i].row = (double)next++;
	if (yes < 0 || no < 0)
		return next;
	return number_lines(c, at, (size_t)no, number_lines(c, at, (size_t)yes, next));
}

/* Where the second line of a text begins: behind the last blank that leaves the first short enough, else behind
 * the first one. NULL: one line holds it, or there is no blank. */
static const char *second_line(struct arena *mem, const char *s, double size, double width)
{
	const char *at = NULL;
	if (!s || text_width(s, size) <= width)
		return NULL;
	for (const char *blank = strchr(s, ' '); blank; blank = strchr(blank + 1, ' ')) {
		if (at && text_width(arena_strndup(mem, s, (size_t)(blank - s)), size) > width)
			break;
		at = blank + 1;
	}
	for (const char *sign = at ? at - 2 : s; sign > s && at - sign <= 5; sign--)   /* "<" goes with its number */
		if (*sign == ' ')
			return sign + 1;
	return at;
}

static double width_of(const struct decisions *d, size_t i)
{
	return d->width - (double)d->at[i].depth * d->in;
}

static void lay_out(const struct chart *c, struct arena *mem, double w, struct decisions *d)
{
	d->at = arena_calloc(mem, c->n, sizeof *d->at);
	for (size_t i = 0; i < c->n; i++)
		d->at[i].row = -1;   /* no branch leads there */
	d->rows = number_leaves(c, d->at, 0, 0);
	for (size_t i = 0; i < c->n; i++)
		d->columns = d->at[i].depth + 1 > d->columns ? d->at[i].depth + 1 : d->columns;
	d->width = fmin(BOX_WIDEST, (w - 2 - GAP * ((double)d->columns - 1)) / (double)d->columns);
	if (d->width < BOX_LEAST && d->columns > 1) {
		d->width = w - 2;
		d->in = fmin(INDENT, w * 0.35 / ((double)d->columns - 1));
		d->rows = number_lines(c, d->at, 0, 0);
	}
	d->letter = w <= PHONE ? FONT_SIZE : FONT_SMALL;
	d->small = d->letter - 1;
	d->two_lines = false;
	for (size_t i = 0; i < c->n; i++)
		d->two_lines = d->two_lines || second_line(mem, c->labels[i], d->letter, width_of(d, i) - 10);
	d->box = BOX + 2 * (d->letter - FONT_SMALL) + (d->two_lines ? LINE : 0);
}

double chart_decisions_height(const struct chart *c, double w)
{
	struct arena *mem = arena_new();
	struct decisions d = { 0 };
	lay_out(c, mem, w, &d);
	arena_free(mem);
	return (double)d.rows * (d.box + ROW_GAP) + 2;
}

static double left_of(const struct decisions *d, size_t i)
{
	return 1 + (double)d->at[i].depth * (d->in > 0 ? d->in : d->width + GAP);
}

static double middle_of(const struct decisions *d, size_t i)
{
	return d->h - 1 - (d->box + ROW_GAP) * (d->at[i].row + 0.5);
}

static void draw_branch(struct decisions *d, size_t from, size_t to, const char *name)
{
	double x0 = left_of(d, from) + (d->in > 0 ? 0 : d->width), x1 = left_of(d, to), turn = x0 + 7;
	double y0 = middle_of(d, from) - (d->in > 0 ? d->box / 2 : 0), y1 = middle_of(d, to);
	plot_ink(d->p, INK_AXIS, 1);
	if (d->in <= 0)
		plot_segment(d->p, x0, y0, turn, y0, 1);
	plot_segment(d->p, turn, y0, turn, y1, 1);
	plot_segment(d->p, turn, y1, x1, y1, 1);
	plot_ink(d->p, INK_MUTED, 1);
	plot_text(d->p, turn + 2, y1 + (d->in > 0 || y1 > y0 ? 6 : -6), 0, d->small, 0, name);
}

/* The question, or what a leaf says, in one line or two. */
static void draw_question(struct decisions *d, const char *s, double x, double y, double width, struct arena *mem)
{
	const char *rest = second_line(mem, s, d->letter, width);
	if (rest) {
		size_t n = (size_t)(rest - s) - 1;     /* without the blank */
		plot_text(d->p, x, y, 0, d->letter, 0, label_fit(mem, arena_strndup(mem, s, n), d->letter, width));
		s = rest;
	}
	plot_text(d->p, x, y - (d->two_lines ? rest ? LINE : LINE / 2.0 : 0), 0, d->letter, 0,
		label_fit(mem, s, d->letter, width));
}

static void draw_box(struct decisions *d, size_t i, struct arena *mem)
{
	const struct chart *c = d->c;
	double x = left_of(d, i), y = middle_of(d, i), w = width_of(d, i), shade = c->matrix[FIELDS * i + 2];
	bool leaf = branch(c, i, 0) < 0;
	const char *above = label_fit(mem, c->labels[i], d->letter, 600), *below = label_fit(mem, c->labels2[i], d->small, 600);
	plot_tip(d->p, arena_printf(mem, "%s: %s", above, below));
	plot_ink(d->p, INK_PRIMARY, 0.05 + 0.35 * (isfinite(shade) ? fmin(fmax(shade, 0), 1) : 0));
	plot_rect(d->p, x, y - d->box / 2, x + w, y + d->box / 2);
	plot_tip(d->p, NULL);
	plot_ink(d->p, leaf ? INK_PRIMARY : INK_AXIS, 1);
	plot_segment(d->p, x, y - d->box / 2, x + w, y - d->box / 2, leaf ? 1.4 : 0.8);
	plot_ink(d->p, INK_TEXT, 1);
	draw_question(d, c->labels[i], x + 6, y + d->box / 2 - 8.5, w - 10, mem);
	plot_text(d->p, x + 6, y - d->box / 2 + 9, 0, d->small, 0, label_fit(mem, c->labels2[i], d->small, w - 10));
}

void chart_decisions(struct plot *p, const struct chart *c, double w, double h)
{
	struct decisions d = { .p = p, .c = c, .h = h };
	struct arena *mem = plot_scratch(p);
	lay_out(c, mem, w, &d);
	for (size_t i = 0; i < c->n; i++) {
		int64_t yes = branch(c, i, 0), no = branch(c, i, 1);
		if (yes >= 0 && no >= 0) {
			draw_branch(&d, i, (size_t)yes, words_say(c->words, "yes"));
			draw_branch(&d, i, (size_t)no, words_say(c->words, "no"));
		}
	}
	for (size_t i = 0; i < c->n; i++)
		if (d.at[i].row >= 0)
			draw_box(&d, i, mem);
}
