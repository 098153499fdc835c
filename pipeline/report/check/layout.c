/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of the PDF as another program sees them: where they are, and whether each has its glyphs. */
#include "report/check_markup.h"
#include "report/check_pdf_int.h"
#include "report/font_int.h"

#include <math.h>
#include <string.h>

static const double EDGE = 20;     /* points that no printer reaches, and no word may */
static const double TOUCH = 1.5;   /* points by which words may overlap: kerning, italics */

/* ---- reading --------------------------------------------------------------------------------- */

static void on_open(void *ctx, const struct tag *t)
{
	struct words_placed *w = ctx;
	if (strcmp(t->name, "page") == 0) {
		if (w->npages == w->page_cap) {
			w->page_cap = w->page_cap ? 2 * w->page_cap : 64;
			w->pages = mem_realloc(w->pages, w->page_cap, sizeof *w->pages);
		}
		w->pages[w->npages++] = (struct page_size){ tag_number(t, "width", 0), tag_number(t, "height", 0) };
	}
	w->in_word = strcmp(t->name, "word") == 0 && w->npages > 0;
	if (!w->in_word)
		return;
	if (w->n == w->cap) {
		w->cap = w->cap ? 2 * w->cap : 1024;
		w->v = mem_realloc(w->v, w->cap, sizeof *w->v);
	}
	w->v[w->n++] = (struct word){ w->npages - 1, tag_number(t, "xmin", 0), tag_number(t, "ymin", 0),
		tag_number(t, "xmax", 0), tag_number(t, "ymax", 0), "" };
}

static void on_close(void *ctx, const char *tag)
{
	struct words_placed *w = ctx;
	(void)tag;
	w->in_word = false;
}

static void on_text(void *ctx, const char *p, size_t n, bool raw)
{
	struct words_placed *w = ctx;
	(void)raw;
	if (w->in_word)
		w->v[w->n - 1].text = arena_strndup(w->arena, p, n);
}

bool words_read(struct words_placed *w, struct arena *a, const char *xhtml, size_t n)
{
	*w = (struct words_placed){ .arena = a };
	struct markup_reader r = { on_open, on_close, on_text, w };
	return markup_read(&r, xhtml, n) && w->npages > 0;
}

void words_free(struct words_placed *w)
{
	free(w->v);
	free(w->pages);
}

/* ---- places ---------------------------------------------------------------------------------- */

/* Baselines that differ by less are one row. */
static double row_of(const struct word *v)
{
	return floor(v->y1 * 2 + 0.5);
}

static int by_place(const void *a, const void *b)
{
	const struct word *x = a, *y = b;
	if (x->page != y->page)
		return (x->page > y->page) - (x->page < y->page);
	if (row_of(x) != row_of(y))
		return (row_of(x) > row_of(y)) - (row_of(x) < row_of(y));
	return (x->x0 > y->x0) - (x->x0 < y->x0);
}

/* Turned text comes in pieces whose boxes overlap by nature. They are as high as wide, whatever they say, */
static bool is_upright(const struct word *v)
{
	const double line = 1.362;     /* ascent and descent of the report font */
	double expected = text_width(v->text, (v->y1 - v->y0) / line), width = v->x1 - v->x0;
	return width > 0.6 * expected && width < 1.55 * expected;
}

/* or one of them begins at the very height where the next ends, which no two lines do. */
static bool is_piece(const struct words_placed *w, const struct word *v)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct word *o = &w->v[i];
		bool joins = fabs(o->y0 - v->y1) < 0.001 || fabs(o->y1 - v->y0) < 0.001;
		if (joins && o->page == v->page && o->x0 < v->x1 && v->x0 < o->x1)
			return true;
	}
	return false;
}

static bool lies_on(const struct words_placed *w, const struct word *b, const struct word *a)
{
	return b->x0 < a->x1 - TOUCH && is_upright(a) && is_upright(b) && !(is_piece(w, a) && is_piece(w, b));
}

static void check_places(struct checking *k, struct words_placed *w)
{
	for (size_t i = 0; i < w->n; i++) {
		const struct word *v = &w->v[i];
		const struct page_size *p = &w->pages[v->page];
		check_that(k, CHECK_pdf_layout,
			v->x0 >= EDGE && v->y0 >= EDGE && v->x1 <= p->width - EDGE && v->y1 <= p->height - EDGE,
			"page %zu: '%s' leaves the page", v->page + 1, v->text);
	}
	qsort(w->v, w->n, sizeof *w->v, by_place);
	for (size_t i = 1; i < w->n; i++) {
		const struct word *a = &w->v[i - 1], *b = &w->v[i];
		if (a->page == b->page && row_of(a) == row_of(b))
			check_that(k, CHECK_pdf_layout, !lies_on(w, b, a), "page %zu: '%s' lies on '%s'", a->page + 1,
				b->text, a->text);
	}
}

/* ---- characters ------------------------------------------------------------------------------ */

static int by_code(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

/* Characters of the document that no font of the report can draw; each once. */
static size_t undrawn(struct checking *k, uint32_t *v, size_t cap)
{
	struct err none = { 0 };
	font_load(&none);
	const char *p = buf_str(&k->said.text), *end = p + k->said.text.n;
	size_t n = 0;
	while (p < end) {
		if (!(*p & 0x80)) {
			p++;
			continue;
		}
		uint32_t cp = utf8_next(&p, end), drawn = cp;
		font_of(FACE_SANS, &drawn);
		bool seen = drawn != CP_NO_GLYPH || cp == CP_NO_GLYPH;
		for (size_t i = 0; i < n && !seen; i++)
			seen = v[i] == cp;
		if (!seen && n < cap)
			v[n++] = cp;
	}
	qsort(v, n, sizeof *v, by_code);
	return n;
}

static void check_glyphs(struct checking *k, const struct words_placed *w)
{
	enum { SHOWN = 40 };
	uint32_t missing[SHOWN];
	size_t n = undrawn(k, missing, SHOWN);
	const char *text = buf_str(&k->said.text);
	bool boxes = strstr(text, "\xE2\x96\xA1") != NULL, broken = strstr(text, "\xEF\xBF\xBD") != NULL;
	for (size_t i = 0; i < w->n; i++) {
		const struct word *v = &w->v[i];
		check_that(k, CHECK_pdf_characters,
			(boxes || !strstr(v->text, "\xE2\x96\xA1")) && (broken || !strstr(v->text, "\xEF\xBF\xBD")),
			"page %zu: '%s' has a character without a glyph", v->page + 1, v->text);
	}
	if (n == 0)
		return;
	struct buf list = { 0 };
	for (size_t i = 0; i < n; i++) {
		buf_printf(&list, "%sU+%04X ", i ? ", " : "", (unsigned)missing[i]);
		utf8_put(&list, missing[i]);
	}
	check_notice(k, CHECK_pdf_characters, "no font draws these characters of the data, their numbers stand for them: %s%s",
		buf_str(&list), n == SHOWN ? ", ..." : "");
	buf_free(&list);
}

void check_layout(struct checking *k, struct words_placed *w)
{
	check_glyphs(k, w);
	check_places(k, w);
}
