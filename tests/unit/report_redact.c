/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Redaction: what is not on the list is gone, small counts are folded so that sums do not tell them, extremes are
 * rounded outwards; and the check of the finished files finds a value wherever it is planted. */
#include "report/report.h"
#include "test.h"

#include <string.h>

static const char *const EDA =
	"{\"schema\": \"dossier/eda/2\", \"unheard_of\": \"ZQ1\", \"dataset\": {\"rows\": 40, \"columns\": 3, \"secret\": \"ZQ2\","
	"  \"duplicate_groups\": [{\"count\": 2, \"values\": [\"ZQ3\"]}]},"
	" \"columns\": ["
	"  {\"name\": \"city\", \"type\": \"category\", \"count\": 40, \"missing\": 0, \"distinct\": 4, \"examples\": [\"ZQ4\"],"
	"   \"category\": {\"levels\": [{\"value\": \"Aachen\", \"count\": 20, \"share\": 0.5}, {\"value\": \"Bremen\", \"count\": 12,"
	"    \"share\": 0.3}, {\"value\": \"Cologne\", \"count\": 6, \"share\": 0.15}, {\"value\": \"ZQ5\", \"count\": 2, \"share\": 0.05}],"
	"    \"other\": {\"levels\": 0, \"count\": 0, \"share\": 0}, \"near_duplicates\": [{\"proposed\": \"ZQ6\"}]}},"
	"  {\"name\": \"mail\", \"type\": \"text\", \"semantic\": \"email\", \"count\": 38, \"missing\": 2, \"distinct\": 38,"
	"   \"category\": {\"levels\": [{\"value\": \"ZQ7\", \"count\": 9}]}, \"text\": {\"samples\": [\"ZQ8\"]}},"
	"  {\"name\": \"size\", \"type\": \"numeric\", \"count\": 40, \"missing\": 0, \"distinct\": 30, \"numeric\": {\"mean\": 51.5,"
	"   \"min\": 12.25, \"max\": 98.75, \"quantiles\": {\"p0\": 12.25, \"p5\": 20, \"p25\": 30, \"p75\": 70, \"p100\": 98.75},"
	"   \"lowest\": [{\"value\": 12.25, \"count\": 1}], \"histogram\": {\"edges\": [10, 30, 50, 70, 90, 110],"
	"    \"counts\": [1, 15, 14, 8, 2], \"rule\": \"x\", \"body\": {\"edges\": [30.5, 40.5, 50.5], \"counts\": [11, 13],"
	"    \"below\": 16, \"above\": 0, \"rule\": \"y\"}}}}],"
	" \"associations\": {\"pearson\": {\"columns\": [\"city\", \"mail\", \"size\"], \"r\": [[1, 2, 3], [4, 5, 6], [7, 8, 9]]},"
	"  \"pairs\": [{\"a\": \"city\", \"b\": \"mail\", \"value\": 0.9}, {\"a\": \"city\", \"b\": \"size\", \"value\": 0.8}]},"
	" \"findings\": [{\"code\": \"placeholder_texts\", \"level\": \"notice\", \"columns\": [\"city\"], \"text\": \"ZQ9\"},"
	"  {\"code\": \"skewed\", \"level\": \"notice\", \"columns\": [\"mail\"], \"value\": 3},"
	"  {\"code\": \"missing_values\", \"level\": \"notice\", \"columns\": [\"mail\"], \"count\": 2}]}";
static const char *const MODELING =
	"{\"schema\": \"dossier/modeling/2\", \"status\": \"fitted\", \"target\": \"city\", \"classes\": [\"Aachen\", \"Bremen\", \"ZQ5\"],"
	" \"worst\": [{\"row\": 3, \"actual\": \"ZQ5\"}], \"candidates\": [{\"name\": \"x\", \"coefficients\": [{\"term\": \"city: Aachen\"},"
	"  {\"term\": \"city: ZQ5\"}, {\"term\": \"mail: zqword\"}, {\"term\": \"size\"}]}],"
	" \"curves\": {\"confusion\": {\"classes\": [\"Aachen\", \"Bremen\"], \"matrix\": [[18, 2], [11, 30]]}}}";

static json_t *parsed(const char *text)
{
	json_error_t where;
	json_t *v = json_loads(text, 0, &where);
	if (!v)
		fprintf(stderr, "%d: %s\n", where.line, where.text);
	return v;
}

