/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Display formats of SAS, SPSS and Stata: which numbers are dates and times, and how they read.
 * The names are those of the SAS 9.4 Formats and Informats Reference, the IBM SPSS Statistics
 * Command Syntax Reference ("Date and Time") and Stata's help datetime. */
#include "ingest/statistics/readstat_int.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Words with a blank on each side. A name that ends with '*' may go on with a letter for the
 * mark between the parts: YYMMDD, YYMMDDB, YYMMDDD, ... */
static const char sas_dates[] =
	" DATE DAY DOWNAME JULDAY JULIAN MONNAME MONTH MONYY NENGO PDJULG PDJULI QTR QTRR WEEKDATE"
	" WEEKDATX WEEKDAY WEEKU WEEKV WEEKW WORDDATE WORDDATX YEAR YYMON YYWEEKU YYWEEKV YYWEEKW"
	" DDMMYY* MMDDYY* YYMMDD* MMYY* YYMM* YYQ* YYQR* B8601DA E8601DA IS8601DA ND8601DA $N8601DA"
	" NLDATE NLDATEL NLDATEM NLDATEMD NLDATEMDL NLDATEMDM NLDATEMDS NLDATEMN NLDATES NLDATEW"
	" NLDATEWN NLDATEYM NLDATEYML NLDATEYMM NLDATEYMS NLDATEYQ NLDATEYQL NLDATEYQM NLDATEYQS"
	" NLDATEYR NLDATEYW EURDFDD EURDFDE EURDFDN EURDFDWN EURDFMN EURDFMY EURDFWDX EURDFWKX"
	" HDATE HEBDATE MINGUO ";
static const char sas_datetimes[] =
	" DATETIME DATEAMPM DTDATE DTMONYY DTWKDATX DTYEAR DTYYQC MDYAMPM B8601DN B8601DT B8601DX"
	" B8601DZ B8601LX E8601DN E8601DT E8601DX E8601DZ E8601LX IS8601DN IS8601DT IS8601DZ NLDATM"
	" NLDATMAP NLDATMDT NLDATML NLDATMM NLDATMMD NLDATMMDL NLDATMMDM NLDATMMDS NLDATMMN NLDATMS"
	" NLDATMTM NLDATMTZ NLDATMW NLDATMWN NLDATMWZ NLDATMYM NLDATMYML NLDATMYMM NLDATMYMS NLDATMYQ"
	" NLDATMYQL NLDATMYQM NLDATMYQS NLDATMYR NLDATMYW NLDATMZ EURDFDT ";
static const char sas_times[] =
	" TIME TIMEAMPM HHMM HOUR MMSS B8601LZ B8601TM B8601TX B8601TZ E8601LZ E8601TM E8601TX E8601TZ"
	" IS8601LZ IS8601TM IS8601TZ NLTIME NLTIMAP NLTIMMAP ";
/* Of the others those that one meets: what is in none of the lists the user has made. */
static const char sas_others[] =
	" BEST BESTD BESTX BINARY CHAR COMMA COMMAX D DOLLAR DOLLARX E EURO EUROX F FLOAT FRACT HEX IB IBR"
	" IEEE NEGPAREN NLMNY NLNUM NLPCT NUMX OCTAL PD PERCENT PERCENTN PIB PIBR PK PVALUE RB ROMAN S370FF"
	" S370FRB SSN TOD VAXRB WORDF WORDS YEN Z ZD ASCII EBCDIC QUOTE REVERJ REVERS UPCASE VARYING ";
static const char spss_dates[] = " DATE ADATE EDATE SDATE JDATE QYR MOYR WKYR ";
static const char spss_datetimes[] = " DATETIME YMDHMS ";
static const char spss_times[] = " TIME DTIME MTIME ";

