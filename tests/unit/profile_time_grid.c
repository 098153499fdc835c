/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a table to series: the grid, what lies on it, and tables with little in them. */
#include "profile/time_int.h"
#include "profile_across.h"

#define DAY INT64_C(86400000000)
#define HOUR INT64_C(3600000000)

struct followed {
	struct profiled *p;
	struct time_profile time;
	struct finding_list findings;
	bool any;
};

static struct followed follow(struct table *t, const struct profile_options *o)
{
	struct followed f = { .p = profile_table(t, o) };
	f.findings.arena = f.p->arena;
	f.any = time_fill(t, f.p->cols, table_ncols(t), o, &f.time, &f.findings, f.p->arena);
	return f;
}

static int findings_with(const struct followed *f, enum finding_code code)
{
	int n = 0;
	for (size_t i = 0; i < f->findings.n; i++)
		n += f->findings.v[i].code == code;
	return n;
}

static struct table *passengers(void)
{
	struct table *file = cols_read("tests/data/across/AirPassengers.csv", "--i");
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *month = col_add(t, "month", COLUMN_DATE, NULL),
		*n = col_add(t, "passengers", COLUMN_INT64, NULL),
		*holes = col_add(t, "holes", COLUMN_FLOAT64, NULL),
		*part = col_add(t, "part", COLUMN_INT64, NULL);
	/* the latest first: order comes from the time column */
	for (int i = 143; i >= 0; i--) {
		int64_t y = table_batch(file, 0)->cols[0].v.i64[i];
		col_int(month, date_days(1949 + i / 12, i % 12 + 1, 1));
		col_int(n, y);
		i % 5 ? col_real(holes, (double)y) : col_missing(holes);
		col_int(part, i % 12 + 1);
	}
	struct table *table = cols_open(t);
	table_close(file);
	free(t);
	return table;
}

static void test_passengers(void)
{
	struct profile_options o = across_options();
	struct followed f = follow(passengers(), &o);
	const struct time_profile *t = &f.time;
	/* the number of the month is no series */
	CHECK(f.any && t->var == 0 && t->regular && !t->period && t->nseries == 2);
	CHECK(t->stepped && t->places == 144 && t->filled == 144 && t->repeated == 0);
	CHECK_STR(t->step, "month");
	CHECK_STR(t->grid, "month");
	const struct time_series *s = &t->series[0];
	CHECK(s->n == 144 && s->values == 144 && !s->mean && s->y[0] == 112 && s->y[143] == 432);
	CHECK_STR(s->t[0], "1949-01-01");
	CHECK(s->memory.nlags == 37);
	CHECK_NEAR(s->memory.r[1], 0.948047340752492, 1e-12);
	CHECK_NEAR(s->memory.bound, 1.96 / 12, 1e-12);
	CHECK(s->season.period == 12 && s->season.strength > 0.75 && s->season.trend_strength > 0.96);
	CHECK_STR(s->season.name, "year");
	CHECK_STR(s->season.t[0] + 4, "-01-01");
	CHECK(s->season.profile[6] > 40 && s->season.profile[10] < -30);       /* July, November */
	CHECK_STR(s->trend.unit, "year");
	CHECK(s->trend.low > 25 && s->trend.slope < 36 && s->trend.p < 1e-4 && s->adf.trend);
	CHECK(s->neffects == 1 && s->effects[0].n == 12 && s->effects[0].p < 1e-6);
	CHECK_STR(s->forecast.t[0], "1961-01-01");
	CHECK_STR(s->forecast.t[11], "1961-12-01");
	CHECK(findings_with(&f, FIND_seasonal) == 2 && findings_with(&f, FIND_level_change) == 0);

	/* with holes, from the definition of R's acf(na.action = na.pass) */
	double y[144], mean = 0, n = 0, c0 = 0, c3 = 0, pairs = 0;
	for (int i = 0; i < 144; i++) {
		y[i] = i % 5 ? s->y[i] : NAN;
		mean += i % 5 ? y[i] : 0;
		n += i % 5 != 0;
	}
	for (int i = 0; i < 144; i++) {
		c0 += i % 5 ? (y[i] - mean / n) * (y[i] - mean / n) / n : 0;
		if (i + 3 < 144 && i % 5 && (i + 3) % 5) {
			c3 += (y[i] - mean / n) * (y[i + 3] - mean / n);
			pairs++;
		}
	}
	const struct time_series *h = &t->series[1];
	CHECK(h->n == 144 && h->values == 115 && h->empty == 28 && isnan(h->y[0]));
	CHECK_NEAR(h->memory.r[3], c3 / (pairs + 3) / c0, 1e-12);
	CHECK(h->season.period == 12);
	profiled_free(f.p);
}

