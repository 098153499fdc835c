/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * explain: what the best model makes of its columns. Shapley values say what each column added to one
 * prediction; curves of dependence what the prediction does as one column changes. Both are of the model,
 * not of the world behind the data.
 */
#ifndef MODEL_EXPLAIN_H
#define MODEL_EXPLAIN_H

#include "model/model.h"

enum {
	EXPLAIN_COLUMNS = 10,    /* columns that are told about */
	EXPLAIN_CURVES = 6,      /* of these, columns with a curve of dependence */
	EXPLAIN_POINTS = 20,     /* of a curve */
	EXPLAIN_LINES = 30,      /* single rows drawn along a curve (ICE) */
	EXPLAIN_LEVELS = 10,     /* levels of a category, commonest first */
	EXPLAIN_STORIES = 3      /* predictions that are told in full */
};
/* Columns of numbers with a correlation beyond this share what the model knows from either. */
#define EXPLAIN_RELATED 0.7

/* How Shapley values were found (Shapley 1953; Strumbelj & Kononenko 2014; Lundberg & Lee 2017). */
enum shap_method {
	SHAP_EXACT,              /* from the model's own structure */
	SHAP_ENUMERATED,         /* all subsets of few columns, the others from rows of the background */
	SHAP_SAMPLED             /* random orders of the columns and their reverses, likewise */
};
const char *shap_method_name(enum shap_method m);    /* "exact" "enumerated" "sampled" */

/* What every part of a date or text says together is the column's. */
struct shap_column {
	const char *name;
	const char *part;        /* what x is of a column that has several parts: "when: years"; else NULL */
	const char *const *levels;   /* of a category, else NULL */
	int nlevels;
	double *x;               /* value a row: the number (dates: years, texts: length), the code of the level; NaN missing */
	double *phi;             /* what it adds to output `focus`, a row */
	double mean_abs;         /* mean of |phi|; classes beyond two: summed over them */
	double *by_class;        /* classes beyond two: mean of |phi| of each, else NULL */
	double trend;            /* Spearman's correlation of x and phi; NaN: no numbers, or all alike */
};
struct story_part {
	const char *column;
	const char *level;       /* value of a category, else NULL */
	double x;                /* value of a number; NaN missing */
	bool compound;           /* a date or text has no such value */
	double phi;
};
/* A prediction and what made it. base + the parts + rest = value, on the scale of the Shapley values. All stories of
 * an output start from one base, the mean of those of the folds; what that is off the row's own fold is shared
 * among the columns by the size of their values. */
struct story {
	const char *why;         /* "typical" (its error is the median) or "worst" */
	int64_t row;             /* 0-based row of the table */
	double actual, predicted;    /* the number or the code of the class */
	int output;              /* the class it is about */
	double base, value, rest;
	size_t nrest;            /* columns behind rest */
	struct story_part part[EXPLAIN_COLUMNS];
	size_t nparts;           /* weightiest first */
};
struct shap {
	const char *scale;       /* what the columns add up to: "target" "log target" "log odds" "probability" */
	enum shap_method method;
	size_t rows;             /* held-out rows, each explained by the fit that had not seen it */
	size_t background;       /* training rows that stand for columns not known; 0: exact */
	int focus;               /* the class whose phi are kept: the second of two; of more the one that moves most */
	double base;             /* of output focus: mean over the rows of the mean prediction for the training rows of their fold */
	double error;            /* largest |base + sum of phi - prediction|, of probabilities where the scale is log odds */
	struct shap_column column[EXPLAIN_COLUMNS];   /* weightiest first */
	size_t ncolumns;
	double rest;             /* mean_abs of the others together, */
	size_t nrest;            /* and their number */
	struct story story[EXPLAIN_STORIES];
	size_t nstories;
};

/* What a curve does from left to right. */
enum shape { SHAPE_FLAT, SHAPE_RISES, SHAPE_FALLS, SHAPE_PEAK, SHAPE_VALLEY, SHAPE_MIXED, SHAPE_LEVELS };
const char *shape_name(enum shape s);    /* "flat" "rises" "falls" "peak" "valley" "mixed" "levels" */

/* The prediction (classes: the probability of class shap.focus) as one column changes and all others stay
 * as they are, on average over rows: partial dependence (Friedman 2001, eq. 52) with the curves of single
 * rows (Goldstein et al. 2015), these moved to the average's level. Where the column goes with others,
 * accumulated local effects (Apley & Zhu 2020), which ask for no combination that the data lack. Numbers:
 * from the 1st to the 99th percentile, nowhere else. */
struct dependence {
	const char *name;
	bool accumulated;        /* effects, not averages; no lines */
	const char *partner;     /* number that it is most correlated with, where beyond EXPLAIN_RELATED */
	const char *partner_part; /* what of that column: "value", of a date "years", "season_sine" ... */
	double r;
	size_t points;
	double *x;               /* numbers: values; categories: NULL */
	const char **level;      /* categories */
	double *share;           /* categories: of the rows */
	double *y, *lo, *hi;     /* average; 10 and 90 % of the moved lines */
	size_t lines;
	double *line;            /* lines x points */
	double *rug;             /* EXPLAIN_POINTS quantiles of the column, 2.5 to 97.5 %: where the data are */
	size_t nrug;
	enum shape shape;
	double turn;             /* x of the peak or valley, else NaN */
	double steep_from, steep_to;   /* numbers that rise or fall: the least range with 80 % of the way, where short; else NaN */
	double slope;            /* where a straight line tells 98 % of it, change per unit of x; else NaN */
};
/* The pair of columns whose joint effect departs most from the sum of both (Friedman & Popescu 2008,
 * eq. 44): share of the variance of the joint effect. */
struct interaction {
	const char *a, *b;
	double h;                /* H squared; NaN: not looked for */
	size_t rows, pairs;      /* behind it; pairs tried */
};
struct related {
	const char *a, *b;
	double r;
};
struct explanation {
	struct shap shap;
	struct dependence dependence[EXPLAIN_CURVES];
	size_t ndependence;
	size_t dependence_rows;
	struct interaction interaction;
	struct related related[EXPLAIN_COLUMNS];   /* among the weightiest columns, strongest first */
	size_t nrelated;
};

#endif
