/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A scanner for XML as spreadsheet programs write it: UTF-8, all elements with the same prefix or
 * without any, no comments, no CDATA, nothing but blanks between elements. It is several times as fast as a parser of all of
 * XML; what it does not know it calls odd, and expat reads the part instead.
 */
#define _GNU_SOURCE         /* memmem */
#include "ingest/sheet/xlsx_int.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK = 1 << 18 };

void xlsx_scan_open(struct xlsx_scan *s, struct part *part, int64_t most)
{
	*s = (struct xlsx_scan){ .part = part, .cap = CHUNK, .most = (size_t)most };
	s->p = mem_alloc(s->cap + 1);
	s->p[0] = 0;
}

void xlsx_scan_close(struct xlsx_scan *s)
{
	free(s->p);
	free(s->kept);
	*s = (struct xlsx_scan){ 0 };
}

enum xlsx_unit xlsx_scan_more(struct xlsx_scan *s, struct err *e)
{
	if (s->ended)
		return UNIT_ODD;
	s->n -= s->at;
	memmove(s->p, s->p + s->at, s->n);
	s->at = 0;
	if (s->n == s->cap) {
		if (s->cap > s->most / 2) {
			err_set(e, ERR_INPUT, "'%s': a row of more than %zu MB", s->part->name,
				s->most >> 20);
			return UNIT_ERROR;
		}
		s->cap *= 2;
		s->p = mem_realloc(s->p, s->cap + 1, 1);
	}
	int64_t got = part_read(s->part, s->p + s->n, s->cap - s->n, e);
	if (got < 0)
		return UNIT_ERROR;
	s->ended = !got;
	s->n += (size_t)got;
	s->p[s->n] = 0;
	return UNIT_DONE;
}

char *xlsx_scan_room(struct xlsx_scan *s, size_t n)
{
	if (s->kept_cap < 3 * s->cap) {
		/* the unit has been begun again since the buffer grew: nothing is in use */
		s->kept_cap = 3 * s->cap;
		free(s->kept);
		s->kept = mem_alloc(s->kept_cap);
	}
	char *room = s->kept + s->nkept;
	s->nkept += n;
	return room;
}

/* ---- pieces ------------------------------------------------------------------------------ */

static bool blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/* It ends at p, or something strange stands there. */
static const char *stuck(const struct xlsx_scan *s, const char *p, enum xlsx_unit *u)
{
	*u = p == s->p + s->n ? UNIT_MORE : UNIT_ODD;
	return NULL;
}

const char *xlsx_tag(const struct xlsx_scan *s, const char *p, struct xlsx_tag *t,
	enum xlsx_unit *u)
{
	while (blank(*p))
		p++;
	if (*p != '<')
		return stuck(s, p, u);
	p++;
	t->close = *p == '/';
	p += t->close;
	t->name = p;
	if (*p == '!' || *p == '?')
		return stuck(s, p, u);
	while (*p && *p != '>' && *p != '/' && !blank(*p))
		p++;
	t->n = (size_t)(p - t->name);
	if (s->nprefix && t->n > s->nprefix && memcmp(t->name, s->prefix, s->nprefix) == 0) {
		t->name += s->nprefix;
		t->n -= s->nprefix;
	}
	t->attrs = p;
	while (*p && *p != '>') {
		if (*p == '"' || *p == '\'') {
			const char *end = memchr(p + 1, *p, (size_t)(s->p + s->n - p - 1));
			if (!end) {
				*u = UNIT_MORE;
				return NULL;
			}
			p = end;
		}
		p++;
	}
	if (!*p)
		return stuck(s, p, u);
	t->empty = p[-1] == '/' && p > t->name;
	return p + 1;
}

/* ---- text -------------------------------------------------------------------------------- */

char *xlsx_utf8(char *to, uint32_t cp)
{
	if (cp < 0x80) {
		*to++ = (char)cp;
		return to;
	}
	static const unsigned lead[] = { 0, 0xc0, 0xe0, 0xf0 };
	int more = cp < 0x800 ? 1 : cp < 0x10000 ? 2 : 3;
	*to++ = (char)(lead[more] | cp >> 6 * more);
	while (more--)
		*to++ = (char)(0x80 | (cp >> 6 * more & 0x3f));
	return to;
}

