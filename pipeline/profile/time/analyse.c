/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One series, from its values on the grid to everything that is said of it. */
#include "profile/time_int.h"

#include <stdlib.h>

static const double GAPS_MAX = 0.3;    /* share of empty periods that can be bridged */
/* A cycle of the calendar is likelier than any other length that the data suggest. */
static const double CALENDAR_P = 0.01, SEASON_P = 0.001, SEASON_LEAST = 0.1, BETTER = 0.05;
enum { LAGS = 40, CHANGE_POINTS = 3000, CYCLES_TO_MOVE = 6, SEASON_WINDOW = 11, SMOOTH_FROM = 100 };

/* The part of the grid from the first value to the last, and what is made of it. */
struct span {
	const struct on_grid *x;
	int from, n;
	const double *y;
	double *full;                  /* gaps bridged */
	double *season, *trend, *rest; /* rest: NaN in gaps */
	bool gappy;
};

static const char *time_at(const struct span *p, int i)
{
	return grid_when(p->x->grid, p->from + i);
}

/* ---- memory ------------------------------------------------------------------------------- */

static void memory_fill(struct time_series *s, const struct span *p)
{
	struct time_memory *m = &s->memory;
	int lags = 1 + (int)(s->values / 4 < LAGS ? s->values / 4 : LAGS);
	m->bound = m->box = m->box_p = NAN;
	if (s->values < 8)
		return;
	m->r = arena_calloc(p->x->arena, (size_t)lags, sizeof *m->r);
	m->partial = arena_calloc(p->x->arena, (size_t)lags, sizeof *m->partial);
	if (!acf_fill(p->y, (size_t)p->n, lags, m->r))
		return;
	m->nlags = lags;
	m->bound = 1.96 / sqrt((double)s->values);
	pacf_fill(m->r, lags, m->partial);
	/* twice the season, else ten lags, at most a fifth of the values: Hyndman & Athanasopoulos
	 * 2021, section 5.4 */
	int most = s->season.period ? 2 * s->season.period : 10;
	m->box_lag = most < s->values / 5 ? most : (int)(s->values / 5);
	m->box_lag = m->box_lag < lags ? m->box_lag : lags - 1;
	m->box = ljung_box(m->r, m->box_lag, (double)s->values, &m->box_p);
}

/* ---- season and trend --------------------------------------------------------------------- */

struct parts {
	double *season, *trend, *rest;
};

static struct parts parts_new(int n)
{
	size_t room = (size_t)n + 1;
	return (struct parts){ mem_calloc(room, sizeof(double)), mem_calloc(room, sizeof(double)),
		mem_calloc(room, sizeof(double)) };
}

static void parts_free(struct parts *p)
{
	free(p->season);
	free(p->trend);
	free(p->rest);
}

static void leave_rest(const struct span *p, struct parts *out)
{
	for (int i = 0; i < p->n; i++)
		out->rest[i] = p->y[i] - out->season[i] - out->trend[i];
}

/* Over a month, beyond the ends as a cycle before or after. */
static void smooth_season(double *season, int n, int period)
{
	int reach = period / 12;
	double *in = mem_alloc((size_t)(n + 2 * reach) * sizeof *in);
	double *out = mem_alloc((size_t)(n + 2 * reach) * sizeof *out);
	for (int i = -reach; i < n + reach; i++)
		in[i + reach] = season[i < 0 ? i + period : i >= n ? i - period : i];
	loess_fit(in, n + 2 * reach, reach, false, out);
	memcpy(season, out + reach, (size_t)n * sizeof *season);
	free(in);
	free(out);
}

/* A season of few cycles stays the same; one of many may change. The daily steps of a year are
 * smoothed once more (Cleveland et al. 1990 do so with daily values). */
static void decompose(const struct span *p, int period, bool year, struct parts *out)
{
	struct stl_options o = { .period = period, .robust = true,
		.season_window = p->n / period < CYCLES_TO_MOVE ? 0 : SEASON_WINDOW };
	stl_fit(p->full, p->n, &o, out->season, out->trend);
	if (year && period >= SMOOTH_FROM)
		smooth_season(out->season, p->n, period);
	leave_rest(p, out);
}

