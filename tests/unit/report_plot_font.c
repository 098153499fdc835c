/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Without its fonts the report room says which Debian package has them, and does not draw. */
#define DOSSIER_FONTS "/nowhere"
#include "report/pdf/font.c"
#include "test.h"

int main(void)
{
	struct arena *mem = arena_new();
	struct err e = { 0 };
	CHECK(font_load(&e) == -1);
	CHECK(e.code == ERR_IO);
	CHECK_STR(e.msg, "can't read font '/nowhere/noto/NotoSans-Regular.ttf' (Debian package fonts-noto-core)");
	CHECK(text_width("four", 10) > 10 && text_width("four", 10) < 40);

	const char *labels[] = { "one" };
	double y[] = { 1 };
	struct chart c = { .kind = CHART_BARS, .n = 1, .labels = labels, .y = y };
	struct drawing d;
	e = (struct err){ 0 };
	CHECK(plot_draw(mem, &c, &d, &e) == -1);
	CHECK(e.code == ERR_IO);

	/* damaged files are no crash: a table of contents that leads anywhere */
	uint8_t bytes[64] = { 0, 1, 0, 0, 0, 3 };
	memcpy(bytes + 12, "cmap\0\0\0\0\0\0\0\x3c\xff\xff\xff\xff", 16);
	memcpy(bytes + 28, "head\0\0\0\0\xff\xff\xff\xff\0\0\0\x10", 16);
	struct font f = { .p = bytes, .n = sizeof bytes };
	CHECK(!find_cmap(&f));
	CHECK(table(&f, "head") == 0xffffffff && u16(&f, 0xffffffff) == 0);
	CHECK(table(&f, "hmtx") == 0);
	f.cmap = 60;
	f.segments = 30000;
	CHECK(glyph(&f, 'A') == 0);
	arena_free(mem);
	return test_end();
}
