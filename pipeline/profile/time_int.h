/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of time/ share. A table becomes series in these stations:
 *
 *	grid of periods (grid.c) -> sums of each period (sums.c), a fold
 *	-> for each series, on plain arrays: memory, unit root, season, decomposition, trend, changes,
 *	   effects, anomalies, forecast -> findings (series.c)
 *
 * The arrays y[n] have NaN in periods without a value unless said otherwise.
 */
#ifndef TIME_INT_H
#define TIME_INT_H

#include "profile/across_int.h"

/* ---- the grid (grid.c) -------------------------------------------------------------------- */

/* Periods of one length from the first to the last time. */
struct grid {
	const struct work *work;       /* of the time column */
	const struct calendar_width *width;    /* NULL: steps on a scale */
	enum time_scale scale;
	int64_t step, first;           /* of positions on the scale, of bins of the calendar */
	int64_t places;
	int64_t min, max;              /* ticks; what is outside is left out */
	const char *name;
};
enum { GRID_MAX = 20000 };
void grid_choose(struct grid *g, const struct work *w, const struct column_profile *c);
int64_t grid_place(const struct grid *g, int64_t tick);        /* -1: left out */
int64_t grid_start(const struct grid *g, int64_t place);       /* tick; also beyond the last */
const char *grid_when(const struct grid *g, int64_t place);
double grid_seconds(const struct grid *g);             /* of a period, on average */

/* Units of the calendar that a grid can show the cycle of. */
enum cycle { CYCLE_DAY, CYCLE_WEEK, CYCLE_YEAR, CYCLES };
const char *cycle_name(enum cycle c);
/* Periods of the grid in a cycle, 0 when the grid is too coarse or does not fit. */
int cycle_length(const struct grid *g, enum cycle c);
/* Number of the cycle that a tick lies in, and the unit within (hour, weekday, month). */
int64_t cycle_of(const struct grid *g, enum cycle c, int64_t tick, int *unit);
/* First place of the grid at which a cycle begins. */
int cycle_start(const struct grid *g, enum cycle c);

/* ---- sums of each period (sums.c) ---------------------------------------------------------- */

struct sums_arg {
	const struct grid *grid;
	int time, n;                   /* columns of the table */
	const int *cols;
};
struct grid_sums {                     /* places lo <= i < hi; all of one place together */
	int64_t lo, hi, left_out;
	int64_t *rows;
	struct grid_cell { struct nsum sum; int64_t n; } *cell;
};
extern const struct fold_ops grid_sums_ops;

/* ---- plain arrays --------------------------------------------------------------------------- */

double array_mean(const double *y, size_t n);                  /* of what is there */
double array_variance(const double *y, size_t n);              /* n - 1 */
double array_median(double *y, size_t n);                      /* reorders */
double array_quantile(double *y, size_t n, double p);          /* reorders; type 7 */
/* Straight lines over what is missing between values; the ends become the nearest value. */
void array_bridge(const double *y, size_t n, double *out);

/* r[nlags], partial[nlags]; false when all values are alike. */
bool acf_fill(const double *y, size_t n, int nlags, double *r);
void pacf_fill(const double *r, int nlags, double *partial);
double ljung_box(const double *r, int lags, double n, double *p);

/* Complete values. NaN when there are too few. */
struct time_adf adf_test(const double *y, size_t n, bool trend);

/* Slope per period over what is there, with its standard error. */
struct line {
	double slope, intercept, error, p, t95;        /* t95: quantile for the interval */
};
struct line trend_line(const double *y, size_t n);

struct stl_options {
	int period, season_window;     /* window 0: periodic */
	bool robust;
};
/* Complete values, n >= 2 * period. As R's stl with its defaults. */
void stl_fit(const double *y, int n, const struct stl_options *o, double *season, double *trend);
/* Locally weighted line (Cleveland 1979) of `window` neighbours. */
void loess_fit(const double *y, int n, int window, bool robust, double *out);
double part_strength(const double *part, const double *remainder, size_t n);

/* p of the hypothesis that the spectrum has no peaks at the harmonics of the period. */
double season_p(const double *y, size_t n, int period);
/* The lag of the first clear peak of the autocorrelation behind lag 2, or 0. */
int season_peak(const double *y, size_t n);

/* Changes of mean: at[] gets the first places of new levels, at most `most`; gives their number. */
struct level_change {
	int at;
	double before, after, gain, p;
};
/* level[n]: mean of each segment plus the slope. *steps: levels fit better than a curve. */
int changes_find(const double *y, int n, struct level_change *out, int most, double *level,
	bool *steps);
/* Optimal partitioning by PELT of y with this penalty a change; last[i]: start of the segment that
 * ends at i. Gives the cost. */
double pelt(const double *y, int n, double penalty, int least, int *starts, int *nstarts);

/* ---- forecasts (smooth.c, forecast.c) ------------------------------------------------------- */

enum method { METHOD_MEAN, METHOD_NAIVE, METHOD_SEASONAL_NAIVE, METHOD_DRIFT, METHOD_SIMPLE,
	METHOD_HOLT, METHOD_DAMPED, METHOD_WINTERS, METHOD_WINTERS_DAMPED, METHODS };
/* Exponential smoothing in the form of Holt 1957 and Winters 1960, additive; damped as in Gardner &
 * McKenzie 1985. */
struct smooth {
	bool trend, season;
	int period;
	double alpha, beta, gamma, phi;
	double level, slope, *seasons; /* state behind the last value; seasons[period], */
	int at;                        /* of which this is next */
};
/* Starting values: of the first two seasons as R's HoltWinters (n >= 2 * period), else a line through
 * the first ten values. Gives how many values are used up. */
int smooth_start(struct smooth *s, const double *y, int n);
/* Takes up one value; gives the error of its forecast. */
double smooth_step(struct smooth *s, double y);
double smooth_ahead(const struct smooth *s, int h);
/* Starts anew and takes up y; sum of squared errors of one step ahead. */
double smooth_run(struct smooth *s, const double *y, int n);
/* Parameters of least squared error; deterministic. */
void smooth_fit(struct smooth *s, const double *y, int n);
/* Variance of h steps ahead over that of one. */
double smooth_variance(const struct smooth *s, int h);
/* Complete values with the season (0: none). Fills all but t; arrays in the arena. */
void forecast_fill(struct time_forecast *f, const double *y, int n, int period, struct arena *a);

/* ---- one series (analyse.c, effects.c) ------------------------------------------------------- */

/* A series on its way: what is computed of it lies in `arena`, which is its own. */
struct on_grid {
	const struct grid *grid;
	struct arena *arena;
	int n;
	const double *y;
	/* pictures: bin of each place, never descending */
	const int *bin;
	int bins;
	const char *const *t;          /* of the bins */
};
void effects_fill(struct time_series *s, const struct on_grid *x);
/* All of the series but what is drawn; level[n] is the line through it. */
void series_analyse(struct time_series *s, const struct on_grid *x, double *level);

#endif
