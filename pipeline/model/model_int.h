/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the model room share: the frame, samples of it, designs and learners. */
#ifndef MODEL_INT_H
#define MODEL_INT_H

#include "model/model.h"

/* ---- frame (frame.c): the columns of the problem in memory ---------------------------------------- */

/* What of its column a feature is. */
enum feature_part {
	PART_VALUE, PART_LEVEL,
	PART_YEARS, PART_SEASON_SINE, PART_SEASON_COSINE, PART_HOUR, PART_WEEKDAY,   /* of a date or timestamp */
	PART_CLOCK_SINE, PART_CLOCK_COSINE,                                          /* of a time of day */
	PART_LENGTH, PART_WORDS, PART_KEYWORD, PARTS                                 /* of a text */
};
/* A date column becomes several features of one group (trend, season, weekday, hour), which are
 * shuffled together when importance is measured; so does a text. */
struct feature {
	const char *name;
	int group;               /* index of the column it comes from */
	enum feature_part part;
	const char *word;        /* PART_KEYWORD: the word that is there (1) or not (0) */
	bool category;
	double *x;               /* numbers: NaN when missing. Categories: level code, NaN when missing, and
	                          * nlevels + 1 for a level that training never saw (new tables only) */
	const char **levels;
	int nlevels;
	uint32_t *counts_as;     /* of each level: the one that it is another spelling of, or itself; NULL: there are none */
	uint32_t *by_text;       /* levels in order of their text; NULL for weekdays */
	double lo, hi;           /* range of the known values; NaN when there are none */
};
/* Code of a category's value for arrays of nlevels + 2: nlevels is "(missing)", nlevels + 1 "(other)". */
static inline size_t feature_code(const struct feature *f, double x)
{
	return x >= 0 ? (size_t)x : (size_t)f->nlevels;
}
struct frame {
	enum task task;
	size_t n;
	struct feature *features;
	size_t nfeatures, ngroups;
	const char **group_names;
	enum role *roles;        /* of each group: how its column takes part, */
	enum column_type *types; /* and how it was stored */
	const char *target;
	enum column_type target_type;
	double *y;               /* the number, or the class code; of new tables NaN where it is not known */
	double *time;            /* what orders the rows, or NULL: then they are as in the table */
	const char **classes;
	int nclasses;
	int64_t *row;            /* row of the table behind each row here */
	uint32_t *unit;          /* rows of one unit (customer, station, copies of a row) stay together in folds: */
	size_t units;            /* 0 .. units - 1 of each row; NULL: each row is by itself */
	const char *unit_name;   /* the column that says so; NULL: units are copies of a row */
	int64_t copies;          /* rows that equal an earlier one in all features and the target, and not by chance */
	bool by_time;            /* folds follow the time (folds_plan) */
};
int frame_load(const struct table *t, const struct model_spec *s, struct arena *a, struct frame *f,
	struct model_result *r, struct err *e);

/* "value" "level" "years" "season_sine" ...: as schemas have it. */
const char *feature_part_name(enum feature_part part);

/* ---- the schema of a model (schema.c): a frame without rows --------------------------------------------- */

/* As one JSON object: the target, the columns and how they become features. load gives a frame with
 * n = 0; ERR_INPUT when it is no schema. */
void schema_save(struct jw *w, const struct frame *f);
int schema_load(const json_t *v, struct arena *a, struct frame *f, struct err *e);
/* The rows of a batch of any table as a frame with the features of the schema. Levels are found by their
 * text. cols[g]: the table's column for group g, cols[ngroups] for the target; -1: none, all missing.
 * Adds to strange[ngroups + 1] when that is not NULL. `out` borrows from the schema. */
void frame_rows(const struct frame *schema, const struct table *t, const struct batch *b, const int *cols,
	struct arena *a, struct frame *out, struct strange *strange);

/* Some rows of a frame. With `shuffled`, features of group `group` are read from other rows. */
struct sample {
	const struct frame *f;
	const uint32_t *rows;
	size_t n;
	const uint32_t *shuffled;
	int group;
};
static inline double sample_x(const struct sample *s, size_t feature, size_t i)
{
	const struct feature *f = &s->f->features[feature];
	return f->x[s->shuffled && f->group == s->group ? s->shuffled[i] : s->rows[i]];
}
static inline double sample_y(const struct sample *s, size_t i)
{
	return s->f->y[s->rows[i]];
}

