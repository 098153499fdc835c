/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tells the rows apart, which columns follow from others, and which form a hierarchy. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

enum { EXCEPTIONS_MAX = 8 };

/* "a", "a and b", "a, b and c" as runs of names. */
static void say_names(struct build *b, struct node *text, struct place names)
{
	size_t n = json_array_size(names.v);
	for (size_t i = 0; i < n; i++) {
		struct cell name = place_code(names, arena_printf(b->arena, "%zu", i));
		doc_runs(b->doc, text, i == 0 ? "%s" : i + 1 < n ? ", %s" : " and %s", &name, 1);
	}
}

/* The same as one cell of a table. */
static struct cell names_cell(struct build *b, struct place p, const char *path)
{
	struct buf out = { 0 };
	size_t n;
	const char **names = build_texts(b, p, path, &n);
	for (size_t i = 0; i < n; i++)
		buf_printf(&out, "%s%s", i ? ", " : "", names[i]);
	struct cell c = cell_code(arena_strdup(b->arena, buf_str(&out)));
	buf_free(&out);
	return c;
}

/* ---- keys ----------------------------------------------------------------------------------- */

static void say_keys(struct build *b, struct node *section, struct place keys)
{
	struct node *text = NULL;
	size_t chance = 0, n = json_array_size(keys.v);
	for (size_t i = 0; i < n; i++) {
		struct place k = place_item(keys, i);
		if (!json_flag(k.v, "likely", false)) {
			chance++;
			continue;
		}
		if (!text)
			text = doc_text(b->doc, section, "The rows are told apart by ", NULL, 0);
		else
			doc_runs(b->doc, text, "; also by ", NULL, 0);
		say_names(b, text, place_at(k, "columns"));
		if (json_count(k.v, "columns") > 1)
			doc_runs(b->doc, text, " together", NULL, 0);
	}
	if (text)
		doc_runs(b->doc, text, ".", NULL, 0);
	else
		text = doc_text(b->doc, section,
			"No column that could be a key tells the rows apart, nor do two or three of them "
			"together.", NULL, 0);
	bool first = true;
	for (size_t i = 0; i < n && chance; i++) {
		struct place k = place_item(keys, i);
		struct cell name = place_code(k, "columns.0");
		if (json_flag(k.v, "likely", false))
			continue;
		doc_runs(b->doc, text, first ? " Without repeats, too, but perhaps by chance: %s"
			: ", %s", &name, 1);
		first = false;
	}
	if (chance)
		doc_runs(b->doc, text, ".", NULL, 0);
}

static void add_almost(struct build *b, struct node *section, struct place list)
{
	static const struct table_column heads[] = { { "Columns", ALIGN_LEFT, false },
		{ "Rows that repeat", ALIGN_RIGHT, false }, { "Without a value", ALIGN_RIGHT, false },
		{ "Most often", ALIGN_LEFT, false }, { "Rows", ALIGN_RIGHT, false } };
	size_t n = json_array_size(list.v);
	if (n == 0)
		return;
	struct node *table = doc_table(b->doc, section, "Keys but for a few rows", heads,
		COUNTOF(heads));
	for (size_t i = 0; i < n; i++) {
		struct place k = place_item(list, i);
		bool repeats = json_count(k.v, "examples") > 0;
		struct cell cells[] = { names_cell(b, k, "columns"),
			place_num(k, CELL_COUNT, "repeated"), place_num(k, CELL_COUNT, "missing"),
			repeats ? names_cell(b, k, "examples.0.values") : cell_text(""),
			repeats ? place_num(k, CELL_COUNT, "examples.0.count") : cell_text("") };
		doc_row(b->doc, table, cells, NULL);
	}
}

/* ---- dependencies --------------------------------------------------------------------------- */

