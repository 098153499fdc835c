/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures of a series: values with trend, changes and forecast; season and calendar; behind a
 * fold decomposition, memory, and the tables of what is drawn. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

enum { COLUMNS_MAX = 62, LINES_MAX = 20, MARKS = 6, TABLE_ROWS = 20 };

/* ---- values over time --------------------------------------------------------------------- */

static struct chart_series *line_of(struct chart *c, enum series_style style, enum ink ink,
	const char *name, const double *x, const double *y, size_t n)
{
	struct chart_series *s = (struct chart_series *)(uintptr_t)&c->series[c->nseries++];
	*s = (struct chart_series){ .name = name, .style = style, .ink = ink, .n = n, .x = x, .y = y };
	return s;
}

static struct chart *time_chart(struct build *b, const char *prefix, const struct series_place *s,
	struct place data, double height)
{
	struct chart *c = build_chart(b, CHART_XY, prefix, s->title, data);
	c->series = arena_calloc(b->arena, MARKS, sizeof *c->series);
	c->x_is_time = true;
	c->height = height;
	c->xlabel = doc_own(b->doc, json_text(s->time.v, "column", ""));
	c->values = s->name ? build_axis(b, s->name) : CELL_COUNT;
	return c;
}

/* Means of `width` neighbours, as the line before is drawn. */
static double *thinned(struct build *b, const double *v, size_t n, size_t width)
{
	double *out = arena_calloc(b->arena, n / width + 2, sizeof *out);
	for (size_t i = 0; i < n; i++) {
		size_t from = i / width * width, count = n - from < width ? n - from : width;
		out[i / width] += v[i] / (double)count;
	}
	return out;
}

static void add_forecast(struct build *b, struct chart *c, struct place s, size_t width)
{
	static const char *const paths[] = { "mean", "low80", "high80", "low95", "high95" };
	struct place f = place_at(s, "forecast");
	double *v[COUNTOF(paths)];
	size_t n, m = 0;
	double *t = build_moments(b, f, "t", &n);
	for (size_t i = 0; i < COUNTOF(paths); i++) {
		v[i] = build_numbers(b, f, paths[i], &m);
		if (!n || m != n)
			return;
		v[i] = thinned(b, v[i], n, width);
	}
	t = thinned(b, t, n, width);
	n = (n + width - 1) / width;
	struct chart_series *wide = line_of(c, SERIES_BAND, INK_SERIES_3, NULL, t, v[3], n);
	wide->y2 = v[4];
	struct chart_series *narrow = line_of(c, SERIES_BAND, INK_SERIES_3, NULL, t, v[1], n);
	narrow->y2 = v[2];
	line_of(c, SERIES_LINE, INK_SERIES_3, "forecast", t, v[0], n);
}

/* A band that opens wide must not press the values flat: they keep a quarter of the height. */
static void keep_scale(struct chart *c, const double *y, size_t n)
{
	const double ROOM = 3;
	double low = INFINITY, high = -INFINITY, far_low = INFINITY, far_high = -INFINITY;
	for (size_t i = 0; i < n; i++) {
		low = fmin(low, y[i]);
		high = fmax(high, y[i]);
	}
	for (size_t k = 0; k < c->nseries; k++) {
		const struct chart_series *s = &c->series[k];
		bool band = s->style == SERIES_BAND;
		for (size_t i = 0; i < s->n; i++) {
			if (!band) {
				low = fmin(low, s->y[i]);
				high = fmax(high, s->y[i]);
			}
			far_low = fmin(far_low, s->y[i]);
			far_high = fmax(far_high, band ? s->y2[i] : s->y[i]);
		}
	}
	double room = ROOM * (high - low), below = low - far_low, above = far_high - high;
	if (below + above > room) {
		c->ymin = low - fmin(below, fmax(room / 2, room - above));
		c->ymax = high + fmin(above, fmax(room / 2, room - below));
	}
}

