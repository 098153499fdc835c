/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * XLS: every kind of record and every version, from workbooks that are written here byte by byte;
 * compound files in pieces, damaged and hostile ones; the feed with its choice of a sheet, and the
 * second opinion. Two real files (tests/data/ingest) come from the tests of readxl and calamine.
 */
#include "ingest_xls.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

/* ---- rows as text -------------------------------------------------------------------------- */

/* "1: t'name' n1.5 =n2 -": a letter a kind, = for formulas, - for empty. */
static void put_row(struct buf *out, const struct sheet_row *r)
{
	static const char letters[] = "-tndDcubE";
	buf_printf(out, "%lld:", (long long)r->number);
	for (int i = 0; i < r->n; i++) {
		const struct sheet_cell *c = &r->cells[i];
		buf_printf(out, " %s%c", c->formula ? "=" : "", letters[c->kind]);
		if (c->kind != SHEET_EMPTY)
			buf_printf(out, "'%.*s'", (int)c->text.n, c->text.p);
	}
	buf_putc(out, '\n');
}

static void put_sheet(struct buf *out, struct xls *x, const struct xls_sheet *s)
{
	struct sheet rows;
	struct sheet_row r;
	struct err e = { 0 };
	int status;
	xls_rows(x, s, INT64_MAX, &rows);
	while ((status = rows.row(&rows, &r, &e)) == 1)
		put_row(out, &r);
	if (status < 0)
		buf_printf(out, "error: %s\n", e.msg);
}

/* All sheets of a workbook, with their names when there are several, or the error. */
static void read_book(struct buf *out, const struct buf *file)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct xls_bytes bytes = { (const unsigned char *)buf_str(file), file->n };
	struct xls *x = xls_open(a, bytes, &e);
	buf_clear(out);
	if (!x)
		buf_printf(out, "error: %s\n", e.msg);
	for (size_t i = 0; x && i < x->nsheets; i++) {
		if (x->nsheets > 1)
			buf_printf(out, "[%s]\n", x->sheets[i].name);
		xls_survey(x, &x->sheets[i]);
		put_sheet(out, x, &x->sheets[i]);
	}
	arena_free(a);
}

/* What a sheet with these records holds. Takes both. */
static void check_sheet(int version, struct buf *globals, struct buf *records, const char *want)
{
	struct buf file = { 0 }, got = { 0 };
	struct sheet_bytes sheet = { "Data", 0, 0, records };
	workbook(&file, version, globals, &sheet, 1);
	read_book(&got, &file);
	CHECK_STR(buf_str(&got), want);
	buf_free(&file);
	buf_free(&got);
	buf_free(globals);
	buf_free(records);
}

/* ---- cells ----------------------------------------------------------------------------------- */

static void numbers(void)
{
	struct buf g = { 0 }, r = { 0 };
	CELL(&r, 0x027e, 0, 0, "\x06\x00\x00\x00");          /* 1, as an integer */
	CELL(&r, 0x027e, 0, 1, "\x07\x00\x00\x00");          /* 1 hundredth */
	CELL(&r, 0x027e, 0, 2, "\x00\x00\xf8\x3f");          /* 1.5, as a double */
	CELL(&r, 0x027e, 0, 3, "\xfa\xff\xff\xff");          /* -2 */
	CELL(&r, 0x027e, 0, 4, "\x01\x00\xf8\x3f");          /* 1.5 hundredths */
	/* 1 and 2 in columns 2 and 3 */
	RECORD(&r, 0x00bd, "\1\0\1\0" "\0\0\6\0\0\0" "\0\0\12\0\0\0" "\2\0");
	number(&r, 8, 2, 0, 0, 0.1);
	number(&r, 8, 2, 1, 0, 1e15);
	number(&r, 8, 2, 2, 0, 1e22);
	number(&r, 8, 2, 3, 0, NAN);
	number(&r, 8, 2, 4, 0, -0.0);
	check_sheet(8, &g, &r,
		"1: n'1' n'0.01' n'1.5' n'-2' n'0.015'\n"
		"2: - n'1' n'2'\n"
		"3: n'0.1' n'1000000000000000' n'1e+22' E'#NUM!' n'0'\n");
}

