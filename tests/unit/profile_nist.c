/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mean, standard deviation and lag-1 autocorrelation against NIST's certified values. Prints
 * the digits that agree: LRE = -log10 of the relative error, 15 at most.
 *
 * Where the values agree in their first digits, their decimals do not fit doubles: 1000000.1 of
 * NumAcc3 is stored with an error of 1e-10 of its deviation from the mean, and no program that
 * reads doubles can have more than 9 digits of the standard deviation (8 in NumAcc4, 13 in
 * Mavro and Michelso). So the figures are compared with those of the doubles, too, found in
 * long double: there 14 digits are due everywhere.
 */
#include "unit/profile_col.h"

static double lre(double got, double want)
{
	double err = want == 0 ? fabs(got) : fabs(got - want) / fabs(want);
	return err < 1e-15 ? 15 : isnan(err) ? 0 : -log10(err);
}

static double certified(const char *set, const char *what)
{
	static char text[8192];
	if (!text[0]) {
		struct buf b = { 0 };
		CHECK(file_read("tests/data/profile/certified.tsv", sizeof text - 1, &b,
			      NULL) == 0);
		memcpy(text, buf_str(&b), b.n);
		buf_free(&b);
	}
	char key[64];
	snprintf(key, sizeof key, "\n%s\tunivariate\t%s\t", set, what);
	const char *at = strstr(text, key);
	double v = NAN;
	CHECK(at && num_parse_double(at + strlen(key), strcspn(at + strlen(key), "\r\n"), &v));
	return v;
}

struct figures {
	double mean, sd, lag1;
};

static struct figures in_long_double(const struct table *t)
{
	const struct column *c = &table_batch(t, 0)->cols[0];
	int64_t n = c->rows;
	long double sum = 0, squares = 0, products = 0;
	for (int64_t i = 0; i < n; i++)
		sum += c->v.f64[i];
	long double mean = sum / n;
	for (int64_t i = 0; i < n; i++) {
		long double d = c->v.f64[i] - mean;
		squares += d * d;
		products += i ? d * (c->v.f64[i - 1] - mean) : 0;
	}
	return (struct figures){ (double)mean, (double)sqrtl(squares / (n - 1)),
		(double)(products / squares) };
}

int main(void)
{
	static const struct {
		const char *name;
		double digits[3];
	} sets[] = {
		{ "PiDigits", { 14, 14, 14 } },
		{ "Lottery", { 14, 14, 14 } },
		{ "Lew", { 14, 14, 14 } },
		{ "Mavro", { 14, 12, 12 } },
		{ "Michelso", { 14, 13, 13 } },
		{ "NumAcc1", { 14, 14, 14 } },
		{ "NumAcc2", { 14, 14, 14 } },
		{ "NumAcc3", { 14, 9, 9 } },
		{ "NumAcc4", { 14, 8, 8 } },
	};
	static const char *const what[] = { "mean", "sd(n-1)", "autocorr_lag1" };
	struct profile_options o = default_options();
	printf("digits       mean     sd   lag-1   of the doubles: mean     sd   lag-1\n");
	for (size_t i = 0; i < COUNTOF(sets); i++) {
		char path[80];
		snprintf(path, sizeof path, "tests/data/profile/%s.csv", sets[i].name);
		struct table *t = cols_read(path, "f");
		CHECK(t != NULL);
		if (!t)
			continue;
		struct profiled *p = profile_table(t, &o);
		const struct numeric_profile *f = p->cols[0].numeric;
		struct figures exact = in_long_double(t);
		double got[] = { f->mean, f->sd, f->lag1 },
		       same[] = { exact.mean, exact.sd, exact.lag1 };
		double digits[3], of_doubles[3];
		for (int k = 0; k < 3; k++) {
			digits[k] = lre(got[k], certified(sets[i].name, what[k]));
			of_doubles[k] = lre(got[k], same[k]);
			CHECK(digits[k] >= sets[i].digits[k]);
			CHECK(of_doubles[k] >= 14);
		}
		printf("%-10s %6.1f %6.1f  %6.1f %21.1f %6.1f  %6.1f\n", sets[i].name,
			digits[0], digits[1], digits[2], of_doubles[0], of_doubles[1],
			of_doubles[2]);
		profiled_free(p);
	}
	return test_end();
}
