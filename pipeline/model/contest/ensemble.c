/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Models made of models: the plain average of the best few, and a weighted one (stacking, Wolpert 1992) whose
 * weights are not negative and sum to 1 (Breiman 1996), chosen for least squares of a number, else for
 * likelihood. Members and weights for the rows of a split are chosen on the held-out rows of the other
 * splits of that round, in time order of the earlier ones, so that its score is of rows it has not seen.
 */
#include "model/model_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 3, ROWS_MAX = 5000 };       /* members of the average; held-out rows behind weights */

struct ensemble {
	size_t n;
	struct model *const *member;
	const double *weight;
};

/* ---- weights --------------------------------------------------------------------------------------------------- */

/* Held-out rows with what each candidate says of them. */
struct evidence {
	size_t n, models;
	int outputs;
	double *truth;
	double *said;            /* number: n x models; classes: n x models, the probability of the true class */
};

/* Splits of the same round that are known when this one is predicted; `split` -1: all of the first round. */
static bool known(const struct contest *c, int split, int other)
{
	int folds = c->folds->folds;
	if (split < 0)
		return other < folds;
	return other / folds == split / folds && (c->f->by_time ? other < split : other != split);
}

static struct evidence gather(const struct contest *c, const size_t *model, size_t models, int split)
{
	struct evidence v = { .models = models, .outputs = c->r->outputs };
	size_t all = 0, at = 0;
	for (int s = 0; s < c->folds->splits; s++)
		all += known(c, split, s) ? c->folds->test[s].n : 0;
	size_t every = all / ROWS_MAX + 1;
	v.truth = mem_calloc(all / every + 1, sizeof *v.truth);
	v.said = mem_calloc((all / every + 1) * models, sizeof *v.said);
	for (int s = 0; s < c->folds->splits; s++) {
		const struct sample *test = &c->folds->test[s];
		for (size_t i = 0; known(c, split, s) && i < test->n; i++) {
			if (at++ % every)
				continue;
			double y = sample_y(test, i);
			size_t row = (c->at[s] + i) * (size_t)v.outputs + (c->f->nclasses ? (size_t)y : 0);
			v.truth[v.n] = y;
			for (size_t m = 0; m < models; m++)
				v.said[v.n * models + m] = c->r->candidates[model[m]].oof[row];
			v.n++;
		}
	}
	return v;
}

/* Minimises the sum of squares over weights that are not negative and sum to 1: weight moves between pairs
 * of models as far as it helps, until none does. */
static void least_squares(const struct evidence *v, double *w)
{
	enum { ROUNDS = 2000 };
	size_t k = v->models;
	double *gram = mem_calloc(k * k + k, sizeof *gram), *slope = gram + k * k, trace = 0;
	for (size_t i = 0; i < v->n; i++)
		for (size_t a = 0; a < k; a++)
			for (size_t b = 0; b < k; b++)
				gram[a * k + b] += (v->said[i * k + a] - v->truth[i]) * (v->said[i * k + b] - v->truth[i]);
	for (size_t a = 0; a < k; a++)
		trace += gram[a * k + a];
	for (int round = 0; round < ROUNDS; round++) {
		double moved = 0;
		for (size_t a = 0; a < k; a++) {
			slope[a] = 0;
			for (size_t b = 0; b < k; b++)
				slope[a] += gram[a * k + b] * w[b];
		}
		for (size_t a = 0; a < k; a++)
			for (size_t b = a + 1; b < k; b++) {
				double bend = gram[a * k + a] + gram[b * k + b] - 2 * gram[a * k + b];
				if (bend <= 1e-12 * trace)
					continue;   /* they say the same */
				double step = fmin(w[b], fmax(-w[a], (slope[b] - slope[a]) / bend));
				w[a] += step;
				w[b] -= step;
				for (size_t m = 0; m < k; m++)
					slope[m] += step * (gram[m * k + a] - gram[m * k + b]);
				moved = fmax(moved, fabs(step));
			}
		if (moved < 1e-9)
			break;
	}
	free(gram);
}

