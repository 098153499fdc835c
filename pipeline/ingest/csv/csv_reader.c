/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of a CSV file, one after the other, read in another way where the first would go
 * astray. */
#include "ingest/csv/csv_int.h"

#include <string.h>

/* Looking for the end of a quoted field may read far ahead for nothing. What was read in vain
 * is limited by what was read with success plus this, so a damaged file still costs linear
 * time. */
enum { AHEAD = 16 << 20 };

struct csv_reader {
	struct csv_parsing p;
	struct csv_place place;
	const struct layout *expect;   /* NULL: nothing is known about the columns */
	bool picky;                /* readings must suit them */
};

/* ---- repair ------------------------------------------------------------------------------ */

/* The width that is wanted, or more with nothing in the extra cells. */
static bool fits(const struct csv_reader *r, int width)
{
	if (!width || r->p.n < width)
		return false;
	for (int i = width; i < r->p.n; i++)
		if (r->p.cells[i].s.n)
			return false;
	return true;
}

/* Also suits the columns, where it is known what they hold. */
static bool suits(struct csv_reader *r)
{
	csv_settle(&r->p);
	return !r->expect || csv_suits(r->expect, &r->p);
}

static bool fits_with(struct csv_reader *r, enum csv_mode mode, char delimiter, size_t limit,
	int width, struct csv_record *rec)
{
	return csv_attempt(&r->p, mode, delimiter, limit, rec) == READ_COMPLETE &&
		fits(r, width) && (!r->picky || suits(r));
}

/* An inner quote right in front of the closing one looks like a doubled quote: "5"",x. */
static bool repair_closing(struct csv_reader *r, int width, struct csv_record *rec)
{
	enum { MOST = 16 };
	const char *text = r->p.text.p, q = r->p.dialect.quote;
	const char d = r->p.dialect.delimiter;
	size_t end = csv_next_line(&r->p, rec->begin);
	bool fine = false;
	for (size_t i = rec->begin, tries = 0; i + 2 < end && tries < MOST && !fine; i++) {
		if (text[i] != q || text[i + 1] != q || text[i + 2] != d)
			continue;
		tries++;
		r->p.hidden = i;
		fine = fits_with(r, READ_STRICT, d, 0, width, rec);
	}
	r->p.hidden = CSV_NOWHERE;
	return fine;
}

/* Other ways to read quotes, the likeliest first. A cell of several lines with stray quotes in
 * it is believed only when its second line is not a good row by itself: else the quote that
 * opens it is stray and must not swallow that row. */
static bool repair_quotes(struct csv_reader *r, int width, size_t limit, size_t suspect,
	struct csv_record *rec)
{
	char d = r->p.dialect.delimiter;
	if (fits_with(r, READ_SPACED, d, limit, width, rec) || repair_closing(r, width, rec) ||
		fits_with(r, READ_LENIENT, d, 0, width, rec))
		return true;
	/* the field where sound reading failed began with a quote that may be stray */
	r->p.hidden = suspect;
	bool fine = suspect != CSV_NOWHERE && fits_with(r, READ_LENIENT, d, 0, width, rec);
	r->p.hidden = CSV_NOWHERE;
	if (fine || fits_with(r, READ_LITERAL, d, 0, width, rec))
		return true;
	struct csv_record second = { .begin = csv_next_line(&r->p, rec->begin) };
	if (second.begin < r->p.text.n && fits_with(r, READ_STRICT, d, 0, width, &second))
		return false;
	return fits_with(r, READ_LENIENT, d, limit, width, rec);
}

static int quoted_cells(const struct csv_reader *r)
{
	int n = 0;
	for (int i = 0; i < r->p.n; i++)
		n += r->p.cells[i].quoted;
	return n;
}

static int typed_cells(const struct csv_reader *r)
{
	int n = 0;
	for (int i = 0; i < r->p.n; i++)
		n += kind_typed(cell_kind(r->p.cells[i].s, true));
	return n;
}

