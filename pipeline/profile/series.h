/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values over time: time/. Part of profile.h.
 */
#ifndef PROFILE_SERIES_H
#define PROFILE_SERIES_H

#include "profile/profile.h"

struct time_series {
	int var, n;
	const char **t;            /* ISO: the time itself, or the start of the period */
	double *y;                 /* times and periods without values are left out */
	bool mean;                 /* some points are means of several values */
	/* Autocorrelation at lags 0 .. nlags - 1 between different times in order, means where
	 * a time occurs more than once (Box & Jenkins 1976; over the pairs that are there, as
	 * R's acf with na.pass). 95 % of white noise lies within +-bound = 1.96 / sqrt(n). */
	int nlags;                 /* at most 41, at most a quarter of the times, 0 below 8 */
	double *r, bound;
};
struct time_profile {
	int var;
	bool regular;              /* as datetime_profile.regular */
	const char *step;          /* "day" "2 hours" "working day"; NULL below two times */
	const char *period;        /* what a point is the mean of: "week"; NULL: of one time */
	/* target first, then table order; at most max_series, */
	struct time_series *series;
	int nseries;                       /* each of at most max_points points */
};
/* Numeric columns along the time column: the one that is named, or else the only one. False
 * when there is none. cols: what profile_columns found. */
bool time_fill(const struct table *t, const struct column_profile *cols, int n,
	const struct profile_options *o, struct time_profile *out, struct arena *a);

#endif
