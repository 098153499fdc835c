/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How good the data is, as one number that can be taken apart: quality/. Part of profile.h.
 *
 * Each part is 1 - count / of: cells or rows that are not as they should be, of those that were looked
 * at, with the reasons that the count was made from. A cell counts once in a part for each reason. The
 * score is 100 times the weighted mean of the parts that apply, rounded down to a tenth, so that only
 * data without any fault reaches 100.
 */
#ifndef PROFILE_QUALITY_H
#define PROFILE_QUALITY_H

#include "profile/columns.h"

enum quality_part {
	QUALITY_COMPLETENESS,      /* cells that were empty in the file, of all cells */
	QUALITY_VALIDITY,          /* values that could not be read or cannot be meant, of all values */
	QUALITY_UNIQUENESS,        /* rows that repeat an earlier one, of all rows; repeats of a key */
	QUALITY_CONSISTENCY,       /* values in another spelling or form, or against a rule, of all values */
	QUALITY_TIMELINESS,        /* days that the newest date is too old, of its age */
	QUALITY_PARTS
};
const char *quality_part_name(enum quality_part p);      /* "completeness" */

enum { QUALITY_REASONS = 12 };
struct quality_share {
	bool applies;
	int64_t count, of;
	double share;              /* 1 - count / of */
	struct quality_reason {
		const char *what;  /* code of a finding, or words: "empty cells" */
		int64_t count;
	} reasons[QUALITY_REASONS];
	int nreasons;
};
struct quality_profile {
	double score;              /* NaN: no part applies */
	struct quality_share part[QUALITY_PARTS];
	const char *absent[QUALITY_PARTS];     /* why a part does not apply */
	double weight[QUALITY_PARTS];
	struct column_quality {
		int var;
		double score;
		struct quality_share part[QUALITY_PARTS];
	} *columns;                /* those below 100, worst first */
	int ncolumns;
};

/* What only ingest knows of a column. */
struct quality_hint {
	int64_t strays;            /* values that are not what the others are: no e-mail address, say */
	int64_t forms;             /* dates in another format than most */
};
/* Findings of ingest and of the profile give most of the counts. `quarantined`: records that could not be
 * read at all; each counts as invalid with all its cells. hints: one a column, or NULL. */
void quality_fill(const struct column_profile *cols, int n, const struct profile_options *o,
	int64_t duplicate_rows, int64_t quarantined, const struct quality_hint *hints,
	const struct finding_list *own, const struct finding *earlier, size_t nearlier,
	struct quality_profile *out, struct arena *a);

#endif
