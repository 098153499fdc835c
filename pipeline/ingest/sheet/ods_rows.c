/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The cells of an OpenDocument spreadsheet. A cell or a row may stand for many of its kind: empty
 * ones are only counted, filled ones are made, within limits.
 */
#include "ingest/sheet/ods_int.h"
#include "ingest/sheet/sheet_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 1 << 20, REPEATED = 1 << 24 };

static const char *attr(const char *const *attrs, const char *full)
{
	const char *v = xml_attr(attrs, full);
	return v ? v : xml_attr(attrs, strchr(full, ':') + 1);
}

/* A count of at least one. */
static int64_t times(const char *const *attrs, const char *name)
{
	const char *s = attr(attrs, name);
	int64_t v;
	if (!s || !num_parse_int64(s, strlen(s), &v) || v < 1)
		return 1;
	return v < ROWS ? v : ROWS;
}

/* ---- cells ------------------------------------------------------------------------------- */

static void set_text(struct ods_rows *r, struct str s, enum sheet_kind kind)
{
	r->text.n = r->begin;
	buf_put(&r->text, s.p, s.n);
	r->cell.kind = s.n ? kind : SHEET_EMPTY;
	r->from_text = false;
}

static void set_number(struct ods_rows *r, struct str s)
{
	char out[NUM_MAX];
	/* when only the tables are looked for, the value is of no interest */
	bool number = r->wanted < 0 || sheet_number(&s, out);
	set_text(r, s, number ? SHEET_NUMBER : SHEET_TEXT);
}

static void set_iso(struct ods_rows *r, struct str s)
{
	char out[40];
	size_t n;
	enum sheet_kind k = iso_text(s, out, &n);
	set_text(r, k == SHEET_TEXT ? s : (struct str){ out, n }, k);
}

static void begin_cell(struct ods_rows *r, const char *const *attrs)
{
	const char *type = attr(attrs, "office:value-type");
	const char *calc = xml_attr(attrs, "calcext:value-type");
	const char *value = NULL;
	r->cell = (struct sheet_cell){ .formula = attr(attrs, "table:formula") != NULL };
	r->cell_times = times(attrs, "table:number-columns-repeated");
	r->cell_depth = r->depth;
	r->begin = r->text.n;
	r->paragraphs = 0;
	r->from_text = true;
	r->cell.kind = SHEET_TEXT;
	if (calc && strcmp(calc, "error") == 0) {
		r->cell.kind = SHEET_ERROR;
	} else if (!type || strcmp(type, "string") == 0) {
		value = attr(attrs, "office:string-value");
		if (value && *value)
			set_text(r, str_of(value), SHEET_TEXT);
	} else if (strcmp(type, "date") == 0) {
		value = attr(attrs, "office:date-value");
		if (value)
			set_iso(r, str_of(value));
	} else if (strcmp(type, "time") == 0) {
		value = attr(attrs, "office:time-value");
		if (value)
			set_iso(r, str_of(value));
	} else if (strcmp(type, "boolean") == 0) {
		value = attr(attrs, "office:boolean-value");
		if (value)
			set_text(r, str_of(value), SHEET_BOOLEAN);
	} else {
		/* float, percentage, currency */
		value = xml_attr(attrs, "office:value");
		value = value ? value : xml_attr(attrs, "value");
		if (value)
			set_number(r, str_of(value));
	}
}

static void reserve(struct ods_rows *r, int n)
{
	if (n <= r->cap)
		return;
	int old = r->cap;
	r->cap = n < 32 ? 32 : 2 * n;
	r->cells = mem_realloc(r->cells, (size_t)r->cap, sizeof *r->cells);
	r->texts = mem_realloc(r->texts, (size_t)r->cap, sizeof *r->texts);
	for (int i = old; i < r->cap; i++)
		r->cells[i] = (struct sheet_cell){ .kind = SHEET_EMPTY };
}

