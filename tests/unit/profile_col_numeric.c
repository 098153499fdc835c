/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of numeric columns: against R, against slow second implementations, and at the edges. */
#include "unit/profile_col.h"

#include <float.h>

static int by_value(const void *a, const void *b)
{
	double l = *(const double *)a, r = *(const double *)b;
	return (l > r) - (l < r);
}

/* ---- against R --------------------------------------------------------------------------- */

static double figure(const struct column_profile *c, const char *name)
{
	static const char *const quantiles[QUANTILES] = { "q7_0%", "q7_1%", "q7_5%", "",
		"q7_25%", "q7_50%", "q7_75%", "", "q7_95%", "q7_99%", "q7_100%" };
	const struct numeric_profile *p = c->numeric;
	double n = (double)p->n;
	const struct {
		const char *name;
		double v;
	} figures[] = {
		{ "n", n },
		{ "missing", (double)c->missing },
		{ "distinct", (double)c->distinct },
		{ "mean", p->mean },
		{ "sd(n-1)", p->sd },
		{ "sd", p->sd },
		{ "sum", p->sum },
		{ "mad_x1.4826", p->mad * 1.4826 },
		{ "mad", p->mad },
		/* the file has the moments g1 and g2 themselves: take the corrections for n
		 * back */
		{ "skew_g1", p->skewness * (n - 2) / sqrt(n * (n - 1)) },
		{ "kurt_excess_g2", (p->kurtosis * (n - 2) * (n - 3) / (n - 1) - 6) / (n + 1) },
		{ "W", p->normality.statistic },
		{ "p", p->normality.p },
		{ "shapiro_w", p->normality.statistic },
		{ "shapiro_p", p->normality.p },
		{ "q1", p->quantile[4] },
		{ "q3", p->quantile[6] },
		{ "q95", p->quantile[8] },
		{ "bandwidth", p->kde_bandwidth },
		{ "acf1", p->lag1 },
		{ "mean_lo", p->mean_ci[0] },
		{ "mean_hi", p->mean_ci[1] },
		{ "median_lo", p->median_ci[0] },
		{ "median_hi", p->median_ci[1] },
	};
	for (size_t i = 0; i < COUNTOF(figures); i++)
		if (strcmp(figures[i].name, name) == 0)
			return figures[i].v;
	for (int i = 0; i < QUANTILES; i++)
		if (strcmp(quantiles[i], name) == 0)
			return p->quantile[i];
	return NAN;
}

static void known_columns(const char *path, const char *set, const char *types)
{
	struct profile_options o = default_options();
	struct table *t = cols_read(path, types);
	struct buf want = { 0 };
	CHECK(t && file_read("tests/data/profile/r_profiles.tsv", 1 << 20, &want, NULL) == 0);
	if (!t)
		return;
	struct profiled *p = profile_table(t, &o);
	int checked = 0;
	char data[32], column[32], what[32], value[40];
	for (const char *line = want.p; line && *line; line = strchr(line, '\n') + 1) {
		double v;
		if (sscanf(line, "%31[^\t]\t%31[^\t]\t%31[^\t]\t%39s", data, column, what,
			    value) != 4 ||
			strcmp(data, set) != 0)
			continue;
		CHECK(num_parse_double(value, strlen(value), &v));
		/* the file has 15 digits; p of a tail is exponential in the digits of its
		 * argument */
		CHECK_NEAR(figure(profile_of(p, column), what), v,
			strcmp(what, "p") == 0 ? 1e-10 : 1e-13);
		checked++;
	}
	CHECK(checked >= 36);
	buf_free(&want);
	profiled_free(p);
}

static double *generated(int kind, int n)
{
	double *x = mem_calloc((size_t)n, sizeof *x);
	for (int i = 0; i < n; i++) {
		double u = (double)((long long)i * 7919 % 10007) / 8192;
		x[i] = kind == 1 ? u : kind == 2 ? u * u * u : floor(u * 40);
	}
	return x;
}

static double density_at(const double *x, size_t n, double h, double at)
{
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += exp(-0.5 * (x[i] - at) / h * (x[i] - at) / h);
	return sum / ((double)n * h * sqrt(2 * acos(-1)));
}

