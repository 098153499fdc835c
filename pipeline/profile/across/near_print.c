/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A column in some rows, ready to be compared value by value: numbers as they are, texts as codes that
 * ignore case and blanks. */
#include "profile/relations_int.h"

#include <stdlib.h>

/* ---- texts -------------------------------------------------------------------------------- */

/* Folded, without blanks at the ends, one blank for several. 52 bits, which a double holds. */
static double text_code(struct str s)
{
	uint64_t h = 0;
	bool blank = false, any = false;
	const char *p = s.p, *end = s.p + s.n;
	while (p < end) {
		int script;
		uint32_t c = utf8_next(&p, end);
		if (letter_class(c, &script) == SPACE) {
			blank = any;
			continue;
		}
		if (blank)
			h = key_mix(h + ' ');
		h = key_mix(h * 31 + letter_fold(c) + 1);
		blank = false;
		any = true;
	}
	return (double)(h >> 12);
}

static void sample_texts(const struct sample *s, int col, double *out)
{
	bool dict = table_field(s->table, col)->type == COLUMN_DICT;
	int32_t size = dict ? table_dict_size(s->table, col) : 0;
	double *code = mem_alloc(((size_t)size + 1) * sizeof *code);
	for (int32_t i = 0; i < size; i++)
		code[i] = NAN;
	for (int64_t i = 0; i < s->n; i++) {
		const struct batch *b = table_batch(s->table, s->rows[i] / BATCH_ROWS);
		const struct column *c = &b->cols[col];
		int64_t row = s->rows[i] - b->first_row;
		out[i] = NAN;
		if (!column_has(c, row))
			continue;
		if (!dict) {
			out[i] = text_code(column_str(c, row));
			continue;
		}
		int32_t k = c->v.i32[row];
		if (isnan(code[k]))
			code[k] = text_code(table_dict_value(s->table, col, k));
		out[i] = code[k];
	}
	free(code);
}

/* ---- whole numbers ---------------------------------------------------------------------------- */

/* Identifiers may be longer than the digits of a double: they are compared by codes, too. */
static bool are_long(const double *x, int64_t n)
{
	for (int64_t i = 0; i < n; i++)
		if (fabs(x[i]) > 9007199254740992.0)
			return true;
	return false;
}

static void sample_integers(const struct sample *s, int col, double *out)
{
	for (int64_t i = 0; i < s->n; i++) {
		const struct batch *b = table_batch(s->table, s->rows[i] / BATCH_ROWS);
		const struct column *c = &b->cols[col];
		int64_t row = s->rows[i] - b->first_row;
		if (column_has(c, row))
			out[i] = (double)(key_mix((uint64_t)c->v.i64[row]) >> 12);
	}
}

/* ---- prints --------------------------------------------------------------------------------- */

/* Numbers compare with numbers, texts with texts, any other type with itself. */
static int kind_of(enum column_type t)
{
	return t == COLUMN_FLOAT64 ? COLUMN_INT64 : t == COLUMN_DICT ? COLUMN_UTF8 : (int)t;
}

static double mode_of(const double *x, int64_t n)
{
	uint64_t *keys = mem_alloc(((size_t)n + 1) * sizeof *keys);
	size_t k = 0, run = 0;
	for (int64_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			keys[k++] = key_of_double(x[i]);
	struct sorted s = sorted_new(keys, k, false);
	double mode = k && sorted_common(&s, &run, 1) ? sorted_value(&s, run) : NAN;
	sorted_free(&s);
	return mode;
}

static double spread_of(const double *x, int64_t n)
{
	double k = 0, sum = 0, squares = 0;
	for (int64_t i = 0; i < n; i++)
		if (!isnan(x[i])) {
			sum += x[i];
			k++;
		}
	for (int64_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			squares += (x[i] - sum / k) * (x[i] - sum / k);
	return k > 1 ? sqrt(squares / (k - 1)) : 0;
}

void print_fill(struct print *p, const struct sample *s, const struct variable *v, int var)
{
	*p = (struct print){ .var = var, .kind = kind_of(table_field(s->table, v->col)->type),
		.measures = v->type == VARIABLE_NUMERIC,
		.x = mem_alloc(((size_t)s->n + 1) * sizeof *p->x),
		.least = v->decimals >= 0 && v->decimals <= DECIMALS_MAX
			? 0.5 * pow(10, -v->decimals) : 0 };
	if (p->kind == COLUMN_UTF8)
		sample_texts(s, v->col, p->x);
	else
		sample_numbers(s, v->col, p->x);
	if (table_field(s->table, v->col)->type == COLUMN_INT64 && are_long(p->x, s->n)) {
		sample_integers(s, v->col, p->x);
		p->kind = -1;
		p->measures = false;
	}
	p->mode = mode_of(p->x, s->n);
	p->sd = spread_of(p->x, s->n);
}
