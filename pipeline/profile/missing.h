/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Missing data: missing/. Part of profile.h.
 */
#ifndef PROFILE_MISSING_H
#define PROFILE_MISSING_H

#include "profile/relations.h"

/* Whether values are missing completely at random: Little's test (1988, JASA 83, 1198-1202, eq. 5)
 * compares the means of the rows that lack the same columns with those of the normal distribution
 * that was fitted to all rows by EM (Dempster, Laird & Rubin 1977), means and covariances by
 * maximum likelihood. About the numeric columns with missing values, and, as far as
 * max_mcar_columns allows, those without; not about constants, columns that are a combination of
 * others, or columns that are missing more than missing_bad. Rows without any of their values are
 * left out. */
struct mcar_test {
	const char *why_not;       /* it was not made: a reason; else NULL */
	int n, *var;
	int64_t table_rows;        /* of them the rows looked at: all, or a sample of max_mcar_rows */
	int64_t rows, patterns;    /* rows with at least one of the values; different sets of columns */
	double d2, p;
	int64_t df;
	int iterations;            /* of EM */
};

/* What the missing values of a column go with. Strengths are on the scale of a correlation:
 * r = z / sqrt(n) of the test of Mann & Whitney 1947 (ties corrected) of the values of a number or
 * a date in the rows where the column is missing against the others, above 0 when they are high
 * there; Cramer's V (Bergsma 2013) of a category; phi of being missing. */
struct missing_clue {
	int var;                   /* the other column; -1: none could be tested; or the order of rows */
	double effect, p;
	double p_adjusted;         /* Benjamini & Hochberg 1995 over all tests of missing_causes */
	int64_t n;                 /* rows behind it */
};
enum missing_verdict {
	MISSING_UNTESTED,          /* fewer than MISSING_FEW rows with or without a value */
	MISSING_UNRELATED,         /* no clue: p_adjusted <= missing_p and |effect| >= missing_effect */
	MISSING_RELATED,           /* to the values of another column */
	MISSING_EXACTLY,           /* ... which tell it without exception */
	MISSING_AT_START,          /* more often in the first rows */
	MISSING_AT_END,
	MISSING_TOGETHER,          /* only with the missing values of another */
	MISSING_APART              /* only without them */
};
const char *missing_verdict_name(enum missing_verdict v);      /* "related", "at the end" ... */
enum { MISSING_FEW = 5, MISSING_GROUPS = 12, MISSING_CAUSES = 300 };
struct missing_cause {
	int var;
	enum missing_verdict verdict;
	struct missing_clue value, order, other;       /* strongest; other: of being missing */
	/* Where it is missing, if a clue tells: by the order of the rows when that is the verdict,
	 * else by `value`. */
	bool by_order;
	/* chance that a row where it is missing has a higher value than one where it is not; NaN
	 * unless the groups are ranges */
	double auc;
	bool exact;                /* all rows of some levels, or of values up or down from the border */
	double border;             /* a number, else NaN */
	const char *border_text;   /* or a date, else NULL */
	/* fifths in order, or the commonest levels, those that lack most first */
	int ngroups, worst;        /* worst: most missing values beyond its share; -1: none */
	struct missing_group {
		const char *level;     /* NULL: a range */
		double low, high;      /* of a range of numbers or of rows, counted from 1; else NaN */
		const char *from, *to; /* of a range of dates; else NULL */
		bool absent;           /* rows that lack the other column, if 1 % or more: the last */
		int64_t rows, missing;
	} *groups;
};
/* Of the MISSING_CAUSES columns that lack most values but not all, in table order. */
struct missing_causes {
	int64_t rows;              /* all, or a sample, see max_missing_rows */
	int64_t tests;             /* size of the family of p_adjusted */
	int n;
	struct missing_cause *v;
};

enum { MISSING_BINS = 60, MISSING_COMBINATIONS = 20 };
struct missing_profile {
	int64_t rows, cells, complete_rows;        /* cells: missing ones */
	int n;
	struct missing_column {
		int var;
		int64_t missing;
		const char *band;      /* "good" "attention" "bad" "drop" */
	} *columns;                /* all, most missing first */
	/* the max_matrix columns with most missing, in table order */
	int nmatrix, bins;
	int64_t rows_per_bin;      /* the last bin may hold fewer */
	int *matrix;
	double *present;           /* nmatrix x bins: share of the rows of the bin */
	int ncombinations;
	struct missing_combination {
		int64_t count;
		int *var, n;           /* columns that are missing, and only they */
	} *combinations;           /* most rows first */
	int64_t patterns;          /* different combinations in all */
	/* value: phi of being missing; count: rows in which both are; no p */
	struct assoc_matrix nullity;
	/* clusters of the columns of `nullity` by average linkage; distance: 1 - phi */
	struct cluster_merge *merges;      /* nullity.n - 1 */
	int *order;                /* of the columns of `nullity`, as they stand side by side */
	struct mcar_test mcar;
	struct missing_causes causes;
};
void missing_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, struct missing_profile *out,
	struct finding_list *findings, struct arena *a);

#endif
