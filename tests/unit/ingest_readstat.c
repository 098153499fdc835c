/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SAS, SPSS and Stata: display formats, codes and labels, small files of each kind, damage. */
#include "ingest/statistics/readstat_int.h"

#include "conformance/feed_keep.h"
#include "unit/feed_dump.h"

#include <unistd.h>

#define DATA "tests/data/ingest/"

static char scratch[] = "/tmp/dossier-test-readstat-XXXXXX";

/* ---- display formats ----------------------------------------------------------------------- */

static const char *shown(enum stat_family family, const char *format, double v)
{
	static char text[STAT_TEXT];
	struct stat_format f = stat_format(family, format);
	text[stat_text(&f, v, false, text)] = 0;
	return text;
}

/* 2020-02-29 is day 21974 of SAS and Stata; seconds of SPSS count from 1582-10-14. */
static void formats(void)
{
	CHECK_STR(shown(STAT_SAS, "DATE9.", 21974), "2020-02-29");
	CHECK_STR(shown(STAT_SAS, "date", 0), "1960-01-01");
	CHECK_STR(shown(STAT_SAS, "YYMMDDN8", 21974.75), "2020-02-29");
	CHECK_STR(shown(STAT_SAS, "MMYY", -1), "1959-12-31");
	CHECK_STR(shown(STAT_SAS, "E8601DA10.", 21974), "2020-02-29");
	CHECK_STR(shown(STAT_SAS, "DATETIME20.", 1898600700), "2020-02-29T13:05:00");
	CHECK_STR(shown(STAT_SAS, "E8601DT26.6", 1898600700.25), "2020-02-29T13:05:00.250000");
	CHECK_STR(shown(STAT_SAS, "TIME8.", 100000), "27:46:40");
	CHECK_STR(shown(STAT_SAS, "TOD8.", 1898600700), "13:05:00");
	CHECK_STR(shown(STAT_SAS, "TIME8.", -61.5), "-00:01:01.500000");
	CHECK_STR(shown(STAT_SAS, "BEST12.", 21974), "21974");
	CHECK_STR(shown(STAT_SAS, "DATEISH", 21974), "21974");
	CHECK_STR(shown(STAT_SAS, "", 0.1), "0.1");
	CHECK(stat_format_known("BEST12.") && stat_format_known("$CHAR8.") && stat_format_known("$8.") &&
		stat_format_known("YYMMDD10.") && stat_format_known("") && !stat_format_known("$GENDER") &&
		!stat_format_known("WORKSHOP"));
	CHECK_STR(shown(STAT_SPSS, "EDATE10", 13802360700), "2020-02-29");
	CHECK_STR(shown(STAT_SPSS, "DATETIME20", 13802360700), "2020-02-29T13:05:00");
	CHECK_STR(shown(STAT_SPSS, "DATETIME23.2", 13802360700.09), "2020-02-29T13:05:00.090000");
	CHECK_STR(shown(STAT_SPSS, "DTIME", 360000), "100:00:00");
	CHECK_STR(shown(STAT_SPSS, "WKDAY9", 3), "3");
	CHECK_STR(shown(STAT_SPSS, "F8.2", 2.5), "2.5");
	CHECK_STR(shown(STAT_STATA, "%td", 21974), "2020-02-29");
	CHECK_STR(shown(STAT_STATA, "%-tdDD/NN/CCYY", 21974), "2020-02-29");
	CHECK_STR(shown(STAT_STATA, "%d", -1), "1959-12-31");
	CHECK_STR(shown(STAT_STATA, "%tc", 1898600700000), "2020-02-29T13:05:00");
	CHECK_STR(shown(STAT_STATA, "%tcHH:MM:SS", 1898600700000), "13:05:00");
	CHECK_STR(shown(STAT_STATA, "%tC", 1798848027000), "2017-01-01T00:00:00");   /* 27 leap seconds */
	CHECK_STR(shown(STAT_STATA, "%tC", 0), "1960-01-01T00:00:00");
	CHECK_STR(shown(STAT_STATA, "%tw", 0), "1960-01-01");
	CHECK_STR(shown(STAT_STATA, "%tw", -1), "1959-12-24");
	CHECK_STR(shown(STAT_STATA, "%tw", 52 * 60 + 1), "2020-01-08");
	CHECK_STR(shown(STAT_STATA, "%tm", 721), "2020-02-01");
	CHECK_STR(shown(STAT_STATA, "%tm", -1), "1959-12-01");
	CHECK_STR(shown(STAT_STATA, "%tq", 243), "2020-10-01");
	CHECK_STR(shown(STAT_STATA, "%th", 121), "2020-07-01");
	CHECK_STR(shown(STAT_STATA, "%ty", 2020), "2020-01-01");
	CHECK_STR(shown(STAT_STATA, "%tb", 5), "5");
	CHECK_STR(shown(STAT_STATA, "%9.0g", 1e300), "1e+300");
	CHECK_STR(shown(STAT_STATA, "%td", 1e15), "1e+15");
	CHECK_STR(shown(STAT_STATA, "%tw", 1e11), "100000000000");
	CHECK_STR(shown(STAT_SAS, "DATETIME", (double)INFINITY), "inf");
}

