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
	number_is("1,23,456", 123456, NAN);   /* as in India */
	number_is("12,34,567.8", 1234567.8, NAN);
	number_is("1,23,45", NAN, NAN);
	number_is("123,45,678", NAN, NAN);
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
	number_is("\u20b9 1,98,825", 198825, NAN);
	number_is("1.2K", 1200, NAN);
	number_is("3M", 3e6, 3e6);
	number_is("4,5 Mio. \u20ac", NAN, 4.5e6);
	number_is("$4.5bn", 4.5e9, NAN);
	number_is("$3m", 3e6, 3e6);
	number_is("2 crore", 2e7, 2e7);
	number_is("12 kg", 12, 12);
	number_is("12kg", 12, 12);
	number_is("-3,5 \u00b0C", NAN, -3.5);
	number_is("1,200 sq ft", 1200, 1.2);
	number_is("7.5 l/100km", 7.5, NAN);
	number_is("36 months", 36, 36);
	static const char *const none[] = { "", "-", ".", ",", "e5", "1e", "abc", "1a", "1 2",
		"1-2", "1.2.3", "0x1F", "$", "%", "1 %%", "$5$", "--5", "5 foo", "5 kgs each", "1e3K", "3MM", "$ 5 kg", "1/2", "12:30",
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
	CHECK(number_scan(str_of("3 Kg"), &n) && strcmp(unit_name(n.unit), "kg") == 0 &&
		unit_kind(n.unit) == UNIT_PHYSICAL && n.whole);
	CHECK(number_scan(str_of("5 m"), &n) && strcmp(unit_name(n.unit), "m") == 0 && !n.scale);
	CHECK(number_scan(str_of("5M"), &n) && !n.unit && n.scale == 6 && !n.whole);
	CHECK(number_scan(str_of("Rs. 5"), &n) && strcmp(unit_name(n.unit), "\u20b9") == 0);
	CHECK(number_scan(str_of("1.1M"), &n));
	double x;
	CHECK(number_double(&n, DOT, &x) && x == 1.1e6);   /* as the literal, not 1.1 * 1e6 */
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
	date_is("2024-05", "2024-05-01", "2024-05-01", "%Y-%m");
	date_is("2024/05", "2024-05-01", "2024-05-01", "%Y/%m");
	date_is("05/2024", "2024-05-01", "2024-05-01", "%m/%Y");
	date_is("May 2024", "2024-05-01", "2024-05-01", "%b %Y");
	date_is("mai 2024", "2024-05-01", "2024-05-01", "%b %Y");
	date_is("Dezember 2024", "2024-12-01", "2024-12-01", "%B %Y");
	date_is("May-24", "2024-05-01", "2024-05-01", "%b-%y");
	date_is("2024 January", "2024-01-01", "2024-01-01", "%Y %B");
	date_is("2024-Jan-05", "2024-01-05", "2024-01-05", "%Y-%b-%d");
	date_is("2024-Q1", "2024-01-01", "2024-01-01", "%Y-Q%q");
	date_is("2024Q4", "2024-10-01", "2024-10-01", "%YQ%q");
	date_is("Q3 2024", "2024-07-01", "2024-07-01", "Q%q %Y");
	date_is("2024-W05", "2024-01-29", "2024-01-29", "%G-W%V");
	date_is("2020-W53", "2020-12-28", "2020-12-28", "%G-W%V");
	date_is("2021-W01-7", "2021-01-10", "2021-01-10", "%G-W%V");
	date_is("5th May 2020", "2020-05-05", "2020-05-05", "%d %b %Y");
	date_is("5th of May 2020", "2020-05-05", "2020-05-05", "%d %b %Y");
	date_is("May 1st, 2020", "2020-05-01", "2020-05-01", "%b %d, %Y");
	date_is("5 de mayo de 2020", "2020-05-05", "2020-05-05", "%d %B %Y");
	date_is("12 Jun 1998 - 14:30", "1998-06-12T14:30:00Z", "1998-06-12T14:30:00Z",
		"%d %b %Y %H:%M");
	date_is("Mon Jan 05 13:05:00 +0100 2024", "2024-01-05T12:05:00Z", "2024-01-05T12:05:00Z",
		"%b %d %H:%M:%S %z %Y");
	date_is("05/Jan/2024:13:05:00 +0000", "2024-01-05T13:05:00Z", "2024-01-05T13:05:00Z",
		"%d/%b/%Y %H:%M:%S%z");
	static const char *const none[] = { "", "2020", "20200105", "12:30:00", "2024-13",
		"2024-Q5", "Q0 2024", "2021-W53", "2024-W00", "2024-05T10:00", "24 May", "May 24",
		"1-2", "10.0.0.1", "2020-01-05 25:00", "2020-01-05 12:60",
		"2020-01-05x", "2020-01-05 13:05 PM", "2020-1-5-6", "January", "5 Foo 2020",
		"2020-01/05", "0000-01-01", "2020-01-05 10:00 EST", "1/2/203",
		"Marching 5, 2020" };
	for (size_t i = 0; i < COUNTOF(none); i++)
		date_is(none[i], "", "", "");

	struct when w;
	CHECK(when_scan_from(str_of("1/2/60"), 25, &w) && w.days[0] == date_days(1960, 2, 1));
}

