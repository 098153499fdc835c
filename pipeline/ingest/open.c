/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what the options name to a source of rows: which format it is and who reads it. */
#include "ingest/ingest_int.h"

#include "ingest/feed.h"

static int open_csv(struct arena *a, const struct ingest_options *o, const char *path,
	struct text *t, struct source *s, struct ingest_result *r, struct err *e)
{
	struct input in;
	if (input_open(a, path, &in, e) || text_open(a, o, &in, t, e))
		return -1;
	r->bytes = (int64_t)in.n;
	r->encoding = t->encoding;
	r->nul_bytes = t->nul_bytes;
	r->format = "csv";
	r->title = "CSV";
	return csv_open(a, o, t, s, r, e);
}

int source_open_one(struct arena *a, const struct ingest_options *o, const struct ingest_input *in,
	struct text *t, struct source *s, struct ingest_result *r, struct err *e)
{
	return open_csv(a, o, in->path, t, s, r, e);
}

int source_open(struct arena *a, const struct ingest_options *o, struct text *t,
	struct source *s, struct ingest_result *r, struct err *e)
{
	return o->ninputs > 1 ? concat_open(a, o, s, r, e) :
		source_open_one(a, o, o->inputs, t, s, r, e);
}