/* ---- codes --------------------------------------------------------------------------------- */

static struct stat_cell number(double v)
{
	return (struct stat_cell){ .number = v };
}

/* A column with labels for 1, 2 and .a and the missing codes -9 and 90 to 99. */
static struct stat_column coded(struct arena *a, const char *one, const char *two)
{
	static struct stat_range ranges[2];
	struct stat_labels *set = arena_calloc(a, 1, sizeof *set);
	struct stat_cell first = number(1), second = number(2), tagged = { .missing = true, .tag = 'a' };
	stat_labels_add(a, set, &second, two);
	stat_labels_add(a, set, &tagged, "not asked");
	stat_labels_add(a, set, &first, one);
	stat_labels_add(a, set, &first, one);
	stat_labels_sort(set);
	ranges[0] = (struct stat_range){ .lo = -9, .hi = -9 };
	ranges[1] = (struct stat_range){ .lo = 90, .hi = 99 };
	return (struct stat_column){ .name = "x", .labels = set, .ranges = ranges, .nranges = 2,
		.counts = arena_calloc(a, set->n, sizeof(int64_t)) };
}

static struct feed_column counted(struct arena *a, struct stat_column *c, const double *v, size_t n)
{
	struct stat_cell missing = { .missing = true }, tagged = { .missing = true, .tag = 'a' },
		other = { .missing = true, .tag = 'Z' };
	for (size_t i = 0; i < n; i++) {
		struct stat_cell x = number(v[i]);
		stat_count(c, &x);
	}
	stat_count(c, &missing);
	stat_count(c, &tagged);
	stat_count(c, &other);
	stat_decide(c);
	return stat_column(a, c);
}

static const char *codes_text(const struct feed_column *c)
{
	static struct buf b;
	buf_clear(&b);
	for (size_t i = 0; i < c->ncodes; i++)
		buf_printf(&b, "%s%s=%s%s%lld", i ? ", " : "", c->codes[i].code,
			c->codes[i].label ? c->codes[i].label : "-", c->codes[i].missing ? " missing " : " ",
			(long long)c->codes[i].count);
	return buf_str(&b);
}

