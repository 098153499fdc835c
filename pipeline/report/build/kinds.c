/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Columns that are not numbers: categories, yes/no, dates and free text. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static const struct table_column level_columns[] = { { "Level", ALIGN_LEFT, false },
	{ "Count", ALIGN_RIGHT, false }, { "Share", ALIGN_RIGHT, true } };

enum { BRIEF = 6 };

/* ---- categories ------------------------------------------------------------------------------ */

static void add_levels(struct build *b, struct node *parent, struct place x)
{
	struct place levels = place_at(x, "levels"), other = place_at(x, "other");
	struct node *table = doc_table(b->doc, parent, NULL, level_columns, COUNTOF(level_columns));
	size_t n = json_array_size(levels.v);
	table->keep = n <= 25;
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		struct place l = place_item(levels, i);
		struct cell cells[] = { place_code(l, "value"), place_num(l, CELL_COUNT, "count"),
			place_num(l, CELL_PERCENT, "share") };
		doc_row(b->doc, table, cells, NULL);
	}
	double rest = json_num(other.v, "levels", 0);
	if (rest > 0) {
		struct cell count = place_num(other, CELL_COUNT, "levels");
		struct cell cells[] = { cell_text(doc_say(b->doc,
				rest == 1 ? "%s other level" : "%s other levels", doc_cell(b->doc, &count))),
			place_num(other, CELL_COUNT, "count"),
			place_num(other, CELL_PERCENT, "share") };
		doc_row(b->doc, table, cells, NULL);
	}
}

static void add_merges(struct build *b, struct node *section, struct place groups,
	const char *title)
{
	static const struct table_column heads[] = { { "Proposed", ALIGN_LEFT, false },
		{ "Spelling", ALIGN_LEFT, false }, { "Count", ALIGN_RIGHT, false } };
	if (json_array_size(groups.v) == 0)
		return;
	struct node *table = doc_table(
		b->doc, section, title, heads, COUNTOF(heads));
	for (size_t i = 0; i < json_array_size(groups.v) && i < ROWS_MAX; i++) {
		struct place g = place_item(groups, i), levels = place_at(g, "levels");
		for (size_t k = 0; k < json_array_size(levels.v); k++) {
			struct place l = place_item(levels, k);
			struct cell cells[] = { k == 0 ? place_code(g, "proposed") : cell_text(""),
				place_code(l, "value"), place_num(l, CELL_COUNT, "count") };
			doc_row(b->doc, table, cells, NULL);
		}
	}
}

void build_category(struct build *b, struct node *section, struct place c)
{
	struct place x = place_at(c, "category");
	if (json_count(x.v, "levels") == 0)
		return;
	struct place top = place_at(x, "levels.0");
	struct cell cells[] = { place_code(top, "value"), place_num(top, CELL_COUNT, "count"),
		place_num(top, CELL_PERCENT, "share") };
	/* a short list stands beside the words */
	bool brief = json_count(x.v, "levels") <= BRIEF;
	struct node *where = brief ? doc_add(b->doc, section, NODE_COLUMNS) : section;
	struct node *text = doc_text(
		b->doc, where, "The most frequent level is %s (%s, %s).", cells, 3);
	struct cell spread[] = { place_num(x, CELL_ASSOCIATION, "entropy_bits"),
		place_num(x, CELL_ASSOCIATION, "imbalance") };
	if (!isnan(spread[0].num) && !isnan(spread[1].num))
		doc_runs(b->doc, text,
			" Entropy %s bits, imbalance %s.", spread, 2);
	if (json_flag(x.v, "coded", false))
		doc_runs(b->doc, text, " The levels are numbers: so few that they are taken for codes.", NULL, 0);
	add_levels(b, where, x);
	add_merges(b, section, place_at(x, "near_duplicates"), "Levels that may be the same");
	add_merges(b, section, place_at(x, "slips"), "Probably typing errors");
}

/* ---- yes or no ------------------------------------------------------------------------------- */

struct cell build_truth(struct place c, bool yes)
{
	bool numbers = !place_is(c, "parsed", "boolean");
	return cell_code(yes ? (numbers ? "1" : "true") : numbers ? "0" : "false");
}

void build_boolean(struct build *b, struct node *section, struct place c)
{
	struct place x = place_at(c, "boolean");
	double yes = json_num(x.v, "true", 0), no = json_num(x.v, "false", 0);
	if (yes + no == 0)
		return;
	struct node *table = doc_table(
		b->doc, section, NULL, level_columns, COUNTOF(level_columns));
	struct cell t[] = { build_truth(c, true), place_num(x, CELL_COUNT, "true"),
		cell_num(CELL_PERCENT, yes / (yes + no), NULL) };
	struct cell f[] = { build_truth(c, false), place_num(x, CELL_COUNT, "false"),
		cell_num(CELL_PERCENT, no / (yes + no), NULL) };
	doc_row(b->doc, table, yes >= no ? t : f, NULL);
	doc_row(b->doc, table, yes >= no ? f : t, NULL);
}

/* ---- dates ----------------------------------------------------------------------------------- */

