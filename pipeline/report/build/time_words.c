/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a series comes to, in words: trend, season, changes, what stands out, forecast. */
#include "report/build_int.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double CLEAR = 0.05;      /* p below: said as a fact */

static const char *const weekdays[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
	"Oct", "Nov", "Dec" };
static const char *const hours[] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11",
	"12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "22", "23" };

const char *const *build_unit_names(struct build *b, const char *unit)
{
	const char *const *names = strcmp(unit, "hour") == 0 ? hours
		: strcmp(unit, "month") == 0 ? months : weekdays;
	size_t n = names == hours ? COUNTOF(hours) : names == months ? COUNTOF(months) : COUNTOF(weekdays);
	const char **said = arena_calloc(b->arena, n, sizeof *said);
	for (size_t i = 0; i < n; i++)
		said[i] = doc_word(b->doc, names[i]);
	return said;
}

/* What the season shows already: the weekday of a season of a week of days. */
static bool is_season(struct place series, struct place effect)
{
	static const struct {
		const char *cycle, *unit;
		double most;
	} same[] = { { "day", "hour", 24 }, { "week", "weekday", 7 }, { "year", "month", 400 } };
	for (size_t i = 0; i < COUNTOF(same); i++)
		if (place_is(series, "season.cycle", same[i].cycle) &&
			place_is(effect, "unit", same[i].unit) &&
			json_num(series.v, "season.period", 0) <= same[i].most)
			return true;
	return false;
}

bool build_effect_matters(struct place series, struct place effect)
{
	const double P = 0.01, SHARE = 0.02, LARGE = 0.25;     /* of few cycles, p is large whatever the effect */
	double p = json_num(effect.v, "p", 1), share = json_num(effect.v, "epsilon_squared", 0);
	return ((p < P && share >= SHARE) || (p < CLEAR && share >= LARGE)) && !is_season(series, effect);
}

bool build_anomalies_stand_out(struct place series)
{
	const double FEW = 0.05;       /* as TIME_ANOMALIES_SHARE of the profile */
	double count = json_num(series.v, "anomalies.count", 0);
	return count > 0 && count <= FEW * json_num(series.v, "values", 0);
}

const char *build_phase(struct build *b, const char *iso, const char *cycle)
{
	int y, m, d, h = 0, min = 0;
	if (!cycle || sscanf(iso, "%d-%2d-%2dT%2d:%2d", &y, &m, &d, &h, &min) < 3 ||
		!date_exists(y, m, d))
		return iso;
	const char *clock = arena_printf(b->arena, "%02d:%02d", h, min);
	if (strcmp(cycle, "day") == 0)
		return clock;
	if (strcmp(cycle, "year") == 0)
		return doc_say(b->doc, "%d %s", d, doc_word(b->doc, months[m - 1]));
	const char *day = doc_word(b->doc, weekdays[date_weekday(date_days(y, m, d))]);
	return strchr(iso, 'T') ? doc_say(b->doc, "%s %s", day, clock) : day;
}

/* " mm", or nothing. */
static struct cell in_unit(struct build *b, const struct series_place *s)
{
	int64_t at = build_column(b, s->name);
	const char *unit = at < 0 ? NULL : json_text(place_item(b->columns, (size_t)at).v, "unit", NULL);
	return cell_own(unit ? arena_printf(b->arena, "\xc2\xa0%s", unit) : "");
}

/* What was estimated, with no more digits than it deserves. */
static struct cell rough_num(struct place p, const struct series_place *s, const char *key)
{
	return place_num(p, s->measure == CELL_MEASURE ? CELL_SCORE : s->measure, key);
}

/* ---- trend and season --------------------------------------------------------------------- */

static void say_trend(struct build *b, struct node *text, const struct series_place *s)
{
	struct place x = place_at(s->series, "trend");
	double slope = json_num(x.v, "slope", NAN);
	if (isnan(slope))
		return;
	struct cell cells[] = { cell_text(slope > 0 ? "It rises" : "It falls"),
		place_num(x, CELL_SCORE, "slope"), in_unit(b, s), place_text(x, "unit"),
		place_num(x, CELL_SCORE, "ci95.0"), place_num(x, CELL_SCORE, "ci95.1") };
	if (slope != 0 && cells[4].num == cells[5].num)      /* no spread, so no test either: a counter */
		doc_runs(b->doc, text, "%s evenly, by %s%s per %s.", cells, 4);
	else if (json_num(x.v, "p", 1) < CLEAR)
		doc_runs(b->doc, text, "%s: %s%s per %s (95 %% interval %s to %s).", cells, 6);
	else
		doc_runs(b->doc, text, "No trend beyond chance: %s%s per %s (95 %% interval %s to %s).",
			cells + 1, 5);
	struct cell p = place_num(s->series, CELL_P_VALUE, "adf.p");
	if (p.num >= CLEAR && !json_flag(s->series.v, "steps", false))
		doc_runs(b->doc, text, " It may wander without a level to return to (Dickey-Fuller "
			"test, p = %s); no line describes such a series for long.", &p, 1);
}

