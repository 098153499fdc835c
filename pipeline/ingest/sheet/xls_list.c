/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the cells of a sheet are. They may come in any order, so a first pass makes a list of
 * them, 8 bytes a record, sorted when it has to be; and counts what there is.
 */
#include "ingest/sheet/xls_int.h"

#include <stdlib.h>

/* ---- records of cells -------------------------------------------------------------------- */

enum xls_cell xls_cell_record(const struct xls *x, unsigned id)
{
	if (x->version == 2)
		switch (id) {
		case 0x0002:
			return XLS_INTEGER;
		case 0x0003:
			return XLS_NUMBER;
		case 0x0004:
			return XLS_LABEL;
		case 0x0005:
			return XLS_BOOLERR;
		}
	switch (id) {
	case 0x0203:
		return XLS_NUMBER;
	case 0x027e:
		return XLS_RK;
	case 0x00bd:
		return XLS_MULRK;
	case 0x0204:
	case 0x00d6:                   /* RSTRING: its fonts stand behind the text */
		return XLS_LABEL;
	case 0x00fd:
		return XLS_SHARED;
	case 0x0205:
		return XLS_BOOLERR;
	case 0x0006:
	case 0x0206:
	case 0x0406:
		return XLS_FORMULA;
	default:
		return XLS_NO_CELL;
	}
}

size_t xls_prefix(const struct xls *x)
{
	return x->version == 2 ? 7 : 6;
}

static bool whole(const struct xls *x, enum xls_cell w, size_t n)
{
	static const size_t value[] = { [XLS_INTEGER] = 2, [XLS_NUMBER] = 8, [XLS_RK] = 4,
		[XLS_LABEL] = 1, [XLS_SHARED] = 4, [XLS_BOOLERR] = 2, [XLS_FORMULA] = 8 };
	return n >= (w == XLS_MULRK ? 12 : xls_prefix(x) + value[w]);
}

/* ---- the list of cells ------------------------------------------------------------------- */

static int by_row(const void *a, const void *b)
{
	const struct xls_spot *p = a, *q = b;
	if (p->row != q->row)
		return p->row < q->row ? -1 : 1;
	return p->at < q->at ? -1 : p->at > q->at;
}

static void list_add(struct xls_list *l, struct xls_spot p)
{
	if (l->n == l->cap) {
		l->cap = l->cap ? 2 * l->cap : 256;
		l->v = mem_realloc(l->v, l->cap, sizeof *l->v);
	}
	l->sorted = l->sorted && (!l->n || l->v[l->n - 1].row <= p.row);
	l->v[l->n++] = p;
}

struct xls_list xls_list_cells(const struct xls *x, const struct xls_sheet *s)
{
	struct xls_list l = { .sorted = true };
	struct xls_reader r = { .stream = x->stream, .at = s->at };
	struct xls_record rec;
	if (s->damaged || !xls_next(&r, &rec))
		return l;
	while (xls_next_inside(&r, &rec)) {
		enum xls_cell w = xls_cell_record(x, rec.id);
		if (!w)
			continue;
		bool sound = whole(x, w, rec.n) && xls_u16(rec.p + 2) < XLS_COLUMNS;
		l.lost += !sound;
		if (sound)
			list_add(&l, (struct xls_spot){ (uint32_t)rec.at,
				(uint16_t)xls_u16(rec.p), (uint16_t)xls_u16(rec.p + 2) });
	}
	l.walked = r.at - s->at;
	if (!l.sorted)
		qsort(l.v, l.n, sizeof *l.v, by_row);
	return l;
}

struct xls_record xls_record_at(const struct xls *x, size_t at)
{
	struct xls_reader r = { .stream = x->stream, .at = at };
	struct xls_record rec = { 0 };
	xls_next(&r, &rec);
	return rec;
}

/* ---- counting ------------------------------------------------------------------------------ */

/* How many cells of a record are not empty; *lost: its shared text does not exist, or it reaches
 * beyond the last column. */
static int filled(const struct xls *x, const struct xls_record *rec, bool *lost)
{
	const unsigned char *value = rec->p + xls_prefix(x);
	*lost = false;
	switch (xls_cell_record(x, rec->id)) {
	case XLS_NO_CELL:
		return 0;
	case XLS_MULRK: {
		size_t n = (rec->n - xls_prefix(x)) / 6, room = XLS_COLUMNS - xls_u16(rec->p + 2);
		*lost = n > room;
		return (int)(n < room ? n : room);
	}
	case XLS_SHARED:
		*lost = xls_u32(value) >= x->nstrings;
		return xls_shared(x, xls_u32(value)).n > 0;
	case XLS_FORMULA:
		return xls_u16(value + 6) != 0xffff || value[0] < 3;
	case XLS_INTEGER:
	case XLS_NUMBER:
	case XLS_RK:
	case XLS_LABEL:
	case XLS_BOOLERR:
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
	struct xls_list l = xls_list_cells(x, s);
	x->walked += l.walked;
	s->lost = l.lost;
	int in_row = 0, wide_rows = 0;
	for (size_t i = 0; i < l.n; i++) {
		bool lost;
		struct xls_record rec = xls_record_at(x, l.v[i].at);
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

