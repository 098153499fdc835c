/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written is read back: every type, missing values, empty tables, many batches; and the
 * writer refuses what the reader would refuse. */
#include "test.h"
#include "unit/table_make.h"

static int64_t wrong_values(const struct batch *b)
{
	int64_t wrong = 0;
	for (int64_t i = 0; i < b->rows; i++) {
		int64_t row = b->first_row + i;
		char text[64];
		struct str s = column_str(&b->cols[MAKE_TEXT], i);
		int n = make_text(text, row);
		for (int c = 0; c < MAKE_COLS; c++)
			wrong += column_has(&b->cols[c], i) != make_has(c, row);
		wrong += b->cols[MAKE_INT].v.i64[i] != make_int(row);
		wrong += b->cols[MAKE_REAL].v.f64[i] != make_real(row);
		wrong += (b->cols[MAKE_BOOL].v.bits[i >> 3] >> (i & 7) & 1) != make_bool(row);
		wrong += b->cols[MAKE_DATE].v.i32[i] != make_day(row);
		wrong += b->cols[MAKE_UTC].v.i64[i] != make_when(row);
		wrong += b->cols[MAKE_LOCAL].v.i64[i] != make_when(row);
		wrong += b->cols[MAKE_TIME].v.i64[i] != make_time(row);
		wrong += b->cols[MAKE_DURATION].v.i64[i] != make_duration(row);
		wrong += b->cols[MAKE_COLOUR].v.i32[i] != make_colour(row);
		wrong += s.n != (size_t)n || memcmp(s.p, text, s.n) != 0;
	}
	return wrong;
}

static void round_trip(int64_t rows)
{
	struct err e = { 0 };
	const char *path = make_path("file");
	CHECK(make_table(path, rows, &e) == 0);
	struct table *t = table_open(path, &e);
	CHECK(t != NULL);
	if (!t) {
		printf("%s\n", e.msg);
		return;
	}
	CHECK(table_ncols(t) == MAKE_COLS);
	CHECK(table_nrows(t) == rows);
	CHECK(table_nbatches(t) == (rows + BATCH_ROWS - 1) / BATCH_ROWS);
	for (int c = 0; c < MAKE_COLS; c++) {
		const struct field *f = table_field(t, c);
		CHECK_STR(f->name, make_fields[c].name);
		CHECK(f->type == make_fields[c].type);
		CHECK((f->zone == NULL) == (make_fields[c].zone == NULL));
		CHECK(table_find(t, make_fields[c].name) == c);
	}
	CHECK_STR(table_field(t, MAKE_UTC)->zone, "UTC");
	CHECK(table_find(t, "colours") == -1);
	CHECK(table_find(t, "") == -1);

	int64_t wrong = 0, next = 0;
	for (int64_t i = 0; i < table_nbatches(t); i++) {
		const struct batch *b = table_batch(t, i);
		wrong += b->index != i || b->first_row != next || b->ncols != MAKE_COLS;
		wrong += wrong_values(b);
		next += b->rows;
	}
	CHECK(wrong == 0);
	CHECK(next == rows);
	if (rows)
		CHECK(table_batch(t, 0)->cols[MAKE_INT].valid == NULL);
	CHECK(table_dict_size(t, MAKE_COLOUR) == MAKE_COLOURS);
	CHECK(str_eq(table_dict_value(t, MAKE_COLOUR, 1), "green"));
	CHECK(str_eq(table_dict_value(t, MAKE_COLOUR, 2), ""));
	CHECK(str_eq(table_dict_value(t, MAKE_COLOUR, 3), "bl\xc3\xbcue"));
	table_close(t);
	unlink(path);
}

/* Two columns with what a file can hold at its edges. */
static void edges(void)
{
	static const struct field fields[] = {
		{ "none", COLUMN_DICT, NULL },
		{ "real", COLUMN_FLOAT64, NULL },
	};
	static const int32_t codes[3], offsets[1];
	static const double real[3] = { INFINITY, -0.0, 5e-324 };
	static const uint8_t valid[1];
	struct err e = { 0 };
	const char *path = make_path("edges");
	struct column cols[] = {
		{ .type = COLUMN_DICT, .rows = 3, .nulls = 3, .valid = valid, .v.i32 = codes },
		{ .type = COLUMN_FLOAT64, .rows = 3, .v.f64 = real },
	};
	struct table_writer *w = table_writer_new(path, fields, 2, &e);
	CHECK(table_writer_dict(w, 0, offsets, NULL, 0, &e) == 0);
	CHECK(table_writer_batch(w, cols, 3, &e) == 0);
	CHECK(table_writer_batch(w, cols, 0, &e) == 0);
	CHECK(table_writer_close(w, &e) == 0);
	struct table *t = table_open(path, &e);
	CHECK(t && table_nrows(t) == 3 && table_dict_size(t, 0) == 0);
	CHECK(t && memcmp(table_batch(t, 0)->cols[1].v.f64, real, sizeof real) == 0);
	table_close(t);

	w = table_writer_new(path, NULL, 0, &e);
	CHECK(w && table_writer_batch(w, NULL, 2, &e) == 0 && table_writer_close(w, &e) == 0);
	t = table_open(path, &e);
	CHECK(t && table_ncols(t) == 0 && table_nrows(t) == 2 && table_find(t, "x") == -1);
	table_close(t);
	unlink(path);
}

