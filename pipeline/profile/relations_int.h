/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files about associations share beside across_int.h: statistics on a sample of rows. */
#ifndef RELATIONS_INT_H
#define RELATIONS_INT_H

#include "profile/across_int.h"

/* ---- ranks and entropy (kendall.c, theil.c) ------------------------------------------------ */

/* Rows of the sample behind tau when `columns` are compared: rows times pairs stay below `work`,
 * but 1000 rows are always taken. */
int64_t kendall_rows(int64_t work, int columns);
void kendall_matrix(const struct sample *s, const struct numbers *v, struct assoc_matrix *out,
	int threads);
void theil_matrix(const struct sample *s, const struct levels *l, int n,
	struct assoc_matrix *out, int threads);
/* U of the rows given the columns and of the columns given the rows; NaN when that side has one
 * level only. Gives the rows counted. */
int64_t theils_u(const int64_t *count, int rows, int cols, double *of_rows, double *of_cols);

/* ---- clusters (cluster.c, mixed.c) --------------------------------------------------------- */

/* Average linkage of n things by their distances (n x n, symmetric, finite): n - 1 merges, and an
 * order of the n in which neighbours are close. When two clusters meet, each is turned so that
 * their nearest ends touch (Gruvaeus & Wainer 1972). Ties go to the first. */
void cluster_average(const double *distance, int n, struct cluster_merge *merges, int *order);
/* pairs: strongest first, of different columns; var: the columns of the first ones, at most `most`,
 * ascending. Gives how many. */
int strongest_columns(const struct association *pairs, size_t npairs, int64_t most, int *var);
void mixed_fill(struct mixed_matrix *m, const struct association *pairs, size_t npairs,
	const struct profile_options *o, struct arena *a);

/* ---- one column alone (panel.c, power.c, evidence.c) ---------------------------------------- */

enum { POWER_BINS = 20, POWER_FOLDS = 4, EVIDENCE_BINS = 10 };
/* Rows cut into bins by the values of one column, at quantiles so that equal values stay together;
 * a bin for each value while there are no more than `most`. A value that fills two shares has a bin
 * to itself. code[i] is the bin of row i, LEVEL_NONE
 * where x is NaN; lower and upper, of room `most`, may be NULL. Gives the number of bins. */
int quantile_bins(const double *x, int64_t n, int most, uint8_t *code, double *lower,
	double *upper);

/* One column in the rows of a sample, as what predicts (bins) and as what is predicted. */
struct panel_column {
	int var, bins;
	uint8_t *bin;              /* of each row; missing values have the last one to themselves */
	/* of a number: the rows that have a value, by value ascending, and the values */
	int64_t n;
	uint32_t *row;
	double *x;
	uint8_t *fold;             /* of these rows */
	double median[POWER_FOLDS], deviation[POWER_FOLDS];   /* of all rows but a fold's; sum of |x - that| over the fold */
	/* of a category; else NULL; LEVEL_NONE where missing */
	uint8_t *class_of;
	int classes;
};
struct panel {
	const struct sample *sample;
	uint8_t *fold;             /* of each row, below POWER_FOLDS */
};
struct panel panel_new(const struct sample *s, uint64_t seed, struct arena *a);
void panel_number(struct panel_column *c, const struct panel *p, int var, int col);
void panel_levels(struct panel_column *c, const struct panel *p, int var,
	const struct levels *l);
void panel_column_free(struct panel_column *c);
/* Fills what a number has by fold. */
void power_baseline(struct panel_column *y, const struct panel *p);
struct power_score power_of(const struct panel *p, const struct panel_column *predictor,
	const struct panel_column *predicted);
/* The columns with the strongest associations, predicted from each other. */
void power_fill(struct associations *out, const struct fields *f,
	const struct association *pairs, size_t npairs, struct arena *a);

/* The levels of a column that has them among the fields, else NULL. */
const struct levels *field_levels(const struct fields *f, int var);
/* The `most` commonest levels, those of numbers in their own order; gives how many. */
int levels_in_order(const struct fields *f, const struct levels *l, int most, int *level);
/* Of a target of two levels: p->evidence of all its features. */
void evidence_fill(struct target_profile *p, const struct fields *f, const struct levels *target,
	struct arena *a);
/* WoE, IV and intervals from the counts of the bins. */
void evidence_weigh(struct evidence *e);

/* ---- several columns (collinear.c, components.c, nearly.c) ---------------------------------- */

/* Triangular factor of the QR decomposition of n rows of p standardised columns (column after
 * column, overwritten), by Householder reflections; r is p x p, row by row, zero below. */
void qr_factor(double *z, int64_t n, int p, double *r);
/* Variance inflation factors from it; infinite where a column is a combination of others. */
void qr_inflation(const double *r, int p, double *vif);
/* Eigenvalues of r'r / scale, falling, and their vectors as columns of v (p x p, row by row), by
 * one-sided Jacobi rotations (Hestenes 1958); the entry of largest size of each is positive. */
void qr_components(const double *r, int p, double scale, double *eigenvalue, double *v);
/* c->combination from the direction in which the rows do not spread at all. */
void combination_find(struct collinearity *c, const double *mean, const double *sd,
	const double *eigenvalue, const double *vector, struct arena *a);
/* "total = direct + indirect", "f = 1.8 × c + 32". */
const char *combination_text(const struct combination *c, const struct variable *v,
	struct arena *a);
/* A column in some rows. Only columns of one kind can be equal. */
struct print {
	int var, kind;
	bool measures;             /* may be converted */
	double *x;                 /* numbers, or a code for each text; NaN where missing */
	double mode, sd;           /* the commonest value; standard deviation */
	double least;              /* half of the last decimal place; 0: unknown */
};
enum { PRINT_ROWS = 256 };
void print_fill(struct print *p, const struct sample *s, const struct variable *v, int var);
/* y = slope x + intercept, give or take the tolerance. */
struct line { double slope, intercept, tolerance; };
/* Rows that tell something, both present and not both at the commonest value, and those among them
 * that agree. */
struct agreement { int64_t same, n; };
bool agreement_is(struct agreement g, int64_t least, double share);
/* Both stop where more than `misses` rows disagree. */
struct agreement equal_rows(const struct print *a, const struct print *b, int64_t rows,
	int64_t misses);
struct agreement line_rows(const struct line *l, const struct print *a, const struct print *b,
	int64_t rows, double slack, int64_t misses);
double line_tolerance(const struct print *a, const struct print *b, double slope);
/* A line from a to b through two of at most PRINT_ROWS rows on which most of them lie. */
bool line_guess(struct line *l, const struct print *a, const struct print *b, const int *by_a,
	int rows);
/* Least squares over the rows near the line; false when x has too few values to tell. */
bool line_fit(struct line *l, const struct print *a, const struct print *b, int64_t rows);
void line_shorten(struct line *l, const struct print *a, const struct print *b, int64_t rows);
size_t line_length(const struct line *l);      /* of slope and intercept as texts */
void nearly_fill(struct structure *out, const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, const int *same_as, struct finding_list *findings,
	struct arena *a);

#endif
