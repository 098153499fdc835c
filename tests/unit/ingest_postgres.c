/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Types and texts of PostgreSQL, without a server: tests/e2e/postgres.sh has one. */
#include "ingest/database/postgres_int.h"
#include "test.h"

static void types(void)
{
	static const struct { uint32_t type; int32_t modifier; enum native native; } cases[] = {
		{ 16, -1, NATIVE_BOOLEAN }, { 23, -1, NATIVE_INTEGER }, { 20, -1, NATIVE_INTEGER },
		{ 701, -1, NATIVE_REAL }, { 1082, -1, NATIVE_DATE }, { 1083, -1, NATIVE_TIME },
		{ 1114, -1, NATIVE_DATETIME }, { 1184, -1, NATIVE_DATETIME },
		{ 1186, -1, NATIVE_DURATION }, { 25, -1, NATIVE_NONE }, { 2950, -1, NATIVE_TEXT },
		/* numeric, numeric(10,2), numeric(18,0), numeric(19,0), numeric(5,-3) */
		{ 1700, -1, NATIVE_NONE }, { 1700, (10 << 16 | 2) + 4, NATIVE_REAL },
		{ 1700, 18 << 16 | 4, NATIVE_INTEGER }, { 1700, 19 << 16 | 4, NATIVE_NONE },
		{ 1700, (5 << 16 | (-3 & 0x7ff)) + 4, NATIVE_INTEGER },
	};
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		enum pg_kind kind;
		CHECK(pg_native(cases[i].type, cases[i].modifier, &kind) == cases[i].native);
	}
}

static void fields(void)
{
	char row[] = "a\\tb\\n\\\\\\b\t\\N\t\t\\\\N\tlast";
	static const char *const want[] = { "a\tb\n\\\b", NULL, "", "\\N", "last" };
	char *p = row, *end = row + sizeof row - 1;
	for (int i = 0; i < 5; i++) {
		size_t n;
		bool missing;
		char *behind = pg_field(p, end, &n, &missing);
		CHECK(missing == !want[i]);
		if (want[i])
			CHECK(n == strlen(want[i]) && memcmp(p, want[i], n) == 0);
		CHECK((behind < end) == (i < 4));
		p = behind + 1;
	}
}

static void value(enum pg_kind kind, const char *text, const char *want, int64_t odd)
{
	struct pg_column c = { .kind = kind };
	struct block b = { .bytes = arena_new() };
	char copy[200] = { 0 }, got[200];
	struct str s;
	snprintf(copy, sizeof copy, "%s", text);
	s = pg_value(&c, &b, copy, strlen(copy));
	snprintf(got, sizeof got, "%.*s", (int)s.n, s.p);
	CHECK_STR(got, want);
	CHECK(c.values == 1 && c.odd == odd);
	arena_free(b.bytes);
}

static void values(void)
{
	value(PG_BOOLEAN, "t", "true", 0);
	value(PG_BOOLEAN, "f", "false", 0);
	value(PG_TIMESTAMP, "2024-02-29 13:05:00.5", "2024-02-29T13:05:00.5", 0);
	value(PG_TIMESTAMPTZ, "2024-02-29 11:05:00+00", "2024-02-29T11:05:00Z", 0);
	value(PG_TIMESTAMPTZ, "infinity", "infinity", 0);
	value(PG_PADDED, "ab   ", "ab", 0);
	value(PG_TEXT, "007", "007", 1);
	value(PG_TEXT, "2024-01-01", "2024-01-01", 0);
	value(PG_BYTES, "\\x00ff", "00ff", 1);
	value(PG_BYTES, "\\x", "", 1);
	value(PG_BYTES, "\\x000102030405060708090a0b0c0d0e0f", "000102030405060708090a0b0c0d0e0f", 1);
	value(PG_BYTES, "\\x000102030405060708090a0b0c0d0e0f10",
		"000102030405060708090a0b0c0d0e0f...", 1);
}

/* As the server writes them with IntervalStyle postgres. */
static void intervals(void)
{
	value(PG_INTERVAL, "00:00:00", "00:00:00", 0);
	value(PG_INTERVAL, "-01:30:00", "-01:30:00", 0);
	value(PG_INTERVAL, "-00:00:00.25", "-00:00:00.25", 0);
	value(PG_INTERVAL, "1 day", "24:00:00", 0);
	value(PG_INTERVAL, "-3 days", "-72:00:00", 0);
	value(PG_INTERVAL, "1 day 02:03:04.5", "26:03:04.5", 0);
	value(PG_INTERVAL, "1 day -02:00:00", "22:00:00", 0);
	value(PG_INTERVAL, "-1 days +02:00:00", "-22:00:00", 0);
	value(PG_INTERVAL, "100:00:00.000001", "100:00:00.000001", 0);
	value(PG_INTERVAL, "1 mon", "1 mon", 1);
	value(PG_INTERVAL, "1 year 2 mons 3 days", "1 year 2 mons 3 days", 1);
	value(PG_INTERVAL, "99999999999999999999 days", "99999999999999999999 days", 1);
	value(PG_INTERVAL, "00:00", "00:00", 1);
}

int main(void)
{
	types();
	fields();
	values();
	intervals();
	return test_end();
}
