/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of gradient boosting share. */
#ifndef MODEL_BOOST_INT_H
#define MODEL_BOOST_INT_H

#include "model/trees/forest_int.h"

/* How a booster learns: what the search varies. */
struct boosting {
	int depth;
	double rate;             /* how much of each tree is added */
	double weight;           /* least sum of second derivatives in a leaf: for a number, rows */
	double rows, columns;    /* share that each tree is shown */
	double l2;               /* penalty on the value of a leaf */
};

/* First and second derivative of the loss of a row, or sums of them. */
typedef double slopes __attribute__((vector_size(16)));

/* Rows as codes, row by row, with what has been learnt so far. */
struct rows {
	size_t n, features;
	uint8_t *codes;          /* n x features */
	uint8_t *by_feature;     /* features x n: the same */
	double *y;               /* the number or the class */
	double *score;           /* n x trees a round: the sum of the trees so far */
};

/* ---- one tree (boost_grow.c) ------------------------------------------------------------------------------ */

/* As the root says; children follow their parent, the right one the left one. */
struct bud {
	uint32_t left;           /* 0: a leaf */
	uint16_t feature;
	uint8_t code;            /* up to this goes left */
	bool missing_left;
	uint32_t first, n;       /* its part of the rows that were drawn */
	double value;
};
struct sprout {                  /* a tree and what is needed to grow one; room for all trees of a fit */
	const struct bins *bins;
	const struct rows *rows;
	const struct boosting *how;
	slopes *slope;           /* a row */
	uint32_t *drawn, *spare; /* rows: those drawn first, then the others */
	size_t ndrawn;
	uint32_t *column;        /* those drawn */
	size_t ncolumns;
	bool *gaps;              /* a feature: whether any row lacks it */
	size_t *cell, *cell_of;  /* where the sums of a feature, and of a drawn column, start */
	size_t cells;
	slopes *sums[16];        /* by depth */
	struct bud *bud;
	size_t buds;
};
enum { BOOST_DEPTH = 12 };       /* at most */
void sprout_new(struct sprout *g, const struct bins *b, const struct rows *r, const struct boosting *how, struct arena *a);
/* Draws rows and columns and grows a tree on the slopes. */
void sprout_grow(struct sprout *g, struct rng *rng);
/* Adds the tree's values to score[trees * row] of its own rows, and of other ones. */
void sprout_learn(const struct sprout *g, double *score, size_t trees);
void sprout_add(const struct sprout *g, const struct rows *r, double *score, size_t trees);

/* ---- boosting (boost_train.c) ------------------------------------------------------------------------------- */

/* The trees are those of a forest: round by round, one for each output; their sum and `base` is a number,
 * log odds, or what softmax makes the probabilities of. */
struct boosted {
	struct forest f;
	double *base;            /* outputs; two classes: one */
	size_t per_round;
	struct boosting how;
};
/* Trains at most `rounds` rounds; with `held`, until these rows have not gained for a while: then the
 * trees up to the best round are kept and *loss is theirs. Memory of the trees from the arena. */
void boost_train(const struct bins *b, const struct frame *f, struct rows *r, struct rows *held,
	const struct boosting *how, int rounds, uint64_t seed, struct arena *a, struct boosted *out, double *loss);
/* The prediction that k scores of a row stand for. */
void boost_output(enum task task, const double *score, size_t k, double *out);
/* The usual settings, and the i-th of the search. */
struct boosting boost_usual(void);
struct boosting boost_drawn(uint64_t seed, int i);

int boost_save(const struct model *m, struct jw *w, const char *dir, struct model_files *files, struct err *e);
int boost_load(const json_t *v, const char *dir, struct arena *a, struct model *m, struct err *e);

#endif
