/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a CSV file: a table that reads back with the rows it claims, or a clear error; and
 * the same by the fast way and by libcsv alone. */
#include "ingest/ingest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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

/* The table that comes out, or the error. */
static void read_it(const char *in, bool paranoid, struct buf *out)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	struct ingest_input input = { .path = in };
	struct ingest_options o = { .inputs = &input, .ninputs = 1, .format = "csv",
		.table = path_join(a, scratch(), "t.arrow"),
		.quarantine = path_join(a, scratch(), "q.csv"), .scratch = scratch(),
		.max_quarantine_share = 0.5, .max_unparsed_share = 0.02, .threads = 1,
		.paranoid = paranoid };
	struct ingest_result r;
	buf_clear(out);
	if (ingest_file(&o, a, &r, &e) < 0) {
		if (e.code == ERR_NONE || e.code == ERR_BUG || !e.msg[0])
			abort();
		buf_puts(out, e.msg);
	} else {
		struct table *t = table_open(o.table, &e);
		if (!t || table_nrows(t) != r.rows || (size_t)table_ncols(t) != r.ncolumns ||
			r.records != r.rows + r.quarantined)
			abort();
		table_close(t);
		if (file_read(o.table, SIZE_MAX, out, &e))
			abort();
	}
	arena_free(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct buf fast, plain;
	struct arena *a = arena_new();
	char *in = path_join(a, scratch(), "in.csv");
	if (file_write(in, data, n, NULL) < 0)
		abort();
	read_it(in, false, &fast);
	read_it(in, true, &plain);
	if (fast.n != plain.n || (fast.n && memcmp(fast.p, plain.p, fast.n) != 0))
		abort();
	arena_free(a);
	return 0;
}
