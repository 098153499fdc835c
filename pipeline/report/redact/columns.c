/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What may be told of one column. Figures that rest on many values stay; those that are single values
 * (extremes, tails, lists of the lowest and highest, examples) go or are rounded outwards; counts below
 * the least are joined to others.
 */
#include "report/redact_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

bool redact_small(const struct redaction *r, double n)
{
	return n > 0 && n < (double)r->k;
}

void redact_withhold(json_t *o, const char *key)
{
	if (!json_object_get(o, key))
		return;
	char why[64];
	size_t n = strlen(key);
	json_object_set_new(o, key, json_null());
	if (n + sizeof "_why" > sizeof why)
		return;
	memcpy(why, key, n);
	memcpy(why + n, "_why", sizeof "_why");
	json_object_set_new(o, why, json_string("withheld"));
}

size_t redact_cells(double *v, size_t n, double k)
{
	size_t gone = 0;
	double sum = 0;
	for (size_t i = 0; i < n; i++) {
		if (v[i] > 0 && v[i] < k) {
			sum += v[i];
			v[i] = 0;
			gone++;
		}
	}
	while (gone && (gone < 2 || sum < k)) {
		size_t least = n;
		for (size_t i = 0; i < n; i++)
			if (v[i] > 0 && (least == n || v[i] < v[least]))
				least = i;
		if (least == n)
			break;
		sum += v[least];
		v[least] = 0;
		gone++;
	}
	return gone;
}

/* ---- numbers ------------------------------------------------------------------------------------------- */

static void round_key(json_t *o, const char *key, double step, double (*way)(double))
{
	double v = json_num(o, key, NAN);
	if (isfinite(v))
		json_object_set_new(o, key, json_real(redact_round(v, step, way)));
}

/* What stands in order is a value of a row, unless it lies between two. */
static void round_ranks(json_t *out, double step)
{
	static const char *const keys[] = { "median", "mad", "iqr" }, *const ends[] = { "q1", "median", "q3" };
	json_t *quantiles = json_object_get(out, "quantiles"), *around = json_object_get(out, "median_ci95"), *v;
	const char *key;
	for (size_t i = 0; i < COUNTOF(keys); i++) {
		round_key(out, keys[i], step, round);
		round_key(json_object_get(out, "box"), ends[i], step, round);
	}
	json_object_foreach(quantiles, key, v)
		if (json_is_number(v))
			json_object_set_new(quantiles, key, json_real(redact_round(json_number_value(v), step, round)));
	for (size_t i = 0; i < json_array_size(around); i++)
		json_array_set_new(around, i, json_real(redact_round(json_number_value(json_array_get(around, i)), step, round)));
}

bool redact_numeric(struct redaction *r, const json_t *in, json_t *out)
{
	double low = json_num(in, "min", NAN), high = json_num(in, "max", NAN), step = redact_step_of_ends(r, in, low, high);
	round_key(out, "min", step, floor);
	round_key(out, "max", step, ceil);
	round_key(out, "range", step, ceil);
	round_ranks(out, redact_fine_step(in));
	json_t *box = json_object_get(out, "box");
	double q1 = json_num(in, "box.q1", NAN), q3 = json_num(in, "box.q3", NAN), fine = redact_step(q1, q3);
	if (json_is_object(box)) {
		round_key(box, "lower", fine, floor);
		round_key(box, "upper", fine, ceil);
		json_object_set_new(box, "outliers", json_array());
	}
	static const char *const counts[] = { "zeros", "negatives", "infinite", "outliers.iqr_low", "outliers.iqr_high",
		"outliers.modified_z_low", "outliers.modified_z_high" };
	json_t *outliers = json_object_get(out, "outliers");
	for (size_t i = 0; i < COUNTOF(counts); i++) {
		const char *dot = strchr(counts[i], '.');
		if (redact_small(r, json_num(in, counts[i], 0)))
			redact_withhold(dot ? outliers : out, dot ? dot + 1 : counts[i]);
	}
	if (redact_small(r, json_num(in, "outliers.iqr_low", 0) + json_num(in, "outliers.iqr_high", 0)))
		redact_withhold(outliers, "share");
	return true;
}

/* ---- histograms ---------------------------------------------------------------------------------------- */

