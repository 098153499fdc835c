/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `ingest FILE TABLE [THREADS [paranoid]]` reads a file into a table and prints the seconds and the
 * largest size in memory, pages of files not counted where the kernel tells them apart. */
#include "ingest/ingest.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Memory of our own, at its largest; asked whenever there is progress. */
static bool watch(void *most, double done, const char *what)
{
	long size, resident, shared;
	(void)done;
	(void)what;
	FILE *f = fopen("/proc/self/statm", "re");
	if (f && fscanf(f, "%ld %ld %ld", &size, &resident, &shared) == 3 &&
		resident - shared > *(long *)most)
		*(long *)most = resident - shared;
	if (f)
		fclose(f);
	return false;
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		fputs("usage: ingest FILE TABLE [THREADS [paranoid]]\n", stderr);
		return 2;
	}
	int64_t threads = pool_cpus();
	if (argc > 3)
		num_parse_int64(argv[3], strlen(argv[3]), &threads);
	struct arena *a = arena_new();
	struct ingest_input in = { .path = argv[1] };
	long most = 0;
	struct ingest_options o = { .inputs = &in, .ninputs = 1, .table = argv[2],
		.quarantine = arena_printf(a, "%s.quarantine.csv", argv[2]), .scratch = "/tmp",
		.max_quarantine_share = 0.5, .max_unparsed_share = 0.02, .threads = (int)threads,
		.paranoid = argc > 4, .progress = watch, .progress_ctx = &most };
	struct ingest_result r;
	struct err e = { 0 };
	double start = now();
	if (ingest_file(&o, a, &r, &e)) {
		fprintf(stderr, "%s\n", e.msg);
		return e.code;
	}
	printf("%.3f %ld\n", now() - start, most * sysconf(_SC_PAGESIZE) >> 20);
	arena_free(a);
	return 0;
}
