/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the modeling step found: the verdict, columns that know too much, scores too good to be true,
 * what was done to the question, and what to know of the candidates. */
#include "stages/modeling_int.h"

#include <math.h>
#include <string.h>

static const double TOO_GOOD = 0.999;    /* R2, area under the ROC curve, accuracy */
static const double ALL_OF_IT = 0.9;     /* share of the importance that one column may have */

void modeling_raise(struct jw *w, struct stage_run *r, const struct finding *f)
{
	finding_write(w, f);
	if (f->level > r->worst)
		r->worst = f->level;
}

struct desk {
	struct jw *w;
	struct stage_run *r;
	const struct question *q;
	const struct model_result *m;
	const struct actions *acts;
};

static void raise(struct desk *d, const struct finding *f)
{
	modeling_raise(d->w, d->r, f);
}

static void verdict(struct desk *d)
{
	const struct model_result *m = d->m;
	const struct candidate *best = &m->candidates[m->chosen];
	struct finding f = finding_make(m->useful ? FIND_model_useful : FIND_no_model, d->q->spec.target_name);
	f.n = m->held_out;
	f.p = best->p_baseline;
	if (m->useful) {
		f.text = best->name;
		f.text2 = metric_name(m->metric);
		f.value = best->scores[m->metric].value;
		f.threshold = m->candidates[0].scores[m->metric].value;
	}
	raise(d, &f);
	if (m->dropped > 0) {
		f = finding_make(FIND_target_missing, d->q->spec.target_name);
		f.count = m->dropped;
		f.total = m->dropped + (m->sampled_from ? m->sampled_from : m->rows);
		raise(d, &f);
	}
}

/* ---- leaks ------------------------------------------------------------------------------------------------- */

static struct finding of_rows(enum finding_code code, const struct leak_suspect *l)
{
	struct finding f = finding_make(code, l->name);
	f.total = l->rows;
	f.count = (int64_t)round(l->strength * (double)l->rows);
	return f;
}

static void leak(struct desk *d, const struct leak_suspect *l)
{
	struct finding f;
	switch (l->kind) {
	case LEAK_ALONE:
		f = finding_make(FIND_leakage_suspect, l->name);
		f.text = d->q->spec.target_is_category ? "balanced accuracy" : "R\xC2\xB2";
		f.value = l->strength;
		f.threshold = d->q->spec.leak;
		break;
	case LEAK_COPY:
		f = of_rows(FIND_leak_copy, l);
		break;
	case LEAK_PART:
		return;   /* told together */
	case LEAK_FILLED:
		f = of_rows(FIND_leak_filled, l);
		f.text = l->text;
		f.text2 = l->missing ? "missing" : "filled in";
		f.value = l->usual;
		break;
	case LEAK_COUNTER:
		f = finding_make(FIND_leak_counter, l->name);
		f.value = l->strength;
		f.text = d->q->spec.target_is_category ? "balanced accuracy" : "R\xC2\xB2";
		break;
	case LEAK_LATER:
		f = of_rows(FIND_leak_later, l);
		break;
	case LEAK_KINDS:
		return;
	}
	raise(d, &f);
}

static void leaks(struct desk *d)
{
	const struct actions *a = d->acts;
	struct finding sum = finding_make(FIND_leak_sum, NULL);
	for (size_t i = 0; i < a->nleaks; i++) {
		leak(d, &a->leaks[i]);
		if (a->leaks[i].kind == LEAK_PART) {
			finding_add_column(&sum, a->leaks[i].name, d->r->arena);
			sum.n = a->leaks[i].rows;
		}
	}
	if (sum.columns[0])
		raise(d, &sum);
	const struct action *x = &a->of[ACTION_DROP_LEAKS];
	if (!x->tried)
		return;
	struct finding f = finding_make(x->status == ACTION_APPLIED ? FIND_leaks_excluded : FIND_without_leaks, NULL);
	for (size_t i = 0; i < x->ncolumns; i++)
		finding_add_column(&f, x->columns[i], d->r->arena);
	f.text = x->trial.model;
	f.text2 = metric_name(x->trial.metric);
	f.value = x->trial.with[x->trial.metric];
	f.threshold = x->trial.without[x->trial.metric];
	raise(d, &f);
}

