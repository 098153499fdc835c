/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the readers of formats call: columns, rows and cells into a block, and everything else
 * that they have to say straight to whoever listens. */
#include "ingest/process/feed.h"

#include "ingest/process/process_int.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- blocks that grow --------------------------------------------------------------------- */

enum {
	FEW_ROWS = 64,             /* a block never has less room */
	MANY_ROWS = 1024,          /* nor more: columns may still come */
	CELLS = 1 << 16,           /* of a block, unless that is less than FEW_ROWS */
	BLOCK_BYTES = 4 << 20,     /* of text: then the block is full */
};

/* Moves the cells into another shape; those beyond the rows are zero. */
static void reshape(struct block *b, int room, int64_t cap)
{
	struct str *cells = mem_calloc((size_t)room * (size_t)cap, sizeof *cells);
	for (int i = 0; i < b->ncols && b->rows; i++)
		memcpy(cells + i * cap, b->cells + i * b->cap, (size_t)b->rows * sizeof *cells);
	free(b->cells);
	b->cells = cells;
	b->room = room;
	b->cap = cap;
}

void block_widen(struct block *b, int ncols, int64_t cells)
{
	if (ncols <= b->ncols)
		return;
	if (ncols > b->room) {
		/* when it happens again there may be many more to come */
		int room = ncols > MAX_COLUMNS / 2 ? MAX_COLUMNS : b->room ? ncols * 2 : ncols;
		int64_t most = block_most(b), apart = b->cap - most;
		while (most > FEW_ROWS && most * room > cells && most / 2 >= b->rows)
			most /= 2;
		b->most = apart ? most : 0;
		reshape(b, room, most + apart);
	}
	b->ncols = ncols;
}

static void block_start(struct block *b, int ncols)
{
	int64_t cap = MANY_ROWS;
	while (cap > FEW_ROWS && cap * ncols > CELLS)
		cap /= 2;
	arena_free(b->bytes);
	b->bytes = arena_new();
	b->held = 0;
	if (cap == b->cap && b->cells) {
		for (int i = 0; i < b->ncols; i++)
			memset(b->cells + i * cap, 0, (size_t)b->rows * sizeof *b->cells);
		b->rows = 0;
	} else {
		free(b->cells);
		*b = (struct block){ .cap = cap, .bytes = b->bytes };
	}
	block_widen(b, ncols, CELLS);
}

static void block_end(struct block *b)
{
	free(b->cells);
	arena_free(b->bytes);
}

/* ---- rows and cells ------------------------------------------------------------------------ */

int feed_column(struct feed *f, const struct feed_column *c, struct err *e)
{
	if (f->ncols == MAX_COLUMNS)
		return err_set(e, ERR_INPUT, "it has more than %d columns", MAX_COLUMNS);
	if (f->ncols == f->columns_cap) {
		f->columns_cap = f->columns_cap ? f->columns_cap * 2 : 32;
		struct feed_column *more = arena_calloc(f->arena, (size_t)f->columns_cap,
			sizeof *more);
		if (f->ncols)
			memcpy(more, f->columns, (size_t)f->ncols * sizeof *more);
		f->columns = more;
	}
	f->columns[f->ncols] = *c;
	return f->ncols++;
}

bool feed_row(struct feed *f, struct block *b)
{
	if (b->rows == b->cap || b->held >= BLOCK_BYTES)
		return false;
	block_widen(b, f->ncols, CELLS);
	b->rows++;
	return true;
}

/* ASCII without NUL, which nearly all cells are: no byte is zero and none has its top bit. */
static bool plain(const char *p, size_t n)
{
	const uint64_t ones = 0x0101010101010101u, tops = 0x8080808080808080u;
	uint64_t w = 0, bad = 0;
	for (; n >= 8; p += 8, n -= 8) {
		memcpy(&w, p, 8);
		bad |= ((w - ones) | w) & tops;
	}
	for (; n; p++, n--)
		bad |= (uint64_t)((signed char)*p <= 0);
	return !bad;
}

/* Bad bytes as U+FFFD, NUL left out. */
static struct str cleaned(struct block *b, struct str s)
{
	struct buf clean = { 0 };
	for (const char *nul; (nul = memchr(s.p, 0, s.n)) != NULL;) {
		size_t k = (size_t)(nul - s.p);
		utf8_clean(&clean, s.p, k);
		s = (struct str){ nul + 1, s.n - k - 1 };
	}
	utf8_clean(&clean, s.p, s.n);
	struct str copy = feed_copy(b, (struct str){ clean.p, clean.n });
	buf_free(&clean);
	return copy;
}

