/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The PDF in three steps: nodes become boxes (pdf_blocks, pdf_table, pdf_side), boxes become pages
 * (pdf_pages, pdf_front), pages become a file (pdf.c and pdf/draw.c, which alone know libharu). Boxes
 * also grow a tree of tags (pdf_tags), which says what their texts are to those who do not see the
 * page; it joins the file at its end (pdf_file). All of it lives in one arena. Positions are points, x
 * from the left and y down from the top, of the box or of the page.
 */
#ifndef PDF_INT_H
#define PDF_INT_H

#include "report/font_int.h"
#include "report/report_int.h"

/* ---- spelling (pdf/write.c) -------------------------------------------------------------- */

/* A text string: in parentheses, or as UTF-16. */
void pdf_string(struct buf *b, const char *utf8);
/* An operator of a page (ISO 32000-1, table 51) after its numbers, to a hundredth of a point. */
void pdf_op(struct buf *b, const char *op, size_t n, const double *v);
/* One that takes a matrix: four factors, in more digits, and a place. */
void pdf_matrix(struct buf *b, const char *op, const double v[6]);
/* What the codes of texts mean. libharu writes them as Unicode, but says so in a map that readers find
 * malformed; this one maps every code of a file to what it means, mostly itself. A range must not leave its row
 * of 256. */
void pdf_unicode_map(struct buf *b, enum font_file f);

/* ---- tags (pdf/tags.c) ------------------------------------------------------------------- */

/* Standard structure types of ISO 32000-1, 14.8.4; a TH says of what it is the header. */
enum tag_kind {
	TAG_DOCUMENT, TAG_SECT, TAG_DIV, TAG_H1, TAG_H2, TAG_H3, TAG_H4, TAG_H5, TAG_H6, TAG_P, TAG_NOTE,
	TAG_SPAN, TAG_LINK, TAG_TOC, TAG_TOCI, TAG_REFERENCE, TAG_L, TAG_LI, TAG_LBODY, TAG_TABLE,
	TAG_CAPTION, TAG_THEAD, TAG_TBODY, TAG_TR, TAG_TH_COLUMN, TAG_TH_ROW, TAG_TD, TAG_FIGURE, TAG_COUNT
};
/* Content of a page that belongs to a tag, or (mcid < 0) an annotation: an object of the file. */
struct piece {
	size_t page;
	int mcid;
	unsigned object;
	struct piece *next;
};
struct tag {
	enum tag_kind kind;
	bool solid;                /* it or something in it is on a page */
	const char *alt;           /* FIGURE: what it shows; LINK: where it leads */
	double box[4];             /* FIGURE: left, bottom, right and top, y up from the foot of the page */
	unsigned object;           /* its number in the file */
	struct tag *parent, *child, *last, *next;
	struct piece *first, *end;
};
struct tag *tag_add(struct arena *mem, struct tag *parent, enum tag_kind kind);
/* Takes out the children after `last` (NULL: all). */
void tag_cut(struct tag *parent, struct tag *last);
/* The tag that stands in the parent's tree for a heading so many sections deep. */
enum tag_kind tag_heading(int depth);
const char *tag_name(enum tag_kind kind);              /* "TH" */

/* What marks the pages as they are written, and then knows which content is whose. */
struct tagging {
	struct arena *mem;
	struct tag *root;
	size_t npages;
	const unsigned *page_objects;
	struct tags {
		struct tag **v;
		size_t n, cap;
	} *of_page, links;         /* by MCID; by StructParent - npages */
};
/* The number of a new piece of content on a page. */
int tagging_mark(struct tagging *t, struct tag *tag, size_t page);
/* The StructParent of a new annotation. */
size_t tagging_link(struct tagging *t, struct tag *tag, size_t page, unsigned object);

/* Objects to be packed: their bodies one behind the other, where each starts, and their numbers. */
struct objects {
	struct arena *mem;
	struct buf body;
	struct object {
		size_t at;
		unsigned number;
	} *v;
	size_t n, cap;
	unsigned root, next;       /* numbers: kept for the root of the tags; the first that is free */
	struct libdeflate_compressor *packer;      /* made when first needed */
	struct buf packed;         /* its last output */
};
/* `body` as filter FlateDecode has it, valid until the next call (pdf/file.c). */
struct str pdf_pack(struct objects *o, struct str body);
/* What is put into `body` from here on is object `number`. */
void objects_begin(struct objects *o, unsigned number);
/* The tree as objects. */
void tags_write(struct tagging *t, struct objects *o);