static void check_redacted(const char *manifest_text)
{
	struct arena *a = arena_new();
	json_t *manifest = parsed(manifest_text), *eda = parsed(EDA), *modeling = parsed(MODELING);
	struct artifacts in = { .manifest = manifest, .eda = eda, .modeling = modeling }, out;
	report_redact(a, &in, &out);
	char *text = json_dumps(out.eda, 0), *models = json_dumps(out.modeling, 0);
	CHECK(!strstr(text, "ZQ"));
	CHECK(!strstr(models, "ZQ") && !strstr(models, "zqword"));
	/* 2 in "ZQ5" alone would be told by the total: Cologne goes with it */
	CHECK(json_count(out.eda, "columns.0.category.levels") == 2);
	CHECK(json_int(out.eda, "columns.0.category.other.count", 0) == 8);
	CHECK(json_int(out.eda, "columns.0.category.other.levels", 0) == 2);
	CHECK(json_int(out.eda, "columns.1.distinct", 0) == 40);
	CHECK(json_int(out.eda, "columns.1.missing", 0) == 2);
	CHECK(!json_at(out.eda, "columns.1.category") && !json_at(out.eda, "columns.1.text"));
	CHECK_NEAR(json_num(out.eda, "columns.2.numeric.min", 0), 10, 0);
	CHECK_NEAR(json_num(out.eda, "columns.2.numeric.max", 0), 100, 0);
	CHECK_NEAR(json_num(out.eda, "columns.2.numeric.mean", 0), 51.5, 0);
	CHECK(json_is_null(json_at(out.eda, "columns.2.numeric.quantiles.p0")));
	CHECK(json_is_null(json_at(out.eda, "columns.2.numeric.quantiles.p5")));
	CHECK_NEAR(json_num(out.eda, "columns.2.numeric.quantiles.p25", 0), 30, 0);
	CHECK(!json_at(out.eda, "columns.2.numeric.lowest"));
	CHECK(json_count(out.eda, "columns.2.numeric.histogram.counts") == 3);
	CHECK(json_int(out.eda, "columns.2.numeric.histogram.counts.0", 0) == 16);
	CHECK(json_int(out.eda, "columns.2.numeric.histogram.counts.2", 0) == 10);
	CHECK(json_int(out.eda, "columns.2.numeric.histogram.body.counts.1", 0) == 13);
	CHECK(json_int(out.eda, "columns.2.numeric.histogram.body.below", 0) == 16);
	CHECK_NEAR(json_num(out.eda, "columns.2.numeric.histogram.body.edges.0", 0), 20, 0);
	CHECK_NEAR(json_num(out.eda, "columns.2.numeric.histogram.body.edges.1", 0), 40, 0);
	/* nor what a sum tells of the few that are not in it */
	json_t *size = json_array_get(json_object_get(eda, "columns"), 2);
	json_t *bins = json_object_get(json_object_get(size, "numeric"), "histogram");
	json_object_set_new(json_object_get(bins, "body"), "below", json_integer(2));
	report_redact(a, &in, &out);
	CHECK(json_at(out.eda, "columns.2.numeric.histogram.counts") && !json_at(out.eda, "columns.2.numeric.histogram.body"));
	CHECK(json_count(out.eda, "associations.pearson.r") == 2);
	CHECK_NEAR(json_num(out.eda, "associations.pearson.r.1.0", 0), 7, 0);
	CHECK(json_count(out.eda, "associations.pairs") == 1);
	CHECK(json_count(out.eda, "findings") == 2);
	CHECK_STR(json_text(out.eda, "findings.0.text", ""), "(withheld)");
	CHECK_STR(json_text(out.modeling, "classes.2", ""), "(withheld)");
	CHECK(json_count(out.modeling, "candidates.0.coefficients") == 2);
	CHECK(json_is_null(json_at(out.modeling, "curves.confusion.matrix.0.1")));
	CHECK(json_is_null(json_at(out.modeling, "curves.confusion.matrix.1.0")));
	free(text);
	free(models);
	arena_free(a);
	json_decref(manifest);
	json_decref(eda);
	json_decref(modeling);
}

/* A sensitive target takes the models along; hidden names are nowhere. */
static void check_manifest(void)
{
	struct arena *a = arena_new();
	json_t *eda = parsed(EDA), *modeling = parsed(MODELING);
	json_t *manifest = parsed("{\"columns\": {\"mail\": {\"sensitive\": false}}, \"privacy\": {\"sensitive\": [\"city\"], \"hide_names\": true}}");
	struct artifacts in = { .manifest = manifest, .eda = eda, .modeling = modeling }, out;
	struct privacy p;
	report_privacy(a, &in, &p);
	CHECK(p.n == 1 && strcmp(p.columns[0].name, "city") == 0);
	report_redact(a, &in, &out);
	char *text = json_dumps(out.eda, 0);
	CHECK(!strstr(text, "city") && strstr(text, "withheld 1"));
	CHECK_STR(json_text(out.modeling, "status", ""), "skipped");
	CHECK(!json_at(out.modeling, "candidates"));
	free(text);
	arena_free(a);
	json_decref(manifest);
	json_decref(eda);
	json_decref(modeling);
}