/* Whether a word of n bytes is in a list. */
static bool listed(const char *list, const char *word, size_t n)
{
	for (const char *p = list + 1; n && *p; p++) {
		const char *end = strchr(p, ' ');
		size_t length = (size_t)(end - p);
		bool open = end[-1] == '*';
		if (open)
			length--;
		if ((n == length || (open && n == length + 1)) && strncmp(p, word, length) == 0)
			return true;
		p = end;
	}
	return false;
}

/* The name without width and decimals: DATE9. -> DATE, E8601DT19.3 -> E8601DT. */
static size_t stem(const char *name, char out[32])
{
	size_t n = 0;
	for (; name[n] && name[n] != '.' && n < 31; n++)
		out[n] = (char)toupper((unsigned char)name[n]);
	while (n && isdigit((unsigned char)out[n - 1]))
		n--;
	out[n] = 0;
	return n;
}

static struct stat_format sas_format(const char *name)
{
	struct stat_format f = { .origin = -3653 };   /* 1960-01-01 */
	char word[32];
	size_t n = stem(name, word);
	if (listed(sas_datetimes, word, n)) {
		f.kind = STAT_DATETIME;
		f.unit = STAT_SECONDS;
	} else if (listed(sas_times, word, n) || strcmp(word, "TOD") == 0) {
		f.kind = STAT_CLOCK;
		f.unit = STAT_SECONDS;
		f.of_day = word[1] == 'O';   /* takes datetimes, too */
	} else if (listed(sas_dates, word, n)) {
		f.kind = STAT_DATE;
	}
	return f;
}

bool stat_format_known(const char *name)
{
	char word[32];
	const char *p = *name == '$' ? name + 1 : name;
	size_t n = stem(p, word);
	return !n || listed(sas_others, word, n) || sas_format(name).kind != STAT_PLAIN;
}

static struct stat_format spss_format(const char *name)
{
	struct stat_format f = { .unit = STAT_SECONDS, .origin = -141428 };   /* 1582-10-14 */
	char word[32];
	size_t n = stem(name, word);
	f.kind = listed(spss_dates, word, n) ? STAT_DATE :
		listed(spss_datetimes, word, n) ? STAT_DATETIME :
		listed(spss_times, word, n) ? STAT_CLOCK : STAT_PLAIN;
	return f;
}

/* %tcHH:MM:SS and its like show nothing of the day. */
static bool clock_only(const char *mask)
{
	return *mask && mask[strspn(mask, "HhMmSsAaPp.:,_+ 0123456789")] == 0;
}

static struct stat_format stata_format(const char *name)
{
	struct stat_format f = { .origin = -3653 };
	if (*name++ != '%')
		return f;
	while (*name == '-' || *name == '+' || *name == '0')
		name++;
	if (*name == 'd') {        /* before Stata 10 */
		f.kind = STAT_DATE;
		return f;
	}
	if (*name++ != 't' || !*name)
		return f;
	f.kind = STAT_DATE;
	switch (*name) {
	case 'd':
		break;
	case 'w':
		f.unit = STAT_WEEKS;
		break;
	case 'm':
	case 'q':
	case 'h':
		f.unit = STAT_MONTHS;
		f.months = *name == 'm' ? 1 : *name == 'q' ? 3 : 6;
		break;
	case 'y':
		f.unit = STAT_YEARS;
		break;
	case 'c':
	case 'C':
		f.unit = *name == 'c' ? STAT_MS : STAT_LEAP_MS;
		f.kind = clock_only(name + 1) ? STAT_CLOCK : STAT_DATETIME;
		f.of_day = f.kind == STAT_CLOCK;
		break;
	default:                   /* %tg: a number; %tb: days of a calendar that is elsewhere */
		f.kind = STAT_PLAIN;
	}
	return f;
}

struct stat_format stat_format(enum stat_family family, const char *name)
{
	switch (family) {
	case STAT_SAS:
		return sas_format(name);
	case STAT_SPSS:
		return spss_format(name);
	case STAT_STATA:
		return stata_format(name);
	}
	return (struct stat_format){ 0 };
}

