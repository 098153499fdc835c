/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of the strongest numeric pairs: points while they can be told apart, then counts in
 * a grid. */
#include "profile/across_int.h"

#include <stdlib.h>

enum { POINTS = 1000, POINTS_SAMPLED_TO = 5000, GRID_X = 40, GRID_Y = 30 };

/* One axis of a grid. */
struct axis {
	double min, max;
	int bins;
};

/* From lowest to highest value, unless far outliers would squeeze the middle 99 % into less
 * than a third of the picture: then that and half of its width on either side. A few whole
 * numbers get a bin each. */
static struct axis axis_of(const double *x, size_t n, int bins)
{
	uint64_t *keys = mem_alloc((n + 1) * sizeof *keys);
	bool whole = true;
	for (size_t i = 0; i < n; i++) {
		keys[i] = key_of_double(x[i]);
		whole = whole && x[i] == floor(x[i]);
	}
	struct sorted s = sorted_new(keys, n, false);
	struct axis a = { sorted_at(&s, 0), sorted_at(&s, (int64_t)n - 1), bins };
	double low = sorted_quantile(&s, 0.005), high = sorted_quantile(&s, 0.995);
	sorted_free(&s);
	double width = high - low;
	if (width > 0 && a.max - a.min > 3 * width) {
		a.min = fmax(a.min, low - width / 2);
		a.max = fmin(a.max, high + width / 2);
	}
	if (whole && a.max - a.min < bins) {
		a.min = floor(a.min) - 0.5;
		a.max = floor(a.max) + 0.5;
		a.bins = (int)(a.max - a.min);
	}
	return a;
}

/* -1 outside. Halves, because the whole range of a double is more than a double. */
static int bin_of(const struct axis *a, double x)
{
	if (!(x >= a->min && x <= a->max))
		return -1;
	double t = (x / 2 - a->min / 2) / (a->max / 2 - a->min / 2);
	int i = t > 0 ? (int)(t * a->bins) : 0;
	return i < a->bins ? i : a->bins - 1;
}

static void density(struct scatter *s, const double *x, const double *y, size_t n,
	struct arena *a)
{
	struct axis ax = axis_of(x, n, GRID_X), ay = axis_of(y, n, GRID_Y);
	s->nx = ax.bins;
	s->ny = ay.bins;
	s->xmin = ax.min;
	s->xmax = ax.max;
	s->ymin = ay.min;
	s->ymax = ay.max;
	s->counts = arena_calloc(a, (size_t)(s->nx * s->ny), sizeof *s->counts);
	for (size_t i = 0; i < n; i++) {
		int column = bin_of(&ax, x[i]), row = bin_of(&ay, y[i]);
		if (column < 0 || row < 0)
			s->outside++;
		else
			s->counts[row * s->nx + column]++;
	}
}

/* All points, or one from each of POINTS equal stretches of them. */
static void points(struct scatter *s, const double *x, const double *y, size_t n, uint64_t seed,
	struct arena *a)
{
	size_t k = n < POINTS ? n : POINTS;
	struct rng r;
	rng_seed(&r, seed);
	s->n = (int64_t)k;
	s->px = arena_calloc(a, k + 1, sizeof *s->px);
	s->py = arena_calloc(a, k + 1, sizeof *s->py);
	for (size_t i = 0; i < k; i++) {
		size_t from = i * n / k, to = (i + 1) * n / k;
		size_t at = from + (size_t)rng_below(&r, to - from);
		s->px[i] = x[at];
		s->py[i] = y[at];
	}
}

static void scatter_fill(struct scatter *s, const struct fields *f,
	const struct association *pair, double *x, double *y, struct arena *a)
{
	size_t n = 0;
	sample_numbers(&f->sample, f->vars[pair->a].col, x);
	sample_numbers(&f->sample, f->vars[pair->b].col, y);
	for (size_t i = 0; i < (size_t)f->sample.n; i++)
		if (!isnan(x[i]) && !isnan(y[i])) {
			x[n] = x[i];
			y[n++] = y[i];
		}
	*s = (struct scatter){ .pair = *pair, .n = (int64_t)n };
	if (n <= POINTS_SAMPLED_TO)
		points(s, x, y, n, f->options->seed, a);
	else
		density(s, x, y, n, a);
}

static bool is_drawn(const struct fields *f, const struct association *p)
{
	const int *same = f->same_as;
	bool identical = same &&
		(same[p->b] == p->a || (same[p->a] >= 0 && same[p->a] == same[p->b]));
	return (p->measure == MEASURE_PEARSON || p->measure == MEASURE_SPEARMAN) && !identical;
}

void scatters_fill(struct associations *out, const struct fields *f,
	const struct association *pairs, size_t npairs, struct arena *a)
{
	size_t rows = (size_t)f->sample.n;
	double *x = mem_alloc(2 * (rows + 1) * sizeof *x), *y = x + rows;
	out->scatter = arena_calloc(a, (size_t)f->options->max_scatter + 1,
		sizeof *out->scatter);
	for (size_t i = 0; i < npairs && out->nscatter < f->options->max_scatter &&
			is_significant(&pairs[i]); i++)
		if (is_drawn(f, &pairs[i]))
			scatter_fill(&out->scatter[out->nscatter++], f, &pairs[i], x, y, a);
	free(x);
}
