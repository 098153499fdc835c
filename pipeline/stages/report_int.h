/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the report and qa steps share: both need the artifacts that a report is made from. */
#ifndef STAGES_REPORT_INT_H
#define STAGES_REPORT_INT_H

#include "report/report.h"
#include "stages/stages.h"

/* Sections of the manifest that a document reads. */
#define REPORT_SECTIONS "id", "title", "subtitle", "author", "organisation", "description", "language", \
	"source", "report_date", "seed", "report", "accept", "columns", "privacy"

/* The artifacts of earlier steps, owned by the arena of the run; NULL for a step that made none. */
int report_load(const struct stage_run *r, struct artifacts *out, struct err *e);
/* The sets of files that report.audience asks for, the artifacts that each may show, and the folder beneath the
 * job's that it is in. `audience: shareable` puts the redacted one where the report is looked for, and no
 * other exists. Returns how many: 1 or 2. */
struct edition {
	struct artifacts in;
	const char *folder;            /* "" or "shareable/" */
	bool redacted;
};
size_t report_editions(const struct stage_run *r, const struct artifacts *all, struct edition out[2]);
/* For the check of a redacted edition (qa_redact.c): the values of the sensitive columns, read from the table, and
 * the files of the edition in `dir` that the input has not. Owned by the arena of the run. */
int qa_secrets(const struct stage_run *r, const struct edition *ed, const struct artifacts *all, const char *dir,
	struct check_input *ci, struct err *e);
/* Whether report.formats names the format; without the setting all are made. */
bool report_wants(const json_t *manifest, const char *format);

#endif
