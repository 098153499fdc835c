/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files about missing data share beside across_int.h. */
#ifndef MISSING_INT_H
#define MISSING_INT_H

#include "profile/relations_int.h"

/* ---- Little's test (little.c, normal.c) --------------------------------------------------- */

/* Rows that have values in the same columns: their number, the sums and the sums of products of
 * those columns, side by side. */
struct normal_pattern {
	int k, *at;                /* columns that are present, ascending */
	int64_t n;
	double *sum, *product;     /* k; k x k */
};
/* A normal distribution of p columns, fitted by EM to rows with missing values. */
struct normal_fit {
	int p;
	double *mean, *cov;        /* p; p x p */
	int iterations;
	double change;             /* of the last iteration, in standard deviations */
	int singular;              /* a column that is a combination of others: no fit; else -1 */
};
/* The columns have about mean 0 and variance 1, which is where it starts. */
void normal_fit(const struct normal_pattern *v, int64_t n, struct normal_fit *f);
/* Lower triangle of the factor of a symmetric k x k matrix, in place; the row whose pivot is lost
 * in rounding, or -1. */
int cholesky(double *a, int k);
/* Solves L x = b in place. */
void cholesky_forward(const double *l, int k, double *b);
/* Solves L' x = b in place. */
void cholesky_back(const double *l, int k, double *b);
void mcar_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, const struct missing_profile *m, struct mcar_test *out,
	struct arena *a);

/* ---- causes (clues.c, rates.c, causes.c) ---------------------------------------------------- */

/* Another column in the rows of the sample, by ranks or by levels. */
struct witness {
	int var;                   /* -1: the order of the rows */
	bool ranked;
	int64_t n;                 /* rows that have a value */
	int32_t *rank;             /* of each row: twice its mean rank, from 1; 0: missing */
	double ties;               /* sum of t^3 - t */
	uint8_t *level;            /* or its level, LEVEL_NONE: missing */
	int levels;                /* 0: there are too many */
	int64_t count[LEVELS_MAX], example[LEVELS_MAX];    /* rows of each level, and one of them */
};
void witness_init(struct witness *w, const struct sample *s, const struct variable *v, int var,
	int max_levels);
void witness_free(struct witness *w);
/* Rows of the sample in which a column is missing. */
struct absent {
	int var;
	int64_t n;
	int32_t *row;              /* places in the sample, ascending */
	uint64_t *bits;            /* a bit a row */
};
struct missing_clue clue_of(const struct absent *m, const struct witness *w);
struct missing_clue clue_of_absence(const struct absent *m, const struct absent *other,
	int64_t rows);
/* Fills what is known by parts of the rows: from auc on. */
void rates_fill(struct missing_cause *c, const struct absent *m, const struct witness *w,
	const struct sample *s, const struct variable *v, struct arena *a);
void causes_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, const struct missing_profile *m,
	struct missing_causes *out, struct arena *a);
/* ---- findings (missing_findings.c) ---------------------------------------------------------- */

void missing_findings(const struct missing_profile *m, const struct variable *v, int n,
	const struct profile_options *o, struct finding_list *findings);

#endif
