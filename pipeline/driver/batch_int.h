/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of the command batch share. */
#ifndef BATCH_INT_H
#define BATCH_INT_H

#include "driver/driver_int.h"

#include <sys/types.h>

struct batch_job {
	const char *source, *manifest, *id, *dir;
	pid_t pid;                     /* 0: not running */
	int out;                       /* what it says at its end */
	int attempts;
	double started, seconds;       /* of the last attempt; of all */
	double ready;                  /* not to be tried before */
	bool ended;
	enum err_code code;
	const char *message;
	/* from its folder (batch_look) */
	const char *summary;           /* "2 warnings, 3 notices" */
	const char *verdict;           /* "good", "care", "unfit"; NULL: no report */
	int64_t points[FINDING_ERROR + 1];
	int64_t html_bytes, pdf_bytes; /* -1: there is none */
};

/* What the job's folder says of its report. */
void batch_look(struct batch_job *j, struct arena *a);
/* The last lines, <data-dir>/summary.json and index.html; the worst outcome as an error, if any. */
int batch_tell(struct arena *a, const struct options *opt, const struct batch_job *jobs, size_t n, double seconds,
	struct term *t, struct err *e);

/* Prometheus' text format, into `path`. */
int metrics_write(struct arena *a, const char *path, const struct stage *const *table, const struct batch_job *jobs,
	size_t n, struct err *e);

#endif
