/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Trees and forests: splits and prunings of other programs, Shapley values by their definition, the same
 * forest on any number of threads, data that is no good. */
#include "model/tree.h"
#include "model/trees/forest_int.h"
#include "model_fit.h"

/* ---- growing and pruning ------------------------------------------------------------------------------- */

static struct tree grown(struct problem *p, double min_leaf, struct bins **bins, uint8_t **codes)
{
	*bins = bins_fit(&p->s, 0, p->a);
	*codes = bins_codes(*bins, &p->s);
	struct grower g = { .bins = *bins, .codes = *codes, .n = p->s.n, .features = p->f->nfeatures,
		.target = tree_target(&p->s, p->f->nclasses ? p->f->nclasses : 1, p->a), .min_leaf = min_leaf, .max_depth = 12,
		.mtry = p->f->nfeatures, .subsets = true };
	struct tree t;
	tree_grow(&g, &t);
	return t;
}

static bool has_penalty(const struct tree *t, const double *penalty, double want)
{
	for (size_t i = 0; i < t->nodes; i++)
		if (t->node[i].left && fabs(penalty[i] - want) <= 1e-9 * want)
			return true;
	printf("no penalty %.12g\n", want);
	return false;
}

/* R 4.2.2, rpart 4.1.19: rpart(mpg ~ ., mtcars, control = rpart.control(minsplit = 14, minbucket = 7, cp = 0)) */
static void mtcars(void)
{
	struct arena *a = arena_new();
	struct set set = set_read("tests/data/model/mtcars.csv", ',', a);
	struct problem p = pose(&set, "mpg", false);
	struct bins *bins;
	uint8_t *codes;
	struct tree t = grown(&p, 7, &bins, &codes);
	CHECK(t.leaves == 4);
	CHECK_STR(p.f->features[t.node[0].feature].name, "cyl");
	CHECK_NEAR(t.node[0].cut, 5, 0);
	CHECK_NEAR(t.node[0].impurity, 1126.04720, 1e-7);
	CHECK_STR(p.f->features[t.node[2].feature].name, "hp");
	CHECK_NEAR(t.node[2].cut, 192.5, 0);
	CHECK_NEAR(t.value[t.node[2].left + 1], 13.414286, 1e-6);
	const double *penalty = prune_penalties(&t, a), deviance = 1126.0471875;
	CHECK(has_penalty(&t, penalty, 0.64312522605 * deviance / 32));
	CHECK(has_penalty(&t, penalty, 0.09748407339 * deviance / 32));
	CHECK(has_penalty(&t, penalty, 0.02718041385 * deviance / 32));
	CHECK(prune_leaves(&t, penalty, 0) == 4 && prune_leaves(&t, penalty, 1) == 3 && prune_leaves(&t, penalty, 4) == 2);
	CHECK(prune_leaves(&t, penalty, 100) == 1);
	tree_free(&t);
	free(codes);
	table_close(p.t);
	arena_free(a);
}

/* scikit-learn 1.2.1: DecisionTreeClassifier(min_samples_leaf=7).cost_complexity_pruning_path; first splits as
 * rpart's. */
static void iris(void)
{
	struct arena *a = arena_new();
	struct set set = set_read("tests/data/model/iris.csv", ',', a);
	struct problem p = pose(&set, "Species", true);
	struct bins *bins;
	uint8_t *codes;
	struct tree t = grown(&p, 7, &bins, &codes);
	CHECK_STR(p.f->features[t.node[0].feature].name, "Petal.Length");
	CHECK_NEAR(t.node[0].cut, 2.45, 1e-12);
	CHECK_STR(p.f->features[t.node[2].feature].name, "Petal.Width");
	CHECK_NEAR(t.node[2].cut, 1.75, 1e-12);
	const double *penalty = prune_penalties(&t, a);
	CHECK(has_penalty(&t, penalty, 0.020783682232957616));
	CHECK(has_penalty(&t, penalty, 0.25979602791196993));
	CHECK(has_penalty(&t, penalty, 1.0 / 3));
	struct candidate c = { 0 };
	struct model m = fit(&p, MODEL_TREE, &c);
	CHECK(m.own && c.tree && c.tree->leaves == 3 && c.tree->depth == 2);
	CHECK(c.tree->node[0].kind == SPLIT_BELOW && c.tree->node[0].rows == 150);
	CHECK_NEAR(c.tree->node[4].shares[2], 45.0 / 46, 1e-12);
	tree_free(&t);
	free(codes);
	table_close(p.t);
	arena_free(a);
}