/* ---- what a page is made of -------------------------------------------------------------- */

struct picture {
	size_t w, h;
	uint8_t *rgba;             /* line by line from the top */
};
/* NULL when it is not a PNG or JPEG (grey or colours, not for the press) that can be read to its end, of at
 * most 4 MB and 4096 pixels a side (pdf/logo.c). */
struct picture *picture_read(struct arena *mem, const void *file, size_t n);
struct picture *picture_load(struct arena *mem, const char *path);

enum item_kind { ITEM_TEXT, ITEM_RECT, ITEM_LINE, ITEM_CHART, ITEM_PICTURE, ITEM_LINK, ITEM_ANCHOR };
struct item {
	enum item_kind kind;
	double x, y, w, h;         /* TEXT: y of the baseline, w as measured; LINE: from (x, y) by (w, h) */
	enum ink ink;
	double tint;               /* 1: the ink; towards 0: mixed with the paper */
	enum face face;
	double size;               /* TEXT: font size; LINE: width; CHART: scale */
	bool blank;                /* TEXT: a blank follows, at which the line was broken */
	const char *text;          /* TEXT: UTF-8; LINK: id that it leads to; ANCHOR: id of this place */
	const struct drawing *drawing;
	const struct picture *picture;
	struct tag *tag;           /* what the text, chart or link is part of; NULL: decoration */
	struct item *next;
};
struct items {
	struct item *first, *last;
	struct tag *tag;           /* of what is put in */
};
/* A piece of a page that is not broken. */
struct box {
	double h, space;           /* height, and room above it unless it is the first of a page */
	bool keep;                 /* not parted from the next box by a page break */
	bool soft;                 /* so, too, unless that leaves a large hole */
	bool joint;                /* with the next box, part of one thing */
	bool lead;                 /* so far little of its section has been seen: rather not the last of a page */
	bool shown;                /* part of a table or chart */
	double least;              /* room that must be left on its page from its top on */
	const struct box *head;    /* repeated above it when it is the first of a page */
	double second;             /* > 0: a row of a table in two columns, of which the second is at this x */
	const struct node *section;/* it is the heading of this section */
	const char *number;        /* of that section: "2.1", "" when it has none */
	struct items items;
	struct box *next;
	double x, y;               /* its place, by boxes_place */
	enum { PAGE_GOES_ON, PAGE_STARTS, PAGE_WITH_HEAD } page;       /* starts one, beneath `head` */
};
/* What is being filled with boxes from top to bottom. */
struct flow {
	struct arena *mem;
	const struct render_input *in;
	double width, tallest;     /* of a box: the height of a page's text area */
	double scale;              /* of fonts: 1, less in details */
	struct tag *tag;           /* what is put in becomes children of it */
	struct box *first, *last;
};

/* ---- boxes (pdf/box.c) ------------------------------------------------------------------- */

struct box *box_add(struct flow *f, double space, double h);
struct item *item_rect(struct arena *mem, struct items *to, double x, double y, double w, double h,
	enum ink ink, double tint);
struct item *item_line(struct arena *mem, struct items *to, double x, double y, double w, double h,
	double width, enum ink ink);
struct item *item_text(struct arena *mem, struct items *to, double x, double y, enum face face,
	double size, enum ink ink, const char *s);
/* Nothing when id is NULL. */
void item_link(struct arena *mem, struct items *to, double x, double y, double w, double h, const char *id);
void item_anchor(struct arena *mem, struct items *to, const char *id);
/* One line cut with an ellipsis where it exceeds the width. */
const char *text_cut(struct arena *mem, const char *s, enum face face, double size, double width);
/* A flow inside another, of its own width. */
struct flow flow_inside(const struct flow *f, double width);
double flow_height(const struct flow *f);
/* Gives the boxes before `end` their places from `y` on, with so much of the gaps between them; rows in two
 * columns go down the first, then down the second. Returns their foot. */
