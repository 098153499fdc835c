/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tables: columns as wide as their content asks for, squeezed fairly when the page is too narrow;
 * numbers to the right, cells wrapped, the header repeated on each page.
 */
#include "report/pdf_int.h"

#include <math.h>
#include <string.h>

enum { MAX_LINES = 12 };       /* of a cell */
/* What a bar before a number wants and can't do without; the least of one that does not look like a fault of the print. */
static const double bar_room = 26, bar_least = 10, bar_seen = 1;
/* Tried in turn until no word must be broken: font size and room between columns in its units. */
static const struct { double size, pad; } looks[] = {
	{ 8.4, 1.4 }, { 7.6, 1.3 }, { 6.8, 1.1 }, { 6, 0.9 }, { 5.2, 0.7 }
};

struct measure {
	double *natural, *cells, *least;       /* per column, without padding; cells: a title may wrap */
	double *text, *weight;     /* the widest cell; how much room the cells ask for together */
	double sum_natural, sum_cells, sum_least;
};
struct layout {
	double size, leading, pad; /* pad: between columns */
	double *width, *text;
};

static enum face face_of(const struct cell *c)
{
	return c->cls == CELL_CODE ? FACE_MONO : FACE_SANS;
}
static double size_of(const struct cell *c, double size)
{
	return c->cls == CELL_CODE ? size * 0.92 : size;
}

/* Room behind a number, so that the points of its column stand below each other. */
static double hang_of(const struct cell *c, double size)
{
	return c->digits_short * font_width(FACE_SANS, "0", 1, size) + c->point_short * font_width(FACE_SANS, ".", 1, size);
}

static void widen(struct measure *m, size_t column, const char *s, enum face face, double size, double hang)
{
	m->natural[column] = fmax(m->natural[column], font_width(face, s, strlen(s), size) + hang);
	m->least[column] = fmax(m->least[column], fmin(text_least(s, face, size), 14 * size) + hang);
}

static struct measure measure(const struct flow *f, const struct node *n, double size)
{
	struct measure m = {
		.natural = arena_calloc(f->mem, n->ncols, sizeof(double)),
		.cells = arena_calloc(f->mem, n->ncols, sizeof(double)),
		.least = arena_calloc(f->mem, n->ncols, sizeof(double)),
		.text = arena_calloc(f->mem, n->ncols, sizeof(double)),
		.weight = arena_calloc(f->mem, n->ncols, sizeof(double))
	};
	for (size_t i = 0; i < n->nrows * n->ncols; i++) {
		const struct cell *c = &n->cells[i];
		const char *s = cell_string(f->mem, c);
		widen(&m, i % n->ncols, s, face_of(c), size_of(c, size), hang_of(c, size));
		m.weight[i % n->ncols] += pow(font_width(face_of(c), s, strlen(s), size), 2) / (double)n->nrows;
	}
	memcpy(m.cells, m.natural, n->ncols * sizeof(double));
	memcpy(m.text, m.natural, n->ncols * sizeof(double));
	for (size_t c = 0; c < n->ncols; c++)
		if (n->columns[c].title)
			widen(&m, c, n->columns[c].title, FACE_BOLD, size, 0);
	for (size_t c = 0; c < n->ncols; c++) {
		if (n->columns[c].bar)
			m.natural[c] = fmax(m.natural[c], m.text[c] + bar_room);
		m.weight[c] = cbrt(m.weight[c] + 1);
		m.natural[c] += 0.5;
		m.least[c] += 0.5;
		double title = n->columns[c].title ? font_width(FACE_BOLD, n->columns[c].title,
			strlen(n->columns[c].title), size) : 0;
		/* a title takes two lines, and becomes a tower only when nothing else gives way */
		m.cells[c] = fmax(fmax(m.cells[c] + 0.5, 0.55 * title), m.least[c]);
		m.sum_natural += m.natural[c];
		m.sum_cells += m.cells[c];
		m.sum_least += m.least[c];
	}
	return m;
}

