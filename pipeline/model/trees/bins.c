/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values as codes of one byte, so that a split is found by counting rather than by sorting. */
#include "model/trees/trees_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers -------------------------------------------------------------------------------------------- */

double cut_between(double a, double b)
{
	double middle = a / 2 + b / 2;
	return middle > a && middle <= b ? middle : b;
}

static void fit_number(const struct sample *s, size_t j, struct arena *a, struct bins *b)
{
	uint64_t *key = mem_calloc(2 * s->n, sizeof *key);
	size_t m = 0, distinct = 0;
	for (size_t i = 0; i < s->n; i++) {
		double x = sample_x(s, j, i);
		if (!isnan(x))
			key[m++] = key_of_double(x);
	}
	sort_keys(key, key + s->n, m);
	for (size_t i = 0; i < m; i++)
		distinct += !i || key[i] != key[i - 1];
	b->cut = arena_calloc(a, CODES, sizeof *b->cut);
	b->lo = arena_calloc(a, CODES, sizeof *b->lo);
	b->hi = arena_calloc(a, CODES, sizeof *b->hi);
	for (size_t i = 0; i < m;) {
		/* equal shares of what is left, but never a value in two codes */
		size_t left = CODES - (size_t)b->n, end = distinct <= CODES ? i + 1 : i + (m - i + left - 1) / left;
		while (end < m && key[end] == key[end - 1])
			end++;
		b->lo[b->n] = double_of_key(key[i]);
		b->hi[b->n++] = double_of_key(key[end - 1]);
		i = end;
	}
	for (int c = 0; c < CODES; c++)
		b->cut[c] = c + 1 < b->n ? cut_between(b->hi[c], b->lo[c + 1]) : INFINITY;
	free(key);
}

/* ---- categories ------------------------------------------------------------------------------------------- */

struct count {
	size_t level, n;
};

static int commonest_first(const void *a, const void *b)
{
	const struct count *x = a, *y = b;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return (x->level > y->level) - (x->level < y->level);
}

/* Rare levels, and those of new rows that training never saw, share the last code; where no level is
 * rare, what is new counts as missing. */
static void fit_category(const struct sample *s, size_t j, size_t rare, struct arena *a, struct bins *b)
{
	const struct feature *f = &s->f->features[j];
	b->nlevels = (size_t)f->nlevels;
	b->of_level = arena_calloc(a, b->nlevels + 2, 1);
	struct count *count = mem_calloc(b->nlevels + 2, sizeof *count);
	for (size_t k = 0; k < b->nlevels + 2; k++)
		count[k].level = k;
	for (size_t i = 0; i < s->n; i++)
		count[feature_code(f, sample_x(s, j, i))].n++;
	count[b->nlevels].n = 0;
	qsort(count, b->nlevels, sizeof *count, commonest_first);
	memset(b->of_level, CODE_MISSING, b->nlevels + 2);
	size_t kept = 0, rest = 0;
	while (kept < b->nlevels && kept < CODES - 1 && count[kept].n >= (rare ? rare : 1)) {
		b->of_level[count[kept].level] = (uint8_t)kept;
		kept++;
	}
	for (size_t k = kept; k < b->nlevels; k++)
		rest += count[k].n;
	b->n = (int)kept + (rest > 0);
	for (size_t k = 0; rest && k < b->nlevels + 2; k++)
		if (b->of_level[k] == CODE_MISSING && k != b->nlevels)
			b->of_level[k] = (uint8_t)kept;
	free(count);
}

struct bins *bins_fit(const struct sample *s, size_t rare, struct arena *a)
{
	struct bins *b = arena_calloc(a, s->f->nfeatures, sizeof *b);
	for (size_t j = 0; j < s->f->nfeatures; j++) {
		b[j].category = s->f->features[j].category;
		if (b[j].category)
			fit_category(s, j, rare, a, &b[j]);
		else
			fit_number(s, j, a, &b[j]);
	}
	return b;
}

/* ---- codes -------------------------------------------------------------------------------------------------- */

/* The borders at or below x, by halving without branches. */
static uint8_t code_of(const struct bins *b, const struct feature *f, double x)
{
	if (b->category)
		return b->of_level[feature_code(f, x)];
	if (isnan(x) || !b->n)
		return CODE_MISSING;
	size_t at = 0;
	for (size_t step = 128; step; step /= 2)
		at += b->cut[at + step - 1] <= x ? step : 0;
	return (uint8_t)at;
}

