/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last word on the chosen model: rows that took no part in choosing it. The best of many candidates
 * looks better on the folds than it is, since it was chosen for that; here it does not. */
#include "model/model_int.h"

void say_folds(const struct frame *f, const struct fold_plan *p, struct arena *a, struct model_result *r)
{
	r->train_rows = arena_calloc(a, (size_t)p->folds, sizeof *r->train_rows);
	r->test_rows = arena_calloc(a, (size_t)p->folds, sizeof *r->test_rows);
	for (int k = 0; k < p->folds; k++) {
		r->train_rows[k] = (int64_t)p->train[k].n;
		r->test_rows[k] = (int64_t)p->test[k].n;
	}
	r->group = f->unit ? f->unit_name : NULL;
	r->groups = r->group ? (int64_t)f->units : 0;
	r->copies = f->copies;
	r->copies_together = f->unit && !f->unit_name;
	r->holdout.rows = (int64_t)p->holdout.n;
	r->holdout.how = p->holdout_how;
}

static void score(const struct contest *c, const double *truth, const double *pred, struct score out[METRIC_COUNT])
{
	const struct sample *s = &c->folds->holdout;
	struct judged j = { .task = c->f->task, .n = s->n, .outputs = c->r->outputs, .y = truth, .pred = pred };
	struct model_result units = { 0 };   /* those of the folds are what the result tells */
	judged_rank(&j, c->a);
	judged_terms(&j, c->a);
	judged_units(&j, c->f, s->rows, c->a, &units);
	score_intervals(&j, c->spec->bootstrap, c->spec->seed, c->spec->threads, out);
}

void score_holdout(struct contest *c)
{
	const struct sample *s = &c->folds->holdout;
	const struct candidate *best = &c->r->candidates[c->r->chosen], *base = &c->r->candidates[0];
	if (!s->n || !best->holdout || !base->holdout) {
		c->r->holdout.rows = 0;
		return;
	}
	double *truth = arena_calloc(c->a, s->n, sizeof *truth);
	for (size_t i = 0; i < s->n; i++)
		truth[i] = sample_y(s, i);
	score(c, truth, best->holdout, c->r->holdout.scores);
	score(c, truth, base->holdout, c->r->holdout.baseline);
}
