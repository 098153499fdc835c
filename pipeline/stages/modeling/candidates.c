/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The candidates of modeling.json: scores, comparison, coefficients, settings; and what is odd about them. */
#include "stages/modeling_int.h"

#include <math.h>

static bool applies(const struct model_result *m, int metric)
{
	for (size_t i = 0; i < m->ncandidates; i++)
		if (!isnan(m->candidates[i].scores[metric].value))
			return true;
	return false;
}

static void write_scores(struct jw *w, const struct model_result *m, const struct candidate *c)
{
	jw_kobj(w, "scores");
	for (int i = 0; i < METRIC_COUNT; i++) {
		if (!applies(m, i))
			continue;
		jw_kobj(w, metric_name((enum metric)i));
		jw_knum(w, "value", c->scores[i].value);
		jw_knum(w, "lo", c->scores[i].lo);
		jw_knum(w, "hi", c->scores[i].hi);
		jw_obj_end(w);
	}
	jw_obj_end(w);
	jw_kobj(w, "train_scores");
	for (int i = 0; i < METRIC_COUNT; i++)
		if (applies(m, i))
			jw_knum(w, metric_name((enum metric)i), c->train[i]);
	jw_obj_end(w);
	jw_knums(w, "fold_scores", c->fold_scores, c->fold_scores ? (size_t)(m->folds * m->fold_repeats) : 0);
}

static void write_comparison(struct jw *w, const char *key, const struct comparison *c)
{
	if (isnan(c->difference)) {
		jw_knull(w, key);
		return;
	}
	jw_kobj(w, key);
	jw_knum(w, "difference", c->difference);
	jw_knum(w, "p", c->p);
	jw_obj_end(w);
}

static void write_candidate(struct jw *w, const struct model_result *m, const struct candidate *c)
{
	jw_obj(w);
	jw_kstr(w, "name", c->name);
	jw_kstr(w, "kind", c->kind == MODEL_LOGISTIC && m->task == TASK_MULTICLASS ? "multinomial" :
		model_kind_name(c->kind));
	jw_kstr(w, "status", c->failed ? "failed" : "ok");
	jw_kstr(w, "reason", c->reason);
	jw_kstr(w, "note", c->note);
	write_scores(w, m, c);
	write_comparison(w, "versus_baseline", &c->versus_baseline);
	jw_knum(w, "p_baseline", c->p_baseline);
	write_comparison(w, "versus_best", &c->versus_best);
	jw_knum(w, "p_best", c->p_best);
	double held = c->scores[m->metric].value;
	double gap = held > 0 ? (held - c->train[m->metric]) / held : NAN;
	jw_knum(w, "overfit_gap", fabs(gap) < 1e-12 ? 0 : gap);     /* two sums of the same terms */
	modeling_linear(w, m, c);
	if (c->bytes)
		jw_kint(w, "bytes", c->bytes);
	jw_kobj(w, "settings");
	for (int i = 0; i < c->nsettings; i++)
		jw_knum(w, c->settings[i].name, c->settings[i].value);
	jw_obj_end(w);
	jw_obj_end(w);
}

void modeling_candidates(struct jw *w, const struct model_result *m)
{
	jw_karr(w, "candidates");
	for (size_t i = 0; m && i < m->ncandidates; i++)
		write_candidate(w, m, &m->candidates[i]);
	jw_arr_end(w);
}

void modeling_candidate_findings(struct jw *w, struct stage_run *r, const struct model_result *m,
	const struct candidate *c)
{
	if (c->failed) {
		struct finding f = finding_make(FIND_candidate_failed, NULL);
		f.text = c->name;
		f.text2 = c->reason;
		modeling_raise(w, r, &f);
		return;
	}
	double train = c->train[m->metric], held = c->scores[m->metric].value;
	double base = m->candidates[0].scores[m->metric].value, gain = base - held;
	if (c == &m->candidates[m->chosen] && m->useful && held - train > 0.5 * gain) {
		struct finding f = finding_make(FIND_overfit, NULL);
		f.text = c->name;
		f.value = train;
		f.threshold = held;
		modeling_raise(w, r, &f);
	}
	if (c->kind != MODEL_OLS)
		return;
	for (size_t i = 0; i < c->ncoefficients; i++)
		if (c->coefficients[i].vif > 10) {   /* Marquardt 1970's usual limit */
			struct finding f = finding_make(FIND_collinear, c->coefficients[i].term);
			f.value = c->coefficients[i].vif;
			f.threshold = 10;
			modeling_raise(w, r, &f);
		}
	if (c->breusch_pagan_p < 0.01) {
		struct finding f = finding_make(FIND_heteroscedastic, NULL);
		f.statistic = c->breusch_pagan;
		f.p = c->breusch_pagan_p;
		f.n = m->rows;
		modeling_raise(w, r, &f);
	}
}
