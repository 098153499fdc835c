/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sentences: the only place where a finding, which is a code and numbers, is put into words. The
 * words come from findings.def; here its holes are filled with cells of the right class.
 */
#include "report/report_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { NAMES_MAX = 6 };             /* columns that one sentence names */

/* ---- how the holes of a code print ----------------------------------------------------------- */

/* Where a code is not listed its value is a measure and its texts are values from the data. */
static const struct holes {
	enum finding_code code;
	enum cell_class value, text, text2;
} holes[] = {
	{ FIND_unparsable_values, CELL_MEASURE, CELL_TEXT, CELL_CODE },
	{ FIND_mixed_types, CELL_MEASURE, CELL_TEXT, CELL_TEXT },
	{ FIND_invalid_utf8, CELL_COUNT, CELL_TEXT, CELL_TEXT },
	{ FIND_ambiguous_dates, CELL_MEASURE, CELL_TEXT, CELL_TEXT },
	{ FIND_declared_type_conflict, CELL_MEASURE, CELL_TEXT, CELL_TEXT },
	{ FIND_wrong_meaning, CELL_MEASURE, CELL_CODE, CELL_TEXT },
	{ FIND_other_capitals, CELL_MEASURE, CELL_CODE, CELL_TEXT },
	{ FIND_imbalanced, CELL_ASSOCIATION, CELL_CODE, CELL_CODE },
	{ FIND_skewed, CELL_ASSOCIATION, CELL_CODE, CELL_CODE },
	{ FIND_near_duplicate_levels, CELL_PERCENT, CELL_CODE, CELL_CODE },
	{ FIND_seasonal, CELL_ASSOCIATION, CELL_TEXT, CELL_TEXT },
	{ FIND_seasonal_rows, CELL_ASSOCIATION, CELL_TEXT, CELL_TEXT },
	{ FIND_collinear_columns, CELL_SCORE, CELL_CODE, CELL_CODE },
	{ FIND_collinear, CELL_SCORE, CELL_CODE, CELL_CODE },
	{ FIND_high_association, CELL_ASSOCIATION, CELL_TEXT, CELL_TEXT },
	{ FIND_normal_distribution, CELL_MEASURE, CELL_TEXT, CELL_TEXT },
	{ FIND_outlier_rows, CELL_ASSOCIATION, CELL_TEXT, CELL_TEXT },
	{ FIND_early_dates, CELL_MEASURE, CELL_TEXT, CELL_TEXT },
	{ FIND_acceptance_expired, CELL_MEASURE, CELL_TEXT, CELL_DATE },
	{ FIND_acceptance_unmatched, CELL_MEASURE, CELL_TEXT, CELL_TEXT },
	{ FIND_future_dates, CELL_MEASURE, CELL_DATE, CELL_DATE },
	{ FIND_epoch_dates, CELL_MEASURE, CELL_DATE, CELL_DATE },
	{ FIND_date_gaps, CELL_CHANGE, CELL_TEXT, CELL_DATE },
	{ FIND_missing_together, CELL_ASSOCIATION, CELL_TEXT, CELL_TEXT },
	{ FIND_missing_not_random, CELL_PERCENT, CELL_CODE, CELL_TEXT },
	{ FIND_missing_in_group, CELL_PERCENT, CELL_CODE, CELL_CODE },
	{ FIND_missing_at_start, CELL_PERCENT, CELL_TEXT, CELL_TEXT },
	{ FIND_missing_at_end, CELL_PERCENT, CELL_TEXT, CELL_TEXT },
	{ FIND_mcar_rejected, CELL_COUNT, CELL_TEXT, CELL_TEXT },
	{ FIND_few_events, CELL_ASSOCIATION, CELL_TEXT, CELL_TEXT },
	{ FIND_leakage_suspect, CELL_SCORE, CELL_TEXT, CELL_TEXT },
	{ FIND_leak_filled, CELL_PERCENT, CELL_CODE, CELL_TEXT },
	{ FIND_leak_counter, CELL_SCORE, CELL_TEXT, CELL_TEXT },
	{ FIND_too_good, CELL_SCORE, CELL_TEXT, CELL_TEXT },
	{ FIND_one_driver, CELL_PERCENT, CELL_TEXT, CELL_TEXT },
	{ FIND_without_leaks, CELL_SCORE, CELL_TEXT, CELL_TEXT },
	{ FIND_leaks_excluded, CELL_SCORE, CELL_TEXT, CELL_TEXT },
	{ FIND_action_log_target, CELL_SCORE, CELL_TEXT, CELL_TEXT },
	{ FIND_action_merge_levels, CELL_SCORE, CELL_TEXT, CELL_TEXT },
	{ FIND_action_class_weights, CELL_SCORE, CELL_TEXT, CELL_TEXT },
	{ FIND_model_useful, CELL_SCORE, CELL_TEXT, CELL_TEXT },
	{ FIND_overfit, CELL_SCORE, CELL_TEXT, CELL_TEXT },
	{ FIND_badly_calibrated, CELL_PERCENT, CELL_TEXT, CELL_TEXT },
	{ FIND_weak_segment, CELL_ASSOCIATION, CELL_TEXT, CELL_TEXT },
	{ FIND_fairness_gap, CELL_PERCENT, CELL_TEXT, CELL_TEXT },
	{ FIND_more_rows_help, CELL_SCORE, CELL_TEXT, CELL_TEXT },
	{ FIND_candidate_failed, CELL_MEASURE, CELL_TEXT, CELL_TEXT },
	{ FIND_assumption_taken, CELL_MEASURE, CELL_TEXT, CELL_TEXT },
};

