/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files: whole reads, durable writes. The write protocol is: temporary in the same folder, every
 * write checked, fsync, close, rename, fsync of the folder; a failed fsync is never retried. */
#define _GNU_SOURCE            /* sync_file_range */
#include "base/base.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static ssize_t read_some(int fd, void *p, size_t n)
{
	ssize_t k;
	do
		k = read(fd, p, n);
	while (k < 0 && errno == EINTR);
	return k;
}

static int read_all(int fd, const char *path, size_t cap, struct buf *out, struct err *e)
{
	for (;;) {
		buf_reserve(out, 64 * 1024);
		ssize_t k = read_some(fd, out->p + out->n, out->cap - out->n - 1);
		if (k < 0)
			return err_errno(e, "cannot read '%s'", path);
		out->n += (size_t)k;
		out->p[out->n] = 0;
		if (!k)
			return 0;
		if (out->n > cap)
			return err_set(e, ERR_IO, "cannot read '%s': larger than %zu bytes", path, cap);
	}
}

int file_read(const char *path, size_t cap, struct buf *out, struct err *e)
{
	/* Opening a pipe that nobody writes to would wait for ever. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_errno(e, "cannot open '%s'", path);
	struct stat st;
	int r = -1;
	if (fstat(fd, &st) < 0) {
		err_errno(e, "cannot read '%s'", path);
	} else if (!S_ISREG(st.st_mode)) {
		err_set(e, ERR_IO, "cannot read '%s': it is %s", path,
			S_ISDIR(st.st_mode) ? "a directory" : "not a regular file");
	} else {
		if ((uint64_t)st.st_size <= cap)
			buf_reserve(out, (size_t)st.st_size + 1);
		r = read_all(fd, path, cap, out, e);
	}
	close(fd);
	return r;
}

int file_mkdirs(const char *path, struct err *e)
{
	char *p = mem_strdup(path);
	int r = 0;
	for (char *s = p + 1; !r; s++) {
		if (*s != '/' && *s)
			continue;
		char c = *s;
		*s = 0;
		if (mkdir(p, 0777) < 0 && errno != EEXIST)
			r = err_errno(e, "cannot create folder '%s'", p);
		*s = c;
		if (!c)
			break;
	}
	struct stat st;
	if (!r && (stat(path, &st) < 0 || !S_ISDIR(st.st_mode)))
		r = err_set(e, ERR_IO, "cannot create folder '%s': a file is in the way", path);
	free(p);
	return r;
}

int file_put(int fd, const void *data, size_t n)
{
	const char *p = data;
	while (n) {
		ssize_t k = write(fd, p, n);
		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return -1;
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

int file_write(const char *path, const void *data, size_t n, struct err *e)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return err_errno(e, "cannot write '%s'", path);
	if (file_put(fd, data, n) < 0) {
		err_errno(e, "cannot write '%s'", path);
		close(fd);
		return -1;
	}
	if (close(fd) < 0)
		return err_errno(e, "cannot write '%s'", path);
	return 0;
}

int file_sync(const char *path, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_errno(e, "cannot open '%s'", path);
	if (fsync(fd) < 0) {
		err_errno(e, "cannot sync '%s'", path);
		close(fd);
		return -1;
	}
	close(fd);
	return 0;
}

void file_sync_begin(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	close(fd);
}

static int sync_parent(const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');
	char *dir = !slash ? mem_strdup(".") : slash == path ? mem_strdup("/") :
		mem_strndup(path, (size_t)(slash - path));
	int r = file_sync(dir, e);
	free(dir);
	return r;
}

int file_publish(const char *path, const void *data, size_t n, struct err *e)
{
	struct buf tmp = { 0 };
	static unsigned counter;
	buf_printf(&tmp, "%s.tmp-%ld-%u", path, (long)getpid(), counter++);
	int fd = open(tmp.p, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666), r = -1;
	if (fd < 0) {
		err_errno(e, "cannot write '%s'", path);
		buf_free(&tmp);
		return -1;
	}
	bool written = file_put(fd, data, n) == 0 && fsync(fd) == 0;
	int why = errno;
	if (close(fd) < 0 && written) {
		written = false;
		why = errno;
	}
	errno = why;
	if (!written) {
		err_errno(e, "cannot write '%s'", path);
		unlink(tmp.p);
	} else if (rename(tmp.p, path) < 0) {
		err_errno(e, "cannot rename into '%s'", path);
		unlink(tmp.p);
	} else {
		r = sync_parent(path, e);
	}
	buf_free(&tmp);
	return r;
}

/* Locked, and still what the name stands for: whoever had the lock may have renamed it just before. Where
 * there are no locks on files, the last one to rename wins. */
static int open_shared(const char *path)
{
	struct stat held, named;
	for (;;) {
		int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666), r;
		if (fd < 0)
			return -1;
		do
			r = flock(fd, LOCK_EX);
		while (r < 0 && errno == EINTR);
		if (r < 0 || (fstat(fd, &held) == 0 && stat(path, &named) == 0 && held.st_ino == named.st_ino &&
			held.st_dev == named.st_dev))
			return fd;
		close(fd);
	}
}