/* ---- numbers as dates --------------------------------------------------------------------- */

/* Days, since 1970-01-01, that began with an inserted second (IERS Bulletin C). */
static const int16_t leap_days[] = { 912, 1096, 1461, 1826, 2191, 2557, 2922, 3287, 3652, 4199, 4564,
	4929, 5660, 6574, 7305, 7670, 8217, 8582, 8947, 9496, 10043, 10592, 13149, 14245, 15522, 16617,
	17167 };

/* Milliseconds without the seconds that were inserted. */
static double without_leaps(double ms, int32_t origin)
{
	double leaps = 0;
	for (size_t i = 0; i < COUNTOF(leap_days); i++) {
		double start = (double)(leap_days[i] - origin) * 86400000 + (double)i * 1000;
		if (ms >= start)
			leaps++;
	}
	return ms - leaps * 1000;
}

/* A double so large holds no microseconds, but noise where they would be. */
static int64_t microseconds(double seconds)
{
	double unit = fabs(seconds) < 0x1p32 ? 1e6 : 1e4;
	return (int64_t)llround(seconds * unit) * (int64_t)(1e6 / unit);
}

static size_t clock_text(double seconds, bool of_day, char out[STAT_TEXT])
{
	int64_t us = microseconds(seconds);
	if (of_day)
		us = (us % 86400000000 + 86400000000) % 86400000000;
	return clock_format(out, us);
}

/* The day of a date that is counted in larger units; false: beyond any calendar. */
static bool day_of(const struct stat_format *f, double v, int32_t *day)
{
	if (fabs(v) > 1e12)
		return false;
	double per = f->unit == STAT_SECONDS ? 86400 : f->unit == STAT_DAYS ? 1 : 0;
	int64_t n = (int64_t)floor(per > 0 ? v / per : v);
	if (n < -10000000 || n > 10000000)
		return false;
	switch (f->unit) {
	case STAT_WEEKS: {         /* 52 of them a year, from its first day: the last has 8 or 9 days */
		int64_t years = (n >= 0 ? n : n - 51) / 52;
		*day = date_days((int)(1960 + years), 1, 1) + (int32_t)(n - years * 52) * 7;
		return true;
	}
	case STAT_MONTHS: {
		int64_t months = n * f->months, years = (months >= 0 ? months : months - 11) / 12;
		*day = date_days((int)(1960 + years), (int)(months - years * 12) + 1, 1);
		return true;
	}
	case STAT_YEARS:
		*day = date_days((int)n, 1, 1);
		return true;
	case STAT_DAYS:
	case STAT_SECONDS:
	case STAT_MS:
	case STAT_LEAP_MS:
		break;
	}
	*day = f->origin + (int32_t)n;
	return true;
}

static size_t number_text(double v, bool single, char out[STAT_TEXT])
{
	return single ? num_shortest_single(out, (float)v) : num_shortest(out, v);
}

size_t stat_text(const struct stat_format *f, double v, bool single, char out[STAT_TEXT])
{
	double seconds = f->unit == STAT_MS ? v / 1000 :
		f->unit == STAT_LEAP_MS ? without_leaps(v, f->origin) / 1000 : v;
	int32_t day;
	switch (f->kind) {
	case STAT_PLAIN:
		break;
	case STAT_DATE:
		if (day_of(f, v, &day))
			return date_format(out, day);
		break;
	case STAT_DATETIME:
		if (fabs(seconds) < 9e12) {
			size_t n = time_format(out, microseconds(seconds) +
				(int64_t)f->origin * 86400000000) - 1;
			out[n] = 0;        /* no zone is known: no Z */
			return n;
		}
		break;
	case STAT_CLOCK:
		if (fabs(seconds) < 9e12)
			return clock_text(seconds, f->of_day, out);
		break;
	}
	return number_text(v, single, out);
}
