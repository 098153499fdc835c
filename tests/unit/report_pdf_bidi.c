/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Arabic and Hebrew in the PDF: the forms that the Unicode Standard names (chapter 9, Arabic Presentation
 * Forms-B), in the order in which they are drawn, and back to the letters for those who copy and search.
 */
#include "report/pdf_int.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

static void expect(const char *s, bool visual, const uint32_t *want, size_t n)
{
	uint32_t got[64] = { 0 };
	CHECK(!bidi_is_plain(s, strlen(s)));
	CHECK(bidi_forms(s, strlen(s), visual, got) >= n);
	size_t k = 0;
	for (size_t i = 0; i < COUNTOF(got) && got[i]; i++)
		if (got[i] != 0xFEFF && k < COUNTOF(got))      /* what a ligature leaves over is not drawn */
			got[k++] = got[i];
	CHECK(k == n && memcmp(got, want, n * sizeof *want) == 0);
}

static void forms(void)
{
	static const uint32_t salam[] = { 0xFEB3, 0xFEFC, 0xFEE1 }, drawn[] = { 0xFEE1, 0xFEFC, 0xFEB3 };
	static const uint32_t shalom[] = { 0x5DD, 0x5D5, 0x5DC, 0x5E9 };
	static const uint32_t mixed[] = { 'a', ' ', '1', '2', ' ', 0x5D1, 0x5D0 };     /* rule N1 */
	static const uint32_t parted[] = { 'x', ' ', '(', 0x5D1, 0x5D0, ')', ' ', '1' };   /* rule N0 */
	static const uint32_t brackets[] = { '(', '1', ')', ' ', 0x5D1, 0x5D0 };
	/* a sentence goes the way of most of its letters, not of the name that it begins with */
	static const uint32_t ours[] = { 0x5D1, 0x5D0, ' ', 'i', 's', ' ', 's', 'o' };
	static const uint32_t theirs[] = { 'x', ' ', 0x5D3, 0x5D2, ' ', 0x5D1, 0x5D0 };
	expect("سلام", false, salam, COUNTOF(salam));
	expect("سلام", true, drawn, COUNTOF(drawn));
	expect("שלום", true, shalom, COUNTOF(shalom));
	expect("a אב 12", true, mixed, COUNTOF(mixed));
	expect("x (אב) 1", true, parted, COUNTOF(parted));
	expect("אב (1)", true, brackets, COUNTOF(brackets));
	expect("אב is so", true, ours, COUNTOF(ours));
	expect("אב גד x", true, theirs, COUNTOF(theirs));
	CHECK(bidi_is_plain("Grüße, 言葉, слова, 1 €", strlen("Grüße, 言葉, слова, 1 €")));
	CHECK(bidi_is_plain("", 0));
}

static void letters(void)
{
	uint32_t of[BIDI_FORMS][2];
	bidi_letters(of);
	CHECK(of[256 + 0xB3][0] == 0x633 && of[256 + 0xB3][1] == 0);
	CHECK(of[256 + 0xFB][0] == 0x644 && of[256 + 0xFB][1] == 0x627);
	CHECK(of[256 + 0xFC][0] == 0x644 && of[256 + 0xFC][1] == 0x627);
	CHECK(of[256 + 0xF5][0] == 0x644 && of[256 + 0xF5][1] == 0x622);
	CHECK(of[0x58][0] == 0x67E && of[0][0] == 0xFB00 && of[256][0] == 0xFE00);
	int changed = 0;
	for (uint32_t i = 256 + 0x80; i <= 256 + 0xFC; i++)
		changed += of[i][0] >= 0x621 && of[i][0] <= 0x64A;
	CHECK(changed == 0xFC - 0x80 + 1);
}

/* Every code is in the map once: 254 rows and the characters of two. */
static void map(enum font_file f)
{
	struct buf b = { 0 };
	pdf_unicode_map(&b, f);
	size_t rows = 0, codes = 0;
	for (const char *p = buf_str(&b); (p = strstr(p, " beginbf")); p++) {
		const char *n = p;
		while (n > buf_str(&b) && n[-1] >= '0' && n[-1] <= '9')
			n--;
		*(strncmp(p, " beginbfrange", 13) == 0 ? &rows : &codes) += strtoul(n, NULL, 10);
		CHECK(strtoul(n, NULL, 10) <= 100);    /* Adobe technical note 5014 */
	}
	CHECK(rows == 254 && codes == 512);
	CHECK(strstr(buf_str(&b), "<FEFB> <06440627>\n") && !strstr(buf_str(&b), "<FE00> <FEFF>"));
	/* emoji are codes of the private area in the one file that has them */
	CHECK(strstr(buf_str(&b), f == FONT_SYMBOLS ? "<EC00> <ECFF> <D83DDC00>\n" : "<EC00> <ECFF> <EC00>\n"));
	buf_free(&b);
}

static void before(void)
{
	uint32_t ki[] = { 'a', 0x915, 0x93F }, zi[] = { 0x91C, 0x93C, 0x93F }, alone[] = { 0x93F, 'a' };
	bidi_before(ki, COUNTOF(ki));
	bidi_before(zi, COUNTOF(zi));
	bidi_before(alone, COUNTOF(alone));
	CHECK(ki[0] == 'a' && ki[1] == 0x93F && ki[2] == 0x915);
	CHECK(zi[0] == 0x93F && zi[1] == 0x91C && zi[2] == 0x93C);
	CHECK(alone[0] == 0x93F && alone[1] == 'a');
}

static void widths(void)
{
	double joined = font_width(FACE_SANS, "سلام", strlen("سلام"), 10), apart = 0;
	for (size_t i = 0; i < strlen("سلام"); i += 2)
		apart += font_width(FACE_SANS, &"سلام"[i], 2, 10);
	CHECK(joined > 0 && joined < apart);
}

int main(void)
{
	CHECK(font_load(NULL) == 0);
	forms();
	letters();
	map(FONT_SANS);
	map(FONT_SYMBOLS);
	before();
	widths();
	return test_end();
}