int file_replace(const char *path, const void *data, size_t n, struct err *e)
{
	struct buf tmp = { 0 };
	buf_printf(&tmp, "%s.tmp", path);
	int fd = open_shared(tmp.p), r = -1;
	if (fd < 0) {
		err_errno(e, "cannot write '%s'", path);
	} else if (ftruncate(fd, 0) < 0 || file_put(fd, data, n) < 0 || fsync(fd) < 0 || rename(tmp.p, path) < 0) {
		err_errno(e, "cannot write '%s'", path);
		unlink(tmp.p);
	} else {
		r = sync_parent(path, e);
	}
	if (fd >= 0)
		close(fd);
	buf_free(&tmp);
	return r;
}

int file_next(DIR *d, const char *path, struct dirent **x, struct err *e)
{
	do {
		errno = 0;
		*x = readdir(d);
	} while (*x && (strcmp((*x)->d_name, ".") == 0 || strcmp((*x)->d_name, "..") == 0));
	return !*x && errno ? err_errno(e, "cannot read folder '%s'", path) : 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

int file_names(struct arena *a, const char *path, const char ***names, size_t *n, struct err *e)
{
	DIR *d = opendir(path);
	*names = NULL;
	*n = 0;
	if (!d)
		return errno == ENOENT ? 0 : err_errno(e, "cannot read folder '%s'", path);
	int r = 0;
	for (struct dirent *x; (r = file_next(d, path, &x, e)) == 0 && x;) {
		if (x->d_name[0] == '.')
			continue;
		if ((*n & (*n - 1)) == 0)
			*names = mem_realloc(*names, *n ? 2 * *n : 1, sizeof **names);
		(*names)[(*n)++] = arena_strdup(a, x->d_name);
	}
	closedir(d);
	if (r < 0) {
		free(*names);
		*names = NULL;
		*n = 0;
	} else if (*n) {
		qsort(*names, *n, sizeof **names, by_name);
	}
	return r;
}

static int remove_entries(const char *path, struct err *e)
{
	DIR *d = opendir(path);
	if (!d)
		return errno == ENOENT ? 0 : err_errno(e, "cannot read folder '%s'", path);
	int r = 0;
	for (struct dirent *x; r == 0 && (r = file_next(d, path, &x, e)) == 0 && x;) {
		struct buf child = { 0 };
		buf_printf(&child, "%s/%s", path, x->d_name);
		r = file_remove_tree(child.p, e);
		buf_free(&child);
	}
	closedir(d);
	return r;
}

int file_remove_tree(const char *path, struct err *e)
{
	struct stat st;
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : err_errno(e, "cannot remove '%s'", path);
	if (S_ISDIR(st.st_mode) && remove_entries(path, e) < 0)
		return -1;
	int r = S_ISDIR(st.st_mode) ? rmdir(path) : unlink(path);
	/* another process may be removing the same */
	return r < 0 && errno != ENOENT ? err_errno(e, "cannot remove '%s'", path) : 0;
}

bool file_exists(const char *path)
{
	struct stat st;
	return stat(path, &st) == 0;
}

char *path_join(struct arena *a, const char *dir, const char *name)
{
	if (name[0] == '/' || !dir[0])
		return arena_strdup(a, name);
	bool slash = dir[strlen(dir) - 1] == '/';
	return arena_printf(a, "%s%s%s", dir, slash ? "" : "/", name);
}

const char *path_base(const char *path)
{
	const char *slash = strrchr(path, '/');
	return slash ? slash + 1 : path;
}
