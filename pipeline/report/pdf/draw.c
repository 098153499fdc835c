/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The content of a page: texts, charts, rules, each marked with its tag. Text stays text in every
 * script; three faults of libharu 2.3.0 are worked around here (glyphs built from others, the map to
 * Unicode, characters beyond the basic plane).
 */
#include "report/pdf_haru.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const uint32_t unset = UINT32_MAX;

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
static void emit_colour(struct pdf *p, const char *op, uint32_t rgb)
{
	const double v[] = { (rgb >> 16) / 255.0, (rgb >> 8 & 255) / 255.0, (rgb & 255) / 255.0 };
	pdf_op(&p->page_ops, op, 3, v);
}
static void set_fill(struct pdf *p, uint32_t rgb)
{
	if (rgb != p->fill)
		emit_colour(p, "rg", rgb);
	p->fill = rgb;
}
static void set_stroke(struct pdf *p, uint32_t rgb)
{
	if (rgb != p->stroke)
		emit_colour(p, "RG", rgb);
	p->stroke = rgb;
}
/* What the page's state is, after a change that is not ours. */
static void forget(struct pdf *p)
{
	p->fill = p->stroke = unset;
	p->font = FONT_COUNT;
}
static void set_alpha(struct pdf *p, double alpha)
{
	int k = (int)lround(fmin(1, fmax(0, alpha)) * 100);
	if (!p->alphas[k]) {
		p->alphas[k] = HPDF_CreateExtGState(p->doc);
		HPDF_ExtGState_SetAlphaFill(p->alphas[k], (HPDF_REAL)k / 100);
		HPDF_ExtGState_SetAlphaStroke(p->alphas[k], (HPDF_REAL)k / 100);
	}
	buf_printf(&p->page_ops, "/%s gs\n", HPDF_Page_GetExtGStateName(p->page, p->alphas[k]));
}

/* ---- text -------------------------------------------------------------------------------- */

static HPDF_Dict unicode_map(struct pdf *p, enum font_file f)
{
	struct buf text = { 0 };
	HPDF_Dict map = HPDF_DictStream_New(p->doc->mmgr, p->doc->xref);
	map->filter = HPDF_STREAM_FILTER_FLATE_DECODE;
	pdf_unicode_map(&text, f);
	HPDF_Stream_Write(map->stream, (const HPDF_BYTE *)text.p, (HPDF_UINT)text.n);
	buf_free(&text);
	return map;
}

static void *array(HPDF_FontDef def, void *old, size_t n)
{
	HPDF_FreeMem(def->mmgr, old);
	return HPDF_GetMem(def->mmgr, (HPDF_UINT)(n * sizeof(HPDF_UINT16)));
}

/* Puts our map from codes to glyphs in the place of the library's, which knows the basic plane alone and goes through
 * all segments for each of its characters: one segment of all codes. */
static void map_codes(HPDF_FontDef def, enum font_file f)
{
	HPDF_TTF_CmapRange *map = &((HPDF_TTFontDefAttr)def->attr)->cmap;
	map->end_count = array(def, map->end_count, 1);
	map->start_count = array(def, map->start_count, 1);
	map->id_delta = array(def, map->id_delta, 1);
	map->id_range_offset = array(def, map->id_range_offset, 1);
	map->glyph_id_array = array(def, map->glyph_id_array, FONT_CODES);
	map->glyph_id_array_count = FONT_CODES;
	map->format = 4;
	map->seg_count_x2 = 2;
	map->end_count[0] = FONT_CODES - 1;
	map->start_count[0] = 0;
	map->id_delta[0] = 0;
	map->id_range_offset[0] = 2;       /* bytes from here to the glyph of the first code */
	font_glyphs(f, map->glyph_id_array);
}

