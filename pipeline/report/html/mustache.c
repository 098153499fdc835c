/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Renders mustache templates over a JSON view: the whole official specification but lambdas,
 * that is variables, sections, partials, delimiters, comments, dynamic names and inheritance.
 * Templates may come from users, so depth, work and output are bounded and every error says
 * where it is.
 */
#include "report/mustache_int.h"
#include "report/report.h"

#include <stdlib.h>
#include <string.h>

struct frame { /* the stack of contexts, innermost first */
	const json_t *v;
	const struct frame *up;
};
struct override { /* children of the parents that led here, innermost first */
	const struct tag *blocks;
	const struct mustache *m; /* their template */
	const struct override *up;
};
struct scope {                    /* what the names in a tag refer to */
	const struct mustache *m; /* the template it is in */
	const struct frame *f;
	const struct override *o;
};
struct part {
	const char *name;
	const struct mustache *m;
	struct part *next;
};
struct rendering {
	struct arena *arena; /* owns the partials */
	struct part *parts;
	int nparts;
	const char *(*load)(void *ctx, const char *name, const char **file);
	void *ctx;
	struct buf *out, indent;
	size_t start; /* length of `out` at the beginning */
	bool begun;   /* the current line was begun by the tag that the coming LINE replaces */
	int depth;
	int64_t steps;
	struct err *e;
};

/* ---- looking up ---- */

/* The first part of a dotted name is searched outwards, the others only in what was found. */
static const json_t *lookup(const struct frame *f, struct str name)
{
	if (str_eq(name, "."))
		return f->v;
	const char *end = name.p + name.n;
	const char *dot = memchr(name.p, '.', name.n);
	size_t n = (size_t)((dot ? dot : end) - name.p);
	const json_t *v = NULL;
	for (; f && !v; f = f->up)
		v = json_object_getn(f->v, name.p, n);
	while (v && dot) {
		const char *p = dot + 1;
		dot = memchr(p, '.', (size_t)(end - p));
		v = json_object_getn(v, p, (size_t)((dot ? dot : end) - p));
	}
	return v;
}

static bool truthy(const json_t *v)
{
	return v && !json_is_null(v) && !json_is_false(v) &&
	       !(json_is_array(v) && json_array_size(v) == 0);
}

/* ---- writing ---- */

static void put_escaped(struct buf *out, const char *s, size_t n)
{
	size_t from = 0;
	for (size_t i = 0; i < n; i++) {
		const char *entity = NULL;
		switch (s[i]) {
		case '&':
			entity = "&amp;";
			break;
		case '<':
			entity = "&lt;";
			break;
		case '>':
			entity = "&gt;";
			break;
		case '"':
			entity = "&quot;";
			break;
		case '\'':
			entity = "&#39;";
			break;
		}
		if (!entity)
			continue;
		buf_put(out, s + from, i - from);
		buf_puts(out, entity);
		from = i + 1;
	}
	buf_put(out, s + from, n - from);
}

/* Objects, arrays and null print nothing. */
static void put_value(struct buf *out, const json_t *v, bool raw)
{
	char digits[NUM_MAX];
	if (json_is_string(v)) {
		if (raw)
			buf_put(out, json_string_value(v), json_string_length(v));
		else
			put_escaped(out, json_string_value(v), json_string_length(v));
	} else if (json_is_integer(v)) {
		buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
	} else if (json_is_real(v)) {
		buf_put(out, digits, num_shortest(digits, json_real_value(v)));
	} else if (json_is_boolean(v)) {
		buf_puts(out, json_is_true(v) ? "true" : "false");
	}
}

static void put_line(struct rendering *r, const struct tag *x)
{
	if (!r->begun)
		buf_put(r->out, r->indent.p, r->indent.n);
	buf_put(r->out, x->blanks.p, x->blanks.n);
}

/* ---- tags ---- */

static int render(struct rendering *r, const struct tag *x, const struct scope *s);

static int render_indented(
	struct rendering *r, const struct tag *x, struct str blanks, const struct scope *s)
{
	size_t n = r->indent.n;
	if (blanks.n)
		buf_put(&r->indent, blanks.p, blanks.n);
	int rc = render(r, x, s);
	r->indent.n = n;
	return rc;
}

/* The children of a section, with `v` as the innermost context. */
static int render_in(
	struct rendering *r, const struct tag *x, const json_t *v, const struct scope *s)
{
	return render(r, x->child, &(struct scope){s->m, &(struct frame){v, s->f}, s->o});
}

static int render_section(struct rendering *r, const struct tag *x, const struct scope *s)
{
	const json_t *v = lookup(s->f, x->s);
	if (!truthy(v))
		return 0;
	if (!json_is_array(v))
		return render_in(r, x, v, s);
	for (size_t i = 0; i < json_array_size(v); i++) {
		r->steps++;
		if (render_in(r, x, json_array_get(v, i), s) < 0)
			return -1;
	}
	return 0;
}

