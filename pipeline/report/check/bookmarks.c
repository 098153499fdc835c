/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where bookmarks and links of the PDF lead: to a page of it, and bookmarks to the one where their section
 * begins. */
#include "report/check_pdf_int.h"

#include <string.h>

/* ---- where something leads ------------------------------------------------------------------- */

/* The page of "[ 12 0 R /XYZ ...]", given as such or by reference; SIZE_MAX: none. */
static size_t page_of(const struct pdf_objects *o, const char *p, const char *end)
{
	size_t number = *p == '[' ? 0 : object_number(o, p, end);
	if (number) {
		p = o->v[number].p;
		end = p + o->v[number].n;
	}
	p = find_bytes(p, end, "[");
	for (p = p ? p + 1 : end; p < end && (*p == ' ' || *p == '\n' || *p == '\r');)
		p++;
	number = object_number(o, p, end);
	for (size_t i = 0; number && i < o->npages; i++)
		if (o->pages[i] == number)
			return i;
	return SIZE_MAX;
}

/* Where an outline item or a link leads. */
static size_t target_of(const struct pdf_objects *o, size_t number)
{
	const struct pdf_object *v = &o->v[number];
	const char *p = object_value(v, "/Dest");
	if (!p)
		p = object_value(v, "/D");
	return p ? page_of(o, p, v->p + v->n) : SIZE_MAX;
}

/* ---- texts ----------------------------------------------------------------------------------- */

static int hex_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10
		: c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What follows a backslash: three octal digits, or the character itself. */
static const char *read_escape(struct buf *b, const char *p, const char *end)
{
	unsigned byte = 0;
	int digits = 0;
	for (; digits < 3 && p < end && *p >= '0' && *p <= '7'; digits++)
		byte = byte << 3 | (unsigned)(*p++ - '0');
	if (digits)
		buf_putc(b, (char)(unsigned char)byte);
	else if (p < end)
		buf_putc(b, *p++);
	return p;
}

/* UTF-16 in hexadecimal, "<FEFF0031>", as UTF-8; "(of \050what\051 there is)" as bytes. */
static const char *read_string(struct arena *a, const char *p, const char *end)
{
	struct buf b = { 0 };
	if (*p == '(') {
		for (p++; p < end && *p != ')';)
			if (*p != '\\')
				buf_putc(&b, *p++);
			else
				p = read_escape(&b, p + 1, end);
		p = end;
	}
	if (p < end && *p == '<') {
		uint32_t unit = 0, high = 0;
		int digits = 0;
		for (p++; p < end && *p != '>'; p++) {
			if (hex_of(*p) < 0)
				continue;
			unit = unit << 4 | (uint32_t)hex_of(*p);
			if (++digits < 4)
				continue;
			if (unit >= 0xD800 && unit < 0xDC00)
				high = unit;
			else if (unit != 0xFEFF)
				utf8_put(&b, high && unit >= 0xDC00 && unit < 0xE000
					? 0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00) : unit);
			high = unit >= 0xD800 && unit < 0xDC00 ? high : 0;
			digits = 0;
			unit = 0;
		}
	}
	const char *s = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

/* Chapters are numbered in print only: "4.2 Numbers" is "Numbers". */
static const char *without_number(const char *s)
{
	size_t n = strspn(s, "0123456789.");
	return n > 0 && s[n] == ' ' ? s + n + 1 : s;
}

/* The text of a page has blanks where it likes. */
static char *without_blanks(struct arena *a, const char *s)
{
	char *out = arena_strdup(a, s), *to = out;
	for (; *s; s++)
		if (*s != ' ')
			*to++ = *s;
	*to = '\0';
	return out;
}

/* The words of each page side by side. */
static const char **page_texts(struct arena *a, const struct words_placed *w)
{
	const char **v = arena_calloc(a, w->npages + 1, sizeof *v);
	struct buf b = { 0 };
	for (size_t i = 0, page = 0; page < w->npages; page++) {
		buf_clear(&b);
		for (; i < w->n && w->v[i].page == page; i++)
			buf_puts(&b, w->v[i].text);
		v[page] = arena_strdup(a, buf_str(&b));
	}
	buf_free(&b);
	return v;
}

/* Whether the page says the title, or its beginning where that is long; of other than Latin letters
 * nothing is said, for a page orders them as it likes. */
