/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Associations against published results and exact distributions. */
#include "profile_across.h"

/* The two-sided p of r has closed forms: n = 3, 4, 6 by integrating (1 - r^2)^((n - 4) / 2);
 * the others by the finite sum of Abramowitz & Stegun 1964, 26.7.4, in 400 digits. */
static void test_p(void)
{
	CHECK_NEAR(correlation_p(0.5, 4), 0.5, 1e-14);
	CHECK_NEAR(correlation_p(-0.8, 6), 1 - 1.5 * (0.8 - 0.512 / 3), 1e-13);
	CHECK_NEAR(correlation_p(0.6, 3), 2 / 3.14159265358979323846 * acos(0.6), 1e-13);
	CHECK_NEAR(correlation_p(0.3, 50), 3.42861800329299657e-2, 1e-12);
	CHECK_NEAR(correlation_p(-0.05, 10000), 5.65904551059882489e-7, 1e-10);
	CHECK_NEAR(correlation_p(0.9, 30), 1.31660607002639288e-11, 1e-11);
	CHECK_NEAR(correlation_p(0.5, 1000), 2.27810192953792898e-64, 1e-11);
	CHECK_NEAR(correlation_p(0.02, 250000), 1.50941686321432576e-23, 1e-8);
	CHECK_NEAR(correlation_p(0.01, 1000000), 1.52031980399272797e-23, 1e-8);
	CHECK(correlation_p(1, 10) == 0 && correlation_p(0, 10) == 1);
	CHECK(isnan(correlation_p(0.5, 2)) && isnan(correlation_p(NAN, 10)));
}

/* Benjamini & Hochberg 1995, section 3.1: fifteen p-values; adjusted by R 4.2.2, p.adjust(p,
 * "BH"). */
static void test_adjust(void)
{
	static const double p[] = { 0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298,
		0.0344, 0.0459, 0.3240,
		0.4262, 0.5719, 0.6528, 0.7590, 1.000 };
	static const double want[] = { 0.0015, 0.0030, 0.0095, 0.035625, 0.0603,
		0.06385714285714286, 0.06385714285714286, 0.0645, 0.0765, 0.486,
		0.5811818181818182, 0.714875, 0.7532307692307692, 0.8132142857142857, 1 };
	struct association v[16] = { { .p = NAN } };
	for (size_t i = 0; i < 15; i++)
		v[15 - i].p = p[i];
	CHECK(adjust_p(v, 16) == 15);
	CHECK(isnan(v[0].p_adjusted));
	for (size_t i = 0; i < 15; i++)
		CHECK_NEAR(v[15 - i].p_adjusted, want[i], 1e-14);
}

/* R 4.2.2: cor.test(mpg, wt), method "pearson", and "spearman" with exact = FALSE. */
static void test_mtcars(void)
{
	struct crossing x = crossing_new(cols_read("tests/data/profile/mtcars.csv", "-fififff"),
		"ncnnnnn");
	struct profile_options o = across_options();
	struct associations s = associate(&x, &o);
	CHECK(s.pearson.n == 6 && s.rank_rows == 32);
	int k = cell_of_names(&x, &s.pearson, "mpg", "wt");
	CHECK_NEAR(s.pearson.value[k], -0.867659376517228, 1e-13);
	CHECK_NEAR(s.pearson.p[k], 1.293959e-10, 1e-6);
	CHECK(s.pearson.count[k] == 32);
	CHECK_NEAR(s.spearman.value[k], -0.886422033270298, 1e-13);
	CHECK_NEAR(s.spearman.p[k], 1.488e-11, 1e-3);
	CHECK(s.pearson.value[0] == 1 && s.pearson.p[0] == 0 && s.spearman.value[0] == 1);
	/* one a pair, its stronger coefficient: 15 numeric pairs, 6 with the category */
	CHECK(s.npairs == 21 && s.tests == 36);
	const struct association *p = pair_of(&x, &s, "mpg", "wt");
	CHECK(p && p->measure == MEASURE_SPEARMAN && p->p_adjusted >= p->p);
	for (int i = 1; i < s.npairs; i++)
		CHECK(fabs(s.pairs[i - 1].value) >= fabs(s.pairs[i].value) ||
			(is_significant(&s.pairs[i - 1]) && !is_significant(&s.pairs[i])));
	crossing_free(&x);
}

/* R 4.2.2: cor(airquality, use = "pairwise.complete.obs"), here to 7 digits; Ozone and Solar.R
 * have holes. */
static void test_airquality(void)
{
	struct crossing x = crossing_new(cols_read("tests/data/profile/airquality.csv",
		"-iifiii"), "nnnnnn");
	struct profile_options o = across_options();
	struct associations s = associate(&x, &o);
	static const struct { const char *a, *b; double r; int64_t n; } want[] = {
		{ "Ozone", "Solar.R", 0.34834169, 111 }, { "Ozone", "Wind", -0.60154653, 116 },
		{ "Ozone", "Temp", 0.69836034, 116 }, { "Solar.R", "Wind", -0.05679167, 146 },
		{ "Solar.R", "Temp", 0.27584027, 146 }, { "Wind", "Temp", -0.45798788, 153 } };
	for (size_t i = 0; i < COUNTOF(want); i++) {
		int k = cell_of_names(&x, &s.pearson, want[i].a, want[i].b);
		CHECK(fabs(s.pearson.value[k] - want[i].r) < 5e-9);
		CHECK(s.pearson.count[k] == want[i].n && s.spearman.count[k] == want[i].n);
	}
	crossing_free(&x);
}

