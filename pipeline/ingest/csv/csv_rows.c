/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What becomes of each record of a CSV file: a row of the table, or set aside with a reason.
 * Each judgment rests on rules that hold for the whole file and on the few records around, so
 * it is the same wherever reading starts.
 */
#include "ingest/csv/csv_int.h"

#include <string.h>

enum {
	NOTES = 20,                /* lines behind the table that are still notes, not data */
	NOTE_MAX = 64 << 10,       /* bytes of such a line */
	GAP_ROWS = 3,              /* blank rows between two tables */
	TITLES = 2                 /* lines above the second */
};

/* ---- what a record looks like ------------------------------------------------------------ */

struct looks {
	enum layout_kind kind;
	int n, extent, filled, typed;
	int clashes;               /* words where the column has numbers, dates ... */
	bool first_only;           /* nothing but words in the first cell */
	bool summary, words;       /* see layout_summary, layout_words */
};

static struct looks look(const struct csv_rules *u, const struct csv_record *r)
{
	const struct layout *l = &u->layout.table;
	const struct layout_row row = { .n = r->n, .cells = r->cells };
	struct looks x = { .n = r->n };
	if (r->trouble == CSV_TOO_LONG)
		return x;          /* has not been read */
	x.kind = layout_kind(l, u->layout.header, &row);
	for (int i = 0; i < r->n; i++) {
		enum cell_kind k = cell_kind(r->cells[i].s, false);
		bool word = k == KIND_WORD || k == KIND_OTHER;
		x.filled += k != KIND_EMPTY;
		x.extent = k != KIND_EMPTY ? i + 1 : x.extent;
		x.typed += kind_typed(k);
		x.clashes += word && i < l->width && kind_typed(l->columns[i].kind);
		x.first_only |= word && i == 0;
	}
	x.first_only &= x.filled == 1;
	x.summary = x.kind == ROW_DATA && l->totals && layout_summary(&row);
	x.words = x.kind == ROW_DATA && layout_words(l, &row);
	return x;
}

bool csv_behind_gap(const struct csv_rules *u, size_t begin)
{
	int ends = 0;
	for (size_t i = begin; i > u->layout.body.at && ends < 2; i--) {
		char c = u->text.p[i - 1];
		if (c == '\n' || (c == '\r' && (i == begin || u->text.p[i] != '\n')))
			ends++;
		else if (c != '\r' && c != ' ' && (c != '\t' || u->dialect.delimiter == '\t'))
			return false;
	}
	return ends == 2;
}

/* ---- the tail of the file ---------------------------------------------------------------- */

/* Start of the line that ends at `end`. */
static size_t line_start(const struct csv_rules *u, size_t end)
{
	const char *p = u->text.p;
	enum csv_lines lines = u->dialect.lines;
	size_t i = end;
	if (i && p[i - 1] == '\n')
		i--;
	if (i && p[i - 1] == '\r')
		i--;
	while (i && (p[i - 1] != '\n' || lines == LINES_CR) &&
		(p[i - 1] != '\r' || lines == LINES_LF))
		i--;
	return i;
}

/* Where the notes, totals and blank rows behind the table begin. They are looked for from the
 * end, line by line: a line that is a sound record by itself is no part of a quoted cell, as
 * all lines behind it are sound, too. Rows that belong to the tail only in company wait for what
 * is above them: averages for a total, words for a note or a blank line. */
static size_t find_tail(const struct csv_rules *u, struct csv_reader *reader)
{
	size_t tail = u->text.n, end = u->text.n;
	int notes = 0;
	bool summary = false;      /* below: it waits for a total */
	while (end > u->layout.body.at) {
		size_t begin = line_start(u, end);
		struct csv_record r;
		if (begin < u->layout.body.at || end - begin > NOTE_MAX)
			break;
		csv_reader_seek(reader, (struct csv_place){ .at = begin });
		if (csv_reader_next(reader, 0, &r) && r.begin < end) {
			struct looks x = look(u, &r);
			bool words = x.words, note = x.kind == ROW_NOTE || x.kind == ROW_TOTAL ||
				csv_comment(u->text, &r);
			notes += note || words || x.summary;
			if (r.trouble != CSV_SOUND || r.end > end || notes > NOTES ||
				(!note && !words && !x.summary && x.kind != ROW_BLANK) ||
				(summary && !x.summary && x.kind != ROW_TOTAL))
				break;
			summary = x.summary;
			if (!summary && (!words || csv_behind_gap(u, begin)))
				tail = begin;
		} else if (summary) {
			break;
		}
		end = begin;
	}
	return tail;
}

/* ---- another table ----------------------------------------------------------------------- */

