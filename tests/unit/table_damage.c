/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Damaged tables: cut at every length, every byte changed, words replaced at random, and single
 * wrong values. A table is refused with a reason or is safe to walk to its last value. The bytes lie
 * in memory of exactly their size, so that sanitizers see any step beyond.
 */
#include "table/table_int.h"
#include "test.h"
#include "unit/table_make.h"

enum { ROWS = 70 };

static uint64_t value(const struct table *t, int c, const struct column *col, int64_t row)
{
	struct str s = { 0 };
	switch (col->type) {
	case COLUMN_INT64:
	case COLUMN_FLOAT64:
	case COLUMN_TIMESTAMP:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		return (uint64_t)col->v.i64[row];
	case COLUMN_BOOL:
		return col->v.bits[row >> 3];
	case COLUMN_DATE:
		return (uint64_t)col->v.i32[row];
	case COLUMN_DICT:
		if (table_dict_size(t, c))
			s = table_dict_value(t, c, col->v.i32[row]);
		break;
	case COLUMN_UTF8:
		s = column_str(col, row);
		break;
	}
	return hash64(s.p, s.n, (uint64_t)row);
}

/* Touches all that a table lends. Returns something that depends on every byte, so that no read is
 * optimised away. */
static uint64_t walk(const struct table *t)
{
	uint64_t sum = 0;
	for (int c = 0; c < table_ncols(t); c++) {
		const struct field *f = table_field(t, c);
		sum += strlen(f->name) + (f->zone ? strlen(f->zone) : 0);
		sum += table_find(t, f->name) == c;
		for (int32_t k = 0; f->type == COLUMN_DICT && k < table_dict_size(t, c); k++) {
			struct str s = table_dict_value(t, c, k);
			sum += hash64(s.p, s.n, sum);
		}
	}
	for (int64_t i = 0; i < table_nbatches(t); i++) {
		const struct batch *b = table_batch(t, i);
		for (int c = 0; c < b->ncols; c++) {
			const struct column *col = &b->cols[c];
			for (int64_t row = 0; row < b->rows; row++)
				sum += column_has(col, row) + value(t, c, col, row);
		}
	}
	return sum;
}

static volatile uint64_t sink;

/* 1 when the bytes are accepted, 0 when they are refused properly, -1 when refused without a reason. */
static int look(const void *p, size_t n)
{
	struct err e = { 0 };
	struct table *t = table_view(p, n, &e);
	if (!t)
		return e.code == ERR_INPUT && e.msg[0] ? 0 : -1;
	sink += walk(t);
	table_close(t);
	return 1;
}

static void cut(const struct buf *file)
{
	int bad = 0;
	for (size_t n = 0; n < file->n; n++) {
		char *part = mem_alloc(n + !n);
		memcpy(part, file->p, n);
		bad += look(part, n) != 0;
		free(part);
	}
	CHECK(bad == 0);
}

static void flip(const struct buf *file)
{
	static const uint8_t masks[] = { 0x01, 0x02, 0x08, 0x40, 0x80, 0xff };
	uint8_t *p = mem_alloc(file->n);
	int silent = 0, refused = 0;
	memcpy(p, file->p, file->n);
	for (size_t i = 0; i < file->n; i++)
		for (size_t k = 0; k < COUNTOF(masks); k++) {
			p[i] ^= masks[k];
			int r = look(p, file->n);
			p[i] ^= masks[k];
			silent += r < 0;
			refused += r == 0;
		}
	CHECK(silent == 0);
	CHECK(refused > 100);   /* the rest are numbers, text and padding, which may be anything */
	free(p);
}