/* R 4.2.2: anova(lm(Sepal.Length ~ Species)): F = 119.2645, p = 1.669669e-31; eta^2 = F df1 /
 * (F df1 + df2). scipy 1.10: pearsonr and spearmanr of sepal length and width. */
static void test_iris(void)
{
	struct crossing x = crossing_new(cols_read("tests/data/across/iris.csv", "-ffffc"),
		"nnnnc");
	struct profile_options o = across_options();
	o.target = "Species";
	struct associations s = associate(&x, &o);
	int k = cell_of_names(&x, &s.pearson, "Sepal.Length", "Sepal.Width");
	CHECK_NEAR(s.pearson.value[k], -0.11756978413300, 1e-12);
	CHECK_NEAR(s.pearson.p[k], 0.15189826071144918, 1e-9);
	CHECK_NEAR(s.spearman.value[k], -0.16677765828323, 1e-12);
	CHECK_NEAR(s.spearman.p[k], 0.04136799424884, 1e-9);
	const struct association *p = pair_of(&x, &s, "Sepal.Length", "Species");
	double f = 119.264502184505;
	CHECK(p && p->measure == MEASURE_CORRELATION_RATIO);
	CHECK_NEAR(p->value, sqrt(2 * f / (2 * f + 147)), 1e-12);
	CHECK_NEAR(p->p, 1.66966919076945e-31, 1e-9);

	CHECK(s.target && s.target->var == var_of(&x, "Species") && s.target->nfeatures == 4 &&
		s.target->ngroups == 4);
	CHECK_STR(x.vars[s.target->features[0].a].name, "Petal.Length");
	/* boxplot(Sepal.Width ~ Species)$stats, quantile type 7 */
	const struct target_group *g = &s.target->groups[3];
	CHECK_STR(x.vars[g->feature].name, "Sepal.Width");
	CHECK(g->nlevels == 3 && g->n[0] == 50);
	CHECK_STR(g->level[0], "setosa");
	static const double box[5] = { 2.9, 3.2, 3.4, 3.675, 4.2 };
	for (int i = 0; i < 5; i++)
		CHECK_NEAR(g->box[0][i], box[i], 1e-12);
	crossing_free(&x);
}

/* HairEyeColor: chi-square 138.289841626008, n = 592 (R 4.2.2). Bergsma 2013 by hand: phi^2 =
 * 0.2335977, less 9 / 591; r~ = c~ = 4 - 9 / 591; V = sqrt(0.2183693 / 2.9847716). */
static void test_hair_eye(void)
{
	struct table *file = cols_read("tests/data/across/HairEyeColor.csv", "-ccci");
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *hair = col_add(t, "hair", COLUMN_UTF8, NULL),
		*eye = col_add(t, "eye", COLUMN_DICT, NULL);
	const struct batch *b = table_batch(file, 0);
	for (int64_t r = 0; r < b->rows; r++)
		for (int64_t k = 0; k < b->cols[3].v.i64[r]; k++) {
			struct str h = table_dict_value(file, 0, b->cols[0].v.i32[r]);
			struct str e = table_dict_value(file, 1, b->cols[1].v.i32[r]);
			col_text(hair, h.p, h.n);
			col_text(eye, e.p, e.n);
		}
	struct crossing x = crossing_new(cols_open(t), "cc");
	struct profile_options o = across_options();
	struct associations s = associate(&x, &o);
	CHECK(s.cramers_v.n == 2 && s.cramers_v.count[1] == 592 && s.npairs == 1);
	double phi2 = 138.289841626008 / 592 - 9.0 / 591, side = 4 - 9.0 / 591;
	CHECK_NEAR(s.cramers_v.value[1], sqrt(phi2 / (side - 1)), 1e-12);
	CHECK_NEAR(s.cramers_v.p[1], 2.32528678709881e-25, 1e-9);
	CHECK(s.cramers_v.value[0] == 1);
	crossing_free(&x);
	table_close(file);
	free(t);
}

static void test_cramers(void)
{
	static const int64_t none[] = { 10, 10, 10, 10 }, all[] = { 30, 0, 0, 30 },
		one[] = { 5, 7, 0, 0 };
	struct association a = cramers_v(none, 2, 2);
	CHECK(a.value == 0 && a.p == 1 && a.n == 40);
	a = cramers_v(all, 2, 2);
	CHECK_NEAR(a.value, 1, 1e-12);
	a = cramers_v(one, 2, 2);  /* the second level is empty */
	CHECK(isnan(a.value) && isnan(a.p) && a.n == 12);
	/* Sex x Survived of the Titanic: chi-square 263.050574070656 without correction (R
	 * 4.2.2) */
	static const int64_t titanic[] = { 81, 233, 468, 109 };
	a = cramers_v(titanic, 2, 2);
	CHECK_NEAR(a.value, sqrt((263.050574070656 / 891 - 1.0 / 890) / (1 - 1.0 / 890)),
		1e-12);
}

int main(void)
{
	test_p();
	test_adjust();
	test_mtcars();
	test_airquality();
	test_iris();
	test_hair_eye();
	test_cramers();
	return test_end();
}
