/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every kind of chart with ordinary and with impossible data: it must draw, stay on its page, and no
 * two texts may touch. With a file name as argument it also writes a gallery to look at.
 */
#include "report/plot_int.h"
#include "test.h"

#include <math.h>
#include <stdlib.h>

static struct arena *mem;
static struct theme theme;
static struct buf gallery;
static struct rng rng;

/* ---- invariants ------------------------------------------------------------------------------------- */

struct box {
	double x0, y0, x1, y1;
};

/* The upright box of a text, or of its middle line when turned (those are checked by their distance). */
static struct box text_box(const struct drawing *d, const struct op *op)
{
	double w = text_width(d->strings + op->off, (double)op->size), h = 0.72 * (double)op->size;
	double x = (double)op->x - (double)op->just * w, y = (double)op->y - h / 2;
	return (struct box){ x, y, x + w, y + h };
}
static int overlaps(struct box a, struct box b)
{
	return a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
}

static int texts_touch(const struct drawing *d)
{
	for (size_t i = 0; i < d->nops; i++)
		for (size_t j = 0; j < i; j++) {
			const struct op *a = &d->ops[i], *b = &d->ops[j];
			if (a->kind != OP_TEXT || b->kind != OP_TEXT || a->angle != b->angle)
				continue;
			if (a->angle != 0.f) {
				/* slanted texts end at their anchors: lines must be a line apart */
				double gap = fabs((double)(a->x - b->x)) * fabs(sin((double)a->angle));
				if (gap < 0.95 * (double)a->size && a->y == b->y)
					return printf("slanted '%s' touches '%s'\n", d->strings + a->off,
						d->strings + b->off);
			} else if (overlaps(text_box(d, a), text_box(d, b))) {
				return printf("'%s' touches '%s'\n", d->strings + a->off, d->strings + b->off);
			}
		}
	return 0;
}

static int on_page(const struct drawing *d)
{
	const double slack = 0.6;
	for (size_t i = 0; i < d->nops; i++) {
		const struct op *op = &d->ops[i];
		struct box b = { (double)op->x, (double)op->y, (double)(op->x + op->rx), (double)(op->y + op->ry) };
		if (op->kind == OP_TEXT && op->angle == 0.f)
			b = text_box(d, op);
		for (size_t k = 0; (op->kind == OP_LINE || op->kind == OP_FILL) && k < 2 * (size_t)op->n; k++) {
			double v = (double)d->pts[op->off + k], most = k % 2 ? d->height : d->width;
			if (!(v >= -slack && v <= most + slack))
				return 0;
		}
		if (op->kind == OP_LINE || op->kind == OP_FILL)
			continue;
		if (!(b.x0 >= -slack && b.y0 >= -slack && b.x1 <= d->width + slack && b.y1 <= d->height + slack)) {
			printf("off the page: kind %d at %g %g %s\n", (int)op->kind, b.x0, b.y0,
				op->kind == OP_TEXT ? d->strings + op->off : "");
			return 0;
		}
	}
	return 1;
}

static void show(const char *what, const struct chart *c)
{
	struct drawing d;
	struct err e = { 0 };
	struct buf svg = { 0 };
	int status = plot_draw(mem, c, &d, &e);
	if (status)
		printf("%s: %s\n", what, e.msg);
	CHECK(status == 0);
	if (status)
		return;
	CHECK(d.nops > 0);
	int fine = on_page(&d) && !texts_touch(&d);
	if (!fine)
		printf("in '%s'\n", what);
	CHECK(fine);
	svg_write(&svg, &d, c, &theme, false);
	CHECK(svg.n < 60000);
	buf_printf(&gallery, "<figure><figcaption>%s, %zu bytes</figcaption>%s</figure>\n", what, svg.n,
		buf_str(&svg));
	buf_free(&svg);
}

/* ---- charts ----------------------------------------------------------------------------------------- */

enum { MANY = 3000 };
static double *normal(size_t n, double mean, double sd)
{
	double *v = arena_calloc(mem, n, sizeof *v);
	for (size_t i = 0; i < n; i++)
		v[i] = mean + sd * rng_normal(&rng);
	return v;
}
static double *ramp(size_t n, double from, double to)
{
	double *v = arena_calloc(mem, n, sizeof *v);
	for (size_t i = 0; i < n; i++)
		v[i] = n > 1 ? from + (to - from) * (double)i / (double)(n - 1) : from;
	return v;
}
static const char **names(size_t n, const char *stem)
{
	const char **v = arena_calloc(mem, n, sizeof *v);
	for (size_t i = 0; i < n; i++)
		v[i] = arena_printf(mem, "%s %zu", stem, i + 1);
	return v;
}