static void codes(void)
{
	struct arena *a = arena_new();
	const double all[] = { 1, 2, 2, -9, 95, 96 }, some[] = { 1, 2, 3 };
	struct stat_column c = coded(a, "yes", "no");
	struct feed_column f = counted(a, &c, all, 6);
	CHECK(c.as_labels && f.native == NATIVE_TEXT);
	CHECK_STR(codes_text(&f), "1=yes 0, 2=no 0, .a=not asked missing 1, .Z=- missing 1, "
		"-9=- missing 1, 90 to 99=- missing 2");
	struct block b = { .bytes = arena_new() };
	struct stat_cell two = number(2), nine = number(-9), three = number(3);
	CHECK(str_eq(stat_value(&c, &two, &b), "no") && stat_value(&c, &nine, &b).n == 0);
	c = coded(a, "yes", "no");
	f = counted(a, &c, some, 3);
	CHECK(!c.as_labels && f.native == NATIVE_NONE);     /* 3 has no label */
	CHECK(str_eq(stat_value(&c, &three, &b), "3") && str_eq(stat_value(&c, &two, &b), "2"));
	c = coded(a, "same", "same");
	counted(a, &c, all, 6);
	CHECK(!c.as_labels);                               /* 1 and 2 would become one */
	c = coded(a, "same", "same");
	counted(a, &c, all, 1);
	CHECK(c.as_labels);                                /* 2 does not occur */
	c = coded(a, "yes", "no");
	f = counted(a, &c, NULL, 0);
	CHECK(!c.as_labels && f.native == NATIVE_NONE);
	struct stat_labels texts = { 0 };
	struct stat_cell broken = { .text = str_of("a\xff") };
	stat_labels_add(a, &texts, &broken, "broken");
	c = (struct stat_column){ .name = "x", .text = true, .labels = &texts,
		.counts = (int64_t[]){ 0 } };
	stat_count(&c, &broken);
	stat_decide(&c);
	f = stat_column(a, &c);
	CHECK(c.as_labels && f.native == NATIVE_TEXT);
	CHECK_STR(codes_text(&f), "a\xEF\xBF\xBD=broken 0");
	c = coded(a, "yes", "no");
	c.format = stat_format(STAT_SPSS, "TIME8");
	f = counted(a, &c, all, 2);
	CHECK(!c.as_labels && f.native == NATIVE_TIME);
	c.hi = 86400;
	CHECK(stat_column(a, &c).native == NATIVE_DURATION);
	arena_free(b.bytes);
	arena_free(a);
}

/* ---- files --------------------------------------------------------------------------------- */

static const struct ingest_options no_options;

static void read_rows(const struct format *f, const char *path, const char *want)
{
	struct feed_dump d;
	dump_feed(&d, f, &no_options, path);
	CHECK_STR(d.err.msg, "");
	CHECK_STR(buf_str(&d.rows), want);
	dump_free(&d);
}

static void files(void)
{
	const char *sample = "a|1.1|2018-05-06|2018-05-06T10:10:10|Male|low|10:10:10\n"
		"b|1.2|1880-05-06|1880-05-06T10:10:10|Female|medium|23:10:10\n"
		"c|-1000.3|1960-01-01|1960-01-01T00:00:00|Male|high|00:00:00\n"
		"d|-1.4|1583-01-01|1583-01-01T00:00:00|Female|low|16:10:10\n"
		"e|1000.3|||Male|low|\n";
	read_rows(&format_spss, DATA "spss_sample.zsav", sample);
	read_rows(&format_spss, DATA "spss_sample.por", sample);
	read_rows(&format_stata, DATA "stata_sample.dta", sample);
	read_rows(&format_sas, DATA "sas_sample.xpt", "a|1.1|2018-05-06|2018-05-06T10:10:10|1|1|10:10:10\n"
		"b|1.2|1880-05-06|1880-05-06T10:10:10|2|2|23:10:10\n"
		"c|-1000.3|1960-01-01|1960-01-01T00:00:00|1|3|00:00:00\n"
		"d|-1.4|1583-01-01|1583-01-01T00:00:00|2|1|16:10:10\n"
		"e|1000.3|||1|1|\n");
	read_rows(&format_sas, DATA "sas_dates.sas7bdat",
		"2015-02-02T14:42:12|2015-02-02|2015-02-02|2015-02-02|14:42:12\n"
		"2014-01-01T10:14:23|2014-01-01|2014-01-01|2014-01-01|10:14:23\n"
		"2015-01-15T06:15:22|2015-06-15|2015-06-15|2015-06-15|06:15:22\n"
		"1948-09-09T21:32:00|1948-09-16|1948-09-16|1948-09-16|21:32:00\n");
	read_rows(&format_stata, DATA "stata_tagged.dta", "1\n2\n3\n4\n5\n\n\n\n");
}

