/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The official specification of mustache (tests/data/mustache), then what it leaves to us:
 * errors that say where they are, and bounds on templates that mean harm. */
#include "report/report.h"
#include "test.h"

static const char *part_of(void *ctx, const char *name, const char **file)
{
	if (strcmp(name, "filed") == 0)
		*file = "brand/filed.mustache";
	return json_string_value(json_object_get(ctx, name));
}

static int render(
	const char *text, const json_t *view, json_t *parts, struct buf *out, struct err *e)
{
	struct mustache *m = mustache_parse("page", text, e);
	if (!m)
		return -1;
	int rc = mustache_render(m, view, part_of, parts, out, e);
	mustache_free(m);
	return rc;
}

static void spec(const char *path, size_t want)
{
	struct err e = {0};
	json_t *file = json_read_file(path, &e);
	if (!file)
		printf("%s\n", e.msg);
	const json_t *tests = json_at(file, "tests");
	CHECK(json_array_size(tests) == want);
	for (size_t i = 0; i < json_array_size(tests); i++) {
		const json_t *t = json_array_get(tests, i);
		struct buf out = {0};
		e = (struct err){0};
		int rc = render(json_text(t, "template", NULL), json_object_get(t, "data"),
			json_object_get(t, "partials"), &out, &e);
		CHECK(rc == 0);
		int failed = test_failed;
		CHECK_STR(buf_str(&out), json_text(t, "expected", NULL));
		if (rc < 0 || failed != test_failed)
			printf("  in %s: %s %s\n", path, json_text(t, "name", ""), e.msg);
		buf_free(&out);
	}
	json_decref(file);
}

/* Renders over a view and partials given as JSON text. */
static void renders(const char *text, const char *view, const char *parts, const char *want)
{
	struct err e = {0};
	struct buf out = {0};
	json_t *v = json_loads(view, JSON_DECODE_ANY, NULL), *p = json_loads(parts, 0, NULL);
	CHECK(render(text, v, p, &out, &e) == 0);
	CHECK_STR(buf_str(&out), want);
	buf_free(&out);
	json_decref(v);
	json_decref(p);
}

static void fails(const char *text, const char *parts, const char *want)
{
	struct err e = {0};
	struct buf out = {0};
	json_t *v = json_pack("{s:[i,i,i]}", "a", 1, 2, 3), *p = json_loads(parts, 0, NULL);
	CHECK(render(text, v, p, &out, &e) == -1);
	CHECK(e.code == ERR_INPUT);
	CHECK_STR(e.msg, want);
	buf_free(&out);
	json_decref(v);
	json_decref(p);
}

static void values(void)
{
	renders("{{s}} {{{s}}} {{&s}}", "{\"s\": \"<a href='x'>&\\\"\"}", "{}",
		"&lt;a href=&#39;x&#39;&gt;&amp;&quot; <a href='x'>&\" <a href='x'>&\"");
	renders("{{a}}|{{b}}|{{c}}|{{d}}|{{e}}|{{f}}",
		"{\"a\": 1e22, \"b\": 0.1, \"c\": true, \"d\": null, \"e\": {}, \"f\": [1]}",
		"{}", "1e+22|0.1|true|||");
	renders("{{x}}", "{\"x\": \"a\\u00e9\\u20ac\"}", "{}", "a\xc3\xa9\xe2\x82\xac");
	/* a name longer than any buffer a careless engine would have */
	renders("{{"
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaa.b}}",
		"{\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		"aaaaaaaaaaaaaaaaaaaaa\": {\"b\": 7}}",
		"{}", "7");
	/* null is found, so the search does not go on outwards */
	renders("{{#in}}[{{t}}]{{/in}}", "{\"t\": \"out\", \"in\": {\"t\": null}}", "{}", "[]");
	renders("{{#in}}[{{t}}]{{/in}}", "{\"t\": \"out\", \"in\": {\"u\": null}}", "{}",
		"[out]");
	renders("", "{}", "{}", "");
}

static void blocks(void)
{
	/* blank lines and text beside blocks stay; two places in one line are not alone */
	renders("{{$a}}{{/a}}{{$b}}{{/b}}\nx\n", "{}", "{}", "\nx\n");
	renders("{{<p}}{{$a}}\n1\n2\n{{/a}}{{/p}}\n", "{}", "{\"p\": \" <{{$a}}{{/a}}>\\n\"}",
		" <1\n2\n>\n");
	renders("  {{<p}}{{$a}}\n    1\n      2\n{{/a}}{{/p}}\n", "{}",
		"{\"p\": \"<\\n  {{$a}}\\n    x\\n  {{/a}}\\n>\\n\"}",
		"  <\n      1\n        2\n  >\n");
	/* only the first line of an override takes the place of the block in its line */
	renders("{{<p}}{{$a}}1\n2{{/a}}{{/p}}", "{}", "{\"p\": \"  {{$a}}{{/a}}!\"}",
		"  1\n  2!");
}

