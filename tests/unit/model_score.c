/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scores, their intervals, calibration and the small statistics of judging, against scikit-learn 1.2.1,
 * statsmodels 0.13.5 and scipy 1.10.1 on rows that both sides make from the same formulas. */
#include "model/contest/judge_int.h"
#include "test.h"

#include <stdlib.h>

enum { N = 200, K = 4 };

/*
 * i = numpy.arange(200)
 * p = numpy.clip(numpy.round(((i*37) % 101)/101, 2), 0.01, 0.99)
 * y = (((i*i*7 + 3*i) % 11) < 4) | ((p > 0.8) & (i % 3 == 0))
 */
static void two_classes(double *y, double *pred)
{
	for (int i = 0; i < N; i++) {
		double p = nearbyint((i * 37 % 101) / 101.0 * 100) / 100;
		y[i] = (i * i * 7 + 3 * i) % 11 < 4 || (p > 0.8 && i % 3 == 0);
		p = fmin(fmax(p, 0.01), 0.99);
		pred[2 * i] = 1 - p;
		pred[2 * i + 1] = p;
	}
}

/*
 * Y = (i*i + 2*i + (i % 5)) % 4
 * P = [1 + ((a*(c+3)*13) % 17) for c in range(4)], each row divided by its sum, 0.1 more for Y, divided again
 */
static void four_classes(double *y, double *pred)
{
	for (int i = 0; i < N; i++) {
		y[i] = (i * i + 2 * i + i % 5) % 4;
		double sum = 0;
		for (int c = 0; c < K; c++)
			sum += pred[K * i + c] = 1 + i * (c + 3) * 13 % 17;
		for (int c = 0; c < K; c++)
			pred[K * i + c] = (pred[K * i + c] / sum + (c == (int)y[i] ? 0.1 : 0)) / 1.1;
	}
}

/* yr = 10 + ((i*29) % 83)/7.0; pr = yr + numpy.sin(i)*2 + ((i % 13) - 6)/5.0 */
static void numbers(double *y, double *pred)
{
	for (int i = 0; i < N; i++) {
		y[i] = 10 + i * 29 % 83 / 7.0;
		pred[i] = y[i] + sin(i) * 2 + (i % 13 - 6) / 5.0;
	}
}

static void scores_of_two(struct arena *a)
{
	double y[N], pred[2 * N], s[METRIC_COUNT], w[N];
	two_classes(y, pred);
	struct judged j = { .task = TASK_BINARY, .n = N, .outputs = 2, .y = y, .pred = pred };
	judged_rank(&j, a);
	score_all(&j, s);
	/* roc_auc_score, average_precision_score, log_loss, brier_score_loss, accuracy_score ... */
	CHECK_NEAR(s[METRIC_ROC_AUC], 0.5712541959108941, 1e-13);
	CHECK_NEAR(s[METRIC_PR_AUC], 0.6586323721228408, 1e-13);
	CHECK_NEAR(s[METRIC_LOG_LOSS], 0.9136417947111904, 1e-13);
	CHECK_NEAR(s[METRIC_BRIER], 0.29860200000000003, 1e-13);
	CHECK_NEAR(s[METRIC_BRIER_SKILL], -0.21494049435459273, 1e-12);
	CHECK_NEAR(s[METRIC_ACCURACY], 0.56, 1e-13);
	CHECK_NEAR(s[METRIC_BALANCED_ACCURACY], 0.5630149527006407, 1e-13);
	CHECK_NEAR(s[METRIC_F1], 0.580952380952381, 1e-13);
	CHECK_NEAR(s[METRIC_MCC], 0.12501668502083646, 1e-12);
	CHECK(isnan(s[METRIC_AUC_PAIRS]) && isnan(s[METRIC_RMSE]));
	for (int i = 0; i < N; i++)
		w[i] = i % 4;
	j.weight = w;
	judged_terms(&j, a);
	score_all(&j, s);
	CHECK_NEAR(s[METRIC_ROC_AUC], 0.5610119047619048, 1e-13);   /* sample_weight = i % 4 */
	CHECK_NEAR(s[METRIC_PR_AUC], 0.6354147907947667, 1e-13);
}

