/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The findings in the document: points, each with what follows from it; the chapter that lists every
 * one; and those that the manifest accepts. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

enum { SINGLES_MAX = 3 };          /* like findings listed one by one; more become a table */

void build_collect_findings(struct build *b)
{
	struct place list = place_at(b->findings, "findings");
	size_t n = json_array_size(list.v);
	b->open = arena_calloc(b->arena, n + 1, sizeof *b->open);
	b->roots = arena_calloc(b->arena, n + 1, sizeof *b->roots);
	for (size_t i = 0; i < n; i++) {
		struct place f = place_item(list, i);
		if (json_at(f.v, "accepted"))
			continue;
		b->open[b->nopen++] = f;
		if (!json_at(f.v, "follows"))
			b->roots[b->nroots++] = f;
	}
}

bool build_has_finding(const struct build *b, const char *column, const char *code)
{
	for (size_t i = 0; i < b->nopen; i++)
		if (place_is(b->open[i], "code", code) && place_is(b->open[i], "columns.0", column))
			return true;
	return false;
}

struct cell build_points(const struct build *b, enum finding_level level)
{
	return place_num(place_at(b->findings, "points"), CELL_COUNT, finding_level_name(level));
}

/* Where more is said of a finding than its columns tell; what is not there is dropped with all such links. */
static const char *link_of(const struct build *b, struct place f)
{
	static const struct {
		enum finding_code code;
		const char *section;
	} links[] = { { FIND_more_rows_help, "where-it-fails" }, { FIND_weak_segment, "where-it-fails" },
		{ FIND_badly_calibrated, "how-sure" }, { FIND_fairness_gap, "groups" }, { FIND_fairness_errors, "groups" },
		{ FIND_one_driver, "what-drives-it" }, { FIND_few_events, "model-candidates" },
		{ FIND_candidate_failed, "model-candidates" }, { FIND_overfit, "model-candidates" },
		{ FIND_heteroscedastic, "model-candidates" }, { FIND_model_useful, "models" }, { FIND_no_model, "models" },
		{ FIND_columns_dropped, "model-data" }, { FIND_target_missing, "model-data" }, { FIND_high_association, "pairs" },
		{ FIND_nearly_identical_columns, "nearly-identical" }, { FIND_converted_columns, "nearly-identical" },
		{ FIND_collinear_columns, "overlap" }, { FIND_broken_dependency, "keys" }, { FIND_almost_key, "keys" },
		{ FIND_key_missing, "keys" }, { FIND_missing_together, "missing" }, { FIND_mcar_rejected, "missing" },
		{ FIND_few_complete_rows, "missing" }, { FIND_seasonal, "time" }, { FIND_seasonal_rows, "time" },
		{ FIND_level_change, "time" }, { FIND_rows_change, "time" }, { FIND_time_anomalies, "time" },
		{ FIND_non_stationary, "time" }, { FIND_renamed_columns, "file" } };
	const struct finding_info *info = finding_lookup(json_text(f.v, "code", ""));
	for (size_t i = 0; i < COUNTOF(links); i++)
		if (info == finding_info(links[i].code))
			return links[i].section;
	return build_anchor(b, json_text(f.v, "columns.0", NULL));
}

/* ---- groups ---------------------------------------------------------------------------------- */

/* Gathers finding `first` and the others of its point into `group` and marks them as used. */
static size_t take_group(
	const struct place *findings, size_t n, size_t first, bool *used, struct place *group)
{
	size_t k = 0;
	int64_t point = json_int(findings[first].v, "point", 0);
	for (size_t i = first; i < n; i++)
		if (!used[i] && (i == first || json_int(findings[i].v, "point", 0) == point)) {
			used[i] = true;
			group[k++] = findings[i];
		}
	return k;
}

size_t build_finding_groups(struct build *b, struct node *parent, const struct place *findings,
	size_t n, size_t max_groups, size_t show)
{
	bool *used = arena_calloc(b->arena, n + 1, sizeof *used);
	struct place *group = arena_calloc(b->arena, n + 1, sizeof *group);
	size_t groups = 0;
	for (size_t i = 0; i < n; i++) {
		if (used[i])
			continue;
		size_t k = take_group(findings, n, i, used, group);
		if (groups++ >= max_groups)
			continue;
		const char *link = k > 1
			? "findings"
			: link_of(b, group[0]);
		doc_finding_group(b->doc, parent, group, k, show, link);
	}
	return groups < max_groups ? groups : max_groups;
}

