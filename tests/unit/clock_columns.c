/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times of day and durations on their way behind ingest: profiled and compared in seconds, seen by
 * models, drawn on axes of their own. (Storing them is in table_file.c.) */
#include "model/model_int.h"
#include "report/plot_int.h"
#include "test.h"
#include "unit/profile_col.h"

#include <math.h>

enum { ROWS = 240 };
#define SECOND INT64_C(1000000)

/* Every six minutes a day, what lasts twice as many seconds, and a number that follows the sun. */
static struct table *make(void)
{
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *at = col_add(t, "at", COLUMN_TIME, NULL),
		*lasts = col_add(t, "lasts", COLUMN_DURATION, NULL),
		*copy = col_add(t, "copy", COLUMN_DURATION, NULL),
		*heat = col_add(t, "heat", COLUMN_FLOAT64, NULL),
		*same = col_add(t, "same", COLUMN_TIME, NULL);
	for (int i = 0; i < ROWS; i++) {
		col_int(at, i * 360 * SECOND);
		if (i)
			col_int(lasts, i * 720 * SECOND + SECOND / 2);
		else
			col_missing(lasts);
		if (i)
			col_int(copy, i * 720 * SECOND + SECOND / 2);
		else
			col_missing(copy);
		col_real(heat, -3 * cos(2 * 3.14159265358979323846 * i / ROWS));
		col_int(same, 3600 * SECOND);
	}
	struct table *table = cols_open(t);
	free(t);
	return table;
}

static void profiled_in_seconds(struct table *t, struct arena *a)
{
	struct profile_options o = default_options();
	o.max_matrix = o.max_pairs = o.max_categories = o.max_category_levels = 10;
	o.max_rank_rows = 1000;
	o.association = 0.9;
	struct variable v[5];
	struct column_profile c[5];
	struct finding_list findings = { .arena = a };
	for (int i = 0; i < 5; i++)
		v[i] = (struct variable){ .col = i, .name = table_field(t, i)->name };
	profile_columns(t, v, 5, &o, c, &findings, a);
	CHECK(v[0].type == VARIABLE_TIME && v[1].type == VARIABLE_DURATION &&
		v[4].type == VARIABLE_CONSTANT);
	CHECK_STR(variable_type_name(v[0].type), "time");
	CHECK_STR(variable_type_name(v[1].type), "duration");
	CHECK(c[0].numeric && c[0].numeric->quantile[0] == 0 &&
		c[0].numeric->quantile[QUANTILES - 1] == 239 * 360);
	CHECK(c[0].numeric->mean == 239 * 180 && c[0].distinct == ROWS);
	CHECK(c[0].numeric->order == ORDER_STRICTLY_INCREASING);
	CHECK(c[1].count == ROWS - 1 && c[1].missing == 1 && c[1].numeric->quantile[0] == 720.5);
	CHECK_STR(c[0].examples[0], "00:00:00");
	CHECK_STR(c[1].examples[0], "00:12:00.500000");
	CHECK(c[0].memory_bytes == 8 * ROWS && c[4].numeric);

	int *same_as = columns_identical(t, v, 5, &o, &findings, a);
	CHECK(same_as[2] == 1 && same_as[1] == -1 && same_as[0] == -1);
	struct associations x;
	associations_fill(t, v, 5, &o, same_as, &x, &findings, a);
	CHECK(x.pearson.n == 4);       /* all but the constant */
	CHECK(x.npairs && fabs(x.pairs[0].value) > 0.9999);
}

static void seen_by_models(struct table *t, struct arena *a)
{
	const struct model_feature features[] = { { 0, "at", ROLE_CLOCK },
		{ 1, "lasts", ROLE_NUMBER } };
	struct model_spec s = { .target = 3, .target_name = "heat", .time = -1,
		.features = features, .nfeatures = 2, .max_rows = 1000, .seed = 1 };
	struct frame f;
	struct model_result r = { 0 };
	struct err e = { 0 };
	CHECK(frame_load(t, &s, a, &f, &r, &e) == 0);
	CHECK(f.nfeatures == 3 && f.features[0].group == 0 && f.features[1].group == 0);
	CHECK_STR(f.features[0].name, "at: time of day (sine)");
	CHECK_STR(r.features[0].encoding, "clock parts");
	double worst = 0;
	for (size_t i = 0; i < f.n; i++)
		worst = fmax(worst, fabs(f.y[i] + 3 * f.features[1].x[i]));
	CHECK(worst < 1e-12);          /* the cosine is the target */
	CHECK(isnan(f.features[2].x[0]) && f.features[2].x[1] == 720.5);
}

/* The labels of an axis, with blanks between. */
static void ticks_are(double lo, double hi, size_t most, enum cell_class cls, const char *want)
{
	struct arena *a = arena_new();
	struct axis x = { .lo = lo, .hi = hi };
	struct buf b = { 0 };
	axis_ticks(&x, a, cls, most);
	for (size_t i = 0; i < x.n; i++)
		buf_printf(&b, "%s%s", i ? ", " : "", x.label[i]);
	CHECK_STR(buf_str(&b), want);
	buf_free(&b);
	arena_free(a);
}

static void axes(void)
{
	ticks_are(0, 86400, 5, CELL_CLOCK, "00:00, 06:00, 12:00, 18:00, 24:00");
	ticks_are(28800, 30600, 4, CELL_CLOCK, "08:00, 08:10, 08:20, 08:30");
	ticks_are(28800, 28830, 4, CELL_CLOCK, "08:00:00, 08:00:10, 08:00:20, 08:00:30");
	ticks_are(0, 60, 5, CELL_DURATION, "0, 15 s, 30 s, 45 s, 60 s");
	ticks_are(0, 1, 4, CELL_DURATION, "0, 0.5 s, 1 s");
	ticks_are(0, 270, 5, CELL_DURATION, "0, 60 s, 120 s, 180 s, 240 s");
	ticks_are(0, 1800, 4, CELL_DURATION, "0, 10 min, 20 min, 30 min");
	ticks_are(600, 720, 4, CELL_DURATION, "10:00 min, 10:30 min, 11:00 min, 11:30 min, 12:00 min");
	ticks_are(0, 10800, 6, CELL_DURATION, "0, 0:30 h, 1:00 h, 1:30 h, 2:00 h, 2:30 h, 3:00 h");
	ticks_are(-7200, 7200, 4, CELL_DURATION, "\xe2\x88\x92" "2 h, \xe2\x88\x92" "1 h, 0, 1 h, 2 h");
	ticks_are(0, 864000, 5, CELL_DURATION, "0, 2 d, 4 d, 6 d, 8 d, 10 d");
	ticks_are(0, 1e12, 4, CELL_DURATION, "0, 5000000 d, 10000000 d");
	ticks_are(0, 1e-5, 4, CELL_DURATION, "0, 5e-6 s, 1e-5 s");
}

int main(void)
{
	struct arena *a = arena_new();
	struct table *t = make();
	CHECK(t != NULL);
	profiled_in_seconds(t, a);
	seen_by_models(t, a);
	axes();
	table_close(t);
	arena_free(a);
	return test_end();
}
