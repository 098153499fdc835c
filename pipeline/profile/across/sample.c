/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sample of rows for what needs order or a picture. */
#include "profile/across_int.h"

/* Stretches keep the rows in order and spread over the whole table, which a sorted or drifting
 * file rewards with less variance than drawing freely would have. */
struct sample sample_new(const struct table *t, int64_t most, uint64_t seed, struct arena *a)
{
	int64_t all = table_nrows(t), n = all < most ? all : most;
	int64_t *rows = arena_calloc(a, (size_t)n + 1, sizeof *rows);
	struct rng r;
	rng_seed(&r, seed);
	for (int64_t i = 0; i < n; i++) {
		int64_t from = i * all / n, to = (i + 1) * all / n;
		rows[i] = from + (int64_t)rng_below(&r, (uint64_t)(to - from));
	}
	return (struct sample){ .table = t, .n = n, .rows = rows };
}

/* The rows [i, last] of the sample that follow each other within one batch. */
static int64_t run_last(const struct sample *s, int64_t i, const struct batch *b)
{
	int64_t end = b->first_row + b->rows;
	while (i + 1 < s->n && s->rows[i + 1] == s->rows[i] + 1 && s->rows[i + 1] < end)
		i++;
	return i;
}

void sample_numbers(const struct sample *s, int col, double *out)
{
	for (int64_t i = 0; i < s->n;) {
		const struct batch *b = table_batch(s->table, s->rows[i] / BATCH_ROWS);
		int64_t end = run_last(s, i, b) + 1;
		cells_number(&b->cols[col], s->rows[i] - b->first_row, end - i, out + i);
		i = end;
	}
}

void sample_codes(const struct sample *s, const struct levels *l, uint8_t *out)
{
	for (int64_t i = 0; i < s->n;) {
		const struct batch *b = table_batch(s->table, s->rows[i] / BATCH_ROWS);
		int64_t end = run_last(s, i, b) + 1;
		levels_code(l, b, s->rows[i] - b->first_row, end - i, out + i);
		i = end;
	}
}
