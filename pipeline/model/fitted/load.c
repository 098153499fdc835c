/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A model from its files. They were written by this program, but may have been damaged since, come from another
 * version, or be another model's: everything is checked before anything is used. */
#include "model/fitted/fitted_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void release_json(void *v)
{
	json_decref(v);
}

/* The files that model.json names are those it was written with, and lie in the folder. */
static int check_files(const json_t *v, const char *dir, struct err *e)
{
	const json_t *files = json_at(v, "files");
	for (size_t i = 0; i < json_array_size(files); i++) {
		const json_t *f = json_array_get(files, i);
		const char *name = json_text(f, "name", "");
		struct buf path = { 0 };
		char sha[SHA256_HEX];
		if (!*name || strchr(name, '/') || name[0] == '.')
			return err_set(e, ERR_INPUT, "'%.40s' is no file of a model", name);
		buf_printf(&path, "%s/%s", dir, name);
		int status = sha256_file(path.p, sha, NULL, e);
		buf_free(&path);
		if (status < 0)
			return -1;
		if (strcmp(sha, json_text(f, "sha256", "")) != 0)
			return err_set(e, ERR_BUSY, "'%s' is not the file that model.json was written with: a run may "
				"be publishing a new model; else run the job again", name);
	}
	return 0;
}

static bool get_columns(const json_t *v, const struct frame *f, struct arena *a, struct fitted *out)
{
	const json_t *read = json_at(v, "read");
	size_t n = f->ngroups;
	const char **declare = arena_calloc(a, n + 1, sizeof *declare);
	if (json_array_size(read) != n + 1)
		return false;
	for (size_t i = 0; i <= n; i++) {
		const json_t *c = json_array_get(read, i);
		const char *name = json_text(c, "name", NULL), *type = json_text(c, "declare", NULL);
		if (!name || !type || strcmp(name, i < n ? f->group_names[i] : f->target) != 0)
			return false;
		declare[i] = arena_strdup(a, type);
	}
	out->columns = f->group_names;
	out->ncolumns = n;
	out->declare = declare;
	return true;
}

/* The widest interval that was saved: that of 95 %. */
static void get_interval(const json_t *v, struct fitted *out)
{
	const json_t *list = json_at(v, "intervals"), *last;
	out->level = out->half_width = NAN;
	if (!json_array_size(list))
		return;
	last = json_array_get(list, json_array_size(list) - 1);
	double level = json_num(last, "level", NAN), half = json_num(last, "half_width", NAN);
	if (level > 0 && level < 1 && half >= 0 && isfinite(half)) {
		out->level = level;
		out->half_width = half;
	}
}

static int get_all(const json_t *v, const char *dir, struct arena *a, struct fitted *out, struct err *e)
{
	const char *schema = json_text(v, "schema", ""), *name = json_text(v, "name", NULL);
	if (strncmp(schema, "dossier/model/", 14) != 0)
		return err_set(e, ERR_INPUT, "it is no model");
	if (strcmp(schema, MODEL_SCHEMA) != 0)
		return err_set(e, ERR_INPUT, "it is of schema '%.40s', this version reads '%s': run the job again", schema,
			MODEL_SCHEMA);
	struct frame *f = arena_alloc(a, sizeof *f);
	struct model *m = arena_alloc(a, sizeof *m);
	if (check_files(v, dir, e) < 0 || schema_load(json_at(v, "frame"), a, f, e) < 0)
		return -1;
	if (!f->nfeatures || !name || !get_columns(v, f, a, out))
		return err_set(e, ERR_INPUT, "the columns of the model are damaged");
	if (model_get(json_at(v, "model"), f, dir, a, m, e) < 0)
		return -1;
	out->name = arena_strdup(a, name);
	out->kind = m->kind;
	out->task = f->task;
	out->target = f->target;
	out->classes = f->classes;
	out->nclasses = f->nclasses;
	out->outputs = m->outputs;
	out->threshold = json_num(v, "threshold.at", 0.5);
	out->rows = json_int(v, "training.rows", 0);
	out->model = m;
	get_interval(v, out);
	return 0;
}

int model_load(const char *dir, struct arena *a, struct fitted **out, struct err *e)
{
	struct buf path = { 0 };
	buf_printf(&path, "%s/model.json", dir);
	json_t *v = json_read_file(path.p, e);
	int status = -1;
	if (v) {
		arena_own(a, v, release_json);
		*out = arena_alloc(a, sizeof **out);
		status = get_all(v, dir, a, *out, e);
		if (status < 0)
			err_while(e, "reading the model '%s'", path.p);
	}
	buf_free(&path);
	return status;
}

void fitted_predict(const struct fitted *f, const struct table *t, int64_t first, int64_t n, const int *cols,
	double *out, double *actual, struct strange *strange)
{
	struct arena *a = arena_new();
	struct frame rows;
	struct batch part = { .index = first / BATCH_ROWS, .first_row = first, .rows = n };
	frame_rows(f->model->f, t, &part, cols, a, &rows, strange);
	uint32_t *index = arena_calloc(a, (size_t)n, sizeof *index);
	for (int64_t i = 0; i < n; i++)
		index[i] = (uint32_t)i;
	struct sample s = { .f = &rows, .rows = index, .n = (size_t)n };
	model_predict(f->model, &s, out);
	if (actual)
		memcpy(actual, rows.y, (size_t)n * sizeof *actual);
	arena_free(a);
}
