/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two sides that take turns: a library that pushes values through callbacks, and a feed that is
 * asked for the next rows. The library gets a thread of its own for its stack alone: the turn is
 * passed under a lock, so that nothing else needs one. */
#include "ingest/statistics/readstat_int.h"

#include <pthread.h>
#include <string.h>

struct turns {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t passed;
	bool body_runs, over, stop;
	void (*body)(struct turns *t, void *ctx);
	void *ctx;
};

/* Passes the turn and waits until it comes back. */
static void pass(struct turns *t, bool to_body)
{
	pthread_mutex_lock(&t->lock);
	t->body_runs = to_body;
	pthread_cond_signal(&t->passed);
	while (t->body_runs == to_body && !t->over)
		pthread_cond_wait(&t->passed, &t->lock);
	pthread_mutex_unlock(&t->lock);
}

static void *run(void *ctx)
{
	struct turns *t = ctx;
	pthread_mutex_lock(&t->lock);
	while (!t->body_runs)
		pthread_cond_wait(&t->passed, &t->lock);
	pthread_mutex_unlock(&t->lock);
	if (!t->stop)
		t->body(t, t->ctx);
	pthread_mutex_lock(&t->lock);
	t->over = true;
	t->body_runs = false;
	pthread_cond_signal(&t->passed);
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

void turns_run(struct turns *t)
{
	if (!t->over)
		pass(t, true);
}

bool turns_pause(struct turns *t)
{
	pass(t, false);
	return !t->stop;
}

static void turns_end(void *p)
{
	struct turns *t = p;
	t->stop = true;
	while (!t->over)
		pass(t, true);
	pthread_join(t->thread, NULL);
	pthread_cond_destroy(&t->passed);
	pthread_mutex_destroy(&t->lock);
}

struct turns *turns_new(struct arena *a, void (*body)(struct turns *t, void *ctx), void *ctx,
	struct err *e)
{
	struct turns *t = arena_alloc(a, sizeof *t);
	*t = (struct turns){ .body = body, .ctx = ctx };
	pthread_mutex_init(&t->lock, NULL);
	pthread_cond_init(&t->passed, NULL);
	int failed = pthread_create(&t->thread, NULL, run, t);
	if (failed) {
		err_set(e, ERR_IO, "starting a thread: %s", strerror(failed));
		return NULL;
	}
	arena_own(a, t, turns_end);
	return t;
}
