/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The eda step: from a table and its schema to eda.json, which has every key that the contract
 * names. */
#include "stages/stages.h"
#include "unit/profile_col.h"

#include <sys/stat.h>

extern const struct stage stage_eda;

static char job[64];

static const char *in_job(const char *name)
{
	static char path[128];
	snprintf(path, sizeof path, "%s/%s", job, name);
	return path;
}

static void make_job(void)
{
	static const char schema[] =
		"{\"schema\": \"dossier/schema/1\", \"columns\": ["
		"{\"name\": \"city\", \"parsed\": \"text\", \"unit\": null},"
		"{\"name\": \"when\", \"parsed\": \"date\"},"
		"{\"name\": \"price\", \"parsed\": \"real\", \"unit\": \"EUR\", \"decimals\": "
		"2},"
		"{\"name\": \"open\", \"parsed\": \"boolean\"},"
		"{\"name\": \"remark\", \"parsed\": \"text\"},"
		"{\"name\": \"a.b\", \"parsed\": \"integer\", \"declared\": \"integer\"}]}";
	struct cols *t = mem_calloc(1, sizeof *t);
	struct col *city = col_add(t, "city", COLUMN_DICT, NULL),
		   *when = col_add(t, "when", COLUMN_DATE, NULL);
	struct col *price = col_add(t, "price", COLUMN_FLOAT64, NULL),
		   *open = col_add(t, "open", COLUMN_BOOL, NULL);
	struct col *remark = col_add(t, "remark", COLUMN_UTF8, NULL),
		   *dots = col_add(t, "a.b", COLUMN_INT64, NULL);
	static const char ingest[] = "{\"findings\": [{\"code\": \"unparsable_values\", \"columns\": "
		"[\"price\"], \"count\": 30, \"total\": 390}]}";
	static const char *const cities[] = { "Aachen", "Berlin", "berlin", "Celle" };
	struct rng r;
	rng_seed(&r, 4);
	for (int i = 0; i < 400; i++) {
		char s[64];
		uint64_t c = rng_below(&r, 4);
		col_text(city, cities[c], strlen(cities[c]));
		col_int(when, date_days(2024, 1, 1) + i);
		if (i % 10)
			col_real(price, rint(1000 + 300 * rng_normal(&r)) / 100);
		else
			col_missing(price);
		col_int(open, rng_below(&r, 3) == 0);
		snprintf(s, sizeof s, "remark no. %d, %d", i, (int)c);
		col_text(remark, s, strlen(s));
		col_int(dots, (int64_t)rng_below(&r, 5));
	}
	struct err e = { 0 };
	snprintf(job, sizeof job, "/tmp/profile_col_eda_%ld", (long)getpid());
	CHECK(file_mkdirs(in_job("ingest"), &e) == 0);
	CHECK(file_write(in_job("ingest/schema.json"), schema, sizeof schema - 1, &e) == 0);
	CHECK(file_write(in_job("ingest/ingest.json"), ingest, sizeof ingest - 1, &e) == 0);
	struct table *table = cols_open_at(t, in_job("ingest/table.arrow"));
	CHECK(table != NULL);
	table_close(table);
	free(t);
}

/* Runs the step; gives its artifact. */
static int run(
	const char *manifest, int threads, struct stage_run *r, struct buf *out, struct err *e)
{
	json_t *m = json_loads(manifest, 0, NULL);
	CHECK(m != NULL);
	*r = (struct stage_run){ .job = job,
		.out = job,
		.manifest = m,
		.arena = arena_new(),
		.threads = threads,
		.progress = r->progress };
	buf_clear(out);
	int rc = stage_eda.run(r, e);
	arena_free(r->arena);
	json_decref(m);
	if (!rc)
		CHECK(file_read(in_job("eda.json"), 1 << 24, out, e) == 0);
	return rc;
}

