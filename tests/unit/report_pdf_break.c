/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where pages of the PDF end, and what is done to leave no holes: boxes by hand, and pages of a document. */
#include "report/pdf_int.h"
#include "test.h"

#include <math.h>
#include <string.h>

static struct arena *mem;
static struct theme theme;

/* ---- boxes ---------------------------------------------------------------------------------- */

static const double room = 700;

static struct box *add(struct flow *f, double h)
{
	return box_add(f, 10, h);
}

/* Its letters are ten points high at full size. */
static struct op letter = { .kind = OP_TEXT, .size = 10 };
static const struct drawing letters = { .width = 100, .rigid = true, .ops = &letter, .nops = 1 };
static struct box *chart(struct flow *f, double h, double scale)
{
	struct box *b = add(f, h);
	struct item *i = item_rect(mem, &b->items, 0, 0, 100, h, INK_TEXT, 1);
	i->kind = ITEM_CHART;
	i->size = scale;
	i->drawing = &letters;
	return b;
}

static struct box *heading(struct flow *f)
{
	struct box *b = add(f, 20);
	b->keep = true;
	b->least = 100;
	return b;
}

/* A table whose head is 20 points high, as its rows are. */
static struct box *rows(struct flow *f, int n, bool soft)
{
	struct box *head = add(f, 20);
	head->keep = head->joint = true;
	for (int i = 0; i < n; i++) {
		struct box *b = box_add(f, 0, 20);
		b->head = head;
		b->joint = i + 1 < n;
		b->soft = soft && b->joint;
	}
	return head;
}

static struct flow boxes(void)
{
	return (struct flow){ .mem = mem, .width = 480, .tallest = room, .scale = 1 };
}

/* How many boxes are on each page: "3 2". */
static const char *pages(struct flow *f)
{
	const char *s = "";
	int n = 0;
	break_pages(mem, f->first, room);
	CHECK(!f->first || f->first->page != PAGE_GOES_ON);
	for (const struct box *b = f->first; b; b = b->next) {
		n++;
		CHECK(b->y >= 0 && b->y + b->h <= room + 0.01);
		bool above = b->next && b->next->page == PAGE_GOES_ON && b->next->x == b->x;
		CHECK(!above || b->next->y >= b->y + b->h - 0.01);
		if (b->next && b->next->page == PAGE_GOES_ON)
			continue;
		s = arena_printf(mem, "%s%s%d", s, *s ? " " : "", n);
		n = 0;
	}
	return s;
}

/* Charts give way by a seventh, that they still look like their neighbours, and not below letters of 5.6 points. */
static void shrinks(void)
{
	static const struct { double text, scale; const char *pages; } cases[] = {
		{ 490, 0.88, "2" }, { 520, 0.88, "2" }, { 530, 0.88, "1 1" }, { 520, 0.6, "1 1" }, { 500, 0.6, "2" }
	};
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct flow f = boxes();
		add(&f, cases[i].text);
		struct box *c = chart(&f, 200, cases[i].scale);
		CHECK_STR(pages(&f), cases[i].pages);
		const struct item *it = c->items.first;
		CHECK_NEAR(c->h, it->h, 1e-9);
		CHECK_NEAR(it->size / cases[i].scale, it->h / 200, 1e-9);
		CHECK((it->h < 200) == (cases[i].pages[1] == 0 && cases[i].text > 490));
		CHECK_NEAR(it->w, it->h / 2, 1e-9);
	}
}

