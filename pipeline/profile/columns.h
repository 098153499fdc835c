/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each column by itself: column/. Part of profile.h.
 */
#ifndef PROFILE_COLUMNS_H
#define PROFILE_COLUMNS_H

#include "profile/profile.h"

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
	int64_t below, above;      /* values that are in no bin */
};

/* p0 p1 p5 p10 p25 p50 p75 p90 p95 p99 p100, type 7 of Hyndman & Fan 1996 */
enum { QUANTILES = 11 };
extern const double quantile_probs[QUANTILES];
enum { EXTREMES = 10, KDE_POINTS = 128, QQ_POINTS = 100, BOX_OUTLIERS = 300 };
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
 * body                   the histogram of the values that are not far out (Tukey 1977: within 3 IQR of the
 *                        quartiles), where these are all but one in twenty and take up less than a quarter of
 *                        the range; else n = 0
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
	struct histogram histogram, body;
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
	/* rare levels that are a frequent one but for a slip of the finger, which is proposed and
	 * comes first; at most max_levels */
	struct near_duplicate *slips;
	int nslips;
	int64_t slip_levels, slip_rows;              /* rare ones, all of them */
	bool coded;                /* whole numbers that stand for categories */
};
struct boolean_profile {
	int64_t yes, no;
	double imbalance;
};

/* What steps are counted in: months, years and working days are of one length although the days
 * between them vary. */
enum time_scale { SCALE_TICKS, SCALE_MONTHS, SCALE_YEARS, SCALE_WORKDAYS };
struct date_gap {
	const char *from, *to;
	int64_t from_tick, to_tick;    /* as the table stores them */
	double steps;              /* in median steps */
};
enum { DATE_GAPS = 20 };
struct datetime_profile {
	const char *min, *max;     /* ISO text; with Z only when the zone is known */
	int64_t min_tick, max_tick;
	double range_days;
	/* the coarsest of year month day hour minute second microsecond that holds for all */
	const char *resolution;
	enum time_scale scale;
	double median_step;        /* on that scale; NaN below two values */
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
		int64_t total, distinct;         /* -1: not counted in an identifier; distinct: more than could be kept */
		double mean;
		struct level *top;
		int ntop;
	} words;                   /* runs of letters and digits and apostrophes between them, case folded */
	int64_t empty, surrounding_space;
	struct script_count *scripts;        /* letters by script, commonest first */
	int nscripts;
	int64_t letters, digits, spaces, punctuation, other;   /* code points */
	struct level *patterns;    /* runs of letters as A, of digits as 9 */
	int npatterns;
	const char **samples;      /* from evenly spaced rows */
	int nsamples;
};

enum { MEANING_LISTS = 2, MEANING_EXAMPLES = 5 };
/* What the values of a column are made of that means something (variable.semantic). */
struct meaning_profile {
	int64_t valid, invalid;    /* values */
	const char *example[MEANING_EXAMPLES];       /* invalid, commonest first */
	int nexamples;
	struct meaning_list {
		const char *what;  /* "domain" "scheme" "host" "extension" "version" "country" ... */
		int64_t different; /* -1: more than could be kept */
		struct level *top; /* commonest first */
		int n;
	} list[MEANING_LISTS];
	int nlists;
	/* "free_mail" "private" "wrong_check_digits" (these are invalid), or NULL; values that are */
	const char *special;
	int64_t special_count;
};

enum { HABIT_EXAMPLES = 5 };
/* How texts are usually written, and those that are not. Codes have a pattern, words do not. */
struct habit_profile {
	/* of pattern_share of the values or more: A a capital, a a small letter, 9 a digit; or, where
	 * lengths differ, A for a run of letters, 9 of digits. NULL: there is none, or all have it */
	const char *pattern;
	int64_t follow;            /* values that have it */
	const char *breaker[HABIT_EXAMPLES];         /* those that do not, commonest first */
	int nbreakers;
	const char *capitals;      /* "upper" "lower": the case of so large a share; NULL */
	int64_t same_case;
	const char *otherwise[HABIT_EXAMPLES];
	int notherwise;
	int64_t damaged, mojibake;                   /* with U+FFFD; encoded twice */
	int64_t placeholders;      /* "test", "xxx", "n/a" */
	const char *placeholder[HABIT_EXAMPLES];
	int nplaceholders;
};

enum { EXAMPLES = 5 };
/* What is known of one column. Blocks that do not apply are NULL: identifiers and constants keep
 * the block of their data, categories and yes/no coded by integers also have numeric, a text whose
 * values repeat (distinct below half) also category. */
struct column_profile {
	const struct variable *var;
	int64_t rows, count, missing;   /* rows = count + missing; a NaN counts as missing */
	int64_t distinct, unique;       /* different values; values that occur once, -1 unknown */
	/* Sketched because it is too large, or because that was asked for: `distinct` and what rests on
	 * order or on frequencies is off by at most so much, with 99 % confidence. Counts, sums, moments,
	 * extremes and their counts are exact all the same. A count of a level is at most
	 * frequency_error too low. NaN: not about this column. */
	bool approximate;
	struct {
		double quantile_rank_error;      /* share of the values */
		double distinct_relative_error;
		int64_t frequency_error;         /* rows */
		int64_t tested;                  /* values of the sample behind tests of shape; 0: none */
		const char *method;
	} accuracy;
	int64_t memory_bytes;           /* of the column's Arrow buffers */
	/* different values of evenly spaced rows; NULL-terminated unless all are used */
	const char *examples[EXAMPLES];
	struct numeric_profile *numeric;
	struct category_profile *category;
	struct boolean_profile *boolean;
	struct datetime_profile *datetime;
	struct text_profile *text;
	struct meaning_profile *meaning;
	struct habit_profile *habits;                /* of texts */
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

/* Finds columns whose few outliers are in the same rows (Jaccard index at least outlier_rows); not in
 * tables of more than max_rank_rows rows. */
void outlier_rows_find(const struct table *t, const struct column_profile *cols, int n,
	const struct profile_options *o, struct finding_list *findings);

#endif
