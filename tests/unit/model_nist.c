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
	aliased();
	return test_end();
}
