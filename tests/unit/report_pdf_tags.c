/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the PDF says to those who do not see it, of the sample reports: every heading, table and picture of
 * the document is in the tree of tags, in order, with its text; nothing is seen that is not tagged; no
 * heading is the last of a page. Each such mistake, planted, is found. Then what the file itself says,
 * read back with pdfinfo and qpdf where they are installed.
 */
#include "report/pdf_int.h"
#include "output_of.h"
#include "test.h"
#include "report_sample.h"

static struct arena *mem;
static struct theme theme;

/* ---- what the tree should be ------------------------------------------------------------------ */

struct faults {
	int untagged, headings, tables, cells, figures, links, orphans;
};
static int sum(struct faults f)
{
	return f.untagged + f.headings + f.tables + f.cells + f.figures + f.links + f.orphans;
}

static const struct tag *tag_walk(const struct tag *t)
{
	if (t->child)
		return t->child;
	while (t && !t->next)
		t = t->parent;
	return t ? t->next : NULL;
}
static bool is_heading(const struct tag *t)
{
	return t->kind >= TAG_H1 && t->kind <= TAG_H6;
}
static bool inside(const struct tag *t, const struct tag *of)
{
	while (t && t != of)
		t = t->parent;
	return t != NULL;
}

/* The next tag from `t` on of a kind in [from, to]. */
static const struct tag *next_of(const struct tag *t, enum tag_kind from, enum tag_kind to)
{
	while (t && (t->kind < from || t->kind > to))
		t = tag_walk(t);
	return t;
}

static struct buf texts[20000];         /* of each tag itself, by its number */

static void read_texts(const struct book *b)
{
	unsigned n = 0;
	for (struct tag *t = b->root; t; n++) {
		t->object = n < COUNTOF(texts) ? n : 0;
		buf_clear(&texts[t->object]);
		union { const struct tag *in; struct tag *out; } next = { tag_walk(t) };
		t = next.out;
	}
	CHECK(n < COUNTOF(texts));
	for (size_t p = 0; p < b->npages; p++)
		for (size_t k = 0; k < b->pages[p].n; k++)
			for (const struct item *i = b->pages[p].v[k].items->first; i; i = i->next)
				if (i->kind == ITEM_TEXT && b->pages[p].v[k].artifact == ARTIFACT_NONE && i->tag) {
					buf_puts(&texts[i->tag->object], i->text);
					buf_puts(&texts[i->tag->object], i->blank ? " " : "");
				}
}

/* The texts of a tag and of those in it, as the pages have them; a blank where a line was broken. */
static const char *text_of(const struct tag *t)
{
	struct buf out = { 0 };
	for (const struct tag *k = t; k && inside(k, t); k = tag_walk(k))
		buf_puts(&out, buf_str(&texts[k->object]));
	const char *s = arena_strdup(mem, buf_str(&out));
	buf_free(&out);
	return s;
}

/* Blanks at breaks come and go; long texts are cut. */
static bool same_text(const char *got, const char *want)
{
	for (;; got++, want++) {
		got += strspn(got, " \t\n");
		want += strspn(want, " \t\n");
		if (strncmp(got, "\xe2\x80\xa6", 3) == 0 || *got != *want)
			return strncmp(got, "\xe2\x80\xa6", 3) == 0;
		if (!*got)
			return true;
	}
}

static void check_headings(const struct doc *d, const struct book *b, struct faults *f)
{
	const struct tag *t = next_of(b->root, TAG_H1, TAG_H6);
	f->headings += t->kind != TAG_H1 || strcmp(text_of(t), d->title) != 0;
	t = next_of(tag_walk(t), TAG_H1, TAG_H6);              /* the contents */
	for (const struct node *n = d->root; n; n = doc_walk(n)) {
		if (n->kind != NODE_SECTION || !n->parent)
			continue;
		t = t ? next_of(tag_walk(t), TAG_H1, TAG_H6) : NULL;
		f->headings += !t || t->kind != tag_heading(node_depth(n)) || !strstr(text_of(t), n->title);
	}
	f->headings += t && next_of(tag_walk(t), TAG_H1, TAG_H6);
}

