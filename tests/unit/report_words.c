/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The language of the report: catalogues that are read and refused, formats with their holes in another
 * order, numbers, and the sample jobs in German without a single text that was looked up in vain.
 */
#include "report/report_int.h"
#include "report_prose.h"
#include "report_sample.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A catalogue with these lines after an empty header; the error it gives, "" for none. */
static const char *loaded(struct arena *a, const char *text, struct words **w)
{
	char dir[] = "/tmp/dossier-words-XXXXXX";
	CHECK(mkdtemp(dir) != NULL);
	struct err e = { 0 };
	const char *folder = arena_printf(a, "%s/assets/texts/xx", dir), *po = path_join(a, folder, "a.po");
	CHECK(file_mkdirs(folder, &e) == 0 && file_write(po, text, strlen(text), &e) == 0);
	int status = words_load(a, dir, "xx", w, &e);
	CHECK((status == 0) == (e.msg[0] == '\0'));
	CHECK((status == 0) == (*w != NULL));
	unlink(po);
	for (const char *at = folder; strlen(at) > strlen("/tmp"); at = arena_strndup(a, at, (size_t)(strrchr(at, '/') - at)))
		rmdir(at);
	const char *tail = strstr(e.msg, "a.po");
	return arena_strdup(a, tail ? tail : e.msg);
}

static void catalogues(struct arena *a)
{
	struct words *w;
	CHECK_STR(loaded(a, "# a comment\nmsgid \"\"\nmsgstr \"\"\n\"Language: xx\\n\"\n\"X-Decimal-Mark: ,\\n\"\n\n"
			"#: file.c\nmsgid \"row\"\nmsgstr \"Zeile\"\n\nmsgid \"ab \"\n\"b \\\"c\\\"\\n\"\nmsgstr \"\"\n\"d\\t\"\n\"\\\\e\"\n"
			"msgid \"# of # rows, p #.\"\nmsgstr \"# / # Zeilen, p #.\"\nmsgid \"not yet\"\nmsgstr \"\"\n\nmsgid \"%s of %s\"\nmsgstr \"%2$s: %1$s, 100 %%\"\n", &w), "");
	CHECK_STR(words_say(w, "row"), "Zeile");
	CHECK_STR(words_say(w, "ab b \"c\"\n"), "d\t\\e");
	CHECK_STR(words_say(w, "not yet"), "not yet");
	CHECK_STR(words_say(w, "unknown"), "unknown");
	CHECK_STR(words_say(w, "3 of 12 rows, p 0.05."), "3 / 12 Zeilen, p 0,05.");
	/* reasons with names and numbers, in lists */
	CHECK_STR(words_say(w, "row; 3 of 4 rows, p 1., a:b"), "row; 3 of 4 rows, p 1., a:b");
	CHECK_STR(words_say(w, "price: row, row; 'x.1' of 4 rows, p 0.5."), "price: Zeile, Zeile; 'x.1' / 4 Zeilen, p 0,5.");
	CHECK_STR(words_say(w, "price (row, row)"), "price (Zeile, Zeile)");
	CHECK_STR(words_say(NULL, "row"), "row");
	CHECK_STR(words_printf(a, w, "%s of %s", "x", "y"), "y: x, 100 %");
	CHECK_STR(words_printf(a, w, "%s, %zu, %d, %lld, %.0f and 5 %%", "x", (size_t)12345, -2, 7LL, 3.0),
		"x, 12\xE2\x80\xAF" "345, \xE2\x88\x92" "2, 7, 3 and 5 %");
	static const struct {
		const char *text, *error;
	} bad[] = { { "row\n", "a.po:1:1: expected 'msgid', 'msgstr', a text or a comment" },
		{ "msgid row\n", "a.po:1:7: expected a text in quotes" },
		{ "msgid \"row\nmsgstr \"x\"\n", "a.po:1:11: the text does not end" },
		{ "msgid \"a\\qb\"\n", "a.po:1:9: unknown escape" }, { "msgid \"a\" b\n", "a.po:1:10: more after the text" },
		{ "\n\"row\"\n", "a.po:2:1: a text before any 'msgid'" },
		{ "msgid \"a\"\nmsgid \"b\"\n", "a.po:2:1: the 'msgid' before has no 'msgstr'" },
		{ "msgid \"a\"\n", "a.po:2:1: the last 'msgid' has no 'msgstr'" },
		{ "msgstr \"a\"\n", "a.po:1:1: a 'msgstr' without 'msgid'" },
		{ "msgctxt \"a\"\n", "a.po:1:1: expected 'msgid', 'msgstr', a text or a comment" } };
	for (size_t i = 0; i < COUNTOF(bad); i++)
		CHECK_STR(loaded(a, bad[i].text, &w), bad[i].error);
	const char *twice = loaded(a, "msgid \"a\"\nmsgstr \"b\"\nmsgid \"a\"\nmsgstr \"c\"\n", &w);
	CHECK(strstr(twice, "'a' is translated in") != NULL);
	struct err e = { 0 };
	CHECK(words_load(a, ".", "tlh", &w, &e) < 0 && strstr(e.msg, "no texts for the language 'tlh'"));
	CHECK(words_load(a, ".", "en", &w, &e) == 0 && w == NULL);
}

