/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Records of a CSV file, read by libcsv and repaired where it would go astray.
 *
 * libcsv is fed one physical line at a time, so that lines can be counted and the raw text of each
 * record is known. It gives no offsets, but in strict mode they follow from the lengths of the fields,
 * so nearly all cells are slices of the mapped text and only those with doubled quotes are copied.
 *
 * The text is valid UTF-8, so the bytes 0xf8 to 0xff never occur in it: they stand for "no quote" and
 * for characters that libcsv must not see (escaped by a backslash, a CR inside a line).
 */
#include "ingest/csv_int.h"

#include <stdlib.h>
#include <string.h>

#include <csv.h>

enum { NO_QUOTE = 0xff, HIDDEN_QUOTE = 0xfe, HIDDEN_DELIMITER = 0xfd, HIDDEN_BACKSLASH = 0xfc, HIDDEN_CR = 0xfb };

/* Looking for the end of a quoted field may read far ahead for nothing. What was read in vain is
 * limited by what was read with success plus this, so a damaged file still costs linear time. */
enum { AHEAD = 16 << 20 };

struct csv_reader {
	struct str text;
	struct dialect dialect;
	struct csv_parser parser;
	struct csv_place place;
	size_t furthest;           /* end of all that was read for the record at hand */
	/* the attempt at hand */
	struct csv_cell *cells;
	int n, cap;
	struct buf scratch;        /* bytes of cells that are no slices */
	struct buf mapped;         /* a line with hidden characters */
	bool exact;                /* offsets can be told: strict, nothing skipped or hidden */
	size_t field;              /* offset of the next field, when exact */
	char quote;                /* of this attempt */
	bool row;                  /* the record is complete */
};

/* ---- callbacks -------------------------------------------------------------------------------------- */

static int never(unsigned char c)
{
	(void)c;
	return 0;
}

static int blank(unsigned char c)
{
	return c == ' ' || c == '\t';
}

static bool line_end(char c)
{
	return c == '\n' || c == '\r';
}

/* The bytes that were hidden from libcsv, in place. */
static void reveal(const struct csv_reader *r, char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		switch ((unsigned char)p[i]) {
		case HIDDEN_QUOTE:
			p[i] = r->dialect.quote;
			break;
		case HIDDEN_DELIMITER:
			p[i] = r->dialect.delimiter;
			break;
		case HIDDEN_BACKSLASH:
			p[i] = '\\';
			break;
		case HIDDEN_CR:
			p[i] = '\r';
			break;
		default:
			break;
		}
}

static void on_field(void *data, size_t n, void *ctx)
{
	struct csv_reader *r = ctx;
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 64;
		r->cells = mem_realloc(r->cells, (size_t)r->cap, sizeof *r->cells);
	}
	struct csv_cell *c = &r->cells[r->n++];
	if (r->exact) {
		bool quoted = r->field < r->text.n && r->text.p[r->field] == r->quote && r->quote;
		size_t inner = 0;
		const char *p = data, *end = p + n;
		while (quoted && (p = memchr(p, r->quote, (size_t)(end - p)))) {
			inner++;
			p++;
		}
		*c = (struct csv_cell){ { r->text.p + r->field + quoted, n }, quoted };
		r->field += n + inner + (quoted ? 3 : 1);
		if (!inner)
			return;
	} else {
		c->quoted = false;
	}
	/* p stays NULL until the scratch buffer has stopped moving */
	c->s = (struct str){ NULL, n };
	buf_put(&r->scratch, data, n);
	if (!r->exact)
		reveal(r, r->scratch.p + r->scratch.n - n, n);
}

static void on_row(int c, void *ctx)
{
	(void)c;
	((struct csv_reader *)ctx)->row = true;
}

/* ---- lines ----------------------------------------------------------------------------------------------- */

/* End of the line that starts at `from`, behind its line end. */
static size_t next_line(const struct csv_reader *r, size_t from)
{
	const char *p = r->text.p + from;
	size_t n = r->text.n - from;
	const char *lf = memchr(p, '\n', n);
	size_t k = lf ? (size_t)(lf - p) + 1 : n;
	if (!r->dialect.cr)
		return from + k;
	const char *cr = memchr(p, '\r', k);
	if (cr)
		k = (size_t)(cr - p) + ((size_t)(cr - p) + 1 < n && cr[1] == '\n' ? 2 : 1);
	return from + k;
}

