/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Predictive power against the definition, step by step; weight of evidence against figures made
 * by hand; bins. */
#include "profile_across.h"
#include "profile/relations_int.h"

static void test_bins(void)
{
	static const double x[] = { 5, 1, NAN, 1, 2, 1, 9, 8, 7, 6 };
	uint8_t code[10];
	double lower[10], upper[10];
	CHECK(quantile_bins(x, 10, 10, code, lower, upper) == 7);  /* each value its own */
	CHECK(code[1] == 0 && code[4] == 1 && code[0] == 2 && code[6] == 6 &&
		code[2] == LEVEL_NONE);
	CHECK(quantile_bins(x, 10, 3, code, lower, upper) == 3);   /* 1 1 1 | 2 5 6 | 7 8 9 */
	CHECK(code[3] == 0 && code[4] == 1 && code[9] == 1 && code[8] == 2);
	CHECK(lower[0] == 1 && upper[0] == 1 && lower[1] == 2 && upper[1] == 6 && upper[2] == 9);
	CHECK(quantile_bins(x + 2, 1, 3, code, lower, upper) == 0);
}

/* ---- predictive power ------------------------------------------------------------------------ */

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Median of y over the rows that are not in the fold, and in the bin unless it is -1. */
static double plain_median(const struct panel *p, const struct panel_column *x, const double *y,
	int n, int fold, int bin)
{
	double v[2000];
	size_t k = 0;
	for (int i = 0; i < n; i++)
		if (!isnan(y[i]) && p->fold[i] != fold && (bin < 0 || x->bin[i] == bin))
			v[k++] = y[i];
	qsort(v, k, sizeof *v, by_size);
	return k < 5 ? NAN : v[(k - 1) / 2] / 2 + v[k / 2] / 2;
}

static double plain_score(const struct panel *p, const struct panel_column *x, const double *y,
	int n)
{
	double model = 0, base = 0;
	for (int i = 0; i < n; i++) {
		if (isnan(y[i]))
			continue;
		double all = plain_median(p, x, y, n, p->fold[i], -1),
			own = plain_median(p, x, y, n, p->fold[i], x->bin[i]);
		model += fabs(y[i] - (isnan(own) ? all : own));
		base += fabs(y[i] - all);
	}
	return fmax(0, 1 - model / base);
}

/* Three columns: u decides v but not v u; a class that follows from u; holes. */
static void test_power(void)
{
	enum { N = 1000 };
	static double y[N];
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *u = col_add(t, "u", COLUMN_FLOAT64, NULL),
		*v = col_add(t, "v", COLUMN_FLOAT64, NULL),
		*w = col_add(t, "w", COLUMN_FLOAT64, NULL),
		*c = col_add(t, "class", COLUMN_DICT, NULL);
	struct rng r;
	rng_seed(&r, 3);
	for (int i = 0; i < N; i++) {
		double x = 4 * rng_unit(&r) - 2;
		col_real(u, x);
		col_text(c, fabs(x) > 1 ? "far" : "near", fabs(x) > 1 ? 3 : 4);
		y[i] = i % 7 ? x * x : NAN;
		if (isnan(y[i]))
			col_missing(v);
		else
			col_real(v, y[i]);
		col_real(w, rng_unit(&r));
	}
	struct crossing x = crossing_new(cols_open(t), "nnnc");
	struct profile_options o = across_options();
	o.target = "v";
	struct associations s = associate(&x, &o);
	struct arena *a = x.arena;
	struct sample all = sample_new(x.table, 5000, o.seed, a);
	struct panel p = panel_new(&all, o.seed, a);
	struct panel_column from, to;
	panel_number(&from, &p, 0, 0);
	panel_number(&to, &p, 1, 1);
	struct power_score z = power_of(&p, &from, &to);
	CHECK_NEAR(z.score, plain_score(&p, &from, y, N), 1e-12);
	CHECK(z.score > 0.9 && z.lo <= z.score && z.hi >= z.score && z.lo > 0.85 && z.n == 857);
	CHECK_NEAR(z.score, 1 - z.error / z.baseline, 1e-12);
	double back = power_of(&p, &to, &from).score;  /* the square hides the sign */
	CHECK(back < 0.3);
	panel_column_free(&to);
	panel_column_free(&from);
	/* a correlation sees nothing here */
	const struct target_profile *g = s.target;
	CHECK(g && g->nfeatures == 3 && g->nevidence == 0);
	for (int i = 0; g && i < g->nfeatures; i++) {
		double q = g->power[i].score;
		CHECK(g->features[i].a == 0 ? q == z.score : g->features[i].a == 2 ? q < 0.05 : q > 0.3);
	}
	CHECK(s.power.n == 4 && s.power_rows == N);
	CHECK(s.power.value[1 * 4 + 0] == z.score && s.power.value[0 * 4 + 1] == back);
	CHECK(s.power.value[3 * 4 + 0] > 0.9);         /* the class from u */
	crossing_free(&x);
	free(t);
}

