/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Random forests (Breiman 2001): trees on bootstrap samples, each split chosen among a few columns drawn at
 * random, predictions averaged. Levels of a category are put in the order of their target once (Wright &
 * König 2019), after which all splits are cuts of codes. Each tree has a stream of random numbers of its
 * own, so that it is the same on any number of threads.
 */
#include "model/trees/forest_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
	BAG_MAX = 32768,         /* rows that a tree draws, at most, */
	BAG_MIN = 2000,          /* and at least, where there are so many */
	LEAST_TREES = 40,
	RARE = 10,               /* levels of fewer rows share a code */
	BLOCK = 128,             /* rows that walk together */
	MOST_BYTES = 16000000    /* of the file, about */
};
/* Rows x columns tried x levels x trees of a fit: half a second or so. Beyond it there are fewer trees. */
static const double WORK = 6e7;

/* ---- a tree -------------------------------------------------------------------------------------------------- */

struct planted {                 /* a grown tree, packed */
	struct twig *twig;       /* left is not known yet */
	uint32_t *cover;
	double *value;
	size_t nodes, leaves;
};
struct plan {
	const struct sample *s;
	const struct grower *grower;
	const double *prior;     /* shares of the classes; NULL for a number */
	uint64_t seed;
	size_t bag;
	struct planted *tree;
	uint64_t *out_of_bag;    /* bits, trees x words */
	size_t words;
};

/* A leaf's shares are those of its rows and of one more that is like all: none is ever quite 0. */
static void pack(const struct tree *t, const double *prior, struct planted *p)
{
	*p = (struct planted){ .nodes = t->nodes, .leaves = t->leaves, .twig = mem_calloc(t->nodes, sizeof *p->twig),
		.cover = mem_calloc(t->nodes, sizeof *p->cover), .value = mem_calloc(t->leaves * t->width, sizeof *p->value) };
	size_t leaf = 0;
	for (size_t i = 0; i < t->nodes; i++) {
		const struct node *d = &t->node[i];
		p->cover[i] = (uint32_t)d->weight;
		p->twig[i] = (struct twig){ .feature = (uint16_t)d->feature, .code = (uint8_t)d->code,
			.missing_left = d->missing_left };
		if (d->left)
			continue;
		p->twig[i] = (struct twig){ .code = CODE_MISSING, .missing_left = 1 };
		for (size_t c = 0; c < t->width; c++) {
			double v = t->value[i * t->width + c];
			p->value[leaf * t->width + c] = prior ? (v * d->weight + prior[c]) / (d->weight + 1) : v;
		}
		leaf++;
	}
}

static void plant(void *ctx, size_t i)
{
	struct plan *p = ctx;
	struct grower g = *p->grower;
	struct rng rng;
	rng_seed(&rng, hash64(&i, sizeof i, p->seed));
	uint32_t *times = mem_calloc(g.n, sizeof *times);
	for (size_t k = 0; k < p->bag; k++)
		times[rng_below(&rng, g.n)]++;
	for (size_t r = 0; p->out_of_bag && r < g.n; r++)
		if (!times[r])
			p->out_of_bag[i * p->words + r / 64] |= 1ull << (r % 64);
	g.times = times;
	g.rng = &rng;
	struct tree t;
	tree_grow(&g, &t);
	pack(&t, p->prior, &p->tree[i]);
	tree_free(&t);
	free(times);
}

bool forest_link(struct forest *f)
{
	uint32_t leaf = 0;
	uint8_t *depth = mem_alloc(f->root[f->trees] + 1u);
	bool ok = true;
	for (size_t t = 0; t < f->trees && ok; t++) {
		uint32_t from = f->root[t], to = f->root[t + 1], next = from + 1;
		f->depth[t] = 0;
		depth[from] = 0;
		for (uint32_t i = from; i < to && ok; i++) {
			struct twig *w = &f->twig[i];
			ok = i < next;   /* else no split leads here */
			if (!ok)
				break;
			f->depth[t] = depth[i] > f->depth[t] ? depth[i] : f->depth[t];
			if (w->code == CODE_MISSING) {
				w->left = i;
				f->leaf[i] = leaf++;
				continue;
			}
			ok = next + 1 < to && depth[i] < TREE_DEPTH;
			if (!ok)
				break;
			w->left = next;
			depth[next] = depth[next + 1] = (uint8_t)(depth[i] + 1);
			next += 2;
		}
		ok = ok && next == to;
	}
	free(depth);
	return ok && leaf == f->leaves;
}

