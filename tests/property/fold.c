/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folds: a sum of floats, whose bytes show any other order of adding, and a list, which shows the
 * order itself; the number of accumulators alive at once stays small. */
#include "property/fold_check.h"
#include "unit/table_make.h"

#include <stdatomic.h>

struct sum {
	double sum;
	int64_t n;
};

static void sum_init(void *acc, const void *arg)
{
	(void)arg;
	*(struct sum *)acc = (struct sum){ 0 };
}

static void sum_update(void *acc, const void *arg, const struct batch *b)
{
	struct sum *s = acc;
	const struct column *c = &b->cols[*(const int *)arg];
	for (int64_t i = 0; i < b->rows; i++)
		if (column_has(c, i)) {
			s->sum += 1 / (c->v.f64[i] + 1000.1);
			s->n++;
		}
}

static void sum_merge(void *left, void *right, const void *arg)
{
	struct sum *l = left;
	const struct sum *r = right;
	(void)arg;
	l->sum += r->sum;
	l->n += r->n;
}

static void sum_put(struct buf *out, const void *acc, const void *arg)
{
	(void)arg;
	buf_put(out, acc, sizeof(struct sum));
}

static const struct fold_ops sum_ops = {
	"sum", sizeof(struct sum), sum_init, sum_update, sum_merge, NULL, NULL, NULL,
};

/* The batches in the order they were merged, with brackets around each merge. It owns memory, and
 * counts how many of its kind are alive. */
struct trace {
	struct buf text;
};
static atomic_int alive, most_alive;

static void trace_init(void *acc, const void *arg)
{
	(void)arg;
	*(struct trace *)acc = (struct trace){ { 0 } };
	int now = atomic_fetch_add(&alive, 1) + 1;
	if (now > atomic_load(&most_alive))
		atomic_store(&most_alive, now);
}

static void trace_update(void *acc, const void *arg, const struct batch *b)
{
	(void)arg;
	buf_printf(&((struct trace *)acc)->text, "%d", (int)b->index);
}

static void trace_release(void *acc)
{
	buf_free(&((struct trace *)acc)->text);
	atomic_fetch_sub(&alive, 1);
}

static void trace_merge(void *left, void *right, const void *arg)
{
	struct trace *l = left, *r = right;
	(void)arg;
	struct buf both = { 0 };
	buf_printf(&both, "(%s %s)", buf_str(&l->text), buf_str(&r->text));
	buf_free(&l->text);
	l->text = both;
	trace_release(r);
}

static void trace_put(struct buf *out, const void *acc, const void *arg)
{
	(void)arg;
	buf_puts(out, buf_str(&((const struct trace *)acc)->text));
}

static const struct fold_ops trace_ops = {
	"trace", sizeof(struct trace), trace_init, trace_update, trace_merge, trace_release, NULL, NULL,
};

/* A table of `n` batches with one column, small to write: the last batch holds a single row. */
static struct table *table_of(int64_t n, const char *path)
{
	static double values[BATCH_ROWS];
	const struct field field = { "x", COLUMN_FLOAT64, NULL };
	struct err e = { 0 };
	struct table_writer *w = table_writer_new(path, &field, 1, &e);
	for (int64_t b = 0; b < n; b++) {
		int64_t rows = b == n - 1 ? 1 : BATCH_ROWS;
		for (int64_t i = 0; i < rows; i++)
			values[i] = make_real(b * BATCH_ROWS + i) * 1.7;
		struct column c = { .type = COLUMN_FLOAT64, .rows = rows, .v.f64 = values };
		CHECK(table_writer_batch(w, &c, rows, &e) == 0);
	}
	CHECK(table_writer_close(w, &e) == 0);
	struct table *t = table_open(path, &e);
	CHECK(t != NULL && table_nbatches(t) == n);
	unlink(path);
	return t;
}

/* The order that table.h promises, written down by hand. */
static void order(int64_t batches, const char *want)
{
	struct table *t = table_of(batches, make_path("order"));
	struct fold f = { .ops = &trace_ops };
	fold_run(t, &f, 1, 2);
	CHECK_STR(buf_str(&((struct trace *)f.acc)->text), want);
	fold_release(&f, 1);
	fold_check("trace", &(struct fold){ .ops = &trace_ops }, t, trace_put);
	table_close(t);
}

/* 200 batches and 40 folds: far fewer accumulators than the 8000 that are merged. */
static void memory(void)
{
	enum { FOLDS = 40, THREADS = 4, LEVELS = 8 };
	struct table *t = table_of(200, make_path("memory"));
	struct fold folds[FOLDS];
	for (int i = 0; i < FOLDS; i++)
		folds[i] = (struct fold){ .ops = &trace_ops };
	atomic_store(&most_alive, 0);
	fold_run(t, folds, FOLDS, THREADS);
	CHECK(atomic_load(&most_alive) <= FOLDS + THREADS * (LEVELS + THREADS));
	CHECK(atomic_load(&alive) == FOLDS);
	fold_release(folds, FOLDS);
	CHECK(atomic_load(&alive) == 0);
	table_close(t);
}

int main(void)
{
	const int col = MAKE_REAL, only = 0;
	struct err e = { 0 };
	const char *path = make_path("fold");
	CHECK(make_table(path, 5 * BATCH_ROWS + 1000, &e) == 0);
	struct table *t = table_open(path, &e);
	unlink(path);
	fold_check("sum", &(struct fold){ .ops = &sum_ops, .arg = &col }, t, sum_put);
	table_close(t);
	t = table_of(13, make_path("sum"));
	fold_check("sum", &(struct fold){ .ops = &sum_ops, .arg = &only }, t, sum_put);
	table_close(t);

	order(0, "");
	order(1, "0");
	order(3, "((0 1) 2)");
	order(4, "((0 1) (2 3))");
	order(7, "((((0 1) (2 3)) (4 5)) 6)");
	memory();
	CHECK(atomic_load(&alive) == 0);
	return test_end();
}
