/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Being asked to stop, by a signal or by a file that another process puts into the job folder; and asking. */
#include "driver/driver_int.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t requests;
static const char *watched;

/* The first asks, the second ends the step at once (child.c), the third ourselves: all of that is safe. */
static void on_signal(int sig)
{
	(void)sig;
	if (++requests >= 3)
		_exit(ERR_CANCELLED);
}

void cancel_install(void)
{
	struct sigaction sa;
	memset(&sa, 0, sizeof sa);
	sa.sa_handler = on_signal;
	sa.sa_flags = SA_RESTART;
	sigemptyset(&sa.sa_mask);
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
	for (size_t i = 0; i < COUNTOF(signals); i++) {
		struct sigaction old;
		/* nohup has had it ignored, and means it */
		if (sigaction(signals[i], NULL, &old) == 0 && old.sa_handler != SIG_IGN)
			sigaction(signals[i], &sa, NULL);
	}
}

void cancel_watch(const char *path)
{
	watched = path;
}

int cancel_count(void)
{
	int n = requests;
	return n || !watched || access(watched, F_OK) < 0 ? n : 1;
}

void cancel_reset(void)
{
	requests = 0;
}

/* ---- dossier cancel ---------------------------------------------------------------------------- */

/* Until the run lets go of the job; its steps have limits.grace_s, which we do not know here. */
static bool wait_for_end(const char *dir)
{
	enum { STEP_MS = 20, MOST_MS = 60000 };
	int64_t pid;
	for (int ms = 0; ms < MOST_MS; ms += STEP_MS) {
		if (!job_is_locked(dir, &pid))
			return true;
		struct timespec t = { 0, STEP_MS * 1000000 };
		nanosleep(&t, NULL);
	}
	return false;
}

int cmd_cancel(const struct options *opt, const struct stage *const *table, struct err *e)
{
	(void)table;
	struct arena *a = arena_new();
	const char *dir = job_dir(a, opt, opt->args[0]), *id = path_base(dir);
	const char *flag = path_join(a, dir, CANCEL_FILE);
	int64_t pid;
	int r = 0;
	if (!file_exists(dir))
		r = err_set(e, ERR_USAGE, "no job '%s' in '%s/jobs'", id, opt->data_dir);
	else if (!job_is_locked(dir, &pid))
		r = err_set(e, ERR_USAGE, "job '%s' is not running", id);
	else if (file_write(flag, "", 0, e) < 0)
		r = -1;
	else if (!wait_for_end(dir))
		r = err_set(e, ERR_TIMEOUT, "job '%s' (pid %lld) has been asked to stop, but runs on", id, (long long)pid);
	if (r == 0 && unlink(flag) < 0)
		r = 0;                 /* the next run takes it away */
	if (r == 0 && !opt->quiet)
		printf("%s: stopped\n", id);
	arena_free(a);
	return r;
}