static void histograms(void)
{
	enum { K = 24 };
	double *edges = ramp(K + 1, 32, 60), *y = ramp(K, 0, 0), *kx = ramp(100, 32, 60), *ky = ramp(100, 0, 0);
	for (int i = 0; i < K; i++)
		y[i] = round(34 * exp(-pow((i - 8) / 4.0, 2)) + 22 * exp(-pow((i - 16) / 3.0, 2)));
	for (int i = 0; i < 100; i++)
		ky[i] = 33 * exp(-pow((i * .24 - 8.5) / 4.0, 2)) + 22 * exp(-pow((i * .24 - 16.5) / 3.0, 2));
	struct chart_series kde = { .name = "density estimate", .style = SERIES_LINE, .ink = INK_PRIMARY,
		.n = 100, .x = kx, .y = ky };
	struct chart_line lines[] = { { 43.92, true, "mean 43.92", INK_ACCENT },
		{ 44.45, true, "median 44.45", INK_TEXT } };
	show("histogram", &(struct chart){ .kind = CHART_HISTOGRAM, .title = "Bill length", .n = K,
		.edges = edges, .y = y, .nseries = 1, .series = &kde, .nlines = 2, .lines = lines,
		.xlabel = "bill_length_mm", .ylabel = "rows" });
	show("histogram, narrow, no curve", &(struct chart){ .kind = CHART_HISTOGRAM, .n = K, .edges = edges,
		.y = y, .width = 330, .height = 200 });
	double t0 = date_days(2019, 11, 3) * 86400e6;
	show("histogram of dates", &(struct chart){ .kind = CHART_HISTOGRAM, .n = K, .x_is_time = true,
		.edges = ramp(K + 1, t0, t0 + 1000 * 86400e6), .y = y, .ylabel = "rows" });
	double big[K], spike[K];
	for (int i = 0; i < K; i++) {
		big[i] = y[i] * 12345;
		spike[i] = i == 0 ? 150000 : i % 5 == 0;
	}
	show("histogram, large counts", &(struct chart){ .kind = CHART_HISTOGRAM, .n = K,
		.edges = ramp(K + 1, -1.5e6, 8.25e6), .y = big, .ylabel = "rows" });
	show("histogram, one spike", &(struct chart){ .kind = CHART_HISTOGRAM, .n = K,
		.edges = ramp(K + 1, 0, 1e-7), .y = spike });
	double one_edge[] = { 5, 5 }, one[] = { 3 }, none[] = { 0 }, bad_edges[] = { NAN, INFINITY };
	show("histogram, one value", &(struct chart){ .kind = CHART_HISTOGRAM, .n = 1, .edges = one_edge, .y = one });
	show("histogram, no rows", &(struct chart){ .kind = CHART_HISTOGRAM, .n = 1, .edges = one_edge, .y = none });
	show("histogram, no bins", &(struct chart){ .kind = CHART_HISTOGRAM });
	show("histogram, edges not finite", &(struct chart){ .kind = CHART_HISTOGRAM, .n = 1, .edges = bad_edges, .y = one });
	double wild[] = { -1e308, 0, 1e308 }, two[] = { 1e300, 2 };
	show("histogram, wild edges", &(struct chart){ .kind = CHART_HISTOGRAM, .n = 2, .edges = wild, .y = two });
}

static void bars(void)
{
	const char *species[] = { "Adelie", "Gentoo", "Chinstrap" };
	double counts[] = { 152, 124, 68 };
	show("bars", &(struct chart){ .kind = CHART_BARS, .n = 3, .labels = species, .y = counts, .values = CELL_COUNT });
	const char *hard[] = { "", "a label that is longer than anybody would ever want to read in a chart",
		"\xe6\x9d\xb1\xe4\xba\xac\xe9\x83\xbd\xe5\x8d\x83\xe4\xbb\xa3\xe7\x94\xb0\xe5\x8c\xba", "bad \xff\xfe bytes",
		"tab\there", "<b>&amp;\"'</b>", "\xf0\x9f\x98\x80 face", "line\nbreak", "\xd8\xb9\xd8\xb1\xd8\xa8\xd9\x8a", NULL };
	double shares[] = { 0.4321, 0.2, 0.12, 0.08, 0.05, 0.0004, 0, NAN, 0.01, 1 };
	show("bars of shares, hard labels", &(struct chart){ .kind = CHART_BARS, .n = 10, .labels = hard,
		.y = shares, .values = CELL_PERCENT, .xlabel = "share of rows" });
	double lo[] = { 0.1, 0.05, -0.02 }, mid[] = { 0.2, 0.1, -0.01 }, hi[] = { 0.31, 0.16, 0.01 };
	show("bars with whiskers", &(struct chart){ .kind = CHART_BARS, .n = 3, .labels = species, .y = mid,
		.lo = lo, .hi = hi, .xlabel = "increase of RMSE when shuffled" });
	double both[] = { -12345.6, 40000, 1e-9 };
	show("bars, both signs", &(struct chart){ .kind = CHART_BARS, .n = 3, .labels = species, .y = both });
	show("many bars", &(struct chart){ .kind = CHART_BARS, .n = 90, .labels = names(90, "column number"),
		.y = ramp(90, 900, 10), .width = 330 });
	char *huge = arena_alloc(mem, 3001);
	memset(huge, 'W', 3000);
	const char *huge_label[] = { huge };
	double extreme[] = { 1e300 };
	show("bar with a label of 3000 bytes", &(struct chart){ .kind = CHART_BARS, .n = 1, .labels = huge_label,
		.y = extreme });
	double zeros[3] = { 0 }, nans[] = { NAN, INFINITY, NAN };
	show("bars, all zero", &(struct chart){ .kind = CHART_BARS, .n = 3, .labels = species, .y = zeros });
	show("bars, nothing finite", &(struct chart){ .kind = CHART_BARS, .n = 3, .labels = species, .y = nans });
	show("bars, none", &(struct chart){ .kind = CHART_BARS });
}

static void columns(void)
{
	const char *days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
	double week[] = { 1203, 1180, 1224, 1190, 1340, 410, 0 };
	show("columns", &(struct chart){ .kind = CHART_COLUMNS, .n = 7, .labels = days, .y = week,
		.values = CELL_COUNT, .ylabel = "rows" });
	const char **hours = arena_calloc(mem, 24, sizeof *hours);
	double *load = ramp(24, 5, 90000);
	for (int i = 0; i < 24; i++)
		hours[i] = arena_printf(mem, "%02d", i);
	show("columns by hour", &(struct chart){ .kind = CHART_COLUMNS, .n = 24, .labels = hours, .y = load,
		.width = 330, .height = 180, .values = CELL_COUNT, .xlabel = "hour" });
	show("columns with long names", &(struct chart){ .kind = CHART_COLUMNS, .n = 14,
		.labels = names(14, "a rather long name"), .y = ramp(14, -5, 12), .ylabel = "change" });
	show("columns, very many", &(struct chart){ .kind = CHART_COLUMNS, .n = 120,
		.labels = names(120, "category"), .y = ramp(120, 5, 12) });
	show("columns, empty", &(struct chart){ .kind = CHART_COLUMNS });
	double same[] = { 1e300, 1e300, 1e300, 1e300, 1e300, 1e300, 1e300 };
	show("columns, huge", &(struct chart){ .kind = CHART_COLUMNS, .n = 7, .labels = days, .y = same });
}