/* Numbers in the guise of dates. */
static void guises(void)
{
	static const struct {
		const char *text;
		enum guise guise;
		const char *want;      /* "": not so */
	} cases[] = { { "20200229", GUISE_COMPACT, "2020-02-29T00:00:00Z" },
		{ "20190229", GUISE_COMPACT, "" }, { "2020022", GUISE_COMPACT, "" },
		{ "99991231", GUISE_COMPACT, "" }, { "45351", GUISE_SERIAL, "2024-02-29T00:00:00Z" },
		{ "45351.75", GUISE_SERIAL, "2024-02-29T18:00:00Z" }, { "19999", GUISE_SERIAL, "" },
		{ "60001", GUISE_SERIAL, "" }, { "1709164800", GUISE_EPOCH, "2024-02-29T00:00:00Z" },
		{ "1709164800.5", GUISE_EPOCH, "2024-02-29T00:00:00.500000Z" },
		{ "17091648", GUISE_EPOCH, "" }, { "1709164800123", GUISE_EPOCH, "" },
		{ "1709164800123", GUISE_EPOCH_MS, "2024-02-29T00:00:00.123000Z" },
		{ "02.2024", GUISE_MONTH, "2024-02-01T00:00:00Z" }, { "13.2024", GUISE_MONTH, "" },
		{ "2.2024", GUISE_MONTH, "" }, { "abcd", GUISE_EPOCH, "" } };
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct when w;
		char got[40] = "";
		if (when_number(str_of(cases[i].text), cases[i].guise, &w))
			time_format(got, w.days[0] * INT64_C(86400000000) + w.clock);
		test_str(got, cases[i].want, cases[i].text, __FILE__, __LINE__);
	}
	struct clock c;
	CHECK(clock_digits(str_of("1305"), &c) && c.us == INT64_C(47100000000));
	CHECK(clock_digits(str_of("5"), &c) && c.us == 300000000);
	CHECK(!clock_digits(str_of("1360"), &c) && !clock_digits(str_of("2400"), &c) &&
		!clock_digits(str_of("13.5"), &c) && !clock_digits(str_of("01305"), &c));
}

/* ---- times of day, durations ----------------------------------------------------------------- */

static void clock_is(const char *s, const char *time, const char *duration)
{
	struct clock c;
	char text[CLOCK_TEXT];
	bool any = clock_scan(str_of(s), &c);
	if (any)
		clock_format(text, c.us);
	test_str(any && c.time ? text : "", time, s, __FILE__, __LINE__);
	test_str(any && c.duration ? text : "", duration, s, __FILE__, __LINE__);
}

