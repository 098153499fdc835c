/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts of Access databases as UTF-8. */
#include "ingest/database/access_int.h"

#include <iconv.h>
#include <stdio.h>
#include <string.h>

static void close_iconv(void *cd)
{
	iconv_close(cd);
}

bool access_text_open(struct arena *a, int code_page, const char *encoding,
	struct access_text *t)
{
	char name[16];
	*t = (struct access_text){ .code_page = true };
	snprintf(name, sizeof name, "CP%d", code_page);
	if (code_page == 10000)
		snprintf(name, sizeof name, "MACINTOSH");
	iconv_t cd = iconv_open("UTF-8", encoding ? encoding : name);
	if (cd == (iconv_t)-1)
		return false;
	arena_own(a, cd, close_iconv);
	t->iconv = cd;
	return true;
}

/* A byte that the code page lacks becomes U+FFFD. */
static void put_code_page(const struct access_text *t, struct str bytes, struct buf *out)
{
	char *from;
	memcpy(&from, &bytes.p, sizeof from);   /* iconv reads only, whatever its prototype says */
	size_t left = bytes.n;
	if (t->iconv)
		iconv(t->iconv, NULL, NULL, NULL, NULL);
	while (left && t->iconv) {
		char room[256], *to = room;
		size_t free = sizeof room;
		size_t status = iconv(t->iconv, &from, &left, &to, &free);
		buf_put(out, room, sizeof room - free);
		if (status == (size_t)-1 && left && free >= 8) {
			utf8_put(out, 0xFFFD);
			from++;
			left--;
		}
	}
	for (; left; left--)
		utf8_put(out, (unsigned char)*from++);
}

/* A unit of UTF-16; two make a character beyond U+FFFF. */
static void put_unit(struct buf *out, uint32_t unit, uint32_t *high)
{
	bool low = unit >= 0xDC00 && unit < 0xE000;
	if (*high)
		utf8_put(out, low ? 0x10000 + ((*high - 0xD800) << 10) + (unit - 0xDC00) : 0xFFFD);
	else if (low)
		utf8_put(out, 0xFFFD);
	bool taken = low;
	*high = unit >= 0xD800 && unit < 0xDC00 ? unit : 0;
	if (!taken && !*high && unit)
		utf8_put(out, unit);
}

/* Behind FF FE characters below U+0100 are single bytes; a zero byte switches to two bytes each,
 * and back. */
static void put_utf16(struct str s, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)s.p;
	bool marked = s.n >= 2 && p[0] == 0xFF && p[1] == 0xFE, compressed = marked;
	uint32_t high = 0;
	for (size_t i = marked ? 2 : 0; i < s.n;) {
		if (marked && !p[i]) {
			compressed = !compressed;
			i++;
		} else if (compressed) {
			put_unit(out, p[i++], &high);
		} else if (i + 1 < s.n) {
			put_unit(out, (uint32_t)(p[i] | p[i + 1] << 8), &high);
			i += 2;
		} else {
			break;
		}
	}
	if (high)
		utf8_put(out, 0xFFFD);
}

void access_text_put(const struct access_text *t, struct str bytes, struct buf *out)
{
	if (t->code_page)
		put_code_page(t, bytes, out);
	else
		put_utf16(bytes, out);
}
