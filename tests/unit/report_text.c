/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text renderer: 80 columns, whatever the content; tables that line up; bars; findings. */
#include "report/report_int.h"
#include "test.h"

static const char *rendered(struct arena *a, const struct doc *d)
{
	struct err e = { 0 };
	struct buf out = { 0 };
	CHECK(render_text.render(&(struct render_input){ .doc = d }, &out, &e) == 0);
	const char *s = arena_strdup(a, buf_str(&out));
	buf_free(&out);
	return s;
}

static size_t widest_line(const char *s)
{
	size_t widest = 0;
	while (*s) {
		size_t n = strcspn(s, "\n"), w = utf8_width(s, n);
		widest = w > widest ? w : widest;
		s += n + (s[n] == '\n');
	}
	return widest;
}

static void whole(struct arena *a)
{
	struct doc *d = doc_new(a, "Small report");
	d->subtitle = "about little";
	d->organisation = "Us";
	d->date = "2024-02-29";
	struct node *s = doc_section(d, d->root, "one", "First");
	struct cell n = cell_num(CELL_COUNT, 12345, NULL);
	doc_text(d, s, "There are %s rows.", &n, 1);
	struct node *f = doc_add(d, s, NODE_FIGURES);
	doc_figure(d, f, "Rows", n);
	doc_figure(d, f, "Missing cells", cell_num(CELL_PERCENT, 0.25, NULL));
	static const struct table_column heads[] = { { "Level", ALIGN_LEFT, false }, { "Count", ALIGN_RIGHT, false },
		{ "Share", ALIGN_RIGHT, true } };
	struct node *t = doc_table(d, s, "Levels", heads, 3);
	doc_row(d, t, (struct cell[]){ cell_code("a"), cell_num(CELL_COUNT, 3, NULL), cell_num(CELL_PERCENT, 0.75, NULL) },
		NULL);
	doc_row(d, t, (struct cell[]){ cell_code("\xE5\x90\x8D"), cell_num(CELL_COUNT, 1, NULL),
		cell_num(CELL_PERCENT, 0.25, NULL) }, NULL);
	struct node *sub = doc_section(d, s, "two", "height");
	sub->badge = "numeric";
	struct chart *c = arena_alloc(a, sizeof *c);
	*c = (struct chart){ .kind = CHART_BARS, .id = "c", .title = "Bars", .alt = "Bars of nothing." };
	doc_chart(d, sub, c);
	doc_note(d, sub, "small print", NULL, 0);
	struct node *w = doc_add(d, sub, NODE_FINDING);
	w->level = FINDING_WARNING;
	w->title = "Trouble";
	w->text = "Do something.";
	doc_runs(d, w, "It is broken.", NULL, 0);
	CHECK_STR(rendered(a, d),
		"Small report\n"
		"============\n"
		"about little\n"
		"Us, 2024-02-29\n"
		"\n\n"
		"First\n"
		"=====\n"
		"\n"
		"There are 12\xE2\x80\xAF" "345 rows.\n"
		"\n"
		"  Rows           12\xE2\x80\xAF" "345\n"
		"  Missing cells  25.0\xE2\x80\xAF%\n"
		"\n"
		"Levels:\n"
		"Level  Count   Share\n"
		"\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80  "
		"\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80  "
		"\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80"
		"\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\xE2\x94\x80\n"
		"a          3  75.0\xE2\x80\xAF% \xE2\x96\x88\xE2\x96\x88\xE2\x96\x88\xE2\x96\x88\xE2\x96\x88\xE2\x96\x88\n"
		"\xE5\x90\x8D         1  25.0\xE2\x80\xAF% \xE2\x96\x88\xE2\x96\x88\n"
		"\n"
		"height (numeric)\n"
		"----------------\n"
		"\n"
		"[chart] Bars of nothing.\n"
		"\n"
		"Note: small print\n"
		"\n"
		"* WARNING: Trouble. It is broken.\n"
		"  \xE2\x86\x92 Do something.\n");
}