/* `each`: what one value is of where the line is drawn through means of several. */
static void add_anomalies(struct build *b, struct chart *c, struct place s, const char *each)
{
	const char *name = each ? doc_say(b->doc, "far out, of one %s each", doc_word(b->doc, each)) : "far out";
	struct place list = place_at(s, "anomalies.list");
	size_t n = json_array_size(list.v);
	if (!n || !build_anomalies_stand_out(s))
		return;
	double *x = arena_calloc(b->arena, n, sizeof *x), *y = arena_calloc(b->arena, n, sizeof *y);
	for (size_t i = 0; i < n; i++) {
		struct place at = place_item(list, i);
		x[i] = build_moment(json_text(at.v, "at", ""));
		y[i] = json_num(at.v, "value", NAN);
	}
	line_of(c, SERIES_POINTS, INK_ERROR, name, x, y, n);
}

static void add_changes(struct build *b, struct chart *c, struct place s)
{
	struct place list = place_at(s, "changes");
	size_t n = json_array_size(list.v);
	struct chart_line *lines = arena_calloc(b->arena, LINES_MAX, sizeof *lines);
	for (size_t i = 0; i < n && i < LINES_MAX; i++) {
		double at = build_moment(json_text(place_item(list, i).v, "at", ""));
		if (!isnan(at))
			lines[c->nlines++] = (struct chart_line){ at, true, NULL, INK_ACCENT };
	}
	c->lines = lines;
}

static const char *values_title(struct build *b, const struct series_place *s, const char *period)
{
	const char *of = doc_word(b->doc, period ? period : s->unit);
	if (!s->name)
		return period ? doc_say(b->doc, "%s, mean of each %s", s->title, of)
			: s->title;
	return place_is(s->series, "aggregation", "mean")
		? doc_say(b->doc, "%s, mean of each %s", s->name, of)
		: doc_say(b->doc, "%s over time", s->name);
}

/* A trend that resists what is far out follows the zeros of a series that is mostly zero: it then lies far from
 * the mean and describes nothing. */
static bool describes(const double *level, const double *y, size_t n)
{
	double sum = 0, of_level = 0, spread = 0;
	for (size_t i = 0; i < n; i++) {
		sum += y[i];
		of_level += level[i];
	}
	for (size_t i = 0; i < n; i++)
		spread += (y[i] - sum / (double)n) * (y[i] - sum / (double)n);
	return !(fabs(of_level - sum) / (double)n > 0.3 * sqrt(spread / (double)n));
}

static void add_values(struct build *b, struct node *section, const struct series_place *s)
{
	size_t n, m, k;
	const double *t = build_moments(b, s->series, "t", &n);
	const double *y = build_numbers(b, s->series, "y", &m);
	const double *level = build_numbers(b, s->series, "level", &k);
	const char **moments = build_texts(b, s->series, "t", &k), *more = "";
	const char *period = json_text(s->time.v, "period", NULL);
	double periods = json_num(s->time.v, "grid.periods", (double)n);
	bool stepped = json_flag(s->series.v, "steps", false);
	if (n < 2 || n != m)
		return;
	struct chart *c = time_chart(b, "series", s, s->series, 190);
	line_of(c, SERIES_LINE, INK_PRIMARY, "values", t, y, n);
	if (json_at(s->series.v, "decomposition.t") && k == n && describes(level, y, n)) {
		line_of(c, SERIES_LINE, INK_SERIES_4, stepped ? "level" : "trend", t, level, n);
		more = stepped ? ", with the level between its changes" : ", with its trend";
	}
	add_anomalies(b, c, s->series, period ? s->unit : NULL);
	add_forecast(b, c, s->series, period && n ? (size_t)(periods / (double)n + 0.5) : 1);
	add_changes(b, c, s->series);
	keep_scale(c, y, n);
	if (c->nseries == 1)       /* nothing to be told from: the title names it */
		((struct chart_series *)(uintptr_t)c->series)->name = NULL;
	c->title = values_title(b, s, period);
	c->alt = doc_say(b->doc, "%s against %s, %zu points from %s to %s%s.", s->title,
		c->xlabel, n, moments[0], moments[n - 1], doc_word(b->doc, more));
	c->ylabel = s->name ? doc_own(b->doc, s->name) : "rows";
	doc_chart(b->doc, section, c);
	if (c->nseries == 1 || json_count(s->series.v, "forecast.mean") == 0)
		return;
	struct node *note = doc_note(b->doc, section, "Bands: 80 % and 95 % intervals of the forecast, for one period each.", NULL, 0);
	if (c->ymin < c->ymax)
		doc_runs(b->doc, note, " They reach beyond the chart.", NULL, 0);
}

/* ---- season and calendar ------------------------------------------------------------------- */

