/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a compressed file or an archive, and as a file whose format is to be found. */
#define _GNU_SOURCE            /* memfd_create */
#include "ingest/process/formats_int.h"
#include "ingest/process/process_int.h"
#include "ingest/process/unpack_int.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static int64_t size_of(int fd)
{
	struct stat st;
	return fstat(fd, &st) == 0 ? st.st_size : -1;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	enum { MOST = 16 << 20 };
	static int in = -1, to = -1;
	if (in < 0) {
		in = memfd_create("in", 0);
		to = memfd_create("to", 0);
	}
	if (ftruncate(in, 0) || pwrite(in, data, n, 0) != (ssize_t)n || ftruncate(to, 0))
		abort();
	lseek(to, 0, SEEK_SET);
	char path[32];
	snprintf(path, sizeof path, "/proc/self/fd/%d", in);
	const struct ingest_options o = { .max_expanded = MOST };
	const struct feed_out out = { 0 };
	struct err e = { 0 };
	struct str head = { (const char *)data, n < HEAD_BYTES ? n : HEAD_BYTES };
	if (feed_run_to(to, &format_unpack, &o, path, &out, &e) < 0 && (!e.code || !e.msg[0]))
		abort();
	if (size_of(to) > MOST)
		abort();
	if (foreign_refuse(head, path, &e) < 0 && !e.msg[0])
		abort();
	foreign_unknown(head, &e);
	return 0;
}
