/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading cells of any type as what the statistics need: numbers, keys, presence, order. */
#include "profile/across_int.h"

static bool bit(const uint8_t *bits, int64_t i)
{
	return bits[i >> 3] >> (i & 7) & 1;
}

/* The first cleared bit in [at, end), or end. */
static int64_t next_hole(const uint8_t *valid, int64_t at, int64_t end)
{
	for (; at < end; at++) {
		while (at % 8 == 0 && end - at >= 8 && valid[at >> 3] == 0xff)
			at += 8;
		if (at < end && !bit(valid, at))
			return at;
	}
	return end;
}

/* NaN for what is not finite: an infinity less itself is NaN, and what is added to that. */
static void finite_or_nan(const double *x, int64_t n, double *out)
{
	int64_t i = 0;
	for (lanes v; i + LANES <= n; i += LANES) {
		memcpy(&v, x + i, sizeof v);
		v += v - v;
		memcpy(out + i, &v, sizeof v);
	}
	for (; i < n; i++)
		out[i] = isfinite(x[i]) ? x[i] : NAN;
}

void cells_number(const struct column *c, int64_t from, int64_t n, double *out)
{
	switch (c->type) {
	case COLUMN_INT64:
	case COLUMN_TIMESTAMP:
		for (int64_t i = 0; i < n; i++)
			out[i] = (double)c->v.i64[from + i];
		break;
	case COLUMN_TIME:
	case COLUMN_DURATION:
		for (int64_t i = 0; i < n; i++)
			out[i] = seconds(c->v.i64[from + i]);
		break;
	case COLUMN_FLOAT64:
		finite_or_nan(c->v.f64 + from, n, out);
		break;
	case COLUMN_DATE:
		for (int64_t i = 0; i < n; i++)
			out[i] = c->v.i32[from + i];
		break;
	case COLUMN_BOOL:
		for (int64_t i = 0; i < n; i++)
			out[i] = bit(c->v.bits, from + i);
		break;
	case COLUMN_UTF8:
	case COLUMN_DICT:
		for (int64_t i = 0; i < n; i++)
			out[i] = NAN;
		break;
	}
	if (c->valid)
		for (int64_t i = 0; (i = next_hole(c->valid, from + i, from + n) - from) < n; i++)
			out[i] = NAN;
}

/* The bits of a number, with one zero. */
static uint64_t number_key(double x)
{
	uint64_t k;
	x += 0.0;   /* -0 + 0 is 0 */
	memcpy(&k, &x, sizeof k);
	return k;
}

void cells_key(const struct column *c, int64_t from, int64_t n, uint64_t *key, uint8_t *has)
{
	bool holes = c->valid || c->type == COLUMN_FLOAT64;
	memset(has, 1, (size_t)n);
	if (c->valid)
		for (int64_t i = 0; (i = next_hole(c->valid, from + i, from + n) - from) < n; i++)
			has[i] = 0;
	switch (c->type) {
	case COLUMN_INT64:
	case COLUMN_TIMESTAMP:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		for (int64_t i = 0; i < n; i++)
			key[i] = (uint64_t)c->v.i64[from + i];
		break;
	case COLUMN_FLOAT64:
		for (int64_t i = 0; i < n; i++) {
			key[i] = number_key(c->v.f64[from + i]);
			has[i] = has[i] && !isnan(c->v.f64[from + i]);
		}
		break;
	case COLUMN_DATE:
	case COLUMN_DICT:
		for (int64_t i = 0; i < n; i++)
			key[i] = (uint64_t)(int64_t)c->v.i32[from + i];
		break;
	case COLUMN_BOOL:
		for (int64_t i = 0; i < n; i++)
			key[i] = bit(c->v.bits, from + i);
		break;
	case COLUMN_UTF8:
		for (int64_t i = 0; i < n; i++) {
			struct str s = column_str(c, from + i);
			key[i] = hash64(s.p, s.n, 0);
		}
		break;
	}
	for (int64_t i = 0; holes && i < n; i++)
		key[i] &= -(uint64_t)has[i];
}

/* Are all 64 finite? An infinity or NaN less itself is NaN. */
static bool all_finite(const double *x)
{
	lanes sum = { 0 }, v;
	for (int i = 0; i < 64; i += LANES) {
		memcpy(&v, x + i, sizeof v);
		sum += v - v;
	}
	for (int i = 1; i < LANES; i++)
		sum[0] += sum[i];
	return sum[0] == 0;
}

void cells_present(const struct column *c, uint64_t *out)
{
	size_t bytes = (size_t)(c->rows + 7) / 8;
	memset(out, 0, PRESENT_WORDS * sizeof *out);
	if (c->valid)
		memcpy(out, c->valid, bytes);
	else
		memset(out, 0xff, bytes);
	if (c->rows % 64)
		out[c->rows / 64] &= (UINT64_C(1) << (c->rows % 64)) - 1;
	if (c->type != COLUMN_FLOAT64)
		return;
	for (int64_t from = 0; from < c->rows; from += 64) {
		int64_t end = c->rows - from < 64 ? c->rows : from + 64;
		if (end - from == 64 && all_finite(c->v.f64 + from))
			continue;
		for (int64_t i = from; i < end; i++)
			if (isnan(c->v.f64[i]))
				out[i / 64] &= ~(UINT64_C(1) << (i % 64));
	}
}

struct cell {
	const struct column *c;
	int64_t i;
};

static struct cell cell_of(const struct table *t, int col, int64_t row)
{
	const struct batch *b = table_batch(t, row / BATCH_ROWS);
	return (struct cell){ &b->cols[col], row - b->first_row };
}

static bool present(struct cell x)
{
	return column_has(x.c, x.i) && !(x.c->type == COLUMN_FLOAT64 && isnan(x.c->v.f64[x.i]));
}

bool cell_has(const struct table *t, int col, int64_t row)
{
	return present(cell_of(t, col, row));
}

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

int cell_cmp(const struct table *t, int col, int64_t row1, int64_t row2)
{
	struct cell a = cell_of(t, col, row1), b = cell_of(t, col, row2);
	if (!present(a) || !present(b))
		return present(a) - present(b);
	switch (a.c->type) {
	case COLUMN_INT64:
	case COLUMN_TIMESTAMP:
	case COLUMN_TIME:
	case COLUMN_DURATION:
		return COMPARE(a.c->v.i64[a.i], b.c->v.i64[b.i]);
	case COLUMN_FLOAT64:
		return COMPARE(a.c->v.f64[a.i], b.c->v.f64[b.i]);
	case COLUMN_DATE:
	case COLUMN_DICT:
		return COMPARE(a.c->v.i32[a.i], b.c->v.i32[b.i]);
	case COLUMN_BOOL:
		return bit(a.c->v.bits, a.i) - bit(b.c->v.bits, b.i);
	case COLUMN_UTF8:
		return str_cmp(column_str(a.c, a.i), column_str(b.c, b.i));
	}
	return 0;
}

const char *value_text_at(const struct table *t, int col, int64_t row, struct arena *a)
{
	struct variable v = { .col = col };
	struct work w = { .table = t, .var = &v, .arena = a,
		.storage = table_field(t, col)->type };
	return value_text(&w, row);
}