/* The columns that are set: the first, and those that say something. */
static size_t columns_of(const struct node *n)
{
	size_t shown = 0;
	for (size_t c = 0; c < n->ncols; c++) {
		bool says = c == 0 || n->nrows == 0;
		for (size_t r = 0; r < n->nrows && !says; r++) {
			const char *s = cell_string(mem, &n->cells[r * n->ncols + c]);
			says = *s && strcmp(s, "\xe2\x80\x93") != 0;
		}
		shown += says;
	}
	return shown;
}

static int count_rows(const struct tag *table, const struct node *n)
{
	size_t columns = columns_of(n);
	int rows = 0;
	for (const struct tag *part = table->child; part; part = part->next)
		for (const struct tag *row = part->child; part->kind == TAG_TBODY && row; row = row->next) {
			size_t cells = 0;
			for (const struct tag *c = row->child; c; c = c->next)
				cells += c->kind == TAG_TD || c->kind == TAG_TH_ROW;
			rows += row->kind == TAG_TR && cells == columns;
		}
	return rows;
}

/* Rows and columns of all tables; the texts of the first cell of each, and of the first in its last row. */
static void check_tables(const struct doc *d, const struct book *b, struct faults *f)
{
	const struct tag *t = b->root;
	for (const struct node *n = d->root; n; n = doc_walk(n)) {
		if (n->kind != NODE_TABLE || n->ncols == 0)
			continue;
		t = t ? next_of(tag_walk(t), TAG_TABLE, TAG_TABLE) : NULL;
		if (!t) {
			f->tables++;
			return;
		}
		f->tables += (size_t)count_rows(t, n) != n->nrows;
		const struct tag *cell = next_of(t->last, TAG_TH_ROW, TAG_TD);
		if (n->nrows == 0 || !cell)
			continue;
		f->cells += !same_text(text_of(cell), cell_string(mem, &n->cells[0]));
		while (cell->parent->next)
			cell = next_of(cell->parent->next->child, TAG_TH_ROW, TAG_TD);
		f->cells += !same_text(
			text_of(cell), cell_string(mem, &n->cells[(n->nrows - 1) * n->ncols]));
	}
	f->tables += t && next_of(tag_walk(t), TAG_TABLE, TAG_TABLE);
}

static void check_figures(const struct doc *d, const struct book *b, struct faults *f)
{
	const struct tag *t = b->root;
	for (const struct node *n = d->root; n; n = doc_walk(n)) {
		if (n->kind != NODE_CHART)
			continue;
		t = t ? next_of(tag_walk(t), TAG_FIGURE, TAG_FIGURE) : NULL;
		f->figures += !t || !t->alt || !*t->alt || strcmp(t->alt, n->chart->alt) != 0;
	}
}

/* The title of a column, set again above a part of its table. */
static bool is_repeated(const struct book *b, const struct item *title)
{
	const struct tag *t = next_of(b->root, TAG_TH_COLUMN, TAG_TH_COLUMN);
	while (t && strcmp(text_of(t), title->text) != 0)
		t = next_of(tag_walk(t), TAG_TH_COLUMN, TAG_TH_COLUMN);
	return t != NULL;
}

