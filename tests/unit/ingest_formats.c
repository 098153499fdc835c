/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which format a file is taken for: by its content, with its name to settle doubts, and what is
 * said about files that are not read. */
#include "ingest/process/formats_int.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/dossier-formats-XXXXXX";

struct look {
	struct arena *arena;
	struct ingest_result result;
	struct err err;
	const char *format;            /* "csv" for none, NULL on error */
};

static void look(struct look *x, const char *path, const char *name, const char *declared)
{
	const struct format *f;
	*x = (struct look){ .arena = arena_new() };
	const struct ingest_options o = { .scratch = folder, .format = declared };
	const struct ingest_input in = { path, name };
	if (format_find(x->arena, &o, &in, path, &f, &x->result, &x->err) == 0)
		x->format = f ? f->name : "csv";
}

/* The format found; `called`, `is`: of the finding that they differ, NULL: none is expected. */
static void is(const char *name, const char *bytes, size_t n, const char *format,
	const char *called, const char *content)
{
	struct look x;
	struct arena *a = arena_new();
	char *path = path_join(a, folder, "file");
	file_write(path, bytes, n, NULL);
	look(&x, path, name, NULL);
	if (!x.format)
		printf("%s: %s\n", name, x.err.msg);
	CHECK_STR(x.format, format);
	CHECK(x.result.nfindings == (called != NULL));
	if (called && x.result.nfindings) {
		CHECK(x.result.findings[0].code == FIND_format_mismatch);
		CHECK_STR(x.result.findings[0].text, called);
		CHECK_STR(x.result.findings[0].text2, content);
	}
	arena_free(x.arena);
	arena_free(a);
}

static void refused(const char *name, const char *bytes, size_t n, const char *message)
{
	struct look x;
	struct arena *a = arena_new();
	char *path = path_join(a, folder, "file");
	file_write(path, bytes, n, NULL);
	look(&x, path, name, NULL);
	CHECK(!x.format && x.err.code == ERR_INPUT);
	CHECK_STR(x.err.msg, message);
	arena_free(x.arena);
	arena_free(a);
}

#define BYTES(s) s, sizeof(s) - 1

static void by_content(void)
{
	is("x.csv", BYTES("a,b\n1,2\n"), "csv", NULL, NULL);
	is("x", BYTES("a,b\n1,2\n"), "csv", NULL, NULL);
	is("x.log", BYTES("a,b\n1,2\n"), "csv", NULL, NULL);
	is("x.xls", BYTES("a\tb\n1\t2\n"), "csv", "Excel 97-2003 workbook", "CSV");
	is("x.json", BYTES("[{\"a\": 1}, {\"a\": 2}]"), "json", NULL, NULL);
	is("x", BYTES("[{\"a\": 1}, {\"a\": 2}]"), "json", NULL, NULL);
	is("x.csv", BYTES("[{\"a\": 1}, {\"a\": 2}]"), "json", "CSV", "JSON");
	is("x.ndjson", BYTES("{\"a\": 1}\n{\"a\": 2}\n"), "ndjson", NULL, NULL);
	is("x.json", BYTES("{\"a\": 1}\n{\"a\": 2}\n"), "json", NULL, NULL);
	is("x.csv", BYTES("ORC,MZ\n1,2\n"), "csv", NULL, NULL);
	is("x.csv", BYTES("MZ,GIF8\n1,2\n"), "csv", NULL, NULL);
	is("x.xls", BYTES("\xff\xfe" "a\0\t\0b\0\n\0"), "csv", "Excel 97-2003 workbook", "CSV");
	/* damaged: who reads what it is called says what is wrong */
	is("x.XLSX", BYTES("PK\3\4\0\0\0\0broken"), "xlsx", NULL, NULL);
	is("x.xls", BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"), "xls", NULL, NULL);
}

static void refusals(void)
{
	refused("x.csv", BYTES("%PDF-1.4\n"),
		"it looks like a PDF document: it holds no table that could be read");
	refused("x.csv", BYTES("PAR1\0\0PAR1"), "it looks like a Parquet file: export it as CSV");
	refused("x.xls", BYTES("\n<html><table>"), "it looks like an HTML page: open it in a "
		"spreadsheet program and save it as xlsx or CSV");
	refused("x.xls", BYTES("<?xml version='1.0'?><?mso-application progid='Excel.Sheet'?>"
		"<Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>"),
		"it looks like an Excel 2003 workbook in XML: open it in a spreadsheet program and "
		"save it as xlsx or CSV");
	refused("x.docx", BYTES("PK\3\4\0\0\0\0....word/document.xml"),
		"it looks like a Word document: it holds no table that could be read");
	refused("x.xlsb", BYTES("PK\3\4\0\0\0\0....xl/workbook.bin"),
		"it looks like an Excel binary workbook (xlsb): open it in a spreadsheet program "
		"and save it as xlsx or CSV");
	refused("x.rar", BYTES("Rar!\x1a\x07\0"), "it looks like a rar archive: unpack it first");
	refused("x.exe", BYTES("MZ\x90\0\3"),
		"it looks like a program: it holds no table that could be read");
	refused("x.doc", BYTES("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0"),
		"it looks like an old Office document: it holds no table that could be read");
	refused("x.zip", BYTES("PK\3\4\0\0\0\0."),
		"it looks like a zip archive, but it is damaged");
	refused("x.csv", "", 0, "the file is empty");
}

static void declared(void)
{
	struct look x;
	struct arena *a = arena_new();
	char *path = path_join(a, folder, "file");
	file_write(path, BYTES("a,b\n1,2\n"), NULL);
	look(&x, path, "x", "xlsx");
	CHECK_STR(x.format, "xlsx");
	arena_free(x.arena);
	look(&x, path, "x", "tsv");
	CHECK_STR(x.format, "csv");
	arena_free(x.arena);
	look(&x, path, "x", "auto");
	CHECK_STR(x.format, "csv");
	arena_free(x.arena);
	look(&x, path, "x", "jsno");
	CHECK(!x.format && x.err.code == ERR_USAGE);
	CHECK_STR(x.err.msg, "there is no format 'jsno' (did you mean 'json'?)");
	arena_free(x.arena);
	arena_free(a);
}

/* The real files are what their folders say. */
static void real_files(void)
{
	static const char *const files[][2] = {
		{ "../shared/data/access/testV1997.mdb", "access" },
		{ "../shared/data/access/testV2007.accdb", "access" },
		{ "../shared/data/csv/csv-spectrum/csvs/json.csv", "csv" },
		{ "../shared/data/csv/csv-spectrum/csvs/utf8.csv", "csv" },
	};
	for (size_t i = 0; i < COUNTOF(files); i++) {
		struct look x;
		if (!file_exists(files[i][0]))
			continue;
		look(&x, files[i][0], NULL, NULL);
		CHECK_STR(x.format, files[i][1]);
		CHECK(x.result.nfindings == 0);
		arena_free(x.arena);
	}
}

static void table(void)
{
	const struct ingest_format_info *v;
	size_t n = ingest_formats(&v);
	CHECK(n > 10);
	CHECK_STR(v[0].name, "csv");
	for (size_t i = 0; i < n; i++) {
		CHECK(v[i].title && v[i].extensions && v[i].library && v[i].told_by);
		for (size_t k = 0; k < i; k++)
			CHECK(strcmp(v[i].name, v[k].name) != 0);
	}
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	by_content();
	refusals();
	declared();
	real_files();
	table();
	file_remove_tree(folder, NULL);
	return test_end();
}
