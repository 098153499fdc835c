/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The artifacts against themselves: what must add up does, what must be in order is. */
#include "report/check_int.h"

#include <math.h>
#include <string.h>

static double sum(const json_t *v, const char *path)
{
	const json_t *list = json_at(v, path);
	double total = 0;
	for (size_t i = 0; i < json_array_size(list); i++)
		total += json_number_value(json_array_get(list, i));
	return total;
}

/* a and b as whole numbers; both are in every message. */
static void equal_counts(struct checking *k, const char *what, double a, double b)
{
	check_that(k, CHECK_sums, a == b, "%s: %.0f, expected %.0f", what, a, b);
}

static void check_quantiles(
	struct checking *k, const json_t *column, const char *name)
{
	static const char *const order[] = { "p0", "p1", "p5", "p10", "p25", "p50", "p75", "p90",
		"p95", "p99", "p100" };
	const json_t *q = json_at(column, "numeric.quantiles");
	double last = -INFINITY;
	for (size_t i = 0; i < COUNTOF(order); i++) {
		double v = json_num(q, order[i], NAN);
		if (isnan(v))
			continue;
		check_that(
			k, CHECK_sums, v >= last, "%s: quantile %s is below the one before", name, order[i]);
		last = v;
	}
}

static void check_column(struct checking *k, const json_t *column, double rows)
{
	const char *name = json_text(column, "name", "");
	double count = json_num(column, "count", NAN);
	equal_counts(k, arena_printf(k->arena, "%s: present and missing values", name),
		count + json_num(column, "missing", NAN), rows);
	if (json_count(column, "category.levels") > 0) {
		double levels = json_num(column, "category.other.count", 0);
		const json_t *list = json_at(column, "category.levels");
		for (size_t i = 0; i < json_array_size(list); i++)
			levels += json_num(json_array_get(list, i), "count", NAN);
		equal_counts(k, arena_printf(k->arena, "%s: levels together", name), levels, count);
	}
	if (json_count(column, "numeric.histogram.counts") > 0)
		equal_counts(k, arena_printf(k->arena, "%s: histogram", name),
			sum(column, "numeric.histogram.counts"),
			count - json_num(column, "numeric.infinite", 0));
	if (json_count(column, "numeric.histogram.body.counts") > 0)
		equal_counts(k, arena_printf(k->arena, "%s: histogram without what is far out", name),
			sum(column, "numeric.histogram.body.counts") + json_num(column, "numeric.histogram.body.below", 0) +
				json_num(column, "numeric.histogram.body.above", 0),
			count - json_num(column, "numeric.infinite", 0));
	if (json_is_object(json_at(column, "boolean")))
		equal_counts(k, arena_printf(k->arena, "%s: true and false", name),
			json_num(column, "boolean.true", NAN) +
				json_num(column, "boolean.false", NAN),
			count);
	if (json_is_object(json_at(column, "numeric.quantiles")))
		check_quantiles(k, column, name);
}

static void check_confusion(struct checking *k, const json_t *modeling)
{
	const json_t *rows = json_at(modeling, "curves.confusion.matrix");
	double total = 0;
	for (size_t i = 0; i < json_array_size(rows); i++)
		total += sum(json_array_get(rows, i), "");
	if (json_array_size(rows) > 0 && !json_flag(modeling, "curves.confusion.withheld", false))
		equal_counts(k, "confusion matrix", total,
			json_num(modeling, "validation.held_out", NAN));
}

void check_sums(struct checking *k)
{
	const struct artifacts *a = k->in->artifacts;
	const json_t *columns = json_at(a->eda, "columns");
	double rows = json_num(a->eda, "dataset.rows", NAN), missing = 0;
	for (size_t i = 0; i < json_array_size(columns); i++) {
		check_column(k, json_array_get(columns, i), rows);
		missing += json_num(json_array_get(columns, i), "missing", NAN);
	}
	if (a->eda) {
		equal_counts(k, "missing cells", missing,
			json_num(a->eda, "dataset.missing_cells", NAN));
		equal_counts(k, "columns", (double)json_array_size(columns),
			json_num(a->eda, "dataset.columns", NAN));
	}
	if (a->ingest) {
		double read = json_num(a->ingest, "rows", NAN);
		equal_counts(k, "rows and records set aside",
			read + json_num(a->ingest, "quarantined", NAN),
			json_num(a->ingest, "records", NAN));
		if (a->eda)
			equal_counts(k, "rows profiled", rows, read);
	}
	check_confusion(k, a->modeling);
}

