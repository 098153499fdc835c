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

/* The files of one table: those of the entry `join` of the manifest, or of the input itself. */
static void take_inputs(struct stage_run *r, const char *join, struct ingest_options *o)
{
	struct ingest_input *v = arena_calloc(r->arena, r->ninputs + 1, sizeof *v);
	for (size_t i = 0; i < r->ninputs; i++) {
		const struct stage_input *in = &r->inputs[i];
		if (join ? in->join && strcmp(in->join, join) == 0 : !in->join)
			v[o->ninputs++] = (struct ingest_input){ in->path, in->name };
	}
	o->inputs = v;
}

/* What to read of a file that holds several things. */
static void take_choice(const json_t *source, struct ingest_options *o)
{
	o->format = json_text(source, "format", NULL);
	o->member = json_text(source, "member", NULL);
	o->sheet = json_text(source, "sheet", NULL);
	o->relation = json_text(source, "table", NULL);
	o->query = json_text(source, "query", NULL);
}

static void take_joins(struct stage_run *r, struct ingest_options *o)
{
	json_t *walk = json_object_get(r->manifest, "join");
	struct ingest_join *joins = arena_calloc(r->arena, json_object_size(walk) + 1,
		sizeof *joins);
	const char *name;
	json_t *entry;
	json_object_foreach(walk, name, entry) {
		struct ingest_options *from = arena_alloc(r->arena, sizeof *from);
		struct ingest_join *j = &joins[o->njoins++];
		*from = *o;
		from->njoins = 0;
		from->ninputs = 0;
		from->postgres = from->password = NULL;
		take_inputs(r, name, from);
		take_choice(entry, from);
		*j = (struct ingest_join){ .name = name, .from = from };
		j->on = texts(r->arena, json_at(entry, "on"), &j->non);
		j->inner = strcmp(json_text(entry, "type", ""), "inner") == 0;
	}
	o->joins = joins;
}

static struct ingest_options options(struct stage_run *r)
{
	const json_t *m = r->manifest;
	struct ingest_options o = {
		.postgres = json_text(m, "source.postgres", NULL),
		.password = r->password,
		.max_expanded = json_int(m, "ingest.max_expanded_mb", 0) * 1000000,
		.memory = json_int(m, "ingest.memory_mb", 0) * 1000000,
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
		.max_unparsed_share = json_num(m, "ingest.max_unparsed_share", 0.05),
		.threads = r->threads,
		.paranoid = r->paranoid,
		.progress = r->progress,
		.progress_ctx = r->progress_ctx,
	};
	o.missing = texts(r->arena, json_at(m, "source.missing"), &o.nmissing);
	take_columns(r->arena, json_at(m, "columns"), &o);
	take_inputs(r, NULL, &o);
	take_choice(json_at(m, "source"), &o);
	take_joins(r, &o);
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

/* "CSV ';' UTF-8", "Excel workbook, sheet 'Sales'" */
static void describe(struct buf *b, const struct ingest_result *res)
{
	if (res->dialect.how) {
		buf_printf(b, "CSV %s %s", delimiter_name(res->dialect.delimiter),
			res->encoding.name);
		return;
	}
	buf_puts(b, res->title);
	for (size_t i = 0; i < res->ntables; i++)
		if (res->tables[i].chosen)
			buf_printf(b, " '%.60s'", res->tables[i].name);
}

static void summarise(struct stage_run *r, const struct ingest_result *res)
{
	struct buf what = { 0 };
	describe(&what, res);
	snprintf(r->summary, sizeof r->summary,
		"%lld rows x %zu columns, %s, %lld set aside", (long long)res->rows,
		res->ncolumns, buf_str(&what), (long long)res->quarantined);
	buf_free(&what);
	for (size_t i = 0; i < res->nfindings; i++)
		if (res->findings[i].level > r->worst)
			r->worst = res->findings[i].level;
}

static int run(struct stage_run *r, struct err *e)
{
	struct ingest_options o = options(r);
	struct ingest_result res;
	if (file_mkdirs(path_join(r->arena, r->out, "ingest"), e) ||
		ingest_confine(&o, r->confined, e) || ingest_file(&o, r->arena, &res, e))
		return -1;
	struct buf b = { 0 };
	struct jw w;
	jw_init(&w, &b);
	ingest_write_decisions(&w, r, &res);
	if (write_json(r, "ingest/ingest.json", &b, e))
		return -1;
	jw_init(&w, &b);
	ingest_write_schema(&w, &res);
	summarise(r, &res);
	return write_json(r, "ingest/schema.json", &b, e);
}

static const char *const sections[] = { "source", "join", "columns", "ingest", NULL };
static const char *const inputs[] = { "original", NULL };
static const char *const outputs[] = { "ingest/table.arrow", "ingest/schema.json",
	"ingest/quarantine.csv", "ingest/ingest.json", NULL };
const struct stage stage_ingest = { "ingest", "3", sections, inputs, outputs, run };