static struct holes holes_of(const char *code)
{
	for (size_t i = 0; i < COUNTOF(holes); i++)
		if (strcmp(finding_info(holes[i].code)->code, code) == 0)
			return holes[i];
	return (struct holes){ .value = CELL_MEASURE, .text = CELL_CODE, .text2 = CELL_CODE };
}

/* A text of a finding: the name of a measure or a score is spelled out. */
static struct cell text_cell(struct place f, const char *key, enum cell_class cls)
{
	struct cell c = place_code(f, key);
	if (c.cls != CELL_EMPTY)
		c.cls = cls;
	const char *title = cls == CELL_TEXT && c.text ? title_of_text(c.text) : c.text;
	if (place_is(f, "code", "wrong_meaning") && title_of_meaning(title))
		title = title_of_meaning(title);
	return title == c.text ? c : cell_text(title);
}

static struct cell share_cell(struct place f)
{
	struct cell c = place_num(f, CELL_PERCENT, "share");
	double count = json_num(f.v, "count", NAN), total = json_num(f.v, "total", NAN);
	if (isnan(c.num) && total > 0)
		return cell_num(CELL_PERCENT, count / total, NULL);
	return c;
}

static struct cell value_cell(struct place f, struct holes h, const char *key)
{
	enum cell_class cls = h.value;
	const char *text = json_text(f.v, "text", "");
	if (title_of_measure(text) != text)
		cls = class_of_measure(text);
	if (cls == CELL_ASSOCIATION && strcmp(key, "threshold") == 0)
		cls = CELL_MEASURE;    /* a limit is printed as it was set */
	return place_num(f, cls, key);
}

/* The cell for the hole {name}; false when no hole is called that. */
static bool hole_cell(struct place f, struct holes h, struct str name, struct cell *out)
{
	if (str_eq(name, "column"))
		*out = place_code(f, "columns.0");
	else if (str_eq(name, "count") || str_eq(name, "total") || str_eq(name, "n"))
		*out = place_num(f, CELL_COUNT, arena_strndup(f.arena, name.p, name.n));
	else if (str_eq(name, "share"))
		*out = share_cell(f);
	else if (str_eq(name, "value") || str_eq(name, "threshold"))
		*out = value_cell(f, h, arena_strndup(f.arena, name.p, name.n));
	else if (str_eq(name, "statistic") || str_eq(name, "effect"))
		*out = place_num(f, CELL_SCORE, arena_strndup(f.arena, name.p, name.n));
	else if (str_eq(name, "p"))
		*out = place_num(f, CELL_P_VALUE, "p");
	else if (str_eq(name, "text"))
		*out = text_cell(f, "text", h.text);
	else if (str_eq(name, "text2"))
		*out = text_cell(f, "text2", h.text2);
	else
		return false;
	return true;
}

/* ---- filling a sentence ---------------------------------------------------------------------- */

/* "a, b and c" */
static void add_columns(struct doc *d, struct node *n, struct place f)
{
	size_t k = json_count(f.v, "columns");
	size_t named = k <= NAMES_MAX + 1 ? k : NAMES_MAX;
	struct place columns = place_at(f, "columns");
	for (size_t i = 0; i < named; i++) {
		struct cell name = place_code(columns, arena_printf(f.arena, "%zu", i));
		doc_runs(d, n, i == 0 ? "%s" : i + 1 < k ? ", %s" : " and %s", &name, 1);
	}
	struct cell others = cell_num(CELL_COUNT, (double)(k - named), NULL);
	doc_runs(d, n, named < k ? " and %s others" : "", &others, 1);
}

