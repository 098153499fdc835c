/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gradient boosting (Friedman 2001; second order as in Chen & Guestrin 2016): trees are added one after the
 * other, each fitted to what the sum of the earlier ones leaves, until rows kept aside gain no more. */
#include "model/trees/boost_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- the loss ------------------------------------------------------------------------------------------------ */

static double sigmoid(double x)
{
	return 1 / (1 + exp(-x));
}

/* Probabilities of k scores. */
static void softmax(const double *score, size_t k, double *p)
{
	double most = score[0], sum = 0;
	for (size_t c = 1; c < k; c++)
		most = fmax(most, score[c]);
	for (size_t c = 0; c < k; c++)
		sum += p[c] = exp(score[c] - most);
	for (size_t c = 0; c < k; c++)
		p[c] /= sum;
}

void boost_output(enum task task, const double *score, size_t k, double *out)
{
	if (task == TASK_REGRESSION) {
		out[0] = score[0];
	} else if (task == TASK_BINARY) {
		out[1] = sigmoid(score[0]);
		out[0] = 1 - out[1];
	} else {
		softmax(score, k, out);
	}
}

/* Half the square for a number, log loss for classes; mean over rows. */
static double loss_of(const struct frame *f, const struct rows *r, size_t k)
{
	double sum = 0, *p = mem_calloc(k, sizeof *p);
	for (size_t i = 0; i < r->n; i++) {
		const double *s = r->score + i * k;
		if (k > 1) {
			softmax(s, k, p);
			sum -= log(fmax(p[(size_t)r->y[i]], 1e-15));
		} else if (f->nclasses) {
			double margin = r->y[i] > 0 ? s[0] : -s[0];   /* log(1 + exp(-margin)) without overflow */
			sum += margin > 0 ? log1p(exp(-margin)) : log1p(exp(margin)) - margin;
		} else {
			sum += (s[0] - r->y[i]) * (s[0] - r->y[i]) / 2;
		}
	}
	free(p);
	return sum / (double)r->n;
}

/* Of class c; `p` holds the probabilities of the round. */
static void set_slopes(const struct frame *f, const struct rows *r, const double *p, size_t k, size_t c, slopes *out)
{
	static const double LEAST = 1e-6;
	double scale = (double)k / ((double)k - 1);   /* Friedman 2001: one score of k is free */
	for (size_t i = 0; i < r->n; i++)
		if (k > 1) {
			double q = p[i * k + c];
			out[i] = (slopes){ q - (r->y[i] == (double)c), fmax(scale * q * (1 - q), LEAST) };
		} else if (f->nclasses) {
			double q = sigmoid(r->score[i]);
			out[i] = (slopes){ q - r->y[i], fmax(q * (1 - q), LEAST) };
		} else {
			out[i] = (slopes){ r->score[i] - r->y[i], 1 };
		}
}

/* What is best without any tree. */
static void set_base(const struct frame *f, const struct rows *r, size_t k, double *base)
{
	double n = (double)r->n;
	struct nsum sum = { 0 };
	for (size_t c = 0; c < k; c++)
		base[c] = 0;
	for (size_t i = 0; i < r->n; i++)
		if (k > 1)
			base[(size_t)r->y[i]]++;
		else
			nsum_add(&sum, r->y[i]);
	double mean = nsum_value(&sum) / n, share = fmin(fmax(mean, 0.5 / n), 1 - 0.5 / n);
	if (k == 1)
		base[0] = f->nclasses ? log(share / (1 - share)) : mean;
	for (size_t c = 0; k > 1 && c < k; c++)
		base[c] = log(fmax(base[c], 0.5) / n);
}

static void start(struct rows *r, const double *base, size_t k)
{
	for (size_t i = 0; i < r->n; i++)
		memcpy(r->score + i * k, base, k * sizeof *base);
}

/* ---- the trees --------------------------------------------------------------------------------------------------- */

struct stack {                   /* the trees so far, as a forest has them */
	struct twig *twig;
	uint32_t *cover, *root;
	double *value;
	size_t nodes, leaves, trees, room;
};

/* In order of depth, which is how a forest knows children. */
static void push(struct stack *s, const struct sprout *g)
{
	if (s->nodes + g->buds > s->room || !s->room) {
		s->room = 2 * s->room + g->buds;
		s->twig = mem_realloc(s->twig, s->room, sizeof *s->twig);
		s->cover = mem_realloc(s->cover, s->room, sizeof *s->cover);
		s->value = mem_realloc(s->value, s->room, sizeof *s->value);
	}
	uint32_t *queue = mem_calloc(g->buds, sizeof *queue);
	size_t end = 1;
	s->root[s->trees++] = (uint32_t)s->nodes;
	for (size_t i = 0; i < end; i++) {
		const struct bud *b = &g->bud[queue[i]];
		struct twig *t = &s->twig[s->nodes];
		s->cover[s->nodes++] = b->n > 0 ? b->n : 1;
		*t = (struct twig){ .feature = b->feature, .code = b->code, .missing_left = b->missing_left };
		if (b->left) {
			queue[end++] = b->left;
			queue[end++] = b->left + 1;
			continue;
		}
		*t = (struct twig){ .code = CODE_MISSING, .missing_left = 1 };
		s->value[s->leaves++] = b->value;
	}
	free(queue);
}

