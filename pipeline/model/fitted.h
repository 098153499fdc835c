/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A fitted model as files and back, and what it says of new tables. Included by model.h, which has the
 * structs it needs. The files are dossier/model/2 of pipeline/ARTIFACTS.md: model.json and what it names.
 */
#ifndef MODEL_FITTED_H
#define MODEL_FITTED_H

/* Files in the folder of a model. */
struct model_files {
	const char *name[8];
	int n;
};

/* What only the caller knows of where a model comes from. */
struct model_origin {
	const char *tool;        /* version of dossier */
	const char *table;       /* SHA-256 of the table, in hex */
};
/* Writes the candidate into folder `dir`, model.json last, and adds the names to `files`. */
int model_save(const struct model_result *r, const struct model_spec *s, const struct candidate *c,
	const struct model_origin *o, const char *dir, struct model_files *files, struct err *e);

/* What new rows hold that training did not, per column. */
struct strange {
	int64_t missing;
	int64_t unreadable;      /* values of another type: not numbers, not dates; they count as missing too */
	int64_t unseen;          /* levels (of the target: classes) that training never saw */
	int64_t outside;         /* numbers and dates beyond the range of training */
};

/* A model that was loaded; everything lives in the arena of model_load. */
struct fitted {
	const char *name;        /* "Linear regression" */
	enum model_kind kind;
	enum task task;
	const char *target;
	const char *const *classes;
	int nclasses;            /* 0 for regression */
	int outputs;             /* 1, or nclasses */
	const char *const *columns;   /* those it reads, */
	size_t ncolumns;
	const char *const *declare;   /* and the type that each is to be declared as (struct ingest_declared) */
	double level, half_width;     /* intervals: prediction +- half_width holds `level` of held-out rows; NaN: none */
	double threshold;        /* two classes: from this probability on it is the second */
	int64_t rows;            /* that it was fitted on */
	const struct model *model;    /* of the room */
};
/* ERR_INPUT with one clear line when something in the folder is no model, is damaged, or is of another
 * version; ERR_BUSY when files do not belong together, as while a run publishes a new model. */
int model_load(const char *dir, struct arena *a, struct fitted **out, struct err *e);

/* Predictions for rows [first, first + n) of a table: n x outputs, row-major. cols[i]: the table's column for
 * column i, cols[ncolumns] for the target; -1: it has none, all missing. actual[n] gets the target (class
 * codes; NaN where it is not known) unless it is NULL; strange[ncolumns + 1] is added to. From any thread. */
void fitted_predict(const struct fitted *f, const struct table *t, int64_t first, int64_t n, const int *cols,
	double *out, double *actual, struct strange *strange);

#endif