/* Every text and chart has a tag, every link a tag for links; below a heading stands what it heads. */
static void check_pages(const struct book *b, struct faults *f)
{
	for (size_t p = 0; p < b->npages; p++) {
		const struct tag *last = NULL;
		for (size_t k = 0; k < b->pages[p].n; k++) {
			const struct placed *on = &b->pages[p].v[k];
			for (const struct item *i = on->items->first; i; i = i->next) {
				bool said = i->kind == ITEM_TEXT || i->kind == ITEM_CHART;
				if (on->artifact != ARTIFACT_NONE)
					continue;
				f->untagged += said && !i->tag && (i->kind != ITEM_TEXT || !is_repeated(b, i));
				f->figures += i->kind == ITEM_CHART && i->tag && i->tag->kind != TAG_FIGURE;
				f->links += i->kind == ITEM_LINK
					&& (!i->tag || i->tag->kind != TAG_LINK || !book_find(b, i->text));
				last = said && i->tag ? i->tag : last;
			}
		}
		f->orphans += last && is_heading(last);
	}
}

static struct faults faults_of(const struct doc *d, const struct book *b)
{
	struct faults f = { 0 };
	read_texts(b);
	check_headings(d, b, &f);
	check_tables(d, b, &f);
	check_figures(d, b, &f);
	check_pages(b, &f);
	return f;
}

/* ---- reports ---------------------------------------------------------------------------------- */

static struct doc *report(const char *job)
{
	struct err e = { 0 };
	struct artifacts *in = arena_alloc(mem, sizeof *in);
	*in = sample_artifacts(mem, job, NULL);
	struct doc *d = report_build(mem, in, &e);
	if (!d)
		printf("%s\n", e.msg);
	CHECK(d != NULL);
	return d;
}
static struct render_input input_of(const struct doc *d)
{
	struct drawings *drawings = arena_alloc(mem, sizeof *drawings);
	CHECK(report_draw(mem, d, drawings, NULL) == 0);
	return (struct render_input){ .doc = d, .drawings = drawings, .theme = &theme,
		.source_date = "2026-11-20T01:02:03Z" };
}

static struct tag *find(const struct book *b, enum tag_kind kind, int nth)
{
	const struct tag *t = next_of(b->root, kind, kind);
	while (t && nth-- > 0)
		t = next_of(tag_walk(t), kind, kind);
	CHECK(t != NULL);
	union { const struct tag *in; struct tag *out; } u = { t };
	return u.out;
}

/* A mistake of each kind, in a book of its own. */
static void planted(const struct doc *d)
{
	struct render_input in = input_of(d);
	for (int mistake = 0; mistake < 9; mistake++) {
		struct book *b = book_lay_out(mem, &in);
		CHECK(sum(faults_of(d, b)) == 0);
		struct page *page = &b->pages[b->front + 1];
		struct item *first = page->v[0].items->first;
		while (first && first->kind != ITEM_TEXT)
			first = first->next;
		CHECK(first != NULL);
		switch (mistake) {
		case 0: find(b, TAG_H3, 1)->kind = TAG_H4; break;
		case 1: find(b, TAG_H2, 3)->kind = TAG_P; break;
		case 2: find(b, TAG_FIGURE, 2)->alt = ""; break;
		case 3: find(b, TAG_FIGURE, 0)->kind = TAG_P; break;
		case 4: find(b, TAG_TR, 2)->child = find(b, TAG_TR, 2)->child->next; break;
		case 5: tag_cut(find(b, TAG_TBODY, 0), NULL); break;
		case 6: first->tag = NULL; break;
		case 7: find(b, TAG_LINK, 3)->kind = TAG_P; break;
		case 8:                /* a page that ends with a heading */
			page->n = 0;
			struct items *alone = arena_alloc(mem, sizeof *alone);
			alone->tag = find(b, TAG_H2, 1);
			item_text(mem, alone, 60, 700, FACE_BOLD, 12, INK_TEXT, "Alone");
			page->v[page->n++] = (struct placed){ .items = alone };
			break;
		}
		CHECK(sum(faults_of(d, b)) > 0);
	}
}

/* ---- the file --------------------------------------------------------------------------------- */