/* A chart whose proportions say nothing stays as wide, and so do its letters: whatever their size. */
static void flattens(void)
{
	static float line[] = { 0, 0, 100, 200 };
	static struct op ops[] = { { .kind = OP_TEXT, .size = 10, .x = 50, .y = 100 }, { .kind = OP_LINE, .n = 2 },
		{ .kind = OP_RECT, .x = 10, .y = 40, .rx = 20, .ry = 60 }, { .kind = OP_DOT, .x = 10, .y = 20, .rx = 3, .ry = 3 } };
	static const struct drawing d = { .width = 100, .height = 200, .ops = ops, .nops = 4, .pts = line, .npts = 4 };
	struct flow f = boxes();
	add(&f, 520);
	struct box *c = chart(&f, 200, 0.5);
	struct item *it = c->items.first;
	it->drawing = &d;
	CHECK_STR(pages(&f), "2");
	double part = it->h / 200;
	CHECK(part < 0.95 && part > 0.85 && it->w == 100 && it->size == 0.5);
	CHECK_NEAR(it->drawing->height, 200 * part, 1e-4);
	const struct op *v = it->drawing->ops;
	CHECK(v[0].size == 10 && v[0].x == 50 && v[2].x == 10 && v[2].rx == 20 && v[3].rx == 3 && v[3].ry == 3);
	CHECK_NEAR((double)v[0].y, 100 * part, 1e-4);
	CHECK_NEAR((double)v[2].y, 40 * part, 1e-4);
	CHECK_NEAR((double)v[2].ry, 60 * part, 1e-4);
	CHECK_NEAR((double)v[3].y, 20 * part, 1e-4);
	CHECK(it->drawing->pts[2] == 100);
	CHECK_NEAR((double)it->drawing->pts[3], 200 * part, 1e-4);
	CHECK(ops[0].y == 100 && line[3] == 200);        /* its own copy */
}

/* What stands beside a chart is not made smaller, and the chart not by more than helps. */
static void text_beside_a_chart(void)
{
	struct flow f = boxes();
	add(&f, 540);
	struct box *c = chart(&f, 200, 0.88);
	item_text(mem, &c->items, 200, 190, FACE_SANS, 8, INK_TEXT, "beside");
	CHECK_STR(pages(&f), "1 1");
	CHECK(c->items.first->h == 200);
}

/* A page of charts is squeezed as one: none is left as it is while its neighbour gives way. */
static void charts_shrink_alike(void)
{
	struct flow f = boxes();
	struct box *v[3];
	for (int i = 0; i < 3; i++)
		v[i] = chart(&f, 250, 0.88);
	CHECK_STR(pages(&f), "3");
	CHECK(v[0]->h < 240 && v[0]->h > 220);
	CHECK_NEAR(v[0]->h, v[1]->h, 1e-9);
	CHECK_NEAR(v[0]->h, v[2]->h, 1e-9);
}

/* The pages are chosen together: the first is not filled to the brim where that leaves a large hole behind the
 * second. What follows never comes before what it stands behind. */
static void as_a_whole(void)
{
	struct flow f = boxes();
	for (int i = 0; i < 6; i++)
		add(&f, 107);
	for (int i = 0; i < 3; i++)
		add(&f, 160)->keep = i < 2;
	add(&f, 600);
	add(&f, 60);
	CHECK_STR(pages(&f), "5 4 2");
	struct flow wide = boxes();
	add(&wide, 400);
	add(&wide, 400);
	add(&wide, 30);
	CHECK_STR(pages(&wide), "1 2");
}

/* No last page of a line or two where the one before it can spare some. */
static void last_page(void)
{
	struct flow f = boxes();
	for (int i = 0; i < 14; i++)
		add(&f, 40);
	add(&f, 60);
	CHECK_STR(pages(&f), "13 2");
	struct flow one = boxes();
	add(&one, 40);
	CHECK_STR(pages(&one), "1");
}

/* Gaps grow by about a third where that fills a hole, but not on the last page. */
static void gaps(void)
{
	static const struct { double h, second; } cases[] = { { 300, 313.5 }, { 344, 356 }, { 346, 354 } };
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct flow f = boxes();
		struct box *top = add(&f, cases[i].h), *below = add(&f, cases[i].h), *last;
		add(&f, 300);
		last = add(&f, 100);
		CHECK_STR(pages(&f), "2 2");
		CHECK_NEAR(top->y, 0, 1e-9);
		CHECK_NEAR(below->y, cases[i].second, 1e-9);
		CHECK_NEAR(last->y, 310, 1e-9);
	}
}