/* ---- the chapter ----------------------------------------------------------------------------- */

/* All columns but the first: "b, c". */
static struct cell partners_of(struct build *b, struct place f)
{
	size_t n;
	const char **names = build_texts(b, f, "columns", &n);
	if (n <= 2)
		return place_code(f, "columns.1");
	struct buf text = { 0 };
	for (size_t i = 1; i < n; i++)
		buf_printf(&text, "%s%s", i > 1 ? ", " : "", names[i]);
	struct cell c = cell_code(arena_strdup(b->arena, buf_str(&text)));
	buf_free(&text);
	return c;
}

/* Whether no finding is about more than one column. */
static bool are_single(const struct place *group, size_t k)
{
	for (size_t i = 0; i < k; i++)
		if (json_count(group[i].v, "columns") > 1)
			return false;
	return true;
}

static bool have_one_limit(const struct place *group, size_t k)
{
	for (size_t i = 1; i < k; i++)
		if (!(json_num(group[i].v, "threshold", 0) == json_num(group[0].v, "threshold", 0)))
			return false;
	return true;
}

/* The sentences of findings that differ in words. */
static void add_sentences(struct build *b, struct node *parent, const struct place *group, size_t k, bool one_limit)
{
	static const struct table_column columns[] = { { "Column", ALIGN_LEFT, false },
		{ "What it says", ALIGN_LEFT, false }, { "Limit", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, parent, NULL, columns, COUNTOF(columns) - one_limit);
	for (size_t i = 0; i < k && i < ROWS_MAX; i++) {
		struct cell cells[] = { place_code(group[i], "columns.0"), place_own(group[i], "sentence"),
			place_num(group[i], CELL_MEASURE, "threshold") };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(group[i].v, "columns.0", NULL)));
	}
}

/* The figures of all others. What is the same in all rows, or in none, is no column. */
static void add_figures(struct build *b, struct node *parent, const struct place *group, size_t k, bool one_limit)
{
	static const struct table_column all[] = { { "Column", ALIGN_LEFT, false },
		{ "With", ALIGN_LEFT, false }, { "Count", ALIGN_RIGHT, false },
		{ "Share", ALIGN_RIGHT, true }, { "Value", ALIGN_RIGHT, false },
		{ "p", ALIGN_RIGHT, false }, { "Limit", ALIGN_RIGHT, false } };
	bool single = are_single(group, k);
	struct table_column columns[COUNTOF(all)];
	size_t ncolumns = 0;
	for (size_t i = 0; i < COUNTOF(all) - one_limit; i++)
		if (i != 1 || !single)
			columns[ncolumns++] = all[i];
	struct node *table = doc_table(b->doc, parent, NULL, columns, ncolumns);
	table->sortable = true;
	for (size_t i = 0; i < k && i < ROWS_MAX; i++) {
		struct cell cells[] = { place_code(group[i], "columns.0"), partners_of(b, group[i]),
			place_num(group[i], CELL_COUNT, "count"), place_num(group[i], CELL_PERCENT, "share"),
			place_num(group[i], CELL_MEASURE, "value"), place_num(group[i], CELL_P_VALUE, "p"),
			place_num(group[i], CELL_MEASURE, "threshold") };
		if (single)
			cells[1] = cells[0];
		doc_row(b->doc, table, cells + single, build_anchor(b, json_text(group[i].v, "columns.0", NULL)));
	}
}

static void list_as_table(struct build *b, struct node *parent, const struct place *group, size_t k)
{
	struct node *node = doc_finding_group(b->doc, parent, group, k, 3, NULL);
	bool one_limit = have_one_limit(group, k);
	if (one_limit)
		doc_finding_limit(b->doc, node, group[0]);
	struct node *details = doc_details(b->doc, parent, k > ROWS_MAX
		? doc_say(b->doc, "%s: the first %d of %zu findings, one by one", node->title, (int)ROWS_MAX, k)
		: doc_say(b->doc, "%s: %zu findings, one by one", node->title, k));
	if (finding_tells_words(group[0].v))
		add_sentences(b, details, group, k, one_limit);
	else
		add_figures(b, details, group, k, one_limit);
	if (k > ROWS_MAX) {
		struct cell shown[] = { build_count(ROWS_MAX), build_count((double)k) };
		doc_note(b->doc, details, "The first %s of %s; the rest is in the JSON artifacts.",
			shown, 2);
	}
}

