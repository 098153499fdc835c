/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A column of numbers: location, spread and shape, its histogram, and the details behind a
 * fold. */
#include "report/build_int.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { OUTLIERS_CUT = 300 };     /* as many as the artifact lists of a box plot */

/* ---- in words -------------------------------------------------------------------------------- */

static const char *shape_of(double skewness)
{
	if (fabs(skewness) < 0.5)
		return "roughly symmetric";
	if (fabs(skewness) < 1)
		return skewness > 0 ? "moderately skewed to the right"
			: "moderately skewed to the left";
	return skewness > 0 ? "strongly skewed to the right" : "strongly skewed to the left";
}

static void say_shape(struct build *b, struct node *section, struct place c)
{
	struct place x = place_at(c, "numeric");
	enum cell_class measure = build_measure(c);
	double skewness = json_num(x.v, "skewness", NAN);
	const char *unit = json_text(c.v, "unit", NULL);
	struct cell in_unit = cell_own(unit ? arena_printf(b->arena, "\xc2\xa0%s", unit) : "");
	struct cell cells[] = { place_num(x, measure, "quantiles.p25"),
		place_num(x, measure, "quantiles.p75"), in_unit,
		place_num(x, measure, "median"), in_unit };
	struct node *text = doc_text(b->doc, section,
		"The middle half of the values lies between %s and %s%s, their "
		"median is %s%s.",
		cells, COUNTOF(cells));
	struct cell shape[] = { cell_text(shape_of(skewness)),
		place_num(x, CELL_ASSOCIATION, "skewness") };
	if (!isnan(skewness))
		doc_runs(b->doc, text, " The distribution is %s (skewness %s).", shape, 2);
	const char *monotonic = json_text(x.v, "monotonic", "none");
	struct cell order = cell_text(monotonic);
	if (strcmp(monotonic, "none") != 0)
		doc_runs(b->doc, text, " From row to row it is %s.", &order, 1);
	struct cell mean[] = { place_num(x, measure, "mean_ci95.0"), place_num(x, measure, "mean_ci95.1") };
	struct cell middle[] = { place_num(x, measure, "median_ci95.0"), place_num(x, measure, "median_ci95.1") };
	if (!isnan(mean[0].num))
		doc_runs(b->doc, text, " 95 %% interval of the mean: %s to %s.", mean, 2);
	if (!isnan(middle[0].num))
		doc_runs(b->doc, text, " 95 %% interval of the median: %s to %s.", middle, 2);
}

/* ---- the table ------------------------------------------------------------------------------- */

/* Distances between times of day are durations. */
static enum cell_class spread_of(enum cell_class measure)
{
	return measure == CELL_CLOCK ? CELL_DURATION : measure;
}

/* Whether 0 is a point like any other, as of years, places and degrees: nobody counts them or adds them up. */
static bool has_arbitrary_zero(struct place c)
{
	static const char *const degrees[] = { "°", "deg", "celsius", "fahrenheit" };
	const char *unit = json_text(c.v, "unit", "");
	for (size_t i = 0; i < COUNTOF(degrees); i++)
		if (strncasecmp(unit, degrees[i], strlen(degrees[i])) == 0)
			return true;
	double min = json_num(c.v, "numeric.min", NAN), max = json_num(c.v, "numeric.max", NAN);
	bool year = place_is(c, "storage", "int64") && min >= 1800 && max <= 2100;
	return year || place_is(c, "semantic", "latitude") || place_is(c, "semantic", "longitude") ||
		build_measure(c) == CELL_CLOCK;
}

/* Of values of both signs, only money is added up; and a spread in shares of a mean that may as well be zero
 * says nothing. */
static bool is_left_out(struct place c, const char *figure)
{
	bool sum = strcmp(figure, "sum") == 0, cv = strcmp(figure, "cv") == 0, zeros = strcmp(figure, "zeros") == 0;
	bool signs = json_num(c.v, "numeric.negatives", 0) > 0;
	bool money = place_is(c, "semantic", "money");
	return ((sum || cv || zeros) && has_arbitrary_zero(c)) || (cv && signs) || (sum && signs && !money);
}

