/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys "curves", "worst" and "judgement" of modeling.json: how the best candidate errs. */
#include "stages/modeling_int.h"

#include <math.h>

/* ---- curves ----------------------------------------------------------------------------------------------- */

/* The points of a curve as an object; with `area`, also a figure of that name. */
static void write_curve(struct jw *w, const char *key, const struct curve *c, const char *x, const char *y,
	const char *area, double value)
{
	if (!c->count) {
		jw_knull(w, key);
		return;
	}
	jw_kobj(w, key);
	jw_knums(w, x, c->x, c->count);
	jw_knums(w, y, c->y, c->count);
	if (area)
		jw_knum(w, area, value);
	jw_obj_end(w);
}

/* One member of each of n structs as an array. */
#define COLUMN_OF(w, key, list, n, member) \
	(jw_karr_inline(w, key), column_of(w, &(list)->member, sizeof *(list), n), jw_arr_end(w))

static void column_of(struct jw *w, const double *first, size_t stride, size_t n)
{
	for (size_t i = 0; i < n; i++)
		jw_num(w, *(const double *)(const void *)((const char *)first + i * stride));
}

static void write_bins(struct jw *w, const struct calibration *c)
{
	if (!c || !c->n) {
		jw_knull(w, "calibration");
		return;
	}
	jw_kobj(w, "calibration");
	COLUMN_OF(w, "predicted", c->bin, c->n, predicted);
	COLUMN_OF(w, "observed", c->bin, c->n, observed);
	COLUMN_OF(w, "lo", c->bin, c->n, lo);
	COLUMN_OF(w, "hi", c->bin, c->n, hi);
	COLUMN_OF(w, "n", c->bin, c->n, n);
	jw_obj_end(w);
}

