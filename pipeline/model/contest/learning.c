/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Would more rows help? The score on held-out rows after training on a part of the others. */
#include "model/contest/judge_int.h"

#include <math.h>
#include <stdlib.h>

enum { SHARES = 5, MOST_FOLDS = 5, FEW_FOLDS = 3, CHEAP_CELLS = 5000, LEAST_ROWS = 20, UPPER = 3 };
static const double shares[SHARES] = { 0.1, 0.2, 0.4, 0.7, 1 };
/* Of what the model gains over the baseline: less than that for twice the rows is nothing. */
static const double WORTH = 0.01;

/* The best candidate that can be fitted by itself: ensembles rest on other fits. */
static const struct candidate *pick(const struct model_result *r)
{
	const struct candidate *best = &r->candidates[r->best];
	if (r->best > 0 && best->kind != MODEL_AVERAGE && best->kind != MODEL_STACK)
		return best;
	best = NULL;
	for (size_t i = 1; i < r->ncandidates; i++) {
		const struct candidate *c = &r->candidates[i];
		if (c->failed || c->kind == MODEL_AVERAGE || c->kind == MODEL_STACK)
			continue;
		if (!best || c->scores[r->metric].value < best->scores[r->metric].value)
			best = c;
	}
	return best;
}

struct course {
	const struct contest *c;
	const struct learner *l;
	const struct candidate *k;
	size_t most;             /* training rows at most */
	double (*held_out)[SHARES], (*train)[SHARES];   /* per fold */
	double (*rows)[SHARES];
};

/* A share of the training rows of a fold, drawn by the seed; smaller ones lie inside it. In the order that
 * the rows had, since learners may rely on time. */
static struct sample part_of(const struct course *k, size_t fold, double share, struct arena *a)
{
	const struct sample *train = &k->c->folds->train[fold];
	uint32_t *rows = arena_calloc(a, train->n, sizeof *rows);
	uint8_t *in = arena_calloc(a, train->f->n, 1);
	struct rng g;
	rng_seed(&g, k->c->spec->seed + 104729 * (fold + 1));
	for (size_t r = 0; r < train->n; r++)
		rows[r] = train->rows[r];
	rng_shuffle(&g, rows, train->n);
	size_t full = train->n < k->most ? train->n : k->most, want = (size_t)(share * (double)full + 0.5), n = 0;
	for (size_t r = 0; r < want; r++)
		in[rows[r]] = 1;
	for (size_t r = 0; r < train->n; r++)
		if (in[train->rows[r]])
			rows[n++] = train->rows[r];
	return (struct sample){ .f = train->f, .rows = rows, .n = n };
}

static void one_fit(void *ctx, size_t i)
{
	struct course *k = ctx;
	const struct contest *c = k->c;
	size_t fold = i / SHARES, s = i % SHARES, outputs = (size_t)c->r->outputs;
	const struct sample *train = &c->folds->train[fold], *test = &c->folds->test[fold];
	if (shares[s] == 1 && train->n <= k->most) {   /* that is the fit of the contest itself */
		k->rows[fold][s] = (double)train->n;
		k->held_out[fold][s] = k->k->fold_scores[fold];
		k->train[fold][s] = k->k->train[c->r->metric];
		return;
	}
	struct arena *a = arena_new();
	struct sample part = part_of(k, fold, shares[s], a);
	struct model m = { .kind = k->l->kind, .task = train->f->task, .outputs = c->r->outputs, .f = train->f };
	double score[METRIC_COUNT], *pred = mem_calloc((test->n > part.n ? test->n : part.n) * outputs, sizeof *pred);
	struct err e = { 0 };
	k->rows[fold][s] = (double)part.n;
	k->held_out[fold][s] = k->train[fold][s] = NAN;
	if (model_fit(k->l, &part, c->spec, a, &m, NULL, &e) == 0) {
		model_predict(&m, test, pred);
		score_sample(test, c->r->outputs, pred, score);
		k->held_out[fold][s] = score[c->r->metric];
		model_predict(&m, &part, pred);
		score_sample(&part, c->r->outputs, pred, score);
		k->train[fold][s] = score[c->r->metric];
	}
	free(pred);
	arena_free(a);
}

