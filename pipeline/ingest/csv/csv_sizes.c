/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How long the cells of plain records are: a byte each, five for a long one. The first reading notes it,
 * so that the second need not look for the ends again. Records that follow each other in the file make
 * a run. When the memory is used up, or there is no more, nothing is noted any more, and the rest is looked
 * for as before.
 */
#include "ingest/csv/csv_int.h"

#include <stdlib.h>
#include <string.h>

struct run {
	size_t at, first;          /* of its first record: where it begins in the text, its first size */
};
struct csv_sizes {
	uint8_t *v;
	struct run *runs;
	size_t n, cap, most, nruns, runs_cap, runs_most;
	size_t row;                /* bytes that a record may take up */
	size_t end;                /* behind the last record */
	bool full;
};

static void release(void *sizes)
{
	struct csv_sizes *z = sizes;
	free(z->v);
	free(z->runs);
	free(z);
}

struct csv_sizes *csv_sizes_new(struct arena *a, int width, size_t most)
{
	struct csv_sizes *z = mem_calloc(1, sizeof *z);
	arena_own(a, z, release);
	z->row = (size_t)width * CSV_SIZE_MAX;
	z->runs_most = most / 4 / sizeof *z->runs;
	z->most = most - most / 4;
	return z;
}

void csv_sizes_clear(struct csv_sizes *z)
{
	z->n = z->nruns = z->end = 0;
	z->full = false;
}

size_t csv_sizes_count(const struct csv_sizes *z)
{
	return z->n;
}

uint8_t *csv_sizes_room(struct csv_sizes *z)
{
	z->full |= z->n + z->row > z->most;
	if (z->full)
		return NULL;
	if (z->n + z->row > z->cap) {
		size_t cap = 2 * z->cap + z->row + 4096;
		cap = cap < z->most ? cap : z->most;
		uint8_t *v = realloc(z->v, cap);
		z->full = !v;          /* it goes without */
		z->v = v ? v : z->v;
		z->cap = v ? cap : z->cap;
	}
	return z->full ? NULL : z->v + z->n;
}

void csv_sizes_add(struct csv_sizes *z, size_t at, size_t next, const uint8_t *end)
{
	bool gap = !z->nruns || at != z->end;
	z->full |= gap && z->nruns == z->runs_most;
	if (z->full)
		return;
	if (gap && z->nruns == z->runs_cap) {
		size_t cap = z->runs_cap ? 2 * z->runs_cap : 64;
		z->runs_cap = cap < z->runs_most ? cap : z->runs_most;
		z->runs = mem_realloc(z->runs, z->runs_cap, sizeof *z->runs);
	}
	if (gap)
		z->runs[z->nruns++] = (struct run){ at, z->n };
	z->n = (size_t)(end - z->v);
	z->end = next;
}

/* ---- the second reading ------------------------------------------------------------------ */

/* From `first` on to the end of the run; the record of that size begins at `at`. */
static struct csv_sizes_place within(const struct csv_sizes *z, size_t run, size_t at, size_t first)
{
	return (struct csv_sizes_place){ z->v + first,
		z->v + (run + 1 < z->nruns ? z->runs[run + 1].first : z->n), at, run };
}

struct csv_sizes_place csv_sizes_at(const struct csv_sizes *z, size_t at, size_t first)
{
	size_t lo = 0, hi = z->nruns;          /* the last run that begins no later */
	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		if (z->runs[mid].first <= first)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (!lo || first >= z->n)
		return (struct csv_sizes_place){ .at = CSV_NOWHERE };
	const struct run *r = &z->runs[lo - 1];
	return within(z, lo - 1, r->first == first ? r->at : at, first);
}

void csv_sizes_next(const struct csv_sizes *z, struct csv_sizes_place *p)
{
	if (p->next < p->end)
		return;
	size_t run = p->run + 1;
	*p = run < z->nruns ? within(z, run, z->runs[run].at, z->runs[run].first)
			    : (struct csv_sizes_place){ .at = CSV_NOWHERE };
}
