/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The fitted model as files: dossier/model/2, all that predicting needs and what is known of how well it
 * does (pipeline/ARTIFACTS.md). */
#include "model/fitted/fitted_int.h"

#include <math.h>
#include <stdio.h>

/* How ingest has to read a column so that its values mean what they meant in training: "007" stays a text. */
static const char *declare_as(enum role role, enum column_type type)
{
	switch (type) {
	case COLUMN_INT64:
		return role == ROLE_CATEGORY ? "integer" : "real";   /* a number may have decimals the next time */
	case COLUMN_FLOAT64:
		return "real";
	case COLUMN_BOOL:
		return "boolean";
	case COLUMN_DATE:
		return "date";
	case COLUMN_TIMESTAMP:
		return "datetime";
	case COLUMN_TIME:
		return "time";
	case COLUMN_DURATION:
		return "duration";
	case COLUMN_UTF8:
	case COLUMN_DICT:
		break;
	}
	return role == ROLE_TEXT ? "text" : "category";
}

static void put_columns(struct jw *w, const struct frame *f)
{
	enum role target = f->nclasses ? ROLE_CATEGORY : ROLE_NUMBER;
	jw_karr(w, "read");
	for (size_t g = 0; g <= f->ngroups; g++) {
		jw_obj(w);
		jw_kstr(w, "name", g < f->ngroups ? f->group_names[g] : f->target);
		jw_kstr(w, "declare", g < f->ngroups ? declare_as(f->roles[g], f->types[g]) :
			declare_as(target, f->target_type));
		jw_kbool(w, "target", g == f->ngroups);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void put_training(struct jw *w, const struct model_result *r, const struct model_spec *s,
	const struct model_origin *o)
{
	jw_kobj(w, "training");
	jw_kstr(w, "table_sha256", o->table);
	jw_kint(w, "rows", r->rows);
	jw_kint(w, "dropped", r->dropped);
	if (r->sampled_from)
		jw_kint(w, "sampled_from", r->sampled_from);
	jw_kint(w, "seed", (int64_t)s->seed);
	jw_obj_end(w);
	jw_kobj(w, "validation");
	jw_kstr(w, "scheme", r->scheme);
	jw_kint(w, "folds", r->folds);
	jw_kint(w, "repeats", r->fold_repeats);
	jw_kint(w, "held_out", r->held_out);
	jw_obj_end(w);
}

static void put_scores(struct jw *w, const struct model_result *r, const struct candidate *c)
{
	const struct candidate *base = &r->candidates[0];
	jw_kstr(w, "metric", metric_name(r->metric));
	jw_kobj(w, "scores");
	for (int m = 0; m < METRIC_COUNT; m++) {
		if (isnan(c->scores[m].value))
			continue;
		jw_kobj(w, metric_name((enum metric)m));
		jw_knum(w, "value", c->scores[m].value);
		jw_knum(w, "lo", c->scores[m].lo);
		jw_knum(w, "hi", c->scores[m].hi);
		jw_knum(w, "baseline", base->scores[m].value);
		jw_obj_end(w);
	}
	jw_obj_end(w);
	jw_kbool(w, "useful", r->useful);
}

/* What a prediction is given with: the width of its interval, or from which probability on it is the second class.
 * A threshold is chosen only where somebody says that the two errors do not cost the same. */
static void put_use(struct jw *w, const struct model_result *r, const struct model_spec *s, const struct candidate *c)
{
	const struct judgement *j = r->judgement;
	jw_karr(w, "intervals");
	for (int i = 0; j && j->interval_q && i < INTERVAL_LEVELS; i++) {
		jw_obj(w);
		jw_knum(w, "level", interval_level(i));
		jw_knum(w, "half_width", j->interval_q[c - r->candidates][i]);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	if (r->task != TASK_BINARY)
		return;
	bool costs = j && j->thresholds && s->cost_fp != s->cost_fn;
	jw_kobj(w, "threshold");
	jw_knum(w, "at", costs ? j->thresholds->cut[CUT_COST].at : 0.5);
	jw_kstr(w, "rule", cut_rule_name(costs ? CUT_COST : CUT_HALF));
	jw_obj_end(w);
}

static int put_files(struct jw *w, const struct model_files *files, const char *dir, struct err *e)
{
	int status = 0;
	jw_karr(w, "files");
	for (int i = 0; i < files->n && status == 0; i++) {
		struct buf path = { 0 };
		char sha[SHA256_HEX];
		int64_t bytes;
		buf_printf(&path, "%s/%s", dir, files->name[i]);
		status = sha256_file(path.p, sha, &bytes, e);
		buf_free(&path);
		if (status < 0)
			break;
		jw_obj(w);
		jw_kstr(w, "name", files->name[i]);
		jw_kint(w, "bytes", bytes);
		jw_kstr(w, "sha256", sha);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	return status;
}

int model_save(const struct model_result *r, const struct model_spec *s, const struct candidate *c,
	const struct model_origin *o, const char *dir, struct model_files *files, struct err *e)
{
	struct buf out = { 0 }, path = { 0 };
	struct jw w;
	jw_init(&w, &out);
	jw_obj(&w);
	jw_kstr(&w, "schema", MODEL_SCHEMA);
	jw_kstr(&w, "dossier", o->tool);
	jw_kstr(&w, "name", c->name);
	jw_kstr(&w, "target", s->target_name);
	jw_kstr(&w, "task", task_name(r->task));
	put_columns(&w, c->model->f);
	put_training(&w, r, s, o);
	put_scores(&w, r, c);
	put_use(&w, r, s, c);
	jw_key(&w, "frame");
	schema_save(&w, c->model->f);
	*files = (struct model_files){ 0 };
	jw_kobj(&w, "model");
	int status = model_put(&w, c->model, dir, files, e);
	jw_obj_end(&w);
	if (status == 0)
		status = put_files(&w, files, dir, e);
	jw_obj_end(&w);
	buf_putc(&out, '\n');
	buf_printf(&path, "%s/model.json", dir);
	if (status == 0)
		status = file_write(path.p, out.p, out.n, e);
	for (int i = files->n++; i > 0; i--)
		files->name[i] = files->name[i - 1];
	files->name[0] = "model.json";
	buf_free(&out);
	buf_free(&path);
	return status;
}