/* Bins of fewer than k values are counted with the neighbour towards the fullest one, and empty bins at the
 * ends go: so the ends of the histogram are no extremes. */
static void fold_bins(double *counts, size_t n, double k, size_t *first, size_t *last)
{
	size_t top = 0;
	for (size_t i = 1; i < n; i++)
		top = counts[i] > counts[top] ? i : top;
	for (size_t i = 0; i < top; i++)
		if (counts[i] > 0 && counts[i] < k) {
			counts[i + 1] += counts[i];
			counts[i] = 0;
		}
	for (size_t i = n; i-- > top + 1;)
		if (counts[i] > 0 && counts[i] < k) {
			counts[i - 1] += counts[i];
			counts[i] = 0;
		}
	for (*first = 0; *first < top && counts[*first] == 0; (*first)++)
		;
	for (*last = n; *last > top + 1 && counts[*last - 1] == 0; (*last)--)
		;
}

/* NULL unless there are as many edges as belong to the counts, and enough values. */
static double *bins_of(struct redaction *r, const json_t *v, size_t *first, size_t *last)
{
	const json_t *list = json_object_get(v, "counts");
	size_t n = json_array_size(list);
	double *counts = arena_calloc(r->arena, n + 1, sizeof *counts);
	if (n == 0 || json_count(v, "edges") != n + 1)
		return NULL;
	double sum = 0;
	for (size_t i = 0; i < n; i++)
		sum += counts[i] = json_number_value(json_array_get(list, i));
	fold_bins(counts, n, (double)r->k, first, last);
	return sum < (double)r->k ? NULL : counts;
}

static json_t *histogram(const double *counts, size_t first, size_t last, json_t *edges)
{
	json_t *kept = json_array();
	for (size_t i = first; i < last; i++)
		json_array_append_new(kept, json_integer((json_int_t)counts[i]));
	return json_pack("{s:o, s:o}", "edges", edges, "counts", kept);
}

/* The largest of 1, 2, 5 times a power of ten that is at most v. */
static double round_step(double v)
{
	double ten = pow(10, floor(log10(v > 0 ? v : 1)));
	return v >= 5 * ten ? 5 * ten : v >= 2 * ten ? 2 * ten : ten;
}

/* Edges are rounded to half the width of a bin or finer; the outer ones, which are the extremes, outwards to more
 * than that. */
json_t *redact_histogram(struct redaction *r, const json_t *v)
{
	size_t first, last;
	double *counts = bins_of(r, v, &first, &last);
	if (!counts)
		return NULL;
	const json_t *list = json_object_get(v, "edges");
	size_t n = json_array_size(list) - 1;
	double width = json_number_value(json_array_get(list, 1)) - json_number_value(json_array_get(list, 0));
	double step = round_step(width / 2), wide = round_step(2.5 * width), before = -INFINITY;
	json_t *edges = json_array();
	for (size_t i = first; i <= last; i++) {
		bool end = i == 0 || i == n;
		double at = redact_round(json_number_value(json_array_get(list, i)), end ? wide : step,
			i == 0 ? floor : i == n ? ceil : round);
		if (!(at > before))
			at = redact_round(before + step, step, round);
		json_array_append_new(edges, json_real(at));
		before = at;
	}
	json_t *out = histogram(counts, first, last, edges);
	static const char *const left_out[] = { "below", "above" };
	const json_t *body = json_object_get(v, "body");
	bool few = !body;          /* what is not in it can be told from its sum */
	json_object_set(out, "rule", json_object_get(v, "rule"));
	for (size_t i = 0; i < COUNTOF(left_out); i++) {
		few = few || redact_small(r, json_num(body, left_out[i], 0));
		if (json_object_get(v, left_out[i]))
			json_object_set(out, left_out[i], json_object_get(v, left_out[i]));
	}
	json_t *bulk = few ? NULL : redact_histogram(r, body);
	if (bulk)
		json_object_set_new(out, "body", bulk);
	return out;
}

