/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What explanations share: rows put together from parts of others, and the scale of a model. */
#ifndef EXPLAIN_INT_H
#define EXPLAIN_INT_H

#include "model/explain.h"
#include "model/model_int.h"

/* ---- mixed rows (mix.c) ------------------------------------------------------------------------------ */

/* Rows whose columns (groups) come from different rows of a frame. */
struct mix {
	const struct frame *from;
	struct frame frame;
	struct sample sample;    /* all rows of it; set sample.n to predict fewer */
	size_t room;
};
/* Room for so many rows of any values; all memory in the arena. */
void mix_new(struct mix *m, const struct frame *f, size_t room, struct arena *a);
void mix_set(struct mix *m, size_t row, size_t feature, size_t from);
void mix_row(struct mix *m, size_t row, size_t from);
void mix_group(struct mix *m, size_t row, size_t group, size_t from);

/* Numbers of scores a row: 1, or the classes where there are more than two. */
size_t link_outputs(const struct model *m);
/* What columns add up to, n x link_outputs (link_of); classes beyond two are centred about their mean.
 * `pred` is room for n x outputs. */
void link_scores(const struct model *m, const struct sample *s, double *pred, double *out);
/* The same of what a learner's shapley gave, `rows` times outputs, be it phi or base. */
void link_convert(const struct model *m, const double *from, size_t rows, double *out);
/* One row of scores to probabilities, where they are log odds; else nothing is done. */
void link_probabilities(const struct model *m, double *score);
const char *link_name(enum link l);

/* ---- helpers (mix.c) ------------------------------------------------------------------------------------ */

/* How many predictions of this kind of model cost as much as one of a linear one, roughly. */
size_t model_price(enum model_kind k);
/* Seeded choice of at most `want` of n, in order; returns how many. */
size_t explain_choose(size_t n, size_t want, uint64_t seed, uint32_t *out);
/* The value of a column that stands for it in words and charts: the first part's, of a time of day the hour. */
double group_value(const struct frame *f, size_t group, size_t row);
/* Its first feature, NULL when it has none; *parts: how many it has. */
const struct feature *group_feature(const struct frame *f, size_t group, size_t *parts);

/* ---- Shapley values (shap_values.c) ------------------------------------------------------------------- */

struct shap_work {
	struct contest *c;
	const struct learner *l;
	struct model *const *model;  /* per fold */
	size_t groups, outputs;  /* link_outputs */
	enum shap_method method; /* SHAP_EXACT: ask the learner; may come back as another */
	/* found */
	size_t background;       /* rows; 0: exact */
	size_t base_rows;        /* training rows of a fold behind its base; 0: exact */
	size_t n, ndrawn;        /* explained rows; of these drawn by chance */
	uint32_t *held;          /* their places among the held-out rows, rising */
	bool *drawn;
	double *phi;             /* n x groups x outputs */
	double *base, *score;    /* n x outputs: what base and phi add up to */
	bool *failed;            /* per fold: the learner had no exact values after all */
};
/* Of rows drawn as the settings and the budget say, and of `also` (places among the held-out rows). */
void shap_values(struct shap_work *w, const size_t *also, size_t nalso, struct arena *a);

/* ---- the parts ------------------------------------------------------------------------------------------ */

void shap_explain(struct contest *c, struct shap *out);
/* `groups`: the columns to look at, weightiest first; curves of at most `curves` of them. */
void dependence_explain(struct contest *c, const size_t *groups, size_t n, size_t curves, struct explanation *out);
void interaction_explain(struct contest *c, const size_t *groups, size_t n, struct explanation *out);
/* Fills what a curve does: shape, turn, steep_from, steep_to, slope. `scale`: what is much of a change. */
void shape_explain(struct dependence *d, double scale);

#endif
