/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CSV as a source of rows: what becomes of each record. Short rows are padded, blank cells
 * beyond the last column are trimmed, and what is no row of the table goes to the quarantine
 * with its reason.
 */
#include "ingest/csv/csv_int.h"

#include <string.h>

struct csv {
	struct csv_rules rules;
	struct csv_reader *reader, *ahead;
	struct csv_fast *fast;     /* NULL: everything goes through the reader */
	struct csv_sizes *sizes;   /* of what the first reading took the fast way; NULL without it */
	struct csv_evidence evidence;
	bool ended;                /* another table begins: nothing behind is a row */
	int64_t blank_records;
	bool mapped;               /* the text is a file */
	size_t forgotten;          /* offset up to where it is no longer in memory */
	struct arena *arena;
	struct ingest_result *result;   /* NULL: somebody else tells */
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

/* What has been read need not stay in memory. */
static void forget(struct csv *c, size_t at)
{
	enum { STEP = 8 << 20 };
	if (!c->mapped || at < c->forgotten + 2 * STEP)
		return;
	input_forget(c->rules.text.p + c->forgotten, at - STEP - c->forgotten);
	c->forgotten = at - STEP;
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

/* The next rows by the fast way, then the record that stopped it by the careful one. */
static bool next_rows(struct csv *c, struct source *s, struct block *b)
{
	struct csv_record rec;
	if (c->fast && !c->ended) {
		struct csv_place p = csv_reader_tell(c->reader);
		int64_t before = b->rows;
		csv_fast_rows(c->fast, &p, b);
		s->records += b->rows - before;
		csv_reader_seek(c->reader, p);
		if (b->rows == block_most(b))
			return true;
	}
	bool more = csv_reader_next(c->reader, c->ended ? 0 : s->ncols, &rec);
	if (more && accept(c, s, &rec))
		put_row(c, s, &rec, b);
	return more;
}

static int fill(struct source *s, struct block *b, struct err *e)
{
	(void)e;
	struct csv *c = s->state;
	bool more = true;
	b->padded = c->mapped;
	while (b->rows < block_most(b) && more)
		more = next_rows(c, s, b);
	if (!more && c->result)
		csv_evidence_tell(c->arena, &c->rules, c->ahead, &c->evidence,
			s->records - quarantine_count(s->quarantine), c->result);
	struct csv_place p = csv_reader_tell(c->reader);
	forget(c, p.at);
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
	csv_evidence_add(&c->evidence, c->rules.layout.deed, &c->rules.layout.mended);
	s->records = s->padded = s->blank_lines = 0;
	c->forgotten = 0;
	if (c->fast) {
		csv_sizes_clear(c->sizes);
		csv_fast_note(c->fast, c->sizes);
	}
	quarantine_reset(s->quarantine);
}

static struct place mark(const struct source *s)
{
	const struct csv *c = s->state;
	struct csv_place p = csv_reader_tell(c->reader);
	return (struct place){ p.at, p.in_vain, c->fast ? csv_sizes_count(c->sizes) : 0, c->ended };
}

static void seek(struct source *s, struct place to)
{
	struct csv *c = s->state;
	size_t at = csv_reader_tell(c->reader).at;
	if (c->mapped && at > c->forgotten)
		input_forget(c->rules.text.p + c->forgotten, at - c->forgotten);
	csv_reader_seek(c->reader, (struct csv_place){ .at = to.at, .in_vain = to.in_vain });
	if (c->fast)
		csv_fast_recall(c->fast, c->sizes, to.at, to.size);
	c->ended = to.ended;
	c->forgotten = to.at;
}

static void readers_new(struct csv *c, struct arena *a, bool paranoid)
{
	c->arena = a;
	c->reader = csv_reader_new(a, c->rules.text, c->rules.dialect);
	csv_reader_expect(c->reader, &c->rules.layout.table);
	c->ahead = csv_reader_new(a, c->rules.text, c->rules.dialect);
	c->fast = paranoid ? NULL : csv_fast_new(a, &c->rules, false);
}

static struct source *again(const struct source *s, struct arena *a)
{
	const struct csv *c = s->state;
	struct csv *copy = arena_alloc(a, sizeof *copy);
	struct source *source = arena_alloc(a, sizeof *source);
	*copy = *c;
	copy->result = NULL;
	copy->forgotten = 0;
	readers_new(copy, a, !c->fast);
	*source = *s;
	source->quarantine = quarantine_new(a);
	source->state = copy;
	return source;
}

int csv_open(struct arena *a, const struct ingest_options *o, const struct text *t,
	struct source *s, struct ingest_result *r, struct err *e)
{
	struct csv *c = arena_alloc(a, sizeof *c);
	struct dialect d;
	size_t skip;
	struct str text = { t->p, t->n };
	struct ingest_options single = *o;
	bool aligned = csv_blanks(a, o->delimiter, &text);
	if (aligned) {
		single.delimiter = "space";
		o = &single;
	}
	if (csv_sniff(a, o, text, &d, &skip, &r->dialect, e))
		return -1;
	c->rules = (struct csv_rules){ .text = text, .dialect = d };
	c->result = r;
	c->mapped = t->mapped && !aligned;
	readers_new(c, a, o->paranoid);
	csv_reader_seek(c->reader, (struct csv_place){ .at = skip, .line = skip ? 2 : 1 });
	if (csv_rules_make(a, o, c->reader, &c->rules, &r->dialect, e))
		return -1;
	if (c->fast)
		c->sizes = csv_sizes_new(a, c->rules.layout.table.width, (size_t)ingest_memory(o) / 4);
	*s = (struct source){
		.ncols = c->rules.layout.table.width,
		.names = c->rules.layout.table.names,
		.semicolon = d.delimiter == ';',
		.quarantine = quarantine_new(a),
		.fill = fill,
		.rewind = rewind_rows,
		.mark = mark,
		.seek = seek,
		.again = again,
		.state = c,
	};
	rewind_rows(s);
	return 0;
}