/* ---- folds (folds.c) -------------------------------------------------------------------------------- */
struct fold_plan {
	const char *scheme, *why, *holdout_how;
	struct sample rows;            /* of the contest: all but those of `holdout`, */
	struct sample holdout;         /* which no candidate sees (none: n = 0); no fold has them */
	int folds, repeats, splits;    /* splits = folds x repeats; the first `folds` hold out every row that is held out */
	struct sample *train, *test;   /* one each a split */
};
/* Time goes first, then units: what they forbid is not done. Clears f->unit when all rows are of one.
 * ERR_INPUT when the gap in time leaves nothing to train on. */
int folds_plan(struct frame *f, const struct model_spec *s, struct arena *a, struct fold_plan *out, struct err *e);

/* ---- designs (design*.c): numbers for linear models, fitted on training rows -------------------------- */

/* What a family of models does with columns: what the question declares, else what suits the family. */
struct recipe recipe_of(const struct model_spec *s, enum model_kind k);
/* With missing values to be dropped, the complete rows of a training sample, else the sample. */
int recipe_rows(const struct model_spec *spec, struct sample *s, struct arena *a, struct err *e);

enum term_kind { TERM_VALUE, TERM_MISSING, TERM_LEVEL, TERM_CODES };
struct term {
	enum term_kind kind;
	size_t feature;
	int level;               /* code of the level; nlevels = "(missing)", nlevels + 1 = "(other)" */
	int outcome;             /* TERM_CODES of the target: the class whose shares they are, or 0; -1: ranks */
	double *codes;           /* TERM_CODES: a number for each code of the category, nlevels + 2 */
	const char *name;
	double fill;             /* what stands in place of missing values */
	double mean, sd;         /* centre and scale of the column in the training rows */
};
struct design {
	struct term *terms;
	size_t nterms;
	int **level_of;          /* per category feature: code -> term, -1 reference; NULL when it has TERM_CODES */
	const char **reference;  /* per category feature: the level that has no term */
};
void design_fit(const struct sample *s, struct recipe r, struct arena *a, struct design *d);
/* Column-major n x nterms, each column centred and scaled by the training rows. */
double *design_matrix(const struct design *d, const struct sample *s, struct arena *a);
/* The same for the very sample that the design was fitted on: where a category is told by the target,
 * each row is told by other rows than itself, else it would see its own target. Fits use this one. */
double *design_train(const struct design *d, const struct sample *s, struct arena *a);
/* out[i] = b[0] + the row's terms times b[1 ...], without making the matrix. */
void design_predict(const struct design *d, const double *b, const struct sample *s, double *out);
/* out[i * step + g] += what the terms of column g add to that; out: n rows of `step` numbers, ngroups used.
 * Terms are centred at their means in training, so these are the Shapley values of a linear model. */
void design_contributions(const struct design *d, const double *b, const struct sample *s, size_t step, double *out);
/* As one JSON object, and back: NULL when it does not fit the frame. */
void design_save(struct jw *w, const struct design *d, const struct frame *f);
struct design *design_load(const json_t *v, const struct frame *f, struct arena *a);

/* ---- likelihood of logistic regression (likelihood.c) ------------------------------------------------- */
struct logit {
	size_t n, p, k;          /* rows, terms, classes - 1 */
	size_t d;                /* (p + 1) k unknowns: class-major, intercept first */
	double *x;               /* n x p, standardised; zeros where aliased */
	int *y;                  /* class codes */
	double *ridge;           /* d: the penalty is ridge / 2 times the square */
	size_t held;             /* unknowns that stand by their ridge alone */
	double *prob;            /* n x k: probabilities of the classes beyond the first, at the last point */
	bool *aliased;           /* p: the term is a combination of others and takes no part */
};
bool logit_aliased(const struct logit *q, size_t unknown);
/* Negative log-likelihood plus penalty, its gradient, and the probabilities. */
double logit_objective(struct logit *q, const double *b, double *gradient);
/* Minimises from b until the gradient is below `tolerance` a row; false when it does not get there. */
bool logit_climb(struct logit *q, double *b, int most, double tolerance);
/* The last digits, and the upper triangle of the inverse Hessian (d x d); false when that is singular. */
bool logit_polish(struct logit *q, double *b, double *inverse);

