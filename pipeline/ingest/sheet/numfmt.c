/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Number formats of spreadsheets. A workbook has no dates: it has numbers that are shown as dates,
 * so the format of a cell says what its number is. Used for XLS and XLSX alike; the grammar is
 * that of ECMA-376 part 1, 18.8.31.
 */
#include "ingest/process/feed.h"

#include <math.h>
#include <string.h>

/* ---- built-in formats -------------------------------------------------------------------- */

const char *numfmt_builtin(int id)
{
	static const char *const code[] = {
		[1] = "0", [2] = "0.00", [3] = "#,##0", [4] = "#,##0.00",
		[5] = "$#,##0_);($#,##0)", [6] = "$#,##0_);[Red]($#,##0)",
		[7] = "$#,##0.00_);($#,##0.00)", [8] = "$#,##0.00_);[Red]($#,##0.00)",
		[9] = "0%", [10] = "0.00%", [11] = "0.00E+00", [12] = "# ?/?", [13] = "# ?\?/??",
		[14] = "mm-dd-yy", [15] = "d-mmm-yy", [16] = "d-mmm", [17] = "mmm-yy",
		[18] = "h:mm AM/PM", [19] = "h:mm:ss AM/PM", [20] = "h:mm", [21] = "h:mm:ss",
		[22] = "m/d/yy h:mm",
		[37] = "#,##0_);(#,##0)", [38] = "#,##0_);[Red](#,##0)",
		[39] = "#,##0.00_);(#,##0.00)", [40] = "#,##0.00_);[Red](#,##0.00)",
		[45] = "mm:ss", [46] = "[h]:mm:ss", [47] = "mm:ss.0", [48] = "##0.0E+0", [49] = "@",
	};
	/* East Asian versions of Excel have these for dates and times in their own order */
	if ((id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 58))
		return "yyyy-mm-dd";
	if (id >= 32 && id <= 35)
		return "h:mm:ss";
	return id >= 0 && id < (int)COUNTOF(code) ? code[id] : NULL;
}

/* ---- format codes ------------------------------------------------------------------------ */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static bool starts(const char *p, const char *word)
{
	for (; *word; p++, word++)
		if (lower(*p) != *word)
			return false;
	return true;
}

/* What the first section of a code asks for. */
struct seen {
	bool day, month, clock, seconds, elapsed, digits;
};

/* [Red], [$-409], [>=100] say nothing; [h], [mm], [ss] are hours, minutes, seconds in all.
 * Returns the end. */
static const char *take_bracket(const char *p, struct seen *s)
{
	const char *end = strchr(p, ']');
	if (!end)
		return p + strlen(p);
	size_t n = (size_t)(end - p) - 1, same = 0;
	char c = lower(p[1]);
	while (same < n && lower(p[1 + same]) == c)
		same++;
	if (n && same == n && (c == 'h' || c == 'm' || c == 's')) {
		s->elapsed = true;
		s->seconds = s->seconds || c == 's';
	}
	return end + 1;
}

/* The length of AM/PM or A/P. */
static size_t half_day(const char *p)
{
	return starts(p, "am/pm") ? 5 : starts(p, "a/p") ? 3 : 0;
}

/* A run of letters that stands in dates, or a word that somebody forgot to quote ("USD"). */
static const char *take_letters(const char *p, struct seen *s)
{
	struct seen here = *s;
	bool word = false;
	while (lower(*p) >= 'a' && lower(*p) <= 'z') {
		size_t n = half_day(p);
		if (n) {
			here.clock = true;
			p += n;
			continue;
		}
		char c = lower(*p);
		size_t run = 1;
		while (lower(p[run]) == c)
			run++;
		p += run;
		switch (c) {
		case 'y':
		case 'd':
			here.day = true;
			break;
		case 'm':          /* one or two may be minutes */
			here.day = here.day || run > 2;
			here.month = true;
			break;
		case 'h':
			here.clock = true;
			break;
		case 's':
			here.clock = here.seconds = true;
			break;
		case 'e':          /* year of an era, whose name is g */
		case 'g':
		case 'b':
		case 't':          /* between a date and a time */
			break;
		default:
			word = true;
		}
	}
	if (!word)
		*s = here;
	return p;
}

