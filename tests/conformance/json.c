/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON against files with known answers.
 *
 * JSONTestSuite: y_ must be read, n_ refused; i_ may be either. A table needs more than a valid
 * document, so a y_ counts as read also when the reason of refusal is that there are no records.
 * vega: rows, columns and cells as published. ndjson: rows, columns and rejected lines of files
 * collected from the tests of DuckDB, stated below after reading each file by eye.
 *
 * -v names each miss.
 */
#include "ingest/process/feed.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATA "../shared/data/json/"

static bool verbose;

struct seen {
	int64_t rows, rejected;
	int columns;
	struct buf first;          /* the first row, cells divided by '|' */
};

static int see_rows(void *ctx, const struct feed *f, const struct block *b, struct err *e)
{
	struct seen *s = ctx;
	(void)e;
	for (int c = 0; c < b->ncols && !s->rows; c++) {
		struct str cell = b->cells[c * b->cap];
		buf_put(&s->first, "|", c > 0);
		buf_put(&s->first, cell.p, cell.n);
	}
	s->rows += b->rows;
	s->columns = f->ncols;
	return 0;
}

static void see_reject(void *ctx, bool bad, int64_t line, int64_t record, struct str raw,
	const char *reason)
{
	(void)bad, (void)line, (void)record, (void)raw, (void)reason;
	((struct seen *)ctx)->rejected++;
}

static int see(const struct format *format, const char *path, struct seen *s, struct err *e)
{
	struct ingest_options o = { .format = format->name };
	struct feed_out out = { .ctx = s, .rows = see_rows, .reject = see_reject };
	buf_free(&s->first);
	*s = (struct seen){ 0 };
	return feed_run_here(format, &o, path, &out, e);
}

/* ---- JSONTestSuite ------------------------------------------------------------------------- */

static int suite(void)
{
	DIR *d = opendir(DATA "JSONTestSuite");
	int right = 0, of = 0;
	for (struct dirent *f; d && (f = readdir(d)) != NULL;) {
		char path[512];
		struct seen s = { 0 };
		struct err e = { 0 };
		if (f->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, DATA "JSONTestSuite/%s", f->d_name);
		bool read = see(&format_json, path, &s, &e) == 0 ||
			strstr(e.msg, "no records") != NULL;
		bool good = f->d_name[0] == 'i' || read == (f->d_name[0] == 'y');
		of++;
		right += good;
		if (!good && verbose)
			printf("%s: %s %s\n", f->d_name, read ? "read" : "refused:", e.msg);
		buf_free(&s.first);
	}
	if (d)
		closedir(d);
	printf("SCORE json/JSONTestSuite %d %d\n", right, of);
	return of - right;
}

/* ---- files with stated answers -------------------------------------------------------------- */

/* rows -1: refused. */
struct answer {
	const char *file;
	int64_t rows, rejected;
	int columns;
	const char *first;         /* row; NULL: not compared */
};

static const struct answer vega[] = {
	{ "budgets.json", 230, 0, 3, "1980|1980|-0.103" },
	{ "cars.json", 406, 0, 9,
		"chevrolet chevelle malibu|18|8|307|130|3504|12|1970-01-01|USA" },
	{ "jobs.json", 7650, 0, 5, "Accountant / Auditor|men|1850|708|0.0001309607003215936" },
	{ "movies.json", 3201, 0, 16,
		"The Land Girls|146083|146083||8000000|Jun 12 1998|R||Gramercy||||||6.1|1071" },
	{ "penguins.json", 344, 0, 7, "Adelie|Torgersen|39.1|18.7|181|3750|MALE" },
};