/* "{count|value|values}" in a translation: the word for one when the finding has one of them. */
static bool add_choice(struct buf *fmt, struct str hole, struct place f)
{
	size_t name = 0, one;
	while (name < hole.n && hole.p[name] != '|')
		name++;
	for (one = name + 1; one < hole.n && hole.p[one] != '|';)
		one++;
	if (one >= hole.n)
		return false;
	if (json_num(f.v, arena_strndup(f.arena, hole.p, name), NAN) == 1)
		buf_put(fmt, hole.p + name + 1, one - name - 1);
	else
		buf_put(fmt, hole.p + one + 1, hole.n - one - 1);
	return true;
}

const char *doc_condition(struct doc *d, struct place when)
{
	const char *name = json_text(when.v, "column", "");
	struct cell from = place_num(when, CELL_MEASURE, "from"), to = place_num(when, CELL_MEASURE, "to");
	if (fabs(from.num) < 1e-12 * fabs(to.num))
		from = cell_num(CELL_MEASURE, 0, NULL);   /* the sine of a whole turn is not quite zero */
	if (place_is(when, "kind", "missing"))
		return doc_say(d, "%s is missing", name);
	if (place_is(when, "kind", "level"))
		return doc_say(d, "%s is %s", name, json_text(when.v, "level", ""));
	if (isnan(from.num))
		return doc_say(d, "%s is below %s", name, doc_cell(d, &to));
	if (isnan(to.num))
		return doc_say(d, "%s is %s or more", name, doc_cell(d, &from));
	return doc_say(d, "%s is from %s to below %s", name, doc_cell(d, &from), doc_cell(d, &to));
}

const char *doc_conditions(struct doc *d, struct place when)
{
	const char *first = doc_condition(d, place_item(when, 0));
	return json_array_size(when.v) < 2 ? first : doc_say(d, "%s and %s", first, doc_condition(d, place_item(when, 1)));
}

/* {part}: which rows a finding is about, by the conditions that the catalogue found for it, or by its column. */
static struct cell part_cell(struct doc *d, struct place f)
{
	struct place when = place_at(f, "when");
	return cell_text(json_array_size(when.v) > 0 ? doc_say(d, "those where %s", doc_conditions(d, when))
		: doc_say(d, "picked out by %s", json_text(f.v, "columns.0", "")));
}

static void add_sentence(
	struct doc *d, struct node *n, const char *sentence, struct place f, struct holes h)
{
	/* The sentence becomes a format; {columns} is several cells and cuts it in two. */
	struct buf fmt = { 0 };
	struct cell cells[8];
	size_t ncells = 0;
	for (const char *p = sentence; *p; p++) {
		const char *close = *p == '{' ? strchr(p, '}') : NULL;
		struct str name = { p + 1, close ? (size_t)(close - p - 1) : 0 };
		if (close && str_eq(name, "columns")) {
			doc_runs(d, n, doc_own(d, arena_strdup(d->arena, buf_str(&fmt))), cells, ncells);
			add_columns(d, n, f);
			buf_clear(&fmt);
			ncells = 0;
			p = close;
		} else if (close && str_eq(name, "s")) {
			buf_puts(&fmt, json_num(f.v, "count", NAN) == 1 ? "" : "s");
			p = close;
		} else if (close && add_choice(&fmt, name, f)) {
			p = close;
		} else if (close && str_eq(name, "part") && ncells < COUNTOF(cells)) {
			cells[ncells++] = part_cell(d, f);
			buf_puts(&fmt, "%s");
			p = close;
		} else if (close && ncells < COUNTOF(cells) &&
			hole_cell(f, h, name, &cells[ncells])) {
			ncells++;
			buf_puts(&fmt, "%s");
			p = close;
		} else {
			buf_puts(&fmt, *p == '%' ? "%%" : (const char[]){ *p, '\0' });
		}
	}
	doc_runs(d, n, doc_own(d, arena_strdup(d->arena, buf_str(&fmt))), cells, ncells);
	buf_free(&fmt);
}

enum finding_level finding_level_of(const json_t *finding)
{
	const char *name = json_text(finding, "level", "info");
	for (enum finding_level l = FINDING_INFO; l <= FINDING_ERROR; l++)
		if (strcmp(finding_level_name(l), name) == 0)
			return l;
	return FINDING_INFO;
}

