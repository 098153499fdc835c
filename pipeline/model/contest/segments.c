/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the best candidate errs more than elsewhere: rows of one level, of one quarter of a number, rows
 * that lack a value, and pairs of these. */
#include "model/contest/judge_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	FEATURES = 100,          /* looked at, the most important first */
	LEVELS = 30,             /* of a category, the commonest */
	LEAST_ROWS = 20,         /* of a segment, and outside it */
	SINGLES = 8, PAIRS = 3,  /* told */
	PARENTS = 6              /* segments that pairs are made of */
};
static const double ALIKE = 0.6;   /* segments that share so much of their rows are told once */

struct part {                    /* of a column: a condition and how to test it */
	const struct feature *f;
	enum condition_kind kind;
	double code, from, to;
};
struct found {
	struct part part[2];
	int parts;
	struct welch here, rest;
	struct score difference;
	double p, q;
};

static bool holds(const struct part *p, uint32_t row)
{
	double x = p->f->x[row];
	switch (p->kind) {
	case CONDITION_LEVEL:
		return x == p->code;
	case CONDITION_RANGE:
		return x >= p->from && x < p->to;
	case CONDITION_MISSING:
		return isnan(x);
	}
	return false;
}

static bool inside(const struct found *s, uint32_t row)
{
	return holds(&s->part[0], row) && (s->parts < 2 || holds(&s->part[1], row));
}

static struct welch without(const struct welch *all, const struct welch *part)
{
	return (struct welch){ all->n - part->n, all->sum - part->sum, all->squares - part->squares };
}

struct search {
	const struct heldout *t;
	double shift;            /* mean loss: sums of squares around it lose fewer digits */
	struct welch all;
	struct found *found;
	size_t n, cap;
};

static struct found *keep(struct search *s, const struct found *f)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 64;
		s->found = mem_realloc(s->found, s->cap, sizeof *s->found);
	}
	s->found[s->n] = *f;
	return &s->found[s->n++];
}

/* A single segment from what its rows came to. */
static void consider(struct search *s, const struct part *p, const struct welch *here)
{
	struct welch rest = without(&s->all, here);
	if (here->n < LEAST_ROWS || rest.n < LEAST_ROWS)
		return;
	struct found f = { .part = { *p }, .parts = 1, .here = *here, .rest = rest };
	f.difference = welch_difference(&f.here, &f.rest, 0.95, &f.p);
	keep(s, &f);
}

struct size {
	double n;
	int code;
};

static int commonest(const void *a, const void *b)
{
	const struct size *x = a, *y = b;
	if (x->n != y->n)
		return x->n > y->n ? -1 : 1;
	return x->code - y->code;
}

static void try_levels(struct search *s, const struct feature *f)
{
	size_t k = (size_t)f->nlevels;
	struct welch *w = mem_calloc(k + 2, sizeof *w);
	struct size *order = mem_calloc(k, sizeof *order);
	for (size_t i = 0; i < s->t->j->n; i++)
		welch_add(&w[feature_code(f, f->x[s->t->rows[i]])], s->t->loss[i] - s->shift);
	for (size_t l = 0; l < k; l++)
		order[l] = (struct size){ w[l].n, (int)l };
	qsort(order, k, sizeof *order, commonest);
	for (size_t l = 0; l < k && l < LEVELS; l++)
		consider(s, &(struct part){ .f = f, .kind = CONDITION_LEVEL, .code = order[l].code }, &w[order[l].code]);
	consider(s, &(struct part){ .f = f, .kind = CONDITION_MISSING }, &w[k]);
	free(order);
	free(w);
}