/* What need not be told of its own, below what explains it: of the point, or of finding `lead` alone. */
static void list_followers(struct build *b, struct node *parent, int64_t point, const json_t *lead)
{
	static const struct table_column columns[] = { { "Finding", ALIGN_LEFT, false },
		{ "Column", ALIGN_LEFT, false }, { "What it says", ALIGN_LEFT, false } };
	struct node *details = NULL, *table = NULL;
	const json_t *all = json_at(b->findings.v, "findings");
	size_t n = 0;
	for (size_t i = 0; i < b->nopen; i++) {
		struct place f = b->open[i];
		if (!json_at(f.v, "follows") || json_int(f.v, "point", 0) != point)
			continue;
		if ((lead && json_array_get(all, (size_t)json_int(f.v, "follows", -1)) != lead) || n++ >= ROWS_MAX)
			continue;
		if (!table) {
			details = doc_details(b->doc, parent, NULL);
			table = doc_table(b->doc, details, NULL, columns, COUNTOF(columns));
		}
		struct cell cells[] = { place_own(f, "title"), place_code(f, "columns.0"),
			place_own(f, "sentence") };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(f.v, "columns.0", NULL)));
	}
	if (details)
		details->title = doc_say(b->doc, "Findings of the same cause: %zu", n);
}

static void list_singly(struct build *b, struct node *parent, const struct place *group, size_t k)
{
	for (size_t i = 0; i < k; i++) {
		struct node *n = doc_finding(b->doc, parent, group[i].v, group[i].ref, link_of(b, group[i]));
		doc_finding_evidence(b->doc, n, group[i].v, group[i].ref);
		list_followers(b, parent, json_int(group[i].v, "point", 0), group[i].v);
	}
}

static void list_accepted(struct build *b, struct node *root)
{
	static const struct table_column columns[] = { { "Finding", ALIGN_LEFT, false },
		{ "What it says", ALIGN_LEFT, false }, { "Why it is accepted", ALIGN_LEFT, false },
		{ "Until", ALIGN_RIGHT, false } };
	struct place list = place_at(b->findings, "findings");
	size_t n = json_array_size(list.v), accepted = n - b->nopen;
	if (accepted == 0)
		return;
	struct node *section = doc_section(b->doc, root, "accepted", "Accepted findings");
	build_say(b, section,
		"The manifest accepts these findings, with a reason. They count neither in the "
		"assessment nor among the warnings; after the date under Until they do again.");
	struct node *table = doc_table(b->doc, section, NULL, columns, COUNTOF(columns));
	for (size_t i = b->nopen; i < n && i < b->nopen + ROWS_MAX; i++) {
		struct place f = place_item(list, i);
		struct cell until = place_date(f, "accepted.until");
		struct cell cells[] = { place_own(f, "title"), place_own(f, "sentence"),
			place_own(f, "accepted.reason"),
			until.text ? until : cell_text("no end") };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(f.v, "columns.0", NULL)));
	}
	if (accepted > ROWS_MAX) {
		struct cell shown[] = { build_count(ROWS_MAX), build_count((double)accepted) };
		doc_note(b->doc, section, "The first %s of %s; findings.json has all.", shown, 2);
	}
}

void build_findings(struct build *b, struct node *root)
{
	struct node *section = doc_section(b->doc, root, "findings", "All findings");
	if (b->nopen == 0) {
		build_say(b, section,
			"None of the checks made on the file, the data and the models found "
			"anything to report.");
		list_accepted(b, root);
		return;
	}
	struct cell n[] = { build_count((double)b->nopen),
		cell_text(plural((double)b->nopen, "finding", "findings")) };
	doc_text(b->doc, section,
		"%s %s, each column counted; in the Summary like ones of several columns are one point, and "
		"those of level info are its remarks. The most severe come first, within a level those that concern "
		"the largest share or have the largest effect. What follows from another finding stands below it.",
		n, 2);
	bool *used = arena_calloc(b->arena, b->nroots + 1, sizeof *used);
	struct place *group = arena_calloc(b->arena, b->nroots + 1, sizeof *group);
	for (size_t i = 0; i < b->nroots; i++) {
		if (used[i])
			continue;
		size_t k = take_group(b->roots, b->nroots, i, used, group);
		if (k <= SINGLES_MAX) {
			list_singly(b, section, group, k);
			continue;
		}
		list_as_table(b, section, group, k);
		list_followers(b, section, json_int(group[0].v, "point", 0), NULL);
	}
	list_accepted(b, root);
}
