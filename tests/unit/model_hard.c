/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Data that breaks models: what comes back is a result whose every number is one, or a reason in words. */
#include "model_set.h"
#include "test.h"

#include <time.h>

static struct rng g;

static bool finite_all(const double *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(v[i]))
			return false;
	return true;
}

static bool sane_candidate(const struct model_result *r, const struct candidate *c)
{
	if (c->failed)
		return c->reason && *c->reason;
	bool ok = isfinite(c->scores[r->metric].value) && finite_all(c->fold_scores, (size_t)(r->folds * r->fold_repeats)) &&
		finite_all(c->oof, (size_t)r->held_out * (size_t)r->outputs);
	for (size_t i = 0; ok && r->outputs > 1 && i < (size_t)r->held_out; i++) {
		double sum = 0;
		for (int k = 0; k < r->outputs; k++)
			sum += c->oof[i * (size_t)r->outputs + (size_t)k];
		ok = fabs(sum - 1) < 1e-9;
	}
	for (size_t i = 0; i < c->ncoefficients; i++) {
		const struct coefficient *k = &c->coefficients[i];
		ok = ok && !isinf(k->estimate) && !isinf(k->se) && !isinf(k->odds_ratio) && (isnan(k->p) || (k->p >= 0 && k->p <= 1));
	}
	return ok;
}

static bool sane_curve(const struct curve *c)
{
	return finite_all(c->x, c->count) && finite_all(c->y, c->count);
}

/* Runs; says what is wrong. Returns whether there was a result. */
static bool run(const char *what, const struct set *s, const struct model_spec *spec, struct model_result *r)
{
	struct table *t = set_table(s);
	struct err e = { 0 };
	clock_t start = clock();
	int status = model_run(t, spec, s->a, r, &e);
	printf("%-34s %5.2f s  %s\n", what, (double)(clock() - start) / CLOCKS_PER_SEC, status < 0 ? e.msg : "");
	table_close(t);
	if (status < 0) {
		CHECK(e.code == ERR_INPUT && e.msg[0]);
		return false;
	}
	for (size_t i = 0; i < r->ncandidates; i++) {
		const struct candidate *c = &r->candidates[i];
		if (c->failed || c->note)
			printf("    %s: %s\n", c->name, c->failed ? c->reason : c->note);
		if (!sane_candidate(r, c))
			printf("    %s is not sane\n", c->name);
		CHECK(sane_candidate(r, c));
	}
	CHECK(sane_curve(&r->roc) && sane_curve(&r->pr) && sane_curve(&r->calibration) && sane_curve(&r->predicted_actual) &&
		sane_curve(&r->residuals));
	for (size_t i = 0; i < r->nimportance; i++)
		CHECK(isfinite(r->importance[i].mean) && isfinite(r->importance[i].lo) && isfinite(r->importance[i].hi));
	return true;
}

static void normals(double *v, int64_t n)
{
	for (int64_t i = 0; i < n; i++)
		v[i] = rng_normal(&g);
}

static void deficient(struct arena *a)
{
	struct set s = set_new(a, 300, 12);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *z = set_add(&s, "z", COLUMN_FLOAT64), *sum = set_add(&s, "sum", COLUMN_FLOAT64),
		*gone = set_add(&s, "gone", COLUMN_FLOAT64), *one = set_add(&s, "one", COLUMN_FLOAT64),
		*late = set_add(&s, "late", COLUMN_FLOAT64), *y = set_add(&s, "y", COLUMN_FLOAT64), *c = set_add(&s, "c", COLUMN_BOOL);
	normals(x, s.rows);
	normals(z, s.rows);
	for (int64_t i = 0; i < s.rows; i++) {
		sum[i] = x[i] + z[i];
		gone[i] = NAN;                        /* never there */
		one[i] = i == 7 ? 1 : NAN;            /* in one row */
		late[i] = i < 200 ? NAN : z[i];       /* missing in whole folds by time */
		y[i] = x[i] - z[i] + 0.1 * rng_normal(&g);
		c[i] = y[i] > 0;
	}
	struct model_result r;
	struct model_spec spec = set_spec(&s, "y", false);
	spec.nfeatures--;   /* not c */
	CHECK(run("deficient, number", &s, &spec, &r) && r.useful);
	const struct candidate *ols = set_candidate(&r, MODEL_OLS);
	int absent = 0;
	for (size_t i = 0; i < ols->ncoefficients; i++)
		absent += isnan(ols->coefficients[i].estimate);
	CHECK(absent >= 1 && ols->scores[METRIC_R2].value > 0.98);
	spec.time = set_find(&s, "x");
	CHECK(run("deficient, by time", &s, &spec, &r));
	spec = set_spec(&s, "c", true);
	spec.nfeatures--;   /* not y */
	CHECK(run("deficient, separable class", &s, &spec, &r) && r.useful);
}

