/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A document with every kind of node and with texts nobody would write, as PDF. What the file says is
 * read back with pdftotext, pdffonts, pdfimages and qpdf where they are installed. With a file name as
 * argument the first document is also written there to look at.
 */
#include "report/pdf_int.h"
#include "output_of.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>

static struct arena *mem;
static struct theme theme;

static const char *const scripts = "Umlaute \xc3\xa4\xc3\xb6\xc3\xbc, \xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\xe5\x8d\x83\xe4\xbb\xa3\xe7\x94\xb0\xe5\x8c\xba, "
	"\xec\x84\x9c\xec\x9a\xb8\xed\x8a\xb9\xeb\xb3\x84\xec\x8b\x9c, \xd0\x9c\xd0\xbe\xd1\x81\xd0\xba\xd0\xb2\xd0\xb0, \xce\x91\xce\xb8\xce\xae\xce\xbd\xce\xb1, \xc5\x81\xc3\xb3\x64\xc5\xba";

/* ---- a document -------------------------------------------------------------------------------------- */

static void add_overview(struct doc *d)
{
	struct node *s = doc_section(d, d->root, "overview", "Overview");
	struct cell cells[] = { cell_num(CELL_COUNT, 344, NULL), cell_num(CELL_COUNT, 8, NULL),
		cell_num(CELL_PERCENT, 0.0069, NULL), cell_code("species") };
	doc_text(d, s, "The table has %s rows and %s columns; %s of its cells are empty. The column to predict is %s, "
		"with three levels. This paragraph is long enough to be wrapped over several lines of the page, and "
		"it must never reach beyond the right margin, whatever is written in it.", cells, 4);
	struct node *f = doc_add(d, s, NODE_FIGURES);
	doc_figure(d, f, "rows", cells[0]);
	doc_figure(d, f, "columns", cells[1]);
	doc_figure(d, f, "cells missing", cells[2]);
	doc_figure(d, f, "column to predict", cells[3]);
	doc_figure(d, f, "a value far too long for its tile", cell_text("an exceedingly long value of a figure"));
	doc_note(d, s, "Small print: shares are of all cells, the quick brown fox jumps over the lazy dog and a second "
		"line of small print follows the first one.", NULL, 0);
	static const enum finding_level levels[] = { FINDING_ERROR, FINDING_WARNING, FINDING_NOTICE, FINDING_INFO };
	for (size_t i = 0; i < COUNTOF(levels); i++) {
		struct node *n = doc_add(d, s, NODE_FINDING);
		n->id = arena_printf(mem, "finding-%zu", i);
		n->level = levels[i];
		n->code = "missing_values";
		n->title = "Missing values";
		n->text = "Find out why values are missing before filling them in; consider a separate level for them.";
		n->link = "column-1";
		doc_runs(d, n, "Column %s misses %s of %s values. The sentence goes on so that it has to be set on two lines, "
			"as many of them do.", (struct cell[]){ cell_code("bill_length_mm"), cell_num(CELL_COUNT, 2, NULL),
			cell_num(CELL_COUNT, 344, NULL) }, 3);
	}
}

/* A cell larger than any stroke that the library draws. */
static struct chart *one_cell(void)
{
	static const double one[] = { 1 };
	struct chart *c = arena_alloc(mem, sizeof *c);
	*c = (struct chart){ .kind = CHART_DENSITY, .id = "one-cell", .nx = 1, .ny = 1, .matrix = one, .xmax = 1, .ymax = 1,
		.height = 1500, .title = "One cell" };
	return c;
}