static void write_confusion(struct jw *w, const struct model_result *m)
{
	if (!m->confusion) {
		jw_knull(w, "confusion");
		return;
	}
	size_t k = (size_t)m->nclasses;
	jw_kobj(w, "confusion");
	jw_kstrs(w, "classes", m->classes, k);
	jw_karr(w, "matrix");
	for (size_t i = 0; i < k; i++) {
		jw_arr_inline(w);
		for (size_t j = 0; j < k; j++)
			jw_num(w, m->confusion[i * k + j]);
		jw_arr_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

static void write_curves(struct jw *w, const struct model_result *m)
{
	jw_kobj(w, "curves");
	write_curve(w, "roc", &m->roc, "fpr", "tpr", "auc", m->roc_auc);
	write_curve(w, "pr", &m->pr, "recall", "precision", "ap", m->average_precision);
	write_bins(w, m->judgement->calibration);
	write_confusion(w, m);
	write_curve(w, "predicted_actual", &m->predicted_actual, "predicted", "actual", NULL, NAN);
	write_curve(w, "residuals", &m->residuals, "fitted", "residual", NULL, NAN);
	jw_obj_end(w);
}

/* The only key that shows single rows. */
static void write_worst(struct jw *w, const struct model_result *m)
{
	jw_karr(w, "worst");
	for (size_t i = 0; i < m->nworst; i++) {
		const struct worst_row *x = &m->worst[i];
		jw_obj(w);
		jw_kint(w, "row", x->row + 1);
		if (m->nclasses) {
			jw_kstr(w, "actual", m->classes[(int)x->actual]);
			jw_kstr(w, "predicted", m->classes[(int)x->predicted]);
		} else {
			jw_knum(w, "actual", x->actual);
			jw_knum(w, "predicted", x->predicted);
		}
		jw_knum(w, "error", x->error);
		jw_karr(w, "values");
		for (size_t k = 0; k < m->nworst_columns; k++) {
			jw_obj(w);
			jw_kstr(w, "column", m->worst_columns[k]);
			jw_kstr(w, "value", x->values[k]);
			jw_obj_end(w);
		}
		jw_arr_end(w);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

/* ---- two classes ------------------------------------------------------------------------------------------- */

static void write_score(struct jw *w, const char *key, const struct score *s)
{
	jw_kobj(w, key);
	jw_knum(w, "value", s->value);
	jw_knum(w, "lo", s->lo);
	jw_knum(w, "hi", s->hi);
	jw_obj_end(w);
}

static void write_thresholds(struct jw *w, const struct thresholds *h)
{
	if (!h) {
		jw_knull(w, "thresholds");
		return;
	}
	jw_kobj(w, "thresholds");
	jw_knum(w, "cost_false_positive", h->cost_fp);
	jw_knum(w, "cost_false_negative", h->cost_fn);
	jw_knum(w, "always", h->always);
	jw_knum(w, "never", h->never);
	write_score(w, "saved", &h->saved);
	jw_karr(w, "cuts");
	for (int r = 0; r < CUT_RULES; r++) {
		const struct cut *c = &h->cut[r];
		jw_obj(w);
		jw_kstr(w, "rule", cut_rule_name((enum cut_rule)r));
		jw_knum_why(w, "at", c->at, "no row is worth a false alarm");
		jw_knum(w, "tp", c->tp);
		jw_knum(w, "fp", c->fp);
		jw_knum(w, "fn", c->fn);
		jw_knum(w, "tn", c->tn);
		jw_knum_why(w, "precision", c->precision, "no row is called positive");
		jw_knum_why(w, "recall", c->recall, "there are no positive rows");
		jw_knum(w, "f1", c->f1);
		jw_knum(w, "cost", c->cost);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_kobj(w, "scan");
	jw_knums(w, "at", h->at, h->n);
	jw_knums(w, "precision", h->precision, h->n);
	jw_knums(w, "recall", h->recall, h->n);
	jw_knums(w, "f1", h->f1, h->n);
	jw_knums(w, "cost", h->cost, h->n);
	jw_obj_end(w);
	jw_obj_end(w);
}

static void write_gains(struct jw *w, const struct gains *g)
{
	if (!g) {
		jw_knull(w, "gains");
		return;
	}
	jw_kobj(w, "gains");
	jw_karr(w, "tenths");
	for (size_t i = 0; i < g->n; i++) {
		const struct gain *x = &g->tenth[i];
		jw_obj(w);
		jw_knum(w, "rows", x->rows);
		jw_knum(w, "positives", x->positives);
		jw_knum(w, "rate", x->rate);
		jw_knum(w, "lift", x->lift);
		jw_knum(w, "share", x->share);
		jw_knum(w, "cumulative_lift", x->cumulative_lift);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_knums(w, "rows", g->x, g->points);
	jw_knums(w, "positives", g->y, g->points);
	jw_obj_end(w);
}

static void write_calibration(struct jw *w, const struct model_result *m)
{
	const struct calibration *c = m->judgement->calibration;
	if (!c) {
		jw_knull(w, "calibration");
		return;
	}
	jw_kobj(w, "calibration");
	jw_kstr(w, "of", m->task == TASK_BINARY ? "positive" : "likeliest");
	jw_knum(w, "ece", c->ece);
	jw_kobj(w, "spiegelhalter");
	jw_knum(w, "z", c->spiegelhalter);
	jw_knum(w, "p", c->spiegelhalter_p);
	jw_obj_end(w);
	if (m->task == TASK_BINARY) {
		write_score(w, "slope", &c->slope);
		write_score(w, "intercept", &c->intercept);
		jw_karr(w, "recalibrated");
		for (int k = 0; k < 3; k++) {
			jw_obj(w);
			jw_kstr(w, "by", recalibration_name((enum recalibration)k));
			jw_knum(w, "log_loss", c->log_loss[k]);
			jw_knum(w, "p", c->gain_p[k]);
			jw_obj_end(w);
		}
		jw_arr_end(w);
		jw_kstr(w, "advised", recalibration_name(c->advised));
		jw_knums(w, "platt", c->platt, 2);
	}
	jw_obj_end(w);
}

/* ---- numbers ------------------------------------------------------------------------------------------------- */

static void write_intervals(struct jw *w, const struct model_result *m)
{
	const struct judgement *g = m->judgement;
	if (!g->interval_q) {
		jw_knull(w, "intervals");
		return;
	}
	jw_karr(w, "intervals");
	for (int l = 0; l < INTERVAL_LEVELS; l++) {
		const struct interval_check *c = &g->interval[l];
		jw_obj(w);
		jw_knum(w, "level", c->level);
		jw_knum(w, "half_width", c->half_width);
		write_score(w, "coverage", &c->coverage);
		jw_knums(w, "thirds", c->third, 3);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

/* Places on the time axis: dates as ISO text, all else as numbers. */
static void write_times(struct jw *w, const struct residuals *r)
{
	char text[40];
	jw_karr_inline(w, "at");
	for (size_t i = 0; i < r->nby_time; i++) {
		double at = r->by_time[i].at;
		if (r->time_type == COLUMN_DATE)
			jw_strn(w, text, date_format(text, (int32_t)at));
		else if (r->time_type == COLUMN_TIMESTAMP)
			jw_strn(w, text, time_format(text, (int64_t)at));
		else
			jw_num(w, at);
	}
	jw_arr_end(w);
}

static void write_along(struct jw *w, const char *key, const struct residual_bin *b, size_t n, const struct residuals *time)
{
	if (!n) {
		jw_knull(w, key);
		return;
	}
	jw_kobj(w, key);
	if (time)
		write_times(w, time);
	else
		COLUMN_OF(w, "at", b, n, at);
	COLUMN_OF(w, "mean", b, n, mean);
	COLUMN_OF(w, "lo", b, n, lo);
	COLUMN_OF(w, "hi", b, n, hi);
	COLUMN_OF(w, "n", b, n, n);
	jw_obj_end(w);
}

static void write_density(struct jw *w, const struct residuals *r)
{
	if (!r->density) {
		jw_knull(w, "density");
		return;
	}
	jw_kobj(w, "density");
	jw_kint(w, "nx", (int64_t)r->nx);
	jw_kint(w, "ny", (int64_t)r->ny);
	jw_knum(w, "xmin", r->xmin);
	jw_knum(w, "xmax", r->xmax);
	jw_knum(w, "ymin", r->ymin);
	jw_knum(w, "ymax", r->ymax);
	jw_knum(w, "outside", r->outside);
	jw_karr(w, "counts");
	for (size_t y = 0; y < r->ny; y++) {
		jw_arr_inline(w);
		for (size_t x = 0; x < r->nx; x++)
			jw_num(w, r->density[y * r->nx + x]);
		jw_arr_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

static void write_residuals(struct jw *w, const struct residuals *r)
{
	jw_kobj(w, "residuals");
	write_along(w, "by_fitted", r->by_fitted, r->nby_fitted, NULL);
	write_along(w, "by_time", r->by_time, r->nby_time, r);
	if (r->nqq) {
		jw_kobj(w, "qq");
		jw_knums(w, "theory", r->theory, r->nqq);
		jw_knums(w, "sample", r->sample, r->nqq);
		jw_obj_end(w);
	} else {
		jw_knull(w, "qq");
	}
	write_density(w, r);
	jw_obj_end(w);
}

/* ---- where it fails ------------------------------------------------------------------------------------------- */

static void write_condition(struct jw *w, const struct condition *c)
{
	static const char *const kinds[] = { "level", "range", "missing" };
	jw_obj(w);
	jw_kstr(w, "column", c->name);
	jw_kstr(w, "kind", kinds[c->kind]);
	if (c->kind == CONDITION_LEVEL)
		jw_kstr(w, "level", c->level);
	if (c->kind == CONDITION_RANGE) {
		jw_knum(w, "from", c->from);
		jw_knum(w, "to", c->to);
	}
	jw_obj_end(w);
}

static void write_segments(struct jw *w, const struct judgement *g)
{
	jw_kobj(w, "segments");
	jw_kint(w, "tried", (int64_t)g->tried);
	jw_karr(w, "list");
	for (size_t i = 0; i < g->nsegments; i++) {
		const struct segment *s = &g->segments[i];
		jw_obj(w);
		jw_karr(w, "when");
		for (int k = 0; k < s->conditions; k++)
			write_condition(w, &s->when[k]);
		jw_arr_end(w);
		jw_kint(w, "n", s->n);
		jw_knum(w, "share", s->share);
		jw_knum(w, "loss", s->loss);
		jw_knum(w, "rest", s->rest);
		write_score(w, "difference", &s->difference);
		jw_knum(w, "p", s->p);
		jw_knum(w, "p_adjusted", s->p_adjusted);
		jw_knum(w, "wrong", s->wrong);
		jw_knum(w, "wrong_rest", s->wrong_rest);
		jw_knum(w, "bias", s->bias);
		jw_knum(w, "baseline", s->baseline);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	jw_obj_end(w);
}

static void write_gap(struct jw *w, const char *key, const struct gap *g)
{
	if (g->high < 0) {
		jw_knull(w, key);
		return;
	}
	jw_kobj(w, key);
	jw_knum(w, "value", g->value.value);
	jw_knum(w, "lo", g->value.lo);
	jw_knum(w, "hi", g->value.hi);
	jw_kint(w, "high", g->high);
	jw_kint(w, "low", g->low);
	jw_obj_end(w);
}

static void write_group(struct jw *w, enum task task, const struct group *g)
{
	jw_obj(w);
	jw_key(w, "when");
	write_condition(w, &g->when);
	jw_kint(w, "n", g->n);
	jw_kbool(w, "compared", g->counts);
	jw_knum(w, "loss", g->loss);
	if (task != TASK_REGRESSION)
		write_score(w, "wrong", &g->wrong);
	if (task != TASK_MULTICLASS)
		write_score(w, "bias", &g->bias);
	if (task == TASK_BINARY) {
		jw_knum(w, "positives", g->positives);
		write_score(w, "selected", &g->selected);
		write_score(w, "tpr", &g->tpr);
		write_score(w, "fpr", &g->fpr);
		write_score(w, "precision", &g->precision);
	}
	jw_obj_end(w);
}

static void write_fairness(struct jw *w, const struct model_result *m)
{
	const struct judgement *g = m->judgement;
	jw_karr(w, "fairness");
	for (size_t i = 0; i < g->nfairness; i++) {
		const struct fairness *f = &g->fairness[i];
		jw_obj(w);
		jw_kstr(w, "column", f->name);
		jw_kbool(w, "used", f->used);
		jw_kstr(w, "why", f->why);
		if (m->task == TASK_BINARY) {
			jw_knum_why(w, "cut", f->cut, "no row is worth a false alarm");
			write_gap(w, "parity", &f->parity);
			write_gap(w, "ratio", &f->ratio);
			write_gap(w, "tpr", &f->tpr);
			write_gap(w, "fpr", &f->fpr);
			jw_knum(w, "odds", f->odds);
		}
		write_gap(w, "error", &f->error);
		jw_karr(w, "groups");
		for (size_t k = 0; k < f->ngroups; k++)
			write_group(w, m->task, &f->group[k]);
		jw_arr_end(w);
		jw_obj_end(w);
	}
	jw_arr_end(w);
}

static void write_learning(struct jw *w, const struct learning *l)
{
	static const char *const verdicts[] = { "rising", "flat", "unclear" };
	jw_kobj(w, "learning");
	jw_kstr(w, "why", l->why);
	if (!l->why) {
		jw_kstr(w, "model", l->model);
		jw_kint(w, "folds", l->folds);
		jw_kstr(w, "verdict", verdicts[l->verdict]);
		write_score(w, "doubling", &l->doubling);
		COLUMN_OF(w, "share", l->point, l->n, share);
		COLUMN_OF(w, "rows", l->point, l->n, rows);
		COLUMN_OF(w, "held_out", l->point, l->n, held_out.value);
		COLUMN_OF(w, "lo", l->point, l->n, held_out.lo);
		COLUMN_OF(w, "hi", l->point, l->n, held_out.hi);
		COLUMN_OF(w, "train", l->point, l->n, train);
	}
	jw_obj_end(w);
}

void modeling_judgement(struct jw *w, const struct model_result *m)
{
	const struct judgement *g = m->judgement;
	write_curves(w, m);
	write_worst(w, m);
	jw_kobj(w, "judgement");
	jw_kstr(w, "resampled", m->resampled);
	jw_kint(w, "units", (int64_t)m->resampled_units);
	write_thresholds(w, g->thresholds);
	write_gains(w, g->gains);
	write_calibration(w, m);
	write_intervals(w, m);
	write_residuals(w, &g->residuals);
	write_segments(w, g);
	write_fairness(w, m);
	write_learning(w, &g->learning);
	jw_obj_end(w);
}
