/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cells: the one place where a number becomes text. Each class has one way to be read, whichever
 * renderer asks, so the HTML, the PDF, the text and the JSON cannot disagree.
 */
#include "report/report_int.h"

#include <math.h>
#include <string.h>

#define MINUS "\xE2\x88\x92"       /* U+2212 */
#define THIN "\xE2\x80\xAF"        /* U+202F: narrow, never broken at the end of a line */
#define DASH "\xE2\x80\x93"        /* U+2013 */
#define ELLIPSIS "\xE2\x80\xA6"

enum { CODE_MAX = 120 };           /* characters of a value from the data */

struct cell cell_text(const char *s)
{
	return (struct cell){ .cls = s ? CELL_TEXT : CELL_EMPTY, .num = NAN, .text = s };
}

struct cell cell_code(const char *s)
{
	return (struct cell){ .cls = s ? CELL_CODE : CELL_EMPTY, .num = NAN, .text = s };
}

struct cell cell_num(enum cell_class cls, double v, const char *ref)
{
	return (struct cell){ .cls = cls, .num = v, .ref = ref };
}

struct cell cell_own(const char *s)
{
	return (struct cell){ .cls = s ? CELL_OWN : CELL_EMPTY, .num = NAN, .text = s };
}

bool cell_is_number(const struct cell *c)
{
	switch (c->cls) {
	case CELL_EMPTY: case CELL_TEXT: case CELL_CODE: case CELL_DATE: case CELL_OWN:
		return false;
	case CELL_COUNT: case CELL_PERCENT: case CELL_P_VALUE: case CELL_CORRELATION:
	case CELL_ASSOCIATION: case CELL_MEASURE: case CELL_SCORE: case CELL_BYTES:
	case CELL_CLOCK: case CELL_CHANGE: case CELL_DURATION:
		return true;
	}
	return false;
}

bool cell_is_blank(const struct cell *c)
{
	if (cell_is_number(c))
		return isnan(c->num) && !c->text;
	return c->cls == CELL_EMPTY || !c->text || (!*c->text && c->cls != CELL_CODE);
}

const char *cell_class_name(enum cell_class cls)
{
	static const char *const names[] = { "empty", "text", "code", "count", "percent", "p_value",
		"correlation", "association", "measure", "score", "date", "bytes", "clock",
		"change", "duration", "own" };
	return names[cls];
}

/* ---- numbers --------------------------------------------------------------------------------- */

/* Puts "-1234567.5" with a true minus and its digits in groups of three, if there are five
 * or more. */
static void put_decimal(struct buf *out, const char *s)
{
	if (*s == '-') {
		buf_puts(out, MINUS);
		s++;
	}
	size_t whole = strspn(s, "0123456789");
	for (size_t i = 0; i < whole; i++) {
		if (i > 0 && whole > 4 && (whole - i) % 3 == 0)
			buf_puts(out, THIN);
		buf_putc(out, s[i]);
	}
	buf_puts(out, s + whole);
}

/* Decimals go, but not the digits before the point. */
static void strip_zeros(char *s)
{
	char *point = strchr(s, '.');
	if (!point)
		return;
	char *end = s + strlen(s);
	while (end[-1] == '0')
		*--end = '\0';
	if (end[-1] == '.')
		end[-1] = '\0';
}

static void put_fixed(struct buf *out, double v, int decimals)
{
	char s[350];
	num_fixed(s, v, decimals);
	put_decimal(out, s);
}

/* 1.2346e-7 with a true minus in the exponent. */
static void put_scientific(struct buf *out, double v, int digits)
{
	char s[350];
	int e = (int)floor(log10(fabs(v)));
	/* in two steps, for 10^e alone may be beyond what a double can hold */
	double m = e < -300 ? v * 1e300 / pow(10, e + 300) : v / pow(10, e);
	num_fixed(s, m, digits - 1);
	if (strstr(s, "10.") == s || strstr(s, "-10.") == s) {   /* 9.99999 is a ten */
		e++;
		num_fixed(s, m / 10, digits - 1);
	}
	strip_zeros(s);
	put_decimal(out, s);
	buf_printf(out, "e%s%d", e < 0 ? MINUS : "", e < 0 ? -e : e);
}

