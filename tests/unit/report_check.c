/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The checks of a finished report: a sound one passes, and an error of each kind, planted in the page, the
 * PDF, the text, result.json or the artifacts, is found by its check. Which others find it too is part of
 * what is expected. A check that no error here is planted for fails the test.
 */
#include "report_check.h"

/* ---- errors in the files ------------------------------------------------------------------------------- */

enum file { HTML, PDF, WORDS, TEXT };

static const struct spoilt {
	enum file file;
	const char *after, *from, *to, *caught_by;
} files[] = {
	/* a digit, a sign, a unit, a number taken out, two that changed places */
	{ HTML, "id=\"column-bill-length-mm\"", "43.922", "43.923", "html_numbers html_classes html_extra" },
	{ HTML, "id=\"column-bill-length-mm\"", "43.922", "143.922", "html_numbers html_classes html_extra" },
	{ HTML, "id=\"column-bill-length-mm\"", "43.922", "", "html_numbers" },
	{ HTML, "id=\"relations\"", "+0.87", "\xE2\x88\x92" "0.87", "html_numbers html_classes html_extra" },
	{ HTML, "id=\"column-sex\"", "3.2\xE2\x80\xAF%", "3.2", "html_numbers html_classes" },
	{ HTML, "id=\"column-sex\"", "50.5\xE2\x80\xAF%</td>", "49.5\xE2\x80\xAF%</td>", "html_numbers" },
	{ HTML, "id=\"column-body-mass-g\"", "1\xE2\x80\xAF" "437\xE2\x80\xAF" "000", "437\xE2\x80\xAF" "000",
		"html_numbers html_classes" },
	{ HTML, "id=\"column-bill-length-mm\"", "measure\">43.922", "count\">43.922", "html_classes" },
	{ HTML, "<main", "</h2>", "</h2><p>12345.678</p>", "html_extra" },
	/* a section that is gone takes its anchor along */
	{ HTML, "<section id=\"column-year\"", "id=\"column-year\"", "id=\"column-yaer\"", "html_numbers html_ids html_links" },
	{ HTML, "<main", "href=\"#", "href=\"#nowhere-", "html_links" },
	{ HTML, "<main", "</main>", "<p id=\"summary\"></p></main>", "html_ids" },
	{ HTML, "id=\"box-body-mass-g\"", "<svg", "<i", "html_charts" },
	{ HTML, "id=\"box-body-mass-g\"", "aria-label=\"", "aria-label=\"\" data-x=\"", "html_alt" },
	{ HTML, "<main", "<h2", "<img src=\"data:image/gif;base64,AAAA\"><h2", "html_alt" },
	{ HTML, "id=\"box-body-mass-g\"", "<table", "<div", "html_data" },
	{ HTML, "id=\"box-body-mass-g\"", "</text>",
		" and a label that goes on and on, far beyond any edge that a picture of this width could ever have, to no end"
		"</text>", "html_labels" },
	{ HTML, "id=\"box-body-mass-g\"", "<text ",
		"<text x=\"50\" y=\"50\">some words</text><text x=\"60\" y=\"50\">others</text><text ", "html_labels" },
	{ HTML, "<main", "</h2>", "\xEF\xBF\xBD</h2>", "html_characters" },
	{ HTML, "</body>", "</body>", "\xFF</body>", "html_characters" },
	{ HTML, "</body>", "</body>", "<!-- no end </body>", "html_whole" },
	{ HTML, "</style>", "</style>", "</style><script src=\"https://example.org/x.js\"></script>", "html_contained" },
	{ HTML, "<main", "<h2", "<img alt=\"\" src=\"//example.org/pixel.png\"><h2", "html_contained" },
	{ HTML, "<main", "<h2", "<img alt=\"\" src='&#104;ttp://example.org/pixel.png'><h2", "html_contained" },
	{ HTML, "<head>", "<meta", "<link rel=stylesheet href=HTTPS://example.org/x.css><meta", "html_contained" },
	{ HTML, "<style>", "<style>", "<style>@import 'x.css';", "html_contained" },
	{ HTML, "<style>", "<style>", "<style>body{background:url( \"http://example.org/x\")}", "html_contained" },
	{ HTML, "<main", "<h2", "<p style='background:url(x.png)'></p><h2", "html_contained" },
	{ HTML, "<main", "<h2", "<img alt=\"\" src=\"data:image/gif;base64,AAAA\"><h2", "" },
	{ HTML, "<main", "<h2", "<h2 onclick=\"alert(1)\"", "html_contained" },
	{ HTML, "<main", "<h2", "<a href=\"javascript:alert(1)\">x</a><h2", "html_contained" },
	/* a link that a reader may follow loads nothing by itself */
	{ HTML, "</body>", "</body>", "<a href=\"https://example.org\">x</a></body>", "" },
	/* a number in another section does not make up for one that is missing */
	{ HTML, "id=\"column-bill-length-mm\"", "43.922</td>", "</td>", "html_numbers" },

	{ PDF, NULL, "%PDF", "%PFD", "pdf_whole" },
	{ PDF, NULL, "%%EOF", "", "pdf_whole" },
	{ PDF, NULL, "/Type /Pages", "/Type /Sheets", "pdf_whole pdf_bookmarks pdf_links" },
	{ PDF, NULL, "/Outlines", "/Outlanes", "pdf_bookmarks pdf_extra" },
	{ PDF, "/Title (1 Sum", "/Dest ", "/Dust ", "pdf_bookmarks" },
	{ PDF, NULL, "/Title (1 Sum", "/Title (1 Sun", "pdf_bookmarks" },
	{ PDF, "/Subtype /Link", "/Dest ", "/Dust ", "pdf_links" },

	{ WORDS, NULL, ">43.922<", ">43.923<", "pdf_numbers pdf_extra" },
	{ WORDS, NULL, ">43.922<", "><", "pdf_numbers" },
	{ WORDS, NULL, "xMin=\"54.000000\"", "xMin=\"-4.000000\"", "pdf_layout" },
	{ WORDS, ">Contents<", "xMin=\"76", "xMin=\"57", "pdf_layout" },
	/* pieces of two slanted labels, each of which ends where the next begins; and words that lie as close */
	{ WORDS, NULL, "</page>", "<word xMin=\"271\" yMin=\"705.43\" xMax=\"279\" yMax=\"708.27\">x_</word>"
		"<word xMin=\"280\" yMin=\"705.43\" xMax=\"288\" yMax=\"708.27\">x_</word>"
		"<word xMin=\"274.1\" yMin=\"699.39\" xMax=\"284.9\" yMax=\"705.43\">abc</word>"
		"<word xMin=\"283.3\" yMin=\"699.39\" xMax=\"294.1\" yMax=\"705.43\">abd</word></page>", "" },
	{ WORDS, NULL, "</page>", "<word xMin=\"274.1\" yMin=\"699.39\" xMax=\"284.9\" yMax=\"705.43\">abc</word>"
		"<word xMin=\"283.3\" yMin=\"699.39\" xMax=\"294.1\" yMax=\"705.43\">abd</word></page>", "pdf_layout" },
	{ WORDS, NULL, ">Contents<", ">Cont\xE2\x96\xA1nts<", "pdf_characters" },
	{ WORDS, NULL, ">Contents<", ">Cont\xEF\xBF\xBDnts<", "pdf_characters" },

	{ TEXT, NULL, "43.922", "43.923", "text_numbers text_extra" },
	{ TEXT, NULL, "43.922", "", "text_numbers" },
	{ TEXT, NULL, "penguins", "penguins 987654.3", "text_extra" },
};

