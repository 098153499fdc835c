/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text that was UTF-8, was read as windows-1252 and then written as UTF-8 once more: every
 * accented letter has become two or three others, as in "Ã©". */
#include "ingest/ingest_int.h"

#include <string.h>

/* Bytes 0x80 to 0x9f of windows-1252; the five that are not assigned stay control characters. */
static const uint16_t cp1252[32] = { 0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021,
	0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f, 0x90, 0x2018, 0x2019, 0x201c,
	0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178 };

/* The byte that was taken for this character, -1: none. */
static int byte_of(uint32_t c)
{
	if (c < 0x80 || (c >= 0xa0 && c <= 0xff))
		return (int)c;
	for (int i = 0; i < 32; i++)
		if (cp1252[i] == c || c == 0x80u + (uint32_t)i)
			return 0x80 + i;
	return -1;
}

size_t mojibake_undo(const char *p, size_t n, char *out)
{
	const char *end = p + n;
	size_t k = 0;
	while (p < end) {
		int b = byte_of(utf8_next(&p, end));
		if (b >= 0)
			out[k++] = (char)b;
	}
	return k;
}

/* Characters that must follow a lead byte, -1 when it is none. */
static int following(int b)
{
	return b >= 0xc2 && b <= 0xdf ? 1 : b >= 0xe0 && b <= 0xef ? 2
		: b >= 0xf0 && b <= 0xf4 ? 3 : -1;
}

void mojibake_look(const char *p, size_t n, struct mojibake *m)
{
	const char *end = p + n, *from = p;
	int need = 0;
	*m = (struct mojibake){ .clean = true };
	while (p < end) {
		if (!need && !(*p & 0x80)) {
			p++;
			continue;
		}
		const char *at = p;
		uint32_t c = utf8_next(&p, end);
		int b = byte_of(c);
		m->strange += c >= 0x80;
		if (need && b >= 0x80 && b < 0xc0) {
			if (--need == 0) {
				m->count++;
				if (!m->example.n)
					m->example = (struct str){ from, (size_t)(p - from) };
			}
			continue;
		}
		if (need || (c >= 0x80 && following(b) < 0))
			m->clean = false;
		need = c >= 0x80 && following(b) > 0 ? following(b) : 0;
		from = at;
	}
	m->clean = m->clean && !need;
}
