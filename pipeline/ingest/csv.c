/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV as a source of rows: what becomes of each record. Short rows are padded, blank cells
 * beyond the last column are trimmed, and what is no row of the table goes to the quarantine
 * with its reason.
 */
#include "ingest/csv_int.h"

#include <string.h>

enum { NOTES = 20 };           /* lines behind the table that are still notes, not data */

#define UNKNOWN SIZE_MAX

struct csv {
	struct str text;
	struct csv_reader *reader;
	struct csv_layout layout;
	size_t tail;               /* all records from here on are notes or blank */
	int64_t blank_records;     /* of the tail */
	size_t checked;            /* how far the search for the tail has come */
};

/* ---- the tail of the file ---------------------------------------------------------------- */

static bool all_blank(const struct csv_record *r)
{
	if (r->trouble == CSV_TOO_LONG)
		return false;      /* has not been read */
	for (int i = 0; i < r->n; i++)
		if (cell_trim(r->cells[i].s).n)
			return false;
	return true;
}

/* "Source: ..." behind the table: a short row with words in its first cell and nothing else. */
static bool note(const struct csv_record *r, int width)
{
	if (width < 3 || r->n >= width || r->n < 1 || r->trouble != CSV_SOUND)
		return false;
	for (int i = 1; i < r->n; i++)
		if (cell_trim(r->cells[i].s).n)
			return false;
	enum cell_kind k = cell_kind(r->cells[0].s, true);
	return k == KIND_WORD || k == KIND_ADDRESS;
}

static bool may_be_tail(const struct csv *c, const struct csv_record *r)
{
	if (c->tail == UNKNOWN && r->begin < c->checked)
		return false;
	return all_blank(r) || note(r, c->layout.width);
}

/* Whether only notes and blank records follow; looks ahead once for each stretch of such
 * records. */
static bool at_tail(struct csv *c, size_t from)
{
	if (c->tail != UNKNOWN)
		return from >= c->tail;
	struct csv_record rec;
	int notes = 0;
	bool tail = true;
	while (tail && csv_reader_next(c->reader, c->layout.width, &rec)) {
		bool blank = all_blank(&rec);
		notes += !blank;
		tail = (blank || note(&rec, c->layout.width)) && notes < NOTES;
		c->checked = rec.end;
	}
	if (tail)
		c->tail = from;
	return tail;
}

static void skip_tail(struct csv *c, struct source *s)
{
	struct csv_record r;
	while (csv_reader_next(c->reader, s->ncols, &r)) {
		if (all_blank(&r)) {
			c->blank_records++;
			continue;
		}
		s->records++;
		quarantine_add(s->quarantine, false, r.line, s->records,
			(struct str){ c->text.p + r.begin, r.end - r.begin },
			"a note behind the table");
	}
}

/* The next record of the table proper. */
static bool next_record(struct csv *c, struct source *s, struct csv_record *r)
{
	struct csv_place here = csv_reader_tell(c->reader);
	if (!csv_reader_next(c->reader, s->ncols, r))
		return false;
	if (!may_be_tail(c, r))
		return true;
	bool tail = at_tail(c, r->begin);
	/* looking ahead has overwritten the cells */
	csv_reader_seek(c->reader, here);
	if (!tail)
		return csv_reader_next(c->reader, s->ncols, r);
	skip_tail(c, s);
	return false;
}

/* ---- one record -------------------------------------------------------------------------- */

static bool repeats_header(const struct csv *c, const struct csv_record *r)
{
	const struct csv_layout *l = &c->layout;
	if (!l->header || l->width < 2 || r->n != l->header_cells)
		return false;
	for (int i = 0; i < r->n; i++)
		if (str_cmp(cell_trim(r->cells[i].s), cell_trim(l->header[i].s)) != 0)
			return false;
	return true;
}

static bool too_long_field(const struct csv_record *r)
{
	for (int i = 0; i < r->n; i++)
		if (r->cells[i].s.n > FIELD_MAX)
			return true;
	return false;
}

