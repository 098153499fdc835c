/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs the checks of a finished report and writes their verdict: the body of critique.json. */
#include "report/check_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- tallies --------------------------------------------------------------------------------- */

struct check *check_new(struct checking *k, const char *name)
{
	if (k->nchecks == CHECKS_MAX)
		abort();
	struct check *c = &k->checks[k->nchecks++];
	*c = (struct check){ .name = name };
	return c;
}

bool check_that(struct checking *k, struct check *c, bool ok, const char *fmt, ...)
{
	c->ran = true;
	c->checked++;
	if (ok)
		return true;
	if (c->failed < EXAMPLES_MAX) {
		char line[400];
		va_list args;
		va_start(args, fmt);
		vsnprintf(line, sizeof line, fmt, args);
		va_end(args);
		c->examples[c->failed] = arena_strdup(k->arena, line);
	}
	c->failed++;
	return false;
}

/* ---- reading result.json --------------------------------------------------------------------- */

void result_walk(const json_t *node, void (*fn)(void *ctx, const json_t *node), void *ctx)
{
	fn(ctx, node);
	const json_t *children = json_at(node, "children");
	for (size_t i = 0; i < json_array_size(children); i++)
		result_walk(json_array_get(children, i), fn, ctx);
}

struct numbers {
	struct printed *v;
	size_t n, cap;
};

/* Only numbers have a value in result.json, be it null. */
static void collect_cells(struct numbers *out, const char *section, const json_t *cells)
{
	for (size_t i = 0; i < json_array_size(cells); i++) {
		const json_t *c = json_array_get(cells, i);
		if (!json_is_object(c) || !json_object_get(c, "value"))
			continue;
		if (out->n == out->cap) {
			out->cap = out->cap ? 2 * out->cap : 1024;
			out->v = mem_realloc(out->v, out->cap, sizeof *out->v);
		}
		out->v[out->n++] = (struct printed){ section, json_text(c, "text", "") };
	}
}

static void collect(struct numbers *out, const char *section, const json_t *node)
{
	if (strcmp(json_text(node, "kind", ""), "section") == 0)
		section = json_text(node, "id", section);
	collect_cells(out, section, json_object_get(node, "cells"));
	const json_t *rows = json_object_get(node, "rows");
	for (size_t i = 0; i < json_array_size(rows); i++)
		collect_cells(out, section, json_array_get(rows, i));
	const json_t *children = json_object_get(node, "children");
	for (size_t i = 0; i < json_array_size(children); i++)
		collect(out, section, json_array_get(children, i));
}

struct printed *result_numbers(struct checking *k, size_t *n)
{
	struct numbers out = { 0 };
	collect(&out, NULL, json_at(k->in->result, "document"));
	struct printed *v = arena_calloc(k->arena, out.n + 1, sizeof *v);
	if (out.n > 0)
		memcpy(v, out.v, out.n * sizeof *v);
	free(out.v);
	*n = out.n;
	return v;
}

struct ids {
	const char *kind;
	const char **v;
	size_t n, cap;
};

static void add_id(void *ctx, const json_t *node)
{
	struct ids *ids = ctx;
	const char *id = json_text(node, "id", NULL);
	if (!id || strcmp(json_text(node, "kind", ""), ids->kind) != 0)
		return;
	if (ids->n == ids->cap) {
		ids->cap = ids->cap ? 2 * ids->cap : 128;
		ids->v = mem_realloc(ids->v, ids->cap, sizeof *ids->v);
	}
	ids->v[ids->n++] = id;
}

const char **result_ids(struct checking *k, const char *kind, size_t *n)
{
	struct ids ids = { .kind = kind };
	result_walk(json_at(k->in->result, "document"), add_id, &ids);
	const char **v = arena_calloc(k->arena, ids.n + 1, sizeof *v);
	if (ids.n > 0)
		memcpy(v, ids.v, ids.n * sizeof *v);
	free(ids.v);
	*n = ids.n;
	return v;
}

