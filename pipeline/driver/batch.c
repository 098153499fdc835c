/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dossier batch: many jobs, each in a process of its own, a few at a time, in the order of their names.
 * Whatever happens to one leaves the others alone; all of them end up in one table. */
#include "driver/batch_int.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PAUSE_MS = 10 };

struct batch {
	struct arena *arena;
	const struct options *opt;
	const struct stage *const *table;
	struct batch_job *jobs;
	size_t n, cap;
	size_t running, ended, failed;
	int64_t most;                  /* jobs at a time */
	int64_t retries;
	int signals;                   /* passed on so far */
	struct term term;
};

/* ---- which jobs ------------------------------------------------------------------------------ */

/* A job from a manifest; from any other file, with the manifest that is made for it. */
static int add_file(struct batch *b, const char *path, struct err *e)
{
	const char *manifest = path;
	bool made;
	if (!manifest_is(path) && newjob_for(b->arena, b->opt, path, &manifest, &made, e) < 0)
		return -1;
	const char *dir = job_dir(b->arena, b->opt, manifest), *id = path_base(dir);
	for (size_t i = 0; i < b->n; i++)
		if (strcmp(b->jobs[i].id, id) == 0)
			return err_set(e, ERR_USAGE, "'%s' and '%s' are both job '%s'; give one of them another id",
				b->jobs[i].source, path, id);
	if (b->n == b->cap) {
		b->cap = b->cap ? 2 * b->cap : 64;
		b->jobs = mem_realloc(b->jobs, b->cap, sizeof *b->jobs);
	}
	b->jobs[b->n++] = (struct batch_job){ .source = arena_strdup(b->arena, path), .manifest = manifest,
		.id = id, .dir = dir, .out = -1 };
	return 0;
}

/* The manifests of a folder, by name. */
static int add_folder(struct batch *b, const char *folder, struct err *e)
{
	const char **names;
	size_t n, found = 0;
	int r = file_names(b->arena, folder, &names, &n, e);
	for (size_t i = 0; i < n && r == 0; i++) {
		const char *path = path_join(b->arena, folder, names[i]);
		struct stat st;
		if (stat(path, &st) < 0 || !S_ISREG(st.st_mode) || !manifest_is(path))
			continue;
		r = add_file(b, path, e);
		found++;
	}
	free(names);
	if (r == 0 && !found)
		r = err_set(e, ERR_USAGE, "no manifest in '%s'; data files are named one by one: '%s/*.csv'", folder, folder);
	return r;
}

static int add_argument(struct batch *b, const char *arg, struct err *e)
{
	struct stat st;
	if (stat(arg, &st) == 0)
		return S_ISDIR(st.st_mode) ? add_folder(b, arg, e) : add_file(b, arg, e);
	glob_t g;
	int r = 0;
	if (glob(arg, 0, NULL, &g) != 0)
		return err_set(e, ERR_USAGE, "no file is called '%s'", arg);
	for (size_t i = 0; i < g.gl_pathc && r == 0; i++)
		r = add_file(b, g.gl_pathv[i], e);
	globfree(&g);
	return r;
}

/* ---- one job ---------------------------------------------------------------------------------- */

/* In the child: a run like any other, whose last words go through the pipe. */
static void job_main(const struct batch *b, const struct batch_job *j, int out)
{
	struct options o = *b->opt;
	struct err e = { 0 };
	const char *arg[] = { j->manifest };
	o.args = arg;
	o.nargs = 1;
	o.json = false;
	o.quiet = true;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	cancel_reset();
	int code = cmd_run(&o, b->table, &e) < 0 ? (int)e.code : 0;
	struct buf clean = { 0 };
	term_clean(&clean, e.msg);
	if (code && write(out, buf_str(&clean), clean.n) < 0)
		code = code ? code : ERR_IO;
	fflush(NULL);
	_exit(code);
}

static int start(struct batch *b, struct batch_job *j, struct err *e)
{
	int ends[2];
	if (pipe(ends) < 0)
		return err_errno(e, "cannot make a pipe");
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	fflush(NULL);
	j->started = clock_now();
	j->attempts++;
	j->pid = fork();
	if (j->pid == 0) {
		setpgid(0, 0);         /* a terminal's ^C is passed on once, by us */
		close(ends[0]);
		job_main(b, j, ends[1]);
	}
	close(ends[1]);
	if (j->pid < 0) {
		close(ends[0]);
		j->pid = 0;
		return err_errno(e, "cannot start a process");
	}
	setpgid(j->pid, j->pid);
	j->out = ends[0];
	b->running++;
	return 0;
}

/* What may go away by itself: another run of the job, or want of some resource. */
static bool may_pass(int code)
{
	return code == ERR_BUSY || code == ERR_IO;
}

/* For the log; telling the screen is another matter. */
static void log_job(const struct batch_job *j, const char *event, enum log_level level, const char *message)
{
	json_t *more = json_pack("{s:s,s:i,s:i,s:f}", "status", run_status(j->code), "exit_status", (int)j->code, "attempts",
		j->attempts, "seconds", j->seconds);
	log_event(level, j->id, NULL, NULL, event, message, more);
	json_decref(more);
}

static void end(struct batch *b, struct batch_job *j, int code, const char *message)
{
	j->code = (enum err_code)code;
	j->message = arena_strdup(b->arena, message);
	j->ended = true;
	b->ended++;
	b->failed += code != ERR_NONE && code != ERR_CHECKS;
	batch_look(j, b->arena);
	term_line(&b->term, "%-*s  %-22s %7.2f s  %s", b->term.name_width, j->id, run_status(j->code), j->seconds,
		code ? j->message : j->summary);
	log_job(j, "job_end", log_level_of(j->code), code ? j->message : j->summary);
}