static bool next_filled(const struct csv_rules *u, struct csv_reader *ahead, struct looks *x)
{
	struct csv_record r;
	for (int blank = 0; blank <= GAP_ROWS && csv_reader_next(ahead, 0, &r); blank++) {
		*x = look(u, &r);
		if (x->kind != ROW_BLANK)
			return true;
	}
	return false;
}

/* The rows of another table: names that are not ours, and rows below that fit them. Without a
 * blank line or a title in front, a few ragged rows look much the same, so there the evidence
 * must be better. */
static bool starts_table(const struct csv_rules *u, struct csv_reader *ahead, struct looks x,
	bool apart)
{
	int width = u->layout.table.width;
	struct looks below = { 0 }, next = { 0 };
	if (x.kind == ROW_HEADER_AGAIN || x.filled < 2 || x.typed ||
		!next_filled(u, ahead, &below))
		return false;
	if (apart)
		return x.extent == width ? x.clashes && !below.clashes : below.extent == x.extent;
	return x.n != width && below.n == x.n && below.typed &&
		(!next_filled(u, ahead, &next) || next.n == x.n);
}

enum gap { GAP_NONE, GAP_NOTE, GAP_TABLE };

/* A record that breaks the row of rows: the next table begins here or below a title, or the
 * same one goes on under a title and its header. */
static enum gap break_at(const struct csv_rules *u, struct csv_reader *ahead,
	const struct csv_record *r, struct looks x)
{
	if (u->layout.table.width < 2 || !u->layout.header)
		return GAP_NONE;
	bool apart = x.kind == ROW_BLANK || csv_behind_gap(u, r->begin);
	csv_reader_seek(ahead, (struct csv_place){ .at = r->end });
	if (x.kind == ROW_BLANK && !next_filled(u, ahead, &x))
		return GAP_NONE;
	bool title = x.first_only;
	for (int i = 0; x.first_only && i < TITLES; i++) {
		apart = true;
		if (!next_filled(u, ahead, &x))
			return GAP_NONE;
	}
	if (x.kind == ROW_HEADER_AGAIN)
		return title ? GAP_NOTE : GAP_NONE;
	return starts_table(u, ahead, x, apart) ? GAP_TABLE : GAP_NONE;
}

/* ---- judgment ---------------------------------------------------------------------------- */

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

static enum csv_deed damage(const struct csv_record *r)
{
	switch (r->trouble) {
	case CSV_TOO_LONG:
		return DEED_TOO_LONG;
	case CSV_DAMAGED:
		return DEED_DAMAGED;
	case CSV_UNCLOSED:
		return DEED_UNCLOSED;
	case CSV_SOUND:
	case CSV_REPAIRED:
		break;
	}
	return too_long_field(r) ? DEED_LONG_FIELD : DEED_NONE;
}

enum csv_deed csv_judge(const struct csv_rules *u, struct csv_reader *ahead,
	const struct csv_record *r)
{
	int width = u->layout.table.width;
	enum csv_deed deed = damage(r);
	if (deed != DEED_NONE)
		return deed;
	if (r->n != width && csv_comment(u->text, r))
		return DEED_COMMENT;
	struct looks x = look(u, r);
	if (x.kind == ROW_HEADER_AGAIN)
		return DEED_HEADER;
	if (r->begin >= u->tail)
		return x.kind == ROW_BLANK ? DEED_BLANK
			: x.kind == ROW_TOTAL || x.summary ? DEED_TOTAL : DEED_NOTE;
	if (r->n != width || x.kind == ROW_BLANK || csv_behind_gap(u, r->begin)) {
		enum gap g = break_at(u, ahead, r, x);
		if (g != GAP_NONE)
			return g == GAP_TABLE ? DEED_TABLE
				: x.kind == ROW_BLANK ? DEED_BLANK : DEED_NOTE;
	}
	if (x.kind == ROW_BLANK && r->n > 1)
		return DEED_BLANK;
	if (extra_content(r, width))
		return DEED_EXTRA;
	return r->trouble == CSV_REPAIRED ? r->repair : DEED_NONE;
}

/* ---- deeds ------------------------------------------------------------------------------- */

static const struct {
	const char *name, *reason;
	bool aside, bad;
} deeds[DEEDS] = {
	[DEED_NONE] = { "none", NULL, false, false },
	[DEED_QUOTES] = { "quotes repaired", NULL, false, false },
	[DEED_DELIMITER] = { "another delimiter", NULL, false, false },
	[DEED_CELLS] = { "cells repaired", NULL, false, false },
	[DEED_BLANK] = { "blank", NULL, true, false },
	[DEED_COMMENT] = { "comment", "a comment", true, false },
	[DEED_NOTE] = { "note", "a note, no row of the table", true, false },
	[DEED_TOTAL] = { "total", "a total of the rows above", true, false },
	[DEED_HEADER] = { "header again", "repeats the header", true, false },
	[DEED_TABLE] = { "another table", "belongs to another table", true, false },
	[DEED_TOO_LONG] = { "too long", "longer than 64 MB", true, true },
	[DEED_LONG_FIELD] = { "long field", "a field longer than 16 MB", true, true },
	[DEED_DAMAGED] = { "damaged", "quotes in the wrong places", true, true },
	[DEED_UNCLOSED] = { "unclosed", "a quote is opened and never closed", true, true },
	[DEED_EXTRA] = { "extra", NULL, true, true },
};

