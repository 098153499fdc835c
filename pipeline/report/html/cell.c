/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts, cells and prose of the document as the JSON that the templates see. */
#include "report/html_int.h"
#include "report/report_int.h"

#include <string.h>

/* What no HTML document may contain, whatever the data did. */
static bool is_forbidden(uint32_t cp)
{
	return (cp < 0x20 && cp != '\t' && cp != '\n') || (cp >= 0x7f && cp < 0xa0) ||
		(cp & 0xfffe) == 0xfffe || (cp >= 0xfdd0 && cp <= 0xfdef);
}

json_t *html_text(const char *s)
{
	if (!s)
		return json_null();
	size_t n = 0;
	while ((s[n] >= 0x20 && s[n] < 0x7f) || s[n] == '\t' || s[n] == '\n')
		n++;
	if (!s[n]) /* nearly all of the charts and most words */
		return json_stringn_nocheck(s, n);
	struct buf b = {0};
	const char *end = s + strlen(s);
	while (s < end) {
		uint32_t cp = utf8_next(&s, end);
		utf8_put(&b, is_forbidden(cp) ? 0xfffd : cp);
	}
	json_t *v = json_stringn_nocheck(buf_str(&b), b.n);
	buf_free(&b);
	return v;
}

static void put(json_t *o, const char *key, json_t *v)
{
	json_object_set_new_nocheck(o, key, v);
}

static void put_text(json_t *o, const char *key, const char *s)
{
	put(o, key, html_text(s));
}

static const char *class_of(const struct cell *c)
{
	return c->cls == CELL_TEXT || c->cls == CELL_OWN ? NULL : cell_class_name(c->cls);
}

/* "95 % interval", "n = 12": signs stay with their numbers. */
static void print_tied(struct buf *out, const struct cell *c)
{
	bool prose = c->cls == CELL_TEXT || c->cls == CELL_OWN;
	struct buf b = {0};
	cell_print(&b, c);
	for (const char *s = buf_str(&b); *s; s++)
		if (prose && *s == ' ' && s > b.p && blank_is_tied(b.p, s))
			buf_puts(out, s[1] == '%' ? "\xe2\x80\xaf" : "\xc2\xa0");
		else
			buf_putc(out, *s);
	buf_free(&b);
}

static json_t *printed(const struct cell *c)
{
	struct buf b = {0};
	print_tied(&b, c);
	json_t *v = html_text(buf_str(&b));
	buf_free(&b);
	return v;
}

/* Where a long name may go on in the next line: behind a mark within it, before a capital. */
static bool may_break(const char *at)
{
	return strchr("_.-/:", at[-1]) || (at[-1] >= 'a' && at[-1] <= 'z' && *at >= 'A' && *at <= 'Z');
}

enum { WORD_KEPT = 14, WORD_LONG = 24, WHOLE_MOST = 18, PIECE_LEAST = 3, DEEPEST = 9 };

json_t *html_pieces(const char *s)
{
	json_t *a = NULL;
	const char *from = s;
	for (size_t n; s && *s; s += n) {
		n = strcspn(s, " ");
		if (n > WORD_KEPT) {
			const char *last = s;
			for (const char *p = s + PIECE_LEAST; p + PIECE_LEAST <= s + n; p++)
				if (p - last >= PIECE_LEAST && may_break(p)) {
					a = a ? a : json_array();
					json_array_append_new(a, json_stringn_nocheck(from, (size_t)(p - from)));
					from = last = p;
				}
		}
		n += strspn(s + n, " ");
	}
	if (a)
		json_array_append_new(a, json_string_nocheck(from));
	return a ? a : json_null();
}

/* A word that would make its column as wide as itself. */
static bool has_long_word(const char *s)
{
	size_t n = 0;
	for (; *s && n <= WORD_LONG; s++)
		n = *s == ' ' ? 0 : n + ((*s & 0xc0) != 0x80);
	return n > WORD_LONG;
}

/* A moment may go on in the next line with its time of day. */
static json_t *moment_pieces(const char *s)
{
	const char *time = s ? strchr(s, 'T') : NULL;
	return time ? json_pack("[s%, s]", s, (size_t)(time - s), time) : json_null();
}