/* Not by the day: its ends would be days of single rows. */
json_t *redact_dates_histogram(struct redaction *r, const json_t *v)
{
	size_t first, last;
	int y, m, d, y2, m2, d2;
	bool days = sscanf(json_text(v, "edges.0", ""), "%d-%2d-%2d", &y, &m, &d) == 3 &&
		sscanf(json_text(v, "edges.1", ""), "%d-%2d-%2d", &y2, &m2, &d2) == 3 && date_exists(y, m, d) && date_exists(y2, m2, d2) &&
		date_days(y2, m2, d2) - date_days(y, m, d) < 7;
	double *counts = bins_of(r, v, &first, &last);
	if (!counts || days)
		return NULL;
	json_t *edges = json_array();
	for (size_t i = first; i <= last; i++) {
		const char *s = json_string_value(json_array_get(json_object_get(v, "edges"), i));
		json_array_append_new(edges, json_string(s ? arena_strndup(r->arena, s, 10) : ""));
	}
	return histogram(counts, first, last, edges);
}

/* Counts of a whole: all of them, or none where one is too small. */
json_t *redact_counts(struct redaction *r, const json_t *v)
{
	for (size_t i = 0; i < json_array_size(v); i++)
		if (redact_small(r, json_number_value(json_array_get(v, i))))
			return NULL;
	return redact_number(r, v);
}

/* ---- levels ---------------------------------------------------------------------------------------------- */

/* Values with their counts: those of k rows or more. */
json_t *redact_levels_counted(struct redaction *r, const json_t *v)
{
	json_t *out = json_array();
	for (size_t i = 0; i < json_array_size(v); i++) {
		json_t *x = json_array_get(v, i);
		if (json_num(x, "count", 0) >= (double)r->k)
			json_array_append_new(out, json_deep_copy(x));
	}
	return out;
}

/* What went from the list goes to `other`, with one more level where that would be too small itself. */
bool redact_category(struct redaction *r, const json_t *in, json_t *out)
{
	json_t *levels = json_object_get(out, "levels"), *other = json_object_get(out, "other");
	double rest = json_num(in, "other.count", 0), share = json_num(in, "other.share", 0), gone = json_num(in, "other.levels", 0);
	const json_t *all = json_object_get(in, "levels");
	size_t kept = json_array_size(levels), before = json_array_size(all);
	for (size_t i = 0; i < before; i++) {
		const json_t *x = json_array_get(all, i);
		if (json_num(x, "count", 0) < (double)r->k) {
			rest += json_num(x, "count", 0);
			share += json_num(x, "share", 0);
			gone++;
		}
	}
	bool folded = kept < before;
	while (kept > 0 && rest > 0 && (redact_small(r, rest) || (folded && gone < 2))) {
		const json_t *x = json_array_get(levels, --kept);
		rest += json_num(x, "count", 0);
		share += json_num(x, "share", 0);
		gone++;
		json_array_remove(levels, kept);
		folded = true;
	}
	if (!folded)
		return true;
	if (!json_is_object(other))
		json_object_set_new(out, "other", other = json_object());
	json_object_set_new(other, "levels", json_integer((json_int_t)gone));
	json_object_set_new(other, "count", json_integer((json_int_t)rest));
	json_object_set_new(other, "share", json_real(share));
	return true;
}

bool redact_boolean(struct redaction *r, const json_t *in, json_t *out)
{
	(void)out;
	return !redact_small(r, json_num(in, "true", 0)) && !redact_small(r, json_num(in, "false", 0));
}

/* Days become months, or years where the dates reach over three of them. */
bool redact_datetime(struct redaction *r, const json_t *in, json_t *out)
{
	static const char *const ends[] = { "min", "max" };
	for (size_t i = 0; i < COUNTOF(ends); i++) {
		const char *s = json_text(in, ends[i], NULL);
		if (s)
			json_object_set_new(out, ends[i], json_string(arena_strndup(r->arena, s,
				json_num(in, "range_days", 0) > 3 * 366 ? 4 : 7)));
	}
	if (redact_small(r, json_num(in, "future", 0)))
		redact_withhold(out, "future");
	if (redact_small(r, json_num(in, "epoch", 0)))
		redact_withhold(out, "epoch");
	return true;
}

bool redact_lengths(struct redaction *r, const json_t *in, json_t *out)
{
	(void)r;
	double step = redact_step(json_num(in, "min", 0), json_num(in, "max", 0));
	round_key(out, "min", step, floor);
	round_key(out, "max", step, ceil);
	return true;
}

