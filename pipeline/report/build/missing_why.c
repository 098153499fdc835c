/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What missing values go with, in words and in charts, and whether they are missing at random. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

/* ---- a column -------------------------------------------------------------------------------- */

struct place build_missing_cause(struct build *b, const char *name)
{
	struct place list = place_at(b->eda, "missing.causes.columns");
	for (size_t i = 0; name && i < json_array_size(list.v); i++)
		if (strcmp(json_text(json_array_get(list.v, i), "name", ""), name) == 0)
			return place_item(list, i);
	return (struct place){ .arena = b->arena, .ref = list.ref };
}

bool build_few_complete(const struct build *b)
{
	for (size_t i = 0; i < b->nopen; i++)
		if (place_is(b->open[i], "code", "few_complete_rows"))
			return true;
	return false;
}

static bool verdict_is(struct place cause, const char *verdict)
{
	return place_is(cause, "verdict", verdict);
}

static const char *number_at(struct build *b, struct place p, enum cell_class cls, const char *list, size_t i)
{
	struct cell c = place_num(p, cls, arena_printf(p.arena, "%s.%zu", list, i));
	return doc_cell(b->doc, &c);
}

/* A bound of a range: a date without its hours, or a number in the way of its column. */
static const char *bound_at(struct build *b, struct place groups, const char *path)
{
	const char *text = json_text(groups.v, path, NULL), *column = json_text(groups.v, "column", NULL);
	if (text)
		return arena_strndup(b->arena, text, strcspn(text, "T"));
	int64_t at = column ? build_column(b, column) : -1;
	enum cell_class cls = at < 0 ? CELL_COUNT : build_measure(place_item(b->columns, (size_t)at));
	struct cell c = place_num(groups, cls, path);
	return doc_cell(b->doc, &c);
}

/* "3 (97.6 %) than where it is 1 (18.5 %)": the levels that lack most and least. */
static const char *where_levels(struct build *b, struct place g)
{
	size_t n, worst = (size_t)json_int(g.v, "worst", 0), k;
	const double *share = build_numbers(b, g, "share", &n), *rows = build_numbers(b, g, "rows", &k);
	if (n < 2 || k != n || worst >= n)
		return "";
	const char *column = json_text(g.v, "column", "");
	size_t best = worst, last = n - json_flag(g.v, "others", false);
	for (size_t i = 0; i < last; i++)
		if (share[i] < share[best] || (share[i] == share[best] && rows[i] > rows[best]))
			best = i;
	struct place levels = place_at(g, "levels");
	struct cell most = place_code(levels, arena_printf(b->arena, "%zu", worst)),
		least = place_code(levels, arena_printf(b->arena, "%zu", best));
	return doc_say(b->doc, "more often where %s is %s (%s) than where it is %s (%s)", column,
		doc_cell(b->doc, &most), number_at(b, g, CELL_PERCENT, "share", worst),
		doc_cell(b->doc, &least), number_at(b, g, CELL_PERCENT, "share", best));
}

static bool is_date(struct build *b, const char *column)
{
	int64_t at = build_column(b, column);
	return at >= 0 && place_is(place_item(b->columns, (size_t)at), "type", "datetime");
}

static const char *where_ranges(struct build *b, struct place g)
{
	size_t last = json_count(g.v, "share") - 1 - json_flag(g.v, "others", false);
	size_t worst = (size_t)json_int(g.v, "worst", 0);
	const char *column = json_text(g.v, "column", "");
	bool high = worst > 0, date = is_date(b, column);
	return doc_say(b->doc, date ? high ? "more often where %s is late: %s of the last fifth, %s of the first"
			: "more often where %s is early: %s of the first fifth, %s of the last"
		: high ? "more often where %s is high: %s of the highest fifth, %s of the lowest"
		: "more often where %s is low: %s of the lowest fifth, %s of the highest",
		column, number_at(b, g, CELL_PERCENT, "share", high ? last : 0),
		number_at(b, g, CELL_PERCENT, "share", high ? 0 : last));
}