static struct node *finding_node(
	struct doc *d, struct node *parent, struct place f, const char *link)
{
	struct node *n = doc_add(d, parent, NODE_FINDING);
	n->code = json_text(f.v, "code", "unknown");
	n->level = finding_level_of(f.v);
	n->link = link;
	const struct finding_info *info = finding_lookup(n->code);
	n->title = info ? words_say(d->words, info->title) : n->code;
	n->text = info ? words_say(d->words, info->advice) : NULL;
	n->id = doc_slug(d, "finding",
		arena_printf(d->arena, "%s %s", n->code, json_text(f.v, "columns.0", "")));
	return n;
}

struct node *doc_finding(struct doc *d, struct node *parent, const json_t *finding, const char *ref,
	const char *link)
{
	struct place f = { d->arena, finding, ref, NULL };
	struct node *n = finding_node(d, parent, f, link);
	const struct finding_info *info = finding_lookup(n->code);
	if (info)
		add_sentence(d, n, words_say(d->words, info->sentence), f, holes_of(n->code));
	return n;
}

/* ---- like findings of several columns -------------------------------------------------------- */

/* The figure that stands behind a name: the first of these that the sentence of the code mentions. */
static const char *main_hole(struct place f, const struct finding_info *info)
{
	static const char *const order[] = { "share", "value", "count" };
	for (size_t i = 0; info && i < COUNTOF(order); i++)
		if (strstr(info->sentence, arena_printf(f.arena, "{%s}", order[i])))
			return order[i];
	return NULL;
}

static bool main_figure(struct place f, const struct finding_info *info, struct cell *out)
{
	const char *hole = main_hole(f, info);
	return hole && hole_cell(f, holes_of(info->code), str_of(hole), out) && !isnan(out->num);
}

