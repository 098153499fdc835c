/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tags of a PDF: what its texts are (headings, cells of a table, a picture and what it shows), in
 * the order in which they are read, for screen readers and for whoever takes the text out again.
 * Objects and keys: ISO 32000-1, 14.7 and 14.8; what must be said: ISO 14289-1 (PDF/UA-1).
 */
#include "report/pdf_int.h"

#include <stdio.h>
#include <string.h>

/* ---- growing the tree -------------------------------------------------------------------- */

struct tag *tag_add(struct arena *mem, struct tag *parent, enum tag_kind kind)
{
	struct tag *t = arena_alloc(mem, sizeof *t);
	t->kind = kind;
	t->parent = parent;
	if (!parent)
		return t;
	if (parent->last)
		parent->last->next = t;
	else
		parent->child = t;
	parent->last = t;
	return t;
}

void tag_cut(struct tag *parent, struct tag *last)
{
	*(last ? &last->next : &parent->child) = NULL;
	parent->last = last;
}

enum tag_kind tag_heading(int depth)
{
	static const enum tag_kind kinds[] = { TAG_H1, TAG_H2, TAG_H3, TAG_H4, TAG_H5, TAG_H6 };
	return kinds[depth < 0 ? 0 : depth > 5 ? 5 : depth];
}

const char *tag_name(enum tag_kind kind)
{
	static const char *const names[TAG_COUNT] = {
		[TAG_DOCUMENT] = "Document", [TAG_SECT] = "Sect", [TAG_DIV] = "Div", [TAG_H1] = "H1",
		[TAG_H2] = "H2", [TAG_H3] = "H3", [TAG_H4] = "H4", [TAG_H5] = "H5", [TAG_H6] = "H6",
		[TAG_P] = "P", [TAG_NOTE] = "Note", [TAG_SPAN] = "Span", [TAG_LINK] = "Link",
		[TAG_TOC] = "TOC", [TAG_TOCI] = "TOCI", [TAG_REFERENCE] = "Reference", [TAG_L] = "L",
		[TAG_LI] = "LI", [TAG_LBODY] = "LBody", [TAG_TABLE] = "Table", [TAG_CAPTION] = "Caption",
		[TAG_THEAD] = "THead", [TAG_TBODY] = "TBody", [TAG_TR] = "TR", [TAG_TH_COLUMN] = "TH",
		[TAG_TH_ROW] = "TH", [TAG_TD] = "TD", [TAG_FIGURE] = "Figure",
	};
	return names[kind];
}

/* ---- marking pages ----------------------------------------------------------------------- */

static size_t remember(struct arena *mem, struct tags *list, struct tag *tag)
{
	if (list->n == list->cap) {
		list->cap = list->cap ? 2 * list->cap : 64;
		struct tag **more = arena_calloc(mem, list->cap, sizeof(struct tag *));
		if (list->n)
			memcpy(more, list->v, list->n * sizeof *more);
		list->v = more;
	}
	list->v[list->n] = tag;
	return list->n++;
}

static void add_piece(struct arena *mem, struct tag *tag, struct piece what)
{
	struct piece *p = arena_alloc(mem, sizeof *p);
	*p = what;
	if (tag->end)
		tag->end->next = p;
	else
		tag->first = p;
	tag->end = p;
	for (struct tag *t = tag; t && !t->solid; t = t->parent)
		t->solid = true;
}

int tagging_mark(struct tagging *t, struct tag *tag, size_t page)
{
	int mcid = (int)remember(t->mem, &t->of_page[page], tag);
	add_piece(t->mem, tag, (struct piece){ .page = page, .mcid = mcid });
	return mcid;
}

size_t tagging_link(struct tagging *t, struct tag *tag, size_t page, unsigned object)
{
	add_piece(t->mem, tag, (struct piece){ .page = page, .mcid = -1, .object = object });
	return t->npages + remember(t->mem, &t->links, tag);
}

/* ---- writing ----------------------------------------------------------------------------- */

void objects_begin(struct objects *o, unsigned number)
{
	if (o->n == o->cap) {
		o->cap = o->cap ? 2 * o->cap : 1024;
		struct object *more = arena_calloc(o->mem, o->cap, sizeof *more);
		if (o->n)
			memcpy(more, o->v, o->n * sizeof *more);
		o->v = more;
	}
	o->v[o->n++] = (struct object){ o->body.n, number };
}

/* Cells are kept empty as they may be, so that each row has its columns. */
static bool is_kept(const struct tag *t)
{
	bool cell = t->kind == TAG_TD || t->kind == TAG_TH_COLUMN || t->kind == TAG_TH_ROW;
	return t->solid || (cell && t->parent->solid);
}

