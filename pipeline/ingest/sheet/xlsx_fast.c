/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a sheet by our own scanner. */
#include "ingest/sheet/xlsx_int.h"

#include <string.h>

/* Takes the next attribute of a tag that is known to be complete; false behind the last. What is
 * not written as name="value" without entities makes *odd true. */
static bool next_attr(const char **at, struct str *name, struct str *value, bool *odd)
{
	const char *p = *at;
	while (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t')
		p++;
	if (*p == '>' || (*p == '/' && p[1] == '>'))
		return false;
	name->p = p;
	while ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == ':' || *p == '_' ||
		(*p >= '0' && *p <= '9') || *p == '-' || *p == '.')
		p++;
	name->n = (size_t)(p - name->p);
	if (!name->n || *p != '=' || (p[1] != '"' && p[1] != '\'')) {
		*odd = true;
		return false;
	}
	char quote = p[1];
	value->p = p += 2;
	while (*p != quote && *p != '&')
		p++;
	value->n = (size_t)(p - value->p);
	*odd |= *p != quote;
	*at = p + 1;
	return !*odd;
}

/* What <c> says of the cell. False: it is odd, or its column is beyond the last, which expat's side
 * reports. */
static bool cell_head(struct xlsx_rows *r, const struct xlsx_tag *t, struct xlsx_cell *c)
{
	struct str name, value;
	bool odd = false;
	int column;
	*c = (struct xlsx_cell){ .column = r->column + 1 };
	for (const char *p = t->attrs; next_attr(&p, &name, &value, &odd);) {
		switch (name.n == 1 ? *name.p : 0) {
		case 'r':
			column = xlsx_column(value);
			c->column = column >= 0 ? column : c->column;
			break;
		case 's':
			c->style = xlsx_style(value);
			break;
		case 't':
			c->type = xlsx_type(value);
			break;
		default:
			break;
		}
	}
	return !odd && c->column < XLSX_COLUMNS;
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

static bool row_head(struct xlsx_rows *r, const struct xlsx_tag *t)
{
	struct str name, value, number = { "", 0 };
	bool odd = false;
	for (const char *p = t->attrs; next_attr(&p, &name, &value, &odd);)
		if (name.n == 1 && *name.p == 'r')
			number = value;
	xlsx_row_begin(r, number);
	return !odd;
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
	if (!row_head(r, &t)) {
		*u = UNIT_ODD;
		return NULL;
	}
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