/* `digits` significant digits, but the whole part always in full: a rounded-off integer
 * would look like a measured one. */
static void put_significant(struct buf *out, double v, int digits, bool keep_zeros)
{
	double a = fabs(v);
	if (a > 0 && !(a >= 1e-4 && a < 1e15)) {
		put_scientific(out, v, digits);
		return;
	}
	int decimals = v == nearbyint(v) ? 0 : digits - 1 - (int)floor(log10(a));
	char s[350];
	num_fixed(s, v, decimals > 0 ? decimals : 0);
	if (!keep_zeros)
		strip_zeros(s);
	put_decimal(out, s);
}

static void put_percent(struct buf *out, double share)
{
	double a = fabs(share) * 100;
	if (a > 0 && a < 0.05)
		buf_puts(out, share < 0 ? ">" THIN MINUS "0.1" : "<" THIN "0.1");
	else if (a > 99.95 && a < 100)
		buf_puts(out, share < 0 ? "<" THIN MINUS "99.9" : ">" THIN "99.9");
	else
		put_fixed(out, share * 100, a == 0 || a == 100 ? 0 : 1);
	buf_puts(out, THIN "%");
}

static void put_p_value(struct buf *out, double p)
{
	if (p < 0.0005)
		buf_puts(out, "<" THIN "0.001");
	else if (p > 0.9995)
		buf_puts(out, ">" THIN "0.999");
	else
		put_fixed(out, p, 3);
}

static void put_correlation(struct buf *out, double r)
{
	if (r >= 0.005)
		buf_putc(out, '+');
	put_fixed(out, r, 2);
}

static void put_bytes(struct buf *out, double n, const struct words *w)
{
	static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB", "PB" };
	size_t u = 0;
	while (u + 1 < COUNTOF(units) && n >= (u ? 999.95 : 1000)) {
		n /= 1000;
		u++;
	}
	put_fixed(out, n, u ? 1 : 0);
	buf_printf(out, THIN "%s", words_say(w, n == 1 && u == 0 ? "byte" : units[u]));
}

/* Hours, minutes and, unless they are zero, seconds. */
static void put_hours(struct buf *out, double seconds, bool always)
{
	int s = (int)fmod(seconds, 60), m = (int)fmod(floor(seconds / 60), 60);
	buf_printf(out, "%d:%02d", (int)(seconds / 3600), m);
	if (s || always)
		buf_printf(out, ":%02d", s);
}

static void put_duration(struct buf *out, double s)
{
	const double many_hours = 360000;
	double size = fabs(s);
	if (size < 60 && floor(size + 0.5) < 60) {
		put_significant(out, s, 4, false);
		buf_puts(out, THIN "s");
		return;
	}
	if (s < 0)
		buf_puts(out, MINUS);
	if (floor(size + 0.5) < many_hours) {
		put_hours(out, floor(size + 0.5), true);
		return;
	}
	/* of days, seconds say nothing */
	double minutes = floor(size / 60 + 0.5), days = floor(minutes / 1440);
	put_fixed(out, days, 0);
	buf_puts(out, THIN "d");
	if (minutes > days * 1440) {
		buf_puts(out, THIN);
		put_hours(out, (minutes - days * 1440) * 60, false);
	}
}

static void put_clock(struct buf *out, double s)
{
	double whole = floor(s + 0.5);
	if (whole < 0 || whole > 86400) {      /* the fences of a box may lie beyond a day */
		put_duration(out, s);
		return;
	}
	if (whole < 36000)
		buf_putc(out, '0');
	put_hours(out, whole, false);
}

/* So many decimals; a zero has no sign. */
static void put_even(struct buf *out, double v, int decimals)
{
	put_fixed(out, fabs(v) < pow(10, -decimals) / 2 ? 0 : v, decimals);
}