static void scores_of_four(struct arena *a)
{
	double y[N], pred[K * N], s[METRIC_COUNT], w[N];
	four_classes(y, pred);
	struct judged j = { .task = TASK_MULTICLASS, .n = N, .outputs = K, .y = y, .pred = pred };
	judged_rank(&j, a);
	score_all(&j, s);
	CHECK_NEAR(s[METRIC_ROC_AUC], 0.7327194940476189, 1e-12);    /* multi_class='ovr' */
	CHECK_NEAR(s[METRIC_AUC_PAIRS], 0.7330034722222223, 1e-12);  /* multi_class='ovo' */
	CHECK_NEAR(s[METRIC_LOG_LOSS], 1.1989219847421766, 1e-13);
	CHECK_NEAR(s[METRIC_ACCURACY], 0.5, 1e-13);
	CHECK_NEAR(s[METRIC_BALANCED_ACCURACY], 0.5104166666666666, 1e-13);
	CHECK_NEAR(s[METRIC_F1], 0.49959423686954213, 1e-13);
	CHECK_NEAR(s[METRIC_MCC], 0.34551448072305135, 1e-12);
	CHECK_NEAR(s[METRIC_BRIER], 0.660614863123816, 1e-13);
	CHECK_NEAR(s[METRIC_BRIER_SKILL], 0.10727721199484319, 1e-12);
	for (int i = 0; i < N; i++)
		w[i] = i % 4;
	j.weight = w;
	score_all(&j, s);
	CHECK_NEAR(s[METRIC_ROC_AUC], 0.7521176767676767, 1e-12);    /* rows repeated i % 4 times */
	CHECK_NEAR(s[METRIC_AUC_PAIRS], 0.752386574074074, 1e-12);
}

static void scores_of_numbers(struct arena *a)
{
	double y[N], pred[N], s[METRIC_COUNT], w[N];
	numbers(y, pred);
	struct judged j = { .task = TASK_REGRESSION, .n = N, .outputs = 1, .y = y, .pred = pred };
	judged_rank(&j, a);
	score_all(&j, s);
	CHECK_NEAR(s[METRIC_R2], 0.7861845408904901, 1e-12);
	CHECK_NEAR(s[METRIC_MSE], 2.5059580893334394, 1e-12);
	CHECK_NEAR(s[METRIC_RMSE], sqrt(2.5059580893334394), 1e-12);
	CHECK_NEAR(s[METRIC_MAE], 1.3471674682826489, 1e-12);
	CHECK_NEAR(s[METRIC_MAPE], 0.08925876564408158, 1e-12);
	CHECK_NEAR(s[METRIC_MEDIAN_AE], 1.2148764296291645, 1e-12);
	for (int i = 0; i < N; i++)
		w[i] = i % 4;
	j.weight = w;
	score_all(&j, s);
	CHECK_NEAR(s[METRIC_MEDIAN_AE], 1.2599816513475641, 1e-12);
	y[3] = 0;   /* a truth of zero has no percentage */
	score_all(&j, s);
	CHECK(isnan(s[METRIC_MAPE]));
	for (int i = 0; i < N; i++)
		y[i] = i % 2 ? -5 - i : 5 + i;   /* nor has one that runs through zero */
	score_all(&j, s);
	CHECK(isnan(s[METRIC_MAPE]));
	for (int i = 0; i < N; i++)
		y[i] = -5 - i;
	score_all(&j, s);
	CHECK(isfinite(s[METRIC_MAPE]));
}

