/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values of Access databases as text, from the bytes of their fields. */
#include "ingest/database/access_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- bytes, little-endian ------------------------------------------------------------------ */

static uint64_t bits(const char *p, size_t n)
{
	uint64_t v = 0;
	while (n-- > 0)
		v = v << 8 | (unsigned char)p[n];
	return v;
}

static double real(const char *p)
{
	uint64_t u = bits(p, 8);
	double v;
	memcpy(&v, &u, sizeof v);
	return v;
}

static float single(const char *p)
{
	uint32_t u = (uint32_t)bits(p, 4);
	float v;
	memcpy(&v, &u, sizeof v);
	return v;
}

/* 16 bytes of header, the length of the value, the value, padding. */
struct str access_unwrap(struct str bytes)
{
	enum { LENGTH = 16, VALUE = 20 };
	if (bytes.n < VALUE)
		return (struct str){ bytes.p, 0 };
	uint64_t n = bits(bytes.p + LENGTH, 4);
	return (struct str){ bytes.p + VALUE, n < bytes.n - VALUE ? (size_t)n : bytes.n - VALUE };
}

/* ---- decimals ------------------------------------------------------------------------------ */

static void put_digits(struct buf *out, unsigned __int128 digits, int scale, bool negative)
{
	char text[64], *end = text + sizeof text, *p = end;
	while (scale > 0 && digits % 10 == 0) {   /* 12.50 is 12.5 */
		digits /= 10;
		scale--;
	}
	bool zero = !digits;
	for (int n = 0; digits || n <= scale; n++) {
		if (n == scale && n)
			*--p = '.';
		*--p = (char)('0' + (int)(digits % 10));
		digits /= 10;
	}
	if (negative && !zero)
		*--p = '-';
	buf_put(out, p, (size_t)(end - p));
}

static void put_integer(struct buf *out, int64_t v, int scale)
{
	put_digits(out, v < 0 ? 0 - (uint64_t)v : (uint64_t)v, scale, v < 0);
}

/* A sign, then 16 bytes whose four words stand from the highest to the lowest. In results of
 * formulas it is OLE's DECIMAL: scale, sign, the high word, the low ones. */
static bool put_numeric(const struct access_column *c, struct str s, struct buf *out)
{
	enum { MOST = 28 };
	if (s.n == 17 && c->scale >= 0 && c->scale <= MOST) {
		unsigned __int128 v = 0;
		for (int i = 0; i < 4; i++)
			v = v << 32 | bits(s.p + 1 + 4 * i, 4);
		put_digits(out, v, c->scale, s.p[0] & 0x80);
		return true;
	}
	if (s.n < 16 || !c->calculated || (unsigned char)s.p[2] > MOST)
		return false;
	put_digits(out, (unsigned __int128)bits(s.p + 4, 4) << 64 | bits(s.p + 8, 8),
		(unsigned char)s.p[2], s.p[3] & 0x80);
	return true;
}

/* ---- dates ---------------------------------------------------------------------------------- */

struct moment {
	int32_t day;               /* since 1970-01-01 */
	int64_t us;                /* of the day */
};
static const int32_t day_zero = -25569;        /* 1899-12-30 */
static const int64_t day_us = 86400000000;

/* OLE's DATE: whole days, then the time of day, which counts upwards also before day 0. A double
 * holds no more than a millisecond that people could mean. */
static bool date_read(double v, struct moment *m)
{
	if (!(v > -657435 && v < 2958466))     /* years 100 to 9999 */
		return false;
	double whole = trunc(v);
	int64_t us = llround(fabs(v - whole) * 86400000) * 1000;
	m->day = day_zero + (int32_t)whole;
	if (us >= day_us) {
		m->day++;
		us -= day_us;
	}
	m->us = us;
	return true;
}

static bool digits_read(const char *p, size_t n, int64_t *v)
{
	return p[0] != '-' && p[0] != '+' && num_parse_int64(p, n, v);
}

/* 42 characters: days since 0001-01-01 in 19 digits, ':', tenths of microseconds in 19, ":7". */
static bool extended_read(struct str s, struct moment *m)
{
	int64_t days, ticks;
	if (s.n < 41 || s.p[19] != ':' || s.p[39] != ':' || !digits_read(s.p, 19, &days) ||
		!digits_read(s.p + 20, 19, &ticks) || days > 3652058 || ticks >= day_us * 10)
		return false;
	*m = (struct moment){ (int32_t)days - 719162, ticks / 10 };
	return true;
}

static bool moment_read(const struct access_column *c, struct str s, struct moment *m)
{
	if (c->type == ACCESS_DATETIME_EXT)
		return extended_read(s, m);
	return s.n == 8 && date_read(real(s.p), m);
}

bool access_date(const struct access_column *c, struct str bytes, bool *day, bool *time)
{
	struct moment m;
	if ((c->type != ACCESS_DATETIME && c->type != ACCESS_DATETIME_EXT) ||
		!moment_read(c, bytes, &m))
		return false;
	*day = m.day != day_zero;
	*time = m.us != 0;
	return true;
}

static bool put_date(const struct access_column *c, struct str s, struct buf *out)
{
	struct moment m;
	char text[64];
	size_t n = 0;
	if (!moment_read(c, s, &m))
		return false;
	switch (c->kind) {
	case ACCESS_DAYS:
		n = date_format(text, m.day);
		break;
	case ACCESS_TIMES:
		n = clock_format(text, m.us);
		break;
	case ACCESS_BOTH:
		n = time_format(text, (int64_t)m.day * day_us + m.us) - 1;   /* no zone is known: no Z */
		break;
	}
	buf_put(out, text, n);
	return true;
}

/* ---- all kinds ------------------------------------------------------------------------------- */