static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };
static const char *const hours[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11",
	"12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23" };

static void add_profile(struct build *b, struct node *parent, struct place c, const char *key,
	const char *title, const char *const *labels, size_t n)
{
	struct place x = place_at(c, "datetime");
	size_t have, used = 0;
	const char *name = json_text(c.v, "name", "");
	const double *counts = build_numbers(b, x, key, &have);
	for (size_t i = 0; i < have; i++)
		used += counts[i] > 0;
	if (have != n || used < 2)
		return;
	const char **said = arena_calloc(b->arena, n, sizeof *said);
	for (size_t i = 0; i < n; i++)
		said[i] = doc_word(b->doc, labels[i]);
	struct chart *chart = build_chart(b, CHART_COLUMNS, key, name, place_at(x, key));
	chart->n = n;
	chart->labels = said;
	chart->y = counts;
	chart->values = CELL_COUNT;
	chart->height = 170;
	chart->title = doc_say(b->doc, "%s of %s", doc_word(b->doc, title), name);
	size_t top = 0;
	for (size_t i = 1; i < n; i++)
		top = counts[i] > counts[top] ? i : top;
	struct cell most = build_count(counts[top]);
	chart->alt = doc_say(b->doc, "%s of %s: most rows in %s (%s).", doc_word(b->doc, title), name,
		said[top], doc_cell(b->doc, &most));
	chart->ylabel = "rows";
	doc_chart(b->doc, parent, chart);
}

static struct chart *time_histogram(struct build *b, struct place c, struct place x)
{
	struct place h = place_at(x, "histogram");
	const char *name = json_text(c.v, "name", "");
	size_t nedges, n;
	const double *edges = build_moments(b, h, "edges", &nedges);
	const double *counts = build_numbers(b, h, "counts", &n);
	if (n < 2 || nedges != n + 1)
		return NULL;
	struct chart *chart = build_chart(b, CHART_HISTOGRAM, "histogram", name, h);
	chart->n = n;
	chart->edges = edges;
	chart->y = counts;
	chart->x_is_time = true;
	chart->values = CELL_COUNT;
	chart->height = 170;
	chart->title = doc_say(b->doc, "Rows over %s", name);
	chart->alt = doc_say(b->doc, "Histogram of %s from %s to %s.", name,
		json_text(x.v, "min", ""), json_text(x.v, "max", ""));
	chart->ylabel = "rows";
	return chart;
}

/* Whole days as such, for nobody thinks of a year in hours. */
static struct cell length_cell(struct build *b, double seconds)
{
	enum { DAY = 86400 };
	if (!(seconds >= 2 * DAY) || fmod(seconds, DAY) != 0)
		return cell_num(CELL_DURATION, seconds, NULL);
	struct cell days = build_count(seconds / DAY);
	return cell_text(doc_say(b->doc, "%s days", doc_cell(b->doc, &days)));
}

static void add_gaps(struct build *b, struct node *section, struct place x)
{
	static const struct table_column heads[] = { { "From", ALIGN_LEFT, false },
		{ "To", ALIGN_LEFT, false }, { "Length", ALIGN_RIGHT, false }, { "Usual steps", ALIGN_RIGHT, false } };
	struct place gaps = place_at(x, "gaps");
	size_t n = json_array_size(gaps.v);
	if (n == 0)
		return;
	struct node *details = doc_details(b->doc, section, "Gaps");
	struct node *table = doc_table(b->doc, details, NULL, heads, COUNTOF(heads));
	size_t shown = n < 20 ? n : 20;
	for (size_t i = 0; i < shown; i++) {
		struct place g = place_item(gaps, i);
		double length = build_moment(json_text(g.v, "to", "")) - build_moment(json_text(g.v, "from", ""));
		struct cell cells[] = { place_date(g, "from"), place_date(g, "to"),
			length_cell(b, length / 1e6), place_num(g, CELL_CHANGE, "steps") };
		doc_row(b->doc, table, cells, NULL);
	}
	struct cell some[] = { build_count((double)shown), place_num(x, CELL_COUNT, "gap_count") };
	if (some[1].num > (double)shown)
		doc_note(b->doc, details, "The longest %s of %s.", some, 2);
}

void build_datetime(struct build *b, struct node *section, struct place c)
{
	struct place x = place_at(c, "datetime");
	if (!json_text(x.v, "min", NULL))
		return;
	struct cell cells[] = { place_date(x, "min"), place_date(x, "max"),
		place_num(x, CELL_MEASURE, "range_days"), place_text(x, "resolution") };
	struct node *text = doc_text(b->doc, section,
		"It runs from %s to %s (%s days); the finest step is a %s.", cells, 4);
	if (json_flag(x.v, "regular", false))
		doc_runs(b->doc, text, " The steps are regular.", NULL, 0);
	const char *sorted = json_text(x.v, "sorted", "none");
	struct cell order = cell_text(sorted);
	if (strcmp(sorted, "none") != 0)
		doc_runs(b->doc, text, " From row to row it is %s.", &order, 1);
	struct cell gaps[] = { place_num(x, CELL_COUNT, "gap_count"),
		cell_text(plural(json_num(x.v, "gap_count", 0), "gap is", "gaps are")) };
	if (gaps[0].num > 0)
		doc_runs(b->doc, text, " %s %s longer than twice the usual step.", gaps, 2);
	struct chart *spread = time_histogram(b, c, x);
	if (spread)
		doc_chart(b->doc, section, spread);
	struct node *charts = doc_add(b->doc, section, NODE_COLUMNS);
	const char *resolution = json_text(x.v, "resolution", "day");
	bool monthly = strcmp(resolution, "month") == 0;
	if (strcmp(resolution, "year") != 0)
		add_profile(b, charts, c, "month", "Months", months, 12);
	if (strcmp(resolution, "year") != 0 && !monthly)
		add_profile(b, charts, c, "weekday", "Weekdays", weekdays, 7);
	add_profile(b, charts, c, "hour", "Hours", hours, 24);
	add_gaps(b, section, x);
}

