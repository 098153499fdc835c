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

/* The rows of a node counted by code, in the order of codes (or, for subsets, of the levels' target). A cell is
 * the weight and then the sums: 1 + width numbers. */
struct counts {
	int code[CODES];
	double *cell;            /* of the codes that occur */
	size_t n;
	double *missing;         /* one cell */
};
typedef double two __attribute__((vector_size(16)));   /* weight and sum, added at once */
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
	double *pair;            /* of the node's rows: weight, and weight times distance to the mean */
	uint8_t *of;             /* or the class */
	double *by_code;         /* a cell for each of 256 codes: zeros between uses */
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
		double w = s->pair[2 * i] = s->g->times ? s->g->times[r] : 1;
		d->weight += w;
		if (k > 1) {
			s->of[i] = y->of[r];
			s->total[s->of[i]] += w;
		} else {
			value[0] += w * y->y[r];
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
		double weighted = s->pair[2 * i + 1] = s->pair[2 * i] * away;
		s->total[0] += weighted;
		d->impurity += weighted * away;
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
	size_t size = k + 1;
	double score[CODES], *old = mem_alloc(c->n * (2 * k + 2) * sizeof *old), *sum = old + c->n * size, *weight = sum + c->n * k;
	struct scored order[CODES];
	int code[CODES];
	memcpy(old, c->cell, c->n * size * sizeof *old);
	memcpy(code, c->code, c->n * sizeof *code);
	for (size_t i = 0; i < c->n; i++) {
		weight[i] = old[i * size];
		memcpy(sum + i * k, old + i * size + 1, k * sizeof *sum);
	}
	level_scores(sum, weight, c->n, k, score);
	for (size_t i = 0; i < c->n; i++)
		order[i] = (struct scored){ score[i], i };
	qsort(order, c->n, sizeof *order, by_score);
	for (size_t i = 0; i < c->n; i++) {
		c->code[i] = code[order[i].at];
		memcpy(c->cell + i * size, old + order[i].at * size, size * sizeof *old);
	}
	free(old);
}

static void move_cell(double *to, double *from, size_t size)
{
	for (size_t k = 0; k < size; k++) {
		to[k] = from[k];
		from[k] = 0;
	}
}

/* Which codes occur, as bits: by looking at all cells, or at all rows, whatever is less. */
static void codes_seen(const struct growth *s, const struct node *d, const uint8_t *code, int codes, uint64_t seen[4])
{
	size_t size = s->g->target.width + 1;
	if (d->rows > (size_t)codes / 2)
		for (size_t v = 0; v < (size_t)codes; v++)
			seen[v >> 6] |= (uint64_t)(s->by_code[v * size] > 0) << (v & 63);
	else
		for (size_t i = 0; i < d->rows; i++) {
			uint8_t v = code[s->row[d->first + i]];
			seen[v >> 6] |= 1ull << (v & 63);
		}
	seen[3] &= ~(1ull << 63);   /* CODE_MISSING */
}

