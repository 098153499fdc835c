/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arabic and Hebrew: letters in the forms that join them, and in the order in which they are drawn, by
 * the algorithm of Unicode (annex 9) as FriBidi has it. Forms are characters of their own (Arabic
 * Presentation Forms), which the fonts have, so nothing else needs to know of them. And the scripts of India,
 * of which no more is done than to put vowels where they are looked for.
 */
#include "report/font_int.h"

#include <stdlib.h>
#include <string.h>

#include <fribidi/fribidi.h>

bool bidi_is_plain(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	for (size_t i = 0; i + 1 < n; i++)
		if ((p[i] >= 0xD6 && p[i] <= 0xDF) || (p[i] == 0xE0 && p[i + 1] <= 0xA3)
			|| (p[i] == 0xEF && p[i + 1] >= 0xAC && p[i + 1] <= 0xBB))
			return false;
	return true;
}

/* A form that no font has is better left as the letter. */
static void shape(const FriBidiChar *letters, FriBidiChar *forms, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t shown = forms[i];
		font_of(FACE_SANS, &shown);
		if (forms[i] != letters[i] && shown == CP_NO_GLYPH)
			forms[i] = letters[i];
	}
}

/* That of the first letter that has one; of most letters where a foreign name begins a sentence of ours. */
static FriBidiParType way_of(const FriBidiCharType *types, size_t n)
{
	size_t right = 0, left = 0;
	for (size_t i = 0; i < n; i++)
		if (FRIBIDI_IS_STRONG(types[i]))
			*(FRIBIDI_IS_RTL(types[i]) ? &left : &right) += 1;
	return right > left ? FRIBIDI_PAR_LTR : FRIBIDI_PAR_ON;
}

size_t bidi_forms(const char *s, size_t bytes, bool visual, uint32_t *out)
{
	const char *end = s + bytes;
	size_t n = 0;
	while (s < end)
		out[n++] = utf8_next(&s, end);
	FriBidiChar *letters = malloc(n * (sizeof *letters + sizeof(FriBidiCharType) + sizeof(FriBidiBracketType) + 2) + 1);
	if (!letters)
		return n;
	FriBidiCharType *types = letters + n;
	FriBidiBracketType *brackets = types + n;
	FriBidiLevel *levels = (FriBidiLevel *)(brackets + n);
	FriBidiArabicProp *joins = (FriBidiArabicProp *)levels + n;
	FriBidiStrIndex count = (FriBidiStrIndex)n;
	memcpy(letters, out, n * sizeof *letters);
	fribidi_get_bidi_types(out, count, types);
	fribidi_get_bracket_types(out, count, types, brackets);
	FriBidiParType direction = way_of(types, n);
	if (fribidi_get_par_embedding_levels_ex(types, brackets, count, &direction, levels)) {
		fribidi_get_joining_types(out, count, joins);
		fribidi_join_arabic(types, count, levels, joins);
		fribidi_shape(FRIBIDI_FLAGS_DEFAULT | FRIBIDI_FLAGS_ARABIC, levels, count, joins, out);
		shape(letters, out, n);
		if (visual && !fribidi_reorder_line(FRIBIDI_FLAGS_DEFAULT, types, count, 0, direction, levels, out, NULL))
			memcpy(out, letters, n * sizeof *out);
	}
	free(letters);
	return n;
}

/* ---- vowels before their letters ------------------------------------------------------------------ */

bool bidi_is_before(uint32_t cp)
{
	static const uint32_t vowels[] = { 0x93F, 0x9BF, 0x9C7, 0x9C8, 0xA3F, 0xABF, 0xBC6, 0xBC7, 0xBC8, 0xD46, 0xD47,
		0xD48, 0xDD9, 0xDDA, 0xDDB, 0x1031, 0x17C1, 0x17C2, 0x17C3 };
	for (size_t i = 0; cp >= vowels[0] && i < COUNTOF(vowels); i++)
		if (cp == vowels[i])
			return true;
	return false;
}

/* A mark that a letter keeps between itself and such a vowel. */
static bool is_part(uint32_t cp)
{
	return (cp >= 0x900 && cp <= 0xDFF && (cp & 0x7F) == 0x3C) || (cp >= 0x103B && cp <= 0x103E);
}

void bidi_before(uint32_t *v, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		uint32_t cp = v[i];
		size_t at = i - 1;
		if (!bidi_is_before(cp))
			continue;
		while (at > 0 && is_part(v[at]))
			at--;
		memmove(v + at + 1, v + at, (i - at) * sizeof *v);
		v[at] = cp;
	}
}

/* ---- back ---------------------------------------------------------------------------------------- */

static uint32_t *place_of(uint32_t forms[BIDI_FORMS][2], uint32_t form)
{
	uint32_t row = form >> 8, at = form & 255;
	return row == 0xFB ? forms[at] : row == 0xFE ? forms[256 + at] : NULL;
}

void bidi_letters(uint32_t forms[BIDI_FORMS][2])
{
	enum { ALONE = FRIBIDI_MASK_ARAB_SHAPES, LAST = ALONE | FRIBIDI_MASK_JOINS_RIGHT,
		FIRST = ALONE | FRIBIDI_MASK_JOINS_LEFT, AMID = FIRST | LAST };
	static const FriBidiArabicProp joins[] = { AMID, LAST, FIRST, ALONE };
	static const FriBidiChar alefs[] = { 0x622, 0x623, 0x625, 0x627 };
	const FriBidiLevel levels[] = { 1, 1 };
	for (uint32_t i = 0; i < BIDI_FORMS; i++)
		memcpy(forms[i], (uint32_t[]){ (i < 256 ? 0xFB00 : 0xFE00 - 256) + i, 0 }, sizeof forms[i]);
	for (FriBidiChar letter = 0x621; letter <= 0x6D3; letter++)
		for (size_t k = 0; k < COUNTOF(joins); k++) {
			FriBidiChar form = letter;
			FriBidiArabicProp join = joins[k];
			fribidi_shape_arabic(FRIBIDI_FLAGS_ARABIC, levels, 1, &join, &form);
			uint32_t *at = place_of(forms, form);
			if (at)
				at[0] = letter;
		}
	for (size_t k = 0; k < 2 * COUNTOF(alefs); k++) {      /* lam and alef are one sign */
		FriBidiChar pair[] = { 0x644, alefs[k / 2] };
		FriBidiArabicProp join[] = { k % 2 ? AMID : FIRST, LAST };
		fribidi_shape_arabic(FRIBIDI_FLAGS_ARABIC, levels, 2, join, pair);
		uint32_t *at = place_of(forms, pair[0] == FRIBIDI_CHAR_FILL ? pair[1] : pair[0]);
		if (at)
			memcpy(at, (uint32_t[]){ 0x644, alefs[k / 2] }, sizeof forms[0]);
	}
}
