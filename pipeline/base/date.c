/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Civil dates after Hinnant, "chrono-compatible low-level date algorithms" (2013). */
#include "base/base.h"

#include <stdio.h>

int32_t date_days(int y, int m, int d)
{
	y -= m <= 2;
	int era = (y >= 0 ? y : y - 399) / 400;
	int yoe = y - era * 400;
	int doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	int doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return (int32_t)(era * 146097 + doe - 719468);
}

void date_civil(int32_t days, int *y, int *m, int *d)
{
	int64_t z = (int64_t)days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	int doe = (int)(z - era * 146097);
	int yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	int doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	int mp = (5 * doy + 2) / 153;
	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp < 10 ? mp + 3 : mp - 9;
	*y = (int)(yoe + era * 400) + (*m <= 2);
}

bool date_exists(int y, int m, int d)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	if (m < 1 || m > 12 || d < 1)
		return false;
	bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
	return d <= days[m - 1] + (m == 2 && leap);
}

size_t date_format(char out[32], int32_t days)
{
	int y, m, d;
	date_civil(days, &y, &m, &d);
	return (size_t)snprintf(out, 32, "%04d-%02d-%02d", y, m, d);
}

size_t time_format(char out[40], int64_t us)
{
	const int64_t day = 86400000000ll;
	int64_t days = us / day, rest = us % day;
	if (rest < 0) {
		rest += day;
		days--;
	}
	char date[32];
	date_format(date, (int32_t)days);
	int64_t s = rest / 1000000;
	int h = (int)(s / 3600), min = (int)(s / 60 % 60), sec = (int)(s % 60), micro = (int)(rest % 1000000);
	if (micro)
		return (size_t)snprintf(out, 40, "%sT%02d:%02d:%02d.%06dZ", date, h, min, sec, micro);
	return (size_t)snprintf(out, 40, "%sT%02d:%02d:%02dZ", date, h, min, sec);
}

size_t clock_format(char out[CLOCK_TEXT], int64_t us)
{
	uint64_t size = us < 0 ? 0 - (uint64_t)us : (uint64_t)us, s = size / 1000000;
	size_t n = (size_t)snprintf(out, CLOCK_TEXT, "%s%02llu:%02d:%02d", us < 0 ? "-" : "",
		(unsigned long long)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
	int micro = (int)(size % 1000000);
	return micro ? n + (size_t)snprintf(out + n, CLOCK_TEXT - n, ".%06d", micro) : n;
}

int date_weekday(int32_t days)
{
	int w = (int)((days + 3) % 7);   /* 1970-01-01 was a Thursday */
	return w < 0 ? w + 7 : w;
}