/* One after the other into arrays of the forest. */
static void gather(struct planted *p, struct forest *f, struct arena *a)
{
	size_t nodes = 0, leaves = 0;
	for (size_t t = 0; t < f->trees; t++) {
		f->root[t] = (uint32_t)nodes;
		nodes += p[t].nodes;
		f->leaves += p[t].leaves;
	}
	f->root[f->trees] = (uint32_t)nodes;
	f->twig = arena_calloc(a, nodes, sizeof *f->twig);
	f->cover = arena_calloc(a, nodes, sizeof *f->cover);
	f->leaf = arena_calloc(a, nodes, sizeof *f->leaf);
	f->value = arena_calloc(a, f->leaves * f->width, sizeof *f->value);
	for (size_t t = 0; t < f->trees; t++) {
		memcpy(f->twig + f->root[t], p[t].twig, p[t].nodes * sizeof *f->twig);
		memcpy(f->cover + f->root[t], p[t].cover, p[t].nodes * sizeof *f->cover);
		memcpy(f->value + leaves * f->width, p[t].value, p[t].leaves * f->width * sizeof *f->value);
		leaves += p[t].leaves;
		free(p[t].twig);
		free(p[t].cover);
		free(p[t].value);
	}
	forest_link(f);
}

/* ---- walking -------------------------------------------------------------------------------------------------- */

/* Where rows end up in a tree. All take as many steps as the deepest needs: without waiting for each other
 * they take them several at a time. */
static void walk(const struct forest *f, size_t tree, const uint8_t *codes, size_t n, uint32_t *at)
{
	for (size_t i = 0; i < n; i++)
		at[i] = f->root[tree];
	for (int d = 0; d < f->depth[tree]; d++)
		for (size_t i = 0; i < n; i++) {
			const struct twig *t = &f->twig[at[i]];
			at[i] = twig_next(t, codes[i * f->features + t->feature]);
		}
}

static void put_mean(const double *sum, double trees, size_t width, size_t outputs, double *out)
{
	for (size_t o = 0; o < outputs; o++)
		out[o] = width == outputs ? sum[o] / trees : o ? sum[0] / trees : 1 - sum[0] / trees;
}

static void forest_predict(const struct model *m, const struct sample *s, double *out)
{
	const struct forest *f = m->own;
	size_t outputs = (size_t)m->outputs, k = f->width;
	uint8_t *codes = mem_alloc(BLOCK * f->features);
	double *sum = mem_alloc(BLOCK * k * sizeof *sum);
	uint32_t at[BLOCK];
	for (size_t from = 0; from < s->n; from += BLOCK) {
		size_t n = s->n - from < BLOCK ? s->n - from : BLOCK;
		bins_rows(f->bins, s, from, n, codes);
		memset(sum, 0, n * k * sizeof *sum);
		for (size_t t = 0; t < f->trees; t++) {
			walk(f, t, codes, n, at);
			for (size_t i = 0; i < n; i++)
				for (size_t c = 0; c < k; c++)
					sum[i * k + c] += f->value[f->leaf[at[i]] * k + c];
		}
		for (size_t i = 0; i < n; i++)
			put_mean(sum + i * k, (double)f->trees, k, outputs, out + (from + i) * outputs);
	}
	free(sum);
	free(codes);
}

/* ---- rows that a tree has not seen ---------------------------------------------------------------------------------- */

struct unseen {
	const struct forest *f;
	const struct sample *s;
	const struct plan *p;
	double *sum, *trees;     /* rows x width, rows */
};

static void predict_unseen(void *ctx, size_t block)
{
	struct unseen *u = ctx;
	const struct forest *f = u->f;
	size_t from = block * BLOCK, n = u->s->n - from < BLOCK ? u->s->n - from : BLOCK, k = f->width;
	uint8_t *codes = mem_alloc(BLOCK * f->features);
	uint32_t at[BLOCK];
	bins_rows(f->bins, u->s, from, n, codes);
	for (size_t t = 0; t < f->trees; t++) {
		walk(f, t, codes, n, at);
		for (size_t i = 0; i < n; i++) {
			size_t r = from + i;
			if (!(u->p->out_of_bag[t * u->p->words + r / 64] >> (r % 64) & 1))
				continue;
			u->trees[r]++;
			for (size_t c = 0; c < k; c++)
				u->sum[r * k + c] += f->value[f->leaf[at[i]] * k + c];
		}
	}
	free(codes);
}

