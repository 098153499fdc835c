/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What models were given and how they were judged: features, validation and holdout of modeling.json. */
#include "stages/modeling_int.h"

#include <math.h>

/* In the words of the report. */
static void write_preprocessing(struct jw *w, const struct model_spec *s)
{
	static const char *const missing[] = { [MISSING_AUTO] = "the mean of the known ones, and a flag",
		[MISSING_DROP] = "rows with any of them do not train; held-out rows get the mean",
		[MISSING_MEAN] = "the mean of the known ones, and a flag", [MISSING_MEDIAN] = "the median of the known ones, and a flag",
		[MISSING_MODE] = "the commonest value, and a flag" };
	static const char *const encoding[] = { "auto", "one-hot", "ordinal", "target" };
	static const char *const scaling[] = { "auto", "standard", "robust", "none" };
	jw_kobj(w, "preprocessing");
	jw_kstr(w, "missing", missing[s->missing]);
	jw_kstr(w, "encoding", encoding[s->encoding]);
	jw_kstr(w, "scaling", scaling[s->scaling]);
	jw_kint(w, "max_levels", s->max_levels);
	jw_kint(w, "min_level_rows", s->min_level_rows);
	jw_obj_end(w);
}

void modeling_data(struct jw *w, const struct model_spec *s, const struct model_result *m)
{
	jw_kstrs(w, "classes", m->classes, (size_t)m->nclasses);
	jw_kstr(w, "positive", m->task == TASK_BINARY ? m->classes[1] : NULL);
	jw_kint(w, "rows_used", m->rows);
	jw_kint(w, "rows_dropped", m->dropped);
	if (m->sampled_from)
		jw_kint(w, "sampled_from", m->sampled_from);
	jw_karr(w, "features");
	for (size_t i = 0; i < m->nfeatures; i++) {
		jw_obj(w);
		jw_kstr(w, "name", m->features[i].name);
		jw_kstr(w, "encoding", m->features[i].encoding);
		jw_kint(w, "columns", m->features[i].terms);
		jw_kint(w, "missing", m->features[i].missing);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	write_preprocessing(w, s);
}

static void write_parts(struct jw *w, const struct model_result *m)
{
	jw_karr(w, "parts");
	for (int k = 0; k < m->folds; k++) {
		jw_obj(w);
		jw_kint(w, "train", m->train_rows[k]);
		jw_kint(w, "test", m->test_rows[k]);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_holdout(struct jw *w, const struct model_result *m)
{
	const struct holdout *h = &m->holdout;
	if (!h->rows) {
		jw_knull(w, "holdout");
		return;
	}
	jw_kobj(w, "holdout");
	jw_kint(w, "rows", h->rows);
	jw_kstr(w, "how", h->how);
	jw_kstr(w, "model", m->candidates[m->chosen].name);
	jw_kobj(w, "scores");
	for (int i = 0; i < METRIC_COUNT; i++) {
		if (isnan(h->scores[i].value))
			continue;
		jw_kobj(w, metric_name((enum metric)i));
		jw_knum(w, "value", h->scores[i].value);
		jw_knum(w, "lo", h->scores[i].lo);
		jw_knum(w, "hi", h->scores[i].hi);
		jw_knum(w, "baseline", h->baseline[i].value);
		jw_obj_end(w);
	}
	jw_obj_end(w);
	jw_obj_end(w);
}

void modeling_held_out(struct jw *w, const struct model_spec *s, const struct model_result *m)
{
	jw_kobj(w, "validation");
	jw_kstr(w, "scheme", m->scheme);
	jw_kint(w, "folds", m->folds);
	jw_kint(w, "repeats", m->fold_repeats);
	jw_kint(w, "held_out", m->held_out);
	jw_kint(w, "seed", (int64_t)s->seed);
	jw_kstr(w, "why", m->why);
	jw_kstr(w, "group", m->group);
	if (m->group)
		jw_kint(w, "groups", m->groups);
	jw_kint(w, "copies", m->copies);
	if (m->copies)
		jw_kbool(w, "copies_together", m->copies_together);
	write_parts(w, m);
	jw_obj_end(w);
	write_holdout(w, m);
}

/* The rows kept back are worse than the folds promised when their interval does not reach that score. */
static bool worse_than_promised(const struct model_result *m)
{
	const struct score *h = &m->holdout.scores[m->metric];
	double promised = m->candidates[m->chosen].scores[m->metric].value;
	return m->holdout.rows && h->lo > promised;   /* smaller is better */
}

void modeling_data_findings(struct jw *w, struct stage_run *r, const struct model_result *m)
{
	if (m->copies) {
		struct finding f = finding_make(m->copies_together ? FIND_copies_together : FIND_copies_apart, NULL);
		f.count = m->copies;
		f.total = m->rows;
		modeling_raise(w, r, &f);
	}
	if (worse_than_promised(m)) {
		struct finding f = finding_make(FIND_holdout_worse, NULL);
		f.n = m->holdout.rows;
		f.text2 = metric_name(m->metric);
		f.value = m->holdout.scores[m->metric].value;
		f.threshold = m->candidates[m->chosen].scores[m->metric].value;
		modeling_raise(w, r, &f);
	}
}
