/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whole files: refusals, storage, quarantine, many batches, any number of threads, hostile
 * sizes. */
#include "ingest/ingest_int.h"
#include "ingest_dump.h"
#include "test.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char folder[] = "/tmp/dossier-ingest-XXXXXX";

struct reading {
	struct arena *arena;
	struct ingest_input input;
	struct ingest_options options;
	struct ingest_result result;
	struct err err;
};

/* Writes the bytes and gets ready; more options may be set before read_it. */
static void prepare(struct reading *x, const char *bytes, size_t n)
{
	*x = (struct reading){ .arena = arena_new() };
	x->options = (struct ingest_options){
		.inputs = &x->input,
		.ninputs = 1,
		.table = path_join(x->arena, folder, "table.arrow"),
		.quarantine = path_join(x->arena, folder, "quarantine.csv"),
		.scratch = folder,
		.max_quarantine_share = 0.5,
		.max_unparsed_share = 0.02,
		.threads = 2,
	};
	x->input.path = path_join(x->arena, folder, "in.csv");
	file_write(x->input.path, bytes, n, NULL);
}

static bool read_it(struct reading *x)
{
	return ingest_file(&x->options, x->arena, &x->result, &x->err) == 0;
}

static void done(struct reading *x)
{
	arena_free(x->arena);
}

/* ---- refusals ---------------------------------------------------------------------------- */

static void refused(const char *bytes, size_t n, const char *message)
{
	struct reading x;
	prepare(&x, bytes, n);
	CHECK(!read_it(&x));
	CHECK(x.err.code == ERR_INPUT);
	CHECK_STR(x.err.msg, message);
	done(&x);
}

static void refusals(void)
{
	char zeros[5000] = "abc";
	refused("", 0, "reading 'in.csv': the file is empty");
	refused(" \n\n", 3, "reading 'in.csv': the file holds nothing but blanks");
	refused("\xef\xbb\xbf", 3, "reading 'in.csv': the file holds nothing but blanks");
	refused("\x1f\x8b\x08\x00rest", 8,
		"reading 'in.csv': the gzip data is damaged: its beginning");
	refused("PK\3\4\0....", 9,
		"reading 'in.csv': it looks like a zip archive, but it is damaged");
	refused("%PDF-1.7\n", 9, "reading 'in.csv': it looks like a PDF document: it holds no "
		"table that could be read");
	refused("PAR1....", 8, "reading 'in.csv': it looks like a Parquet file: export it as CSV");
	refused("\x89PNG\r\n\x1a\n", 8, "reading 'in.csv': it looks like a PNG image: it holds no "
		"table that could be read");
	refused("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "reading 'in.csv': it looks like an old "
		"Office document: it holds no table that could be read");
	refused("  <!DOCTYPE html>\n<table>", 25, "reading 'in.csv': it looks like an HTML page: open "
		"it in a spreadsheet program and save it as xlsx or CSV");
	refused(zeros, sizeof zeros,
		"reading 'in.csv': it looks like a binary file of a kind that is not known");

	struct reading x;
	prepare(&x, "a\n", 2);
	x.input.path = path_join(x.arena, folder, "absent.csv");
	CHECK(!read_it(&x) && x.err.code == ERR_INPUT);
	CHECK_STR(x.err.msg, "reading 'absent.csv': No such file or directory");
	x.input.path = folder;
	CHECK(!read_it(&x) && x.err.code == ERR_INPUT &&
		strstr(x.err.msg, "it is a folder, not a file"));
	x.input.path = "/dev/null";
	x.input.name = "stdin";
	CHECK(!read_it(&x) && x.err.code == ERR_INPUT);
	CHECK_STR(x.err.msg, "reading 'stdin': it is not a regular file");
	done(&x);
}

/* ---- encodings --------------------------------------------------------------------------- */

static void wide_text(void)
{
	const char text[] = "name,n\nAda,1\nM\xfcller,2\n";
	struct reading x;
	struct buf b = { 0 }, rows = { 0 };
	for (int marked = 0; marked < 2; marked++)
		for (int big = 0; big < 2; big++) {
			buf_clear(&b);
			buf_clear(&rows);
			if (marked)
				buf_put(&b, big ? "\xfe\xff" : "\xff\xfe", 2);
			for (const char *s = text; *s; s++)
				buf_put(&b, big ? (char[]){ 0, *s } : (char[]){ *s, 0 }, 2);
			prepare(&x, b.p, b.n);
			CHECK(read_it(&x));
			CHECK_STR(x.result.encoding.name, big ? "UTF-16BE" : "UTF-16LE");
			CHECK(x.result.encoding.bom == (marked == 1));
			dump_rows(&rows, x.options.table);
			CHECK_STR(buf_str(&rows), "row: Ada | 1\nrow: M\u00fcller | 2\n");
			CHECK(x.result.nfindings == 0);
			done(&x);
		}
	buf_free(&b);
	buf_free(&rows);
}

