/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values over time and their memory: only when a column orders the rows in time. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>

static struct chart *series(struct build *b, struct place s, const char *time, const char *period)
{
	const char *name = json_text(s.v, "name", "");
	size_t n, m;
	const double *t = build_moments(b, s, "t", &n), *y = build_numbers(b, s, "y", &m);
	if (n < 2 || n != m)
		return NULL;
	struct chart *chart = build_chart(b, CHART_XY, "series", name, s);
	struct chart_series *line = arena_alloc(b->arena, sizeof *line);
	*line = (struct chart_series){ .style = SERIES_LINE, .ink = INK_PRIMARY, .n = n, .x = t,
		.y = y };
	chart->series = line;
	chart->nseries = 1;
	chart->x_is_time = true;
	chart->width = 560;        /* time reads better in width than in height */
	chart->height = 170;
	bool mean = place_is(s, "aggregation", "mean");
	chart->title = mean
		? arena_printf(b->arena, "%s, mean of each %s", name, period ? period : "time")
		: arena_printf(b->arena, "%s over time", name);
	const char **moments = build_texts(b, s, "t", &m);
	chart->alt = arena_printf(b->arena, "%s against %s, %zu points from %s to %s.", name, time,
		n, moments[0], moments[n - 1]);
	chart->xlabel = time;
	chart->ylabel = name;
	chart->values = build_axis(b, name);
	return chart;
}

static struct chart *autocorrelation(struct build *b, struct place s)
{
	const char *name = json_text(s.v, "name", "");
	size_t n, m;
	const double *lag = build_numbers(b, s, "lag", &m), *r = build_numbers(b, s, "r", &n);
	double bound = json_num(s.v, "bound", NAN);
	if (n < 2 || n != m)
		return NULL;
	const char **labels = arena_calloc(b->arena, n, sizeof *labels);
	for (size_t i = 0; i < n; i++)
		labels[i] = arena_printf(b->arena, "%.0f", lag[i]);
	struct chart *chart = build_chart(b, CHART_COLUMNS, "acf", name, s);
	chart->n = n;
	chart->labels = labels;
	chart->y = r;
	chart->ymin = -0.25;       /* the lower half only where something hangs there */
	for (size_t i = 0; i < n; i++)
		if (r[i] < chart->ymin)
			chart->ymin = -1;
	chart->ymax = 1;
	chart->height = 180;
	struct chart_line *lines = arena_calloc(b->arena, 2, sizeof *lines);
	lines[0] = (struct chart_line){ .at = bound, .ink = INK_ACCENT };
	lines[1] = (struct chart_line){ .at = -bound, .ink = INK_ACCENT };
	chart->lines = lines;
	chart->nlines = isnan(bound) ? 0 : 2;
	chart->title = arena_printf(b->arena, "Autocorrelation of %s", name);
	struct cell first = cell_num(CELL_CORRELATION, r[lag[0] == 0 ? 1 : 0], NULL);
	chart->alt = arena_printf(b->arena,
		"Autocorrelation of %s by lag; at the first lag it is %s. Values between the "
		"lines are within chance.",
		name, cell_string(b->arena, &first));
	chart->xlabel = "lag (rows)";
	chart->ylabel = "correlation";
	return chart;
}

static void add_charts(struct build *b, struct node *section, struct place list, const char *time,
	const char *period)
{
	struct node *columns = NULL;
	for (size_t i = 0; i < json_array_size(list.v) && i < SERIES_MAX; i++) {
		struct place s = place_item(list, i);
		struct chart *chart = time ? series(b, s, time, period) : autocorrelation(b, s);
		if (chart && !time && !columns)
			columns = doc_add(b->doc, section, NODE_COLUMNS);
		if (chart)
			doc_chart(b->doc, time ? section : columns, chart);
	}
}

void build_time(struct build *b, struct node *root)
{
	struct place t = place_at(b->eda, "time");
	const char *time = json_text(t.v, "column", NULL);
	if (!time)
		return;
	struct node *section = doc_section(b->doc, root, "time", "Over time");
	struct cell cells[] = { place_code(t, "column"), place_text(t, "step") };
	struct node *text = doc_text(b->doc, section, "%s orders the rows in time.", cells, 1);
	if (cells[1].text)
		doc_runs(b->doc, text, json_flag(t.v, "regular", false) ? " Every step is a %s."
			: " The usual step is a %s, but steps differ.", cells + 1, 1);
	struct place list = place_at(t, "series");
	add_charts(b, section, list, time, json_text(t.v, "period", NULL));
	struct place acf = place_at(t, "acf");
	if (json_array_size(acf.v) > 0) {
		build_say(b, section,
			"Autocorrelation compares each value with the one so many rows before. "
			"Bars beyond the lines are more than chance; a slow decline means a "
			"trend, a repeating peak a season.");
		add_charts(b, section, acf, NULL, NULL);
	}
	if (json_array_size(list.v) > SERIES_MAX) {
		struct cell shown[] = { build_count(SERIES_MAX),
			build_count((double)json_array_size(list.v)) };
		doc_note(
			b->doc, section, "The first %s of %s columns; eda.json has all.", shown, 2);
	}
}
