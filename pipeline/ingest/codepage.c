/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which code page a text of Europe is in, by what its letters would be: in the right one,
 * accented letters stand within words, in lower case where their neighbours are, and are those
 * that languages use; in a wrong one, words hold signs, box drawings and capitals. The usual
 * detector knows neither the code pages of DOS nor that of the Macintosh, and needs much text.
 */
#include "ingest/ingest_int.h"

#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum {
	MOST = 1 << 18,            /* bytes that are looked at */
	FEW = 4,                   /* bytes that are not ASCII: too few to contradict */
	MUCH = 100                 /* enough to know the language by its letters */
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

/* What a code page is made for: letters are weighed by whom they belong to. */
enum script { WESTERN, CENTRAL, TURKISH, CYRILLIC };

static enum script script_of(const char *name)
{
	static const char *const central[] = { "WINDOWS-1250", "ISO-8859-2", "ISO-8859-16", "IBM852",
		"MAC-CENTRALEUROPE" };
	for (size_t i = 0; i < COUNTOF(central); i++)
		if (strcasecmp(name, central[i]) == 0)
			return CENTRAL;
	if (strcasecmp(name, "WINDOWS-1254") == 0 || strcasecmp(name, "ISO-8859-9") == 0)
		return TURKISH;
	return strcasecmp(name, "IBM866") == 0 ? CYRILLIC : WESTERN;
}

static bool cyrillic(uint32_t c)
{
	return (c >= 0x410 && c <= 0x44f) || c == 0x401 || c == 0x451;
}

static double usual_western(uint32_t c)
{
	if (listed(c, "\u00e4\u00f6\u00fc\u00df\u00e9\u00e8\u00ea\u00e0\u00e7\u00f1\u00e1\u00ed"
			"\u00f3\u00fa\u00e5\u00f8\u00e6\u00e3\u00f4\u00ee\u00e2\u00eb\u00ef"
			"\u00c4\u00d6\u00dc\u00c9\u00c5\u00d8"))
		return 1;
	if (listed(c, "\u0103\u01a1\u01b0\u0111\u0110"))       /* Vietnamese */
		return 0.9;
	if (listed(c, "\u00f5\u00fb\u00f9\u00f2\u00ec\u0153\u00cd\u00c1\u00d3\u00c7\u00c0\u00c8"))
		return 0.8;
	return 0.4;
}

/* Polish, Czech, Slovak, Hungarian, Romanian, the languages of the South Slavs, German: what is
 * theirs alone is in fewer files. */
static double usual_central(uint32_t c)
{
	if (listed(c, "\u00e1\u00e9\u00ed\u00f3\u00fa\u00f6\u00fc\u00e4\u00f4\u00e2\u00ee\u00df"
			"\u00e7\u00eb\u00c1\u00c9\u00cd\u00d3\u00da\u00d6\u00dc\u00c4"))
		return 1;
	return listed(c, "\u0105\u0107\u0119\u0142\u0144\u015b\u017a\u017c\u0106\u0141\u015a\u0179"
			"\u017b\u010d\u010f\u011b\u0148\u0159\u0161\u0165\u016f\u00fd\u017e\u010c\u0158"
			"\u0160\u017d\u013e\u0151\u0171\u0150\u0103\u015f\u0163\u0219\u021b\u0111\u0110"
		) ? 0.85 : 0.4;
}

/* How usual a letter is: 1 in many languages, less in one that few files are in, 0 no letter. */
static double usual(uint32_t c, enum script script)
{
	bool latin = (c >= 0xc0 && c <= 0xff && c != 0xd7 && c != 0xf7) ||
		(c >= 0x100 && c < 0x180) || listed(c, "\u01a1\u01b0\u0219\u021b");
	if (cyrillic(c))
		return script == CYRILLIC ? 0.9 : 0;
	if (script == TURKISH && listed(c, "\u0131\u0130\u011f\u011e\u015f\u015e"))
		return 1;
	return !latin ? 0 : script == CENTRAL ? usual_central(c) : usual_western(c);
}

static bool combining(uint32_t c)
{
	return c >= 0x300 && c <= 0x323;
}

static bool upper(uint32_t c)
{
	if (c >= 0x100 && c < 0x178 && c != 0x138 && c != 0x149)
		return (c & 1) == ((c >= 0x139 && c <= 0x148) ? 1 : 0);
	return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde) || c == 0x178 || c == 0x179 ||
		c == 0x17b || c == 0x17d || (c >= 0x410 && c <= 0x42f) || c == 0x401;
}