static void boxes(void)
{
	const char *species[] = { "Adelie", "Gentoo", "Chinstrap" };
	double q[] = { 2850, 3350, 3700, 4000, 4775, 3950, 4700, 5000, 5500, 6300, 2700, 3487, 3700, 3950, 4800 };
	double ox[] = { 5100, 2500, 6400 }, oy[] = { 0, 2, 1 };
	struct chart_series out = { .style = SERIES_POINTS, .ink = INK_PRIMARY, .n = 3, .x = ox, .y = oy };
	show("boxes", &(struct chart){ .kind = CHART_BOX, .n = 3, .labels = species, .q = q, .nseries = 1,
		.series = &out, .xlabel = "body_mass_g" });
	const char *one[] = { "" };
	show("one box", &(struct chart){ .kind = CHART_BOX, .n = 1, .labels = one, .q = q });
	double flat[] = { 7, 7, 7, 7, 7 }, nan[] = { NAN, NAN, NAN, NAN, NAN };
	show("flat box", &(struct chart){ .kind = CHART_BOX, .n = 1, .labels = species, .q = flat });
	show("box of nothing", &(struct chart){ .kind = CHART_BOX, .n = 1, .labels = species, .q = nan });
	double wide[] = { -1e308, -1e300, 0, 1e300, 1e308 };
	show("endless box", &(struct chart){ .kind = CHART_BOX, .n = 1, .labels = species, .q = wide });
}

static void series(void)
{
	double *x = normal(180, 44, 5), *y = arena_calloc(mem, 180, sizeof *y);
	for (size_t i = 0; i < 180; i++)
		y[i] = 1.2 * x[i] + 3 * rng_normal(&rng) + (i % 3 == 0 ? 15.0 : 0.0);
	double fit_x[] = { 28, 60 }, fit_y[] = { 40, 80 }, low[] = { 37, 76 }, high[] = { 43, 84 };
	struct chart_series s[] = {
		{ .name = "penguins", .style = SERIES_POINTS, .ink = INK_PRIMARY, .n = 180, .x = x, .y = y },
		{ .name = "95 % band", .style = SERIES_BAND, .ink = INK_ACCENT, .n = 2, .x = fit_x, .y = low, .y2 = high },
		{ .name = "fit", .style = SERIES_LINE, .ink = INK_ACCENT, .n = 2, .x = fit_x, .y = fit_y }
	};
	show("scatter with fit", &(struct chart){ .kind = CHART_XY, .nseries = 3, .series = s,
		.xlabel = "bill_length_mm", .ylabel = "flipper_length_mm" });
	struct chart_series cloud = { .style = SERIES_POINTS, .ink = INK_PRIMARY, .n = MANY,
		.x = normal(MANY, 0, 1), .y = normal(MANY, 1e6, 1e5) };
	struct chart_line zero[] = { { 1.2e6, false, "upper limit", INK_ERROR }, { 1.22e6, false, "upper still", INK_MUTED },
		{ 1e6, false, NULL, INK_AXIS } };
	show("scatter of many", &(struct chart){ .kind = CHART_XY, .nseries = 1, .series = &cloud,
		.nlines = 3, .lines = zero, .xlabel = "fitted", .ylabel = "residual" });
	double *fpr = ramp(100, 0, 1), *tpr = ramp(100, 0, 1), *tpr2 = ramp(100, 0, 1), ends[] = { 0, 1 };
	for (int i = 0; i < 100; i++) {
		tpr[i] = pow(fpr[i], .2);
		tpr2[i] = pow(fpr[i], .5);
	}
	struct chart_series roc[] = {
		{ .name = "Gradient boosting, AUC 0.847", .style = SERIES_STEP, .ink = INK_SERIES_1, .n = 100, .x = fpr, .y = tpr },
		{ .name = "Logistic regression, AUC 0.690", .style = SERIES_LINE, .ink = INK_SERIES_2, .n = 100, .x = fpr, .y = tpr2 },
		{ .name = "chance", .style = SERIES_DASHED, .ink = INK_MUTED, .n = 2, .x = ends, .y = ends }
	};
	show("ROC", &(struct chart){ .kind = CHART_XY, .nseries = 3, .series = roc, .equal_axes = true,
		.xlabel = "false positive rate", .ylabel = "true positive rate", .xmax = 1, .ymax = 1, .values = CELL_PERCENT });
	double t0 = date_days(2022, 1, 1) * 86400e6, *t = ramp(730, t0, t0 + 729 * 86400e6);
	double *a = ramp(730, 0, 0), *b = ramp(730, 0, 0), *c = ramp(730, 0, 0), walk = 0;
	for (int i = 0; i < 730; i++) {
		walk += rng_normal(&rng);
		a[i] = 100 + walk + 8 * sin(i / 58.0);
		b[i] = 60 + 10 * sin(i / 58.0);
		c[i] = i > 300 && i < 340 ? NAN : 20 + i / 50.0;
	}
	struct chart_series ts[] = {
		{ .name = "sales", .style = SERIES_LINE, .ink = INK_SERIES_1, .n = 730, .x = t, .y = a },
		{ .name = "returns", .style = SERIES_LINE, .ink = INK_SERIES_2, .n = 730, .x = t, .y = b },
		{ .name = "complaints", .style = SERIES_LINE, .ink = INK_SERIES_3, .n = 730, .x = t, .y = c }
	};
	struct chart_line lines[] = { { t0 + 200 * 86400e6, true, "price change", INK_ACCENT },
		{ t0 + 230 * 86400e6, true, "another event with a long name", INK_MUTED },
		{ t0 + 728 * 86400e6, true, "the end", INK_ERROR } };
	show("time series", &(struct chart){ .kind = CHART_XY, .nseries = 3, .series = ts, .x_is_time = true,
		.ylabel = "thousand euro", .nlines = 3, .lines = lines });
	static const double spans[] = { 3e4, 5e6, 90e6, 4000e6, 80000e6, 86400e6 * 9, 86400e6 * 45, 86400e6 * 400,
		86400e6 * 9000, 86400e6 * 400000.0 };
	for (size_t i = 0; i < COUNTOF(spans); i++) {
		struct chart_series one = { .style = SERIES_LINE, .ink = INK_SERIES_1, .n = 50,
			.x = ramp(50, t0 + 3.3e9, t0 + 3.3e9 + spans[i]), .y = ramp(50, 1, 1.001) };
		show(arena_printf(mem, "time over %g seconds", spans[i] / 1e6), &(struct chart){ .kind = CHART_XY,
			.nseries = 1, .series = &one, .x_is_time = true, .width = i % 2 ? 330 : 440, .height = 130 });
	}
	static const double widest[][2] = { { -1e308, 1e308 }, { 5, 5 }, { 1e300, 1.1e300 }, { 1e-300, 2e-300 },
		{ NAN, NAN }, { INFINITY, -INFINITY }, { 1e9, 1e9 + 1e-3 }, { -0.0, 0.0 }, { 12345, 12345.5 } };
	for (size_t i = 0; i < COUNTOF(widest); i++) {
		struct chart_series one = { .name = "\xff", .style = SERIES_LINE, .ink = INK_SERIES_1, .n = 2, .x = widest[i],
			.y = widest[i] };
		show(arena_printf(mem, "line from %g to %g", widest[i][0], widest[i][1]), &(struct chart){
			.kind = CHART_XY, .nseries = 1, .series = &one, .x_is_time = i == 2, .height = 150 });
	}
}