static struct chart *columns(struct build *b, const struct series_place *s, const char *prefix,
	struct place data, const char *by, const char *const *labels, const double *y, size_t n)
{
	struct chart *c = build_chart(b, CHART_COLUMNS, prefix, s->title, data);
	size_t low = 0, high = 0;
	for (size_t i = 1; i < n; i++) {
		low = y[i] < y[low] || isnan(y[low]) ? i : low;
		high = y[i] > y[high] || isnan(y[high]) ? i : high;
	}
	c->n = n;
	c->labels = labels;
	c->y = y;
	c->height = 200;
	c->ymin = fmin(0, 1.1 * y[low]);
	c->ymax = fmax(0, 1.1 * y[high]);
	c->title = doc_say(b->doc, "%s by %s", s->title, doc_word(b->doc, by));
	c->alt = doc_say(b->doc, "%s by %s, above or below the mean: highest %s, lowest %s.",
		s->title, doc_word(b->doc, by), labels[high], labels[low]);
	c->ylabel = "above the mean";
	return c;
}

/* A year of days or weeks by month. */
static struct chart *season_by_month(struct build *b, const struct series_place *s,
	struct place season, const double *profile, const char **t, size_t n)
{
	const char *const *names = build_unit_names(b, "month");
	double *y = arena_calloc(b->arena, 12, sizeof *y);
	int count[12] = { 0 };
	for (size_t i = 0; i < n; i++) {
		const char *dash = strchr(t[i] + 1, '-');
		int month = dash ? (dash[1] - '0') * 10 + (dash[2] - '0') - 1 : -1;
		if (month >= 0 && month < 12)
			y[month] += (profile[i] - y[month]) / ++count[month];
	}
	for (int k = 0; k < 12; k++)
		y[k] = count[k] ? y[k] : NAN;
	return columns(b, s, "season", season, "month", names, y, 12);
}

static struct chart *season_chart(struct build *b, const struct series_place *s)
{
	struct place season = place_at(s->series, "season");
	const char *cycle = json_text(season.v, "cycle", NULL);
	size_t n, m;
	const double *profile = build_numbers(b, season, "profile", &n);
	const char **t = build_texts(b, season, "t", &m);
	if (n < 2 || n != m)
		return NULL;
	if (cycle && strcmp(cycle, "year") == 0 && n >= 12)
		return season_by_month(b, s, season, profile, t, n);
	const char **labels = arena_calloc(b->arena, n, sizeof *labels);
	double *at = arena_calloc(b->arena, n, sizeof *at);
	for (size_t i = 0; i < n; i++) {
		at[i] = (double)i;
		labels[i] = cycle ? build_phase(b, t[i], cycle)
			: arena_printf(b->arena, "%zu", i + 1);
	}
	const char *by = doc_say(b->doc, "part of the %s", doc_word(b->doc, cycle ? cycle : "season"));
	struct chart *c = columns(b, s, "season", season, by, labels, profile, n);
	if (n <= COLUMNS_MAX)
		return c;
	c->kind = CHART_XY;
	c->n = 0;
	c->series = arena_calloc(b->arena, 1, sizeof *c->series);
	line_of(c, SERIES_LINE, INK_PRIMARY, NULL, at, profile, n);
	c->xlabel = doc_say(b->doc, "%s of the %s, from 0",
		doc_word(b->doc, s->unit), doc_word(b->doc, cycle ? cycle : "season"));
	return c;
}

static void add_seasons(struct build *b, struct node *section, const struct series_place *s)
{
	struct node *row = doc_add(b->doc, section, NODE_COLUMNS);
	struct chart *season = season_chart(b, s);
	if (season)
		doc_chart(b->doc, row, season);
	struct place list = place_at(s->series, "calendar");
	for (size_t i = 0; i < json_array_size(list.v); i++) {
		struct place e = place_item(list, i);
		const char *unit = json_text(e.v, "unit", "");
		size_t n;
		const double *mean = build_numbers(b, e, "mean", &n);
		if (n < 2 || n > 24 || !build_effect_matters(s->series, e))
			continue;
		doc_chart(b->doc, row, columns(b, s, "calendar", e, unit, build_unit_names(b, unit),
			mean, n));
	}
}

/* ---- behind the fold ------------------------------------------------------------------------ */

