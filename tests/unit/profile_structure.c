/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Variance inflation and principal components against R; formulas and nearly identical columns on
 * tables made for them. */
#include "profile_across.h"
#include "profile/relations_int.h"

static struct structure structure_of(struct crossing *x, const struct profile_options *o)
{
	struct structure s;
	structure_fill(x->table, x->vars, x->n, o, NULL, &s, &x->findings, x->arena);
	return s;
}

/* R 4.2.2: 1 / (1 - summary(lm(v ~ .))$r.squared); prcomp(iris[1:4], scale. = TRUE), signs by our
 * rule. */
static void test_iris(void)
{
	static const double vif[] = { 7.072722013939539, 2.1008716761242532, 31.26149777492164,
		16.090175419908462 }, eigen[] = { 2.918497816531997, 0.91403047146807,
		0.146756875571315, 0.020714836428619 },
		first[] = { 0.5210659146701198, -0.2693474425059429, 0.5804130957962945,
		0.5648565357793612 }, second[] = { 0.3774176155645672, 0.9232956595407151,
		0.0244916090855862, 0.0669419869680586 };
	struct crossing x = crossing_new(cols_read("tests/data/across/iris.csv", "-ffffc"), "nnnnc");
	struct profile_options o = across_options();
	o.target = "Species";
	struct structure s = structure_of(&x, &o);
	CHECK(s.collinearity.n == 4 && s.collinearity.rows == 150 && s.components.kept == 4);
	for (int i = 0; i < 4; i++) {
		CHECK_NEAR(s.collinearity.vif[i], vif[i], 1e-11);
		CHECK_NEAR(s.components.eigenvalue[i], eigen[i], 1e-11);
		CHECK_NEAR(s.components.loading[4 * i], first[i], 1e-11);
		CHECK_NEAR(s.components.loading[4 * i + 1], second[i], 1e-10);
	}
	CHECK(findings_of(&x, FIND_collinear_columns) == 2 && s.collinearity.combination.n == 0);
	CHECK(s.components.npoints == 150 && s.components.ngroups == 3 && s.components.group[0] == 0);
	double mean = 0, square = 0;           /* scores: mean 0, variance the eigenvalue */
	for (int i = 0; i < 150; i++) {
		mean += s.components.x[i] / 150;
		square += s.components.x[i] * s.components.x[i] / 149;
	}
	CHECK(fabs(mean) < 1e-5);
	CHECK_NEAR(square, eigen[0], 1e-5);
	crossing_free(&x);
}

/* R, as above, over na.omit(airquality[1:4]). */
static void test_airquality(void)
{
	static const double vif[] = { 2.5373922813968135, 1.1633866596902067, 1.6513941458632213,
		1.9994058536146735 };
	struct crossing x = crossing_new(cols_read("tests/data/profile/airquality.csv", "-iifi"),
		"nnnn");
	struct profile_options o = across_options();
	struct structure s = structure_of(&x, &o);
	CHECK(s.collinearity.rows == 111 && s.collinearity.sample_rows == 153 &&
		s.collinearity.nleft_out == 0);
	for (int i = 0; i < 4; i++)
		CHECK_NEAR(s.collinearity.vif[i], vif[i], 1e-11);
	CHECK_NEAR(s.components.eigenvalue[0], 2.359898600304832, 1e-12);
	CHECK_NEAR(s.components.eigenvalue[3], 0.2696751958580963, 1e-12);
	CHECK(x.findings.n == 0);
	crossing_free(&x);
}

/* A table to fill, and chance. */
struct made {
	struct cols *t;
	struct rng r;
};

static struct made made_new(void)
{
	struct made m = { .t = mem_calloc(1, sizeof *m.t) };
	rng_seed(&m.r, 17);
	return m;
}

static void test_combination(void)
{
	struct made m = made_new();
	struct col *total = col_add(m.t, "total", COLUMN_INT64, NULL),
		*a = col_add(m.t, "a", COLUMN_INT64, NULL), *b = col_add(m.t, "b", COLUMN_INT64, NULL),
		*other = col_add(m.t, "other", COLUMN_FLOAT64, NULL),
		*hole = col_add(m.t, "hole", COLUMN_FLOAT64, NULL),
		*flat = col_add(m.t, "flat", COLUMN_FLOAT64, NULL);
	for (int i = 0; i < 300; i++) {
		int64_t u = (int64_t)rng_below(&m.r, 1000), v = (int64_t)rng_below(&m.r, 90);
		col_int(a, u);
		col_int(b, v);
		col_int(total, u + 2 * v + 7);
		col_real(other, rng_normal(&m.r));
		if (i % 3)
			col_missing(hole);
		else
			col_real(hole, rng_normal(&m.r));
		col_real(flat, 4);
	}
	struct crossing x = crossing_new(cols_open(m.t), "nnnnnn");
	struct profile_options o = across_options();
	struct structure s = structure_of(&x, &o);
	const struct collinearity *c = &s.collinearity;
	CHECK(c->n == 4 && c->nleft_out == 1 && c->left_out[0] == 4 && c->rows == 300);
	CHECK(isinf(c->vif[0]) && isinf(c->vif[1]) && isinf(c->vif[2]));
	CHECK(c->vif[3] >= 1 && c->vif[3] < 1.05);
	CHECK(c->combination.n == 3 && c->combination.var[0] == 0);
	CHECK_STR(combination_text(&c->combination, x.vars, x.arena), "total = a + 2 \xc3\x97 b + 7");
	CHECK(findings_of(&x, FIND_exact_combination) == 1 &&
		findings_of(&x, FIND_dependent_columns) == 0);
	crossing_free(&x);
	free(m.t);
}

/* ---- columns that say the same ---------------------------------------------------------------- */

