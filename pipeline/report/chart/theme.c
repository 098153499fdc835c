/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Colours. A theme names nine; everything else a report paints is made from them here, in OKLab
 * (Ottosson 2020), where equal steps look equal: the soft variants, the two ramps and the dark mode.
 */
#include "report/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct theme defaults = {
	.primary = "#2a5bd7", .accent = "#c2501c", .bg = "#f6f7f9", .surface = "#ffffff",
	.text = "#1b2230", .muted = "#5c6675", .ok = "#14804a", .warn = "#9a6300", .error = "#c0312b",
	.font = "\"Noto Sans\", \"Segoe UI\", Roboto, \"Helvetica Neue\", Arial, sans-serif",
	.paper = "A4", .mode = "auto",
};

void report_theme(struct theme *t, const json_t *manifest)
{
	const json_t *own = json_at(manifest, "report.theme");
	*t = (struct theme){
		.primary = json_text(own, "primary", defaults.primary),
		.accent = json_text(own, "accent", defaults.accent),
		.bg = json_text(own, "bg", defaults.bg),
		.surface = json_text(own, "surface", defaults.surface),
		.text = json_text(own, "text", defaults.text),
		.muted = json_text(own, "muted", defaults.muted),
		.ok = json_text(own, "ok", defaults.ok),
		.warn = json_text(own, "warn", defaults.warn),
		.error = json_text(own, "error", defaults.error),
		.font = json_text(own, "font", defaults.font),
		.mode = json_text(own, "mode", defaults.mode),
		.paper = json_text(manifest, "report.paper", defaults.paper),
	};
}

/* ---- OKLab ------------------------------------------------------------------------------- */

struct lch {
	double l, c, h;            /* lightness 0..1, chroma, hue in radians */
};

static double to_linear(double v)
{
	return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}
static double from_linear(double v)
{
	return v <= 0.0031308 ? 12.92 * v : 1.055 * pow(v, 1 / 2.4) - 0.055;
}

static struct lch lch_of(uint32_t rgb)
{
	double r = to_linear((rgb >> 16 & 255) / 255.0), g = to_linear((rgb >> 8 & 255) / 255.0);
	double b = to_linear((rgb & 255) / 255.0);
	double l = cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
	double m = cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
	double s = cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
	double a_ = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s;
	double b_ = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s;
	return (struct lch){ 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
		hypot(a_, b_), atan2(b_, a_) };
}

static bool linear_of(struct lch v, double rgb[3])
{
	double a = v.c * cos(v.h), b = v.c * sin(v.h);
	double l = pow(v.l + 0.3963377774 * a + 0.2158037573 * b, 3);
	double m = pow(v.l - 0.1055613458 * a - 0.0638541728 * b, 3);
	double s = pow(v.l - 0.0894841775 * a - 1.2914855480 * b, 3);
	rgb[0] = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
	rgb[1] = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
	rgb[2] = -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s;
	bool inside = true;
	for (int i = 0; i < 3; i++)
		inside = inside && rgb[i] > -1e-4 && rgb[i] < 1 + 1e-4;
	return inside;
}

/* Chroma gives way until the screen can show the colour; hue and lightness stay. */
static uint32_t rgb_of(struct lch v)
{
	double rgb[3];
	while (!linear_of(v, rgb) && v.c > 0.002)
		v.c *= 0.95;
	uint32_t out = 0;
	for (int i = 0; i < 3; i++) {
		double s = from_linear(fmin(1, fmax(0, rgb[i])));
		out = out << 8 | (uint32_t)lround(fmin(1, fmax(0, s)) * 255);
	}
	return out;
}

static uint32_t mix(uint32_t a, uint32_t b, double t)
{
	uint32_t out = 0;
	for (int shift = 16; shift >= 0; shift -= 8) {
		double x = (a >> shift) & 255, y = (b >> shift) & 255;
		out = out << 8 | (uint32_t)lround(x + (y - x) * t);
	}
	return out;
}

/* ---- the theme's own colours ------------------------------------------------------------- */

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c ? strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c) : NULL;
	return at ? (int)(at - digits) : -1;
}

/* "#rrggbb"; the manifest was checked before, so anything else just means the default. */
static uint32_t parse(const char *s, const char *fallback)
{
	uint32_t v = 0;
	if (!s || s[0] != '#' || strlen(s) != 7)
		s = fallback;
	for (int i = 1; i < 7; i++) {
		int d = hex_digit(s[i]);
		if (d < 0)
			return parse(fallback, fallback);
		v = v << 4 | (uint32_t)d;
	}
	return v;
}

struct base {
	uint32_t primary, accent, surface, text, muted, ok, warn, error;
};

/* On dark ground a colour keeps its hue and gets the lightness that makes it legible there. */
static uint32_t lift(uint32_t rgb)
{
	struct lch v = lch_of(rgb);
	v.l = fmax(v.l, 0.74);
	v.c = fmin(v.c, 0.15);
	return rgb_of(v);
}

static struct base base_of(const struct theme *t, bool dark)
{
	const struct theme *d = &defaults;
	struct base b = { parse(t->primary, d->primary), parse(t->accent, d->accent),
		parse(t->surface, d->surface), parse(t->text, d->text), parse(t->muted, d->muted),
		parse(t->ok, d->ok), parse(t->warn, d->warn), parse(t->error, d->error) };
	if (!dark)
		return b;
	double hue = lch_of(b.primary).h;
	return (struct base){
		.primary = lift(b.primary), .accent = lift(b.accent),
		.surface = rgb_of((struct lch){ 0.225, 0.014, hue }),
		.text = rgb_of((struct lch){ 0.93, 0.008, hue }),
		.muted = rgb_of((struct lch){ 0.73, 0.018, hue }),
		.ok = lift(b.ok), .warn = lift(b.warn), .error = lift(b.error)
	};
}

