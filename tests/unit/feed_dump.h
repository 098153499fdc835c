/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a feed delivers, as text: a line a thing, cells between bars. */
#ifndef FEED_DUMP_H
#define FEED_DUMP_H

#include "ingest/process/feed.h"
#include "test.h"

struct feed_dump {
	struct buf rows, rejects, findings, facts, tables, columns;
	struct err err;
	int status;
};

static int dump_rows(void *ctx, const struct feed *f, const struct block *b, struct err *e)
{
	struct feed_dump *d = ctx;
	(void)e;
	for (int64_t i = 0; i < b->rows; i++) {
		for (int c = 0; c < f->ncols; c++) {
			struct str s = { 0 };
			if (c < b->ncols)
				s = b->cells[c * b->cap + i];
			if (c)
				buf_putc(&d->rows, '|');
			buf_put(&d->rows, s.p, s.n);
		}
		buf_putc(&d->rows, '\n');
	}
	return 0;
}
static void dump_reject(void *ctx, bool bad, int64_t line, int64_t record, struct str raw,
	const char *reason)
{
	struct feed_dump *d = ctx;
	buf_printf(&d->rejects, "%lld %lld %s: ", (long long)line, (long long)record, reason);
	buf_put(&d->rejects, raw.p, raw.n);
	buf_puts(&d->rejects, bad ? " (bad)\n" : "\n");
}
static void dump_finding(void *ctx, const struct finding *f)
{
	struct feed_dump *d = ctx;
	buf_printf(&d->findings, "%s %s %lld of %lld %s %s\n", finding_info(f->code)->code,
		f->columns[0] ? f->columns[0] : "-", (long long)f->count, (long long)f->total,
		f->text ? f->text : "-", f->text2 ? f->text2 : "-");
}
static void dump_fact(void *ctx, const char *name, const char *value)
{
	struct feed_dump *d = ctx;
	buf_printf(&d->facts, "%s: %s\n", name, value);
}
static void dump_table(void *ctx, const struct feed_table *t)
{
	struct feed_dump *d = ctx;
	buf_printf(&d->tables, "%s %lldx%lld%s%s%s%s\n", t->name, (long long)t->rows,
		(long long)t->columns, t->hidden ? " hidden" : "", t->chosen ? " chosen" : "",
		t->note ? " " : "", t->note ? t->note : "");
}
static void dump_end(void *ctx, const struct feed *f)
{
	struct feed_dump *d = ctx;
	for (int c = 0; c < f->ncols; c++)
		buf_printf(&d->columns, "%s%s", c ? "|" : "", f->columns[c].name);
}

/* Reads with a format, in this process. */
static inline void dump_feed(struct feed_dump *d, const struct format *f,
	const struct ingest_options *o, const char *path)
{
	*d = (struct feed_dump){ 0 };
	const struct feed_out out = { .ctx = d, .rows = dump_rows, .reject = dump_reject,
		.finding = dump_finding, .fact = dump_fact, .table = dump_table, .end = dump_end };
	d->status = feed_run_here(f, o, path, &out, &d->err);
}
static inline void dump_free(struct feed_dump *d)
{
	buf_free(&d->rows);
	buf_free(&d->rejects);
	buf_free(&d->findings);
	buf_free(&d->facts);
	buf_free(&d->tables);
	buf_free(&d->columns);
}

#endif
