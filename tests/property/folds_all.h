/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every fold of the profile room with an argument for the table of unit/table_make.h, for tests that
 * take them all through something. A fold that is missing here is not tested by these.
 */
#ifndef FOLDS_ALL_H
#define FOLDS_ALL_H

#include "profile/across_int.h"
#include "profile/sketch_int.h"
#include "profile/time_int.h"
#include "unit/table_make.h"

enum { FOLDS_MAX = 48, FOLD_NUMBERS = 3, FOLD_LEVELS = 2 };
struct folds {
	struct fold v[FOLDS_MAX];
	size_t n;
	struct scaled scaled[FOLD_NUMBERS];
	struct numbers numbers;
	struct levels levels[FOLD_LEVELS];
	struct variable time;
	struct work work;
	struct grid grid;
};

static inline void folds_add(struct folds *f, const struct fold_ops *ops, const void *arg, size_t size,
	struct arena *a)
{
	void *copy = arena_alloc(a, size);
	memcpy(copy, arg, size);
	f->v[f->n++] = (struct fold){ .ops = ops, .arg = copy };
}

static inline void folds_of_columns(struct folds *f, const struct table *t, struct arena *a)
{
	static const int numbers[] = { MAKE_INT, MAKE_REAL, MAKE_DATE, MAKE_UTC, MAKE_DURATION };
	for (size_t i = 0; i < COUNTOF(numbers); i++) {
		struct column_arg arg = { numbers[i] };
		folds_add(f, &numbers_ops, &arg, sizeof arg, a);
		folds_add(f, &number_sketch_ops, &arg, sizeof arg, a);
	}
	struct column_arg flag = { MAKE_BOOL }, text = { MAKE_TEXT };
	struct moments_arg moments = { MAKE_REAL, 1234.5, 1, 0, false };
	struct codes_arg codes = { MAKE_COLOUR, table_dict_size(t, MAKE_COLOUR) };
	struct dates_arg day = { MAKE_DATE, 20000 }, when = { MAKE_UTC, 20000 };
	folds_add(f, &moments_ops, &moments, sizeof moments, a);
	folds_add(f, &bits_ops, &flag, sizeof flag, a);
	folds_add(f, &codes_ops, &codes, sizeof codes, a);
	folds_add(f, &texts_ops, &text, sizeof text, a);
	folds_add(f, &text_sketch_ops, &text, sizeof text, a);
	folds_add(f, &dates_ops, &day, sizeof day, a);
	folds_add(f, &dates_ops, &when, sizeof when, a);
}

static inline void folds_across(struct folds *f, const struct table *t, struct arena *a)
{
	static const int cols[] = { MAKE_INT, MAKE_REAL, MAKE_DURATION, MAKE_BOOL, MAKE_COLOUR,
		MAKE_TEXT }, some[] = { 1, 2, 3 };
	scaled_fill(t, cols, FOLD_NUMBERS, f->scaled, 1);
	numbers_init(&f->numbers, t, f->scaled, FOLD_NUMBERS, a);
	levels_collect(t, cols + FOLD_NUMBERS, FOLD_LEVELS, 50, f->levels, 1);
	struct pearson_row_arg row = { &f->scaled[0], f->scaled, FOLD_NUMBERS };
	struct levels_arg colour = { MAKE_COLOUR, 50 }, text = { MAKE_TEXT, 50 };
	struct counts_arg counts = { f->levels, FOLD_LEVELS, FOLD_LEVELS };
	struct groups_arg groups = { f->levels, FOLD_LEVELS, &f->numbers };
	struct duplicate_arg rows = { t, cols, COUNTOF(cols), { 0, 2 } };
	struct pattern_arg patterns = { t, cols, COUNTOF(cols), { 0, 1 } };
	struct column_sum_arg sum = { MAKE_INT, NULL };
	struct absence_arg absence = { cols, COUNTOF(cols), cols, some, 2, 3, 60,
		(table_nrows(t) + 59) / 60 };
	folds_add(f, &spread_ops, &cols[1], sizeof cols[1], a);
	folds_add(f, &gram_ops, &f->numbers, sizeof f->numbers, a);
	folds_add(f, &pearson_row_ops, &row, sizeof row, a);
	folds_add(f, &levels_ops, &colour, sizeof colour, a);
	folds_add(f, &levels_ops, &text, sizeof text, a);
	folds_add(f, &counts_ops, &counts, sizeof counts, a);
	folds_add(f, &groups_ops, &groups, sizeof groups, a);
	folds_add(f, &duplicate_ops, &rows, sizeof rows, a);
	folds_add(f, &pattern_ops, &patterns, sizeof patterns, a);
	folds_add(f, &combination_ops, &patterns, sizeof patterns, a);
	folds_add(f, &absence_ops, &absence, sizeof absence, a);
	folds_add(f, &column_sum_ops, &sum, sizeof sum, a);
}

static inline void folds_over_time(struct folds *f, const struct table *t, struct arena *a)
{
	static const int cols[] = { MAKE_REAL, MAKE_INT };
	struct profile_options *o = arena_alloc(a, sizeof *o);
	struct column_profile *c = arena_alloc(a, sizeof *c);
	struct finding_list none = { .arena = a };
	*o = (struct profile_options){ .max_levels = 20, .histogram_bins = 50,
		.report_date = INT32_MIN, .threads = 1 };
	f->time = (struct variable){ .col = MAKE_UTC, .name = "when", .decimals = -1 };
	profile_columns(t, &f->time, 1, o, c, &none, a);
	f->work = (struct work){ .table = t, .options = o, .var = &f->time, .out = c, .arena = a,
		.storage = COLUMN_TIMESTAMP };
	grid_choose(&f->grid, &f->work, c);
	struct sums_arg sums = { &f->grid, MAKE_UTC, COUNTOF(cols), cols };
	folds_add(f, &grid_sums_ops, &sums, sizeof sums, a);
}

/* f must outlive what is made of its folds. */
static inline void folds_all(struct folds *f, const struct table *t, struct arena *a)
{
	memset(f, 0, sizeof *f);
	folds_of_columns(f, t, a);
	folds_across(f, t, a);
	folds_over_time(f, t, a);
}

#endif
