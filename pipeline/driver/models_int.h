/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the commands about models share: tables on the terminal, and what is known of the model of a job. */
#ifndef DRIVER_MODELS_INT_H
#define DRIVER_MODELS_INT_H

#include "driver/driver_int.h"

/* Rows of a few cells, NULL for an empty one, aligned when all are known. */
enum { GRID_COLUMNS = 9 };
struct grid {
	struct arena *arena;
	bool right[GRID_COLUMNS];      /* numbers */
	const char *(*rows)[GRID_COLUMNS];
	size_t n, cap;
};
const char **grid_row(struct grid *g);
/* The first row is the head, which is bold in colour; empties the grid. */
void grid_print(struct grid *g, bool colour);
/* Words of the data made safe for a terminal; a number of four digits and its unit, "" for NaN. */
const char *grid_words(struct arena *a, const char *s);
const char *grid_number(struct arena *a, double v, const char *unit);

struct known {
	json_t *modeling, *marker;     /* owned; NULL: no model was sought */
	const json_t *chosen;          /* the candidate that was saved; NULL: none */
	int64_t bytes;                 /* of the files in model/ */
};
struct known known_load(struct arena *a, const char *dir);
/* The same for the job that the command line names; ERR_USAGE when it has no model. To be freed in any case. */
int known_need(struct arena *a, const struct options *opt, struct known *k, struct err *e);
void known_free(struct known *k);
bool known_warranted(const struct known *k);

#endif
