/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table with a column of every type whose values follow from the row number, so that whoever reads
 * it back knows what to expect without keeping a copy.
 */
#ifndef TABLE_MAKE_H
#define TABLE_MAKE_H

#include "table/table.h"

#include <stdlib.h>
#include <unistd.h>

enum {
	MAKE_INT, MAKE_REAL, MAKE_BOOL, MAKE_DATE, MAKE_UTC, MAKE_LOCAL, MAKE_TEXT, MAKE_COLOUR,
	MAKE_TIME, MAKE_DURATION, MAKE_COLS
};

static const struct field make_fields[MAKE_COLS] = {
	{ "whole", COLUMN_INT64, NULL },        { "real", COLUMN_FLOAT64, NULL },
	{ "flag", COLUMN_BOOL, NULL },          { "day", COLUMN_DATE, NULL },
	{ "when", COLUMN_TIMESTAMP, "UTC" },    { "local", COLUMN_TIMESTAMP, NULL },
	{ "text \xc3\xa9\xe6\x9d\xb1", COLUMN_UTF8, NULL }, { "colour", COLUMN_DICT, NULL },
	{ "clock", COLUMN_TIME, NULL },         { "lasts", COLUMN_DURATION, NULL },
};
static const char make_colours[] = "redgreenbl\xc3\xbcue";
static const int32_t make_colour_offsets[] = { 0, 3, 8, 8, 14 };   /* one of them is empty */
enum { MAKE_COLOURS = 4 };

/* Every column misses other rows; the whole numbers and the local times miss none. */
static inline bool make_has(int col, int64_t row)
{
	return col == MAKE_INT || col == MAKE_LOCAL || (row + col) % 7 != 0;
}
static inline int64_t make_int(int64_t row) { return row * INT64_C(9007199254741) - 5; }
static inline double make_real(int64_t row) { return (double)row / 3 - 1e3; }
static inline bool make_bool(int64_t row) { return row % 3 == 0; }
static inline int32_t make_day(int64_t row) { return (int32_t)(row % 40000 - 10000); }
static inline int64_t make_when(int64_t row) { return INT64_C(1700000000000000) + row * 1000001; }
static inline int64_t make_time(int64_t row) { return row * 1000003 % INT64_C(86400000000); }
static inline int64_t make_duration(int64_t row) { return row * INT64_C(1234567891) - 777; }
static inline int32_t make_colour(int64_t row) { return (int32_t)(row % MAKE_COLOURS); }
static inline int make_text(char out[64], int64_t row)
{
	if (row % 5 == 0)
		return 0;
	return snprintf(out, 64, "zeile %lld \xe2\x80\x93 \xe6\x9d\xb1", (long long)row);
}

/* Large enough for one batch. */
struct make {
	int64_t whole[BATCH_ROWS], when[BATCH_ROWS], time[BATCH_ROWS], duration[BATCH_ROWS];
	double real[BATCH_ROWS];
	int32_t day[BATCH_ROWS], colour[BATCH_ROWS], offsets[BATCH_ROWS + 1];
	uint8_t flag[BATCH_ROWS / 8], valid[MAKE_COLS][BATCH_ROWS / 8];
	char text[BATCH_ROWS * 32];
	struct column cols[MAKE_COLS];
};

static inline void make_bit(uint8_t *bits, int64_t i, bool on)
{
	int bit = 1 << (i & 7);
	bits[i >> 3] = (uint8_t)(on ? bits[i >> 3] | bit : bits[i >> 3] & ~bit);
}

static inline void make_batch(struct make *m, int64_t first, int64_t rows)
{
	memset(m->flag, 0xaa, sizeof m->flag);   /* rubbish beyond the rows, for the writer to clear */
	memset(m->valid, 0xaa, sizeof m->valid);
	for (int c = 0; c < MAKE_COLS; c++)
		m->cols[c] = (struct column){ .type = make_fields[c].type, .rows = rows };
	for (int64_t i = 0; i < rows; i++) {
		int64_t row = first + i;
		m->whole[i] = make_int(row);
		m->real[i] = make_real(row);
		make_bit(m->flag, i, make_bool(row));
		m->day[i] = make_day(row);
		m->when[i] = make_when(row);
		m->time[i] = make_time(row);
		m->duration[i] = make_duration(row);
		m->colour[i] = make_colour(row);
		m->offsets[i + 1] = m->offsets[i] + make_text(m->text + m->offsets[i], row);
		for (int c = 0; c < MAKE_COLS; c++) {
			make_bit(m->valid[c], i, make_has(c, row));
			m->cols[c].nulls += !make_has(c, row);
		}
	}
	for (int c = 0; c < MAKE_COLS; c++)
		m->cols[c].valid = m->valid[c];
	m->cols[MAKE_INT].v.i64 = m->whole;
	m->cols[MAKE_REAL].v.f64 = m->real;
	m->cols[MAKE_BOOL].v.bits = m->flag;
	m->cols[MAKE_DATE].v.i32 = m->day;
	m->cols[MAKE_UTC].v.i64 = m->cols[MAKE_LOCAL].v.i64 = m->when;
	m->cols[MAKE_TEXT].v.offsets = m->offsets;
	m->cols[MAKE_TEXT].bytes = m->text;
	m->cols[MAKE_COLOUR].v.i32 = m->colour;
	m->cols[MAKE_TIME].v.i64 = m->time;
	m->cols[MAKE_DURATION].v.i64 = m->duration;
}

/* Writes `rows` rows to `path`; the dictionary goes last. */
static inline int make_table(const char *path, int64_t rows, struct err *e)
{
	struct table_writer *w = table_writer_new(path, make_fields, MAKE_COLS, e);
	if (!w)
		return -1;
	struct make *m = mem_calloc(1, sizeof *m);
	int status = 0;
	for (int64_t first = 0; first < rows && !status; first += BATCH_ROWS) {
		int64_t n = rows - first < BATCH_ROWS ? rows - first : BATCH_ROWS;
		make_batch(m, first, n);
		status = table_writer_batch(w, m->cols, n, e);
	}
	free(m);
	if (!status)
		status = table_writer_dict(w, MAKE_COLOUR, make_colour_offsets, make_colours,
			MAKE_COLOURS, e);
	if (!status)
		return table_writer_close(w, e);
	table_writer_abort(w);
	return -1;
}

/* A file name in the temporary folder of the machine, for this process alone. */
static inline const char *make_path(const char *name)
{
	static char path[512];
	const char *dir = getenv("TMPDIR");
	snprintf(path, sizeof path, "%s/dossier-%ld-%s", dir ? dir : "/tmp", (long)getpid(), name);
	return path;
}

#endif