/* A column of `levels` levels, and one number, from the stream of a seed; a tenth of each missing. */
static struct set mixed(struct arena *a, int64_t rows, int levels, uint64_t seed, int classes)
{
	struct set s = set_new(a, rows, 8);
	struct rng g;
	rng_seed(&g, seed);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *z = set_add(&s, "z", COLUMN_FLOAT64);
	double *k = set_add(&s, "k", COLUMN_DICT);
	set_levels(&s, NULL, levels);
	double *u = set_add(&s, "u", COLUMN_FLOAT64), *y = set_add(&s, "y", classes ? COLUMN_DICT : COLUMN_FLOAT64);
	if (classes)
		set_levels(&s, NULL, classes);
	for (int64_t i = 0; i < rows; i++) {
		x[i] = rng_normal(&g);
		z[i] = floor(4 * rng_unit(&g));
		k[i] = (double)rng_below(&g, (uint64_t)levels);
		u[i] = rng_unit(&g);
		double v = x[i] + sin(5 * k[i]) + (z[i] > 1 ? u[i] : 0) + 0.5 * rng_normal(&g);
		y[i] = classes ? fmin(classes - 1, fmax(0, floor(v + classes / 2.0))) : v;
		if (rng_unit(&g) < 0.1)
			x[i] = NAN;
		if (rng_unit(&g) < 0.1)
			k[i] = NAN;
	}
	return s;
}

/* All divisions of seven levels in two, and of missing values to either side, against the one that the tree makes. */
static void levels(void)
{
	struct arena *a = arena_new();
	struct set set = mixed(a, 300, 7, 3, 0);
	struct problem p = pose(&set, "y", false);
	double best = 0;
	for (uint32_t left = 1; left < 255; left++) {   /* bit 7: what is missing */
		double n[2] = { 0 }, sum[2] = { 0 };
		for (size_t i = 0; i < p.s.n; i++) {
			double k = p.f->features[2].x[i];
			int side = left >> (isnan(k) ? 7 : (int)k) & 1;
			n[side]++;
			sum[side] += p.f->y[i];
		}
		double all = sum[0] + sum[1];
		best = n[0] < 5 || n[1] < 5 ? best : fmax(best, sum[0] * sum[0] / n[0] + sum[1] * sum[1] / n[1] - all * all / (n[0] + n[1]));
	}
	struct feature only = p.f->features[2];
	struct frame one = *p.f;
	one.features = &only;
	one.nfeatures = 1;
	p.f = &one;
	p.s.f = &one;
	struct bins *bins;
	uint8_t *codes;
	struct tree t = grown(&p, 5, &bins, &codes);
	CHECK(t.nodes > 2);
	CHECK_NEAR(t.node[0].impurity - t.node[1].impurity - t.node[2].impurity, best, 1e-9);
	tree_free(&t);
	free(codes);
	table_close(p.t);
	arena_free(a);
}

/* ---- Shapley values -------------------------------------------------------------------------------------- */

/* What a tree expects of a row of which the columns in `known` are known. */
static double expected(const struct cover_tree *t, uint32_t i, const uint8_t *went_left, uint32_t known, size_t c)
{
	if (!t->left[i])
		return t->value[t->at[i] * t->width + c];
	uint32_t l = t->left[i];
	if (known >> t->group[i] & 1)
		return expected(t, went_left[i] ? l : l + 1, went_left, known, c);
	return (t->weight[l] * expected(t, l, went_left, known, c) + t->weight[l + 1] * expected(t, l + 1, went_left, known, c)) /
		t->weight[i];
}

