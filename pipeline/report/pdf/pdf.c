/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages as a PDF file, with links, outline and properties. libharu's error handler jumps to the one
 * place that frees the document.
 */
#include "report/pdf_haru.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void on_error(HPDF_STATUS error, HPDF_STATUS detail, void *user)
{
	struct pdf *p = user;
	p->error = error;
	p->detail = detail;
	longjmp(p->escape, 1);
}

/* Two decimals of a point are plenty. */
static HPDF_REAL real(double v)
{
	return (HPDF_REAL)(round(v * 100) / 100);
}

/* ---- links ------------------------------------------------------------------------------- */

/* HPDF_Destination_SetXYZ refuses a zoom of 0, which means "as it is": the array is built by hand. */
static HPDF_Destination place(struct pdf *p, const struct mark *m)
{
	size_t mark = (size_t)(m - p->book->marks);
	if (!p->places[mark]) {
		HPDF_Destination d = HPDF_Page_CreateDestination(p->pages[m->page]);
		HPDF_Array_AddName(d, "XYZ");
		HPDF_Array_AddReal(d, 0);
		HPDF_Array_AddReal(d, real(p->height - m->y + 12));
		HPDF_Array_AddNumber(d, 0);
		p->places[mark] = d;
	}
	return p->places[mark];
}

static unsigned number_of(HPDF_Dict object)
{
	return object->header.obj_id & 0x00FFFFFF;
}

/* A text of the file's own objects. The library's encoder knows the basic plane only, so what is more than
 * ASCII is put into UTF-16 here. */
static void set_string(struct pdf *p, HPDF_Dict dict, const char *key, const char *s)
{
	const char *end = s + strlen(s), *ascii = s;
	while (*ascii > 0 && *ascii < 0x7F)
		ascii++;
	if (ascii == end) {
		HPDF_Dict_Add(dict, key, HPDF_String_New(p->doc->mmgr, s, NULL));
		return;
	}
	HPDF_BYTE *utf16 = arena_alloc(p->tagging.mem, 2 + 4 * (size_t)(end - s));
	HPDF_UINT n = 0;
	for (uint32_t cp = 0xFEFF; cp; cp = s < end ? utf8_next(&s, end) : 0) {
		uint32_t units[] = { cp, 0 };
		if (cp > 0xFFFF) {
			units[0] = 0xD800 + ((cp - 0x10000) >> 10);
			units[1] = 0xDC00 + (cp & 0x3FF);
		}
		for (int i = 0; i < (cp > 0xFFFF ? 2 : 1); i++) {
			utf16[n++] = (HPDF_BYTE)(units[i] >> 8);
			utf16[n++] = (HPDF_BYTE)units[i];
		}
	}
	HPDF_Dict_Add(dict, key, HPDF_Binary_New(p->doc->mmgr, utf16, n));
}

void pdf_link(struct pdf *p, const struct item *i, double x, double y)
{
	const struct mark *m = book_find(p->book, i->text);
	if (!m) {
		i->tag->kind = TAG_SPAN;
		return;
	}
	HPDF_Rect r = { real(x), real(y - i->h), real(x + i->w), real(y) };
	HPDF_Annotation a = HPDF_Page_CreateLinkAnnot(p->page, r, place(p, m));
	HPDF_LinkAnnot_SetBorderStyle(a, 0, 0, 0);
	set_string(p, a, "Contents", text_plain(p->tagging.mem, i->tag->alt));
	HPDF_Dict_AddNumber(a, "StructParent",
		(HPDF_INT32)tagging_link(&p->tagging, i->tag, p->page_number, number_of(a)));
}

