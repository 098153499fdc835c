/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Columns and rows against each other: across/. Part of profile.h.
 */
#ifndef PROFILE_RELATIONS_H
#define PROFILE_RELATIONS_H

#include "profile/profile.h"

/* ---- across columns (across*.c): associations, missing data, duplicates, target, time --- */

/* Columns are given by their index into the array of variables, whose types are decided. All
 * figures are exact unless said otherwise; memory comes from the arena; same bytes for any
 * number of threads. */

enum measure {
	MEASURE_PEARSON, MEASURE_SPEARMAN, MEASURE_CRAMERS_V, MEASURE_CORRELATION_RATIO
};
/* "pearson" "spearman" "cramers_v" "correlation_ratio" */
const char *measure_name(enum measure m);

/* How strongly two columns go together. NaN where it is not defined: fewer than three rows in
 * common, or a column that is constant in them. */
struct association {
	int a, b;
	enum measure measure;
	/* r or rho in [-1, 1]; V (bias-corrected, Bergsma 2013) or eta in [0, 1] */
	double value;
	/* two-sided t (of ranks at least 2 / n!), chi-square or F; adjusted by Benjamini & Hochberg 1995 */
	double p, p_adjusted;
	int64_t n;                 /* rows in which both have a (finite) value */
};
struct assoc_matrix {          /* row by row, n x n; symmetric but for theils_u and power */
	int n;
	int *var;
	double *value, *p;
	int64_t *count;
};
/* Columns of all types against each other, and which of them go together: average linkage (Sokal
 * & Michener 1958) on 1 - |value|, 1 where there is no value. */
struct cluster_merge {
	/* columns 0 .. n - 1, or n + k for what merge k made; left stands left in `order` */
	int left, right, size;
	double height;
};
struct column_group {
	int *var, n;
	double weakest, mean;      /* |value| of the pairs within */
};
struct mixed_matrix {
	int n, *var;
	struct association *cell;  /* n x n, symmetric; those of the diagonal are 1 */
	struct cluster_merge *merges;  /* n - 1, by height */
	int *order;                /* positions, so that similar columns stand side by side */
	/* merged at a mean strength of at least `together`, in the order of `order` */
	struct column_group *groups;
	int ngroups;
};
/* How well one column alone predicts another on rows that were not used for it: 0 as without it, 1
 * without error. The model is a table: the column is cut into bins (at most 20 quantiles of a
 * number, a value that fills two of them by itself; the levels of a category, missing values a bin of their own), and a bin predicts the
 * median or the commonest class of its rows in the three folds that are not being predicted; a bin
 * of fewer than 5 such rows predicts as if nothing were known. For numbers the score is
 * 1 - MAE / MAE of the median; for classes (F1 - base) / (1 - base) with F1 weighted by class and
 * base the better of always naming the commonest class and naming classes at random by their
 * shares. Below 0 it is 0. After the predictive power score of Wetschoreck, Krabel & Krishnamurthy
 * 2020. */
struct power_score {
	double score;
	double lo, hi;             /* the worst and the best of the four folds */
	double error, baseline;    /* MAE, or F1 for classes */
	bool classes;
	int64_t n;
};
/* Up to 1000 rows all points, up to 5000 rows 1000 of them, else counts in a grid, of a sample
 * of max_rank_rows rows. The window leaves out far outliers that would squeeze the rest. */
struct scatter {
	struct association pair;   /* x is a, y is b */
	int64_t n;                 /* points given, or counted */
	double *px, *py;           /* NULL: a grid */
	/* the class of the target of each point, or -1; none unless it is a category of at most
	 * six, commonest first, numbers ascending */
	int ngroups;
	const char **group_name;
	int64_t *group;
	int nx, ny;
	int64_t *counts;           /* ny rows of nx, upwards from ymin */
	double xmin, xmax, ymin, ymax;
	int64_t outside;           /* of n */
};
/* The numeric one of a feature and the target within the levels of the other; from the
 * sample. */