/* ---- the column as a whole --------------------------------------------------------------------------------- */

/* One significant digit: 871 becomes 900. */
static void round_distinct(json_t *out)
{
	double n = json_num(out, "distinct", 0), step = n > 0 ? pow(10, floor(log10(n))) : 1;
	json_object_set_new(out, "distinct", json_integer((json_int_t)(round(n / step) * step)));
	json_object_del(out, "distinct_share");
	json_object_del(out, "unique");
	json_object_set_new(out, "withheld", json_true());
}

/* Of categories the levels that are left; of numbers those that k rows have, which models may take for levels. */
static void tell_levels(struct redaction *r, const char *name, const json_t *in, const json_t *out)
{
	const json_t *levels = json_at(out, "category.levels"), *common = json_at(out, "numeric.common");
	bool category = json_is_object(json_object_get(in, "category")), yes_no = json_is_object(json_object_get(in, "boolean"));
	json_t *told = json_object();
	for (size_t i = 0; i < json_array_size(levels); i++) {
		const char *s = json_text(json_array_get(levels, i), "value", NULL);
		if (s)
			json_object_set_new(told, s, json_true());
	}
	for (size_t i = 0; i < json_array_size(common); i++) {
		char text[NUM_MAX];
		num_shortest(text, json_num(json_array_get(common, i), "value", 0));
		json_object_set_new(told, text, json_true());
	}
	bool all = yes_no && json_is_object(json_object_get(out, "boolean"));
	if (all || (!category && !yes_no && !json_is_object(json_object_get(in, "numeric")))) {
		json_decref(told);
		told = json_boolean(all);
	}
	json_object_set_new(r->told, name, told);
	if (!category && !yes_no && json_is_object(json_object_get(in, "numeric")))
		json_object_set_new(r->numbers, name, json_pack("{s:f, s:f}", "n", json_num(in, "count", 0), "step",
			redact_fine_step(json_object_get(in, "numeric"))));
}

bool redact_column(struct redaction *r, const json_t *in, json_t *out)
{
	static const char *const blocks[] = { "numeric", "category", "boolean", "datetime", "text", "meaning", "accuracy",
		"examples" };
	const char *name = json_text(in, "name", "");
	bool private = privacy_of(r->privacy, name) != NULL, few = json_num(in, "count", 0) < (double)r->k;
	for (size_t i = 0; (private || few) && i < COUNTOF(blocks); i++)
		json_object_del(out, blocks[i]);
	if (private) {
		round_distinct(out);
		if (r->privacy->hide_names)
			json_object_del(out, "label"), json_object_del(out, "description");
	}
	json_t *numeric = json_object_get(out, "numeric");
	if (json_is_object(numeric))
		redact_moments(r, json_object_get(in, "numeric"), numeric, json_num(in, "count", 0));
	if (json_is_object(json_object_get(numeric, "quantiles")))
		redact_tails(r, json_object_get(numeric, "quantiles"), json_num(in, "count", 0));
	json_object_set_new(out, "examples", json_array());
	tell_levels(r, name, in, out);
	return true;
}

bool redact_schema_column(struct redaction *r, const json_t *in, json_t *out)
{
	if (privacy_of(r->privacy, json_text(in, "name", ""))) {
		json_object_del(out, "codes");
		json_object_del(out, "dictionary");
		if (r->privacy->hide_names)
			json_object_del(out, "original"), json_object_del(out, "label");
	}
	return true;
}

/* Meanings of codes are of the file's own documentation; counts of them are cells. */
json_t *redact_codes(struct redaction *r, const json_t *v)
{
	return redact_levels_counted(r, v);
}

json_t *redact_missing_tokens(struct redaction *r, const json_t *v)
{
	return redact_levels_counted(r, v);
}

bool redact_has_levels(const struct redaction *r, const char *column)
{
	const json_t *told = json_object_get(r->told, column);
	return json_is_true(told) || json_is_object(told);
}

bool redact_tells(const struct redaction *r, const char *column, const char *level)
{
	const json_t *told = json_object_get(r->told, column);
	return json_is_true(told) || (level && json_object_get(told, level));
}