/* The primary metric over rows, each predicted by the trees that did not draw it. */
static double out_of_bag(const struct forest *f, const struct sample *s, const struct plan *p, int outputs, int threads)
{
	size_t k = f->width, o = (size_t)outputs, kept = 0;
	struct unseen u = { f, s, p, mem_calloc(s->n * k, sizeof(double)), mem_calloc(s->n, sizeof(double)) };
	pool_run(threads, (s->n + BLOCK - 1) / BLOCK, predict_unseen, &u);
	double *pred = mem_calloc(s->n * o, sizeof *pred), scores[METRIC_COUNT];
	uint32_t *rows = mem_calloc(s->n, sizeof *rows);
	for (size_t i = 0; i < s->n; i++) {
		if (u.trees[i] == 0)
			continue;
		put_mean(u.sum + i * k, u.trees[i], k, o, pred + kept * o);
		rows[kept++] = s->rows[i];
	}
	struct sample seen = { .f = s->f, .rows = rows, .n = kept };
	scores[METRIC_RMSE] = scores[METRIC_LOG_LOSS] = NAN;
	if (kept > 0)
		score_sample(&seen, outputs, pred, scores);
	free(rows);
	free(pred);
	free(u.sum);
	free(u.trees);
	return scores[s->f->task == TASK_REGRESSION ? METRIC_RMSE : METRIC_LOG_LOSS];
}

/* ---- fitting ------------------------------------------------------------------------------------------------------ */

static double *class_shares(const struct sample *s, size_t width, struct arena *a)
{
	if (!s->f->nclasses)
		return NULL;
	double *share = arena_calloc(a, width, sizeof *share);
	for (size_t i = 0; i < s->n; i++)
		share[width > 1 ? (size_t)sample_y(s, i) : 0] += (width > 1 ? 1 : sample_y(s, i)) / (double)s->n;
	return share;
}

/* Columns a split tries: the root of their number for classes, a third for a number (Breiman 2001), but not
 * fewer than five of these: where columns are few, each says something of its own. */
static size_t columns_tried(size_t p, bool classes)
{
	return (size_t)(classes ? round(sqrt((double)p)) : fmin((double)p, fmax(5, floor((double)p / 3))));
}

/* A number is best averaged over many small leaves; shares need some rows each, the more there are the better
 * they get (Malley et al. 2012). */
static double least_leaf(size_t rows, bool classes)
{
	double root = sqrt((double)rows);
	return classes ? fmin(20, fmax(3, floor(root / 4))) : fmin(5, fmax(2, floor(root / 20)));
}

static double work_of(size_t bag, size_t mtry)
{
	return (double)bag * (double)mtry * fmax(1, log2((double)bag));
}

/* Fewer trees where they cost much; where that is not enough, trees of fewer rows. */
static size_t fit_budget(struct plan *p, const struct grower *g, int most)
{
	p->bag = p->s->n < BAG_MAX ? p->s->n : BAG_MAX;
	double trees = fmin(most, fmax(LEAST_TREES, floor(WORK / work_of(p->bag, g->mtry))));
	while (p->bag > BAG_MIN && trees * work_of(p->bag, g->mtry) > WORK)
		p->bag -= p->bag / 16;
	return trees < 1 ? 1 : (size_t)trees;
}

static void tell(struct candidate *c, const struct forest *f, const struct grower *g, const struct plan *p, double oob,
	bool classes)
{
	candidate_setting(c, "trees", (double)f->trees);
	candidate_setting(c, "columns_tried", (double)g->mtry);
	candidate_setting(c, "min_leaf", g->min_leaf);
	candidate_setting(c, "rows_drawn", (double)p->bag);
	candidate_setting(c, classes ? "out_of_bag_log_loss" : "out_of_bag_rmse", oob);
}

