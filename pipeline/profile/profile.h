/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * profile: table -> statistics. Returns structs; never formats, prints or draws. Definitions are
 * those of pipeline/ARTIFACTS.md and the methods appendix of the report.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include "table/table.h"

/* ---- variables: what a column means ------------------------------------------------------ */

enum variable_type {
	VARIABLE_NUMERIC, VARIABLE_CATEGORY, VARIABLE_BOOLEAN, VARIABLE_DATETIME,
	VARIABLE_TIME, VARIABLE_DURATION, VARIABLE_TEXT, VARIABLE_IDENTIFIER, VARIABLE_CONSTANT,
	VARIABLE_EMPTY, VARIABLE_TYPES
};
/* What statistics of numbers are about: also times of day and durations, in seconds. */
static inline bool variable_measures(enum variable_type t)
{
	return t == VARIABLE_NUMERIC || t == VARIABLE_TIME || t == VARIABLE_DURATION;
}
const char *variable_type_name(enum variable_type t);

/* One column of the table with what schema.json and the manifest say of it; the type is decided by
 * profile_columns, which knows the exact distinct count. */
struct variable {
	int col;                   /* column of the table */
	const char *name;
	const char *label, *description, *unit, *parsed, *declared, *semantic;  /* NULL when not given */
	double semantic_share;     /* of the values */
	enum variable_type type;
	int decimals;              /* decimal places in use, -1 unknown */
	const struct column_profile *profile;  /* set by profile_columns; NULL: nothing is known yet */
};

/* Exact as far as memory_mb goes and sketched beyond it, or one of them for all columns. */
enum precision { PRECISION_AUTO, PRECISION_EXACT, PRECISION_APPROXIMATE };

/* Settings of the eda section of the manifest (stages/eda_int.h lists the keys and their defaults),
 * and what else of it matters here. */
struct profile_options {
	double missing_share, mostly_missing_share, zeros_share, skewness, imbalance, outlier_share;
	double uniform_p, heaping_p, heaping_share, normal_p, early_share, outlier_rows;
	int64_t earliest_year, max_age_days, max_curves;
	double quality_completeness, quality_validity, quality_uniqueness, quality_consistency,
		quality_timeliness;                    /* weights of quality_fill */
	int64_t cardinality, small_sample, max_levels, histogram_bins;
	int64_t category_distinct, coded_distinct;     /* type decision, see profile_columns */
	double category_share, coded_share;
	int64_t max_matrix, max_categories, max_category_levels, max_pairs, max_scatter, max_rank_rows;
	int64_t max_kendall_work, max_cross_rows, max_power;   /* see associations_fill, structure_fill */
	double together, nearly, vif;
	double unit_root_p, season_strength;           /* time_fill */
	int64_t max_series, max_points;                /* across columns: see associations_fill, time_fill, missing_fill */
	double key_error, dependency_error;            /* see keys_fill */
	double pattern_share;                          /* see habit_profile */
	double association, missing_good, missing_attention, missing_bad, nullity, complete_share;
	double missing_p, missing_effect;
	int64_t max_missing_rows, max_mcar_columns, max_mcar_rows;
	const char *target, *time, *identifier;        /* names of columns, or NULL */
	int32_t report_date;                           /* days since 1970-01-01; INT32_MIN: unknown */
	uint64_t seed;
	int threads;
	enum precision precision;
	int64_t memory_mb;         /* that accumulators may take up; see profile_columns */
};

/* Findings in the order they are made; lives in an arena. */
struct finding_list {
	struct arena *arena;
	struct finding *v;
	size_t n, cap;
};
void finding_list_add(struct finding_list *l, const struct finding *f);
/* Most severe first: level, then weight (finding_weight), then order of appearance. */
void finding_list_rank(struct finding_list *l);
/* Sets the cause of every finding that another one explains: findings of columns that are identical,
 * missing together or have their outliers in the same rows; skew and zeros of a column with outliers; few
 * complete rows because of one column; and what follows from `earlier` findings, those of ingest. A cause
 * gets the highest level of what follows from it. */
void finding_list_explain(struct finding_list *l, const struct finding *earlier, size_t n);

/* ---- what can be known of a table: a header each ------------------------------------------ */

#include "profile/columns.h"
#include "profile/relations.h"
#include "profile/structure.h"
#include "profile/keys.h"
#include "profile/missing.h"
#include "profile/quality.h"
#include "profile/series.h"

#endif
