/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nodes as boxes: headings, paragraphs, findings, charts, details. */
#include "report/pdf_int.h"

#include <math.h>
#include <string.h>

static const double body = 9.5, small = 8;

static struct tag *paragraph(struct flow *f)
{
	return tag_add(f->mem, f->tag, TAG_P);
}

/* ---- headings ---------------------------------------------------------------------------- */

static size_t place_among_sections(const struct node *n)
{
	size_t k = 0;
	for (const struct node *s = n->parent->child; s != n->next; s = s->next)
		k += s->kind == NODE_SECTION;
	return k;
}

/* "2.1": the numbers of a section and of those above it. */
static const char *section_number(const struct flow *f, const struct node *n)
{
	if (!n->parent)
		return "";
	const char *above = section_number(f, n->parent);
	return arena_printf(f->mem, "%s%s%zu", above, *above ? "." : "", place_among_sections(n));
}

static void heading(struct flow *f, const struct node *n)
{
	static const struct { double size, space, leading; } looks[] = {
		{ 17, 30, 22 }, { 12.5, 22, 17 }, { 10.5, 16, 14.5 }, { 9.5, 12, 13 }
	};
	int depth = node_depth(n) - 1;
	size_t look = depth < 0 ? 0 : depth > 3 ? 3 : (size_t)depth;
	double size = looks[look].size, leading = looks[look].leading;
	const char *number = depth < 3 ? section_number(f, n) : "";
	double indent =
		*number ? font_width(FACE_SANS, number, strlen(number), size) + size * 0.6 : 0;
	double pill = n->badge ? font_width(FACE_SANS, n->badge, strlen(n->badge), small) + 20 : 0;
	double room = f->width - indent - pill;
	struct run title = { text_cut(f->mem, n->title, FACE_BOLD, size, room * 2.6), FACE_BOLD,
		size, INK_TEXT };
	struct line *lines;
	size_t count = text_lines(f->mem, &title, 1, room, &lines);
	struct box *b = box_add(f, looks[look].space, leading * (double)count + (depth == 0 ? 8 : 3));
	b->items.tag = tag_add(f->mem, f->tag, tag_heading(depth + 1));
	if (*number)
		item_text(f->mem, &b->items, 0, leading * 0.76, FACE_SANS, size, INK_PRIMARY, number);
	for (size_t i = 0; i < count; i++)
		line_put(&b->items, &lines[i], indent, leading * (0.76 + (double)i));
	if (n->badge && count) {
		double x = indent + lines[count - 1].width + 8, y = leading * ((double)count - 0.24);
		item_rect(f->mem, &b->items, x, y - 0.36 * size - 6, pill - 8, 12, INK_PRIMARY, 0.12);
		item_text(f->mem, &b->items, x + 6, y - 0.36 * size + 2.9, FACE_SANS, small,
			INK_PRIMARY, n->badge);
	}
	if (depth == 0)
		item_line(f->mem, &b->items, 0, b->h - 3, f->width, 0, 0.8, INK_GRID);
	b->section = n;
	b->number = number;
	item_anchor(f->mem, &b->items, n->id);
	b->keep = true;
	b->least = depth == 0 ? 130 : 100;
}

/* ---- findings ---------------------------------------------------------------------------- */

static enum ink level_ink(enum finding_level l)
{
	switch (l) {
	case FINDING_INFO: return INK_MUTED;
	case FINDING_NOTICE: return INK_PRIMARY;
	case FINDING_WARNING: return INK_WARN;
	case FINDING_ERROR: return INK_ERROR;
	}
	return INK_MUTED;
}

