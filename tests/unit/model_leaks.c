/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns that give the target away, one of each kind, and what must not be suspected; what a change of
 * the question is worth; targets on the scale of logarithms; spellings of one level; the verdict on noise. */
#include "model/model_int.h"
#include "model_set.h"
#include "test.h"

static struct rng g;

static const struct leak_suspect *leak_of(const struct model_result *r, const char *name)
{
	for (size_t i = 0; i < r->nleaks; i++)
		if (strcmp(r->leaks[i].name, name) == 0)
			return &r->leaks[i];
	return NULL;
}

static bool is(const struct model_result *r, const char *name, enum leak_kind kind)
{
	const struct leak_suspect *l = leak_of(r, name);
	return l && l->kind == kind;
}

static void search(const struct set *s, const struct model_spec *spec, struct model_result *r)
{
	struct table *t = set_table(s);
	struct err e = { 0 };
	CHECK(model_leaks(t, spec, s->a, r, &e) == 0);
	table_close(t);
}

static void numbers(struct arena *a)
{
	struct set s = set_new(a, 400, 10);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *unit = set_add(&s, "unit", COLUMN_FLOAT64),
		*part = set_add(&s, "part", COLUMN_FLOAT64), *other = set_add(&s, "other", COLUMN_FLOAT64),
		*close = set_add(&s, "close", COLUMN_FLOAT64), *related = set_add(&s, "related", COLUMN_FLOAT64),
		*y = set_add(&s, "y", COLUMN_FLOAT64);
	for (int64_t i = 0; i < s.rows; i++) {
		x[i] = rng_normal(&g);
		part[i] = 10 * rng_unit(&g);
		other[i] = 10 * rng_unit(&g);
		y[i] = part[i] + other[i];
		unit[i] = i % 40 == 7 ? NAN : i % 50 == 3 ? 0 : 1.8 * y[i] + 32;   /* a few cells edited */
		close[i] = y[i] + 0.02 * rng_normal(&g);
		related[i] = y[i] + 4 * rng_normal(&g);
	}
	struct model_result r;
	struct model_spec spec = set_spec(&s, "y", false);
	search(&s, &spec, &r);
	CHECK(is(&r, "unit", LEAK_COPY) && leak_of(&r, "unit")->strength > 0.95 && leak_of(&r, "unit")->strength < 1);
	CHECK(is(&r, "close", LEAK_ALONE));
	CHECK(is(&r, "part", LEAK_PART) && is(&r, "other", LEAK_PART));
	CHECK(!leak_of(&r, "x") && !leak_of(&r, "related"));
}

static void classes(struct arena *a)
{
	struct set s = set_new(a, 400, 8);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *words = set_add(&s, "words", COLUMN_DICT);
	set_levels(&s, (const char *[]){ "nein", "ja" }, 2);
	double *cause = set_add(&s, "cause", COLUMN_FLOAT64), *gaps = set_add(&s, "gaps", COLUMN_FLOAT64),
		*number = set_add(&s, "number", COLUMN_FLOAT64), *y = set_add(&s, "y", COLUMN_BOOL);
	for (int64_t i = 0; i < s.rows; i++) {
		y[i] = i >= 220;
		x[i] = rng_normal(&g) + y[i];
		words[i] = i == 17 ? 1 - y[i] : y[i];
		cause[i] = y[i] > 0 && rng_unit(&g) < 0.5 ? rng_normal(&g) : NAN;
		gaps[i] = rng_unit(&g) < 0.3 ? NAN : rng_normal(&g);
		number[i] = (double)(i + 1);
	}
	struct model_result r;
	struct model_spec spec = set_spec(&s, "y", true);
	search(&s, &spec, &r);
	CHECK(is(&r, "words", LEAK_COPY) && is(&r, "number", LEAK_COUNTER));
	CHECK(is(&r, "cause", LEAK_FILLED) && !leak_of(&r, "cause")->missing && leak_of(&r, "cause")->strength == 1);
	CHECK_STR(leak_of(&r, "cause")->text, "true");
	CHECK_NEAR(leak_of(&r, "cause")->usual, 0.45, 1e-12);
	CHECK(!leak_of(&r, "x") && !leak_of(&r, "gaps"));

	/* a number of rows that are in no order gives nothing away */
	for (int64_t i = 0; i < s.rows; i++)
		y[i] = i % 2 ? rng_unit(&g) < 0.5 : i % 4 == 0;
	search(&s, &spec, &r);
	CHECK(!leak_of(&r, "number"));
}

