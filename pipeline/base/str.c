/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slices, growing buffers, and the nearest word for suggestions. */
#include "base/base.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct str str_of(const char *s)
{
	return (struct str){ s, s ? strlen(s) : 0 };
}

bool str_eq(struct str a, const char *b)
{
	return a.n == strlen(b) && memcmp(a.p, b, a.n) == 0;
}

static char fold(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_ieq(struct str a, const char *b)
{
	if (a.n != strlen(b))
		return false;
	for (size_t i = 0; i < a.n; i++)
		if (fold(a.p[i]) != fold(b[i]))
			return false;
	return true;
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static size_t blank_at_start(const char *p, size_t n)
{
	if (!n)
		return 0;
	if (*p == ' ' || (*p >= '\t' && *p <= '\r'))
		return 1;
	if (n >= 2 && memcmp(p, "\xc2\xa0", 2) == 0)
		return 2;
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		return 3;
	return 0;
}

static size_t blank_at_end(const char *p, size_t n)
{
	if (!n)
		return 0;
	if (p[n - 1] == ' ' || (p[n - 1] >= '\t' && p[n - 1] <= '\r'))
		return 1;
	if (n >= 2 && memcmp(p + n - 2, "\xc2\xa0", 2) == 0)
		return 2;
	if (n >= 3 && memcmp(p + n - 3, "\xef\xbb\xbf", 3) == 0)
		return 3;
	return 0;
}

struct str str_trim(struct str s)
{
	size_t k;
	while ((k = blank_at_start(s.p, s.n)) != 0) {
		s.p += k;
		s.n -= k;
	}
	while ((k = blank_at_end(s.p, s.n)) != 0)
		s.n -= k;
	return s;
}

/* Optimal string alignment: insert, delete, substitute, swap of neighbours. Inputs are short. */
static size_t distance(const char *a, const char *b)
{
	enum { CAP = 64 };
	size_t n = strlen(a), m = strlen(b);
	if (n >= CAP || m >= CAP)
		return CAP;
	size_t d[3][CAP + 1];
	for (size_t j = 0; j <= m; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		size_t *row = d[i % 3], *up = d[(i - 1) % 3], *up2 = d[(i + 1) % 3];
		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = up[j - 1] + (fold(a[i - 1]) != fold(b[j - 1]));
			if (up[j] + 1 < best)
				best = up[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
				up2[j - 2] + 1 < best)
				best = up2[j - 2] + 1;
			row[j] = best;
		}
	}
	return d[n % 3][m];
}

const char *str_nearest(const char *s, const char *const *words, size_t n)
{
	const char *best = NULL;
	size_t least = 3;
	for (size_t i = 0; i < n; i++) {
		size_t d = distance(s, words[i]);
		if (d < least && d * 2 < strlen(s) + 1) {
			least = d;
			best = words[i];
		}
	}
	return best;
}

/* ---- buf ----------------------------------------------------------------------------------- */

static void buf_grow(struct buf *b, size_t need)
{
	size_t cap = b->cap ? b->cap : 64;
	while (cap < need)
		cap += cap / 2 + 64;
	b->p = mem_realloc(b->p, cap, 1);
	b->cap = cap;
}

void buf_reserve(struct buf *b, size_t more)
{
	if (b->n + more >= b->cap)
		buf_grow(b, b->n + more + 1);
}

void buf_put(struct buf *b, const void *p, size_t n)
{
	if (b->n + n >= b->cap)
		buf_grow(b, b->n + n + 1);
	if (n)
		memcpy(b->p + b->n, p, n);
	b->n += n;
	b->p[b->n] = 0;
}

void buf_puts(struct buf *b, const char *s)
{
	buf_put(b, s, strlen(s));
}

void buf_putc(struct buf *b, char c)
{
	if (b->n + 1 >= b->cap)
		buf_grow(b, b->n + 2);
	b->p[b->n++] = c;
	b->p[b->n] = 0;
}

/* The end of a conversion at p ("%s", "%d", "%zu" ..., without flags, widths and precision), or NULL. */
static const char *simple_conversion(const char *p)
{
	p++;
	p += *p == 'z' ? 1 : p[0] == 'l' && p[1] == 'l' ? 2 : *p == 'l' ? 1 : 0;
	return *p == 'd' || *p == 'u' || (p[-1] == '%' && *p && strchr("sc%", *p)) ? p + 1 : NULL;
}

static bool is_simple(const char *fmt)
{
	while (fmt && (fmt = strchr(fmt, '%')) != NULL)
		if (!(fmt = simple_conversion(fmt)))
			return false;
	return true;
}

static void put_integer(struct buf *b, uint64_t v, bool negative)
{
	char text[24], *end = text + sizeof text, *p = end;
	do
		*--p = (char)('0' + v % 10);
	while (v /= 10);
	if (negative)
		*--p = '-';
	buf_put(b, p, (size_t)(end - p));
}

static void put_signed(struct buf *b, int64_t v)
{
	put_integer(b, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, v < 0);
}

static void put_conversion(struct buf *b, const char *p, size_t n, va_list *args)
{
	bool wide = n > 2;                 /* z, l and ll are the same 64 bits here */
	_Static_assert(sizeof(size_t) == 8 && sizeof(long) == 8, "an LP64 machine");
	switch (p[n - 1]) {
	case 's': {
		const char *s = va_arg(*args, const char *);
		buf_puts(b, s ? s : "(null)");
		break;
	}
	case 'c':
		buf_putc(b, (char)va_arg(*args, int));
		break;
	case 'd':
		put_signed(b, wide ? va_arg(*args, long) : va_arg(*args, int));
		break;
	case 'u':
		put_integer(b, wide ? va_arg(*args, unsigned long) : va_arg(*args, unsigned), false);
		break;
	case '%':
		buf_putc(b, '%');
		break;
	}
}

/* printf takes its slow way as soon as any library has registered a conversion of its own, as that of
 * Fortran does: so what nearly all formats consist of is done here. */
static void put_simple(struct buf *b, const char *fmt, va_list *args)
{
	const char *hole;
	while ((hole = strchr(fmt, '%')) != NULL) {
		const char *end = simple_conversion(hole);
		buf_put(b, fmt, (size_t)(hole - fmt));
		put_conversion(b, hole, (size_t)(end - hole), args);
		fmt = end;
	}
	buf_puts(b, fmt);
}

void buf_vprintf(struct buf *b, const char *fmt, va_list args)
{
	va_list again;
	va_copy(again, args);
	if (is_simple(fmt)) {
		put_simple(b, fmt, &again);
		va_end(again);
		return;
	}
	buf_reserve(b, 80);
	int n = vsnprintf(b->p + b->n, b->cap - b->n, fmt, args);
	if (n > 0 && (size_t)n >= b->cap - b->n) {
		buf_reserve(b, (size_t)n);
		vsnprintf(b->p + b->n, b->cap - b->n, fmt, again);
	}
	va_end(again);
	if (n > 0)
		b->n += (size_t)n;
	b->p[b->n] = 0;
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	buf_vprintf(b, fmt, args);
	va_end(args);
}

void buf_clear(struct buf *b)
{
	b->n = 0;
	if (b->p)
		b->p[0] = 0;
}

void buf_free(struct buf *b)
{
	free(b->p);
	*b = (struct buf){ 0 };
}

const char *buf_str(const struct buf *b)
{
	return b->p ? b->p : "";
}

/* The capitals of Latin-1 have two bytes, 0xC3 first. */
size_t str_lower(struct str word, char *out, size_t cap)
{
	size_t n = 0;
	for (; n < word.n && n < cap; n++) {
		unsigned char c = (unsigned char)word.p[n];
		if (c >= 'A' && c <= 'Z')
			c = (unsigned char)(c + 32);
		else if (n && (unsigned char)out[n - 1] == 0xc3 && c >= 0x80 && c <= 0x9e)
			c = (unsigned char)(c + 32);
		out[n] = (char)c;
	}
	return n;
}
