/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A parallel for: threads take the next index until none is left. */
#define _GNU_SOURCE
#include "base/base.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

struct job {
	void (*fn)(void *ctx, size_t i);
	void *ctx;
	size_t n;
	atomic_size_t next;
};

static void *work(void *arg)
{
	struct job *j = arg;
	for (size_t i; (i = atomic_fetch_add(&j->next, 1)) < j->n;)
		j->fn(j->ctx, i);
	return NULL;
}

void pool_run(int threads, size_t n, void (*fn)(void *ctx, size_t i), void *ctx)
{
	struct job j = { .fn = fn, .ctx = ctx, .n = n };
	atomic_init(&j.next, 0);
	size_t extra = threads > 1 && n > 1 ? (size_t)threads - 1 : 0;
	if (extra > n - 1 && n)
		extra = n - 1;
	pthread_t *t = mem_calloc(extra, sizeof *t);
	size_t started = 0;
	/* a thread that cannot be started is no error: the others do its share */
	while (started < extra && pthread_create(&t[started], NULL, work, &j) == 0)
		started++;
	work(&j);
	for (size_t i = 0; i < started; i++)
		pthread_join(t[i], NULL);
	free(t);
}

int pool_cpus(void)
{
	cpu_set_t set;
	if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0)
		return CPU_COUNT(&set);
	return 1;
}