/* ---- free text ------------------------------------------------------------------------------- */

static void add_counts(struct build *b, struct node *parent, struct place x, const char *list,
	const char *key, const char *title, const char *head)
{
	struct place items = place_at(x, list);
	size_t n = json_array_size(items.v);
	if (n == 0)
		return;
	struct table_column heads[] = { { head, ALIGN_LEFT, false },
		{ "Count", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, parent, title, heads, COUNTOF(heads));
	table->keep = true;
	for (size_t i = 0; i < n && i < 10; i++) {
		struct place t = place_item(items, i);
		if (json_num(t.v, "count", 0) == 0)
			continue;
		struct cell cells[] = { place_code(t, key), place_num(t, CELL_COUNT, "count") };
		doc_row(b->doc, table, cells, NULL);
	}
}

static struct chart *length_histogram(struct build *b, struct place c, struct place x)
{
	struct place h = place_at(x, "length.histogram");
	const char *name = json_text(c.v, "name", "");
	size_t nedges, n;
	const double *edges = build_numbers(b, h, "edges", &nedges);
	const double *counts = build_numbers(b, h, "counts", &n);
	if (n < 2 || nedges != n + 1)
		return NULL;
	struct chart *chart = build_chart(b, CHART_HISTOGRAM, "lengths", name, h);
	chart->n = n;
	chart->edges = edges;
	chart->y = counts;
	chart->values = CELL_COUNT;
	chart->height = 170;
	chart->title = doc_say(b->doc, "Length of %s", name);
	chart->alt = doc_say(b->doc, "Histogram of the lengths of the texts in %s.", name);
	chart->xlabel = "characters";
	chart->ylabel = "rows";
	return chart;
}

static void add_samples(struct build *b, struct node *section, struct place x)
{
	struct place samples = place_at(x, "samples");
	size_t n = json_array_size(samples.v);
	if (n == 0)
		return;
	struct node *text = doc_text(b->doc, section, "For example: ", NULL, 0);
	for (size_t i = 0; i < n && i < 5; i++) {
		struct cell s = place_code(samples, arena_printf(b->arena, "%zu", i));
		doc_runs(b->doc, text, i ? "; %s" : "%s", &s, 1);
	}
	doc_runs(b->doc, text, ".", NULL, 0);
}

void build_words(struct build *b, struct node *section, struct place c)
{
	struct place x = place_at(c, "text");
	if (json_num(c.v, "count", 0) == 0)
		return;
	struct cell lengths[] = { place_num(x, CELL_COUNT, "length.min"),
		place_num(x, CELL_COUNT, "length.max"),
		place_num(x, CELL_MEASURE, "length.median") };
	struct node *text = doc_text(b->doc, section,
		"The texts are %s to %s characters long, half of them at most "
		"%s.",
		lengths, 3);
	bool words_matter = !place_is(c, "type", "identifier");
	struct cell words[] = { place_num(x, CELL_COUNT, "words.total"),
		place_num(x, CELL_COUNT, "words.distinct"),
		place_num(x, CELL_ASSOCIATION, "words.mean") };
	if (words_matter && !isnan(words[0].num))
		doc_runs(b->doc, text,
			" They hold %s words, %s of them distinct, %s to a text on average.", words,
			3);
	add_samples(b, section, x);
	if (!words_matter) {
		add_counts(b, section, x, "patterns", "pattern", "Patterns (A letters, 9 digits)",
			"Pattern");
		return;
	}
	struct node *columns = doc_add(b->doc, section, NODE_COLUMNS);
	struct chart *lengths_chart = length_histogram(b, c, x);
	if (lengths_chart)
		doc_chart(b->doc, columns, lengths_chart);
	add_counts(b, columns, x, "words.top", "word", "Most frequent words", "Word");
	struct node *details = doc_details(b->doc, section, "Patterns and characters");
	struct node *lists = doc_add(b->doc, details, NODE_COLUMNS);
	add_counts(b, lists, x, "patterns", "pattern", "Patterns (A letters, 9 digits)", "Pattern");
	add_counts(b, lists, x, "categories", "category", "Characters by kind", "Kind");
	add_counts(b, lists, x, "scripts", "script", "Letters by script", "Script");
}
