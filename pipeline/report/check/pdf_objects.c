/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The objects of a PDF as they stand in the file (ISO 32000-1, 7.3.10), found without its index, which is
 * what a damaged file has wrong. Of objects packed into streams nothing is seen; the report has none.
 */
#include "report/check_pdf_int.h"

#include <string.h>

const char *find_bytes(const char *p, const char *end, const char *what)
{
	size_t n = strlen(what);
	while (p && (size_t)(end - p) >= n) {
		p = memchr(p, what[0], (size_t)(end - p) - n + 1);
		if (!p || memcmp(p, what, n) == 0)
			return p;
		p++;
	}
	return NULL;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

static const char *read_number(const char *p, const char *end, size_t *v)
{
	const char *from = p;
	for (*v = 0; p < end && is_digit(*p) && *v < 100000000; p++)
		*v = *v * 10 + (size_t)(*p - '0');
	return p > from ? p : NULL;
}

/* The number before " 0 obj" at p. */
static size_t number_before(const char *begin, const char *p)
{
	const char *from = p;
	while (from > begin && is_digit(from[-1]))
		from--;
	size_t v = 0;
	read_number(from, p, &v);
	return v;
}

static size_t largest_number(const char *pdf, const char *end)
{
	size_t largest = 0;
	for (const char *p = pdf; (p = find_bytes(p, end, " 0 obj")) != NULL; p++) {
		size_t v = number_before(pdf, p);
		largest = v > largest ? v : largest;
	}
	return largest;
}

/* Up to the content of a stream, which is no text, or the end of the object. */
static size_t length_of(const char *p, const char *end)
{
	const char *stop = find_bytes(p, end, "endobj"), *stream = stop ? find_bytes(p, stop, "stream") : NULL;
	return (size_t)((stream ? stream : stop ? stop : end) - p);
}

const char *object_value(const struct pdf_object *o, const char *key)
{
	size_t n = strlen(key);
	const char *end = o->p + o->n;
	for (const char *p = o->p; p && (p = find_bytes(p, end, key)) != NULL; p++) {
		const char *after = p + n;
		if (after < end && (is_blank(*after) || strchr("[(</", *after)))
			return skip_blanks(after, end);
	}
	return NULL;
}

size_t object_number(const struct pdf_objects *o, const char *p, const char *end)
{
	size_t v, generation;
	p = read_number(p, end, &v);
	p = p ? read_number(skip_blanks(p, end), end, &generation) : NULL;
	p = p ? skip_blanks(p, end) : NULL;
	return p && p < end && *p == 'R' && v < o->n && o->v[v].p ? v : 0;
}

static bool is_type(const struct pdf_object *o, const char *type)
{
	const char *p = object_value(o, "/Type");
	size_t n = strlen(type);
	return p && (size_t)(o->p + o->n - p) >= n && memcmp(p, type, n) == 0 &&
		((size_t)(o->p + o->n - p) == n || is_blank(p[n]) || strchr("/>", p[n]));
}

/* Pages below a node of the tree of pages, in order. Depth is bounded against circles. */
static void add_pages(struct pdf_objects *o, size_t number, size_t cap, int depth)
{
	const struct pdf_object *node = &o->v[number];
	if (is_type(node, "/Page") && o->npages < cap) {
		o->pages[o->npages++] = number;
		return;
	}
	const char *p = object_value(node, "/Kids"), *end = node->p + node->n;
	if (!p || *p != '[' || depth == 0)
		return;
	for (p = skip_blanks(p + 1, end); p < end && *p != ']'; p = skip_blanks(p, end)) {
		size_t kid = object_number(o, p, end);
		const char *next = find_bytes(p, end, "R");
		if (kid)
			add_pages(o, kid, cap, depth - 1);
		if (!next)
			return;
		p = next + 1;
	}
}

void objects_read(struct pdf_objects *o, struct arena *a, const char *pdf, size_t n)
{
	const char *end = pdf + n;
	size_t roots = 0, cap = 0;
	*o = (struct pdf_objects){ .n = largest_number(pdf, end) + 1 };
	if (o->n > n)              /* a number that so small a file cannot have */
		o->n = 1;
	o->v = arena_calloc(a, o->n, sizeof *o->v);
	for (const char *p = pdf; (p = find_bytes(p, end, " 0 obj")) != NULL; p++) {
		size_t number = number_before(pdf, p);
		const char *body = p + strlen(" 0 obj");
		if (number < o->n)
			o->v[number] = (struct pdf_object){ body, length_of(body, end) };
	}
	for (size_t i = 1; i < o->n; i++)
		cap += o->v[i].p && is_type(&o->v[i], "/Page");
	o->pages = arena_calloc(a, cap + 1, sizeof *o->pages);
	for (size_t i = 1; i < o->n && roots == 0; i++)
		if (o->v[i].p && is_type(&o->v[i], "/Pages") && !object_value(&o->v[i], "/Parent"))
			add_pages(o, roots = i, cap, 16);
}
