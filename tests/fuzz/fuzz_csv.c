/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a CSV file: a table that reads back with the rows it claims, or a clear error. */
#include "ingest/ingest.h"

#include <stdio.h>
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct err e = { 0 };
	char *in = path_join(a, scratch(), "in.csv"), *out = path_join(a, scratch(), "t.arrow");
	struct ingest_options o = { .inputs = &(struct ingest_input){ .path = in }, .ninputs = 1, .table = out, .quarantine = path_join(a, scratch(), "q.csv"),
		.scratch = scratch(), .max_quarantine_share = 0.5, .max_unparsed_share = 0.02, .threads = 1 };
	struct ingest_result r;
	if (file_write(in, data, n, &e) < 0)
		abort();
	if (ingest_file(&o, a, &r, &e) < 0) {
		if (e.code == ERR_NONE || e.code == ERR_BUG || !e.msg[0])
			abort();
	} else {
		struct table *t = table_open(out, &e);
		if (!t || table_nrows(t) != r.rows || (size_t)table_ncols(t) != r.ncolumns || r.records != r.rows + r.quarantined)
			abort();
		table_close(t);
	}
	arena_free(a);
	return 0;
}
