/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which finding follows from which; weights and ranks. */
#include "test.h"

#include "profile/profile.h"

static struct finding_list list;
static struct arena *arena;

static struct finding *put(enum finding_code code, const char *a, const char *b, int64_t count,
	int64_t total)
{
	struct finding f = finding_make(code, a);
	if (b)
		finding_add_column(&f, b, arena);
	f.count = count;
	f.total = total;
	finding_list_add(&list, &f);
	return &list.v[list.n - 1];
}

static const char *cause(size_t i)
{
	return list.v[i].cause ? list.v[i].cause : "";
}

static void start(void)
{
	list = (struct finding_list){ .arena = arena };
}

static void twins(void)
{
	start();
	put(FIND_identical_columns, "a", "b", 2, -1);
	put(FIND_outliers, "a", NULL, 5, 100);
	put(FIND_outliers, "b", NULL, 5, 100);
	put(FIND_constant_column, "b", NULL, 5, 100);    /* not said of a: stays */
	put(FIND_missing_together, "a", "b", 9, 100);
	put(FIND_missing_together, "a", "c", 9, 100);
	finding_list_explain(&list, NULL, 0);
	CHECK_STR(cause(0), "");
	CHECK_STR(cause(1), "");
	CHECK_STR(cause(2), "identical_columns:a");
	CHECK_STR(cause(3), "");
	CHECK_STR(cause(4), "identical_columns:a");
	CHECK_STR(cause(5), "");
}

/* Values that are the same where both columns have one say nothing of where either has none. */
static void near_twins(void)
{
	start();
	put(FIND_nearly_identical_columns, "a", "b", 90, 90);
	put(FIND_outliers, "a", NULL, 5, 100);
	put(FIND_outliers, "b", NULL, 5, 100);
	put(FIND_missing_values, "a", NULL, 4, 100);
	put(FIND_missing_values, "b", NULL, 6, 100);
	finding_list_explain(&list, NULL, 0);
	CHECK_STR(cause(2), "nearly_identical_columns:a");
	CHECK_STR(cause(3), "");
	CHECK_STR(cause(4), "");
}

/* A column that is left out anyway is not asked why it lacks values. */
static void constant(void)
{
	start();
	put(FIND_constant_column, "a", NULL, 90, 100);
	put(FIND_missing_values, "a", NULL, 10, 100);
	put(FIND_missing_not_random, "a", NULL, 10, 100);
	put(FIND_missing_values, "b", NULL, 10, 100);
	put(FIND_missing_together, "a", "b", 10, 100);
	finding_list_explain(&list, NULL, 0);
	CHECK_STR(cause(0), "");
	CHECK_STR(cause(1), "constant_column:a");
	CHECK_STR(cause(2), "constant_column:a");
	CHECK_STR(cause(3), "missing_together:a");
}

static void copies(void)
{
	start();
	put(FIND_duplicate_rows, NULL, NULL, 25, 1000);
	put(FIND_almost_key, "id", NULL, 25, 1000);
	put(FIND_almost_key, "email", NULL, 26, 1000);   /* one more than the copies: stays */
	finding_list_explain(&list, NULL, 0);
	CHECK_STR(cause(1), "duplicate_rows:");
	CHECK_STR(cause(2), "");
}

static void together(void)
{
	start();
	put(FIND_missing_together, "c0", NULL, 50, 100);
	for (int i = 1; i < 14; i++)
		finding_add_column(&list.v[0], arena_printf(arena, "c%d", i), arena);
	CHECK(list.v[0].nmore == 10);
	CHECK_STR(list.v[0].more[9], "c13");
	for (int i = 0; i < 14; i++)
		put(i == 13 ? FIND_mostly_missing : FIND_missing_values,
			arena_printf(arena, "c%d", i), NULL, 50 + i, 100);
	put(FIND_few_complete_rows, NULL, NULL, 30, 100);
	put(FIND_missing_values, "other", NULL, 3, 100);
	finding_list_explain(&list, NULL, 0);
	for (size_t i = 1; i <= 14; i++)
		CHECK_STR(cause(i), "missing_together:c0");
	CHECK_STR(cause(15), "mostly_missing:c13");
	CHECK_STR(cause(16), "");
	CHECK(list.v[0].level == FINDING_WARNING);       /* that of the worst that follows */
	finding_list_rank(&list);
	CHECK(list.v[0].level == FINDING_WARNING && list.v[list.n - 1].level == FINDING_NOTICE);
}