static void add_figures(struct build *b, struct node *parent, struct place c)
{
	struct place x = place_at(c, "numeric");
	enum cell_class measure = build_measure(c);
	static const struct table_column heads[] = { { "Statistic", ALIGN_LEFT, false }, { "Value", ALIGN_RIGHT, false } };
	static const struct {
		const char *label, *path;
		enum cell_class cls;
		bool if_any;       /* left out when zero */
	} rows[] = {       /* DURATION: a distance between values */
		{ "Mean", "mean", CELL_MEASURE, false },
		{ "Median", "median", CELL_MEASURE, false },
		{ "Standard deviation", "sd", CELL_DURATION, false },
		{ "Interquartile range", "iqr", CELL_DURATION, false },
		{ "Minimum", "min", CELL_MEASURE, false },
		{ "Maximum", "max", CELL_MEASURE, false },
		{ "Sum", "sum", CELL_MEASURE, false },
		{ "Coefficient of variation", "cv", CELL_PERCENT, false },
		{ "Excess kurtosis", "kurtosis", CELL_ASSOCIATION, false },
		{ "Zeros", "zeros", CELL_COUNT, false },
		{ "Negative values", "negatives", CELL_COUNT, true },
		{ "Infinite values", "infinite", CELL_COUNT, true },
	};
	struct node *table = doc_table(b->doc, parent, "Statistics", heads, COUNTOF(heads));
	table->keep = true;
	for (size_t i = 0; i < COUNTOF(rows); i++) {
		if ((rows[i].if_any && json_num(x.v, rows[i].path, 0) == 0) || is_left_out(c, rows[i].path))
			continue;
		enum cell_class cls = rows[i].cls == CELL_MEASURE ? measure
			: rows[i].cls == CELL_DURATION ? spread_of(measure) : rows[i].cls;
		struct cell cells[] = { cell_text(rows[i].label), place_num(x, cls, rows[i].path) };
		doc_row(b->doc, table, cells, NULL);
	}
}

/* ---- charts ---------------------------------------------------------------------------------- */

static const char *axis_label(struct build *b, struct place c)
{
	const char *name = json_text(c.v, "label", json_text(c.v, "name", ""));
	const char *unit = json_text(c.v, "unit", NULL);
	return unit ? doc_say(b->doc, "%s (%s)", name, unit) : doc_own(b->doc, name);
}

/* The density estimate on the scale of the counts: n * width of a bin at height 1. Between a few
 * different values there is nothing that a curve could estimate. */
static void overlay_density(struct build *b, struct chart *chart, struct place x, double distinct)
{
	enum { CURVE_DISTINCT = 15 };
	struct place kde = place_at(x, "kde");
	size_t nx, ny;
	double *at = build_numbers(b, kde, "x", &nx);
	double *density = build_numbers(b, kde, "density", &ny);
	if (nx < 2 || nx != ny || chart->n == 0 || distinct < CURVE_DISTINCT)
		return;
	double scale = json_num(kde.v, "n", 0) * (chart->edges[chart->n] - chart->edges[0]) /
		(double)chart->n;
	for (size_t i = 0; i < ny; i++)
		density[i] *= scale;
	struct chart_series *s = arena_alloc(b->arena, sizeof *s);
	*s = (struct chart_series){ .name = "density estimate", .style = SERIES_LINE, .ink = INK_ACCENT,
		.n = nx, .x = at, .y = density };
	chart->series = s;
	chart->nseries = 1;
}

/* Whether far values would press the others into a few bars: then these have a histogram of their own. */
static bool has_body(struct place x)
{
	return json_count(x.v, "histogram.body.counts") > 0;
}

