/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The HTML renderer over a small document whose every text tries to become markup. */
#include "report/html_int.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

#define EVIL "<script>alert(1)</script>\"'&\x01\xff\xef\xbf\xbe"

static const struct theme theme = {
	.primary = "#2a5bd7",
	.accent = "#c2501c",
	.bg = "#f6f7f9",
	.surface = "#ffffff",
	.text = "#1b2230",
	.muted = "#5c6675",
	.ok = "#14804a",
	.warn = "#9a6300",
	.error = "#c0312b",
	.font = "x;}</style><script>",
	.paper = "A4",
	.mode = "dark",
};

static size_t occurrences(const char *text, const char *what)
{
	size_t n = 0;
	for (const char *p = text; (p = strstr(p, what)) != NULL; p += strlen(what))
		n++;
	return n;
}

static bool has(const struct buf *html, const char *what)
{
	return strstr(buf_str(html), what) != NULL;
}

static const struct chart *bars(void)
{
	static const char *const labels[] = {EVIL, "b"};
	static const double y[] = {3, 1234567};
	static const struct chart c = {.kind = CHART_BARS,
		.id = "plot-a",
		.title = EVIL,
		.alt = EVIL,
		.xlabel = "Rows",
		.ylabel = EVIL,
		.values = CELL_COUNT,
		.n = 2,
		.labels = labels,
		.y = y};
	return &c;
}

static struct doc *evil_doc(struct arena *a)
{
	struct doc *d = doc_new(a, EVIL);
	d->subtitle = d->author = d->organisation = d->date = d->input_name = d->version = EVIL;
	d->logo = "tests/data/report/no-such-logo.png";
	struct node *s = doc_section(d, d->root, "first", EVIL);
	struct cell holes[] = {cell_code(EVIL), cell_num(CELL_COUNT, 12345, NULL)};
	doc_text(d, s, "One " EVIL " %s of %s.", holes, 2);
	doc_text(d, s, "From %s on by %s.", (struct cell[]){{.cls = CELL_DATE, .num = NAN, .text = "2026-11-20"},
		cell_code("day_of_week")}, 2);
	doc_note(d, s, "A note.", NULL, 0);
	struct node *f = doc_add(d, s, NODE_FIGURES);
	doc_figure(d, f, EVIL, cell_num(CELL_PERCENT, 0.125, NULL));
	struct node *column = doc_section(d, s, "column-a", EVIL);
	column->badge = "a number";
	column->code = "numeric";
	const struct table_column cols[] = {{EVIL, ALIGN_LEFT, false},
		{"Share", ALIGN_RIGHT, true}, {"Value", ALIGN_RIGHT, false}};
	struct node *t = doc_table(d, column, EVIL, cols, COUNTOF(cols));
	t->sortable = true;
	struct cell row[] = {cell_code(EVIL), cell_num(CELL_PERCENT, 0.374, NULL),
		cell_num(CELL_MEASURE, -0.5, NULL)};
	doc_row(d, t, row, "first");
	row[2] = cell_text(NULL);
	row[1].num = 0;
	doc_row(d, t, row, NULL);
	row[0] = (struct cell){.cls = CELL_DATE, .num = NAN, .text = "2026-11-20T05:30"};
	row[1] = cell_code("a_name");
	doc_row(d, t, row, NULL);
	row[1] = cell_code("2930");
	row[1].digits_short = 2;
	row[1].point_short = true;
	doc_row(d, t, row, NULL);
	row[1] = cell_code("a_name");
	/* one that stands two below another, whose number keeps its sign */
	row[0] = cell_text("\xe2\x80\x83\xe2\x80\x83on 95 % of days");
	doc_row(d, t, row, NULL);
	doc_text(d, column, "A 95 % interval.", NULL, 0);
	struct node *beside = doc_add(d, column, NODE_COLUMNS);
	doc_chart(d, beside, bars());
	struct node *more = doc_add(d, column, NODE_DETAILS);
	more->title = EVIL;
	doc_text(d, more, "Folded.", NULL, 0);
	for (int i = 0; i < 3; i++) {
		struct node *n = doc_add(d, i < 2 ? s : column, NODE_FINDING);
		n->id = i == 0 ? "finding-1" : i == 1 ? "finding-2" : "finding-3";
		n->title = EVIL;
		n->level = FINDING_WARNING;
		n->code = "skewed";
		n->cells = t->cells;
		n->ncells = 3;
		n->text = EVIL;
		n->link = "column-a";
	}
	t->cells[2].digits_short = 2;
	more->open = true;
	doc_section(d, s, "column-b", "a_rather_long_name_of_a_quantity_21")->badge = "numeric";
	return d;
}

