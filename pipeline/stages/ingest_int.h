/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two files of the ingest stage: running it, and writing what it decided as JSON. */
#ifndef STAGES_INGEST_INT_H
#define STAGES_INGEST_INT_H

#include "ingest/ingest.h"

/* `file` is the name of the input as the user knows it. */
void ingest_write_decisions(struct jw *w, const struct ingest_result *r, const char *file,
	const char *sha256);
void ingest_write_schema(struct jw *w, const struct ingest_result *r);

#endif
