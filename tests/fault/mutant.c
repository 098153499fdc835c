/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The program as it must not be, to see that the fault tests notice: linked into tiny in place of the calls that are
 * wrapped (-Wl,--wrap). MUTANT says what is wrong:
 *
 *   files     contents are never synced
 *   folders   names are never synced
 *   late      contents are synced after the file has got its name
 *   marker    a step's artifacts get their names after its marker
 */
#include "driver/driver_int.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int __real_fsync(int fd);
int __real_rename(const char *from, const char *to);
int __real_file_remove_tree(const char *path, struct err *e);
int __real_marker_write(const struct job *j, const char *step, json_t *body, struct err *e);
int __wrap_fsync(int fd);
int __wrap_rename(const char *from, const char *to);
int __wrap_file_remove_tree(const char *path, struct err *e);
int __wrap_marker_write(const struct job *j, const char *step, json_t *body, struct err *e);

enum { QUEUE = 64 };
static struct {
	char from[512], to[512];
} queue[QUEUE];
static int queued;

static bool mutant(const char *name)
{
	const char *s = getenv("MUTANT");
	return s && strcmp(s, name) == 0;
}

int __wrap_fsync(int fd)
{
	struct stat st;
	bool folder = fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
	if (mutant(folder ? "folders" : "files") || (!folder && mutant("late")))
		return 0;
	return __real_fsync(fd);
}

int __wrap_rename(const char *from, const char *to)
{
	const char *tmp = strstr(from, "/.tmp-");
	bool artifact = tmp && strchr(tmp + 1, '/');
	if (mutant("marker") && artifact && queued < QUEUE) {
		snprintf(queue[queued].from, sizeof queue->from, "%s", from);
		snprintf(queue[queued++].to, sizeof queue->to, "%s", to);
		return 0;
	}
	int r = __real_rename(from, to);
	int fd = r == 0 && mutant("late") ? open(to, O_RDONLY) : -1;
	if (fd >= 0) {
		r = __real_fsync(fd);
		close(fd);
	}
	return r;
}

/* The folder that a step wrote into stays while its files are still to be renamed. */
static char held[512];

int __wrap_file_remove_tree(const char *path, struct err *e)
{
	if (!queued)
		return __real_file_remove_tree(path, e);
	snprintf(held, sizeof held, "%s", path);
	return 0;
}

int __wrap_marker_write(const struct job *j, const char *step, json_t *body, struct err *e)
{
	int r = __real_marker_write(j, step, body, e);
	for (int i = 0; i < queued && r == 0; i++)
		r = __real_rename(queue[i].from, queue[i].to);
	if (queued)
		__real_file_remove_tree(held, e);
	queued = 0;
	return r;
}