static bool says(struct arena *a, const char *page, const char *title)
{
	enum { ENOUGH = 24 };
	char *s = without_blanks(a, title);
	for (char *p = s; *p; p++)
		if (*p & 0x80)
			return true;
	if (strlen(s) > ENOUGH)
		s[ENOUGH] = '\0';
	return strstr(page, s) != NULL;
}

/* ---- bookmarks ------------------------------------------------------------------------------- */

struct bookmarks {
	struct checking *k;
	const struct pdf_objects *objects;
	const char **pages;        /* texts, or NULL */
	size_t npages, section, seen;
};

/* Section titles in order, some of which have no bookmark. */
static bool follows(struct bookmarks *b, const char *title)
{
	const struct said *said = &b->k->said;
	for (size_t i = b->section; i < said->nsections; i++)
		if (strcmp(said->titles[i], title) == 0) {
			b->section = i + 1;
			return true;
		}
	return false;
}

static void check_bookmark(struct bookmarks *b, size_t number)
{
	const struct pdf_object *o = &b->objects->v[number];
	const char *p = object_value(o, "/Title"), *title = p ? read_string(b->k->arena, p, o->p + o->n) : "";
	size_t page = target_of(b->objects, number);
	buf_printf(&b->k->numbering, "%s\n", title);
	const char *plain = without_number(title);
	/* a box stands for what no font draws: which character it was cannot be told */
	bool known = strstr(title, "\xE2\x96\xA1") || follows(b, title) || follows(b, plain);
	if (!check_that(b->k, CHECK_pdf_bookmarks, page != SIZE_MAX, "bookmark '%s' leads nowhere", title))
		return;
	check_that(b->k, CHECK_pdf_bookmarks, known, "bookmark '%s' is no section, or not in its place", title);
	if (b->pages && page < b->npages && known)
		check_that(b->k, CHECK_pdf_bookmarks, says(b->k->arena, b->pages[page], plain),
			"bookmark '%s' leads to page %zu, which does not say so", title, page + 1);
}

static size_t value_object(const struct bookmarks *b, size_t number, const char *key)
{
	const struct pdf_object *o = &b->objects->v[number];
	const char *p = object_value(o, key);
	return p ? object_number(b->objects, p, o->p + o->n) : 0;
}

/* An item, what is below it, and what follows. Each object comes once, or the list runs in a circle. */
static void walk(struct bookmarks *b, size_t number, int depth)
{
	for (; number && depth > 0 && b->seen <= b->objects->n; number = value_object(b, number, "/Next")) {
		b->seen++;
		check_bookmark(b, number);
		walk(b, value_object(b, number, "/First"), depth - 1);
	}
}

static size_t outline_root(const struct pdf_objects *o)
{
	for (size_t i = 1; i < o->n; i++) {
		const char *p = o->v[i].p ? object_value(&o->v[i], "/Outlines") : NULL;
		size_t number = p ? object_number(o, p, o->v[i].p + o->v[i].n) : 0;
		if (number)
			return number;
	}
	return 0;
}

void check_bookmarks(struct checking *k, const struct pdf_objects *o, const struct words_placed *words)
{
	struct bookmarks b = { .k = k, .objects = o };
	if (words && words->npages == o->npages) {
		b.pages = page_texts(k->arena, words);
		b.npages = words->npages;
	}
	size_t root = outline_root(o);
	if (root)
		walk(&b, value_object(&b, root, "/First"), 8);
	size_t chapters = json_count(json_at(k->in->result, "document"), "children"), sections = 0;
	for (size_t i = 0; i < chapters; i++)
		sections += strcmp(json_text(json_array_get(json_at(k->in->result, "document.children"), i), "kind", ""),
			"section") == 0;
	check_that(k, CHECK_pdf_bookmarks, b.seen >= sections, "there are %zu bookmarks for %zu chapters", b.seen, sections);
}

/* ---- links ----------------------------------------------------------------------------------- */

void check_pdf_links(struct checking *k, const struct pdf_objects *o)
{
	for (size_t i = 1; i < o->n; i++) {
		const char *p = o->v[i].p ? object_value(&o->v[i], "/Subtype") : NULL;
		if (!p || strncmp(p, "/Link", 5) != 0 || find_bytes(p, o->v[i].p + o->v[i].n, "/URI"))
			continue;
		check_that(k, CHECK_pdf_links, target_of(o, i) != SIZE_MAX, "a link (object %zu) leads nowhere", i);
	}
}
