/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be told of models: scores, what drives them, errors of groups of k rows or more; no row, no
 * level that is not told of its column, and nothing where the target itself is sensitive. */
#include "report/redact_int.h"

#include <math.h>
#include <string.h>

static const char *const WITHHELD = "(withheld)";

/* ---- names of classes, and terms ------------------------------------------------------------------------- */

static const char *class_of(const struct redaction *r, const char *name)
{
	return r->target && redact_tells(r, r->target, name) ? name : WITHHELD;
}

/* One class or a list of them; numbers are predictions of a mean. */
json_t *redact_classes(struct redaction *r, const json_t *v)
{
	if (json_is_array(v)) {
		json_t *out = json_array();
		for (size_t i = 0; i < json_array_size(v); i++)
			json_array_append_new(out, redact_classes(r, json_array_get(v, i)));
		return out;
	}
	const char *s = json_string_value(v);
	return s ? json_string(class_of(r, s)) : redact_number(r, v);
}

/* What a term says of its column beside levels. */
static bool is_own_part(const char *part)
{
	static const char *const parts[] = { "missing", "(missing)", "(other)", "rank", "squared" };
	for (size_t i = 0; i < COUNTOF(parts); i++)
		if (strcmp(part, parts[i]) == 0)
			return true;
	return false;
}

/* "island: Dream": a column that is not sensitive, and of a category a level that is told. */
static bool term_stays(const struct redaction *r, const char *term)
{
	if (json_object_get(r->told, term))
		return !privacy_of(r->privacy, term);
	for (const char *p = term + strlen(term); p-- > term;) {
		if (p[0] != ':' || p[1] != ' ')
			continue;
		const char *column = arena_strndup(r->arena, term, (size_t)(p - term));
		const json_t *told = json_object_get(r->told, column);
		if (!told)
			continue;
		return !privacy_of(r->privacy, column) && (!redact_has_levels(r, column) || is_own_part(p + 2) || redact_tells(r, column, p + 2));
	}
	return strcmp(term, "(intercept)") == 0;
}

bool redact_terms(struct redaction *r, const json_t *in, json_t *out)
{
	(void)out;
	return term_stays(r, json_text(in, "term", ""));
}

/* ---- conditions, curves ------------------------------------------------------------------------------------ */

static bool condition_stays(const struct redaction *r, const json_t *when)
{
	const char *level = json_text(when, "level", NULL);
	return !level || redact_tells(r, json_text(when, "column", ""), level) || is_own_part(level);
}

bool redact_segment(struct redaction *r, const json_t *in, json_t *out)
{
	const json_t *when = json_object_get(in, "when");
	(void)out;
	for (size_t i = 0; i < json_array_size(when); i++)
		if (!condition_stays(r, json_array_get(when, i)))
			return false;
	double n = json_num(in, "n", 0), wrong = json_num(in, "wrong", 0);
	return !redact_small(r, n) && (wrong > 1 || !redact_small(r, wrong * n));
}

/* All groups or none: the one that is left out could be told from the total. */
bool redact_fairness(struct redaction *r, const json_t *in, json_t *out)
{
	const json_t *groups = json_object_get(in, "groups");
	(void)out;
	for (size_t i = 0; i < json_array_size(groups); i++) {
		const json_t *g = json_array_get(groups, i);
		if (redact_small(r, json_num(g, "n", 0)) || redact_small(r, json_num(g, "positives", 0)) ||
			!condition_stays(r, json_object_get(g, "when")))
			return false;
	}
	return true;
}

bool redact_cut(struct redaction *r, const json_t *in, json_t *out)
{
	static const char *const cells[] = { "tp", "fp", "fn", "tn" };
	(void)out;
	for (size_t i = 0; i < COUNTOF(cells); i++)
		if (redact_small(r, json_num(in, cells[i], 0)))
			return false;
	return true;
}

bool redact_gains(struct redaction *r, const json_t *in, json_t *out)
{
	const json_t *tenths = json_object_get(in, "tenths");
	(void)out;
	for (size_t i = 0; i < json_array_size(tenths); i++) {
		const json_t *t = json_array_get(tenths, i);
		double rows = json_num(t, "rows", 0), positives = json_num(t, "positives", 0);
		if (redact_small(r, rows) || redact_small(r, positives) || redact_small(r, rows - positives))
			return false;
	}
	return true;
}

/* Whether a share of n rows stands for so few, or for all but so few. */
static bool tells_few(const struct redaction *r, double share, double n)
{
	return redact_small(r, round(share * n)) || redact_small(r, round((1 - share) * n));
}

/* Points that each stand for k rows or more, and of two outcomes for k or none of either. */
bool redact_by_fitted(struct redaction *r, const json_t *in, json_t *out)
{
	const json_t *n = json_object_get(in, "n"), *observed = json_object_get(in, "observed");
	(void)out;
	for (size_t i = 0; i < json_array_size(n); i++) {
		double rows = json_number_value(json_array_get(n, i));
		const json_t *share = json_array_get(observed, i);
		if (redact_small(r, rows) || (json_is_number(share) && tells_few(r, json_number_value(share), rows)))
			return false;
	}
	return true;
}

/* To a hundredth: no step of a curve stands for one row any more. */
json_t *redact_curve(struct redaction *r, const json_t *v)
{
	json_t *out = redact_number(r, v);
	for (void *i = json_object_iter(out); i; i = json_object_iter_next(out, i)) {
		json_t *list = json_object_iter_value(i);
		for (size_t k = 0; k < json_array_size(list); k++)
			json_array_set_new(list, k, json_real(round(json_number_value(json_array_get(list, k)) * 100) / 100));
	}
	return out;
}

