/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pages as a PDF file: the only file that knows libharu. Its error handler jumps to the one place
 * that frees the document. Text stays text in every script; three faults of libharu 2.3.0 are
 * worked around below (glyphs built from others, the map to Unicode, destinations that keep the
 * zoom).
 */
#include "report/pdf_int.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <hpdf.h>
#include <hpdf_doc.h>
#include <hpdf_font.h>
#include <hpdf_fontdef.h>
#include <hpdf_objects.h>
#pragma GCC diagnostic pop

#include <math.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct pdf {
	HPDF_Doc doc;
	HPDF_Page *pages, page;
	HPDF_Font fonts[FONT_COUNT];       /* loaded at their first glyph: a loaded font is written */
	uint8_t used[FONT_COUNT][0x10000 / 8];     /* characters whose glyphs are marked */
	HPDF_Dict unicode;                 /* what the codes of a text mean */
	HPDF_ExtGState alphas[101];
	HPDF_Destination *places;          /* of each mark, made when first needed */
	const struct book *book;
	uint32_t rgb[INK_COUNT], fill, stroke;
	double height;
	struct buf run;                    /* of text in one font */
	jmp_buf escape;
	HPDF_STATUS error, detail;
};
static const uint32_t unset = UINT32_MAX;

static void on_error(HPDF_STATUS error, HPDF_STATUS detail, void *user)
{
	struct pdf *p = user;
	p->error = error;
	p->detail = detail;
	longjmp(p->escape, 1);
}

/* Two decimals of a point, or of a colour, are plenty. */
static HPDF_REAL real(double v)
{
	return (HPDF_REAL)(round(v * 100) / 100);
}

/* ---- colours ----------------------------------------------------------------------------- */

static uint32_t tinted(const struct pdf *p, enum ink ink, double tint)
{
	uint32_t out = 0, a = p->rgb[INK_SURFACE], b = p->rgb[ink];
	for (int shift = 16; shift >= 0; shift -= 8) {
		double x = a >> shift & 255, y = b >> shift & 255;
		out = out << 8 | (uint32_t)lround(x + (y - x) * tint);
	}
	return out;
}
static void set_fill(struct pdf *p, uint32_t rgb)
{
	if (rgb != p->fill)
		HPDF_Page_SetRGBFill(p->page, real((rgb >> 16) / 255.0),
			real((rgb >> 8 & 255) / 255.0), real((rgb & 255) / 255.0));
	p->fill = rgb;
}
static void set_stroke(struct pdf *p, uint32_t rgb)
{
	if (rgb != p->stroke)
		HPDF_Page_SetRGBStroke(p->page, real((rgb >> 16) / 255.0),
			real((rgb >> 8 & 255) / 255.0), real((rgb & 255) / 255.0));
	p->stroke = rgb;
}
static void set_alpha(struct pdf *p, double alpha)
{
	int k = (int)lround(fmin(1, fmax(0, alpha)) * 100);
	if (!p->alphas[k]) {
		p->alphas[k] = HPDF_CreateExtGState(p->doc);
		HPDF_ExtGState_SetAlphaFill(p->alphas[k], (HPDF_REAL)k / 100);
		HPDF_ExtGState_SetAlphaStroke(p->alphas[k], (HPDF_REAL)k / 100);
	}
	HPDF_Page_SetExtGState(p->page, p->alphas[k]);
}

/* ---- text -------------------------------------------------------------------------------- */

/* libharu writes the codes of its text as Unicode, but says so in a map that readers find malformed.
 * This one maps every code to itself; a range must not leave its row of 256. */
static HPDF_Dict unicode_map(struct pdf *p)
{
	static const char head[] = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n";
	static const char tail[] =
		"endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
	HPDF_Dict map = HPDF_DictStream_New(p->doc->mmgr, p->doc->xref);
	map->filter = HPDF_STREAM_FILTER_FLATE_DECODE;
	HPDF_Stream_WriteStr(map->stream, head);
	for (int row = 0; row < 256; row++) {
		char line[64];
		if (row % 64 == 0)
			HPDF_Stream_WriteStr(map->stream, "64 beginbfrange\n");
		snprintf(line, sizeof line, "<%02X00> <%02XFF> <%02X00>\n", row, row, row);
		HPDF_Stream_WriteStr(map->stream, line);
		if (row % 64 == 63)
			HPDF_Stream_WriteStr(map->stream, "endbfrange\n");
	}
	HPDF_Stream_WriteStr(map->stream, tail);
	return map;
}

