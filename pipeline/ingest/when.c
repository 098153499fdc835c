/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates and times of day as people write them. "03/04/2020" can be read in two ways; the scan
 * reports every reading that is a real date, and the column decides. */
#include "ingest/ingest_int.h"

#include <string.h>

/* Values of struct written. */
enum style { STYLE_YMD, STYLE_NUMBERS, STYLE_D_MONTH_Y, STYLE_MONTH_D_Y, STYLE_COMPACT };
enum clock { CLOCK_NONE, CLOCK_MINUTES, CLOCK_SECONDS, CLOCK_FRACTION };
enum zone { ZONE_NONE, ZONE_Z, ZONE_OFFSET };

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

/* ---- pieces ------------------------------------------------------------------------------ */

struct cursor {
	const char *p, *end;
};

static char peek(const struct cursor *c)
{
	return c->p < c->end ? *c->p : 0;
}

static bool take(struct cursor *c, char want)
{
	if (peek(c) != want || !want)
		return false;
	c->p++;
	return true;
}

static void take_blanks(struct cursor *c)
{
	while (peek(c) == ' ')
		c->p++;
}

/* Up to `most` digits; returns how many. */
static int take_number(struct cursor *c, int most, int *v)
{
	int n = 0;
	for (*v = 0; n < most && digit(peek(c)); n++)
		*v = *v * 10 + (*c->p++ - '0');
	return digit(peek(c)) ? 0 : n;
}

static struct str take_word(struct cursor *c)
{
	struct str w = { c->p, 0 };
	while (letter(peek(c)))
		c->p++;
	w.n = (size_t)(c->p - w.p);
	return w;
}

static bool take_month(struct cursor *c, int *m, struct written *f)
{
	bool full = false;
	*m = month_lookup(take_word(c), &full);
	f->long_month = full;
	if (*m && !full)
		take(c, '.');
	return *m > 0;
}

/* Four digits, or two with the pivot at 70. */
static bool take_year(struct cursor *c, int *y, struct written *f)
{
	int n = take_number(c, 4, y);
	f->year2 = n == 2;
	if (n == 2)
		*y += *y < 70 ? 2000 : 1900;
	return n == 4 || n == 2;
}

/* ---- the date ---------------------------------------------------------------------------- */

static bool one_reading(struct when *w, int order, int y, int m, int d)
{
	if (y < 1 || !date_exists(y, m, d))
		return false;
	w->orders |= (uint8_t)(1 << order);
	w->days[order] = date_days(y, m, d);
	return true;
}

static bool every_reading(struct when *w, int y, int m, int d)
{
	return one_reading(w, ORDER_DMY, y, m, d) && one_reading(w, ORDER_MDY, y, m, d);
}

/* January 5, 2020 */
static bool month_first(struct cursor *c, struct when *w, struct written *f)
{
	int y, m, d;
	f->style = STYLE_MONTH_D_Y;
	if (!take_month(c, &m, f))
		return false;
	f->sep = peek(c);
	if (!take(c, ' ') && !take(c, '-'))
		return false;
	if (!take_number(c, 2, &d))
		return false;
	f->comma = take(c, ',');
	if (f->comma)
		take_blanks(c);
	else if (!take(c, f->sep))
		return false;
	return take_year(c, &y, f) && every_reading(w, y, m, d);
}

/* 5 January 2020, 05-Jan-20, 5. Januar 2020 */
static bool month_second(struct cursor *c, struct when *w, struct written *f, int d)
{
	int y, m;
	f->style = STYLE_D_MONTH_Y;
	if (!take_month(c, &m, f))
		return false;
	f->comma = take(c, ',');
	if (!take(c, f->sep) && !take(c, ' '))
		return false;
	return take_year(c, &y, f) && every_reading(w, y, m, d);
}

/* "Mon, " in front of a date says nothing new. Texts that merely begin with a word are refused
 * here. */
static bool skip_weekday(struct cursor *c)
{
	struct cursor ahead = *c;
	struct str word = take_word(&ahead);
	take(&ahead, '.');
	take(&ahead, ',');
	if (!take(&ahead, ' ') && !take(&ahead, '-'))
		return false;
	take_blanks(&ahead);
	if (weekday_known(word)) {
		*c = ahead;
		return true;
	}
	return digit(peek(&ahead));   /* the word may be a month */
}

static bool scan_date(struct cursor *c, struct when *w, struct written *f)
{
	if (letter(peek(c))) {
		if (!skip_weekday(c))
			return false;
		if (letter(peek(c)))
			return month_first(c, w, f);
	}
	int v[3], n = take_number(c, 4, &v[0]);
	char sep = peek(c);
	if (!n || !sep || !strchr("-/. ", sep))
		return false;
	c->p++;
	f->sep = sep;
	if (sep == '.' && peek(c) == ' ' && n <= 2) {
		take_blanks(c);
		f->sep = ' ';
	}
	if (letter(peek(c)) && n <= 2)
		return month_second(c, w, f, v[0]);
	if (sep == ' ')
		return false;
	int n1 = take_number(c, 2, &v[1]);
	if (!n1 || !take(c, sep))
		return false;
	if (n == 4) {
		f->style = STYLE_YMD;
		return take_number(c, 2, &v[2]) && every_reading(w, v[0], v[1], v[2]);
	}
	f->style = STYLE_NUMBERS;
	if (n > 2 || !take_year(c, &v[2], f))
		return false;
	/* 1.2.10 is more often a version than a date */
	if (sep == '.' && f->year2 && (n != 2 || n1 != 2))
		return false;
	one_reading(w, ORDER_DMY, v[2], v[1], v[0]);
	if (sep != '.')
		one_reading(w, ORDER_MDY, v[2], v[0], v[1]);
	return w->orders != 0;
}

