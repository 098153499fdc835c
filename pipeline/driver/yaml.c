/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Job manifests: YAML events of libfyaml become a tree of struct conf. Working from events rather
 * than from libfyaml's documents means that aliases are never followed (a few lines of them can
 * ask for gigabytes) and that every key keeps its place for messages. */
#include "driver/driver_int.h"

#include <libfyaml.h>
#include <string.h>

enum { YAML_DEPTH = 16 };

struct reader {
	struct arena *arena;
	const char *label;
	struct fy_parser *parser;
	struct err *e;
	bool failed;
};

static struct conf *fail(struct reader *r, const struct fy_mark *at, const char *what)
{
	if (!r->failed) {
		if (at)
			err_set(r->e, ERR_USAGE, "%s:%d:%d: %s", r->label, at->line + 1,
				at->column + 1, what);
		else
			err_set(r->e, ERR_USAGE, "%s: %s", r->label, what);
	}
	r->failed = true;
	return NULL;
}

static bool failed(const struct reader *r)
{
	return r->failed || fy_parser_get_stream_error(r->parser);
}

static const struct fy_mark *mark_of(struct fy_token *t)
{
	return t ? fy_token_start_mark(t) : NULL;
}

static struct conf *conf_new(struct reader *r, enum conf_kind kind, struct fy_token *at)
{
	struct conf *c = arena_calloc(r->arena, 1, sizeof *c);
	const struct fy_mark *m = mark_of(at);
	c->kind = kind;
	c->line = m ? m->line + 1 : 0;
	c->column = m ? m->column + 1 : 0;
	return c;
}

/* The next event, which the caller frees; NULL at the end and on a syntax error. */
static struct fy_event *next(struct reader *r)
{
	return r->failed ? NULL : fy_parser_parse(r->parser);
}

static struct conf *scalar(struct reader *r, struct fy_event *ev)
{
	struct fy_token *t = ev->scalar.value;
	struct conf *c = conf_new(r, CONF_SCALAR, t);
	size_t n = 0;
	const char *text = fy_token_get_text(t, &n);
	if (n && memchr(text, 0, n))
		return fail(r, mark_of(t), "a text can't hold a NUL character");
	c->text = arena_strndup(r->arena, text ? text : "", text ? n : 0);
	enum fy_scalar_style style = fy_token_scalar_style(t);
	c->plain = style == FYSS_PLAIN;
	if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED)
		c->column--;           /* libfyaml's mark is behind the quote */
	return c;
}

static struct conf *value(struct reader *r, struct fy_event *ev, int depth);

/* The value of the next event, which is used up. NULL at the end of a map or list, and on failure. */
static struct conf *next_value(struct reader *r, int depth)
{
	struct fy_event *ev = next(r);
	if (!ev)
		return NULL;
	bool end = ev->type == FYET_SEQUENCE_END || ev->type == FYET_MAPPING_END;
	struct conf *c = end ? NULL : value(r, ev, depth);
	fy_parser_event_free(r->parser, ev);
	return c;
}

static struct conf *list(struct reader *r, struct conf *c, int depth)
{
	struct conf **tail = &c->child;
	for (struct conf *item; (item = next_value(r, depth + 1)) != NULL; tail = &item->next)
		*tail = item;
	return failed(r) ? NULL : c;
}

/* One "key: value" of a map; `seen` holds the line of each key so far. */
static struct conf *entry(struct reader *r, json_t *seen, int depth)
{
	struct conf *key = next_value(r, depth + 1);
	if (!key)
		return NULL;
	struct fy_mark at = { .line = key->line - 1, .column = key->column - 1 };
	if (key->kind != CONF_SCALAR)
		return fail(r, &at, "a key must be a plain name");
	const json_t *before = json_object_get(seen, key->text);
	if (before)
		return fail(r, &at,
			arena_printf(r->arena, "'%s' was already given on line %lld", key->text,
				(long long)json_integer_value(before)));
	json_object_set_new(seen, key->text, json_integer(key->line));
	struct conf *v = next_value(r, depth + 1);
	if (!v)
		return NULL;
	v->key = key->text;
	v->key_line = key->line;
	v->key_column = key->column;
	if (!v->line) {                /* an absent value stands where its key does */
		v->line = key->line;
		v->column = key->column;
	}
	return v;
}