static void end_cell(struct ods_rows *r)
{
	int64_t count = r->cell_times, end = r->column + count;
	r->cell_depth = 0;
	r->cell.text.n = r->text.n - r->begin;
	if (!r->cell.text.n)
		r->cell.kind = SHEET_EMPTY;
	bool filled = r->cell.kind != SHEET_EMPTY || r->cell.formula;
	if (filled && r->column < ODS_COLUMNS) {
		int last = end < ODS_COLUMNS ? (int)end : ODS_COLUMNS;
		reserve(r, last);
		for (int i = r->n; i < (int)r->column; i++)
			r->cells[i] = (struct sheet_cell){ .kind = SHEET_EMPTY };
		for (int i = (int)r->column; i < last; i++) {
			r->cells[i] = r->cell;
			r->texts[i] = r->begin;
		}
		r->n = last;
		r->repeated += last - r->column - 1;
	}
	r->column = end < ODS_COLUMNS ? end : ODS_COLUMNS;
}

/* ---- rows -------------------------------------------------------------------------------- */

static void begin_row(struct ods_rows *r, const char *const *attrs)
{
	r->n = 0;
	r->column = 0;
	buf_clear(&r->text);
	r->times = times(attrs, "table:number-rows-repeated");
}

static void end_row(struct ods_rows *r)
{
	if (!r->n) {
		r->number += r->times;
		r->times = 0;
		return;
	}
	r->repeated += (r->times - 1) * r->n;
	for (int i = 0; i < r->n; i++)
		r->cells[i].text.p = r->cells[i].text.n ? r->text.p + r->texts[i] : NULL;
	if (r->repeated > REPEATED)
		xml_fail(r->xml, "more than %d million cells by repetition: not safe to read",
			REPEATED >> 20);
	else if (r->wanted < 0 || r->table == r->wanted)
		xml_pause(r->xml);
	else
		r->times = 0;
}

/* ---- tables and styles ------------------------------------------------------------------- */

static void begin_table(struct ods_rows *r, const char *const *attrs)
{
	struct ods *o = r->book;
	r->table++;
	r->number = 0;
	r->in_table = true;
	if (r->wanted >= 0 && r->table > r->wanted)
		xml_pause(r->xml);
	if (r->wanted >= 0)
		return;
	if (o->nsheets == o->sheets_cap) {
		o->sheets_cap = o->sheets_cap ? o->sheets_cap * 2 : 16;
		o->sheets = mem_realloc(o->sheets, o->sheets_cap, sizeof *o->sheets);
	}
	const char *name = attr(attrs, "table:name"), *style = attr(attrs, "table:style-name");
	bool hidden = false;
	for (size_t i = 0; style && i < o->nhidden; i++)
		hidden |= strcmp(o->hidden[i], style) == 0;
	o->sheets[o->nsheets++] = (struct sheet_info){ .hidden = hidden,
		.name = arena_strdup(o->arena, name ? name : "") };
}

static void style_property(struct ods_rows *r, const char *const *attrs)
{
	struct ods *o = r->book;
	const char *display = attr(attrs, "table:display");
	if (r->wanted >= 0 || !display || strcmp(display, "false") != 0)
		return;
	if (o->nhidden == o->hidden_cap) {
		o->hidden_cap = o->hidden_cap ? o->hidden_cap * 2 : 16;
		o->hidden = mem_realloc(o->hidden, o->hidden_cap, sizeof *o->hidden);
	}
	o->hidden[o->nhidden++] = arena_strdup(o->arena, r->style);
}

/* ---- events ------------------------------------------------------------------------------ */

static void put_blanks(struct ods_rows *r, const char *const *attrs)
{
	enum { MOST = 1000 };
	const char *s = attr(attrs, "text:c");
	int64_t n = 1;
	if (s && !num_parse_int64(s, strlen(s), &n))
		n = 1;
	for (int64_t i = 0; i < n && i < MOST; i++)
		buf_putc(&r->text, ' ');
}

/* Within a cell only its own paragraphs are its text; notes and shapes have others. */
static void start_in_cell(struct ods_rows *r, const char *name, const char *const *attrs)
{
	if (r->depth == r->cell_depth + 1 && strcmp(name, "p") == 0) {
		if (r->from_text && r->paragraphs++)
			buf_putc(&r->text, '\n');
		r->paragraph_depth = r->depth;
	} else if (!r->paragraph_depth) {
		r->skip_depth = r->depth;
	} else if (strcmp(name, "annotation") == 0 || strcmp(name, "ruby-text") == 0) {
		r->skip_depth = r->depth;
	} else if (!r->from_text) {
		return;
	} else if (strcmp(name, "s") == 0) {
		put_blanks(r, attrs);
	} else if (strcmp(name, "tab") == 0) {
		buf_putc(&r->text, '\t');
	} else if (strcmp(name, "line-break") == 0) {
		buf_putc(&r->text, '\n');
	}
}