static void matrices(void)
{
	enum { N = 8, M = 40 };
	double *r = arena_calloc(mem, N * N, sizeof *r), *big = arena_calloc(mem, M * M, sizeof *big);
	for (size_t i = 0; i < N; i++)
		for (size_t j = 0; j < N; j++)
			r[i * N + j] = i == j ? 1 : i == 3 && j == 5 ? NAN : tanh(rng_normal(&rng) * 0.7);
	for (size_t i = 0; i < M * M; i++)
		big[i] = rng_unit(&rng);
	show("correlations", &(struct chart){ .kind = CHART_HEATMAP, .n = N, .labels = names(N, "variable_name"),
		.matrix = r, .diverging = true, .show_values = true });
	show("associations of 40 columns", &(struct chart){ .kind = CHART_HEATMAP, .n = M,
		.labels = names(M, "c"), .matrix = big, .show_values = true });
	show("confusion", &(struct chart){ .kind = CHART_HEATMAP, .n = 3, .n2 = 3, .labels = names(3, "class"),
		.labels2 = names(3, "actual"), .matrix = (const double[]){ 150, 2, 0, 0, 124, 0, 3, 1, 64 },
		.show_values = true, .xlabel = "predicted", .ylabel = "actual", .values = CELL_COUNT });
	show("matrix of one", &(struct chart){ .kind = CHART_HEATMAP, .n = 1, .labels = names(1, "only"),
		.matrix = (const double[]){ 1e300 }, .show_values = true });
	show("matrix of nothing", &(struct chart){ .kind = CHART_HEATMAP });
	show("matrix of one, infinite", &(struct chart){ .kind = CHART_HEATMAP, .n = 1, .labels = names(1, "only"),
		.matrix = (const double[]){ INFINITY } });

	double *present = arena_calloc(mem, N * 100, sizeof *present);
	for (size_t i = 0; i < N * 100; i++) {
		present[i] = i / 100 % 3 == 0 ? 1 : rng_unit(&rng) < 0.93 ? 1 : rng_unit(&rng);
		if (i / 100 == 4 && i % 100 > 40 && i % 100 < 60)
			present[i] = 0;
	}
	show("missing values", &(struct chart){ .kind = CHART_MISSING, .n = N, .n2 = 100,
		.labels = names(N, "variable_name"), .matrix = present, .xmin = 1, .xmax = 34400 });
	show("missing values of many columns", &(struct chart){ .kind = CHART_MISSING, .n = 80, .n2 = 10,
		.labels = names(80, "x"), .matrix = present });
	show("missing values of nothing", &(struct chart){ .kind = CHART_MISSING });

	show("a tree", &(struct chart){ .kind = CHART_TREE, .n = 4, .labels = names(4, "leaf"),
		.matrix = (const double[]){ 0, 1, 0, 4, 2, 0.7, 3, 5, 1.2 }, .xlabel = "distance" });
	show("a tree that joins what is not there", &(struct chart){ .kind = CHART_TREE, .n = 3,
		.labels = names(3, "x"), .matrix = (const double[]){ 0, 9, 1, -1, NAN, NAN } });
	show("a tree of one", &(struct chart){ .kind = CHART_TREE, .n = 1, .labels = names(1, "x") });

	show("a decision tree", &(struct chart){ .kind = CHART_DECISIONS, .n = 5, .n2 = 5, .labels = names(5, "question"),
		.labels2 = names(5, "rows"), .matrix = (const double[]){ 1, 2, 0.3, 3, 4, 0.5, -1, -1, 1, -1, -1, 0, -1, -1, 0.9 } });
	show("a decision tree that leads nowhere", &(struct chart){ .kind = CHART_DECISIONS, .n = 2, .n2 = 2,
		.labels = names(2, "x"), .labels2 = names(2, "y"), .matrix = (const double[]){ 0, 9, NAN, -1, 0, 2 } });

	double *grid = arena_calloc(mem, 40 * 30, sizeof *grid);
	for (size_t i = 0; i < 60000; i++) {
		double a = rng_normal(&rng), b = 0.7 * a + 0.6 * rng_normal(&rng);
		int x = (int)(20 + a * 6), y = (int)(15 + b * 4);
		if (x >= 0 && x < 40 && y >= 0 && y < 30)
			grid[y * 40 + x]++;
	}
	show("density", &(struct chart){ .kind = CHART_DENSITY, .nx = 40, .ny = 30, .matrix = grid, .xmin = -3,
		.xmax = 3, .ymin = 0, .ymax = 42000, .xlabel = "carat", .ylabel = "price" });
	struct drawing d;
	CHECK(plot_draw(mem, &(struct chart){ .kind = CHART_DENSITY, .nx = 1, .ny = 1, .xmax = 1, .ymax = 1,
		.matrix = (const double[]){ 1 } }, &d, NULL) == 0);
	int filled = 0;            /* the cell covers the window and is not lost */
	for (size_t i = 0; i < d.nops; i++)
		filled += d.ops[i].kind == OP_RECT && d.ops[i].rx > 300 && d.ops[i].ry > 150;
	CHECK(filled == 1);
	show("density of one cell, no extent", &(struct chart){ .kind = CHART_DENSITY, .nx = 1, .ny = 1,
		.matrix = (const double[]){ 1 } });
}

