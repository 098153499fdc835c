/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A tolerant reader of HTML for the checks: what a reader sees as text, and the ids, links,
 * charts and loads in it. It knows no template: pictures, navigation and code are left out by
 * their tags.
 */
#include "report/check_scan.h"

#include <string.h>
#include <strings.h>

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		c == '-' || c == ':' || c == '_';
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
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
	for (size_t i = 0; i < n; i++) {
		const char *semicolon = p[i] == '&' ? memchr(p + i, ';', n - i < 12 ? n - i : 12)
			: NULL;
		uint32_t cp = semicolon
			? entity((struct str){ p + i + 1, (size_t)(semicolon - p) - i - 1 })
			: 0;
		if (cp == 0) {
			buf_putc(out, p[i]);
			continue;
		}
		utf8_put(out, cp);
		i = (size_t)(semicolon - p);
	}
}

/* ---- what is found --------------------------------------------------------------------------- */

static void add(struct scan_list *l, struct scan_item item)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 64;
		l->v = mem_realloc(l->v, l->cap, sizeof *l->v);
	}
	l->v[l->n++] = item;
}

/* What is in the page itself: anything else would have to be fetched. */
static bool is_inside(const char *url)
{
	url += strspn(url, " \t\n\r");
	return *url == '\0' || *url == '#' || strncasecmp(url, "data:", 5) == 0;
}

static void note(struct scan *s, struct scan_list *l, const char *name)
{
	add(l, (struct scan_item){ name, s->text.n, s->at });
}

/* A style may load too. */
static void note_style(struct scan *s, const char *p, size_t n)
{
	for (size_t i = 0; i + 4 < n; i++) {
		bool url = strncasecmp(p + i, "url(", 4) == 0;
		bool import = n - i > 7 && strncasecmp(p + i, "@import", 7) == 0;
		if (!url && !import)
			continue;
		char head[16] = "";
		size_t k = 0;
		for (const char *at = p + i + (url ? 4 : 7); at < p + n && k < sizeof head - 1; at++)
			if (*at != '"' && *at != '\'' && *at != ' ')
				head[k++] = *at;
		if (import || !is_inside(head))
			note(s, &s->loads, arena_printf(s->arena, "style: %s", head));
	}
}

static void note_attribute(struct scan *s, const char *tag, const char *name, const char *value)
{
	static const char *const loading[] = { "src", "srcset", "poster", "data", "action",
		"formaction", "background", "manifest", "xlink:href" };
	bool href = strcmp(name, "href") == 0, anchor = strcmp(tag, "a") == 0;
	if (strcmp(name, "id") == 0)
		note(s, &s->ids, arena_strdup(s->arena, value));
	if (href && anchor && value[0] == '#')
		note(s, &s->links, arena_strdup(s->arena, value + 1));
	if (strcmp(name, "style") == 0)
		note_style(s, value, strlen(value));
	bool loads = href && !anchor;
	for (size_t i = 0; i < COUNTOF(loading); i++)
		loads = loads || strcmp(name, loading[i]) == 0;
	bool runs = strncmp(name, "on", 2) == 0 || (href && strncasecmp(value, "javascript:", 11) == 0);
	if (runs || (loads && !is_inside(value)))
		note(s, runs ? &s->code : &s->loads,
			arena_printf(s->arena, "<%s %s=\"%.120s\">", tag, name, value));
}

/* ---- tags ------------------------------------------------------------------------------------ */

