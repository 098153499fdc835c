/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of a sample of rows in the form that predicting one from another needs: cut into bins,
 * and in the order of their values. */
#include "profile/relations_int.h"

#include <stdlib.h>

static size_t first_at_least(const double *v, size_t n, double x)
{
	size_t lo = 0, hi = n;
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (v[mid] < x)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

/* A second share ends at x, where edge n - 1 is already: x gets a bin to itself. */
static int set_apart(const struct sorted *s, double x, double *edge, int n)
{
	size_t run = sorted_lower(s, x);
	if (run == 0 || (n > 1 && edge[n - 2] >= sorted_value(s, run - 1)))
		return n;
	edge[n - 1] = sorted_value(s, run - 1);
	edge[n] = x;
	return n + 1;
}

/* Upper edges that are values of the column: every value while there are few, else the order
 * statistics at equal shares, each once. */
static int bin_edges(const struct sorted *s, int most, double *edge)
{
	int n = 0;
	if (s->runs <= (size_t)most) {
		for (size_t i = 0; i < s->runs; i++)
			edge[n++] = sorted_value(s, i);
		return n;
	}
	for (int k = 1; k <= most; k++) {
		double x = sorted_at(s, s->n * k / most - 1);
		if (n == 0 || x > edge[n - 1])
			edge[n++] = x;
		else
			n = set_apart(s, x, edge, n);
	}
	return n;
}

int quantile_bins(const double *x, int64_t n, int most, uint8_t *code, double *lower,
	double *upper)
{
	double edge[LEVELS_MAX];
	uint64_t *keys = mem_alloc(((size_t)n + 1) * sizeof *keys);
	size_t k = 0;
	for (int64_t i = 0; i < n; i++)
		if (!isnan(x[i]))
			keys[k++] = key_of_double(x[i]);
	struct sorted s = sorted_new(keys, k, false);
	int bins = k ? bin_edges(&s, most < LEVELS_MAX ? most : LEVELS_MAX, edge) : 0;
	for (int64_t i = 0; i < n; i++)
		code[i] = isnan(x[i]) ? LEVEL_NONE
			: (uint8_t)first_at_least(edge, (size_t)bins, x[i]);
	for (int b = 0; b < bins && lower && upper; b++) {
		lower[b] = sorted_value(&s, b ? sorted_upper(&s, edge[b - 1]) : 0);
		upper[b] = edge[b];
	}
	sorted_free(&s);
	return bins;
}

struct panel panel_new(const struct sample *s, uint64_t seed, struct arena *a)
{
	size_t n = (size_t)s->n;
	struct panel p = { s, arena_calloc(a, n + 1, 1) };
	uint32_t *row = mem_alloc((n + 1) * sizeof *row);
	struct rng r;
	rng_seed(&r, seed);
	for (size_t i = 0; i < n; i++)
		row[i] = (uint32_t)i;
	rng_shuffle(&r, row, n);
	for (size_t i = 0; i < n; i++)
		p.fold[row[i]] = (uint8_t)(i % POWER_FOLDS);
	free(row);
	return p;
}

/* Missing values, where there are any, are a bin of their own, the last. */
static int bin_of_missing(uint8_t *bin, int64_t n, int bins)
{
	bool any = false;
	for (int64_t i = 0; i < n; i++)
		if (bin[i] == LEVEL_NONE) {
			bin[i] = (uint8_t)bins;
			any = true;
		}
	return bins + any;
}

void panel_number(struct panel_column *c, const struct panel *p, int var, int col)
{
	size_t rows = (size_t)p->sample->n, n = 0;
	double *x = mem_alloc((rows + 1) * sizeof *x);
	struct keyed *v = mem_alloc(2 * (rows + 1) * sizeof *v);
	sample_numbers(p->sample, col, x);
	*c = (struct panel_column){ .var = var, .bin = mem_alloc(rows + 1),
		.row = mem_alloc((rows + 1) * sizeof *c->row) };
	c->bins = quantile_bins(x, (int64_t)rows, POWER_BINS, c->bin, NULL, NULL);
	c->bins = bin_of_missing(c->bin, (int64_t)rows, c->bins);
	for (size_t i = 0; i < rows; i++)
		if (!isnan(x[i]))
			v[n++] = (struct keyed){ key_of_double(x[i]), (int64_t)i };
	sort_keyed(v, v + n, n);
	for (size_t i = 0; i < n; i++) {
		c->row[i] = (uint32_t)v[i].row;
		x[i] = double_of_key(v[i].key);
	}
	c->x = x;
	c->n = (int64_t)n;
	power_baseline(c, p);
	free(v);
}

void panel_levels(struct panel_column *c, const struct panel *p, int var,
	const struct levels *l)
{
	size_t rows = (size_t)p->sample->n;
	uint8_t *code = mem_alloc(rows + 1);
	sample_codes(p->sample, l, code);
	*c = (struct panel_column){ .var = var, .bin = mem_alloc(rows + 1), .class_of = code,
		.classes = l->n };
	memcpy(c->bin, code, rows);
	c->bins = bin_of_missing(c->bin, (int64_t)rows, l->n);
}

void panel_column_free(struct panel_column *c)
{
	free(c->bin);
	free(c->row);
	free(c->x);
	free(c->fold);
	free(c->class_of);
}
