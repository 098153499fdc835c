/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the checks of the PDF share: its words as they are placed, and its objects. */
#ifndef CHECK_PDF_INT_H
#define CHECK_PDF_INT_H

#include "report/check_int.h"

/* A word of a page; points from its upper left corner. */
struct word {
	size_t page;               /* from 0 */
	double x0, y0, x1, y1;
	const char *text;
};
struct words_placed {
	struct arena *arena;
	struct word *v;
	size_t n, cap;
	struct page_size { double width, height; } *pages;
	size_t npages, page_cap;
	bool in_word;
};
/* Reads what pdftotext -bbox writes; false when that breaks off. */
bool words_read(struct words_placed *w, struct arena *a, const char *xhtml, size_t n);
void words_free(struct words_placed *w);

/* The objects of the file by number, from its text to the end of its dictionary. */
struct pdf_object {
	const char *p;
	size_t n;
};
struct pdf_objects {
	struct pdf_object *v;
	size_t n;
	size_t *pages;             /* numbers of the objects of the pages, in order */
	size_t npages;
};
void objects_read(struct pdf_objects *o, struct arena *a, const char *pdf, size_t n);
/* What stands behind the key of a dictionary, or NULL: "/Dest" in "<< /Dest 12 0 R >>". */
const char *object_value(const struct pdf_object *o, const char *key);
/* The object that a reference at p means, or 0. */
size_t object_number(const struct pdf_objects *o, const char *p, const char *end);
/* The first place of `what` before `end`, or NULL. */
const char *find_bytes(const char *p, const char *end, const char *what);

/* Bookmarks and links; `words` NULL when nothing read the text. */
void check_bookmarks(struct checking *k, const struct pdf_objects *o, const struct words_placed *words);
void check_pdf_links(struct checking *k, const struct pdf_objects *o);
/* Places and characters of the words. */
void check_layout(struct checking *k, struct words_placed *w);

#endif