static void generated_columns(void)
{
	struct profile_options o = default_options();
	struct buf want = { 0 };
	CHECK(file_read("tests/data/profile/reference.tsv", 1 << 20, &want, NULL) == 0);
	char what[32], value[40], last[32] = "", id[32];
	double *x = NULL;
	struct profiled *p = NULL;
	int kind, n = 0, checked = 0;
	for (const char *line = want.p; line && *line; line = strchr(line, '\n') + 1) {
		double v;
		if (sscanf(line, "%31[^\t]\t%31[^\t]\t%39s", id, what, value) != 3)
			continue;
		if (strcmp(id, last) != 0) {
			if (p)
				profiled_free(p);
			free(x);
			CHECK(sscanf(id, "gen%d-%d", &kind, &n) == 2);
			x = generated(kind, n);
			p = profile_reals(x, (size_t)n, &o);
			memcpy(last, id, sizeof last);
		}
		CHECK(num_parse_double(value, strlen(value), &v));
		if (strncmp(what, "anderson", 8) == 0)
			continue;
		checked++;
		if (strcmp(what, "density_at_mean") == 0) {
			CHECK_NEAR(density_at(x, (size_t)n, p->cols[0].numeric->kde_bandwidth,
					   p->cols[0].numeric->mean),
				v, 1e-12);
			continue;
		}
		double tolerance = strcmp(what, "shapiro_p") == 0 ? 1e-8
				   : strcmp(what, "acf1") == 0    ? 1e-12
								  : 1e-13;
		double got = figure(&p->cols[0], what);
		CHECK_NEAR(got, v, tolerance);
		if (!(fabs(got - v) <= tolerance * fabs(v)))
			printf("  %s %s\n", id, what);
	}
	CHECK(checked > 400);
	if (p)
		profiled_free(p);
	free(x);
	buf_free(&want);
}

/* Beyond 5000 values: the formula once more, over values instead of runs. */
static void anderson(void)
{
	struct profile_options o = default_options();
	for (int kind = 1; kind <= 3; kind++) {
		int n = 6001;
		double *x = generated(kind, n), sum = 0;
		struct profiled *p = profile_reals(x, (size_t)n, &o);
		const struct numeric_profile *f = p->cols[0].numeric;
		qsort(x, (size_t)n, sizeof *x, by_value);
		for (int i = 0; i < n; i++) {
			double z = (x[i] - f->mean) / f->sd,
			       up = (x[n - 1 - i] - f->mean) / f->sd;
			sum += (2 * i + 1) *
			       (log(0.5 * erfc(-z / sqrt(2))) + log(0.5 * erfc(up / sqrt(2))));
		}
		CHECK_STR(f->normality.test, "anderson-darling");
		CHECK_NEAR(f->normality.statistic, -n - sum / n, 1e-9);
		CHECK(f->normality.p < 0.001);
		profiled_free(p);
		free(x);
	}
}

/* ---- against slow second implementations ------------------------------------------------- */

static double type7(const double *sorted, size_t n, double p)
{
	double h = (double)(n - 1) * p;
	size_t k = (size_t)h;
	return k + 1 < n ? sorted[k] + (h - (double)k) * (sorted[k + 1] - sorted[k])
			 : sorted[n - 1];
}

/* The histogram says of its edges what is true. */
static void bins_are_true(const struct histogram *h, const double *x, size_t n, int64_t most)
{
	int64_t below = 0, above = 0;
	for (int b = 0; b < h->n; b++) {
		int64_t count = 0;
		for (size_t i = 0; i < n; i++)
			count += x[i] >= h->edges[b] &&
				 (x[i] < h->edges[b + 1] ||
					 (b == h->n - 1 && x[i] <= h->edges[b + 1]));
		CHECK(h->counts[b] == count);
	}
	for (size_t i = 0; h->n && i < n; i++) {
		below += x[i] < h->edges[0];
		above += x[i] > h->edges[h->n];
	}
	CHECK(h->n <= most && h->below == below && h->above == above);
}

