/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of the judgement of the best candidate is worth a finding: limits of practice, and beyond chance. */
#include "stages/modeling_int.h"

#include <math.h>

static const double PARITY = 0.1, FOUR_FIFTHS = 0.8, UNEQUAL = 0.25, MISCALIBRATED = 0.05;

static void raise_calibration(struct jw *w, struct stage_run *r, const struct model_result *m, const char *target)
{
	const struct calibration *c = m->judgement->calibration;
	bool far = c && c->spiegelhalter_p < 0.01 && c->ece > MISCALIBRATED;
	if (!c || (c->advised == RECALIBRATE_NONE && !far))
		return;
	struct finding f = finding_make(FIND_badly_calibrated, target);
	f.text = m->candidates[m->chosen].name;
	f.value = c->ece;
	f.statistic = c->spiegelhalter;
	f.p = c->spiegelhalter_p;
	f.n = m->held_out;
	modeling_raise(w, r, &f);
}

/* Beyond the usual limits, and beyond chance. */
static void raise_gap(struct jw *w, struct stage_run *r, const struct model_result *m, const struct fairness *f)
{
	const struct gap *g = m->task == TASK_BINARY ? &f->parity : &f->error;
	bool sure = g->high >= 0 && g->value.lo > 0;
	double mae = m->candidates[m->chosen].scores[METRIC_MAE].value;
	double limit = m->task == TASK_REGRESSION ? UNEQUAL * mae : PARITY;
	bool ratio = m->task == TASK_BINARY && f->ratio.high >= 0 && f->ratio.value.value < FOUR_FIFTHS &&
		f->ratio.value.hi < 1;
	if (!(sure && g->value.value > limit) && !ratio)
		return;
	struct finding x = finding_make(m->task == TASK_BINARY ? FIND_fairness_gap : FIND_fairness_errors, f->name);
	x.value = g->value.value;
	x.threshold = limit;
	x.effect = m->task == TASK_BINARY ? 1 - fmin(1, f->ratio.value.value) : NAN;
	x.n = m->held_out;
	modeling_raise(w, r, &x);
}

static void raise_segment(struct jw *w, struct stage_run *r, const struct model_result *m)
{
	const struct judgement *g = m->judgement;
	const struct segment *s = g->nsegments ? &g->segments[0] : NULL;
	enum metric loss = m->task == TASK_REGRESSION ? METRIC_MAE : METRIC_LOG_LOSS;
	double all = m->candidates[m->best].scores[loss].value / m->candidates[0].scores[loss].value;
	/* hard for any model is no weakness of this one: its gain over the baseline must be lost there as well */
	if (!s || s->loss < 1.5 * s->rest || s->loss < 1.25 * all * s->baseline)
		return;
	struct finding f = finding_make(FIND_weak_segment, s->when[0].name);
	f.count = s->n;
	f.total = m->held_out;
	f.value = s->loss / s->rest;
	f.p = s->p_adjusted;
	f.n = m->held_out;
	modeling_raise(w, r, &f);
}

/* A curve that was cut short to save time tells nothing of more rows than there are. */
static void raise_learning(struct jw *w, struct stage_run *r, const struct model_result *m, const char *target)
{
	const struct learning *l = &m->judgement->learning;
	if (l->verdict != LEARNING_RISING || l->why || !l->n || 2 * l->point[l->n - 1].rows < (double)m->rows)
		return;
	struct finding f = finding_make(FIND_more_rows_help, target);
	f.text = metric_name(m->metric);
	f.value = l->point[l->n - 1].held_out.value;
	f.n = (int64_t)(l->point[l->n - 1].rows + 0.5);
	modeling_raise(w, r, &f);
}

void modeling_judgement_findings(struct jw *w, struct stage_run *r, const struct model_result *m, const char *target)
{
	const struct judgement *g = m->judgement;
	if (!m->useful)
		return;   /* nobody should use it */
	raise_calibration(w, r, m, target);
	for (size_t i = 0; i < g->nfairness; i++)
		raise_gap(w, r, m, &g->fairness[i]);
	raise_segment(w, r, m);
	raise_learning(w, r, m, target);
}