/* ---- the check ------------------------------------------------------------------------------------------- */

/* Status of the check of one file. */
static bool finds(const char *text, enum shared_form form)
{
	static const char *const values[] = { "Braund, Mr. Owen Harris", "owen.harris@example.org", "K\xC3\xB6nigswinter",
		"\xE6\x9D\xB1\xE4\xBA\xAC\xE9\x83\xBD\xE6\xB8\x8B\xE8\xB0\xB7", "4711081512345678", "rows and columns", "abc" };
	struct arena *a = arena_new();
	struct secrets *s = secrets_new(a);
	const char *known = "a report of rows and columns";
	secrets_know(s, known, strlen(known));
	for (size_t i = 0; i < COUNTOF(values); i++)
		secrets_add(s, "person", values[i], strlen(values[i]));
	CHECK(secrets_count(s) == 5);
	json_t *result = parsed("{\"document\": {\"kind\": \"section\", \"children\": []}}"), *manifest = json_object();
	struct artifacts in = { .manifest = manifest };
	struct shared_file file = { "file", form, text, strlen(text) };
	struct check_input ci = { .artifacts = &in, .full = &in, .result = result, .secrets = s, .shared = &file, .nshared = 1 };
	struct buf body = { 0 };
	int failed;
	bool found = false;
	CHECK(report_check(&ci, &body, &failed, NULL) == 0);
	json_t *critique = json_loadb(body.p, body.n, 0, NULL);
	for (size_t i = 0; i < json_count(critique, "checks"); i++) {
		const json_t *c = json_array_get(json_at(critique, "checks"), i);
		if (strcmp(json_text(c, "code", ""), "redaction") == 0)
			found = strcmp(json_text(c, "status", ""), "fail") == 0;
	}
	CHECK(!strstr(buf_str(&body), "Braund"));      /* the message gives nothing away */
	json_decref(critique);
	json_decref(result);
	json_decref(manifest);
	buf_free(&body);
	arena_free(a);
	return found;
}

static void check_leaks(void)
{
	CHECK(!finds("a report of rows and columns", SHARED_TEXT));
	CHECK(finds("see Braund, Mr. Owen\n   Harris below", SHARED_TEXT));
	CHECK(!finds("see Braund, Mr. Owen", SHARED_TEXT));
	CHECK(finds("mail to OWEN.HARRIS@EXAMPLE.ORG", SHARED_TEXT));
	CHECK(finds("in K\xC3\xB6nigswinter.", SHARED_TEXT));
	CHECK(finds("\xE5\x9C\xA8\xE6\x9D\xB1\xE4\xBA\xAC\xE9\x83\xBD\xE6\xB8\x8B\xE8\xB0\xB7\xE5\x8C\xBA", SHARED_TEXT));
	CHECK(finds("n = 4711\xE2\x80\xAF" "0815\xE2\x80\xAF" "1234\xE2\x80\xAF" "5678", SHARED_TEXT));
	CHECK(finds("<p>Braund,<b> Mr. Owen</b> Harris</p>", SHARED_HTML));
	CHECK(finds("<svg aria-label=\"of Braund, Mr. Owen Harris\"></svg>", SHARED_HTML));
	CHECK(finds("<p>Bra<wbr>und, Mr. Owen Har<wbr>ris</p>", SHARED_HTML));
	CHECK(finds("<p>Braund&#39;s Braund, Mr. Owen Harris</p>", SHARED_HTML));
	CHECK(!finds("<style>Braund, Mr. Owen Harris</style><p>x</p>", SHARED_HTML));
	CHECK(finds("{\"text\": \"Braund, \\\"Mr.\\\" Owen Harris\"}", SHARED_JSON));
	CHECK(!finds("{\"ref\": \"eda.json#K\xC3\xB6nigswinter\", \"K\xC3\xB6nigswinter\": 1}", SHARED_JSON));
}

/* ---- what figures together tell -------------------------------------------------------------------------- */

static json_t *eda_of(struct arena *a, const char *columns, const char *rest)
{
	return parsed(arena_printf(a, "{\"columns\": [%s], \"associations\": {%s}}", columns, rest));
}