/* ---- legibility -------------------------------------------------------------------------- */

static double luminance(uint32_t rgb)
{
	return 0.2126 * to_linear((rgb >> 16 & 255) / 255.0) + 0.7152 * to_linear((rgb >> 8 & 255) / 255.0) +
		0.0722 * to_linear((rgb & 255) / 255.0);
}

double theme_contrast(uint32_t a, uint32_t b)
{
	double x = luminance(a), y = luminance(b);
	return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

bool theme_faint(const struct theme *t, struct buf *out)
{
	static const double least = 4.5;
	static const struct { const char *name; enum ink ink; } letters[] = { { "text", INK_TEXT },
		{ "muted", INK_MUTED }, { "primary", INK_PRIMARY } };
	uint32_t surface = ink_rgb(t, INK_SURFACE, false);
	bool any = false;
	for (size_t i = 0; i < COUNTOF(letters); i++) {
		uint32_t rgb = ink_rgb(t, letters[i].ink, false);
		double ratio = theme_contrast(rgb, surface);
		if (ratio >= least)
			continue;
		char digits[350];
		num_fixed(digits, floor(ratio * 100) / 100, 2);   /* 4.499 is not 4.50 */
		buf_printf(out, "%s%s #%06x on surface #%06x has a contrast of %s", any ? ", " : "", letters[i].name,
			(unsigned)rgb, (unsigned)surface, digits);
		any = true;
	}
	if (any)
		buf_puts(out, ", less than 4.5");
	return any;
}

/* ---- made colours ------------------------------------------------------------------------ */

/* Lightness at t in 0..1 along a ramp that starts near the surface. It leaps over the middle, where
 * neither the text nor the surface colour could be read on it: the first half carries text in the
 * text colour, the second half in the surface colour. */
static double ramp_lightness(double t, bool dark)
{
	if (dark)
		return t <= 0.5 ? 0.29 + (0.50 - 0.29) * t / 0.5
				: 0.66 + (0.90 - 0.66) * (t - 0.5) / 0.5;
	return t <= 0.5 ? 0.965 - (0.965 - 0.68) * t / 0.5 : 0.555 - (0.555 - 0.36) * (t - 0.5) / 0.5;
}

static uint32_t ramp(uint32_t colour, double t, bool dark)
{
	struct lch v = lch_of(colour);
	double full = fmin(v.c, 0.17);
	v.l = ramp_lightness(t, dark);
	v.c = full * (0.12 + 0.88 * fmin(1, t / 0.55));
	return rgb_of(v);
}

/* One side of the diverging ramp: step 1, next to the neutral middle, is hardly more than that, and on a dark
 * ground the last step still has a hue. */
static uint32_t diverging(uint32_t colour, int step, bool dark)
{
	double t = (step - 0.6) / 7.4;
	struct lch v = lch_of(colour);
	double full = fmin(v.c, 0.17);
	v.l = dark && t > 0.5 ? 0.66 + (0.80 - 0.66) * (t - 0.5) / 0.5 : ramp_lightness(t, dark);
	v.c = full * fmin(1, 0.02 + t / 0.55);
	return rgb_of(v);
}

static uint32_t soft(uint32_t colour, bool dark)
{
	struct lch v = lch_of(colour);
	v.l = dark ? 0.45 : 0.83;
	v.c *= dark ? 0.55 : 0.50;
	return rgb_of(v);
}

/* Four hues besides primary and accent, told apart also by lightness. */
static const char *const series[] = { "#0d7d74", "#7b46c9", "#94690a", "#b72d74" };

uint32_t ink_rgb(const struct theme *t, enum ink k, bool dark)
{
	struct base b = base_of(t, dark);
	if (k >= INK_DIVERGING_0) {
		int step = (int)k - INK_DIVERGING_0 - 8;
		if (step == 0)
			return mix(b.surface, b.text, dark ? 0.10 : 0.05);
		return diverging(step > 0 ? b.primary : b.accent, abs(step), dark);
	}
	if (k >= INK_RAMP_0)
		return ramp(b.primary, ((int)k - INK_RAMP_0) / 15.0, dark);
	switch (k) {
	case INK_TEXT: return b.text;
	case INK_MUTED: return b.muted;
	case INK_AXIS: return mix(b.surface, b.text, 0.38);
	case INK_GRID: return mix(b.surface, b.text, dark ? 0.13 : 0.09);
	case INK_SURFACE: return b.surface;
	case INK_PRIMARY: case INK_SERIES_1: return b.primary;
	case INK_ACCENT: case INK_SERIES_2: return b.accent;
	case INK_PRIMARY_SOFT: return soft(b.primary, dark);
	case INK_ACCENT_SOFT: return soft(b.accent, dark);
	case INK_OK: return b.ok;
	case INK_WARN: return b.warn;
	case INK_ERROR: return b.error;
	case INK_SERIES_3: case INK_SERIES_4: case INK_SERIES_5: case INK_SERIES_6: {
		uint32_t rgb = parse(series[k - INK_SERIES_3], series[0]);
		return dark ? lift(rgb) : rgb;
	}
	case INK_RAMP_0: case INK_DIVERGING_0: case INK_COUNT: break;
	}
	return b.text;
}