static void reap(struct batch *b, struct batch_job *j, int status)
{
	char text[sizeof((struct err *)0)->msg];
	ssize_t n = read(j->out, text, sizeof text - 1);
	text[n > 0 ? n : 0] = 0;
	close(j->out);
	j->out = -1;
	j->pid = 0;
	j->seconds += clock_now() - j->started;
	b->running--;
	/* somebody killed it, or memory ran out: no bug, and it may go better the next time */
	bool killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : killed ? ERR_IO : ERR_BUG;
	if (WIFSIGNALED(status))
		snprintf(text, sizeof text, "ended by signal %d", WTERMSIG(status));
	if (may_pass(code) && j->attempts <= b->retries && !cancel_count()) {
		j->ready = clock_now() + (double)(1 << (j->attempts < 6 ? j->attempts - 1 : 5));
		j->code = (enum err_code)code;
		log_job(j, "job_retry", LEVEL_WARN, text);
	} else {
		end(b, j, code, text);
	}
}

/* ---- all of them ------------------------------------------------------------------------------ */

static void reap_all(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		int status;
		if (b->jobs[i].pid && waitpid(b->jobs[i].pid, &status, WNOHANG) == b->jobs[i].pid)
			reap(b, &b->jobs[i], status);
	}
}

/* The first signal asks the jobs to stop, the second ends their steps. */
static void pass_on(struct batch *b)
{
	for (; b->signals < cancel_count(); b->signals++)
		for (size_t i = 0; i < b->n; i++)
			if (b->jobs[i].pid)
				kill(b->jobs[i].pid, SIGTERM);
}

static bool stopping(const struct batch *b)
{
	return cancel_count() || (b->opt->stop_on_error && b->failed);
}

static void start_some(struct batch *b)
{
	struct err e = { 0 };
	for (size_t i = 0; i < b->n && b->running < (size_t)b->most; i++) {
		struct batch_job *j = &b->jobs[i];
		if (j->ended || j->pid || clock_now() < j->ready)
			continue;
		if (start(b, j, &e) < 0)
			end(b, j, (int)e.code, e.msg);
	}
}

static void work(struct batch *b)
{
	while (b->ended < b->n) {
		if (!stopping(b))
			start_some(b);
		else if (!b->running)
			break;
		term_progress(&b->term, "batch", (double)b->ended / (double)b->n,
			arena_printf(b->arena, "%zu of %zu jobs", b->ended, b->n));
		struct timespec t = { 0, PAUSE_MS * 1000000 };
		nanosleep(&t, NULL);
		pass_on(b);
		reap_all(b);
	}
	for (size_t i = 0; i < b->n; i++)      /* what was not begun, or waited for another try */
		if (!b->jobs[i].ended)
			end(b, &b->jobs[i], ERR_CANCELLED, "not begun: the batch was stopped");
}

static int read_count(const char *text, const char *option, int64_t least, int64_t most, int64_t fallback,
	int64_t *out, struct err *e)
{
	*out = fallback;
	if (!text)
		return 0;
	char *rest;
	errno = 0;
	long long v = strtoll(text, &rest, 10);
	if (errno || rest == text || *rest || v < least || v > most)
		return err_set(e, ERR_USAGE, "%s: expected a whole number from %lld to %lld, found '%s'", option,
			(long long)least, (long long)most, text);
	*out = v;
	return 0;
}

/* Jobs side by side share the processors, and may be as many as were asked for. */
static void share_out(struct batch *b, struct options *o)
{
	int threads = pool_cpus() / (int)(b->most < (int64_t)b->n ? b->most : (int64_t)b->n);
	if (!o->threads)
		o->threads = arena_printf(b->arena, "%d", threads > 1 ? threads : 1);
	if (!o->max_concurrent)
		return;
	const char **sets = arena_calloc(b->arena, o->nsets + 2, sizeof *sets);
	memcpy(sets, o->sets, o->nsets * sizeof *sets);
	sets[o->nsets++] = arena_printf(b->arena, "limits.max_concurrent_jobs=%lld", (long long)b->most);
	o->sets = sets;
}

int cmd_batch(const struct options *opt, const struct stage *const *table, struct err *e)
{
	struct options own = *opt;
	struct batch b = { .arena = arena_new(), .opt = &own, .table = table };
	int r = read_count(opt->max_concurrent, "--max-concurrent", 1, 1024, pool_cpus(), &b.most, e);
	if (r == 0)
		r = read_count(opt->retries, "--retries", 0, 100, 1, &b.retries, e);
	for (size_t i = 0; i < opt->nargs && r == 0; i++)
		r = add_argument(&b, opt->args[i], e);
	if (r == 0) {
		cancel_install();
		share_out(&b, &own);
		term_init(&b.term, opt, table);
		for (size_t i = 0; i < b.n; i++)
			if ((int)strlen(b.jobs[i].id) > b.term.name_width)
				b.term.name_width = (int)strlen(b.jobs[i].id);
		double started = clock_now();
		work(&b);
		term_end(&b.term);
		if (opt->metrics && metrics_write(b.arena, opt->metrics, table, b.jobs, b.n, e) < 0)
			r = -1;
		else
			r = batch_tell(b.arena, opt, b.jobs, b.n, clock_now() - started, &b.term, e);
	}
	free(b.jobs);
	arena_free(b.arena);
	return r;
}