static void replace(const struct buf *file)
{
	static const int64_t values[] = {
		0, 1, -1, 7, -8, 4096, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN,
	};
	struct rng r;
	rng_seed(&r, 1);
	uint8_t *p = mem_alloc(file->n);
	int silent = 0;
	for (int k = 0; k < 20000; k++) {
		memcpy(p, file->p, file->n);
		for (uint64_t times = 1 + rng_below(&r, 3); times; times--) {
			size_t size = rng_below(&r, 2) ? 4 : 8;
			size_t at = rng_below(&r, (file->n - size) / 2) * 2;
			memcpy(p + at, &values[rng_below(&r, COUNTOF(values))], size);
		}
		silent += look(p, file->n) < 0;
	}
	CHECK(silent == 0);
	free(p);
}

/* Opens a copy in which `n` bytes at the place that `where` points to (in the original) are others. */
static void wrong_value(const struct buf *file, const void *where, const void *bytes, size_t n,
	const char *text)
{
	char *p = mem_alloc(file->n);
	memcpy(p, file->p, file->n);
	memcpy(p + ((const char *)where - file->p), bytes, n);
	struct err e = { 0 };
	struct table *t = table_view(p, file->n, &e);
	CHECK(t == NULL);
	CHECK(e.code == ERR_INPUT);
	CHECK(strstr(e.msg, text) != NULL);
	if (!strstr(e.msg, text))
		printf("  got '%s'\n", e.msg);
	table_close(t);
	free(p);
}

static void wrong_values(const struct buf *file)
{
	struct err e = { 0 };
	struct table *t = table_view(file->p, file->n, &e);
	CHECK(t != NULL);
	const struct column *cols = table_batch(t, 0)->cols;
	const int32_t code = MAKE_COLOURS, below = -1, offset = 9999, none = 0;
	const uint8_t flipped = cols[MAKE_DATE].valid[1] ^ 4;
	wrong_value(file, &cols[MAKE_COLOUR].v.i32[5], &code, sizeof code,
		"batch 1: column 'colour': code outside");
	wrong_value(file, &cols[MAKE_COLOUR].v.i32[69], &below, sizeof below, "code outside");
	wrong_value(file, &cols[MAKE_TEXT].v.offsets[3], &offset, sizeof offset, "offsets descend");
	wrong_value(file, &cols[MAKE_TEXT].v.offsets[ROWS], &offset, sizeof offset, "do not span");
	wrong_value(file, &cols[MAKE_TEXT].v.offsets[0], &below, sizeof below, "do not span");
	wrong_value(file, &cols[MAKE_TEXT].v.offsets[ROWS - 1], &none, sizeof none, "offsets descend");
	wrong_value(file, &cols[MAKE_DATE].valid[1], &flipped, 1,
		"column 'day': number of missing values");
	/* In front of the text of a dictionary lie its offsets, here five and four bytes of padding. */
	const char *text = table_dict_value(t, MAKE_COLOUR, 0).p;
	wrong_value(file, text - 8, &offset, sizeof offset, "dictionary 1: text offsets do not span");
	wrong_value(file, file->p, "PAR1", 4, "not a table file");
	wrong_value(file, file->p + file->n - ARROW_TAIL, &below, sizeof below, "footer");
	table_close(t);
}

int main(void)
{
	struct err e = { 0 };
	struct buf file = { 0 };
	const char *path = make_path("damage");
	CHECK(make_table(path, ROWS, &e) == 0);
	CHECK(file_read(path, 1 << 20, &file, &e) == 0);
	CHECK(look(file.p, file.n) == 1);
	cut(&file);
	flip(&file);
	replace(&file);
	wrong_values(&file);

	/* By name: what cannot be mapped. */
	CHECK(file_write(path, "", 0, &e) == 0);
	CHECK(table_open(path, &e) == NULL && e.code == ERR_INPUT && strstr(e.msg, "is empty"));
	CHECK(file_write(path, "a,b\n1,2\n", 8, &e) == 0);
	CHECK(table_open(path, &e) == NULL && e.code == ERR_INPUT && strstr(e.msg, "reading table '"));
	CHECK(table_open("/", &e) == NULL && e.code == ERR_INPUT);
	unlink(path);
	CHECK(table_open(path, &e) == NULL && e.code == ERR_IO);
	buf_free(&file);
	return test_end();
}