static const struct answer lines[] = {
	{ "duckdb_10751.json", 3, 0, -1, NULL },
	{ "duckdb_11152.json", 3, 1, 7, "3266|0|307||||" },   /* keys of the first line repeat */
	{ "duckdb_11407.json", 2, 0, 1, "v" },
	{ "duckdb_12188.ndjson", 2, 0, 3, "value1|subvalue1|" },
	{ "duckdb_14167.json", 1, 0, -1, NULL },
	{ "duckdb_1448397.json", 1, 0, 7,
		"6|Nottingham|[\"2025-06-28\"]|India|97|20|[\"S Mandhana\"]" },
	{ "duckdb_1485504.json", 1, 0, 9, NULL },
	{ "duckdb_156456.json", 1, 0, 9, NULL },
	{ "duckdb_161616.json", 1, 0, 9, NULL },
	{ "duckdb_1675504.json", 1, 0, 9, NULL },
	{ "duckdb_arr.json", 2, 0, 1, "4" },
	{ "duckdb_array_comma_malformed.json", -1, 0, 0, NULL },
	{ "duckdb_array_of_empty_arrays.json", -1, 0, 0, NULL },
	{ "duckdb_bunch_of_key_collisions.json", 1, 0, 6, "42|43|44|45|46|47" },
	{ "duckdb_different_schemas.ndjson", 5, 0, 2, "1|O Brother, Where Art Thou?" },
	{ "duckdb_duplicate_column_names.json", 1, 0, 4, "42|43|44|45" },
	{ "duckdb_duplicate_key.ndjson", 5, 0, 2, "1|O Brother, Where Art Thou?" },
	{ "duckdb_empty.ndjson", -1, 0, 0, NULL },
	{ "duckdb_empty_array.json", -1, 0, 0, NULL },
	{ "duckdb_empty_array_malformed.json", -1, 0, 0, NULL },
	{ "duckdb_empty_array_trailing.json", -1, 0, 0, NULL },
	{ "duckdb_empty_no_newline.json", -1, 0, 0, NULL },
	{ "duckdb_example_n.ndjson", 5, 0, 2, "1|O Brother, Where Art Thou?" },
	{ "duckdb_example_r.ndjson", 5, 0, 2, "1|O Brother, Where Art Thou?" },
	{ "duckdb_example_rn.ndjson", 5, 0, 2, "1|O Brother, Where Art Thou?" },
	{ "duckdb_filter_keystage.ndjson", 3, 0, 1, "" },
	{ "duckdb_format_string_key.json", 1, 0, 1, "43" },
	{ "duckdb_fragment1.json", 2, 0, 6,
		"19276|zz af9|30-04-2024 10:06:21|6364174|[\"abc\"]|30-04-2024 09:32:13" },
	{ "duckdb_fragment2.json", 3, 0, 10, NULL },
	{ "duckdb_fuzzer_hang.json", -1, 0, 0, NULL },
	{ "duckdb_inconsistent_schemas.ndjson", 5, 0, 2, "1|" },
	{ "duckdb_internal_2732.json", 2, 0, -1, NULL },
	{ "duckdb_internal_3197.json", 5, 0, 3,
		"bbd05ae7-76e5-4f1a-a31f-247408251fc9|The Firm|" },
	{ "duckdb_internal_3813.json", 1, 0, -1, NULL },
	{ "duckdb_internal_4014.json", 1, 0, 10, "[1]||1|[1]|1|1|[1]|1|1|[1]" },
	{ "duckdb_issue.json", 1, 0, -1, NULL },
	{ "duckdb_issue14259.json", 1, 0, -1, NULL },
	{ "duckdb_issue_22827.json", 1, 0, 2, "[1]|1" },
	{ "duckdb_map_50_50.jsonl", 1, 0, 10, "[1]|[1]|[1]|[1]|[1]|[1]|[1]|[1]|[1]|[1]" },
	{ "duckdb_map_incompatible.jsonl", 1, 0, 9, "|1|[1]|1|1|[1]|1|1|[1]" },
	{ "duckdb_multiple_objects_per_line.ndjson", 5, 0, 2, "1|O Brother, Where Art Thou?" },
	{ "duckdb_near_miss.ndjson", 2, 0, 6, "1|Point|Nope|[1.0,2.0]|Point|[1.0,2.0]" },
	{ "duckdb_nested.ndjson", 2, 0, 4, "1|Point|[1.0,2.0]|x" },
	{ "duckdb_projection_pushdown_example.json", 1, 0, 15, NULL },
	{ "duckdb_sample_utf8_bom.json", 3, 0, 3, "1|Alice|alice@example.com" },
	{ "duckdb_simple_map.jsonl", 100, 0, 100, NULL },
	{ "duckdb_simple_timestamp.json", 3, 0, 1, "2022-06-01T06:41:58Z" },
	{ "duckdb_timestamp_example.json", 1, 0, 1, "2023-02-07T19:12:28Z" },
	{ "duckdb_top_level_array.json", 2, 0, 1, "cancelled" },
	{ "duckdb_top_level_map.jsonl", 100, 0, 100, NULL },
	{ "duckdb_top_level_two_arrays.json", 4, 0, 1, "cancelled" },
	{ "duckdb_trailing_content.ndjson", 2, 1, 1, "1" },
	{ "duckdb_unterminated_quotes.ndjson", 4, 1, 2, "1|O Brother, Where Art Thou?" },
	{ "duckdb_whitespace_only.json", -1, 0, 0, NULL },
	{ "duckdb_with_list.json", 5, 0, 2, "1|[\"O\",\"Brother,\",\"Where\",\"Art\",\"Thou?\"]" },
	{ "duckdb_with_uuid.json", 5, 0, 2,
		"bbd05ae7-76e5-4f1a-a31f-247408251fc9|O Brother, Where Art Thou?" },
};

static const struct format *detected(const char *path)
{
	struct buf b = { 0 };
	bool is_lines = file_read(path, HEAD_BYTES, &b, NULL) == 0 && b.n &&
		format_ndjson.detect((struct str){ b.p, b.n }, path) == DETECT_YES;
	buf_free(&b);
	return is_lines ? &format_ndjson : &format_json;
}

static int folder(const char *name, const struct answer *a, size_t n)
{
	int right = 0, of = 0;
	for (size_t i = 0; i < n; i++) {
		char path[512];
		struct seen s = { 0 };
		struct err e = { 0 };
		snprintf(path, sizeof path, DATA "%s/%s", name, a[i].file);
		const struct format *f = detected(path);
		int64_t rows = see(f, path, &s, &e) ? -1 : s.rows;
		bool good = rows == a[i].rows && (rows < 0 || (s.rejected == a[i].rejected &&
			(a[i].columns < 0 || s.columns == a[i].columns) &&
			(!a[i].first || strcmp(buf_str(&s.first), a[i].first) == 0)));
		of++;
		right += good;
		if (!good && verbose)
			printf("%s: as %s %lld rows, %lld rejected, %d columns, first '%s' %s\n",
				a[i].file, f->name, (long long)rows, (long long)s.rejected,
				s.columns, buf_str(&s.first), e.msg);
		buf_free(&s.first);
	}
	printf("SCORE json/%s %d %d\n", name, right, of);
	return of - right;
}

int main(int argc, char **argv)
{
	verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	if (!file_exists(DATA "vega/cars.json")) {
		printf("skipped: no ../shared/data\n");
		return 0;
	}
	int misses = suite() + folder("vega", vega, COUNTOF(vega)) +
		folder("ndjson", lines, COUNTOF(lines));
	return misses > 0;
}