/* ---- quarantine -------------------------------------------------------------------------- */

static void quarantine(void)
{
	const char text[] = "a,b\n1,2\n\"x \"\"q\"\" \ny\",3,4\n=1+1,5,6\n7,8\n9,10\n11,12\n";
	struct reading x;
	struct buf b = { 0 };
	prepare(&x, text, sizeof text - 1);
	CHECK(read_it(&x));
	CHECK(x.result.rows == 4 && x.result.quarantined == 2 && x.result.records == 6);
	CHECK(file_read(x.options.quarantine, 1 << 20, &b, NULL) == 0);
	/* RFC 4180, and no formula for a spreadsheet to run */
	CHECK_STR(buf_str(&b),
		"line,record,reason,raw\r\n"
		"3,2,\"3 fields where 2 are expected\",\"\"\"x \"\"\"\"q\"\"\"\" "
		"\ny\"\",3,4\"\r\n"
		"5,3,\"3 fields where 2 are expected\",\"'=1+1,5,6\"\r\n");
	done(&x);
	buf_clear(&b);
	prepare(&x, "a,b\n1,2\n", 8);
	CHECK(read_it(&x) && file_read(x.options.quarantine, 1 << 20, &b, NULL) == 0);
	CHECK_STR(buf_str(&b), "line,record,reason,raw\r\n");
	done(&x);
	buf_free(&b);
}

/* ---- storage ----------------------------------------------------------------------------- */

static void storage(void)
{
	/* rows over three batches; few levels, half as many levels as rows, numbers that end in
	 * text */
	enum { ROWS = 70000 };
	struct reading x;
	struct buf b = { 0 };
	buf_puts(&b, "few,half,late,key\n");
	for (int i = 0; i < ROWS; i++) {
		if (i % 5 == 3)
			buf_printf(&b, ",h%d,%d,k%d\n", i % (ROWS / 2), i % 3, i);
		else
			buf_printf(&b, "level %d,h%d,%s%d,k%d\n", i % 7, i % (ROWS / 2),
				i > ROWS / 2 ? "t" : "", i % 3, i);
	}
	prepare(&x, b.p, b.n);
	CHECK(read_it(&x));
	const struct ingest_column *c = x.result.columns;
	CHECK(x.result.rows == ROWS);
	CHECK(c[0].storage == COLUMN_DICT && c[0].levels == 7 && c[0].missing == ROWS / 5);
	CHECK(c[1].storage == COLUMN_UTF8);          /* not less than half of the rows */
	CHECK(c[2].storage == COLUMN_DICT && c[2].levels == 6 && c[2].parsed == PARSED_TEXT);
	CHECK(c[3].storage == COLUMN_UTF8);
	struct table *t = table_open(x.options.table, &x.err);
	CHECK(t && table_nrows(t) == ROWS && table_nbatches(t) == 3);
	if (t) {
		/* codes in order of first appearance */
		CHECK(strncmp(table_dict_value(t, 0, 0).p, "level 0", 7) == 0);
		CHECK(strncmp(table_dict_value(t, 0, 3).p, "level 4", 7) ==
			0); /* row 3 has no value */
		const struct batch *last = table_batch(t, 2);
		int64_t row = last->rows - 2;                /* row 69998, 69998 % 5 == 3 */
		CHECK(!column_has(&last->cols[0], row));
		struct str key = column_str(&last->cols[3], row);
		CHECK(key.n == 6 && memcmp(key.p, "k69998", 6) == 0);
		table_close(t);
	}
	done(&x);
	buf_free(&b);
}