static void headings(void)
{
	struct flow f = boxes();
	add(&f, 595);
	heading(&f);
	heading(&f);
	add(&f, 30);
	add(&f, 30);
	CHECK_STR(pages(&f), "1 4");
	struct flow low = boxes();
	add(&low, 592);
	heading(&low);
	add(&low, 30);
	add(&low, 100);
	add(&low, 100);
	CHECK_STR(pages(&low), "3 2");     /* the gaps give way a little */
	CHECK(low.first->next->y <= 600);
}

/* A section does not begin at the foot of a page with a line or two, unless that leaves a large hole. */
static void leads(void)
{
	for (int led = 0; led < 2; led++)
		for (double above = 300; above < 600; above += 250) {
			struct flow f = boxes();
			add(&f, above);
			heading(&f);
			struct box *text = add(&f, 80);
			text->lead = led;
			add(&f, 290);
			add(&f, 270);
			CHECK_STR(pages(&f), led && above == 550 ? "1 4" : "3 2");
		}
}

/* A table that is kept if possible is parted only for a large hole, others for a small one; its head is set again. */
static void tables(void)
{
	for (int soft = 0; soft < 2; soft++)
		for (double above = 400; above < 700; above += 200) {
			struct flow f = boxes();
			add(&f, above);
			struct box *head = rows(&f, 15, soft);
			add(&f, 300);
			bool parted = !soft || above == 400;
			const char *got = pages(&f);
			CHECK((strncmp(got, "1 ", 2) != 0) == parted);
			int again = 0;
			for (const struct box *b = f.first; b; b = b->next) {
				again += b->page == PAGE_WITH_HEAD;
				CHECK(b->page != PAGE_WITH_HEAD || (b->head == head && b->y == 20));
			}
			CHECK(again == parted);
		}
}

/* Rows in two columns fill the first of each page before the second, under a head for both. */
static void two_columns(void)
{
	struct flow f = boxes();
	add(&f, 570);
	struct box *head = rows(&f, 100, false), *b = head->next;
	head->space = 0;
	for (struct box *row = b; row; row = row->next)
		row->second = 250;
	add(&f, 10);
	CHECK_NEAR(flow_height(&f), 570 + 20 + 50 * 20 + 20, 1e-9);
	CHECK_STR(pages(&f), "12 68 23");
	static const struct { int i; double x, y; } places[] = {
		{ 0, 0, 590 }, { 4, 0, 670 }, { 5, 250, 590 }, { 9, 250, 670 }, { 10, 0, 20 }, { 43, 0, 680 }, { 44, 250, 20 },
		{ 78, 0, 20 }, { 88, 0, 220 }, { 89, 250, 20 }, { 99, 250, 220 }
	};
	for (size_t i = 0, k = 0; b->second > 0; i++, b = b->next) {
		if (k == COUNTOF(places) || (int)i != places[k].i)
			continue;
		CHECK_NEAR(b->x, places[k].x, 1e-9);
		CHECK_NEAR(b->y, places[k].y, 1e-9);
		CHECK((b->page == PAGE_WITH_HEAD) == (i == 10 || i == 78));
		k++;
	}
	CHECK(b->x == 0 && fabs(b->y - 250) < 1e-9);
}

/* What asks to be kept but does not fit a page is parted somewhere, and a box of more than a page has one. */
static void too_much(void)
{
	struct flow f = boxes();
	for (int i = 0; i < 5; i++)
		add(&f, 200)->keep = true;
	CHECK_STR(pages(&f), "3 2");
	struct flow huge = boxes();
	add(&huge, 100);
	add(&huge, 710);
	break_pages(mem, huge.first, room);
	CHECK(huge.last->page == PAGE_STARTS && huge.last->y == 0);
	struct flow none = boxes();
	CHECK_STR(pages(&none), "");
}