/* The first `trees` of them. */
static void keep(const struct stack *s, size_t trees, struct arena *a, struct forest *f)
{
	size_t nodes = trees < s->trees ? s->root[trees] : s->nodes, leaves = 0;
	for (size_t i = 0; i < nodes; i++)
		leaves += s->twig[i].code == CODE_MISSING;
	f->trees = trees;
	f->leaves = leaves;
	f->width = 1;
	f->root = arena_calloc(a, trees + 1, sizeof *f->root);
	f->depth = arena_calloc(a, trees, sizeof *f->depth);
	f->twig = arena_calloc(a, nodes, sizeof *f->twig);
	f->cover = arena_calloc(a, nodes, sizeof *f->cover);
	f->leaf = arena_calloc(a, nodes, sizeof *f->leaf);
	f->value = arena_calloc(a, leaves, sizeof *f->value);
	memcpy(f->root, s->root, trees * sizeof *f->root);
	f->root[trees] = (uint32_t)nodes;
	if (nodes) {
		memcpy(f->twig, s->twig, nodes * sizeof *f->twig);
		memcpy(f->cover, s->cover, nodes * sizeof *f->cover);
		memcpy(f->value, s->value, leaves * sizeof *f->value);
	}
	forest_link(f);
}

void boost_train(const struct bins *b, const struct frame *f, struct rows *r, struct rows *held,
	const struct boosting *how, int rounds, uint64_t seed, struct arena *a, struct boosted *out, double *loss)
{
	enum { PATIENCE = 15 };
	static const double GAIN = 1e-4;
	struct arena *own = arena_new();
	size_t k = f->nclasses > 2 ? (size_t)f->nclasses : 1;
	struct stack stack = { .root = arena_calloc(own, (size_t)rounds * k, sizeof *stack.root) };
	struct sprout g;
	struct rng rng;
	rng_seed(&rng, seed);
	sprout_new(&g, b, r, how, own);
	out->base = arena_calloc(a, k, sizeof *out->base);
	out->per_round = k;
	out->how = *how;
	set_base(f, r, k, out->base);
	start(r, out->base, k);
	if (held)
		start(held, out->base, k);
	double *p = mem_calloc(r->n * k, sizeof *p), least = held ? loss_of(f, held, k) : NAN;
	int best = held ? 0 : rounds;
	for (int i = 0; i < rounds; i++) {
		for (size_t row = 0; k > 1 && row < r->n; row++)
			softmax(r->score + row * k, k, p + row * k);
		for (size_t c = 0; c < k; c++) {
			set_slopes(f, r, p, k, c, g.slope);
			sprout_grow(&g, &rng);
			push(&stack, &g);
			sprout_learn(&g, r->score + c, k);
			if (held)
				sprout_add(&g, held, held->score + c, k);
		}
		double now = held ? loss_of(f, held, k) : NAN;
		if (now < least * (1 - GAIN)) {
			least = now;
			best = i + 1;
		} else if (held && i + 1 - best >= PATIENCE) {
			break;
		}
	}
	*loss = least;
	keep(&stack, (size_t)best * k, a, &out->f);
	free(stack.twig);
	free(stack.cover);
	free(stack.value);
	free(p);
	arena_free(own);
}

/* ---- settings ------------------------------------------------------------------------------------------------------- */

struct boosting boost_usual(void)
{
	return (struct boosting){ .depth = 5, .rate = 0.15, .weight = 2, .rows = 0.8, .columns = 0.8, .l2 = 1 };
}

static double between(struct rng *r, double lo, double hi)
{
	return lo + (hi - lo) * rng_unit(r);
}

static double log_between(struct rng *r, double lo, double hi)
{
	return exp(between(r, log(lo), log(hi)));
}

struct boosting boost_drawn(uint64_t seed, int i)
{
	struct rng r;
	rng_seed(&r, hash64(&i, sizeof i, seed));
	struct boosting b = { .depth = 2 + (int)rng_below(&r, 7) };
	b.rate = log_between(&r, 0.05, 0.3);
	b.weight = log_between(&r, 1, 30);
	b.rows = between(&r, 0.5, 1);
	b.columns = between(&r, 0.4, 1);
	b.l2 = log_between(&r, 0.1, 30);
	return b;
}
