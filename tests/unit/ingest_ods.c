/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenDocument spreadsheets made here: every kind of cell, repetition, tables and what must be
 * refused. */
#include "ingest/sheet/ods_int.h"
#include "ingest/sheet/sheet_int.h"
#include "feed_dump.h"
#include "zip_make.h"

#define TYPE "application/vnd.oasis.opendocument.spreadsheet"
#define CONTENT(tables) "<?xml version='1.0' encoding='UTF-8'?><office:document-content>" \
	"<office:automatic-styles><style:style style:name='ta1'><style:table-properties " \
	"table:display='true'/></style:style><style:style style:name='ta2'><style:table-properties " \
	"table:display='false'/></style:style></office:automatic-styles>" \
	"<office:body><office:spreadsheet>" tables "</office:spreadsheet></office:body>" \
	"</office:document-content>"
#define TABLE(name, rows) "<table:table table:name='" name "'>" rows "</table:table>"
#define ROW(cells) "<table:table-row>" cells "</table:table-row>"
#define TEXT(s) "<table:table-cell office:value-type='string'><text:p>" s "</text:p></table:table-cell>"
#define NUMBER(s) "<table:table-cell office:value-type='float' office:value='" s "'><text:p>x</text:p>" \
	"</table:table-cell>"

static char *make(const char *content)
{
	const struct zip_entry v[] = { { "mimetype", TYPE, 0 }, { "content.xml", content, 0 },
		{ NULL, NULL, 0 } };
	return zip_make("t.ods", v);
}

static const struct feed_limits limits = { .expanded = 1 << 30, .allocation = 8 << 20,
	.ratio = 1000, .depth = 100 };

/* Cells of all tables, a line a row; a table begins with its name. */
static void dump_book(struct buf *out, const char *path)
{
	static const char *const kinds[] = { "", "t", "n", "d", "dt", "ti", "du", "b", "e" };
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct ods *o = ods_open(a, path, limits, &e);
	for (size_t k = 0; o && k < o->nsheets; k++) {
		struct ods_rows *r = ods_rows_open(o, (int64_t)k, &e);
		struct sheet_row row;
		int got = -1;
		buf_printf(out, "%s\n", o->sheets[k].name);
		while (r && (got = r->sheet.row(&r->sheet, &row, &e)) > 0) {
			buf_printf(out, "%lld:", (long long)row.number);
			for (int i = 0; i < row.n; i++) {
				const struct sheet_cell *c = &row.cells[i];
				buf_puts(out, c->formula ? " =" : " ");
				buf_put(out, c->text.p, c->text.n);
				buf_printf(out, "%s%s", *kinds[c->kind] ? "/" : "", kinds[c->kind]);
			}
			buf_putc(out, '\n');
		}
		if (got < 0)
			buf_printf(out, "error: %s\n", e.msg);
	}
	if (!o)
		buf_printf(out, "error: %s\n", e.msg);
	arena_free(a);
}

static void cells_are(const char *content, const char *want)
{
	struct buf got = { 0 };
	char *path = make(content);
	dump_book(&got, path);
	CHECK_STR(buf_str(&got), want);
	buf_free(&got);
	free(path);
}

static void kinds(void)
{
	cells_are(CONTENT(TABLE("A", ROW(NUMBER("1.50") NUMBER("1e3") TEXT("a &lt; b")
		"<table:table-cell office:value-type='percentage' office:value='0.5'/>"
		"<table:table-cell office:value-type='currency' office:currency='EUR' office:value='2'/>"
		"<table:table-cell office:value-type='boolean' office:boolean-value='true'/>"
		"<table:table-cell office:value-type='date' office:date-value='2024-02-29'/>"
		"<table:table-cell office:value-type='date' office:date-value='2024-02-29T10:00:00.5'/>"
		"<table:table-cell office:value-type='time' office:time-value='PT10H10M10.123456S'/>"
		"<table:table-cell office:value-type='time' office:time-value='PT36H00M00S'/>"
		"<table:table-cell office:value-type='string' office:string-value='' "
		"calcext:value-type='error' table:formula='of:=1/0'><text:p>#DIV/0!</text:p></table:table-cell>"
		"<table:table-cell table:formula='of:=A1'/>"))),
		"A\n1: 1.5/n 1000/n a < b/t 0.5/n 2/n true/b 2024-02-29/d 2024-02-29T10:00:00.500/dt "
		"10:10:10.123456/ti 36:00:00/du =#DIV/0!/e =\n");
	/* texts: paragraphs, blanks, parts; not those of notes and pictures */
	cells_are(CONTENT(TABLE("A", ROW(
		"<table:table-cell office:value-type='string'><office:annotation><text:p>note</text:p>"
		"</office:annotation><text:p>one<text:s text:c='2'/>two<text:tab/>x</text:p>\n"
		"<text:p>thr<text:span>e<text:span>e</text:span></text:span><text:line-break/>"
		"<text:a>link</text:a></text:p><draw:frame><draw:text-box><text:p>no</text:p></draw:text-box>"
		"</draw:frame></table:table-cell>"
		"<table:table-cell office:value-type='string' office:string-value='true one'><text:p>shown</text:p>"
		"</table:table-cell><table:table-cell><text:p>typeless</text:p></table:table-cell>"))),
		"A\n1: one  two\tx\nthree\nlink/t true one/t typeless/t\n");
}

