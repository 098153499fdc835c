/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From the batches to sorted runs. Most columns are whole numbers, decimals or times that take up
 * fewer than 2^32 steps: their values are sorted as 32-bit codes, or only counted by code where
 * there are not many more codes than values. What is left is sorted as 64-bit keys.
 */
#include "profile/column_int.h"

#include <stdlib.h>

/* Value = (base + code) * unit or (base + code) / power. */
struct coding {
	enum { CODED_NOT, CODED_WHOLE, CODED_DECIMAL } kind;
	int64_t base, unit;
	double power;
	uint32_t most;             /* the highest code */
};

static bool code_decimals(struct coding *c, const struct numbers_fold *f)
{
	int places = DECIMALS_MAX;
	while (places && !f->decimals[places])
		places--;
	double power = decimal_powers[places], min = rint(double_of_key(f->min) * power),
	       max = rint(double_of_key(f->max) * power);
	if (f->infinite || f->decimals[DECIMALS_MAX + 1] || !(fabs(min) < UNITS_LIMIT) ||
		!(fabs(max) < UNITS_LIMIT) || max - min > UINT32_MAX)
		return false;
	*c = (struct coding){ .kind = CODED_DECIMAL, .base = (int64_t)min, .power = power,
		.most = (uint32_t)(max - min) };
	return true;
}

static bool code_wholes(struct coding *c, const struct numbers_fold *f, enum column_type type)
{
	bool seconds_only = type == COLUMN_TIMESTAMP && !f->fractions;
	int64_t unit = seconds_only ? TICKS_A_SECOND : 1;
	uint64_t most = (f->max - f->min) / (uint64_t)unit;
	if (most > UINT32_MAX)
		return false;
	*c = (struct coding){ .kind = CODED_WHOLE, .base = int_of_key(f->min) / unit,
		.unit = unit, .most = (uint32_t)most };
	return true;
}

static uint64_t key_of_code(const struct coding *c, uint32_t code)
{
	int64_t v = c->base + code;
	return c->kind == CODED_WHOLE ? key_of_int(v * c->unit)
				      : key_of_double((double)v / c->power);
}

/* ---- the values of a batch --------------------------------------------------------------- */

static void take_block(struct block *b, const struct column *c, size_t row, bool nan)
{
	if (column_is_whole(c->type)) {
		block_wholes(b, c, row);
		return;
	}
	block_reals(b, c, row);
	if (nan)
		block_keep(b, INFINITY);
}

/* Codes of the rows from `row` on; gives their number. */
static size_t block_codes(const struct coding *c, const struct column *column, size_t row, bool nan,
	uint32_t *out)
{
	struct block b;
	take_block(&b, column, row, nan);
	if (c->kind == CODED_DECIMAL) {
		kernels()->codes(b.x, b.n, c->power, (double)c->base, out);
	} else if (c->unit == 1) {
		for (size_t i = 0; i < b.n; i++)
			out[i] = (uint32_t)((uint64_t)b.v[i] - (uint64_t)c->base);
	} else {
		/* exact, and by a constant, which compilers turn into a multiplication */
		for (size_t i = 0; i < b.n; i++)
			out[i] = (uint32_t)(b.v[i] / TICKS_A_SECOND - c->base);
	}
	return b.n;
}

static size_t block_keys(const struct column *c, size_t row, bool nan, uint64_t *out)
{
	struct block b;
	take_block(&b, c, row, nan);
	if (column_is_whole(c->type))
		for (size_t i = 0; i < b.n; i++)
			out[i] = key_of_int(b.v[i]);
	else
		for (size_t i = 0; i < b.n; i++)
			out[i] = key_of_double(b.x[i]);
	return b.n;
}

/* ---- runs -------------------------------------------------------------------------------- */

static struct sorted runs_new(size_t runs, int64_t n, bool integer)
{
	struct sorted s = { .runs = runs, .n = n, .integer = integer };
	s.key = mem_large((runs + 1) * sizeof *s.key);
	s.before = mem_large((runs + 1) * sizeof *s.before);
	s.before[runs] = n;
	return s;
}

/* A few codes are counted in turn in several tables, because counting the same one again has to
 * wait for the memory. */
