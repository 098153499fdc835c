/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers, dates, words for yes and no, tokens for missing: one text at a time. */
#include "ingest/ingest_int.h"
#include "test.h"

/* ---- numbers ----------------------------------------------------------------------------- */

/* The value under a decimal mark, or NaN. */
static double value(const char *s, int mark)
{
	struct number n;
	double v;
	return number_scan(str_of(s), &n) && number_double(&n, mark, &v) ? v : NAN;
}

static void number_is(const char *s, double dot, double comma)
{
	double d = value(s, DOT), c = value(s, COMMA);
	bool fine = (isnan(dot) ? isnan(d) : d == dot) &&
		(isnan(comma) ? isnan(c) : c == comma);
	test_check(fine, s, __FILE__, __LINE__);
	if (!fine)
		printf("  got %g and %g, want %g and %g\n", d, c, dot, comma);
}

static void numbers(void)
{
	number_is("0", 0, 0);
	number_is("-17", -17, -17);
	number_is("+17", 17, 17);
	number_is("1.5", 1.5, NAN);
	number_is("1,5", NAN, 1.5);
	number_is(".5", 0.5, NAN);
	number_is(",5", NAN, 0.5);
	number_is("5.", 5, NAN);
	number_is("5,", NAN, NAN);
	number_is("0,123", NAN, 0.123);
	number_is("1,234", 1234, 1.234);
	number_is("1.234", 1.234, 1234);
	number_is("1,234,567", 1234567, NAN);
	number_is("1.234.567", NAN, 1234567);
	number_is("1,234.5", 1234.5, NAN);
	number_is("1.234,5", NAN, 1234.5);
	number_is("1 234,5", NAN, 1234.5);
	number_is("1\u202f234\u202f567", 1234567, 1234567);
	number_is("1'234.50", 1234.5, NAN);
	number_is("1\u2019234", 1234, 1234);
	number_is("12,34", NAN, 12.34);
	number_is("1234,567", NAN, 1234.567);
	number_is("1,23,456", NAN, NAN);
	number_is("1,234.567,8", NAN, NAN);
	number_is("1e3", 1000, 1000);
	number_is("1.5E-3", 0.0015, NAN);
	number_is("1,234e2", NAN, 123.4);
	number_is("1e400", HUGE_VAL, HUGE_VAL);
	number_is("-inf", -HUGE_VAL, -HUGE_VAL);
	number_is("Infinity", HUGE_VAL, HUGE_VAL);
	number_is("(12.5)", -12.5, NAN);
	number_is("12-", -12, -12);
	number_is("\u221212", -12, -12);
	number_is("- 12", -12, -12);
	number_is("$5", 5, 5);
	number_is("-$5.25", -5.25, NAN);
	number_is("$-5", -5, -5);
	number_is("($5)", -5, -5);
	number_is("5 \u20ac", 5, 5);
	number_is("1.234,50 \u20ac", NAN, 1234.5);
	number_is("EUR 3", 3, 3);
	number_is("12,5 %", NAN, 12.5);
	static const char *const none[] = { "", "-", ".", ",", "e5", "1e", "abc", "1a", "1 2",
		"1-2", "1.2.3", "0x1F", "$", "%", "1 %%", "$5$", "--5", "5 kg", "1/2", "12:30",
		"1_000", "\u00bd", "(5", "5)", "()", "nan", "in", "$ 5 EUR" };
	for (size_t i = 0; i < COUNTOF(none); i++)
		number_is(none[i], NAN, NAN);
}

