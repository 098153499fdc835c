/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the linear models share: least squares in parts, cross products, and what a candidate is told. */
#ifndef MODEL_LINEAR_INT_H
#define MODEL_LINEAR_INT_H

#include "model/model_int.h"

/* ---- cross products (gram.c): fast, for fits whose last digits nobody sees --------------------------- */

/* g += X~' W X~, upper triangle, column-major, m = p + 1, X~ = [1 X]; x is n x p, a column `stride` numbers after
 * the one before. `w` NULL: all ones. `root`: w holds square roots of the weights. */
void gram_add(const double *x, size_t stride, size_t n, size_t p, const double *w, bool root, double *g);
/* v (p + 1) += X~' r. */
void gram_times(const double *x, size_t stride, size_t n, size_t p, const double *r, double *v);
/* The upper Cholesky factor of an m x m matrix in place. A column of which no more than `least` of its
 * length is left beyond those before it is passed over: gone[j] is set, its diagonal becomes 1 and the rest of
 * its row and column 0, so that solving gives it zero. Returns the smallest share left of any other. */
double gram_factor(double *g, size_t m, double least, bool *gone);
/* v becomes (U'U)^-1 v; zero where gone. */
void gram_solve(const double *u, size_t m, const bool *gone, double *v);

/* ---- least squares (ols.c, ols_inference.c) ----------------------------------------------------------- */

struct qr {
	size_t n, p, m;          /* m = min(n, p) */
	/* X = Q1 S; S with its dependent columns moved to the end = Q2 R. Only S, which is small, is factorised
	 * twice. */
	double *q, *qtau;        /* n x p: reflectors of Q1 below S */
	double *r, *rtau;        /* m x p: reflectors of Q2 below R */
	size_t *pivot;           /* columns of X in the order of R's */
	long double *mean;       /* of the columns of x; in extended precision since the intercept is a */
	long double ymean;       /* small difference of large products with them */
	double *scale;           /* length of the centred columns */
	int rank;                /* of the centred columns */
};
/* v (n) becomes Q'v, or Qv. The first `rank` values of Q'v are coordinates in the space of the columns. */
void qr_project(const struct qr *w, double *v);
void qr_unproject(const struct qr *w, double *v);
/* Everything of struct ols beyond estimates and residuals. Turns the reflectors into Q: the end of `w`. */
void ols_infer(struct qr *w, const double *y, bool intercept, struct arena *a, struct ols *o);
/* Least squares on standardised terms for held-out rows: coefficients of the terms, intercept first, zero
 * for terms that depend on earlier ones. False: too ill-conditioned for cross products. */
bool ols_quick(const double *x, const double *y, size_t n, size_t p, double *beta);

/* ---- penalised fits (path*.c, penalised.c) ---------------------------------------------------------------- */

/* The whole path of one problem: loss / n + lambda * sum over terms of (alpha |b| + (1 - alpha) / 2 b^2), b of terms
 * with variance 1, as glmnet has it. The loss is half the squares, or minus the log-likelihood. */
struct path_problem {
	double alpha;
	size_t n, p;             /* rows, terms */
	size_t k;                /* equations: 1 for a number and for two classes, else one for each class */
	const double *x;         /* n x p */
	const double *y;         /* number, of mean 0 and variance 1; NULL: classes */
	const int *code;         /* class codes */
	size_t inner;            /* the first so many rows make the path and choose the penalty */
	int folds;
	const size_t *start;     /* folds + 1: where each fold's rows begin among those */
	double span;             /* the least penalty over the largest */
	double tolerance;        /* of the largest change of the loss by a coefficient, of that without terms */
	/* found: */
	size_t nlambda;          /* asked; fewer when there is nothing left to explain */
	double *lambda, *error, *error_se;
	double *coef;            /* nlambda x k x (p + 1), intercept first, on the columns as they are */
	size_t best, simplest;   /* least error; the largest penalty within one standard error of it */
};
void path_gaussian(struct path_problem *q);
void path_logit(struct path_problem *q);
/* Coefficients (k x (p + 1)) on all rows at lambda[at]. */
void path_logit_all(const struct path_problem *q, size_t at, double *b);
/* Penalties from `top`, at which all terms are zero, down. */
void path_penalties(struct path_problem *q, double top);
/* Means of the losses of the folds (nlambda x folds), weighted by their rows; then best and simplest. */
void path_choose(struct path_problem *q, const double *losses);
/* Coordinate descent on b'Hb / 2 - b'c + sum l1 |b| + l2 b^2 / 2 (Friedman, Hastie & Tibshirani 2010), h symmetric
 * and full; slope = c - H b is kept. Until no coordinate changes the value by more than `tolerance`. */
void path_descend(size_t m, const double *h, const double *l1, const double *l2, double tolerance, double *b, double *slope);

/* ---- logistic regression (logistic.c, logistic_report.c) ------------------------------------------------- */

/* A ridge too small to change a digit of an estimate, enough to hold coefficients of aliased terms at zero. */
#define LOGIT_TOUCH 1e-8
/* `inverse`: upper triangle of the inverse Hessian at b, or NULL: no inference. */
void logit_report(struct logit *q, const struct design *d, const double *b, const double *inverse, const struct frame *f,
	struct arena *a, struct candidate *c);

/* ---- what a candidate is told (checks.c) -------------------------------------------------------------- */

/* Wald tests of the columns of a design from the covariance of the coefficients (intercept first, k
 * equations of nterms + 1 each). df_residual > 0: F, else chi squared. `robust` may be NULL. */
void column_tests(const struct design *d, const struct frame *f, const double *estimate, const double *covariance,
	const double *robust, size_t k, double df_residual, struct arena *a, struct linear_fit *out);
struct linear_fit *linear_fit_new(struct arena *a);
/* Rows with the largest Cook's distances. */
void find_influence(const struct ols *o, size_t n, const struct frame *f, const uint32_t *rows, struct arena *a,
	struct linear_fit *out);
/* Hosmer & Lemeshow 1980 with tenths of equal size by predicted probability. */
void hosmer_lemeshow(const double *prob, const int *y, size_t n, struct linear_fit *out);

/* ---- a fitted linear model (apply.c) --------------------------------------------------------------------- */

/* The terms in units of the data, n x nterms; those that never change stay zero. */
double *raw_matrix(const struct design *d, const struct sample *s, struct arena *a);
double *sample_target(const struct sample *s, struct arena *a);
/* m->beta of standardised terms from coefficients in units of the data. */
void linear_keep(struct model *m, const double *estimate, struct arena *a);
/* The step of a term, in its own unit, that makes it comparable: one sd of a number, 1 of a flag. */
double term_unit(const struct term *t);
/* Nothing known but the term: the rest NaN. */
struct coefficient coefficient_new(const char *term, const char *outcome, double step);
/* NaN where a unit of a column is so large that no number holds it. */
double odds_ratio(double log_odds);
void linear_predict(const struct model *m, const struct sample *s, double *out);
/* Probabilities of all classes. */
void logit_predict(const struct model *m, const struct sample *s, double *out);
int linear_shapley(const struct model *m, const struct sample *s, double *phi, double *base, struct err *e);

#endif
