/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The memory that columns in work share. Whether a column is exact must not depend on the number of
 * threads, so it follows from its size alone; how many columns are worked on at once follows from
 * the memory that is left.
 */
#include "profile/sketch_int.h"

void budget_init(struct budget *b, int64_t bytes)
{
	*b = (struct budget){ .total = bytes, .left = bytes };
	pthread_mutex_init(&b->lock, NULL);
	pthread_cond_init(&b->given, NULL);
}

/* What is more than there is waits for all of it. */
static int64_t share_of(const struct budget *b, int64_t bytes)
{
	return bytes < b->total ? bytes : b->total;
}

void budget_take(struct budget *b, int64_t bytes)
{
	if (!b->total)
		return;
	pthread_mutex_lock(&b->lock);
	while (b->left < share_of(b, bytes))
		pthread_cond_wait(&b->given, &b->lock);
	b->left -= share_of(b, bytes);
	pthread_mutex_unlock(&b->lock);
}

void budget_give(struct budget *b, int64_t bytes)
{
	if (!b->total)
		return;
	pthread_mutex_lock(&b->lock);
	b->left += share_of(b, bytes);
	pthread_cond_broadcast(&b->given);
	pthread_mutex_unlock(&b->lock);
}

void budget_free(struct budget *b)
{
	pthread_mutex_destroy(&b->lock);
	pthread_cond_destroy(&b->given);
}
