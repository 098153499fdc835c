/* SPDX-License-Identifier: GPL-3.0-or-later */
/* XLSX workbooks made here: every kind of cell, unusual ways to write them, choice of the sheet, and
 * what must be refused. Real ones are read in two ways, which must agree. */
#include "ingest/sheet/sheet_int.h"
#include "ingest/sheet/xlsx_int.h"
#include "feed_dump.h"
#include "zip_make.h"

#include <dirent.h>

#define RELS(type, target) "<Relationships xmlns='r'><Relationship Id='rId1' " \
	"Type='http://x/" type "' Target='" target "'/></Relationships>"
#define BOOK "<workbook><sheets><sheet name='One' sheetId='1' r:id='rId1'/></sheets></workbook>"
#define SHEET(rows) "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<worksheet><sheetData>" rows \
	"</sheetData></worksheet>"

/* ---- a workbook of one sheet --------------------------------------------------------------- */

static const char styles[] =
	"<styleSheet><numFmts><numFmt numFmtId='164' formatCode='yyyy\\-mm\\-dd'/>"
	"<numFmt numFmtId='165' formatCode='[h]:mm'/><numFmt numFmtId='14' formatCode='0.0'/></numFmts>"
	"<cellStyleXfs><xf numFmtId='22'/></cellStyleXfs>"
	"<cellXfs><xf numFmtId='0'/><xf numFmtId='164'/><xf numFmtId='165'/><xf numFmtId='22'/>"
	"<xf numFmtId='20'/><xf numFmtId='14'/></cellXfs>"
	"<dxfs><dxf><numFmt numFmtId='0' formatCode='yyyy'/></dxf></dxfs></styleSheet>";
static const char strings[] =
	"<sst><si><t>plain</t></si><si><r><t>ri</t></r><r><rPr><b/></rPr><t>ch &amp; </t></r>"
	"<r><t>x&#x41;</t></r><r><t/></r><r><t>end</t></r><rPh sb='0'><t>no</t></rPh></si>"
	"<si><t xml:space='preserve'> a_x000D_b_x005F_x000D_ _xD83D__xDE00_</t></si><si/></sst>";

static char *make(const char *sheet, const char *book, const char *shared)
{
	const struct zip_entry v[] = {
		{ "[Content_Types].xml", "<Types/>", 0 },
		{ "_rels/.rels", RELS("officeDocument", "xl/workbook.xml"), 0 },
		{ "xl/workbook.xml", book, 0 },
		{ "xl/_rels/workbook.xml.rels", RELS("worksheet", "worksheets/sheet1.xml"), 0 },
		{ "xl/styles.xml", styles, 0 },
		{ "xl/worksheets/sheet1.xml", sheet, 0 },
		{ shared ? "xl/sharedStrings.xml" : NULL, shared ? shared : "", 0 },
		{ NULL, NULL, 0 },
	};
	return zip_make("book.xlsx", v);
}

/* Cells as "A1=text kind", a line a row. */
static void dump_sheet(struct buf *out, struct xlsx_rows *r)
{
	static const char *const kinds[] = { "", "t", "n", "d", "dt", "ti", "du", "b", "e" };
	struct sheet_row row;
	struct err e = { 0 };
	int got;
	while ((got = r->sheet.row(&r->sheet, &row, &e)) > 0) {
		buf_printf(out, "%lld:", (long long)row.number);
		for (int i = 0; i < row.n; i++) {
			const struct sheet_cell *c = &row.cells[i];
			buf_putc(out, ' ');
			buf_puts(out, c->formula ? "=" : "");
			buf_put(out, c->text.p, c->text.n);
			buf_printf(out, "%s%s", *kinds[c->kind] ? "/" : "", kinds[c->kind]);
			buf_puts(out, c->no_date ? "!" : "");
		}
		buf_putc(out, '\n');
	}
	if (got < 0)
		buf_printf(out, "error: %s\n", e.msg);
}

static const struct feed_limits limits = { .expanded = 1 << 30, .allocation = 8 << 20,
	.ratio = 1000, .depth = 100 };

/* Reads one sheet; `slow`: by expat. Whether it stayed fast goes to *fast. */
static void read_sheet(struct buf *out, const char *path, size_t sheet, bool slow, bool *fast)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct xlsx *x = xlsx_open(a, path, limits, &e);
	struct xlsx_rows *r = x ? xlsx_rows_open(x, sheet, &e) : NULL;
	if (r && slow) {
		part_close(r->part);
		r->fast = r->ended = false;
		if (xlsx_slow_open(r, 0, &e))
			r = NULL;
	}
	if (r)
		dump_sheet(out, r);
	else
		buf_printf(out, "error: %s\n", e.msg);
	*fast = r && r->fast;
	arena_free(a);
}

