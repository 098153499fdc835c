/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Boxes onto pages: a table's header is set again where it goes on. Running header and footer come last,
 * when the number of pages is known.
 */
#include "report/pdf_int.h"

#include <stdlib.h>
#include <string.h>

/* Room for one more at v[n]. */
static void *grow(struct arena *mem, void *v, size_t n, size_t *cap, size_t size)
{
	if (n < *cap)
		return v;
	*cap = *cap ? 2 * *cap : 16;
	void *more = arena_calloc(mem, *cap, size);
	if (n)
		memcpy(more, v, n * size);
	return more;
}

void book_page(struct book *b, struct arena *mem)
{
	b->pages = grow(mem, b->pages, b->npages, &b->pages_cap, sizeof *b->pages);
	b->pages[b->npages++] = (struct page){ 0 };
}

static void place_on(struct page *p, struct arena *mem, struct placed what)
{
	p->v = grow(mem, p->v, p->n, &p->cap, sizeof *p->v);
	p->v[p->n++] = what;
}
void book_place(struct book *b, struct arena *mem, struct placed what)
{
	place_on(&b->pages[b->npages - 1], mem, what);
}

static void add_mark(struct book *b, struct arena *mem, struct mark m)
{
	b->marks = grow(mem, b->marks, b->nmarks, &b->marks_cap, sizeof *b->marks);
	b->marks[b->nmarks++] = m;
}

static void place_box(struct book *b, struct arena *mem, const struct box *box)
{
	double y = b->top + box->y;
	book_place(b, mem, (struct placed){ &box->items, b->left + box->x, y, ARTIFACT_NONE });
	for (const struct item *i = box->items.first; i; i = i->next)
		if (i->kind == ITEM_ANCHOR) {
			bool heading = box->section && i->text == box->section->id;
			add_mark(b, mem,
				(struct mark){ i->text, heading ? box->section : NULL, box->number,
					b->npages - 1, y + i->y });
		}
}

static void place_all(struct book *b, struct arena *mem, struct box *first)
{
	break_pages(mem, first, b->height - b->top - b->bottom);
	for (const struct box *box = first; box; box = box->next) {
		if (box->page != PAGE_GOES_ON)
			book_page(b, mem);
		if (box->page == PAGE_WITH_HEAD)
			book_place(b, mem, (struct placed){ &box->head->items, b->left, b->top,
				ARTIFACT_REPEATED });
		place_box(b, mem, box);
	}
}

/* ---- header and footer ------------------------------------------------------------------- */

static void furnish(
	struct book *b, struct arena *mem, const struct doc *d, size_t page, const char *section)
{
	struct items *header = arena_alloc(mem, sizeof *header);
	struct items *footer = arena_alloc(mem, sizeof *footer);
	double width = b->width - 2 * b->left, foot = b->height - 30, half = width * 0.48;
	const char *of =
		words_printf(mem, d->words, "page %zu of %zu", page - b->front + 1, b->npages - b->front);
	const char *title = text_cut(mem, d->title ? d->title : "", FACE_SANS, 8, half);
	const char *maker = d->organisation;
	if (!maker)
		maker = arena_printf(mem, "Dossier %s", d->version ? d->version : "");
	if (d->edition)
		maker = arena_printf(mem, "%s \xC2\xB7 %s", d->edition, maker);
	section = text_cut(mem, section, FACE_SANS, 8, half);
	item_text(mem, header, b->left, 36, FACE_SANS, 8, INK_MUTED, title);
	item_text(mem, header, b->left + width - font_width(FACE_SANS, section, strlen(section), 8),
		36, FACE_SANS, 8, INK_MUTED, section);
	item_line(mem, header, b->left, 44, width, 0, 0.6, INK_GRID);
	item_text(mem, footer, b->left, foot, FACE_SANS, 8, INK_MUTED,
		text_cut(mem, maker, FACE_SANS, 8, half));
	item_text(mem, footer, b->left + width - font_width(FACE_SANS, of, strlen(of), 8), foot,
		FACE_SANS, 8, INK_MUTED, of);
	place_on(&b->pages[page], mem, (struct placed){ header, 0, 0, ARTIFACT_HEADER });
	place_on(&b->pages[page], mem, (struct placed){ footer, 0, 0, ARTIFACT_FOOTER });
}