static HPDF_Font font(struct pdf *p, enum font_file f)
{
	if (!p->fonts[f]) {
		bool beyond = font_is_beyond(f);       /* what its codes mean is said apart */
		const char *path = font_path(f);
		const char *name = font_is_collection(f)
			? HPDF_LoadTTFontFromFile2(p->doc, path, 0, HPDF_TRUE)
			: HPDF_LoadTTFontFromFile(p->doc, path, HPDF_TRUE);
		map_codes(HPDF_Doc_FindFontDef(p->doc, name), f);
		p->fonts[f] = HPDF_GetFont(p->doc, name, "UTF-8");
		p->fonts[f]->filter = HPDF_STREAM_FILTER_NONE; /* packed later (pdf/file.c) */
		if (!p->unicode[beyond])
			p->unicode[beyond] = unicode_map(p, f);
		HPDF_Dict_Add(p->fonts[f], "ToUnicode", p->unicode[beyond]);
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

static void set_font(struct pdf *p, enum font_file f, double size)
{
	if (p->font == f && p->size == size)
		return;
	buf_printf(&p->page_ops, "/%s ", HPDF_Page_GetLocalFontName(p->page, font(p, f)));
	pdf_op(&p->page_ops, "Tf", 1, &size);
	p->font = f;
	p->size = size;
}

static void put_code(struct buf *b, uint32_t code)
{
	static const char hex[] = "0123456789ABCDEF";
	const char digits[] = { hex[code >> 12 & 15], hex[code >> 8 & 15], hex[code >> 4 & 15], hex[code & 15] };
	buf_put(b, digits, sizeof digits);
}

/* Whether a tone of Thai stands above a vowel that is above its letter. */
static bool is_raised(const uint32_t *v, size_t n, size_t i)
{
	bool tone = v[i] >= 0xE48 && v[i] <= 0xE4C;
	uint32_t above = tone && i ? v[i - 1] : 0, next = tone && i + 1 < n ? v[i + 1] : 0;
	return above == 0xE31 || (above >= 0xE34 && above <= 0xE37) || above == 0xE4D || next == 0xE33;
}

/* The characters of a text as they are drawn. */
static size_t glyphs_of(struct pdf *p, const char *s, uint32_t **out)
{
	size_t bytes = strlen(s), n = 0;
	uint32_t *v = *out = arena_calloc(p->tagging.mem, bytes + 1, sizeof *v);
	if (!bidi_is_plain(s, bytes))
		return bidi_forms(s, bytes, true, v);
	for (const char *end = s + bytes; s < end;)
		v[n++] = utf8_next(&s, end);
	bidi_before(v, n);
	return n;
}

/* Shows a text inside BT ... ET, changing fonts as its characters ask for. A blank at its end is not
 * seen, but parts its last word from the next. */
static void show(struct pdf *p, enum face face, double size, const char *s, bool blank)
{
	bool open = false;
	uint32_t *v;
	size_t n = glyphs_of(p, s, &v);
	for (size_t i = 0; i < n; i++) {
		uint32_t cp = v[i];
		enum font_file f = font_of(face, &cp);
		bool spelled = cp == CP_NO_GLYPH && v[i] != CP_NO_GLYPH, raised = is_raised(v, n, i);
		if (!cp)
			continue;
		if (open && (f != p->font || spelled || raised)) {
			buf_puts(&p->page_ops, ">Tj\n");
			open = false;
		}
		if (spelled) {
			char name[NO_GLYPH_TEXT];
			font_spell(v[i], name);
			show(p, face, size * NO_GLYPH_PERCENT / 100, name, false);
			continue;
		}
		if (!open) {
			set_font(p, f, size);
			if (raised)
				pdf_op(&p->page_ops, "Ts", 1, (double[]){ 0.2 * size });
			buf_putc(&p->page_ops, '<');
			open = true;
		}
		uint32_t code = font_code(cp);
		if (!(p->used[f][code / 8] >> code % 8 & 1)) {
			HPDF_FontDef def = ((HPDF_FontAttr)font(p, f)->attr)->fontdef;
			use_glyph(def->attr, HPDF_TTFontDef_GetGlyphid(def, (HPDF_UINT16)code), 0);
			p->used[f][code / 8] |= (uint8_t)(1u << code % 8);
		}
		put_code(&p->page_ops, code);
		if (raised) {
			buf_puts(&p->page_ops, ">Tj\n0 Ts\n");
			open = false;
		}
	}
	if (open && blank)
		put_code(&p->page_ops, ' ');
	if (open)
		buf_puts(&p->page_ops, ">Tj\n");
}

/* Whether a code point stands for a character, or the order of what is drawn is not that of the text. */
static bool is_changed(enum face face, const char *s)
{
	while (*s >= ' ' && *s < 0x7F)
		s++;
	for (const char *end = s + strlen(s); s < end;) {
		uint32_t cp = utf8_next(&s, end), shown = cp;
		font_of(face, &shown);
		if ((shown == CP_NO_GLYPH && cp != CP_NO_GLYPH) || bidi_is_before(cp))
			return true;
	}
	return false;
}

/* A text that cannot be shown as it is written is said all the same: whoever copies, searches or listens gets it. */
static void put_text(struct pdf *p, const struct item *i, double x, double y)
{
	bool changed = is_changed(i->face, i->text);
	set_fill(p, tinted(p, i->ink, i->tint));
	if (changed) {
		buf_puts(&p->page_ops, "/Span<</ActualText");
		pdf_string(&p->page_ops, i->blank ? arena_printf(p->tagging.mem, "%s ", i->text) : i->text);
		buf_puts(&p->page_ops, ">>BDC\n");
	}
	pdf_op(&p->page_ops, "BT", 0, NULL);
	pdf_op(&p->page_ops, "Td", 2, (double[]){ x, y });
	show(p, i->face, i->size, i->text, i->blank);
	pdf_op(&p->page_ops, "ET", 0, NULL);
	if (changed)
		buf_puts(&p->page_ops, "EMC\n");
}

/* ---- charts ------------------------------------------------------------------------------ */

static bool same_look(const struct op *a, const struct op *b)
{
	return a->kind == b->kind && a->ink == b->ink && a->alpha == b->alpha && a->width == b->width
		&& a->dashed == b->dashed && (a->kind != OP_DOT || a->rx == b->rx);
}

static void emit_rect(struct pdf *p, double x, double y, double w, double h)
{
	pdf_op(&p->page_ops, "re", 4, (double[]){ x, y, w, h });
}
static void emit_line(struct pdf *p, double x, double y, double dx, double dy)
{
	pdf_op(&p->page_ops, "m", 2, (double[]){ x, y });
	pdf_op(&p->page_ops, "l", 2, (double[]){ x + dx, y + dy });
}

static void trace(struct pdf *p, const struct drawing *d, const struct op *op)
{
	const float *v = d->pts + op->off;
	if (op->kind == OP_RECT) {
		emit_rect(p, (double)op->x, (double)op->y, (double)op->rx, (double)op->ry);
	} else if (op->kind == OP_DOT) {
		emit_line(p, (double)op->x, (double)op->y, 0, 0);
	} else {
		for (uint32_t k = 0; k < op->n; k++)
			pdf_op(&p->page_ops, k ? "l" : "m", 2, (double[]){ (double)v[2 * k], (double)v[2 * k + 1] });
	}
}

static void put_op_text(struct pdf *p, const struct drawing *d, const struct op *op)
{
	const char *s = d->strings + op->off;
	double angle = (double)op->angle, c = cos(angle), sn = sin(angle), size = (double)op->size;
	double dx = -(double)op->just * text_width(s, size), dy = -0.355 * size;
	double x = (double)op->x + dx * c - dy * sn, y = (double)op->y + dx * sn + dy * c;
	set_fill(p, p->rgb[op->ink]);
	pdf_op(&p->page_ops, "BT", 0, NULL);
	if (angle == 0)
		pdf_op(&p->page_ops, "Td", 2, (double[]){ x, y });
	else
		pdf_matrix(&p->page_ops, "Tm", (double[]){ c, sn, -sn, c, x, y });
	show(p, FACE_SANS, size, s, false);
	pdf_op(&p->page_ops, "ET", 0, NULL);
}

/* A line of no length with round ends is a dot. */
static void set_pen(struct pdf *p, const struct op *op)
{
	bool dot = op->kind == OP_DOT;
	set_stroke(p, p->rgb[op->ink]);
	pdf_op(&p->page_ops, "w", 1, (double[]){ (double)(dot ? 2 * op->rx : op->width) });
	pdf_op(&p->page_ops, "J", 1, (double[]){ dot });
}

static void set_dash(struct pdf *p, bool dashed)
{
	if (dashed)
		buf_printf(&p->page_ops, "[%d %d] 0 d\n", DASH_MARK, DASH_GAP);
	else
		buf_puts(&p->page_ops, "[] 0 d\n");
}

/* Ops of one look are one path, but translucent dots that are few: those add up at overlaps. */
static void put_chart(struct pdf *p, const struct drawing *d, double x, double y, double scale)
{
	double alpha = 1;
	bool dashed = false;
	pdf_op(&p->page_ops, "q", 0, NULL);
	pdf_matrix(&p->page_ops, "cm", (double[]){ scale, 0, 0, scale, x, y });
	pdf_op(&p->page_ops, "j", 1, (double[]){ 1 });          /* round joins */
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
		if (stroke)
			set_pen(p, op);
		else
			set_fill(p, p->rgb[op->ink]);
		if (op->dashed != dashed)
			set_dash(p, dashed = op->dashed);
		bool apart = op->kind == OP_DOT && alpha < 0.995 && j - i <= 300;
		for (size_t k = i; k < j; k++) {
			trace(p, d, &d->ops[k]);
			if (apart || k + 1 == j)
				pdf_op(&p->page_ops, stroke ? "S" : "f", 0, NULL);
		}
	}
	pdf_op(&p->page_ops, "Q", 0, NULL);
	forget(p);
}

/* ---- pictures ---------------------------------------------------------------------------- */

/* What shines through is paper. */
static void put_picture(struct pdf *p, const struct picture *picture, double x, double y, double w, double h)
{
	size_t n = picture->w * picture->h;
	HPDF_BYTE *rgb = arena_calloc(p->tagging.mem, n, 3);
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < 3; k++) {
			unsigned paper = p->rgb[INK_SURFACE] >> (16 - 8 * k) & 255, alpha = picture->rgba[4 * i + 3];
			unsigned mixed = picture->rgba[4 * i + k] * alpha + paper * (255 - alpha);
			rgb[3 * i + k] = (HPDF_BYTE)((mixed + 127) / 255);
		}
	HPDF_Image image = HPDF_LoadRawImageFromMem(p->doc, rgb, (HPDF_UINT)picture->w,
		(HPDF_UINT)picture->h, HPDF_CS_DEVICE_RGB, 8);
	pdf_op(&p->page_ops, "q", 0, NULL);
	pdf_matrix(&p->page_ops, "cm", (double[]){ w, 0, 0, h, x, y });
	buf_printf(&p->page_ops, "/%s Do\n", HPDF_Page_GetXObjectName(p->page, image));
	pdf_op(&p->page_ops, "Q", 0, NULL);
}

