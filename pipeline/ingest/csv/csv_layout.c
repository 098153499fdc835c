/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the table stands in a CSV file: its first records, handed to the rules of layout.c. */
#include "ingest/csv/csv_int.h"

#include <stdlib.h>
#include <string.h>

struct sample {
	struct arena *arena;
	struct csv_record v[LAYOUT_ROWS];
	struct layout_row rows[LAYOUT_ROWS];
	int n;
};

/* The width with which record i of the sample is read anew, 0: not. Nothing is known about the
 * layout at first. */
static int width_of(const struct layout *l, int i, const struct csv_record *rec)
{
	int body = l->first + l->header_rows;
	if (rec->trouble != CSV_SOUND)
		return i < body ? l->usual : l->width;
	/* perhaps a header with another delimiter */
	if (!l->header_rows && i == l->first - 1)
		return rec->n == 1 ? l->usual : 0;
	return i >= body && rec->n > l->width ? l->width : 0;
}

/* The records of the sample, with cells of their own. When the layout is known, damaged ones are
 * repaired. */
static void read_sample(struct csv_reader *reader, struct str text, size_t end,
	const struct layout *l, struct sample *s)
{
	struct csv_record rec;
	s->n = 0;
	while (s->n < LAYOUT_ROWS) {
		struct csv_place at = csv_reader_tell(reader);
		bool body = s->n >= l->first + l->header_rows;
		csv_reader_expect(reader, body ? l : NULL);
		if (!csv_reader_next(reader, 0, &rec) || (rec.begin >= end && s->n > 1))
			break;
		int width = l->width ? width_of(l, s->n, &rec) : 0;
		bool gap = csv_reader_tell(reader).blank_lines > at.blank_lines;
		if (width) {
			/* what was spent stays spent */
			at.in_vain = csv_reader_tell(reader).in_vain;
			csv_reader_seek(reader, at);
			csv_reader_next(reader, width, &rec);
		}
		csv_record_keep(reader, &rec, s->arena);
		struct layout_cell *cells = arena_calloc(s->arena, (size_t)rec.n + 1,
			sizeof *cells);
		for (int i = 0; i < rec.n; i++)
			cells[i] = rec.cells[i];
		s->rows[s->n] = (struct layout_row){ .n = rec.n, .cells = cells,
			.comment = csv_comment(text, &rec), .gap = gap };
		s->v[s->n++] = rec;
	}
}

static void keep_preamble(struct arena *a, const struct sample *s, int first, struct str text,
	struct ingest_dialect *out)
{
	enum { LINES = 60, MOST = 500 };
	out->preamble = arena_calloc(a, (size_t)first + 1, sizeof *out->preamble);
	for (int i = 0; i < first && out->npreamble < LINES; i++) {
		const struct csv_record *r = &s->v[i];
		struct str line = { text.p + r->begin, r->end - r->begin };
		line = cell_trim(line);
		if (line.n > MOST) {
			line.n = MOST;
			while ((line.p[line.n] & 0xc0) == 0x80)
				line.n--;
		}
		bool filled = false;
		for (int c = 0; c < s->rows[i].n; c++)
			filled |= cell_trim(s->rows[i].cells[c].s).n > 0;
		if (filled)
			out->preamble[out->npreamble++] = arena_strndup(a, line.p, line.n);
	}
}

/* Directly behind record i of the sample. */
static struct csv_place behind(const struct sample *s, int i, struct csv_place start)
{
	if (i < 0)
		return start;
	return (struct csv_place){ .at = s->v[i].end, .line = s->v[i].line + s->v[i].lines };
}

/* What was done to read the header. */
static void tell_header(const struct sample *s, struct csv_layout *l)
{
	int first = l->table.first, end = first + l->table.header_rows;
	for (int i = first; i < end && l->deed == DEED_NONE; i++) {
		const struct csv_record *r = &s->v[i];
		l->mended = *r;
		l->mended.cells = NULL;
		l->deed = r->trouble == CSV_REPAIRED ? r->repair
			: r->trouble != CSV_SOUND ? DEED_QUOTES
			: l->table.mended ? DEED_CELLS : DEED_NONE;
	}
}

static int lay_out(struct arena *a, const struct sample *s, struct str text,
	struct csv_place start, struct csv_layout *l, struct ingest_dialect *out, struct err *e)
{
	int first = l->table.first, rows = l->table.header_rows;
	if (l->table.width > MAX_COLUMNS)
		return err_set(e, ERR_INPUT, "line %lld: %d columns; at most %d are read",
			(long long)s->v[first].line, l->table.width, MAX_COLUMNS);
	struct layout_row *header = arena_calloc(a, (size_t)rows + 1, sizeof *header);
	memcpy(header, s->rows + first, (size_t)rows * sizeof *header);
	l->header = rows ? header : NULL;
	tell_header(s, l);
	keep_preamble(a, s, first, text, out);
	out->header_rows = rows;
	out->fused_names = l->table.fused;
	out->skipped_lines = s->v[first].line - 1;
	int body = first + rows;
	while (rows && body < s->n && layout_rule(&s->rows[body]))
		body++;
	l->body = behind(s, body - 1, start);
	return 0;
}

int csv_layout(struct arena *a, const struct ingest_options *o, struct csv_reader *reader,
	struct str text, struct csv_layout *l, struct ingest_dialect *out, struct err *e)
{
	*l = (struct csv_layout){ 0 };
	struct sample *s = mem_calloc(1, sizeof *s);
	s->arena = a;
	struct csv_place start = csv_reader_tell(reader);
	size_t end = start.at + csv_sample(text).n;
	read_sample(reader, text, end, &l->table, s);
	int status = s->n ? 0 : err_set(e, ERR_INPUT, "the file holds no records");
	if (!status) {
		layout_find(a, s->rows, s->n, o->header, &l->table);
		csv_reader_seek(reader, start);
		read_sample(reader, text, end, &l->table, s);
		layout_find(a, s->rows, s->n, o->header, &l->table);
		status = lay_out(a, s, text, start, l, out, e);
	}
	free(s);
	return status;
}
