/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How numbers become text: rounding, grouping, tiny shares, what is absent, what is hostile. */
#include "report/report_int.h"
#include "test.h"

#define M "\xE2\x88\x92"           /* minus */
#define T "\xE2\x80\xAF"           /* narrow no-break space */
#define DASH "\xE2\x80\x93"

static struct buf out;

static const char *print(struct cell c)
{
	buf_clear(&out);
	cell_print(&out, &c);
	return buf_str(&out);
}

static const char *num(enum cell_class cls, double v)
{
	return print(cell_num(cls, v, NULL));
}

static void counts(void)
{
	CHECK_STR(num(CELL_COUNT, 0), "0");
	CHECK_STR(num(CELL_COUNT, -0.0), "0");
	CHECK_STR(num(CELL_COUNT, 7), "7");
	CHECK_STR(num(CELL_COUNT, 2007), "2007");            /* four digits stay whole: years */
	CHECK_STR(num(CELL_COUNT, 12345), "12" T "345");
	CHECK_STR(num(CELL_COUNT, 123456), "123" T "456");
	CHECK_STR(num(CELL_COUNT, 1234567), "1" T "234" T "567");
	CHECK_STR(num(CELL_COUNT, -12345), M "12" T "345");
	CHECK_STR(num(CELL_COUNT, 9007199254740992.0), "9" T "007" T "199" T "254" T "740" T "992");
}

static void percents(void)
{
	CHECK_STR(num(CELL_PERCENT, 0), "0" T "%");
	CHECK_STR(num(CELL_PERCENT, -0.0), "0" T "%");
	CHECK_STR(num(CELL_PERCENT, 1), "100" T "%");
	CHECK_STR(num(CELL_PERCENT, 0.5), "50.0" T "%");
	CHECK_STR(num(CELL_PERCENT, 0.123), "12.3" T "%");
	CHECK_STR(num(CELL_PERCENT, 0.0001), "<" T "0.1" T "%");
	CHECK_STR(num(CELL_PERCENT, 0.000499), "<" T "0.1" T "%");
	CHECK_STR(num(CELL_PERCENT, 0.00051), "0.1" T "%");
	CHECK_STR(num(CELL_PERCENT, 0.99999), ">" T "99.9" T "%");   /* nearly all is not all */
	CHECK_STR(num(CELL_PERCENT, 0.9994), "99.9" T "%");
	CHECK_STR(num(CELL_PERCENT, 1.5), "150.0" T "%");
	CHECK_STR(num(CELL_PERCENT, -0.032), M "3.2" T "%");
	CHECK_STR(num(CELL_PERCENT, -0.0001), ">" T M "0.1" T "%");
	CHECK_STR(num(CELL_PERCENT, 123.456), "12" T "345.6" T "%");
}

static void p_values(void)
{
	CHECK_STR(num(CELL_P_VALUE, 0), "<" T "0.001");
	CHECK_STR(num(CELL_P_VALUE, 1e-300), "<" T "0.001");
	CHECK_STR(num(CELL_P_VALUE, 0.000499), "<" T "0.001");
	CHECK_STR(num(CELL_P_VALUE, 0.0006), "0.001");
	CHECK_STR(num(CELL_P_VALUE, 0.034), "0.034");
	CHECK_STR(num(CELL_P_VALUE, 0.5), "0.500");
	CHECK_STR(num(CELL_P_VALUE, 1), ">" T "0.999");
}

static void correlations(void)
{
	CHECK_STR(num(CELL_CORRELATION, 0.87), "+0.87");
	CHECK_STR(num(CELL_CORRELATION, -0.87), M "0.87");
	CHECK_STR(num(CELL_CORRELATION, 1), "+1.00");
	CHECK_STR(num(CELL_CORRELATION, 0), "0.00");
	CHECK_STR(num(CELL_CORRELATION, -0.001), "0.00");    /* no sign without a digit */
	CHECK_STR(num(CELL_CORRELATION, 0.001), "0.00");
	CHECK_STR(num(CELL_CORRELATION, 0.005), "+0.01");    /* 0.005000000000000000104 */
	CHECK_STR(num(CELL_CORRELATION, 0.0055), "+0.01");
	CHECK_STR(num(CELL_ASSOCIATION, 0.876), "0.88");
	CHECK_STR(num(CELL_ASSOCIATION, -0.35), M "0.35");
	CHECK_STR(num(CELL_ASSOCIATION, 12), "12.00");
}