static void number_flags(void)
{
	struct number n;
	int64_t v;
	CHECK(number_scan(str_of("007"), &n) && n.leading_zero && number_int64(&n, DOT, &v) &&
		v == 7);
	CHECK(number_scan(str_of("0.7"), &n) && !n.leading_zero);
	CHECK(number_scan(str_of("0"), &n) && !n.leading_zero);
	CHECK(number_scan(str_of("+491701234567"), &n) && n.phone);
	CHECK(number_scan(str_of("+49"), &n) && !n.phone);
	CHECK(number_scan(str_of("999999999999999999"), &n) && !n.huge &&
		number_int64(&n, DOT, &v) && v == INT64_C(999999999999999999));
	CHECK(number_scan(str_of("1000000000000000000"), &n) && n.huge);
	CHECK(number_scan(str_of("99999999999999999999"), &n) && !number_int64(&n, DOT, &v));
	CHECK(number_scan(str_of("1,234"), &n) && n.whole == MARK_DOT &&
		number_int64(&n, DOT, &v) && v == 1234);
	CHECK(number_scan(str_of("1,234"), &n) && !number_int64(&n, COMMA, &v));
	CHECK(number_scan(str_of("1.50"), &n) && n.places[DOT] == 2 && n.whole == 0);
	CHECK(number_scan(str_of("3 %"), &n) && strcmp(unit_name(n.unit), "%") == 0);
	CHECK(number_scan(str_of("US$ 3"), &n) && strcmp(unit_name(n.unit), "US$") == 0);
	CHECK(number_scan(str_of("(3)"), &n) && n.bracket);
}

/* ---- dates ------------------------------------------------------------------------------- */

/* "2020-01-05", with time of day when there is one; "" when not readable in this order. */
static void date_is(const char *s, const char *dmy, const char *mdy, const char *format)
{
	const char *const want[ORDERS] = { dmy, mdy };
	struct when w;
	bool any = when_scan(str_of(s), &w);
	for (int o = 0; o < ORDERS; o++) {
		char got[40] = "";
		if (any && (w.orders >> o & 1) && w.timed)
			time_format(got, w.days[o] * INT64_C(86400000000) + w.clock);
		else if (any && (w.orders >> o & 1))
			date_format(got, w.days[o]);
		test_str(got, want[o], s, __FILE__, __LINE__);
	}
	struct buf b = { 0 };
	if (any)
		when_format(&b, &w.written, w.orders & 1 ? ORDER_DMY : ORDER_MDY);
	test_str(buf_str(&b), format, s, __FILE__, __LINE__);
	buf_free(&b);
}

static void dates(void)
{
	date_is("2020-01-05", "2020-01-05", "2020-01-05", "%Y-%m-%d");
	date_is("2020/1/5", "2020-01-05", "2020-01-05", "%Y/%m/%d");
	date_is("05.01.2020", "2020-01-05", "", "%d.%m.%Y");
	date_is("5/1/2020", "2020-01-05", "2020-05-01", "%d/%m/%Y");
	date_is("31/1/2020", "2020-01-31", "", "%d/%m/%Y");
	date_is("1/31/2020", "", "2020-01-31", "%m/%d/%Y");
	date_is("29-02-2019", "", "", "");
	date_is("2020-13-01", "", "", "");
	date_is("29.02.20", "2020-02-29", "", "%d.%m.%y");
	date_is("1/2/69", "2069-02-01", "2069-01-02", "%d/%m/%y");
	date_is("1/2/70", "1970-02-01", "1970-01-02", "%d/%m/%y");
	date_is("1.2.10", "", "", "");               /* a version */
	date_is("5 Jan 2020", "2020-01-05", "2020-01-05", "%d %b %Y");
	date_is("05-JAN-20", "2020-01-05", "2020-01-05", "%d-%b-%y");
	date_is("5. M\u00e4rz 2020", "2020-03-05", "2020-03-05", "%d %B %Y");
	date_is("5 d\u00e9cembre 2020", "2020-12-05", "2020-12-05", "%d %B %Y");
	date_is("1 ao\u00fbt 2020", "2020-08-01", "2020-08-01", "%d %B %Y");
	date_is("January 5, 2020", "2020-01-05", "2020-01-05", "%B %d, %Y");
	date_is("Sept. 5, 2020", "2020-09-05", "2020-09-05", "%b %d, %Y");
	date_is("Mon, 6 Jan 2020", "2020-01-06", "2020-01-06", "%d %b %Y");
	date_is("Monday, January 6, 2020", "2020-01-06", "2020-01-06", "%B %d, %Y");
	date_is("2020-01-05 13:05", "2020-01-05T13:05:00Z", "2020-01-05T13:05:00Z",
		"%Y-%m-%d %H:%M");
	date_is("2020-01-05T13:05:06Z", "2020-01-05T13:05:06Z", "2020-01-05T13:05:06Z",
		"%Y-%m-%dT%H:%M:%SZ");
	date_is("2020-01-05T00:30:00+02:00", "2020-01-04T22:30:00Z", "2020-01-04T22:30:00Z",
		"%Y-%m-%dT%H:%M:%S%z");
	date_is("2020-01-05 00:30:00 -0530", "2020-01-05T06:00:00Z", "2020-01-05T06:00:00Z",
		"%Y-%m-%d %H:%M:%S%z");
	date_is("2020-01-05 13:05:06.123456789", "2020-01-05T13:05:06.123456Z",
		"2020-01-05T13:05:06.123456Z", "%Y-%m-%d %H:%M:%S.%f");
	date_is("1/31/2020 12:05 AM", "", "2020-01-31T00:05:00Z", "%m/%d/%Y %I:%M %p");
	date_is("1/31/2020 12:05 pm", "", "2020-01-31T12:05:00Z", "%m/%d/%Y %I:%M %p");
	date_is("0001-01-01", "0001-01-01", "0001-01-01", "%Y-%m-%d");
	date_is("9999-12-31", "9999-12-31", "9999-12-31", "%Y-%m-%d");
	static const char *const none[] = { "", "2020", "2020-01", "20200105", "12:30:00",
		"1-2", "10.0.0.1", "May 2020", "2020-01-05 25:00", "2020-01-05 12:60",
		"2020-01-05x", "2020-01-05 13:05 PM", "2020-1-5-6", "January", "5 Foo 2020",
		"2020-01/05", "0000-01-01", "2020-01-05 10:00 EST", "1/2/203",
		"Marching 5, 2020" };
	for (size_t i = 0; i < COUNTOF(none); i++)
		date_is(none[i], "", "", "");

	struct when w;
	const enum guise g = GUISE_COMPACT;
	CHECK(when_number(str_of("20200229"), g, &w) && w.days[0] == date_days(2020, 2, 29));
	CHECK(!when_number(str_of("20190229"), g, &w) && !when_number(str_of("2020022"), g, &w));
	CHECK(!when_number(str_of("99991231"), g, &w));
}

