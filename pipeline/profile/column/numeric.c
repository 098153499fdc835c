/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The numeric block of a column: figures from its sums, its moments and its sorted values. */
#include "profile/column/kernels.h"
#include "profile/column_int.h"

#include <float.h>
#include <gsl/gsl_cdf.h>

const double quantile_probs[QUANTILES] = { 0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99,
	1 };
enum { P0 = 0, P25 = 4, P50 = 5, P75 = 6, P100 = 10 }; /* places in quantile_probs */

/* ---- moments ----------------------------------------------------------------------------- */

/* Fourth powers of very large or small deviations leave the range of numbers. A power of two, which
 * rounds nothing, brings them back; 1 where it is not needed. */
static double moments_scale(double mean, const struct sorted *s)
{
	enum { SAFE = 200, LIMIT = 1000 };
	double widest = fmax(mean - sorted_value(s, 0), sorted_value(s, s->runs - 1) - mean);
	int e = widest > 0 && isfinite(widest) ? ilogb(widest) : 0;
	e = e > LIMIT ? LIMIT : e < -LIMIT ? -LIMIT : e;
	return ldexp(1, e > SAFE || e < -SAFE ? -e : 0);
}

static struct moments_arg moments_about(const struct numeric_profile *p, const struct sorted *s,
	int col, bool finite)
{
	struct moments_arg arg = { col, p->mean, moments_scale(p->mean, s), 0, finite };
	double power = p->decimals >= 0 ? decimal_powers[p->decimals] : 0;
	if (power > 0 && -sorted_value(s, 0) * power < UNITS_LIMIT &&
			sorted_value(s, s->runs - 1) * power < UNITS_LIMIT) {
		arg.mean = rint(p->mean * power);
		arg.power = power;
	}
	return arg;
}

/* The mean is a double, so the deviations from it have a small mean of their own, delta; the
 * sums are shifted to the exact centre (the corrected two-pass algorithm of Chan, Golub &
 * LeVeque 1983, carried on to the fourth power). */
static void fill_moments(
	struct numeric_profile *p, const struct moments_fold *m, const struct moments_arg *arg)
{
	double scale = arg->power > 0 ? arg->power : arg->scale;
	double n = (double)m->n, delta = nsum_value(&m->d1) / n, d2 = delta * delta;
	double s2 = nsum_value(&m->d2), s3 = nsum_value(&m->d3), s4 = nsum_value(&m->d4);
	double m2 = (s2 - n * d2) / n;
	double m3 = (s3 - 3 * delta * s2 + 2 * n * d2 * delta) / n;
	double m4 = (s4 - 4 * delta * s3 + 6 * d2 * s2 - 3 * n * d2 * d2) / n;
	p->mean = arg->power > 0 ? (arg->mean + delta) / scale : arg->mean + delta / scale;
	if (m->n < 2)
		return;
	double variance = m2 * n / (n - 1);
	p->sd = sqrt(variance) / scale;
	variance = variance / scale / scale;
	if (isfinite(variance) && (variance >= DBL_MIN || !(m2 > 0)))
		p->variance = variance;
	if (p->mean != 0)
		p->cv = p->sd / p->mean;
	p->se_mean = p->sd / sqrt(n);
	double t = gsl_cdf_tdist_Pinv(0.975, n - 1);
	p->mean_ci[0] = p->mean - t * p->se_mean;
	p->mean_ci[1] = p->mean + t * p->se_mean;
	if (!(m2 > 0))
		return;
	if (m->n >= 3)
		p->skewness = m3 / (m2 * sqrt(m2)) * sqrt(n * (n - 1)) / (n - 2);
	if (m->n >= 4)
		p->kurtosis =
			((n + 1) * (m4 / (m2 * m2) - 3) + 6) * (n - 1) / ((n - 2) * (n - 3));
	/* pairs + 1 stands for the n of the textbook, which it is when no value is missing */
	if (m->pairs > 0) {
		double pairs = (double)m->pairs;
		/* of both values of all pairs: each value twice, but those at an end */
		double pair_sums = 2 * nsum_value(&m->d1) - m->edges;
		double products = nsum_value(&m->products) - delta * pair_sums + pairs * d2;
		p->lag1 = products / (pairs + 1) / m2;
	}
}

