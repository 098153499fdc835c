/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The qa step: takes the finished files as a reader gets them, and checks them against the
 * artifacts and against each other. A report that does not pass is published all the same, but
 * the run says so.
 */
#include "stages/report_int.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { FILE_MAX_MB = 1024 };

/* What a reader gets of one edition. */
struct files {
	struct buf html, pdf, words, text;
	bool has_html, has_pdf, has_words, has_text;
};

static void files_free(struct files *f)
{
	buf_free(&f->html);
	buf_free(&f->pdf);
	buf_free(&f->words);
	buf_free(&f->text);
}

/* That a file is missing is a finding of the checks, not of this step. */
static int load_file(const char *path, bool wanted, struct buf *out, bool *there, struct err *e)
{
	*there = wanted && file_exists(path);
	return *there ? file_read(path, (size_t)FILE_MAX_MB << 20, out, e) : 0;
}

/* ---- the words of the PDF -------------------------------------------------------------------- */

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

/* Somebody ended it, or memory ran out: nothing that the next run would see again. */
static bool was_killed(int status)
{
	return WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGTERM);
}

/* pdftotext of poppler-utils, when the machine has it, reads the file as any viewer would. *there is
 * false when it is not installed or fails: what needs it is then recorded as not checked. That goes
 * into an artifact, so trouble that passes must not look the same: ERR_IO. */
