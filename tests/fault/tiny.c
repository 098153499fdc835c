/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier with three stages that take no time: the driver is the same, so every file operation of a
 * run can be made to fail in turn within seconds. What the stages do can be steered by the input:
 * each line of it that starts with '!' is an order to the stage of that name ("!mid crash"). */
#include "driver/driver.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Whether the input orders `what` of stage `name`. */
static bool ordered(const struct stage_run *r, const char *name, const char *what)
{
	struct buf text = { 0 }, order = { 0 };
	buf_printf(&order, "!%s %s\n", name, what);
	bool yes = file_read(r->input, 1 << 20, &text, NULL) == 0 && strstr(buf_str(&text), order.p);
	buf_free(&text);
	buf_free(&order);
	return yes;
}

static void sleep_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
	nanosleep(&t, NULL);
}

static int obey(struct stage_run *r, const char *name, struct err *e)
{
	if (ordered(r, name, "crash"))
		raise(SIGSEGV);
	if (ordered(r, name, "exit"))
		exit(3);
	if (ordered(r, name, "abort")) {
		fprintf(stderr, "library: something\ninternal error 17\n");
		abort();
	}
	if (ordered(r, name, "kill driver"))
		kill(getppid(), SIGKILL);
	if (ordered(r, name, "memory"))
		mem_alloc(SIZE_MAX / 4);
	for (int i = 0; ordered(r, name, "hang") || (i < 600 && ordered(r, name, "slow")); i++) {
		if (r->progress(r->progress_ctx, i / 600.0, "being slow") && !ordered(r, name, "deaf"))
			return err_set(e, ERR_CANCELLED, "cancelled");
		sleep_ms(10);
	}
	if (ordered(r, name, "fail"))
		return err_set(e, ERR_INPUT, "line %d: bad \033[31mbyte", 7);
	if (ordered(r, name, "ask"))
		return err_set(e, ERR_AWAITING, "which column?");
	return 0;
}

static int put(struct stage_run *r, const char *name, const struct buf *b, struct err *e)
{
	return file_write(path_join(r->arena, r->out, name), buf_str(b), b->n, e);
}

static int run_first(struct stage_run *r, struct err *e)
{
	struct buf in = { 0 };
	if (obey(r, "first", e) < 0 || file_read(r->input, 1 << 20, &in, e) < 0)
		return -1;
	snprintf(r->summary, sizeof r->summary, "%zu bytes, missing '%s'", in.n, json_text(r->manifest, "source.missing.0", ""));
	int done = put(r, "first/copy.txt", &in, e);
	buf_clear(&in);
	buf_printf(&in, "bins %d\n", (int)json_int(r->manifest, "eda.histogram_bins", 0));
	if (done == 0)
		done = put(r, "first/bins.txt", &in, e);
	buf_free(&in);
	return done;
}

/* As many parts as the input has lines that start with '+'; what it makes depends on the bins no
 * more than by their being even, so that early cut-off can be seen. */
static int run_mid(struct stage_run *r, struct err *e)
{
	struct buf in = { 0 }, out = { 0 };
	if (file_read(path_join(r->arena, r->job, "first/copy.txt"), 1 << 20, &in, e) < 0)
		return -1;
	int parts = 0;
	for (const char *p = in.p; (p = strstr(p, "\n+")) != NULL; p++) {
		buf_clear(&out);
		buf_printf(&out, "part %d\n", parts);
		if (put(r, arena_printf(r->arena, "mid/part-%d.txt", parts++), &out, e) < 0)
			return -1;
	}
	buf_clear(&in);
	if (file_read(path_join(r->arena, r->job, "first/bins.txt"), 1 << 20, &in, e) < 0)
		return -1;
	buf_clear(&out);
	buf_printf(&out, "%d parts, %s bins\n", parts, atoi(in.p + 5) % 2 ? "odd" : "even");
	int done = put(r, "mid.txt", &out, e);
	buf_free(&in);
	buf_free(&out);
	return done == 0 ? obey(r, "mid", e) : -1;
}

static int run_last(struct stage_run *r, struct err *e)
{
	struct buf in = { 0 };
	if (file_read(path_join(r->arena, r->job, "mid.txt"), 1 << 20, &in, e) < 0 || put(r, "report.txt", &in, e) < 0 ||
		obey(r, "last", e) < 0)
		return -1;
	buf_free(&in);
	return ordered(r, "last", "doubt") ? err_set(e, ERR_CHECKS, "2 checks failed") : 0;
}

static const char *const first_sections[] = { "source", "eda", NULL };
static const char *const first_inputs[] = { "original", NULL };
static const char *const first_outputs[] = { "first/copy.txt", "first/bins.txt", NULL };
static const char *const mid_sections[] = { "title", "report_date", NULL };
static const char *const mid_inputs[] = { "first/copy.txt", "first/bins.txt", "answers.json", NULL };
static const char *const mid_outputs[] = { "mid.txt", "mid/", NULL };
static const char *const last_sections[] = { "report", NULL };
static const char *const last_inputs[] = { "mid.txt", "mid/", NULL };
static const char *const last_outputs[] = { "report.txt", NULL };
static const struct stage first = { "ingest", "1", first_sections, first_inputs, first_outputs, run_first };
static const struct stage mid = { "eda", "1", mid_sections, mid_inputs, mid_outputs, run_mid };
static const struct stage last = { "report", "1", last_sections, last_inputs, last_outputs, run_last };

int main(int argc, char **argv)
{
	const struct stage *const table[] = { &first, &mid, &last, NULL };
	struct err e = { 0 };
	if (cli_main(argc, argv, table, &e) == 0)
		return 0;
	fprintf(stderr, "dossier: %s\n", e.msg);
	return (int)e.code;
}
