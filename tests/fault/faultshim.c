/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A library for LD_PRELOAD that makes the N-th file operation of a program and its children go wrong.
 * Only operations below FAULT_DIR that change something are counted; the counter, and what is not
 * yet durable, are shared by all processes, which fork but don't exec.
 *
 *   FAULT_AT=N       which operation; 0: only count and log
 *   FAULT_MODE=      kill       SIGKILL for everybody before the operation
 *                    killafter  ... after it
 *                    torn       a write gets half of its bytes into the file, then SIGKILL
 *                    power      SIGKILL, and what was not fsynced is lost: content of files beyond the
 *                               last fsync, and names whose folder was not fsynced since
 *                    powermeta  the same, but names survive (an empty file under the new name)
 *                    short      a write accepts one byte less than offered
 *                    ENOSPC EIO EINTR  the operation fails with that
 *   FAULT_SEED=n     power: each name is lost or kept at random, reproducibly
 *   FAULT_STICKY=1   every later operation fails too (a disk stays full)
 *   FAULT_KEEP=dir   folder on the same file system, for what may have to come back
 *   FAULT_LOG=file   one line an operation: number, name, path
 */
#define _GNU_SOURCE
#include "faultshim.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES = 1024, CHANGES = 4096, PROCESSES = 256 };

/* A file that was written: how much of it would survive. */
struct file {
	dev_t dev;
	ino_t ino;
	off_t synced;
	char path[PATH_CAP];
};
/* A change of names that its folder has not been fsynced for. */
struct change {
	enum change_kind kind;
	char name[PATH_CAP], from[PATH_CAP], kept[PATH_CAP];
};
static struct shared {
	long count;
	int busy;                      /* spin lock */
	int nfiles, nchanges, nprocesses;
	pid_t processes[PROCESSES];
	struct file files[FILES];
	struct change changes[CHANGES];
} *shared;

static long at;
static const char *mode = "", *keep;
static char dir[PATH_MAX];
static size_t dir_len;
static unsigned seed;
static bool sticky;
static int log_fd = -1;
static __thread bool inside;           /* our own operations don't count */

static void lock(void)
{
	while (__sync_lock_test_and_set(&shared->busy, 1))
		;
}
static void unlock(void)
{
	__sync_lock_release(&shared->busy);
}

static void register_process(void)
{
	static pid_t known;
	if (known == getpid())
		return;
	known = getpid();
	lock();
	if (shared->nprocesses < PROCESSES)
		shared->processes[shared->nprocesses++] = known;
	unlock();
}

__attribute__((constructor)) static void start(void)
{
	const char *s;
	inside = true;
	shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		-1, 0);
	at = (s = getenv("FAULT_AT")) ? atol(s) : 0;
	mode = (s = getenv("FAULT_MODE")) ? s : "";
	keep = getenv("FAULT_KEEP");
	sticky = (s = getenv("FAULT_STICKY")) && *s;
	seed = (s = getenv("FAULT_SEED")) && *s
		       ? (unsigned)atoi(s) * 2654435761u + (unsigned)at + 1
		       : 0;
	if ((s = getenv("FAULT_DIR")) && realpath(s, dir))
		dir_len = strlen(dir);
	if ((s = getenv("FAULT_LOG")))
		log_fd = open(s, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
	register_process();            /* also one that only watches others must die with them */
	inside = false;
}

/* ---- what counts --------------------------------------------------------------------------------- */

bool fault_watched(const char *path, char abs[PATH_CAP])
{
	char cwd[PATH_MAX];
	int n;
	if (inside || !path || !dir_len)
		return false;
	if (*path == '/')
		n = snprintf(abs, PATH_CAP, "%s", path);
	else
		n = getcwd(cwd, sizeof cwd) ? snprintf(abs, PATH_CAP, "%s/%s", cwd, path)
					    : PATH_CAP;
	return n < PATH_CAP && strncmp(abs, dir, dir_len) == 0 &&
	       (abs[dir_len] == '/' || !abs[dir_len]);
}

bool fault_watched_fd(int fd, char abs[PATH_CAP])
{
	char link[64], path[PATH_CAP];
	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = inside ? -1 : readlink(link, path, sizeof path - 1);
	if (n <= 0 || path[0] != '/')   /* a pipe or a socket */
		return false;
	path[n] = 0;
	return fault_watched(path, abs);
}

/* ---- what would be lost ---------------------------------------------------------------------------- */

static struct file *file_of(int fd, const char *path, bool fresh)
{
	struct stat st;
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return NULL;
	for (int i = 0; i < shared->nfiles; i++) {
		if (shared->files[i].dev == st.st_dev && shared->files[i].ino == st.st_ino)
			return &shared->files[i];
	}
	if (!path || shared->nfiles == FILES)
		return NULL;
	struct file *f = &shared->files[shared->nfiles++];
	f->dev = st.st_dev;
	f->ino = st.st_ino;
	f->synced = fresh ? 0 : st.st_size;
	strcpy(f->path, path);
	return f;
}

