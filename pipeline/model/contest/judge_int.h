/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the judges of the best candidate share: its held-out rows, who may learn from whom, and the few
 * statistics that all of them need. */
#ifndef MODEL_JUDGE_INT_H
#define MODEL_JUDGE_INT_H

#include "model/model_int.h"

struct heldout {
	const struct contest *c;
	const struct judged *j;
	struct judgement *out;
	const uint32_t *rows;    /* row of the frame behind each held-out row */
	const int *part;         /* which part of the validation held it out */
	int parts;
	bool in_order;           /* parts follow each other in time */
	double *loss, *baseline; /* a row: |actual - predicted| or -log probability; of the best, of the baseline */
};
/* Whether what is chosen for `part` may look at row i: rows of other parts, and of none that come later. */
static inline bool heldout_may_see(const struct heldout *t, int part, size_t i)
{
	return t->in_order ? t->part[i] < part : t->part[i] != part;
}
/* For some predictions, for which t->j, c and out are set; memory from c->a. */
void heldout_init(struct heldout *t);

/* ---- statistics (judge.c) ---------------------------------------------------------------------------- */

/* Share with the score interval of Wilson 1927; NaN when of none. */
struct score wilson(double hits, double n, double level);
/* Mean with its interval by Student's t; units as in struct judged: sums of units then vary, not rows. *p
 * (may be NULL) that the mean is zero. */
struct score mean_interval(const double *v, size_t n, const uint32_t *unit, size_t units, double *p);
/* Welch 1947: mean a - mean b from sums and sums of squares, with interval and p. */
struct welch {
	double n, sum, squares;
};
struct score welch_difference(const struct welch *a, const struct welch *b, double level, double *p);
static inline void welch_add(struct welch *w, double x)
{
	w->n++;
	w->sum += x;
	w->squares += x * x;
}
/* Benjamini & Hochberg 1995: q of p[0 .. n). */
void false_discovery(const double *p, double *q, size_t n);
double quantile_of(const double *sorted, size_t n, double share);   /* type 7 */
uint32_t *rising_order(const double *v, size_t n, struct arena *a);     /* indices by rising v, ties as they stand */

/* ---- the judges ----------------------------------------------------------------------------------------- */

void judge_thresholds(const struct heldout *t);     /* two classes */
void judge_gains(const struct heldout *t);
void judge_calibration(const struct heldout *t);    /* classes */
void judge_intervals(const struct heldout *t);      /* numbers */
void judge_residuals(const struct heldout *t);
void judge_segments(const struct heldout *t);
void judge_groups(const struct heldout *t);
void judge_learning(const struct heldout *t);
void judge_curves(const struct heldout *t);

/* Cut of two classes where the rows that part `part` may see say (-1: all): threshold.c. */
double cut_choose(const struct heldout *t, enum cut_rule rule, int part);

#endif
