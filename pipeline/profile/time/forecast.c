/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The baseline forecast. Every candidate forecasts from several origins, with parameters fitted to
 * what lies before, so that none has seen what it is judged by; the best is then fitted to all.
 */
#include "profile/time_int.h"

#include <stdlib.h>

enum { ORIGINS = 10, ORIGINS_LEAST = 5, TRAIN_LEAST = 10, LONGEST = 3000, STEPS_MAX = 400 };
enum { REFIT = 1000 };         /* longer series are fitted before the first origin only */

static const char *const names[] = { [METHOD_MEAN] = "mean",
	[METHOD_NAIVE] = "naive",
	[METHOD_SEASONAL_NAIVE] = "seasonal naive",
	[METHOD_DRIFT] = "drift",
	[METHOD_SIMPLE] = "simple smoothing",
	[METHOD_HOLT] = "Holt",
	[METHOD_DAMPED] = "damped Holt",
	[METHOD_WINTERS] = "Holt-Winters",
	[METHOD_WINTERS_DAMPED] = "damped Holt-Winters" };

/* A method with what it knows of the values up to an origin. */
struct forecaster {
	enum method method;
	int period;
	struct smooth smooth;
	double mean, last, drift;
	const double *season;          /* the last one, in place */
	int n;
};

static bool is_smooth(enum method m)
{
	return m >= METHOD_SIMPLE;
}
static bool is_seasonal(enum method m)
{
	return m == METHOD_SEASONAL_NAIVE || m >= METHOD_WINTERS;
}

static struct forecaster forecaster_new(enum method m, int period)
{
	struct forecaster f = { .method = m, .period = period };
	f.smooth = (struct smooth){ .trend = m > METHOD_SIMPLE, .season = m >= METHOD_WINTERS,
		.period = period, .phi = 1 };
	if (m == METHOD_DAMPED || m == METHOD_WINTERS_DAMPED)
		f.smooth.phi = 0.9;
	f.smooth.seasons = mem_calloc((size_t)period + 1, sizeof(double));
	return f;
}

/* Standard deviation of the errors of one step. */
static double one_step(const struct forecaster *f, const double *y, int n)
{
	struct smooth s = f->smooth;
	double sum = 0, count = 0, parameters = 1;
	int lag = f->method == METHOD_SEASONAL_NAIVE ? f->period : 1;
	if (f->method == METHOD_MEAN)
		return sqrt(array_variance(y, (size_t)n));
	if (is_smooth(f->method)) {
		s.seasons = mem_calloc((size_t)f->period + 1, sizeof(double));
		sum = smooth_run(&s, y, n);
		free(s.seasons);
		parameters = 1 + f->smooth.trend + f->smooth.season + (f->smooth.phi < 1);
		count = n - (f->smooth.season ? f->period : 1);
	} else {
		for (int i = lag; i < n; i++, count++)
			sum += pow(y[i] - y[i - lag] -
				(f->method == METHOD_DRIFT ? f->drift : 0), 2);
	}
	return sqrt(sum / fmax(1, count - parameters));
}

static void learn(struct forecaster *f, const double *y, int n)
{
	f->n = n;
	f->mean = array_mean(y, (size_t)n);
	f->last = y[n - 1];
	f->drift = (y[n - 1] - y[0]) / (n - 1);
	f->season = y + n - f->period;
	if (is_smooth(f->method))
		smooth_run(&f->smooth, y, n);
}

static double ahead(const struct forecaster *f, int h)
{
	switch (f->method) {
	case METHOD_MEAN:
		return f->mean;
	case METHOD_NAIVE:
		return f->last;
	case METHOD_SEASONAL_NAIVE:
		return f->season[(h - 1) % f->period];
	case METHOD_DRIFT:
		return f->last + h * f->drift;
	case METHOD_SIMPLE:
	case METHOD_HOLT:
	case METHOD_DAMPED:
	case METHOD_WINTERS:
	case METHOD_WINTERS_DAMPED:
	case METHODS:
		break;
	}
	return smooth_ahead(&f->smooth, h);
}