static bool blank_line(const struct csv_reader *r, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		char c = r->text.p[i];
		if ((c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\x1a') || c == r->dialect.delimiter)
			return false;
	}
	return true;
}

/* Whether some of the line must be hidden from libcsv: a CR that does not end it, a backslash. */
static bool needs_mapping(const struct csv_reader *r, const char *p, size_t n)
{
	if (r->dialect.backslash && memchr(p, '\\', n))
		return true;
	const char *cr = memchr(p, '\r', n);
	size_t behind = cr ? (size_t)(p + n - cr) : 0;
	return behind > 2 || (behind == 2 && cr[1] != '\n');
}

static struct str map_line(struct csv_reader *r, const char *p, size_t n)
{
	const struct dialect *d = &r->dialect;
	buf_clear(&r->mapped);
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		if (c == '\r' && i + 1 < n && !(i + 2 == n && p[i + 1] == '\n')) {
			c = (char)HIDDEN_CR;
		} else if (c == '\\' && d->backslash && i + 1 < n) {
			char hidden = p[i + 1] == '\\' ? (char)HIDDEN_BACKSLASH
				: p[i + 1] == d->delimiter ? (char)HIDDEN_DELIMITER
				: p[i + 1] == d->quote && d->quote ? (char)HIDDEN_QUOTE : 0;
			if (hidden) {
				c = hidden;
				i++;
			}
		}
		buf_putc(&r->mapped, c);
	}
	return (struct str){ r->mapped.p, r->mapped.n };
}

/* ---- one attempt at one record --------------------------------------------------------------------------- */

enum mode {
	STRICT,                    /* refuses quotes in the wrong places */
	LENIENT,                   /* a quote that does not end the field belongs to it */
	SPACED,                    /* strict, with blanks around quoted fields */
	LITERAL                    /* quotes mean nothing */
};
enum outcome { COMPLETE, REFUSED, OPEN };

static void parser_reset(struct csv_reader *r, enum mode mode, char delimiter)
{
	const struct dialect *d = &r->dialect;
	r->quote = mode == LITERAL ? 0 : d->quote;
	csv_fini(&r->parser, NULL, NULL, NULL);
	csv_set_opts(&r->parser, mode == STRICT || mode == SPACED ? CSV_STRICT : 0);
	csv_set_delim(&r->parser, (unsigned char)delimiter);
	csv_set_quote(&r->parser, r->quote ? (unsigned char)r->quote : NO_QUOTE);
	bool spaced = mode == SPACED || (mode == STRICT && d->spaced) || (mode == LENIENT && d->spaced);
	csv_set_space_func(&r->parser, spaced ? blank : never);
	r->exact = !spaced && mode != LENIENT;
	r->n = 0;
	r->row = false;
	buf_clear(&r->scratch);
}

/* Feeds the line; false when strict mode refuses it. */
static bool feed(struct csv_reader *r, size_t from, size_t to)
{
	struct str s = { r->text.p + from, to - from };
	if (needs_mapping(r, s.p, s.n)) {
		s = map_line(r, s.p, s.n);
		r->exact = false;
	}
	if (csv_parse(&r->parser, s.p, s.n, on_field, on_row, r) != s.n)
		return false;
	/* the last line of a file may have no end */
	if (to == r->text.n && !r->row && !line_end(s.p[s.n - 1]))
		csv_parse(&r->parser, "\n", 1, on_field, on_row, r);
	return true;
}

/* Reads from rec->begin over at most `limit` bytes, but at least one line. */
static enum outcome attempt(struct csv_reader *r, enum mode mode, char delimiter, size_t limit,
	struct csv_record *rec)
{
	parser_reset(r, mode, delimiter);
	r->field = rec->end = rec->begin;
	rec->lines = 0;
	bool fine = true;
	do {
		size_t to = next_line(r, rec->end);
		if (rec->lines && to - rec->begin > limit)
			break;
		fine = feed(r, rec->end, to);
		rec->end = to;
		rec->lines++;
	} while (fine && !r->row && rec->end < r->text.n);
	if (rec->end > r->furthest)
		r->furthest = rec->end;
	rec->n = r->n;
	return !fine ? REFUSED : r->row ? COMPLETE : OPEN;
}

/* ---- repair ------------------------------------------------------------------------------------------------ */

/* The width that is wanted, or more with nothing in the extra cells. */
static bool fits(const struct csv_reader *r, int width)
{
	if (!width || r->n < width)
		return false;
	for (int i = width; i < r->n; i++)
		if (r->cells[i].s.n)
			return false;
	return true;
}

static bool fits_with(struct csv_reader *r, enum mode mode, char delimiter, size_t limit, int width,
	struct csv_record *rec)
{
	return attempt(r, mode, delimiter, limit, rec) == COMPLETE && fits(r, width);
}

/* Other ways to read quotes, the likeliest first. A cell of several lines with stray quotes in it is
 * believed only when its second line is not a good row by itself: else the quote that opens it is
 * stray and must not swallow that row. */
static bool repair_quotes(struct csv_reader *r, int width, size_t limit, struct csv_record *rec)
{
	char d = r->dialect.delimiter;
	if (fits_with(r, SPACED, d, limit, width, rec) || fits_with(r, LENIENT, d, 0, width, rec) ||
			fits_with(r, LITERAL, d, 0, width, rec))
		return true;
	struct csv_record second = { .begin = next_line(r, rec->begin) };
	if (second.begin < r->text.n && fits_with(r, STRICT, d, 0, width, &second))
		return false;
	return fits_with(r, LENIENT, d, limit, width, rec);
}