static void clocks(void)
{
	clock_is("13:05", "13:05:00", "13:05:00");
	clock_is("1:05", "01:05:00", "01:05:00");
	clock_is("13:05:07.25", "13:05:07.250000", "13:05:07.250000");
	clock_is("13:05:07,25", "13:05:07.250000", "13:05:07.250000");
	clock_is("1:05 pm", "13:05:00", "");
	clock_is("12:05AM", "00:05:00", "");
	clock_is("12:00 p.m.", "12:00:00", "");
	clock_is("1:05:30 PM", "13:05:30", "");
	clock_is("23:59:59.9999999", "23:59:59.999999", "23:59:59.999999");
	clock_is("24:00", "", "24:00:00");
	clock_is("27:30:00", "", "27:30:00");
	clock_is("127:30:00", "", "127:30:00");
	clock_is("-1:30", "", "-01:30:00");
	clock_is("1:25.6", "", "00:01:25.600000");
	clock_is("PT1H30M", "", "01:30:00");
	clock_is("P1DT12H", "", "36:00:00");
	clock_is("PT0.5S", "", "00:00:00.500000");
	clock_is("P2W", "", "336:00:00");
	clock_is("-PT5M", "", "-00:05:00");
	clock_is("1h 30m", "", "01:30:00");
	clock_is("1h30", "", "01:30:00");
	clock_is("1 hr 30 min", "", "01:30:00");
	clock_is("2 days", "", "48:00:00");
	clock_is("1.5 hours", "", "01:30:00");
	clock_is("1,5 Std.", "", "01:30:00");
	clock_is("45 min", "", "00:45:00");
	clock_is("2 days 03:04:05", "", "51:04:05");
	clock_is("2 days, 3:04:05", "", "51:04:05");
	clock_is("1 day and 2 hours", "", "26:00:00");
	clock_is("250 ms", "", "00:00:00.250000");
	clock_is("3 Tage 4 Stunden", "", "76:00:00");
	static const char *const none[] = { "", "13", "13:5", "13:60", "13:05:60", "13:05x",
		"13:00 pm", "0:30 am", "1:2:3:4", "P1Y", "P1M", "PT", "P", "PT1M1H", "1m 1h", "h", "5 foo",
		"5", "3 months", "12:30:", ":30", "1h 30x", "99999999999 days", "-", "--1:30" };
	for (size_t i = 0; i < COUNTOF(none); i++)
		clock_is(none[i], "", "");
	struct clock c;
	CHECK(clock_scan(str_of("5m"), &c) && c.lone && c.us == 300000000);
	CHECK(clock_scan(str_of("1h 5m"), &c) && !c.lone);
}

/* ---- names and meanings ---------------------------------------------------------------------- */

static void hints(void)
{
	CHECK(hint_says("date", HINT_DATE) && hint_says("start_date", HINT_DATE) &&
		hint_says("StartDate", HINT_DATE) && hint_says("DATUM", HINT_DATE) &&
		hint_says("Date of birth", HINT_DATE) && hint_says("dateTime", HINT_TIME));
	CHECK(!hint_says("update", HINT_DATE) && !hint_says("candidates", HINT_DATE) &&
		!hint_says("", HINT_DATE) && !hint_says("x", HINT_DATE));
	CHECK(hint_says("ZIP", HINT_POSTAL) && hint_says("zip_code", HINT_POSTAL) &&
		hint_says("ARC_ZIP", HINT_POSTAL) && hint_says("PLZ", HINT_POSTAL) &&
		!hint_says("zipper", HINT_POSTAL));
	CHECK(hint_says("lat_avg", HINT_LATITUDE) && !hint_says("platform", HINT_LATITUDE));
	CHECK(hint_says("long", HINT_LONGITUDE) && hint_says("pickup_long", HINT_LONGITUDE) &&
		!hint_says("Long list", HINT_LONGITUDE) && hint_says("lon_avg", HINT_LONGITUDE) &&
		hint_says("long1", HINT_LONGITUDE) && !hint_says("a_long_name_2", HINT_LONGITUDE) &&
		!hint_says("longTerm", HINT_LONGITUDE));
	CHECK(hint_says("ISO2", HINT_COUNTRY) && hint_says("pa\u00eds", HINT_COUNTRY));
	CHECK(hint_says("Time (24hr)", HINT_CLOCK));
}