static struct artifacts told_of(struct arena *a, json_t *eda, const char *modeling)
{
	static const char *const manifest = "{}";
	json_t *parts[] = { eda, parsed(manifest), parsed(modeling) };
	struct artifacts in = { .manifest = parts[1], .eda = eda, .modeling = parts[2] }, out;
	report_redact(a, &in, &out);
	for (size_t i = 0; i < 3; i++)
		json_decref(parts[i]);
	return out;
}

#define NUMBER(name, rest) "{\"name\": \"" name "\", \"type\": \"numeric\", \"count\": 100, \"numeric\": {" rest "}}"
#define LEVELS(name, a, b) "{\"name\": \"" name "\", \"type\": \"category\", \"count\": 100, \"category\": {\"levels\": [" \
	"{\"value\": \"f\", \"count\": " #a ", \"share\": 0.5}, {\"value\": \"m\", \"count\": " #b ", \"share\": 0.5}], " \
	"\"other\": {\"levels\": 0, \"count\": 0, \"share\": 0}}}"

/* The mean of few rows is that of all less that of the groups that are told. */
static void check_groups(void)
{
	static const struct {
		const char *columns;
		int n[2];
		size_t kept;
	} cases[] = {
		{ NUMBER("pay", "\"mean\": 3") "," LEVELS("sex", 60, 40), { 60, 40 }, 2 },
		{ NUMBER("pay", "\"mean\": 3") "," LEVELS("sex", 60, 39), { 60, 39 }, 1 },   /* one row without a sex */
		{ NUMBER("pay", "\"mean\": 3") "," LEVELS("sex", 97, 3), { 97, 3 }, 0 },     /* both levels are folded */
		{ NUMBER("pay", "\"mean\": 3") "," LEVELS("sex", 50, 40), { 50, 3 }, 1 },    /* few of these have a number */
	};
	for (size_t i = 0; i < COUNTOF(cases); i++) {
		struct arena *a = arena_new();
		const int *n = cases[i].n;
		struct artifacts out = told_of(a, eda_of(a, cases[i].columns, arena_printf(a, "\"target\": {\"name\": \"pay\", "
			"\"groups\": [{\"feature\": \"sex\", \"levels\": [\"f\", \"m\"], \"n\": [%d, %d], \"mean\": [1, 2], "
			"\"sd\": [1, 1], \"box\": [[17, 20, 30, 40, 93], [17, 20, 30, 40, 93]]}]}", n[0], n[1])),
			"{\"status\": \"fitted\", \"target\": \"pay\"}");
		CHECK(json_count(out.eda, "associations.target.groups.0.levels") == cases[i].kept);
		CHECK(!cases[i].kept || json_num(out.eda, "associations.target.groups.0.box.0.0", 0) == 10);
		CHECK(!cases[i].kept || json_num(out.eda, "associations.target.groups.0.box.0.4", 0) == 100);
		arena_free(a);
	}
}

/* Terms of models about levels that are not told go, also when none is told at all. */
static void check_levels(void)
{
	struct arena *a = arena_new();
	struct artifacts out = told_of(a, eda_of(a, LEVELS("sex", 97, 3) "," NUMBER("pay", "\"common\": [{\"value\": 2, \"count\": 9},"
		"{\"value\": 7, \"count\": 1}]"), ""), "{\"target\": \"pay\", \"candidates\": [{\"name\": \"x\", \"coefficients\": ["
		"{\"term\": \"sex: f\"}, {\"term\": \"sex: m\"}, {\"term\": \"sex: (missing)\"}, {\"term\": \"pay: 2\"}, "
		"{\"term\": \"pay: 7\"}, {\"term\": \"pay\"}]}]}");
	CHECK(json_count(out.modeling, "candidates.0.coefficients") == 3);
	arena_free(a);
}

