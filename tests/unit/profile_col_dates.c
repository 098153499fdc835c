/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates and times: resolution, steps, gaps, bins, suspicious dates. */
#include "unit/profile_col.h"

static struct profiled *profile_dates(
	const char *const *v, size_t n, enum column_type type, const struct profile_options *o)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "day", type, NULL);
	for (size_t i = 0; i < n; i++)
		col_cell(c, v[i], strlen(v[i]));
	struct profiled *p = profile_table(cols_open(t), o);
	free(t);
	return p;
}

/* Ticks from a start, at a step, leaving out those for which `skip` is true. */
static struct profiled *profile_series(
	enum column_type type, int64_t from, int64_t step, int n, bool (*skip)(int64_t tick))
{
	struct profile_options o = default_options();
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "day", type, "UTC");
	for (int i = 0; i < n; i++)
		if (!skip || !skip(from + i * step))
			col_int(c, from + i * step);
	struct profiled *p = profile_table(cols_open(t), &o);
	free(t);
	return p;
}

static bool weekend(int64_t day)
{
	return (day + 3) % 7 >= 5;
}
static bool weekend_or_july(int64_t day)
{
	int y, m, d;
	date_civil((int32_t)day, &y, &m, &d);
	return weekend(day) || m == 7;
}
static bool march(int64_t day)
{
	int y, m, d;
	date_civil((int32_t)day, &y, &m, &d);
	return m == 3;
}

static void months(void)
{
	static const char *const v[] = { "2020-01-01", "2020-02-01", "2020-03-01", "2020-04-01",
		"2020-05-01", "2020-09-01", "2020-10-01" };
	struct profile_options o = default_options();
	o.report_date = date_days(2020, 9, 1);
	struct profiled *p = profile_dates(v, COUNTOF(v), COLUMN_DATE, &o);
	const struct datetime_profile *d = p->cols[0].datetime;
	CHECK(p->vars[0].type == VARIABLE_DATETIME && d);
	CHECK_STR(d->resolution, "month");
	CHECK_STR(d->min, "2020-01-01");
	CHECK_STR(d->max, "2020-10-01");
	CHECK_STR(d->usual_step, "1 month");
	CHECK(d->range_days == 274 && d->gap_count == 1 && !d->regular && !d->has_hour &&
		d->order == ORDER_STRICTLY_INCREASING);
	CHECK(d->gaps[0].steps == 4);
	CHECK_STR(d->gaps[0].from, "2020-05-01");
	CHECK_STR(d->gaps[0].to, "2020-09-01");
	CHECK_NEAR(d->median_step_s, 30.5 * 86400, 1e-15); /* 29 30 30 31 31 123 */
	CHECK(d->month[0] == 1 && d->month[5] == 0 && d->month[9] == 1);
	CHECK(d->future == 1 && d->epoch == 0 && !d->epoch_date);
	CHECK(d->nbins == 10 && d->counts[5] == 0 && d->counts[9] == 1);
	CHECK_STR(d->edges[0], "2020-01-01");
	CHECK_STR(d->edges[10], "2020-11-01");
	const struct finding *f = finding_of(p, "day", FIND_date_gaps);
	CHECK(f && f->count == 1 && strcmp(f->text, "1 month") == 0);
	f = finding_of(p, "day", FIND_future_dates);
	CHECK(f && f->count == 1 && strcmp(f->text, "2020-09-01") == 0);
	profiled_free(p);
}

static void years(void)
{
	static const char *const v[] = { "1990-01-01", "1985-01-01", "2020-01-01", "1995-01-01",
		"2000-01-01" };
	struct profile_options o = default_options();
	struct profiled *p = profile_dates(v, COUNTOF(v), COLUMN_DATE, &o);
	const struct datetime_profile *d = p->cols[0].datetime;
	CHECK_STR(d->resolution, "year");
	CHECK_STR(d->usual_step, "5 years");
	CHECK(d->gap_count == 1 && d->gaps[0].steps == 4 && d->future == -1 &&
		d->order == ORDER_NONE && d->nbins == 36);
	profiled_free(p);
}

static void days(void)
{
	struct profiled *p = profile_series(COLUMN_DATE, date_days(2019, 1, 1), 1, 730, NULL);
	const struct datetime_profile *d = p->cols[0].datetime;
	CHECK_STR(d->resolution, "day");
	CHECK_STR(d->usual_step, "1 day");
	CHECK(d->regular && d->gap_count == 0 && d->median_step_s == 86400 &&
		d->usual_steps == 1);
	CHECK(d->month[1] == 28 + 29 && d->weekday[0] + d->weekday[6] == 208 && d->nbins == 24);
	CHECK(d->counts[0] == 31 && d->counts[13] == 29);
	profiled_free(p);

	/* a month is missing twice */
	p = profile_series(COLUMN_DATE, date_days(2019, 1, 1), 1, 730, march);
	d = p->cols[0].datetime;
	CHECK(!d->regular && d->gap_count == 2 && d->gaps[0].steps == 32);
	CHECK_STR(d->gaps[0].from, "2019-02-28");
	CHECK_STR(d->gaps[1].to, "2020-04-01");
	CHECK(finding_of(p, "day", FIND_date_gaps));
	profiled_free(p);

	/* weekends are no gaps where nobody works on weekends */
	p = profile_series(COLUMN_DATE, date_days(2019, 1, 1), 1, 400, weekend);
	d = p->cols[0].datetime;
	CHECK(d->regular && d->gap_count == 0 && !finding_of(p, "day", FIND_date_gaps));
	CHECK_STR(d->usual_step, "1 working day");
	profiled_free(p);
	p = profile_series(COLUMN_DATE, date_days(2019, 1, 1), 1, 364, weekend_or_july);
	d = p->cols[0].datetime;
	CHECK(!d->regular && d->gap_count == 1 && d->gaps[0].steps == 24);
	profiled_free(p);
}

