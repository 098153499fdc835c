/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings of JSON: where they end, and their text without escapes. */
#include "ingest/json/json_int.h"

#include <string.h>

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 32);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The four digits at p, -1 when they are none. */
static int32_t hex4(const char *p)
{
	int32_t v = 0;
	for (int i = 0; i < 4; i++) {
		int h = hex(p[i]);
		if (h < 0)
			return -1;
		v = v * 16 + h;
	}
	return v;
}

/* Moves over characters that stand for themselves. Eight bytes at a time: has one of them the
 * top bit clear and is '"', '\\' or below blank? (Mycroft's test for zero bytes; what it finds
 * too much is sorted out by the plain loop.) */
static char *ordinary(char *p, const char *end)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	for (uint64_t w; end - p >= 8; p += 8) {
		memcpy(&w, p, 8);
		uint64_t quote = w ^ ones * '"', slash = w ^ ones * '\\';
		uint64_t hit = ((quote - ones) & ~quote) | ((slash - ones) & ~slash) |
			((w - ones * ' ') & ~w);
		if (hit & tops)
			break;
	}
	while ((unsigned char)*p >= ' ' && *p != '"' && *p != '\\')
		p++;
	return p;
}

/* Behind the closing quote; *escaped when there were any. */
static enum js_status string_end(char **at, char *p, const char *end, bool *escaped)
{
	for (;;) {
		p = ordinary(p, end);
		if (*p == '"') {
			*at = p + 1;
			return JS_OK;
		}
		if (*p != '\\')
			return js_stop(at, p, end);
		*escaped = true;
		p++;
		if (*p == 'u') {
			for (int i = 0; i < 4; i++)
				if (hex(*++p) < 0)
					return js_stop(at, p, end);
		} else if (!*p || !strchr("\"\\/bfnrt", *p)) {
			return js_stop(at, p, end);
		}
		p++;
	}
}

static char *put_utf8(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to++ = (char)c;
		return to;
	}
	int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
	static const unsigned char lead[] = { 0, 0xC0, 0xE0, 0xF0 };
	*to++ = (char)(lead[more] | c >> (6 * more));
	while (more--)
		*to++ = (char)(0x80 | ((c >> (6 * more)) & 0x3F));
	return to;
}

/* The character of \uXXXX with its second half, if any; *p is behind the 'u'. */
static uint32_t unescape_u(const char **p, const char *end)
{
	uint32_t c = (uint32_t)hex4(*p);
	*p += 4;
	if (c < 0xD800 || c > 0xDFFF)
		return c;
	if (c < 0xDC00 && end - *p >= 6 && (*p)[0] == '\\' && (*p)[1] == 'u') {
		int32_t low = hex4(*p + 2);
		if (low >= 0xDC00 && low <= 0xDFFF) {
			*p += 6;
			return 0x10000 + ((c - 0xD800) << 10) + ((uint32_t)low - 0xDC00);
		}
	}
	return 0xFFFD;             /* half a pair: texts cut by programs that count so */
}

/* A checked text without its escapes, which never is longer; \u0000 is left out. */
static struct str unescape(struct arena *a, const char *p, const char *end)
{
	char *text = arena_alloc(a, (size_t)(end - p) + 1), *to = text;
	while (p < end) {
		if (*p != '\\') {
			*to++ = *p++;
			continue;
		}
		static const char from[] = "bfnrt", into[] = "\b\f\n\r\t";
		const char *short_form = strchr(from, p[1]);
		p += 2;
		if (p[-1] == 'u') {
			uint32_t c = unescape_u(&p, end);
			if (c)
				to = put_utf8(to, c);
		} else {
			*to++ = short_form ? into[short_form - from] : p[-1];
		}
	}
	return (struct str){ text, (size_t)(to - text) };
}

enum js_status js_string(struct js_record *r, char **p, char *end, struct str *s)
{
	char *start = *p + 1;
	bool escaped = false;
	enum js_status status = string_end(p, start, end, &escaped);
	if (status != JS_OK || !s)
		return status;
	*s = (struct str){ start, (size_t)(*p - 1 - start) };
	if (escaped)
		*s = unescape(r->bytes, start, start + s->n);
	return JS_OK;
}
