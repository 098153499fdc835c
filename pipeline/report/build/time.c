/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Values over time: only when a column orders the rows in time. All series in a table; the first few
 * in words and pictures.
 */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

enum { DETAILED = 4 };

/* ---- the time itself ---------------------------------------------------------------------- */

static void say_grid(struct build *b, struct node *section, struct place t)
{
	struct place g = place_at(t, "grid");
	const char *unit = json_text(g.v, "unit", NULL);
	double periods = json_num(g.v, "periods", NAN), filled = json_num(g.v, "filled", NAN);
	if (!unit || isnan(periods))
		return;
	struct cell cells[] = { place_text(g, "unit"), place_num(g, CELL_COUNT, "periods"),
		cell_text(plural(periods, "period", "periods")), place_num(g, CELL_COUNT, "filled"),
		cell_text(plural(filled, "has", "have")) };
	struct node *text = doc_text(b->doc, section, place_is(g, "from", "step")
		? "What follows is counted by this step (%s): %s %s"
		: "The rows are gathered by the calendar (%s): %s %s", cells, 3);
	doc_runs(b->doc, text, filled < periods ? ", of which %s %s rows." : ", all with rows.",
		cells + 3, filled < periods ? 2 : 0);
	struct cell again = place_num(g, CELL_COUNT, "repeated");
	if (again.num > 0)
		doc_runs(b->doc, text, " %s rows share their time with an earlier row; values of a "
			"period are averaged.", &again, 1);
	struct cell out[] = { place_num(g, CELL_COUNT, "left_out"),
		cell_text(plural(json_num(g.v, "left_out", 0), "row lies", "rows lie")) };
	if (out[0].num > 0)
		doc_runs(b->doc, text, " %s %s far from all others in time and stay out of this "
			"chapter.", out, 2);
	if (filled < periods)
		doc_runs(b->doc, text, " Periods without rows stay gaps; where a method needs a "
			"value, the gap is bridged by a straight line.", NULL, 0);
}

static void say_time(struct build *b, struct node *section, struct place t)
{
	struct cell cells[] = { place_code(t, "column"), place_text(t, "step") };
	bool known = !b->clarify.v || strcmp(json_text(b->clarify.v, "time", ""), json_text(t.v, "column", "")) == 0;
	struct node *text = doc_text(b->doc, section, known ? "%s orders the rows in time."
		: "%s orders the rows in time, if it is their time at all: that is open, and models do not rely on it.", cells, 1);
	bool plain = cells[1].text && !strchr(cells[1].text, ' ');
	if (cells[1].text)
		doc_runs(b->doc, text, json_flag(t.v, "regular", false)
			? plain ? " Its steps are regular, one %s each." : " Its steps are regular, %s each."
			: plain ? " The usual step is one %s, but steps differ."
			: " The usual step is %s, but steps differ.", cells + 1, 1);
	else
		doc_runs(b->doc, text, " Sampling is irregular: there is no usual step.", NULL, 0);
	int64_t column = build_column(b, json_text(t.v, "column", NULL));
	struct place c = place_item(b->columns, (size_t)(column < 0 ? 0 : column));
	bool clock = column >= 0 && place_is(c, "storage", "timestamp");
	struct cell zone = place_text(t, "zone");
	if (clock && zone.text)
		doc_runs(b->doc, text, " Its times are %s.", &zone, 1);
	else if (clock)
		doc_runs(b->doc, text, " Its time zone is not stated; hours are taken as written.",
			NULL, 0);
	struct place gap = place_at(c, "datetime.gaps.0");
	struct cell gaps[] = { place_num(c, CELL_COUNT, "datetime.gap_count"),
		cell_text(plural(json_num(c.v, "datetime.gap_count", 0), "gap is", "gaps are")),
		place_date(gap, "from"), place_date(gap, "to") };
	if (cells[1].text && column >= 0 && gap.v && gaps[0].num > 0)
		doc_runs(b->doc, text, " %s %s longer than twice the usual step, the longest from "
			"%s to %s.", gaps, 4);
	say_grid(b, section, t);
}

/* ---- all series in a table ---------------------------------------------------------------- */

static struct cell season_cell(struct build *b, struct place s)
{
	const char *cycle = json_text(s.v, "season.cycle", NULL);
	double period = json_num(s.v, "season.period", NAN);
	if (isnan(period))
		return cell_text("none");
	if (cycle)
		return cell_text(cycle);
	return cell_text(doc_say(b->doc, "%.0f periods", period));
}