double boxes_place(struct box *first, const struct box *end, double y, double gaps);
/* Takes the boxes of `inner` into one box at (x, y) and returns their height. */
double box_take(struct box *b, const struct flow *inner, double x, double y);
/* Moves all boxes of `inner` to the end of `f`. */
void flow_append(struct flow *f, const struct flow *inner);

/* ---- text (pdf/text.c) ------------------------------------------------------------------- */

struct run {
	const char *s;
	enum face face;
	double size;
	enum ink ink;
};
struct line {
	double width;
	struct items items;        /* x from the start of the line, y = 0 on the baseline */
};
/* Breaks runs into lines no wider than `width`: at blanks, between ideographs, after hyphens and
 * slashes; inside a word only when it is wider than a line. */
size_t text_lines(struct arena *mem, const struct run *runs, size_t n, double width, struct line **out);
/* Width of the widest piece that is not broken. */
double text_least(const char *s, enum face face, double size);
/* The line's items take the tag of `to`. */
void line_put(struct items *to, const struct line *l, double x, double y);
/* What suits an outline or the document's properties: no control characters, not too long. */
const char *text_plain(struct arena *mem, const char *s);
/* Cells as runs: code in its own face. */
struct run *runs_of(const struct flow *f, const struct cell *cells, size_t n, double size, enum ink ink);
/* Lines as boxes that may be parted by a page break, but never the first or the last alone. */
void flow_text(
	struct flow *f, struct tag *tag, const struct run *runs, size_t n, double space, double leading);

/* ---- nodes (pdf/blocks.c, pdf/table.c, pdf/side.c) --------------------------------------- */

void flow_children(struct flow *f, const struct node *parent);
void flow_child(struct flow *f, const struct node *n);
void flow_table(struct flow *f, const struct node *n);
void flow_columns(struct flow *f, const struct node *n);
void flow_figures(struct flow *f, const struct node *n);
/* The least width in which a table is still set without breaking words, and the one without wrapping. */
void table_widths(const struct flow *f, const struct node *n, double *least, double *natural);

/* ---- where pages end (pdf/break.c) ------------------------------------------------------- */

/* Sets `page` and the places of all boxes from the first on, for pages of `room` points, and makes charts smaller
 * where that helps. */
void break_pages(struct arena *mem, struct box *first, double room);

/* ---- pages (pdf/pages.c, pdf/front.c) ---------------------------------------------------- */

/* Not part of the text: it has been read before, or belongs to the page. */
enum artifact { ARTIFACT_NONE, ARTIFACT_REPEATED, ARTIFACT_HEADER, ARTIFACT_FOOTER };
struct placed {
	const struct items *items;
	double x, y;
	enum artifact artifact;
};
struct page {
	struct placed *v;
	size_t n, cap;
};
struct mark {                  /* the place of an id, and of a section's heading */
	const char *id;
	const struct node *section;/* NULL: just a place */
	const char *number;
	size_t page;
	double y;
};
struct book {
	double width, height, left, top, bottom;   /* paper and margins; the right margin is the left */
	struct page *pages;
	size_t npages, pages_cap;
	size_t front;              /* pages numbered i, ii, ...; those after them 1, 2, ... */
	struct mark *marks;
	size_t nmarks, marks_cap;
	const struct mark **by_id; /* sorted */
	struct tag *root;          /* of the document's text */
};
/* The whole document on pages; sections among the marks are in document order. */
struct book *book_lay_out(struct arena *mem, const struct render_input *in);
const struct mark *book_find(const struct book *b, const char *id);
/* Appends a page. */
void book_page(struct book *b, struct arena *mem);
/* Puts items on the last page. */
void book_place(struct book *b, struct arena *mem, struct placed what);
/* Cover and contents (pdf/front.c) before the pages of `body`, whose sections they list. */
void front_cover(struct book *b, struct arena *mem, const struct render_input *in, struct tag *tag);
void front_contents(struct book *b, struct arena *mem, const struct doc *d, const struct book *body,
	struct tag *tag);

/* ---- the file (pdf/file.c) --------------------------------------------------------------- */

/* Properties as XMP. No claim to be PDF/UA: nobody has certified it. */
void pdf_metadata(struct buf *out, const struct render_input *in);
/* The finished file of the library with the tags of its pages, under a new table of objects. */
int pdf_extend(struct buf *out, struct tagging *t, struct objects *o, struct str file, struct err *e);

#endif
