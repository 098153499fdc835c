/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any JSON as the artifacts of a report: a report, or one line that says what is wrong with them. Random bytes
 * would hardly ever be an artifact, so the input is a list of edits of a real job's ones: each walks down from the
 * top of an artifact and puts something else there.
 */
#include "report/report.h"
#include "unit/report_sample.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { ARTIFACTS = 6, SETS = 4, MOST_EDITS = 12, MOST_STEPS = 8 };
static json_t *sets[SETS][ARTIFACTS];
static struct arena *kept;            /* stays to the end */

struct input {
	const uint8_t *p, *end;
};

static unsigned take(struct input *in)
{
	return in->p < in->end ? *in->p++ : 0;
}

static void start(void)
{
	static const char *const jobs[SETS][2] = { { "penguins", NULL }, { "penguins", "modeling_binary.json" },
		{ "penguins", "modeling_regression.json" }, { "passengers", NULL } };
	kept = arena_new();
	for (int i = 0; i < SETS; i++) {
		struct artifacts s = sample_artifacts(kept, jobs[i][0], jobs[i][1]);
		const json_t *all[ARTIFACTS] = { s.manifest, s.ingest, s.schema, s.eda, s.clarify, s.modeling };
		for (int k = 0; k < ARTIFACTS; k++)
			sets[i][k] = json_deep_copy(all[k]);
	}
}

static json_t *something(struct input *in, json_t *old)
{
	static const char *const texts[] = { "null", "true", "false", "0", "-1", "1", "3", "1e308", "-1e308", "1e-320",
		"9223372036854775807", "-9223372036854775808", "0.5", "\"\"", "\"x\"", "\"%s%n\"", "\"numeric\"", "\"2024-02-30\"",
		"\"<b>&\\u202e\\u0007\"", "[]", "{}", "[[]]", "[null]", "[1,2]", "[3,2,1,1e300,null,\"x\"]", "{\"name\":\"x\"}",
		"[{},{}]", "[[1],[2,3]]" };
	unsigned which = take(in) % (COUNTOF(texts) + 3);
	if (which < COUNTOF(texts))
		return json_loads(texts[which], JSON_DECODE_ANY, NULL);
	if (which == COUNTOF(texts) + 2) {     /* a long text */
		char s[600];
		memset(s, 'a' + (int)(take(in) % 26), sizeof s - 1);
		s[sizeof s - 1] = 0;
		return json_string(s);
	}
	/* one less, or one more */
	json_t *v = json_deep_copy(old);
	size_t size = json_array_size(v);
	if (size && which == COUNTOF(texts))
		json_array_remove(v, take(in) % size);
	else if (size)
		json_array_insert_new(v, take(in) % size, json_deep_copy(json_array_get(v, take(in) % size)));
	return v;
}

/* Chooses a place below `v` and changes it. */
static void edit(struct input *in, json_t *v)
{
	for (int i = 0; i < MOST_STEPS; i++) {
		bool object = json_is_object(v);
		size_t size = object ? json_object_size(v) : json_array_size(v);
		if (!size)
			return;
		size_t at = take(in) % size;
		void *it = object ? json_object_iter(v) : NULL;
		for (size_t k = 0; it && k < at; k++)
			it = json_object_iter_next(v, it);
		json_t *child = object ? json_object_iter_value(it) : json_array_get(v, at);
		bool leaf = !json_object_size(child) && !json_array_size(child);
		unsigned what = take(in);
		if (!leaf && what >= 48) {
			v = child;
		} else if (object && what % 8 == 0) {
			json_object_del(v, json_object_iter_key(it));
			return;
		} else {
			json_t *new = something(in, child);
			if (object)
				json_object_set_new(v, json_object_iter_key(it), new);
			else
				json_array_set_new(v, at, new);
			return;
		}
	}
}

static void must(bool ok, const struct err *e)
{
	if (!ok && (e->code == ERR_NONE || !e->msg[0]))
		abort();
}

/* Drawing takes long: not every time. */
static void render(struct arena *a, const struct artifacts *in, const struct doc *d, bool draw)
{
	struct err e = { 0 };
	struct theme theme;
	struct drawings none = { 0 }, drawn = { 0 };
	struct buf json = { 0 }, html = { 0 }, pdf = { 0 }, text = { 0 }, critique = { 0 };
	struct render_input r = { .doc = d, .drawings = &none, .theme = &theme, .share = ".",
		.source_date = "2024-05-06T00:00:00Z" };
	report_theme(&theme, in->manifest);
	must(render_text.render(&r, &text, &e) == 0, &e);
	must(render_json.render(&r, &json, &e) == 0, &e);
	r.drawings = &drawn;
	bool ok = draw && report_draw(a, d, &drawn, &e) == 0;
	must(!draw || ok, &e);
	if (ok) {
		must(render_html.render(&r, &html, &e) == 0, &e);
		must(render_pdf.render(&r, &pdf, &e) == 0, &e);
		json_t *result = json_loadb(buf_str(&json), json.n, 0, NULL);
		struct check_input c = { .artifacts = in, .result = result, .html = buf_str(&html), .html_n = html.n,
			.pdf = buf_str(&pdf), .pdf_n = pdf.n, .text = buf_str(&text), .text_n = text.n, .max_html = 1 << 24, .max_pdf = 1 << 24 };
		int failed;
		must(report_check(&c, &critique, &failed, &e) == 0, &e);
		json_decref(result);
	}
	struct buf *all[] = { &json, &html, &pdf, &text, &critique };
	for (size_t i = 0; i < COUNTOF(all); i++)
		buf_free(all[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (!sets[0][0])
		start();
	struct input in = { data, data + n };
	unsigned how = take(&in);
	json_t *v[ARTIFACTS];
	for (int k = 0; k < ARTIFACTS; k++)
		v[k] = json_incref(sets[how % SETS][k]);
	for (int i = 0; i < MOST_EDITS && in.p < in.end; i++) {
		unsigned k = take(&in) % ARTIFACTS;
		if (v[k] == sets[how % SETS][k]) {
			json_t *own = json_deep_copy(v[k]);
			json_decref(v[k]);
			v[k] = own;
		}
		edit(&in, v[k]);
	}
	struct artifacts artifacts = { .manifest = v[0], .ingest = v[1], .schema = v[2], .eda = v[3], .clarify = v[4],
		.modeling = v[5] };
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct doc *d = report_build(a, &artifacts, &e);
	must(d != NULL, &e);
	if (d)
		render(a, &artifacts, d, how >= 224);
	struct artifacts shareable = { 0 };
	if (how & 16) {                        /* the edition that others may get */
		report_redact(a, &artifacts, &shareable);
		d = report_build(a, &shareable, &e);
		must(d != NULL, &e);
		if (d)
			render(a, &shareable, d, false);
	}
	arena_free(a);
	for (int k = 0; k < ARTIFACTS; k++)
		json_decref(v[k]);
	return 0;
}