/* How deep a text stands below others, by the blanks before it: lines that it goes on in are set in as well. */
static size_t depth_of(const char *s)
{
	static const char em[] = "\xe2\x80\x83";
	size_t n = 0;
	while (s && strncmp(s, em, 3) == 0 && n < DEEPEST) {
		s += 3;
		n++;
	}
	return n;
}

json_t *html_cell(const struct cell *c, const struct table_column *col)
{
	json_t *o = json_object();
	json_t *text = printed(c);
	bool words = c->cls == CELL_CODE || c->cls == CELL_TEXT || c->cls == CELL_OWN;
	json_t *pieces = words ? html_pieces(json_string_value(text)) : json_null();
	bool name = c->cls == CELL_CODE || json_is_array(pieces);
	if (c->cls == CELL_DATE) {
		json_decref(pieces);
		pieces = moment_pieces(json_string_value(text));
	}
	put(o, "pieces", pieces);
	put(o, "text", text);
	const char *class = class_of(c);
	int percent = 0;
	if (col && col->bar && cell_is_number(c) && c->num > 0)
		percent = (int)(c->num >= 1 ? 100 : c->num * 100 + 0.5);
	const char *more = "";
	size_t depth = words && col ? depth_of(json_string_value(text)) : 0;
	if (col && cell_is_number(c) != (col->align == ALIGN_RIGHT))
		more = cell_is_number(c) ? " left" : " right";
	else if (name && json_string_length(json_object_get(o, "text")) <= WHOLE_MOST)
		more = " whole";
	else if (col && words && c->cls != CELL_CODE && has_long_word(json_string_value(json_object_get(o, "text"))))
		more = " long";
	char short_by[16] = "", bar[16] = "";
	if (c->digits_short || c->point_short)
		snprintf(short_by, sizeof short_by, " d%d%s", c->digits_short, c->point_short ? " dp" : "");
	if (percent)
		snprintf(bar, sizeof bar, " bar w%d", percent);
	if (*short_by || *bar)
		put(o, "class", json_sprintf("%s%s%s%s", class, short_by, bar, more));
	else if (depth)
		put(o, "class", json_sprintf("text in%zu%s", depth, more));
	else if (*more)
		put(o, "class", json_sprintf("%s%s", class ? class : "text", more));
	else
		put_text(o, "class", class);
	return o;
}

/* Prose before a number, "(p " or ", n = ": they stay on one line. */
static json_t *tied(const struct cell *c)
{
	static const char nbsp[] = "\xc2\xa0";
	struct buf b = {0}, out = {0};
	print_tied(&b, c);
	const char *s = buf_str(&b);
	size_t n = b.n, keep = n;
	const char *tail = "";
	if (n > 3 && memcmp(s + n - 3, " = ", 3) == 0) {
		keep = n - 3;
		tail = "=";
	} else if (n > 2 && memcmp(s + n - 2, "p ", 2) == 0 && strchr(" (", s[n - 3])) {
		keep = n - 1;
	}
	buf_put(&out, s, keep);
	if (keep < n)
		buf_printf(&out, "%s%s%s", *tail ? nbsp : "", tail, nbsp);
	json_t *v = html_text(buf_str(&out));
	buf_free(&b);
	buf_free(&out);
	return v;
}

/* Prose has no class; a value from the data is code; a number has the class of its kind. */
json_t *html_runs(const struct node *n)
{
	json_t *a = json_array();
	for (size_t i = 0; i < n->ncells; i++) {
		const struct cell *c = &n->cells[i];
		json_t *o = json_object();
		bool before = i + 1 < n->ncells && cell_is_number(c + 1) && !class_of(c);
		bool code = c->cls == CELL_CODE || c->look & LOOK_CODE;
		json_t *text = before ? tied(c) : printed(c);
		put(o, "pieces", code ? html_pieces(json_string_value(text)) : json_null());
		put(o, "text", text);
		put(o, "code", json_boolean(code));
		put(o, "whole", json_boolean(code && json_string_length(text) <= WHOLE_MOST));
		put(o, "strong", json_boolean(c->look & LOOK_STRONG));
		put(o, "emphasis", json_boolean(c->look & LOOK_EMPHASIS));
		put_text(o, "url", c->url);
		put_text(o, "class", c->cls == CELL_CODE ? NULL : class_of(c));
		json_array_append_new(a, o);
	}
	return a;
}