static void many_columns(void)
{
	enum { N = 3000 };
	static struct field fields[N];
	static struct column cols[N];
	static char names[N][8];
	static const int64_t value[] = { 7 };
	for (int i = 0; i < N; i++) {
		snprintf(names[i], sizeof names[i], "c%d", i);
		fields[i] = (struct field){ names[i], COLUMN_INT64, NULL };
		cols[i] = (struct column){ .type = COLUMN_INT64, .rows = 1, .v.i64 = value };
	}
	struct err e = { 0 };
	const char *path = make_path("wide");
	struct table_writer *w = table_writer_new(path, fields, N, &e);
	CHECK(w && table_writer_batch(w, cols, 1, &e) == 0 && table_writer_close(w, &e) == 0);
	struct table *t = table_open(path, &e);
	int found = 0;
	for (int i = 0; t && i < N; i++)
		found += table_find(t, names[i]) == i;
	CHECK(found == N);
	table_close(t);
	unlink(path);
}

/* One batch of one column, whose writing or closing has to fail with this text. */
static void refused(enum column_type type, struct column c, int32_t dictionary, const char *text)
{
	static const int32_t offsets[] = { 0, 1, 2, 3 };
	const struct field field = { "x", type, NULL };
	struct err e = { 0 };
	const char *path = make_path("refused");
	struct table_writer *w = table_writer_new(path, &field, 1, &e);
	CHECK(w != NULL);
	int status = table_writer_batch(w, &c, 2, &e);
	if (!status && dictionary >= 0)
		status = table_writer_dict(w, 0, offsets, "abc", dictionary, &e);
	if (status)
		table_writer_abort(w);
	else
		status = table_writer_close(w, &e);
	CHECK(status == -1);
	CHECK(e.code == ERR_BUG);
	CHECK(strstr(e.msg, text) != NULL);
	unlink(path);
}

static void refusals(void)
{
	static const int64_t i64[2];
	static const uint8_t valid[] = { 1 };
	static const int32_t codes[] = { 0, 2 }, below[] = { -1, 0 };
	static const int32_t descend[] = { 0, 3, 2 }, late[] = { 1, 2, 3 };
	struct column c = { .type = COLUMN_DATE, .rows = 2, .v.i32 = codes };
	refused(COLUMN_INT64, c, -1, "type");
	c = (struct column){ .type = COLUMN_INT64, .rows = 1, .v.i64 = i64 };
	refused(COLUMN_INT64, c, -1, "rows");
	c = (struct column){ .type = COLUMN_INT64, .rows = 2, .nulls = 2, .valid = valid, .v.i64 = i64 };
	refused(COLUMN_INT64, c, -1, "validity");
	c.nulls = 3;
	refused(COLUMN_INT64, c, -1, "missing");
	c = (struct column){ .type = COLUMN_UTF8, .rows = 2, .v.offsets = descend, .bytes = "abc" };
	refused(COLUMN_UTF8, c, -1, "descend");
	c.v.offsets = late;
	refused(COLUMN_UTF8, c, -1, "span");
	c = (struct column){ .type = COLUMN_DICT, .rows = 2, .v.i32 = codes };
	refused(COLUMN_DICT, c, -1, "dictionary");
	refused(COLUMN_DICT, c, 2, "dictionary");
	refused(COLUMN_DICT, c, 0, "dictionary");
	c.v.i32 = below;
	refused(COLUMN_DICT, c, 3, "dictionary");
}

static void writer_errors(void)
{
	static const struct field twice[] = {
		{ "a", COLUMN_BOOL, NULL },
		{ "b", COLUMN_BOOL, NULL },
		{ "a", COLUMN_DATE, NULL },
	};
	static const struct field broken[] = { { "a\xff", COLUMN_BOOL, NULL } };
	struct err e = { 0 };
	CHECK(table_writer_new(make_path("names"), twice, 3, &e) == NULL);
	CHECK(strstr(e.msg, "two columns are named 'a'") != NULL);
	CHECK(table_writer_new(make_path("names"), broken, 1, &e) == NULL);
	CHECK(strstr(e.msg, "UTF-8") != NULL);
	CHECK(table_writer_new(make_path("absent/x"), twice, 2, &e) == NULL);
	CHECK(e.code == ERR_IO);

	/* A full disk: the failed write is seen, at the latest on closing. */
	if (access("/dev/full", W_OK) == 0) {
		e = (struct err){ 0 };
		CHECK(make_table("/dev/full", 10, &e) == -1 && e.code == ERR_IO);
		CHECK(make_table("/dev/full", 3 * BATCH_ROWS, &e) == -1 && e.code == ERR_IO);
	}

	/* Only the last batch may be short. */
	static struct make m;
	struct table_writer *w = table_writer_new(make_path("short"), make_fields, MAKE_COLS, &e);
	make_batch(&m, 0, 100);
	CHECK(table_writer_batch(w, m.cols, 100, &e) == 0);
	CHECK(table_writer_batch(w, m.cols, 100, &e) == -1 && e.code == ERR_BUG);
	table_writer_abort(w);
	table_writer_abort(NULL);
	unlink(make_path("short"));
}

int main(void)
{
	static const int64_t rows[] = {
		0, 1, 7, 8, 64, 65, 1000,
		BATCH_ROWS - 1, BATCH_ROWS, BATCH_ROWS + 1, 3 * BATCH_ROWS + 77,
	};
	for (size_t i = 0; i < COUNTOF(rows); i++)
		round_trip(rows[i]);
	edges();
	many_columns();
	refusals();
	writer_errors();
	return test_end();
}