static int render(struct arena *a, const char *share, struct buf *html, struct err *e)
{
	struct drawings none = {0};
	struct render_input in = {.doc = evil_doc(a),
		.drawings = &none,
		.theme = &theme,
		.share = share,
		.source_date = "2026-11-20T00:00:00Z"};
	return render_html.render(&in, html, e);
}

/* The policy names the hash of exactly what stands between the tags. */
static void check_hash(const struct buf *html, const char *open, const char *close)
{
	const char *from = strstr(buf_str(html), open);
	const char *to = from ? strstr(from, close) : NULL;
	CHECK(to != NULL);
	if (!to)
		return;
	from += strlen(open);
	char hash[64], escaped[80];
	html_source_hash(hash, from, (size_t)(to - from));
	snprintf(escaped, sizeof escaped, "&#39;%.*s&#39;", (int)strlen(hash) - 2, hash + 1);
	CHECK(has(html, escaped));
}

static void escaping(const struct buf *html)
{
	const char *s = buf_str(html);
	CHECK(occurrences(s, "<script>") == 1 && occurrences(s, "</script>") == 1);
	CHECK(occurrences(s, "<style>") == 1 && occurrences(s, "</style>") == 1);
	CHECK(!has(html, "\x01") && !has(html, "\xff") && !has(html, "\xef\xbf\xbe"));
	CHECK(utf8_valid(s, html->n, NULL));
	CHECK(has(html, "<title>&lt;script&gt;alert(1)&lt;/"
			"script&gt;&quot;&#39;&amp;\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd</title>"));
	CHECK(occurrences(s, " style=") == 0);
	CHECK(!has(html, "http://") && !has(html, "https://") && !has(html, "url("));
	CHECK(!has(html, "no-such-logo"));
}

static void check_pieces(const char *name, const char *want)
{
	json_t *pieces = html_pieces(name);
	struct buf b = {0};
	const json_t *piece;
	size_t i;
	json_array_foreach(pieces, i, piece)
		buf_printf(&b, "%s%s", i ? "|" : "", json_string_value(piece));
	CHECK_STR(buf_str(&b), want);
	buf_free(&b);
	json_decref(pieces);
}

/* Where long names may be broken; short ones, prose and what has no place for it may not. */
static void breaking(void)
{
	check_pieces("BsmtFin_SF_1", "");
	check_pieces("One_Story_1946_and_Newer", "One_|Story_|1946_|and_|Newer");
	check_pieces("meanTemperatureOfDay", "mean|Temperature|OfDay");
	check_pieces("many short words in prose", "");
	check_pieces("a b_c_d flipper_length_of_it", "a b_c_d flipper_|length_|of_it");
	check_pieces("Donaudampfschifffahrtsgesellschaft", "");
	check_pieces("", "");
	CHECK(json_is_null(html_pieces(NULL)));
}

static void structure(const struct buf *html)
{
	/* long names keep their end, numbers their points below each other; types have their colour in all languages */
	CHECK(has(html, "<span class=\"badge of-numeric\">a number</span>"));
	CHECK(has(html, "<span>a_rather_long_name_of_a_qu</span><span class=\"tail\">antity_21</span>"));
	CHECK(has(html, "<html lang=\"en\" data-theme=\"dark\">"));
	CHECK(has(html, "<td class=\"percent bar w37\">37.4\xe2\x80\xaf%</td>"));
	CHECK(has(html, "<td class=\"percent\">0\xe2\x80\xaf%</td><td class=\"empty "
			"right\">\xe2\x80\x93</td>"));
	CHECK(has(html, "<td class=\"measure d2\">\xe2\x88\x92"
			"0.5</td>"));
	CHECK(has(html, "<td class=\"code d2 dp right\">2930</td>"));
	CHECK(occurrences(buf_str(html), "<details class=\"more\" open><summary>&lt;script") == 1 && occurrences(buf_str(html), " open>") == 1);
	CHECK(has(html, "<span class=\"count\">12\xe2\x80\xaf"
			"345</span>"));
	/* short names stay on one line, in prose too; a moment may be parted before its time */
	CHECK(has(html, "by <code class=\"whole\">day_of_week</code>.") && has(html, " <code><wbr>&lt;script"));
	CHECK(has(html, ">2026-11-20<wbr>T05:30<") && has(html, ">2026-11-20<"));
	CHECK(has(html, "<td class=\"code right\">a_name</td>"));
	/* lines that a text goes on in are set in as it is; "95 %" is not parted */
	CHECK(has(html, " class=\"text in2\">\xe2\x80\x83\xe2\x80\x83on 95\xe2\x80\xaf% of days<"));
	CHECK(has(html, "A 95\xe2\x80\xaf% interval."));
	CHECK(has(html, "<th scope=\"row\" class=\"code\"><a href=\"#first\">"));
	CHECK(has(html, "<section id=\"column-a\" class=\"depth-2 column\">"));
	CHECK(has(html, "<table class=\"sortable\">"));
	/* the numbers behind the bars */
	CHECK(has(html, "<td class=\"count\">1\xe2\x80\xaf"
			"234\xe2\x80\xaf"
			"567</td>"));
	/* a finding links to its column unless it stands there */
	CHECK(occurrences(buf_str(html), "</b> <a href=\"#column-a\">") == 2);
	CHECK(occurrences(buf_str(html), "<ul class=\"findings\">") == 2);
	CHECK(has(html, "<em class=\"mark warning\""));
}