static void threads(void)
{
	struct reading x;
	struct buf b = { 0 }, tables[3] = { { 0 } };
	buf_puts(&b, "a,b,c,d,e\n");
	for (int i = 0; i < 50000; i++)
		buf_printf(&b, "%d,%d.%02d,\"text, %d\",2020-%02d-%02d,%s\n", i, i % 97,
			i % 100, i % 300, i % 12 + 1, i % 28 + 1, i % 3 ? "yes" : "no");
	for (int i = 0; i < 3; i++) {
		prepare(&x, b.p, b.n);
		x.options.threads = i * 3 + 1;
		CHECK(read_it(&x) &&
			file_read(x.options.table, 1 << 26, &tables[i], NULL) == 0);
		CHECK(tables[i].n == tables[0].n &&
			memcmp(tables[i].p, tables[0].p, tables[0].n) == 0);
		done(&x);
	}
	for (int i = 0; i < 3; i++)
		buf_free(&tables[i]);
	buf_free(&b);
}

/* ---- hostile sizes ----------------------------------------------------------------------- */

static double seconds(struct reading *x)
{
	struct timespec from, to;
	clock_gettime(CLOCK_MONOTONIC, &from);
	CHECK(read_it(x));
	clock_gettime(CLOCK_MONOTONIC, &to);
	return (double)(to.tv_sec - from.tv_sec) + 1e-9 * (double)(to.tv_nsec - from.tv_nsec);
}

/* A field of `mb` megabytes, with line ends or without. */
static void long_field(int mb, char between, bool accepted)
{
	struct reading x;
	struct buf b = { 0 };
	char line[1025];
	memset(line, 'x', 1023);
	line[1023] = between;
	line[1024] = 0;
	buf_puts(&b, "a,b\n1,2\n3,\"");
	for (int i = 0; i < mb << 10; i++)
		buf_puts(&b, line);
	buf_puts(&b, "\"\n4,5\n");
	prepare(&x, b.p, b.n);
	CHECK(read_it(&x));
	CHECK(x.result.rows == (accepted ? 3 : 2) &&
		x.result.quarantined == (accepted ? 0 : 1));
	done(&x);
	buf_free(&b);
}

/* Stray quotes must cost linear time and lose no rows. */
static void stray_quotes(void)
{
	enum { ROWS = 40000 };
	struct reading x;
	struct buf b = { 0 };
	buf_puts(&b, "a,b,c\n");
	for (int i = 0; i < ROWS; i++)
		buf_printf(&b, "%d,\"x,%d\n", i, i);
	prepare(&x, b.p, b.n);
	CHECK(seconds(&x) < 20); /* about 0.1 s; 100 times that when quadratic */
	CHECK(x.result.rows == ROWS && x.result.quarantined == 0);
	done(&x);
	buf_clear(&b);
	/* one quote that is never closed, in a column where others are */
	buf_puts(&b, "a,b,c\n1,\"x, y,z\n");
	for (int i = 0; i < ROWS; i++)
		buf_printf(&b, "%d,y,%d\n", i, i);
	prepare(&x, b.p, b.n);
	CHECK(seconds(&x) < 20);
	CHECK(x.result.rows == ROWS && x.result.quarantined == 1);
	done(&x);
	buf_free(&b);
}

static void many_columns(void)
{
	struct reading x;
	struct buf b = { 0 };
	for (int extra = 0; extra < 2; extra++) {
		buf_clear(&b);
		for (int row = 0; row < 3; row++)
			for (int c = 0; c < MAX_COLUMNS + extra; c++)
				buf_printf(&b, "%s%d%c", row ? "" : "same", row ? c : 0,
					c == MAX_COLUMNS + extra - 1 ? '\n' : ',');
		prepare(&x, b.p, b.n);
		if (extra) {
			CHECK(!read_it(&x) && x.err.code == ERR_INPUT);
			CHECK_STR(x.err.msg,
				"reading 'in.csv': line 1: 20001 columns; at most 20000 are "
				"read");
		} else {
			CHECK(seconds(&x) < 20);
			CHECK(x.result.ncolumns == MAX_COLUMNS && x.result.rows == 2);
			CHECK_STR(x.result.columns[MAX_COLUMNS - 1].name, "same0_20000");
		}
		done(&x);
	}
	buf_free(&b);
}

/* ---- lined up by blanks ------------------------------------------------------------------ */

