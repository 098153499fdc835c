/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What linear candidates say beyond coefficients against R 4.2.2: lm with vcovHC(type = "HC3") of sandwich,
 * resettest(power = 2:3) and bptest of lmtest, drop1(test = "F"), cooks.distance; rlm(scale.est = "MAD") of MASS; glm;
 * multinom of nnet; and that Shapley values add up. */
#include "model/model_int.h"
#include "model_set.h"
#include "test.h"

static struct model_result run(const struct set *s, const char *target, bool category, enum model_kind k, struct arena *a,
	struct table **t)
{
	struct model_spec spec = set_spec(s, target, category);
	struct model_result r;
	struct err e = { 0 };
	memset(spec.want, 0, sizeof spec.want);
	spec.want[k] = true;
	spec.repeats = spec.bootstrap = 0;
	spec.folds = 2;
	*t = set_table(s);
	if (model_run(*t, &spec, a, &r, &e) < 0) {
		printf("%s\n", e.msg);
		exit(1);
	}
	return r;
}

/* Only these columns of a set, in this order. */
static struct set chosen(const struct set *from, const char *const *names, int n)
{
	struct set s = set_new(from->a, from->rows, n);
	for (int j = 0; j < n; j++)
		s.col[s.cols++] = from->col[set_find(from, names[j])];
	return s;
}

static const struct column_test *column_of(const struct candidate *c, const char *name)
{
	for (size_t i = 0; i < c->linear->ncolumns; i++)
		if (strcmp(c->linear->columns[i].column, name) == 0)
			return &c->linear->columns[i];
	printf("no column '%s'\n", name);
	exit(1);
}

/* lm(Sepal.Length ~ Sepal.Width + Petal.Width + Species) */
static void least_squares(void)
{
	static const char *const names[] = { "Sepal.Length", "Sepal.Width", "Petal.Width", "Species" };
	static const double hc3[] = { 0.4192613559, 0.1304403082, 0.2343297716, 0.3115462953, 0.44944847 };
	static const struct influence most[] = { { 118, 0.1128613836, 0.05837394346, 3.01708402 },
		{ 106, 0.07204667363, 0.04090663915, -2.90620009 }, { 131, 0.05106661782, 0.07434301916, 1.783029354 } };
	struct arena *a = arena_new();
	struct set iris = set_read("tests/data/model/iris.csv", ',', a), s = chosen(&iris, names, 4);
	struct table *t;
	struct model_result r = run(&s, "Sepal.Length", false, MODEL_OLS, a, &t);
	const struct candidate *c = set_candidate(&r, MODEL_OLS);
	CHECK(c->ncoefficients == 5);
	for (size_t i = 0; i < 5; i++)
		CHECK_NEAR(c->coefficients[i].robust_se, hc3[i], 1e-9);
	const struct column_test *species = column_of(c, "Species"), *width = column_of(c, "Sepal.Width");
	CHECK(species->terms == 2 && width->terms == 1);
	CHECK_NEAR(species->statistic, 6.812719849, 1e-9);
	CHECK_NEAR(species->p, 0.001486446693, 1e-9);
	CHECK_NEAR(species->robust_p, 0.005442953069, 1e-9);
	CHECK_NEAR(width->statistic, 34.14462947, 1e-9);
	CHECK_NEAR(c->linear->reset, 0.1890667016, 1e-9);
	CHECK_NEAR(c->linear->reset_p, 0.8279378665, 1e-9);
	CHECK(c->linear->reset_df == 2);
	CHECK_NEAR(c->linear->bic, 200.412731, 1e-9);
	CHECK_NEAR(c->breusch_pagan, 22.99346114, 1e-9);
	CHECK(c->linear->robust);
	CHECK(c->linear->ninfluence == 10);
	for (size_t i = 0; i < COUNTOF(most); i++) {
		const struct influence *f = &c->linear->influence[i];
		CHECK(f->row == most[i].row);
		CHECK_NEAR(f->cook, most[i].cook, 1e-9);
		CHECK_NEAR(f->leverage, most[i].leverage, 1e-9);
		CHECK_NEAR(f->residual, most[i].residual, 1e-9);
	}
	table_close(t);
	arena_free(a);
}

/* rlm(mpg ~ wt + hp, psi = psi.huber, scale.est = "MAD", acc = 1e-13) */
static void robust(void)
{
	static const char *const names[] = { "mpg", "wt", "hp" };
	static const double want[] = { 36.5838205, -3.88009312, -0.02927883357 };
	static const double se[] = { 1.438004946, 0.5691024435, 0.008121633967 };
	struct arena *a = arena_new();
	struct set cars = set_read("tests/data/model/mtcars.csv", ',', a), s = chosen(&cars, names, 3);
	struct table *t;
	struct model_result r = run(&s, "mpg", false, MODEL_ROBUST, a, &t);
	const struct candidate *c = set_candidate(&r, MODEL_ROBUST);
	CHECK(c->ncoefficients == 3);
	for (size_t i = 0; i < 3; i++) {
		CHECK_NEAR(c->coefficients[i].estimate, want[i], 1e-8);
		CHECK_NEAR(c->coefficients[i].se, se[i], 1e-8);
	}
	CHECK_NEAR(c->linear->scale, 2.005524307, 1e-8);
	CHECK_NEAR(c->sigma, 2.332604473, 1e-8);
	CHECK(c->linear->downweighted == 3);
	table_close(t);
	arena_free(a);
}