void fault_opened(int fd, const char *path, bool existed)
{
	lock();
	file_of(fd, path, !existed);
	unlock();
	if (!existed)
		fault_changed(CREATED, path, NULL, NULL);
}

void fault_moved(const char *from, const char *to)
{
	lock();
	for (int i = 0; i < shared->nfiles; i++) {
		if (strcmp(shared->files[i].path, from) == 0)
			strcpy(shared->files[i].path, to);
	}
	unlock();
}

void fault_changed(enum change_kind kind, const char *name, const char *from, const char *kept)
{
	lock();
	if (shared->nchanges < CHANGES) {
		struct change *c = &shared->changes[shared->nchanges++];
		c->kind = kind;
		strcpy(c->name, name);
		strcpy(c->from, from ? from : "");
		strcpy(c->kept, kept ? kept : "");
	}
	unlock();
}

void fault_keep(const char *path, char kept[PATH_CAP])
{
	static int serial;
	kept[0] = 0;
	if (!keep || strncmp(mode, "power", 5) != 0)
		return;
	snprintf(kept, PATH_CAP, "%s/%d-%d", keep, (int)getpid(), serial++);
	if (link(path, kept) < 0)
		kept[0] = 0;
}

void fault_folder_synced(const char *folder)
{
	size_t n = strlen(folder);
	int k = 0;
	lock();
	for (int i = 0; i < shared->nchanges; i++) {
		struct change *c = &shared->changes[i];
		bool here = strncmp(c->name, folder, n) == 0 && c->name[n] == '/' &&
			    !strchr(c->name + n + 1, '/');
		if (!here)
			shared->changes[k++] = *c;
	}
	shared->nchanges = k;
	unlock();
}

void fault_file_synced(int fd)
{
	struct stat st;
	lock();
	struct file *f = file_of(fd, NULL, false);
	if (f && fstat(fd, &st) == 0)
		f->synced = st.st_size;
	unlock();
}

static void undo(const struct change *c)
{
	char command[2 * PATH_CAP];
	switch (c->kind) {
	case CREATED:
		unlink(c->name);
		break;
	case RENAMED:
		rename(c->name, c->from);
		if (*c->kept)
			rename(c->kept, c->name);
		break;
	case UNLINKED:
		if (*c->kept)
			rename(c->kept, c->name);
		break;
	case MADE_DIR:                 /* and what is in it can't be reached any more */
		unsetenv("LD_PRELOAD");
		snprintf(command, sizeof command, "rm -rf '%s'", c->name);
		if (system(command) != 0)
			_exit(99);
		break;
	case REMOVED_DIR:
		mkdir(c->name, 0777);
		break;
	}
}

static void lose_power(void)
{
	for (int i = 0; i < shared->nfiles; i++) {
		const struct file *f = &shared->files[i];
		struct stat st;
		if (stat(f->path, &st) == 0 && st.st_ino == f->ino && st.st_size > f->synced &&
			truncate(f->path, f->synced) < 0)
			_exit(99);
	}
	for (int i = shared->nchanges; strcmp(mode, "power") == 0 && i-- > 0;) {
		if (seed) {
			seed = seed * 1103515245u + 12345u;
			if (seed >> 30 & 1)
				continue;
		}
		undo(&shared->changes[i]);
	}
}

/* ---- dying -------------------------------------------------------------------------------------------- */

_Noreturn void fault_die(void)
{
	inside = true;
	pid_t self = getpid();
	for (int i = 0; i < shared->nprocesses; i++) {
		if (shared->processes[i] != self)
			kill(shared->processes[i], SIGKILL);
	}
	if (strncmp(mode, "power", 5) == 0)
		lose_power();
	kill(self, SIGKILL);
	for (;;)
		pause();
}

static int mode_errno(void)
{
	static const struct {
		const char *name;
		int value;
	} names[] = { { "ENOSPC", ENOSPC }, { "EIO", EIO }, { "EINTR", EINTR } };
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(mode, names[i].name) == 0)
			return names[i].value;
	}
	return 0;
}

static __thread long number;           /* of the operation in progress */

int fault_before(const char *name, const char *path)
{
	register_process();
	number = __sync_add_and_fetch(&shared->count, 1);
	if (log_fd >= 0) {
		inside = true;
		dprintf(log_fd, "%ld %s %s\n", number, name, path);
		inside = false;
	}
	if (!at || (number != at && !(sticky && number > at)))
		return 0;
	if (strcmp(mode, "kill") == 0 || strncmp(mode, "power", 5) == 0)
		fault_die();
	return mode_errno();
}

bool fault_is(const char *name)
{
	return at && number == at && strcmp(mode, name) == 0;
}

void fault_after(void)
{
	if (fault_is("killafter"))
		fault_die();
}

/* Right after a successful end is a moment too. */
__attribute__((destructor)) static void end(void)
{
	if (!inside && shared && shared->count && shared->nprocesses &&
		shared->processes[0] == getpid())
		fault_before("exit", dir);
}
