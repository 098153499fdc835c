/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where pages of the PDF end, and what is done to leave no holes: boxes by hand, and pages of a document. */
#include "report/pdf_int.h"
#include "test.h"

#include <math.h>
#include <string.h>

static struct arena *mem;
static struct theme theme;

/* ---- boxes ---------------------------------------------------------------------------------- */

static struct box *add(struct flow *f, double h)
{
	return box_add(f, 10, h);
}

static struct box *figure(struct flow *f, double h)
{
	struct box *b = add(f, h);
	b->figure = true;
	return b;
}

static struct box *chart(struct flow *f, double h, double scale)
{
	struct box *b = figure(f, h);
	struct item *i = item_rect(mem, &b->items, 0, 0, 100, h, INK_TEXT, 1);
	i->kind = ITEM_CHART;
	i->size = scale;
	return b;
}

static struct flow boxes(void)
{
	return (struct flow){ .mem = mem, .width = 480, .tallest = 700, .scale = 1 };
}

/* Charts give way by a third at most, and not below letters of five points. */
static void shrinks(void)
{
	struct flow f = boxes();
	struct box *large = chart(&f, 200, 0.88), *small = chart(&f, 200, 0.6), *text = add(&f, 200);
	CHECK(!chain_shrink(large, 70) && large->h == 200);
	CHECK(chain_shrink(large, 60) && large->h == 140);
	CHECK_NEAR(large->items.first->size, 0.88 * 0.7, 1e-9);
	CHECK_NEAR(large->items.first->h, 140, 1e-9);
	CHECK(!chain_shrink(small, 40) && chain_shrink(small, 30));
	CHECK(!chain_shrink(text, 1));
	struct flow kept = boxes();
	struct box *title = add(&kept, 15), *below = chart(&kept, 200, 0.88);
	title->keep = true;
	CHECK(chain_shrink(title, 50) && title->h == 15 && below->h == 150);
}

/* Text that fits is set before the figure, under the heading that it has. */
static void text_first(void)
{
	struct flow f = boxes();
	struct box *before = add(&f, 100), *head = add(&f, 20), *wide = figure(&f, 400), *text = add(&f, 30);
	struct box *next = add(&f, 20);
	head->keep = true;
	CHECK(chain_fill(before, head, 300, 700) == head);
	CHECK(head->next == text && text->next == wide && wide->next == next);
	next->section = (const struct node *)mem;
	CHECK(chain_fill(text, wide, 300, 700) == NULL);       /* what follows is another section */
}

/* A table begins on the page if its end leaves room for the figure on the next. */
static void table_runs_over(void)
{
	for (int rows = 10; rows <= 40; rows += 30) {
		struct flow f = boxes();
		struct box *before = add(&f, 100), *wide = figure(&f, 400), *header = add(&f, 20), *last = NULL;
		header->keep = true;
		for (int i = 0; i < rows; i++) {
			last = box_add(&f, 0, 20);
			last->head = header;
			header->joint = last->joint = true;
		}
		last->joint = false;
		CHECK(chain_fill(before, wide, 150, 700) == (rows == 10 ? header : NULL));
		CHECK((rows == 10 ? last->next : before->next) == wide);
	}
}

/* A later figure goes first if it fits, or nearly so, but only into a hole that is worth it. */
static void smaller_first(void)
{
	static const struct { double left, h; bool moved; } cases[] = {
		{ 200, 200, true }, { 200, 240, true }, { 200, 330, false }, { 100, 90, false }
	};
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct flow f = boxes();
		struct box *before = add(&f, 100), *wide = chart(&f, 500, 0.88), *second = chart(&f, cases[i].h, 0.88);
		struct box *got = chain_fill(before, wide, cases[i].left, 700);
		CHECK(got == (cases[i].moved ? second : NULL));
		CHECK(before->next == (cases[i].moved ? second : wide));
		CHECK(!cases[i].moved || second->next == wide);
	}
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

static void blank_columns(void)
{
	static const struct table_column columns[] = { { "Name", ALIGN_LEFT, false }, { "Meaning", ALIGN_LEFT, false },
		{ "Unit", ALIGN_LEFT, false }, { "Rest", ALIGN_RIGHT, false }, { "Value", ALIGN_RIGHT, false } };
	struct doc *d = doc_new(mem, "Blank columns");
	struct node *s = doc_section(d, d->root, "one", "One");
	struct node *t = doc_table(d, s, NULL, columns, COUNTOF(columns));
	for (int i = 0; i < 3; i++)
		doc_row(d, t, (struct cell[]){ cell_code(""), cell_text(""), cell_text(i == 2 ? "cm" : ""),
			cell_num(CELL_COUNT, NAN, NULL), cell_num(CELL_COUNT, 7 + i, NULL) }, NULL);
	struct book *b = pages_of(d);
	CHECK(count(b, "Name", NULL) == 1);        /* names the rows, even if with nothing */
	CHECK(count(b, "Meaning", NULL) == 0 && count(b, "Rest", NULL) == 0);
	CHECK(count(b, "Unit", NULL) == 1 && count(b, "cm", NULL) == 1 && count(b, "9", NULL) == 1);
	CHECK(t->ncols == 5);                      /* the document keeps them */
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

/* Two to a page, or one that fills it. */
static void matrices(void)
{
	double size;
	CHECK(matrix_pages(22, &size) == 2 && size > 0.6);
	CHECK(matrix_pages(28, &size) == 2 && size > 0.5);
	CHECK(matrix_pages(46, &size) == 4 && size > 0.9);
}

int main(void)
{
	mem = arena_new();
	report_theme(&theme, NULL);
	CHECK(font_load(NULL) == 0);
	shrinks();
	text_first();
	table_runs_over();
	smaller_first();
	blank_columns();
	matrices();
	arena_free(mem);
	return test_end();
}