static void spoil_files(const struct sample *sound)
{
	for (size_t i = 0; i < COUNTOF(files); i++) {
		struct sample s = *sound;
		struct buf *all[] = { &s.html, &s.pdf, &s.words, &s.text }, own = { 0 };
		buf_put(&own, all[files[i].file]->p, all[files[i].file]->n);
		replace(&own, files[i].after, files[i].from, files[i].to);
		*all[files[i].file] = own;
		const char *found = judge(&s);
		if (strcmp(found, files[i].caught_by) != 0)
			printf("plant %zu: '%s' -> '%s'\n", i, files[i].from, files[i].to);
		CHECK_STR(found, files[i].caught_by);
		buf_free(all[files[i].file]);
	}
}

/* ---- errors in the document and the artifacts -------------------------------------------------------------- */

static bool is_finding(const json_t *node, const char *code)
{
	return strcmp(json_text(node, "kind", ""), "finding") == 0 && strcmp(json_text(node, "code", ""), code) == 0;
}

static bool is_text(const json_t *node, const char *what)
{
	const char *first = json_string_value(json_array_get(json_object_get(node, "cells"), 0));
	return first && strstr(first, what) && strcmp(json_text(node, "kind", ""), "text") == 0;
}

static void say(json_t *node, const char *sentence)
{
	json_array_append_new(json_object_get(node, "cells"), json_string(sentence));
}

static json_t *some_text(struct sample *s)
{
	json_t *node = find_node(json_object_get(s->result, "document"), is_text, "two columns vary together");
	CHECK(node != NULL);
	return node;
}

