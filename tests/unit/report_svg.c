/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SVG is well-formed whatever a label holds, and compact; the colours of a theme can be read. */
#include "report/report.h"
#include "test.h"

#include <stdlib.h>

static struct arena *mem;
static struct theme theme;

/* ---- colours ----------------------------------------------------------------------------------------- */

/* Contrast of two colours by WCAG 2.1, 1.4.3: from 1 to 21. */
static double luminance(uint32_t rgb)
{
	static const double weight[] = { 0.2126, 0.7152, 0.0722 };
	double sum = 0;
	for (int i = 0; i < 3; i++) {
		double v = (rgb >> (16 - 8 * i) & 255) / 255.0;
		sum += weight[i] * (v <= 0.03928 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
	}
	return sum;
}
static double contrast(uint32_t a, uint32_t b)
{
	double x = luminance(a), y = luminance(b);
	return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

static void colours(const struct theme *t)
{
	static const enum ink readable[] = { INK_TEXT, INK_MUTED, INK_PRIMARY, INK_ACCENT, INK_OK, INK_WARN,
		INK_ERROR, INK_SERIES_1, INK_SERIES_2, INK_SERIES_3, INK_SERIES_4, INK_SERIES_5, INK_SERIES_6 };
	for (int dark = 0; dark < 2; dark++) {
		uint32_t surface = ink_rgb(t, INK_SURFACE, dark), text = ink_rgb(t, INK_TEXT, dark);
		for (size_t i = 0; i < COUNTOF(readable); i++)
			CHECK(contrast(ink_rgb(t, readable[i], dark), surface) >= 4.5);
		/* numbers in cells: the text colour on the weak half of a ramp, the surface on the strong one */
		for (int k = 0; k < 16; k++)
			CHECK(contrast(ink_rgb(t, (enum ink)(INK_RAMP_0 + k), dark), k > 7 ? surface : text) >= 4.5);
		for (int k = -8; k <= 8; k++)
			CHECK(contrast(ink_rgb(t, (enum ink)(INK_DIVERGING_0 + 8 + k), dark),
				abs(k) > 4 ? surface : text) >= 4.5);
		for (int k = 1; k < 16; k++) {
			double a = luminance(ink_rgb(t, (enum ink)(INK_RAMP_0 + k - 1), dark));
			double b = luminance(ink_rgb(t, (enum ink)(INK_RAMP_0 + k), dark));
			CHECK(dark ? b > a : b < a);
		}
	}
}

static void themes(void)
{
	colours(&theme);
	struct theme other = theme;
	other.primary = "#B00020";
	other.accent = "#006B5B";
	colours(&other);
	CHECK(ink_rgb(&other, INK_PRIMARY, false) == 0xB00020);
	other.primary = "red";
	CHECK(ink_rgb(&other, INK_PRIMARY, false) == ink_rgb(&theme, INK_PRIMARY, false));
	other.primary = "#12345g";
	CHECK(ink_rgb(&other, INK_PRIMARY, false) == ink_rgb(&theme, INK_PRIMARY, false));
	other.primary = NULL;
	CHECK(ink_rgb(&other, INK_PRIMARY, false) == ink_rgb(&theme, INK_PRIMARY, false));

	json_t *manifest = json_pack("{s:{s:s, s:{s:s, s:n}}}", "report", "paper", "Letter", "theme", "accent",
		"#112233", "font");
	struct theme own;
	report_theme(&own, manifest);
	CHECK_STR(own.accent, "#112233");
	CHECK_STR(own.paper, "Letter");
	CHECK_STR(own.primary, theme.primary);
	CHECK_STR(own.font, theme.font);
	json_decref(manifest);
}

/* ---- a small check that XML is well-formed: tags nest, attributes are quoted, entities are known -------- */

static const char *entity_end(const char *p)
{
	static const char *const known[] = { "&lt;", "&gt;", "&amp;", "&quot;" };
	for (size_t i = 0; i < COUNTOF(known); i++)
		if (strncmp(p, known[i], strlen(known[i])) == 0)
			return p + strlen(known[i]);
	return NULL;
}

/* Past the name and the attributes of a tag, at its '>' or '/'; NULL when malformed. */
static const char *attributes_end(const char *p)
{
	while (*p && *p != '>' && *p != '/') {
		if (*p++ != ' ')
			return NULL;
		p += strspn(p, "abcdefghijklmnopqrstuvwxyz-ABCDEFGHIJKLMNOPQRSTUVWXYZ");
		if (strncmp(p, "=\"", 2) != 0)
			return NULL;
		for (p += 2; *p != '"'; p = *p == '&' ? entity_end(p) : p + 1)
			if (!*p || *p == '<' || (*p == '&' && !entity_end(p)))
				return NULL;
		p++;
	}
	return p;
}

static int well_formed(const char *p)
{
	char open[64][16];
	size_t depth = 0;
	while (*p) {
		if (*p == '&' && !(p = entity_end(p)))
			return 0;
		if ((unsigned char)*p < 0x20 && *p != '\n' && *p)
			return 0;
		if (*p != '<') {
			p += *p != 0 && *p != '&';
			continue;
		}
		bool closing = p[1] == '/';
		p += closing ? 2 : 1;
		size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz");
		if (n == 0 || n > 15)
			return 0;
		if (closing) {
			if (!depth || strncmp(open[depth - 1], p, n) != 0 || open[--depth][n])
				return 0;
			p += n;
		} else {
			memcpy(open[depth], p, n);
			open[depth][n] = 0;
			if (!(p = attributes_end(p + n)))
				return 0;
			if (*p == '/')
				p++;
			else if (++depth == COUNTOF(open))
				return 0;
		}
		if (*p++ != '>')
			return 0;
	}
	return depth == 0;
}

/* The longest run of digits after a point: positions are tenths. */
static size_t most_decimals(const char *s)
{
	size_t most = 0;
	for (const char *p = s; (p = strchr(p, '.')); p++) {
		size_t n = strspn(p + 1, "0123456789");
		most = n > most ? n : most;
	}
	return most;
}
static size_t count(const char *s, const char *what)
{
	size_t n = 0;
	for (; (s = strstr(s, what)); s++)
		n++;
	return n;
}

static void documents(void)
{
	CHECK(well_formed("<svg a=\"b\"><g><path d=\"m1 2\"/></g>x &lt; y</svg>\n"));
	CHECK(!well_formed("<svg><g></svg></g>"));
	CHECK(!well_formed("<svg a=b></svg>"));
	CHECK(!well_formed("<svg>a & b</svg>"));

	const char *hard[] = { "<script>alert(1)</script>", "a \"quoted\" & 'plain' ]]> name", "\xff\xfe\x01 bytes",
		"</title></svg>", "\xef\xbf\xbe\xef\xbf\xbf" };
	double y[] = { 5, 4, 3, 2, 1 };
	struct chart c = { .kind = CHART_BARS, .n = 5, .labels = hard, .y = y, .title = hard[1], .alt = hard[0],
		.xlabel = hard[3] };
	struct drawing d;
	CHECK(plot_draw(mem, &c, &d, NULL) == 0);
	struct buf in = { 0 }, alone = { 0 };
	svg_write(&in, &d, &c, &theme, false);
	svg_write(&alone, &d, &c, &theme, true);
	CHECK(well_formed(in.p));
	CHECK(well_formed(alone.p));
	CHECK(utf8_valid(in.p, in.n, NULL));
	CHECK(strstr(in.p, "<script") == NULL);
	CHECK(strstr(in.p, "role=\"img\" aria-label=\"&lt;script") != NULL);
	CHECK(strstr(in.p, "><title>a &quot;quoted") != NULL);
	CHECK(strstr(in.p, " id=") == NULL && strstr(in.p, "xmlns") == NULL && strchr(in.p, '#') == NULL);
	CHECK(strstr(alone.p, "xmlns=\"http://www.w3.org/2000/svg\"") != NULL);
	CHECK(strstr(alone.p, "fill=\"#2a5bd7\"") != NULL && strstr(alone.p, "class=") == NULL);
	CHECK(count(in.p, "<title>") == 6);        /* the chart's own and one a bar */
	CHECK(most_decimals(in.p) == 1);
	CHECK(in.n < 4000);
	buf_free(&in);
	buf_free(&alone);
}

/* Small things: what merges, what does not, and that rounding leaves no gaps. */
static void shapes(void)
{
	float pts[] = { 10, 10, 20, 10, 20, 10, 20, 30 };
	struct op ops[] = {
		{ .kind = OP_RECT, .ink = INK_PRIMARY, .alpha = 1, .x = 0.04f, .y = 0, .rx = 3.32f, .ry = 5 },
		{ .kind = OP_RECT, .ink = INK_PRIMARY, .alpha = 1, .x = 3.36f, .y = 0, .rx = 3.32f, .ry = 5 },
		{ .kind = OP_LINE, .ink = INK_AXIS, .alpha = 1, .width = 1, .off = 0, .n = 2 },
		{ .kind = OP_LINE, .ink = INK_AXIS, .alpha = 1, .width = 1, .off = 4, .n = 2 },
		{ .kind = OP_DOT, .ink = INK_ACCENT, .alpha = 0.5f, .x = 5, .y = 5, .rx = 2, .ry = 2 },
		{ .kind = OP_DOT, .ink = INK_ACCENT, .alpha = 0.5f, .x = 6, .y = 5, .rx = 2, .ry = 2 },
	};
	struct drawing d = { .width = 100, .height = 50, .ops = ops, .nops = COUNTOF(ops), .pts = pts, .npts = 8 };
	struct chart c = { .title = "shapes" };
	struct buf out = { 0 };
	svg_write(&out, &d, &c, &theme, false);
	CHECK(strstr(out.p, "<path d=\"m0 50v-5h3.4v5zm3.4 0v-5h3.3v5z\" class=\"f5\"/>") != NULL);
	CHECK(strstr(out.p, "<path d=\"m10 40h10m0 0v-20\" class=\"k2\" stroke-width=\"1\"/>") != NULL);
	CHECK(strstr(out.p, "<g class=\"k7\" stroke-opacity=\".5\" stroke-width=\"4\" stroke-linecap=\"round\">"
		"<path d=\"m5 45h0\"/><path d=\"m6 45h0\"/></g>") != NULL);
	if (test_failed)
		printf("%s\n", out.p);
	buf_free(&out);
}

int main(void)
{
	mem = arena_new();
	report_theme(&theme, NULL);
	themes();
	documents();
	shapes();
	arena_free(mem);
	return test_end();
}
