/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The fast way over a CSV file: records that are sound, of the width of the table and surely
 * rows become cells straight from what the scanner tells. It stops in front of any other
 * record, which is then read by the careful reader and judged; so the rows are the same as if
 * all had been read that way, and most files never need it.
 */
#include "ingest/csv/csv_int.h"
#include "ingest/value/words.h"

#include <string.h>

enum { LONGEST = 1 << 20 };    /* bytes of a record; longer ones are left to the reader */

struct csv_fast {
	const struct csv_rules *rules;
	struct arena *arena;
	struct csv_scanner scanner;
	struct csv_ends ends;
	/* of the first record that has not become a row */
	size_t begin;
	int64_t inner;             /* line ends inside of cells, up to there */
	int64_t inners;            /* up to what was scanned last */
	/* the cell at hand */
	const char *from;
	int64_t col;
	int64_t most;              /* rows that the block may have */
	/* sizes of the record at hand: they go to `sizes`, or to no use */
	uint8_t *size, *unused;
	struct csv_sizes *sizes;
	/* those that another reading has noted */
	const struct csv_sizes *noted;
	struct csv_sizes_place known;
};

/* ---- cells ------------------------------------------------------------------------------- */

/* The content of a quoted cell with doubled quotes. */
static struct str undoubled(struct arena *a, struct str s, char quote)
{
	char *copy = arena_alloc(a, s.n + CELL_PADDING), *to = copy;
	for (const char *q; (q = memchr(s.p, quote, s.n)) != NULL;) {
		size_t k = (size_t)(q - s.p) + 1;
		memcpy(to, s.p, k);
		to += k;
		s = (struct str){ s.p + k + 1, s.n - k - 1 };
	}
	memcpy(to, s.p, s.n);
	return (struct str){ copy, (size_t)(to - copy) + s.n };
}

static __attribute__((noinline)) struct str unquoted(struct arena *a, struct str s, char quote)
{
	s = (struct str){ s.p + 1, s.n - 2 };
	return memchr(s.p, quote, s.n) ? undoubled(a, s, quote) : s;
}

/* No blank of any kind, for certain: see str_trim. */
static bool visible(struct str s)
{
	unsigned char c = s.n ? (unsigned char)*s.p : 0;
	return c > ' ' && c != 0xc2 && c != 0xef;
}

static bool same(struct str s, const struct layout_row *header, int col)
{
	s = cell_trim(s);
	struct str h = col < header->n ? cell_trim(header->cells[col].s) : (struct str){ 0 };
	return s.n == h.n && words_equal(s.p, h.p, s.n);
}

/* Whether the last row of the block could be blank or repeat a row of the header. */
static bool suspicious(const struct csv_rules *u, const struct block *b)
{
	const struct layout *l = &u->layout.table;
	const struct str *cells = b->cells + b->rows;
	int col = 0;
	while (col < l->width && !visible(cells[col * b->cap]))
		col++;
	if (col == l->width)
		return true;
	for (int i = 0; u->layout.header && i < l->header_rows; i++) {
		const struct layout_row *h = &u->layout.header[i];
		for (col = 0; col < l->width && same(cells[col * b->cap], h, col); col++)
			;
		if (col == l->width)
			return true;
	}
	return false;
}

/* ---- records ----------------------------------------------------------------------------- */

/* Whether the record that ends in front of `next` is a row. */
static bool is_row(const struct csv_fast *f, const struct block *b, size_t next)
{
	const struct csv_rules *u = f->rules;
	/* where CR ends lines, a LF belongs to the one before */
	bool cut = !f->scanner.crlf && next < u->text.n && u->text.p[next] == '\n';
	return !cut && next - f->begin <= LONGEST && !suspicious(u, b);
}

/* Line ends inside of cells, of those that were scanned, in front of `at`. */
static inline int64_t inners_before(const struct csv_ends *e, size_t at)
{
	uint64_t part = at % 64 ? e->inner[at / 64] << (64 - at % 64) : 0;
	int64_t n = e->inners[at / 64];
	for (; part; part &= part - 1)
		n++;
	return n;
}