static void meanings(void)
{
	static const struct {
		const char *text;
		enum semantic is;      /* NONE: nothing that counts without a name */
	} cases[] = { { "https://x.org/?a=1", SEMANTIC_URL }, { "www.x.org", SEMANTIC_URL },
		{ "http://", SEMANTIC_NONE }, { "a@b.org", SEMANTIC_EMAIL },
		{ "first.last+tag@sub.example.co.uk", SEMANTIC_EMAIL }, { "a@b", SEMANTIC_NONE },
		{ "@name", SEMANTIC_NONE }, { "a b@c.org", SEMANTIC_NONE },
		{ "a@b..org", SEMANTIC_NONE }, { "a@b@c.org", SEMANTIC_NONE },
		{ "/usr/local/lib", SEMANTIC_PATH }, { "C:\\x\\y.txt", SEMANTIC_PATH },
		{ "src/main.c", SEMANTIC_PATH }, { "and/or", SEMANTIC_NONE },
		{ "10.0.0.1", SEMANTIC_IP }, { "256.0.0.1", SEMANTIC_NONE },
		{ "10.0.0.0/8", SEMANTIC_IP }, { "fe80::1", SEMANTIC_IP },
		{ "2001:db8:0:0:0:0:0:1", SEMANTIC_IP }, { "1:2:3", SEMANTIC_NONE },
		{ "123e4567-e89b-12d3-a456-426614174000", SEMANTIC_UUID },
		{ "123e4567-e89b-12d3-a456-42661417400", SEMANTIC_NONE },
		{ "DE89 3704 0044 0532 0130 00", SEMANTIC_IBAN },
		{ "GB82WEST12345698765432", SEMANTIC_IBAN },
		{ "DE88 3704 0044 0532 0130 00", SEMANTIC_NONE },   /* wrong check digits */
		{ "Germany", SEMANTIC_COUNTRY }, { "\u00d6sterreich", SEMANTIC_COUNTRY },
		{ "cote d'ivoire", SEMANTIC_COUNTRY }, { "Atlantis", SEMANTIC_NONE },
		{ "NA", SEMANTIC_COUNTRY2 }, { "na", SEMANTIC_NONE }, { "QQ", SEMANTIC_NONE },
		{ "NAM", SEMANTIC_COUNTRY3 }, { "+49 170 1234567", SEMANTIC_PHONE },
		{ "(555) 123-4567", SEMANTIC_PHONE }, { "555-123-4567", SEMANTIC_PHONE },
		{ "123-45-6789", SEMANTIC_NONE }, { "2024-01-05", SEMANTIC_NONE },
		{ "[1, 2]", SEMANTIC_LIST }, { "a;b;c", SEMANTIC_LIST }, { "a;", SEMANTIC_NONE },
		{ "", SEMANTIC_NONE }, { "x", SEMANTIC_NONE } };
	const uint32_t shapes = 1u << SEMANTIC_PHONE_SHAPE | 1u << SEMANTIC_POSTAL |
		1u << SEMANTIC_LATITUDE | 1u << SEMANTIC_LONGITUDE;
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		uint32_t kinds = semantic_kinds(str_of(cases[i].text)) & ~shapes;
		uint32_t want = cases[i].is ? 1u << cases[i].is : 0;
		test_check(kinds == want, cases[i].text, __FILE__, __LINE__);
		if (kinds != want)
			printf("  got %x, want %x\n", kinds, want);
	}
	CHECK(semantic_kinds(str_of("SW1A 1AA")) & 1u << SEMANTIC_POSTAL);
	CHECK(semantic_kinds(str_of("-33.86")) & 1u << SEMANTIC_LATITUDE);
	CHECK(!(semantic_kinds(str_of("151.2")) & 1u << SEMANTIC_LATITUDE));
	/* the tables are in order, so that all of them are found */
	static const char *const names[] = {
#define NAME(name) name,
#include "base/countries.def"
#undef NAME
	};
	size_t found = 0;
	for (size_t i = 0; i < COUNTOF(names); i++)
		found += semantic_kinds(str_of(names[i])) >> SEMANTIC_COUNTRY & 1;
	CHECK(found == COUNTOF(names));
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
		{ "UNKNOWN", TOKEN_WEAK }, { "##########", TOKEN_WEAK }, { "###", -1 }, { "\u2013", TOKEN_WEAK }, { "-999", TOKEN_DECLARED },
		{ "none", TOKEN_DECLARED }, { "None", TOKEN_WEAK }, { "k.A.", TOKEN_DECLARED },
		{ "k.A", -1 }, { "", -1 }, { "0", -1 }, { "NAN value", -1 }, { "--x", -1 } };
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