static void intervals(void)
{
	const char *terms[] = { "(Intercept)", "bill_length_mm", "bill_depth_mm", "island = Dream", "island = Torgersen", "sex = male" };
	double y[] = { -120, 21.6, 14.4, -8, 2, 380 }, lo[] = { -500, 8, -30, -130, -140, 290 }, hi[] = { 260, 35, 59, 114, 144, 470 };
	show("intervals", &(struct chart){ .kind = CHART_INTERVALS, .n = 6, .labels = terms, .y = y, .lo = lo, .hi = hi,
		.xlabel = "estimate with 95 % interval" });
	show("intervals without bounds", &(struct chart){ .kind = CHART_INTERVALS, .n = 6, .labels = terms, .y = y });
	show("intervals, none", &(struct chart){ .kind = CHART_INTERVALS, .n = 0, .labels = terms });
	double endless[] = { -INFINITY, NAN, -1e308, 0, 0, 0 };
	show("intervals, endless", &(struct chart){ .kind = CHART_INTERVALS, .n = 6, .labels = terms, .y = y, .lo = endless, .hi = hi });
}

/* Of effects, what may be none is grey and zero is a line; of anything else zero is a number like others. */
static void effects(void)
{
	const char *terms[] = { "sure", "open" };
	double y[] = { 5, 1 }, lo[] = { 4, -1 }, hi[] = { 6, 3 };
	for (int k = 0; k < 2; k++) {
		struct drawing d;
		size_t dots = 0, grey = 0, zero = 0;
		CHECK(plot_draw(mem, &(struct chart){ .kind = CHART_INTERVALS, .n = 2, .labels = terms, .y = y, .lo = lo, .hi = hi,
			.effects = k }, &d, NULL) == 0);
		for (size_t i = 0; i < d.nops; i++) {
			dots += d.ops[i].kind == OP_DOT;
			grey += d.ops[i].kind == OP_DOT && d.ops[i].ink == INK_AXIS;
			zero += d.ops[i].kind == OP_LINE && d.ops[i].ink == INK_MUTED;
		}
		CHECK(dots == 2 && grey == (size_t)k && zero == (size_t)k);
	}
}

/* What explains a model; and nothing finite, nothing at all, values beyond any page. */
static void reasons(void)
{
	const char *columns[] = { "carat", "a column with a long name", "colour" }, *classes[] = { "Adelie", "Chinstrap", "Gentoo" };
	double x[3][400], tint[400], none[3] = { NAN, INFINITY, -INFINITY };
	for (size_t i = 0; i < 400; i++) {
		tint[i] = rng_unit(&rng);
		for (int k = 0; k < 3; k++)
			x[k][i] = rng_normal(&rng) * (3 - k);
	}
	struct chart_series bees[] = { { .style = SERIES_POINTS, .n = 400, .x = x[0], .y = tint },
		{ .style = SERIES_POINTS, .n = 40, .x = x[1], .y = tint }, { .style = SERIES_POINTS, .n = 400, .x = x[2] } };
	struct chart_series lost[] = { { .style = SERIES_POINTS, .n = 3, .x = none }, { .style = SERIES_POINTS }, { .style = SERIES_POINTS } };
	show("a swarm", &(struct chart){ .kind = CHART_SWARM, .n = 3, .labels = columns, .nseries = 3, .series = bees,
		.y = (const double[]){ 3, 2, 1 }, .xlabel = "added to the price" });
	show("a swarm of nothing", &(struct chart){ .kind = CHART_SWARM, .n = 3, .labels = columns, .nseries = 3, .series = lost });
	show("a swarm without rows", &(struct chart){ .kind = CHART_SWARM });
	double add[] = { 10, 5, -7, 8 }, from[] = { 10, 10, 15, 8 }, to[] = { 10, 15, 8, 8 };
	const char *steps[] = { "average", "carat = 0.3", "colour = D", "this row" };
	show("steps", &(struct chart){ .kind = CHART_STEPS, .n = 4, .labels = steps, .y = add, .lo = from, .hi = to, .xlabel = "price" });
	show("steps, endless", &(struct chart){ .kind = CHART_STEPS, .n = 3, .labels = steps, .y = add, .lo = none, .hi = none });
	show("a stack", &(struct chart){ .kind = CHART_STACK, .n = 3, .n2 = 3, .labels = columns, .labels2 = classes,
		.matrix = (const double[]){ 3, 2, 1, 2, 0, 1, NAN, -1, 0.1 }, .xlabel = "mean size" });
	show("a stack of nothing", &(struct chart){ .kind = CHART_STACK, .n = 1, .n2 = 1, .labels = columns, .labels2 = classes,
		.matrix = (const double[]){ NAN } });
	struct chart_series lines[] = { { .style = SERIES_FAINT, .ink = INK_PRIMARY, .n = 3, .x = from, .y = to },
		{ .style = SERIES_LINE, .ink = INK_PRIMARY, .n = 3, .x = from, .y = add } };
	show("faint lines and a rug", &(struct chart){ .kind = CHART_XY, .nseries = 2, .series = lines, .rug = from, .nrug = 3 });
}

