/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a change of the question is worth: the linear candidate with and without it, on the same rows and
 * folds, so that the difference is the change's alone. Cheap enough to be made for every change. */
#include "model/model_int.h"

#include <stdlib.h>

/* Frame and folds of a question, and no more. */
static int load(const struct table *t, const struct model_spec *s, struct arena *a, struct frame *f, struct fold_plan *p,
	struct model_result *r, struct err *e)
{
	*r = (struct model_result){ 0 };
	if (frame_load(t, s, a, f, r, e) < 0)
		return -1;
	if (folds_plan(f, s, a, p, e) < 0)
		return -1;
	r->task = f->task;
	r->classes = f->classes;
	r->nclasses = f->nclasses;
	for (int k = 0; k < p->folds; k++)
		r->held_out += (int64_t)p->test[k].n;
	return 0;
}

int model_leaks(const struct table *t, const struct model_spec *spec, struct arena *a, struct model_result *out,
	struct err *e)
{
	struct frame *f = arena_alloc(a, sizeof *f);
	struct fold_plan p;
	if (load(t, spec, a, f, &p, out, e) < 0)
		return -1;
	find_leaks(t, f, &p, spec, a, out);
	return 0;
}

struct side {
	struct frame *f;
	const struct model_spec *spec;
	double (*scores)[METRIC_COUNT];   /* per split */
};
struct duel {
	struct side side[2];
	const struct fold_plan *p;
	const struct learner *l;
	int outputs;
	struct err *e;           /* per split and side */
};

/* The rows of a split as the frame of this side has them. */
static struct sample of_side(const struct sample *s, const struct frame *f)
{
	struct sample own = *s;
	own.f = f;
	return own;
}

static void fit_and_score(void *ctx, size_t job)
{
	struct duel *d = ctx;
	const struct side *side = &d->side[job % 2];
	size_t split = job / 2;
	struct sample train = of_side(&d->p->train[split], side->f), test = of_side(&d->p->test[split], side->f);
	struct arena *a = arena_new();
	struct model m = { .kind = d->l->kind, .task = side->f->task, .outputs = d->outputs, .f = side->f };
	if (model_fit(d->l, &train, side->spec, a, &m, NULL, &d->e[job]) == 0) {
		double *pred = arena_calloc(a, test.n * (size_t)d->outputs, sizeof *pred);
		model_predict(&m, &test, pred);
		score_sample(&test, d->outputs, pred, side->scores[split]);
	}
	arena_free(a);
}

static void compare(const struct duel *d, struct change *out)
{
	int n = d->p->splits;
	double *x = mem_calloc(2 * (size_t)n, sizeof *x), *y = x + n, ratio = 0;
	for (int m = 0; m < METRIC_COUNT; m++) {
		out->without[m] = out->with[m] = 0;
		for (int i = 0; i < n; i++) {
			out->without[m] += d->side[0].scores[i][m] / n;
			out->with[m] += d->side[1].scores[i][m] / n;
		}
	}
	for (int i = 0; i < n; i++) {
		x[i] = d->side[1].scores[i][out->metric];
		y[i] = d->side[0].scores[i][out->metric];
		ratio += (double)d->p->test[i].n / (double)d->p->train[i].n / n;
	}
	out->effect = compare_folds(x, y, n, ratio);
	out->effect.p = compare_ratios(x, y, n, ratio).p;   /* a few rows far out weigh on both sides of a split */
	free(x);
}

int model_trial(const struct table *t, const struct model_spec *without, const struct model_spec *with, struct arena *a,
	struct change *out, struct err *e)
{
	enum { ROWS_MAX = 20000 };   /* more would tell no better which is ahead */
	struct model_spec own[2] = { *without, *with };
	struct frame f[2];
	struct fold_plan p[2];
	struct model_result r;
	for (int k = 0; k < 2; k++) {
		own[k].max_rows = own[k].max_rows < ROWS_MAX ? own[k].max_rows : ROWS_MAX;
		if (load(t, &own[k], a, &f[k], &p[k], &r, e) < 0)
			return -1;
	}
	if (f[0].n != f[1].n || f[0].nclasses != f[1].nclasses)
		return err_set(e, ERR_INPUT, "the two questions are about different rows");
	const struct learner *l = learner_of(f[0].nclasses ? MODEL_LOGISTIC : MODEL_OLS);
	size_t splits = (size_t)p[0].splits;
	struct duel d = { .p = &p[0], .l = l, .outputs = f[0].nclasses ? f[0].nclasses : 1,
		.e = arena_calloc(a, 2 * splits, sizeof *d.e) };
	for (int k = 0; k < 2; k++)
		d.side[k] = (struct side){ &f[k], &own[k], arena_calloc(a, splits, sizeof *d.side[k].scores) };
	pool_run(without->threads, 2 * splits, fit_and_score, &d);
	for (size_t i = 0; i < 2 * splits; i++)
		if (d.e[i].code != ERR_NONE) {
			*e = d.e[i];
			return err_while(e, "%s", l->name[f[0].task]);
		}
	*out = (struct change){ .model = l->name[f[0].task], .metric = f[0].nclasses ? METRIC_LOG_LOSS : METRIC_RMSE };
	compare(&d, out);
	return 0;
}