static HPDF_Font font(struct pdf *p, enum font_file f)
{
	if (!p->fonts[f]) {
		const char *path = font_path(f);
		const char *name = font_is_collection(f)
			? HPDF_LoadTTFontFromFile2(p->doc, path, 0, HPDF_TRUE)
			: HPDF_LoadTTFontFromFile(p->doc, path, HPDF_TRUE);
		p->fonts[f] = HPDF_GetFont(p->doc, name, "UTF-8");
		if (!p->unicode)
			p->unicode = unicode_map(p);
		HPDF_Dict_Add(p->fonts[f], "ToUnicode", p->unicode);
	}
	return p->fonts[f];
}

static unsigned be16(const HPDF_BYTE *b)
{
	return (unsigned)b[0] << 8 | b[1];
}

/* Marks a glyph, and those that it is built from, as used. libharu does so itself, but takes the
 * index of a part for a signed number and does not look into parts of parts: all of Hangul and much
 * of Han would be left out of the file. Composite glyphs: OpenType specification 1.9, table glyf. */
static void use_glyph(HPDF_TTFontDefAttr font, unsigned glyph, int depth)
{
	if (glyph >= font->num_glyphs || depth > 8 || font->glyph_tbl.flgs[glyph])
		return;
	font->glyph_tbl.flgs[glyph] = 1;
	HPDF_UINT32 unit = font->header.index_to_loc_format == 0 ? 2 : 1;
	HPDF_UINT32 from = font->glyph_tbl.offsets[glyph] * unit;
	HPDF_UINT32 to = font->glyph_tbl.offsets[glyph + 1] * unit;
	HPDF_BYTE b[1024];
	HPDF_UINT n = to - from < sizeof b ? to - from : sizeof b;
	HPDF_INT at = (HPDF_INT)(font->glyph_tbl.base_offset + from);
	if (to <= from || HPDF_Stream_Seek(font->stream, at, HPDF_SEEK_SET) != HPDF_OK
	    || HPDF_Stream_Read(font->stream, b, &n) != HPDF_OK)
		return;
	bool composite = n >= 12 && b[0] & 0x80, more = composite;
	for (size_t i = 10; more && i + 4 <= n;) {
		unsigned flags = be16(b + i), part = be16(b + i + 2);
		use_glyph(font, part, depth + 1);
		unsigned scales = flags & 8 ? 2 : flags & 64 ? 4 : flags & 128 ? 8 : 0;
		i += (flags & 1 ? 8u : 6u) + scales;
		more = flags & 32;
	}
}

static void show_run(struct pdf *p)
{
	if (p->run.n)
		HPDF_Page_ShowText(p->page, buf_str(&p->run));
	buf_clear(&p->run);
}

/* Shows a text inside BT ... ET, changing fonts as its characters ask for. */
static void show(struct pdf *p, enum face face, double size, const char *s)
{
	enum font_file current = FONT_COUNT;
	buf_clear(&p->run);
	for (const char *end = s + strlen(s); s < end;) {
		uint32_t cp = utf8_next(&s, end);
		enum font_file f = font_of(face, &cp);
		if (!cp)
			continue;
		if (f != current) {
			show_run(p);
			HPDF_Page_SetFontAndSize(p->page, font(p, f), real(size));
			current = f;
		}
		if (!(p->used[f][cp / 8] >> cp % 8 & 1)) {
			HPDF_FontDef def = ((HPDF_FontAttr)font(p, f)->attr)->fontdef;
			use_glyph(def->attr, HPDF_TTFontDef_GetGlyphid(def, (HPDF_UINT16)cp), 0);
			p->used[f][cp / 8] |= (uint8_t)(1u << cp % 8);
		}
		utf8_put(&p->run, cp);
	}
	show_run(p);
}

static void put_text(struct pdf *p, const struct item *i, double x, double y)
{
	set_fill(p, tinted(p, i->ink, i->tint));
	HPDF_Page_BeginText(p->page);
	HPDF_Page_MoveTextPos(p->page, real(x), real(y));
	show(p, i->face, i->size, i->text);
	HPDF_Page_EndText(p->page);
}

/* ---- charts ------------------------------------------------------------------------------ */

static bool same_look(const struct op *a, const struct op *b)
{
	return a->kind == b->kind && a->ink == b->ink && a->alpha == b->alpha && a->width == b->width
		&& (a->kind != OP_DOT || a->rx == b->rx);
}

