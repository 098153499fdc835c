/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Places: values of artifacts that know where they came from. A number can only get into the
 * report with its address, which is what lets the checks compare the two.
 */
#include "report/report_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct place place_of(struct arena *a, const char *file, const json_t *artifact)
{
	return (struct place){ a, artifact, arena_printf(a, "%s#", file), NULL };
}

static const char *longer_ref(struct place p, const char *path)
{
	size_t n = strlen(p.ref);
	return arena_printf(
		p.arena, "%s%s%s", p.ref, n > 0 && p.ref[n - 1] == '#' ? "" : ".", path);
}

struct place place_at(struct place p, const char *path)
{
	const json_t *v = json_at(p.v, path);
	/* a column that was sketched says so, and all within it is of the sketch */
	const json_t *sketch = json_flag(v, "approximate", false) ? v : p.sketch;
	return (struct place){ p.arena, v, longer_ref(p, path), sketch };
}

/* Does a sketch give the figure? Counts of values, sums, moments, extremes and what texts are made of
 * are exact even then; that all values differ is known where it is so. */
static bool is_estimate(struct place p, const char *ref)
{
	static const char *const estimates[] = { "median", "mad", "iqr", "p1", "p5", "p10", "p25",
		"p50", "p75", "p90", "p95", "p99", "iqr_low", "iqr_high", "lower_fence",
		"upper_fence", "mean_without", "modified_z_low", "modified_z_high", "below", "above" };
	const char *dot = strrchr(ref, '.');
	const char *key = dot ? dot + 1 : ref;
	if (!p.sketch || strstr(ref, ".text."))
		return false;
	if (strcmp(key, "distinct") == 0 || strcmp(key, "distinct_share") == 0)
		return json_num(p.sketch, "accuracy.distinct_relative_error", 1) > 0;
	for (size_t i = 0; i < COUNTOF(estimates); i++)
		if (strcmp(key, estimates[i]) == 0)
			return true;
	bool frequent = strstr(ref, ".common.") || strstr(ref, ".levels.") || strstr(ref, ".median_ci95.");
	return frequent && strcmp(key, "value") != 0;
}

struct place place_item(struct place p, size_t i)
{
	char path[24];
	snprintf(path, sizeof path, "%zu", i);
	return place_at(p, path);
}

bool place_is(struct place p, const char *path, const char *value)
{
	const char *s = json_text(p.v, path, NULL);
	return s && strcmp(s, value) == 0;
}

struct cell place_num(struct place p, enum cell_class cls, const char *path)
{
	struct cell c = cell_num(cls, json_num(p.v, path, NAN), longer_ref(p, path));
	c.approx = is_estimate(p, c.ref);
	if (isnan(c.num))
		c.text = json_text(p.v, arena_printf(p.arena, "%s_why", path), NULL);
	return c;
}

struct cell place_text(struct place p, const char *path)
{
	struct cell c = cell_text(json_text(p.v, path, NULL));
	c.ref = longer_ref(p, path);
	return c;
}

struct cell place_own(struct place p, const char *path)
{
	struct cell c = place_text(p, path);
	if (c.cls == CELL_TEXT)
		c.cls = CELL_OWN;
	return c;
}

struct cell place_code(struct place p, const char *path)
{
	const json_t *v = json_at(p.v, path);
	char number[NUM_MAX];
	const char *s = NULL;
	if (json_is_string(v))
		s = json_string_value(v);
	else if (json_is_integer(v))
		s = arena_printf(p.arena, "%lld", (long long)json_integer_value(v));
	else if (json_is_real(v) && num_shortest(number, json_real_value(v)) > 0)
		s = arena_strdup(p.arena, number);
	else if (json_is_boolean(v))
		s = json_is_true(v) ? "true" : "false";
	struct cell c = cell_code(s);
	c.ref = longer_ref(p, path);
	return c;
}

struct cell place_date(struct place p, const char *path)
{
	struct cell c = place_text(p, path);
	if (c.cls == CELL_TEXT)
		c.cls = CELL_DATE;
	return c;
}
