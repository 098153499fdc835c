/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kendall's tau, Theil's U, clusters and the mixed matrix against R, scipy, scikit-learn and plain
 * second implementations. */
#include "profile_across.h"
#include "profile/relations_int.h"

/* scipy 1.10: kendalltau(x, y, method="asymptotic"); R 4.2.2: cor.test(method = "kendall", exact =
 * FALSE) gives the same. */
static void test_published(void)
{
	struct crossing x = crossing_new(cols_read("tests/data/profile/mtcars.csv", "-fi---f"),
		"nnn");
	struct profile_options o = across_options();
	struct associations s = associate(&x, &o);
	int k = cell_of_names(&x, &s.kendall, "mpg", "wt"), c = cell_of_names(&x, &s.kendall, "mpg",
		"cyl");
	CHECK(s.kendall.n == 3 && s.kendall_rows == 32 && s.kendall.count[k] == 32);
	CHECK_NEAR(s.kendall.value[k], -0.7278321495284309, 1e-14);
	CHECK_NEAR(s.kendall.p[k], 6.70577040559586e-09, 1e-11);
	CHECK_NEAR(s.kendall.value[c], -0.7953134086195346, 1e-14);
	CHECK_NEAR(s.kendall.p[c], 2.253620432020283e-08, 1e-11);
	CHECK(s.kendall.value[0] == 1);
	crossing_free(&x);

	x = crossing_new(cols_read("tests/data/profile/airquality.csv", "-iifiii"), "nnnnnn");
	s = associate(&x, &o);
	k = cell_of_names(&x, &s.kendall, "Ozone", "Solar.R");
	CHECK_NEAR(s.kendall.value[k], 0.24031942144921253, 1e-14);
	CHECK_NEAR(s.kendall.p[k], 0.00020762057076207196, 1e-11);
	CHECK(s.kendall.count[k] == 111);
	crossing_free(&x);
}

/* Every pair of rows looked at. */
static double naive_tau(const double *x, const double *y, int n)
{
	double agree = 0, xs = 0, ys = 0;
	for (int i = 0; i < n; i++)
		for (int j = i + 1; j < n; j++) {
			if (isnan(x[i] + y[i] + x[j] + y[j]))
				continue;
			double u = (x[i] > x[j]) - (x[i] < x[j]), v = (y[i] > y[j]) - (y[i] < y[j]);
			agree += u * v;
			xs += u * u;
			ys += v * v;
		}
	return xs > 0 && ys > 0 ? agree / sqrt(xs) / sqrt(ys) : NAN;
}

static void test_naive(void)
{
	enum { ROWS = 400, COLS = 5 };
	static double v[COLS][ROWS];
	struct cols *t = mem_calloc(1, sizeof *t);
	struct rng r;
	rng_seed(&r, 5);
	for (int c = 0; c < COLS; c++)
		col_add(t, (const char *[]){ "a", "b", "c", "d", "e" }[c], COLUMN_FLOAT64, NULL);
	for (int i = 0; i < ROWS; i++)
		for (int c = 0; c < COLS; c++) {
			double x = rng_normal(&r) + (c ? v[0][i] : 0) * 0.5;
			v[c][i] = c == 1 ? floor(x) : c == 2 ? (double)rng_below(&r, 2) : x;
			if (c >= 2 && rng_below(&r, 6) == 0)
				v[c][i] = NAN;
			if (isnan(v[c][i]))
				col_missing(&t->c[c]);
			else
				col_real(&t->c[c], v[c][i]);
		}
	struct crossing x = crossing_new(cols_open(t), "nnnnn");
	struct profile_options o = across_options();
	struct associations s = associate(&x, &o);
	for (int i = 0; i < COLS; i++)
		for (int j = 0; j < COLS; j++)
			CHECK_NEAR(s.kendall.value[i * COLS + j], naive_tau(v[i], v[j], ROWS), 1e-13);
	o.max_kendall_work = 1000; /* a sample, but never of fewer than 1000 rows */
	s = associate(&x, &o);
	CHECK(s.kendall_rows == ROWS && kendall_rows(2000000, 60) == 1129);
	crossing_free(&x);
	free(t);
}