static bool put_guid(struct str s, struct buf *out)
{
	if (s.n != 16)
		return false;
	const unsigned char *p = (const unsigned char *)s.p + 8;
	buf_printf(out, "{%08X-%04X-%04X-%02X%02X-", (unsigned)bits(s.p, 4),
		(unsigned)bits(s.p + 4, 2), (unsigned)bits(s.p + 6, 2), p[0], p[1]);
	for (int i = 2; i < 8; i++)
		buf_printf(out, "%02X", p[i]);
	buf_putc(out, '}');
	return true;
}

static void put_hex(struct str s, struct buf *out)
{
	buf_puts(out, "0x");
	for (size_t i = 0; i < s.n; i++)
		buf_printf(out, "%02x", (unsigned char)s.p[i]);
}

static size_t width(enum access_type t)
{
	switch (t) {
	case ACCESS_BOOLEAN:
	case ACCESS_BYTE:
		return 1;
	case ACCESS_INTEGER:
		return 2;
	case ACCESS_LONG:
	case ACCESS_SINGLE:
		return 4;
	case ACCESS_MONEY:
	case ACCESS_DOUBLE:
	case ACCESS_BIGINT:
		return 8;
	case ACCESS_DATETIME:
	case ACCESS_BINARY:
	case ACCESS_TEXT:
	case ACCESS_OLE:
	case ACCESS_MEMO:
	case ACCESS_GUID:
	case ACCESS_NUMERIC:
	case ACCESS_COMPLEX:
	case ACCESS_DATETIME_EXT:
		break;
	}
	return 0;
}

bool access_put(const struct access_text *t, const struct access_column *c, struct str s,
	struct buf *out)
{
	char text[NUM_MAX];
	if (width(c->type) && width(c->type) != s.n)
		return false;
	switch (c->type) {
	case ACCESS_BOOLEAN:
		buf_puts(out, s.p[0] ? "true" : "false");
		return true;
	case ACCESS_BYTE:
		put_integer(out, (int64_t)bits(s.p, 1), 0);
		return true;
	case ACCESS_INTEGER:
		put_integer(out, (int16_t)bits(s.p, 2), 0);
		return true;
	case ACCESS_LONG:
		put_integer(out, (int32_t)bits(s.p, 4), 0);
		return true;
	case ACCESS_BIGINT:
		put_integer(out, (int64_t)bits(s.p, 8), 0);
		return true;
	case ACCESS_MONEY:
		put_integer(out, (int64_t)bits(s.p, 8), 4);
		return true;
	case ACCESS_SINGLE:
		buf_put(out, text, num_shortest_single(text, single(s.p)));
		return isfinite(single(s.p));
	case ACCESS_DOUBLE:
		buf_put(out, text, num_shortest(text, real(s.p)));
		return isfinite(real(s.p));
	case ACCESS_DATETIME:
	case ACCESS_DATETIME_EXT:
		return put_date(c, s, out);
	case ACCESS_NUMERIC:
		return put_numeric(c, s, out);
	case ACCESS_GUID:
		return put_guid(s, out);
	case ACCESS_BINARY:
		put_hex(s, out);
		return true;
	case ACCESS_TEXT:
	case ACCESS_MEMO:
		access_text_put(t, s, out);
		return true;
	case ACCESS_OLE:           /* how many bytes there are is in the head of the field */
		if (s.n < 4)
			return false;
		put_integer(out, (int64_t)(bits(s.p, 4) & 0x3fffffff), 0);
		return true;
	case ACCESS_COMPLEX:
		break;
	}
	return false;
}

const char *access_type_name(enum access_type t)
{
	static const char *const names[] = { [ACCESS_BOOLEAN] = "Yes/No", [ACCESS_BYTE] = "Byte",
		[ACCESS_INTEGER] = "Integer", [ACCESS_LONG] = "Long Integer", [ACCESS_MONEY] = "Currency",
		[ACCESS_SINGLE] = "Single", [ACCESS_DOUBLE] = "Double", [ACCESS_DATETIME] = "Date/Time",
		[ACCESS_BINARY] = "Binary", [ACCESS_TEXT] = "Short Text", [ACCESS_OLE] = "OLE Object",
		[ACCESS_MEMO] = "Long Text", [ACCESS_GUID] = "Replication ID", [ACCESS_NUMERIC] = "Decimal",
		[ACCESS_COMPLEX] = "Attachment or list", [ACCESS_BIGINT] = "Large Number",
		[ACCESS_DATETIME_EXT] = "Date/Time Extended" };
	return (size_t)t < COUNTOF(names) ? names[t] : NULL;
}

enum native access_native(const struct access_column *c)
{
	switch (c->type) {
	case ACCESS_BOOLEAN:
		return NATIVE_BOOLEAN;
	case ACCESS_BYTE:
	case ACCESS_INTEGER:
	case ACCESS_LONG:
	case ACCESS_BIGINT:
	case ACCESS_OLE:
		return NATIVE_INTEGER;
	case ACCESS_MONEY:
	case ACCESS_SINGLE:
	case ACCESS_DOUBLE:
		return NATIVE_REAL;
	case ACCESS_NUMERIC:
		return c->scale == 0 && c->digits <= 18 && !c->calculated ? NATIVE_INTEGER : NATIVE_REAL;
	case ACCESS_DATETIME:
	case ACCESS_DATETIME_EXT:
		return c->kind == ACCESS_DAYS ? NATIVE_DATE :
			c->kind == ACCESS_TIMES ? NATIVE_TIME : NATIVE_DATETIME;
	case ACCESS_BINARY:
	case ACCESS_TEXT:
	case ACCESS_MEMO:
	case ACCESS_GUID:
	case ACCESS_COMPLEX:
		break;
	}
	return NATIVE_TEXT;
}
