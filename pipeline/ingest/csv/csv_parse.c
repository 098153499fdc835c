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
 * a line). A delimiter of several bytes becomes one byte with filling in front of it, which
 * libcsv takes for blanks.
 */
#include "ingest/csv/csv_int.h"

#include <stdlib.h>
#include <string.h>

#include <csv.h>

enum {
	NO_QUOTE = 0xff, HIDDEN_QUOTE = 0xfe, HIDDEN_DELIMITER = 0xfd, HIDDEN_BACKSLASH = 0xfc,
	HIDDEN_CR = 0xfb, HIDDEN_LF = 0xfa, FILLING = 0xf8
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

static int filling(unsigned char c)
{
	return c == FILLING;
}

static int blank_or_filling(unsigned char c)
{
	return blank(c) || filling(c);
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
		case (unsigned char)LONG_DELIMITER:
			/* in a quoted cell: the filling is in front */
			if (i + 1 >= strlen(r->dialect.longer))
				memcpy(p + i + 1 - strlen(r->dialect.longer), r->dialect.longer,
					strlen(r->dialect.longer));
			break;
		default:
			break;
		}
}

void csv_parsing_reserve(struct csv_parsing *r, int cells)
{
	if (cells <= r->cap)
		return;
	r->cap = r->cap ? 2 * r->cap : 64;
	r->cells = mem_realloc(r->cells, (size_t)r->cap, sizeof *r->cells);
}