static void say_left_out(struct build *b, struct node *section, struct place c, struct place x)
{
	struct place h = place_at(x, "histogram.body");
	enum cell_class measure = build_measure(c);
	size_t n = json_count(h.v, "counts");
	struct cell cells[] = { place_num(h, CELL_COUNT, "below"), place_num(h, measure, "edges.0"),
		place_num(h, CELL_COUNT, "above"), place_num(h, measure, arena_printf(b->arena, "edges.%zu", n)) };
	if (cells[0].num > 0 && cells[2].num > 0)
		doc_note(b->doc, section, "Far out, and so not in the histogram: %s below %s and %s above %s.", cells, 4);
	else if (cells[0].num > 0)
		doc_note(b->doc, section, "Far out, and so not in the histogram: %s below %s.", cells, 2);
	else if (cells[2].num > 0)
		doc_note(b->doc, section, "Far out, and so not in the histogram: %s above %s.", cells + 2, 2);
}

static struct chart *histogram(struct build *b, struct place c, struct place x)
{
	bool whole = !has_body(x);
	struct place h = place_at(x, whole ? "histogram" : "histogram.body");
	const char *name = json_text(c.v, "name", "");
	size_t nedges, n;
	const double *edges = build_numbers(b, h, "edges", &nedges);
	const double *counts = build_numbers(b, h, "counts", &n);
	if (n == 0 || nedges != n + 1)
		return NULL;
	struct chart *chart = build_chart(b, CHART_HISTOGRAM, "histogram", name, h);
	chart->n = n;
	chart->edges = edges;
	chart->y = counts;
	chart->title = doc_say(b->doc, "Distribution of %s", name);
	enum cell_class measure = build_measure(c);
	struct cell bins = build_count((double)n), mid = place_num(x, measure, "median"),
		lo = whole ? place_num(x, measure, "min") : cell_num(measure, edges[0], NULL),
		hi = whole ? place_num(x, measure, "max") : cell_num(measure, edges[n], NULL);
	chart->alt = doc_say(b->doc, "Histogram of %s in %s bars from %s to %s, median %s.",
		name, doc_cell(b->doc, &bins), doc_cell(b->doc, &lo),
		doc_cell(b->doc, &hi), doc_cell(b->doc, &mid));
	chart->xlabel = axis_label(b, c);
	chart->ylabel = "rows";
	chart->values = CELL_COUNT;
	chart->along = measure == CELL_MEASURE ? CELL_EMPTY : measure;
	if (whole)     /* of the other, the curve has too few points */
		overlay_density(b, chart, x, json_num(c.v, "distinct", 0));
	struct chart_line *median = arena_alloc(b->arena, sizeof *median);
	*median = (struct chart_line){ .at = mid.num, .vertical = true, .label = "median",
		.ink = INK_TEXT };
	chart->lines = median;
	chart->nlines = (size_t)(isnan(mid.num) ? 0 : 1);
	return chart;
}

static struct chart *box(struct build *b, struct place c, struct place x)
{
	static const char *const ends[] = { "lower", "q1", "median", "q3", "upper" };
	static const char *const labels[] = { "" };
	struct place p = place_at(x, "box");
	const char *name = json_text(c.v, "name", "");
	double *q = arena_calloc(b->arena, 5, sizeof *q);
	for (size_t i = 0; i < 5; i++)
		if (isnan(q[i] = json_num(p.v, ends[i], NAN)))
			return NULL;
	struct chart *chart = build_chart(b, CHART_BOX, "box", name, p);
	chart->n = 1;
	chart->labels = labels;
	chart->q = q;
	chart->height = 165;       /* as the plot of quantiles beside it */
	chart->title = doc_say(b->doc, "Box plot of %s", name);
	struct chart_series *outliers = arena_alloc(b->arena, sizeof *outliers);
	*outliers = (struct chart_series){ .style = SERIES_POINTS, .ink = INK_ACCENT };
	outliers->x = build_numbers(b, p, "outliers", &outliers->n);
	outliers->y = arena_calloc(b->arena, outliers->n + 1, sizeof(double));
	chart->series = outliers;
	chart->nseries = outliers->n > 0;
	struct place all = place_at(x, "outliers");
	double far = json_num(all.v, "iqr_low", 0) + json_num(all.v, "iqr_high", 0);
	if (outliers->n >= OUTLIERS_CUT && far > (double)outliers->n)
		chart->title = doc_say(b->doc, "Box plot of %s, with the %zu farthest outliers", name, outliers->n);
	struct cell cells[5];
	for (size_t i = 0; i < 5; i++)
		cells[i] = cell_num(build_measure(c), q[i], NULL);
	chart->values = build_measure(c) == CELL_MEASURE ? CELL_EMPTY : build_measure(c);
	chart->alt = doc_say(b->doc,
		"Box plot of %s: whiskers at %s and %s, quartiles %s and %s, median %s.", name,
		doc_cell(b->doc, &cells[0]), doc_cell(b->doc, &cells[4]),
		doc_cell(b->doc, &cells[1]), doc_cell(b->doc, &cells[3]),
		doc_cell(b->doc, &cells[2]));
	chart->xlabel = axis_label(b, c);
	return chart;
}

