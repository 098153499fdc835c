/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cells of a sheet as rows. Cells may come in any order, so the first pass makes a list of
 * where they are, 8 bytes a record, sorted when it has to be; they are decoded row by row from
 * there. Of formulas only the result counts that was calculated when the file was saved.
 */
#include "ingest/xls_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- records of cells -------------------------------------------------------------------- */

enum what { NO_CELL, INTEGER, NUMBER, RK, MULRK, LABEL, SHARED, BOOLERR, FORMULA };

static enum what cell_record(const struct xls *x, unsigned id)
{
	if (x->version == 2)
		switch (id) {
		case 0x0002:
			return INTEGER;
		case 0x0003:
			return NUMBER;
		case 0x0004:
			return LABEL;
		case 0x0005:
			return BOOLERR;
		}
	switch (id) {
	case 0x0203:
		return NUMBER;
	case 0x027e:
		return RK;
	case 0x00bd:
		return MULRK;
	case 0x0204:
	case 0x00d6:                   /* RSTRING: its fonts stand behind the text */
		return LABEL;
	case 0x00fd:
		return SHARED;
	case 0x0205:
		return BOOLERR;
	case 0x0006:
	case 0x0206:
	case 0x0406:
		return FORMULA;
	default:
		return NO_CELL;
	}
}

/* Row, column and XF; in BIFF2 three bytes of attributes instead of the XF. */
static size_t prefix(const struct xls *x)
{
	return x->version == 2 ? 7 : 6;
}

static bool whole(const struct xls *x, enum what w, size_t n)
{
	static const size_t behind[] = { [INTEGER] = 2, [NUMBER] = 8, [RK] = 4, [LABEL] = 1,
		[SHARED] = 4, [BOOLERR] = 2, [FORMULA] = 8 };
	return n >= (w == MULRK ? 12 : prefix(x) + behind[w]);
}

/* ---- the list of cells ------------------------------------------------------------------- */

struct spot {
	uint32_t at;                   /* of a record with one cell, or several in a row */
	uint16_t row, column;
};
struct list {
	struct spot *v;
	size_t n, cap;
	bool sorted;
	int64_t lost;
	size_t walked;                 /* bytes */
};

static int by_row(const void *a, const void *b)
{
	const struct spot *p = a, *q = b;
	if (p->row != q->row)
		return p->row < q->row ? -1 : 1;
	return p->at < q->at ? -1 : p->at > q->at;
}

static void list_add(struct list *l, struct spot p)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 256;
		l->v = mem_realloc(l->v, l->cap, sizeof *l->v);
	}
	l->sorted = l->sorted && (!l->n || l->v[l->n - 1].row <= p.row);
	l->v[l->n++] = p;
}

static struct list list_cells(const struct xls *x, const struct xls_sheet *s)
{
	struct list l = { .sorted = true };
	struct xls_reader r = { .stream = x->stream, .at = s->at };
	struct xls_record rec;
	if (s->damaged || !xls_next(&r, &rec))
		return l;
	while (xls_next_inside(&r, &rec)) {
		enum what w = cell_record(x, rec.id);
		if (!w)
			continue;
		bool sound = whole(x, w, rec.n) && xls_u16(rec.p + 2) < XLS_COLUMNS;
		l.lost += !sound;
		if (sound)
			list_add(&l, (struct spot){ (uint32_t)rec.at,
				(uint16_t)xls_u16(rec.p), (uint16_t)xls_u16(rec.p + 2) });
	}
	l.walked = r.at - s->at;
	if (!l.sorted)
		qsort(l.v, l.n, sizeof *l.v, by_row);
	return l;
}

static struct xls_record record_at(const struct xls *x, size_t at)
{
	struct xls_reader r = { .stream = x->stream, .at = at };
	struct xls_record rec = { 0 };
	xls_next(&r, &rec);
	return rec;
}

/* ---- counting ------------------------------------------------------------------------------ */

/* How many cells of a record are not empty; *lost: its shared text does not exist. */
static int filled(const struct xls *x, const struct xls_record *rec, bool *lost)
{
	const unsigned char *value = rec->p + prefix(x);
	*lost = false;
	switch (cell_record(x, rec->id)) {
	case NO_CELL:
		return 0;
	case MULRK: {
		size_t n = (rec->n - prefix(x)) / 6, room = XLS_COLUMNS - xls_u16(rec->p + 2);
		return (int)(n < room ? n : room);
	}
	case SHARED:
		*lost = xls_u32(value) >= x->nstrings;
		return xls_shared(x, xls_u32(value)).n > 0;
	case FORMULA:
		return xls_u16(value + 6) != 0xffff || value[0] < 3;
	case INTEGER:
	case NUMBER:
	case RK:
	case LABEL:
	case BOOLERR:
		return 1;
	}
	return 0;
}

void xls_survey(struct xls *x, struct xls_sheet *s)
{
	/* sheets that overlap, many times over, are an attack */
	if (s->damaged || x->walked > 2 * x->stream.n) {
		s->damaged = true;
		return;
	}
	struct list l = list_cells(x, s);
	x->walked += l.walked;
	s->lost = l.lost;
	int in_row = 0, wide_rows = 0;
	for (size_t i = 0; i < l.n; i++) {
		bool lost;
		struct xls_record rec = record_at(x, l.v[i].at);
		int n = filled(x, &rec, &lost);
		s->lost += lost;
		if (!i || l.v[i].row != l.v[i - 1].row)
			in_row = 0;
		wide_rows += in_row < 2 && in_row + n >= 2;
		in_row += n;
		s->cells += n;
		if (n) {
			int64_t last = l.v[i].column + n;
			s->rows = l.v[i].row + 1;
			s->columns = last > s->columns ? last : s->columns;
		}
	}
	s->tabular = wide_rows >= 2;
	free(l.v);
}

/* ---- one row ------------------------------------------------------------------------------- */

struct rows {
	struct xls *x;
	struct list list;
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
	const unsigned char *v = rec->p + prefix(r->x);
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

static void decode(struct rows *r, const struct spot *at)
{
	const struct xls *x = r->x;
	struct xls_record rec = record_at(x, at->at);
	const unsigned char *v = rec.p + prefix(x);
	unsigned column = at->column;
	enum sheet_kind k = number_kind(x, rec.p + 4);
	switch (cell_record(x, rec.id)) {
	case NO_CELL:
		break;
	case INTEGER:
		set_number(r, column, k, xls_u16(v));
		break;
	case NUMBER:
		set_number(r, column, k, read_double(v));
		break;
	case RK:
		set_number(r, column, k, read_rk(v));
		break;
	case MULRK:                    /* pairs of XF and value, and at the end the last column */
		for (v = rec.p + 4; v + 6 <= rec.p + rec.n && column < XLS_COLUMNS; v += 6)
			set_number(r, column++, number_kind(x, v), read_rk(v + 2));
		break;
	case LABEL:
		set_text(r, column, &rec, prefix(x), x->version == 2 ? 1 : 2);
		break;
	case SHARED:
		set_shared(r, column, xls_u32(v));
		break;
	case BOOLERR:
		if (v[1])
			set_error(r, column, v[0]);
		else
			set_boolean(r, column, v[0] != 0);
		break;
	case FORMULA:
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
	*r = (struct rows){ .x = x, .list = list_cells(x, s), .left = limit };
	arena_own(x->arena, r, release);
	*out = (struct sheet){ .row = next_row, .state = r };
}
