/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as frames of a reader that was taken over: what is let through is as it must be. */
#include "ingest/process/process_int.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void must(bool fine)
{
	if (!fine)
		abort();
}

static void must_be_text(const char *s)
{
	must(!s || utf8_valid(s, strlen(s), NULL));
}

static void rows(struct str frame)
{
	struct rows r;
	if (rows_open(&r, frame, true)) {
		int64_t seen = 0;
		struct block b = { .cap = 64 };
		block_widen(&b, r.ncols < 64 ? 64 : r.ncols, 1 << 16);
		while (r.taken < r.n && seen < 1 << 16) {
			b.rows = 0;
			rows_take(&r, &b);
			must(b.rows > 0 && b.rows <= b.cap);
			for (int i = 0; i < b.ncols; i++)
				for (int64_t k = 0; k < b.rows; k++) {
					struct str s = b.cells[i * b.cap + k];
					must(!s.n || (s.p >= frame.p && s.p + s.n <= frame.p + frame.n));
					must(!s.n || (!memchr(s.p, 0, s.n) && utf8_valid(s.p, s.n, NULL)));
				}
			seen += b.rows;
		}
		free(b.cells);
	}
	rows_close(&r);
}

static void column(struct arena *a, struct str frame)
{
	int i;
	struct feed_column c;
	if (!column_open(frame, a, &i, &c))
		return;
	must(i >= 0 && i < MAX_COLUMNS && c.name && c.native < NATIVES);
	must_be_text(c.name);
	must_be_text(c.label);
	for (size_t k = 0; k < c.ncodes; k++) {
		must(c.codes[k].code != NULL);
		must_be_text(c.codes[k].label);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *a = arena_new();
	struct ingest_result r = { 0 };
	struct frame_head h;
	while (n >= sizeof h) {
		memcpy(&h, data, sizeof h);
		data += sizeof h;
		n -= sizeof h;
		h.kind %= FRAME_KINDS + 1;
		h.n = h.n < n ? h.n : (uint32_t)n;
		/* a copy of its own, so that reading beyond it is seen */
		char *copy = mem_alloc(h.n);
		if (h.n)
			memcpy(copy, data, h.n);
		struct str frame = { copy, h.n };
		if (h.kind == FRAME_ROWS)
			rows(frame);
		else if (h.kind == FRAME_COLUMN)
			column(a, frame);
		else
			told_take(a, &r, (enum frame_kind)h.kind, frame);
		free(copy);
		data += h.n;
		n -= h.n;
	}
	for (size_t i = 0; i < r.nfacts; i++)
		must_be_text(r.facts[i].value);
	for (size_t i = 0; i < r.ntables; i++)
		must(r.tables[i].name && r.tables[i].rows >= -1);
	arena_free(a);
	return 0;
}