static void add_tables(struct doc *d)
{
	struct node *s = doc_section(d, d->root, "tables", "Tables, and a title that is so long that it must be broken into two lines");
	static const struct table_column cols[] = { { "Column", ALIGN_LEFT, false }, { "Type", ALIGN_LEFT, false },
		{ "Missing", ALIGN_RIGHT, true }, { "Distinct", ALIGN_RIGHT, false }, { "Mean", ALIGN_RIGHT, false },
		{ "Description", ALIGN_LEFT, false } };
	struct node *t = doc_table(d, s, "Columns of the table", cols, COUNTOF(cols));
	for (int i = 0; i < 60; i++)
		doc_row(d, t, (struct cell[]){ cell_code(arena_printf(mem, "column_%d_of_the_table", i)), cell_text("numeric"),
			cell_num(CELL_PERCENT, i / 60.0, NULL), cell_num(CELL_COUNT, 1000.0 * i, NULL),
			cell_num(CELL_MEASURE, 1234.567 * i, NULL), i % 7 ? cell_text("short") : cell_text(
			"a description that needs more than a single line of this narrow column to be told") },
			i % 2 ? "column-1" : NULL);
	struct node *sub = doc_section(d, s, "wide", "A wide table");
	struct table_column many[24];
	struct cell cells[24];
	for (int i = 0; i < 24; i++) {
		many[i] = (struct table_column){ arena_printf(mem, "c%d", i), i ? ALIGN_RIGHT : ALIGN_LEFT, false };
		cells[i] = i ? cell_num(CELL_CORRELATION, i / 30.0, NULL) : cell_code("a_long_name_of_a_row");
	}
	struct node *wide = doc_table(d, sub, NULL, many, 24);
	for (int i = 0; i < 8; i++)
		doc_row(d, wide, cells, NULL);
	struct node *hard = doc_section(d, s, "hard", scripts);
	char *huge = arena_alloc(mem, 3001);
	memset(huge, 'W', 3000);
	const char *texts[] = { "", huge, "bad \xff\xfe bytes \x01\x02", "\xf0\x9f\x98\x80 \xf0\xa0\x80\x80", "\xe0\xa4\x95\xe0\xa4\xbf \xf0\x9f\x91\xa9", "tab\tnew\nline", scripts,
		"word-after-word/and_then_some.more,without.blanks", "%s %d (unbalanced \\ parentheses))" };
	struct node *h = doc_table(d, hard, "Texts nobody would write", cols, 2);
	for (size_t i = 0; i < COUNTOF(texts); i++) {
		doc_row(d, h, (struct cell[]){ cell_text(texts[i]), cell_code(texts[i]) }, "nowhere");
		doc_text(d, hard, "%s", (struct cell[]){ cell_text(texts[i]) }, 1);
	}
	h->keep = true;
	doc_section(d, hard, "huge", huge);
	doc_chart(d, hard, one_cell());
	doc_table(d, hard, "No rows", cols, 3);
	doc_table(d, hard, "No columns", cols, 0);
	doc_add(d, hard, NODE_COLUMNS);
	doc_add(d, hard, NODE_DETAILS)->title = "Nothing inside";
	doc_add(d, hard, NODE_FIGURES);
	doc_text(d, hard, "", NULL, 0);
}

static struct chart *histogram(int seed)
{
	enum { K = 20 };
	struct chart *c = arena_alloc(mem, sizeof *c);
	double *edges = arena_calloc(mem, K + 1, sizeof *edges), *y = arena_calloc(mem, K, sizeof *y);
	for (int i = 0; i < K; i++) {
		edges[i + 1] = i + 1;
		y[i] = round(40 * exp(-pow((i - seed % 15) / 4.0, 2)));
	}
	*c = (struct chart){ .kind = CHART_HISTOGRAM, .id = arena_printf(mem, "chart-%d", seed), .n = K, .edges = edges, .y = y,
		.title = "How the values are distributed", .alt = "a histogram", .xlabel = "value", .ylabel = "rows" };
	return c;
}
static struct chart *points(int seed)
{
	enum { K = 150 };
	struct chart *c = arena_alloc(mem, sizeof *c);
	struct chart_series *s = arena_alloc(mem, sizeof *s);
	double *x = arena_calloc(mem, K, sizeof *x), *y = arena_calloc(mem, K, sizeof *y);
	struct rng rng;
	rng_seed(&rng, (uint64_t)seed);
	for (int i = 0; i < K; i++) {
		x[i] = rng_normal(&rng);
		y[i] = x[i] + rng_normal(&rng);
	}
	*s = (struct chart_series){ .name = "rows", .style = SERIES_POINTS, .ink = INK_PRIMARY, .n = K, .x = x, .y = y };
	*c = (struct chart){ .kind = CHART_XY, .id = arena_printf(mem, "points-%d", seed), .nseries = 1, .series = s,
		.title = "Two columns against each other", .alt = "points", .xlabel = scripts, .ylabel = "second" };
	return c;
}

