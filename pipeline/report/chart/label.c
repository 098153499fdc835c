/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Texts inside charts: names cut to the room they have, values as numbers with few digits. */
#include "report/plot_int.h"

#include <math.h>
#include <string.h>

enum { LABEL_MAX = 400 };      /* code points; nothing longer is ever legible in a chart */

const char *label_fit(struct arena *a, const char *s, double size, double width)
{
	const char *ellipsis = "\xe2\x80\xa6";
	if (!s)
		s = "";
	const char *end = s + strlen(s);
	double room = width - text_width(ellipsis, size), used = 0;
	struct buf b = { 0 };
	size_t cut = 0;            /* bytes that leave room for the ellipsis */
	bool fits = true;
	for (size_t n = 0; s < end; n++) {
		uint32_t cp = utf8_next(&s, end);
		size_t before = b.n;
		utf8_put(&b, cp < 0x20 || cp == 0x7F || (cp >= 0x80 && cp < 0xA0) ? ' ' : cp);
		used += font_width(FACE_SANS, b.p + before, b.n - before, size);
		if (used <= room)
			cut = b.n;
		if (used > width || n == LABEL_MAX) {
			fits = false;
			break;
		}
	}
	struct str kept = str_trim((struct str){ buf_str(&b), fits ? b.n : cut });
	char *out = arena_printf(a, "%.*s%s", (int)kept.n, kept.p, fits ? "" : ellipsis);
	buf_free(&b);
	return out;
}

/* Three significant digits with an SI prefix: 12.3k, 0.0123, 4.5e-9. */
static void short_number(struct buf *out, double v)
{
	static const struct { double unit; const char *suffix; } units[] = {
		{ 1e12, "T" }, { 1e9, "G" }, { 1e6, "M" }, { 1e3, "k" }, { 1, "" }
	};
	double m = fabs(v), unit = 1;
	char digits[350];
	const char *suffix = "";
	if (v < 0)
		buf_puts(out, "\xe2\x88\x92");
	if (m > 0 && (m >= 999.5e12 || m < 1e-4)) {
		int exponent = (int)floor(log10(m));
		num_fixed(digits, m / pow(10, exponent), 1);
		digits[strcmp(digits + 1, ".0") == 0 ? 1 : strlen(digits)] = 0;
		buf_printf(out, "%se%d", digits, exponent);
		return;
	}
	for (size_t i = 0; m >= 999.5 && i < COUNTOF(units); i++)
		if (m >= units[i].unit * 0.9995) {
			unit = units[i].unit;
			suffix = units[i].suffix;
			break;
		}
	m /= unit;
	int whole = m > 0 ? (int)floor(log10(m)) : 0, decimals = whole >= 2 ? 0 : 2 - whole;
	size_t n = num_fixed(digits, m, decimals);
	if (strchr(digits, '.')) {
		while (digits[n - 1] == '0')
			n--;
		n -= digits[n - 1] == '.';
	}
	buf_put(out, digits, n);
	buf_puts(out, suffix);
}

const char *label_value(struct arena *a, const struct chart *c, double v)
{
	struct buf b = { 0 };
	struct cell cell = cell_num(c->values, v, NULL);
	cell.words = c->words;
	if (c->values == CELL_EMPTY && !isfinite(v))
		return "\xe2\x80\x93";
	if (c->values != CELL_EMPTY) {
		cell_print(&b, &cell);
	} else if (v == floor(v) && fabs(v) < 1e6) {
		cell.cls = CELL_COUNT;
		cell_print(&b, &cell);
	} else {
		short_number(&b, v);
		words_number(c->words, b.p);
	}
	char *out = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return out;
}