static void booleans_and_errors(void)
{
	struct buf g = { 0 }, r = { 0 };
	CELL(&r, 0x0205, 0, 0, "\1\0");
	CELL(&r, 0x0205, 0, 1, "\0\0");
	CELL(&r, 0x0205, 0, 2, "\x2a\1");
	CELL(&r, 0x0205, 0, 3, "\x07\1");
	CELL(&r, 0x0205, 0, 4, "\x63\1");
	RECORD(&r, 0x0201, "\0\0\5\0\0\0");                  /* blank */
	check_sheet(8, &g, &r, "1: b'true' b'false' E'#N/A' E'#DIV/0!' E'#ERROR!'\n");
}

/* The result of a formula stands in 8 bytes; behind it are flags and the formula, left out. */
static void formulas(void)
{
	struct buf g = { 0 }, r = { 0 };
	CELL(&r, 0x0006, 0, 0, "\0\0\0\0\0\0\xf8\x3f");      /* 1.5 */
	CELL(&r, 0x0006, 0, 1, "\0\0\0\0\0\0\xff\xff");      /* a text, behind what it shares */
	RECORD(&r, 0x04bc, "shared formula");
	RECORD(&r, 0x0207, "\4\0\0ab");
	RECORD(&r, XLS_CONTINUE, "\1c\0d\0");
	CELL(&r, 0x0006, 0, 2, "\1\0\1\0\0\0\xff\xff");      /* true */
	CELL(&r, 0x0006, 0, 3, "\2\0\x2a\0\0\0\xff\xff");    /* #N/A */
	CELL(&r, 0x0006, 0, 4, "\3\0\0\0\0\0\xff\xff");      /* the empty text */
	CELL(&r, 0x0006, 0, 5, "\0\0\0\0\0\0\xff\xff");      /* a text that is not there */
	CELL(&r, 0x0006, 0, 6, "\0\0\0\0\0\0\xff\xff");
	RECORD(&r, 0x0207, "\1\0\0z");
	check_sheet(8, &g, &r, "1: =n'1.5' =t'abcd' =b'true' =E'#N/A' - =- =t'z'\n");
}

static void dates(void)
{
	struct buf g = { 0 }, r = { 0 };
	RECORD(&g, XLS_FORMAT4, "\244\0" "\12\0\0yyyy-mm-dd");
	RECORD(&g, XLS_FORMAT4, "\245\0" "\5\0\0[h]:m");
	RECORD(&g, XLS_FORMAT4, "\246\0" "\6\0\1\"\0d\0\"\0000\0.\0000\0");
	unsigned formats[] = { 0, 14, 22, 20, 164, 165, 166 };
	for (size_t i = 0; i < COUNTOF(formats); i++)
		xf(&g, formats[i]);
	for (unsigned i = 0; i < COUNTOF(formats); i++)
		number(&r, 8, 0, i, i, 44000.5);
	number(&r, 8, 1, 0, 1, 60);
	number(&r, 8, 1, 1, 1, -1);
	number(&r, 8, 1, 2, 99, 44000);
	check_sheet(8, &g, &r,
		"1: n'44000.5' D'2020-06-18T12:00:00' D'2020-06-18T12:00:00' "
		"D'2020-06-18T12:00:00' D'2020-06-18T12:00:00' u'1056012:00:00' n'44000.5'\n"
		"2: n'60' n'-1' n'44000'\n");
	RECORD(&g, XLS_DATEMODE, "\1\0");
	xf(&g, 14);
	number(&r, 8, 0, 0, 0, 42538);
	check_sheet(8, &g, &r, "1: d'2020-06-18'\n");
}