/* Sample quantiles against those of a normal distribution; the line goes through the
 * quartiles. */
static struct chart *qq(struct build *b, struct place c, struct place x)
{
	struct place p = place_at(x, "qq");
	const char *name = json_text(c.v, "name", "");
	size_t n, m;
	const double *theory = build_numbers(b, p, "theoretical", &n);
	const double *sample = build_numbers(b, p, "sample", &m);
	double q1 = json_num(x.v, "quantiles.p25", NAN), q3 = json_num(x.v, "quantiles.p75", NAN);
	if (n < 3 || n != m || !isfinite((sample[n - 1] - sample[0]) * (q3 - q1)))   /* no axis is so long */
		return NULL;
	struct chart *chart = build_chart(b, CHART_XY, "qq", name, p);
	const double z = 0.6744897501960817;   /* normal quantile of 3/4 */
	double *lx = arena_calloc(b->arena, 2, sizeof *lx);
	double *ly = arena_calloc(b->arena, 2, sizeof *ly);
	for (size_t i = 0; i < 2; i++) {
		lx[i] = theory[i ? n - 1 : 0];
		ly[i] = (q1 + q3) / 2 + lx[i] * (q3 - q1) / (2 * z);
	}
	struct chart_series *s = arena_calloc(b->arena, 2, sizeof *s);
	s[0] = (struct chart_series){
		.style = SERIES_POINTS, .ink = INK_PRIMARY, .n = n, .x = theory, .y = sample
	};
	s[1] = (struct chart_series){
		.style = SERIES_DASHED, .ink = INK_MUTED, .n = 2, .x = lx, .y = ly
	};
	chart->series = s;
	chart->nseries = 2;
	chart->title = doc_say(b->doc, "%s against a normal distribution", name);
	chart->alt = doc_say(b->doc,
		"Normal quantile plot of %s: points on the dashed line would mean a "
		"normal distribution.",
		name);
	chart->xlabel = "normal quantile";
	chart->height = 165;
	chart->ylabel = axis_label(b, c);
	chart->values = build_measure(c) == CELL_MEASURE ? CELL_EMPTY : build_measure(c);
	return chart;
}

/* ---- behind the fold ------------------------------------------------------------------------- */

static void add_quantiles(struct build *b, struct node *parent, struct place c)
{
	struct place x = place_at(c, "numeric");
	static const struct table_column heads[] = { { "Share below", ALIGN_RIGHT, false },
		{ "Value", ALIGN_RIGHT, false } };
	static const int shares[] = { 0, 1, 5, 10, 25, 50, 75, 90, 95, 99, 100 };
	struct node *table = doc_table(b->doc, parent, "Quantiles", heads, COUNTOF(heads));
	table->keep = true;
	for (size_t i = 0; i < COUNTOF(shares); i++) {
		struct cell cells[] = {
			cell_text(doc_say(b->doc, "%d\xE2\x80\xAF%%", shares[i])),
			place_num(
				x, build_measure(c), arena_printf(b->arena, "quantiles.p%d", shares[i]))
		};
		doc_row(b->doc, table, cells, NULL);
	}
}

