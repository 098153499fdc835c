/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A tree of boosting: each split is the one that lowers the second-order approximation of the loss most
 * (Chen & Guestrin 2016, eq. 7), found in sums of slopes by code. Only the smaller child of a split is
 * summed; the larger one is what the parent has left.
 */
#include "model/trees/boost_int.h"

#include <math.h>
#include <string.h>

/* Sums that were taken away from each other leave less than this where there are no rows. */
static const double NOTHING = 1e-9;

void sprout_new(struct sprout *g, const struct bins *b, const struct rows *r, const struct boosting *how, struct arena *a)
{
	*g = (struct sprout){ .bins = b, .rows = r, .how = how, .slope = arena_calloc(a, r->n, sizeof *g->slope),
		.drawn = arena_calloc(a, r->n, sizeof *g->drawn), .spare = arena_calloc(a, r->n, sizeof *g->spare),
		.column = arena_calloc(a, r->features, sizeof *g->column), .gaps = arena_calloc(a, r->features, sizeof *g->gaps),
		.cell = arena_calloc(a, r->features, sizeof *g->cell), .cell_of = arena_calloc(a, r->features, sizeof *g->cell_of),
		.bud = arena_calloc(a, (size_t)2 << how->depth, sizeof *g->bud) };
	for (size_t i = 0; i < r->n; i++)
		for (size_t j = 0; j < r->features; j++)
			g->gaps[j] |= r->codes[i * r->features + j] == CODE_MISSING;
	for (size_t j = 0; j < r->features; j++) {
		g->cell[j] = g->cells;
		g->cells += g->gaps[j] ? CODE_MISSING + 1u : (size_t)b[j].n;
	}
	for (int d = 0; d <= how->depth; d++)
		g->sums[d] = arena_calloc(a, g->cells, sizeof *g->sums[d]);
}

/* ---- what is drawn ------------------------------------------------------------------------------------------- */

static void draw_rows(struct sprout *g, struct rng *rng)
{
	uint64_t limit = (uint64_t)(fmin(g->how->rows, 1) * 0x1p53);
	size_t n = 0, rest = g->rows->n;
	for (size_t i = 0; i < g->rows->n; i++)
		if (g->how->rows >= 1 || rng_next(rng) >> 11 < limit)
			g->drawn[n++] = (uint32_t)i;
		else
			g->spare[--rest] = (uint32_t)i;
	memcpy(g->drawn + n, g->spare + rest, (g->rows->n - rest) * sizeof *g->drawn);
	g->ndrawn = n;
}

static void draw_columns(struct sprout *g, struct rng *rng)
{
	size_t p = g->rows->features, n = (size_t)ceil(g->how->columns * (double)p);
	for (size_t j = 0; j < p; j++)
		g->column[j] = (uint32_t)j;
	g->ncolumns = n < 1 ? 1 : n > p ? p : n;
	for (size_t j = 0; j < g->ncolumns && g->ncolumns < p; j++) {
		size_t k = j + rng_below(rng, p - j);
		uint32_t swap = g->column[j];
		g->column[j] = g->column[k];
		g->column[k] = swap;
	}
	for (size_t q = 0; q < g->ncolumns; q++)
		g->cell_of[q] = g->cell[g->column[q]];
}

/* ---- sums by code ---------------------------------------------------------------------------------------------- */

/* The codes of a column that occur: all of it, and the missing ones. */
static size_t codes_of(const struct sprout *g, uint32_t column)
{
	return (size_t)g->bins[column].n;
}

static void clear(const struct sprout *g, slopes *sums)
{
	for (size_t q = 0; q < g->ncolumns; q++) {
		slopes *s = sums + g->cell[g->column[q]];
		memset(s, 0, codes_of(g, g->column[q]) * sizeof *s);
		if (g->gaps[g->column[q]])
			s[CODE_MISSING] = (slopes){ 0, 0 };
	}
}

static void sum_up(const struct sprout *g, const uint32_t *rows, size_t n, slopes *sums)
{
	size_t p = g->rows->features, columns = g->ncolumns;
	const uint32_t *column = g->column;
	const size_t *at = g->cell_of;
	const uint8_t *codes = g->rows->codes;
	clear(g, sums);
	for (size_t i = 0; i < n; i++) {
		const uint8_t *code = codes + rows[i] * p;
		slopes v = g->slope[rows[i]];
		for (size_t q = 0; q < columns; q++)
			sums[at[q] + code[column[q]]] += v;
	}
}

static void take_away(const struct sprout *g, slopes *from, const slopes *what)
{
	for (size_t q = 0; q < g->ncolumns; q++) {
		size_t at = g->cell[g->column[q]], n = codes_of(g, g->column[q]);
		for (size_t c = 0; c < n; c++)
			from[at + c] -= what[at + c];
		if (g->gaps[g->column[q]])
			from[at + CODE_MISSING] -= what[at + CODE_MISSING];
	}
}

/* ---- splits -------------------------------------------------------------------------------------------------------- */

struct best_cut {
	double gain;
	uint32_t column;
	uint8_t code;
	bool missing_left;
	slopes left;
};

/* With the missing ones on one side: G^2 / (H + l2) of both sides, on one denominator, by which nothing is
 * divided until it is known to be the best. */
static void try_side(const struct sprout *g, uint32_t column, const slopes *s, slopes total, slopes missing, bool left,
	struct best_cut *best)
{
	slopes at = left ? missing : (slopes){ 0, 0 };
	size_t n = codes_of(g, column), last = missing[1] > NOTHING && !left ? n : n - 1;
	double l2 = g->how->l2, least = g->how->weight, gain = best->gain;
	for (size_t c = 0; c < last; c++) {
		at += s[c];
		slopes rest = total - at;
		double a = at[1] + l2, b = rest[1] + l2;
		double over = at[0] * at[0] * b + rest[0] * rest[0] * a;
		if (over <= gain * a * b || at[1] < least || rest[1] < least || s[c][1] < NOTHING)
			continue;
		gain = over / (a * b);
		*best = (struct best_cut){ gain, column, (uint8_t)c, left, at };
	}
}

