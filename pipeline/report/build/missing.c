/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Missing data: how much, where, what to do about it; what it goes with: build/missing_why.c. */
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
		{ "Judgement", ALIGN_LEFT, false }, { "What to do", ALIGN_LEFT, false },
		{ "Where", ALIGN_LEFT, false } };
	/* where no column has a pattern, that was said of all, and what to do, too, where few rows are complete */
	bool where = build_missing_pattern(b), advice = where || !build_few_complete(b);
	for (size_t i = 0; i < n && !advice; i++)
		advice = place_is(place_item(columns, i), "band", "drop");
	struct node *table = doc_table(b->doc, section, "Columns that lack values", heads,
		COUNTOF(heads) - !where - !advice);
	table->sortable = true;
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place c = place_item(columns, i);
		const char *name = json_text(c.v, "name", NULL), *band = json_text(c.v, "band", "");
		struct place cause = build_missing_cause(b, name);
		struct cell cells[] = { place_code(c, "name"), place_num(c, CELL_COUNT, "missing"),
			place_num(c, CELL_PERCENT, "share"), cell_text(band_name(band)),
			cell_text(build_missing_advice(b, cause, band)), cell_text(build_missing_where(b, cause)) };
		doc_row(b->doc, table, cells, build_anchor(b, name));
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
	size_t all, n = 0;
	const char **labels = build_texts(b, m, "columns", &all);
	struct place strips = place_at(m, "present");
	size_t bins = json_array_size(place_item(strips, 0).v);
	if (all == 0 || bins < 2 || json_array_size(strips.v) != all)
		return NULL;
	double *v = arena_calloc(b->arena, LABELS_MAX * bins, sizeof *v);
	double *share = arena_calloc(b->arena, LABELS_MAX, sizeof *share);
	double *lacks = arena_calloc(b->arena, all, sizeof *lacks);
	size_t *at, lacking = 0, most = 0;
	for (size_t i = 0; i < all; i++) {
		lacks[i] = json_num(place_item(b->columns, (size_t)build_column(b, labels[i])).v, "missing_share", NAN);
		lacking += lacks[i] != 0;
	}
	most = build_strongest(b, lacks, all, &at);
	for (size_t j = 0; j < most; j++) {
		size_t i = at[j], k;
		double missing = lacks[i];
		if (missing == 0)      /* a full strip tells nothing */
			continue;
		const double *strip = build_numbers(
			b, strips, arena_printf(b->arena, "%zu", i), &k);
		for (size_t bin = 0; bin < bins; bin++)
			v[n * bins + bin] = bin < k ? strip[bin] : NAN;
		labels[n] = labels[i];
		share[n++] = missing;
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
	chart->title = n < lacking ? doc_say(b->doc,
		"Where values are missing: the %zu of %zu columns that lack most", n, lacking) : "Where values are missing";
	chart->alt = doc_say(b->doc,
		"A strip for each of %zu columns that lack values, from the first row to the last; "
		"the darker, the more of them are missing there.",
		n);
	chart->xlabel = "row";
	return n ? chart : NULL;
}

static void add_combinations(struct build *b, struct node *section)
{
	static const struct table_column heads[] = { { "Missing in the same row", ALIGN_LEFT, false },
		{ "Rows", ALIGN_RIGHT, false }, { "Share", ALIGN_RIGHT, true } };
	struct place list = place_at(b->eda, "missing.combinations");
	size_t n = json_array_size(list.v), together = 0;
	for (size_t i = 0; i < n && i < COMBINATIONS_MAX; i++)
		together += json_count(place_item(list, i).v, "columns") > 1;
	if (together == 0)     /* columns one by one: the table of columns has said it */
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
		const char *named = arena_strdup(b->arena, buf_str(&names));
		struct cell cells[] = { k == 0 ? cell_text("none")
			: cell_code(k > 6 ? doc_say(b->doc, "%s and %zu more", named, k - 6) : named),
			place_num(c, CELL_COUNT, "count"), place_num(c, CELL_PERCENT, "share") };
		buf_free(&names);
		doc_row(b->doc, table, cells, NULL);
	}
}

/* ---- missing together ------------------------------------------------------------------------ */

