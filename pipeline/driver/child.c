/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A step in a child process. The child tells over a pipe how far it is and how it ended; what it
 * prints is caught; limits, signals and time-outs turn into ordinary errors. Messages are structs:
 * both ends are this program, and each is small enough for the pipe to keep it whole. */
#include "driver/driver_int.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct message {
	bool final;
	double done;                   /* progress */
	int result;                    /* final: what the stage returned */
	enum finding_level worst;
	struct err err;
	char summary[256];             /* progress: what it is doing */
	char confined[CONFINE_TEXT];
};
_Static_assert(sizeof(struct message) <= PIPE_BUF, "a message must fit the pipe in one piece");

double clock_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* ---- in the child -------------------------------------------------------------------------------- */

static struct {
	int pipe;
	_Atomic double last;           /* any thread of the step may tell */
} self;

static void send_message(const struct message *m)
{
	while (write(self.pipe, m, sizeof *m) < 0 && errno == EINTR)
		;
}

/* Called often and by anybody; passed on at most ten times a second. */
static bool on_progress(void *ctx, double done, const char *what)
{
	(void)ctx;
	double now = clock_now();
	if (now - self.last >= 0.1) {
		struct message m = { .done = done };
		snprintf(m.summary, sizeof m.summary, "%s", what ? what : "");
		send_message(&m);
		self.last = now;
	}
	return cancel_count() > 0;
}

static void limit(int resource, rlim_t value)
{
	struct rlimit old, r = { value, value };
	if (getrlimit(resource, &old) == 0 && old.rlim_max < value)
		r.rlim_cur = r.rlim_max = old.rlim_max;
	setrlimit(resource, &r);
}

/* A limit on address space counts what is only mapped, so what the program and its libraries map
 * anyway comes on top: what is mapped now, and for each thread its stack, the 64 MB that malloc
 * reserves and the 128 MB work area of OpenBLAS, which waits for ever when it can't have that. */
static void limit_memory(int64_t mb, int threads)
{
	struct buf text = { 0 };
	int64_t pages = 0;
	file_read("/proc/self/statm", 4096, &text, NULL);
	num_parse_int64(buf_str(&text), strcspn(buf_str(&text), " "), &pages);
	buf_free(&text);
	rlim_t mapped = (rlim_t)pages * (rlim_t)sysconf(_SC_PAGESIZE),
	       a_thread = (rlim_t)(128 + 64 + 8) << 20;
	limit(RLIMIT_AS, mapped + (rlim_t)(threads + 1) * a_thread + (rlim_t)mb * 1000000);
}

static void redirect(int noise)
{
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	dup2(noise, STDOUT_FILENO);
	dup2(noise, STDERR_FILENO);
}

/* Coverage builds count in memory and write at exit, which _exit skips. */
extern void __gcov_dump(void) __attribute__((weak));

/* Signals wait until `mask` is set: whoever asks from now on, asks the step. */
static _Noreturn void child_main(const struct child *c, pid_t parent, const sigset_t *mask, int pipe,
	int noise)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(ERR_CANCELLED);
	cancel_reset();
	sigprocmask(SIG_SETMASK, mask, NULL);
	redirect(noise);
	limit(RLIMIT_CORE, 0);
	if (c->memory_mb > 0)
		limit_memory(c->memory_mb, c->run->threads);
	self.pipe = pipe;
	self.last = clock_now();
	c->run->progress = on_progress;
	struct message m = { .final = true };
	m.result = c->stage->run(c->run, &m.err);
	m.worst = c->run->worst;
	memcpy(m.summary, c->run->summary, sizeof m.summary);
	memcpy(m.confined, c->run->confined, sizeof m.confined);
	fflush(NULL);
	send_message(&m);
	if (__gcov_dump)
		__gcov_dump();
	_exit(0);
}

/* ---- in the parent --------------------------------------------------------------------------------- */

enum { LISTENING, ASKED, KILLED };

struct watch {
	struct child *c;
	pid_t pid;
	int pipe, noise;
	double started, deadline;      /* of the next escalation; INFINITY: none */
	int stage;                     /* LISTENING, then asked to stop, then killed */
	bool timed_out, ended, have_final;
	struct message final;
	struct buf noise_text;
};