/* ---- a document ----------------------------------------------------------------------------- */

static struct book *pages_of(const struct doc *d)
{
	struct drawings *drawings = arena_alloc(mem, sizeof *drawings);
	struct render_input *in = arena_alloc(mem, sizeof *in);
	CHECK(report_draw(mem, d, drawings, NULL) == 0);
	*in = (struct render_input){ .doc = d, .drawings = drawings, .theme = &theme };
	return book_lay_out(mem, in);
}

/* How often a text stands on the pages, or (NULL) how many charts, and the size of the last. */
static int count(const struct book *b, const char *text, double *size)
{
	int n = 0;
	for (size_t i = b->front; i < b->npages; i++)
		for (size_t k = 0; k < b->pages[i].n; k++)
			for (const struct item *it = b->pages[i].v[k].items->first; it; it = it->next) {
				bool is = text ? it->kind == ITEM_TEXT && strcmp(it->text, text) == 0
					: it->kind == ITEM_CHART;
				n += is;
				if (is && size)
					*size = it->size;
			}
	return n;
}

static struct flow flow_of(const struct doc *d)
{
	struct render_input *in = arena_alloc(mem, sizeof *in);
	*in = (struct render_input){ .doc = d, .drawings = arena_calloc(mem, 1, sizeof(struct drawings)), .theme = &theme };
	return (struct flow){ .mem = mem, .in = in, .width = 480, .tallest = room, .scale = 1,
		.tag = tag_add(mem, NULL, TAG_DOCUMENT) };
}

static const struct item *item_of(const struct flow *f, const char *text)
{
	for (const struct box *b = f->first; b; b = b->next)
		for (const struct item *i = b->items.first; i; i = i->next)
			if (i->kind == ITEM_TEXT && strcmp(i->text, text) == 0)
				return i;
	return NULL;
}

/* A sentence and a table beside it, whose level is as long as that: where the table begins. */
static double table_at(const char *level, bool *led)
{
	static const struct table_column cols[] = { { "Level", ALIGN_LEFT, false }, { "Count", ALIGN_RIGHT, false } };
	struct doc *d = doc_new(mem, "Pairs");
	struct node *s = doc_section(d, d->root, "one", "One");
	doc_text(d, s, "All values are there.", NULL, 0);
	struct node *pair = doc_add(d, s, NODE_COLUMNS);
	doc_text(d, pair, "The most frequent level is the first.", NULL, 0);
	struct node *t = doc_table(d, pair, NULL, cols, COUNTOF(cols));
	for (int i = 0; i < 3; i++)
		doc_row(d, t, (struct cell[]){ cell_text(level), cell_num(CELL_COUNT, 3, NULL) }, NULL);
	struct flow f = flow_of(d);
	flow_child(&f, s);
	*led = f.first->lead && f.first->next->lead && !f.first->next->shown && f.last->shown && !f.last->lead;
	const struct item *i = item_of(&f, "Level");
	return i ? i->x : -1;
}

/* Pairs stand in the halves of the page where they can; what comes before the first of a section leads to it. */
static void halves(void)
{
	bool led;
	double at = table_at("a", &led);
	CHECK(led && at > 251 && at < 260);
	CHECK_NEAR(table_at("a level of some words", &led), at, 1e-9);
	CHECK(fabs(table_at("a level of so many words that no half of a page can hold all of it in one line", &led) - at) > 1);
}

/* The rectangles of a flow in an ink: how many, and the place of the first and the last. */
static int rects(const struct flow *f, double tint, double *left, double *right)
{
	int n = 0;
	*right = 0;
	for (const struct box *b = f->first; b; b = b->next)
		for (const struct item *i = b->items.first; i; i = i->next)
			if (i->kind == ITEM_RECT && fabs(i->tint - tint) < 1e-9) {
				*left = n++ ? *left : i->x;
				*right = fmax(*right, i->x + i->w);
			}
	return n;
}