static void add_columns(struct doc *d, int n)
{
	struct node *s = doc_section(d, d->root, "columns", "Columns");
	static const struct table_column cols[] = { { NULL, ALIGN_LEFT, false }, { NULL, ALIGN_RIGHT, false } };
	for (int i = 0; i < n; i++) {
		struct node *sub = doc_section(d, s, arena_printf(mem, "column-%d", i + 1), arena_printf(mem, "column_%d", i + 1));
		sub->badge = i % 2 ? "numeric" : "category";
		struct node *side = doc_add(d, sub, NODE_COLUMNS);
		doc_chart(d, side, histogram(2 * i));
		struct node *t = doc_table(d, side, "Statistics", cols, 2);
		for (int k = 0; k < 9; k++)
			doc_row(d, t, (struct cell[]){ cell_text("standard deviation"), cell_num(CELL_MEASURE, 3.14159 * k * i, NULL) }, NULL);
		if (i % 5 == 0)
			doc_chart(d, sub, points(i));
		struct node *more = doc_add(d, sub, NODE_DETAILS);
		more->title = "More about this column";
		doc_text(d, more, "Details are set in a smaller type.", NULL, 0);
		struct node *pair = doc_add(d, more, NODE_COLUMNS);
		for (int k = 0; k < 2; k++) {
			struct node *e = doc_table(d, pair, k ? "Highest" : "Lowest", cols, 2);
			for (int r = 0; r < 5; r++)
				doc_row(d, e, (struct cell[]){ cell_code("value"), cell_num(CELL_COUNT, r, NULL) }, NULL);
		}
		struct node *deep = doc_section(d, sub, NULL, "Third level");
		doc_text(d, doc_section(d, deep, NULL, "Fourth level"), "Text.", NULL, 0);
	}
}

static struct doc *sample(int columns)
{
	struct doc *d = doc_new(mem, "Penguins of the Palmer Archipelago");
	d->subtitle = "What the measurements of three species tell";
	d->organisation = "Institute of Everything";
	d->author = "J\xc3\xbcrgen \xe6\x9d\xb1\xe4\xba\xac";
	d->date = "2026-11-20";
	d->language = "en";
	d->input_name = "penguins.csv";
	d->job = "penguins";
	d->version = "0.1.0";
	add_overview(d);
	add_tables(d);
	add_columns(d, columns);
	return d;
}

/* ---- checks ------------------------------------------------------------------------------------------ */

static void render(const struct doc *d, struct buf *out)
{
	struct drawings drawings;
	struct err e = { 0 };
	CHECK(report_draw(mem, d, &drawings, &e) == 0);
	struct render_input in = { .doc = d, .drawings = &drawings, .theme = &theme,
		.source_date = "2026-11-20T01:02:03Z" };
	int status = render_pdf.render(&in, out, &e);
	if (status)
		printf("%s\n", e.msg);
	CHECK(status == 0);
	CHECK(out->n > 5 && memcmp(out->p, "%PDF-", 5) == 0);
}

static void read_back(const struct buf *pdf)
{
	const char *dir = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
	char *path = arena_printf(mem, "%s/report_pdf_XXXXXX", dir);
	int fd = mkstemp(path);
	CHECK(fd >= 0 && file_write(path, pdf->p, pdf->n, NULL) == 0);
	char *text = output_of(mem, "pdftotext", arena_printf(mem, "-layout %s -", path));
	if (text) {
		CHECK(strstr(text, "Penguins of the Palmer Archipelago") != NULL);
		CHECK(strstr(text, "\xec\x84\x9c\xec\x9a\xb8\xed\x8a\xb9\xeb\xb3\x84\xec\x8b\x9c") != NULL);   /* Hangul */
		CHECK(strstr(text, "\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd") != NULL);   /* Han */
		CHECK(strstr(text, "column_59_of_the_table") != NULL);
		CHECK(strstr(text, "59 000") != NULL);      /* read as blank, but kept together */
		CHECK(strstr(text, "page 1 of ") != NULL);
		CHECK(strstr(text, "\xf0\x9f\x98\x80 \xf0\xa0\x80\x80") != NULL);   /* what no font can draw is said */
		CHECK(strstr(text, "\xe0\xa4\x95\xe0\xa4\xbf \xf0\x9f\x91\xa9") != NULL);     /* also what is drawn in another order */
	}
	char *fonts = output_of(mem, "pdffonts", path);
	int lines = 0;
	for (char *line = fonts ? strtok(fonts, "\n") : NULL; line; line = strtok(NULL, "\n"))
		if (++lines > 2)
			CHECK(strstr(line, "yes yes yes") != NULL);   /* embedded, subset, with Unicode */
	CHECK(!fonts || lines > 5);
	char *images = output_of(mem, "pdfimages", arena_printf(mem, "-list %s", path));
	CHECK(!images || strstr(images, "image") == NULL || strchr(strstr(images, "---"), '\n')[1] == 0);
	char *checked = output_of(mem, "qpdf", arena_printf(mem, "--check %s", path));
	CHECK(!checked || strstr(checked, "No syntax or stream encoding errors") != NULL);
	char *info = output_of(mem, "pdfinfo", path);
	CHECK(!info || strstr(info, "J\xc3\xbcrgen \xe6\x9d\xb1\xe4\xba\xac") != NULL);
	CHECK(!info || strstr(info, "A4") != NULL);
	remove(path);
}