static void dates(struct arena *a)
{
	struct set s = set_new(a, 200, 4);
	double *day = set_add(&s, "day", COLUMN_DATE), *paid = set_add(&s, "paid", COLUMN_DATE),
		*born = set_add(&s, "born", COLUMN_DATE), *y = set_add(&s, "y", COLUMN_FLOAT64);
	for (int64_t i = 0; i < s.rows; i++) {
		day[i] = (double)(18000 + i);
		paid[i] = day[i] + 1 + (double)rng_below(&g, 40);
		born[i] = day[i] - (double)rng_below(&g, 9000) - 1;
		y[i] = rng_normal(&g);
	}
	struct model_result r;
	struct model_spec spec = set_spec(&s, "y", false);
	spec.features = (struct model_feature[]){ { 0, "day", ROLE_DATETIME }, { 1, "paid", ROLE_DATETIME },
		{ 2, "born", ROLE_DATETIME } };
	spec.nfeatures = 3;
	spec.time = 0;
	search(&s, &spec, &r);
	CHECK(r.nleaks == 1 && is(&r, "paid", LEAK_LATER));
}

/* y = exp(x + e): the linear model of the logarithm, turned back, is the better one, and smearing makes
 * its mean that of the data. */
static void logarithm(struct arena *a)
{
	struct set s = set_new(a, 2000, 2);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *y = set_add(&s, "y", COLUMN_FLOAT64), mean = 0, predicted = 0;
	for (int64_t i = 0; i < s.rows; i++) {
		x[i] = 0.8 * rng_normal(&g);
		y[i] = exp(x[i] + 0.5 * rng_normal(&g));
		mean += y[i] / (double)s.rows;
	}
	struct model_spec plain = set_spec(&s, "y", false), logged = plain;
	logged.log_target = true;
	struct table *t = set_table(&s);
	struct err e = { 0 };
	struct change c;
	CHECK(model_trial(t, &plain, &logged, a, &c, &e) == 0);
	CHECK(c.effect.difference < 0 && c.effect.p < 0.05 && c.with[METRIC_RMSE] < c.without[METRIC_RMSE]);
	CHECK_NEAR(c.with[METRIC_RMSE] - c.without[METRIC_RMSE], c.effect.difference, 1e-9);
	struct model_result r;
	for (int k = 0; k < MODEL_KINDS; k++)
		logged.want[k] = k == MODEL_OLS;
	CHECK(model_run(t, &logged, a, &r, &e) == 0 && r.useful);
	const struct candidate *ols = set_candidate(&r, MODEL_OLS);
	for (int64_t i = 0; i < r.held_out; i++)
		predicted += ols->oof[i] / (double)r.held_out;
	CHECK_NEAR(predicted / mean, 1, 0.05);
	CHECK_NEAR(set_term(ols, "x")->estimate, 1, 0.08);   /* on the scale of logarithms */
	CHECK_NEAR(ols->model->smear, exp(0.125), 0.03);     /* mean of exp(e): sigma 0.5 */
	table_close(t);
}

