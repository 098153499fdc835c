/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a document and as lines of JSON: as many records as rows and refusals, or a clear
 * error. And our tokenizer takes a value exactly when yajl does. */
#include "ingest/json/json_int.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static char *scratch(void)
{
	static char dir[] = "/tmp/dossier-fuzz-XXXXXX";
	static char *made;
	if (!made)
		made = mkdtemp(dir);
	return made;
}

struct seen {
	int64_t rows, rejected;
};

static int see_rows(void *ctx, const struct feed *f, const struct block *b, struct err *e)
{
	(void)e;
	if (b->ncols > f->ncols)
		abort();
	((struct seen *)ctx)->rows += b->rows;
	return 0;
}

static void see_reject(void *ctx, bool bad, int64_t line, int64_t record, struct str raw,
	const char *reason)
{
	(void)bad, (void)line, (void)record, (void)raw;
	if (!*reason)
		abort();
	((struct seen *)ctx)->rejected++;
}

static void see_end(void *ctx, const struct feed *f)
{
	struct seen *s = ctx;
	if (f->records < s->rows + s->rejected)
		abort();
}

static void run(const struct format *format, const char *path)
{
	struct seen seen = { 0 };
	struct feed_out out = { .ctx = &seen, .rows = see_rows, .reject = see_reject,
		.end = see_end };
	struct ingest_options o = { .format = format->name };
	struct err e = { 0 };
	if (feed_run_here(format, &o, path, &out, &e) &&
		(e.code == ERR_NONE || e.code == ERR_BUG || !e.msg[0]))
		abort();
}

static char *blanks(char *p)
{
	return p + strspn(p, " \t\r\n");
}

static void compare(const char *data, size_t n)
{
	struct js_record check = { .depth = 2000 };
	char reason[JS_REASON];
	if (memchr(data, '\f', n) || memchr(data, '\v', n))
		return;            /* blanks to yajl */
	char *text = mem_strndup(data, n), *p = blanks(text), *end = text + n;
	bool value = js_value(&check, &p, end, NULL, 0) == JS_OK;
	bool ours = value && blanks(p) == end;
	bool theirs = js_explain((struct str){ text, n }, reason);
	/* yajl overlooks a token behind the value when that does not end: '[1]"' */
	if (ours != theirs && !check.too_deep && !(value && theirs))
		abort();
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	const char *bytes = (const char *)data;
	char *path = path_join(a, scratch(), "in.json");
	if (file_write(path, data, n, NULL) < 0)
		abort();
	format_json.detect((struct str){ bytes, n }, path);
	format_ndjson.detect((struct str){ bytes, n }, path);
	run(&format_json, path);
	run(&format_ndjson, path);
	compare(bytes, n);
	arena_free(a);
	return 0;
}
