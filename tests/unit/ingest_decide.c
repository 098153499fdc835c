/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the cells of a column to its type: what a file itself states, what values mean, and the
 * figures behind a decision. What a CSV file alone can show is in tests/spec/ingest.md. */
#include "ingest/process/feed.h"
#include "test.h"

#include <stdlib.h>

static struct arena *arena;

/* One column of a pretended source, decided. */
struct decided {
	struct tally tally;
	struct plan plan;
	struct ingest_column column;
};

static struct decided decide(const char *name, const struct feed_column *stated,
	const char *const *cells, int n)
{
	struct decided d = { 0 };
	struct block b = { .ncols = 1, .rows = n, .cap = 1024 };
	b.cells = arena_calloc(arena, 1024, sizeof *b.cells);
	for (int i = 0; i < n; i++)
		b.cells[i] = str_of(cells[i]);
	tally_open(&d.tally);
	tally_column(&d.tally, tokens_new(arena, NULL, 0), &b, 0);
	tally_end(&d.tally);
	d.column.name = name;
	struct ingest_result r = { .columns = &d.column, .ncolumns = 1 };
	struct ingest_options o = { .max_unparsed_share = 0.05 };
	struct source s = { .ncols = 1, .columns = stated };
	columns_decide(arena, &o, &s, &d.tally, &d.plan, &r);
	tally_close(&d.tally);
	return d;
}

/* The type, the unit and the meaning of a column of so many equal or counted values. */
static void is(const char *name, const char *const *cells, int n, enum parsed_type type,
	const char *semantic)
{
	struct decided d = decide(name, NULL, cells, n);
	test_str(parsed_type_name(d.column.parsed), parsed_type_name(type), name, __FILE__,
		__LINE__);
	test_str(d.column.semantic ? d.column.semantic : "", semantic ? semantic : "", name,
		__FILE__, __LINE__);
}
#define IS(name, type, semantic, ...) do { \
	const char *const cells_[] = { __VA_ARGS__ }; \
	is(name, cells_, (int)COUNTOF(cells_), type, semantic); \
} while (0)

static void meanings(void)
{
	IS("x", PARSED_TEXT, "url", "https://a.org", "http://b.org/x", "www.c.org");
	IS("x", PARSED_TEXT, "email", "a@b.org", "c@d.com");
	IS("x", PARSED_TEXT, NULL, "a@b.org", "c@d.com", "none of this");
	IS("x", PARSED_TEXT, "ip", "10.0.0.1", "192.168.1.1", "::1");
	IS("x", PARSED_TEXT, "country", "Germany", "France", "NA", "Peru");
	IS("country", PARSED_TEXT, "country", "Germany", "Germany");
	IS("name", PARSED_TEXT, NULL, "Chad", "Chad", "Jordan");
	IS("iso3", PARSED_TEXT, "country_code", "DEU", "FRA");
	IS("state", PARSED_TEXT, NULL, "CA", "GA", "IL");   /* codes of countries too, by chance */
	IS("zip", PARSED_TEXT, "postal_code", "90210", "10001");
	IS("amount", PARSED_INTEGER, NULL, "90210", "10001");
	IS("phone", PARSED_TEXT, "phone", "030 123456", "040-998877");
	IS("x", PARSED_TEXT, "phone", "+49 30 123456", "+1 212 5550100");
	IS("lat", PARSED_REAL, "latitude", "52.5", "-33.9");
	IS("lat", PARSED_REAL, NULL, "152.5", "-33.9");
	IS("lng", PARSED_REAL, "longitude", "152.5", "-33.9");
	IS("x", PARSED_REAL, "money", "$1.50", "$2.25");
	IS("x", PARSED_INTEGER, "percent", "15 %", "20 %");
	IS("x", PARSED_REAL, NULL, "1.5 kg", "2 kg");
	IS("x", PARSED_TEXT, "list", "[1, 2]", "{}", "a;b");
	IS("x", PARSED_TEXT, "iban", "DE89370400440532013000", "GB82 WEST 1234 5698 7654 32");
}

static void namibia(void)
{
	const char *const named[] = { "DE", "NA", "FR" };
	struct decided d = decide("country", NULL, named, 3);
	CHECK(d.plan.keeps_na && strstr(d.column.why, "Namibia"));
	d = decide("x", NULL, named, 3);
	CHECK(!d.plan.keeps_na);
	const char *const many[] = { "DE", "NA", "FR", "IT", "ES", "PT", "PL", "US", "CA", "MX",
		"BR", "AR" };
	d = decide("x", NULL, many, 12);
	CHECK(d.plan.keeps_na);
}

