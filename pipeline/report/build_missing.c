/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Missing data: how much, where, and whether it is missing together. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

enum { COMBINATIONS_MAX = 12 };

static const char *band_name(const char *band)
{
	return strcmp(band, "good") == 0         ? "hardly matters"
		: strcmp(band, "attention") == 0 ? "needs attention"
		: strcmp(band, "bad") == 0       ? "bad"
		: strcmp(band, "drop") == 0      ? "of little use"
		: band;
}

/* Columns that lack values: eda lists all, most missing first. */
static size_t count_lacking(struct place columns)
{
	size_t n = 0;
	while (n < json_array_size(columns.v) &&
		json_num(place_item(columns, n).v, "missing", 0) > 0)
		n++;
	return n;
}

static void add_columns(struct build *b, struct node *section, struct place columns, size_t n)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "Missing", ALIGN_RIGHT, false }, { "Share", ALIGN_RIGHT, true },
		{ "Judgement", ALIGN_LEFT, false } };
	struct node *table = doc_table(
		b->doc, section, "Columns that lack values", heads, COUNTOF(heads));
	table->sortable = true;
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place c = place_item(columns, i);
		struct cell cells[] = { place_code(c, "name"), place_num(c, CELL_COUNT, "missing"),
			place_num(c, CELL_PERCENT, "share"),
			cell_text(band_name(json_text(c.v, "band", ""))) };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(c.v, "name", NULL)));
	}
	if (n > ROWS_MAX) {
		struct cell shown[] = { build_count(ROWS_MAX), build_count((double)n) };
		doc_note(b->doc, section, "The first %s of %s; eda.json has all.", shown, 2);
	}
}

/* Where in the file values are missing: rows from left to right in bins. */
static struct chart *matrix(struct build *b)
{
	struct place m = place_at(b->eda, "missing.matrix");
	size_t n;
	const char **labels = build_texts(b, m, "columns", &n);
	struct place strips = place_at(m, "present");
	size_t bins = json_array_size(place_item(strips, 0).v);
	if (n == 0 || bins < 2 || json_array_size(strips.v) != n)
		return NULL;
	n = n < LABELS_MAX ? n : LABELS_MAX;
	double *v = arena_calloc(b->arena, n * bins, sizeof *v);
	for (size_t i = 0; i < n; i++) {
		size_t k;
		const double *strip = build_numbers(
			b, strips, arena_printf(b->arena, "%zu", i), &k);
		for (size_t j = 0; j < bins; j++)
			v[i * bins + j] = j < k ? strip[j] : NAN;
	}
	double *share = arena_calloc(b->arena, n, sizeof *share);
	for (size_t i = 0; i < n; i++) {
		int64_t at = build_column(b, labels[i]);
		share[i] = json_num(place_item(b->columns, (size_t)at).v, "missing_share", NAN);
	}
	struct chart *chart = build_chart(b, CHART_MISSING, "missing", "matrix", m);
	chart->n = n;
	chart->n2 = bins;
	chart->labels = labels;
	chart->matrix = v;
	chart->y = share;
	chart->xmin = 1;
	chart->xmax = json_num(b->eda.v, "dataset.rows", (double)bins);
	chart->height = 60 + 16 * (double)n;
	chart->title = "Where values are missing";
	chart->alt = arena_printf(b->arena,
		"A strip for each of %zu columns from the first row to the last; gaps show "
		"where values are missing.",
		n);
	chart->xlabel = "row";
	return chart;
}

static void add_combinations(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Missing together", ALIGN_LEFT, false },
		{ "Rows", ALIGN_RIGHT, false }, { "Share", ALIGN_RIGHT, true } };
	struct place list = place_at(b->eda, "missing.combinations");
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct node *table = doc_table(
		b->doc, section, "Most frequent combinations", heads, COUNTOF(heads));
	for (size_t i = 0; i < n && i < COMBINATIONS_MAX; i++) {
		struct place c = place_item(list, i);
		struct buf names = { 0 };
		size_t k;
		const char **columns = build_texts(b, c, "columns", &k);
		for (size_t j = 0; j < k && j < 6; j++)
			buf_printf(&names, "%s%s", j ? ", " : "", columns[j]);
		if (k > 6)
			buf_printf(&names, " and %zu more", k - 6);
		struct cell cells[] = { cell_code(k ? arena_strdup(b->arena, buf_str(&names))
			: "none"),
			place_num(c, CELL_COUNT, "count"), place_num(c, CELL_PERCENT, "share") };
		buf_free(&names);
		doc_row(b->doc, table, cells, NULL);
	}
}

void build_missing(struct build *b, struct node *root)
{
	struct place m = place_at(b->eda, "missing"), columns = place_at(m, "columns");
	if (!m.v || json_num(b->eda.v, "dataset.rows", 0) == 0)
		return;
	struct node *section = doc_section(b->doc, root, "missing", "Missing data");
	size_t n = count_lacking(columns);
	if (n == 0) {
		build_say(b, section, "No value is missing.");
		return;
	}
	struct place set = place_at(b->eda, "dataset");
	struct cell cells[] = { build_count((double)n), place_num(set, CELL_COUNT, "columns"),
		cell_text(plural((double)n, "lacks", "lack")),
		place_num(set, CELL_COUNT, "missing_cells"),
		cell_text(plural(json_num(set.v, "missing_cells", 0), "cell", "cells")),
		place_num(set, CELL_PERCENT, "missing_share"),
		place_num(m, CELL_COUNT, "complete_rows"), place_num(set, CELL_COUNT, "rows") };
	doc_text(b->doc, section,
		"%s of %s columns %s values: %s %s in all (%s). %s of %s rows are complete.",
		cells, COUNTOF(cells));
	add_columns(b, section, columns, n);
	struct chart *where = matrix(b);
	if (where)
		doc_chart(b->doc, section, where);
	add_combinations(b, section);
	struct chart *together = build_heatmap(
		b, place_at(m, "nullity"), "r", "Missing together", true);
	if (together)
		doc_chart(b->doc, section, together);
}
