/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is judged of numeric columns: rounding, even spread, skewness, outliers; and how often the interval
 * of the median holds it. */
#include "unit/profile_col.h"

static void rounded_values(void)
{
	struct profile_options o = default_options();
	struct rng r;
	rng_seed(&r, 5);
	double x[1000];
	for (size_t i = 0; i < COUNTOF(x); i++) {
		double v = 170 + 20 * rng_normal(&r);
		x[i] = rng_unit(&r) < 0.4 ? rint(v / 10) * 10 : rint(v);
	}
	struct profiled *p = profile_reals(x, COUNTOF(x), &o);
	const struct finding *f = finding_of(p, "x", FIND_heaping);
	CHECK(f && f->n == 1000 && f->p < 1e-10 && f->count > 400 && strcmp(f->text, "0") == 0);
	profiled_free(p);
	for (size_t i = 0; i < COUNTOF(x); i++)
		x[i] = rint((170 + 20 * rng_normal(&r)) * 10) / 10;
	p = profile_reals(x, COUNTOF(x), &o);
	CHECK(p->cols[0].numeric->heaping.digit >= 0 && p->cols[0].numeric->heaping.p > 0.001);
	CHECK(!finding_of(p, "x", FIND_heaping));
	profiled_free(p);
}

static bool found_uniform(const double *x, size_t n)
{
	struct profile_options o = default_options();
	struct profiled *p = profile_reals(x, n, &o);
	bool found = finding_of(p, "x", FIND_uniform) != NULL;
	profiled_free(p);
	return found;
}

static void even_spread(void)
{
	struct rng r;
	rng_seed(&r, 6);
	double x[2000];
	int rejected = 0;
	for (int round = 0; round < 200; round++) {
		for (size_t i = 0; i < 300; i++)
			x[i] = round % 2 ? rng_unit(&r) : floor(rng_unit(&r) * 6);
		rejected += !found_uniform(x, 300);
	}
	CHECK(rejected >= 1 && rejected <= 24); /* 5 % of 200, within 4.5 standard deviations */
	for (size_t i = 0; i < COUNTOF(x); i++)
		x[i] = (double)i + 17;
	CHECK(found_uniform(x, COUNTOF(x)));
	for (size_t i = 0; i < COUNTOF(x); i++)
		x[i] = rng_normal(&r);
	CHECK(!found_uniform(x, COUNTOF(x)));
	for (size_t i = 0; i < COUNTOF(x); i++)
		x[i] = rng_unit(&r) * rng_unit(&r);
	CHECK(!found_uniform(x, COUNTOF(x)));
}

/* Of the interval for the median: it holds the median in at least 95 % of samples, and not in
 * all. */
static void median_interval(void)
{
	struct profile_options o = default_options();
	struct rng r;
	rng_seed(&r, 8);
	double x[41];
	int held = 0;
	for (int round = 0; round < 1000; round++) {
		for (size_t i = 0; i < COUNTOF(x); i++)
			x[i] = rng_normal(&r);
		struct profiled *p = profile_reals(x, COUNTOF(x), &o);
		const struct numeric_profile *f = p->cols[0].numeric;
		held += f->median_ci[0] <= 0 && f->median_ci[1] >= 0;
		profiled_free(p);
	}
	CHECK(held >= 940 && held <= 985);
}

static void findings(void)
{
	struct profile_options o = default_options();
	struct rng r;
	rng_seed(&r, 9);
	double x[500];
	for (size_t i = 0; i < COUNTOF(x); i++)
		x[i] = i % 5 == 0 ? 0 : exp(2 * rng_normal(&r));
	struct profiled *p = profile_reals(x, COUNTOF(x), &o);
	const struct finding *f = finding_of(p, "x", FIND_many_zeros);
	CHECK(f && f->count == 100 && f->total == 500 && f->threshold == 0.1);
	f = finding_of(p, "x", FIND_skewed);
	CHECK(f && f->value == p->cols[0].numeric->skewness && f->threshold == 2);
	f = finding_of(p, "x", FIND_outliers);
	CHECK(f && f->count == p->cols[0].numeric->outliers.iqr_low +
				       p->cols[0].numeric->outliers.iqr_high);
	profiled_free(p);
}

/* In a sample of a normal distribution a percent beyond the fences is nothing to look into. */
static void bell_shaped(void)
{
	struct profile_options o = default_options();
	struct rng r;
	rng_seed(&r, 10);
	double x[300];
	int met = 0;
	for (int round = 0; round < 60; round++) {
		for (size_t i = 0; i < COUNTOF(x); i++)
			x[i] = rng_normal(&r);
		struct profiled *p = profile_reals(x, COUNTOF(x), &o);
		double share = p->cols[0].numeric->outliers.share;
		if (finding_of(p, "x", FIND_normal_distribution) && share > o.outlier_share && share <= 0.02) {
			CHECK(!finding_of(p, "x", FIND_outliers));
			met++;
		}
		profiled_free(p);
	}
	CHECK(met >= 5);
}

int main(void)
{
	rounded_values();
	even_spread();
	median_interval();
	findings();
	bell_shaped();
	return test_end();
}