/* What that figure is, where the title does not say it; NULL: it does. */
static const char *name_of_figure(struct place f, const struct finding_info *info)
{
	static const struct {
		enum finding_code code;
		const char *words;
	} names[] = { { FIND_missing_values, "share missing" },
		{ FIND_nearly_identical_columns, "same value where both have one" }, { FIND_mostly_missing, "share missing" },
		{ FIND_missing_not_random, "share missing" }, { FIND_missing_in_group, "share missing" },
		{ FIND_skewed, "skewness" }, { FIND_collinear_columns, "variance inflation" },
		{ FIND_collinear, "variance inflation" }, { FIND_sentinel_values, "number of such values" },
		{ FIND_high_cardinality, "number of levels" }, { FIND_many_zeros, "share of zeros" },
		{ FIND_date_gaps, "times the usual step" }, { FIND_seasonal, "strength of the season" },
		{ FIND_level_change, "changes" }, { FIND_time_anomalies, "periods" }, { FIND_high_association, "strength" },
		{ FIND_broken_dependency, "rows that break the rule" } };
	for (size_t i = 0; info && i < COUNTOF(names); i++)
		if (strcmp(finding_info(names[i].code)->code, info->code) == 0)
			return names[i].words;
	const char *hole = main_hole(f, info);
	bool pair = json_count(f.v, "columns") > 1;
	return !hole || strcmp(hole, "share") != 0 ? NULL : pair ? "share of rows" : "share of values";
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A column can have two findings of one code: two stand-ins for missing, say. */
static size_t count_columns(const struct place *findings, size_t n)
{
	const char **names = arena_calloc(findings[0].arena, n, sizeof *names);
	for (size_t i = 0; i < n; i++)
		names[i] = json_text(findings[i].v, "columns.0", "");
	qsort(names, n, sizeof *names, by_text);
	size_t distinct = 1;
	for (size_t i = 1; i < n; i++)
		distinct += strcmp(names[i - 1], names[i]) != 0;
	return distinct;
}

/* The first of the findings that is about the same column as finding `i`. */
static size_t first_of_column(const struct place *findings, size_t i)
{
	size_t first = 0;
	while (first < i && strcmp(json_text(findings[first].v, "columns.0", ""),
			json_text(findings[i].v, "columns.0", "")) != 0)
		first++;
	return first;
}

/* " (60, 54)": the figures of finding `i` and of those before `end` about the same column. */
static void add_figures(
	struct doc *d, struct node *node, const struct place *findings, size_t i, size_t end)
{
	const struct finding_info *info = finding_lookup(node->code);
	struct cell figure;
	bool any = false;
	for (size_t j = i; j < end; j++)
		if ((j == i || first_of_column(findings, j) == i) &&
			main_figure(findings[j], info, &figure)) {
			/* which value it is says more than how often */
			struct cell cells[] = { figure, text_cell(findings[j], "text", CELL_CODE) };
			if (info == finding_info(FIND_sentinel_values) && cells[1].text)
				doc_runs(d, node, any ? ", %s × %s" : " (%s × %s", cells, 2);
			else
				doc_runs(d, node, any ? ", %s" : " (%s", cells, 1);
			any = true;
		}
	doc_runs(d, node, any ? ")" : "", NULL, 0);
}

static bool is_copy(struct place f)
{
	return place_is(f, "code", finding_info(FIND_nearly_identical_columns)->code) && json_count(f.v, "columns") == 2 &&
		json_int(f.v, "count", -1) == json_int(f.v, "total", -2);
}

/* Copies of one column are one group: whether finding `j` names another copy of what `i` is about. */
static bool is_copy_too(const struct place *findings, size_t i, size_t j)
{
	return is_copy(findings[i]) && is_copy(findings[j]) &&
		strcmp(json_text(findings[i].v, "columns.0", ""), json_text(findings[j].v, "columns.0", "")) == 0;
}

/* Whether an earlier finding tells this one along. */
static bool is_told_along(const struct place *findings, size_t j)
{
	for (size_t i = 0; i < j && is_copy(findings[j]); i++)
		if (is_copy_too(findings, i, j))
			return true;
	return false;
}

/* The columns of finding `i`, with all copies of them that others name. */
static void add_copies(struct doc *d, struct node *node, const struct place *findings, size_t n, size_t i)
{
	size_t last = i;
	for (size_t j = i + 1; j < n && is_copy(findings[i]); j++)
		last = is_copy_too(findings, i, j) ? j : last;
	if (last == i) {
		add_columns(d, node, findings[i]);
		return;
	}
	struct cell first[] = { place_code(findings[i], "columns.0"), place_code(findings[i], "columns.1") };
	doc_runs(d, node, "%s, %s", first, 2);
	for (size_t j = i + 1; j <= last; j++) {
		struct cell name = place_code(findings[j], "columns.1");
		if (is_copy_too(findings, i, j))
			doc_runs(d, node, j == last ? " and %s" : ", %s", &name, 1);
	}
}

struct node *doc_finding_group(struct doc *d, struct node *parent, const struct place *findings,
	size_t n, size_t show, const char *link)
{
	if (n == 1)
		return doc_finding(d, parent, findings[0].v, findings[0].ref, link);
	struct node *node = finding_node(d, parent, findings[0], link);
	bool pairs = json_count(findings[0].v, "columns") > 1;
	size_t along = 0;          /* told with another one */
	for (size_t i = 0; i < n; i++)
		along += is_told_along(findings, i);
	size_t how_many = pairs ? n - along : count_columns(findings, n);
	struct cell count[] = { cell_num(CELL_COUNT, (double)how_many, NULL),
		cell_text(name_of_figure(findings[0], finding_lookup(node->code))) };
	bool two = pairs && along == 0 && json_count(findings[0].v, "columns") == 2;
	for (size_t i = 1; i < n; i++)
		two = two && json_count(findings[i].v, "columns") == 2;
	if (finding_lookup(node->code) == finding_info(FIND_collinear))
		doc_runs(d, node, "%s terms (%s): ", count, 2);
	else if (count[1].text)
		doc_runs(d, node, two ? "%s pairs of columns (%s): " : pairs ? "%s groups of columns (%s): "
			: how_many == 1 ? "%s column (%s): " : "%s columns (%s): ", count, 2);
	else
		doc_runs(d, node, two ? "%s pairs of columns: " : pairs ? "%s groups of columns: "
			: how_many == 1 ? "%s column: " : "%s columns: ", count, 1);
	size_t named = n <= show + 1 ? n : show;    /* "and 1 more" is no shorter than its name */
	size_t hidden = 0;
	for (size_t i = named; i < n; i++)
		hidden += !is_told_along(findings, i);
	bool any = false;
	for (size_t i = 0; i < named; i++) {
		if (pairs ? is_told_along(findings, i) : first_of_column(findings, i) < i)
			continue;
		bool last = true;
		for (size_t j = i + 1; j < named && last; j++)
			last = !pairs && first_of_column(findings, j) < j;
		if (any)
			doc_runs(d, node, pairs ? "; " : named == n && last ? " and " : ", ", NULL, 0);
		add_copies(d, node, findings, n, i);
		add_figures(d, node, findings, i, pairs ? i + 1 : named);
		any = true;
	}
	struct cell rest = cell_num(CELL_COUNT, (double)hidden, NULL);
	doc_runs(d, node, hidden ? " and %s more." : ".", &rest, 1);
	return node;
}