static void second_opinion(const double *data, size_t n, int *bodies)
{
	struct profile_options o = default_options();
	struct profiled *p = profile_reals(data, n, &o);
	const struct numeric_profile *f = p->cols[0].numeric;
	double *x = mem_calloc(n, sizeof *x), *d = mem_calloc(n, sizeof *d);
	memcpy(x, data, n * sizeof *x);
	qsort(x, n, sizeof *x, by_value);
	int64_t distinct = 1, unique = 0, low = 0, high = 0;
	for (size_t i = 1; i < n; i++)
		distinct += x[i] > x[i - 1];
	for (size_t i = 0; i < n; i++)
		unique += (!i || x[i] > x[i - 1]) && (i + 1 == n || x[i] < x[i + 1]);
	CHECK(p->cols[0].distinct == distinct);
	CHECK(p->cols[0].unique == unique);
	for (int q = 0; q < QUANTILES; q++)
		CHECK_NEAR(f->quantile[q], type7(x, n, quantile_probs[q]), 1e-14);
	for (size_t i = 0; i < n; i++)
		d[i] = fabs(x[i] - f->median);
	qsort(d, n, sizeof *d, by_value);
	CHECK_NEAR(f->mad, type7(d, n, 0.5), 1e-15);
	for (size_t i = 0; i < n && f->iqr > 0; i++) {
		low += x[i] < f->quantile[4] - 1.5 * f->iqr;
		high += x[i] > f->quantile[6] + 1.5 * f->iqr;
	}
	if (f->iqr > 0)
		CHECK(f->outliers.iqr_low == low && f->outliers.iqr_high == high);
	bins_are_true(&f->histogram, x, n, o.histogram_bins);
	CHECK(f->histogram.n && !f->histogram.below && !f->histogram.above);
	/* a body where what is far out is far away */
	double far_out = 3 * f->iqr, first = INFINITY, last = -INFINITY;
	for (size_t i = 0; i < n; i++)
		if (x[i] >= f->quantile[4] - far_out && x[i] <= f->quantile[6] + far_out) {
			first = fmin(first, x[i]);
			last = fmax(last, x[i]);
		}
	size_t in = 0;
	for (size_t i = 0; i < n; i++)
		in += x[i] >= first && x[i] <= last;
	CHECK((f->body.n > 0) == (far_out > 0 && last - first < (x[n - 1] - x[0]) / 4 && 20 * (n - in) <= n));
	bins_are_true(&f->body, x, n, o.histogram_bins);
	*bodies += f->body.n > 0;
	if (f->body.n)
		CHECK(f->body.edges[0] <= first && f->body.edges[f->body.n] >= last &&
			f->body.below + f->body.above > 0);
	double mass = 0, top = 0;
	for (int i = 0; i < f->nkde; i++)
		top = fmax(top, f->kde_density[i]);
	for (int i = 0; i < f->nkde; i++) {
		double exact = density_at(x, n, f->kde_bandwidth, f->kde_x[i]);
		CHECK(fabs(f->kde_density[i] - exact) <= 2e-3 * exact + 1e-4 * top);
		mass += i ? (f->kde_x[i] - f->kde_x[i - 1]) *
					(f->kde_density[i] + f->kde_density[i - 1]) / 2
			  : 0;
	}
	if (f->nkde && f->kde_x[1] - f->kde_x[0] < f->kde_bandwidth)
		CHECK(fabs(mass - 1) < 0.01);
	profiled_free(p);
	free(x);
	free(d);
}

static void second_opinions(void)
{
	struct rng r;
	rng_seed(&r, 11);
	double x[700];
	int bodies = 0;
	for (size_t n = 2; n < COUNTOF(x); n += 1 + n / 5) {
		for (size_t i = 0; i < n; i++)
			x[i] = rng_normal(&r) * 3 + 10;
		second_opinion(x, n, &bodies);
		for (size_t i = 0; i < n; i++)
			x[i] = floor(rng_unit(&r) * 12);
		second_opinion(x, n, &bodies);
		for (size_t i = 0; i < n; i++)
			x[i] = exp(8 * rng_normal(&r));
		second_opinion(x, n, &bodies);
		for (size_t i = 0; i < n; i++)
			x[i] = rng_unit(&r) < 0.8 ? 0 : rng_normal(&r);
		second_opinion(x, n, &bodies);
		for (size_t i = 0; i < n; i++)         /* whole numbers, some far out on both sides */
			x[i] = floor(rng_unit(&r) * 90) + (i % 50 == 9 ? 5000 : i % 50 == 19 ? -400 : 0);
		second_opinion(x, n, &bodies);
	}
	CHECK(bodies > 10);
}

