/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is computed of a series, against R 4.2.2 and statsmodels 0.13.5 on the series of R's datasets. */
#include "profile/time_int.h"
#include "profile_col.h"

enum { MOST = 500 };

/* The one column of numbers in a file. */
static int series_read(const char *path, const char *types, double *y)
{
	struct table *t = cols_read(path, types);
	int n = (int)table_nrows(t);
	cells_number(&table_batch(t, 0)->cols[0], 0, n, y);
	table_close(t);
	return n;
}

static int passengers(double *y)
{
	return series_read("tests/data/across/AirPassengers.csv", "--i", y);
}

/* ---- memory ------------------------------------------------------------------------------- */

/* pacf(AirPassengers); Box.test(AirPassengers, 24, "Ljung"), Box.test(Nile, 10, "Ljung") */
static void test_memory(void)
{
	double y[MOST], r[41], partial[41], p;
	int n = passengers(y);
	CHECK(acf_fill(y, (size_t)n, 41, r));
	pacf_fill(r, 41, partial);
	CHECK_NEAR(r[12], 0.760395042262556, 1e-12);
	CHECK_NEAR(partial[1], 0.9480473407524918, 1e-12);
	CHECK_NEAR(partial[2], -0.2294218741171772, 1e-12);
	CHECK_NEAR(partial[13], -0.5396912419071197, 1e-11);
	CHECK_NEAR(ljung_box(r, 24, n, &p), 1606.083817405, 1e-12);
	n = series_read("tests/data/profile/Nile.csv", "i", y);
	CHECK(acf_fill(y, (size_t)n, 11, r));
	CHECK_NEAR(ljung_box(r, 10, n, &p), 88.1268715513, 1e-11);
	CHECK_NEAR(p, 1.2546e-14, 0.01);       /* R's is one less a number near one */
	for (int i = 0; i < 50; i++)
		y[i] = 7;
	CHECK(!acf_fill(y, 50, 10, r));
}

/* statsmodels: adfuller(y, regression = "c" or "ct") */
static void test_adf(void)
{
	static const struct {
		const char *path, *types;
		bool trend;
		double statistic, p;
		int lag, n;
	} want[] = {
		{ "tests/data/profile/Nile.csv", "i", false, -4.048705096914342,
			0.0011758879503871243, 1, 98 },
		{ "tests/data/profile/Nile.csv", "i", true, -4.7907655179831234,
			0.0004861430290081328, 1, 98 },
		{ "tests/data/profile/lynx.csv", "i", false, -2.9963036751425576,
			0.03524103536525378, 7, 106 },
		{ "tests/data/profile/lynx.csv", "i", true, -3.1378908734191753,
			0.09750286299054894, 7, 106 },
		{ "tests/data/profile/co2.csv", "f", false, 2.321849798552835,
			0.9989686480471941, 13, 454 },
		{ "tests/data/profile/co2.csv", "f", true, -2.0754889893682873,
			0.5597920754870798, 13, 454 },
		{ "tests/data/across/AirPassengers.csv", "--i", false, 0.8153688792060498,
			0.991880243437641, 13, 130 },
	};
	double y[MOST];
	for (size_t i = 0; i < COUNTOF(want); i++) {
		int n = series_read(want[i].path, want[i].types, y);
		struct time_adf got = adf_test(y, (size_t)n, want[i].trend);
		CHECK_NEAR(got.statistic, want[i].statistic, 1e-7);
		CHECK_NEAR(got.p, want[i].p, 1e-7);
		CHECK(got.lag == want[i].lag && got.n == want[i].n);
	}
	for (int i = 0; i < 40; i++)
		y[i] = 2 * i;          /* a line leaves nothing to test */
	CHECK(isnan(adf_test(y, 40, true).p) && isnan(adf_test(y, 5, false).p));
}

/* ---- STL ---------------------------------------------------------------------------------- */

/* stl() of the first 143 passengers: for an even number R's robust weights rest on a partial sort
 * that does not find the median. Rows 1, 72 and 143. */
