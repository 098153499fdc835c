/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of the strongest numeric pairs: points while they can be told apart, then counts in
 * a grid. */
#include "profile/across_int.h"

#include <stdlib.h>
#include <string.h>

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

/* The rows of the sample in which both have a value, and their classes. */
struct rows {
	double *x, *y;
	uint8_t *class_of;         /* all LEVEL_NONE when there are none */
	size_t n;
};

/* All points, or one from each of POINTS equal stretches of them. */
static void points(struct scatter *s, const struct rows *v, uint64_t seed, struct arena *a)
{
	size_t n = v->n;
	size_t k = n < POINTS ? n : POINTS;
	struct rng r;
	rng_seed(&r, seed);
	s->n = (int64_t)k;
	s->px = arena_calloc(a, k + 1, sizeof *s->px);
	s->py = arena_calloc(a, k + 1, sizeof *s->py);
	s->group = arena_calloc(a, k + 1, sizeof *s->group);
	for (size_t i = 0; i < k; i++) {
		size_t from = i * n / k, to = (i + 1) * n / k;
		size_t at = from + (size_t)rng_below(&r, to - from);
		s->px[i] = v->x[at];
		s->py[i] = v->y[at];
		s->group[i] = v->class_of[at] == LEVEL_NONE ? -1 : v->class_of[at];
	}
}

/* The target's classes. */
struct classes {
	int n;
	const char *name[GROUPS_MAX];
	uint8_t *class_of;         /* of each row of the sample */
};

static void scatter_fill(struct scatter *s, const struct fields *f, const struct classes *c,
	const struct association *pair, struct rows *v, struct arena *a)
{
	sample_numbers(&f->sample, f->vars[pair->a].col, v->x);
	sample_numbers(&f->sample, f->vars[pair->b].col, v->y);
	v->n = 0;
	for (size_t i = 0; i < (size_t)f->sample.n; i++)
		if (!isnan(v->x[i]) && !isnan(v->y[i])) {
			v->x[v->n] = v->x[i];
			v->y[v->n] = v->y[i];
			v->class_of[v->n++] = c->n ? c->class_of[i] : LEVEL_NONE;
		}
	*s = (struct scatter){ .pair = *pair, .n = (int64_t)v->n };
	if (v->n > POINTS_SAMPLED_TO) {
		density(s, v->x, v->y, v->n, a);
		return;
	}
	points(s, v, f->options->seed, a);
	s->ngroups = c->n;
	s->group_name = arena_calloc(a, GROUPS_MAX, sizeof *s->group_name);
	memcpy(s->group_name, c->name, sizeof c->name);
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
	size_t rows = (size_t)f->sample.n + 1;
	struct rows v = { mem_alloc(rows * sizeof *v.x), mem_alloc(rows * sizeof *v.y),
		mem_alloc(rows), 0 };
	struct classes c = { .class_of = mem_alloc(rows) };
	c.n = target_classes(f, c.name, c.class_of, a);
	out->scatter = arena_calloc(a, (size_t)f->options->max_scatter + 1,
		sizeof *out->scatter);
	for (size_t i = 0; i < npairs && out->nscatter < f->options->max_scatter &&
			is_significant(&pairs[i]); i++)
		if (is_drawn(f, &pairs[i]))
			scatter_fill(&out->scatter[out->nscatter++], f, &c, &pairs[i], &v, a);
	free(v.x);
	free(v.y);
	free(v.class_of);
	free(c.class_of);
}