/* ---- edges ------------------------------------------------------------------------------- */

static void few_values(void)
{
	struct profile_options o = default_options();
	struct profiled *p = profile_reals((double[]){ 7 }, 1, &o);
	const struct numeric_profile *f = p->cols[0].numeric;
	CHECK(p->vars[0].type == VARIABLE_CONSTANT);
	CHECK(f->mean == 7 && f->median == 7 && f->mad == 0 && f->sum == 7);
	CHECK(isnan(f->sd) && isnan(f->skewness) && isnan(f->lag1) && isnan(f->mean_ci[0]) &&
		!f->normality.test);
	CHECK(f->histogram.n == 1 && f->histogram.counts[0] == 1 && f->nkde == 0 &&
		f->nqq == 0);
	profiled_free(p);

	p = profile_reals((double[]){ 1, 1, 1, 1, 1, 1, 1, 1 }, 8, &o);
	f = p->cols[0].numeric;
	CHECK(f->sd == 0 && isnan(f->skewness) && isnan(f->lag1) && isnan(f->normality.p) &&
		f->outliers.iqr_low == -1);
	CHECK(f->median_ci[0] == 1 && f->order == ORDER_NONE && f->box.n == 0);
	profiled_free(p);

	p = profile_reals((double[]){ 1, 3 }, 2, &o);
	f = p->cols[0].numeric;
	CHECK_NEAR(f->sd, sqrt(2), 1e-15);
	CHECK(isnan(f->skewness) && isnan(f->median_ci[0]) &&
		f->order == ORDER_STRICTLY_INCREASING);
	profiled_free(p);

	p = profile_reals(NULL, 0, &o);
	CHECK(p->vars[0].type == VARIABLE_EMPTY && !p->cols[0].numeric);
	profiled_free(p);
}

static void strange_values(void)
{
	struct profile_options o = default_options();
	struct profiled *p = profile_reals(
		(double[]){ -INFINITY, 1, (double)NAN, 2, INFINITY, INFINITY, -0.0, 0.0 }, 8,
		&o);
	const struct column_profile *c = &p->cols[0];
	CHECK(c->count == 7 && c->missing == 1 && c->distinct == 5 && c->unique == 3);
	CHECK(c->numeric->n == 4 && c->numeric->infinite == 3 && c->numeric->zeros == 2 &&
		c->numeric->negatives == 0);
	CHECK(c->numeric->mean == 0.75 && c->numeric->quantile[0] == 0 &&
		c->numeric->quantile[10] == 2);
	CHECK(c->numeric->lowest[0].value == 0 && c->numeric->lowest[0].count == 2);
	const struct finding *f = finding_of(p, "x", FIND_infinite_values);
	CHECK(f && f->count == 3);
	profiled_free(p);

	/* only infinities; more than can be added; hardly apart; subnormal */
	p = profile_reals((double[]){ INFINITY, -INFINITY }, 2, &o);
	CHECK(p->cols[0].numeric->n == 0 && isnan(p->cols[0].numeric->mean) &&
		p->cols[0].numeric->nlowest == 0);
	profiled_free(p);
	p = profile_reals((double[]){ DBL_MAX, DBL_MAX, -DBL_MAX, DBL_MAX, 1 }, 5, &o);
	CHECK(p->cols[0].numeric->median == DBL_MAX && p->cols[0].numeric->quantile[4] == 1);
	CHECK(!isfinite(p->cols[0].numeric->sd) && p->cols[0].numeric->histogram.n == 0);
	profiled_free(p);
	p = profile_reals((double[]){ 1e16, 1e16 + 2, 1e16 + 4, 1e16, 1e16, 1e16 + 2 }, 6, &o);
	CHECK(p->cols[0].numeric->histogram.n >= 1);
	CHECK_NEAR(p->cols[0].numeric->sd, sqrt(16.0 / 5 * 5.0 / 6), 1e-15);
	profiled_free(p);
	p = profile_reals((double[]){ 5e-324, 1e-323, 5e-324, 2e-323 }, 4, &o);
	CHECK(p->cols[0].distinct == 3 && p->cols[0].numeric->sd == 5e-324);
	profiled_free(p);
}

