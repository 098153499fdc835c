/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Access: values from bytes, texts, and databases of several versions. */
#include "ingest/database/access_int.h"

#include "conformance/feed_keep.h"
#include "unit/feed_dump.h"

#include <unistd.h>

#define DATA "tests/data/ingest/"

static char scratch[] = "/tmp/dossier-test-access-XXXXXX";

/* ---- values -------------------------------------------------------------------------------- */

/* A value of n bytes; NULL when it is damaged. */
static const char *value(struct access_column c, const void *p, size_t n)
{
	static struct buf out;
	struct access_text t = { 0 };
	buf_clear(&out);
	return access_put(&t, &c, (struct str){ p, n }, &out) ? buf_str(&out) : NULL;
}

#define VALUE(t, ...) value((struct access_column){ .type = (t) }, (const unsigned char[]){ __VA_ARGS__ }, \
	sizeof (const unsigned char[]){ __VA_ARGS__ })

static const char *date(double v, enum access_dates kind)
{
	return value((struct access_column){ .type = ACCESS_DATETIME, .kind = kind }, &v, sizeof v);
}

static void numbers(void)
{
	double d = 444.555;
	float f = 0.1f;
	CHECK_STR(VALUE(ACCESS_BYTE, 200), "200");
	CHECK_STR(VALUE(ACCESS_INTEGER, 0xff, 0xff), "-1");
	CHECK_STR(VALUE(ACCESS_LONG, 0, 0, 0, 0x80), "-2147483648");
	CHECK_STR(VALUE(ACCESS_BIGINT, 1, 0, 0, 0, 0, 0, 0, 0x80), "-9223372036854775807");
	CHECK_STR(VALUE(ACCESS_BIGINT, 0, 0, 0, 0, 0, 0, 0, 0x80), "-9223372036854775808");
	CHECK_STR(value((struct access_column){ .type = ACCESS_DOUBLE }, &d, 8), "444.555");
	CHECK_STR(value((struct access_column){ .type = ACCESS_SINGLE }, &f, 4), "0.1");
	CHECK_STR(VALUE(ACCESS_MONEY, 0, 0xe4, 0x0b, 0x54, 2, 0, 0, 0), "1000000");
	CHECK_STR(VALUE(ACCESS_MONEY, 0xf0, 0xd8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), "-1");
	CHECK_STR(VALUE(ACCESS_MONEY, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), "-0.0001");
	CHECK_STR(VALUE(ACCESS_MONEY, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f),
		"922337203685477.5807");
	CHECK_STR(VALUE(ACCESS_BOOLEAN, 0xff), "true");
	CHECK_STR(VALUE(ACCESS_BINARY, 1, 0xab), "0x01ab");
	CHECK_STR(VALUE(ACCESS_OLE, 0x10, 0x27, 0, 0x40, 1, 1, 0, 0, 0, 0, 0, 0), "10000");
	CHECK_STR(VALUE(ACCESS_GUID, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16),
		"{04030201-0605-0807-090A-0B0C0D0E0F10}");
	const unsigned char fraction[17] = { [13] = 0x08, 0xe6, 0xff, 0x02 };
	const unsigned char negative[17] = { 0x80, [9] = 1, [13] = 1 };
	struct access_column c = { .type = ACCESS_NUMERIC, .scale = 6 };
	CHECK_STR(value(c, fraction, 17), "50.325");
	c.scale = 0;
	CHECK_STR(value(c, negative, 17), "-4294967297");
	CHECK(!value(c, fraction, 16));                   /* the form of formulas only */
	CHECK(!VALUE(ACCESS_LONG, 1, 2, 3) && !VALUE(ACCESS_GUID, 1) && !VALUE(ACCESS_COMPLEX, 1, 0, 0, 0));
	d = (double)NAN;
	CHECK(!value((struct access_column){ .type = ACCESS_DOUBLE }, &d, 8));
}