/* Variance of h steps ahead over that of one (Hyndman et al. 2008, table 6.1; Hyndman &
 * Athanasopoulos 2021, table 5.2). */
static double variance(const struct forecaster *f, int h)
{
	switch (f->method) {
	case METHOD_MEAN:
		return 1 + 1.0 / f->n;
	case METHOD_NAIVE:
		return h;
	case METHOD_SEASONAL_NAIVE:
		return (h - 1) / f->period + 1;
	case METHOD_DRIFT:
		return h * (1 + h / (f->n - 1.0));
	case METHOD_SIMPLE:
	case METHOD_HOLT:
	case METHOD_DAMPED:
	case METHOD_WINTERS:
	case METHOD_WINTERS_DAMPED:
	case METHODS:
		break;
	}
	return smooth_variance(&f->smooth, h);
}

/* ---- rolling origins ---------------------------------------------------------------------- */

struct trial {
	int first, last, origins, horizon;     /* values before the first and the last origin */
};

static int origin_at(const struct trial *t, int i)
{
	return t->first + (int)((int64_t)(t->last - t->first) * i / (t->origins - 1));
}

static bool trial_new(struct trial *t, int n, int period)
{
	int least = period ? 2 * period + 2 : TRAIN_LEAST;
	least = least < TRAIN_LEAST ? TRAIN_LEAST : least;
	t->horizon = period ? period : n / 10;
	t->horizon = t->horizon > STEPS_MAX ? STEPS_MAX : t->horizon;
	int room = n - least - (ORIGINS_LEAST - 1);
	if (room < 1)
		return false;
	t->horizon = t->horizon > room ? room : t->horizon < 1 ? 1 : t->horizon;
	t->last = n - t->horizon;
	t->first = n / 2 > least && n / 2 + ORIGINS <= t->last ? n / 2 : least;
	t->origins = t->last - t->first + 1 < ORIGINS ? t->last - t->first + 1 : ORIGINS;
	return true;
}

struct verdict {
	double mae, mse, scaled;       /* scaled: squared error over the variance it should have */
	double *ratio;                 /* error over its standard deviation, origins x horizon */
	int n;
};

static struct verdict try_method(struct forecaster *f, const double *y, const struct trial *t)
{
	struct verdict v = { .ratio = mem_calloc((size_t)t->origins * (size_t)t->horizon + 1,
				     sizeof(double)) };
	double sigma = NAN;
	for (int o = 0; o < t->origins; o++) {
		int at = origin_at(t, o);
		if (is_smooth(f->method) && (o == 0 || t->last <= REFIT))
			smooth_fit(&f->smooth, y, at);
		learn(f, y, at);
		if (o == 0 || t->last <= REFIT)
			sigma = one_step(f, y, at);
		for (int h = 1; h <= t->horizon; h++) {
			double error = y[at + h - 1] - ahead(f, h);
			double ratio = error / (sigma * sqrt(variance(f, h)));
			v.mae += fabs(error);
			v.mse += error * error;
			v.scaled += ratio * ratio;
			v.ratio[v.n++] = ratio;
		}
	}
	v.mae /= v.n;
	v.mse /= v.n;
	v.scaled /= v.n;
	return v;
}

/* ---- the forecast ------------------------------------------------------------------------- */