/* Templates of one's own: errors name the file and the place; a missing part is an error. */
static void own_template(struct arena *a, const char *page, const char *want)
{
	char dir[] = "/tmp/report_html.XXXXXX";
	CHECK(mkdtemp(dir) != NULL);
	struct err e = {0};
	struct buf html = {0};
	CHECK(file_mkdirs(arena_printf(a, "%s/templates", dir), &e) == 0);
	CHECK(file_mkdirs(arena_printf(a, "%s/assets", dir), &e) == 0);
	CHECK(file_write(arena_printf(a, "%s/assets/report.css", dir), "", 0, &e) == 0);
	CHECK(file_write(arena_printf(a, "%s/assets/report.js", dir), "", 0, &e) == 0);
	CHECK(file_write(arena_printf(a, "%s/templates/page.mustache", dir), page, strlen(page),
		      &e) == 0);
	e = (struct err){0};
	CHECK(render(a, dir, &html, &e) == -1);
	CHECK(strstr(e.msg, want) != NULL);
	if (!strstr(e.msg, want))
		printf("  got '%s'\n", e.msg);
	buf_free(&html);
	CHECK(file_remove_tree(dir, &e) == 0);
}

/* A logo is inlined; its type is what its bytes say. */
static void own_logo(struct arena *a, const char *bytes, const char *want)
{
	char path[] = "/tmp/report_html.XXXXXX";
	int fd = mkstemp(path);
	struct err e = {0};
	struct buf html = {0};
	CHECK(fd >= 0 && file_write(path, bytes, strlen(bytes), &e) == 0);
	struct drawings none = {0};
	struct doc *d = doc_new(a, "Logo");
	d->logo = path;
	struct render_input in = {.doc = d, .drawings = &none, .theme = &theme, .share = "."};
	CHECK(render_html.render(&in, &html, &e) == 0);
	CHECK(has(&html, want));
	CHECK(has(&html, "<img") == (strstr(want, "<img") != NULL));
	buf_free(&html);
	close(fd);
	unlink(path);
}

static void check_base64(const char *in, const char *want)
{
	struct buf b = {0};
	html_base64(&b, (const uint8_t *)in, strlen(in));
	CHECK_STR(buf_str(&b), want);
	buf_free(&b);
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct buf html = {0};
	struct err e = {0};
	CHECK(render(a, ".", &html, &e) == 0);
	if (e.code)
		printf("%s\n", e.msg);
	escaping(&html);
	breaking();
	structure(&html);
	check_hash(&html, "<style>", "</style>");
	check_hash(&html, "<script>", "</script>");
	if (argc > 1) /* to look at it */
		file_write(argv[1], buf_str(&html), html.n, &e);
	buf_free(&html);
	own_template(a, "{{title}}\n {{#a}}", "page.mustache:2:2: 'a' is never closed");
	own_template(a, "{{>no-such-part}}", "no-such-part.mustache");
	own_template(a, "{{>../assets/report}}", "'../assets/report' is no name of a template");
	own_logo(a, "\x89PNG\r\n\x1a\n....",
		"<img src=\"data:image/png;base64,iVBORw0KGgouLi4u\" alt=\"\">");
	own_logo(a, "<svg xmlns=\"x\"/>", "<img src=\"data:image/svg+xml;base64,");
	own_logo(a, "#!/bin/sh\n", "<b>Logo</b>");
	/* RFC 4648, section 10 */
	check_base64("", "");
	check_base64("f", "Zg==");
	check_base64("fo", "Zm8=");
	check_base64("foobar", "Zm9vYmFy");
	/* sha-256 of nothing, as content security policies write it */
	char hash[64];
	html_source_hash(hash, "", 0);
	CHECK_STR(hash, "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='");
	arena_free(a);
	return test_end();
}
