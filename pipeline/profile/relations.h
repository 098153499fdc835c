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
	/* two-sided t, chi-square or F; adjusted by Benjamini & Hochberg 1995 */
	double p, p_adjusted;
	int64_t n;                 /* rows in which both have a (finite) value */
};
struct assoc_matrix {          /* row by row, symmetric, n x n */
	int n;
	int *var;
	double *value, *p;
	int64_t *count;
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
};
struct target_profile {
	int var, nfeatures, ngroups;
	struct association *features;      /* strongest first; b is the target */
	struct target_group *groups;       /* of the strongest features, at most max_scatter */
};
struct associations {
	/* numeric columns, the max_matrix of them with least missing values */
	struct assoc_matrix pearson, spearman;
	/* categories and booleans of at most max_category_levels levels, the max_categories of
	 * them with least missing values */
	struct assoc_matrix cramers_v;
	int64_t rank_rows;         /* rows behind spearman: all, or a sample of max_rank_rows */
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
