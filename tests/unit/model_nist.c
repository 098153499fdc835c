/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linear regression against NIST's certified values. Prints the digits that agree (LRE = -log10 of the
 * relative error, 15 at most) per dataset, worst of coefficients, standard errors and fit. */
#include "model/model.h"
#include "test.h"

#include <stdlib.h>

struct data {
	double x[82 * 10], y[82];
	size_t n, p;
};

/* Columns y, x1, x2, ...; polynomials get their powers made here. */
static void load(const char *name, size_t powers, struct data *d)
{
	char path[128];
	snprintf(path, sizeof path, "tests/data/model/nist/%s.csv", name);
	struct buf text = { 0 };
	struct err e = { 0 };
	if (file_read(path, 1 << 20, &text, &e) < 0) {
		printf("%s\n", e.msg);
		exit(1);
	}
	double rows[82][8];
	size_t cols = 0;
	d->n = 0;
	for (char *line = strchr(text.p, '\n'); line && line[1]; line = strchr(line + 1, '\n')) {
		char *s = line + 1;
		cols = 0;
		do {
			size_t k = strcspn(s, ",\n");
			num_parse_double(s, k, &rows[d->n][cols++]);
			s += k;
		} while (*s++ == ',');
		d->n++;
	}
	d->p = powers ? powers : cols - 1;
	for (size_t i = 0; i < d->n; i++) {
		d->y[i] = rows[i][0];
		for (size_t j = 0; j < d->p; j++)
			d->x[j * d->n + i] = powers ? pow(rows[i][1], (double)j + 1) : rows[i][j + 1];
	}
	buf_free(&text);
}

static double lre(double got, double want)
{
	double err = want == 0 ? fabs(got) : fabs(got - want) / fabs(want);
	return err < 1e-15 ? 15 : isnan(err) ? 0 : -log10(err);
}

static double certified(const char *dataset, const char *quantity)
{
	static struct buf text;
	if (!text.p)
		file_read("tests/data/model/nist/certified.tsv", 1 << 20, &text, NULL);
	for (const char *line = text.p; line && *line;) {
		char name[32], model[64], what[32], value[40];
		if (sscanf(line, "%31[^\t]\t%63[^\t]\t%31[^\t]\t%39s", name, model, what, value) == 4 &&
			strcmp(name, dataset) == 0 && strcmp(what, quantity) == 0)
			return strtod(value, NULL);
		line = strchr(line, '\n');
		line = line ? line + 1 : NULL;
	}
	return NAN;
}

static void one(const char *name, size_t powers, bool intercept, double digits)
{
	struct data d;
	load(name, powers, &d);
	struct arena *a = arena_new();
	struct ols o;
	struct err e = { 0 };
	CHECK(ols_fit(d.x, d.y, d.n, d.p, intercept, true, a, &o, &e) == 0);
	double worst[3] = { 15, 15, 15 };   /* coefficients, standard errors, fit */
	int compared = 0;
	for (size_t j = intercept ? 0 : 1; j <= d.p; j++) {
		char what[32];
		snprintf(what, sizeof what, "coef:B%zu", j);
		double want = certified(name, what);
		if (!isnan(want)) {
			worst[0] = fmin(worst[0], lre(o.estimate[j], want));
			compared++;
		}
		snprintf(what, sizeof what, "se:B%zu", j);
		want = certified(name, what);
		if (want > 0) {   /* an exact fit has none to compare */
			worst[1] = fmin(worst[1], lre(o.se[j], want));
			compared++;
		}
	}
	const struct { const char *what; double got; } fit[] = { { "residual_sd", o.sigma }, { "r2", o.r2 }, { "F", o.f } };
	for (size_t i = 0; i < 3; i++) {
		double want = certified(name, fit[i].what);
		if (want > 0 && isfinite(want)) {
			worst[2] = fmin(worst[2], lre(fit[i].got, want));
			compared++;
		}
	}
	printf("%-10s coefficients %5.1f   standard errors %5.1f   fit %5.1f\n", name, worst[0], worst[1], worst[2]);
	CHECK(compared >= 3);
	for (int i = 0; i < 3; i++)
		CHECK(worst[i] >= digits);
	arena_free(a);
}

/* A column that depends on earlier ones goes, also when only rounding tells it from them, and the rest
 * is as if it were absent. */
static void aliased(void)
{
	enum { N = 400 };
	static double x[4 * N], y[N];
	struct rng g;
	rng_seed(&g, 3);
	for (size_t i = 0; i < N; i++) {
		x[i] = 2000 + rng_unit(&g);
		x[N + i] = x[i] * 1.8 + 32;
		x[2 * N + i] = rng_normal(&g);
		x[3 * N + i] = x[i] / 3 - x[2 * N + i] / 7;
		y[i] = 2 * x[i] - x[2 * N + i] + 0.1 * rng_normal(&g);
	}
	struct arena *a = arena_new();
	struct ols o, without;
	CHECK(ols_fit(x, y, N, 4, true, true, a, &o, NULL) == 0);
	CHECK(o.rank == 3 && isnan(o.estimate[2]) && isnan(o.estimate[4]) && isnan(o.se[2]) && isnan(o.vif[1]));
	memcpy(x + N, x + 2 * N, N * sizeof *x);
	CHECK(ols_fit(x, y, N, 2, true, true, a, &without, NULL) == 0);
	CHECK_NEAR(o.estimate[1], without.estimate[1], 1e-11);
	CHECK_NEAR(o.se[3], without.se[2], 1e-11);
	CHECK_NEAR(o.breusch_pagan, without.breusch_pagan, 1e-9);
	CHECK_NEAR(o.leverage[17], without.leverage[17], 1e-11);
	arena_free(a);
}

