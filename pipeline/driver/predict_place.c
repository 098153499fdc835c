/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a prediction works and where its result goes; after a kill at any time nothing is half there, and what
 * was left behind goes with the next one. */
#include "driver/predict_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static int lock_file(const char *path, int how)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (fd < 0)
		return -1;
	while (flock(fd, how) < 0)
		if (errno != EINTR) {
			close(fd);
			return -1;
		}
	return fd;
}

/* ---- the folder ------------------------------------------------------------------------------------------ */

/* Folders whose lock can be had are nobody's any more. */
static int remove_stale(struct arena *a, const char *root, struct err *e)
{
	DIR *d = opendir(root);
	if (!d)
		return err_errno(e, "cannot read folder '%s'", root);
	int r = 0;
	for (struct dirent *x; r == 0 && (r = file_next(d, root, &x, e)) == 0 && x;) {
		if (x->d_name[0] == '.')
			continue;
		const char *dir = path_join(a, root, x->d_name);
		int fd = lock_file(path_join(a, dir, ".lock"), LOCK_EX | LOCK_NB);
		if (fd < 0 && errno == EWOULDBLOCK)
			continue;
		r = file_remove_tree(dir, e);
		if (fd >= 0)
			close(fd);
	}
	closedir(d);
	return r;
}

int scratch_open(struct arena *a, const char *data_dir, const char *id, struct scratch *s, struct err *e)
{
	const char *root = path_join(a, data_dir, ".predict");
	s->lock = -1;
	s->dir = arena_printf(a, "%s/%s.%ld", root, id, (long)getpid());
	if (file_mkdirs(root, e) < 0)
		return -1;
	int all = lock_file(path_join(a, root, ".lock"), LOCK_EX);
	if (all < 0)
		return err_errno(e, "cannot lock '%s'", root);
	int r = remove_stale(a, root, e);
	if (r == 0)
		r = file_mkdirs(s->dir, e);
	if (r == 0 && (s->lock = lock_file(path_join(a, s->dir, ".lock"), LOCK_EX | LOCK_NB)) < 0)
		r = err_errno(e, "cannot lock '%s'", s->dir);
	close(all);
	return r;
}

void scratch_close(struct scratch *s)
{
	if (s->lock < 0)
		return;
	file_remove_tree(s->dir, NULL);
	close(s->lock);
	s->lock = -1;
}

/* ---- the result -------------------------------------------------------------------------------------------- */

/* The lock must be on what the name stands for now: whoever had it may have renamed it just before. */
static int lock_work(struct place *p, struct err *e)
{
	struct stat held, named;
	for (;;) {
		p->lock = lock_file(p->work, LOCK_EX | LOCK_NB);
		if (p->lock < 0 && errno == EWOULDBLOCK)
			return err_set(e, ERR_BUSY, "'%s' is being written by another process", p->path);
		if (p->lock < 0)
			return err_errno(e, "cannot write '%s'", p->path);
		if (fstat(p->lock, &held) == 0 && stat(p->work, &named) == 0 && held.st_ino == named.st_ino &&
			held.st_dev == named.st_dev)
			return 0;
		close(p->lock);
	}
}

int place_open(struct arena *a, const char *path, const struct scratch *s, struct place *p, struct err *e)
{
	struct stat st;
	*p = (struct place){ .path = path && strcmp(path, "-") != 0 ? path : NULL, .lock = -1 };
	p->work = path_join(a, s->dir, "predictions");
	if (!p->path)
		return 0;
	bool there = stat(p->path, &st) == 0;
	if (there && S_ISDIR(st.st_mode))
		return err_set(e, ERR_IO, "cannot write '%s': it is a directory", p->path);
	if (there && !S_ISREG(st.st_mode))
		return 0;
	const char *base = path_base(p->path);
	p->work = arena_printf(a, "%.*s.%s.tmp", (int)(base - p->path), p->path, base);
	return lock_work(p, e);
}

static int copy_to(const struct place *p, struct err *e)
{
	const char *name = p->path ? p->path : "standard output";
	char chunk[1 << 16];
	int in = open(p->work, O_RDONLY | O_CLOEXEC), r = 0;
	int out = p->path ? open(p->path, O_WRONLY | O_CLOEXEC) : STDOUT_FILENO;
	fflush(stdout);
	if (in < 0 || out < 0)
		r = err_errno(e, "cannot write '%s'", name);
	for (ssize_t n; r == 0 && (n = read(in, chunk, sizeof chunk)) != 0;)
		for (ssize_t at = 0, k; at < n && r == 0; at += k)
			if ((k = write(out, chunk + at, (size_t)(n - at))) < 0) {
				k = 0;
				r = errno == EINTR ? 0 : err_errno(e, "cannot write to %s", name);
			}
	if (in >= 0)
		close(in);
	if (p->path && out >= 0 && close(out) < 0 && r == 0)
		r = err_errno(e, "cannot write '%s'", name);
	return r;
}

int place_close(struct place *p, bool keep, struct err *e)
{
	int r = 0;
	if (p->lock < 0) {
		r = keep ? copy_to(p, e) : 0;
	} else if (keep) {
		const char *slash = strrchr(p->path, '/');
		char *dir = slash ? mem_strndup(p->path, (size_t)(slash - p->path) + 1) : mem_strdup(".");
		if (rename(p->work, p->path) < 0)
			r = err_errno(e, "cannot write '%s'", p->path);
		else
			r = file_sync(dir, e);
		free(dir);
	} else {
		unlink(p->work);
	}
	if (p->lock >= 0)
		close(p->lock);
	p->lock = -1;
	return r;
}
