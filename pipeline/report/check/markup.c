/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads markup as a browser would cut it up, not as a validator: what is sent to a reader may come from
 * a template of somebody else. Knows no element but script and style, whose content is no markup.
 */
#include "report/check_markup.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ATTRIBUTES_MAX = 64 };

struct cutter {
	const struct markup_reader *to;
	const char *begin, *end;
	struct buf texts;          /* of one tag: names and values, each with its NUL */
	size_t offset[ATTRIBUTES_MAX][2];
	struct attribute attributes[ATTRIBUTES_MAX];
	struct buf decoded;
};

const char *tag_value(const struct tag *t, const char *name, const char *fallback)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->attributes[i].name, name) == 0)
			return t->attributes[i].value;
	return fallback;
}

double tag_number(const struct tag *t, const char *name, double fallback)
{
	const char *s = tag_value(t, name, "");
	double v;
	return num_parse_double(s, strlen(s), &v) ? v : fallback;
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '-' || c == ':' || c == '_';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* ---- entities -------------------------------------------------------------------------------- */

static uint32_t entity(struct str name)
{
	static const struct {
		const char *name;
		uint32_t cp;
	} known[] = { { "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' },
		{ "apos", '\'' }, { "nbsp", 0xA0 } };
	for (size_t i = 0; i < COUNTOF(known); i++)
		if (str_eq(name, known[i].name))
			return known[i].cp;
	if (name.n < 2 || name.p[0] != '#')
		return 0;
	bool hex = name.p[1] == 'x' || name.p[1] == 'X';
	uint32_t v = 0;
	for (size_t i = hex ? 2 : 1; i < name.n; i++) {
		const char *digits = "0123456789abcdef", c = (char)(name.p[i] | 0x20);
		const char *at = strchr(
			digits, name.p[i] >= '0' && name.p[i] <= '9' ? name.p[i] : c);
		if (!at || at - digits >= (hex ? 16 : 10) || v > 0x10FFFF)
			return 0;
		v = v * (hex ? 16 : 10) + (uint32_t)(at - digits);
	}
	return v;
}

static void put_decoded(struct buf *out, const char *p, size_t n)
{
	const char *end = p + n;
	while (p < end) {
		const char *and = memchr(p, '&', (size_t)(end - p));
		buf_put(out, p, (size_t)((and ? and : end) - p));
		if (!and)
			return;
		size_t left = (size_t)(end - and);
		const char *semicolon = memchr(and, ';', left < 12 ? left : 12);
		uint32_t cp = semicolon ? entity((struct str){ and + 1, (size_t)(semicolon - and) - 1 }) : 0;
		if (cp)
			utf8_put(out, cp);
		else
			buf_putc(out, '&');
		p = cp ? semicolon + 1 : and + 1;
	}
}

/* ---- tags ------------------------------------------------------------------------------------ */

static void put_name(struct cutter *c, const char **p)
{
	for (; *p < c->end && is_name(**p); (*p)++)
		buf_putc(&c->texts, lower(**p));
}

/* Reads attributes up to '>'; returns what follows it, or NULL when the tag does not end. */
static const char *read_attributes(struct cutter *c, const char *p, size_t *n)
{
	while (p < c->end && *p != '>') {
		if (!is_name(*p)) {
			p++;
			continue;
		}
		size_t i = *n < ATTRIBUTES_MAX ? (*n)++ : ATTRIBUTES_MAX - 1;
		c->offset[i][0] = c->texts.n;
		put_name(c, &p);
		buf_putc(&c->texts, '\0');
		c->offset[i][1] = c->texts.n;
		while (p < c->end && is_space(*p))
			p++;
		if (p < c->end && *p == '=') {
			for (p++; p < c->end && is_space(*p);)
				p++;
			char quote = p < c->end && (*p == '"' || *p == '\'') ? *p++ : '\0';
			const char *from = p;
			if (quote)
				p = memchr(p, quote, (size_t)(c->end - p));
			else
				while (p < c->end && !is_space(*p) && *p != '>')
					p++;
			if (!p)
				return NULL;
			put_decoded(&c->texts, from, (size_t)(p - from));
			p += quote != '\0';
		}
		buf_putc(&c->texts, '\0');
	}
	return p < c->end ? p + 1 : NULL;
}

/* Where "</tag" stands, or the end: what is before is no markup. */
static const char *raw_end(const struct cutter *c, const char *tag, const char *p)
{
	size_t n = strlen(tag);
	while ((p = memchr(p, '<', (size_t)(c->end - p))) != NULL) {
		if ((size_t)(c->end - p) >= n + 2 && p[1] == '/' && strncasecmp(p + 2, tag, n) == 0)
			return p;
		p++;
	}
	return c->end;
}

static const char *read_tag(struct cutter *c, const char *p)
{
	const char *start = p;
	bool closing = p[1] == '/';
	size_t n = 0;
	buf_clear(&c->texts);
	p += closing ? 2 : 1;
	put_name(c, &p);
	buf_putc(&c->texts, '\0');
	if (closing) {
		const char *close = memchr(p, '>', (size_t)(c->end - p));
		c->to->close(c->to->ctx, c->texts.p);
		return close ? close + 1 : NULL;
	}
	p = read_attributes(c, p, &n);
	if (!p)
		return NULL;
	for (size_t i = 0; i < n; i++)     /* only now the buffer moves no more */
		c->attributes[i] = (struct attribute){ c->texts.p + c->offset[i][0], c->texts.p + c->offset[i][1] };
	struct tag t = { c->texts.p, c->attributes, n, p[-2] == '/', (size_t)(start - c->begin) };
	c->to->open(c->to->ctx, &t);
	if (strcmp(t.name, "script") != 0 && strcmp(t.name, "style") != 0)
		return p;
	const char *end = raw_end(c, t.name, p);
	c->to->text(c->to->ctx, p, (size_t)(end - p), true);
	return end;
}

static const char *read_comment(const struct cutter *c, const char *p)
{
	if (c->end - p < 4 || memcmp(p, "<!--", 4) != 0) {
		const char *close = memchr(p, '>', (size_t)(c->end - p));
		return close ? close + 1 : NULL;
	}
	for (p += 4; (p = memchr(p, '-', (size_t)(c->end - p))) != NULL; p++)
		if (c->end - p >= 3 && memcmp(p, "-->", 3) == 0)
			return p + 3;
	return NULL;
}

static const char *read_text(struct cutter *c, const char *p)
{
	const char *next = memchr(p, '<', (size_t)(c->end - p));
	next = next ? next : c->end;
	buf_clear(&c->decoded);
	put_decoded(&c->decoded, p, (size_t)(next - p));
	c->to->text(c->to->ctx, buf_str(&c->decoded), c->decoded.n, false);
	return next;
}

bool markup_read(const struct markup_reader *r, const char *html, size_t n)
{
	struct cutter *c = mem_calloc(1, sizeof *c);
	c->to = r;
	c->begin = html;
	c->end = html + n;
	const char *p = html;
	while (p && p < c->end) {
		if (*p != '<')
			p = read_text(c, p);
		else if (p + 1 < c->end && (p[1] == '!' || p[1] == '?'))
			p = read_comment(c, p);
		else if (p + 1 < c->end && (p[1] == '/' || is_name(p[1])))
			p = read_tag(c, p);
		else
			p = read_text(c, p + 1);   /* a '<' that begins nothing */
	}
	buf_free(&c->texts);
	buf_free(&c->decoded);
	free(c);
	return p != NULL;
}