/* How much the score falls as rows double: the slope of the upper points against log2 of rows, a fold at a
 * time, so that folds being easy or hard does not matter. */
static struct score per_doubling(const struct course *k, size_t folds)
{
	double gain[MOST_FOLDS];
	for (size_t f = 0; f < folds; f++) {
		double x = 0, y = 0, xx = 0, xy = 0;
		for (size_t s = SHARES - UPPER; s < SHARES; s++) {
			x += log2(k->rows[f][s]) / UPPER;
			y += k->held_out[f][s] / UPPER;
		}
		for (size_t s = SHARES - UPPER; s < SHARES; s++) {
			double d = log2(k->rows[f][s]) - x;
			xx += d * d;
			xy += d * (k->held_out[f][s] - y);
		}
		gain[f] = -xy / xx;
	}
	return mean_interval(gain, folds, NULL, 0, NULL);
}

static void judge_course(const struct heldout *t, const struct course *k, size_t folds, struct learning *out)
{
	const struct model_result *r = t->c->r;
	out->point = arena_calloc(t->c->a, SHARES, sizeof *out->point);
	for (size_t s = 0; s < SHARES; s++) {
		double v[MOST_FOLDS], rows = 0, train = 0;
		for (size_t f = 0; f < folds; f++) {
			v[f] = k->held_out[f][s];
			rows += k->rows[f][s] / (double)folds;
			train += k->train[f][s] / (double)folds;
		}
		struct learning_point p = { shares[s], rows, mean_interval(v, folds, NULL, 0, NULL), train };
		if (!isnan(p.held_out.value))
			out->point[out->n++] = p;
	}
	out->doubling = per_doubling(k, folds);
	double gained = r->candidates[0].scores[r->metric].value - out->point[out->n ? out->n - 1 : 0].held_out.value;
	double worth = WORTH * fabs(gained);
	bool falls = out->doubling.lo > 0, little = out->doubling.value <= worth;
	out->verdict = falls && !little ? LEARNING_RISING :
		falls || out->doubling.hi < 2 * worth || out->doubling.value <= 0 ? LEARNING_FLAT : LEARNING_UNCLEAR;
}

/* Trees by the hundred are fitted in fewer parts. */
static size_t folds_for(const struct contest *c, enum model_kind kind)
{
	bool cheap = (kind != MODEL_GBM && kind != MODEL_FOREST) || c->f->n * c->f->nfeatures <= CHEAP_CELLS;
	size_t most = cheap ? MOST_FOLDS : FEW_FOLDS, folds = (size_t)c->folds->folds;
	return folds < most ? folds : most;
}

void judge_learning(const struct heldout *t)
{
	const struct contest *c = t->c;
	struct learning *out = &t->out->learning;
	const struct candidate *best = pick(c->r);
	out->doubling = (struct score){ NAN, NAN, NAN };
	out->verdict = LEARNING_UNCLEAR;
	size_t folds = best ? folds_for(c, best->kind) : 0, least = SIZE_MAX;
	for (size_t f = 0; f < folds; f++)
		least = c->folds->train[f].n < least ? c->folds->train[f].n : least;
	size_t features = c->f->nfeatures ? c->f->nfeatures : 1;
	size_t most = (size_t)c->spec->learning_cells / features;
	if (!best)
		out->why = "no model could be fitted";
	else if (c->spec->learning_cells <= 0)
		out->why = "switched off in the manifest";
	else if ((double)least * shares[0] < LEAST_ROWS)
		out->why = "there are too few rows to learn from a tenth of them";
	else if ((double)most * shares[0] < LEAST_ROWS)
		out->why = "there are too many columns";
	if (out->why)
		return;
	struct course k = { c, learner_of(best->kind), best, most, mem_calloc(folds, sizeof *k.held_out),
		mem_calloc(folds, sizeof *k.train), mem_calloc(folds, sizeof *k.rows) };
	pool_run(c->spec->threads, folds * SHARES, one_fit, &k);
	out->model = best->name;
	out->folds = (int)folds;
	judge_course(t, &k, folds, out);
	free(k.held_out);
	free(k.train);
	free(k.rows);
}