/* OLE Automation: day 0 is 1899-12-30, and times count upwards before it, too. */
static void dates(void)
{
	CHECK_STR(date(0, ACCESS_DAYS), "1899-12-30");
	CHECK_STR(date(43890, ACCESS_DAYS), "2020-02-29");
	CHECK_STR(date(-657434, ACCESS_DAYS), "0100-01-01");
	CHECK_STR(date(2958465, ACCESS_DAYS), "9999-12-31");
	CHECK_STR(date(0.75, ACCESS_TIMES), "18:00:00");
	CHECK_STR(date(5.25, ACCESS_BOTH), "1900-01-04T06:00:00");
	CHECK_STR(date(-5.25, ACCESS_BOTH), "1899-12-25T06:00:00");
	CHECK_STR(date(43890 + 86399.9999 / 86400, ACCESS_BOTH), "2020-03-01T00:00:00");
	CHECK_STR(date(43890 + 45.123 / 86400, ACCESS_BOTH), "2020-02-29T00:00:45.123000");
	CHECK(!date(2958466, ACCESS_DAYS) && !date(-657435, ACCESS_DAYS) &&
		!date((double)NAN, ACCESS_BOTH) && !date(1e300, ACCESS_BOTH));
	struct access_column c = { .type = ACCESS_DATETIME_EXT, .kind = ACCESS_BOTH };
	const char *text = "0000000000000737954:0000000819123456789:7";
	CHECK_STR(value(c, text, 42), "2021-06-14T22:45:12.345678");
	CHECK(!value(c, "0000000000000737954:0000000864000000000:7", 42));
	CHECK(!value(c, "-000000000000737954:0000000819123456789:7", 42));
	CHECK(!value(c, "0000000000003652059:0000000000000000000:7", 42));
	CHECK(!value(c, text, 40));
	bool day, time;
	double noon = 0.5;
	c.type = ACCESS_DATETIME;
	CHECK(access_date(&c, (struct str){ (const char *)&noon, 8 }, &day, &time) && !day && time);
	CHECK(!access_date(&c, (struct str){ (const char *)&noon, 7 }, &day, &time));
}

static const char *text(const char *bytes, size_t n)
{
	static struct buf out;
	struct access_text t = { 0 };
	buf_clear(&out);
	access_text_put(&t, (struct str){ bytes, n }, &out);
	return buf_str(&out);
}

static void texts(void)
{
	CHECK_STR(text("B\0r\0", 4), "Br");
	CHECK_STR(text("\xff\xfe" "Bruce", 7), "Bruce");
	CHECK_STR(text("\xff\xfe" "a\0\x3d\xd8\x01\xde\0z", 10), "a\xF0\x9F\x98\x81z");   /* U+1F601 */
	CHECK_STR(text("\xff\xfe" "a\0\x2c\x67", 6), "a\xE6\x9C\xAC");                   /* U+672C */
	CHECK_STR(text("\x3d\xd8" "a\0", 4), "\xEF\xBF\xBD" "a");      /* half a character */
	CHECK_STR(text("\x00\xde" "a\0", 4), "\xEF\xBF\xBD" "a");
	CHECK_STR(text("\x3d\xd8", 2), "\xEF\xBF\xBD");
	CHECK_STR(text("a\0b", 3), "a");
	CHECK_STR(text("", 0), "");
	struct arena *a = arena_new();
	struct access_text t;
	struct buf out = { 0 };
	CHECK(access_text_open(a, 1252, NULL, &t));
	access_text_put(&t, str_of("Stra\xdf" "e \x80\x81."), &out);   /* 0x81 is not assigned */
	CHECK_STR(buf_str(&out), "Straße €\xEF\xBF\xBD.");
	buf_clear(&out);
	CHECK(access_text_open(a, 1252, "CP1251", &t));
	access_text_put(&t, str_of("\xcc\xe8\xf0"), &out);
	CHECK_STR(buf_str(&out), "Мир");
	CHECK(!access_text_open(a, 4711, NULL, &t));
	buf_free(&out);
	arena_free(a);
}