/* Many at once, from any place and of any number, are the same as one by one. */
static void many_sentinels(void)
{
	static const double some[] = { 0.5, -37.25, 1e300, 999, -0.0, 12, -1, 9999999, -99998.5, 1e9, -99, 7 };
	double v[200];
	for (int i = 0; i < 200; i++)
		v[i] = i % 37 < 20 ? i / 8.0 - 3 : some[(size_t)i % COUNTOF(some)];
	bool same = true;
	for (int from = 0; from < 40; from++)
		for (int n = 0; from + n <= 200; n++) {
			struct sentinels one, many;
			sentinels_init(&one);
			sentinels_init(&many);
			for (int i = from; i < from + n; i++)
				sentinels_number(&one, v[i]);
			sentinels_numbers(&many, v + from, n);
			same &= memcmp(one.count, many.count, sizeof one.count) == 0 &&
				one.least == many.least && one.most == many.most;
		}
	CHECK(same);
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

/* Every third of the values, in rows of its own. */
static struct levels *some_levels(int part, bool *same)
{
	struct levels *l = levels_new();
	char text[20];
	for (int round = 0; round < 2; round++)
		for (int i = part; i < MAX_LEVELS; i += 3) {
			int n = snprintf(text, sizeof text, "v%d", i * 7 % MAX_LEVELS);
			*same &= levels_add(l, (struct str){ text, (size_t)n }, false, i, 1, LEVEL_PLAIN);
		}
	return l;
}

static void levels(void)
{
	bool same = true;
	struct levels *l = some_levels(1, &same);
	for (int part = 0; part < 3; part += 2) {
		struct levels *other = some_levels(part, &same);
		levels_merge(l, other);
		levels_free(other);
	}
	levels_sort(l);
	CHECK(levels_count(l) == MAX_LEVELS);
	/* codes are numbered in order of first appearance, whoever counted */
	for (int i = 0; i < MAX_LEVELS; i++) {
		char text[20];
		int64_t count;
		int n = snprintf(text, sizeof text, "v%d", i * 7 % MAX_LEVELS);
		struct str s = { text, (size_t)n };
		same &= levels_find(l, s) == i && str_cmp(levels_get(l, i, &count), s) == 0 &&
			count == 2;
	}
	CHECK(same);
	CHECK(!levels_add(l, str_of("one too many"), false, 0, 1, LEVEL_PLAIN));
	CHECK(levels_count(l) == MAX_LEVELS);
	levels_end(l);
	CHECK(levels_count(l) == -1 && !levels_add(l, str_of("v7"), false, 0, 1, LEVEL_PLAIN));
	levels_free(l);
}

/* Runs of cells end where a cell is new, shaped, empty or has blanks around it, and count what is before. */
static void level_runs(void)
{
	static const char *const texts[] = { "red", "green", "a value of more than sixteen bytes", "n/k", "7", " red", "",
		"new" };
	enum { RED, GREEN, LONG, WEAK, SHAPED, BLANKS, NONE, NEW, CELLS = 40 };
	int wrong = 0;
	for (int end = 0; end < CELLS; end++)
		for (int last = SHAPED; last <= NEW; last++) {
			struct levels *l = levels_new();
			struct str cells[CELLS];
			int64_t counts[4] = { 0 }, weak = 0, count, weaks = 0;
			for (int i = 0; i <= SHAPED; i++)
				levels_add(l, str_of(texts[i]), false, 1000 - i, 0,
					i == WEAK ? LEVEL_WEAK : i == SHAPED ? LEVEL_SHAPED : LEVEL_PLAIN);
			for (int i = 0; i < CELLS; i++) {
				int k = i == end ? last : i * 7 % 11 % 4;
				cells[i] = str_of(texts[k]);
				if (i < end && k == WEAK)
					weaks++;
				else if (i < end)
					counts[k]++;
			}
			wrong += levels_count_run(l, cells, CELLS, false, 0, &weak) != end || weak != weaks;
			for (int i = 0; i < 4; i++)
				wrong += str_cmp(levels_get(l, i, &count), str_of(texts[i])) != 0 || count != counts[i];
			/* weak values have codes as well; those to be left out end a run */
			int32_t codes[CELLS];
			bool but[SHAPED + 1] = { [SHAPED] = true };
			wrong += levels_find_run(l, cells, CELLS, false, but, codes) != end;
			for (int i = 0; i < end; i++)
				wrong += str_cmp(levels_get(l, codes[i], &count), cells[i]) != 0;
			levels_sort(l);
			wrong += (end && levels_find(l, cells[0]) != 0) || levels_find(l, str_of("new")) != -1;
			levels_free(l);
		}
	CHECK(wrong == 0);
}

/* What is called plain text is nothing else: all texts of up to eight pieces. */
static void plain_texts(void)
{
	static const char *const pieces[] = { "", "1", "12", "2024", "-", "a", "b", "d", "e", "F", "cc", "dec", "AC", "feb" };
	enum { PIECES = COUNTOF(pieces), LONGEST = 8 };
	int plain = 0, wrong = 0;
	for (uint64_t k = 0; k < 4000000; k++) {
		char text[64] = "";
		struct number n;
		struct when w;
		struct clock c;
		uint32_t yes;
		/* all of five, and then some of eight, mixed by a multiplication modulo 14^8 */
		uint64_t at = k < 537824 ? k : k * 2654435761u % 1475789056u;
		size_t length = 0;
		for (int i = 0; i < LONGEST; i++, at /= PIECES)
			for (const char *p = pieces[at % PIECES]; *p; p++)
				text[length++] = *p;
		struct str s = { text, length };
		if (!length || !plain_text(s))
			continue;
		plain++;
		if (number_scan(s, &n) || when_scan(s, &w) || clock_scan(s, &c) || boolean_pairs(s, &yes)) {
			printf("no plain text: %s\n", text);
			wrong++;
		}
	}
	CHECK(wrong == 0);
	CHECK(plain > 500000);
	static const char *const not[] = { "1e5", "12-dec-2024", "1e5cc", "2001-02-03", "dec-12", "3d", "ab", "1a2b", "infinity" };
	static const char *const yes[] = { "9f86d081-884c", "8d3cdb8c3aa5b1d0", "550e8400-e29b-41d4-a716-446655440000", "no digit in here, and long" };
	for (size_t i = 0; i < COUNTOF(not); i++)
		CHECK(!plain_text((struct str){ not[i], strlen(not[i]) }));
	for (size_t i = 0; i < COUNTOF(yes); i++)
		CHECK(plain_text((struct str){ yes[i], strlen(yes[i]) }));
}

int main(void)
{
	plain_texts();
	numbers();
	number_flags();
	dates();
	guises();
	clocks();
	hints();
	meanings();
	booleans();
	tokens();
	kinds();
	sentinels();
	many_sentinels();
	levels();
	level_runs();
	return test_end();
}
