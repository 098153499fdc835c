/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What kind of character is it? By ranges of Unicode 15 blocks: coarser than the character
 * database, and enough to tell scripts apart, to see patterns and to fold case, without tables
 * of megabytes.
 */
#include "profile/column_int.h"

static const char *const names[SCRIPTS] = {
	"Latin", "Greek", "Cyrillic", "Armenian", "Hebrew", "Arabic", "Syriac", "Thaana",
	"Devanagari", "Bengali", "Gurmukhi", "Gujarati", "Oriya", "Tamil", "Telugu", "Kannada",
	"Malayalam", "Sinhala", "Thai", "Lao", "Tibetan", "Myanmar", "Georgian", "Hangul",
	"Ethiopic", "Cherokee", "Canadian Aboriginal", "Khmer", "Mongolian", "Hiragana",
	"Katakana", "Bopomofo", "Han", "Yi", "Other"
};
enum {
	LATIN, GREEK, CYRILLIC, ARMENIAN, HEBREW, ARABIC, SYRIAC, THAANA, DEVANAGARI, BENGALI,
	GURMUKHI, GUJARATI, ORIYA, TAMIL, TELUGU, KANNADA, MALAYALAM, SINHALA, THAI, LAO,
	TIBETAN, MYANMAR, GEORGIAN, HANGUL, ETHIOPIC, CHEROKEE, CANADIAN, KHMER, MONGOLIAN,
	HIRAGANA, KATAKANA, BOPOMOFO, HAN, YI, OTHER_SCRIPT
};
_Static_assert(OTHER_SCRIPT + 1 == SCRIPTS, "one name a script");

