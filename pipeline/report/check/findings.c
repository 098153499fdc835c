/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Findings against what they were found in, and what the report says of them against the findings: each
 * sentence is that of its code with its figures, no more and no less.
 */
#include "report/check_int.h"

#include <math.h>
#include <string.h>

/* ---- figures --------------------------------------------------------------------------------- */

/* Where the count of a finding is found again: sums of places in its column, or, without a column, in the
 * profile of the table. */
static const struct source {
	const char *code;
	bool column;
	const char *count[2], *total;
} sources[] = {
	{ "missing_values", true, { "missing", NULL }, NULL },
	{ "mostly_missing", true, { "missing", NULL }, NULL },
	{ "duplicate_rows", false, { "dataset.duplicate_rows", NULL }, "dataset.rows" },
};

static void check_source(struct checking *k, const json_t *f, const json_t *columns)
{
	const char *code = json_text(f, "code", ""), *name = json_text(f, "columns.0", "");
	const json_t *column = json_object_get(columns, name), *eda = k->in->artifacts->eda;
	for (size_t i = 0; i < COUNTOF(sources); i++) {
		const struct source *s = &sources[i];
		const json_t *from = s->column ? column : eda;
		if (strcmp(code, s->code) != 0 || !from || strcmp(json_text(f, "step", ""), "eda") != 0)
			continue;
		double count = json_num(f, "count", NAN), total = json_num(f, "total", NAN), there = 0;
		for (size_t c = 0; c < COUNTOF(s->count) && s->count[c]; c++)
			there += json_num(from, s->count[c], NAN);
		double all = json_num(eda, s->total ? s->total : "dataset.rows", NAN);
		check_that(k, CHECK_findings, isnan(count) || count == there, "%s of '%s' says %.0f, the profile has %.0f", code,
			name, count, there);
		check_that(k, CHECK_findings, isnan(total) || total == all, "%s of '%s' is of %.0f, the profile of %.0f", code,
			name, total, all);
	}
}

static void check_figures(struct checking *k, const json_t *f)
{
	const char *code = json_text(f, "code", ""), *name = json_text(f, "columns.0", "");
	double count = json_num(f, "count", NAN), total = json_num(f, "total", NAN), share = json_num(f, "share", NAN);
	double p = json_num(f, "p", NAN);
	bool part = strcmp(code, "row_count_differs") != 0;    /* what a file says of itself can be less than it has */
	if (!isnan(count) && !isnan(total) && part) {
		check_that(k, CHECK_findings, count >= 0 && count <= total, "%s of '%s': %.0f of %.0f", code, name, count, total);
		if (total > 0 && !isnan(share))
			check_that(k, CHECK_findings, fabs(share - count / total) < 1e-9, "%s of '%s': %.0f of %.0f is not %.9g", code,
				name, count, total, share);
	}
	if (!isnan(p))
		check_that(k, CHECK_findings, p >= 0 && p <= 1, "%s of '%s': p = %.9g", code, name, p);
}

/* The columns of the profile by name. */
static json_t *columns_by_name(const struct checking *k)
{
	const json_t *list = json_at(k->in->artifacts->eda, "columns");
	json_t *index = json_object();
	for (size_t i = 0; i < json_array_size(list); i++)
		json_object_set(index, json_text(json_array_get(list, i), "name", ""), json_array_get(list, i));
	return index;
}

/* ---- sentences ------------------------------------------------------------------------------- */

static const char FINDINGS[] = "findings.json#findings.";

static const char *text_of(const json_t *run)
{
	return json_is_string(run) ? json_string_value(run) : json_text(run, "text", "");
}

/* Which of the findings the cells of a node are about: SIZE_MAX when about none or several. */
static size_t subject_of(const json_t *cells)
{
	size_t subject = SIZE_MAX;
	for (size_t i = 0; i < json_array_size(cells); i++) {
		const char *ref = json_text(json_array_get(cells, i), "ref", "");
		if (strncmp(ref, FINDINGS, strlen(FINDINGS)) != 0)
			continue;
		size_t at = (size_t)atoi(ref + strlen(FINDINGS));
		if (subject != SIZE_MAX && subject != at)
			return SIZE_MAX;
		subject = at;
	}
	return subject;
}

static void check_sentence(void *ctx, const json_t *node)
{
	struct checking *k = ctx;
	const json_t *cells = json_object_get(node, "cells"), *list = json_at(k->findings, "findings");
	if (strcmp(json_text(node, "kind", ""), "finding") != 0)
		return;
	size_t at = subject_of(cells);
	const json_t *f = at < json_array_size(list) ? json_array_get(list, at) : NULL;
	if (!f)
		return;
	const char *id = json_text(node, "id", ""), *said = json_text(f, "sentence", "");
	struct buf text = { 0 };
	for (size_t i = 0; i < json_array_size(cells); i++)
		buf_puts(&text, text_of(json_array_get(cells, i)));
	/* evidence may follow: test, limit, p */
	check_that(k, CHECK_sentences, strncmp(buf_str(&text), said, strlen(said)) == 0,
		"'%s' says '%.120s', its finding '%.120s'", id, buf_str(&text), said);
	check_that(k, CHECK_sentences, strcmp(json_text(node, "code", ""), json_text(f, "code", "?")) == 0,
		"'%s' has not the code of its finding", id);
	check_that(k, CHECK_sentences, strcmp(json_text(node, "level", ""), json_text(f, "level", "?")) == 0,
		"'%s' is called %s, its finding %s", id, json_text(node, "level", ""), json_text(f, "level", "?"));
	buf_free(&text);
}

void check_findings(struct checking *k)
{
	const json_t *list = json_at(k->findings, "findings");
	json_t *columns = columns_by_name(k);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *f = json_array_get(list, i);
		check_figures(k, f);
		check_source(k, f, columns);
	}
	json_decref(columns);
	result_walk(json_at(k->in->result, "document"), check_sentence, k);
}