/* The cells of a sheet, read in both ways. */
static void cells_are(const char *sheet, const char *book, bool usual, const char *want)
{
	struct buf fast = { 0 }, slow = { 0 };
	bool stayed, ignored;
	char *path = make(sheet, book, strings);
	read_sheet(&fast, path, 0, false, &stayed);
	read_sheet(&slow, path, 0, true, &ignored);
	CHECK_STR(buf_str(&fast), want);
	CHECK_STR(buf_str(&slow), want);
	if (stayed != usual)
		printf("  of %s\n", sheet);
	CHECK(stayed == usual);
	buf_free(&fast);
	buf_free(&slow);
	free(path);
}

static void kinds(void)
{
	cells_are(SHEET("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1' t='s'><v>1</v></c>"
		"<c r='C1' t='s'><v>2</v></c><c r='D1' t='s'><v>3</v></c><c r='E1' t='s'><v>9</v></c></row>"),
		BOOK, true, "1: plain/t rich & xAend/t  a\rb_x000D_ \xf0\x9f\x98\x80/t  #REF!/e\n");
	cells_are(SHEET("<row><c><v>1</v></c><c t='n'><v>-0.5</v></c><c t='b'><v>1</v></c>"
		"<c t='b'><v>0</v></c><c t='e'><v>#DIV/0!</v></c><c t='str'><f>A1</f><v>x_x0041_</v></c>"
		"<c t='d'><v>2024-02-29T10:00:00</v></c><c t='d'><v>nonsense</v></c><c><v>abc</v></c></row>"),
		BOOK, true, "1: 1/n -0.5/n true/b false/b #DIV/0!/e =xA/t 2024-02-29T10:00:00/dt "
		"nonsense/t abc/t\n");
	/* both <v> and <is>: the latter, in whatever order */
	cells_are(SHEET("<row><c t='inlineStr'><v>0</v><is><t>in</t></is></c><c t='inlineStr'><is>"
		"<r><t>a</t></r><r><t>b</t></r><rPh><t>c</t></rPh></is><v>0</v></c></row>"),
		BOOK, true, "1: in/t ab/t\n");
	cells_are(SHEET("<row><c t='inlineStr'><is><r><t>a&lt;</t></r><rPh><t>&amp;no</t></rPh><r><t>b</t></r>"
		"<rPh><t>&amp;</t></rPh><r><t>&gt;c</t></r></is></c></row>"), BOOK, true, "1: a<b>c/t\n");
	/* styles: dates, durations; a number format of its own behind a built-in number */
	cells_are(SHEET("<row><c s='1'><v>45351</v></c><c s='2'><v>1.5</v></c><c s='3'><v>45351.5</v>"
		"</c><c s='4'><v>0.25</v></c><c s='5'><v>45351</v></c><c s=''><v>45351</v></c>"
		"<c s='99'><v>45351</v></c><c s='1'><v>-3</v></c><c s='1'><v>60</v></c></row>"),
		BOOK, true, "1: 2024-02-29/d 36:00:00/du 2024-02-29T12:00:00/dt 06:00:00/ti 45351/n "
		"45351/n 45351/n -3/n! 60/n!\n");
	cells_are(SHEET("<row><c s='1'><v>43889</v></c></row>"),
		"<workbook><workbookPr date1904='1'/><x:workbookPr other='1'/><sheets>"
		"<sheet name='One' r:id='rId1'/></sheets></workbook>", true, "1: 2024-02-29/d\n");
	/* formulas without result, empty cells, places */
	cells_are(SHEET("<row r='3'><c r='B3'><f>1+1</f></c><c r='C3'/><c r='D3'><v/></c></row>"
		"<row r='4'><c r='A4'/></row><row r='5'/><row r='9'><c r='AB9'><v>1</v></c>"
		"<c><v>2</v></c><c r='A9'><v>3</v></c></row><row><c r='?'><v>4</v></c></row>"),
		BOOK, true, "3:  =\n9: 3/n                           1/n 2/n\n10: 4/n\n");
	cells_are("<worksheet><dimension ref='A1:XFD9'/><sheetData/></worksheet>", BOOK, true, "");
	cells_are("<worksheet/>", BOOK, false, "");
}

