/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The checks of a finished report: a sound one passes, and for each check an error planted in the page,
 * the PDF, result.json or the artifacts is caught by that check and by no other.
 */
#include "report/check_int.h"
#include "report_sample.h"
#include "test.h"

#include <stdlib.h>

static void release(void *v)
{
	json_decref(v);
}

struct sample {
	struct arena *arena;
	struct artifacts in;
	json_t *result;            /* deep copies, to be spoiled */
	json_t *eda, *modeling, *ingest;
	struct buf html;
	struct buf pdf, pdf_text;  /* made by hand: what the checks look at */
};

static void print_numbers(const json_t *cells, struct buf *out)
{
	for (size_t i = 0; i < json_array_size(cells); i++)
		if (json_object_get(json_array_get(cells, i), "value"))
			buf_printf(out, "%s\n", json_text(json_array_get(cells, i), "text", ""));
}

/* The text of a PDF: every number of the document, with ordinary blanks, on lines of their own. */
static void put_pdf_text(void *ctx, const json_t *node)
{
	struct buf *out = ctx, raw = { 0 };
	const json_t *rows = json_object_get(node, "rows");
	print_numbers(json_object_get(node, "cells"), &raw);
	for (size_t i = 0; i < json_array_size(rows); i++)
		print_numbers(json_array_get(rows, i), &raw);
	for (const char *p = buf_str(&raw); *p; p++) {
		bool thin = strncmp(p, "\xE2\x80\xAF", 3) == 0;
		buf_putc(out, thin ? ' ' : *p);
		p += thin ? 2 : 0;
	}
	buf_free(&raw);
}

static const json_t *spoilable(struct arena *a, const json_t *v, json_t **copy)
{
	*copy = json_deep_copy(v);
	arena_own(a, *copy, release);
	return *copy;
}

static struct sample sound_sample(void)
{
	struct sample s = { .arena = arena_new() };
	struct err e = { 0 };
	s.in = sample_artifacts(s.arena, "penguins", NULL);
	s.in.eda = spoilable(s.arena, s.in.eda, &s.eda);
	s.in.modeling = spoilable(s.arena, s.in.modeling, &s.modeling);
	s.in.ingest = spoilable(s.arena, s.in.ingest, &s.ingest);
	struct doc *d = report_build(s.arena, &s.in, &e);
	struct drawings drawings = { 0 };
	CHECK(d && report_draw(s.arena, d, &drawings, &e) == 0);
	struct theme theme;
	report_theme(&theme, s.in.manifest);
	struct render_input ri = { .doc = d, .drawings = &drawings, .theme = &theme, .share = ".",
		.source_date = "2026-11-20T00:00:00Z" };
	struct buf json = { 0 };
	CHECK(render_html.render(&ri, &s.html, &e) == 0);
	CHECK(render_json.render(&ri, &json, &e) == 0);
	CHECK_STR(e.msg, "");
	s.result = json_loadb(json.p, json.n, 0, NULL);
	arena_own(s.arena, s.result, release);
	buf_free(&json);
	buf_puts(&s.pdf, "%PDF-1.4\n/Type /Pages\n/Type /Page\n/Outlines 3 0 R /First 4 0 R\n%%EOF\n");
	result_walk(json_at(s.result, "document"), put_pdf_text, &s.pdf_text);
	return s;
}

static void sample_free(struct sample *s)
{
	buf_free(&s->html);
	buf_free(&s->pdf);
	buf_free(&s->pdf_text);
	arena_free(s->arena);
}

/* The name of the one check that failed; "" when none, "several" when more; NULL-safe to compare. */
static const char *judge(const struct sample *s, int64_t max_bytes)
{
	struct check_input ci = { .artifacts = &s->in, .result = s->result, .html = buf_str(&s->html),
		.html_n = s->html.n, .pdf = s->pdf.p, .pdf_n = s->pdf.n, .pdf_text = buf_str(&s->pdf_text),
		.max_html = max_bytes, .max_pdf = max_bytes };
	struct buf body = { 0 };
	struct err e = { 0 };
	int failed = -1;
	const char *name = "";
	CHECK(report_check(&ci, &body, &failed, &e) == 0);
	json_t *critique = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	CHECK_STR(json_text(critique, "schema", ""), "dossier/critique/1");
	CHECK_STR(json_text(critique, "verdict", ""), failed ? "fail" : "pass");
	CHECK(json_count(critique, "findings") == (failed ? 1 : 0));
	for (size_t i = 0; i < json_count(critique, "checks"); i++) {
		const json_t *c = json_array_get(json_at(critique, "checks"), i);
		if (strcmp(json_text(c, "status", ""), "fail") != 0)
			continue;
		CHECK(json_int(c, "failed", 0) > 0 && json_count(c, "examples") > 0);
		name = *name ? "several" : arena_strdup(s->arena, json_text(c, "name", ""));
	}
	json_decref(critique);
	buf_free(&body);
	return name;
}

