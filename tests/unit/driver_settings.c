/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settings: defaults, checks, places and suggestions, for all sources of configuration. */
#include "test.h"

#include "driver/driver_int.h"

#include <stdlib.h>
#include <unistd.h>

static struct arena *arena;
static struct err e;

/* The message that a manifest gets, without "m.yaml:"; "ok" when it is accepted. */
static const char *verdict(const char *yaml)
{
	json_t *tree = settings_defaults();
	e = (struct err){ 0 };
	struct conf *root = yaml_parse(arena, "m", yaml, strlen(yaml), &e);
	int r = root ? settings_merge(tree, root, "m", &e) : -1;
	json_decref(tree);
	if (r == 0)
		return "ok";
	CHECK(e.code == ERR_USAGE);
	return strncmp(e.msg, "m:", 2) == 0 ? e.msg + 2 : e.msg;
}

/* Canonical text of one value after merging. */
static const char *merged(const char *yaml, const char *path)
{
	static struct buf out;
	buf_clear(&out);
	json_t *tree = settings_defaults();
	e = (struct err){ 0 };
	struct conf *root = yaml_parse(arena, "m", yaml, strlen(yaml), &e);
	if (!root || settings_merge(tree, root, "m", &e) < 0) {
		json_decref(tree);
		return e.msg;
	}
	json_canonical(&out, json_at(tree, path));
	json_decref(tree);
	return buf_str(&out);
}

static void table_is_sound(void)
{
	json_t *tree = settings_defaults();
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings_table[i];
		struct str star;
		CHECK(settings_find(s->path, &star) == s);
		CHECK(s->help && strlen(s->help) < 120);
		if (!strpbrk(s->path, "*[")) {
			const json_t *v = json_at(tree, s->path);
			test_check(v != NULL, s->path, __FILE__, __LINE__);
			CHECK(json_is_null(v) == (strcmp(s->fallback, "null") == 0));
		}
		/* conf.c tells options apart by their last two segments */
		const char *tail = strrchr(s->path, '.');
		while (tail && tail > s->path && tail[-1] != '.')
			tail--;
		for (size_t k = 0; tail && s->scope == SETTING_SITE && k < settings_count; k++) {
			const char *other = settings_table[k].path;
			size_t n = strlen(other), m = strlen(tail);
			CHECK(k == i || settings_table[k].scope != SETTING_SITE || n < m || strcmp(other + n - m, tail) != 0);
		}
	}
	json_decref(tree);
}

static void values(void)
{
	CHECK_STR(merged("title: 2024", "title"), "\"2024\"");
	CHECK_STR(merged("title: 'null'", "title"), "\"null\"");
	CHECK_STR(merged("title: ~", "title"), "null");
	CHECK_STR(merged("title:", "title"), "null");
	CHECK_STR(merged("eda: {histogram_bins: 20}", "eda.histogram_bins"), "20");
	CHECK_STR(merged("eda: {skewness: 3}", "eda.skewness"), "3");
	CHECK_STR(merged("{\"eda\": {\"max_levels\": 7}, \"title\": \"\\u00e9\"}", "eda.max_levels"), "7");
	CHECK_STR(merged("modeling: {enabled: No}", "modeling.enabled"), "false");
	CHECK_STR(merged("source: {missing: [-999, 1.10, NA, null]}", "source.missing"), "[\"-999\",\"1.10\",\"NA\",\"null\"]");
	CHECK_STR(merged("source: {missing: NA}", "source.missing"), "[\"NA\"]");
	CHECK_STR(merged("report: {theme: {primary: '#A0b1c2'}}", "report.theme.primary"), "\"#A0b1c2\"");
	CHECK_STR(merged("report_date: 2024-02-29", "report_date"), "\"2024-02-29\"");
	CHECK_STR(merged("columns: {2020: {type: integer}, a.b: {unit: kg}}", "columns.2020"),
		"{\"description\":null,\"label\":null,\"sensitive\":null,\"type\":\"integer\",\"unit\":null}");
	CHECK_STR(merged("clarify: {answers: {target: price}}", "clarify.answers"), "{\"target\":\"price\"}");
	CHECK_STR(merged("eda:\ncolumns:\n", "eda.max_levels"), "20");
	CHECK_STR(merged("", "eda.max_levels"), "20");
}