static bool ascii_letter(uint32_t c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool letter(uint32_t c)
{
	return ascii_letter(c) || usual(c, CYRILLIC) > 0;
}

/* ---- one text ---------------------------------------------------------------------------- */

/* What a character that is not ASCII says, between its neighbours: from -1 to 1. */
static double witness(enum script script, uint32_t before, uint32_t c, uint32_t behind)
{
	if (combining(c))
		return letter(before) ? 1 : -1;
	bool inside = letter(before) || letter(behind);
	double use = usual(c, script);
	if (use > 0) {
		/* no word is in two alphabets */
		if (cyrillic(c) && (ascii_letter(before) || ascii_letter(behind)))
			return -1;
		/* no word begins with an Icelandic eth */
		if ((c == 0xd0 || c == 0xf0) && !letter(before))
			return -0.5;
		if (!inside)
			return 0.1;        /* "à" is a word, others are none */
		/* a capital within a word */
		if (upper(c) && letter(before) && !upper(before))
			return -1;
		/* a tilde that is Portuguese, as in "São" and "Camões"; else a breve, two accents */
		if (script == WESTERN && ((c == 0xe3 && behind != 'o' && behind != 'e') ||
				(c == 0xf5 && behind != 'e')))
			return 0.3;
		/* where Vietnamese has a combining mark */
		if (listed(c, "\u00cc\u00d2\u00de\u00ec\u00f2") &&
			(before >= 0x80 || listed(before, "aeoyAEOY")))
			return -0.5;
		/* two different ones side by side */
		bool pair = script == WESTERN && before >= 0x80 && before != c && c != 0xdf &&
			letter(before);
		return pair ? use - 0.6 : use;
	}
	if (c < 0xa0 || c == 0xfffd || (c >= 0x2500 && c < 0x2600))
		return -1;
	if (c == 0x2019 || c == 0xa0 || c == 0x2013 || c == 0x2014)
		return 0.3;            /* apostrophe, no-break space, dashes */
	return letter(before) && letter(behind) ? -1 : inside ? -0.3 : 0.1;
}

static double testimony(enum script script, const char *p, size_t n)
{
	const char *end = p + n;
	uint32_t before = 0, c = 0;
	double sum = 0;
	bool controls = false;
	int64_t all = 0;
	while (p < end || c) {
		uint32_t next = p < end ? utf8_next(&p, end) : 0;
		if (c >= 0x80) {
			sum += witness(script, before, c, next);
			all++;
			controls |= c < 0xa0;
		}
		before = c;
		c = next;
	}
	/* no text holds any: one is as telling as many */
	return all ? sum / (double)all - (controls ? 0.5 : 0) : 0;
}

size_t codepage_decode(const char *name, const char *p, size_t n, char *out)
{
	iconv_t cd = iconv_open("UTF-8", name);
	if (cd == (iconv_t)-1)
		return 0;
	char *to = out, *from;
	memcpy(&from, &p, sizeof from);   /* iconv reads only, whatever its prototype says */
	size_t room = 4 * n, left = n;
	while (left && iconv(cd, &from, &left, &to, &room) == (size_t)-1 && left && room > 3) {
		memcpy(to, "\xef\xbf\xbd", 3);
		to += 3;
		room -= 3;
		from++;
		left--;
	}
	iconv_close(cd);
	return (size_t)(to - out);
}

double codepage_score(const char *name, const char *p, size_t n)
{
	n = n < MOST ? n : MOST;
	char *out = mem_calloc(n + 1, 4);
	size_t length = codepage_decode(name, p, n, out);
	double score = length ? testimony(script_of(name), out, length) : -1;
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

/* By how much another code page must be better than the one that was recognised: those that
 * share most letters differ in few bytes, and of a short text little is recognised. */
static double margin(const char *name, const char *other, int evidence)
{
	bool twins = (strcasecmp(name, "WINDOWS-1250") == 0 || strcasecmp(name, "ISO-8859-2") == 0) &&
		script_of(other) == CENTRAL;
	if (evidence < FEW)
		return 2;
	if (twins)
		return 0;
	if (strcasecmp(other, "windows-1252") == 0)
		return evidence < MUCH ? 0.02 : 0.1;
	return 0.2;
}

const char *codepage_find(const char *name, const char *p, size_t n, double *score)
{
	static const char *const others[] = { "windows-1252", "IBM850", "MACINTOSH",
		"windows-1258", "windows-1250", "ISO-8859-2", "IBM852", "IBM866" };
	const char *best = name;
	int evidence = 0;
	for (size_t i = 0; i < n && evidence < MUCH; i++)
		evidence += (unsigned char)p[i] >= 0x80;
	double own = *score = *name ? codepage_score(name, p, n) : -1;
	for (size_t i = 0; i < COUNTOF(others); i++) {
		double x = codepage_score(others[i], p, n);
		if (x > own + margin(name, others[i], evidence) && x > *score) {
			best = others[i];
			*score = x;
		}
	}
	return best;
}