static void spellings(struct arena *a)
{
	struct set s = set_new(a, 600, 2);
	double *level = set_add(&s, "level", COLUMN_DICT);
	set_levels(&s, (const char *[]){ "red", "Red", "rde", "blue" }, 4);
	double *y = set_add(&s, "y", COLUMN_FLOAT64);
	for (int64_t i = 0; i < s.rows; i++) {
		level[i] = i % 20 == 0 ? 2 : i % 10 == 1 ? 1 : i % 2 ? 0 : 3;
		y[i] = (level[i] < 3) + rng_normal(&g);
	}
	struct model_spec spec = set_spec(&s, "y", false);
	struct level_merge merges[] = { { "level", "Red", "red" }, { "level", "rde", "Red" }, { "level", "absent", "red" } };
	spec.merges = merges;
	spec.nmerges = COUNTOF(merges);
	for (int k = 0; k < MODEL_KINDS; k++)
		spec.want[k] = k == MODEL_OLS;
	struct table *t = set_table(&s);
	struct err e = { 0 };
	struct model_result r;
	CHECK(model_run(t, &spec, a, &r, &e) == 0);
	CHECK(set_candidate(&r, MODEL_OLS)->ncoefficients == 2);
	/* a new table with the other spelling means the same */
	struct frame rows;
	const struct frame *f = set_candidate(&r, MODEL_OLS)->model->f;
	frame_rows(f, t, table_batch(t, 0), (int[]){ 0, 1 }, a, &rows, NULL);
	CHECK(rows.features[0].x[0] == rows.features[0].x[1] && rows.features[0].x[1] == rows.features[0].x[3]);
	CHECK(rows.features[0].x[0] != rows.features[0].x[2]);
	table_close(t);
}

/* Balanced classes: probabilities in favour of the rare class, no inference from rows that count twice. */
static void weights(struct arena *a)
{
	struct set s = set_new(a, 1000, 2);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *y = set_add(&s, "y", COLUMN_BOOL);
	for (int64_t i = 0; i < s.rows; i++) {
		x[i] = rng_normal(&g);
		y[i] = rng_unit(&g) < 1 / (1 + exp(3.5 - 1.5 * x[i]));
	}
	struct model_spec plain = set_spec(&s, "y", true), even = plain;
	even.balance = true;
	struct table *t = set_table(&s);
	struct err e = { 0 };
	struct change c;
	struct model_result r;
	CHECK(model_trial(t, &plain, &even, a, &c, &e) == 0);
	CHECK(c.with[METRIC_BALANCED_ACCURACY] > c.without[METRIC_BALANCED_ACCURACY] + 0.1);
	CHECK(c.effect.difference > 0);   /* and the probabilities are worse */
	for (int k = 0; k < MODEL_KINDS; k++)
		even.want[k] = k == MODEL_LOGISTIC;
	CHECK(model_run(t, &even, a, &r, &e) == 0);
	CHECK(isnan(set_term(set_candidate(&r, MODEL_LOGISTIC), "x")->p) && set_candidate(&r, MODEL_LOGISTIC)->note);
	table_close(t);
}

/* Small versions of what tests/conformance/models.c does with a hundred seeds. */
static void chance(void)
{
	int useful = 0;
	for (int seed = 0; seed < 12; seed++) {
		struct arena *a = arena_new();
		struct set s = set_new(a, 100, 5);
		for (int j = 0; j < 4; j++) {
			double *x = set_add(&s, arena_printf(a, "x%d", j), COLUMN_FLOAT64);
			for (int64_t i = 0; i < s.rows; i++)
				x[i] = rng_normal(&g);
		}
		double *y = set_add(&s, "y", seed % 2 ? COLUMN_BOOL : COLUMN_FLOAT64);
		for (int64_t i = 0; i < s.rows; i++)
			y[i] = seed % 2 ? rng_unit(&g) < 0.4 : rng_normal(&g);
		struct model_spec spec = set_spec(&s, "y", seed % 2 == 1);
		spec.seed = (uint64_t)seed;
		struct table *t = set_table(&s);
		struct err e = { 0 };
		struct model_result r;
		CHECK(model_run(t, &spec, a, &r, &e) == 0);
		useful += r.useful;
		/* Holm's p is never below the plain one, and grows with it */
		for (size_t i = 1; i < r.ncandidates; i++)
			CHECK(r.candidates[i].failed || (r.candidates[i].p_baseline >= 0 && r.candidates[i].p_baseline <= 1));
		table_close(t);
		arena_free(a);
	}
	CHECK(useful <= 1);
}

int main(void)
{
	rng_seed(&g, 29);
	void (*const cases[])(struct arena *) = { numbers, classes, dates, logarithm, spellings, weights };
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct arena *a = arena_new();
		cases[i](a);
		arena_free(a);
	}
	chance();
	return test_end();
}