/* One entity at p, behind its '&'. Returns the place behind it, NULL: not known. */
static const char *entity(const char *p, const char *end, char **to)
{
	static const struct {
		const char *name;
		char c;
	} known[] = { { "lt;", '<' }, { "gt;", '>' }, { "amp;", '&' }, { "quot;", '"' },
		{ "apos;", '\'' } };
	for (size_t i = 0; i < COUNTOF(known); i++) {
		size_t n = strlen(known[i].name);
		if ((size_t)(end - p) >= n && memcmp(p, known[i].name, n) == 0) {
			*(*to)++ = known[i].c;
			return p + n;
		}
	}
	if (p == end || *p++ != '#')
		return NULL;
	bool hex = p < end && *p == 'x';
	uint32_t cp = 0;
	const char *from = p += hex;
	for (; p < end && *p != ';'; p++) {
		unsigned d = (unsigned char)*p;
		d = d >= '0' && d <= '9' ? d - '0' : hex && (d | 32) >= 'a' && (d | 32) <= 'f'
			? (d | 32) - 'a' + 10 : 99;
		if (d == 99 || cp > 0x10ffff)
			return NULL;
		cp = cp * (hex ? 16 : 10) + d;
	}
	if (p == end || p == from || !cp || cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		return NULL;
	*to = xlsx_utf8(*to, cp);
	return p + 1;
}

/* Entities resolved, line ends as XML wants them. Never longer than it was. */
static bool decode(struct str s, char *to, size_t *n)
{
	const char *p = s.p, *end = s.p + s.n, *from = to;
	while (p < end) {
		if (*p == '&') {
			p = entity(p + 1, end, &to);
			if (!p)
				return false;
		} else if (*p == '\r') {
			p++;
			if (p == end || *p != '\n')
				*to++ = '\n';
		} else {
			*to++ = *p++;
		}
	}
	*n = (size_t)(to - from);
	return true;
}

const char *xlsx_text(struct xlsx_scan *s, const char *p, struct str *text, enum xlsx_unit *u)
{
	const char *from = p;
	bool plain = true, ascii = true;
	for (; *p != '<'; p++) {
		if (!*p)
			return stuck(s, p, u);
		plain &= *p != '&' && *p != '\r';
		ascii &= (unsigned char)*p < 0x80;
	}
	*text = (struct str){ from, (size_t)(p - from) };
	if (!ascii && !utf8_valid(text->p, text->n, NULL)) {
		*u = UNIT_ODD;
		return NULL;
	}
	if (plain)
		return p;
	char *to = xlsx_scan_room(s, text->n);
	if (!decode(*text, to, &text->n)) {
		*u = UNIT_ODD;
		return NULL;
	}
	text->p = to;
	/* what was not needed is given back, so that the next run follows */
	s->nkept = (size_t)(to - s->kept) + text->n;
	return p;
}

/* `more` behind what is there already. From the second run on the text is the last that was kept,
 * and grows there. */
static void join(struct xlsx_scan *s, struct str *text, struct str more)
{
	const char *end = text->p + text->n;
	if (more.n && end == more.p) {
		text->n += more.n;
	} else if (more.n && s->kept && end == s->kept + s->nkept) {
		memcpy(xlsx_scan_room(s, more.n), more.p, more.n);
		text->n += more.n;
	} else if (more.n) {
		char *to = xlsx_scan_room(s, text->n + more.n);
		memcpy(to, text->p, text->n);
		memcpy(to + text->n, more.p, more.n);
		*text = (struct str){ to, text->n + more.n };
	}
}

const char *xlsx_rich(struct xlsx_scan *s, const char *p, const char *name, struct str *text,
	enum xlsx_unit *u)
{
	size_t len = strlen(name);
	int phonetic = 0;
	struct xlsx_tag t;
	*text = (struct str){ NULL, 0 };
	while ((p = xlsx_tag(s, p, &t, u)) != NULL) {
		if (t.close && xlsx_tag_is(&t, name, len))
			break;
		if (xlsx_tag_is(&t, "rPh", 3) && !t.empty)
			phonetic += t.close ? -1 : 1;
		if (t.close || t.empty || !xlsx_tag_is(&t, "t", 1))
			continue;
		struct str run;
		size_t kept = s->nkept;
		p = xlsx_text(s, p, &run, u);
		if (!p)
			return NULL;
		if (phonetic)
			s->nkept = kept;
		else if (text->n)
			join(s, text, run);
		else
			*text = run;
	}
	return p;
}

/* ---- the beginning ----------------------------------------------------------------------- */

/* Past a mark and <?xml ... ?>. */
static const char *prolog(const struct xlsx_scan *s, const char *p, enum xlsx_unit *u)
{
	if (memcmp(p, "\xef\xbb\xbf", 3) == 0)
		p += 3;
	while (blank(*p))
		p++;
	if (strncmp(p, "<?xml", 5) != 0)
		return p;
	const char *end = strstr(p, "?>");
	if (!end)
		return stuck(s, p + strlen(p), u);
	struct str head = { p, (size_t)(end - p) };
	const char *encoding = memmem(head.p, head.n, "encoding", 8);
	struct str rest = { encoding, encoding ? (size_t)(end - encoding) : 0 };
	if (encoding && !memmem(rest.p, rest.n, "UTF-8", 5) &&
		!memmem(rest.p, rest.n, "utf-8", 5)) {
		*u = UNIT_ODD;
		return NULL;
	}
	return end + 2;
}

/* The root may have a prefix: then all elements of the format have it. */
static bool take_prefix(struct xlsx_scan *s, struct xlsx_tag *t)
{
	const char *colon = memchr(t->name, ':', t->n);
	size_t n = colon ? (size_t)(colon - t->name) + 1 : 0;
	if (n > sizeof s->prefix)
		return false;
	memcpy(s->prefix, t->name, n);
	s->nprefix = n;
	t->name += n;
	t->n -= n;
	return true;
}

enum xlsx_unit xlsx_scan_into(struct xlsx_scan *s, const char *name, struct err *e)
{
	size_t len = strlen(name);
	bool begun = false, root = true;
	for (;;) {
		enum xlsx_unit u = UNIT_MORE;
		struct xlsx_tag t;
		const char *p = s->p + s->at;
		if (!begun && (s->n > 3 || s->ended))
			p = prolog(s, p, &u);
		if (p && (begun || s->n > 3))
			p = xlsx_tag(s, p, &t, &u);
		else
			p = NULL;
		if (!p) {
			if (u == UNIT_MORE)
				u = xlsx_scan_more(s, e);
			if (u != UNIT_DONE)
				return u;
			continue;
		}
		begun = true;
		s->at = (size_t)(p - s->p);
		if (root && !take_prefix(s, &t))
			return UNIT_ODD;
		root = false;
		if (!t.close && xlsx_tag_is(&t, name, len))
			return t.empty ? UNIT_END : UNIT_DONE;
	}
}
