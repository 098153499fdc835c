/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * profile: table -> statistics. Returns structs; never formats, prints or draws. Definitions are
 * those of pipeline/ARTIFACTS.md and the methods appendix of the report.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include "table/table.h"

/* ---- variables: what a column means -------------------------------------------------------------- */

enum variable_type {
	VARIABLE_NUMERIC, VARIABLE_CATEGORY, VARIABLE_BOOLEAN, VARIABLE_DATETIME, VARIABLE_TEXT,
	VARIABLE_IDENTIFIER, VARIABLE_CONSTANT, VARIABLE_EMPTY, VARIABLE_TYPES
};
const char *variable_type_name(enum variable_type t);

/* One column of the table with what schema.json and the manifest say of it; the type is decided by
 * profile_columns, which knows the exact distinct count. */
struct variable {
	int col;                   /* column of the table */
	const char *name, *label, *description, *unit, *parsed, *declared;  /* NULL when not given */
	enum variable_type type;
	int decimals;              /* decimal places in use, -1 unknown */
};

/* Settings of the eda section of the manifest, and what else of it matters here. */
struct profile_options {
	double missing_share, mostly_missing_share, zeros_share, skewness, imbalance, outlier_share;
	double uniform_p, heaping_p;
	int64_t cardinality, small_sample, max_levels, histogram_bins;
	int64_t max_matrix, max_scatter;               /* across columns */
	double association;
	const char *target, *time, *identifier;        /* names of columns, or NULL */
	int32_t report_date;                           /* days since 1970-01-01; INT32_MIN: unknown */
	uint64_t seed;
	int threads;
};

/* Findings in the order they are made; lives in an arena. */
struct finding_list {
	struct arena *arena;
	struct finding *v;
	size_t n, cap;
};
void finding_list_add(struct finding_list *l, const struct finding *f);
/* Most severe first: level, then share of the rows concerned, then order of appearance. */
void finding_list_rank(struct finding_list *l);

/* ---- each column (columns*.c) -------------------------------------------------------------------- */

struct level {
	const char *value;         /* valid UTF-8 */
	int64_t count;
};
struct numeric_profile;
struct category_profile;
struct boolean_profile;
struct datetime_profile;
struct text_profile;

/* What is known of one column. Blocks that do not apply are NULL: identifiers and constants keep
 * the block of their data, a category of coded integers has both category and numeric. */
struct column_profile {
	const struct variable *var;
	int64_t rows, count, missing;   /* rows = count + missing; a NaN counts as missing */
	int64_t distinct, unique;       /* different values; values that occur once */
	int64_t memory_bytes;           /* of the column's Arrow buffers */
	const char *examples[5];        /* NULL-terminated unless all are used */
	struct numeric_profile *numeric;
	struct category_profile *category;
	struct boolean_profile *boolean;
	struct datetime_profile *datetime;
	struct text_profile *text;
};

/* Profiles n variables (sets the type of each) into out[n]; adds findings in column order. All
 * memory comes from the arena. Same bytes for any number of threads. */
void profile_columns(const struct table *t, struct variable *vars, int n, const struct profile_options *o,
		     struct column_profile *out, struct finding_list *findings, struct arena *a);

/* ---- across columns (across*.c): associations, missing data, duplicates, target, time --------------- */

#endif