/* Four rows an hour for 200 days: means by period, weeks from Monday. */
static void test_periods(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *at = col_add(t, "at", COLUMN_TIMESTAMP, "UTC"),
		*y = col_add(t, "y", COLUMN_FLOAT64, NULL);
	int64_t start = date_days(2024, 1, 1) * DAY;
	for (int64_t i = 0; i < 200 * 24; i++)
		for (int k = 0; k < 4; k++) {
			col_int(at, start + i * HOUR);
			col_real(y, (double)(i / 24) + k);
		}
	struct profile_options o = across_options();
	struct followed f = follow(cols_open(t), &o);
	const struct time_series *s = &f.time.series[0];
	/* as many rows each hour: their number is no series */
	CHECK(f.time.regular && f.time.nseries == 1 && s->n == 400 && s->mean);
	CHECK(f.time.places == 4800 && f.time.repeated == 3 * 4800);
	CHECK_STR(f.time.zone, "UTC");
	CHECK_STR(f.time.step, "hour");
	CHECK_STR(f.time.period, "12 hours");
	CHECK_STR(s->t[1], "2024-01-01T12:00:00Z");
	CHECK_NEAR(s->y[3], 2.5, 1e-12);
	CHECK_STR(s->trend.unit, "month");
	CHECK_NEAR(s->trend.slope, 30.436875, 1e-3);
	o.max_points = 30;
	CHECK(time_fill(f.p->table, f.p->cols, 2, &o, &f.time, &f.findings, f.p->arena));
	CHECK_STR(f.time.period, "week");
	CHECK(f.time.series[0].n == 29);
	CHECK_STR(f.time.series[0].t[1], "2024-01-08");
	CHECK_NEAR(f.time.series[0].y[1], 7 + 3 + 1.5, 1e-12);
	o.time = "y";
	CHECK(!time_fill(f.p->table, f.p->cols, 2, &o, &f.time, &f.findings, f.p->arena));
	profiled_free(f.p);
	free(t);
}

/* Events at odd seconds, three times as many from a day on, at night none: rows an hour or a day. */
static void test_events(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *at = col_add(t, "at", COLUMN_TIMESTAMP, NULL),
		*y = col_add(t, "y", COLUMN_FLOAT64, NULL);
	int64_t start = date_days(2023, 3, 1) * DAY;
	struct rng r;
	rng_seed(&r, 5);
	for (int day = 0; day < 120; day++)
		for (uint64_t k = 0; k < (day < 60 ? 20 : 60) + rng_below(&r, 10); k++) {
			col_int(at, start + day * DAY + (int64_t)rng_below(&r, (uint64_t)DAY / 1000000) *
				1000000);
			col_real(y, rng_normal(&r));
		}
	struct profile_options o = across_options();
	struct followed f = follow(cols_open(t), &o);
	CHECK(!f.time.stepped && f.time.nseries == 2 && f.time.places == 120);
	CHECK_STR(f.time.grid, "day");
	const struct time_series *s = &f.time.series[1];
	CHECK(s->var == -1 && s->nchanges == 1 && s->steps);
	CHECK_STR(s->nchanges ? s->changes[0].at : "", "2023-04-30");
	CHECK(findings_with(&f, FIND_rows_change) == 1 && findings_with(&f, FIND_level_change) == 0);
	profiled_free(f.p);
	free(t);
}

/* Hours of two months with a rhythm of the day and another one of the week. */
static void test_hours(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *at = col_add(t, "at", COLUMN_TIMESTAMP, NULL),
		*y = col_add(t, "y", COLUMN_FLOAT64, NULL), *flag = col_add(t, "flag", COLUMN_BOOL, NULL);
	int64_t start = date_days(2024, 1, 1) * DAY;
	struct rng r;
	rng_seed(&r, 9);
	for (int i = 0; i < 60 * 24; i++) {
		col_int(at, start + i * HOUR);
		double peak = i % 24 == 17 ? 6 : 0;
		col_real(y, i == 1000 ? 60 : peak + (i / 24 % 7 >= 5 ? -3 : 0) + 0.5 * rng_normal(&r));
		col_int(flag, i % 3 == 0);
	}
	struct profile_options o = across_options();
	o.target = "flag";
	struct followed f = follow(cols_open(t), &o);
	CHECK(f.time.nseries == 2 && f.time.series[0].var == 2);
	const struct time_series *s = &f.time.series[1];
	CHECK(s->season.period == 168);
	CHECK_STR(s->season.name, "week");
	CHECK(s->neffects == 2 && s->effects[0].p < 1e-6 && s->effects[1].p < 1e-5);
	CHECK_STR(s->effects[0].unit, "hour");
	CHECK_NEAR(s->effects[0].mean[17], 6 * 23 / 24.0, 0.05);
	CHECK(s->anomalous && s->anomalous <= 8 && s->anomalies[0].y == 60);
	CHECK_STR(s->anomalous ? s->anomalies[0].at : "", "2024-02-11T16:00:00");
	profiled_free(f.p);
	free(t);
}