/* A card with a bar in the colour of its level. */
static void finding(struct flow *f, const struct node *n)
{
	const double pad = 9 * f->scale, left = 13;
	enum ink ink = level_ink(n->level);
	struct flow in = flow_inside(f, f->width - left - pad);
	const char *level = words_say(f->in->doc->words, finding_level_name(n->level));
	double tag = font_width(FACE_SANS, level, strlen(level), 7.5) + 8;
	struct run title = { n->title ? n->title : n->code, FACE_BOLD, body * f->scale, INK_TEXT };
	in.tag = tag_add(f->mem, f->tag, TAG_DIV);
	struct tag *first = paragraph(&in), *said = tag_add(f->mem, first, TAG_SPAN);
	struct tag *named = tag_add(f->mem, first, n->link ? TAG_LINK : TAG_SPAN);
	named->alt = title.s;
	struct flow narrow = flow_inside(&in, in.width - tag);
	flow_text(&narrow, named, &title, 1, 0, 13 * f->scale);
	flow_append(&in, &narrow);
	flow_text(&in, paragraph(&in), runs_of(f, n->cells, n->ncells, body * f->scale, INK_TEXT),
		n->ncells, 1, 13 * f->scale);
	if (n->text) {
		struct run advice = { n->text, FACE_SANS, 8.5 * f->scale, INK_MUTED };
		flow_text(&in, paragraph(&in), &advice, 1, 2, 11.5 * f->scale);
	}
	double h = flow_height(&in) + 2 * pad - 4;
	if (h > f->tallest) {      /* longer than a page: plain text that can be broken */
		named->kind = TAG_SPAN;
		flow_append(f, &in);
		return;
	}
	struct box *b = box_add(f, 7 * f->scale, h);
	item_anchor(f->mem, &b->items, n->id);
	item_rect(f->mem, &b->items, 0, 0, f->width, h, ink, 0.055);
	item_rect(f->mem, &b->items, 0, 0, 3, h, ink, 1);
	box_take(b, &in, left, pad - 2);
	b->items.tag = said;
	item_text(f->mem, &b->items, f->width - tag - pad + 8, pad + 7.5, FACE_SANS, 7.5, ink, level);
	b->items.tag = named;
	if (n->link)
		item_link(f->mem, &b->items, 0, 0, f->width, h, n->link);
}

/* ---- charts ------------------------------------------------------------------------------ */

static void caption(struct flow *f, const char *title)
{
	struct run r = { title, FACE_BOLD, 8.5 * f->scale, INK_TEXT };
	flow_text(f, tag_add(f->mem, f->tag, TAG_CAPTION), &r, 1, 12, 12);
	f->last->h += 3;
	for (struct box *b = f->first; b; b = b->next)
		b->keep = true;
}

static void chart(struct flow *f, const struct node *n)
{
	enum { PAIRED = 24 };
	const struct drawing *d = drawing_of(f->in->drawings, n);
	if (!d)
		return;
	struct flow in = flow_inside(f, f->width);
	if (n->title) {
		in.tag = tag_add(f->mem, f->tag, TAG_DIV);
		caption(&in, n->title);
	}
	double fit = fmin(f->width / d->width, 0.85 * f->tallest / d->height);
	double scale = fmin(fit, 0.88);        /* all charts have letters of one size where they have room */
	double half = (0.5 * f->tallest - 40) / (d->height * scale);
	if (n->chart->kind == CHART_HEATMAP && n->chart->n <= PAIRED && half < 1 && half > 0.64)
		scale *= half;                 /* two to a page: their letters are large enough */
	struct box *b = box_add(&in, n->title ? 0 : 12, d->height * scale);
	item_anchor(f->mem, &in.first->items, n->id);
	struct item *i = item_rect(
		f->mem, &b->items, 0, 0, d->width * scale, d->height * scale, INK_TEXT, 1);
	i->kind = ITEM_CHART;
	i->tag = tag_add(f->mem, in.tag, TAG_FIGURE);
	i->tag->alt = n->chart->alt ? n->chart->alt : n->title ? n->title : "";
	i->size = scale;
	i->drawing = d;
	flow_append(f, &in);
}

/* ---- the rest ---------------------------------------------------------------------------- */

/* A heading is rather followed by more than a line or two on its page, or by the table or chart that it is of. */
static void lead(const struct flow *f)
{
	double seen = 0, enough = 0.22 * f->tallest;
	for (struct box *b = f->first; b && b->next && !b->shown && seen + b->h < enough; b = b->next) {
		b->lead = true;
		seen += b->h + (b->next ? b->next->space : 0);
	}
}

static void details(struct flow *f, const struct node *n)
{
	if (!n->child)
		return;
	struct flow in = flow_inside(f, f->width);
	in.scale = f->scale * 0.92;
	if (n->title) {
		struct run r = { n->title, FACE_BOLD, 9 * f->scale, INK_MUTED };
		flow_text(&in, paragraph(&in), &r, 1, 14, 13);
		in.last->keep = true;
	}
	flow_children(&in, n);
	lead(&in);
	flow_append(f, &in);
}