/* Maximises the likelihood of the mixture (EM: Dempster, Laird & Rubin 1977). */
static void likelihood(const struct evidence *v, double *w)
{
	enum { ROUNDS = 200 };
	size_t k = v->models;
	double *next = mem_calloc(k, sizeof *next);
	for (int round = 0; round < ROUNDS && v->n; round++) {
		double moved = 0;
		memset(next, 0, k * sizeof *next);
		for (size_t i = 0; i < v->n; i++) {
			const double *p = v->said + i * k;
			double sum = 0;
			for (size_t m = 0; m < k; m++)
				sum += w[m] * p[m];
			for (size_t m = 0; m < k && sum > 0; m++)
				next[m] += w[m] * p[m] / sum;
		}
		double total = 0;
		for (size_t m = 0; m < k; m++)
			total += next[m];
		for (size_t m = 0; m < k && total > 0; m++) {
			moved = fmax(moved, fabs(next[m] / total - w[m]));
			w[m] = next[m] / total;
		}
		if (moved < 1e-6)
			break;
	}
	free(next);
}

/* What counts for next to nothing is left out, which keeps the model small. */
static void drop_small(double *w, size_t k)
{
	const double small = 0.02;
	double sum = 0;
	for (size_t m = 0; m < k; m++)
		sum += w[m] = w[m] < small ? 0 : w[m];
	for (size_t m = 0; m < k; m++)
		w[m] /= sum;
}

static void stack_weights(const struct contest *c, const size_t *model, size_t models, int split, double *w)
{
	struct evidence v = gather(c, model, models, split);
	for (size_t m = 0; m < models; m++)
		w[m] = 1 / (double)models;
	if (v.n && c->f->task == TASK_REGRESSION)
		least_squares(&v, w);
	else if (v.n)
		likelihood(&v, w);
	if (v.n)
		drop_small(w, models);
	free(v.said);
	free(v.truth);
}

/* The best few on the splits that are known, alike; the first in order while none is. */
static void average_weights(const struct contest *c, const size_t *model, size_t models, int split, double *w)
{
	double mean[MODEL_KINDS] = { 0 };
	size_t few = models < FEW ? models : FEW;
	for (size_t m = 0; m < models; m++) {
		w[m] = 0;
		for (int s = 0; s < c->folds->splits; s++)
			if (known(c, split, s))
				mean[m] += c->r->candidates[model[m]].fold_scores[s];
	}
	for (size_t taken = 0; taken < few; taken++) {
		size_t best = models;
		for (size_t m = 0; m < models; m++)
			if (w[m] == 0 && (best == models || mean[m] < mean[best]))
				best = m;
		w[best] = 1 / (double)few;
	}
}

/* ---- candidates ---------------------------------------------------------------------------------------------------- */

/* The models of a split; -1: those of all rows. */
static struct model *combine(const struct contest *c, enum model_kind kind, const size_t *model, size_t models,
	const double *w, int split, struct arena *a)
{
	struct model *out = arena_alloc(a, sizeof *out);
	struct ensemble *own = arena_alloc(a, sizeof *own);
	struct model **member = arena_calloc(a, models, sizeof *member);
	double *weight = arena_calloc(a, models, sizeof *weight);
	for (size_t m = 0; m < models; m++) {
		if (w[m] <= 0)
			continue;
		weight[own->n] = w[m];
		member[own->n++] = split < 0 ? c->r->candidates[model[m]].model : c->kept[model[m]].model[split];
	}
	own->member = member;
	own->weight = weight;
	*out = (struct model){ .kind = kind, .task = c->f->task, .outputs = c->r->outputs, .f = c->f, .own = own };
	return out;
}

static void judge_split(const struct contest *c, struct candidate *k, const size_t *model, size_t models, const double *w,
	int split)
{
	const struct sample *test = &c->folds->test[split];
	size_t outputs = (size_t)c->r->outputs, n = test->n * outputs, at = c->at[split] * outputs;
	double scores[METRIC_COUNT];
	for (size_t m = 0; m < models; m++)
		for (size_t i = 0; i < n && w[m] > 0; i++)
			k->oof[at + i] += w[m] * c->r->candidates[model[m]].oof[at + i];
	score_sample(test, c->r->outputs, k->oof + at, scores);
	k->fold_scores[split] = scores[c->r->metric];
}