/* The lag at which the series resembles itself most, beyond the first hill and twice the bounds of chance, as
 * the profile looks for a season; 0: none. */
static size_t lag_of_return(struct build *b, const struct series_place *s)
{
	size_t n, lag = 1, best = 0;
	const double *r = build_numbers(b, s->acf, "r", &n);
	double clear = 2 * json_num(s->acf.v, "bound", INFINITY);
	while (lag < n && r[lag] > 0)
		lag++;
	for (; lag + 1 < n; lag++)
		if (lag > 2 && r[lag] > clear && r[lag] >= r[lag - 1] && r[lag] >= r[lag + 1] &&
			(!best || r[lag] > r[best] + 0.1))
			best = lag;
	return best;
}

/* A cycle that is no whole number of periods cannot be drawn as a season, but must not be denied. */
static void say_no_season(struct build *b, struct node *text, const struct series_place *s)
{
	size_t lag = s->acf.v ? lag_of_return(b, s) : 0;
	if (lag == 0) {
		doc_runs(b->doc, text, " No regular season stands out from the variation from period to period.", NULL, 0);
		return;
	}
	struct cell cells[] = { build_count((double)lag),
		place_num(s->acf, CELL_CORRELATION, arena_printf(b->arena, "r.%zu", lag)) };
	doc_runs(b->doc, text, " No season of a whole number of periods stands out, but periods %s apart "
		"resemble each other (autocorrelation %s).", cells, 2);
}

static void say_season(struct build *b, struct node *text, const struct series_place *s)
{
	struct place x = place_at(s->series, "season");
	const char *cycle = json_text(x.v, "cycle", NULL);
	size_t n, m, low = 0, high = 0;
	const double *profile = build_numbers(b, x, "profile", &n);
	const char **t = build_texts(b, x, "t", &m);
	if (n < 2 || n != m) {
		say_no_season(b, text, s);
		return;
	}
	for (size_t i = 1; i < n; i++) {
		low = profile[i] < profile[low] ? i : low;
		high = profile[i] > profile[high] ? i : high;
	}
	struct cell cells[] = { cycle ? cell_text(cycle) : place_num(x, CELL_COUNT, "period"),
		place_num(x, CELL_ASSOCIATION, "strength"), rough_num(x, s, "amplitude"), in_unit(b, s) };
	doc_runs(b->doc, text, cycle ? " It repeats every %s: the strength of this season is %s of 1, "
			"and %s%s lie between its highest and its lowest point"
		: " It repeats every %s periods: the strength of this season is %s of 1, and %s%s lie "
			"between its highest and its lowest point", cells, 4);
	struct cell at[] = { cell_text(build_phase(b, t[high], cycle)),
		cell_text(build_phase(b, t[low], cycle)) };
	doc_runs(b->doc, text, cycle ? ", about %s and %s." : ".", at, cycle ? 2 : 0);
}

static void say_effects(struct build *b, struct node *text, const struct series_place *s)
{
	struct place list = place_at(s->series, "calendar");
	for (size_t i = 0; i < json_array_size(list.v); i++) {
		struct place e = place_item(list, i);
		const char *unit = json_text(e.v, "unit", "");
		const char *const *names = build_unit_names(b, unit);
		size_t n, low = 0, high = 0;
		const double *mean = build_numbers(b, e, "mean", &n);
		if (!build_effect_matters(s->series, e) || n < 2 || n > 24)
			continue;
		for (size_t k = 1; k < n; k++) {
			low = mean[k] < mean[low] || isnan(mean[low]) ? k : low;
			high = mean[k] > mean[high] || isnan(mean[high]) ? k : high;
		}
		struct cell cells[] = { cell_text(unit), cell_text(names[high]),
			cell_text(names[low]), place_num(e, CELL_PERCENT, "epsilon_squared"),
			place_num(e, CELL_P_VALUE, "p") };
		doc_runs(b->doc, text, " By %s it is highest %s and lowest %s (%s of the variation "
			"of ranks, Kruskal-Wallis p = %s).", cells, 5);
	}
}

/* ---- changes, what stands out -------------------------------------------------------------- */