static const char *where_rows(struct build *b, struct place g, bool end)
{
	enum { FIFTHS = 5 };
	size_t last = json_count(g.v, "share") - 1, n, worst = end ? last : 0;
	const double *share = build_numbers(b, g, "share", &n);
	for (size_t i = 0; i < n; i++)
		worst = share[i] > share[worst] ? i : worst;
	if (n == FIFTHS && worst > 0 && worst < last)
		return doc_say(b->doc, worst == 1
			? "most often in the second fifth of the rows: %s of them, %s of the first fifth and %s of the last"
			: worst == 2
			? "most often in the third fifth of the rows: %s of them, %s of the first fifth and %s of the last"
			: "most often in the fourth fifth of the rows: %s of them, %s of the first fifth and %s of the last",
			number_at(b, g, CELL_PERCENT, "share", worst),
			number_at(b, g, CELL_PERCENT, "share", 0), number_at(b, g, CELL_PERCENT, "share", last));
	return doc_say(b->doc, end
		? "towards the end of the table: %s of the last fifth of the rows, %s of the first"
		: "towards the beginning of the table: %s of the first fifth of the rows, %s of the last",
		number_at(b, g, CELL_PERCENT, "share", end ? last : 0), number_at(b, g, CELL_PERCENT, "share", end ? 0 : last));
}

static const char *where_exactly(struct build *b, struct place g)
{
	const char *column = json_text(g.v, "column", "");
	size_t n;
	if (!json_at(g.v, "levels")) {
		bool high = json_int(g.v, "worst", 0) > 0, date = is_date(b, column);
		return doc_say(b->doc, date ? high ? "exactly where %s is from %s" : "exactly where %s is up to %s"
			: high ? "exactly where %s is at least %s" : "exactly where %s is at most %s",
			column, bound_at(b, g, "border"));
	}
	const double *share = build_numbers(b, g, "share", &n);
	size_t others = 0, worst = (size_t)json_int(g.v, "worst", 0);
	for (size_t i = 0; i < n - json_flag(g.v, "others", false); i++)
		others += share[i] > 0 && i != worst;
	struct cell level = place_code(place_at(g, "levels"), arena_printf(b->arena, "%zu", worst));
	return doc_say(b->doc, "exactly where %s is %s%s", column,
		doc_cell(b->doc, &level),
		others ? doc_say(b->doc, " or one of %zu other levels", others) : "");
}

/* What is left to say in an edition that does not tell the shares. */
static const char *where_at_all(struct build *b, struct place cause, struct place g)
{
	const char *column = json_text(g.v, "column", NULL);
	if (verdict_is(cause, "at the start") || verdict_is(cause, "at the end"))
		return verdict_is(cause, "at the end") ? "towards the end of the table" : "towards the beginning of the table";
	return column ? doc_say(b->doc, "depends on %s", column) : NULL;
}

const char *build_missing_where(struct build *b, struct place cause)
{
	struct place g = place_at(cause, "groups"), other = place_at(cause, "other");
	bool grouped = verdict_is(cause, "related") || verdict_is(cause, "exactly") || verdict_is(cause, "at the start") ||
		verdict_is(cause, "at the end");
	if (grouped && json_count(g.v, "share") == 0)
		return where_at_all(b, cause, g);
	struct cell r = place_num(other, CELL_CORRELATION, "effect");
	const char *with = json_text(other.v, "column", "");
	if (verdict_is(cause, "related"))
		return json_at(g.v, "levels") ? where_levels(b, g) : where_ranges(b, g);
	if (verdict_is(cause, "exactly"))
		return where_exactly(b, g);
	if (verdict_is(cause, "at the start") || verdict_is(cause, "at the end"))
		return where_rows(b, g, verdict_is(cause, "at the end"));
	if (verdict_is(cause, "together"))
		return doc_say(b->doc, "more often in rows that lack %s (r = %s)", with,
			doc_cell(b->doc, &r));
	if (verdict_is(cause, "apart"))
		return doc_say(b->doc, "more often in rows that have %s (r = %s)", with,
			doc_cell(b->doc, &r));
	return verdict_is(cause, "unrelated") ? "no pattern found"
		: verdict_is(cause, "untested") ? "too few to tell" : NULL;
}

