/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The deterministic JSON writer and canonical text. */
#include "base/base.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void jw_init(struct jw *w, struct buf *out)
{
	*w = (struct jw){ .out = out };
	w->first[0] = true;
}

static void newline(struct jw *w)
{
	buf_putc(w->out, '\n');
	for (int i = 0; i < w->depth; i++)
		buf_puts(w->out, "  ");
}

/* What stands between two values. */
static void separate(struct jw *w)
{
	if (w->after_key) {
		w->after_key = false;
		return;
	}
	bool first = w->first[w->depth];
	w->first[w->depth] = false;
	if (!first)
		buf_putc(w->out, ',');
	if (w->depth == 0)
		return;
	if (!w->inline_[w->depth])
		newline(w);
	else if (!first)
		buf_putc(w->out, ' ');
}

static void open(struct jw *w, char c, bool one_line)
{
	separate(w);
	buf_putc(w->out, c);
	bool outer = w->inline_[w->depth];
	if (w->depth + 1 >= (int)COUNTOF(w->first))
		abort();
	w->depth++;
	w->first[w->depth] = true;
	w->inline_[w->depth] = one_line || outer;
}

static void shut(struct jw *w, char c)
{
	bool empty = w->first[w->depth], one_line = w->inline_[w->depth];
	w->depth--;
	if (!empty && !one_line)
		newline(w);
	buf_putc(w->out, c);
	if (w->depth == 0)
		buf_putc(w->out, '\n');
}

void jw_obj(struct jw *w)
{
	open(w, '{', false);
}

void jw_obj_end(struct jw *w)
{
	shut(w, '}');
}

void jw_arr(struct jw *w)
{
	open(w, '[', false);
}

void jw_arr_inline(struct jw *w)
{
	open(w, '[', true);
}

void jw_arr_end(struct jw *w)
{
	shut(w, ']');
}

static void escape_byte(struct buf *b, unsigned char c)
{
	switch (c) {
	case '"':
		buf_puts(b, "\\\"");
		break;
	case '\\':
		buf_puts(b, "\\\\");
		break;
	case '\n':
		buf_puts(b, "\\n");
		break;
	case '\r':
		buf_puts(b, "\\r");
		break;
	case '\t':
		buf_puts(b, "\\t");
		break;
	default:
		buf_printf(b, "\\u%04x", c);
	}
}

static void quoted(struct buf *b, const char *s, size_t n)
{
	struct buf clean = { 0 };
	if (!utf8_valid(s, n, NULL)) {
		utf8_clean(&clean, s, n);
		s = clean.p;
		n = clean.n;
	}
	buf_putc(b, '"');
	size_t from = 0;
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)s[i];
		if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7f)
			continue;
		buf_put(b, s + from, i - from);
		escape_byte(b, c);
		from = i + 1;
	}
	buf_put(b, s + from, n - from);
	buf_putc(b, '"');
	buf_free(&clean);
}

void jw_key(struct jw *w, const char *key)
{
	separate(w);
	quoted(w->out, key, strlen(key));
	buf_puts(w->out, ": ");
	w->after_key = true;
}

void jw_strn(struct jw *w, const char *s, size_t n)
{
	separate(w);
	quoted(w->out, s, n);
}

void jw_str(struct jw *w, const char *s)
{
	if (s)
		jw_strn(w, s, strlen(s));
	else
		jw_null(w);
}

void jw_int(struct jw *w, int64_t v)
{
	separate(w);
	buf_printf(w->out, "%lld", (long long)v);
}

static void number(struct buf *b, double v)
{
	char s[NUM_MAX];
	if (isfinite(v))
		buf_put(b, s, num_shortest(s, v));
	else
		buf_puts(b, "null");
}

void jw_num(struct jw *w, double v)
{
	separate(w);
	number(w->out, v);
}

void jw_bool(struct jw *w, bool v)
{
	separate(w);
	buf_puts(w->out, v ? "true" : "false");
}

void jw_null(struct jw *w)
{
	separate(w);
	buf_puts(w->out, "null");
}

/* Arrays without objects or arrays in them read best on one line. */
static bool plain_array(const json_t *v)
{
	size_t i;
	json_t *item;
	json_array_foreach(v, i, item)
		if (json_is_object(item) || json_is_array(item))
			return false;
	return true;
}

