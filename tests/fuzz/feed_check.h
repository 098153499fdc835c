/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What must hold of whatever a feed delivers, and a file to give it bytes in. */
#ifndef FEED_CHECK_H
#define FEED_CHECK_H

#include "ingest/process/feed.h"

#include <stdlib.h>
#include <string.h>

static int64_t checked_rows, checked_rejects;
static void (*check_failed)(void) = abort;

static bool check_text(const char *s)
{
	return !s || utf8_valid(s, strlen(s), NULL);
}

static int check_rows(void *ctx, const struct feed *f, const struct block *b, struct err *e)
{
	(void)ctx;
	(void)e;
	if (b->rows < 1 || b->rows > b->cap || b->ncols > f->ncols || !(f->done >= 0))
		check_failed();
	for (int c = 0; c < b->ncols; c++)
		for (int64_t r = 0; r < b->rows; r++) {
			struct str s = b->cells[c * b->cap + r];
			if (s.n && (!utf8_valid(s.p, s.n, NULL) || memchr(s.p, 0, s.n)))
				check_failed();
		}
	checked_rows += b->rows;
	return 0;
}
static void check_reject(void *ctx, bool bad, int64_t line, int64_t record, struct str raw,
	const char *reason)
{
	(void)ctx;
	(void)bad;
	if (line < 0 || record < 0 || (raw.n && !raw.p) || !check_text(reason))
		check_failed();
	checked_rejects++;
}
static void check_end(void *ctx, const struct feed *f)
{
	(void)ctx;
	if (f->records != checked_rows + checked_rejects)
		check_failed();
	for (int c = 0; c < f->ncols; c++) {
		const struct feed_column *k = &f->columns[c];
		if (!k->name || !check_text(k->name) || !check_text(k->label) ||
			!check_text(k->stored) || k->native >= NATIVES)
			check_failed();
		for (size_t i = 0; i < k->ncodes; i++)
			if (!check_text(k->codes[i].code) || !check_text(k->codes[i].label) ||
				k->codes[i].count < 0)
				check_failed();
	}
}

/* Reads a file in this process: rows that hold, or an error with a reason. */
static inline void check_feed(const struct format *f, const char *path)
{
	const struct feed_out out = { .rows = check_rows, .reject = check_reject, .end = check_end };
	const struct ingest_options o = { 0 };
	struct err e = { 0 };
	checked_rows = checked_rejects = 0;
	if (feed_run_here(f, &o, path, &out, &e) && (e.code != ERR_INPUT || !e.msg[0]))
		check_failed();
}

/* The bytes as a file, always the same one. */
static inline const char *check_file(const uint8_t *data, size_t n)
{
	static char dir[] = "/tmp/dossier-fuzz-XXXXXX", path[100];
	if (!*path) {
		if (!mkdtemp(dir))
			abort();
		strcat(strcpy(path, dir), "/in");
	}
	if (file_write(path, data, n, NULL))
		abort();
	return path;
}

#endif