#define NUMBERS "numbers in the HTML are those of the document, each in its place"
#define LINKS "links and anchors of the HTML resolve"
#define CHARTS "every chart is drawn in the HTML"
#define CONTAINED "the HTML is one whole file that loads nothing and runs nothing from the data"
#define VALUES "values equal the artifacts they name"
#define TEXTS "numbers are printed as their class says"
#define SUMS "counts add up"
#define CLAIMS "claims about models follow the evidence"
#define PDF "the PDF is whole and has pages and bookmarks"
#define PDF_NUMBERS "numbers in the PDF are those of the document"

/* ---- errors in the page ------------------------------------------------------------------------------- */

/* Replaces the first `from` after `after` in the page. */
static void spoil_html(const char *after, const char *from, const char *to, const char *caught_by)
{
	struct sample s = sound_sample();
	char *at = strstr(s.html.p, after);
	at = at ? strstr(at, from) : NULL;
	CHECK(at != NULL);
	if (at) {
		struct buf b = { 0 };
		buf_put(&b, s.html.p, (size_t)(at - s.html.p));
		buf_puts(&b, to);
		buf_puts(&b, at + strlen(from));
		buf_free(&s.html);
		s.html = b;
	}
	CHECK_STR(judge(&s, 0), caught_by);
	sample_free(&s);
}

static void page(void)
{
	/* a digit, a sign, a unit, a number taken out, two that changed places */
	spoil_html("id=\"column-bill-length-mm\"", "43.922", "43.923", NUMBERS);
	spoil_html("id=\"column-bill-length-mm\"", "43.922", "143.922", NUMBERS);
	spoil_html("id=\"column-bill-length-mm\"", "43.922", "43.9221", NUMBERS);
	spoil_html("id=\"column-bill-length-mm\"", "43.922", "", NUMBERS);
	spoil_html("id=\"relations\"", "+0.87", "\xE2\x88\x92" "0.87", NUMBERS);
	spoil_html("id=\"column-sex\"", "3.2\xE2\x80\xAF%", "3.2", NUMBERS);
	spoil_html("id=\"column-sex\"", "50.5\xE2\x80\xAF%</td>", "49.5\xE2\x80\xAF%</td>", NUMBERS);
	spoil_html("id=\"column-body-mass-g\"", "1\xE2\x80\xAF" "437\xE2\x80\xAF" "000", "437\xE2\x80\xAF" "000", NUMBERS);
	/* a section that is gone takes its anchor along */
	spoil_html("<section id=\"column-year\"", "id=\"column-year\"", "id=\"column-yaer\"", "several");

	spoil_html("<main", "href=\"#", "href=\"#nowhere-", LINKS);
	spoil_html("<main", "</main>", "<p id=\"summary\"></p></main>", LINKS);
	spoil_html("id=\"box-body-mass-g\"", "<svg", "<i", CHARTS);

	spoil_html("</style>", "</style>", "</style><script src=\"https://example.org/x.js\"></script>", CONTAINED);
	spoil_html("<main", "<h2", "<img src=\"//example.org/pixel.png\"><h2", CONTAINED);
	spoil_html("<main", "<h2", "<img src='&#104;ttp://example.org/pixel.png'><h2", CONTAINED);
	spoil_html("<head>", "<meta", "<link rel=stylesheet href=HTTPS://example.org/x.css><meta", CONTAINED);
	spoil_html("<style>", "<style>", "<style>@import 'x.css';", CONTAINED);
	spoil_html("<style>", "<style>", "<style>body{background:url( \"http://example.org/x\")}", CONTAINED);
	spoil_html("<main", "<h2", "<img src=\"plots/x.svg\"><h2", CONTAINED);
	spoil_html("<main", "<h2", "<p style='background:url(x.png)'></p><h2", CONTAINED);
	spoil_html("<main", "<h2", "<img src=\"data:image/gif;base64,AAAA\"><h2", "");
	spoil_html("<main", "<h2", "<h2 onclick=\"alert(1)\"", CONTAINED);
	spoil_html("<main", "<h2", "<a href=\"javascript:alert(1)\">x</a><h2", CONTAINED);
	spoil_html("</body>", "</body>", "<!-- no end </body>", CONTAINED);
	spoil_html("</body>", "</body>", "\xFF</body>", CONTAINED);
	/* a link that a reader may follow loads nothing by itself */
	spoil_html("</body>", "</body>", "<a href=\"https://example.org\">x</a></body>", "");
}