/* After fitting: a score that hardly any real question allows, and a model that rests on one column. */
static void too_good(struct desk *d)
{
	const struct model_result *m = d->m;
	const struct candidate *best = &m->candidates[m->chosen];
	enum metric metric = m->task == TASK_REGRESSION ? METRIC_R2 : m->task == TASK_BINARY ? METRIC_ROC_AUC : METRIC_ACCURACY;
	double all = 0;
	if (m->useful && best->scores[metric].value > TOO_GOOD) {
		struct finding f = finding_make(FIND_too_good, d->q->spec.target_name);
		f.text = best->name;
		f.text2 = metric_name(metric);
		f.value = best->scores[metric].value;
		f.threshold = TOO_GOOD;
		f.n = m->held_out;
		raise(d, &f);
	}
	for (size_t i = 0; i < m->nimportance; i++)
		all += fmax(m->importance[i].mean, 0);
	if (!m->useful || m->nimportance < 3 || !(m->importance[0].mean > ALL_OF_IT * all))
		return;
	struct finding f = finding_make(FIND_one_driver, m->importance[0].name);
	f.text = best->name;
	f.value = m->importance[0].mean / all;
	f.threshold = ALL_OF_IT;
	raise(d, &f);
}

/* ---- actions ----------------------------------------------------------------------------------------------- */

static void action(struct desk *d, enum action_kind k, enum finding_code code)
{
	const struct action *x = &d->acts->of[k];
	if (!x->tried)
		return;
	struct finding f = finding_make(code, NULL);
	for (size_t i = 0; i < x->ncolumns; i++)
		finding_add_column(&f, x->columns[i], d->r->arena);
	if (x->status == ACTION_USELESS)
		f.level = FINDING_INFO;
	f.text = x->status == ACTION_APPLIED ? "Done" : x->status == ACTION_SUGGESTED ? "Worth doing" : "Not worth it";
	f.text2 = metric_name(x->trial.metric);
	f.threshold = x->trial.without[x->trial.metric];
	f.value = x->trial.with[x->trial.metric];
	f.p = x->trial.effect.p;
	if (k == ACTION_CLASS_WEIGHTS) {   /* what they are for, beside what they cost */
		f.effect = x->trial.with[METRIC_BALANCED_ACCURACY] - x->trial.without[METRIC_BALANCED_ACCURACY];
		f.statistic = x->trial.with[METRIC_BALANCED_ACCURACY];
	}
	raise(d, &f);
}

static void dropped(struct desk *d)
{
	struct finding f = finding_make(FIND_columns_dropped, NULL);
	for (int k = ACTION_DROP_IDENTIFIERS; k <= ACTION_DROP_CONSTANTS; k++)
		for (size_t i = 0; d->acts->of[k].status == ACTION_APPLIED && i < d->acts->of[k].ncolumns; i++)
			finding_add_column(&f, d->acts->of[k].columns[i], d->r->arena);
	if (f.columns[0])
		raise(d, &f);
}

/* ---- all --------------------------------------------------------------------------------------------------- */

static void few_events(struct desk *d)
{
	const double least = 10;   /* Peduzzi et al. 1996 */
	if (!(d->m->events_per_parameter < least))
		return;
	struct finding f = finding_make(FIND_few_events, d->q->spec.target_name);
	f.value = d->m->events_per_parameter;
	f.threshold = least;
	f.text = d->m->task == TASK_REGRESSION ? "rows" : "cases of the least frequent outcome";
	raise(d, &f);
}

void modeling_findings(struct jw *w, struct stage_run *r, const struct question *q, const struct model_result *m,
	const struct actions *a)
{
	struct desk d = { w, r, q, m, a };
	if (m)
		verdict(&d);
	leaks(&d);
	if (!m)
		return;
	too_good(&d);
	modeling_data_findings(w, r, m);
	dropped(&d);
	action(&d, ACTION_MERGE_LEVELS, FIND_action_merge_levels);
	action(&d, ACTION_LOG_TARGET, FIND_action_log_target);
	action(&d, ACTION_CLASS_WEIGHTS, FIND_action_class_weights);
	few_events(&d);
	for (size_t i = 0; i < m->ncandidates; i++)
		modeling_candidate_findings(w, r, m, &m->candidates[i]);
	modeling_judgement_findings(w, r, m, q->spec.target_name);
}
