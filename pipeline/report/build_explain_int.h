/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the section on what drives the best model. */
#ifndef BUILD_EXPLAIN_INT_H
#define BUILD_EXPLAIN_INT_H

#include "report/build_int.h"

/* What Shapley values add up to, in words: "log odds of churn = yes", "prediction of price". */
const char *explain_scale(struct build *b);
/* "churn = yes" */
const char *explain_outcome(struct build *b, const char *class);
/* Sentences and small charts: how the prediction changes with each column (build_model/curves.c). */
void explain_curves(struct build *b, struct node *section);
/* Shapley values against the column's own values, folded away (build_model/reasons.c). */
void explain_points(struct build *b, struct node *section, struct place shap);
/* Why single rows got their prediction, folded away. */
void explain_stories(struct build *b, struct node *section, struct place shap);

#endif
