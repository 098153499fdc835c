/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The time of day behind a date, and its offset. */
#include "ingest/value/when_int.h"

#include <string.h>

bool offset_scan(struct cursor *c, struct when *w, struct written *f)
{
	static const char *const names[] = { "Z", "z", "UTC", "GMT" };
	w->zoned = true;
	for (size_t i = 0; i < COUNTOF(names); i++) {
		size_t n = strlen(names[i]);
		if ((size_t)(c->end - c->p) >= n && memcmp(c->p, names[i], n) == 0) {
			f->zone = ZONE_Z;
			c->p += n;
			return true;
		}
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
	return true;
}

bool daytime_scan(struct cursor *c, struct when *w, struct written *f)
{
	int h, m, s = 0;
	int64_t us = 0;
	if (!take_number(c, 2, &h) || !take(c, ':') || take_number(c, 2, &m) != 2)
		return false;
	f->daytime = DAYTIME_MINUTES;
	if (take(c, ':')) {
		f->daytime = DAYTIME_SECONDS;
		if (take_number(c, 2, &s) != 2)
			return false;
		if (take(c, '.') || take(c, ',')) {
			f->daytime = DAYTIME_FRACTION;
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
