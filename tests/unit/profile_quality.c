/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The quality score: parts, reasons, sums; worked out by hand. */
#include "test.h"

#include "profile/profile.h"

#include <math.h>

static struct arena *arena;

/* Four columns of 100 rows: 10 missing in the first, of which ingest could not read 4. */
static void fill(struct quality_profile *q, const struct profile_options *o, int64_t duplicates,
	int64_t quarantined)
{
	struct variable *v = arena_calloc(arena, 4, sizeof *v);
	struct column_profile *c = arena_calloc(arena, 4, sizeof *c);
	static const char *const names[] = { "price", "city", "when", "id" };
	for (int i = 0; i < 4; i++) {
		v[i] = (struct variable){ .col = i, .name = names[i] };
		c[i] = (struct column_profile){ .var = &v[i], .rows = 100, .count = 100, .distinct = 100 };
	}
	c[0].count = 90;
	c[0].missing = 10;
	struct level *levels = arena_calloc(arena, 2, sizeof *levels);
	levels[0] = (struct level){ "NY", 30 };
	levels[1] = (struct level){ "ny", 7 };
	c[1].category = arena_calloc(arena, 1, sizeof *c[1].category);
	c[1].category->near = arena_calloc(arena, 1, sizeof *c[1].category->near);
	c[1].category->near[0] = (struct near_duplicate){ "NY", levels, 2 };
	c[1].category->nnear = 1;
	c[2].datetime = arena_calloc(arena, 1, sizeof *c[2].datetime);
	c[2].datetime->max = "2026-06-01T10:00:00";
	c[3].distinct = 95;
	struct finding earlier[] = { finding_make(FIND_unparsable_values, "price"),
		finding_make(FIND_surrounding_space, "city"), finding_make(FIND_padded_rows, NULL) };
	earlier[0].count = 4;
	earlier[1].count = 2;
	struct finding_list own = { .arena = arena };
	struct finding future = finding_make(FIND_future_dates, "when"),
		       skewed = finding_make(FIND_skewed, "price");
	future.count = 3;
	finding_list_add(&own, &future);
	finding_list_add(&own, &skewed);
	struct quality_hint hints[4] = { { 0, 0 }, { 5, 0 }, { 0, 1 }, { 0, 0 } };
	quality_fill(c, 4, o, duplicates, quarantined, hints, &own, earlier, COUNTOF(earlier), q,
		arena);
}

static struct profile_options options(void)
{
	return (struct profile_options){ .quality_completeness = 1, .quality_validity = 1,
		.quality_uniqueness = 1, .quality_consistency = 1, .quality_timeliness = 1,
		.report_date = date_days(2026, 7, 11) };
}

static void sums(void)
{
	struct profile_options o = options();
	struct quality_profile q;
	fill(&q, &o, 8, 0);
	const struct quality_share *p = q.part;
	CHECK(p[QUALITY_COMPLETENESS].count == 6 && p[QUALITY_COMPLETENESS].of == 400);
	CHECK(p[QUALITY_VALIDITY].count == 4 + 5 + 3 && p[QUALITY_VALIDITY].of == 394);
	CHECK(p[QUALITY_VALIDITY].nreasons == 3);
	CHECK_STR(p[QUALITY_VALIDITY].reasons[0].what, "unparsable_values");
	CHECK(p[QUALITY_UNIQUENESS].count == 8 && p[QUALITY_UNIQUENESS].of == 100);
	CHECK(p[QUALITY_CONSISTENCY].count == 2 + 7 + 1 && p[QUALITY_CONSISTENCY].of == 394);
	CHECK(!p[QUALITY_TIMELINESS].applies && q.absent[QUALITY_TIMELINESS] != NULL);
	double mean = (1 - 6.0 / 400 + 1 - 12.0 / 394 + 1 - 8.0 / 100 + 1 - 10.0 / 394) / 4;
	CHECK_NEAR(q.score, floor(1000 * mean) / 10, 0);
	/* city: 1, 0.95, 0.91; price: 0.94, 0.96, 1; when: 1, 0.97, 0.99; id: 100, not listed */
	CHECK(q.ncolumns == 3 && q.columns[0].var == 1 && q.columns[1].var == 0 && q.columns[2].var == 2);
	CHECK_NEAR(q.columns[0].score, 95.3, 1e-9);
	CHECK_NEAR(q.columns[1].score, floor(1000 * (0.94 + 1 - 4.0 / 94 + 1) / 3) / 10, 1e-9);
	CHECK_NEAR(q.columns[2].score, 98.6, 1e-9);
}

/* Of columns with one score to a tenth, those that lose more come first. */
static void order(void)
{
	static const int64_t missing[] = { 10, 30, 20 };
	struct profile_options o = options();
	struct quality_profile q;
	struct variable *v = arena_calloc(arena, 3, sizeof *v);
	struct column_profile *c = arena_calloc(arena, 3, sizeof *c);
	struct finding_list own = { .arena = arena };
	for (int i = 0; i < 3; i++) {
		v[i] = (struct variable){ .col = i, .name = "x" };
		c[i] = (struct column_profile){ .var = &v[i], .rows = 100000, .count = 100000 - missing[i], .missing = missing[i], .distinct = 9 };
	}
	quality_fill(c, 3, &o, 0, 0, NULL, &own, NULL, 0, &q, arena);
	CHECK(q.ncolumns == 3 && q.columns[0].var == 1 && q.columns[1].var == 2 && q.columns[2].var == 0);
	CHECK(q.columns[0].score == 99.9 && q.columns[2].score == 99.9);
}

static void weights_and_keys(void)
{
	struct profile_options o = options();
	struct quality_profile q;
	o.identifier = "id";
	o.quality_completeness = o.quality_validity = o.quality_consistency = 0;
	fill(&q, &o, 8, 0);
	CHECK(q.part[QUALITY_UNIQUENESS].count == 13 && q.part[QUALITY_UNIQUENESS].of == 200);
	CHECK_NEAR(q.score, 93.5, 1e-9);
	o.quality_uniqueness = 0;
	fill(&q, &o, 8, 0);
	CHECK(isnan(q.score));
}

static void age(void)
{
	struct profile_options o = options();
	struct quality_profile q;
	o.max_age_days = 10;
	o.time = "when";
	fill(&q, &o, 0, 0);        /* 40 days old */
	CHECK(q.part[QUALITY_TIMELINESS].count == 30 && q.part[QUALITY_TIMELINESS].of == 40);
	o.max_age_days = 60;
	fill(&q, &o, 0, 0);
	CHECK(q.part[QUALITY_TIMELINESS].applies && q.part[QUALITY_TIMELINESS].count == 0);
	o.time = "price";
	fill(&q, &o, 0, 0);
	CHECK(!q.part[QUALITY_TIMELINESS].applies);
}

static void set_aside(void)
{
	struct profile_options o = options();
	struct quality_profile q;
	fill(&q, &o, 0, 20);
	CHECK(q.part[QUALITY_VALIDITY].count == 12 + 80 && q.part[QUALITY_VALIDITY].of == 394 + 80);
	quality_fill(NULL, 0, &o, 0, 0, NULL, &(struct finding_list){ .arena = arena }, NULL, 0, &q, arena);
	CHECK(isnan(q.score) && q.ncolumns == 0);
}

int main(void)
{
	arena = arena_new();
	sums();
	order();
	weights_and_keys();
	age();
	set_aside();
	arena_free(arena);
	return test_end();
}
