/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of all findings: ranks, points, causes, and what the manifest accepts. */
#include "test.h"

#include "report/report.h"

#include <stdlib.h>

static struct arena *arena;

static const json_t *parsed(const char *text)
{
	char *copy = arena_strdup(arena, text);
	for (char *p = copy; *p; p++)
		*p = *p == '\'' ? '"' : *p;
	json_t *v = json_loads(copy, 0, NULL);
	CHECK(v != NULL);
	arena_own(arena, v, (void (*)(void *))json_decref);
	return v;
}

#define FINDINGS "{'findings': [" \
	"{'code': 'skewed', 'level': 'info', 'columns': ['price'], 'value': 3.1, 'effect': 3.1, 'cause': 'outliers:price'}," \
	"{'code': 'outliers', 'level': 'notice', 'columns': ['price'], 'count': 5, 'total': 100}," \
	"{'code': 'outliers', 'level': 'notice', 'columns': ['size'], 'count': 9, 'total': 100}," \
	"{'code': 'duplicate_rows', 'level': 'warning', 'columns': [], 'count': 5, 'total': 100}," \
	"{'code': 'missing_values', 'level': 'notice', 'columns': ['price'], 'count': 50, 'total': 100, " \
	"'cause': 'unparsable_values:price'}]}"

static const json_t *merged(const char *accept)
{
	struct artifacts in = {
		.manifest = parsed(arena_printf(arena, "{'report_date': '2026-06-30', 'accept': [%s]}", accept)),
		.ingest = parsed("{'findings': [{'code': 'unparsable_values', 'level': 'warning', "
			"'columns': ['price'], 'count': 40, 'total': 100, 'text': 'numbers', 'text2': 'n/k'}]}"),
		.eda = parsed(FINDINGS),
	};
	return report_findings(arena, &in);
}

/* "unparsable_values 1, duplicate_rows 2 ..." with "<n" for what follows from number n, "*" for accepted. */
static const char *outline(const json_t *v)
{
	static struct buf b;
	buf_clear(&b);
	const json_t *list = json_at(v, "findings");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *f = json_array_get(list, i);
		buf_printf(&b, "%s%s", i ? " " : "", json_text(f, "code", ""));
		if (json_at(f, "point"))
			buf_printf(&b, ":%d", (int)json_int(f, "point", 0));
		if (json_at(f, "follows"))
			buf_printf(&b, "<%d", (int)json_int(f, "follows", -1));
		if (json_at(f, "accepted"))
			buf_puts(&b, "*");
	}
	return buf_str(&b);
}

static void order_and_points(void)
{
	const json_t *v = merged("");
	CHECK_STR(outline(v), "unparsable_values:1 duplicate_rows:2 missing_values:1<0 outliers:3 outliers:3 skewed:3<4");
	CHECK_STR(json_text(v, "verdict", ""), "care");
	CHECK(json_int(v, "points.warning", -1) == 2 && json_int(v, "points.notice", -1) == 1 &&
		json_int(v, "points.info", -1) == 0 && json_int(v, "accepted", -1) == 0);
	CHECK_STR(json_text(v, "findings.3.columns.0", ""), "size");         /* 9 % before 5 % */
	CHECK_STR(json_text(v, "findings.1.sentence", ""), "5 of 100 rows (5.0\xE2\x80\xAF%) repeat an earlier row.");
	CHECK_STR(json_text(v, "findings.1.step", ""), "eda");
	/* no louder of a small share than the chapter on missing values */
	CHECK(strstr(json_text(v, "findings.2.advice", ""), "rely on a column that lacks much"));
	CHECK(json_text(v, "findings.1.advice", NULL) && json_text(v, "findings.1.title", NULL));
}

/* How a model was fitted has no weight: the largest figure first. */
static void collinear(void)
{
	struct artifacts in = { .manifest = parsed("{}"),
		.eda = parsed("{'findings': [{'code': 'collinear_columns', 'level': 'notice', 'columns': ['c'], 'value': 70}]}"),
		.modeling = parsed("{'findings': [{'code': 'collinear', 'level': 'notice', 'columns': ['a'], 'value': 11},"
			"{'code': 'heteroscedastic', 'level': 'notice', 'columns': [], 'p': 0.1},"
			"{'code': 'collinear', 'level': 'notice', 'columns': ['b'], 'value': 170},"
			"{'code': 'collinear', 'level': 'notice', 'columns': ['c'], 'value': 90}]}") };
	const json_t *v = report_findings(arena, &in);
	CHECK_STR(outline(v), "collinear_columns:1 collinear:2 collinear:2 collinear:2 heteroscedastic:3");
	CHECK_STR(json_text(v, "findings.1.columns.0", ""), "b");
	CHECK(json_int(v, "points.notice", -1) == 3);    /* what a reader counts */
}