static void same_print(struct sample *s)
{
	json_object_set_new(cell_of(s, "eda.json#columns.2.numeric.mean"), "value", json_real(43.92193));
}

static void other_place(struct sample *s)
{
	json_object_set_new(cell_of(s, "eda.json#columns.2.numeric.mean"), "ref", json_string("eda.json#columns.3.numeric.mean"));
}

static void no_place(struct sample *s)
{
	json_object_set_new(cell_of(s, "eda.json#columns.2.numeric.mean"), "ref", json_string("elsewhere.json#x"));
}

static void other_class(struct sample *s)
{
	json_object_set_new(cell_of(s, "eda.json#columns.2.numeric.mean"), "class", json_string("score"));
}

static void other_level(struct sample *s)
{
	json_object_set_new(cell_of(s, "eda.json#columns.0.category.levels.0.value"), "text", json_string("Emperor"));
}

static void wrong_print(struct sample *s)
{
	json_object_set_new(cell_of(s, "eda.json#columns.2.numeric.mean"), "text", json_string("44.9"));
}

static void add_one(json_t *v)
{
	json_integer_set(v, json_integer_value(v) + 1);
}

static void wrong_sum(struct sample *s)
{
	add_one(at(s->eda, "columns.2.numeric.histogram.counts.3"));
}

static void wrong_columns(struct sample *s)
{
	add_one(at(s->eda, "columns.0.category.levels.1.count"));
}

static void out_of_order(struct sample *s)
{
	json_object_set_new(at(s->eda, "columns.2.numeric.quantiles"), "p5", json_real(37.9));   /* above p10 */
}

static void share_above_one(struct sample *s)
{
	json_object_set_new(at(s->eda, "columns.0.category.levels.0"), "share", json_real(1.2));
}

static void no_probability(struct sample *s)
{
	json_object_set_new(at(s->eda, "associations.pairs.0"), "p_adjusted", json_real(-0.1));
}

static void wrong_finding(struct sample *s)
{
	json_t *list = at(s->eda, "findings");
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_text(json_array_get(list, i), "code", ""), "missing_values") == 0)
			add_one(json_object_get(json_array_get(list, i), "count"));
}

static void bolder_sentence(struct sample *s)
{
	json_t *node = find_node(json_object_get(s->result, "document"), is_finding, "missing_values");
	CHECK(node != NULL);
	json_array_set_new(json_object_get(node, "cells"), 1, json_string(" lacks a shocking "));
}

static void graver_level(struct sample *s)
{
	json_t *node = find_node(json_object_get(s->result, "document"), is_finding, "missing_values");
	json_object_set_new(node, "level", json_string("error"));
}

static void a_cause(struct sample *s)
{
	say(some_text(s), " The length of the bill causes the weight.");
}

static void no_cause(struct sample *s)
{
	say(some_text(s), " The length of the bill causes nothing.");
}

static void chance(struct sample *s)
{
	json_t *node = some_text(s);
	say(node, " This is significant (p = ");
	json_array_append_new(json_object_get(node, "cells"), json_pack("{s:s,s:f,s:s}", "class", "p_value", "value", 0.2, "text", "0.200"));
	say(node, ").");
}

static json_t *kept_of(json_t *modeling)
{
	json_t *list = json_object_get(modeling, "candidates");
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_text(json_array_get(list, i), "name", ""), json_text(modeling, "chosen", "?")) == 0)
			return json_array_get(list, i);
	return NULL;
}

static void weak_model(struct sample *s)
{
	json_object_set_new(kept_of(s->modeling), "p_baseline", json_real(0.2));
}

static void no_baseline(struct sample *s)
{
	json_object_set_new(at(s->modeling, "candidates.0"), "kind", json_string("gbm"));
}

static void not_best(struct sample *s)
{
	json_object_set(s->modeling, "best", at(s->modeling, "candidates.0.name"));
}

static void no_file(struct sample *s)
{
	s->pdf = (struct buf){ 0 };
	s->words = (struct buf){ 0 };
}

static void too_large(struct sample *s)
{
	s->max_bytes = 1000;
}

static void empty_chart(struct sample *s)
{
	json_t *list = json_object_get(json_object_get(s->result, "document"), "children");
	json_array_append_new(list, json_pack("{s:s,s:s,s:s,s:s,s:s,s:i}", "kind", "chart", "id", "no-such", "title", "A",
		"chart", "bars", "alt", "A", "n", 3));
}

static bool is_chart(const json_t *node, const char *id)
{
	return strcmp(json_text(node, "kind", ""), "chart") == 0 && strcmp(json_text(node, "id", ""), id) == 0;
}

