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
	{ FIND_collinear_columns, CELL_ASSOCIATION, CELL_CODE, CELL_CODE },
	{ FIND_collinear, CELL_ASSOCIATION, CELL_CODE, CELL_CODE },
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

/* Whether the sentence of the code leaves this figure out and the finding has it. */
static bool is_unsaid(struct place f, const struct finding_info *info, const char *key)
{
	bool is_total = strcmp(key, "n") == 0 && json_num(f.v, "n", NAN) == json_num(f.v, "total", NAN);
	if (is_total && strstr(info->sentence, arena_printf(f.arena, "{%s}", "total")))
		return false;
	return !isnan(json_num(f.v, key, NAN)) &&
		!strstr(info->sentence, arena_printf(f.arena, "{%s}", key));
}

/* Limits of what the sentence does not give as a figure of its own, or gives beside others. Words without
 * a hole: the sentence says the limit itself. */
static const struct limit {
	enum finding_code code;
	const char *words;
	enum cell_class cls;
} limits_of_codes[] = { { FIND_broken_dependency, " Limit of the share of exceptions: %s", CELL_PERCENT },
	{ FIND_almost_key, " Limit of the share of such rows: %s", CELL_PERCENT },
	{ FIND_key_missing, " Limit of the share of such rows: %s", CELL_PERCENT },
	{ FIND_outlier_rows, " Limit of the share of rows in common: %s", CELL_PERCENT },
	{ FIND_time_anomalies, " Limit of the distance: %s median absolute deviations", CELL_MEASURE },
	{ FIND_imbalanced, " Limit of the imbalance: %s", CELL_MEASURE },
	{ FIND_skewed, " Limit of the skewness, on either side: %s", CELL_MEASURE },
	{ FIND_collinear, " Limit of the variance inflation: %s", CELL_MEASURE },
	{ FIND_collinear_columns, " Limit of the variance inflation: %s", CELL_MEASURE },
	{ FIND_high_association, " Limit of the strength: %s", CELL_MEASURE },
	{ FIND_seasonal, " Limit of the strength: %s", CELL_MEASURE },
	{ FIND_seasonal_rows, " Limit of the strength: %s", CELL_MEASURE },
	{ FIND_missing_together, " Limit of the correlation: %s", CELL_MEASURE },
	{ FIND_mcar_rejected, " Limit of p: %s", CELL_MEASURE },
	{ FIND_high_cardinality, " Limit of the number of levels: %s", CELL_COUNT },
	{ FIND_small_sample, " Limit of the number of rows: %s", CELL_COUNT },
	{ FIND_one_driver, " Limit of this share: %s", CELL_PERCENT },
	{ FIND_fairness_gap, NULL, CELL_EMPTY }, { FIND_early_dates, NULL, CELL_EMPTY },
	{ FIND_date_gaps, NULL, CELL_EMPTY } };

static const struct limit *limit_of_code(const struct finding_info *info)
{
	for (size_t i = 0; i < COUNTOF(limits_of_codes); i++)
		if (finding_info(limits_of_codes[i].code) == info)
			return &limits_of_codes[i];
	return NULL;
}

/* Whether there is a limit to tell of. */
static bool has_limit(struct place f, const struct finding_info *info)
{
	const struct limit *own = limit_of_code(info);
	return json_num(f.v, "threshold", 0) != 0 && !(own && !own->words);   /* no limit: one is enough */
}

