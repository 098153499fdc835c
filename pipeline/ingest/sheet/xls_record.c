/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The records of a workbook and the texts in them. A record holds at most 8 kB; what is longer
 * goes on in CONTINUE records behind it, and a text may be split between any two characters:
 * then the part begins with a byte of its own that says how wide its characters are.
 */
#include "ingest/sheet/xls_int.h"

#include <string.h>

/* ---- records ----------------------------------------------------------------------------- */

enum { HEADER = 4 };

bool xls_next(struct xls_reader *r, struct xls_record *rec)
{
	size_t left = r->stream.n - r->at;
	if (left < HEADER)
		return false;
	const unsigned char *p = r->stream.p + r->at;
	size_t n = xls_u16(p + 2);
	rec->id = xls_u16(p);
	rec->at = r->at;
	rec->p = p + HEADER;
	rec->n = n < left - HEADER ? n : left - HEADER;
	r->at += HEADER + rec->n;
	return true;
}

bool xls_next_inside(struct xls_reader *r, struct xls_record *rec)
{
	unsigned type;
	while (xls_next(r, rec)) {
		if (xls_bof(rec, &type)) {
			r->depth++;
		} else if (rec->id == XLS_EOF) {
			if (!r->depth)
				return false;
			r->depth--;
		} else if (!r->depth) {
			return true;
		}
	}
	return false;
}

int xls_bof(const struct xls_record *rec, unsigned *type)
{
	if (rec->n < 4)
		return 0;
	*type = xls_u16(rec->p + 2);
	switch (rec->id) {
	case 0x0009:
		return 2;
	case 0x0209:
		return 3;
	case 0x0409:
		return 4;
	case 0x0809:
		/* some programs write a newer record with an older version in it */
		switch (xls_u16(rec->p)) {
		case 0x0200:
			return 2;
		case 0x0300:
			return 3;
		case 0x0400:
			return 4;
		case 0x0500:
			return 5;
		default:
			return 8;
		}
	default:
		return 0;
	}
}

/* ---- reading on ---------------------------------------------------------------------------- */

struct xls_cursor xls_cursor(struct xls_bytes stream, const struct xls_record *rec, size_t skip)
{
	size_t behind = (size_t)(rec->p - stream.p) + rec->n;
	return (struct xls_cursor){
		.rest = { .stream = stream, .at = behind },
		.p = rec->p + (skip < rec->n ? skip : rec->n),
		.end = rec->p + rec->n,
	};
}

/* On to the next CONTINUE that holds anything. */
static bool read_on(struct xls_cursor *c)
{
	struct xls_reader ahead = c->rest;
	struct xls_record rec;
	while (xls_next(&ahead, &rec) && rec.id == XLS_CONTINUE) {
		c->rest = ahead;
		c->p = rec.p;
		c->end = rec.p + rec.n;
		if (rec.n)
			return true;
	}
	return false;
}

bool xls_cursor_number(struct xls_cursor *c, int n, uint32_t *v)
{
	*v = 0;
	for (int i = 0; i < n; i++) {
		if (c->p == c->end && !read_on(c))
			return false;
		*v |= (uint32_t)*c->p++ << (8 * i);
	}
	return true;
}

void xls_cursor_bytes(struct xls_cursor *c, size_t n, struct buf *out)
{
	while (n && (c->p < c->end || read_on(c))) {
		size_t left = (size_t)(c->end - c->p), k = n < left ? n : left;
		if (out)
			buf_put(out, c->p, k);
		c->p += k;
		n -= k;
	}
}

/* ---- texts ------------------------------------------------------------------------------- */

/* The text ends with \0 as a character here and there: NUL is left out. */
static char *put(char *to, uint32_t c)
{
	if (c < 0x80) {
		*to = (char)c;
		return to + (c != 0);
	}
	if (c < 0x800) {
		*to++ = (char)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*to++ = (char)(0xe0 | c >> 12);
		} else {
			*to++ = (char)(0xf0 | c >> 18);
			*to++ = (char)(0x80 | (c >> 12 & 0x3f));
		}
		*to++ = (char)(0x80 | (c >> 6 & 0x3f));
	}
	*to++ = (char)(0x80 | (c & 0x3f));
	return to;
}

enum { REPLACEMENT = 0xfffd };

/* A unit of UTF-16; `high` waits for its second half, also across records. */
static char *put_unit(char *to, uint32_t unit, uint32_t *high)
{
	bool second = unit >= 0xdc00 && unit < 0xe000;
	if (*high && second) {
		to = put(to, 0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00));
		*high = 0;
		return to;
	}
	if (*high)
		to = put(to, REPLACEMENT);
	*high = unit >= 0xd800 && unit < 0xdc00 ? unit : 0;
	return *high ? to : put(to, second ? REPLACEMENT : unit);
}

static void characters(struct xls_cursor *c, size_t n, bool wide, struct buf *out)
{
	uint32_t high = 0;
	while (n) {
		if (c->p == c->end) {
			if (!read_on(c))
				break;
			wide = *c->p++ & 1;
			continue;
		}
		size_t left = (size_t)(c->end - c->p) / (wide ? 2 : 1), k = n < left ? n : left;
		if (!k) {              /* half a character: damaged */
			c->p = c->end;
			continue;
		}
		buf_reserve(out, 3 * k + 3);
		char *to = out->p + out->n;
		for (size_t i = 0; i < k; i++, c->p += wide ? 2 : 1)
			to = put_unit(to, wide ? xls_u16(c->p) : *c->p, &high);
		*to = 0;
		out->n = (size_t)(to - out->p);
		n -= k;
	}
	if (high)
		buf_puts(out, "\xef\xbf\xbd");
}

bool xls_unicode(struct xls_cursor *c, int width, struct buf *out)
{
	enum { WIDE = 1, PHONETIC = 4, RICH = 8 };
	uint32_t n, flags, runs = 0, phonetic = 0;
	if (!xls_cursor_number(c, width, &n) || !xls_cursor_number(c, 1, &flags))
		return false;
	if ((flags & RICH && !xls_cursor_number(c, 2, &runs)) ||
		(flags & PHONETIC && !xls_cursor_number(c, 4, &phonetic)))
		return true;
	characters(c, n, flags & WIDE, out);
	xls_cursor_bytes(c, (size_t)4 * runs + phonetic, NULL);
	return true;
}
