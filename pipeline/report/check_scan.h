/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the checks see in an HTML page. */
#ifndef CHECK_SCAN_H
#define CHECK_SCAN_H

#include "base/base.h"

struct scan_item {
	const char *name;          /* id, target, class or the offending tag */
	size_t text, byte;         /* where: in the text of the page, in the file */
};
struct scan_list {
	struct scan_item *v;
	size_t n, cap;
};
/* A text in a picture: as it is placed, in points. */
struct label {
	const char *text;
	double x, y, size, just, angle;       /* baseline; just: 0 left .. 1 right; degrees */
};
struct picture {
	size_t byte;
	const char *alt, *title;   /* NULL: none */
	double width, height;
	size_t marks;              /* shapes in the colours of data */
	size_t label, nlabels;     /* its own among all */
	bool chart;                /* in a figure; else it belongs to the page */
	bool hidden;               /* from screen readers */
};
struct scan {
	struct arena *arena;
	struct buf text;           /* what a reader reads: without pictures, navigation, style and script;
	                              a newline wherever a tag stood */
	struct buf pictured;       /* the same of the pictures and of the tables of figures */
	struct scan_list ids;
	struct scan_list links;    /* to places in the page, without '#' */
	struct scan_list loads;    /* what would be fetched when the page is opened */
	struct scan_list code;     /* event handlers and javascript: links */
	struct scan_list cells;    /* elements whose class is one of a number */
	struct scan_list tables;   /* in figures */
	struct scan_list mute;     /* images without a text of their own, not even an empty one */
	struct picture *pictures;
	size_t npictures, picture_cap;
	struct label *labels;
	size_t nlabels, label_cap;
	/* while reading */
	int unread, figures;       /* depth of elements whose text is left out, of figures */
	int svg;
	double size, just;         /* of the group that is open in a picture */
	enum { NO_TEXT, LABEL_TEXT, TITLE_TEXT } wanted;
	bool raw_style, ended;
	size_t at;
};
/* false when the page breaks off; what was found until then stands. */
bool scan_html(struct scan *s, struct arena *a, const char *html, size_t n);
void scan_free(struct scan *s);

#endif
