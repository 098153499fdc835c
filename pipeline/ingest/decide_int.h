/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What decide.c (which type a column gets) and decide_why.c (and why, in words) share. */
#ifndef DECIDE_INT_H
#define DECIDE_INT_H

#include "ingest/process/feed.h"

/* One column while it is being decided. */
struct look {
	const struct tally *t;
	struct ingest_column *c;
	struct plan *plan;
	double share;              /* ingest.max_unparsed_share */
	int64_t values, present;   /* without missing values; without weak tokens as well */
	int64_t numbers, whole, fractions;   /* under the chosen mark */
	int64_t dates;             /* under the chosen order */
	int pair;
	int64_t booleans;
	int32_t levels;            /* different texts, -1: not known */
	enum native native;
	bool postal;               /* whole numbers, but postal codes */
};
/* So many values leave no more than the accepted share that reads otherwise. */
static inline bool decided_by(const struct look *k, int64_t parsed)
{
	return parsed > 0 && (double)(k->present - parsed) <= k->share * (double)k->present;
}
/* ---- decide_type.c ----------------------------------------------------------------------- */

/* Counts of what the values are under the chosen mark and order, and their unit. */
void decide_examine(struct look *k);
enum parsed_type decide_infer(struct look *k);
int decide_pivot(const struct tally *t);

/* ---- decide_why.c ------------------------------------------------------------------------ */

const char *decided_why(struct arena *a, const struct look *k);

#endif