static void repetition(void)
{
	cells_are(CONTENT(TABLE("A",
		"<table:table-row table:number-rows-repeated='3'><table:table-cell/></table:table-row>"
		"<table:table-row table:number-rows-repeated='2'><table:table-cell "
		"table:number-columns-repeated='2'/><table:table-cell table:number-columns-repeated='3' "
		"office:value-type='float' office:value='7'/><table:covered-table-cell "
		"table:number-columns-repeated='16000'/></table:table-row>"
		"<table:table-row table:number-rows-repeated='1048000'><table:table-cell "
		"table:number-columns-repeated='16384'/></table:table-row>" ROW(NUMBER("1")))),
		"A\n4:   7/n 7/n 7/n\n5:   7/n 7/n 7/n\n1048006: 1/n\n");
	/* a row never ends behind the last column */
	struct buf want = { 0 };
	buf_puts(&want, "A\n1:");
	for (int i = 0; i < ODS_COLUMNS; i++)
		buf_puts(&want, " 1/n");
	buf_putc(&want, '\n');
	cells_are(CONTENT(TABLE("A", ROW("<table:table-cell table:number-columns-repeated='99999' "
		"office:value-type='float' office:value='1'/>" NUMBER("2")))), buf_str(&want));
	buf_free(&want);
	cells_are(CONTENT(TABLE("A", "<table:table-row table:number-rows-repeated='1048576'><table:table-cell "
		"table:number-columns-repeated='16384' office:value-type='float' office:value='1'/>"
		"</table:table-row>")),
		"error: 'content.xml': line 1: more than 16 million cells by repetition: not safe to read\n");
}

static void tables(void)
{
	/* tables within others and in links are not theirs */
	const char *content = CONTENT("<table:tracked-changes><table:table-cell-content-deletion>"
		"<table:change-track-table-cell office:value-type='float' office:value='5'/>"
		"</table:table-cell-content-deletion></table:tracked-changes>"
		TABLE("Empty", "") "<table:table table:name='Secret' table:style-name='ta2'>"
		ROW(NUMBER("1") NUMBER("2")) ROW(NUMBER("3") NUMBER("4")) "</table:table>"
		TABLE("Data", "<table:shapes><draw:frame><text:p>x</text:p></draw:frame></table:shapes>"
		"<table:table-header-rows>" ROW(TEXT("name") TEXT("n")) "</table:table-header-rows>"
		ROW(TEXT("a") NUMBER("1")) ROW(TEXT("b") NUMBER("2")))
		TABLE("Last", ROW(NUMBER("1") NUMBER("2")) ROW(NUMBER("3") NUMBER("4")))
		"<table:dde-links><table:dde-link>" TABLE("D", ROW(NUMBER("9"))) "</table:dde-link></table:dde-links>");
	cells_are(content, "Empty\nSecret\n1: 1/n 2/n\n2: 3/n 4/n\nData\n1: name/t n/t\n2: a/t 1/n\n"
		"3: b/t 2/n\nLast\n1: 1/n 2/n\n2: 3/n 4/n\n");
	struct feed_dump d;
	char *path = make(content);
	const struct ingest_options o = { 0 }, last = { .sheet = "4" };
	dump_feed(&d, &format_ods, &o, path);
	CHECK_STR(d.err.msg, "");
	CHECK_STR(buf_str(&d.tables), "Empty 0x0\nSecret 2x2 hidden\nData 3x2 chosen\nLast 2x2\n");
	CHECK_STR(buf_str(&d.columns), "name|n");
	CHECK_STR(buf_str(&d.rows), "a|1\nb|2\n");
	CHECK_STR(buf_str(&d.findings), "other_tables - 1 of -1 Last Data\n");
	dump_free(&d);
	dump_feed(&d, &format_ods, &last, path);
	CHECK_STR(buf_str(&d.rows), "1|2\n3|4\n");
	dump_free(&d);
	free(path);
}

