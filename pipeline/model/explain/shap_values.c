/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Shapley values of held-out rows: what each column added to the prediction of the model that had not
 * seen the row. Exact where the learner knows how; else columns that are "not known" take their values
 * from rows of the training data (interventional: Janzing et al. 2020), in all subsets of a few columns
 * or along random orders and their reverses (Strumbelj & Kononenko 2014; antithetic: Mitchell et al. 2022).
 * Along an order the differences telescope, so base + sum of phi = prediction however few orders there are.
 *
 * The background are rows at even ranks of what the model predicts for many training rows, so that few of them
 * stand for low, middle and high predictions alike. Its mean prediction is still another than theirs: the base is
 * that of the many the same for all rows of a fold, and what that changes in the sum is shared among the columns by the
 * variance of each over the background, which is what is known of who is how wrong.
 */
#include "model/explain/explain_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { FEW_COLUMNS = 6, LEAST_BACKGROUND = 8, LEAST_ROWS = 20, BATCH = 4096, MOST_VALUES = 5000000,
	BASE_ROWS = 1000, BASE_SHARE = 10 };   /* rows behind the base of a fold: at most, and this part of the budget */

/* ---- one row against a background ---------------------------------------------------------------------- */

struct probe {
	struct shap_work *w;
	const struct model *m;
	uint32_t *background;
	size_t per, batch;       /* mixed rows for one row of the background; of those at a time */
	struct mix mix;
	double *pred, *v;        /* of the mixed rows */
	uint32_t *order;         /* per row of the batch: groups, */
	uint32_t *place;         /* and the place of each group in it */
	double *base;            /* outputs: mean score of training rows */
	double *part, *part_base;    /* of one row of the background: groups x outputs, and outputs */
	double *square, *sampled;    /* sums over the background: of squares of the parts, and of the base it gives */
};

struct ranked {
	double score;
	uint32_t row;
};

static int by_score(const void *a, const void *b)
{
	const struct ranked *p = a, *q = b;
	int score = (p->score > q->score) - (p->score < q->score);
	return score ? score : (p->row > q->row) - (p->row < q->row);
}

/* Rows at even ranks of the output that differs most, of the n rows with scores v, outputs of a row together. */
static void choose_background(struct probe *p, const uint32_t *rows, const double *v, size_t n, struct arena *a)
{
	size_t k = p->w->outputs, widest = 0;
	double most = -1;
	for (size_t c = 0; c < k; c++) {
		double mean = p->base[c], spread = 0;
		for (size_t i = 0; i < n; i++)
			spread += (v[i * k + c] - mean) * (v[i * k + c] - mean);
		if (spread > most) {
			most = spread;
			widest = c;
		}
	}
	struct ranked *order = arena_calloc(a, n, sizeof *order);
	for (size_t i = 0; i < n; i++)
		order[i] = (struct ranked){ v[i * k + widest], rows[i] };
	qsort(order, n, sizeof *order, by_score);
	for (size_t i = 0; i < p->w->background; i++)
		p->background[i] = order[(2 * i + 1) * n / (2 * p->w->background)].row;
}

/* The mean score of training rows, many or all of them, and the background from among them. */
static void mean_score(struct probe *p, const struct sample *train, uint64_t seed, struct arena *a)
{
	const struct shap_work *w = p->w;
	size_t k = w->outputs, most = w->base_rows < train->n ? w->base_rows : train->n;
	uint32_t *rows = arena_calloc(a, most, sizeof *rows);
	size_t n = explain_choose(train->n, most, seed, rows);
	for (size_t i = 0; i < n; i++)
		rows[i] = train->rows[rows[i]];
	struct sample s = { .f = train->f, .rows = rows, .n = n };
	double *pred = arena_calloc(a, n * (size_t)p->m->outputs, sizeof *pred), *v = arena_calloc(a, n * k, sizeof *v);
	link_scores(p->m, &s, pred, v);
	for (size_t i = 0; i < n * k; i++)
		p->base[i % k] += v[i] / (double)n;
	choose_background(p, rows, v, n, a);
}

