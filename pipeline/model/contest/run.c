/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contest: every candidate on the same folds, then on all rows; who is best, by how much, and why. */
#include "model/model_int.h"

#include <cblas.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *task_name(enum task t)
{
	static const char *const names[] = { "regression", "binary", "multiclass" };
	return names[t];
}

const char *model_kind_name(enum model_kind k)
{
	static const char *const names[] = { "baseline", "ols", "robust", "ridge", "lasso", "elastic_net", "logistic",
		"tree", "forest", "gbm", "knn", "bayes", "average", "stack" };
	return names[k];
}

const struct learner *learner_of(enum model_kind k)
{
	static const struct learner *const learners[MODEL_KINDS] = {
		[MODEL_BASELINE] = &learner_baseline,
		[MODEL_OLS] = &learner_ols,
		[MODEL_ROBUST] = &learner_robust,
		[MODEL_RIDGE] = &learner_ridge,
		[MODEL_LASSO] = &learner_lasso,
		[MODEL_ELASTIC_NET] = &learner_elastic_net,
		[MODEL_LOGISTIC] = &learner_logistic,
		[MODEL_TREE] = &learner_tree,
		[MODEL_FOREST] = &learner_forest,
		[MODEL_GBM] = &learner_gbm,
		[MODEL_KNN] = &learner_knn,
		[MODEL_BAYES] = &learner_bayes,
		[MODEL_AVERAGE] = &learner_average,
		[MODEL_STACK] = &learner_stack,
	};
	return learners[k];
}

void candidate_setting(struct candidate *c, const char *name, double value)
{
	if ((size_t)c->nsettings == COUNTOF(c->settings))
		return;
	c->settings[c->nsettings].name = name;
	c->settings[c->nsettings++].value = value;
}

struct model_spec model_spec_default(void)
{
	struct model_spec s = { .target = -1, .time = -1, .group = -1, .test_share = -1, .folds = 5, .seed = 1, .max_rows = 200000, .max_levels = 12, .min_level_rows = 5, .keywords = 20,
		.repeats = 5, .importance_rows = 400000, .shap = true, .shap_rows = 300, .shap_background = 50, .bootstrap = 200, .max_rounds = 150, .search_models = 6, .search_seconds = 1, .min_rows_boosting = 100, .early_stopping_share = 0.16, .trees = 200, .max_leaves = 31,
		.neighbours_rows = 5000, .leak = 0.98,
		.cost_fp = 1, .cost_fn = 1, .learning_cells = 100000, .threads = 1 };
	for (int k = 0; k < MODEL_KINDS; k++)
		s.want[k] = true;
	return s;
}

static int step(struct contest *c, const char *what, struct err *e)
{
	c->done++;
	if (c->spec->progress && c->spec->progress(c->spec->progress_ctx, c->done / c->total, what))
		return err_set(e, ERR_CANCELLED, "cancelled");
	return 0;
}

static struct judged judged(const struct contest *c, const double *truth, const double *pred, size_t n)
{
	return (struct judged){ .task = c->f->task, .n = n, .outputs = c->r->outputs, .y = truth, .pred = pred };
}

/* ---- candidates --------------------------------------------------------------------------------------------- */

struct fold_models fold_models_new(const struct contest *c)
{
	size_t folds = (size_t)c->folds->folds;
	return (struct fold_models){ arena_calloc(c->a, folds, sizeof(struct arena *)),
		arena_calloc(c->a, folds, sizeof(struct model *)), NULL };
}

static void fold_models_free(struct fold_models *f, size_t folds)
{
	for (size_t i = 0; i < folds && f->arena; i++)
		arena_free(f->arena[i]);
	f->arena = NULL;
}

void candidate_clear(struct candidate *k)
{
	*k = (struct candidate){ .max_cook_row = -1 };
	k->sigma = k->r2 = k->adj_r2 = k->f = k->f_p = k->df_residual = k->log_likelihood = k->aic = NAN;
	k->deviance = k->null_deviance = k->breusch_pagan = k->breusch_pagan_p = k->durbin_watson = NAN;
	k->jarque_bera = k->jarque_bera_p = k->max_cook = NAN;
	k->versus_baseline = k->versus_best = (struct comparison){ NAN, NAN };
	k->p_baseline = k->p_best = NAN;
	for (int m = 0; m < METRIC_COUNT; m++) {
		k->scores[m] = (struct score){ NAN, NAN, NAN };
		k->train[m] = NAN;
	}
}

void candidate_score(struct contest *c, struct candidate *k)
{
	struct judged j = judged(c, c->truth, k->oof, c->nheld);
	judged_rank(&j, c->a);
	judged_terms(&j, c->a);
	judged_units(&j, c->f, c->held, c->a, c->r);
	score_intervals(&j, c->spec->bootstrap, c->spec->seed, c->spec->threads, k->scores);
}

/* ---- what is known of the whole ------------------------------------------------------------------------------ */

/* Rows of the rarer class (of all, for a number) for each term of one equation of the linear candidate; the intercept is
 * none, as in Peduzzi et al. (1996). */