static void complaints(void)
{
	CHECK_STR(verdict("title: a\nsource:\n  file: x\ntraget: y\n"), "4:1: unknown key 'traget' (did you mean 'target'?)");
	CHECK_STR(verdict("eda:\n  histogram_binz: 5"), "2:3: unknown key 'histogram_binz' (did you mean 'histogram_bins'?)");
	CHECK_STR(verdict("histogram_bins: 5"), "1:1: unknown key 'histogram_bins' (did you mean 'eda.histogram_bins'?)");
	CHECK_STR(verdict("eda.max_levels: 5"), "1:1: unknown key 'eda.max_levels': write it as eda: {max_levels: ...}");
	CHECK_STR(verdict("qqqqq: 5"), "1:1: unknown key 'qqqqq'");
	CHECK_STR(verdict("columns: {a: {tpye: real}}"), "1:15: unknown key 'tpye' (did you mean 'type'?)");
	CHECK_STR(verdict("eda: 5"), "1:6: eda: expected a section with keys of its own, found '5'");
	CHECK_STR(verdict("eda: {max_levels: many}"), "1:19: eda.max_levels: expected a whole number, found 'many'");
	CHECK_STR(verdict("eda: {max_levels: '5'}"), "1:19: eda.max_levels: expected a whole number, found '5'");
	CHECK_STR(verdict("eda: {max_levels: 5.5}"), "1:19: eda.max_levels: expected a whole number, found '5.5'");
	CHECK_STR(verdict("eda: {max_levels: [1]}"), "1:19: eda.max_levels: expected a whole number, found a list");
	CHECK_STR(verdict("eda: {max_levels: }"), "1:7: eda.max_levels: expected a whole number, found nothing");
	CHECK_STR(verdict("eda: {max_levels: 0}"), "1:19: eda.max_levels: 0 is out of bounds (1 to 1000)");
	CHECK_STR(verdict("eda: {skewness: .nan}"), "1:17: eda.skewness: expected a number, found '.nan'");
	CHECK_STR(verdict("eda: {skewness: 1e999}"), "1:17: eda.skewness: expected a number, found '1e999'");
	CHECK_STR(verdict("modeling: {enabled: 1}"), "1:21: modeling.enabled: expected true or false, found '1'");
	CHECK_STR(verdict("clarify: {on_ambiguity: guess}"), "1:25: clarify.on_ambiguity: expected one of: assume, ask, found 'guess'");
	CHECK_STR(verdict("report: {formats: [html, doc]}"), "1:26: report.formats: 'doc' is not one of: html, pdf, text");
	CHECK(strstr(verdict("report:\n  theme:\n    primary: #123456\n"), "3:5: report.theme.primary: expected a colour") != NULL);
	CHECK_STR(verdict("report_date: 2023-02-29"), "1:14: report_date: expected a date like 2024-12-31, found '2023-02-29'");
	CHECK(strstr(verdict("id: Sales"), "1:5: id: expected up to 64 of") != NULL);
	CHECK_STR(verdict("[a, b]"), "1:1: expected keys with values (key: value)");
	CHECK_STR(verdict("source: {missing: [[a]]}"), "1:19: source.missing: expected a list of texts, found a list");
}