static void take(struct span *p, struct parts *from)
{
	memcpy(p->season, from->season, (size_t)p->n * sizeof *p->season);
	memcpy(p->trend, from->trend, (size_t)p->n * sizeof *p->trend);
	memcpy(p->rest, from->rest, (size_t)p->n * sizeof *p->rest);
}

static void profile_fill(struct time_season *out, const struct span *p, int cycle)
{
	struct arena *a = p->x->arena;
	int period = out->period, start = cycle < CYCLES
		? cycle_start(p->x->grid, (enum cycle)cycle) : p->from;
	double *count = mem_calloc((size_t)period, sizeof *count), low = INFINITY, high = -INFINITY;
	out->profile = arena_calloc(a, (size_t)period, sizeof *out->profile);
	out->t = arena_calloc(a, (size_t)period, sizeof *out->t);
	for (int i = 0; i < p->n; i++) {
		int phase = (((p->from + i - start) % period) + period) % period;
		out->profile[phase] += (p->season[i] - out->profile[phase]) / ++count[phase];
	}
	for (int k = 0; k < period; k++) {
		out->t[k] = grid_when(p->x->grid, start + k);
		low = fmin(low, out->profile[k]);
		high = fmax(high, out->profile[k]);
	}
	out->amplitude = high - low;
	free(count);
}

/* Cycles of the calendar and the peak of the autocorrelation, shorter ones first. */
static int candidates(const struct span *p, int period[CYCLES + 1], int cycle[CYCLES + 1])
{
	int n = 0, peak = season_peak(p->full, (size_t)p->n);
	for (int c = 0; c < CYCLES; c++) {
		int length = cycle_length(p->x->grid, (enum cycle)c);
		if (length < 3 || p->n <= 2 * length)
			continue;
		if (abs(peak - length) <= length / 10 + 1)
			peak = 0;
		period[n] = length;
		cycle[n++] = c;
	}
	if (peak >= 3 && p->n > 2 * peak) {
		period[n] = peak;
		cycle[n++] = CYCLES;
	}
	return n;
}

static void season_fill(struct time_series *s, struct span *p)
{
	int period[CYCLES + 1], cycle[CYCLES + 1], n = candidates(p, period, cycle), best = -1;
	struct parts parts = parts_new(p->n);
	struct time_season *out = &s->season;
	for (int k = 0; k < n; k++) {
		double chance = season_p(p->full, (size_t)p->n, period[k]);
		if (!(chance < (cycle[k] < CYCLES ? CALENDAR_P : SEASON_P)))
			continue;
		decompose(p, period[k], cycle[k] == CYCLE_YEAR, &parts);
		double strength = part_strength(parts.season, parts.rest, (size_t)p->n);
		if (!(strength >= SEASON_LEAST) || strength < (best < 0 ? 0 : out->strength + BETTER))
			continue;
		best = k;
		out->period = period[k];
		out->name = cycle[k] < CYCLES ? cycle_name((enum cycle)cycle[k]) : NULL;
		out->p = chance;
		out->strength = strength;
		take(p, &parts);
	}
	if (best < 0) {
		memset(parts.season, 0, (size_t)p->n * sizeof *parts.season);
		loess_fit(p->full, p->n, p->n / 5 > 7 ? p->n / 5 : 7, true, parts.trend);
		leave_rest(p, &parts);
		take(p, &parts);
	} else {
		profile_fill(out, p, cycle[best]);
	}
	out->trend_strength = part_strength(p->trend, p->rest, (size_t)p->n);
	parts_free(&parts);
}

static void trend_fill(struct time_series *s, const struct span *p, const double *flat)
{
	static const struct {
		const char *name;
		double seconds;
	} units[] = { { "year", 31556952 }, { "month", 2629746 }, { "day", 86400 },
		{ "hour", 3600 }, { "minute", 60 }, { "second", 1 } };
	double length = grid_seconds(p->x->grid);
	struct line l = trend_line(flat, (size_t)p->n);
	size_t u = 0;
	while (u + 1 < COUNTOF(units) && length * p->n < 2 * units[u].seconds)
		u++;
	double scale = units[u].seconds / length;
	s->trend = (struct time_trend){ .slope = l.slope * scale, .p = l.p, .unit = units[u].name,
		.low = (l.slope - l.t95 * l.error) * scale,
		.high = (l.slope + l.t95 * l.error) * scale, .total = l.slope * (p->n - 1) };
}

