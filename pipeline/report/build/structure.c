/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What numeric columns say together: overlap, principal components, columns that say the same. */
#include "report/build_int.h"

#include <math.h>
#include <stdlib.h>

enum { SCREE = 20, LOADINGS = 3, CLASSES = 6 };

/* ---- columns that say the same --------------------------------------------------------------- */

static const char *formula(struct build *b, struct place p)
{
	if (!place_is(p, "kind", "converted"))
		return "the same values";
	double slope = json_num(p.v, "slope", 1), intercept = json_num(p.v, "intercept", 0);
	struct cell s = cell_num(CELL_MEASURE, fabs(slope), NULL),
		    i = cell_num(CELL_MEASURE, fabs(intercept), NULL);
	const char *a = json_text(p.v, "a", ""),
		   *x = fabs(slope) == 1 ? a
			: doc_say(b->doc, "%s × %s", doc_cell(b->doc, &s), a);
	return doc_say(b->doc, "%s = %s%s%s%s", json_text(p.v, "b", ""),
		slope < 0 ? "−" : "", x,
		intercept > 0 ? " + " : intercept < 0 ? " − " : "",
		intercept != 0 ? doc_cell(b->doc, &i) : "");
}

static void add_near(struct build *b, struct node *parent)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "With", ALIGN_LEFT, false }, { "Says", ALIGN_LEFT, false },
		{ "Rows that agree", ALIGN_RIGHT, false }, { "of", ALIGN_RIGHT, false },
		{ "Share", ALIGN_RIGHT, false } };
	struct place near = place_at(b->eda, "structure.near");
	size_t n = json_array_size(near.v);
	if (n == 0)
		return;
	struct node *section = doc_section(b->doc, parent, "nearly-identical",
		"Columns that say the same");
	struct node *table = doc_table(b->doc, section, NULL, heads, COUNTOF(heads));
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place p = place_item(near, i);
		struct cell cells[] = { place_code(p, "a"), place_code(p, "b"),
			cell_text(formula(b, p)), place_num(p, CELL_COUNT, "same"),
			place_num(p, CELL_COUNT, "n"), place_num(p, CELL_PERCENT, "share") };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(p.v, "a", NULL)));
	}
	build_say(b, section,
		"Rows in which both have a value, but not both their commonest one. Texts are compared "
		"without case and surplus blanks. Columns that are the same in every row are not listed here, but under All findings.");
}

/* ---- overlap --------------------------------------------------------------------------------- */

struct inflated {
	struct place p;
	double vif;
};

static int by_vif(const void *x, const void *y)
{
	const struct inflated *a = x, *b = y;
	return (a->vif < b->vif) - (a->vif > b->vif);
}

static void add_inflation(struct build *b, struct node *section, struct place c)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "Variance inflation", ALIGN_RIGHT, false },
		{ "Variance that the others explain", ALIGN_RIGHT, true } };
	struct place columns = place_at(c, "columns");
	size_t n = json_array_size(columns.v);
	struct inflated *v = arena_calloc(b->arena, n + 1, sizeof *v);
	for (size_t i = 0; i < n; i++) {
		struct place p = place_item(columns, i);
		v[i] = (struct inflated){ p, json_num(p.v, "vif", INFINITY) };
	}
	qsort(v, n, sizeof *v, by_vif);
	struct node *table = doc_table(b->doc, section, "How far each column follows from the others", heads, COUNTOF(heads));
	table->sortable = true;
	for (size_t i = 0; i < n && i < LABELS_MAX; i++) {
		struct cell cells[] = { place_code(v[i].p, "name"),
			isinf(v[i].vif) ? cell_text("infinite") : place_num(v[i].p, CELL_SCORE, "vif"),
			cell_num(CELL_PERCENT, 1 - 1 / v[i].vif, NULL) };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(v[i].p.v, "name", NULL)));
	}
	struct cell cells[] = { place_num(c, CELL_COUNT, "rows"),
		place_num(c, CELL_COUNT, "sample_rows"),
		place_num(b->eda, CELL_MEASURE, "thresholds.vif") };
	bool sampled = cells[1].num < json_num(b->eda.v, "dataset.rows", 0);
	doc_note(b->doc, section,
		sampled ? "Complete rows: %s, in a sample of %s rows."
			: "Complete rows: %s of %s.", cells, 2);
	doc_note(b->doc, section,
		"Above %s the own part of a column in a linear model can hardly be told.", cells + 2, 1);
}

