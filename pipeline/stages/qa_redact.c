/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the check of a shareable edition needs beside the edition itself: every different value of the
 * sensitive columns, straight from the table, and the words that are no secret. The report room knows no
 * table, so this is done here.
 */
#include "stages/report_int.h"
#include "table/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Beyond these, values are no longer collected: the first ones of a table have to do. */
enum { TEXTS_MAX = 300000, FILE_MAX_BYTES = 64 << 20 };

/* ---- words that are told anyhow ------------------------------------------------------------------------ */

/* Every text of a JSON value, and the names of its keys. */
static void know(struct secrets *s, const json_t *v)
{
	const char *text = json_string_value(v);
	if (text)
		secrets_know(s, text, strlen(text));
	for (size_t i = 0; i < json_array_size(v); i++)
		know(s, json_array_get(v, i));
	json_t *o = json_is_object(v) ? json_copy((json_t *)(uintptr_t)v) : NULL;
	for (void *i = o ? json_object_iter(o) : NULL; i; i = json_object_iter_next(o, i)) {
		const char *key = json_object_iter_key(i);
		secrets_know(s, key, strlen(key));
		know(s, json_object_iter_value(i));
	}
	json_decref(o);
}

/* Names of columns that are not hidden; levels and ends of columns that are not sensitive. */
static void know_columns(struct secrets *s, const struct privacy *p, const json_t *eda)
{
	const json_t *columns = json_at(eda, "columns");
	for (size_t i = 0; i < json_array_size(columns); i++) {
		const json_t *c = json_array_get(columns, i);
		bool withheld = json_flag(c, "withheld", false);
		const char *name = json_text(c, "name", "");
		secrets_know(s, name, strlen(name));
		const json_t *levels = withheld ? NULL : json_at(c, "category.levels");
		for (size_t k = 0; k < json_array_size(levels); k++)
			know(s, json_object_get(json_array_get(levels, k), "value"));
		know(s, withheld ? NULL : json_at(c, "datetime.min"));
		know(s, withheld ? NULL : json_at(c, "datetime.max"));
	}
	for (size_t i = 0; i < p->n && !p->hide_names; i++)
		secrets_know(s, p->columns[i].name, strlen(p->columns[i].name));
}

/* The report's own words, as its catalogues of texts have them: files ending in .po, a folder a language. */
static int know_texts(const struct stage_run *r, struct secrets *s, const char *folder, int depth, struct err *e)
{
	struct buf text = { 0 };
	const char **names;
	size_t n;
	int status = file_names(r->arena, folder, &names, &n, e);
	for (size_t i = 0; i < n && status == 0; i++) {
		const char *path = path_join(r->arena, folder, names[i]), *end = strrchr(names[i], '.');
		struct stat st;
		if (depth > 0 && stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
			status = know_texts(r, s, path, depth - 1, e);
		} else if (end && strcmp(end, ".po") == 0) {
			buf_clear(&text);
			status = file_read(path, FILE_MAX_BYTES, &text, e);
			if (status == 0)
				secrets_know(s, buf_str(&text), text.n);
		}
	}
	free(names);
	buf_free(&text);
	return status;
}

/* ---- values --------------------------------------------------------------------------------------------- */

struct seen {
	uint64_t *v;
	size_t n, cap;
};

static bool is_new(struct arena *a, struct seen *s, struct str text)
{
	uint64_t hash = hash64(text.p, text.n, 0) | 1;
	if (!s->v) {
		s->cap = (size_t)TEXTS_MAX * 4;
		s->v = arena_calloc(a, s->cap, sizeof *s->v);
	}
	size_t i = (size_t)(hash % s->cap);
	while (s->v[i] && s->v[i] != hash)
		i = (i + 1) % s->cap;
	bool fresh = s->v[i] == 0;
	s->v[i] = hash;
	s->n += fresh;
	return fresh;
}

/* As the artifacts write it; NULL: of a type that says nothing of anybody. */
static const char *value_text(const struct column *c, int64_t row, char out[64])
{
	switch (c->type) {
	case COLUMN_INT64:
		snprintf(out, 64, "%lld", (long long)c->v.i64[row]);
		return out;
	case COLUMN_FLOAT64:
		num_shortest(out, c->v.f64[row]);
		return out;
	case COLUMN_DATE:
		date_format(out, c->v.i32[row]);
		return out;
	case COLUMN_TIMESTAMP:
		date_format(out, (int32_t)((c->v.i64[row] - (c->v.i64[row] < 0 ? 86399999999 : 0)) / 86400000000));
		return out;
	case COLUMN_TIME: case COLUMN_DURATION: case COLUMN_BOOL: case COLUMN_UTF8: case COLUMN_DICT:
		return NULL;
	}
	return NULL;
}

