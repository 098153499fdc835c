/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be told of columns together, of missing values, and in findings. */
#include "report/redact_int.h"

#include <math.h>
#include <string.h>

/* ---- clouds of points ------------------------------------------------------------------------------------ */

/* The end of an axis to a hundredth of its length. */
static double end_of(double v, double length, double (*way)(double))
{
	double step = length > 0 && isfinite(length) ? pow(10, floor(log10(length)) - 2) : 1;
	return way(v / step) * step;
}

static double *numbers(struct redaction *r, const json_t *list)
{
	size_t n = json_array_size(list);
	double *v = arena_calloc(r->arena, n + 1, sizeof *v);
	for (size_t i = 0; i < n; i++)
		v[i] = json_number_value(json_array_get(list, i));
	return v;
}

static void extent(const double *v, size_t n, double *low, double *high)
{
	*low = INFINITY;
	*high = -INFINITY;
	for (size_t i = 0; i < n; i++) {
		*low = fmin(*low, v[i]);
		*high = fmax(*high, v[i]);
	}
	double length = *high - *low;
	*low = end_of(*low, length, floor);
	*high = end_of(*high, length, ceil);
}

/* Cells of fewer than k points are blank, and no less than two or k points are. */
static json_t *grid(const struct redaction *r, double *counts, size_t nx, size_t ny)
{
	redact_cells(counts, nx * ny, (double)r->k);
	json_t *rows = json_array();
	for (size_t y = 0; y < ny; y++) {
		json_t *row = json_array();
		for (size_t x = 0; x < nx; x++)
			json_array_append_new(row, json_integer((json_int_t)counts[y * nx + x]));
		json_array_append_new(rows, row);
	}
	return rows;
}

/* As many fields as leave 2 k points for each on average, three a side at least. */
static bool bin_points(struct redaction *r, const json_t *v, json_t *out)
{
	const json_t *px = json_object_get(v, "px"), *py = json_object_get(v, "py");
	size_t n = json_array_size(px);
	double side = floor(sqrt((double)n / (2.0 * (double)r->k)));
	if (side < 3 || json_array_size(py) != n)
		return false;
	size_t m = side > 24 ? 24 : (size_t)side;
	const double *x = numbers(r, px), *y = numbers(r, py);
	double *counts = arena_calloc(r->arena, m * m, sizeof *counts), x0, x1, y0, y1;
	extent(x, n, &x0, &x1);
	extent(y, n, &y0, &y1);
	if (!(x1 > x0 && y1 > y0))
		return false;
	for (size_t i = 0; i < n; i++) {
		size_t a = (size_t)((x[i] - x0) / (x1 - x0) * (double)m), b = (size_t)((y[i] - y0) / (y1 - y0) * (double)m);
		counts[(b < m ? b : m - 1) * m + (a < m ? a : m - 1)]++;
	}
	json_object_update_new(out, json_pack("{s:s, s:I, s:I, s:f, s:f, s:f, s:f, s:i, s:o}", "kind", "density", "nx",
		(json_int_t)m, "ny", (json_int_t)m, "xmin", x0, "xmax", x1, "ymin", y0, "ymax", y1, "outside", 0, "counts",
		grid(r, counts, m, m)));
	return true;
}

json_t *redact_density(struct redaction *r, const json_t *v)
{
	size_t nx = (size_t)json_int(v, "nx", 0), ny = (size_t)json_int(v, "ny", 0);
	const json_t *rows = json_object_get(v, "counts");
	if (nx == 0 || json_array_size(rows) != ny || json_count(rows, "0") != nx)
		return NULL;
	double *counts = arena_calloc(r->arena, nx * ny + 1, sizeof *counts);
	for (size_t y = 0; y < ny; y++)
		for (size_t x = 0; x < nx; x++)
			counts[y * nx + x] = json_number_value(json_array_get(json_array_get(rows, y), x));
	double x0 = json_num(v, "xmin", 0), x1 = json_num(v, "xmax", 0), y0 = json_num(v, "ymin", 0), y1 = json_num(v, "ymax", 0);
	return json_pack("{s:s, s:I, s:I, s:f, s:f, s:f, s:f, s:I, s:o}", "kind", "density", "nx", (json_int_t)nx, "ny",
		(json_int_t)ny, "xmin", end_of(x0, x1 - x0, floor), "xmax", end_of(x1, x1 - x0, ceil), "ymin",
		end_of(y0, y1 - y0, floor), "ymax", end_of(y1, y1 - y0, ceil), "outside", (json_int_t)json_int(v, "outside", 0),
		"counts", grid(r, counts, nx, ny));
}