void table_widths(const struct flow *f, const struct node *n, double *least, double *natural)
{
	struct measure m = measure(f, n, looks[0].size * f->scale);
	double gaps = looks[0].size * looks[0].pad * f->scale * (double)n->ncols;
	*natural = m.sum_natural + gaps;
	/* three tables beside each other are still read with ease, unless they hold prose */
	bool prose = m.sum_natural > 2 * m.sum_least;
	*least = fmin(*natural, fmax(m.sum_least + gaps, f->width * (prose ? 0.38 : 0.2)));
}

/* What the widths of columns are of their weights when all are cut to `room`: short columns keep theirs, and long
 * texts share the rest so that the sum of the squares of their lines is least, which leaves little to a column of
 * mostly blank cells. */
static double level(const struct node *n, const struct measure *m, double room)
{
	double low = 0, high = room;       /* no weight is below 1 */
	for (int i = 0; i < 40; i++) {
		double mid = (low + high) / 2, sum = 0;
		for (size_t c = 0; c < n->ncols; c++)
			sum += fmax(m->least[c], fmin(m->cells[c], mid * m->weight[c]));
		*(sum > room ? &high : &low) = mid;
	}
	return low;
}

/* Widths for `room` points. Too wide: titles wrap; then all are cut alike, but none below its least;
 * if even that is too much, texts give way before numbers. Narrower: texts grow, up to twice their width. */
static void share_out(struct layout *l, const struct node *n, const struct measure *m, double room)
{
	double spare = room - m->sum_natural, most = spare < 0 ? level(n, m, room) : 0, texts = 0;
	double words = 0, wider = m->sum_natural - m->sum_cells;       /* titles than cells; 0 but for rounding: none */
	double titles = wider > 0.01 ? (room - m->sum_cells) / wider : -1;
	for (size_t c = 0; c < n->ncols; c++) {
		texts += n->columns[c].align == ALIGN_LEFT ? m->natural[c] : 0;
		words += n->columns[c].align == ALIGN_LEFT ? m->least[c] : 0;
	}
	double numbers = m->sum_least - words, squeeze = words > 0 ? (room - numbers) / words : 0;
	for (size_t c = 0; c < n->ncols; c++) {
		if (room < m->sum_least && squeeze < 0.3)
			l->width[c] = m->least[c] * room / m->sum_least;
		else if (room < m->sum_least)
			l->width[c] = m->least[c] * (n->columns[c].align == ALIGN_LEFT ? squeeze : 1);
		else if (spare < 0)
			l->width[c] = titles > 0 ? m->cells[c] + titles * (m->natural[c] - m->cells[c])
				: fmax(m->least[c], fmin(m->cells[c], most * m->weight[c]));
		else if (n->columns[c].align == ALIGN_LEFT && texts > 0)
			l->width[c] = m->natural[c] + fmin(spare, texts) * m->natural[c] / texts;
		else
			l->width[c] = m->natural[c];
	}
}

/* Whether all cells are set in one line each in look i. */
static bool fits(const struct flow *f, const struct node *n, size_t i)
{
	double size = looks[i].size * f->scale;
	return measure(f, n, size).sum_cells <= f->width - size * looks[i].pad * (double)n->ncols;
}

/* Cells that need not be wrapped in slightly smaller letters are set in these. */
static struct layout lay_out(const struct flow *f, const struct node *n)
{
	struct layout l = { .width = arena_calloc(f->mem, n->ncols, sizeof(double)) };
	struct measure m = { 0 };
	double room = 0;
	for (size_t i = 0; i < COUNTOF(looks); i++) {
		l.size = looks[i].size * f->scale;
		l.pad = l.size * looks[i].pad;
		m = measure(f, n, l.size);
		room = f->width - l.pad * (double)n->ncols;
		if (m.sum_least <= room && (i > 0 || m.sum_cells <= room || !fits(f, n, 1)))
			break;
	}
	l.leading = l.size * 1.32;
	l.text = m.text;
	share_out(&l, n, &m, fmax(room, 10));
	return l;
}

