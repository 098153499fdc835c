/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Gradient boosting as a candidate: the search for settings, the fit, predictions, Shapley values, the file.
 * Of the training rows some are kept aside. They say when a booster has learnt enough, and which settings of
 * the search are best, so both are chosen inside the training rows of every split. Where that is cheap, the
 * choice is then fitted again to all training rows: in every split and in the fit on all rows alike.
 */
#include "model/trees/boost_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	CODES_USED = 64,         /* of a number: finer cuts cost more than they gain */
	RARE = 5,                /* levels of fewer rows share a code */
	LEAST_HELD = 20,
	REFIT_CELLS = 400000,    /* training rows x features up to which the second fit is made */
	BLOCK = 128              /* rows that walk together */
};

/* ---- rows as codes ------------------------------------------------------------------------------------------- */

/* Neighbouring codes of numbers become one until there are few enough. */
static void coarsen(struct bins *b, size_t features)
{
	for (size_t j = 0; j < features; j++) {
		if (b[j].category || b[j].n <= CODES_USED)
			continue;
		for (int c = 0; c < b[j].n; c++)
			b[j].cut[c * CODES_USED / b[j].n] = b[j].cut[c];
		for (int c = CODES_USED - 1; c < b[j].n; c++)
			b[j].cut[c] = INFINITY;
		b[j].n = CODES_USED;
	}
}

static struct bins *learn_codes(const struct sample *s, struct arena *a)
{
	size_t p = s->f->nfeatures;
	bool categories = false;
	struct bins *b = bins_fit(s, RARE, a);
	coarsen(b, p);
	for (size_t j = 0; j < p; j++)
		categories |= b[j].category;
	if (categories) {
		uint8_t *codes = bins_codes(b, s);
		bins_rank(b, p, codes, s);
		free(codes);
	}
	return b;
}

/* Row by row they are summed up, feature by feature they are split. */
static void turn(const uint8_t *by_feature, size_t n, size_t p, uint8_t *by_row)
{
	enum { SIDE = 64 };
	for (size_t i = 0; i < n; i += SIDE)
		for (size_t j = 0; j < p; j++)
			for (size_t k = i; k < n && k < i + SIDE; k++)
				by_row[k * p + j] = by_feature[j * n + k];
}

static struct rows rows_of(const struct bins *b, const struct sample *s, struct arena *a)
{
	size_t p = s->f->nfeatures, k = s->f->nclasses > 2 ? (size_t)s->f->nclasses : 1;
	struct rows r = { .n = s->n, .features = p, .codes = arena_alloc(a, s->n * p + 1), .by_feature = bins_codes(b, s),
		.y = arena_calloc(a, s->n, sizeof *r.y), .score = arena_calloc(a, s->n * k, sizeof *r.score) };
	arena_own(a, r.by_feature, free);
	turn(r.by_feature, s->n, p, r.codes);
	for (size_t i = 0; i < s->n; i++)
		r.y[i] = sample_y(s, i);
	return r;
}

/* ---- fitting ---------------------------------------------------------------------------------------------------- */

/* The latest rows in time order, else drawn ones; copies of a row stay together. */
static void keep_aside(const struct sample *s, const struct model_spec *spec, struct arena *a, struct sample *learn,
	struct sample *held)
{
	uint32_t *rows = arena_calloc(a, s->n, sizeof *rows), *aside = arena_calloc(a, s->n, sizeof *aside);
	double share = spec->early_stopping_share;
	bool kept = false;
	struct rng g;
	rng_seed(&g, spec->seed + 17);
	*learn = (struct sample){ .f = s->f, .rows = rows };
	*held = (struct sample){ .f = s->f, .rows = aside };
	for (size_t i = 0; i < s->n; i++) {
		if (!i || s->rows[i] != s->rows[i - 1])
			kept = s->f->by_time ? (double)i >= (double)s->n * (1 - share) : rng_unit(&g) < share;
		if (kept)
			aside[held->n++] = s->rows[i];
		else
			rows[learn->n++] = s->rows[i];
	}
}

static struct boosted *train(const struct bins *b, const struct sample *s, struct rows *held, const struct boosting *how,
	int rounds, const struct model_spec *spec, struct arena *a, double *loss)
{
	struct boosted *out = arena_alloc(a, sizeof *out);
	struct arena *own = arena_new();
	struct rows r = rows_of(b, s, own);
	boost_train(b, s->f, &r, held, how, rounds, spec->seed, a, out, loss);
	arena_free(own);
	return out;
}

static void release(void *a)
{
	arena_free(a);
}

/* The usual settings, and those that are drawn; the ones that the rows aside like best. */
static struct boosted *search(const struct bins *b, const struct sample *learn, const struct sample *held,
	const struct model_spec *spec, struct arena *a)
{
	struct arena *own = arena_new();
	struct rows aside = rows_of(b, held, own);
	struct boosting usual = boost_usual();
	double least, loss;
	struct boosted *best = train(b, learn, &aside, &usual, spec->max_rounds, spec, a, &least);
	int models = search_models(spec, learn->f);
	for (int i = 0; i < models; i++) {
		struct boosting how = boost_drawn(spec->seed, i);
		struct arena *scratch = arena_new();
		struct boosted *other = train(b, learn, &aside, &how, spec->max_rounds, spec, scratch, &loss);
		if (loss < least) {
			least = loss;
			arena_own(a, scratch, release);
			best = other;
		} else {
			arena_free(scratch);
		}
	}
	arena_free(own);
	return best;
}

