/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cell of a table as a number or as a text. */
#include "model/frame/frame_int.h"

#include <math.h>

static const struct column *column_at(const struct cells *c, size_t i, int64_t *at)
{
	*at = c->row[i] % BATCH_ROWS;
	return &table_batch(c->t, c->row[i] / BATCH_ROWS)->cols[c->col];
}

double cell_number(const struct cells *cells, size_t row)
{
	int64_t i;
	const struct column *c = column_at(cells, row, &i);
	if (!column_has(c, i))
		return NAN;
	switch (c->type) {
	case COLUMN_INT64:
	case COLUMN_TIMESTAMP:
		return (double)c->v.i64[i];
	case COLUMN_TIME:
	case COLUMN_DURATION:
		return (double)c->v.i64[i] / 1e6;
	case COLUMN_FLOAT64:
		return isfinite(c->v.f64[i]) ? c->v.f64[i] : NAN;
	case COLUMN_BOOL:
		return c->v.bits[i >> 3] >> (i & 7) & 1;
	case COLUMN_DATE:
	case COLUMN_DICT:
		return c->v.i32[i];
	case COLUMN_UTF8:
		return NAN;
	}
	return NAN;
}

struct str cells_text(const struct cells *cells, size_t row, char scratch[NUM_MAX])
{
	int64_t i;
	const struct column *c = column_at(cells, row, &i);
	if (!column_has(c, i))
		return (struct str){ NULL, 0 };
	if (c->type == COLUMN_DICT)
		return table_dict_value(cells->t, cells->col, c->v.i32[i]);
	if (c->type == COLUMN_UTF8)
		return column_str(c, i);
	double v = cell_number(cells, row);
	if (c->type == COLUMN_BOOL)
		return str_of(v > 0 ? "true" : "false");
	if (isnan(v))
		return (struct str){ NULL, 0 };
	return (struct str){ scratch, num_shortest(scratch, v) };
}

double *cells_numbers(const struct cells *c, struct arena *a)
{
	double *x = arena_calloc(a, c->n, sizeof *x);
	for (size_t i = 0; i < c->n; i++)
		x[i] = cell_number(c, i);
	return x;
}

bool cell_missing(const struct cells *c, size_t i)
{
	int64_t at;
	const struct column *column = column_at(c, i, &at);
	return !column_has(column, at) || (column->type == COLUMN_FLOAT64 && !isfinite(column->v.f64[at]));
}

bool numbers_vary(const double *x, size_t n)
{
	double first = NAN;
	for (size_t i = 0; i < n; i++) {
		if (isnan(x[i]))
			continue;
		if (isnan(first))
			first = x[i];
		else if (x[i] != first)
			return true;
	}
	return false;
}
