/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * partial: parts of folds as bytes, so that processes can share out a table and one of them merge
 * what they found. The bytes come from a file that may be damaged or not ours: they are checked as
 * an input is.
 *
 *	magic, name of the ops, number of nodes
 *	of each node: level, index, number of bytes, bytes as the ops save them
 *	hash64 of all that
 */
#include "table/table_int.h"

#include <string.h>

/* The last letter is the version. */
static const char magic[] = "dossier partial A";
enum { LEVELS = 40, CHECKSUM = 8 };
static const int64_t COUNT_LIMIT = INT64_C(1) << 53;

/* ---- writing ----------------------------------------------------------------------------------- */

void fold_put_int(struct buf *out, int64_t v)
{
	buf_put(out, &v, sizeof v);
}

void fold_put_num(struct buf *out, double v)
{
	buf_put(out, &v, sizeof v);
}

void fold_put_sum(struct buf *out, const struct nsum *v)
{
	fold_put_num(out, v->s);
	fold_put_num(out, v->c);
}

void fold_put_words(struct buf *out, const void *v, size_t n)
{
	if (n)
		buf_put(out, v, n * sizeof(uint64_t));
}

void fold_put_text(struct buf *out, const char *p, size_t n)
{
	fold_put_int(out, (int64_t)n);
	if (n)
		buf_put(out, p, n);
}

/* ---- reading ----------------------------------------------------------------------------------- */

static size_t left(const struct fold_in *in)
{
	return in->bad ? 0 : (size_t)(in->end - in->p);
}

static const char *take(struct fold_in *in, size_t n)
{
	if (n > left(in)) {
		in->bad = true;
		return NULL;
	}
	const char *p = in->p;
	in->p += n;
	return p;
}

void fold_get_words(struct fold_in *in, void *v, size_t n)
{
	in->bad = in->bad || n > left(in) / sizeof(uint64_t);
	const char *p = in->bad ? NULL : take(in, n * sizeof(uint64_t));
	if (p && n)
		memcpy(v, p, n * sizeof(uint64_t));
}

int64_t fold_get_int(struct fold_in *in)
{
	int64_t v = 0;
	fold_get_words(in, &v, 1);
	return v;
}

double fold_get_num(struct fold_in *in)
{
	double v = 0;
	fold_get_words(in, &v, 1);
	return v;
}

struct nsum fold_get_sum(struct fold_in *in)
{
	double s = fold_get_num(in);
	return (struct nsum){ s, fold_get_num(in) };
}

int64_t fold_get_below(struct fold_in *in, int64_t limit)
{
	int64_t v = fold_get_int(in);
	if (v >= 0 && v < limit)
		return v;
	in->bad = true;
	return 0;
}

int64_t fold_get_count(struct fold_in *in)
{
	return fold_get_below(in, COUNT_LIMIT);
}

bool fold_get_bool(struct fold_in *in)
{
	return fold_get_below(in, 2) == 1;
}

void fold_get_counts(struct fold_in *in, int64_t *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		v[i] = fold_get_count(in);
}

struct str fold_get_text(struct fold_in *in)
{
	size_t n = fold_get_items(in, 1);
	return (struct str){ take(in, n), in->bad ? 0 : n };
}

size_t fold_get_items(struct fold_in *in, size_t size)
{
	int64_t n = fold_get_count(in);
	if ((uint64_t)n <= left(in) / size)
		return (size_t)n;
	in->bad = true;
	return 0;
}

/* ---- parts ------------------------------------------------------------------------------------- */

int fold_part_save(const struct fold_part *p, struct buf *out, struct err *e)
{
	if (!p->ops->save || !p->ops->load)
		return err_set(e, ERR_BUG, "the accumulator '%s' cannot be saved", p->ops->name);
	size_t start = out->n;
	struct buf node = { 0 };
	buf_put(out, magic, sizeof magic);
	fold_put_text(out, p->ops->name, strlen(p->ops->name));
	fold_put_int(out, (int64_t)p->n);
	for (size_t i = 0; i < p->n; i++) {
		fold_put_int(out, p->nodes[i].level);
		fold_put_int(out, p->nodes[i].index);
		buf_clear(&node);
		p->ops->save(&node, p->nodes[i].acc, p->arg);
		fold_put_text(out, buf_str(&node), node.n);
	}
	buf_free(&node);
	fold_put_int(out, (int64_t)hash64(out->p + start, out->n - start, 0));
	return 0;
}

/* Nodes come in order and do not overlap; siblings would have been merged. */
static bool follows(const struct fold_part *p, const struct fold_node *node)
{
	if (!p->n)
		return true;
	const struct fold_node *last = &p->nodes[p->n - 1];
	bool sibling = last->level == node->level && last->index == (node->index ^ 1);
	return (last->index + 1) << last->level <= node->index << node->level && !sibling;
}

static void node_load(struct fold_part *p, struct fold_in *in)
{
	struct fold_node node = { .level = (int)fold_get_below(in, LEVELS) };
	node.index = fold_get_below(in, (INT64_C(1) << LEVELS) >> node.level);
	struct str bytes = fold_get_text(in);
	if (in->bad || !follows(p, &node)) {
		in->bad = true;
		return;
	}
	struct fold_in own = { bytes.p, bytes.p + bytes.n, false };
	node.acc = fold_acc_new(p->ops, p->arg);
	p->ops->load(node.acc, p->arg, &own);
	in->bad = own.bad || own.p != own.end;
	fold_part_insert(p, node);
}

struct fold_part *fold_part_load(const struct fold *f, struct str bytes, struct err *e)
{
	if (!f->ops->load) {
		err_set(e, ERR_BUG, "the accumulator '%s' cannot be loaded", f->ops->name);
		return NULL;
	}
	uint64_t sum = 0;
	size_t n = bytes.n - CHECKSUM;
	if (bytes.n >= sizeof magic + CHECKSUM)
		memcpy(&sum, bytes.p + n, sizeof sum);
	if (bytes.n < sizeof magic + CHECKSUM || memcmp(bytes.p, magic, sizeof magic) != 0) {
		err_set(e, ERR_INPUT, "not a partial result of this version");
		return NULL;
	}
	if (sum != hash64(bytes.p, n, 0)) {
		err_set(e, ERR_INPUT, "a damaged partial result");
		return NULL;
	}
	struct fold_in in = { bytes.p + sizeof magic, bytes.p + n, false };
	if (!str_eq(fold_get_text(&in), f->ops->name)) {
		err_set(e, ERR_INPUT, "not a partial result of '%s'", f->ops->name);
		return NULL;
	}
	struct fold_part *p = mem_calloc(1, sizeof *p);
	p->ops = f->ops;
	p->arg = f->arg;
	/* a range of batches takes at most two nodes of each level */
	for (int64_t nodes = fold_get_below(&in, 2 * LEVELS); nodes && !in.bad; nodes--)
		node_load(p, &in);
	if (!in.bad && in.p == in.end)
		return p;
	fold_part_free(p);
	err_set(e, ERR_INPUT, "a partial result of '%s' that contradicts itself", f->ops->name);
	return NULL;
}
