/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The only place that names libharu: what pdf.c (the file) and pdf/draw.c (a page) share. */
#ifndef PDF_HARU_H
#define PDF_HARU_H

#include "report/pdf_int.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <hpdf.h>
#include <hpdf_doc.h>
#include <hpdf_font.h>
#include <hpdf_fontdef.h>
#include <hpdf_objects.h>
#pragma GCC diagnostic pop

#include <setjmp.h>

struct pdf {
	HPDF_Doc doc;
	HPDF_Page *pages, page;
	HPDF_Font fonts[FONT_COUNT];       /* loaded at their first glyph: a loaded font is written */
	uint8_t used[FONT_COUNT][0x10000 / 8];     /* characters whose glyphs are marked */
	HPDF_Dict unicode[2];              /* what the codes of a text mean: as most files have it; beyond the plane */
	HPDF_ExtGState alphas[101];
	HPDF_Destination *places;          /* of each mark, made when first needed */
	const struct book *book;
	uint32_t rgb[INK_COUNT], fill, stroke;     /* as last set on the page, as are the next two */
	enum font_file font;
	double size;
	double height;
	struct tagging tagging;
	struct objects objects;            /* what the library does not know: the tags */
	const void *open;                  /* the tag, or the name of the decoration, being marked */
	size_t page_number;
	struct buf page_ops;               /* the content of the page at hand */
	struct buf file;                   /* as the library leaves it */
	jmp_buf escape;
	HPDF_STATUS error, detail;
};

/* Everything on page n, tagged. */
void pdf_page(struct pdf *p, size_t n);
/* A link on the page at hand (pdf.c); y up, of its upper edge. */
void pdf_link(struct pdf *p, const struct item *i, double x, double y);

#endif
