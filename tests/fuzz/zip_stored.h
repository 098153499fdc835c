/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts texts into a zip archive without compression, so that what is fuzzed is what lies in it: the
 * parts stand in the data one after the other, with a line "%%" between them. */
#ifndef ZIP_STORED_H
#define ZIP_STORED_H

#include "base/base.h"

#include <string.h>
#include <zlib.h>

static void put16(struct buf *b, unsigned v)
{
	buf_putc(b, (char)(v & 255));
	buf_putc(b, (char)(v >> 8 & 255));
}
static void put32(struct buf *b, size_t v)
{
	put16(b, (unsigned)(v & 0xffff));
	put16(b, (unsigned)(v >> 16 & 0xffff));
}

/* What both headers of an entry say. */
static void put_entry(struct buf *b, const char *name, struct str s)
{
	put16(b, 20);
	put16(b, 0);
	put16(b, 0);
	put32(b, 0x21 << 16);
	put32(b, crc32(0, (const Bytef *)s.p, (uInt)s.n));
	put32(b, s.n);
	put32(b, s.n);
	put16(b, (unsigned)strlen(name));
	put16(b, 0);
}

/* The next part of the data. */
static struct str next_part(struct str *rest)
{
	for (size_t i = 0; i + 4 <= rest->n; i++)
		if (memcmp(rest->p + i, "\n%%\n", 4) == 0) {
			struct str part = { rest->p, i };
			*rest = (struct str){ rest->p + i + 4, rest->n - i - 4 };
			return part;
		}
	struct str part = *rest;
	rest->n = 0;
	return part;
}

/* An archive of the parts under these names, as many as there are. */
static inline void zip_stored(struct buf *out, struct str data, const char *const *names, int n)
{
	struct buf directory = { 0 };
	int count = 0;
	for (; count < n && (data.n || !count); count++) {
		struct str part = next_part(&data);
		size_t at = out->n;
		put32(out, 0x04034b50);
		put_entry(out, names[count], part);
		buf_puts(out, names[count]);
		buf_put(out, part.p, part.n);
		put32(&directory, 0x02014b50);
		put16(&directory, 20);
		put_entry(&directory, names[count], part);
		put16(&directory, 0);
		put16(&directory, 0);
		put16(&directory, 0);
		put32(&directory, 0);
		put32(&directory, at);
		buf_puts(&directory, names[count]);
	}
	size_t at = out->n;
	buf_put(out, directory.p, directory.n);
	put32(out, 0x06054b50);
	put32(out, 0);
	put16(out, (unsigned)count);
	put16(out, (unsigned)count);
	put32(out, directory.n);
	put32(out, at);
	put16(out, 0);
	buf_free(&directory);
}

#endif
