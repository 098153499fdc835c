/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a tree and a forest share: values as codes of one byte, growing a tree on them, Shapley values. */
#ifndef MODEL_TREES_INT_H
#define MODEL_TREES_INT_H

#include "model/model_int.h"

/* ---- codes (bins.c) ------------------------------------------------------------------------------------ */

/* At most 255 codes a feature, in the order of its values: one each for values that are so few, else
 * codes of about as many rows each. Categories: one a level, the commonest first, the rest together. */
enum { CODES = 255, CODE_MISSING = 255 };
struct bins {
	bool category;
	int n;                   /* codes 0 .. n - 1 */
	double *cut;             /* numbers: n - 1 borders between codes, then infinities to CODES places */
	double *lo, *hi;         /* numbers: least and largest value of a code in training */
	uint8_t *of_level;       /* categories: nlevels + 2 codes, by feature_code() */
	size_t nlevels;
};
/* One for each feature, learnt from the sample. Levels of fewer rows than `rare` share a code. */
struct bins *bins_fit(const struct sample *s, size_t rare, struct arena *a);
/* nfeatures x n codes, feature by feature; the caller frees. */
uint8_t *bins_codes(const struct bins *b, const struct sample *s);
/* n x nfeatures codes of rows from .. from + n. */
void bins_rows(const struct bins *b, const struct sample *s, size_t from, size_t n, uint8_t *out);
/* The codes of a category in the order of its levels' target (Fisher 1958; for more than two classes the
 * first principal component of their shares, Coppersmith, Hong & Hosking 1999): bins and codes alike. */
void bins_rank(struct bins *b, size_t features, uint8_t *codes, const struct sample *s);
/* What that order follows: of each of n levels the mean of the target (k = 1: sums), or its place on the
 * first principal axis of the shares of k classes (counts, n x k). */
void level_scores(const double *sum, const double *weight, size_t n, size_t k, double *score);
/* A border that is above `a` and at most `b`, half way where that can be. */
double cut_between(double a, double b);

/* ---- growing (grow.c) ------------------------------------------------------------------------------------- */

/* What is learnt: a number, the share of the second class (width 1), or the shares of all (width > 2). */
struct target {
	size_t width;            /* 1, or classes when there are more than two */
	const double *y;         /* width 1: per row */
	const uint8_t *of;       /* width > 1: the class of each row */
};
struct node {
	uint32_t left;           /* the right child is left + 1; 0: a leaf */
	uint32_t feature;
	int code;                /* codes up to this go left */
	bool subset;             /* codes in `levels` go left instead */
	bool missing_left;
	double cut;              /* of numbers: what is below goes left; infinite: all that is known */
	uint64_t levels[4];
	double weight;           /* rows */
	double impurity;         /* sum of squares about the mean, or about the shares of the classes */
	size_t first, rows;      /* while growing: its part of the rows */
	int depth;
};
struct tree {
	struct node *node;
	double *value;           /* nodes x width: mean or shares */
	size_t nodes, leaves, width;
};
struct grower {
	const struct bins *bins;
	const uint8_t *codes;    /* nfeatures x n */
	size_t n, features;
	struct target target;
	const uint32_t *times;   /* how often each row counts; NULL: once */
	double min_leaf;
	int max_depth;
	size_t mtry;             /* features that a node tries */
	struct rng *rng;         /* draws them; NULL: all are tried in order */
	bool subsets;            /* categories split into any two sets of levels, not along their codes */
};
/* Memory of the tree by malloc; tree_free gives it back. */
void tree_grow(const struct grower *g, struct tree *out);
void tree_free(struct tree *t);
static inline bool goes_left(const struct node *n, uint8_t code)
{
	if (code == CODE_MISSING)
		return n->missing_left;
	return n->subset ? n->levels[code >> 6] >> (code & 63) & 1 : code <= n->code;
}

/* The target of a sample for `width` values a leaf; memory from the arena. */
struct target tree_target(const struct sample *s, int outputs, struct arena *a);

/* ---- pruning (prune.c) ------------------------------------------------------------------------------------- */

/* The penalty a leaf, a row of the sample, at which each node becomes a leaf (cost-complexity pruning): 0 of
 * leaves. */
double *prune_penalties(const struct tree *t, struct arena *a);
/* The leaves that stand at a penalty. */
size_t prune_leaves(const struct tree *t, const double *penalty, double at);
/* The penalty by cross-validation inside the sample, with at most max_leaves left: the largest whose
 * held-out loss is within one standard error of the least. */
double prune_choose(const struct sample *s, const struct grower *g, const struct tree *t, const double *penalty,
	size_t max_leaves, uint64_t seed, struct arena *a);

/* ---- a pruned tree (tree.c, drawn.c) ------------------------------------------------------------------------ */

struct rule {
	uint32_t left;           /* 0: a leaf; the right child follows */
	uint32_t feature;
	double cut;              /* numbers below go left; infinite: all that is known */
	uint8_t *level_left;     /* categories: whether each of nlevels + 2 codes goes left */
	bool missing_left;
	double rows;
};
struct cart {
	struct rule *rule;
	double *value;           /* nodes x width: what it predicts */
	double *seen;            /* nodes x width: of the training rows; NULL when loaded */
	size_t nodes, width;
};
/* Where a value sends a row. */
uint32_t rule_next(const struct rule *r, const struct frame *f, double x);
/* The tree to draw: with the levels that its training sample really has at each node. */
struct drawn_tree *cart_drawn(const struct cart *c, const struct sample *s, struct arena *a);

/* ---- Shapley values (treeshap.c) ---------------------------------------------------------------------------- */

/* A tree as Shapley values need it. */
struct cover_tree {
	size_t nodes, width;
	const uint32_t *left;    /* 0: a leaf; the right child is left + 1 */
	const uint32_t *group;   /* of the feature that splits */
	const double *weight;    /* of the training rows */
	const double *value;     /* of node i: `width` values from at[i] * width on */
	const uint32_t *at;
};
/* Points and weights on [0, 1] at which a product of so many linear functions is integrated without error. */
enum { POINTS = 32, TREE_DEPTH = 40 };   /* enough for the depth that any tree may have */
struct quadrature {
	size_t n;
	double at[POINTS], weight[POINTS];
};
void quadrature_init(struct quadrature *q, size_t factors);
/* The most groups on any path: the players of the tree. */
size_t cover_players(const struct cover_tree *t);
/* Adds the Shapley values of one row, times `scale`, to phi (groups x width); `groups` is how many there are.
 * went_left[node] is where the row goes. */
void tree_shapley(const struct cover_tree *t, const struct quadrature *q, const uint8_t *went_left, size_t groups,
	double scale, double *phi);
/* From one value, the share of the second class, to the two outputs of two classes; others stay as they are. */
void shapley_outputs(const double *phi, size_t groups, size_t width, size_t outputs, double *out);
void shapley_base(const double *base, size_t width, size_t outputs, double *out);
/* Adds the mean over the training rows, times `scale`, to base (width). */
void tree_base(const struct cover_tree *t, double scale, double *base);

#endif
