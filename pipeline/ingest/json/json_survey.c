/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The first look at a document: of what its records are, and its columns. They stand in the order
 * of the keys, those of an object next to each other, as far as the first window shows them. */
#include "ingest/json/json_int.h"

#include <string.h>

enum js_element js_element_of(char c)
{
	return c == '{' ? JS_OBJECTS : c == '[' ? JS_TUPLES : JS_SCALARS;
}

struct js_node *js_place_of(const struct js_document *j, char c)
{
	struct js_record *r = j->record;
	if (j->element == JS_SCALARS)
		return js_key(r, r->root, NULL, str_of("value"));
	return js_element_of(c) == j->element ? r->root : NULL;
}

static bool survey_at(struct js_document *j)
{
	bool there = js_stream_next(&j->stream, NULL) == JS_OK;
	j->stream.w.hold = true;
	return there;
}

/* Reads the value at hand; what is bad is told when it is read again. */
static bool survey_read(struct js_document *j, struct js_node *node)
{
	struct js_stream *s = &j->stream;
	char *behind;
	if (js_stream_read(s, j->record, node, &behind, NULL) == JS_OK) {
		js_stream_took(s, behind);
		return true;
	}
	if (!s->line_end)
		return false;
	j->record->n = 0;
	js_stream_skip_line(s);
	return true;
}

/* Objects if there are any; arrays unless there is anything else. */
static void find_element(struct js_document *j)
{
	int64_t of[JS_ELEMENT_KINDS] = { 0 };
	while (survey_at(j)) {
		char c = *j->stream.w.p;
		of[js_element_of(c)] += c != 'n';
		if (!survey_read(j, NULL))
			break;
	}
	if (of[JS_OBJECTS])
		j->element = JS_OBJECTS;
	else
		j->element = of[JS_TUPLES] && !of[JS_SCALARS] ? JS_TUPLES : JS_SCALARS;
	j->stream.tuples = j->element == JS_TUPLES;
}

/* Is the first of the arrays a header: nothing but texts, each another? */
static bool header_like(const struct js_record *r, const char *option)
{
	if (option && strcmp(option, "no") == 0)
		return false;
	bool sure = option && strcmp(option, "yes") == 0;
	for (size_t i = 0; i < r->n && !sure; i++) {
		if (r->cells[i].kind != JS_TEXT || !r->cells[i].s.n || r->n > MAX_COLUMNS)
			return false;
		for (size_t k = 0; k < i && i < 1000; k++)
			if (str_cmp(r->cells[i].s, r->cells[k].s) == 0)
				return false;
	}
	return r->n;
}

static void take_header(struct feed *f, struct js_document *j)
{
	struct js_record *r = j->record;
	r->unnamed = true;
	if (!header_like(r, f->options->header))
		return;
	j->header = 1;
	for (size_t i = 0; i < r->n; i++) {
		struct buf name = { 0 };
		utf8_clean(&name, r->cells[i].s.p, r->cells[i].s.n);
		r->cells[i].node->named = arena_strdup(f->arena, buf_str(&name));
		r->cells[i].node->kinds[JS_NULL]++;   /* a column, also without any value */
		buf_free(&name);
	}
	r->n = 0;
}

int js_survey(struct feed *f, struct js_document *j, enum js_place place, int64_t offset,
	struct err *e)
{
	struct js_record *r = j->record;
	struct arena *texts = arena_new();
	r->bytes = texts;
	js_stream_open(&j->stream, place, offset);
	find_element(j);
	js_stream_open(&j->stream, place, offset);
	for (bool first = true; survey_at(j); first = false) {
		struct js_node *node = js_place_of(j, *j->stream.w.p);
		if (!survey_read(j, node))
			break;
		if (first && j->element == JS_TUPLES)
			take_header(f, j);
		if (first && js_is_feature(r))
			js_geo(r);
		js_record_count(r);
	}
	js_stream_open(&j->stream, place, offset);
	r->bytes = NULL;
	arena_free(texts);
	return js_columns(r, e);
}