static void test_stl(void)
{
	double y[MOST], season[MOST], trend[MOST];
	passengers(y);
	stl_fit(y, 143, &(struct stl_options){ 12, 11, true }, season, trend);
	CHECK_NEAR(season[0], -20.85961366172, 1e-10);
	CHECK_NEAR(trend[0], 130.27431141826, 1e-10);
	CHECK_NEAR(season[71], -27.92962032289, 1e-10);
	CHECK_NEAR(trend[71], 258.87512371516, 1e-10);
	CHECK_NEAR(season[142], -64.98684276005, 1e-10);
	CHECK_NEAR(trend[142], 496.77069002094, 1e-10);
	stl_fit(y, 143, &(struct stl_options){ 12, 0, false }, season, trend);
	CHECK_NEAR(season[0], -25.437698843463, 1e-10);
	CHECK_NEAR(trend[71], 258.074792766955, 1e-10);
	CHECK_NEAR(season[142], -58.503199846209, 1e-10);

	/* stl(co2, 11), and its strengths from the definition */
	double rest[MOST];
	int n = series_read("tests/data/profile/co2.csv", "f", y);
	stl_fit(y, n, &(struct stl_options){ 12, 11, false }, season, trend);
	for (int i = 0; i < n; i++)
		rest[i] = y[i] - season[i] - trend[i];
	CHECK_NEAR(season[199], -1.110137110082, 1e-9);
	CHECK_NEAR(trend[467], 364.569740987268, 1e-11);
	CHECK_NEAR(part_strength(season, rest, (size_t)n), 0.989771591222, 1e-10);
	CHECK_NEAR(part_strength(trend, rest, (size_t)n), 0.999802096046, 1e-10);
}

/* ---- smoothing ---------------------------------------------------------------------------- */

/* HoltWinters(x, alpha = .3, beta = .05, gamma = .4) of the passengers, and of the first 77 with a
 * season of 7; ets(Nile, "AAN", damped = TRUE, alpha = .3, beta = .06, phi = .9) from its state. */
static void test_smoothing(void)
{
	double y[MOST], seasons[12];
	int n = passengers(y);
	struct smooth s = { .trend = true, .season = true, .period = 12, .alpha = 0.3, .beta = 0.05,
		.gamma = 0.4, .phi = 1, .seasons = seasons };
	CHECK_NEAR(smooth_run(&s, y, n), 53988.8853969368, 1e-12);
	CHECK_NEAR(s.level, 493.624579887087, 1e-12);
	CHECK_NEAR(s.slope, 3.49776934674391, 1e-11);
	CHECK_NEAR(smooth_ahead(&s, 1), 465.818624574665, 1e-10);
	CHECK_NEAR(smooth_ahead(&s, 13), 507.791856733954, 1e-10);
	CHECK_NEAR(smooth_variance(&s, 3), 1.208125, 1e-12);
	CHECK_NEAR(smooth_variance(&s, 13), 3.27545, 1e-12);
	s.period = 7;
	CHECK_NEAR(smooth_run(&s, y, 77), 56274.6056831663, 1e-12);
	CHECK_NEAR(smooth_ahead(&s, 8), 262.200118236755, 1e-12);

	n = series_read("tests/data/profile/Nile.csv", "i", y);
	struct smooth d = { .trend = true, .alpha = 0.3, .beta = 0.2, .phi = 0.9,
		.level = 1125.5351930908482, .slope = -2.7126526591249 };
	double sse = 0;
	for (int i = 0; i < n; i++) {
		double error = smooth_step(&d, y[i]);
		sse += error * error;
	}
	CHECK_NEAR(sse, 2243062.10322019, 1e-11);
	CHECK_NEAR(smooth_ahead(&d, 1), 746.9101264302, 1e-11);
	CHECK_NEAR(smooth_ahead(&d, 5), 684.0993825497, 1e-11);
	CHECK_NEAR(smooth_variance(&d, 5), 1.722532474036, 1e-11);
}

/* HoltWinters(AirPassengers) reaches 21860.18 at alpha 0.248, beta 0.0345, gamma 1. */
static void test_smoothing_fit(void)
{
	double y[MOST], seasons[12];
	int n = passengers(y);
	struct smooth s = { .trend = true, .season = true, .period = 12, .phi = 1,
		.seasons = seasons };
	smooth_fit(&s, y, n);
	CHECK_NEAR(s.alpha, 0.2479595, 0.01);
	CHECK_NEAR(s.beta, 0.03453373, 0.02);
	CHECK(s.gamma > 0.99 && smooth_run(&s, y, n) < 21880);
}

/* ---- forecasts ---------------------------------------------------------------------------- */