static void numbers_as_written(void)
{
	cells_are(SHEET("<row><c><v>1.0</v></c><c><v>007</v></c><c><v>1E3</v></c><c><v> 5 </v></c>"
		"<c><v>0.10000000000000001</v></c><c><v>0.30000000000000004</v></c><c><v>-0</v></c>"
		"<c><v>12345678901234567890</v></c><c><v>1e-7</v></c><c><v>0.00001</v></c><c><v>0.0001</v></c>"
		"<c><v>9.9999999999999995E-7</v></c><c><v>1e999</v></c></row>"), BOOK, true,
		"1: 1/n 7/n 1000/n 5/n 0.1/n 0.30000000000000004/n 0/n 1.2345678901234567e+19/n 1e-7/n "
		"1e-5/n 0.0001/n 1e-6/n inf/n\n");
	/* the short way is right whenever it is taken */
	struct rng r;
	rng_seed(&r, 5);
	int wrong = 0, kept = 0;
	for (int i = 0; i < 200000; i++) {
		char text[64], out[NUM_MAX], shortest[NUM_MAX];
		double scale[] = { 1e-3, 1, 1e3, 1e6, 1e12 }, v, w;
		v = (rng_unit(&r) - 0.3) * scale[i % 5];
		if (i % 3)
			v = round(v * 1e4) / 1e4;
		struct str s = { text, (size_t)snprintf(text, sizeof text, "%.*g", 15 + i % 4, v) };
		num_parse_double(s.p, s.n, &v);
		size_t n = num_shortest(shortest, v);
		wrong += !sheet_number(&s, out);
		num_parse_double(s.p, s.n, &w);
		bool same = s.n == n && memcmp(s.p, shortest, n) == 0;
		/* 16 or 17 digits may stay */
		kept += !same && n >= 16;
		wrong += v != w || (!same && n < 16);
	}
	CHECK(wrong == 0);
	CHECK(kept < 100000);
}

/* ---- unusual XML ---------------------------------------------------------------------------- */

static void unusual(void)
{
	const char *want = "1: 1/n a<b/t\n2: 2/n\n";
	cells_are("<x:worksheet xmlns:x='u'><x:sheetData><x:row r='1'><x:c><x:v>1</x:v></x:c>"
		"<x:c t='inlineStr'><x:is><x:t>a&lt;b</x:t></x:is></x:c></x:row><x:row><x:c><x:v>2</x:v></x:c>"
		"</x:row></x:sheetData></x:worksheet>", BOOK, true, want);
	cells_are("\xef\xbb\xbf<?xml version='1.0' encoding='utf-8' ?><worksheet>\n<sheetData>\n"
		"<row  r = '1' >", BOOK, false,
		"error: 'xl/worksheets/sheet1.xml' is damaged: line 3: no element found\n");
	cells_are(SHEET("<!-- one --><row><c><v>1</v></c><c t='str'><v><![CDATA[a<b]]></v></c></row>"
		"<row><c><v>2</v></c></row>"), BOOK, false, want);
	/* the first row comes the fast way, once */
	cells_are(SHEET("<row><c><v>1</v></c><c t='str'><v>a&lt;b</v></c></row>"
		"<row><c><?pi?><v>2</v></c></row>"), BOOK, false, want);
	cells_are(SHEET("<row><c><v>1</v><extLst><ext/></extLst></c><c t='str'><v>a&#60;b</v></c></row>"
		"<row><c><v>2</v></c></row>"), BOOK, false, want);
	cells_are("<?xml version='1.0' encoding='ISO-8859-1'?><worksheet><sheetData><row>"
		"<c t='str'><v>\xe4</v></c></row></sheetData></worksheet>", BOOK, false,
		"1: \xc3\xa4/t\n");
	cells_are(SHEET("<row><c t='str'><v>a\r\nb\rc&#13;&#10;</v></c></row>"), BOOK, true,
		"1: a\nb\nc\r\n/t\n");
	cells_are(SHEET("<row><c t='str'><v>&nbsp;</v></c></row>"), BOOK, false,
		"error: 'xl/worksheets/sheet1.xml' is damaged: line 2: undefined entity\n");
	cells_are(SHEET("<row><c t='str'><v>a\xe4</v></c></row>"), BOOK, false,
		"error: 'xl/worksheets/sheet1.xml' is damaged: line 2: not well-formed (invalid token)\n");
	cells_are(SHEET("<row><c r='XFE1'><v>1</v></c></row>"), BOOK, false,
		"error: 'xl/worksheets/sheet1.xml': line 2: a cell beyond the last column, XFD\n");
	cells_are(SHEET("<row><c><v>1</v></c></wor>"), BOOK, false,
		"error: 'xl/worksheets/sheet1.xml' is damaged: line 2: mismatched tag\n");
}

