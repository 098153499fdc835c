/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shares and probabilities of the artifacts: within their bounds, and what they say that they are. */
#include "report/check_int.h"

#include <math.h>
#include <string.h>

static const double EXACT = 1e-9;

static void equal_shares(struct checking *k, const char *name, const char *what, double share, double of)
{
	if (!isnan(share) && !isnan(of))
		check_that(k, CHECK_shares, fabs(share - of) <= EXACT, "%s: %s is %.9g, expected %.9g", name, what, share, of);
}

static double ratio(double count, double total)
{
	return total > 0 ? count / total : NAN;
}

/* ---- bounds ---------------------------------------------------------------------------------- */

static bool ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), k = strlen(end);
	return n >= k && strcmp(s + n - k, end) == 0;
}

static bool is_within_one(const char *key)
{
	static const char *const names[] = { "p", "p_adjusted", "p_baseline", "p_best", "robust_p", "f_p" };
	for (size_t i = 0; i < COUNTOF(names); i++)
		if (strcmp(key, names[i]) == 0)
			return true;
	return ends_in(key, "share");
}

/* Every share and every probability wherever it stands. */
static void check_bounds(struct checking *k, const json_t *v, const char *key)
{
	if (json_is_number(v) && is_within_one(key)) {
		double x = json_number_value(v);
		check_that(k, CHECK_shares, x >= 0 && x <= 1 + EXACT, "%s is %.9g, which is no share", key, x);
	} else if (json_is_array(v)) {
		for (size_t i = 0; i < json_array_size(v) && !json_is_number(json_array_get(v, 0)); i++)
			check_bounds(k, json_array_get(v, i), key);
	} else if (json_is_object(v)) {
		for (void *i = json_object_iter((json_t *)(uintptr_t)v); i; i = json_object_iter_next((json_t *)(uintptr_t)v, i))
			check_bounds(k, json_object_iter_value(i), json_object_iter_key(i));
	}
}

/* ---- parts of a whole ------------------------------------------------------------------------ */

static void check_levels(struct checking *k, const json_t *column, const char *name)
{
	const json_t *levels = json_at(column, "category.levels");
	double count = json_num(column, "count", NAN), sum = json_num(column, "category.other.share", 0);
	for (size_t i = 0; i < json_array_size(levels); i++) {
		const json_t *l = json_array_get(levels, i);
		sum += json_num(l, "share", NAN);
		equal_shares(k, name, "the share of a level", json_num(l, "share", NAN), ratio(json_num(l, "count", NAN), count));
	}
	if (json_array_size(levels) > 0)
		equal_shares(k, name, "the sum of the shares of levels", sum, 1);
}

static void check_column(struct checking *k, const json_t *column, double rows)
{
	const char *name = json_text(column, "name", "");
	equal_shares(k, name, "the share missing", json_num(column, "missing_share", NAN),
		ratio(json_num(column, "missing", NAN), rows));
	check_levels(k, column, name);
}

/* The leaves of a tree are all its rows, once. */
static void check_tree(struct checking *k, const json_t *nodes)
{
	double leaves = 0, all = json_num(json_array_get(nodes, 0), "rows", NAN);
	for (size_t i = 0; i < json_array_size(nodes); i++)
		if (!json_at(json_array_get(nodes, i), "yes"))
			leaves += json_num(json_array_get(nodes, i), "rows", NAN);
	if (json_array_size(nodes) > 0)
		check_that(k, CHECK_sums, leaves == all, "leaves of the tree have %.0f rows, the tree %.0f", leaves, all);
}

void check_shares(struct checking *k)
{
	const struct artifacts *a = k->in->artifacts;
	const json_t *columns = json_at(a->eda, "columns");
	double rows = json_num(a->eda, "dataset.rows", NAN);
	check_bounds(k, a->eda, "");
	check_bounds(k, a->modeling, "");
	equal_shares(k, "the table", "the share missing", json_num(a->eda, "dataset.missing_share", NAN),
		ratio(json_num(a->eda, "dataset.missing_cells", NAN), json_num(a->eda, "dataset.cells", NAN)));
	for (size_t i = 0; i < json_array_size(columns); i++)
		check_column(k, json_array_get(columns, i), rows);
	check_tree(k, json_at(a->modeling, "tree.nodes"));
}
