/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Number formats of spreadsheets: which numbers are dates, and which date they are. */
#include "ingest/process/feed.h"
#include "test.h"

static void kind_is(const char *code, enum sheet_kind want)
{
	enum sheet_kind got = numfmt_kind(code);
	test_check(got == want, code ? code : "General", __FILE__, __LINE__);
	if (got != want)
		printf("  got kind %d, want %d\n", (int)got, (int)want);
}

static void kinds(void)
{
	kind_is(NULL, SHEET_NUMBER);
	kind_is("", SHEET_NUMBER);
	kind_is("General", SHEET_NUMBER);
	kind_is("GENERAL", SHEET_NUMBER);
	kind_is("[Red]General;[Blue]-General", SHEET_NUMBER);
	kind_is("0", SHEET_NUMBER);
	kind_is("#,##0.00", SHEET_NUMBER);
	kind_is("0.00E+00", SHEET_NUMBER);
	kind_is("# ?/?", SHEET_NUMBER);
	kind_is("0%", SHEET_NUMBER);
	kind_is("@", SHEET_NUMBER);
	kind_is(";;;", SHEET_NUMBER);
	kind_is("yyyy-mm-dd", SHEET_DATE);
	kind_is("YYYY\\-MM\\-DD", SHEET_DATE);
	kind_is("d-mmm", SHEET_DATE);
	kind_is("mmm-yy", SHEET_DATE);
	kind_is("mmmm", SHEET_DATE);
	kind_is("mm", SHEET_DATE);
	kind_is("[$-409]d\\ mmmm\\ yyyy;@", SHEET_DATE);
	kind_is("[$-F800]dddd, mmmm dd, yyyy", SHEET_DATE);
	kind_is("[$-411]ge.m.d", SHEET_DATE);
	kind_is("yyyy\"\xe5\xb9\xb4\"m\"\xe6\x9c\x88\"d\"\xe6\x97\xa5\"", SHEET_DATE);
	kind_is("[red]dd/mm/yyyy", SHEET_DATE);
	kind_is("yyyy-mm-dd hh:mm:ss", SHEET_DATETIME);
	kind_is("yyyy-mm-ddThh:mm:ss", SHEET_DATETIME);
	kind_is("m/d/yy h:mm", SHEET_DATETIME);
	kind_is("d mmm hh:mm AM/PM", SHEET_DATETIME);
	kind_is("h:mm", SHEET_TIME);
	kind_is("h:mm:ss AM/PM", SHEET_TIME);
	kind_is("hAM/PM", SHEET_TIME);
	kind_is("h a/p", SHEET_TIME);
	kind_is("mm:ss.0", SHEET_TIME);
	kind_is("hh:mm:ss.000", SHEET_TIME);
	kind_is("ss", SHEET_TIME);
	kind_is("[h]:mm:ss", SHEET_DURATION);
	kind_is("[hh]:mm", SHEET_DURATION);
	kind_is("[mm]:ss", SHEET_DURATION);
	kind_is("[ss].00", SHEET_DURATION);
	/* words, quoted or not, are no dates */
	kind_is("0.00\" days\"", SHEET_NUMBER);
	kind_is("\"dd.mm.yyyy\"0", SHEET_NUMBER);
	kind_is("#,##0.00 USD", SHEET_NUMBER);
	kind_is("Standard", SHEET_NUMBER);
	kind_is("0_d", SHEET_NUMBER);
	kind_is("0\\h", SHEET_NUMBER);
	kind_is("*d0", SHEET_NUMBER);
	kind_is("[Magenta]0;[Red]yyyy", SHEET_NUMBER);
	/* only the first section counts; an unclosed quote or bracket ends it */
	kind_is("0;yyyy", SHEET_NUMBER);
	kind_is("yyyy;0", SHEET_DATE);
	kind_is("yyyy\"open", SHEET_DATE);
	kind_is("yyyy[open", SHEET_DATE);
	kind_is("[", SHEET_NUMBER);
	kind_is("\\", SHEET_NUMBER);
	kind_is("[]yyyy", SHEET_DATE);
}

static void builtins(void)
{
	CHECK(!numfmt_builtin(0) && !numfmt_builtin(-1) && !numfmt_builtin(23));
	CHECK(!numfmt_builtin(164) && !numfmt_builtin(100000));
	CHECK_STR(numfmt_builtin(12), "# ?/?");
	CHECK_STR(numfmt_builtin(13), "# ?\?/??");
	/* ECMA-376 18.8.30: 14 to 17 are dates, 22 both, 18 to 21 and 45 to 47 times; the East
	 * Asian ones in between */
	for (int id = 0; id < 200; id++) {
		enum sheet_kind want = SHEET_NUMBER;
		if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 ||
			(id >= 50 && id <= 58))
			want = SHEET_DATE;
		else if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id == 45 || id == 47)
			want = SHEET_TIME;
		else if (id == 22)
			want = SHEET_DATETIME;
		else if (id == 46)
			want = SHEET_DURATION;
		enum sheet_kind got = numfmt_kind(numfmt_builtin(id));
		if (got != want)
			printf("built-in %d: kind %d, want %d\n", id, (int)got, (int)want);
		CHECK(got == want);
	}
}