static void classes(struct arena *a)
{
	struct set s = set_new(a, 400, 8);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *level = set_add(&s, "level", COLUMN_DICT);
	set_levels(&s, NULL, 8);
	double *few = set_add(&s, "few", COLUMN_DICT), *many = (set_levels(&s, NULL, 2), set_add(&s, "many", COLUMN_DICT)),
		*rare = (set_levels(&s, NULL, 19), set_add(&s, "rare", COLUMN_DICT));
	set_levels(&s, NULL, 4);
	normals(x, s.rows);
	for (int64_t i = 0; i < s.rows; i++) {
		level[i] = i % 17 == 0 ? NAN : (double)(i % 8);
		few[i] = i < 3;                       /* a class of three rows */
		many[i] = i % 11 == 3 ? NAN : fmin(18, floor(fabs(x[i]) * 9));
		rare[i] = i < 1 ? 3 : i < 3 ? 2 : x[i] > 0;   /* classes of one and of two rows */
	}
	struct model_result r;
	struct model_spec spec = set_spec(&s, "few", true);
	spec.nfeatures = 2;
	CHECK(run("three rows of a class", &s, &spec, &r));
	spec = set_spec(&s, "many", true);
	spec.nfeatures = 2;
	CHECK(run("nineteen classes", &s, &spec, &r) && r.nclasses == 19 && r.dropped == 37 && r.useful);
	spec = set_spec(&s, "rare", true);
	spec.nfeatures = 2;
	CHECK(run("classes of one and two rows", &s, &spec, &r));
	spec.time = 0;
	CHECK(run("classes by time", &s, &spec, &r));
}

/* A level that meets one class alone has no log-odds; the others have theirs, as without it. */
static void one_sided_level(struct arena *a)
{
	struct set s = set_new(a, 600, 3);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *level = set_add(&s, "level", COLUMN_DICT);
	set_levels(&s, (const char *[]){ "a", "b", "never" }, 3);
	double *y = set_add(&s, "y", COLUMN_BOOL);
	normals(x, s.rows);
	for (int64_t i = 0; i < s.rows; i++) {
		level[i] = i < 12 ? 2 : (double)(i % 2);
		y[i] = i < 12 ? 0 : rng_unit(&g) < 1 / (1 + exp(-x[i] - level[i]));
	}
	struct model_result r;
	struct model_spec spec = set_spec(&s, "y", true);
	CHECK(run("a level of one outcome", &s, &spec, &r));
	const struct candidate *c = set_candidate(&r, MODEL_LOGISTIC);
	const struct coefficient *never = set_term(c, "level: never"), *slope = set_term(c, "x");
	CHECK(c->note && isnan(never->se) && isnan(never->p) && never->estimate < -1 && never->estimate > -8);
	CHECK(fabs(slope->estimate - 1) < 4 * slope->se && slope->se < 0.2);
	CHECK(isnan(c->aic) && set_term(c, "(intercept)")->se < 1);
}

