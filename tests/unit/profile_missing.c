/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Missing data: Little's test, what missing values go with, and clusters of columns. */
#include "profile/missing_int.h"
#include "profile_across.h"

static struct missing_profile missing_of(struct crossing *x, const struct profile_options *o)
{
	struct missing_profile m;
	missing_fill(x->table, x->vars, x->n, o, &m, &x->findings, x->arena);
	return m;
}

static const struct missing_cause *cause_of(const struct crossing *x,
	const struct missing_profile *m, const char *name)
{
	for (int i = 0; i < m->causes.n; i++)
		if (m->causes.v[i].var == var_of(x, name))
			return &m->causes.v[i];
	CHECK_STR(name, "a column that lacks values");
	return m->causes.v;
}

/* ---- Little's test -------------------------------------------------------------------------- */

/* The published example: naniar::mcar_test(airquality) of R gives 35.1, 14 degrees of freedom, p =
 * 0.00142, 4 patterns. The further digits: EM to 1e-14, row by row, in R 4.2.2. */
static void test_airquality(void)
{
	struct crossing x = crossing_new(cols_read("tests/data/profile/airquality.csv",
		"-iifiii"), "nnnnnn");
	struct profile_options o = across_options();
	struct missing_profile m = missing_of(&x, &o);
	CHECK(!m.mcar.why_not && m.mcar.n == 6 && m.mcar.rows == 153 && m.mcar.patterns == 4);
	CHECK(m.mcar.df == 14 && m.mcar.iterations < 40);
	CHECK_NEAR(m.mcar.d2, 35.1061749071552, 1e-9);
	CHECK_NEAR(m.mcar.p, 0.00141775887108691, 1e-8);
	CHECK(findings_of(&x, FIND_mcar_rejected) == 1);
	crossing_free(&x);
}

/* mtcars with holes where 7 row + 5 column is a multiple of 9; expected values as above. */
static void test_mtcars(void)
{
	struct table *file = cols_read("tests/data/profile/mtcars.csv", "-f-ff-f");
	struct cols *t = mem_calloc(1, sizeof *t);
	CHECK(file && table_nrows(file) == 32 && table_ncols(file) == 4);
	for (int j = 0; j < 4; j++) {
		struct col *c = col_add(t, table_field(file, j)->name, COLUMN_FLOAT64, NULL);
		for (int i = 0; i < 32; i++)
			((i + 1) * 7 + (j + 1) * 5) % 9 == 0 ? col_missing(c)
				: col_real(c, table_batch(file, 0)->cols[j].v.f64[i]);
	}
	/* twice the last one, and a constant, are of no use to the test */
	struct col *twice = col_add(t, "twice", COLUMN_FLOAT64, NULL),
		*flat = col_add(t, "flat", COLUMN_FLOAT64, NULL);
	for (int i = 0; i < 32; i++) {
		t->c[3].has[i] ? col_real(twice, 2 * t->c[3].reals[i] + 1) : col_missing(twice);
		col_real(flat, 7);
	}
	struct crossing x = crossing_new(cols_open(t), "nnnnnn");
	table_close(file);
	struct profile_options o = across_options();
	struct missing_profile m = missing_of(&x, &o);
	CHECK(!m.mcar.why_not && m.mcar.n == 4 && m.mcar.patterns == 5 && m.mcar.df == 12);
	CHECK_NEAR(m.mcar.d2, 18.4753213126681, 1e-7);
	CHECK_NEAR(m.mcar.p, 0.10200185777109, 1e-7);
	CHECK(findings_of(&x, FIND_mcar_rejected) == 0);
	crossing_free(&x);
	free(t);
}

/* p of one made up table: five columns that go together, a third of the values of two missing, by
 * chance alone or where the first is high. */
static double simulated_p(struct rng *r, bool by_chance)
{
	enum { N = 300, P = 5 };
	static const char *const names[P] = { "a", "b", "c", "d", "e" };
	struct cols *t = mem_calloc(1, sizeof *t);
	for (int j = 0; j < P; j++)
		col_add(t, names[j], COLUMN_FLOAT64, NULL);
	for (int i = 0; i < N; i++) {
		double z = rng_normal(r), first = z + rng_normal(r);
		for (int j = 0; j < P; j++) {
			double v = j ? z + rng_normal(r) : first;
			bool hole = by_chance ? rng_unit(r) < 0.3 : first + rng_normal(r) > 1;
			(j == 1 || j == 3) && hole ? col_missing(&t->c[j]) : col_real(&t->c[j], v);
		}
	}
	struct crossing x = crossing_new(cols_open(t), "nnnnn");
	struct profile_options o = across_options();
	double p = missing_of(&x, &o).mcar.p;
	crossing_free(&x);
	free(t);
	return p;
}

