/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values over time: time/. Part of profile.h.
 */
#ifndef PROFILE_SERIES_H
#define PROFILE_SERIES_H

#include "profile/profile.h"

/* Figures that are not defined are NaN; parts that do not apply have n = 0 or are NULL. Times are
 * ISO texts: the start of a period. */

/* Autocorrelation at lags 0 .. nlags - 1, over the pairs that are there (Box & Jenkins 1976, as R's
 * acf with na.pass), and partial autocorrelation from it (Durbin 1960, Levinson 1947). 95 % of white
 * noise lies within +-bound = 1.96 / sqrt(n). Ljung & Box 1978 up to lag box_lag. */
struct time_memory {
	int nlags;
	double *r, *partial, bound;
	int box_lag;
	double box, box_p;
};
/* Augmented Dickey-Fuller test of the deseasonalised values: unit root against stationary around a
 * constant, or around a line where the trend is significant; lag by AIC up to 12 (n / 100)^(1/4) (Schwert 1989), p by MacKinnon 1994. */
struct time_adf {
	double statistic, p;
	int lag;
	int64_t n;                 /* rows of the regression */
	bool trend;
};
/* Least squares line through the deseasonalised values; interval with the errors of Newey & West
 * 1987, prewhitened as in Andrews & Monahan 1992. */
struct time_trend {
	double slope, low, high, p;    /* per unit; 95 % */
	const char *unit;              /* "year" ... "second": the longest of which there are two */
	double total;                  /* slope times the whole time */
};
/* STL (Cleveland et al. 1990), robust. Strengths 0..1 of Wang, Smith & Hyndman 2006 as in Hyndman &
 * Athanasopoulos 2021: 1 - var(remainder) / var(remainder + part). */
struct time_season {
	int period;                /* in periods of the grid; 0: none found */
	const char *name;          /* "day" "week" "year"; NULL: no unit of the calendar */
	double p;                  /* harmonics against the spectrum around them */
	double strength, trend_strength;
	double amplitude;          /* highest less lowest of the profile */
	double *profile;           /* `period` means of the seasonal part over the cycles, */
	const char **t;            /* from the start of the calendar unit, with a time of each */
};
struct time_decomposition {
	int n;
	bool last;                 /* the last part only: it would not be seen in the whole */
	const char **t;
	double *observed, *trend, *season, *remainder;
};
/* A change of level: penalised least squares (Killick, Fearnhead & Eckley 2012). */
struct time_change {
	const char *at;            /* first period of the new level */
	double before, after;      /* means, season and slope taken out */
	double gain;               /* of the fit, in variances of the noise in the long run */
	double p;                  /* chi-square of the gain, times the places it could have been */
};
/* Means by unit of the calendar, each value less the mean of the cycle around it; Kruskal & Wallis
 * 1952 over one value a cycle and unit; epsilon squared as in Tomczak & Tomczak 2014. */
struct time_effect {
	const char *unit;          /* "hour" "weekday" "month" */
	int n;                     /* 24, 7 or 12 */
	double *mean;              /* above the cycle; NaN where there is no value */
	int64_t *count;
	double statistic, p, effect;
	int64_t values;
};
struct time_anomaly {
	const char *at;
	double y, expected;
	double score;              /* of the remainder, in MAD from the median */
};
struct time_candidate {
	const char *method;
	double mae, mase, rmse;    /* over all origins and steps */
};
/* Baseline forecast: the candidate of least mean absolute error over origins that roll through the
 * later part. Interval: variance of the state space form (Hyndman et al. 2008, table 6.1), widened to
 * the errors over the origins where these are larger. */
struct time_forecast {
	const char *method;        /* NULL: there is none */
	const char *why;           /* "short" "gaps" "mean": why there is none */
	int n, origins, train;     /* horizon; origins; values that it was fitted to */
	int period;                /* season that it knows of; 0: none */
	const char **t;
	double *mean, *low80, *high80, *low95, *high95;
	double alpha, beta, gamma, phi;
	double mase, relative;     /* error to that of the (seasonal) naive forecast, same steps */
	double covered;            /* share of the held-out values in the 95 % interval */
	double widened;            /* factor, at least 1 */
	struct time_candidate *candidates;
	int ncandidates;
};
struct time_series {
	int var;                   /* -1: rows in each period */
	/* as drawn: at most max_points, NaN where a period has no value */
	int n;
	const char **t;
	double *y, *level;         /* level: trend, or means between the changes */
	bool mean;                 /* some points are means of several values */
	bool calendar;             /* the column spells out its time: left out */
	/* on the grid */
	int64_t values, empty;     /* periods with a value; without, between the first and the last */
	double average, sd;
	struct time_memory memory;
	struct time_adf adf;
	struct time_trend trend;
	struct time_season season;
	struct time_decomposition parts;
	bool steps;                /* changes describe it better than a line or curve does */
	struct time_change *changes;
	int nchanges;
	struct time_effect *effects;
	int neffects;
	struct time_anomaly *anomalies;        /* furthest first */
	int nanomalies;
	int64_t anomalous;         /* all of them; above TIME_ANOMALIES_SHARE of the values: the
	                            * values are skewed, not far out */
	struct time_forecast forecast;
};
enum { TIME_ANOMALIES = 20, TIME_CHANGES = 20 };
#define TIME_MAD 6.0           /* anomalies are so many MAD beyond the median of the remainder */
#define TIME_ANOMALIES_SHARE 0.05

struct time_profile {
	int var;
	const char *zone;          /* of the column; NULL: not known */
	bool regular;              /* as datetime_profile.regular */
	const char *step;          /* "day" "2 hours" "working day"; NULL below two times */
	const char *period;        /* what a drawn point is the mean of: "week"; NULL: of one time */
	const char *grid;          /* what all figures are about: "day"; NULL below two times */
	bool stepped;              /* the grid follows the step, not the calendar */
	int64_t places, filled;    /* of the grid; with rows */
	int64_t rows, repeated;    /* with a time; of a time that occurs before */
	int64_t left_out;          /* rows far from all others in time */
	/* target first, then table order, at most max_series; rows in each period as the last where
	 * they tell anything */
	struct time_series *series;
	int nseries;
};
/* Numeric columns along the time column: the one that is named, or else the only one. False
 * when there is none. cols: what profile_columns found. */
bool time_fill(const struct table *t, const struct column_profile *cols, int n,
	const struct profile_options *o, struct time_profile *out,
	struct finding_list *findings, struct arena *a);

#endif