static void times(void)
{
	int64_t from = date_days(2021, 3, 1) * INT64_C(86400000000);
	struct profiled *p =
		profile_series(COLUMN_TIMESTAMP, from, INT64_C(900000000), 96, NULL);
	const struct datetime_profile *d = p->cols[0].datetime;
	CHECK_STR(d->resolution, "minute");
	CHECK_STR(d->usual_step, "15 minutes");
	CHECK_STR(d->min, "2021-03-01T00:00:00Z");
	CHECK(d->regular && d->has_hour && d->hour[0] == 4 && d->hour[23] == 4 &&
		d->weekday[0] == 96 && d->nbins == 24);
	CHECK_STR(d->edges[1], "2021-03-01T01:00:00Z");
	profiled_free(p);

	/* before 1970, without a zone, at microseconds */
	struct profile_options o = default_options();
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "when", COLUMN_TIMESTAMP, NULL);
	col_int(c, -1);
	col_int(c, -86400000001);
	p = profile_table(cols_open(t), &o);
	d = p->cols[0].datetime;
	CHECK_STR(d->resolution, "microsecond");
	CHECK_STR(d->min, "1969-12-30T23:59:59.999999");
	CHECK(d->hour[23] == 2 && d->weekday[1] == 1 && d->weekday[2] == 1 &&
		d->order == ORDER_STRICTLY_DECREASING);
	profiled_free(p);

	/* the ends of what can be stored */
	t->n = 0;
	c = col_add(t, "when", COLUMN_TIMESTAMP, NULL);
	struct col *days = col_add(t, "day", COLUMN_DATE, NULL);
	static const int64_t ends[] = { INT64_MIN, INT64_MAX, 0, INT64_MAX - 1 };
	static const int64_t day_ends[] = { INT32_MIN, INT32_MAX, 0, INT32_MAX - 1 };
	for (int i = 0; i < 4; i++) {
		col_int(c, ends[i]);
		col_int(days, day_ends[i]);
	}
	p = profile_table(cols_open(t), &o);
	for (int i = 0; i < 2; i++) {
		int64_t counted = 0;
		for (int k = 0; k < p->cols[i].datetime->nbins; k++)
			counted += p->cols[i].datetime->counts[k];
		CHECK(counted == 4 && p->cols[i].datetime->nbins <= 50);
	}
	profiled_free(p);
	free(t);
}

static void default_dates(void)
{
	static const char *const v[] = { "2021-05-03", "1970-01-01", "2021-05-04", "2021-05-05",
		"1970-01-01", "2021-05-06" };
	struct profile_options o = default_options();
	struct profiled *p = profile_dates(v, COUNTOF(v), COLUMN_DATE, &o);
	const struct finding *f = finding_of(p, "day", FIND_epoch_dates);
	CHECK(p->cols[0].datetime->epoch == 2 && f && f->count == 2);
	CHECK_STR(f ? f->text : NULL, "1970-01-01");
	profiled_free(p);
	/* in a series that goes through it, it is a day like others */
	p = profile_series(COLUMN_DATE, -400, 1, 800, NULL);
	CHECK(p->cols[0].datetime->epoch == 1 && !finding_of(p, "day", FIND_epoch_dates));
	profiled_free(p);
}

/* Where there is no usual step there are no gaps to report. */
static void irregular(void)
{
	struct profile_options o = default_options();
	struct rng r;
	rng_seed(&r, 3);
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "day", COLUMN_TIMESTAMP, "UTC");
	double at = 0;
	for (int i = 0; i < 500; i++) {
		at -= log(1 - rng_unit(&r)) * 3600e6;
		col_int(c, (int64_t)at);
	}
	struct profiled *p = profile_table(cols_open(t), &o);
	CHECK(p->cols[0].datetime->gap_count > 50 && !p->cols[0].datetime->regular);
	CHECK(p->cols[0].datetime->ngaps == DATE_GAPS && !p->cols[0].datetime->usual_step);
	for (int i = 1; i < DATE_GAPS; i++)
		CHECK(p->cols[0].datetime->gaps[i].steps <=
			p->cols[0].datetime->gaps[i - 1].steps);
	CHECK(!finding_of(p, "day", FIND_date_gaps));
	profiled_free(p);
	free(t);
}

int main(void)
{
	months();
	years();
	days();
	times();
	default_dates();
	irregular();
	return test_end();
}
