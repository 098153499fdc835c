/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parent's side of a confined process: starts it, listens, watches that it gets on, and finds
 * the words for how it ended. */
#define _GNU_SOURCE            /* pipe2, F_SETPIPE_SZ */
#include "ingest/process/process_int.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PIPE_BYTES = 1 << 20 };

struct process {
	struct process_job job;
	pid_t pid;                 /* 0: has ended and was waited for */
	int fd;                    /* -1: closed */
	int64_t limit, left;       /* bytes that it may say, in all and still */
	double done;               /* share of the file that it has read */
	double heard;              /* processor time of the child when it last said something */
	struct arena *arena;
	struct buf frame;
};

/* ---- start and stop ------------------------------------------------------------------------ */

static int wait_for(struct process *p)
{
	int status = 0;
	while (p->pid && waitpid(p->pid, &status, 0) < 0 && errno == EINTR)
		;
	p->pid = 0;
	return status;
}

void process_stop(struct process *p)
{
	if (p->fd >= 0)
		close(p->fd);
	p->fd = -1;
	if (p->pid)
		kill(p->pid, SIGKILL);
	wait_for(p);
}

static void release(void *arg)
{
	struct process *p = arg;
	process_stop(p);
	buf_free(&p->frame);
}

/* A handler of signals is told nothing else. */
static pid_t parent;

static void look_around(int sig)
{
	(void)sig;
	if (getppid() != parent)
		_exit(ERR_CANCELLED);
}

/* No reader outlives its parent. PR_SET_PDEATHSIG is no good for that: it would come with the end
 * of the thread that forked, which may be one of a pool. */
static _Noreturn void child(const struct process *p, pid_t from, int pipe)
{
	const struct itimerval second = { { 1, 0 }, { 1, 0 } };
	const struct sigaction action = { .sa_handler = look_around, .sa_flags = SA_RESTART };
	parent = from;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &second, NULL);
	look_around(SIGALRM);
	process_child(&p->job, pipe);
}

struct process *process_start(struct arena *a, const struct process_job *job, struct err *e)
{
	struct process *p = arena_alloc(a, sizeof *p);
	struct feed f = { .options = job->options };
	*p = (struct process){ .job = *job, .fd = -1, .arena = a,
		.limit = feed_limits(&f).expanded };
	p->left = p->limit;
	if (!job->silent_seconds)
		p->job.silent_seconds = PROCESS_SILENT_SECONDS;
	int ends[2];
	if (pipe2(ends, O_CLOEXEC) < 0) {
		err_errno(e, "cannot make a pipe");
		return NULL;
	}
	arena_own(a, p, release);
	p->fd = ends[0];
	fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES);     /* else it is slower, no more */
	pid_t self = getpid();
	p->pid = fork();
	if (p->pid == 0)
		child(p, self, ends[1]);
	close(ends[1]);
	if (p->pid < 0) {
		p->pid = 0;
		err_errno(e, "cannot start a process");
		return NULL;
	}
	fcntl(p->fd, F_SETFL, O_NONBLOCK);
	return p;
}

/* ---- how it ended -------------------------------------------------------------------------- */

static const char *signal_name(int sig)
{
	static const struct {
		int sig;
		const char *name;
	} names[] = { { SIGSEGV, "SIGSEGV" }, { SIGBUS, "SIGBUS" }, { SIGABRT, "SIGABRT" },
		{ SIGFPE, "SIGFPE" }, { SIGILL, "SIGILL" }, { SIGTRAP, "SIGTRAP" },
		{ SIGSYS, "SIGSYS" } };
	for (size_t i = 0; i < COUNTOF(names); i++)
		if (names[i].sig == sig)
			return names[i].name;
	return NULL;
}

/* The pipe was closed: it is about to be gone, unless it was taken over. */
static int wait_a_moment(struct process *p)
{
	const struct timespec ms = { .tv_nsec = 1000000 };
	int status = 0;
	for (int i = 0; i < 1000 && p->pid; i++) {
		if (waitpid(p->pid, &status, WNOHANG) == p->pid)
			p->pid = 0;
		else
			nanosleep(&ms, NULL);
	}
	if (p->pid)
		kill(p->pid, SIGKILL);
	return p->pid ? wait_for(p) : status;
}

static int ended(struct process *p, struct err *e)
{
	int status = wait_a_moment(p);
	const char *title = p->job.format->title;
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	if (sig == SIGXCPU)
		return err_set(e, ERR_INPUT, "the %s reader took more than %d s of processor time",
			title, PROCESS_CPU_SECONDS);
	if (signal_name(sig))
		return err_set(e, ERR_INPUT,
			"the %s reader stopped with %s: the file is damaged or hostile", title,
			signal_name(sig));
	if (sig)
		return err_set(e, ERR_IO, "the %s reader was stopped by signal %d", title, sig);
	/* base/mem.c ends a process that can't have memory with this status */
	if (WEXITSTATUS(status) == ERR_IO)
		return err_set(e, ERR_INPUT, "the %s reader needed more than %lld MB of memory",
			title, (long long)(PROCESS_MEMORY >> 20));
	return err_set(e, ERR_INPUT, "the %s reader gave up without a word (status %d)", title,
		WEXITSTATUS(status));
}