/* Under chance p is even, and the test is not asleep. */
static void test_level(void)
{
	enum { TIMES = 200 };
	struct rng r;
	rng_seed(&r, 21);
	int low = 0;
	double mean = 0;
	for (int i = 0; i < TIMES; i++) {
		double p = simulated_p(&r, true);
		low += p < 0.05;
		mean += p / TIMES;
	}
	CHECK(low <= 20 && fabs(mean - 0.5) < 0.07);   /* 3 standard deviations and more */
	for (int i = 0; i < 5; i++)
		CHECK(simulated_p(&r, false) < 1e-4);
}

static void test_not_made(void)
{
	struct profile_options o = across_options();
	for (int kind = 0; kind < 4; kind++) {
		struct cols *t = mem_calloc(1, sizeof *t);
		struct col *a = col_add(t, "a", COLUMN_FLOAT64, NULL),
			*b = col_add(t, "b", COLUMN_FLOAT64, NULL);
		for (int i = 0; i < (kind == 3 ? 20 : 100); i++) {
			/* nothing missing; all but 10 %; the same rows; too few rows */
			bool hole = kind == 1 ? i % 10 != 0 : kind && i % 4 == 0;
			hole && kind != 2 ? col_missing(a) : col_real(a, i * i % 17);
			kind == 2 && hole ? col_missing(b) : col_real(b, i % 7);
			if (kind == 2 && hole)
				a->has[i] = false;
		}
		for (int i = 0; i < a->rows; i++)
			a->nulls += kind == 2 && !a->has[i];
		struct crossing x = crossing_new(cols_open(t), "nn");
		struct missing_profile m = missing_of(&x, &o);
		CHECK(m.mcar.why_not && isnan(m.mcar.d2) && isnan(m.mcar.p));
		if (kind < 2)
			CHECK_STR(m.mcar.why_not,
				"no numeric column lacks values, but for what is mostly missing");
		crossing_free(&x);
		free(t);
	}
}

/* ---- clues ----------------------------------------------------------------------------------- */

/* R 4.2.2: wilcox.test(Month[is.na(Ozone)], Month[!is.na(Ozone)], exact = FALSE, correct = FALSE)
 * and so on; r = qnorm(p / 2) / sqrt(n); p.adjust(method = "BH") over the 5 + 5 tests of values, 2 of
 * the row number, and chisq.test(is.na(Ozone), is.na(Solar.R), correct = FALSE). */
static void test_ranks(void)
{
	struct crossing x = crossing_new(cols_read("tests/data/profile/airquality.csv",
		"-iifiii"), "nnnnnn");
	struct profile_options o = across_options();
	struct missing_profile m = missing_of(&x, &o);
	CHECK(m.causes.n == 2 && m.causes.rows == 153 && m.causes.tests == 13);
	const struct missing_cause *c = cause_of(&x, &m, "Ozone");
	CHECK(c->value.var == var_of(&x, "Month") && c->value.n == 153);
	CHECK_NEAR(c->value.effect, -0.256297439849633, 1e-12);
	CHECK_NEAR(c->value.p, 0.00152321333148273, 1e-11);
	CHECK_NEAR(c->value.p_adjusted, 0.0198017733092755, 1e-11);
	CHECK_NEAR(c->order.effect, -0.239063988547314, 1e-12);
	CHECK_NEAR(c->order.p_adjusted, 0.0201883148404825, 1e-11);
	CHECK(c->other.var == var_of(&x, "Solar.R"));
	CHECK_NEAR(c->other.p, 0.78133473892665, 1e-12);
	/* p = 0.02 is no clue at 0.01, but it is at 0.05 */
	CHECK(c->verdict == MISSING_UNRELATED && c->worst == -1 && c->ngroups == 0);
	o.missing_p = 0.05;
	m = missing_of(&x, &o);
	c = cause_of(&x, &m, "Ozone");
	CHECK(c->verdict == MISSING_RELATED && !c->by_order && c->worst == 0 && !c->exact);
	CHECK_NEAR(c->auc, 0.330149114631873, 1e-12);
	CHECK(c->ngroups == 5 && c->groups[0].low == 5 && c->groups[4].high == 9 &&
		c->groups[0].rows == 31 && c->groups[0].missing == 5 && c->groups[1].missing == 21);
	CHECK(cause_of(&x, &m, "Solar.R")->verdict == MISSING_UNRELATED);
	CHECK(findings_of(&x, FIND_missing_not_random) == 1);
	crossing_free(&x);
}

