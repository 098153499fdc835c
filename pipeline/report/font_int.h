/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * font: which font file draws a character, and how wide it is there. Charts and PDF pages measure with
 * the same numbers, so what was found to fit does fit.
 */
#ifndef FONT_INT_H
#define FONT_INT_H

#include "base/base.h"

enum face { FACE_SANS, FACE_BOLD, FACE_MONO, FACE_COUNT };
/* The files behind the faces. Each face tries its own file first, then the others. */
enum font_file { FONT_SANS, FONT_BOLD, FONT_MONO, FONT_CJK, FONT_DEJAVU, FONT_COUNT };

enum { CP_NO_GLYPH = 0x25A1 };  /* a white square stands for what no font can draw */

/* Reads the metrics of every file, once in the life of the process (not thread safe the first time).
 * ERR_IO names the missing file and the Debian package that has it. Without it, or after it failed,
 * the widths below are estimates. */
int font_load(struct err *e);
const char *font_path(enum font_file f);
/* The number of the font inside its file: 0 but for collections. */
bool font_is_collection(enum font_file f);

/* The file that draws *cp. What no file can draw becomes CP_NO_GLYPH, blanks of every kind a space;
 * what draws nothing at all (control, joiner, direction mark) becomes 0. */
enum font_file font_of(enum face face, uint32_t *cp);
/* Whether a text is drawn as it is written (pdf/bidi.c). */
bool bidi_is_plain(const char *s, size_t n);
/* The characters of one that is not, in the forms in which they join and, if `visual`, from left to right.
 * `out` has room for as many as the text has bytes; returns how many they are. */
size_t bidi_forms(const char *s, size_t n, bool visual, uint32_t *out);
enum { BIDI_FORMS = 512 };
/* The letters, one or two, that the characters U+FB00 to FBFF and U+FE00 to FEFF are forms of, or themselves. */
void bidi_letters(uint32_t forms[BIDI_FORMS][2]);
/* Width in points of n bytes of UTF-8. */
double font_width(enum face face, const char *s, size_t n, double size);

#endif