static void test_forecast(void)
{
	struct arena *a = arena_new();
	struct time_forecast f;
	double y[MOST];
	int n = passengers(y);
	forecast_fill(&f, y, n, 12, a);
	CHECK_STR(f.method, "Holt-Winters");
	CHECK(f.n == 12 && f.origins == 10 && f.ncandidates == METHODS && f.period == 12);
	CHECK(f.relative < 0.6 && f.covered > 0.85 && f.widened >= 1);
	for (int h = 0; h < f.n; h++)
		CHECK(f.low95[h] < f.low80[h] && f.low80[h] < f.mean[h] &&
			f.mean[h] < f.high80[h] && f.high80[h] < f.high95[h]);

	/* nothing beats the mean of noise */
	struct rng r;
	rng_seed(&r, 3);
	for (int i = 0; i < 200; i++)
		y[i] = rng_normal(&r);
	forecast_fill(&f, y, 200, 0, a);
	CHECK(!f.method && f.n == 0 && f.ncandidates == METHODS - 3);
	CHECK_STR(f.why, "mean");
	forecast_fill(&f, y, 12, 0, a);
	CHECK_STR(f.why, "short");

	/* counts that fall to nothing have no interval below it */
	for (int i = 0; i < 100; i++)
		y[i] = i < 95 ? 190 - 2 * i + (i % 3) : 0;
	forecast_fill(&f, y, 100, 0, a);
	for (int h = 0; h < f.n; h++)
		CHECK(f.low95[h] >= 0 && f.mean[h] >= 0);
	arena_free(a);
}

/* A tenth of the seeds at most may miss far: the interval of an AR(1) holds what comes. */
static void test_coverage(void)
{
	struct arena *a = arena_new();
	int inside = 0, all = 0;
	for (uint64_t seed = 0; seed < 60; seed++) {
		double y[330], e = 0, level = 0;
		struct rng r;
		struct time_forecast f;
		rng_seed(&r, seed);
		for (int i = 0; i < 330; i++) {
			level += 0.3 * rng_normal(&r);
			e = level + rng_normal(&r);
			y[i] = e;
		}
		forecast_fill(&f, y, 300, 0, a);
		for (int h = 0; h < f.n; h++) {
			inside += y[300 + h] >= f.low95[h] && y[300 + h] <= f.high95[h];
			all++;
		}
	}
	CHECK(all > 1000 && inside > 0.88 * all);
	arena_free(a);
}

/* ---- trend, season ------------------------------------------------------------------------ */

static double noise_next(struct rng *r, double phi, double before)
{
	return phi * before + rng_normal(r);
}

static void test_trend(void)
{
	double y[MOST];
	int n = series_read("tests/data/profile/Nile.csv", "i", y);
	/* coef(lm(Nile ~ seq(0, 99))) */
	struct line l = trend_line(y, (size_t)n);
	CHECK_NEAR(l.slope, -2.714305430543054, 1e-10);
	CHECK_NEAR(l.intercept, 1053.708118811881, 1e-10);
	/* of 200 series without a trend 5 % may have one; the plain test finds 40 % */
	int found = 0;
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct rng r;
		double e = 0;
		rng_seed(&r, seed);
		for (int i = 0; i < 200; i++)
			y[i] = e = noise_next(&r, 0.8, e);
		found += trend_line(y, 200).p < 0.05;
	}
	CHECK(found <= 20);
	y[3] = y[50] = NAN;
	CHECK(isfinite(trend_line(y, 200).error));
	CHECK(isnan(trend_line(y, 2).slope));
}

static void test_season(void)
{
	double y[MOST];
	int n = passengers(y), found = 0;
	CHECK(season_p(y, (size_t)n, 12) < 1e-10 && season_peak(y, (size_t)n) == 12);
	CHECK(season_p(y, (size_t)n, 7) > 0.01);
	for (uint64_t seed = 0; seed < 200; seed++) {
		struct rng r;
		double e = 0;
		rng_seed(&r, seed);
		for (int i = 0; i < 300; i++)
			y[i] = e = noise_next(&r, 0.7, e);
		found += season_p(y, 300, 12) < 0.01;
	}
	CHECK(found <= 6);
	/* a weak one in many cycles */
	struct rng r;
	rng_seed(&r, 1);
	for (int i = 0; i < 490; i++)
		y[i] = rng_normal(&r) + (i % 7 == 0);
	CHECK(season_p(y, 490, 7) < 1e-3);
}

/* ---- changes ------------------------------------------------------------------------------ */

/* All partitions by the recursion without pruning. */
static double optimal(const double *y, int n, double penalty, int least)
{
	double best[MOST + 1];
	best[0] = -penalty;
	for (int to = 1; to <= n; to++) {
		best[to] = INFINITY;
		for (int from = 0; from + least <= to; from++) {
			double mean = array_mean(y + from, (size_t)(to - from)), cost = 0;
			for (int i = from; i < to; i++)
				cost += (y[i] - mean) * (y[i] - mean);
			best[to] = fmin(best[to], best[from] + cost + penalty);
		}
	}
	return best[n];
}

