/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that types and writes the table looks at every byte of the input, too, and reads CSV
 * by itself: it needs its inputs, the folders of its outputs, and to start readers. */
#include "ingest/ingest.h"

#include <string.h>

static size_t count_inputs(const struct ingest_options *o)
{
	size_t n = o->ninputs;
	for (size_t i = 0; i < o->njoins; i++)
		n += count_inputs(o->joins[i].from);
	return n;
}

static size_t take_inputs(const struct ingest_options *o, const char **to)
{
	size_t n = 0;
	for (; n < o->ninputs; n++)
		to[n] = o->inputs[n].path ? o->inputs[n].path : "";
	for (size_t i = 0; i < o->njoins; i++)
		n += take_inputs(o->joins[i].from, to + n);
	return n;
}

static bool any_server(const struct ingest_options *o)
{
	bool any = o->postgres != NULL;
	for (size_t i = 0; i < o->njoins && !any; i++)
		any = any_server(o->joins[i].from);
	return any;
}

static const char *folder_of(struct arena *a, const char *path)
{
	const char *base = path_base(path);
	return base == path ? "." : arena_strndup(a, path, (size_t)(base - path));
}

int ingest_confine(const struct ingest_options *o, char active[CONFINE_TEXT], struct err *e)
{
	struct arena *a = arena_new();
	const char **inputs = arena_calloc(a, count_inputs(o) + 1, sizeof *inputs);
	take_inputs(o, inputs);
	const char *const folders[] = { o->scratch, folder_of(a, o->table),
		folder_of(a, o->quarantine), NULL };
	const struct confine c = { .read = inputs, .write = folders, .network = any_server(o),
		.fork = true };
	int status = confine_self(&c, active, e);
	arena_free(a);
	return status;
}