/* Only the codes that a reader may give, and a message that is safe to print. */
static int reported(struct process *p, struct str frame, struct err *e)
{
	struct parcel in = { frame.p, frame.p + frame.n, false };
	int64_t code = parcel_int(&in, 0, INT32_MAX);
	const char *text = parcel_text(&in, p->arena);
	struct err x = { 0 };
	snprintf(x.msg, sizeof x.msg, "%s", parcel_done(&in) && text ? text : "unreadable");
	for (char *c = x.msg; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 127)
			*c = ' ';
	bool kept = code == ERR_USAGE || code == ERR_IO || code == ERR_BUSY;
	enum err_code as = kept ? (enum err_code)code : ERR_INPUT;
	process_stop(p);
	return err_set(e, as, "%s", x.msg);
}

int process_hostile(struct process *p, struct err *e)
{
	process_stop(p);
	return err_set(e, ERR_INPUT,
		"the %s reader went out of control: the file is damaged or hostile",
		p->job.format->title);
}

/* ---- listening ----------------------------------------------------------------------------- */

static double cpu_time(pid_t pid)
{
	clockid_t clock;
	struct timespec t = { 0 };
	if (clock_getcpuclockid(pid, &clock) == 0)
		clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* A query of the user's own may think as long as it likes. */
static bool hangs(const struct process *p)
{
	return !p->job.options->query &&
		cpu_time(p->pid) - p->heard > p->job.silent_seconds;
}

/* Waits until there is something to read. */
static int wait_to_hear(struct process *p, struct err *e)
{
	enum { LOOK_AROUND = 200 };    /* milliseconds */
	const struct ingest_options *o = p->job.options;
	struct pollfd in = { .fd = p->fd, .events = POLLIN };
	while (poll(&in, 1, LOOK_AROUND) <= 0) {
		if (o->progress && o->progress(o->progress_ctx, p->done / 2, "reading")) {
			process_stop(p);
			return err_set(e, ERR_CANCELLED, "cancelled");
		}
		if (hangs(p)) {
			process_stop(p);
			return err_set(e, ERR_INPUT, "the %s reader made no progress in %d s of "
				"processor time: the file is damaged or hostile",
				p->job.format->title, p->job.silent_seconds);
		}
	}
	return 0;
}

/* Reads exactly n bytes; 1, 0 at the end of the pipe, -1. */
static int hear(struct process *p, void *to, size_t n, struct err *e)
{
	char *at = to;
	while (n) {
		ssize_t k = read(p->fd, at, n);
		if (k == 0)
			return 0;
		if (k < 0 && errno == EAGAIN) {
			if (wait_to_hear(p, e))
				return -1;
		} else if (k < 0 && errno != EINTR) {
			return err_errno(e, "listening to the %s reader", p->job.format->title);
		}
		at += k > 0 ? k : 0;
		n -= k > 0 ? (size_t)k : 0;
	}
	p->heard = cpu_time(p->pid);
	return 1;
}

static int hear_frame(struct process *p, struct frame_head *h, struct err *e)
{
	int got = hear(p, h, sizeof *h, e);
	if (got <= 0)
		return got ? -1 : ended(p, e);
	if (h->kind >= FRAME_KINDS || h->n > FRAME_MAX)
		return process_hostile(p, e);
	p->left -= (int64_t)h->n;
	if (p->left < 0) {
		process_stop(p);
		return err_set(e, ERR_INPUT, "more than %lld MB come out of it",
			(long long)(p->limit >> 20));
	}
	buf_clear(&p->frame);
	buf_reserve(&p->frame, h->n);
	got = h->n ? hear(p, p->frame.p, h->n, e) : 1;
	return got < 0 ? -1 : got ? 0 : ended(p, e);
}

int process_next(struct process *p, struct frame_head *h, const char **bytes, struct err *e)
{
	if (p->fd < 0)
		return err_set(e, ERR_BUG, "the %s reader has ended", p->job.format->title);
	if (hear_frame(p, h, e))
		return -1;
	*bytes = buf_str(&p->frame);
	if (h->kind == FRAME_ERROR)
		return reported(p, (struct str){ *bytes, h->n }, e);
	if ((h->kind == FRAME_ROWS || h->kind == FRAME_PROGRESS) && h->n >= sizeof p->done)
		memcpy(&p->done, *bytes, sizeof p->done);
	if (h->kind != FRAME_END)
		return 1;
	process_stop(p);
	return 0;
}