/* glm(Species == "virginica" ~ Sepal.Length + Sepal.Width, binomial) of the two that overlap */
static void logistic(void)
{
	struct arena *a = arena_new();
	struct set iris = set_read("tests/data/model/iris.csv", ',', a), s = set_new(a, 100, 3);
	double *y = set_add(&s, "virginica", COLUMN_INT64), *l = set_add(&s, "l", COLUMN_FLOAT64),
		*w = set_add(&s, "w", COLUMN_FLOAT64);
	for (int64_t i = 0; i < 100; i++) {
		y[i] = i >= 50;
		l[i] = iris.col[0].v[i + 50];
		w[i] = iris.col[1].v[i + 50];
	}
	struct table *t;
	struct model_result r = run(&s, "virginica", true, MODEL_LOGISTIC, a, &t);
	const struct candidate *c = set_candidate(&r, MODEL_LOGISTIC);
	CHECK_NEAR(set_term(c, "l")->estimate, 1.902375219, 1e-8);
	CHECK_NEAR(set_term(c, "l")->se, 0.5169177595, 1e-8);
	CHECK_NEAR(set_term(c, "w")->estimate, 0.4046594122, 1e-7);
	CHECK_NEAR(c->linear->lr, 28.30372803, 1e-9);
	CHECK(c->linear->lr_df == 2);
	CHECK_NEAR(c->linear->mcfadden, 0.2041682404, 1e-9);
	CHECK_NEAR(c->linear->hosmer, 10.55853155, 1e-7);
	CHECK_NEAR(c->linear->hosmer_p, 0.227989184, 1e-7);
	CHECK(c->linear->hosmer_df == 8);
	const struct coefficient *k = set_term(c, "l");
	CHECK_NEAR(column_of(c, "l")->statistic, k->statistic * k->statistic, 1e-9);
	table_close(t);
	arena_free(a);
}

/* multinom(Species ~ Sepal.Width + round(5 * sin(7 * row))) */
static void multinomial(void)
{
	static const double want[] = { 18.98799132, -6.158866782, -0.05069587506, 13.15956217, -4.130336355, -0.06853164643 };
	static const double se[] = { 3.083374883, 0.9974378114, 0.07554838585, 2.710611735, 0.851109399, 0.06885034063 };
	struct arena *a = arena_new();
	struct set iris = set_read("tests/data/model/iris.csv", ',', a), s = set_new(a, 150, 3);
	s.col[s.cols++] = iris.col[set_find(&iris, "Species")];
	s.col[s.cols++] = iris.col[set_find(&iris, "Sepal.Width")];
	double *x = set_add(&s, "x", COLUMN_FLOAT64);
	for (int i = 0; i < 150; i++)
		x[i] = round(sin((i + 1) * 7) * 5);
	struct table *t;
	struct model_result r = run(&s, "Species", true, MODEL_LOGISTIC, a, &t);
	const struct candidate *c = set_candidate(&r, MODEL_LOGISTIC);
	CHECK(c->ncoefficients == 6);
	for (size_t i = 0; i < 6; i++) {
		CHECK_NEAR(c->coefficients[i].estimate, want[i], 1e-6);
		CHECK_NEAR(c->coefficients[i].se, se[i], 1e-5);
	}
	CHECK_NEAR(c->linear->lr, 78.04951773, 1e-8);
	CHECK_NEAR(c->aic, 263.5341689, 1e-8);
	CHECK_NEAR(column_of(c, "Sepal.Width")->statistic, 38.39593444, 1e-6);
	CHECK(column_of(c, "Sepal.Width")->terms == 2);
	table_close(t);
	arena_free(a);
}

/* base + sum of phi is the fit of every row: for classes the log odds against the first. */
static void adds_up(const char *target, bool category, enum model_kind kind)
{
	struct arena *a = arena_new();
	struct set iris = set_read("tests/data/model/iris.csv", ',', a);
	struct table *t;
	struct model_result r = run(&iris, target, category, kind, a, &t);
	const struct model *m = set_candidate(&r, kind)->model;
	size_t n = m->f->n, groups = m->f->ngroups, k = (size_t)m->outputs;
	uint32_t *rows = arena_calloc(a, n, sizeof *rows);
	for (size_t i = 0; i < n; i++)
		rows[i] = (uint32_t)i;
	struct sample all = { .f = m->f, .rows = rows, .n = n };
	double *phi = arena_calloc(a, n * groups * k, sizeof *phi), base[3], *out = arena_calloc(a, n * k, sizeof *out), far = 0;
	CHECK(learner_of(kind)->shapley(m, &all, phi, base, NULL) == 0);
	learner_of(kind)->predict(m, &all, out);
	for (size_t i = 0; i < n; i++)
		for (size_t o = 0; o < k; o++) {
			double sum = base[o], want = category ? log(out[i * k + o] / out[i * k]) : out[i * k + o];
			for (size_t g = 0; g < groups; g++)
				sum += phi[(i * groups + g) * k + o];
			if (want > -25 && want < 25)   /* beyond, probabilities have lost their digits */
				far = fmax(far, fabs(sum - want));
		}
	printf("%-12s %-12s Shapley values miss the fit by %.1e at most\n", target, model_kind_name(kind), far);
	CHECK(far < 1e-6);
	table_close(t);
	arena_free(a);
}

int main(void)
{
	least_squares();
	robust();
	logistic();
	multinomial();
	for (int k = MODEL_OLS; k <= MODEL_ELASTIC_NET; k++)
		adds_up("Sepal.Length", false, (enum model_kind)k);
	for (int k = MODEL_RIDGE; k <= MODEL_LOGISTIC; k++)
		adds_up("Species", true, (enum model_kind)k);
	return test_end();
}
