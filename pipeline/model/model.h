/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * model: table -> fitted models, honest scores, explanations. Every candidate sees the same folds;
 * preprocessing is fitted on the training rows of each fold only; scores are of held-out rows.
 * Results are structs: nothing here formats, prints or draws.
 */
#ifndef MODEL_H
#define MODEL_H

#include "table/table.h"

enum task { TASK_REGRESSION, TASK_BINARY, TASK_MULTICLASS };
const char *task_name(enum task t);          /* "regression" "binary" "multiclass" */

/* ---- what is asked ------------------------------------------------------------------------------- */

/* How a column may take part; decided by the caller from its profile. */
enum role { ROLE_NUMBER, ROLE_CATEGORY, ROLE_DATETIME, ROLE_CLOCK, ROLE_TEXT };

/* The candidates, in the order of the leaderboard's first column. */
enum model_kind {
	MODEL_BASELINE, MODEL_OLS, MODEL_ROBUST, MODEL_RIDGE, MODEL_LASSO, MODEL_ELASTIC_NET, MODEL_LOGISTIC,
	MODEL_TREE, MODEL_FOREST, MODEL_GBM, MODEL_KNN, MODEL_BAYES, MODEL_AVERAGE, MODEL_STACK, MODEL_KINDS
};
/* "baseline" "ols" "robust" "ridge" "lasso" "elastic_net" "logistic" "tree" "forest" "gbm" "knn" "bayes" "average" "stack" */
const char *model_kind_name(enum model_kind k);

struct model_feature {
	int col;                 /* column of the table */
	const char *name;
	enum role role;
};
/* Two spellings of one level of a category. */
struct level_merge {
	const char *column, *from, *to;
};
/* What is done to columns before a linear model or a distance sees them; learnt from training rows only.
 * Trees take columns as they are. */
enum missing_way { MISSING_AUTO, MISSING_DROP, MISSING_MEAN, MISSING_MEDIAN, MISSING_MODE };
enum encoding_way { ENCODING_AUTO, ENCODING_ONE_HOT, ENCODING_ORDINAL, ENCODING_TARGET };
enum scaling_way { SCALING_AUTO, SCALING_STANDARD, SCALING_ROBUST, SCALING_NONE };
struct recipe {
	enum missing_way missing;    /* drop: of training rows only; held-out rows get the mean */
	enum encoding_way encoding;  /* auto: one-hot, and by the target beyond max_levels levels */
	enum scaling_way scaling;
	int max_levels;          /* levels of a category that are terms; the rest become "(other)" */
	int min_level_rows;      /* levels of fewer training rows are "(other)" too */
};
struct model_spec {
	int target;              /* column; the rows where it is missing are left out */
	const char *target_name;
	bool target_is_category; /* classes rather than a number */
	int time;                /* column that orders the rows, or -1 */
	bool declared_exchangeable;  /* a user says that the order of rows does not matter */
	int group;               /* column whose values keep rows together in folds, or -1 */
	int64_t gap_rows;        /* in time order: rows left out between training and held-out rows, */
	double gap_time;         /* and how far their times are apart, in units of the time column */
	double test_share;       /* of the rows, that no candidate sees: the chosen model is scored on them once;
	                          * -1: none below 2000 rows, then 0.2, falling to 0.1 */
	const struct model_feature *features;
	size_t nfeatures;
	int folds;               /* >= 2 */
	int fold_repeats;        /* of the whole k-fold with other shuffles; 0: as many as are cheap */
	uint64_t seed;
	int64_t max_rows;        /* above: a seeded sample of so many, in table order */
	int max_levels;          /* as of struct recipe, like the next four */
	int min_level_rows;
	enum missing_way missing;
	enum encoding_way encoding;
	enum scaling_way scaling;
	int keywords;            /* words of a text column that become features */
	int repeats;             /* of permutation importance, at most */
	int64_t importance_rows; /* predictions that importance may cost: bounds its rows and repeats; and again Shapley values */
	bool shap;               /* whether to find Shapley values (explain.h), */
	int64_t shap_rows;       /* of so many held-out rows, */
	int shap_background;     /* against so many training rows where they are sampled */
	int bootstrap;           /* replicates behind the intervals of scores */
	int max_rounds;          /* of boosting */
	int search_models;       /* settings that boosting tries beside the usual ones, at most, */
	double search_seconds;   /* and as many as a formula of the table's size puts into so many seconds */
	int64_t min_rows_boosting;
	double early_stopping_share;     /* of the training rows, that say when boosting has learnt enough */
	int trees;               /* of a forest, at most */
	int min_leaf;            /* rows of a leaf, at least; 0: by the number of rows */
	int max_leaves;          /* of the decision tree */
	int neighbours_rows;     /* training rows that nearest neighbours are looked for in, at most */
	double leak;             /* a lone feature that explains so much of the target is a suspect */
	const struct level_merge *merges;   /* levels that count as another one */
	size_t nmerges;
	bool log_target;         /* regression: fit the logarithm of target + log_shift; predictions and scores */
	double log_shift;        /* are in the target's own unit (smearing, Duan 1983) */
	bool balance;            /* classes: rows of rare classes count as often as those of the commonest */
	double cost_fp, cost_fn; /* two classes: what a false alarm and a miss cost */
	const int *fairness;     /* columns whose groups are compared; they need not be features */
	size_t nfairness;
	int64_t learning_cells;  /* rows x features of one fit that the learning curve may cost; above: fewer rows */
	int threads;
	bool want[MODEL_KINDS];
	bool (*progress)(void *ctx, double done, const char *what);  /* true: cancelled; may be NULL */
	void *progress_ctx;
};
/* The defaults of every setting above, no target and no features. */
struct model_spec model_spec_default(void);

