/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what the options name to a source of rows: which format it is and who reads it. */
#include "ingest/ingest_int.h"

#include "ingest/process/feed.h"

#include <sys/stat.h>

static int open_csv(struct arena *a, const struct ingest_options *o, const char *path,
	struct text *t, struct source *s, struct ingest_result *r, struct err *e)
{
	struct input in;
	if (input_open(a, path, &in, e) || text_open(a, o, &in, t, e))
		return -1;
	r->encoding = t->encoding;
	r->nul_bytes = t->nul_bytes;
	r->format = "csv";
	r->title = "CSV";
	return csv_open(a, o, t, s, r, e);
}

static int open_feed(struct arena *a, const struct ingest_options *o, const struct format *f,
	const char *path, struct source *s, struct ingest_result *r, struct err *e)
{
	r->format = f->name;
	r->title = f->title;
	return feed_open(a, o, f, path, s, r, e);
}

int source_open_one(struct arena *a, const struct ingest_options *o, const struct ingest_input *in,
	struct text *t, struct source *s, struct ingest_result *r, struct err *e)
{
	const char *path = in->path, *name = input_name(in);
	const struct format *f;
	struct stat st;
	if (stat(path, &st) == 0)
		r->bytes = (int64_t)st.st_size;
	if (unpack(a, o, &path, &name, r, e))
		return -1;
	const struct ingest_input inside = { path, name };
	if (format_find(a, o, &inside, path, &f, r, e))
		return -1;
	return f ? open_feed(a, o, f, path, s, r, e) : open_csv(a, o, path, t, s, r, e);
}

int source_open(struct arena *a, const struct ingest_options *o, struct text *t,
	struct source *s, struct ingest_result *r, struct err *e)
{
	t->bad_at = -1;                /* only a text can hold what is not UTF-8 */
	if (o->postgres)
		return open_feed(a, o, &format_postgres, NULL, s, r, e);
	return o->ninputs > 1 ? concat_open(a, o, s, r, e) :
		source_open_one(a, o, o->inputs, t, s, r, e);
}