/* ---- changes ------------------------------------------------------------------------------ */

/* Means of `width` neighbours. */
static int thin(const double *y, int n, int width, double *out)
{
	int m = 0;
	for (int i = 0; i < n; i += width, m++)
		out[m] = array_mean(y + i, (size_t)(i + width < n ? width : n - i));
	return m;
}

/* `flat`: complete, without season. Where levels describe the series they replace the trend. */
static void changes_fill(struct time_series *s, struct span *p, const double *flat)
{
	int width = (p->n + CHANGE_POINTS - 1) / CHANGE_POINTS;
	double *y = mem_alloc(((size_t)p->n + 1) * sizeof *y);
	double *level = mem_alloc(((size_t)p->n + 1) * sizeof *level);
	struct level_change found[TIME_CHANGES];
	int n = thin(flat, p->n, width, y);
	s->nchanges = changes_find(y, n, found, TIME_CHANGES, level, &s->steps);
	s->changes = arena_calloc(p->x->arena, (size_t)s->nchanges + 1, sizeof *s->changes);
	for (int i = 0; i < s->nchanges; i++)
		s->changes[i] = (struct time_change){ time_at(p, found[i].at * width),
			found[i].before, found[i].after, found[i].gain, found[i].p };
	for (int i = 0; s->steps && i < p->n; i++) {
		p->trend[i] = level[i / width];
		p->rest[i] = p->y[i] - p->season[i] - p->trend[i];
	}
	free(y);
	free(level);
}

/* ---- anomalies ---------------------------------------------------------------------------- */

static int further(const struct time_anomaly *a, double score)
{
	return fabs(score) > fabs(a->score);
}

static void anomalies_fill(struct time_series *s, const struct span *p)
{
	double *work = mem_alloc(((size_t)p->n + 1) * sizeof *work);
	memcpy(work, p->rest, (size_t)p->n * sizeof *work);
	double median = array_median(work, (size_t)p->n);
	for (int i = 0; i < p->n; i++)
		work[i] = fabs(p->rest[i] - median);
	double mad = array_median(work, (size_t)p->n);
	free(work);
	s->anomalies = arena_calloc(p->x->arena, TIME_ANOMALIES + 1, sizeof *s->anomalies);
	/* below rounding there is nothing that could be far out */
	if (!(mad > 1e-9 * s->sd))
		return;
	for (int i = 0; i < p->n; i++) {
		double score = (p->rest[i] - median) / mad;
		if (!(fabs(score) > TIME_MAD))
			continue;
		s->anomalous++;
		int k = s->nanomalies;
		while (k && further(&s->anomalies[k - 1], score)) {
			s->anomalies[k] = s->anomalies[k - 1];
			k--;
		}
		if (k < TIME_ANOMALIES)
			s->anomalies[k] = (struct time_anomaly){ time_at(p, i), p->y[i],
				p->y[i] - p->rest[i], score };
		s->nanomalies += s->nanomalies < TIME_ANOMALIES;
	}
}

/* ---- pictures ----------------------------------------------------------------------------- */

static void parts_all(struct time_decomposition *d, const struct span *p)
{
	const struct on_grid *x = p->x;
	const double *from[] = { p->y, p->trend, p->season, p->rest };
	double *to[] = { d->observed, d->trend, d->season, d->remainder };
	int *count = mem_calloc((size_t)x->bins, sizeof *count);
	for (size_t k = 0; k < COUNTOF(from); k++) {
		memset(count, 0, (size_t)x->bins * sizeof *count);
		for (int i = 0; i < p->n; i++) {
			int b = x->bin[p->from + i];
			if (!isnan(from[k][i]))
				to[k][b] += (from[k][i] - to[k][b]) / ++count[b];
		}
		for (int b = 0; b < x->bins; b++)
			to[k][b] = count[b] ? to[k][b] : NAN;
	}
	for (int b = 0; b < x->bins; b++)
		d->t[b] = x->t[b];
	free(count);
}