static void add_parts(struct build *b, struct node *details, const struct series_place *s)
{
	static const struct {
		const char *path, *title;
	} parts[] = { { "trend", "Trend" }, { "season", "Season" }, { "remainder", "Remainder" } };
	struct place d = place_at(s->series, "decomposition");
	size_t n, m;
	const double *t = build_moments(b, d, "t", &n), *observed = build_numbers(b, d, "observed", &m);
	bool last = place_is(d, "part", "last");
	for (size_t i = 0; i < COUNTOF(parts); i++) {
		const double *y = build_numbers(b, d, parts[i].path, &m);
		if (n < 2 || m != n || (i == 1 && !json_at(s->series.v, "season.period")))
			continue;
		struct chart *c = time_chart(b, parts[i].path, s, place_at(d, parts[i].path),
			i ? 110 : 130);
		if (i == 0) {
			line_of(c, SERIES_LINE, INK_PRIMARY, "observed", t, observed, n);
			line_of(c, SERIES_LINE, INK_SERIES_4, "trend", t, y, n);
		} else {
			line_of(c, SERIES_LINE, INK_PRIMARY, NULL, t, y, n);
		}
		c->stacked = true;
		c->title = doc_say(b->doc, last ? "%s of %s, last part" : "%s of %s",
			doc_word(b->doc, parts[i].title), s->title);
		c->alt = doc_say(b->doc, "%s: the part of the decomposition, %zu points.",
			c->title, n);
		c->ylabel = s->name ? doc_own(b->doc, s->name) : "rows";
		doc_chart(b->doc, details, c);
		if (i == 0 && !describes(y, observed, n))
			doc_note(b->doc, details, "This decomposition resists what is far out: its trend follows the commonest values, far from their mean.",
				NULL, 0);
	}
}

/* The lower end of both memory charts: room for the lower limit, and the lower half only where something hangs
 * there in one of them. */
static double memory_low(struct build *b, const struct series_place *s, double bound)
{
	static const char *const paths[] = { "r", "partial" };
	double low = -0.25;
	for (size_t k = 0; k < COUNTOF(paths); k++) {
		size_t n;
		const double *r = build_numbers(b, s->acf, paths[k], &n);
		for (size_t i = 0; i < n; i++)
			low = r[i] < low ? -1 : low;
	}
	return -1.2 * bound < low ? -1 : low;
}

static struct chart *memory_chart(struct build *b, const struct series_place *s, const char *path,
	const char *what)
{
	size_t n, m;
	const double *lag = build_numbers(b, s->acf, "lag", &m);
	const double *r = build_numbers(b, s->acf, path, &n);
	double bound = json_num(s->acf.v, "bound", NAN);
	if (n < 2 || n != m)
		return NULL;
	const char **labels = arena_calloc(b->arena, n, sizeof *labels);
	for (size_t i = 0; i < n; i++)
		labels[i] = arena_printf(b->arena, "%.0f", lag[i]);
	struct chart *chart = build_chart(b, CHART_COLUMNS, path[0] == 'r' ? "acf" : "pacf", s->title,
		s->acf);
	chart->n = n;
	chart->labels = labels;
	chart->y = r;
	chart->ymin = memory_low(b, s, bound);
	chart->ymax = 1;
	chart->height = 180;
	struct chart_line *lines = arena_calloc(b->arena, 2, sizeof *lines);
	lines[0] = (struct chart_line){ .at = bound, .ink = INK_ACCENT };
	lines[1] = (struct chart_line){ .at = -bound, .ink = INK_ACCENT };
	chart->lines = lines;
	chart->nlines = isnan(bound) ? 0 : 2;
	chart->title = doc_say(b->doc, "%s of %s", doc_word(b->doc, what), s->title);
	struct cell first = cell_num(CELL_CORRELATION, r[lag[0] == 0 ? 1 : 0], NULL);
	chart->alt = doc_say(b->doc,
		"%s of %s by lag; at the first lag it is %s. Values between the "
		"lines are within chance.",
		doc_word(b->doc, what), s->title, doc_cell(b->doc, &first));
	chart->xlabel = doc_say(b->doc, "lag (%s)", doc_word(b->doc, s->unit));
	chart->ylabel = "correlation";
	return chart;
}