/* A bar ends before its number, wherever the number begins, and is not drawn as a hairline. */
static void bars(void)
{
	static const struct table_column cols[] = { { "Level", ALIGN_LEFT, false }, { "Share", ALIGN_RIGHT, true } };
	struct doc *d = doc_new(mem, "Bars");
	struct node *t = doc_table(d, doc_section(d, d->root, "one", "One"), NULL, cols, COUNTOF(cols));
	static const double shares[] = { 0.5, 0.25, 0.002 };
	for (size_t i = 0; i < COUNTOF(shares); i++)
		doc_row(d, t, (struct cell[]){ cell_text("a level"), cell_num(CELL_PERCENT, shares[i], NULL) }, NULL);
	struct flow f = flow_of(d);
	flow_child(&f, t);
	double left, right;
	CHECK(rects(&f, 0.18, &left, &right) == 2);
	const struct item *number = item_of(&f, "50.0\xe2\x80\xaf%");
	CHECK(number && right < number->x && right > number->x - 6 && left < right - 10);
}

/* Figures in rows that differ by one at most, each as wide as the page. */
static void tiles(void)
{
	for (int n = 1; n <= 12; n++) {
		struct doc *d = doc_new(mem, "Tiles");
		struct node *tiles = doc_add(d, doc_section(d, d->root, "one", "One"), NODE_FIGURES);
		for (int i = 0; i < n; i++)
			doc_figure(d, tiles, "rows", cell_num(CELL_COUNT, i, NULL));
		struct flow f = flow_of(d);
		flow_child(&f, tiles);
		int most = 0, least = n, all = 0;
		for (struct box *b = f.first; b; b = b->next) {
			struct flow row = { .first = b };
			struct box *next = b->next;
			double left, right;
			b->next = NULL;
			int here = rects(&row, 0.06, &left, &right);
			b->next = next;
			CHECK(left == 0);
			CHECK_NEAR(right, 480, 1e-9);
			all += here;
			most = here > most ? here : most;
			least = here < least ? here : least;
		}
		CHECK(all == n && most - least <= 1);
	}
}

/* A column of mostly blank cells takes little where others are wrapped. */
static void blank_column(void)
{
	static const struct table_column cols[] = { { "Meaning", ALIGN_LEFT, false }, { "Values", ALIGN_LEFT, false },
		{ "Example", ALIGN_LEFT, false } };
	const char *lengthy = "one of so many values that they need more than a line of any table, and then another one, "
		"and then some more of them until it is enough";
	struct doc *d = doc_new(mem, "Blanks");
	struct node *t = doc_table(d, doc_section(d, d->root, "one", "One"), NULL, cols, COUNTOF(cols));
	for (int i = 0; i < 20; i++)
		doc_row(d, t, (struct cell[]){ cell_text(i ? "" : lengthy), cell_text(lengthy), cell_text("so") }, NULL);
	struct flow f = flow_of(d);
	flow_child(&f, t);
	const struct item *meaning = item_of(&f, "Meaning"), *values = item_of(&f, "Values"), *end = item_of(&f, "Example");
	CHECK(meaning && values && end && values->x - meaning->x < 0.6 * (end->x - values->x));
}

/* Which boxes rather stay with the next: all lines of a paragraph of a few, and what stands before the last text of a
 * section. */