const char *build_missing_advice(struct build *b, struct place cause, const char *band)
{
	const char *with = json_text(cause.v, "groups.column", NULL);
	bool little = strcmp(band, "good") == 0;
	if (verdict_is(cause, "exactly"))
		return is_date(b, with) ? "find out what changed then; use the part that is filled"
			: json_at(cause.v, "groups.levels")
			? "probably does not apply there: give it a value of its own"
			: "probably does not apply there: do not fill in";
	if (strcmp(band, "drop") == 0)
		return "leave out, or ask the source";
	if (!cause.v)
		return NULL;
	if (verdict_is(cause, "at the start") || verdict_is(cause, "at the end"))
		return "find out what changed; use the part that is filled";
	if (verdict_is(cause, "related") && strcmp(band, "bad") == 0)
		return "filling in would invent most of it: keep missing as a value of its own";
	if (verdict_is(cause, "related"))
		return with ? doc_say(b->doc, "keep the rows; fill in by a method that uses %s", with)
			: "keep the rows; fill in by a method that uses other columns";
	if (verdict_is(cause, "together") || verdict_is(cause, "apart"))
		return doc_say(b->doc, "treat together with %s",
			json_text(cause.v, "other.column", ""));
	if (build_few_complete(b))
		return little ? "hardly matters by itself" : "fill in: few rows are complete";
	return little ? "complete rows will do" : "complete rows will do; fill in to keep all of them";
}

/* ---- the table ------------------------------------------------------------------------------- */

/* The approximation by chi-square asks for some rows a pattern. */
static bool enough_rows(struct place test)
{
	return json_num(test.v, "rows", 0) >= 5 * json_num(test.v, "patterns", 0);
}

static void say_little(struct build *b, struct node *parent, struct place test, bool rejected)
{
	size_t n = json_count(test.v, "columns");
	const char *why_not = json_text(test.v, "d2_why", NULL);
	if (why_not) {
		struct cell reason = cell_text(why_not);
		doc_text(b->doc, parent,
			"Little's test of values missing completely at random could not be made: %s.",
			&reason, 1);
		return;
	}
	struct cell cells[] = { cell_text(rejected
			? "rejects that values are missing completely at random"
			: "does not speak against values missing completely at random"),
		cell_text(enough_rows(test) ? "" : ", an indication only, as few rows lack the same columns"),
		build_count((double)n), place_num(test, CELL_COUNT, "rows"),
		place_num(test, CELL_COUNT, "patterns"), place_num(test, CELL_SCORE, "d2"),
		place_num(test, CELL_COUNT, "df"),
		cell_text(plural(json_num(test.v, "df", 0), "degree", "degrees")),
		place_num(test, CELL_P_VALUE, "p") };
	doc_text(b->doc, parent,
		"Little's test %s%s (%s numeric columns, %s rows in %s patterns: d² = %s, %s %s of "
		"freedom, p = %s).",
		cells, COUNTOF(cells));
}

/* No stronger than the tests: their limits stand with it. */
static void say_unrelated(struct build *b, struct node *parent)
{
	struct cell limits[] = { place_num(b->eda, CELL_MEASURE, "thresholds.missing_p"),
		place_num(b->eda, CELL_MEASURE, "thresholds.missing_effect") };
	doc_text(b->doc, parent, build_few_complete(b)
		? "No other column, nor the order of the rows, tells where values are missing (adjusted p at most %s and "
		"strength at least %s). Complete rows need not differ from the others then, but they are few: better "
		"fill in, or leave out the columns that lack most."
		: "No other column, nor the order of the rows, tells where values are missing (adjusted p at most %s and "
		"strength at least %s): nothing speaks against complete rows as a sample of all.", limits, 2);
}