/* False when the feature has one value here. The work of a forest is done in these loops. */
static bool count(struct growth *s, const struct node *d, size_t feature)
{
	const uint8_t *code = s->g->codes + feature * s->g->n;
	const uint32_t *row = s->row + d->first;
	size_t k = s->g->target.width, size = k + 1;
	struct counts *c = &s->counts;
	uint64_t seen[4] = { 0 };
	double *cells = s->by_code;
	const double *pair = s->pair;
	if (k == 1)
		for (size_t i = 0; i < d->rows; i++)
			((two *)cells)[code[row[i]]] += ((const two *)pair)[i];
	else
		for (size_t i = 0; i < d->rows; i++) {
			double *cell = cells + size * code[row[i]];
			cell[0] += pair[2 * i];
			cell[1 + s->of[i]] += pair[2 * i];
		}
	move_cell(c->missing, cells + CODE_MISSING * size, size);
	codes_seen(s, d, code, s->g->bins[feature].n, seen);
	c->n = 0;
	for (size_t word = 0; word < 4; word++)
		for (uint64_t bits = seen[word]; bits; bits &= bits - 1) {
			size_t v = word * 64 + (size_t)__builtin_ctzll(bits);
			c->code[c->n] = (int)v;
			if (k == 1) {
				((two *)c->cell)[c->n++] = ((two *)cells)[v];
				((two *)cells)[v] = (two){ 0, 0 };
			} else {
				move_cell(c->cell + c->n++ * size, cells + v * size, size);
			}
		}
	return c->n > 1 || (c->n == 1 && c->missing[0] > 0);
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

/* What a division into `left` and the rest gains; -1 when a side is too small. */
static double gain(const struct growth *s, double whole, const double *left, double weight, double parent, size_t k)
{
	double rest = whole - weight, right = 0;
	if (weight < s->g->min_leaf || rest < s->g->min_leaf)
		return -1;
	for (size_t c = 0; c < k; c++)
		right += (s->total[c] - left[c]) * (s->total[c] - left[c]);
	return squares(left, k) / weight + right / rest - parent;
}

static void keep(struct split *best, double g, const struct growth *s, double whole, size_t feature, size_t at,
	double weight, bool missing_left)
{
	const struct counts *c = &s->counts;
	bool subset = s->g->subsets && s->g->bins[feature].category, left_is_larger = 2 * weight > whole;
	*best = (struct split){ .gain = g, .feature = (uint32_t)feature, .found = true, .subset = subset,
		.missing_left = c->missing[0] > 0 ? missing_left : left_is_larger, .code = c->code[at],
		.next = at + 1 < c->n ? c->code[at + 1] : -1 };
	if (subset)
		set_levels(c, at, left_is_larger, best->levels);
}

static const double SLACK = 1 + 1e-10;   /* of splits that are equally good but for rounding the first stays */

static void scan(struct growth *s, double whole, size_t feature, size_t k, struct split *best)
{
	const struct counts *c = &s->counts;
	double weight = 0, parent = squares(s->total, k) / whole, g;
	for (size_t o = 0; o < k; o++)
		s->left[o] = 0;
	for (size_t at = 0; at < c->n; at++) {
		const double *cell = c->cell + at * (k + 1);
		weight += cell[0];
		for (size_t o = 0; o < k; o++)
			s->left[o] += cell[o + 1];
		if ((at + 1 < c->n || c->missing[0] > 0) &&
			(g = gain(s, whole, s->left, weight, parent, k)) > best->gain * SLACK)
			keep(best, g, s, whole, feature, at, weight, false);
		if (at + 1 == c->n || c->missing[0] <= 0)
			continue;
		for (size_t o = 0; o < k; o++)
			s->side[o] = s->left[o] + c->missing[o + 1];
		if ((g = gain(s, whole, s->side, weight + c->missing[0], parent, k)) > best->gain * SLACK)
			keep(best, g, s, whole, feature, at, weight + c->missing[0], true);
	}
}

/* The same for one number, without divisions: the sum of squares between two sides of weights a and b is
 * (sum of the first about the mean of both)^2 (a + b) / (a b). */
static void scan_number(struct growth *s, double whole, size_t feature, struct split *best)
{
	const struct counts *c = &s->counts;
	double weight = 0, sum = 0, mean = s->total[0] / whole, limit = best->gain * SLACK / whole, least = s->g->min_leaf;
	double missing = c->missing[0], most = whole - least;
	for (size_t at = 0; at < c->n; at++) {
		weight += c->cell[2 * at];
		sum += c->cell[2 * at + 1];
		double away = sum - mean * weight, product = weight * (whole - weight);
		if (weight >= least && weight <= most && away * away > limit * product && (at + 1 < c->n || missing > 0)) {
			keep(best, away * away / product * whole, s, whole, feature, at, weight, false);
			limit = best->gain * SLACK / whole;
		}
		if (at + 1 == c->n || missing <= 0)
			continue;
		double with = weight + missing;
		away = sum + c->missing[1] - mean * with;
		product = with * (whole - with);
		if (with >= least && with <= most && away * away > limit * product) {
			keep(best, away * away / product * whole, s, whole, feature, at, with, true);
			limit = best->gain * SLACK / whole;
		}
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
		if (g->target.width == 1)
			scan_number(s, d->weight, s->order[i], &best);
		else
			scan(s, d->weight, s->order[i], g->target.width, &best);
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
		.pair = arena_calloc(a, 2 * g->n, sizeof(double)), .of = arena_calloc(a, g->n, 1),
		.by_code = arena_calloc(a, (CODES + 1) * (k + 1), sizeof(double)), .total = arena_calloc(a, 3 * k, sizeof(double)) };
	s.left = s.total + k;
	s.side = s.left + k;
	s.counts.cell = arena_calloc(a, CODES * (k + 1), sizeof(double));
	s.counts.missing = arena_calloc(a, k + 1, sizeof(double));
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