static void add_common(struct build *b, struct node *parent, struct place c)
{
	static const struct table_column heads[] = { { "Value", ALIGN_RIGHT, false },
		{ "Count", ALIGN_RIGHT, false }, { "Share", ALIGN_RIGHT, true } };
	struct place list = place_at(c, "numeric.common");
	size_t n = json_array_size(list.v);
	if (n == 0 || json_num(place_item(list, 0).v, "count", 0) <= 1)   /* every value occurs once */
		return;
	struct node *table = doc_table(b->doc, parent, "Most common values", heads, COUNTOF(heads));
	table->keep = true;
	for (size_t i = 0; i < n && i < 10; i++) {
		struct place v = place_item(list, i);
		struct cell cells[] = { place_num(v, build_measure(c), "value"),
			place_num(v, CELL_COUNT, "count"), place_num(v, CELL_PERCENT, "share") };
		doc_row(b->doc, table, cells, NULL);
	}
}

static void add_extremes(struct build *b, struct node *parent, struct place c)
{
	enum cell_class measure = build_measure(c);
	static const struct table_column heads[] = { { "Lowest", ALIGN_RIGHT, false },
		{ "Count", ALIGN_RIGHT, false }, { "Highest", ALIGN_RIGHT, false },
		{ "Count", ALIGN_RIGHT, false } };
	struct place low = place_at(c, "numeric.lowest"), high = place_at(c, "numeric.highest");
	size_t nl = json_array_size(low.v), nh = json_array_size(high.v), n = nl > nh ? nl : nh;
	if (n == 0)
		return;
	struct node *table = doc_table(b->doc, parent, "Extremes", heads, COUNTOF(heads));
	table->keep = true;
	for (size_t i = 0; i < n && i < 10; i++) {
		struct cell blank = cell_text("");
		struct place l = place_item(low, i), h = place_item(high, i);
		struct cell cells[] = { l.v ? place_num(l, measure, "value") : blank,
			l.v ? place_num(l, CELL_COUNT, "count") : blank,
			h.v ? place_num(h, measure, "value") : blank,
			h.v ? place_num(h, CELL_COUNT, "count") : blank };
		doc_row(b->doc, table, cells, NULL);
	}
}

static const char *test_name(const char *test)
{
	return strcmp(test, "shapiro-wilk") == 0 ? "Shapiro-Wilk W"
		: strcmp(test, "anderson-darling") == 0 ? "Anderson-Darling A²" : test;
}

/* Of many values a test rejects what no picture shows: how large the departure is counts, too. Shapiro-Wilk's W
 * tells it, or the shape. */
static bool is_nearly_normal(struct place x)
{
	const double W = 0.99, SKEWNESS = 0.2, KURTOSIS = 0.5;
	if (place_is(x, "normality.test", "shapiro-wilk"))
		return json_num(x.v, "normality.statistic", 0) >= W;
	return fabs(json_num(x.v, "skewness", INFINITY)) <= SKEWNESS &&
		fabs(json_num(x.v, "kurtosis", INFINITY)) <= KURTOSIS;
}

/* Where a finding says that nothing speaks against it, that has been said. */
static void say_normality(struct build *b, struct node *parent, struct place c, struct place x)
{
	struct place t = place_at(x, "normality");
	double p = json_num(t.v, "p", NAN);
	if (isnan(p) || (p >= 0.05 && build_has_finding(b, json_text(c.v, "name", ""), "normal_distribution")))
		return;
	struct cell cells[] = { cell_text(test_name(json_text(t.v, "test", "test"))),
		place_num(t, CELL_SCORE, "statistic"), place_num(t, CELL_P_VALUE, "p"),
		place_num(t, CELL_COUNT, "n") };
	doc_text(b->doc, parent, p >= 0.05
			? "Nothing speaks against a normal distribution (%s = %s, p = %s, n = %s)."
			: is_nearly_normal(x) ? "The values depart only slightly from a normal distribution (%s = %s, p = %s, n = %s)."
			: "The values do not follow a normal distribution (%s = %s, p = %s, n = %s).", cells, 4);
}