static void events(struct contest *c)
{
	double rarer = (double)c->f->n, equations = c->f->nclasses > 2 ? c->f->nclasses - 1 : 1;
	for (int k = 0; k < c->f->nclasses; k++) {
		double n = 0;
		for (size_t i = 0; i < c->f->n; i++)
			n += c->f->y[i] == k;
		rarer = fmin(rarer, n);
	}
	c->r->events_per_parameter = NAN;
	for (size_t i = 0; i < c->r->ncandidates; i++) {
		const struct candidate *k = &c->r->candidates[i];
		bool plain = k->kind == MODEL_OLS || k->kind == MODEL_LOGISTIC;        /* before those with a penalty */
		double terms = (double)k->parameters - equations;
		if (terms > 0 && (plain || isnan(c->r->events_per_parameter)))
			c->r->events_per_parameter = rarer * equations / terms;
	}
}

static void count_terms(struct contest *c)
{
	struct design d;
	uint32_t *rows = mem_alloc(c->f->n * sizeof *rows);
	for (size_t i = 0; i < c->f->n; i++)
		rows[i] = (uint32_t)i;
	struct sample all = { .f = c->f, .rows = rows, .n = c->f->n };
	design_fit(&all, recipe_of(c->spec, c->f->nclasses ? MODEL_LOGISTIC : MODEL_OLS), c->a, &d);
	for (size_t j = 0; j < d.nterms; j++) {
		struct feature_use *use = &c->r->features[c->f->features[d.terms[j].feature].group];
		use->terms++;
		if (d.terms[j].kind == TERM_CODES)
			use->encoding = d.terms[j].outcome < 0 ? "ranks" : c->f->nclasses ? "shares of the classes at each level" :
				"mean of the target at each level";
	}
	free(rows);
}

static void hold_out(struct contest *c)
{
	c->at = arena_calloc(c->a, (size_t)c->folds->splits + 1, sizeof *c->at);
	for (int i = 0; i < c->folds->splits; i++)
		c->at[i + 1] = c->at[i] + c->folds->test[i].n;
	c->nheld = c->at[c->folds->folds];
	c->held = arena_calloc(c->a, c->nheld, sizeof *c->held);
	c->truth = arena_calloc(c->a, c->nheld, sizeof *c->truth);
	size_t at = 0;
	for (int i = 0; i < c->folds->folds; i++)
		for (size_t k = 0; k < c->folds->test[i].n; k++, at++) {
			c->held[at] = c->folds->test[i].rows[k];
			c->truth[at] = c->f->y[c->held[at]];
		}
}

/* Everything but what must be cleaned up after it. */
static int contest(struct contest *c, struct err *e)
{
	struct model_result *r = c->r;
	const struct learner *learners[MODEL_KINDS];
	size_t n = 0;
	for (int k = 0; k < MODEL_KINDS; k++) {
		const struct learner *l = learner_of((enum model_kind)k);
		if (l && l->fit && l->name[c->f->task] && (k == MODEL_BASELINE || c->spec->want[k]))
			learners[n++] = l;
	}
	if (contest_fit(c, learners, n, e) < 0)
		return -1;
	contest_combine(c);
	verdict(c);
	events(c);
	if (r->chosen > 0 && c->spec->repeats > 0) {
		find_importance(c);
		if (step(c, "importance", e) < 0)
			return -1;
	}
	if (r->useful && r->nimportance) {
		find_explanation(c);
		if (step(c, "explanation", e) < 0)
			return -1;
	}
	score_holdout(c);
	judge(c);
	return step(c, "judgement", e);
}

int model_run(const struct table *t, const struct model_spec *spec, struct arena *a, struct model_result *r, struct err *e)
{
	openblas_set_num_threads(1);   /* ours sit above; and sums must not depend on their number */
	*r = (struct model_result){ 0 };
	struct frame *f = arena_alloc(a, sizeof *f);
	if (frame_load(t, spec, a, f, r, e) < 0)
		return -1;
	struct fold_plan folds;
	if (folds_plan(f, spec, a, &folds, e) < 0)
		return -1;
	r->task = f->task;
	r->classes = f->classes;
	r->nclasses = f->nclasses;
	r->outputs = f->nclasses ? f->nclasses : 1;
	r->scheme = folds.scheme;
	r->why = folds.why;
	r->folds = folds.folds;
	r->fold_repeats = folds.repeats;
	say_folds(f, &folds, a, r);
	r->metric = f->task == TASK_REGRESSION ? METRIC_RMSE : METRIC_LOG_LOSS;
	struct contest c = { .t = t, .spec = spec, .f = f, .folds = &folds, .a = a, .r = r,
		.total = MODEL_KINDS + 3 };
	hold_out(&c);
	count_terms(&c);
	find_leaks(t, f, &folds, spec, a, r);
	r->candidates = arena_calloc(a, MODEL_KINDS, sizeof *r->candidates);
	r->held_out = (int64_t)c.nheld;
	int status = contest(&c, e);
	for (size_t i = 0; i < COUNTOF(c.kept); i++)
		fold_models_free(&c.kept[i], (size_t)folds.folds);
	return status;
}