/* ---- what is found ------------------------------------------------------------------------------- */

enum metric {
	METRIC_RMSE, METRIC_MAE, METRIC_R2, METRIC_MAPE,                          /* regression */
	METRIC_LOG_LOSS, METRIC_ACCURACY, METRIC_BALANCED_ACCURACY, METRIC_F1,    /* classes; F1 is macro beyond two */
	METRIC_MCC, METRIC_BRIER, METRIC_ROC_AUC, METRIC_PR_AUC,                  /* PR: two classes only; ROC of more: each against the rest */
	METRIC_MSE, METRIC_MEDIAN_AE,                                             /* regression */
	METRIC_BRIER_SKILL, METRIC_AUC_PAIRS,    /* against the shares of the classes; Hand & Till 2001, from three classes */
	METRIC_COUNT
};
const char *metric_name(enum metric m);           /* "rmse" ... */

struct score {
	double value, lo, hi;    /* 95 % percentile interval of a bootstrap over held-out units; NaN: does not apply */
};
struct coefficient {
	const char *term;        /* "(intercept)", "bill_length_mm", "sex: male" */
	const char *outcome;     /* multinomial: the class against the first; else NULL */
	double estimate, se, statistic, p, lo, hi;   /* per unit of the data; NaN where there is no inference */
	double odds_ratio, vif;
	double robust_se, robust_p, robust_lo, robust_hi;    /* HC3 (MacKinnon & White 1985); NaN: not made */
	double step;             /* sd of a number (in the data, or for the levels of a category), 1 of a flag: the step that makes terms comparable */
};
struct linear_fit;           /* model/linear.h: tests of whole columns, influence, penalty paths */
struct comparison {
	double difference, p;    /* of the primary metric over folds; corrected resampled t, Nadeau & Bengio 2003, eq. 9 */
};
struct candidate {
	enum model_kind kind;
	const char *name;
	bool failed;
	const char *reason;      /* why it failed */
	const char *note;        /* what a reader must know ("classes separate perfectly: ridge penalty") or NULL */
	struct score scores[METRIC_COUNT];
	double train[METRIC_COUNT];
	double *fold_scores;     /* one a split (folds x fold_repeats), of the primary metric */
	struct comparison versus_baseline, versus_best;
	double p_baseline;       /* of the ratio of scores over folds, after Holm 1979 over all candidates (contest/verdict.c) */
	double p_best;           /* versus_best.p likewise */
	struct coefficient *coefficients;
	size_t ncoefficients;
	/* fit on all rows; NaN where it does not apply */
	double sigma, r2, adj_r2, f, f_p, df_residual, log_likelihood, aic, deviance, null_deviance;
	double breusch_pagan, breusch_pagan_p, durbin_watson, jarque_bera, jarque_bera_p, max_cook;
	int64_t max_cook_row, parameters;
	struct linear_fit *linear;       /* of linear models; else NULL */
	struct {
		const char *name;
		double value;
	} settings[16];          /* what else the learner chose, by candidate_setting() */
	int nsettings;
	const struct drawn_tree *tree;   /* model/tree.h: of a decision tree; else NULL */
	struct model *model;     /* fitted on all rows; owned by the result */
	double *oof;             /* held-out predictions: rows of all splits x outputs; the first `folds` splits hold out each row once */
	double *holdout;         /* predictions for the rows of the holdout by the fit without them; NULL: none */
	int64_t bytes;           /* of its files when it is saved; 0: not known */
	double fit_seconds, predict_seconds;     /* of the processor: the fit on all rows, predicting each once; for telemetry alone */
};
enum { IMPORTANCE_FEW = 40 };
struct importance {
	const char *name;
	double mean, lo, hi;     /* loss of the primary metric when the column is shuffled: mean, 2.5 and 97.5 % over folds x repeats, least and most if those are fewer than IMPORTANCE_FEW */
};
struct curve {
	double *x, *y, *n;       /* n: weights (calibration), or NULL */
	size_t count;
};
struct worst_row {
	int64_t row;             /* 0-based row of the table */
	double actual, predicted, error;  /* classes: codes; error = 1 - probability of the actual class */
	const char **values;     /* of worst_columns, as text; NULL: missing */
};
struct feature_use {
	const char *name, *encoding;
	int terms;               /* columns it takes in a linear design */
	int64_t missing;
};
/* How a column gives the target away. */
enum leak_kind {
	LEAK_ALONE,              /* alone predicts held-out rows: R2 or balanced accuracy */
	LEAK_COPY,               /* is the target, in these or other words or units: share of the rows */
	LEAK_PART,               /* with others of this kind adds up to the target: R2 of the sum */
	LEAK_FILLED,             /* where it is filled (or missing), the target is nearly always `text`: share of these rows */
	LEAK_COUNTER,            /* numbers the rows, and the rows are in the order of the target: as LEAK_ALONE */
	LEAK_LATER,              /* a date after the row's own time: share of the rows */
	LEAK_KINDS
};
const char *leak_kind_name(enum leak_kind k);   /* "alone" "copy" "part" "filled" "counter" "later" */
struct leak_suspect {
	const char *name;
	enum leak_kind kind;
	double strength;         /* what the kind says */
	double usual;            /* LEAK_FILLED: the share of that class among all rows; else NaN */
	const char *text;        /* LEAK_FILLED: the class; "" for a number; else NULL */
	bool missing;            /* LEAK_FILLED: where it is missing rather than filled */
	int64_t rows;            /* behind the strength */
};
/* Rows that no candidate saw while the best was chosen: the chosen kind of model, fitted on all others, is
 * scored on them once. */
