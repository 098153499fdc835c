/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stages: one file a step. A stage is a constant; the driver knows nothing else about it. It reads
 * artifacts of the job folder, calls one middle room, and writes artifacts into its own temporary
 * folder, from where the driver publishes them. It runs in a child process of its own.
 */
#ifndef STAGES_H
#define STAGES_H

#include "base/base.h"

/* A file of the job's input. */
struct stage_input {
	const char *path;          /* the job's own copy (job/original/...), absolute */
	const char *name;          /* as the report calls it */
	const char *join;          /* entry of `join` in the manifest that it belongs to; NULL: the table itself */
	const char *sha256;
	int64_t bytes;
};

struct stage_run {
	const char *job;           /* job folder: finished artifacts of earlier steps, to be read */
	/* Temporary folder: artifacts are written here under their final relative names. Times that the step took by
	 * the clock go into timings.json there, which is no artifact: the driver puts it into the telemetry. */
	const char *out;
	const struct stage_input *inputs;   /* in the order of the manifest; none for a server */
	size_t ninputs;
	const char *password;      /* of the server, NULL: none; must not get into an artifact */
	const char *share;         /* folder that holds templates/ and assets/ */
	const json_t *manifest;    /* resolved manifest restricted to the sections the stage names */
	struct arena *arena;
	int threads;
	bool paranoid;             /* trust no short cut: the same result, by the slow way */
	/* Tells the driver how far this step is (0..1) and what it is doing; cheap, call it often.
	 * Returns true when the job was cancelled: stop at once with ERR_CANCELLED. */
	bool (*progress)(void *ctx, double done, const char *what);
	void *progress_ctx;
	/* For the terminal: one line, what the step found ("344 rows, 8 columns, 3 findings"). */
	char summary[256];
	/* What the step was confined by, for telemetry: it depends on the kernel, so on no account may it
	 * get into an artifact. */
	char confined[CONFINE_TEXT];
	/* Highest level of finding raised by this step, for exit status and status line. */
	enum finding_level worst;
};

struct stage {
	const char *name;              /* "eda" */
	const char *version;           /* change it whenever the step's output for the same input changes */
	const char *const *sections;   /* top-level keys of the manifest that it reads, NULL-terminated: its step key */
	/* Artifacts read, relative to the job folder; one that no step makes may be absent. "original" is the
	 * input file, "share" all of templates/ and assets/. Together with the sections: the step key. */
	const char *const *inputs;
	const char *const *outputs;    /* artifacts written; a name ending in '/' is a folder whose files are listed when published */
	int (*run)(struct stage_run *r, struct err *e);   /* 0, or -1 with e->code the exit status */
};

/* A format that can be read, for `dossier formats`. */
struct stage_format {
	const char *name, *title, *extensions;
	const char *library, *told_by;   /* who reads it; by what it is recognised */
};
size_t stages_formats(const struct stage_format **v);

/* Writes the page over the reports of a batch (dossier/batch/1) with share/templates/batch.mustache; its
 * links are relative to the data folder. Its style is share/assets/batch.css. */
int stages_batch_page(const char *share, const json_t *summary, const char *path, struct err *e);

/* In running order, NULL-terminated: ingest, eda, clarify, modeling, report, qa. */
extern const struct stage *const stages[];

/* Not a step of a job: predicts with the model in r->job/model what ingest has made of new data in r->out. Its
 * section "predict" is {"output": path of the file to write, "format": "csv|ndjson", "keep": [columns, or "all"],
 * "allow_missing": bool}. Also writes predict.json. ERR_CHECKS: all is predicted, but the data is not like that of
 * the training. */
extern const struct stage stage_predict;

#endif