/* What a limit limits: the figure that the sentence is about, where its code knows no better. */
static struct cell limit_cell(struct place f, const struct finding_info *info, const char **words)
{
	const struct limit *own = limit_of_code(info);
	if (own) {
		*words = own->words;
		return place_num(f, own->cls, "threshold");
	}
	static const struct {
		const char *hole, *words;
		enum cell_class cls;
	} limits[] = { { "value", " Limit of this figure: %s", CELL_MEASURE },
		{ "share", " Limit of this share: %s", CELL_PERCENT }, { "p", " Limit of p: %s", CELL_MEASURE },
		{ "count", " Limit of this number: %s", CELL_MEASURE } };
	size_t i = 0;
	while (i < COUNTOF(limits) && !strstr(info->sentence, arena_printf(f.arena, "{%s}", limits[i].hole)))
		i++;
	*words = i < COUNTOF(limits) ? limits[i].words : " Limit %s";
	return place_num(f, i < COUNTOF(limits) ? limits[i].cls : CELL_MEASURE, "threshold");
}

void doc_finding_limit(struct doc *d, struct node *n, struct place f)
{
	const struct finding_info *info = finding_lookup(n->code);
	const char *words;
	if (!info || !has_limit(f, info))
		return;
	struct cell limit = limit_cell(f, info, &words);
	doc_runs(d, n, words, &limit, 1);
	doc_runs(d, n, ".", NULL, 0);
}

void doc_finding_evidence(struct doc *d, struct node *n, const json_t *finding, const char *ref)
{
	struct place f = { d->arena, finding, ref, NULL };
	const struct finding_info *info = finding_lookup(n->code);
	static const struct {
		const char *key, *first, *later;
		enum cell_class cls;
	} figures[] = { { "threshold", " Limit %s", NULL, CELL_MEASURE },
		{ "effect", " Effect %s", ", effect %s", CELL_SCORE },
		{ "statistic", " Test statistic %s", ", test statistic %s", CELL_SCORE },
		{ "p", " p = %s", ", p = %s", CELL_P_VALUE }, { "n", " n = %s", ", n = %s", CELL_COUNT } };
	size_t said = 0;
	for (size_t i = 0; info && i < COUNTOF(figures); i++) {
		/* an effect that is the value of the sentence has been said */
		bool none = i == 0 && !has_limit(f, info);
		bool again = strcmp(figures[i].key, "effect") == 0 &&
			(!is_unsaid(f, info, "value") ||
				json_num(f.v, "value", NAN) == json_num(f.v, "effect", NAN));
		if (none || again || !is_unsaid(f, info, figures[i].key))
			continue;
		const char *first = figures[i].first;
		struct cell c = i ? place_num(f, figures[i].cls, figures[i].key)
			: limit_cell(f, info, &first);
		doc_runs(d, n, said++ ? figures[i].later : first, &c, 1);
	}
	if (said)
		doc_runs(d, n, ".", NULL, 0);
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

struct node *doc_finding_group(struct doc *d, struct node *parent, const struct place *findings,
	size_t n, size_t show, const char *link)
{
	if (n == 1)
		return doc_finding(d, parent, findings[0].v, findings[0].ref, link);
	struct node *node = finding_node(d, parent, findings[0], link);
	bool pairs = json_count(findings[0].v, "columns") > 1;
	size_t how_many = pairs ? n : count_columns(findings, n);
	struct cell count[] = { cell_num(CELL_COUNT, (double)how_many, NULL),
		cell_text(name_of_figure(findings[0], finding_lookup(node->code))) };
	bool two = pairs && json_count(findings[0].v, "columns") == 2;
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
	bool any = false;
	for (size_t i = 0; i < named; i++) {
		if (!pairs && first_of_column(findings, i) < i)
			continue;
		bool last = true;
		for (size_t j = i + 1; j < named && last; j++)
			last = !pairs && first_of_column(findings, j) < j;
		if (any)
			doc_runs(d, node, pairs ? "; " : named == n && last ? " and " : ", ", NULL, 0);
		add_columns(d, node, findings[i]);
		add_figures(d, node, findings, i, pairs ? i + 1 : named);
		any = true;
	}
	struct cell rest = cell_num(CELL_COUNT, (double)(n - named), NULL);
	doc_runs(d, node, named < n ? " and %s more." : ".", &rest, 1);
	return node;
}
