/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What tells rows apart, and which columns follow from others: keys/. Part of profile.h.
 *
 * Candidates are found on a sample of the rows, which can only refute them, and then counted over
 * all rows: every count given here is exact.
 */
#ifndef PROFILE_KEYS_H
#define PROFILE_KEYS_H

#include "profile/columns.h"

enum { KEY_COLUMNS = 3, RULE_EXAMPLES = 5 };

/* Columns whose values together differ in every row, or do but for a few rows. No part of them
 * will do alone. */
struct key {
	int n, var[KEY_COLUMNS];
	/* named, declared or built like a key; other single columns may differ by chance */
	bool likely;
	/* several columns: pairs of rows that would coincide if the columns were independent */
	double expected;
	int64_t repeated;          /* rows that repeat the values of an earlier one */
	int64_t missing;           /* rows without a value; always 0 for several columns */
	struct key_value {         /* those that occur more than once, most rows first */
		const char *value[KEY_COLUMNS];
		int64_t count;
	} example[RULE_EXAMPLES];
	int nexamples;
};

/* The columns on the left determine the one on the right, but for `violations` rows: the fewest
 * that would have to go (g3 of Kivinen & Mannila 1995). Rows that lack one of the values do not
 * count. Measurements, stored as reals or durations, are not tried on the left. */
struct dependency {
	int nfrom, from[2], to;
	bool mutual;               /* the other way round, too (one column on the left) */
	int64_t rows, groups;      /* rows counted; different values on the left */
	int64_t violations;
	/* violations if the values on the right were shuffled among the rows: estimated from the
	 * sample. What chance would give, too, is no dependency. */
	double expected;
	struct exception {
		const char *from[2];
		const char *usual, *other;     /* the commonest value, and one beside it */
		int64_t usual_count, other_count;
	} example[RULE_EXAMPLES];      /* groups of most rows first */
	int nexamples;
};

/* Each column determines the one before it: country, region, city. */
enum { HIERARCHY_COLUMNS = 8 };
struct hierarchy {
	int n, var[HIERARCHY_COLUMNS];
	int64_t violations;        /* of its links together */
};

/* Rows with a latitude and a longitude. */
enum { PLACE_POINTS = 500 };
struct place_profile {
	int latitude, longitude;
	int64_t n;                 /* rows on the globe, but for zeros */
	int64_t zeros, outside;    /* at 0, 0, which is open sea; beyond 90 or 180 degrees */
	double south, north, west, east;             /* of the n; NaN when there is none */
	int npoints;               /* of evenly spaced rows */
	double *x, *y;             /* longitude, latitude */
};

struct keys_profile {
	int columns;               /* that were compared: at most KEYS_COLUMNS_MAX */
	int64_t sample_rows;       /* on which candidates were found: all, or a sample */
	struct key *keys, *almost;
	int nkeys, nalmost;        /* likely ones first, then fewest columns */
	/* those that do not follow from others; fewest violations first, then most expected */
	struct dependency *dependencies;
	int ndependencies;
	struct hierarchy *hierarchies;
	int nhierarchies;
	struct place_profile *place;       /* NULL: no such columns */
};
enum { KEYS_COLUMNS_MAX = 200 };

/* cols: what profile_columns found; same_as: from columns_identical. Thresholds: key_error and
 * dependency_error, shares of the rows. */
void keys_fill(const struct table *t, const struct column_profile *cols, int n,
	const struct profile_options *o, const int *same_as, struct keys_profile *out,
	struct finding_list *findings, struct arena *a);

#endif
