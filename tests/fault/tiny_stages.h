/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Three stages that take no time, for tests of the driver. What goes wrong in them is ordered by the
 * lines of orders.txt in the current folder ("eda crash"), so that it can go wrong once and well
 * the next time, from the same input. */
#ifndef TINY_STAGES_H
#define TINY_STAGES_H

#include "driver/driver.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Whether orders.txt orders `what` of stage `name`. */
static bool tiny_ordered(const char *name, const char *what)
{
	struct buf text = { 0 }, order = { 0 };
	buf_printf(&order, "%s %s\n", name, what);
	bool yes = file_exists("orders.txt") &&
		   file_read("orders.txt", 1 << 20, &text, NULL) == 0 &&
		   strstr(buf_str(&text), order.p);
	buf_free(&text);
	buf_free(&order);
	return yes;
}

static void tiny_sleep(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
	nanosleep(&t, NULL);
}

static int tiny_obey(struct stage_run *r, const char *name, struct err *e)
{
	if (tiny_ordered(name, "crash"))
		raise(SIGSEGV);
	if (tiny_ordered(name, "exit"))
		exit(3);
	if (tiny_ordered(name, "abort")) {
		fprintf(stderr, "library: something\ninternal error 17\n");
		abort();
	}
	if (tiny_ordered(name, "kill driver"))
		kill(getppid(), SIGKILL);
	if (tiny_ordered(name, "leave")) {   /* somebody behind who outlives the driver */
		if (fork() == 0) {
			tiny_sleep(60000);
			_exit(0);
		}
		kill(getppid(), SIGKILL);
	}
	if (tiny_ordered(name, "memory"))
		mem_alloc(SIZE_MAX / 4);
	for (int i = 0; i < 40 && tiny_ordered(name, "eat"); i++)
		mem_alloc(100000000);  /* mapped, never touched */
	if (tiny_ordered(name, "orphan") && fork() == 0) {
		tiny_sleep(60000);     /* holds every pipe open */
		_exit(0);
	}
	if (tiny_ordered(name, "orphan"))
		raise(SIGBUS);
	if (tiny_ordered(name, "litter") &&
		file_write(path_join(r->arena, r->out, "litter.txt"), "x", 1, e) < 0)
		return -1;
	if (tiny_ordered(name, "touch") && truncate(r->inputs->path, 3) < 0)
		return -1;
	for (int i = 0; tiny_ordered(name, "hang") || (i < 600 && tiny_ordered(name, "slow"));
		i++) {
		if (r->progress(r->progress_ctx, i / 600.0, "being slow") &&
			!tiny_ordered(name, "deaf"))
			return err_set(e, ERR_CANCELLED, "cancelled");
		tiny_sleep(10);
	}
	if (tiny_ordered(name, "fail"))
		return err_set(e, ERR_INPUT, "line %d: bad \033[31mbyte", 7);
	if (tiny_ordered(name, "ask"))
		return err_set(e, ERR_AWAITING, "which column?");
	return 0;
}

static int tiny_put(struct stage_run *r, const char *name, const struct buf *b, struct err *e)
{
	return file_write(path_join(r->arena, r->out, name), buf_str(b), b->n, e);
}

static int tiny_run_ingest(struct stage_run *r, struct err *e)
{
	struct buf in = { 0 };
	if (tiny_obey(r, "ingest", e) < 0 || file_read(r->inputs->path, 1 << 20, &in, e) < 0)
		return -1;
	snprintf(r->summary, sizeof r->summary, "%zu bytes, missing '%s'", in.n,
		json_text(r->manifest, "source.missing.0", ""));
	int done = tiny_put(r, "first/copy.txt", &in, e);
	buf_clear(&in);
	buf_printf(&in, "bins %d\n", (int)json_int(r->manifest, "eda.histogram_bins", 0));
	if (done == 0)
		done = tiny_put(r, "first/bins.txt", &in, e);
	buf_free(&in);
	return done;
}

/* As many parts as the input has lines that start with '+'; what it makes depends on the bins no
 * more than by their being even, so that early cut-off can be seen. */
static int tiny_run_eda(struct stage_run *r, struct err *e)
{
	struct buf in = { 0 }, out = { 0 };
	if (file_read(path_join(r->arena, r->job, "first/copy.txt"), 1 << 20, &in, e) < 0)
		return -1;
	int parts = 0;
	for (const char *p = in.p; (p = strstr(p, "\n+")) != NULL; p++) {
		buf_clear(&out);
		buf_printf(&out, "part %d\n", parts);
		if (tiny_put(r, arena_printf(r->arena, "mid/part-%d.txt", parts++), &out, e) < 0)
			return -1;
	}
	buf_clear(&in);
	if (file_read(path_join(r->arena, r->job, "first/bins.txt"), 1 << 20, &in, e) < 0)
		return -1;
	buf_clear(&out);
	buf_printf(&out, "%d parts, %s bins\n", parts, atoi(in.p + 5) % 2 ? "odd" : "even");
	int done = tiny_put(r, "mid.txt", &out, e);
	buf_free(&in);
	buf_free(&out);
	return done == 0 ? tiny_obey(r, "eda", e) : -1;
}

static int tiny_run_report(struct stage_run *r, struct err *e)
{
	struct buf in = { 0 };
	if (file_read(path_join(r->arena, r->job, "mid.txt"), 1 << 20, &in, e) < 0 ||
		tiny_put(r, "report.txt", &in, e) < 0 || tiny_put(r, "report.html", &in, e) < 0 ||
		tiny_obey(r, "report", e) < 0)
		return -1;
	buf_free(&in);
	return tiny_ordered("report", "doubt") ? err_set(e, ERR_CHECKS, "2 checks failed") : 0;
}

static const char *const tiny_ingest_sections[] = { "source", "eda", NULL };
static const char *const tiny_ingest_inputs[] = { "original", NULL };
static const char *const tiny_ingest_outputs[] = { "first/copy.txt", "first/bins.txt", NULL };
static const char *const tiny_eda_sections[] = { "title", "report_date", NULL };
static const char *const tiny_eda_inputs[] = { "first/copy.txt", "first/bins.txt",
	"answers.json", NULL };
static const char *const tiny_eda_outputs[] = { "mid.txt", "mid/", NULL };
static const char *const tiny_report_sections[] = { "report", NULL };
static const char *const tiny_report_inputs[] = { "mid.txt", "mid/", NULL };
static const char *const tiny_report_outputs[] = { "report.txt", "report.html", NULL };
static const struct stage tiny_stage_ingest = { "ingest", "1", tiny_ingest_sections,
	tiny_ingest_inputs, tiny_ingest_outputs, tiny_run_ingest };
static const struct stage tiny_stage_eda = {
	"eda", "1", tiny_eda_sections, tiny_eda_inputs, tiny_eda_outputs, tiny_run_eda
};
static const struct stage tiny_stage_report = { "report", "1", tiny_report_sections,
	tiny_report_inputs, tiny_report_outputs, tiny_run_report };
static const struct stage *const tiny_stages[] = { &tiny_stage_ingest, &tiny_stage_eda,
	&tiny_stage_report, NULL };

#endif