static void measures(void)
{
	CHECK_STR(num(CELL_MEASURE, 0), "0");
	CHECK_STR(num(CELL_MEASURE, -0.0), "0");
	CHECK_STR(num(CELL_MEASURE, 43.9219298246), "43.922");
	CHECK_STR(num(CELL_MEASURE, 44.45), "44.45");
	CHECK_STR(num(CELL_MEASURE, 3750), "3750");
	CHECK_STR(num(CELL_MEASURE, 0.1), "0.1");
	CHECK_STR(num(CELL_MEASURE, -0.00012345678), M "0.00012346");
	CHECK_STR(num(CELL_MEASURE, 15021.3), "15" T "021");
	CHECK_STR(num(CELL_MEASURE, 1234567.891), "1" T "234" T "568");  /* the whole part in full */
	CHECK_STR(num(CELL_MEASURE, 0.000099999), "9.9999e" M "5");
	CHECK_STR(num(CELL_MEASURE, 0.0001), "0.0001");
	CHECK_STR(num(CELL_MEASURE, 1.2e-7), "1.2e" M "7");
	CHECK_STR(num(CELL_MEASURE, 9.999999e-8), "1e" M "7");
	CHECK_STR(num(CELL_MEASURE, 1e15), "1e15");
	CHECK_STR(num(CELL_MEASURE, 999999999999999.0), "999" T "999" T "999" T "999" T "999");
	CHECK_STR(num(CELL_MEASURE, -6.02214076e23), M "6.0221e23");
	CHECK_STR(num(CELL_MEASURE, 1.7976931348623157e308), "1.7977e308");
	CHECK_STR(num(CELL_MEASURE, 4.9406564584124654e-324), "4.9407e" M "324");
	CHECK_STR(num(CELL_MEASURE, INFINITY), "\xE2\x88\x9E");
	CHECK_STR(num(CELL_MEASURE, -INFINITY), M "\xE2\x88\x9E");
}

static void scores(void)
{
	CHECK_STR(num(CELL_SCORE, 0), "0");
	CHECK_STR(num(CELL_SCORE, 1), "1");
	CHECK_STR(num(CELL_SCORE, 0.5), "0.5000");           /* equal digits, so that scores line up */
	CHECK_STR(num(CELL_SCORE, 0.98837), "0.9884");
	CHECK_STR(num(CELL_SCORE, 0.028794), "0.02879");
	CHECK_STR(num(CELL_SCORE, 301.617), "301.6");
	CHECK_STR(num(CELL_CHANGE, 0.026264), "0.026");
	CHECK_STR(num(CELL_CHANGE, 0.3), "0.30");
	CHECK_STR(num(CELL_CHANGE, 173.96), "174");
	CHECK_STR(num(CELL_SCORE, 12345.6), "12" T "346");
	CHECK_STR(num(CELL_SCORE, -6.27312), M "6.273");
}

static void bytes(void)
{
	CHECK_STR(num(CELL_BYTES, 0), "0" T "bytes");
	CHECK_STR(num(CELL_BYTES, 1), "1" T "byte");
	CHECK_STR(num(CELL_BYTES, 999), "999" T "bytes");
	CHECK_STR(num(CELL_BYTES, 1000), "1.0" T "kB");
	CHECK_STR(num(CELL_BYTES, 15241), "15.2" T "kB");
	CHECK_STR(num(CELL_BYTES, 999960), "1.0" T "MB");    /* never "1000.0 kB" */
	CHECK_STR(num(CELL_BYTES, 4.2e9), "4.2" T "GB");
	CHECK_STR(num(CELL_CLOCK, 0), "00:00");
	CHECK_STR(num(CELL_CLOCK, 47100), "13:05");
	CHECK_STR(num(CELL_CLOCK, 3661.4), "01:01:01");
	CHECK_STR(num(CELL_CLOCK, 86399.7), "24:00");        /* rounded, not wrapped */
	CHECK_STR(num(CELL_CLOCK, -60), M "0:01:00");        /* the fence of a box */
	CHECK_STR(num(CELL_CLOCK, 90000), "25:00:00");
	CHECK_STR(num(CELL_DURATION, 0), "0" T "s");
	CHECK_STR(num(CELL_DURATION, 12.5), "12.5" T "s");
	CHECK_STR(num(CELL_DURATION, 0.00123456), "0.001235" T "s");
	CHECK_STR(num(CELL_DURATION, 59.7), "0:01:00");
	CHECK_STR(num(CELL_DURATION, 5430), "1:30:30");
	CHECK_STR(num(CELL_DURATION, -5430), M "1:30:30");
	CHECK_STR(num(CELL_DURATION, 99000), "27:30:00");
	CHECK_STR(num(CELL_DURATION, 432000), "5" T "d");
	CHECK_STR(num(CELL_DURATION, 444600), "5" T "d" T "3:30");
	CHECK_STR(num(CELL_DURATION, 8.64e9), "100" T "000" T "d");
	CHECK_STR(num(CELL_BYTES, 5e18), "5000.0" T "PB");
}

