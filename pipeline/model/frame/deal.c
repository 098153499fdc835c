/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows dealt into parts that are alike in the target. */
#include "model/frame/folds_int.h"

#include <math.h>
#include <stdlib.h>

enum { TENTHS = 10 };

struct valued {
	double y;
	uint32_t at;             /* place in the sample */
};

static int by_value(const void *a, const void *b)
{
	const struct valued *x = a, *y = b;
	if (x->y != y->y)
		return x->y < y->y ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* The class of each row of a sample, or which tenth of the sorted target it is in; equal values are in one. */
static int *strata(const struct sample *s, int parts, int *count)
{
	int *stratum = mem_calloc(s->n, sizeof *stratum);
	if (s->f->nclasses) {
		for (size_t i = 0; i < s->n; i++)
			stratum[i] = (int)sample_y(s, i);
		*count = s->f->nclasses;
		return stratum;
	}
	size_t most = s->n / (2 * (size_t)parts);
	*count = most < 1 ? 1 : most < TENTHS ? (int)most : TENTHS;
	struct valued *v = mem_calloc(s->n, sizeof *v);
	for (size_t i = 0; i < s->n; i++)
		v[i] = (struct valued){ sample_y(s, i), (uint32_t)i };
	qsort(v, s->n, sizeof *v, by_value);
	for (size_t i = 0, first = 0; i < s->n; i++) {
		if (v[i].y != v[first].y)
			first = i;
		stratum[v[i].at] = (int)(first * (size_t)*count / s->n);
	}
	free(v);
	return stratum;
}

/* All rows of a sample, stratum after stratum, each in a shuffled order. */
static uint32_t *shuffled(const struct sample *s, const int *stratum, int count, uint64_t seed)
{
	uint32_t *order = mem_calloc(s->n, sizeof *order);
	size_t n = 0;
	struct rng g;
	rng_seed(&g, seed);
	for (int c = 0; c < count; c++) {
		size_t first = n;
		for (size_t i = 0; i < s->n; i++)
			if (stratum[i] == c)
				order[n++] = s->rows[i];
		rng_shuffle(&g, order + first, n - first);
	}
	return order;
}

/* Dealt out in turn, so that parts differ by at most one row of a stratum. */
static void deal_rows(const struct sample *s, const int *stratum, int count, uint64_t seed, int parts, int *part_of)
{
	uint32_t *order = shuffled(s, stratum, count, seed);
	for (size_t i = 0; i < s->n; i++)
		part_of[order[i]] = (int)(i % (size_t)parts);
	free(order);
}

/* ---- units -------------------------------------------------------------------------------------------------- */

/* Rows of each unit, one after the other; units in a shuffled order, the largest first. */
struct heap {
	uint32_t unit;
	size_t start, n;
	uint32_t place;          /* in the shuffled order */
};

static int largest_first(const void *a, const void *b)
{
	const struct heap *x = a, *y = b;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

/* Places in the sample sorted by unit, and the heaps that they make. */
static struct heap *heaps(const struct sample *s, uint32_t *at)
{
	const struct frame *f = s->f;
	struct heap *h = mem_calloc(f->units, sizeof *h);
	for (size_t u = 0; u < f->units; u++)
		h[u].unit = (uint32_t)u;
	for (size_t i = 0; i < s->n; i++)
		h[f->unit[s->rows[i]]].n++;
	for (size_t u = 1; u < f->units; u++)
		h[u].start = h[u - 1].start + h[u - 1].n;
	size_t *next = mem_calloc(f->units, sizeof *next);
	for (size_t i = 0; i < s->n; i++) {
		uint32_t u = f->unit[s->rows[i]];
		at[h[u].start + next[u]++] = (uint32_t)i;
	}
	free(next);
	return h;
}

/* The part that a heap makes least uneven: counts of strata, each in shares of the whole, are squared and
 * summed over parts, which is least when all parts have the same. Ties go to the part of fewest rows. */
static int best_part(const double *gain, const double *rows, int parts)
{
	int best = 0;
	for (int k = 1; k < parts; k++)
		if (gain[k] < gain[best] - 1e-12 || (gain[k] <= gain[best] + 1e-12 && rows[k] < rows[best]))
			best = k;
	return best;
}

static void deal_units(const struct sample *s, const int *stratum, int count, uint64_t seed, int parts, int *part_of)
{
	size_t units = s->f->units, c = (size_t)count;
	uint32_t *at = mem_calloc(s->n, sizeof *at), *order = mem_calloc(units, sizeof *order);
	struct heap *h = heaps(s, at);
	double *have = mem_calloc((size_t)parts * c, sizeof *have), *total = mem_calloc(c, sizeof *total);
	double *rows = mem_calloc((size_t)parts, sizeof *rows), *gain = mem_calloc((size_t)parts, sizeof *gain);
	struct rng g;
	rng_seed(&g, seed);
	for (size_t u = 0; u < units; u++)
		order[u] = (uint32_t)u;
	rng_shuffle(&g, order, units);
	for (size_t u = 0; u < units; u++)
		h[u].place = order[u];
	qsort(h, units, sizeof *h, largest_first);
	for (size_t i = 0; i < s->n; i++)
		total[stratum[i]]++;
	for (size_t u = 0; u < units; u++) {
		for (int k = 0; k < parts; k++)
			gain[k] = 0;
		/* adding a row where there are m already adds 2 m + 1 to the square */
		for (size_t i = h[u].start; i < h[u].start + h[u].n; i++)
			for (int k = 0; k < parts; k++)
				gain[k] += have[(size_t)k * c + (size_t)stratum[at[i]]] / (total[stratum[at[i]]] * total[stratum[at[i]]]);
		int k = best_part(gain, rows, parts);
		for (size_t i = h[u].start; i < h[u].start + h[u].n; i++) {
			have[(size_t)k * c + (size_t)stratum[at[i]]]++;
			part_of[s->rows[at[i]]] = k;
		}
		rows[k] += (double)h[u].n;
	}
	free(gain);
	free(rows);
	free(total);
	free(have);
	free(h);
	free(order);
	free(at);
}

void parts_deal(const struct sample *s, uint64_t seed, int parts, int *part_of)
{
	int count, *stratum = strata(s, parts, &count);
	if (s->f->unit)
		deal_units(s, stratum, count, seed, parts, part_of);
	else
		deal_rows(s, stratum, count, seed, parts, part_of);
	free(stratum);
}

void parts_split(const struct sample *s, uint64_t seed, double share, int *part_of)
{
	int parts = (int)(1 / share + 0.5), count, *stratum = strata(s, parts, &count);
	if (s->f->unit) {
		deal_units(s, stratum, count, seed, parts, part_of);
		for (size_t i = 0; i < s->n; i++)
			part_of[s->rows[i]] = part_of[s->rows[i]] == parts - 1;
	} else {
		uint32_t *order = shuffled(s, stratum, count, seed);
		for (size_t i = 0; i < s->n; i++)
			part_of[order[i]] = floor((double)(i + 1) * share) > floor((double)i * share);
		free(order);
	}
	free(stratum);
}