static void add_dependencies(struct build *b, struct node *section, struct place list)
{
	static const struct table_column heads[] = { { "Whoever knows", ALIGN_LEFT, false },
		{ "knows", ALIGN_LEFT, false }, { "Different", ALIGN_RIGHT, false },
		{ "Exceptions", ALIGN_RIGHT, false }, { "By chance", ALIGN_RIGHT, false },
		{ "Rows", ALIGN_RIGHT, false } };
	size_t n = json_array_size(list.v);
	struct node *table = doc_table(b->doc, section, "Columns that follow from others", heads,
		COUNTOF(heads));
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place d = place_item(list, i);
		struct cell to = place_code(d, "to");
		if (json_flag(d.v, "mutual", false))
			to = cell_text(doc_say(b->doc, "%s, and the other way round",
				json_text(d.v, "to", "")));
		struct cell cells[] = { names_cell(b, d, "from"), to,
			place_num(d, CELL_COUNT, "groups"), place_num(d, CELL_COUNT, "violations"),
			place_num(d, CELL_COUNT, "expected"), place_num(d, CELL_COUNT, "rows") };
		doc_row(b->doc, table, cells, build_anchor(b, json_text(d.v, "to", NULL)));
	}
	struct node *note = doc_note(b->doc, section,
		"Exceptions are the fewest rows that would have to go for the rule to hold; by "
		"chance, what they would be if the values were shuffled. What follows from "
		"these rules is left out.", NULL, 0);
	struct cell compared[] = { place_num(place_at(b->eda, "keys"), CELL_COUNT, "columns"), build_count((double)b->ncolumns) };
	if (compared[0].num < compared[1].num)
		doc_runs(b->doc, note, " %s of %s columns were compared: the first that are neither constant nor the same as one before.",
			compared, COUNTOF(compared));
}