enum { TABLES = 4, FEW_CODES = 1024, DENSE_MAX = 1 << 22 };

static struct sorted sort_by_counting(const struct table *t, int col, const struct numbers_fold *f,
	const struct coding *c, bool integer)
{
	size_t width = (size_t)c->most + 1, tables = width <= FEW_CODES ? TABLES : 1, runs = 0, at = 0;
	uint32_t *counts = mem_calloc(width * tables, sizeof *counts), codes[BLOCK_ROWS];
	size_t step = tables == 1 ? 0 : width;
	for (int64_t i = 0; i < table_nbatches(t); i++) {
		const struct column *column = &table_batch(t, i)->cols[col];
		for (size_t row = 0; row < (size_t)column->rows; row += BLOCK_ROWS) {
			size_t n = block_codes(c, column, row, f->nan, codes);
			for (size_t k = 0; k < n; k++)
				counts[codes[k] + k % TABLES * step]++;
		}
	}
	for (size_t i = 0; i < width; i++) {
		for (size_t k = 1; k < tables; k++)
			counts[i] += counts[i + k * step];
		runs += counts[i] > 0;
	}
	struct sorted s = runs_new(runs, f->n, integer);
	int64_t before = 0;
	for (size_t i = 0; i < width; i++) {
		if (!counts[i])
			continue;
		s.key[at] = key_of_code(c, (uint32_t)i);
		s.before[at++] = before;
		before += counts[i];
	}
	free(counts);
	return s;
}

static struct sorted runs_of_codes(
	const uint32_t *code, size_t n, const struct coding *c, bool integer)
{
	size_t runs = n > 0, at = 0;
	for (size_t i = 1; i < n; i++)
		runs += code[i] != code[i - 1];
	struct sorted s = runs_new(runs, (int64_t)n, integer);
	for (size_t i = 0; i < n; i++) {
		if (i && code[i] == code[i - 1])
			continue;
		s.key[at] = key_of_code(c, code[i]);
		s.before[at++] = (int64_t)i;
	}
	return s;
}

static bool rising(const struct numbers_fold *f)
{
	return !f->steps.down;
}

static struct sorted sort_by_codes(const struct table *t, int col, const struct numbers_fold *f,
	const struct coding *c, bool integer)
{
	size_t n = 0, room = (size_t)f->n + BLOCK_ROWS;
	uint32_t *codes = mem_large(room * sizeof *codes), *sorted = codes, *tmp = NULL;
	for (int64_t i = 0; i < table_nbatches(t); i++) {
		const struct column *column = &table_batch(t, i)->cols[col];
		for (size_t row = 0; row < (size_t)column->rows; row += BLOCK_ROWS)
			n += block_codes(c, column, row, f->nan, codes + n);
	}
	if (!rising(f)) {
		tmp = mem_large(room * sizeof *tmp);
		sorted = sort_codes(codes, tmp, n);
		free(sorted == codes ? tmp : codes);
	}
	struct sorted s = runs_of_codes(sorted, n, c, integer);
	free(sorted);
	return s;
}

static struct sorted sort_by_keys(const struct table *t, int col, const struct numbers_fold *f,
	bool integer)
{
	size_t n = 0;
	uint64_t *keys = mem_large(((size_t)(f->n + f->infinite) + BLOCK_ROWS) * sizeof *keys);
	for (int64_t i = 0; i < table_nbatches(t); i++) {
		const struct column *column = &table_batch(t, i)->cols[col];
		for (size_t row = 0; row < (size_t)column->rows; row += BLOCK_ROWS)
			n += block_keys(column, row, f->nan, keys + n);
	}
	return sorted_new(keys, n, integer);
}

struct sorted column_sorted(const struct table *t, int col, const struct numbers_fold *f)
{
	enum column_type type = table_field(t, col)->type;
	bool integer = column_is_whole(type);
	struct coding c = { 0 };
	if (!f->any || !(integer ? code_wholes(&c, f, type) : code_decimals(&c, f)))
		return sort_by_keys(t, col, f, integer);
	if (c.most < DENSE_MAX && c.most <= 2 * (uint64_t)f->n && f->n <= UINT32_MAX)
		return sort_by_counting(t, col, f, &c, integer);
	return sort_by_codes(t, col, f, &c, integer);
}