/* Parents before children, so that references need no second pass. */
static void number(struct tag *t, unsigned *next)
{
	t->object = (*next)++;
	for (struct tag *c = t->child; c; c = c->next)
		if (is_kept(c))
			number(c, next);
}

static void put_attributes(struct buf *b, const struct tag *t)
{
	if (t->kind == TAG_TH_COLUMN || t->kind == TAG_TH_ROW)
		buf_printf(b, "/A<</O/Table/Scope/%s>>", t->kind == TAG_TH_ROW ? "Row" : "Column");
	if (t->kind == TAG_NOTE)
		buf_printf(b, "/ID(note%08u)", t->object);
	if (t->kind != TAG_FIGURE)
		return;
	char side[4][350];
	for (int i = 0; i < 4; i++)
		num_fixed(side[i], t->box[i], 2);
	buf_printf(b, "/A<</O/Layout/Placement/Block/BBox[%s %s %s %s]>>/Alt", side[0], side[1],
		side[2], side[3]);
	pdf_string(b, t->alt);
}

static void put_kids(struct buf *b, const struct tag *t, const struct tagging *of)
{
	size_t page = t->first ? t->first->page : 0;
	if (t->first)
		buf_printf(b, "/Pg %u 0 R", of->page_objects[page]);
	if (t->first && !t->first->next && !t->child && t->first->mcid >= 0) {
		buf_printf(b, "/K %d", t->first->mcid);
		return;
	}
	buf_puts(b, "/K[");
	for (const struct piece *p = t->first; p; p = p->next) {
		const char *where = p->page == page ? ""
			: arena_printf(of->mem, "/Pg %u 0 R", of->page_objects[p->page]);
		if (p->mcid < 0)
			buf_printf(b, "<</Type/OBJR%s/Obj %u 0 R>>", where, p->object);
		else if (p->page == page)
			buf_printf(b, "%d ", p->mcid);
		else
			buf_printf(b, "<</Type/MCR%s/MCID %d>>", where, p->mcid);
	}
	for (const struct tag *c = t->child; c; c = c->next)
		if (is_kept(c))
			buf_printf(b, "%u 0 R ", c->object);
	buf_putc(b, ']');
}

static void put_tag(struct objects *o, const struct tag *t, unsigned above, const struct tagging *of)
{
	objects_begin(o, t->object);
	buf_printf(&o->body, "<</Type/StructElem/S/%s/P %u 0 R", tag_name(t->kind), above);
	put_attributes(&o->body, t);
	put_kids(&o->body, t, of);
	buf_puts(&o->body, ">>\n");
	for (const struct tag *c = t->child; c; c = c->next)
		if (is_kept(c))
			put_tag(o, c, t->object, of);
}

/* Which tag a mark of a page belongs to, and which an annotation. */
static void put_parents(struct objects *o, const struct tagging *t, unsigned tree)
{
	objects_begin(o, tree);
	buf_puts(&o->body, "<</Nums[");
	for (size_t page = 0; page < t->npages; page++)
		buf_printf(&o->body, "%zu %u 0 R ", page, tree + 1 + (unsigned)page);
	for (size_t i = 0; i < t->links.n; i++)
		buf_printf(&o->body, "%zu %u 0 R ", t->npages + i, t->links.v[i]->object);
	buf_puts(&o->body, "]>>\n");
	for (size_t page = 0; page < t->npages; page++) {
		objects_begin(o, tree + 1 + (unsigned)page);
		buf_putc(&o->body, '[');
		for (size_t i = 0; i < t->of_page[page].n; i++)
			buf_printf(&o->body, "%u 0 R ", t->of_page[page].v[i]->object);
		buf_puts(&o->body, "]\n");
	}
}

/* Notes by the identifiers that the standard asks of them. */
static void put_ids(struct objects *o, const struct tag *t)
{
	if (t->kind == TAG_NOTE)
		buf_printf(&o->body, "(note%08u)%u 0 R ", t->object, t->object);
	for (const struct tag *c = t->child; c; c = c->next)
		if (is_kept(c))
			put_ids(o, c);
}

void tags_write(struct tagging *t, struct objects *o)
{
	number(t->root, &o->next);
	unsigned parents = o->next;
	o->next += 1 + (unsigned)t->npages;
	objects_begin(o, o->root);
	buf_printf(&o->body, "<</Type/StructTreeRoot/K %u 0 R/ParentTree %u 0 R/ParentTreeNextKey %zu",
		t->root->object, parents, t->npages + t->links.n);
	buf_puts(&o->body, "/IDTree<</Names[");
	put_ids(o, t->root);
	buf_puts(&o->body, "]>>>>\n");
	put_tag(o, t->root, o->root, t);
	put_parents(o, t, parents);
}
