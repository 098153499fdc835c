/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sums of periods: parts merge to the whole, threads change nothing, of the fold and of all that is
 * said of the series. */
#include "../unit/profile_across.h"
#include "profile/time_int.h"
#include "fold_check.h"

enum { N = 3 * BATCH_ROWS + 777, COLUMNS = 2 };

/* Days in order, but for one in ten anywhere; values with holes. */
static struct table *table_make(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *at = col_add(t, "at", COLUMN_DATE, NULL), *x = col_add(t, "x", COLUMN_FLOAT64, NULL),
		*y = col_add(t, "y", COLUMN_INT64, NULL);
	struct rng r;
	rng_seed(&r, 3);
	for (int i = 0; i < N; i++) {
		int64_t day = rng_below(&r, 10) ? i / 200 : (int64_t)rng_below(&r, N / 200);
		rng_below(&r, 50) ? col_int(at, 15000 + day) : col_missing(at);
		rng_below(&r, 8) ? col_real(x, rng_normal(&r) + (double)(day % 7)) : col_missing(x);
		col_int(y, (int64_t)rng_below(&r, 1000) + day);
	}
	struct table *table = cols_open(t);
	free(t);
	return table;
}

static void put_sums(struct buf *out, const void *acc, const void *arg)
{
	const struct grid_sums *s = acc;
	const struct sums_arg *a = arg;
	buf_printf(out, "%lld %lld %lld ", (long long)s->lo, (long long)s->hi,
		(long long)s->left_out);
	buf_put(out, s->rows, (size_t)(s->hi - s->lo) * sizeof *s->rows);
	buf_put(out, s->cell, (size_t)((s->hi - s->lo) * a->n) * sizeof *s->cell);
}

static void put_series(struct buf *out, const struct time_profile *t)
{
	for (int i = 0; i < t->nseries; i++) {
		const struct time_series *s = &t->series[i];
		buf_put(out, s->y, (size_t)s->n * sizeof *s->y);
		buf_put(out, s->level, (size_t)s->n * sizeof *s->level);
		buf_put(out, s->memory.r, (size_t)s->memory.nlags * sizeof(double));
		buf_put(out, s->forecast.mean, (size_t)s->forecast.n * sizeof(double));
		buf_put(out, &s->adf.p, sizeof s->adf.p);
		buf_put(out, &s->trend.slope, sizeof s->trend.slope);
		buf_put(out, &s->season.strength, sizeof s->season.strength);
		buf_printf(out, "%d %d %lld", s->season.period, s->nchanges, (long long)s->anomalous);
	}
}

int main(void)
{
	struct profile_options o = across_options();
	struct profiled *p = profile_table(table_make(), &o);
	struct variable var = *p->cols[0].var;
	struct work work = { .table = p->table, .var = &var, .arena = p->arena,
		.storage = COLUMN_DATE };
	static const int cols[COLUMNS] = { 1, 2 };
	struct grid g;
	grid_choose(&g, &work, &p->cols[0]);
	CHECK_STR(g.name, "day");
	struct sums_arg arg = { &g, 0, COLUMNS, cols };
	fold_check("grid sums", &(struct fold){ .ops = &grid_sums_ops, .arg = &arg }, p->table,
		put_sums);
	struct buf want = { 0 };
	for (int threads = 1; threads <= 7; threads += 3) {
		struct time_profile t;
		struct finding_list findings = { .arena = p->arena };
		struct buf got = { 0 };
		o.threads = threads;
		CHECK(time_fill(p->table, p->cols, 3, &o, &t, &findings, p->arena));
		CHECK(t.nseries == 3 && t.series[0].season.period == 7);
		put_series(threads == 1 ? &want : &got, &t);
		CHECK(threads == 1 || (got.n == want.n && memcmp(got.p, want.p, want.n) == 0));
		buf_free(&got);
	}
	buf_free(&want);
	profiled_free(p);
	return test_end();
}