static void probe_new(struct probe *p, struct shap_work *w, const struct model *m, const struct sample *train, uint64_t seed,
	struct arena *a)
{
	size_t g = w->groups;
	*p = (struct probe){ .w = w, .m = m, .per = w->method == SHAP_ENUMERATED ? (size_t)1 << g : 2 * g };
	p->background = arena_calloc(a, w->background, sizeof *p->background);
	p->batch = p->per < BATCH ? BATCH / p->per : 1;
	p->batch = p->batch < w->background ? p->batch : w->background;
	size_t room = p->batch * p->per;
	mix_new(&p->mix, w->c->f, room, a);
	p->pred = arena_calloc(a, room * (size_t)m->outputs, sizeof *p->pred);
	p->v = arena_calloc(a, room * w->outputs, sizeof *p->v);
	p->order = arena_calloc(a, p->batch * g, sizeof *p->order);
	p->place = arena_calloc(a, p->batch * g, sizeof *p->place);
	p->base = arena_calloc(a, w->outputs, sizeof *p->base);
	p->part = arena_calloc(a, g * w->outputs, sizeof *p->part);
	p->part_base = arena_calloc(a, w->outputs, sizeof *p->part_base);
	p->square = arena_calloc(a, g * w->outputs, sizeof *p->square);
	p->sampled = arena_calloc(a, w->outputs, sizeof *p->sampled);
	mean_score(p, train, seed + 1, a);
}

/* Row t of the first g + 1 knows the first t groups of the order; row g + t of the others, t = 1 .. g - 1,
 * the last t. Enumerated: row t knows the groups that are the bits of t. */
static bool known(const struct probe *p, size_t b, size_t t, size_t group)
{
	size_t g = p->w->groups;
	if (p->w->method == SHAP_ENUMERATED)
		return t >> group & 1;
	size_t at = p->place[b * g + group];
	return t <= g ? at < t : at >= 2 * g - t;
}

static void fill(struct probe *p, size_t row, const uint32_t *background, size_t n)
{
	const struct frame *f = p->w->c->f;
	for (size_t j = 0; j < f->nfeatures; j++) {
		size_t group = (size_t)f->features[j].group;
		for (size_t b = 0; b < n; b++)
			for (size_t t = 0; t < p->per; t++)
				mix_set(&p->mix, b * p->per + t, j, known(p, b, t, group) ? row : background[b]);
	}
	p->mix.sample.n = n * p->per;
	link_scores(p->m, &p->mix.sample, p->pred, p->v);
}

static void shuffle_orders(struct probe *p, struct rng *r, size_t n)
{
	size_t g = p->w->groups;
	for (size_t b = 0; b < n; b++) {
		uint32_t *order = p->order + b * g;
		for (size_t k = 0; k < g; k++)
			order[k] = (uint32_t)k;
		rng_shuffle(r, order, g);
		for (size_t k = 0; k < g; k++)
			p->place[b * g + order[k]] = (uint32_t)k;
	}
}

/* The mean over both directions of one order. */
static void along_order(const struct probe *p, size_t b, double *phi, double *base)
{
	size_t g = p->w->groups, k = p->w->outputs;
	const double *v = p->v + b * p->per * k;
	const uint32_t *order = p->order + b * g;
	for (size_t c = 0; c < k; c++) {
		base[c] = v[c];
		for (size_t t = 0; t < g; t++) {
			double forth = v[(t + 1) * k + c] - v[t * k + c];
			/* back: the last t are known, then one more */
			double without = t ? v[(g + t) * k + c] : v[c];
			double with = t + 1 < g ? v[(g + t + 1) * k + c] : v[g * k + c];
			phi[order[t] * k + c] += forth / 2;
			phi[order[g - 1 - t] * k + c] += (with - without) / 2;
		}
	}
}

/* All subsets: a subset of s of g groups weighs s! (g - s - 1)! / g! (Shapley 1953). */
static void over_subsets(const struct probe *p, size_t b, double *phi, double *base)
{
	size_t g = p->w->groups, k = p->w->outputs;
	const double *v = p->v + b * p->per * k;
	double weight[FEW_COLUMNS];
	for (size_t s = 0; s < g; s++)
		weight[s] = exp(lgamma((double)s + 1) + lgamma((double)(g - s)) - lgamma((double)g + 1));
	for (size_t c = 0; c < k; c++)
		base[c] = v[c];
	for (size_t set = 0; set < p->per; set++) {
		size_t size = 0;
		for (size_t bits = set; bits; bits >>= 1)
			size += bits & 1;
		for (size_t j = 0; j < g; j++)
			for (size_t c = 0; c < k && !(set >> j & 1); c++)
				phi[j * k + c] += weight[size] * (v[(set | (size_t)1 << j) * k + c] - v[set * k + c]);
	}
}

