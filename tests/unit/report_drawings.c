/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How charts of one report are sized against each other: second drawings for phones, axes that several charts
 * share, the proportions of maps. */
#include "report/plot_int.h"
#include "report/report_int.h"
#include "report_sample.h"
#include "test.h"

#include <math.h>
#include <string.h>

static struct arena *mem;

static const struct chart *chart_of(const struct doc *d, const char *id, size_t skip)
{
	for (const struct node *n = d->root; n; n = doc_walk(n))
		if (n->kind == NODE_CHART && n->chart->id && strncmp(n->chart->id, id, strlen(id)) == 0 && skip-- == 0)
			return n->chart;
	return NULL;
}

/* ---- phones ------------------------------------------------------------------------------------------ */

/* Both drawings of a chart that stands alone; NULL: it has one only. */
static const struct drawing *on_phone(struct chart *c, const struct drawing **wide)
{
	struct doc *d = doc_new(mem, "x");
	const struct node *n = doc_chart(d, doc_section(d, d->root, "s", "S"), c);
	struct drawings *all = arena_alloc(mem, sizeof *all);
	struct err e = { 0 };
	CHECK(report_draw(mem, d, all, &e) == 0);
	*wide = drawing_of(all, n);
	return drawing_narrow(all, n);
}

static const char *text_of(const struct drawing *d, const struct op *op)
{
	return op->kind == OP_TEXT ? d->strings + op->off : "";
}

/* Texts of the drawing that hold this. */
static int texts(const struct drawing *d, const char *what)
{
	int n = 0;
	for (size_t i = 0; d && i < d->nops; i++)
		n += d->ops[i].kind == OP_TEXT && strstr(text_of(d, &d->ops[i]), what) != NULL;
	return n;
}

static const char **named(size_t n, const char *stem)
{
	const char **v = arena_calloc(mem, n, sizeof *v);
	for (size_t i = 0; i < n; i++)
		v[i] = arena_printf(mem, "%s %zu", stem, i);
	return v;
}

static void phones(void)
{
	static const double counts[] = { 3, 2, 1 }, line[] = { 1, 2, 3 };
	const struct drawing *wide, *small;
	struct chart bars = { .kind = CHART_BARS, .n = 3, .labels = named(3, "level"), .y = counts };
	small = on_phone(&bars, &wide);
	CHECK(small && small->width == 340 && wide->width == 560);
	CHECK(texts(small, "level") == 3);
	size_t tips[2] = { 0 };
	for (size_t i = 0; i < wide->nops; i++)
		tips[0] += wide->ops[i].tip != 0;
	for (size_t i = 0; small && i < small->nops; i++)
		tips[1] += small->ops[i].tip != 0;
	CHECK(tips[0] == 3 && tips[1] == 0);   /* nothing hovers there */
	bars.width = 340;
	CHECK(!on_phone(&bars, &wide));        /* one is small enough */
	struct chart_series s = { .style = SERIES_LINE, .n = 3, .x = line, .y = line };
	CHECK(!on_phone(&(struct chart){ .kind = CHART_XY, .nseries = 1, .series = &s, .equal_axes = true }, &wide));
}

/* On a phone the nodes of a tree stand below each other, each set in by its depth, and say all of their question. */
static void outline(void)
{
	const char *asked[] = { "a column of the table < 0.5", "another of its columns is one of two", "a third of the columns < 7",
		"leaf 1", "leaf 2", "leaf 3", "the last question of all < 1", "leaf 4", "leaf 5" };
	struct chart c = { .kind = CHART_DECISIONS, .n = 9, .n2 = 9, .labels = asked, .labels2 = named(9, "rows"),
		.matrix = (const double[]){ 1, 5, 0, 2, 4, 0, 3, 6, 0, -1, -1, 0, -1, -1, 0.5, -1, -1, 1, 7, 8, 0, -1, -1, 0, -1, -1, 0 } };
	const struct drawing *wide, *small = on_phone(&c, &wide);
	CHECK(small && small->width == 340 && texts(small, "\xe2\x80\xa6") == 0);
	CHECK(texts(small, "leaf") == 5 && texts(small, "yes") == 4 && texts(small, "no") >= 4);
	const struct op *at[9] = { 0 };
	for (size_t i = 0; small && i < small->nops; i++)
		for (size_t k = 0; k < 9; k++)
			if (strcmp(text_of(small, &small->ops[i]), asked[k]) == 0)
				at[k] = &small->ops[i];
	static const struct { int above, below, deeper; } order[] = { { 0, 1, 1 }, { 1, 2, 1 }, { 2, 3, 1 }, { 3, 6, 0 },
		{ 6, 7, 1 }, { 7, 8, 0 }, { 8, 4, -2 }, { 4, 5, -1 } };
	for (size_t i = 0; i < COUNTOF(order); i++) {
		const struct op *a = at[order[i].above], *b = at[order[i].below];
		CHECK(a && b && a->y > b->y + 20);
		if (a && b)
			CHECK_NEAR((double)(b->x - a->x), order[i].deeper * 30.0, 0.01);
	}
}

