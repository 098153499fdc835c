/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the eda step share: eda/eda.c runs the profile, the others write its parts. */
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
	X(normal_p, 0.05)             /* p at least */ \
	X(earliest_year, 1900)        /* dates before it, if they are few: at most ... */ \
	X(early_share, 0.05) \
	X(outlier_rows, 0.8)          /* rows with outliers that two columns share, of those of either */ \
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
	X(max_rank_rows, 100000)      /* beyond it ranks, densities and boxes are of a sample of rows; 3 million at most */ \
	X(max_kendall_work, 2000000)  /* rows times pairs of columns behind Kendall's tau */ \
	X(max_cross_rows, 5000)       /* rows behind predictive power; at least as many behind components */ \
	X(max_power, 20)              /* columns that are predicted from each other */ \
	X(together, 0.6)              /* groups of columns: mean strength at least */ \
	X(nearly, 0.95)               /* nearly identical columns: share of the rows at least */ \
	X(vif, 10)                    /* variance inflation above */ \
	X(memory_mb, 2048)            /* that values of columns may take up: beyond it precision auto sketches; 0: no limit */ \
	X(unit_root_p, 0.05)          /* series: p of the Dickey-Fuller test at least */ \
	X(season_strength, 0.3)       /* at least */ \
	X(max_curves, 100)            /* columns whose curves and lists of values are written in full */ \
	X(max_series, 6) \
	X(max_points, 500)            /* of a time series */ \
	X(missing_good, 0.05)         /* bands of missing data: up to these shares; beyond the last: drop */ \
	X(missing_attention, 0.4) \
	X(missing_bad, 0.8) \
	X(nullity, 0.9)               /* missing together: correlation at least */ \
	X(key_error, 0.01)            /* a key or a dependency is broken by at most this share of the rows */ \
	X(dependency_error, 0.01) \
	X(pattern_share, 0.95)        /* texts that are written alike: at least this share */ \
	X(complete_share, 0.5)        /* share of complete rows below */ \
	X(quality_completeness, 1)    /* weights of the parts of the quality score */ \
	X(quality_validity, 1) \
	X(quality_uniqueness, 1) \
	X(quality_consistency, 1) \
	X(quality_timeliness, 1) \
	X(max_age_days, 0)            /* age that the newest row may have; 0: any */ \
	X(missing_p, 0.01)            /* missing values go with something: adjusted p at most ... */ \
	X(missing_effect, 0.1)        /* ... and a strength of at least this */ \
	X(max_missing_rows, 50000)    /* rows that are looked at for it; more columns need fewer */ \
	X(max_mcar_columns, 20)       /* of Little's test, and the rows */ \
	X(max_mcar_rows, 10000)

struct eda {
	struct stage_run *run;
	struct table *table;
	json_t *ingest;                    /* ingest.json */
	struct profile_options options;
	struct variable *vars;             /* ncols of them, types decided */
	struct column_profile *cols;
	int ncols;
	struct finding_list findings;
	int *same_as;                      /* columns_identical */
	struct duplicate_profile duplicates;
	struct missing_profile missing;
	struct associations associations;
	struct structure structure;        /* VIF, components, nearly identical columns */
	struct keys_profile keys;
	struct time_profile time;
	bool has_time;
	struct finding *earlier;           /* what ingest found of single columns */
	size_t nearlier;
	struct quality_profile quality;
};

/* A key of eda.json each, with what stands under it. */
void eda_write_dataset(struct jw *w, const struct eda *x);         /* relations.c */
void eda_write_columns(struct jw *w, const struct eda *x);         /* columns.c */
void eda_write_associations(struct jw *w, const struct eda *x);    /* relations.c */
void eda_write_structure(struct jw *w, const struct eda *x);       /* structure.c */
void eda_write_keys(struct jw *w, const struct eda *x);
void eda_write_missing(struct jw *w, const struct eda *x);
void eda_write_time(struct jw *w, const struct eda *x);
void eda_write_quality(struct jw *w, const struct eda *x);
/* Comes last: it sums up what the others found. */
void eda_fill_quality(struct eda *x, const json_t *schema);        /* quality.c */

/* ---- pieces of JSON (json.c) -------------------------------------------------------------- */

double eda_share(int64_t part, int64_t whole);                     /* 0 of nothing */
void eda_write_ints(struct jw *w, const char *key, const int64_t *v, size_t n);
void eda_write_strings(struct jw *w, const char *key, const char *const *v, size_t n);
/* Names of variables. */
void eda_write_names(struct jw *w, const char *key, const struct eda *x, const int *var, int n);
/* A matrix row by row. */
void eda_write_rows(struct jw *w, const char *key, const double *v, int ny, int nx);
void eda_write_count_rows(struct jw *w, const char *key, const int64_t *v, int ny, int nx);

#endif
