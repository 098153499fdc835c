/* SPDX-License-Identifier: GPL-3.0-or-later */
/* predict.json (dossier/predict/1): what was predicted and what about the data is not as it was in training. */
#include "stages/predict_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* New rows always hold a few values that training did not; in more than this share of them they are other data. */
static const double MUCH = 0.05;

/* Values of a column of the table that ingest could not read as what the model needs. */
static int64_t unparsed(const json_t *schema, int col)
{
	return json_int(json_array_get(json_object_get(schema, "columns"), (size_t)col), "evidence.unparsed", 0);
}

/* What is wrong with a column, most severe first; NULL: nothing that matters. */
static const char *wrong(const struct told *t, const struct strange *s, int64_t unreadable, bool absent)
{
	double rows = (double)t->o->rows;
	if (absent)
		return "absent";
	if (unreadable)
		return "unreadable values";
	if ((double)s->unseen > MUCH * rows)
		return "unseen levels";
	if ((double)s->outside > MUCH * rows)
		return "outside the range of training";
	return NULL;
}

static int put_columns(struct jw *w, const struct told *t)
{
	const struct fitted *f = t->m->f;
	int suspects = 0;
	jw_karr(w, "columns");
	for (size_t i = 0; i < f->ncolumns; i++) {
		const struct strange *s = &t->o->strange[i];
		bool absent = t->m->cols[i] < 0;
		int64_t unreadable = absent ? 0 : s->unreadable + unparsed(t->schema, t->m->cols[i]);
		const char *what = wrong(t, s, unreadable, absent);
		suspects += what != NULL;
		jw_obj(w);
		jw_kstr(w, "name", f->columns[i]);
		jw_kbool(w, "present", !absent);
		jw_kint(w, "missing", s->missing);
		jw_kint(w, "unreadable", unreadable);
		jw_kint(w, "unseen", s->unseen);
		jw_kint(w, "outside", s->outside);
		jw_kstr(w, "wrong", what);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	return suspects;
}

static void put_model(struct jw *w, const struct fitted *f)
{
	jw_kobj(w, "model");
	jw_kstr(w, "name", f->name);
	jw_kstr(w, "kind", model_kind_name(f->kind));
	jw_kstr(w, "task", task_name(f->task));
	jw_kstr(w, "target", f->target);
	jw_kint(w, "rows", f->rows);
	if (f->nclasses)
		jw_kstrs(w, "classes", f->classes, (size_t)f->nclasses);
	if (f->task == TASK_BINARY)
		jw_knum(w, "threshold", f->threshold);
	if (!f->nclasses) {
		jw_knum(w, "interval_level", f->level);
		jw_knum(w, "half_width", f->half_width);
	}
	jw_obj_end(w);
}

static void put_outcome(struct jw *w, const struct fitted *f, const struct outcome *o)
{
	double n = (double)o->known;
	jw_kobj(w, "predictions");
	if (f->nclasses) {
		jw_karr(w, "classes");
		for (int k = 0; k < f->nclasses; k++) {
			jw_obj(w);
			jw_kstr(w, "class", f->classes[k]);
			jw_kint(w, "rows", o->classes[k]);
			jw_obj_end(w);
		}
		jw_arr_end(w);
	} else {
		jw_knum(w, "mean", o->rows ? nsum_value(&o->sum) / (double)o->rows : NAN);
		jw_knum(w, "min", o->rows ? o->min : NAN);
		jw_knum(w, "max", o->rows ? o->max : NAN);
	}
	jw_obj_end(w);
	if (!o->known) {
		jw_knull(w, "actual");
		return;
	}
	jw_kobj(w, "actual");   /* the file holds the target: how right the predictions are */
	jw_kint(w, "rows", o->known);
	if (f->nclasses) {
		jw_knum(w, "accuracy", (double)o->right / n);
		jw_knum(w, "log_loss", nsum_value(&o->loss) / n);
	} else {
		jw_knum(w, "rmse", sqrt(nsum_value(&o->squares) / n));
		jw_knum(w, "mae", nsum_value(&o->absolute) / n);
	}
	jw_obj_end(w);
}

bool told_write(struct buf *out, const struct told *t, char summary[256])
{
	const struct match *m = t->m;
	struct jw w;
	jw_init(&w, out);
	jw_obj(&w);
	jw_kstr(&w, "schema", "dossier/predict/1");
	put_model(&w, m->f);
	jw_kint(&w, "rows", t->o->rows);
	jw_kint(&w, "set_aside", t->set_aside);
	jw_kstrs(&w, "written", m->names, m->nnames);
	put_outcome(&w, m->f, t->o);
	int suspects = put_columns(&w, t);
	jw_kstrs(&w, "extra", m->extra, m->nextra);
	jw_kint(&w, "suspects", suspects);
	jw_kbool(&w, "fits", !suspects && !t->set_aside);
	jw_obj_end(&w);
	buf_putc(out, '\n');
	if (suspects)
		snprintf(summary, 256, "%d of the %zu columns that the model reads %s in training", suspects,
			m->f->ncolumns, suspects == 1 ? "is not as it was" : "are not as they were");
	else
		snprintf(summary, 256, "%lld records could not be read as rows", (long long)t->set_aside);
	return !suspects && !t->set_aside;
}