static double put_cell(struct flow *f, struct box *b, const struct layout *l, const struct run *text,
	enum align align, double x, double w)
{
	struct line *lines;
	size_t count = text_lines(f->mem, text, 1, w, &lines);
	for (size_t i = 0; i < count && i < MAX_LINES; i++) {
		double at = align == ALIGN_RIGHT ? x + w - lines[i].width : x;
		double y = l->leading * ((double)i + 0.76) + 2.2;
		line_put(&b->items, &lines[i], at, y);
		if (i + 1 == MAX_LINES && count > MAX_LINES)
			item_text(f->mem, &b->items, fmin(at + lines[i].width, x + w - 6), y,
				FACE_SANS, text->size, INK_MUTED, "\xe2\x80\xa6");
	}
	return l->leading * fmin(MAX_LINES, (double)count) + 4.4;
}

/* `tag` NULL: it has been read before. */
static struct box *header(struct flow *f, struct tag *tag, const struct node *n, const struct layout *l)
{
	struct box *b = box_add(f, 8, 0);
	struct tag *row = tag ? tag_add(f->mem, tag, TAG_TR) : NULL;
	double x = l->pad / 2;
	bool any = false;
	for (size_t c = 0; c < n->ncols; c++) {
		struct run r = { n->columns[c].title ? n->columns[c].title : "", FACE_BOLD, l->size,
			INK_MUTED };
		any = any || *r.s;
		b->items.tag = row ? tag_add(f->mem, row, TAG_TH_COLUMN) : NULL;
		b->h = fmax(b->h, put_cell(f, b, l, &r, n->columns[c].align, x, l->width[c]));
		x += l->width[c] + l->pad;
	}
	if (!any)
		b->h = 1;
	item_line(f->mem, &b->items, 0, b->h, x - l->pad / 2, 0, 0.9, INK_AXIS);
	b->keep = true;
	return b;
}

/* A bar ends before its number; where there is no room, it lies behind that, from the left of the cell. */
static void put_bar(struct flow *f, struct box *b, const struct cell *c, double x, double w, double text, double h)
{
	double share = fmin(1, fmax(0, c->num)), room = w - text - 3;
	if (!isfinite(c->num) || share <= 0)
		return;
	if (fmax(room, w / 4) * share < bar_seen)
		return;
	if (room < bar_least)
		item_rect(f->mem, &b->items, x, 1.5, w * share, h - 3, INK_PRIMARY, 0.18);
	else
		item_rect(f->mem, &b->items, x + room * (1 - share), 1.5, room * share, h - 3, INK_PRIMARY, 0.18);
}

/* The first column names its row, if it holds texts. */
static enum tag_kind tag_of_cell(const struct node *n, size_t column)
{
	return column == 0 && n->ncols > 1 && n->columns[0].align == ALIGN_LEFT ? TAG_TH_ROW : TAG_TD;
}