static void try_quarters(struct search *s, const struct feature *f)
{
	size_t n = s->t->j->n, known = 0, edges = 0;
	double *v = mem_calloc(n, sizeof *v), edge[5] = { -INFINITY };
	struct welch w[4] = { 0 }, missing = { 0 };
	for (size_t i = 0; i < n; i++)
		if (!isnan(f->x[s->t->rows[i]]))
			v[known++] = f->x[s->t->rows[i]];
	sort_doubles(v, known);
	for (int q = 1; q < 4 && known; q++) {
		double at = quantile_of(v, known, q / 4.0);
		if (at > v[0] && at > edge[edges])
			edge[++edges] = at;
	}
	edge[++edges] = INFINITY;
	free(v);
	for (size_t i = 0; i < n; i++) {
		double x = f->x[s->t->rows[i]], loss = s->t->loss[i] - s->shift;
		if (isnan(x)) {
			welch_add(&missing, loss);
			continue;
		}
		size_t q = 0;
		while (q + 1 < edges && x >= edge[q + 1])
			q++;
		welch_add(&w[q], loss);
	}
	for (size_t q = 0; q < edges && edges > 1; q++)
		consider(s, &(struct part){ .f = f, .kind = CONDITION_RANGE, .from = edge[q], .to = edge[q + 1] }, &w[q]);
	consider(s, &(struct part){ .f = f, .kind = CONDITION_MISSING }, &missing);
}

/* All features, or those of the most important columns when there are many. */
static void try_all(struct search *s)
{
	const struct frame *f = s->t->c->f;
	const struct model_result *r = s->t->c->r;
	bool many = f->nfeatures > FEATURES && r->nimportance;
	size_t tried = 0;
	for (size_t k = 0; k < (many ? r->nimportance : 1); k++)
		for (size_t i = 0; i < f->nfeatures && tried < FEATURES; i++) {
			const struct feature *x = &f->features[i];
			if (many && strcmp(f->group_names[x->group], r->importance[k].name) != 0)
				continue;
			tried++;
			if (x->category)
				try_levels(s, x);
			else
				try_quarters(s, x);
		}
}

/* ---- choice ------------------------------------------------------------------------------------------------ */

static bool alike(const struct heldout *t, const struct found *a, const struct found *b)
{
	double both = 0, either = 0;
	for (size_t i = 0; i < t->j->n; i++) {
		bool x = inside(a, t->rows[i]), y = inside(b, t->rows[i]);
		both += x && y;
		either += x || y;
	}
	return both >= ALIKE * either;
}

static void adjust(struct found *f, size_t n)
{
	double *p = mem_calloc(n, sizeof *p), *q = mem_calloc(n, sizeof *q);
	for (size_t i = 0; i < n; i++)
		p[i] = f[i].p;
	false_discovery(p, q, n);
	for (size_t i = 0; i < n; i++)
		f[i].q = q[i];
	free(p);
	free(q);
}

/* What a segment adds to the whole error. */
static double adds(const struct found *f)
{
	return f->difference.value * f->here.n;
}

/* Worse beyond chance, without near copies: indices into found[from .. n). First what adds most to the whole
 * error, so that a handful of rows does not hide a tenth of them. */
static size_t choose(const struct search *s, size_t from, size_t most, size_t *chosen)
{
	struct arena *a = arena_new();
	double *better = arena_calloc(a, s->n - from, sizeof *better);
	for (size_t i = from; i < s->n; i++)
		better[i - from] = -adds(&s->found[i]);
	uint32_t *order = rising_order(better, s->n - from, a);
	size_t n = 0;
	for (size_t k = 0; k < s->n - from && n < most; k++) {
		const struct found *f = &s->found[from + order[k]];
		bool again = !(f->q < 0.05) || !(f->difference.value > 0);
		for (size_t c = 0; c < n && !again; c++)
			again = alike(s->t, f, &s->found[chosen[c]]);
		if (!again)
			chosen[n++] = from + order[k];
	}
	arena_free(a);
	return n;
}

