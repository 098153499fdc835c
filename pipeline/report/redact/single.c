/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single values behind figures: extremes, tails, and moments that few values make up. */
#include "report/redact_int.h"

#include <math.h>
#include <string.h>

/* ---- rounding ------------------------------------------------------------------------------------------ */

double redact_step(double low, double high)
{
	double range = high - low;
	if (!(range > 0) || !isfinite(range))
		range = fabs(high) > 0 ? fabs(high) : 1;
	return pow(10, floor(log10(range)));
}

static double tidy(double v, double step)
{
	/* 7 * 0.1 is not 0.7: print and read */
	char text[350];
	double back;
	num_fixed(text, v, step < 1 ? (int)fmin(15, -log10(step) + 0.5) : 0);
	return num_parse_double(text, strlen(text), &back) ? back : v;
}

double redact_round(double v, double step, double (*way)(double))
{
	return tidy(way(v / step) * step, step);
}

double redact_fine_step(const json_t *numeric)
{
	return redact_step(json_num(numeric, "box.q1", json_num(numeric, "quantiles.p25", 0)),
		json_num(numeric, "box.q3", json_num(numeric, "quantiles.p75", 0))) / 100;
}

/* The step for the ends of a column. That of whole numbers below ten is one, which hides nothing: where the least
 * or the largest is a value of few rows, it is ten of the last place then. */
double redact_step_of_ends(const struct redaction *r, const json_t *in, double low, double high)
{
	double step = redact_step(low, high), place = pow(10, -json_num(in, "decimals", 0));
	bool few = redact_small(r, json_num(in, "lowest.0.count", 1)) || redact_small(r, json_num(in, "highest.0.count", 1));
	return few && step <= place * 1.5 ? 10 * step : step;
}

/* ---- tails --------------------------------------------------------------------------------------------- */

/* A quantile with fewer than k values beyond it is a tail. */
void redact_tails(const struct redaction *r, json_t *quantiles, double n)
{
	static const char *const names[] = { "p0", "p1", "p5", "p10", "p25", "p50", "p75", "p90", "p95", "p99", "p100" };
	static const double at[] = { 0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1 };
	for (size_t i = 0; i < COUNTOF(names); i++)
		if (fmin(at[i], 1 - at[i]) * n < (double)r->k)
			redact_withhold(quantiles, names[i]);
}

/* ---- what one value makes up ----------------------------------------------------------------------------- */

/* Squares of the distances to the mean of the fewer than k values that lie farthest off. */
static double farthest(const struct redaction *r, const json_t *in, double mean)
{
	const json_t *sides[] = { json_object_get(in, "lowest"), json_object_get(in, "highest") };
	size_t at[] = { 0, 0 };
	double sum = 0, left = (double)r->k - 1;
	while (left > 0) {
		double far = -1, count = 0;
		size_t side = 0;
		for (size_t i = 0; i < COUNTOF(sides); i++) {
			const json_t *x = json_array_get(sides[i], at[i]);
			double d = fabs(json_num(x, "value", NAN) - mean);
			if (d > far)
				far = d, side = i, count = json_num(x, "count", 1);
		}
		if (far < 0)
			break;
		at[side]++;
		sum += fmin(count, left) * far * far;
		left -= count;
	}
	return sum;
}

/* Where fewer than k values make up most of the variance, every moment tells what they are. */
void redact_moments(const struct redaction *r, const json_t *in, json_t *out, double n)
{
	static const char *const moments[] = { "mean", "sd", "variance", "sum", "cv", "skewness", "kurtosis", "se_mean",
		"mean_ci95", "lag1_autocorrelation" };
	double mean = json_num(in, "mean", NAN), squares = (n - 1) * json_num(in, "variance", NAN);
	if (!(squares > 0) || farthest(r, in, mean) < squares / 2)
		return;
	for (size_t i = 0; i < COUNTOF(moments); i++)
		redact_withhold(out, moments[i]);
	json_object_del(out, "histogram");     /* of one bar */
}
