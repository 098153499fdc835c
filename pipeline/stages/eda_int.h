/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of the eda step share this: eda.c opens the table and runs everything, eda_columns.c
 * writes the profile of each column, eda_across.c what holds across columns.
 */
#ifndef EDA_INT_H
#define EDA_INT_H

#include "profile/profile.h"
#include "stages/stages.h"

struct eda {
	struct stage_run *run;
	struct table *table;
	struct profile_options options;
	struct variable *vars;             /* ncols of them, types decided */
	struct column_profile *cols;
	int ncols;
	struct finding_list findings;
	void *across;                      /* private to eda_across.c */
};

/* eda_columns.c: the array of objects under "columns". */
void eda_write_columns(struct jw *w, const struct eda *x);

/* eda_across.c. Runs after the columns are profiled; adds findings and keeps its results in the
 * arena of the step, at x->across. */
int eda_across(struct eda *x, struct err *e);
void eda_write_dataset(struct jw *w, const struct eda *x);   /* key "dataset" and its object */
void eda_write_across(struct jw *w, const struct eda *x);    /* keys "associations", "missing", "time" */

#endif