/* Sorted; what lies between the ranges is OTHER. Only letters have a script. */
static const struct range {
	uint32_t first, last;
	uint8_t cls, script;
} ranges[] = {
	{ 0x85, 0x85, SPACE, 0 }, { 0xa0, 0xa0, SPACE, 0 }, { 0xa1, 0xa1, PUNCTUATION, 0 },
	{ 0xa7, 0xa7, PUNCTUATION, 0 }, { 0xaa, 0xaa, LETTER, LATIN },
	{ 0xab, 0xab, PUNCTUATION, 0 }, { 0xb5, 0xb5, LETTER, GREEK },
	{ 0xb6, 0xb7, PUNCTUATION, 0 }, { 0xba, 0xba, LETTER, LATIN },
	{ 0xbb, 0xbb, PUNCTUATION, 0 }, { 0xbf, 0xbf, PUNCTUATION, 0 },
	{ 0xc0, 0xd6, LETTER, LATIN }, { 0xd8, 0xf6, LETTER, LATIN },
	{ 0xf8, 0x2af, LETTER, LATIN }, { 0x2b0, 0x2ff, LETTER, OTHER_SCRIPT },
	{ 0x300, 0x36f, MARK, 0 }, { 0x370, 0x37d, LETTER, GREEK },
	{ 0x37e, 0x37e, PUNCTUATION, 0 }, { 0x37f, 0x3ff, LETTER, GREEK },
	{ 0x400, 0x52f, LETTER, CYRILLIC }, { 0x531, 0x556, LETTER, ARMENIAN },
	{ 0x55a, 0x55f, PUNCTUATION, 0 }, { 0x560, 0x588, LETTER, ARMENIAN },
	{ 0x589, 0x58a, PUNCTUATION, 0 }, { 0x591, 0x5bd, MARK, 0 },
	{ 0x5be, 0x5be, PUNCTUATION, 0 }, { 0x5bf, 0x5c7, MARK, 0 },
	{ 0x5d0, 0x5f2, LETTER, HEBREW }, { 0x5f3, 0x5f4, PUNCTUATION, 0 },
	{ 0x60c, 0x60d, PUNCTUATION, 0 }, { 0x610, 0x61a, MARK, 0 },
	{ 0x61b, 0x61f, PUNCTUATION, 0 }, { 0x620, 0x64a, LETTER, ARABIC },
	{ 0x64b, 0x65f, MARK, 0 }, { 0x660, 0x669, DIGIT, 0 }, { 0x66a, 0x66d, PUNCTUATION, 0 },
	{ 0x66e, 0x66f, LETTER, ARABIC }, { 0x670, 0x670, MARK, 0 },
	{ 0x671, 0x6d3, LETTER, ARABIC }, { 0x6d4, 0x6d4, PUNCTUATION, 0 },
	{ 0x6d5, 0x6d5, LETTER, ARABIC }, { 0x6d6, 0x6ed, MARK, 0 },
	{ 0x6ee, 0x6ef, LETTER, ARABIC }, { 0x6f0, 0x6f9, DIGIT, 0 },
	{ 0x6fa, 0x6ff, LETTER, ARABIC }, { 0x700, 0x70d, PUNCTUATION, 0 },
	{ 0x710, 0x74f, LETTER, SYRIAC }, { 0x750, 0x77f, LETTER, ARABIC },
	{ 0x780, 0x7bf, LETTER, THAANA }, { 0x7c0, 0x89f, LETTER, OTHER_SCRIPT },
	{ 0x8a0, 0x8ff, LETTER, ARABIC }, { 0x900, 0x963, LETTER, DEVANAGARI },
	{ 0x964, 0x965, PUNCTUATION, 0 }, { 0x966, 0x96f, DIGIT, 0 },
	{ 0x970, 0x97f, LETTER, DEVANAGARI }, { 0x980, 0x9e5, LETTER, BENGALI },
	{ 0x9e6, 0x9ef, DIGIT, 0 }, { 0x9f0, 0x9ff, LETTER, BENGALI },
	{ 0xa00, 0xa65, LETTER, GURMUKHI }, { 0xa66, 0xa6f, DIGIT, 0 },
	{ 0xa70, 0xa7f, LETTER, GURMUKHI }, { 0xa80, 0xae5, LETTER, GUJARATI },
	{ 0xae6, 0xaef, DIGIT, 0 }, { 0xaf0, 0xaff, LETTER, GUJARATI },
	{ 0xb00, 0xb65, LETTER, ORIYA }, { 0xb66, 0xb6f, DIGIT, 0 },
	{ 0xb70, 0xb7f, LETTER, ORIYA }, { 0xb80, 0xbe5, LETTER, TAMIL },
	{ 0xbe6, 0xbef, DIGIT, 0 }, { 0xbf0, 0xbff, LETTER, TAMIL },
	{ 0xc00, 0xc65, LETTER, TELUGU }, { 0xc66, 0xc6f, DIGIT, 0 },
	{ 0xc70, 0xc7f, LETTER, TELUGU }, { 0xc80, 0xce5, LETTER, KANNADA },
	{ 0xce6, 0xcef, DIGIT, 0 }, { 0xcf0, 0xcff, LETTER, KANNADA },
	{ 0xd00, 0xd65, LETTER, MALAYALAM }, { 0xd66, 0xd6f, DIGIT, 0 },
	{ 0xd70, 0xd7f, LETTER, MALAYALAM }, { 0xd80, 0xdff, LETTER, SINHALA },
	{ 0xe01, 0xe4e, LETTER, THAI }, { 0xe4f, 0xe4f, PUNCTUATION, 0 },
	{ 0xe50, 0xe59, DIGIT, 0 }, { 0xe5a, 0xe5b, PUNCTUATION, 0 },
	{ 0xe81, 0xecf, LETTER, LAO }, { 0xed0, 0xed9, DIGIT, 0 },
	{ 0xeda, 0xeff, LETTER, LAO }, { 0xf00, 0xfff, LETTER, TIBETAN },
	{ 0x1000, 0x103f, LETTER, MYANMAR }, { 0x1040, 0x1049, DIGIT, 0 },
	{ 0x104a, 0x104f, PUNCTUATION, 0 }, { 0x1050, 0x109f, LETTER, MYANMAR },
	{ 0x10a0, 0x10ff, LETTER, GEORGIAN }, { 0x1100, 0x11ff, LETTER, HANGUL },
	{ 0x1200, 0x139f, LETTER, ETHIOPIC }, { 0x13a0, 0x13ff, LETTER, CHEROKEE },
	{ 0x1400, 0x167f, LETTER, CANADIAN }, { 0x1680, 0x1680, SPACE, 0 },
	{ 0x1681, 0x177f, LETTER, OTHER_SCRIPT }, { 0x1780, 0x17d3, LETTER, KHMER },
	{ 0x17d4, 0x17df, PUNCTUATION, 0 }, { 0x17e0, 0x17e9, DIGIT, 0 },
	{ 0x1800, 0x180a, PUNCTUATION, 0 }, { 0x1810, 0x1819, DIGIT, 0 },
	{ 0x1820, 0x18af, LETTER, MONGOLIAN }, { 0x18b0, 0x18ff, LETTER, CANADIAN },
	{ 0x1900, 0x1aaf, LETTER, OTHER_SCRIPT }, { 0x1ab0, 0x1aff, MARK, 0 },
	{ 0x1b00, 0x1c7f, LETTER, OTHER_SCRIPT }, { 0x1c80, 0x1c8f, LETTER, CYRILLIC },
	{ 0x1c90, 0x1cbf, LETTER, GEORGIAN }, { 0x1cc0, 0x1cff, LETTER, OTHER_SCRIPT },
	{ 0x1d00, 0x1dbf, LETTER, LATIN }, { 0x1dc0, 0x1dff, MARK, 0 },
	{ 0x1e00, 0x1eff, LETTER, LATIN }, { 0x1f00, 0x1fff, LETTER, GREEK },
	{ 0x2000, 0x200b, SPACE, 0 }, { 0x200c, 0x200f, MARK, 0 },
	{ 0x2010, 0x2027, PUNCTUATION, 0 }, { 0x2028, 0x2029, SPACE, 0 },
	{ 0x202a, 0x202e, MARK, 0 }, { 0x202f, 0x202f, SPACE, 0 },
	{ 0x2030, 0x205e, PUNCTUATION, 0 }, { 0x205f, 0x2064, SPACE, 0 },
	{ 0x20d0, 0x20ff, MARK, 0 }, { 0x2c00, 0x2c5f, LETTER, OTHER_SCRIPT },
	{ 0x2c60, 0x2c7f, LETTER, LATIN }, { 0x2d00, 0x2d2f, LETTER, GEORGIAN },
	{ 0x2d30, 0x2d7f, LETTER, OTHER_SCRIPT }, { 0x2d80, 0x2ddf, LETTER, ETHIOPIC },
	{ 0x2de0, 0x2dff, MARK, 0 }, { 0x2e00, 0x2e7f, PUNCTUATION, 0 },
	{ 0x2e80, 0x2fdf, LETTER, HAN }, { 0x3000, 0x3000, SPACE, 0 },
	{ 0x3001, 0x3003, PUNCTUATION, 0 }, { 0x3005, 0x3007, LETTER, HAN },
	{ 0x3008, 0x3011, PUNCTUATION, 0 }, { 0x3014, 0x301f, PUNCTUATION, 0 },
	{ 0x302a, 0x302f, MARK, 0 }, { 0x3041, 0x3096, LETTER, HIRAGANA },
	{ 0x3099, 0x309a, MARK, 0 }, { 0x309d, 0x309f, LETTER, HIRAGANA },
	{ 0x30a0, 0x30ff, LETTER, KATAKANA }, { 0x3105, 0x312f, LETTER, BOPOMOFO },
	{ 0x3131, 0x318e, LETTER, HANGUL }, { 0x31a0, 0x31bf, LETTER, BOPOMOFO },
	{ 0x31f0, 0x31ff, LETTER, KATAKANA }, { 0x3400, 0x4dbf, LETTER, HAN },
	{ 0x4e00, 0x9fff, LETTER, HAN }, { 0xa000, 0xa4cf, LETTER, YI },
	{ 0xa4d0, 0xa63f, LETTER, OTHER_SCRIPT }, { 0xa640, 0xa69f, LETTER, CYRILLIC },
	{ 0xa6a0, 0xa71f, LETTER, OTHER_SCRIPT }, { 0xa720, 0xa7ff, LETTER, LATIN },
	{ 0xa800, 0xa8df, LETTER, OTHER_SCRIPT }, { 0xa8e0, 0xa8ff, LETTER, DEVANAGARI },
	{ 0xa900, 0xa95f, LETTER, OTHER_SCRIPT }, { 0xa960, 0xa97f, LETTER, HANGUL },
	{ 0xa980, 0xaaff, LETTER, OTHER_SCRIPT }, { 0xab00, 0xab2f, LETTER, ETHIOPIC },
	{ 0xab30, 0xab6f, LETTER, LATIN }, { 0xab70, 0xabbf, LETTER, CHEROKEE },
	{ 0xabc0, 0xabff, LETTER, OTHER_SCRIPT }, { 0xac00, 0xd7ff, LETTER, HANGUL },
	{ 0xf900, 0xfaff, LETTER, HAN }, { 0xfb00, 0xfb06, LETTER, LATIN },
	{ 0xfb13, 0xfb17, LETTER, ARMENIAN }, { 0xfb1d, 0xfb4f, LETTER, HEBREW },
	{ 0xfb50, 0xfdfb, LETTER, ARABIC }, { 0xfe00, 0xfe0f, MARK, 0 },
	{ 0xfe10, 0xfe1f, PUNCTUATION, 0 }, { 0xfe20, 0xfe2f, MARK, 0 },
	{ 0xfe30, 0xfe6b, PUNCTUATION, 0 }, { 0xfe70, 0xfefc, LETTER, ARABIC },
	{ 0xfeff, 0xfeff, SPACE, 0 }, { 0xff01, 0xff0f, PUNCTUATION, 0 },
	{ 0xff10, 0xff19, DIGIT, 0 }, { 0xff1a, 0xff20, PUNCTUATION, 0 },
	{ 0xff21, 0xff3a, LETTER, LATIN }, { 0xff3b, 0xff40, PUNCTUATION, 0 },
	{ 0xff41, 0xff5a, LETTER, LATIN }, { 0xff5b, 0xff65, PUNCTUATION, 0 },
	{ 0xff66, 0xff9f, LETTER, KATAKANA }, { 0xffa0, 0xffdc, LETTER, HANGUL },
	{ 0x10000, 0x100ff, LETTER, OTHER_SCRIPT }, { 0x10280, 0x10fff, LETTER, OTHER_SCRIPT },
	{ 0x1b000, 0x1b16f, LETTER, HIRAGANA }, { 0x1e000, 0x1e94f, LETTER, OTHER_SCRIPT },
	{ 0x20000, 0x323af, LETTER, HAN }, { 0xe0100, 0xe01ef, MARK, 0 },
};