static void put_outline(struct pdf *p, struct arena *mem)
{
	enum { DEEP = 8 };
	HPDF_Outline above[DEEP + 1] = { NULL };
	for (size_t i = 0; i < p->book->nmarks; i++) {
		const struct mark *m = &p->book->marks[i];
		int depth = m->section ? node_depth(m->section) : 0;
		if (depth < 1 || depth > DEEP)
			continue;
		HPDF_Outline parent = NULL;
		for (int k = depth - 1; k > 0 && !parent; k--)
			parent = above[k];
		const char *title = arena_printf(mem, "%s%s%s", m->number, *m->number ? " " : "",
			text_plain(mem, m->section->title));
		HPDF_Outline o = HPDF_CreateOutline(p->doc, parent, "", NULL);
		set_string(p, o, "Title", title);
		HPDF_Outline_SetDestination(o, place(p, m));
		HPDF_Outline_SetOpened(o, HPDF_FALSE);
		above[depth] = o;
		for (int k = depth + 1; k <= DEEP; k++)
			above[k] = NULL;
	}
}

/* ---- the file ---------------------------------------------------------------------------- */

static void put_info(struct pdf *p, struct arena *mem, const struct render_input *in)
{
	const struct doc *d = in->doc;
	HPDF_Date date = { .year = 1970, .month = 1, .day = 1, .ind = 'Z' };
	int v[6] = { 1970, 1, 1, 0, 0, 0 };
	if (in->source_date)
		sscanf(in->source_date, "%4d-%2d-%2dT%2d:%2d:%2d", &v[0], &v[1], &v[2], &v[3],
			&v[4], &v[5]);
	date.year = v[0], date.month = v[1], date.day = v[2];
	date.hour = v[3], date.minutes = v[4], date.seconds = v[5];
	HPDF_SetInfoDateAttr(p->doc, HPDF_INFO_CREATION_DATE, date);
	HPDF_SetInfoDateAttr(p->doc, HPDF_INFO_MOD_DATE, date);
	HPDF_Dict info = p->doc->info;
	const char *author = d->author ? d->author : d->organisation;
	set_string(p, info, "Title", text_plain(mem, d->title && *d->title ? d->title : "Report"));
	if (author)
		set_string(p, info, "Author", text_plain(mem, author));
	if (d->subtitle)
		set_string(p, info, "Subject", text_plain(mem, d->subtitle));
	set_string(p, info, "Creator", arena_printf(mem, "Dossier %s", d->version ? d->version : ""));
}

/* What makes readers treat the file as a tagged one with a title. */
static void put_catalog(struct pdf *p, const struct render_input *in)
{
	HPDF_Dict catalog = p->doc->catalog, marked = HPDF_Dict_New(p->doc->mmgr);
	const char *language = in->doc->language ? in->doc->language : "en";
	HPDF_Dict_Add(catalog, "Lang", HPDF_String_New(p->doc->mmgr, language, NULL));
	HPDF_Dict_AddBoolean(marked, "Marked", HPDF_TRUE);
	HPDF_Dict_Add(catalog, "MarkInfo", marked);
	HPDF_Dict view = HPDF_Dict_New(p->doc->mmgr);
	HPDF_Dict_AddBoolean(view, "DisplayDocTitle", HPDF_TRUE);
	HPDF_Dict_Add(catalog, "ViewerPreferences", view);
	HPDF_Dict tree = HPDF_Dict_New(p->doc->mmgr);      /* stands for that of pdf/tags.c */
	HPDF_Xref_Add(p->doc->xref, tree);
	HPDF_Dict_Add(catalog, "StructTreeRoot", tree);
	p->objects.root = number_of(tree);
	struct buf xmp = { 0 };
	HPDF_Dict properties = HPDF_DictStream_New(p->doc->mmgr, p->doc->xref);
	HPDF_Dict_AddName(properties, "Type", "Metadata");
	HPDF_Dict_AddName(properties, "Subtype", "XML");
	pdf_metadata(&xmp, in);
	HPDF_Stream_Write(properties->stream, (const HPDF_BYTE *)xmp.p, (HPDF_UINT)xmp.n);
	buf_free(&xmp);
	HPDF_Dict_Add(catalog, "Metadata", properties);
}