static struct box *row(
	struct flow *f, struct tag *rows, const struct node *n, const struct layout *l, size_t r)
{
	struct box *b = box_add(f, 0, l->leading + 4.4);
	struct tag *line = tag_add(f->mem, rows, TAG_TR), *linked = NULL;
	const char *link = n->links ? n->links[r] : NULL;
	double x = l->pad / 2;
	for (size_t c = 0; c < n->ncols; c++) {
		const struct cell *cell = &n->cells[r * n->ncols + c];
		if (n->columns[c].bar)
			put_bar(f, b, cell, x - l->pad / 4, l->width[c] + l->pad / 4, l->text[c], l->leading + 4.4);
		struct run text = { cell_string(f->mem, cell), face_of(cell), size_of(cell, l->size),
			link && c == 0 ? INK_PRIMARY : INK_TEXT };
		b->items.tag = tag_add(f->mem, line, tag_of_cell(n, c));
		if (link && c == 0) {
			linked = b->items.tag = tag_add(f->mem, b->items.tag, TAG_LINK);
			linked->alt = text.s;
		}
		b->h = fmax(b->h, put_cell(f, b, l, &text, n->columns[c].align, x, l->width[c] - hang_of(cell, l->size)));
		x += l->width[c] + l->pad;
	}
	item_line(f->mem, &b->items, 0, b->h, x - l->pad / 2, 0, 0.5, INK_GRID);
	b->items.tag = linked;
	if (link)
		item_link(f->mem, &b->items, 0, 0, l->pad + l->width[0], b->h, link);
	return b;
}

/* All rows; so many of the last stay together, and one more of the first. */
static void body(struct flow *f, struct tag *rows, const struct node *n, const struct layout *l,
	struct box *head, size_t together, double second)
{
	for (size_t r = 0; r < n->nrows; r++) {
		struct box *b = row(f, rows, n, l, r);
		b->head = head;
		b->second = second;
		b->keep = r < together || r + together >= n->nrows;
	}
}

static void in_one_column(struct flow *f, struct tag *tag, struct tag *rows, const struct node *n)
{
	struct layout l = lay_out(f, n);
	body(f, rows, n, &l, header(f, tag, n, &l), 2, 0);
}

/* ---- long narrow tables ------------------------------------------------------------------ */

enum { LONG = 16, LINES_TOGETHER = 4 };         /* rows worth two columns; lines of them that are not parted */
static const double gutter = 26;

static bool is_long_and_narrow(const struct flow *f, const struct node *n)
{
	double least, natural;
	if (n->nrows < LONG)
		return false;
	for (size_t r = 0; r < n->nrows; r++) {
		const char *s = cell_string(f->mem, &n->cells[r * n->ncols]);
		uint32_t first = utf8_next(&s, s + strlen(s));
		if (first == ' ' || (first >= 0x2000 && first <= 0x200A))      /* a tree, by its indents */
			return false;
	}
	table_widths(f, n, &least, &natural);
	return 2 * natural + gutter <= f->width;
}

static void in_two_columns(struct flow *f, struct tag *head, struct tag *rows, const struct node *n)
{
	struct flow first = flow_inside(f, (f->width - gutter) / 2), second = first;
	struct layout l = lay_out(&first, n);
	double x = first.width + gutter;
	header(&first, head, n, &l);
	header(&second, NULL, n, &l);
	struct box *both = box_add(f, 9, 0);
	both->h = fmax(box_take(both, &first, 0, 0), box_take(both, &second, x, 0));
	both->keep = true;
	body(f, rows, n, &l, both, 2 * LINES_TOGETHER, x);
}

/* ------------------------------------------------------------------------------------------ */

void flow_table(struct flow *f, const struct node *n)
{
	if (!n->ncols)
		return;
	struct tag *table = tag_add(f->mem, f->tag, TAG_TABLE);
	if (n->title) {
		struct run title = { n->title, FACE_BOLD, 8.8 * f->scale, INK_TEXT };
		flow_text(f, tag_add(f->mem, table, TAG_CAPTION), &title, 1, 13, 12);
		for (struct box *b = f->first; b; b = b->next)
			b->keep = true;
	}
	struct box *title = f->last;
	struct tag *head = tag_add(f->mem, table, TAG_THEAD), *rows = tag_add(f->mem, table, TAG_TBODY);
	if (is_long_and_narrow(f, n))
		in_two_columns(f, head, rows, n);
	else
		in_one_column(f, head, rows, n);
	(title ? title->next : f->first)->space = title ? 1 : 9;
	item_anchor(f->mem, &f->first->items, n->id);
	f->last->keep = false;
}