/* chisq.test(table(is.na(Ozone), Month), correct = FALSE): p = 4.47975089151232e-09. */
static void test_levels(void)
{
	struct crossing x = crossing_new(cols_read("tests/data/profile/airquality.csv",
		"-iifiii"), "nnnncn");
	struct profile_options o = across_options();
	struct missing_profile m = missing_of(&x, &o);
	const struct missing_cause *c = cause_of(&x, &m, "Ozone");
	CHECK(c->value.var == var_of(&x, "Month") && c->verdict == MISSING_RELATED);
	CHECK_NEAR(c->value.p, 4.47975089151232e-09, 1e-10);
	CHECK(c->ngroups == 5 && c->worst == 0 && isnan(c->auc));
	CHECK_STR(c->groups[0].level, "6");
	CHECK(c->groups[0].rows == 30 && c->groups[0].missing == 21);
	CHECK_STR(c->groups[4].level, "9");
	CHECK(findings_of(&x, FIND_missing_in_group) == 1);
	crossing_free(&x);
}

/* A table in which each column is missing for a reason of its own. */
static void test_verdicts(void)
{
	enum { N = 1000 };
	static const char *const names[] = { "x", "group", "when", "never", "depth", "late", "kind",
		"chance", "twin", "few", "start" };
	static const enum column_type types[] = { COLUMN_FLOAT64, COLUMN_UTF8, COLUMN_DATE };
	struct cols *t = mem_calloc(1, sizeof *t);
	for (size_t i = 0; i < COUNTOF(names); i++)
		col_add(t, names[i], i < 3 ? types[i] : COLUMN_FLOAT64, NULL);
	struct rng r;
	rng_seed(&r, 4);
	for (int i = 0; i < N; i++) {
		double v = rng_normal(&r);
		int day = (int)rng_below(&r, 300), kind = (int)rng_below(&r, 4);
		bool chance = rng_below(&r, 4) == 0;
		const bool hole[COUNTOF(names)] = { i % 50 == 7, kind == 3 && i % 2, false,
			true, v > 0.5, day >= 200 && rng_below(&r, 3), kind == 1, chance,
			chance && rng_below(&r, 9), i % 400 == 0, i < 300 && rng_below(&r, 2) };
		for (size_t k = 0; k < COUNTOF(names); k++) {
			if (hole[k])
				col_missing(&t->c[k]);
			else if (k == 1)
				col_text(&t->c[k], &"abcd"[kind], 1);
			else if (k == 2)
				col_int(&t->c[k], day);
			else
				col_real(&t->c[k], k ? rng_normal(&r) : v);
		}
	}
	struct crossing x = crossing_new(cols_open(t), "ncdennnnnnn");
	struct profile_options o = across_options();
	struct missing_profile m = missing_of(&x, &o);
	CHECK(m.causes.n == 9);

	const struct missing_cause *c = cause_of(&x, &m, "depth");
	CHECK(c->verdict == MISSING_EXACTLY && c->value.var == 0 && c->auc == 1 && c->worst == 4);
	CHECK(c->border > 0.5 && c->border < 0.6 && !c->border_text);
	CHECK(c->ngroups == 6 && c->groups[5].absent && c->groups[5].rows == 20 &&
		c->groups[0].missing == 0 && c->groups[4].missing == c->groups[4].rows);

	c = cause_of(&x, &m, "late");
	CHECK(c->verdict == MISSING_RELATED && c->value.var == 2 && c->auc > 0.8);
	CHECK_STR(c->groups[0].from, "1970-01-01");
	CHECK_STR(c->groups[4].to, "1970-10-27");

	c = cause_of(&x, &m, "kind");
	CHECK(c->verdict == MISSING_EXACTLY && c->value.var == 1 && c->exact);
	CHECK_STR(c->groups[c->worst].level, "b");
	CHECK(c->groups[0].missing == c->groups[0].rows && c->groups[1].missing == 0);

	c = cause_of(&x, &m, "chance");
	CHECK(c->verdict == MISSING_TOGETHER && c->other.var == var_of(&x, "twin") &&
		c->other.effect > 0.8 && !c->ngroups);
	c = cause_of(&x, &m, "start");
	CHECK(c->verdict == MISSING_AT_START && c->by_order && c->worst == 0);
	CHECK(c->groups[0].low == 1 && c->groups[4].high == N && c->groups[4].missing == 0);
	CHECK(cause_of(&x, &m, "few")->verdict == MISSING_UNTESTED);
	CHECK(cause_of(&x, &m, "x")->verdict == MISSING_UNRELATED);

	CHECK(findings_of(&x, FIND_missing_not_applicable) == 1 &&
		findings_of(&x, FIND_missing_at_start) == 1 &&
		findings_of(&x, FIND_missing_not_random) == 2);
	crossing_free(&x);
	free(t);
}