/* Out of order, twice, in an embedded chart, beyond the last column, cut short. */
static void places(void)
{
	struct buf g = { 0 }, r = { 0 };
	number(&r, 8, 3, 1, 0, 31);
	number(&r, 8, 1, 2, 0, 12);
	number(&r, 8, 1, 0, 0, 10);
	bof(&r, 8, 0x0020);
	number(&r, 8, 0, 0, 0, 666);
	eof(&r);
	number(&r, 8, 3, 0, 0, 29);
	number(&r, 8, 3, 0, 0, 30);
	number(&r, 8, 4, 256, 0, 666);
	RECORD(&r, 0x0203, "\5\0\0\0\0\0\0\0");
	struct buf file = { 0 }, got = { 0 };
	struct sheet_bytes sheet = { "Data", 0, 0, &r };
	workbook(&file, 8, &g, &sheet, 1);
	read_book(&got, &file);
	CHECK_STR(buf_str(&got), "2: n'10' - n'12'\n4: n'30' n'31'\n");
	struct arena *a = arena_new();
	struct xls *x = xls_open(a, (struct xls_bytes){ (unsigned char *)file.p, file.n }, NULL);
	xls_survey(x, &x->sheets[0]);
	CHECK(x->sheets[0].lost == 2);
	CHECK(x->sheets[0].rows == 4 && x->sheets[0].columns == 3);
	CHECK(x->sheets[0].tabular);
	arena_free(a);
	buf_free(&file);
	buf_free(&got);
	buf_free(&r);
}

/* ---- texts ----------------------------------------------------------------------------------- */

/* Shared strings with fonts, with a reading aid, of both widths, split within characters, between
 * the two halves of one, and before one. */
static void shared_strings(void)
{
	struct buf g = { 0 }, r = { 0 };
	RECORD(&g, XLS_SST, "\7\0\0\0" "\1\0\0\0"            /* the count is wrong */
		"\5\0\0plain"
		"\2\0\x08\1\0ab" "\0\0\0\0"                  /* one change of font */
		"\1\0\x04\3\0\0\0c" "\1\2\3"                 /* three bytes of aid */
		"\6\0\0spl");
	RECORD(&g, XLS_CONTINUE, "\1i\0\xe9\0x\0" "\1\0\1\x3d\xd8");
	RECORD(&g, XLS_CONTINUE, "");
	RECORD(&g, XLS_CONTINUE, "\2\0\1\x3d\xd8");
	RECORD(&g, XLS_CONTINUE, "\1\0\xde" "\0\0\0");
	RECORD(&g, XLS_CONTINUE, "\2\0\0A\0");
	for (unsigned i = 0; i < 9; i++)
		cell(&r, 0x00fd, i, 0, (char[]){ (char)i, 0, 0, 0 }, 4);
	label(&r, 8, 8, 1, "label");
	check_sheet(8, &g, &r,
		"1: t'plain'\n2: t'ab'\n3: t'c'\n4: t'spli\xc3\xa9x'\n5: t'\xef\xbf\xbd'\n"
		"6: t'\xf0\x9f\x98\x80'\n8: t'A'\n9: - t'label'\n");
}

static void code_pages(void)
{
	static const struct { const char *number, *text, *utf8; } v[] = {
		{ "\xe4\x04", "\x80 \xe9", "\xe2\x82\xac \xc3\xa9" },          /* 1252 */
		{ "\xe3\x04", "\xc4\xe0", "\xd0\x94\xd0\xb0" },                /* 1251 */
		{ "\x10\x27", "\x8e", "\xc3\xa9" },                            /* Macintosh */
		{ "\x00\x80", "\x8e", "\xc3\xa9" },                            /* as well */
		{ "\x01\x80", "\x80", "\xe2\x82\xac" },                        /* 1252 */
		{ "\xb0\x04", "\xe9", "\xc3\xa9" },                            /* 1200: no bytes */
		{ "\xa4\x03", "\x83\x65\xff", "\xe3\x83\x86\xef\xbf\xbd" },    /* 932, and a bad one */
		{ "\x39\x30", "\xe9", "\xc3\xa9" },                            /* there is none */
	};
	for (size_t i = 0; i < COUNTOF(v); i++) {
		struct buf g = { 0 }, r = { 0 }, want = { 0 };
		record(&g, XLS_CODEPAGE, v[i].number, 2);
		label(&r, 5, 0, 0, v[i].text);
		RECORD(&r, 0x00d6, "\1\0\0\0\0\0" "\2\0ok" "\1\0\0");   /* with fonts */
		buf_printf(&want, "1: t'%s'\n2: t'ok'\n", v[i].utf8);
		check_sheet(5, &g, &r, buf_str(&want));
		buf_free(&want);
	}
}