static void lists_of_entries(void)
{
	CHECK_STR(merged("title: a", "accept"), "[]");
	CHECK_STR(merged("accept:", "accept"), "[]");
	CHECK_STR(merged("accept:\n- {code: outliers, column: 'bill_*', reason: checked by hand, until: 2027-01-31}\n"
		"- {code: skewed, reason: known}", "accept"),
		"[{\"code\":\"outliers\",\"column\":\"bill_*\",\"reason\":\"checked by hand\",\"until\":\"2027-01-31\"},"
		"{\"code\":\"skewed\",\"column\":null,\"reason\":\"known\",\"until\":null}]");
	CHECK_STR(verdict("accept: {code: outliers}"),
		"1:9: accept: expected a list of entries, found a section with keys of its own");
	CHECK_STR(verdict("accept: [outliers]"),
		"1:10: accept[0]: expected an entry with keys of its own, found 'outliers'");
	CHECK_STR(verdict("accept:\n- code: outliers\n  reason: a\n- code: skewed\n"), "4:3: accept[1] needs a reason");
	CHECK_STR(verdict("accept: [{reason: a}]"), "1:10: accept[0] needs a code");
	CHECK_STR(verdict("accept: [{code: outliers, reason: ''}]"),
		"1:35: accept[0].reason: expected a text, found ''");
	CHECK_STR(verdict("accept: [{code: outliers, reason: }]"),
		"1:27: accept[0].reason: expected a text, found nothing");
	CHECK_STR(verdict("accept: [{code: outlers, reason: a}]"),
		"1:17: accept[0].code: expected the code of a finding, found 'outlers' (did you mean 'outliers'?)");
	CHECK_STR(verdict("accept: [{code: outliers, reason: a, until: 2027-02-30}]"),
		"1:45: accept[0].until: expected a date like 2024-12-31, found '2027-02-30'");
	CHECK_STR(verdict("accept: [{code: outliers, reason: a, colunm: b}]"),
		"1:38: unknown key 'colunm' (did you mean 'column'?)");
	CHECK_STR(verdict("accept[]: {code: outliers}"), "1:1: unknown key 'accept[]' (did you mean 'accept'?)");
	json_t *t = settings_defaults();
	CHECK(settings_put(t, "accept", "[]", "--set accept=[]", &e) < 0 && e.code == ERR_USAGE);
	CHECK_STR(e.msg, "--set accept=[]: 'accept' is a list of entries, which only a manifest can hold");
	CHECK(settings_put(t, "accept[].code", "outliers", "--set x", &e) < 0);
	json_decref(t);
}

static void syntax(void)
{
	CHECK_STR(verdict("a: 1\na: 2"), "2:1: 'a' was already given on line 1");
	CHECK_STR(verdict("title: &x a\nsubtitle: *x"), "1:9: anchors (&name) are not accepted");
	CHECK_STR(verdict("title: *x"), "1:9: aliases (*name) are not accepted");
	CHECK(strstr(verdict("title: !!str a"), "tags (!name) are not accepted") != NULL);
	CHECK(strstr(verdict("title: [1, 2"), "flow sequence without a closing bracket") != NULL);
	CHECK(strstr(verdict("title: a\n\tid: b"), "2:") != NULL || strstr(e.msg, "1:") != NULL);
	CHECK_STR(verdict("a: 1\n---\nb: 2\n"), "2:1: a second document starts here");
	CHECK_STR(verdict("title: a\nid: \xff\n"), "2:5: not valid UTF-8");
	CHECK_STR(verdict("? [a]\n: b\n"), "1:3: a key must be a plain name");
	CHECK_STR(verdict("title: \"a\\0b\""), "1:9: a text can't hold a NUL character");
	char deep[200];
	memset(deep, '[', sizeof deep);
	deep[sizeof deep - 1] = 0;
	CHECK(strcmp(verdict(deep), "ok") != 0);
}

static void by_path(void)
{
	json_t *t = settings_defaults();
	e = (struct err){ 0 };
	CHECK(settings_put(t, "eda.histogram_bins", "20", "--set x", &e) == 0 && json_int(t, "eda.histogram_bins", 0) == 20);
	CHECK(settings_put(t, "columns.a.b.type", "real", "--set x", &e) == 0);
	CHECK_STR(json_string_value(json_object_get(json_object_get(json_object_get(t, "columns"), "a.b"), "type")), "real");
	CHECK(settings_put(t, "source.missing", "[a, 'b c']", "--set x", &e) == 0 && json_count(t, "source.missing") == 2);
	CHECK(settings_put(t, "title", "", "--set x", &e) == 0 && json_is_null(json_at(t, "title")));
	CHECK(settings_put(t, "title", "null", "--set x", &e) == 0 && json_is_null(json_at(t, "title")));
	/* the shell took the quotes off */
	CHECK(settings_put(t, "report.theme.primary", "#0a7d4f", "--set x", &e) == 0);
	CHECK_STR(json_text(t, "report.theme.primary", ""), "#0a7d4f");
	CHECK(settings_put(t, "title", "[Sales] 7: \"net\" #1", "--set x", &e) == 0);
	CHECK_STR(json_text(t, "title", ""), "[Sales] 7: \"net\" #1");
	CHECK(settings_put(t, "title", "'it''s'", "--set x", &e) == 0);
	CHECK_STR(json_text(t, "title", ""), "it's");
	CHECK(settings_put(t, "source.delimiter", "\t", "--set x", &e) == 0);
	CHECK_STR(json_text(t, "source.delimiter", ""), "\t");
	CHECK(settings_put(t, "title", "\xff", "--set x", &e) < 0);
	e = (struct err){ 0 };
	CHECK(settings_put(t, "clarify.answers.target", "price", "--set x", &e) == 0);
	CHECK_STR(json_text(t, "clarify.answers.target", ""), "price");
	CHECK(settings_put(t, "eda.histogram_bin", "20", "--set x", &e) < 0);
	CHECK_STR(e.msg, "--set x: unknown key 'eda.histogram_bin' (did you mean 'eda.histogram_bins'?)");
	CHECK(settings_put(t, "limits.threads", "lots", "DOSSIER_THREADS", &e) < 0);
	CHECK_STR(e.msg, "DOSSIER_THREADS: limits.threads: expected a whole number, found 'lots'");
	json_decref(t);
}

