/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of `dossier predict`: a folder to work in, the place of the result, what is told. */
#ifndef DRIVER_PREDICT_INT_H
#define DRIVER_PREDICT_INT_H

#include "driver/driver_int.h"

#include <stdio.h>

/* A folder of one's own below <data-dir>/.predict, locked for as long as it is used; those that a killed process left
 * behind are taken away. It lies outside of the job: a run may go on meanwhile. */
struct scratch {
	const char *dir;
	int lock;
};
int scratch_open(struct arena *a, const char *data_dir, const char *id, struct scratch *s, struct err *e);
void scratch_close(struct scratch *s);

/* Where predictions go. A file is written beside its place and renamed, so that the name never holds a part; what
 * is no regular file, and standard output, gets a copy when all is there. */
struct place {
	const char *path;              /* NULL: standard output */
	const char *work;              /* what is written */
	int lock;                      /* -1: it lies in the scratch folder */
};
int place_open(struct arena *a, const char *path, const struct scratch *s, struct place *p, struct err *e);
/* With `keep` the result takes its place, else what there is of it goes. */
int place_close(struct place *p, bool keep, struct err *e);

/* What predict.json says, for people: what was done, and a line a column about which there is something to say. */
void predict_tell(FILE *out, const json_t *told);

#endif
