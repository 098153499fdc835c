/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The child that reads a file nobody has reason to trust: gives up what it doesn't need, then
 * runs the feed and passes on what that says. */
#define _GNU_SOURCE            /* close_range */
#include "ingest/process/process_int.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- what the feed says -------------------------------------------------------------------- */

struct speaker {
	struct wire wire;
	int columns;               /* that the parent knows */
	struct err err;            /* of passing something on */
};

static void sent(struct speaker *s)
{
	if (!s->err.code && wire_end(&s->wire, &s->err))
		_exit(ERR_CANCELLED);  /* nobody listens any more */
}

static void send_columns(struct speaker *s, const struct feed *f)
{
	for (; s->columns < f->ncols; s->columns++) {
		wire_column(&s->wire, s->columns, &f->columns[s->columns]);
		sent(s);
	}
}

static int on_rows(void *ctx, const struct feed *f, const struct block *b, struct err *e)
{
	(void)e;
	struct speaker *s = ctx;
	send_columns(s, f);
	wire_rows(&s->wire, f->done, b);
	sent(s);
	return 0;
}

static void on_reject(void *ctx, bool bad, int64_t line, int64_t record, struct str raw,
	const char *reason)
{
	enum { MOST = 128 << 10 };     /* more than quarantine.csv takes */
	struct speaker *s = ctx;
	wire_start(&s->wire, FRAME_REJECT);
	wire_int(&s->wire, bad);
	wire_int(&s->wire, line);
	wire_int(&s->wire, record);
	wire_text(&s->wire, reason);
	wire_textn(&s->wire, raw.p, raw.n > MOST ? MOST : raw.n);
	sent(s);
}

static void on_finding(void *ctx, const struct finding *f)
{
	struct speaker *s = ctx;
	wire_finding(&s->wire, f);
	sent(s);
}

static void on_fact(void *ctx, const char *name, const char *value)
{
	struct speaker *s = ctx;
	wire_fact(&s->wire, name, value);
	sent(s);
}

static void on_table(void *ctx, const struct feed_table *t)
{
	struct speaker *s = ctx;
	wire_table(&s->wire, t);
	sent(s);
}

static void on_progress(void *ctx, double done)
{
	struct speaker *s = ctx;
	wire_start(&s->wire, FRAME_PROGRESS);
	wire_double(&s->wire, done);
	sent(s);
}

/* Coverage builds count in memory and write at exit, which never comes. */
extern void __gcov_dump(void) __attribute__((weak));

/* Behind this the parent ends the process. */
static void send_last(struct speaker *s)
{
	if (__gcov_dump)
		__gcov_dump();
	sent(s);
}

/* What columns mean may become known only behind the rows: they are told again. */
static void on_end(void *ctx, const struct feed *f)
{
	struct speaker *s = ctx;
	s->columns = 0;
	send_columns(s, f);
	wire_start(&s->wire, FRAME_END);
	send_last(s);
}

static void send_error(struct speaker *s, const struct err *e)
{
	wire_start(&s->wire, FRAME_ERROR);
	wire_int(&s->wire, e->code);
	wire_text(&s->wire, e->msg);
	send_last(s);
}

/* ---- getting ready ------------------------------------------------------------------------- */

static int by_value(const void *a, const void *b)
{
	int x, y;
	memcpy(&x, a, sizeof x);
	memcpy(&y, b, sizeof y);
	return x < y ? -1 : x > y;
}

static void close_between(int from, int to)
{
	enum { FEW = 4096 };           /* where the kernel can't close a range at once */
	if (from > to || close_range((unsigned)from, (unsigned)to, 0) == 0)
		return;
	for (int fd = from; fd <= to && fd < FEW; fd++)
		close(fd);
}

/* An input that was unpacked has no name but that of its descriptor. */
static int named_descriptor(const char *path)
{
	int fd;
	return path && sscanf(path, "/proc/self/fd/%d", &fd) == 1 ? fd : -1;
}

/* Everything the parent has open but what is needed: the pipe, the input, the output. */
static void close_others(const struct process_job *job, int pipe)
{
	int keep[] = { pipe, job->to, named_descriptor(job->path) };
	qsort(keep, COUNTOF(keep), sizeof *keep, by_value);
	int from = STDERR_FILENO + 1;
	for (size_t i = 0; i < COUNTOF(keep); i++) {
		close_between(from, keep[i] - 1);
		if (keep[i] >= from)
			from = keep[i] + 1;
	}
	close_between(from, INT32_MAX);
}

/* Libraries print what they think of a file, some without end. */
static void silence(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO && null >= 0; fd++)
		dup2(null, fd);
}

static int confine(const struct process_job *job, struct speaker *s, struct err *e)
{
	char active[CONFINE_TEXT];
	const char *read[] = { job->path ? job->path : "/dev/null", NULL };
	struct feed f = { .options = job->options };
	struct confine c = {
		.read = read,
		.address_space = PROCESS_MEMORY,
		.cpu_seconds = PROCESS_CPU_SECONDS,
		.file_size = job->to >= 0 ? feed_limits(&f).expanded : 0,
		.network = job->format->network,
		.fork = job->format->fork,
	};
	if (confine_self(&c, active, e))
		return -1;
	wire_start(&s->wire, FRAME_CONFINED);
	wire_text(&s->wire, active);
	sent(s);
	return 0;
}

_Noreturn void process_child(const struct process_job *job, int pipe)
{
	struct speaker s = { .wire.fd = pipe };
	const struct feed_out out = { &s, on_rows, on_reject, on_finding, on_fact, on_table,
		on_progress, on_end };
	struct err e = { 0 };
	for (const int *sig = (const int[]){ SIGTERM, SIGINT, SIGHUP, SIGQUIT, 0 }; *sig; sig++)
		signal(*sig, SIG_DFL);
	/* then writing fails, with an error to report */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	if (!confine_off())
		silence();
	close_others(job, pipe);
	if (confine(job, &s, &e) ||
		feed_run_to(job->to, job->format, job->options, job->path, &out, &e))
		send_error(&s, &e);
	_exit(0);
}
