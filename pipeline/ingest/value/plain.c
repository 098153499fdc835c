/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts that no scanner and no list of words takes, told cheaply: most of a long column is prose or
 * codes. */
#include "ingest/ingest_int.h"
#include "ingest/value/words.h"

/* It has no digit and is longer than "infinity" with a sign or a word for yes and no. */
static bool prose(struct str s)
{
	enum { SHORT = 16 };
	return s.n > SHORT && !words_digit(s.p, s.n);
}

/* The bytes from first to last, as 8 bits; none of the bytes is above 127. */
static unsigned between(uint64_t w, unsigned char first, unsigned char last)
{
	const uint64_t each = 0x0101010101010101u;
	return word_tops((w + each * (0x80u - first)) & ~(w + each * (0x7fu - last)));
}

/* Hexadecimal digits and hyphens: 9f86d081-884c. Of letters among them a number has two runs at most
 * (1e5cc), a date one (12-dec-2024), and no unit of a duration begins with one but d. */
static bool hexadecimal(struct str s)
{
	uint64_t letters = 0;
	if (s.n < 8 || s.n > 64)
		return false;
	for (size_t i = 0; i < s.n; i += 8) {
		size_t at = i + 8 <= s.n ? i : s.n - 8;
		uint64_t w = word_load(s.p + at);
		if (w & 0x8080808080808080u)
			return false;
		unsigned letter = between(w | 0x2020202020202020u, 'a', 'f');
		if ((letter | between(w, '0', '9') | between(w, '-', '-')) != 0xff)
			return false;
		letters |= (uint64_t)letter << at;
	}
	uint64_t runs = letters & ~(letters << 1);
	runs &= runs - 1;
	return (runs & (runs - 1)) != 0;       /* three or more */
}

bool plain_text(struct str s)
{
	return prose(s) || hexadecimal(s);
}
