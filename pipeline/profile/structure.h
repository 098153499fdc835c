/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What several columns say together: numeric columns that are combinations of others, the few
 * directions in which they vary, columns that say the same as another. Part of profile.h.
 */
#ifndef PROFILE_STRUCTURE_H
#define PROFILE_STRUCTURE_H

#include "profile/profile.h"

enum { COMBINATION_MAX = 8 };
/* var[0] = intercept + sum of slope[i] var[i] over the others. */
struct combination {
	int n, *var;
	double *slope, intercept;
};
/* Numeric columns, standardised, in complete rows. Left out: constants, columns that say the same as
 * another, and the columns with most missing values until half of the rows are complete. */
struct collinearity {
	int n, *var;
	int nleft_out, *left_out;  /* for their missing values */
	int64_t rows;              /* complete rows behind it, of sample_rows */
	int64_t sample_rows;       /* all, or a sample: at most max_rank_rows, fewer of many columns */
	/* variance inflation 1 / (1 - R^2) of each by all others; infinite: a combination of them */
	double *vif;
	/* given when there is one exact combination, of at most COMBINATION_MAX columns; else n is 0 */
	struct combination combination;
};
enum { COMPONENTS = 5, SCORE_POINTS = 500 };
/* Principal components of the correlation matrix of the same columns and rows (Pearson 1901,
 * Hotelling 1933). The loading of largest size is positive in each component. */
struct components {
	int n, kept;               /* kept: with loadings, at most COMPONENTS */
	double *eigenvalue;        /* n, falling; their sum is n */
	double *loading;           /* n rows of kept: unit vectors */
	/* the first two components of some rows, and the class of the target of each as in struct
	 * scatter */
	int64_t npoints, *group;
	double *x, *y;
	int ngroups;
	const char **group_name;
};
/* b says what a says, except where `share` says: b = slope a + intercept for numbers, for texts
 * once case and blanks are ignored. Rows in which both hold their commonest value tell nothing
 * and are not counted. */
struct near_pair {
	int a, b;
	bool linear;               /* else equal */
	double slope, intercept;
	int64_t same, n;           /* rows that agree, rows counted */
	int64_t both;              /* rows in which both have a value, of the same rows looked at */
};
struct structure {
	struct collinearity collinearity;      /* n is 0 when there is nothing to tell */
	struct components components;
	struct near_pair *near;
	int nnear;
	int64_t near_rows;         /* rows looked at: all, or a sample */
	/* for each variable one before it that says the same, as columns_identical or `near` have
	 * it; or -1 */
	int *same_as;
};
/* same_as: from columns_identical, or NULL. */
void structure_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, const int *same_as, struct structure *out,
	struct finding_list *findings, struct arena *a);

#endif