/* Adds what one row of the background says, as one part of `parts`. */
static void add_part(struct probe *p, size_t b, double parts, double *phi)
{
	size_t k = p->w->outputs, each = p->w->groups * k;
	memset(p->part, 0, each * sizeof *p->part);
	(p->w->method == SHAP_SAMPLED ? along_order : over_subsets)(p, b, p->part, p->part_base);
	for (size_t c = 0; c < k; c++)
		p->sampled[c] += p->part_base[c] / parts;
	for (size_t j = 0; j < each; j++) {
		phi[j] += p->part[j] / parts;
		p->square[j] += p->part[j] * p->part[j] / parts;
	}
}

/* From the base of the background to that of the training rows. */
static void move_base(const struct probe *p, double *phi, double *base)
{
	size_t g = p->w->groups, k = p->w->outputs;
	for (size_t c = 0; c < k; c++) {
		double change = p->sampled[c] - p->base[c], all = 0;
		for (size_t j = 0; j < g; j++)
			all += fmax(0, p->square[j * k + c] - phi[j * k + c] * phi[j * k + c]);
		bool known = all > 1e-12 * change * change;   /* more than rounding */
		base[c] = known ? p->base[c] : p->sampled[c];
		for (size_t j = 0; j < g && known; j++) {
			double own = phi[j * k + c];
			phi[j * k + c] += change * fmax(0, p->square[j * k + c] - own * own) / all;
		}
	}
}

static void probe_row(struct probe *p, size_t row, uint64_t seed, double *phi, double *base)
{
	memset(p->square, 0, p->w->groups * p->w->outputs * sizeof *p->square);
	memset(p->sampled, 0, p->w->outputs * sizeof *p->sampled);
	struct rng r;
	rng_seed(&r, seed);
	size_t all = p->w->background;
	for (size_t from = 0; from < all; from += p->batch) {
		size_t n = all - from < p->batch ? all - from : p->batch;
		if (p->w->method == SHAP_SAMPLED)
			shuffle_orders(p, &r, n);
		fill(p, row, p->background + from, n);
		for (size_t b = 0; b < n; b++)
			add_part(p, b, (double)all, phi);
	}
	move_base(p, phi, base);
}

/* ---- the rows of a fold -------------------------------------------------------------------------------------- */

static int ask_learner(struct shap_work *w, const struct model *m, const struct sample *s, size_t from, struct arena *a)
{
	size_t k = (size_t)m->outputs;
	double *phi = arena_calloc(a, s->n * w->groups * k, sizeof *phi), *base = arena_calloc(a, k, sizeof *base);
	if (w->l->shapley(m, s, phi, base, NULL) < 0)
		return -1;
	link_convert(m, phi, s->n * w->groups, w->phi + from * w->groups * w->outputs);
	for (size_t i = 0; i < s->n; i++)
		link_convert(m, base, 1, w->base + (from + i) * w->outputs);
	return 0;
}

static void explain_fold(void *ctx, size_t fold)
{
	struct shap_work *w = ctx;
	const struct fold_plan *folds = w->c->folds;
	size_t lo = 0, from = 0;
	for (size_t k = 0; k < fold; k++)
		lo += folds->test[k].n;
	size_t hi = lo + folds->test[fold].n;
	while (from < w->n && w->held[from] < lo)
		from++;
	size_t n = 0;
	while (from + n < w->n && w->held[from + n] < hi)
		n++;
	if (!n)
		return;
	struct arena *a = arena_new();
	uint32_t *rows = arena_calloc(a, n, sizeof *rows);
	for (size_t i = 0; i < n; i++)
		rows[i] = w->c->held[w->held[from + i]];
	struct sample s = { .f = w->c->f, .rows = rows, .n = n };
	const struct model *m = w->model[fold];
	double *pred = arena_calloc(a, n * (size_t)m->outputs, sizeof *pred);
	link_scores(m, &s, pred, w->score + from * w->outputs);
	if (w->method == SHAP_EXACT) {
		w->failed[fold] = ask_learner(w, m, &s, from, a) < 0;
	} else {
		struct probe p;
		probe_new(&p, w, m, &folds->train[fold], w->c->spec->seed + 15485863 * (fold + 1), a);
		for (size_t i = 0; i < n; i++)
			probe_row(&p, rows[i], w->c->spec->seed + 32452843 * ((uint64_t)rows[i] + 1),
				w->phi + (from + i) * w->groups * w->outputs, w->base + (from + i) * w->outputs);
	}
	arena_free(a);
}

