/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A document that is an object: which of its arrays is the table? All of it is read once, and
 * checked, without keeping anything but where arrays are and of what.
 */
#include "ingest/json/json_int.h"

#include <string.h>

enum {
	SHAPE_DEPTH = 4,           /* objects within objects that are looked into */
	SHAPE_PLACES = MAX_COLUMNS,   /* arrays and objects that are remembered */
	PATH_MAX_BYTES = 200,      /* of the path to an array */
};

struct scan {
	struct feed *feed;
	struct js_record *record;
	struct js_window *w;
	struct js_shape *shape;
	size_t places;
	struct buf key;            /* the last one */
	struct err *e;
};

/* ---- steps over the window ----------------------------------------------------------------- */

/* Moves behind the string at p, and keeps a copy. */
static enum js_status take_string(struct scan *x)
{
	struct str s;
	for (;;) {
		char *q = x->w->p;
		enum js_status status = js_string(x->record, &q, x->w->end, &s);
		buf_clear(&x->key);
		if (status == JS_OK)
			buf_put(&x->key, s.p, s.n);
		if (status == JS_OK || status == JS_BAD)
			x->w->p = q;
		if (status != JS_END)
			return status;
		if ((status = js_more(x->w, x->e)) != JS_OK)
			return status;
	}
}

static enum js_status skip_value(struct scan *x, int depth)
{
	for (;;) {
		char *q = x->w->p;
		enum js_status status = js_value(x->record, &q, x->w->end, NULL, depth);
		if (status == JS_BAD || (status == JS_OK && q < x->w->end)) {
			x->w->p = q;
			return status;
		}
		enum js_status more = js_more(x->w, x->e);
		if (more != JS_OK)
			return more;       /* a number never ends a document that is an object */
	}
}

/* The next byte that is no blank; JS_BAD unless it is one of two. */
static enum js_status expect(struct scan *x, char a, char b)
{
	enum js_status status = js_blanks(x->w, x->e);
	if (status == JS_OK && *x->w->p != a && *x->w->p != b)
		return JS_BAD;
	return status;
}

/* Behind a value: a comma, then *more, or the closing bracket. */
static enum js_status separator(struct scan *x, char closing, bool *more)
{
	enum js_status status = expect(x, ',', closing);
	if (status != JS_OK)
		return status;
	*more = *x->w->p++ == ',';
	return *more ? js_blanks(x->w, x->e) : JS_OK;
}

/* ---- arrays and objects -------------------------------------------------------------------- */

/* The path of the key at hand below another; valid UTF-8, cut when it is very long. */
static const char *below(struct scan *x, const char *path)
{
	struct buf b = { 0 };
	buf_puts(&b, path);
	if (*path)
		buf_putc(&b, '.');
	utf8_clean(&b, buf_str(&x->key), x->key.n < PATH_MAX_BYTES ? x->key.n : PATH_MAX_BYTES);
	const char *s = arena_strdup(x->feed->arena, buf_str(&b));
	buf_free(&b);
	return s;
}

static struct js_array *array_add(struct scan *x, const char *path, int depth)
{
	struct js_shape *s = x->shape;
	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 16;
		struct js_array *more = arena_calloc(x->feed->arena, s->cap, sizeof *more);
		if (s->n)
			memcpy(more, s->arrays, s->n * sizeof *more);
		s->arrays = more;
	}
	struct js_array *a = &s->arrays[s->n++];
	*a = (struct js_array){ .path = below(x, path), .depth = depth,
		.key = { arena_strndup(x->feed->arena, buf_str(&x->key), x->key.n), x->key.n },
		.offset = js_offset(x->w, x->w->p) };
	return a;
}

static enum js_status scan_array(struct scan *x, struct js_array *a, int depth)
{
	x->w->p++;
	enum js_status status = js_blanks(x->w, x->e);
	if (status == JS_OK && *x->w->p == ']') {
		x->w->p++;
		return JS_OK;
	}
	for (bool more = true; status == JS_OK && more;) {
		char c = *x->w->p;
		a->count++;
		a->of[c == '{' ? JS_OBJECTS : c == '[' ? JS_TUPLES : JS_SCALARS]++;
		if ((status = skip_value(x, depth)) == JS_OK)
			status = separator(x, ']', &more);
	}
	return status;
}

static enum js_status scan_object(struct scan *x, const char *path, int depth);

static enum js_status scan_member(struct scan *x, const char *path, int depth)
{
	enum js_status status = expect(x, '"', '"');
	if (status == JS_OK && (status = take_string(x)) == JS_OK)
		status = expect(x, ':', ':');
	if (status != JS_OK)
		return status;
	x->w->p++;
	if ((status = js_blanks(x->w, x->e)) != JS_OK)
		return status;
	bool noted = x->places < SHAPE_PLACES;
	x->shape->members += depth == 1;
	switch (*x->w->p) {
	case '[':
		if (noted && ++x->places)
			return scan_array(x, array_add(x, path, depth), depth);
		break;
	case '{':
		x->shape->objects = true;
		if (noted && ++x->places && depth < SHAPE_DEPTH)
			return scan_object(x, below(x, path), depth + 1);
		break;
	}
	return skip_value(x, depth);
}

static enum js_status scan_object(struct scan *x, const char *path, int depth)
{
	x->w->p++;
	enum js_status status = js_blanks(x->w, x->e);
	if (status == JS_OK && *x->w->p == '}') {
		x->w->p++;
		return JS_OK;
	}
	for (bool more = true; status == JS_OK && more;)
		if ((status = scan_member(x, path, depth)) == JS_OK)
			status = separator(x, '}', &more);
	return status;
}

enum js_status js_shape_find(struct feed *f, struct js_record *r, struct js_window *w,
	struct js_shape *s, struct err *e)
{
	struct scan x = { .feed = f, .record = r, .w = w, .shape = s, .e = e };
	enum js_status status = scan_object(&x, "", 1);
	buf_free(&x.key);
	if (status == JS_OK) {
		status = js_blanks(w, e);
		s->concatenated = status == JS_OK;
		if (status == JS_END)
			status = JS_OK;
	}
	return status;
}

/* ---- choice -------------------------------------------------------------------------------- */

struct js_array *js_shape_table(const struct js_shape *s)
{
	struct js_array *best = NULL;
	for (size_t i = 0; i < s->n; i++) {
		struct js_array *a = &s->arrays[i];
		if (a->of[JS_OBJECTS] * 2 > a->count && (!best || a->count > best->count))
			best = a;
	}
	return best;
}

bool js_shape_columns(const struct js_shape *s)
{
	int64_t count = 0;
	for (size_t i = 0; i < s->n; i++) {
		count += s->arrays[i].count;
		if (s->arrays[i].of[JS_OBJECTS])
			return false;
	}
	return count && s->n == s->members && !s->objects;
}
