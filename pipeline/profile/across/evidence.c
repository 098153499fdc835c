/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A target of two values within the bins of every feature: rates, weight of evidence and
 * information value. They see any shape, and rare positives that a prediction of classes misses.
 */
#include "profile/relations_int.h"

#include <stdlib.h>

/* Both kinds of rows, and which of the target's two levels is counted. */
struct outcome {
	const uint8_t *code;       /* of the target, of each row of the sample */
	int positive;
};

/* Wilson 1927, 95 %. */
static void rate_interval(struct evidence_bin *b)
{
	double n = (double)b->n, z = 1.959963984540054, z2 = z * z;
	if (!b->n) {
		b->rate = b->lo = b->hi = NAN;
		return;
	}
	b->rate = (double)b->positive / n;
	double centre = (b->rate + z2 / (2 * n)) / (1 + z2 / n),
		half = z / (1 + z2 / n) * sqrt(b->rate * (1 - b->rate) / n + z2 / (4 * n * n));
	b->lo = b->positive ? fmax(0, centre - half) : 0;
	b->hi = b->positive < b->n ? fmin(1, centre + half) : 1;
}

void evidence_weigh(struct evidence *e)
{
	double positive = 0, negative = 0;
	e->n = 0;
	e->iv = 0;
	for (int i = 0; i < e->nbins; i++) {
		positive += (double)e->bins[i].positive + 0.5;
		negative += (double)(e->bins[i].n - e->bins[i].positive) + 0.5;
		e->n += e->bins[i].n;
	}
	for (int i = 0; i < e->nbins; i++) {
		struct evidence_bin *b = &e->bins[i];
		double p = ((double)b->positive + 0.5) / positive,
			q = ((double)(b->n - b->positive) + 0.5) / negative;
		b->woe = log(p / q);
		b->iv = (p - q) * b->woe;
		e->iv += b->iv;
		rate_interval(b);
	}
	if (e->nbins < 2)
		e->iv = NAN;
}

static void count_bins(struct evidence *e, const uint8_t *code, const struct sample *s,
	const struct outcome *y, int missing)
{
	for (int64_t i = 0; i < s->n; i++) {
		if (y->code[i] == LEVEL_NONE)
			continue;
		struct evidence_bin *b = &e->bins[code[i] == LEVEL_NONE ? missing : code[i]];
		b->n++;
		b->positive += y->code[i] == y->positive;
	}
}

/* Bins without a row go: those of missing values, or of other levels. */
static void drop_empty(struct evidence *e)
{
	int n = 0;
	for (int i = 0; i < e->nbins; i++)
		if (e->bins[i].n)
			e->bins[n++] = e->bins[i];
	e->nbins = n;
}

static void number_bins(struct evidence *e, const struct fields *f, int col,
	const struct outcome *y)
{
	size_t rows = (size_t)f->sample.n;
	double *x = mem_alloc((rows + 1) * sizeof *x), lower[EVIDENCE_BINS], upper[EVIDENCE_BINS];
	uint8_t *code = mem_alloc(rows + 1);
	sample_numbers(&f->sample, col, x);
	int k = quantile_bins(x, f->sample.n, EVIDENCE_BINS, code, lower, upper);
	for (int i = 0; i < k; i++)
		e->bins[i] = (struct evidence_bin){ .lower = lower[i], .upper = upper[i] };
	e->bins[k] = (struct evidence_bin){ .lower = NAN, .upper = NAN, .missing = true };
	e->nbins = k + 1;
	count_bins(e, code, &f->sample, y, k);
	free(code);
	free(x);
}

/* Of more than EVIDENCE_BINS levels the rarest share one bin. */
static void level_bins(struct evidence *e, const struct fields *f, const struct levels *l,
	const struct outcome *y, struct arena *a)
{
	size_t rows = (size_t)f->sample.n;
	uint8_t *code = mem_alloc(rows + 1);
	int place[LEVELS_MAX], bin[LEVELS_MAX], k = levels_in_order(f, l, EVIDENCE_BINS, place);
	for (int i = 0; i < l->n; i++)
		bin[i] = k;            /* the bin of the rest */
	for (int i = 0; i < k; i++) {
		bin[place[i]] = i;
		e->bins[i] = (struct evidence_bin){ .lower = NAN, .upper = NAN,
			.level = level_text(f->table, l, place[i], a) };
	}
	e->bins[k] = (struct evidence_bin){ .lower = NAN, .upper = NAN };
	e->bins[k + 1] = (struct evidence_bin){ .lower = NAN, .upper = NAN, .missing = true };
	e->nbins = k + 2;
	sample_codes(&f->sample, l, code);
	for (size_t i = 0; i < rows; i++)
		code[i] = code[i] == LEVEL_NONE ? LEVEL_NONE : (uint8_t)bin[code[i]];
	count_bins(e, code, &f->sample, y, k + 1);
	free(code);
}

static int by_value(const void *x, const void *y)
{
	const struct evidence *a = x, *b = y;
	double u = isnan(a->iv) ? -1 : a->iv, v = isnan(b->iv) ? -1 : b->iv;
	return u != v ? (u < v) - (u > v) : (a->feature > b->feature) - (a->feature < b->feature);
}

/* Of two: by value, texts by their bytes. */
static int greater_level(const struct fields *f, const struct levels *l, struct arena *a)
{
	if (table_field(f->table, l->col)->type == COLUMN_DICT)
		return strcmp(level_text(f->table, l, 0, a), level_text(f->table, l, 1, a)) < 0;
	return cell_cmp(f->table, l->col, l->level[0].row, l->level[1].row) < 0;
}

void evidence_fill(struct target_profile *p, const struct fields *f, const struct levels *target,
	struct arena *a)
{
	uint8_t *code = mem_alloc((size_t)f->sample.n + 1);
	int greater = greater_level(f, target, a);
	struct outcome y = { code, greater };
	sample_codes(&f->sample, target, code);
	p->positive = level_text(f->table, target, greater, a);
	p->evidence = arena_calloc(a, (size_t)p->nfeatures + 1, sizeof *p->evidence);
	for (int i = 0; i < p->nfeatures; i++) {
		struct evidence *e = &p->evidence[p->nevidence++];
		int var = p->features[i].a;
		const struct levels *l = field_levels(f, var);
		e->feature = var;
		e->bins = arena_calloc(a, EVIDENCE_BINS + 2, sizeof *e->bins);
		if (l)
			level_bins(e, f, l, &y, a);
		else
			number_bins(e, f, f->vars[var].col, &y);
		drop_empty(e);
		evidence_weigh(e);
	}
	free(code);
	qsort(p->evidence, (size_t)p->nevidence, sizeof *p->evidence, by_value);
}
