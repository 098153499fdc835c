/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files that look across columns share. Sums over all rows are folds
 * (pearson.c, cramer.c, ratio.c, identical.c, missing.c);
 * what needs order or a picture (ranks, points, boxes) works on a sample of rows, which is all
 * of them unless the table is large.
 */
#ifndef ACROSS_INT_H
#define ACROSS_INT_H

#include "profile/column_int.h"

/* ---- cells (cell.c) -------------------------------------------------------- */

/* A cell is missing when its validity bit is cleared, or when it is NaN. */

/* Numbers of rows [from, from + n) of a column of one batch: NaN where missing or infinite, and
 * for columns of text. Dates in days, timestamps in microseconds. */
void cells_number(const struct column *c, int64_t from, int64_t n, double *out);
/* A key for each cell: equal values have equal keys. Keys of unequal values differ too, except
 * that the key of COLUMN_UTF8 is a hash. has[i] is 0 and key[i] is 0 where the cell is
 * missing. */
void cells_key(const struct column *c, int64_t from, int64_t n, uint64_t *key, uint8_t *has);
/* Bit r of out is set when row r of the batch's column is present; bits beyond the rows are
 * cleared. out has PRESENT_WORDS words. */
enum { PRESENT_WORDS = BATCH_ROWS / 64 };
void cells_present(const struct column *c, uint64_t *out);
bool cell_has(const struct table *t, int col, int64_t row);
/* Orders two cells of one column: missing first, text by bytes. 0 means equal. */
int cell_cmp(const struct table *t, int col, int64_t row1, int64_t row2);
/* The cell as value_text gives it; NULL when missing. */
const char *value_text_at(const struct table *t, int col, int64_t row, struct arena *a);

/* ---- a sample of rows (sample.c) ------------------------------------------- */

/* All rows of a table of at most `most` rows; else one row drawn from each of `most` equal
 * stretches. */
struct sample {
	const struct table *table;
	int64_t n;
	const int64_t *rows;       /* ascending */
};
struct sample sample_new(const struct table *t, int64_t most, uint64_t seed, struct arena *a);
void sample_numbers(const struct sample *s, int col, double *out);   /* as cells_number */

/* ---- numbers (numbers.c, pearson.c) --------------------------------- */

/* A numeric column and the scale on which it is summed. Any scale gives the same correlations,
 * but sums of squares lose digits unless the values lie about zero. */
struct scaled {
	int col;
	int64_t n;                 /* finite values */
	/* z = (x - center) * scale; scale is NaN for constants, z then 0 */
	double center, scale;
};
struct spread {
	int64_t n;
	double mean, m2;           /* m2: sum of squared deviations */
};
extern const struct fold_ops spread_ops;       /* arg: const int *, the column */
/* Standardised by mean and standard deviation, as the profile of the column has them; false when it
 * has not. */
bool scaled_known(struct scaled *s, const struct variable *v);
/* The same by a fold over all rows. */
void scaled_fill(const struct table *t, const int *cols, int n, struct scaled *out,
	int threads);
/* NaN where there is no finite value. */
void cells_scaled(const struct scaled *v, const struct batch *b, int64_t from, int64_t n,
	double *out);

/* Columns side by side, LANES at a time. */
enum { LANES = 2, STRIP_ROWS = 32 };
typedef double lanes __attribute__((vector_size(LANES * sizeof(double))));
struct numbers {
	int n, holes;              /* columns; those with missing values among them */
	const struct scaled *columns;
	int *hole;                 /* number of the column among those with holes, or -1 */
	size_t width, mwidth;      /* lanes of a row of values, of masks */
};
void numbers_init(struct numbers *v, const struct table *t, const struct scaled *columns, int n,
	struct arena *a);
/* Some rows of a batch: z of all columns, 0 where missing; masks 0 or 1 of the columns with
 * holes. */
struct strip {
	int64_t rows;              /* at most STRIP_ROWS */
	lanes *z, *m;              /* row by row */
};
void strip_init(struct strip *s, const struct numbers *v);
void strip_load(struct strip *s, const struct numbers *v, const struct batch *b, int64_t from);
void strip_free(struct strip *s);

/* An accumulator that is one piece of memory, merged by adding. */
struct lane_sums {
	lanes *v;
	size_t size;
};
void lane_sums_merge(void *left, void *right, const void *arg);
void lane_sums_release(void *acc);

/* Sums over the rows in which both x and y are finite. */
struct pair_sums {
	double n, x, y, xx, yy, xy;
};
/* A sum of squares about the mean that is so small beside the one about zero has lost its
 * digits. */
static inline bool spread_is_lost(double about_mean, double about_zero)
{
	return about_mean < 1e-6 * about_zero;
}
enum fit { FIT_GOOD, FIT_CONSTANT, FIT_OFF_CENTRE };
/* r, NaN unless good. FIT_OFF_CENTRE: the common rows lie so far from zero for their spread
 * that digits are lost; sum them about their own means. */
