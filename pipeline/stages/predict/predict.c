/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prediction: the saved model of a job and a table that ingest has made of new data become a file of predictions.
 * No step of a run, but run as one: in a process of its own, reading artifacts, writing into r->out. The table is
 * taken in slices; threads predict and write slices as text, which are put together in their order. */
#include "stages/predict_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SLICE = 8192 };           /* rows; a part of a batch, so that a slice's columns stay in the cache */
_Static_assert(BATCH_ROWS % SLICE == 0, "a slice lies in one batch");

struct slice {
	const struct match *m;
	enum predict_format format;
	int64_t first, rows;
	struct buf text;
	struct outcome outcome;
};

static void one_slice(void *ctx, size_t i)
{
	struct slice *s = (struct slice *)ctx + i;
	const struct fitted *f = s->m->f;
	size_t n = (size_t)s->rows;
	double *prediction = mem_calloc(n * (size_t)f->outputs, sizeof *prediction), *actual = mem_calloc(n, sizeof *actual);
	outcome_init(&s->outcome, f);
	fitted_predict(f, s->m->t, s->first, s->rows, s->m->cols, prediction, actual, s->outcome.strange);
	outcome_add(&s->outcome, f, prediction, actual, n);
	rows_put(&s->text, s->m, s->format, prediction, s->first, s->rows);
	free(prediction);
	free(actual);
}

static int write_text(int fd, const struct buf *b, struct err *e)
{
	for (size_t at = 0; at < b->n;) {
		ssize_t k = write(fd, b->p + at, b->n - at);
		if (k < 0 && errno != EINTR)
			return err_errno(e, "cannot write the predictions");
		at += k > 0 ? (size_t)k : 0;
	}
	return 0;
}

/* As many slices at a time as keep the threads busy; memory does not depend on the rows. */
static int all_slices(struct stage_run *r, const struct match *m, enum predict_format format, int fd, struct outcome *o,
	struct err *e)
{
	size_t most = (size_t)(r->threads > 1 ? r->threads : 1) * 8;
	struct slice *slices = mem_calloc(most, sizeof *slices);
	int64_t rows = table_nrows(m->t), at = 0;
	struct buf header = { 0 };
	rows_header(&header, m, format);
	int status = write_text(fd, &header, e);
	buf_free(&header);
	while (at < rows && status == 0) {
		size_t n = 0;
		for (; n < most && at < rows; n++, at += SLICE)
			slices[n] = (struct slice){ .m = m, .format = format, .first = at, .text = slices[n].text,
				.rows = rows - at < SLICE ? rows - at : SLICE };
		pool_run(r->threads, n, one_slice, slices);
		for (size_t i = 0; i < n; i++) {
			outcome_merge(o, m->f, &slices[i].outcome);
			outcome_free(&slices[i].outcome);
			if (status == 0)
				status = write_text(fd, &slices[i].text, e);
			buf_clear(&slices[i].text);
		}
		if (status == 0 && r->progress(r->progress_ctx, (double)(at < rows ? at : rows) / (double)rows, "predicting"))
			status = err_set(e, ERR_CANCELLED, "cancelled");
	}
	for (size_t i = 0; i < most; i++)
		buf_free(&slices[i].text);
	free(slices);
	return status;
}

static int predict_into(struct stage_run *r, const struct match *m, const json_t *settings, struct outcome *o, struct err *e)
{
	const char *path = json_text(settings, "output", "");
	enum predict_format format = strcmp(json_text(settings, "format", "csv"), "ndjson") == 0 ? PREDICT_NDJSON : PREDICT_CSV;
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_errno(e, "cannot write '%s'", path);
	int status = all_slices(r, m, format, fd, o, e);
	if (status == 0 && fsync(fd) < 0 && errno != EINVAL)
		status = err_errno(e, "cannot write '%s'", path);
	if (close(fd) < 0 && status == 0)
		status = err_errno(e, "cannot write '%s'", path);
	return status;
}

/* ---- the step ---------------------------------------------------------------------------------------------- */

static void release_table(void *t)
{
	table_close(t);
}

static void release_json(void *v)
{
	json_decref(v);
}

static const json_t *load(const struct stage_run *r, const char *name, struct err *e)
{
	json_t *v = json_read_file(path_join(r->arena, r->out, name), e);
	if (v)
		arena_own(r->arena, v, release_json);
	return v;
}

/* Files of the same name as in a job, but in r->out, where ingest has put them. */
static int run(struct stage_run *r, struct err *e)
{
	const json_t *settings = json_at(r->manifest, "predict");
	struct fitted *f;
	if (model_load(path_join(r->arena, r->job, "model"), r->arena, &f, e) < 0)
		return -1;
	struct table *t = table_open(path_join(r->arena, r->out, "ingest/table.arrow"), e);
	if (!t)
		return -1;
	arena_own(r->arena, t, release_table);
	const json_t *ingest = load(r, "ingest/ingest.json", e), *schema = ingest ? load(r, "ingest/schema.json", e) : NULL;
	struct match m;
	if (!schema || match_columns(t, f, settings, r->arena, &m, e) < 0)
		return -1;
	struct outcome o;
	outcome_init(&o, f);
	int status = predict_into(r, &m, settings, &o, e);
	if (status == 0) {
		struct told told = { &m, &o, schema, json_int(ingest, "quarantined", 0) };
		struct buf out = { 0 };
		char why[256];
		bool fits = told_write(&out, &told, why);
		status = file_write(path_join(r->arena, r->out, "predict.json"), out.p, out.n, e);
		if (status == 0 && !fits)
			status = err_set(e, ERR_CHECKS, "%s", why);
		buf_free(&out);
	}
	outcome_free(&o);
	return status;
}

static const char *const sections[] = { "predict", NULL };
static const char *const inputs[] = { "model/", NULL };
static const char *const outputs[] = { "predict.json", NULL };
const struct stage stage_predict = { "predict", "1", sections, inputs, outputs, run };