/* A matrix of thirty columns names them all on a phone, its scale below it. */
static void matrix(void)
{
	enum { N = 30 };
	double *m = arena_calloc(mem, N * N, sizeof *m);
	for (size_t i = 0; i < N * N; i++)
		m[i] = (double)(i % 7) / 7;
	struct chart c = { .kind = CHART_HEATMAP, .n = N, .labels = named(N, "column"), .matrix = m };
	const struct drawing *wide, *small = on_phone(&c, &wide);
	CHECK(small && small->width == 340 && texts(small, "column") == 2 * N);
	float low = INFINITY, scale = INFINITY;
	for (size_t i = 0; small && i < small->nops; i++) {
		const struct op *op = &small->ops[i];
		CHECK(op->kind != OP_TEXT || op->size >= 7);
		if (strstr(text_of(small, op), "column"))
			low = fminf(low, op->y);
		if (strcmp(text_of(small, op), "1") == 0)
			scale = op->y;
	}
	CHECK(scale < low);
}

/* ---- labels ------------------------------------------------------------------------------------------ */

static void two_lines(void)
{
	static const double q[] = { 1, 2, 3, 4, 5, 1, 2, 3, 4, 5 };
	const char *levels[] = { "One_Story_1946_and_Newer_All_Styles", "One_Story_1945_and_Older_All_Styles" };
	struct chart c = { .kind = CHART_BOX, .n = 2, .labels = levels, .q = q, .width = 280 };
	struct drawing d;
	CHECK(plot_draw(mem, &c, &d, NULL) == 0);
	CHECK(texts(&d, "\xe2\x80\xa6") == 0 && texts(&d, "1946_and_") == 1 && texts(&d, "1945_and_") == 1);
	c.height = 60;       /* rows too low for two lines: cut, but not to the same text */
	CHECK(plot_draw(mem, &c, &d, NULL) == 0);
	CHECK(texts(&d, "\xe2\x80\xa6") == 2);
	CHECK(label_break("short_of", FONT_SIZE, 5) == NULL && label_break("", FONT_SIZE, 5) == NULL);
	CHECK_STR(label_break("one two three", FONT_SIZE, text_width("one two", FONT_SIZE)), "three");
	CHECK_STR(label_break("one_two_", FONT_SIZE, text_width("one_", FONT_SIZE)), "two_");
}

/* ---- shared axes ------------------------------------------------------------------------------------- */

static struct doc *built(const struct artifacts *in)
{
	struct err e = { 0 };
	struct doc *d = report_build(mem, in, &e);
	CHECK(d != NULL);
	return d;
}

static struct doc *built_of(const char *rest)
{
	json_t *eda = json_loads(arena_printf(mem, "{\"schema\": \"dossier/eda/2\", \"dataset\": {\"rows\": 90}, \"columns\": ["
		"{\"name\": \"a\", \"type\": \"numeric\", \"storage\": \"float64\"},"
		"{\"name\": \"b\", \"type\": \"category\", \"storage\": \"dictionary\"},"
		"{\"name\": \"c\", \"type\": \"category\", \"storage\": \"dictionary\"}],"
		"\"thresholds\": {\"together\": 0.6, \"vif\": 10}, \"associations\": {\"pairs\": [{\"a\": \"a\", \"b\": \"b\","
		"\"measure\": \"correlation_ratio\", \"value\": 0.9, \"p\": 0, \"p_adjusted\": 0, \"n\": 90}]%s", rest), 0, NULL);
	json_t *manifest = json_loads("{\"id\": \"x\"}", 0, NULL);
	CHECK(eda && manifest);
	arena_own(mem, eda, (void (*)(void *))json_decref);
	arena_own(mem, manifest, (void (*)(void *))json_decref);
	return built(&(struct artifacts){ .manifest = manifest, .eda = eda });
}

