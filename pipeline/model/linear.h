/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What linear models say beyond their coefficients; included by model.h. */
#ifndef MODEL_LINEAR_H
#define MODEL_LINEAR_H

/* A column as a whole: do all its terms together say anything beyond the other columns? Wald tests of
 * all coefficients of the column at once, which for least squares is the F test of dropping the column
 * (types II and III of sums of squares, the same here since there are no interactions). */
struct column_test {
	const char *column;
	int terms;               /* coefficients tested: degrees of freedom of the statistic */
	double statistic, p;     /* F for least squares, chi squared for logistic regression */
	double robust_p;         /* from the HC3 covariance; NaN: not made */
};
/* Rows that move the fit most (Cook 1977); those above 4 / n, at most ten, most first. */
struct influence {
	int64_t row;             /* 0-based row of the table */
	double cook, leverage;
	double residual;         /* in its own standard deviations (internally studentised) */
};
/* The penalised fits from all coefficients at zero to hardly any penalty (Friedman, Hastie & Tibshirani 2010). */
struct penalty_path {
	double alpha;            /* share of the lasso in the penalty: 0 ridge, 1 lasso */
	size_t n;                /* penalties, falling */
	double *lambda;
	double *error, *error_se;/* mean loss of held-out rows over the inner folds, and its standard error */
	int *nonzero;            /* terms that take part in some equation */
	size_t chosen;           /* the least error: the penalty of the model */
	size_t simplest;         /* the largest penalty whose error is within one standard error of that */
	int folds;
	int64_t rows;            /* behind the path and its error: all of them, or a seeded sample */
	const char *loss;        /* "mean squared error" "deviance" */
	size_t nterms;           /* terms whose way is kept: those largest at the chosen penalty */
	const char **terms, **outcomes;  /* outcomes[i]: the class, or NULL */
	double *coefficients;    /* nterms x n, of standardised terms (and a standardised target) */
};
struct linear_fit {
	bool robust;             /* the spread of the errors is uneven: HC3 standard errors are those to read */
	double spread;           /* correlation of the sizes of the residuals with the fit */
	double bic;
	double reset, reset_p;   /* Ramsey 1969: do squares and cubes of the fit add anything? F with reset_df */
	int reset_df;
	double lr, lr_p;         /* likelihood ratio against the model without terms, chi squared with lr_df */
	int lr_df;
	double mcfadden;         /* 1 - log likelihood / that of the model without terms */
	double hosmer, hosmer_p; /* Hosmer & Lemeshow 1980, tenths by probability, hosmer_df */
	int hosmer_df;
	double scale;            /* robust regression: median absolute residual / 0.6745 */
	int64_t downweighted;    /* rows that count less than half, as the fit sees them */
	struct column_test *columns;
	size_t ncolumns;
	struct influence *influence;
	size_t ninfluence;
	struct penalty_path *path;       /* NULL: no penalty */
};

#endif