/* ---- versions -------------------------------------------------------------------------------- */

/* One sheet that is the whole file, with its own formats in order: General, date. */
static void old_sheet(struct buf *b, int version)
{
	struct buf r = { 0 };
	bof(b, version, XLS_WORKSHEET);
	RECORD(b, XLS_CODEPAGE, "\xe3\x04");
	if (version == 4) {
		RECORD(b, XLS_FORMAT4, "\0\0\7General");
		RECORD(b, XLS_FORMAT4, "\0\0\12yyyy-mm-dd");
		RECORD(b, XLS_XF4, "\0\0\0\0\0\0");
		RECORD(b, XLS_XF4, "\0\1\0\0\0\0");
	} else {
		RECORD(b, XLS_FORMAT2, "\7General");
		RECORD(b, XLS_FORMAT2, "\12yyyy-mm-dd");
		RECORD(b, XLS_XF3, "\0\0\0\0\0\0");
		RECORD(b, XLS_XF3, "\0\1\0\0\0\0");
	}
	label(b, version, 0, 0, "\xc4\xe0");
	number(b, version, 0, 1, 1, 44000);
	put_place(&r, version, 0, 2, 0);
	buf_put(&r, "\0\0\0\0\0\0\xff\xff", 8);
	record_of(b, version == 2 ? 0x0006 : version == 3 ? 0x0206 : 0x0406, &r);
	if (version == 2)
		RECORD(b, XLS_STRING2, "\2hi");
	else
		RECORD(b, XLS_STRING, "\2\0hi");
	put_place(&r, version, 0, 3, 0);
	buf_put(&r, "\1\0", 2);
	record_of(b, version == 2 ? 0x0005 : 0x0205, &r);
	if (version == 2)
		RECORD(b, 0x0002, "\0\0\4\0\0\0\0\x39\x30");
	eof(b);
	buf_free(&r);
}

static void old_versions(void)
{
	for (int version = 2; version <= 4; version++) {
		struct buf file = { 0 }, got = { 0 };
		old_sheet(&file, version);
		read_book(&got, &file);
		CHECK_STR(buf_str(&got), version == 2 ?
			"1: t'\xd0\x94\xd0\xb0' d'2020-06-18' =t'hi' b'true' n'12345'\n" :
			"1: t'\xd0\x94\xd0\xb0' d'2020-06-18' =t'hi' b'true'\n");
		buf_free(&file);
		buf_free(&got);
	}
}

/* A workspace of BIFF4: sheets one behind the other, each behind its name. */
static void workspace(void)
{
	struct buf file = { 0 }, got = { 0 };
	bof(&file, 4, XLS_WORKSPACE);
	RECORD(&file, XLS_SHEETHDR, "\0\0\0\0\3One");
	old_sheet(&file, 4);
	RECORD(&file, XLS_SHEETHDR, "\0\0\0\0\3Two");
	bof(&file, 4, XLS_WORKSHEET);
	number(&file, 4, 0, 0, 1, 44000);   /* the formats of the other sheet are not its own */
	eof(&file);
	eof(&file);
	read_book(&got, &file);
	CHECK_STR(buf_str(&got),
		"[One]\n1: t'\xd0\x94\xd0\xb0' d'2020-06-18' =t'hi' b'true'\n[Two]\n1: n'44000'\n");
	buf_free(&file);
	buf_free(&got);
}

/* ---- compound files -------------------------------------------------------------------------- */

static void sample(struct buf *stream, int rows)
{
	struct buf g = { 0 }, r = { 0 };
	for (int i = 0; i < rows; i++) {
		label(&r, 8, (unsigned)i, 0, i ? "x" : "name");
		number(&r, 8, (unsigned)i, 1, 0, i);
	}
	struct sheet_bytes sheet = { "Data", 0, 0, &r };
	workbook(stream, 8, &g, &sheet, 1);
	buf_free(&r);
}

static void check_file(const struct buf *file, const char *want)
{
	struct buf got = { 0 };
	read_book(&got, file);
	CHECK_STR(buf_str(&got), want);
	buf_free(&got);
}