uint8_t *bins_codes(const struct bins *b, const struct sample *s)
{
	uint8_t *codes = mem_alloc(s->f->nfeatures * s->n + 1);
	for (size_t j = 0; j < s->f->nfeatures; j++)
		for (size_t i = 0; i < s->n; i++)
			codes[j * s->n + i] = code_of(&b[j], &s->f->features[j], sample_x(s, j, i));
	return codes;
}

void bins_rows(const struct bins *b, const struct sample *s, size_t from, size_t n, uint8_t *out)
{
	size_t p = s->f->nfeatures;
	for (size_t j = 0; j < p; j++)
		for (size_t i = 0; i < n; i++)
			out[i * p + j] = code_of(&b[j], &s->f->features[j], sample_x(s, j, from + i));
}

/* ---- the order of levels ---------------------------------------------------------------------------------------- */

/* By powers of the matrix on its heaviest column: enough to sort by. */
static void principal_axis(const double *m, size_t k, double *axis)
{
	enum { ROUNDS = 60 };
	size_t heaviest = 0;
	for (size_t c = 1; c < k; c++)
		if (m[c * k + c] > m[heaviest * k + heaviest])
			heaviest = c;
	memcpy(axis, m + heaviest * k, k * sizeof *axis);
	double *next = mem_calloc(k, sizeof *next);
	for (int round = 0; round < ROUNDS; round++) {
		double most = 0;
		for (size_t c = 0; c < k; c++) {
			next[c] = 0;
			for (size_t d = 0; d < k; d++)
				next[c] += m[c * k + d] * axis[d];
			most = fmax(most, fabs(next[c]));
		}
		for (size_t c = 0; c < k && most > 0; c++)
			axis[c] = next[c] / most;
	}
	free(next);
}

void level_scores(const double *sum, const double *weight, size_t n, size_t k, double *score)
{
	if (k == 1) {
		for (size_t l = 0; l < n; l++)
			score[l] = weight[l] > 0 ? sum[l] / weight[l] : 0;
		return;
	}
	double *mean = mem_calloc(k * (k + 2), sizeof *mean), *axis = mean + k, *m = axis + k, total = 0;
	for (size_t l = 0; l < n; l++) {
		total += weight[l];
		for (size_t c = 0; c < k; c++)
			mean[c] += sum[l * k + c];
	}
	for (size_t l = 0; l < n; l++)
		for (size_t c = 0; c < k && weight[l] > 0; c++)
			for (size_t d = 0; d < k; d++)
				m[c * k + d] += weight[l] * (sum[l * k + c] / weight[l] - mean[c] / total) *
					(sum[l * k + d] / weight[l] - mean[d] / total);
	principal_axis(m, k, axis);
	for (size_t l = 0; l < n; l++) {
		score[l] = 0;
		for (size_t c = 0; c < k && weight[l] > 0; c++)
			score[l] += axis[c] * sum[l * k + c] / weight[l];
	}
	free(mean);
}

struct level_score {
	double score;
	int code;
};

static int by_score(const void *a, const void *b)
{
	const struct level_score *x = a, *y = b;
	if (x->score != y->score)
		return x->score < y->score ? -1 : 1;
	return x->code - y->code;
}

void bins_rank(struct bins *b, size_t features, uint8_t *codes, const struct sample *s)
{
	size_t k = s->f->nclasses > 2 ? (size_t)s->f->nclasses : 1;
	double *sum = mem_calloc(CODES * k, sizeof *sum), weight[CODES], score[CODES];
	for (size_t j = 0; j < features; j++) {
		if (!b[j].category || b[j].n < 2)
			continue;
		uint8_t *code = codes + j * s->n, rank[CODES + 1];
		memset(sum, 0, CODES * k * sizeof *sum);
		memset(weight, 0, sizeof weight);
		for (size_t i = 0; i < s->n; i++) {
			if (code[i] == CODE_MISSING)
				continue;
			double y = sample_y(s, i);
			weight[code[i]]++;
			sum[code[i] * k + (k > 1 ? (size_t)y : 0)] += k > 1 ? 1 : y;
		}
		level_scores(sum, weight, (size_t)b[j].n, k, score);
		struct level_score order[CODES];
		for (int c = 0; c < b[j].n; c++)
			order[c] = (struct level_score){ score[c], c };
		qsort(order, (size_t)b[j].n, sizeof *order, by_score);
		for (int c = 0; c < b[j].n; c++)
			rank[order[c].code] = (uint8_t)c;
		rank[CODE_MISSING] = CODE_MISSING;
		for (size_t i = 0; i < s->n; i++)
			code[i] = rank[code[i]];
		for (size_t l = 0; l < b[j].nlevels + 2; l++)
			b[j].of_level[l] = rank[b[j].of_level[l]];
	}
	free(sum);
}
