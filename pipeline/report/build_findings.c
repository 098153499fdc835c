/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings of all steps: gathered, ranked, like ones grouped; and the chapter that lists
 * every one. */
#include "report/build_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SINGLES_MAX = 8 };          /* like findings listed one by one; more become a table */

/* Severity first, then how much is affected; the order of the artifacts decides ties. */
struct rank {
	struct place finding;
	int level;
	double weight;
	size_t order;
};

static int level_rank(const char *level)
{
	for (int l = FINDING_INFO; l <= FINDING_ERROR; l++)
		if (strcmp(level, finding_level_name((enum finding_level)l)) == 0)
			return l;
	return FINDING_INFO;
}

/* How a model was fitted matters to fewer readers than what is the matter with the data. */
bool build_is_technical(struct place finding)
{
	const char *code = json_text(finding.v, "code", "");
	static const char *const codes[] = { "collinear", "heteroscedastic", "candidate_failed" };
	for (size_t i = 0; i < COUNTOF(codes); i++)
		if (strcmp(codes[i], code) == 0)
			return true;
	return false;
}

/* The share of rows affected or the size of an effect, both in [0, 1]; in the middle when neither
 * says. */
static double weight_of(const json_t *finding)
{
	double share = json_num(finding, "share", NAN);
	double effect = fabs(json_num(finding, "effect", NAN));
	if (!isnan(share))
		return share;
	return effect <= 1 ? effect : 0.5;
}

static int by_rank(const void *x, const void *y)
{
	const struct rank *a = x, *b = y;
	if (a->level != b->level)
		return a->level > b->level ? -1 : 1;
	if (a->weight != b->weight)
		return a->weight > b->weight ? -1 : 1;
	return (a->order > b->order) - (a->order < b->order);
}

void build_collect_findings(struct build *b)
{
	struct place sources[] = { place_at(b->ingest, "findings"), place_at(b->eda, "findings"),
		place_at(b->clarify, "findings"), place_at(b->modeling, "findings") };
	size_t n = 0, total = 0;
	for (size_t s = 0; s < COUNTOF(sources); s++)
		total += json_array_size(sources[s].v);
	struct rank *ranks = arena_calloc(b->arena, total + 1, sizeof *ranks);
	for (size_t s = 0; s < COUNTOF(sources); s++)
		for (size_t i = 0; i < json_array_size(sources[s].v); i++, n++) {
			struct place f = place_item(sources[s], i);
			ranks[n] = (struct rank){ f, level_rank(json_text(f.v, "level", "")),
				build_is_technical(f) ? 0 : weight_of(f.v), n };
		}
	qsort(ranks, n, sizeof *ranks, by_rank);
	b->findings = arena_calloc(b->arena, n + 1, sizeof *b->findings);
	b->nfindings = n;
	for (size_t i = 0; i < n; i++)
		b->findings[i] = ranks[i].finding;
}

/* ---- groups ---------------------------------------------------------------------------------- */

static bool alike(struct place a, struct place b)
{
	return json_count(a.v, "columns") > 0 && json_count(b.v, "columns") > 0 &&
		strcmp(json_text(a.v, "code", ""), json_text(b.v, "code", "")) == 0 &&
		strcmp(json_text(a.v, "level", ""), json_text(b.v, "level", "")) == 0;
}

/* Gathers finding `first` and those like it after it into `group` and marks them as used. */
static size_t take_group(
	const struct place *findings, size_t n, size_t first, bool *used, struct place *group)
{
	size_t k = 0;
	for (size_t i = first; i < n; i++)
		if (!used[i] && (i == first || alike(findings[first], findings[i]))) {
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
			: build_anchor(b, json_text(group[0].v, "columns.0", NULL));
		doc_finding_group(b->doc, parent, group, k, show, link);
	}
	return groups > max_groups ? groups - max_groups : 0;
}

void build_count_points(const struct build *b, size_t counts[FINDING_ERROR + 1])
{
	memset(counts, 0, (FINDING_ERROR + 1) * sizeof *counts);
	bool *used = arena_calloc(b->arena, b->nfindings + 1, sizeof *used);
	struct place *group = arena_calloc(b->arena, b->nfindings + 1, sizeof *group);
	for (size_t i = 0; i < b->nfindings; i++)
		if (!used[i]) {
			take_group(b->findings, b->nfindings, i, used, group);
			counts[level_rank(json_text(b->findings[i].v, "level", ""))]++;
		}
}

/* ---- the chapter ----------------------------------------------------------------------------- */

static void list_singly(struct build *b, struct node *parent, const struct place *group, size_t k)
{
	for (size_t i = 0; i < k; i++)
		doc_finding(b->doc, parent, group[i].v, group[i].ref,
			build_anchor(b, json_text(group[i].v, "columns.0", NULL)));
}

static void list_as_table(struct build *b, struct node *parent, const struct place *group, size_t k)
{
	struct node *node = doc_finding_group(b->doc, parent, group, k, 3, NULL);
	struct node *details = doc_add(b->doc, parent, NODE_DETAILS);
	details->title = arena_printf(b->arena, "%s: all %zu", node->title, k);
	static const struct table_column columns[] = { { "Column", ALIGN_LEFT, false },
		{ "With", ALIGN_LEFT, false }, { "Count", ALIGN_RIGHT, false },
		{ "Share", ALIGN_RIGHT, true }, { "Value", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, details, NULL, columns, COUNTOF(columns));
	table->sortable = true;
	for (size_t i = 0; i < k && i < ROWS_MAX; i++) {
		struct cell cells[] = { place_code(group[i], "columns.0"),
			place_code(group[i], "columns.1"), place_num(group[i], CELL_COUNT, "count"),
			place_num(group[i], CELL_PERCENT, "share"),
			place_num(group[i], CELL_MEASURE, "value") };
		doc_row(b->doc, table, cells,
			build_anchor(b, json_text(group[i].v, "columns.0", NULL)));
	}
	if (k > ROWS_MAX) {
		struct cell shown[] = { build_count(ROWS_MAX), build_count((double)k) };
		doc_note(b->doc, details, "The first %s of %s; the rest is in the JSON artifacts.",
			shown, 2);
	}
}

void build_findings(struct build *b, struct node *root)
{
	struct node *section = doc_section(b->doc, root, "findings", "All findings");
	if (b->nfindings == 0) {
		build_say(b, section,
			"None of the checks made on the file, the data and the models found "
			"anything to report.");
		return;
	}
	struct cell n = build_count((double)b->nfindings);
	doc_text(b->doc, section,
		b->nfindings == 1
			? "There is %s finding."
			: "There are %s findings, the most severe first; among equals the one "
			"that affects most comes first.",
		&n, 1);
	bool *used = arena_calloc(b->arena, b->nfindings, sizeof *used);
	struct place *group = arena_calloc(b->arena, b->nfindings, sizeof *group);
	for (size_t i = 0; i < b->nfindings; i++) {
		if (used[i])
			continue;
		size_t k = take_group(b->findings, b->nfindings, i, used, group);
		if (k <= SINGLES_MAX)
			list_singly(b, section, group, k);
		else
			list_as_table(b, section, group, k);
	}
}
