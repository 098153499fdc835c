/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cover and the table of contents. */
#include "report/pdf_int.h"

#include <math.h>
#include <string.h>

/* ---- cover ------------------------------------------------------------------------------- */

/* Lines of a text at the largest of a few sizes at which they are at most `most`. */
static size_t title_lines(struct arena *mem, const char *s, double width, size_t most, double *size,
	struct line **lines)
{
	size_t n = 0;
	for (*size = 36; *size >= 16; *size -= 4) {
		struct run r = { s, FACE_BOLD, *size, INK_SURFACE };
		n = text_lines(mem, &r, 1, width, lines);
		if (n <= most)
			break;
	}
	return n < most ? n : most;
}

/* `name` in the language of the report. */
static double fact(struct book *b, struct arena *mem, struct items *items, struct tag *list, double y,
	const char *name, const char *value)
{
	if (!value || !*value)
		return y;
	items->tag = tag_add(mem, tag_add(mem, list, TAG_LI), TAG_LBODY);
	item_text(mem, items, b->left, y, FACE_SANS, 9, INK_MUTED, name)->blank = true;
	item_text(mem, items, b->left + 84, y, FACE_SANS, 10, INK_TEXT,
		text_cut(mem, value, FACE_SANS, 10, b->width - 2 * b->left - 84));
	return y + 19;
}

static double largest(const double *y, size_t n)
{
	double most = 0;
	for (size_t i = 0; i < n; i++)
		most = isfinite(y[i]) ? fmax(most, y[i]) : most;
	return most;
}

/* How much of its box a histogram fills, as the distance from a half: the finest skylines do so. */
static double plainness(const struct chart *c)
{
	double sum = 0, most = largest(c->y, c->n);
	for (size_t i = 0; i < c->n; i++)
		sum += isfinite(c->y[i]) ? c->y[i] : 0;
	return most > 0 ? fabs(sum / (most * (double)c->n) - 0.5) : 1;
}

/* A skyline along the foot of the band: a distribution of the report, so that no two covers are
 * alike. */
static void skyline(const struct doc *d, struct arena *mem, struct items *items, double width,
	double foot, double tallest)
{
	static const double made_up[] = { 2, 4, 7, 11, 16, 20, 22, 20, 16, 12, 9, 6, 4, 3, 2, 1 };
	const struct chart *c = NULL;
	for (const struct node *n = d->root; n; n = doc_walk(n))
		if (n->kind == NODE_CHART && n->chart->kind == CHART_HISTOGRAM && n->chart->y &&
			n->chart->n >= 6 && n->chart->n <= 60 &&
			(!c || plainness(n->chart) < plainness(c)))
			c = n->chart;
	const double *y = c ? c->y : made_up;
	size_t n = c ? c->n : COUNTOF(made_up);
	double most = largest(y, n), step = width / (double)n;
	for (size_t i = 0; i < n; i++) {
		double h = isfinite(y[i]) && y[i] > 0 ? tallest * y[i] / most : 0;
		item_rect(mem, items, step * (double)i, foot - h, step - fmin(3, step * 0.15), h,
			INK_PRIMARY, 0.86);
	}
}

/* Lines of one tag from y down; returns where the next would be. */
static double put_lines(struct items *items, struct tag *tag, const struct line *lines,
	size_t n, double x, double y, double leading)
{
	items->tag = tag;
	for (size_t i = 0; i < n; i++, y += leading)
		line_put(items, &lines[i], x, y);
	return y;
}

/* The logo in the upper right corner, on a plate of paper; returns the room that it takes. */
static double logo(const struct book *b, struct arena *mem, const struct doc *d, struct items *items,
	struct tag *tag)
{
	const double pad = 9, widest = 170, tallest = 46, top = 32;
	const struct picture *p = picture_load(mem, d->logo);
	if (!p)
		return 0;
	double scale = fmin(widest / (double)p->w, tallest / (double)p->h);
	double w = (double)p->w * scale, h = (double)p->h * scale, x = b->width - b->left - w - pad;
	item_rect(mem, items, x - pad, top, w + 2 * pad, h + 2 * pad, INK_SURFACE, 1);
	items->tag = tag_add(mem, tag, TAG_FIGURE);
	items->tag->alt = d->organisation ? d->organisation : words_say(d->words, "Logo");
	struct item *i = item_rect(mem, items, x, top + pad, w, h, INK_SURFACE, 1);
	i->kind = ITEM_PICTURE;
	i->picture = p;
	return w + 3 * pad;
}