static void say_outliers(struct build *b, struct node *parent, struct place c)
{
	struct place x = place_at(c, "numeric");
	enum cell_class measure = build_measure(c);
	struct place o = place_at(x, "outliers");
	if (isnan(json_num(o.v, "lower_fence", NAN)))
		return;
	struct cell cells[] = { place_num(o, CELL_COUNT, "iqr_low"),
		place_num(o, measure, "lower_fence"), place_num(o, CELL_COUNT, "iqr_high"),
		place_num(o, measure, "upper_fence") };
	struct node *text = doc_text(b->doc, parent,
		"Outliers by 1.5 interquartile ranges: %s below %s and %s above "
		"%s.",
		cells, 4);
	struct cell z[] = { place_num(o, CELL_COUNT, "modified_z_low"),
		place_num(o, CELL_COUNT, "modified_z_high") };
	if (!isnan(z[0].num) && !isnan(z[1].num))
		doc_runs(b->doc, text, " By the modified z score: %s low and %s high.", z, 2);
	enum cell_class rough = measure == CELL_MEASURE ? CELL_SCORE : measure;
	struct cell means[] = { place_num(o, rough, "mean_without"), place_num(x, rough, "mean") };
	if (cells[0].num + cells[2].num > 0 && !isnan(means[0].num))
		doc_runs(b->doc, text, " Without those beyond the interquartile ranges the mean is %s instead of %s.", means, 2);
}

static void add_chart(struct build *b, struct node *parent, struct chart *chart)
{
	if (chart)
		doc_chart(b->doc, parent, chart);
}

/* Keys and codes are numbers of which hardly a statistic means anything. */
static void say_briefly(struct build *b, struct node *section, struct place c, struct place x)
{
	enum cell_class measure = build_measure(c);
	enum cell_class rough = measure == CELL_MEASURE ? CELL_SCORE : measure;
	struct cell cells[] = { place_num(x, measure, "min"), place_num(x, measure, "max"),
		place_num(x, rough, "mean"), place_num(x, measure, "median") };
	if (place_is(c, "type", "boolean")) {
		doc_text(b->doc, section, "As numbers, 0 and 1, their mean is %s.", cells + 2, 1);
		return;
	}
	if (cells[0].num == cells[1].num)      /* a constant: its value has been said */
		return;
	struct node *text = doc_text(
		b->doc, section,
		measure == CELL_MEASURE ? "As numbers the values run from %s to %s."
			: "The values run from %s to %s.", cells, 2);
	if (place_is(c, "type", "category"))
		doc_runs(b->doc, text,
			" Where they count or measure something: their mean is %s, their median %s.", cells + 2, 2);
	const char *monotonic = json_text(x.v, "monotonic", "none");
	struct cell order = cell_text(monotonic);
	if (strcmp(monotonic, "none") != 0)
		doc_runs(b->doc, text, " From row to row they are %s.", &order, 1);
}

void build_numeric(struct build *b, struct node *section, struct place c)
{
	struct place x = place_at(c, "numeric");
	if (json_num(c.v, "count", 0) == 0)
		return;
	if (!place_is(c, "type", "numeric") && !place_is(c, "type", "time") &&
		!place_is(c, "type", "duration")) {
		say_briefly(b, section, c, x);
		return;
	}
	say_shape(b, section, c);
	struct node *main = doc_add(b->doc, section, NODE_COLUMNS);
	add_figures(b, main, c);
	add_chart(b, main, histogram(b, c, x));
	say_left_out(b, section, c, x);
	struct node *details = doc_details(b->doc, section, "Quantiles, extremes and shape");
	say_normality(b, details, c, x);
	say_outliers(b, details, c);
	struct node *lists = doc_add(b->doc, details, NODE_COLUMNS);
	add_quantiles(b, lists, c);
	add_common(b, lists, c);
	add_extremes(b, lists, c);
	struct node *charts = doc_add(b->doc, details, NODE_COLUMNS);
	add_chart(b, charts, box(b, c, x));
	add_chart(b, charts, qq(b, c, x));
}
