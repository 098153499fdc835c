/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a feed delivers, kept in memory to be compared cell by cell; and lists of expected cells. */
#ifndef FEED_KEEP_H
#define FEED_KEEP_H

#include "ingest/process/feed.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct kept {
	struct arena *arena;
	const char **cells;        /* [row * ncols + column], "" for missing */
	size_t ncells, cap;
	int ncols;
	int64_t rows;
	struct feed_column *columns;   /* their texts live in the arena */
	struct err err;
};

static int kept_rows(void *ctx, const struct feed *f, const struct block *b, struct err *e)
{
	struct kept *k = ctx;
	(void)e;
	for (int64_t r = 0; r < b->rows; r++)
		for (int c = 0; c < f->ncols; c++) {
			struct str s = { "", 0 };
			if (c < b->ncols && b->cells[c * b->cap + r].n)
				s = b->cells[c * b->cap + r];
			if (k->ncells == k->cap) {
				k->cap = k->cap ? k->cap * 2 : 256;
				k->cells = mem_realloc(k->cells, k->cap, sizeof *k->cells);
			}
			k->cells[k->ncells++] = arena_strndup(k->arena, s.p, s.n);
		}
	k->rows += b->rows;
	return 0;
}

static const char *kept_text(struct kept *k, const char *s)
{
	return s ? arena_strdup(k->arena, s) : NULL;
}

static void kept_end(void *ctx, const struct feed *f)
{
	struct kept *k = ctx;
	k->ncols = f->ncols;
	k->columns = arena_calloc(k->arena, (size_t)f->ncols + 1, sizeof *k->columns);
	for (int c = 0; c < f->ncols; c++) {
		const struct feed_column *from = &f->columns[c];
		struct feed_column *to = &k->columns[c];
		*to = *from;
		to->name = kept_text(k, from->name);
		to->label = kept_text(k, from->label);
		to->stored = kept_text(k, from->stored);
		to->codes = arena_calloc(k->arena, from->ncodes + 1, sizeof *to->codes);
		for (size_t i = 0; i < from->ncodes; i++) {
			to->codes[i] = from->codes[i];
			to->codes[i].code = kept_text(k, from->codes[i].code);
			to->codes[i].label = kept_text(k, from->codes[i].label);
		}
	}
}

/* Reads in this process; false: k->err says why. */
static inline bool kept_read(struct kept *k, const struct format *f,
	const struct ingest_options *o, const char *path)
{
	*k = (struct kept){ .arena = arena_new() };
	const struct feed_out out = { .ctx = k, .rows = kept_rows, .end = kept_end };
	return feed_run_here(f, o, path, &out, &k->err) == 0;
}

static inline void kept_free(struct kept *k)
{
	free(k->cells);
	arena_free(k->arena);
}

static inline int kept_column(const struct kept *k, const char *name)
{
	for (int c = 0; c < k->ncols; c++)
		if (strcmp(k->columns[c].name, name) == 0)
			return c;
	return -1;
}

/* Rows and columns from 0. */
static inline const char *kept_cell(const struct kept *k, int64_t row, int col)
{
	bool there = row >= 0 && row < k->rows && col >= 0 && col < k->ncols;
	return there ? k->cells[row * k->ncols + col] : "";
}

/* ---- lists of expected cells: fields between tabs, in a .gz file ---------------------------- */

enum { FIELDS = 7 };
struct expected_line {
	const char *field[FIELDS];
	int n;
};

static inline struct expected_line *expected_read(struct arena *a, const char *path, size_t *n)
{
	static char line[1 << 18];
	struct expected_line *v = NULL;
	size_t cap = 0;
	gzFile f = gzopen(path, "rb");
	*n = 0;
	while (f && gzgets(f, line, sizeof line)) {
		line[strcspn(line, "\n")] = 0;
		if (*n == cap)
			v = mem_realloc(v, cap = cap ? cap * 2 : 1024, sizeof *v);
		struct expected_line *x = &v[(*n)++];
		*x = (struct expected_line){ .n = 0 };
		for (char *p = arena_strdup(a, line); p && x->n < FIELDS; x->n++) {
			x->field[x->n] = p;
			p = strchr(p, '\t');
			if (p)
				*p++ = 0;
		}
	}
	if (f)
		gzclose(f);
	return v;
}

#endif
