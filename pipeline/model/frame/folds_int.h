/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files that plan folds share. */
#ifndef MODEL_FOLDS_INT_H
#define MODEL_FOLDS_INT_H

#include "model/model_int.h"

/* ---- deal.c: parts that are alike ---- */

/* Deals the rows of a sample into parts: part_of[row] in [0, parts). Classes (tenths of the range of ranks of
 * a number) have the same share in each, units are whole. */
void parts_deal(const struct sample *s, uint64_t seed, int parts, int *part_of);
/* The same for two parts: 1 for about that share of the rows, else 0. */
void parts_split(const struct sample *s, uint64_t seed, double share, int *part_of);

/* ---- chain.c: order of time ---- */

/* Whether the first n rows have the three different times that two steps need. */
bool times_differ(const struct frame *f, size_t n);
/* Rows of one time belong together: the first row at or after `at`, and below `end`, that starts a new
 * time; `end` when there is none. */
size_t time_start(const struct frame *f, size_t at, size_t end);
/* How many of rows[0 .. n), which are in order of time, may train when row `held` is the first to judge. */
size_t gap_before(const struct frame *f, const struct model_spec *s, const uint32_t *rows, size_t n, size_t held);
/* At most so many splits of forward chaining over p->rows; ERR_INPUT when the gap leaves fewer than two. */
int time_chain(const struct frame *f, const struct model_spec *s, int steps, struct arena *a, struct fold_plan *p,
	struct err *e);

#endif
