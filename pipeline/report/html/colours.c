/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The generated half of the style sheet. assets/report.css names colours only by custom
 * property; here the theme gives them values, once for light and once for dark, along with the
 * classes that the charts paint with. Nothing of the theme reaches the style but numbers and a
 * checked font list.
 */
#include "report/html_int.h"

#include <stdio.h>
#include <string.h>

/* A colour of the page: an ink, that ink laid thinly over whatever is below, or deepened
 * towards the colour of the text, so that letters in it can be read on its own thin layer. */
struct tone {
	const char *name;
	enum ink ink;
	double light, dark; /* how much of it */
	bool deep;
};
static const struct tone tones[] = {
	{"surface", INK_SURFACE, 1, 1, false},
	{"text", INK_TEXT, 1, 1, false},
	{"muted", INK_MUTED, 1, 1, false},
	{"line", INK_TEXT, 0.10, 0.14, false},
	{"edge", INK_TEXT, 0.20, 0.26, false},
	{"wash", INK_TEXT, 0.05, 0.07, false},
	{"primary", INK_PRIMARY, 1, 1, false},
	{"primary-wash", INK_PRIMARY, 0.07, 0.14, false},
	{"primary-deep", INK_PRIMARY, 0.6, 0.6, true},
	{"bar", INK_PRIMARY, 0.16, 0.30, false},
	{"warn", INK_WARN, 1, 1, false},
	{"warn-wash", INK_WARN, 0.10, 0.14, false},
	{"warn-deep", INK_WARN, 0.6, 0.6, true},
	{"error", INK_ERROR, 1, 1, false},
	{"error-wash", INK_ERROR, 0.08, 0.14, false},
	{"error-deep", INK_ERROR, 0.6, 0.6, true},
};

static uint32_t mix(uint32_t under, uint32_t over, double t)
{
	uint32_t out = 0;
	for (int shift = 16; shift >= 0; shift -= 8) {
		double a = (under >> shift) & 255, b = (over >> shift) & 255;
		out = out << 8 | (uint32_t)(a + (b - a) * t + 0.5);
	}
	return out;
}

/* #rgb where that says the same as #rrggbb */
static void put_rgb(struct buf *css, uint32_t rgb)
{
	uint32_t r = rgb >> 16 & 255, g = rgb >> 8 & 255, b = rgb & 255;
	if (r % 17 == 0 && g % 17 == 0 && b % 17 == 0)
		buf_printf(css, "#%x%x%x", r / 17, g / 17, b / 17);
	else
		buf_printf(css, "#%06x", rgb & 0xffffff);
}

/* The ground of the page is the one colour that is no ink: the theme's own when it is light, a
 * shade below the surface when it is dark. */
static uint32_t ground(const struct theme *t, bool dark)
{
	unsigned rgb;
	char end;
	if (!dark && t->bg && sscanf(t->bg, "#%6x%c", &rgb, &end) == 1 && strlen(t->bg) == 7)
		return rgb;
	uint32_t surface = ink_rgb(t, INK_SURFACE, dark);
	return dark ? mix(surface, 0, 0.28) : mix(surface, ink_rgb(t, INK_TEXT, dark), 0.035);
}

static void put_palette(struct buf *css, const struct theme *t, bool dark)
{
	buf_printf(css, "color-scheme:%s;--bg:", dark ? "dark" : "light");
	put_rgb(css, ground(t, dark));
	for (size_t i = 0; i < COUNTOF(tones); i++) {
		double much = dark ? tones[i].dark : tones[i].light;
		buf_printf(css, ";--%s:", tones[i].name);
		uint32_t rgb = ink_rgb(t, tones[i].ink, dark);
		if (tones[i].deep)
			put_rgb(css, mix(ink_rgb(t, INK_TEXT, dark), rgb, much));
		else if (much < 1)
			buf_printf(css, "#%06x%02x", rgb, (unsigned)(much * 255 + 0.5));
		else
			put_rgb(css, rgb);
	}
	for (int k = 0; k < INK_COUNT; k++) {
		buf_printf(css, ";--i%d:", k);
		put_rgb(css, ink_rgb(t, (enum ink)k, dark));
	}
}

/* Letters, digits, blanks, commas, hyphens and quotes: enough for any list of fonts. */
static bool font_is_plain(const char *s)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,-_\"'";
	size_t quotes[2] = {0, 0};
	for (const char *p = s; *p; p++) {
		quotes[0] += *p == '"';
		quotes[1] += *p == '\'';
	}
	return *s && s[strspn(s, plain)] == 0 && quotes[0] % 2 == 0 && quotes[1] % 2 == 0;
}

void html_colours(struct buf *css, const struct theme *t)
{
	buf_puts(css, ":root{");
	put_palette(css, t, false);
	if (t->font && font_is_plain(t->font))
		buf_printf(css, ";--font:%s", t->font);
	buf_puts(css, "}\n@media screen{:root[data-theme=dark]{");
	put_palette(css, t, true);
	buf_puts(css, "}}\n@media screen and "
		      "(prefers-color-scheme:dark){:root:not([data-theme=light]){");
	put_palette(css, t, true);
	buf_puts(css, "}}\n");
	for (int k = 0; k < INK_COUNT; k++)
		buf_printf(css, ".k%d{stroke:var(--i%d)}.f%d{fill:var(--i%d)}", k, k, k, k);
	/* what all charts of a page share; a file of its own says it itself */
	buf_puts(css, "\nsvg[role=img]{fill:none;font-size:10px;stroke-linejoin:round}\n");
	for (int percent = 1; percent <= 100; percent++)
		buf_printf(css, ".w%d{--w:%d.%02d}", percent, percent / 100, percent % 100);
	for (int size = 1; size <= HTML_SIZES; size++)
		buf_printf(css, ".s%d{--size:%dpx}", size, size * HTML_SIZE_STEP);
	buf_printf(css, "\n@page{size:%s}\n",
		t->paper && strcmp(t->paper, "Letter") == 0 ? "letter" : "A4");
}

/* ---- hashes and base64 ---- */

void html_base64(struct buf *out, const uint8_t *p, size_t n)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t i = 0; i < n; i += 3) {
		size_t left = n - i;
		uint32_t v = (uint32_t)p[i] << 16;
		if (left > 1)
			v |= (uint32_t)p[i + 1] << 8;
		if (left > 2)
			v |= p[i + 2];
		buf_putc(out, digits[v >> 18]);
		buf_putc(out, digits[v >> 12 & 63]);
		buf_putc(out, left > 1 ? digits[v >> 6 & 63] : '=');
		buf_putc(out, left > 2 ? digits[v & 63] : '=');
	}
}

void html_source_hash(char out[64], const char *text, size_t n)
{
	struct sha256 s;
	char hex[SHA256_HEX];
	uint8_t digest[32];
	sha256_init(&s);
	sha256_add(&s, text, n);
	sha256_hex(&s, hex);
	for (size_t i = 0; i < sizeof digest; i++) {
		unsigned byte = 0;
		sscanf(hex + 2 * i, "%2x", &byte);
		digest[i] = (uint8_t)byte;
	}
	struct buf b = {0};
	html_base64(&b, digest, sizeof digest);
	snprintf(out, 64, "'sha256-%s'", buf_str(&b));
	buf_free(&b);
}
