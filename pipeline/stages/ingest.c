/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ingest stage: the job's input file becomes a table, with everything that was decided
 * about it. */
#include "stages/ingest_int.h"

#include "stages/stages.h"

#include <stdio.h>
#include <string.h>

/* Texts of an array; NULL-terminated beyond *n. */
static const char **texts(struct arena *a, const json_t *array, size_t *n)
{
	*n = json_array_size(array);
	const char **v = arena_calloc(a, *n + 1, sizeof *v);
	for (size_t i = 0; i < *n; i++) {
		v[i] = json_string_value(json_array_get(array, i));
		if (!v[i])
			v[i] = "";
	}
	return v;
}

static void take_columns(struct arena *a, const json_t *columns, struct ingest_options *o)
{
	struct ingest_declared *v = arena_calloc(a, json_object_size(columns) + 1, sizeof *v);
	/* jansson has no way to walk a constant object by name */
	json_t *walk;
	memcpy(&walk, &columns, sizeof walk);
	for (void *i = json_object_iter(walk); i; i = json_object_iter_next(walk, i))
		v[o->ndeclared++] = (struct ingest_declared){ json_object_iter_key(i),
			json_text(json_object_iter_value(i), "type", NULL) };
	o->declared = v;
}

static struct ingest_options options(struct stage_run *r)
{
	const json_t *m = r->manifest;
	struct ingest_input *in = arena_alloc(r->arena, sizeof *in);
	*in = (struct ingest_input){ r->input,
		path_base(json_text(m, "source.file", r->input)) };
	struct ingest_options o = {
		.inputs = in,
		.ninputs = 1,
		.table = path_join(r->arena, r->out, "ingest/table.arrow"),
		.quarantine = path_join(r->arena, r->out, "ingest/quarantine.csv"),
		.scratch = r->out,
		.encoding = json_text(m, "source.encoding", NULL),
		.delimiter = json_text(m, "source.delimiter", NULL),
		.quote = json_text(m, "source.quote", NULL),
		.header = json_text(m, "source.header", NULL),
		.decimal = json_text(m, "source.decimal", NULL),
		.date_order = json_text(m, "source.date_order", NULL),
		.max_quarantine_share = json_num(m, "ingest.max_quarantine_share", 0.5),
		.max_unparsed_share = json_num(m, "ingest.max_unparsed_share", 0.02),
		.threads = r->threads,
		.progress = r->progress,
		.progress_ctx = r->progress_ctx,
	};
	o.missing = texts(r->arena, json_at(m, "source.missing"), &o.nmissing);
	take_columns(r->arena, json_at(m, "columns"), &o);
	return o;
}

static int write_json(struct stage_run *r, const char *name, struct buf *b, struct err *e)
{
	buf_putc(b, '\n');
	int status = file_write(path_join(r->arena, r->out, name), b->p, b->n, e);
	buf_free(b);
	return status;
}

static const char *delimiter_name(const char *d)
{
	static const struct {
		char c;
		const char *name;
	} names[] = { { 0, "one column" }, { ',', "','" }, { ';', "';'" }, { '\t', "TAB" },
		{ ' ', "blanks" }, { '|', "'|'" }, { ':', "':'" } };
	for (size_t i = 0; i < COUNTOF(names); i++)
		if (*d == names[i].c)
			return names[i].name;
	return "another delimiter";
}

static void summarise(struct stage_run *r, const struct ingest_result *res)
{
	snprintf(r->summary, sizeof r->summary,
		"%lld rows x %zu columns, CSV %s %s, %lld set aside", (long long)res->rows,
		res->ncolumns, delimiter_name(res->dialect.delimiter), res->encoding.name,
		(long long)res->quarantined);
	for (size_t i = 0; i < res->nfindings; i++)
		if (res->findings[i].level > r->worst)
			r->worst = res->findings[i].level;
}

static int run(struct stage_run *r, struct err *e)
{
	struct ingest_options o = options(r);
	struct ingest_result res;
	if (file_mkdirs(path_join(r->arena, r->out, "ingest"), e) ||
		ingest_file(&o, r->arena, &res, e))
		return -1;
	char hash[SHA256_HEX];
	const char *sha256 = json_text(r->manifest, "source.sha256", NULL);
	if (!sha256) {
		int64_t size;
		if (sha256_file(r->input, hash, &size, e))
			return -1;
		sha256 = hash;
	}
	struct buf b = { 0 };
	struct jw w;
	jw_init(&w, &b);
	ingest_write_decisions(&w, &res, o.inputs->name, sha256);
	if (write_json(r, "ingest/ingest.json", &b, e))
		return -1;
	jw_init(&w, &b);
	ingest_write_schema(&w, &res);
	summarise(r, &res);
	return write_json(r, "ingest/schema.json", &b, e);
}

static const char *const sections[] = { "source", "columns", "ingest", NULL };
static const char *const inputs[] = { "original", NULL };
static const char *const outputs[] = { "ingest/table.arrow", "ingest/schema.json",
	"ingest/quarantine.csv", "ingest/ingest.json", NULL };
const struct stage stage_ingest = { "ingest", "1", sections, inputs, outputs, run };