/* ---- numbers in running text ----------------------------------------------------------------- */

/* Signs that continue a number: digits and what stands between or before them. */
static bool continues_before(const char *begin, const char *p)
{
	size_t n = (size_t)(p - begin);
	if (n >= 1 && ((p[-1] >= '0' && p[-1] <= '9') || strchr(".+-~", p[-1])))
		return true;
	return n >= 3 &&
		(memcmp(p - 3, "\xE2\x80\xAF", 3) == 0 || memcmp(p - 3, "\xE2\x88\x92", 3) == 0);
}

static bool continues_after(const char *p, const char *end)
{
	if (p < end && p[0] >= '0' && p[0] <= '9')
		return true;
	if (end - p >= 2 && p[0] == '.' && p[1] >= '0' && p[1] <= '9')
		return true;
	return end - p >= 4 && memcmp(p, "\xE2\x80\xAF", 3) == 0 && p[3] >= '0' && p[3] <= '9';
}

bool stands_alone(const char *begin, const char *p, size_t n, const char *end)
{
	return !continues_before(begin, p) && !continues_after(p + n, end);
}

static bool is_blank(uint32_t cp)
{
	return cp <= ' ' || cp == 0xA0 || (cp >= 0x2000 && cp <= 0x200A) || cp == 0x202F ||
		cp == 0x205F || cp == 0x3000;
}

char *plain_number_text(struct arena *a, const char *s)
{
	struct buf b = { 0 };
	const char *end = s + strlen(s);
	bool gap = false;
	while (s < end) {
		uint32_t cp = utf8_next(&s, end);
		if (is_blank(cp)) {
			gap = b.n > 0;
			continue;
		}
		if (gap)
			buf_putc(&b, ' ');
		gap = false;
		utf8_put(&b, cp == 0x2212 ? '-' : cp);
	}
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}

/* ---- the verdict ----------------------------------------------------------------------------- */

static const char *status_of(const struct check *c)
{
	return !c->ran ? "not checked" : c->failed ? "fail" : "pass";
}

static void write_check(struct jw *w, const struct check *c)
{
	jw_obj(w);
	jw_kstr(w, "name", c->name);
	jw_kstr(w, "status", status_of(c));
	jw_kint(w, "checked", c->checked);
	jw_kint(w, "failed", c->failed);
	jw_karr(w, "examples");
	for (int64_t i = 0; i < c->failed && i < EXAMPLES_MAX; i++)
		jw_str(w, c->examples[i]);
	jw_arr_end(w);
	jw_obj_end(w);
}

static void write_critique(const struct checking *k, int failed, struct buf *out)
{
	struct jw w;
	jw_init(&w, out);
	jw_obj(&w);
	jw_kstr(&w, "schema", "dossier/critique/1");
	jw_kstr(&w, "verdict", failed ? "fail" : "pass");
	jw_karr(&w, "checks");
	for (size_t i = 0; i < k->nchecks; i++)
		write_check(&w, &k->checks[i]);
	jw_arr_end(&w);
	jw_karr(&w, "findings");
	if (failed) {
		struct finding f = finding_make(FIND_report_mismatch, NULL);
		f.count = failed;
		f.total = (int64_t)k->nchecks;
		finding_write(&w, &f);
	}
	jw_arr_end(&w);
	jw_obj_end(&w);
}

int report_check(const struct check_input *in, struct buf *critique, int *failed, struct err *e)
{
	if (!json_is_object(json_at(in->result, "document")))
		return err_set(e, ERR_INPUT, "result.json has no document");
	struct checking k = { .in = in, .arena = arena_new() };
	k.findings = report_findings(k.arena, in->artifacts);
	check_values(&k);
	check_sums(&k);
	check_models(&k);
	check_html(&k);
	check_pdf(&k);
	*failed = 0;
	for (size_t i = 0; i < k.nchecks; i++)
		*failed += k.checks[i].failed > 0;
	write_critique(&k, *failed, critique);
	arena_free(k.arena);
	return 0;
}