void jw_value(struct jw *w, const json_t *v)
{
	if (json_is_object(v)) {
		jw_obj(w);
		/* jansson's iteration keeps insertion order; its signature lacks const */
		const char *key;
		const json_t *item;
		for (void *it = json_object_iter((json_t *)(uintptr_t)v); it;
			it = json_object_iter_next((json_t *)(uintptr_t)v, it)) {
			key = json_object_iter_key(it);
			item = json_object_iter_value(it);
			jw_kvalue(w, key, item);
		}
		jw_obj_end(w);
	} else if (json_is_array(v)) {
		if (plain_array(v))
			jw_arr_inline(w);
		else
			jw_arr(w);
		for (size_t i = 0; i < json_array_size(v); i++)
			jw_value(w, json_array_get(v, i));
		jw_arr_end(w);
	} else if (json_is_string(v)) {
		jw_strn(w, json_string_value(v), json_string_length(v));
	} else if (json_is_integer(v)) {
		jw_int(w, json_integer_value(v));
	} else if (json_is_real(v)) {
		jw_num(w, json_real_value(v));
	} else if (json_is_boolean(v)) {
		jw_bool(w, json_is_true(v));
	} else {
		jw_null(w);
	}
}

void jw_kstr(struct jw *w, const char *key, const char *s)
{
	jw_key(w, key);
	jw_str(w, s);
}

void jw_kint(struct jw *w, const char *key, int64_t v)
{
	jw_key(w, key);
	jw_int(w, v);
}

void jw_knum(struct jw *w, const char *key, double v)
{
	jw_key(w, key);
	jw_num(w, v);
}

void jw_kbool(struct jw *w, const char *key, bool v)
{
	jw_key(w, key);
	jw_bool(w, v);
}

void jw_knull(struct jw *w, const char *key)
{
	jw_key(w, key);
	jw_null(w);
}

void jw_kvalue(struct jw *w, const char *key, const json_t *v)
{
	jw_key(w, key);
	jw_value(w, v);
}

void jw_kobj(struct jw *w, const char *key)
{
	jw_key(w, key);
	jw_obj(w);
}

void jw_karr(struct jw *w, const char *key)
{
	jw_key(w, key);
	jw_arr(w);
}

void jw_karr_inline(struct jw *w, const char *key)
{
	jw_key(w, key);
	jw_arr_inline(w);
}

void jw_knums(struct jw *w, const char *key, const double *v, size_t n)
{
	jw_karr_inline(w, key);
	for (size_t i = 0; i < n; i++)
		jw_num(w, v[i]);
	jw_arr_end(w);
}

void jw_kstrs(struct jw *w, const char *key, const char *const *v, size_t n)
{
	jw_karr_inline(w, key);
	for (size_t i = 0; i < n; i++)
		jw_str(w, v[i]);
	jw_arr_end(w);
}

void jw_knum_why(struct jw *w, const char *key, double v, const char *reason)
{
	jw_knum(w, key, v);
	if (isfinite(v))
		return;
	struct buf why = { 0 };
	buf_printf(&why, "%s_why", key);
	jw_kstr(w, why.p, reason);
	buf_free(&why);
}

/* ---- canonical text -------------------------------------------------------------------------- */

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void json_canonical(struct buf *out, const json_t *v)
{
	if (json_is_object(v)) {
		size_t n = 0;
		const char **keys = mem_calloc(json_object_size(v), sizeof *keys);
		for (void *it = json_object_iter((json_t *)(uintptr_t)v); it;
			it = json_object_iter_next((json_t *)(uintptr_t)v, it))
			keys[n++] = json_object_iter_key(it);
		qsort(keys, n, sizeof *keys, by_bytes);
		buf_putc(out, '{');
		for (size_t i = 0; i < n; i++) {
			if (i)
				buf_putc(out, ',');
			quoted(out, keys[i], strlen(keys[i]));
			buf_putc(out, ':');
			json_canonical(out, json_object_get(v, keys[i]));
		}
		buf_putc(out, '}');
		free(keys);
	} else if (json_is_array(v)) {
		buf_putc(out, '[');
		for (size_t i = 0; i < json_array_size(v); i++) {
			if (i)
				buf_putc(out, ',');
			json_canonical(out, json_array_get(v, i));
		}
		buf_putc(out, ']');
	} else if (json_is_string(v)) {
		quoted(out, json_string_value(v), json_string_length(v));
	} else if (json_is_integer(v)) {
		buf_printf(out, "%lld", (long long)json_integer_value(v));
	} else if (json_is_real(v)) {
		number(out, json_real_value(v));
	} else {
		buf_puts(out, json_is_true(v) ? "true" : json_is_false(v) ? "false" : "null");
	}
}