/* A single row that somebody wrote with another delimiter. Blanks are left out: any sentence has them. */
static bool repair_delimiter(struct csv_reader *r, int width, struct csv_record *rec)
{
	for (const char *d = ";\t|,"; width > 2 && *d; d++)
		if (*d != r->dialect.delimiter && fits_with(r, STRICT, *d, 0, width, rec))
			return true;
	return false;
}

/* Reads a record that is not sound or not of the wanted width. */
static enum csv_trouble second_look(struct csv_reader *r, int width, size_t limit, bool sound,
	struct csv_record *rec)
{
	char d = r->dialect.delimiter, q = r->dialect.quote;
	bool quotes = q && memchr(r->text.p + rec->begin, q, rec->end - rec->begin), narrow = r->n < width;
	if (width && quotes && repair_quotes(r, width, limit, rec))
		return CSV_REPAIRED;
	if (narrow && repair_delimiter(r, width, rec))
		return CSV_REPAIRED;
	if (sound && attempt(r, STRICT, d, limit, rec) == COMPLETE)
		return CSV_SOUND;
	if (attempt(r, LENIENT, d, 0, rec) == COMPLETE)
		return CSV_DAMAGED;
	/* what is left of the field may be on the next lines: believed only where it spoils no width */
	if (!width && attempt(r, LENIENT, d, limit, rec) == COMPLETE)
		return CSV_DAMAGED;
	attempt(r, LITERAL, d, 0, rec);
	return CSV_UNCLOSED;
}

/* ---- the interface ------------------------------------------------------------------------------------------ */

static void reader_free(void *arg)
{
	struct csv_reader *r = arg;
	csv_free(&r->parser);
	free(r->cells);
	buf_free(&r->scratch);
	buf_free(&r->mapped);
}

struct csv_reader *csv_reader_new(struct arena *a, struct str text, struct dialect d)
{
	struct csv_reader *r = arena_alloc(a, sizeof *r);
	*r = (struct csv_reader){ .text = text, .dialect = d, .place.line = 1 };
	csv_init(&r->parser, 0);
	csv_set_blk_size(&r->parser, 65536);
	arena_own(a, r, reader_free);
	return r;
}

static void skip_blank_lines(struct csv_reader *r)
{
	struct csv_place *p = &r->place;
	while (p->at < r->text.n) {
		size_t to = next_line(r, p->at);
		if (!blank_line(r, p->at, to))
			return;
		p->at = to;
		p->line++;
		p->blank_lines++;
	}
}

/* Cells in the scratch buffer get their addresses once it has stopped moving. */
static void settle(struct csv_reader *r)
{
	char *p = r->scratch.p;
	for (int i = 0; i < r->n; i++)
		if (!r->cells[i].s.p) {
			r->cells[i].s.p = p;
			p += r->cells[i].s.n;
		}
}

bool csv_reader_next(struct csv_reader *r, int width, struct csv_record *rec)
{
	skip_blank_lines(r);
	struct csv_place *p = &r->place;
	if (p->at >= r->text.n)
		return false;
	*rec = (struct csv_record){ .begin = p->at, .line = p->line };
	size_t first = next_line(r, p->at), budget = AHEAD + p->at;
	size_t limit = budget > p->in_vain ? budget - p->in_vain : 0;
	if (limit > RECORD_MAX)
		limit = RECORD_MAX;
	r->furthest = first;
	if (first - p->at > RECORD_MAX) {
		rec->end = first;
		rec->lines = 1;
		rec->trouble = CSV_TOO_LONG;
	} else {
		enum outcome o = attempt(r, STRICT, r->dialect.delimiter, limit, rec);
		if (o != COMPLETE || (width && !fits(r, width)))
			rec->trouble = second_look(r, width, limit, o == COMPLETE, rec);
		settle(r);
	}
	rec->cells = r->cells;
	p->in_vain += r->furthest - rec->end;
	p->at = rec->end;
	p->line += rec->lines;
	return true;
}

bool csv_comment(struct str text, const struct csv_record *r)
{
	size_t i = r->begin;
	while (i < r->end && (text.p[i] == ' ' || text.p[i] == '\t'))
		i++;
	return i < r->end && text.p[i] == '#';
}

struct csv_place csv_reader_tell(const struct csv_reader *r)
{
	return r->place;
}

void csv_reader_seek(struct csv_reader *r, struct csv_place p)
{
	r->place = p;
}

void csv_record_keep(const struct csv_reader *r, struct csv_record *rec, struct arena *a)
{
	if (!r->scratch.n)
		return;
	char *copy = arena_alloc(a, r->scratch.n);
	memcpy(copy, r->scratch.p, r->scratch.n);
	for (int i = 0; i < rec->n; i++) {
		struct str *s = &rec->cells[i].s;
		uintptr_t at = (uintptr_t)s->p, from = (uintptr_t)r->scratch.p;
		if (at >= from && at <= from + r->scratch.n)
			s->p = copy + (at - from);
	}
}