static void catch_noise(struct watch *w)
{
	char text[4096];
	ssize_t n;
	while ((n = read(w->noise, text, sizeof text)) > 0) {
		struct buf *b = &w->noise_text;
		buf_put(b, text, (size_t)n);
		if (b->n > 4 * sizeof text) {  /* only the end matters */
			b->n -= 2 * sizeof text;
			memmove(b->p, b->p + 2 * sizeof text, b->n + 1);
		}
	}
}

static void receive(struct watch *w)
{
	struct message m;
	ssize_t n;
	while ((n = read(w->pipe, &m, sizeof m)) == (ssize_t)sizeof m) {
		m.summary[sizeof m.summary - 1] = 0;
		m.err.msg[sizeof m.err.msg - 1] = 0;
		m.confined[sizeof m.confined - 1] = 0;
		if (m.final) {
			w->final = m;
			w->have_final = true;
		} else {
			w->c->done = m.done;
			memcpy(w->c->doing, m.summary, sizeof w->c->doing);
			if (w->c->tick)
				w->c->tick(w->c->tick_ctx, m.done, m.summary);
		}
	}
	if (n == 0 || w->have_final)
		w->ended = true;
}

/* The pipe alone does not tell: a process that the child started may hold it open. */
static bool is_gone(const struct watch *w)
{
	siginfo_t info = { 0 };
	return waitid(P_PID, (id_t)w->pid, &info, WEXITED | WNOWAIT | WNOHANG) == 0 &&
	       info.si_pid == w->pid;
}

/* Time-outs and cancellation: ask, wait for the grace, kill. Only the step itself is asked: a program
 * that it has started must not end early and be taken for one that had nothing to say. */
static void escalate(struct watch *w, double now)
{
	bool late = now >= w->deadline, wanted = cancel_count() > 0;
	if (w->stage == LISTENING && (late || wanted)) {
		w->timed_out = late;
		w->stage = ASKED;
		w->deadline = now + w->c->grace_s;
		kill(w->pid, SIGTERM);
	} else if (w->stage == ASKED && (late || cancel_count() > 1)) {
		w->stage = KILLED;
		w->deadline = INFINITY;
		kill(-w->pid, SIGKILL);
	}
}

static void watch_child(struct watch *w)
{
	fcntl(w->pipe, F_SETFL, O_NONBLOCK);
	fcntl(w->noise, F_SETFL, O_NONBLOCK);
	while (!w->ended) {
		struct pollfd p[2] = { { w->pipe, POLLIN, 0 }, { w->noise, POLLIN, 0 } };
		double now = clock_now(), left = w->deadline - now;
		int ms = left < 0 ? 0 : left < 0.1 ? (int)(left * 1000) + 1 : 100;
		int n = poll(p, 2, ms);
		catch_noise(w);
		receive(w);
		escalate(w, clock_now());
		if (n == 0 && w->c->tick)
			w->c->tick(w->c->tick_ctx, -1, NULL);
		if (n == 0 && is_gone(w)) {
			receive(w); /* its last word may be younger than the look above */
			break;
		}
		if (n > 0 && !p[0].revents && (p[1].revents & POLLHUP))
			poll(NULL, 0, 10);     /* it closed its output: don't spin */
	}
}

/* The last line that the child printed, for messages. */
static const char *last_words(const struct watch *w)
{
	const char *s = w->c->noise, *nl = strrchr(s, '\n');
	return nl ? nl + 1 : s;
}

/* The child went without a word of its own. Reading the input is ingest's business, and input that
 * brings a parser down is bad input; in any other step a crash is our bug. */