static void what_files_say(void)
{
	struct kept k;
	CHECK(kept_read(&k, &format_stata, &no_options, DATA "stata_tagged.dta"));
	CHECK(k.rows == 8 && k.columns[0].native == NATIVE_INTEGER);
	CHECK_STR(k.columns[0].stored, "long %9.0g");
	CHECK_STR(codes_text(&k.columns[0]), ".a=apple missing 1, .z=.zebra missing 1, .h=- missing 1");
	kept_free(&k);
	CHECK(kept_read(&k, &format_spss, &no_options, DATA "spss_missing.sav"));
	CHECK(k.rows == 7);
	CHECK_STR(k.columns[5].label, "ordinal");
	CHECK_STR(codes_text(&k.columns[1]), "2000 to 3000=- missing 1, -1=- missing 1");
	CHECK_STR(codes_text(&k.columns[5]), "-1=missing missing 1, 1=low 0, 2=medium 0, 3=high 0, "
		"-2=- missing 0, -3=- missing 1");
	CHECK_STR(k.columns[2].stored, "EDATE10");
	CHECK(k.columns[0].native == NATIVE_TEXT && k.columns[2].native == NATIVE_DATE &&
		k.columns[3].native == NATIVE_DATETIME && k.columns[6].native == NATIVE_TIME);
	kept_free(&k);
}

/* ---- damage -------------------------------------------------------------------------------- */

/* The first n bytes of a file. */
static const char *cut(const char *from, size_t n)
{
	static char path[200];
	struct buf b = { 0 };
	struct err e = { 0 };
	snprintf(path, sizeof path, "%s/cut", scratch);
	CHECK(file_read(from, 1 << 20, &b, &e) == 0 && file_write(path, b.p, n < b.n ? n : b.n, &e) == 0);
	buf_free(&b);
	return path;
}

static void refused(const struct format *f, const char *path, const char *want)
{
	struct feed_dump d;
	dump_feed(&d, f, &no_options, path);
	CHECK(d.status < 0 && d.err.code == ERR_INPUT);
	CHECK_STR(d.err.msg, want);
	dump_free(&d);
}

static const char *written(const void *p, size_t n)
{
	static char path[200];
	struct err e = { 0 };
	snprintf(path, sizeof path, "%s/made", scratch);
	CHECK(file_write(path, p, n, &e) == 0);
	return path;
}

static void damage(void)
{
	struct feed_dump d;
	dump_feed(&d, &format_spss, &no_options, cut(DATA "spss_sample.por", 1033));
	CHECK_STR(d.err.msg, "");
	CHECK_STR(buf_str(&d.findings), "truncated_input - 3 of -1 - -\n");
	CHECK(strncmp(buf_str(&d.rows), "a|1.1|", 6) == 0);
	dump_free(&d);
	dump_feed(&d, &format_sas, &no_options, cut(DATA "sas_sample.xpt", 1990));
	CHECK_STR(buf_str(&d.findings), "truncated_input - 4 of -1 - -\n");
	dump_free(&d);
	const char *ends = "it is cut off or damaged: it ends before its data do";
	refused(&format_spss, cut(DATA "spss_missing.sav", 700), ends);
	refused(&format_stata, cut(DATA "stata_sample.dta", 4000), ends);
	refused(&format_sas, cut(DATA "sas_dates.sas7bdat", 4000), ends);
	unsigned char catalog[64] = { [12] = 0xc2, 0xea, 0x81, 0x63, 0xb3, 0x14, 0x11, 0xcf, 0xbd, 0x92,
		8, 0, 9, 0xc7, 0x31, 0x8c, 0x18, 0x1f, 0x10, 0x11 };
	refused(&format_sas, written(catalog, sizeof catalog), "it is a SAS catalog (value labels), not a "
		"data set: give the .sas7bdat file that it belongs to");
	char locked[64] = "\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV";
	refused(&format_spss, written(locked, sizeof locked), "it is encrypted: save it without a password");
}