void front_cover(struct book *b, struct arena *mem, const struct render_input *in, struct tag *tag)
{
	const struct doc *d = in->doc;
	struct items *items = arena_alloc(mem, sizeof *items), *behind = arena_alloc(mem, sizeof *behind);
	double width = b->width - 2 * b->left, band = b->height * 0.62, size;
	struct line *lines;
	size_t n = title_lines(mem, d->title ? d->title : words_say(d->words, "Report"), width, 4, &size, &lines);
	book_page(b, mem);
	item_rect(mem, behind, 0, 0, b->width, band, INK_PRIMARY, 1);
	item_rect(mem, items, 0, band, b->width, 5, INK_ACCENT, 1);
	item_rect(mem, items, b->left, 82, 36, 2.5, INK_SURFACE, 1);
	double y = put_lines(items, tag_add(mem, tag, TAG_H1), lines, n, b->left, 132, size * 1.2);
	struct run subtitle = { d->subtitle ? d->subtitle : "", FACE_SANS, 14, INK_SURFACE };
	n = text_lines(mem, &subtitle, 1, width * 0.85, &lines);
	y = put_lines(items, tag_add(mem, tag, TAG_P), lines, n < 3 ? n : 3, b->left, y, 20);
	skyline(d, mem, behind, b->width, band, fmin(b->height * 0.3, band - y));
	double taken = logo(b, mem, d, items, tag);
	items->tag = tag_add(mem, tag, TAG_P);
	item_text(mem, items, b->left, 68, FACE_BOLD, 11, INK_SURFACE,
		text_cut(mem, d->organisation ? d->organisation : words_say(d->words, "Data report"),
			FACE_BOLD, 11, width - taken));
	struct tag *facts = tag_add(mem, tag, TAG_L);
	y = fact(b, mem, items, facts, band + 56, words_say(d->words, "Date"), d->date);
	y = fact(b, mem, items, facts, y, words_say(d->words, "Author"), d->author);
	y = fact(b, mem, items, facts, y, words_say(d->words, "Data"), d->input_name);
	y = fact(b, mem, items, facts, y, words_say(d->words, "Job"), d->job);
	fact(b, mem, items, facts, y, words_say(d->words, "Edition"), d->edition);
	items->tag = tag_add(mem, tag, TAG_P);
	item_text(mem, items, b->left, b->height - 44, FACE_SANS, 8, INK_MUTED,
		words_printf(mem, d->words, "Made with Dossier %s", d->version ? d->version : ""));
	book_place(b, mem, (struct placed){ .items = behind });
	book_place(b, mem, (struct placed){ .items = items });
}

/* ---- contents ---------------------------------------------------------------------------- */

enum { TITLE_ROOM = 48, CHAPTER_STEP = 22, SECTION_STEP = 15 };

static double contents_page(struct book *b, struct arena *mem, struct tag *heading, const char *title)
{
	struct items *items = arena_alloc(mem, sizeof *items);
	items->tag = heading;
	book_page(b, mem);
	if (heading)
		item_text(mem, items, b->left, b->top + 18, FACE_BOLD, 20, INK_TEXT, title);
	book_place(b, mem, (struct placed){ .items = items });
	return b->top + (heading ? TITLE_ROOM : 8);
}

/* A line of the contents; its tag is a link in an item of the list of its depth. */
static void entry(
	struct book *b, struct arena *mem, const struct mark *m, struct tag *list, double y, double step)
{
	int depth = node_depth(m->section);
	enum face face = depth == 1 ? FACE_BOLD : FACE_SANS;
	double size = depth == 1 ? 10 : 9, indent = depth == 1 ? 22 : 30;
	double x = b->left + (depth == 1 ? 0 : 22), right = b->width - b->left;
	const char *page = arena_printf(mem, "%zu", m->page + 1);
	double page_width = font_width(face, page, strlen(page), size);
	struct items *items = arena_alloc(mem, sizeof *items);
	items->tag = tag_add(mem, tag_add(mem, tag_add(mem, list, TAG_TOCI), TAG_REFERENCE), TAG_LINK);
	items->tag->alt = m->section->title;
	item_text(mem, items, x, y, FACE_SANS, size, INK_PRIMARY, m->number)->blank = true;
	struct item *title = item_text(mem, items, x + indent, y, face, size, INK_TEXT,
		text_cut(mem, m->section->title, face, size, right - x - indent - 40));
	title->blank = true;
	item_text(mem, items, right - page_width, y, face, size, INK_TEXT, page);
	item_link(mem, items, b->left, y - step + 4, right - b->left, step, m->id);
	double from = x + indent + title->w + 8, to = right - page_width - 8;
	if (to > from && depth == 2)
		item_line(mem, items, from, y - 2.5, to - from, 0, 0.5, INK_GRID);
	book_place(b, mem, (struct placed){ .items = items });
}

/* Room for a line of the contents; 0: not in them. */
static double step_of(const struct mark *m)
{
	int depth = m->section ? node_depth(m->section) : 0;
	return depth == 1 ? CHAPTER_STEP : depth == 2 ? SECTION_STEP : 0;
}

/* A few lines too many for their last page are not worth another: all move closer together. */
static double squeeze(const struct book *b, const struct book *body)
{
	double room = b->height - b->top - b->bottom - TITLE_ROOM, need = 0;
	for (size_t i = 0; i < body->nmarks; i++)
		need += step_of(&body->marks[i]);
	double pages = floor(need / room);
	return pages >= 1 && need > pages * room && need * 0.8 < pages * room - SECTION_STEP
		? (pages * room - SECTION_STEP) / need : 1;
}

void front_contents(struct book *b, struct arena *mem, const struct doc *d, const struct book *body,
	struct tag *tag)
{
	struct tag *chapters = NULL, *sections = NULL;
	double y = 0, closer = squeeze(b, body);
	for (size_t i = 0; i < body->nmarks; i++) {
		const struct mark *m = &body->marks[i];
		double step = step_of(m) * closer;
		bool chapter = step_of(m) == CHAPTER_STEP;
		if (step == 0)
			continue;
		if (y == 0 || y + step > b->height - b->bottom)
			y = contents_page(b, mem, y == 0 ? tag_add(mem, tag, TAG_H2) : NULL,
				words_say(d->words, "Contents"));
		y += step;
		if (!chapters)
			chapters = tag_add(mem, tag, TAG_TOC);
		if (chapter)
			sections = NULL;
		else if (!sections)
			sections = tag_add(mem, chapters, TAG_TOC);
		entry(b, mem, m, chapter ? chapters : sections, y, step);
	}
}