static const char manifest[] =
	"{\"columns\": {\"city\": {\"label\": \"Town\", \"description\": \"Where\", \"type\": "
	"null, \"unit\": null},"
	" \"price\": {\"unit\": \"CHF\"}, \"a.b\": {\"type\": null}},"
	" \"target\": \"price\", \"time\": \"when\", \"identifier\": null, \"report_date\": "
	"\"2025-01-10\", \"seed\": 7,"
	" \"eda\": {\"max_levels\": 3, \"histogram_bins\": 10, \"skewness\": 0.0001}}";

/* Every key of a block, in the words of ARTIFACTS.md. */
static void has_keys(const json_t *v, const char *path, const char *keys)
{
	const json_t *block = *path ? json_at(v, path) : v;
	char key[64];
	for (int n = 0; sscanf(keys, "%63s%n", key, &n) == 1; keys += n) {
		test_check(json_object_get(block, key) != NULL, key, path, 0);
	}
}

static void contract(const json_t *eda)
{
	has_keys(eda, "",
		"schema dataset thresholds columns associations missing time findings");
	has_keys(eda, "dataset",
		"rows columns cells missing_cells missing_share complete_rows duplicate_rows "
		"duplicate_share "
		"duplicate_groups memory_bytes types");
	for (size_t i = 0; i < json_count(eda, "columns"); i++)
		has_keys(json_array_get(json_at(eda, "columns"), i), "",
			"name label type parsed storage description unit count "
			"missing missing_share distinct distinct_share unique approximate "
			"memory_bytes examples");
	has_keys(eda, "columns.2.numeric",
		"mean sd variance min max range sum cv skewness kurtosis median mad iqr "
		"quantiles "
		"se_mean mean_ci95 median_ci95 zeros negatives infinite monotonic integer "
		"decimals lag1_autocorrelation common "
		"lowest highest histogram kde box qq normality outliers heaping");
	has_keys(eda, "columns.2.numeric.quantiles",
		"p0 p1 p5 p10 p25 p50 p75 p90 p95 p99 p100");
	has_keys(eda, "columns.2.numeric.histogram", "edges counts rule");
	has_keys(eda, "columns.2.numeric.kde", "x density bandwidth n");
	has_keys(eda, "columns.2.numeric.box", "lower q1 median q3 upper outliers");
	has_keys(eda, "columns.2.numeric.qq", "theoretical sample");
	has_keys(eda, "columns.2.numeric.normality", "test statistic p n");
	has_keys(eda, "columns.2.numeric.outliers",
		"iqr_low iqr_high lower_fence upper_fence share modified_z_low "
		"modified_z_high mean_without");
	has_keys(eda, "columns.0.category",
		"levels other entropy_bits imbalance dominance near_duplicates coded");
	has_keys(eda, "columns.0.category.near_duplicates.0", "proposed levels");
	has_keys(eda, "columns.3.boolean", "true false imbalance");
	has_keys(eda, "columns.1.datetime",
		"min max range_days resolution median_step_s gaps gap_count weekday hour month "
		"future epoch histogram regular sorted");
	has_keys(eda, "columns.4.text",
		"length words empty scripts categories patterns samples surrounding_space");
	has_keys(eda, "columns.4.text.length", "min mean median max histogram");
	has_keys(eda, "columns.4.text.words", "total mean distinct top");
}