/* A pair must be worse than what is left of either of its segments: else the segment alone says it. */
static void try_pair(struct search *s, const struct found *a, const struct found *b)
{
	const struct heldout *t = s->t;
	struct found f = { .part = { a->part[0], b->part[0] }, .parts = 2 };
	for (size_t i = 0; i < t->j->n; i++)
		if (inside(&f, t->rows[i]))
			welch_add(&f.here, t->loss[i] - s->shift);
	f.rest = without(&s->all, &f.here);
	struct welch left[2] = { without(&a->here, &f.here), without(&b->here, &f.here) };
	if (f.here.n < LEAST_ROWS || f.rest.n < LEAST_ROWS || left[0].n < LEAST_ROWS || left[1].n < LEAST_ROWS)
		return;
	f.difference = welch_difference(&f.here, &f.rest, 0.95, &f.p);
	for (int k = 0; k < 2; k++) {
		double p;
		struct score d = welch_difference(&f.here, &left[k], 0.95, &p);
		f.p = d.value > 0 ? fmax(f.p, p) : 1;
	}
	keep(s, &f);
}

/* ---- what is told -------------------------------------------------------------------------------------------- */

static struct condition told(const struct part *p)
{
	return (struct condition){ .kind = p->kind, .name = p->f->name, .from = p->from, .to = p->to,
		.level = p->kind == CONDITION_LEVEL ? p->f->levels[(int)p->code] : NULL };
}

static struct segment tell(const struct search *s, const struct found *f)
{
	const struct heldout *t = s->t;
	const struct judged *j = t->j;
	struct segment g = { .conditions = f->parts, .n = (int64_t)f->here.n, .share = f->here.n / (double)j->n,
		.loss = s->shift + f->here.sum / f->here.n, .rest = s->shift + f->rest.sum / f->rest.n,
		.difference = f->difference, .p = f->p, .p_adjusted = f->q };
	for (int k = 0; k < f->parts; k++)
		g.when[k] = told(&f->part[k]);
	double wrong[2] = { 0 }, n = f->here.n;
	for (size_t i = 0; i < j->n; i++) {
		bool in = inside(f, t->rows[i]);
		if (j->task != TASK_REGRESSION)
			wrong[in] += j->terms[i].likeliest != (uint32_t)j->y[i];
		if (!in)
			continue;
		g.baseline += t->baseline[i] / n;
		g.bias += (j->task == TASK_BINARY ? j->pred[2 * i + 1] : j->pred[i]) / n - j->y[i] / n;
	}
	bool number = j->task == TASK_REGRESSION;
	g.wrong = number ? NAN : wrong[1] / n;
	g.wrong_rest = number ? NAN : wrong[0] / f->rest.n;
	if (j->task == TASK_MULTICLASS)
		g.bias = NAN;
	return g;
}

void judge_segments(const struct heldout *t)
{
	struct search s = { .t = t };
	struct judgement *out = t->out;
	for (size_t i = 0; i < t->j->n; i++)
		s.shift += t->loss[i] / (double)t->j->n;
	for (size_t i = 0; i < t->j->n; i++)
		welch_add(&s.all, t->loss[i] - s.shift);
	try_all(&s);
	adjust(s.found, s.n);
	size_t single[SINGLES], pair[PAIRS], singles = choose(&s, 0, SINGLES, single), first = s.n, pairs = 0;
	struct found parent[PARENTS];   /* keep may move the others */
	size_t parents = singles < PARENTS ? singles : PARENTS;
	for (size_t k = 0; k < parents; k++)
		parent[k] = s.found[single[k]];
	for (size_t k = 0; k < parents; k++)
		for (size_t l = k + 1; l < parents; l++)
			if (parent[k].part[0].f != parent[l].part[0].f)
				try_pair(&s, &parent[k], &parent[l]);
	out->tried = s.n;
	if (s.n > first) {
		adjust(s.found + first, s.n - first);
		pairs = choose(&s, first, PAIRS, pair);
	}
	size_t all[SINGLES + PAIRS];
	for (size_t k = 0; k < singles + pairs; k++) {
		size_t at = k, one = k < singles ? single[k] : pair[k - singles];
		for (; at > 0 && adds(&s.found[all[at - 1]]) < adds(&s.found[one]); at--)
			all[at] = all[at - 1];
		all[at] = one;
	}
	out->segments = arena_calloc(t->c->a, singles + pairs, sizeof *out->segments);
	for (size_t k = 0; k < singles + pairs; k++)
		out->segments[k] = tell(&s, &s.found[all[k]]);
	out->nsegments = singles + pairs;
	free(s.found);
}