static void add_memory(struct build *b, struct node *details, const struct series_place *s)
{
	struct chart *acf = s->acf.v ? memory_chart(b, s, "r", "Autocorrelation") : NULL;
	struct chart *partial = s->acf.v
		? memory_chart(b, s, "partial", "Partial autocorrelation") : NULL;
	if (!acf)
		return;
	build_say(b, details, "Autocorrelation compares each value with the one so many periods "
		"before; the partial one leaves out what goes by way of the values between. Bars "
		"beyond the lines are more than chance; a slow decline means a trend, a repeating "
		"peak a season.");
	struct cell cells[] = { place_num(s->acf, CELL_COUNT, "ljung_box.lag"),
		place_num(s->acf, CELL_MEASURE, "ljung_box.statistic"),
		place_num(s->acf, CELL_P_VALUE, "ljung_box.p") };
	if (!isnan(cells[2].num))
		doc_text(b->doc, details, "Ljung-Box test up to lag %s: Q = %s, p = %s.", cells, 3);
	struct node *row = doc_add(b->doc, details, NODE_COLUMNS);
	doc_chart(b->doc, row, acf);
	if (partial)
		doc_chart(b->doc, row, partial);
}

static void add_tables(struct build *b, struct node *details, const struct series_place *s)
{
	static const struct table_column change_heads[] = { { "From", ALIGN_LEFT, false },
		{ "Level before", ALIGN_RIGHT, false }, { "after", ALIGN_RIGHT, false },
		{ "Gain", ALIGN_RIGHT, false }, { "p", ALIGN_RIGHT, false } };
	static const struct table_column far_heads[] = { { "Period", ALIGN_LEFT, false },
		{ "Value", ALIGN_RIGHT, false }, { "Expected", ALIGN_RIGHT, false },
		{ "In MAD", ALIGN_RIGHT, false } };
	static const struct table_column heads[] = { { "Method", ALIGN_LEFT, false },
		{ "Mean absolute error", ALIGN_RIGHT, false }, { "MASE", ALIGN_RIGHT, false },
		{ "Root mean square error", ALIGN_RIGHT, false } };
	struct node *changes = doc_table(b->doc, details, "Changes of level", change_heads,
		COUNTOF(change_heads));
	struct place list = place_at(s->series, "changes");
	for (size_t i = 0; i < json_array_size(list.v) && i < TABLE_ROWS; i++) {
		struct place c = place_item(list, i);
		struct cell cells[] = { place_date(c, "at"), place_num(c, s->measure, "before"),
			place_num(c, s->measure, "after"), place_num(c, CELL_MEASURE, "gain"),
			place_num(c, CELL_P_VALUE, "p") };
		doc_row(b->doc, changes, cells, NULL);
	}
	struct node *far = doc_table(b->doc, details, "Far from trend and season", far_heads,
		COUNTOF(far_heads));
	list = place_at(s->series, "anomalies.list");
	for (size_t i = 0; i < json_array_size(list.v) && i < TABLE_ROWS; i++) {
		struct place c = place_item(list, i);
		struct cell cells[] = { place_date(c, "at"), place_num(c, s->measure, "value"),
			place_num(c, s->measure, "expected"), place_num(c, CELL_MEASURE, "score") };
		if (build_anomalies_stand_out(s->series))
			doc_row(b->doc, far, cells, NULL);
	}
	struct node *methods = doc_table(b->doc, details, "Forecasts from rolling origins", heads,
		COUNTOF(heads));
	list = place_at(s->series, "forecast.candidates");
	for (size_t i = 0; i < json_array_size(list.v) && i < TABLE_ROWS; i++) {
		struct place c = place_item(list, i);
		struct cell cells[] = { place_text(c, "method"), place_num(c, CELL_MEASURE, "mae"),
			place_num(c, CELL_ASSOCIATION, "mase"), place_num(c, CELL_MEASURE, "rmse") };
		doc_row(b->doc, methods, cells, NULL);
	}
	doc_even(methods, 1, 3, 4, true);
}

void build_time_charts(struct build *b, struct node *section, const struct series_place *s)
{
	add_values(b, section, s);
	add_seasons(b, section, s);
	struct node *details = doc_details(b->doc, section, doc_say(b->doc, "Parts, memory and tables of %s", s->title));
	add_parts(b, details, s);
	add_memory(b, details, s);
	add_tables(b, details, s);
}