/* ---- words ------------------------------------------------------------------------------- */

static void booleans(void)
{
	uint32_t yes;
	CHECK(boolean_pairs(str_of("maybe"), &yes) == 0);
	CHECK(boolean_pairs(str_of(""), &yes) == 0);
	uint32_t t = boolean_pairs(str_of("TRUE"), &yes);
	CHECK(t && yes == t);
	uint32_t f = boolean_pairs(str_of("false"), &yes);
	CHECK(f == t && yes == 0);
	/* "no" belongs to several pairs, to each as the no */
	uint32_t no = boolean_pairs(str_of("No"), &yes);
	CHECK(yes == 0 && (no & boolean_pairs(str_of("yes"), &yes)) &&
		(no & boolean_pairs(str_of("s\u00ed"), &yes)));
	CHECK(!(boolean_pairs(str_of("ja"), &yes) & no));
}

static void tokens(void)
{
	struct arena *a = arena_new();
	const char *more[] = { "-999", "none", "k.A." };
	struct tokens *t = tokens_new(a, more, COUNTOF(more));
	const struct {
		const char *text;
		int kind;              /* -1: no token */
	} want[] = { { "NA", TOKEN_STRONG }, { "na", TOKEN_WEAK }, { "Na", TOKEN_WEAK },
		{ "N/A", TOKEN_STRONG }, { "NULL", TOKEN_STRONG }, { "Null", TOKEN_WEAK },
		{ "NaN", TOKEN_STRONG }, { "-", TOKEN_WEAK }, { "#DIV/0!", TOKEN_WEAK },
		{ "UNKNOWN", TOKEN_WEAK }, { "\u2013", TOKEN_WEAK }, { "-999", TOKEN_DECLARED },
		{ "none", TOKEN_DECLARED }, { "None", TOKEN_WEAK }, { "k.A.", TOKEN_DECLARED },
		{ "k.a.", -1 }, { "", -1 }, { "0", -1 }, { "NAN value", -1 }, { "--x", -1 } };
	for (size_t i = 0; i < COUNTOF(want); i++) {
		int k = token_find(t, str_of(want[i].text));
		test_check((k < 0 ? -1 : (int)t->v[k].kind) == want[i].kind, want[i].text,
			__FILE__, __LINE__);
	}
	arena_free(a);
}