static void on_start(void *ctx, const char *name, const char *const *attrs)
{
	struct ods_rows *r = ctx;
	r->depth++;
	if (r->skip_depth)
		return;
	if (r->cell_depth) {
		start_in_cell(r, name, attrs);
	} else if (r->in_table) {
		if (strcmp(name, "table-cell") == 0 || strcmp(name, "covered-table-cell") == 0)
			begin_cell(r, attrs);
		else if (strcmp(name, "table-row") == 0)
			begin_row(r, attrs);
		else if (strcmp(name, "shapes") == 0 || strcmp(name, "table") == 0)
			r->skip_depth = r->depth;
	} else if (r->book_depth) {
		if (r->depth == r->book_depth + 1 && strcmp(name, "table") == 0)
			begin_table(r, attrs);
	} else if (strcmp(name, "spreadsheet") == 0) {
		r->book_depth = r->depth;
	} else if (strcmp(name, "style") == 0) {
		const char *s = attr(attrs, "style:name");
		snprintf(r->style, sizeof r->style, "%s", s ? s : "");
	} else if (strcmp(name, "table-properties") == 0) {
		style_property(r, attrs);
	}
}

static void on_end(void *ctx, const char *name)
{
	struct ods_rows *r = ctx;
	int depth = r->depth--;
	if (r->skip_depth) {
		if (depth == r->skip_depth)
			r->skip_depth = 0;
	} else if (r->cell_depth) {
		if (depth == r->paragraph_depth)
			r->paragraph_depth = 0;
		else if (depth == r->cell_depth)
			end_cell(r);
	} else if (r->in_table) {
		if (strcmp(name, "table-row") == 0)
			end_row(r);
		else if (depth == r->book_depth + 1)
			r->in_table = false;
	} else if (depth == r->book_depth) {
		r->book_depth = 0;
	}
}

static void on_text(void *ctx, struct str s)
{
	struct ods_rows *r = ctx;
	if (!r->paragraph_depth || r->skip_depth || !r->from_text)
		return;
	if (r->text.n + s.n > (size_t)r->book->limits.allocation)
		xml_fail(r->xml, "a row that is too large to read");
	else
		buf_put(&r->text, s.p, s.n);
}

/* ---- the sheet --------------------------------------------------------------------------- */

static int next_row(struct sheet *s, struct sheet_row *row, struct err *e)
{
	struct ods_rows *r = (struct ods_rows *)s;
	if (!r->times) {
		int got = xml_run(r->xml, e);
		s->done = part_done(r->part);
		/* paused without a row: behind its table */
		if (got <= 0 || !r->times)
			return got < 0 ? -1 : 0;
	}
	r->times--;
	r->number++;
	*row = (struct sheet_row){ .number = r->number, .n = r->n, .cells = r->cells };
	return 1;
}

void ods_rows_close(struct ods_rows *r)
{
	xml_close(r->xml);
	part_close(r->part);
	free(r->cells);
	free(r->texts);
	buf_free(&r->text);
	r->cells = NULL;
	r->texts = NULL;
	r->cap = r->n = 0;
}

static void release(void *p)
{
	ods_rows_close(p);
}

struct ods_rows *ods_rows_open(struct ods *o, int64_t table, struct err *e)
{
	static const struct xml_handler handler = { on_start, on_end, on_text };
	struct ods_rows *r = arena_alloc(o->arena, sizeof *r);
	*r = (struct ods_rows){ .book = o, .table = -1, .wanted = table };
	r->sheet.row = next_row;
	r->part = ods_content(o, e);
	if (!r->part)
		return NULL;
	r->xml = xml_open(o->arena, r->part, &handler, r, o->limits.depth);
	arena_own(o->arena, r, release);
	return r;
}
