/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Missing data: missing/. Part of profile.h.
 */
#ifndef PROFILE_MISSING_H
#define PROFILE_MISSING_H

#include "profile/relations.h"

enum { MISSING_BINS = 60, MISSING_COMBINATIONS = 20 };
struct missing_profile {
	int64_t rows, cells, complete_rows;        /* cells: missing ones */
	int n;
	struct missing_column {
		int var;
		int64_t missing;
		const char *band;      /* "good" "attention" "bad" "drop" */
	} *columns;                /* all, most missing first */
	/* the max_matrix columns with most missing, in table order */
	int nmatrix, bins;
	int64_t rows_per_bin;      /* the last bin may hold fewer */
	int *matrix;
	double *present;           /* nmatrix x bins: share of the rows of the bin */
	int ncombinations;
	struct missing_combination {
		int64_t count;
		int *var, n;           /* columns that are missing, and only they */
	} *combinations;           /* most rows first */
	int64_t patterns;          /* different combinations in all */
	/* value: phi of being missing; count: rows in which both are; no p */
	struct assoc_matrix nullity;
};
void missing_fill(const struct table *t, const struct variable *v, int n,
	const struct profile_options *o, struct missing_profile *out,
	struct finding_list *findings, struct arena *a);

#endif