static void kinds(void)
{
	const struct {
		const char *text;
		enum cell_kind kind;
	} want[] = { { "  ", KIND_EMPTY }, { "n/a", KIND_MISSING }, { "1,5", KIND_NUMBER },
		{ "$5", KIND_MONEY }, { "2020-01-05", KIND_DATE },
		{ "2020-01-05 10:00", KIND_DATETIME }, { "10:30", KIND_TIME },
		{ "10:30:05 pm", KIND_TIME }, { "true", KIND_BOOLEAN },
		{ "a@b.org", KIND_ADDRESS }, { "https://x.org/?a=1", KIND_ADDRESS },
		{ "New York (NY)", KIND_WORD }, { "M\u00fcller", KIND_WORD },
		{ "a;b", KIND_OTHER }, { "{x}", KIND_OTHER }, { "...", KIND_OTHER } };
	for (size_t i = 0; i < COUNTOF(want); i++)
		test_check(cell_kind(str_of(want[i].text), false) == want[i].kind, want[i].text,
			__FILE__, __LINE__);
	CHECK(cell_kind(str_of("a;b"), true) == KIND_WORD);
}

static void sentinels(void)
{
	struct sentinels s;
	sentinels_init(&s);
	for (int i = 0; i < 100; i++)
		sentinels_number(&s, i);
	sentinels_number(&s, -999);
	sentinels_number(&s, 9999);
	sentinels_number(&s, -1);
	sentinels_day(&s, date_days(9999, 12, 31));
	sentinels_day(&s, date_days(1899, 12, 30));
	sentinels_day(&s, date_days(2020, 1, 1));
	struct buf b = { 0 };
	for (int i = 0; i < SENTINELS; i++)
		if (sentinels_suspect(&s, i))
			buf_printf(&b, "%s ", sentinels_suspect(&s, i));
	CHECK_STR(buf_str(&b),
		"-999 9999 1899-12-30 9999-12-31 "); /* a single -1 is nothing unusual */

	/* among values of its own size nothing stands out */
	sentinels_init(&s);
	for (int i = -2000; i < 3000; i++)
		sentinels_number(&s, i);
	for (int i = 0; i < SENTINELS; i++)
		CHECK(!sentinels_suspect(&s, i));
	/* the dates of the table are what they say */
	const char *days[] = { "0001-01-01", "1899-12-30", "1899-12-31", "2099-12-31",
		"2999-12-31", "9999-12-31" };
	for (size_t i = 0; i < COUNTOF(days); i++) {
		int y = 0, m = 0, d = 0;
		sscanf(days[i], "%d-%d-%d", &y, &m, &d);
		sentinels_init(&s);
		sentinels_day(&s, date_days(y, m, d));
		buf_clear(&b);
		for (int k = 0; k < SENTINELS; k++)
			buf_puts(&b, sentinels_suspect(&s, k) ? sentinels_suspect(&s, k) : "");
		CHECK_STR(buf_str(&b), days[i]);
	}
	buf_free(&b);
}

static void levels(void)
{
	struct levels *l = levels_new();
	char text[20];
	bool same = true;          /* codes are numbered in order of first appearance */
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < MAX_LEVELS; i++) {
			int n = snprintf(text, sizeof text, "v%d", i * 7 % MAX_LEVELS);
			same &= levels_add(l, (struct str){ text, (size_t)n }) == i;
		}
	CHECK(same);
	CHECK(levels_count(l) == MAX_LEVELS);
	CHECK(levels_find(l, str_of("v7")) == 1);
	CHECK(levels_add(l, str_of("one too many")) == -1);
	CHECK(levels_count(l) == -1 && levels_find(l, str_of("v7")) == -1);
	levels_free(l);
}

int main(void)
{
	numbers();
	number_flags();
	dates();
	booleans();
	tokens();
	kinds();
	sentinels();
	levels();
	return test_end();
}
