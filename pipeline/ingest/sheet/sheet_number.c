/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers as workbooks of XML have them: decimals, mostly as short as can be, but Excel writes 17
 * digits of everything that is not (0.10000000000000001). They shall be as short as can be, and
 * reading a double and printing it shortest is slow: most need neither.
 */
#include "ingest/sheet/sheet_int.h"

#include <string.h>

static bool digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A decimal without exponent, taken apart. */
struct decimal {
	bool negative;
	uint64_t digits;               /* all of them as one number, when significant <= 19 */
	int significant, places;
	bool padded;                   /* zeros in front or behind that need not be */
};

static bool take_apart(struct str s, struct decimal *d)
{
	const char *p = s.p, *end = s.p + s.n, *first;
	*d = (struct decimal){ 0 };
	d->negative = p < end && *p == '-';
	p += d->negative;
	for (first = p; p < end && digit(*p); p++)
		if (d->digits || *p != '0') {
			d->digits = d->digits * 10 + (uint64_t)(*p - '0');
			d->significant++;
		}
	if (p == first)
		return false;
	d->padded = *first == '0' && p - first > 1;
	if (p == end)
		return true;
	if (*p++ != '.')
		return false;
	for (first = p; p < end && digit(*p); p++)
		if (d->digits || *p != '0') {
			d->digits = d->digits * 10 + (uint64_t)(*p - '0');
			d->significant++;
		}
	d->places = (int)(p - first);
	d->padded |= p[-1] == '0' || p == first;
	return p == end;
}

/* Plain whole numbers and decimals not below 0.0001: those have an exponent. */
static bool ordinary(const struct decimal *d)
{
	return !d->padded && d->places - d->significant < 4 && (d->digits || !d->negative);
}

/* Writes a decimal; returns its length. */
static size_t put_together(const struct decimal *d, char *out)
{
	char digits[24];
	int n = 0;
	for (uint64_t v = d->digits; v || n <= d->places; v /= 10)
		digits[n++] = (char)('0' + v % 10);
	char *p = out;
	if (d->negative)
		*p++ = '-';
	while (n) {
		if (n == d->places)
			*p++ = '.';
		*p++ = digits[--n];
	}
	return (size_t)(p - out);
}

/* Without its last one or two digits, rounded, and without zeros at the end. */
static struct decimal rounded(struct decimal d, int k)
{
	uint64_t unit = k == 2 ? 100 : 10;
	d.digits = (d.digits + unit / 2) / unit;
	d.places -= k;
	for (; d.places && d.digits % 10 == 0; d.places--)
		d.digits /= 10;
	return d;
}

/* Whether 16 or 17 digits may be a number of 15 with noise behind. Two decimals that read as the
 * same double are at most 2^-52 of it apart, which is 22 units of the 17th digit. */
static bool noisy(const struct decimal *d)
{
	if (d->significant == 16)
		return d->digits % 10 < 3 || d->digits % 10 > 7;
	return d->digits % 100 < 23 || d->digits % 100 > 77;
}

bool sheet_number(struct str *s, char out[NUM_MAX])
{
	struct decimal d;
	double v, w;
	bool simple = s->n <= 24 && take_apart(*s, &d) && ordinary(&d) && d.significant <= 17;
	if (simple && (d.significant <= 15 || (d.places > 2 && !noisy(&d))))
		return true;
	if (!num_parse_double(s->p, s->n, &v))
		return false;
	if (simple && d.places > 2) {
		d = rounded(d, d.significant - 15);
		size_t n = put_together(&d, out);
		if (!num_parse_double(out, n, &w) || v != w)
			return true;
		*s = (struct str){ out, n };
		return true;
	}
	*s = (struct str){ out, num_shortest(out, v) };
	return true;
}
