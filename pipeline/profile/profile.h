/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * profile: table -> statistics. Returns structs; never formats, prints or draws. Definitions are
 * those of pipeline/ARTIFACTS.md and the methods appendix of the report.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include "table/table.h"

/* ---- variables: what a column means -------------------------------------------------------------- */

enum variable_type {
	VARIABLE_NUMERIC, VARIABLE_CATEGORY, VARIABLE_BOOLEAN, VARIABLE_DATETIME, VARIABLE_TEXT,
	VARIABLE_IDENTIFIER, VARIABLE_CONSTANT, VARIABLE_EMPTY
};
const char *variable_type_name(enum variable_type t);

/* One column of the table with what schema.json and the manifest say of it; the type is decided by
 * profile_columns, which knows the exact distinct count. */
struct variable {
	int col;                   /* column of the table */
	const char *name, *label, *description, *unit, *parsed, *declared;  /* NULL when not given */
	enum variable_type type;
	int decimals;              /* decimal places in use, -1 unknown */
};

/* Settings of the eda section of the manifest. */
struct profile_options;

/* ---- each column (columns*.c) -------------------------------------------------------------------- */

/* ---- across columns (across*.c): associations, missing data, duplicates, target, time --------------- */

#endif
