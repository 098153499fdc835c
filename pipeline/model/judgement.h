/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How the best candidate errs, and at what price. All of it rests on held-out predictions: a row is
 * judged by a model that has not seen it, and what is chosen by looking at predictions (a threshold,
 * a recalibration, the width of an interval) is judged on rows that took no part in the choice.
 * Included by model.h, which has the structs it needs.
 */
#ifndef MODEL_JUDGEMENT_H
#define MODEL_JUDGEMENT_H

/* ---- two classes: from which probability on to act (contest/threshold.c) ------------------------------ */

enum cut_rule { CUT_HALF, CUT_COST, CUT_ODDS, CUT_F1, CUT_YOUDEN, CUT_RULES };
const char *cut_rule_name(enum cut_rule r);   /* "half" "cost" "odds" "f1" "youden" */

/* A row with at least the probability `at` is called positive. CUT_ODDS: at fp / (fp + fn) of the costs, which
 * is right where probabilities are (Elkan 2001), and needs no choice. */
struct cut {
	double at;               /* what the rule chooses on all held-out rows: for use */
	double tp, fp, fn, tn;   /* every part of the validation cut where the rule chooses without it */
	double precision, recall, f1, cost;   /* of these counts; cost per 1000 rows */
};
struct thresholds {
	double cost_fp, cost_fn; /* of one false alarm, of one miss */
	struct cut cut[CUT_RULES];
	double always, never;    /* cost per 1000 rows of calling all rows positive, or none */
	struct score saved;      /* by CUT_COST against the cheaper of these, per 1000 rows */
	double *at, *precision, *recall, *f1, *cost;   /* the scan */
	size_t n;
};
struct gains {               /* rows by falling probability, in ten groups; ties are shared out evenly */
	size_t n;
	struct gain {
		double rows, positives, rate, lift;   /* lift: rate against that of all rows */
		double share, cumulative_lift;        /* of the positives, down to here */
	} *tenth;
	double *x, *y;           /* the whole curve: share of rows, share of positives */
	size_t points;
};

/* ---- how right the probabilities are (contest/calibrate.c) -------------------------------------------- */

enum recalibration { RECALIBRATE_NONE, RECALIBRATE_PLATT, RECALIBRATE_ISOTONIC };
const char *recalibration_name(enum recalibration r);   /* "none" "platt" "isotonic" */

/* Two classes: of the second one. More: of the likeliest class, its probability against how often it is
 * right (Guo et al. 2017). */
struct calibration {
	struct calibration_bin {
		double predicted, observed, lo, hi, n;   /* mean, share, its Wilson interval */
	} *bin;
	size_t n;
	double ece;              /* mean |observed - predicted| over bins, weighted by rows */
	struct score slope, intercept;   /* Cox 1958: logit(observed) = intercept + slope logit(predicted); two classes */
	double spiegelhalter, spiegelhalter_p;   /* 1986: z of the Brier score; two classes */
	double log_loss[3];      /* by enum recalibration, each part mapped by what the others say; two classes */
	double gain_p[3];        /* paired, against RECALIBRATE_NONE */
	enum recalibration advised;
	double platt[2];         /* p' = 1 / (1 + exp(-(platt[0] + platt[1] logit p))), on all held-out rows */
};

/* ---- numbers: how far off (contest/spread.c) ------------------------------------------------------------ */

enum { INTERVAL_LEVELS = 2 };            /* 80 and 95 % */
double interval_level(int i);
struct interval_check {                  /* the intervals of the best candidate on rows that did not make them */
	double level, half_width;
	struct score coverage;               /* Wilson */
	double third[3];                     /* coverage where the prediction is low, middling, high */
};
struct residuals {
	struct residual_bin { double at, mean, lo, hi, n; } *by_fitted, *by_time;   /* mean and middle 80 % of actual - predicted */
	size_t nby_fitted, nby_time;         /* classes: by_time only, of the loss */
	enum column_type time_type;          /* what by_time's `at` counts: as in struct frame */
	double *theory, *sample;             /* normal quantiles and standardised residuals */
	size_t nqq;
	double *density;                     /* ny rows of nx counts, upwards; NULL: few enough rows for points */
	size_t nx, ny;
	double xmin, xmax, ymin, ymax, outside;
};

/* ---- where it fails (contest/segments.c, groups.c) --------------------------------------------------------- */

enum condition_kind { CONDITION_LEVEL, CONDITION_RANGE, CONDITION_MISSING };
struct condition {
	enum condition_kind kind;
	const char *name;        /* of the feature */
	const char *level;       /* LEVEL */
	double from, to;         /* RANGE: from <= x < to; infinite ends are open */
};
/* Loss: |actual - predicted| of a number, -log probability of the actual class. */
struct segment {
	struct condition when[2];
	int conditions;          /* 1 or 2 */
	int64_t n;
	double share, loss, rest;        /* mean loss here and in all other rows */
	struct score difference;         /* loss - rest, Welch */
	double p, p_adjusted;            /* Welch; Benjamini & Hochberg 1995 over all that were tried */
	double wrong, wrong_rest;        /* share of rows whose likeliest class is another; NaN for a number */
	double bias;                     /* mean of predicted - actual (of the probability of the second class); NaN for more */
	double baseline;                 /* mean loss of the baseline here: above it the segment is hard for any model */
};
struct group {
	struct condition when;
	int64_t n;
	double positives;        /* rows of the second class; NaN unless there are two */
	struct score selected, tpr, fpr, precision;   /* two classes; Wilson */
	struct score wrong;      /* classes; Wilson */
	struct score bias;       /* predicted - actual, of the probability of the second class or of the number */
	double loss;
	bool counts;             /* large enough to be compared */
};
struct gap {                 /* between two groups; the interval allows for choosing the two that differ most */
	struct score value;
	int high, low;           /* index of group; -1: none to compare */
};
struct fairness {
	const char *name;
	bool used;               /* the model sees this column */
	struct group *group;
	size_t ngroups;
	double cut;              /* two classes: threshold behind these decisions */
	struct gap parity, ratio, tpr, fpr;   /* two classes: selection rate, difference and ratio; equalised odds */
	double odds;             /* the larger of the gaps of tpr and fpr */
	struct gap error;        /* classes: share wrong; number: bias */
	const char *why;         /* why there is no comparison, or NULL */
};

/* ---- would more rows help (contest/learning.c) ------------------------------------------------------------- */

struct learning {
	const char *model;
	struct learning_point { double share, rows; struct score held_out; double train; } *point;
	size_t n;
	int folds;
	struct score doubling;   /* how much the metric falls when rows double, by the upper half of the curve */
	enum { LEARNING_RISING, LEARNING_FLAT, LEARNING_UNCLEAR } verdict;
	const char *why;         /* why there is no curve, or NULL */
};

struct judgement {
	struct thresholds *thresholds;       /* NULL where it does not apply */
	struct gains *gains;
	struct calibration *calibration;
	double (*interval_q)[INTERVAL_LEVELS];   /* numbers: half-widths by candidate: prediction +- q */
	struct interval_check interval[INTERVAL_LEVELS];
	struct residuals residuals;
	struct segment *segments;            /* worst first */
	size_t nsegments, tried;
	struct fairness *fairness;
	size_t nfairness;
	struct learning learning;
};

#endif