static int unexpected_end(const struct watch *w, int status, struct err *e)
{
	bool reads_input = strcmp(w->c->stage->name, "ingest") == 0;
	const char *words = last_words(w);
	w->c->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return err_set(e, ERR_IO, "was killed (SIGKILL), probably for want of memory");
	if (WIFSIGNALED(status) && reads_input)
		return err_set(e, ERR_INPUT, "crashed (%s) while reading '%s'%s",
			signal_name(WTERMSIG(status)),
			w->c->run->ninputs ? w->c->run->inputs->name : "the server",
			w->c->run->ninputs > 1 ? " and others" : "");
	if (WIFSIGNALED(status))
		return err_set(e, ERR_BUG, "crashed (%s)%s%s", signal_name(WTERMSIG(status)),
			*words ? "; last words: " : "", words);
	if (WIFEXITED(status) && WEXITSTATUS(status) == ERR_IO && strstr(words, "out of memory"))
		return err_set(e, ERR_IO, "out of memory");
	return err_set(e, ERR_BUG, "ended early with status %d%s%s", WEXITSTATUS(status),
		*words ? "; last words: " : "", words);
}

static int verdict(struct watch *w, int status, struct err *e)
{
	struct child *c = w->c;
	if (w->have_final && w->final.result == 0)
		return 0;              /* it made it, even if it was asked to stop meanwhile */
	if (w->timed_out)
		return err_set(e, ERR_TIMEOUT, "timed out after %.3g s (%s)", c->timeout_s,
			c->timeout_setting);
	if (w->stage != LISTENING)
		return err_set(e, ERR_CANCELLED, "cancelled; run again to go on from here");
	if (!w->have_final)
		return unexpected_end(w, status, e);
	if (w->final.err.code == ERR_NONE)
		return err_set(e, ERR_BUG, "failed without saying why");
	if (e)
		*e = w->final.err;
	return -1;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

/* Cleans up after the child, whatever became of it, and measures it. */
static int reap(struct watch *w)
{
	siginfo_t info;
	struct rusage use;
	int status = 0;
	/* Its group may hold processes of its own; they go while its number is still taken. */
	while (waitid(P_PID, (id_t)w->pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		;
	kill(-w->pid, SIGKILL);
	while (wait4(w->pid, &status, 0, &use) < 0 && errno == EINTR)
		;
	catch_noise(w);
	struct child *c = w->c;
	c->seconds = clock_now() - w->started;
	c->cpu_seconds = seconds(use.ru_utime) + seconds(use.ru_stime);
	c->peak_bytes = (int64_t)use.ru_maxrss * 1024;
	struct str s = str_trim((struct str){ buf_str(&w->noise_text), w->noise_text.n });
	size_t skip = s.n < sizeof c->noise ? 0 : s.n - sizeof c->noise + 1;
	snprintf(c->noise, sizeof c->noise, "%.*s", (int)(s.n - skip), s.p + skip);
	return status;
}

int child_run(struct child *c, struct err *e)
{
	int result[2], noise[2];
	if (pipe(result) < 0)
		return err_errno(e, "cannot make a pipe");
	if (pipe(noise) < 0) {
		err_errno(e, "cannot make a pipe");
		close(result[0]);
		close(result[1]);
		return -1;
	}
	for (int i = 0; i < 2; i++) {
		fcntl(result[i], F_SETFD, FD_CLOEXEC);
		fcntl(noise[i], F_SETFD, FD_CLOEXEC);
	}
	struct watch w = { .c = c, .pipe = result[0], .noise = noise[0], .started = clock_now() };
	c->done = -1;
	w.deadline = c->timeout_s > 0 ? w.started + c->timeout_s : INFINITY;
	pid_t parent = getpid();
	sigset_t all, mask;
	fflush(NULL);
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &mask);
	w.pid = fork();
	if (w.pid == 0)
		child_main(c, parent, &mask, result[1], noise[1]);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	close(result[1]);
	close(noise[1]);
	int r = -1;
	if (w.pid < 0) {
		err_errno(e, "cannot start a process");
	} else {
		setpgid(w.pid, w.pid);
		watch_child(&w);
		int status = reap(&w);
		r = verdict(&w, status, e);
		if (w.have_final) {
			c->run->worst = w.final.worst;
			memcpy(c->run->summary, w.final.summary, sizeof c->run->summary);
			memcpy(c->run->confined, w.final.confined, sizeof c->run->confined);
		}
	}
	close(result[0]);
	close(noise[0]);
	buf_free(&w.noise_text);
	return r;
}
