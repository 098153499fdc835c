/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns that say what another says but for a few rows: copies that were edited, spelled
 * differently, or converted to other units. A few rows tell which of all pairs are worth a closer
 * look; those are then compared in a large sample.
 */
#include "profile/relations_int.h"

#include <stdlib.h>

enum { PRINT_LEAST = 8, ROWS_LEAST = 20, LOOKS_MAX = 200, ROWS_MAX = 50000 };

/* ---- the pairs ---------------------------------------------------------------------------- */

struct search {
	const struct variable *v;
	const struct profile_options *o;
	struct sample few, all;
	struct print *print;       /* of the few rows */
	int *order;                /* the few rows of each column by its value */
	int *parent;               /* columns that are known to be the same */
	int looks;
};

static int root_of(int *parent, int i)
{
	while (parent[i] != i)
		i = parent[i] = parent[parent[i]];
	return i;
}

/* One direction: b from a, in all rows of the sample. */
static bool converts(struct line *l, const struct search *s, const struct print *few_a,
	const struct print *few_b, const int *by_a, const struct print *a, const struct print *b,
	struct agreement *g)
{
	if (!line_guess(l, few_a, few_b, by_a, (int)s->few.n) || !line_fit(l, a, b, s->all.n))
		return false;
	l->tolerance = line_tolerance(a, b, l->slope);
	line_shorten(l, few_a, few_b, s->few.n);
	*g = line_rows(l, a, b, s->all.n, 1, s->all.n);
	return agreement_is(*g, ROWS_LEAST, s->o->nearly);
}

static bool look_closely(struct near_pair *out, const struct search *s, int i, int j, bool equal)
{
	const struct print *few_a = &s->print[i], *few_b = &s->print[j];
	struct print a, b;
	struct agreement g = { 0 };
	bool found;
	print_fill(&a, &s->all, &s->v[few_a->var], few_a->var);
	print_fill(&b, &s->all, &s->v[few_b->var], few_b->var);
	*out = (struct near_pair){ a.var, b.var, !equal, 1, 0, 0, 0, 0 };
	if (equal) {
		g = equal_rows(&a, &b, s->all.n, s->all.n);
		found = agreement_is(g, ROWS_LEAST, s->o->nearly);
	} else {
		struct line to, back;
		struct agreement h = { 0 };
		found = converts(&to, s, few_a, few_b, s->order + i * PRINT_ROWS, &a, &b, &g);
		bool other = converts(&back, s, few_b, few_a, s->order + j * PRINT_ROWS, &b, &a, &h);
		if (other && (!found || line_length(&back) < line_length(&to))) {
			out->a = b.var;
			out->b = a.var;
			to = back;
			g = h;
		}
		found = found || other;
		out->slope = found ? to.slope : NAN;
		out->intercept = found ? to.intercept : NAN;
	}
	for (int64_t r = 0; r < s->all.n; r++)
		out->both += !isnan(a.x[r]) && !isnan(b.x[r]);
	out->same = g.same;
	out->n = g.n;
	free(a.x);
	free(b.x);
	return found;
}

/* Whether the pair is one, first by the few rows. */
static bool is_near(struct near_pair *out, struct search *s, int i, int j)
{
	const struct print *a = &s->print[i], *b = &s->print[j];
	int rows = (int)s->few.n;
	if (a->kind != b->kind || s->looks == LOOKS_MAX)
		return false;
	if (agreement_is(equal_rows(a, b, rows, rows / 8), PRINT_LEAST, 0.85)) {
		s->looks++;
		return look_closely(out, s, i, j, true);
	}
	struct line l;
	if (!a->measures || !b->measures ||
			!line_guess(&l, a, b, s->order + i * PRINT_ROWS, rows))
		return false;
	s->looks++;
	return look_closely(out, s, i, j, false);
}

/* Rows of the print by value; those without come first, and are never looked at. */
static void order_fill(int *order, const struct print *p, int64_t rows)
{
	struct keyed v[2 * PRINT_ROWS];
	for (int64_t i = 0; i < rows; i++)
		v[i] = (struct keyed){ isnan(p->x[i]) ? 0 : key_of_double(p->x[i]), i };
	sort_keyed(v, v + rows, (size_t)rows);
	for (int64_t i = 0; i < rows; i++)
		order[i] = (int)v[i].row;
}

static void report(const struct near_pair *p, const struct variable *v,
	const struct profile_options *o, struct finding_list *findings, struct arena *a)
{
	struct finding f = finding_make(p->linear ? FIND_converted_columns
		: FIND_nearly_identical_columns, v[p->a].name);
	f.columns[1] = v[p->b].name;
	/* copies are found by rows that tell something; said is where they differ, of all rows that have both */
	int64_t total = p->linear ? p->n : p->both;
	f.count = total - (p->n - p->same);
	f.total = f.n = total;
	f.threshold = o->nearly;
	if (p->linear) {
		struct combination c = { 2, (int[]){ p->b, p->a }, (double[]){ 0, p->slope },
			p->intercept };
		f.text = combination_text(&c, v, a);
	}
	finding_list_add(findings, &f);
}

/* Empty and constant columns have nothing to compare; a copy stands for the first of its kind. */
static int prints_fill(struct search *s, const struct variable *v, int n, const int *same_as)
{
	int k = 0;
	for (int i = 0; i < n; i++) {
		if (v[i].type == VARIABLE_EMPTY || v[i].type == VARIABLE_CONSTANT ||
				(same_as && same_as[i] >= 0))
			continue;
		print_fill(&s->print[k], &s->few, &v[i], i);
		order_fill(s->order + k * PRINT_ROWS, &s->print[k], s->few.n);
		s->parent[k] = k;
		k++;
	}
	return k;
}

void nearly_fill(struct structure *out, const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, const int *same_as, struct finding_list *findings,
	struct arena *a)
{
	int64_t most = o->max_rank_rows < ROWS_MAX ? o->max_rank_rows : ROWS_MAX;
	size_t room = (size_t)n + 1;
	struct search s = { .v = v, .o = o, .few = sample_new(t, PRINT_ROWS, o->seed, a),
		.all = sample_new(t, most, o->seed, a),
		.print = mem_calloc(room, sizeof *s.print),
		.order = mem_alloc(room * PRINT_ROWS * sizeof *s.order),
		.parent = mem_alloc(room * sizeof *s.parent) };
	int k = prints_fill(&s, v, n, same_as);
	out->near = arena_calloc(a, room, sizeof *out->near);
	out->near_rows = s.all.n;
	for (int i = 0; i < k; i++)
		for (int j = i + 1; j < k; j++) {
			int x = root_of(s.parent, i), y = root_of(s.parent, j);
			if (x == y || !is_near(&out->near[out->nnear], &s, i, j))
				continue;
			s.parent[y] = x;
			report(&out->near[out->nnear++], v, o, findings, a);
		}
	for (int i = 0; i < k; i++)
		free(s.print[i].x);
	free(s.print);
	free(s.order);
	free(s.parent);
}