/* ---- learners ----------------------------------------------------------------------------------------- */
struct model {                   /* a fitted model: one of these is set by its kind */
	enum model_kind kind;
	enum task task;
	int outputs;
	const struct frame *f;
	struct design *design;
	double *prior;           /* baseline: mean or class shares */
	double *beta;            /* linear: (nterms + 1) x max(1, outputs - 1), intercept first, standardised terms */
	double log_most;         /* no prediction is larger than twice the largest target that was fitted, as a logarithm */
	double log_shift, smear; /* smear > 0: fitted to log(target + log_shift); predictions are smear times exp of it, less log_shift */
	void *own;               /* what else the learner's file keeps */
};
struct learner;
/* Predictions in the unit of the target: what to call instead of learner->predict. */
void model_predict(const struct model *m, const struct sample *s, double *out);
/* Fits a learner the way the question asks: target transformed, classes balanced (contest/fit.c). */
int model_fit(const struct learner *l, const struct sample *s, const struct model_spec *spec, struct arena *a,
	struct model *m, struct candidate *c, struct err *e);
struct learner {
	enum model_kind kind;
	const char *name[3];     /* by task; NULL: does not do that task */
	/* Fits on a sample; memory from the arena. With `c`, which is the fit on all rows, also fills the
	 * candidate's coefficients, fit and diagnostics. */
	int (*fit)(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
		struct candidate *c, struct err *e);
	void (*predict)(const struct model *m, const struct sample *s, double *out);  /* n x outputs, row-major */
	/* The fitted model as members of the open JSON object; what is large goes into files of folder `dir`,
	 * whose names save adds to `files`. load is its inverse: m->kind, task, outputs and f are set. */
	int (*save)(const struct model *m, struct jw *w, const char *dir, struct model_files *files, struct err *e);
	int (*load)(const json_t *v, const char *dir, struct arena *a, struct model *m, struct err *e);
	/* Shapley values of each row by column (group) where the model has exact ones, else NULL: phi is
	 * n x ngroups x outputs, base outputs; base[o] plus the row's phi of output o is what link_of says:
	 * the prediction (LINK_TARGET; LINK_LOG_TARGET: of the fit to the logarithm, without smearing), the
	 * probability of class o, or scores whose softmax are the probabilities (two classes: 0 for the first,
	 * the log odds for the second). Called by several threads, for one model by one. */
	int (*shapley)(const struct model *m, const struct sample *s, double *phi, double *base, struct err *e);
};
/* The scale on which columns add up to a prediction (explain/shap.c): log odds for logistic and penalised
 * logistic regression, boosting and naive Bayes, probabilities for all other classifiers. */
enum link { LINK_TARGET, LINK_LOG_TARGET, LINK_LOG_ODDS, LINK_PROBABILITY };
enum link link_of(const struct model *m);
/* Notes a setting of the fit on all rows for modeling.json; the name is borrowed. */
void candidate_setting(struct candidate *c, const char *name, double value);
extern const struct learner learner_tree, learner_forest, learner_knn, learner_bayes;
extern const struct learner learner_baseline, learner_ols, learner_logistic, learner_gbm;
extern const struct learner learner_robust, learner_ridge, learner_lasso, learner_elastic_net;
/* All of them, in the order of enum model_kind; NULL where a kind has none. */
const struct learner *learner_of(enum model_kind k);
/* A model as members of the open JSON object and files of `dir` (fitted/parts.c): kind, target transform and design,
 * then what the learner's save writes. get is its inverse; `f` is the schema, of which m->f becomes a loan. For
 * ensembles, too. */
int model_put(struct jw *w, const struct model *m, const char *dir, struct model_files *files, struct err *e);
int model_get(const json_t *v, const struct frame *f, const char *dir, struct arena *a, struct model *m, struct err *e);
/* The list of exactly n numbers under `key`; NULL when it is anything else. */
double *model_numbers(const json_t *v, const char *key, size_t n, struct arena *a);