/* Cells below k are blank, and others with them so that rows and columns with known sums do not tell them. */
json_t *redact_confusion(struct redaction *r, const json_t *v)
{
	const json_t *rows = json_object_get(v, "matrix");
	size_t n = json_array_size(rows);
	double *m = arena_calloc(r->arena, n * n + 1, sizeof *m), *line = arena_calloc(r->arena, n + 1, sizeof *line);
	for (size_t i = 0; i < n * n; i++)
		m[i] = json_number_value(json_array_get(json_array_get(rows, i / n), i % n));
	bool again = true, any = false;
	for (size_t round = 0; again && round < 2 * n + 2; round++) {
		again = false;
		for (size_t k = 0; k < 2 * n; k++) {   /* rows, then columns */
			bool down = k >= n, changed = false;
			for (size_t i = 0; i < n; i++)
				line[i] = down ? m[i * n + k - n] : m[k * n + i];
			size_t blank = 0;
			for (size_t i = 0; i < n; i++)
				blank += line[i] < 0;
			for (size_t i = 0; i < n; i++)
				if (redact_small(r, line[i])) {
					line[i] = -1;
					blank++;
					changed = true;
				}
			if (blank == 1) {
				size_t least = n;
				for (size_t i = 0; i < n; i++)
					if (line[i] >= 0 && (least == n || line[i] < line[least]))
						least = i;
				changed = changed || least < n;
				if (least < n)
					line[least] = -1;
			}
			for (size_t i = 0; changed && i < n; i++)
				*(down ? &m[i * n + k - n] : &m[k * n + i]) = line[i];
			again = again || changed;
			any = any || changed;
		}
	}
	json_t *out = json_object(), *matrix = json_array();
	for (size_t i = 0; i < n; i++) {
		json_t *row = json_array();
		for (size_t k = 0; k < n; k++)
			json_array_append_new(row, m[i * n + k] < 0 ? json_null() : json_integer((json_int_t)m[i * n + k]));
		json_array_append_new(matrix, row);
	}
	json_object_set_new(out, "classes", redact_classes(r, json_object_get(v, "classes")));
	json_object_set_new(out, "matrix", matrix);
	json_object_set_new(out, "withheld", json_boolean(any));
	return out;
}

/* ---- trees, dependence, all ---------------------------------------------------------------------------------- */

/* A tree with a leaf of fewer than k rows, or so few of a class, or a question about a level that is not told, goes
 * as a whole. */
bool redact_tree(struct redaction *r, const json_t *in, json_t *out)
{
	const json_t *nodes = json_object_get(in, "nodes");
	(void)out;
	for (size_t i = 0; i < json_array_size(nodes); i++) {
		const json_t *node = json_array_get(nodes, i), *levels = json_object_get(node, "levels");
		const json_t *shares = json_object_get(node, "shares");
		double rows = json_num(node, "rows", 0);
		if (redact_small(r, rows))
			return false;
		for (size_t k = 0; k < json_array_size(shares); k++)
			if (redact_small(r, round(rows * json_number_value(json_array_get(shares, k)))))
				return false;
		for (size_t k = 0; k < json_array_size(levels); k++) {
			const char *level = json_string_value(json_array_get(levels, k));
			if (level && !redact_tells(r, json_text(node, "feature", ""), level) && !is_own_part(level))
				return false;
		}
	}
	return true;
}

/* Without the ends of a curve, which are values of single rows; what is between is rounded as quantiles are. Of
 * levels, all or none. */
bool redact_dependence(struct redaction *r, const json_t *in, json_t *out)
{
	static const char *const lists[] = { "x", "y", "lo", "hi" };
	const json_t *levels = json_object_get(in, "levels");
	for (size_t i = 0; i < json_array_size(levels); i++) {
		const char *level = json_string_value(json_array_get(levels, i));
		if (level && !redact_tells(r, json_text(in, "name", ""), level) && !is_own_part(level))
			return false;
	}
	size_t n = json_count(in, "x");
	json_object_set_new(out, "rug", json_array());
	json_object_set_new(out, "lines", json_array());
	if (json_array_size(levels) || n == 0)
		return true;
	if (n < 5)
		return false;
	for (size_t i = 0; i < COUNTOF(lists); i++) {
		json_t *list = json_object_get(out, lists[i]);
		if (json_array_size(list) != n)
			continue;
		json_array_remove(list, n - 1);
		json_array_remove(list, 0);
	}
	json_t *x = json_object_get(out, "x");
	double step = json_num(json_object_get(r->numbers, json_text(in, "name", "")), "step", 0);
	for (size_t i = 0; step > 0 && i < json_array_size(x); i++)
		json_array_set_new(x, i, json_real(redact_round(json_number_value(json_array_get(x, i)), step, round)));
	return true;
}

bool redact_modeling(struct redaction *r, const json_t *in, json_t *out)
{
	const char *target = json_text(in, "target", NULL);
	json_object_set_new(out, "model_files", json_array());
	json_object_set_new(out, "worst", json_array());
	/* of two outcomes, how often one is named right tells how many rows the other has */
	const json_t *classes = json_object_get(in, "classes");
	bool rare = json_array_size(classes) == 2 && target && !(redact_tells(r, target, json_text(classes, "0", NULL)) &&
		redact_tells(r, target, json_text(classes, "1", NULL)));
	if (!target || (!rare && !privacy_of(r->privacy, target)))
		return true;
	json_object_clear(out);
	json_object_set_new(out, "schema", json_string(json_text(in, "schema", "")));
	json_object_set_new(out, "status", json_string("skipped"));
	json_object_set_new(out, "reason", json_string(rare ? "an outcome is rarer than may be told"
		: "the target is a column whose values are withheld"));
	json_object_set_new(out, "findings", json_array());
	return true;
}