/* ---- the language of a document ---------------------------------------------------------------- */

static void documents(struct arena *a)
{
	struct words *w;
	CHECK_STR(loaded(a, "msgid \"\"\nmsgstr \"X-Decimal-Mark: ,\\n\"\nmsgid \"Mean\"\nmsgstr \"Mittelwert\"\n"
			"msgid \"%s has %s (%s)\"\nmsgstr \"(%3$s) %2$s in %1$s\"\nmsgid \"%s by %s\"\nmsgstr \"%s nach %s\"\n", &w), "");
	struct doc *d = doc_new(a, "T");
	d->words = w;
	struct cell cells[] = { cell_code("Mean"), cell_num(CELL_PERCENT, 0.1234, NULL), cell_text("Mean") };
	CHECK_STR(prose(a, doc_text(d, d->root, "%s has %s (%s)", cells, 3)), "(Mittelwert) 12,3\xE2\x80\xAF% in Mean");
	/* the name of a column is no word of the report, a text that is put together is done */
	CHECK_STR(doc_section(d, d->root, NULL, "Mean")->title, "Mittelwert");
	CHECK_STR(doc_section(d, d->root, NULL, doc_own(d, arena_strdup(a, "Mean")))->title, "Mean");
	CHECK_STR(doc_section(d, d->root, NULL, doc_say(d, "%s by %s", "Mean", "x"))->title, "Mean nach x");
	struct chart c = { .kind = CHART_BARS, .id = "c", .title = "Mean", .alt = "Mean", .ylabel = doc_own(d, arena_strdup(a, "Mean")) };
	struct node *chart = doc_chart(d, d->root, &c);
	CHECK_STR(chart->title, "Mittelwert");
	CHECK_STR(chart->chart->ylabel, "Mean");
	struct cell own = cell_own("Mean"), number = cell_num(CELL_MEASURE, 12345.678, NULL);
	CHECK_STR(prose(a, doc_text(d, d->root, "%s", &own, 1)), "Mean");
	CHECK_STR(doc_cell(d, &number), "12\xE2\x80\xAF" "346");
	number.num = -0.00123;
	CHECK_STR(doc_cell(d, &number), "\xE2\x88\x92" "0,00123");
}

/* ---- German -------------------------------------------------------------------------------------- */

struct missing {
	char text[200][400];
	size_t n;
};

static void note(void *ctx, const char *english)
{
	struct missing *m = ctx;
	for (size_t i = 0; i < m->n; i++)
		if (strncmp(m->text[i], english, sizeof m->text[i] - 1) == 0)
			return;
	if (m->n < COUNTOF(m->text))
		snprintf(m->text[m->n++], sizeof m->text[0], "%s", english);
}

static void german(struct arena *a)
{
	static const struct {
		const char *job, *modeling;
	} jobs[] = { { "penguins", NULL }, { "penguins", "modeling_binary.json" },
		{ "penguins", "modeling_regression.json" }, { "passengers", NULL } };
	struct words *w;
	struct err e = { 0 };
	struct missing *m = arena_alloc(a, sizeof *m);
	CHECK(words_load(a, ".", "de", &w, &e) == 0);
	CHECK_STR(e.msg, "");
	if (!w)
		return;
	words_watch(w, note, m);
	for (size_t i = 0; i < COUNTOF(jobs); i++) {
		struct artifacts in = sample_artifacts(a, jobs[i].job, jobs[i].modeling);
		in.words = w;
		struct doc *d = report_build(a, &in, &e);
		CHECK(d != NULL);
		struct buf text = { 0 }, json = { 0 };
		CHECK(render_text.render(&(struct render_input){ .doc = d }, &text, &e) == 0);
		CHECK(render_json.render(&(struct render_input){ .doc = d }, &json, &e) == 0);
		CHECK(strstr(buf_str(&text), "Zusammenfassung\n") != NULL);
		/* the checks of a finished report read its numbers in its language */
		json_t *result = json_loadb(json.p, json.n, 0, NULL);
		struct buf critique = { 0 };
		int failed = -1;
		CHECK(report_check(&(struct check_input){ .artifacts = &in, .result = result }, &critique, &failed, &e) == 0);
		CHECK(failed == 0);
		buf_free(&critique);
		json_decref(result);
		buf_free(&text);
		buf_free(&json);
	}
	for (size_t i = 0; i < m->n; i++)
		CHECK_STR(m->text[i], "a text in assets/texts/de");
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	if (argc > 2) {            /* --print JOB: the text report in German; --missing JOB: what it lacks */
		struct artifacts in = sample_artifacts(a, argv[2], NULL);
		struct words *w;
		struct buf text = { 0 };
		struct err e = { 0 };
		struct missing *m = arena_alloc(a, sizeof *m);
		CHECK(words_load(a, ".", "de", &w, &e) == 0);
		words_watch(w, note, m);
		in.words = w;
		render_text.render(&(struct render_input){ .doc = report_build(a, &in, &e) }, &text, &e);
		if (strcmp(argv[1], "--print") == 0)
			fputs(buf_str(&text), stdout);
		else
			for (size_t i = 0; i < m->n; i++)
				puts(m->text[i]);
		return 0;
	}
	catalogues(a);
	documents(a);
	german(a);
	arena_free(a);
	return test_end();
}