/* "cnt = casual + registered" */
static void say_combination(struct build *b, struct node *section, struct place c)
{
	struct place k = place_at(c, "combination");
	size_t n, m;
	const char **of = build_texts(b, k, "of", &n);
	const double *slope = build_numbers(b, k, "slope", &m);
	if (n == 0 || n != m)
		return;
	struct buf text = { 0 };
	for (size_t i = 0; i < n; i++) {
		struct cell s = cell_num(CELL_MEASURE, fabs(slope[i]), NULL);
		buf_puts(&text, slope[i] < 0 ? i ? " − " : "−" : i ? " + " : "");
		if (fabs(slope[i]) != 1)
			buf_printf(&text, "%s × ", doc_cell(b->doc, &s));
		buf_puts(&text, of[i]);
	}
	double rest = json_num(k.v, "intercept", 0);
	struct cell r = cell_num(CELL_MEASURE, fabs(rest), NULL);
	if (rest != 0)
		buf_printf(&text, " %s %s", rest < 0 ? "−" : "+",
			doc_cell(b->doc, &r));
	struct cell cells[] = { place_code(k, "column"),
		cell_code(arena_strdup(b->arena, buf_str(&text))) };
	buf_free(&text);
	doc_text(b->doc, section, "%s is exactly %s.", cells, 2);
}

static void say_left_out(struct build *b, struct node *section, struct place c)
{
	size_t n;
	const char **names = build_texts(b, c, "left_out", &n);
	if (n == 0)
		return;
	struct cell cells[] = { build_count((double)n), cell_code(names[0]) };
	doc_note(b->doc, section,
		n == 1 ? "Left out for missing values: %s%s." : "%s columns are left out for their "
		"missing values, %s first.", n == 1 ? (struct cell[]){ cells[1], cell_text("") } : cells,
		2);
}

/* ---- principal components -------------------------------------------------------------------- */

static struct chart *scree(struct build *b, struct place c)
{
	size_t n;
	const double *share = build_numbers(b, c, "share", &n);
	n = n < SCREE ? n : SCREE;
	const char **labels = arena_calloc(b->arena, n + 1, sizeof *labels);
	for (size_t i = 0; i < n; i++)
		labels[i] = arena_printf(b->arena, "%zu", i + 1);
	struct chart *chart = build_chart(b, CHART_COLUMNS, "scree", "components",
		place_at(c, "share"));
	chart->n = n;
	chart->labels = labels;
	chart->y = share;
	chart->values = CELL_PERCENT;
	chart->title = "Share of the variance by component";
	chart->xlabel = "component";
	struct cell first = cell_num(CELL_PERCENT, n ? share[0] : NAN, NULL);
	chart->alt = doc_say(b->doc, "Shares of %zu components, falling from %s.", n,
		doc_cell(b->doc, &first));
	return chart;
}

static struct chart_series points_of(struct build *b, struct place c, double class)
{
	size_t n, m, k;
	const double *x = build_numbers(b, c, "x", &n), *y = build_numbers(b, c, "y", &m),
		     *group = build_numbers(b, c, "group", &k);
	double *px = arena_calloc(b->arena, n + 1, sizeof *px),
	       *py = arena_calloc(b->arena, n + 1, sizeof *py);
	size_t at = 0;
	for (size_t i = 0; i < n && i < m; i++)
		if (k == 0 || (i < k && group[i] == class)) {
			px[at] = x[i];
			py[at++] = y[i];
		}
	return (struct chart_series){ .style = SERIES_POINTS, .ink = INK_PRIMARY, .n = at, .x = px,
		.y = py };
}

