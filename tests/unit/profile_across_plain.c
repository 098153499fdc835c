/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Associations against almost trivial second implementations. */
#include "profile_across.h"

enum { ROWS = 500, COLS = 7 };

static double naive_pearson(const double *x, const double *y, int n, int64_t *pairs)
{
	double mx = 0, my = 0, xx = 0, yy = 0, xy = 0, k = 0;
	for (int i = 0; i < n; i++)
		if (isfinite(x[i]) && isfinite(y[i])) {
			k++;
			mx += x[i];
			my += y[i];
		}
	mx /= k;
	my /= k;
	for (int i = 0; i < n; i++)
		if (isfinite(x[i]) && isfinite(y[i])) {
			xx += (x[i] - mx) * (x[i] - mx);
			yy += (y[i] - my) * (y[i] - my);
			xy += (x[i] - mx) * (y[i] - my);
		}
	*pairs = (int64_t)k;
	return xy / sqrt(xx * yy);
}

/* Ranks by counting, within the rows in which both are finite. */
static double naive_spearman(const double *x, const double *y, int n)
{
	double *rx = mem_alloc(2 * (size_t)n * sizeof *rx), *ry = rx + n;
	for (int i = 0; i < n; i++) {
		rx[i] = ry[i] = NAN;
		if (!isfinite(x[i]) || !isfinite(y[i]))
			continue;
		rx[i] = ry[i] = 0;
		for (int j = 0; j < n; j++)
			if (isfinite(x[j]) && isfinite(y[j])) {
				rx[i] += (x[j] < x[i]) + 0.5 * (x[j] == x[i]);
				ry[i] += (y[j] < y[i]) + 0.5 * (y[j] == y[i]);
			}
	}
	int64_t pairs;
	double r = naive_pearson(rx, ry, n, &pairs);
	free(rx);
	return r;
}

static double naive_eta(const int *g, int levels, const double *y, int n)
{
	double total = 0, within = 0, all = 0, mean = 0;
	for (int i = 0; i < n; i++)
		if (g[i] >= 0 && isfinite(y[i])) {
			mean += y[i];
			all++;
		}
	mean /= all;
	for (int k = 0; k < levels; k++) {
		double m = 0, c = 0;
		for (int i = 0; i < n; i++)
			if (g[i] == k && isfinite(y[i])) {
				m += y[i];
				c++;
			}
		for (int i = 0; i < n; i++)
			if (g[i] == k && isfinite(y[i])) {
				within += (y[i] - m / c) * (y[i] - m / c);
				total += (y[i] - mean) * (y[i] - mean);
			}
	}
	return sqrt(1 - within / total);
}

static double naive_v(const int *a, const int *b)
{
	static int64_t count[20 * 20];
	memset(count, 0, sizeof count);
	for (int i = 0; i < ROWS; i++)
		if (a[i] >= 0 && b[i] >= 0)
			count[a[i] * 20 + b[i]]++;
	return cramers_v(count, 20, 20).value;
}

static const char *const names[COLS] = { "a", "b", "c", "d", "e", "f", "g" };
static double number[COLS][ROWS];
static int level[3][ROWS];             /* -1: missing */

/* Numbers of very different scale: plain, far from zero, whole with ties, over many magnitudes,
 * tiny, plain again, with infinities; all but the first two have holes. */
static double number_of(int column, int row, double z)
{
	switch (column) {
	case 1:
		return 1e9 + z;
	case 2:
		return floor(3 * z);
	case 3:
		return exp(5 * z);
	case 4:
		return 1e-12 * z;
	case 6:
		return row % 50 ? z : INFINITY;
	default:
		return z;
	}
}

static void cell_add(struct col *c, double x)
{
	if (isnan(x))
		col_missing(c);
	else if (c->field.type == COLUMN_INT64)
		col_int(c, (int64_t)x);
	else
		col_real(c, x);
}

static void level_add(struct col *c, int k)
{
	char s[16];
	int n = snprintf(s, sizeof s, "l%d", k);
	if (k < 0)
		col_missing(c);
	else if (c->field.type == COLUMN_INT64)
		col_int(c, k * 1000 - 1);
	else
		col_text(c, s, (size_t)n);
}

/* The numbers, and categories of every storage. */
static struct table *random_table(void)
{
	static const enum column_type storage[] = { COLUMN_UTF8, COLUMN_DICT, COLUMN_INT64 };
	struct cols *t = mem_calloc(1, sizeof *t);
	struct rng r;
	rng_seed(&r, 4);
	for (int c = 0; c < COLS; c++)
		col_add(t, names[c], c == 2 ? COLUMN_INT64 : COLUMN_FLOAT64, NULL);
	for (int k = 0; k < 3; k++)
		col_add(t, column_type_name(storage[k]), storage[k], NULL);
	for (int i = 0; i < ROWS; i++) {
		double z = rng_normal(&r);
		for (int c = 0; c < COLS; c++) {
			double x = z + (c + 1) * 0.5 * rng_normal(&r);
			bool hole = c >= 2 && rng_below(&r, 5) == 0;
			number[c][i] = hole ? NAN : number_of(c, i, x);
			cell_add(&t->c[c], number[c][i]);
		}
		for (int k = 0; k < 3; k++) {
			bool hole = rng_below(&r, 10) == 0;
			level[k][i] = hole ? -1 : (int)(fabs(z) * 2) + (int)rng_below(&r, 3);
			level_add(&t->c[COLS + k], level[k][i]);
		}
	}
	struct table *table = cols_open(t);
	free(t);
	return table;
}