/* ---- order statistics -------------------------------------------------------------------- */

static struct number_count number_of(const struct sorted *s, size_t run)
{
	return (struct number_count){ .value = sorted_value(s, run),
		.count = sorted_count(s, run),
		.integer = s->integer ? int_of_key(s->key[run]) : 0 };
}

static void fill_extremes(struct numeric_profile *p, const struct sorted *s, struct arena *a)
{
	size_t common[EXTREMES];
	int n = s->runs < EXTREMES ? (int)s->runs : EXTREMES;
	p->common = arena_calloc(a, EXTREMES, sizeof *p->common);
	p->lowest = arena_calloc(a, EXTREMES, sizeof *p->lowest);
	p->highest = arena_calloc(a, EXTREMES, sizeof *p->highest);
	p->ncommon = sorted_common(s, common, EXTREMES);
	p->nlowest = p->nhighest = n;
	for (int i = 0; i < p->ncommon; i++)
		p->common[i] = number_of(s, common[i]);
	for (int i = 0; i < n; i++) {
		p->lowest[i] = number_of(s, (size_t)i);
		p->highest[i] = number_of(s, s->runs - 1 - (size_t)i);
	}
}

/* The largest l for which at most 2.5 % of binomial(n, 1/2) lies below l: then the median is
 * between order statistics l and n + 1 - l with 95 % confidence. Above 1000 by the normal
 * approximation, which is right to a rank. */
static int64_t median_rank(int64_t n)
{
	if (n > 1000)
		return (int64_t)floor(
			(double)n / 2 - 0.979981992270027 * sqrt((double)n) + 0.5);
	double term = ldexp(1, -(int)n), below = term;
	int64_t l = 0;
	while (below <= 0.025) {
		l++;
		term *= (double)(n - l + 1) / (double)l;
		below += term;
	}
	return l;
}

static void fill_quantiles(struct numeric_profile *p, const struct sorted *s)
{
	for (int i = 0; i < QUANTILES; i++)
		p->quantile[i] = sorted_quantile(s, quantile_probs[i]);
	p->median = p->quantile[P50];
	p->iqr = p->quantile[P75] - p->quantile[P25];
	p->mad = sorted_mad(s, p->median);
	int64_t l = median_rank(s->n);
	if (l > 0) {
		p->median_ci[0] = sorted_at(s, l - 1);
		p->median_ci[1] = sorted_at(s, s->n - l);
	}
}

/* ---- box plot and outliers --------------------------------------------------------------- */

/* Runs [lo, hi) lie within the fences. */
static void fill_box(struct numeric_profile *p, const struct sorted *s, size_t lo, size_t hi,
	struct arena *a)
{
	p->box.q1 = p->quantile[P25];
	p->box.median = p->median;
	p->box.q3 = p->quantile[P75];
	p->box.lower = sorted_value(s, lo);
	p->box.upper = sorted_value(s, hi - 1);
	p->box.outliers = arena_calloc(a, BOX_OUTLIERS, sizeof(double));
	size_t low = 0, high = s->runs;
	while (p->box.n < BOX_OUTLIERS && (low < lo || high > hi)) {
		if (low < lo)
			p->box.outliers[p->box.n++] = sorted_value(s, low++);
		if (high > hi && p->box.n < BOX_OUTLIERS)
			p->box.outliers[p->box.n++] = sorted_value(s, --high);
	}
}

static void fill_outliers(struct numeric_profile *p, const struct sorted *s, struct arena *a)
{
	double q1 = p->quantile[P25], q3 = p->quantile[P75];
	double low = q1 - 1.5 * p->iqr, high = q3 + 1.5 * p->iqr;
	/* interpolated quartiles can lie where no value does, yet values on both sides are
	 * within the fences */
	size_t lo = sorted_lower(s, low), hi = sorted_upper(s, high);
	fill_box(p, s, lo, hi, a);
	if (p->iqr > 0) {
		p->outliers.lower_fence = low;
		p->outliers.upper_fence = high;
		p->outliers.iqr_low = s->before[lo] - s->before[0];
		p->outliers.iqr_high = s->before[s->runs] - s->before[hi];
		p->outliers.share =
			(double)(p->outliers.iqr_low + p->outliers.iqr_high) / (double)s->n;
		p->outliers.mean_without =
			sorted_sum(s, lo, hi) / (double)(s->before[hi] - s->before[lo]);
	}
	if (p->mad > 0) {
		double reach = 3.5 * p->mad / 0.6745;
		p->outliers.modified_z_low =
			s->before[sorted_lower(s, p->median - reach)] - s->before[0];
		p->outliers.modified_z_high =
			s->before[s->runs] - s->before[sorted_upper(s, p->median + reach)];
	}
}

