/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A cell as the file has it (a type, a style, a text) becomes a cell of a sheet. */
#define _GNU_SOURCE         /* memmem */
#include "ingest/sheet/sheet_int.h"
#include "ingest/sheet/xlsx_int.h"

#include <stdlib.h>
#include <string.h>

enum { BLOCK = 256 };          /* columns whose numbers share an allocation */

enum xlsx_type xlsx_type(struct str t)
{
	switch (t.n == 1 ? *t.p : 0) {
	case 's':
		return XLSX_SHARED;
	case 'n':
		return XLSX_NUMBER;
	case 'b':
		return XLSX_BOOLEAN;
	case 'e':
		return XLSX_ERROR;
	case 'd':
		return XLSX_ISO;
	default:
		return str_eq(t, "str") || str_eq(t, "inlineStr") ? XLSX_STRING : XLSX_NUMBER;
	}
}

int xlsx_style(struct str s)
{
	int64_t v;
	return num_parse_int64(s.p, s.n, &v) && v >= 0 && v < INT32_MAX ? (int)v : 0;
}

int xlsx_column(struct str ref)
{
	int c = 0;
	size_t i = 0;
	for (; i < ref.n && i < 4; i++) {
		unsigned letter = (unsigned char)ref.p[i] | 32u;
		if (letter < 'a' || letter > 'z')
			break;
		c = c * 26 + (int)(letter - 'a') + 1;
	}
	return c - 1;
}

/* ---- numbers ----------------------------------------------------------------------------- */

static char *number_room(struct xlsx_rows *r, int column)
{
	char (**block)[40] = &r->numbers[column / BLOCK];
	if (!*block)
		*block = mem_calloc(BLOCK, sizeof **block);
	return (*block)[column % BLOCK];
}

static struct sheet_cell text(struct str s)
{
	return (struct sheet_cell){ .text = s, .kind = s.n ? SHEET_TEXT : SHEET_EMPTY };
}

static struct sheet_cell number(struct xlsx_rows *r, const struct xlsx_cell *c)
{
	const struct xlsx *x = r->book;
	struct str s = cell_trim(c->value);
	enum sheet_kind kind = SHEET_NUMBER;
	if ((size_t)c->style < x->nkinds)
		kind = x->kinds[c->style];
	struct sheet_cell cell = { .text = s, .kind = kind };
	char *room = number_room(r, c->column);
	double v;
	if (kind == SHEET_NUMBER && sheet_number(&cell.text, room))
		return cell;
	if (kind == SHEET_NUMBER || !num_parse_double(s.p, s.n, &v))
		return text(s);
	cell.text.p = room;
	cell.kind = serial_text(v, kind, x->date1904, room, &cell.text.n);
	cell.no_date = cell.kind == SHEET_NUMBER;
	return cell;
}

/* ---- cells ------------------------------------------------------------------------------- */

static struct sheet_cell shared(const struct xlsx *x, struct str index)
{
	int64_t i;
	index = cell_trim(index);
	if (!index.n)
		return text(index);
	if (num_parse_int64(index.p, index.n, &i) && i >= 0 && (uint64_t)i < x->nstrings)
		return text(x->strings[i]);
	/* a text that the file does not have */
	return (struct sheet_cell){ .text = str_of("#REF!"), .kind = SHEET_ERROR };
}

static struct sheet_cell boolean(struct str s)
{
	s = cell_trim(s);
	if (str_eq(s, "1") || str_ieq(s, "true"))
		return (struct sheet_cell){ .text = str_of("true"), .kind = SHEET_BOOLEAN };
	if (str_eq(s, "0") || str_ieq(s, "false"))
		return (struct sheet_cell){ .text = str_of("false"), .kind = SHEET_BOOLEAN };
	return text(s);
}

static struct sheet_cell iso(struct xlsx_rows *r, const struct xlsx_cell *c)
{
	char *room = number_room(r, c->column);
	struct sheet_cell cell = { .text.p = room };
	cell.kind = iso_text(c->value, room, &cell.text.n);
	return cell.kind == SHEET_TEXT ? text(c->value) : cell;
}

char *xlsx_room(struct xlsx_rows *r, size_t n)
{
	if (r->fast)
		return xlsx_scan_room(&r->scan, n);
	if (!r->texts)
		r->texts = arena_new();
	return arena_alloc(r->texts, n + 1);
}

static struct sheet_cell unescaped(struct xlsx_rows *r, struct str s)
{
	if (s.n < 7 || !memmem(s.p, s.n, "_x", 2))
		return text(s);
	char *to = xlsx_room(r, s.n);
	return text((struct str){ to, xlsx_unescape(s, to) });
}

static struct sheet_cell convert(struct xlsx_rows *r, const struct xlsx_cell *c)
{
	if (!c->value.n)
		return (struct sheet_cell){ .kind = SHEET_EMPTY };
	if (c->inline_text)
		return unescaped(r, c->value);
	switch (c->type) {
	case XLSX_NUMBER:
		return number(r, c);
	case XLSX_SHARED:
		return shared(r->book, c->value);
	case XLSX_STRING:
		return unescaped(r, c->value);
	case XLSX_BOOLEAN:
		return boolean(c->value);
	case XLSX_ERROR:
		return (struct sheet_cell){ .text = c->value, .kind = SHEET_ERROR };
	case XLSX_ISO:
		return iso(r, c);
	}
	return (struct sheet_cell){ .kind = SHEET_EMPTY };
}

/* ---- rows -------------------------------------------------------------------------------- */

void xlsx_row_begin(struct xlsx_rows *r, struct str ref)
{
	enum { ROWS = 1 << 20 };
	int64_t number = 0;
	arena_free(r->texts);
	r->texts = NULL;
	r->scan.nkept = 0;
	r->n = 0;
	r->column = -1;
	/* rows only go down */
	bool sane = num_parse_int64(ref.p, ref.n, &number) && number > r->number &&
		number <= ROWS;
	r->number = sane ? number : r->number + 1;
}

bool xlsx_row_cell(struct xlsx_rows *r, const struct xlsx_cell *c)
{
	int col = c->column;
	if (col < 0 || col >= XLSX_COLUMNS)
		return false;
	if (col >= r->cap) {
		r->cap = col < 32 ? 32 : 2 * col;
		r->cells = mem_realloc(r->cells, (size_t)r->cap, sizeof *r->cells);
	}
	for (; r->n <= col; r->n++)
		r->cells[r->n] = (struct sheet_cell){ .kind = SHEET_EMPTY };
	struct sheet_cell *cell = &r->cells[col];
	*cell = convert(r, c);
	cell->formula = c->formula;
	r->column = col;
	return true;
}

bool xlsx_row_end(struct xlsx_rows *r, struct sheet_row *row)
{
	int n = r->n;
	while (n && r->cells[n - 1].kind == SHEET_EMPTY && !r->cells[n - 1].formula)
		n--;
	*row = (struct sheet_row){ .number = r->number, .n = n, .cells = r->cells };
	return n > 0;
}