static void no_words_for_a_chart(struct sample *s)
{
	json_t *node = find_node(json_object_get(s->result, "document"), is_chart, "box-body-mass-g");
	CHECK(node != NULL);
	json_object_set(node, "alt", json_object_get(node, "title"));
}

static const struct {
	void (*plant)(struct sample *s);
	const char *caught_by;     /* the first is its check; what else sees it follows */
} plants[] = {
	{ same_print, "values" }, { other_place, "values" }, { no_place, "values" }, { other_level, "values" },
	{ other_class, "printed" }, { wrong_print, "printed read_back" }, { wrong_sum, "sums" },
	{ wrong_columns, "sums shares" }, { out_of_order, "sums" }, { share_above_one, "shares" },
	{ no_probability, "shares" }, { wrong_finding, "findings" }, { bolder_sentence, "sentences" },
	{ graver_level, "sentences" }, { a_cause, "wording" }, { no_cause, "" }, { chance, "wording" },
	{ weak_model, "models" }, { no_baseline, "models" }, { not_best, "models" }, { no_file, "files" },
	{ too_large, "html_size pdf_size" }, { empty_chart, "html_charts" },
	{ no_words_for_a_chart, "html_alt" },
};

/* Whether one of the codes, with blanks between them, is `code`. */
static bool names(const char *codes, const char *code)
{
	size_t n = strlen(code);
	for (const char *p = codes; (p = strstr(p, code)) != NULL; p++)
		if ((p == codes || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

static void spoil_data(const struct sample *sound)
{
	for (size_t i = 0; i < COUNTOF(plants); i++) {
		struct sample s = *sound;
		s.result = copy_of(s.arena, sound->result);
		s.in.eda = s.eda = copy_of(s.arena, sound->eda);
		s.in.modeling = s.modeling = copy_of(s.arena, sound->modeling);
		plants[i].plant(&s);
		const char *found = judge(&s), *expected = plants[i].caught_by;
		while (*expected) {
			char code[64];
			size_t n = strcspn(expected, " ");
			snprintf(code, sizeof code, "%.*s", (int)n, expected);
			if (!names(found, code))
				printf("plant %zu: '%s' not among '%s'\n", i, code, found);
			CHECK(names(found, code));
			expected += n + strspn(expected + n, " ");
		}
		CHECK(*plants[i].caught_by || !*found);
	}
}

/* ---- the whole ------------------------------------------------------------------------------------------------- */

/* What is not to be shared has a test of its own, with the editions: report_redact. */
static void every_check_has_a_plant(void)
{
	static const char *const codes[] = {
#define X(code, name) #code,
#include "report/check.def"
#undef X
	};
	for (size_t c = 0; c < COUNTOF(codes); c++) {
		bool planted = strcmp(codes[c], "redaction") == 0;
		for (size_t i = 0; i < COUNTOF(files) && !planted; i++)
			planted = names(files[i].caught_by, codes[c]);
		for (size_t i = 0; i < COUNTOF(plants) && !planted; i++)
			planted = names(plants[i].caught_by, codes[c]);
		if (!planted)
			printf("no error is planted for '%s'\n", codes[c]);
		CHECK(planted);
	}
}

/* A page or a PDF that breaks off anywhere fails, and does no harm. */
static void cut_off(const struct sample *sound)
{
	for (size_t i = 1; i < 8; i++) {
		struct sample s = *sound;
		s.html.n = s.html.n * i / 8;
		s.pdf.n = s.pdf.n * i / 8;
		s.words.p = arena_strndup(s.arena, s.words.p, s.words.n * i / 8);
		s.words.n = strlen(s.words.p);
		const char *found = judge(&s);
		CHECK(names(found, "html_whole") && names(found, "pdf_whole"));
	}
}

/* Bytes that fell anywhere do no harm either; what is found depends on where. */
static void garbled(const struct sample *sound)
{
	enum { TIMES = 30, BYTES = 200 };
	struct rng r;
	rng_seed(&r, 6);
	for (int i = 0; i < TIMES; i++) {
		struct sample s = *sound;
		struct buf *all[] = { &s.html, &s.pdf, &s.words, &s.text };
		for (size_t f = 0; f < COUNTOF(all); f++) {
			const struct buf old = *all[f];
			*all[f] = (struct buf){ 0 };
			buf_put(all[f], old.p, old.n);
			for (int k = 0; k < BYTES; k++)
				all[f]->p[rng_below(&r, old.n)] = (char)rng_below(&r, 256);
		}
		CHECK(*judge(&s) != '\0');
		for (size_t f = 0; f < COUNTOF(all); f++)
			buf_free(all[f]);
	}
}

static void what_is_not_there(const struct sample *sound)
{
	struct check_input ci = { .artifacts = &sound->in, .result = sound->result };
	struct buf body = { 0 };
	struct err e = { 0 };
	int failed;
	CHECK(report_check(&ci, &body, &failed, &e) == 0 && failed == 0);
	json_t *critique = json_loadb(body.p, body.n, 0, NULL);
	for (size_t i = 0; i < json_count(critique, "checks"); i++) {
		const json_t *c = json_array_get(json_at(critique, "checks"), i);
		const char *code = json_text(c, "code", "");
		bool of_file = strncmp(code, "html_", 5) == 0 || strncmp(code, "pdf_", 4) == 0 || strncmp(code, "text_", 5) == 0;
		if (of_file)
			CHECK_STR(json_text(c, "status", ""), "not checked");
		CHECK(!of_file || strncmp(json_text(c, "why", ""), "there is no report.", 19) == 0);
	}
	json_decref(critique);
	struct artifacts none = { 0 };
	CHECK(report_check(&(struct check_input){ .artifacts = &none }, &body, &failed, &e) == -1);
	CHECK_STR(e.msg, "result.json has no document");
	buf_free(&body);
}

/* ---- one printed number ------------------------------------------------------------------------------------------ */

static void numbers(void)
{
	static const struct {
		const char *text, *cls;
		char point;
		double inside, outside;
	} cases[] = {
		{ "43.922", "measure", '.', 43.9221, 43.9227 }, { "43,922", "measure", ',', 43.9221, 43.9227 },
		{ "\xE2\x88\x92" "0.58", "correlation", '.', -0.5789, 0.58 }, { "+0.87", "correlation", '.', 0.87, -0.87 },
		{ "1\xE2\x80\xAF" "437\xE2\x80\xAF" "000", "count", '.', 1437000, 1437001 },
		{ "12.3\xE2\x80\xAF%", "percent", '.', 0.12345, 0.1236 }, { "<\xE2\x80\xAF" "0.1\xE2\x80\xAF%", "percent", '.', 0.0001, 0.01 },
		{ "<\xE2\x80\xAF" "0.001", "p_value", '.', 1e-9, 0.01 }, { "1.2346e\xE2\x88\x92" "7", "measure", '.', 1.23456e-7, 1.3e-7 },
		{ "12.3\xE2\x80\xAFkB", "bytes", '.', 12345, 12400 }, { "13:05", "clock", '.', 47100, 47400 },
		{ "1:05:30", "duration", '.', 3930, 3940 }, { "5\xE2\x80\xAF" "d\xE2\x80\xAF" "3:30", "duration", '.', 444600, 450000 },
		{ "~12", "count", '.', 12, 13 },
	};
	double lo, hi;
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		bool read = number_read(cases[i].text, cases[i].cls, cases[i].point, &lo, &hi);
		if (!read || cases[i].inside < lo || cases[i].inside > hi)
			printf("%s: [%g, %g]\n", cases[i].text, lo, hi);
		CHECK(read && cases[i].inside >= lo && cases[i].inside <= hi);
		CHECK(!read || cases[i].outside < lo || cases[i].outside > hi);
	}
	static const char *const none[] = { "", "\xE2\x80\x93", "1.", "12 apples", "1.2.3", "e5", "--1" };
	for (size_t i = 0; i < COUNTOF(none); i++)
		CHECK(!number_read(none[i], "measure", '.', &lo, &hi));
	CHECK(!number_read("12", "percent", '.', &lo, &hi));
	CHECK(!number_read("1.5", "measure", ',', &lo, &hi));
}

/* A sign is one of its number behind a blank of any kind, and none within a word. */
static void signs(void)
{
	static const struct {
		const char *text, *number;
	} cases[] = { { "predicted \xE2\x88\x92" "1.816", "-1.816" }, { "predicted\xC2\xA0\xE2\x88\x92" "1.816", "-1.816" },
		{ ">\xE2\x80\xAF-0.1", "-0.1" }, { "size\xE2\x88\x92" "1.816", "1.816" }, { "h\xC3\xA9-2", "2" } };
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct tokens t = { 0 };
		tokens_add(&t, cases[i].text, SIZE_MAX);
		CHECK(tokens_count(&t, cases[i].number) == 1);
		tokens_free(&t);
	}
}

int main(void)
{
	struct sample s = sound_sample();
	CHECK_STR(judge(&s), "");
	numbers();
	signs();
	every_check_has_a_plant();
	spoil_files(&s);
	spoil_data(&s);
	cut_off(&s);
	garbled(&s);
	what_is_not_there(&s);
	sample_free(&s);
	return test_end();
}