static const char *site_verdict(const char *text, const char *path)
{
	static struct buf out;
	const char *file = "/tmp/dossier-test-site.conf";
	buf_clear(&out);
	e = (struct err){ 0 };
	CHECK(file_write(file, text, strlen(text), &e) == 0);
	json_t *tree = settings_defaults();
	struct conf *root = conf_parse(arena, file, &e);
	int r = root ? settings_merge(tree, root, file, &e) : -1;
	if (r == 0)
		json_canonical(&out, json_at(tree, path));
	json_decref(tree);
	unlink(file);
	return r == 0 ? buf_str(&out) : e.msg + strlen(file) * (strncmp(e.msg, file, strlen(file)) == 0);
}

static void site_file(void)
{
	CHECK_STR(site_verdict("", "eda.max_levels"), "20");
	CHECK_STR(site_verdict("# c\nauthor = \"A B\"\neda {\n  max_levels = 7\n}\n", "eda.max_levels"), "7");
	CHECK_STR(site_verdict("report { theme { primary = \"#000000\" } paper = Letter }", "report"),
		site_verdict("report { paper = Letter\n theme { primary = \"#000000\" } }", "report"));
	CHECK_STR(site_verdict("report { theme { primary = \"#000000\" } }", "report.theme.primary"), "\"#000000\"");
	CHECK_STR(site_verdict("report { formats = {html, pdf} }", "report.formats"), "[\"html\",\"pdf\"]");
	CHECK_STR(site_verdict("\n\neda {\n  max_levles = 7\n}\n", "x"), ":4: unknown option 'max_levles' (did you mean 'eda.max_levels'?)");
	CHECK_STR(site_verdict("target = price\n", "x"), ":1: 'target' belongs in the manifest of a job");
	CHECK_STR(site_verdict("eda {\n max_levels = many\n}", "x"), ":2: eda.max_levels: expected a whole number, found 'many'");
	CHECK_STR(site_verdict("eda {\n max_levels = 5000\n}", "x"), ":2: eda.max_levels: 5000 is out of bounds (1 to 1000)");
	CHECK_STR(site_verdict("eda {\n max_levels = 5\n max_levels = 6\n}", "x"), ":3: 'eda.max_levels' was already given on line 2");
	CHECK(strstr(site_verdict("eda {\n max_levels 5\n}", "x"), ":2: missing equal sign") != NULL);
	CHECK_STR(site_verdict("author = \"\xff\"", "x"), ": not valid UTF-8 text");
}

static void suggestions(void)
{
	CHECK_STR(settings_suggest("target"), "target");
	CHECK_STR(settings_suggest("eda.max_level"), "eda.max_levels");
	CHECK_STR(settings_suggest("folds"), "modeling.folds");
	CHECK(!settings_suggest("zzzzzzzzz"));
	struct buf b = { 0 };
	CHECK(settings_help(&b, NULL) == settings_count);
	CHECK(settings_help(&b, "qa") == 2);
	CHECK(settings_help(&b, "q") == 0);
	for (const char *p = buf_str(&b); *p; p += strcspn(p, "\n") + 1)
		CHECK(strcspn(p, "\n") <= 80);
	buf_free(&b);
}

int main(void)
{
	arena = arena_new();
	table_is_sound();
	values();
	complaints();
	lists_of_entries();
	syntax();
	by_path();
	site_file();
	suggestions();
	arena_free(arena);
	return test_end();
}
