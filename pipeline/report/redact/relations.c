/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be told of columns together, of missing values, and in findings. */
#include "report/redact_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- clouds of points ------------------------------------------------------------------------------------ */

static double *numbers(struct redaction *r, const json_t *list)
{
	size_t n = json_array_size(list);
	double *v = arena_calloc(r->arena, n + 1, sizeof *v);
	for (size_t i = 0; i < n; i++)
		v[i] = json_number_value(json_array_get(list, i));
	return v;
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* An axis on which fewer than k points are beyond either end, rounded outwards. */
static bool axis_of(struct redaction *r, const double *v, size_t n, double *low, double *high)
{
	size_t k = (size_t)r->k;
	double *sorted = arena_calloc(r->arena, n + 1, sizeof *sorted);
	if (n < 2 * k)
		return false;
	memcpy(sorted, v, n * sizeof *v);
	qsort(sorted, n, sizeof *sorted, by_size);
	*low = sorted[k - 1];
	*high = sorted[n - k];
	double step = redact_step(*low, *high) / 10;
	*low = redact_round(*low, step, floor);
	*high = redact_round(*high, step, ceil);
	return *high > *low;
}

static size_t field_of(double v, double low, double high, size_t m)
{
	size_t at = (size_t)((v - low) / (high - low) * (double)m);
	return at < m ? at : m - 1;
}

/* Rows and columns of fields from `at` on, `n` of them. */
struct span {
	size_t at, n;
	double low, high;
};

static json_t *grid(const double *counts, size_t nx, struct span x, struct span y)
{
	json_t *rows = json_array();
	for (size_t i = y.at; i < y.at + y.n; i++) {
		json_t *row = json_array();
		for (size_t k = x.at; k < x.at + x.n; k++)
			json_array_append_new(row, json_integer((json_int_t)counts[i * nx + k]));
		json_array_append_new(rows, row);
	}
	return rows;
}

/* Without blank fields at either end, whose edges are the extremes; the new ends are rounded to the power of ten
 * below the width of a field, so that the old ones cannot be counted back to. */
static bool trim(struct span *s, const double *counts, size_t nx, size_t ny, bool down)
{
	size_t n = down ? ny : nx, across = down ? nx : ny, first = n, last = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < across; k++)
			if (counts[down ? i * nx + k : k * nx + i] > 0) {
				first = i < first ? i : first;
				last = i;
			}
	double width = (s->high - s->low) / (double)n;
	if (first == n || !(width > 0))
		return false;
	double step = redact_step(0, width), low = s->low;
	*s = (struct span){ first, last + 1 - first, redact_round(low + width * (double)first, step, round),
		redact_round(low + width * (double)(last + 1), step, round) };
	return s->high > s->low;
}

/* Fields of fewer than k points are blank, and no less than two or k points are. */
static json_t *fields(const struct redaction *r, double *counts, size_t nx, size_t ny, struct span x, struct span y,
	double outside)
{
	redact_cells(counts, nx * ny, (double)r->k);
	if (!trim(&x, counts, nx, ny, false) || !trim(&y, counts, nx, ny, true))
		return NULL;
	return json_pack("{s:s, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:o}", "kind", "density", "nx", (json_int_t)x.n, "ny",
		(json_int_t)y.n, "xmin", x.low, "xmax", x.high, "ymin", y.low, "ymax", y.high, "outside",
		redact_small(r, outside) ? 0 : outside, "counts", grid(counts, nx, x, y));
}