/* An empty page for each of the book, so that links can lead ahead. */
static void put_pages(struct pdf *p, struct arena *mem)
{
	const struct book *b = p->book;
	unsigned *numbers = arena_calloc(mem, b->npages, sizeof *numbers);
	p->pages = arena_calloc(mem, b->npages, sizeof *p->pages);
	for (size_t i = 0; i < b->npages; i++) {
		HPDF_Page page = p->pages[i] = HPDF_AddPage(p->doc);
		HPDF_Page_SetWidth(page, real(b->width));
		HPDF_Page_SetHeight(page, real(b->height));
		HPDF_Dict_AddNumber(page, "StructParents", (HPDF_INT32)i);
		HPDF_Dict_AddName(page, "Tabs", "S");
		numbers[i] = number_of(page);
	}
	p->tagging = (struct tagging){ .mem = mem, .root = b->root, .npages = b->npages,
		.page_objects = numbers, .of_page = arena_calloc(mem, b->npages, sizeof(struct tags)) };
}

/* Paper is the lighter of the theme's two grounds: tinted cards on a white page print well. */
static void take_colours(struct pdf *p, const struct theme *t)
{
	struct theme page = *t;
	page.surface = t->bg;
	for (int k = 0; k < INK_COUNT; k++)
		p->rgb[k] = ink_rgb(t, (enum ink)k, false);
	uint32_t bg = ink_rgb(&page, INK_SURFACE, false), surface = p->rgb[INK_SURFACE];
	uint32_t light_bg = (bg >> 16) + (bg >> 8 & 255) + (bg & 255);
	uint32_t light_surface = (surface >> 16) + (surface >> 8 & 255) + (surface & 255);
	if (light_bg > light_surface)
		p->rgb[INK_SURFACE] = bg;
}

static void write_book(struct pdf *p, struct arena *mem, const struct render_input *in)
{
	const struct book *b = p->book;
	HPDF_SetCompressionMode(p->doc, HPDF_COMP_ALL);
	HPDF_UseUTFEncodings(p->doc);
	p->tagging.mem = mem;
	put_info(p, mem, in);
	put_catalog(p, in);
	put_pages(p, mem);
	for (size_t i = 0; i < b->npages; i++)
		pdf_page(p, i);
	put_outline(p, mem);
	HPDF_SetPageMode(p->doc, HPDF_PAGE_MODE_USE_OUTLINE);
	HPDF_AddPageLabel(p->doc, 0, HPDF_PAGE_NUM_STYLE_LOWER_ROMAN, 1, NULL);
	if (b->front < b->npages)
		HPDF_AddPageLabel(p->doc, (HPDF_UINT)b->front, HPDF_PAGE_NUM_STYLE_DECIMAL, 1, NULL);
	HPDF_SaveToStream(p->doc);
	HPDF_UINT32 size = HPDF_GetStreamSize(p->doc);
	HPDF_ResetStream(p->doc);
	buf_reserve(&p->file, size);
	HPDF_ReadFromStream(p->doc, (HPDF_BYTE *)p->file.p, &size);
	p->file.n = size;
}

static int pdf_render(const struct render_input *in, struct buf *out, struct err *e)
{
	if (font_load(e))
		return -1;
	struct arena *mem = arena_new();
	struct pdf *p = arena_alloc(mem, sizeof *p);
	int status = 0;
	p->book = book_lay_out(mem, in);
	p->height = p->book->height;
	p->objects.mem = mem;
	p->places = arena_calloc(mem, p->book->nmarks, sizeof *p->places);
	take_colours(p, in->theme);
	if (setjmp(p->escape)) {
		status = err_set(
			e, ERR_BUG, "PDF library: error 0x%04lx, detail %lu", p->error, p->detail);
	} else {
		p->doc = HPDF_New(on_error, p);
		write_book(p, mem, in);
		status = pdf_extend(out, &p->tagging, &p->objects, (struct str){ p->file.p, p->file.n }, e);
	}
	if (p->doc)
		HPDF_Free(p->doc);
	buf_free(&p->file);
	buf_free(&p->page_ops);
	buf_free(&p->objects.body);
	buf_free(&p->objects.packed);
	arena_free(mem);
	return status;
}

const struct renderer render_pdf = { "pdf", "pdf", pdf_render };