/* y for each of n days; NAN is missing, a day below 0 has no row. */
static struct followed days(const int64_t *day, const double *y, int n)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *at = col_add(t, "at", COLUMN_DATE, NULL), *c = col_add(t, "y", COLUMN_FLOAT64, NULL);
	for (int i = 0; i < n; i++) {
		col_int(at, day[i]);
		isnan(y[i]) ? col_missing(c) : col_real(c, y[i]);
	}
	struct profile_options o = across_options();
	struct followed f = follow(cols_open(t), &o);
	free(t);
	return f;
}

static void test_little(void)
{
	static const double three[] = { 1, 5, 2 }, none[] = { NAN, NAN, NAN };
	static const int64_t close[] = { 19000, 19001, 19002 }, far[] = { 0, 9000, 2900000 },
		same[] = { 19000, 19000, 19000 };
	static double many[400];
	static int64_t day[400];
	struct followed f = days(close, three, 3);
	CHECK(f.any && f.time.nseries == 1 && f.time.series[0].n == 3);
	CHECK(isnan(f.time.series[0].adf.p) && f.time.series[0].memory.nlags == 0);
	CHECK_STR(f.time.series[0].forecast.why, "short");
	profiled_free(f.p);
	f = days(far, three, 3);
	CHECK(f.any && f.time.places <= GRID_MAX && f.time.series[0].n <= 500);
	profiled_free(f.p);
	f = days(same, three, 3);      /* one value is no time */
	CHECK(!f.any || f.time.places == 1);
	profiled_free(f.p);
	f = days(close, none, 3);
	CHECK(f.any && f.time.nseries == 0);   /* an empty column is no series */
	profiled_free(f.p);

	/* a default date far away is left out, and long gaps leave nothing to decompose */
	for (int i = 0; i < 400; i++) {
		day[i] = i ? 19000 + i + (i > 200 ? 90 : 0) : date_days(1900, 1, 1);
		many[i] = i % 7 + (i % 3) * 0.1;
	}
	f = days(day, many, 400);
	CHECK(f.time.left_out == 1 && f.time.places == 489 && f.time.filled == 399);
	CHECK_STR(f.time.grid, "day");
	CHECK(f.time.series[0].empty == 90 && f.time.series[0].season.period == 7);
	profiled_free(f.p);
	for (int i = 200; i < 400; i++)
		day[i] = 19000 + 6 * i;
	f = days(day + 1, many + 1, 399);
	if (f.time.stepped)
		CHECK_STR(f.time.series[0].forecast.why, "gaps");
	profiled_free(f.p);
	for (int i = 0; i < 400; i++) {
		day[i] = 19000 + i * 7919 % 400;       /* in no order */
		many[i] = i < 100 ? NAN : 3;
	}
	many[150] = 4;
	f = days(day, many, 400);
	CHECK(f.any && f.time.places == 400 && f.time.series[0].values == 300);
	profiled_free(f.p);
}

/* Working days: a grid of five a week. */
static void test_working_days(void)
{
	static double y[500];
	static int64_t day[500];
	struct rng r;
	rng_seed(&r, 2);
	for (int i = 0; i < 500; i++) {
		day[i] = date_days(2020, 1, 6) + i / 5 * 7 + i % 5;
		y[i] = 3 * (i % 5 == 4) + rng_normal(&r);
	}
	struct followed f = days(day, y, 500);
	CHECK_STR(f.time.grid, "working day");
	CHECK(f.time.places == 500 && f.time.filled == 500 && f.time.series[0].empty == 0);
	const struct time_series *s = &f.time.series[0];
	CHECK(s->season.period == 5 && s->effects[0].n == 7 && isnan(s->effects[0].mean[6]));
	CHECK_STR(s->forecast.n ? s->forecast.t[0] : "2021-12-06", "2021-12-06");
	profiled_free(f.p);
}

/* Decimals less their mean over a week are tied as the decimals are, whatever the rounding. In exact
 * fractions (Python's Fraction) and scipy 1.10.1: stats.kruskal over the seven weekdays of their ranks. */
static void test_ties(void)
{
	enum { N = 140 };
	static double y[N];
	static int64_t day[N];
	for (int i = 0; i < N; i++) {
		day[i] = date_days(2020, 1, 6) + i;
		y[i] = 0.1 * (i * i % 7 * 3 + i / 5 % 4 * 2);
	}
	struct followed f = days(day, y, N);
	const struct time_effect *e = &f.time.series[0].effects[0];
	CHECK_STR(e->unit, "weekday");
	CHECK(e->values == 134);
	CHECK_NEAR(e->statistic, 119.55300506847435, 1e-9);
	CHECK_NEAR(e->effect, 119.55300506847435 / 133, 1e-9);
	profiled_free(f.p);
}

int main(void)
{
	test_passengers();
	test_periods();
	test_events();
	test_hours();
	test_little();
	test_working_days();
	test_ties();
	return test_end();
}
