/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A forest in memory: what fitting, predicting and its file share. */
#ifndef MODEL_FOREST_INT_H
#define MODEL_FOREST_INT_H

#include "model/trees/trees_int.h"

/* Eight bytes, so that a tree stays in the cache. A leaf leads to itself: rows can go on walking while
 * others are still on their way. */
struct twig {
	uint32_t left;           /* of all nodes; the right child follows */
	uint16_t feature;
	uint8_t code;            /* up to this goes left; CODE_MISSING: a leaf */
	uint8_t missing_left;
};
static inline uint32_t twig_next(const struct twig *t, uint8_t code)
{
	return t->left + ((code > t->code) & !((code == CODE_MISSING) & t->missing_left));
}
struct forest {
	struct bins *bins;       /* per feature: cuts of numbers, codes of levels */
	size_t features, trees, width;
	uint32_t *root;          /* trees + 1: where the nodes of each tree start, and the end */
	int *depth;              /* of each tree */
	struct twig *twig;
	uint32_t *cover;         /* training rows of each node */
	uint32_t *leaf;          /* of leaves: which values are theirs */
	double *value;           /* leaves x width */
	size_t leaves;
};
/* Deals out the children of each tree: those of each next split are its next two nodes. False when the
 * nodes do not come out even. */
bool forest_link(struct forest *f);
/* As a file of this name in a folder; boosted trees are kept likewise. */
int forest_write(const struct forest *f, const char *dir, const char *name, struct err *e);
int forest_read(const char *dir, const char *name, const struct frame *schema, size_t width, struct arena *a,
	struct forest *f, struct err *e);
/* Adds the Shapley values of one tree, times `scale`, for n rows of codes: phi is n x groups x width. */
void forest_shap_tree(const struct forest *f, size_t tree, double scale, const struct frame *schema, const uint8_t *codes,
	size_t n, double *phi, double *base);
int forest_save(const struct model *m, struct jw *w, const char *dir, struct model_files *files, struct err *e);
int forest_load(const json_t *v, const char *dir, struct arena *a, struct model *m, struct err *e);

#endif