static void enter(struct contest *c, const struct learner *l, const size_t *model, size_t models)
{
	struct candidate *k = &c->r->candidates[c->r->ncandidates];
	struct fold_models *kept = &c->kept[c->r->ncandidates++];
	int splits = c->folds->splits, folds = c->folds->folds;
	double w[MODEL_KINDS], train[METRIC_COUNT];
	void (*weights)(const struct contest *, const size_t *, size_t, int, double *) =
		l->kind == MODEL_STACK ? stack_weights : average_weights;
	candidate_clear(k);
	k->kind = l->kind;
	k->name = l->name[c->f->task];
	k->fold_scores = arena_calloc(c->a, (size_t)splits, sizeof *k->fold_scores);
	k->oof = arena_calloc(c->a, c->at[splits] * (size_t)c->r->outputs, sizeof *k->oof);
	memset(k->train, 0, sizeof k->train);
	*kept = fold_models_new(c);
	for (int s = 0; s < splits; s++) {
		weights(c, model, models, s, w);
		judge_split(c, k, model, models, w, s);
		if (s >= folds)
			continue;
		kept->model[s] = combine(c, l->kind, model, models, w, s, c->a);
		split_train_scores(c, kept->model[s], (size_t)s, train);
		for (int m = 0; m < METRIC_COUNT; m++)
			k->train[m] += train[m] / folds;
	}
	weights(c, model, models, -1, w);
	k->model = combine(c, l->kind, model, models, w, -1, c->a);
	size_t held = c->folds->holdout.n * (size_t)c->r->outputs;
	if (held)
		k->holdout = arena_calloc(c->a, held, sizeof *k->holdout);
	for (size_t m = 0; m < models; m++)
		for (size_t i = 0; i < held && w[m] > 0; i++)
			k->holdout[i] += w[m] * c->r->candidates[model[m]].holdout[i];
	for (size_t m = 0; m < models; m++)
		if (w[m] > 0)
			candidate_setting(k, arena_printf(c->a, "weight_%s", model_kind_name(c->r->candidates[model[m]].kind)), w[m]);
	candidate_score(c, k);
}

void contest_combine(struct contest *c)
{
	size_t model[MODEL_KINDS], models = 0;
	for (size_t i = 1; i < c->r->ncandidates; i++)
		if (!c->r->candidates[i].failed)
			model[models++] = i;
	if (models < 2)
		return;
	if (c->spec->want[MODEL_AVERAGE])
		enter(c, &learner_average, model, models);
	if (c->spec->want[MODEL_STACK])
		enter(c, &learner_stack, model, models);
}

/* ---- as a learner ------------------------------------------------------------------------------------------------------ */

static void predict(const struct model *m, const struct sample *s, double *out)
{
	const struct ensemble *e = m->own;
	size_t n = s->n * (size_t)m->outputs;
	double *said = mem_calloc(n, sizeof *said);
	memset(out, 0, n * sizeof *out);
	for (size_t k = 0; k < e->n; k++) {
		model_predict(e->member[k], s, said);
		for (size_t i = 0; i < n; i++)
			out[i] += e->weight[k] * said[i];
	}
	free(said);
}

static int save(const struct model *m, struct jw *w, const char *dir, struct model_files *files, struct err *e)
{
	const struct ensemble *own = m->own;
	int status = 0;
	jw_karr(w, "members");
	for (size_t k = 0; k < own->n && status == 0; k++) {
		jw_obj(w);
		jw_knum(w, "weight", own->weight[k]);
		status = model_put(w, own->member[k], dir, files, e);
		jw_obj_end(w);
	}
	jw_arr_end(w);
	return status;
}

static int load(const json_t *v, const char *dir, struct arena *a, struct model *m, struct err *e)
{
	const json_t *list = json_object_get(v, "members");
	struct ensemble *own = arena_alloc(a, sizeof *own);
	own->n = json_array_size(list);
	if (own->n < 1 || own->n > MODEL_KINDS)
		return err_set(e, ERR_INPUT, "the members of the model are damaged");
	struct model **member = arena_calloc(a, own->n, sizeof *member);
	double *weight = arena_calloc(a, own->n, sizeof *weight);
	for (size_t k = 0; k < own->n; k++) {
		const json_t *one = json_array_get(list, k);
		const char *kind = json_text(one, "kind", "");
		weight[k] = json_num(one, "weight", NAN);
		if (!(weight[k] >= 0) || strcmp(kind, "average") == 0 || strcmp(kind, "stack") == 0)
			return err_set(e, ERR_INPUT, "the members of the model are damaged");
		member[k] = arena_alloc(a, sizeof *member[k]);
		if (model_get(one, m->f, dir, a, member[k], e) < 0)
			return -1;
	}
	own->member = member;
	own->weight = weight;
	m->own = own;
	return 0;
}

const struct learner learner_average = {
	.kind = MODEL_AVERAGE,
	.name = { "Average of the best", "Average of the best", "Average of the best" },
	.predict = predict,
	.save = save,
	.load = load,
};
const struct learner learner_stack = {
	.kind = MODEL_STACK,
	.name = { "Weighted average", "Weighted average", "Weighted average" },
	.predict = predict,
	.save = save,
	.load = load,
};