/* ---- how much to do ------------------------------------------------------------------------------------------- */

/* Rows and background within the budget of predictions: fewer rows of the background, then fewer rows. */
static void plan(struct shap_work *w)
{
	const struct model_spec *s = w->c->spec;
	size_t g = w->groups, each = g <= FEW_COLUMNS ? (size_t)1 << g : 2 * g, outputs = (size_t)w->c->r->outputs;
	size_t budget = (size_t)s->importance_rows / model_price(w->l->kind), most = MOST_VALUES / (g * outputs) + 1;
	size_t rows = (size_t)s->shap_rows, least = (size_t)s->shap_background;
	least = least < LEAST_BACKGROUND ? least : LEAST_BACKGROUND;
	rows = rows < most ? rows : most;
	rows = rows < w->c->nheld ? rows : w->c->nheld;
	if (w->method != SHAP_EXACT) {
		w->method = g <= FEW_COLUMNS ? SHAP_ENUMERATED : SHAP_SAMPLED;
		size_t background = budget / (rows * each), fewer = budget / (each * least);
		w->background = background < least ? least : background;
		w->background = w->background < (size_t)s->shap_background ? w->background : (size_t)s->shap_background;
		if (background < least && fewer < rows)
			rows = fewer > LEAST_ROWS ? fewer : LEAST_ROWS < rows ? LEAST_ROWS : rows;
		size_t share = budget / BASE_SHARE / (size_t)w->c->folds->folds;
		share = share < BASE_ROWS ? share : BASE_ROWS;
		w->base_rows = share > w->background ? share : w->background;
	}
	w->n = rows;
}

/* ---- all rows --------------------------------------------------------------------------------------------- */

/* The drawn rows and the others that were asked for, each once, in the order of the held-out rows. */
static void choose_held(struct shap_work *w, const size_t *also, size_t nalso, struct arena *a)
{
	size_t most = w->n + nalso, n = 0;
	uint32_t *draw = arena_calloc(a, w->n, sizeof *draw);
	bool *take = mem_calloc(w->c->nheld, sizeof *take);
	w->ndrawn = explain_choose(w->c->nheld, w->n, w->c->spec->seed + 1, draw);
	w->held = arena_calloc(a, most, sizeof *w->held);
	w->drawn = arena_calloc(a, most, sizeof *w->drawn);
	for (size_t k = 0; k < nalso; k++)
		take[also[k]] = true;
	for (size_t i = 0, d = 0; i < w->c->nheld; i++) {
		bool drawn = d < w->ndrawn && draw[d] == i;
		d += drawn;
		if (!drawn && !take[i])
			continue;
		w->drawn[n] = drawn;
		w->held[n++] = (uint32_t)i;
	}
	w->n = n;
	free(take);
}

void shap_values(struct shap_work *w, const size_t *also, size_t nalso, struct arena *a)
{
	size_t folds = (size_t)w->c->folds->folds;
	plan(w);
	choose_held(w, also, nalso, a);
	w->failed = arena_calloc(a, folds, sizeof *w->failed);
	w->phi = arena_calloc(a, w->n * w->groups * w->outputs, sizeof *w->phi);
	w->base = arena_calloc(a, w->n * w->outputs, sizeof *w->base);
	w->score = arena_calloc(a, w->n * w->outputs, sizeof *w->score);
	pool_run(w->c->spec->threads, folds, explain_fold, w);
	bool failed = false;
	for (size_t k = 0; k < folds; k++)
		failed = failed || w->failed[k];
	if (!failed)
		return;
	w->method = SHAP_SAMPLED;
	shap_values(w, also, nalso, a);
}