static void put_number(struct buf *out, const struct cell *c)
{
	if (c->approx)
		buf_putc(out, '~');
	if (isinf(c->num)) {
		buf_puts(out, c->num < 0 ? MINUS "\xE2\x88\x9E" : "\xE2\x88\x9E");
		return;
	}
	if (c->places) {
		put_even(out, c->num, c->places - 1);
		return;
	}
	switch (c->cls) {
	case CELL_COUNT: put_fixed(out, c->num, 0); break;
	case CELL_PERCENT: put_percent(out, c->num); break;
	case CELL_P_VALUE: put_p_value(out, c->num); break;
	case CELL_CORRELATION: put_correlation(out, c->num); break;
	case CELL_ASSOCIATION: put_fixed(out, c->num, 2); break;
	case CELL_MEASURE: put_significant(out, c->num, 5, false); break;
	case CELL_SCORE: put_significant(out, c->num, 4, true); break;
	case CELL_CHANGE: put_significant(out, c->num, 2, true); break;
	case CELL_BYTES: put_bytes(out, c->num, c->words); break;
	case CELL_CLOCK: put_clock(out, c->num); break;
	case CELL_DURATION: put_duration(out, c->num); break;
	case CELL_EMPTY: case CELL_TEXT: case CELL_CODE: case CELL_DATE: case CELL_OWN: break;
	}
}

/* ---- values from the data -------------------------------------------------------------------- */

/* Marks that turn the direction of text around could make a value look like another one;
 * what is no character at all may stand in no document. */
static bool is_treacherous(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7F && cp < 0xA0) || cp == 0x200E || cp == 0x200F ||
		(cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069) || cp == 0xFEFF ||
		(cp & 0xFFFE) == 0xFFFE;
}

static void put_value(struct buf *out, const char *s, size_t max)
{
	const char *end = s + strlen(s);
	size_t n = 0;
	while (s < end) {
		if (n++ == max) {
			buf_puts(out, ELLIPSIS);
			return;
		}
		uint32_t cp = utf8_next(&s, end);
		if (cp == '\t' || cp == '\n' || cp == '\r')
			cp = ' ';
		utf8_put(out, is_treacherous(cp) ? 0xFFFD : cp);
	}
}

void cell_print(struct buf *out, const struct cell *c)
{
	if (cell_is_number(c)) {
		if (!isnan(c->num)) {
			size_t start = out->n;
			put_number(out, c);
			words_number(c->words, out->p + start);
			return;
		}
		buf_puts(out, DASH);
		if (c->text) {
			buf_puts(out, " (");
			put_value(out, words_say(c->words, c->text), CODE_MAX);
			buf_putc(out, ')');
		}
		return;
	}
	if (c->cls == CELL_EMPTY || !c->text)
		buf_puts(out, DASH);
	else if (c->cls == CELL_CODE && !*c->text)
		buf_puts(out, "\"\"");   /* an empty value is a value */
	else if (c->cls == CELL_TEXT && c->ref)
		put_value(out, words_say(c->words, c->text), SIZE_MAX);
	else
		put_value(out, c->text, c->cls == CELL_CODE ? CODE_MAX : SIZE_MAX);
}

void cell_print_run(struct buf *out, const struct cell *runs, size_t n, size_t i)
{
	const struct cell *c = &runs[i];
	cell_print(out, c);
	if (!c->url || (i + 1 < n && runs[i + 1].url == c->url))
		return;
	const char *bare = strncmp(c->url, "mailto:", 7) == 0 ? c->url + 7 : c->url;
	if (strcmp(c->text, c->url) != 0 && strcmp(c->text, bare) != 0)
		buf_printf(out, " (%s)", bare);
}

const char *cell_string(struct arena *a, const struct cell *c)
{
	struct buf b = { 0 };
	cell_print(&b, c);
	const char *s = arena_strdup(a, buf_str(&b));
	buf_free(&b);
	return s;
}

static bool is_number(const char *s)
{
	s += strncmp(s, THIN, strlen(THIN)) == 0 ? strlen(THIN) : *s == ' ';
	s += *s == '~' || *s == '-' || *s == '+';
	s += strncmp(s, MINUS, strlen(MINUS)) == 0 ? strlen(MINUS) : 0;
	return *s >= '0' && *s <= '9';
}

bool blank_is_tied(const char *text, const char *at)
{
	char before = at > text ? at[-1] : ' ', next = at[1];
	if (next == '%' || (unsigned char)next == 0xC2)          /* "°C", "µm" */
		return before >= '0' && before <= '9';
	if (next && strchr("=<>", next))
		return is_number(at + 2);
	return strchr("=<>", before) && (at - text < 2 || at[-2] == ' ') && is_number(at + 1);
}