static void furnish_all(struct book *b, struct arena *mem, const struct doc *d)
{
	const char *section = "";
	size_t m = 0;
	for (size_t page = b->front; page < b->npages; page++) {
		bool top = true;       /* a chapter that starts in the upper half gives its name */
		const char *shown = section;
		for (; m < b->nmarks && b->marks[m].page <= page; m++) {
			const struct mark *k = &b->marks[m];
			if (!k->section || node_depth(k->section) != 1)
				continue;
			section = k->section->title;
			if (top && (k->y < b->height / 2 || !*shown))
				shown = section;
			top = false;
		}
		furnish(b, mem, d, page, shown);
	}
}

/* ---- the book ---------------------------------------------------------------------------- */

static struct book empty_book(const struct theme *t)
{
	bool letter = t->paper && strcmp(t->paper, "Letter") == 0;
	return (struct book){ .width = letter ? 612 : 595.28, .height = letter ? 792 : 841.89,
		.left = 54, .top = 66, .bottom = 58 };
}

static int by_id(const void *a, const void *b)
{
	const struct mark *const *p = a, *const *q = b;
	return strcmp((*p)->id, (*q)->id);
}
static void sort_marks(struct book *b, struct arena *mem)
{
	b->by_id = arena_calloc(mem, b->nmarks, sizeof *b->by_id);
	for (size_t i = 0; i < b->nmarks; i++)
		b->by_id[i] = &b->marks[i];
	qsort(b->by_id, b->nmarks, sizeof *b->by_id, by_id);
}
const struct mark *book_find(const struct book *b, const char *id)
{
	struct mark wanted = { .id = id };
	const struct mark *key = &wanted;
	const struct mark *const *found = bsearch(&key, b->by_id, b->nmarks, sizeof *b->by_id, by_id);
	return found ? *found : NULL;
}

/* The summary is one page if smaller gaps and letters can make it so. */
static void summary(struct flow *f, const struct node *n)
{
	struct tag *before = f->tag->last;
	for (double scale = 1; scale > 0.87; scale -= 0.04) {
		struct flow in = flow_inside(f, f->width);
		in.scale = scale;
		flow_child(&in, n);
		if (boxes_place(in.first, NULL, 0, 0.75) <= f->tallest) {
			for (struct box *b = in.first; b && b->next; b = b->next)
				b->keep = true;
			flow_append(f, &in);
			return;
		}
		tag_cut(f->tag, before);
	}
	flow_child(f, n);
}

/* A book whose chapters are being set. */
struct setting {
	struct book body;          /* only its measures so far */
	struct flow flow;
	struct tag *root, *front;
	const struct node *next;   /* the first chapter that is not set */
};

/* Sets the chapters before `end`. */
static void set_chapters(struct setting *s, const struct node *end)
{
	const struct node *first = s->flow.in->doc->root->child;
	for (; s->next && s->next != end; s->next = s->next->next)
		(s->next == first ? summary : flow_child)(&s->flow, s->next);
}

struct setting *report_set_pages(struct arena *mem, const struct render_input *in)
{
	struct setting *s = arena_alloc(mem, sizeof *s);
	struct book *b = &s->body;
	*b = empty_book(in->theme);
	s->root = tag_add(mem, NULL, TAG_DOCUMENT);
	s->front = tag_add(mem, s->root, TAG_SECT);
	s->flow = (struct flow){ .mem = mem, .in = in, .width = b->width - 2 * b->left,
		.tallest = b->height - b->top - b->bottom, .scale = 1, .tag = s->root };
	s->next = in->doc->root->child;
	set_chapters(s, in->doc->checks);
	return s;
}

struct book *book_lay_out(struct arena *mem, const struct render_input *in)
{
	struct setting *s = in->set ? in->set : report_set_pages(mem, in);
	struct book *body = &s->body, *b = arena_alloc(mem, sizeof *b);
	*b = empty_book(in->theme);
	b->root = s->root;
	set_chapters(s, NULL);
	place_all(body, mem, s->flow.first);
	front_cover(b, mem, in, s->front);
	front_contents(b, mem, in->doc, body, s->front);
	b->front = b->npages;
	for (size_t i = 0; i < body->npages; i++) {
		book_page(b, mem);
		b->pages[b->npages - 1] = body->pages[i];
	}
	for (size_t i = 0; i < body->nmarks; i++) {
		body->marks[i].page += b->front;
		add_mark(b, mem, body->marks[i]);
	}
	sort_marks(b, mem);
	furnish_all(b, mem, in->doc);
	return b;
}