static void add_exceptions(struct build *b, struct node *section, struct place list)
{
	static const struct table_column heads[] = { { "Rule", ALIGN_LEFT, false },
		{ "Value", ALIGN_LEFT, false }, { "usually has", ALIGN_LEFT, false },
		{ "Rows", ALIGN_RIGHT, false }, { "but also", ALIGN_LEFT, false },
		{ "Rows", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, section, "Exceptions to look at", heads,
		COUNTOF(heads));
	table->keep = true;
	bool more = false;
	for (size_t i = 0; i < json_array_size(list.v) && i < EXCEPTIONS_MAX; i++) {
		struct place d = place_item(list, i), examples = place_at(d, "examples");
		double listed = 0;
		for (size_t k = 0; k < json_array_size(examples.v); k++) {
			struct place e = place_item(examples, k);
			struct cell rule = names_cell(b, d, "from");
			struct cell cells[] = { k ? cell_text("")
					: cell_code(arena_printf(b->arena, "%s → %s",
						rule.text, json_text(d.v, "to", ""))),
				names_cell(b, e, "from"), place_code(e, "usual"),
				place_num(e, CELL_COUNT, "usual_count"), place_code(e, "other"),
				place_num(e, CELL_COUNT, "other_count") };
			doc_row(b->doc, table, cells, NULL);
			listed += json_num(e.v, "other_count", 0);
		}
		more = more || json_num(d.v, "violations", 0) > listed;
	}
	if (more)
		doc_note(b->doc, section, "The first values with exceptions, and of each the commonest other value: there are more.", NULL, 0);
}

static void say_hierarchies(struct build *b, struct node *section, struct place list)
{
	for (size_t i = 0; i < json_array_size(list.v); i++) {
		struct place columns = place_at(place_item(list, i), "columns");
		struct node *text = doc_text(b->doc, section,
			i ? "Another one: " : "These columns form a hierarchy, from coarse to fine: ",
			NULL, 0);
		for (size_t k = 0; k < json_array_size(columns.v); k++) {
			struct cell name = place_code(columns, arena_printf(b->arena, "%zu", k));
			doc_runs(b->doc, text, k ? " › %s" : "%s", &name, 1);
		}
		doc_runs(b->doc, text, ".", NULL, 0);
	}
}

/* ---- places --------------------------------------------------------------------------------- */

/* As wide and high as the places lie apart: a degree of longitude is shorter than one of latitude. */
static void keep_proportions(struct chart *chart, const double *x, const double *y, size_t n)
{
	const double SIDE = 300, AROUND = 56, LEAST = 200, LINE = 560;
	double lo[2] = { x[0], y[0] }, hi[2] = { x[0], y[0] };
	for (size_t i = 0; i < n; i++) {
		lo[0] = fmin(lo[0], x[i]);
		hi[0] = fmax(hi[0], x[i]);
		lo[1] = fmin(lo[1], y[i]);
		hi[1] = fmax(hi[1], y[i]);
	}
	double middle = (lo[1] + hi[1]) / 2 * 3.14159265358979 / 180;
	double wide = (hi[0] - lo[0]) * cos(middle) / (hi[1] - lo[1]);
	if (!isfinite(wide) || wide <= 0)
		return;
	chart->width = fmin(LINE, fmax(LEAST, SIDE * wide + AROUND));
	chart->height = fmax(LEAST / 2, fmin(SIDE, (chart->width - AROUND) / wide) + AROUND);
}

static void add_places(struct build *b, struct node *section, struct place p)
{
	size_t n, m;
	const double *x = build_numbers(b, p, "px", &n), *y = build_numbers(b, p, "py", &m);
	if (n == 0 || n != m)
		return;
	struct cell cells[] = { place_code(p, "latitude"), place_code(p, "longitude"),
		place_num(p, CELL_COUNT, "n"), place_num(p, CELL_MEASURE, "south"),
		place_num(p, CELL_MEASURE, "north"), place_num(p, CELL_MEASURE, "west"),
		place_num(p, CELL_MEASURE, "east") };
	struct node *text = doc_text(b->doc, section, "%s and %s place %s rows, from latitude %s to "
		"%s and longitude %s to %s.", cells, COUNTOF(cells));
	struct cell other[] = { place_num(p, CELL_COUNT, "zeros"),
		place_num(p, CELL_COUNT, "outside") };
	if (other[0].num > 0)
		doc_runs(b->doc, text, " %s more lie at 0, 0.", &other[0], 1);
	if (other[1].num > 0)
		doc_runs(b->doc, text, " %s beyond the degrees of the globe.", &other[1], 1);
	struct chart_series *s = arena_calloc(b->arena, 1, sizeof *s);
	*s = (struct chart_series){ .style = SERIES_POINTS, .ink = INK_PRIMARY, .n = n, .x = x, .y = y };
	struct chart *chart = build_chart(b, CHART_XY, "map", cells[0].text, p);
	chart->series = s;
	chart->nseries = 1;
	chart->title = "Where the rows lie";
	keep_proportions(chart, x, y, n);
	struct cell drawn = build_count((double)n);
	if (drawn.num < cells[2].num)
		doc_runs(b->doc, text, " The map shows %s of them.", &drawn, 1);
	chart->alt = doc_say(b->doc, "A map of %zu rows by %s and %s.", n, cells[1].text,
		cells[0].text);
	chart->xlabel = doc_own(b->doc, cells[1].text);
	chart->ylabel = doc_own(b->doc, cells[0].text);
	doc_chart(b->doc, section, chart);
}

void build_keys(struct build *b, struct node *root)
{
	struct place keys = place_at(b->eda, "keys");
	if (!keys.v || json_num(keys.v, "columns", 0) == 0)
		return;
	struct node *section = doc_section(b->doc, root, "keys", "Keys and rules");
	say_keys(b, section, place_at(keys, "keys"));
	add_almost(b, section, place_at(keys, "almost"));
	struct place rules = place_at(keys, "dependencies");
	if (json_array_size(rules.v) > 0) {
		say_hierarchies(b, section, place_at(keys, "hierarchies"));
		add_dependencies(b, section, rules);
		add_exceptions(b, section, rules);
	} else {
		build_say(b, section, "No column follows from another, or from two others.");
	}
	if (json_at(keys.v, "place.n"))
		add_places(b, section, place_at(keys, "place"));
	double rows = json_num(b->eda.v, "dataset.rows", 0);
	struct cell sample[] = { place_num(keys, CELL_COUNT, "sample_rows"), build_count(rows) };
	if (sample[0].num < rows)
		doc_note(b->doc, section,
			"Candidates were found on %s of %s rows and counted over all of them.",
			sample, 2);
}
