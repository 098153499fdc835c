/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of the sections on linear models; all are called with a candidate of modeling.json. */
#ifndef BUILD_LINEAR_INT_H
#define BUILD_LINEAR_INT_H

#include "report/build_int.h"

/* What the diagnostics mean for whoever reads the coefficients, in plain words (build_model/linear_words.c). */
void build_linear_words(struct build *b, struct node *section, struct place candidate);
/* Tests of whole columns, rows that move the fit, and the figures of the fit, as tables. */
void build_column_tests(struct build *b, struct node *parent, struct place candidate);
void build_influence(struct build *b, struct node *parent, struct place candidate);
void build_linear_fit(struct build *b, struct node *parent, struct place candidate);
/* "Chinstrap: island: Dream" where a model has coefficients for each class, else "island: Dream". */
const char *build_term_label(struct build *b, struct place coefficient);
/* The coefficients as a table, what a step of each does and what a unit does; `most` rows at most, by strength of evidence. */
void build_terms_table(struct build *b, struct node *parent, struct place candidate, size_t most);
/* A section on ridge, lasso and elastic net, where they were fitted (build_model/path.c). */
void build_model_path(struct build *b, struct node *parent);

#endif