static size_t count(const char *s, const char *what)
{
	size_t n = 0;
	for (; (s = strstr(s, what)) != NULL; s++)
		n++;
	return n;
}
static bool has(const struct buf *b, const char *what)
{
	size_t n = strlen(what);
	for (size_t i = 0; i + n <= b->n; i++)
		if (memcmp(b->p + i, what, n) == 0)
			return true;
	return false;
}
static char *written(const struct buf *pdf)
{
	const char *dir = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp";
	char *path = arena_printf(mem, "%s/report_tags_XXXXXX", dir);
	int fd = mkstemp(path);
	CHECK(fd >= 0 && file_write(path, pdf->p, pdf->n, NULL) == 0);
	return path;
}

static void the_file(const struct doc *d, const struct buf *pdf)
{
	size_t figures = 0, tables = 0, headings[7] = { 0 };
	CHECK(memcmp(pdf->p, "%PDF-1.7", 8) == 0);
	CHECK(has(pdf, "/Marked true") && has(pdf, "/DisplayDocTitle true") && has(pdf, "/Lang"));
	CHECK(!has(pdf, "pdfuaid") && has(pdf, "<dc:title>") && has(pdf, "/Tabs /S"));
	char *path = written(pdf);
	char *checked = output_of(mem, "qpdf", arena_printf(mem, "--check %s", path));
	CHECK(!checked || strstr(checked, "No syntax or stream encoding errors") != NULL);
	char *info = output_of(mem, "pdfinfo", path);
	CHECK(!info || strstr(info, "Tagged:          yes") != NULL);
	CHECK(!info || strstr(info, strcmp(theme.paper, "A4") == 0 ? "(A4)" : "(letter)") != NULL);
	char *tree = output_of(mem, "pdfinfo", arena_printf(mem, "-struct %s", path));
	for (const struct node *n = d->root; n; n = doc_walk(n)) {
		figures += n->kind == NODE_CHART;
		tables += n->kind == NODE_TABLE && n->ncols > 0;
		if (n->kind == NODE_SECTION && n->parent)
			headings[node_depth(n) < 5 ? node_depth(n) + 1 : 6]++;
	}
	headings[1]++;             /* the title */
	headings[2]++;             /* the contents */
	for (size_t i = 1; i <= 6; i++)
		CHECK(!tree || count(tree, arena_printf(mem, " H%zu (block)", i)) == headings[i]);
	CHECK(!tree || count(tree, " Figure:") == figures);
	CHECK(!tree || count(tree, " Table (block)") == tables);
	CHECK(!tree || count(tree, "Error") == 0);
	remove(path);
}

/* What poppler reads from the tree of a page, which takes it long, in the order in which it reads. */
static void read_aloud(void)
{
	static const char paragraph[] = "A paragraph that is so long that it does not fit a line of the page and is "
		"broken where there is a blank, which stays, for words are not to run into each other.";
	static const char *const order[] = { "H1 (block)", "\"A title\"", "TOCI", "\"1 Of tables 1\"", "Object ",
		"H2 (block)", "\"1Of tables\"", "P (block)", 
		paragraph, "Table (block)", "Caption",
		"\"Two columns\"", "TH:", "/Scope /Column", "\"Name\"", "\"Share\"", "TR", "TH:", "/Scope /Row",
		"\"first\"", "TD", "\"12.5", "TR", "\"second\"", "TD", "Note", "\"Small print.\"" };
	struct doc *d = doc_new(mem, "A title");
	struct node *s = doc_section(d, d->root, "tables", "Of tables");
	doc_text(d, s, paragraph, NULL, 0);
	static const struct table_column columns[] = { { "Name", ALIGN_LEFT, false }, { "Share", ALIGN_RIGHT, true } };
	struct node *t = doc_table(d, s, "Two columns", columns, 2);
	doc_row(d, t, (struct cell[]){ cell_code("first"), cell_num(CELL_PERCENT, 0.125, NULL) }, NULL);
	doc_row(d, t, (struct cell[]){ cell_code("second"), cell_text("") }, NULL);
	doc_note(d, s, "Small print.", NULL, 0);
	struct render_input in = input_of(d);
	struct buf pdf = { 0 };
	CHECK(render_pdf.render(&in, &pdf, NULL) == 0);
	char *path = written(&pdf), *said = output_of(mem, "pdfinfo", arena_printf(mem, "-struct-text %s", path));
	const char *at = said;
	for (size_t i = 0; at && i < COUNTOF(order); i++) {
		const char *found = strstr(at, order[i]);
		if (!found)
			printf("not said: %s\n", order[i]);
		CHECK(found != NULL);
		at = found ? found + strlen(order[i]) : at;
	}
	remove(path);
	buf_free(&pdf);
}