static struct seen first_section(const char *p)
{
	struct seen s = { 0 };
	while (*p && *p != ';') {
		switch (*p) {
		case '"':
			p = strchr(p + 1, '"');
			if (!p)
				return s;
			p++;
			break;
		case '\\':
		case '_':
		case '*':
			p += p[1] ? 2 : 1;
			break;
		case '[':
			p = take_bracket(p, &s);
			break;
		case '0':          /* behind seconds: their fraction */
			s.digits = s.digits || !s.seconds;
			p++;
			break;
		case '#':
		case '?':
			s.digits = true;
			p++;
			break;
		case 'E':
		case 'e':
			if (p[1] == '+' || p[1] == '-') {
				s.digits = true;
				p += 2;
				break;
			}
			p = take_letters(p, &s);
			break;
		default:
			if (starts(p, "general")) {
				s.digits = true;
				p += strlen("general");
			} else {
				const char *end = take_letters(p, &s);
				p = end > p ? end : p + 1;
			}
		}
	}
	return s;
}

enum sheet_kind numfmt_kind(const char *code)
{
	if (!code)
		return SHEET_NUMBER;
	struct seen s = first_section(code);
	if (s.digits)
		return SHEET_NUMBER;
	if (s.elapsed)
		return SHEET_DURATION;
	bool day = s.day || (s.month && !s.clock);
	if (day)
		return s.clock ? SHEET_DATETIME : SHEET_DATE;
	return s.clock ? SHEET_TIME : SHEET_NUMBER;
}

/* ---- serial numbers ---------------------------------------------------------------------- */

enum { DAY_MS = 86400000, LAST = 2958465 };      /* 9999-12-31 */

/* v with at least `digits` digits. Dates are too many for printf. */
static char *put_number(char *to, int64_t v, int digits)
{
	char rest[20];
	int n = 0;
	for (; v || n < digits; v /= 10)
		rest[n++] = (char)('0' + v % 10);
	while (n)
		*to++ = rest[--n];
	return to;
}

static char *put_clock(char *to, int64_t ms)
{
	to = put_number(to, ms / 3600000, 2);
	*to++ = ':';
	to = put_number(to, ms / 60000 % 60, 2);
	*to++ = ':';
	to = put_number(to, ms / 1000 % 60, 2);
	if (ms % 1000) {
		*to++ = '.';
		to = put_number(to, ms % 1000, 3);
	}
	return to;
}

static char *put_day(char *to, int32_t day)
{
	int y, m, d;
	date_civil(day, &y, &m, &d);
	to = put_number(to, y, 4);
	*to++ = '-';
	to = put_number(to, m, 2);
	*to++ = '-';
	return put_number(to, d, 2);
}

/* The day of a serial since 1970-01-01; false: none. Day 60 of the system that begins with 1900
 * is the 29th of February, which that year did not have: days before it are one less. */
static bool serial_day(int64_t day, bool date1904, int32_t *unix_day)
{
	enum { EPOCH_1900 = 25569, EPOCH_1904 = 24107, FICTION = 60 };
	if (date1904) {
		*unix_day = (int32_t)(day - EPOCH_1904);
		return day <= LAST - (EPOCH_1900 - EPOCH_1904);
	}
	*unix_day = (int32_t)(day - EPOCH_1900 + (day < FICTION));
	return day && day != FICTION && day <= LAST;
}

enum sheet_kind serial_text(double serial, enum sheet_kind k, bool date1904, char out[40],
	size_t *n)
{
	bool timed = k == SHEET_TIME || k == SHEET_DATETIME || k == SHEET_DURATION;
	if ((!timed && k != SHEET_DATE) || !(serial >= 0 && serial < LAST + 1)) {
		*n = num_shortest(out, serial);
		return SHEET_NUMBER;
	}
	int64_t ms = llround(serial * DAY_MS), day = ms / DAY_MS, clock = ms % DAY_MS;
	int32_t unix_day;
	if (k == SHEET_DURATION) {
		*n = (size_t)(put_clock(out, ms) - out);
		return k;
	}
	/* without a day there is only a time of day, in whatever format */
	if (serial < 1 && (k == SHEET_TIME || (!date1904 && (timed || clock)))) {
		*n = (size_t)(put_clock(out, clock) - out);
		return SHEET_TIME;
	}
	if (!serial_day(day, date1904, &unix_day)) {
		*n = num_shortest(out, serial);
		return SHEET_NUMBER;
	}
	char *end = put_day(out, unix_day);
	bool plain = k == SHEET_DATE && !clock;
	if (!plain) {
		*end++ = 'T';
		end = put_clock(end, clock);
	}
	*n = (size_t)(end - out);
	return plain ? SHEET_DATE : SHEET_DATETIME;
}
