/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One value of JSON (RFC 8259) in one pass: checked strictly, its scalars handed to the record.
 * The byte at `end` is 0, which is allowed nowhere, so that each look at a byte is also the
 * look for the end.
 */
#include "ingest/json/json_int.h"

#include <string.h>

static char *blanks(char *p)
{
	while (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')
		p++;
	return p;
}

enum js_status js_stop(char **at, char *p, const char *end)
{
	*at = p;
	return p >= end ? JS_END : JS_BAD;
}

static enum js_status too_deep(struct js_record *r, char **at, char *p)
{
	r->too_deep = true;
	*at = p;
	return JS_BAD;
}

/* ---- other scalars ------------------------------------------------------------------------- */

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number may end where the bytes end: whoever asked knows whether there are more. */
static enum js_status number_end(char **at, char *p, const char *end)
{
	if (*p == '-')
		p++;
	if (!digit(*p))
		return js_stop(at, p, end);
	if (*p == '0')
		p++;
	else
		while (digit(*p))
			p++;
	if (*p == '.') {
		if (!digit(*++p))
			return js_stop(at, p, end);
		while (digit(*p))
			p++;
	}
	if (*p == 'e' || *p == 'E') {
		p++;
		if (*p == '+' || *p == '-')
			p++;
		if (!digit(*p))
			return js_stop(at, p, end);
		while (digit(*p))
			p++;
	}
	*at = p;
	return JS_OK;
}

static enum js_status word_end(char **at, char *p, const char *end, const char *word)
{
	for (; *word; word++, p++)
		if (*p != *word)
			return js_stop(at, p, end);
	*at = p;
	return JS_OK;
}

/* ---- arrays: kept as text ------------------------------------------------------------------ */

static enum js_status skip_array(struct js_record *r, char **at, char *end, int depth)
{
	char *p = blanks(*at + 1);
	if (depth > r->depth)
		return too_deep(r, at, p);
	if (*p == ']') {
		*at = p + 1;
		return JS_OK;
	}
	for (;;) {
		enum js_status status = js_value(r, &p, end, NULL, depth);
		if (status != JS_OK) {
			*at = p;
			return status;
		}
		p = blanks(p);
		if (*p == ']') {
			*at = p + 1;
			return JS_OK;
		}
		if (*p != ',')
			return js_stop(at, p, end);
		p = blanks(p + 1);
	}
}

/* Checked JSON text without the blanks between its tokens. */
static struct str compact(struct arena *a, struct str s)
{
	size_t blank = 0;
	bool inside = false;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			inside = !inside;
		else if (inside && s.p[i] == '\\')
			i++;
		else if (!inside && (unsigned char)s.p[i] <= ' ')
			blank++;
	}
	if (!blank)
		return s;
	char *text = arena_alloc(a, s.n - blank), *to = text;
	inside = false;
	for (size_t i = 0; i < s.n; i++) {
		if (!inside && (unsigned char)s.p[i] <= ' ')
			continue;
		if (s.p[i] == '"')
			inside = !inside;
		*to++ = s.p[i];
		if (inside && s.p[i] == '\\')
			*to++ = s.p[++i];
	}
	return (struct str){ text, s.n - blank };
}

/* The first two numbers of a position as cells of its longitude and latitude. */
static void point(struct js_record *r, struct js_node *node, char *p, char *end)
{
	struct str xy[2];
	for (int i = 0; i < 2; i++) {
		char *from = p = blanks(p + 1);
		if (number_end(&p, p, end) != JS_OK)
			return;
		xy[i] = (struct str){ from, (size_t)(p - from) };
		p = blanks(p);
		if (*p != ',' && (i == 0 || *p != ']'))
			return;
	}
	js_cell_add(r, node->first, JS_NUMBER, xy[0]);
	js_cell_add(r, node->last, JS_NUMBER, xy[1]);
}

static enum js_status array(struct js_record *r, char **at, char *end,
	struct js_node *node, int depth)
{
	char *start = *at;
	enum js_status status = skip_array(r, at, end, depth);
	if (status != JS_OK || !node || node->skip)
		return status;
	if (node->point)
		point(r, node, start, *at);
	else
		js_cell_add(r, node, JS_ARRAY,
			compact(r->bytes, (struct str){ start, (size_t)(*at - start) }));
	return JS_OK;
}

