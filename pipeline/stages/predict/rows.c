/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Predicted rows as text. Numbers are the shortest that read back as the same; what is missing is an empty field,
 * or null. */
#include "stages/predict_int.h"

#include <math.h>
#include <string.h>

static size_t put_digits(char *out, int64_t v)
{
	char back[24];
	size_t n = 0;
	for (; v; v /= 10)
		back[n++] = (char)('0' + v % 10);
	for (size_t i = 0; i < n; i++)
		out[i] = back[n - 1 - i];
	return n;
}

static void put_number(struct buf *out, double v, bool json)
{
	buf_reserve(out, NUM_MAX);
	if (isfinite(v))
		out->n += num_shortest(out->p + out->n, v);
	else if (json)
		buf_puts(out, "null");
}

static void put_csv_text(struct buf *out, struct str s)
{
	bool plain = s.n > 0;
	for (size_t i = 0; i < s.n && plain; i++)
		plain = s.p[i] != ',' && s.p[i] != '"' && s.p[i] != '\n' && s.p[i] != '\r';
	if (plain) {
		buf_put(out, s.p, s.n);
		return;
	}
	buf_putc(out, '"');   /* an empty text too: an empty field is a missing value */
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_putc(out, '"');
		buf_putc(out, s.p[i]);
	}
	buf_putc(out, '"');
}

static void put_json_text(struct buf *out, struct str s)
{
	buf_putc(out, '"');
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '"' || c == '\\')
			buf_printf(out, "\\%c", c);
		else if (c < 0x20)
			buf_printf(out, "\\u%04x", c);
		else
			buf_putc(out, (char)c);
	}
	buf_putc(out, '"');
}

static void put_text(struct buf *out, struct str s, bool json)
{
	if (json)
		put_json_text(out, s);
	else
		put_csv_text(out, s);
}

/* A cell of the table as it would be written into a CSV file. */
static void put_cell(struct buf *out, const struct match *m, int col, int64_t row, bool json)
{
	const struct column *c = &table_batch(m->t, row / BATCH_ROWS)->cols[col];
	int64_t i = row % BATCH_ROWS;
	char text[64];
	struct str s = { text, 0 };
	if (!column_has(c, i)) {
		if (json)
			buf_puts(out, "null");
		return;
	}
	switch (c->type) {
	case COLUMN_INT64:
		buf_printf(out, "%lld", (long long)c->v.i64[i]);
		return;
	case COLUMN_FLOAT64:
		put_number(out, c->v.f64[i], json);
		return;
	case COLUMN_BOOL:
		buf_puts(out, c->v.bits[i >> 3] >> (i & 7) & 1 ? "true" : "false");
		return;
	case COLUMN_DATE:
		s.n = date_format(text, c->v.i32[i]);
		break;
	case COLUMN_TIMESTAMP:
		s.n = time_format(text, c->v.i64[i]);
		if (s.n && !table_field(m->t, col)->zone)
			s.n--;   /* no zone is known, so no "Z" */
		break;
	case COLUMN_TIME:
	case COLUMN_DURATION:
		s.n = clock_format(text, c->v.i64[i]);
		break;
	case COLUMN_UTF8:
		s = column_str(c, i);
		break;
	case COLUMN_DICT:
		s = table_dict_value(m->t, col, c->v.i32[i]);
		break;
	}
	put_text(out, s, json);
}

/* ---- rows ---------------------------------------------------------------------------------------------- */

/* Begins a field: a comma, and in JSON its name. */
static void next(struct buf *out, const struct match *m, size_t *at, bool json)
{
	if (*at)
		buf_putc(out, ',');
	if (json) {
		put_json_text(out, str_of(m->names[*at]));
		buf_putc(out, ':');
	}
	++*at;
}

static void put_row(struct buf *out, const struct match *m, const double *p, int64_t row, bool json)
{
	const struct fitted *f = m->f;
	size_t at = 0;
	if (json)
		buf_putc(out, '{');
	next(out, m, &at, json);
	buf_reserve(out, 24);
	out->n += put_digits(out->p + out->n, row + 1);
	next(out, m, &at, json);
	if (!f->nclasses)
		put_number(out, p[0], json);
	else if (!isnan(p[0]))
		put_text(out, str_of(f->classes[outcome_class(f, p)]), json);
	else if (json)
		buf_puts(out, "null");
	for (int side = -1; side <= 1 && f->half_width >= 0; side += 2) {
		next(out, m, &at, json);
		put_number(out, p[0] + side * f->half_width, json);
	}
	for (int k = 0; k < f->nclasses; k++) {
		next(out, m, &at, json);
		put_number(out, p[k], json);
	}
	for (size_t i = 0; i < m->nkeep; i++) {
		next(out, m, &at, json);
		put_cell(out, m, m->keep[i], row, json);
	}
	buf_puts(out, json ? "}\n" : "\n");
}

void rows_put(struct buf *out, const struct match *m, enum predict_format format, const double *prediction, int64_t first,
	int64_t n)
{
	for (int64_t i = 0; i < n; i++)
		put_row(out, m, prediction + i * m->f->outputs, first + i, format == PREDICT_NDJSON);
}

void rows_header(struct buf *out, const struct match *m, enum predict_format format)
{
	for (size_t i = 0; i < m->nnames && format == PREDICT_CSV; i++) {
		if (i)
			buf_putc(out, ',');
		put_csv_text(out, str_of(m->names[i]));
	}
	if (format == PREDICT_CSV)
		buf_putc(out, '\n');
}