static void tell(struct candidate *c, const struct boosted *b, const struct model_spec *spec, const struct frame *f)
{
	candidate_setting(c, "rounds", (double)(b->f.trees / b->per_round));
	candidate_setting(c, "max_depth", b->how.depth);
	candidate_setting(c, "learning_rate", b->how.rate);
	candidate_setting(c, "min_child_weight", b->how.weight);
	candidate_setting(c, "subsample", b->how.rows);
	candidate_setting(c, "colsample", b->how.columns);
	candidate_setting(c, "l2", b->how.l2);
	candidate_setting(c, "search_models", search_models(spec, f));
}

static int gbm_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	if (s->f->nfeatures > UINT16_MAX)
		return err_set(e, ERR_INPUT, "boosting takes at most %d columns", UINT16_MAX);
	if (s->f->n < (size_t)spec->min_rows_boosting)
		return err_set(e, ERR_INPUT, "boosting wants %lld rows, the data has %zu", (long long)spec->min_rows_boosting, s->f->n);
	struct arena *own = arena_new();
	struct sample learn, held;
	double loss;
	keep_aside(s, spec, own, &learn, &held);
	bool blind = held.n < LEAST_HELD, again = (double)s->n * (double)s->f->nfeatures <= REFIT_CELLS;
	struct bins *bins = learn_codes(blind ? s : &learn, a);
	struct boosting how = boost_usual();
	struct boosted *b = blind ? train(bins, s, NULL, &how, spec->max_rounds / 3 + 1, spec, a, &loss) :
		search(bins, &learn, &held, spec, a);
	if (!blind && again && b->f.trees) {
		how = b->how;
		bins = learn_codes(s, a);
		b = train(bins, s, NULL, &how, (int)(b->f.trees / b->per_round), spec, a, &loss);
	}
	b->f.bins = bins;
	b->f.features = s->f->nfeatures;
	m->own = b;
	if (c)
		tell(c, b, spec, s->f);
	arena_free(own);
	return 0;
}

/* ---- predicting ---------------------------------------------------------------------------------------------------- */

/* Sums of a block of rows: n x per_round. All rows take as many steps as the deepest leaf needs: without
 * waiting for each other they take them several at a time. */
static void add_trees(const struct boosted *b, const uint8_t *codes, size_t n, double *sum)
{
	const struct forest *f = &b->f;
	uint32_t at[BLOCK];
	for (size_t i = 0; i < n; i++)
		memcpy(sum + i * b->per_round, b->base, b->per_round * sizeof *sum);
	for (size_t t = 0; t < f->trees; t++) {
		const struct twig *twig = f->twig;
		for (size_t i = 0; i < n; i++)
			at[i] = f->root[t];
		for (int d = 0; d < f->depth[t]; d++)
			for (size_t i = 0; i < n; i++)
				at[i] = twig_next(&twig[at[i]], codes[i * f->features + twig[at[i]].feature]);
		for (size_t i = 0; i < n; i++)
			sum[i * b->per_round + t % b->per_round] += f->value[f->leaf[at[i]]];
	}
}

static void gbm_predict(const struct model *m, const struct sample *s, double *out)
{
	const struct boosted *b = m->own;
	size_t k = b->per_round;
	uint8_t *codes = mem_alloc(BLOCK * b->f.features + 1);
	double *sum = mem_calloc(BLOCK * k, sizeof *sum);
	for (size_t from = 0; from < s->n; from += BLOCK) {
		size_t n = s->n - from < BLOCK ? s->n - from : BLOCK;
		bins_rows(b->f.bins, s, from, n, codes);
		add_trees(b, codes, n, sum);
		for (size_t i = 0; i < n; i++)
			boost_output(m->task, sum + i * k, k, out + (from + i) * (size_t)m->outputs);
	}
	free(sum);
	free(codes);
}

/* ---- Shapley values -------------------------------------------------------------------------------------------------- */

/* Each output of more than two classes has its own trees. */
static int gbm_shapley(const struct model *m, const struct sample *s, double *phi, double *base, struct err *e)
{
	(void)e;
	const struct boosted *b = m->own;
	size_t groups = s->f->ngroups, k = b->per_round, n = s->n * groups;
	uint8_t *codes = mem_alloc(s->n * b->f.features + 1);
	double *own = mem_calloc(n + 1, sizeof *own), own_base;
	bins_rows(b->f.bins, s, 0, s->n, codes);
	for (size_t c = 0; c < k; c++) {
		memset(own, 0, n * sizeof *own);
		own_base = b->base[c];
		for (size_t t = c; t < b->f.trees; t += k)
			forest_shap_tree(&b->f, t, 1, s->f, codes, s->n, own, &own_base);
		for (size_t i = 0; i < n; i++)
			phi[i * (size_t)m->outputs + (m->task == TASK_BINARY ? 1 : c)] = own[i];
		base[m->task == TASK_BINARY ? 1 : c] = own_base;
	}
	for (size_t i = 0; i < n && m->task == TASK_BINARY; i++)
		phi[2 * i] = 0;
	if (m->task == TASK_BINARY)
		base[0] = 0;
	free(own);
	free(codes);
	return 0;
}

const struct learner learner_gbm = {
	.kind = MODEL_GBM,
	.name = { "Gradient boosting", "Gradient boosting", "Gradient boosting" },
	.fit = gbm_fit,
	.predict = gbm_predict,
	.save = boost_save,
	.load = boost_load,
	.shapley = gbm_shapley,
};