static void by_definition(void)
{
	enum { GROUPS = 4 };
	static const double factorial[] = { 1, 1, 2, 6, 24 };
	struct arena *a = arena_new();
	struct set set = mixed(a, 400, 5, 11, 3);
	struct problem p = pose(&set, "y", true);
	p.spec.trees = 3;
	struct model m = fit(&p, MODEL_FOREST, NULL);
	const struct forest *f = m.own;
	struct sample few = p.s;
	few.n = 20;
	double *phi = arena_calloc(a, few.n * GROUPS * 3, sizeof *phi), base[3];
	struct err e = { 0 };
	CHECK(learner_forest.shapley(&m, &few, phi, base, &e) == 0);
	double *want = arena_calloc(a, few.n * GROUPS * 3, sizeof *want), worst = 0;
	uint8_t *codes = mem_alloc(few.n * f->features);
	bins_rows(f->bins, &few, 0, few.n, codes);
	for (size_t k = 0; k < f->trees; k++) {
		uint32_t from = f->root[k], nodes = f->root[k + 1] - from;
		uint32_t *left = arena_calloc(a, nodes, sizeof *left), *group = arena_calloc(a, nodes, sizeof *group);
		double *weight = arena_calloc(a, nodes, sizeof *weight);
		uint8_t *went_left = arena_calloc(a, nodes, 1);
		for (uint32_t i = 0; i < nodes; i++) {
			const struct twig *w = &f->twig[from + i];
			left[i] = w->code == CODE_MISSING ? 0 : w->left - from;
			group[i] = (uint32_t)p.f->features[w->feature].group;
			weight[i] = f->cover[from + i];
		}
		struct cover_tree t = { nodes, 3, left, group, weight, f->value, f->leaf + from };
		for (size_t r = 0; r < few.n; r++) {
			for (uint32_t i = 0; i < nodes; i++)
				went_left[i] = twig_next(&f->twig[from + i], codes[r * f->features + f->twig[from + i].feature]) == f->twig[from + i].left;
			for (uint32_t g = 0; g < GROUPS; g++)
				for (uint32_t set_of = 0; set_of < 1u << GROUPS; set_of++) {
					int size = __builtin_popcount(set_of);
					for (size_t c = 0; c < 3 && !(set_of >> g & 1); c++)
						want[(r * GROUPS + g) * 3 + c] += factorial[size] * factorial[GROUPS - 1 - size] / factorial[GROUPS] *
							(expected(&t, 0, went_left, set_of | 1u << g, c) - expected(&t, 0, went_left, set_of, c)) /
							(double)f->trees;
				}
		}
	}
	for (size_t i = 0; i < few.n * GROUPS * 3; i++)
		worst = fmax(worst, fabs(phi[i] - want[i]));
	CHECK(worst < 1e-12);
	free(codes);
	table_close(p.t);
	arena_free(a);
}

static void adds_up(enum model_kind kind, int classes)
{
	struct arena *a = arena_new();
	struct set set = mixed(a, 500, 6, 5, classes);
	struct problem p = pose(&set, "y", classes > 0);
	struct model m = fit(&p, kind, NULL);
	size_t o = (size_t)m.outputs, g = p.f->ngroups, n = 100;
	p.s.n = n;
	double *phi = arena_calloc(a, n * g * o, sizeof *phi), *base = arena_calloc(a, o, sizeof *base);
	double *pred = arena_calloc(a, n * o, sizeof *pred), worst = 0;
	struct err e = { 0 };
	CHECK(learner_of(kind)->shapley(&m, &p.s, phi, base, &e) == 0);
	learner_of(kind)->predict(&m, &p.s, pred);
	for (size_t i = 0; i < n; i++)
		for (size_t c = 0; c < o; c++) {
			double sum = base[c];
			for (size_t k = 0; k < g; k++)
				sum += phi[(i * g + k) * o + c];
			worst = fmax(worst, fabs(sum - pred[i * o + c]));
		}
	CHECK(worst < 1e-9);
	table_close(p.t);
	arena_free(a);
}

/* ---- forests ---------------------------------------------------------------------------------------------- */