static void extremes(struct arena *a)
{
	struct set s = set_new(a, 200, 8);
	double *huge = set_add(&s, "huge", COLUMN_FLOAT64), *tiny = set_add(&s, "tiny", COLUMN_FLOAT64),
		*offset = set_add(&s, "offset", COLUMN_FLOAT64), *x = set_add(&s, "x", COLUMN_FLOAT64),
		*whole = set_add(&s, "whole", COLUMN_INT64), *y = set_add(&s, "y", COLUMN_FLOAT64);
	normals(x, s.rows);
	for (int64_t i = 0; i < s.rows; i++) {
		huge[i] = 1e300 * x[i];
		tiny[i] = 1e-300 * rng_normal(&g);
		offset[i] = 1e9 + 1e-4 * rng_normal(&g);
		whole[i] = 9e18 * rng_unit(&g);
		y[i] = 3 * x[i] + rng_normal(&g);
	}
	struct model_result r;
	struct model_spec spec = set_spec(&s, "y", false);
	CHECK(run("huge and tiny features", &s, &spec, &r));
	CHECK(set_candidate(&r, MODEL_OLS)->scores[METRIC_R2].value > 0.8);
	spec = set_spec(&s, "huge", false);
	CHECK(!run("huge target", &s, &spec, &r));
	spec = set_spec(&s, "tiny", false);
	CHECK(!run("tiny target", &s, &spec, &r));
	spec = set_spec(&s, "whole", false);
	CHECK(run("target of large integers", &s, &spec, &r));
	spec = set_spec(&s, "offset", false);
	CHECK(run("target with an offset", &s, &spec, &r));
}

/* Numbers at the end of the range of a double, in columns where the others are ordinary. */
static void lone_extremes(struct arena *a)
{
	struct set s = set_new(a, 200, 4);
	double *x = set_add(&s, "x", COLUMN_FLOAT64), *z = set_add(&s, "z", COLUMN_FLOAT64),
		*y = set_add(&s, "y", COLUMN_FLOAT64), *c = set_add(&s, "c", COLUMN_BOOL);
	normals(x, s.rows);
	normals(z, s.rows);
	for (int64_t i = 0; i < s.rows; i++) {
		y[i] = x[i] + z[i] + 0.1 * rng_normal(&g);
		c[i] = y[i] > 0;
		if (i % 23 == 0)
			x[i] = i % 46 ? 1e308 : -1.7e308;
		if (i % 29 == 0)
			z[i] = i % 58 ? INFINITY : 1.7e308;
	}
	struct model_result r;
	struct model_spec spec = set_spec(&s, "y", false);
	spec.nfeatures = 2;
	CHECK(run("a few huge numbers", &s, &spec, &r));
	CHECK(set_candidate(&r, MODEL_FOREST)->scores[METRIC_R2].value > 0.5);
	spec = set_spec(&s, "c", true);
	spec.nfeatures = 2;
	CHECK(run("a few huge numbers, classes", &s, &spec, &r));
	CHECK(set_candidate(&r, MODEL_FOREST)->scores[METRIC_ROC_AUC].value > 0.8);
	for (size_t i = 0; i < r.ncandidates; i++)
		CHECK(!r.candidates[i].failed);
}

