/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nearest neighbours and naive Bayes against plain second ways to the same figures; and every learner of these and
 * of trees as files: what comes back predicts the same, what was damaged is refused. */
#include "model/model_int.h"
#include "model_fit.h"

/* scikit-learn 1.2.1: GaussianNB().fit(iris).predict_proba, rows counted from 0. */
static void gaussian(void)
{
	static const struct {
		size_t row;
		double versicolor, virginica;
	} want[] = { { 50, 0.8040376655396823, 0.19596233446031797 }, { 70, 0.15449408494388256, 0.8455059150561174 },
		{ 106, 0.9735143446532974, 0.026485655346702722 }, { 119, 0.9581353618712692, 0.041864638128730806 },
		{ 133, 0.7126451442155293, 0.2873548557844709 } };
	struct arena *a = arena_new();
	struct set set = set_read("tests/data/model/iris.csv", ',', a);
	struct problem p = pose(&set, "Species", true);
	struct candidate c = { 0 };
	struct model m = fit(&p, MODEL_BAYES, &c);
	double *pred = arena_calloc(a, 3 * p.s.n, sizeof *pred), *phi = arena_calloc(a, 12 * p.s.n, sizeof *phi), base[3];
	struct err e = { 0 };
	learner_bayes.predict(&m, &p.s, pred);
	for (size_t i = 0; i < COUNTOF(want); i++) {
		CHECK_NEAR(pred[3 * want[i].row + 1], want[i].versicolor, 1e-6);
		CHECK_NEAR(pred[3 * want[i].row + 2], want[i].virginica, 1e-6);
	}
	/* Shapley values add up to scores, whose differences are those of the logarithms of the shares */
	double worst = 0, mean = 0;
	CHECK(learner_bayes.shapley(&m, &p.s, phi, base, &e) == 0);
	for (size_t i = 0; i < p.s.n; i++) {
		double score[3] = { base[0], base[1], base[2] };
		for (size_t g = 0; g < 4; g++)
			for (size_t o = 0; o < 3; o++)
				score[o] += phi[(i * 4 + g) * 3 + o];
		worst = fmax(worst, fabs(score[2] - score[1] - log(pred[3 * i + 2] / pred[3 * i + 1])));
		mean += phi[i * 12 + 1] / (double)p.s.n;
	}
	CHECK(worst < 1e-9);
	CHECK(fabs(mean) < 1e-12);
	table_close(p.t);
	arena_free(a);
}

/* Levels and what is missing: by hand. Of yes 3 of 4 have a, of no 1 of 4 (one of b missing). */
static void laplace(void)
{
	struct arena *a = arena_new();
	struct set s = set_new(a, 24, 2);
	double *x = set_add(&s, "x", COLUMN_DICT);
	set_levels(&s, NULL, 2);
	double *y = set_add(&s, "y", COLUMN_DICT);
	set_levels(&s, NULL, 2);
	for (int i = 0; i < 24; i++) {
		y[i] = i < 12;
		x[i] = i < 9 ? 1 : i < 12 ? 0 : i < 15 ? 1 : i < 23 ? 0 : NAN;
	}
	struct problem p = pose(&s, "y", true);
	struct model m = fit(&p, MODEL_BAYES, NULL);
	double pred[48], yes = 10.0 / 14, no = 4.0 / 13;
	learner_bayes.predict(&m, &p.s, pred);
	CHECK_NEAR(pred[1], yes / (yes + no), 1e-12);
	CHECK_NEAR(pred[2 * 23 + 1], 0.5, 1e-12);
	table_close(p.t);
	arena_free(a);
}

/* Neighbours by looking at all of them, on standardised numbers. */
static void neighbours(void)
{
	struct arena *a = arena_new();
	struct set set = set_read("tests/data/model/mtcars.csv", ',', a);
	struct problem p = pose(&set, "mpg", false);
	struct candidate c = { 0 };
	struct model m = fit(&p, MODEL_KNN, &c);
	size_t n = p.s.n, k = (size_t)c.settings[0].value, d = p.f->nfeatures;
	CHECK_STR(c.settings[0].name, "neighbours");
	double *pred = arena_calloc(a, n, sizeof *pred), *z = arena_calloc(a, n * d, sizeof *z);
	learner_knn.predict(&m, &p.s, pred);
	for (size_t j = 0; j < d; j++) {
		double mean = 0, ss = 0;
		for (size_t i = 0; i < n; i++)
			mean += p.f->features[j].x[i] / (double)n;
		for (size_t i = 0; i < n; i++)
			ss += (p.f->features[j].x[i] - mean) * (p.f->features[j].x[i] - mean);
		for (size_t i = 0; i < n; i++)
			z[i * d + j] = (p.f->features[j].x[i] - mean) / sqrt(ss / (double)(n - 1));
	}
	for (size_t i = 0; i < n; i++) {
		double distance[64], sum = 0, weight = 0, far = 0;
		bool used[64] = { false };
		size_t order[64];
		for (size_t o = 0; o < n; o++) {
			distance[o] = 0;
			for (size_t j = 0; j < d; j++)
				distance[o] += (z[i * d + j] - z[o * d + j]) * (z[i * d + j] - z[o * d + j]);
			distance[o] = sqrt(distance[o]);
		}
		for (size_t r = 0; r < k; r++) {
			size_t best = n;
			for (size_t o = 0; o < n; o++)
				if (!used[o] && (best == n || distance[o] < distance[best]))
					best = o;
			used[best] = true;
			order[r] = best;
			far = distance[best];
		}
		for (size_t r = 0; r < k; r++) {
			double w = 1 / (distance[order[r]] + 0.1 * far + 1e-9);
			sum += w * p.f->y[order[r]];
			weight += w;
		}
		CHECK_NEAR(pred[i], sum / weight, 1e-9);
	}
	table_close(p.t);
	arena_free(a);
}