/* ---- scores (contest/score.c, interval.c) ------------------------------------------------------------- */
struct row_terms {               /* of one row of classes */
	double loss, brier;      /* the Brier score summed over classes */
	uint32_t likeliest;
};
/* Held-out rows with their truth and prediction. */
struct judged {
	enum task task;
	size_t n;
	int outputs;
	const double *y, *pred;
	const double *weight;    /* NULL: one each */
	const uint32_t *order;   /* judged_rank: two classes: rows by falling probability of the second; more: n a
	                          * class, by that of each; a number: by rising error. NULL: no scores of ranks */
	const struct row_terms *terms;   /* judged_terms; NULL: worked out each time */
	const uint32_t *unit;    /* what each row is drawn with: judged_units; NULL: each row by itself */
	size_t units;
};
void score_all(const struct judged *j, double out[METRIC_COUNT]);
void score_sample(const struct sample *s, int outputs, const double *pred, double out[METRIC_COUNT]);
void judged_rank(struct judged *j, struct arena *a);
void judged_terms(struct judged *j, struct arena *a);
/* Rows of `rows` that are not independent are drawn together; says so in the result. */
void judged_units(struct judged *j, const struct frame *f, const uint32_t *rows, struct arena *a, struct model_result *r);
bool metric_applies(enum metric m, enum task t);
/* The bootstrap of judged_units, percentile method. */
void score_intervals(const struct judged *j, int replicates, uint64_t seed, int threads, struct score out[METRIC_COUNT]);
struct comparison compare_folds(const double *a, const double *b, int folds, double test_to_train);

/* ---- the contest (contest/run.c) -------------------------------------------------------------------------- */
/* The models of the folds, kept until it is known whose importance is asked. */
struct fold_models {
	struct arena **arena;
	struct model **model;
	struct arena *final;     /* of the fit on all rows, which the result keeps */
};
struct contest {
	const struct table *t;
	const struct model_spec *spec;
	struct frame *f;
	struct fold_plan *folds;
	struct arena *a;
	struct model_result *r;
	size_t nheld;            /* rows held out in some fold, fold by fold */
	uint32_t *held;
	double *truth;
	size_t *at;              /* splits + 1: where the held-out rows of each start in candidate.oof */
	struct fold_models kept[MODEL_KINDS];   /* by candidate */
	double done, total;      /* for progress */
};

struct fold_models fold_models_new(const struct contest *c);
void candidate_clear(struct candidate *k);
/* Scores and intervals from the held-out predictions. */
void candidate_score(struct contest *c, struct candidate *k);
/* Enters a candidate for each learner and fits it on every split and on all rows (contest/jobs.c). */
int contest_fit(struct contest *c, const struct learner *const *learners, size_t n, struct err *e);
/* Enters the candidates that are made of the others (contest/ensemble.c). */
void contest_combine(struct contest *c);
extern const struct learner learner_average, learner_stack;
/* Scores on training rows of a split, at most 4,000 of them. */
void split_train_scores(const struct contest *c, const struct model *m, size_t split, double out[METRIC_COUNT]);
/* What a fit takes, in seconds of an ordinary processor, by formula (contest/cost.c): all of it; boosting so
 * many rounds once; and how many models the search of boosting tries beside the usual one. */
double fit_cost(const struct model_spec *s, enum model_kind k, const struct frame *f, size_t rows);
double boost_cost(const struct frame *f, size_t rows, int rounds);
int search_models(const struct model_spec *s, const struct frame *f);

/* As compare_folds, of the logarithms of a and b: errors, which are positive but for those that are nothing. */
struct comparison compare_ratios(const double *a, const double *b, int splits, double test_to_train);
/* The best candidate, comparisons with it and with the baseline, and whether it is useful (contest/verdict.c). */
void verdict(struct contest *c);

/* ---- leaks (explain/leak.c) ----------------------------------------------------------------------------- */
/* R2 or balanced accuracy of each feature alone on held-out rows (explain/leak_alone.c). */
double *leak_alone(const struct frame *f, const struct fold_plan *p, int threads, struct arena *a);

/* Judges the best candidate: curves, worst rows and r->judgement (contest/judge.c). */
void judge(struct contest *c);

/* ---- the holdout (contest/holdout.c) ----------------------------------------------------------------------- */
/* How rows were parted, for the result; and the score of the chosen kind of model on rows that none saw. */
void say_folds(const struct frame *f, const struct fold_plan *p, struct arena *a, struct model_result *r);
void score_holdout(struct contest *c);

/* ---- explanations --------------------------------------------------------------------------------------- */
void find_leaks(const struct table *t, const struct frame *f, const struct fold_plan *p, const struct model_spec *s,
	struct arena *a, struct model_result *r);
/* Both of the best candidate: what its columns are worth, and what it makes of them. */
void find_importance(struct contest *c);
void find_explanation(struct contest *c);

#endif