static void strings(void)
{
	struct buf b = { 0 };
	pdf_string(&b, "a (b) \\");
	CHECK_STR(buf_str(&b), "(a \\(b\\) \\\\)");
	buf_clear(&b);
	pdf_string(&b, "\xc3\xa4\xf0\x9f\x98\x80");
	CHECK_STR(buf_str(&b), "<FEFF00E4D83DDE00>");
	buf_free(&b);
}

/* Pages that are set before the verdict is known are those that are set after it, wherever its chapter stands. */
static void set_ahead(void)
{
	static const char *const sections[] = { "[\"summary\",\"columns\",\"checks\"]", "[\"summary\",\"checks\",\"columns\"]",
		"[\"checks\",\"columns\"]", "[\"summary\",\"columns\"]" };
	const json_t *verdict = sample_parsed(mem, "{\"verdict\":\"pass\",\"checks\":[{\"name\":\"counts\",\"status\":\"pass\","
		"\"checked\":65,\"failed\":0}]}");
	for (size_t i = 0; i < COUNTOF(sections); i++) {
		struct artifacts in = sample_artifacts(mem, "penguins", NULL);
		in.manifest = sample_parsed(mem, arena_printf(mem, "{\"report\":{\"sections\":%s}}", sections[i]));
		struct buf pdf[2] = { { 0 } };
		for (int ahead = 0; ahead < 2; ahead++) {
			struct doc *d = report_build(mem, &in, NULL);
			struct render_input ri = input_of(d);
			ri.set = ahead ? report_set_pages(mem, &ri) : NULL;
			report_add_verdict(d, verdict);
			CHECK(render_pdf.render(&ri, &pdf[ahead], NULL) == 0);
		}
		CHECK(pdf[0].n == pdf[1].n && memcmp(pdf[0].p, pdf[1].p, pdf[0].n) == 0);
		buf_free(&pdf[0]);
		buf_free(&pdf[1]);
	}
}

int main(void)
{
	static const char *const jobs[] = { "penguins", "passengers" };
	mem = arena_new();
	report_theme(&theme, NULL);
	strings();
	read_aloud();
	set_ahead();
	for (size_t i = 0; i < COUNTOF(jobs); i++) {
		theme.paper = i ? "Letter" : "A4";
		struct doc *d = report(jobs[i]);
		struct render_input in = input_of(d);
		struct faults f = faults_of(d, book_lay_out(mem, &in));
		if (sum(f))
			printf("%s: untagged %d headings %d tables %d cells %d figures %d links %d orphans %d\n", jobs[i],
				f.untagged, f.headings, f.tables, f.cells, f.figures, f.links, f.orphans);
		CHECK(sum(f) == 0);
		struct buf pdf = { 0 }, again = { 0 };
		CHECK(render_pdf.render(&in, &pdf, NULL) == 0);
		CHECK(render_pdf.render(&in, &again, NULL) == 0);
		CHECK(pdf.n == again.n && memcmp(pdf.p, again.p, pdf.n) == 0);
		the_file(d, &pdf);
		buf_free(&pdf);
		buf_free(&again);
		if (i == 0)
			planted(d);
	}
	for (size_t i = 0; i < COUNTOF(texts); i++)
		buf_free(&texts[i]);
	arena_free(mem);
	return test_end();
}