/* ---- the time of day --------------------------------------------------------------------- */

static bool scan_zone(struct cursor *c, struct when *w, struct written *f)
{
	take_blanks(c);
	if (c->p == c->end)
		return true;
	struct str rest = { c->p, (size_t)(c->end - c->p) };
	w->zoned = true;
	if (str_eq(rest, "Z") || str_eq(rest, "z") || str_eq(rest, "UTC") ||
		str_eq(rest, "GMT")) {
		f->zone = ZONE_Z;
		c->p = c->end;
		return true;
	}
	bool west = peek(c) == '-';
	if (!take(c, '+') && !take(c, '-'))
		return false;
	int h, m = 0;
	f->zone = ZONE_OFFSET;
	if (take_number(c, 4, &h) == 4) {
		m = h % 100;
		h /= 100;
	} else if (take(c, ':') && take_number(c, 2, &m) != 2) {
		return false;
	}
	if (h > 15 || m > 59)
		return false;
	int64_t offset = (h * 60 + m) * INT64_C(60000000);
	w->clock += west ? offset : -offset;
	return c->p == c->end;
}

static bool scan_clock(struct cursor *c, struct when *w, struct written *f)
{
	int h, m, s = 0;
	int64_t us = 0;
	if (!take_number(c, 2, &h) || !take(c, ':') || take_number(c, 2, &m) != 2)
		return false;
	f->clock = CLOCK_MINUTES;
	if (take(c, ':')) {
		f->clock = CLOCK_SECONDS;
		if (take_number(c, 2, &s) != 2)
			return false;
		if (take(c, '.') || take(c, ',')) {
			f->clock = CLOCK_FRACTION;
			int64_t unit = 100000;
			if (!digit(peek(c)))
				return false;
			for (; digit(peek(c)); c->p++, unit /= 10)
				us += (*c->p - '0') * unit;
		}
	}
	struct cursor back = *c;
	take_blanks(c);
	char half = (char)(peek(c) | 32);
	if (half == 'a' || half == 'p') {
		c->p++;
		take(c, '.');
		if (!take(c, 'm') && !take(c, 'M'))
			return false;
		take(c, '.');
		if (h < 1 || h > 12)
			return false;
		f->half_day = 1;
		h = h % 12 + (half == 'p' ? 12 : 0);
	} else {
		*c = back;
	}
	if (h > 23 || m > 59 || s > 59)
		return false;
	w->clock = ((h * 60 + m) * 60 + s) * INT64_C(1000000) + us;
	return true;
}

/* Refuses most texts before any name of a month is looked up. */
static bool hopeless(struct str s)
{
	if (s.n < 6 || s.n > 64 || (!digit(*s.p) && !letter(*s.p)))
		return true;
	size_t i = 0;
	while (i < s.n && !digit(s.p[i]))
		i++;
	return i == s.n;
}

bool when_scan(struct str s, struct when *w)
{
	*w = (struct when){ 0 };
	if (hopeless(s))
		return false;
	struct cursor c = { s.p, s.p + s.n };
	struct written *f = &w->written;
	if (!scan_date(&c, w, f))
		return false;
	if (c.p < c.end) {
		f->t = take(&c, 'T');
		if (!f->t) {
			take(&c, ',');
			if (peek(&c) != ' ')
				return false;
			take_blanks(&c);
		}
		if (!scan_clock(&c, w, f) || !scan_zone(&c, w, f))
			return false;
		w->timed = true;
	}
	return true;
}

bool when_compact(struct str s, struct when *w)
{
	*w = (struct when){ .written.style = STYLE_COMPACT };
	int v;
	struct cursor c = { s.p, s.p + s.n };
	if (s.n != 8 || take_number(&c, 8, &v) != 8)
		return false;
	return v >= 17000101 && v <= 22001231 &&
		every_reading(w, v / 10000, v / 100 % 100, v % 100);
}

void when_format(struct buf *out, const struct written *f, int order)
{
	const char *year = f->year2 ? "%y" : "%Y", *month = f->long_month ? "%B" : "%b";
	const char *comma = f->comma ? "," : "";
	char sep = f->sep;
	switch ((enum style)f->style) {
	case STYLE_YMD:
		buf_printf(out, "%%Y%c%%m%c%%d", sep, sep);
		break;
	case STYLE_NUMBERS:
		buf_printf(out, order == ORDER_MDY ? "%%m%c%%d%c%s" : "%%d%c%%m%c%s", sep, sep,
			year);
		break;
	case STYLE_D_MONTH_Y:
		buf_printf(out, "%%d%c%s%s%c%s", sep, month, comma, sep, year);
		break;
	case STYLE_MONTH_D_Y:
		buf_printf(out, "%s%c%%d%s%c%s", month, sep, comma, sep, year);
		break;
	case STYLE_COMPACT:
		buf_puts(out, "%Y%m%d");
		break;
	}
	if (f->clock == CLOCK_NONE)
		return;
	buf_putc(out, f->t ? 'T' : ' ');
	buf_puts(out, f->half_day ? "%I:%M" : "%H:%M");
	if (f->clock >= CLOCK_SECONDS)
		buf_puts(out, f->clock == CLOCK_FRACTION ? ":%S.%f" : ":%S");
	if (f->half_day)
		buf_puts(out, " %p");
	if (f->zone)
		buf_puts(out, f->zone == ZONE_Z ? "Z" : "%z");
}