/* Ends of fields, and where these go. */
struct fields {
	const char *text;          /* where the ends count from */
	const uint16_t *end, *last;
	const char *from;          /* of the field at hand */
	struct str *cell, *stop;   /* its own; that of the last field of the row */
	int64_t stride;
	uint8_t *size;             /* where its size goes */
};

static inline uint8_t *put_size(uint8_t *to, size_t n)
{
	if (n < CSV_SIZE_LONG) {
		*to = (uint8_t)n;
		return to + 1;
	}
	uint32_t size = (uint32_t)n;           /* records are shorter than LONGEST */
	*to = CSV_SIZE_LONG;
	memcpy(to + 1, &size, sizeof size);
	return to + CSV_SIZE_MAX;
}

static inline size_t take_size(const uint8_t **from)
{
	size_t n = *(*from)++;
	if (n < CSV_SIZE_LONG)
		return n;
	uint32_t size;
	memcpy(&size, *from, sizeof size);
	*from += sizeof size;
	return size;
}

/* Takes fields in front of the delimiter, except the last of the row. */
static inline void take_in_row(struct fields *v, char delimiter, char quote, struct arena *bytes)
{
	const char *const text = v->text, *from = v->from;
	const uint16_t *end = v->end, *const last = v->last;
	struct str *cell = v->cell, *const stop = v->stop;
	const int64_t stride = v->stride;
	uint8_t *size = v->size;
	for (; end < last && cell != stop; end++, cell += stride) {
		const char *p = text + *end;
		if (*p != delimiter)
			break;
		struct str s = { from, (size_t)(p - from) };
		size = put_size(size, s.n);
		*cell = s.n && *from == quote ? unquoted(bytes, s, quote) : s;
		from = p + 1;
	}
	v->end = end;
	v->from = from;
	v->cell = cell;
	v->size = size;
}

/* The record that ends in front of `next` is a row; another begins. */
static void note_row(struct csv_fast *f, size_t next, const uint8_t *end)
{
	uint8_t *room = NULL;
	if (f->sizes) {
		csv_sizes_add(f->sizes, f->begin, next, end);
		room = csv_sizes_room(f->sizes);
		f->sizes = room ? f->sizes : NULL;
	}
	f->size = room ? room : f->unused;
}

/* Takes the fields that end in what was scanned from `at` on. False: stop. */
static bool take_fields(struct csv_fast *f, size_t at, size_t scanned, struct block *b)
{
	const struct csv_rules *u = f->rules;
	const struct csv_ends *e = &f->ends;
	/* without quotes, one that is in no text */
	const char quote = (char)f->scanner.quote, delimiter = (char)f->scanner.delimiter;
	struct str *row = b->cells + b->rows;
	struct fields v = { u->text.p + at, e->at, e->at + e->n, f->from, row + f->col * b->cap,
		row + (u->layout.table.width - 1) * b->cap, b->cap, f->size };
	for (;; v.end++) {
		take_in_row(&v, delimiter, quote, b->bytes);
		if (v.end == v.last)
			break;
		const char *p = v.text + *v.end;
		if (v.cell != v.stop || *p == delimiter)
			return false;
		struct str s = { v.from, (size_t)(p - v.from) };
		s.n -= f->scanner.crlf && s.n && p[-1] == '\r';
		const uint8_t *sized = put_size(v.size, s.n);
		*v.cell = s.n && *s.p == quote ? unquoted(b->bytes, s, quote) : s;
		v.from = p + 1;
		size_t next = (size_t)(v.from - u->text.p);
		if (!is_row(f, b, next))
			return false;
		note_row(f, next, sized);
		v.size = f->size;
		f->begin = next;
		f->inner = f->inners + inners_before(e, *v.end);
		if (++b->rows == f->most)
			return false;
		v.cell = b->cells + b->rows;
		v.stop++;
	}
	if (e->odd)
		return false;
	f->inners += inners_before(e, scanned);
	f->from = v.from;
	f->size = v.size;
	f->col = (v.cell - b->cells - b->rows) / b->cap;
	return at + scanned < f->begin + LONGEST;
}

