/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exact Shapley values of a tree, path-dependent as in TreeSHAP (Lundberg et al. 2020): a column that a
 * coalition does not know sends a row both ways, in the shares of the training rows.
 *
 * On the way to a leaf of value v, let column j's splits let through the share z_j of the rows, and this
 * row (o_j = 1) or not (0). The weights of coalitions are integrals of t^s (1 - t)^(d - 1 - s), so that
 *
 *     phi_i = v (o_i - z_i) integral over [0, 1] of  prod_{j != i} (o_j t + z_j (1 - t))  dt,
 *
 * a polynomial that Gauss-Legendre quadrature integrates exactly. Sums over leaves are made once a node, as
 * in Linear TreeSHAP (Yu et al. 2022): a row costs as much as the tree has nodes, times the points.
 */
#include "model/trees/trees_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Roots of the Legendre polynomial by Newton's method (Press et al. 2007, gauleg), moved to [0, 1]. */
void quadrature_init(struct quadrature *q, size_t factors)
{
	q->n = factors / 2 + 1;
	if (q->n > COUNTOF(q->at))
		q->n = COUNTOF(q->at);
	for (size_t i = 0; i < q->n; i++) {
		double n = (double)q->n, x = cos(3.14159265358979323846 * ((double)i + 0.75) / (n + 0.5)), slope = 1;
		for (int round = 0; round < 20; round++) {
			double p = 1, before = 0;
			for (size_t j = 0; j < q->n; j++) {
				double older = before;
				before = p;
				p = ((2 * (double)j + 1) * x * before - (double)j * older) / ((double)j + 1);
			}
			slope = n * (x * p - before) / (x * x - 1);
			x -= p / slope;
		}
		q->at[i] = (1 - x) / 2;
		q->weight[i] = 1 / ((1 - x * x) * slope * slope);
	}
}

static size_t players_below(const struct cover_tree *t, uint32_t i, uint8_t *on_path, size_t so_far)
{
	if (!t->left[i])
		return so_far;
	bool first = !on_path[t->group[i]];
	on_path[t->group[i]] = 1;
	size_t left = players_below(t, t->left[i], on_path, so_far + first);
	size_t right = players_below(t, t->left[i] + 1, on_path, so_far + first);
	if (first)
		on_path[t->group[i]] = 0;
	return left > right ? left : right;
}

size_t cover_players(const struct cover_tree *t)
{
	uint32_t groups = 0;
	for (size_t i = 0; i < t->nodes; i++)
		if (t->left[i] && t->group[i] >= groups)
			groups = t->group[i] + 1;
	uint8_t *on_path = mem_calloc(groups + 1, 1);
	size_t most = players_below(t, 0, on_path, 0);
	free(on_path);
	return most;
}

struct walk {
	const struct cover_tree *t;
	const struct quadrature *q;
	const uint8_t *went_left;
	double *z, *o;           /* of each group on the way so far: 1 when no split was on it */
	double *room;            /* width x points for each depth */
	double scale, *phi;
};

/* product[q]: of the groups' factors on the way to node i. sum: width x points, the sum over the leaves below
 * of value times product times weight of the point. */
static void walk(struct walk *s, uint32_t i, size_t depth, const double *product, double *sum)
{
	const struct cover_tree *t = s->t;
	const size_t n = s->q->n, k = t->width;
	if (!t->left[i]) {
		for (size_t c = 0; c < k; c++)
			for (size_t p = 0; p < n; p++)
				sum[c * n + p] = t->value[t->at[i] * k + c] * product[p] * s->q->weight[p];
		return;
	}
	uint32_t g = t->group[i];
	double z = s->z[g], o = s->o[g], old[POINTS], below[POINTS], share[POINTS];
	double *part = s->room + depth * k * n;
	for (size_t p = 0; p < n; p++)
		old[p] = 1 / (o * s->q->at[p] + z * (1 - s->q->at[p]));
	memset(sum, 0, k * n * sizeof *sum);
	for (uint32_t side = 0; side < 2; side++) {
		uint32_t child = t->left[i] + side;
		double z2 = z * t->weight[child] / t->weight[i], o2 = s->went_left[i] == (side == 0) ? o : 0;
		for (size_t p = 0; p < n; p++) {
			double new = o2 * s->q->at[p] + z2 * (1 - s->q->at[p]);
			below[p] = product[p] * new * old[p];
			share[p] = (o2 - z2) / new - (o - z) * old[p];
		}
		s->z[g] = z2;
		s->o[g] = o2;
		walk(s, child, depth + 1, below, part);
		for (size_t c = 0; c < k; c++) {
			double phi = 0;
			for (size_t p = 0; p < n; p++) {
				phi += part[c * n + p] * share[p];
				sum[c * n + p] += part[c * n + p];
			}
			s->phi[g * k + c] += s->scale * phi;
		}
	}
	s->z[g] = z;
	s->o[g] = o;
}

void tree_shapley(const struct cover_tree *t, const struct quadrature *q, const uint8_t *went_left, size_t groups,
	double scale, double *phi)
{
	size_t cells = t->width * q->n;
	double *z = mem_alloc((2 * groups + (TREE_DEPTH + 2) * cells) * sizeof *z), product[POINTS];
	for (size_t g = 0; g < 2 * groups; g++)
		z[g] = 1;
	for (size_t p = 0; p < q->n; p++)
		product[p] = 1;
	struct walk s = { t, q, went_left, z, z + groups, z + 2 * groups, scale, phi };
	walk(&s, 0, 0, product, s.room + (TREE_DEPTH + 1) * cells);
	free(z);
}

void tree_base(const struct cover_tree *t, double scale, double *base)
{
	for (size_t i = 0; i < t->nodes; i++)
		for (size_t c = 0; !t->left[i] && c < t->width; c++)
			base[c] += scale * t->weight[i] / t->weight[0] * t->value[t->at[i] * t->width + c];
}

void shapley_outputs(const double *phi, size_t groups, size_t width, size_t outputs, double *out)
{
	for (size_t g = 0; g < groups; g++)
		for (size_t o = 0; o < outputs; o++)
			out[g * outputs + o] = width == outputs ? phi[g * width + o] : o ? phi[g] : -phi[g];
}

void shapley_base(const double *base, size_t width, size_t outputs, double *out)
{
	for (size_t o = 0; o < outputs; o++)
		out[o] = width == outputs ? base[o] : o ? base[0] : 1 - base[0];
}