static void compound_files(void)
{
	struct buf stream = { 0 }, want = { 0 };
	sample(&stream, 200);
	read_book(&want, &stream);
	CHECK(strstr(buf_str(&want), "200: t'x' n'199'\n") != NULL);
	for (int small = 0; small < 2; small++) {
		static const char *const names[] = { "Workbook", "BOOK", "WorkBook" };
		for (size_t i = 0; i < COUNTOF(names); i++) {
			struct buf file = { 0 };
			size_t n = stream.n;
			if (small)
				stream.n = 4000;
			struct buf part = { 0 };
			compound(&file, names[i], &stream, small);
			stream.n = n;
			if (small)
				read_book(&part, &(struct buf){ .p = stream.p, .n = 4000 });
			check_file(&file, small ? buf_str(&part) : buf_str(&want));
			buf_free(&part);
			buf_free(&file);
		}
	}
	struct buf file = { 0 };
	compound(&file, "EncryptedPackage", &stream, false);
	check_file(&file, "error: encrypted: save it without a password\n");
	buf_clear(&file);
	compound(&file, "WordDocument", &stream, false);
	check_file(&file, "error: it holds no workbook\n");
	/* the sectors of the stream in a circle: the first one follows the second */
	buf_clear(&file);
	compound(&file, "Workbook", &stream, false);
	size_t last = 2 + (stream.n + SECTOR - 1) / SECTOR - 1;
	memcpy(file.p + SECTOR + 4 * (last - 1), file.p + SECTOR + 4 * (last + 1), 4);
	file.p[SECTOR + 4 * (last - 1)] = (char)last;
	memset(file.p + SECTOR + 4 * (last - 1) + 1, 0, 3);
	memset(file.p + 2 * SECTOR + 128 + 120, 0x7f, 4);
	check_file(&file, "error: damaged: its sectors run in a circle\n");
	buf_free(&file);
	buf_free(&want);
	buf_free(&stream);
}

static void refused(void)
{
	struct buf file = { 0 }, got = { 0 };
	bof(&file, 8, XLS_GLOBALS);
	RECORD(&file, XLS_FILEPASS, "\1\0\1\0\1\0");
	eof(&file);
	check_file(&file, "error: encrypted: save it without a password\n");
	buf_clear(&file);
	buf_puts(&file, "name,value\n");
	check_file(&file, "error: damaged: the workbook has no beginning\n");
	buf_clear(&file);
	check_file(&file, "error: damaged: the workbook has no beginning\n");
	buf_free(&file);
	buf_free(&got);
}

/* A thousand sheets that all are the same bytes: they are not walked a thousand times. */
static void overlapping(void)
{
	struct buf file = { 0 };
	sample(&file, 1000);
	struct arena *a = arena_new();
	struct xls *x = xls_open(a, (struct xls_bytes){ (unsigned char *)file.p, file.n }, NULL);
	for (int i = 0; i < 1000; i++) {
		struct xls_sheet s = x->sheets[0];
		xls_survey(x, &s);
	}
	CHECK(x->walked < 4 * file.n);
	arena_free(a);
	buf_free(&file);
}

/* One long text, thirty times a row: what it expands to has a limit. */
static void repeated(void)
{
	struct buf file = { 0 }, g = { 0 }, r = { 0 }, text = { 0 };
	put_le(&text, 1, 8);
	put_le(&text, 8000, 2);
	while (text.n < 8 + 3 + 8000)
		buf_putc(&text, text.n == 10 ? 0 : 'x');
	record_of(&g, XLS_SST, &text);
	for (unsigned i = 0; i < 100; i++)
		CELL(&r, 0x00fd, i / 30, i % 30, "\0\0\0\0");
	struct sheet_bytes sheet = { "Data", 0, 0, &r };
	workbook(&file, 8, &g, &sheet, 1);
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct sheet rows;
	struct sheet_row row;
	struct xls *x = xls_open(a, (struct xls_bytes){ (unsigned char *)file.p, file.n }, &e);
	xls_rows(x, &x->sheets[0], 500000, &rows);
	CHECK(rows.row(&rows, &row, &e) == 1 && row.n == 30);
	CHECK(rows.row(&rows, &row, &e) == 1);
	CHECK(rows.row(&rows, &row, &e) == -1 && e.code == ERR_INPUT);
	arena_free(a);
	buf_free(&file);
	buf_free(&g);
	buf_free(&r);
	buf_free(&text);
}

