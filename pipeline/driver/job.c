/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The job folder and who may write in it. The lock is a flock on <job>/.lock whose descriptor step
 * processes inherit on purpose: a new run can't start beside orphans of a killed driver. What
 * stands in the file only serves the message. */
#include "driver/driver_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* Somebody who asks for the status holds the lock for an instant; that is not a run. */
enum { LOCK_TRIES = 5, LOCK_PAUSE_MS = 20, SLOT_PAUSE_MS = 100 };

static void pause_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };
	nanosleep(&t, NULL);
}

static json_t *lock_owner(int fd)
{
	char text[512];
	ssize_t n = pread(fd, text, sizeof text, 0);
	return n > 0 ? json_loadb(text, (size_t)n, 0, NULL) : NULL;
}

static int locked_by_other(const struct job *j, int fd, struct err *e)
{
	json_t *owner = lock_owner(fd);
	int64_t pid = json_int(owner, "pid", 0);
	if (pid)
		err_set(e, ERR_BUSY, "job '%s' is locked by pid %lld on %s since %s", j->id,
			(long long)pid, json_text(owner, "host", "this machine"),
			json_text(owner, "since", "an unknown time"));
	else
		err_set(e, ERR_BUSY, "job '%s' is locked by another run", j->id);
	json_decref(owner);
	return -1;
}

static void sign_lock(int fd)
{
	char host[256] = "", since[40];
	gethostname(host, sizeof host - 1);
	clock_iso(since);
	struct buf boot = { 0 }, text = { 0 };
	file_read("/proc/sys/kernel/random/boot_id", 4096, &boot, NULL);
	struct str id = str_trim((struct str){ buf_str(&boot), boot.n });
	json_t *o = json_pack("{s:I,s:s,s:s,s:s%}", "pid", (json_int_t)getpid(), "since", since,
		"host", host, "boot_id", id.p, id.n);
	if (o)
		json_canonical(&text, o);
	json_decref(o);
	/* Best effort: the lock itself does not depend on it. */
	if (ftruncate(fd, 0) == 0 && pwrite(fd, buf_str(&text), text.n, 0) < 0)
		errno = 0;
	buf_free(&boot);
	buf_free(&text);
}

static int take_lock(struct job *j, struct err *e)
{
	const char *path = path_join(j->arena, j->dir, ".lock");
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);   /* it gets truncated */
	if (fd < 0)
		return err_errno(e, "cannot open '%s'", path);
	for (int i = 0; flock(fd, LOCK_EX | LOCK_NB) < 0; i++) {
		if (errno != EWOULDBLOCK && errno != EINTR) {
			err_errno(e, "cannot lock '%s'", path);
			close(fd);
			return -1;
		}
		if (i == LOCK_TRIES) {
			locked_by_other(j, fd, e);
			close(fd);
			return -1;
		}
		pause_ms(LOCK_PAUSE_MS);
	}
	j->lock_fd = fd;
	sign_lock(fd);
	return 0;
}

/* What is temporary has ".tmp-" in its name; as we hold the lock, it is nobody's any more. */
static int remove_leftovers(struct job *j, const char *dir, struct err *e)
{
	DIR *d = opendir(dir);
	if (!d)
		return errno == ENOENT ? 0 : err_errno(e, "cannot read folder '%s'", dir);
	int r = 0;
	for (struct dirent *x; r == 0 && (r = file_next(d, dir, &x, e)) == 0 && x;) {
		if (strstr(x->d_name, ".tmp-"))
			r = file_remove_tree(path_join(j->arena, dir, x->d_name), e);
	}
	closedir(d);
	return r;
}

int job_make_folder(struct arena *a, const struct options *opt, const char *id, struct err *e)
{
	const char *jobs = path_join(a, opt->data_dir, "jobs"), *dir = path_join(a, jobs, id);
	if (file_exists(dir))
		return 0;
	if (file_mkdirs(dir, e) < 0 || file_sync(jobs, e) < 0 || file_sync(opt->data_dir, e) < 0)
		return -1;
	/* The data folder may be in one that we may not open; it was hardly made this moment then. */
	file_sync(path_join(a, opt->data_dir, ".."), NULL);
	return 0;
}

int job_open(struct job *j, struct err *e)
{
	j->lock_fd = j->slot_fd = -1;
	if (job_make_folder(j->arena, j->opt, j->id, e) < 0 || take_lock(j, e) < 0)
		return -1;
	unlink(path_join(j->arena, j->dir, CANCEL_FILE));   /* it was for the run before */
	if (remove_leftovers(j, j->dir, e) < 0)
		return -1;
	/* Trouble with the history is told when a report is to be kept, and fails no run. */
	remove_leftovers(j, arena_printf(j->arena, "%s/history/%s", j->opt->data_dir, j->id), NULL);
	return remove_leftovers(j, path_join(j->arena, j->dir, "original"), e);
}

void job_close(struct job *j)
{
	if (j->slot_fd >= 0)
		close(j->slot_fd);
	if (j->lock_fd >= 0)
		close(j->lock_fd);
	j->slot_fd = j->lock_fd = -1;
}

bool job_is_locked(const char *dir, int64_t *pid)
{
	struct arena *a = arena_new();
	int fd = open(path_join(a, dir, ".lock"), O_RDONLY | O_CLOEXEC);
	arena_free(a);
	*pid = 0;
	if (fd < 0)
		return false;
	bool locked = flock(fd, LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
	if (locked) {
		json_t *owner = lock_owner(fd);
		*pid = json_int(owner, "pid", 0);
		json_decref(owner);
	}
	close(fd);
	return locked;
}

int job_take_slot(struct job *j, bool (*waiting)(void *ctx), void *ctx, struct err *e)
{
	int64_t said = json_int(j->manifest, "limits.max_concurrent_jobs", 0), n = said ? said : pool_cpus();
	const char *dir = arena_printf(j->arena, "%s/.slots", j->opt->data_dir);
	const char **slots = arena_calloc(j->arena, (size_t)n, sizeof *slots);
	for (int64_t i = 0; i < n; i++)
		slots[i] = arena_printf(j->arena, "%s/%lld", dir, (long long)i);
	if (file_mkdirs(dir, e) < 0)
		return -1;
	for (;;) {
		for (int64_t i = 0; i < n; i++) {
			int fd = open(slots[i], O_RDWR | O_CREAT | O_CLOEXEC, 0666);
			if (fd < 0)
				return err_errno(e, "cannot open '%s'", slots[i]);
			if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
				j->slot_fd = fd;
				return 0;
			}
			close(fd);
		}
		if (waiting(ctx))
			return err_set(e, ERR_CANCELLED,
				"cancelled while waiting for a free place");
		pause_ms(SLOT_PAUSE_MS);
	}
}