/* Reads the attributes up to '>'; returns what follows it, or NULL when the tag does not end. */
static const char *read_attributes(struct scan *s, const char *tag, const char *p, const char *end)
{
	struct buf name = { 0 }, value = { 0 };
	while (p < end && *p != '>') {
		if (!is_name(*p)) {
			p++;
			continue;
		}
		buf_clear(&name);
		buf_clear(&value);
		for (; p < end && is_name(*p); p++)
			buf_putc(&name, (char)(*p >= 'A' && *p <= 'Z' ? *p | 0x20 : *p));
		while (p < end && is_space(*p))
			p++;
		if (p < end && *p == '=') {
			for (p++; p < end && is_space(*p);)
				p++;
			char quote = p < end && (*p == '"' || *p == '\'') ? *p++ : '\0';
			const char *from = p;
			while (p < end && (quote ? *p != quote : !is_space(*p) && *p != '>'))
				p++;
			put_decoded(&value, from, (size_t)(p - from));
			p += quote && p < end;
		}
		note_attribute(s, tag, buf_str(&name), buf_str(&value));
	}
	buf_free(&name);
	buf_free(&value);
	return p < end ? p + 1 : NULL;
}

static bool is_unread(const char *tag)
{
	static const char *const unread[] = { "head", "svg", "figure", "nav" };
	for (size_t i = 0; i < COUNTOF(unread); i++)
		if (strcmp(tag, unread[i]) == 0)
			return true;
	return false;
}

/* Skips what is no markup until "</tag"; returns where that stands. */
static const char *skip_raw(struct scan *s, const char *tag, const char *p, const char *end)
{
	size_t n = strlen(tag);
	const char *at = p;
	for (; at < end; at++)
		if ((size_t)(end - at) >= n + 2 && at[0] == '<' && at[1] == '/' &&
			strncasecmp(at + 2, tag, n) == 0)
			break;
	if (strcmp(tag, "style") == 0)
		note_style(s, p, (size_t)(at - p));
	return at;
}

static const char *read_tag(struct scan *s, const char *p, const char *end)
{
	bool closing = p[1] == '/';
	char tag[32];
	size_t n = 0;
	for (p += closing ? 2 : 1; p < end && is_name(*p); p++)
		if (n < sizeof tag - 1)
			tag[n++] = (char)(*p >= 'A' && *p <= 'Z' ? *p | 0x20 : *p);
	tag[n] = '\0';
	if (closing) {
		s->unread -= is_unread(tag) && s->unread > 0;
		const char *close = memchr(p, '>', (size_t)(end - p));
		return close ? close + 1 : NULL;
	}
	if (strcmp(tag, "svg") == 0)
		note(s, &s->pictures, "svg");
	p = read_attributes(s, tag, p, end);
	if (!p)
		return NULL;
	s->unread += is_unread(tag) && p[-2] != '/';
	bool raw = strcmp(tag, "script") == 0 || strcmp(tag, "style") == 0;
	return raw ? skip_raw(s, tag, p, end) : p;
}

bool scan_html(struct scan *s, struct arena *a, const char *html, size_t n)
{
	*s = (struct scan){ .arena = a };
	const char *p = html, *end = html + n;
	while (p && p < end) {
		s->at = (size_t)(p - html);
		if (*p != '<') {
			const char *next = memchr(p, '<', (size_t)(end - p));
			next = next ? next : end;
			if (s->unread == 0)
				put_decoded(&s->text, p, (size_t)(next - p));
			p = next;
			continue;
		}
		buf_putc(&s->text, '\n');      /* what stands in two elements is never one number */
		if (end - p >= 4 && memcmp(p, "<!--", 4) == 0) {
			const char *close = p + 4;
			while (close + 3 <= end && memcmp(close, "-->", 3) != 0)
				close++;
			p = close + 3 <= end ? close + 3 : NULL;
		} else if (end - p >= 2 && (p[1] == '!' || p[1] == '?')) {
			const char *close = memchr(p, '>', (size_t)(end - p));
			p = close ? close + 1 : NULL;
		} else {
			p = read_tag(s, p, end);
		}
	}
	return p != NULL && s->unread == 0;
}

void scan_free(struct scan *s)
{
	struct scan_list *lists[] = { &s->ids, &s->links, &s->loads, &s->code, &s->pictures };
	for (size_t i = 0; i < COUNTOF(lists); i++)
		free(lists[i]->v);
	buf_free(&s->text);
}
