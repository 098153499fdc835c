/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Growing a tree (Breiman, Friedman, Olshen & Stone 1984): each node is split where the sum of squares
 * about the means, or the Gini impurity, falls most. Rows are counted by code, so that a node costs as
 * much as it has rows. Rows without the value go to whichever side suits the target better; where
 * training lacked none, to the larger side.
 */
#include "model/trees/trees_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The rows of a node counted by code: weights and sums of the codes that occur, in the order of codes
 * (or, for subsets, of the levels' target), and of the missing values. */
struct counts {
	int code[CODES];
	double weight[CODES], *sum;          /* n x width */
	size_t n;
	double missing, *missing_sum;
};
struct split {
	double gain;
	uint32_t feature;
	bool found, subset, missing_left;
	int code, next;          /* last code on the left, first on the right; next < 0: only what is missing */
	uint64_t levels[4];
};
struct growth {
	const struct grower *g;
	struct tree *t;
	size_t room;             /* of nodes */
	uint32_t *row, *scratch, *order;   /* order: of features, as they are drawn */
	double *w, *dy;          /* of the node's rows: weight, and weight times distance to the mean */
	uint8_t *of;             /* or the class */
	double *by_code_weight, *by_code;    /* 256, 256 x width: zeros between uses */
	double *total, *left, *side;         /* width */
	struct counts counts;
};

/* ---- a node's rows ------------------------------------------------------------------------------------------ */

static void measure(struct growth *s, struct node *d, double *value)
{
	const struct target *y = &s->g->target;
	size_t k = y->width;
	d->weight = 0;
	for (size_t c = 0; c < k; c++)
		s->total[c] = value[c] = 0;
	for (size_t i = 0; i < d->rows; i++) {
		uint32_t r = s->row[d->first + i];
		s->w[i] = s->g->times ? s->g->times[r] : 1;
		d->weight += s->w[i];
		if (k > 1) {
			s->of[i] = y->of[r];
			s->total[s->of[i]] += s->w[i];
		} else {
			value[0] += s->w[i] * y->y[r];
		}
	}
	if (k > 1) {
		d->impurity = d->weight;
		for (size_t c = 0; c < k; c++) {
			value[c] = s->total[c] / d->weight;
			d->impurity -= s->total[c] * value[c];
		}
		return;
	}
	value[0] /= d->weight;
	d->impurity = 0;
	for (size_t i = 0; i < d->rows; i++) {   /* about the mean, lest large numbers hide small differences */
		double away = y->y[s->row[d->first + i]] - value[0];
		s->dy[i] = s->w[i] * away;
		s->total[0] += s->dy[i];
		d->impurity += s->dy[i] * away;
	}
}

struct scored {
	double score;
	size_t at;
};

static int by_score(const void *a, const void *b)
{
	const struct scored *x = a, *y = b;
	if (x->score != y->score)
		return x->score < y->score ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

/* Among all divisions of levels in two, the best for one number is one of these cuts (Fisher 1958). */
static void order_levels(struct counts *c, size_t k)
{
	double score[CODES];
	struct scored order[CODES];
	struct counts old = *c;
	level_scores(c->sum, c->weight, c->n, k, score);
	for (size_t i = 0; i < c->n; i++)
		order[i] = (struct scored){ score[i], i };
	qsort(order, c->n, sizeof *order, by_score);
	old.sum = mem_alloc((c->n * k + 1) * sizeof *old.sum);
	memcpy(old.sum, c->sum, c->n * k * sizeof *old.sum);
	for (size_t i = 0; i < c->n; i++) {
		c->code[i] = old.code[order[i].at];
		c->weight[i] = old.weight[order[i].at];
		memcpy(c->sum + i * k, old.sum + order[i].at * k, k * sizeof *c->sum);
	}
	free(old.sum);
}

/* False when the feature has one value here. */
static bool count(struct growth *s, const struct node *d, size_t feature)
{
	const uint8_t *code = s->g->codes + feature * s->g->n;
	const uint32_t *row = s->row + d->first;
	size_t k = s->g->target.width;
	struct counts *c = &s->counts;
	uint64_t seen[4] = { 0 };
	double *weight = s->by_code_weight, *sum = s->by_code;
	if (k == 1)
		for (size_t i = 0; i < d->rows; i++) {
			uint8_t v = code[row[i]];
			seen[v >> 6] |= 1ull << (v & 63);
			weight[v] += s->w[i];
			sum[v] += s->dy[i];
		}
	else
		for (size_t i = 0; i < d->rows; i++) {
			uint8_t v = code[row[i]];
			seen[v >> 6] |= 1ull << (v & 63);
			weight[v] += s->w[i];
			sum[v * k + s->of[i]] += s->w[i];
		}
	c->missing = weight[CODE_MISSING];
	memcpy(c->missing_sum, sum + CODE_MISSING * k, k * sizeof *sum);
	weight[CODE_MISSING] = 0;
	memset(sum + CODE_MISSING * k, 0, k * sizeof *sum);
	seen[3] &= ~(1ull << 63);
	c->n = 0;
	for (size_t word = 0; word < 4; word++)
		for (uint64_t bits = seen[word]; bits; bits &= bits - 1) {
			size_t v = word * 64 + (size_t)__builtin_ctzll(bits);
			c->code[c->n] = (int)v;
			c->weight[c->n] = weight[v];
			weight[v] = 0;
			memcpy(c->sum + c->n++ * k, sum + v * k, k * sizeof *sum);
			memset(sum + v * k, 0, k * sizeof *sum);
		}
	return c->n > 1 || (c->n == 1 && c->missing > 0);
}

/* ---- the best split ---------------------------------------------------------------------------------------------- */

static void set_levels(const struct counts *c, size_t at, bool left_is_larger, uint64_t levels[4])
{
	/* levels that are not here go with the larger side */
	memset(levels, left_is_larger ? 255 : 0, 4 * sizeof *levels);
	size_t from = left_is_larger ? at + 1 : 0, to = left_is_larger ? c->n : at + 1;
	for (size_t i = from; i < to; i++)
		levels[c->code[i] >> 6] ^= 1ull << (c->code[i] & 63);
}

static double squares(const double *sum, size_t k)
{
	double all = 0;
	for (size_t c = 0; c < k; c++)
		all += sum[c] * sum[c];
	return all;
}

/* What a division into `left` and the rest gains; NaN when a side is too small. */
static inline double gain(const struct growth *s, const struct node *d, const double *left, double weight, double parent)
{
	size_t k = s->g->target.width;
	double rest = d->weight - weight, right = 0;
	if (weight < s->g->min_leaf || rest < s->g->min_leaf)
		return NAN;
	for (size_t c = 0; c < k; c++)
		right += (s->total[c] - left[c]) * (s->total[c] - left[c]);
	return squares(left, k) / weight + right / rest - parent;
}

/* Keeps the first of splits that are equally good but for rounding. */
static void offer(struct split *best, double g, const struct growth *s, const struct node *d, size_t feature, size_t at,
	double weight, bool missing_left)
{
	const struct counts *c = &s->counts;
	if (!(g > best->gain * (1 + 1e-10)))
		return;
	bool subset = s->g->subsets && s->g->bins[feature].category, left_is_larger = 2 * weight > d->weight;
	*best = (struct split){ .gain = g, .feature = (uint32_t)feature, .found = true, .subset = subset,
		.missing_left = c->missing > 0 ? missing_left : left_is_larger, .code = c->code[at],
		.next = at + 1 < c->n ? c->code[at + 1] : -1 };
	if (subset)
		set_levels(c, at, left_is_larger, best->levels);
}

static void scan(struct growth *s, const struct node *d, size_t feature, struct split *best)
{
	struct counts *c = &s->counts;
	size_t k = s->g->target.width;
	double weight = 0, parent = squares(s->total, k) / d->weight;
	memset(s->left, 0, k * sizeof *s->left);
	for (size_t at = 0; at < c->n; at++) {
		weight += c->weight[at];
		for (size_t o = 0; o < k; o++)
			s->left[o] += c->sum[at * k + o];
		if (at + 1 < c->n || c->missing > 0)
			offer(best, gain(s, d, s->left, weight, parent), s, d, feature, at, weight, false);
		if (at + 1 == c->n || c->missing <= 0)
			continue;
		for (size_t o = 0; o < k; o++)
			s->side[o] = s->left[o] + c->missing_sum[o];
		offer(best, gain(s, d, s->side, weight + c->missing, parent), s, d, feature, at, weight + c->missing, true);
	}
}

static struct split find_split(struct growth *s, const struct node *d)
{
	const struct grower *g = s->g;
	struct split best = { .gain = 1e-12 * d->impurity };
	size_t tried = 0;
	for (size_t i = 0; i < g->features && !(tried >= g->mtry && best.found); i++) {
		if (g->rng) {
			size_t at = i + rng_below(g->rng, g->features - i);
			uint32_t drawn = s->order[at];
			s->order[at] = s->order[i];
			s->order[i] = drawn;
		}
		if (!count(s, d, s->order[i]))
			continue;
		tried++;
		if (g->subsets && g->bins[s->order[i]].category && s->counts.n > 2)
			order_levels(&s->counts, g->target.width);
		scan(s, d, s->order[i], &best);
	}
	return best;
}

/* ---- splitting --------------------------------------------------------------------------------------------------- */

/* The border as a number, and as a code: of codes that are not here, those nearer to the left go left. */
static void set_cut(const struct grower *g, const struct split *p, struct node *d)
{
	const struct bins *b = &g->bins[p->feature];
	d->feature = p->feature;
	d->missing_left = p->missing_left;
	d->subset = p->subset && p->next >= 0;
	memcpy(d->levels, p->levels, sizeof d->levels);
	d->code = p->next < 0 ? CODES - 1 : p->code;
	d->cut = INFINITY;
	if (p->next < 0 || p->subset)
		return;
	if (b->category) {
		d->code = (p->code + p->next) / 2;
		return;
	}
	d->cut = cut_between(b->hi[p->code], b->lo[p->next]);
	while (d->code + 1 < p->next && b->cut[d->code + 1] <= d->cut)
		d->code++;
}

static uint32_t new_nodes(struct growth *s, size_t n)
{
	struct tree *t = s->t;
	if (t->nodes + n > s->room) {
		s->room = 2 * (t->nodes + n);
		t->node = mem_realloc(t->node, s->room, sizeof *t->node);
		t->value = mem_realloc(t->value, s->room * t->width, sizeof *t->value);
	}
	memset(t->node + t->nodes, 0, n * sizeof *t->node);
	t->nodes += n;
	return (uint32_t)(t->nodes - n);
}

static void divide(struct growth *s, size_t at)
{
	uint32_t left = new_nodes(s, 2);
	struct node *d = &s->t->node[at], *child = &s->t->node[left];
	const uint8_t *code = s->g->codes + d->feature * s->g->n;
	uint32_t *row = s->row + d->first;
	size_t nleft = 0, nright = 0;
	for (size_t i = 0; i < d->rows; i++)
		if (goes_left(d, code[row[i]]))
			row[nleft++] = row[i];
		else
			s->scratch[nright++] = row[i];
	memcpy(row + nleft, s->scratch, nright * sizeof *row);
	d->left = left;
	child[0] = (struct node){ .first = d->first, .rows = nleft, .depth = d->depth + 1 };
	child[1] = (struct node){ .first = d->first + nleft, .rows = nright, .depth = d->depth + 1 };
	s->t->leaves++;
}

static void all_rows(struct growth *s)
{
	const struct grower *g = s->g;
	uint32_t first = new_nodes(s, 1);
	struct node *root = &s->t->node[first];
	for (size_t i = 0; i < g->n; i++)
		if (!g->times || g->times[i])
			s->row[root->rows++] = (uint32_t)i;
	for (size_t j = 0; j < g->features; j++)
		s->order[j] = (uint32_t)j;
	s->t->leaves = 1;
}

void tree_grow(const struct grower *g, struct tree *out)
{
	size_t k = g->target.width;
	struct arena *a = arena_new();
	struct growth s = { .g = g, .t = out, .row = arena_calloc(a, g->n, sizeof(uint32_t)),
		.scratch = arena_calloc(a, g->n, sizeof(uint32_t)), .order = arena_calloc(a, g->features, sizeof(uint32_t)),
		.w = arena_calloc(a, g->n, sizeof(double)), .dy = arena_calloc(a, g->n, sizeof(double)),
		.of = arena_calloc(a, g->n, 1), .by_code_weight = arena_calloc(a, CODES + 1, sizeof(double)),
		.by_code = arena_calloc(a, (CODES + 1) * k, sizeof(double)), .total = arena_calloc(a, 3 * k, sizeof(double)) };
	s.left = s.total + k;
	s.side = s.left + k;
	s.counts.sum = arena_calloc(a, CODES * k, sizeof(double));
	s.counts.missing_sum = arena_calloc(a, k, sizeof(double));
	*out = (struct tree){ .width = k };
	all_rows(&s);
	for (size_t i = 0; i < out->nodes; i++) {   /* children come behind, so that this meets them all */
		struct node *d = &out->node[i];
		measure(&s, d, out->value + i * k);
		if (d->depth >= g->max_depth || d->weight < 2 * g->min_leaf || d->impurity <= 1e-12 * out->node[0].impurity)
			continue;
		struct split p = find_split(&s, d);
		if (!p.found)
			continue;
		set_cut(g, &p, d);
		divide(&s, i);
	}
	arena_free(a);
}

void tree_free(struct tree *t)
{
	free(t->node);
	free(t->value);
	*t = (struct tree){ 0 };
}

struct target tree_target(const struct sample *s, int outputs, struct arena *a)
{
	struct target t = { .width = outputs > 2 ? (size_t)outputs : 1 };
	double *y = t.width > 1 ? NULL : arena_calloc(a, s->n, sizeof *y);
	uint8_t *of = t.width > 1 ? arena_calloc(a, s->n, 1) : NULL;
	for (size_t i = 0; i < s->n; i++)
		if (y)
			y[i] = sample_y(s, i);
		else
			of[i] = (uint8_t)sample_y(s, i);
	t.y = y;
	t.of = of;
	return t;
}