static void labels(void)
{
	struct chart c = { .values = CELL_EMPTY };
	CHECK_STR(label_value(mem, &c, 12345), "12\xe2\x80\xaf" "345");
	CHECK_STR(label_value(mem, &c, 0.012345), "0.0123");
	CHECK_STR(label_value(mem, &c, -1234567.8), "\xe2\x88\x92" "1.23M");
	CHECK_STR(label_value(mem, &c, 999999.7), "1M");
	CHECK_STR(label_value(mem, &c, 999.7), "1k");
	CHECK_STR(label_value(mem, &c, 4.5e-9), "4.5e-9");
	CHECK_STR(label_value(mem, &c, NAN), "\xe2\x80\x93");
	CHECK_STR(label_fit(mem, "short", 10, 100), "short");
	const char *cut = label_fit(mem, "a label too long for its room", 10, 60);
	CHECK(text_width(cut, 10) <= 60);
	const char *dots = strstr(cut, "\xe2\x80\xa6");     /* in the middle: both ends stay */
	CHECK(dots && cut[0] == 'a' && strcmp(cut + strlen(cut) - 3, "oom") == 0 && dots - cut > 3);
	const char *alike[] = { "a_rather_long_name_35_of_a_measured_quantity", "a_rather_long_name_42_of_a_measured_quantity",
		"another" };
	const char **apart = labels_fit(mem, alike, 3, 10, 110);
	CHECK(strcmp(apart[0], apart[1]) != 0 && strstr(apart[0], "35") && strstr(apart[1], "42"));
	CHECK(text_width(apart[0], 10) <= 110 && strcmp(apart[2], "another") == 0);
	struct buf long_one = { 0 };
	for (int i = 0; i < 5000; i++)
		buf_puts(&long_one, "\xce\xbb");
	buf_puts(&long_one, "-end");
	cut = label_fit(mem, buf_str(&long_one), 10, 80);
	CHECK(text_width(cut, 10) <= 80 && strcmp(cut + strlen(cut) - 4, "-end") == 0);
	buf_free(&long_one);
	CHECK_STR(label_fit(mem, NULL, 10, 60), "");

	struct axis a = { .lo = 0, .hi = 103, .to = 300 };
	axis_ticks(&a, mem, CELL_EMPTY, 5);
	CHECK(a.n == 5);
	CHECK_STR(a.label[4], "100");
	a = (struct axis){ .lo = 0, .hi = 0.37, .to = 300 };
	axis_ticks(&a, mem, CELL_PERCENT, 5);
	CHECK_STR(a.label[1], "10\xe2\x80\xaf%");
	a = (struct axis){ .lo = 0, .hi = 2.6e6, .to = 300 };
	axis_ticks(&a, mem, CELL_COUNT, 6);
	CHECK_STR(a.label[0], "0");
	CHECK_STR(a.label[1], "0.5M");
	a = (struct axis){ .lo = 0, .hi = 3, .to = 300 };
	axis_ticks(&a, mem, CELL_COUNT, 20);
	CHECK(a.n == 4);           /* no halves of counts */

	a = (struct axis){ .time = true, .lo = date_days(2023, 11, 20) * 86400e6, .hi = date_days(2024, 4, 2) * 86400e6 };
	axis_ticks(&a, mem, CELL_EMPTY, 6);
	CHECK(a.n == 5);
	CHECK_STR(a.label[0], "Dec");
	CHECK_STR(a.context[0], "2023");
	CHECK_STR(a.label[1], "Jan");
	CHECK_STR(a.context[1], "2024");
	CHECK(a.context[2] == NULL);
	CHECK(a.tick[3] == date_days(2024, 3, 1) * 86400e6);
	a = (struct axis){ .time = true, .lo = date_days(1850, 1, 1) * 86400e6, .hi = date_days(2024, 4, 2) * 86400e6 };
	axis_ticks(&a, mem, CELL_EMPTY, 5);
	CHECK_STR(a.label[0], "1850");
	CHECK_STR(a.label[1], "1900");
}

/* The same chart gives the same list; PLplot's environment and standard input are not read. */
static void repeatable(void)
{
	const char *species[] = { "Adelie", "Gentoo" };
	double counts[] = { 152, 124 };
	struct chart c = { .kind = CHART_BARS, .n = 2, .labels = species, .y = counts };
	struct drawing a, b;
	CHECK(plot_draw(mem, &c, &a, NULL) == 0);
	setenv("PLPLOT_LIB", "/nowhere", 1);
	setenv("PLPLOT_DRV_DIR", "/nowhere", 1);
	CHECK(plot_draw(mem, &c, &b, NULL) == 0);
	CHECK(getenv("PLPLOT_LIB") == NULL && getenv("PLPLOT_DRV_DIR") == NULL);
	CHECK(a.nops == b.nops && a.npts == b.npts && a.nstrings == b.nstrings);
	CHECK(memcmp(a.ops, b.ops, a.nops * sizeof *a.ops) == 0);
}

/* Whether a text of the drawing holds this. */
static bool draws(const struct chart *c, const char *what)
{
	struct drawing d;
	CHECK(plot_draw(mem, c, &d, NULL) == 0);
	bool found = false;
	for (size_t i = 0; i < d.nops; i++)
		found = found || (d.ops[i].kind == OP_TEXT && strstr(d.strings + d.ops[i].off, what));
	return found;
}

/* Between years, or rooms of a house, there are none; between lengths there are. */
static void whole_ticks(void)
{
	const double years[] = { 2014, 2015, 2016 }, rooms[] = { 2, 12, 5 }, lengths[] = { 2.5, 4, 3.1 };
	struct chart_series s = { .style = SERIES_POINTS, .n = 3, .x = years, .y = rooms };
	struct chart c = { .kind = CHART_XY, .nseries = 1, .series = &s, .height = 200 };
	CHECK(draws(&c, "2015") && draws(&c, "10") && !draws(&c, "."));
	s.y = lengths;
	CHECK(draws(&c, "2015") && draws(&c, "3.5"));
	c.equal_axes = true;      /* both or none */
	s.y = s.x = lengths;
	CHECK(draws(&c, "3.5"));
}

static const char *text_of(const struct drawing *d, const struct op *op)
{
	return op->kind == OP_TEXT ? d->strings + op->off : "";
}