enum fit pearson_of_sums(const struct pair_sums *s, double *r);
/* Two-sided p of a correlation of n pairs by Student's t with n - 2 degrees of freedom. */
double correlation_p(double r, double n);
double rank_correlation_p(double r, double n); /* ... of ranks: at least 2 / n! */
/* All pairs of columns. */
void pearson_matrix(const struct table *t, const struct numbers *v, struct assoc_matrix *out,
	int threads);
/* One column with each of n others; fills value, p and n of out. The plain way, and the test of
 * the other. */
void pearson_row(const struct table *t, const struct scaled *x, const struct scaled *y, int n,
	struct association *out, int threads);
struct pearson_row_arg {
	const struct scaled *x, *y;
	int n;
};
/* arg: struct numbers; accumulator: struct lane_sums */
extern const struct fold_ops gram_ops;
extern const struct fold_ops pearson_row_ops;  /* accumulator: struct pair_sums *, n of them */

/* ---- ranks (spearman.c) ---------------------------------------------------- */

/* Of ranks within the rows of the sample in which both are finite, ties by their mean rank. */
void spearman_matrix(const struct sample *s, const struct numbers *v, struct assoc_matrix *out,
	int threads);
enum { RANK_ROWS_MAX = 3000000 };      /* sums of squared ranks stay below 2^63 */

/* ---- categories (levels.c, cramer.c, ratio.c) ---------------- */

enum {
	LEVELS_MAX = 100, LEVEL_NONE = 255, LEVEL_SLOTS = 512,
	LEVEL_NEAR = 512, LEVEL_LOW = -128     /* keys that are looked up without a hash, if not of text */
};
/* The different values of a column in order of first appearance, and a table that finds
 * them. */
struct levels {
	int col, n;
	bool over;                 /* there are more than `most`: unusable */
	int most;                  /* at most LEVELS_MAX */
	struct level_key {
		uint64_t key;
		struct str s;      /* COLUMN_UTF8; else empty */
		int64_t row;       /* of the first appearance */
		int64_t count;
	} level[LEVELS_MAX];
	bool text;                 /* COLUMN_UTF8 */
	uint8_t slot[LEVEL_SLOTS]; /* level + 1, 0 empty */
	struct chunks bytes;       /* of texts that were loaded; others lie in the table */
	uint8_t near[LEVEL_NEAR];  /* the same, by key - LEVEL_LOW */
};
void levels_collect(const struct table *t, const int *cols, int n, int most, struct levels *out,
	int threads);
/* Codes of rows of a batch; LEVEL_NONE where missing. */
void levels_code(const struct levels *l, const struct batch *b, int64_t from, int64_t n,
	uint8_t *code);
int64_t levels_rows(const struct levels *l);           /* rows that have a level */
void sample_codes(const struct sample *s, const struct levels *l, uint8_t *out);
const char *level_text(const struct table *t, const struct levels *l, int i, struct arena *a);

/* Bias-corrected V with its p and n from a table of counts, row by row; empty levels are left
 * out. */
struct association cramers_v(const int64_t *count, int rows, int cols);
/* V of all pairs of n columns. */
void cramers_matrix(const struct table *t, const struct levels *l, int n,
	struct assoc_matrix *out, int threads);
/* V of the first column with each of the n - 1 others: out[i - 1]. */
void cramers_row(const struct table *t, const struct levels *l, int n, struct association *out,
	int threads);
/* eta of every numeric column within the levels of every category: out[i * y->n + j]. */
void ratio_grid(const struct table *t, const struct levels *l, int nl, const struct numbers *y,
		struct association *out, int threads);
struct levels_arg {
	int col, most;
};
struct counts_arg {
	const struct levels *levels;
	int n, firsts;             /* pairs (i, j), i < firsts, i < j < n */
};
struct counts {                /* one table after the other */
	int64_t *v;
	size_t size;
};
struct groups_arg {
	const struct levels *levels;
	int n;
	const struct numbers *y;
};
extern const struct fold_ops levels_ops;       /* accumulator: struct levels */
extern const struct fold_ops counts_ops;       /* struct counts */
extern const struct fold_ops groups_ops;       /* struct lane_sums */

/* ---- rows that are equal (groups.c) ---------------------------------------- */

struct row_group {
	int64_t first, count;      /* first: row of the table */
};
struct row_groups {
	double share;              /* of the different rows that was looked at, chosen by their hash */
	int64_t rows, groups;      /* rows taken up, different ones among them */
	int64_t repeated;          /* groups of more than one row */
	struct row_group *top;     /* most rows first, then first row */
	int ntop;
};
/* What makes rows equal: a fold whose accumulator is struct row_keys, and the exact comparison
 * that decides between rows of equal key. */
struct row_keys {
	struct chunks chunks;      /* of struct keyed, in row order */
};
struct row_part {
	int part, parts;           /* keys are dealt out to parts; one is taken up */
};
enum { ROW_KEYS_BYTES = 128 << 20, ROW_KEYS_FEW = 32 << 20, ROW_KEYS_PASSES = 8 };
/* Bytes of keys to hold under these options. */
int64_t row_keys_bytes(const struct profile_options *o);
struct row_equality {
	const struct fold_ops *ops;
	const void *arg;
	struct row_part *part;     /* lies within arg: set for each pass */
	/* NULL: equal keys are equal rows */
	int (*cmp)(const void *arg, int64_t row1, int64_t row2);
	int64_t bytes;             /* of keys to hold at once */
	int passes;                /* at most, over that many parts of the keys; 0: all */
};
/* The rows of a batch by their keys; a key of 0 leaves a row out. */
void row_keys_take(struct row_keys *k, const struct row_part *p, const uint64_t *key,
	int64_t first_row, int64_t rows);
