/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two files of the ingest stage: running it, and writing what it decided as JSON. */
#ifndef STAGES_INGEST_INT_H
#define STAGES_INGEST_INT_H

#include "ingest/ingest.h"
#include "stages/stages.h"

void ingest_write_decisions(struct jw *w, const struct stage_run *run,
	const struct ingest_result *r);
void ingest_write_schema(struct jw *w, const struct ingest_result *r);

#endif