/* A weak part is told with its conditions, where they are of the same rows. */
static void conditions(void)
{
	for (int same = 0; same < 2; same++) {
		struct artifacts in = { .manifest = parsed("{}"), .modeling = parsed(arena_printf(arena, "{'findings': [{'code': 'weak_segment',"
			"'columns': ['a'], 'count': 9, 'total': 90, 'value': 2, 'p': 0.001}], 'judgement': {'segments': {'list': [{'n': %d,"
			"'when': [{'column': 'a', 'kind': 'missing'}]}]}}}", same ? 9 : 10)) };
		const char *said = json_text(report_findings(arena, &in), "findings.0.sentence", "");
		CHECK((strstr(said, "those where a is missing") != NULL) == (same == 1));
		CHECK((strstr(said, "picked out by a") != NULL) == (same == 0));
	}
}

static void acceptance(void)
{
	const json_t *v = merged("{'code': 'duplicate_rows', 'column': null, 'reason': 'two feeds', 'until': '2026-06-30'}");
	CHECK_STR(outline(v), "unparsable_values:1 missing_values:1<0 outliers:2 outliers:2 skewed:2<3 duplicate_rows*");
	CHECK_STR(json_text(v, "findings.5.accepted.reason", ""), "two feeds");
	CHECK(json_int(v, "points.warning", -1) == 1 && json_int(v, "accepted", -1) == 1);

	/* a glob; what follows from an accepted finding is not accepted with it */
	v = merged("{'code': 'outliers', 'column': 'pr*', 'reason': 'known', 'until': null}");
	CHECK_STR(outline(v), "unparsable_values:1 duplicate_rows:2 missing_values:1<0 outliers:3 skewed:4 outliers*");

	/* ended yesterday: counts again, and that is said */
	v = merged("{'code': 'duplicate_rows', 'reason': 'two feeds', 'until': '2026-06-29'}");
	CHECK_STR(outline(v), "acceptance_expired:1 unparsable_values:2 duplicate_rows:3 missing_values:2<1 outliers:4 "
		"outliers:4 skewed:4<5");
	CHECK_STR(json_text(v, "findings.0.sentence", ""),
		"The finding duplicate_rows was accepted until 2026-06-29; it counts again.");

	/* nothing there to accept */
	v = merged("{'code': 'outliers', 'column': 'weight', 'reason': 'known', 'until': '2026-01-01'}");
	CHECK(strstr(outline(v), "acceptance_unmatched") && !strstr(outline(v), "*") && !strstr(outline(v), "expired"));

	/* a column that is called like a pattern */
	v = merged("{'code': 'outliers', 'column': 'price', 'reason': 'a'}, {'code': 'outliers', 'reason': 'b'}");
	CHECK(json_int(v, "accepted", -1) == 2);
	CHECK_STR(json_text(v, "findings.5.accepted.reason", ""), "a");
	CHECK_STR(json_text(v, "findings.4.accepted.reason", ""), "b");
}

static void nothing(void)
{
	struct artifacts in = { .manifest = parsed("{}") };
	const json_t *v = report_findings(arena, &in);
	CHECK_STR(json_text(v, "verdict", ""), "good");
	CHECK(json_array_size(json_at(v, "findings")) == 0);
	/* causes that name each other, and one that names nothing, are no trap */
	in.eda = parsed("{'findings': [{'code': 'skewed', 'columns': ['a'], 'cause': 'outliers:a'},"
		"{'code': 'outliers', 'columns': ['a'], 'cause': 'skewed:a'}, {'code': 'x', 'cause': 'y:z'}]}");
	CHECK(json_array_size(json_at(report_findings(arena, &in), "findings")) == 3);
}

int main(void)
{
	arena = arena_new();
	order_and_points();
	collinear();
	conditions();
	acceptance();
	nothing();
	arena_free(arena);
	return test_end();
}