static void places(void)
{
	fails("a\nbc {{x", "{}", "page:2:4: unclosed tag");
	fails("{{{x}}", "{}", "page:1:1: unclosed tag");
	fails("{{=<% %>}}", "{}", "page:1:1: unclosed tag");
	fails("\n {{= < =}}", "{}", "page:2:2: a delimiter tag needs two delimiters");
	fails("{{=a b c=}}", "{}", "page:1:1: a delimiter tag needs two delimiters");
	fails("{{}}", "{}", "page:1:1: a tag without a name");
	fails("{{# }}", "{}", "page:1:1: a tag without a name");
	fails("{{> * }}", "{}", "page:1:1: a tag without a name");
	fails("{{#a}}\n{{/b}}", "{}", "page:2:1: 'b' is closed where 'a' is open");
	fails("x{{/b}}", "{}", "page:1:2: 'b' is closed but was not opened");
	fails("{{#a}}{{^b}}{{/b}}", "{}", "page:1:1: 'a' is never closed");
	fails("{{>p}}", "{\"p\": \"\\n\\n  {{x\"}", "p:3:3: unclosed tag");
	fails("{{>filed}}", "{\"filed\": \"{{#x}}\"}", "brand/filed.mustache:1:1: 'x' is never closed");
}

static void harm(void)
{
	fails("{{>p}}", "{\"p\": \"{{>p}}\"}",
		"p:1:1: more than 500 sections and partials inside each other");
	fails("{{<p}}{{$a}}{{$a}}{{/a}}{{/a}}{{/p}}", "{\"p\": \"{{$a}}{{/a}}\"}",
		"page:1:13: more than 500 sections and partials inside each other");
	/* 6^6 * 3^8 without the bound */
	fails("{{>p}}",
		"{\"p\": \"{{#a}}{{>q}}{{/a}}\", \"q\": \"{{#a}}{{>r}}{{/a}}\", \"r\": "
		"\"{{#a}}{{>s}}{{/a}}\","
		"\"s\": \"{{#a}}{{>t}}{{/a}}\", \"t\": \"{{#a}}{{>p2}}{{/a}}\", \"p2\": "
		"\"{{#a}}{{>q2}}{{/a}}{{#a}}{{>q2}}{{/a}}\","
		"\"q2\": \"{{#a}}{{>r2}}{{/a}}{{#a}}{{>r2}}{{/a}}\", \"r2\": "
		"\"{{#a}}{{>s2}}{{/a}}{{#a}}{{>s2}}{{/a}}\","
		"\"s2\": \"{{#a}}{{>t2}}{{/a}}{{#a}}{{>t2}}{{/a}}\", \"t2\": "
		"\"{{#a}}{{>u2}}{{/a}}{{#a}}{{>u2}}{{/a}}\","
		"\"u2\": \"{{#a}}{{>v2}}{{/a}}{{#a}}{{>v2}}{{/a}}\", \"v2\": "
		"\"{{#a}}{{.}}{{/a}}{{#a}}{{.}}{{/a}}{{#a}}{{.}}{{/a}}\"}",
		"v2:1:7: the result grows beyond all bounds");
	struct buf many = {0}, parts = {0};
	for (int i = 0; i <= 100; i++) {
		buf_printf(&many, "{{>p%d}}", i);
		buf_printf(&parts, "%s\"p%d\": \"\"", i ? "," : "{", i);
	}
	buf_putc(&parts, '}');
	fails(buf_str(&many), buf_str(&parts), "p100: more than 100 different partials");
	buf_free(&many);
	buf_free(&parts);
	struct buf deep = {0};
	for (int i = 0; i < 101; i++)
		buf_puts(&deep, "{{#a}}");
	fails(buf_str(&deep), "{}", "page:1:601: more than 100 tags inside each other");
	buf_free(&deep);
}

/* Every prefix of a template, and the template with each byte replaced, parses or fails in good
 * order. */
static void mangled(void)
{
	const char *text =
		"{{! c }}\n{{=<% %>=}}\n  <%#a%>\n<%{b}%> <%&c%>\n<%/a%>\n<%={{ }}=%>{{>*d}}\n"
		"{{<p}}{{$x}}\n  {{^a}}1{{/a}}\n{{/x}}{{/p}}{{{t}}}";
	json_t *view = json_pack("{s:[i,i], s:s, s:s}", "a", 1, 2, "b", "<", "d", "p");
	json_t *parts = json_pack("{s:s}", "p", "  {{$x}}default{{/x}}\n{{#a}}{{.}}{{/a}}");
	size_t n = strlen(text), good = 0;
	const char junk[] = "{}=/#\n <%a";
	for (size_t i = 0; i <= n; i++) {
		for (size_t k = 0; k < sizeof junk; k++) {
			char copy[256];
			memcpy(copy, text, n + 1);
			copy[i] = junk[k];
			struct buf out = {0};
			struct err e = {0};
			int rc = render(copy, view, parts, &out, &e);
			good += rc == 0;
			if (rc < 0 && strncmp(e.msg, "page:", 5) != 0 &&
				strncmp(e.msg, "p:", 2) != 0)
				CHECK_STR(e.msg, "a place");
			buf_free(&out);
		}
	}
	CHECK(good > 0 && good < (n + 1) * sizeof junk);
	json_decref(view);
	json_decref(parts);
}

int main(void)
{
	spec("tests/data/mustache/comments.json", 12);
	spec("tests/data/mustache/delimiters.json", 14);
	spec("tests/data/mustache/interpolation.json", 42);
	spec("tests/data/mustache/inverted.json", 22);
	spec("tests/data/mustache/partials.json", 12);
	spec("tests/data/mustache/sections.json", 34);
	spec("tests/data/mustache/dynamic-names.json", 21);
	spec("tests/data/mustache/inheritance.json", 27);
	values();
	blocks();
	places();
	harm();
	mangled();
	return test_end();
}