static bool extra_content(const struct csv_record *r, int width)
{
	for (int i = width; i < r->n; i++)
		if (cell_trim(r->cells[i].s).n)
			return true;
	return false;
}

/* Sets the record aside if it is no row. */
static bool reject(struct csv *c, struct source *s, const struct csv_record *r)
{
	struct quarantine *q = s->quarantine;
	struct str raw = { c->text.p + r->begin, r->end - r->begin };
	int64_t record = s->records;
	if (r->trouble == CSV_TOO_LONG)
		quarantine_add(q, true, r->line, record, raw, "longer than %d MB",
			RECORD_MAX >> 20);
	else if (too_long_field(r))
		quarantine_add(q, true, r->line, record, raw, "a field longer than %d MB",
			FIELD_MAX >> 20);
	else if (r->trouble == CSV_DAMAGED)
		quarantine_add(q, true, r->line, record, raw, "quotes in the wrong places");
	else if (r->trouble == CSV_UNCLOSED)
		quarantine_add(q, true, r->line, record, raw,
			"a quote is opened and never closed");
	else if (r->n != s->ncols && csv_comment(c->text, r))
		quarantine_add(q, false, r->line, record, raw, "a comment");
	else if (extra_content(r, s->ncols))
		quarantine_add(q, true, r->line, record, raw, "%d fields where %d are expected",
			r->n, s->ncols);
	else if (repeats_header(c, r))
		quarantine_add(q, false, r->line, record, raw, "repeats the header");
	else
		return false;
	return true;
}

static void put_row(struct csv *c, struct source *s, struct csv_record *rec, struct block *b)
{
	const struct str none = { NULL, 0 };
	csv_record_keep(c->reader, rec, b->bytes);
	for (int i = 0; i < s->ncols; i++)
		b->cells[i * b->cap + b->rows] = i < rec->n ? rec->cells[i].s : none;
	s->padded += rec->n < s->ncols;
	b->rows++;
}

/* ---- the source -------------------------------------------------------------------------- */

static int fill(struct source *s, struct block *b, struct err *e)
{
	(void)e;
	struct csv *c = s->state;
	struct csv_record rec;
	while (b->rows < b->cap && next_record(c, s, &rec)) {
		s->records++;
		if (!reject(c, s, &rec))
			put_row(c, s, &rec, b);
	}
	struct csv_place p = csv_reader_tell(c->reader);
	s->done = (double)p.at / (double)c->text.n;
	s->blank_lines = c->blank_records + p.blank_lines;
	return 0;
}

static void rewind_rows(struct source *s)
{
	struct csv *c = s->state;
	csv_reader_seek(c->reader, c->layout.body);
	c->blank_records = 0;
	s->records = s->padded = s->blank_lines = 0;
	quarantine_reset(s->quarantine);
}

int csv_open(struct arena *a, const struct ingest_options *o, const struct text *t,
	struct source *s, struct ingest_result *r, struct err *e)
{
	struct csv *c = arena_alloc(a, sizeof *c);
	struct dialect d;
	size_t skip;
	struct str text = { t->p, t->n };
	if (csv_sniff(a, o, text, &d, &skip, &r->dialect, e))
		return -1;
	c->text = text;
	c->tail = UNKNOWN;
	c->reader = csv_reader_new(a, text, d);
	csv_reader_seek(c->reader, (struct csv_place){ .at = skip, .line = skip ? 2 : 1 });
	if (csv_layout(a, o, c->reader, text, &c->layout, &r->dialect, e))
		return -1;
	*s = (struct source){
		.ncols = c->layout.width,
		.names = c->layout.names,
		.semicolon = d.delimiter == ';',
		.quarantine = quarantine_new(a),
		.fill = fill,
		.rewind = rewind_rows,
		.state = c,
	};
	rewind_rows(s);
	return 0;
}