/* Nothing is set beyond the margins, and nothing after the last line of a page. */
static void margins(const struct doc *d)
{
	struct drawings drawings;
	CHECK(report_draw(mem, d, &drawings, NULL) == 0);
	struct render_input in = { .doc = d, .drawings = &drawings, .theme = &theme };
	const struct book *b = book_lay_out(mem, &in);
	int outside = 0, links = 0, lost = 0;
	for (size_t i = b->front; i < b->npages; i++)
		for (size_t k = 0; k < b->pages[i].n; k++)
			for (const struct item *it = b->pages[i].v[k].items->first; it; it = it->next) {
				double x = b->pages[i].v[k].x + it->x, y = b->pages[i].v[k].y + it->y;
				double bottom = it->kind == ITEM_TEXT || it->kind == ITEM_LINE ? y : y + it->h;
				bool out = x < b->left - 1 || x + it->w > b->width - b->left + 1.5 || bottom > b->height - 28;
				if (out)
					printf("outside: kind %d at %g %g w %g '%.60s'\n", (int)it->kind, x, y, it->w,
						it->kind == ITEM_TEXT ? it->text : "");
				outside += out;
				links += it->kind == ITEM_LINK;
				lost += it->kind == ITEM_LINK && !book_find(b, it->text);
			}
	CHECK(outside == 0);
	CHECK(links > 30);
	CHECK(lost == 9);          /* those to "nowhere" */
	const struct mark *m = book_find(b, "column-1");
	CHECK(m && m->section && strcmp(m->number, "3.1") == 0);
	CHECK(book_find(b, "chart-0") != NULL);
	CHECK(book_find(b, "finding-3") != NULL);
}

/* The tallest bar that stands on the foot of the cover's band, and how many there are. */
static size_t bars(const struct doc *d, double *tallest)
{
	struct book b = { .width = 595, .height = 842, .left = 54, .top = 66, .bottom = 58 };
	struct render_input in = { .doc = d, .theme = &theme };
	front_cover(&b, mem, &in, tag_add(mem, NULL, TAG_SECT));
	size_t n = 0;
	*tallest = 0;
	for (const struct item *i = b.pages[0].v[0].items->first; i; i = i->next) {
		CHECK(i->x >= 0 && i->x + i->w < b.width + 0.01 && i->y >= 0 && i->y + i->h < b.height);
		if (i->kind != ITEM_RECT || i->tint == 1)
			continue;
		n++;
		*tallest = fmax(*tallest, i->h);
	}
	return n;
}

static void cover(void)
{
	static const double edges[10] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	static const double even[9] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 }, hill[8] = { 0, 1, 3, 5, NAN, 4, 2, 1 };
	static const struct chart charts[] = {
		{ .kind = CHART_HISTOGRAM, .n = 9, .edges = edges, .y = even },
		{ .kind = CHART_HISTOGRAM, .n = 8, .edges = edges, .y = hill },
		{ .kind = CHART_HISTOGRAM, .n = 7, .edges = edges },
	};
	double tallest;
	struct doc *d = doc_new(mem, "A title as long as it takes to need several lines of the cover of a report");
	d->subtitle = "A subtitle that does not fit one line of the cover either, long as it is, and goes on and on";
	CHECK(bars(d, &tallest) == 16 && tallest > 100);       /* made up, for want of a distribution */
	for (size_t i = 0; i < COUNTOF(charts); i++)
		doc_chart(d, doc_section(d, d->root, NULL, "s"), &charts[i]);
	CHECK(bars(d, &tallest) == 8 && tallest > 100);        /* the hill */
}