bool build_missing_pattern(struct build *b)
{
	struct place list = place_at(b->eda, "missing.causes.columns");
	for (size_t i = 0; i < json_array_size(list.v); i++) {
		struct place c = place_item(list, i);
		if (!verdict_is(c, "unrelated") && !verdict_is(c, "untested"))
			return true;
	}
	return false;
}

void build_missing_judgement(struct build *b, struct node *parent)
{
	struct place m = place_at(b->eda, "missing"), list = place_at(m, "causes.columns");
	struct place test = place_at(m, "mcar");
	size_t n = json_array_size(list.v), where = 0, exactly = 0, tested = 0;
	if (n == 0 || !test.v)
		return;
	for (size_t i = 0; i < n; i++) {
		struct place c = place_item(list, i);
		exactly += verdict_is(c, "exactly");
		where += verdict_is(c, "related") || verdict_is(c, "at the start") ||
			verdict_is(c, "at the end");
		tested += !verdict_is(c, "untested");
	}
	bool rejected = json_num(test.v, "p", NAN) <=
		json_num(b->eda.v, "thresholds.missing_p", 0.01);
	say_little(b, parent, test, rejected);
	struct cell counts[] = { build_count((double)(where + exactly)), build_count((double)n),
		cell_text(plural((double)n, "column", "columns")) };
	if (where + exactly > 0)
		doc_text(b->doc, parent,
			"In %s of %s %s with gaps, another column or the order of the rows tells where "
			"values are missing. Rows that are complete are not a fair sample of all rows "
			"then; the table says what to do instead.",
			counts, COUNTOF(counts));
	else if (tested > 0 && !rejected)
		say_unrelated(b, parent);
	build_say(b, parent,
		"No test can see whether a value is missing because of what it would have been. Ask "
		"those who collected the data.");
}

/* ---- charts of rates ------------------------------------------------------------------------- */

static const char *label_of(struct build *b, struct place g, size_t i)
{
	if (json_at(g.v, "levels")) {
		struct cell c = place_code(place_at(g, "levels"), arena_printf(b->arena, "%zu", i));
		return doc_cell(b->doc, &c);
	}
	const char *from = bound_at(b, g, arena_printf(b->arena, "from.%zu", i)),
		*to = bound_at(b, g, arena_printf(b->arena, "to.%zu", i));
	bool rows = place_is(g, "kind", "rows");
	if (strcmp(from, to) == 0)
		return rows ? doc_say(b->doc, "rows %s", from) : from;
	return rows ? doc_say(b->doc, "rows %s to %s", from, to) : doc_say(b->doc, "%s to %s", from, to);
}

static struct chart *rates(struct build *b, struct place cause)
{
	struct place g = place_at(cause, "groups");
	const char *name = json_text(cause.v, "name", "");
	const char *by = json_text(g.v, "column", doc_word(b->doc, "the order of the rows"));
	size_t n;
	const double *share = build_numbers(b, g, "share", &n);
	if (n < 2)
		return NULL;
	const char **labels = arena_calloc(b->arena, n + 1, sizeof *labels);
	double *y = arena_calloc(b->arena, n + 1, sizeof *y);
	for (size_t i = 0; i < n; i++) {
		y[i] = share[i];
		labels[i] = i + 1 == n && json_flag(g.v, "others", false) ? doc_word(b->doc, "(missing)")
			: label_of(b, g, i);
	}
	int64_t at = build_column(b, name);
	labels[n] = doc_word(b->doc, "all rows");
	y[n] = json_num(place_item(b->columns, (size_t)at).v, "missing_share", NAN);
	struct chart *chart = build_chart(b, CHART_BARS, "rates", name, g);
	chart->n = n + 1;
	chart->labels = labels;
	chart->y = y;
	chart->values = CELL_PERCENT;
	chart->title = doc_say(b->doc, "%s missing, by %s", name, by);
	chart->ylabel = doc_own(b->doc, by);
	chart->xlabel = "share missing";
	chart->alt = doc_say(b->doc, "Bars: %s is missing %s.", name,
		build_missing_where(b, cause));
	return chart;
}

/* ---- the evidence ---------------------------------------------------------------------------- */

