/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one place where an edition for others comes from: artifacts -> artifacts of which only that is
 * left which the list in redact/allow.c names. Everything after this, charts, texts, checks, sees the
 * redacted artifacts and nothing else, so nothing has to remember what is secret.
 */
#include "report/redact_int.h"

#include <stdlib.h>
#include <string.h>

/* ---- the list as a tree ---------------------------------------------------------------------------- */

enum manner { DROP_ITEM, KEEP_ITEM, DROP_AROUND, PLAIN, DROP_OBJECT };
struct branch {
	const char *key;
	enum manner manner;
	bool square;               /* '#' */
	redact_rule *rule;
	redact_hook *hook;
	struct branch *child, *next;
};

static struct branch *branch_at(struct arena *a, struct branch *b, const char *key, size_t n)
{
	size_t name = strcspn(key, "[!#."), len = name < n ? name : n;
	for (struct branch *c = b->child; c; c = c->next)
		if (strlen(c->key) == len && strncmp(c->key, key, len) == 0)
			return c;
	struct branch *c = arena_calloc(a, 1, sizeof *c);
	c->key = arena_strndup(a, key, len);
	const char *mark = key + len;
	size_t rest = n - len;
	c->manner = rest == 0 || *mark == '#' ? PLAIN : *mark == '!' ? DROP_OBJECT
		: mark[1] == '=' ? KEEP_ITEM : mark[1] == '^' ? DROP_AROUND : DROP_ITEM;
	c->square = rest && *mark == '#';
	struct branch **end = &b->child;       /* in the order of the list: columns before what is about them */
	while (*end)
		end = &(*end)->next;
	return *end = c;
}

static void add_allowed(struct arena *a, struct branch *root, const struct allowed *x)
{
	struct branch *b = root;
	for (const char *p = x->under; *p;) {
		size_t n = strcspn(p, ".");
		b = branch_at(a, b, p, n);
		p += n + (p[n] == '.');
	}
	if (x->hook)
		b->hook = x->hook;
	for (const char *p = x->keys; p && *p;) {
		size_t n = strcspn(p, " ");
		branch_at(a, b, p, n)->rule = x->rule;
		p += n + (p[n] == ' ');
	}
}

static struct branch *tree_of(struct arena *a, const char *file)
{
	struct branch *root = arena_calloc(a, 1, sizeof *root);
	root->manner = PLAIN;
	for (size_t i = 0; i < redact_allow_n; i++) {
		const char *f = redact_allow[i].file;
		bool all = strcmp(f, "*") == 0 && strcmp(file, "manifest") != 0;
		if (all || strcmp(f, file) == 0)
			add_allowed(a, root, &redact_allow[i]);
	}
	return root;
}

/* ---- copying ------------------------------------------------------------------------------------------ */

static json_t *copy(struct redaction *r, const struct branch *b, const json_t *v);

/* Which rows and columns of a square stay: those of columns that are not sensitive. */
static void begin_square(struct redaction *r, const json_t *v)
{
	const json_t *names = json_object_get(v, "columns");
	size_t n = json_array_size(names);
	bool *stays = arena_calloc(r->arena, n + 1, sizeof *stays);
	r->stays = stays;
	r->nstays = n;
	r->whole = true;
	for (size_t i = 0; i < n; i++) {
		const char *name = json_string_value(json_array_get(names, i));
		stays[i] = name && !privacy_of(r->privacy, name);
		r->whole = r->whole && stays[i];
	}
}

static json_t *without(const struct redaction *r, const json_t *v)
{
	bool list = json_is_array(v);
	if (!list)
		return json_deep_copy(v);
	json_t *out = json_array();
	bool square = json_array_size(v) == r->nstays;
	for (size_t i = 0; i < json_array_size(v); i++)
		if (!square || r->stays[i])
			json_array_append_new(out, without(r, json_array_get(v, i)));
	return out;
}

static json_t *copy_object(struct redaction *r, const struct branch *b, const json_t *v)
{
	json_t *out = json_object();
	if (b->square)
		begin_square(r, v);
	for (const struct branch *c = b->child; c; c = c->next) {
		const json_t *x = json_object_get(v, c->key);
		if (!x)
			continue;
		json_t *y = copy(r, c, x);
		if (y && r->stays && c->rule && !r->whole) {
			json_t *fewer = strcmp(c->key, "columns") == 0 ? json_incref(y) : without(r, y);
			json_decref(y);
			y = fewer;
		}
		if (y)
			json_object_set_new(out, c->key, y);
	}
	if (b->square) {
		r->stays = NULL;
		r->touched = false;
	}
	if (b->hook && !b->hook(r, v, out)) {
		json_decref(out);
		return NULL;
	}
	return out;
}