json_t *redact_scatter(struct redaction *r, const json_t *v)
{
	json_t *out = json_array();
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *s = json_array_get(v, i);
		const char *x = json_text(s, "x", ""), *y = json_text(s, "y", "");
		if (privacy_of(r->privacy, x) || privacy_of(r->privacy, y))
			continue;
		json_t *one = json_pack("{s:s, s:s, s:s, s:f, s:I}", "x", x, "y", y, "measure", json_text(s, "measure", ""),
			"value", json_num(s, "value", 0), "n", (json_int_t)json_int(s, "n", 0));
		bool points = strcmp(json_text(s, "kind", ""), "points") == 0;
		json_t *dense = points ? NULL : redact_density(r, s);
		bool stays = points ? bin_points(r, s, one) : dense != NULL;
		if (dense)
			json_object_update_new(one, dense);
		if (stays)
			json_array_append(out, one);
		json_decref(one);
	}
	return out;
}

/* ---- tables of groups ------------------------------------------------------------------------------------ */

static json_t *kept_of(const json_t *list, const bool *keep, size_t n)
{
	json_t *out = json_array();
	for (size_t i = 0; i < n && i < json_array_size(list); i++)
		if (keep[i])
			json_array_append_new(out, json_deep_copy(json_array_get(list, i)));
	return out;
}

/* Groups of fewer than k rows go; of the others the whiskers are rounded outwards. */
bool redact_group_table(struct redaction *r, const json_t *in, json_t *out)
{
	static const char *const lists[] = { "levels", "box", "n", "mean", "sd" };
	const json_t *n = json_object_get(in, "n"), *levels = json_object_get(in, "levels");
	size_t rows = json_array_size(n), left = 0;
	bool *keep = arena_calloc(r->arena, rows + 1, sizeof *keep);
	const char *feature = json_text(in, "feature", "");
	const json_t *told = json_object_get(r->told, feature);
	for (size_t i = 0; i < rows; i++) {
		const char *level = json_string_value(json_array_get(levels, i));
		bool known = json_is_true(told) || json_object_size(told) == 0 || (level && json_object_get(told, level));
		keep[i] = json_number_value(json_array_get(n, i)) >= (double)r->k && known;
		left += keep[i];
	}
	for (size_t i = 0; i < COUNTOF(lists); i++)
		json_object_set_new(out, lists[i], kept_of(json_object_get(in, lists[i]), keep, rows));
	json_t *boxes = json_object_get(out, "box");
	for (size_t i = 0; i < json_array_size(boxes); i++) {
		json_t *box = json_array_get(boxes, i);
		if (json_array_size(box) != 5)
			continue;
		double length = json_number_value(json_array_get(box, 4)) - json_number_value(json_array_get(box, 0));
		json_array_set_new(box, 0, json_real(end_of(json_number_value(json_array_get(box, 0)), length * 10, floor)));
		json_array_set_new(box, 4, json_real(end_of(json_number_value(json_array_get(box, 4)), length * 10, ceil)));
	}
	return left > 0;
}

/* Bins of a column, of which all are large enough and none has only so few of a class; else only the value. */
json_t *redact_evidence(struct redaction *r, const json_t *v)
{
	json_t *out = json_array();
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *e = json_array_get(v, i), *bins = json_object_get(e, "bins");
		const char *feature = json_text(e, "feature", "");
		if (privacy_of(r->privacy, feature))
			continue;
		bool fine = true;
		for (size_t k = 0; k < json_array_size(bins); k++) {
			const json_t *bin = json_array_get(bins, k);
			double n = json_num(bin, "n", 0), positive = json_num(bin, "positive", 0);
			const char *level = json_text(bin, "level", NULL);
			fine = fine && !redact_small(r, n) && !redact_small(r, positive) && !redact_small(r, n - positive) &&
				(!level || redact_tells(r, feature, level));
		}
		if (!fine)
			continue;
		json_t *one = json_deep_copy(e);
		json_array_append_new(out, one);
	}
	return out;
}

