/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a table file as lines of text, so that tests can compare them. */
#ifndef INGEST_DUMP_H
#define INGEST_DUMP_H

#include "table/table.h"

#include <string.h>

static inline void dump_text(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\n')
			buf_puts(b, "\\n");
		else if (s.p[i] == '\r')
			buf_puts(b, "\\r");
		else if (s.p[i] == '\t')
			buf_puts(b, "\\t");
		else
			buf_putc(b, s.p[i]);
	}
}

static inline void dump_value(struct buf *b, const struct table *t, const struct batch *batch,
	int col, int64_t row)
{
	const struct column *c = &batch->cols[col];
	char text[NUM_MAX], date[40];
	if (!column_has(c, row)) {
		buf_puts(b, "-");
		return;
	}
	switch (c->type) {
	case COLUMN_INT64:
		buf_printf(b, "%lld", (long long)c->v.i64[row]);
		break;
	case COLUMN_FLOAT64:
		num_shortest(text, c->v.f64[row]);
		buf_puts(b, text);
		break;
	case COLUMN_BOOL:
		buf_puts(b, c->v.bits[row >> 3] >> (row & 7) & 1 ? "true" : "false");
		break;
	case COLUMN_DATE:
		date_format(date, c->v.i32[row]);
		buf_puts(b, date);
		break;
	case COLUMN_TIMESTAMP:
		time_format(date, c->v.i64[row]);
		if (!table_field(t, col)->zone)
			date[strlen(date) - 1] = 0;   /* local time has no Z */
		buf_puts(b, date);
		break;
	case COLUMN_TIME:
	case COLUMN_DURATION:
		clock_format(date, c->v.i64[row]);
		buf_puts(b, date);
		break;
	case COLUMN_UTF8:
	case COLUMN_DICT: {
		struct str s = c->type == COLUMN_UTF8 ? column_str(c, row)
						      : table_dict_value(t, col, c->v.i32[row]);
		dump_text(b, s);
		break;
	}
	}
}

static inline void dump_rows(struct buf *b, const char *path)
{
	struct table *t = table_open(path, NULL);
	if (!t)
		return;
	for (int64_t i = 0; i < table_nbatches(t); i++) {
		const struct batch *batch = table_batch(t, i);
		for (int64_t row = 0; row < batch->rows; row++) {
			buf_puts(b, "row: ");
			for (int c = 0; c < batch->ncols; c++) {
				buf_puts(b, c ? " | " : "");
				dump_value(b, t, batch, c, row);
			}
			buf_putc(b, '\n');
		}
	}
	table_close(t);
}

#endif