struct holdout {
	int64_t rows;            /* 0: none were kept back */
	const char *how;         /* "the newest", "drawn by the seed" ... */
	struct score scores[METRIC_COUNT], baseline[METRIC_COUNT];
};
struct explanation;          /* model/explain.h: Shapley values, partial dependence */
struct judgement;            /* model/judgement.h: thresholds, gains, segments, groups, learning curve */
struct model_result {
	enum task task;
	const char *const *classes;
	int nclasses;            /* 0 for regression */
	int outputs;             /* 1, or nclasses */
	int64_t rows, dropped, sampled_from;
	int64_t held_out;        /* rows that some fold held out: the rows behind every score */
	const char *scheme, *why;
	int folds, fold_repeats;
	int64_t *train_rows, *test_rows;   /* of each of the folds */
	const char *group;       /* the column whose rows are kept together, or NULL */
	int64_t groups;          /* how many there are */
	int64_t copies;          /* rows that equal an earlier one in all features and the target */
	bool copies_together;    /* and are in the fold of that one */
	struct holdout holdout;
	enum metric metric;      /* primary: RMSE or log loss; smaller is better */
	struct candidate *candidates;
	size_t ncandidates;
	int best;                /* index of the best score, baseline included */
	int chosen;              /* the model that is kept and explained: the simplest that is as good as the best */
	bool useful;             /* the best beats the baseline beyond chance (p_baseline < 0.05) */
	struct importance *importance;
	size_t nimportance;
	int repeats;             /* shuffles of a column in a fold */
	int64_t importance_rows; /* held-out rows behind it, all folds together */
	struct feature_use *features;
	size_t nfeatures;
	struct leak_suspect *leaks;
	size_t nleaks;
	struct curve roc, pr, calibration, predicted_actual, residuals;
	double roc_auc, average_precision;
	double *confusion;       /* nclasses x nclasses, rows actual; NULL for regression */
	struct worst_row *worst;
	size_t nworst;
	const char **worst_columns;        /* the most important columns */
	size_t nworst_columns;
	const char *resampled;   /* what the bootstrap behind the intervals draws: "rows" "groups" "blocks of time", */
	size_t resampled_units;  /* and how many there are */
	struct explanation *explanation;   /* of the best; NULL: not made */
	struct judgement *judgement;
	double events_per_parameter;  /* rarer class or rows, per term of the linear candidate */
};
/* Fits and judges all candidates. Memory comes from the arena. ERR_CANCELLED when progress says so;
 * -1 with ERR_INPUT when no model can be asked for (too few rows, one class): `e->msg` says why. */
