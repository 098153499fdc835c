/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of workbooks before BIFF8: bytes of a code page. Windows-1252, which nearly all of them
 * are in, is here, so that they need nothing that the system may lack. */
#include "ingest/sheet/xls_int.h"

#include <errno.h>
#include <iconv.h>
#include <stdio.h>
#include <string.h>

/* The places 0x80 to 0x9f; the undefined ones stand for themselves, as browsers have it. */
static const uint16_t windows_1252[32] = {
	0x20ac, 0x0081, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008d, 0x017d, 0x008f,
	0x0090, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014,
	0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x009d, 0x017e, 0x0178,
};

static void put_1252(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c)
			utf8_put(out, c >= 0x80 && c < 0xa0 ? windows_1252[c - 0x80] : c);
	}
}

void xls_codepage_close(struct xls *x)
{
	if (x->iconv)
		iconv_close(x->iconv);
	x->iconv = NULL;
}

void xls_codepage(struct xls *x, unsigned number)
{
	static const struct { unsigned number; const char *name; } other[] = {
		{ 10000, "MACINTOSH" }, { 10001, "SHIFT_JIS" }, { 10002, "BIG5" },
		{ 10003, "EUC-KR" }, { 10007, "MAC-CYRILLIC" }, { 10008, "GBK" },
		{ 10029, "MAC-CENTRALEUROPE" }, { 32768, "MACINTOSH" },
	};
	enum { ASCII = 367, UTF16 = 1200, ANSI = 32769 };
	char name[32];
	xls_codepage_close(x);
	x->codepage = number;
	x->codepage_unknown = false;
	if (number == 1252 || number == ASCII || number == UTF16 || number == ANSI)
		return;
	snprintf(name, sizeof name, "CP%u", number);
	for (size_t i = 0; i < COUNTOF(other); i++)
		if (other[i].number == number)
			snprintf(name, sizeof name, "%s", other[i].name);
	iconv_t cd = iconv_open("UTF-8", name);
	x->codepage_unknown = cd == (iconv_t)-1;
	x->iconv = x->codepage_unknown ? NULL : cd;
}

void xls_codepage_text(const struct xls *x, struct str bytes, struct buf *out)
{
	if (!x->iconv) {
		put_1252(bytes, out);
		return;
	}
	char *from;
	size_t left = bytes.n;
	memcpy(&from, &bytes.p, sizeof from);   /* iconv reads only, whatever its prototype says */
	iconv(x->iconv, NULL, NULL, NULL, NULL);
	while (left) {
		char piece[256], *to = piece;
		size_t room = sizeof piece;
		size_t r = iconv(x->iconv, &from, &left, &to, &room);
		int why = errno;
		for (char *p = piece; p < to; p++)
			if (*p)
				buf_putc(out, *p);
		if (r != (size_t)-1 || why == E2BIG)
			continue;
		utf8_put(out, 0xfffd);
		from++;
		left--;
	}
}