/* Square cells, and a label for each row and each column, however many there are. */
static void squares(void)
{
	enum { N = 30 };
	double *m = arena_calloc(mem, N * N, sizeof *m);
	for (size_t i = 0; i < N * N; i++)
		m[i] = i % (N + 1) == 0;
	struct chart c = { .kind = CHART_HEATMAP, .n = N, .labels = names(N, "a_name_of_a_column"), .matrix = m, .diverging = true };
	struct drawing d;
	CHECK(plot_draw(mem, &c, &d, NULL) == 0);
	size_t named = 0, upright = 0, square = 0;
	for (size_t i = 0; i < d.nops; i++) {
		named += strstr(text_of(&d, &d.ops[i]), "column") != NULL;
		upright += d.ops[i].kind == OP_TEXT && d.ops[i].angle > 1.5f;
	}
	CHECK(named == 2 * N && upright == N && d.width == 560);
	for (size_t i = 0; i < d.nops; i++)
		if (d.ops[i].kind == OP_LINE && d.ops[i].n == 2) {
			const float *v = d.pts + d.ops[i].off;
			square += fabs((double)(v[2] - v[0] - d.ops[i].width)) < 0.1;
		}
	CHECK(square > N);
	/* next to nothing looks like nothing */
	for (int dark = 0; dark < 2; dark++) {
		uint32_t a = ink_rgb(&theme, (enum ink)(INK_DIVERGING_0 + 7), dark), b = ink_rgb(&theme, (enum ink)(INK_DIVERGING_0 + 8), dark);
		for (int k = 0; k < 24; k += 8)
			CHECK(abs((int)(a >> k & 255) - (int)(b >> k & 255)) < 26);
	}
}

/* Charts above each other have one window, whatever their labels and names; a chart alone takes the line. */
static void stacked(void)
{
	static const double x[] = { 0, 1, 2 }, small[] = { 1, 2, 3 }, large[] = { 1e4, 3e4, 9e4 };
	double left[2] = { 0 }, right[2] = { 0 };
	float beside = 0, title = 1;
	for (int k = 0; k < 2; k++) {
		struct chart_series s[2] = { { .style = SERIES_LINE, .n = 3, .x = x, .y = k ? large : small, .name = k ? "observed" : NULL },
			{ .style = SERIES_LINE, .n = 3, .x = x, .y = k ? large : small, .name = "trend" } };
		struct drawing d;
		CHECK(plot_draw(mem, &(struct chart){ .kind = CHART_XY, .nseries = k ? 2 : 1, .series = s, .stacked = true, .ylabel = "rows" }, &d, NULL) == 0);
		for (size_t i = 0; k && i < d.nops; i++) {
			title = strcmp(text_of(&d, &d.ops[i]), "rows") == 0 ? d.ops[i].y : title;
			beside = strcmp(text_of(&d, &d.ops[i]), "observed") == 0 ? d.ops[i].y : beside;
		}
		for (size_t i = 0; i < d.nops; i++)
			if (d.ops[i].kind == OP_LINE && d.ops[i].ink == INK_AXIS) {
				left[k] = (double)d.pts[d.ops[i].off];
				right[k] = (double)d.pts[d.ops[i].off + 2];
			}
		CHECK(d.width == 560);
	}
	CHECK(left[0] > 0 && left[0] == left[1] && right[0] == right[1]);
	CHECK(fabsf(beside - title) < 3);      /* the names stand beside a short title, not on the lines below */
}

/* A name stands at the right end of its line, whichever end is the first in the data. */
static void line_ends(void)
{
	static const double right[] = { 0, 1, 2 }, left[] = { 2, 1, 0 }, up[] = { 10, 20, 30 }, down[] = { 31, 20, 9 };
	for (int k = 0; k < 2; k++) {
		struct chart_series s[2] = { { .style = SERIES_LINE, .n = 3, .x = k ? left : right, .y = k ? down : up, .name = "rises" },
			{ .style = SERIES_LINE, .n = 3, .x = k ? left : right, .y = k ? up : down, .name = "falls" } };
		struct drawing d;
		float rises = 0, falls = 0;
		CHECK(plot_draw(mem, &(struct chart){ .kind = CHART_XY, .nseries = 2, .series = s }, &d, NULL) == 0);
		for (size_t i = 0; i < d.nops; i++) {
			rises = strcmp(text_of(&d, &d.ops[i]), "rises") == 0 ? d.ops[i].y : rises;
			falls = strcmp(text_of(&d, &d.ops[i]), "falls") == 0 ? d.ops[i].y : falls;
		}
		CHECK(rises > falls + 50);
	}
}

/* The place of a text, or NULL. */
static const struct op *op_of(const struct drawing *d, const char *text)
{
	for (size_t i = 0; i < d->nops; i++)
		if (strcmp(text_of(d, &d->ops[i]), text) == 0)
			return &d->ops[i];
	return NULL;
}

/* Names go into a legend above the window where that is asked for, though they would fit at the ends. */
static void listed_names(void)
{
	static const double x[] = { 0, 1, 2 }, up[] = { 10, 20, 30 }, down[] = { 31, 20, 9 };
	const struct chart_series s[2] = { { .style = SERIES_LINE, .n = 3, .x = x, .y = up, .name = "rises" },
		{ .style = SERIES_LINE, .n = 3, .x = x, .y = down, .name = "falls" } };
	for (int listed = 0; listed < 2; listed++) {
		struct drawing d;
		CHECK(plot_draw(mem, &(struct chart){ .kind = CHART_XY, .nseries = 2, .series = s, .listed = listed }, &d, NULL) == 0);
		const struct op *rises = op_of(&d, "rises"), *falls = op_of(&d, "falls");
		CHECK(rises && falls && (rises->y == falls->y) == (listed == 1));
	}
}

