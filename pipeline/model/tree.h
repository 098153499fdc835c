/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A decision tree as it can be drawn: what each node asks, whom it asks, and what it says of them. */
#ifndef MODEL_TREE_H
#define MODEL_TREE_H

#include "model/model.h"

enum split_kind {
	SPLIT_BELOW,             /* is the number below `cut`? */
	SPLIT_LEVELS,            /* is the category one of `levels`? */
	SPLIT_MISSING,           /* is the value missing? */
	SPLIT_TRUE               /* is it so? A text holds a word or not */
};
struct drawn_node {
	int yes, no;             /* nodes that those go to for whom the question is true, or not; -1: a leaf */
	enum split_kind kind;
	const char *feature;
	double cut;
	const char **levels;
	size_t nlevels;
	int missing;             /* where rows without the value go: 1 yes, 0 no; -1: training had none here */
	int64_t rows;
	double prediction;       /* the mean of the target; of classes the code of the likeliest */
	const double *shares;    /* of the classes; NULL for a number */
};
struct drawn_tree {
	struct drawn_node *node; /* 0 is the root; children come behind their parents */
	size_t nodes, leaves;
	int depth;
	double penalty;          /* of a leaf, a row, in units of the loss: squared error, or the Brier score */
	size_t full_leaves;      /* before pruning */
};

#endif