/* One column says the other but for every tenth row: F1 and base from the counts. */
static void test_classes(void)
{
	enum { N = 400 };
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *x = col_add(t, "x", COLUMN_DICT, NULL), *y = col_add(t, "y", COLUMN_DICT, NULL);
	int both[2][2] = { { 0 } };
	for (int i = 0; i < N; i++) {
		int b = i % 4 == 0, said = i % 10 == 3 ? !b : b;
		both[said][b]++;
		col_text(x, said ? "q" : "p", 1);
		col_text(y, b ? "b" : "a", 1);
	}
	struct crossing c = crossing_new(cols_open(t), "cc");
	struct profile_options o = across_options();
	o.target = "y";
	struct associations s = associate(&c, &o);
	/* the commonest class of each bin is the same in any three folds of so many rows */
	double a = both[0][0] + both[1][0], b = N - a,
		fa = 2.0 * both[0][0] / (a + both[0][0] + both[0][1]),
		fb = 2.0 * both[1][1] / (b + both[1][0] + both[1][1]), f1 = (a * fa + b * fb) / N,
		q = a / N, base = fmax(q * 2 * q / (1 + q), q * q + (1 - q) * (1 - q));
	CHECK_NEAR(s.target->power[0].error, f1, 1e-12);
	CHECK_NEAR(s.target->power[0].baseline, base, 1e-12);
	CHECK_NEAR(s.target->power[0].score, (f1 - base) / (1 - base), 1e-12);
	CHECK(s.target->power[0].classes && s.target->power[0].n == N);
	CHECK_STR(s.target->positive, "b");
	CHECK(s.target->nevidence == 1 && s.target->evidence[0].nbins == 2);
	crossing_free(&c);
	free(t);
}

/* ---- weight of evidence ---------------------------------------------------------------------- */

/* By hand (Python): 0.5 added to every count. Intervals: statsmodels 0.13, proportion_confint(method
 * = "wilson"). */
static void test_weigh(void)
{
	struct evidence_bin b[4] = { { .n = 50, .positive = 10 }, { .n = 50, .positive = 30 },
		{ .n = 20, .positive = 5 }, { .n = 8 } };
	static const double woe[] = { -0.7574230621687579, 0.9898054522492613, -0.44358827690651775,
		-2.2407096892759584 };
	struct evidence e = { .nbins = 4, .bins = b };
	evidence_weigh(&e);
	for (int i = 0; i < 4; i++)
		CHECK_NEAR(b[i].woe, woe[i], 1e-13);
	CHECK_NEAR(e.iv, 0.8244950430314842, 1e-13);
	CHECK(e.n == 128 && b[0].rate == 0.2);
	CHECK_NEAR(b[0].lo, 0.11243750015776109, 1e-12);
	CHECK_NEAR(b[0].hi, 0.33037105932225413, 1e-12);
	CHECK(b[3].lo == 0);
	CHECK_NEAR(b[3].hi, 0.32440756488388034, 1e-12);
}

static void test_evidence(void)
{
	enum { N = 240 };
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *y = col_add(t, "y", COLUMN_INT64, NULL), *x = col_add(t, "x", COLUMN_FLOAT64, NULL),
		*g = col_add(t, "g", COLUMN_UTF8, NULL);
	for (int i = 0; i < N; i++) {
		char s[8];
		int n = snprintf(s, sizeof s, "g%d", i % 3 ? 0 : i % 15);
		col_int(y, i % 2);
		if (i % 12 == 5)
			col_missing(x);
		else
			col_real(x, i + 100 * (i % 2));
		col_text(g, s, (size_t)n);
	}
	struct crossing c = crossing_new(cols_open(t), "bnc");
	struct profile_options o = across_options();
	o.target = "y";
	struct associations s = associate(&c, &o);
	const struct evidence *e = s.target->evidence;
	CHECK(s.target->nevidence == 2 && e[0].feature == 1 && e[0].iv > e[1].iv);
	CHECK_STR(s.target->positive, "1");
	CHECK(e[0].nbins == 11 && e[0].bins[10].missing && e[0].bins[10].n == 20 &&
		e[0].bins[10].positive == 20);
	CHECK(e[0].bins[0].lower == 0 && e[0].bins[0].upper < e[0].bins[1].lower && e[0].n == N);
	CHECK(e[1].nbins == 5 && e[1].bins[0].n == 176);
	CHECK_STR(e[1].bins[0].level, "g0");
	crossing_free(&c);
	free(t);
}

/* 999 for "never" in nine rows of ten and more: the others are told apart from it. */
static void test_evidence_of_few(void)
{
	enum { N = 400 };
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *y = col_add(t, "y", COLUMN_INT64, NULL), *x = col_add(t, "x", COLUMN_FLOAT64, NULL);
	for (int i = 0; i < N; i++) {
		col_int(y, i % 20 == 3 || i % 2);
		col_real(x, i % 20 == 3 ? i / 20 + 0.5 : 999);
	}
	struct crossing c = crossing_new(cols_open(t), "bn");
	struct profile_options o = across_options();
	o.target = "y";
	struct associations s = associate(&c, &o);
	CHECK(s.target->nevidence == 1);
	const struct evidence *e = &s.target->evidence[0];
	CHECK(e->nbins == 2 && e->iv > 0.1);
	CHECK(e->bins[0].lower == 0.5 && e->bins[0].upper == 19.5 && e->bins[0].n == 20);
	CHECK(e->bins[1].lower == 999 && e->bins[1].n == 380);
	crossing_free(&c);
	free(t);
}

/* Means of the groups: R 4.2.2, tapply(iris$Sepal.Width, iris$Species, mean) and sd. */
static void test_groups(void)
{
	struct crossing x = crossing_new(cols_read("tests/data/across/iris.csv", "-ffffc"),
		"nnnnc");
	struct profile_options o = across_options();
	o.target = "Species";
	struct associations s = associate(&x, &o);
	const struct target_group *g = &s.target->groups[3];
	CHECK_NEAR(g->mean[0], 3.428, 1e-12);
	CHECK_NEAR(g->sd[0], 0.379064369096289, 1e-12);
	CHECK_NEAR(g->mean[1], 2.77, 1e-12);
	CHECK(s.target->nevidence == 0);
	crossing_free(&x);
}

int main(void)
{
	test_bins();
	test_power();
	test_classes();
	test_weigh();
	test_evidence();
	test_evidence_of_few();
	test_groups();
	return test_end();
}