static void trace(struct pdf *p, const struct drawing *d, const struct op *op)
{
	const float *v = d->pts + op->off;
	if (op->kind == OP_RECT) {
		HPDF_Page_Rectangle(p->page, real(op->x), real(op->y), real(op->rx), real(op->ry));
	} else if (op->kind == OP_DOT) {
		HPDF_Page_MoveTo(p->page, real(op->x), real(op->y));
		HPDF_Page_LineTo(p->page, real(op->x), real(op->y));
	} else {
		HPDF_Page_MoveTo(p->page, real(v[0]), real(v[1]));
		for (uint32_t k = 1; k < op->n; k++)
			HPDF_Page_LineTo(p->page, real(v[2 * k]), real(v[2 * k + 1]));
	}
}

static void put_op_text(struct pdf *p, const struct drawing *d, const struct op *op)
{
	const char *s = d->strings + op->off;
	double angle = op->angle, c = cos(angle), sn = sin(angle), size = op->size;
	double dx = -(double)op->just * text_width(s, size), dy = -0.355 * size;
	set_fill(p, p->rgb[op->ink]);
	HPDF_Page_BeginText(p->page);
	HPDF_Page_SetTextMatrix(p->page, (HPDF_REAL)c, (HPDF_REAL)sn, (HPDF_REAL)-sn, (HPDF_REAL)c,
		real((double)op->x + dx * c - dy * sn), real((double)op->y + dx * sn + dy * c));
	show(p, FACE_SANS, size, s);
	HPDF_Page_EndText(p->page);
}

/* Ops of one look are one path, but translucent dots that are few: those add up at overlaps. */
static void put_chart(struct pdf *p, const struct drawing *d, double x, double y, double scale)
{
	double alpha = 1;
	HPDF_Page_GSave(p->page);
	HPDF_Page_Concat(p->page, (HPDF_REAL)scale, 0, 0, (HPDF_REAL)scale, real(x), real(y));
	HPDF_Page_SetLineJoin(p->page, HPDF_ROUND_JOIN);
	for (size_t i = 0, j; i < d->nops; i = j) {
		const struct op *op = &d->ops[i];
		bool stroke = op->kind == OP_LINE || op->kind == OP_DOT;
		for (j = i + 1; j < d->nops && op->kind != OP_TEXT && same_look(op, &d->ops[j]); j++)
			continue;
		if ((double)op->alpha != alpha)
			set_alpha(p, alpha = (double)op->alpha);
		if (op->kind == OP_TEXT) {
			put_op_text(p, d, op);
			continue;
		}
		if (stroke) {
			set_stroke(p, p->rgb[op->ink]);
			HPDF_Page_SetLineWidth(
				p->page, real(op->kind == OP_DOT ? 2 * op->rx : op->width));
			HPDF_Page_SetLineCap(
				p->page, op->kind == OP_DOT ? HPDF_ROUND_END : HPDF_BUTT_END);
		} else {
			set_fill(p, p->rgb[op->ink]);
		}
		bool apart = op->kind == OP_DOT && alpha < 0.995 && j - i <= 300;
		for (size_t k = i; k < j; k++) {
			trace(p, d, &d->ops[k]);
			if (!apart && k + 1 < j)
				continue;
			if (stroke)
				HPDF_Page_Stroke(p->page);
			else
				HPDF_Page_Fill(p->page);
		}
	}
	HPDF_Page_GRestore(p->page);
	p->fill = p->stroke = unset;
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

static void put_link(struct pdf *p, const struct item *i, double x, double y)
{
	const struct mark *m = book_find(p->book, i->text);
	if (!m)
		return;
	HPDF_Rect r = { real(x), real(y - i->h), real(x + i->w), real(y) };
	HPDF_Annotation a = HPDF_Page_CreateLinkAnnot(p->page, r, place(p, m));
	HPDF_LinkAnnot_SetBorderStyle(a, 0, 0, 0);
}

static void put_outline(struct pdf *p, struct arena *mem)
{
	enum { DEEP = 8 };
	HPDF_Outline above[DEEP + 1] = { NULL };
	HPDF_Encoder utf8 = HPDF_GetEncoder(p->doc, "UTF-8");
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
		HPDF_Outline o = HPDF_CreateOutline(p->doc, parent, title, utf8);
		HPDF_Outline_SetDestination(o, place(p, m));
		HPDF_Outline_SetOpened(o, HPDF_FALSE);
		above[depth] = o;
		for (int k = depth + 1; k <= DEEP; k++)
			above[k] = NULL;
	}
}

/* ---- the file ---------------------------------------------------------------------------- */