/* Columns in the order of their clusters, so that what is missing together stands side by side. */
static struct chart *heatmap(struct build *b, struct place nullity)
{
	size_t n, k, shown, *at;
	const char **names = build_texts(b, nullity, "columns", &n);
	const double *order = build_numbers(b, nullity, "order", &k);
	struct place rows = place_at(nullity, "r");
	if (n < 3 || k != n || json_array_size(rows.v) != n)
		return NULL;
	double *m = build_matrix(b, rows, n, order, &shown, &at);
	const char **labels = arena_calloc(b->arena, shown + 1, sizeof *labels);
	for (size_t i = 0; i < shown; i++)
		labels[i] = names[(size_t)order[at[i]]];
	struct chart *chart = build_chart(b, CHART_HEATMAP, "matrix", "missing together", rows);
	chart->n = shown;
	chart->labels = labels;
	chart->matrix = m;
	chart->diverging = true;
	chart->show_values = shown <= 12;
	chart->values = CELL_CORRELATION;
	chart->width = build_matrix_width(shown);
	chart->title = shown < n ? doc_say(b->doc, "%s: the %zu of %zu columns with the strongest partners",
		doc_word(b->doc, "Correlation of being missing"), shown, n) : "Correlation of being missing";
	chart->alt = doc_say(b->doc,
		"Correlation of being missing between %zu%s columns, as a matrix of colours.", shown,
		shown < n ? doc_say(b->doc, " of %zu", n) : "");
	return chart;
}

static struct chart *tree(struct build *b, struct place nullity)
{
	size_t n, k, three;
	const char **names = build_texts(b, nullity, "columns", &n);
	const double *order = build_numbers(b, nullity, "order", &k);
	struct place merges = place_at(nullity, "merges");
	if (n < 3 || k != n || json_array_size(merges.v) + 1 != n)
		return NULL;
	double *place = arena_calloc(b->arena, n, sizeof *place);
	double *m = arena_calloc(b->arena, 3 * n, sizeof *m);
	const char **labels = arena_calloc(b->arena, n, sizeof *labels);
	for (size_t i = 0; i < n; i++) {
		place[(size_t)order[i]] = (double)i;
		labels[i] = names[(size_t)order[i]];
	}
	for (size_t i = 0; i + 1 < n; i++) {
		const double *merge = build_numbers(
			b, merges, arena_printf(b->arena, "%zu", i), &three);
		for (size_t j = 0; j < 3; j++)
			m[3 * i + j] = j == 2 || merge[j] >= (double)n ? merge[j]
				: place[(size_t)merge[j]];
	}
	struct chart *chart = build_chart(b, CHART_TREE, "tree", "missing together", merges);
	chart->n = n;
	chart->labels = labels;
	chart->matrix = m;
	chart->title = "Columns by how they are missing together";
	chart->alt = doc_say(b->doc,
		"A tree of %zu columns: the further to the left two are joined, the more often they "
		"are missing in the same rows. %s and %s are nearest.",
		n, labels[(size_t)m[0]], labels[(size_t)m[1]]);
	chart->xlabel = "0 always together, 1 unrelated";
	return chart;
}

/* Says so and is true where no two columns lack values together: a picture of that would be empty. */
static bool say_unrelated(struct build *b, struct node *section, struct place nullity)
{
	const double SOME = 0.1;
	struct place rows = place_at(nullity, "r");
	size_t n = json_array_size(rows.v), k, row = 0, column = 1;
	double most = 0;
	for (size_t i = 0; i < n; i++) {
		const double *r = build_numbers(b, rows, arena_printf(b->arena, "%zu", i), &k);
		for (size_t j = i + 1; j < k; j++)
			if (fabs(r[j]) > most) {
				most = fabs(r[j]);
				row = i;
				column = j;
			}
	}
	if (n < 3 || most > SOME)
		return false;
	struct cell cells[] = { place_num(nullity, CELL_CORRELATION, arena_printf(b->arena, "r.%zu.%zu", row, column)),
		place_code(nullity, arena_printf(b->arena, "columns.%zu", row)),
		place_code(nullity, arena_printf(b->arena, "columns.%zu", column)) };
	doc_text(b->doc, section, "Whether a column lacks a value hardly depends on whether another one does: the "
		"strongest correlation of being missing is %s, between %s and %s.", cells, 3);
	return true;
}

static void add_together(struct build *b, struct node *section)
{
	struct place nullity = place_at(b->eda, "missing.nullity");
	if (say_unrelated(b, section, nullity))
		return;
	struct chart *matrix_of = heatmap(b, nullity), *tree_of = tree(b, nullity);
	if (json_count(nullity.v, "columns") == 2) {
		struct cell cells[] = { place_num(nullity, CELL_CORRELATION, "r.0.1"),
			place_code(nullity, "columns.0"), place_code(nullity, "columns.1") };
		doc_note(b->doc, section, "Correlation of being missing: %s between %s and %s.",
			cells, 3);
	}
	if (!matrix_of || !tree_of)
		return;
	struct node *columns = matrix_of->width > 0 ? doc_add(b->doc, section, NODE_COLUMNS) : section;
	doc_chart(b->doc, columns, matrix_of);
	doc_chart(b->doc, columns, tree_of);
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
	build_missing_judgement(b, section);
	add_columns(b, section, columns, n);
	struct chart *where = matrix(b);
	if (where)
		doc_chart(b->doc, section, where);
	build_missing_why(b, section);
	add_combinations(b, section);
	add_together(b, section);
}