static void serial_is(double serial, enum sheet_kind k, bool date1904, const char *want,
	enum sheet_kind kind)
{
	char out[41] = "";
	size_t n = 0;
	CHECK(serial_text(serial, k, date1904, out, &n) == kind);
	CHECK(n < 40);
	out[n] = 0;
	CHECK_STR(out, want);
}

static void serials(void)
{
	serial_is(42.5, SHEET_NUMBER, false, "42.5", SHEET_NUMBER);
	serial_is(1, SHEET_DATE, false, "1900-01-01", SHEET_DATE);
	serial_is(59, SHEET_DATE, false, "1900-02-28", SHEET_DATE);
	serial_is(60, SHEET_DATE, false, "60", SHEET_NUMBER);
	serial_is(60.25, SHEET_DATETIME, false, "60.25", SHEET_NUMBER);
	serial_is(61, SHEET_DATE, false, "1900-03-01", SHEET_DATE);
	serial_is(25569, SHEET_DATE, false, "1970-01-01", SHEET_DATE);
	serial_is(45351, SHEET_DATE, false, "2024-02-29", SHEET_DATE);
	serial_is(2958465, SHEET_DATE, false, "9999-12-31", SHEET_DATE);
	serial_is(2958465.5, SHEET_DATETIME, false, "9999-12-31T12:00:00", SHEET_DATETIME);
	serial_is(2958465.9999999995, SHEET_DATETIME, false, "2958465.9999999995",
		SHEET_NUMBER);
	serial_is(2958466, SHEET_DATE, false, "2958466", SHEET_NUMBER);
	serial_is(-1, SHEET_DATE, false, "-1", SHEET_NUMBER);
	serial_is(-0.5, SHEET_DURATION, false, "-0.5", SHEET_NUMBER);
	serial_is(NAN, SHEET_DATE, false, "nan", SHEET_NUMBER);
	serial_is(1e300, SHEET_DATE, false, "1e+300", SHEET_NUMBER);
	serial_is(0, SHEET_DATE, false, "0", SHEET_NUMBER);
	/* a date with a time of day, whatever the format shows */
	serial_is(45351.545196759, SHEET_DATE, false, "2024-02-29T13:05:05", SHEET_DATETIME);
	serial_is(45351, SHEET_DATETIME, false, "2024-02-29T00:00:00", SHEET_DATETIME);
	serial_is(45351.25, SHEET_TIME, false, "2024-02-29T06:00:00", SHEET_DATETIME);
	/* rounding to milliseconds carries over */
	serial_is(45350.9999999999, SHEET_DATETIME, false, "2024-02-29T00:00:00", SHEET_DATETIME);
	serial_is(45350.9999999999, SHEET_DATE, false, "2024-02-29", SHEET_DATE);
	serial_is(42737.5104282407, SHEET_DATETIME, false, "2017-01-02T12:15:01", SHEET_DATETIME);
	/* times of day */
	serial_is(0, SHEET_TIME, false, "00:00:00", SHEET_TIME);
	serial_is(0.5, SHEET_TIME, false, "12:00:00", SHEET_TIME);
	serial_is(0.5, SHEET_DATE, false, "12:00:00", SHEET_TIME);
	serial_is(0.75, SHEET_DATETIME, false, "18:00:00", SHEET_TIME);
	serial_is(0.0000057870370370, SHEET_TIME, false, "00:00:00.500", SHEET_TIME);
	/* durations */
	serial_is(1.5, SHEET_DURATION, false, "36:00:00", SHEET_DURATION);
	serial_is(0.5, SHEET_DURATION, false, "12:00:00", SHEET_DURATION);
	serial_is(100.0000000001, SHEET_DURATION, false, "2400:00:00", SHEET_DURATION);
	/* days since 1904 */
	serial_is(0, SHEET_DATE, true, "1904-01-01", SHEET_DATE);
	serial_is(0.5, SHEET_DATETIME, true, "1904-01-01T12:00:00", SHEET_DATETIME);
	serial_is(0.5, SHEET_TIME, true, "12:00:00", SHEET_TIME);
	serial_is(60, SHEET_DATE, true, "1904-03-01", SHEET_DATE);
	serial_is(43889, SHEET_DATE, true, "2024-02-29", SHEET_DATE);
	serial_is(2957003, SHEET_DATE, true, "9999-12-31", SHEET_DATE);
	serial_is(2957004, SHEET_DATE, true, "2957004", SHEET_NUMBER);
}

int main(void)
{
	kinds();
	builtins();
	serials();
	return test_end();
}