/* Each byte of a small workbook replaced, and each length of it: read or refused. */
static void damaged(void)
{
	struct buf stream = { 0 }, got = { 0 };
	sample(&stream, 6);
	for (size_t n = 0; n < stream.n; n++) {
		struct buf part = { 0 };       /* of its own, so that its end is watched */
		buf_put(&part, stream.p, n);
		read_book(&got, &part);
		buf_free(&part);
	}
	static const char values[] = { 0, 1, 0x7f, (char)0x80, (char)0xff };
	for (size_t i = 0; i < stream.n; i++)
		for (size_t k = 0; k < COUNTOF(values); k++) {
			char old = stream.p[i];
			stream.p[i] = values[k];
			read_book(&got, &stream);
			stream.p[i] = old;
		}
	read_book(&got, &stream);
	CHECK_STR(buf_str(&got), "1: t'name' n'0'\n2: t'x' n'1'\n3: t'x' n'2'\n4: t'x' n'3'\n"
		"5: t'x' n'4'\n6: t'x' n'5'\n");
	buf_free(&stream);
	buf_free(&got);
}

/* ---- the feed ------------------------------------------------------------------------------ */

static char path[] = "/tmp/dossier-xls-XXXXXX";

static int on_rows(void *ctx, const struct feed *f, const struct block *b, struct err *e)
{
	(void)e;
	for (int64_t i = 0; i < b->rows; i++) {
		for (int c = 0; c < f->ncols; c++) {
			struct str s = b->cells[c * b->cap + i];
			buf_printf(ctx, "%s%.*s", c ? "|" : "", (int)s.n, s.p ? s.p : "");
		}
		buf_putc(ctx, '\n');
	}
	return 0;
}
static void on_fact(void *ctx, const char *name, const char *value)
{
	buf_printf(ctx, "%s: %s\n", name, value);
}
static void on_finding(void *ctx, const struct finding *f)
{
	buf_printf(ctx, "%s %lld of %lld '%s' '%s'\n", finding_info(f->code)->code,
		(long long)f->count, (long long)f->total, f->text ? f->text : "",
		f->text2 ? f->text2 : "");
}
static void on_table(void *ctx, const struct feed_table *t)
{
	buf_printf(ctx, "table %s%s%s\n", t->name, t->hidden ? " hidden" : "",
		t->note ? t->note : t->chosen ? " chosen" : "");
}

/* What a feed of this file says, in order. */
static void feed_text(struct buf *out, const char *file, const char *sheet)
{
	struct feed_out to = { .ctx = out, .rows = on_rows, .fact = on_fact,
		.finding = on_finding, .table = on_table };
	struct ingest_options o = { .sheet = sheet };
	struct err e = { 0 };
	buf_clear(out);
	if (feed_run_here(&format_xls, &o, file, &to, &e))
		buf_printf(out, "error %d: %s\n", e.code, e.msg);
}

static void detection(void)
{
	struct buf stream = { 0 }, file = { 0 };
	sample(&stream, 200);
	CHECK(format_xls.detect((struct str){ stream.p, 512 }, NULL) == DETECT_YES);
	CHECK(format_xls.detect(str_of("\t\t\t\ta,b\n"), NULL) == DETECT_NO);
	compound(&file, "Workbook", &stream, false);
	CHECK(file_write(path, file.p, file.n, NULL) == 0);
	CHECK(format_xls.detect((struct str){ file.p, 512 }, path) == DETECT_YES);
	CHECK(format_xls.detect((struct str){ file.p, 512 }, NULL) == DETECT_MAYBE);
	buf_clear(&file);
	compound(&file, "WordDocument", &stream, false);
	CHECK(file_write(path, file.p, file.n, NULL) == 0);
	CHECK(format_xls.detect((struct str){ file.p, 512 }, path) == DETECT_NO);
	buf_free(&stream);
	buf_free(&file);
}

