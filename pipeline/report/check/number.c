/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads a printed number again, as a reader would, and without the code that printed it. What it means
 * is a range: all values that round to these digits.
 */
#include "report/check_int.h"

#include <math.h>
#include <string.h>

static bool skip(const char **p, const char *what)
{
	size_t n = strlen(what);
	if (strncmp(*p, what, n) != 0)
		return false;
	*p += n;
	return true;
}

static void skip_blanks(const char **p)
{
	while (skip(p, "\xE2\x80\xAF") || skip(p, " ") || skip(p, "\xC2\xA0"))
		;
}

/* Digits in groups, with a decimal part and an exponent: the value, and half of its last place. */
static bool read_decimal(const char **p, char point, double *v, double *half)
{
	struct buf b = { 0 };
	int decimals = 0, exponent = 0;
	bool digit = false, after = false;
	for (;; (*p)++) {
		while (digit && !after && strncmp(*p, "\xE2\x80\xAF", 3) == 0 && (*p)[3] >= '0' && (*p)[3] <= '9')
			*p += 3;
		if (**p >= '0' && **p <= '9') {
			digit = true;
			decimals += after;
			buf_putc(&b, **p);
		} else if (point && **p == point && !after) {
			after = true;
			buf_putc(&b, '.');
		} else {
			break;
		}
	}
	if (digit && **p == 'e') {
		(*p)++;
		bool minus = skip(p, "\xE2\x88\x92") || skip(p, "-");
		for (; **p >= '0' && **p <= '9' && exponent < 1000; (*p)++)
			exponent = exponent * 10 + (**p - '0');
		exponent = minus ? -exponent : exponent;
		buf_printf(&b, "e%d", exponent);
	}
	if (after && decimals == 0)
		digit = false;
	bool ok = digit && num_parse_double(buf_str(&b), b.n, v);
	*half = 0.5 * pow(10, exponent - decimals);
	buf_free(&b);
	return ok;
}

static double unit_of(const char *unit)
{
	static const struct {
		const char *name;
		double size;
	} units[] = { { "kB", 1e3 }, { "MB", 1e6 }, { "GB", 1e9 }, { "TB", 1e12 }, { "PB", 1e15 } };
	for (size_t i = 0; i < COUNTOF(units); i++)
		if (strcmp(unit, units[i].name) == 0)
			return units[i].size;
	return 1;                  /* bytes, in whatever language */
}

/* [d] h:mm[:ss], of which the last part is rounded. */
static bool read_clock(const char *p, bool minus, double *lo, double *hi)
{
	double part[4] = { 0 }, days = 0, step, v = 0;
	size_t n = 0;
	const char *d = strstr(p, "\xE2\x80\xAF" "d");
	for (bool more = true; more;) {
		double whole, half;
		if (n == 4 || !read_decimal(&p, '\0', &whole, &half))
			return false;
		if (p == d) {
			days = whole;
			p += 4;
			skip_blanks(&p);
			more = *p != '\0';
			d = NULL;
			continue;
		}
		part[n++] = whole;
		more = *p == ':';
		p += more;
	}
	for (size_t i = 0; i < 3; i++)
		v = v * 60 + (i < n ? part[i] : 0);
	step = n == 3 ? 1 : n == 0 ? 86400 : 60;
	v += days * 86400;
	v = minus ? -v : v;
	*lo = v - step;
	*hi = v + step;
	return *p == '\0';
}

bool number_read(const char *p, const char *cls, char point, double *lo, double *hi)
{
	double v, half, scale = 1;
	skip(&p, "~");
	bool below = skip(&p, "<"), above = skip(&p, ">");
	skip_blanks(&p);
	bool minus = skip(&p, "\xE2\x88\x92");
	if (!minus)
		skip(&p, "+");
	if (strcmp(p, "\xE2\x88\x9E") == 0) {
		*lo = *hi = minus ? -INFINITY : INFINITY;
		return true;
	}
	bool clock = strcmp(cls, "clock") == 0 || strcmp(cls, "duration") == 0;
	if (clock && (strchr(p, ':') || strstr(p, "\xE2\x80\xAF" "d")))
		return read_clock(p, minus, lo, hi);
	if (!read_decimal(&p, point, &v, &half))
		return false;
	skip_blanks(&p);
	if (strcmp(cls, "percent") == 0) {
		if (!skip(&p, "%"))
			return false;
		scale = 0.01;
	} else if (strcmp(cls, "bytes") == 0) {
		scale = unit_of(p);
		p += strlen(p);
	} else if (clock) {
		skip(&p, "s");
	}
	if (*p)
		return false;
	half *= 1 + 1e-9;
	v = minus ? -v : v;
	*lo = (v - half) * scale - 1e-300;
	*hi = (v + half) * scale + 1e-300;
	if (below)
		*lo = -INFINITY;
	if (above)
		*hi = INFINITY;
	return true;
}