/* Rows that repeat each other in units of five say no more than one of each: the interval must widen. */
static void units(struct arena *a)
{
	enum { EACH = 5, UNITS = 60, ROWS = EACH * UNITS };
	double y[ROWS], pred[ROWS];
	uint32_t unit[ROWS];
	struct rng g;
	rng_seed(&g, 3);
	for (int u = 0; u < UNITS; u++) {
		double error = rng_normal(&g);
		for (int k = 0; k < EACH; k++) {
			int i = u * EACH + k;
			y[i] = u;
			pred[i] = u + error;
			unit[i] = (uint32_t)u;
		}
	}
	struct judged j = { .task = TASK_REGRESSION, .n = ROWS, .outputs = 1, .y = y, .pred = pred };
	judged_rank(&j, a);
	struct score rows[METRIC_COUNT], whole[METRIC_COUNT], again[METRIC_COUNT];
	score_intervals(&j, 400, 1, 2, rows);
	j.unit = unit;
	j.units = UNITS;
	score_intervals(&j, 400, 1, 2, whole);
	score_intervals(&j, 400, 1, 7, again);
	CHECK(memcmp(whole, again, sizeof whole) == 0);
	double wider = (whole[METRIC_MAE].hi - whole[METRIC_MAE].lo) / (rows[METRIC_MAE].hi - rows[METRIC_MAE].lo);
	CHECK(wider > 1.8 && wider < 2.7);   /* sqrt(5) = 2.24 */
	/* the same of a mean, where it has a formula */
	double v[ROWS], p;
	for (int i = 0; i < ROWS; i++)
		v[i] = pred[i] - y[i];
	struct score by_row = mean_interval(v, ROWS, NULL, 0, NULL), by_unit = mean_interval(v, ROWS, unit, UNITS, &p);
	/* 60 and 300 of what varies: t quantiles 2.000995, 1.967930 and m / (m - 1) */
	CHECK_NEAR((by_unit.hi - by_unit.lo) / (by_row.hi - by_row.lo),
		sqrt(5 * (60.0 / 59) / (300.0 / 299)) * 2.000995 / 1.967930, 1e-6);
	CHECK(p > 0 && p <= 1);
}

static void small_statistics(void)
{
	/* proportion_confint(7, 50, method='wilson') */
	struct score w = wilson(7, 50, 0.95);
	CHECK_NEAR(w.lo, 0.06950833427016288, 1e-12);
	CHECK_NEAR(w.hi, 0.26186193710585537, 1e-12);
	CHECK(isnan(wilson(0, 0, 0.95).lo) && wilson(0, 9, 0.95).lo == 0);
	/* ttest_ind(yr[:60], pr[60:], equal_var=False) */
	double y[N], pred[N], p;
	numbers(y, pred);
	struct welch a = { 0 }, b = { 0 };
	for (int i = 0; i < N; i++)
		welch_add(i < 60 ? &a : &b, i < 60 ? y[i] : pred[i]);
	struct score d = welch_difference(&a, &b, 0.95, &p);
	CHECK_NEAR(d.value, 0.02326543455916763, 1e-10);
	CHECK_NEAR(p, 0.9660822307049215, 1e-10);
	CHECK_NEAR(d.lo, -1.0577052010227064, 1e-10);
	CHECK_NEAR(d.hi, 1.1042360701410416, 1e-10);
	/* multipletests(..., method='fdr_bh') */
	static const double raw[] = { 0.01, 0.5, 0.02, 0.04, 0.9 }, want[] = { 0.05, 0.625, 0.05, 0.2 / 3, 0.9 };
	double q[5];
	false_discovery(raw, q, 5);
	for (int i = 0; i < 5; i++)
		CHECK_NEAR(q[i], want[i], 1e-12);
	/* ten folds of 9 : 1; numpy: d.mean(), t = d.mean() / sqrt((1/10 + 1/9) * d.var(ddof=1)), 2 * t.sf(t, 9) */
	static const double x[] = { .82, .80, .85, .79, .81, .84, .83, .80, .82, .86 };
	static const double z[] = { .80, .79, .82, .80, .78, .81, .80, .80, .79, .82 };
	struct comparison c = compare_folds(x, z, 10, 1.0 / 9);
	CHECK_NEAR(c.difference, 0.021, 1e-12);
	CHECK_NEAR(c.p, 0.018619372954037712, 1e-9);
}

int main(void)
{
	struct arena *a = arena_new();
	scores_of_two(a);
	scores_of_four(a);
	scores_of_numbers(a);
	units(a);
	small_statistics();
	arena_free(a);
	return test_end();
}
