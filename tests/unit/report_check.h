/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A finished report that can be spoilt, and what the checks say of it. */
#ifndef REPORT_CHECK_H
#define REPORT_CHECK_H

#include "report/check_pdf_int.h"
#include "report_sample.h"
#include "test.h"

#include <unistd.h>

struct sample {
	struct arena *arena;
	struct artifacts in;
	json_t *result;            /* deep copies, to be spoiled */
	json_t *eda, *modeling, *ingest;
	struct buf html, pdf, words, text;
	int64_t max_bytes;
};

static void release(void *v)
{
	json_decref(v);
}

static json_t *copy_of(struct arena *a, const json_t *v)
{
	json_t *copy = json_deep_copy(v);
	arena_own(a, copy, release);
	return copy;
}

/* What pdftotext -bbox says of the PDF: a page of its own words when the machine has it not. */
static void read_words(struct sample *s)
{
	char path[] = "/tmp/dossier-check-XXXXXX";
	struct err e = { 0 };
	int fd = mkstemp(path);
	CHECK(fd >= 0 && file_write(path, s->pdf.p, s->pdf.n, &e) == 0);
	close(fd);
	FILE *in = popen(arena_printf(s->arena, "pdftotext -q -bbox %s -", path), "r");
	char piece[4096];
	for (size_t n; in && (n = fread(piece, 1, sizeof piece, in)) > 0;)
		buf_put(&s->words, piece, n);
	CHECK(in && pclose(in) == 0);
	unlink(path);
}

static struct sample sound_sample(void)
{
	struct sample s = { .arena = arena_new(), .max_bytes = 10 * 1000 * 1000 };
	struct err e = { 0 };
	s.in = sample_artifacts(s.arena, "penguins", NULL);
	s.in.eda = s.eda = copy_of(s.arena, s.in.eda);
	s.in.modeling = s.modeling = copy_of(s.arena, s.in.modeling);
	s.in.ingest = s.ingest = copy_of(s.arena, s.in.ingest);
	struct doc *d = report_build(s.arena, &s.in, &e);
	struct drawings drawings = { 0 };
	CHECK(d && report_draw(s.arena, d, &drawings, &e) == 0);
	struct theme theme;
	report_theme(&theme, s.in.manifest);
	struct render_input ri = { .doc = d, .drawings = &drawings, .theme = &theme, .share = ".",
		.source_date = "2026-11-20T00:00:00Z" };
	struct buf json = { 0 };
	CHECK(render_html.render(&ri, &s.html, &e) == 0 && render_json.render(&ri, &json, &e) == 0);
	CHECK(render_pdf.render(&ri, &s.pdf, &e) == 0 && render_text.render(&ri, &s.text, &e) == 0);
	CHECK_STR(e.msg, "");
	s.result = json_loadb(json.p, json.n, 0, NULL);
	arena_own(s.arena, s.result, release);
	buf_free(&json);
	read_words(&s);
	return s;
}

static void sample_free(struct sample *s)
{
	buf_free(&s->html);
	buf_free(&s->pdf);
	buf_free(&s->words);
	buf_free(&s->text);
	arena_free(s->arena);
}

static json_t *critique_of(const struct sample *s)
{
	struct check_input ci = { .artifacts = &s->in, .result = s->result,
		.wants_html = true, .wants_pdf = true, .wants_text = true,
		.html = s->html.p, .html_n = s->html.n, .pdf = s->pdf.p, .pdf_n = s->pdf.n,
		.pdf_words = s->words.p, .text = s->text.p, .text_n = s->text.n,
		.max_html = s->max_bytes, .max_pdf = s->max_bytes };
	struct buf body = { 0 };
	struct err e = { 0 };
	int failed = -1;
	CHECK(report_check(&ci, &body, &failed, &e) == 0);
	json_t *critique = json_loadb(body.p, body.n, JSON_REJECT_DUPLICATES, NULL);
	CHECK_STR(json_text(critique, "schema", ""), "dossier/critique/2");
	CHECK_STR(json_text(critique, "verdict", ""), failed ? "fail" : "pass");
	CHECK(json_count(critique, "findings") == (failed ? 1 : 0));
	buf_free(&body);
	return critique;
}

/* The codes of the checks that failed, a blank between them. */
static const char *judge(const struct sample *s)
{
	json_t *critique = critique_of(s);
	struct buf b = { 0 };
	for (size_t i = 0; i < json_count(critique, "checks"); i++) {
		const json_t *c = json_array_get(json_at(critique, "checks"), i);
		if (strcmp(json_text(c, "status", ""), "fail") != 0)
			continue;
		CHECK(json_int(c, "failed", 0) > 0 && json_count(c, "examples") > 0);
		buf_printf(&b, "%s%s", b.n ? " " : "", json_text(c, "code", ""));
	}
	const char *codes = arena_strdup(s->arena, buf_str(&b));
	json_decref(critique);
	buf_free(&b);
	return codes;
}

/* Replaces the first `from` that comes after `after`. */
static void replace(struct buf *b, const char *after, const char *from, const char *to)
{
	const char *end = b->p + b->n, *at = after ? find_bytes(b->p, end, after) : b->p;
	at = at ? find_bytes(at, end, from) : NULL;
	if (!at)
		printf("no '%s' after '%s'\n", from, after ? after : "");
	CHECK(at != NULL);
	if (!at)
		return;
	struct buf out = { 0 };
	buf_put(&out, b->p, (size_t)(at - b->p));
	buf_puts(&out, to);
	buf_put(&out, at + strlen(from), (size_t)(end - at) - strlen(from));
	buf_free(b);
	*b = out;
}

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

/* The first node of the document that `is` says is the one. */
static json_t *find_node(json_t *node, bool (*is)(const json_t *node, const char *what), const char *what)
{
	if (is(node, what))
		return node;
	json_t *children = json_object_get(node, "children"), *found = NULL;
	for (size_t i = 0; i < json_array_size(children) && !found; i++)
		found = find_node(json_array_get(children, i), is, what);
	return found;
}

static json_t *find_cell(json_t *cells, const char *ref)
{
	for (size_t i = 0; i < json_array_size(cells); i++) {
		json_t *c = json_array_get(cells, i), *found = json_is_array(c) ? find_cell(c, ref) : NULL;
		if (found)
			return found;
		if (strcmp(json_text(c, "ref", ""), ref) == 0)
			return c;
	}
	return NULL;
}

static bool has_cell(const json_t *node, const char *ref)
{
	return json_object_get(node, "class") == NULL && strcmp(json_text(node, "kind", ""), "chart") != 0 &&
		(find_cell(json_object_get(node, "cells"), ref) || find_cell(json_object_get(node, "rows"), ref));
}

static json_t *cell_of(struct sample *s, const char *ref)
{
	json_t *node = find_node(json_object_get(s->result, "document"), has_cell, ref);
	json_t *cell = find_cell(json_object_get(node, "cells"), ref);
	cell = cell ? cell : find_cell(json_object_get(node, "rows"), ref);
	CHECK(cell != NULL);
	return cell;
}

#endif
