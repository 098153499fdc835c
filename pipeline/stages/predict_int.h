/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of prediction: which columns meet the model's, rows as text, what was strange about the data. */
#ifndef STAGES_PREDICT_INT_H
#define STAGES_PREDICT_INT_H

#include "model/model.h"
#include "stages/stages.h"

/* How the columns of the table and those of the model belong together. */
struct match {
	const struct table *t;
	const struct fitted *f;
	int *cols;                 /* per column of the model, then the target: the table's, -1: none */
	const char **absent;       /* columns of the model that the table lacks */
	size_t nabsent;
	const char **extra;        /* columns of the table that the model does not know, the target aside */
	size_t nextra;
	int *keep;                 /* columns of the table that are written too */
	size_t nkeep;
	const char **names;        /* of all columns written, in order */
	size_t nnames;
};
/* ERR_INPUT when columns are absent and `allow_missing` is not set, or all are; ERR_USAGE for a kept column
 * that is not there. */
int match_columns(const struct table *t, const struct fitted *f, const json_t *settings, struct arena *a, struct match *out,
	struct err *e);

/* What was predicted, and how right it was where the target is known. Sums of slices are added in order. */
struct outcome {
	int64_t rows, known;
	int64_t *classes;          /* how often each was predicted; NULL for a number */
	struct nsum sum;           /* of predictions */
	double min, max;
	struct nsum squares, absolute, loss;   /* over rows whose target is known */
	int64_t right;
	struct strange *strange;   /* per column of the model, then the target */
};
/* The second of two classes from the threshold on; of more the likeliest, the first of equals. */
int outcome_class(const struct fitted *f, const double *p);
void outcome_init(struct outcome *o, const struct fitted *f);
void outcome_free(struct outcome *o);
void outcome_add(struct outcome *o, const struct fitted *f, const double *prediction, const double *actual, size_t n);
void outcome_merge(struct outcome *o, const struct fitted *f, const struct outcome *next);

/* Rows as text (rows.c): CSV with a header, RFC 4180, or an object a line. */
enum predict_format { PREDICT_CSV, PREDICT_NDJSON };
void rows_header(struct buf *out, const struct match *m, enum predict_format format);
/* Appends rows [first, first + n), of which `prediction` is n x outputs. */
void rows_put(struct buf *out, const struct match *m, enum predict_format format, const double *prediction, int64_t first,
	int64_t n);

/* predict.json (told.c): what was strange, and whether the data is like that of the training. */
struct told {
	const struct match *m;
	const struct outcome *o;
	const json_t *schema;      /* ingest/schema.json of the new table */
	int64_t set_aside;         /* records that are no rows */
};
/* Returns whether the data fits; when it does not, the summary says what does not. */
bool told_write(struct buf *out, const struct told *t, char summary[256]);

#endif
