/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells of a sheet, decoded row by row. Of formulas only the result counts that was calculated
 * when the file was saved. */
#include "ingest/sheet/xls_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- one row ------------------------------------------------------------------------------- */

struct rows {
	struct xls *x;
	struct xls_list list;
	size_t next;
	struct buf text;               /* of the cells of the row */
	struct sheet_cell cells[XLS_COLUMNS];
	size_t from[XLS_COLUMNS];      /* where the text of a cell is in there, or LENT */
	int used;                      /* cells that the row has set */
	int64_t left;                  /* bytes of text that may still come */
};

#define LENT SIZE_MAX

static void set_cell(struct rows *r, unsigned column, enum sheet_kind k, size_t from)
{
	size_t n = r->text.n - from;
	r->cells[column] = (struct sheet_cell){ .text.n = n, .kind = n ? k : SHEET_EMPTY };
	r->from[column] = from;
	if ((int)column >= r->used)
		r->used = (int)column + 1;
}

/* As many digits as it takes; whole numbers in full as long as they are exact. */
static void set_number(struct rows *r, unsigned column, enum sheet_kind k, double v)
{
	enum { TEXT = 40 };
	size_t from = r->text.n, n;
	buf_reserve(&r->text, TEXT);
	char *out = r->text.p + from;
	if (!isfinite(v)) {            /* no program can have meant it */
		buf_puts(&r->text, "#NUM!");
		set_cell(r, column, SHEET_ERROR, from);
		return;
	}
	enum sheet_kind is = k;
	if (k == SHEET_NUMBER && fabs(v) <= 0x1p53 && v == (double)(int64_t)v)
		n = (size_t)snprintf(out, TEXT, "%lld", (long long)v);
	else
		is = serial_text(v, k, r->x->date1904, out, &n);
	r->text.n += n;
	set_cell(r, column, is, from);
	r->cells[column].no_date = is == SHEET_NUMBER && k != SHEET_NUMBER;
}

static void set_error(struct rows *r, unsigned column, unsigned code)
{
	static const struct { unsigned code; const char *name; } errors[] = {
		{ 0, "#NULL!" }, { 7, "#DIV/0!" }, { 15, "#VALUE!" }, { 23, "#REF!" },
		{ 29, "#NAME?" }, { 36, "#NUM!" }, { 42, "#N/A" },
	};
	size_t from = r->text.n;
	const char *name = "#ERROR!";
	for (size_t i = 0; i < COUNTOF(errors); i++)
		if (errors[i].code == code)
			name = errors[i].name;
	buf_puts(&r->text, name);
	set_cell(r, column, SHEET_ERROR, from);
}

static void set_boolean(struct rows *r, unsigned column, bool v)
{
	size_t from = r->text.n;
	buf_puts(&r->text, v ? "true" : "false");
	set_cell(r, column, SHEET_BOOLEAN, from);
}

static void set_text(struct rows *r, unsigned column, const struct xls_record *rec, size_t skip,
	int width)
{
	size_t from = r->text.n;
	xls_text(r->x, rec, skip, width, &r->text);
	set_cell(r, column, SHEET_TEXT, from);
}

static void set_shared(struct rows *r, unsigned column, uint32_t i)
{
	struct str s = xls_shared(r->x, i);
	set_cell(r, column, SHEET_EMPTY, r->text.n);
	r->cells[column] = (struct sheet_cell){ .text = s,
		.kind = s.n ? SHEET_TEXT : SHEET_EMPTY };
	r->from[column] = LENT;
}

/* ---- decoding ------------------------------------------------------------------------------ */

static double read_double(const unsigned char *p)
{
	uint64_t bits = xls_u32(p) | (uint64_t)xls_u32(p + 4) << 32;
	double v;
	memcpy(&v, &bits, sizeof v);
	return v;
}

/* 30 bits of a double or of an integer, in hundredths or not. */
static double read_rk(const unsigned char *p)
{
	enum { HUNDREDTHS = 1, WHOLE = 2 };
	uint32_t rk = xls_u32(p);
	double v;
	if (rk & WHOLE) {
		v = (double)(int32_t)(rk & ~3u) / 4;
	} else {
		uint64_t bits = (uint64_t)(rk & ~3u) << 32;
		memcpy(&v, &bits, sizeof v);
	}
	return rk & HUNDREDTHS ? v / 100 : v;
}

/* The text that a formula gave stands in a record of its own soon behind it; between them are
 * only the formulas that several cells share. */
static bool set_formula_text(struct rows *r, unsigned column, const struct xls_record *formula)
{
	struct xls_reader ahead = { .stream = r->x->stream, .at = formula->at };
	struct xls_record rec;
	xls_next(&ahead, &rec);
	while (xls_next(&ahead, &rec))
		switch (rec.id) {
		case XLS_STRING2:
		case XLS_STRING:
			set_text(r, column, &rec, 0, r->x->version == 2 ? 1 : 2);
			return true;
		case XLS_CONTINUE:
		case 0x0021:           /* ARRAY */
		case 0x0221:
		case 0x0036:           /* TABLEOP */
		case 0x0236:
		case 0x0037:
		case 0x04bc:           /* SHRFMLA */
		case 0x00bc:
			break;
		default:
			return false;
		}
	return false;
}

