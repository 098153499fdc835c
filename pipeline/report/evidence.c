/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sentence of a finding leaves out: the limit it was held against, and the figures of its test. */
#include "report/report_int.h"

#include <math.h>
#include <string.h>

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