static void choosing(void)
{
	struct buf file = { 0 }, g = { 0 }, a = { 0 }, b = { 0 }, c = { 0 }, got = { 0 };
	label(&a, 8, 0, 0, "a title");
	for (unsigned i = 0; i < 3; i++) {
		label(&b, 8, i, 0, i ? "b" : "key");
		label(&b, 8, i, 1, i ? "2" : "value");
	}
	struct sheet_bytes sheets[] = { { "Cover", 0, 0, &a }, { "Secret", 1, 0, &b },
		{ "Chart", 0, 2, &c }, { "Data", 0, 0, &b } };
	workbook(&file, 8, &g, sheets, COUNTOF(sheets));
	CHECK(file_write(path, file.p, file.n, NULL) == 0);
	feed_text(&got, path, NULL);
	CHECK(strstr(buf_str(&got), "table Cover\ntable Secret hidden\ntable Chartchart\n"
		"table Data chosen\n") != NULL);
	CHECK(strstr(buf_str(&got), "\nb|2\nb|2\n") != NULL);
	feed_text(&got, path, "Secret");
	CHECK(strstr(buf_str(&got), "table Secret hidden chosen\n") != NULL);
	feed_text(&got, path, "Nowhere");
	CHECK(strstr(buf_str(&got), "error 2: there is no sheet 'Nowhere'; there are 'Cover', ") !=
		NULL);
	buf_free(&file);
	buf_free(&a);
	buf_free(&b);
	buf_free(&c);
	buf_free(&got);
}

static void real_files(void)
{
	struct buf got = { 0 };
	feed_text(&got, "tests/data/ingest/xls_mtcars.xls", NULL);
	CHECK(strstr(buf_str(&got), "second opinion: freexl reads 77 of 77 cells alike\n") != NULL);
	CHECK(strstr(buf_str(&got), "\n21|6|160|110|3.9|2.62|16.46|0|1|4|4\n") != NULL);
	feed_text(&got, "tests/data/ingest/xls_biff5.xls", NULL);
	CHECK(strstr(buf_str(&got), "second opinion: not available: it can't read the file\n") !=
		NULL);
	CHECK(strstr(buf_str(&got), "code page: 10000\n") != NULL);
	CHECK(strstr(buf_str(&got), "2014-02-19T14:30:00") != NULL);
	buf_free(&got);
}

/* A text with NUL in it: freexl ends it there. */
static void disagreement(void)
{
	struct buf stream = { 0 }, file = { 0 }, g = { 0 }, r = { 0 }, got = { 0 };
	RECORD(&g, XLS_CODEPAGE, "\xb0\x04");
	RECORD(&g, XLS_SST, "\3\0\0\0\3\0\0\0" "\4\0\0name" "\3\0\0a\0b" "\1\0\0c");
	for (unsigned i = 0; i < 4; i++) {
		cell(&r, 0x00fd, i, 1, (char[]){ (char)(i < 3 ? i : 1), 0, 0, 0 }, 4);
		number(&r, 8, i, 2, 0, i);
	}
	struct sheet_bytes sheet = { "Data", 0, 0, &r };
	workbook(&stream, 8, &g, &sheet, 1);
	compound(&file, "Workbook", &stream, false);
	CHECK(file_write(path, file.p, file.n, NULL) == 0);
	feed_text(&got, path, NULL);
	CHECK(strstr(buf_str(&got), "second opinion: freexl reads 6 of 8 cells alike\n") != NULL);
	CHECK(strstr(buf_str(&got), "second_opinion 2 of 8 'Data!B2' 'ab / a'\n") != NULL);
	buf_free(&stream);
	buf_free(&file);
	buf_free(&g);
	buf_free(&r);
	buf_free(&got);
}

int main(void)
{
	int fd = mkstemp(path);
	if (fd >= 0)
		close(fd);
	numbers();
	booleans_and_errors();
	formulas();
	dates();
	places();
	shared_strings();
	code_pages();
	old_versions();
	workspace();
	compound_files();
	refused();
	overlapping();
	repeated();
	damaged();
	detection();
	choosing();
	real_files();
	disagreement();
	unlink(path);
	return test_end();
}
