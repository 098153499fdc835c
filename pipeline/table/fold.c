/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fold: accumulators over batches. What a range of batches comes to is a part: the nodes of the
 * aligned binary tree over batch numbers that cover it, each merged as soon as its two halves are
 * there. So the order of merging follows from batch numbers alone, and a part of n batches that came
 * in order holds about log2(n) accumulators, not n.
 */
#include "table/table_int.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

void *fold_acc_new(const struct fold_ops *ops, const void *arg)
{
	void *acc = mem_calloc(1, ops->size);
	ops->init(acc, arg);
	return acc;
}

static void *acc_merge(const struct fold_part *p, void *left, void *right)
{
	p->ops->merge(left, right, p->arg);
	free(right);
	return left;
}

static struct fold_node leaf(const struct fold_part *p, const struct table *t, int64_t batch)
{
	void *acc = fold_acc_new(p->ops, p->arg);
	p->ops->update(acc, p->arg, table_batch(t, batch));
	return (struct fold_node){ 0, batch, acc };
}

static int64_t node_first(const struct fold_node *n)
{
	return n->index << n->level;
}

/* Puts the node in its place. */
void fold_part_insert(struct fold_part *p, struct fold_node node)
{
	if (p->n == p->cap) {
		p->cap = p->cap ? 2 * p->cap : 16;
		p->nodes = mem_realloc(p->nodes, p->cap, sizeof *p->nodes);
	}
	size_t i = p->n++;
	for (; i && node_first(&p->nodes[i - 1]) > node_first(&node); i--)
		p->nodes[i] = p->nodes[i - 1];
	p->nodes[i] = node;
}

/* Takes the sibling of the node out of the part; false when it is not there yet. */
static bool part_take_sibling(struct fold_part *p, const struct fold_node *node, struct fold_node *sibling)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->nodes[i].level != node->level || p->nodes[i].index != (node->index ^ 1))
			continue;
		*sibling = p->nodes[i];
		memmove(&p->nodes[i], &p->nodes[i + 1], (p->n - i - 1) * sizeof *p->nodes);
		p->n--;
		return true;
	}
	return false;
}

/* Adds a node and merges upwards. The lock guards the part, not the merging, so that threads merge
 * side by side; NULL when there is one thread. */
static void part_add(struct fold_part *p, struct fold_node node, pthread_mutex_t *lock)
{
	for (;;) {
		struct fold_node sibling;
		if (lock)
			pthread_mutex_lock(lock);
		bool found = part_take_sibling(p, &node, &sibling);
		if (!found)
			fold_part_insert(p, node);
		if (lock)
			pthread_mutex_unlock(lock);
		if (!found)
			return;
		bool left = node.index < sibling.index;
		node.acc = acc_merge(p, left ? node.acc : sibling.acc, left ? sibling.acc : node.acc);
		node.level++;
		node.index >>= 1;
	}
}

/* What remains, left to right. */
static void *part_collapse(struct fold_part *p)
{
	void *acc = p->n ? p->nodes[0].acc : fold_acc_new(p->ops, p->arg);
	for (size_t i = 1; i < p->n; i++)
		acc = acc_merge(p, acc, p->nodes[i].acc);
	free(p->nodes);
	return acc;
}

struct fold_part *fold_part_new(const struct fold *f, const struct table *t, int64_t first,
	int64_t count)
{
	struct fold_part *p = mem_calloc(1, sizeof *p);
	p->ops = f->ops;
	p->arg = f->arg;
	for (int64_t i = first; i < first + count; i++)
		part_add(p, leaf(p, t, i), NULL);
	return p;
}

void fold_part_merge(struct fold_part *left, struct fold_part *right)
{
	for (size_t i = 0; i < right->n; i++)
		part_add(left, right->nodes[i], NULL);
	free(right->nodes);
	free(right);
}

void *fold_part_finish(struct fold_part *p)
{
	void *acc = part_collapse(p);
	free(p);
	return acc;
}

void fold_part_free(struct fold_part *p)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->ops->release)
			p->ops->release(p->nodes[i].acc);
		free(p->nodes[i].acc);
	}
	free(p->nodes);
	free(p);
}

struct run {
	const struct table *table;
	struct fold *folds;
	int64_t batches;
	atomic_size_t next;
	struct shared {
		struct fold_part part;
		pthread_mutex_t lock;
		atomic_llong left;   /* batches not yet added */
	} *shared;
};

/* One batch of one fold. The work is handed out here, one fold after another and its batches in
 * order, because the pool promises no order and the memory held depends on it. Whoever adds the last
 * batch leaves one accumulator behind. */
static void run_step(void *ctx, size_t i)
{
	struct run *r = ctx;
	(void)i;
	size_t ticket = atomic_fetch_add(&r->next, 1);
	size_t fold = ticket / (size_t)r->batches;
	int64_t batch = (int64_t)(ticket % (size_t)r->batches);
	struct shared *s = &r->shared[fold];
	part_add(&s->part, leaf(&s->part, r->table, batch), &s->lock);
	if (atomic_fetch_sub(&s->left, 1) == 1)
		r->folds[fold].acc = part_collapse(&s->part);
}

void fold_run(const struct table *t, struct fold *folds, size_t n, int threads)
{
	struct run r = { .table = t, .folds = folds, .batches = table_nbatches(t) };
	r.shared = mem_calloc(n + 1, sizeof *r.shared);
	for (size_t i = 0; i < n; i++) {
		struct shared *s = &r.shared[i];
		s->part = (struct fold_part){ .ops = folds[i].ops, .arg = folds[i].arg };
		pthread_mutex_init(&s->lock, NULL);
		atomic_init(&s->left, r.batches);
		if (!r.batches)
			folds[i].acc = part_collapse(&s->part);
	}
	atomic_init(&r.next, 0);
	pool_run(threads, n * (size_t)r.batches, run_step, &r);
	for (size_t i = 0; i < n; i++)
		pthread_mutex_destroy(&r.shared[i].lock);
	free(r.shared);
}

void fold_release(struct fold *folds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!folds[i].acc)
			continue;
		if (folds[i].ops->release)
			folds[i].ops->release(folds[i].acc);
		free(folds[i].acc);
		folds[i].acc = NULL;
	}
}