/* ---- a page ------------------------------------------------------------------------------ */

/* What is drawn from here on is part of `tag`, or decoration. */
static void mark(struct pdf *p, struct tag *tag, enum artifact artifact)
{
	static const char *const artifacts[] = {
		[ARTIFACT_NONE] = "/Artifact BMC\n", [ARTIFACT_REPEATED] = "/Artifact BMC\n",
		[ARTIFACT_HEADER] = "/Artifact<</Type/Pagination/Subtype/Header>>BDC\n",
		[ARTIFACT_FOOTER] = "/Artifact<</Type/Pagination/Subtype/Footer>>BDC\n",
	};
	const void *wanted = artifacts[artifact];
	if (tag && artifact == ARTIFACT_NONE)
		wanted = tag;
	if (wanted == p->open)
		return;
	if (p->open)
		buf_puts(&p->page_ops, "EMC\n");
	p->open = wanted;
	if (wanted != tag) {
		buf_puts(&p->page_ops, wanted);
		return;
	}
	buf_printf(&p->page_ops, "/%s<</MCID %d>>BDC\n", tag_name(tag->kind),
		tagging_mark(&p->tagging, tag, p->page_number));
}

static void put_item(struct pdf *p, const struct item *i, enum artifact artifact, double x, double y)
{
	double top = p->height - y;
	bool drawn = i->kind != ITEM_LINK && i->kind != ITEM_ANCHOR;
	bool rule = i->kind == ITEM_RECT || i->kind == ITEM_LINE;
	if (drawn)
		mark(p, rule ? NULL : i->tag, artifact);
	if (drawn && i->tag && i->tag->kind == TAG_FIGURE)
		memcpy(i->tag->box, (double[]){ x, top - i->h, x + i->w, top }, sizeof i->tag->box);
	switch (i->kind) {
	case ITEM_TEXT:
		put_text(p, i, x, top);
		break;
	case ITEM_RECT:
		set_fill(p, tinted(p, i->ink, i->tint));
		emit_rect(p, x, top - i->h, i->w, i->h);
		pdf_op(&p->page_ops, "f", 0, NULL);
		break;
	case ITEM_LINE:
		set_stroke(p, tinted(p, i->ink, i->tint));
		pdf_op(&p->page_ops, "w", 1, &i->size);
		emit_line(p, x, top, i->w, -i->h);
		pdf_op(&p->page_ops, "S", 0, NULL);
		break;
	case ITEM_CHART:
		put_chart(p, i->drawing, x, top - i->h, i->size);
		break;
	case ITEM_PICTURE:
		put_picture(p, i->picture, x, top - i->h, i->w, i->h);
		break;
	case ITEM_LINK:
		pdf_link(p, i, x, top);
		break;
	case ITEM_ANCHOR:
		break;
	}
}

