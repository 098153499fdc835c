/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which code page a western text is in, by what its letters would be: in the right one,
 * accented letters stand within words, in lower case where their neighbours are, and are those
 * that languages use; in a wrong one, words hold signs, box drawings and capitals. The usual
 * detector knows neither the code pages of DOS nor that of the Macintosh.
 */
#include "ingest/ingest_int.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	MOST = 1 << 18,            /* bytes that are looked at */
	FEW = 4                    /* bytes that are not ASCII: too few to contradict */
};

/* ---- letters ----------------------------------------------------------------------------- */

static bool listed(uint32_t c, const char *list)
{
	const char *end = list + strlen(list);
	while (list < end)
		if (utf8_next(&list, end) == c)
			return true;
	return false;
}

/* How usual a letter is: 1 in many languages, less in one that few files are in, 0 no letter. */
static double usual(uint32_t c)
{
	if (listed(c, "\u00e4\u00f6\u00fc\u00df\u00e9\u00e8\u00ea\u00e0\u00e7\u00f1\u00e1\u00ed"
			"\u00f3\u00fa\u00e5\u00f8\u00e6\u00e3\u00f4\u00ee\u00e2\u00eb\u00ef"
			"\u00c4\u00d6\u00dc\u00c9\u00c5\u00d8"))
		return 1;
	if (listed(c, "\u0103\u01a1\u01b0\u0111\u0110"))       /* Vietnamese */
		return 0.9;
	if (listed(c, "\u00f5\u00fb\u00f9\u00f2\u00ec\u0153\u00cd\u00c1\u00d3\u00c7\u00c0\u00c8"))
		return 0.8;
	if ((c >= 0xc0 && c <= 0xff && c != 0xd7 && c != 0xf7) || (c >= 0x100 && c < 0x180))
		return 0.4;
	return 0;
}

static bool combining(uint32_t c)
{
	return c >= 0x300 && c <= 0x323;
}

static bool upper(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde) || c == 0x160 || c == 0x178 ||
		c == 0x17d;
}

static bool letter(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || usual(c) > 0;
}

/* ---- one text ---------------------------------------------------------------------------- */

/* What a character that is not ASCII says, between its neighbours: from -1 to 1. */
static double witness(uint32_t before, uint32_t c, uint32_t behind)
{
	if (combining(c))
		return letter(before) ? 1 : -1;
	bool inside = letter(before) || letter(behind);
	double use = usual(c);
	if (use > 0) {
		/* no word begins with an Icelandic eth */
		if ((c == 0xd0 || c == 0xf0) && !letter(before))
			return -0.5;
		if (!inside)
			return 0.1;        /* "à" is a word, others are none */
		/* a capital within a word */
		if (upper(c) && letter(before) && !upper(before))
			return -1;
		/* where Vietnamese has a combining mark */
		if (listed(c, "\u00cc\u00d2\u00de\u00ec\u00f2") &&
			(before >= 0x80 || listed(before, "aeoyAEOY")))
			return -0.5;
		/* two different ones side by side */
		bool pair = before >= 0x80 && before != c && usual(before) > 0;
		return pair ? use - 0.6 : use;
	}
	if (c < 0xa0 || c == 0xfffd || (c >= 0x2500 && c < 0x2600))
		return -1;
	if (c == 0x2019 || c == 0xa0 || c == 0x2013 || c == 0x2014)
		return 0.3;            /* apostrophe, no-break space, dashes */
	return letter(before) && letter(behind) ? -1 : inside ? -0.3 : 0.1;
}

static double testimony(const char *p, size_t n)
{
	const char *end = p + n;
	uint32_t before = 0, c = 0;
	double sum = 0;
	int64_t all = 0;
	while (p < end || c) {
		uint32_t next = p < end ? utf8_next(&p, end) : 0;
		if (c >= 0x80) {
			sum += witness(before, c, next);
			all++;
		}
		before = c;
		c = next;
	}
	return all ? sum / (double)all : 0;
}

double codepage_score(const char *name, const char *p, size_t n)
{
	iconv_t cd = iconv_open("UTF-8", name);
	if (cd == (iconv_t)-1)
		return -1;
	n = n < MOST ? n : MOST;
	char *out = mem_calloc(n + 1, 4), *to = out, *from;
	memcpy(&from, &p, sizeof from);   /* iconv reads only, whatever its prototype says */
	size_t room = 4 * n, left = n;
	while (left && iconv(cd, &from, &left, &to, &room) == (size_t)-1 && left && room > 3) {
		memcpy(to, "\xef\xbf\xbd", 3);
		to += 3;
		room -= 3;
		from++;
		left--;
	}
	double score = testimony(out, (size_t)(to - out));
	iconv_close(cd);
	free(out);
	return score;
}

/* ---- the best ---------------------------------------------------------------------------- */

bool codepage_latin(const char *name)
{
	static const char *const latin[] = { "", "ASCII", "ISO-8859-1", "ISO-8859-2", "ISO-8859-3",
		"ISO-8859-4", "ISO-8859-9", "ISO-8859-10", "ISO-8859-13", "ISO-8859-14",
		"ISO-8859-15", "ISO-8859-16", "WINDOWS-1250", "WINDOWS-1252", "WINDOWS-1254",
		"WINDOWS-1257", "WINDOWS-1258", "IBM852", "MAC-CENTRALEUROPE", "VISCII",
		"UTF-8" };
	for (size_t i = 0; i < COUNTOF(latin); i++)
		if (strcasecmp(name, latin[i]) == 0)
			return true;
	return false;
}

const char *codepage_find(const char *name, const char *p, size_t n, double *score)
{
	static const char *const others[] = { "windows-1252", "IBM850", "MACINTOSH",
		"windows-1258" };
	const double better = 0.2;
	const char *best = name;
	int evidence = 0;
	for (size_t i = 0; i < n && evidence < FEW; i++)
		evidence += (unsigned char)p[i] >= 0x80;
	*score = *name ? codepage_score(name, p, n) : -1;
	double least = *score + (evidence < FEW ? 2 : better);
	for (size_t i = 0; i < COUNTOF(others); i++) {
		double x = codepage_score(others[i], p, n);
		if (x > least || (best != name && x > *score)) {
			best = others[i];
			*score = least = x;
		}
	}
	return best;
}