static void flat(void)
{
	static const char text[] = "<?xml version='1.0'?><office:document office:mimetype='" TYPE "'>"
		"<office:body><office:spreadsheet>" TABLE("A", ROW(TEXT("n")) ROW(NUMBER("1")))
		"</office:spreadsheet></office:body></office:document>";
	struct feed_dump d;
	const struct ingest_options o = { 0 };
	char *path = file_make("flat.fods", text, sizeof text - 1);
	CHECK(format_ods.detect((struct str){ text, sizeof text - 1 }, path) == DETECT_YES);
	dump_feed(&d, &format_ods, &o, path);
	CHECK_STR(buf_str(&d.rows), "1\n");
	dump_free(&d);
	free(path);
}

static void refused(char *path, const char *why)
{
	struct feed_dump d;
	const struct ingest_options o = { 0 };
	dump_feed(&d, &format_ods, &o, path);
	CHECK(d.status == -1 && d.err.code == ERR_INPUT);
	if (!strstr(d.err.msg, why))
		printf("got '%s', want '%s'\n", d.err.msg, why);
	CHECK(strstr(d.err.msg, why) != NULL);
	dump_free(&d);
	free(path);
}

static void refusals(void)
{
	const struct zip_entry locked[] = { { "mimetype", TYPE, 0 }, { "content.xml", "\1\2\3", 0 },
		{ "META-INF/manifest.xml", "<manifest:manifest><manifest:file-entry>"
			"<manifest:encryption-data/></manifest:file-entry></manifest:manifest>", 0 },
		{ NULL, NULL, 0 } };
	const struct zip_entry none[] = { { "mimetype", TYPE, 0 }, { NULL, NULL, 0 } };
	refused(zip_make("a.ods", locked), "encrypted: save it without a password");
	refused(zip_make("b.ods", none), "holds no spreadsheet");
	refused(make("<office:document-content/>"), "no spreadsheet");
	refused(make(CONTENT(TABLE("A", ""))), "no sheet of the workbook holds any cells");
	refused(make("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>"), "declares the entity 'a'");
	refused(make("<a><b></a>"), "'content.xml' is damaged: line 1: mismatched tag");
	refused(file_make("c.ods", "PK\3\4nothing", 11), "no zip archive");
	struct buf deep = { 0 };
	for (int i = 0; i < 500; i++)
		buf_puts(&deep, "<a>");
	refused(make(buf_str(&deep)), "nested more than 256 deep");
	buf_free(&deep);
}

static void iso_is(const char *s, const char *want, enum sheet_kind kind)
{
	char out[41] = "";
	size_t n = 0;
	CHECK(iso_text(str_of(s), out, &n) == kind);
	if (kind == SHEET_TEXT)
		return;
	out[n] = 0;
	CHECK_STR(out, want);
}

static void iso(void)
{
	iso_is("2024-02-29", "2024-02-29", SHEET_DATE);
	iso_is("2023-02-29", "", SHEET_TEXT);
	iso_is("0000-01-01", "0000-01-01", SHEET_DATE);
	iso_is("2024-02-29T13:05", "2024-02-29T13:05:00", SHEET_DATETIME);
	iso_is("2024-02-29 13:05:09.25Z", "2024-02-29T13:05:09.250Z", SHEET_DATETIME);
	iso_is("2024-02-29T13:05:09+02:00", "2024-02-29T13:05:09+02:00", SHEET_DATETIME);
	iso_is("2024-02-29T25:00:00", "", SHEET_TEXT);
	iso_is("2024-02-29x", "", SHEET_TEXT);
	iso_is("13:05:09.000001", "13:05:09.000001", SHEET_TIME);
	iso_is("13:60", "", SHEET_TEXT);
	iso_is("PT0S", "00:00:00", SHEET_TIME);
	iso_is("P1DT1H", "25:00:00", SHEET_DURATION);
	iso_is("PT90M", "01:30:00", SHEET_TIME);
	iso_is("PT1.5S", "00:00:01.500", SHEET_TIME);
	iso_is("PT1.5H", "", SHEET_TEXT);
	iso_is("P1Y", "", SHEET_TEXT);
	iso_is("P", "", SHEET_TEXT);
	iso_is("PT", "", SHEET_TEXT);
	iso_is("-PT1H", "", SHEET_TEXT);
	iso_is("", "", SHEET_TEXT);
}

int main(void)
{
	kinds();
	repetition();
	tables();
	flat();
	refusals();
	iso();
	scratch_remove();
	return test_end();
}
