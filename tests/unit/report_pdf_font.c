/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which file draws a character: scripts, emoji, and what none has, which is spelled. */
#include "report/pdf/font.c"
#include "test.h"

static enum font_file file_of(uint32_t cp)
{
	uint32_t shown = cp;
	enum font_file f = font_of(FACE_SANS, &shown);
	return shown == cp ? f : FONT_COUNT;
}

static void scripts(void)
{
	CHECK(file_of('a') == FONT_SANS && file_of(0x2212) == FONT_MONO);
	CHECK(file_of(0x6771) == FONT_CJK && file_of(0x5E9) == FONT_DEJAVU);
	CHECK(file_of(0xE2A) == FONT_THAI && file_of(0x939) == FONT_DEVANAGARI && file_of(0xBA4) == FONT_TAMIL);
	CHECK(file_of(0x1F469) == FONT_SYMBOLS && file_of(0x1F321) == FONT_SYMBOLS && file_of(0x1D538) == FONT_SYMBOLS);
	CHECK(file_of(0x13000) == FONT_COUNT && file_of(0x20000) == FONT_COUNT && file_of(0xE12A) == FONT_COUNT);
	CHECK(font_width(FACE_SANS, "\xf0\x9f\x91\xa9\xe2\x80\x8d\xef\xb8\x8f", 10, 10)        /* joiners add nothing */
		== font_width(FACE_SANS, "\xf0\x9f\x91\xa9", 4, 10));
}

/* Codes of two bytes, each of one meaning. */
static void codes(void)
{
	size_t wrong = 0;
	for (uint32_t cp = 1; cp < PLANES; cp++) {
		uint32_t code = font_code(cp), beyond_plane = cp > 0xFFFF && code;
		wrong += code > 0xFFFF || (beyond_plane && font_meaning(FONT_SYMBOLS, code) != cp);
		wrong += cp <= 0xFFFF && font_meaning(FONT_SANS, cp) != cp;
	}
	CHECK(wrong == 0);
	CHECK(font_code(0x1F469) != font_code(0x1F52C) && font_code(0x20000) == 0);
	CHECK(font_glyph(FONT_SYMBOLS, 0x1F469) != 0 && font_glyph(FONT_SYMBOLS, font_code(0x1F469)) == 0);
}

/* The table of a file holds what its characters are looked up as one by one. */
static void tables(void)
{
	static uint16_t glyphs[FONT_CODES];
	for (enum font_file f = 0; f < FONT_COUNT; f++) {
		size_t wrong = 0, any = 0;
		font_glyphs(f, glyphs);
		for (uint32_t code = 0; code < FONT_CODES; code++) {
			wrong += glyphs[code] != font_glyph(f, font_meaning(f, code));
			any += glyphs[code] != 0;
		}
		CHECK(wrong == 0 && (any > 0) == (fonts[f].p != NULL));
	}
}

static void spelled(void)
{
	const char *hieroglyph = "\xf0\x93\x80\x80";
	double w = font_width(FACE_SANS, hieroglyph, 4, 10), letters = font_width(FACE_SANS, "U+13000", 7, 10);
	CHECK(w > 0.6 * letters && w < 0.66 * letters);
	char s[NO_GLYPH_TEXT];
	font_spell(0x10FFFF, s);
	CHECK_STR(s, "U+10FFFF");
	font_spell(0xE9, s);
	CHECK_STR(s, "U+00E9");
}

int main(void)
{
	CHECK(font_load(NULL) == 0);
	/* a machine without one of the scripts */
	fonts[FONT_KHMER].p = NULL;
	CHECK(file_of(0x1780) == FONT_COUNT && font_glyph(FONT_KHMER, 0x1780) == 0);
	scripts();
	codes();
	tables();
	spelled();
	return test_end();
}
