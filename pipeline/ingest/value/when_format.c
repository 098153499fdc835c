/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How dates and times were written, for the evidence; and dates in the guise of numbers, which
 * only the name of a column can tell. */
#include "ingest/ingest_int.h"

#include <math.h>

/* ---- formats ----------------------------------------------------------------------------- */

static void put_clock(struct buf *out, const struct written *f)
{
	static const char *const names[] = { [CLOCK_MINUTES] = "%H:%M",
		[CLOCK_SECONDS] = "%H:%M:%S", [CLOCK_FRACTION] = "%H:%M:%S.%f",
		[CLOCK_HALF] = "%I:%M %p", [CLOCK_HALF_SECONDS] = "%I:%M:%S %p",
		[CLOCK_NO_HOURS] = "%M:%S.%f", [CLOCK_ISO] = "PT1H30M", [CLOCK_WORDS] = "1 h 30 min",
		[CLOCK_DIGITS] = "%H%M" };
	buf_puts(out, names[f->clock]);
}

static void put_date(struct buf *out, const struct written *f, int order)
{
	const char *year = f->year2 ? "%y" : "%Y", *month = f->long_month ? "%B" : "%b";
	const char *comma = f->comma ? "," : "";
	const char sep[] = { f->sep, 0 };
	switch ((enum style)f->style) {
	case STYLE_YMD:
		buf_printf(out, "%%Y%s%%m%s%%d", sep, sep);
		break;
	case STYLE_NUMBERS:
		buf_printf(out, order == ORDER_MDY ? "%%m%s%%d%s%s" : "%%d%s%%m%s%s", sep, sep,
			year);
		break;
	case STYLE_D_MONTH_Y:
		buf_printf(out, "%%d%s%s%s%s%s", sep, month, comma, sep, year);
		break;
	case STYLE_MONTH_D_Y:
		buf_printf(out, "%s%s%%d%s%s%s", month, sep, comma, f->comma ? " " : sep, year);
		break;
	case STYLE_Y_MONTH_D:
		buf_printf(out, "%%Y%s%s%s%%d", sep, month, sep);
		break;
	case STYLE_CTIME:
		buf_printf(out, "%s %%d %%H:%%M:%%S%s %%Y", month, f->zone ? " %z" : "");
		break;
	case STYLE_COMPACT:
		buf_puts(out, "%Y%m%d");
		break;
	case STYLE_SERIAL:
		buf_puts(out, "days since 1899-12-30");
		break;
	case STYLE_EPOCH:
		buf_puts(out, "seconds since 1970-01-01");
		break;
	case STYLE_EPOCH_MS:
		buf_puts(out, "milliseconds since 1970-01-01");
		break;
	case STYLE_YM:
		buf_printf(out, "%%Y%s%%m", sep);
		break;
	case STYLE_MY:
		buf_printf(out, "%%m%s%%Y", sep);
		break;
	case STYLE_MONTH_Y:
		buf_printf(out, "%s%s%s", month, sep, year);
		break;
	case STYLE_Y_MONTH:
		buf_printf(out, "%%Y%s%s", sep, month);
		break;
	case STYLE_QUARTER:
		buf_printf(out, "%%Y%sQ%%q", sep);
		break;
	case STYLE_QUARTER_Y:
		buf_printf(out, "Q%%q%s%%Y", sep);
		break;
	case STYLE_WEEK:
		buf_printf(out, "%%G%sW%%V", sep);
		break;
	case STYLE_CLOCK:
		break;
	}
}

void when_format(struct buf *out, const struct written *f, int order)
{
	if (f->style == STYLE_CLOCK) {
		put_clock(out, f);
		return;
	}
	put_date(out, f, order);
	if (f->daytime == DAYTIME_NONE || f->style == STYLE_CTIME)
		return;
	buf_putc(out, f->t ? 'T' : ' ');
	buf_puts(out, f->half_day ? "%I:%M" : "%H:%M");
	if (f->daytime >= DAYTIME_SECONDS)
		buf_puts(out, f->daytime == DAYTIME_FRACTION ? ":%S.%f" : ":%S");
	if (f->half_day)
		buf_puts(out, " %p");
	if (f->zone)
		buf_puts(out, f->zone == ZONE_Z ? "Z" : "%z");
}

/* ---- dates in the guise of numbers --------------------------------------------------------- */

static bool one_day(struct when *w, int y, int m, int d)
{
	if (!date_exists(y, m, d))
		return false;
	w->orders = 3;
	w->days[0] = w->days[1] = date_days(y, m, d);
	return true;
}

/* Whole seconds or a fraction of a day, as days and microseconds. */
static void moment(struct when *w, int64_t us)
{
	const int64_t day = INT64_C(86400000000);
	int64_t days = us / day - (us % day < 0);
	w->orders = 3;
	w->days[0] = w->days[1] = (int32_t)days;
	w->clock = us - days * day;
	w->timed = true;
}

bool when_number(struct str s, enum guise guise, struct when *w)
{
	*w = (struct when){ 0 };
	double x;
	if (s.n < 4 || s.n > 24 || !num_parse_double(s.p, s.n, &x) || x < 0)
		return false;
	bool whole = x == floor(x);
	int v = whole && x < 1e8 ? (int)x : 0, hundreds = x < 1e8 ? (int)floor(x + 0.0001) : 0;
	switch (guise) {
	case GUISE_COMPACT:
		w->written.style = STYLE_COMPACT;
		return s.n == 8 && v >= 17000101 && v <= 22001231 &&
			one_day(w, v / 10000, v / 100 % 100, v % 100);
	case GUISE_SERIAL:
		w->written.style = STYLE_SERIAL;
		if (x < 20000 || x > 60000)
			return false;
		/* to the millisecond, as spreadsheets show it */
		moment(w, (int64_t)llround((x - 25569) * 86400e3) * 1000);
		w->timed = !whole;
		return true;
	case GUISE_EPOCH:
		w->written.style = STYLE_EPOCH;
		if (x < 1e8 || x >= 4102444800.0)
			return false;
		moment(w, llround(x * 1e6));
		return true;
	case GUISE_EPOCH_MS:
		w->written.style = STYLE_EPOCH_MS;
		if (x < 1e11 || x >= 4102444800e3)
			return false;
		moment(w, llround(x * 1e3));
		return true;
	case GUISE_MONTH:
		w->written.style = STYLE_MY;
		w->written.sep = '.';
		v = (int)llround((x - hundreds) * 10000);
		return s.n == 7 && s.p[2] == '.' && v >= 1700 && v <= 2200 &&
			one_day(w, v, hundreds, 1);
	case GUISE_NONE:
	case GUISE_CLOCK:
	case GUISES:
		break;
	}
	return false;
}