static int extract_words(char *path, struct buf *out, bool *there, struct err *e)
{
	char program[] = "pdftotext", quiet[] = "-q", boxes[] = "-bbox", to[] = "-";
	char *argv[] = { program, quiet, boxes, path, to, NULL };
	int ends[2], status = -1;
	pid_t child;
	if (pipe(ends) < 0)
		return err_errno(e, "cannot make a pipe");
	posix_spawn_file_actions_t actions;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
	posix_spawn_file_actions_addclose(&actions, ends[0]);
	posix_spawn_file_actions_addclose(&actions, ends[1]);
	errno = posix_spawnp(&child, program, &actions, NULL, argv, environ);
	bool started = errno == 0, passing = errno == EAGAIN || errno == ENOMEM || errno == EMFILE || errno == ENFILE;
	int r = passing ? err_errno(e, "cannot start pdftotext") : 0;
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	bool read = started && read_all(ends[0], out);
	close(ends[0]);
	while (started && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	*there = read && WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (started && was_killed(status))
		r = err_set(e, ERR_IO, "pdftotext was killed by signal %d", WTERMSIG(status));
	return r;
}

/* ---- the step -------------------------------------------------------------------------------- */

static void summarise(struct stage_run *r, const json_t *checks)
{
	size_t passed = 0, failed = 0, n = json_array_size(checks);
	for (size_t i = 0; i < n; i++) {
		const char *status = json_text(json_array_get(checks, i), "status", "");
		passed += strcmp(status, "pass") == 0;
		failed += strcmp(status, "fail") == 0;
	}
	r->worst = failed ? FINDING_ERROR : FINDING_INFO;
	snprintf(r->summary, sizeof r->summary, "%zu checks passed, %zu failed, %zu not made",
		passed, failed, n - passed - failed);
}

/* The first check that failed, with its first example. */
static int refuse(const json_t *checks, struct err *e)
{
	for (size_t i = 0; i < json_array_size(checks); i++) {
		const json_t *c = json_array_get(checks, i);
		if (strcmp(json_text(c, "status", ""), "fail") == 0)
			return err_set(e, ERR_CHECKS, "check failed: %s: %s",
				json_text(c, "name", ""), json_text(c, "examples.0", "no example"));
	}
	return err_set(e, ERR_BUG, "the verdict is fail, but no check failed");
}

/* The verdict on one edition. */
static json_t *judge(const struct check_input *ci, struct err *e)
{
	struct buf body = { 0 };
	json_error_t where;
	int failed;
	json_t *critique = NULL;
	if (report_check(ci, &body, &failed, e) == 0) {
		critique = json_loadb(body.p, body.n, 0, &where);
		if (!critique)
			err_set(e, ERR_BUG, "critique.json:%d:%d: %s", where.line, where.column, where.text);
	}
	buf_free(&body);
	return critique;
}

static json_t *judge_edition(const struct stage_run *r, const struct edition *ed, const struct artifacts *all,
	bool first, struct err *e)
{
	struct files f = { 0 };
	json_t *critique = NULL, *result;
	const char *dir = path_join(r->arena, r->job, ed->folder);
	char *pdf = path_join(r->arena, dir, "report.pdf");
	bool html = report_wants(r->manifest, "html"), text = report_wants(r->manifest, "text");
	bool paper = report_wants(r->manifest, "pdf");
	result = json_read_file(path_join(r->arena, dir, "result.json"), e);
	if (result && load_file(path_join(r->arena, dir, "report.html"), html, &f.html, &f.has_html, e) == 0 &&
			load_file(path_join(r->arena, dir, "report.txt"), text, &f.text, &f.has_text, e) == 0 &&
			load_file(pdf, paper, &f.pdf, &f.has_pdf, e) == 0 &&
			(!f.has_pdf || extract_words(pdf, &f.words, &f.has_words, e) == 0)) {
		struct check_input ci = {
			.artifacts = &ed->in, .full = ed->redacted ? all : NULL, .result = result,
			.edition = first ? NULL : "shareable",
			.wants_html = html, .wants_pdf = paper, .wants_text = text,
			.html = f.has_html ? buf_str(&f.html) : NULL, .html_n = f.html.n,
			.pdf = f.has_pdf ? buf_str(&f.pdf) : NULL, .pdf_n = f.pdf.n,
			.pdf_words = f.has_words ? buf_str(&f.words) : NULL,
			.pdf_why = "pdftotext (Debian package poppler-utils) is not there or cannot read the file",
			.text = f.has_text ? buf_str(&f.text) : NULL, .text_n = f.text.n,
			.max_html = (int64_t)(json_num(r->manifest, "qa.max_html_mb", 0) * 1e6),
			.max_pdf = (int64_t)(json_num(r->manifest, "qa.max_pdf_mb", 0) * 1e6),
		};
		if (!ed->redacted || qa_secrets(r, ed, all, dir, &ci, e) == 0)
			critique = judge(&ci, e);
	}
	files_free(&f);
	json_decref(result);
	return critique;
}

/* Adds the verdict on a further edition. */
static void add_verdict(json_t *to, json_t *from)
{
	if (strcmp(json_text(from, "verdict", ""), "pass") != 0)
		json_object_set(to, "verdict", json_object_get(from, "verdict"));
	json_array_extend(json_object_get(to, "checks"), json_object_get(from, "checks"));
	json_array_extend(json_object_get(to, "findings"), json_object_get(from, "findings"));
}

static int write_critique(const struct stage_run *r, const json_t *critique, struct err *e)
{
	struct buf text = { 0 };
	struct jw w;
	jw_init(&w, &text);
	jw_value(&w, critique);
	int status = file_write(path_join(r->arena, r->out, "critique.json"), text.p, text.n, e);
	buf_free(&text);
	return status;
}

static int run(struct stage_run *r, struct err *e)
{
	struct artifacts in;
	struct edition editions[2];
	if (report_load(r, &in, e) < 0)
		return -1;
	size_t n = report_editions(r, &in, editions);
	json_t *critique = judge_edition(r, &editions[0], &in, true, e);
	json_t *second = critique && n > 1 ? judge_edition(r, &editions[1], &in, false, e) : NULL;
	int status = critique && (second || n == 1) ? 0 : -1;
	if (second)
		add_verdict(critique, second);
	if (status == 0)
		status = write_critique(r, critique, e);
	if (status == 0) {
		const json_t *checks = json_at(critique, "checks");
		summarise(r, checks);
		if (strcmp(json_text(critique, "verdict", ""), "pass") != 0)
			status = refuse(checks, e);
	}
	json_decref(second);
	json_decref(critique);
	return status;
}

static const char *const sections[] = { REPORT_SECTIONS, "qa", NULL };
static const char *const inputs[] = { "ingest/ingest.json", "ingest/schema.json", "eda.json",
	"clarify.json", "modeling.json", "share", "ingest/table.arrow", "result.json", "report.html", "report.pdf", "report.txt",
	"shareable/", NULL };
static const char *const outputs[] = { "critique.json", NULL };

extern const struct stage stage_qa;
const struct stage stage_qa = {
	.name = "qa",
	.version = "2",
	.sections = sections,
	.inputs = inputs,
	.outputs = outputs,
	.run = run,
};