/* Parsed once and kept. *m is NULL when there is no such partial: it expands to nothing. */
static int find_part(struct rendering *r, const char *name, const struct mustache **m)
{
	*m = NULL;
	for (const struct part *p = r->parts; p; p = p->next) {
		if (strcmp(p->name, name) == 0) {
			*m = p->m;
			return 0;
		}
	}
	const char *file = name, *text = r->load ? r->load(r->ctx, name, &file) : NULL;
	if (!text)
		return 0;
	if (r->nparts++ == MUSTACHE_PARTS)
		return err_set(r->e, ERR_INPUT, "%s: more than %d different partials", name,
			MUSTACHE_PARTS);
	*m = mustache_parse(file, text, r->e);
	if (!*m)
		return -1;
	arena_join(r->arena, (*m)->arena);
	struct part *p = arena_alloc(r->arena, sizeof *p);
	*p = (struct part){arena_strdup(r->arena, name), *m, r->parts};
	r->parts = p;
	return 0;
}

static int render_partial(struct rendering *r, const struct tag *x, const struct override *o,
	const struct scope *s)
{
	struct str name = x->s;
	if (x->dynamic) {
		const json_t *v = lookup(s->f, name);
		if (!json_is_string(v))
			return 0;
		name = (struct str){json_string_value(v), json_string_length(v)};
	}
	const struct mustache *part;
	char *key = mem_strndup(name.p, name.n);
	int rc = find_part(r, key, &part);
	free(key);
	if (rc < 0 || !part)
		return rc;
	return render_indented(r, part->root, x->blanks, &(struct scope){part, s->f, o});
}

/* The outermost override wins: a template that extends another has the last word. */
static int render_block(struct rendering *r, const struct tag *x, const struct scope *s)
{
	const struct tag *use = x->child;
	const struct mustache *m = s->m;
	for (const struct override *q = s->o; q; q = q->up) {
		for (const struct tag *b = q->blocks; b; b = b->next) {
			r->steps++;
			if (b->kind != TAG_BLOCK || b->s.n != x->s.n ||
				memcmp(b->s.p, x->s.p, x->s.n) != 0)
				continue;
			use = b->child;
			m = q->m;
			break;
		}
	}
	r->begun = !x->alone;
	int rc = render_indented(r, use, x->blanks, &(struct scope){m, s->f, s->o});
	r->begun = false;
	return rc;
}

static int render_tag(struct rendering *r, const struct tag *x, const struct scope *s)
{
	switch (x->kind) {
	case TAG_LINE:
		put_line(r, x);
		break;
	case TAG_TEXT:
		if (x->s.n == 0)
			return 0;
		buf_put(r->out, x->s.p, x->s.n);
		break;
	case TAG_VALUE:
	case TAG_RAW:
		put_value(r->out, lookup(s->f, x->s), x->kind == TAG_RAW);
		break;
	case TAG_SECTION:
		return render_section(r, x, s);
	case TAG_INVERTED:
		return truthy(lookup(s->f, x->s)) ? 0 : render(r, x->child, s);
	case TAG_PARTIAL:
		return render_partial(r, x, NULL, s);
	case TAG_PARENT:
		return render_partial(r, x, &(struct override){x->child, s->m, s->o}, s);
	case TAG_BLOCK:
		return render_block(r, x, s);
	}
	r->begun = false;
	return 0;
}

static int render(struct rendering *r, const struct tag *x, const struct scope *s)
{
	if (x && r->depth == MUSTACHE_DEPTH)
		return mustache_error(s->m, x->at, r->e,
			"more than %d sections and partials inside each other", MUSTACHE_DEPTH);
	r->depth++;
	for (; x; x = x->next) {
		if (++r->steps > MUSTACHE_STEPS || r->out->n - r->start > MUSTACHE_OUTPUT)
			return mustache_error(
				s->m, x->at, r->e, "the result grows beyond all bounds");
		if (render_tag(r, x, s) < 0)
			return -1;
	}
	r->depth--;
	return 0;
}

int mustache_render(const struct mustache *m, const json_t *view,
	const char *(*load)(void *ctx, const char *name, const char **file), void *ctx,
	struct buf *out, struct err *e)
{
	struct rendering r = {.load = load, .ctx = ctx, .out = out, .start = out->n, .e = e};
	r.arena = arena_new();
	int rc = render(&r, m->root, &(struct scope){m, &(struct frame){view, NULL}, NULL});
	buf_free(&r.indent);
	arena_free(r.arena);
	return rc;
}