struct target_group {
	int feature, nlevels;
	const char **level;        /* commonest first, numbers ascending; at most max_levels */
	/* whisker, quartile, median, quartile, whisker: numeric_profile.box */
	double (*box)[5];
	int64_t *n;
	double *mean, *sd;         /* of the same rows */
};
/* A binary target within the bins of a feature: at most 10 quantiles of a number, where a value
 * that fills two of them is a bin of its own, the 10 commonest levels of a category and the rest; missing values are a bin of their own. */
struct evidence_bin {
	double lower, upper;       /* of a number: lowest and highest value in it; else NaN */
	const char *level;         /* of a category; NULL in the bin of the rest and of missing values */
	bool missing;
	int64_t n, positive;
	double rate, lo, hi;       /* 95 % interval by Wilson 1927 */
	/* ln(share of all positives that are in the bin / share of all negatives), 0.5 added to
	 * every count (Good 1985); contribution to the information value */
	double woe, iv;
};
struct evidence {
	int feature, nbins;
	double iv;                 /* sum over the bins */
	int64_t n;
	struct evidence_bin *bins;
};
struct target_profile {
	int var, nfeatures, ngroups;
	struct association *features;      /* strongest first; b is the target */
	struct power_score *power;         /* of each of the features */
	struct target_group *groups;       /* of the strongest features, at most max_scatter */
	/* of all features, highest information value first; none unless the target has two values */
	struct evidence *evidence;
	int nevidence;
	const char *positive;      /* the value that is counted: the greater one */
};
struct associations {
	/* numeric columns, the max_matrix of them with least missing values */
	struct assoc_matrix pearson, spearman;
	/* categories and booleans of at most max_category_levels levels, the max_categories of
	 * them with least missing values */
	struct assoc_matrix cramers_v;
	int64_t rank_rows;         /* rows behind spearman: all, or a sample of max_rank_rows */
	/* tau-b (Kendall 1945) by the algorithm of Knight 1966, p by the normal approximation with
	 * the variance for ties (Kendall 1970); the columns of pearson; of kendall_rows rows */
	struct assoc_matrix kendall;
	int64_t kendall_rows;
	/* the share of the entropy of the row's column that knowing the column's column takes away
	 * (Theil 1970), NaN for p; the columns of cramers_v; of rank_rows rows */
	struct assoc_matrix theils_u;
	/* the max_matrix columns with the strongest associations */
	struct mixed_matrix mixed;
	/* how well the row's column is predicted by the column's column: power_score.score; the
	 * max_power columns with the strongest associations; of power_rows rows */
	struct assoc_matrix power;
	int64_t power_rows;
	/* size of the family over which p is adjusted: all coefficients */
	int64_t tests;
	/* one a pair, its stronger coefficient; significant ones first (p_adjusted <= 0.05),
	 * then by |value|; at most max_pairs */
	struct association *pairs;
	int npairs;
	struct scatter *scatter;   /* the strongest numeric pairs, at most max_scatter */
	int nscatter;
	struct target_profile *target;     /* NULL: no target that can be compared */
};
/* same_as: from columns_identical, or NULL; such pairs are no finding twice. */
void associations_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, const int *same_as, struct associations *out,
	struct finding_list *findings, struct arena *a);

/* For each variable the first one before it that holds the same values in the same rows, or -1.
 * Constant and empty columns are not compared. */
int *columns_identical(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, struct finding_list *findings, struct arena *a);

/* Rows that repeat an earlier row in every column; missing equals missing. */
struct duplicate_profile {
	double share;              /* of the different rows looked at, the counts being raised by it; 1: all */
	int64_t surplus;           /* rows that could go */
	int64_t groups;            /* different rows that occur more than once */
	struct duplicate_group {
		int64_t count, first_row;
		const char **values;   /* of all variables, long ones cut; NULL: missing */
	} *top;                    /* at most 10, most rows first */
	int ntop;
};
void duplicates_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, struct duplicate_profile *out,
	struct finding_list *findings, struct arena *a);

#endif