static void shapes(void)
{
	start();
	put(FIND_many_zeros, "x", NULL, 50, 100);
	put(FIND_skewed, "x", NULL, -1, -1);
	put(FIND_outliers, "x", NULL, 9, 100);
	put(FIND_skewed, "y", NULL, -1, -1);
	put(FIND_many_zeros, "y", NULL, 50, 100);
	put(FIND_many_zeros, "z", NULL, 50, 100);
	put(FIND_outliers, "w", NULL, 2, 100);
	put(FIND_outlier_rows, "w", "x", 2, 100);
	put(FIND_early_dates, "t", NULL, 2, 100);
	put(FIND_epoch_dates, "t", NULL, 2, 100);
	finding_list_explain(&list, NULL, 0);
	static const char *const want[] = { "outliers:x", "outliers:x", "outlier_rows:w", "", "skewed:y", "",
		"outlier_rows:w", "", "epoch_dates:t", "" };
	for (size_t i = 0; i < COUNTOF(want); i++)
		CHECK_STR(cause(i), want[i]);
}

static void relations(void)
{
	start();
	put(FIND_collinear_columns, "b", NULL, -1, -1)->level = FINDING_WARNING;
	put(FIND_high_association, "a", "b", -1, -1);
	put(FIND_missing_not_applicable, "d", "e", 90, 100);
	put(FIND_mostly_missing, "d", NULL, 90, 100);
	put(FIND_missing_in_group, "g", "e", 9, 100);
	put(FIND_missing_values, "g", NULL, 9, 100);
	put(FIND_missing_in_group, "h", "e", 80, 100);
	put(FIND_mostly_missing, "h", NULL, 80, 100);
	put(FIND_collinear_columns, "a", NULL, -1, -1);
	put(FIND_high_association, "level", "z", -1, -1);
	put(FIND_collinear_columns, "z", NULL, -1, -1);  /* a category does not make a number collinear */
	finding_list_explain(&list, NULL, 0);
	CHECK_STR(cause(0), "high_association:a");
	CHECK_STR(cause(8), "high_association:a");
	CHECK_STR(cause(10), "");
	CHECK_STR(cause(3), "missing_not_applicable:d");
	CHECK_STR(cause(5), "missing_in_group:g");
	CHECK_STR(cause(6), "mostly_missing:h");
	CHECK(list.v[1].level == FINDING_NOTICE && list.v[2].level == FINDING_INFO);
}

static void earlier(void)
{
	struct finding before[] = { finding_make(FIND_unparsable_values, "a"),
		finding_make(FIND_unparsable_values, "b"), finding_make(FIND_mixed_types, "c"),
		finding_make(FIND_sentinel_values, "d") };
	before[0].count = 5;
	before[1].count = 4;
	before[3].count = 10;
	start();
	put(FIND_missing_values, "a", NULL, 10, 100);
	put(FIND_missing_values, "b", NULL, 10, 100);    /* most of it was missing before */
	put(FIND_high_cardinality, "c", NULL, 60, 100);
	put(FIND_missing_values, "d", NULL, 10, 100);
	finding_list_explain(&list, before, COUNTOF(before));
	CHECK_STR(cause(0), "unparsable_values:a");
	CHECK_STR(cause(1), "");
	CHECK_STR(cause(2), "mixed_types:c");
	CHECK_STR(cause(3), "");
}

static void weights(void)
{
	struct finding f = finding_make(FIND_outliers, "a");
	CHECK_NEAR(finding_weight(&f), 0.5, 0);
	f.count = 1;
	f.total = 10;
	CHECK_NEAR(finding_weight(&f), 0.1, 0);
	f.effect = -0.7;
	CHECK_NEAR(finding_weight(&f), 0.7, 0);
	f.effect = 12;
	CHECK_NEAR(finding_weight(&f), 1, 0);
}

int main(void)
{
	arena = arena_new();
	twins();
	near_twins();
	constant();
	copies();
	together();
	shapes();
	relations();
	earlier();
	weights();
	start();
	finding_list_explain(&list, NULL, 0);
	CHECK(list.n == 0);
	arena_free(arena);
	return test_end();
}