static void lines(void)
{
	struct line *l;
	struct run r = { "one two three", FACE_SANS, 10, INK_TEXT };
	CHECK(text_lines(mem, &r, 1, 1000, &l) == 1);
	CHECK(text_lines(mem, &r, 1, text_width("one two", 10) + 1, &l) == 2);
	CHECK_STR(l[0].items.first->text, "one two");
	CHECK_STR(l[1].items.first->text, "three");
	r.s = "averyveryverylongwordwithoutblanks";
	size_t n = text_lines(mem, &r, 1, 40, &l);
	CHECK(n > 3);
	for (size_t i = 0; i < n; i++)
		CHECK(l[i].width <= 40.02);
	r.s = "12\xe2\x80\xaf" "345\xe2\x80\xaf" "678 and";
	n = text_lines(mem, &r, 1, text_width(r.s, 10) - 1, &l);
	CHECK(n == 2);
	CHECK_STR(l[0].items.first->text, "12\xe2\x80\xaf" "345\xe2\x80\xaf" "678");
	struct run two[] = { { "in ", FACE_SANS, 10, INK_TEXT }, { "code", FACE_MONO, 9, INK_TEXT },
		{ ", then", FACE_SANS, 10, INK_TEXT } };
	CHECK(text_lines(mem, two, 3, 1000, &l) == 1);
	CHECK_STR(l[0].items.first->next->text, "code");
	/* what belongs to a number stays with it, across runs */
	struct run p[] = { { "chance (p = ", FACE_SANS, 10, INK_TEXT }, { "0.024", FACE_SANS, 10, INK_TEXT },
		{ ")", FACE_SANS, 10, INK_TEXT } };
	CHECK(text_lines(mem, p, 3, text_width("chance (p = ", 10) + 1, &l) == 2);
	CHECK_STR(l[0].items.first->text, "chance");
	r.s = "run with --approximate";
	CHECK(text_lines(mem, &r, 1, text_width("run with --app", 10) + 1, &l) == 2);
	CHECK_STR(l[0].items.first->text, "run with");
	r.s = "";
	CHECK(text_lines(mem, &r, 1, 10, &l) == 0);
	CHECK_STR(text_plain(mem, "a\x01" "b\t\xf0\x9f\x98\x80"), "ab \xf0\x9f\x98\x80");
	CHECK_STR(text_cut(mem, "short", FACE_SANS, 10, 100), "short");
	CHECK(strlen(text_cut(mem, "rather long", FACE_SANS, 10, 30)) < 11);
	/* advance widths of Noto Sans: H is 741, i is 258 of 1000 units (hmtx of NotoSans-Regular 2.007) */
	CHECK_NEAR(text_width("Hi", 10), 9.99, 1e-9);
}

int main(int argc, char **argv)
{
	mem = arena_new();
	report_theme(&theme, NULL);
	lines();
	cover();
	struct buf a = { 0 }, b = { 0 }, letter = { 0 }, bare = { 0 };
	struct doc *d = sample(6);
	render(d, &a);
	render(sample(6), &b);
	CHECK(a.n == b.n && memcmp(a.p, b.p, a.n) == 0);
	CHECK(a.n < 1000000);
	read_back(&a);
	margins(d);
	if (argc > 1)
		CHECK(file_write(argv[1], a.p, a.n, NULL) == 0);

	theme.paper = "Letter";
	theme.surface = "#fdf6e3";
	struct buf large = { 0 };
	render(sample(100), &large);
	CHECK(large.n < 2000000);
	margins(sample(30));
	if (argc > 2)
		CHECK(file_write(argv[2], large.p, large.n, NULL) == 0);

	struct doc *nothing = doc_new(mem, "");
	render(nothing, &bare);
	buf_free(&a);
	buf_free(&b);
	buf_free(&letter);
	buf_free(&bare);
	buf_free(&large);
	arena_free(mem);
	return test_end();
}