/* Rows and strings of all lengths around the size of the buffer. */
static void long_rows(void)
{
	struct buf sheet = { 0 }, want = { 0 };
	buf_puts(&sheet, "<worksheet><sheetData>");
	for (int i = 0; i < 40; i++) {
		buf_puts(&sheet, "<row><c t='inlineStr'><is><r><t>");
		buf_printf(&want, "%d: ", i + 1);
		for (int k = 0; k < i * 25000; k++) {
			const char *text = k % 10 ? "x" : "&amp;", *run = k % 3000 ? "" : "</t></r><r><t>";
			buf_puts(&sheet, text);
			buf_puts(&sheet, run);
			buf_puts(&want, k % 10 ? "x" : "&");
		}
		buf_puts(&sheet, "</t></r></is></c><c><v>5</v></c></row>");
		buf_puts(&want, i ? "/t 5/n\n" : " 5/n\n");
	}
	buf_puts(&sheet, "</sheetData></worksheet>");
	char *path = make(buf_str(&sheet), BOOK, NULL);
	struct buf got = { 0 };
	bool fast;
	read_sheet(&got, path, 0, false, &fast);
	CHECK(fast);
	CHECK(got.n == want.n && memcmp(got.p, want.p, want.n) == 0);
	buf_free(&got);
	buf_free(&want);
	buf_free(&sheet);
	free(path);
}

/* ---- sheets as a feed ------------------------------------------------------------------------ */

static char *three_sheets(void)
{
	const struct zip_entry v[] = {
		{ "[Content_Types].xml", "<Types/>", 0 },
		{ "_rels\\.rels", RELS("officeDocument", "/xl/Book.xml"), 0 },
		{ "XL/book.xml", "<workbook><sheets><sheet name='Cover' r:id='a'/>"
			"<sheet name='Plot' r:id='b'/><sheet name='Secret' state='veryHidden' r:id='c'/>"
			"<sheet name='Data' r:id='d'/><sheet name='Gone' r:id='e'/></sheets></workbook>", 0 },
		{ "xl/_rels/book.xml.rels", "<Relationships><Relationship Id='a' Type='t/worksheet' "
			"Target='./sheets/../sheets/1.xml'/><Relationship Id='b' Type='t/chartsheet' "
			"Target='charts/1.xml'/><Relationship Id='c' Type='t/worksheet' Target='/xl/sheets/2.xml'/>"
			"<Relationship Id='d' Type='t/worksheet' Target='sheets\\3.xml'/><Relationship Id='e' "
			"Type='t/worksheet' TargetMode='External' Target='../../../../../../etc/passwd'/>"
			"</Relationships>", 0 },
		{ "xl/sheets/1.xml", SHEET("<row><c t='str'><v>Welcome</v></c></row>"), 0 },
		{ "xl/sheets/2.xml", SHEET("<row><c><v>1</v></c><c><v>2</v></c></row>"
			"<row><c><v>3</v></c><c><v>4</v></c></row>"), 0 },
		{ "xl/sheets/3.xml", SHEET("<row><c t='str'><v>name</v></c><c t='str'><v>n</v></c></row>"
			"<row><c t='str'><v>a</v></c><c><v>1</v></c></row>"
			"<row><c t='str'><v>b</v></c><c><f>1+1</f></c></row>"), 0 },
		{ NULL, NULL, 0 },
	};
	return zip_make("three.xlsx", v);
}

static void sheets(void)
{
	struct feed_dump d;
	char *path = three_sheets();
	const struct ingest_options o = { 0 }, secret = { .sheet = "Secret" }, no = { .sheet = "x" };
	const struct ingest_options gone = { .sheet = "Gone" };
	dump_feed(&d, &format_xlsx, &o, path);
	CHECK_STR(d.err.msg, "");
	CHECK_STR(buf_str(&d.tables), "Cover 1x1\nPlot -1x-1 chart\nSecret 2x2 hidden\n"
		"Data 3x2 chosen\nGone -1x-1 not in the file\n");
	CHECK_STR(buf_str(&d.columns), "name|n");
	CHECK_STR(buf_str(&d.rows), "a|1\nb|\n");
	CHECK_STR(buf_str(&d.findings), "formulas_without_result n 1 of 2 - -\n");
	dump_free(&d);
	dump_feed(&d, &format_xlsx, &secret, path);
	CHECK_STR(buf_str(&d.rows), "1|2\n3|4\n");
	CHECK_STR(buf_str(&d.findings), "other_tables - 1 of -1 Data Secret\n");
	dump_free(&d);
	dump_feed(&d, &format_xlsx, &no, path);
	CHECK(d.err.code == ERR_USAGE);
	dump_free(&d);
	dump_feed(&d, &format_xlsx, &gone, path);
	CHECK(d.err.code == ERR_USAGE);
	CHECK_STR(d.err.msg, "the sheet 'Gone' holds no cells (not in the file)");
	dump_free(&d);
	free(path);
}