static void aligned(void)
{
	static const struct {
		const char *text, *delimiter;
		size_t columns;
		int64_t rows;
		const char *first, *last;      /* names; NULL: as it is read without this */
	} files[] = {
		{ " 00004 0001 19970101  2   29.33\r\n 00050 0003 19970101  1    6.79\r\n"
		  " 00133 0011 19970201 10  109.77\r\n", NULL, 5, 3, "col_1", "col_5" },
		{ "  name     x  y\n  anna   1.5  2\n\n  \"b c\"   12  3\n  dora   -1 44\n", NULL, 3, 3, "name", "y" },
		{ "x\t y\n1  2\n3\t\t4\n5 6", "blanks", 2, 3, "x", "y" },
		{ "a  b\nc  d\ne  f\n", "blanks", 2, 2, "a", "b" },
		{ "1  12:30   5\n2  12:45  17\n3  13:00   9\n", NULL, 3, 3, "col_1", "col_3" },
		/* one line of ten is not like the others, and set aside */
		{ "k   v\n 1  10\n 2  20\n 3  30\n 4  40\n 5  50\n 6  60  7  7\n 8  80\n 9  90\n10 100\n", NULL, 2, 8, "k", "v" },
		/* names of rows without a head, as R writes them */
		{ "           mpg cyl  disp\nMazda     21.0   6 160.0\nDatsun    22.8   4 108.0\nValiant   18.1   6 225.0\n",
		  NULL, 4, 3, "col_1", "disp" },
		{ "a b c\n1 5 x 2.5\n2 6 z 3.5\n3 7 w 4.5\n", NULL, 4, 3, "col_1", "c" },
		{ "heading\ntwo 5\nthree 7\nfour 9\n", NULL, 1, 3, "heading", "heading" },
		/* a column without a value, names with a colon */
		{ "a1\t\t5\t1.5\nb2\t\t7\t2.5\nc3\t\t9\t3.5\n", NULL, 4, 3, "col_1", "col_4" },
		{ "\t1\t5\n\t2\t7\n\t3\t9\n", NULL, 3, 3, "col_1", "col_3" },
		{ "alpha:  12\nbeta:   7\ngamma:  88\ndelta:  3\n", NULL, 2, 4, "col_1", "col_2" },
		/* the commas say more, one line is not like the others, no column is of numbers */
		{ "x,  y\n1,  2\n3,  4\n5,  6\n", NULL, 2, 3, "x", "y" },
		{ "said\nhe  said  so  5\nshe  said  5\nthey  said  no\n", NULL, 1, 3, "said", "said" },
		{ "two  words\nand  more\nof  them\nin  lines\n", NULL, 0, 0, NULL, NULL },
	};
	for (size_t i = 0; i < COUNTOF(files); i++) {
		struct reading x;
		prepare(&x, files[i].text, strlen(files[i].text));
		x.options.delimiter = files[i].delimiter;
		CHECK(read_it(&x));
		if (files[i].first) {
			CHECK(x.result.ncolumns == files[i].columns && x.result.rows == files[i].rows);
			CHECK_STR(x.result.columns[0].name, files[i].first);
			CHECK_STR(x.result.columns[x.result.ncolumns - 1].name, files[i].last);
			CHECK(x.result.quarantined == (strstr(files[i].text, "7  7") != NULL));
		} else {
			CHECK(strchr(x.result.columns[0].name, ' ') != NULL);
		}
		done(&x);
	}
}

/* ---- names ------------------------------------------------------------------------------- */

static void names(void)
{
	const char text[] = "a,a,a_2, x\x01y ,\"two\n lines\",\n1,2,3,4,5,6\n7,8,9,1,2,3\n";
	struct reading x;
	prepare(&x, text, sizeof text - 1);
	CHECK(read_it(&x));
	const char *want[] = { "a", "a_3", "a_2", "xy", "two lines", "col_6" };
	CHECK(x.result.ncolumns == COUNTOF(want));
	for (size_t i = 0; i < COUNTOF(want) && i < x.result.ncolumns; i++)
		CHECK_STR(x.result.columns[i].name, want[i]);
	CHECK(x.result.nrenamed == 4);
	done(&x);
}

/* ---- cancelling -------------------------------------------------------------------------- */

static bool stop(void *ctx, double part, const char *what)
{
	int *calls = ctx;
	CHECK(part >= 0 && part <= 1 && what);
	return ++*calls == 2;
}

static void cancelling(void)
{
	struct reading x;
	int calls = 0;
	prepare(&x, "a\n1\n2\n", 6);
	x.options.progress = stop;
	x.options.progress_ctx = &calls;
	CHECK(!read_it(&x) && x.err.code == ERR_CANCELLED && calls == 2);
	done(&x);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 2;
	refusals();
	wide_text();
	quarantine();
	storage();
	threads();
	long_field(15, '\n', true);
	long_field(15, ' ', true);
	long_field(17, ' ', false);
	stray_quotes();
	many_columns();
	aligned();
	names();
	cancelling();
	file_remove_tree(folder, NULL);
	return test_end();
}
