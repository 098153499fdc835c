/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns of all types in one matrix, in an order that shows which go together. */
#include "profile/relations_int.h"

#include <stdlib.h>

static int largest_var(const struct association *pairs, size_t npairs)
{
	int most = -1;
	for (size_t i = 0; i < npairs; i++) {
		most = pairs[i].a > most ? pairs[i].a : most;
		most = pairs[i].b > most ? pairs[i].b : most;
	}
	return most;
}

int strongest_columns(const struct association *pairs, size_t npairs, int64_t most, int *var)
{
	int vars = largest_var(pairs, npairs) + 1, n = 0;
	bool *taken = mem_calloc((size_t)vars + 1, sizeof *taken);
	for (size_t i = 0; i < npairs; i++) {
		int ends[2] = { pairs[i].a, pairs[i].b };
		for (int k = 0; k < 2 && n < most; k++)
			if (!taken[ends[k]]) {
				taken[ends[k]] = true;
				n++;
			}
	}
	for (int i = 0, k = 0; i < vars; i++)
		if (taken[i])
			var[k++] = i;
	free(taken);
	return n;
}

static void cells_fill(struct mixed_matrix *m, const struct association *pairs, size_t npairs)
{
	int vars = largest_var(pairs, npairs) + 1;
	int *place = mem_alloc(((size_t)vars + 1) * sizeof *place);
	for (int i = 0; i < vars; i++)
		place[i] = -1;
	for (int i = 0; i < m->n; i++)
		place[m->var[i]] = i;
	for (int i = 0; i < m->n; i++)
		for (int j = 0; j < m->n; j++)
			m->cell[i * m->n + j] = (struct association){ .a = m->var[i],
				.b = m->var[j], .value = i == j ? 1 : NAN, .p = NAN,
				.p_adjusted = NAN };
	for (size_t i = 0; i < npairs; i++) {
		int a = place[pairs[i].a], b = place[pairs[i].b];
		if (a >= 0 && b >= 0)
			m->cell[a * m->n + b] = m->cell[b * m->n + a] = pairs[i];
	}
	free(place);
}

static double strength(const struct mixed_matrix *m, int i, int j)
{
	double v = fabs(m->cell[i * m->n + j].value);
	return isnan(v) ? 0 : v;
}

/* ---- groups ------------------------------------------------------------------------------- */

/* The columns in [from, to) of the order are a group. */
static void group_add(struct mixed_matrix *m, int from, int to, struct arena *a)
{
	struct column_group *g = &m->groups[m->ngroups++];
	*g = (struct column_group){ .var = arena_calloc(a, (size_t)(to - from), sizeof(int)),
		.n = to - from, .weakest = 1 };
	double sum = 0;
	for (int i = from; i < to; i++) {
		g->var[i - from] = m->var[m->order[i]];
		for (int j = from; j < i; j++) {
			double s = strength(m, m->order[i], m->order[j]);
			sum += s;
			g->weakest = fmin(g->weakest, s);
		}
	}
	g->mean = sum / ((double)g->n * (g->n - 1) / 2);
}

/* Merges are made by rising height, and each cluster is a stretch of the order: neighbours are of
 * one group when the merge that joined them was low enough. */
static void groups_fill(struct mixed_matrix *m, double together, struct arena *a)
{
	int *root = mem_alloc((2 * (size_t)m->n + 1) * sizeof *root), n = m->n;
	for (int i = 0; i < 2 * n; i++)
		root[i] = i;
	for (int k = 0; k < n - 1 && 1 - m->merges[k].height >= together; k++)
		root[m->merges[k].left] = root[m->merges[k].right] = n + k;
	m->groups = arena_calloc(a, (size_t)n + 1, sizeof *m->groups);
	for (int from = 0, to; from < n; from = to) {
		int top = m->order[from];
		while (root[top] != top)
			top = root[top];
		for (to = from + 1; to < n; to++) {
			int other = m->order[to];
			while (root[other] != other)
				other = root[other];
			if (other != top)
				break;
		}
		if (to - from > 1)
			group_add(m, from, to, a);
	}
	free(root);
}

void mixed_fill(struct mixed_matrix *m, const struct association *pairs, size_t npairs,
	const struct profile_options *o, struct arena *a)
{
	size_t most = (size_t)o->max_matrix + 1;
	m->var = arena_calloc(a, most, sizeof *m->var);
	m->n = strongest_columns(pairs, npairs, o->max_matrix, m->var);
	size_t n = (size_t)m->n;
	m->cell = arena_calloc(a, n * n + 1, sizeof *m->cell);
	m->merges = arena_calloc(a, n + 1, sizeof *m->merges);
	m->order = arena_calloc(a, n + 1, sizeof *m->order);
	cells_fill(m, pairs, npairs);
	double *distance = mem_calloc(n * n + 1, sizeof *distance);
	for (int i = 0; i < m->n; i++)
		for (int j = 0; j < m->n; j++)
			distance[i * m->n + j] = 1 - strength(m, i, j);
	cluster_average(distance, m->n, m->merges, m->order);
	free(distance);
	groups_fill(m, o->together, a);
}