const char *script_name(int script)
{
	return names[script];
}

/* By ASCII code; $ + < = > ^ ` | ~ are symbols, and control characters nothing: OTHER. */
#define L LETTER
#define D DIGIT
#define S SPACE
#define P PUNCTUATION
#define O OTHER
static const uint8_t ascii[128] = {
	O, O, O, O, O, O, O, O, O, S, S, S, S, S, O, O,
	O, O, O, O, O, O, O, O, O, O, O, O, O, O, O, O,
	S, P, P, P, O, P, P, P, P, P, P, O, P, P, P, P,
	D, D, D, D, D, D, D, D, D, D, P, P, O, O, O, P,
	P, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, P, P, P, O, P,
	O, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
	L, L, L, L, L, L, L, L, L, L, L, P, O, P, O, O,
};
#undef L
#undef D
#undef S
#undef P
#undef O

enum letter_class letter_class(uint32_t cp, int *script)
{
	*script = -1;
	if (cp < 0x80) {
		*script = ascii[cp] == LETTER ? LATIN : -1;
		return ascii[cp];
	}
	size_t lo = 0, hi = COUNTOF(ranges);
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (cp > ranges[mid].last)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == COUNTOF(ranges) || cp < ranges[lo].first)
		return OTHER;
	if (ranges[lo].cls == LETTER)
		*script = ranges[lo].script;
	return ranges[lo].cls;
}