/* ---- what is refused ------------------------------------------------------------------------- */

static void refused(char *path, const char *why)
{
	struct feed_dump d;
	const struct ingest_options o = { 0 };
	dump_feed(&d, &format_xlsx, &o, path);
	CHECK(d.status == -1 && d.err.code == ERR_INPUT);
	if (!strstr(d.err.msg, why))
		printf("got '%s', want '%s'\n", d.err.msg, why);
	CHECK(strstr(d.err.msg, why) != NULL);
	dump_free(&d);
	free(path);
}

/* 80 MB of blanks in a sheet. */
static char *bomb(const char *front, const char *back)
{
	enum { SIZE = 80 << 20 };
	char *text = mem_alloc(SIZE);
	memset(text, ' ', SIZE);
	memcpy(text, front, strlen(front));
	memcpy(text + SIZE - strlen(back), back, strlen(back));
	const struct zip_entry v[] = { { "[Content_Types].xml", "<Types/>", 0 },
		{ "xl/workbook.xml", BOOK, 0 }, { "xl/worksheets/sheet1.xml", text, SIZE },
		{ NULL, NULL, 0 } };
	char *path = zip_make("bomb.xlsx", v);
	free(text);
	return path;
}

static void bombs(void)
{
	refused(bomb("<worksheet>", "<sheetData/></worksheet>"), "times its size: not safe to read");
	refused(bomb("<worksheet><sheetData><row><c t='str'><v>", "</v></c></row></sheetData></worksheet>"),
		"times its size: not safe to read");
	refused(make("<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'>]><worksheet><sheetData>"
		"<row><c t='str'><v>&b;</v></c></row></sheetData></worksheet>", BOOK, NULL),
		"declares the entity 'a'");
	refused(make(SHEET("<row><c><v>1</v></c></row>"),
		"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><workbook><sheets>"
		"<sheet name='&a;' r:id='rId1'/></sheets></workbook>", NULL), "declares the entity 'a'");
	struct buf deep = { 0 };
	buf_puts(&deep, "<worksheet><!-- -->");
	for (int i = 0; i < 500; i++)
		buf_puts(&deep, "<a>");
	refused(make(buf_str(&deep), BOOK, NULL), "nested more than 256 deep");
	buf_free(&deep);
}

/* A row that compresses less well, but takes more memory than it may. */
static void large_row(void)
{
	enum { SIZE = 9 << 20 };
	char *text = mem_alloc(SIZE);
	struct rng r;
	rng_seed(&r, 1);
	memset(text, 'x', SIZE);
	for (size_t i = 0; i < SIZE; i += 64)
		text[i] = (char)('a' + rng_below(&r, 26));
	const char *front = "<worksheet><sheetData><row><c t='str'><v>";
	memcpy(text, front, strlen(front));
	const struct zip_entry v[] = { { "xl/workbook.xml", BOOK, 0 },
		{ "xl/worksheets/sheet1.xml", text, SIZE }, { NULL, NULL, 0 } };
	char *path = zip_make("large.xlsx", v);
	struct buf got = { 0 };
	bool fast;
	read_sheet(&got, path, 0, false, &fast);
	CHECK_STR(buf_str(&got), "error: 'xl/worksheets/sheet1.xml': a row of more than 8 MB\n");
	buf_free(&got);
	free(text);
	free(path);
}