static void put_item(struct pdf *p, const struct item *i, double x, double y)
{
	double top = p->height - y;
	switch (i->kind) {
	case ITEM_TEXT:
		put_text(p, i, x, top);
		break;
	case ITEM_RECT:
		set_fill(p, tinted(p, i->ink, i->tint));
		HPDF_Page_Rectangle(p->page, real(x), real(top - i->h), real(i->w), real(i->h));
		HPDF_Page_Fill(p->page);
		break;
	case ITEM_LINE:
		set_stroke(p, tinted(p, i->ink, i->tint));
		HPDF_Page_SetLineWidth(p->page, real(i->size));
		HPDF_Page_MoveTo(p->page, real(x), real(top));
		HPDF_Page_LineTo(p->page, real(x + i->w), real(top - i->h));
		HPDF_Page_Stroke(p->page);
		break;
	case ITEM_CHART:
		put_chart(p, i->drawing, x, top - i->h, i->size);
		break;
	case ITEM_LINK:
		put_link(p, i, x, top);
		break;
	case ITEM_ANCHOR:
		break;
	}
}

static void put_page(struct pdf *p, size_t n)
{
	const struct page *page = &p->book->pages[n];
	p->page = p->pages[n];
	p->fill = p->stroke = unset;
	if (p->rgb[INK_SURFACE] != 0xFFFFFF) {     /* a theme with coloured paper */
		struct item paper = { .kind = ITEM_RECT, .w = p->book->width, .h = p->book->height,
			.ink = INK_SURFACE, .tint = 1 };
		put_item(p, &paper, 0, 0);
	}
	for (size_t i = 0; i < page->n; i++)
		for (const struct item *k = page->v[i].items->first; k; k = k->next)
			put_item(p, k, page->v[i].x + k->x, page->v[i].y + k->y);
}

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
	HPDF_SetCurrentEncoder(p->doc, "UTF-8");
	HPDF_SetInfoAttr(p->doc, HPDF_INFO_TITLE, text_plain(mem, d->title ? d->title : "Report"));
	if (d->author || d->organisation)
		HPDF_SetInfoAttr(p->doc, HPDF_INFO_AUTHOR,
			text_plain(mem, d->author ? d->author : d->organisation));
	if (d->subtitle)
		HPDF_SetInfoAttr(p->doc, HPDF_INFO_SUBJECT, text_plain(mem, d->subtitle));
	HPDF_SetInfoAttr(p->doc, HPDF_INFO_CREATOR,
		arena_printf(mem, "Dossier %s", d->version ? d->version : ""));
	HPDF_SetInfoDateAttr(p->doc, HPDF_INFO_CREATION_DATE, date);
	HPDF_SetInfoDateAttr(p->doc, HPDF_INFO_MOD_DATE, date);
	if (d->language)
		HPDF_Dict_Add(
			p->doc->catalog, "Lang", HPDF_String_New(p->doc->mmgr, d->language, NULL));
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
	put_info(p, mem, in);
	for (size_t i = 0; i < b->npages; i++) {
		p->pages[i] = HPDF_AddPage(p->doc);
		HPDF_Page_SetWidth(p->pages[i], real(b->width));
		HPDF_Page_SetHeight(p->pages[i], real(b->height));
	}
	for (size_t i = 0; i < b->npages; i++)
		put_page(p, i);
	put_outline(p, mem);
	HPDF_SetPageMode(p->doc, HPDF_PAGE_MODE_USE_OUTLINE);
	HPDF_AddPageLabel(p->doc, 0, HPDF_PAGE_NUM_STYLE_LOWER_ROMAN, 1, NULL);
	if (b->front < b->npages)
		HPDF_AddPageLabel(p->doc, (HPDF_UINT)b->front, HPDF_PAGE_NUM_STYLE_DECIMAL, 1, NULL);
	HPDF_SaveToStream(p->doc);
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
	p->pages = arena_calloc(mem, p->book->npages, sizeof *p->pages);
	p->places = arena_calloc(mem, p->book->nmarks, sizeof *p->places);
	take_colours(p, in->theme);
	if (setjmp(p->escape)) {
		status = err_set(
			e, ERR_BUG, "PDF library: error 0x%04lx, detail %lu", p->error, p->detail);
	} else {
		p->doc = HPDF_New(on_error, p);
		write_book(p, mem, in);
		HPDF_UINT32 size = HPDF_GetStreamSize(p->doc);
		HPDF_ResetStream(p->doc);
		buf_reserve(out, size);
		HPDF_ReadFromStream(p->doc, (HPDF_BYTE *)out->p + out->n, &size);
		out->n += size;
	}
	if (p->doc)
		HPDF_Free(p->doc);
	buf_free(&p->run);
	arena_free(mem);
	return status;
}

const struct renderer render_pdf = { "pdf", "pdf", pdf_render };
