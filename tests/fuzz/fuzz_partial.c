/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Any bytes as the partial accumulators of a fold: refused, or safe to merge and to save again. The
 * first byte chooses the fold; the name and the checksum are put right, or no input would get far.
 */
#include "property/folds_all.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct folds folds;

static void start(void)
{
	struct err e = { 0 };
	const char *path = make_path("fuzz-partial.arrow");
	if (make_table(path, 2000, &e) < 0)
		abort();
	struct table *t = table_open(path, &e);
	unlink(path);
	if (!t)
		abort();
	folds_all(&folds, t, arena_new());     /* both stay to the end */
}

/* An empty part ends with the number of its nodes and the checksum. */
static void put_head(struct buf *out, const struct fold *f)
{
	struct fold none = *f;
	struct fold_part *empty = fold_part_new(&none, NULL, 0, 0);
	if (fold_part_save(empty, out, NULL) < 0)
		abort();
	out->n -= 2 * sizeof(int64_t);
	fold_release(&(struct fold){ .ops = f->ops, .acc = fold_part_finish(empty) }, 1);
}

static struct fold_part *read_part(const struct fold *f, const uint8_t *data, size_t n)
{
	struct buf bytes = { 0 };
	struct err e = { 0 };
	put_head(&bytes, f);
	buf_put(&bytes, data, n);
	fold_put_int(&bytes, (int64_t)hash64(bytes.p, bytes.n, 0));
	char *exact = mem_alloc(bytes.n);
	memcpy(exact, bytes.p, bytes.n);
	struct fold_part *p = fold_part_load(f, (struct str){ exact, bytes.n }, &e);
	if (!p && e.code != ERR_INPUT)
		abort();
	free(exact);
	buf_free(&bytes);
	return p;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (!folds.n)
		start();
	if (!n)
		return 0;
	const struct fold *f = &folds.v[*data % folds.n];
	struct fold_part *p = read_part(f, data + 1, n - 1), *q = read_part(f, data + 1, n - 1);
	if (!p)
		return 0;
	struct buf again = { 0 };
	fold_part_merge(p, q);
	if (fold_part_save(p, &again, NULL) < 0)
		abort();
	buf_free(&again);
	fold_release(&(struct fold){ .ops = f->ops, .acc = fold_part_finish(p) }, 1);
	return 0;
}