static void absent(void)
{
	struct cell c = cell_num(CELL_MEASURE, NAN, NULL);
	CHECK_STR(print(c), DASH);
	c.text = "one value only";
	CHECK_STR(print(c), DASH " (one value only)");
	CHECK_STR(print((struct cell){ .cls = CELL_EMPTY }), DASH);
	CHECK_STR(print(cell_text(NULL)), DASH);
	CHECK_STR(print(cell_code(NULL)), DASH);
	c = cell_num(CELL_COUNT, 1234567, NULL);
	c.approx = true;
	CHECK_STR(print(c), "~1" T "234" T "567");
}

static void texts(void)
{
	CHECK_STR(print(cell_text("in words")), "in words");
	CHECK_STR(print(cell_text("")), "");
	CHECK_STR(print(cell_code("")), "\"\"");             /* an empty value can be seen */
	CHECK_STR(print(cell_code("two\nlines\tand \x1b[31m")), "two lines and \xEF\xBF\xBD[31m");
	CHECK_STR(print(cell_code("abc\xE2\x80\xAE" "cba")), "abc\xEF\xBF\xBD" "cba");   /* right-to-left override */
	CHECK_STR(print(cell_code("bad \xFF byte")), "bad \xEF\xBF\xBD byte");
	CHECK_STR(print(cell_code("no\xEF\xBF\xBE" "thing")), "no\xEF\xBF\xBD" "thing");   /* U+FFFE is no character */
	CHECK_STR(print((struct cell){ .cls = CELL_DATE, .text = "2024-02-29" }), "2024-02-29");

	char lengthy[400];
	memset(lengthy, 'x', sizeof lengthy - 1);
	lengthy[sizeof lengthy - 1] = '\0';
	print(cell_code(lengthy));
	CHECK(utf8_length(out.p, out.n) == 121);
	CHECK(strstr(buf_str(&out), "\xE2\x80\xA6") != NULL);
	CHECK(strlen(print(cell_text(lengthy))) == 399);     /* prose is never cut */
}

static void classes(void)
{
	CHECK_STR(cell_class_name(CELL_EMPTY), "empty");
	CHECK_STR(cell_class_name(CELL_P_VALUE), "p_value");
	CHECK_STR(cell_class_name(CELL_ASSOCIATION), "association");
	CHECK_STR(cell_class_name(CELL_BYTES), "bytes");
	CHECK_STR(cell_class_name(CELL_DURATION), "duration");
	struct cell date = { .cls = CELL_DATE, .text = "2024-02-29" }, count = cell_num(CELL_COUNT, 1, NULL);
	CHECK(!cell_is_number(&date) && cell_is_number(&count));
}

/* Of the blanks of a text, those at which no line ends, as a row of marks. */
static const char *ties(const char *text)
{
	static char marks[80];
	size_t n = 0;
	for (const char *at = strchr(text, ' '); at; at = strchr(at + 1, ' '))
		marks[n++] = blank_is_tied(text, at) ? 't' : '.';
	marks[n] = 0;
	return marks;
}

static void tied(void)
{
	CHECK_STR(ties("by chance (p = 0.024, n = 400)"), "..tt.tt");
	CHECK_STR(ties("p < 0.001 and p <\xe2\x80\xaf" "0.001"), "tt..t");
	CHECK_STR(ties("a 95 % interval"), ".t.");
	CHECK_STR(ties("r = \xe2\x88\x92" "0.3 or ~4"), "tt..");
	CHECK_STR(ties("a = b and x -> y % of"), "........");
	CHECK_STR(ties(" "), ".");
}

int main(void)
{
	counts();
	percents();
	p_values();
	correlations();
	measures();
	scores();
	bytes();
	absent();
	texts();
	classes();
	tied();
	buf_free(&out);
	return test_end();
}
