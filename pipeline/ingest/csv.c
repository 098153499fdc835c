/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV as a source of rows: what becomes of each record. Short rows are padded, blank cells
 * beyond the last column are trimmed, and what is no row of the table goes to the quarantine
 * with its reason.
 */
#include "ingest/csv_int.h"

#include <string.h>

struct csv {
	struct csv_rules rules;
	struct csv_reader *reader, *ahead;
	struct csv_evidence evidence;
	bool ended;                /* another table begins: nothing behind is a row */
	int64_t blank_records;
	struct arena *arena;
	struct ingest_result *result;
};

/* ---- one record -------------------------------------------------------------------------- */

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

/* False: it is no row, and has been set aside. */
static bool accept(struct csv *c, struct source *s, struct csv_record *r)
{
	enum csv_deed deed = c->ended ? DEED_TABLE : csv_judge(&c->rules, c->ahead, r);
	c->ended |= deed == DEED_TABLE;
	csv_evidence_add(&c->evidence, deed, r);
	if (deed == DEED_BLANK) {
		c->blank_records++;
		return false;
	}
	s->records++;
	if (!csv_aside(deed))
		return true;
	csv_set_aside(&c->rules, s->quarantine, deed, r, s->records);
	return false;
}

static int fill(struct source *s, struct block *b, struct err *e)
{
	(void)e;
	struct csv *c = s->state;
	struct csv_record rec;
	bool more = true;
	while (b->rows < b->cap && more) {
		more = csv_reader_next(c->reader, c->ended ? 0 : s->ncols, &rec);
		if (more && accept(c, s, &rec))
			put_row(c, s, &rec, b);
	}
	if (!more)
		csv_evidence_tell(c->arena, &c->rules, c->ahead, &c->evidence,
			s->records - quarantine_count(s->quarantine), c->result);
	struct csv_place p = csv_reader_tell(c->reader);
	s->done = (double)p.at / (double)c->rules.text.n;
	s->blank_lines = c->blank_records + p.blank_lines;
	return 0;
}

static void rewind_rows(struct source *s)
{
	struct csv *c = s->state;
	csv_reader_seek(c->reader, c->rules.layout.body);
	c->blank_records = 0;
	c->ended = false;
	c->evidence = (struct csv_evidence){ 0 };
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
	c->rules = (struct csv_rules){ .text = text, .dialect = d };
	c->arena = a;
	c->result = r;
	c->reader = csv_reader_new(a, text, d);
	c->ahead = csv_reader_new(a, text, d);
	csv_reader_seek(c->reader, (struct csv_place){ .at = skip, .line = skip ? 2 : 1 });
	if (csv_rules_make(a, o, c->reader, &c->rules, &r->dialect, e))
		return -1;
	*s = (struct source){
		.ncols = c->rules.layout.table.width,
		.names = c->rules.layout.table.names,
		.semicolon = d.delimiter == ';',
		.quarantine = quarantine_new(a),
		.fill = fill,
		.rewind = rewind_rows,
		.state = c,
	};
	rewind_rows(s);
	return 0;
}
