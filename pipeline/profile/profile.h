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
};

/* Settings of the eda section of the manifest (stages/eda_int.h lists the keys and their defaults),
 * and what else of it matters here. */
struct profile_options {
	double missing_share, mostly_missing_share, zeros_share, skewness, imbalance, outlier_share;
	double uniform_p, heaping_p, heaping_share;
	int64_t cardinality, small_sample, max_levels, histogram_bins;
	int64_t category_distinct, coded_distinct;     /* type decision, see profile_columns */
	double category_share, coded_share;
	int64_t max_matrix, max_categories, max_category_levels, max_pairs, max_scatter, max_rank_rows;
	int64_t max_series, max_points;                /* across columns: see associations_fill, time_fill, missing_fill */
	double association, missing_good, missing_attention, missing_bad, nullity, complete_share;
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

/* ---- each column (columns.c and the files of its blocks) --------------------------------- */

/* Counts and shapes are exact. A figure that is not defined (a deviation of one value, a test of
 * constants) is NaN, an undefined count -1, an array that does not apply NULL with length 0. */

struct level {
	const char *value;         /* valid UTF-8 */
	int64_t count;
};
struct number_count {
	double value;
	int64_t integer;           /* the exact value where the column stores integers */
	int64_t count;
};
/* Bin i holds edges[i] <= x < edges[i + 1], the last one also its upper edge. */
struct histogram {
	int n;
	double *edges;             /* n + 1 */
	int64_t *counts;
	const char *rule;          /* "freedman-diaconis" "scott" "sturges" "integers" "single value" */
};

/* p0 p1 p5 p10 p25 p50 p75 p90 p95 p99 p100, type 7 of Hyndman & Fan 1996 */
enum { QUANTILES = 11 };
extern const double quantile_probs[QUANTILES];
enum { EXTREMES = 10, KDE_POINTS = 128, QQ_POINTS = 100, BOX_OUTLIERS = 50 };
enum row_order {
	ORDER_NONE, ORDER_INCREASING, ORDER_STRICTLY_INCREASING, ORDER_DECREASING,
	ORDER_STRICTLY_DECREASING
};
const char *row_order_name(enum row_order o);  /* "increasing" "strictly increasing" ... "none" */

/* Everything but `infinite` is about the n finite values. Sources:
 * skewness and kurtosis  G1 and G2 of Joanes & Gill 1998, unbiased under normality; kurtosis is excess
 * mean_ci, median_ci     95 %: Student's t; order statistics by the binomial with 1/2 (at least 95 % up to
 *                        n = 1000, to a rank beyond; undefined below n = 6)
 * lag1                   autocorrelation of neighbouring rows that are both present: Box & Jenkins 1976
 * histogram              Freedman & Diaconis 1981; whole numbers get bins of whole width
 * kde                    Gaussian, bandwidth 0.9 min(sd, IQR / 1.34) n^(-1/5) (Silverman 1986, eq. 3.31),
 *                        from 3 bandwidths below the lowest value to 3 above the highest; for drawing:
 *                        rounded to six digits or so
 * box                    Tukey 1977: whiskers are the furthest values within 1.5 IQR of the quartiles
 * normality              to n = 5000 Shapiro-Wilk (Royston 1995), beyond Anderson-Darling with mean and sd
 *                        estimated (D'Agostino & Stephens 1986, table 4.9)
 * modified z             |0.6745 (x - median) / MAD| > 3.5: Iglewicz & Hoaglin 1993 */
struct numeric_profile {
	int64_t n, zeros, negatives, infinite;
	bool stored_integer;       /* int64 in the table: number_count.integer is exact */
	bool integer;              /* every value is whole */
	int decimals;              /* places that write every value exactly, at most 9; -1: more */
	double mean, sd, variance, sum, cv;  /* n - 1; cv = sd / mean */
	double skewness, kurtosis;
	double median, mad, iqr;   /* mad: median |x - median|, not scaled */
	double quantile[QUANTILES];
	double se_mean, mean_ci[2], median_ci[2];
	double lag1;
	enum row_order order;      /* of the present values in row order, infinities among them */
	/* common: most frequent first, then smallest; lowest and highest: extremes first */
	struct number_count *common, *lowest, *highest;
	int ncommon, nlowest, nhighest;
	struct histogram histogram;
	double *kde_x, *kde_density, kde_bandwidth;
	int nkde;
	struct {
		double lower, q1, median, q3, upper;
		double *outliers;      /* different values, alternately lowest and highest */
		int n;
	} box;
	/* order statistic i against the normal quantile of (i - 1/2) / n */
	double *qq_theoretical, *qq_sample;
	int nqq;
	struct {
		const char *test;      /* "shapiro-wilk" "anderson-darling"; NULL: not applicable */
		double statistic, p;
	} normality;
	struct {                   /* -1 and NaN when IQR or MAD is 0: the rule means nothing then */
		int64_t iqr_low, iqr_high;
		double lower_fence, upper_fence, share, mean_without;
		int64_t modified_z_low, modified_z_high;
	} outliers;
	struct {                   /* last digits, at the decimals that 80 % of the values get by with */
		int digit;             /* the commonest; -1: not applicable (few values, narrow range) */
		double share, chi2, p; /* against even digits, 9 degrees of freedom */
		int64_t n;             /* zeros and values of more decimals are left out */
	} heaping;
	struct {                   /* chi-square of an even spread over [min, max] */
		double chi2, p;        /* NaN: not applicable */
		int64_t n;
	} uniform;
};

struct near_duplicate {        /* levels that differ in case, blanks or punctuation only */
	const char *proposed;      /* the commonest of them */
	struct level *levels;      /* commonest first */
	int n;
};
struct category_profile {
	struct level *levels;      /* at most max_levels, commonest first, then byte order */
	int n;
	int64_t other_levels, other_count;
	double entropy_bits, imbalance;              /* imbalance = 1 - H / log k */
	double dominance;                            /* share of the commonest */
	struct near_duplicate *near;                 /* at most max_levels */
	int nnear;
	int64_t near_groups;       /* all of them */
	bool coded;                /* whole numbers that stand for categories */
};
struct boolean_profile {
	int64_t yes, no;
	double imbalance;
};

struct date_gap {
	const char *from, *to;
	double steps;              /* in median steps */
};
enum { DATE_GAPS = 20 };
struct datetime_profile {
	const char *min, *max;     /* ISO text; with Z only when the zone is known */
	double range_days;
	/* the coarsest of year month day hour minute second microsecond that holds for all */
	const char *resolution;
	double median_step_s;      /* between different values in order */
	struct date_gap *gaps;     /* steps above 2 median steps, longest first, at most DATE_GAPS */
	int ngaps;
	int64_t gap_count;         /* business days only: counted in working days */
	double usual_steps;        /* share of steps that are within half of the median from it */
	/* the median step, "1 day", "3 months", "1 working day", if 75 % are so close; else NULL */
	const char *usual_step;
	int64_t weekday[7], hour[24], month[12];
	bool has_hour;
	int64_t future;            /* after the report date; -1: unknown */
	int64_t epoch;             /* on a default date of software (1970-01-01, 1900-01-01 ...) */
	const char *epoch_date;    /* the default date that stands out from the others, or NULL */
	int64_t epoch_count;       /* values on it */
	const char **edges;        /* histogram: bins of calendar units */
	int64_t *counts;
	int nbins;
	bool regular;              /* all steps equal, in the unit of the resolution or working days */
	enum row_order order;
};

struct script_count { const char *script; int64_t count; };
struct text_profile {
	struct {                   /* in code points */
		double min, mean, median, max;
		struct histogram histogram;
	} length;
	struct {
		int64_t total, distinct;         /* distinct -1: more than could be kept */
		double mean;
		struct level *top;
		int ntop;
	} words;                   /* runs of letters and digits, case folded */
	int64_t empty, surrounding_space;
	struct script_count *scripts;        /* letters by script, commonest first */
	int nscripts;
	int64_t letters, digits, spaces, punctuation, other;   /* code points */
	struct level *patterns;    /* runs of letters as A, of digits as 9 */
	int npatterns;
	const char **samples;      /* from evenly spaced rows */
	int nsamples;
};

enum { EXAMPLES = 5 };
/* What is known of one column. Blocks that do not apply are NULL: identifiers and constants keep
 * the block of their data, categories and yes/no coded by integers also have numeric, a text whose
 * values repeat (distinct below half) also category. */
struct column_profile {
	const struct variable *var;
	int64_t rows, count, missing;   /* rows = count + missing; a NaN counts as missing */
	int64_t distinct, unique;       /* different values; values that occur once */
	int64_t memory_bytes;           /* of the column's Arrow buffers */
	/* different values of evenly spaced rows; NULL-terminated unless all are used */
	const char *examples[EXAMPLES];
	struct numeric_profile *numeric;
	struct category_profile *category;
	struct boolean_profile *boolean;
	struct datetime_profile *datetime;
	struct text_profile *text;
};

/* Profiles n variables (sets the type of each) into out[n]; adds findings in column order. All
 * memory comes from the arena. Same bytes for any number of threads.
 *
 * The type: no value -> empty; else as declared, where the storage allows it; else one value ->
 * constant; whole numbers of which only 0 and 1 occur -> boolean; whole numbers of at most
 * coded_distinct values, fewer than coded_share of the rows -> category; unique whole numbers that
 * are named like a key, run from 0 or 1 without gap, or have 16 digits or more, and unique texts of one word or named like a
 * key -> identifier; texts of at most category_distinct values, fewer than category_share of the
 * rows -> category. */
void profile_columns(const struct table *t, struct variable *vars, int n,
	const struct profile_options *o, struct column_profile *out, struct finding_list *findings,
	struct arena *a);

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
};
void missing_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, struct missing_profile *out,
	struct finding_list *findings, struct arena *a);

struct time_series {
	int var, n;
	const char **t;            /* ISO: the time itself, or the start of the period */
	double *y;                 /* times and periods without values are left out */
	bool mean;                 /* some points are means of several values */
	/* Autocorrelation at lags 0 .. nlags - 1 between different times in order, means where
	 * a time occurs more than once (Box & Jenkins 1976; over the pairs that are there, as
	 * R's acf with na.pass). 95 % of white noise lies within +-bound = 1.96 / sqrt(n). */
	int nlags;                 /* at most 41, at most a quarter of the times, 0 below 8 */
	double *r, bound;
};
struct time_profile {
	int var;
	bool regular;              /* as datetime_profile.regular */
	const char *step;          /* "day" "2 hours" "working day"; NULL below two times */
	const char *period;        /* what a point is the mean of: "week"; NULL: of one time */
	/* target first, then table order; at most max_series, */
	struct time_series *series;
	int nseries;                       /* each of at most max_points points */
};
/* Numeric columns along the time column: the one that is named, or else the only one. False
 * when there is none. cols: what profile_columns found. */
bool time_fill(const struct table *t, const struct column_profile *cols, int n,
	const struct profile_options *o, struct time_profile *out, struct arena *a);

#endif