/* Hair by eye colour of R's HairEyeColor. scikit-learn 1.2: mutual_info_score over the entropy. */
static void test_theil(void)
{
	static const int64_t hair[] = { 20, 68, 5, 15, 94, 7, 16, 10, 84, 119, 29, 54, 17, 26, 14,
		14 }, tells[] = { 5, 0, 5, 0, 0, 10 }, one[] = { 3, 4 };
	double u, v;
	CHECK(theils_u(hair, 4, 4, &u, &v) == 592);
	CHECK_NEAR(u, 0.0992312982496067, 1e-12);
	CHECK_NEAR(v, 0.0976224892918486, 1e-12);
	theils_u(tells, 3, 2, &u, &v);         /* the row tells the column, not the other way */
	/* of rows 5, 5, 10 of 20: H = 1.5 log 2; that of the columns, all of it shared, is log 2 */
	CHECK_NEAR(v, 1, 1e-14);
	CHECK_NEAR(u, 2.0 / 3, 1e-14);
	theils_u(one, 1, 2, &u, &v);
	CHECK(isnan(u) && v == 0);
}

/* R 4.2.2: hclust(as.dist(1 - abs(cor(mtcars[c("mpg", "disp", "hp", "drat", "wt", "qsec")]))),
 * "average"). */
static void test_cluster(void)
{
	static const double want[] = { 0.11202007794186208, 0.14239462211014670, 0.25804505148628265,
		0.36185360036342229, 0.63469481160813324 };
	struct crossing x = crossing_new(cols_read("tests/data/profile/mtcars.csv", "-f-fffff"),
		"nnnnnn");
	struct profile_options o = across_options();
	struct associations s = associate(&x, &o);
	double d[36];
	for (int i = 0; i < 36; i++)
		d[i] = 1 - fabs(s.pearson.value[i]);
	struct cluster_merge m[5];
	int order[6], place[6];
	cluster_average(d, 6, m, order);
	for (int i = 0; i < 5; i++)
		CHECK_NEAR(m[i].height, want[i], 1e-12);
	CHECK(m[0].left == 1 && m[0].right == 4 && m[1].left == 0 && m[1].right == 6);
	CHECK(m[4].size == 6 && m[2].size == 4);
	for (int i = 0; i < 6; i++)
		place[order[i]] = i;
	/* what was merged first stands together */
	CHECK(abs(place[1] - place[4]) == 1 && abs(place[0] - place[1]) <= 2);
	CHECK(place[5] == 0 || place[5] == 5);
	crossing_free(&x);
	cluster_average((double[]){ 0 }, 1, m, order);
	CHECK(order[0] == 0);
}

static void test_mixed(void)
{
	struct crossing x = crossing_new(cols_read("tests/data/across/iris.csv", "-ffffc"),
		"nnnnc");
	struct profile_options o = across_options();
	struct associations s = associate(&x, &o);
	const struct mixed_matrix *m = &s.mixed;
	CHECK(m->n == 5 && m->cell[0].value == 1);
	const struct association *p = pair_of(&x, &s, "Petal.Length", "Species");
	CHECK(p && m->cell[2 * 5 + 4].value == p->value && m->cell[4 * 5 + 2].n == p->n);
	CHECK(p && m->cell[2 * 5 + 4].p_adjusted == p->p_adjusted &&
		m->cell[2 * 5 + 4].measure == MEASURE_CORRELATION_RATIO);
	CHECK(m->ngroups == 1 && m->groups[0].n == 4);  /* all but Sepal.Width */
	for (int i = 0; i < m->groups[0].n; i++)
		CHECK(m->groups[0].var[i] != var_of(&x, "Sepal.Width"));
	CHECK(m->groups[0].weakest > 0.7 && m->groups[0].mean > m->groups[0].weakest);
	o.max_matrix = 3;
	s = associate(&x, &o);
	CHECK(s.mixed.n == 3);
	crossing_free(&x);
}

int main(void)
{
	test_published();
	test_naive();
	test_theil();
	test_cluster();
	test_mixed();
	return test_end();
}