/* A single row that somebody wrote with another delimiter. Any sentence has blanks, so with
 * those there must be more than words, or quotes. */
static bool repair_delimiter(struct csv_reader *r, int width, struct csv_record *rec)
{
	for (const char *d = ";\t|, "; width > 2 && *d; d++) {
		if (*d == r->p.dialect.delimiter || !memchr(r->p.text.p + rec->begin, *d,
			csv_next_line(&r->p, rec->begin) - rec->begin) ||
			csv_attempt(&r->p, READ_STRICT, *d, 0, rec) != READ_COMPLETE ||
			r->p.n < width)
			continue;
		csv_settle(&r->p);
		bool words = typed_cells(r) < 2 && !quoted_cells(r);
		if (*d == ' ' && r->p.n == width && (words || !suits(r)))
			continue;
		if ((r->expect && csv_repair_cells(r->expect, &r->p)) || fits(r, width))
			return true;
	}
	return false;
}

/* A cell too few or too many, by what the columns hold. */
static bool repair_cells(struct csv_reader *r, bool quotes, bool sound, struct csv_record *rec)
{
	char d = r->p.dialect.delimiter;
	if (!r->expect || (sound && csv_attempt(&r->p, READ_STRICT, d, 0, rec) != READ_COMPLETE))
		return false;
	csv_settle(&r->p);
	if (quotes && (!sound || r->p.n < r->expect->width) &&
		csv_repair_at_quotes(r->expect, &r->p, sound, rec))
		return true;
	return csv_attempt(&r->p, READ_STRICT, d, 0, rec) == READ_COMPLETE &&
		csv_repair_cells(r->expect, &r->p);
}

static bool repaired(struct csv_record *rec, enum csv_deed how)
{
	rec->repair = how;
	return true;
}

static bool repair(struct csv_reader *r, int width, size_t limit, bool sound,
	struct csv_record *rec)
{
	char q = r->p.dialect.quote;
	/* quotes in the right places on a single line are to be trusted, whatever the width */
	bool doubt = !sound || rec->lines > 1, narrow = r->p.n < width || !sound;
	size_t at = r->p.exact ? r->p.field : CSV_NOWHERE;
	bool quotes = q && memchr(r->p.text.p + rec->begin, q, rec->end - rec->begin);
	if (!sound && quotes && repair_cells(r, quotes, sound, rec))
		return repaired(rec, DEED_CELLS);
	r->picky = r->expect != NULL;
	bool fine = width > 1 && csv_wrapped(&r->p, rec) &&
		fits_with(r, READ_WRAPPED, r->p.dialect.delimiter, 0, width, rec);
	fine = fine || (quotes && doubt && repair_quotes(r, width, limit, at, rec));
	r->picky = false;
	if (fine)
		return repaired(rec, DEED_QUOTES);
	if (narrow && repair_delimiter(r, width, rec))
		return repaired(rec, DEED_DELIMITER);
	if (sound && repair_cells(r, quotes, sound, rec))
		return repaired(rec, DEED_CELLS);
	return quotes && doubt && repair_quotes(r, width, limit, at, rec) &&
		repaired(rec, DEED_QUOTES);
}

/* Reads a record that is not sound or not of the wanted width. */
static enum csv_trouble second_look(struct csv_reader *r, int width, size_t limit, bool sound,
	struct csv_record *rec)
{
	char d = r->p.dialect.delimiter;
	if (width && repair(r, width, limit, sound, rec))
		return CSV_REPAIRED;
	if (sound && csv_attempt(&r->p, READ_STRICT, d, limit, rec) == READ_COMPLETE)
		return CSV_SOUND;
	if (csv_attempt(&r->p, READ_LENIENT, d, 0, rec) == READ_COMPLETE)
		return CSV_DAMAGED;
	/* what is left of the field may be on the next lines: believed only where it spoils no
	 * width */
	if (!width && csv_attempt(&r->p, READ_LENIENT, d, limit, rec) == READ_COMPLETE)
		return CSV_DAMAGED;
	csv_attempt(&r->p, READ_LITERAL, d, 0, rec);
	return CSV_UNCLOSED;
}

