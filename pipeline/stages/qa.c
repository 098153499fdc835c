/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The qa step: takes the finished files as a reader gets them, and checks them against the
 * artifacts and against each other. A report that does not pass is published all the same, but
 * the run says so.
 */
#include "stages/report_int.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { FILE_MAX_MB = 1024 };

struct files {
	struct buf html, pdf, pdf_text;
	bool has_html, has_pdf, has_pdf_text;
};

static void files_free(struct files *f)
{
	buf_free(&f->html);
	buf_free(&f->pdf);
	buf_free(&f->pdf_text);
}

static int load_file(const struct stage_run *r, const char *name, const char *format,
	struct buf *out, bool *there, struct err *e)
{
	*there = report_wants(r->manifest, format);
	if (!*there)
		return 0;
	return file_read(path_join(r->arena, r->job, name), (size_t)FILE_MAX_MB << 20, out, e);
}

/* ---- the text of the PDF --------------------------------------------------------------------- */

static bool read_all(int fd, struct buf *out)
{
	char piece[65536];
	for (;;) {
		ssize_t n = read(fd, piece, sizeof piece);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		buf_put(out, piece, (size_t)n);
	}
}

/* pdftotext of poppler-utils, when the machine has it, reads the file as any viewer would.
 * False when it is not there or fails: the check is then recorded as not made. */
static bool extract_text(const struct stage_run *r, struct buf *out)
{
	char program[] = "pdftotext", quiet[] = "-q", encoding[] = "-enc", utf8[] = "UTF-8",
	     to[] = "-";
	char *argv[] = { program, quiet, encoding, utf8, path_join(r->arena, r->job, "report.pdf"),
		to, NULL };
	int ends[2], status = -1;
	pid_t child;
	if (pipe(ends) < 0)
		return false;
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	posix_spawn_file_actions_addclose(&actions, ends[1]);
	bool started = posix_spawnp(&child, program, &actions, NULL, argv, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	bool read = started && read_all(ends[0], out);
	close(ends[0]);
	while (started && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	return read && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- the step -------------------------------------------------------------------------------- */

static void summarise(struct stage_run *r, const json_t *critique)
{
	size_t passed = 0, failed = 0, n = json_count(critique, "checks");
	for (size_t i = 0; i < n; i++) {
		const char *status = json_text(
			json_array_get(json_at(critique, "checks"), i), "status", "");
		passed += strcmp(status, "pass") == 0;
		failed += strcmp(status, "fail") == 0;
	}
	r->worst = failed ? FINDING_ERROR : FINDING_INFO;
	snprintf(r->summary, sizeof r->summary, "%zu checks passed, %zu failed, %zu not made",
		passed, failed, n - passed - failed);
}

/* The first check that failed, with its first example. */
static int refuse(const json_t *critique, struct err *e)
{
	const json_t *checks = json_at(critique, "checks");
	for (size_t i = 0; i < json_array_size(checks); i++) {
		const json_t *c = json_array_get(checks, i);
		if (strcmp(json_text(c, "status", ""), "fail") == 0)
			return err_set(e, ERR_CHECKS, "check failed: %s: %s",
				json_text(c, "name", ""), json_text(c, "examples.0", "no example"));
	}
	return err_set(e, ERR_BUG, "the verdict is fail, but no check failed");
}

static int judge(struct stage_run *r, const struct check_input *ci, struct err *e)
{
	struct buf body = { 0 };
	int failed = 0;
	int status = report_check(ci, &body, &failed, e);
	if (status == 0)
		status = file_write(
			path_join(r->arena, r->out, "critique.json"), body.p, body.n, e);
	if (status == 0) {
		json_t *critique = json_loadb(body.p, body.n, 0, NULL);
		summarise(r, critique);
		status = failed ? refuse(critique, e) : 0;
		json_decref(critique);
	}
	buf_free(&body);
	return status;
}

static int run(struct stage_run *r, struct err *e)
{
	struct artifacts in;
	struct files f = { 0 };
	json_t *result = NULL;
	int status = -1;
	if (report_load(r, &in, e) == 0)
		result = json_read_file(path_join(r->arena, r->job, "result.json"), e);
	if (result && load_file(r, "report.html", "html", &f.html, &f.has_html, e) == 0 &&
			load_file(r, "report.pdf", "pdf", &f.pdf, &f.has_pdf, e) == 0) {
		f.has_pdf_text = f.has_pdf && extract_text(r, &f.pdf_text);
		struct check_input ci = {
			.artifacts = &in, .result = result,
			.html = f.has_html ? buf_str(&f.html) : NULL, .html_n = f.html.n,
			.pdf = f.has_pdf ? buf_str(&f.pdf) : NULL, .pdf_n = f.pdf.n,
			.pdf_text = f.has_pdf_text ? buf_str(&f.pdf_text) : NULL,
			.max_html = (int64_t)(json_num(r->manifest, "qa.max_html_mb", 0) * 1e6),
			.max_pdf = (int64_t)(json_num(r->manifest, "qa.max_pdf_mb", 0) * 1e6),
		};
		status = judge(r, &ci, e);
	}
	files_free(&f);
	json_decref(result);
	return status;
}

static const char *const sections[] = { REPORT_SECTIONS, "qa", NULL };
static const char *const inputs[] = { "ingest/ingest.json", "ingest/schema.json", "eda.json",
	"clarify.json", "modeling.json", "result.json", "report.html", "report.pdf", NULL };
static const char *const outputs[] = { "critique.json", NULL };

extern const struct stage stage_qa;
const struct stage stage_qa = {
	.name = "qa",
	.version = "1",
	.sections = sections,
	.inputs = inputs,
	.outputs = outputs,
	.run = run,
};
