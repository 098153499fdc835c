/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times of day and durations as people and programs write them: 13:05, 1:05:30 pm; 27:30:00,
 * PT1H30M, 1h 30m, 2 days 03:00:00. Hours and minutes below 24 hours are both; the column
 * decides. */
#include "ingest/ingest_int.h"

#include <math.h>
#include <string.h>

enum { SECOND = 1000000 };
#define MINUTE (INT64_C(60) * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

static struct str skip(struct str s, size_t n)
{
	return (struct str){ s.p + n, s.n - n };
}

static void skip_blanks(struct str *s)
{
	while (s->n && *s->p == ' ')
		*s = skip(*s, 1);
}

/* Digits in front: how many; at most 9. */
static size_t take_digits(struct str *s, int64_t *v)
{
	size_t n = 0;
	for (*v = 0; n < s->n && n < 10 && digit(s->p[n]); n++)
		*v = *v * 10 + (s->p[n] - '0');
	*s = skip(*s, n);
	return n > 9 ? 0 : n;
}

/* The digits of a fraction of a second, as microseconds; further ones are dropped. */
static bool take_fraction(struct str *s, int64_t *us)
{
	int64_t unit = SECOND / 10;
	if (!s->n || !digit(*s->p))
		return false;
	for (*us = 0; s->n && digit(*s->p); *s = skip(*s, 1), unit /= 10)
		*us += (*s->p - '0') * unit;
	return true;
}

/* ---- hours, minutes, seconds ------------------------------------------------------------- */

static bool take_half_day(struct str *s, struct clock *c, int64_t hours)
{
	skip_blanks(s);
	char half = (char)(s->n ? *s->p | 32 : 0);
	if (half != 'a' && half != 'p')
		return false;
	struct str rest = skip(*s, 1);
	if (!str_ieq(rest, "m") && !str_ieq(rest, ".m.") && !str_ieq(rest, ".m") && rest.n)
		return false;
	if (hours < 1 || hours > 12)
		return false;
	c->form = c->form == CLOCK_MINUTES ? CLOCK_HALF : CLOCK_HALF_SECONDS;
	c->duration = false;
	c->us += ((half == 'p' ? 12 : 0) - (hours == 12 ? 12 : 0)) * HOUR;
	*s = skip(*s, s->n);
	return true;
}

/* 13:05, 13:05:30, 13:05:30.25; 1:25.6 has no hours. */
static bool take_colons(struct str *s, struct clock *c)
{
	int64_t a, b, d = 0, fraction = 0;
	size_t n = take_digits(s, &a);
	if (!n || !s->n || *s->p != ':')
		return false;
	*s = skip(*s, 1);
	if (take_digits(s, &b) != 2 || b > 59)
		return false;
	c->form = CLOCK_MINUTES;
	bool seconds = s->n && *s->p == ':';
	if (seconds) {
		*s = skip(*s, 1);
		if (take_digits(s, &d) != 2 || d > 59)
			return false;
		c->form = CLOCK_SECONDS;
	}
	if (s->n && (*s->p == '.' || (*s->p == ',' && seconds))) {
		*s = skip(*s, 1);
		if (!take_fraction(s, &fraction))
			return false;
		c->form = CLOCK_FRACTION;
	}
	c->duration = true;
	if (c->form == CLOCK_FRACTION && !seconds) {
		c->form = CLOCK_NO_HOURS;
		c->us = a * MINUTE + b * SECOND + fraction;
		return true;
	}
	c->us = a * HOUR + b * MINUTE + d * SECOND + fraction;
	c->time = n <= 2 && a < 24;
	if (s->n && !take_half_day(s, c, a))
		return false;
	return true;
}

/* ---- words ------------------------------------------------------------------------------- */

static const struct {
	const char *words;         /* each with a blank in front and behind */
	int64_t us;
} lengths[] = {
	{ " w week weeks wk wks Woche Wochen semaine semaines ", 7 * DAY },
	{ " d D day days Tag Tage Tagen jour jours d\u00eda d\u00edas giorni dagen ", DAY },
	{ " h H hr hrs hour hours Std Std. Stunde Stunden heure heures hora horas ore uur ", HOUR },
	{ " min mins min. minute minutes Min Min. Minute Minuten minuto minutos ", MINUTE },
	{ " s S sec secs sec. second seconds Sek Sek. Sekunde Sekunden secondes segundos ", SECOND },
	{ " ms msec millisecond milliseconds ", SECOND / 1000 },
	{ " \u00b5s us microseconds ", 1 },
};

static int64_t length_of(struct str word)
{
	if (!word.n || !strchr("wWsdDTjghHSoumM\xc2", *word.p))
		return 0;          /* none begins so */
	if (*word.p == 'd' && word.n > 1 && word.p[1] != 'a' && word.p[1] != '\xc3')
		return 0;          /* a code of hexadecimal digits, more often than not */
	for (size_t i = 0; i < COUNTOF(lengths); i++)
		for (const char *p = strchr(lengths[i].words, ' '); p[1];) {
			size_t n = strcspn(p + 1, " ");
			if (n == word.n && memcmp(p + 1, word.p, n) == 0)
				return lengths[i].us;
			p += n + 1;
		}
	return 0;
}

