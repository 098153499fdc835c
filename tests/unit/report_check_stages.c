/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report and qa steps on a job folder: what they write, that they write it again to the byte, that
 * formats can be left out, and that a report that was changed afterwards does not pass.
 */
#include "report/report.h"
#include "report_sample.h"
#include "stages/stages.h"
#include "test.h"

#include <stdlib.h>
#include <unistd.h>

extern const struct stage stage_report, stage_qa;

static int steps;

static bool progress(void *ctx, double done, const char *what)
{
	(void)ctx;
	CHECK(done >= 0 && done <= 1 && what);
	steps++;
	return false;
}

static bool cancel(void *ctx, double done, const char *what)
{
	(void)ctx;
	(void)what;
	return done > 0.3;
}

/* A job folder with the artifacts of the steps before. */
static const char *new_job(struct arena *a)
{
	char *dir = arena_strdup(a, "/tmp/dossier-report-XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
	static const char *const files[][2] = { { "ingest.json", "ingest/ingest.json" },
		{ "schema.json", "ingest/schema.json" }, { "eda.json", "eda.json" }, { "clarify.json", "clarify.json" },
		{ "modeling.json", "modeling.json" } };
	struct err e = { 0 };
	CHECK(file_mkdirs(path_join(a, dir, "ingest"), &e) == 0);
	for (size_t i = 0; i < COUNTOF(files); i++) {
		struct buf b = { 0 };
		CHECK(file_read(arena_printf(a, "tests/data/report/penguins/%s", files[i][0]), 1 << 20, &b, &e) == 0);
		CHECK(file_write(path_join(a, dir, files[i][1]), b.p, b.n, &e) == 0);
		buf_free(&b);
	}
	return dir;
}

static struct stage_run run_in(struct arena *a, const char *dir, const json_t *manifest)
{
	return (struct stage_run){ .job = dir, .out = dir, .share = ".", .manifest = manifest, .arena = a,
		.threads = 1, .progress = progress };
}

static struct buf content(struct arena *a, const char *dir, const char *name)
{
	struct buf b = { 0 };
	struct err e = { 0 };
	CHECK(file_read(path_join(a, dir, name), 1 << 26, &b, &e) == 0);
	return b;
}

static void whole(struct arena *a)
{
	const json_t *manifest = sample_artifact(a, "penguins", "manifest.json");
	const char *one = new_job(a), *two = new_job(a);
	struct err e = { 0 };
	struct stage_run first = run_in(a, one, manifest), second = run_in(a, two, manifest);
	CHECK(stage_report.run(&first, &e) == 0);
	CHECK_STR(e.msg, "");
	CHECK(first.worst == FINDING_INFO && strstr(first.summary, "charts, HTML ") != NULL);
	CHECK(steps == 5);
	second.progress = NULL;
	CHECK(stage_report.run(&second, &e) == 0);
	static const char *const files[] = { "result.json", "report.html", "report.pdf", "report.txt",
		"plots/histogram-bill-length-mm.svg", "plots/missing-matrix.svg" };
	for (size_t i = 0; i < COUNTOF(files); i++) {
		struct buf x = content(a, one, files[i]), y = content(a, two, files[i]);
		CHECK(x.n > 100 && x.n == y.n && memcmp(x.p, y.p, x.n) == 0);
		buf_free(&x);
		buf_free(&y);
	}
	struct buf text = content(a, one, "report.txt"), svg = content(a, one, files[4]);
	CHECK(strstr(text.p, "Checks of this report") && strstr(text.p, "All checks passed."));
	CHECK(strncmp(svg.p, "<svg", 4) == 0 && strstr(svg.p, "http://www.w3.org/2000/svg"));
	buf_free(&text);
	buf_free(&svg);

	CHECK(stage_qa.run(&first, &e) == 0);
	CHECK(strstr(first.summary, " passed, 0 failed") != NULL);

	/* one digit in the finished page */
	struct buf html = content(a, one, "report.html");
	char *digit = strstr(strstr(html.p, "id=\"column-bill-length-mm\""), "43.922");
	CHECK(digit != NULL);
	*digit = '9';
	CHECK(file_write(path_join(a, one, "report.html"), html.p, html.n, &e) == 0);
	buf_free(&html);
	CHECK(stage_qa.run(&first, &e) == -1);
	CHECK(e.code == ERR_CHECKS);
	CHECK_STR(e.msg, "check failed: numbers in the HTML are those of the document, each in its place: "
		"'43.922' is not where section 'column-bill-length-mm' has it");
	CHECK(first.worst == FINDING_ERROR && strstr(first.summary, "3 failed") != NULL);
	struct buf critique = content(a, one, "critique.json");
	CHECK(strstr(critique.p, "\"verdict\": \"fail\"") && strstr(critique.p, "report_mismatch"));
	buf_free(&critique);

	e = (struct err){ 0 };
	CHECK(unlink(path_join(a, two, "report.pdf")) == 0);
	CHECK(stage_qa.run(&second, &e) == -1 && e.code == ERR_CHECKS);
	CHECK_STR(e.msg, "check failed: the files that were asked for are there: report.pdf is not there");
	CHECK(file_write(path_join(a, two, "result.json"), "{", 1, &e) == 0);
	CHECK(stage_qa.run(&second, &e) == -1 && e.code == ERR_INPUT);
	CHECK(file_remove_tree(one, NULL) == 0 && file_remove_tree(two, NULL) == 0);
}

static void formats(struct arena *a)
{
	json_t *manifest = json_deep_copy(sample_artifact(a, "penguins", "manifest.json"));
	json_object_set_new(json_object_get(manifest, "report"), "formats", json_pack("[s]", "text"));
	const char *dir = new_job(a);
	struct stage_run r = run_in(a, dir, manifest);
	struct err e = { 0 };
	CHECK(stage_report.run(&r, &e) == 0);
	CHECK(file_exists(path_join(a, dir, "report.txt")) && file_exists(path_join(a, dir, "result.json")));
	CHECK(!file_exists(path_join(a, dir, "report.html")) && !file_exists(path_join(a, dir, "report.pdf")));
	CHECK(stage_qa.run(&r, &e) == 0);
	CHECK(strstr(r.summary, " passed, 0 failed, ") != NULL);
	json_decref(manifest);
	CHECK(file_remove_tree(dir, NULL) == 0);
}

/* Without any artifact there is still a report, and it says so; a broken artifact is an error. */
static void little(struct arena *a)
{
	const json_t *manifest = sample_artifact(a, "penguins", "manifest.json");
	char *dir = arena_strdup(a, "/tmp/dossier-report-XXXXXX");
	CHECK(mkdtemp(dir) != NULL);
	struct stage_run r = run_in(a, dir, manifest);
	struct err e = { 0 };
	CHECK(stage_report.run(&r, &e) == 0);
	CHECK(stage_qa.run(&r, &e) == 0);
	CHECK(file_write(path_join(a, dir, "eda.json"), "{", 1, &e) == 0);
	CHECK(stage_report.run(&r, &e) == -1 && e.code == ERR_INPUT);
	CHECK(file_remove_tree(dir, NULL) == 0);
}

static void cancelled(struct arena *a)
{
	const char *dir = new_job(a);
	struct stage_run r = run_in(a, dir, sample_artifact(a, "penguins", "manifest.json"));
	struct err e = { 0 };
	r.progress = cancel;
	CHECK(stage_report.run(&r, &e) == -1 && e.code == ERR_CANCELLED);
	CHECK(!file_exists(path_join(a, dir, "report.html")));
	CHECK(file_remove_tree(dir, NULL) == 0);
}

int main(void)
{
	struct arena *a = arena_new();
	whole(a);
	formats(a);
	little(a);
	cancelled(a);
	arena_free(a);
	return test_end();
}