/* On a thread more or less the same forest, to the last bit; out of the bag it errs as on new rows. */
static void threads(void)
{
	double first[2] = { 0 };
	for (int n = 1; n <= 7; n += 3) {
		struct arena *a = arena_new();
		struct set set = mixed(a, 700, 30, 9, 2);
		struct problem p = pose(&set, "y", true);
		struct candidate c = { 0 };
		p.spec.threads = n;
		struct model m = fit(&p, MODEL_FOREST, &c);
		double *pred = arena_calloc(a, 2 * p.s.n, sizeof *pred), oob = 0;
		learner_forest.predict(&m, &p.s, pred);
		for (int i = 0; i < c.nsettings; i++)
			if (strcmp(c.settings[i].name, "out_of_bag_log_loss") == 0)
				oob = c.settings[i].value;
		double sum = 0;
		for (size_t i = 0; i < p.s.n; i++)
			sum += pred[2 * i + 1] * (double)(i + 1);
		if (n == 1) {
			first[0] = sum;
			first[1] = oob;
			struct set fresh = mixed(a, 700, 30, 10, 2);
			struct problem q = pose(&fresh, "y", true);
			double loss = 0;
			learner_forest.predict(&m, &q.s, pred);
			for (size_t i = 0; i < q.s.n; i++)
				loss -= log(pred[2 * i + (size_t)q.f->y[i]]) / (double)q.s.n;
			CHECK_NEAR(oob, loss, 0.15);
			table_close(q.t);
		}
		CHECK(sum == first[0] && oob == first[1]);
		table_close(p.t);
		arena_free(a);
	}
}

/* ---- bad data ----------------------------------------------------------------------------------------------- */

static void try_all(struct set *set, bool category)
{
	static const enum model_kind kinds[] = { MODEL_TREE, MODEL_FOREST, MODEL_KNN, MODEL_BAYES };
	struct problem p = pose(set, "y", category);
	for (size_t k = 0; k < COUNTOF(kinds); k++) {
		if (!learner_of(kinds[k])->name[p.f->task])
			continue;
		struct candidate c = { 0 };
		size_t all = p.s.n;
		struct model m = fit(&p, kinds[k], &c);
		double *pred = arena_calloc(p.a, all * (size_t)m.outputs, sizeof *pred);
		learner_of(kinds[k])->predict(&m, &p.s, pred);
		bool fine = true;
		for (size_t i = 0; i < all * (size_t)m.outputs; i++)
			fine = fine && isfinite(pred[i]) && (!category || (pred[i] >= 0 && pred[i] <= 1));
		CHECK(fine);
		p.s.n = 2;   /* two rows, of one class or two */
		m = fit(&p, kinds[k], &c);
		learner_of(kinds[k])->predict(&m, &p.s, pred);
		CHECK(isfinite(pred[0]));
		p.s.n = all;
	}
	table_close(p.t);
}

static void bad(void)
{
	struct arena *a = arena_new();
	for (int classes = 0; classes <= 4; classes += 2) {
		struct set s = set_new(a, 60, 8);
		double *constant = set_add(&s, "constant", COLUMN_FLOAT64), *gone = set_add(&s, "gone", COLUMN_FLOAT64);
		double *huge = set_add(&s, "huge", COLUMN_FLOAT64), *lone = set_add(&s, "lone", COLUMN_DICT);
		set_levels(&s, NULL, 1);
		double *each = set_add(&s, "each", COLUMN_DICT);
		set_levels(&s, NULL, 60);
		double *y = set_add(&s, "y", classes ? COLUMN_DICT : COLUMN_FLOAT64);
		if (classes)
			set_levels(&s, NULL, classes);
		for (int i = 0; i < 60; i++) {
			constant[i] = 3;
			gone[i] = NAN;
			huge[i] = i % 3 == 0 ? 1e300 : i % 3 == 1 ? -1e300 : 1e-300;
			lone[i] = i % 5 ? 0 : NAN;
			each[i] = i;
			y[i] = classes ? i % classes : i % 7;
		}
		try_all(&s, classes > 0);
	}
	struct set wide = set_new(a, 40, 1001);
	struct rng g;
	rng_seed(&g, 1);
	for (int j = 0; j < 1000; j++) {
		double *x = set_add(&wide, arena_printf(a, "x%d", j), COLUMN_FLOAT64);
		for (int i = 0; i < 40; i++)
			x[i] = rng_normal(&g);
	}
	double *y = set_add(&wide, "y", COLUMN_FLOAT64);
	for (int i = 0; i < 40; i++)
		y[i] = rng_normal(&g);
	try_all(&wide, false);
	arena_free(a);
}

int main(void)
{
	mtcars();
	iris();
	levels();
	by_definition();
	for (int classes = 0; classes <= 3; classes++)
		if (classes != 1) {
			adds_up(MODEL_TREE, classes);
			adds_up(MODEL_FOREST, classes);
		}
	threads();
	bad();
	return test_end();
}
