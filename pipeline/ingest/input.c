/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The bytes of a text file, mapped, unless they are none. */
#include "ingest/ingest_int.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * NUL bytes in bulk that are no UTF-16 or UTF-32, or many control characters. One of them may be a
 * delimiter or come again in every line; what is packed or ciphered has all of them (8 % of it).
 */
static bool binary(const char *p, size_t n)
{
	size_t head = n < 65536 ? n : 65536, nul[4] = { 0 }, control = 0;
	uint32_t seen = 0;
	bool marked = n >= 2 &&
		(memcmp(p, "\xff\xfe", 2) == 0 || memcmp(p, "\xfe\xff", 2) == 0);
	if (marked)
		return false;          /* the byte order mark of UTF-16 */
	for (size_t i = 0; i < head; i++) {
		unsigned char c = (unsigned char)p[i];
		nul[i & 3] += c == 0;
		bool odd_one = c < 32 && c && !strchr("\t\n\r\f\x1a\x1b\x1c\x1d\x1e\x1f", c);
		control += odd_one;
		seen |= odd_one ? 1u << c : 0;
	}
	size_t even = nul[0] + nul[2], odd = nul[1] + nul[3], all = even + odd;
	bool wide = all > head / 4 &&
		(even > 4 * odd || odd > 4 * even || nul[0] < all / 16 || nul[3] < all / 16);
	bool many_kinds = __builtin_popcount(seen) > 2;
	return (all > head / 10 && !wide) || control > head / (many_kinds ? 33 : 10);
}

/* ---- mapping ----------------------------------------------------------------------------- */

struct mapping {
	void *p;
	size_t n;
};

static void unmap(void *arg)
{
	struct mapping *m = arg;
	munmap(m->p, m->n);
}

void input_forget(const char *p, size_t n)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), at = (uintptr_t)p;
	uintptr_t from = (at + page - 1) / page * page, to = (at + n) / page * page;
	void *start;
	memcpy(&start, &from, sizeof start);
	if (to > from)
		madvise(start, to - from, MADV_DONTNEED);
}

int input_map(struct arena *a, int fd, size_t n, const char **p, struct err *e)
{
	*p = "";
	if (!n)
		return 0;
	/* zeros first, the file over them */
	size_t room = n + (size_t)sysconf(_SC_PAGESIZE);
	void *at = mmap(NULL, room, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (at == MAP_FAILED)
		return err_errno(e, "cannot map %zu bytes", n);
	struct mapping *m = arena_alloc(a, sizeof *m);
	*m = (struct mapping){ at, room };
	arena_own(a, m, unmap);
	if (mmap(at, n, PROT_READ, MAP_PRIVATE | MAP_FIXED, fd, 0) == MAP_FAILED)
		return err_errno(e, "cannot map %zu bytes", n);
	*p = at;
	return 0;
}

static int examine(struct arena *a, int fd, struct input *in, struct err *e)
{
	struct stat st;
	if (fstat(fd, &st) < 0)
		return err_errno(e, "reading its size");
	if (S_ISDIR(st.st_mode))
		return err_set(e, ERR_INPUT, "it is a folder, not a file");
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT, "it is not a regular file");
	in->n = (size_t)st.st_size;
	if (!in->n)
		return err_set(e, ERR_INPUT, "the file is empty");
	if (input_map(a, fd, in->n, &in->p, e))
		return -1;
	if (binary(in->p, in->n))
		return err_set(e, ERR_INPUT,
			"it looks like a binary file of a kind that is not known");
	return 0;
}

int input_open(struct arena *a, const char *path, struct input *in, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return err_set(e, ERR_INPUT, "%s", strerror(errno));
	int status = examine(a, fd, in, e);
	close(fd);
	return status;
}
