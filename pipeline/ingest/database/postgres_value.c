/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types of PostgreSQL and the texts in which its server writes their values. */
#include "ingest/database/postgres_int.h"

#include <stdio.h>
#include <string.h>

/* ---- types: numbers of catalog/pg_type.dat, which never change ------------------------------ */

enum {
	TYPE_BOOL = 16, TYPE_BYTEA = 17, TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23,
	TYPE_TEXT = 25, TYPE_OID = 26, TYPE_FLOAT4 = 700, TYPE_FLOAT8 = 701, TYPE_MONEY = 790,
	TYPE_BPCHAR = 1042, TYPE_VARCHAR = 1043, TYPE_DATE = 1082, TYPE_TIME = 1083,
	TYPE_TIMESTAMP = 1114, TYPE_TIMESTAMPTZ = 1184, TYPE_INTERVAL = 1186,
	TYPE_NUMERIC = 1700,
};

/* numeric(p, s): whole when s <= 0, and then an int64 when p digits fit. */
static enum native numeric_native(int32_t modifier)
{
	if (modifier < 4)
		return NATIVE_NONE;
	int32_t digits = (modifier - 4) >> 16;
	int32_t scale = (((modifier - 4) & 0x7ff) ^ 1024) - 1024;
	if (scale > 0)
		return NATIVE_REAL;
	return digits - scale <= 18 ? NATIVE_INTEGER : NATIVE_NONE;
}

enum native pg_native(uint32_t type, int32_t modifier, enum pg_kind *kind)
{
	*kind = PG_PLAIN;
	switch (type) {
	case TYPE_BOOL:
		*kind = PG_BOOLEAN;
		return NATIVE_BOOLEAN;
	case TYPE_INT2:
	case TYPE_INT4:
	case TYPE_INT8:
	case TYPE_OID:
		return NATIVE_INTEGER;
	case TYPE_FLOAT4:
	case TYPE_FLOAT8:
		return NATIVE_REAL;
	case TYPE_NUMERIC:
		return numeric_native(modifier);
	case TYPE_DATE:
		return NATIVE_DATE;
	case TYPE_TIME:
		return NATIVE_TIME;
	case TYPE_TIMESTAMP:
		*kind = PG_TIMESTAMP;
		return NATIVE_DATETIME;
	case TYPE_TIMESTAMPTZ:
		*kind = PG_TIMESTAMPTZ;
		return NATIVE_DATETIME;
	case TYPE_INTERVAL:
		*kind = PG_INTERVAL;
		return NATIVE_DURATION;
	case TYPE_TEXT:
	case TYPE_VARCHAR:
		*kind = PG_TEXT;
		return NATIVE_NONE;
	case TYPE_BPCHAR:
		*kind = PG_PADDED;
		return NATIVE_NONE;
	case TYPE_MONEY:
		return NATIVE_NONE;
	case TYPE_BYTEA:
		*kind = PG_BYTES;
		return NATIVE_TEXT;
	}
	return NATIVE_TEXT;        /* uuid, json, arrays, ranges, enums, addresses ... */
}

/* ---- COPY, text format ---------------------------------------------------------------------- */

char *pg_field(char *p, char *end, size_t *n, bool *missing)
{
	static const char from[] = "bfnrtv", into[] = "\b\f\n\r\t\v";
	char *start = p, *to = p;
	*missing = end - p >= 2 && p[0] == '\\' && p[1] == 'N';
	for (; p < end && *p != '\t'; p++) {
		if (*p == '\\' && p + 1 < end) {
			const char *known = strchr(from, *++p);
			*to++ = known && *known ? into[known - from] : *p;
		} else {
			*to++ = *p;
		}
	}
	*n = (size_t)(to - start);
	return p;
}

/* ---- values --------------------------------------------------------------------------------- */

static struct str timestamp(char *p, size_t n, bool zoned)
{
	if (n > 10 && p[10] == ' ')
		p[10] = 'T';
	if (zoned && n > 13 && memcmp(p + n - 3, "+00", 3) == 0) {
		p[n - 3] = 'Z';
		n -= 2;
	}
	return (struct str){ p, n };
}