static json_t *copy_list(struct redaction *r, const struct branch *b, const json_t *v)
{
	json_t *out = json_array();
	bool around = r->touched;
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *item = json_array_get(v, i);
		r->touched = false;
		json_t *x = json_is_object(item) ? copy_object(r, b, item) : NULL;
		bool gone = r->touched && b->manner != KEEP_ITEM;
		around = around || (gone && b->manner == DROP_AROUND);
		if (gone)
			json_decref(x);
		else if (x)
			json_array_append_new(out, x);
	}
	r->touched = around;
	return out;
}

static json_t *copy(struct redaction *r, const struct branch *b, const json_t *v)
{
	if (json_is_null(v))
		return json_null();
	if (b->rule)
		return b->rule(r, v);
	if (json_is_array(v))
		return b->manner == PLAIN || b->manner == DROP_OBJECT ? NULL : copy_list(r, b, v);
	if (!json_is_object(v))
		return NULL;
	if (b->manner != DROP_OBJECT)
		return copy_object(r, b, v);
	bool around = r->touched;
	r->touched = false;
	json_t *out = copy_object(r, b, v);
	if (r->touched || !out) {
		json_decref(out);
		out = json_null();
	}
	r->touched = around;
	return out;
}

/* ---- simple rules -------------------------------------------------------------------------------------- */

json_t *redact_number(struct redaction *r, const json_t *v)
{
	if (json_is_number(v) || json_is_boolean(v) || json_is_null(v))
		return json_deep_copy(v);
	if (json_is_array(v)) {
		json_t *out = json_array();
		for (size_t i = 0; i < json_array_size(v); i++) {
			json_t *x = redact_number(r, json_array_get(v, i));
			json_array_append_new(out, x ? x : json_null());
		}
		return out;
	}
	if (!json_is_object(v))
		return NULL;
	json_t *out = json_object(), *all = json_copy((json_t *)(uintptr_t)v);
	for (void *i = json_object_iter(all); i; i = json_object_iter_next(all, i)) {
		json_t *x = redact_number(r, json_object_iter_value(i));
		if (x)
			json_object_set_new(out, json_object_iter_key(i), x);
	}
	json_decref(all);
	return out;
}

json_t *redact_word(struct redaction *r, const json_t *v)
{
	(void)r;
	return json_deep_copy(v);
}

json_t *redact_name(struct redaction *r, const json_t *v)
{
	if (json_is_array(v)) {
		json_t *out = json_array();
		for (size_t i = 0; i < json_array_size(v); i++) {
			if (r->stays && i < r->nstays && !r->stays[i])
				continue;
			json_t *x = redact_name(r, json_array_get(v, i));
			if (x)
				json_array_append_new(out, x);
		}
		return out;
	}
	const char *name = json_string_value(v);
	if (!name)
		return redact_number(r, v);
	const struct private_column *c = privacy_of(r->privacy, name);
	r->touched = r->touched || c;
	return json_string(c ? c->shown : name);
}

/* What is only of use as long as no column is gone. */
json_t *redact_whole(struct redaction *r, const json_t *v)
{
	return r->whole ? redact_number(r, v) : NULL;
}

/* ---- artifacts ------------------------------------------------------------------------------------------ */

static void release(void *v)
{
	json_decref(v);
}

static const json_t *redacted(struct redaction *r, const char *file, const json_t *v)
{
	if (!v)
		return NULL;
	r->touched = false;
	json_t *out = copy(r, tree_of(r->arena, file), v);
	if (out)
		arena_own(r->arena, out, release);
	return out;
}

/* What was withheld, for the chapter on methods. */
static const json_t *account(struct arena *a, const struct privacy *p)
{
	json_t *columns = json_array(), *v = json_object();
	for (size_t i = 0; i < p->n; i++)
		json_array_append_new(columns, json_pack("{s:s, s:s}", "name", p->columns[i].shown, "why", p->columns[i].why));
	json_object_set_new(v, "min_cell", json_integer(p->min_cell));
	json_object_set_new(v, "names_hidden", json_boolean(p->hide_names));
	json_object_set_new(v, "columns", columns);
	arena_own(a, v, release);
	return v;
}

void report_redact(struct arena *a, const struct artifacts *in, struct artifacts *out)
{
	struct privacy *p = arena_calloc(a, 1, sizeof *p);
	report_privacy(a, in, p);
	struct redaction r = { .arena = a, .privacy = p, .k = p->min_cell, .told = json_object(), .numbers = json_object(),
		.target = json_text(in->modeling, "target", json_text(in->clarify, "target", NULL)) };
	arena_own(a, r.told, release);
	arena_own(a, r.numbers, release);
	*out = (struct artifacts){ .manifest = redacted(&r, "manifest", in->manifest) };
	out->eda = redacted(&r, "eda", in->eda);
	out->ingest = redacted(&r, "ingest", in->ingest);
	out->schema = redacted(&r, "schema", in->schema);
	out->clarify = redacted(&r, "clarify", in->clarify);
	out->modeling = redacted(&r, "modeling", in->modeling);
	out->privacy = account(a, p);
}