enum js_status js_tuple(struct js_record *r, char **at, char *end)
{
	struct js_node *node = NULL;
	char *p = blanks(*at + 1);
	if (*p == ']') {
		*at = p + 1;
		return JS_OK;
	}
	for (int64_t i = 0;; i++) {
		char name[NUM_MAX];
		node = js_key(r, r->root, node,
			(struct str){ name, num_shortest(name, (double)i) });
		enum js_status status = js_value(r, &p, end, node, 1);
		if (status != JS_OK) {
			*at = p;
			return status;
		}
		p = blanks(p);
		if (*p == ']') {
			*at = p + 1;
			return JS_OK;
		}
		if (*p != ',')
			return js_stop(at, p, end);
		p = blanks(p + 1);
	}
}

/* ---- objects ------------------------------------------------------------------------------- */

/* The key at *p. The one that followed last time is compared before anything is scanned. */
static enum js_status key(struct js_record *r, char **p, char *end,
	struct js_node *object, struct js_node **node)
{
	struct js_node *guess = *node ? (*node)->then : object->first;
	char *text = *p + 1;
	if (guess && guess->plain && (size_t)(end - text) > guess->key.n &&
		text[guess->key.n] == '"' && memcmp(text, guess->key.p, guess->key.n) == 0) {
		*p = text + guess->key.n + 1;
		if (guess->seen != r->number) {
			guess->seen = r->number;
			*node = guess;
			return JS_OK;
		}
		*p = text - 1;
	}
	struct str s;
	enum js_status status = js_string(r, p, end, &s);
	if (status == JS_OK)
		*node = js_key(r, object, *node, s);
	return status;
}

/* node NULL: only checked. */
static enum js_status object(struct js_record *r, char **at, char *end,
	struct js_node *node, int depth)
{
	struct js_node *child = NULL;
	char *p = blanks(*at + 1);
	if (depth > r->depth)
		return too_deep(r, at, p);
	if (*p == '}') {
		*at = p + 1;
		return JS_OK;
	}
	for (;;) {
		if (*p != '"')
			return js_stop(at, p, end);
		enum js_status status = node ? key(r, &p, end, node, &child)
					       : js_string(r, &p, end, NULL);
		if (status == JS_OK) {
			p = blanks(p);
			if (*p != ':')
				return js_stop(at, p, end);
			p = blanks(p + 1);
			status = js_value(r, &p, end, child, depth);
		}
		if (status != JS_OK) {
			*at = p;
			return status;
		}
		p = blanks(p);
		if (*p == '}') {
			*at = p + 1;
			return JS_OK;
		}
		if (*p != ',')
			return js_stop(at, p, end);
		p = blanks(p + 1);
	}
}

/* ---- any value ----------------------------------------------------------------------------- */

enum js_status js_value(struct js_record *r, char **p, char *end,
	struct js_node *node, int depth)
{
	char *start = *p;
	enum js_kind kind;
	enum js_status status;
	struct str s;
	switch (*start) {
	case '"':
		status = js_string(r, p, end, node ? &s : NULL);
		if (status == JS_OK && node)
			js_cell_add(r, node, JS_TEXT, s);
		return status;
	case '{':
		if (node && node->skip)
			node = NULL;
		r->nested |= node && node != r->root;
		return object(r, p, end, node, depth + 1);
	case '[':
		return array(r, p, end, node, depth + 1);
	case 't':
		status = word_end(p, start, end, "true");
		kind = JS_BOOLEAN;
		break;
	case 'f':
		status = word_end(p, start, end, "false");
		kind = JS_BOOLEAN;
		break;
	case 'n':
		status = word_end(p, start, end, "null");
		kind = JS_NULL;
		break;
	default:
		status = number_end(p, start, end);
		kind = JS_NUMBER;
	}
	if (status == JS_OK && node)
		js_cell_add(r, node, kind, (struct str){ start, (size_t)(*p - start) });
	return status;
}