/* ---- all --------------------------------------------------------------------------------- */

static void fill_normality(struct numeric_profile *p, const struct sorted *s)
{
	if (s->n < 3 || !(p->sd > 0))
		return;
	bool small = s->n <= SHAPIRO_MAX;
	if (small)
		shapiro_wilk(s, &p->normality.statistic, &p->normality.p);
	else
		anderson_darling(s, p->mean, p->sd, &p->normality.statistic, &p->normality.p);
	if (!isnan(p->normality.p))
		p->normality.test = small ? "shapiro-wilk" : "anderson-darling";
}

static int decimals_in_use(const struct numbers_fold *sums)
{
	int d = DECIMALS_MAX + 1;
	while (d && !sums->decimals[d])
		d--;
	return d > DECIMALS_MAX ? -1 : d;
}

static void undefine(struct numeric_profile *p)
{
	double *const figures[] = { &p->mean, &p->sd, &p->variance, &p->cv, &p->skewness,
		&p->kurtosis, &p->median, &p->mad, &p->iqr, &p->se_mean, &p->mean_ci[0],
		&p->mean_ci[1], &p->median_ci[0], &p->median_ci[1], &p->lag1, &p->kde_bandwidth,
		&p->box.lower, &p->box.q1, &p->box.median, &p->box.q3, &p->box.upper,
		&p->normality.statistic, &p->normality.p, &p->outliers.lower_fence,
		&p->outliers.upper_fence, &p->outliers.share, &p->outliers.mean_without,
		&p->heaping.share, &p->heaping.chi2, &p->heaping.p, &p->uniform.chi2,
		&p->uniform.p };
	for (size_t i = 0; i < COUNTOF(figures); i++)
		*figures[i] = NAN;
	for (int i = 0; i < QUANTILES; i++)
		p->quantile[i] = NAN;
	p->outliers.iqr_low = p->outliers.iqr_high = -1;
	p->outliers.modified_z_low = p->outliers.modified_z_high = -1;
	p->heaping.digit = -1;
}

struct numeric_profile *numeric_new(struct work *w)
{
	struct numeric_profile *p = arena_alloc(w->arena, sizeof *p);
	const struct numbers_fold *sums = &w->sums;
	struct sorted s = sorted_finite(&w->sorted);
	undefine(p);
	p->n = sums->n;
	p->zeros = sums->zeros;
	p->negatives = sums->negatives;
	p->infinite = sums->infinite;
	p->stored_integer = s.integer;
	p->decimals = decimals_in_use(sums);
	p->integer = p->decimals == 0;
	p->order = w->order;
	p->sum = sum_of(sums);
	if (!s.n)
		return p;
	p->mean = p->sum / (double)s.n;
	struct moments_arg arg = moments_about(p, &s, w->var->col,
		!sums->nan && !sums->infinite);
	struct fold fold = { .ops = &moments_ops, .arg = &arg };
	fold_run(w->table, &fold, 1, 1);
	fill_moments(p, fold.acc, &arg);
	fold_release(&fold, 1);
	fill_extremes(p, &s, w->arena);
	fill_quantiles(p, &s);
	fill_outliers(p, &s, w->arena);
	fill_normality(p, &s);
	histogram_fill(&p->histogram, &s, p->integer, p->sd, p->iqr, w->options->histogram_bins,
		w->arena);
	histogram_body(&p->body, &s, p->integer, p->box.q1, p->box.q3, w->options->histogram_bins, w->arena);
	density_fill(p, &s, w->arena);
	qq_fill(p, &s, w->arena);
	heaping_fill(p, &s, sums);
	uniform_fill(p, &s);
	return p;
}