static void wide(struct arena *a)
{
	struct set s = set_new(a, 300, 302);
	double *y = set_add(&s, "y", COLUMN_FLOAT64);
	for (int j = 0; j < 300; j++)
		normals(set_add(&s, arena_printf(a, "x%03d", j), COLUMN_FLOAT64), s.rows);
	for (int64_t i = 0; i < s.rows; i++)
		y[i] = s.col[1].v[i] + rng_normal(&g);
	struct model_spec spec = set_spec(&s, "y", false);
	struct model_result r;
	spec.nfeatures = 180;
	spec.repeats = 1;
	CHECK(run("180 columns of 300 rows", &s, &spec, &r) && !set_candidate(&r, MODEL_OLS)->failed);
	spec.nfeatures = 300;
	CHECK(run("300 columns of 300 rows", &s, &spec, &r));
	CHECK(set_candidate(&r, MODEL_OLS)->failed && strstr(set_candidate(&r, MODEL_OLS)->reason, "too few"));

	/* 61 coefficients for each of four classes against the first, from 300 rows */
	double *level = set_add(&s, "class", COLUMN_DICT);
	set_levels(&s, NULL, 5);
	for (int64_t i = 0; i < s.rows; i++)
		level[i] = fmin(4, floor(fabs(s.col[1].v[i]) * 2));
	spec = set_spec(&s, "class", true);
	spec.features++;   /* not y, which nearly is x000 */
	spec.nfeatures = 60;
	spec.repeats = 1;
	CHECK(run("more coefficients than rows", &s, &spec, &r));
	const struct candidate *c = set_candidate(&r, MODEL_LOGISTIC);
	CHECK(c->note && strstr(c->note, "fewer than two rows") && isnan(c->coefficients[1].se));
}

static void many_levels(struct arena *a)
{
	struct set s = set_new(a, 8000, 3);
	double *k = set_add(&s, "k", COLUMN_DICT), *day = (set_levels(&s, NULL, 2000), set_add(&s, "day", COLUMN_DATE)),
		*y = set_add(&s, "y", COLUMN_FLOAT64);
	for (int64_t i = 0; i < s.rows; i++) {
		k[i] = (double)rng_below(&g, 2000);
		day[i] = (double)(i / 3 % 900);
		y[i] = sin(day[i] / 58.1) + (k[i] < 100) + 0.2 * rng_normal(&g);
	}
	struct model_result r;
	struct model_spec spec = set_spec(&s, "y", false);
	CHECK(run("2000 levels", &s, &spec, &r) && r.useful);
	struct model_feature only = { 1, "day", ROLE_DATETIME };
	spec.features = &only;
	spec.nfeatures = 1;
	CHECK(run("a date alone", &s, &spec, &r) && r.useful && r.nimportance == 1);
	/* rows of one time are never on both sides */
	spec.time = 1;
	spec.folds = 4;
	CHECK(run("time with ties", &s, &spec, &r));
	CHECK_STR(r.scheme, "time-ordered");
	CHECK(r.held_out > 3600 && r.held_out <= 4000);
	for (int64_t i = 0; i < s.rows; i++)
		day[i] = i < 4800;
	spec.features = (struct model_feature[]){ { 0, "k", ROLE_CATEGORY } };
	CHECK(run("two times", &s, &spec, &r));
	CHECK_STR(r.scheme, "k-fold");
}

static double seconds_of(struct arena *a, int64_t rows, int64_t max_rows)
{
	struct set s = set_new(a, rows, 11);
	double *y = set_add(&s, "y", COLUMN_FLOAT64);
	for (int j = 0; j < 10; j++)
		normals(set_add(&s, arena_printf(a, "x%d", j), COLUMN_FLOAT64), rows);
	for (int64_t i = 0; i < rows; i++)
		y[i] = s.col[1].v[i] * s.col[2].v[i] + rng_normal(&g);
	struct model_spec spec = set_spec(&s, "y", false);
	spec.max_rows = max_rows;
	struct model_result r;
	clock_t start = clock();
	CHECK(run("many rows", &s, &spec, &r) && r.rows == (rows < max_rows ? rows : max_rows));
	return (double)(clock() - start) / CLOCKS_PER_SEC;
}

int main(void)
{
	rng_seed(&g, 11);
	void (*const cases[])(struct arena *) = { deficient, classes, one_sided_level, extremes, lone_extremes, wide, many_levels };
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct arena *a = arena_new();
		cases[i](a);
		arena_free(a);
	}
	struct arena *a = arena_new();
	double small = seconds_of(a, 4000, 40000), large = seconds_of(a, 32000, 16000);
	CHECK(large < 16 * small);   /* four times the rows to fit, eight to read */
	arena_free(a);
	return test_end();
}