static int forest_fit(const struct sample *s, const struct model_spec *spec, struct arena *a, struct model *m,
	struct candidate *c, struct err *e)
{
	size_t features = s->f->nfeatures;
	if (features > UINT16_MAX)
		return err_set(e, ERR_INPUT, "a forest takes at most %d columns", UINT16_MAX);
	struct arena *scratch = arena_new();
	struct forest *f = arena_alloc(a, sizeof *f);
	bool classes = m->task != TASK_REGRESSION;
	*f = (struct forest){ .bins = bins_fit(s, RARE, a), .features = features, .width = m->outputs > 2 ? (size_t)m->outputs : 1 };
	uint8_t *codes = bins_codes(f->bins, s);
	bins_rank(f->bins, features, codes, s);
	struct grower g = { .bins = f->bins, .codes = codes, .n = s->n, .features = features,
		.target = tree_target(s, m->outputs, scratch), .max_depth = TREE_DEPTH - 1, .mtry = columns_tried(features, classes) };
	struct plan p = { .s = s, .grower = &g, .prior = class_shares(s, f->width, scratch), .seed = spec->seed,
		.words = (s->n + 63) / 64 };
	f->trees = fit_budget(&p, &g, spec->trees);
	double bytes = (double)f->trees * 0.632 * (double)p.bag * (2 * sizeof(struct twig) + sizeof(double) * (double)f->width);
	g.min_leaf = fmax(spec->min_leaf > 0 ? spec->min_leaf : least_leaf(s->n, classes), ceil(bytes / MOST_BYTES));
	f->root = arena_calloc(a, f->trees + 1, sizeof *f->root);
	f->depth = arena_calloc(a, f->trees, sizeof *f->depth);
	p.tree = arena_calloc(scratch, f->trees, sizeof *p.tree);
	p.out_of_bag = c ? arena_calloc(scratch, f->trees * p.words, sizeof *p.out_of_bag) : NULL;
	pool_run(c ? spec->threads : 1, f->trees, plant, &p);
	free(codes);
	gather(p.tree, f, a);
	if (c)
		tell(c, f, &g, &p, out_of_bag(f, s, &p, m->outputs, spec->threads), classes);
	m->own = f;
	arena_free(scratch);
	return 0;
}

/* ---- Shapley values --------------------------------------------------------------------------------------------------- */

void forest_shap_tree(const struct forest *f, size_t tree, double scale, const struct frame *schema, const uint8_t *codes,
	size_t n, double *phi, double *base)
{
	uint32_t from = f->root[tree], nodes = f->root[tree + 1] - from;
	struct arena *a = arena_new();
	uint32_t *left = arena_calloc(a, nodes, sizeof *left), *group = arena_calloc(a, nodes, sizeof *group);
	double *weight = arena_calloc(a, nodes, sizeof *weight);
	uint8_t *went_left = arena_calloc(a, nodes, 1);
	for (uint32_t i = 0; i < nodes; i++) {
		const struct twig *t = &f->twig[from + i];
		left[i] = t->code == CODE_MISSING ? 0 : t->left - from;
		group[i] = (uint32_t)schema->features[t->feature].group;
		weight[i] = f->cover[from + i];
	}
	struct cover_tree t = { nodes, f->width, left, group, weight, f->value, f->leaf + from };
	struct quadrature q;
	quadrature_init(&q, cover_players(&t));
	tree_base(&t, scale, base);
	for (size_t i = 0; i < n; i++) {
		for (uint32_t k = 0; k < nodes; k++) {
			const struct twig *w = &f->twig[from + k];
			went_left[k] = twig_next(w, codes[i * f->features + w->feature]) == w->left;
		}
		tree_shapley(&t, &q, went_left, schema->ngroups, scale, phi + i * schema->ngroups * f->width);
	}
	arena_free(a);
}

static int forest_shap(const struct model *m, const struct sample *s, double *phi, double *base, struct err *e)
{
	(void)e;
	const struct forest *f = m->own;
	size_t groups = s->f->ngroups, outputs = (size_t)m->outputs;
	uint8_t *codes = mem_alloc(s->n * f->features + 1);
	double *own = mem_calloc((s->n * groups + 1) * f->width, sizeof *own), *own_base = own + s->n * groups * f->width;
	bins_rows(f->bins, s, 0, s->n, codes);
	for (size_t t = 0; t < f->trees; t++)
		forest_shap_tree(f, t, 1 / (double)f->trees, s->f, codes, s->n, own, own_base);
	shapley_outputs(own, s->n * groups, f->width, outputs, phi);
	shapley_base(own_base, f->width, outputs, base);
	free(own);
	free(codes);
	return 0;
}

const struct learner learner_forest = {
	.kind = MODEL_FOREST,
	.name = { "Random forest", "Random forest", "Random forest" },
	.fit = forest_fit,
	.predict = forest_predict,
	.save = forest_save,
	.load = forest_load,
	.shapley = forest_shap,
};