/* Words from `at` on, before the end of what is read here; the last may be a part of one. */
static size_t scan(struct csv_fast *f, size_t at, size_t end)
{
	const char *p = f->rules->text.p + at;
	size_t n = (end - at) / 64;
	if (n) {
		n = n < SCAN_WORDS ? n : SCAN_WORDS;
		csv_scan(&f->scanner, p, n, &f->ends);
		return n;
	}
	/* zeros are nothing special */
	char part[64] = { 0 };
	memcpy(part, p, end - at);
	csv_scan(&f->scanner, part, 1, &f->ends);
	return 1;
}

/* ---- records whose sizes are known -------------------------------------------------------------- */

/* The text may have changed since: cells may be others then, but none beyond it. */
static void take_known(struct csv_fast *f, struct csv_place *place, struct block *b)
{
	const struct csv_rules *u = f->rules;
	const char quote = (char)f->scanner.quote, *from = u->text.p + place->at;
	const int64_t stride = b->cap, width = u->layout.table.width;
	const uint8_t *size = f->known.next, *const end = f->known.end;
	for (; size < end && b->rows < f->most; b->rows++) {
		struct str *cell = b->cells + b->rows, *const beyond = cell + width * stride;
		for (; cell != beyond; cell += stride) {
			struct str s = { from, take_size(&size) };
			*cell = s.n > 1 && *from == quote ? unquoted(b->bytes, s, quote) : s;
			from += s.n + 1;
		}
		from += f->scanner.crlf && from[-1] == '\r';
	}
	f->known.next = size;
	f->known.at = place->at = (size_t)(from - u->text.p);
	csv_sizes_next(f->noted, &f->known);
}

/* ---- the interface ------------------------------------------------------------------------------ */

static void start(struct csv_fast *f, const struct csv_place *place)
{
	f->begin = place->at;
	f->from = f->rules->text.p + place->at;
	f->col = 0;
	f->inner = f->inners = 0;
	if (!f->unused)
		f->unused = arena_alloc(f->arena, (size_t)f->rules->layout.table.width * CSV_SIZE_MAX);
	uint8_t *room = f->sizes ? csv_sizes_room(f->sizes) : NULL;
	f->size = room ? room : f->unused;
	csv_scanner_start(&f->scanner);
}

void csv_fast_rows(struct csv_fast *f, struct csv_place *place, struct block *b)
{
	const struct csv_rules *u = f->rules;
	size_t end = u->tail;
	/* the reader may be short of bytes to look ahead, so it must decide */
	if (place->at >= end || csv_ahead(place) < LONGEST || csv_behind_gap(u, place->at))
		return;
	int64_t rows = b->rows;
	f->most = block_most(b);
	if (f->noted && f->known.at == place->at)
		take_known(f, place, b);
	start(f, place);
	bool more = b->rows < f->most;
	for (size_t at = place->at; more && at < end;) {
		size_t n = scan(f, at, end);
		more = take_fields(f, at, n * 64, b);
		at += n * 64;
	}
	place->at = f->begin;
	place->line += b->rows - rows + f->inner;
}

struct csv_fast *csv_fast_new(struct arena *a, const struct csv_rules *u, bool portable)
{
	const struct dialect *d = &u->dialect;
	if (!csv_usual(d))         /* any cell may need more than its quotes taken off */
		return NULL;
	struct csv_fast *f = arena_alloc(a, sizeof *f);
	f->rules = u;
	f->arena = a;
	csv_scanner_init(&f->scanner, d, portable);
	return f;
}

void csv_fast_note(struct csv_fast *f, struct csv_sizes *sizes)
{
	f->sizes = sizes;
}

void csv_fast_recall(struct csv_fast *f, const struct csv_sizes *sizes, size_t at, size_t first)
{
	f->noted = sizes;
	f->known = csv_sizes_at(sizes, at, first);
}