static void damaged(void)
{
	refused(file_make("a.xlsx", "PK\3\4nothing", 11), "no zip archive, or one that is cut off");
	refused(file_make("b.xlsx", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", 11), "encrypted");
	const struct zip_entry none[] = { { "word/document.xml", "<x/>", 0 }, { NULL, NULL, 0 } };
	refused(zip_make("c.xlsx", none), "holds no workbook");
	const struct zip_entry binary[] = {
		{ "_rels/.rels", RELS("officeDocument", "xl/workbook.bin"), 0 },
		{ "xl/workbook.bin", "x", 0 }, { NULL, NULL, 0 } };
	refused(zip_make("d.xlsx", binary), ".xlsb");
	refused(make(SHEET(""), BOOK, NULL), "no sheet of the workbook holds any cells");
	/* targets can only name what is in the archive */
	const struct zip_entry outside[] = {
		{ "_rels/.rels", RELS("officeDocument", "../../../../../../../etc/passwd"), 0 },
		{ "x", "x", 0 }, { NULL, NULL, 0 } };
	refused(zip_make("e.xlsx", outside), "holds no workbook");
	refused(make(SHEET("<row><c><v>1</v></c>"), BOOK, NULL), "line 2: mismatched tag");
}

/* Stored, so that a byte can be changed: the checksum differs, and that is told. */
static void wrong_checksum(void)
{
	struct feed_dump d;
	struct buf bytes = { 0 };
	const struct ingest_options o = { 0 };
	const char *sheet = SHEET("<row><c t='str'><v>n</v></c></row><row><c><v>123</v></c></row>");
	char *path = make(sheet, BOOK, NULL);
	int code;
	zip_t *z = zip_open(path, 0, &code);
	CHECK(z && zip_set_file_compression(z, 5, ZIP_CM_STORE, 0) == 0 && zip_close(z) == 0);
	CHECK(file_read(path, 1 << 20, &bytes, NULL) == 0);
	for (size_t i = 0; i + 3 < bytes.n; i++)
		if (memcmp(bytes.p + i, "123", 3) == 0)
			bytes.p[i] = '9';
	CHECK(file_write(path, bytes.p, bytes.n, NULL) == 0);
	dump_feed(&d, &format_xlsx, &o, path);
	CHECK_STR(buf_str(&d.rows), "923\n");
	CHECK_STR(buf_str(&d.findings), "checksum_differs - 1 of -1 xl/worksheets/sheet1.xml -\n");
	dump_free(&d);
	buf_free(&bytes);
	free(path);
}

static void detection(void)
{
	char *path = three_sheets();
	struct buf head = { 0 };
	CHECK(file_read(path, 1 << 20, &head, NULL) == 0);
	CHECK(format_xlsx.detect((struct str){ head.p, head.n }, path) == DETECT_YES);
	CHECK(format_ods.detect((struct str){ head.p, head.n }, path) == DETECT_NO);
	CHECK(format_xlsx.detect(str_of("a,b\n1,2\n"), path) == DETECT_NO);
	free(path);
	const struct zip_entry word[] = { { "[Content_Types].xml", "<Types/>", 0 },
		{ "word/document.xml", "<x/>", 0 }, { NULL, NULL, 0 } };
	path = zip_make("w.docx", word);
	CHECK(format_xlsx.detect((struct str){ head.p, head.n }, path) == DETECT_NO);
	free(path);
	buf_free(&head);
}

/* ---- real files ------------------------------------------------------------------------------ */

static void both_ways(const char *path)
{
	struct arena *a = arena_new();
	struct xlsx *x = xlsx_open(a, path, limits, NULL);
	for (size_t i = 0; x && i < x->nsheets; i++) {
		struct buf fast = { 0 }, slow = { 0 };
		bool ignored;
		if (x->sheets[i].note)
			continue;
		read_sheet(&fast, path, i, false, &ignored);
		read_sheet(&slow, path, i, true, &ignored);
		if (strcmp(buf_str(&fast), buf_str(&slow)) != 0)
			printf("%s: sheet %zu differs\n", path, i + 1);
		CHECK(strcmp(buf_str(&fast), buf_str(&slow)) == 0);
		buf_free(&fast);
		buf_free(&slow);
	}
	arena_free(a);
}

static void real_files(const char *dir)
{
	DIR *d = opendir(dir);
	struct arena *a = arena_new();
	for (struct dirent *f; d && (f = readdir(d)) != NULL;)
		if (strstr(f->d_name, ".xls"))
			both_ways(path_join(a, dir, f->d_name));
	if (d)
		closedir(d);
	arena_free(a);
}

int main(void)
{
	kinds();
	numbers_as_written();
	unusual();
	long_rows();
	sheets();
	bombs();
	large_row();
	damaged();
	wrong_checksum();
	detection();
	real_files("../shared/data/xlsx/calamine");
	real_files("../shared/data/xlsx/readxl");
	scratch_remove();
	return test_end();
}