static void test_same(void)
{
	struct made m = made_new();
	struct col *c = col_add(m.t, "temp_c", COLUMN_FLOAT64, NULL),
		*f = col_add(m.t, "temp_f", COLUMN_FLOAT64, NULL),
		*like = col_add(m.t, "like", COLUMN_FLOAT64, NULL),
		*age = col_add(m.t, "age", COLUMN_INT64, NULL),
		*born = col_add(m.t, "born", COLUMN_INT64, NULL),
		*town = col_add(m.t, "town", COLUMN_DICT, NULL),
		*city = col_add(m.t, "city", COLUMN_UTF8, NULL),
		*zeros = col_add(m.t, "zeros", COLUMN_INT64, NULL),
		*nulls = col_add(m.t, "nulls", COLUMN_INT64, NULL);
	for (int i = 0; i < 2000; i++) {
		static const char *const as[] = { "New York", "Rome", "Oslo", "Bonn" },
			*const is[] = { " new  york", "ROME ", "oslo", "Bonn" };
		double t = round(100 * rng_normal(&m.r)) / 10;
		int k = (int)rng_below(&m.r, 4), years = (int)rng_below(&m.r, 90);
		col_real(c, t);
		/* rounded, and wrong now and then */
		col_real(f, i % 50 == 3 ? 0 : round((1.8 * t + 32) * 10) / 10);
		col_real(like, t + 0.5 * rng_normal(&m.r));
		col_int(age, years);
		col_int(born, 2020 - years);
		col_text(town, as[k], strlen(as[k]));
		k = i % 60 == 7 ? 3 : k;
		col_text(city, is[k], strlen(is[k]));
		col_int(zeros, i % 40 == 0);           /* both nearly always 0, else strangers */
		col_int(nulls, i % 40 == 9);
	}
	struct crossing x = crossing_new(cols_open(m.t), "nnnnnccnn");
	x.vars[0].decimals = x.vars[1].decimals = 1;
	struct profile_options o = across_options();
	struct structure s = structure_of(&x, &o);
	CHECK(s.nnear == 3 && s.near_rows == 2000);
	const struct near_pair *p = s.near;
	CHECK(p[0].a == 0 && p[0].b == 1 && p[0].linear && p[0].slope == 1.8 && p[0].intercept == 32);
	CHECK(p[0].same >= 1960 && p[0].same < 1965 && p[0].n >= 1995);
	CHECK(p[1].linear && p[1].slope == -1 && p[1].intercept == 2020 && p[1].same == p[1].n);
	CHECK(p[2].a == 5 && p[2].b == 6 && !p[2].linear && p[2].same < p[2].n &&
		p[2].same >= 1950);
	CHECK(s.same_as[1] == 0 && s.same_as[4] == 3 && s.same_as[6] == 5 && s.same_as[7] == -1);
	CHECK(s.collinearity.n == 5);          /* temp_c, like, age, zeros, nulls */
	CHECK(findings_of(&x, FIND_converted_columns) == 2 &&
		findings_of(&x, FIND_nearly_identical_columns) == 1);
	for (size_t i = 0; i < x.findings.n; i++)      /* of all rows that have both, not of those that tell */
		if (x.findings.v[i].code == FIND_nearly_identical_columns)
			CHECK(x.findings.v[i].total == p[2].both && p[2].both >= p[2].n &&
				x.findings.v[i].count == p[2].both - (p[2].n - p[2].same));
	for (size_t i = 0; i < x.findings.n; i++)
		if (x.findings.v[i].code == FIND_converted_columns) {
			CHECK_STR(x.findings.v[i].text, "temp_f = 1.8 \xc3\x97 temp_c + 32");
			break;
		}
	crossing_free(&x);
	free(m.t);
}

/* Numbers that a double cannot tell apart are not the same. */
static void test_long(void)
{
	struct made m = made_new();
	struct col *a = col_add(m.t, "a", COLUMN_INT64, NULL), *b = col_add(m.t, "b", COLUMN_INT64, NULL),
		*c = col_add(m.t, "c", COLUMN_INT64, NULL);
	for (int i = 0; i < 200; i++) {
		int64_t id = (INT64_C(1) << 61) + 1000 * (int64_t)rng_below(&m.r, 1000000);
		col_int(a, id);
		col_int(b, id + 1);
		col_int(c, i % 40 ? id : 0);
	}
	struct crossing x = crossing_new(cols_open(m.t), "iii");
	struct profile_options o = across_options();
	struct structure s = structure_of(&x, &o);
	CHECK(s.nnear == 1 && s.near[0].a == 0 && s.near[0].b == 2 && s.near[0].same == 195);
	crossing_free(&x);
	free(m.t);
}

/* Few rows, no rows, one column: nothing, and no crash. */
static void test_little(void)
{
	for (int rows = 0; rows < 6; rows++) {
		struct made m = made_new();
		struct col *a = col_add(m.t, "a", COLUMN_FLOAT64, NULL),
			*b = col_add(m.t, "b", COLUMN_FLOAT64, NULL);
		for (int i = 0; i < rows; i++) {
			col_real(a, rng_normal(&m.r));
			col_real(b, i % 2 ? 1e308 : -1e308);
		}
		struct crossing x = crossing_new(cols_open(m.t), "nn");
		struct profile_options o = across_options();
		struct structure s = structure_of(&x, &o);
		CHECK(s.nnear == 0 && (s.collinearity.n == 0 || s.collinearity.rows == rows));
		struct associations all = associate(&x, &o);
		CHECK(all.kendall.n == 2);
		crossing_free(&x);
		free(m.t);
	}
}

int main(void)
{
	test_iris();
	test_airquality();
	test_combination();
	test_same();
	test_long();
	test_little();
	return test_end();
}