/* One value among small ones is told by any moment; a whole number below ten by no rounding. */
static void check_single(void)
{
	struct arena *a = arena_new();
	struct artifacts out = told_of(a, eda_of(a,
		NUMBER("pay", "\"mean\": 1010, \"variance\": 9.9e7, \"sum\": 101000, \"sd\": 9950, \"min\": 5, \"max\": 99005,"
			"\"lowest\": [{\"value\": 5, \"count\": 1}], \"highest\": [{\"value\": 99005, \"count\": 1}]") ","
		NUMBER("age", "\"mean\": 50, \"variance\": 300, \"sum\": 5000, \"min\": 17, \"max\": 93, \"decimals\": 0,"
			"\"median\": 45.678, \"median_ci95\": [43.21, 47.11], \"box\": {\"q1\": 31.234, \"median\": 45.678, \"q3\": 66.789},"
			"\"lowest\": [{\"value\": 17, \"count\": 1}], \"highest\": [{\"value\": 93, \"count\": 1}]") ","
		NUMBER("children", "\"histogram\": {\"edges\": [17, 21, 25, 29], \"counts\": [9, 30, 8]}, \"mean\": 1, \"variance\": 2, \"min\": 0, \"max\": 9, \"decimals\": 0,"
			"\"lowest\": [{\"value\": 0, \"count\": 60}], \"highest\": [{\"value\": 9, \"count\": 1}]") ","
		NUMBER("stars", "\"mean\": 3, \"variance\": 2, \"min\": 1, \"max\": 5, \"decimals\": 0,"
			"\"lowest\": [{\"value\": 1, \"count\": 20}], \"highest\": [{\"value\": 5, \"count\": 20}]"), ""), "{}");
	CHECK(json_is_null(json_at(out.eda, "columns.0.numeric.sum")) && json_is_null(json_at(out.eda, "columns.0.numeric.mean")));
	CHECK_NEAR(json_num(out.eda, "columns.1.numeric.sum", 0), 5000, 0);
	CHECK_NEAR(json_num(out.eda, "columns.1.numeric.max", 0), 100, 0);
	CHECK_NEAR(json_num(out.eda, "columns.1.numeric.median", 0), 45.7, 0);
	CHECK_NEAR(json_num(out.eda, "columns.1.numeric.median_ci95.1", 0), 47.1, 0);
	CHECK_NEAR(json_num(out.eda, "columns.1.numeric.box.q1", 0), 31.2, 0);
	CHECK_NEAR(json_num(out.eda, "columns.2.numeric.max", 0), 10, 0);
	CHECK_NEAR(json_num(out.eda, "columns.2.numeric.histogram.edges.0", 0), 10, 0);
	CHECK_NEAR(json_num(out.eda, "columns.2.numeric.histogram.edges.3", 0), 30, 0);
	CHECK_NEAR(json_num(out.eda, "columns.3.numeric.min", 0), 1, 0);
	CHECK_NEAR(json_num(out.eda, "columns.3.numeric.max", 0), 5, 0);
	arena_free(a);
}

/* Ends of axes, of bins and of curves are extremes; means by month may be of one value each. */
static void check_ends(void)
{
	struct arena *a = arena_new();
	struct buf x = { 0 };
	for (int i = 0; i < 100; i++)
		buf_printf(&x, "%s%d", i ? "," : "", i == 99 ? 987654 : i);
	struct artifacts out = told_of(a, eda_of(a, NUMBER("p", "\"mean\": 3") "," NUMBER("q", "\"mean\": 3"),
		arena_printf(a, "\"scatter\": [{\"x\": \"p\", \"y\": \"q\", \"kind\": \"points\", \"px\": [%s], \"py\": [%s]}],"
		"\"target\": {\"name\": \"y\", \"evidence\": [{\"feature\": \"p\", \"bins\": [{\"lower\": 3, \"upper\": 40, \"n\": 50,"
		"\"positive\": 20}, {\"lower\": 41, \"upper\": 987654, \"n\": 50, \"positive\": 20}]}]}", buf_str(&x), buf_str(&x))),
		"{\"target\": \"y\", \"classes\": [\"a\", \"b\", \"c\"], \"explanation\": {\"dependence\": [{\"name\": \"p\","
		"\"x\": [1.234, 3.468, 5.702, 7.936, 10.17, 12.404], \"y\": [1, 2, 3, 4, 5, 6]}]}}");
	char *text = json_dumps(out.eda, 0), *models = json_dumps(out.modeling, 0);
	CHECK(json_count(out.eda, "associations.scatter") == 1);
	CHECK(!strstr(text, "9876") && !strstr(text, "9877") && !strstr(models, "3.468"));
	CHECK(json_count(out.modeling, "explanation.dependence.0.x") == 4);
	free(text);
	free(models);
	buf_free(&x);
	arena_free(a);
}

/* Of two outcomes the share of the frequent one tells the rare one. */
static void check_rare_outcome(void)
{
	struct arena *a = arena_new();
	struct artifacts out = told_of(a, eda_of(a, LEVELS("sex", 97, 3), ""),
		"{\"status\": \"fitted\", \"target\": \"sex\", \"classes\": [\"f\", \"m\"], \"rows_used\": 100}");
	CHECK_STR(json_text(out.modeling, "status", ""), "skipped");
	arena_free(a);
}

int main(void)
{
	check_groups();
	check_levels();
	check_single();
	check_ends();
	check_rare_outcome();
	check_redacted("{}");
	check_redacted("{\"report\": {\"min_cell\": 5}, \"columns\": {\"mail\": {\"sensitive\": true}}}");
	check_manifest();
	check_leaks();
	return test_end();
}
