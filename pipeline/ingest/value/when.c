/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates and times of day as people write them. "03/04/2020" can be read in two ways; the scan
 * reports every reading that is a real date, and the column decides. */
#include "ingest/value/when_int.h"

#include <string.h>

static bool take_month(struct cursor *c, int *m, struct written *f)
{
	bool full = false;
	*m = month_lookup(take_word(c), &full);
	f->long_month = full;
	if (*m && !full)
		take(c, '.');
	return *m > 0;
}

static bool take_year(struct cursor *c, int *y, struct written *f)
{
	int n = take_number(c, 4, y);
	f->year2 = n == 2;
	if (n == 2)
		*y += *y < c->pivot ? 2000 : 1900;
	return n == 4 || n == 2;
}

/* "5th", "1st" */
static void take_ordinal(struct cursor *c)
{
	static const char *const ends[] = { "st", "nd", "rd", "th" };
	for (size_t i = 0; i < COUNTOF(ends) && c->end - c->p >= 2; i++)
		if (memcmp(c->p, ends[i], 2) == 0) {
			c->p += 2;
			return;
		}
}

/* "of" in "5th of May 2020", "de" in "5 de mayo de 2020". */
static void take_of(struct cursor *c)
{
	for (int i = 0; i < 2; i++)
		if (c->end - c->p > 3 && memcmp(c->p, i ? "de " : "of ", 3) == 0)
			c->p += 3;
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

/* A month without a day is its first day. */
static bool month_only(struct when *w, struct written *f, enum style style, int y, int m)
{
	f->style = (uint8_t)style;
	return every_reading(w, y, m, 1);
}

/* Jan 05 13:05:00 +0000 2024, as C programs write it. */
static bool clock_then_year(struct cursor *c, struct when *w, struct written *f, int m, int d)
{
	int y;
	f->style = STYLE_CTIME;
	if (!daytime_scan(c, w, f))
		return false;
	take_blanks(c);
	if ((peek(c) == '+' || peek(c) == '-' || peek(c) == 'U' || peek(c) == 'G') &&
		!offset_scan(c, w, f))
		return false;
	take_blanks(c);
	w->timed = true;
	return take_year(c, &y, f) && !f->year2 && every_reading(w, y, m, d);
}

/* January 5, 2020; May 2024, May-24 */
static bool month_first(struct cursor *c, struct when *w, struct written *f)
{
	int y, m, d;
	f->style = STYLE_MONTH_D_Y;
	if (!take_month(c, &m, f))
		return false;
	take(c, ',');
	f->sep = peek(c);
	if (!take(c, ' ') && !take(c, '-') && !take(c, '/'))
		return false;
	if (f->sep == ' ') {
		take_blanks(c);
		take_of(c);
	}
	struct cursor ahead = *c;
	int n = take_number(&ahead, 4, &y);
	if (ahead.p == ahead.end && (n == 4 || (n == 2 && f->sep == '-'))) {
		take_year(c, &y, f);
		return month_only(w, f, STYLE_MONTH_Y, y, m);
	}
	if (!take_number(c, 2, &d))
		return false;
	take_ordinal(c);
	f->comma = take(c, ',');
	ahead = *c;
	if (!f->comma && f->sep == ' ' && take(&ahead, ' ') && take_number(&ahead, 2, &n) &&
		peek(&ahead) == ':') {
		take_blanks(c);
		return clock_then_year(c, w, f, m, d);
	}
	if (f->comma)
		take_blanks(c);
	else if (!take(c, f->sep))
		return false;
	return take_year(c, &y, f) && every_reading(w, y, m, d);
}

/* 5 January 2020, 05-Jan-20, 5. Januar 2020, 5 de enero de 2020 */
static bool month_second(struct cursor *c, struct when *w, struct written *f, int d)
{
	int y, m;
	f->style = STYLE_D_MONTH_Y;
	take_of(c);
	if (!take_month(c, &m, f))
		return false;
	f->comma = take(c, ',');
	if (!take(c, f->sep) && !take(c, ' '))
		return false;
	take_of(c);
	return take_year(c, &y, f) && every_reading(w, y, m, d);
}

/* 2020-Jan-05, 2020 January */
static bool month_behind_year(struct cursor *c, struct when *w, struct written *f, int y)
{
	int m, d;
	f->style = STYLE_Y_MONTH_D;
	if (!take_month(c, &m, f))
		return false;
	if (c->p == c->end)
		return month_only(w, f, STYLE_Y_MONTH, y, m);
	return take(c, f->sep) && take_number(c, 2, &d) && every_reading(w, y, m, d);
}

/* ---- quarters and weeks ------------------------------------------------------------------ */

/* Behind 'Q' or 'W' and a year, as their first day. */
static bool quarter_of(struct cursor *c, struct when *w, struct written *f, int y)
{
	int q;
	f->style = STYLE_QUARTER;
	return take_number(c, 1, &q) && q >= 1 && q <= 4 && every_reading(w, y, 3 * q - 2, 1);
}

/* ISO 8601: week 1 holds the 4th of January, and begins on a Monday. */
static bool week_of(struct cursor *c, struct when *w, struct written *f, int y)
{
	int week, day = 1;
	f->style = STYLE_WEEK;
	if (take_number(c, 2, &week) != 2 || y < 1)
		return false;
	if (take(c, '-') && !take_number(c, 1, &day))
		return false;
	int32_t fourth = date_days(y, 1, 4), next = date_days(y + 1, 1, 4);
	int32_t monday = fourth - date_weekday(fourth), last = next - date_weekday(next);
	int32_t days = monday + 7 * (week - 1) + day - 1;
	if (week < 1 || day < 1 || day > 7 || days >= last)
		return false;
	w->orders = 3;
	w->days[0] = w->days[1] = days;
	return true;
}

/* Q1 2024, Q1-2024 */
static bool quarter_first(struct cursor *c, struct when *w, struct written *f)
{
	int y, q;
	f->style = STYLE_QUARTER_Y;
	c->p++;
	if (!take_number(c, 1, &q) || q < 1 || q > 4)
		return false;
	f->sep = peek(c);
	if (!take(c, ' ') && !take(c, '-') && !take(c, '/'))
		return false;
	return take_number(c, 4, &y) == 4 && every_reading(w, y, 3 * q - 2, 1);
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

/* Behind a year of four digits and a separator. */
static bool year_first(struct cursor *c, struct when *w, struct written *f, int y)
{
	int m, d;
	if (letter(peek(c)) && f->sep != '.')
		return take(c, 'Q') ? quarter_of(c, w, f, y)
			: take(c, 'W') ? week_of(c, w, f, y) : month_behind_year(c, w, f, y);
	if (f->sep == ' ' || !take_number(c, 2, &m))
		return false;
	if (c->p == c->end && (f->sep == '-' || f->sep == '/'))
		return month_only(w, f, STYLE_YM, y, m);
	f->style = STYLE_YMD;
	return take(c, f->sep) && take_number(c, 2, &d) && every_reading(w, y, m, d);
}

static bool scan_date(struct cursor *c, struct when *w, struct written *f)
{
	if (peek(c) == 'Q' && c->end - c->p > 1 && digit(c->p[1]))
		return quarter_first(c, w, f);
	if (letter(peek(c))) {
		if (!skip_weekday(c))
			return false;
		if (letter(peek(c)))
			return month_first(c, w, f);
	}
	int v[3], n = take_number(c, 4, &v[0]);
	if (n == 4 && (take(c, 'Q') || take(c, 'W')))
		return c->p[-1] == 'Q' ? quarter_of(c, w, f, v[0]) : week_of(c, w, f, v[0]);
	if (n && n <= 2)
		take_ordinal(c);
	char sep = peek(c);
	if (!n || !sep || !strchr("-/. ", sep))
		return false;
	c->p++;
	f->sep = sep;
	if (n == 4)
		return year_first(c, w, f, v[0]);
	if (sep == '.' && peek(c) == ' ' && n <= 2) {
		take_blanks(c);
		f->sep = ' ';
	}
	if (letter(peek(c)) && n <= 2)
		return month_second(c, w, f, v[0]);
	if (sep == ' ' || n > 2)
		return false;
	int n1 = take_number(c, 4, &v[1]);
	if (n1 == 4 && c->p == c->end && sep != '.')
		return month_only(w, f, STYLE_MY, v[1], v[0]);
	if (!n1 || n1 > 2 || !take(c, sep))
		return false;
	f->style = STYLE_NUMBERS;
	if (!take_year(c, &v[2], f))
		return false;
	/* 1.2.10 is more often a version than a date */
	if (sep == '.' && f->year2 && (n != 2 || n1 != 2))
		return false;
	one_reading(w, ORDER_DMY, v[2], v[1], v[0]);
	if (sep != '.')
		one_reading(w, ORDER_MDY, v[2], v[0], v[1]);
	return w->orders != 0;
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

bool when_scan_from(struct str s, int pivot, struct when *w)
{
	*w = (struct when){ 0 };
	if (hopeless(s))
		return false;
	struct cursor c = { s.p, s.p + s.n, pivot };
	struct written *f = &w->written;
	if (!scan_date(&c, w, f))
		return false;
	if (c.p == c.end)
		return true;
	if (w->timed || f->style >= STYLE_YM)
		return false;
	f->t = take(&c, 'T');
	if (!f->t && f->style == STYLE_D_MONTH_Y && f->sep == '/')
		take(&c, ':');         /* 05/Jan/2024:13:05:00, of web servers */
	else if (!f->t) {
		take(&c, ',');
		if (peek(&c) != ' ')
			return false;
		take_blanks(&c);
		if (take(&c, '-'))     /* 12 Jun 1998 - 14:30 */
			take_blanks(&c);
	}
	if (!daytime_scan(&c, w, f))
		return false;
	take_blanks(&c);
	w->timed = true;
	return c.p == c.end || (offset_scan(&c, w, f) && c.p == c.end);
}

bool when_scan(struct str s, struct when *w)
{
	return when_scan_from(s, PIVOT, w);
}