void feed_put(struct block *b, int col, struct str s)
{
	if (!s.n)
		s.p = NULL;
	else if (!plain(s.p, s.n) && (memchr(s.p, 0, s.n) || !utf8_valid(s.p, s.n, NULL)))
		s = cleaned(b, s);
	if (col >= b->ncols)
		block_widen(b, col + 1, CELLS);
	struct str *cell = &b->cells[col * b->cap + b->rows - 1];
	b->held += s.n;
	b->held -= cell->n;
	*cell = s;
}

struct str feed_copy(struct block *b, struct str s)
{
	if (!s.n)
		return (struct str){ NULL, 0 };
	return (struct str){ arena_strndup(b->bytes, s.p, s.n), s.n };
}

/* ---- what else there is to say ------------------------------------------------------------- */

void feed_reject(struct feed *f, bool bad, int64_t line, struct str raw, const char *reason, ...)
{
	char text[200];
	va_list args;
	va_start(args, reason);
	vsnprintf(text, sizeof text, reason, args);
	va_end(args);
	if (f->out->reject)
		f->out->reject(f->out->ctx, bad, line, f->records, raw, text);
}

void feed_finding(struct feed *f, enum finding_code code, const char *column, int64_t count,
	int64_t total, const char *text, const char *text2)
{
	struct finding x = finding_make(code, column);
	x.count = count;
	x.total = total;
	x.text = text;
	x.text2 = text2;
	if (f->out->finding)
		f->out->finding(f->out->ctx, &x);
}

void feed_fact(struct feed *f, const char *name, const char *fmt, ...)
{
	char text[1000];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	if (f->out->fact)
		f->out->fact(f->out->ctx, name, text);
}

void feed_table(struct feed *f, const struct feed_table *t)
{
	if (f->out->table)
		f->out->table(f->out->ctx, t);
}

void feed_progress(struct feed *f)
{
	if (f->out->progress)
		f->out->progress(f->out->ctx, f->done);
}

struct feed_limits feed_limits(const struct feed *f)
{
	int64_t most = f->options->max_expanded;
	return (struct feed_limits){ .expanded = most > 0 ? most : (int64_t)64 << 30,
		.allocation = 512 << 20, .ratio = 1000, .depth = 256 };
}

/* ---- a whole run --------------------------------------------------------------------------- */

static const char *too_long(const struct block *b, int64_t row)
{
	size_t sum = 0;
	for (int i = 0; i < b->ncols; i++) {
		size_t n = b->cells[i * b->cap + row].n;
		if (n > FEED_CELL_MAX)
			return "a cell longer than 16 MB";
		sum += n;
	}
	return sum > FEED_ROW_MAX ? "longer than 64 MB" : NULL;
}

/* Rows that nothing behind would take are set aside; rare enough to look only at blocks that hold
 * that much. */
static void reject_long_rows(struct feed *f, struct block *b)
{
	if (b->held <= FEED_CELL_MAX)
		return;
	int64_t kept = 0;
	for (int64_t row = 0; row < b->rows; row++) {
		const char *reason = too_long(b, row);
		for (int i = 0; i < b->ncols && !reason; i++)
			b->cells[i * b->cap + kept] = b->cells[i * b->cap + row];
		kept += !reason;
		if (reason)
			feed_reject(f, true, 0, b->cells[row], "%s", reason);
	}
	for (int i = 0; i < b->ncols; i++)
		memset(b->cells + i * b->cap + kept, 0,
			(size_t)(b->rows - kept) * sizeof *b->cells);
	b->rows = kept;
}

static int run(struct feed *f, struct block *b, struct err *e)
{
	const struct feed_out *out = f->out;
	for (;;) {
		block_start(b, f->ncols);
		if (f->next(f, b, e))
			return -1;
		if (!b->rows)
			break;
		reject_long_rows(f, b);
		if (b->rows && out->rows && out->rows(out->ctx, f, b, e))
			return -1;
	}
	if (out->end)
		out->end(out->ctx, f);
	return 0;
}

int feed_run_to(int to, const struct format *format, const struct ingest_options *o,
	const char *path, const struct feed_out *out, struct err *e)
{
	struct stat st;
	struct feed f = { .arena = arena_new(), .options = o, .path = path, .to = to,
		.out = out };
	struct block b = { 0 };
	if (path && stat(path, &st) == 0)
		f.bytes = st.st_size;
	int status = format->open(&f, e) || run(&f, &b, e) ? -1 : 0;
	block_end(&b);
	arena_free(f.arena);
	return status;
}

int feed_run_here(const struct format *format, const struct ingest_options *o, const char *path,
	const struct feed_out *out, struct err *e)
{
	return feed_run_to(-1, format, o, path, out, e);
}