static void say_changes(struct build *b, struct node *section, const struct series_place *s)
{
	enum { NAMED = 3 };
	struct place list = place_at(s->series, "changes");
	size_t n = json_array_size(list.v);
	if (!n)
		return;
	struct cell count = build_count((double)n);
	struct node *text = doc_text(b->doc, section,
		n == 1 ? "Its level changes %s time:" : "Its level changes %s times:", &count, 1);
	for (size_t i = 0; i < n && i < NAMED; i++) {
		struct place c = place_item(list, i);
		struct cell cells[] = { place_date(c, "at"), place_num(c, s->measure, "before"),
			place_num(c, s->measure, "after"), place_num(c, CELL_P_VALUE, "p") };
		doc_runs(b->doc, text, i ? "; %s from %s to %s (p = %s)"
			: " %s from %s to %s (p = %s)", cells, 4);
	}
	struct cell more = build_count((double)(n - (n < NAMED ? n : NAMED)));
	doc_runs(b->doc, text, n > NAMED ? "; and %s more in the table below." : ".", &more,
		n > NAMED);
}

static void say_anomalies(struct build *b, struct node *section, const struct series_place *s)
{
	struct place x = place_at(s->series, "anomalies"), first = place_at(x, "list.0");
	struct cell count = place_num(x, CELL_COUNT, "count");
	if (!(count.num > 0))
		return;
	struct cell cells[] = { count, place_num(s->series, CELL_COUNT, "values"),
		place_date(first, "at"), place_num(first, s->measure, "value"), in_unit(b, s),
		rough_num(first, s, "expected") };
	if (build_anomalies_stand_out(s->series))
		doc_text(b->doc, section, count.num == 1 ? "%s of %s periods lies far from trend and season: "
			"%s, with %s%s where %s was to be expected."
			: "%s of %s periods lie far from trend and season, farthest "
			"%s: %s%s where %s was to be expected.", cells, 6);
	else
		doc_text(b->doc, section, "%s of %s periods lie beyond the limits of anomalies: too "
			"many for exceptions; its values are skewed, or their spread is uneven.", cells, 2);
}

/* ---- forecast ----------------------------------------------------------------------------- */

static const char *why_none(const char *why)
{
	return strcmp(why, "gaps") == 0 ? "There are too many gaps for a decomposition or a forecast."
		: strcmp(why, "mean") == 0
		? "No forecast is drawn: over the later part none was better than the mean of all "
		  "values before."
		: "The series is too short for a forecast.";
}

static void say_forecast(struct build *b, struct node *section, const struct series_place *s)
{
	struct place x = place_at(s->series, "forecast");
	const char *why = json_text(x.v, "why_not", NULL);
	if (!x.v)
		return;
	if (why || json_count(x.v, "mean") == 0) {
		build_say(b, section, why_none(why ? why : "short"));
		return;
	}
	bool season = json_num(x.v, "period", 0) > 1;
	double to_naive = json_num(x.v, "to_naive", NAN);
	struct cell cells[] = { place_text(x, "method"), build_count((double)json_count(x.v, "mean")),
		cell_text(plural((double)json_count(x.v, "mean"), "period", "periods")),
		place_num(x, CELL_COUNT, "origins") };
	struct node *text = doc_text(b->doc, section, "The forecast is a baseline, a yardstick for "
		"better ones: %s, for %s %s. ", cells, 3);
	struct cell naive[] = { cells[3], place_num(x, CELL_ASSOCIATION, "to_naive"),
		place_num(x, CELL_ASSOCIATION, "mase") };
	if (to_naive < 0.98)
		doc_runs(b->doc, text, season ? "Tried from %s origins in the later part, it beat repeating the last "
			"season: %s of its error (MASE %s)"
			: "Tried from %s origins in the later part, it beat repeating the last value: %s of its error "
			"(MASE %s)", naive, 3);
	else if (place_is(x, "method", "naive") || place_is(x, "method", "seasonal naive"))
		doc_runs(b->doc, text, season ? "It repeats the last season; tried from %s origins in the later part, no "
			"other simple method was better"
			: "It repeats the last value; tried from %s origins in the later part, no other simple method was "
			"better", naive, 1);
	else
		doc_runs(b->doc, text, season ? "Tried from %s origins in the later part, it did no better than "
			"repeating the last season"
			: "Tried from %s origins in the later part, it did no better than repeating the last value", naive, 1);
	struct cell cover = place_num(x, CELL_PERCENT, "covered");
	doc_runs(b->doc, text, "; %s of the values fell into its 95 %% interval.", &cover, 1);
}

void build_time_words(struct build *b, struct node *section, const struct series_place *s)
{
	if (json_at(s->series.v, "trend.slope")) {
		struct node *text = doc_text(b->doc, section, "", NULL, 0);
		say_trend(b, text, s);
		say_season(b, text, s);
		say_effects(b, text, s);
	}
	say_changes(b, section, s);
	say_anomalies(b, section, s);
	say_forecast(b, section, s);
}