static void on_field(void *data, size_t n, void *ctx)
{
	struct csv_parsing *r = ctx;
	csv_parsing_reserve(r, r->n + 1);
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

static bool letter(char c)
{
	unsigned char lower = (unsigned char)c | 0x20;
	return (lower >= 'a' && lower <= 'z') || (unsigned char)c >= 0x80;
}

bool csv_at_delimiter(const struct dialect *d, struct str s, size_t at)
{
	size_t n = strlen(d->longer);
	if (!n)
		return (at && s.p[at - 1] == d->delimiter) ||
			(at < s.n && s.p[at] == d->delimiter);
	for (size_t k = 0; k <= n && k <= at; k++)
		if (s.n - (at - k) >= n && memcmp(s.p + at - k, d->longer, n) == 0)
			return true;
	return false;
}

/* don't; bytes of a delimiter are no letters */
static bool apostrophe(const struct dialect *d, struct str s, size_t i)
{
	return d->apostrophes && s.p[i] == d->quote && i && i + 1 < s.n &&
		letter(s.p[i - 1]) && letter(s.p[i + 1]) &&
		!(*d->longer && (csv_at_delimiter(d, s, i) || csv_at_delimiter(d, s, i + 1)));
}

/* Length of a delimiter of several bytes at i, or 0. */
static size_t long_delimiter(const struct csv_parsing *r, struct str s, size_t i)
{
	const char *d = r->dialect.longer;
	size_t n = strlen(d);
	return n && r->delimiter == LONG_DELIMITER && s.n - i >= n &&
		memcmp(s.p + i, d, n) == 0 ? n : 0;
}

/* Whether some of the line must be hidden from libcsv. */
static bool needs_mapping(const struct csv_parsing *r, struct str s)
{
	const struct dialect *d = &r->dialect;
	size_t body = body_length(s.p, s.n);
	return r->hidden != CSV_NOWHERE || r->insert != CSV_NOWHERE ||
		(d->backslash && memchr(s.p, '\\', s.n)) ||
		(d->apostrophes && memchr(s.p, d->quote, s.n)) || *d->longer ||
		(d->twins && memchr(s.p, '"', s.n)) ||
		memchr(s.p, '\r', body) ||
		(d->lines == LINES_CR && memchr(s.p, '\n', body));
}

/* The character at *i as libcsv shall see it; escaped ones take two. */
static char mapped(const struct csv_parsing *r, struct str s, size_t body, size_t *i)
{
	const struct dialect *d = &r->dialect;
	char c = s.p[*i];
	if (*i < body && line_end(c))
		return c == '\r' ? (char)HIDDEN_CR : (char)HIDDEN_LF;
	bool hide = r->hidden != CSV_NOWHERE && !r->wrapped &&
		(size_t)(s.p + *i - r->text.p) == r->hidden;
	if (hide || apostrophe(d, s, *i))
		return (char)HIDDEN_QUOTE;
	if (*i + 1 >= s.n)
		return c;
	char next = s.p[*i + 1];
	*i += d->twins && c == '"' && next == '"';
	if (c != '\\' || !d->backslash)
		return c;
	char hidden = next == '\\' ? (char)HIDDEN_BACKSLASH
		: next == d->delimiter ? (char)HIDDEN_DELIMITER
		: next == d->quote && d->quote ? (char)HIDDEN_QUOTE : 0;
	*i += hidden != 0;
	return hidden ? hidden : c;
}

/* The delimiter as libcsv shall see it: a single byte, after filling as long as the rest. */
static void put_delimiter(struct csv_parsing *r)
{
	size_t n = r->delimiter == LONG_DELIMITER ? strlen(r->dialect.longer) : 1;
	for (size_t i = 1; i < n; i++)
		buf_putc(&r->mapped, (char)FILLING);
	buf_putc(&r->mapped, r->delimiter);
}

static struct str map_line(struct csv_parsing *r, struct str s)
{
	size_t body = body_length(s.p, s.n);
	buf_clear(&r->mapped);
	for (size_t i = 0; i < s.n; i++) {
		if (r->insert != CSV_NOWHERE && !r->wrapped &&
			(size_t)(s.p + i - r->text.p) == r->insert)
			put_delimiter(r);
		size_t k = long_delimiter(r, s, i);
		if (k)
			put_delimiter(r);
		else
			buf_putc(&r->mapped, mapped(r, s, body, &i));
		i += k ? k - 1 : 0;
	}
	return (struct str){ r->mapped.p, r->mapped.n };
}

static bool in_quotes(const struct csv_parsing *r, struct str s)
{
	size_t body = body_length(s.p, s.n);
	char q = r->dialect.quote;
	return q && body > 1 && *s.p == q && s.p[body - 1] == q;
}

bool csv_wrapped(const struct csv_parsing *r, const struct csv_record *rec)
{
	size_t end = csv_next_line(r, rec->begin);
	return !r->dialect.wrapped &&
		in_quotes(r, (struct str){ r->text.p + rec->begin, end - rec->begin });
}

/* The line without the quotes around it; as it is when there are none. */
static struct str unwrap_line(struct csv_parsing *r, struct str s)
{
	char q = r->dialect.quote;
	size_t body = body_length(s.p, s.n);
	if (!in_quotes(r, s))
		return s;
	buf_clear(&r->unwrapped);
	for (size_t i = 1; i + 1 < body; i++) {
		buf_putc(&r->unwrapped, s.p[i]);
		i += s.p[i] == q && s.p[i + 1] == q && i + 2 < body;
	}
	buf_put(&r->unwrapped, s.p + body, s.n - body);
	return (struct str){ r->unwrapped.p, r->unwrapped.n };
}

/* ---- one attempt at one record ----------------------------------------------------------- */

static void parser_reset(struct csv_parsing *r, enum csv_mode mode, char delimiter)
{
	const struct dialect *d = &r->dialect;
	r->quote = mode == READ_LITERAL ? 0 : d->quote;
	csv_fini(r->parser, NULL, NULL, NULL);
	bool lenient = mode == READ_LENIENT || mode == READ_LITERAL;
	csv_set_opts(r->parser, lenient ? 0 : CSV_STRICT);
	csv_set_delim(r->parser, (unsigned char)delimiter);
	csv_set_quote(r->parser, r->quote ? (unsigned char)r->quote : NO_QUOTE);
	bool spaced = mode == READ_SPACED || (d->spaced && mode != READ_LITERAL);
	r->delimiter = delimiter;
	r->wrapped = d->wrapped || mode == READ_WRAPPED;
	if (*d->longer)
		csv_set_space_func(r->parser, spaced ? blank_or_filling : filling);
	else
		csv_set_space_func(r->parser, spaced ? blank : never);
	r->exact = !spaced && mode != READ_LENIENT;
	r->n = 0;
	r->row = false;
	r->settled = false;
	buf_clear(&r->scratch);
}

/* Feeds the line; false when strict mode refuses it. */
static bool feed(struct csv_parsing *r, size_t from, size_t to)
{
	struct str s = { r->text.p + from, to - from };
	if (r->wrapped) {
		s = unwrap_line(r, s);
		r->exact = false;
	}
	if (needs_mapping(r, s)) {
		s = map_line(r, s);
		r->exact = false;
	}
	if (csv_parse(r->parser, s.p, s.n, on_field, on_row, r) != s.n)
		return false;
	/* the last line of a file may have no end */
	if (to == r->text.n && !r->row && s.n && !line_end(s.p[s.n - 1]))
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
	buf_free(&r->unwrapped);
}

void csv_parsing_init(struct csv_parsing *r, struct arena *a, struct str text, struct dialect d)
{
	*r = (struct csv_parsing){ .text = text, .dialect = d, .hidden = CSV_NOWHERE,
		.insert = CSV_NOWHERE };
	r->parser = mem_calloc(1, sizeof *r->parser);
	csv_init(r->parser, 0);
	csv_set_blk_size(r->parser, 65536);
	arena_own(a, r, parsing_free);
}

/* Quotes around a cell are taken off where the file is quoted twice, and where quotes mean
 * nothing in the record, since one of them is stray. */
static bool enclosed(const struct csv_parsing *r, struct str s)
{
	char q = r->dialect.quote;
	if (!q || s.n < 2 || *s.p != q || s.p[s.n - 1] != q)
		return false;
	return r->dialect.requoted || (!r->quote && !memchr(s.p + 1, q, s.n - 2));
}

void csv_settle(struct csv_parsing *r)
{
	char *p = r->scratch.p;
	for (int i = 0; i < r->n && !r->settled; i++) {
		struct str *s = &r->cells[i].s;
		if (!s->p) {
			s->p = p;
			p += s->n;
		}
		if (enclosed(r, *s)) {
			s->p++;
			s->n -= 2;
		}
	}
	r->settled = true;
}