/* A number with an optional fraction, in units of 1e-6. */
static bool take_amount(struct str *s, int64_t *micro)
{
	int64_t whole, fraction = 0;
	if (!take_digits(s, &whole))
		return false;
	if (s->n > 1 && (*s->p == '.' || *s->p == ',') && digit(s->p[1])) {
		*s = skip(*s, 1);
		if (!take_fraction(s, &fraction))
			return false;
	}
	*micro = whole * SECOND + fraction;
	return true;
}

static bool add(struct clock *c, int64_t micro, int64_t us)
{
	/* whole amounts exactly; a fraction of a day is at most some 1e14 microseconds */
	int64_t whole = micro / SECOND, rest = micro % SECOND, product;
	if (__builtin_mul_overflow(whole, us, &product) ||
		__builtin_add_overflow(product, (int64_t)llround((double)rest * (double)us / SECOND),
			&product) ||
		__builtin_add_overflow(c->us, product, &c->us))
		return false;
	return true;
}

static struct str take_word(struct str *s)
{
	size_t n = 0;
	while (n < s->n && !digit(s->p[n]) && s->p[n] != ' ' && s->p[n] != ',')
		n++;
	struct str w = { s->p, n };
	*s = skip(*s, n);
	return w;
}

/* 1h 30m, 2 days, 3:04:05; each unit shorter than the one before. A lone "5m" may be metres. */
static bool take_words(struct str *s, struct clock *c)
{
	int64_t before = INT64_MAX;
	for (int parts = 0; s->n; parts++) {
		struct clock rest = { 0 };
		struct str ahead = *s;
		if (before == DAY && take_colons(&ahead, &rest) && rest.time && !ahead.n) {
			c->us += rest.us;
			*s = ahead;
			break;
		}
		int64_t micro;
		if (!take_amount(s, &micro))
			return false;
		skip_blanks(s);
		struct str word = take_word(s);
		int64_t us = length_of(word);
		if (!us && (str_eq(word, "m") || (!word.n && before == HOUR && !s->n))) {
			us = MINUTE;   /* also 1h30 */
			c->lone = !parts && !s->n;
		}
		if (!us || us >= before || !add(c, micro, us))
			return false;
		before = us;
		skip_blanks(s);
		if (s->n > 1 && *s->p == ',')
			*s = skip(*s, 1);
		skip_blanks(s);
		if (s->n > 4 && memcmp(s->p, "and ", 4) == 0)
			*s = skip(*s, 4);
	}
	c->form = CLOCK_WORDS;
	c->duration = true;
	return true;
}

/* PT1H30M, P2DT3H, P1W; years and months have no fixed length. */
static bool take_iso(struct str s, struct clock *c)
{
	static const struct {
		char letter;
		bool timed;
		int64_t us;
	} parts[] = { { 'W', false, 7 * DAY }, { 'D', false, DAY }, { 'H', true, HOUR },
		{ 'M', true, MINUTE }, { 'S', true, SECOND } };
	bool timed = false, any = false;
	size_t at = 0;
	for (s = skip(s, 1); s.n; any = true) {
		if (!timed && *s.p == 'T') {
			timed = true;
			s = skip(s, 1);
		}
		int64_t micro;
		if (!take_amount(&s, &micro) || !s.n)
			return false;
		while (at < COUNTOF(parts) && (parts[at].letter != *s.p || parts[at].timed != timed))
			at++;
		if (at == COUNTOF(parts) || !add(c, micro, parts[at++].us))
			return false;
		s = skip(s, 1);
	}
	c->form = CLOCK_ISO;
	c->duration = true;
	return any;
}

/* ---- all --------------------------------------------------------------------------------- */

bool clock_scan(struct str s, struct clock *c)
{
	*c = (struct clock){ 0 };
	if (s.n < 2 || s.n > 48)
		return false;
	bool negative = *s.p == '-';
	if (negative)
		s = skip(s, 1);
	if (*s.p == 'P' && take_iso(s, c))
		goto signed_value;
	if (!s.n || !digit(*s.p))
		return false;
	struct str at = s;
	if (!take_colons(&at, c) || at.n) {
		*c = (struct clock){ 0 };
		at = s;
		if (!take_words(&at, c) || at.n)
			return false;
	}
signed_value:
	if (negative) {
		c->us = -c->us;
		c->time = false;
	}
	return c->time || c->duration;
}

bool clock_digits(struct str s, struct clock *c)
{
	*c = (struct clock){ 0 };
	int64_t v;
	struct str at = s;
	if (!take_digits(&at, &v) || at.n || s.n > 4 || v > 2359 || v % 100 > 59)
		return false;
	c->us = v / 100 * HOUR + v % 100 * MINUTE;
	c->time = true;
	c->form = CLOCK_DIGITS;
	return true;
}