int model_run(const struct table *t, const struct model_spec *spec, struct arena *a, struct model_result *out,
	struct err *e);

/* The search for leaks alone, before anything is fitted: fills out->leaks. As model_run. */
int model_leaks(const struct table *t, const struct model_spec *spec, struct arena *a, struct model_result *out,
	struct err *e);

/* What a change of the question does to the score of the linear candidate, on the same rows and folds:
 * `with` differs from `without` in its features, log_target or balance only. */
struct change {
	const char *model;       /* name of the candidate */
	enum metric metric;      /* primary */
	double without[METRIC_COUNT], with[METRIC_COUNT];   /* of held-out rows */
	struct comparison effect;                           /* of the primary metric: with - without; smaller is better; p of the ratio */
};
int model_trial(const struct table *t, const struct model_spec *without, const struct model_spec *with, struct arena *a,
	struct change *out, struct err *e);

/* ---- linear regression on plain arrays ------------------------------------------------------------- */

/* Least squares by Householder QR of columns centred and scaled, refined with residuals in
 * extended precision; nothing forms X'X. X is column-major n x p without the column of ones. Terms that
 * are linear combinations of earlier ones get a NaN estimate. Inference after Draper & Smith 1998, ch. 5;
 * without it only estimate, fitted, residual and rank are there, and the fit takes half the time. */
struct ols {
	double *estimate, *se;   /* p + 1: intercept first (0 and NaN without one) */
	double *vif;             /* p */
	double *fitted, *residual, *leverage;  /* n */
	double sigma, r2, adj_r2, f, f_p, df_residual, rss;
	double breusch_pagan, breusch_pagan_p;   /* with an intercept */
	int rank;                /* independent terms, intercept included */
	double *robust_se;       /* p + 1: HC3, MacKinnon & White 1985 */
	double *covariance, *robust_covariance;  /* (p + 1) x (p + 1) of the estimates; NaN where there is none */
	double reset, reset_p;   /* Ramsey 1969 with squares and cubes of the fit: F on reset_df and the rest */
	int reset_df;
};
int ols_fit(const double *x, const double *y, size_t n, size_t p, bool intercept, bool inference, struct arena *a,
	struct ols *out, struct err *e);

#include "model/judgement.h"
#include "model/fitted.h"

#include "model/linear.h"

#include "model/explain.h"

#endif