/* The number of both groupings is one, so is its axis: from a bit below the least to a bit above the most. */
static void grouped_boxes(void)
{
	const struct doc *d = built_of(", \"target\": {\"name\": \"a\", \"features\": ["
		"{\"name\": \"b\", \"measure\": \"correlation_ratio\", \"value\": 0.4, \"p_adjusted\": 0.01, \"n\": 90},"
		"{\"name\": \"c\", \"measure\": \"correlation_ratio\", \"value\": 0.3, \"p_adjusted\": 0.01, \"n\": 90}],"
		"\"groups\": [{\"feature\": \"b\", \"levels\": [\"x\", \"y\"], \"n\": [50, 40],"
		" \"box\": [[0, 2, 3, 4, 50], [2, 3, 4, 5, 6]], \"mean\": [3, 4], \"sd\": [1, 1]},"
		"{\"feature\": \"c\", \"levels\": [\"u\", \"v\"], \"n\": [50, 40],"
		" \"box\": [[1, 2, 3, 4, 5], [2, 3, 4, 5, 100]], \"mean\": [3, 4], \"sd\": [1, 1]}]}}}");
	const struct chart *one = chart_of(d, "groups", 0), *two = chart_of(d, "groups", 1);
	CHECK(one && two && one != two);
	if (one && two) {
		CHECK_NEAR(one->xmin, -3, 1e-9);
		CHECK_NEAR(one->xmax, 103, 1e-9);
		CHECK(one->xmin == two->xmin && one->xmax == two->xmax);
	}
}

/* Both charts of a series' memory have one scale, whose lower half is there only where something hangs in one. */
static void memory(void)
{
	for (int deep = 0; deep < 2; deep++) {
		struct artifacts in = sample_artifacts(mem, "passengers", NULL);
		json_t *eda = json_deep_copy(in.eda), *of = json_array_get(json_object_get(json_object_get(eda, "time"), "acf"), 0);
		arena_own(mem, eda, (void (*)(void *))json_decref);
		json_t *partial = json_deep_copy(json_object_get(of, "r"));
		for (size_t i = 0; i < json_array_size(partial); i++)
			json_array_set_new(partial, i, json_real(i == 3 && deep ? -0.6 : 0.1));
		CHECK(json_object_set_new(of, "partial", partial) == 0);
		in.eda = eda;
		const struct doc *d = built(&in);
		const struct chart *both[] = { chart_of(d, "acf-", 0), chart_of(d, "pacf-", 0) };
		for (size_t i = 0; i < COUNTOF(both); i++)
			CHECK(both[i] && both[i]->ymin == (deep ? -1 : -0.25) && both[i]->ymax == 1);
	}
}

/* ---- maps -------------------------------------------------------------------------------------------- */

/* A square of places on the ground is one on the map: at 60 degrees, two of longitude are as long as one of latitude. */
static void maps(void)
{
	static const struct { const char *px, *py; double wide; } cases[] = {
		{ "0, 2", "59.5, 60.5", 1 }, { "0, 1", "-0.5, 0.5", 1 }, { "0, 1", "59.5, 60.5", 0.5 }, { "0, 3", "-1, 1", 1.5 } };
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		const struct doc *d = built_of(arena_printf(mem, "}, \"keys\": {\"columns\": 2, \"place\": {\"latitude\": \"a\", \"longitude\": \"b\","
			"\"n\": 2, \"px\": [%s], \"py\": [%s]}}}", cases[i].px, cases[i].py));
		const struct chart *map = chart_of(d, "map", 0);
		CHECK(map != NULL);
		if (map)
			CHECK_NEAR((map->width - 56) / (map->height - 56), cases[i].wide, 0.01);
	}
}

int main(void)
{
	mem = arena_new();
	phones();
	outline();
	matrix();
	two_lines();
	grouped_boxes();
	memory();
	maps();
	arena_free(mem);
	return test_end();
}