/* Capitals whose small letter is a fixed distance away; step 2: capitals and small letters
 * alternate. */
static const struct fold_range {
	uint32_t first, last;
	int distance, step;
} folds[] = {
	{ 'A', 'Z', 32, 1 }, { 0xc0, 0xd6, 32, 1 }, { 0xd8, 0xde, 32, 1 },
	{ 0x100, 0x12e, 1, 2 }, { 0x132, 0x136, 1, 2 }, { 0x139, 0x147, 1, 2 },
	{ 0x14a, 0x176, 1, 2 }, { 0x178, 0x178, -121, 1 }, { 0x179, 0x17d, 1, 2 },
	{ 0x1cd, 0x1db, 1, 2 }, { 0x1de, 0x1ee, 1, 2 }, { 0x1f8, 0x21e, 1, 2 },
	{ 0x222, 0x232, 1, 2 }, { 0x370, 0x372, 1, 2 }, { 0x386, 0x386, 38, 1 },
	{ 0x388, 0x38a, 37, 1 }, { 0x38c, 0x38c, 64, 1 }, { 0x38e, 0x38f, 63, 1 },
	{ 0x391, 0x3a1, 32, 1 }, { 0x3a3, 0x3ab, 32, 1 }, { 0x3c2, 0x3c2, 1, 1 },
	{ 0x3d8, 0x3ee, 1, 2 }, { 0x400, 0x40f, 80, 1 }, { 0x410, 0x42f, 32, 1 },
	{ 0x460, 0x480, 1, 2 }, { 0x48a, 0x4be, 1, 2 }, { 0x4c0, 0x4c0, 15, 1 },
	{ 0x4c1, 0x4cd, 1, 2 }, { 0x4d0, 0x52e, 1, 2 }, { 0x531, 0x556, 48, 1 },
	{ 0x1e00, 0x1e94, 1, 2 }, { 0x1ea0, 0x1efe, 1, 2 }, { 0xff21, 0xff3a, 32, 1 },
};

uint32_t letter_fold(uint32_t cp)
{
	if (cp < 0x80)
		return cp - 'A' < 26 ? cp + 32 : cp;
	for (size_t i = 0; i < COUNTOF(folds) && folds[i].first <= cp; i++)
		if (cp <= folds[i].last && (cp - folds[i].first) % (uint32_t)folds[i].step == 0)
			return (uint32_t)((int)cp + folds[i].distance);
	return cp;
}
