/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as an SQLite database: rows, or a clear error. */
#include "ingest/process/feed.h"

#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static char *scratch(void)
{
	static char dir[] = "/tmp/dossier-fuzz-XXXXXX";
	static char *made;
	if (!made)
		made = mkdtemp(dir);
	return made;
}

static int see_rows(void *ctx, const struct feed *f, const struct block *b, struct err *e)
{
	(void)e;
	*(int64_t *)ctx += b->rows;
	if (b->ncols > f->ncols)
		abort();
	/* a damaged tree may repeat itself; a reader in its own process would be stopped */
	return *(int64_t *)ctx > 100000 ? err_set(e, ERR_INPUT, "enough") : 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	int64_t rows = 0;
	struct feed_out out = { .ctx = &rows, .rows = see_rows };
	struct ingest_options o = { .format = "sqlite" };
	struct err e = { 0 };
	char *path = path_join(a, scratch(), "in.db");
	if (file_write(path, data, n, NULL) < 0)
		abort();
	format_sqlite.detect((struct str){ (const char *)data, n }, path);
	if (feed_run_here(&format_sqlite, &o, path, &out, &e) &&
		(e.code == ERR_NONE || e.code == ERR_BUG || !e.msg[0]))
		abort();
	arena_free(a);
	return 0;
}
