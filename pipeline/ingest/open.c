/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what the options name to a source of rows: which format it is and who reads it. */
#include "ingest/ingest_int.h"

int source_open(struct arena *a, const struct ingest_options *o, struct text *t,
	struct source *s, struct ingest_result *r, struct err *e)
{
	struct input in;
	if (input_open(a, o->inputs->path, &in, e) || text_open(a, o, &in, t, e))
		return -1;
	r->bytes = (int64_t)in.n;
	r->encoding = t->encoding;
	r->nul_bytes = t->nul_bytes;
	r->format = "csv";
	r->title = "CSV";
	return csv_open(a, o, t, s, r, e);
}
