/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spearman's correlations of many columns at once against ranks counted by definition. */
#include "profile_across.h"

enum { ROWS = 2502, WHOLE = 7, COLUMNS = 9 };

static double value[COLUMNS][ROWS];

static struct table *table_make(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	static const char *const names[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i" };
	struct rng r;
	rng_seed(&r, 4);
	for (int c = 0; c < COLUMNS; c++)
		col_add(t, names[c], COLUMN_FLOAT64, NULL);
	for (int i = 0; i < ROWS; i++) {
		double z = rng_normal(&r);
		for (int c = 0; c < COLUMNS; c++) {
			double x = (c % 2 ? -z : z) + rng_normal(&r);
			value[c][i] = c < 3 ? rint(x) : c == 3 ? 1e300 * x : x;    /* ties, large ones */
			if (c >= WHOLE && rng_below(&r, 9) == 0) {
				value[c][i] = NAN;
				col_missing(&t->c[c]);
			} else {
				col_real(&t->c[c], value[c][i]);
			}
		}
	}
	struct table *table = cols_open(t);
	free(t);
	return table;
}

/* Twice the mean rank of row i among the rows that both have, less their number and one. */
static int64_t rank_of(const double *x, const double *other, int i, int64_t n)
{
	int64_t below = 0, equal = 0;
	for (int k = 0; k < ROWS; k++) {
		bool both = !isnan(x[k]) && !isnan(other[k]);
		below += both && x[k] < x[i];
		equal += both && x[k] == x[i];
	}
	return 2 * below + equal + 1 - (n + 1);
}

static double rho_plain(const double *x, const double *y, int64_t *n)
{
	int64_t xx = 0, yy = 0, xy = 0;
	*n = 0;
	for (int i = 0; i < ROWS; i++)
		*n += !isnan(x[i]) && !isnan(y[i]);
	for (int i = 0; i < ROWS; i++) {
		if (isnan(x[i]) || isnan(y[i]))
			continue;
		int64_t a = rank_of(x, y, i, *n), b = rank_of(y, x, i, *n);
		xx += a * a;
		yy += b * b;
		xy += a * b;
	}
	return (double)xy / (sqrt((double)xx) * sqrt((double)yy));
}

/* 5 ranks have 120 orders, of which two are as far from none as r = 1. */
static void test_few_ranks(void)
{
	CHECK_NEAR(rank_correlation_p(1, 5), 1 / 60.0, 1e-15);
	CHECK_NEAR(rank_correlation_p(-1, 3), 1 / 3.0, 1e-15);
	CHECK(rank_correlation_p(0.5, 10) == correlation_p(0.5, 10));
	CHECK(rank_correlation_p(1, 1000) == 0 && isnan(rank_correlation_p(NAN, 9)));
}

int main(void)
{
	test_few_ranks();
	struct table *t = table_make();
	struct arena *a = arena_new();
	int cols[COLUMNS];
	struct scaled scaled[COLUMNS];
	struct numbers v;
	struct assoc_matrix one, many;
	for (int i = 0; i < COLUMNS; i++)
		cols[i] = i;
	scaled_fill(t, cols, COLUMNS, scaled, 1);
	numbers_init(&v, t, scaled, COLUMNS, a);
	struct sample s = sample_new(t, ROWS, 1, a);
	assoc_matrix_init(&one, COLUMNS, a);
	assoc_matrix_init(&many, COLUMNS, a);
	spearman_matrix(&s, &v, &one, 1);
	spearman_matrix(&s, &v, &many, 3);
	CHECK(memcmp(one.value, many.value, COLUMNS * COLUMNS * sizeof *one.value) == 0);
	for (int i = 0; i < COLUMNS; i++)
		for (int j = i; j < COLUMNS; j++) {
			int64_t n;
			double r = rho_plain(value[i], value[j], &n);
			CHECK(one.value[i * COLUMNS + j] == (i == j ? fmin(r, 1) : r));
			CHECK(one.count[i * COLUMNS + j] == n && one.value[j * COLUMNS + i] ==
				one.value[i * COLUMNS + j]);
		}
	arena_free(a);
	table_close(t);
	return test_end();
}
