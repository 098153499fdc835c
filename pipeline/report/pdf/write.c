/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers, strings and operators as a PDF spells them. The PDF library has functions for the last, but its
 * numbers have five decimals that mean nothing and keep a page from being packed well. */
#include "report/pdf_int.h"

#include <math.h>
#include <string.h>

/* "12.5 ": rounded, without zeros at the end. */
static void put_number(struct buf *b, double v, int decimals)
{
	static const double powers[] = { 1, 10, 100, 1000, 10000 };
	char digits[24];
	long long k = isfinite(v) ? llround(fmin(1e9, fmax(-1e9, v)) * powers[decimals]) : 0;
	unsigned long long rest = k < 0 ? 0 - (unsigned long long)k : (unsigned long long)k;
	size_t n = sizeof digits;
	bool any = false;
	for (int i = 0; i < decimals; i++, rest /= 10) {
		any = any || rest % 10;
		if (any)
			digits[--n] = (char)('0' + rest % 10);
	}
	if (any)
		digits[--n] = '.';
	for (bool more = rest || !any; more; rest /= 10, more = rest)
		digits[--n] = (char)('0' + rest % 10);
	if (k < 0)
		digits[--n] = '-';
	buf_put(b, digits + n, sizeof digits - n);
	buf_putc(b, ' ');
}

void pdf_op(struct buf *b, const char *op, size_t n, const double *v)
{
	for (size_t i = 0; i < n; i++)
		put_number(b, v[i], 2);
	buf_puts(b, op);
	buf_putc(b, '\n');
}

void pdf_matrix(struct buf *b, const char *op, const double v[6])
{
	for (size_t i = 0; i < 6; i++)
		put_number(b, v[i], i < 4 ? 4 : 2);
	buf_puts(b, op);
	buf_putc(b, '\n');
}

static void put_utf16(struct buf *b, uint32_t cp)
{
	if (cp > 0xFFFF)
		buf_printf(b, "%04X%04X", 0xD800 + (unsigned)((cp - 0x10000) >> 10), 0xDC00 + (unsigned)(cp & 0x3FF));
	else
		buf_printf(b, "%04X", (unsigned)cp);
}

void pdf_string(struct buf *b, const char *s)
{
	const char *end = s + strlen(s), *p = s;
	while (p < end && *p >= ' ' && *p < 0x7F)
		p++;
	if (p == end) {
		buf_putc(b, '(');
		for (; s < end; s++) {
			if (strchr("()\\", *s))
				buf_putc(b, '\\');
			buf_putc(b, *s);
		}
		buf_putc(b, ')');
		return;
	}
	buf_puts(b, "<FEFF");
	while (s < end)
		put_utf16(b, utf8_next(&s, end));
	buf_putc(b, '>');
}

/* Forms of letters mean the letters. */
static void put_forms(struct buf *b)
{
	uint32_t forms[BIDI_FORMS][2];
	bidi_letters(forms);
	for (unsigned i = 0; i < BIDI_FORMS; i++) {
		if (i % 64 == 0)
			buf_puts(b, "64 beginbfchar\n");
		buf_printf(b, "<%04X> <%04X", (i < 256 ? 0xFB00 : 0xFE00 - 256) + i, (unsigned)forms[i][0]);
		if (forms[i][1])
			buf_printf(b, "%04X", (unsigned)forms[i][1]);
		buf_puts(b, i % 64 == 63 ? ">\nendbfchar\n" : ">\n");
	}
}

void pdf_unicode_map(struct buf *b, enum font_file f)
{
	buf_puts(b, "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n");
	for (int row = 0, left = 254; row < 256; row++) {
		if (row == 0xFB || row == 0xFE)
			continue;
		if (left % 64 == 254 % 64)
			buf_printf(b, "%s%d beginbfrange\n", row ? "endbfrange\n" : "", left < 64 ? left : 64);
		left--;
		uint32_t meaning = font_meaning(f, (uint32_t)row << 8);
		buf_printf(b, "<%02X00> <%02XFF> <", row, row);
		put_utf16(b, meaning ? meaning : (uint32_t)row << 8);
		buf_puts(b, ">\n");
	}
	buf_puts(b, "endbfrange\n");
	put_forms(b);
	buf_puts(b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
}