static void soft_texts(void)
{
	for (int words = 20; words <= 140; words += 10) {
		struct doc *d = doc_new(mem, "Texts");
		struct node *s = doc_section(d, d->root, "one", "One");
		const char *text = "";
		for (int i = 0; i < words; i++)
			text = arena_printf(mem, "%sof words ", text);
		doc_text(d, s, text, NULL, 0);
		doc_text(d, s, "A line.", NULL, 0);
		doc_text(d, s, "The last line.", NULL, 0);
		struct flow f = flow_of(d);
		flow_child(&f, s);
		int lines = -3;
		for (const struct box *b = f.first; b; b = b->next)
			lines++;
		struct box *b = f.first->next;
		for (int i = 1; i < lines; i++, b = b->next)
			CHECK(b->soft == (lines <= 6));
		CHECK(!b->soft && b->next->soft);
		CHECK(b->next->next == f.last && !f.last->soft);
	}
}

/* A text between two things stays with the second: with a figure more than with a table, which can be parted. */
static void announced(void)
{
	static const struct table_column cols[] = { { "Level", ALIGN_LEFT, false } };
	static const char *const labels[] = { "a" };
	static const double v[] = { 1 };
	for (int figure = 0; figure < 2; figure++) {
		struct doc *d = doc_new(mem, "Figures");
		struct node *s = doc_section(d, d->root, "one", "One");
		doc_row(d, doc_table(d, s, NULL, cols, 1), (struct cell[]){ cell_text("first") }, NULL);
		doc_text(d, s, "What comes next.", NULL, 0);
		struct chart *c = arena_alloc(mem, sizeof *c);
		*c = (struct chart){ .kind = CHART_BARS, .id = "c", .n = 1, .labels = labels, .y = v, .title = "C", .alt = "c" };
		if (figure)
			doc_chart(d, s, c);
		else
			doc_row(d, doc_table(d, s, NULL, cols, 1), (struct cell[]){ cell_text("second") }, NULL);
		struct flow f = flow_of(d);
		struct drawings all;
		struct err e = { 0 };
		CHECK(report_draw(mem, d, &all, &e) == 0);
		struct render_input in = *f.in;
		in.drawings = &all;
		f.in = &in;
		flow_child(&f, s);
		const struct box *b = f.first;
		for (; b && !(b->items.last && b->items.last->kind == ITEM_TEXT && strcmp(b->items.last->text, "What comes next.") == 0);)
			b = b->next;
		CHECK(b && b->soft && b->lead == figure);
	}
}

/* A summary of so many findings is on one page. */
static bool is_one_page(int findings)
{
	struct doc *d = doc_new(mem, "Summary");
	struct node *s = doc_section(d, d->root, "one", "One");
	for (int i = 0; i < findings; i++) {
		struct node *n = doc_add(d, s, NODE_FINDING);
		n->title = "Missing values";
		n->text = "Find out why.";
		doc_runs(d, n, "Values are missing.", NULL, 0);
	}
	struct book *b = pages_of(d);
	return b->npages - b->front == 1;
}

static void summaries(void)
{
	CHECK(is_one_page(13) && !is_one_page(14));    /* 12 by smaller letters alone */
}

/* A long narrow table that fits a page has its head once above each of its two columns. */
static void long_and_narrow(void)
{
	static const struct table_column columns[] = { { "Name", ALIGN_LEFT, false }, { "Value", ALIGN_RIGHT, false } };
	struct doc *d = doc_new(mem, "Settings");
	struct node *t = doc_table(d, doc_section(d, d->root, "one", "One"), NULL, columns, COUNTOF(columns));
	for (int i = 0; i < 61; i++)
		doc_row(d, t, (struct cell[]){ cell_code(arena_printf(mem, "setting_%d", i)),
			cell_num(CELL_COUNT, i, NULL) }, NULL);
	struct book *b = pages_of(d);
	CHECK(b->npages - b->front == 1 && count(b, "Name", NULL) == 2 && count(b, "60", NULL) == 1);
	/* as it is parted, four lines of it stay together at the least, at its head and at its foot */
	struct flow f = flow_of(d);
	flow_table(&f, t);
	size_t r = 0;
	for (const struct box *row = f.first; row; row = row->next)
		if (row->second > 0) {
			CHECK(row->keep == (r < 8 || (r >= 61 - 8 && r < 60)));
			r++;
		}
	CHECK(r == 61);
}