static void set_formula(struct rows *r, unsigned column, enum sheet_kind k,
	const struct xls_record *rec)
{
	enum { TEXT, BOOLEAN, ERROR };
	const unsigned char *v = rec->p + xls_prefix(r->x);
	bool lacks_result = false;
	set_cell(r, column, SHEET_EMPTY, r->text.n);
	if (xls_u16(v + 6) != 0xffff)
		set_number(r, column, k, read_double(v));
	else if (v[0] == TEXT)
		lacks_result = !set_formula_text(r, column, rec);
	else if (v[0] == BOOLEAN)
		set_boolean(r, column, v[2] != 0);
	else if (v[0] == ERROR)
		set_error(r, column, v[2]);
	r->cells[column].formula = lacks_result || r->cells[column].kind != SHEET_EMPTY;
}

static enum sheet_kind number_kind(const struct xls *x, const unsigned char *attributes)
{
	if (x->version == 2)           /* the format itself, in the second of the three */
		return x->kinds[attributes[1] & 0x3f];
	return xls_kind(x, xls_u16(attributes));
}

static void decode(struct rows *r, const struct xls_spot *at)
{
	const struct xls *x = r->x;
	struct xls_record rec = xls_record_at(x, at->at);
	const unsigned char *v = rec.p + xls_prefix(x);
	unsigned column = at->column;
	enum sheet_kind k = number_kind(x, rec.p + 4);
	switch (xls_cell_record(x, rec.id)) {
	case XLS_NO_CELL:
		break;
	case XLS_INTEGER:
		set_number(r, column, k, xls_u16(v));
		break;
	case XLS_NUMBER:
		set_number(r, column, k, read_double(v));
		break;
	case XLS_RK:
		set_number(r, column, k, read_rk(v));
		break;
	case XLS_MULRK:                    /* pairs of XF and value, and at the end the last column */
		for (v = rec.p + 4; v + 6 <= rec.p + rec.n && column < XLS_COLUMNS; v += 6)
			set_number(r, column++, number_kind(x, v), read_rk(v + 2));
		break;
	case XLS_LABEL:
		set_text(r, column, &rec, xls_prefix(x), x->version == 2 ? 1 : 2);
		break;
	case XLS_SHARED:
		set_shared(r, column, xls_u32(v));
		break;
	case XLS_BOOLERR:
		if (v[1])
			set_error(r, column, v[0]);
		else
			set_boolean(r, column, v[0] != 0);
		break;
	case XLS_FORMULA:
		set_formula(r, column, k, &rec);
		break;
	}
}

/* ---- the rows ------------------------------------------------------------------------------ */

/* Puts the cells of the next row in place. Returns how many there are up to the last that is not
 * empty. */
static int decode_row(struct rows *r)
{
	memset(r->cells, 0, (size_t)r->used * sizeof *r->cells);
	buf_clear(&r->text);
	r->used = 0;
	unsigned row = r->list.v[r->next].row;
	for (; r->next < r->list.n && r->list.v[r->next].row == row; r->next++)
		decode(r, &r->list.v[r->next]);
	int width = 0;
	for (int i = 0; i < r->used; i++) {
		struct sheet_cell *c = &r->cells[i];
		if (c->kind == SHEET_EMPTY)
			continue;
		if (r->from[i] != LENT)
			c->text.p = r->text.p + r->from[i];
		r->left -= (int64_t)c->text.n;
		width = i + 1;
	}
	return width;
}

static int next_row(struct sheet *s, struct sheet_row *out, struct err *e)
{
	struct rows *r = s->state;
	while (r->next < r->list.n) {
		unsigned row = r->list.v[r->next].row;
		int width = decode_row(r);
		s->done = (double)r->next / (double)r->list.n;
		if (r->left < 0)
			return err_set(e, ERR_INPUT, "the texts of the sheet repeat beyond the limit");
		if (!width)
			continue;
		*out = (struct sheet_row){ row + 1, width, r->cells };
		return 1;
	}
	return 0;
}

static void release(void *arg)
{
	struct rows *r = arg;
	free(r->list.v);
	buf_free(&r->text);
}

void xls_rows(struct xls *x, const struct xls_sheet *s, int64_t limit, struct sheet *out)
{
	struct rows *r = arena_alloc(x->arena, sizeof *r);
	xls_sheet_begin(x, s);
	*r = (struct rows){ .x = x, .list = xls_list_cells(x, s), .left = limit };
	arena_own(x->arena, r, release);
	*out = (struct sheet){ .row = next_row, .state = r };
}
