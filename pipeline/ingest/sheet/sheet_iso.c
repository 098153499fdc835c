/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates, times and durations as XML writes them (ISO 8601, as in XML Schema part 2), which ODS
 * and some XLSX files have. */
#include "ingest/sheet/sheet_int.h"

#include <stdio.h>
#include <string.h>

struct cursor {
	const char *p, *end;
};

static bool take(struct cursor *c, char want)
{
	bool yes = c->p < c->end && *c->p == want;
	c->p += yes;
	return yes;
}

/* From `least` to `most` digits. */
static bool take_number(struct cursor *c, int least, int most, int64_t *v)
{
	int n = 0;
	for (*v = 0; c->p < c->end && n < most && *c->p >= '0' && *c->p <= '9'; n++)
		*v = *v * 10 + (*c->p++ - '0');
	return n >= least && (c->p == c->end || *c->p < '0' || *c->p > '9');
}

/* Digits behind a point, as microseconds. */
static bool take_fraction(struct cursor *c, int64_t *us)
{
	int64_t unit = 100000;
	*us = 0;
	if (!take(c, '.') && !take(c, ','))
		return true;
	const char *from = c->p;
	for (; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++, unit /= 10)
		*us += (*c->p - '0') * unit;
	return c->p > from;
}

static bool take_date(struct cursor *c, int64_t v[3])
{
	return take_number(c, 4, 4, &v[0]) && take(c, '-') && take_number(c, 2, 2, &v[1]) &&
		take(c, '-') && take_number(c, 2, 2, &v[2]) &&
		date_exists((int)v[0], (int)v[1], (int)v[2]);
}

/* 13:05[:00[.5]] */
static bool take_clock(struct cursor *c, int64_t *seconds, int64_t *us)
{
	int64_t h, m, s = 0;
	*us = 0;
	if (!take_number(c, 2, 2, &h) || !take(c, ':') || !take_number(c, 2, 2, &m))
		return false;
	if (take(c, ':') && (!take_number(c, 2, 2, &s) || !take_fraction(c, us)))
		return false;
	*seconds = (h * 60 + m) * 60 + s;
	return h < 24 && m < 60 && s < 60;
}

/* P1DT2H3M4.5S; months and years have no length. */
static bool take_duration(struct cursor *c, int64_t *seconds, int64_t *us)
{
	*seconds = *us = 0;
	bool any = false, time = false;
	if (!take(c, 'P'))
		return false;
	while (c->p < c->end) {
		int64_t v, fraction = 0;
		if (!time && take(c, 'T')) {
			time = true;
			continue;
		}
		if (!take_number(c, 1, 9, &v) || (time && !take_fraction(c, &fraction)))
			return false;
		if (!time && take(c, 'D'))
			v *= 86400;
		else if (time && !fraction && take(c, 'H'))
			v *= 3600;
		else if (time && !fraction && take(c, 'M'))
			v *= 60;
		else if (!time || !take(c, 'S'))
			return false;
		*seconds += v;
		*us += fraction;
		any = true;
	}
	return any;
}

static size_t put_clock(char *out, int64_t seconds, int64_t us)
{
	int n = sprintf(out, "%02lld:%02lld:%02lld", (long long)(seconds / 3600),
		(long long)(seconds / 60 % 60), (long long)(seconds % 60));
	if (us % 1000)
		n += sprintf(out + n, ".%06lld", (long long)us);
	else if (us)
		n += sprintf(out + n, ".%03lld", (long long)(us / 1000));
	return (size_t)n;
}

static bool zone(struct str s)
{
	if (!s.n || str_eq(s, "Z"))
		return true;
	const char *p = s.p;
	return s.n == 6 && (*p == '+' || *p == '-') && p[3] == ':';
}

enum sheet_kind iso_text(struct str s, char out[40], size_t *n)
{
	int64_t v[3], seconds, us;
	s = str_trim(s);
	if (!s.n)
		return SHEET_TEXT;
	struct cursor c = { s.p, s.p + s.n };
	if (take_duration(&c, &seconds, &us)) {
		*n = put_clock(out, seconds, us);
		return seconds < 86400 ? SHEET_TIME : SHEET_DURATION;
	}
	c.p = s.p;
	if (take_clock(&c, &seconds, &us) && c.p == c.end) {
		*n = put_clock(out, seconds, us);
		return SHEET_TIME;
	}
	c.p = s.p;
	if (!take_date(&c, v))
		return SHEET_TEXT;
	*n = date_format(out, date_days((int)v[0], (int)v[1], (int)v[2]));
	if (c.p == c.end)
		return SHEET_DATE;
	if ((!take(&c, 'T') && !take(&c, ' ')) || !take_clock(&c, &seconds, &us))
		return SHEET_TEXT;
	struct str rest = { c.p, (size_t)(c.end - c.p) };
	if (!zone(rest))
		return SHEET_TEXT;
	out[(*n)++] = 'T';
	*n += put_clock(out + *n, seconds, us);
	memcpy(out + *n, rest.p, rest.n);
	*n += rest.n;
	return SHEET_DATETIME;
}