static void add_overview(struct build *b, struct node *section, const struct series_place *all,
	size_t n)
{
	const char *unit = json_text(all[0].series.v, "trend.unit", "unit");
	struct table_column heads[] = { { "Series", ALIGN_LEFT, false },
		{ doc_say(b->doc, "Trend per %s", doc_word(b->doc, unit)), ALIGN_RIGHT, false },
		{ "p", ALIGN_RIGHT, false }, { "Season", ALIGN_LEFT, false },
		{ "Strength", ALIGN_RIGHT, false }, { "Unit root p", ALIGN_RIGHT, false },
		{ "Changes", ALIGN_RIGHT, false }, { "Far out", ALIGN_RIGHT, false },
		{ "Forecast", ALIGN_RIGHT, false } };
	struct node *table = doc_table(b->doc, section, "The series", heads, COUNTOF(heads));
	for (size_t i = 0; i < n; i++) {
		struct place s = all[i].series;
		bool same = place_is(s, "trend.unit", unit);   /* as short series differ */
		struct cell cells[] = { all[i].name ? cell_code(all[i].name)
				: cell_text(all[i].title),
			same ? place_num(s, CELL_SCORE, "trend.slope") : cell_text(""),
			place_num(s, CELL_P_VALUE, "trend.p"),
			season_cell(b, s), place_num(s, CELL_ASSOCIATION, "season.strength"),
			place_num(s, CELL_P_VALUE, "adf.p"),
			build_count((double)json_count(s.v, "changes")),
			place_num(s, CELL_COUNT, "anomalies.count"),
			place_num(s, CELL_ASSOCIATION, "forecast.to_naive") };
		doc_row(b->doc, table, cells, NULL);
	}
	doc_note(b->doc, section, "Season: what repeats, with its strength from 0 to 1. Unit root: "
		"below 0.05 the series returns to its level or trend, above it may wander. Changes "
		"of level; periods far from trend and season. Forecast: error of the best baseline "
		"beside that of repeating the last value or season; 1 is no better.", NULL, 0);
}

/* ---- the chapter -------------------------------------------------------------------------- */

static struct place memory_of(struct place acf, const char *name)
{
	for (size_t i = 0; i < json_array_size(acf.v); i++) {
		struct place p = place_item(acf, i);
		const char *of = json_text(p.v, "name", NULL);
		if (name && of ? strcmp(of, name) == 0 : name == of)
			return p;
	}
	return (struct place){ .v = NULL };
}

static struct series_place series_at(struct build *b, struct place t, size_t i)
{
	struct series_place s = { .series = place_item(place_at(t, "series"), i), .time = t };
	s.name = json_text(s.series.v, "name", NULL);
	s.unit = json_text(t.v, "grid.unit", "period");
	s.title = s.name ? doc_own(b->doc, s.name) : doc_say(b->doc, "Rows by %s", doc_word(b->doc, s.unit));
	s.acf = memory_of(place_at(t, "acf"), s.name);
	int64_t column = build_column(b, s.name);
	s.measure = column < 0 ? CELL_MEASURE : build_measure(place_item(b->columns, (size_t)column));
	return s;
}

void build_time(struct build *b, struct node *root)
{
	struct place t = place_at(b->eda, "time");
	if (!json_text(t.v, "column", NULL))
		return;
	struct node *section = doc_section(b->doc, root, "time", "Over time");
	say_time(b, section, t);
	size_t n = json_count(t.v, "series");
	struct series_place *all = arena_calloc(b->arena, n + 1, sizeof *all);
	for (size_t i = 0; i < n; i++)
		all[i] = series_at(b, t, i);
	if (n > 1)
		add_overview(b, section, all, n < ROWS_MAX ? n : ROWS_MAX);
	size_t named = n - (n > 0 && !all[n - 1].name);
	if (named > DETAILED) {
		struct cell shown[] = { build_count(DETAILED), build_count((double)named) };
		doc_note(b->doc, section, "Pictures of the first %s of %s series; eda.json has all.",
			shown, 2);
	}
	for (size_t i = 0; i < n; i++) {
		/* the number of rows, always last, is worth a look however many there are */
		if (i >= DETAILED && all[i].name)
			continue;
		struct node *own = doc_section(b->doc, section,
			doc_slug(b->doc, "over-time", all[i].title), all[i].title);
		build_time_words(b, own, &all[i]);
		build_time_charts(b, own, &all[i]);
	}
}