static void wrapped(void)
{
	const char *s = "0123456789abcdef\x03\0\0\0xyz\0\0\0";
	CHECK(str_eq(access_unwrap((struct str){ s, 26 }), "xyz"));
	CHECK(str_eq(access_unwrap((struct str){ s, 22 }), "xy"));
	CHECK(access_unwrap((struct str){ s, 20 }).n == 0 && access_unwrap((struct str){ s, 19 }).n == 0);
}

/* ---- databases ----------------------------------------------------------------------------- */

/* Unpacks a file of tests/data; at most n bytes of it. */
static const char *unpacked(const char *name, size_t n)
{
	static char path[200], from[200];
	static char bytes[1 << 20];
	struct err e = { 0 };
	snprintf(from, sizeof from, DATA "%s.gz", name);
	snprintf(path, sizeof path, "%s/%s", scratch, name);
	gzFile f = gzopen(from, "rb");
	int got = f ? gzread(f, bytes, sizeof bytes) : -1;
	if (f)
		gzclose(f);
	CHECK(got > 0 && (size_t)got < sizeof bytes);
	CHECK(file_write(path, bytes, got < 0 ? 0 : (size_t)got < n ? (size_t)got : n, &e) == 0);
	return path;
}

static void dump(struct feed_dump *d, const char *path, const char *table)
{
	const struct ingest_options o = { .relation = table };
	dump_feed(d, &format_access, &o, path);
}

static void access_97(void)
{
	struct feed_dump d;
	const char *path = unpacked("access_97.mdb", SIZE_MAX);
	dump(&d, path, NULL);
	CHECK_STR(d.err.msg, "");
	CHECK_STR(buf_str(&d.tables), "Table1 2x9 chosen\nTable2 0x89\nTable3 0x2\nTable4 0x2\n");
	CHECK_STR(buf_str(&d.findings), "other_tables - 3 of -1 Table2, Table3, Table4 Table1\n");
	CHECK_STR(buf_str(&d.facts), "version: Access 97\nencoding of the texts: code page 1252\n");
	CHECK_STR(buf_str(&d.rows), "a|b|0|0|0|0|1981-12-12|0|false\n"
		"abcdefg|hijklmnop|2|222|333333333|444.555|1974-09-21|3.5|true\n");
	dump_free(&d);
	dump(&d, path, "table3");
	CHECK(d.status == 0 && strstr(buf_str(&d.tables), "Table3 0x2 chosen"));
	dump_free(&d);
	dump(&d, path, "Tabel3");
	CHECK(d.status < 0 && d.err.code == ERR_USAGE);
	CHECK_STR(d.err.msg, "there is no table 'Tabel3' (did you mean 'Table3'?)");
	dump_free(&d);
}

/* Jackcess's own test states the results of these formulas. */
static void formulas(void)
{
	struct kept k;
	struct feed_dump d;
	const struct ingest_options o = { 0 };
	const char *path = unpacked("access_calc.accdb", SIZE_MAX);
	CHECK(kept_read(&k, &format_access, &o, path) && k.rows == 4 && k.ncols == 17);
	static const char *const want[][2] = { { "LastFirst", "Wayne, Bruce" }, { "LastFirstLen", "12" },
		{ "Salary", "1000000" }, { "MonthlySalary", "83333.3333" }, { "IsRich", "true" },
		{ "AllNames", "Wayne, Bruce=Wayne, Bruce" }, { "WeeklySalary", "19230.7692307692" },
		{ "SalaryTest", "1000000" }, { "BoolTest", "true" }, { "Popularity", "50.325" },
		{ "DecimalTest", "50.325" }, { "FloatTest", "2583.2092" },
		{ "BigNumTest", "56505085819.42479129657228018" } };
	for (size_t i = 0; i < COUNTOF(want); i++)
		CHECK_STR(kept_cell(&k, 0, kept_column(&k, want[i][0])), want[i][1]);
	CHECK_STR(kept_cell(&k, 1, kept_column(&k, "MonthlySalary")), "-0.0833");
	CHECK_STR(kept_cell(&k, 1, kept_column(&k, "IsRich")), "false");
	int c = kept_column(&k, "MonthlySalary");
	CHECK(k.columns[c].native == NATIVE_REAL);
	CHECK_STR(k.columns[c].stored, "Currency, calculated");
	kept_free(&k);
	dump(&d, path, NULL);
	CHECK_STR(buf_str(&d.findings), "row_count_differs - 4 of 3 - -\n");
	dump_free(&d);
}