static struct chart *scores(struct build *b, struct place c)
{
	size_t classes;
	const char **names = build_texts(b, c, "groups", &classes);
	struct chart_series *s = arena_calloc(b->arena, CLASSES + 1, sizeof *s);
	struct chart *chart = build_chart(b, CHART_XY, "scores", "components", c);
	classes = classes <= CLASSES ? classes : 0;
	for (size_t i = 0; i < classes; i++) {
		s[i] = points_of(b, c, (double)i);
		s[i].name = doc_own(b->doc, names[i]);
		s[i].ink = (enum ink)(INK_SERIES_1 + i);
	}
	if (classes == 0)
		s[0] = points_of(b, c, 0);
	chart->series = s;
	chart->nseries = classes ? classes : 1;
	chart->title = "Rows along the first two components";
	chart->xlabel = "component 1";
	chart->ylabel = "component 2";
	chart->alt = doc_say(b->doc, "%zu rows, or a part of them, along the first two principal "
		"components%s%s.", json_count(c.v, "x"), classes ? ", coloured by " : "",
		classes ? json_text(b->eda.v, "associations.target.name", "class") : "");
	return chart;
}

static void add_loadings(struct build *b, struct node *parent, struct place c)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "Component 1", ALIGN_RIGHT, false }, { "Component 2", ALIGN_RIGHT, false },
		{ "Component 3", ALIGN_RIGHT, false } };
	enum { MANY = 10 };
	const double SMALL = 0.1;
	size_t kept = json_count(c.v, "loading.0"), n;
	const char **names = build_texts(b, c, "columns", &n);
	kept = kept < LOADINGS ? kept : LOADINGS;
	struct node *details = doc_details(b->doc, parent, "Loadings of the components");
	struct node *table = doc_table(b->doc, details, NULL, heads, 1 + kept);
	table->sortable = true;
	size_t small = 0;
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct cell cells[LOADINGS + 1] = { cell_code(names[i]) };
		double most = 0;
		for (size_t k = 0; k < kept; k++) {
			cells[k + 1] = place_num(c, CELL_CORRELATION,
				arena_printf(b->arena, "loading.%zu.%zu", i, k));
			most = fmax(most, fabs(cells[k + 1].num));
		}
		if (n > MANY && most < SMALL)
			small++;
		else
			doc_row(b->doc, table, cells, build_anchor(b, names[i]));
	}
	struct cell left = build_count((double)small);
	if (small > 0)
		doc_note(b->doc, details, small == 1 ? "Left out is %s column whose loadings on these components are below 0.1."
			: "Left out are %s columns whose loadings on these components are below 0.1.", &left, 1);
}

/* How many components are needed for most of the variance. */
static void say_components(struct build *b, struct node *section, struct place c)
{
	const double most = 0.8;
	size_t n, k = 0;
	const double *sum = build_numbers(b, c, "cumulative", &n);
	while (k + 1 < n && !(sum[k] >= most))
		k++;
	struct cell cells[] = { build_count((double)k + 1), build_count((double)n),
		place_num(c, CELL_PERCENT, arena_printf(b->arena, "cumulative.%zu", k)) };
	doc_text(b->doc, section,
		k == 0 ? "One direction (%s of %s) holds %s of the variance of the standardised columns: "
			"they mostly rise and fall together."
			: "%s of %s directions (principal components) hold %s of the variance of the "
			"standardised columns.", cells, 3);
}

void build_structure(struct build *b, struct node *parent)
{
	add_near(b, parent);
	struct place c = place_at(b->eda, "structure.collinearity"),
		     k = place_at(b->eda, "structure.components");
	if (json_count(c.v, "columns") < 3 || json_count(k.v, "share") < 3)
		return;
	struct node *section = doc_section(b->doc, parent, "overlap", "Overlap of the numeric columns");
	say_combination(b, section, c);
	say_components(b, section, k);
	struct node *columns = doc_add(b->doc, section, NODE_COLUMNS);
	doc_chart(b->doc, columns, scree(b, k));
	if (json_count(k.v, "x") > 0)
		doc_chart(b->doc, columns, scores(b, k));
	struct cell bars[] = { build_count(SCREE), build_count((double)json_count(k.v, "share")) };
	if (bars[1].num > SCREE)
		doc_note(b->doc, section, "The bars are the first %s of %s components.", bars, 2);
	add_inflation(b, section, c);
	say_left_out(b, section, c);
	add_loadings(b, section, k);
}