/* No line of the data and no upright one runs through the label of a level; where all places are struck it keeps its end. */
static void struck_labels(void)
{
	static const double x[] = { 0, 0.01, 0.99, 1 }, y[] = { 500, 0, 0, 500 }, zigzag[] = { 0, 1, 0, 1 };
	double *everywhere = ramp(400, 0, 1), *struck = arena_calloc(mem, 400, sizeof *struck);
	for (size_t i = 0; i < 400; i++)
		struck[i] = 500 * zigzag[i % 4];
	static const struct chart_line lines[] = { { .at = 480, .label = "none positive" }, { .at = 0.93, .vertical = true } };
	float right[3];
	for (int k = 0; k < 3; k++) {
		struct chart_series s = k < 2 ? (struct chart_series){ .style = k ? SERIES_STEP : SERIES_LINE, .n = 4, .x = x, .y = y }
			: (struct chart_series){ .style = SERIES_LINE, .n = 400, .x = everywhere, .y = struck };
		struct chart c = { .kind = CHART_XY, .nseries = 1, .series = &s, .width = 300, .lines = lines, .nlines = k == 1 ? 2 : 1 };
		struct drawing d;
		CHECK(plot_draw(mem, &c, &d, NULL) == 0);
		const struct op *label = op_of(&d, "none positive");
		CHECK(label != NULL);
		right[k] = label ? label->x + (float)text_width("none positive", FONT_SMALL) : 0;
	}
	CHECK(right[0] < right[2] - 3 && right[0] > right[2] - 20);     /* a little to the left of the line's rise */
	CHECK(right[1] < 150);     /* the left end is free, or nearly */
	CHECK(right[2] > 280);
}

/* Rows are higher where names take two lines, so that these stand nearer to each other than to the next name. */
static void names_of_two_lines(void)
{
	enum { N = 20 };
	const char **labels = names(N, "a_rather_long_name_of_a_column: a rather long name of a level of it");
	for (int narrow = 0; narrow < 2; narrow++) {
		struct chart c = { .kind = CHART_INTERVALS, .n = N, .labels = labels, .y = ramp(N, -1, 1), .width = narrow ? 420 : 1200 };
		struct drawing d;
		double within = 0, apart = 1000, before = 0;
		bool first = true;
		CHECK(plot_draw(mem, &c, &d, NULL) == 0);
		for (size_t i = 0; i < d.nops; i++) {
			if (d.ops[i].kind != OP_TEXT || (double)d.ops[i].just != 1)
				continue;
			double gap = before - (double)d.ops[i].y;
			if (before > 0 && first)
				apart = fmin(apart, gap);
			else if (before > 0)
				within = fmax(within, gap);
			before = (double)d.ops[i].y;
			first = !first || !narrow;
		}
		CHECK(narrow ? d.height > 540 : d.height < 420);
		CHECK(!narrow || (within > 8 && apart > within + 2));
	}
	/* in lower rows letters are smaller before names are cut */
	struct chart low = { .kind = CHART_INTERVALS, .n = N, .labels = labels, .y = ramp(N, -1, 1), .width = 420 };
	low.height = 22 * N + 24;
	CHECK(!draws(&low, "\xe2\x80\xa6"));
	low.height = 14 * N + 24;
	CHECK(draws(&low, "\xe2\x80\xa6"));
}

/* The number that a question asks for outlives the name before it. */
static void questions(void)
{
	const char *asked[] = { "a_column_with_a_name_that_has_no_room_in_a_box < 0.51358", "yes", "no" };
	struct chart c = { .kind = CHART_DECISIONS, .n = 3, .n2 = 3, .labels = asked, .labels2 = names(3, "rows"),
		.matrix = (const double[]){ 1, 2, 0.3, -1, -1, 0.5, -1, -1, 1 } };
	CHECK(draws(&c, "< 0.51358") && draws(&c, "a_column_with"));
	asked[0] = "a_column_with_a_name_that_is_long \xe2\x89\xa5 0.51358";
	CHECK(draws(&c, "\xe2\x89\xa5 0.51358") && draws(&c, "a_column_with_a_name_that_is_long"));
	asked[0] = "level is one of those that have room in two lines";
	CHECK(draws(&c, "level is one of those") && draws(&c, "lines") && !draws(&c, "\xe2\x80\xa6"));
	asked[0] = "one of many levels that are named one after the other, at length and without an end, and have no room";
	CHECK(draws(&c, "one of many levels") && draws(&c, "\xe2\x80\xa6") && draws(&c, "no room"));
}

static void write_gallery(const char *path)
{
	struct buf html = { 0 };
	buf_puts(&html, "<!DOCTYPE html><meta charset=utf-8><style>body{margin:0;font-family:Noto Sans}"
		"div{display:flex;flex-wrap:wrap;gap:20px;padding:20px;background:var(--s)}figure{margin:0}"
		"figcaption{font-size:11px;color:#888;margin-bottom:6px}\n");
	for (int dark = 0; dark < 2; dark++) {
		const char *scope = dark ? ".dark" : ".light";
		buf_printf(&html, "%s{--s:#%06x}", scope, (unsigned)ink_rgb(&theme, INK_SURFACE, dark));
		for (int k = 0; k < INK_COUNT; k++) {
			unsigned rgb = (unsigned)ink_rgb(&theme, (enum ink)k, dark);
			buf_printf(&html, "%s .k%d{stroke:#%06x}%s .f%d{fill:#%06x}", scope, k, rgb, scope, k, rgb);
		}
	}
	buf_printf(&html, "</style><div class=light>%s</div><div class=dark>%s</div>", buf_str(&gallery),
		buf_str(&gallery));
	CHECK(file_write(path, html.p, html.n, NULL) == 0);
	buf_free(&html);
}

int main(int argc, char **argv)
{
	mem = arena_new();
	rng_seed(&rng, 7);
	report_theme(&theme, NULL);
	histograms();
	bars();
	columns();
	boxes();
	series();
	matrices();
	intervals();
	effects();
	reasons();
	labels();
	repeatable();
	whole_ticks();
	line_ends();
	listed_names();
	struck_labels();
	names_of_two_lines();
	questions();
	squares();
	stacked();
	if (argc > 1)
		write_gallery(argv[1]);
	buf_free(&gallery);
	arena_free(mem);
	return test_end();
}