/* A signed number followed by `unit`; moves behind it. */
static bool amount(const char **p, int64_t *v, const char *unit)
{
	const char *s = *p + (**p == '-' || **p == '+');
	int64_t n = 0;
	if (*s < '0' || *s > '9')
		return false;
	for (; *s >= '0' && *s <= '9'; s++) {
		if (n > INT64_MAX / 1000)
			return false;
		n = n * 10 + (*s - '0');
	}
	if (strncmp(s, unit, strlen(unit)) != 0)
		return false;
	*v = **p == '-' ? -n : n;
	*p = s + strlen(unit);
	return true;
}

/* "1 day -02:00:00.5" as hours, minutes and seconds; false with months, which have no length. */
static bool duration(const char *p, char out[64], size_t *n)
{
	int64_t days = 0, hours = 0, minutes = 0, us = 0, scale = 100000;
	if (amount(&p, &days, " day")) {
		p += *p == 's';
		p += *p == ' ';
	}
	if (*p) {
		int64_t seconds;
		bool negative = *p == '-';
		if (!amount(&p, &hours, ":") || !amount(&p, &minutes, ":") ||
			!amount(&p, &seconds, ""))
			return false;
		us = seconds * 1000000;
		if (*p == '.')
			for (p++; *p >= '0' && *p <= '9'; p++, scale /= 10)
				us += (*p - '0') * scale;
		us += minutes * 60000000;
		if (negative)
			us = -us;
	}
	if (*p || days > 100000000 || days < -100000000 || hours > 2000000000 ||
		hours < -2000000000)
		return false;
	us += (days * 24 + hours) * 3600000000;
	int64_t size = us < 0 ? -us : us;
	*n = (size_t)snprintf(out, 64, "%s%02lld:%02lld:%02lld", us < 0 ? "-" : "",
		(long long)(size / 3600000000), (long long)(size / 60000000 % 60),
		(long long)(size / 1000000 % 60));
	if (size % 1000000) {
		*n += (size_t)snprintf(out + *n, 64 - *n, ".%06lld", (long long)(size % 1000000));
		while (out[*n - 1] == '0')
			--*n;
	}
	return true;
}

struct str pg_value(struct pg_column *c, struct block *b, char *p, size_t n)
{
	enum { SHOWN = 2 + 2 * 16 };   /* of \x00010203... */
	char text[64], clean[64];
	size_t k;
	double v;
	c->values++;
	switch (c->kind) {
	case PG_PLAIN:
		break;
	case PG_BOOLEAN:
		return str_of(n && *p == 't' ? "true" : "false");
	case PG_TIMESTAMP:
	case PG_TIMESTAMPTZ:
		return timestamp(p, n, c->kind == PG_TIMESTAMPTZ);
	case PG_INTERVAL:
		if (n >= sizeof text)
			break;
		memcpy(text, p, n);
		text[n] = 0;
		if (duration(text, clean, &k))
			return feed_copy(b, (struct str){ clean, k });
		c->odd++;
		break;
	case PG_BYTES:
		c->odd++;
		if (n <= SHOWN)
			return (struct str){ p + 2, n > 2 ? n - 2 : 0 };
		memcpy(text, p + 2, SHOWN - 2);
		memcpy(text + SHOWN - 2, "...", 3);
		return feed_copy(b, (struct str){ text, SHOWN + 1 });
	case PG_PADDED:
		while (n && p[n - 1] == ' ')
			n--;
		/* fall through */
	case PG_TEXT:
		if (n && n < NUM_MAX && *p <= '9' && num_parse_double(p, n, &v))
			c->odd++;
		break;
	}
	return (struct str){ p, n };
}

/* Text of numbers in a column of text is meant to be text; other text may be dates. */
void pg_conclude(struct feed *f, int col, const struct pg_column *c)
{
	struct feed_column *column = &f->columns[col];
	bool text = c->kind == PG_TEXT || c->kind == PG_PADDED;
	if (text && c->values && c->odd * 2 > c->values)
		column->native = NATIVE_TEXT;
	if (c->kind == PG_INTERVAL && c->odd)
		column->native = NATIVE_TEXT;
	if (c->kind == PG_BYTES && c->odd)
		feed_finding(f, FIND_binary_values, column->name, c->odd, c->values, NULL, NULL);
}