/* Cells are wrapped only where slightly smaller letters are no help: by width at full size. */
static void cells_in_one_line(void)
{
	static const struct table_column columns[] = { { "One", ALIGN_LEFT, false }, { "Other", ALIGN_LEFT, false } };
	static const struct { double width, size; } cases[] = { { 215, 8.4 }, { 245, 7.6 }, { 300, 8.4 } };
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		const char *text = "words";
		while (text_width(text, 8.4) < cases[i].width - 4)
			text = arena_printf(mem, "%s go", text);
		struct doc *d = doc_new(mem, "Cells");
		struct node *t = doc_table(d, doc_section(d, d->root, "one", "One"), NULL, columns, 2);
		doc_row(d, t, (struct cell[]){ cell_text(text), cell_text(text) }, NULL);
		struct book *b = pages_of(d);
		double size;
		CHECK(count(b, "Other", &size) == 1);
		CHECK_NEAR(size, cases[i].size, 1e-9);
		CHECK(count(b, text, NULL) == (i < 2 ? 2 : 0));
	}
}

/* Titles of numbers take two lines before texts do. */
static void titles_give_way(void)
{
	struct table_column columns[7] = { { "Name", ALIGN_LEFT, false } };
	struct cell cells[7] = { cell_text("share of variance explained by step") };
	for (int i = 1; i < 7; i++) {
		columns[i] = (struct table_column){ "Predictive power", ALIGN_RIGHT, false };
		cells[i] = cell_num(CELL_COUNT, i, NULL);
	}
	struct doc *d = doc_new(mem, "Titles");
	doc_row(d, doc_table(d, doc_section(d, d->root, "one", "One"), NULL, columns, 7), cells, NULL);
	struct book *b = pages_of(d);
	CHECK(count(b, "Predictive", NULL) == 6 && count(b, cells[0].text, NULL) == 1);
}

/* On how many pages four matrices of n rows are, and how large. */
static size_t matrix_pages(size_t n, double *size)
{
	struct doc *d = doc_new(mem, "Matrices");
	struct node *s = doc_section(d, d->root, "one", "One");
	double *v = arena_calloc(mem, n * n, sizeof *v);
	const char **labels = arena_calloc(mem, n, sizeof *labels);
	for (size_t i = 0; i < n; i++)
		labels[i] = arena_printf(mem, "a_rather_long_name_%zu", i);
	for (int k = 0; k < 4; k++) {
		struct chart *c = arena_alloc(mem, sizeof *c);
		*c = (struct chart){ .kind = CHART_HEATMAP, .id = arena_printf(mem, "matrix-%d", k), .n = n,
			.labels = labels, .matrix = v, .title = "Matrix", .alt = "a matrix" };
		doc_chart(d, s, c);
	}
	struct book *b = pages_of(d);
	CHECK(count(b, NULL, size) == 4);
	return b->npages - b->front;
}

/* Two to a page while that leaves their letters large enough; else each as wide as the page. */
static void matrices(void)
{
	double size;
	CHECK(matrix_pages(22, &size) == 2 && size > 0.6);
	CHECK(matrix_pages(28, &size) == 4 && size > 0.85);
	CHECK(matrix_pages(46, &size) == 4 && size > 0.85);
}

int main(void)
{
	mem = arena_new();
	report_theme(&theme, NULL);
	CHECK(font_load(NULL) == 0);
	shrinks();
	flattens();
	text_beside_a_chart();
	charts_shrink_alike();
	as_a_whole();
	last_page();
	gaps();
	headings();
	leads();
	tables();
	two_columns();
	too_much();
	soft_texts();
	announced();
	halves();
	bars();
	tiles();
	blank_column();
	summaries();
	long_and_narrow();
	cells_in_one_line();
	titles_give_way();
	matrices();
	arena_free(mem);
	return test_end();
}