static void content(const json_t *eda)
{
	CHECK_STR(json_text(eda, "columns.0.label", NULL), "Town");
	CHECK_STR(json_text(eda, "columns.0.type", NULL), "category");
	CHECK_STR(json_text(eda, "columns.0.storage", NULL), "dictionary");
	CHECK_STR(json_text(eda, "columns.2.unit", NULL), "CHF");
	CHECK_STR(
		json_text(eda, "columns.5.type", NULL), "numeric"); /* declared in the schema */
	CHECK(json_count(eda, "columns.0.category.levels") == 3 &&
		json_int(eda, "columns.0.category.other.levels", 0) == 1);
	CHECK(json_int(eda, "columns.1.datetime.future", -1) == 24);
	CHECK(json_count(eda, "columns.2.numeric.histogram.counts") <= 10);
	CHECK(json_num(eda, "thresholds.max_levels", 0) == 3 &&
		json_num(eda, "thresholds.coded_share", 0) == 0.05);
	CHECK(json_int(eda, "dataset.rows", 0) == 400 &&
		json_int(eda, "dataset.types.text", 0) == 1);
	int found = 0;
	const char *last = "error";
	for (size_t i = 0; i < json_count(eda, "findings"); i++) {
		const json_t *f = json_array_get(json_at(eda, "findings"), i);
		const char *level = json_text(f, "level", "");
		found += strcmp(json_text(f, "code", ""), "near_duplicate_levels") == 0;
		found += strcmp(json_text(f, "code", ""), "future_dates") == 0;
		found += strcmp(json_text(f, "code", ""), "skewed") == 0 &&
			 json_num(f, "threshold", 0) == 0.0001;
		/* levels go down in the order error, warning, notice, info */
		CHECK(strcmp(last, level) == 0 ||
			strchr("ewni", *last) < strchr("ewni", *level));
		last = level;
	}
	CHECK(found >= 3);
}

static bool stop(void *ctx, double done, const char *what)
{
	(void)ctx;
	(void)what;
	return done >= 0.5;
}

int main(void)
{
	struct err e = { 0 };
	struct stage_run r = { 0 };
	struct buf one = { 0 }, more = { 0 };
	make_job();
	CHECK(run(manifest, 1, &r, &one, &e) == 0);
	json_error_t bad;
	json_t *eda = json_loads(buf_str(&one), JSON_REJECT_DUPLICATES, &bad);
	CHECK(eda != NULL);
	contract(eda);
	content(eda);
	json_decref(eda);
	CHECK(r.worst == FINDING_WARNING &&
		strstr(r.summary, "2 numeric, 1 category, 1 boolean, 1 datetime, 1 text; "));
	CHECK(strstr(r.summary, " warning") != NULL);
	/* 30 of the 40 missing values are those that ingest could not read */
	CHECK(strstr(buf_str(&one), "\"cause\": \"unparsable_values:price\"") != NULL);
	CHECK(!strstr(buf_str(&one), "\"code\": \"small_sample\""));
	CHECK(run("{\"eda\": {\"small_sample\": 401}}", 2, &r, &more, &e) == 0);
	CHECK(strstr(buf_str(&more), "\"code\": \"small_sample\"") && strstr(buf_str(&more), "\"threshold\": 401"));
	/* the target keeps its curves whatever its place */
	for (int target = 0; target < 2; target++) {
		CHECK(run(target ? "{\"target\": \"price\", \"eda\": {\"max_curves\": 0}}" : "{\"eda\": {\"max_curves\": 0}}", 1, &r, &more, &e) == 0);
		json_t *brief = json_loads(buf_str(&more), 0, &bad), *column;
		size_t i, full = 0;
		json_array_foreach(json_object_get(brief, "columns"), i, column)
			full += json_count(column, "numeric.qq.sample") > 0;
		CHECK(full == (size_t)target);
		json_decref(brief);
	}
	CHECK(run(manifest, 3, &r, &more, &e) == 0);
	CHECK(more.n == one.n && memcmp(buf_str(&one), buf_str(&more), one.n) == 0);

	r.progress = stop;
	CHECK(run(manifest, 1, &r, &more, &e) == -1 && e.code == ERR_CANCELLED);
	r.progress = NULL;
	CHECK(file_write(in_job("ingest/table.arrow"), "ARROW1", 6, &e) == 0);
	CHECK(run("{}", 1, &r, &more, &e) == -1 && e.code == ERR_INPUT);
	CHECK(remove(in_job("ingest/schema.json")) == 0);
	CHECK(run("{}", 1, &r, &more, &e) == -1 && e.code == ERR_IO);
	CHECK(file_remove_tree(job, &e) == 0);
	buf_free(&one);
	buf_free(&more);
	return test_end();
}