static void test_pelt(void)
{
	double y[MOST];
	int starts[MOST], n;
	for (uint64_t seed = 0; seed < 5; seed++) {
		struct rng r;
		rng_seed(&r, seed);
		for (int i = 0; i < 150; i++)
			y[i] = rng_normal(&r) + (double)(i / 31 % 3) * 1.5;
		for (int least = 1; least < 12; least += 5)
			CHECK_NEAR(pelt(y, 150, 6, least, starts, &n), optimal(y, 150, 6, least), 1e-9);
	}
}

static void test_changes(void)
{
	static double y[2000], level[2000];
	struct level_change c[TIME_CHANGES];
	bool steps;
	int n = series_read("tests/data/profile/Nile.csv", "i", y);
	/* the dam of 1898: Cobb 1978; means before and after are 1097.75 and 849.97 */
	CHECK(changes_find(y, n, c, TIME_CHANGES, level, &steps) == 1 && steps && c[0].at == 28);
	CHECK_NEAR(c[0].before, 1097.75, 0.01);
	CHECK_NEAR(c[0].after, 849.97, 0.01);
	CHECK(c[0].p < 1e-4 && level[0] > 1000 && level[99] < 900);
	/* growth and slow bends are no steps */
	CHECK(changes_find(y, passengers(y), c, TIME_CHANGES, level, &steps) == 0 && !steps);
	n = series_read("tests/data/profile/co2.csv", "f", y);
	CHECK(changes_find(y, n, c, TIME_CHANGES, level, &steps) == 0);
	/* nor is a line in noise, whatever the seed */
	for (uint64_t seed = 0; seed < 10; seed++) {
		struct rng r;
		rng_seed(&r, seed);
		for (int i = 0; i < 800; i++)
			y[i] = 8.0 * i / 800 + 2 * rng_normal(&r);
		CHECK(changes_find(y, 800, c, TIME_CHANGES, level, &steps) == 0);
	}
	/* a step without noise */
	for (int i = 0; i < 60; i++)
		y[i] = i < 40 ? 1 : 2;
	CHECK(changes_find(y, 60, c, TIME_CHANGES, level, &steps) == 1 && c[0].at == 40);
	CHECK(changes_find(y, 30, c, TIME_CHANGES, level, &steps) == 0);
}

/* Series with false alarms among 100, by what neighbours have in common. */
static void test_false_alarms(void)
{
	static const struct {
		double phi;
		int n, most;
	} kinds[] = { { 0, 100, 2 }, { 0, 1000, 2 }, { 0.5, 300, 3 }, { 0.8, 300, 3 },
		{ 0.95, 300, 4 }, { 1, 300, 5 } };
	static double y[1000], level[1000];
	struct level_change c[TIME_CHANGES];
	for (size_t k = 0; k < COUNTOF(kinds); k++) {
		int alarms = 0;
		bool steps;
		for (uint64_t seed = 1000; seed < 1100; seed++) {
			struct rng r;
			double e = 0;
			rng_seed(&r, seed);
			for (int i = 0; i < kinds[k].n; i++)
				y[i] = e = noise_next(&r, kinds[k].phi, e);
			alarms += changes_find(y, kinds[k].n, c, TIME_CHANGES, level, &steps) > 0;
		}
		CHECK(alarms <= kinds[k].most);
		if (alarms > kinds[k].most)
			printf("phi %g: %d\n", kinds[k].phi, alarms);
	}
	/* and a shift of two standard deviations is found in nearly all */
	int found = 0;
	for (uint64_t seed = 0; seed < 50; seed++) {
		struct rng r;
		bool steps;
		rng_seed(&r, seed);
		for (int i = 0; i < 200; i++)
			y[i] = rng_normal(&r) + (i >= 120 ? 2 : 0);
		found += changes_find(y, 200, c, TIME_CHANGES, level, &steps) == 1 &&
			 abs(c[0].at - 120) <= 5;
	}
	CHECK(found >= 46);
}

int main(void)
{
	test_memory();
	test_adf();
	test_stl();
	test_smoothing();
	test_smoothing_fit();
	test_forecast();
	test_coverage();
	test_trend();
	test_season();
	test_pelt();
	test_changes();
	test_false_alarms();
	return test_end();
}