/* A row for each clue that is more than chance; returns how many there are, and counts the others. */
static size_t add_clues(struct build *b, struct node *table, struct place list, size_t *others)
{
	static const char *const kinds[] = { "value", "order", "other" };
	const double P = 0.05;
	size_t n = 0;
	for (size_t i = 0; i < json_array_size(list.v); i++)
		for (size_t k = 0; k < COUNTOF(kinds); k++) {
			struct place cause = place_item(list, i), clue = place_at(cause, kinds[k]);
			if (!json_is_object(clue.v))
				continue;
			if (!(json_num(clue.v, "p_adjusted", 1) <= P)) {
				(*others)++;
				continue;
			}
			if (n++ >= ROWS_MAX)
				continue;
			const char *with = json_text(clue.v, "column", "");
			struct cell cells[] = { place_code(cause, "name"),
				cell_text(k == 0 ? doc_say(b->doc, "values of %s", with)
					: k == 1 ? "the order of the rows"
					: doc_say(b->doc, "missing values of %s", with)),
				place_num(clue, CELL_CORRELATION, "effect"),
				place_num(clue, CELL_P_VALUE, "p_adjusted"),
				place_num(clue, CELL_COUNT, "n") };
			doc_row(b->doc, table, cells, build_anchor(b, json_text(cause.v, "name", NULL)));
		}
	return n;
}

static void add_evidence(struct build *b, struct node *parent, struct place list)
{
	static const struct table_column heads[] = { { "Column", ALIGN_LEFT, false },
		{ "Compared with", ALIGN_LEFT, false }, { "Strength", ALIGN_RIGHT, false },
		{ "p, adjusted", ALIGN_RIGHT, false }, { "n", ALIGN_RIGHT, false } };
	struct node *details = doc_details(b->doc, parent, "How strongly missing values go with something");
	struct node *table = doc_table(b->doc, details, NULL, heads, COUNTOF(heads));
	table->sortable = true;
	size_t others = 0, n = add_clues(b, table, list, &others);
	struct place causes = place_at(b->eda, "missing.causes");
	struct cell cells[] = { place_num(causes, CELL_COUNT, "tests"),
		place_num(causes, CELL_COUNT, "rows"), build_count((double)others) };
	if (n > 0)
		doc_note(b->doc, details,
			"The strongest of each kind. Strength is on the scale of a correlation; above 0: missing "
			"where values are high, towards the end, or together. p is adjusted for %s tests "
			"(Benjamini and Hochberg), made on %s rows.",
			cells, 2);
	if (n > ROWS_MAX) {
		struct cell shown[] = { build_count(ROWS_MAX), build_count((double)n) };
		doc_note(b->doc, details, "The first %s of %s; eda.json has all.", shown, 2);
	}
	if (n == 0)
		doc_note(b->doc, details, "In none of %s tests, made on %s rows, do missing values go with the values or gaps of "
			"another column or with the order of the rows: all adjusted p are above 0.05. eda.json has "
			"the strongest of each column.", cells, 2);
	else if (others > 0)
		doc_note(b->doc, details, "Left out are %s more, with an adjusted p above 0.05.", cells + 2, 1);
}

void build_missing_why(struct build *b, struct node *parent)
{
	struct place m = place_at(b->eda, "missing"), list = place_at(m, "causes.columns");
	struct place columns = place_at(m, "columns");
	struct node *charts = NULL;
	size_t drawn = 0;
	for (size_t i = 0; i < json_array_size(columns.v) && drawn < SERIES_MAX; i++) {
		struct place c = place_item(columns, i);
		if (json_num(c.v, "missing", 0) == 0)
			break;         /* most missing first */
		struct chart *chart = rates(b, build_missing_cause(b, json_text(c.v, "name", NULL)));
		if (!chart)
			continue;
		if (drawn++ == 0)
			charts = doc_add(b->doc, parent, NODE_COLUMNS);
		doc_chart(b->doc, charts, chart);
	}
	if (json_num(m.v, "causes.tests", 0) > 0)
		add_evidence(b, parent, list);
}