/* The shape of 1, 2, 4, 8, 16 does not depend on its unit, even where squares are no numbers. */
static void any_magnitude(void)
{
	static const int exponents[] = { 0, -1060, -700, 700, 1015 };
	struct profile_options o = default_options();
	for (size_t i = 0; i < COUNTOF(exponents); i++) {
		double unit = ldexp(1, exponents[i]);
		struct profiled *p = profile_reals((double[]){ unit, 2 * unit, 4 * unit,
			8 * unit, 16 * unit }, 5, &o);
		const struct numeric_profile *x = p->cols[0].numeric;
		/* mean 6.2, sum of squares 148.8; subnormals have but a few digits */
		double tolerance = exponents[i] < -1000 ? 1e-3 : 1e-14;
		CHECK_NEAR(x->mean / unit, 6.2, tolerance);
		CHECK_NEAR(x->sd / unit, sqrt(37.2), tolerance);
		CHECK_NEAR(x->skewness, 1.3253147098134, exponents[i] < -1000 ? 1e-3 : 1e-13);
		CHECK(isnan(x->variance) == (exponents[i] != 0));
		profiled_free(p);
	}
}

/* Whole numbers beyond 2^53 are not rounded when they are counted or listed. */
static void large_integers(void)
{
	struct profile_options o = default_options();
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *c = col_add(t, "n", COLUMN_INT64, NULL);
	const int64_t v[] = { INT64_MAX, INT64_MAX - 1, INT64_MIN, INT64_MIN + 1,
		(int64_t)1 << 53, ((int64_t)1 << 53) + 1, 0 };
	for (size_t i = 0; i < COUNTOF(v); i++)
		col_int(c, v[i]);
	struct profiled *p = profile_table(cols_open(t), &o);
	const struct numeric_profile *f = p->cols[0].numeric;
	CHECK(p->cols[0].distinct == 7 && f->stored_integer);
	CHECK(f->lowest[0].integer == INT64_MIN && f->lowest[1].integer == INT64_MIN + 1);
	CHECK(f->highest[0].integer == INT64_MAX && f->highest[1].integer == INT64_MAX - 1);
	CHECK(f->highest[2].integer == ((int64_t)1 << 53) + 1);
	profiled_free(p);
	free(t);
}

static void neighbours(void)
{
	/* pairs of neighbouring rows only: 1 and 4 stand on both sides of a missing value */
	struct profile_options o = default_options();
	struct profiled *p = profile_reals((double[]){ 2, 5, 1, (double)NAN, 4, 3 }, 6, &o);
	double d[] = { -1, 2, -2, 1, 0 }, squares = 10,
	       products = d[0] * d[1] + d[1] * d[2] + d[3] * d[4];
	CHECK_NEAR(p->cols[0].numeric->lag1, products / 4 / (squares / 5), 1e-14);
	profiled_free(p);
}

static void decimals(void)
{
	struct profile_options o = default_options();
	struct profiled *p = profile_reals((double[]){ 1.25, 3, 0.1 }, 3, &o);
	CHECK(p->cols[0].numeric->decimals == 2 && !p->cols[0].numeric->integer);
	profiled_free(p);
	p = profile_reals((double[]){ 1, 1e300, -4 }, 3, &o);
	CHECK(p->cols[0].numeric->decimals == 0 && p->cols[0].numeric->integer);
	profiled_free(p);
	p = profile_reals((double[]){ 1.0 / 3, 2 }, 2, &o);
	CHECK(p->cols[0].numeric->decimals == -1);
	profiled_free(p);
}

int main(void)
{
	known_columns("tests/data/profile/mtcars.csv", "mtcars", "-fffffffffff");
	known_columns("tests/data/profile/airquality.csv", "airquality", "-iifiii");
	generated_columns();
	anderson();
	second_opinions();
	few_values();
	strange_values();
	any_magnitude();
	large_integers();
	neighbours();
	decimals();
	return test_end();
}
