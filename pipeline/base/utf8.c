/* SPDX-License-Identifier: GPL-3.0-or-later */
/* UTF-8 by the table of Unicode 15, section 3.9 (well-formed byte sequences). */
#include "base/base.h"

#include <string.h>

/* Length of the well-formed sequence at p, or 0. */
static size_t sequence(const unsigned char *p, size_t n)
{
	if (!n)
		return 0;
	unsigned c = p[0];
	if (c < 0x80)
		return 1;
	size_t len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	if (c < 0xc2 || c > 0xf4 || n < len)
		return 0;
	unsigned lo = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
	unsigned hi = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
	if (p[1] < lo || p[1] > hi)
		return 0;
	for (size_t i = 2; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

uint32_t utf8_next(const char **p, const char *end)
{
	const unsigned char *s = (const unsigned char *)*p;
	size_t len = sequence(s, (size_t)(end - *p));
	*p += len ? len : 1;
	switch (len) {
	case 1:
		return s[0];
	case 2:
		return (uint32_t)(s[0] & 0x1f) << 6 | (s[1] & 0x3f);
	case 3:
		return (uint32_t)(s[0] & 0x0f) << 12 | (uint32_t)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
	case 4:
		return (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3f) << 12 |
			(uint32_t)(s[2] & 0x3f) << 6 | (s[3] & 0x3f);
	default:
		return 0xfffd;
	}
}

bool utf8_valid(const char *p, size_t n, size_t *bad)
{
	const unsigned char *s = (const unsigned char *)p;
	size_t i = 0;
	while (i < n) {
		uint64_t word;
		while (i + 8 <= n && (memcpy(&word, s + i, 8), !(word & 0x8080808080808080ull)))
			i += 8;
		if (i >= n)
			break;
		size_t len = sequence(s + i, n - i);
		if (!len) {
			if (bad)
				*bad = i;
			return false;
		}
		i += len;
	}
	return true;
}

void utf8_put(struct buf *b, uint32_t cp)
{
	char c[4];
	if (cp > 0x10ffff || (cp >= 0xd800 && cp < 0xe000))
		cp = 0xfffd;
	if (cp < 0x80) {
		c[0] = (char)cp;
		buf_put(b, c, 1);
	} else if (cp < 0x800) {
		c[0] = (char)(0xc0 | cp >> 6);
		c[1] = (char)(0x80 | (cp & 0x3f));
		buf_put(b, c, 2);
	} else if (cp < 0x10000) {
		c[0] = (char)(0xe0 | cp >> 12);
		c[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		c[2] = (char)(0x80 | (cp & 0x3f));
		buf_put(b, c, 3);
	} else {
		c[0] = (char)(0xf0 | cp >> 18);
		c[1] = (char)(0x80 | (cp >> 12 & 0x3f));
		c[2] = (char)(0x80 | (cp >> 6 & 0x3f));
		c[3] = (char)(0x80 | (cp & 0x3f));
		buf_put(b, c, 4);
	}
}

void utf8_clean(struct buf *b, const char *p, size_t n)
{
	while (n) {
		size_t bad;
		if (utf8_valid(p, n, &bad)) {
			buf_put(b, p, n);
			return;
		}
		buf_put(b, p, bad);
		utf8_put(b, 0xfffd);
		p += bad + 1;
		n -= bad + 1;
	}
}

size_t utf8_length(const char *p, size_t n)
{
	const char *end = p + n;
	size_t k = 0;
	for (; p < end; k++)
		utf8_next(&p, end);
	return k;
}

static bool combining(uint32_t c)
{
	return (c >= 0x300 && c <= 0x36f) || (c >= 0x1ab0 && c <= 0x1aff) ||
		(c >= 0x200b && c <= 0x200f) || (c >= 0x20d0 && c <= 0x20ff) ||
		(c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xfe20 && c <= 0xfe2f);
}

static bool wide(uint32_t c)
{
	return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0x303e) ||
		(c >= 0x3041 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
		(c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) ||
		(c >= 0xff00 && c <= 0xff60) || (c >= 0xffe0 && c <= 0xffe6) ||
		(c >= 0x1f300 && c <= 0x1f64f) || (c >= 0x1f900 && c <= 0x1f9ff) ||
		(c >= 0x20000 && c <= 0x3fffd);
}

size_t utf8_width(const char *p, size_t n)
{
	const char *end = p + n;
	size_t w = 0;
	while (p < end) {
		uint32_t c = utf8_next(&p, end);
		w += combining(c) ? 0 : wide(c) ? 2 : 1;
	}
	return w;
}

bool utf8_is_unseen(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x200b && c <= 0x200f) ||
		(c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

void utf8_show(struct buf *b, const char *p, size_t n)
{
	for (const char *end = p + n; p < end;) {
		const char *from = p;
		uint32_t c = utf8_next(&p, end);
		if (utf8_is_unseen(c))
			buf_printf(b, "[U+%04X]", (unsigned)c);
		else
			buf_put(b, from, (size_t)(p - from));
	}
}
