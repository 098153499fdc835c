/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A table in shards: processes of their own compute the partial accumulators of some batches each and
 * save them, another one loads and merges them, and the result is the same bytes as that of one
 * process. Every process is this program started anew, so that no address of one means anything in
 * another. Damaged files are errors.
 *
 *	shards                            the test
 *	shards part TABLE FOLDER K OF     saves part K of every fold
 *	shards merge TABLE FOLDER OF      merges them
 */
#include "property/folds_all.h"
#include "test.h"

#include <sys/wait.h>

static struct folds folds;

static const char *name_of(char path[600], const char *folder, size_t fold, int part)
{
	snprintf(path, 600, "%s/%zu.%d", folder, fold, part);
	return path;
}

static bool save(const struct fold_part *p, const char *path)
{
	struct buf out = { 0 };
	struct err e = { 0 };
	bool done = fold_part_save(p, &out, &e) == 0 && file_write(path, out.p, out.n, &e) == 0;
	if (!done)
		printf("%s\n", e.msg);
	buf_free(&out);
	return done;
}

static struct fold_part *load(const struct fold *f, const char *path)
{
	struct buf in = { 0 };
	struct err e = { 0 };
	struct fold_part *p = NULL;
	if (file_read(path, (size_t)1 << 30, &in, &e) == 0)
		p = fold_part_load(f, (struct str){ in.p, in.n }, &e);
	if (!p)
		printf("%s: %s\n", path, e.msg);
	buf_free(&in);
	return p;
}

static void release(const struct fold *f, struct fold_part *p)
{
	fold_release(&(struct fold){ .ops = f->ops, .acc = fold_part_finish(p) }, 1);
}

/* ---- the processes ----------------------------------------------------------------------- */

static int part(const struct table *t, const char *folder, int k, int of)
{
	char path[600];
	int64_t n = table_nbatches(t), from = n * k / of, to = n * (k + 1) / of;
	for (size_t i = 0; i < folds.n; i++) {
		struct fold_part *p = fold_part_new(&folds.v[i], t, from, to - from);
		if (!save(p, name_of(path, folder, i, k)))
			return 1;
		release(&folds.v[i], p);
	}
	return 0;
}

static int merge(const char *folder, int of)
{
	char path[600];
	for (size_t i = 0; i < folds.n; i++) {
		struct fold_part *all = NULL;
		for (int k = 0; k < of; k++) {
			struct fold_part *p = load(&folds.v[i], name_of(path, folder, i, k));
			if (!p)
				return 1;
			if (all)
				fold_part_merge(all, p);
			else
				all = p;
		}
		if (!save(all, name_of(path, folder, i, of)))
			return 1;
		release(&folds.v[i], all);
	}
	return 0;
}

static int worker(int argc, char **argv)
{
	struct err e = { 0 };
	struct table *t = argc >= 5 ? table_open(argv[2], &e) : NULL;
	if (!t)
		return 2;
	struct arena *a = arena_new();
	folds_all(&folds, t, a);
	int rc = argc == 6 ? part(t, argv[3], atoi(argv[4]), atoi(argv[5]))
			   : merge(argv[3], atoi(argv[4]));
	arena_free(a);
	table_close(t);
	return rc;
}

/* ---- the test ---------------------------------------------------------------------------- */

static void start(char *const argv[])
{
	pid_t child = fork();
	if (child == 0) {
		execv("/proc/self/exe", argv);
		_exit(127);
	}
	int status = -1;
	CHECK(child > 0 && waitpid(child, &status, 0) == child && status == 0);
}

static void shards(const struct table *t, char *table, char *folder, int of)
{
	char k[16], n[16], path[600];
	snprintf(n, sizeof n, "%d", of);
	for (int i = of; i-- > 0;) {
		snprintf(k, sizeof k, "%d", i);
		start((char *[]){ "shards", "part", table, folder, k, n, NULL });
	}
	start((char *[]){ "shards", "merge", table, folder, n, NULL });
	for (size_t i = 0; i < folds.n; i++) {
		struct buf want = { 0 }, got = { 0 };
		struct fold_part *p = fold_part_new(&folds.v[i], t, 0, table_nbatches(t));
		CHECK(fold_part_save(p, &want, NULL) == 0);
		CHECK(file_read(name_of(path, folder, i, of), (size_t)1 << 30, &got, NULL) == 0);
		bool same = got.n == want.n && memcmp(got.p, want.p, got.n) == 0;
		CHECK(same);
		if (!same)
			printf("  in the fold '%s', %d shards\n", folds.v[i].ops->name, of);
		release(&folds.v[i], p);
		buf_free(&want);
		buf_free(&got);
	}
}

/* Refused with the right code, or something that can be merged and released. */
static void damaged(const struct fold *f, struct buf *b, bool resum, struct rng *r)
{
	struct err e = { 0 };
	struct buf copy = { 0 };
	buf_put(&copy, b->p, b->n);
	size_t n = rng_below(r, 4) ? copy.n : (size_t)rng_below(r, copy.n);
	if (n == copy.n || rng_below(r, 2))
		for (int i = 0; i < 3 && n; i++)
			copy.p[rng_below(r, n)] ^= (char)(1 << rng_below(r, 8));
	if (resum && n >= 8) {
		uint64_t sum = hash64(copy.p, n - 8, 0);
		memcpy(copy.p + n - 8, &sum, sizeof sum);
	}
	char *exact = mem_alloc(n + 1);        /* so that a sanitizer sees its end */
	memcpy(exact, copy.p, n);
	struct fold_part *p = fold_part_load(f, (struct str){ exact, n }, &e);
	CHECK(p ? resum : e.code == ERR_INPUT);
	if (p)
		release(f, p);
	free(exact);
	buf_free(&copy);
}

static void damage(const struct table *t)
{
	struct rng r;
	rng_seed(&r, 5);
	for (size_t i = 0; i < folds.n; i++) {
		struct buf b = { 0 };
		struct fold_part *p = fold_part_new(&folds.v[i], t, table_nbatches(t) - 1, 1);
		CHECK(fold_part_save(p, &b, NULL) == 0);
		release(&folds.v[i], p);
		for (int k = 0; k < 60; k++)
			damaged(&folds.v[i], &b, k % 2, &r);
		/* of another fold */
		struct err e = { 0 };
		const struct fold *other = &folds.v[(i + 1) % folds.n];
		if (strcmp(other->ops->name, folds.v[i].ops->name) != 0) {
			CHECK(!fold_part_load(other, (struct str){ b.p, b.n }, &e));
			CHECK(e.code == ERR_INPUT);
		}
		buf_free(&b);
	}
}

int main(int argc, char **argv)
{
	if (argc > 1)
		return worker(argc, argv);
	char table[512], folder[512];
	struct err e = { 0 };
	snprintf(table, sizeof table, "%s", make_path("shards.arrow"));
	snprintf(folder, sizeof folder, "%s", make_path("shards"));
	CHECK(make_table(table, 5 * BATCH_ROWS + 1000, &e) == 0 && file_mkdirs(folder, &e) == 0);
	struct table *t = table_open(table, &e);
	CHECK(t != NULL);
	struct arena *a = arena_new();
	folds_all(&folds, t, a);
	shards(t, table, folder, 2);
	shards(t, table, folder, 4);
	damage(t);
	arena_free(a);
	table_close(t);
	unlink(table);
	file_remove_tree(folder, NULL);
	return test_end();
}