/* As many fields as leave 2 k points for each on average, three a side at least. */
static json_t *bin_points(struct redaction *r, const json_t *v)
{
	const json_t *px = json_object_get(v, "px"), *py = json_object_get(v, "py");
	size_t n = json_array_size(px);
	double side = floor(sqrt((double)n / (2.0 * (double)r->k)));
	if (side < 3 || json_array_size(py) != n)
		return NULL;
	size_t m = side > 24 ? 24 : (size_t)side;
	const double *x = numbers(r, px), *y = numbers(r, py);
	double *counts = arena_calloc(r->arena, m * m, sizeof *counts);
	struct span sx = { .n = m }, sy = { .n = m };
	if (!axis_of(r, x, n, &sx.low, &sx.high) || !axis_of(r, y, n, &sy.low, &sy.high))
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (x[i] >= sx.low && x[i] <= sx.high && y[i] >= sy.low && y[i] <= sy.high)
			counts[field_of(y[i], sy.low, sy.high, m) * m + field_of(x[i], sx.low, sx.high, m)]++;
	return fields(r, counts, m, m, sx, sy, 0);
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
	struct span sx = { 0, nx, json_num(v, "xmin", 0), json_num(v, "xmax", 0) };
	struct span sy = { 0, ny, json_num(v, "ymin", 0), json_num(v, "ymax", 0) };
	return fields(r, counts, nx, ny, sx, sy, json_num(v, "outside", 0));
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
		json_t *dense = points ? bin_points(r, s) : redact_density(r, s);
		if (dense) {
			json_object_update_new(one, dense);
			json_array_append(out, one);
		}
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

/* A group without which fewer than k of all values would be left: their mean is that of all less those of the
 * others. So the smallest of these goes, too. */
static size_t keep_enough(const struct redaction *r, const json_t *n, bool *keep, size_t rows, double all)
{
	for (;;) {
		double left = all;
		size_t kept = 0, least = rows;
		for (size_t i = 0; i < rows; i++) {
			double count = json_number_value(json_array_get(n, i));
			if (!keep[i])
				continue;
			left -= count;
			kept++;
			if (least == rows || count < json_number_value(json_array_get(n, least)))
				least = i;
		}
		if (kept == 0 || !redact_small(r, left))
			return kept;
		keep[least] = false;
	}
}

/* Whiskers are rounded outwards; of small groups quartiles are single values, too. */
static void round_box(const struct redaction *r, json_t *box, double n)
{
	if (json_array_size(box) != 5)
		return;
	double step = redact_step(json_number_value(json_array_get(box, 0)), json_number_value(json_array_get(box, 4)));
	for (size_t i = 0; i < 5; i++)
		if (i == 0 || i == 4 || n < 4 * (double)r->k)
			json_array_set_new(box, i, json_real(redact_round(json_number_value(json_array_get(box, i)), step,
				i < 2 ? floor : i > 2 ? ceil : round)));
}

/* Groups of fewer than k rows go, and those of levels that are not told. */
bool redact_group_table(struct redaction *r, const json_t *in, json_t *out)
{
	static const char *const lists[] = { "levels", "box", "n", "mean", "sd" };
	const json_t *n = json_object_get(in, "n"), *levels = json_object_get(in, "levels");
	size_t rows = json_array_size(n);
	bool *keep = arena_calloc(r->arena, rows + 1, sizeof *keep);
	const char *feature = json_text(in, "feature", ""), *target = r->target ? r->target : "";
	bool by_target = json_object_get(r->numbers, feature) || !redact_has_levels(r, feature);
	double all = json_number_value(json_object_get(r->numbers, by_target ? feature : target));
	for (size_t i = 0; i < rows; i++) {
		const char *level = json_string_value(json_array_get(levels, i));
		keep[i] = json_number_value(json_array_get(n, i)) >= (double)r->k && redact_tells(r, by_target ? target : feature, level);
	}
	size_t left = keep_enough(r, n, keep, rows, all);
	for (size_t i = 0; i < COUNTOF(lists); i++)
		json_object_set_new(out, lists[i], kept_of(json_object_get(in, lists[i]), keep, rows));
	json_t *boxes = json_object_get(out, "box"), *counts = json_object_get(out, "n");
	for (size_t i = 0; i < json_array_size(boxes); i++)
		round_box(r, json_array_get(boxes, i), json_number_value(json_array_get(counts, i)));
	return left > 0;
}

/* The outer edges of bins are the extremes: those are rounded outwards. */
static void round_bins(json_t *bins)
{
	double low = INFINITY, high = -INFINITY;
	json_t *first = NULL, *last = NULL;
	for (size_t i = 0; i < json_array_size(bins); i++) {
		json_t *bin = json_array_get(bins, i);
		double lower = json_num(bin, "lower", NAN), upper = json_num(bin, "upper", NAN);
		if (lower < low)
			low = lower, first = bin;
		if (upper > high)
			high = upper, last = bin;
	}
	double step = redact_step(low, high);
	if (first && last) {
		json_object_set_new(first, "lower", json_real(redact_round(low, step, floor)));
		json_object_set_new(last, "upper", json_real(redact_round(high, step, ceil)));
	}
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
		round_bins(json_object_get(one, "bins"));
		json_array_append_new(out, one);
	}
	return out;
}

/* ---- time ------------------------------------------------------------------------------------------------- */

/* Means by weekday, month or hour, when each is of k values or more. */
bool redact_calendar(struct redaction *r, const json_t *in, json_t *out)
{
	const json_t *n = json_object_get(in, "n");
	(void)out;
	for (size_t i = 0; i < json_array_size(n); i++)
		if (redact_small(r, json_number_value(json_array_get(n, i))))
			return false;
	return true;
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
