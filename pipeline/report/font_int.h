/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * font: which font file draws a character, and how wide it is there. Charts and PDF pages measure with
 * the same numbers, so what was found to fit does fit.
 */
#ifndef FONT_INT_H
#define FONT_INT_H

#include "base/base.h"

enum face { FACE_SANS, FACE_BOLD, FACE_MONO, FACE_COUNT };
/* The files behind the faces. Each face tries its own file first, then the others. Those from FONT_SCRIPTS on, one
 * for a script and one for emoji and signs, may be missing. */
enum font_file {
	FONT_SANS, FONT_BOLD, FONT_MONO, FONT_CJK, FONT_DEJAVU, FONT_SCRIPTS,
	FONT_THAI = FONT_SCRIPTS, FONT_DEVANAGARI, FONT_BENGALI, FONT_GURMUKHI, FONT_GUJARATI, FONT_TAMIL, FONT_TELUGU,
	FONT_KANNADA, FONT_MALAYALAM, FONT_SINHALA, FONT_MYANMAR, FONT_KHMER, FONT_ETHIOPIC, FONT_SYMBOLS, FONT_COUNT
};

enum { CP_NO_GLYPH = 0x25A1 };  /* stands for what no font can draw */

/* Reads the metrics of every file, once in the life of the process.
 * ERR_IO names the missing file and the Debian package that has it. Without it, or after it failed,
 * the widths below are estimates. */
int font_load(struct err *e);
const char *font_path(enum font_file f);
/* What names a character in the text of a PDF, two bytes: its number, but of emoji and signs beyond the basic
 * plane one of the plane's private ones, which in that file mean nothing else. */
uint32_t font_code(uint32_t cp);
/* The character that a code of the file means; 0: none. */
uint32_t font_meaning(enum font_file f, uint32_t code);
/* Whether the file draws characters beyond the basic plane. */
bool font_is_beyond(enum font_file f);
/* The glyph of a character, 0 when the file has none. */
unsigned font_glyph(enum font_file f, uint32_t cp);
/* The glyphs of all codes of a text of the PDF, 0 where the file has none. */
enum { FONT_CODES = 0x10000 };
void font_glyphs(enum font_file f, uint16_t glyphs[FONT_CODES]);
/* What is drawn for a character without a glyph, so that two can be told apart: "U+1F469", in letters so much
 * smaller. */
enum { NO_GLYPH_PERCENT = 62, NO_GLYPH_TEXT = 12 };
void font_spell(uint32_t cp, char out[NO_GLYPH_TEXT]);
/* The number of the font inside its file: 0 but for collections. */
bool font_is_collection(enum font_file f);

/* The file that draws *cp. What no file can draw becomes CP_NO_GLYPH (and is drawn as font_spell has it), blanks of every kind a space;
 * what draws nothing at all (control, joiner, direction mark) becomes 0. */
enum font_file font_of(enum face face, uint32_t *cp);
/* Whether a text is drawn as it is written (pdf/bidi.c). */
bool bidi_is_plain(const char *s, size_t n);
/* The characters of one that is not, in the forms in which they join and, if `visual`, from left to right.
 * `out` has room for as many as the text has bytes; returns how many they are. */
size_t bidi_forms(const char *s, size_t n, bool visual, uint32_t *out);
/* A vowel of India, Burma or Cambodia that is spoken after its letter and written before it. */
bool bidi_is_before(uint32_t cp);
/* Puts those of a text there. */
void bidi_before(uint32_t *v, size_t n);
enum { BIDI_FORMS = 512 };
/* The letters, one or two, that the characters U+FB00 to FBFF and U+FE00 to FEFF are forms of, or themselves. */
void bidi_letters(uint32_t forms[BIDI_FORMS][2]);
/* Width in points of n bytes of UTF-8. */
double font_width(enum face face, const char *s, size_t n, double size);

#endif
