/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JSON and lines of JSON as feeds: which values are the records, then one record after the
 * other.
 */
#include "ingest/json/json_int.h"

#include <stdio.h>
#include <string.h>

/* ---- errors -------------------------------------------------------------------------------- */

/* The value at the window's p, or what stands between values, is malformed at `at`. */
static int malformed(struct js_document *j, const char *at, bool value, struct err *e)
{
	struct js_window *w = &j->stream.w;
	char reason[JS_REASON] = "not expected here";
	int64_t line, column;
	js_where(&j->bytes, js_offset(w, at), &line, &column);
	if (j->record->too_deep)
		snprintf(reason, sizeof reason, "nested deeper than %lld",
			(long long)j->record->depth);
	else if (value)
		js_explain((struct str){ w->p, (size_t)(w->end - w->p) }, reason);
	return err_set(e, ERR_INPUT, "line %lld, column %lld: %s", (long long)line,
		(long long)column, reason);
}

static int cut_off(struct js_document *j, struct err *e)
{
	int64_t line, column;
	js_where(&j->bytes, j->bytes.size, &line, &column);
	return err_set(e, ERR_INPUT, "line %lld, column %lld: it ends within a value",
		(long long)line, (long long)column);
}

/* ---- reading ------------------------------------------------------------------------------- */

/* A line that is not all JSON is no record at all. */
static enum js_status line_check(struct js_document *j, char *at)
{
	struct js_stream *s = &j->stream;
	while (!s->checked) {
		while (*at == ' ' || *at == '\t' || *at == '\r')
			at++;
		s->checked = at == s->line_end;
		if (!s->checked && js_value(j->record, &at, s->line_end, NULL, 0) != JS_OK)
			return JS_BAD;
	}
	return JS_OK;
}

static void reject_line(struct feed *f, struct js_document *j)
{
	struct js_stream *s = &j->stream;
	struct str raw = { s->w.p, (size_t)(s->line_end - s->w.p) };
	char reason[JS_REASON];
	if (j->record->too_deep)
		snprintf(reason, sizeof reason, "nested deeper than %lld",
			(long long)j->record->depth);
	else
		js_explain(raw, reason);
	f->records++;
	feed_reject(f, true, s->line, raw, "%s", reason);
	js_stream_skip_line(s);
}

static void reject_other(struct feed *f, struct js_document *j, const char *behind)
{
	static const char *const names[] = { "an object", "an array", "a single value" };
	const char *p = j->stream.w.p;
	f->records++;
	feed_reject(f, *p != 'n', j->stream.line, (struct str){ p, (size_t)(behind - p) },
		"%s where %s is expected", *p == 'n' ? "null" : names[js_element_of(*p)],
		names[j->element]);
}

/* The value at hand becomes a row or is set aside. JS_HOLD: the block is full. */
static enum js_status take(struct feed *f, struct js_document *j, struct block *b, struct err *e)
{
	struct js_stream *s = &j->stream;
	struct js_node *node = js_place_of(j, *s->w.p);
	char *behind;
	enum js_status status = js_stream_read(s, j->record, node, &behind, e);
	if (status == JS_OK && s->line_end)
		status = line_check(j, behind);
	if (status == JS_BAD && s->line_end) {
		reject_line(f, j);
		return JS_OK;
	}
	if (status == JS_BAD) {
		malformed(j, behind, true, e);
		return JS_FAIL;
	}
	if (status != JS_OK)
		return status;
	if (j->header) {
		j->header--;
	} else if (!node) {
		reject_other(f, j, behind);
	} else if (!feed_row(f, b)) {
		return JS_HOLD;
	} else {
		if (js_record_put(j->record, b, e))
			return JS_FAIL;
		f->records++;
		s->w.hold = true;
	}
	js_stream_took(s, behind);
	return JS_OK;
}

/* All was read, or the file is cut off: then whole records of an array are kept. */
static int finish(struct feed *f, struct js_document *j, struct block *b, bool cut, struct err *e)
{
	if (cut && (j->element != JS_OBJECTS || !f->ncols || !f->records))
		return cut_off(j, e);
	if (b->rows)
		return 0;          /* asked again */
	if (!f->ncols)
		return err_set(e, ERR_INPUT, "there are no records in it");
	if (!j->finished) {
		if (cut || j->cut)
			feed_finding(f, FIND_truncated_input, NULL, f->records, -1, NULL, NULL);
		js_record_findings(j->record);
	}
	j->finished = true;
	return 0;
}

static int next(struct feed *f, struct block *b, struct err *e)
{
	struct js_document *j = f->state;
	struct js_stream *s = &j->stream;
	s->w.hold = false;
	j->record->bytes = b->bytes;
	for (;;) {
		bool between = true;
		enum js_status status = js_stream_next(s, e);
		if (status == JS_OK) {
			between = false;
			status = take(f, j, b, e);
		}
		switch (status) {
		case JS_OK:
			break;
		case JS_HOLD:
			f->done = (double)js_offset(&s->w, s->w.p) / (double)j->bytes.size;
			return 0;
		case JS_END:
			return finish(f, j, b, !between || js_stream_cut(s), e);
		case JS_BAD:
			return malformed(j, s->w.p, false, e);
		case JS_FAIL:
			return -1;
		}
	}
}