bool csv_aside(enum csv_deed d)
{
	return deeds[d].aside;
}

void csv_set_aside(const struct csv_rules *u, struct quarantine *q, enum csv_deed d,
	const struct csv_record *r, int64_t record)
{
	struct str raw = { u->text.p + r->begin, r->end - r->begin };
	if (d == DEED_EXTRA)
		quarantine_add(q, true, r->line, record, raw, "%d fields where %d are expected",
			r->n, u->layout.table.width);
	else if (d != DEED_BLANK)
		quarantine_add(q, deeds[d].bad, r->line, record, raw, "%s", deeds[d].reason);
}

void csv_evidence_add(struct csv_evidence *v, enum csv_deed d, const struct csv_record *r)
{
	if (d == DEED_NONE)
		return;
	if (d == DEED_TABLE && !v->count[d])
		v->table = r->begin;
	if (v->count[d] < INGEST_EXAMPLES)
		v->lines[d][v->count[d]] = r->line;
	v->count[d]++;
}

/* Names of the columns of the other table, below its titles. */
static const char *other_columns(struct arena *a, const struct csv_rules *u,
	struct csv_reader *ahead, size_t at, int *columns)
{
	enum { MOST = 200, NAME = 60 };
	struct csv_record r;
	struct buf names = { 0 }, clean = { 0 };
	csv_reader_seek(ahead, (struct csv_place){ .at = at });
	*columns = 0;
	for (int i = 0; i < GAP_ROWS + TITLES + 1 && !*columns; i++) {
		if (!csv_reader_next(ahead, 0, &r))
			break;
		*columns = look(u, &r).filled < 2 ? 0 : r.n;
	}
	for (int i = 0; i < *columns; i++) {
		struct str s = cell_trim(r.cells[i].s);
		if (names.n > MOST) {
			buf_puts(&names, ", ...");
			break;
		}
		buf_puts(&names, i ? ", " : "");
		buf_put(&names, s.p, s.n < NAME ? s.n : NAME);
	}
	utf8_clean(&clean, buf_str(&names), names.n);
	const char *text = arena_strdup(a, buf_str(&clean));
	buf_free(&names);
	buf_free(&clean);
	return text;
}

void csv_evidence_tell(struct arena *a, const struct csv_rules *u, struct csv_reader *ahead,
	const struct csv_evidence *v, int64_t rows, struct ingest_result *out)
{
	out->deeds = arena_calloc(a, DEEDS, sizeof *out->deeds);
	out->ndeeds = 0;
	for (int d = 0; d < DEEDS; d++) {
		int64_t n = v->count[d];
		if (!n || d == DEED_BLANK)
			continue;
		struct ingest_deed *deed = &out->deeds[out->ndeeds++];
		*deed = (struct ingest_deed){ .name = deeds[d].name, .count = n,
			.aside = deeds[d].aside, .bad = deeds[d].bad };
		deed->nlines = n < INGEST_EXAMPLES ? (size_t)n : INGEST_EXAMPLES;
		memcpy(deed->lines, v->lines[d], deed->nlines * sizeof *deed->lines);
	}
	if (!v->count[DEED_TABLE])
		return;
	int columns;
	out->tables = arena_calloc(a, 2, sizeof *out->tables);
	out->ntables = 2;
	out->tables[0] = (struct ingest_table){ .name = "the first table", .rows = rows,
		.columns = u->layout.table.width, .chosen = true };
	out->tables[1].name = arena_printf(a, "the table from line %lld on",
		(long long)v->lines[DEED_TABLE][0]);
	out->tables[1].note = other_columns(a, u, ahead, v->table, &columns);
	out->tables[1].rows = -1;
	out->tables[1].columns = columns;
}

/* ---- rules ------------------------------------------------------------------------------- */

int csv_rules_make(struct arena *a, const struct ingest_options *o, struct csv_reader *reader,
	struct csv_rules *u, struct ingest_dialect *out, struct err *e)
{
	if (csv_layout(a, o, reader, u->text, &u->layout, out, e))
		return -1;
	u->tail = find_tail(u, reader);
	return 0;
}