/* Found by fuzzing: a name that fills its field of 33 bytes has no end there. */
static void full_name(void)
{
	struct kept k;
	CHECK(kept_read(&k, &format_stata, &no_options, "tests/fuzz/corpus/readstat/full_name.dta"));
	CHECK_STR(kept_cell(&k, 0, 0), "2015-11-02");
	kept_free(&k);
}

static void encodings(void)
{
	struct feed_dump d;
	const struct ingest_options unknown = { .encoding = "no-such-page" };
	dump_feed(&d, &format_spss, &unknown, DATA "spss_missing.sav");
	CHECK_STR(d.err.msg, "its encoding is not known here: give one as 'encoding'");
	dump_free(&d);
	const struct ingest_options told = { .encoding = "WINDOWS-1250" };
	dump_feed(&d, &format_spss, &told, DATA "spss_missing.sav");
	CHECK_STR(d.err.msg, "");
	dump_free(&d);
}

static int enough(void *ctx, const struct feed *f, const struct block *b, struct err *e)
{
	(void)ctx;
	(void)f;
	(void)b;
	return err_set(e, ERR_CANCELLED, "enough");
}

/* Whoever listens stops: the library is in the middle of its file, and must end. */
static void stops(void)
{
	const struct feed_out out = { .rows = enough };
	struct err e = { 0 };
	CHECK(feed_run_here(&format_spss, &no_options, DATA "spss_missing.sav", &out, &e) < 0);
	CHECK_STR(e.msg, "enough");
}

static void detection(void)
{
	static const struct {
		const char *file;
		const struct format *format;
	} v[] = { { "spss_missing.sav", &format_spss }, { "spss_sample.zsav", &format_spss },
		{ "spss_sample.por", &format_spss }, { "stata_tagged.dta", &format_stata },
		{ "sas_sample.xpt", &format_sas }, { "sas_dates.sas7bdat", &format_sas },
		{ "xls_mtcars.xls", NULL } };
	static const struct format *const formats[] = { &format_sas, &format_spss, &format_stata };
	for (size_t i = 0; i < COUNTOF(v); i++) {
		char path[200];
		struct buf b = { 0 };
		snprintf(path, sizeof path, DATA "%s", v[i].file);
		CHECK(file_read(path, 1 << 20, &b, NULL) == 0);
		for (size_t f = 0; f < COUNTOF(formats); f++)
			for (size_t n = 0; n <= b.n; n = n ? n * 4 : 1) {
				enum detected was = formats[f]->detect((struct str){ b.p, n }, path);
				CHECK(was == DETECT_NO || (was == DETECT_YES && formats[f] == v[i].format));
			}
		for (size_t f = 0; f < COUNTOF(formats); f++)
			CHECK((formats[f]->detect((struct str){ b.p, b.n }, path) == DETECT_YES) ==
				(formats[f] == v[i].format));
		buf_free(&b);
	}
	CHECK(format_stata.detect(str_of("hello, world"), NULL) == DETECT_NO);
}

int main(void)
{
	CHECK(mkdtemp(scratch) != NULL);
	formats();
	codes();
	files();
	what_files_say();
	damage();
	full_name();
	encodings();
	stops();
	detection();
	file_remove_tree(scratch, NULL);
	return test_end();
}