/* False when no split gains anything. */
static bool find_cut(const struct sprout *g, const slopes *sums, slopes total, struct best_cut *best)
{
	static const double LEAST_GAIN = 1e-9;
	double whole = total[0] * total[0] / (total[1] + g->how->l2);
	*best = (struct best_cut){ .gain = whole + LEAST_GAIN * (1 + whole) };
	double none = best->gain;
	for (size_t q = 0; q < g->ncolumns; q++) {
		uint32_t column = g->column[q];
		const slopes *s = sums + g->cell[column];
		slopes missing = g->gaps[column] ? s[CODE_MISSING] : (slopes){ 0, 0 };
		if (!codes_of(g, column))
			continue;
		try_side(g, column, s, total, missing, false, best);
		if (missing[1] > NOTHING)
			try_side(g, column, s, total, missing, true, best);
	}
	return best->gain > none;
}

/* In place and in order, without branches, which could not be foretold; how many go left. */
static size_t part(const struct sprout *g, const struct bud *b, const struct best_cut *cut)
{
	uint32_t *rows = g->drawn + b->first, *spare = g->spare;
	const uint8_t *codes = g->rows->by_feature + cut->column * g->rows->n, last = cut->code;
	const unsigned missing_left = cut->missing_left;
	size_t n = b->n, left = 0, right = 0;
	for (size_t i = 0; i < n; i++) {
		uint32_t r = rows[i];
		unsigned goes = (codes[r] <= last) | ((codes[r] == CODE_MISSING) & missing_left);
		rows[left] = r;
		spare[right] = r;
		left += goes;
		right += !goes;
	}
	memcpy(rows + left, spare, right * sizeof *rows);
	return left;
}

static double leaf_value(const struct sprout *g, slopes total)
{
	double below = total[1] + g->how->l2;
	return below > 0 ? -g->how->rate * total[0] / below : 0;
}

/* sums[at] are those of the node; below it, sums[at + 1 ...] are free. */
static void grow_from(struct sprout *g, size_t node, int depth, int at, slopes total)
{
	struct bud *b = &g->bud[node];
	struct best_cut cut;
	b->value = leaf_value(g, total);
	if (depth == g->how->depth || total[1] < 2 * g->how->weight || !find_cut(g, g->sums[at], total, &cut))
		return;
	uint32_t left = (uint32_t)part(g, b, &cut), right = b->n - left;
	/* a value that no row of this sample has: what is missing goes where most rows go */
	bool known = g->gaps[cut.column] && g->sums[at][g->cell[cut.column] + CODE_MISSING][1] > NOTHING;
	b->missing_left = known ? cut.missing_left : left >= right;
	b->feature = (uint16_t)cut.column;
	b->code = cut.code;
	b->left = (uint32_t)g->buds;
	size_t l = g->buds, r = l + 1;
	g->bud[l] = (struct bud){ .first = b->first, .n = left };
	g->bud[r] = (struct bud){ .first = b->first + left, .n = right };
	g->buds += 2;
	slopes rest = total - cut.left;
	if (depth + 1 == g->how->depth) {
		g->bud[l].value = leaf_value(g, cut.left);
		g->bud[r].value = leaf_value(g, rest);
		return;
	}
	bool small_left = left < right;
	size_t small = small_left ? l : r, large = small_left ? r : l;
	sum_up(g, g->drawn + g->bud[small].first, g->bud[small].n, g->sums[at + 1]);
	take_away(g, g->sums[at], g->sums[at + 1]);
	grow_from(g, small, depth + 1, at + 1, small_left ? cut.left : rest);
	grow_from(g, large, depth + 1, at, small_left ? rest : cut.left);
}

void sprout_grow(struct sprout *g, struct rng *rng)
{
	slopes total = { 0, 0 };
	draw_rows(g, rng);
	draw_columns(g, rng);
	for (size_t i = 0; i < g->ndrawn; i++)
		total += g->slope[g->drawn[i]];
	g->buds = 1;
	g->bud[0] = (struct bud){ .n = (uint32_t)g->ndrawn };
	if (g->how->depth > 0 && g->ndrawn > 1)
		sum_up(g, g->drawn, g->ndrawn, g->sums[0]);
	grow_from(g, 0, 0, 0, total);
}

/* ---- adding it up ----------------------------------------------------------------------------------------------------- */

static double value_of(const struct sprout *g, const uint8_t *codes)
{
	const struct bud *b = g->bud;
	while (b->left) {
		uint8_t code = codes[b->feature];
		b = g->bud + b->left + ((code > b->code) & !((code == CODE_MISSING) & b->missing_left));
	}
	return b->value;
}

void sprout_learn(const struct sprout *g, double *score, size_t trees)
{
	for (size_t k = 0; k < g->buds; k++) {
		const struct bud *b = &g->bud[k];
		for (size_t i = 0; !b->left && i < b->n; i++)
			score[trees * g->drawn[b->first + i]] += b->value;
	}
	for (size_t i = g->ndrawn; i < g->rows->n; i++)
		score[trees * g->drawn[i]] += value_of(g, g->rows->codes + g->drawn[i] * g->rows->features);
}

void sprout_add(const struct sprout *g, const struct rows *r, double *score, size_t trees)
{
	for (size_t i = 0; i < r->n; i++)
		score[trees * i] += value_of(g, r->codes + i * r->features);
}