static struct conf *map(struct reader *r, struct conf *c, int depth)
{
	struct conf **tail = &c->child;
	json_t *seen = json_object();
	for (struct conf *v; (v = entry(r, seen, depth)) != NULL; tail = &v->next)
		*tail = v;
	json_decref(seen);
	return failed(r) ? NULL : c;
}

static struct conf *value(struct reader *r, struct fy_event *ev, int depth)
{
	struct fy_token *anchor = NULL, *tag = NULL;
	if (ev->type == FYET_SCALAR) {
		anchor = ev->scalar.anchor;
		tag = ev->scalar.tag;
	} else if (ev->type == FYET_SEQUENCE_START) {
		anchor = ev->sequence_start.anchor;
		tag = ev->sequence_start.tag;
	} else if (ev->type == FYET_MAPPING_START) {
		anchor = ev->mapping_start.anchor;
		tag = ev->mapping_start.tag;
	} else if (ev->type == FYET_ALIAS) {
		return fail(r, mark_of(ev->alias.anchor), "aliases (*name) are not accepted");
	} else {
		return fail(r, NULL, "cannot be read as YAML");
	}
	if (anchor)
		return fail(r, mark_of(anchor), "anchors (&name) are not accepted");
	if (tag)
		return fail(r, mark_of(tag), "tags (!name) are not accepted");
	if (depth > YAML_DEPTH)
		return fail(r, NULL, "nested too deeply");
	if (ev->type == FYET_SCALAR)
		return scalar(r, ev);
	if (ev->type == FYET_SEQUENCE_START)
		return list(r, conf_new(r, CONF_LIST, ev->sequence_start.sequence_start), depth);
	return map(r, conf_new(r, CONF_MAP, ev->mapping_start.mapping_start), depth);
}

static struct conf *document(struct reader *r)
{
	struct conf *root = NULL;
	for (struct fy_event *ev; (ev = next(r)) != NULL; fy_parser_event_free(r->parser, ev)) {
		if (ev->type == FYET_STREAM_START || ev->type == FYET_STREAM_END ||
			ev->type == FYET_DOCUMENT_END)
			continue;
		if (ev->type == FYET_DOCUMENT_START) {
			if (root)
				fail(r, mark_of(ev->document_start.document_start),
					"a second document starts here");
			continue;
		}
		root = value(r, ev, 0);
	}
	if (failed(r))
		return NULL;
	return root ? root : conf_new(r, CONF_MAP, NULL);
}

static void syntax_error(struct reader *r, struct fy_diag *diag)
{
	void *iter = NULL;
	struct fy_diag_error *d = fy_diag_errors_iterate(diag, &iter);
	if (d && d->line > 0)
		err_set(r->e, ERR_USAGE, "%s:%d:%d: %s", r->label, d->line, d->column, d->msg);
	else
		err_set(r->e, ERR_USAGE, "%s: %s", r->label,
			d && d->msg ? d->msg : "cannot be read as YAML");
}

static int line_of(const char *text, size_t at, int *column)
{
	int line = 1;
	*column = 1;
	for (size_t i = 0; i < at; i++) {
		(*column)++;
		if (text[i] == '\n') {
			line++;
			*column = 1;
		}
	}
	return line;
}

struct conf *yaml_parse(struct arena *a, const char *label, const char *text, size_t n,
	struct err *e)
{
	size_t bad;
	if (!utf8_valid(text, n, &bad)) {
		int column, line = line_of(text, bad, &column);
		err_set(e, ERR_USAGE, "%s:%d:%d: not valid UTF-8", label, line, column);
		return NULL;
	}
	struct fy_diag_cfg dc;
	fy_diag_cfg_default(&dc);
	dc.fp = NULL;
	struct fy_diag *diag = fy_diag_create(&dc);
	fy_diag_set_collect_errors(diag, true);
	struct fy_parse_cfg cfg = { .flags = FYPCF_QUIET | FYPCF_JSON_NONE, .diag = diag };
	struct reader r = { .arena = a, .label = label, .parser = fy_parser_create(&cfg), .e = e };
	struct conf *root = NULL;
	if (fy_parser_set_string(r.parser, text, n) == 0)
		root = document(&r);
	if (!root && !r.failed)
		syntax_error(&r, diag);
	fy_parser_destroy(r.parser);
	fy_diag_destroy(diag);
	return root;
}