static void add_column(struct arena *a, struct secrets *s, struct seen *seen, const struct table *t, int col,
	const char *name)
{
	if (table_field(t, col)->type == COLUMN_DICT) {
		for (int32_t i = 0; i < table_dict_size(t, col) && seen->n < TEXTS_MAX; i++) {
			struct str text = table_dict_value(t, col, i);
			if (is_new(a, seen, text))
				secrets_add(s, name, text.p, text.n);
		}
		return;
	}
	for (int64_t b = 0; b < table_nbatches(t); b++) {
		const struct batch *batch = table_batch(t, b);
		const struct column *c = &batch->cols[col];
		for (int64_t row = 0; row < batch->rows && seen->n < TEXTS_MAX; row++) {
			char number[64];
			if (!column_has(c, row))
				continue;
			const char *shown = value_text(c, row, number);
			struct str text = c->type == COLUMN_UTF8 ? column_str(c, row) : str_of(shown ? shown : "");
			if (text.n && is_new(a, seen, text))
				secrets_add(s, name, text.p, text.n);
		}
	}
}

static int add_values(const struct stage_run *r, struct secrets *s, const struct privacy *p, struct err *e)
{
	struct table *t = table_open(path_join(r->arena, r->job, "ingest/table.arrow"), e);
	if (!t)
		return -1;
	for (size_t i = 0; i < p->n; i++) {
		struct seen seen = { 0 };
		struct arena *a = arena_new();
		int col = table_find(t, p->columns[i].name);
		if (col >= 0)
			add_column(a, s, &seen, t, col, p->columns[i].name);
		arena_free(a);
		if (p->hide_names)
			secrets_add(s, "(a hidden name)", p->columns[i].name, strlen(p->columns[i].name));
	}
	table_close(t);
	return 0;
}

/* ---- files ------------------------------------------------------------------------------------------------ */

static void release_buf(void *v)
{
	buf_free(v);
}

static int add_file(const struct stage_run *r, const char *dir, const char *name, enum shared_form form,
	struct shared_file *out, size_t *n, struct err *e)
{
	const char *path = path_join(r->arena, dir, name);
	struct buf *b = arena_calloc(r->arena, 1, sizeof *b);
	arena_own(r->arena, b, release_buf);
	if (!file_exists(path))
		return 0;
	if (file_read(path, FILE_MAX_BYTES, b, e) < 0)
		return -1;
	out[(*n)++] = (struct shared_file){ name, form, buf_str(b), b->n };
	return 0;
}

/* Terms of models name the parts of a date in English, whatever the language. */
static const char days[] = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday";

int qa_secrets(const struct stage_run *r, const struct edition *ed, const struct artifacts *all, const char *dir,
	struct check_input *ci, struct err *e)
{
	struct privacy p;
	struct secrets *s = secrets_new(r->arena);
	struct shared_file *files = arena_calloc(r->arena, 6, sizeof *files);
	size_t n = 0;
	report_privacy(r->arena, all, &p);
	know(s, ed->in.manifest);
	know_columns(s, &p, ed->in.eda);
	secrets_know(s, days, strlen(days));
	if (know_texts(r, s, path_join(r->arena, r->share, "assets/texts"), 1, e) < 0 || add_values(r, s, &p, e) < 0 ||
		add_file(r, dir, "result.json", SHARED_JSON, files, &n, e) < 0 ||
		add_file(r, dir, "findings.json", SHARED_JSON, files, &n, e) < 0 ||
		add_file(r, dir, "dictionary.csv", SHARED_TEXT, files, &n, e) < 0)
		return err_while(e, "values that must not get out");
	if (ci->html)
		files[n++] = (struct shared_file){ "report.html", SHARED_HTML, ci->html, ci->html_n };
	if (ci->text)
		files[n++] = (struct shared_file){ "report.txt", SHARED_TEXT, ci->text, ci->text_n };
	if (ci->pdf_words)
		files[n++] = (struct shared_file){ "report.pdf", SHARED_HTML, ci->pdf_words, strlen(ci->pdf_words) };
	ci->secrets = s;
	ci->shared = files;
	ci->nshared = n;
	return 0;
}