/* A number of the document printed in another section does not make up for one that is missing. */
static void elsewhere(void)
{
	spoil_html("id=\"column-bill-length-mm\"", "id=\"column-bill-depth-mm\"",
		"id=\"column-bill-depth-mm\" data-x=\"43.922\"", "");
	spoil_html("id=\"column-bill-length-mm\"", "43.922</td>", "</td>", NUMBERS);
}

/* ---- errors in the PDF ------------------------------------------------------------------------------------ */

static void pdf(void)
{
	static const struct {
		const char *from, *to, *caught_by;
	} cases[] = {
		{ "%PDF", "%PFD", PDF }, { "/Type /Page\n", "\n", PDF }, { "/Outlines", "/Other", PDF }, { "%%EOF", "", PDF },
	};
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct sample s = sound_sample();
		struct buf b = { 0 };
		const char *at = strstr(s.pdf.p, cases[i].from);
		buf_put(&b, s.pdf.p, (size_t)(at - s.pdf.p));
		buf_printf(&b, "%s%s", cases[i].to, at + strlen(cases[i].from));
		buf_free(&s.pdf);
		s.pdf = b;
		CHECK_STR(judge(&s, 0), cases[i].caught_by);
		sample_free(&s);
	}
	static const char *const numbers[] = { "\n43.922\n", "\n1 437 000\n", "\n-0.58\n" };
	for (size_t i = 0; i < COUNTOF(numbers); i++) {
		struct sample s = sound_sample();
		char *minus;
		while ((minus = strstr(s.pdf_text.p, "\xE2\x88\x92")) != NULL) {   /* a plain minus is as good */
			memmove(minus + 1, minus + 3, strlen(minus + 3) + 1);
			*minus = '-';
		}
		s.pdf_text.n = strlen(s.pdf_text.p);
		CHECK_STR(judge(&s, 0), "");
		char *at = strstr(s.pdf_text.p, numbers[i]);
		CHECK(at != NULL);
		if (at)
			at[1] = '7';
		CHECK_STR(judge(&s, 0), PDF_NUMBERS);
		sample_free(&s);
	}
}

/* ---- errors in result.json and the artifacts ------------------------------------------------------------------- */

/* The place as something that can be changed. */
static json_t *at(json_t *v, const char *path)
{
	for (const char *p = path; v && *p;) {
		size_t n = strcspn(p, ".");
		char key[64];
		memcpy(key, p, n);
		key[n] = '\0';
		v = json_is_array(v) ? json_array_get(v, (size_t)atoi(key)) : json_object_get(v, key);
		p += n + (p[n] == '.');
	}
	CHECK(v != NULL);
	return v;
}

static json_t *cell_of(json_t *node, const char *ref)
{
	json_t *lists[] = { json_object_get(node, "cells"), json_object_get(node, "rows"),
		json_object_get(node, "children") };
	if (json_is_object(node) && strcmp(json_text(node, "ref", ""), ref) == 0 && json_object_get(node, "class"))
		return node;
	for (size_t k = 0; k < COUNTOF(lists); k++)
		for (size_t i = 0; i < json_array_size(lists[k]); i++) {
			json_t *item = json_array_get(lists[k], i), *found = cell_of(item, ref);
			for (size_t j = 0; !found && j < json_array_size(item); j++)
				found = cell_of(json_array_get(item, j), ref);
			if (found)
				return found;
		}
	return NULL;
}

