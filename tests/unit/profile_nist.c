/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Mean, standard deviation and lag-1 autocorrelation against NIST's certified values. Prints
 * the digits that agree: LRE = -log10 of the relative error, 15 at most.
 *
 * Where the values agree in their first digits, their decimals do not fit doubles: 1000000.1 of
 * NumAcc3 is stored with an error of 1e-10 of its deviation from the mean, and a program that
 * computes with these doubles can't have more than 9 digits of the standard deviation (8 in
 * NumAcc4, 13 in Mavro and Michelso). A column of decimals is summed in whole units of its last
 * place, so 14 digits are due everywhere.
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

int main(void)
{
	static const char *const sets[] = { "PiDigits", "Lottery", "Lew", "Mavro", "Michelso",
		"NumAcc1", "NumAcc2", "NumAcc3", "NumAcc4" };
	static const char *const what[] = { "mean", "sd(n-1)", "autocorr_lag1" };
	struct profile_options o = default_options();
	printf("digits       mean     sd   lag-1\n");
	for (size_t i = 0; i < COUNTOF(sets); i++) {
		char path[80];
		snprintf(path, sizeof path, "tests/data/profile/%s.csv", sets[i]);
		struct table *t = cols_read(path, "f");
		CHECK(t != NULL);
		if (!t)
			continue;
		struct profiled *p = profile_table(t, &o);
		const struct numeric_profile *f = p->cols[0].numeric;
		double got[] = { f->mean, f->sd, f->lag1 }, digits[3];
		for (int k = 0; k < 3; k++) {
			digits[k] = lre(got[k], certified(sets[i], what[k]));
			CHECK(digits[k] >= 14);
		}
		printf("%-10s %6.1f %6.1f  %6.1f\n", sets[i], digits[0], digits[1], digits[2]);
		profiled_free(p);
	}
	return test_end();
}
