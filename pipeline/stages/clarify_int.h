/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of the clarify step share this: clarify.c finds out what was said and writes what was
 * decided, clarify_guess.c weighs the columns for what was not said.
 */
#ifndef CLARIFY_INT_H
#define CLARIFY_INT_H

#include "base/base.h"

/* What one column at most can be to the rest of the pipeline, in the order of clarify.json. */
enum role { ROLE_TARGET, ROLE_TIME, ROLE_IDENTIFIER, ROLES };

struct candidate {
	size_t column;
	int points;                /* of 100 */
	const char *why;           /* "named like an outcome, 3 levels" */
};

/* The columns that could be meant, best first, then in the order of the table. */
struct ranking {
	struct candidate *v;
	size_t n;
	bool guess;                /* v[0] is good enough to be assumed */
	bool clear;                /* ... and far enough ahead of v[1] that nobody needs to be asked */
};

/* From eda.json; columns with taken[i] have a role already. */
struct ranking clarify_guess(enum role role, const json_t *eda, const bool *taken, struct arena *a);

#endif