/* The marker stands on the first line of what the item holds, to its left. */
static void list_item(struct flow *f, const struct node *n)
{
	const struct node *list = n->parent;
	double size = body * f->scale, indent = 14;
	if (list->ordered) {
		const char *widest = arena_printf(f->mem, "%zu. ", (size_t)list->start + list->nrows);
		indent = fmax(indent, font_width(FACE_SANS, widest, strlen(widest), size));
	}
	struct flow in = flow_inside(f, f->width - indent);
	in.tag = tag_add(f->mem, tag_add(f->mem, f->tag, TAG_LI), TAG_LBODY);
	flow_children(&in, n);
	for (struct box *b = in.first; b; b = b->next) {
		b->space = b->space < 3 ? b->space : 3;
		for (struct item *i = b->items.first; i; i = i->next)
			i->x += indent;
	}
	if (!in.first)
		return;
	in.first->items.tag = in.tag;
	item_text(f->mem, &in.first->items, 0, 13.5 * f->scale * 0.74, FACE_SANS, size, INK_MUTED, n->text)->blank = true;
	flow_append(f, &in);
}

/* One that ends with a colon stays with what it announces. */
static void text(struct flow *f, const struct node *n)
{
	const struct run *runs = runs_of(f, n->cells, n->ncells, body * f->scale, INK_TEXT);
	flow_text(f, paragraph(f), runs, n->ncells, 7, 13.5 * f->scale);
	const char *last = n->ncells ? runs[n->ncells - 1].s : "";
	if (f->last && *last && last[strlen(last) - 1] == ':')
		f->last->keep = true;
}

static void flow_node(struct flow *f, const struct node *n)
{
	switch (n->kind) {
	case NODE_SECTION:
		f->tag = tag_add(f->mem, f->tag, TAG_SECT);
		heading(f, n);
		flow_children(f, n);
		lead(f);
		break;
	case NODE_TEXT:
		text(f, n);
		break;
	case NODE_NOTE:
		flow_text(f, tag_add(f->mem, f->tag, TAG_NOTE),
			runs_of(f, n->cells, n->ncells, small * f->scale, INK_MUTED), n->ncells, 6,
			11 * f->scale);
		break;
	case NODE_FIGURES:
		flow_figures(f, n);
		break;
	case NODE_TABLE:
		flow_table(f, n);
		break;
	case NODE_CHART:
		chart(f, n);
		break;
	case NODE_FINDING:
		finding(f, n);
		break;
	case NODE_COLUMNS:
		flow_columns(f, n);
		break;
	case NODE_DETAILS:
		details(f, n);
		break;
	case NODE_LIST:
		f->tag = tag_add(f->mem, f->tag, TAG_L);
		flow_children(f, n);
		if (f->first)
			f->first->space = 7;
		break;
	case NODE_ITEM:
		list_item(f, n);
		break;
	}
}

/* A table that is not tall is parted only where it would leave a large hole; one of a few rows, nowhere if it can be. */
static void rather_keep(struct flow *f, double tallest)
{
	double h = flow_height(f);
	for (struct box *b = f->first; b && b->next && h < tallest; b = b->next) {
		b->soft = true;
		b->lead = b->lead || h < 0.18 * f->tallest;
	}
}

static bool is_shown(const struct node *n)
{
	return n->kind == NODE_TABLE || n->kind == NODE_CHART || n->kind == NODE_COLUMNS;
}

void flow_child(struct flow *f, const struct node *n)
{
	struct flow in = flow_inside(f, f->width);
	struct box *before = f->last;
	bool apart = n->kind == NODE_SECTION || n->kind == NODE_DETAILS || n->kind == NODE_COLUMNS;
	flow_node(&in, n);
	if (n->kind == NODE_TABLE)
		rather_keep(&in, f->tallest * (n->keep ? 0.4 : 0.25));
	flow_append(f, &in);
	for (struct box *b = before ? before->next : f->first; b; b = b->next) {
		b->joint = b->joint || (b->next && !apart);
		b->shown = b->shown || is_shown(n);
	}
}

/* Notes stay with the table or the figure that they are about, and what announces one rather with it, most of all
 * with a figure, which is not parted; a text at the
 * end of a section, rather not alone on the next page, with what it follows. */
void flow_children(struct flow *f, const struct node *parent)
{
	bool shown = false, said = false, announced;
	for (const struct node *n = parent->child; n; n = n->next) {
		struct box *last = f->last;
		flow_child(f, n);
		announced = said && is_shown(n);
		said = n->kind == NODE_TEXT;
		shown = is_shown(n) || (shown && n->kind == NODE_NOTE);
		if (!last || !last->next)
			continue;
		last->keep = last->keep || (shown && n->kind == NODE_NOTE);
		last->lead = last->lead || (announced && n->kind != NODE_TABLE);
		last->soft = last->soft || announced || (n->kind == NODE_TEXT && (!n->next || n->next->kind == NODE_SECTION));
	}
}