/* The whole where the season can be seen in it, else its last part. */
static void decomposition_fill(struct time_series *s, const struct span *p)
{
	const int SEEN = 4;            /* points a season at least */
	struct time_decomposition *d = &s->parts;
	struct arena *a = p->x->arena;
	int bins = p->x->bins, width = (p->x->n + bins - 1) / bins;
	d->last = width > 1 && s->season.period && s->season.period < SEEN * width;
	d->n = d->last && p->n < bins ? p->n : bins;
	double **const all[] = { &d->observed, &d->trend, &d->season, &d->remainder };
	for (size_t k = 0; k < COUNTOF(all); k++)
		*all[k] = arena_calloc(a, (size_t)d->n + 1, sizeof(double));
	d->t = arena_calloc(a, (size_t)d->n + 1, sizeof *d->t);
	if (!d->last) {
		parts_all(d, p);
		return;
	}
	for (int i = 0; i < d->n; i++) {
		int at = p->n - d->n + i;
		d->t[i] = time_at(p, at);
		d->observed[i] = p->y[at];
		d->trend[i] = p->trend[at];
		d->season[i] = p->season[at];
		d->remainder[i] = p->rest[at];
	}
}

static void forecast_of(struct time_series *s, const struct span *p)
{
	struct time_forecast *f = &s->forecast;
	forecast_fill(f, p->full, p->n, s->season.period, p->x->arena);
	f->t = arena_calloc(p->x->arena, (size_t)f->n + 1, sizeof *f->t);
	for (int h = 0; h < f->n; h++)
		f->t[h] = time_at(p, p->n + h);
}

/* ---- together ----------------------------------------------------------------------------- */

static void analyse_full(struct time_series *s, struct span *p, double *level)
{
	season_fill(s, p);
	double *flat = mem_alloc(((size_t)p->n + 1) * sizeof *flat);
	for (int i = 0; i < p->n; i++)
		flat[i] = p->y[i] - p->season[i];
	trend_fill(s, p, flat);
	for (int i = 0; i < p->n; i++)
		flat[i] = p->full[i] - p->season[i];
	changes_fill(s, p, flat);
	s->adf = adf_test(flat, (size_t)p->n, s->trend.p < 0.05);
	free(flat);
	anomalies_fill(s, p);
	decomposition_fill(s, p);
	forecast_of(s, p);
	memcpy(level + p->from, p->trend, (size_t)p->n * sizeof *level);
}

static void set_undefined(struct time_series *s, const char *why)
{
	s->adf = (struct time_adf){ .statistic = NAN, .p = NAN };
	s->trend = (struct time_trend){ NAN, NAN, NAN, NAN, NULL, NAN };
	s->season = (struct time_season){ .p = NAN, .strength = NAN, .trend_strength = NAN,
		.amplitude = NAN };
	s->memory = (struct time_memory){ .bound = NAN, .box = NAN, .box_p = NAN };
	s->forecast = (struct time_forecast){ .why = why, .mase = NAN, .relative = NAN,
		.covered = NAN, .widened = NAN, .alpha = NAN, .beta = NAN, .gamma = NAN,
		.phi = NAN };
}

void series_analyse(struct time_series *s, const struct on_grid *x, double *level)
{
	const int LEAST = 8;
	struct span p = { .x = x };
	int to = x->n;
	for (int i = 0; i < x->n; i++)
		level[i] = NAN;
	while (p.from < to && isnan(x->y[p.from]))
		p.from++;
	while (to > p.from && isnan(x->y[to - 1]))
		to--;
	p.n = to - p.from;
	p.y = x->y + p.from;
	for (int i = 0; i < p.n; i++)
		s->values += !isnan(p.y[i]);
	s->empty = p.n - s->values;
	s->average = array_mean(p.y, (size_t)p.n);
	s->sd = sqrt(array_variance(p.y, (size_t)p.n));
	p.gappy = (double)s->empty > GAPS_MAX * p.n;
	set_undefined(s, p.gappy ? "gaps" : "short");
	if (s->values < LEAST || !(s->sd > 1e-12 * fabs(s->average)))
		return;
	if (!p.gappy) {
		size_t room = (size_t)p.n + 1;
		p.full = mem_alloc(room * sizeof *p.full);
		struct parts parts = parts_new(p.n);
		p.season = parts.season;
		p.trend = parts.trend;
		p.rest = parts.rest;
		array_bridge(p.y, (size_t)p.n, p.full);
		analyse_full(s, &p, level);
		parts_free(&parts);
		free(p.full);
	}
	memory_fill(s, &p);
	effects_fill(s, x);
}
