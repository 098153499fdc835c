/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a sheet by expat, for sheets that are written in an unusual way. */
#include "ingest/sheet/xlsx_int.h"

#include <stdlib.h>
#include <string.h>

struct xlsx_slow {
	struct xlsx_rows *rows;
	struct xml *xml;
	int64_t skip;                  /* rows that have been delivered already */
	struct sheet_row *row;         /* where the next one goes */
	struct xlsx_cell cell;
	struct buf value;
	bool in_data, behind_data, in_cell, in_value, in_inline, in_text;
	int phonetic;
};

/* An attribute without prefix, as all of a cell's are. */
static struct str attr(const char *const *attrs, const char *name)
{
	for (; *attrs; attrs += 2)
		if (strcmp(*attrs, name) == 0)
			return str_of(attrs[1]);
	return (struct str){ "", 0 };
}

static void begin_cell(struct xlsx_slow *w, const char *const *attrs)
{
	struct xlsx_rows *r = w->rows;
	int column = xlsx_column(attr(attrs, "r"));
	w->cell = (struct xlsx_cell){ .column = column >= 0 ? column : r->column + 1,
		.type = xlsx_type(attr(attrs, "t")), .style = xlsx_style(attr(attrs, "s")) };
	buf_clear(&w->value);
	w->in_cell = true;
	w->phonetic = 0;
}

static void on_start(void *ctx, const char *name, const char *const *attrs)
{
	struct xlsx_slow *w = ctx;
	if (strcmp(name, "sheetData") == 0) {
		w->in_data = !w->behind_data;
	} else if (!w->in_data) {
		return;
	} else if (strcmp(name, "row") == 0) {
		xlsx_row_begin(w->rows, attr(attrs, "r"));
	} else if (strcmp(name, "c") == 0) {
		begin_cell(w, attrs);
	} else if (!w->in_cell) {
		return;
	} else if (strcmp(name, "v") == 0) {
		w->in_value = !w->cell.inline_text;
		if (w->in_value)
			buf_clear(&w->value);
	} else if (strcmp(name, "is") == 0) {
		w->in_inline = w->cell.inline_text = true;
		buf_clear(&w->value);
	} else if (strcmp(name, "f") == 0) {
		w->cell.formula = true;
	} else if (strcmp(name, "rPh") == 0) {
		w->phonetic++;
	} else if (strcmp(name, "t") == 0) {
		w->in_text = w->in_inline && !w->phonetic;
	}
}

static void end_cell(struct xlsx_slow *w)
{
	struct xlsx_rows *r = w->rows;
	if (w->value.n) {
		char *copy = xlsx_room(r, w->value.n);
		memcpy(copy, w->value.p, w->value.n);
		w->cell.value = (struct str){ copy, w->value.n };
	}
	w->in_cell = false;
	if (!xlsx_row_cell(r, &w->cell))
		xml_fail(w->xml, "a cell beyond the last column, XFD");
}

static void on_end(void *ctx, const char *name)
{
	struct xlsx_slow *w = ctx;
	if (!w->in_data)
		return;
	if (strcmp(name, "v") == 0) {
		w->in_value = false;
	} else if (strcmp(name, "t") == 0) {
		w->in_text = false;
	} else if (strcmp(name, "is") == 0) {
		w->in_inline = false;
	} else if (strcmp(name, "rPh") == 0) {
		w->phonetic--;
	} else if (strcmp(name, "c") == 0 && w->in_cell) {
		end_cell(w);
	} else if (strcmp(name, "row") == 0) {
		if (xlsx_row_end(w->rows, w->row) && w->skip-- <= 0)
			xml_pause(w->xml);
	} else if (strcmp(name, "sheetData") == 0) {
		w->in_data = false;
		w->behind_data = true;
	}
}

static void on_text(void *ctx, struct str s)
{
	struct xlsx_slow *w = ctx;
	if (!w->in_value && !w->in_text)
		return;
	if (w->value.n + s.n > (size_t)w->rows->book->limits.allocation)
		xml_fail(w->xml, "a cell that is too large to read");
	else
		buf_put(&w->value, s.p, s.n);
}

static void release(void *p)
{
	struct xlsx_slow *w = p;
	buf_free(&w->value);
}

int xlsx_slow_open(struct xlsx_rows *r, int64_t skip, struct err *e)
{
	static const struct xml_handler handler = { on_start, on_end, on_text };
	struct xlsx *x = r->book;
	int64_t entry = zipfile_find(x->zip, r->name);
	r->part = zipfile_part(x->zip, entry, e);
	if (!r->part)
		return -1;
	r->slow = arena_alloc(x->arena, sizeof *r->slow);
	arena_own(x->arena, r->slow, release);
	r->slow->rows = r;
	r->slow->skip = skip;
	r->slow->xml = xml_open(x->arena, r->part, &handler, r->slow, x->limits.depth);
	r->number = 0;
	return 0;
}

int xlsx_slow_row(struct xlsx_rows *r, struct sheet_row *row, struct err *e)
{
	r->slow->row = row;
	return xml_run(r->slow->xml, e);
}