/* ---- analysis of variance: least squares on the treatments alone has the same F ----------------------------- */

static void f_of(const char *name, const double *y, const int *treatment, size_t n, size_t treatments, double f,
	double sd, double digits)
{
	struct arena *a = arena_new();
	double *x = arena_calloc(a, n * (treatments - 1), sizeof *x);
	struct ols o;
	for (size_t i = 0; i < n; i++)
		if (treatment[i])
			x[(size_t)(treatment[i] - 1) * n + i] = 1;
	CHECK(ols_fit(x, y, n, treatments - 1, true, true, a, &o, NULL) == 0);
	printf("%-10s F %4.1f   residual sd %4.1f\n", name, lre(o.f, f), lre(o.sigma, sd));
	CHECK(lre(o.f, f) >= digits && lre(o.sigma, sd) >= digits);
	arena_free(a);
}

/* Simon & Lesage 1989: treatments 1.4, 1.3, 1.5, 1.3 ... above `shift`, a first value on them and then as many 0.1
 * below as above. As doubles such values beyond a million million are off by 1e-4 before anything is computed. */
static void small_leading(const char *name, double shift, size_t repeats, double digits)
{
	size_t n = 9 * repeats, at = 0;
	double *y = calloc(n, sizeof *y);
	int *treatment = calloc(n, sizeof *treatment);
	for (int t = 0; t < 9; t++)
		for (size_t i = 0; i < repeats; i++, at++) {
			int tenths = (t == 0 ? 4 : t % 2 ? 3 : 5) + (i == 0 ? 0 : i % 2 ? -1 : 1);
			y[at] = (shift * 10 + tenths) / 10;
			treatment[at] = t;
		}
	f_of(name, y, treatment, n, 9, (double)repeats, 0.1, digits);
	free(y);
	free(treatment);
}

static void variances(void)
{
	static const double silicon[] = { 196.3052, 196.1240, 196.1890, 196.2569, 196.3403, 196.3042, 196.3825, 196.1669,
		196.3257, 196.0422, 196.1303, 196.2005, 196.2889, 196.0343, 196.1811, 196.2795, 196.1748, 196.1494, 196.1485,
		195.9885, 196.2119, 196.1051, 196.1850, 196.0052, 196.2090 };
	static const double silver[] = { 107.8681568, 107.8681465, 107.8681572, 107.8681785, 107.8681446, 107.8681903,
		107.8681526, 107.8681494, 107.8681616, 107.8681587, 107.8681519, 107.8681486, 107.8681419, 107.8681569,
		107.8681508, 107.8681672, 107.8681385, 107.8681518, 107.8681662, 107.8681424, 107.8681360, 107.8681333,
		107.8681610, 107.8681477, 107.8681079, 107.8681344, 107.8681513, 107.8681197, 107.8681604, 107.8681385,
		107.8681642, 107.8681365, 107.8681151, 107.8681082, 107.8681517, 107.8681448, 107.8681198, 107.8681482,
		107.8681334, 107.8681609, 107.8681101, 107.8681512, 107.8681469, 107.8681360, 107.8681254, 107.8681261,
		107.8681450, 107.8681368 };
	int of_silicon[25], of_silver[48];
	for (int i = 0; i < 25; i++)
		of_silicon[i] = i / 5;
	for (int i = 0; i < 48; i++)
		of_silver[i] = i / 24;
	f_of("SiRstv", silicon, of_silicon, 25, 5, 1.18046237440255, 1.04076068334656e-1, 12);
	f_of("AtmWtAg", silver, of_silver, 48, 2, 15.9467335677930, 1.51048314446410e-5, 8);
	small_leading("SmLs01", 1, 21, 13);
	small_leading("SmLs02", 1, 201, 13);
	small_leading("SmLs03", 1, 2001, 12);
	small_leading("SmLs04", 1e6, 21, 9);
	small_leading("SmLs05", 1e6, 201, 9);
	small_leading("SmLs06", 1e6, 2001, 9);
	small_leading("SmLs07", 1e12, 21, 2);
	small_leading("SmLs08", 1e12, 201, 2);
	small_leading("SmLs09", 1e12, 2001, 2);
}

int main(void)
{
	one("Norris", 0, true, 13);
	one("Pontius", 2, true, 13);
	one("NoInt1", 0, false, 13);
	one("Longley", 0, true, 13);
	one("Wampler1", 5, true, 12);
	one("Wampler2", 5, true, 12);
	one("Wampler3", 5, true, 12);
	one("Wampler4", 5, true, 11);
	one("Wampler5", 5, true, 9);    /* residuals of 2e7 about coefficients of 1 */
	one("NoInt2", 0, false, 13);
	one("Filip", 10, true, 7);      /* the powers of x, rounded, allow no more */
	variances();
	aliased();
	return test_end();
}