/* ---- missing values --------------------------------------------------------------------------------------- */

json_t *redact_combinations(struct redaction *r, const json_t *v)
{
	json_t *out = json_array();
	for (size_t i = 0; i < json_array_size(v); i++) {
		const json_t *x = json_array_get(v, i);
		if (redact_small(r, json_num(x, "count", 0)))
			continue;
		json_t *one = json_pack("{s:o, s:O, s:O}", "columns", redact_name(r, json_object_get(x, "columns")), "count",
			json_object_get(x, "count"), "share", json_object_get(x, "share"));
		if (one)
			json_array_append_new(out, one);
	}
	r->touched = false;
	return out;
}

/* Where in the file values are missing: when a bar stands for k rows or more. */
json_t *redact_present(struct redaction *r, const json_t *v)
{
	if (json_num(v, "rows_per_bin", 0) < (double)r->k)
		return NULL;
	json_t *out = redact_number(r, v);
	json_object_set_new(out, "columns", redact_name(r, json_object_get(v, "columns")));
	r->touched = false;
	return out;
}

/* ---- findings ------------------------------------------------------------------------------------------------ */

/* The texts of these are words of our own: names of tests, measures and models. */
static bool is_ours(const char *code)
{
	static const char *const codes[] = { "high_association", "normal_distribution", "heaping", "seasonal", "seasonal_rows",
		"leakage_suspect", "leak_counter", "holdout_worse", "too_good", "one_driver", "without_leaks", "leaks_excluded",
		"action_log_target", "action_merge_levels", "action_class_weights", "model_useful", "overfit", "badly_calibrated",
		"more_rows_help", "mixed_types", "invalid_utf8", "ambiguous_dates", "ambiguous_numbers", "encoding_assumed",
		"declared_type_conflict", "candidate_failed" };
	for (size_t i = 0; i < COUNTOF(codes); i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return false;
}

/* Of a sensitive column only that and how far it is empty. */
static bool is_of_gaps(const char *code)
{
	static const char *const codes[] = { "missing_values", "mostly_missing", "missing_together", "empty_column",
		"absent_column", "missing_at_start", "missing_at_end", "target_missing" };
	for (size_t i = 0; i < COUNTOF(codes); i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return false;
}

/* Figures of these are single values or places. */
static bool is_single(const char *code)
{
	static const char *const codes[] = { "sentinel_values", "other_table", "date_gaps", "level_change", "rows_change" };
	for (size_t i = 0; i < COUNTOF(codes); i++)
		if (strcmp(code, codes[i]) == 0)
			return true;
	return false;
}

static bool names_private(const struct redaction *r, const json_t *columns)
{
	for (size_t i = 0; i < json_array_size(columns); i++) {
		const char *s = json_string_value(json_array_get(columns, i));
		if (s && privacy_of(r->privacy, s))
			return true;
	}
	return false;
}

json_t *redact_finding_text(struct redaction *r, const json_t *v)
{
	(void)r;
	return json_is_string(v) ? json_string("(withheld)") : NULL;
}

bool redact_finding(struct redaction *r, const json_t *in, json_t *out)
{
	const char *code = json_text(in, "code", "");
	bool private = names_private(r, json_object_get(in, "columns"));
	if (private && !is_of_gaps(code))
		return false;
	/* constant columns and the like: a level that is told anyhow may be named */
	const char *text = json_text(in, "text", NULL), *column = json_text(in, "columns.0", "");
	bool told = !private && text && redact_tells(r, column, text) &&
		(strcmp(code, "imbalanced") == 0 || strcmp(code, "constant_column") == 0);
	if (told || (is_ours(code) && !private)) {
		static const char *const keys[] = { "text", "text2" };
		for (size_t i = 0; i < COUNTOF(keys); i++) {
			json_t *v = json_object_get(in, keys[i]);
			if (json_is_string(v))
				json_object_set(out, keys[i], v);
		}
	}
	if (is_single(code))
		redact_withhold(out, "value");
	const char *cause = strchr(json_text(in, "cause", ":"), ':');
	if (r->privacy->hide_names && cause && privacy_of(r->privacy, cause + 1))
		json_object_del(out, "cause");
	return true;
}
