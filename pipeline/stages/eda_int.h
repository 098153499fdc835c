/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of the eda step share this: eda.c opens the table and runs everything, eda_columns.c
 * writes the profile of each column, eda_across.c what holds across columns.
 */
#ifndef EDA_INT_H
#define EDA_INT_H

#include "profile/profile.h"
#include "stages/stages.h"

/* Keys of the manifest's eda section and the values used when they are absent. X(key, default) */
#define EDA_SETTINGS(X) \
	X(missing_share, 0.01)        /* findings: above this share */ \
	X(mostly_missing_share, 0.4) \
	X(zeros_share, 0.1) \
	X(outlier_share, 0.01) \
	X(skewness, 2)                /* |G1| above */ \
	X(imbalance, 0.5)             /* 1 - H / log k above */ \
	X(cardinality, 50)            /* levels above */ \
	X(small_sample, 30)           /* rows below */ \
	X(uniform_p, 0.05)            /* p at least */ \
	X(heaping_p, 0.001)           /* p below, and the share of the digit at least */ \
	X(heaping_share, 0.2) \
	X(association, 0.9)           /* |r| or V above */ \
	X(category_distinct, 50)      /* texts of at most so many values, below this share of rows: category */ \
	X(category_share, 0.5) \
	X(coded_distinct, 10)         /* the same for whole numbers */ \
	X(coded_share, 0.05) \
	X(max_levels, 20)             /* sizes of what is listed and drawn */ \
	X(histogram_bins, 50) \
	X(max_matrix, 60)             /* numeric columns of the correlation matrices */ \
	X(max_categories, 40)         /* columns of the matrix of Cramer's V ... */ \
	X(max_category_levels, 50)    /* ... of at most so many levels, 100 at most */ \
	X(max_pairs, 100) \
	X(max_scatter, 8) \
	X(max_rank_rows, 250000)      /* beyond it ranks, densities and boxes are of a sample of rows; 3 million at most */ \
	X(max_series, 6) \
	X(max_points, 500)            /* of a time series */ \
	X(missing_good, 0.05)         /* bands of missing data: up to these shares; beyond the last: drop */ \
	X(missing_attention, 0.4) \
	X(missing_bad, 0.8) \
	X(nullity, 0.9)               /* missing together: correlation at least */ \
	X(complete_share, 0.5)        /* share of complete rows below */

struct eda {
	struct stage_run *run;
	struct table *table;
	struct profile_options options;
	struct variable *vars;             /* ncols of them, types decided */
	struct column_profile *cols;
	int ncols;
	struct finding_list findings;
	void *across;                      /* private to eda_across.c */
};

/* eda_columns.c: the array of objects under "columns". */
void eda_write_columns(struct jw *w, const struct eda *x);

/* eda_across.c. Runs after the columns are profiled; adds findings and keeps its results in the
 * arena of the step, at x->across. */
int eda_across(struct eda *x, struct err *e);
void eda_write_dataset(struct jw *w, const struct eda *x);   /* key "dataset" and its object */
void eda_write_across(struct jw *w, const struct eda *x);    /* keys "associations", "missing", "time" */

#endif