static void result(void)
{
	struct sample s = sound_sample();
	json_t *document = json_object_get(s.result, "document");
	json_t *mean = cell_of(document, "eda.json#columns.2.numeric.mean");
	CHECK(mean != NULL);
	json_object_set_new(mean, "value", json_real(43.92193));     /* prints the same, is not the same */
	CHECK_STR(judge(&s, 0), VALUES);
	json_object_set(mean, "value", at(s.eda, "columns.2.numeric.mean"));
	CHECK_STR(judge(&s, 0), "");
	json_object_set_new(mean, "ref", json_string("eda.json#columns.3.numeric.mean"));
	CHECK_STR(judge(&s, 0), VALUES);
	json_object_set_new(mean, "ref", json_string("elsewhere.json#x"));
	CHECK_STR(judge(&s, 0), VALUES);
	json_object_set_new(mean, "ref", json_string("eda.json#columns.2.numeric.mean"));
	json_object_set_new(mean, "class", json_string("score"));
	CHECK_STR(judge(&s, 0), TEXTS);
	json_object_set_new(mean, "class", json_string("measure"));
	json_t *level = cell_of(document, "eda.json#columns.0.category.levels.0.value");
	CHECK(level != NULL);
	json_object_set_new(level, "text", json_string("Emperor"));
	CHECK_STR(judge(&s, 0), VALUES);
	sample_free(&s);

	struct buf body = { 0 };
	struct err e = { 0 };
	int failed;
	struct artifacts none = { 0 };
	CHECK(report_check(&(struct check_input){ .artifacts = &none }, &body, &failed, &e) == -1);
	CHECK_STR(e.msg, "result.json has no document");
	buf_free(&body);
}

/* One more than there is, in an artifact and in the document alike: only the sums can tell. */
static void sums(void)
{
	static const char *const places[] = { "columns.6.missing", "columns.0.category.levels.1.count",
		"columns.2.numeric.histogram.counts.3", "dataset.columns" };
	for (size_t i = 0; i < COUNTOF(places); i++) {
		struct sample s = sound_sample();
		json_t *v = at(s.eda, places[i]);
		json_integer_set(v, json_integer_value(v) + 1);
		json_t *cell = cell_of(json_object_get(s.result, "document"),
			arena_printf(s.arena, "eda.json#%s", places[i]));
		if (!cell)
			CHECK_STR(judge(&s, 0), SUMS);
		else
			CHECK(strstr("several" SUMS, judge(&s, 0)) != NULL);
		sample_free(&s);
	}
	struct sample s = sound_sample();
	json_integer_set(at(s.ingest, "quarantined"), 3);
	CHECK_STR(judge(&s, 0), "several");     /* it is printed too */
	json_integer_set(at(s.ingest, "quarantined"), 0);
	json_t *q = at(s.eda, "columns.2.numeric.quantiles");
	json_object_set_new(q, "p5", json_real(37.9));   /* above p10 */
	CHECK_STR(judge(&s, 0), "several");
	sample_free(&s);
}

static json_t *kept_of(json_t *modeling)
{
	json_t *list = json_object_get(modeling, "candidates");
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_text(json_array_get(list, i), "name", ""), json_text(modeling, "chosen", "?")) == 0)
			return json_array_get(list, i);
	return NULL;
}

static void claims(void)
{
	struct sample s = sound_sample();
	json_object_set_new(kept_of(s.modeling), "p_baseline", json_real(0.2));
	CHECK_STR(judge(&s, 0), "several");     /* the printed p no longer agrees, and the claim does not hold */
	sample_free(&s);
	s = sound_sample();
	json_object_set_new(at(s.modeling, "candidates.0"), "kind", json_string("gbm"));
	CHECK_STR(judge(&s, 0), CLAIMS);
	sample_free(&s);
}

static void sizes(void)
{
	struct sample s = sound_sample();
	CHECK_STR(judge(&s, 10 * 1000 * 1000), "");
	CHECK_STR(judge(&s, 1000), "the HTML is within its size limit");
	CHECK_STR(judge(&s, 10), "several");
	sample_free(&s);
}

static void what_is_not_there(void)
{
	struct sample s = sound_sample();
	struct check_input ci = { .artifacts = &s.in, .result = s.result };
	struct buf body = { 0 };
	struct err e = { 0 };
	int failed;
	CHECK(report_check(&ci, &body, &failed, &e) == 0 && failed == 0);
	json_t *critique = json_loadb(body.p, body.n, 0, NULL);
	size_t unchecked = 0;
	for (size_t i = 0; i < json_count(critique, "checks"); i++)
		unchecked += strcmp(json_text(json_array_get(json_at(critique, "checks"), i), "status", ""), "not checked") == 0;
	CHECK(unchecked == 8);                   /* everything about the HTML and the PDF */
	json_decref(critique);
	buf_free(&body);
	sample_free(&s);
}

int main(void)
{
	struct sample s = sound_sample();
	CHECK_STR(judge(&s, 0), "");
	sample_free(&s);
	page();
	elsewhere();
	pdf();
	result();
	sums();
	claims();
	sizes();
	what_is_not_there();
	return test_end();
}
