/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a sheet by our own scanner. */
#include "ingest/xlsx_int.h"

#include <string.h>

/* The next attribute behind p, within a tag that is known to be complete. */
static const char *next_attr(const char *p, struct str *name, struct str *value)
{
	while (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')
		p++;
	name->p = p;
	while (*p != '=' && *p != '>' && *p != '/')
		p++;
	name->n = (size_t)(p - name->p);
	if (*p != '=' || (p[1] != '"' && p[1] != '\''))
		return NULL;
	char quote = p[1];
	value->p = p += 2;
	while (*p != quote)
		p++;
	value->n = (size_t)(p - value->p);
	return p + 1;
}

static int64_t small_number(struct str s)
{
	int64_t v = 0;
	if (!s.n || s.n > 9)
		return -1;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		v = v * 10 + (s.p[i] - '0');
	}
	return v;
}

/* What <c> says of the cell. False: its column is beyond the last, which expat's side reports. */
static bool cell_head(struct xlsx_rows *r, const struct xlsx_tag *t, struct xlsx_cell *c)
{
	struct str name, value;
	*c = (struct xlsx_cell){ .column = r->column + 1 };
	for (const char *p = t->attrs; (p = next_attr(p, &name, &value)) != NULL;) {
		if (name.n != 1)
			continue;
		switch (*name.p) {
		case 'r': {
			int column = xlsx_column(value);
			if (column >= 0)
				c->column = column;
			break;
		}
		case 's':
			c->style = small_number(value);
			break;
		case 't':
			c->type = xlsx_type(value);
			break;
		default:
			break;
		}
	}
	return c->column < XLSX_COLUMNS;
}

/* Text of the element that was just opened, up to behind its end tag. */
static const char *simple(struct xlsx_rows *r, const char *p, const struct xlsx_tag *open,
	struct str *text, enum xlsx_unit *u)
{
	struct xlsx_tag t;
	*text = (struct str){ NULL, 0 };
	if (open->empty)
		return p;
	p = xlsx_text(&r->scan, p, text, u);
	if (!p || !(p = xlsx_tag(&r->scan, p, &t, u)))
		return NULL;
	if (t.close && xlsx_tag_is(&t, open->name, open->n))
		return p;
	*u = UNIT_ODD;
	return NULL;
}

/* The elements in <c>, up to behind </c>. */
static const char *cell_body(struct xlsx_rows *r, const char *p, struct xlsx_cell *c,
	enum xlsx_unit *u)
{
	struct xlsx_tag t;
	struct str text;
	while ((p = xlsx_tag(&r->scan, p, &t, u)) != NULL) {
		if (t.close) {
			if (xlsx_tag_is(&t, "c", 1))
				return p;
			break;
		}
		if (xlsx_tag_is(&t, "v", 1)) {
			p = simple(r, p, &t, &text, u);
			if (!c->inline_text)
				c->value = text;
		} else if (xlsx_tag_is(&t, "f", 1)) {
			p = simple(r, p, &t, &text, u);
			c->formula = true;
		} else if (xlsx_tag_is(&t, "is", 2)) {
			if (!t.empty)
				p = xlsx_rich(&r->scan, p, "is", &c->value, u);
			c->inline_text = true;
		} else {
			break;
		}
		if (!p)
			return NULL;
	}
	if (p)
		*u = UNIT_ODD;
	return NULL;
}

static struct str row_number(const struct xlsx_tag *t)
{
	struct str name, value;
	for (const char *p = t->attrs; (p = next_attr(p, &name, &value)) != NULL;)
		if (str_eq(name, "r"))
			return value;
	return (struct str){ NULL, 0 };
}

/* One row in the buffer. Returns the place behind it. */
static const char *one_row(struct xlsx_rows *r, const char *p, enum xlsx_unit *u)
{
	struct xlsx_tag t;
	p = xlsx_tag(&r->scan, p, &t, u);
	if (!p)
		return NULL;
	if (t.close || !xlsx_tag_is(&t, "row", 3)) {
		*u = t.close && xlsx_tag_is(&t, "sheetData", 9) ? UNIT_END : UNIT_ODD;
		return NULL;
	}
	xlsx_row_begin(r, row_number(&t));
	if (t.empty)
		return p;
	while ((p = xlsx_tag(&r->scan, p, &t, u)) != NULL) {
		struct xlsx_cell c;
		if (t.close && xlsx_tag_is(&t, "row", 3))
			return p;
		if (t.close || !xlsx_tag_is(&t, "c", 1) || !cell_head(r, &t, &c))
			break;
		if (!t.empty && !(p = cell_body(r, p, &c, u)))
			return NULL;
		xlsx_row_cell(r, &c);
	}
	if (p)
		*u = UNIT_ODD;
	return NULL;
}

enum xlsx_unit xlsx_fast_open(struct xlsx_rows *r, struct err *e)
{
	xlsx_scan_open(&r->scan, r->part, r->book->limits.allocation);
	return xlsx_scan_into(&r->scan, "sheetData", e);
}

enum xlsx_unit xlsx_fast_row(struct xlsx_rows *r, struct sheet_row *row, struct err *e)
{
	for (;;) {
		struct xlsx_scan *s = &r->scan;
		int64_t before = r->number;
		enum xlsx_unit u = UNIT_MORE;
		const char *end = one_row(r, s->p + s->at, &u);
		if (end) {
			s->at = (size_t)(end - s->p);
			if (xlsx_row_end(r, row))
				return UNIT_DONE;
			continue;
		}
		/* not yet, or not like this: as if it had not begun */
		r->number = before;
		if (u == UNIT_MORE)
			u = xlsx_scan_more(s, e);
		if (u != UNIT_DONE)
			return u;
	}
}