/* ---- a document that is an object ---------------------------------------------------------- */

/* Columns, and words for what the document is. */
static int open_records(struct feed *f, struct js_document *j, enum js_place place, int64_t offset,
	const char *path, struct err *e)
{
	bool array = *j->stream.w.p == '[';
	static const char *const names[] = { "objects", "arrays", "single values" };
	if (js_survey(f, j, place, offset, e))
		return -1;
	if (place == JS_LINES)
		feed_fact(f, "shape", "lines, each of %s", names[j->element]);
	else if (path)
		feed_fact(f, "shape", "the array of %s '%s'", names[j->element], path);
	else if (array)
		feed_fact(f, "shape", "an array of %s", names[j->element]);
	else
		feed_fact(f, "shape", "%s", j->element == JS_SCALARS ? "a single value" :
			j->shape.concatenated ? "objects one after the other" :
			"a single object: one row");
	if (j->element == JS_TUPLES)
		feed_fact(f, "header", "%s", j->header ? "the first array" : "none");
	return 0;
}

static void tell_tables(struct feed *f, const struct js_shape *s,
	const struct js_array *chosen)
{
	for (size_t i = 0; i < s->n; i++) {
		const struct js_array *a = &s->arrays[i];
		if (a->of[JS_OBJECTS] || a == chosen)
			feed_table(f, &(struct feed_table){ .name = a->path, .rows = a->count,
				.columns = -1, .chosen = a == chosen });
	}
}

static const struct js_array *choose(const struct js_shape *s, const char *relation,
	struct err *e)
{
	if (!relation)
		return js_shape_table(s);
	for (size_t i = 0; i < s->n; i++)
		if (strcmp(s->arrays[i].path, relation) == 0)
			return &s->arrays[i];
	err_set(e, ERR_USAGE, "there is no array '%s' in it", relation);
	return NULL;
}

static int open_object(struct feed *f, struct js_document *j, struct err *e)
{
	enum { EXPLAINED = 16 << 20 };
	const char *relation = f->options->relation;
	struct arena *texts = arena_new();
	j->record->bytes = texts;
	enum js_status status = js_shape_find(f, j->record, &j->stream.w, &j->shape, e);
	j->record->bytes = NULL;
	arena_free(texts);
	if (status == JS_FAIL)
		return -1;
	/* a reason is found best by reading it as one value, which must be in memory */
	if (status == JS_BAD && j->bytes.size > EXPLAINED)
		return malformed(j, j->stream.w.p, false, e);
	j->cut = status == JS_END;
	if (status != JS_BAD && !j->shape.concatenated) {
		const struct js_array *table = choose(&j->shape, relation, e);
		if (relation && !table)
			return -1;
		tell_tables(f, &j->shape, table);
		if (table)
			return open_records(f, j, JS_ELEMENTS, table->offset, table->path, e);
		if (status == JS_OK && js_shape_columns(&j->shape))
			return js_columns_open(f, j->record, &j->bytes, &j->shape, e);
	}
	return open_records(f, j, JS_DOCUMENT, j->bytes.start, NULL, e);
}

/* ---- the formats --------------------------------------------------------------------------- */

static int open_it(struct feed *f, struct js_document **made, struct err *e)
{
	struct js_document *j = arena_alloc(f->arena, sizeof *j);
	*made = j;
	f->state = j;
	f->next = next;
	if (js_bytes_open(f, &j->bytes, e))
		return -1;
	j->record = js_record_new(f);
	js_window_open(&j->stream.w, f, &j->bytes, JS_WINDOW);
	enum js_status status = js_blanks(&j->stream.w, e);
	if (status == JS_END)
		return err_set(e, ERR_INPUT, "the file holds nothing but blanks");
	return status == JS_OK ? 0 : -1;
}

static int open_json(struct feed *f, struct err *e)
{
	struct js_document *j;
	if (open_it(f, &j, e))
		return -1;
	if (*j->stream.w.p == '{')
		return open_object(f, j, e);
	if (f->options->relation)
		return err_set(e, ERR_USAGE, "there is no '%s' in it: it is an array",
			f->options->relation);
	return open_records(f, j, JS_DOCUMENT, j->bytes.start, NULL, e);
}

static int open_ndjson(struct feed *f, struct err *e)
{
	struct js_document *j;
	if (open_it(f, &j, e))
		return -1;
	if (f->options->relation)
		return err_set(e, ERR_USAGE, "there is no '%s' in it: it is lines",
			f->options->relation);
	return open_records(f, j, JS_LINES, j->bytes.start, NULL, e);
}

const struct format format_json = {
	.name = "json",
	.title = "JSON",
	.extensions = "json geojson",
	.detect = js_detect,
	.open = open_json,
};

const struct format format_ndjson = {
	.name = "ndjson",
	.title = "lines of JSON",
	.extensions = "ndjson jsonl ldjson geojsonl",
	.detect = ndjson_detect,
	.open = open_ndjson,
};
