/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The calls of libc that change files, each with a way to go wrong. */
#define _GNU_SOURCE
#include "faultshim.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int opened(int fd, const char *abs, bool existed)
{
	if (fd < 0)
		return fd;
	fault_opened(fd, abs, existed);
	fault_after();
	return fd;
}

static int open_any(int folder, const char *path, int flags, mode_t m)
{
	int (*real)(int, const char *, int, ...) = REAL(openat);
	char abs[PATH_CAP];
	struct stat st;
	bool writes = flags & (O_WRONLY | O_RDWR | O_CREAT | O_TRUNC);
	if (!writes || folder != AT_FDCWD || !fault_watched(path, abs))
		return real(folder, path, flags, m);
	bool existed = stat(abs, &st) == 0;
	int e = fault_before("open", abs);
	if (e) {
		errno = e;
		return -1;
	}
	return opened(real(folder, path, flags, m), abs, existed);
}

#define MODE_ARGUMENT(flags)                                   \
	mode_t m = 0;                                          \
	if ((flags) & (O_CREAT | O_TMPFILE)) {                 \
		va_list args;                                  \
		va_start(args, flags);                         \
		m = va_arg(args, mode_t);                      \
		va_end(args);                                  \
	}

int open(const char *path, int flags, ...)
{
	MODE_ARGUMENT(flags)
	return open_any(AT_FDCWD, path, flags, m);
}
int open64(const char *path, int flags, ...)
{
	MODE_ARGUMENT(flags)
	return open_any(AT_FDCWD, path, flags, m);
}
int openat(int folder, const char *path, int flags, ...)
{
	MODE_ARGUMENT(flags)
	return open_any(folder, path, flags, m);
}

static FILE *fopen_any(FILE *(*real)(const char *, const char *), const char *path, const char *how)
{
	char abs[PATH_CAP];
	struct stat st;
	if (!strpbrk(how, "wa+") || !fault_watched(path, abs))
		return real(path, how);
	bool existed = stat(abs, &st) == 0;
	int e = fault_before("fopen", abs);
	if (e) {
		errno = e;
		return NULL;
	}
	FILE *f = real(path, how);
	if (f)
		opened(fileno(f), abs, existed);
	return f;
}
FILE *fopen(const char *path, const char *how)
{
	return fopen_any(REAL(fopen), path, how);
}
FILE *fopen64(const char *path, const char *how)
{
	return fopen_any(REAL(fopen64), path, how);
}

/* stdio writes through a call that can't be caught here: its closing counts instead. */
int fclose(FILE *f)
{
	char abs[PATH_CAP];
	int (*real)(FILE *) = REAL(fclose);
	if (!fault_watched_fd(fileno(f), abs) ||
		(fcntl(fileno(f), F_GETFL) & O_ACCMODE) == O_RDONLY)
		return real(f);
	int e = fault_before("fclose", abs), r = real(f);
	if (e) {
		errno = e;
		return EOF;
	}
	fault_after();
	return r;
}

ssize_t write(int fd, const void *p, size_t n)
{
	char abs[PATH_CAP];
	ssize_t (*real)(int, const void *, size_t) = REAL(write);
	if (!fault_watched_fd(fd, abs))
		return real(fd, p, n);
	int e = fault_before("write", abs);
	if (e) {
		errno = e;
		return -1;
	}
	if (fault_is("torn")) {
		if (real(fd, p, n / 2) >= 0)
			fault_die();
	}
	if (fault_is("short") && n > 1)
		return real(fd, p, n - 1);
	ssize_t r = real(fd, p, n);
	fault_after();
	return r;
}

/* For the calls whose only argument of interest is a descriptor or a name. */
#define BEFORE(name, abs)                                      \
	int before = fault_before(name, abs);                           \
	if (before) {                                          \
		errno = before;                                \
		return -1;                                     \
	}

static int sync_any(int (*real)(int), const char *name, int fd)
{
	char abs[PATH_CAP];
	struct stat st;
	if (!fault_watched_fd(fd, abs))
		return real(fd);
	BEFORE(name, abs)
	int r = real(fd);
	if (r == 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		fault_folder_synced(abs);
	else if (r == 0)
		fault_file_synced(fd);
	fault_after();
	return r;
}
int fsync(int fd)
{
	return sync_any(REAL(fsync), "fsync", fd);
}
int fdatasync(int fd)
{
	return sync_any(REAL(fdatasync), "fdatasync", fd);
}

int ftruncate(int fd, off_t n)
{
	char abs[PATH_CAP];
	int (*real)(int, off_t) = REAL(ftruncate);
	if (!fault_watched_fd(fd, abs))
		return real(fd, n);
	BEFORE("ftruncate", abs)
	int r = real(fd, n);
	fault_after();
	return r;
}

int rename(const char *from, const char *to)
{
	char a[PATH_CAP], b[PATH_CAP], kept[PATH_CAP];
	int (*real)(const char *, const char *) = REAL(rename);
	if (!fault_watched(from, a) || !fault_watched(to, b))
		return real(from, to);
	BEFORE("rename", b)
	fault_keep(b, kept);
	int r = real(from, to);
	if (r == 0) {
		fault_changed(RENAMED, b, a, kept);
		fault_moved(a, b);
	}
	fault_after();
	return r;
}

int linkat(int d1, const char *from, int d2, const char *to, int flags)
{
	char abs[PATH_CAP];
	int (*real)(int, const char *, int, const char *, int) = REAL(linkat);
	if (d2 != AT_FDCWD || !fault_watched(to, abs))
		return real(d1, from, d2, to, flags);
	BEFORE("link", abs)
	int r = real(d1, from, d2, to, flags);
	if (r == 0)
		fault_changed(CREATED, abs, NULL, NULL);
	fault_after();
	return r;
}

int unlink(const char *path)
{
	char abs[PATH_CAP], kept[PATH_CAP];
	int (*real)(const char *) = REAL(unlink);
	if (!fault_watched(path, abs))
		return real(path);
	BEFORE("unlink", abs)
	fault_keep(abs, kept);
	int r = real(path);
	if (r == 0)
		fault_changed(UNLINKED, abs, NULL, kept);
	fault_after();
	return r;
}

int mkdir(const char *path, mode_t m)
{
	char abs[PATH_CAP];
	int (*real)(const char *, mode_t) = REAL(mkdir);
	struct stat st;
	if (!fault_watched(path, abs) || stat(abs, &st) == 0)
		return real(path, m);
	BEFORE("mkdir", abs)
	int r = real(path, m);
	if (r == 0)
		fault_changed(MADE_DIR, abs, NULL, NULL);
	fault_after();
	return r;
}

int rmdir(const char *path)
{
	char abs[PATH_CAP];
	int (*real)(const char *) = REAL(rmdir);
	if (!fault_watched(path, abs))
		return real(path);
	BEFORE("rmdir", abs)
	int r = real(path);
	if (r == 0)
		fault_changed(REMOVED_DIR, abs, NULL, NULL);
	fault_after();
	return r;
}