/* The text beside each extended date says what it must be, to the second. */
static void extended_dates(void)
{
	struct kept k;
	const struct ingest_options o = { 0 };
	CHECK(kept_read(&k, &format_access, &o, unpacked("access_ext.accdb", SIZE_MAX)));
	int ext = kept_column(&k, "DateExt"), normal = kept_column(&k, "DateNormal");
	int formula = kept_column(&k, "DateNormalCalc"), said = kept_column(&k, "DateExtStr");
	CHECK(k.rows == 9 && ext >= 0 && k.columns[ext].native == NATIVE_DATETIME);
	for (int64_t r = 0; r < k.rows; r++) {
		int y = 0, m = 0, d = 0, h = 0, min = 0, s = 0;
		char half = 0, text[64] = "";
		int n = sscanf(kept_cell(&k, r, said), "%d/%d/%d %d:%d:%d%*[.0-9] %c", &m, &d, &y, &h,
			&min, &s, &half);
		h += half == 'P' && h < 12 ? 12 : half == 'A' && h == 12 ? -12 : 0;
		if (n >= 3)
			snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d", y, m, d, h, min, s);
		CHECK(strncmp(kept_cell(&k, r, ext), text, n >= 3 ? strlen(text) : 1) == 0);
		CHECK(strncmp(kept_cell(&k, r, normal), text, strlen(text)) == 0);
		CHECK_STR(kept_cell(&k, r, formula), kept_cell(&k, r, normal));
	}
	kept_free(&k);
}

/* The first column is the character between the two letters of the second. */
static void emoticons(void)
{
	struct kept k;
	const struct ingest_options o = { 0 };
	CHECK(kept_read(&k, &format_access, &o, unpacked("access_emoticons.accdb", SIZE_MAX)));
	CHECK(k.rows == 80);
	for (int64_t r = 0; r < k.rows; r++) {
		struct buf want = { 0 };
		buf_putc(&want, 'a');
		utf8_put(&want, (uint32_t)atol(kept_cell(&k, r, 0)));
		buf_putc(&want, 'a');
		CHECK_STR(kept_cell(&k, r, 1), buf_str(&want));
		buf_free(&want);
	}
	kept_free(&k);
}

static void refused(const char *path, const char *want)
{
	struct feed_dump d;
	dump(&d, path, NULL);
	CHECK(d.status < 0 && d.err.code == ERR_INPUT);
	CHECK_STR(d.err.msg, want);
	dump_free(&d);
}

static void damage(void)
{
	refused(unpacked("access_97.mdb", 3000), "its list of tables can't be read: damaged, or encrypted "
		"with a password");
	char future[8192] = "\0\1\0\0Standard ACE DB\0\x63", path[200];
	struct err e = { 0 };
	snprintf(path, sizeof path, "%s/future", scratch);
	CHECK(file_write(path, future, sizeof future, &e) == 0);
	refused(path, "it is no Access database that can be read: damaged, or of an unknown version");
	char head[64] = "\0\1\0\0Standard ACE DB";
	CHECK(format_access.detect((struct str){ head, sizeof head }, NULL) == DETECT_YES);
	CHECK(format_access.detect((struct str){ head, 15 }, NULL) == DETECT_NO);
	CHECK(format_access.detect(str_of("id,name\n1,Standard Jet DB\n"), NULL) == DETECT_NO);
}

int main(void)
{
	CHECK(mkdtemp(scratch) != NULL);
	numbers();
	dates();
	texts();
	wrapped();
	access_97();
	formulas();
	extended_dates();
	emoticons();
	damage();
	file_remove_tree(scratch, NULL);
	return test_end();
}
