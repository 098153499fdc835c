/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One attempt at one record, by libcsv.
 *
 * libcsv is fed one physical line at a time, so that lines can be counted and the raw text of
 * each record is known. It gives no offsets, but in strict mode they follow from the lengths of
 * the fields, so nearly all cells are slices of the mapped text and only those with doubled
 * quotes are copied.
 *
 * The text is valid UTF-8, so the bytes 0xf8 to 0xff never occur in it: they stand for "no
 * quote" and for characters that libcsv must not see (escaped by a backslash, a CR or LF inside
 * a line).
 */
#include "ingest/csv_int.h"

#include <stdlib.h>
#include <string.h>

#include <csv.h>

enum {
	NO_QUOTE = 0xff, HIDDEN_QUOTE = 0xfe, HIDDEN_DELIMITER = 0xfd, HIDDEN_BACKSLASH = 0xfc,
	HIDDEN_CR = 0xfb, HIDDEN_LF = 0xfa
};

/* ---- callbacks --------------------------------------------------------------------------- */

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
static void reveal(const struct csv_parsing *r, char *p, size_t n)
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
		case HIDDEN_LF:
			p[i] = '\n';
			break;
		default:
			break;
		}
}

static void on_field(void *data, size_t n, void *ctx)
{
	struct csv_parsing *r = ctx;
	if (r->n == r->cap) {
		r->cap = r->cap ? 2 * r->cap : 64;
		r->cells = mem_realloc(r->cells, (size_t)r->cap, sizeof *r->cells);
	}
	struct layout_cell *c = &r->cells[r->n++];
	if (r->exact) {
		bool quoted = r->field < r->text.n && r->text.p[r->field] == r->quote &&
			r->quote;
		size_t inner = 0;
		const char *p = data, *end = p + n;
		while (quoted && (p = memchr(p, r->quote, (size_t)(end - p)))) {
			inner++;
			p++;
		}
		*c = (struct layout_cell){ { r->text.p + r->field + quoted, n }, quoted };
		r->field += n + inner + (quoted ? 3 : 1);
		if (!inner)
			return;
	} else {
		c->quoted = false;
	}
	/* see csv_settle */
	c->s = (struct str){ NULL, n };
	buf_put(&r->scratch, data, n);
	if (!r->exact)
		reveal(r, r->scratch.p + r->scratch.n - n, n);
}

static void on_row(int c, void *ctx)
{
	(void)c;
	((struct csv_parsing *)ctx)->row = true;
}

/* ---- lines ------------------------------------------------------------------------------- */

size_t csv_next_line(const struct csv_parsing *r, size_t from)
{
	const char *p = r->text.p + from;
	size_t n = r->text.n - from;
	if (r->dialect.lines != LINES_CR) {
		const char *lf = memchr(p, '\n', n);
		n = lf ? (size_t)(lf - p) + 1 : n;
	}
	if (r->dialect.lines != LINES_LF) {
		const char *cr = memchr(p, '\r', n);
		size_t k = cr ? (size_t)(cr - p) + 1 : n;
		n = k < r->text.n - from && cr && p[k] == '\n' ? k + 1 : k;
	}
	return from + n;
}

/* Length of the line without its line end. */
static size_t body_length(const char *p, size_t n)
{
	if (n && p[n - 1] == '\n')
		n--;
	return n && p[n - 1] == '\r' ? n - 1 : n;
}

/* Whether some of the line must be hidden from libcsv: a line end within it, a backslash. */
static bool needs_mapping(const struct csv_parsing *r, const char *p, size_t n)
{
	size_t body = body_length(p, n);
	return r->hidden != CSV_NOWHERE || (r->dialect.backslash && memchr(p, '\\', n)) ||
		memchr(p, '\r', body) ||
		(r->dialect.lines == LINES_CR && memchr(p, '\n', body));
}

static struct str map_line(struct csv_parsing *r, const char *p, size_t n)
{
	const struct dialect *d = &r->dialect;
	size_t body = body_length(p, n);
	buf_clear(&r->mapped);
	for (size_t i = 0; i < n; i++) {
		char c = p[i];
		if (i < body && (c == '\r' || c == '\n')) {
			c = c == '\r' ? (char)HIDDEN_CR : (char)HIDDEN_LF;
		} else if ((size_t)(p + i - r->text.p) == r->hidden) {
			c = (char)HIDDEN_QUOTE;
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

/* ---- one attempt at one record ----------------------------------------------------------- */

static void parser_reset(struct csv_parsing *r, enum csv_mode mode, char delimiter)
{
	const struct dialect *d = &r->dialect;
	r->quote = mode == READ_LITERAL ? 0 : d->quote;
	csv_fini(r->parser, NULL, NULL, NULL);
	csv_set_opts(r->parser, mode == READ_STRICT || mode == READ_SPACED ? CSV_STRICT : 0);
	csv_set_delim(r->parser, (unsigned char)delimiter);
	csv_set_quote(r->parser, r->quote ? (unsigned char)r->quote : NO_QUOTE);
	bool spaced = mode == READ_SPACED || (d->spaced && mode != READ_LITERAL);
	csv_set_space_func(r->parser, spaced ? blank : never);
	r->exact = !spaced && mode != READ_LENIENT;
	r->n = 0;
	r->row = false;
	buf_clear(&r->scratch);
}

/* Feeds the line; false when strict mode refuses it. */
static bool feed(struct csv_parsing *r, size_t from, size_t to)
{
	struct str s = { r->text.p + from, to - from };
	if (needs_mapping(r, s.p, s.n)) {
		s = map_line(r, s.p, s.n);
		r->exact = false;
	}
	if (csv_parse(r->parser, s.p, s.n, on_field, on_row, r) != s.n)
		return false;
	/* the last line of a file may have no end */
	if (to == r->text.n && !r->row && !line_end(s.p[s.n - 1]))
		csv_parse(r->parser, "\n", 1, on_field, on_row, r);
	return true;
}

enum csv_outcome csv_attempt(struct csv_parsing *r, enum csv_mode mode, char delimiter,
	size_t limit, struct csv_record *rec)
{
	parser_reset(r, mode, delimiter);
	r->field = rec->end = rec->begin;
	rec->lines = 0;
	bool fine = true;
	do {
		size_t to = csv_next_line(r, rec->end);
		if (rec->lines && to - rec->begin > limit)
			break;
		fine = feed(r, rec->end, to);
		rec->end = to;
		rec->lines++;
	} while (fine && !r->row && rec->end < r->text.n);
	if (rec->end > r->furthest)
		r->furthest = rec->end;
	rec->n = r->n;
	return !fine ? READ_REFUSED : r->row ? READ_COMPLETE : READ_OPEN;
}

/* ---- the parser -------------------------------------------------------------------------- */

static void parsing_free(void *arg)
{
	struct csv_parsing *r = arg;
	csv_free(r->parser);
	free(r->parser);
	free(r->cells);
	buf_free(&r->scratch);
	buf_free(&r->mapped);
}

void csv_parsing_init(struct csv_parsing *r, struct arena *a, struct str text, struct dialect d)
{
	*r = (struct csv_parsing){ .text = text, .dialect = d, .hidden = CSV_NOWHERE };
	r->parser = mem_calloc(1, sizeof *r->parser);
	csv_init(r->parser, 0);
	csv_set_blk_size(r->parser, 65536);
	arena_own(a, r, parsing_free);
}

void csv_settle(struct csv_parsing *r)
{
	char *p = r->scratch.p;
	for (int i = 0; i < r->n; i++)
		if (!r->cells[i].s.p) {
			r->cells[i].s.p = p;
			p += r->cells[i].s.n;
		}
}