/* A type that the file states is taken even where values would say another. */
static void stated(void)
{
	static const struct {
		enum native native;
		const char *cells[3];
		enum parsed_type type;
	} cases[] = { { NATIVE_TEXT, { "1", "2", "3" }, PARSED_TEXT },
		{ NATIVE_REAL, { "1", "2", "1.234" }, PARSED_REAL },
		{ NATIVE_INTEGER, { "007", "2", "3" }, PARSED_INTEGER },
		{ NATIVE_BOOLEAN, { "true", "true", "true" }, PARSED_BOOLEAN },
		{ NATIVE_DATE, { "2024-01-01", "2024-01-02", "" }, PARSED_DATE },
		{ NATIVE_DATETIME, { "2024-01-01", "2024-01-02T10:00:00", "" }, PARSED_DATETIME },
		{ NATIVE_TIME, { "10:00:00", "11:00:00", "" }, PARSED_TIME },
		{ NATIVE_DURATION, { "10:00:00", "11:00:00", "" }, PARSED_DURATION },
		{ NATIVE_NONE, { "1", "2", "3" }, PARSED_INTEGER } };
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct feed_column c = { .name = "x", .native = cases[i].native };
		struct decided d = decide("x", &c, cases[i].cells, 3);
		CHECK_STR(parsed_type_name(d.column.parsed), parsed_type_name(cases[i].type));
		CHECK(d.plan.lenient == (cases[i].native != NATIVE_NONE &&
			cases[i].native != NATIVE_TEXT));
		CHECK(d.plan.mark == DOT);
		if (cases[i].native)
			CHECK(strncmp(d.column.why, "the file says ", 14) == 0);
	}
}

static void shares(void)
{
	const char *cells[100];
	for (int odd = 4; odd <= 6; odd++) {
		for (int i = 0; i < 100; i++)
			cells[i] = i < odd ? "odd" : "12";
		struct decided d = decide("x", NULL, cells, 100);
		CHECK(d.column.parsed == (odd <= 5 ? PARSED_INTEGER : PARSED_TEXT));
		CHECK(d.column.tried[PARSED_INTEGER] == 100 - odd);
	}
	/* 1305 is a time of day where the name says time and there are enough of them */
	static const char *const digits[] = { "1305", "905", "5", "2359" };
	for (int i = 0; i < 100; i++)
		cells[i] = digits[i % 4];
	CHECK(decide("Time (24hr)", NULL, cells, 100).column.parsed == PARSED_TIME);
	CHECK(decide("Number", NULL, cells, 100).column.parsed == PARSED_INTEGER);
	CHECK(decide("Time (24hr)", NULL, cells, 10).column.parsed == PARSED_INTEGER);
	/* a few beyond a day make it a duration, one in a thousand does not */
	for (int i = 0; i < 100; i++)
		cells[i] = i < 99 ? "10:30" : "25:00";
	CHECK(decide("x", NULL, cells, 100).column.parsed == PARSED_DURATION);
	CHECK(decide("x", NULL, cells, 99).column.parsed == PARSED_TIME);
	/* a minority of months among days are odd values */
	for (int i = 0; i < 100; i++)
		cells[i] = i < 97 ? "2024-01-05" : "2024-01";
	struct decided d = decide("x", NULL, cells, 100);
	CHECK(d.column.parsed == PARSED_DATE && !d.plan.periods && d.column.tried[PARSED_DATE] == 100);
}

static void centuries(void)
{
	static const char *const born[] = { "1.5.25", "1.5.48", "1.5.69", "1.5.70", "1.5.99" };
	static const char *const usual[] = { "01.05.25", "01.05.95", "01.05.24" };
	const char *const born2[] = { "01.05.25", "01.05.48", "01.05.69", "01.05.70", "01.05.99" };
	CHECK(decide("x", NULL, born, 5).column.parsed == PARSED_TEXT);   /* 1.5.25 is a version */
	struct decided d = decide("x", NULL, born2, 5);
	CHECK(d.plan.pivot == 25 && strstr(d.column.why, "1925"));
	CHECK(decide("x", NULL, usual, 3).plan.pivot == PIVOT);
}

/* Looking at parts and adding up is looking at all of it, block by block. */
static void surveys(void)
{
	struct tokens *tokens = tokens_new(arena, NULL, 0);
	struct survey all = { 0 }, left = { 0 }, right = { 0 };
	struct block b = { .ncols = 1, .cap = 1024 };
	b.cells = arena_calloc(arena, 1024, sizeof *b.cells);
	for (int part = 0; part < 2; part++) {
		b.rows = part ? 1000 : 300;
		for (int64_t i = 0; i < b.rows; i++)
			b.cells[i] = str_of(i % 3 ? "a@b.org" : "20240105");
		survey_take(part ? &right : &left, tokens, &b, 0);
		survey_take(&all, tokens, &b, 0);
	}
	survey_merge(&left, &right);
	CHECK(memcmp(&left, &all, sizeof all) == 0);
	CHECK(all.values < 600 && all.kinds[SEMANTIC_EMAIL] && all.guises[GUISE_COMPACT]);
}

int main(void)
{
	arena = arena_new();
	meanings();
	namibia();
	stated();
	shares();
	centuries();
	surveys();
	arena_free(arena);
	return test_end();
}
