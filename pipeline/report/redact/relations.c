/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be told of groups, of missing values, and in findings. */
#include "report/redact_int.h"

#include <math.h>
#include <string.h>

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

static double fine_of(const struct redaction *r, const char *column)
{
	return json_num(json_object_get(r->numbers, column), "step", 0);
}

/* Whiskers are rounded outwards, quartiles as those of the column; of small groups as whiskers. */
static void round_box(const struct redaction *r, json_t *box, double n, double fine)
{
	if (json_array_size(box) != 5)
		return;
	double step = redact_step(json_number_value(json_array_get(box, 0)), json_number_value(json_array_get(box, 4)));
	for (size_t i = 0; i < 5; i++) {
		bool coarse = i == 0 || i == 4 || n < 4 * (double)r->k || !(fine > 0);
		json_array_set_new(box, i, json_real(redact_round(json_number_value(json_array_get(box, i)), coarse ? step : fine,
			i < 2 ? floor : i > 2 ? ceil : round)));
	}
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
	const char *measured = by_target ? feature : target;
	double all = json_num(json_object_get(r->numbers, measured), "n", 0);
	for (size_t i = 0; i < rows; i++) {
		const char *level = json_string_value(json_array_get(levels, i));
		keep[i] = json_number_value(json_array_get(n, i)) >= (double)r->k && redact_tells(r, by_target ? target : feature, level);
	}
	size_t left = keep_enough(r, n, keep, rows, all);
	for (size_t i = 0; i < COUNTOF(lists); i++)
		json_object_set_new(out, lists[i], kept_of(json_object_get(in, lists[i]), keep, rows));
	json_t *boxes = json_object_get(out, "box"), *counts = json_object_get(out, "n");
	for (size_t i = 0; i < json_array_size(boxes); i++)
		round_box(r, json_array_get(boxes, i), json_number_value(json_array_get(counts, i)), fine_of(r, measured));
	return left > 0;
}

/* The edges of bins are values of rows, the outer ones the extremes: all are rounded outwards. */
static void round_bins(json_t *bins, double fine)
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
	for (size_t i = 0; fine > 0 && i < json_array_size(bins); i++) {
		json_t *bin = json_array_get(bins, i);
		double lower = json_num(bin, "lower", NAN), upper = json_num(bin, "upper", NAN);
		if (isnan(lower) || isnan(upper))
			continue;
		json_object_set_new(bin, "lower", json_real(redact_round(lower, fine, floor)));
		json_object_set_new(bin, "upper", json_real(redact_round(upper, fine, ceil)));
	}
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
		round_bins(json_object_get(one, "bins"), fine_of(r, feature));
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
		"declared_type_conflict", "candidate_failed", "few_events" };
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