/* ---- the interface ----------------------------------------------------------------------- */

struct csv_reader *csv_reader_new(struct arena *a, struct str text, struct dialect d)
{
	struct csv_reader *r = arena_alloc(a, sizeof *r);
	r->place.line = 1;
	csv_parsing_init(&r->p, a, text, d);
	return r;
}

static bool blank_line(const struct csv_reader *r, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		char c = r->p.text.p[i];
		if ((c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\x1a') ||
			c == r->p.dialect.delimiter)
			return false;
	}
	return true;
}

/* Also over marks of byte order, which stay where files are put together. */
static void skip_blank_lines(struct csv_reader *r)
{
	struct csv_place *p = &r->place;
	while (p->at < r->p.text.n) {
		if (r->p.text.n - p->at >= 3 && memcmp(r->p.text.p + p->at, "\xef\xbb\xbf", 3) == 0)
			p->at += 3;
		size_t to = csv_next_line(&r->p, p->at);
		if (!blank_line(r, p->at, to))
			return;
		p->at = to;
		p->line++;
		p->blank_lines++;
	}
}

bool csv_reader_next(struct csv_reader *r, int width, struct csv_record *rec)
{
	skip_blank_lines(r);
	struct csv_place *p = &r->place;
	if (p->at >= r->p.text.n)
		return false;
	*rec = (struct csv_record){ .begin = p->at, .line = p->line };
	size_t first = csv_next_line(&r->p, p->at), limit = csv_ahead(p);
	if (limit > RECORD_MAX)
		limit = RECORD_MAX;
	r->p.furthest = first;
	if (first - p->at > RECORD_MAX) {
		rec->end = first;
		rec->lines = 1;
		rec->trouble = CSV_TOO_LONG;
	} else {
		enum csv_outcome o = csv_attempt(&r->p, READ_STRICT, r->p.dialect.delimiter,
			limit, rec);
		bool odd = r->expect && width && r->p.n != width;
		if (o != READ_COMPLETE || odd || (width && !fits(r, width)))
			rec->trouble = second_look(r, width, limit, o == READ_COMPLETE, rec);
		csv_settle(&r->p);
		rec->n = r->p.n;
	}
	rec->cells = r->p.cells;
	p->in_vain += r->p.furthest - rec->end;
	p->at = rec->end;
	p->line += rec->lines;
	return true;
}

size_t csv_ahead(const struct csv_place *p)
{
	size_t budget = AHEAD + p->at;
	return budget > p->in_vain ? budget - p->in_vain : 0;
}

bool csv_comment(struct str text, const struct csv_record *r)
{
	static const char *const signs[] = { "//", "-- ", "% " };
	size_t i = r->begin;
	while (i < r->end && (text.p[i] == ' ' || text.p[i] == '\t'))
		i++;
	for (size_t k = 0; k < COUNTOF(signs) && r->n == 1; k++)
		if (r->end - i > strlen(signs[k]) &&
			memcmp(text.p + i, signs[k], strlen(signs[k])) == 0)
			return true;
	return i < r->end && text.p[i] == '#';
}

void csv_reader_expect(struct csv_reader *r, const struct layout *l)
{
	r->expect = l;
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
	if (!r->p.scratch.n)
		return;
	char *copy = arena_alloc(a, r->p.scratch.n + CELL_PADDING);
	memcpy(copy, r->p.scratch.p, r->p.scratch.n);
	for (int i = 0; i < rec->n; i++) {
		struct str *s = &rec->cells[i].s;
		uintptr_t at = (uintptr_t)s->p, from = (uintptr_t)r->p.scratch.p;
		if (at >= from && at <= from + r->p.scratch.n)
			s->p = copy + (at - from);
	}
}