void row_keys_init(void *acc, const void *arg);
void row_keys_merge(void *left, void *right, const void *arg);
void row_keys_release(void *acc);
/* Passes as many times over the table as the keys need. */
void rows_group(const struct table *t, const struct row_equality *q, int most,
	struct row_groups *out, int threads, struct arena *a);

struct duplicate_arg {
	const struct table *table;
	const int *cols;
	int n;
	struct row_part part;
};
struct column_sum_arg {
	int col;
	const uint64_t *dict;      /* hashes of the values of its dictionary */
};
extern const struct fold_ops duplicate_ops, column_sum_ops;

/* ---- missing values (missing.c, combinations.c) ------------------------- */

int by_number(const void *x, const void *y);           /* for qsort: int */
/* Fills combinations and patterns; the columns of `out` are known. */
void combinations_fill(const struct table *t, const struct variable *v,
	struct missing_profile *out, const struct profile_options *o, struct arena *a);
/* Combinations counted as they come, where they are few. */
enum { COMBINATIONS_MAX = 1024, COMBINATION_SLOTS = 4 * COMBINATIONS_MAX };
struct absent_sets {
	int n;
	bool over;                 /* there are more: unusable */
	struct absent_set {
		uint64_t key;      /* bit i: column i of the arg is missing */
		int64_t first, count;      /* row of the first */
	} v[COMBINATIONS_MAX];
	uint16_t slot[COMBINATION_SLOTS];      /* index + 1, 0 empty */
};
struct pattern_arg {
	const struct table *table;
	const int *cols;           /* those with missing values */
	int n;
	struct row_part part;
};
/* Columns whose missing values are counted by bins of rows, and together by pairs. */
struct absence_arg {
	const int *cols;           /* all */
	int n;
	const int *matrix, *nullity;   /* positions in cols */
	int nmatrix, nnullity, bins;
	int64_t rows_per_bin;
};
struct absence {
	int64_t complete;          /* rows without any missing value */
	int64_t *missing;          /* nmatrix x bins */
	int64_t *both;             /* nnullity x nnullity, i <= j */
	int64_t size;              /* of missing and both, which lie together */
};
extern const struct fold_ops pattern_ops, combination_ops, absence_ops;

/* ---- accumulators as bytes (save.c) ----------------------------------------- */

#define X(name) \
	void name##_save(struct buf *out, const void *acc, const void *arg); \
	void name##_load(void *acc, const void *arg, struct fold_in *in);
X(spread) X(lane_sums) X(pearson_row) X(counts) X(column_sum) X(row_keys) X(absence)
#undef X

/* ---- putting it together (associations.c, fields.c, pairs.c, scatter.c,
 * target.c) ------------------------------------------------------------------ */

void assoc_matrix_init(struct assoc_matrix *m, int n, struct arena *a);
/* Sets (i, j) and (j, i). */
void assoc_matrix_set(struct assoc_matrix *m, int i, int j, double value, double p,
	int64_t count);

/* The columns that can be compared; those of the matrices come first, in table order. */
struct fields {
	const struct table *table;
	const struct variable *vars;
	int nvars;
	const struct profile_options *options;
	const int *same_as;        /* see associations_fill; may be NULL */
	int nnumeric, matrix;      /* all, and those of the matrices */
	struct scaled *numeric;
	int nlevels, levels_matrix;
	struct levels *levels;
	int *numeric_var, *levels_var;                 /* variable of each */
	struct sample sample;
};
void numeric_fields(struct fields *f, struct arena *a);
void level_fields(struct fields *f, struct arena *a);

/* Benjamini & Hochberg 1995 over all that have a p; gives their number. */
int64_t adjust_p(struct association *v, size_t n);
bool is_significant(const struct association *a);      /* p_adjusted <= 0.05 */
int by_strength(const void *x, const void *y);         /* for qsort: strongest first */
/* From the matrices: tests, pairs, scatter; the numbers are those of the matrices. */
void pairs_fill(struct associations *out, const struct fields *f, const struct numbers *numbers,
		struct finding_list *findings, struct arena *a);
void scatters_fill(struct associations *out, const struct fields *f,
	const struct association *pairs, size_t npairs, struct arena *a);
struct target_profile *target_new(const struct fields *f, struct arena *a);
enum { GROUPS_MAX = 6 };
/* Classes of the target in the rows of the sample, as numbers into `name`, LEVEL_NONE where missing.
 * Gives how many there are: 0 unless the target is a category of 2 to GROUPS_MAX. */
int target_classes(const struct fields *f, const char *name[GROUPS_MAX], uint8_t *class_of,
	struct arena *a);

#endif