static void draw(struct time_forecast *f, struct forecaster *best, const double *y, int n,
	bool positive)
{
	if (is_smooth(best->method))
		smooth_fit(&best->smooth, y, n);
	learn(best, y, n);
	double sigma = one_step(best, y, n) * f->widened;
	for (int h = 1; h <= f->n; h++) {
		double mean = ahead(best, h), sd = sigma * sqrt(variance(best, h));
		double *out[] = { f->low95, f->low80, f->mean, f->high80, f->high95 };
		static const double z[] = { -1.959963984540054, -1.2815515655446004, 0,
			1.2815515655446004, 1.959963984540054 };
		for (size_t i = 0; i < COUNTOF(out); i++)
			out[i][h - 1] = positive ? fmax(0, mean + z[i] * sd) : mean + z[i] * sd;
	}
	f->alpha = is_smooth(best->method) ? best->smooth.alpha : NAN;
	f->beta = best->smooth.trend ? best->smooth.beta : NAN;
	f->gamma = best->smooth.season ? best->smooth.gamma : NAN;
	f->phi = is_smooth(best->method) && best->smooth.phi < 1 ? best->smooth.phi : NAN;
}

static bool method_suits(enum method m, int period)
{
	return !is_seasonal(m) || period > 1;
}

/* Mean absolute error of the naive forecast within the first part: Hyndman & Koehler 2006. */
static double naive_error(const double *y, int n, int lag)
{
	double sum = 0;
	for (int i = lag; i < n; i++)
		sum += fabs(y[i] - y[i - lag]);
	return sum / (n - lag);
}

static void judge(struct time_forecast *f, const struct verdict *v)
{
	int inside = 0;
	f->widened = fmax(1, isfinite(v->scaled) ? sqrt(v->scaled) : 1);
	for (int i = 0; i < v->n; i++)
		inside += fabs(v->ratio[i]) <= 1.959963984540054 * f->widened;
	f->covered = (double)inside / v->n;
}

static void space(struct time_forecast *f, int n, struct arena *a)
{
	double **const out[] = { &f->low95, &f->low80, &f->mean, &f->high80, &f->high95 };
	f->n = n;
	for (size_t i = 0; i < COUNTOF(out); i++)
		*out[i] = arena_calloc(a, (size_t)n + 1, sizeof(double));
}

void forecast_fill(struct time_forecast *f, const double *y, int n, int period, struct arena *a)
{
	struct trial t;
	*f = (struct time_forecast){ .why = "short", .alpha = NAN, .beta = NAN, .gamma = NAN,
		.phi = NAN, .mase = NAN, .relative = NAN, .covered = NAN, .widened = NAN };
	if (n > LONGEST) {
		y += n - LONGEST;
		n = LONGEST;
	}
	if (period > n / 3)
		period = 0;
	if (!trial_new(&t, n, period))
		return;
	struct verdict v[METHODS];
	struct forecaster all[METHODS];
	int best = METHOD_MEAN, naive = period ? METHOD_SEASONAL_NAIVE : METHOD_NAIVE;
	double scale = naive_error(y, t.first, period ? period : 1), lowest = INFINITY;
	f->candidates = arena_calloc(a, METHODS, sizeof *f->candidates);
	f->origins = t.origins;
	f->period = period;
	f->train = n;
	for (int m = 0; m < METHODS; m++) {
		if (!method_suits((enum method)m, period))
			continue;
		all[m] = forecaster_new((enum method)m, period);
		v[m] = try_method(&all[m], y, &t);
		f->candidates[f->ncandidates++] = (struct time_candidate){ names[m], v[m].mae,
			scale > 0 ? v[m].mae / scale : NAN, sqrt(v[m].mse) };
		if (v[m].mae < v[best].mae)
			best = m;
	}
	for (int i = 0; i < n; i++)
		lowest = fmin(lowest, y[i]);
	f->why = "mean";
	f->mase = scale > 0 ? v[best].mae / scale : NAN;
	f->relative = v[naive].mae > 0 ? v[best].mae / v[naive].mae : NAN;
	if (best != METHOD_MEAN && v[best].mae < v[METHOD_MEAN].mae) {
		f->why = NULL;
		f->method = names[best];
		space(f, t.horizon, a);
		judge(f, &v[best]);
		draw(f, &all[best], y, n, lowest >= 0);
	}
	for (int m = 0; m < METHODS; m++)
		if (method_suits((enum method)m, period)) {
			free(v[m].ratio);
			free(all[m].smooth.seasons);
		}
}
