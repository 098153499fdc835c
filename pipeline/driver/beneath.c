/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening what a manifest names. Whoever may write a manifest may not thereby read any file that we may:
 * nothing outside of the manifest's own folder is opened, by whatever way (.., an absolute path, a symbolic
 * link, one that is put there while we look), unless the command line allows it. */
#define _GNU_SOURCE
#include "driver/driver_int.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Kernels before 5.6: the name is resolved first, so that a link put there in between is followed. */
static int open_resolved(const char *folder, const char *path)
{
	char *root = realpath(*folder ? folder : ".", NULL), *real = realpath(path, NULL);
	size_t n = root ? strlen(root) : 0;
	int fd = -1;
	if (root && real) {
		bool inside = strncmp(real, root, n) == 0 && (real[n] == '/' || strcmp(root, "/") == 0);
		fd = inside ? open(real, O_RDONLY | O_CLOEXEC | O_NONBLOCK) : -1;
		if (!inside)
			errno = EXDEV;
	}
	free(root);
	free(real);
	return fd;
}

static int open_beneath(const char *folder, const char *path)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK, .resolve = RESOLVE_BENEATH };
	size_t n = strlen(folder);
	const char *inner = strncmp(path, folder, n) == 0 ? path + n : path;
	int root = open(n ? folder : ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -1;
	long fd = syscall(SYS_openat2, root, inner, &how, sizeof how);
	int why = errno;
	close(root);
	errno = why;
	return fd < 0 && (why == ENOSYS || why == EPERM) ? open_resolved(folder, path) : (int)fd;
}

int manifest_open(const struct job *j, const char *path, struct err *e)
{
	int fd = j->folder ? open_beneath(j->folder, path) : open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0)
		return fd;
	if (errno == EXDEV || errno == ELOOP)
		return err_set(e, ERR_USAGE, "'%s' is outside of the folder of the manifest ('%s'); --allow-outside permits that",
			path, *j->folder ? j->folder : ".");
	err_errno(e, "cannot open '%s'", path);
	if (e && (errno == ENOENT || errno == EACCES || errno == ENOTDIR))
		e->code = ERR_INPUT;
	return -1;
}