static void wrapping(struct arena *a)
{
	struct doc *d = doc_new(a, "T");
	struct node *s = doc_section(d, d->root, "s", "S");
	char prose[1200], word[300];
	for (size_t i = 0; i < sizeof prose - 1; i++)
		prose[i] = i % 7 == 6 ? ' ' : 'x';
	prose[sizeof prose - 1] = '\0';
	memset(word, 'w', sizeof word - 1);
	word[sizeof word - 1] = '\0';
	struct cell cells[] = { cell_text(prose), cell_text(word) };
	doc_text(d, s, "%s", cells, 1);
	doc_text(d, s, "%s", cells + 1, 1);
	doc_note(d, s, "%s", cells, 1);
	static const struct table_column heads[] = { { "Name", ALIGN_LEFT, false }, { "Meaning", ALIGN_LEFT, false },
		{ "Word", ALIGN_RIGHT, false }, { "Share", ALIGN_RIGHT, true } };
	struct node *t = doc_table(d, s, NULL, heads, 4);
	doc_row(d, t, (struct cell[]){ cell_code("n"), cells[0], cells[1], cell_num(CELL_PERCENT, 1, NULL) }, NULL);
	const char *text = rendered(a, d);
	CHECK(widest_line(text) == 80);
	size_t words = 0, xs = 0;
	for (const char *p = text; *p; p++) {
		words += *p == 'w';
		xs += *p == 'x';
		CHECK(!(p[0] == ' ' && p[1] == '\n'));          /* nothing trails */
	}
	CHECK(words == 2 * 299);                             /* nothing is lost */
	CHECK(xs == 3 * (1199 - 1199 / 7));
}

/* More columns than fit beside each other: in parts, the first column in each. */
static void too_many_columns(struct arena *a)
{
	struct doc *d = doc_new(a, "T");
	struct table_column heads[30];
	struct cell cells[30];
	for (size_t i = 0; i < 30; i++) {
		heads[i] = (struct table_column){ "heading", ALIGN_LEFT, false };
		cells[i] = cell_num(CELL_COUNT, 123456789, NULL);
	}
	struct node *t = doc_table(d, doc_section(d, d->root, "s", "S"), NULL, heads, 30);
	doc_row(d, t, cells, NULL);
	const char *text = rendered(a, d);
	size_t nines = 0;
	for (const char *p = text; *p; p++)
		nines += *p == '9';
	CHECK(nines == 29 + 6);    /* six columns fit: 6 + 5 + 5 + 5 + 5 + 4 new ones */
	CHECK(widest_line(text) <= 80);
}

/* However long the name beside them, numbers stay whole. */
static void long_names(struct arena *a)
{
	static const size_t counts[] = { 3, 5, 10 };
	for (size_t k = 0; k < COUNTOF(counts); k++) {
		struct table_column columns[10] = { { "Term", ALIGN_LEFT, false } };
		struct cell cells[10] = { cell_code("a_rather_long_name_of_a_column_that_goes_on_and_on_and_on_to_no_end") };
		for (size_t i = 1; i < counts[k]; i++) {
			columns[i] = (struct table_column){ "Value", ALIGN_RIGHT, false };
			cells[i] = cell_num(CELL_MEASURE, -123456.7 * (double)i, NULL);
		}
		struct doc *d = doc_new(a, "Names");
		doc_row(d, doc_table(d, d->root, NULL, columns, counts[k]), cells, NULL);
		struct buf out = { 0 };
		CHECK(render_text.render(&(struct render_input){ .doc = d }, &out, NULL) == 0);
		for (size_t i = 1; i < counts[k]; i++)
			CHECK(strstr(buf_str(&out), cell_string(a, &cells[i])) != NULL);
		buf_free(&out);
	}
}

int main(void)
{
	struct arena *a = arena_new();
	whole(a);
	wrapping(a);
	too_many_columns(a);
	long_names(a);
	arena_free(a);
	return test_end();
}
