/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sample artifacts of tests/data/report/<job>/, loaded for a test of the report room. */
#ifndef REPORT_SAMPLE_H
#define REPORT_SAMPLE_H

#include "report/report.h"

#include <stdlib.h>

static inline void sample_release(void *v)
{
	json_decref(v);
}

/* An artifact, or a manifest, that a test spells out. */
static inline const json_t *sample_parsed(struct arena *a, const char *s)
{
	json_error_t where;
	json_t *v = json_loads(s, 0, &where);
	if (!v) {
		printf("%d:%d: %s\n", where.line, where.column, where.text);
		exit(1);
	}
	arena_own(a, v, sample_release);
	return v;
}

/* NULL when there is no such file: a step that did not run. */
static inline const json_t *sample_artifact(struct arena *a, const char *job, const char *name)
{
	const char *path = arena_printf(a, "tests/data/report/%s/%s", job, name);
	if (!file_exists(path))
		return NULL;
	struct err e = { 0 };
	json_t *v = json_read_file(path, &e);
	if (!v) {
		printf("%s\n", e.msg);
		exit(1);
	}
	arena_own(a, v, sample_release);
	return v;
}

/* `modeling` names another file for the models: "modeling_binary.json"; NULL: "modeling.json". */
static inline struct artifacts sample_artifacts(struct arena *a, const char *job, const char *modeling)
{
	return (struct artifacts){
		.manifest = sample_artifact(a, job, "manifest.json"),
		.ingest = sample_artifact(a, job, "ingest.json"),
		.schema = sample_artifact(a, job, "schema.json"),
		.eda = sample_artifact(a, job, "eda.json"),
		.clarify = sample_artifact(a, job, "clarify.json"),
		.modeling = sample_artifact(a, job, modeling ? modeling : "modeling.json"),
	};
}

#endif