/* ---- as files -------------------------------------------------------------------------------------------- */

static struct set people(struct arena *a, int classes)
{
	struct set s = set_new(a, 300, 8);
	struct rng g;
	rng_seed(&g, 21);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *k = set_add(&s, "k", COLUMN_DICT);
	set_levels(&s, NULL, 40);
	double *u = set_add(&s, "u", COLUMN_FLOAT64), *y = set_add(&s, "y", classes ? COLUMN_DICT : COLUMN_FLOAT64);
	if (classes)
		set_levels(&s, NULL, classes);
	for (int i = 0; i < 300; i++) {
		x[i] = rng_unit(&g) < 0.1 ? NAN : rng_normal(&g);
		k[i] = rng_unit(&g) < 0.1 ? NAN : (double)rng_below(&g, (uint64_t)(i % 2 ? 40 : 4));
		u[i] = rng_unit(&g);
		double v = (isnan(x[i]) ? -1 : x[i]) + u[i] + rng_normal(&g);
		y[i] = classes ? fmin(classes - 1, fmax(0, floor(v + 1))) : v;
	}
	return s;
}

/* Saves into `dir` and reads the JSON back. */
static json_t *saved(const struct model *m, const char *dir, struct model_files *files)
{
	struct buf out = { 0 };
	struct jw w;
	struct err e = { 0 };
	json_error_t why;
	jw_init(&w, &out);
	jw_obj(&w);
	CHECK(model_put(&w, m, dir, files, &e) == 0);
	jw_obj_end(&w);
	json_t *v = json_loads(out.p, 0, &why);
	CHECK(v != NULL);
	buf_free(&out);
	return v;
}

/* Bytes of the file changed, or its end cut off: refused, or at least harmless. */
static void damage(const json_t *v, const struct frame *f, const char *dir, const char *name, const struct sample *s)
{
	struct arena *a = arena_new();
	struct buf whole = { 0 };
	const char *path = path_join(a, dir, name);
	double *pred = arena_calloc(a, s->n * 5, sizeof *pred);
	CHECK(file_read(path, 1 << 28, &whole, NULL) == 0);
	struct rng g;
	rng_seed(&g, 4);
	for (int i = 0; i < 300; i++) {
		struct model m;
		char *bytes = arena_strndup(a, whole.p, whole.n);
		bool cut = i % 10 == 0;
		memcpy(bytes, whole.p, whole.n);
		for (int k = 0; k < 3; k++)
			bytes[rng_below(&g, i % 2 ? whole.n : 400)] = (char)rng_below(&g, 256);
		CHECK(file_write(path, bytes, cut ? rng_below(&g, whole.n) : whole.n, NULL) == 0);
		int status = model_get(v, f, dir, a, &m, NULL);
		if (cut)
			CHECK(status < 0);
		if (status == 0)
			learner_of(m.kind)->predict(&m, s, pred);
	}
	buf_free(&whole);
	arena_free(a);
}

static void files(enum model_kind kind, int classes)
{
	char dir[] = "/tmp/dossier-near-XXXXXX";
	struct arena *a = arena_new();
	struct set set = people(a, classes);
	struct problem p = pose(&set, "y", classes > 0);
	p.spec.trees = 20;
	struct model m = fit(&p, kind, NULL), back;
	struct model_files names = { 0 };
	struct err e = { 0 };
	CHECK(mkdtemp(dir) != NULL);
	json_t *v = saved(&m, dir, &names);
	size_t o = (size_t)m.outputs;
	double *was = arena_calloc(a, p.s.n * o, sizeof *was), *is = arena_calloc(a, p.s.n * o, sizeof *is);
	CHECK(model_get(v, p.f, dir, a, &back, &e) == 0);
	/* a level that training never saw is somewhere in the new rows, too */
	double known = p.f->features[1].x[5];
	p.f->features[1].x[5] = p.f->features[1].nlevels + 1;
	learner_of(kind)->predict(&m, &p.s, was);
	learner_of(kind)->predict(&back, &p.s, is);
	CHECK(memcmp(was, is, p.s.n * o * sizeof *was) == 0);
	p.f->features[1].x[5] = known;
	if (learner_of(kind)->shapley) {
		size_t n = p.s.n * p.f->ngroups * o;
		double *phi = arena_calloc(a, n, sizeof *phi), *again = arena_calloc(a, n, sizeof *phi), base[8], base2[8];
		CHECK(learner_of(kind)->shapley(&m, &p.s, phi, base, &e) == 0);
		CHECK(learner_of(kind)->shapley(&back, &p.s, again, base2, &e) == 0);
		CHECK(memcmp(phi, again, n * sizeof *phi) == 0 && memcmp(base, base2, o * sizeof *base) == 0);
	}
	for (int i = 0; i < names.n; i++)
		damage(v, p.f, dir, names.name[i], &p.s);
	json_decref(v);
	file_remove_tree(dir, NULL);
	table_close(p.t);
	arena_free(a);
}

int main(void)
{
	gaussian();
	laplace();
	neighbours();
	for (int classes = 0; classes <= 4; classes += 2) {
		files(MODEL_TREE, classes);
		files(MODEL_FOREST, classes);
		files(MODEL_KNN, classes);
		if (classes)
			files(MODEL_BAYES, classes);
	}
	return test_end();
}