static void check_matrices(const struct associations *s)
{
	CHECK(s->pearson.n == COLS && s->cramers_v.n == 3);
	for (int i = 0; i < COLS; i++)
		for (int j = 0; j < COLS; j++) {
			int cell = i * COLS + j;
			int64_t n;
			double r = naive_pearson(number[i], number[j], ROWS, &n);
			double rho = naive_spearman(number[i], number[j], ROWS);
			CHECK_NEAR(s->pearson.value[cell], r, 1e-10);
			CHECK_NEAR(s->spearman.value[cell], rho, 1e-12);
			CHECK(s->pearson.count[cell] == n && s->spearman.count[cell] == n);
		}
}

static void test_random(int threads)
{
	struct crossing x = crossing_new(random_table(), "nnnnnnnccc");
	struct profile_options o = across_options();
	o.threads = threads;
	o.target = "a";
	struct associations s = associate(&x, &o);
	check_matrices(&s);
	for (int k = 0; k < 3; k++)
		for (int j = 0; j < COLS; j++) {
			const char *category = x.vars[COLS + k].name;
			const struct association *p = pair_of(&x, &s, category, names[j]);
			double eta = naive_eta(level[k], 20, number[j], ROWS);
			CHECK(p && p->a == j && p->b == COLS + k);
			CHECK_NEAR(p ? p->value : NAN, eta, 1e-10);
		}
	for (int i = 0; i < 3; i++)
		for (int j = i + 1; j < 3; j++) {
			double v = naive_v(level[i], level[j]);
			CHECK_NEAR(s.cramers_v.value[i * 3 + j], v, 1e-12);
		}
	/* the plain way of the target section agrees with the matrix */
	for (int i = 0; i < s.target->nfeatures; i++) {
		const struct association *f = &s.target->features[i];
		if (f->measure == MEASURE_PEARSON) {
			CHECK_NEAR(f->value, s.pearson.value[f->a], 1e-12);
			CHECK(f->n == s.pearson.count[f->a]);
		}
	}
	crossing_free(&x);
}

/* Rows that two columns share can lie far from where the rest of the column is, or be
 * constant. */
static void test_off_centre(void)
{
	enum { N = 400 };
	static double v[2][N];
	static int g[N];
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *a = col_add(t, "a", COLUMN_FLOAT64, NULL),
		*b = col_add(t, "b", COLUMN_FLOAT64, NULL),
		*c = col_add(t, "c", COLUMN_FLOAT64, NULL), *l = col_add(t, "l", COLUMN_INT64,
			NULL);
	struct rng r;
	rng_seed(&r, 9);
	for (int i = 0; i < N; i++) {
		bool shared = i >= 20;
		double z = rng_normal(&r);
		v[0][i] = shared ? 5 + z : 1e13 * (i + 1);
		v[1][i] = shared ? z + rng_normal(&r) : NAN;
		g[i] = shared ? z > 0 : -1;
		col_real(a, v[0][i]);
		shared ? col_real(b, v[1][i]) : col_missing(b);
		shared ? col_real(c, 0.1) : col_real(c, i);
		shared ? col_int(l, g[i]) : col_missing(l);
	}
	struct crossing x = crossing_new(cols_open(t), "nnnc");
	struct profile_options o = across_options();
	struct associations s = associate(&x, &o);
	int64_t n;
	CHECK_NEAR(s.pearson.value[cell_of_names(&x, &s.pearson, "a", "b")],
		naive_pearson(v[0], v[1], N, &n), 1e-8);
	CHECK(n == N - 20);
	/* constant where b is there */
	CHECK(isnan(s.pearson.value[cell_of_names(&x, &s.pearson, "b", "c")]));
	CHECK(isnan(s.spearman.value[cell_of_names(&x, &s.spearman, "b", "c")]));
	CHECK(!pair_of(&x, &s, "b", "c") && !pair_of(&x, &s, "l", "c"));
	const struct association *p = pair_of(&x, &s, "a", "l");
	CHECK_NEAR(p ? p->value : NAN, naive_eta(g, 2, v[0], N), 1e-8);
	crossing_free(&x);
	free(t);
}

int main(void)
{
	test_random(1);
	test_random(2);
	test_off_centre();
	return test_end();
}
