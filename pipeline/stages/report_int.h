/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the report and qa steps share: both need the artifacts that a report is made from. */
#ifndef STAGES_REPORT_INT_H
#define STAGES_REPORT_INT_H

#include "report/report.h"
#include "stages/stages.h"

/* Sections of the manifest that a document reads. */
#define REPORT_SECTIONS "id", "title", "subtitle", "author", "organisation", "description", "language", \
	"source", "report_date", "seed", "report", "accept"

/* The artifacts of earlier steps, owned by the arena of the run; NULL for a step that made none. */
int report_load(const struct stage_run *r, struct artifacts *out, struct err *e);
/* Whether report.formats names the format; without the setting all are made. */
bool report_wants(const json_t *manifest, const char *format);

#endif