/* More rows than are looked at: another sample, the same judgement. */
static void test_sample(void)
{
	enum { N = 60000 };
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *a = col_add(t, "a", COLUMN_FLOAT64, NULL),
		*b = col_add(t, "b", COLUMN_FLOAT64, NULL);
	struct rng r;
	rng_seed(&r, 9);
	for (int i = 0; i < N; i++) {
		double v = rng_normal(&r);
		col_real(a, v);
		v + rng_normal(&r) > 1.5 ? col_missing(b) : col_real(b, v + rng_normal(&r));
	}
	struct crossing x = crossing_new(cols_open(t), "nn");
	struct profile_options o = across_options();
	struct missing_profile m = missing_of(&x, &o);
	CHECK(m.mcar.table_rows == 10000 && m.mcar.rows == 10000 && m.mcar.p < 1e-10);
	CHECK(m.causes.rows == 50000 && m.causes.v[0].value.n == 50000);
	CHECK(m.causes.v[0].verdict == MISSING_RELATED && m.causes.v[0].worst == 4);
	crossing_free(&x);
	free(t);
}

/* ---- clusters ----------------------------------------------------------------------------------- */

/* hclust(as.dist(1 - cor(missing)), "average") of R 4.2.2; missing are the rows 1 to 40, 11 to 45, 30
 * to 60, and 100 to 120 of 200. */
static void test_clusters(void)
{
	static const int from[] = { 1, 11, 30, 100 }, to[] = { 40, 45, 60, 120 };
	static const char *const names[] = { "a", "b", "c", "d" };
	static const double height[] = { 0.243355550796266, 0.724849121166744, 1.158569267216193 };
	struct cols *t = mem_calloc(1, sizeof *t);
	for (int j = 0; j < 4; j++) {
		struct col *c = col_add(t, names[j], COLUMN_INT64, NULL);
		for (int i = 1; i <= 200; i++)
			i >= from[j] && i <= to[j] ? col_missing(c) : col_int(c, i * (j + 7) % 11);
	}
	struct crossing x = crossing_new(cols_open(t), "nnnn");
	struct profile_options o = across_options();
	struct missing_profile m = missing_of(&x, &o);
	CHECK(m.nullity.n == 4);
	for (int k = 0; k < 3; k++)
		CHECK_NEAR(m.merges[k].height, height[k], 1e-12);
	CHECK(m.merges[0].left + m.merges[0].right == 1 && m.merges[1].left + m.merges[1].right == 6 &&
		m.merges[2].left + m.merges[2].right == 8);
	int seen = 0;
	for (int i = 0; i < 4; i++)
		seen |= 1 << m.order[i];
	CHECK(seen == 15 && (m.order[0] == 3 || m.order[3] == 3));
	crossing_free(&x);
	free(t);
}

int main(void)
{
	test_airquality();
	test_mtcars();
	test_level();
	test_not_made();
	test_ranks();
	test_levels();
	test_verdicts();
	test_sample();
	test_clusters();
	return test_end();
}
