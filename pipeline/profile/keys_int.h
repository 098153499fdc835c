/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files about keys and dependencies share. A column goes through these stations:
 *
 *	codes of a sample of rows (codes.c)
 *	-> candidates that the sample does not refute (keys.c, dependencies.c)
 *	-> counts over all rows (verify.c) -> hierarchies, findings (fill.c)
 */
#ifndef KEYS_INT_H
#define KEYS_INT_H

#include "profile/across_int.h"

/* ---- codes of the sample (codes.c) ---------------------------------------------------------- */

enum { KEYS_SAMPLE_ROWS = 50000 };
#define CODE_NONE UINT32_MAX   /* missing */
/* The values of a column in the rows of the sample, numbered by first appearance. */
struct coded {
	int var;                   /* -1: several columns together */
	uint32_t *code;
	uint32_t n;                /* different ones */
	int64_t present, modal;    /* rows that have one; rows of the commonest */
	double repeat;             /* share of the pairs of rows that have the same */
};
struct coding {
	const struct table *table;
	const struct column_profile *cols;
	int ncols;
	const struct profile_options *options;
	const int *same_as;
	int64_t rows;              /* of the table */
	/* Rows of the sample in random order, so that the first ones are a sample, too, and that
	 * any two columns are independent once one of them is turned by some rows. */
	int64_t n;
	int ncoded;
	struct coded *coded;
};
void coding_init(struct coding *c, struct arena *a);
/* Two columns as one: CODE_NONE where one is missing. Free with coded_free. */
struct coded coded_join(const struct coding *c, const struct coded *x, const struct coded *y);
void coded_free(struct coded *c);

/* ---- all rows (verify.c) -------------------------------------------------------------------- */

/* Do these columns differ in every row? None of them has missing values. */
struct key_count {
	int n, var[KEY_COLUMNS];
	bool over;                 /* more than `most` repeats: not counted to the end */
	int64_t most, repeated;
	/* values that occur more than once, most rows first, then first row */
	struct row_group top[RULE_EXAMPLES];
	int ntop;
};
void keys_count(const struct coding *c, struct key_count *k, int n);

struct rule_count {
	int nfrom, from[2], to;
	int64_t most;              /* violations worth counting */
	bool over;
	int64_t rows, groups, violations;
	struct rule_break {
		int64_t group;         /* rows of it */
		int64_t usual_row, other_row, usual_count, other_count;
	} top[RULE_EXAMPLES];
	int ntop;
};
void rules_count(const struct coding *c, struct rule_count *r, int n);

/* ---- search ----------------------------------------------------------------------------------- */

/* Fills keys and almost. */
void keys_search(const struct coding *c, struct keys_profile *out, struct arena *a);
/* Fills dependencies. */
void dependencies_search(const struct coding *c, struct keys_profile *out, struct arena *a);
/* Fills place if one column holds latitudes and one longitudes. */
void places_search(const struct coding *c, struct keys_profile *out, struct arena *a);

#endif
