/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Findings that arise while the input is read, before anything is known about its columns. */
#include "ingest/ingest_int.h"

#include <string.h>

/* The list grows at powers of two. */
void ingest_finding(struct arena *a, struct ingest_result *r, struct finding f)
{
	size_t n = r->nfindings;
	if ((n & (n - 1)) == 0) {
		struct finding *v = arena_calloc(a, n ? 2 * n : 1, sizeof *v);
		if (n)
			memcpy(v, r->findings, n * sizeof *v);
		r->findings = v;
	}
	r->findings[r->nfindings++] = f;
}
