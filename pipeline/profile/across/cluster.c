/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Clusters of columns by average linkage, and an order of the columns that shows them. */
#include "profile/relations_int.h"

#include <stdlib.h>

/* A cluster and its columns in the order in which they will stand. */
struct cluster {
	int id, size, *leaf;       /* id as in cluster_merge; size 0: merged into another */
};
struct linkage {
	int n;
	const double *leaf;        /* distances of columns */
	double *d;                 /* of clusters, by their places */
	struct cluster *cluster;
};

static void reverse(int *v, int n)
{
	for (int i = 0; i < n / 2; i++) {
		int swap = v[i];
		v[i] = v[n - 1 - i];
		v[n - 1 - i] = swap;
	}
}

/* Appends b to a, each turned so that the nearest ends touch. */
static void join(const struct linkage *l, struct cluster *a, struct cluster *b)
{
	int ends[4][2] = { { a->leaf[a->size - 1], b->leaf[0] },
		{ a->leaf[a->size - 1], b->leaf[b->size - 1] }, { a->leaf[0], b->leaf[0] },
		{ a->leaf[0], b->leaf[b->size - 1] } };
	int best = 0;
	for (int i = 1; i < 4; i++)
		if (l->leaf[ends[i][0] * l->n + ends[i][1]] <
				l->leaf[ends[best][0] * l->n + ends[best][1]])
			best = i;
	if (best >= 2)
		reverse(a->leaf, a->size);
	if (best == 1 || best == 3)
		reverse(b->leaf, b->size);
	a->leaf = mem_realloc(a->leaf, (size_t)(a->size + b->size), sizeof *a->leaf);
	memcpy(a->leaf + a->size, b->leaf, (size_t)b->size * sizeof *b->leaf);
	free(b->leaf);
	b->leaf = NULL;
}

/* The two nearest clusters. */
static void nearest(const struct linkage *l, int *a, int *b)
{
	double least = INFINITY;
	for (int i = 0; i < l->n; i++)
		for (int j = i + 1; l->cluster[i].size && j < l->n; j++)
			if (l->cluster[j].size && l->d[i * l->n + j] < least) {
				least = l->d[i * l->n + j];
				*a = i;
				*b = j;
			}
}

/* b becomes part of a, as merge k. */
static struct cluster_merge merge(struct linkage *l, int a, int b, int k)
{
	struct cluster *x = &l->cluster[a], *y = &l->cluster[b];
	struct cluster_merge m = { x->id, y->id, x->size + y->size, l->d[a * l->n + b] };
	for (int i = 0; i < l->n; i++) {
		double mean = (x->size * l->d[a * l->n + i] + y->size * l->d[b * l->n + i]) /
			m.size;
		l->d[a * l->n + i] = l->d[i * l->n + a] = mean;
	}
	join(l, x, y);
	y->size = 0;
	x->size = m.size;
	x->id = l->n + k;
	return m;
}

void cluster_average(const double *distance, int n, struct cluster_merge *merges, int *order)
{
	size_t cells = (size_t)n * (size_t)n;
	struct linkage l = { n, distance, mem_alloc((cells + 1) * sizeof *l.d),
		mem_calloc((size_t)n + 1, sizeof *l.cluster) };
	memcpy(l.d, distance, cells * sizeof *l.d);
	for (int i = 0; i < n; i++) {
		l.cluster[i] = (struct cluster){ i, 1, mem_alloc(sizeof(int)) };
		l.cluster[i].leaf[0] = i;
	}
	for (int k = 0; k < n - 1; k++) {
		int a = 0, b = 1;
		nearest(&l, &a, &b);
		merges[k] = merge(&l, a, b, k);
	}
	for (int i = 0; i < n; i++)
		if (l.cluster[i].size) {
			memcpy(order, l.cluster[i].leaf, (size_t)n * sizeof *order);
			free(l.cluster[i].leaf);
		}
	free(l.cluster);
	free(l.d);
}
