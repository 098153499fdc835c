/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How strongly the missing values of one column go with another column. The other one is ranked
 * once; each test then looks only at the rows in which the first is missing.
 */
#include "profile/missing_int.h"

#include <stdlib.h>

/* ---- the other column ------------------------------------------------------------------ */

static bool is_ranked(const struct variable *v)
{
	return variable_measures(v->type) || v->type == VARIABLE_DATETIME;
}

/* Rows that have a value, by value: numbers in their order, the others in that of some key. */
static size_t rows_by_value(struct keyed *row, const struct sample *s, const struct variable *v)
{
	size_t n = 0;
	if (is_ranked(v)) {
		double *x = mem_alloc(((size_t)s->n + 1) * sizeof *x);
		sample_numbers(s, v->col, x);
		for (int64_t i = 0; i < s->n; i++)
			if (!isnan(x[i]))
				row[n++] = (struct keyed){ key_of_double(x[i]), i };
		free(x);
	} else {
		uint64_t key;
		uint8_t has;
		for (int64_t i = 0; i < s->n; i++) {
			const struct batch *b = table_batch(s->table, s->rows[i] / BATCH_ROWS);
			cells_key(&b->cols[v->col], s->rows[i] - b->first_row, 1, &key, &has);
			if (has)
				row[n++] = (struct keyed){ key, i };
		}
	}
	sort_keyed(row, row + s->n, n);
	return n;
}

static void rank_rows(struct witness *w, const struct keyed *row, size_t n, int64_t rows)
{
	w->rank = mem_calloc((size_t)rows + 1, sizeof *w->rank);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && row[end].key == row[i].key; end++)
			continue;
		double t = (double)(end - i);
		w->ties += t * t * t - t;
		for (size_t k = i; k < end; k++)
			w->rank[row[k].row] = (int32_t)(i + 1 + end);
	}
}

static void number_levels(struct witness *w, const struct keyed *row, size_t n, int64_t rows,
	int max_levels)
{
	w->level = mem_alloc((size_t)rows + 1);
	memset(w->level, LEVEL_NONE, (size_t)rows);
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || row[i].key != row[i - 1].key) {
			if (w->levels == max_levels) {
				w->levels = 0;
				return;
			}
			w->example[w->levels++] = row[i].row;
		}
		w->count[w->levels - 1]++;
		w->level[row[i].row] = (uint8_t)(w->levels - 1);
	}
}

void witness_init(struct witness *w, const struct sample *s, const struct variable *v, int var,
	int max_levels)
{
	*w = (struct witness){ .var = var, .ranked = var < 0 || is_ranked(&v[var]), .n = s->n };
	struct keyed *row = mem_alloc((2 * (size_t)s->n + 1) * sizeof *row);
	if (var < 0)
		for (int64_t i = 0; i < s->n; i++)
			row[i] = (struct keyed){ (uint64_t)i, i };
	else
		w->n = (int64_t)rows_by_value(row, s, &v[var]);
	if (w->ranked)
		rank_rows(w, row, (size_t)w->n, s->n);
	else
		number_levels(w, row, (size_t)w->n, s->n, max_levels);
	free(row);
}

void witness_free(struct witness *w)
{
	free(w->rank);
	free(w->level);
}

/* ---- clues ------------------------------------------------------------------------------- */

static struct missing_clue no_clue(int var, int64_t n)
{
	return (struct missing_clue){ var, NAN, NAN, NAN, n };
}

/* Mann & Whitney 1947: ranks in the rows where m is missing against the others. */
static struct missing_clue clue_of_ranks(const struct absent *m, const struct witness *w)
{
	struct missing_clue c = no_clue(w->var, w->n);
	int64_t gone = 0, sum = 0;
	for (int64_t i = 0; i < m->n; i++) {
		int32_t rank = w->rank[m->row[i]];
		gone += rank > 0;
		sum += rank;
	}
	double n = (double)w->n, n1 = (double)gone, n0 = n - n1;
	if (n1 < MISSING_FEW || n0 < MISSING_FEW)
		return c;
	double u = (double)sum / 2 - n1 * (n1 + 1) / 2;
	double variance = n1 * n0 / 12 * (n + 1 - w->ties / (n * (n - 1)));
	if (!(variance > 0))
		return c;
	double z = (u - n1 * n0 / 2) / sqrt(variance);
	c.effect = fmax(-1, fmin(1, z / sqrt(n)));
	c.p = erfc(fabs(z) / sqrt(2));
	return c;
}

static struct missing_clue clue_of_levels(const struct absent *m, const struct witness *w)
{
	struct missing_clue c = no_clue(w->var, w->n);
	int64_t count[2 * LEVELS_MAX] = { 0 }, *there = count, *gone = count + w->levels, n1 = 0;
	if (w->levels < 2)
		return c;
	memcpy(there, w->count, (size_t)w->levels * sizeof *there);
	for (int64_t i = 0; i < m->n; i++) {
		uint8_t level = w->level[m->row[i]];
		if (level == LEVEL_NONE)
			continue;
		gone[level]++;
		there[level]--;
		n1++;
	}
	if (n1 < MISSING_FEW || w->n - n1 < MISSING_FEW)
		return c;
	struct association v = cramers_v(count, 2, w->levels);
	c.effect = v.value;
	c.p = v.p;
	return c;
}

struct missing_clue clue_of(const struct absent *m, const struct witness *w)
{
	return w->ranked ? clue_of_ranks(m, w) : clue_of_levels(m, w);
}

struct missing_clue clue_of_absence(const struct absent *m, const struct absent *other,
	int64_t rows)
{
	struct missing_clue c = no_clue(other->var, rows);
	int64_t both = 0;
	for (int64_t i = 0; i < (rows + 63) / 64; i++)
		both += __builtin_popcountll(m->bits[i] & other->bits[i]);
	double n = (double)rows, a = (double)m->n, b = (double)other->n;
	if (fmin(a, b) < MISSING_FEW || n - fmax(a, b) < MISSING_FEW)
		return c;
	double phi = ((double)both - a * (b / n)) /
		(sqrt(a * (1 - a / n)) * sqrt(b * (1 - b / n)));
	c.effect = fmax(-1, fmin(1, phi));
	c.p = erfc(fabs(c.effect) * sqrt(n / 2));
	return c;
}
