/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A pruned tree in the words of its columns. Of a division of levels the shorter side is the question; levels
 * that no training row has at a node are not named there. */
#include "model/tree.h"
#include "model/trees/trees_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What the training rows have at each node that splits a category: a flag a code, of nlevels + 2. */
struct seen {
	uint8_t **level;
	int64_t *missing;
};

static void look(const struct cart *c, const struct sample *s, struct seen *seen)
{
	for (size_t i = 0; i < s->n; i++)
		for (uint32_t at = 0; c->rule[at].left;) {
			const struct rule *r = &c->rule[at];
			double x = sample_x(s, r->feature, i);
			seen->missing[at] += isnan(x);
			if (seen->level[at])
				seen->level[at][feature_code(&s->f->features[r->feature], x)] = 1;
			at = rule_next(r, s->f, x);
		}
}

static void ask_levels(const struct rule *r, const struct feature *f, const uint8_t *seen, struct arena *a,
	struct drawn_node *d)
{
	size_t n[2] = { 0, 0 };
	for (int l = 0; l < f->nlevels; l++)
		n[r->level_left[l] != 0] += seen[l];
	bool left = n[1] <= n[0];
	d->kind = SPLIT_LEVELS;
	d->levels = arena_calloc(a, n[left] + 1, sizeof *d->levels);
	for (int l = 0; l < f->nlevels; l++)
		if (seen[l] && (r->level_left[l] != 0) == left)
			d->levels[d->nlevels++] = f->levels[l];
	if (!left) {
		int yes = d->yes;
		d->yes = d->no;
		d->no = yes;
	}
}

static void ask(const struct rule *r, const struct feature *f, const struct seen *seen, size_t i, struct arena *a,
	struct drawn_node *d)
{
	size_t known[2] = { 0, 0 };
	d->feature = f->name;
	d->yes = (int)r->left;
	d->no = (int)r->left + 1;
	if (f->category)
		for (int l = 0; l < f->nlevels; l++)
			known[r->level_left[l] != 0] += seen->level[i][l];
	if (f->category ? !known[0] || !known[1] : r->cut == INFINITY) {
		d->kind = SPLIT_MISSING;
		d->yes = (int)r->left + !r->missing_left;
		d->no = (int)r->left + r->missing_left;
		return;
	}
	d->kind = SPLIT_BELOW;
	d->cut = r->cut;
	if (f->category)
		ask_levels(r, f, seen->level[i], a, d);
	if (f->part == PART_KEYWORD) {
		d->kind = SPLIT_TRUE;
		d->yes = (int)r->left + 1;
		d->no = (int)r->left;
	}
	if (seen->missing[i])
		d->missing = (int)r->left + !r->missing_left == d->yes;
}

static void answer(const struct cart *c, size_t i, const struct frame *f, struct arena *a, struct drawn_node *d)
{
	const double *v = c->seen + i * c->width;
	size_t k = (size_t)f->nclasses, best = 0;
	d->prediction = v[0];
	if (!k)
		return;
	double *shares = arena_calloc(a, k, sizeof *shares);
	for (size_t o = 0; o < k; o++)
		shares[o] = k > 2 ? v[o] : o ? v[0] : 1 - v[0];
	for (size_t o = 1; o < k; o++)
		if (shares[o] > shares[best])
			best = o;
	d->prediction = (double)best;
	d->shares = shares;
}

struct drawn_tree *cart_drawn(const struct cart *c, const struct sample *s, struct arena *a)
{
	struct drawn_tree *t = arena_alloc(a, sizeof *t);
	struct seen seen = { arena_calloc(a, c->nodes, sizeof *seen.level), arena_calloc(a, c->nodes, sizeof *seen.missing) };
	int *depth = arena_calloc(a, c->nodes + 2, sizeof *depth);
	*t = (struct drawn_tree){ .node = arena_calloc(a, c->nodes, sizeof *t->node), .nodes = c->nodes };
	for (size_t i = 0; i < c->nodes; i++) {
		const struct feature *f = &s->f->features[c->rule[i].feature];
		if (c->rule[i].left && f->category)
			seen.level[i] = arena_calloc(a, (size_t)f->nlevels + 2, 1);
	}
	look(c, s, &seen);
	for (size_t i = 0; i < c->nodes; i++) {
		const struct rule *r = &c->rule[i];
		struct drawn_node *d = &t->node[i];
		*d = (struct drawn_node){ .yes = -1, .no = -1, .missing = -1, .cut = NAN, .rows = (int64_t)r->rows };
		answer(c, i, s->f, a, d);
		t->depth = depth[i] > t->depth ? depth[i] : t->depth;
		if (!r->left) {
			t->leaves++;
			continue;
		}
		depth[r->left] = depth[r->left + 1] = depth[i] + 1;
		ask(r, &s->f->features[r->feature], &seen, i, a, d);
	}
	return t;
}