static HPDF_STATUS name_filter(HPDF_Dict content, HPDF_Stream out)
{
	(void)content;
	return HPDF_Stream_WriteStr(out, "/Filter /FlateDecode\n");
}

/* The page's stream, packed here: the library takes longer for it than for all the rest of a file. */
static void put_content(struct pdf *p)
{
	HPDF_Dict content = ((HPDF_PageAttr)p->page->attr)->contents;
	struct str packed = pdf_pack(&p->objects, (struct str){ buf_str(&p->page_ops), p->page_ops.n });
	content->filter = HPDF_STREAM_FILTER_NONE;
	content->write_fn = name_filter;
	HPDF_Stream_Write(content->stream, (const HPDF_BYTE *)packed.p, (HPDF_UINT)packed.n);
}

void pdf_page(struct pdf *p, size_t n)
{
	const struct page *page = &p->book->pages[n];
	p->page = p->pages[n];
	p->page_number = n;
	p->open = NULL;
	buf_clear(&p->page_ops);
	forget(p);
	if (p->rgb[INK_SURFACE] != 0xFFFFFF) {     /* a theme with coloured paper */
		struct item paper = { .kind = ITEM_RECT, .w = p->book->width, .h = p->book->height,
			.ink = INK_SURFACE, .tint = 1 };
		put_item(p, &paper, ARTIFACT_NONE, 0, 0);
	}
	for (size_t i = 0; i < page->n; i++) {
		const struct placed *on = &page->v[i];
		for (const struct item *k = on->items->first; k; k = k->next)
			put_item(p, k, on->artifact, on->x + k->x, on->y + k->y);
	}
	if (p->open)
		buf_puts(&p->page_ops, "EMC\n");
	put_content(p);
}
